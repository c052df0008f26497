//! `twelvefold cheatsheet`: one page for each factor, as text or Markdown, from the data of its lesson.

use std::process::ExitCode;

use clap::ValueEnum;

use super::course::{self, Failure};
use super::out::Out;
use super::read::{COLUMNS, wrapped};
use super::settings::Settings;
use crate::domain::cheatsheet::Sheet;
use crate::domain::comparison::{Pair, language_name};
use crate::domain::course::{Course, numeral};
use crate::domain::doc::Rich;
use crate::domain::quiz::InterviewQuestion;
use crate::exchange::markdown;
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces, pad, pieces, width_of};

/// Cells of the sign before an item.
const BULLET: usize = 4;

/// What a sheet is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a terminal or a printer.
    #[default]
    Text,
    /// For a notebook or a wiki.
    Markdown,
}

/// Prints the sheet of one factor, or of every one.
///
/// # Errors
/// When there is no such factor, or the course or the output fails.
pub fn cheatsheet(settings: &Settings, factor: Option<&str>, width: Option<u16>, format: Format) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let lessons = match factor {
        Some(name) => vec![course::find(&course, name)?],
        None => every(&course),
    };
    let mut out = Out::stdout(settings);
    let width = width.map(usize::from).or(out.width().map(|columns| columns.min(COLUMNS))).unwrap_or(COLUMNS);
    for (at, sheet) in lessons.into_iter().filter_map(|lesson| Sheet::of(&course, lesson)).enumerate() {
        match format {
            Format::Text => {
                if at > 0 {
                    out.pieces(&[])?;
                    out.pieces(&[Piece::new("─".repeat(width), Ink::Faint)])?;
                    out.pieces(&[])?;
                }
                for line in lines(&sheet, width) {
                    out.pieces(&line)?;
                }
            }
            Format::Markdown => {
                if at > 0 {
                    out.text("\n---\n\n")?;
                }
                out.text(&markdown::sheet(&sheet))?;
            }
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Every lesson of the course that has a page.
fn every(course: &Course) -> Vec<usize> {
    Sheet::lessons(course, &(0..course.map.len()).collect::<Vec<_>>())
}

/// The page as lines of at most `width` cells.
fn lines(sheet: &Sheet<'_>, width: usize) -> Vec<Pieces> {
    let lesson = sheet.lesson;
    let title = lesson.factor.map_or_else(|| sheet.title.clone(), |factor| format!("{}  {}", numeral(factor), lesson.title));
    let mut lines = wrapped(&[Piece::bold(title, Ink::Heading)], width, "");
    if let Some(principle) = &lesson.principle {
        lines.push(Vec::new());
        let bold = pieces(principle, Ink::Text).into_iter().map(|piece| Piece { bold: true, ..piece });
        lines.extend(wrapped(&bold.collect::<Pieces>(), width, ""));
    }
    if let Some(asks) = &lesson.asks {
        lines.extend(wrapped(&pieces(asks, Ink::Dim), width, ""));
    }
    let mut part = |name: &str, rows: Vec<Pieces>| {
        if !rows.is_empty() {
            lines.push(Vec::new());
            lines.extend(wrapped(&[Piece::bold(name, Ink::Accent)], width, ""));
            lines.extend(rows);
        }
    };
    let item = |head: Piece, text: &Rich| item_of(vec![head], &pieces(text, Ink::Text), width);
    part("Take away", lesson.takeaways.iter().flat_map(|text| item(Piece::new("  • ", Ink::Accent), text)).collect());
    part("Bad and good", lesson.pairs.iter().flat_map(|pair| pair_lines(pair, width)).collect());
    let label = sheet.platforms.iter().map(|(name, _)| width_of(&pieces(name, Ink::Text))).max().unwrap_or(0);
    let platform = |(name, cells): &(&Rich, &[Rich])| {
        let mut head = vec![Piece::new("  ", Ink::Text)];
        head.extend(pieces(name, Ink::Dim));
        pad(&mut head, label + 4);
        item_of(head, &joined(cells), width)
    };
    part("On your platform", sheet.platforms.iter().flat_map(platform).collect());
    let saying = |(question, point): &(&InterviewQuestion, &Rich)| {
        let mut rows = item_of(vec![Piece::new("  ? ", Ink::Accent)], &pieces(&question.prompt, Ink::Dim), width);
        rows.extend(item(Piece::new("    ", Ink::Text), point));
        rows
    };
    part("When they ask", sheet.sayings.iter().flat_map(saying).collect());
    lines
}

fn pair_lines(pair: &Pair, width: usize) -> Vec<Pieces> {
    let mut title = pieces(&pair.title, Ink::Text);
    title.push(Piece::new(format!("   {}", language_name(&pair.language)), Ink::Dim));
    let mut lines = item_of(vec![Piece::new("  ⇄ ", Ink::Accent)], &title, width);
    lines.extend(item_of(vec![Piece::new("    ", Ink::Text)], &pieces(&pair.says, Ink::Dim), width));
    lines
}

/// Text behind a head, its later lines moved in as far.
fn item_of(mut head: Pieces, text: &[Piece], width: usize) -> Vec<Pieces> {
    let indent = width_of(&head);
    if indent * 2 > width {
        // Too narrow for two columns: one under the other.
        head.retain(|piece| !piece.text.trim().is_empty());
        let named = if indent > BULLET { wrapped(&head, width, "") } else { Vec::new() };
        return named.into_iter().chain(wrapped(text, width, "")).collect();
    }
    let blank = " ".repeat(indent);
    // Wrapped for the room behind the head, which the first line has as well.
    let mut lines = wrapped(text, width, &blank);
    if let Some(first) = lines.first_mut() {
        head.append(first);
        *first = head;
    }
    lines
}

fn joined(cells: &[Rich]) -> Pieces {
    let mut all = Pieces::new();
    for cell in cells {
        if !all.is_empty() {
            all.push(Piece::new("; ", Ink::Text));
        }
        all.extend(pieces(cell, Ink::Text));
    }
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::content::load;

    #[test]
    fn a_page_of_each_factor_fits_a_sheet_of_paper_and_its_width() {
        let course = load::embedded().unwrap();
        let lessons = every(&course);
        assert_eq!(lessons.len(), 12);
        for sheet in lessons.into_iter().filter_map(|lesson| Sheet::of(&course, lesson)) {
            assert!(sheet.platforms.len() >= 3 && sheet.sayings.len() == 3, "{}", sheet.title);
            let count = lines(&sheet, COLUMNS).len();
            assert!(count <= 66, "{}: {count} lines", sheet.title);
            for width in [1, 7, 20, 40, 80, 200] {
                for line in lines(&sheet, width) {
                    assert!(width_of(&line) <= width.max(2), "{width}: {line:?}");
                }
            }
        }
    }
}
