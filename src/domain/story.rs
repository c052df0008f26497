//! A case study told in scenes, with what was violated and what came of it.

use super::doc::{Doc, Rich};
use super::id::{PairId, SceneId};
use super::text::SafeText;

/// A case study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Says what is real in it and what is made up.
    pub note: Rich,
    /// In order of time.
    pub scenes: Vec<Scene>,
    /// One for each factor that was broken.
    pub violations: Vec<Violation>,
    /// Before and after.
    pub figures: Vec<Figure>,
}

/// One scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// Its id.
    pub id: SceneId,
    /// The time on the clock, or another short label.
    pub time: SafeText,
    /// A few words.
    pub title: Rich,
    /// What happens.
    pub text: Doc,
    /// The factors that show in it, 1 to 12.
    pub factors: Vec<u8>,
}

/// A broken factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// 1 to 12.
    pub factor: u8,
    /// Whether it is one of the symptoms that the prologue names.
    pub symptom: bool,
    /// What happened.
    pub night: Rich,
    /// What was changed.
    pub fix: Rich,
    /// How one sees that it holds.
    pub proof: Rich,
    /// The pair that shows it.
    pub pair: Option<PairId>,
}

/// One figure before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub label: Rich,
    /// On the night.
    pub before: SafeText,
    /// A year later.
    pub after: SafeText,
}
