//! Reads what can be read of a damaged database and puts it into a new one, row by row.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::schema;

/// How much was taken over.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Salvaged {
    /// Entries of the history.
    pub(super) events: usize,
    /// Places in lessons.
    pub(super) places: usize,
}

/// A connection that reads as much as it can; `None` when SQLite cannot read the file at all.
pub(super) fn open(damaged: &Path) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let conn = Connection::open_with_flags(damaged, flags).ok()?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).ok()?;
    conn.busy_timeout(Duration::from_secs(1)).ok()?;
    // With a schema that may be written SQLite goes on where it would else refuse the whole file, for example when the
    // file is shorter than its header says. Nothing is written.
    conn.execute_batch("PRAGMA writable_schema = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON").ok()?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).ok()?;
    Some(conn)
}

/// Copies history and places from `old` to `new`. Fails only when `new` cannot be written.
pub(super) fn copy(old: &Connection, new: &Connection) -> rusqlite::Result<Salvaged> {
    let saved = Salvaged { events: table(old, new, "event", "seq")?, places: table(old, new, "place", "lesson")? };
    let bare = "SELECT EXISTS (SELECT 1 FROM event WHERE moment = 0) OR EXISTS (SELECT 1 FROM place WHERE moment = 0)";
    if new.query_row(bare, [], |row| row.get(0))? {
        new.execute_batch(schema::STAMP)?;
    }
    Ok(saved)
}

/// Copies one table: from the beginning up to a fault, then from the end back to one.
fn table(old: &Connection, new: &Connection, name: &str, key: &str) -> rusqlite::Result<usize> {
    // An older file lacks columns; what is not in it stays empty.
    let there = columns(old, name).unwrap_or_default();
    let columns: Vec<String> =
        columns(new, name)?.into_iter().filter(|column| there.is_empty() || there.contains(column)).collect();
    let list = columns.join(", ");
    let marks = vec!["?"; columns.len()].join(", ");
    let mut put = new.prepare(&format!("INSERT OR IGNORE INTO {name} ({list}) VALUES ({marks})"))?;
    let mut count = 0;
    for order in ["ASC", "DESC"] {
        // NOT INDEXED: the rows themselves are wanted, an index may be what is damaged.
        let from = if key == "seq" { format!("{name} NOT INDEXED") } else { name.to_owned() };
        let Ok(mut get) = old.prepare(&format!("SELECT {list} FROM {from} ORDER BY {key} {order}")) else { continue };
        let Ok(mut rows) = get.query([]) else { continue };
        let whole = loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => break true,
                Err(_) => break false,
            };
            let values: Result<Vec<Value>, _> = (0..columns.len()).map(|column| row.get(column)).collect();
            let Ok(values) = values else { continue };
            match put.execute(params_from_iter(values)) {
                Ok(added) => count += added,
                // A row that is no longer what its table asks for.
                Err(rusqlite::Error::SqliteFailure(error, _))
                    if matches!(error.code, rusqlite::ErrorCode::ConstraintViolation | rusqlite::ErrorCode::TypeMismatch) => {}
                Err(error) => return Err(error),
            }
        };
        if whole {
            break;
        }
    }
    Ok(count)
}

fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut names = conn.prepare("SELECT name FROM pragma_table_info(?1)")?;
    names.query_map([table], |row| row.get(0))?.collect()
}
