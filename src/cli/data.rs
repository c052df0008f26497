//! Where progress is kept, and what is kept there.

use std::path::PathBuf;

use anyhow::Context as _;
use etcetera::{BaseStrategy as _, choose_base_strategy};
use jiff::tz::TimeZone;

use super::settings::Settings;
use crate::domain::code::key;
use crate::domain::progress::Progress;
use crate::domain::text::SafeText;
use crate::domain::time::{Day, Zone};
use crate::store::{Fault, Opener, Store, StoreError};
use crate::term::class_line::{LONGEST_PATH, SOCKET};
use crate::term::session::now;

/// The folder of the progress: the one asked for, or the platform's.
///
/// # Errors
/// When the platform does not say where a learner's files are.
pub fn folder(settings: &Settings) -> anyhow::Result<PathBuf> {
    let own = home(settings)?;
    Ok(match &settings.profile {
        Some(name) => own.join("profiles").join(name),
        None => own,
    })
}

/// The folder that all profiles share.
///
/// # Errors
/// As [`folder`].
pub fn home(settings: &Settings) -> anyhow::Result<PathBuf> {
    match &settings.data_dir {
        Some(folder) => Ok(folder.clone()),
        None => {
            let home = choose_base_strategy().context("no home folder was found; name a folder with --data")?;
            Ok(home.data_dir().join("twelvefold"))
        }
    }
}

/// How far the clock of this machine is ahead of UTC now.
///
/// The usual file is read by itself: to look its name up among all zones takes longer than the first picture.
#[must_use]
pub fn zone(settings: &Settings) -> Zone {
    let own = || TimeZone::tzif("local", &std::fs::read("/etc/localtime").ok()?).ok();
    let zone = if settings.zone_named { None } else { own() }.unwrap_or_else(TimeZone::system);
    let seconds = jiff::Timestamp::from_millisecond(now().0).map(|now| zone.to_offset(now).seconds());
    Zone(seconds.unwrap_or(0))
}

/// Today, as a day of learning.
#[must_use]
pub fn today(settings: &Settings) -> Day {
    zone(settings).day(now())
}

/// Opens the store there.
///
/// # Errors
/// As [`folder`].
pub fn opener(settings: &Settings) -> anyhow::Result<Opener> {
    Ok(Opener::new(folder(settings)?))
}

/// What is kept of the learner. Nothing is made where nothing is.
///
/// # Errors
/// When it is there and cannot be read.
pub fn progress(settings: &Settings) -> anyhow::Result<Progress> {
    if settings.ephemeral {
        return Ok(Progress::default());
    }
    let folder = folder(settings)?;
    if !folder.join(crate::store::FILE).exists() {
        return Ok(Progress::default());
    }
    let (mut store, _) = open(&opener(settings)?).map_err(|error| anyhow::anyhow!("{}", error.sentence()))?;
    store.load().map_err(|error| anyhow::anyhow!("{}", error.sentence()))
}

/// Opens the store; where it may not be written, what is in it is there all the same, and a notice says so.
///
/// # Errors
/// When nothing can be read either.
pub fn open(opener: &Opener) -> Result<(Box<dyn Store>, Option<SafeText>), StoreError> {
    match opener.open() {
        Ok(opened) => Ok((Box::new(opened.store), opened.notice)),
        Err(error) if error.fault() == Fault::Denied => match opener.look() {
            Ok(store) => Ok((Box::new(store), Some(error.sentence()))),
            Err(_) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Where the views of a class find one another: beside the progress; where that path is too long for a socket, or nothing is
/// kept, in the folder of the system for such things.
#[must_use]
pub fn class(settings: &Settings) -> Option<PathBuf> {
    let beside = if settings.ephemeral { None } else { folder(settings).ok().map(|folder| folder.join("class")) };
    let fits = |folder: &PathBuf| folder.join(SOCKET).as_os_str().len() <= LONGEST_PATH;
    if let Some(folder) = beside.as_ref().filter(|folder| fits(folder)) {
        return Some(folder.clone());
    }
    // Told apart by what they stand for.
    let name = beside.map_or(0, |folder| key("class", &folder.to_string_lossy()));
    settings.runtime_dir.as_ref().map(|folder| folder.join(format!("twelvefold-{name:016x}"))).filter(fits)
}
