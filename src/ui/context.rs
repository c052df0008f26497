//! What every screen may look at: the course, what the learner has done, the size, the theme. Facts, no behaviour.

use std::sync::Arc;

use super::chrome::margins;
use super::ink::Theme;
use super::page::Desk;
use super::palette::Palette;
use crate::domain::course::Course;
use crate::domain::id::LessonId;
use crate::domain::progress::Progress;
use crate::domain::rng::Rng;
use crate::domain::text::SafeText;
use crate::domain::time::{Day, Timestamp, Zone};

/// What every screen may look at.
#[derive(Debug)]
pub struct Context {
    /// What is taught.
    pub course: Arc<Course>,
    /// What was done, this session's deeds included.
    pub progress: Progress,
    /// Whether what earlier sessions left has come.
    pub loaded: bool,
    /// Colours.
    pub theme: Theme,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The colours of code.
    pub palette: Palette,
    /// The moment of the message at hand.
    pub now: Timestamp,
    /// Where the learner's clock stands.
    pub zone: Zone,
    /// The ticket of the last event.
    pub ticket: u64,
    /// The ticket of the last event that a learner wants to know saved: an answer, a quiz begun. Not the place of reading.
    pub told: u64,
    /// Every event up to this ticket is on the disk.
    pub saved: u64,
    /// Why nothing is being saved.
    pub unsaved: Option<SafeText>,
    /// Something to be told, until the next key.
    pub notice: Option<SafeText>,
    /// The resets of this session that were not undone: their names, and their lessons where they were not of everything.
    pub resets: Vec<(u64, Option<LessonId>)>,
    /// Seeds for the order of options.
    pub rng: Rng,
}

/// Fewer columns than this make one column of everything.
pub const WIDE: u16 = 100;

impl Context {
    /// Whether two things fit side by side.
    #[must_use]
    pub fn wide(&self) -> bool {
        self.size.0 >= WIDE
    }

    /// Today, as a day of learning.
    #[must_use]
    pub fn day(&self) -> Day {
        self.zone.day(self.now)
    }

    /// Columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        usize::from(self.size.0)
    }

    /// Rows between header and hints.
    #[must_use]
    pub fn room(&self) -> usize {
        let (top, bottom) = margins(self.size.1);
        usize::from(self.size.1.saturating_sub(top + bottom)).max(1)
    }

    /// What layout needs.
    #[must_use]
    pub fn desk(&self) -> Desk<'_> {
        Desk { course: &self.course, palette: &self.palette }
    }
}
