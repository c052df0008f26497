//! Big letters for a room: how a heading is broken so that it fits, in which size, and when it is better left plain.

use ratatui::layout::Rect;
use tui_big_text::{BigText, PixelSize};

use super::canvas::Canvas;
use super::ink::{Ink, Theme};
use super::lines::{Piece, Pieces, wrap};

/// A heading as it will be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heading {
    /// In big letters: lines of so many letters, and how large.
    Big {
        /// The lines.
        lines: Vec<String>,
        /// The size.
        size: Size,
    },
    /// In letters of the terminal, bold.
    Plain(Vec<Pieces>),
}

/// How large letters are, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Eight columns, four rows.
    Wide,
    /// Four columns, four rows.
    Narrow,
}

impl Size {
    /// Columns of a letter.
    #[must_use]
    pub const fn columns(self) -> usize {
        match self {
            Self::Wide => 8,
            Self::Narrow => 4,
        }
    }

    fn pixels(self) -> PixelSize {
        match self {
            Self::Wide => PixelSize::HalfHeight,
            Self::Narrow => PixelSize::Quadrant,
        }
    }
}

/// Rows of a big letter.
pub const ROWS: usize = 4;

/// The heading `text` in at most `width` columns and `rows` rows: as big as fits without a word being split, else plain.
#[must_use]
pub fn heading(text: &str, ink: Ink, width: usize, rows: usize) -> Heading {
    // The letters that the font surely has.
    let drawable = text.chars().all(|c| matches!(c, ' '..='~'));
    let sizes = [(Size::Wide, 2), (Size::Narrow, 4)];
    for (size, most) in sizes.into_iter().filter(|_| drawable && !text.trim().is_empty()) {
        let letters = width / size.columns();
        if let Some(lines) = broken(text, letters).filter(|lines| lines.len() <= most && lines.len() * (ROWS + 1) - 1 <= rows) {
            return Heading::Big { lines, size };
        }
    }
    let lines = wrap(&[Piece::bold(text, ink)], width.max(1));
    Heading::Plain(lines.into_iter().map(|line| line.pieces).collect())
}

/// Lines of whole words, as even as can be; `None` when a word is longer than a line.
fn broken(text: &str, letters: usize) -> Option<Vec<String>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.iter().any(|word| word.len() > letters) {
        return None;
    }
    let lines = |width: usize| {
        let mut lines: Vec<String> = Vec::new();
        for word in &words {
            match lines.last_mut() {
                Some(line) if line.len() + 1 + word.len() <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push((*word).to_owned()),
            }
        }
        lines
    };
    let least = lines(letters).len();
    let longest = words.iter().map(|word| word.len()).max().unwrap_or(1);
    (longest..=letters).map(lines).find(|lines| lines.len() == least)
}

impl Heading {
    /// Rows that it takes.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Big { lines, .. } => lines.len() * (ROWS + 1) - 1,
            Self::Plain(lines) => lines.len(),
        }
    }

    /// Draws it from the top of `area`.
    pub fn draw(&self, canvas: &mut Canvas, area: Rect, ink: Ink, theme: Theme) {
        match self {
            Self::Big { lines, size } => {
                for (at, line) in lines.iter().enumerate() {
                    let down = u16::try_from(at * (ROWS + 1)).unwrap_or(u16::MAX);
                    let y = area.y.saturating_add(down);
                    if y >= area.bottom() {
                        return;
                    }
                    let row = Rect { y, height: (area.bottom() - y).min(ROWS as u16), ..area };
                    let text = BigText::builder()
                        .pixel_size(size.pixels())
                        .style(theme.style(ink))
                        .lines(vec![line.clone().into()])
                        .build();
                    canvas.widget(row, text);
                }
            }
            Self::Plain(lines) => super::chrome::draw_lines(canvas, area, lines, theme),
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn headings_are_as_big_as_fits_and_never_cut() {
        let size = |text: &str, width, rows| match heading(text, Ink::Heading, width, rows) {
            Heading::Big { lines, size } => {
                assert!(lines.iter().all(|line| line.len() * size.columns() <= width), "{lines:?}");
                assert_eq!(lines.join(" "), text);
                Some((size, lines.len()))
            }
            Heading::Plain(lines) => {
                let words: String = lines.iter().flatten().map(|piece| piece.text.as_str()).collect();
                assert_eq!(words.replace(' ', ""), text.replace(' ', ""));
                None
            }
        };
        assert_eq!(size("Config", 72, 20), Some((Size::Wide, 1)));
        assert_eq!(size("What varies stays outside", 72, 20), Some((Size::Narrow, 2)));
        assert_eq!(size("What varies stays outside", 72, 8), None);
        assert_eq!(size("Donaudampfschifffahrtsgesellschaft", 72, 20), None);
        assert_eq!(size("Café", 72, 20), None);
        assert_eq!(size("a", 3, 20), None);
    }

    #[test]
    fn lines_are_even() {
        let Heading::Big { lines, .. } = heading("What a constant costs", Ink::Heading, 72, 20) else { panic!() };
        assert_eq!(lines, ["What a", "constant costs"]);
    }
}
