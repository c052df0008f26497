//! Moments as numbers. The clock itself is outside: it is read at the edge and handed in.

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. For information only: order is by sequence number, so that a
/// clock that jumps can lose or reorder nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds from `earlier` to `self`; zero when the clock went back between them.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
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
}
