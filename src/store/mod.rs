//! Progress that nobody can lose: events go in, what they amount to comes out. Knows the domain and the disk.
//!
//! [`Sqlite`] keeps an append-only history and, in the same transaction, small summary tables, so that reading progress
//! takes the same time after ten answers and after a hundred thousand.

mod disk;
mod error;
mod examine;
mod folder;
mod glance;
mod merge;
mod open;
mod record;
mod salvage;
mod schema;
mod sqlite;
mod summary;

pub use disk::{About, Disk, Identity, Kind, Lock, Machine};
pub use error::{Fault, StoreError};
pub use examine::{Findings, OnlyRead, sqlite_version};
pub use glance::glance;
pub use merge::Merged;
pub use open::{Opened, Opener};
pub use sqlite::Sqlite;

use crate::domain::event::Event;
use crate::domain::progress::{Progress, Since};

/// The database in the data folder.
pub const FILE: &str = "progress.sqlite3";

/// Keeps what a learner did.
pub trait Store: Send {
    /// What is kept, as a whole.
    ///
    /// # Errors
    /// When it cannot be read.
    fn load(&mut self) -> Result<Progress, StoreError>;

    /// Keeps `events`, all of them or none. When it returns without an error they survive a crash and a power cut.
    ///
    /// After an error the same events, in the same order, with more behind them if need be, may be given again, to this
    /// store or to a new one of the same [`Opener`]: none is kept twice.
    ///
    /// # Errors
    /// When they are not kept.
    fn append(&mut self, events: &[Event]) -> Result<(), StoreError>;

    /// Closes the store after a session in which all was kept. Dropping it loses nothing either; this leaves a help for
    /// the next start.
    fn close(self: Box<Self>) {}
}

/// A store that forgets when it is dropped: for trying the program out, and for tests.
#[derive(Debug, Clone, Default)]
pub struct Memory(Progress, Since);

impl Memory {
    /// A store that starts from `progress`.
    #[must_use]
    pub fn new(progress: Progress) -> Self {
        Self(progress, Since::default())
    }
}

impl Store for Memory {
    fn load(&mut self) -> Result<Progress, StoreError> {
        Ok(self.0.clone())
    }

    fn append(&mut self, events: &[Event]) -> Result<(), StoreError> {
        for event in events {
            self.1.apply(&mut self.0, event);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
