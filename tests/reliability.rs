//! `docs/reliability.md` says what the harnesses say: every row has its harness, every figure was written by a run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::fs;
use std::path::Path;

#[path = "support/reliability.rs"]
mod reliability;

use reliability::{PARTS, WRITTEN_BY_HAND, WRITTEN_BY_RUN, page, root, rows, with_tables};

#[test]
fn the_page_shows_what_the_files_say() {
    let written = fs::read_to_string(page()).unwrap();
    let wanted = with_tables(&written);
    if std::env::var_os("TWELVEFOLD_WRITE").is_some() {
        fs::write(page(), wanted).unwrap();
        return;
    }
    assert!(written == wanted, "make the tables anew: TWELVEFOLD_WRITE=1 cargo test --test reliability");
}

#[test]
fn every_promise_has_its_harness() {
    let harnesses = sources(&root().join("tests"));
    for (name, row) in rows() {
        for key in WRITTEN_BY_HAND {
            assert!(row.get(key).is_some_and(|value| !value.is_empty()), "{name}.txt does not say its {key}");
        }
        for (key, value) in &row {
            let known = WRITTEN_BY_HAND.contains(&key.as_str()) || WRITTEN_BY_RUN.contains(&key.as_str());
            assert!(known && !value.contains('|'), "{name}.txt: {key}: {value}");
        }
        assert!(PARTS.contains(&row["part"].as_str()), "{name}.txt: no table is called {}", row["part"]);
        let runs = WRITTEN_BY_RUN.iter().filter(|key| row.contains_key(**key)).count();
        assert!(runs == 0 || runs == WRITTEN_BY_RUN.len(), "{name}.txt has half a run");
        let writes = format!("record(\"{name}\"");
        assert!(harnesses.iter().any(|text| text.contains(&writes)), "no harness in tests/ says {writes}");
        let target = row["short"].split("--test ").nth(1).and_then(|rest| rest.split(' ').next());
        let target = target.unwrap_or_else(|| panic!("{name}.txt: {} names no test", row["short"]));
        assert!(root().join(format!("tests/{target}.rs")).exists(), "{name}.txt: there is no tests/{target}.rs");
    }
}

/// `file::test` in the table of faults is a test that there is: in tests/, or beside what it tests.
#[test]
fn every_fault_has_the_tests_that_are_named() {
    let text = fs::read_to_string(page()).unwrap();
    let (_, table) = text.split_once("## Faults").unwrap();
    let mut count = 0;
    for name in table.split('`').skip(1).step_by(2) {
        let Some((place, test)) = name.split_once("::") else { continue };
        let folder = match place {
            "store" => "src/store",
            "worker" => "src/term/worker",
            "domain" => "src/domain",
            _ => "tests",
        };
        let own = root().join(format!("tests/{place}.rs"));
        let texts =
            if folder == "tests" { vec![fs::read_to_string(own).unwrap_or_default()] } else { sources(&root().join(folder)) };
        assert!(texts.iter().any(|text| text.contains(&format!("fn {test}("))), "there is no test {name}");
        count += 1;
    }
    assert!(count >= 20, "only {count} tests are named");
}

/// Every Rust file below `folder`, white space left out of calls.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
    found
}
