//! Finds out which functions a learner's sessions run, and writes them into assets/baked/functions.txt, in whose order the release
//! is linked (build.rs): what is run together lies together, so that little of the program is read and mapped.
//!
//! `cargo run --release --example order`, on Linux, with valgrind and LLVM's linker (rustc brings it along); it makes a build of its
//! own in target/order, or takes one that is there with `-- --program FILE --map FILE`. To be run when the way of a start or of a key
//! has changed a good deal: what has another name since then lies where the linker puts it, and nothing else comes of it.
//!
//! The build is the release itself, without symbols: functions that are the same are merged by the compiler, and under which name it
//! keeps them changes with each of its options. Where they are is told by the linker's map.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for whoever builds it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{env, fs, thread};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// Where the list stands.
const LIST: &str = "assets/baked/functions.txt";
/// What a learner does most: open, read, compare, answer. What is asked for, and the keys that are pressed then.
const SESSIONS: &[(&str, &[&str], &[&str])] = &[
    ("lines", &["open", "config"], &["j", "k"]),
    ("pages", &["open", "processes"], &[" ", "b"]),
    ("pairs", &["compare", "config"], &["d", "b", "o"]),
    ("questions", &["quiz", "config"], &["j", "1", "\r", "\r", "2", "\r", "\r"]),
    ("home", &[], &["j", "k"]),
];
/// So many keys are pressed: what each longer session runs more of is run for keys.
const KEYS: [usize; 4] = [0, 4, 14, 24];
/// What runs or does not as threads meet, so that one session does not show it: channels.
const BY_CHANCE: &[&str] = &["4sync4mpmc"];
/// What is the same for many types, so that the compiler keeps it of one of them: how their names begin and end.
const MERGED: &[(&str, &str)] =
    &[("_RNvMs3_NtCs*_5alloc7raw_vecINtB*_6RawVec", "8grow_one"), ("_RNvMsn_NtCs*_5alloc4syncINtB*_3Arc", "9drop_slow")];
/// Valgrind is slow: a program that has written nothing for so long is waiting.
const CALM: Duration = Duration::from_millis(400);
/// Nothing is waited for longer.
const LONGEST: Duration = Duration::from_secs(60);
/// A pattern that takes in so many times what was run, and so many bytes beside, stands at the end of the list.
const WIDE: (u64, u64) = (3, 2048);

/// Instructions that a function took itself: in the thread that draws, and in all threads.
type Costs = BTreeMap<String, (u64, u64)>;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let arguments: Vec<String> = env::args().skip(1).collect();
    let after = |name: &str| arguments.iter().position(|argument| argument == name).map(|at| PathBuf::from(&arguments[at + 1]));
    let (program, map) = after("--program").zip(after("--map")).unwrap_or_else(|| build(root));
    let functions = functions(&fs::read_to_string(map).unwrap());
    assert!(functions.len() > 1_000, "the map of the linker is in another form");
    let work = tempfile::tempdir().unwrap();
    // One learner: the first session makes the file, the others find what came before them.
    let data = work.path().join("data");
    let mut sessions = Vec::new();
    let mut for_keys = BTreeSet::new();
    for (name, asked, keys) in SESSIONS {
        let runs = KEYS.map(|count| {
            let keys: Vec<&str> = keys.iter().copied().cycle().take(count).collect();
            costs(&program, &functions, &work.path().join("counts"), &data, asked, &keys)
        });
        let drawing = |run: usize, function: &str| runs[run].get(function).map_or(0, |known| known.0);
        let more = |run: usize, function: &str| drawing(run, function) > drawing(run - 1, function) + 5;
        for_keys.extend(runs[3].keys().filter(|function| more(3, function) && more(2, function)).cloned());
        let all: BTreeSet<String> = runs.into_iter().flat_map(BTreeMap::into_keys).collect();
        println!("{name}: {} functions", all.len());
        sessions.push(all);
    }
    let mut patterns: BTreeMap<String, Pattern> = BTreeMap::new();
    for Function { name: function, size, .. } in &functions {
        let pattern = patterns.entry(pattern(function)).or_default();
        pattern.bytes += size;
        let by_chance = BY_CHANCE.iter().any(|part| function.contains(part));
        let sessions =
            if by_chance { sessions.len() } else { sessions.iter().filter(|session| session.contains(function)).count() };
        if sessions > 0 {
            pattern.run += size;
            pattern.sessions = pattern.sessions.max(sessions);
            pattern.for_keys |= for_keys.contains(function);
        }
    }
    patterns.retain(|_, pattern| pattern.run > 0);
    let mut list: Vec<(String, Pattern)> = patterns.into_iter().collect();
    list.sort_by_key(|(name, pattern)| (pattern.wide(), !pattern.for_keys, SESSIONS.len() - pattern.sessions, name.clone()));
    let mut out = String::from(
        "# Functions in the order in which the release is linked (build.rs). Made by `cargo run --release --example order`.\n",
    );
    let mut head = "";
    for (name, pattern) in &list {
        let now = pattern.head();
        if now != head {
            head = now;
            out.push_str(head);
        }
        out.push_str(name);
        out.push('\n');
    }
    fs::write(root.join(LIST), out).unwrap();
    let sum = |count: fn(&Pattern) -> u64| list.iter().map(|(_, pattern)| count(pattern)).sum::<u64>() >> 10;
    println!(
        "{LIST}: {} patterns, {} KB, of which {} KB were run",
        list.len(),
        sum(|pattern| pattern.bytes),
        sum(|pattern| pattern.run)
    );
}

/// What the functions of one pattern come to.
#[derive(Default)]
struct Pattern {
    bytes: u64,
    run: u64,
    sessions: usize,
    for_keys: bool,
}

impl Pattern {
    fn wide(&self) -> bool {
        self.bytes > self.run * WIDE.0 + WIDE.1
    }

    fn head(&self) -> &'static str {
        if self.wide() {
            "# names that many functions share\n"
        } else if self.for_keys {
            "# for a key\n"
        } else if self.sessions == SESSIONS.len() {
            "# in every session\n"
        } else {
            "# in some sessions\n"
        }
    }
}

/// A function of the program.
struct Function {
    /// Its address.
    start: u64,
    /// Its size in bytes.
    size: u64,
    /// The name that the linker knows.
    name: String,
}

/// A release, and where the linker has put what.
fn build(root: &Path) -> (PathBuf, PathBuf) {
    let target = root.join("target/order");
    let map = target.join("link.map");
    fs::create_dir_all(&target).unwrap();
    let made = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--bin", "twelvefold", "--target-dir"])
        .arg(&target)
        .env("TWELVEFOLD_LINK_MAP", &map)
        .current_dir(root)
        .status();
    assert!(made.is_ok_and(|status| status.success()), "the program could not be built");
    (target.join("release/twelvefold"), map)
}

/// The functions in a map of LLVM's linker, by address: on each line two addresses, a size, an alignment and, for a part of an object,
/// its file and section.
fn functions(map: &str) -> Vec<Function> {
    let mut functions: Vec<Function> = map
        .lines()
        .filter_map(|line| {
            let section = line.split_once(":(.text.")?.1.strip_suffix(')')?;
            let mut numbers = line.split_whitespace().map(|number| u64::from_str_radix(number, 16));
            let (start, size) = (numbers.next()?.ok()?, numbers.nth(1)?.ok()?);
            Some(Function { start, size, name: section.trim_start_matches("unlikely.").to_owned() })
        })
        .collect();
    functions.sort_by_key(|function| function.start);
    functions
}

/// What each function costs in a session in which these keys are pressed, as valgrind counts it.
fn costs(program: &Path, functions: &[Function], folder: &Path, data: &Path, asked: &[&str], keys: &[&str]) -> Costs {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    let pty = native_pty_system().openpty(PtySize { rows: 40, cols: 100, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new("valgrind");
    command.args(["--tool=callgrind", "--separate-threads=yes", "--dump-instr=yes", "--compress-pos=no"]);
    command.arg(format!("--callgrind-out-file={}", folder.join("counts").display()));
    command.args([program.as_os_str(), "--data".as_ref(), data.as_os_str()]);
    command.args(asked);
    for (name, value) in [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")] {
        command.env(name, value);
    }
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut writer = pty.master.take_writer().unwrap();
    let (sender, came) = channel();
    let listening = thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let _ = sender.send(count);
        }
    });
    let mut child = pty.slave.spawn_command(command).expect("valgrind is needed");
    drop(pty.slave);
    let _ = came.recv_timeout(LONGEST);
    until_calm(&came);
    for key in keys {
        let _ = writer.write_all(key.as_bytes());
        until_calm(&came);
    }
    let _ = writer.write_all(b"q");
    until_calm(&came);
    // The end of the terminal ends it too, wherever the keys have led.
    drop((writer, pty.master));
    child.wait().unwrap();
    let _ = listening.join();
    let mut costs = Costs::new();
    for counts in fs::read_dir(folder).unwrap() {
        let path = counts.unwrap().path();
        let drawing = path.to_string_lossy().ends_with("-01");
        for (function, cost) in read(&fs::read_to_string(&path).unwrap(), program, functions) {
            let known = costs.entry(function).or_default();
            known.0 += if drawing { cost } else { 0 };
            known.1 += cost;
        }
    }
    assert!(!costs.is_empty(), "valgrind has counted nothing: is it there?");
    costs
}

fn until_calm(came: &Receiver<usize>) {
    while came.recv_timeout(CALM).is_ok() {}
}

/// The own costs of the program's functions in one of valgrind's files (the format is told in its manual, "Callgrind Format
/// Specification": objects are named once and then by number, a cost stands after an address, and the line after a call is what the
/// called one took).
fn read(text: &str, program: &Path, functions: &[Function]) -> BTreeMap<String, u64> {
    let mut objects: BTreeMap<&str, &str> = BTreeMap::new();
    let mut costs = BTreeMap::new();
    let (mut ours, mut called) = (false, false);
    for line in text.lines() {
        let Some((what, value)) = line.split_once('=') else {
            let Some(line) = line.strip_prefix("0x") else { continue };
            if std::mem::take(&mut called) || !ours {
                continue;
            }
            let mut words = line.split(' ');
            let address = words.next().and_then(|word| u64::from_str_radix(word, 16).ok()).unwrap_or(0);
            let cost = words.nth(1).and_then(|cost| cost.parse::<u64>().ok()).unwrap_or(0);
            let last = functions.partition_point(|function| function.start <= address).checked_sub(1);
            if let Some(function) = last.map(|at| &functions[at]).filter(|function| address < function.start + function.size) {
                *costs.entry(function.name.clone()).or_default() += cost;
            }
            continue;
        };
        if matches!(what, "ob" | "cob") {
            let (number, name) = value.split_once(' ').unwrap_or((value, ""));
            if !name.is_empty() {
                objects.insert(number, name);
            }
            if what == "ob" {
                ours = objects.get(number).is_some_and(|name| Path::new(name) == program);
            }
        }
        called |= what == "calls";
    }
    costs
}

/// A function's name without what changes from one compiler or folder to another ("v0 Symbol Format" in the book of rustc).
fn pattern(name: &str) -> String {
    let base = name.split_once('.').map_or(name, |(base, _)| base);
    if !name.starts_with("_R") {
        return base.to_owned();
    }
    // `Cs`, a number and `_` stand before the name of a crate. `B`, a number and `_` repeat what stands that far from the
    // beginning: the longer the crates' numbers, the farther.
    let mut out = String::new();
    let mut rest = base;
    while let Some(at) = rest.find(['C', 'B']) {
        let mark = if rest[at..].starts_with("Cs") { 2 } else { 1 };
        let (before, after) = rest.split_at(at + mark);
        out.push_str(before);
        let longest = if mark == 2 { 16 } else { 3 };
        let number = after.find(|sign: char| !sign.is_ascii_alphanumeric()).unwrap_or(after.len());
        if (before.ends_with("Cs") || before.ends_with('B')) && number <= longest && after[number..].starts_with('_') {
            out.push('*');
            rest = &after[number..];
        } else {
            rest = after;
        }
    }
    out += rest;
    // The crate that a function was made for stands at the end, where that is another than its own. Of functions that are the same any
    // may be kept.
    if let Some(own) = out.strip_suffix("B*_") {
        out.truncate(own.len());
    } else if let Some((own, of)) = out.rsplit_once("Cs*_") {
        let name = of.trim_start_matches(|sign: char| sign.is_ascii_digit());
        if of.strip_suffix(name).and_then(|length| length.parse().ok()) == Some(name.len()) {
            out.truncate(own.len());
        }
    }
    match MERGED.iter().find(|(start, end)| out.starts_with(start) && out.ends_with(end)) {
        Some((start, end)) => format!("{start}*{end}*"),
        None => out + "*",
    }
}
