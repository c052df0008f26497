//! The store under kill -9 and under two processes at once: every answer that was acknowledged is there afterwards.
//!
//! The processes are this test itself, started again with `APPENDER` set to the folder, the first number and the count.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, missing_docs, reason = "tests")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use twelvefold::domain::event::{Deed, Event};
use twelvefold::domain::progress::{Progress, Since};
use twelvefold::domain::rng::Rng;
use twelvefold::store::{Opener, Sqlite, Store};

#[path = "support/learner.rs"]
mod learner;
#[path = "support/reliability.rs"]
mod reliability;

use learner::deeds;

/// Rounds in one folder; then another is begun, so that every round costs the same.
const ROUNDS: u64 = 200;

fn open(folder: &Path) -> Sqlite {
    let opened = Opener::new(folder).open().unwrap();
    assert_eq!(opened.notice, None);
    opened.store
}

fn history(store: &Sqlite) -> Vec<Event> {
    let mut events = Vec::new();
    store.history(|event| events.push(event)).unwrap();
    events
}

/// How often each number is in the history.
fn numbers(events: &[Event]) -> BTreeMap<u64, usize> {
    let mut found = BTreeMap::new();
    for event in events {
        if let Deed::Answered(attempt) = &event.deed {
            *found.entry(attempt.took).or_default() += 1;
        }
    }
    found
}

/// The other process: reads, answers and does whatever else can be done, and says of each answer that it is kept.
#[test]
fn appender() {
    let Ok(order) = std::env::var("APPENDER") else { return };
    let mut order = order.splitn(3, ' ');
    let (first, count): (u64, u64) = (order.next().unwrap().parse().unwrap(), order.next().unwrap().parse().unwrap());
    let mut store = open(Path::new(order.next().unwrap()));
    let mut out = std::io::stdout().lock();
    for number in first..first + count {
        store.append(&deeds(number)).unwrap();
        writeln!(out, "\nkept {number}").unwrap();
        out.flush().unwrap();
    }
}

fn start(folder: &Path, first: u64, count: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "appender", "--nocapture"])
        .env("APPENDER", format!("{first} {count} {}", folder.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn kept(line: &str) -> Option<u64> {
    line.strip_prefix("kept ")?.trim_end().parse().ok()
}

/// A folder, and what has to be in it.
struct Kept {
    folder: tempfile::TempDir,
    progress: Progress,
    since: Since,
    /// The first number that was not given yet.
    next: u64,
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, progress: Progress::default(), since: Since::default(), next: 0 }
    }

    /// Everything up to the answer of that number was kept.
    fn upto(&mut self, number: u64) {
        for event in (self.next..number).flat_map(deeds) {
            self.since.apply(&mut self.progress, &event);
        }
        self.next = number;
    }
}

/// Rounds of one process after the other in one folder, each killed at a random moment: of what was acknowledged all is there,
/// places, quizzes, exams and resets as well, and of what was being kept the whole or nothing.
#[test]
fn what_was_acknowledged_survives_a_kill() {
    let begin = Instant::now();
    let (effort, seed) = (reliability::effort(300), reliability::seed(2_011));
    let mut rng = Rng::new(seed);
    let mut there = Kept::new();
    let (mut rounds, mut silent, mut acknowledged, mut unheard) = (0, 0, 0_u64, 0_u64);
    while rounds < effort.count && (effort.long || begin.elapsed() < Duration::from_secs(15)) {
        rounds += 1;
        let mut child = start(there.folder.path(), there.next, 1_000_000);
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut told = Vec::new();
        if rounds % 4 != 0 {
            // After a random number of answers; else at any moment, that of opening included.
            let wanted = 1 + rng.below(12);
            let mut line = String::new();
            while told.len() < wanted && lines.read_line(&mut line).unwrap() > 0 {
                told.extend(kept(&line));
                line.clear();
            }
            thread::sleep(Duration::from_micros(rng.below(1_500) as u64));
        } else {
            thread::sleep(Duration::from_micros(rng.below(20_000) as u64));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        // A line that the kill cut has no end, and a number in it would be another one.
        told.extend(rest.split_inclusive('\n').filter(|line| line.ends_with('\n')).filter_map(kept));
        silent += u64::from(told.is_empty());
        acknowledged += told.len() as u64;

        let mut store = open(there.folder.path());
        assert_eq!(store.check().unwrap(), None, "seed {seed}, round {rounds}");
        let events = history(&store);
        // At most the one that was being kept is there without having been acknowledged.
        let first = there.next;
        assert!(told.iter().copied().eq(first..first + told.len() as u64), "seed {seed}, round {rounds}: {told:?} from {first}");
        let found = numbers(&events);
        let last = found.keys().next_back().map_or(0, |last| last + 1);
        let whole = first + told.len() as u64;
        assert!(last == whole || last == whole + 1, "seed {seed}, round {rounds}: up to {whole} acknowledged, up to {last} there");
        unheard += last - whole;
        there.upto(last);
        let wanted = (0..last).flat_map(deeds).filter(|event| !matches!(event.deed, Deed::ReadTo { .. }));
        assert!(events.iter().cloned().eq(wanted), "seed {seed}, round {rounds}: another history");
        assert!(store.load().unwrap() == there.progress, "seed {seed}, round {rounds}: another place, score or exam");
        if rounds % ROUNDS == 0 {
            there = Kept::new();
        }
    }
    assert!(rounds >= 30, "only {rounds} rounds in {:?}", begin.elapsed());
    let found = format!(
        "{} kills, {silent} of them before the first answer; {} answers and what else was done were acknowledged, 0 lost, \
         {unheard} more were kept and not told of yet",
        reliability::thousands(rounds),
        reliability::thousands(acknowledged)
    );
    reliability::record("kill", effort, seed, begin.elapsed(), &found);
}

#[test]
fn two_processes_at_once_keep_everything() {
    let folder = tempfile::tempdir().unwrap();
    let children: Vec<Child> = [0, 1_000].map(|first| start(folder.path(), first, 500)).into();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        assert_eq!(String::from_utf8_lossy(&output.stdout).lines().filter_map(kept).count(), 500);
    }
    let mut store = open(folder.path());
    let events = history(&store);
    let found = numbers(&events);
    assert_eq!(found.len(), 1_000);
    assert!(found.values().all(|times| *times == 1));
    assert!((0..500).chain(1_000..1_500).all(|number| found.contains_key(&number)));
    // What was kept together is together, in whichever order the two took turns; places are no history, but count.
    let turns = events.iter().filter_map(|event| if let Deed::Answered(attempt) = &event.deed { Some(attempt.took) } else { None });
    let done: Vec<Event> = turns.flat_map(deeds).collect();
    assert!(events.iter().eq(done.iter().filter(|event| !matches!(event.deed, Deed::ReadTo { .. }))), "another order");
    assert!(store.load().unwrap() == Progress::of(&done), "another place, score or exam");
    assert_eq!(store.check().unwrap(), None);
}
