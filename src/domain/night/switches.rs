//! The twelve switches: which factors the shop observes.

use std::fmt;

use crate::domain::course::NUMERALS;

/// Which factors are observed. Factor `n` is bit `n - 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Switches(u16);

/// What became of a list of factors.
pub type Parsed = Result<Vec<u8>, String>;

impl Switches {
    /// All twelve are observed.
    pub const ALL_ON: Self = Self(0x0fff);
    /// None is: the night of the story.
    pub const AS_IT_WAS: Self = Self(0);

    /// The combination of that number, 0 to 4,095.
    #[must_use]
    pub const fn numbered(number: u16) -> Self {
        Self(number & 0x0fff)
    }

    /// The number of the combination, 0 to 4,095.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether factor `n`, 1 to 12, is observed.
    #[must_use]
    pub const fn on(self, n: u8) -> bool {
        n >= 1 && n <= 12 && self.0 >> (n - 1) & 1 == 1
    }

    /// The same with factor `n` as told.
    #[must_use]
    pub const fn with(self, n: u8, on: bool) -> Self {
        if n < 1 || n > 12 {
            return self;
        }
        let bit = 1 << (n - 1);
        if on { Self(self.0 | bit) } else { Self(self.0 & !bit) }
    }

    /// The factors that are not observed, in order.
    pub fn off(self) -> impl Iterator<Item = u8> {
        (1..=12).filter(move |n| !self.on(*n))
    }

    /// The factors in a list such as `vi,xi` or `6 11`: numerals or numbers, commas or blanks between.
    ///
    /// # Errors
    /// The first word that is no factor.
    pub fn list(text: &str) -> Parsed {
        text.split([',', ' ']).filter(|word| !word.is_empty()).map(|word| factor(word).ok_or_else(|| word.to_owned())).collect()
    }
}

/// A factor by its numeral or number.
fn factor(word: &str) -> Option<u8> {
    let numeral = NUMERALS.iter().position(|numeral| numeral.eq_ignore_ascii_case(word)).map(|at| at + 1);
    let number = numeral.or_else(|| word.parse().ok())?;
    u8::try_from(number).ok().filter(|n| (1..=12).contains(n))
}

impl fmt::Display for Switches {
    /// The factors that are off, as numerals: `without VI, XI`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL_ON => f.write_str("all twelve on"),
            Self::AS_IT_WAS => f.write_str("all twelve off"),
            some => {
                let off: Vec<&str> = some.off().filter_map(|n| NUMERALS.get(usize::from(n) - 1).copied()).collect();
                write!(f, "without {}", off.join(", "))
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_switch_moves_its_own_bit_alone() {
        for n in 1..=12 {
            let off = Switches::ALL_ON.with(n, false);
            assert!(!off.on(n));
            assert_eq!(off.off().collect::<Vec<_>>(), [n]);
            assert_eq!(off.with(n, true), Switches::ALL_ON);
        }
        assert_eq!(Switches::ALL_ON.with(0, false), Switches::ALL_ON);
        assert_eq!(Switches::ALL_ON.with(13, false), Switches::ALL_ON);
        assert_eq!(Switches::numbered(u16::MAX), Switches::ALL_ON);
    }

    #[test]
    fn factors_are_named_by_numeral_or_number() {
        assert_eq!(Switches::list("vi, XI 3"), Ok(vec![6, 11, 3]));
        assert_eq!(Switches::list("vi,moon"), Err("moon".to_owned()));
        assert_eq!(Switches::list("13"), Err("13".to_owned()));
        assert_eq!(Switches::ALL_ON.with(6, false).with(11, false).to_string(), "without VI, XI");
    }
}
