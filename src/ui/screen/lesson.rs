//! The reader: the text of a lesson, with an outline beside it where there is room. Keeps the sentence one was reading.

use ratatui::layout::Rect;

use super::{Asks, Go, Press, Screen, compare, help, home, quiz, wheel};
use crate::domain::course::numeral;
use crate::domain::doc::Link;
use crate::domain::event::{Deed, ReadingPlace};
use crate::domain::id::PassageId;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{body, draw_line, draw_lines, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit};
use crate::ui::message::{Input, MouseKind};
use crate::ui::page::MEASURE;
use crate::ui::sheet::{CardAt, Place, Sheet, Text};

/// Columns from which on an outline stands beside the text.
const OUTLINE: u16 = 112;
/// Columns of the outline.
const OUTLINE_WIDTH: u16 = 28;

/// The text of a lesson.
#[derive(Debug)]
pub struct Reader {
    lesson: usize,
    sheet: Sheet,
    /// The marked card.
    card: Option<CardAt>,
    /// Where the first visible line is in the text: what a new width must show again.
    at: (usize, usize),
    /// Whether the end was asked for before it was there.
    to_end: bool,
    /// The place that was kept, until all is there to find it in.
    kept: Option<ReadingPlace>,
}

/// Opens a lesson at a passage, or where one was. `None` when there is no such lesson.
pub fn open(cx: &mut Context, lesson: usize, passage: Option<&PassageId>, asks: &mut Asks) -> Option<Reader> {
    let course = cx.course.clone();
    let text = course.lesson(lesson)?;
    let kept = cx.progress.lessons.get(&text.id).and_then(|known| known.place.clone()).filter(|place| place.percent < 100);
    let at = match (passage, &kept) {
        (Some(passage), _) => (text.passage(passage).unwrap_or(0), 0),
        (None, Some(place)) => find(text, place),
        (None, None) => (0, 0),
    };
    let kept = kept.filter(|_| !course.whole);
    let mut reader = Reader { lesson, sheet: Sheet::default(), card: None, at, to_end: false, kept };
    reader.lay_out(cx);
    reader.ask_colours(cx, asks);
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

/// The text of a lesson and what it is laid out with.
fn text<'c>(cx: &'c Context, lesson: usize) -> Option<Text<'c>> {
    Some(Text { lesson: cx.course.lesson(lesson)?, desk: cx.desk() })
}

impl Reader {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        let cards = self.sheet.cards();
        self.card.map(|card| (cards.binary_search(&card).unwrap_or(cards.len()), cards.len()))
    }

    /// Lays out for the size, and shows the same place again.
    pub fn lay_out(&mut self, cx: &Context) {
        let Some(text) = text(cx, self.lesson) else { return };
        let width = text_area(Rect::new(0, 0, cx.size.0, cx.size.1)).width.into();
        if self.sheet.fits(width, cx.room()) {
            return self.sheet.refresh(text);
        }
        self.begin(text, width, cx.room());
    }

    /// Takes in that the lesson has come whole. Where one has got to meanwhile is kept now.
    pub fn renew(&mut self, cx: &mut Context, asks: &mut Asks) {
        let Some(text) = text(cx, self.lesson) else { return };
        let width = text_area(Rect::new(0, 0, cx.size.0, cx.size.1)).width.into();
        if let Some(place) = self.kept.take() {
            self.at = find(text.lesson, &place);
        }
        self.begin(text, width, cx.room());
        if std::mem::take(&mut self.to_end) {
            self.sheet.show_end(text);
        }
        if let Some((_, line)) = self.sheet.lines().next() {
            self.at = (line.block, line.offset);
        }
        self.ask_colours(cx, asks);
        self.keep_place(cx, asks);
    }

    fn begin(&mut self, text: Text<'_>, width: usize, room: usize) {
        let place = self.sheet.top();
        self.sheet = Sheet::new(text, width, room);
        if place.part == 0 && self.at.0 == 0 {
            self.sheet.show(text, place);
        } else {
            self.sheet.show_block(text, self.at.0, self.at.1);
        }
    }

    /// Lays out what one is likely to turn to.
    pub fn look_ahead(&mut self, cx: &Context) {
        if let Some(text) = text(cx, self.lesson) {
            self.sheet.look_ahead(text);
        }
    }

    /// Moves the window and remembers the place.
    fn go(&mut self, cx: &mut Context, asks: &mut Asks, how: impl FnOnce(&mut Sheet, Text<'_>)) {
        let Some(text) = text(cx, self.lesson) else { return };
        let before = self.sheet.top();
        how(&mut self.sheet, text);
        if self.sheet.top() == before {
            return;
        }
        self.kept = None;
        if let Some(card) = self.card
            && !self.sheet.lines().any(|(place, _)| self.sheet.card_on(place) == Some(card))
        {
            self.card = None;
        }
        if let Some((_, line)) = self.sheet.lines().next() {
            self.at = (line.block, line.offset);
        }
        self.ask_colours(cx, asks);
        self.keep_place(cx, asks);
    }

    fn ask_colours(&self, cx: &mut Context, asks: &mut Asks) {
        let course = cx.course.clone();
        let Some(lesson) = course.lesson(self.lesson) else { return };
        let codes: Vec<_> = self.sheet.code(lesson).collect();
        asks.wanted.extend(cx.palette.wanted(codes));
    }

    fn keep_place(&self, cx: &Context, asks: &mut Asks) {
        let Some(lesson) = cx.course.lesson(self.lesson).filter(|_| cx.course.whole) else { return };
        let (passage, block) = match lesson.body.passage_of(self.at.0) {
            Some((passage, after)) => (Some(passage.clone()), after),
            None => (None, self.at.0),
        };
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let percent = self.sheet.percent();
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
            self.go(cx, asks, |sheet, text| sheet.scroll(text, steps.into()));
            return Go::Stay;
        }
        if let Some(Input::Mouse(mouse)) = &press.input {
            let area = text_area(Rect::new(0, 0, cx.size.0, cx.size.1));
            if mouse.kind == MouseKind::Press && area.contains((mouse.column, mouse.row).into()) {
                let line = self.sheet.lines().nth((mouse.row - area.y).into()).map(|(place, _)| place);
                let hit = line.and_then(|place| self.sheet.card_on(place));
                if hit.is_some() {
                    self.card = hit;
                    return self.follow(cx, asks).unwrap_or(Go::Stay);
                }
            }
            return Go::Stay;
        }
        let Some(action) = press.action else { return Go::Stay };
        self.to_end = action == Action::Bottom && !cx.course.whole;
        let page = cx.room().saturating_sub(2).max(1).cast_signed();
        match action {
            Action::Back => return Go::Back,
            Action::Enter => return self.enter(cx, asks),
            Action::NextLink => self.mark(cx, true, asks),
            Action::PreviousLink => self.mark(cx, false, asks),
            Action::Next => self.go(cx, asks, |sheet, text| match sheet.heading(text, true) {
                Some(heading) => sheet.show(text, heading),
                None => sheet.show_end(text),
            }),
            Action::Previous => self.go(cx, asks, |sheet, text| {
                let heading = sheet.heading(text, false).unwrap_or_default();
                sheet.show(text, heading);
            }),
            Action::Up => self.go(cx, asks, |sheet, text| sheet.scroll(text, -1)),
            Action::Down => self.go(cx, asks, |sheet, text| sheet.scroll(text, 1)),
            Action::PageUp => self.go(cx, asks, |sheet, text| sheet.scroll(text, -page)),
            Action::PageDown => self.go(cx, asks, |sheet, text| sheet.scroll(text, page)),
            Action::Top => self.go(cx, asks, |sheet, text| sheet.show(text, Place::default())),
            Action::Bottom => self.go(cx, asks, Sheet::show_end),
            Action::Compare => return compare::open(cx, self.lesson, None, asks),
            Action::Words => return Go::To(Screen::Help(Box::new(help::Help::words(cx, self.lesson)))),
            Action::Quiz => return quiz::open(cx, self.lesson, asks),
            _ => {}
        }
        Go::Stay
    }

    /// Goes where the marked card leads.
    fn follow(&mut self, cx: &mut Context, asks: &mut Asks) -> Option<Go> {
        let to = self.sheet.link(self.card?)?.clone();
        Some(follow_link(cx, &to, asks))
    }

    fn enter(&mut self, cx: &mut Context, asks: &mut Asks) -> Go {
        if let Some(go) = self.follow(cx, asks) {
            return go;
        }
        if !self.sheet.ended() {
            let page = cx.room().saturating_sub(2).max(1).cast_signed();
            self.go(cx, asks, |sheet, text| sheet.scroll(text, page));
            return Go::Stay;
        }
        match quiz::open(cx, self.lesson, asks) {
            Go::To(screen) => Go::To(screen),
            _ => Go::Home(home::after(cx, self.lesson)),
        }
    }

    /// Marks the next card that can be seen, or goes to the next one further on.
    fn mark(&mut self, cx: &mut Context, forward: bool, asks: &mut Asks) {
        let next = text(cx, self.lesson).and_then(|text| self.sheet.next_card(text, self.card, forward));
        let Some(next) = next else { return };
        self.go(cx, asks, |sheet, text| {
            if let Some((place, height)) = sheet.card(text, next) {
                sheet.bring(text, place, height);
            }
        });
        self.card = Some(next);
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let Some(lesson) = cx.course.lesson(self.lesson) else { return };
        let mut left: Pieces =
            lesson.factor.map(|factor| Piece::bold(format!("{}  ", numeral(factor)), Ink::Accent)).into_iter().collect();
        left.push(Piece::bold(lesson.title.as_str(), Ink::Accent));
        if let Some((_, title)) = self.sheet.passage().and_then(|at| self.sheet.passages().get(at)) {
            left.push(Piece::new("  ›  ", Ink::Faint));
            left.push(Piece::new(title.clone(), Ink::Dim));
        }
        let percent = self.sheet.percent();
        if cx.course.whole {
            header(canvas, cx, &left, &[Piece::new(format!("{percent} %"), Ink::Dim)], Some(f64::from(percent) / 100.0));
        } else {
            // How much has been read cannot be told before all is there.
            header(canvas, cx, &left, &[Piece::new("…", Ink::Dim)], None);
        }
        let area = text_area(canvas.area());
        for (row, (place, _)) in area.rows().zip(self.sheet.lines()) {
            if self.card.is_some() && self.sheet.card_on(place) == self.card {
                canvas.set_style(row, cx.theme.selected());
            }
        }
        draw_lines(canvas, area, self.sheet.lines().map(|(_, line)| &line.pieces), cx.theme);
        self.outline(cx, canvas);
        let mut skip = Vec::new();
        let entry = cx.course.map.get(self.lesson);
        if entry.is_none_or(|entry| entry.pairs.is_empty()) {
            skip.push(Action::Compare);
        }
        if entry.is_none_or(|entry| entry.quiz().next().is_none()) {
            skip.push(Action::Quiz);
        }
        if self.sheet.cards().is_empty() {
            skip.push(Action::NextLink);
        }
        footer(canvas, cx, Mode::Lesson, &skip);
    }

    fn outline(&self, cx: &Context, canvas: &mut Canvas) {
        let all = body(canvas.area());
        if canvas.area().width < OUTLINE {
            return;
        }
        let text = text_area(canvas.area());
        let area = Rect { x: text.right() + 3, y: all.y, width: all.right().saturating_sub(text.right() + 4), height: all.height };
        let here = self.sheet.passage();
        for (at, (row, (_, title))) in area.rows().zip(self.sheet.passages()).enumerate() {
            let words = fit(title, usize::from(area.width).saturating_sub(2));
            let line = if here == Some(at) {
                [Piece::new("▌ ", Ink::Accent), Piece::new(words, Ink::Text)]
            } else {
                [Piece::new("│ ", Ink::Faint), Piece::new(words, Ink::Dim)]
            };
            draw_line(canvas, row, &line, cx.theme);
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
