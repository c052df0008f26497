//! `twelvefold cheatsheet`: one page for each factor, as text or Markdown, from the data of its lesson.

use std::process::ExitCode;

use clap::ValueEnum;

use super::course::{self, Failure};
use super::out::Out;
use super::read::{COLUMNS, wrapped};
use super::settings::Settings;
use crate::domain::comparison::{Pair, language_name};
use crate::domain::course::{Course, Lesson, numeral};
use crate::domain::doc::{Body, Inline, Link, Rich};
use crate::domain::id::PassageId;
use crate::domain::quiz::{InterviewQuestion, Seniority};
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces, pad, pieces, width_of};

/// The passage that has the table of platforms.
const PLATFORMS: &str = "platforms";

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

/// What stands on a page.
struct Sheet<'l> {
    title: String,
    lesson: &'l Lesson,
    /// A platform, and what it has.
    platforms: Vec<(&'l Rich, &'l [Rich])>,
    /// For each level a question, and the point to begin the answer with.
    sayings: Vec<(&'l InterviewQuestion, &'l Rich)>,
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
                for line in sheet.lines(width) {
                    out.pieces(&line)?;
                }
            }
            Format::Markdown => {
                if at > 0 {
                    out.text("\n---\n\n")?;
                }
                out.text(&sheet.markdown())?;
            }
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// The lesson of each factor; in a course that is about no factors, every lesson.
fn every(course: &Course) -> Vec<usize> {
    let factors: Vec<usize> = (1..=12).filter_map(|factor| course.lesson_of_factor(factor)).collect();
    if factors.is_empty() { (0..course.map.len()).collect() } else { factors }
}

impl<'l> Sheet<'l> {
    fn of(course: &'l Course, at: usize) -> Option<Self> {
        let (lesson, quiz) = (course.lesson(at)?, course.quiz(at)?);
        let title = match lesson.factor {
            Some(factor) => format!("{}  {}", numeral(factor), lesson.title),
            None => lesson.title.to_string(),
        };
        let first = |level| quiz.interview.iter().find(|question| question.level == level);
        let sayings =
            Seniority::ALL.into_iter().filter_map(first).filter_map(|question| Some((question, question.points.first()?)));
        Some(Self { title, lesson, platforms: platforms(lesson), sayings: sayings.collect() })
    }

    fn lines(&self, width: usize) -> Vec<Pieces> {
        let lesson = self.lesson;
        let mut lines = wrapped(&[Piece::bold(self.title.as_str(), Ink::Heading)], width, "");
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
        let item = |head: Piece, text: &Rich| item(vec![head], &pieces(text, Ink::Text), width);
        part("Take away", lesson.takeaways.iter().flat_map(|text| item(Piece::new("  • ", Ink::Accent), text)).collect());
        part("Bad and good", lesson.pairs.iter().flat_map(|pair| pair_lines(pair, width)).collect());
        let label = self.platforms.iter().map(|(name, _)| width_of(&pieces(name, Ink::Text))).max().unwrap_or(0);
        let platform = |(name, cells): &(&Rich, &[Rich])| {
            let mut head = vec![Piece::new("  ", Ink::Text)];
            head.extend(pieces(name, Ink::Dim));
            pad(&mut head, label + 4);
            self::item(head, &joined(cells), width)
        };
        part("On your platform", self.platforms.iter().flat_map(platform).collect());
        let saying = |(question, point): &(&InterviewQuestion, &Rich)| {
            let mut rows = self::item(vec![Piece::new("  ? ", Ink::Accent)], &pieces(&question.prompt, Ink::Dim), width);
            rows.extend(item(Piece::new("    ", Ink::Text), point));
            rows
        };
        part("When they ask", self.sayings.iter().flat_map(saying).collect());
        lines
    }

    fn markdown(&self) -> String {
        let lesson = self.lesson;
        let mut text = format!("# {}\n", escaped(&self.title.replace("  ", " ")));
        let mut part = |name: &str, rows: Vec<String>| {
            if !rows.is_empty() {
                text += &format!("\n{name}{}\n", rows.concat().trim_end());
            }
        };
        part("", lesson.principle.iter().map(|text| format!("**{}**", escaped(&text.text()))).collect());
        part("", lesson.asks.iter().map(marked).collect());
        part("## Take away\n\n", lesson.takeaways.iter().map(|text| format!("- {}\n", marked(text))).collect());
        let pair = |pair: &Pair| {
            format!("- **{}** ({}). {}\n", escaped(&pair.title.text()), language_name(&pair.language), marked(&pair.says))
        };
        part("## Bad and good\n\n", lesson.pairs.iter().map(pair).collect());
        let platform = |(name, cells): &(&Rich, &[Rich])| {
            let cells: Vec<String> = cells.iter().map(marked).collect();
            format!("- {}: {}\n", marked(name), cells.join("; "))
        };
        part("## On your platform\n\n", self.platforms.iter().map(platform).collect());
        let saying = |(question, point): &(&InterviewQuestion, &Rich)| {
            format!("- *{}*  \n  {}\n", escaped(&question.prompt.text()), marked(point))
        };
        part("## When they ask\n\n", self.sayings.iter().map(saying).collect());
        text
    }
}

/// The rows of the first table in the passage about platforms.
fn platforms(lesson: &Lesson) -> Vec<(&Rich, &[Rich])> {
    let Some(heading) = PassageId::new(PLATFORMS).ok().and_then(|id| lesson.passage(&id)) else { return Vec::new() };
    let passage = lesson.body.blocks.iter().skip(heading + 1);
    let inside = passage.take_while(|block| !matches!(block.body, Body::Heading { id: Some(_), .. }));
    let table = inside.filter_map(|block| if let Body::Table { rows, .. } = &block.body { Some(rows) } else { None }).next();
    table.into_iter().flatten().filter_map(|row| row.split_first()).collect()
}

fn pair_lines(pair: &Pair, width: usize) -> Vec<Pieces> {
    let mut title = pieces(&pair.title, Ink::Text);
    title.push(Piece::new(format!("   {}", language_name(&pair.language)), Ink::Dim));
    let mut lines = item(vec![Piece::new("  ⇄ ", Ink::Accent)], &title, width);
    lines.extend(item(vec![Piece::new("    ", Ink::Text)], &pieces(&pair.says, Ink::Dim), width));
    lines
}

/// Text behind a head, its later lines moved in as far.
fn item(mut head: Pieces, text: &[Piece], width: usize) -> Vec<Pieces> {
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

/// Text with its emphasis and web links as Markdown. Links into the course lead nowhere outside it, so their words stand alone.
fn marked(rich: &Rich) -> String {
    rich.0.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> String {
    let words = inline.text.as_str();
    let mut text = if inline.style.code { code_span(words) } else { escaped(words) };
    for (on, mark) in [(inline.style.emphasis, "*"), (inline.style.strong, "**")] {
        if on {
            text = format!("{mark}{text}{mark}");
        }
    }
    match &inline.link {
        Some(Link::Web(address)) => format!("[{text}](<{address}>)"),
        _ => text,
    }
}

/// Code between as many backticks as it takes.
fn code_span(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest > 0 { format!("{fence} {code} {fence}") } else { format!("{fence}{code}{fence}") }
}

/// Words with a backslash before everything that Markdown would take as a sign.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' => out.extend(['\\', c]),
            '\n' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::content::load;
    use crate::domain::doc::Emphasis;
    use crate::domain::text::SafeText;

    #[test]
    fn a_page_of_each_factor_fits_a_sheet_of_paper_and_its_width() {
        let course = load::embedded().unwrap();
        let lessons = every(&course);
        assert_eq!(lessons.len(), 12);
        for sheet in lessons.into_iter().filter_map(|lesson| Sheet::of(&course, lesson)) {
            assert!(sheet.platforms.len() >= 3 && sheet.sayings.len() == 3, "{}", sheet.title);
            let lines = sheet.lines(COLUMNS);
            assert!(lines.len() <= 66, "{}: {} lines", sheet.title, lines.len());
            for width in [1, 7, 20, 40, 80, 200] {
                for line in sheet.lines(width) {
                    assert!(width_of(&line) <= width.max(2), "{width}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn markdown_means_what_the_lesson_says() {
        let piece = |text: &str, style, link| Inline { text: SafeText::new(text), style, link };
        let rich = Rich(vec![
            piece("a*b ", Emphasis::default(), None),
            piece("x`y", Emphasis { code: true, ..Emphasis::default() }, None),
            piece(" no", Emphasis { strong: true, ..Emphasis::default() }, None),
            piece("here", Emphasis::default(), Some(Link::Web(SafeText::new("https://example.com")))),
        ]);
        assert_eq!(marked(&rich), "a\\*b `` x`y ``** no**[here](<https://example.com>)");
        let course = load::embedded().unwrap();
        let text = Sheet::of(&course, course.lesson_of_factor(3).unwrap()).unwrap().markdown();
        assert!(text.starts_with("# III Config\n\n**Whatever differs"), "{text}");
        for heading in ["## Take away", "## Bad and good", "## On your platform", "## When they ask"] {
            assert!(text.contains(&format!("\n\n{heading}\n\n- ")), "{heading}: {text}");
        }
    }
}
