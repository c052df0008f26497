//! Reads what can be read of a damaged database and puts it into a new one, row by row.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, Statement, params_from_iter};

use super::disk::Disk;
use super::schema::Migration;
use super::{folder, open, schema};

/// How often something is read that the device failed to read: it may have been for once. What can never be read is damage.
const TRIES: usize = 3;

/// With a schema that may be written SQLite goes on where it would else refuse the whole file, for example when the file is
/// shorter than its header says. Nothing is written to the file.
const LENIENT: &str = "PRAGMA writable_schema = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON";
/// The tables that are saved.
const TABLES: [&str; 2] = ["event", "place"];

/// How much was taken over.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Salvaged {
    /// Entries of the history.
    pub(super) events: usize,
    /// Places in lessons.
    pub(super) places: usize,
}

/// A connection that reads as much as it can; `None` when SQLite cannot read the file at all.
pub(super) fn open(disk: &dyn Disk, damaged: &Path, plan: &[Migration]) -> Option<Connection> {
    let conn = (0..TRIES).find_map(|_| try_open(disk, damaged))?;
    if schema::is_known(&conn, plan).is_ok_and(|known| known) {
        return Some(conn);
    }
    Some(mended(disk, damaged, plan).unwrap_or(conn))
}

/// A copy in memory of a file that tells wrong things of its tables, with what its format says of them. `None` when there is a
/// log beside it, which could not be read with it.
fn mended(disk: &dyn Disk, damaged: &Path, plan: &[Migration]) -> Option<Connection> {
    let holds = |beside: &PathBuf| !beside.as_os_str().as_encoded_bytes().ends_with(b"-shm");
    if folder::sidecars(damaged)
        .iter()
        .filter(|beside| holds(beside))
        .any(|beside| disk.about(beside).is_ok_and(|about| about.len > 0))
    {
        return None;
    }
    let mut bytes = disk.read(damaged, u64::MAX).ok()?;
    // Where the header tells of a log, which memory has not.
    bytes.get_mut(18..20)?.fill(1);
    let mut conn = Connection::open_in_memory().ok()?;
    conn.deserialize_read_exact(MAIN_DB, bytes.as_slice(), bytes.len(), false).ok()?;
    conn.execute_batch(LENIENT).ok()?;
    let model = schema::model(plan, schema::version(&conn).ok()?).ok()?;
    for table in TABLES {
        let rules: String =
            model.query_row("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1", [table], |row| row.get(0)).ok()?;
        conn.execute("UPDATE sqlite_schema SET sql = ?1 WHERE type = 'table' AND name = ?2", [&rules, table]).ok()?;
    }
    conn.execute_batch("PRAGMA writable_schema = RESET").ok()?;
    conn.execute_batch(LENIENT).ok()?;
    Some(conn)
}

fn try_open(disk: &dyn Disk, damaged: &Path) -> Option<Connection> {
    let conn = open::connection(disk, damaged, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).ok()?;
    conn.busy_timeout(Duration::from_secs(1)).ok()?;
    conn.execute_batch(LENIENT).ok()?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).ok()?;
    Some(conn)
}

/// Copies history and places from `old` to `new`. Fails only when `new` cannot be written.
pub(super) fn copy(old: &Connection, new: &Connection) -> rusqlite::Result<Salvaged> {
    let [events, places] = TABLES;
    let saved = Salvaged { events: table(old, new, events)?, places: table(old, new, places)? };
    let bare = "SELECT EXISTS (SELECT 1 FROM event WHERE moment = 0) OR EXISTS (SELECT 1 FROM place WHERE moment = 0)";
    if new.query_row(bare, [], |row| row.get(0))? {
        new.execute_batch(schema::STAMP)?;
    }
    Ok(saved)
}

/// Copies one table: from the beginning up to a fault, then from the end back to one.
fn table(old: &Connection, new: &Connection, name: &str) -> rusqlite::Result<usize> {
    // Columns are taken in their order, since what they are called may be what is damaged. An older file lacks the last ones.
    let mut columns = columns(new, name)?;
    let count = "SELECT count(*) FROM pragma_table_info(?1)";
    let there: Option<u32> = (0..TRIES).find_map(|_| old.query_row(count, [name], |row| row.get(0)).ok());
    if let Some(there @ 1..) = there {
        columns.truncate(there as usize);
    }
    let list = columns.join(", ");
    let marks = vec!["?"; columns.len()].join(", ");
    let mut put = new.prepare(&format!("INSERT OR IGNORE INTO {name} ({list}) VALUES ({marks})"))?;
    // NOT INDEXED: the rows themselves are wanted, an index may be what is damaged.
    let from = if name == "event" { format!("{name} NOT INDEXED") } else { name.to_owned() };
    let mut count = 0;
    for _ in 0..TRIES {
        let mut failed = false;
        for order in ["ASC", "DESC"] {
            // The first column is the key.
            let sql = format!("SELECT * FROM {from} ORDER BY 1 {order}");
            match rows(old, &sql, columns.len(), &mut put)? {
                (added, None) => return Ok(count + added),
                (added, Some(error)) => {
                    count += added;
                    failed |= error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
                }
            }
        }
        if !failed {
            break;
        }
    }
    Ok(count)
}

/// Puts the rows of a query into a table, as far as they can be read: how many were new, and what ended it too early.
fn rows(old: &Connection, sql: &str, width: usize, put: &mut Statement<'_>) -> rusqlite::Result<(usize, Option<rusqlite::Error>)> {
    let mut count = 0;
    let mut get = match old.prepare(sql) {
        Ok(get) => get,
        Err(error) => return Ok((0, Some(error))),
    };
    let mut rows = match get.query([]) {
        Ok(rows) => rows,
        Err(error) => return Ok((0, Some(error))),
    };
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok((count, None)),
            Err(error) => return Ok((count, Some(error))),
        };
        let values: Result<Vec<Value>, _> = (0..width).map(|column| row.get(column)).collect();
        let Ok(values) = values else { continue };
        match put.execute(params_from_iter(values)) {
            Ok(added) => count += added,
            // A row that is no longer what its table asks for.
            Err(rusqlite::Error::SqliteFailure(error, _))
                if matches!(error.code, ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) => {}
            Err(error) => return Err(error),
        }
    }
}

fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut names = conn.prepare("SELECT name FROM pragma_table_info(?1)")?;
    names.query_map([table], |row| row.get(0))?.collect()
}
