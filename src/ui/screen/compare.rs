//! The comparison: BAD and GOOD side by side, with numbered notes on their lines; stacked where it is narrow.

use ratatui::layout::Rect;
use similar::ChangeTag;
use similar::algorithms::{Capture, Compact, Replace, myers};

use super::{Asks, Go, Press, Screen, scrolled, wheel, wheeled};
use crate::domain::code::{Colours, Role};
use crate::domain::comparison::{Pair, Side, language_name};
use crate::domain::course::numeral;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{body, draw_line, follow, footer, header, more_below, saving};
use crate::ui::code_pane::{Row, beside, framed, note_mark, note_rows, numbered};
use crate::ui::context::{Context, WIDE};
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, pieces, width_of, wrap};
use crate::ui::page::coloured;

/// The widest that two panes get together.
const WIDEST: usize = 140;

/// Code of more lines is not laid out before it is asked for.
const LONG: usize = 100;

/// What is shown of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Both,
    Bad,
    Good,
    Diff,
    /// BAD without notes; the learner points at a line. With what was pointed at, once it was.
    Spot {
        cursor: usize,
        told: Option<bool>,
    },
}

/// Views of a pair that one goes to and fro between, beside that of both sides.
const OTHERS: [Shown; 3] = [Shown::Diff, Shown::Bad, Shown::Good];

/// The BAD/GOOD pairs of a lesson.
#[derive(Debug)]
pub struct Comparison {
    lesson: usize,
    pair: usize,
    shown: Shown,
    rows: Vec<Row>,
    /// The other views of the pair that were laid out for this size and these colours: one goes to and fro between them.
    kept: Vec<(Shown, Vec<Row>)>,
    top: usize,
}

/// Opens the pairs of a lesson at one of them.
pub fn open(cx: &mut Context, lesson: usize, pair: Option<usize>, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(text) = course.lesson(lesson).filter(|text| !text.pairs.is_empty()) else { return Go::Stay };
    asks.wanted.extend(cx.palette.wanted(
        text.pairs.iter().flat_map(|pair| [&pair.bad, &pair.good].map(|side| (pair.language.as_str(), side.code.as_str()))),
    ));
    let mut screen = Comparison { lesson, pair: pair.unwrap_or(0), shown: Shown::Both, rows: Vec::new(), kept: Vec::new(), top: 0 };
    screen.lay_out(cx);
    Go::To(Screen::Compare(Box::new(screen)))
}

impl Comparison {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self, cx: &Context) -> Option<(usize, usize)> {
        cx.course.lesson(self.lesson).map(|lesson| (self.pair, lesson.pairs.len()))
    }

    fn current<'c>(&self, cx: &'c Context) -> Option<&'c Pair> {
        cx.course.lesson(self.lesson)?.pairs.get(self.pair)
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        self.kept.clear();
        self.compose(cx);
    }

    fn compose(&mut self, cx: &Context) {
        self.rows = self.rows_of(cx, self.shown);
        self.top = self.top.min(self.rows.len().saturating_sub(cx.room()));
    }

    /// The rows of a view of the pair.
    fn rows_of(&self, cx: &Context, shown: Shown) -> Vec<Row> {
        let Some(pair) = self.current(cx) else { return Vec::new() };
        let width = width(cx);
        let colours = [&pair.bad, &pair.good].map(|side| cx.palette.get(&pair.language, side.code.as_str()).unwrap_or_default());
        let mut rows: Vec<Row> = wrap(&title(pair), width).into_iter().map(|line| Row::plain(line.pieces)).collect();
        rows.push(Row::default());
        rows.extend(match shown {
            Shown::Both => both(pair, &colours, width, cx.wide()),
            Shown::Bad => one(&pair.bad, true, &colours[0], width),
            Shown::Good => one(&pair.good, false, &colours[1], width),
            Shown::Diff => diff(pair, &colours, width),
            Shown::Spot { told, .. } => spot(pair, &colours[0], width, told),
        });
        rows
    }

    /// Lays out the other views of a pair, so that nobody waits for them. Those of one that is long wait until they are asked for, and
    /// so do those whose colours have not come.
    pub fn look_ahead(&mut self, cx: &Context) {
        let ready = |pair: &Pair| {
            let short = |side: &Side| side.code.as_str().lines().nth(LONG).is_none();
            let known = |side: &Side| cx.palette.get(&pair.language, side.code.as_str()).is_some();
            [&pair.bad, &pair.good].into_iter().all(|side| short(side) && known(side))
        };
        if self.kept.len() >= OTHERS.len() || !self.current(cx).is_some_and(ready) {
            return;
        }
        for view in OTHERS {
            if self.shown != view && !self.kept.iter().any(|(kept, _)| *kept == view) {
                let rows = self.rows_of(cx, view);
                self.kept.push((view, rows));
            }
        }
    }

    fn show(&mut self, cx: &Context, shown: Shown) {
        self.turn(cx, self.pair, if self.shown == shown { Shown::Both } else { shown });
    }

    fn go(&mut self, cx: &Context, pair: usize) {
        self.turn(cx, pair, if matches!(self.shown, Shown::Diff) { Shown::Diff } else { Shown::Both });
    }

    /// Shows another view, from its top.
    fn turn(&mut self, cx: &Context, pair: usize, shown: Shown) {
        let old = (self.shown, std::mem::take(&mut self.rows));
        if pair != self.pair {
            self.kept.clear();
        } else if !matches!(self.shown, Shown::Spot { .. }) {
            // Pointing at a line is no view that one comes back to.
            self.kept.push(old);
        }
        (self.pair, self.shown, self.top) = (pair, shown, 0);
        match self.kept.iter().position(|(view, _)| *view == shown) {
            Some(at) => self.rows = self.kept.swap_remove(at).1,
            None => self.compose(cx),
        }
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, _: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.top = wheeled(steps, self.top, cx.room(), self.rows.len());
            return Go::Stay;
        }
        let Some(action) = press.action else { return Go::Stay };
        let count = cx.course.lesson(self.lesson).map_or(1, |lesson| lesson.pairs.len()).max(1);
        let lines = self.current(cx).map_or(0, |pair| pair.bad.code.as_str().lines().count());
        match (action, self.shown) {
            (Action::Back, Shown::Both) => return Go::Back,
            (Action::Back, shown) => self.show(cx, shown),
            (Action::Spot, Shown::Spot { .. }) => self.show(cx, self.shown),
            (Action::Spot, _) => self.show(cx, Shown::Spot { cursor: 0, told: None }),
            (Action::Diff, _) => self.show(cx, Shown::Diff),
            (Action::Bad, _) => self.show(cx, Shown::Bad),
            (Action::Good, _) => self.show(cx, Shown::Good),
            (Action::Up | Action::Down, Shown::Spot { cursor, told: None }) => {
                let cursor =
                    if action == Action::Up { cursor.saturating_sub(1) } else { (cursor + 1).min(lines.saturating_sub(1)) };
                self.shown = Shown::Spot { cursor, told: None };
                if let Some(row) = self.rows.iter().position(|row| row.line == Some(cursor)) {
                    self.top = follow(self.top, cx.room(), row, 1);
                }
            }
            (Action::Enter, Shown::Spot { cursor, told: None }) => {
                let hit = self.current(cx).is_some_and(|pair| pair.bad.notes.iter().any(|note| note.line == cursor));
                self.shown = Shown::Spot { cursor, told: Some(hit) };
                self.compose(cx);
            }
            (Action::Enter, Shown::Spot { .. }) => self.show(cx, self.shown),
            (Action::Enter | Action::Next, _) => self.go(cx, (self.pair + 1) % count),
            (Action::Previous, _) => self.go(cx, (self.pair + count - 1) % count),
            (Action::Choose(digit), _) => {
                let pair = usize::from(digit).saturating_sub(1);
                if pair < count {
                    self.go(cx, pair);
                }
            }
            (other, _) => {
                if let Some(top) = scrolled(other, self.top, cx.room(), self.rows.len()) {
                    self.top = top;
                }
            }
        }
        Go::Stay
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let Some(lesson) = cx.course.lesson(self.lesson) else { return };
        let mut left: Pieces =
            lesson.factor.map(|factor| Piece::bold(format!("{}  ", numeral(factor)), Ink::Accent)).into_iter().collect();
        left.push(Piece::bold(lesson.title.as_str(), Ink::Accent));
        left.push(Piece::new("  ›  ", Ink::Faint));
        let right = [Piece::new(format!("{} of {}", self.pair + 1, lesson.pairs.len()), Ink::Dim)];
        // A cell of air at each end, and two before what stands on the right.
        let room = cx.columns().saturating_sub(width_of(&left) + width_of(&right) + width_of(&saving(cx)) + 7);
        left.extend(tabs(lesson.pairs.iter().map(|pair| language_name(&pair.language)), self.pair, room));
        let last = self.rows.len().saturating_sub(cx.room());
        let seen = if last == 0 { 1.0 } else { ratio(self.top, last) };
        header(canvas, cx, &left, &right, Some(seen));
        let area = body(canvas.area());
        let wide = u16::try_from(width(cx)).unwrap_or(area.width);
        let area = Rect { x: area.x + area.width.saturating_sub(wide) / 2, width: wide.min(area.width), ..area };
        let cursor = match self.shown {
            Shown::Spot { cursor, .. } => Some(cursor),
            _ => None,
        };
        for (row, line) in area.rows().zip(self.rows.iter().skip(self.top)) {
            if line.line.is_some() && line.line == cursor {
                canvas.set_style(Rect { x: row.x + 1, width: row.width.min(WIDE).saturating_sub(2), ..row }, cx.theme.selected());
            }
            draw_line(canvas, row, &line.pieces, cx.theme);
        }
        more_below(canvas, cx, area, self.top, self.rows.len());
        footer(canvas, cx, Mode::Compare, &[]);
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    number(part) / number(whole.max(1))
}

fn width(cx: &Context) -> usize {
    let air = if cx.columns() >= 40 { 2 } else { 0 };
    cx.columns().saturating_sub(air).clamp(1, WIDEST)
}

/// The languages as tabs, the open one in brackets; those that do not fit are left out, on the left no more than the open one needs.
fn tabs<'n>(names: impl Iterator<Item = &'n str>, open: usize, room: usize) -> Pieces {
    let names: Vec<&str> = names.collect();
    let mut from = 0;
    // Brackets or spaces around each, and a space after it.
    let cost = |from: usize, to: usize| names.iter().take(to + 1).skip(from).map(|name| name.len() + 3).sum::<usize>();
    while from < open && cost(from, open) > room {
        from += 1;
    }
    let to = (open..names.len()).rev().find(|to| cost(from, *to) <= room).unwrap_or(open);
    let mut line: Pieces = Vec::new();
    for (at, name) in names.iter().enumerate().take(to + 1).skip(from) {
        if at == open {
            line.push(Piece::bold(format!("[{name}]"), Ink::Text));
        } else {
            line.push(Piece::new(format!(" {name} "), Ink::Dim));
        }
        line.push(Piece::new(" ", Ink::Text));
    }
    line
}

fn title(pair: &Pair) -> Pieces {
    let mut line: Pieces = pieces(&pair.title, Ink::Text);
    for piece in &mut line {
        piece.bold = true;
    }
    line.push(Piece::new("   ", Ink::Text));
    line.extend(pieces(&pair.says, Ink::Dim));
    line
}

fn name(side: &Side, bad: bool) -> (Vec<Piece>, Ink) {
    let (sign, ink) = if bad { ("✗ BAD", Ink::Bad) } else { ("✓ GOOD", Ink::Good) };
    (vec![Piece::bold(sign, ink), Piece::new(format!("  {}", side.file), Ink::Text)], ink)
}

fn pane(side: &Side, bad: bool, colours: &Colours, width: usize) -> Vec<Row> {
    let (name, ink) = name(side, bad);
    framed(numbered(side.code.as_str(), colours, width.saturating_sub(2), note_mark(&side.notes, ink)), &name, ink, width)
}

fn notes(side: &Side, bad: bool, width: usize) -> Vec<Row> {
    note_rows(&side.notes, if bad { Ink::Bad } else { Ink::Good }, width)
}

fn one(side: &Side, bad: bool, colours: &Colours, width: usize) -> Vec<Row> {
    let width = width.min(usize::from(WIDE));
    let mut rows = pane(side, bad, colours, width);
    rows.extend(notes(side, bad, width));
    rows
}

fn both(pair: &Pair, colours: &[Colours; 2], width: usize, wide: bool) -> Vec<Row> {
    if !wide {
        let mut rows = one(&pair.bad, true, &colours[0], width);
        rows.push(Row::default());
        rows.extend(one(&pair.good, false, &colours[1], width));
        return rows;
    }
    let half = width.saturating_sub(1) / 2;
    let mut left = pane(&pair.bad, true, &colours[0], half);
    let mut right = pane(&pair.good, false, &colours[1], half);
    for (short, long, ink) in [(left.len(), right.len(), Ink::Bad), (right.len(), left.len(), Ink::Good)] {
        // Both frames end on the same line.
        let side = if ink == Ink::Bad { &mut left } else { &mut right };
        for _ in short..long {
            let mut empty = vec![Piece::new("│", ink)];
            crate::ui::lines::pad(&mut empty, half.saturating_sub(1));
            empty.push(Piece::new("│", ink));
            side.insert(side.len() - 1, Row::plain(empty));
        }
    }
    let mut rows = beside(left, right, half, 1);
    rows.push(Row::default());
    rows.extend(beside(notes(&pair.bad, true, half), notes(&pair.good, false, half), half, 1));
    rows
}

fn diff(pair: &Pair, colours: &[Colours; 2], width: usize) -> Vec<Row> {
    let (bad, good) = (pair.bad.code.as_str(), pair.good.code.as_str());
    let inner = width.saturating_sub(5);
    let mut rows = Vec::new();
    // By one algorithm, named: to choose among all of them when it runs takes half a megabyte of the program.
    let [bad, good] = [bad, good].map(|code| code.split_inclusive('\n').collect::<Vec<_>>());
    let mut found = Compact::new(Replace::new(Capture::new()), bad.as_slice(), good.as_slice());
    let Ok(()) = myers::diff(&mut found, bad.as_slice(), 0..bad.len(), good.as_slice(), 0..good.len());
    let changes = found.into_inner().into_inner().into_ops();
    for change in changes.iter().flat_map(|change| change.iter_changes(bad.as_slice(), good.as_slice())) {
        let (sign, ink, at, colours) = match change.tag() {
            ChangeTag::Delete => (" - ", Ink::Role(Role::Removed), change.old_index(), &colours[0]),
            ChangeTag::Insert => (" + ", Ink::Role(Role::Added), change.new_index(), &colours[1]),
            ChangeTag::Equal => ("   ", Ink::Dim, change.new_index(), &colours[1]),
        };
        let text = change.value().trim_end_matches('\n');
        let line = if change.tag() == ChangeTag::Equal {
            vec![Piece::new(text, Ink::Dim)]
        } else {
            coloured(text, colours, at.unwrap_or(usize::MAX))
        };
        for part in crate::ui::lines::wrap_code(&line, inner) {
            let mut pieces = vec![Piece::bold(sign, ink)];
            pieces.extend(part);
            rows.push(Row::plain(pieces));
        }
    }
    let name = [Piece::bold("- BAD", Ink::Bad), Piece::new("   ", Ink::Text), Piece::bold("+ GOOD", Ink::Good)];
    framed(rows, &name, Ink::Faint, width)
}

fn spot(pair: &Pair, colours: &Colours, width: usize, told: Option<bool>) -> Vec<Row> {
    let width = width.min(usize::from(WIDE));
    let Some(hit) = told else {
        let words = "Which line is the trouble? Put the cursor on it and press Enter.";
        let mut rows: Vec<Row> =
            wrap(&[Piece::bold(words, Ink::Accent)], width).into_iter().map(|line| Row::plain(line.pieces)).collect();
        rows.push(Row::default());
        let name = [Piece::new(pair.bad.file.as_str(), Ink::Text)];
        rows.extend(framed(numbered(pair.bad.code.as_str(), colours, width.saturating_sub(2), |_| None), &name, Ink::Faint, width));
        return rows;
    };
    let (words, ink) =
        if hit { ("✓ That is one of them.", Ink::Good) } else { ("✗ Not that line. These are the ones:", Ink::Bad) };
    let mut rows = vec![Row::plain(vec![Piece::bold(words, ink), Piece::new("   Enter shows GOOD.", Ink::Dim)]), Row::default()];
    rows.extend(one(&pair.bad, true, colours, width));
    rows
}
