//! `twelvefold reset`: a lesson, or everything, begins anew. Asked twice at a terminal; in a pipe it wants `--yes`.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Args;

use super::course::{self, Failure};
use super::data;
use super::out::Out;
use super::settings::Settings;
use crate::domain::course::{Course, Entry};
use crate::domain::event::{Deed, Event};
use crate::domain::rng::Rng;
use crate::store::{Sqlite, Store as _, StoreError};
use crate::term::session::now;

/// What is wished for.
#[derive(Debug, Args)]
pub struct Wish {
    /// Which lesson; without it, everything
    lesson: Option<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Take the last reset back
    #[arg(long, conflicts_with_all = ["lesson", "yes"])]
    undo: bool,
}

/// Resets, or takes the last reset back.
///
/// # Errors
/// When nothing is kept, nobody agrees, or the store cannot be written.
pub fn reset(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    if settings.ephemeral {
        return Err(Failure::Usage("with --ephemeral nothing is kept, so that there is nothing to reset".into()));
    }
    let course = course::open(settings)?;
    let lesson = wish.lesson.as_deref().map(|name| course::find(&course, name)).transpose()?;
    if !data::folder(settings)?.join(crate::store::FILE).exists() {
        return Err(anyhow!("nothing is kept here yet").into());
    }
    if wish.undo {
        return undo(settings, &course);
    }
    let entry = lesson.and_then(|lesson| course.map.get(lesson));
    let what = entry.map_or_else(|| "everything".to_owned(), Entry::called);
    if !wish.yes && !agreed(settings, &what)? {
        return Err(anyhow!("nothing was reset").into());
    }
    let mut store = open(settings)?;
    let seed = now().0.cast_unsigned() ^ u64::from(std::process::id()).rotate_left(32);
    keep(&mut store, Deed::reset(entry, Rng::new(seed).next_u64()))?;
    Box::new(store).close();
    let mut out = Out::stdout(settings);
    out.line(&format!("{what} begins anew; `twelvefold reset --undo` takes that back"))?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn undo(settings: &Settings, course: &Course) -> Result<ExitCode, Failure> {
    let mut store = open(settings)?;
    let Some((name_of_reset, lesson)) = store.last_reset().map_err(|error| own(&error))? else {
        return Err(anyhow!("there is no reset to take back").into());
    };
    keep(&mut store, Deed::ResetUndone { name: name_of_reset })?;
    Box::new(store).close();
    let entry = lesson.as_ref().and_then(|lesson| course.index_of(lesson)).and_then(|index| course.map.get(index));
    // A lesson that is not in this course has a name all the same.
    let what =
        entry.map(Entry::called).or_else(|| lesson.map(|lesson| lesson.to_string())).unwrap_or_else(|| "everything".to_owned());
    let mut out = Out::stdout(settings);
    out.line(&format!("{what} is again as it was before the reset"))?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn open(settings: &Settings) -> anyhow::Result<Sqlite> {
    let opened = data::opener(settings)?.open().map_err(|error| own(&error))?;
    if let Some(notice) = &opened.notice {
        let mut err = Out::stderr(settings);
        err.line(notice.as_str())?;
        err.finish()?;
    }
    Ok(opened.store)
}

fn keep(store: &mut Sqlite, deed: Deed) -> anyhow::Result<()> {
    store.append(&[Event { at: now(), deed }]).map_err(|error| own(&error))
}

fn own(error: &StoreError) -> anyhow::Error {
    anyhow!("{}", error.sentence())
}

/// Asks twice. Anything but the very words is a no.
fn agreed(settings: &Settings, what: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::Usage(format!("to reset {what} without being asked, add --yes")));
    }
    let ask = |question: &str, wanted: &str| -> io::Result<bool> {
        let mut err = Out::stderr(settings);
        err.line(question)?;
        err.finish()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer.trim() == wanted)
    };
    let first = format!("Reset {what}: places, scores and what is in review? The history stays. Type y to go on.");
    let second = "Really? Type reset.";
    Ok(ask(&first, "y")? && ask(second, "reset")?)
}
