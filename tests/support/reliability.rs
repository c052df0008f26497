//! How a harness learns whether this is a long run, and how it writes its figures down. `docs/reliability/NAME.txt` holds what
//! is promised and what the last long run of harness NAME found; `docs/reliability.md` shows all of them in tables.
//!
//! A test takes it in with `#[path = "support/reliability.rs"] mod reliability;`.
#![allow(dead_code, reason = "no harness needs all of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The tables of the page, in their order.
pub const PARTS: [&str; 4] = ["Progress", "Terminal", "Course files", "Privacy"];
/// What every file says before anything was run.
pub const WRITTEN_BY_HAND: [&str; 5] = ["part", "promise", "goal", "short", "long"];
/// What a long run writes.
pub const WRITTEN_BY_RUN: [&str; 6] = ["found", "seed", "commit", "date", "machine", "took"];

const BEGIN: &str = "<!-- The tables are made from docs/reliability/*.txt: TWELVEFOLD_WRITE=1 cargo test --test reliability -->\n";
const END: &str = "<!-- End of the tables -->";

/// How much a harness is to do.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Kills, states, runs, or whatever it counts.
    pub count: u64,
    /// Whether the figures are worth keeping.
    pub long: bool,
}

/// What `TWELVEFOLD_LONG` asks for, or `short`.
pub fn effort(short: u64) -> Effort {
    match number("TWELVEFOLD_LONG") {
        Some(count) => Effort { count, long: true },
        None => Effort { count: short, long: false },
    }
}

/// What `TWELVEFOLD_SEED` asks for, or `usual`. A harness prints the seed of what failed, so that it can be seen again.
pub fn seed(usual: u64) -> u64 {
    number("TWELVEFOLD_SEED").unwrap_or(usual)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.replace([',', '_'], "").parse().expect("a number"))
}

/// Writes what a long run found into the file and the page; a short run says it on standard output alone.
pub fn record(name: &str, effort: Effort, seed: u64, took: Duration, found: &str) {
    println!("{name}: {found} (seed {seed}, {took:.1?})");
    if !effort.long {
        return;
    }
    let mut row = read(name);
    for (key, value) in [
        ("found", found.to_owned()),
        ("seed", seed.to_string()),
        ("commit", commit()),
        ("date", jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()),
        ("machine", machine()),
        ("took", for_people(took)),
    ] {
        row.insert(key.to_owned(), value);
    }
    let text: String = WRITTEN_BY_HAND
        .iter()
        .chain(&WRITTEN_BY_RUN)
        .filter_map(|key| row.get(*key).map(|value| format!("{key}: {value}\n")))
        .collect();
    fs::write(folder().join(format!("{name}.txt")), text).expect("the file of the harness");
    fs::write(page(), with_tables(&fs::read_to_string(page()).expect("the page"))).expect("the page");
}

/// A large number as people read it: 1,000,000.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The files of all harnesses, by their names.
pub fn rows() -> BTreeMap<String, BTreeMap<String, String>> {
    let files = fs::read_dir(folder()).expect("docs/reliability").map(|entry| entry.expect("an entry").path());
    let names = files.filter(|path| path.extension().is_some_and(|extension| extension == "txt"));
    names
        .map(|path| {
            let name = path.file_stem().expect("a name").to_str().expect("a plain name").to_owned();
            (name.clone(), read(&name))
        })
        .collect()
}

/// The page as it should be: its words, with tables made from the files.
pub fn with_tables(page: &str) -> String {
    let (before, rest) = page.split_once(BEGIN).expect("the beginning of the tables");
    let (_, after) = rest.split_once(END).expect("the end of the tables");
    let rows = rows();
    let mut tables = String::new();
    for part in PARTS {
        let those: Vec<_> = rows.iter().filter(|(_, row)| row.get("part").is_some_and(|at| at == part)).collect();
        if those.is_empty() {
            continue;
        }
        let _ = write!(tables, "\n### {part}\n\n| | promise | how it is tried | goal | last long run |\n|---|---|---|---|---|\n");
        for (name, row) in those {
            let get = |key: &str| row.get(key).map_or("", String::as_str);
            let run = if row.contains_key("found") {
                format!(
                    "**{}**; seed {}, commit {}, {}, {}, {}",
                    get("found"),
                    get("seed"),
                    get("commit"),
                    get("date"),
                    get("machine"),
                    get("took")
                )
            } else {
                "none yet".to_owned()
            };
            let _ = writeln!(
                tables,
                "| {name} | {} | `{}`; at night `{}` | {} | {run} |",
                get("promise"),
                get("short"),
                get("long"),
                get("goal")
            );
        }
    }
    format!("{before}{BEGIN}{tables}\n{END}{after}")
}

/// The page.
pub fn page() -> PathBuf {
    root().join("docs/reliability.md")
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = own.ancestors().find(|folder| folder.join("docs/reliability.md").exists());
    root.unwrap_or(own).to_owned()
}

fn folder() -> PathBuf {
    root().join("docs/reliability")
}

fn read(name: &str) -> BTreeMap<String, String> {
    let path = folder().join(format!("{name}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("docs/reliability/{name}.txt: {error}"));
    let pairs = text.lines().map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{name}.txt: no `key: value`: {line}")));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The commit that is tried, and whether the sources differ from it.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root()).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short=8", "HEAD"]) else { return "unknown".to_owned() };
    let sources = ["status", "--porcelain", "--", "src", "tests", "lessons", "quizzes", "Cargo.toml", "Cargo.lock", "build.rs"];
    match git(&sources).as_deref() {
        Some("") => commit,
        _ => format!("{commit} with changes"),
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let build = if cfg!(debug_assertions) { "debug build" } else { "optimised build" };
    format!("{cores} cores, {} {}, {build}", std::env::consts::OS, std::env::consts::ARCH)
}

fn for_people(took: Duration) -> String {
    match took.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds => format!("{} min", (seconds + 30) / 60),
    }
}
