//! What every frame is drawn on: cells packed into numbers, so that to draw is to store, and to compare two frames is to compare
//! memory. Only text gets into a cell: what could act on a terminal is turned away here, whoever draws it.
//!
//! It stands where ratatui has its `Buffer`, whose cells hold a string each: to make, to empty and to compare those was most of
//! what a key cost. Widgets of ratatui draw on it as well, by way of a buffer of their own size.

use std::collections::HashMap;

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::widgets::Widget;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

use super::glyph::{Glyph, Hue, Look, Patch, Symbol};
use super::hues::{Colors, of_number};
use super::lines::is_plain;
use super::picture::Picture;
use crate::domain::text::is_showable;

/// Signs of several characters that are remembered before those that are not shown any more are forgotten.
const CLUSTERS: usize = 4096;

/// A screenful of cells, and what they held in the frame before.
#[derive(Debug, Clone)]
pub struct Canvas {
    area: Rect,
    colors: Colors,
    now: Picture,
    before: Picture,
    frames: Frames,
    clusters: Clusters,
    refused: usize,
}

/// How many frames were begun since nothing is known to stand on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frames {
    None,
    /// What was there before is blank and need not be looked at.
    One,
    More,
}

/// The cells alone: what was drawn.
impl PartialEq for Canvas {
    fn eq(&self, other: &Self) -> bool {
        self.area == other.area && self.now == other.now
    }
}

/// Signs of several characters, by number.
#[derive(Debug, Clone, Default)]
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
}

impl Canvas {
    /// An empty one, for a terminal of that many colours.
    #[must_use]
    pub fn new(colors: Colors, columns: u16, rows: u16) -> Self {
        let picture = || Picture::new(columns.into(), rows.into());
        let area = Rect::new(0, 0, columns, rows);
        let (now, before) = (picture(), picture());
        Self { area, colors, now, before, frames: Frames::None, clusters: Clusters::default(), refused: 0 }
    }

    /// Its place and size: the place is always the corner.
    #[must_use]
    pub const fn area(&self) -> Rect {
        self.area
    }

    /// How many cells were to hold something that may not be shown. Always zero when every text passed the gate for text.
    #[must_use]
    pub const fn refused(&self) -> usize {
        self.refused
    }

    /// Begins a new frame. What was drawn is kept as what was there before.
    pub fn begin(&mut self) {
        if self.frames == Frames::None {
            self.frames = Frames::One;
            return;
        }
        self.frames = Frames::More;
        std::mem::swap(&mut self.now, &mut self.before);
        self.now.clear();
    }

    /// Takes it that nothing was drawn: the next frame is the first.
    pub fn forget(&mut self) {
        self.now.clear();
        self.before.clear();
        self.frames = Frames::None;
    }

    /// Ends a frame: what cannot be seen is taken out. Gives the rows that look otherwise than in the frame before, from the top.
    pub fn settle(&mut self) -> Vec<usize> {
        let first = self.frames != Frames::More;
        let mut changed = Vec::new();
        for y in 0..self.now.height() {
            if self.now.is_rough(y) {
                let narrow = see(self.now.row_mut(y));
                self.now.set_rough(y, !narrow);
            }
            let row = self.now.row(y);
            let same = if first { row.iter().all(|cell| *cell == 0) } else { row == self.before.row(y) };
            if !same {
                changed.push(y);
            }
        }
        changed
    }

    /// The frame before, this one, and the signs of several characters, by the numbers that cells have of them.
    pub fn pictures(&mut self) -> (&mut Picture, &Picture, &[Box<str>]) {
        (&mut self.before, &self.now, &self.clusters.signs)
    }

    /// The cells of a row, packed; empty when there is no such row.
    #[must_use]
    pub fn row(&self, y: usize) -> &[u128] {
        self.now.row(y)
    }

    /// Forgets signs that are not shown, when there are many. Those that stay get other numbers.
    pub fn forget_signs(&mut self) {
        if self.clusters.signs.len() <= CLUSTERS {
            return;
        }
        let old = std::mem::take(&mut self.clusters);
        for cell in self.now.cells_mut().iter_mut().chain(self.before.cells_mut()) {
            let glyph = Glyph::of(*cell);
            if let Symbol::Cluster(number, width) = glyph.symbol()
                && let Some(sign) = usize::try_from(number).ok().and_then(|number| old.signs.get(number))
            {
                *cell = glyph.with(Symbol::Cluster(self.clusters.number(sign), width)).bits();
            }
        }
    }

    /// The same of a row in which what is drawn is to be [seen](see) to at the end.
    fn rough_cells_from(&mut self, x: u16, y: u16, room: usize) -> &mut [u128] {
        self.now.set_rough(y.into(), true);
        self.cells_from(x, y, room)
    }

    /// Cells from (`x`, `y`) on, at most `room` of them and none beyond the row.
    fn cells_from(&mut self, x: u16, y: u16, room: usize) -> &mut [u128] {
        let x = usize::from(x);
        let row = self.now.row_mut(y.into());
        let end = x.saturating_add(room).min(row.len());
        row.get_mut(x.min(end)..end).unwrap_or(&mut [])
    }

    /// Sets every cell of an area in a style, whatever it holds. What the style leaves open stays.
    pub fn set_style(&mut self, area: Rect, style: Style) {
        let patch = self.patch(style);
        for row in area.intersection(self.area).rows() {
            for cell in self.rough_cells_from(row.x, row.y, row.width.into()) {
                *cell = patch.on(*cell);
            }
        }
    }

    /// Empties an area, for what is drawn over something else. How it is set stays.
    pub fn blank(&mut self, area: Rect) {
        for row in area.intersection(self.area).rows() {
            for cell in self.rough_cells_from(row.x, row.y, row.width.into()) {
                *cell = Glyph::of(*cell).with(Symbol::Char(' ')).bits();
            }
        }
    }

    /// Fills an area with a character that is one cell wide, of those that are [plain to see](is_plain); others are left out.
    pub fn fill(&mut self, area: Rect, c: char, style: Style) {
        if !is_plain(c) {
            return;
        }
        let patch = self.patch(style);
        for row in area.intersection(self.area).rows() {
            for cell in self.cells_from(row.x, row.y, row.width.into()) {
                *cell = patch.char(c, *cell);
            }
        }
    }

    /// Draws a text from (`x`, `y`) on, in at most `room` cells. Gives the column after it, and whether all of it was drawn.
    pub fn text(&mut self, x: u16, y: u16, text: &str, room: usize, style: Style) -> (u16, bool) {
        let patch = self.patch(style);
        let cells = self.cells_from(x, y, room);
        // This is the path of every frame: nearly all text is ASCII, and most of the rest is plain.
        let mut drawn = 0;
        for (cell, byte) in cells.iter_mut().zip(text.bytes()) {
            if !matches!(byte, b' '..=b'~') {
                break;
            }
            *cell = patch.ascii(byte, *cell);
            drawn += 1;
        }
        for c in text.get(drawn..).unwrap_or("").chars() {
            if !is_plain(c) {
                return self.graphemes(x, y, text, room, patch);
            }
            let Some(cell) = cells.get_mut(drawn) else { return (after(x, drawn), false) };
            *cell = patch.char(c, *cell);
            drawn += 1;
        }
        (after(x, drawn), true)
    }

    /// The same for any text: a sign may be made of several characters, and take several cells or none.
    fn graphemes(&mut self, mut x: u16, y: u16, text: &str, room: usize, patch: Patch) -> (u16, bool) {
        let mut left = room.min(self.area.right().saturating_sub(x).into());
        for sign in text.graphemes(true).filter(|sign| !sign.contains(char::is_control)) {
            let width = sign.cell_width();
            if width == 0 {
                continue;
            }
            let Some(rest) = left.checked_sub(width.into()) else { return (x, false) };
            left = rest;
            let symbol = self.admit(sign);
            if let Some((first, later)) = self.rough_cells_from(x, y, width.into()).split_first_mut() {
                *first = patch.symbol(symbol, *first);
                later.fill(0);
            }
            x += width;
        }
        (x, true)
    }

    /// What a cell may hold of a symbol. Here nothing but text gets through.
    fn admit(&mut self, symbol: &str) -> Symbol {
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

    /// A style as this terminal can show it.
    fn patch(&self, style: Style) -> Patch {
        let (mut come, mut go) = (style.add_modifier, style.sub_modifier);
        if self.colors == Colors::None {
            match style.bg {
                Some(Color::Reset) => go |= Modifier::REVERSED,
                Some(_) => come |= Modifier::REVERSED,
                None => {}
            }
        }
        let hue = |color| self.colors.hue(color);
        Patch::new(style.fg.map(hue), style.bg.map(hue), come, go)
    }

    /// Draws a widget of ratatui.
    pub fn widget(&mut self, area: Rect, widget: impl Widget) {
        let area = area.intersection(self.area);
        let mut buffer = self.part(area);
        widget.render(area, &mut buffer);
        for (row, cells) in area.rows().zip(buffer.content().chunks(usize::from(area.width).max(1))) {
            for (x, cell) in (row.x..).zip(cells) {
                let glyph = Glyph::new(self.admit(cell.symbol()), self.look(cell));
                if let Some(place) = self.rough_cells_from(x, row.y, 1).first_mut() {
                    *place = glyph.bits();
                }
            }
        }
    }

    /// How a cell of ratatui is set, as this terminal can show it.
    fn look(&self, cell: &Cell) -> Look {
        let mut modifier = cell.modifier;
        if self.colors == Colors::None && cell.bg != Color::Reset {
            modifier |= Modifier::REVERSED;
        }
        Look { ink: self.colors.hue(cell.fg), paper: self.colors.hue(cell.bg), modifier }
    }

    /// What was drawn, as a buffer of ratatui.
    #[must_use]
    pub fn to_buffer(&self) -> Buffer {
        self.part(self.area)
    }

    fn part(&self, area: Rect) -> Buffer {
        let color = |hue| match hue {
            Hue::Own => Color::Reset,
            Hue::Index(index) => of_number(index),
            Hue::Rgb(r, g, b) => Color::Rgb(r, g, b),
        };
        let mut buffer = Buffer::empty(area);
        for (row, cells) in area.rows().zip(buffer.content.chunks_mut(usize::from(area.width).max(1))) {
            let glyphs = self.row(row.y.into()).iter().skip(row.x.into()).map(|&bits| Glyph::of(bits));
            for (cell, glyph) in cells.iter_mut().zip(glyphs) {
                match glyph.symbol() {
                    Symbol::Char(' ') | Symbol::Rest => {}
                    Symbol::Char(c) | Symbol::Wide(c) => _ = cell.set_char(c),
                    Symbol::Cluster(number, _) => {
                        let sign = usize::try_from(number).ok().and_then(|number| self.clusters.signs.get(number));
                        cell.set_symbol(sign.map_or("\u{fffd}", |sign| sign));
                    }
                }
                let look = glyph.look();
                (cell.fg, cell.bg, cell.modifier) = (color(look.ink), color(look.paper), look.modifier);
            }
        }
        buffer
    }
}

/// Leaves of a row of cells what is to be seen: nothing of what stands under the later cells of a wide sign, and of blanks what can
/// be. Says whether all its signs are a cell wide.
fn see(row: &mut [u128]) -> bool {
    let mut narrow = true;
    for cell in row.iter_mut() {
        let glyph = Glyph::of(*cell);
        narrow &= glyph.is_narrow();
        *cell = glyph.seen().bits();
    }
    // Nearly always.
    if narrow {
        return true;
    }
    let (mut covered, mut later) = (0, Glyph::BLANK);
    for cell in row {
        let glyph = Glyph::of(*cell);
        if covered > 0 {
            covered -= 1;
            *cell = later.bits();
        } else if !glyph.is_narrow() {
            (covered, later) = (glyph.width() - 1, glyph.rest());
        }
    }
    false
}

/// The column that is so many cells after another.
fn after(x: u16, cells: usize) -> u16 {
    x.saturating_add(u16::try_from(cells).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::text::Line;

    use super::*;

    fn canvas() -> Canvas {
        Canvas::new(Colors::True, 6, 2)
    }

    /// The rows as they are read.
    fn rows(canvas: &Canvas) -> Vec<String> {
        let buffer = canvas.to_buffer();
        let row = |y| (0..canvas.area().width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..canvas.area().height).map(row).collect()
    }

    #[test]
    fn a_text_is_cut_where_the_room_or_the_row_ends() {
        for (text, x, room, row, told) in [
            ("coffee", 0, 9, "coffee", (6, true)),
            ("coffee", 2, 9, "  coff", (6, false)),
            ("coffee", 1, 3, " cof  ", (4, false)),
            ("a─é", 1, 9, " a─é  ", (4, true)),
            ("a─é", 1, 2, " a─   ", (3, false)),
            // A wide sign is whole or not there; one without a width takes no cell.
            ("日本", 0, 3, "日     ", (2, false)),
            ("e\u{301}x", 0, 9, "e\u{301}x    ", (2, true)),
            ("x", 9, 9, "      ", (9, false)),
            ("", 3, 0, "      ", (3, true)),
        ] {
            let mut canvas = canvas();
            assert_eq!(canvas.text(x, 0, text, room, Style::new()), told, "{text:?} at {x} in {room}");
            assert_eq!(rows(&canvas)[0], row, "{text:?} at {x} in {room}");
        }
        assert_eq!(canvas().text(0, 9, "below", 5, Style::new()), (0, false));
    }

    #[test]
    fn what_a_style_leaves_open_stays() {
        let mut canvas = canvas();
        canvas.set_style(Rect::new(0, 0, 3, 1), Style::new().bg(Color::Blue));
        canvas.text(1, 0, "tea", 3, Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::BOLD));
        canvas.set_style(Rect::new(2, 0, 9, 9), Style::new().fg(Color::Red).remove_modifier(Modifier::BOLD));
        let buffer = canvas.to_buffer();
        let look = |x| (buffer[(x, 0)].symbol(), buffer[(x, 0)].fg, buffer[(x, 0)].bg, buffer[(x, 0)].modifier);
        assert_eq!(look(0), (" ", Color::Reset, Color::Blue, Modifier::empty()));
        assert_eq!(look(1), ("t", Color::Rgb(1, 2, 3), Color::Blue, Modifier::BOLD));
        assert_eq!(look(2), ("e", Color::Red, Color::Blue, Modifier::empty()));
        assert_eq!(look(3), ("a", Color::Red, Color::Reset, Modifier::empty()));
        canvas.blank(canvas.area());
        assert_eq!(rows(&canvas), ["      ", "      "]);
        assert_eq!(canvas.to_buffer()[(2, 0)].bg, Color::Blue, "how a cell is set stays");
    }

    #[test]
    fn without_colours_a_background_is_reversed() {
        let mut canvas = Canvas::new(Colors::None, 6, 2);
        canvas.set_style(Rect::new(0, 0, 6, 1), Style::new().bg(Color::Blue));
        canvas.text(0, 0, "tea", 3, Style::new().fg(Color::Red));
        canvas.set_style(Rect::new(1, 0, 1, 1), Style::new().bg(Color::Reset));
        let buffer = canvas.to_buffer();
        assert_eq!([0, 1, 2].map(|x| buffer[(x, 0)].modifier.contains(Modifier::REVERSED)), [true, false, true]);
        assert!(buffer.content().iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)));
    }

    #[test]
    fn widgets_draw_over_what_is_there() {
        let mut canvas = canvas();
        canvas.fill(canvas.area(), '─', Style::new().fg(Color::Indexed(200)));
        canvas.widget(Rect::new(1, 1, 9, 9), Line::raw("日a"));
        assert_eq!(rows(&canvas), ["──────", "─日 a──"]);
        assert_eq!(canvas.to_buffer()[(1, 1)].fg, Color::Indexed(200));
        assert_eq!(canvas.refused(), 0);
        canvas.fill(canvas.area(), '\u{1b}', Style::new());
        assert_eq!(rows(&canvas), ["──────", "─日 a──"], "nothing but plain characters fills");
    }

    proptest! {
        /// A row that is not looked through at the end of a frame must be as if it had been.
        #[test]
        fn every_cell_ends_as_it_is_seen(drawn in prop::collection::vec((0_u8..5, 0_u16..6, 0_u16..2, "[ a─日]{0,5}", 0_u8..4), 0..12)) {
            let mut canvas = canvas();
            canvas.begin();
            for (how, x, y, text, number) in drawn {
                let style = [
                    Style::new(),
                    Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
                    Style::new().bg(Color::Blue),
                    Style::new().fg(Color::Green).add_modifier(Modifier::UNDERLINED),
                ][usize::from(number)];
                let area = Rect::new(x, y, 3, 1);
                match how {
                    0 => _ = canvas.text(x, y, &text, 4, style),
                    1 => canvas.set_style(area, style),
                    2 => canvas.blank(area),
                    3 => canvas.fill(area, text.chars().next().unwrap_or(' '), style),
                    _ => canvas.widget(area, Line::styled(text, style)),
                }
            }
            canvas.settle();
            for y in 0..2 {
                let rough = canvas.now.is_rough(y);
                let row = canvas.row(y);
                prop_assert!(row.iter().all(|&cell| Glyph::of(cell).seen() == Glyph::of(cell)), "{row:x?}");
                prop_assert_eq!(rough, !row.iter().all(|&cell| Glyph::of(cell).is_narrow()));
            }
        }
    }

    #[test]
    fn rows_that_differ_from_the_frame_before_are_told() {
        let mut canvas = canvas();
        for (text, changed) in [("tea", vec![1]), ("tea", vec![]), ("ten", vec![1])] {
            canvas.begin();
            canvas.text(0, 1, text, 3, Style::new());
            assert_eq!(canvas.settle(), changed, "{text}");
        }
        canvas.begin();
        assert_eq!(canvas.settle(), [1], "emptied");
        canvas.forget();
        canvas.begin();
        canvas.text(0, 1, "ten", 3, Style::new());
        assert_eq!(canvas.settle(), [1], "as if nothing had been there");
    }
}
