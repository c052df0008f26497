//! Which questions are due on a day, and in which order they are asked. A question comes into review with its first scored
//! answer, wherever that was given.

use std::collections::HashMap;

use super::course::Entry;
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
pub fn due(map: &[Entry], progress: &Progress, day: Day) -> Vec<Due> {
    // What is known is read through once, in the order that it lies in memory. To look every question of the course up in it
    // costs several times as much; of those few that may be due each is then found in one step.
    let newest = cards(map).map(|card| card.revision).max().unwrap_or(0);
    let may_be_due: HashMap<&QuestionId, &QuestionProgress> =
        progress.questions.iter().filter(|(_, known)| is_due(known, newest, day)).collect();
    if may_be_due.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(u64, Due)> = cards(map)
        .filter_map(|card| may_be_due.get(card.id).map(|known| (card, *known)))
        .filter(|(card, known)| is_due(known, card.revision, day))
        .map(|(card, known)| {
            let due = Due {
                lesson: card.lesson,
                question: card.id.clone(),
                factor: card.factor,
                passage: card.passage.cloned(),
                open: card.open,
                confident_mistake: known.sure == Some(true) && known.last < 1.0,
                recall: known.memory.recall(day),
            };
            (due.rank(), due)
        })
        .collect();
    found.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.question.cmp(&other.question)));
    found.into_iter().map(|(_, due)| due).collect()
}

impl Due {
    /// Lower is more urgent: confident mistakes first, then what is least likely known.
    fn rank(&self) -> u64 {
        // Numbers from 0 to 1 are in the order of their bits, and have the two highest bits free.
        self.recall.max(0.0).to_bits() | u64::from(!self.confident_mistake) << 63
    }
}

/// What to ask on `day`, in order: at most the limit of the day less what was reviewed on it, factors mixed, and never two
/// sisters in a row. When nothing but sisters is left they wait for another day.
#[must_use]
pub fn queue(map: &[Entry], progress: &Progress, day: Day, limit: u32) -> Vec<Due> {
    let left = limit.saturating_sub(progress.reviewed_on(day));
    let mut waiting = due(map, progress, day);
    let mut queue: Vec<Due> = Vec::new();
    while queue.len() < usize::try_from(left).unwrap_or(usize::MAX) {
        let last = queue.last();
        let sister =
            |due: &Due| last.is_some_and(|last| last.lesson == due.lesson && last.passage.is_some() && last.passage == due.passage);
        let same_factor = |due: &Due| last.is_some_and(|last| last.factor == due.factor);
        // The most urgent of another factor. A confident mistake does not wait for variety.
        let other = waiting.iter().position(|due| !sister(due) && (due.confident_mistake || !same_factor(due)));
        let Some(at) = other.or_else(|| waiting.iter().position(|due| !sister(due))) else { break };
        queue.push(waiting.remove(at));
    }
    queue
}

/// When questions come back, seen from `day`.
#[must_use]
pub fn forecast(map: &[Entry], progress: &Progress, day: Day) -> Forecast {
    let mut forecast = Forecast::default();
    for (card, known) in in_review(map, progress) {
        let on = if is_due(known, card.revision, day) { day } else { known.memory.due() };
        forecast.all += 1;
        forecast.next = Some(forecast.next.map_or(on, |next| next.min(on)));
        match on.0 - day.0 {
            0 => forecast.now += 1,
            1 => forecast.tomorrow += 1,
            2..=6 => forecast.week += 1,
            _ => {}
        }
    }
    forecast
}

/// A question of the course.
struct Card<'a> {
    lesson: usize,
    id: &'a QuestionId,
    factor: Option<u8>,
    revision: u32,
    passage: Option<&'a PassageId>,
    open: bool,
}

/// Every question of the course that counts, in its order.
fn cards(map: &[Entry]) -> impl Iterator<Item = Card<'_>> {
    map.iter().enumerate().flat_map(|(lesson, entry)| {
        let scored = entry.questions.iter().filter(|listed| listed.kind.scored()).map(move |listed| Card {
            lesson,
            id: &listed.id,
            factor: listed.factor,
            revision: listed.revision,
            passage: listed.passage.as_ref(),
            open: false,
        });
        let open = entry.interview.iter().map(move |spoken| Card {
            lesson,
            id: &spoken.id,
            factor: entry.factor,
            revision: spoken.revision,
            passage: None,
            open: true,
        });
        scored.chain(open)
    })
}

/// Every question of the course that was answered, with what is known of it.
fn in_review<'a>(map: &'a [Entry], progress: &'a Progress) -> impl Iterator<Item = (Card<'a>, &'a QuestionProgress)> {
    cards(map).filter_map(|card| progress.questions.get(card.id).map(|known| (card, known)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::course::{Listed, Spoken};
    use crate::domain::id::LessonId;
    use crate::domain::memory::{Grade, Memory};
    use crate::domain::quiz::Kind;
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
                questions: (0..questions)
                    .map(|n| Listed {
                        id: QuestionId::new(&format!("l{lesson}-q{n:02}")).unwrap(),
                        kind: Kind::Single,
                        factor: Some(lesson),
                        revision: 1,
                        passage: PassageId::new(&format!("p{}", n / 3)).ok(),
                    })
                    .collect(),
                interview: Vec::new(),
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
        let due = due(&map, &progress, Day(20));
        assert_eq!(due.len(), 6);
        assert_eq!(due[0].question.as_str(), "l2-q01");
        assert!(due[0].confident_mistake && !due[1].confident_mistake);
        assert_eq!(super::due(&map, &progress, Day(10)), [], "nothing on the day of the answer itself");
    }

    #[test]
    fn a_changed_key_comes_back_and_what_is_gone_does_not() {
        let mut map = map(1, 2);
        let progress = progress(&map, |_| Some(known(10, 1.0, true)));
        assert_eq!(due(&map, &progress, Day(10)).len(), 0);
        map[0].questions[1].revision = 2;
        assert_eq!(due(&map, &progress, Day(10))[0].question.as_str(), "l1-q01");
        map[0].questions.clear();
        assert_eq!(due(&map, &progress, Day(99)), []);
        assert_eq!(forecast(&map, &progress, Day(99)), Forecast::default());
    }

    #[test]
    fn the_day_has_a_limit_and_what_was_reviewed_counts() {
        let map = map(12, 9);
        let mut progress = progress(&map, |_| Some(known(10, 1.0, true)));
        assert_eq!(queue(&map, &progress, Day(30), DAILY).len(), 20);
        progress.reviewed = (Day(30), 15);
        assert_eq!(queue(&map, &progress, Day(30), DAILY).len(), 5);
        assert_eq!(queue(&map, &progress, Day(31), DAILY).len(), 20);
        // The clock was put back: what was reviewed today was still reviewed.
        assert_eq!(queue(&map, &progress, Day(29), DAILY).len(), 5);
        let told = forecast(&map, &progress, Day(11));
        assert_eq!((told.now, told.tomorrow, told.all, told.next), (0, 108, 108, Some(Day(12))));
    }

    /// What is due by the plain words: every question of the course in turn, looked up, and put in order.
    fn plainly_due(map: &[Entry], progress: &Progress, day: Day) -> Vec<Due> {
        let mut found: Vec<Due> = in_review(map, progress)
            .filter(|(card, known)| known.memory.due() <= day || known.revision < card.revision)
            .map(|(card, known)| Due {
                lesson: card.lesson,
                question: card.id.clone(),
                factor: card.factor,
                passage: card.passage.cloned(),
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
            for (listed, revision) in map.iter_mut().flat_map(|entry| &mut entry.questions).zip(revisions) {
                listed.revision = revision;
            }
            // Interview questions, a question that is in no lesson any more, and lessons that are not in order of their ids.
            map[0].interview = vec![Spoken { id: QuestionId::new("l1-iv").unwrap(), revision: 2 }];
            map[2].questions.remove(3);
            map[3].questions.reverse();
            map.reverse();
            let questions = known.into_iter().map(|(at, revision, on, half, sure)| {
                let mut known = self::known(on, f64::from(half) / 2.0, true);
                (known.revision, known.sure) = (revision, sure);
                (ids[usize::from(at).min(ids.len() - 1)].clone(), known)
            });
            let progress = Progress { questions: questions.collect(), ..Progress::default() };
            prop_assert_eq!(due(&map, &progress, Day(day)), plainly_due(&map, &progress, Day(day)));
        }

        #[test]
        fn no_two_sisters_in_a_row(lessons in 1..13_u8, questions in 1..12_u8, seed in any::<u64>(), day in 0..60_i32) {
            let map = map(lessons, questions);
            let bits = |at: usize, n: usize| (seed >> ((at * 7 + n) % 60)) & 3;
            let progress = progress(&map, |at| {
                (bits(at, 0) > 0).then(|| known(i32::try_from(bits(at, 1)).unwrap(), if bits(at, 2) == 0 { 0.0 } else { 1.0 }, bits(at, 3) > 1))
            });
            let all = due(&map, &progress, Day(day));
            let queue = queue(&map, &progress, Day(day), DAILY);
            for pair in queue.windows(2) {
                prop_assert!(pair[0].lesson != pair[1].lesson || pair[0].passage != pair[1].passage, "{pair:?}");
            }
            for (at, due) in queue.iter().enumerate() {
                prop_assert!(all.contains(due));
                prop_assert!(!queue[..at].contains(due), "asked twice: {due:?}");
            }
            prop_assert!(queue.len() == 20 || queue.len() <= all.len());
            prop_assert_eq!(forecast(&map, &progress, Day(day)).now, all.len());
        }
    }
}
