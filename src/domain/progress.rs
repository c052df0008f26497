//! What the events of a learner amount to: places, scores, quizzes under way. A fold, so that the store may keep either.

use std::collections::BTreeMap;

use super::event::{Attempt, Deed, Event, ReadingPlace};
use super::history::Undone;
use super::id::{LessonId, QuestionId};
use super::memory::{Grade, Memory};
use super::time::{Day, Timestamp};
use super::track::Way;

/// All that the program remembers of a learner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// By lesson. Lessons that are not in the course any more stay.
    pub lessons: BTreeMap<LessonId, LessonProgress>,
    /// By question. Only scored answers.
    pub questions: BTreeMap<QuestionId, QuestionProgress>,
    /// How many answers there are, unscored ones included.
    pub answers: u64,
    /// The lesson that something was last done in.
    pub current: Option<LessonId>,
    /// How often the learner was sure, and right.
    pub calibration: Calibration,
    /// The last day on which something was reviewed, and how many questions that were due were answered on it.
    pub reviewed: (Day, u32),
    /// What is followed.
    pub way: Way,
    /// The exam under way.
    pub exam: Option<ExamSitting>,
}

/// An exam that was begun and not handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct ExamSitting {
    /// The seed of the paper.
    pub seed: u64,
    /// What is asked, in order.
    pub questions: Vec<QuestionId>,
    /// The scores of those answered so far.
    pub scores: BTreeMap<QuestionId, f64>,
    /// When it was first begun.
    pub began: Timestamp,
    /// When its time is over, where it has a clock.
    pub ends: Option<Timestamp>,
    /// When it was last gone on with, or answered in.
    pub touched: Timestamp,
    /// How often it was gone on with.
    pub resumed: u32,
    /// Its answers, in order. They count when it is over, and not before: whoever sees mastery or calibration move while it is
    /// under way is told what was right.
    pub answers: Vec<Scored>,
}

/// What counts of a scored answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// What was asked.
    pub question: QuestionId,
    /// Which revision of it.
    pub revision: u32,
    /// From 0 to 1.
    pub score: f64,
    /// Whether the learner was sure, where that was asked.
    pub sure: Option<bool>,
    /// How many hints were taken.
    pub hints: u8,
    /// The day of learning that it was given on.
    pub day: Day,
    /// When it was given.
    pub at: Timestamp,
}

impl Scored {
    /// That of an answer; `None` of one that does not count.
    fn of(attempt: &Attempt, at: Timestamp) -> Option<Self> {
        let Attempt { question, revision, score, sure, hints, day, .. } = attempt;
        let question = question.clone();
        attempt.scored.then_some(Self { question, revision: *revision, score: *score, sure: *sure, hints: *hints, day: *day, at })
    }
}

impl ExamSitting {
    /// The time that was left when something was last done in it, in milliseconds, where it has a clock.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        self.ends.map(|ends| ends.since(self.touched))
    }
}

/// How well a learner knows what she knows: scored answers for which it was asked, split by whether she was sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calibration {
    /// Answers that she was sure of.
    pub sure: Tally,
    /// Answers that she was not sure of.
    pub unsure: Tally,
}

/// How many answers there were, and how many of them were right in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Right in full.
    pub right: u64,
    /// All.
    pub all: u64,
}

impl Tally {
    /// The share that was right, from 0 to 1; `None` when there is nothing to speak of.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of answers")]
    pub fn share(self) -> Option<f64> {
        (self.all > 0).then(|| self.right as f64 / self.all as f64)
    }
}

impl Calibration {
    fn of(&mut self, sure: Option<bool>) -> Option<&mut Tally> {
        sure.map(|sure| if sure { &mut self.sure } else { &mut self.unsure })
    }
}

/// What is known about one lesson.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LessonProgress {
    /// Whether its text was read to the end once.
    pub finished: bool,
    /// How far it is read now.
    pub place: Option<ReadingPlace>,
    /// When something was last done in it.
    pub touched: Timestamp,
    /// The quiz under way.
    pub sitting: Option<Sitting>,
    /// Scores of quizzes that were answered to the end: the first, the best and the last, from 0 to 1.
    pub quiz: Option<QuizScores>,
}

/// Scores of the quizzes of one lesson, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuizScores {
    /// How many were answered to the end.
    pub taken: u32,
    /// Of the first.
    pub first: f64,
    /// The best.
    pub best: f64,
    /// Of the last.
    pub last: f64,
}

/// A quiz that was begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    /// Decides the order of options.
    pub seed: u64,
    /// What is asked, in order.
    pub questions: Vec<QuestionId>,
    /// The scores of those answered so far.
    pub scores: BTreeMap<QuestionId, f64>,
    /// Whether it is only a part of the quiz.
    pub part: bool,
    /// How many hints were taken.
    pub hints: u32,
}

impl Sitting {
    /// The first question without an answer.
    #[must_use]
    pub fn next(&self) -> Option<usize> {
        self.questions.iter().position(|question| !self.scores.contains_key(question))
    }

    /// Whether every question is answered.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.next().is_none()
    }

    /// The mean of the scores over all its questions, from 0 to 1.
    #[must_use]
    pub fn score(&self) -> f64 {
        let count = u32::try_from(self.questions.len().max(1)).unwrap_or(u32::MAX);
        self.scores.values().sum::<f64>() / f64::from(count)
    }
}

/// What is known about one question.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionProgress {
    /// How often it was answered.
    pub attempts: u32,
    /// The score of the first answer, from 0 to 1.
    pub first: f64,
    /// The best score.
    pub best: f64,
    /// The score of the last answer.
    pub last: f64,
    /// The revision that the last answer was given to.
    pub revision: u32,
    /// When it was last answered.
    pub at: Timestamp,
    /// What is remembered of it.
    pub memory: Memory,
    /// Whether the learner was sure of the last answer, where that was asked.
    pub sure: Option<bool>,
    /// What was known before the last answer, to take that back. It holds no further one.
    pub before: Option<Box<Self>>,
}

impl Progress {
    /// What `events` amount to.
    #[must_use]
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let events: Vec<&Event> = events.into_iter().collect();
        Self::default().after(&events)
    }

    /// What it amounts to after `events`. A reset among them that is undone among them does not count.
    #[must_use]
    pub fn after(mut self, events: &[&Event]) -> Self {
        let undone: Undone = events.iter().copied().collect();
        for event in events.iter().filter(|event| undone.stands(event)) {
            self.apply(event);
        }
        self
    }

    /// Takes in one more event. What a reset took away cannot come back here: who wants to undo one folds anew without it.
    pub fn apply(&mut self, event: &Event) {
        match &event.deed {
            Deed::Opened { lesson } => _ = self.touch(lesson, event.at),
            Deed::ReadTo { lesson, place } => self.touch(lesson, event.at).place = Some(place.clone()),
            Deed::Finished { lesson } => self.touch(lesson, event.at).finished = true,
            Deed::QuizStarted { lesson, seed, questions, part } => {
                let (questions, scores) = (questions.clone(), BTreeMap::new());
                self.touch(lesson, event.at).sitting = Some(Sitting { seed: *seed, questions, scores, part: *part, hints: 0 });
            }
            Deed::QuizLeft { lesson } => self.touch(lesson, event.at).sitting = None,
            Deed::WayChosen { track } => self.way = track.clone().map_or(Way::All, Way::Track),
            Deed::Answered(attempt) => {
                self.answers += 1;
                let scored = Scored::of(attempt, event.at);
                if attempt.in_quiz {
                    self.touch(&attempt.lesson, event.at).answered(attempt);
                } else if let Some(exam) = self.exam.as_mut().filter(|exam| exam.asks(attempt)) {
                    exam.answered(attempt, event.at);
                    exam.answers.extend(scored);
                    return;
                }
                if let Some(scored) = &scored {
                    self.scored(scored);
                }
            }
            Deed::TakenBack { question, given, .. } => self.take_back(question, *given),
            Deed::ExamBegan { seed, questions, left } => self.exam_began(*seed, questions, *left, event.at),
            Deed::ExamEnded { seed } => {
                if let Some(exam) = self.exam.take_if(|exam| exam.seed == *seed) {
                    self.exam_over(&exam);
                }
            }
            Deed::Reset { lesson: None, .. } => *self = Self::default(),
            Deed::Reset { lesson: Some(lesson), questions, .. } => {
                self.lessons.remove(lesson);
                for question in questions {
                    self.questions.remove(question);
                }
                if let Some(exam) = &mut self.exam {
                    exam.answers.retain(|answer| !questions.contains(&answer.question));
                }
            }
            Deed::ResetUndone { .. } | Deed::Voted(_) => {}
        }
    }

    /// Something was done in a lesson. A review, an exam and an interview ask across the course: they move no place in it.
    fn touch(&mut self, lesson: &LessonId, at: Timestamp) -> &mut LessonProgress {
        self.current = Some(lesson.clone());
        let known = self.lessons.entry(lesson.clone()).or_default();
        known.touched = at;
        known
    }

    fn exam_began(&mut self, seed: u64, questions: &[QuestionId], left: Option<u64>, at: Timestamp) {
        let ends = left.map(|left| Timestamp(at.0.saturating_add_unsigned(left)));
        match &mut self.exam {
            Some(exam) if exam.seed == seed => {
                (exam.ends, exam.touched, exam.resumed) = (ends, at, exam.resumed.saturating_add(1));
            }
            _ => {
                let (questions, scores, answers) = (questions.to_vec(), BTreeMap::new(), Vec::new());
                let exam = ExamSitting { seed, questions, scores, began: at, ends, touched: at, resumed: 0, answers };
                // Whoever begins another one has given up the one before.
                if let Some(given_up) = self.exam.replace(exam) {
                    self.exam_over(&given_up);
                }
            }
        }
    }

    fn exam_over(&mut self, exam: &ExamSitting) {
        for answer in &exam.answers {
            self.scored(answer);
        }
    }

    fn scored(&mut self, attempt: &Scored) {
        if let Some(tally) = self.calibration.of(attempt.sure) {
            tally.all += 1;
            tally.right += u64::from(attempt.score >= 1.0);
        }
        if self.questions.get(&attempt.question).is_some_and(|known| known.memory.due() <= attempt.day) {
            let (day, count) = self.reviewed;
            self.reviewed = if attempt.day > day { (attempt.day, 1) } else { (day, count + 1) };
        }
        self.questions
            .entry(attempt.question.clone())
            .and_modify(|known| known.again(attempt))
            .or_insert_with(|| QuestionProgress::first(attempt));
    }

    /// How well the questions of `bank` are known on `day`: the mean of the last scores, each times the chance that memory
    /// still holds it; a question never answered counts zero. From 0 to 1; `None` when the bank is empty.
    #[must_use]
    pub fn mastery<'a>(&self, bank: impl IntoIterator<Item = &'a QuestionId>, day: Day) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0_u32);
        for question in bank {
            sum += self.questions.get(question).map_or(0.0, |known| known.last * known.memory.recall(day));
            count += 1;
        }
        (count > 0).then(|| sum / f64::from(count))
    }

    /// How many questions that were due have been answered on `day`.
    #[must_use]
    pub fn reviewed_on(&self, day: Day) -> u32 {
        if self.reviewed.0 >= day { self.reviewed.1 } else { 0 }
    }

    fn take_back(&mut self, question: &QuestionId, given: Option<Timestamp>) {
        let Some(known) = self.questions.get(question) else { return };
        if given.is_some_and(|given| given != known.at) {
            return; // Another machine's answer came after the one that is meant.
        }
        let before = known.before.clone();
        // Only an answer that something is known before can be taken back, and only once.
        let Some(before) = before else { return };
        if let Some(tally) = self.calibration.of(known.sure) {
            tally.all = tally.all.saturating_sub(1);
            tally.right = tally.right.saturating_sub(u64::from(known.last >= 1.0));
        }
        if before.memory.due() <= known.memory.day && self.reviewed.0 == known.memory.day {
            self.reviewed.1 = self.reviewed.1.saturating_sub(1);
        }
        self.questions.insert(question.clone(), *before);
    }
}

/// Keeps the resets of a session undoable: what was known before the first of them, and all that was done since.
#[derive(Debug, Clone, Default)]
pub struct Since(Option<(Progress, Vec<Event>)>);

impl Since {
    /// Takes one more event into `progress`. The undoing of a reset that this has seen brings back what it took away.
    pub fn apply(&mut self, progress: &mut Progress, event: &Event) {
        if let Deed::Reset { .. } = &event.deed {
            self.0.get_or_insert_with(|| (progress.clone(), Vec::new()));
        }
        if let Some((_, events)) = &mut self.0 {
            events.push(event.clone());
        }
        match (&event.deed, &self.0) {
            (Deed::ResetUndone { .. }, Some((before, events))) => {
                *progress = before.clone().after(&events.iter().collect::<Vec<_>>());
            }
            _ => progress.apply(event),
        }
    }

    /// What was known before this session has turned out to be `before`, and `events` are those of it that are not in there.
    /// Whether that can be taken in: not when the reset itself is in there, for nobody could undo it then.
    #[must_use]
    pub fn correct(&mut self, before: &Progress, events: &[&Event]) -> bool {
        let Some(known) = &mut self.0 else { return true };
        let whole = events.len() >= known.1.len();
        if whole {
            *known = (before.clone(), events.iter().map(|event| (*event).clone()).collect());
        }
        whole
    }
}

impl Event {
    /// The lesson that it is about, if it is about one.
    #[must_use]
    pub fn lesson(&self) -> Option<&LessonId> {
        match &self.deed {
            Deed::Opened { lesson }
            | Deed::ReadTo { lesson, .. }
            | Deed::Finished { lesson }
            | Deed::QuizStarted { lesson, .. }
            | Deed::TakenBack { lesson, .. }
            | Deed::QuizLeft { lesson } => Some(lesson),
            Deed::Answered(attempt) => Some(&attempt.lesson),
            Deed::Voted(vote) => Some(&vote.lesson),
            Deed::Reset { lesson, .. } => lesson.as_ref(),
            Deed::WayChosen { .. } | Deed::ExamBegan { .. } | Deed::ExamEnded { .. } | Deed::ResetUndone { .. } => None,
        }
    }
}

impl ExamSitting {
    /// Whether an answer was given in it.
    fn asks(&self, attempt: &Attempt) -> bool {
        self.seed == attempt.seed && self.questions.contains(&attempt.question)
    }

    fn answered(&mut self, attempt: &Attempt, at: Timestamp) {
        self.scores.entry(attempt.question.clone()).or_insert(attempt.score);
        self.touched = at;
    }
}

impl LessonProgress {
    fn answered(&mut self, attempt: &Attempt) {
        let Some(sitting) = &mut self.sitting else { return };
        if sitting.seed != attempt.seed || !sitting.questions.contains(&attempt.question) {
            return; // Another instance of the program began this quiz anew.
        }
        let was_complete = sitting.complete();
        if sitting.scores.contains_key(&attempt.question) {
            return;
        }
        sitting.scores.insert(attempt.question.clone(), attempt.score);
        sitting.hints = sitting.hints.saturating_add(attempt.hints.into());
        if sitting.complete() && !was_complete && !sitting.part {
            let score = sitting.score();
            self.quiz = Some(match self.quiz {
                None => QuizScores { taken: 1, first: score, best: score, last: score },
                Some(known) => QuizScores { taken: known.taken + 1, best: known.best.max(score), last: score, ..known },
            });
        }
    }
}

fn grade(attempt: &Scored) -> Grade {
    Grade::of(attempt.score, attempt.sure, attempt.hints)
}

impl QuestionProgress {
    fn first(attempt: &Scored) -> Self {
        Self {
            attempts: 1,
            first: attempt.score,
            best: attempt.score,
            last: attempt.score,
            revision: attempt.revision,
            at: attempt.at,
            memory: Memory::first(grade(attempt), attempt.day),
            sure: attempt.sure,
            before: None,
        }
    }

    fn again(&mut self, attempt: &Scored) {
        self.before = Some(Box::new(Self { before: None, ..self.clone() }));
        self.memory = self.memory.next(grade(attempt), attempt.day);
        self.sure = attempt.sure;
        self.attempts += 1;
        self.best = self.best.max(attempt.score);
        self.last = attempt.score;
        self.revision = attempt.revision;
        self.at = attempt.at;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::super::grade::{Answer, Verdict};
    use super::*;

    fn lesson(name: &str) -> LessonId {
        LessonId::new(name).unwrap()
    }

    fn question(name: &str) -> QuestionId {
        QuestionId::new(name).unwrap()
    }

    fn event(at: i64, deed: Deed) -> Event {
        Event { at: Timestamp(at), deed }
    }

    fn answer(at: i64, asked: &str, score: f64) -> Event {
        let attempt = Attempt {
            lesson: lesson("config"),
            question: question(asked),
            revision: 1,
            seed: 7,
            shown: Vec::new(),
            answer: Answer::Text(String::new()),
            score,
            verdict: Verdict::of(score),
            scored: true,
            in_quiz: false,
            sure: Some(true),
            hints: 2,
            took: 1,
            day: Day(20_000),
        };
        event(at, Deed::Answered(attempt))
    }

    fn taken_back(at: i64, given: Option<i64>) -> Event {
        event(at, Deed::TakenBack { lesson: lesson("config"), question: question("a"), given: given.map(Timestamp) })
    }

    fn reset(at: i64, name: u64, of: Option<&str>) -> Event {
        let questions = if of.is_some() { vec![question("a"), question("b")] } else { Vec::new() };
        event(at, Deed::Reset { name, lesson: of.map(lesson), questions })
    }

    /// Two machines: the wrong answer that is taken back on one is not the last in the history of both.
    #[test]
    fn only_the_answer_that_is_meant_is_taken_back() {
        let (first, slip, other) = (answer(1, "a", 1.0), answer(2, "a", 0.0), answer(3, "a", 1.0));
        let alone = Progress::of([&first, &slip, &taken_back(4, Some(2))]);
        assert_eq!((alone.questions[&question("a")].attempts, alone.calibration.sure.all), (1, 1));
        let met = Progress::of([&first, &slip, &other, &taken_back(4, Some(2))]);
        assert_eq!(met, Progress::of([&first, &slip, &other]), "the other machine's answer stays");
        let unnamed = Progress::of([&first, &slip, &taken_back(4, None)]);
        assert_eq!(unnamed, alone, "as it was before answers had names");
    }

    #[test]
    fn a_lesson_that_is_reset_is_as_if_it_had_never_been_begun() {
        let opened = |at, of: &str| event(at, Deed::Opened { lesson: lesson(of) });
        let before = [opened(1, "config"), opened(2, "logs"), answer(3, "a", 1.0), answer(4, "c", 0.0)];
        let after = [reset(5, 1, Some("config")), answer(6, "b", 1.0)];
        let progress = Progress::of(before.iter().chain(&after));
        assert_eq!(progress.lessons.keys().map(LessonId::as_str).collect::<Vec<_>>(), ["logs"]);
        assert_eq!(progress.questions.keys().map(QuestionId::as_str).collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(progress.answers, 3, "they were given all the same");
        let all = Progress::of(before.iter().chain([&reset(5, 1, None), &answer(6, "b", 1.0)]));
        assert_eq!(all, Progress::of([&answer(6, "b", 1.0)]));
    }

    #[test]
    fn an_undone_reset_counts_as_if_it_had_never_been() {
        let deeds = [answer(1, "a", 1.0), reset(2, 8, Some("config")), answer(3, "a", 0.0), reset(4, 9, None), answer(5, "b", 1.0)];
        let undone = |name| event(6, Deed::ResetUndone { name });
        let without = |left_out: &[usize]| {
            Progress::of(deeds.iter().enumerate().filter(|(at, _)| !left_out.contains(at)).map(|(_, deed)| deed))
        };
        assert_eq!(Progress::of(deeds.iter().chain([&undone(9)])), without(&[3]));
        assert_eq!(Progress::of(deeds.iter().chain([&undone(8), &undone(9)])), without(&[1, 3]));
        assert_eq!(Progress::of(deeds.iter().chain([&undone(8)])), without(&[1]));
        // Where the histories of two machines meet, the undoing may come to stand first.
        assert_eq!(Progress::of([&undone(9)].into_iter().chain(&deeds)), without(&[3]));
        assert_eq!(Progress::of(deeds.iter().chain([&undone(5)])), without(&[]));
    }

    #[test]
    fn an_exam_is_under_way_until_it_is_handed_in() {
        let questions = vec![question("a"), question("b")];
        let began = |at, left| event(at, Deed::ExamBegan { seed: 7, questions: questions.clone(), left: Some(left) });
        let deeds = [began(100, 5_000), answer(2_100, "a", 0.0), answer(2_200, "c", 1.0)];
        let progress = Progress::of(&deeds);
        let exam = progress.exam.clone().unwrap();
        assert_eq!((exam.scores.len(), exam.ends, exam.left()), (1, Some(Timestamp(5_100)), Some(3_000)));
        let on = progress.clone().after(&[&began(90_000, 3_000)]).exam.unwrap();
        assert_eq!((on.began, on.ends, on.resumed, on.scores.len()), (Timestamp(100), Some(Timestamp(93_000)), 1, 1));
        let ended = |seed| event(91_000, Deed::ExamEnded { seed });
        assert_eq!(progress.clone().after(&[&ended(7)]).exam, None);
        assert!(progress.after(&[&ended(8)]).exam.is_some(), "another one");
    }

    #[test]
    fn answers_of_an_exam_count_when_it_is_over() {
        let questions = vec![question("a"), question("b"), question("c")];
        let began = |at, seed| event(at, Deed::ExamBegan { seed, questions: questions.clone(), left: None });
        let ended = |seed| event(900, Deed::ExamEnded { seed });
        let before = [answer(1, "a", 1.0)];
        let asked = [answer(200, "a", 0.0), answer(300, "b", 1.0), answer(400, "d", 1.0)];
        let told = Progress::of(&before);
        let under_way = Progress::of(before.iter().chain([&began(100, 7)]).chain(&asked[..2]));
        let mastery = |progress: &Progress| progress.mastery(&questions, Day(20_000));
        assert_eq!((&under_way.questions, under_way.calibration), (&told.questions, told.calibration), "nothing is told");
        assert_eq!((mastery(&under_way), under_way.reviewed, under_way.answers), (mastery(&told), told.reviewed, 3));
        // It amounts to the same as if there had been no exam, once it is handed in, or another one is begun.
        let plain = Progress::of(before.iter().chain(&asked[..2]));
        assert_eq!(under_way.clone().after(&[&ended(7)]), plain);
        let other = under_way.clone().after(&[&began(800, 8)]);
        assert_eq!((&other.questions, other.calibration), (&plain.questions, plain.calibration));
        assert_eq!(other.exam.map(|exam| exam.answers.len()), Some(0));
        // What is not asked in it counts at once; what a reset takes away does not come back with its end.
        assert!(under_way.clone().after(&[&asked[2]]).questions.contains_key(&question("d")));
        let taken_away = under_way.after(&[&reset(500, 1, Some("config")), &ended(7)]);
        assert_eq!(taken_away.questions, BTreeMap::new());
        assert_eq!(Progress::of([&began(1, 7), &asked[0], &reset(500, 1, None), &ended(7)]), Progress::default());
    }

    #[test]
    fn hints_are_counted_with_the_first_answer_of_a_quiz() {
        let questions = vec![question("a"), question("b")];
        let started = event(1, Deed::QuizStarted { lesson: lesson("config"), seed: 7, questions, part: false });
        let in_quiz = |at, asked| {
            let mut event = answer(at, asked, 1.0);
            if let Deed::Answered(attempt) = &mut event.deed {
                attempt.in_quiz = true;
            }
            event
        };
        let progress = Progress::of([&started, &in_quiz(2, "a"), &in_quiz(3, "a"), &in_quiz(4, "b")]);
        assert_eq!(progress.lessons[&lesson("config")].sitting.as_ref().unwrap().hints, 4);
    }
}
