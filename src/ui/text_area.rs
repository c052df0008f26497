//! A text of several lines in the making: bounded, always safe to be shown, with a cursor between its graphemes.

use unicode_segmentation::UnicodeSegmentation;

use super::ink::Ink;
use super::keymap::Action;
use super::lines::{Piece, Pieces, wrap};
use crate::domain::text::clean;

/// A text in the making.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextArea {
    text: String,
    /// The byte that the cursor stands before, at the edge of a grapheme.
    at: usize,
    /// The most characters that are taken.
    limit: usize,
}

impl TextArea {
    /// An empty one that takes `limit` characters.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// What is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is written but blanks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it takes no more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.text.chars().count() >= self.limit
    }

    /// Takes in what was written or pasted; what goes beyond the limit is left out.
    pub fn write(&mut self, words: &str) {
        let room = self.limit.saturating_sub(self.text.chars().count());
        // Terminals paste the end of a line as a carriage return.
        let words: String = words.chars().take(4 * self.limit).collect();
        let words = words.replace("\r\n", "\n").replace('\r', "\n");
        let words: String = clean(&words).chars().take(room).collect();
        let (before, after) = self.text.split_at(self.at);
        // Cleaned together with its neighbours: a mark alone is harmless, a hundred of them on one letter are not.
        let head = clean(&format!("{before}{words}")).into_owned();
        self.settle(&format!("{head}{after}"), head.len());
    }

    fn settle(&mut self, text: &str, at: usize) {
        let bounded: String = clean(text).chars().take(self.limit).collect();
        self.text = clean(&bounded).into_owned();
        self.at = floor(&self.text, at);
    }

    fn remove(&mut self, from: usize, to: usize) {
        let kept = [self.text.get(..from), self.text.get(to..)].map(Option::unwrap_or_default).concat();
        self.settle(&kept, from);
    }

    /// Takes in an action, where lines are `width` cells wide. Whether it meant something here.
    pub fn act(&mut self, action: Action, width: usize) -> bool {
        match action {
            Action::Erase => self.remove(self.before(), self.at),
            Action::Delete => self.remove(self.at, self.after()),
            Action::Previous => self.at = self.before(),
            Action::Next => self.at = self.after(),
            Action::Top => self.at = self.text.get(..self.at).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1),
            Action::Bottom => {
                self.at = self.text.get(self.at..).and_then(|text| text.find('\n')).map_or(self.text.len(), |at| self.at + at);
            }
            Action::Up | Action::Down => self.step(action, width),
            Action::Break => self.write("\n"),
            _ => return false,
        }
        true
    }

    /// The text in lines of `width` cells, the cursor in it, and the line that has the cursor.
    #[must_use]
    pub fn rows(&self, width: usize) -> (Vec<Pieces>, usize) {
        let (before, rest) = self.text.split_at(self.at);
        let under = rest.graphemes(true).next().unwrap_or("");
        let mut line = vec![Piece::new(before, Ink::Text)];
        match under {
            "" => line.push(Piece::new("▏", Ink::Accent)),
            "\n" => line.extend([Piece::new("▏", Ink::Accent), Piece::new(rest, Ink::Text)]),
            _ => {
                line.push(Piece { reverse: true, ..Piece::new(under, Ink::Text) });
                line.push(Piece::new(rest.get(under.len()..).unwrap_or(""), Ink::Text));
            }
        }
        let lines = wrap(&line, width);
        let chars = before.chars().count();
        let row = lines.iter().rposition(|line| line.offset <= chars).unwrap_or(0);
        (lines.into_iter().map(|line| line.pieces).collect(), row)
    }

    /// Moves the cursor a line up or down.
    fn step(&mut self, action: Action, width: usize) {
        let lines = wrap(&[Piece::new(self.text.as_str(), Ink::Text)], width);
        let chars = self.text.get(..self.at).map_or(0, |text| text.chars().count());
        let row = lines.iter().rposition(|line| line.offset <= chars).unwrap_or(0);
        let to = if action == Action::Up { row.checked_sub(1) } else { Some(row + 1) };
        let Some((from, line)) = lines.get(row).zip(to.and_then(|to| lines.get(to))) else { return };
        let long: usize = line.pieces.iter().map(|piece| piece.text.chars().count()).sum();
        let wanted = line.offset + (chars - from.offset).min(long);
        let byte = self.text.char_indices().nth(wanted).map_or(self.text.len(), |(byte, _)| byte);
        self.at = floor(&self.text, byte);
    }

    fn before(&self) -> usize {
        let grapheme = self.text.get(..self.at).and_then(|text| text.graphemes(true).next_back());
        self.at - grapheme.map_or(0, str::len)
    }

    fn after(&self) -> usize {
        let grapheme = self.text.get(self.at..).and_then(|text| text.graphemes(true).next());
        self.at + grapheme.map_or(0, str::len)
    }
}

/// The edge of a grapheme at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    text.grapheme_indices(true).map(|(start, _)| start).take_while(|start| *start <= at).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(words: &[&str]) -> TextArea {
        let mut area = TextArea::new(100);
        for word in words {
            area.write(word);
        }
        area
    }

    fn shown(area: &TextArea, width: usize) -> Vec<String> {
        area.rows(width).0.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_are_broken_by_the_writer_and_by_the_width() {
        let area = written(&["one two three", "\n", "four"]);
        assert_eq!(shown(&area, 9), ["one two", "three", "four▏"]);
        assert_eq!(area.rows(9).1, 2);
    }

    #[test]
    fn the_cursor_goes_where_it_is_sent_and_words_are_put_there() {
        let mut area = written(&["one\ntwo"]);
        area.act(Action::Up, 20);
        area.write("!");
        assert_eq!(area.text(), "one!\ntwo");
        area.act(Action::Top, 20);
        area.write("e\u{301}");
        area.act(Action::Previous, 20);
        area.act(Action::Delete, 20);
        assert_eq!(area.text(), "one!\ntwo");
        area.act(Action::Down, 20);
        area.act(Action::Bottom, 20);
        area.act(Action::Erase, 20);
        assert_eq!(area.text(), "one!\ntw");
        assert!(!area.act(Action::Enter, 20));
    }

    #[test]
    fn what_is_too_long_or_hostile_is_bounded_and_shown() {
        let mut area = written(&[&"a\u{1b}]0;x\u{7}\u{202e}".repeat(100_000)]);
        assert_eq!(area.text().chars().count(), 100);
        assert!(!area.text().contains('\u{1b}') && !area.text().contains('\u{202e}'));
        area.write("more");
        assert_eq!(area.text().chars().count(), 100);
        let mut marks = written(&["e"]);
        for _ in 0..90 {
            marks.write("\u{301}");
        }
        assert_eq!(marks.text(), clean(marks.text()));
    }

    proptest! {
        #[test]
        fn any_keys_leave_a_safe_text_and_a_cursor_in_it(
            keys in prop::collection::vec((0..10_usize, "\\PC{0,6}|\n|\u{301}|👩‍👩‍👧"), 0..60),
            width in 1..30_usize,
        ) {
            use Action::{Bottom, Break, Delete, Down, Erase, Next, Previous, Top, Up};
            let mut area = TextArea::new(60);
            for (key, words) in keys {
                match [Erase, Delete, Previous, Next, Top, Bottom, Up, Down, Break].get(key) {
                    Some(action) => prop_assert!(area.act(*action, width)),
                    None => area.write(&words),
                }
                prop_assert!(area.text().chars().count() <= 60);
                prop_assert_eq!(&*clean(area.text()), area.text());
                prop_assert!(area.text().is_char_boundary(area.at));
                let (rows, row) = area.rows(width);
                prop_assert!(row < rows.len());
            }
        }
    }
}
