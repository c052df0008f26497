//! The store in a SQLite database: one transaction for each batch, on the disk before it returns.
//!
//! A commit that fails may have reached the disk all the same. What is in doubt is remembered across reopening, so that
//! a batch that is given again is kept once, not twice.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior};

use super::disk::{Disk, Identity};
use super::error::{Fault, StoreError, database, files};
use super::folder;
use super::{Store, glance, record, schema, summary};
use crate::domain::event::Event;
use crate::domain::id::{LessonId, OriginId};
use crate::domain::progress::Progress;

/// A store in a database file. [`super::Opener`] makes it.
pub struct Sqlite {
    conn: Connection,
    file: PathBuf,
    identity: Option<Identity>,
    origin: OriginId,
    format: i64,
    doubt: SharedDoubt,
    disk: Arc<dyn Disk>,
    /// Whether the name of the log is on the disk for certain.
    named: bool,
}

/// Events of which it is not known whether they are in the file, each with the seq that it has if it is.
pub(super) type Doubt = Vec<(i64, Event)>;
/// Outlives the connection whose commit failed.
pub(super) type SharedDoubt = Arc<Mutex<Doubt>>;

impl Sqlite {
    /// A store over a connection that was looked at and set up.
    pub(super) fn new(conn: Connection, file: &Path, doubt: SharedDoubt, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        conn.set_prepared_statement_cache_capacity(32);
        // A new name for each session: a copy of the file, continued elsewhere, must not give out the same names.
        let name: String = conn
            .query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))
            .map_err(database("name the session in", file))?;
        let origin = OriginId::new(&name).map_err(|_| StoreError::BrokeOff)?;
        let format = schema::version(&conn).map_err(database("read the format", file))?;
        let identity = folder::identity(&*disk, file);
        Ok(Self { conn, identity, file: file.to_owned(), origin, format, doubt, disk, named: false })
    }

    /// Where it is.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Hands every event of the history to `each`, oldest first. Places are not among them, and events that only a newer
    /// version of the program knows are left out.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn history(&self, mut each: impl FnMut(Event)) -> Result<(), StoreError> {
        let mut read = || {
            let mut events = self.conn.prepare(&format!("SELECT {} FROM event ORDER BY {}", record::COLUMNS, record::STAMP))?;
            let mut rows = events.query([])?;
            while let Some(row) = rows.next()? {
                if let Some(event) = record::read(row, 0) {
                    each(event);
                }
            }
            Ok(())
        };
        read().map_err(database("read the history", &self.file))
    }

    /// The last reset that was not undone: its name, and its lesson unless it was of everything.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn last_reset(&self) -> Result<Option<(u64, Option<LessonId>)>, StoreError> {
        let find = format!(
            "SELECT seed, lesson FROM event AS reset WHERE kind = '{}' AND seed IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM event WHERE kind = '{}' AND seed = reset.seed)
             ORDER BY moment DESC, origin DESC, origin_seq DESC LIMIT 1",
            record::RESET,
            record::RESET_UNDONE
        );
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?.cast_unsigned(), LessonId::new(row.get_ref(1)?.as_str()?).ok()));
        self.conn.query_row(&find, [], read).optional().map_err(database("read the history", &self.file))
    }

    /// Makes the summaries anew from the history.
    ///
    /// # Errors
    /// When the history cannot be read or the summaries cannot be written; then nothing has changed.
    pub fn rebuild(&mut self) -> Result<(), StoreError> {
        let mut rebuild = || {
            let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            summary::rebuild(&tx)?;
            tx.commit()
        };
        rebuild().map_err(database("make the summaries anew", &self.file))
    }

    /// Looks at every page of the file; what is wrong with it, if anything is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn check(&self) -> Result<Option<String>, StoreError> {
        let verdict: String =
            self.conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(database("check", &self.file))?;
        Ok((verdict != "ok").then_some(verdict))
    }

    fn read(&mut self) -> Result<Progress, StoreError> {
        let mut load = || {
            let tx = self.conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
            let progress = summary::load(&tx)?;
            tx.commit()?;
            Ok(progress)
        };
        load().map_err(database("read progress", &self.file))
    }

    fn write(&mut self, events: &[Event]) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.doubt);
        let mut doubt = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |source| StoreError::Database { tried: "keep events", file: self.file.clone(), source };
        if !doubt.is_empty() {
            write_anew(&self.conn).map_err(failed)?;
        }
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        in_place(&*self.disk, &self.file, self.identity)?;
        same_format(&tx, &self.file, self.format)?;
        name_log(&*self.disk, &self.file, &mut self.named)?;
        let known = already_kept(&tx, &doubt, events).map_err(failed)?;
        let new = events.get(known..).unwrap_or_default();
        if new.is_empty() {
            doubt.clear();
            return Ok(());
        }
        let first = summary::append(&tx, &self.origin, new).map_err(failed)?;
        let outcome = match tx.commit() {
            Err(error) => Err(failed(error)),
            // Whoever moves the file reads it afterwards: what was committed before the move is not lost with it.
            Ok(()) => in_place(&*self.disk, &self.file, self.identity),
        };
        match outcome {
            Ok(()) => doubt.clear(),
            Err(_) => {
                doubt.truncate(known);
                doubt.extend((first..).zip(new.iter().cloned()));
            }
        }
        outcome
    }

    /// Does `work` in a transaction that is kept when it returns without an error.
    pub(super) fn locked<T>(&mut self, work: impl FnOnce(&Connection, &Path) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let failed = database("begin", &self.file);
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        in_place(&*self.disk, &self.file, self.identity)?;
        same_format(&tx, &self.file, self.format)?;
        name_log(&*self.disk, &self.file, &mut self.named)?;
        let result = work(&tx, &self.file)?;
        tx.commit().map_err(database("keep", &self.file))?;
        in_place(&*self.disk, &self.file, self.identity)?;
        Ok(result)
    }

    /// The connection, for reading.
    pub(super) fn connection(&mut self) -> &mut Connection {
        &mut self.conn
    }
}

/// Whether the file is still where it was when it was opened.
fn in_place(disk: &dyn Disk, file: &Path, identity: Option<Identity>) -> Result<(), StoreError> {
    let found = folder::identity(disk, file);
    if found.is_some() && found == identity { Ok(()) } else { Err(StoreError::Moved { file: file.to_owned() }) }
}

/// Makes sure, once in a session, that the log which SQLite began keeps its name. SQLite syncs the folder as well, but does
/// not look whether that succeeds.
fn name_log(disk: &dyn Disk, file: &Path, named: &mut bool) -> Result<(), StoreError> {
    if let Some(folder) = file.parent().filter(|_| !*named) {
        disk.sync_folder(folder).map_err(files("sync the folder", folder))?;
        *named = true;
    }
    Ok(())
}

/// Whether no newer program updated the file while it was open here.
fn same_format(tx: &Connection, file: &Path, known: i64) -> Result<(), StoreError> {
    let found = schema::version(tx).map_err(database("read the format", file))?;
    if found == known { Ok(()) } else { Err(StoreError::Newer { file: file.to_owned(), found, known }) }
}

/// Writes what the log holds into the database and syncs it. After a failed sync a system may take for written what is
/// not on the disk: what is found in the log may be relied on only once it was written to another place.
fn write_anew(conn: &Connection) -> rusqlite::Result<()> {
    let (busy, frames, written): (i64, i64, i64) =
        conn.query_row("PRAGMA wal_checkpoint(FULL)", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    if busy != 0 || frames != written {
        return Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None));
    }
    Ok(())
}

/// How many of the first `events` are in the file, having been in doubt.
fn already_kept(conn: &Connection, doubt: &Doubt, events: &[Event]) -> rusqlite::Result<usize> {
    let mut known = 0;
    for (at, ((seq, doubtful), event)) in doubt.iter().zip(events).enumerate() {
        if doubtful != event {
            break;
        }
        if !record::is_history(event) {
            continue; // To keep a place twice does no harm.
        }
        let mut find = conn.prepare_cached(&format!("SELECT {} FROM event WHERE seq = ?1", record::COLUMNS))?;
        let mut rows = find.query([seq])?;
        match rows.next()?.and_then(|row| record::read(row, 0)) {
            Some(found) if found == *event => known = at + 1,
            _ => break,
        }
    }
    Ok(known)
}

impl Sqlite {
    /// Does `work`; once more after making the summaries anew if it is these that cannot be understood.
    pub(super) fn with_sound_summaries<T>(
        &mut self,
        mut work: impl FnMut(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let outcome = match work(self) {
            Err(error) if error.fault() == Fault::Summary => self.rebuild().and_then(|()| work(self)),
            outcome => outcome,
        };
        if outcome.as_ref().is_err_and(|error| error.fault() == Fault::Damage) {
            // What is left beside the file makes the next opening look at all of it. If it cannot be left, nothing is lost.
            let _ = self.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
        outcome
    }
}

impl Store for Sqlite {
    fn load(&mut self) -> Result<Progress, StoreError> {
        self.with_sound_summaries(Self::read)
    }

    fn append(&mut self, events: &[Event]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        self.with_sound_summaries(|store| store.write(events))
    }

    fn close(self: Box<Self>) {
        let (folder, disk) = (self.file.parent().map(Path::to_owned), Arc::clone(&self.disk));
        // With the write lock held until the connection is gone, so that nobody's answer falls between.
        let last = self.conn.execute_batch("BEGIN IMMEDIATE").and_then(|()| summary::load(&self.conn));
        drop(self);
        if let (Ok(last), Some(folder)) = (last, folder) {
            glance::keep(&*disk, &folder, &last);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
impl Sqlite {
    /// Lets the file have no more pages than `pages`, or than it has; the limit that holds.
    pub(super) fn limit_pages(&self, pages: i64) -> i64 {
        self.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get(0)).unwrap()
    }

    pub(super) fn wait_at_most(&self, time: std::time::Duration) {
        self.conn.busy_timeout(time).unwrap();
    }

    pub(super) fn be_in_doubt(&self, first: i64, events: &[Event]) {
        *self.doubt.lock().unwrap() = (first..).zip(events.iter().cloned()).collect();
    }
}
