//! What happens when the program panics: the terminal is given back first, what waits is kept, then it is said what happened,
//! whether anything was lost, and where the report lies.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::OFlags;

use super::tty::Tty;
use super::worker::Waiting;
use crate::domain::text::clean;

/// Threads whose panics are caught or told of otherwise: the terminal stays as it is.
pub const CAUGHT: [&str; 3] = ["store", "colours", "sheet"];
/// The report's name in the data folder. The last one is kept.
pub const REPORT: &str = "panic.txt";
/// How long the disk is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// From now on a panic in any thread gives the terminal back before anything is printed. Nothing in here can panic itself:
/// a dead standard error is ignored. The report goes into `folder`, where that is there; `waiting` tells what is not on the disk.
pub fn install(tty: &Arc<Tty>, folder: Option<PathBuf>, waiting: Waiting) {
    let tty = Arc::clone(tty);
    panic::set_hook(Box::new(move |info| {
        let thread = std::thread::current();
        if thread.name().is_some_and(|name| CAUGHT.contains(&name)) {
            tracing::error!(thread = thread.name(), "a thread has panicked and is carried on without");
            return;
        }
        tty.restore();
        let lost = waiting.settle(PATIENCE);
        let report = folder.as_deref().and_then(|folder| write(&folder.join(REPORT), &report(info, lost)).ok());
        tracing::error!(lost, "panic");
        let _ = io::stderr().write_all(words(info, lost, report.as_deref()).as_bytes());
    }));
}

/// What the learner is told.
fn words(info: &PanicHookInfo<'_>, lost: usize, report: Option<&Path>) -> String {
    let what = said(info).map_or_else(|| "no reason given".into(), |(what, _)| clean(what).replace('\n', " "));
    let mut text = format!("twelvefold: the program has made a mistake and must end: {what}\n  at {}\n", place(info));
    match lost {
        0 => text += "  Nothing is lost: everything that you did is saved.\n",
        1 => text += "  The last thing that you did could not be saved.\n",
        more => drop(writeln!(text, "  The last {more} things that you did could not be saved.")),
    }
    if let Some(path) = report {
        let path = clean(&path.to_string_lossy()).replace('\n', " ");
        let _ = writeln!(text, "  A report without your answers and without the text of the course: {path}");
    }
    text
}

/// What somebody who mends it needs. Nothing of a course, nothing of an answer.
fn report(info: &PanicHookInfo<'_>, lost: usize) -> String {
    let what = match said(info) {
        Some((what, true)) => clean(what).into_owned(),
        // It was made while the program ran, and may quote what it ran on.
        Some((_, false)) => "(a sentence that was made at run time and is left out here)".to_owned(),
        None => "(no reason given)".to_owned(),
    };
    let thread = std::thread::current();
    format!(
        "twelvefold {}\nsystem: {} {}\nplace: {}\nthread: {}\nwhat: {what}\nnot saved: {lost}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        place(info),
        thread.name().unwrap_or("unnamed"),
        Backtrace::force_capture(),
    )
}

fn place(info: &PanicHookInfo<'_>) -> String {
    info.location().map(ToString::to_string).unwrap_or_default()
}

/// The words of a panic, and whether they stand in the program itself.
fn said<'i>(info: &'i PanicHookInfo<'_>) -> Option<(&'i str, bool)> {
    let payload = info.payload();
    payload
        .downcast_ref::<&'static str>()
        .map(|text| (*text, true))
        .or_else(|| payload.downcast_ref::<String>().map(|text| (text.as_str(), false)))
}

/// Writes the report for its owner alone, in the place of the last one. No link is followed, no folder made.
fn write(path: &Path, text: &str) -> io::Result<PathBuf> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).custom_flags(flags.bits().cast_signed());
    options.open(path)?.write_all(text.as_bytes())?;
    Ok(path.to_owned())
}
