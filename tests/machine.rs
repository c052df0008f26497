//! Faults of the machine around the real binary: no room, no home, no permission, no files left to open, ten at once. Each ends
//! with words and an exit code, never with a panic, and nothing that was kept before is lost.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use twelvefold::domain::event::Deed;
use twelvefold::domain::rng::Rng;
use twelvefold::store::{Opener, Sqlite, Store as _};

#[path = "support/learner.rs"]
mod learner;
#[path = "support/reliability.rs"]
mod reliability;

use learner::{answer, released};

const BINARY: &str = env!("CARGO_BIN_EXE_twelvefold");

fn answers(data: &Path) -> u64 {
    let output = Command::new(BINARY).arg("--data").arg(data).args(["progress", "--json"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    value["answers"].as_u64().unwrap()
}

/// A folder in which `count` answers are kept.
fn filled(count: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Opener::new(folder.path().join("data")).open().unwrap().store;
    store.append(&(0..count).map(answer).collect::<Vec<_>>()).unwrap();
    drop(store);
    folder
}

/// Said in one line, without a panic, with the exit code of work that failed.
fn refused(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(words.iter().any(|word| said.contains(word)), "{said} says none of {words:?}");
}

/// Runs the program in a shell that sets a limit first.
fn limited(limit: &str, data: &Path, arguments: &[&str]) -> Output {
    let script = format!("{limit}; exec \"$0\" \"$@\"");
    Command::new("sh").args(["-c", &script, BINARY, "--data"]).arg(data).args(arguments).output().unwrap()
}

/// The history of somebody with many answers, as `import` reads it.
fn large_history(folder: &Path) -> String {
    let other = filled(3_000);
    let file = folder.join("large.json");
    let output = Command::new(BINARY)
        .arg("--data")
        .arg(other.path().join("data"))
        .args(["export", "--to", "json", "-o"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    file.display().to_string()
}

#[test]
fn no_room_for_a_larger_file_leaves_all_as_it_was() {
    let folder = filled(3);
    let data = folder.path().join("data");
    let large = large_history(folder.path());
    // In units of 512 or 1,024 bytes: the database fits, what is to come does not.
    let output = limited("trap '' XFSZ; ulimit -f 128", &data, &["import", &large]);
    refused(&output, &["disk"]);
    assert_eq!(answers(&data), 3);
    let output = limited("true", &data, &["import", &large]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(answers(&data), 3_003);
}

#[test]
fn a_disk_without_room_leaves_all_as_it_was() {
    let folder = filled(3);
    let large = large_history(folder.path());
    // A disk of 256 KB of our own, where the system lets everybody have one.
    let script = "mount -t tmpfs -o size=256k none \"$1\" && cp -r \"$2\" \"$1/data\" && \
                  \"$0\" --data \"$1/data\" import \"$3\"; echo \"code $?\"; \"$0\" --data \"$1/data\" progress --json";
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let data = folder.path().join("data");
    let run = Command::new("unshare").args(["-Urm", "sh", "-c", script, BINARY]).args([&disk, &data]).arg(&large).output();
    let Ok(output) = run else { return println!("left out: there is no unshare here") };
    let said = String::from_utf8_lossy(&output.stdout);
    if !said.contains("code") || String::from_utf8_lossy(&output.stderr).contains("mount:") {
        return println!("left out: no disk can be mounted here: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(said.starts_with("code 1"), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("the disk is full: make some room"), "{output:?}");
    assert!(said.contains("\"answers\": 3"), "{said}");
}

#[test]
fn without_a_home_it_says_so_or_finds_one() {
    for home in [None, Some(""), Some("relative/home")] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(BINARY);
        command.args(["progress", "--json"]).current_dir(folder.path()).env_remove("XDG_DATA_HOME").env_remove("TWELVEFOLD_DATA");
        match home {
            None => command.env_remove("HOME"),
            Some(home) => command.env("HOME", home),
        };
        let output = command.output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{home:?}: {output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{home:?}: {output:?}");
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert!(left.is_empty(), "{home:?}: {left:?}");
    }
}

#[test]
fn where_a_file_is_in_the_way_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    fs::write(&file, "in the way").unwrap();
    let large = large_history(folder.path());
    let output = limited("true", &file, &["import", &large]);
    refused(&output, &["data"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "in the way");
}

/// The program, run by somebody who may not write everywhere: root gives its rights up for that, where it can.
fn unprivileged() -> Option<Command> {
    let probe = tempfile::tempdir().unwrap();
    fs::set_permissions(probe.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(probe.path().join("probe"), "").is_err() {
        return Some(Command::new(BINARY));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", BINARY]);
    let mut trial = Command::new("setpriv");
    trial.args(["--reuid=65534", "--regid=65534", "--clear-groups", BINARY, "--version"]);
    trial.output().is_ok_and(|output| output.status.success()).then_some(command)
}

#[test]
fn a_folder_that_may_only_be_read_shows_what_is_in_it() {
    for open in [false, true] {
        let folder = filled(7);
        let data = folder.path().join("data");
        // Left open by somebody: a log stands beside it.
        let held = open.then(|| {
            let mut store = Opener::new(&data).open().unwrap().store;
            store.append(&[answer(100)]).unwrap();
            store
        });
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&data, fs::Permissions::from_mode(0o555)).unwrap();
        for entry in fs::read_dir(&data).unwrap() {
            fs::set_permissions(entry.unwrap().path(), fs::Permissions::from_mode(0o444)).unwrap();
        }
        let Some(mut command) = unprivileged() else { return println!("left out: root cannot give its rights up here") };
        let output = command.arg("--data").arg(&data).args(["progress", "--json"]).output().unwrap();
        assert!(output.status.success(), "open: {open}: {output:?}");
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(value["answers"], if open { 8 } else { 7 }, "open: {open}");
        let large = large_history(folder.path());
        let mut command = unprivileged().unwrap();
        refused(&command.arg("--data").arg(&data).args(["import", &large]).output().unwrap(), &["may not be written"]);
        drop(held);
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        fs::remove_file(large).unwrap();
    }
}

#[test]
fn with_no_files_left_to_open_it_ends_with_words() {
    let folder = filled(7);
    let data = folder.path().join("data");
    for count in 3..16 {
        let output = limited(&format!("ulimit -n {count}"), &data, &["progress", "--json"]);
        let said = String::from_utf8_lossy(&output.stderr);
        // With 3 or 4 the system's loader cannot open its libraries: that is before the program.
        assert!(matches!(output.status.code(), Some(0 | 1 | 127)), "{count}: {output:?}");
        assert!(!said.contains("panicked"), "{count}: {said}");
    }
    assert_eq!(answers(&data), 7);
}

/// Progress of another course, or of lessons that were renamed, is kept and counted, and is there again with its course.
#[test]
fn progress_of_lessons_that_are_gone_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("progress.sqlite3"), released(3)).unwrap();
    assert_eq!(answers(&data), 8);
    let mut store = Opener::new(&data).open().unwrap().store;
    assert_eq!(store.kept().unwrap().len(), 9);
}

#[test]
fn every_released_format_opens_with_all_that_is_in_it() {
    for format in 1..=3 {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("progress.sqlite3"), released(format)).unwrap();
        let opened = Opener::new(folder.path()).open().unwrap();
        assert_eq!(opened.notice, None);
        let mut store = opened.store;
        let progress = store.load().unwrap();
        assert_eq!((progress.answers, progress.lessons.len(), progress.questions.len()), (8, 1, 5), "format {format}");
        let place = progress.lessons.values().find_map(|lesson| lesson.place.clone()).unwrap();
        assert_eq!((place.block, place.percent), (4, 37));
        assert_eq!(store.check().unwrap(), None);
    }
}

/// The other process: keeps the answers of its share that are not there yet, one by one, and says of each that it is kept.
#[test]
fn writer() {
    let Ok(order) = std::env::var("TWELVEFOLD_WRITER") else { return };
    let mut order = order.splitn(3, ' ');
    let (first, end): (u64, u64) = (order.next().unwrap().parse().unwrap(), order.next().unwrap().parse().unwrap());
    let opener = Opener::new(order.next().unwrap());
    let open = || loop {
        // Ten at once may have to wait longer than one of them likes to.
        if let Ok(opened) = opener.open() {
            assert_eq!(opened.notice, None);
            return opened.store;
        }
    };
    let mut store = open();
    let there = numbers(&store);
    let mut out = std::io::stdout().lock();
    for number in (first..end).filter(|number| !there.contains_key(number)) {
        // As the program's own thread does: what fails is given again.
        while store.append(&[answer(number)]).is_err() {
            store = open();
        }
        writeln!(out, "\nkept {number}").unwrap();
        out.flush().unwrap();
    }
    writeln!(out, "\ndone").unwrap();
}

/// How often each answer is in the history.
fn numbers(store: &Sqlite) -> BTreeMap<u64, u64> {
    let mut found = BTreeMap::new();
    store
        .history(|event| {
            if let Deed::Answered(attempt) = event.deed {
                *found.entry(attempt.took).or_insert(0) += 1;
            }
        })
        .unwrap();
    found
}

fn start(folder: &Path, first: u64, end: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--nocapture"])
        .env("TWELVEFOLD_WRITER", format!("{first} {end} {}", folder.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn ten_writers_at_once_lose_nothing_though_they_are_killed() {
    let begun = Instant::now();
    let (effort, seed) = (reliability::effort(400), reliability::seed(10));
    let share = effort.count / 10;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let threads: Vec<_> = (0..10)
        .map(|writer| {
            let (data, mut rng) = (data.to_owned(), Rng::new(seed + writer));
            thread::spawn(move || {
                let (mut acknowledged, mut kills) = (Vec::new(), 0_u64);
                loop {
                    let mut child = start(&data, writer * 10_000, writer * 10_000 + share);
                    // Killed after some answers, or left alone; the more often it was killed the more often left alone.
                    let wanted = if rng.below(3 + kills as usize) < 2 { 1 + rng.below(share as usize) } else { usize::MAX };
                    let (mut done, mut seen) = (false, 0);
                    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
                        let line = line.unwrap();
                        done |= line == "done";
                        if let Some(number) = line.strip_prefix("kept ") {
                            acknowledged.push(number.parse::<u64>().unwrap());
                            seen += 1;
                        }
                        if seen >= wanted && !done {
                            thread::sleep(Duration::from_micros(rng.below(3_000) as u64));
                            child.kill().unwrap();
                            break;
                        }
                    }
                    child.wait().unwrap();
                    if done {
                        return (acknowledged, kills);
                    }
                    kills += 1;
                }
            })
        })
        .collect();
    let (mut acknowledged, mut kills) = (Vec::new(), 0);
    for thread in threads {
        let (those, killed) = thread.join().unwrap();
        acknowledged.extend(those);
        kills += killed;
    }
    let opened = Opener::new(data).open().unwrap();
    assert_eq!(opened.notice, None);
    let mut store = opened.store;
    let there = numbers(&store);
    assert!(there.values().all(|times| *times == 1), "kept twice");
    assert!(acknowledged.iter().all(|number| there.contains_key(number)), "lost");
    assert_eq!(there.len() as u64, share * 10);
    assert_eq!(store.check().unwrap(), None);
    assert_eq!(store.load().unwrap().answers, share * 10);
    assert!(kills > 0);
    let found = format!(
        "10 writers x {} answers = {} rows, each once, though the writers were killed {kills} times; 0 acknowledged answers lost",
        reliability::thousands(share),
        reliability::thousands(there.len() as u64)
    );
    reliability::record("writers", effort, seed, begun.elapsed(), &found);
}
