//! The disk that the power-loss harness rests on does what its documentation says; SQLite works on it as on any other.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

use std::collections::BTreeSet;

use rusqlite::{Connection, OpenFlags};
use simulated_disk::{Cut, Disk, FOLDER, Failure, Fault, Files, Op, Place, Recording, Rng, Synced};

fn write(at: u64, bytes: &[u8]) -> Op {
    Op::Write { inode: 1, at, bytes: bytes.to_vec() }
}

#[test]
fn what_was_synced_is_there_and_the_rest_may_be() {
    let ops = vec![
        Op::Name { path: "/a".into(), inode: 1, from: None },
        write(0, b"old"),
        Op::Sync { inode: 1 },
        Op::SyncFolder { path: "/".into() },
        write(1, b"ew"),
    ];
    let recording = Recording { start: Files::default(), ops };
    let mut rng = Rng::new(1);
    let content = |count, cut, rng: &mut Rng| {
        let files = recording.after(count, cut, rng);
        files.names.get("/a").map(|inode| files.contents[inode].clone())
    };
    assert_eq!(content(3, Cut::All, &mut rng), None, "a name that was not synced");
    assert_eq!(content(3, Cut::Kill, &mut rng).unwrap(), b"old");
    assert_eq!(content(5, Cut::All, &mut rng).unwrap(), b"old");
    assert_eq!(content(5, Cut::Kill, &mut rng).unwrap(), b"oew");
    let seen: BTreeSet<_> = (0..50).map(|_| content(5, Cut::Operations, &mut rng).unwrap()).collect();
    assert_eq!(seen, BTreeSet::from([b"old".to_vec(), b"oew".to_vec()]));
    let synced = |at, folder| Synced { at, folder, subjects: vec!["/a".into()] };
    assert_eq!(recording.syncs(), [synced(2, false), synced(3, true)]);
}

#[test]
fn a_failed_sync_gives_up_what_was_not_written_again() {
    let mut ops = vec![
        Op::Name { path: "/a".into(), inode: 1, from: None },
        Op::SyncFolder { path: "/".into() },
        write(0, b"abcd"),
        Op::SyncFailed { inode: 1 },
        write(1, b"XY"),
        Op::Sync { inode: 1 },
    ];
    let mut rng = Rng::new(1);
    let lost = Recording { start: Files::default(), ops: ops.clone() };
    assert_eq!(lost.after(6, Cut::All, &mut rng).contents[&1], b"\0XY");
    assert_eq!(lost.after(6, Cut::Kill, &mut rng).contents[&1], b"aXYd");
    ops[4] = write(0, b"WXYZ!");
    let again = Recording { start: Files::default(), ops };
    for cut in [Cut::All, Cut::Kill, Cut::Operations, Cut::Sectors(512)] {
        assert_eq!(again.after(6, cut, &mut rng).contents[&1], b"WXYZ!");
    }
}

#[test]
fn a_folder_whose_name_is_lost_takes_its_files_with_it() {
    let ops = vec![
        Op::Name { path: "/d".into(), inode: FOLDER, from: None },
        Op::Name { path: "/d/a".into(), inode: 1, from: None },
        Op::SyncFolder { path: "/d".into() },
    ];
    let recording = Recording { start: Files::default(), ops };
    assert!(recording.after(3, Cut::All, &mut Rng::new(1)).names.is_empty());
    assert_eq!(recording.after(3, Cut::Kill, &mut Rng::new(1)).names.len(), 2);
}

#[test]
fn sectors_are_torn_at_their_edges() {
    let recording = Recording {
        start: Files { names: [("/a".to_owned(), 1)].into(), contents: [(1, vec![0; 2_048])].into() },
        ops: vec![write(100, &[1; 1_500])],
    };
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let files = recording.after(1, Cut::Sectors(512), &mut Rng::new(seed));
        let content = &files.contents[&1];
        assert!(content[..100].iter().chain(&content[1_600..]).all(|byte| *byte == 0));
        let whole = [100..512, 512..1_024, 1_024..1_536, 1_536..1_600].map(|sector| content[sector].iter().all(|b| *b == 1));
        seen.insert(whole);
    }
    assert_eq!(seen.len(), 16, "every choice of sectors is seen");
}

fn connect(disk: &Disk, path: &str) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    Connection::open_with_flags_and_vfs(path, flags, disk.name()).unwrap()
}

#[test]
fn sqlite_works_on_it_in_both_modes_and_with_two_connections() {
    for mode in ["wal", "delete"] {
        let disk = Disk::new(&Files::default());
        let (one, two) = (connect(&disk, "/a.sqlite3"), connect(&disk, "/a.sqlite3"));
        let set: String = one.query_row(&format!("PRAGMA journal_mode = {mode}"), [], |row| row.get(0)).unwrap();
        assert_eq!(set, mode);
        one.execute_batch("CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").unwrap();
        let busy = two.execute_batch("BEGIN IMMEDIATE").unwrap_err();
        assert_eq!(busy.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
        one.execute_batch("COMMIT").unwrap();
        two.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        let sum: i64 = one.query_row("SELECT sum(x) FROM t", [], |row| row.get(0)).unwrap();
        assert_eq!(sum, 3);
        drop((one, two));
        let left: Vec<String> = disk.files().names.into_keys().collect();
        assert_eq!(left, ["/a.sqlite3"], "{mode}: nothing is left beside it");
    }
}

#[test]
fn what_is_planned_goes_wrong() {
    let disk = Disk::new(&Files::default());
    let conn = connect(&disk, "/a.sqlite3");
    conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x)").unwrap();
    let fault = |place, failure| Fault { place, at: 0, times: 1, failure };
    for (fault, wanted) in [
        (fault(Place::Sync, Failure::Device), rusqlite::ErrorCode::SystemIoFailure),
        (fault(Place::Write, Failure::Device), rusqlite::ErrorCode::SystemIoFailure),
        (fault(Place::Write, Failure::Full), rusqlite::ErrorCode::DiskFull),
    ] {
        disk.plan(&[fault]);
        let error = conn.execute_batch("PRAGMA synchronous = FULL; INSERT INTO t VALUES (1)").unwrap_err();
        assert_eq!(error.sqlite_error_code(), Some(wanted), "{fault:?}");
        conn.execute_batch("INSERT INTO t VALUES (2)").unwrap();
    }
    disk.limit(Some(1));
    let error = conn.execute_batch("INSERT INTO t VALUES (randomblob(100000))").unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
}
