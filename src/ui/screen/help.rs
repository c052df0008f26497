//! The help: the keys of the screen beneath, from the keymap.

use ratatui::Frame;

use super::{Go, Press, scrolled, wheel, wheeled};
use crate::ui::chrome::{column, draw_lines, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode, digits, of_mode};
use crate::ui::lines::{Piece, Pieces, pad, wrap};

/// The keys of a screen.
#[derive(Debug)]
pub struct Help {
    mode: Mode,
    lines: Vec<Pieces>,
    top: usize,
}

/// Columns of the keys.
const KEYS: usize = 13;

impl Help {
    /// The keys of `mode`.
    #[must_use]
    pub fn new(cx: &Context, mode: Mode) -> Self {
        let mut help = Self { mode, lines: Vec::new(), top: 0 };
        help.lay_out(cx);
        help
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let width = width(cx);
        let mut lines = vec![vec![Piece::bold("Keys of this screen", Ink::Accent)], Vec::new()];
        let mut row = |keys: &str, doc: &str| {
            for (at, line) in wrap(&[Piece::new(doc, Ink::Text)], width.saturating_sub(KEYS).max(10)).into_iter().enumerate() {
                let mut pieces = vec![Piece::bold(if at == 0 { keys } else { "" }, Ink::Accent)];
                pad(&mut pieces, KEYS);
                pieces.extend(line.pieces);
                lines.push(pieces);
            }
        };
        if let Some(doc) = digits(self.mode) {
            row("1 to 9", doc);
        }
        for binding in of_mode(self.mode) {
            row(binding.shown, binding.doc);
        }
        self.lines = lines;
        self.top = self.top.min(self.lines.len().saturating_sub(cx.room()));
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &Context, press: &Press) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.top = wheeled(steps, self.top, cx.room(), self.lines.len());
        }
        match press.action {
            Some(Action::Back) => return Go::Back,
            Some(action) => {
                if let Some(top) = scrolled(action, self.top, cx.room(), self.lines.len()) {
                    self.top = top;
                }
            }
            None => {}
        }
        Go::Stay
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, frame: &mut Frame<'_>) {
        header(frame, cx, &[Piece::bold("Help", Ink::Accent)], &[], None);
        draw_lines(frame, column(frame.area(), width(cx)), self.lines.iter().skip(self.top), cx.theme);
        footer(frame, cx, Mode::Help, &[]);
    }
}

fn width(cx: &Context) -> usize {
    cx.columns().saturating_sub(2).clamp(1, 76)
}
