//! Code with line numbers and marks: a pane with a frame and a name, as the comparison and the quiz show it.

use super::ink::Ink;
use super::lines::{Piece, Pieces, fit, pad, width_of, wrap, wrap_code};
use super::page::coloured;
use crate::domain::code::Colours;
use crate::domain::comparison::Note;

/// A line on the screen and the line of code that it shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What it shows.
    pub pieces: Pieces,
    /// The line of code, from 0.
    pub line: Option<usize>,
}

impl Row {
    /// A row that shows no code.
    #[must_use]
    pub fn plain(pieces: Pieces) -> Self {
        Self { pieces, line: None }
    }
}

/// Numbered code, each line with the mark that `mark` gives it; long lines go on under themselves.
pub fn numbered(code: &str, colours: &Colours, width: usize, mark: impl Fn(usize) -> Option<Piece>) -> Vec<Row> {
    let digits = code.lines().count().max(1).to_string().len().max(2);
    let gutter = digits + 3;
    let mut rows = Vec::new();
    for (at, line) in code.lines().enumerate() {
        for (part, text) in wrap_code(&coloured(line, colours, at), width.saturating_sub(gutter)).into_iter().enumerate() {
            let mut pieces: Pieces = Vec::new();
            if part == 0 {
                pieces.push(Piece::new(format!("{:>digits$} ", at + 1), Ink::Dim));
                pieces.extend(mark(at));
            }
            pad(&mut pieces, gutter);
            pieces.extend(text);
            rows.push(Row { pieces, line: Some(at) });
        }
    }
    rows
}

/// The mark of a noted line.
pub fn note_mark(notes: &[Note], ink: Ink) -> impl Fn(usize) -> Option<Piece> {
    move |line| notes.iter().find(|note| note.line == line).map(|note| Piece::badge(note.number.to_string(), ink))
}

/// Rows in a frame of `width` cells with a name in its upper edge.
#[must_use]
pub fn framed(rows: Vec<Row>, name: &[Piece], ink: Ink, width: usize) -> Vec<Row> {
    let inner = width.saturating_sub(4).max(1); // of the name
    let mut top = vec![Piece::new("╭ ", ink)];
    let title: String = name.iter().map(|piece| piece.text.as_str()).collect();
    if title.is_empty() {
        top = vec![Piece::new("╭", ink)];
    } else if width_of(name) <= inner.saturating_sub(1) {
        top.extend(name.iter().cloned());
        top.push(Piece::new(" ", ink));
    } else {
        top.push(Piece::bold(fit(&title, inner.saturating_sub(1)), ink));
        top.push(Piece::new(" ", ink));
    }
    let used = width_of(&top);
    top.push(Piece::new(format!("{}╮", "─".repeat(width.saturating_sub(used + 1))), ink));
    let mut out = vec![Row::plain(top)];
    for row in rows {
        let mut pieces = vec![Piece::new("│", ink)];
        pieces.extend(row.pieces);
        pad(&mut pieces, width.saturating_sub(1));
        pieces.push(Piece::new("│", ink));
        out.push(Row { pieces, line: row.line });
    }
    out.push(Row::plain(vec![Piece::new(format!("╰{}╯", "─".repeat(width.saturating_sub(2))), ink)]));
    out
}

/// The notes of one side, each under its sign.
#[must_use]
pub fn note_rows(notes: &[Note], ink: Ink, width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for note in notes {
        let text = super::lines::pieces(&note.text, Ink::Text);
        for (at, line) in wrap(&text, width.saturating_sub(4).max(1)).into_iter().enumerate() {
            let mut pieces = vec![Piece::new(" ", Ink::Text)];
            if at == 0 {
                pieces.push(Piece::badge(note.number.to_string(), ink));
            }
            pad(&mut pieces, 4);
            pieces.extend(line.pieces);
            rows.push(Row::plain(pieces));
        }
    }
    rows
}

/// Two columns of rows side by side; the left one is `width` cells wide.
#[must_use]
pub fn beside(left: Vec<Row>, right: Vec<Row>, width: usize, gap: usize) -> Vec<Row> {
    let height = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    (0..height)
        .map(|_| {
            let row = left.next().unwrap_or_default();
            let mut pieces = row.pieces;
            pad(&mut pieces, width + gap);
            pieces.extend(right.next().unwrap_or_default().pieces);
            Row { pieces, line: row.line }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_exactly_as_wide_as_asked() {
        let rows = numbered("let a = 1;\nlet a_very_long_line = \"that goes on and on\";", &Colours::default(), 28, |line| {
            (line == 0).then(|| Piece::badge("1", Ink::Bad))
        });
        let rows = framed(rows, &[Piece::new("✗ BAD  a_long_name_of_a_file.js", Ink::Bad)], Ink::Bad, 30);
        for row in &rows {
            assert_eq!(width_of(&row.pieces), 30, "{:?}", row.pieces);
        }
        assert!(rows.len() > 4);
        assert_eq!(rows[1].line, Some(0));
    }
}
