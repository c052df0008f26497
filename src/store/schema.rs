//! The tables, and the way from each format of the file to the next.
//!
//! `event` is the history and only grows. `lesson`, `question` and `state` are what the history and `place` amount to;
//! they change in the same transaction and can be made anew at any time.

use rusqlite::{Connection, TransactionBehavior};

use super::summary;

/// Marks a file as one of this program ("12fd").
pub(super) const APPLICATION_ID: i64 = 0x3132_6664;

/// One step from a format to the next.
pub(super) struct Migration {
    /// What is to be done.
    pub(super) sql: &'static str,
    /// Whether summaries are to be made anew afterwards.
    pub(super) rebuild: bool,
}

/// Gives every row of a history that was kept on one machine its moment and a name of its own. Two copies of one file, each
/// continued by itself before there were sessions, have different times where they differ.
macro_rules! stamp {
    () => {
        "
    DROP TRIGGER event_is_never_changed;
    UPDATE event SET origin = origin || '-' || at_ms, moment = stamped.moment
        FROM (SELECT seq, seq + max(max(0, min(at_ms, 253402300799999)) - seq) OVER (ORDER BY seq) AS moment FROM event) AS stamped
        WHERE stamped.seq = event.seq;
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
    -- A place stands between the events around it, at its own time if that is between theirs.
    UPDATE place SET origin = (SELECT origin FROM state) || '-' || at_ms, origin_seq = place.seq, moment = stamped.moment
        FROM (
            SELECT lesson, seq + max(max(coalesce(floor, least), least)) OVER (ORDER BY seq) AS moment FROM (
                SELECT lesson, seq, floor, min(at, coalesce(ceiling, at)) AS least FROM (
                    SELECT lesson, seq, max(0, min(at_ms, 253402300799999)) - seq AS at,
                        (SELECT moment - seq FROM event WHERE event.seq < place.seq ORDER BY event.seq DESC LIMIT 1) AS floor,
                        (SELECT moment - seq FROM event WHERE event.seq > place.seq ORDER BY event.seq LIMIT 1) AS ceiling
                    FROM place))) AS stamped
        WHERE stamped.lesson = place.lesson;
    UPDATE state SET moment = max(
        coalesce((SELECT max(moment) FROM event), 0), coalesce((SELECT max(moment) FROM place), 0));
    "
    };
}

/// For rows that were saved from a file without moments.
pub(super) const STAMP: &str = stamp!();

/// The formats: step `n`, from 0, leads to format `n + 1`. A step that was released is never changed.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        sql: "
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        origin TEXT NOT NULL,        -- the database in which it was first kept
        origin_seq INTEGER NOT NULL, -- its seq there
        at_ms INTEGER NOT NULL,      -- by the clock of the machine; order is by seq
        kind TEXT NOT NULL,
        lesson TEXT NOT NULL,
        question TEXT,
        revision INTEGER,
        seed INTEGER,                -- 64 bits, read as a signed number
        shown TEXT,                  -- JSON: options of a question, or questions of a quiz, in the order shown
        answer TEXT,                 -- JSON
        verdict TEXT,
        score REAL,
        scored INTEGER,
        in_quiz INTEGER,
        sure INTEGER,
        hints INTEGER,
        took_ms INTEGER,
        UNIQUE (origin, origin_seq)
    ) STRICT;
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
    CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
    CREATE TABLE place (
        lesson TEXT PRIMARY KEY,
        seq INTEGER NOT NULL,        -- its place among the events
        at_ms INTEGER NOT NULL,
        passage TEXT,
        block INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        percent INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE lesson (
        lesson TEXT PRIMARY KEY,
        finished INTEGER NOT NULL,
        touched_ms INTEGER NOT NULL,
        sitting TEXT,                -- JSON
        quiz_taken INTEGER,
        quiz_first REAL,
        quiz_best REAL,
        quiz_last REAL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE question (
        question TEXT PRIMARY KEY,
        attempts INTEGER NOT NULL,
        first REAL NOT NULL,
        best REAL NOT NULL,
        last REAL NOT NULL,
        revision INTEGER NOT NULL,
        at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE state (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        origin TEXT NOT NULL,        -- names this database
        clock INTEGER NOT NULL,      -- the last seq given out, to an event or a place
        answers INTEGER NOT NULL,
        current TEXT
    ) STRICT;
    INSERT INTO state VALUES (1, lower(hex(randomblob(16))), 0, 0, NULL);
    ",
        rebuild: false,
    },
    // Spaced review: the day of an answer, what is remembered of a question, how often the learner was sure and right.
    Migration {
        sql: "
    ALTER TABLE event ADD COLUMN day INTEGER; -- the day of learning that an answer was given on
    ALTER TABLE question ADD COLUMN stability REAL NOT NULL DEFAULT 1;
    ALTER TABLE question ADD COLUMN difficulty REAL NOT NULL DEFAULT 5;
    ALTER TABLE question ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE question ADD COLUMN sure INTEGER;
    ALTER TABLE question ADD COLUMN before TEXT; -- JSON: the row before the last answer
    ALTER TABLE state ADD COLUMN sure_right INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE state ADD COLUMN sure_all INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE state ADD COLUMN unsure_right INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE state ADD COLUMN unsure_all INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE state ADD COLUMN reviewed_day INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE state ADD COLUMN reviewed INTEGER NOT NULL DEFAULT 0;
    ",
        rebuild: true,
    },
    // Histories of several machines in one: the order of all, and places that can be told apart. From here on an origin is a
    // session and not a database, so that a copy of the file that is continued elsewhere never gives a name twice.
    Migration {
        sql: concat!(
            "
    ALTER TABLE event ADD COLUMN moment INTEGER NOT NULL DEFAULT 0; -- order is by moment, origin and origin_seq
    ALTER TABLE place ADD COLUMN moment INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE place ADD COLUMN origin TEXT NOT NULL DEFAULT '';
    ALTER TABLE place ADD COLUMN origin_seq INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE state ADD COLUMN moment INTEGER NOT NULL DEFAULT 0; -- the last moment given out or taken over
    ",
            stamp!()
        ),
        rebuild: false,
    },
    // What the learner follows: the id of a track, `*` for all of the course, nothing where nothing was chosen.
    Migration {
        sql: "
    ALTER TABLE event ADD COLUMN track TEXT; -- of a choice alone
    ALTER TABLE state ADD COLUMN way TEXT NOT NULL DEFAULT '';
    ",
        rebuild: false,
    },
    // Resets, exams that outlive the program, and answers that are taken back by name.
    Migration {
        sql: "
    ALTER TABLE event ADD COLUMN given_ms INTEGER; -- when the answer that is taken back was given
    ALTER TABLE lesson ADD COLUMN placed INTEGER NOT NULL DEFAULT 0; -- whether its place is later than its last reset
    ALTER TABLE state ADD COLUMN exam TEXT; -- JSON: the exam under way
    ",
        rebuild: true,
    },
];

/// Tables that every format has.
pub(super) const TABLES: [&str; 5] = ["event", "place", "lesson", "question", "state"];

/// The newest format of a plan.
pub(super) fn newest(plan: &[Migration]) -> i64 {
    i64::try_from(plan.len()).unwrap_or(i64::MAX)
}

/// The format of a file.
pub(super) fn version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("PRAGMA user_version")?.query_row([], |row| row.get(0))
}

/// Whose file it is.
pub(super) fn application(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA application_id", [], |row| row.get(0))
}

/// The columns of [`TABLES`] in the newest format, which are written down since making a database only to look at its columns
/// would take three times as long as all the rest of a start; `!` for those that may not be empty.
const COLUMNS: [&str; TABLES.len()] = [
    "seq INTEGER, origin TEXT!, origin_seq INTEGER!, at_ms INTEGER!, kind TEXT!, lesson TEXT!, question TEXT, \
     revision INTEGER, seed INTEGER, shown TEXT, answer TEXT, verdict TEXT, score REAL, scored INTEGER, in_quiz \
     INTEGER, sure INTEGER, hints INTEGER, took_ms INTEGER, day INTEGER, moment INTEGER!, track TEXT, given_ms \
     INTEGER",
    "lesson TEXT!, seq INTEGER!, at_ms INTEGER!, passage TEXT, block INTEGER!, offset INTEGER!, percent INTEGER!, \
     moment INTEGER!, origin TEXT!, origin_seq INTEGER!",
    "lesson TEXT!, finished INTEGER!, touched_ms INTEGER!, sitting TEXT, quiz_taken INTEGER, quiz_first REAL, \
     quiz_best REAL, quiz_last REAL, placed INTEGER!",
    "question TEXT!, attempts INTEGER!, first REAL!, best REAL!, last REAL!, revision INTEGER!, at_ms INTEGER!, \
     stability REAL!, difficulty REAL!, day INTEGER!, sure INTEGER, before TEXT",
    "one INTEGER, origin TEXT!, clock INTEGER!, answers INTEGER!, current TEXT, sure_right INTEGER!, sure_all \
     INTEGER!, unsure_right INTEGER!, unsure_all INTEGER!, reviewed_day INTEGER!, reviewed INTEGER!, moment \
     INTEGER!, way TEXT!, exam TEXT",
];

/// Whether the tables have the columns that their format gives them. The checks of SQLite believe what a file says of itself.
pub(super) fn is_intact(conn: &Connection, plan: &[Migration]) -> rusqlite::Result<bool> {
    let (found, there) = (version(conn)?, columns(conn)?);
    if found == newest(MIGRATIONS) {
        return Ok(there.iter().map(Vec::as_slice).eq(COLUMNS.iter().map(|text| text.as_bytes())));
    }
    Ok(there == columns(&model(plan, found)?)?)
}

/// Whether the tables have the columns of some format, whichever the file says that it has.
pub(super) fn is_known(conn: &Connection, plan: &[Migration]) -> rusqlite::Result<bool> {
    if is_intact(conn, plan)? {
        return Ok(true);
    }
    let there = columns(conn)?;
    for format in 1..=newest(plan) {
        if columns(&model(plan, format)?)? == there {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An empty database of that format, in memory.
pub(super) fn model(plan: &[Migration], format: i64) -> rusqlite::Result<Connection> {
    let model = Connection::open_in_memory()?;
    for (to, migration) in (1..=format).zip(plan) {
        step(&model, to, migration)?;
    }
    Ok(model)
}

/// The columns of each table as it says, which of a damaged file may be no text.
fn columns(conn: &Connection) -> rusqlite::Result<Vec<Vec<u8>>> {
    let mut find = conn.prepare(
        "SELECT CAST(coalesce(group_concat(name || ' ' || type || iif(\"notnull\", '!', ''), ', '), '') AS BLOB)
         FROM pragma_table_info(?1)",
    )?;
    TABLES.iter().map(|table| find.query_row([table], |row| row.get(0))).collect()
}

/// Does one step inside a transaction that is open. Summaries are left as they are.
pub(super) fn step(conn: &Connection, to: i64, migration: &Migration) -> rusqlite::Result<()> {
    conn.execute_batch(migration.sql)?;
    conn.pragma_update(None, "user_version", to)
}

/// Does every step that a file still needs, all in one transaction. Summaries are made anew at the end, since what makes them
/// knows the newest format alone.
pub(super) fn migrate(conn: &mut Connection, plan: &[Migration]) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    let mut rebuild = false;
    for (to, migration) in (1..).zip(plan).filter(|(to, _)| *to > found) {
        step(&tx, to, migration)?;
        rebuild |= migration.rebuild;
    }
    if rebuild {
        summary::rebuild(&tx)?;
    }
    tx.commit()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_columns_that_are_written_down_are_those_that_the_steps_make() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, MIGRATIONS).unwrap();
        let made: Vec<String> = columns(&conn).unwrap().into_iter().map(|text| String::from_utf8(text).unwrap()).collect();
        assert_eq!(made, COLUMNS);
    }
}
