//! What a learner did. The list of events is the truth; [`super::progress::Progress`] is what it amounts to.

use super::course::Entry;
use super::grade::{Answer, Verdict};
use super::id::{ClassId, LessonId, OptionId, PassageId, QuestionId, TrackId};
use super::time::{Day, Timestamp};

/// One thing that a learner did.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, by the clock of the machine: for information only.
    pub at: Timestamp,
    /// What.
    pub deed: Deed,
}

/// What can be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Opened a lesson.
    Opened {
        /// Which.
        lesson: LessonId,
    },
    /// Read on to a place. Only the last one of a lesson counts.
    ReadTo {
        /// In which lesson.
        lesson: LessonId,
        /// How far.
        place: ReadingPlace,
    },
    /// Came to the end of a lesson's text.
    Finished {
        /// Which.
        lesson: LessonId,
    },
    /// Began a quiz, or began it anew.
    QuizStarted {
        /// Whose quiz.
        lesson: LessonId,
        /// Decides the order of options.
        seed: u64,
        /// What is asked, in order.
        questions: Vec<QuestionId>,
        /// Whether it is only a part of the quiz, such as what was missed: its score is not the quiz's.
        part: bool,
    },
    /// Answered a question.
    Answered(Attempt),
    /// Took the last answer to a question back, right after it was given in a review.
    TakenBack {
        /// Where the question stands.
        lesson: LessonId,
        /// Which.
        question: QuestionId,
        /// When the answer that is meant was given, so that no other one is taken back where histories met. Nobody knows it
        /// of what was taken back before answers were named so: then it is the last one.
        given: Option<Timestamp>,
    },
    /// Chose what to follow. The last choice counts.
    WayChosen {
        /// Which track; all of the course, in its order, when there is none.
        track: Option<TrackId>,
    },
    /// Counted the hands of a class on a question. It is the class that answered, so that nothing of the learner's own changes.
    Voted(Vote),
    /// Left a quiz for good: the next one begins anew.
    QuizLeft {
        /// Whose quiz.
        lesson: LessonId,
    },
    /// Began an exam, or went on with it.
    ExamBegan {
        /// The seed of the paper, which names the exam, too.
        seed: u64,
        /// What is asked, in order.
        questions: Vec<QuestionId>,
        /// The time that is left, in milliseconds, where it has a clock.
        left: Option<u64>,
    },
    /// Handed an exam in.
    ExamEnded {
        /// Which.
        seed: u64,
    },
    /// Wants to begin a lesson, or everything, as if it had never been opened. The history stays.
    Reset {
        /// Names it, for it may be undone.
        name: u64,
        /// Which lesson; everything when it is none.
        lesson: Option<LessonId>,
        /// The questions of that lesson, the interview's among them.
        questions: Vec<QuestionId>,
    },
    /// Undid a reset: it counts as if it had never been.
    ResetUndone {
        /// Which.
        name: u64,
    },
}

impl Deed {
    /// The reset of a lesson, or of everything.
    #[must_use]
    pub fn reset(lesson: Option<&Entry>, name: u64) -> Self {
        let questions = |entry: &Entry| {
            let quiz = entry.questions.iter().map(|listed| &listed.id);
            quiz.chain(entry.interview.iter().map(|spoken| &spoken.id)).cloned().collect()
        };
        Self::Reset { name, lesson: lesson.map(|entry| entry.id.clone()), questions: lesson.map(questions).unwrap_or_default() }
    }
}

/// The place in a lesson, kept so that it survives a new width and, as far as can be, an edited text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingPlace {
    /// The passage that the first visible line stands in.
    pub passage: Option<PassageId>,
    /// Blocks after the heading of that passage, or from the beginning.
    pub block: u32,
    /// Characters into the text of that block.
    pub offset: u32,
    /// How much of the lesson has been seen, in percent.
    pub percent: u8,
}

/// An answer and how it came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Where the question stands.
    pub lesson: LessonId,
    /// What was asked.
    pub question: QuestionId,
    /// Which revision of it.
    pub revision: u32,
    /// The seed of the order that options were shown in.
    pub seed: u64,
    /// The options as shown, first to last.
    pub shown: Vec<OptionId>,
    /// What was answered.
    pub answer: Answer,
    /// From 0 to 1.
    pub score: f64,
    /// What it amounts to.
    pub verdict: Verdict,
    /// Whether it counts: a guess does not.
    pub scored: bool,
    /// Whether it belongs to the quiz of its lesson that is under way.
    pub in_quiz: bool,
    /// Whether the learner was sure, where that was asked.
    pub sure: Option<bool>,
    /// How many hints were taken.
    pub hints: u8,
    /// The day of learning that it was given on.
    pub day: Day,
    /// Time from the question to the answer, in milliseconds.
    pub took: u64,
}

/// How a class voted on a question, in one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Whose class it was.
    pub class: ClassId,
    /// The sitting of the class: when it was opened, in milliseconds since 1970.
    pub sitting: i64,
    /// Where the question stands.
    pub lesson: LessonId,
    /// What was asked.
    pub question: QuestionId,
    /// Which revision of it.
    pub revision: u32,
    /// Which vote it was, from 1: the second comes after discussion.
    pub round: u8,
    /// The options in the order shown, each with its hands and whether it is right.
    pub hands: Vec<(OptionId, u16, bool)>,
}

impl Vote {
    /// How many hands were raised.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.hands.iter().map(|(_, hands, _)| u32::from(*hands)).sum()
    }

    /// How many of them were right.
    #[must_use]
    pub fn right(&self) -> u32 {
        self.hands.iter().filter(|(.., right)| *right).map(|(_, hands, _)| u32::from(*hands)).sum()
    }
}
