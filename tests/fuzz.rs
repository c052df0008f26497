//! The doors of `fuzz/doors.rs` on stable: every file of the corpus, and changes of them by a seeded mutator. A failing input
//! is shrunk, printed and kept under the target folder; put it into `fuzz/corpus` once the mistake is mended.
//!
//! The short form changes some hundred times, `TWELVEFOLD_LONG=1000000` so often at each door; `TWELVEFOLD_SEED` begins elsewhere.
//! The fuzzer itself, which sees what its changes reach, is the form for a night: `bash fuzz/run SECONDS`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use twelvefold::domain::rng::Rng;

#[path = "../fuzz/doors.rs"]
mod doors;
#[path = "support/reliability.rs"]
mod reliability;
#[path = "support/shrink.rs"]
mod shrink;

use doors::{DOORS, Door};
use reliability::{Effort, effort, record, thousands};
use shrink::shrink;

/// Changes at each door in the short form; a twentieth of it where a whole course is read each time.
const CHANGES: u64 = 400;
const WHOLE: [&str; 3] = ["quiz", "compare", "course"];

/// Pieces that mean something at one door or another.
const PIECES: [&str; 44] = [
    "\u{1b}",
    "\u{1b}[",
    "\u{1b}[200~",
    "\u{1b}[201~",
    "\u{1b}]11;rgb:",
    "\u{1b}[<64;1;1M",
    "\u{1b}O",
    "\u{9b}",
    "\0",
    "\r\n",
    "\u{202e}",
    "\u{200d}",
    "\u{feff}",
    "\u{301}",
    "日",
    "👩\u{200d}💻",
    "---\n",
    "=== ",
    "- ",
    "> ",
    "    ",
    "```\n",
    "| ",
    "&#27;",
    "\\e",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "? ",
    "[",
    "{",
    "]]",
    "}}",
    "#",
    "id: ",
    "\t",
    "[x](lesson:water)",
    "**",
    "_",
    "\"",
    "':",
    "18446744073709551616",
    "0x1f",
];

fn corpus(door: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(door);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

/// One to four changes of `bytes`.
fn changed(bytes: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=rng.below(4) {
        let at = rng.below(bytes.len() + 1);
        let to = at + rng.below((bytes.len() - at).min(64) + 1);
        match rng.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.below(8),
            1 if at < bytes.len() => bytes[at] = rng.next_u64().to_le_bytes()[0],
            2 => drop(bytes.drain(at..to)),
            3 => bytes.truncate(at),
            4 => {
                let piece = bytes[at..to].to_vec();
                bytes.splice(at..at, piece.repeat(1 + rng.below(40)));
            }
            5 => {
                let from = rng.below(other.len() + 1);
                let until = from + rng.below((other.len() - from).min(200) + 1);
                bytes.splice(at..to, other[from..until].iter().copied());
            }
            6 => {
                let piece = PIECES[rng.below(PIECES.len())].repeat(1 + rng.below(60));
                bytes.splice(at..at, piece.bytes());
            }
            _ => {
                let piece = PIECES[rng.below(PIECES.len())];
                bytes.splice(at..to, piece.bytes());
            }
        }
    }
    bytes.truncate(16 << 10);
    bytes
}

/// The threads that try doors.
const BEHIND: &str = "door";

/// A door that breaks is told of at the end; a word for every try that shrinks it would be noise.
fn quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if thread::current().name() != Some(BEHIND) {
            usual(info);
        }
    }));
}

/// The reason for which a door breaks on `bytes`.
fn breaks(door: Door, bytes: &[u8]) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(|| (door.1)(bytes))).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    Some(text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default())
}

/// Tries one door and returns how often, or what was found.
fn tried(door: Door, changes: u64, seed: u64) -> Result<u64, String> {
    let files = corpus(door.0);
    let mut rng = Rng::new(seed);
    let mutants = (0..changes).map(|_| {
        let (one, two) = (rng.below(files.len()), rng.below(files.len()));
        changed(&files[one], &files[two], &mut rng)
    });
    let mut count = 0;
    for bytes in files.iter().cloned().chain(mutants) {
        count += 1;
        if breaks(door, &bytes).is_some() {
            let small = shrink(&bytes, |part| breaks(door, part).is_some());
            let reason = breaks(door, &small).unwrap_or_default();
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{seed:x}-{count}", door.0));
            fs::write(&kept, &small).unwrap();
            return Err(format!("door {}, seed {seed}, try {count}: {reason}\n{small:?}\nkept as {}", door.0, kept.display()));
        }
    }
    Ok(count)
}

#[test]
fn no_bytes_break_a_door() {
    let (changes, seed) = (effort(CHANGES).count, reliability::seed(12));
    quiet();
    let share = move |door: Door| if WHOLE.contains(&door.0) { changes.div_ceil(20) } else { changes };
    let behind =
        move |door: Door| thread::Builder::new().name(BEHIND.into()).spawn(move || tried(door, share(door), seed)).unwrap();
    let doors: Vec<_> = DOORS.into_iter().map(|door| (door.0, behind(door))).collect();
    let mut broken = Vec::new();
    for (name, door) in doors {
        match door.join().unwrap() {
            Ok(count) => assert!(count > changes.div_ceil(20), "{name}: {count}"),
            Err(found) => broken.push(found),
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n\n"));
}

/// `bash fuzz/run` has fuzzed, and its words lie in a folder: what all doors have stood together is written down.
#[test]
fn what_the_fuzzer_found_is_written_down() {
    let Some(folder) = std::env::var_os("TWELVEFOLD_FUZZED") else { return };
    let (mut each, mut seconds) = (Vec::new(), 0);
    for (door, _) in DOORS {
        let text = fs::read_to_string(Path::new(&folder).join(format!("{door}.log"))).unwrap();
        // A door may have been opened several times; each time ends with its figures.
        let runs: Vec<u64> = text
            .lines()
            .filter_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
            .map(|count| count.trim().parse().unwrap())
            .collect();
        assert!(!runs.is_empty(), "{door} was not fuzzed to its end");
        assert!(!text.contains("SUMMARY: libFuzzer"), "{door} broke:\n{text}");
        each.push((runs.iter().sum::<u64>(), door));
        seconds += text
            .lines()
            .filter_map(|line| line.strip_prefix("Done ")?.split(" in ").nth(1)?.split(' ').next()?.parse::<u64>().ok())
            .sum::<u64>();
    }
    each.sort_unstable();
    let all = each.iter().map(|(count, _)| count).sum();
    let (fewest, most) = (each[0], each[each.len() - 1]);
    let found = format!(
        "{} executions of the libFuzzer build at {} doors, from {} ({}) to {} ({}), 0 panics, none over 100 ms",
        thousands(all),
        each.len(),
        thousands(fewest.0),
        fewest.1,
        thousands(most.0),
        most.1
    );
    let effort = Effort { count: all, long: true };
    record("fuzz", effort, 0, Duration::from_secs(seconds), &found);
}

#[test]
fn every_door_has_its_fuzz_target_and_every_corpus_its_door() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    let mut names: Vec<&str> = DOORS.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    for name in &names {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is no target in fuzz/Cargo.toml");
        let target = fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(target.contains(&format!("doors::{name}")), "{name}: {target}");
    }
    let mut folders: Vec<String> =
        fs::read_dir(fuzz.join("corpus")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    folders.sort();
    assert_eq!(folders, names);
}

/// The check itself can fail: a door that breaks on some bytes is found, and shrunk to them.
#[test]
fn a_door_that_breaks_is_found_and_shrunk() {
    fn broken(bytes: &[u8]) {
        assert!(!bytes.contains(&0x1b), "an escape");
    }
    let found = tried(("input", broken), CHANGES, 1).unwrap_err();
    assert!(found.contains("an escape") && found.contains("\n[27]\n"), "{found}");
}
