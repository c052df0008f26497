//! What the events of a learner amount to: places, scores, quizzes under way. A fold, so that the store may keep either.

use std::collections::BTreeMap;

use super::event::{Attempt, Deed, Event, ReadingPlace};
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
        let mut progress = Self::default();
        for event in events {
            progress.apply(event);
        }
        progress
    }

    /// Takes in one more event.
    pub fn apply(&mut self, event: &Event) {
        // A review, an exam and an interview ask across the course: they move no place in it.
        let elsewhere = match &event.deed {
            Deed::Answered(attempt) if !attempt.in_quiz => Some(attempt),
            Deed::TakenBack { question, .. } => return self.take_back(question),
            Deed::WayChosen { track } => {
                self.way = track.clone().map_or(Way::All, Way::Track);
                return;
            }
            _ => None,
        };
        if let Some(attempt) = elsewhere {
            self.answers += 1;
            return self.scored(attempt, event.at);
        }
        let Some(id) = event.lesson() else { return };
        let lesson = self.lessons.entry(id.clone()).or_default();
        lesson.touched = event.at;
        self.current = Some(id.clone());
        match &event.deed {
            Deed::Opened { .. } => {}
            Deed::ReadTo { place, .. } => lesson.place = Some(place.clone()),
            Deed::Finished { .. } => lesson.finished = true,
            Deed::QuizStarted { seed, questions, part, .. } => {
                let (questions, scores) = (questions.clone(), BTreeMap::new());
                lesson.sitting = Some(Sitting { seed: *seed, questions, scores, part: *part });
            }
            Deed::TakenBack { .. } | Deed::WayChosen { .. } => {}
            Deed::QuizLeft { .. } => lesson.sitting = None,
            Deed::Answered(attempt) => {
                self.answers += 1;
                lesson.answered(attempt);
                self.scored(attempt, event.at);
            }
        }
    }

    fn scored(&mut self, attempt: &Attempt, at: Timestamp) {
        if !attempt.scored {
            return;
        }
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
            .and_modify(|known| known.again(attempt, at))
            .or_insert_with(|| QuestionProgress::first(attempt, at));
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

    fn take_back(&mut self, question: &QuestionId) {
        let Some(known) = self.questions.get(question) else { return };
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

impl Event {
    /// The lesson that it is about; a choice of what to follow is about none.
    #[must_use]
    pub fn lesson(&self) -> Option<&LessonId> {
        Some(match &self.deed {
            Deed::Opened { lesson }
            | Deed::ReadTo { lesson, .. }
            | Deed::Finished { lesson }
            | Deed::QuizStarted { lesson, .. }
            | Deed::TakenBack { lesson, .. }
            | Deed::QuizLeft { lesson } => lesson,
            Deed::Answered(attempt) => &attempt.lesson,
            Deed::WayChosen { .. } => return None,
        })
    }
}

impl LessonProgress {
    fn answered(&mut self, attempt: &Attempt) {
        let Some(sitting) = &mut self.sitting else { return };
        if sitting.seed != attempt.seed || !sitting.questions.contains(&attempt.question) {
            return; // Another instance of the program began this quiz anew.
        }
        let was_complete = sitting.complete();
        sitting.scores.entry(attempt.question.clone()).or_insert(attempt.score);
        if sitting.complete() && !was_complete && !sitting.part {
            let score = sitting.score();
            self.quiz = Some(match self.quiz {
                None => QuizScores { taken: 1, first: score, best: score, last: score },
                Some(known) => QuizScores { taken: known.taken + 1, best: known.best.max(score), last: score, ..known },
            });
        }
    }
}

fn grade(attempt: &Attempt) -> Grade {
    Grade::of(attempt.score, attempt.sure, attempt.hints)
}

impl QuestionProgress {
    fn first(attempt: &Attempt, at: Timestamp) -> Self {
        Self {
            attempts: 1,
            first: attempt.score,
            best: attempt.score,
            last: attempt.score,
            revision: attempt.revision,
            at,
            memory: Memory::first(grade(attempt), attempt.day),
            sure: attempt.sure,
            before: None,
        }
    }

    fn again(&mut self, attempt: &Attempt, at: Timestamp) {
        self.before = Some(Box::new(Self { before: None, ..self.clone() }));
        self.memory = self.memory.next(grade(attempt), attempt.day);
        self.sure = attempt.sure;
        self.attempts += 1;
        self.best = self.best.max(attempt.score);
        self.last = attempt.score;
        self.revision = attempt.revision;
        self.at = at;
    }
}
