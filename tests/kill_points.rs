//! SIGKILL at every call of the system that writes, syncs, names or cuts a file, one after the other, while a learner reads,
//! answers, does everything else that can be done, merges, brings an old file up to date and has a damaged one replaced. Real files, a real process, `strace` to kill it at
//! the exact call; where there is none, or it may not trace, the test says so and is left out. (`power_loss.rs` does the same at
//! every operation in memory, and everywhere.)
//!
//! The process is this test itself, started again with `TWELVEFOLD_LIFE` set.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use simulated_disk::Rng;
use twelvefold::domain::event::{Deed, Event};
use twelvefold::domain::progress::Progress;
use twelvefold::store::{Opener, Sqlite, Store as _};

#[path = "support/learner.rs"]
mod learner;
#[path = "support/reliability.rs"]
mod reliability;

use learner::{answer, database, deeds, lesson, place, released};

/// The calls at which the process is killed.
const CALLS: [&str; 11] =
    ["pwrite64", "write", "fsync", "fdatasync", "ftruncate", "rename", "renameat", "renameat2", "unlink", "unlinkat", "openat"];

const LIVES: [&str; 5] = ["new", "old", "merge", "damaged", "everything"];

/// What the learner of the last one does, by numbers, before the program is closed and after.
const DEEDS: [std::ops::Range<u64>; 2] = [0..8, 8..18];

/// What a folder holds before.
fn prepare(life: &str, folder: &Path) {
    let file = folder.join("progress.sqlite3");
    match life {
        "old" => fs::write(file, released(1)).unwrap(),
        "merge" => {
            fs::write(file, database(20..40)).unwrap();
            fs::write(folder.join("other.sqlite3"), released(2)).unwrap();
        }
        "damaged" => {
            let mut bytes = database(0..120);
            // In the middle of the history.
            let at = 8 * 4_096;
            bytes[at..at + 4_096].fill(0xee);
            fs::write(file, bytes).unwrap();
        }
        _ => {}
    }
}

/// The process that is killed. It says of everything that it is kept.
#[test]
fn learner() {
    let Ok(order) = std::env::var("TWELVEFOLD_LIFE") else { return };
    let (life, folder) = order.split_once(' ').unwrap();
    let opener = Opener::new(folder);
    let mut out = std::io::stdout().lock();
    let mut say = |words: &str| {
        write!(out, "\n{words}\n").unwrap();
        out.flush().unwrap();
    };
    let mut store = opener.open().unwrap().store;
    say("opened");
    if life == "everything" {
        for numbers in DEEDS {
            for number in numbers {
                store.append(&deeds(number)).unwrap();
                say(&format!("kept {number}"));
            }
            Box::new(store).close();
            store = opener.open().unwrap().store;
        }
        return say("closed");
    }
    for number in 1_000..1_006 {
        store.append(&[answer(number), place(3, u32::try_from(number).unwrap())]).unwrap();
        say(&format!("kept {number}"));
    }
    if life == "merge" {
        let other = opener.read_other(&Path::new(folder).join("other.sqlite3")).unwrap();
        store.merge(&[other]).unwrap();
        say("merged");
    }
    Box::new(store).close();
    let mut store = opener.open().unwrap().store;
    store.append(&[answer(1_006)]).unwrap();
    say("kept 1006");
    Box::new(store).close();
    say("closed");
}

fn command(life: &str, folder: &Path, strace: &[String]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(strace).arg(std::env::current_exe().unwrap());
    command.args(["--exact", "learner", "--nocapture", "--test-threads=1"]);
    command.env("TWELVEFOLD_LIFE", format!("{life} {}", folder.display())).stdin(Stdio::null());
    command
}

/// How often a life makes each call; `None` where nothing can be traced.
fn calls(life: &str) -> Option<BTreeMap<&'static str, usize>> {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    fs::create_dir(&data).unwrap();
    prepare(life, &data);
    let trace = format!("trace=?{}", CALLS.join(",?"));
    let output = command(life, &data, &["-o".into(), log.display().to_string(), "-e".into(), trace]).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !said.contains("closed") {
        println!("strace may not trace here: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    let log = fs::read_to_string(log).unwrap();
    // Calls are counted by thread; one of them lives the life.
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (thread, rest) in log.lines().filter_map(|line| line.split_once(char::is_whitespace)) {
        if let Some(call) = CALLS.iter().find(|call| rest.trim_start().starts_with(&format!("{call}("))) {
            *counts.entry((thread, call)).or_default() += 1;
        }
    }
    let busiest = counts.iter().max_by_key(|(_, count)| **count).map(|((thread, _), _)| (*thread).to_owned())?;
    Some(CALLS.iter().filter_map(|call| Some((*call, *counts.get(&(busiest.as_str(), *call))?))).collect())
}

fn numbers(store: &Sqlite) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    store
        .history(|event| {
            if let Deed::Answered(attempt) = event.deed {
                assert!(found.insert(attempt.took), "{} is there twice", attempt.took);
            }
        })
        .unwrap();
    found
}

/// Kills a life at one call and looks at what is left. How many answers were acknowledged, and whether it was killed.
fn kill(life: &str, call: &str, at: usize) -> (usize, bool) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    prepare(life, data);
    let inject = format!("inject={call}:signal=KILL:when={at}");
    let output = command(life, data, &["-o".into(), "/dev/null".into(), "-e".into(), format!("trace={call}"), "-e".into(), inject])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    // A line that the kill cut has no end.
    let lines: Vec<&str> = said.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::trim_end).collect();
    let kept: Vec<u64> = lines.iter().filter_map(|line| line.strip_prefix("kept ")?.parse().ok()).collect();
    let what = format!("{life}, killed at {call} {at}, acknowledged {kept:?}");
    let opened = Opener::new(data).open().unwrap_or_else(|error| panic!("{what}: {error}"));
    let told = opened.notice.map(|notice| notice.to_string());
    assert!(told.is_none() || (life == "damaged" && !lines.contains(&"opened")), "{what}: {told:?}");
    let mut store = opened.store;
    assert_eq!(store.check().unwrap(), None, "{what}");
    if life == "everything" {
        all_or_nothing(&mut store, kept.len() as u64, &what);
        return (kept.len(), !lines.contains(&"closed"));
    }
    let there = numbers(&store);
    assert!(kept.iter().all(|number| there.contains(number)), "{what}: {there:?} are there");
    let before: BTreeSet<u64> = match life {
        "old" => (1..=8).collect(),
        "merge" => (20..40).collect(),
        // What lies in the damaged page is lost with it.
        "damaged" => (60..120).collect(),
        _ => BTreeSet::new(),
    };
    assert!(before.is_subset(&there), "{what}: of those before only {there:?}");
    let merged: BTreeSet<u64> = (1..=8).collect();
    if life == "merge" && lines.contains(&"merged") {
        assert!(merged.is_subset(&there) && store.load().unwrap().answers > 28, "{what}: the merge is lost");
    }
    let progress = store.load().unwrap();
    assert_eq!(progress.answers as usize, history_len(&store), "{what}");
    if let Some(last) = kept.iter().filter(|number| **number < 1_006).max() {
        let block = progress.lessons.get(&lesson(3)).and_then(|lesson| lesson.place.as_ref()).map(|place| u64::from(place.block));
        assert!(block == Some(*last) || block == Some(last + 1), "{what}: the place is {block:?}");
    }
    drop(store);
    if let Some(glance) = Opener::new(data).glance() {
        assert_eq!(glance, progress, "{what}");
    }
    (kept.len(), !lines.contains(&"closed"))
}

/// What is held is what was acknowledged, place and all, with the whole of what was being kept or nothing of it.
fn all_or_nothing(store: &mut Sqlite, kept: u64, what: &str) {
    let progress = store.load().unwrap();
    let mut history = Vec::new();
    store.history(|event| history.push(event)).unwrap();
    let fits = [kept, kept + 1].into_iter().any(|count| {
        let done: Vec<Event> = (0..count).flat_map(deeds).collect();
        progress == Progress::of(&done) && history.iter().eq(done.iter().filter(|event| !matches!(event.deed, Deed::ReadTo { .. })))
    });
    assert!(fits, "{what}: {} deeds and {progress:#?}", history.len());
}

/// A new deed has to be done by the learner that is killed, or nothing here would say whether it survives.
#[test]
fn every_deed_is_done() {
    learner::all_is_done(&DEEDS.into_iter().flatten().flat_map(deeds).collect::<Vec<_>>());
}

fn history_len(store: &Sqlite) -> usize {
    let mut count = 0;
    store.history(|event| count += usize::from(matches!(event.deed, Deed::Answered(_)))).unwrap();
    count
}

#[test]
fn killed_at_any_call_nothing_acknowledged_is_lost() {
    let begun = Instant::now();
    let (effort, seed) = (reliability::effort(60), reliability::seed(20));
    let mut points = Vec::new();
    for life in LIVES {
        let Some(calls) = calls(life) else { return println!("left out: no strace here") };
        points.extend(calls.into_iter().flat_map(|(call, count)| (1..=count).map(move |at| (life, call, at))));
    }
    let mut rng = Rng::new(seed);
    for at in (1..points.len()).rev() {
        points.swap(at, rng.below(at as u64 + 1) as usize);
    }
    let wanted = effort.count as usize;
    let [acknowledged, kills, next] = [0; 3].map(AtomicU64::new);
    // Most of a life is waiting for the disk and for strace.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let turn = next.fetch_add(1, Ordering::Relaxed) as usize;
                    if turn >= wanted {
                        return;
                    }
                    let (life, call, at) = points[turn % points.len()];
                    let (kept, killed) = kill(life, call, at);
                    acknowledged.fetch_add(kept as u64, Ordering::Relaxed);
                    kills.fetch_add(u64::from(killed), Ordering::Relaxed);
                }
            });
        }
    });
    let [acknowledged, kills] = [acknowledged, kills].map(AtomicU64::into_inner);
    assert!(kills * 10 > effort.count * 8, "only {kills} of {wanted} were killed");
    let found = format!(
        "{} kills at {} different calls of the system, {} answers were acknowledged, 0 lost",
        reliability::thousands(kills),
        reliability::thousands(points.len().min(wanted) as u64),
        reliability::thousands(acknowledged)
    );
    reliability::record("kill-points", effort, seed, begun.elapsed(), &found);
}
