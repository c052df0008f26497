//! `twelvefold doctor`: what the terminal can do, where things are kept and whether they are sound. With `--report` as a file to
//! be sent along with a question; nothing personal is in it.

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde::Serialize;

use super::color::Depth;
use super::course::{self, Failure, shown};
use super::data;
use super::list::{cell, print_json, widest};
use super::out::Out;
use super::settings::{self, Settings};
use crate::store::{self, Disk as _, Machine, Opener, StoreError};
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, width_of, wrap};

/// Less room than this is told of.
const LITTLE: u64 = 64 << 20;

/// What is asked for.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Wish {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Write it to a file, to be sent along with a question
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "twelvefold-report.txt")]
    report: Option<PathBuf>,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Fine,
    Note,
    Trouble,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
struct Finding {
    about: &'static str,
    state: State,
    found: String,
}

#[derive(Serialize)]
struct Report<'a> {
    fine: bool,
    findings: &'a [Finding],
}

fn finding(about: &'static str, state: State, found: impl Into<String>) -> Finding {
    Finding { about, state, found: found.into() }
}

/// Looks at everything, and says it.
///
/// # Errors
/// When the output, or the report, cannot be written.
pub fn doctor(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    let findings = findings(settings);
    let fine = findings.iter().all(|finding| finding.state != State::Trouble);
    let mut out = Out::stdout(settings);
    if let Some(file) = &wish.report {
        let mut report = if wish.json {
            serde_json::to_string_pretty(&Report { fine, findings: &findings }).map_err(anyhow::Error::from)?
        } else {
            findings.iter().map(|row| row_text(row, &findings)).collect::<Vec<_>>().join("\n")
        };
        report.push('\n');
        // Never over a file that is there.
        let written = fs::File::create_new(file).and_then(|mut file| std::io::Write::write_all(&mut file, report.as_bytes()));
        written.with_context(|| format!("{} could not be written", shown(file)))?;
        out.line(&format!("{} was written; it names no person and no folder above your home.", shown(file)))?;
    } else if wish.json {
        print_json(&Report { fine, findings: &findings }, &mut out)?;
    } else {
        let width = out.width().unwrap_or(usize::MAX);
        for line in findings.iter().flat_map(|row| row_lines(row, &findings, width)) {
            out.pieces(&line)?;
        }
        let troubles = findings.iter().filter(|finding| finding.state == State::Trouble).count();
        out.line("")?;
        out.line(&match troubles {
            0 => "Nothing is wrong.".to_owned(),
            1 => "One thing is wrong.".to_owned(),
            count => format!("{count} things are wrong."),
        })?;
    }
    out.finish()?;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn word(state: State) -> &'static str {
    match state {
        State::Fine => "",
        State::Note => "note",
        State::Trouble => "WRONG",
    }
}

/// Columns of what something is about, and of its state: those have none where all is fine.
fn columns(all: &[Finding]) -> (usize, usize) {
    (widest(all.iter().map(|row| row.about)), widest(all.iter().map(|row| word(row.state))))
}

fn row_text(row: &Finding, all: &[Finding]) -> String {
    let (about, state) = columns(all);
    let state = if state == 0 { String::new() } else { format!("{}  ", cell(word(row.state), state)) };
    format!("{}  {state}{}", cell(row.about, about), row.found)
}

/// A row, in lines of at most `width` cells: what does not fit stands below what it belongs to.
fn row_lines(row: &Finding, all: &[Finding], width: usize) -> Vec<Vec<Piece>> {
    let ink = match row.state {
        State::Fine => Ink::Text,
        State::Note => Ink::Warn,
        State::Trouble => Ink::Bad,
    };
    let (about, state) = columns(all);
    let mut head = vec![Piece::new(cell(row.about, about), Ink::Dim), Piece::new("  ", Ink::Text)];
    if state > 0 {
        head.extend([Piece::new(cell(word(row.state), state), ink), Piece::new("  ", Ink::Text)]);
    }
    let indent = width_of(&head);
    let found = wrap(&[Piece::new(&row.found, Ink::Text)], width.saturating_sub(indent).max(20));
    let heads = std::iter::once(head).chain(std::iter::repeat_with(|| vec![Piece::new(" ".repeat(indent), Ink::Text)]));
    heads.zip(found).map(|(head, line)| head.into_iter().chain(line.pieces).collect()).collect()
}

fn findings(settings: &Settings) -> Vec<Finding> {
    let mut found = vec![finding(
        "program",
        State::Fine,
        format!("twelvefold {}, {}, SQLite {}", env!("CARGO_PKG_VERSION"), settings::system(), store::sqlite_version()),
    )];
    found.extend(terminal(settings));
    found.push(course(settings));
    found.extend(kept(settings));
    found
}

fn terminal(settings: &Settings) -> Vec<Finding> {
    let (input, output) = (std::io::stdin().is_terminal(), std::io::stdout().is_terminal());
    let size = crossterm::terminal::size().ok().filter(|(columns, rows)| *columns > 0 && *rows > 0);
    let term = settings.term.clone().unwrap_or_else(|| "TERM is not set".into());
    let mut found = Vec::new();
    let streams = match (input, output) {
        (true, true) => term,
        (true, false) => format!("output is no terminal; {term}"),
        (false, true) => format!("input is no terminal; {term}"),
        (false, false) => format!("neither input nor output is a terminal; {term}"),
    };
    found.push(match (settings.dumb, input && output) {
        (true, _) => finding("terminal", State::Note, format!("{streams}: it can only print, so that no screen opens")),
        (_, false) => finding("terminal", State::Note, format!("{streams}: no screen opens, the other commands work")),
        _ => finding("terminal", State::Fine, streams),
    });
    if let Some((columns, rows)) = size.filter(|_| output) {
        let small = columns < 60 || rows < 20;
        let words = format!("{columns} columns, {rows} rows");
        found.push(finding(
            "size",
            if small { State::Note } else { State::Fine },
            if small { format!("{words}: less than the 60 by 20 that the screens are made for") } else { words },
        ));
    }
    let colours = match settings.depth_on(true) {
        Depth::None => "none",
        Depth::Ansi16 => "16",
        Depth::Ansi256 => "256",
        Depth::True => "16 million",
    };
    let background = match settings.paper {
        Some(theme) => format!("; the environment says the background is {theme:?}").to_lowercase(),
        None => "; the background is asked for when a screen opens".into(),
    };
    found.push(finding("colours", State::Fine, format!("{colours}{background}")));
    found.push(match &settings.locale {
        Some(name) if !name.to_lowercase().replace('-', "").contains("utf8") => {
            finding("letters", State::Note, format!("the locale is {name}: lines and arrows need UTF-8"))
        }
        Some(name) => finding("letters", State::Fine, format!("UTF-8, by the locale {name}")),
        None => finding("letters", State::Note, "no locale is set; UTF-8 is taken for granted"),
    });
    found
}

fn course(settings: &Settings) -> Finding {
    let place = settings.course_dir.as_deref().map_or_else(|| "built in".to_owned(), |dir| home_less(settings, dir));
    match course::open(settings) {
        Ok(course) => {
            let questions: usize = course.map.iter().map(|entry| entry.questions.len()).sum();
            let words = format!("{place}: {} lessons, {questions} questions", course.map.len());
            finding("course", State::Fine, words)
        }
        Err(Failure::Course { problems, .. }) => {
            let words = match problems.len() {
                1 => "a mistake; `twelvefold check` shows it".to_owned(),
                count => format!("{count} mistakes; `twelvefold check` shows them"),
            };
            finding("course", State::Trouble, format!("{place}: {words}"))
        }
        Err(other) => finding("course", State::Trouble, own(settings, &other.to_string())),
    }
}

fn kept(settings: &Settings) -> Vec<Finding> {
    if settings.ephemeral {
        return vec![finding("progress", State::Note, "is not kept, as asked")];
    }
    let folder = match data::folder(settings) {
        Ok(folder) => folder,
        Err(error) => return vec![finding("progress", State::Trouble, own(settings, &format!("{error:#}")))],
    };
    let opener = Opener::new(&folder);
    let mut found = vec![finding("progress", State::Fine, home_less(settings, &folder))];
    let examined = opener.examine();
    found.push(database(settings, &examined));
    if let Ok(Some(findings)) = examined.as_ref().map(Option::as_ref)
        && findings.wrong.is_empty()
    {
        let count = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let entries = count(findings.events, "entry", "entries");
        let answers = count(findings.answers, "answer", "answers");
        found.push(finding("history", State::Fine, format!("{entries}, {answers} among them")));
        if findings.summaries == Some(false) {
            let words = "the summaries are not what the history amounts to; the history counts, and a merge makes them anew";
            found.push(finding("summaries", State::Trouble, words));
        }
    }
    for path in opener.beside() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let words = if name.contains("damaged") {
            "a damaged file that was set aside; what could be read of it was taken over"
        } else {
            "the database as it was before an update"
        };
        found.push(finding("kept aside", State::Note, format!("{name}: {words}")));
    }
    let there = folder.ancestors().find(|folder| folder.exists());
    if let Some(free) = there.and_then(|folder| Machine.room(folder)) {
        let words = match free >> 20 {
            megabytes @ 0..1_024 => format!("{megabytes} MB free"),
            megabytes => format!("{} GB free", megabytes >> 10),
        };
        found.push(match free < LITTLE {
            true => finding("disk", State::Note, format!("{words}: answers may soon not fit")),
            false => finding("disk", State::Fine, words),
        });
    }
    if let Some(kind) = there.and_then(|folder| Machine.network(folder)) {
        let words = format!("{kind}: do not learn on two machines at once; --data puts progress on a disk of this machine");
        found.push(finding("network", State::Note, words));
    }
    found
}

fn database(settings: &Settings, examined: &Result<Option<store::Findings>, StoreError>) -> Finding {
    match examined {
        Ok(None) => finding("database", State::Fine, "none yet; it is made with the first thing that is kept"),
        Ok(Some(findings)) if !findings.wrong.is_empty() => {
            let first = findings.wrong.first().cloned().unwrap_or_default();
            finding("database", State::Trouble, own(settings, &format!("damaged: {}", first.replace('\n', " "))))
        }
        Ok(Some(findings)) => {
            let open = if findings.in_use { ", open in another instance or left open" } else { "" };
            let old = if findings.format < findings.newest { ", brought up to date at the next start" } else { "" };
            let words = format!("sound, {} KB, format {}{old}{open}", findings.bytes >> 10, findings.format);
            finding("database", State::Fine, words)
        }
        Err(error) => finding("database", State::Trouble, own(settings, error.sentence().as_str())),
    }
}

/// A path without the name of the learner's home.
fn home_less(settings: &Settings, path: &Path) -> String {
    own(settings, &shown(path))
}

/// Words in which the learner's home is `~`.
fn own(settings: &Settings, words: &str) -> String {
    match &settings.home {
        Some(home) if home.as_os_str().len() > 1 => words.replace(&*home.to_string_lossy(), "~"),
        _ => words.to_owned(),
    }
}
