//! The last gate in front of the terminal: a ratatui backend that writes into memory, answers questions about size and
//! cursor from memory, and lets no cell pass that holds anything but text.
//!
//! What can come out: cursor moves, SGR, erase, cursor visibility and synchronised updates. One write a frame.

use std::convert::Infallible;

use crossterm::queue;
use crossterm::style::{Attribute, Color as Crossterm, Print, SetAttribute, SetBackgroundColor, SetForegroundColor};
use crossterm::{cursor, terminal};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use crate::domain::text::is_showable;

/// The largest screen that is drawn: more would be memory for nothing.
pub const MAX_COLUMNS: u16 = 500;
/// See [`MAX_COLUMNS`].
pub const MAX_ROWS: u16 = 200;

/// Begins a synchronised update: terminals that know it show the frame at once, the others ignore it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// The colours that a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colors {
    /// None. What a background says is said by reversing.
    None,
    /// The sixteen of the terminal's own palette.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// All.
    True,
}

/// A backend that writes frames into memory.
#[derive(Debug)]
pub struct Gate {
    out: Vec<u8>,
    size: Size,
    cursor: Position,
    hidden: bool,
    colors: Colors,
    refused: usize,
}

impl Gate {
    /// A gate for a terminal of that many colours, without a size yet.
    #[must_use]
    pub fn new(colors: Colors) -> Self {
        Self { out: Vec::new(), size: Size::new(1, 1), cursor: Position::ORIGIN, hidden: false, colors, refused: 0 }
    }

    /// Takes in the terminal's size and returns it as it is used: at least one cell, at most [`MAX_COLUMNS`] by [`MAX_ROWS`].
    pub fn resize(&mut self, columns: u16, rows: u16) -> (u16, u16) {
        self.size = Size::new(columns.clamp(1, MAX_COLUMNS), rows.clamp(1, MAX_ROWS));
        (self.size.width, self.size.height)
    }

    /// What is to be written to the terminal; empty when nothing has changed.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        if self.out.is_empty() {
            return Vec::new();
        }
        let mut frame = Vec::with_capacity(self.out.len() + BEGIN.len() + END.len());
        frame.extend_from_slice(BEGIN);
        frame.append(&mut self.out);
        frame.extend_from_slice(END);
        frame
    }

    /// How many cells held something that may not be shown. Always zero when every text passed the gate for text.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.refused
    }

    fn put(&mut self, command: impl crossterm::Command) {
        // Writing into memory does not fail.
        let _ = queue!(self.out, command);
    }

    fn symbol(&mut self, symbol: &str) {
        if symbol.chars().all(is_showable) {
            self.put(Print(symbol));
        } else {
            self.refused += 1;
            self.put(Print('\u{fffd}'));
        }
    }

    fn color(&self, color: Color) -> Crossterm {
        match (self.colors, color) {
            (Colors::None, _) | (_, Color::Reset) => Crossterm::Reset,
            (Colors::True, Color::Rgb(r, g, b)) => Crossterm::Rgb { r, g, b },
            (Colors::Indexed, Color::Rgb(r, g, b)) => Crossterm::AnsiValue(indexed(r, g, b)),
            (Colors::Sixteen, Color::Rgb(r, g, b)) => Crossterm::AnsiValue(sixteen(r, g, b)),
            (_, Color::Indexed(index)) => Crossterm::AnsiValue(index),
            (_, Color::Black) => Crossterm::AnsiValue(0),
            (_, Color::Red) => Crossterm::AnsiValue(1),
            (_, Color::Green) => Crossterm::AnsiValue(2),
            (_, Color::Yellow) => Crossterm::AnsiValue(3),
            (_, Color::Blue) => Crossterm::AnsiValue(4),
            (_, Color::Magenta) => Crossterm::AnsiValue(5),
            (_, Color::Cyan) => Crossterm::AnsiValue(6),
            (_, Color::Gray) => Crossterm::AnsiValue(7),
            (_, Color::DarkGray) => Crossterm::AnsiValue(8),
            (_, Color::LightRed) => Crossterm::AnsiValue(9),
            (_, Color::LightGreen) => Crossterm::AnsiValue(10),
            (_, Color::LightYellow) => Crossterm::AnsiValue(11),
            (_, Color::LightBlue) => Crossterm::AnsiValue(12),
            (_, Color::LightMagenta) => Crossterm::AnsiValue(13),
            (_, Color::LightCyan) => Crossterm::AnsiValue(14),
            (_, Color::White) => Crossterm::AnsiValue(15),
        }
    }

    /// The style of a cell as this terminal can show it.
    fn style(&self, cell: &Cell) -> (Crossterm, Crossterm, Modifier) {
        let mut modifier = cell.modifier;
        if self.colors == Colors::None && cell.bg != Color::Reset {
            modifier |= Modifier::REVERSED;
        }
        (self.color(cell.fg), self.color(cell.bg), modifier)
    }
}

/// The nearest of the 256: the cube, or the greys.
#[must_use]
pub fn indexed(r: u8, g: u8, b: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |value: u8| (0..6_u8).min_by_key(|&at| STEPS[usize::from(at)].abs_diff(value)).unwrap_or(0);
    let distance = |(r2, g2, b2): (u8, u8, u8)| {
        let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        square(r, r2) + square(g, g2) + square(b, b2)
    };
    let cube = (nearest(r), nearest(g), nearest(b));
    let cube_color = (STEPS[usize::from(cube.0)], STEPS[usize::from(cube.1)], STEPS[usize::from(cube.2)]);
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey = u8::try_from(mean.saturating_sub(3) / 10).unwrap_or(23).min(23);
    let level = 8 + 10 * grey;
    if distance((level, level, level)) < distance(cube_color) { 232 + grey } else { 16 + 36 * cube.0 + 6 * cube.1 + cube.2 }
}

/// The nearest in meaning of the sixteen: by which channels are strong, and how bright it is.
#[must_use]
pub fn sixteen(r: u8, g: u8, b: u8) -> u8 {
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    if high - low < 40 {
        return match high {
            0..=60 => 0,
            61..=140 => 8,
            141..=210 => 7,
            _ => 15,
        };
    }
    let strong = |value: u8| u8::from(u16::from(value) * 2 > u16::from(high) + u16::from(low));
    let bright = if high >= 170 { 8 } else { 0 };
    bright + strong(r) + 2 * strong(g) + 4 * strong(b)
}

const ATTRIBUTES: [(Modifier, Attribute); 6] = [
    (Modifier::BOLD, Attribute::Bold),
    (Modifier::DIM, Attribute::Dim),
    (Modifier::ITALIC, Attribute::Italic),
    (Modifier::UNDERLINED, Attribute::Underlined),
    (Modifier::REVERSED, Attribute::Reverse),
    (Modifier::CROSSED_OUT, Attribute::CrossedOut),
];

impl Backend for Gate {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let plain = (Crossterm::Reset, Crossterm::Reset, Modifier::empty());
        let mut style = plain;
        let mut next: Option<(u16, u16)> = None;
        for (x, y, cell) in content {
            if next != Some((x, y)) {
                self.put(cursor::MoveTo(x, y));
            }
            let wanted = self.style(cell);
            if style.2 != wanted.2 {
                // Attributes are only added; what goes is taken back by beginning anew.
                if !wanted.2.contains(style.2) {
                    self.put(SetAttribute(Attribute::Reset));
                    style = plain;
                }
                for (modifier, attribute) in ATTRIBUTES {
                    if wanted.2.contains(modifier) && !style.2.contains(modifier) {
                        self.put(SetAttribute(attribute));
                    }
                }
            }
            if style.0 != wanted.0 {
                self.put(SetForegroundColor(wanted.0));
            }
            if style.1 != wanted.1 {
                self.put(SetBackgroundColor(wanted.1));
            }
            style = wanted;
            self.symbol(cell.symbol());
            let wide = u16::try_from(unicode_width::UnicodeWidthStr::width(cell.symbol())).unwrap_or(1).max(1);
            // After a wide character terminals do not agree on where the cursor is.
            next = (wide == 1 && cell.symbol().is_ascii()).then_some((x + 1, y));
            if wide == 1 && !cell.symbol().is_ascii() {
                next = cell.symbol().chars().count().eq(&1).then_some((x + 1, y));
            }
        }
        if style != plain {
            self.put(SetAttribute(Attribute::Reset));
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        if !self.hidden {
            self.hidden = true;
            self.put(cursor::Hide);
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        if self.hidden {
            self.hidden = false;
            self.put(cursor::Show);
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.cursor = position.into();
        self.put(cursor::MoveTo(self.cursor.x, self.cursor.y));
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.put(SetAttribute(Attribute::Reset));
        self.put(terminal::Clear(terminal::ClearType::All));
        Ok(())
    }

    fn clear_region(&mut self, _: ClearType) -> Result<(), Infallible> {
        // Only whole screens are drawn here.
        self.clear()
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::new(0, 0) })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(colors: Colors, symbol: &str) -> (String, usize) {
        let mut gate = Gate::new(colors);
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_fg(Color::Rgb(240, 120, 120)).set_bg(Color::Rgb(42, 49, 66));
        let drawn = gate.draw([(0, 0, &cell)].into_iter());
        assert_eq!(drawn, Ok(()));
        (String::from_utf8_lossy(&gate.take()).into_owned(), gate.refused())
    }

    #[test]
    fn no_cell_can_act_on_the_terminal() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let (bytes, refused) = drawn(Colors::None, &c.to_string());
            let inside = bytes.trim_start_matches("\u{1b}[?2026h\u{1b}[1;1H\u{1b}[7m").trim_end_matches("\u{1b}[0m\u{1b}[?2026l");
            assert!(inside.chars().all(is_showable), "{:04X}: {bytes:?}", u32::from(c));
            assert_eq!(refused == 0, is_showable(c), "{:04X}", u32::from(c));
        }
    }

    #[test]
    fn colours_step_down() {
        assert!(drawn(Colors::True, "x").0.contains("38;2;240;120;120"));
        assert!(drawn(Colors::Indexed, "x").0.contains("38;5;210"));
        assert!(drawn(Colors::Sixteen, "x").0.contains("38;5;9"));
        let plain = drawn(Colors::None, "x").0;
        assert!(!plain.contains("38;") && plain.contains("\u{1b}[7m"), "{plain:?}");
    }

    #[test]
    fn nothing_changed_is_nothing_written() {
        let mut gate = Gate::new(Colors::True);
        assert_eq!(gate.hide_cursor(), Ok(()));
        assert!(!gate.take().is_empty());
        assert_eq!(gate.hide_cursor(), Ok(()));
        assert!(gate.take().is_empty());
    }

    #[test]
    fn sizes_are_clamped() {
        let mut gate = Gate::new(Colors::True);
        assert_eq!(gate.resize(0, 0), (1, 1));
        assert_eq!(gate.resize(65_535, 65_535), (500, 200));
    }
}
