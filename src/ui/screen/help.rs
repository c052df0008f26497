//! What is laid over a screen: its keys, from the keymap, or the words of a lesson, from the glossary.

use super::{Go, Press, scrolled, wheel, wheeled};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{column, draw_lines, footer, header, more_below};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode, digits, of_mode};
use crate::ui::lines::{Piece, Pieces, pad, pieces, wrap};

/// What is explained.
#[derive(Debug, Clone, Copy)]
enum About {
    Keys(Mode),
    Words(usize),
}

/// Keys or words, explained.
#[derive(Debug)]
pub struct Help {
    about: About,
    lines: Vec<Pieces>,
    top: usize,
}

/// Columns of the keys.
const KEYS: usize = 13;

impl Help {
    /// The keys of `mode`.
    #[must_use]
    pub fn new(cx: &Context, mode: Mode) -> Self {
        Self::about(cx, About::Keys(mode))
    }

    /// The words that a lesson underlines.
    #[must_use]
    pub fn words(cx: &Context, lesson: usize) -> Self {
        Self::about(cx, About::Words(lesson))
    }

    fn about(cx: &Context, about: About) -> Self {
        let mut help = Self { about, lines: Vec::new(), top: 0 };
        help.lay_out(cx);
        help
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let width = width(cx);
        self.lines = match self.about {
            About::Keys(mode) => keys(mode, width),
            About::Words(lesson) => words(cx, lesson, width),
        };
        if let Some(reason) = &cx.unsaved {
            let told = wrap(&[Piece::new(reason.as_str(), Ink::Warn)], width).into_iter().map(|line| line.pieces);
            self.lines = told.chain([Vec::new()]).chain(std::mem::take(&mut self.lines)).collect();
        }
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
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let name = if matches!(self.about, About::Keys(_)) { "Help" } else { "Words" };
        header(canvas, cx, &[Piece::bold(name, Ink::Accent)], &[], None);
        let area = column(canvas.area(), width(cx));
        draw_lines(canvas, area, self.lines.iter().skip(self.top), cx.theme);
        more_below(canvas, cx, area, self.top, self.lines.len());
        footer(canvas, cx, Mode::Help, &[]);
    }
}

fn width(cx: &Context) -> usize {
    cx.columns().saturating_sub(2).clamp(1, 76)
}

fn keys(mode: Mode, width: usize) -> Vec<Pieces> {
    let mut lines = vec![vec![Piece::bold("Keys of this screen", Ink::Accent)], Vec::new()];
    let mut row = |keys: &str, doc: &str| {
        for (at, line) in wrap(&[Piece::new(doc, Ink::Text)], width.saturating_sub(KEYS).max(10)).into_iter().enumerate() {
            let mut pieces = vec![Piece::bold(if at == 0 { keys } else { "" }, Ink::Accent)];
            pad(&mut pieces, KEYS);
            pieces.extend(line.pieces);
            lines.push(pieces);
        }
    };
    if let Some(doc) = digits(mode) {
        row("1 to 9", doc);
    }
    for binding in of_mode(mode) {
        row(binding.shown, binding.doc);
    }
    lines
}

/// The terms that a lesson links to, in the order of their first use.
fn words(cx: &Context, lesson: usize, width: usize) -> Vec<Pieces> {
    let mut lines = vec![vec![Piece::bold("Words of this lesson", Ink::Accent)]];
    let Some(text) = cx.course.lesson(lesson) else { return lines };
    let mut seen = Vec::new();
    for term in text.terms() {
        if seen.contains(&term) {
            continue;
        }
        seen.push(term);
        let Some(entry) = cx.course.glossary().iter().find(|entry| &entry.id == term) else { continue };
        lines.push(Vec::new());
        lines.push(vec![Piece::bold(entry.term.as_str(), Ink::Text)]);
        for line in wrap(&pieces(&entry.text, Ink::Dim), width.saturating_sub(2).max(10)) {
            let mut row = vec![Piece::new("  ", Ink::Text)];
            row.extend(line.pieces);
            lines.push(row);
        }
    }
    if seen.is_empty() {
        lines.push(Vec::new());
        lines.push(vec![Piece::new("No word is underlined in this lesson.", Ink::Dim)]);
    }
    lines
}
