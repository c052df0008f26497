//! What can go wrong with the store: for the program what was tried and which kind of fault it is, for the learner one
//! sentence that says what it means and what helps.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::domain::history::Stamp;
use crate::domain::text::SafeText;

/// Why progress could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The SQLite that was linked has a known fault that can lose commits.
    #[error("SQLite {found} was linked, at least {needed} is needed")]
    OldSqlite {
        /// The version linked, as SQLite numbers it.
        found: i32,
        /// The oldest that is accepted.
        needed: i32,
    },
    /// The file system refused something.
    #[error("could not {tried} {}: {source}", path.display())]
    Files {
        /// What was tried.
        tried: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Everybody may write in the folder, so that anybody could plant files in it.
    #[error("every user may write in {}", folder.display())]
    OpenToAll {
        /// The folder.
        folder: PathBuf,
    },
    /// Something that is no plain file stands where the file should be.
    #[error("{} is {what}, not a plain file", file.display())]
    NotPlain {
        /// Where.
        file: PathBuf,
        /// What stands there.
        what: &'static str,
    },
    /// A newer version of the program wrote the file.
    #[error("{} has format {found}, this program knows formats up to {known}", file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known.
        known: i64,
    },
    /// The file is a database, but not one of this program.
    #[error("{} is a database of another program", file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// The file is not where it was when it was opened.
    #[error("{} was moved or deleted while it was open", file.display())]
    Moved {
        /// Where it was.
        file: PathBuf,
    },
    /// The file is damaged.
    #[error("{} is damaged: {found}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What shows it.
        found: String,
    },
    /// Another instance is opening the store and does not come to an end.
    #[error("another instance keeps {} locked", folder.display())]
    Locked {
        /// The folder.
        folder: PathBuf,
    },
    /// SQLite refused something.
    #[error("could not {tried} in {}: {source}", file.display())]
    Database {
        /// What was tried.
        tried: &'static str,
        /// In which file.
        file: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A history that was to be taken over says something else of an event that is known.
    #[error("history {list} has another event {} of {}", stamp.seq, stamp.origin)]
    Differs {
        /// Which history.
        list: usize,
        /// Which event.
        stamp: Stamp,
    },
    /// A store broke off in the middle of its work.
    #[error("the store broke off in the middle of its work")]
    BrokeOff,
}

/// The kinds of fault, by what helps against them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The file's bytes are wrong. Only this lets a file be set aside.
    Damage,
    /// A summary cannot be understood; it can be made anew from the history.
    Summary,
    /// No space is left.
    Full,
    /// Somebody else is using it: waiting helps.
    Busy,
    /// Permissions are missing.
    Denied,
    /// The file belongs to a newer or to another program, or is no file.
    Refused,
    /// The file went away.
    Moved,
    /// Anything else: mostly a device that fails.
    Other,
}

impl StoreError {
    /// Which kind of fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Damaged { .. } => Fault::Damage,
            Self::Moved { .. } => Fault::Moved,
            Self::Locked { .. } => Fault::Busy,
            Self::OpenToAll { .. } | Self::NotPlain { .. } | Self::Newer { .. } | Self::Foreign { .. } | Self::Differs { .. } => {
                Fault::Refused
            }
            Self::OldSqlite { .. } | Self::BrokeOff => Fault::Other,
            Self::Files { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Fault::Denied,
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Fault::Full,
                _ => Fault::Other,
            },
            Self::Database { source, .. } => match source {
                rusqlite::Error::SqliteFailure(error, _) => match error.code {
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Fault::Damage,
                    ErrorCode::DiskFull => Fault::Full,
                    ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Fault::Busy,
                    ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => Fault::Denied,
                    _ => Fault::Other,
                },
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => Fault::Summary,
                _ => Fault::Other,
            },
        }
    }

    /// What it means for a learner, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> SafeText {
        let text = match self {
            Self::OpenToAll { folder } => {
                format!("Progress is not kept because every user may write in {}: take that permission away.", folder.display())
            }
            Self::NotPlain { file, what } => {
                format!("Progress is not kept because {} is {what}: move it away.", file.display())
            }
            Self::Newer { file, .. } => {
                format!("Progress is not kept because a newer version of this program wrote {}: use that version.", file.display())
            }
            Self::Foreign { file } => {
                format!("Progress is not kept because {} belongs to another program: move it away.", file.display())
            }
            Self::Files { path, .. } if self.fault() == Fault::Denied => {
                format!("Progress is not kept because {} may not be written: check its permissions.", path.display())
            }
            Self::Files { path, source, .. } if self.fault() == Fault::Other => {
                format!("Progress is not kept at the moment because {} cannot be used ({source}).", path.display())
            }
            Self::Database { file, .. } if self.fault() == Fault::Denied => {
                format!("Progress is not kept because {} may not be written: check its permissions.", file.display())
            }
            Self::Moved { file } => {
                format!("Progress is not kept at the moment because {} was moved or deleted.", file.display())
            }
            _ => match self.fault() {
                Fault::Full => "Progress is not kept because the disk is full: make some room.".into(),
                Fault::Busy => "Progress is not kept at the moment because another program is using its file.".into(),
                Fault::Damage => "Progress is not kept at the moment because its file is damaged.".into(),
                _ => "Progress is not kept at the moment because the disk does not take it.".into(),
            },
        };
        SafeText::new(&text)
    }
}

/// Says of an error from the file system what was tried.
pub(super) fn files<'a>(tried: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |source| StoreError::Files { tried, path: path.to_owned(), source }
}

/// Says of an error from SQLite what was tried.
pub(super) fn database<'a>(tried: &'static str, file: &'a Path) -> impl FnOnce(rusqlite::Error) -> StoreError + 'a {
    move |source| StoreError::Database { tried, file: file.to_owned(), source }
}
