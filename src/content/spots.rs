//! Where the bytes of a text stand in its file, for whoever tells of them.

use std::ops::Range;

use super::yaml::Spot;

/// Finds the spots of a text. Lines may be long, and what is asked about next is mostly further on in the same one: columns are
/// counted from there.
#[derive(Debug)]
pub struct Spots<'t> {
    text: &'t str,
    /// Where the text begins in its file.
    at: Spot,
    /// Where its lines begin, in bytes, once that was asked.
    lines: Option<Vec<usize>>,
    byte: usize,
    line: usize,
    column: usize,
}

impl<'t> Spots<'t> {
    /// The spots of a text that begins there.
    #[must_use]
    pub fn new(text: &'t str, at: Spot) -> Self {
        Self { text, at, lines: None, byte: 0, line: 0, column: 1 }
    }

    /// The spot of a byte range. In YAML texts the exact column is not known (folding, quoting): the text's own spot serves.
    pub fn of(&mut self, range: &Range<usize>) -> Spot {
        if self.at.length > 0 {
            return self.at;
        }
        let text = self.text;
        let lines = self.lines.get_or_insert_with(|| {
            std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1)).collect()
        });
        let line = lines.partition_point(|&start| start <= range.start).saturating_sub(1);
        if line != self.line || range.start < self.byte {
            (self.byte, self.column) = (lines.get(line).copied().unwrap_or(0), 1);
        }
        self.column += text.get(self.byte..range.start).map_or(0, |text| text.chars().count());
        (self.byte, self.line) = (range.start, line);
        let length = text.get(range.clone()).map_or(0, |text| text.lines().next().unwrap_or("").chars().count());
        Spot { line: self.at.line + line, column: self.column, length }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_is_asked_in_whatever_order() {
        let text = "é <b>\nxx <i>y</i>\n\nlast";
        let mut spots = Spots::new(text, Spot { line: 10, column: 1, length: 0 });
        let mut at = |part: &str| {
            let from = text.find(part).unwrap_or(usize::MAX);
            let spot = spots.of(&(from..from + part.len()));
            (spot.line, spot.column, spot.length)
        };
        for _ in 0..2 {
            assert_eq!(at("<b>"), (10, 3, 3));
            assert_eq!(at("<i>"), (11, 4, 3));
            assert_eq!(at("</i>"), (11, 8, 4));
            assert_eq!(at("last"), (13, 1, 4));
            assert_eq!(at("</i>\n\nlast"), (11, 8, 4), "its first line");
            assert_eq!(at("xx"), (11, 1, 2));
        }
        let exact = Spot { line: 3, column: 7, length: 2 };
        let whole = Spots::new(text, exact).of(&(4..6));
        assert_eq!((whole.line, whole.column, whole.length), (3, 7, 2));
    }
}
