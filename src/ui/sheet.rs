//! A page seen through a window. Only what is near the window is laid out: no start, no key and no new size waits for a long
//! text, and what is kept of it does not grow with it.
//!
//! A line is named by its part of the page (see [`lesson_part`]) and its number there, for how many lines stand before a part
//! is not known and nobody needs to know it.

use std::collections::BTreeMap;

use super::page::{Desk, Page, PageLine, lesson_part, parts};
use crate::domain::course::Lesson;
use crate::domain::doc::{Block, Body, Link, Rich};

/// Parts that stay laid out before and after those in the window.
const NEAR: usize = 64;

/// A part of about so many lines is not laid out before it is asked for.
const LONG: usize = 400;

/// What is laid out, and what is needed for it.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The lesson.
    pub lesson: &'a Lesson,
    /// The course and its colours.
    pub desk: Desk<'a>,
}

/// A line of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Its part of the page.
    pub part: usize,
    /// Its number there.
    pub line: usize,
}

/// A card of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CardAt {
    /// Its part of the page.
    pub part: usize,
    /// Its number there.
    pub number: usize,
}

/// A page, seen through a window of some lines.
#[derive(Debug, Default)]
pub struct Sheet {
    width: usize,
    room: usize,
    top: Place,
    /// The last line in the window.
    bottom: Place,
    /// Whether the window shows the end.
    ended: bool,
    near: BTreeMap<usize, Page>,
    /// About how many lines stand before each part, and how many there are.
    about: Vec<usize>,
    /// The parts that open a passage, with their titles.
    passages: Vec<(usize, String)>,
    /// Its cards, in order.
    cards: Vec<CardAt>,
}

impl Sheet {
    /// The page of a lesson in lines of `width` cells, with its first `room` lines in the window.
    #[must_use]
    pub fn new(text: Text<'_>, width: usize, room: usize) -> Self {
        let mut before = 0;
        let mut about = vec![0];
        for part in 0..parts(text.lesson) {
            before += lines_about(text.lesson, part, width.max(1));
            about.push(before);
        }
        let blocks = text.lesson.body.blocks.iter().enumerate();
        let passages = blocks.filter_map(|(at, block)| passage(block).map(|title| (at + 1, title.text()))).collect();
        let of = |part| (0..cards(text.lesson, part)).map(move |number| CardAt { part, number });
        let cards = (0..parts(text.lesson)).flat_map(of).collect();
        let mut sheet = Self { width, room: room.max(1), about, passages, cards, ..Self::default() };
        sheet.show(text, Place::default());
        sheet
    }

    fn page(&mut self, text: Text<'_>, part: usize) -> &Page {
        self.near.entry(part).or_insert_with(|| lesson_part(text.lesson, text.desk, self.width, part))
    }

    fn height(&mut self, text: Text<'_>, part: usize) -> usize {
        self.page(text, part).lines.len()
    }

    /// The line that many lines below. `None` when the page ends before.
    fn down(&mut self, text: Text<'_>, mut at: Place, mut by: usize) -> Option<Place> {
        loop {
            let left = self.height(text, at.part).saturating_sub(at.line);
            if by < left {
                return Some(Place { line: at.line + by, ..at });
            }
            if at.part + 1 >= parts(text.lesson) {
                return None;
            }
            by -= left;
            at = Place { part: at.part + 1, line: 0 };
        }
    }

    /// The line that many lines above, or the first one.
    fn up(&mut self, text: Text<'_>, mut at: Place, mut by: usize) -> Place {
        while by > at.line {
            let Some(part) = at.part.checked_sub(1) else { return Place::default() };
            by -= at.line;
            at = Place { part, line: self.height(text, part) };
        }
        Place { line: at.line - by, ..at }
    }

    /// Shows a line first, or the end of the page where less than a window follows it.
    pub fn show(&mut self, text: Text<'_>, place: Place) {
        let last = Place { part: parts(text.lesson) - 1, line: 0 };
        let place = place.min(Place { line: usize::MAX, ..last });
        self.top = match self.down(text, place, self.room - 1) {
            Some(_) => self.down(text, place, 0).unwrap_or(place),
            None => {
                let end = Place { line: self.height(text, last.part), ..last };
                self.up(text, end, self.room)
            }
        };
        let after = self.down(text, self.top, self.room);
        self.ended = after.is_none();
        let after = after.unwrap_or_else(|| Place { line: self.height(text, last.part), ..last });
        self.bottom = self.up(text, after, 1);
        let (from, to) = (self.top.part.saturating_sub(NEAR), self.bottom.part + NEAR);
        self.near.retain(|part, _| (from..=to).contains(part));
    }

    /// Lays out what the next window would show, so that nobody waits for it who goes there.
    pub fn look_ahead(&mut self, text: Text<'_>) {
        let mut ready = 0;
        for part in self.bottom.part + 1..parts(text.lesson) {
            let about = self.about.get(part + 1).zip(self.about.get(part)).map_or(0, |(end, start)| end - start);
            if ready >= self.room || about > LONG {
                break;
            }
            ready += self.height(text, part);
        }
    }

    /// Moves the window down, or up when `by` is negative.
    pub fn scroll(&mut self, text: Text<'_>, by: isize) {
        let to = if by < 0 {
            self.up(text, self.top, by.unsigned_abs())
        } else {
            self.down(text, self.top, by.unsigned_abs()).unwrap_or(Place { part: usize::MAX, line: 0 })
        };
        self.show(text, to);
    }

    /// Shows the end.
    pub fn show_end(&mut self, text: Text<'_>) {
        self.show(text, Place { part: usize::MAX, line: 0 });
    }

    /// Shows the line of a place in the text: the last one that does not begin after `offset` in the block. With `first`
    /// the first line of the page, for block and offset 0.
    pub fn show_block(&mut self, text: Text<'_>, block: usize, offset: usize) {
        if (block, offset) == (0, 0) {
            return self.show(text, Place::default());
        }
        let part = (block + 1).min(parts(text.lesson) - 1);
        let line = self.page(text, part).lines.partition_point(|line| line.offset <= offset).saturating_sub(1);
        self.show(text, Place { part, line });
    }

    /// Whether it has lines of that width and a window of that size.
    #[must_use]
    pub fn fits(&self, width: usize, room: usize) -> bool {
        self.width == width && self.room == room.max(1)
    }

    /// Lays out anew what is near: colours have come.
    pub fn refresh(&mut self, text: Text<'_>) {
        self.near.clear();
        self.show(text, self.top);
    }

    /// The first line in the window.
    #[must_use]
    pub fn top(&self) -> Place {
        self.top
    }

    /// Whether the window shows the end.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// How much of the page has been in the window by its end, from 0 to 100. Only the end itself is 100.
    #[must_use]
    pub fn percent(&self) -> u8 {
        if self.ended {
            return 100;
        }
        let about = |part: usize| self.about.get(part).or(self.about.last()).copied().unwrap_or(0);
        let part = self.bottom.part;
        let seen = (about(part) + self.bottom.line + 1).min(about(part + 1));
        u8::try_from(seen * 100 / about(usize::MAX).max(1)).unwrap_or(99).min(99)
    }

    /// The lines in the window, and where each is.
    pub fn lines(&self) -> impl Iterator<Item = (Place, &PageLine)> {
        let parts = self.near.range(self.top.part..);
        let lines = parts.flat_map(|(&part, page)| page.lines.iter().enumerate().map(move |(line, of)| (Place { part, line }, of)));
        lines.skip(self.top.line).take(self.room)
    }

    /// The parts that open a passage, with their titles.
    #[must_use]
    pub fn passages(&self) -> &[(usize, String)] {
        &self.passages
    }

    /// The passage that the first line in the window stands in, as an index of [`Self::passages`].
    #[must_use]
    pub fn passage(&self) -> Option<usize> {
        let opened = |&(part, _): &(usize, String)| {
            part < self.top.part
                || part == self.top.part
                    && self
                        .near
                        .get(&part)
                        .and_then(|page| page.passages.first())
                        .is_some_and(|heading| heading.line <= self.top.line)
        };
        self.passages.partition_point(opened).checked_sub(1)
    }

    /// The heading of the next passage below the first line in the window, or of the one above it.
    #[must_use]
    pub fn heading(&mut self, text: Text<'_>, below: bool) -> Option<Place> {
        let at = self.passages.partition_point(|&(part, _)| part < self.top.part);
        let around = if below { at..at + 2 } else { at.saturating_sub(1)..at + 1 };
        let mut found = Vec::new();
        for (part, _) in self.passages.get(around.start..around.end.min(self.passages.len())).unwrap_or(&[]).to_vec() {
            let line = self.page(text, part).passages.first().map_or(0, |heading| heading.line);
            found.push(Place { part, line });
        }
        if below { found.into_iter().find(|&place| place > self.top) } else { found.into_iter().rfind(|&place| place < self.top) }
    }

    /// The place of a card and how many lines it has.
    pub fn card(&mut self, text: Text<'_>, at: CardAt) -> Option<(Place, usize)> {
        let card = self.page(text, at.part).cards.get(at.number)?;
        Some((Place { part: at.part, line: card.line }, card.height))
    }

    /// Where a card near the window leads.
    #[must_use]
    pub fn link(&self, at: CardAt) -> Option<&Link> {
        self.near.get(&at.part)?.cards.get(at.number).map(|card| &card.to)
    }

    /// Its cards, in order.
    #[must_use]
    pub fn cards(&self) -> &[CardAt] {
        &self.cards
    }

    /// The card that a line belongs to.
    #[must_use]
    pub fn card_on(&self, place: Place) -> Option<CardAt> {
        let cards = &self.near.get(&place.part)?.cards;
        let number = cards.iter().position(|card| (card.line..card.line + card.height).contains(&place.line))?;
        Some(CardAt { part: place.part, number })
    }

    /// The card after `from`, or before it; without one, the first that begins in the window or below it, or the last that
    /// begins in it or above it.
    pub fn next_card(&mut self, text: Text<'_>, from: Option<CardAt>, forward: bool) -> Option<CardAt> {
        let at = |cards: &[CardAt], part| cards.partition_point(|card| card.part < part);
        let next = match (from, forward) {
            (Some(from), true) => self.cards.partition_point(|&card| card <= from),
            (Some(from), false) => self.cards.partition_point(|&card| card < from).checked_sub(1)?,
            (None, true) => {
                let mut next = at(&self.cards, self.top.part);
                while let Some(&card) = self.cards.get(next)
                    && card.part == self.top.part
                    && self.card(text, card).is_some_and(|(place, _)| place < self.top)
                {
                    next += 1;
                }
                next
            }
            (None, false) => {
                let mut next = at(&self.cards, self.bottom.part + 1);
                while let Some(&card) = next.checked_sub(1).and_then(|last| self.cards.get(last))
                    && card.part == self.bottom.part
                    && self.card(text, card).is_some_and(|(place, _)| place > self.bottom)
                {
                    next -= 1;
                }
                next.checked_sub(1)?
            }
        };
        self.cards.get(next).copied()
    }

    /// Brings a line and the `height` lines from it on into the window; it is a third from the top when it was not there.
    pub fn bring(&mut self, text: Text<'_>, place: Place, height: usize) {
        let end = self.down(text, place, height.saturating_sub(1)).unwrap_or(place);
        if place >= self.top && end <= self.bottom {
            return;
        }
        let top = self.up(text, place, self.room / 3);
        self.show(text, top);
    }

    /// Code in the window and as much again after it, with its language.
    pub fn code<'t>(&self, lesson: &'t Lesson) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        let from = self.top.part.saturating_sub(1);
        let to = self.bottom.part + (self.bottom.part - self.top.part).max(2);
        let blocks = lesson.body.blocks.get(from..to.min(lesson.body.blocks.len())).unwrap_or(&[]);
        blocks.iter().filter_map(|block| match &block.body {
            Body::Code { language, text } => Some((language.as_str(), text.as_str())),
            _ => None,
        })
    }
}

fn passage(block: &Block) -> Option<&Rich> {
    match &block.body {
        Body::Heading { id: Some(_), text, .. } => Some(text),
        _ => None,
    }
}

/// How many cards a part of a page has.
fn cards(lesson: &Lesson, part: usize) -> usize {
    match part.checked_sub(1).map(|at| lesson.body.blocks.get(at)) {
        None => 0,
        Some(Some(block)) => usize::from(matches!(block.body, Body::Card { .. })),
        Some(None) => lesson.related.len(),
    }
}

/// About how many lines a part has, without laying it out.
fn lines_about(lesson: &Lesson, part: usize, width: usize) -> usize {
    let rich = |text: &Rich| text.0.iter().map(|inline| inline.text.as_str().len()).sum::<usize>() / width + 1;
    match part.checked_sub(1).map(|at| lesson.body.blocks.get(at)) {
        None => 1 + lesson.principle.iter().chain(&lesson.asks).map(rich).sum::<usize>(),
        Some(Some(block)) => match &block.body {
            Body::Heading { .. } => 3,
            Body::Paragraph(text) | Body::Card { text, .. } => 1 + rich(text),
            Body::Code { text, .. } => 2 + text.as_str().bytes().filter(|byte| *byte == b'\n').count(),
            Body::Table { head, rows } => {
                let row = |cells: &[Rich]| cells.iter().map(rich).max().unwrap_or(1);
                2 + row(head) + rows.iter().map(|cells| row(cells)).sum::<usize>()
            }
            Body::Rule => 2,
        },
        Some(None) => {
            let titles = [lesson.takeaways.len(), lesson.related.len(), lesson.sources.len()].iter().filter(|n| **n > 0).count();
            let sources = lesson.sources.iter().map(|source| rich(&source.title) + 1).sum::<usize>();
            4 * titles + lesson.takeaways.iter().map(rich).sum::<usize>() + lesson.related.len() + sources
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::course::{Course, Source};
    use crate::domain::doc::Doc;
    use crate::domain::id::CourseId;
    use crate::domain::text::SafeText;
    use crate::ui::palette::Palette;

    /// A course without lessons.
    struct Nothing;

    impl Source for Nothing {}

    /// Parts that are laid out when the first frame of these paragraphs stands, and after a page more.
    fn laid_out(paragraphs: &[String]) -> [Vec<usize>; 2] {
        let Ok(id) = CourseId::new("nothing") else { return Default::default() };
        let words = || SafeText::new("");
        let course = Course::new(id, words(), words(), words(), Vec::new(), Box::new(Nothing));
        let block = |text: &String| Block { levels: Vec::new(), body: Body::Paragraph(Rich::plain(text)) };
        let lesson = Lesson { body: Doc { blocks: paragraphs.iter().map(block).collect() }, ..Lesson::absent() };
        let palette = Palette::default();
        let text = Text { lesson: &lesson, desk: Desk { course: &course, palette: &palette } };
        let mut sheet = Sheet::new(text, 40, 10);
        sheet.look_ahead(text);
        let first = sheet.near.keys().copied().collect();
        sheet.scroll(text, 10);
        [first, sheet.near.keys().copied().collect()]
    }

    #[test]
    fn the_next_page_is_ready_and_no_more() {
        let [first, next] = laid_out(&vec!["Words of a paragraph.".to_owned(); 100]);
        assert_eq!(first, next, "a page further nothing is laid out");
        assert!((10..30).contains(&first.len()), "{first:?}");
    }

    #[test]
    fn what_is_long_waits_until_it_is_asked_for() {
        let long = "many words ".repeat(10_000);
        let mut paragraphs = vec!["Words of a paragraph.".to_owned(); 8];
        paragraphs.push(long);
        let [first, next] = laid_out(&paragraphs);
        assert!(!first.contains(&9) && next.contains(&9), "{first:?}, {next:?}");
    }
}
