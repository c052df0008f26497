//! What is wrong in a course file, where, and what was expected there.

use std::fmt;

/// Where in a course: a file and a place in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path inside the course folder, with `/`.
    pub path: String,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 when the whole line is meant.
    pub column: usize,
    /// How many characters are concerned; 0 when not known.
    pub length: usize,
}

impl Place {
    /// The whole file at `path`.
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self { path: path.to_owned(), line: 0, column: 0, length: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        Ok(())
    }
}

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The course cannot be used as it is.
    Error,
    /// The course works, and a learner would notice.
    Warning,
}

/// One mistake of a course.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// How grave it is.
    pub severity: Severity,
    /// The rule that is broken, such as `C003`: one letter for the kind of file and a number.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What was expected, or what was probably meant.
    pub help: Option<String>,
}
