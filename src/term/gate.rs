//! The last gate in front of the terminal: it has what is drawn on, and gives the bytes from one frame to the next.
//!
//! What can come out: cursor moves, SGR, erase, lines moved between margins, synchronised updates, and the text that a [`Canvas`]
//! lets into its cells. One write a frame.

use crossterm::{queue, terminal};

use super::writer::Writer;
use crate::ui::canvas::Canvas;
use crate::ui::hues::Colors;

/// The largest screen that is drawn: more would be memory for nothing.
pub const MAX_COLUMNS: u16 = 500;
/// See [`MAX_COLUMNS`].
pub const MAX_ROWS: u16 = 200;

/// Begins a synchronised update: terminals that know it show the frame at once, the others ignore it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Bytes that nearly every frame has room in.
const USUAL: usize = 4 << 10;

/// What is drawn on, and the way from there to the screen.
#[derive(Debug)]
pub struct Gate {
    colors: Colors,
    /// What is drawn on; between frames the same as what stands on the screen.
    canvas: Canvas,
    /// Whether the screen is to be emptied first.
    clear: bool,
}

impl Gate {
    /// A gate for a terminal of that many colours, without a size yet.
    #[must_use]
    pub fn new(colors: Colors) -> Self {
        Self { colors, canvas: Canvas::new(colors, 1, 1), clear: false }
    }

    /// Takes in the terminal's size and returns it as it is used: at least one cell, at most [`MAX_COLUMNS`] by [`MAX_ROWS`].
    /// What stands on the terminal is not known after that, and it is emptied before the next frame.
    pub fn resize(&mut self, columns: u16, rows: u16) -> (u16, u16) {
        let size = (columns.clamp(1, MAX_COLUMNS), rows.clamp(1, MAX_ROWS));
        let area = self.canvas.area();
        if size != (area.width, area.height) {
            self.canvas = Canvas::new(self.colors, size.0, size.1);
        } else {
            self.canvas.forget();
        }
        self.clear = true;
        size
    }

    /// Draws a frame and gives what is to be written to the terminal; empty when nothing has changed.
    #[must_use]
    pub fn draw(&mut self, view: impl FnOnce(&mut Canvas)) -> Vec<u8> {
        self.canvas.begin();
        view(&mut self.canvas);
        let mut out = Vec::with_capacity(USUAL);
        out.extend_from_slice(BEGIN);
        if std::mem::take(&mut self.clear) {
            out.extend_from_slice(b"\x1b[0m");
            // Writing into memory does not fail.
            let _ = queue!(out, terminal::Clear(terminal::ClearType::All));
        }
        let changed = self.canvas.settle();
        if !changed.is_empty() {
            let (shown, next, signs) = self.canvas.pictures();
            Writer::new(&mut out, signs).turn(shown, next, &changed);
        }
        self.canvas.forget_signs();
        if out.len() == BEGIN.len() {
            return Vec::new();
        }
        out.extend_from_slice(END);
        out
    }

    /// What was drawn last.
    #[must_use]
    pub fn drawn(&self) -> &Canvas {
        &self.canvas
    }

    /// How many cells were to hold something that may not be shown. Always zero when every text passed the gate for text.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.canvas.refused()
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Color;
    use ratatui::widgets::Widget;

    use super::*;
    use crate::domain::text::is_showable;

    /// A widget that puts whatever it is told into a cell.
    struct Sign<'s>(&'s str);

    impl Widget for Sign<'_> {
        fn render(self, area: Rect, buffer: &mut Buffer) {
            let cell = &mut buffer[(area.x, area.y)];
            cell.set_symbol(self.0).set_fg(Color::Rgb(240, 120, 120)).set_bg(Color::Rgb(42, 49, 66));
        }
    }

    fn drawn(colors: Colors, symbol: &str) -> (String, usize) {
        let mut gate = Gate::new(colors);
        let bytes = gate.draw(|canvas| canvas.widget(canvas.area(), Sign(symbol)));
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
        let mut draw = |words: &str| gate.draw(|canvas| _ = canvas.text(0, 0, words, 10, Color::Red.into()));
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
