//! `twelvefold export`: the question bank for other programs, and the learner's history for another machine.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use clap::ValueEnum;

use super::course::{self, Failure, shown};
use super::data;
use super::out::Out;
use super::settings::Settings;
use crate::domain::course::Course;
use crate::domain::history::Kept;
use crate::exchange::bank::{Item, items};
use crate::exchange::{anki, gift, markdown, progress, table};

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum To {
    /// The questions as an Anki package
    Anki,
    /// The questions for Moodle and others
    Gift,
    /// The questions, or the answers given, for spreadsheets
    Csv,
    /// The questions to be read or printed
    Markdown,
    /// All that was read and answered, for `import` and `merge`
    Json,
}

/// What to export.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// What it is for
    #[arg(long, value_name = "FORMAT")]
    to: To,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only the questions of this lesson
    #[arg(long, value_name = "LESSON")]
    lesson: Option<String>,
    /// The answers given instead of the questions: for csv
    #[arg(long, conflicts_with = "lesson")]
    history: bool,
}

/// Exports.
///
/// # Errors
/// When the course, the store or the output fails, or the wishes do not go together.
pub fn export(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    let usage = |words: &str| Err(Failure::Usage(words.into()));
    if wish.history && wish.to != To::Csv {
        return usage("--history goes with --to csv; --to json is the whole history anyway");
    }
    if wish.lesson.is_some() && wish.to == To::Json {
        return usage("--lesson narrows questions, and --to json is the history");
    }
    let file = wish.output.as_deref().filter(|file| *file != Path::new("-"));
    if wish.to == To::Anki && file.is_none() {
        return usage("an Anki package is no text: name a file with -o, for example -o twelvefold.apkg");
    }
    match wish.to {
        To::Json => {
            let history = history(settings)?;
            deliver(settings, file, |write| progress::write(&history, |text| write(text.as_bytes())))?;
        }
        To::Csv if wish.history => {
            let answers = table::answers(&history(settings)?, time).map_err(anyhow::Error::from)?;
            deliver(settings, file, |write| write(answers.as_bytes()))?;
        }
        questions => {
            let course = course::open(settings)?;
            let only = wish.lesson.as_deref().map(|name| course::find(&course, name)).transpose()?;
            let bytes = bank(questions, &course, &items(&course, only))?;
            deliver(settings, file, |write| write(&bytes))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn bank(to: To, course: &Course, items: &[Item<'_>]) -> anyhow::Result<Vec<u8>> {
    Ok(match to {
        To::Anki => anki::apkg(course, items, crate::term::session::now())?,
        To::Gift => gift::gift(course, items).into_bytes(),
        To::Csv => table::bank(items)?.into_bytes(),
        To::Markdown | To::Json => markdown::markdown(course, items).into_bytes(),
    })
}

/// All that is kept of the learner. Nothing is made where nothing is.
pub(super) fn history(settings: &Settings) -> anyhow::Result<Vec<Kept>> {
    if settings.ephemeral || !data::folder(settings)?.join(crate::store::FILE).exists() {
        return Ok(Vec::new());
    }
    let mut opened = data::opener(settings)?.open().map_err(|error| anyhow!("{}", error.sentence()))?;
    opened.store.kept().map_err(|error| anyhow!("{}", error.sentence()))
}

/// A moment in UTC, as spreadsheets read it.
pub(super) fn time(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// What takes the parts of an output.
pub(super) type Sink<'a> = &'a mut dyn FnMut(&[u8]) -> io::Result<()>;

/// Hands `make` the file, or standard output. A file that was there is replaced when all is written, and not before.
pub(super) fn deliver(
    settings: &Settings,
    file: Option<&Path>,
    make: impl FnOnce(Sink<'_>) -> io::Result<()>,
) -> Result<(), Failure> {
    let Some(file) = file else {
        let mut out = Out::stdout(settings);
        make(&mut |bytes| out.text(&String::from_utf8_lossy(bytes)))?;
        return Ok(out.finish()?);
    };
    let name = shown(file);
    let failed = || format!("{name} cannot be written");
    // A link is followed, so that what it leads to is replaced and not the link.
    let place = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if ours(settings, &place) || is_progress(&place) {
        return Err(anyhow!("{name} is where progress is kept: choose another file").into());
    }
    let special = fs::metadata(&place).is_ok_and(|about| !about.is_file());
    if special {
        let mut sink = BufWriter::new(OpenOptions::new().write(true).open(&place).with_context(failed)?);
        make(&mut |bytes| sink.write_all(bytes)).and_then(|()| sink.flush()).with_context(failed)?;
        return Ok(());
    }
    let unborn = beside(&place).ok_or_else(|| anyhow!("{name} is no name of a file"))?;
    let written = File::create_new(&unborn)
        .and_then(|new| {
            let mut sink = BufWriter::new(new);
            make(&mut |bytes| sink.write_all(bytes))?;
            sink.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
        })
        .and_then(|()| fs::rename(&unborn, &place));
    if let Err(error) = written {
        // Nothing is to be left of what was not finished.
        let _ = fs::remove_file(&unborn);
        return Err(anyhow::Error::from(error).context(failed()).into());
    }
    Ok(())
}

/// A name beside a file for what is not finished.
fn beside(file: &Path) -> Option<PathBuf> {
    let mut name = file.file_name()?.to_owned();
    name.push(format!(".{}.unfinished", std::process::id()));
    Some(file.with_file_name(name))
}

/// Whether a file is the progress of anybody: that of another profile, for example.
fn is_progress(file: &Path) -> bool {
    let mut header = [0; 72];
    let read = fs::metadata(file).is_ok_and(|about| about.is_file())
        && File::open(file).and_then(|mut file| file.read_exact(&mut header)).is_ok();
    read && header.starts_with(b"SQLite format 3\0") && header.ends_with(b"12fd")
}

/// Whether a file is a part of the store.
fn ours(settings: &Settings, file: &Path) -> bool {
    let Some(folder) = data::folder(settings).ok().and_then(|folder| fs::canonicalize(folder).ok()) else { return false };
    let parent = file.parent().map(|parent| if parent == Path::new("") { Path::new(".") } else { parent });
    let same = parent.and_then(|parent| fs::canonicalize(parent).ok()).is_some_and(|parent| parent == folder);
    same && file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"progress."))
}
