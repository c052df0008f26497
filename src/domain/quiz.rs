//! Questions: what is asked and what counts as right. Grading is in [`super::grade`].

use super::doc::{Doc, Rich};
use super::id::{LessonId, OptionId, PassageId, QuestionId};
use super::kind::Kind;
use super::rng::Rng;
use super::text::SafeText;

/// What a lesson asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quiz {
    /// Its questions.
    pub questions: Vec<Question>,
    /// Its interview questions.
    pub interview: Vec<InterviewQuestion>,
}

impl Quiz {
    /// Its questions that are scored.
    pub fn scored(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.kind.scored())
    }

    /// Every piece of code in it, with its language.
    pub fn code(&self) -> impl Iterator<Item = (&str, &str)> {
        let prompts = self.questions.iter().flat_map(|question| question.prompt.code());
        let snippets = self.questions.iter().filter_map(|question| question.code.as_ref());
        prompts.chain(snippets.map(|code| (code.language.as_str(), code.text.as_str())))
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// Its kind.
    pub kind: Kind,
    /// Goes up when what counts as right changes; from 1.
    pub revision: u32,
    /// The factor that it is about, 1 to 12.
    pub factor: Option<u8>,
    /// Where the answer is taught.
    pub passage: (LessonId, PassageId),
    /// The situation and the question.
    pub prompt: Doc,
    /// Code under the prompt. For [`Kind::ReviewDiff`] the change, with language `diff`.
    pub code: Option<Snippet>,
    /// From a first push to a strong one.
    pub hints: Vec<Rich>,
    /// What is to be done.
    pub task: Task,
}

/// Code in a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The file's name.
    pub file: SafeText,
    /// Its language.
    pub language: String,
    /// Its text.
    pub text: SafeText,
}

/// What is to be done, and what is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Pick options: exactly one, or as many as are right.
    Choose {
        /// In the author's order.
        options: Vec<Choice>,
        /// Whether several are right.
        many: bool,
    },
    /// Mark lines of the question's code.
    SpotLine {
        /// The lines that something is said about.
        lines: Vec<Suspect>,
        /// What is said about every other line.
        elsewhere: Rich,
    },
    /// Put steps in order.
    Order {
        /// In the right order.
        steps: Vec<Step>,
    },
    /// Put each right side to its left side.
    Match {
        /// In the author's order.
        pairs: Vec<Matched>,
    },
    /// Write a word or two.
    ShortText {
        /// What is accepted.
        answers: Vec<SafeText>,
        /// Answers that are close, and what is to be said to each.
        near: Vec<(SafeText, Rich)>,
        /// Why the answer is the answer.
        explain: Rich,
    },
}

/// An option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub id: OptionId,
    /// What it says.
    pub text: Rich,
    /// Whether it is right.
    pub correct: bool,
    /// Why.
    pub why: Rich,
}

/// A line that something is said about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The line, from 0.
    pub line: usize,
    /// Whether it is one to be found.
    pub correct: bool,
    /// Why.
    pub why: Rich,
}

/// A step of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id.
    pub id: OptionId,
    /// What it says.
    pub text: Rich,
    /// Why it stands where it stands.
    pub why: Rich,
}

/// A left side and the right side that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// Names both sides.
    pub id: OptionId,
    /// What is given.
    pub left: Rich,
    /// What belongs to it.
    pub right: Rich,
    /// Why.
    pub why: Rich,
}

impl Question {
    /// The order in which parts of the question are shown, for a seed: the index in the author's order of each part shown.
    /// Lines of code keep their order. The same seed gives the same order for ever.
    #[must_use]
    pub fn order(&self, seed: u64) -> Vec<usize> {
        let count = match &self.task {
            Task::Choose { options, .. } => options.len(),
            Task::Order { steps } => steps.len(),
            Task::Match { pairs } => pairs.len(),
            Task::SpotLine { .. } | Task::ShortText { .. } => 0,
        };
        let mut order: Vec<usize> = (0..count).collect();
        let mut rng = Rng::new(seed ^ fnv1a(self.id.as_str()));
        rng.shuffle(&mut order);
        if matches!(self.task, Task::Order { .. }) && count > 1 && order.iter().enumerate().all(|(at, &index)| at == index) {
            // Shown in the right order there would be nothing to do.
            order.rotate_left(1);
        }
        order
    }
}

/// FNV-1a over the bytes: spreads ids over seeds.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// How far an interview question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seniority {
    /// First job.
    Junior,
    /// Some years.
    Mid,
    /// Leads.
    Senior,
}

impl Seniority {
    /// Every level, from the first job on.
    pub const ALL: [Self; 3] = [Self::Junior, Self::Mid, Self::Senior];

    /// The name in course files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Junior => "junior",
            Self::Mid => "mid",
            Self::Senior => "senior",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// A question that is answered aloud and graded point by point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterviewQuestion {
    /// Its id.
    pub id: QuestionId,
    /// Raised when its points have changed.
    pub revision: u32,
    /// How far it goes.
    pub level: Seniority,
    /// The factor that it is about, 1 to 12.
    pub factor: Option<u8>,
    /// What is asked.
    pub prompt: Rich,
    /// What a strong answer hits.
    pub points: Vec<Rich>,
    /// What a weak answer says.
    pub weak: Rich,
    /// What comes next.
    pub follow_ups: Vec<Rich>,
}
