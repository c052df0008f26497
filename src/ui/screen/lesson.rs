//! The reader: the text of a lesson, with an outline beside it where there is room. Keeps the sentence one was reading.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Asks, Go, Press, Screen, compare, help, home, quiz, scrolled, wheel, wheeled};
use crate::domain::course::numeral;
use crate::domain::doc::Link;
use crate::domain::event::{Deed, ReadingPlace};
use crate::domain::id::PassageId;
use crate::ui::chrome::{body, draw_line, draw_lines, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit};
use crate::ui::message::{Input, MouseKind};
use crate::ui::page::{MEASURE, Page, lesson_page};

/// Columns from which on an outline stands beside the text.
const OUTLINE: u16 = 112;
/// Columns of the outline.
const OUTLINE_WIDTH: u16 = 28;

/// The text of a lesson.
#[derive(Debug)]
pub struct Reader {
    lesson: usize,
    page: Page,
    top: usize,
    /// The marked card.
    card: Option<usize>,
    /// Where the first visible line is in the text: what a new width must show again.
    at: (usize, usize),
}

/// Opens a lesson at a passage, or where one was. `None` when there is no such lesson.
pub fn open(cx: &mut Context, lesson: usize, passage: Option<&PassageId>, asks: &mut Asks) -> Option<Reader> {
    let course = cx.course.clone();
    let text = course.lesson(lesson)?;
    asks.wanted.extend(cx.palette.wanted(text.body.code()));
    let at = match passage {
        Some(passage) => (text.passage(passage).unwrap_or(0), 0),
        None => cx
            .progress
            .lessons
            .get(&text.id)
            .and_then(|known| known.place.as_ref())
            .filter(|place| place.percent < 100)
            .map_or((0, 0), |place| find(text, place)),
    };
    let mut reader = Reader { lesson, page: Page::default(), top: 0, card: None, at };
    reader.lay_out(cx);
    asks.deeds.push(Deed::Opened { lesson: text.id.clone() });
    if passage.is_some() {
        // A look at a passage is no reading: the place stays where it was.
        return Some(reader);
    }
    reader.keep_place(cx, asks);
    Some(reader)
}

/// The block and offset of a place that was kept, in the text as it is today.
fn find(lesson: &crate::domain::course::Lesson, place: &ReadingPlace) -> (usize, usize) {
    let start = place.passage.as_ref().and_then(|passage| lesson.passage(passage)).unwrap_or(0);
    let block = start + usize::try_from(place.block).unwrap_or(0);
    (block.min(lesson.body.blocks.len()), usize::try_from(place.offset).unwrap_or(0))
}

impl Reader {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        self.card.map(|card| (card, self.page.cards.len()))
    }

    /// Lays out for the size, and shows the same place again.
    pub fn lay_out(&mut self, cx: &Context) {
        let Some(lesson) = cx.course.lesson(self.lesson) else { return };
        self.page = lesson_page(lesson, cx.desk(), text_area(Rect::new(0, 0, cx.size.0, cx.size.1)).width.into());
        self.top = self.page.line_of(self.at.0, self.at.1).min(self.last(cx));
        self.card = self.card.filter(|&card| card < self.page.cards.len());
    }

    fn last(&self, cx: &Context) -> usize {
        self.page.lines.len().saturating_sub(cx.room())
    }

    fn percent(&self, cx: &Context) -> u8 {
        let lines = self.page.lines.len().max(1);
        let seen = (self.top + cx.room()).min(lines);
        if seen == lines { 100 } else { u8::try_from(seen * 100 / lines).unwrap_or(99).min(99) }
    }

    /// Shows a line first and remembers the place.
    fn move_to(&mut self, cx: &Context, top: usize, asks: &mut Asks) {
        let top = top.min(self.last(cx));
        if top == self.top && self.card.is_none() {
            return;
        }
        self.top = top;
        if self.card.and_then(|card| self.page.cards.get(card)).is_some_and(|card| card.line < top || card.line >= top + cx.room())
        {
            self.card = None;
        }
        if let Some(line) = self.page.lines.get(top) {
            self.at = (line.block, line.offset);
        }
        self.keep_place(cx, asks);
    }

    fn keep_place(&self, cx: &Context, asks: &mut Asks) {
        let Some(lesson) = cx.course.lesson(self.lesson) else { return };
        let (passage, block) = match lesson.body.passage_of(self.at.0) {
            Some((passage, after)) => (Some(passage.clone()), after),
            None => (None, self.at.0),
        };
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let percent = self.percent(cx);
        let place = ReadingPlace { passage, block: number(block), offset: number(self.at.1), percent };
        let known = cx.progress.lessons.get(&lesson.id);
        if known.and_then(|known| known.place.as_ref()) != Some(&place) {
            asks.deeds.push(Deed::ReadTo { lesson: lesson.id.clone(), place });
        }
        if percent == 100 && !known.is_some_and(|known| known.finished) {
            asks.deeds.push(Deed::Finished { lesson: lesson.id.clone() });
        }
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            let top = wheeled(steps, self.top, cx.room(), self.page.lines.len());
            self.move_to(cx, top, asks);
            return Go::Stay;
        }
        if let Some(Input::Mouse(mouse)) = &press.input {
            let area = text_area(Rect::new(0, 0, cx.size.0, cx.size.1));
            if mouse.kind == MouseKind::Press && area.contains((mouse.column, mouse.row).into()) {
                let line = self.top + usize::from(mouse.row - area.y);
                let hit = self.page.cards.iter().position(|card| (card.line..card.line + card.height).contains(&line));
                if let Some(to) = hit.and_then(|card| self.page.cards.get(card)).map(|card| card.to.clone()) {
                    self.card = hit;
                    return follow_link(cx, &to, asks);
                }
            }
            return Go::Stay;
        }
        let Some(action) = press.action else { return Go::Stay };
        match action {
            Action::Back => Go::Back,
            Action::Enter => self.enter(cx, asks),
            Action::NextLink => {
                self.mark(cx, true, asks);
                Go::Stay
            }
            Action::PreviousLink => {
                self.mark(cx, false, asks);
                Go::Stay
            }
            Action::Next | Action::Previous => {
                let at = self.top;
                let to = if action == Action::Next {
                    self.page.passages.iter().find(|heading| heading.line > at)
                } else {
                    self.page.passages.iter().rev().find(|heading| heading.line < at)
                };
                let to = to.map_or(if action == Action::Next { self.last(cx) } else { 0 }, |heading| heading.line);
                self.move_to(cx, to, asks);
                Go::Stay
            }
            Action::Compare => compare::open(cx, self.lesson, None, asks),
            Action::Words => Go::To(Screen::Help(Box::new(help::Help::words(cx, self.lesson)))),
            Action::Quiz => quiz::open(cx, self.lesson, asks),
            other => {
                if let Some(top) = scrolled(other, self.top, cx.room(), self.page.lines.len()) {
                    self.move_to(cx, top, asks);
                }
                Go::Stay
            }
        }
    }

    fn enter(&mut self, cx: &mut Context, asks: &mut Asks) -> Go {
        if let Some(to) = self.card.and_then(|card| self.page.cards.get(card)).map(|card| card.to.clone()) {
            return follow_link(cx, &to, asks);
        }
        if self.top < self.last(cx) {
            let top = self.top + cx.room().saturating_sub(2).max(1);
            self.move_to(cx, top, asks);
            return Go::Stay;
        }
        match quiz::open(cx, self.lesson, asks) {
            Go::To(screen) => Go::To(screen),
            _ => Go::Home(home::after(cx, self.lesson)),
        }
    }

    /// Marks the next card that can be seen, or goes to the next one further on.
    fn mark(&mut self, cx: &Context, forward: bool, asks: &mut Asks) {
        let (from, to) = (self.top, self.top + cx.room());
        let next = match (self.card, forward) {
            (Some(card), true) => Some(card + 1),
            (Some(card), false) => card.checked_sub(1),
            (None, true) => self.page.cards.iter().position(|card| card.line >= from),
            (None, false) => self.page.cards.iter().rposition(|card| card.line < to),
        };
        let Some((next, card)) = next.and_then(|next| Some((next, self.page.cards.get(next)?))) else { return };
        let (line, height) = (card.line, card.height);
        self.card = Some(next);
        if line < from || line + height > to {
            let top = line.saturating_sub(cx.room() / 3);
            self.card = None;
            self.move_to(cx, top, asks);
            self.card = Some(next);
        }
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, frame: &mut Frame<'_>) {
        let Some(lesson) = cx.course.lesson(self.lesson) else { return };
        let mut left: Pieces =
            lesson.factor.map(|factor| Piece::bold(format!("{}  ", numeral(factor)), Ink::Accent)).into_iter().collect();
        left.push(Piece::bold(lesson.title.as_str(), Ink::Accent));
        if let Some(heading) = self.page.passage_at(self.top).and_then(|at| self.page.passages.get(at)) {
            left.push(Piece::new("  ›  ", Ink::Faint));
            left.push(Piece::new(heading.title.clone(), Ink::Dim));
        }
        let percent = self.percent(cx);
        header(frame, cx, &left, &[Piece::new(format!("{percent} %"), Ink::Dim)], Some(f64::from(percent) / 100.0));
        let area = text_area(frame.area());
        if let Some(card) = self.card.and_then(|card| self.page.cards.get(card)) {
            for line in card.line..card.line + card.height {
                if let Some(row) = line.checked_sub(self.top).and_then(|row| area.rows().nth(row)) {
                    frame.buffer_mut().set_style(row, cx.theme.selected());
                }
            }
        }
        draw_lines(frame, area, self.page.lines.iter().skip(self.top).map(|line| &line.pieces), cx.theme);
        self.outline(cx, frame);
        let mut skip = Vec::new();
        if lesson.pairs.is_empty() {
            skip.push(Action::Compare);
        }
        if cx.course.map.get(self.lesson).is_none_or(|entry| entry.quiz().next().is_none()) {
            skip.push(Action::Quiz);
        }
        if self.page.cards.is_empty() {
            skip.push(Action::NextLink);
        }
        footer(frame, cx, Mode::Lesson, &skip);
    }

    fn outline(&self, cx: &Context, frame: &mut Frame<'_>) {
        let all = body(frame.area());
        if frame.area().width < OUTLINE {
            return;
        }
        let text = text_area(frame.area());
        let area = Rect { x: text.right() + 3, y: all.y, width: all.right().saturating_sub(text.right() + 4), height: all.height };
        let here = self.page.passage_at(self.top);
        for (at, (row, heading)) in area.rows().zip(&self.page.passages).enumerate() {
            let words = fit(&heading.title, usize::from(area.width).saturating_sub(2));
            let line = if here == Some(at) {
                [Piece::new("▌ ", Ink::Accent), Piece::new(words, Ink::Text)]
            } else {
                [Piece::new("│ ", Ink::Faint), Piece::new(words, Ink::Dim)]
            };
            draw_line(frame, row, &line, cx.theme);
        }
    }
}

/// Where the text stands.
fn text_area(area: Rect) -> Rect {
    let body = body(area);
    let measure = u16::try_from(MEASURE).unwrap_or(76);
    let aside = if area.width >= OUTLINE { OUTLINE_WIDTH + 4 } else { 0 };
    let air = if body.width >= 40 { 2 } else { 0 };
    let width = measure.min(body.width.saturating_sub(air));
    let left = body.width.saturating_sub(width + aside) / 2;
    Rect { x: body.x + left, width, ..body }
}

/// Goes where a link leads.
pub fn follow_link(cx: &mut Context, to: &Link, asks: &mut Asks) -> Go {
    match to {
        Link::Pair(id) => match cx.course.pair(id) {
            Some((lesson, pair)) => compare::open(cx, lesson, Some(pair), asks),
            None => Go::Stay,
        },
        Link::Question(id) => match cx.course.question(id) {
            Some((lesson, question)) => quiz::open_one(cx, lesson, question, asks),
            None => Go::Stay,
        },
        Link::Lesson(id, passage) => {
            let found = cx.course.index_of(id).and_then(|lesson| open(cx, lesson, passage.as_ref(), asks));
            found.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))))
        }
        Link::Term(_) | Link::Web(_) => Go::Stay,
    }
}
