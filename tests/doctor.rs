//! `twelvefold doctor` says what is so, changes nothing, and writes a report in which nothing personal is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use twelvefold::store::{Opener, Store as _};

#[path = "support/learner.rs"]
mod learner;

use learner::{answer, released};

const BINARY: &str = env!("CARGO_BIN_EXE_twelvefold");

/// Runs it with a home of its own.
fn doctor(home: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(["--data"])
        .arg(home.join("data"))
        .arg("doctor")
        .args(arguments)
        .current_dir(home)
        .env("HOME", home)
        .env("LANG", "de_DE.UTF-8")
        .env("TERM", "xterm-256color")
        .env_remove("LC_ALL")
        .env_remove("LC_CTYPE")
        .env_remove("NO_COLOR")
        .env_remove("COLORTERM")
        .env_remove("TWELVEFOLD_COURSE")
        .output()
        .unwrap()
}

fn findings(output: &Output) -> Vec<(String, String, String)> {
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["fine"].as_bool().unwrap(), output.status.success());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = value["findings"].as_array().unwrap();
    rows.iter().map(|row| (text(&row["about"]), text(&row["state"]), text(&row["found"]))).collect()
}

fn found<'a>(findings: &'a [(String, String, String)], about: &str) -> &'a (String, String, String) {
    findings.iter().find(|finding| finding.0 == about).unwrap_or_else(|| panic!("nothing about {about}: {findings:?}"))
}

/// Eight answers, kept by this program.
fn filled(home: &Path) {
    let mut store = Opener::new(home.join("data")).open().unwrap().store;
    store.append(&(0..8).map(answer).collect::<Vec<_>>()).unwrap();
}

#[test]
fn where_nothing_is_kept_nothing_is_wrong_and_nothing_is_made() {
    let home = tempfile::tempdir().unwrap();
    let output = doctor(home.path(), &[]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("~/data") && said.contains("none yet") && said.ends_with("Nothing is wrong.\n"), "{said}");
    assert!(said.lines().all(|line| line.chars().count() <= 120 && !line.ends_with(' ')), "{said}");
    assert!(!home.path().join("data").exists());
}

#[test]
fn it_says_what_is_so() {
    let home = tempfile::tempdir().unwrap();
    filled(home.path());
    let before = fs::read(home.path().join("data/progress.sqlite3")).unwrap();
    let output = doctor(home.path(), &["--json"]);
    let rows = findings(&output);
    assert_eq!(output.status.code(), Some(0), "{rows:?}");
    for (about, state, words) in [
        ("program", "fine", env!("CARGO_PKG_VERSION")),
        ("terminal", "note", "neither input nor output is a terminal"),
        ("colours", "fine", "256"),
        ("letters", "fine", "de_DE.UTF-8"),
        ("course", "fine", "built in"),
        ("progress", "fine", "~/data"),
        ("database", "fine", " KB, format "),
        ("history", "fine", "8 entries, 8 answers"),
        ("disk", "fine", "B free"),
    ] {
        let row = found(&rows, about);
        assert!((row.1 == state || about == "disk") && row.2.contains(words), "{row:?}");
    }
    assert_eq!(fs::read(home.path().join("data/progress.sqlite3")).unwrap(), before);
    assert_eq!(fs::read_dir(home.path().join("data")).unwrap().count(), 1);
}

#[test]
fn an_old_format_is_told_and_left_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("data")).unwrap();
    fs::write(home.path().join("data/progress.sqlite3"), released(1)).unwrap();
    let rows = findings(&doctor(home.path(), &["--json"]));
    assert!(found(&rows, "database").2.contains("format 1, brought up to date at the next start"), "{rows:?}");
}

#[test]
fn what_is_wrong_is_told_with_exit_code_one() {
    let home = tempfile::tempdir().unwrap();
    filled(home.path());
    let file = home.path().join("data/progress.sqlite3");
    let good = fs::read(&file).unwrap();
    let mut spoilt = good.clone();
    spoilt[2 * 4_096..3 * 4_096].fill(0xee);
    let mut foreign = good.clone();
    foreign[68..72].copy_from_slice(b"abcd");
    for (bytes, words) in [(&spoilt, "damaged"), (&foreign, "belongs to another program"), (&b"dear diary".to_vec(), "damaged")] {
        fs::write(&file, bytes).unwrap();
        let output = doctor(home.path(), &["--json"]);
        assert_eq!(output.status.code(), Some(1));
        let rows = findings(&output);
        let row = found(&rows, "database");
        assert!(row.1 == "trouble" && row.2.contains(words), "{row:?}");
        assert_eq!(&fs::read(&file).unwrap(), bytes, "it is not touched");
    }
    let output = doctor(home.path(), &[]);
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("One thing is wrong.\n"));
}

#[test]
fn a_report_names_nobody_and_goes_over_no_file() {
    let home = tempfile::tempdir().unwrap();
    filled(home.path());
    let output = doctor(home.path(), &["--report"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let file = home.path().join("twelvefold-report.txt");
    let report = fs::read_to_string(&file).unwrap();
    assert!(report.contains("~/data") && report.contains("sound"), "{report}");
    assert!(!report.contains(home.path().to_str().unwrap()), "{report}");
    let again = doctor(home.path(), &["--report"]);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&file).unwrap(), report);
    let other = doctor(home.path(), &["--report", "other.json", "--json"]);
    assert!(other.status.success());
    let value: Value = serde_json::from_slice(&fs::read(home.path().join("other.json")).unwrap()).unwrap();
    assert_eq!(value["fine"], true);
}

#[cfg(unix)]
#[test]
fn a_hostile_name_does_not_act() {
    let home = tempfile::tempdir().unwrap();
    let output =
        Command::new(BINARY).args(["--data", "/nowhere/\u{1b}[31m\u{202e}", "doctor"]).env("HOME", home.path()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said:?}");
}
