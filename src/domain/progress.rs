//! What the events of a learner amount to: places, scores, quizzes under way. A fold, so that the store may keep either.

use std::collections::BTreeMap;

use super::event::{Attempt, Deed, Event, ReadingPlace};
use super::id::{LessonId, QuestionId};
use super::time::Timestamp;

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
        let id = event.lesson();
        let lesson = self.lessons.entry(id.clone()).or_default();
        lesson.touched = event.at;
        self.current = Some(id.clone());
        match &event.deed {
            Deed::Opened { .. } => {}
            Deed::ReadTo { place, .. } => lesson.place = Some(place.clone()),
            Deed::Finished { .. } => lesson.finished = true,
            Deed::QuizStarted { seed, questions, .. } => {
                lesson.sitting = Some(Sitting { seed: *seed, questions: questions.clone(), scores: BTreeMap::new() });
            }
            Deed::QuizLeft { .. } => lesson.sitting = None,
            Deed::Answered(attempt) => {
                self.answers += 1;
                if attempt.scored {
                    self.questions
                        .entry(attempt.question.clone())
                        .and_modify(|known| known.again(attempt, event.at))
                        .or_insert_with(|| QuestionProgress::first(attempt, event.at));
                }
                if attempt.in_quiz {
                    lesson.answered(attempt);
                }
            }
        }
    }

    /// How well the questions of `bank` are known: the mean of the last scores, a question never answered counting zero.
    /// From 0 to 1; `None` when the bank is empty.
    #[must_use]
    pub fn mastery<'a>(&self, bank: impl IntoIterator<Item = &'a QuestionId>) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0_u32);
        for question in bank {
            sum += self.questions.get(question).map_or(0.0, |known| known.last);
            count += 1;
        }
        (count > 0).then(|| sum / f64::from(count))
    }
}

impl Event {
    /// The lesson that it is about.
    #[must_use]
    pub fn lesson(&self) -> &LessonId {
        match &self.deed {
            Deed::Opened { lesson }
            | Deed::ReadTo { lesson, .. }
            | Deed::Finished { lesson }
            | Deed::QuizStarted { lesson, .. }
            | Deed::QuizLeft { lesson } => lesson,
            Deed::Answered(attempt) => &attempt.lesson,
        }
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
        if sitting.complete() && !was_complete {
            let score = sitting.score();
            self.quiz = Some(match self.quiz {
                None => QuizScores { taken: 1, first: score, best: score, last: score },
                Some(known) => QuizScores { taken: known.taken + 1, best: known.best.max(score), last: score, ..known },
            });
        }
    }
}

impl QuestionProgress {
    fn first(attempt: &Attempt, at: Timestamp) -> Self {
        Self { attempts: 1, first: attempt.score, best: attempt.score, last: attempt.score, revision: attempt.revision, at }
    }

    fn again(&mut self, attempt: &Attempt, at: Timestamp) {
        self.attempts += 1;
        self.best = self.best.max(attempt.score);
        self.last = attempt.score;
        self.revision = attempt.revision;
        self.at = at;
    }
}
