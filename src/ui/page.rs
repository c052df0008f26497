//! The layout of a text: blocks into lines for a width. Pure, iterative and total; both `update` (how far can one scroll)
//! and `view` use what comes out.

use super::ink::Ink;
use super::lines::{Piece, Pieces, code_pieces, fit_pieces, pad, pieces, width_of, wrap, wrap_code};
use super::palette::Palette;
use crate::domain::code::Colours;
use crate::domain::comparison::language_name;
use crate::domain::course::{Course, Lesson, numeral};
use crate::domain::doc::{Block, Body, Doc, Level, Link, Rich};
use crate::domain::id::PassageId;

/// The widest line of running text, in cells.
pub const MEASURE: usize = 76;

/// A text laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Its lines.
    pub lines: Vec<PageLine>,
    /// What can be opened from it.
    pub cards: Vec<Card>,
    /// Its passages.
    pub passages: Vec<Heading>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageLine {
    /// What it shows.
    pub pieces: Pieces,
    /// The block that it belongs to; what stands before the text counts as block 0, what comes after as one too many.
    pub block: usize,
    /// Characters of that block before it.
    pub offset: usize,
}

/// A link that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its first line.
    pub line: usize,
    /// How many lines it has.
    pub height: usize,
    /// Where it leads.
    pub to: Link,
}

/// A heading that opens a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its line.
    pub line: usize,
    /// The passage.
    pub id: PassageId,
    /// Its words.
    pub title: String,
}

/// What layout needs beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// For the words on cards.
    pub course: &'a Course,
    /// For code.
    pub palette: &'a Palette,
}

/// How many parts the page of a lesson has: what stands before its text, each of its blocks, and what comes after.
#[must_use]
pub fn parts(lesson: &Lesson) -> usize {
    lesson.body.blocks.len() + 2
}

/// A part of the page of a lesson, see [`parts`]. Its lines follow on those of the part before.
#[must_use]
pub fn lesson_part(lesson: &Lesson, desk: Desk<'_>, width: usize, part: usize) -> Page {
    let width = width.clamp(1, MEASURE);
    let mut page = Page::default();
    let blocks = &lesson.body.blocks;
    match part.checked_sub(1).map(|index| (index, blocks.get(index))) {
        None => page.before(lesson, width),
        Some((index, Some(block))) => {
            let before = index.checked_sub(1).and_then(|before| blocks.get(before));
            for _ in 0..before.map_or(1, |before| gap(before, block)) {
                page.blank(index);
            }
            page.block(block, index, desk, width);
        }
        Some((_, None)) => page.after(lesson, desk, width),
    }
    page
}

/// The page of a lesson.
#[must_use]
pub fn lesson_page(lesson: &Lesson, desk: Desk<'_>, width: usize) -> Page {
    let mut page = Page::default();
    for part in 0..parts(lesson) {
        page.append(lesson_part(lesson, desk, width, part));
    }
    page
}

/// The page of a text alone.
#[must_use]
pub fn doc_page(doc: &Doc, desk: Desk<'_>, width: usize) -> Page {
    let mut page = Page::default();
    lay_out(&mut page, doc, desk, width.clamp(1, MEASURE));
    page
}

fn bold(mut pieces: Pieces) -> Pieces {
    for piece in &mut pieces {
        piece.bold = true;
    }
    pieces
}

fn lay_out(page: &mut Page, doc: &Doc, desk: Desk<'_>, width: usize) {
    let mut before: Option<&Block> = None;
    for (index, block) in doc.blocks.iter().enumerate() {
        if !page.lines.is_empty() {
            let gap = before.map_or(1, |before| gap(before, block));
            for _ in 0..gap {
                page.blank(index);
            }
        }
        page.block(block, index, desk, width);
        before = Some(block);
    }
}

/// Empty lines between two blocks.
fn gap(before: &Block, block: &Block) -> usize {
    match (&before.body, &block.body) {
        (_, Body::Heading { level: ..=2, .. }) => 2,
        (Body::Card { .. }, Body::Card { .. }) => 0,
        (Body::Paragraph(_), Body::Paragraph(_))
            if !before.levels.is_empty() && block.levels.len() >= before.levels.len().min(1) =>
        {
            let fresh = block.levels.iter().any(|level| matches!(level, Level::Item { marker: Some(_), .. }));
            usize::from(!fresh)
        }
        _ => 1,
    }
}

impl Page {
    /// What stands before the text of a lesson.
    fn before(&mut self, lesson: &Lesson, width: usize) {
        let eyebrow = lesson.factor.map_or_else(String::new, |factor| format!("{}  ", numeral(factor)));
        self.text(&[Piece::bold(format!("{eyebrow}{}", lesson.title), Ink::Accent)], width, 0, &[], &[]);
        let bar = [Piece::new("┃ ", Ink::Accent)];
        if let Some(principle) = &lesson.principle {
            self.blank(0);
            self.text(&bold(pieces(principle, Ink::Text)), width, 0, &bar, &bar);
        }
        if let Some(asks) = &lesson.asks {
            self.text(&pieces(asks, Ink::Dim), width, 0, &bar, &bar);
        }
    }

    /// What comes after it.
    fn after(&mut self, lesson: &Lesson, desk: Desk<'_>, width: usize) {
        let after = lesson.body.blocks.len();
        if !lesson.takeaways.is_empty() {
            self.title("Take away", after);
            for (at, takeaway) in lesson.takeaways.iter().enumerate() {
                let number = [Piece::bold(format!("{} ", at + 1), Ink::Accent)];
                self.text(&pieces(takeaway, Ink::Text), width, after, &number, &[Piece::new("  ", Ink::Text)]);
            }
        }
        if !lesson.related.is_empty() {
            self.title("Go on with", after);
            for id in &lesson.related {
                self.card(&Link::Lesson(id.clone(), None), &Rich::default(), desk, width, after, 0);
            }
        }
        if !lesson.sources.is_empty() {
            self.title("Sources", after);
            for source in &lesson.sources {
                let mut line = pieces(&source.title, Ink::Text);
                line.push(Piece::new(format!("  {}", source.url), Ink::Dim));
                self.text(&line, width, after, &[Piece::new("· ", Ink::Faint)], &[Piece::new("  ", Ink::Text)]);
            }
        }
    }

    /// Puts another page under this one.
    fn append(&mut self, page: Self) {
        let from = self.lines.len();
        self.lines.extend(page.lines);
        self.cards.extend(page.cards.into_iter().map(|card| Card { line: card.line + from, ..card }));
        self.passages.extend(page.passages.into_iter().map(|heading| Heading { line: heading.line + from, ..heading }));
    }

    fn push(&mut self, pieces: Pieces, block: usize, offset: usize) {
        self.lines.push(PageLine { pieces, block, offset });
    }

    fn blank(&mut self, block: usize) {
        self.push(Vec::new(), block, 0);
    }

    fn title(&mut self, title: &str, block: usize) {
        self.blank(block);
        self.blank(block);
        self.push(vec![Piece::new(title, Ink::Heading)], block, 0);
        self.blank(block);
    }

    /// Wrapped text behind a prefix: one for the first line, one for the others.
    fn text(&mut self, text: &[Piece], width: usize, block: usize, first: &[Piece], others: &[Piece]) {
        let indent = width_of(first).max(width_of(others));
        for (at, line) in wrap(text, width.saturating_sub(indent).max(1)).into_iter().enumerate() {
            let mut pieces = if at == 0 || others.is_empty() { first.to_vec() } else { others.to_vec() };
            pieces.extend(line.pieces);
            self.push(pieces, block, line.offset);
        }
    }

    fn block(&mut self, block: &Block, index: usize, desk: Desk<'_>, width: usize) {
        let (first, others) = prefixes(&block.levels);
        let room = width.saturating_sub(width_of(&others)).max(1);
        let quoted = block.levels.contains(&Level::Quote);
        match &block.body {
            Body::Heading { level, id, text } => {
                if let Some(id) = id {
                    self.passages.push(Heading { line: self.lines.len(), id: id.clone(), title: text.text() });
                }
                let ink = if *level <= 2 { Ink::Heading } else { Ink::Text };
                self.text(&bold(pieces(text, ink)), width, index, &first, &others);
            }
            Body::Paragraph(text) => {
                let ink = if quoted { Ink::Dim } else { Ink::Text };
                self.text(&pieces(text, ink), width, index, &first, &others);
            }
            Body::Code { language, text } => self.code(language, text.as_str(), index, desk, room, &others),
            Body::Table { head, rows } => {
                for line in table(head, rows, room) {
                    let mut pieces = others.clone();
                    pieces.extend(line);
                    self.push(pieces, index, 0);
                }
            }
            Body::Rule => self.push(vec![Piece::new("─".repeat(room.min(24)), Ink::Faint)], index, 0),
            Body::Card { to, text } => self.card(to, text, desk, room, index, width_of(&others)),
        }
    }

    fn card(&mut self, to: &Link, text: &Rich, desk: Desk<'_>, width: usize, block: usize, indent: usize) {
        let (sign, note) = card_words(to, desk.course);
        let words = if text.is_empty() { note.clone() } else { text.text() };
        let mut line =
            vec![Piece::bold(format!("{sign} "), Ink::Link), Piece { underline: false, ..Piece::bold(words.clone(), Ink::Link) }];
        let fits = indent + 2 + width_of(&line) + 3 + note.chars().count() <= width;
        if fits && !text.is_empty() && !words.to_lowercase().contains(&note.to_lowercase()) {
            line.push(Piece::new(format!("   {note}"), Ink::Dim));
        }
        let from = self.lines.len();
        let margin = " ".repeat(indent + 2);
        self.text(&line, width, block, &[Piece::new(margin.clone(), Ink::Text)], &[Piece::new(format!("{margin}  "), Ink::Text)]);
        self.cards.push(Card { line: from, height: self.lines.len() - from, to: to.clone() });
    }

    fn code(&mut self, language: &str, text: &str, block: usize, desk: Desk<'_>, width: usize, prefix: &[Piece]) {
        let colours = desk.palette.get(language, text).unwrap_or_default();
        let mut offset = 0;
        for (at, line) in text.split('\n').enumerate() {
            let lines = match language {
                "diagram" => vec![fit_pieces(&[Piece::new(line, Ink::Text)], width.saturating_sub(2).max(1))],
                "console" => wrap_code(&console(line), width.saturating_sub(4)),
                _ => wrap_code(&coloured(line, &colours, at), width.saturating_sub(4)),
            };
            for line in lines {
                let mut pieces = prefix.to_vec();
                pieces.push(if language == "diagram" { Piece::new("  ", Ink::Text) } else { Piece::new("  │ ", Ink::Faint) });
                pieces.extend(line);
                self.push(pieces, block, offset);
            }
            offset += line.chars().count() + 1;
        }
    }
}

/// A line of code in its colours.
#[must_use]
pub fn coloured(line: &str, colours: &Colours, at: usize) -> Pieces {
    code_pieces(line, colours.lines.get(at).map(Vec::as_slice))
}

/// A line of a dialogue with a shell.
#[must_use]
pub fn console(line: &str) -> Pieces {
    match line.strip_prefix("$ ") {
        Some(command) => vec![Piece::new("$ ", Ink::Accent), Piece::bold(command, Ink::Text)],
        None => vec![Piece::new(line, Ink::Dim)],
    }
}

/// The sign of a card and what is said of where it leads.
#[must_use]
pub fn card_words(to: &Link, course: &Course) -> (&'static str, String) {
    match to {
        Link::Pair(id) => {
            let language = course
                .pair(id)
                .and_then(|(lesson, at)| course.map.get(lesson)?.languages.get(at))
                .map(|language| language_name(language).to_owned());
            ("⇄", language.unwrap_or_default())
        }
        Link::Question(id) => {
            let guess = course
                .question(id)
                .and_then(|(lesson, at)| course.map.get(lesson)?.questions.get(at))
                .is_some_and(|question| !question.kind.scored());
            ("?", if guess { "a guess, not scored".into() } else { "checkpoint".into() })
        }
        Link::Lesson(id, _) => {
            let entry = course.index_of(id).and_then(|index| course.map.get(index));
            let words = entry.map(|entry| match entry.factor {
                Some(factor) => format!("{} {}", numeral(factor), entry.title),
                None => entry.title.to_string(),
            });
            ("→", words.unwrap_or_default())
        }
        Link::Term(_) => ("", String::new()),
        Link::Web(url) => ("↗", url.to_string()),
    }
}

fn prefixes(levels: &[Level]) -> (Pieces, Pieces) {
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for level in levels {
        match level {
            Level::Quote => {
                first.push(Piece::new("▎ ", Ink::Faint));
                others.push(Piece::new("▎ ", Ink::Faint));
            }
            Level::Item { marker, indent } => {
                let indent = usize::from(*indent);
                match marker {
                    Some(marker) => {
                        let mut piece = vec![Piece::new(marker.clone(), Ink::Accent)];
                        pad(&mut piece, indent);
                        first.extend(piece);
                    }
                    None => first.push(Piece::new(" ".repeat(indent), Ink::Text)),
                }
                others.push(Piece::new(" ".repeat(indent), Ink::Text));
            }
        }
    }
    (first, others)
}

/// The narrowest column, in cells: below that a table is stacked.
const COLUMN: usize = 12;

fn table(head: &[Rich], rows: &[Vec<Rich>], width: usize) -> Vec<Pieces> {
    let (mut lines, rows) = table_parts(head, rows, width);
    lines.extend(rows.into_iter().flatten());
    lines
}

/// A table as the lines above its rows, and those of each row.
#[must_use]
pub fn table_parts(head: &[Rich], rows: &[Vec<Rich>], width: usize) -> (Vec<Pieces>, Vec<Vec<Pieces>>) {
    let columns = head.len().max(1);
    let gaps = (columns - 1) * 3;
    let natural: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = head.get(column).into_iter().chain(rows.iter().filter_map(|row| row.get(column)));
            cells.map(|cell| width_of(&pieces(cell, Ink::Text))).max().unwrap_or(0).max(1)
        })
        .collect();
    match column_widths(&natural, width.saturating_sub(gaps)) {
        Some(widths) => grid(head, rows, &widths),
        None => (Vec::new(), stack(head, rows, width)),
    }
}

/// Shares `room` among columns: those that need less than an equal share get what they need, the others share the rest.
fn column_widths(natural: &[usize], room: usize) -> Option<Vec<usize>> {
    let mut widths = vec![0; natural.len()];
    let mut open: Vec<usize> = (0..natural.len()).collect();
    let mut left = room;
    loop {
        let share = left / open.len().max(1);
        let small: Vec<usize> =
            open.iter().copied().filter(|&column| natural.get(column).is_some_and(|&need| need <= share)).collect();
        if small.is_empty() {
            for &column in &open {
                *widths.get_mut(column)? = share;
            }
            break;
        }
        for column in small {
            let need = *natural.get(column)?;
            *widths.get_mut(column)? = need;
            left = left.saturating_sub(need);
            open.retain(|&other| other != column);
        }
        if open.is_empty() {
            break;
        }
    }
    let fits = widths.iter().zip(natural).all(|(&width, &need)| width >= need.min(COLUMN));
    fits.then_some(widths)
}

fn grid(head: &[Rich], rows: &[Vec<Rich>], widths: &[usize]) -> (Vec<Pieces>, Vec<Vec<Pieces>>) {
    let mut above = Vec::new();
    let row = |cells: &[Rich], ink: Ink, strong: bool, lines: &mut Vec<Pieces>| {
        let wrapped: Vec<Vec<Pieces>> = widths
            .iter()
            .enumerate()
            .map(|(column, &width)| {
                let cell = cells.get(column).map(|cell| pieces(cell, ink)).unwrap_or_default();
                let cell = if strong { bold(cell) } else { cell };
                wrap(&cell, width).into_iter().map(|line| line.pieces).collect()
            })
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        for at in 0..height {
            let mut line: Pieces = Vec::new();
            let mut cells = 0;
            for (column, &width) in widths.iter().enumerate() {
                if column > 0 {
                    line.push(Piece::new(" │ ", Ink::Faint));
                    cells += 3;
                }
                line.extend(wrapped.get(column).and_then(|lines| lines.get(at)).cloned().unwrap_or_default());
                cells += width;
                if column + 1 < widths.len() {
                    pad(&mut line, cells);
                }
            }
            lines.push(line);
        }
    };
    let rule = |lines: &mut Vec<Pieces>, thick: bool| {
        let parts: Vec<String> = widths.iter().map(|&width| if thick { "━" } else { "─" }.repeat(width)).collect();
        lines.push(vec![Piece::new(parts.join(if thick { "━┿━" } else { "─┼─" }), Ink::Faint)]);
    };
    row(head, Ink::Dim, true, &mut above);
    rule(&mut above, true);
    let tall = rows.iter().any(|cells| cells.iter().zip(widths).any(|(cell, &width)| width_of(&pieces(cell, Ink::Text)) > width));
    let below = rows.iter().enumerate().map(|(at, cells)| {
        let mut lines = Vec::new();
        if at > 0 && tall {
            rule(&mut lines, false);
        }
        row(cells, Ink::Text, false, &mut lines);
        lines
    });
    (above, below.collect())
}

/// Each row as its first cell and, under it, the others by their column's name.
fn stack(head: &[Rich], rows: &[Vec<Rich>], width: usize) -> Vec<Vec<Pieces>> {
    let mut parts = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut lines = Vec::new();
        if at > 0 {
            lines.push(Vec::new());
        }
        for (column, cell) in row.iter().enumerate() {
            let text = if column == 0 {
                bold(pieces(cell, Ink::Text))
            } else {
                let label = head.get(column).map(Rich::text).filter(|label| !label.trim().is_empty());
                let mut text = label.map(|label| vec![Piece::new(format!("{label}: "), Ink::Dim)]).unwrap_or_default();
                text.extend(pieces(cell, Ink::Text));
                text
            };
            let indent = if column == 0 { "" } else { "  " };
            for line in wrap(&text, width.saturating_sub(indent.len()).max(1)) {
                let mut pieces = vec![Piece::new(indent, Ink::Text)];
                pieces.extend(line.pieces);
                lines.push(pieces);
            }
        }
        parts.push(lines);
    }
    parts
}
