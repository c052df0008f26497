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

use twelvefold::domain::event::{Attempt, Deed, Event};
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::id::{LessonId, OptionId, QuestionId};
use twelvefold::domain::progress::Progress;
use twelvefold::domain::rng::Rng;
use twelvefold::domain::time::{Day, Timestamp};
use twelvefold::store::{Opener, Sqlite, Store};

#[path = "support/reliability.rs"]
mod reliability;

/// An answer that carries its number.
fn answer(number: u64) -> Event {
    Event {
        at: Timestamp(i64::try_from(number).unwrap()),
        deed: Deed::Answered(Attempt {
            lesson: LessonId::new(&format!("lesson-{}", number % 12)).unwrap(),
            question: QuestionId::new(&format!("question-{}", number % 50)).unwrap(),
            revision: 1,
            seed: number,
            shown: vec![OptionId::new("a").unwrap(), OptionId::new("b").unwrap()],
            answer: Answer::Options(vec![OptionId::new("a").unwrap()]),
            score: 1.0,
            verdict: Verdict::Right,
            scored: true,
            in_quiz: false,
            sure: None,
            hints: 0,
            took: number,
            day: Day(20_000),
        }),
    }
}

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

/// The other process: appends answer by answer and says of each that it is kept.
#[test]
fn appender() {
    let Ok(order) = std::env::var("APPENDER") else { return };
    let mut order = order.splitn(3, ' ');
    let (first, count): (u64, u64) = (order.next().unwrap().parse().unwrap(), order.next().unwrap().parse().unwrap());
    let mut store = open(Path::new(order.next().unwrap()));
    let mut out = std::io::stdout().lock();
    for number in first..first + count {
        store.append(&[answer(number)]).unwrap();
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

/// Rounds of one process after the other in one folder, each killed at a random moment.
#[test]
fn what_was_acknowledged_survives_a_kill() {
    let begin = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let (effort, seed) = (reliability::effort(300), reliability::seed(2_011));
    let mut rng = Rng::new(seed);
    let mut acknowledged = Vec::new();
    let (mut rounds, mut next, mut silent) = (0, 0, 0);
    while rounds < effort.count && (effort.long || begin.elapsed() < Duration::from_secs(15)) {
        rounds += 1;
        let mut child = start(folder.path(), next, 1_000_000);
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let before = acknowledged.len();
        if rounds % 4 != 0 {
            // After a random number of answers; else at any moment, that of opening included.
            let wanted = before + 1 + rng.below(12);
            let mut line = String::new();
            while acknowledged.len() < wanted && lines.read_line(&mut line).unwrap() > 0 {
                acknowledged.extend(kept(&line));
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
        acknowledged.extend(rest.split_inclusive('\n').filter(|line| line.ends_with('\n')).filter_map(kept));
        silent += usize::from(acknowledged.len() == before);

        let mut store = open(folder.path());
        assert_eq!(store.check().unwrap(), None, "round {rounds}");
        let events = history(&store);
        let found = numbers(&events);
        assert!(found.values().all(|&times| times == 1), "round {rounds}: kept twice");
        for number in &acknowledged[before..] {
            assert!(found.contains_key(number), "round {rounds}: {number} is lost");
        }
        // At most the one that was being kept is there without having been acknowledged.
        next = found.keys().next_back().map_or(0, |last| last + 1);
        assert!(next <= acknowledged.last().map_or(0, |last| last + 1) + rounds, "round {rounds}");
        if rounds % 16 == 0 {
            assert_eq!(store.load().unwrap(), Progress::of(&events), "round {rounds}");
        }
    }
    let store = open(folder.path());
    let found = numbers(&history(&store));
    assert!(acknowledged.iter().all(|number| found.contains_key(number)));
    assert!(rounds >= 100, "only {rounds} rounds in {:?}", begin.elapsed());
    let found = format!(
        "{} kills, {silent} of them before the first answer; {} answers were acknowledged, 0 lost",
        reliability::thousands(rounds),
        reliability::thousands(acknowledged.len() as u64)
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
    assert_eq!((events.len(), found.len()), (1_000, 1_000));
    assert!((0..500).chain(1_000..1_500).all(|number| found.contains_key(&number)));
    assert_eq!(store.load().unwrap(), Progress::of(&events));
    assert_eq!(store.check().unwrap(), None);
}
