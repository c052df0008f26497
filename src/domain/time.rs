//! Moments as numbers. The clock itself is outside: it is read at the edge and handed in.

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. For information only: order is by [`super::history::Stamp`],
/// so that a clock that jumps can lose or reorder nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds from `earlier` to `self`; zero when the clock went back between them.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }
}

/// A day of learning, as a number of days since 1970-01-01. It begins at four in the morning by the learner's clock, so that
/// a late evening is one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(pub i32);

/// How far the learner's clock is ahead of UTC, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Zone(pub i32);

/// When a day of learning begins, in milliseconds after midnight.
const MORNING: i64 = 4 * 3_600_000;
const DAY: i64 = 24 * 3_600_000;

impl Zone {
    /// The day of learning that a moment belongs to.
    #[must_use]
    pub fn day(self, at: Timestamp) -> Day {
        let local = at.0.saturating_add(i64::from(self.0) * 1000).saturating_sub(MORNING);
        let day = local.div_euclid(DAY);
        Day(i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_back_gives_no_negative_duration() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), 0);
        assert_eq!(Timestamp(9).since(Timestamp(5)), 4);
        assert_eq!(Timestamp(i64::MIN).since(Timestamp(i64::MAX)), 0);
    }

    #[test]
    fn a_day_begins_at_four_in_the_morning() {
        let hour = 3_600_000;
        let berlin = Zone(3600);
        // 2 a.m. UTC is 3 a.m. in Berlin in winter: still the day before.
        assert_eq!(berlin.day(Timestamp(DAY * 100 + 2 * hour)), Day(99));
        assert_eq!(berlin.day(Timestamp(DAY * 100 + 3 * hour)), Day(100));
        assert_eq!(Zone(0).day(Timestamp(DAY * 100 + 3 * hour)), Day(99));
        assert_eq!(Zone(-8 * 3600).day(Timestamp(0)), Day(-1));
        assert_eq!(Zone(0).day(Timestamp(i64::MIN)), Day(i32::MIN));
        assert_eq!(Zone(0).day(Timestamp(i64::MAX)), Day(i32::MAX));
    }
}
