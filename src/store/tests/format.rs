//! Old files, new files, files of others, and rows that this program does not know.

use std::fs;

use rusqlite::Connection;

use super::schema::{MIGRATIONS, Migration};
use super::*;

const MORE: &[Migration] = &[
    Migration { sql: MIGRATIONS[0].sql, rebuild: false },
    Migration { sql: MIGRATIONS[1].sql, rebuild: true },
    Migration { sql: MIGRATIONS[2].sql, rebuild: false },
    Migration { sql: MIGRATIONS[3].sql, rebuild: false },
    Migration { sql: MIGRATIONS[4].sql, rebuild: true },
    Migration { sql: "ALTER TABLE event ADD COLUMN mood TEXT", rebuild: true },
    Migration { sql: "CREATE TABLE reward (id INTEGER PRIMARY KEY) STRICT", rebuild: false },
];
const FAULTY: &[Migration] = &[
    Migration { sql: MIGRATIONS[0].sql, rebuild: false },
    Migration { sql: MIGRATIONS[1].sql, rebuild: true },
    Migration { sql: MIGRATIONS[2].sql, rebuild: false },
    Migration { sql: MIGRATIONS[3].sql, rebuild: false },
    Migration { sql: MIGRATIONS[4].sql, rebuild: true },
    Migration { sql: "ALTER TABLE event ADD COLUMN mood TEXT; ALTER TABLE nothing ADD COLUMN x TEXT", rebuild: false },
];

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn sqlite_is_new_enough() {
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
}

#[test]
fn a_connection_is_set_up_to_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let conn = open::connection_of_tests(&folder.path().join("progress.sqlite3"));
    for (pragma, wanted) in [("synchronous", "3"), ("foreign_keys", "1"), ("trusted_schema", "0"), ("busy_timeout", "5000")] {
        let value: i64 = conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).unwrap();
        assert_eq!(value.to_string(), wanted, "{pragma}");
    }
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let mmap: Option<i64> = conn.query_row("PRAGMA mmap_size", [], |row| row.get(0)).ok();
    assert!(matches!(mmap, None | Some(0)));
}

#[test]
fn an_old_file_is_copied_and_then_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.append(&[answer(1), place(1, 3)]).unwrap();
    let before = store.load().unwrap();
    drop(store);
    let mut store = Opener::new(folder.path()).open_with(MORE).unwrap().store;
    assert_eq!(store.load().unwrap(), before);
    store.append(&[answer(2)]).unwrap();
    assert_eq!(history(&store), [answer(1), answer(2)]);
    drop(store);
    assert_eq!(names(folder.path()), ["progress.before-v7.sqlite3", "progress.sqlite3"]);
    let copy = Connection::open(folder.path().join("progress.before-v7.sqlite3")).unwrap();
    let (version, rows): (i64, i64) = copy
        .query_row("SELECT (SELECT user_version FROM pragma_user_version), count(*) FROM event", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!((version, rows), (5, 1));
}

/// A history of the second format keeps its order, whatever its clock did, and gets names that differ where copies of it do.
#[test]
fn a_history_of_one_machine_gets_its_moments() {
    let folder = tempfile::tempdir().unwrap();
    drop(Opener::new(folder.path()).open_with(&MIGRATIONS[..2]).unwrap());
    let conn = Connection::open(folder.path().join("progress.sqlite3")).unwrap();
    // An hour later, an hour earlier, the same again; the clock of the first place was far ahead.
    conn.execute_batch(
        "INSERT INTO event (seq, origin, origin_seq, at_ms, kind, lesson) VALUES
            (1, 'x', 1, 5000, 'opened', 'a'), (4, 'x', 4, 1000, 'opened', 'b'), (5, 'x', 5, 5000, 'opened', 'c'),
            (6, 'x', 6, 9000, 'finished', 'c'), (8, 'x', 8, -7, 'opened', 'd');
         INSERT INTO place VALUES ('a', 2, 99999, NULL, 1, 0, 9), ('b', 3, 2, NULL, 1, 0, 9), ('c', 7, 9500, NULL, 1, 0, 9),
            ('d', 9, 9700, NULL, 1, 0, 9);
         UPDATE state SET origin = 'x', clock = 9",
    )
    .unwrap();
    drop(conn);
    let mut store = open(folder.path());
    store.rebuild().unwrap();
    let conn = Connection::open(store.file()).unwrap();
    let rows = |sql: &str| -> Vec<(i64, i64, String)> {
        let mut find = conn.prepare(sql).unwrap();
        let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let row = |seq: i64, moment: i64, origin: &str| (seq, moment, origin.to_owned());
    assert_eq!(
        rows("SELECT origin_seq, moment, origin FROM event ORDER BY moment"),
        [row(1, 5000, "x-5000"), row(4, 5003, "x-1000"), row(5, 5004, "x-5000"), row(6, 9000, "x-9000"), row(8, 9002, "x--7")]
    );
    assert_eq!(
        rows("SELECT origin_seq, moment, origin FROM place ORDER BY moment"),
        [row(2, 5001, "x-99999"), row(3, 5002, "x-2"), row(7, 9001, "x-9500"), row(9, 9700, "x-9700")]
    );
    assert_eq!(store.load().unwrap().current.unwrap().as_str(), "d");
    store.append(&[answer(1)]).unwrap();
    let last: i64 = conn.query_row("SELECT moment FROM event WHERE kind = 'answered'", [], |row| row.get(0)).unwrap();
    assert_eq!(last, 9701, "after all that was known, although its clock says 1000");
}

/// A history of the third format: its places count, and what was taken back there, without a name, is the last answer.
#[test]
fn a_history_from_before_there_were_resets_stays_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    drop(Opener::new(folder.path()).open_with(&MIGRATIONS[..3]).unwrap());
    let conn = Connection::open(folder.path().join("progress.sqlite3")).unwrap();
    conn.execute_batch(
        "INSERT INTO event (origin, origin_seq, at_ms, kind, lesson, question, revision, seed, shown, answer, verdict, score, scored,
                            in_quiz, hints, took_ms, day, moment)
         VALUES ('x', 1, 1000, 'answered', 'config', 'config-q', 1, 5, '[]', '{\"text\":\"a\"}', 'right', 1.0, 1, 0, 0, 9, 1, 1000),
                ('x', 2, 2000, 'answered', 'config', 'config-q', 1, 5, '[]', '{\"text\":\"b\"}', 'wrong', 0.0, 1, 0, 0, 9, 1, 2000);
         INSERT INTO event (origin, origin_seq, at_ms, kind, lesson, question, moment)
         VALUES ('x', 3, 3000, 'taken_back', 'config', 'config-q', 3000), ('x', 4, 4000, 'opened', 'config', NULL, 4000);
         INSERT INTO place (lesson, seq, at_ms, passage, block, offset, percent, moment, origin, origin_seq)
         VALUES ('config', 5, 4500, NULL, 3, 0, 40, 4500, 'x', 5);
         UPDATE state SET clock = 5, moment = 4500",
    )
    .unwrap();
    drop(conn);
    let mut store = open(folder.path());
    let progress = store.load().unwrap();
    assert!((progress.questions[&QuestionId::new("config-q").unwrap()].last - 1.0).abs() < f64::EPSILON);
    assert_eq!(progress.lessons[&LessonId::new("config").unwrap()].place.as_ref().unwrap().percent, 40);
    let kept: Vec<Event> = store.kept().unwrap().into_iter().map(|kept| kept.event).collect();
    assert_eq!(progress, Progress::of(&kept));
    assert!(matches!(&kept[2].deed, Deed::TakenBack { given: None, .. }));
}

/// Answers from before there was spaced review get the day of their time, and come into review.
#[test]
fn answers_of_the_first_format_come_into_review() {
    let folder = tempfile::tempdir().unwrap();
    drop(Opener::new(folder.path()).open_with(&MIGRATIONS[..1]).unwrap());
    let conn = Connection::open(folder.path().join("progress.sqlite3")).unwrap();
    conn.execute_batch(
        "INSERT INTO event (origin, origin_seq, at_ms, kind, lesson, question, revision, seed, shown, answer, verdict, score, scored,
                            in_quiz, hints, took_ms)
         VALUES ('x', 1, 1700000000000, 'answered', 'config', 'config-q', 1, 5, '[]', '{\"text\":\"a\"}', 'right', 1.0, 1, 0, 0, 9);
         INSERT INTO question VALUES ('config-q', 1, 1.0, 1.0, 1.0, 1, 1700000000000); UPDATE state SET clock = 1, answers = 1",
    )
    .unwrap();
    drop(conn);
    let mut store = open(folder.path());
    let progress = store.load().unwrap();
    let known = &progress.questions[&QuestionId::new("config-q").unwrap()];
    assert_eq!(known.memory.day.0, 19_675);
    assert_eq!(known.memory.due().0, 19_677);
    assert_eq!(progress, Progress::of(&history(&store)));
}

#[test]
fn a_step_that_fails_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).append(&[answer(1)]).unwrap();
    assert!(Opener::new(folder.path()).open_with(FAULTY).is_err());
    assert!(Opener::new(folder.path()).open_with(FAULTY).is_err());
    assert_eq!(names(folder.path()), ["progress.sqlite3"]);
    let mut store = open(folder.path());
    assert_eq!(store.load().unwrap().answers, 1);
}

#[test]
fn a_newer_file_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Opener::new(folder.path()).open_with(MORE).unwrap().store;
    store.append(&[answer(1)]).unwrap();
    drop(store);
    let file = folder.path().join("progress.sqlite3");
    let bytes = fs::read(&file).unwrap();
    let error = Opener::new(folder.path()).open().err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 7, known: 5, .. }), "{error}");
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_eq!(names(folder.path()), ["progress.sqlite3"]);
}

#[test]
fn a_newer_file_whose_version_is_still_in_the_log_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let mut old = open(folder.path());
    let mut new = Opener::new(folder.path()).open_with(MORE).unwrap().store;
    new.append(&[answer(1)]).unwrap();
    let file = folder.path().join("progress.sqlite3");
    let bytes = fs::read(&file).unwrap();
    assert!(matches!(Opener::new(folder.path()).open(), Err(StoreError::Newer { .. })));
    assert!(matches!(old.append(&[answer(2)]), Err(StoreError::Newer { .. })));
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_eq!(history(&new), [answer(1)]);
}

#[test]
fn a_database_of_others_is_refused_and_not_touched() {
    for id in [0, 77] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("progress.sqlite3");
        let conn = Connection::open(&file).unwrap();
        conn.execute_batch(&format!("PRAGMA application_id = {id}; CREATE TABLE t (x); INSERT INTO t VALUES (1)")).unwrap();
        drop(conn);
        let bytes = fs::read(&file).unwrap();
        assert!(matches!(Opener::new(folder.path()).open(), Err(StoreError::Foreign { .. })));
        assert_eq!(fs::read(&file).unwrap(), bytes);
        assert_eq!(names(folder.path()), ["progress.sqlite3"]);
    }
}

#[test]
fn events_of_a_newer_program_are_kept_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.append(&[answer(1)]).unwrap();
    let conn = Connection::open(store.file()).unwrap();
    conn.execute_batch(
        "INSERT INTO event (origin, origin_seq, at_ms, kind, lesson) VALUES ('elsewhere', 9, 5, 'sung_about', 'lesson-1');
         UPDATE state SET clock = 2",
    )
    .unwrap();
    store.append(&[answer(2)]).unwrap();
    store.rebuild().unwrap();
    assert_eq!(history(&store), [answer(1), answer(2)]);
    assert_eq!(store.load().unwrap(), Progress::of(&[answer(1), answer(2)]));
    let rows: i64 = conn.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 3);
}

#[test]
fn an_answer_of_a_shape_that_is_not_known_still_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.append(&[answer(1)]).unwrap();
    let conn = Connection::open(store.file()).unwrap();
    conn.execute_batch(
        "INSERT INTO event (origin, origin_seq, at_ms, kind, lesson, question, revision, seed, shown, answer, verdict, score, scored, in_quiz,
                            moment)
         SELECT 'elsewhere', 1, at_ms, kind, lesson, question, revision, seed, shown, '{\"drawn\":[1,2]}', verdict, 1.0, scored, in_quiz, moment + 1 FROM event",
    )
    .unwrap();
    store.rebuild().unwrap();
    let progress = store.load().unwrap();
    assert_eq!(progress.answers, 2);
    assert!((progress.questions[&question(1)].last - 1.0).abs() < f64::EPSILON);
}

#[test]
fn the_history_can_only_grow_and_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.append(&[answer(1), answer(2)]).unwrap();
    let conn = Connection::open(store.file()).unwrap();
    for change in [
        "UPDATE event SET score = 1.0",
        "DELETE FROM event",
        "INSERT INTO event (origin, origin_seq, at_ms, kind, lesson) SELECT origin, origin_seq, 0, kind, lesson FROM event",
    ] {
        assert!(conn.execute(change, []).is_err(), "{change}");
    }
    assert_eq!(history(&store).len(), 2);
}

#[test]
fn summaries_that_make_no_sense_are_made_anew() {
    for change in [
        "UPDATE lesson SET sitting = 'none of yours', lesson = 'Not An Id' WHERE lesson = 'lesson-1'",
        "UPDATE question SET attempts = -1",
        "UPDATE state SET answers = -5",
        "UPDATE state SET current = ''",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        let mut events = vec![answer(1), place(1, 3), answer(2), place(2, 9)];
        store.append(&events).unwrap();
        let spoil = || Connection::open(folder.path().join("progress.sqlite3")).unwrap().execute(change, []).unwrap();
        spoil();
        assert_eq!(store.load().unwrap(), Progress::of(&events), "{change}");
        spoil();
        store.append(&[answer(14), answer(1)]).unwrap();
        events.extend([answer(14), answer(1)]);
        assert_eq!(store.load().unwrap(), Progress::of(&events), "{change}");
    }
}
