//! What a learner hands in to whoever teaches: a name and the answers to the questions of one course, and nothing else.

use std::collections::BTreeSet;

use super::course::Course;
use super::event::{Attempt, Deed};
use super::grade::{Answer, Verdict, grade};
use super::history::{Kept, Stamp, Undone};
use super::id::{CourseId, LessonId, QuestionId};
use super::text::{SafeText, clean};
use super::time::{Day, Timestamp};

/// Characters that a name may have.
pub const LONGEST_NAME: usize = 80;

/// A hand-in.
#[derive(Debug, Clone, PartialEq)]
pub struct HandIn {
    /// Of which course.
    pub course: CourseId,
    /// Of which version of it.
    pub version: SafeText,
    /// Whose, in the learner's own words.
    pub name: SafeText,
    /// The profile that the answers were kept under, where one was named.
    pub profile: Option<String>,
    /// When it was made.
    pub made: Day,
    /// In the order in which they were given.
    pub answers: Vec<Handed>,
}

/// An answer in a hand-in.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    /// Names the answer for ever and says nothing about it, so that the same one in two hand-ins counts once.
    pub id: u64,
    /// Where the question stands.
    pub lesson: LessonId,
    /// Which question.
    pub question: QuestionId,
    /// Which revision of it.
    pub revision: u32,
    /// What was answered.
    pub answer: Answer,
    /// From 0 to 1.
    pub score: f64,
    /// What it amounts to.
    pub verdict: Verdict,
    /// Whether it counts: a guess does not.
    pub scored: bool,
    /// Whether the learner was sure, where that was asked.
    pub sure: Option<bool>,
    /// How many hints were taken.
    pub hints: u8,
    /// The day of learning.
    pub day: Day,
    /// Whole seconds from the question to the answer.
    pub took: u64,
}

/// The answers of a history that are handed in.
#[derive(Debug, Default)]
pub struct Chosen {
    /// These.
    pub answers: Vec<Handed>,
    /// Answers given aloud in interviews, which the learner graded herself. They stay with her.
    pub interviews: usize,
    /// Answers from before a reset. They stay in the history.
    pub before_reset: usize,
}

/// Of a history the answers to the quiz questions of `course`, without those that were taken back and those
/// from before a reset. `name` names an answer.
pub fn chosen(history: &[Kept], course: &Course, name: impl Fn(&Stamp) -> u64) -> Chosen {
    let questions: BTreeSet<&QuestionId> =
        course.map.iter().flat_map(|entry| &entry.questions).map(|question| &question.id).collect();
    let interviews: BTreeSet<&QuestionId> =
        course.map.iter().flat_map(|entry| entry.interview.iter().map(|spoken| &spoken.id)).collect();
    let mut kept: Vec<(&Stamp, Timestamp, &Attempt)> = Vec::new();
    let mut chosen = Chosen::default();
    let undone: Undone = history.iter().map(|kept| &kept.event).collect();
    for Kept { stamp, event } in history.iter().filter(|kept| undone.stands(&kept.event)) {
        match &event.deed {
            Deed::Answered(attempt) => kept.push((stamp, event.at, attempt)),
            Deed::TakenBack { question, given, .. } => {
                let last = kept.iter().rposition(|(_, _, attempt)| &attempt.question == question);
                // As the fold has it: only the last answer, and only when it is the one that is meant.
                if let Some(at) = last.filter(|at| given.is_none_or(|given| kept.get(*at).is_some_and(|kept| kept.1 == given))) {
                    kept.remove(at);
                }
            }
            // What was before may be somebody else's: on a shared machine the next learner begins anew.
            Deed::Reset { lesson, questions, .. } => {
                let before = kept.len();
                kept.retain(|(_, _, attempt)| lesson.is_some() && !questions.contains(&attempt.question));
                chosen.before_reset += before - kept.len();
            }
            _ => {}
        }
    }
    for (stamp, _, attempt) in kept {
        if interviews.contains(&attempt.question) {
            chosen.interviews += 1;
        } else if questions.contains(&attempt.question) {
            chosen.answers.push(handed(name(stamp), attempt));
        }
    }
    chosen
}

fn handed(id: u64, attempt: &Attempt) -> Handed {
    Handed {
        id,
        lesson: attempt.lesson.clone(),
        question: attempt.question.clone(),
        revision: attempt.revision,
        answer: attempt.answer.clone(),
        score: attempt.score,
        verdict: attempt.verdict,
        scored: attempt.scored,
        sure: attempt.sure,
        hints: attempt.hints,
        day: attempt.day,
        took: attempt.took / 1000,
    }
}

/// A name as it is kept: one line, without anything that acts, not too long. `None` when nothing of it is left.
#[must_use]
pub fn name(text: &str) -> Option<SafeText> {
    let words = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.chars().take(LONGEST_NAME).collect();
    (!short.is_empty()).then(|| SafeText::new(&short))
}

impl HandIn {
    /// The first answer whose score does not follow from what was answered, counted from 1. Answers to questions that the
    /// course does not have, or has in another revision, cannot be told.
    #[must_use]
    pub fn misjudged(&self, course: &Course) -> Option<usize> {
        let wrong = |handed: &Handed| {
            let question = course.question(&handed.question).and_then(|(at, _)| course.question_in(at, &handed.question));
            question.filter(|question| question.revision == handed.revision).is_some_and(|question| {
                let graded = grade(question, &handed.answer);
                (graded.score - handed.score).abs() > 1e-9
                    || graded.verdict != handed.verdict
                    || question.kind.scored() != handed.scored
            })
        };
        self.answers.iter().position(wrong).map(|at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_harmless_line() {
        assert_eq!(name("  Ada \n Lovelace ").as_ref().map(SafeText::as_str), Some("Ada Lovelace"));
        assert_eq!(name("a\u{1b}[31mb").as_ref().map(SafeText::as_str), Some("a\u{241b}[31mb"));
        assert_eq!(name(" \n\u{200b}"), None);
        assert_eq!(name(&"x".repeat(500)).map(|name| name.as_str().len()), Some(LONGEST_NAME));
    }
}
