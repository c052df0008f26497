//! The colours of code: those made ahead of time, and those that were asked for and have come. Code is plain until then.

use std::collections::{HashMap, HashSet};

use crate::domain::code::{Colours, key};

/// What is known of the colours of code.
#[derive(Debug, Default)]
pub struct Palette {
    /// Sorted lines of a key and runs. They are searched as they are, so that a start costs nothing.
    baked: &'static str,
    made: HashMap<u64, Colours>,
    asked: HashSet<u64>,
}

/// A piece of code whose colours are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Names it, see [`key`].
    pub key: u64,
    /// Its language.
    pub language: String,
    /// Its text.
    pub text: String,
}

impl Palette {
    /// With colours made ahead of time: sorted lines, each a key of 16 hexadecimal digits, a space, and the runs as
    /// [`Colours::encode`] writes them.
    #[must_use]
    pub fn new(baked: &'static str) -> Self {
        Self { baked, ..Self::default() }
    }

    /// The colours of a piece of code, if they are known.
    #[must_use]
    pub fn get(&self, language: &str, text: &str) -> Option<Colours> {
        let key = key(language, text);
        self.made.get(&key).cloned().or_else(|| find(self.baked, key).and_then(Colours::decode))
    }

    /// Those of `codes` (language and text) whose colours are not known and were not asked for yet. They count as asked for now.
    pub fn wanted<'c>(&mut self, codes: impl IntoIterator<Item = (&'c str, &'c str)>) -> Vec<Wanted> {
        codes
            .into_iter()
            .filter(|(language, text)| !matches!(*language, "" | "text" | "diagram" | "console") && !text.is_empty())
            .map(|(language, text)| Wanted { key: key(language, text), language: language.to_owned(), text: text.to_owned() })
            .filter(|wanted| find(self.baked, wanted.key).is_none() && self.asked.insert(wanted.key))
            .collect()
    }

    /// Takes in colours that have come.
    pub fn learn(&mut self, key: u64, colours: Colours) {
        self.made.insert(key, colours);
    }
}

/// The runs in the line of `key`.
fn find(sorted: &str, key: u64) -> Option<&str> {
    let wanted = format!("{key:016x}");
    let mut rest = sorted;
    while !rest.is_empty() {
        // The line in the middle begins after the last line break before it.
        let middle = rest.as_bytes().get(..rest.len() / 2)?;
        let start = middle.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let (before, from) = rest.split_at_checked(start)?;
        let (line, after) = from.split_once('\n').unwrap_or((from, ""));
        let (at, runs) = line.split_once(' ')?;
        match at.cmp(&wanted) {
            std::cmp::Ordering::Equal => return Some(runs),
            std::cmp::Ordering::Less => rest = after,
            std::cmp::Ordering::Greater => rest = before,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let keys: Vec<u64> = (0..57_u64).map(|n| (n * n).wrapping_mul(0x0101_0101_0101_0103)).collect();
        let mut lines: Vec<String> = keys.iter().map(|key| format!("{key:016x} {}k\n", key % 97)).collect();
        lines.sort();
        let sorted = lines.concat();
        for key in &keys {
            assert_eq!(find(&sorted, *key), Some(format!("{}k", key % 97).as_str()));
            assert_eq!(find(&sorted, key + 1), None);
        }
        assert_eq!(find("", 3), None);
        assert_eq!(find("nonsense", 3), None);
    }
}
