//! Damaged, missing, moved and forbidden files, full disks, and commits of which nobody knows.

use std::collections::BTreeSet;
use std::fs;

use rusqlite::Connection;

use super::*;

/// A folder with a closed database of `count` answers and one place, and the bytes of the file.
fn filled(count: usize) -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let mut events: Vec<Event> = (0..count).map(answer).collect();
    events.push(place(1, 2));
    store.append(&events).unwrap();
    drop(store);
    let bytes = fs::read(folder.path().join("progress.sqlite3")).unwrap();
    (folder, bytes)
}

fn aside(folder: &Path, number: usize) -> Vec<u8> {
    fs::read(folder.join(format!("progress.damaged-{number}.sqlite3"))).unwrap()
}

#[test]
fn garbage_is_set_aside_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("progress.sqlite3");
    for (number, garbage) in [b"dear diary".as_slice(), &[0; 10_000], b"SQLite format 3\0 and then some"].iter().enumerate() {
        fs::write(&file, garbage).unwrap();
        let Opened { mut store, notice } = Opener::new(folder.path()).open().unwrap();
        let notice = notice.unwrap().to_string();
        assert!(notice.contains(&format!("progress.damaged-{}.sqlite3", number + 1)), "{notice}");
        assert_eq!(aside(folder.path(), number + 1), *garbage);
        assert_eq!(store.load().unwrap(), Progress::default());
        store.append(&[answer(1)]).unwrap();
        drop(store);
        assert_eq!(open(folder.path()).load().unwrap().answers, 1);
    }
    assert_eq!(aside(folder.path(), 1), b"dear diary");
}

#[test]
fn an_empty_file_is_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("progress.sqlite3"), "").unwrap();
    let mut store = open(folder.path());
    store.append(&[answer(1)]).unwrap();
    assert_eq!(store.load().unwrap().answers, 1);
}

#[test]
fn of_a_file_cut_anywhere_what_is_there_is_saved() {
    let (folder, bytes) = filled(600);
    let file = folder.path().join("progress.sqlite3");
    let mut best = 0;
    for length in (0..bytes.len()).step_by(4096).skip(1) {
        fs::write(&file, &bytes[..length]).unwrap();
        let Opened { mut store, notice } = Opener::new(folder.path()).open().unwrap();
        assert!(notice.is_some(), "{length}");
        let kept = history(&store);
        assert!(kept.iter().all(|event| (0..600).any(|number| answer(number) == *event)), "{length}");
        assert_eq!(store.load().unwrap().answers, kept.len() as u64, "{length}");
        best = best.max(kept.len());
        store.append(&[answer(7)]).unwrap();
        drop(store);
        assert_eq!(history(&open(folder.path())).len(), kept.len() + 1, "{length}");
    }
    assert!(best >= 500, "{best} of 600 are the most that was saved");
}

#[test]
fn flipped_bits_never_cost_more_than_the_page_they_are_in() {
    let (folder, bytes) = filled(300);
    let file = folder.path().join("progress.sqlite3");
    let mut rng = crate::domain::rng::Rng::new(7);
    for round in 0..150 {
        let mut spoilt = bytes.clone();
        let at = if round % 3 == 0 { rng.below(100) } else { rng.below(bytes.len()) };
        spoilt[at] ^= 1 << rng.below(8);
        fs::write(&file, &spoilt).unwrap();
        match Opener::new(folder.path()).open() {
            Ok(Opened { mut store, .. }) => {
                // One flip in a page of pointers can hide what lies below it; in any other page it costs that page.
                let kept = history(&store).len();
                assert!(kept >= 230 || at < 4096 * 3, "{kept} left after a flip at {at}");
                store.load().unwrap();
                store.append(&[answer(1)]).unwrap();
            }
            Err(error) => {
                assert_ne!(error.fault(), Fault::Damage, "{at}: {error}");
                assert!(at < 100, "{at}: {error}");
                assert_eq!(fs::read(&file).unwrap(), spoilt, "{at}");
            }
        }
        for sidecar in folder::sidecars(&file) {
            let _ = fs::remove_file(sidecar);
        }
    }
}

/// Found by a long run: SQLite believes a file what its columns are called, and finds nothing wrong with it.
#[test]
fn a_file_that_calls_a_column_by_another_name_loses_nothing() {
    let (folder, bytes) = filled(60);
    let kept = history(&open(folder.path()));
    let file = folder.path().join("progress.sqlite3");
    let mut spoilt = 0;
    let schema = String::from_utf8_lossy(&bytes[..8_192]).into_owned();
    let names: BTreeSet<&str> =
        schema.lines().filter_map(|line| line.strip_prefix("        ")?.split_once(' ').map(|(name, _)| name)).collect();
    assert!(names.contains("seq") && names.contains("clock") && names.contains("block"), "{names:?}");
    for name in names.into_iter().filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase())) {
        let line = format!("\n        {name} ");
        // Everywhere, since SQLite leaves older copies of a table's text in the file.
        let mut bytes = bytes.clone();
        let found: Vec<usize> = (0..8_192).filter(|at| bytes[*at..].starts_with(line.as_bytes())).collect();
        for at in found {
            bytes[at + 9] ^= 0x80;
        }
        for sidecar in folder::sidecars(&file) {
            let _ = fs::remove_file(sidecar);
        }
        fs::write(&file, &bytes).unwrap();
        let Opened { store, notice } = Opener::new(folder.path()).open().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(notice.is_some(), "{name}");
        assert!(history(&store) == kept, "{name}");
        spoilt += 1;
    }
    assert!(spoilt > 20, "{spoilt}");
}

/// Found by a long run: one bit makes format 1 of format 5.
#[test]
fn a_file_that_calls_itself_older_than_it_is_loses_nothing() {
    let (folder, mut bytes) = filled(60);
    let kept = history(&open(folder.path()));
    let newest = u8::try_from(schema::newest(schema::MIGRATIONS)).unwrap();
    for format in 1..newest {
        for sidecar in folder::sidecars(&folder.path().join("progress.sqlite3")) {
            let _ = fs::remove_file(sidecar);
        }
        bytes[63] = format;
        fs::write(folder.path().join("progress.sqlite3"), &bytes).unwrap();
        let Opened { store, notice } = Opener::new(folder.path()).open().unwrap();
        assert!(notice.is_some() && history(&store) == kept, "format {format}");
    }
}

#[test]
fn what_is_in_the_log_of_a_damaged_file_is_saved_too() {
    let (folder, _) = filled(300);
    let mut store = open(folder.path());
    store.append(&(1_000..1_020).map(answer).collect::<Vec<_>>()).unwrap();
    // As a crash would leave it: database and log, nothing closed.
    let crashed = tempfile::tempdir().unwrap();
    for name in ["progress.sqlite3", "progress.sqlite3-wal"] {
        fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let leaf: i64 = Connection::open(store.file())
        .unwrap()
        .query_row(
            "SELECT pageno FROM dbstat WHERE name = 'event' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 3",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let file = crashed.path().join("progress.sqlite3");
    let mut bytes = fs::read(&file).unwrap();
    let at = usize::try_from(leaf - 1).unwrap() * 4096;
    bytes[at..at + 4096].fill(0xee);
    fs::write(&file, bytes).unwrap();
    let mut opened = Opener::new(crashed.path()).open().unwrap();
    let kept = history(&opened.store);
    assert!(opened.notice.is_some_and(|notice| notice.as_str().contains(&format!("{} entries", kept.len()))));
    assert!(kept.len() >= 320 - 40, "{} of 320", kept.len());
    assert!((1_000..1_020).all(|number| kept.contains(&answer(number))));
    assert_eq!(opened.store.load().unwrap().answers, kept.len() as u64);
    assert!(opened.store.load().unwrap().lessons[&lesson(1)].place.is_some());
    assert!(crashed.path().join("progress.damaged-1.sqlite3-wal").exists());
}

#[test]
fn a_log_without_its_database_is_not_played_into_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.append(&[answer(1)]).unwrap();
    let wal = fs::read(folder.path().join("progress.sqlite3-wal")).unwrap();
    drop(store);
    fs::remove_file(folder.path().join("progress.sqlite3")).unwrap();
    fs::write(folder.path().join("progress.sqlite3-wal"), &wal).unwrap();
    assert_eq!(open(folder.path()).load().unwrap(), Progress::default());
    assert_eq!(fs::read(folder.path().join("progress.damaged-1.sqlite3-wal")).unwrap(), wal);
}

#[test]
fn a_database_that_was_finished_but_not_named_is_taken() {
    let (folder, bytes) = filled(5);
    fs::rename(folder.path().join("progress.sqlite3"), folder.path().join("progress.new.sqlite3")).unwrap();
    assert_eq!(open(folder.path()).load().unwrap().answers, 5);
    fs::write(folder.path().join("progress.new.sqlite3"), &bytes[..5_000]).unwrap();
    assert_eq!(open(folder.path()).load().unwrap().answers, 5);
}

#[test]
fn what_is_no_plain_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("progress.sqlite3");
    fs::create_dir(&file).unwrap();
    let error = Opener::new(folder.path()).open().err().unwrap();
    assert!(matches!(error, StoreError::NotPlain { what: "a folder", .. }), "{error}");
    fs::remove_dir(&file).unwrap();
    let instead = folder.path().join("instead");
    fs::write(&instead, "").unwrap();
    let error = Opener::new(&instead).open().err().unwrap();
    assert!(matches!(error, StoreError::Files { tried: "make the folder", .. }), "{error}");
    assert!(error.sentence().as_str().contains("instead"), "{}", error.sentence());
}

#[cfg(unix)]
#[test]
fn links_and_open_folders_are_refused_and_files_are_the_owners() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("a/b");
    let mut store = open(&folder);
    store.append(&[answer(1)]).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&outer.path().join("a"))), (0o700, 0o700));
    for name in ["progress.sqlite3", "progress.sqlite3-wal", "progress.sqlite3-shm"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    drop(store);
    // A folder may be reached through a link, the file may not.
    let way = outer.path().join("way");
    symlink(&folder, &way).unwrap();
    assert_eq!(open(&way).load().unwrap().answers, 1);
    fs::rename(folder.join("progress.sqlite3"), folder.join("real")).unwrap();
    symlink(folder.join("real"), folder.join("progress.sqlite3")).unwrap();
    assert!(matches!(Opener::new(&folder).open(), Err(StoreError::NotPlain { what: "a symbolic link", .. })));
    fs::remove_file(folder.join("progress.sqlite3")).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(matches!(Opener::new(&folder).open(), Err(StoreError::OpenToAll { .. })));
    assert!(!folder.join("progress.sqlite3").exists());
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_no_damage() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, bytes) = filled(3);
    let file = folder.path().join("progress.sqlite3");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let may = fs::write(folder.path().join("probe"), "").is_ok(); // Root may everything.
    if !may {
        let error = Opener::new(folder.path()).open().err().unwrap();
        assert_eq!(error.fault(), Fault::Denied, "{error}");
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(open(folder.path()).load().unwrap().answers, 3);
}

#[test]
fn a_full_disk_keeps_the_old_state_and_can_be_tried_again() {
    let (folder, _) = filled(3);
    let mut store = open(folder.path());
    let limit: i64 = store.limit_pages(1);
    let many: Vec<Event> = (100..400).map(answer).collect();
    let error = store.append(&many).unwrap_err();
    assert_eq!(error.fault(), Fault::Full, "{error}");
    assert_eq!(store.load().unwrap().answers, 3);
    store.limit_pages(limit + 10_000);
    store.append(&many).unwrap();
    assert_eq!(store.load().unwrap().answers, 303);
}

#[test]
fn a_busy_file_is_no_damage() {
    let (folder, _) = filled(3);
    let mut store = open(folder.path());
    store.wait_at_most(std::time::Duration::from_millis(30));
    let other = Connection::open(store.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.append(&[answer(9)]).unwrap_err();
    assert_eq!(error.fault(), Fault::Busy, "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    store.append(&[answer(9)]).unwrap();
    assert_eq!(store.load().unwrap().answers, 4);
}

#[test]
fn a_file_that_went_away_is_noticed_before_anything_is_promised() {
    let (folder, _) = filled(3);
    let mut store = open(folder.path());
    fs::rename(store.file(), folder.path().join("gone")).unwrap();
    assert!(matches!(store.append(&[answer(9)]), Err(StoreError::Moved { .. })));
    let mut new = open(folder.path());
    new.append(&[answer(10)]).unwrap();
    drop(store); // Must not take the log of the new file with it.
    drop(new);
    assert_eq!(history(&open(folder.path())), [answer(10)]);
}

/// After a failed commit nobody knows whether the batch is in the file. Both cases, with the batch given again.
#[test]
fn a_batch_in_doubt_is_kept_once() {
    for landed in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let opener = Opener::new(folder.path());
        let mut store = opener.open().unwrap().store;
        store.append(&[answer(1)]).unwrap();
        let batch = [answer(2), place(1, 5), answer(3), place(2, 6)];
        if landed {
            store.append(&batch).unwrap();
        }
        store.be_in_doubt(2, &batch);
        drop(store);
        if !landed {
            // Another instance took the numbers meanwhile.
            open(folder.path()).append(&[answer(8)]).unwrap();
        }
        let mut again = batch.to_vec();
        again.push(answer(4));
        let mut store = opener.open().unwrap().store;
        store.append(&again).unwrap();
        let expected = if landed { vec![1, 2, 3, 4] } else { vec![1, 8, 2, 3, 4] };
        assert_eq!(history(&store), expected.into_iter().map(answer).collect::<Vec<_>>(), "landed: {landed}");
        // The doubt is over: the same events once more are new ones.
        store.append(&again).unwrap();
        assert_eq!(store.load().unwrap().answers, if landed { 7 } else { 8 });
    }
}

/// A disk of this machine that says it is another machine's.
#[derive(Debug)]
struct Network;

impl Disk for Network {
    fn sqlite(&self) -> Option<&str> {
        None
    }
    fn is_folder(&self, path: &Path) -> bool {
        Machine.is_folder(path)
    }
    fn make_folder(&self, path: &Path) -> std::io::Result<()> {
        Machine.make_folder(path)
    }
    fn absolute(&self, path: &Path) -> std::io::Result<std::path::PathBuf> {
        Machine.absolute(path)
    }
    fn about(&self, path: &Path) -> std::io::Result<About> {
        Machine.about(path)
    }
    fn create(&self, path: &Path) -> std::io::Result<()> {
        Machine.create(path)
    }
    fn read(&self, path: &Path, at_most: u64) -> std::io::Result<Vec<u8>> {
        Machine.read(path, at_most)
    }
    fn write(&self, path: &Path, content: &[u8]) -> std::io::Result<()> {
        Machine.write(path, content)
    }
    fn copy(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        Machine.copy(from, to)
    }
    fn remove(&self, path: &Path) -> std::io::Result<()> {
        Machine.remove(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        Machine.rename(from, to)
    }
    fn sync_folder(&self, path: &Path) -> std::io::Result<()> {
        Machine.sync_folder(path)
    }
    fn lock(&self, path: &Path) -> Lock {
        Machine.lock(path)
    }
    fn network(&self, _: &Path) -> Option<&'static str> {
        Some("NFS")
    }
}

#[test]
fn on_a_network_drive_a_journal_is_kept() {
    let (folder, _) = filled(3);
    let opener = Opener::on(std::sync::Arc::new(Network), folder.path());
    let mut stores = [opener.open().unwrap().store, opener.open().unwrap().store];
    for number in 10..20 {
        stores[number % 2].append(&[answer(number)]).unwrap();
    }
    assert!(!folder.path().join("progress.sqlite3-wal").exists());
    assert_eq!(stores[0].load().unwrap().answers, 13);
    drop(stores);
    // Back on a disk of its own.
    let mut store = open(folder.path());
    store.append(&[answer(20)]).unwrap();
    assert!(folder.path().join("progress.sqlite3-wal").exists());
    assert_eq!(store.load().unwrap().answers, 14);
}

#[test]
fn it_is_examined_without_a_byte_being_changed() {
    let (folder, bytes) = filled(300);
    let file = folder.path().join("progress.sqlite3");
    let opener = Opener::new(folder.path());
    let names = || fs::read_dir(folder.path()).unwrap().count();
    let before = names();
    let found = opener.examine().unwrap().unwrap();
    let wanted = Findings {
        bytes: bytes.len() as u64,
        format: schema::newest(schema::MIGRATIONS),
        newest: schema::newest(schema::MIGRATIONS),
        events: 300,
        answers: 300,
        summaries: Some(true),
        ..Findings::default()
    };
    assert_eq!(found, wanted);
    assert_eq!((fs::read(&file).unwrap(), names()), (bytes.clone(), before));
    assert_eq!(opener.look().unwrap().load().unwrap().answers, 300);
    assert!(opener.look().unwrap().append(&[answer(1)]).is_err());
    // Summaries that drifted, then a page that was spoilt.
    let conn = Connection::open(&file).unwrap();
    conn.execute_batch("UPDATE question SET best = 0.25 WHERE question = 'question-1'").unwrap();
    drop(conn);
    assert_eq!(opener.examine().unwrap().unwrap().summaries, Some(false));
    let mut spoilt = bytes;
    let end = spoilt.len();
    spoilt[end - 4096..].fill(0xee);
    fs::write(&file, &spoilt).unwrap();
    assert!(!opener.examine().unwrap().unwrap().wrong.is_empty());
    assert_eq!(fs::read(&file).unwrap(), spoilt);
    assert_eq!(Opener::new(folder.path().join("none")).examine().unwrap(), None);
    assert!(!folder.path().join("none").exists());
}
