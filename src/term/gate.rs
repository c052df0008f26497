//! The last gate in front of the terminal: a ratatui backend that keeps the picture in memory, answers questions about size
//! and cursor from there, and lets no cell pass that holds anything but text.
//!
//! What can come out: cursor moves, SGR, erase, lines moved between margins, cursor visibility and synchronised updates. One
//! write a frame.

use std::collections::HashMap;
use std::convert::Infallible;

use crossterm::{cursor, queue, terminal};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::picture::{Glyph, Hue, Look, Picture, Symbol, Writer};
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

/// Signs of several characters that are remembered before those that are not shown any more are forgotten.
const CLUSTERS: usize = 4096;

/// A backend that writes frames into memory.
#[derive(Debug)]
pub struct Gate {
    size: Size,
    colors: Colors,
    refused: usize,
    /// What stands on the screen.
    shown: Picture,
    /// What is to stand there.
    next: Picture,
    /// For each row, whether something was put there since the last frame.
    touched: Vec<bool>,
    /// Whether the screen is to be emptied first.
    clear: bool,
    cursor: Cursor,
    /// The cursor as the terminal was told it last.
    told: Option<Cursor>,
    clusters: Clusters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    position: Position,
    hidden: bool,
}

/// Signs of several characters, by number.
#[derive(Debug, Default)]
struct Clusters {
    signs: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Clusters {
    fn number(&mut self, sign: &str) -> u32 {
        if let Some(&number) = self.numbers.get(sign) {
            return number;
        }
        let number = u32::try_from(self.signs.len()).unwrap_or(u32::MAX);
        self.signs.push(sign.into());
        self.numbers.insert(sign.into(), number);
        number
    }

    /// Forgets those that are in none of these pictures.
    fn forget(&mut self, pictures: [&mut Picture; 2]) {
        let before = std::mem::take(self);
        for glyph in pictures.into_iter().flat_map(Picture::cells_mut) {
            if let Symbol::Cluster(number, width) = glyph.symbol
                && let Some(sign) = usize::try_from(number).ok().and_then(|number| before.signs.get(number))
            {
                glyph.symbol = Symbol::Cluster(self.number(sign), width);
            }
        }
    }
}

impl Gate {
    /// A gate for a terminal of that many colours, without a size yet.
    #[must_use]
    pub fn new(colors: Colors) -> Self {
        Self {
            size: Size::new(1, 1),
            colors,
            refused: 0,
            shown: Picture::new(1, 1),
            next: Picture::new(1, 1),
            touched: vec![false],
            clear: false,
            cursor: Cursor { position: Position::ORIGIN, hidden: false },
            told: None,
            clusters: Clusters::default(),
        }
    }

    /// Takes in the terminal's size and returns it as it is used: at least one cell, at most [`MAX_COLUMNS`] by [`MAX_ROWS`].
    /// What stands on the terminal is not known after that, and it is emptied before the next frame.
    pub fn resize(&mut self, columns: u16, rows: u16) -> (u16, u16) {
        let size = Size::new(columns.clamp(1, MAX_COLUMNS), rows.clamp(1, MAX_ROWS));
        if size != self.size {
            self.size = size;
            self.next = Picture::new(size.width.into(), size.height.into());
            self.shown = self.next.clone();
            self.touched = vec![false; size.height.into()];
            self.clear = true;
        }
        (size.width, size.height)
    }

    /// What is to be written to the terminal; empty when nothing has changed.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        let mut out = BEGIN.to_vec();
        if std::mem::take(&mut self.clear) {
            out.extend_from_slice(b"\x1b[0m");
            put(&mut out, terminal::Clear(terminal::ClearType::All));
            self.shown.clear();
        }
        let changed: Vec<usize> = (0..self.next.height())
            .filter(|&y| self.touched.get(y).is_some_and(|touched| *touched) && self.shown.row(y) != self.next.row(y))
            .collect();
        self.touched.fill(false);
        if !changed.is_empty() {
            Writer::new(&mut out, &self.clusters.signs).turn(&mut self.shown, &self.next, &changed);
        }
        if self.told.is_some_and(|told| told.hidden) != self.cursor.hidden {
            if self.cursor.hidden {
                put(&mut out, cursor::Hide);
            } else {
                put(&mut out, cursor::Show);
            }
        }
        let elsewhere = out.len() > BEGIN.len() || self.told.is_some_and(|told| told.position != self.cursor.position);
        if !self.cursor.hidden && elsewhere {
            put(&mut out, cursor::MoveTo(self.cursor.position.x, self.cursor.position.y));
        }
        self.told = Some(self.cursor);
        if self.clusters.signs.len() > CLUSTERS {
            self.clusters.forget([&mut self.shown, &mut self.next]);
        }
        if out.len() == BEGIN.len() {
            return Vec::new();
        }
        out.extend_from_slice(END);
        out
    }

    /// How many cells held something that may not be shown. Always zero when every text passed the gate for text.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.refused
    }

    fn symbol(&mut self, symbol: &str) -> Symbol {
        if let [byte @ b' '..=b'~'] = symbol.as_bytes() {
            return Symbol::Char(char::from(*byte));
        }
        if symbol.is_empty() || !symbol.chars().all(is_showable) {
            self.refused += 1;
            return Symbol::Char('\u{fffd}');
        }
        let mut chars = symbol.chars();
        match (chars.next(), chars.next(), symbol.width()) {
            (Some(c), None, 0 | 1) => Symbol::Char(c),
            (Some(c), None, 2) => Symbol::Wide(c),
            (_, _, width) => Symbol::Cluster(self.clusters.number(symbol), u8::try_from(width).unwrap_or(u8::MAX).max(1)),
        }
    }

    fn hue(&self, color: Color) -> Hue {
        match (self.colors, color) {
            (Colors::None, _) | (_, Color::Reset) => Hue::Own,
            (Colors::True, Color::Rgb(r, g, b)) => Hue::Rgb(r, g, b),
            (Colors::Indexed, Color::Rgb(r, g, b)) => Hue::Index(indexed(r, g, b)),
            (Colors::Sixteen, Color::Rgb(r, g, b)) => Hue::Index(sixteen(r, g, b)),
            (_, Color::Indexed(index)) => Hue::Index(index),
            (_, Color::Black) => Hue::Index(0),
            (_, Color::Red) => Hue::Index(1),
            (_, Color::Green) => Hue::Index(2),
            (_, Color::Yellow) => Hue::Index(3),
            (_, Color::Blue) => Hue::Index(4),
            (_, Color::Magenta) => Hue::Index(5),
            (_, Color::Cyan) => Hue::Index(6),
            (_, Color::Gray) => Hue::Index(7),
            (_, Color::DarkGray) => Hue::Index(8),
            (_, Color::LightRed) => Hue::Index(9),
            (_, Color::LightGreen) => Hue::Index(10),
            (_, Color::LightYellow) => Hue::Index(11),
            (_, Color::LightBlue) => Hue::Index(12),
            (_, Color::LightMagenta) => Hue::Index(13),
            (_, Color::LightCyan) => Hue::Index(14),
            (_, Color::White) => Hue::Index(15),
        }
    }

    /// The look of a cell as this terminal can show it.
    fn look(&self, cell: &Cell) -> Look {
        let mut modifier = cell.modifier;
        if self.colors == Colors::None && cell.bg != Color::Reset {
            modifier |= Modifier::REVERSED;
        }
        Look { ink: self.hue(cell.fg), paper: self.hue(cell.bg), modifier }
    }
}

fn put(out: &mut Vec<u8>, command: impl crossterm::Command) {
    // Writing into memory does not fail.
    let _ = queue!(out, command);
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

impl Backend for Gate {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        // The later cells of a wide sign are not written: the writer knows what stood there.
        let mut covered = (0, 0..0);
        for (x, y, cell) in content {
            let (x, y) = (usize::from(x), usize::from(y));
            if covered.0 == y && covered.1.contains(&x) {
                continue;
            }
            let glyph = Glyph::new(self.symbol(cell.symbol()), self.look(cell));
            covered = (y, x + 1..x + glyph.width());
            self.next.put(x, y, glyph);
            if let Some(touched) = self.touched.get_mut(y) {
                *touched = true;
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor.hidden = true;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor.hidden = false;
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor.position)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.cursor.position = position.into();
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear = true;
        self.next.clear();
        self.touched.fill(true);
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
            // What is left when the sequences are taken out.
            let parts = bytes.split("\u{1b}[").flat_map(|part| {
                part.trim_start_matches(['?', ';', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']).chars().skip(1)
            });
            assert!(parts.clone().all(is_showable), "{:04X}: {bytes:?}", u32::from(c));
            assert!(parts.clone().any(|shown| shown == c || !is_showable(c)), "{:04X}: {bytes:?}", u32::from(c));
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
