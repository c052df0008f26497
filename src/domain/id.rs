//! Stable names of things in a course. No title, order or wording enters an id, so that editing a text loses no progress.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// The longest id, in bytes.
pub const MAX_ID: usize = 64;

/// What is wrong with a text that should be an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadId;

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id has 1 to 64 of a-z, 0-9 and -, and begins with a letter or digit")
    }
}

impl std::error::Error for BadId {}

/// Whether `text` is an id: 1 to 64 of `a-z`, `0-9` and `-`, beginning with a letter or digit.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.first(), Some(b'a'..=b'z' | b'0'..=b'9'))
        && bytes.len() <= MAX_ID
        && bytes.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id that `text` spells.
            ///
            /// # Errors
            /// [`BadId`] when it is none.
            pub fn new(text: &str) -> Result<Self, BadId> {
                if is_id(text) { Ok(Self(text.into())) } else { Err(BadId) }
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// Names a course.
    CourseId,
    /// Names a lesson.
    LessonId,
    /// Names a passage (a section with a heading) inside a lesson.
    PassageId,
    /// Names a BAD/GOOD pair.
    PairId,
    /// Names a question, an interview question included.
    QuestionId,
    /// Names an option, step or pair inside a question.
    OptionId,
    /// Names an entry of the glossary.
    TermId,
    /// Names a scene of a case study.
    SceneId,
    /// Names a pack of lessons that is laid over a course.
    PackId,
    /// Names a way through a course.
    TrackId,
    /// Names a class that is taught.
    ClassId,
    /// Names a session of the program that kept events.
    OriginId,
}

impl LessonId {
    /// The id of no lesson.
    #[must_use]
    pub fn absent() -> Self {
        Self("-".into())
    }

    /// Whether it is the id of no lesson.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        &*self.0 == "-"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain_and_short() {
        for good in ["a", "0", "config", "config-who-can-publish", &"a".repeat(64)] {
            assert!(LessonId::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "A", "a b", "a/b", "..", "é", "a_b", "a\n", &"a".repeat(65)] {
            assert_eq!(LessonId::new(bad), Err(BadId), "{bad}");
        }
    }
}
