//! `twelvefold gradebook`: the hand-ins of a class as one table, and what the questions are worth. Broken ones are named, and
//! the table comes all the same.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;
use clap::ValueEnum;
use compact_str::CompactString;

use super::course::{self, Failure, shown};
use super::export::deliver;
use super::out::Out;
use super::settings::Settings;
use crate::domain::course::{Course, numeral};
use crate::domain::gradebook::items::{ENOUGH, Item, items};
use crate::domain::gradebook::{Gradebook, Learner, Score, questions};
use crate::domain::id::QuestionId;
use crate::exchange::gradebook::{Report, Table, csv, json, markdown, percent, remarks, signed};
use crate::exchange::handin::{Refused, date, read};
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces, fit, pad, width_of};

/// Hand-ins that are read at most.
const MOST_FILES: usize = 20_000;
/// Folders in folders that are looked into: an LMS makes one for each learner.
const DEEPEST: usize = 4;
/// Bytes of a file that is read at all.
const LARGEST: u64 = 64 << 20;
/// Columns of the table when no terminal says how many it has.
const COLUMNS: usize = 80;
/// Names of learners that stand beside a wrong option.
const NAMED: usize = 4;

/// What the table is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum To {
    /// To be read in a terminal
    #[default]
    Table,
    /// For spreadsheets: one table, chosen with --show
    Csv,
    /// For programs: everything
    Json,
    /// For a wiki: everything
    Markdown,
}

/// A part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Show {
    /// Who did what, first try and best
    Learners,
    /// What each question is worth
    Questions,
    /// What was answered to each question, and by whom
    Options,
}

/// Which hand-ins, and how.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// Hand-ins, folders of them, or patterns such as 'class/*.jsonl'
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What to write it in
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    to: To,
    /// Only this part: for table and csv
    #[arg(long, value_name = "PART", value_enum)]
    show: Option<Show>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Merges hand-ins. The exit code is 1 when one of them was not taken.
///
/// # Errors
/// When the course or the output fails.
pub fn gradebook(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    if wish.show.is_some() && matches!(wish.to, To::Json | To::Markdown) {
        return Err(Failure::Usage("--show goes with --to table and --to csv; json and markdown have everything".into()));
    }
    let course = course::open(settings)?;
    let mut refused = Vec::new();
    let files = files(&wish.files, &mut refused)?;
    let count = files.len() + refused.len();
    let mut handins = Vec::new();
    for file in files {
        match learner(&course, &file) {
            Ok(learner) => handins.push(learner),
            Err(why) => refused.push((shown(&file), why.to_string())),
        }
    }
    let (book, contradictions) = Gradebook::of(handins);
    refused.extend(contradictions.into_iter().map(|one| (one.file, Refused::Contradicts(one.other).to_string())));
    refused.sort();
    let items = items(&book, &course);
    let report = Report { course: &course, book, items, refused };
    write(settings, wish, &report)?;
    told(settings, &report, count)?;
    Ok(if report.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn learner(course: &Course, file: &Path) -> Result<Learner, Refused> {
    let failed = |error: std::io::Error| Refused::Io(error.kind().to_string());
    let about = fs::metadata(file).map_err(failed)?;
    if !about.is_file() {
        return Err(Refused::Io("it is no file".into()));
    }
    if about.len() > LARGEST {
        return Err(Refused::TooLarge);
    }
    let handin = read(BufReader::new(File::open(file).map_err(failed)?), Some(&course.id))?;
    match handin.misjudged(course) {
        Some(number) => Err(Refused::Misjudged(number)),
        None => Ok(Learner::of(&handin, &shown(file))),
    }
}

/// The files that are meant: named, in folders, or fitting a pattern.
fn files(named: &[PathBuf], refused: &mut Vec<(String, String)>) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for name in named {
        if name.is_dir() {
            let before = files.len();
            walk(name, 0, &mut files);
            if files.len() == before {
                refused.push((shown(name), "there is no file in this folder".into()));
            }
        } else if fs::symlink_metadata(name).is_ok() {
            files.push(name.clone());
        } else {
            let pattern = name.to_str().filter(|text| text.contains(['*', '?', '[']));
            let mut found: Vec<PathBuf> = pattern
                .and_then(|text| glob::glob(text).ok())
                .into_iter()
                .flatten()
                .filter_map(Result::ok)
                .take(MOST_FILES)
                .collect();
            if found.is_empty() {
                refused.push((shown(name), "there is no such file".into()));
            }
            found.sort();
            files.append(&mut found);
        }
        if files.len() > MOST_FILES {
            return Err(anyhow!("these are more than {MOST_FILES} files").into());
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    Ok(files)
}

/// The files of a folder and of those in it, by name. What is hidden or a link to a folder is not looked at.
fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).take(MOST_FILES).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") || files.len() > MOST_FILES {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEEPEST => walk(&entry.path(), depth + 1, files),
            Ok(kind) if kind.is_dir() => {}
            _ => files.push(entry.path()),
        }
    }
}

fn write(settings: &Settings, wish: &Wish, report: &Report<'_>) -> Result<(), Failure> {
    let file = wish.output.as_deref().filter(|file| *file != Path::new("-"));
    let text = match wish.to {
        To::Table if file.is_none() => {
            let mut out = Out::stdout(settings);
            let width = out.width().unwrap_or(COLUMNS);
            for line in screen(report, wish.show, width) {
                out.pieces(&line)?;
            }
            return Ok(out.finish()?);
        }
        To::Table => {
            let lines = screen(report, wish.show, COLUMNS);
            let plain = lines.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect::<String>());
            plain.map(|line| format!("{}\n", line.trim_end())).collect()
        }
        To::Csv => {
            let table = match wish.show {
                None | Some(Show::Learners) => Table::Learners,
                Some(Show::Questions) => Table::Questions,
                Some(Show::Options) => Table::Options,
            };
            csv(report, table).map_err(anyhow::Error::from)?
        }
        To::Json => json(report).map_err(anyhow::Error::from)?,
        To::Markdown => markdown(report),
    };
    deliver(settings, file, |sink| sink(text.as_bytes()))
}

/// What whoever teaches should know of the hand-ins themselves.
fn told(settings: &Settings, report: &Report<'_>, count: usize) -> Result<(), Failure> {
    let mut err = Out::stderr(settings);
    for learner in &report.book.learners {
        if !learner.also.is_empty() {
            let also: Vec<String> = learner.also.iter().map(ToString::to_string).collect();
            err.line(&format!("{}: handed in as {} as well, with the same answers", learner.name, also.join(", ")))?;
        } else if learner.by_name {
            let files = learner.files.join(", ");
            err.line(&format!("{}: united by name, no answer is in both; two people must use two names: {files}", learner.name))?;
        }
    }
    if !report.refused.is_empty() {
        err.line(&format!("{} of {count} not taken:", report.refused.len()))?;
        for (file, why) in &report.refused {
            err.line(&format!("  {file}: {why}"))?;
        }
    }
    Ok(err.finish()?)
}

/// Rows of cells; the first column takes the room that the others leave.
struct Grid {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<Piece>>,
    /// Columns from this one on begin at their left edge.
    left_from: usize,
}

impl Grid {
    fn lines(&self, width: usize) -> Vec<Pieces> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let column = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| width_of(std::slice::from_ref(cell)));
            cells.chain([self.head.get(at).map_or(0, |head| head.chars().count())]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (1..self.head.len()).map(column).collect();
        let first =
            column(0).max(self.title.chars().count()).min(width.saturating_sub(widths.iter().map(|width| width + 2).sum()).max(8));
        let line = |cells: Vec<Piece>| {
            let mut line = Pieces::new();
            for (at, mut cell) in cells.into_iter().enumerate() {
                let Some(room) = (if at == 0 { Some(first) } else { widths.get(at - 1).copied() }) else { continue };
                if at > 0 {
                    line.push(Piece::new("  ", Ink::Text));
                }
                cell.text = fit(&cell.text, room).into();
                let gap = room.saturating_sub(width_of(std::slice::from_ref(&cell)));
                if at > 0 && at < self.left_from {
                    line.push(Piece::new(" ".repeat(gap), Ink::Text));
                    line.push(cell);
                } else {
                    let end = width_of(&line) + room;
                    line.push(cell);
                    pad(&mut line, end);
                }
            }
            line
        };
        let mut head: Vec<Piece> = self.head.iter().map(|head| Piece::new(head.as_str(), Ink::Dim)).collect();
        if let Some(title) = head.first_mut() {
            *title = Piece::bold(self.title.as_str(), Ink::Heading);
        }
        let mut lines = vec![Vec::new(), line(head)];
        lines.extend(self.rows.iter().map(|row| line(row.clone())));
        lines
    }
}

fn grid(title: &str, head: &[&str], rows: impl Iterator<Item = Vec<Piece>>) -> Grid {
    let head: Vec<String> = std::iter::once("").chain(head.iter().copied()).map(str::to_owned).collect();
    Grid { title: title.to_owned(), left_from: head.len(), head, rows: rows.collect() }
}

fn cell(words: impl Into<CompactString>) -> Piece {
    Piece::new(words, Ink::Text)
}

/// The report, or a part of it, in at most `width` columns.
fn screen(report: &Report<'_>, show: Option<Show>, width: usize) -> Vec<Pieces> {
    let (course, book) = (report.course, &report.book);
    let answers: usize = book.learners.iter().map(Learner::answers).sum();
    let count = |count: usize, what: &str| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
    let mut lines = vec![vec![
        Piece::bold(course.title.as_str(), Ink::Heading),
        Piece::new(format!("   {}, {}", count(book.learners.len(), "learner"), count(answers, "answer")), Ink::Dim),
    ]];
    if show.is_none_or(|show| show == Show::Learners) {
        for grid in learners(course, book) {
            lines.extend(grid.lines(width));
        }
    }
    if show.is_none_or(|show| show == Show::Questions) {
        lines.extend(worth(&report.items).lines(width));
        let told = format!(
            "Right: at the first try. Disc: how an answer goes with the learner's other answers, from -1 to +1. Upper and lower: of \
             the third of the learners whose other answers are best and worst. Remarks from {ENOUGH} learners on. The formulas are in \
             docs/handin.md."
        );
        lines.push(Vec::new());
        for text in crate::ui::lines::wrap(&[Piece::new(told, Ink::Dim)], width) {
            lines.push(text.pieces);
        }
    }
    match show {
        Some(Show::Options) => lines.extend(report.items.iter().flat_map(|item| drawn(item, book, width))),
        None => {
            let flagged = report.items.iter().filter(|item| !item.flags.is_empty());
            lines.extend(flagged.flat_map(|item| drawn(item, book, width)));
        }
        Some(_) => {}
    }
    lines
}

fn learners(course: &Course, book: &Gradebook) -> Vec<Grid> {
    let all = questions(course, |_, _| true);
    let did = book.learners.iter().map(|learner| {
        let score = learner.score(all.iter().copied());
        vec![
            cell(learner.name.as_str()),
            cell(learner.answers().to_string()),
            cell(format!("{}/{}", score.map_or(0, |score| score.tried), all.len())),
            cell(percent(score.map(|score| score.first))),
            cell(percent(score.map(|score| score.best))),
            cell(learner.last.map(date).unwrap_or_default()),
        ]
    });
    let mut grids = vec![grid("Who did what", &["answers", "questions", "first", "best", "last day"], did)];
    let factors: Vec<(&str, Vec<&QuestionId>)> = (1..=12_u8)
        .map(|factor| (numeral(factor), questions(course, |_, about| about == Some(factor))))
        .filter(|(_, questions)| !questions.is_empty())
        .collect();
    if !factors.is_empty() {
        let head: Vec<&str> = factors.iter().map(|(numeral, _)| *numeral).collect();
        let whole = |share: f64| format!("{:.0}", share * 100.0);
        for (title, of) in [("First try, %", (|score| score.first) as fn(Score) -> f64), ("Best, %", |score| score.best)] {
            let rows = book.learners.iter().map(|learner| {
                let scores = factors.iter().map(|(_, factor)| learner.score(factor.iter().copied()).map(of));
                let cells = scores.map(|score| score.map_or_else(|| Piece::new("·", Ink::Faint), |score| cell(whole(score))));
                std::iter::once(cell(learner.name.as_str())).chain(cells).collect()
            });
            grids.push(grid(title, &head, rows));
        }
    }
    let lessons = course.map.iter().enumerate().filter_map(|(at, entry)| {
        let score = book.score(&questions(course, |of, _| of == at))?;
        let title = format!("{:<5}{}", entry.factor.map_or("", numeral), entry.title);
        Some(vec![cell(title), cell(score.tried.to_string()), cell(percent(Some(score.first))), cell(percent(Some(score.best)))])
    });
    grids.push(grid("The class, by lesson", &["learners", "first", "best"], lessons));
    grids
}

fn worth(items: &[Item]) -> Grid {
    let rows = items.iter().map(|item| {
        vec![
            cell(item.question.as_str()),
            cell(item.count.to_string()),
            cell(percent(Some(item.difficulty))),
            cell(percent(Some(item.mean))),
            cell(signed(item.discrimination)),
            Piece::new(remarks(item).join(", "), Ink::Warn),
        ]
    });
    let mut grid = grid("Questions", &["n", "right", "mean", "disc", "remarks"], rows);
    grid.left_from = 5;
    grid
}

/// What was answered to a question, and who drew what is wrong.
fn drawn(item: &Item, book: &Gradebook, width: usize) -> Vec<Pieces> {
    let rows = item.drawn.iter().map(|drawn| {
        let (sign, ink) = if drawn.right { ("✓", Ink::Good) } else { ("✗", Ink::Bad) };
        let mut names: Vec<String> =
            drawn.by.iter().take(NAMED).filter_map(|at| book.learners.get(*at)).map(|one| fit(one.name.as_str(), 20)).collect();
        if drawn.by.len() > NAMED {
            names.push(format!("and {} more", drawn.by.len() - NAMED));
        }
        let cells = vec![
            Piece::new(format!("{sign} {}", drawn.label), ink),
            cell(percent(Some(drawn.share))),
            cell(percent(drawn.upper)),
            cell(percent(drawn.lower)),
        ];
        (cells, if drawn.right { String::new() } else { names.join(", ") })
    });
    let (cells, names): (Vec<Vec<Piece>>, Vec<String>) = rows.unzip();
    let title =
        if item.flags.is_empty() { item.question.to_string() } else { format!("{}: {}", item.question, remarks(item).join(", ")) };
    let mut table = grid(&title, &["all", "upper", "lower"], cells.into_iter()).lines(width).into_iter();
    // An empty line and the head, then each row with its names under it.
    let mut lines: Vec<Pieces> = table.by_ref().take(2).collect();
    for (row, names) in table.zip(names) {
        lines.push(row);
        if !names.is_empty() {
            let text = crate::ui::lines::wrap(&[Piece::new(names, Ink::Dim)], width.saturating_sub(4).max(1));
            lines.extend(text.into_iter().map(|line| {
                let mut row = vec![Piece::new("    ", Ink::Text)];
                row.extend(line.pieces);
                row
            }));
        }
    }
    lines
}
