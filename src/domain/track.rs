//! Ways through a course: an ordered choice of lessons, pairs and questions for one kind of learner, and how far one is on it.

use super::course::Course;
use super::id::{LessonId, PairId, PassageId, QuestionId, TrackId};
use super::progress::Progress;
use super::text::SafeText;

/// A way through a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Its id.
    pub id: TrackId,
    /// Its title.
    pub title: SafeText,
    /// Whom it is for, in one sentence.
    pub says: SafeText,
    /// Promised time in minutes.
    pub minutes: u16,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

/// One thing to do on a track.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Read a lesson, or one passage of it.
    Lesson(LessonId, Option<PassageId>),
    /// Compare a pair.
    Pair(PairId),
    /// Answer these questions.
    Questions(Vec<QuestionId>),
    /// Answer these interview questions aloud.
    Interview(Vec<QuestionId>),
}

/// What a learner follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Way {
    /// Nothing was chosen yet.
    #[default]
    Unasked,
    /// All of the course, in its order.
    All,
    /// A track.
    Track(TrackId),
}

impl Track {
    /// The lessons that its steps lead to, as indexes of the map, each once and in the order of the steps.
    #[must_use]
    pub fn lessons(&self, course: &Course) -> Vec<usize> {
        let mut lessons = Vec::new();
        for step in &self.steps {
            if let Step::Lesson(id, _) = step
                && let Some(lesson) = course.index_of(id)
                && !lessons.contains(&lesson)
            {
                lessons.push(lesson);
            }
        }
        lessons
    }

    /// The first step that can be done and is not, as an index of its steps. `None` when all are done.
    #[must_use]
    pub fn next(&self, progress: &Progress) -> Option<usize> {
        self.steps.iter().position(|step| step.done(progress) == Some(false))
    }

    /// How many of its steps are done, and how many can be.
    #[must_use]
    pub fn standing(&self, progress: &Progress) -> (usize, usize) {
        let marks = self.steps.iter().filter_map(|step| step.done(progress));
        marks.fold((0, 0), |(done, all), mark| (done + usize::from(mark), all + 1))
    }
}

impl Step {
    /// Whether it was done. `None` for a pair: nothing is kept of what one only looks at.
    #[must_use]
    pub fn done(&self, progress: &Progress) -> Option<bool> {
        match self {
            // Of a single passage it is known only that its lesson was opened.
            Self::Lesson(id, Some(_)) => Some(progress.lessons.contains_key(id)),
            Self::Lesson(id, None) => Some(progress.lessons.get(id).is_some_and(|lesson| lesson.finished)),
            Self::Pair(_) => None,
            Self::Questions(ids) | Self::Interview(ids) => Some(ids.iter().all(|id| progress.questions.contains_key(id))),
        }
    }
}
