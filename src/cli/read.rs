//! `twelvefold read`: a lesson as plain or coloured text, with its pairs in full after it.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::course::{self, Failure};
use super::out::Out;
use super::settings::Settings;
use crate::content::baked;
use crate::domain::comparison::{Pair, Side, language_name};
use crate::ui::highlight::Highlighter;
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces, pieces, wrap, wrap_code};
use crate::ui::page::{Desk, MEASURE, coloured, lesson_page};
use crate::ui::palette::Palette;

/// Columns when there is no terminal to ask.
pub(super) const COLUMNS: usize = 80;
/// How long the colours of one block of code may take.
const BUDGET: Duration = Duration::from_millis(500);

/// Prints a lesson.
///
/// # Errors
/// When there is no such lesson, or the course or the output fails.
pub fn read(settings: &Settings, name: &str, width: Option<u16>) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let index = course::find(&course, name)?;
    let mut out = Out::stdout(settings);
    let width = width.map(usize::from).or(out.width()).unwrap_or(COLUMNS);
    let mut palette = Palette::new(baked::colours());
    if let Some(lesson) = course.lesson(index) {
        if out.colored() {
            colour(lesson.code(), &mut palette);
        }
        for line in lesson_page(lesson, Desk { course: &course, palette: &palette }, width).lines {
            out.pieces(&line.pieces)?;
        }
        for pair in lesson.pairs.iter() {
            for line in pair_lines(pair, &palette, width.clamp(1, MEASURE)) {
                out.pieces(&line)?;
            }
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Finds the colours of all `codes` (language and text) that were not made ahead of time.
pub(super) fn colour<'c>(codes: impl IntoIterator<Item = (&'c str, &'c str)>, palette: &mut Palette) {
    let wanted = palette.wanted(codes);
    if wanted.is_empty() {
        return;
    }
    let highlighter = Highlighter::new();
    for wanted in wanted {
        #[expect(clippy::disallowed_methods, reason = "the edge: highlighting is bounded by time")]
        let begun = Instant::now();
        let colours = highlighter.colours(&wanted.language, &wanted.text, BUDGET, &|| begun.elapsed());
        palette.learn(wanted.key, colours);
    }
}

/// A pair: what it shows, then each side with its notes.
fn pair_lines(pair: &Pair, palette: &Palette, width: usize) -> Vec<Pieces> {
    let mut lines = vec![Vec::new(), Vec::new()];
    let mut title = vec![Piece::bold("⇄ ", Ink::Accent)];
    title.extend(pieces(&pair.title, Ink::Heading).into_iter().map(|piece| Piece { bold: true, ..piece }));
    title.push(Piece::new(format!("   {}", language_name(&pair.language)), Ink::Dim));
    lines.extend(wrapped(&title, width, ""));
    lines.extend(wrapped(&pieces(&pair.says, Ink::Text), width, ""));
    for (sign, ink, side) in [("BAD ✗", Ink::Bad, &pair.bad), ("GOOD ✓", Ink::Good, &pair.good)] {
        lines.push(Vec::new());
        lines.push(vec![Piece::bold(sign, ink), Piece::new(format!("  {}", side.file), Ink::Dim)]);
        lines.extend(side_lines(pair, side, ink, palette, width));
    }
    lines
}

fn side_lines(pair: &Pair, side: &Side, ink: Ink, palette: &Palette, width: usize) -> Vec<Pieces> {
    let colours = palette.get(&pair.language, side.code.as_str()).unwrap_or_default();
    let digits = side.code.as_str().lines().count().to_string().len();
    let mut lines = Vec::new();
    for (at, code) in side.code.as_str().lines().enumerate() {
        let note = side.notes.iter().find(|note| note.line == at);
        let gutter = format!("{:>digits$} ", at + 1);
        let rule = if note.is_some() { Piece::bold("▌ ", ink) } else { Piece::new("│ ", Ink::Faint) };
        for (part, line) in wrap_code(&coloured(code, &colours, at), width.saturating_sub(digits + 3)).into_iter().enumerate() {
            let number = if part == 0 { gutter.clone() } else { " ".repeat(gutter.len()) };
            let mut all = vec![Piece::new(number, Ink::Dim), rule.clone()];
            all.extend(line);
            lines.push(all);
        }
    }
    for note in &side.notes {
        let head = format!("{}. line {}: ", note.number, note.line + 1);
        let mut text = vec![Piece::bold(head, ink)];
        text.extend(pieces(&note.text, Ink::Text));
        lines.extend(wrapped(&text, width, "   "));
    }
    lines
}

/// Wrapped text, its later lines moved in.
pub(super) fn wrapped(text: &[Piece], width: usize, indent: &str) -> Vec<Pieces> {
    wrap(text, width.saturating_sub(indent.len()).max(1))
        .into_iter()
        .enumerate()
        .map(|(at, line)| {
            let mut all = if at == 0 { Vec::new() } else { vec![Piece::new(indent, Ink::Text)] };
            all.extend(line.pieces);
            all
        })
        .collect()
}
