//! Histories of several machines become one: the union of their events, each kept once, in the order that holds everywhere.
//! Of the places in a lesson the last one stays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::disk::{Disk, Kind};
use super::error::{Fault, StoreError, database, files};
use super::folder;
use super::open::{self, Opener};
use super::record;
use super::schema::{self, MIGRATIONS};
use super::sqlite::Sqlite;
use super::summary::{self, Clock};
use crate::domain::event::{Deed, Event};
use crate::domain::history::{Kept, Stamp};
use crate::domain::id::LessonId;

/// What became of one history that was brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Merged {
    /// Events and places that were not known.
    pub new: u64,
    /// Those that were, places that were overtaken included.
    pub known: u64,
}

impl Sqlite {
    /// Everything that is kept, places included, in the order that holds on all machines.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn kept(&mut self) -> Result<Vec<Kept>, StoreError> {
        kept(self.connection()).map_err(database("read the history", self.file()))
    }

    /// Takes over what is not known yet, of all the histories or of none. What each brought.
    ///
    /// The same histories amount to the same, in whatever order and however often they are brought in.
    ///
    /// # Errors
    /// When an event is another one than that of the same name here, or the store cannot be written; then nothing has changed.
    pub fn merge(&mut self, histories: &[Vec<Kept>]) -> Result<Vec<Merged>, StoreError> {
        self.with_sound_summaries(|store| store.locked(|tx, file| take_over_all(tx, file, histories)))
    }
}

fn take_over_all(tx: &Connection, file: &Path, histories: &[Vec<Kept>]) -> Result<Vec<Merged>, StoreError> {
    let failed = |source| StoreError::Database { tried: "take over a history", file: file.to_owned(), source };
    let (mut clock, _) = summary::state(tx).map_err(failed)?;
    let mut places = places(tx).map_err(failed)?;
    let mut all = Vec::new();
    for (list, history) in histories.iter().enumerate() {
        let mut merged = Merged::default();
        for kept in history {
            match take_over(tx, &mut clock, &mut places, kept).map_err(failed)? {
                Fate::New => merged.new += 1,
                Fate::Known => merged.known += 1,
                Fate::Differs => return Err(StoreError::Differs { list, stamp: kept.stamp.clone() }),
            }
        }
        all.push(merged);
    }
    if all.iter().any(|merged| merged.new > 0) {
        // Order may have changed anywhere, and the fold goes by order.
        summary::rebuild(tx).map_err(failed)?;
    }
    Ok(all)
}

enum Fate {
    New,
    Known,
    Differs,
}

fn take_over(
    tx: &Connection,
    clock: &mut Clock,
    places: &mut BTreeMap<LessonId, Option<Stamp>>,
    kept: &Kept,
) -> rusqlite::Result<Fate> {
    let Kept { stamp, event } = kept;
    if let Deed::ReadTo { lesson, place } = &event.deed {
        if places.get(lesson).is_some_and(|known| known.as_ref() >= Some(stamp)) {
            return Ok(Fate::Known);
        }
        clock.seq += 1;
        summary::keep_place(tx, clock.seq, stamp, event.at, lesson, place)?;
        places.insert(lesson.clone(), Some(stamp.clone()));
        return Ok(Fate::New);
    }
    let find = format!("SELECT {} FROM event WHERE origin = ?1 AND origin_seq = ?2", record::COLUMNS);
    let there =
        tx.prepare_cached(&find)?.query_row((stamp.origin.as_str(), stamp.seq), |row| Ok(record::read(row, 0))).optional()?;
    match there {
        Some(Some(there)) if there != *event => Ok(Fate::Differs),
        Some(_) => Ok(Fate::Known),
        None => {
            clock.seq += 1;
            record::write(&mut record::writer(tx)?, clock.seq, stamp, event)?;
            Ok(Fate::New)
        }
    }
}

/// The stamp of each lesson's place.
fn places(conn: &Connection) -> rusqlite::Result<BTreeMap<LessonId, Option<Stamp>>> {
    let places = summary::places(conn)?;
    Ok(places.into_iter().filter_map(|(stamp, event)| Some((event.lesson()?.clone(), stamp))).collect())
}

fn kept(conn: &mut Connection) -> rusqlite::Result<Vec<Kept>> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let mut found = Vec::new();
    summary::each(&tx, |stamp, event: Event| found.extend(stamp.map(|stamp| Kept { stamp, event })))?;
    tx.commit()?;
    Ok(found)
}

impl Opener {
    /// Everything that is kept in the database of another machine. That file, and what stands beside it, is not changed: a
    /// copy in this store's folder is brought up to date and read.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, belongs to another program or to a newer version of this one.
    pub fn read_other(&self, file: &Path) -> Result<Vec<Kept>, StoreError> {
        let disk = &**self.disk();
        let file = disk.absolute(file).map_err(files("find", file))?;
        if disk.about(&file).map_err(files("look at", &file))?.kind != Kind::File {
            return Err(StoreError::NotPlain { file, what: "no plain file" });
        }
        if !in_use(disk, &file) {
            // Before anything is made.
            open::whose(&file, &folder::header(disk, &file)?, MIGRATIONS)?;
        }
        let folder = self.prepare()?;
        let copy = Copy(disk, folder.free_name("progress.merge")?);
        copy_of(disk, &file, &copy.1)?;
        let mut conn = open::connect(disk, &copy.1, MIGRATIONS)?;
        let failed = |source| StoreError::Database { tried: "read", file: file.clone(), source };
        if let Some(found) = open::examine(&conn, MIGRATIONS, true, true).map_err(failed)? {
            return Err(StoreError::Damaged { file: file.clone(), found });
        }
        schema::migrate(&mut conn, MIGRATIONS).map_err(failed)?;
        kept(&mut conn).map_err(failed)
    }
}

/// Whether somebody has the database open, or left it so.
fn in_use(disk: &dyn Disk, file: &Path) -> bool {
    folder::sidecars(file).iter().any(|file| folder::exists(disk, file))
}

/// Copies a database that somebody may be using.
fn copy_of(disk: &dyn Disk, file: &Path, copy: &Path) -> Result<(), StoreError> {
    if !in_use(disk, file) {
        fill(disk, file, copy)?;
        if !in_use(disk, file) {
            return Ok(());
        }
        // Somebody opened it meanwhile, and the copy may be of two states.
        disk.write(copy, &[]).map_err(files("empty", copy))?;
    }
    match snapshot(disk, file, copy) {
        // It stands where SQLite cannot work, so that nobody works with it either: on a disk that is read-only, perhaps.
        Err(error) if error.fault() == Fault::Denied => {
            fill(disk, file, copy)?;
            let beside = folder::sidecars(file).into_iter().zip(folder::sidecars(copy));
            for (from, to) in
                beside.filter(|(from, _)| folder::exists(disk, from) && !from.as_os_str().as_encoded_bytes().ends_with(b"-shm"))
            {
                folder::create(disk, &to)?;
                fill(disk, &from, &to)?;
            }
            Ok(())
        }
        outcome => outcome,
    }
}

/// Copies the bytes alone: a file that may not be written must not make a copy that may not.
fn fill(disk: &dyn Disk, from: &Path, to: &Path) -> Result<(), StoreError> {
    disk.copy(from, to).map_err(files("copy", from))
}

/// What a reader of the database sees, the log included.
fn snapshot(disk: &dyn Disk, file: &Path, copy: &Path) -> Result<(), StoreError> {
    let conn = open::connection(disk, file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(database("open", file))?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(database("set up", file))?;
    conn.busy_timeout(open::BUSY).map_err(database("set up", file))?;
    open::judge(&conn, file, MIGRATIONS)?;
    conn.execute("VACUUM INTO ?1", [open::PathText(copy)]).map_err(database("copy", file))?;
    Ok(())
}

/// A copy that goes when it is no longer needed.
struct Copy<'a>(&'a dyn Disk, PathBuf);

impl Drop for Copy<'_> {
    fn drop(&mut self) {
        for file in folder::sidecars(&self.1).iter().chain([&self.1]) {
            // What cannot be removed is in the learner's own folder and does no harm.
            let _ = self.0.remove(file);
        }
    }
}
