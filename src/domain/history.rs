//! Events that name themselves: which of them it is, whoever keeps it, and where it stands among those of all machines.

use std::collections::BTreeSet;

use super::event::{Deed, Event};
use super::id::OriginId;

/// Names an event for ever, and puts all events in one order, whatever order they were brought together in.
///
/// `moment` never goes back in one history: it is the time of the event, or one more than the last moment known there, so
/// that what was done after something also stands after it, even when the clock was put back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// When, in milliseconds since 1970.
    pub moment: i64,
    /// The session that it was first kept in.
    pub origin: OriginId,
    /// Its number there.
    pub seq: i64,
}

/// An event and its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its name and place.
    pub stamp: Stamp,
    /// What was done.
    pub event: Event,
}

/// The resets that were undone. They count as if they had never been, wherever the undoing stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undone(BTreeSet<u64>);

impl Undone {
    /// Takes in the name of a reset that was undone.
    pub fn learn(&mut self, name: u64) {
        self.0.insert(name);
    }

    /// Whether an event counts.
    #[must_use]
    pub fn stands(&self, event: &Event) -> bool {
        !matches!(&event.deed, Deed::Reset { name, .. } if self.0.contains(name))
    }
}

impl<'a> FromIterator<&'a Event> for Undone {
    fn from_iter<T: IntoIterator<Item = &'a Event>>(events: T) -> Self {
        let name = |event: &Event| match &event.deed {
            Deed::ResetUndone { name } => Some(*name),
            _ => None,
        };
        Self(events.into_iter().filter_map(name).collect())
    }
}

/// The last moment that a clock is believed to show: the end of the year 9999.
pub const LATEST: i64 = 253_402_300_799_999;

/// The moment of what is done at `at` after `last`.
#[must_use]
pub fn moment_after(last: i64, at: i64) -> i64 {
    at.clamp(0, LATEST).max(last.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_never_go_back() {
        assert_eq!(moment_after(5, 9), 9);
        assert_eq!(moment_after(9, 5), 10);
        assert_eq!(moment_after(9, 9), 10);
        assert_eq!(moment_after(0, i64::MIN), 1);
        assert_eq!(moment_after(0, i64::MAX), LATEST);
    }
}
