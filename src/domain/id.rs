//! Stable names of things in a course. No title, order or wording enters an id, so that editing a text loses no progress.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
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
        && bytes.iter().all(|&b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The text of an id: part of the program, or of what was read.
#[derive(Clone)]
enum Name {
    Own(&'static str),
    Read(Arc<str>),
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Own(name) => name,
            Self::Read(name) => name,
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Name);

        impl $name {
            /// The id that `text` spells.
            ///
            /// # Errors
            /// [`BadId`] when it is none.
            pub fn new(text: &str) -> Result<Self, BadId> {
                if is_id(text) { Ok(Self(Name::Read(text.into()))) } else { Err(BadId) }
            }

            /// An id that is part of the program, and costs nothing to be made.
            ///
            /// # Errors
            /// [`BadId`] when it is none.
            pub fn own(text: &'static str) -> Result<Self, BadId> {
                if is_id(text) { Ok(Self(Name::Own(text))) } else { Err(BadId) }
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
        Self(Name::Own("-"))
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
        assert_eq!(LessonId::own("config"), LessonId::new("config"));
        assert_eq!(LessonId::own("Config"), Err(BadId));
        for bad in ["", "-a", "A", "a b", "a/b", "..", "é", "a_b", "a\n", &"a".repeat(65)] {
            assert_eq!(LessonId::new(bad), Err(BadId), "{bad}");
        }
    }
}
