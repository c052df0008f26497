//! Opening the store: the file is looked at before anything is written to it, begun if there is none, brought up to date
//! if it is old, left alone if it is not ours, and set aside if, and only if, its bytes are damaged.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, TransactionBehavior};

use super::disk::{Disk, Machine};
use super::error::{Fault, StoreError, database, files};
use super::folder::{self, Folder, Unsynced};
use super::glance;
use super::salvage::{self, Salvaged};
use super::schema::{self, APPLICATION_ID, MIGRATIONS, Migration};
use super::sqlite::{SharedDoubt, Sqlite};
use super::summary;
use crate::domain::progress::Progress;
use crate::domain::text::SafeText;

/// The first version without the race that could lose commits when a log is begun anew.
const OLDEST_SQLITE: i32 = 3_051_003;
/// How long SQLite waits for another connection.
pub(super) const BUSY: Duration = Duration::from_secs(5);
/// Larger files are looked at page by page only after a session that did not end well.
const SMALL: u64 = 4 << 20;

/// How often the same must be found before a file counts as damaged.
const CHECKS: usize = 3;

/// Opens the store in one folder, again and again if need be.
#[derive(Debug, Clone)]
pub struct Opener {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    doubt: SharedDoubt,
    /// What is to be told when the store is open: the opening in which it came up may have failed later on.
    notice: Arc<Mutex<Option<SafeText>>>,
    unsynced: Unsynced,
}

/// A store that was opened.
pub struct Opened {
    /// The store.
    pub store: Sqlite,
    /// What the learner should know about it.
    pub notice: Option<SafeText>,
}

impl Opener {
    /// Opens the store in `folder`.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self::on(Arc::new(Machine), folder)
    }

    /// Opens the store in `folder` of another disk than the machine's.
    #[must_use]
    pub fn on(disk: Arc<dyn Disk>, folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), disk, doubt: SharedDoubt::default(), notice: Arc::default(), unsynced: Unsynced::default() }
    }

    /// What the first picture can show of the folder: [`super::glance`] on the disk of this opener.
    #[must_use]
    pub fn glance(&self) -> Option<Progress> {
        glance::look(&*self.disk, &self.folder)
    }

    /// The store in the folder. The folder and the file are made if they are not there, for their owner alone.
    ///
    /// # Errors
    /// When there can be no store; the file that is there, if any, has not changed then. A damaged file is no error: it is
    /// set aside, what can be read of it is taken over, and a notice says so.
    pub fn open(&self) -> Result<Opened, StoreError> {
        self.open_with(MIGRATIONS)
    }

    /// Where the store is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder, fit for use.
    pub(super) fn prepare(&self) -> Result<Folder, StoreError> {
        Folder::prepare(&self.disk, &self.folder, &self.unsynced)
    }

    /// What it is on.
    pub(super) fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    pub(super) fn open_with(&self, plan: &[Migration]) -> Result<Opened, StoreError> {
        let found = rusqlite::version_number();
        if found < OLDEST_SQLITE {
            return Err(StoreError::OldSqlite { found, needed: OLDEST_SQLITE });
        }
        let folder = self.prepare()?;
        let _lock = folder.lock()?;
        let (file, disk) = (folder.database(), &*self.disk);
        if folder.is_vacant()? {
            begin(&folder, plan)?;
        }
        let conn = match connect(disk, &file, plan) {
            Err(error) if error.fault() == Fault::Damage => {
                replace(&folder, plan, |notice| *self.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(notice))?;
                connect(disk, &file, plan)
            }
            outcome => outcome,
        }?;
        let conn = bring_up_to_date(conn, &folder, plan)?;
        let store = Sqlite::new(conn, &file, Arc::clone(&self.doubt), Arc::clone(&self.disk))?;
        Ok(Opened { store, notice: self.notice.lock().unwrap_or_else(PoisonError::into_inner).take() })
    }
}

/// Makes the first database. One that was finished but had not got its name when the program died is taken.
fn begin(folder: &Folder, plan: &[Migration]) -> Result<(), StoreError> {
    folder.clear_sidecars()?;
    let (unborn, disk) = (folder.unborn(), folder.disk());
    let journals = folder::sidecars(&unborn);
    let finished = journals.iter().all(|file| !folder::exists(disk, file))
        && folder::header(disk, &unborn).is_ok_and(|bytes| matches!(whose(&unborn, &bytes, plan), Ok(1..)));
    if !finished {
        build(folder, plan, schema::newest(plan), |_| Ok(()))?;
    }
    folder.settle()
}

/// Makes a database of that format under the name of [`Folder::unborn`], in one transaction, with what `fill` puts in.
fn build(
    folder: &Folder,
    plan: &[Migration],
    format: i64,
    fill: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<(), StoreError> {
    let (file, disk) = (folder.unborn(), folder.disk());
    for leftover in folder::sidecars(&file).iter().chain([&file]) {
        if folder::exists(disk, leftover) {
            disk.remove(leftover).map_err(files("remove", leftover))?;
        }
    }
    folder::create(disk, &file)?;
    let make = || {
        let mut conn = connection(disk, &file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.execute_batch("PRAGMA synchronous = EXTRA; PRAGMA trusted_schema = OFF")?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        for (to, migration) in (1..=format).zip(plan) {
            schema::step(&tx, to, migration)?;
        }
        fill(&tx)?;
        tx.commit()?;
        conn.close().map_err(|(_, error)| error)
    };
    make().map_err(database("make a new file", &file))
}

/// Sets a damaged database aside and puts a new one into its place, with all that can be read of the old one.
fn replace(folder: &Folder, plan: &[Migration], tell: impl FnOnce(SafeText)) -> Result<(), StoreError> {
    let damaged = folder.database();
    let old = salvage::open(folder.disk(), &damaged, plan);
    let mut salvaged = Salvaged::default();
    build(folder, plan, schema::newest(plan), |new| {
        if let Some(old) = &old {
            salvaged = salvage::copy(old, new)?;
            summary::rebuild(new)?;
        }
        Ok(())
    })?;
    drop(old);
    let kept = match salvaged.events {
        0 => "nothing in it could be read".to_owned(),
        1 => "1 entry was saved from it".to_owned(),
        count => format!("{count} entries were saved from it"),
    };
    folder.set_aside(|aside| {
        let name = aside.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        tell(SafeText::new(&format!("The file with your progress was damaged: {kept}, and it is kept as {name}.")));
    })?;
    folder.settle()
}

/// A connection to the database at `file`, after a look at whose it is and whether it is sound.
pub(super) fn connect(disk: &dyn Disk, file: &Path, plan: &[Migration]) -> Result<Connection, StoreError> {
    let unclean = look(disk, file, plan)?;
    let failed = |tried| database(tried, file);
    let conn = connection(disk, file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed("open"))?;
    // Until the file is known to be ours and sound, closing must not write into it.
    let careful = |on| conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on).map_err(failed("set up"));
    careful(true)?;
    conn.busy_timeout(BUSY).map_err(failed("set up"))?;
    judge(&conn, file, plan)?;
    let network = file.parent().is_some_and(|folder| disk.network(folder).is_some());
    set_up(&conn, network).map_err(failed("set up"))?;
    let small = disk.about(file).is_ok_and(|about| about.len <= SMALL);
    if let Some(found) = examine(&conn, plan, unclean, small).map_err(failed("check"))? {
        return Err(StoreError::Damaged { file: file.to_owned(), found });
    }
    careful(false)?;
    Ok(conn)
}

/// Looks whose file it is, without writing to it, and says whether the last session left something behind.
fn look(disk: &dyn Disk, file: &Path, plan: &[Migration]) -> Result<bool, StoreError> {
    if folder::sidecars(file).iter().all(|sidecar| !folder::exists(disk, sidecar)) {
        // No connection is open, in this process or another, so that the bytes can be read directly.
        whose(file, &folder::header(disk, file)?, plan)?;
        return Ok(false);
    }
    // What counts may be in the log, which SQLite alone can read. Read-only, it does not write it back either.
    let conn = connection(disk, file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(database("open", file))?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(database("set up", file))?;
    conn.busy_timeout(BUSY).map_err(database("set up", file))?;
    match judge(&conn, file, plan) {
        // A journal that must be rolled back first, which a reader cannot do.
        Err(error) if error.fault() == Fault::Denied => Ok(true),
        outcome => outcome.map(|_| true),
    }
}

/// The format of the file with that header, if it is ours and not from the future.
pub(super) fn whose(file: &Path, header: &[u8], plan: &[Migration]) -> Result<i64, StoreError> {
    let number = |at: usize| header.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(i32::from_be_bytes).map(i64::from);
    match (header.starts_with(b"SQLite format 3\0"), number(68), number(60)) {
        (true, Some(application), Some(version)) => ours(file, application, version, plan),
        _ => Err(StoreError::Damaged { file: file.to_owned(), found: "it does not begin like a database".into() }),
    }
}

pub(super) fn judge(conn: &Connection, file: &Path, plan: &[Migration]) -> Result<i64, StoreError> {
    let application = schema::application(conn).map_err(database("read", file))?;
    let version = schema::version(conn).map_err(database("read", file))?;
    ours(file, application, version, plan)
}

fn ours(file: &Path, application: i64, version: i64, plan: &[Migration]) -> Result<i64, StoreError> {
    let known = schema::newest(plan);
    if application != APPLICATION_ID || version < 1 {
        return Err(StoreError::Foreign { file: file.to_owned() });
    }
    if version > known {
        return Err(StoreError::Newer { file: file.to_owned(), found: version, known });
    }
    Ok(version)
}

fn set_up(conn: &Connection, network: bool) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // EXTRA is FULL, and where SQLite cannot keep a log it syncs the deletion of its journal as well.
    conn.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;
         PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA synchronous = EXTRA",
    )?;
    // To the end: the switch is written after the row that tells of it. A file system that cannot share memory keeps the journal.
    // Nor can machines share memory with each other: on a network drive the journal is kept from the start.
    let mut switch = conn.prepare(if network { "PRAGMA journal_mode = DELETE" } else { "PRAGMA journal_mode = WAL" })?;
    let mut rows = switch.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// What is wrong with the file, if anything is. A session that ended well leaves nothing to doubt in a large file but the
/// rows that are read at the start.
pub(super) fn examine(conn: &Connection, plan: &[Migration], unclean: bool, small: bool) -> rusqlite::Result<Option<String>> {
    for table in schema::TABLES {
        let find = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        let there: i64 = conn.query_row(find, [table], |row| row.get(0))?;
        if there != 1 {
            return Ok(Some(format!("it has no table {table}")));
        }
    }
    if !schema::is_intact(conn, plan)? {
        return Ok(Some("its tables have other columns".into()));
    }
    let checks: &[&str] = match (unclean, small) {
        (true, _) => &["PRAGMA integrity_check(1)"],
        (false, true) => &["PRAGMA quick_check(1)"],
        (false, false) => &[
            "PRAGMA quick_check(lesson)",
            "PRAGMA quick_check(question)",
            "PRAGMA quick_check(place)",
            "PRAGMA quick_check(state)",
        ],
    };
    for check in checks {
        let mut found = None;
        // A device that fails to read, for once or for good, is no damage to the file.
        for _ in 0..CHECKS {
            let verdict: String = conn.query_row(check, [], |row| row.get(0))?;
            if let Some(code) = device_error(&verdict) {
                return Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), Some(verdict)));
            }
            found = (verdict != "ok").then_some(verdict);
            if found.is_none() {
                break;
            }
        }
        if found.is_some() {
            return Ok(found);
        }
    }
    let states: i64 = conn.query_row("SELECT count(*) FROM state", [], |row| row.get(0))?;
    Ok((states != 1).then(|| "it has lost its state".to_owned()))
}

/// The code of an error of the device, which SQLite's checks tell of as of anything else that they find.
fn device_error(verdict: &str) -> Option<i32> {
    let (_, code) = verdict.split_once("error code=")?;
    let digits = code.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok().filter(|code| code & 0xff == rusqlite::ffi::SQLITE_IOERR)
}

/// Migrates, after a copy of the file as it is.
fn bring_up_to_date(mut conn: Connection, folder: &Folder, plan: &[Migration]) -> Result<Connection, StoreError> {
    let file = folder.database();
    let version = schema::version(&conn).map_err(database("read", &file))?;
    if version >= schema::newest(plan) {
        return Ok(conn);
    }
    let copy = folder.before(schema::newest(plan))?;
    let mut update = || {
        conn.execute("VACUUM INTO ?1", [PathText(&copy)]).map_err(database("copy before an update", &file))?;
        folder.sync()?;
        schema::migrate(&mut conn, plan).map_err(database("update", &file))
    };
    if let Err(error) = update() {
        if schema::version(&conn).is_ok_and(|now| now == version) {
            // Nothing has changed, and tries that fail must not fill the disk with copies.
            let _ = folder.disk().remove(&copy);
        }
        return Err(error);
    }
    Ok(conn)
}

/// A connection to a file of that disk. Links are not followed.
pub(super) fn connection(disk: &dyn Disk, file: &Path, mode: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    match disk.sqlite() {
        None => Connection::open_with_flags(file, flags),
        Some(name) => Connection::open_with_flags_and_vfs(file, flags, name),
    }
}

/// A path as SQL text, whatever bytes it has.
pub(super) struct PathText<'a>(pub(super) &'a Path);

impl ToSql for PathText<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0.as_os_str().as_encoded_bytes())))
    }
}

/// A connection as the store uses it.
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
pub(super) fn connection_of_tests(file: &Path) -> Connection {
    connect(&Machine, file, MIGRATIONS).unwrap()
}
