//! A slide laid out for a room: its parts in lines, as many as fit together, air around them. Pure: the view draws what comes out.

use super::big::{Heading, heading};
use super::code_pane::{Row, beside, framed, numbered};
use super::ink::Ink;
use super::lines::{Piece, Pieces, fit_pieces, pieces, width_of, wrap, wrap_code};
use super::page::{Desk, coloured, console, table_parts};
use super::room;
use crate::domain::class::Ballot;
use crate::domain::comparison::{Note, Pair};
use crate::domain::course::{Lesson, numeral};
use crate::domain::doc::Rich;
use crate::domain::night::Night;
use crate::domain::slides::{Line, Show, Slide, side};

/// The widest line of text for a room, in cells.
pub const MEASURE: usize = 72;

/// What a slide is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// A heading, big where it fits.
    Heading(Heading, Ink),
    /// A line.
    Line(Pieces),
}

impl Element {
    /// Rows that it takes.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Heading(heading, _) => heading.rows(),
            Self::Line(_) => 1,
        }
    }
}

/// What is to be seen of a slide at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// From the top.
    pub elements: Vec<Element>,
    /// Rows that it takes once all of it is revealed, so that nothing moves while it is.
    pub whole: usize,
    /// Columns that it takes, so that it stands in the middle.
    pub width: usize,
}

/// What layout needs beside the slide.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    /// For lessons and code.
    pub desk: Desk<'a>,
    /// What was voted on it.
    pub ballot: Option<&'a Ballot>,
    /// The night that it simulates, as far as it was lived.
    pub night: Option<&'a Night>,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub rows: usize,
}

impl Room<'_> {
    /// Columns of text.
    #[must_use]
    pub fn measure(&self) -> usize {
        self.width.saturating_sub(if self.width >= 60 { 6 } else { 2 }).clamp(1, MEASURE)
    }

    /// Columns of code.
    #[must_use]
    pub fn pane(&self) -> usize {
        self.width.saturating_sub(2).clamp(1, 140)
    }
}

/// Lays out what is revealed of a slide.
#[must_use]
pub fn sheet(slide: &Slide, part: u32, room: Room<'_>) -> Sheet {
    let Some(lesson) = room.desk.course.lesson(slide.lesson) else { return Sheet::default() };
    let part = usize::try_from(part).unwrap_or(0);
    match &slide.show {
        Show::Title => stacked(title(lesson, room), 1, part, room.rows, room.measure()),
        Show::Heading(text) => {
            let heading = heading(&text.text(), Ink::Heading, room.measure(), room.rows);
            stacked(vec![vec![Element::Heading(heading, Ink::Heading)]], 1, part, room.rows, room.measure())
        }
        Show::Lines(all) => {
            let parts = all.iter().enumerate().map(|(at, line)| sentence(line, at == part, room.measure())).collect();
            stacked(parts, 1, part, room.rows, room.measure())
        }
        Show::Code { language, text, cuts } => code(language, text, cuts, part, room),
        Show::Table { head, rows } => {
            let (above, below) = table_parts(head, rows, room.measure());
            let mut parts: Vec<Vec<Element>> = below.into_iter().map(elements).collect();
            if let Some(first) = parts.first_mut() {
                first.splice(0..0, elements(above));
            }
            stacked(parts, 0, part, room.rows, room.measure())
        }
        Show::Side { pair, bad, cuts } => {
            lesson.pairs.get(*pair).map_or_else(Sheet::default, |pair| one(pair, *bad, cuts, part, room))
        }
        Show::Both { pair } => lesson.pairs.get(*pair).map_or_else(Sheet::default, |pair| both(pair, room)),
        Show::Ask(id) => match room.desk.course.question_in(slide.lesson, id) {
            Some(question) => room::ask(question, part, room),
            None => Sheet::default(),
        },
        Show::Night(outlook) => room::night(*outlook, part, room),
        Show::Interview(id) => {
            let quiz = room.desk.course.quiz(slide.lesson);
            let question = quiz.and_then(|quiz| quiz.interview.iter().find(|question| &question.id == id));
            question.map_or_else(Sheet::default, |question| {
                stacked(room::interview(question, room.measure()), 1, part, room.rows, room.measure())
            })
        }
        Show::End => Sheet::default(),
    }
}

/// Lines as elements.
#[must_use]
pub fn elements(lines: Vec<Pieces>) -> Vec<Element> {
    lines.into_iter().map(Element::Line).collect()
}

/// A text in lines.
#[must_use]
pub fn text(text: &[Piece], width: usize) -> Vec<Element> {
    wrap(text, width.max(1)).into_iter().map(|line| Element::Line(line.pieces)).collect()
}

/// As many parts as fit together, of those the ones that are revealed: the last one revealed is among them.
#[must_use]
pub fn stacked(parts: Vec<Vec<Element>>, gap: usize, last: usize, rows: usize, width: usize) -> Sheet {
    let heights: Vec<usize> = parts.iter().map(|part| part.iter().map(Element::rows).sum()).collect();
    let all: usize = heights.iter().sum::<usize>() + gap * heights.len().saturating_sub(1);
    let tight: usize = heights.iter().sum();
    let gap = if all > rows && tight <= rows { 0 } else { gap };
    let last = last.min(parts.len().saturating_sub(1));
    let (mut from, mut used, mut to) = (0, 0, heights.len());
    for (at, height) in heights.iter().enumerate() {
        let more = if at == from { *height } else { gap + height };
        if used + more > rows && at > from {
            if at > last {
                to = at;
                break;
            }
            (from, used) = (at, *height);
        } else {
            used += more;
        }
    }
    let mut out = Vec::new();
    for (at, part) in parts.into_iter().enumerate().take(to.min(last + 1)).skip(from) {
        if at > from {
            out.extend(std::iter::repeat_n(Element::Line(Vec::new()), gap));
        }
        out.extend(part);
    }
    Sheet { elements: out, whole: used.min(rows.max(1)), width }
}

fn title(lesson: &Lesson, room: Room<'_>) -> Vec<Vec<Element>> {
    let width = room.measure();
    let mut said: Vec<Vec<Element>> = Vec::new();
    for (rich, bold) in [(&lesson.principle, true), (&lesson.asks, false)] {
        let Some(rich) = rich else { continue };
        let mut words = pieces(rich, if bold { Ink::Text } else { Ink::Dim });
        words.iter_mut().for_each(|piece| piece.bold = bold);
        said.push(text(&words, width));
    }
    let taken: usize = said.iter().map(|part| part.len() + 1).sum();
    let left = room.rows.saturating_sub(taken);
    let number = lesson.factor.map(numeral).filter(|number| !number.is_empty());
    let mut first = Vec::new();
    let name = match number {
        Some(number) if left >= 10 => {
            let numeral = heading(number, Ink::Accent, width, 4);
            let name = heading(lesson.title.as_str(), Ink::Text, width, left - 6);
            first.extend([Element::Heading(numeral, Ink::Accent), Element::Line(Vec::new())]);
            name
        }
        Some(number) => heading(&format!("{number}  {}", lesson.title), Ink::Accent, width, left.saturating_sub(1)),
        None => heading(lesson.title.as_str(), Ink::Accent, width, left.saturating_sub(1)),
    };
    let ink = if first.is_empty() { Ink::Accent } else { Ink::Text };
    first.push(Element::Heading(name, ink));
    let mut parts = vec![first];
    parts.extend(said);
    if let Some(first) = parts.get_mut(1) {
        first.insert(0, Element::Line(Vec::new()));
    }
    parts
}

/// A sentence behind its sign; the newest is bold.
fn sentence(line: &Line, newest: bool, width: usize) -> Vec<Element> {
    let mut words = pieces(&line.text, if line.quoted { Ink::Dim } else { Ink::Text });
    if newest {
        words.iter_mut().for_each(|piece| piece.bold = true);
    }
    let sign = match &line.marker {
        Some(marker) => {
            let ink = match marker.as_str() {
                "✗" => Ink::Bad,
                "✓" => Ink::Good,
                _ => Ink::Accent,
            };
            vec![Piece::bold(format!("{marker:<2} "), ink)]
        }
        None if line.quoted => vec![Piece::new("▎ ", Ink::Faint)],
        None => Vec::new(),
    };
    let indent = width_of(&sign);
    let rest = if line.quoted && line.marker.is_none() { sign.clone() } else { vec![Piece::new(" ".repeat(indent), Ink::Text)] };
    wrap(&words, width.saturating_sub(indent).max(1))
        .into_iter()
        .enumerate()
        .map(|(at, line)| {
            let mut pieces = if at == 0 { sign.clone() } else { rest.clone() };
            pieces.extend(line.pieces);
            Element::Line(pieces)
        })
        .collect()
}

fn code(language: &str, text: &str, cuts: &[usize], part: usize, room: Room<'_>) -> Sheet {
    let colours = room.desk.palette.get(language, text).unwrap_or_default();
    let width = room.width.saturating_sub(4).max(8);
    let lines: Vec<&str> = text.lines().collect();
    let mut from = 0;
    let mut parts = Vec::new();
    let mut widest = 0;
    for &cut in cuts {
        let mut part = Vec::new();
        for (at, line) in lines.iter().enumerate().take(cut).skip(from) {
            let broken = match language {
                "diagram" => vec![fit_pieces(&[Piece::new(*line, Ink::Text)], width)],
                "console" => wrap_code(&console(line), width),
                _ => wrap_code(&coloured(line, &colours, at), width),
            };
            widest = widest.max(broken.iter().map(|line| width_of(line)).max().unwrap_or(0));
            part.extend(elements(broken));
        }
        from = cut;
        parts.push(part);
    }
    // Commands have air between them, and a picture has none.
    stacked(parts, usize::from(language == "console"), part, room.rows, widest.max(24))
}

/// What stands above the code of a pair.
fn pair_title(pair: &Pair, width: usize) -> Vec<Row> {
    let mut words = pieces(&pair.title, Ink::Text);
    words.iter_mut().for_each(|piece| piece.bold = true);
    let mut rows: Vec<Row> = wrap(&words, width).into_iter().map(|line| Row::plain(line.pieces)).collect();
    rows.push(Row::default());
    rows
}

fn side_name(pair: &Pair, bad: bool) -> (Vec<Piece>, Ink) {
    let (sign, ink) = if bad { ("✗ BAD", Ink::Bad) } else { ("✓ GOOD", Ink::Good) };
    (vec![Piece::bold(sign, ink), Piece::new(format!("  {}", side(pair, bad).file), Ink::Text)], ink)
}

/// One side of a pair: the code, then each note with the rest of the code dimmed.
fn one(pair: &Pair, bad: bool, cuts: &[usize], part: usize, room: Room<'_>) -> Sheet {
    let of = side(pair, bad);
    let width = room.pane().min(100);
    let (name, ink) = side_name(pair, bad);
    let note = part.checked_sub(cuts.len()).and_then(|at| of.notes.get(at));
    let above = pair_title(pair, width);
    let notes_rows = |note: &Note| super::code_pane::note_rows(std::slice::from_ref(note), ink, width);
    // The place for the tallest note is kept free from the beginning, where there is room, so that the code stands still.
    let tallest = of.notes.iter().map(|note| notes_rows(note).len()).max().unwrap_or(0);
    let colours = room.desk.palette.get(&pair.language, of.code.as_str()).unwrap_or_default();
    let seen = |line: usize| note.is_none_or(|note| note.line == line);
    let numbers: Vec<&Note> = of.notes.iter().take((part + 1).saturating_sub(cuts.len())).collect();
    let mark = |line: usize| {
        let note = numbers.iter().find(|note| note.line == line)?;
        Some(Piece::badge(note.number.to_string(), ink))
    };
    let mut rows = numbered(of.code.as_str(), &colours, width.saturating_sub(2), mark);
    let all = rows.len();
    let upto = if note.is_some() { usize::MAX } else { cuts.get(part).copied().unwrap_or(usize::MAX) };
    rows.retain(|row| row.line.is_none_or(|line| line < upto));
    for row in &mut rows {
        let lit = row.line.is_some_and(seen);
        for piece in &mut row.pieces {
            if !lit {
                (piece.ink, piece.bold, piece.reverse) = (Ink::Dim, false, false);
            } else if note.is_some() {
                piece.bold = true;
            }
        }
    }
    let below = note.map(notes_rows).unwrap_or_default();
    let fixed = above.len() + 2 + 1;
    let space = room.rows.saturating_sub(fixed + below.len()).max(1);
    let focus = match note {
        Some(note) => rows.iter().position(|row| row.line == Some(note.line)).unwrap_or(0),
        None => rows.len().saturating_sub(1),
    };
    let rows = window(rows, focus, space, note.is_some());
    let whole = (fixed + all.min(space) + tallest).min(room.rows);
    let mut out = above;
    out.extend(framed(rows, &name, ink, width));
    if !below.is_empty() {
        out.push(Row::default());
        out.extend(below);
    }
    Sheet { elements: out.into_iter().map(|row| Element::Line(row.pieces)).collect(), whole, width }
}

/// The rows around `focus` that fit; a mark stands where others are left out.
fn window(rows: Vec<Row>, focus: usize, space: usize, middle: bool) -> Vec<Row> {
    let all = rows.len();
    if all <= space {
        return rows;
    }
    let from = if middle { focus.saturating_sub(space / 2) } else { (focus + 1).saturating_sub(space) }.min(all - space);
    let mut rows: Vec<Row> = rows.into_iter().skip(from).take(space).collect();
    let mark = || Row::plain(vec![Piece::new("  …", Ink::Dim)]);
    if let (true, Some(first)) = (from > 0 && space > 3, rows.first_mut()) {
        *first = mark();
    }
    if let (true, Some(last)) = (from + space < all && space > 3, rows.last_mut()) {
        *last = mark();
    }
    rows
}

/// Both sides beside each other; where there is no room for that, the lines that matter.
fn both(pair: &Pair, room: Room<'_>) -> Sheet {
    let wide = room.pane();
    let half = wide.saturating_sub(1) / 2;
    let mut says = pieces(&pair.says, Ink::Text);
    says.iter_mut().for_each(|piece| piece.bold = true);
    if room.width >= usize::from(super::context::WIDE) {
        let pane = |bad: bool| {
            let (of, (name, ink)) = (side(pair, bad), side_name(pair, bad));
            let colours = room.desk.palette.get(&pair.language, of.code.as_str()).unwrap_or_default();
            let mark = super::code_pane::note_mark(&of.notes, ink);
            (numbered(of.code.as_str(), &colours, half.saturating_sub(2), mark), name, ink)
        };
        let ((mut left, left_name, left_ink), (mut right, right_name, right_ink)) = (pane(true), pane(false));
        let height = left.len().max(right.len());
        left.resize_with(height, Row::default);
        right.resize_with(height, Row::default);
        let mut rows: Vec<Row> = wrap(&says, room.measure()).into_iter().map(|line| Row::plain(line.pieces)).collect();
        rows.push(Row::default());
        let panes = beside(framed(left, &left_name, left_ink, half), framed(right, &right_name, right_ink, half), half, 1);
        rows.extend(panes);
        if rows.len() <= room.rows {
            let whole = rows.len();
            return Sheet { elements: rows.into_iter().map(|row| Element::Line(row.pieces)).collect(), whole, width: wide };
        }
    }
    lines_that_matter(pair, &says, room)
}

fn lines_that_matter(pair: &Pair, says: &[Piece], room: Room<'_>) -> Sheet {
    let width = room.measure();
    let mut out = text(says, width);
    for bad in [true, false] {
        let of = side(pair, bad);
        let (name, ink) = side_name(pair, bad);
        let colours = room.desk.palette.get(&pair.language, of.code.as_str()).unwrap_or_default();
        out.push(Element::Line(Vec::new()));
        out.push(Element::Line(name));
        let mut last = None;
        for note in &of.notes {
            if last.replace(note.line) == Some(note.line) {
                continue;
            }
            let Some(line) = of.code.as_str().lines().nth(note.line) else { continue };
            let indent = line.len() - line.trim_start().len();
            let mut code = coloured(line, &colours, note.line);
            if let Some(first) = code.first_mut() {
                first.text = first.text.get(indent.min(first.text.len())..).unwrap_or("").into();
            }
            for part in wrap_code(&code, width.saturating_sub(4)) {
                let mut row = vec![Piece::new("  │ ", ink)];
                row.extend(part);
                out.push(Element::Line(row));
            }
        }
    }
    let whole = out.iter().map(Element::rows).sum();
    Sheet { elements: out, whole, width }
}

/// A text in bold.
#[must_use]
pub fn bold(rich: &Rich, ink: Ink) -> Pieces {
    let mut words = pieces(rich, ink);
    words.iter_mut().for_each(|piece| piece.bold = true);
    words
}
