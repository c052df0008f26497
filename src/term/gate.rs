//! The last gate in front of the terminal: it has the cells that are drawn on, keeps what stands on the screen, and lets no
//! cell pass that holds anything but text.
//!
//! What can come out: cursor moves, SGR, erase, lines moved between margins and synchronised updates. One write a frame.
//!
//! It stands where ratatui has its `Terminal`. That keeps two screens of full cells and compares them, which is most of what a
//! key would cost: here each cell is packed into a number once, and rows of numbers are compared.

use std::collections::HashMap;

use crossterm::{queue, terminal};
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthChar as _;

use super::glyph::{Glyph, Hue, Look, Setting, Symbol};
use super::picture::{Picture, Writer};
use crate::domain::text::is_showable;
use crate::ui::lines::is_plain;

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

/// What is drawn on, and what came of it on the screen.
#[derive(Debug)]
pub struct Gate {
    colors: Colors,
    refused: usize,
    /// What is drawn on.
    canvas: Buffer,
    /// What stands on the screen.
    shown: Picture,
    /// What is to stand there. Between frames the same as what is shown.
    next: Picture,
    /// Whether the screen is to be emptied first.
    clear: bool,
    clusters: Clusters,
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
        for cell in pictures.into_iter().flat_map(Picture::cells_mut) {
            let glyph = Glyph::of(*cell);
            if let Symbol::Cluster(number, width) = glyph.symbol()
                && let Some(sign) = usize::try_from(number).ok().and_then(|number| before.signs.get(number))
            {
                *cell = Glyph::new(Symbol::Cluster(self.number(sign), width), Setting::new(glyph.look())).bits();
            }
        }
    }
}

impl Gate {
    /// A gate for a terminal of that many colours, without a size yet.
    #[must_use]
    pub fn new(colors: Colors) -> Self {
        Self {
            colors,
            refused: 0,
            canvas: Buffer::empty(Rect::new(0, 0, 1, 1)),
            shown: Picture::new(1, 1),
            next: Picture::new(1, 1),
            clear: false,
            clusters: Clusters::default(),
        }
    }

    /// Takes in the terminal's size and returns it as it is used: at least one cell, at most [`MAX_COLUMNS`] by [`MAX_ROWS`].
    /// What stands on the terminal is not known after that, and it is emptied before the next frame.
    pub fn resize(&mut self, columns: u16, rows: u16) -> (u16, u16) {
        let area = Rect::new(0, 0, columns.clamp(1, MAX_COLUMNS), rows.clamp(1, MAX_ROWS));
        if area != self.canvas.area {
            self.canvas = Buffer::empty(area);
            self.next = Picture::new(area.width.into(), area.height.into());
            self.shown = self.next.clone();
        }
        self.clear = true;
        (area.width, area.height)
    }

    /// Draws a frame and gives what is to be written to the terminal; empty when nothing has changed.
    #[must_use]
    pub fn draw(&mut self, view: impl FnOnce(&mut Buffer)) -> Vec<u8> {
        self.canvas.reset();
        view(&mut self.canvas);
        let mut out = BEGIN.to_vec();
        if std::mem::take(&mut self.clear) {
            out.extend_from_slice(b"\x1b[0m");
            put(&mut out, terminal::Clear(terminal::ClearType::All));
            self.shown.clear();
            self.next.clear();
        }
        let changed = self.pack();
        if !changed.is_empty() {
            Writer::new(&mut out, &self.clusters.signs).turn(&mut self.shown, &self.next, &changed);
        }
        if self.clusters.signs.len() > CLUSTERS {
            self.clusters.forget([&mut self.shown, &mut self.next]);
        }
        if out.len() == BEGIN.len() {
            return Vec::new();
        }
        out.extend_from_slice(END);
        out
    }

    /// What was drawn last.
    #[must_use]
    pub fn drawn(&self) -> &Buffer {
        &self.canvas
    }

    /// How many cells held something that may not be shown. Always zero when every text passed the gate for text.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.refused
    }

    /// Takes what was drawn into the next picture, and gives the rows that have changed.
    fn pack(&mut self) -> Vec<usize> {
        let (canvas, mut next) = (std::mem::take(&mut self.canvas), std::mem::replace(&mut self.next, Picture::new(1, 0)));
        let mut changed = Vec::new();
        // Neighbours are mostly set alike.
        let (mut alike, mut setting) = (&Cell::EMPTY, Setting::new(Look::default()));
        for (y, cells) in canvas.content().chunks(usize::from(canvas.area.width).max(1)).enumerate() {
            let row = next.row_mut(y);
            let mut differs = false;
            // What stands under the later cells of a wide sign is not seen.
            let (mut covered, mut later) = (0, Glyph::BLANK);
            for (cell, packed) in cells.iter().zip(row) {
                let new = if covered > 0 {
                    covered -= 1;
                    later
                } else {
                    if cell.fg != alike.fg || cell.bg != alike.bg || cell.modifier != alike.modifier {
                        (alike, setting) = (cell, Setting::new(self.look(cell)));
                    }
                    if let [byte @ b' '..=b'~'] = cell.symbol().as_bytes() {
                        Glyph::ascii(*byte, setting)
                    } else {
                        let symbol = self.symbol(cell.symbol());
                        let sign = Glyph::new(symbol, setting);
                        if !matches!(symbol, Symbol::Char(_)) {
                            (covered, later) = (sign.width() - 1, sign.rest());
                        }
                        sign
                    }
                };
                if *packed != new.bits() {
                    (*packed, differs) = (new.bits(), true);
                }
            }
            if differs {
                changed.push(y);
            }
        }
        (self.canvas, self.next) = (canvas, next);
        changed
    }

    /// Any symbol but one of ASCII.
    fn symbol(&mut self, symbol: &str) -> Symbol {
        let mut chars = symbol.chars();
        let signs = (chars.next(), chars.next());
        if let (Some(c), None) = signs
            && is_plain(c)
        {
            return Symbol::Char(c);
        }
        if symbol.is_empty() || !symbol.chars().all(is_showable) {
            self.refused += 1;
            return Symbol::Char('\u{fffd}');
        }
        match signs {
            (Some(c), None) if c.width() == Some(2) => Symbol::Wide(c),
            (Some(c), None) => Symbol::Char(c),
            _ => {
                let width = u8::try_from(symbol.cell_width()).unwrap_or(u8::MAX).max(1);
                Symbol::Cluster(self.clusters.number(symbol), width)
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(colors: Colors, symbol: &str) -> (String, usize) {
        let mut gate = Gate::new(colors);
        let bytes = gate.draw(|buffer| {
            buffer.content[0].set_symbol(symbol).set_fg(Color::Rgb(240, 120, 120)).set_bg(Color::Rgb(42, 49, 66));
        });
        (String::from_utf8_lossy(&bytes).into_owned(), gate.refused())
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
        gate.resize(10, 2);
        let mut draw = |words: &str| gate.draw(|buffer| _ = buffer.set_stringn(0, 0, words, 10, Color::Red));
        assert!(!draw("tea").is_empty());
        assert!(draw("tea").is_empty());
        assert!(!draw("coffee").is_empty());
    }

    #[test]
    fn sizes_are_clamped() {
        let mut gate = Gate::new(Colors::True);
        assert_eq!(gate.resize(0, 0), (1, 1));
        assert_eq!(gate.resize(65_535, 65_535), (500, 200));
    }
}
