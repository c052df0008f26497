//! Which questions are due on a day, and in which order they are asked. A question comes into review with its first scored
//! answer, wherever that was given.

use super::cards::{Card, Cards};
use super::id::{PassageId, QuestionId};
use super::progress::{Progress, QuestionProgress};
use super::time::Day;

/// Reviews a day. What is beyond waits, the most forgotten first.
pub const DAILY: u32 = 20;

/// A question that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// Its lesson, as an index of the map.
    pub lesson: usize,
    /// Which it is.
    pub question: QuestionId,
    /// The factor that it is about.
    pub factor: Option<u8>,
    /// The passage that it is about: two of the same passage are sisters.
    pub passage: Option<PassageId>,
    /// Whether it is an interview question, which is answered in one's own words.
    pub open: bool,
    /// Whether it was answered wrong by somebody who was sure.
    pub confident_mistake: bool,
    /// The chance that it is known, from 0 to 1.
    pub recall: f64,
}

/// When the questions that are in review come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forecast {
    /// Due now, the limit of the day left out.
    pub now: usize,
    /// Due tomorrow.
    pub tomorrow: usize,
    /// Due in the five days after tomorrow.
    pub week: usize,
    /// All that are in review.
    pub all: usize,
    /// The next day on which one is due, today or later.
    pub next: Option<Day>,
}

/// Whether a question should be asked on `day`: its time has come, or its answer key has changed since.
fn is_due(known: &QuestionProgress, revision: u32, day: Day) -> bool {
    known.memory.due() <= day || known.revision < revision
}

/// Every question of the course that is due on `day`: confident mistakes first, then by how likely they are forgotten.
/// What is no longer in the course is left out, and its history stays.
#[must_use]
pub fn due(cards: &Cards, progress: &Progress, day: Day) -> Vec<Due> {
    ranked(cards, progress, day).iter().map(Ranked::due).collect()
}

/// A card that is due, before anything of it is copied: of many that are due, a day's queue takes few.
#[derive(Clone, Copy)]
struct Ranked<'a> {
    card: &'a Card,
    confident_mistake: bool,
    recall: f64,
}

/// What is due, the most urgent first. What is equally urgent is in the order of ids.
fn ranked<'a>(cards: &'a Cards, progress: &'a Progress, day: Day) -> Vec<Ranked<'a>> {
    let mut found = Vec::new();
    cards.meet(
        &progress.questions,
        |known| is_due(known, cards.newest(), day),
        |card, known| {
            if is_due(known, card.revision, day) {
                let confident_mistake = known.sure == Some(true) && known.last < 1.0;
                found.push(Ranked { card, confident_mistake, recall: known.memory.recall(day) });
            }
        },
    );
    found.sort_by_key(Ranked::rank);
    found
}

impl Ranked<'_> {
    /// Lower is more urgent: confident mistakes first, then what is least likely known.
    fn rank(&self) -> u64 {
        // Numbers from 0 to 1 are in the order of their bits, and have the two highest bits free.
        self.recall.max(0.0).to_bits() | u64::from(!self.confident_mistake) << 63
    }

    fn due(&self) -> Due {
        Due {
            lesson: self.card.lesson,
            question: self.card.id.clone(),
            factor: self.card.factor,
            passage: self.card.passage.clone(),
            open: self.card.open,
            confident_mistake: self.confident_mistake,
            recall: self.recall,
        }
    }
}

/// What to ask on `day`, in order: at most the limit of the day less what was reviewed on it, factors mixed, and never two
/// sisters in a row. When nothing but sisters is left they wait for another day.
#[must_use]
pub fn queue(cards: &Cards, progress: &Progress, day: Day, limit: u32) -> Vec<Due> {
    let left = usize::try_from(limit.saturating_sub(progress.reviewed_on(day))).unwrap_or(usize::MAX);
    let mut waiting = if left > 0 { ranked(cards, progress, day) } else { Vec::new() };
    let mut queue: Vec<Due> = Vec::new();
    // Those that wait begin here: what was taken makes room at the front, so that a long row is not moved for every question.
    let mut from = 0;
    while queue.len() < left {
        let (last, rest) = (queue.last(), waiting.get(from..).unwrap_or_default());
        let sister = |card: &Card| {
            last.is_some_and(|last| last.lesson == card.lesson && last.passage.is_some() && last.passage == card.passage)
        };
        let same_factor = |card: &Card| last.is_some_and(|last| last.factor == card.factor);
        // The most urgent of another factor. A confident mistake does not wait for variety.
        let other = rest.iter().position(|due| !sister(due.card) && (due.confident_mistake || !same_factor(due.card)));
        let Some(at) = other.or_else(|| rest.iter().position(|due| !sister(due.card))) else { break };
        queue.extend(rest.get(at).map(Ranked::due));
        if let Some(passed) = waiting.get_mut(from..=from + at) {
            passed.rotate_right(1);
        }
        from += 1;
    }
    queue
}

/// When questions come back, seen from `day`.
#[must_use]
pub fn forecast(cards: &Cards, progress: &Progress, day: Day) -> Forecast {
    let mut forecast = Forecast::default();
    cards.meet(
        &progress.questions,
        |_| true,
        |card, known| {
            let on = if is_due(known, card.revision, day) { day } else { known.memory.due() };
            forecast.all += 1;
            forecast.next = Some(forecast.next.map_or(on, |next| next.min(on)));
            match on.0 - day.0 {
                0 => forecast.now += 1,
                1 => forecast.tomorrow += 1,
                2..=6 => forecast.week += 1,
                _ => {}
            }
        },
    );
    forecast
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::course::{Entry, Listed, Spoken};
    use crate::domain::id::LessonId;
    use crate::domain::kind::Kind;
    use crate::domain::late::Late;
    use crate::domain::memory::{Grade, Memory};
    use crate::domain::text::SafeText;
    use crate::domain::time::Timestamp;

    fn map(lessons: u8, questions: u8) -> Vec<Entry> {
        (1..=lessons)
            .map(|lesson| Entry {
                id: LessonId::new(&format!("l{lesson}")).unwrap(),
                title: SafeText::default(),
                factor: Some(lesson),
                words: 1,
                minutes: 1,
                pairs: Vec::new(),
                languages: Vec::new(),
                questions: (0..questions)
                    .map(|n| Listed {
                        id: QuestionId::new(&format!("l{lesson}-q{n:02}")).unwrap(),
                        kind: Kind::Single,
                        factor: Some(lesson),
                        revision: 1,
                        passage: PassageId::new(&format!("p{}", n / 3)).ok(),
                    })
                    .collect(),
                interview: Late::default(),
                story: false,
                gist: SafeText::default(),
            })
            .collect()
    }

    fn known(day: i32, score: f64, sure: bool) -> QuestionProgress {
        QuestionProgress {
            attempts: 1,
            first: score,
            best: score,
            last: score,
            revision: 1,
            at: Timestamp(0),
            memory: Memory::first(Grade::of(score, Some(sure), 0), Day(day)),
            sure: Some(sure),
            before: None,
        }
    }

    fn progress(map: &[Entry], of: impl Fn(usize) -> Option<QuestionProgress>) -> Progress {
        let ids = map.iter().flat_map(|entry| &entry.questions).enumerate();
        let questions = ids.filter_map(|(at, listed)| Some((listed.id.clone(), of(at)?))).collect();
        Progress { questions, ..Progress::default() }
    }

    #[test]
    fn confident_mistakes_come_first() {
        let map = map(2, 3);
        let progress = progress(&map, |at| Some(known(10, if at == 4 { 0.0 } else { 1.0 }, at != 5)));
        let due = due(&Cards::of(&map), &progress, Day(20));
        assert_eq!(due.len(), 6);
        assert_eq!(due[0].question.as_str(), "l2-q01");
        assert!(due[0].confident_mistake && !due[1].confident_mistake);
        assert_eq!(super::due(&Cards::of(&map), &progress, Day(10)), [], "nothing on the day of the answer itself");
    }

    #[test]
    fn a_changed_key_comes_back_and_what_is_gone_does_not() {
        let mut map = map(1, 2);
        let progress = progress(&map, |_| Some(known(10, 1.0, true)));
        assert_eq!(due(&Cards::of(&map), &progress, Day(10)).len(), 0);
        map[0].questions.change(|questions| questions[1].revision = 2);
        assert_eq!(due(&Cards::of(&map), &progress, Day(10))[0].question.as_str(), "l1-q01");
        map[0].questions = Late::default();
        assert_eq!(due(&Cards::of(&map), &progress, Day(99)), []);
        assert_eq!(forecast(&Cards::of(&map), &progress, Day(99)), Forecast::default());
    }

    #[test]
    fn the_day_has_a_limit_and_what_was_reviewed_counts() {
        let map = map(12, 9);
        let mut progress = progress(&map, |_| Some(known(10, 1.0, true)));
        assert_eq!(queue(&Cards::of(&map), &progress, Day(30), DAILY).len(), 20);
        progress.reviewed = (Day(30), 15);
        assert_eq!(queue(&Cards::of(&map), &progress, Day(30), DAILY).len(), 5);
        assert_eq!(queue(&Cards::of(&map), &progress, Day(31), DAILY).len(), 20);
        // The clock was put back: what was reviewed today was still reviewed.
        assert_eq!(queue(&Cards::of(&map), &progress, Day(29), DAILY).len(), 5);
        let told = forecast(&Cards::of(&map), &progress, Day(11));
        assert_eq!((told.now, told.tomorrow, told.all, told.next), (0, 108, 108, Some(Day(12))));
    }

    /// Every question of the course that was answered, by the plain words: each looked up in turn.
    fn plainly_known<'a>(map: &[Entry], progress: &'a Progress) -> Vec<(Card, &'a QuestionProgress)> {
        let mut found = Vec::new();
        for (lesson, entry) in map.iter().enumerate() {
            let mut add = |id: &QuestionId, factor, revision, passage: Option<&PassageId>, open| {
                if let Some(known) = progress.questions.get(id) {
                    found.push((Card { id: id.clone(), lesson, factor, revision, passage: passage.cloned(), open }, known));
                }
            };
            for listed in &entry.questions {
                if listed.kind != Kind::Guess {
                    add(&listed.id, listed.factor, listed.revision, listed.passage.as_ref(), false);
                }
            }
            for spoken in &entry.interview {
                add(&spoken.id, entry.factor, spoken.revision, None, true);
            }
        }
        found
    }

    /// Those that are due, in order.
    fn plainly_due(map: &[Entry], progress: &Progress, day: Day) -> Vec<Due> {
        let mut found: Vec<Due> = plainly_known(map, progress)
            .into_iter()
            .filter(|(card, known)| known.memory.due() <= day || known.revision < card.revision)
            .map(|(card, known)| Due {
                lesson: card.lesson,
                question: card.id,
                factor: card.factor,
                passage: card.passage,
                open: card.open,
                confident_mistake: known.sure == Some(true) && known.last < 1.0,
                recall: known.memory.recall(day),
            })
            .collect();
        found.sort_by(|a, b| a.question.cmp(&b.question));
        found.sort_by(|a, b| a.recall.partial_cmp(&b.recall).unwrap());
        found.sort_by_key(|due| !due.confident_mistake);
        found
    }

    /// The queue: the first that is no sister and brings another factor, or is a sure mistake; else the first that is no sister.
    fn plain_queue(map: &[Entry], progress: &Progress, day: Day) -> Vec<Due> {
        let mut waiting = plainly_due(map, progress, day);
        let mut queue: Vec<Due> = Vec::new();
        while queue.len() < DAILY as usize {
            let last = queue.last().cloned();
            let fits = |due: &Due| {
                last.as_ref().is_none_or(|last| due.lesson != last.lesson || due.passage.is_none() || due.passage != last.passage)
            };
            let varies = |due: &Due| due.confident_mistake || last.as_ref().is_none_or(|last| due.factor != last.factor);
            let Some(at) = waiting.iter().position(|due| fits(due) && varies(due)).or_else(|| waiting.iter().position(fits)) else {
                break;
            };
            queue.push(waiting.remove(at));
        }
        queue
    }

    fn plain_forecast(map: &[Entry], progress: &Progress, day: Day) -> Forecast {
        let known = plainly_known(map, progress);
        let now = plainly_due(map, progress, day).len();
        let later: Vec<i32> = known
            .iter()
            .filter(|(card, known)| known.revision >= card.revision && known.memory.due() > day)
            .map(|(_, known)| known.memory.due().0 - day.0)
            .collect();
        Forecast {
            now,
            tomorrow: later.iter().filter(|days| **days == 1).count(),
            week: later.iter().filter(|days| (2..7).contains(*days)).count(),
            all: known.len(),
            next: if now > 0 { Some(day) } else { later.iter().min().map(|days| Day(day.0 + days)) },
        }
    }

    proptest! {
        #[test]
        fn what_is_due_is_what_the_plain_words_say(
            known in prop::collection::vec((0..60_u8, 1..4_u32, 0..40_i32, 0..3_u8, any::<Option<bool>>()), 0..60),
            revisions in prop::collection::vec(1..4_u32, 60),
            day in 0..60_i32,
        ) {
            let mut map = map(6, 10);
            let ids: Vec<QuestionId> = map
                .iter()
                .flat_map(|entry| entry.questions.iter().map(|listed| listed.id.clone()))
                .chain([QuestionId::new("l1-iv").unwrap()])
                .collect();
            let mut revisions = revisions.into_iter();
            for entry in &mut map {
                entry.questions.change(|questions| {
                    questions.iter_mut().zip(&mut revisions).for_each(|(listed, revision)| listed.revision = revision);
                });
            }
            // Interview questions, a guess, a question that is in no lesson any more, and lessons that are not in order of their ids.
            map[0].interview = vec![Spoken { id: QuestionId::new("l1-iv").unwrap(), revision: 2 }].into();
            map[1].questions.change(|questions| questions[4].kind = Kind::Guess);
            map[2].questions.change(|questions| _ = questions.remove(3));
            map[3].questions.change(|questions| questions.reverse());
            map.reverse();
            let questions = known.into_iter().map(|(at, revision, on, half, sure)| {
                let mut known = self::known(on, f64::from(half) / 2.0, true);
                (known.revision, known.sure) = (revision, sure);
                (ids[usize::from(at).min(ids.len() - 1)].clone(), known)
            });
            let progress = Progress { questions: questions.collect(), ..Progress::default() };
            let (cards, day) = (Cards::of(&map), Day(day));
            prop_assert_eq!(due(&cards, &progress, day), plainly_due(&map, &progress, day));
            prop_assert_eq!(queue(&cards, &progress, day, DAILY), plain_queue(&map, &progress, day));
            prop_assert_eq!(forecast(&cards, &progress, day), plain_forecast(&map, &progress, day));
        }

        #[test]
        fn no_two_sisters_in_a_row(lessons in 1..13_u8, questions in 1..12_u8, seed in any::<u64>(), day in 0..60_i32) {
            let map = map(lessons, questions);
            let bits = |at: usize, n: usize| (seed >> ((at * 7 + n) % 60)) & 3;
            let progress = progress(&map, |at| {
                (bits(at, 0) > 0).then(|| known(i32::try_from(bits(at, 1)).unwrap(), if bits(at, 2) == 0 { 0.0 } else { 1.0 }, bits(at, 3) > 1))
            });
            let all = due(&Cards::of(&map), &progress, Day(day));
            let queue = queue(&Cards::of(&map), &progress, Day(day), DAILY);
            for pair in queue.windows(2) {
                prop_assert!(pair[0].lesson != pair[1].lesson || pair[0].passage != pair[1].passage, "{pair:?}");
            }
            for (at, due) in queue.iter().enumerate() {
                prop_assert!(all.contains(due));
                prop_assert!(!queue[..at].contains(due), "asked twice: {due:?}");
            }
            prop_assert!(queue.len() == 20 || queue.len() <= all.len());
            prop_assert_eq!(forecast(&Cards::of(&map), &progress, Day(day)).now, all.len());
        }
    }
}
