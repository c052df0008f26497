//! Rules about room: what does not fit a terminal of 80 columns and 24 rows, the smallest that courses are written for.
//!
//! Rows are reckoned as the screens lay them out; a test holds the two against each other.

use unicode_linebreak::linebreaks;
use unicode_width::UnicodeWidthStr;

use super::{Spot, markdown, warning};
use crate::content::files::Files;
use crate::content::lesson::{Parsed, split};
use crate::content::reader::shorten;
use crate::domain::doc::{Body, Doc, Level, Rich};
use crate::domain::problem::{Place, Problem};
use crate::domain::quiz::{Question, Task};

/// Columns of text on 80 columns.
const COLUMNS: usize = 76;
/// Rows between header and hints on 24 rows.
const ROWS: usize = 19;
/// The most columns of a table.
const TABLE: usize = 3;
/// Columns between two columns of a table.
const GAP: usize = 3;
/// What a column of a table gets at least.
const NARROWEST: usize = 12;
/// The most rows that a cell may take when each column has its share.
const CELL: usize = 4;

/// A question whose options cannot be seen together with it.
pub fn question(question: &Question, place: &Place, problems: &mut Vec<Problem>) {
    let rows = rows_of(question);
    if rows > ROWS {
        let message = format!("`{}` takes {rows} rows, and a screen of 80x24 has {ROWS} for it", question.id);
        let help =
            format!("{} fewer lines of code, or shorter texts: an option that has to be scrolled to is overlooked", rows - ROWS);
        problems.push(warning(place.clone(), "Q015", message, help));
    }
}

/// Lines of a question's code that are broken in two.
pub fn code(question: &Question, place: &Place, problems: &mut Vec<Problem>) {
    let Some(code) = &question.code else { return };
    let room = COLUMNS - 2 - gutter(code.text.as_str());
    if let Some((at, line)) = code.text.as_str().lines().enumerate().find(|(_, line)| line.width() > room) {
        let message = format!("line {} of the code of `{}` is {} columns wide", at + 1, question.id, line.width());
        problems.push(warning(place.clone(), "Q015", message, format!("at most {room}, or it is broken in two on 80 columns")));
    }
}

/// Columns of line numbers and marks.
pub(super) fn gutter(code: &str) -> usize {
    code.lines().count().max(1).to_string().len().max(2) + 3
}

/// Rows that a question takes before it is answered.
#[must_use]
pub fn rows_of(question: &Question) -> usize {
    let code = question.code.as_ref().map_or(0, |code| {
        let room = COLUMNS - 2 - gutter(code.text.as_str());
        framed(code.text.as_str().lines().map(|line| chunks(line, room)).sum())
    });
    let listed = |texts: &mut dyn Iterator<Item = &Rich>, indent: usize| -> usize {
        texts.map(|text| wrapped(&text.text(), COLUMNS - indent - 1)).sum()
    };
    let answer = match &question.task {
        Task::Choose { options, many } => listed(&mut options.iter().map(|option| &option.text), if *many { 9 } else { 7 }),
        Task::Order { steps } => listed(&mut steps.iter().map(|step| &step.text), 7),
        Task::Match { pairs } => {
            listed(&mut pairs.iter().map(|pair| &pair.left), 5) + 1 + listed(&mut pairs.iter().map(|pair| &pair.right), 8)
        }
        Task::SpotLine { .. } => code,
        Task::ShortText { .. } => framed(1),
    };
    let above = if code > 0 && !matches!(question.task, Task::SpotLine { .. }) { code + 1 } else { 0 };
    // The prompt, the code, and the line that says what to do have an empty row after them.
    prompt(&question.prompt) + 1 + above + 2 + answer
}

fn framed(rows: usize) -> usize {
    rows + 2
}

/// Rows of a prompt: its blocks with an empty row between them.
fn prompt(doc: &Doc) -> usize {
    let rows = doc.blocks.iter().map(|block| {
        let room = block.levels.iter().fold(COLUMNS, |room, level| match level {
            Level::Quote => room.saturating_sub(2),
            Level::Item { indent, .. } => room.saturating_sub(usize::from(*indent)),
        });
        match &block.body {
            Body::Paragraph(text) | Body::Heading { text, .. } | Body::Card { text, .. } => wrapped(&text.text(), room),
            Body::Code { text, .. } => text.as_str().lines().map(|line| chunks(line, room.saturating_sub(4))).sum(),
            Body::Table { rows, .. } => rows.len() + 2,
            Body::Rule => 1,
        }
    });
    // Items of a list stand close together.
    let close =
        |pair: &[crate::domain::doc::Block]| pair.iter().all(|block| matches!(block.levels.last(), Some(Level::Item { .. })));
    let gaps = doc.blocks.windows(2).filter(|pair| !close(pair)).count();
    rows.sum::<usize>() + gaps
}

/// Lines that a text is broken into.
pub(super) fn wrapped(text: &str, room: usize) -> usize {
    let room = room.max(1);
    text.split('\n').map(|paragraph| wrapped_paragraph(paragraph, room)).sum()
}

fn wrapped_paragraph(text: &str, room: usize) -> usize {
    let (mut rows, mut used, mut from) = (1, 0, 0);
    for (end, _) in linebreaks(text) {
        let piece = text.get(from..end).unwrap_or("");
        let (bare, whole) = (piece.trim_end().width(), piece.width());
        if used > 0 && used + bare > room {
            rows += 1;
            used = 0;
        }
        // A word that is wider than the line goes on in the next ones.
        rows += bare.saturating_sub(1) / room;
        used = if bare > room { (bare - 1) % room + 1 } else { used + whole };
        from = end;
    }
    rows
}

/// Lines that a line of code is broken into.
fn chunks(line: &str, room: usize) -> usize {
    line.width().div_ceil(room.max(1)).max(1)
}

/// Tables with too many columns, or cells that are no cells but paragraphs.
pub fn tables(files: &Files, parsed: &Parsed, problems: &mut Vec<Problem>) {
    let path = &parsed.place.path;
    let Some((_, body, line)) = split(files.get(path).unwrap_or("")) else { return };
    let spots = markdown::tables(body, Spot { line, column: 1, length: 0 });
    let tables = parsed.lesson.body.blocks.iter().filter_map(|block| match &block.body {
        Body::Table { head, rows } => Some((head, rows)),
        _ => None,
    });
    for ((head, rows), markdown::Table { cells: spots, long }) in tables.zip(&spots) {
        for at in long {
            let message = format!("this row has more cells than the {} of the first", head.len());
            let help = r"what is over is not shown; a bar inside a cell is written `\|`".to_owned();
            problems.push(warning(at.in_file(path), "L016", message, help));
        }
        if head.len() > TABLE
            && let Some(at) = spots.first()
        {
            let help =
                format!("at most {TABLE}, so that it can be read on 80 columns; let each row be a list item, or make two tables");
            problems.push(warning(at.in_file(path), "L016", format!("this table has {} columns", head.len()), help));
            continue;
        }
        let others = head.len().max(1) - 1;
        let share = (COLUMNS - GAP * others) / (others + 1);
        let widest = COLUMNS - (GAP + NARROWEST) * others;
        for (cell, at) in head.iter().chain(rows.iter().flatten()).zip(spots) {
            let text = cell.text();
            let most = share * CELL;
            if text.width() > most {
                let message = format!("this cell has {} characters", text.chars().count());
                let help = format!("at most {most} in a table of {} columns; say it in a paragraph", head.len());
                problems.push(warning(at.in_file(path), "L016", message, help));
            }
            if let Some(word) = text.split_whitespace().find(|word| word.width() > widest) {
                let message = format!("`{}` is wider than a column", shorten(word));
                let help = format!("at most {widest} characters in a row, or it is broken in two");
                problems.push(warning(at.in_file(path), "L016", message, help));
            }
        }
    }
}
