//! `twelvefold import` and `twelvefold merge`: the progress of other machines, taken over whole or not at all.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};

use super::course::{Failure, shown};
use super::data;
use super::out::Out;
use super::settings::Settings;
use crate::domain::history::Kept;
use crate::exchange::progress::{self, Unreadable};
use crate::store::{Fault, Opener, Store as _, StoreError};

/// How a SQLite file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Takes over the progress in `files`: exports in JSON, and databases of other data folders.
///
/// # Errors
/// When one of them cannot be taken over; then nothing has changed.
pub fn merge(settings: &Settings, files: &[PathBuf]) -> Result<ExitCode, Failure> {
    if settings.ephemeral {
        return Err(Failure::Usage("with --ephemeral nothing is kept, so that nothing can be taken over".into()));
    }
    let opener = data::opener(settings)?;
    // Read before the own store is opened: one of the files may be its database.
    let histories = files.iter().map(|file| read(&opener, file)).collect::<Result<Vec<_>, _>>()?;
    let mut opened = opener.open().map_err(|error| own(&error))?;
    if let Some(notice) = &opened.notice {
        let mut err = Out::stderr(settings);
        err.line(notice.as_str())?;
        err.finish()?;
    }
    let merged = opened.store.merge(&histories).map_err(|error| match &error {
        StoreError::Differs { list, stamp } => {
            let file = files.get(*list).map(|file| shown(file)).unwrap_or_default();
            anyhow!("{file} was changed by hand or damaged: its entry {} of {} is another one here", stamp.seq, stamp.origin)
        }
        _ => own(&error),
    })?;
    Box::new(opened.store).close();
    let mut out = Out::stdout(settings);
    for (file, merged) in files.iter().zip(merged) {
        let all = merged.new + merged.known;
        let entries = if all == 1 { "entry" } else { "entries" };
        out.line(&format!("{}: {all} {entries}, {} new", shown(file), merged.new))?;
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn own(error: &StoreError) -> anyhow::Error {
    anyhow!("{}", error.sentence())
}

/// The history in a file, whichever kind of file it is.
fn read(opener: &Opener, file: &Path) -> anyhow::Result<Vec<Kept>> {
    let name = shown(file);
    let unreadable = || format!("{name} cannot be read");
    let mut open = File::open(file).with_context(unreadable)?;
    let mut beginning = Vec::new();
    open.by_ref().take(SQLITE.len() as u64).read_to_end(&mut beginning).with_context(unreadable)?;
    if beginning == SQLITE {
        drop(open);
        return opener.read_other(file).map_err(|error| other(&name, &error));
    }
    let text = BufReader::new(Cursor::new(beginning).chain(open));
    progress::read(text).map_err(|error| match error {
        Unreadable::Foreign => anyhow!("{name} is neither an export nor a database of twelvefold"),
        Unreadable::Newer(_) => anyhow!("{name} was written by a newer version of twelvefold: use that version here, too"),
        Unreadable::Half => anyhow!("{name} ends in the middle: export it again"),
        Unreadable::TooLong => anyhow!("{name} is no sound export: it has an entry that never ends"),
        Unreadable::Wrong(what) => anyhow!("{name} is no sound export: {what}"),
        Unreadable::Io(error) => anyhow::Error::from(io::Error::from(error.kind())).context(unreadable()),
    })
}

/// What is wrong with the database of another machine.
fn other(name: &str, error: &StoreError) -> anyhow::Error {
    match error {
        StoreError::Newer { .. } => anyhow!("{name} was written by a newer version of twelvefold: use that version here, too"),
        StoreError::Foreign { .. } => anyhow!("{name} is a database of another program"),
        StoreError::OpenToAll { .. } => anyhow!("{}", error.sentence()),
        _ => match error.fault() {
            Fault::Damage | Fault::Summary => anyhow!("{name} is damaged"),
            Fault::Full => anyhow!("{}", error.sentence()),
            Fault::Busy => anyhow!("{name} is in use by a program that does not let go of it"),
            _ => anyhow!("{name} cannot be read: {error}"),
        },
    }
}
