//! Looks at what is kept without changing a byte: for `doctor`, and for showing progress where it may not be written.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::disk::{Disk, Kind};
use super::error::{Fault, StoreError, database, files};
use super::folder;
use super::open::{self, Opener};
use super::schema::{self, MIGRATIONS};
use super::{Store, record, summary};
use crate::domain::event::Event;
use crate::domain::progress::Progress;

/// How much of what is wrong is told.
const MOST: usize = 5;

/// What was found in a data folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The bytes of the database.
    pub bytes: u64,
    /// The format of the database.
    pub format: i64,
    /// The newest format that this program knows.
    pub newest: i64,
    /// How many events the history has.
    pub events: u64,
    /// How many of them are answers.
    pub answers: u64,
    /// What is wrong with the file; nothing when it is sound.
    pub wrong: Vec<String>,
    /// Whether the summaries are what the history amounts to; not known of an older format.
    pub summaries: Option<bool>,
    /// Whether somebody has it open, or left it without closing it.
    pub in_use: bool,
}

/// The SQLite in this program.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

impl Opener {
    /// Looks at everything that is kept. `None` where nothing is.
    ///
    /// # Errors
    /// When the file is not ours, or cannot be read.
    pub fn examine(&self) -> Result<Option<Findings>, StoreError> {
        let (disk, file) = (&**self.disk(), self.folder().join(super::FILE));
        let about = match disk.about(&file) {
            Ok(about) if about.kind == Kind::File && about.len > 0 => about,
            Ok(about) if about.kind != Kind::File => return Err(StoreError::NotPlain { file, what: "no plain file" }),
            _ => return Ok(None),
        };
        let file = disk.absolute(&file).unwrap_or(file);
        let in_use = folder::sidecars(&file).iter().any(|file| folder::exists(disk, file));
        let mut conn = reader(disk, &file)?;
        let format = open::judge(&conn, &file, MIGRATIONS)?;
        let newest = schema::newest(MIGRATIONS);
        let failed = database("check", &file);
        let mut findings = Findings { bytes: about.len, format, newest, in_use, ..Findings::default() };
        match examine(&mut conn, &mut findings).map_err(failed) {
            // Too much for SQLite to look at it.
            Err(error) if error.fault() == Fault::Damage => findings.wrong.push(error.to_string()),
            outcome => outcome?,
        }
        Ok(Some(findings))
    }

    /// What is kept, as a store that keeps no more: for a folder in which nothing may be written.
    ///
    /// # Errors
    /// When it cannot be read either, or is of an older format.
    pub fn look(&self) -> Result<OnlyRead, StoreError> {
        let (disk, file) = (&**self.disk(), self.folder().join(super::FILE));
        let file = disk.absolute(&file).map_err(files("find", &file))?;
        let conn = reader(disk, &file)?;
        let (found, known) = (open::judge(&conn, &file, MIGRATIONS)?, schema::newest(MIGRATIONS));
        if found != known {
            return Err(StoreError::Newer { file, found, known });
        }
        let progress = summary::load(&conn).map_err(database("read progress", &file))?;
        Ok(OnlyRead { progress, file })
    }

    /// Copies of damaged files, and of older formats, that are kept beside the database.
    #[must_use]
    pub fn beside(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.folder()) else { return Vec::new() };
        let mut found: Vec<PathBuf> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                (name.starts_with("progress.damaged-") || name.starts_with("progress.before-v")) && name.ends_with(".sqlite3")
            })
            .collect();
        found.sort();
        found
    }
}

/// Progress from a folder in which nothing may be written.
#[derive(Debug)]
pub struct OnlyRead {
    progress: Progress,
    file: PathBuf,
}

impl Store for OnlyRead {
    fn load(&mut self) -> Result<Progress, StoreError> {
        Ok(self.progress.clone())
    }

    fn append(&mut self, _: &[Event]) -> Result<(), StoreError> {
        Err(files("write", &self.file)(io::ErrorKind::PermissionDenied.into()))
    }
}

/// A connection that writes nothing, not even beside the file.
fn reader(disk: &dyn Disk, file: &Path) -> Result<Connection, StoreError> {
    let failed = |tried| database(tried, file);
    let closed = folder::sidecars(file).iter().all(|sidecar| !folder::exists(disk, sidecar));
    let plain = || {
        let conn = open::connection(disk, file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        conn.busy_timeout(open::BUSY)?;
        Ok(conn)
    };
    if !closed {
        return plain().map_err(failed("open"));
    }
    // Nobody has it open: all that counts is in the one file, and SQLite need not make its log to read it.
    let address = address(file);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    match open::connection(disk, Path::new(&address), flags) {
        Ok(conn) => Ok(conn),
        Err(error) => {
            let error = failed("open")(error);
            if error.fault() == Fault::Denied { Err(error) } else { plain().map_err(failed("open")) }
        }
    }
}

/// The address of a file that does not change, as SQLite reads it.
fn address(file: &Path) -> String {
    let mut out = String::from("file:");
    for byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => out.push(char::from(*byte)),
            byte => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out + "?immutable=1"
}

fn examine(conn: &mut Connection, findings: &mut Findings) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let mut check = tx.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let verdicts: Result<Vec<String>, _> = check.query_map([], |row| row.get(0))?.collect();
    findings.wrong = verdicts?.into_iter().filter(|verdict| verdict != "ok").collect();
    if findings.wrong.is_empty() && !schema::is_intact(&tx, MIGRATIONS)? {
        findings.wrong.push("its tables have other columns".into());
    }
    if !findings.wrong.is_empty() {
        return Ok(());
    }
    let count = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    findings.events = count("SELECT count(*) FROM event")?;
    findings.answers = count("SELECT count(*) FROM event WHERE kind = 'answered'")?;
    if findings.format == findings.newest {
        let progress = summary::fold(&tx)?;
        findings.summaries = Some(summary::load(&tx).is_ok_and(|kept| same(&kept, &progress)));
    }
    Ok(())
}

/// Scores that are no numbers are kept as zero.
fn same(kept: &Progress, fold: &Progress) -> bool {
    let fold = {
        let mut fold = fold.clone();
        for known in fold.questions.values_mut() {
            for score in [&mut known.first, &mut known.best, &mut known.last] {
                *score = record::number(*score);
            }
        }
        fold
    };
    *kept == fold
}
