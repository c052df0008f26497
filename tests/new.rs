//! `twelvefold new`: the course that it writes has no mistake and can be used, and nothing is ever written over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    for name in ["TWELVEFOLD_COURSE", "TWELVEFOLD_DATA", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_new_course_has_no_mistake_and_opens() {
    let home = tempfile::tempdir().unwrap();
    let made = run(home.path(), &["new", "deep/Green Tea"]);
    assert_eq!((made.status.code(), err(&made)), (Some(0), String::new()));
    assert!(out(&made).contains("twelvefold check 'deep/Green Tea'"), "{}", out(&made));
    for path in out(&made).lines().take_while(|line| !line.is_empty()) {
        let file = home.path().join("deep/Green Tea").join(path);
        let text = fs::read_to_string(&file).unwrap();
        if let Some((_, schema)) = text.lines().next().unwrap().split_once("$schema=") {
            assert!(file.parent().unwrap().join(schema).is_file(), "{path} names {schema}");
        }
    }
    let checked = run(home.path(), &["check", "deep/Green Tea", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&out(&checked)).unwrap();
    assert_eq!((&found["errors"], &found["warnings"]), (&0.into(), &0.into()), "{found}");
    assert_eq!((&found["lessons"], &found["questions"], &found["pairs"]), (&1.into(), &4.into(), &1.into()));
    let listed = run(home.path(), &["--course", "deep/Green Tea", "list", "--json", "--questions"]);
    let listed: serde_json::Value = serde_json::from_str(&out(&listed)).unwrap();
    assert_eq!(listed["course"]["id"], "green-tea");
    assert_eq!(listed["lessons"][0]["questions"].as_object().unwrap().len(), 4, "one of each kind");
    assert!(out(&run(home.path(), &["--course", "deep/Green Tea", "read", "first-steps"])).contains("Two programs, one machine"));
}

#[test]
fn an_empty_folder_will_do_and_gives_its_name() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("tea");
    fs::create_dir(&folder).unwrap();
    let made = run(&folder, &["new", "."]);
    assert_eq!((made.status.code(), err(&made)), (Some(0), String::new()));
    assert!(fs::read_to_string(folder.join("lessons/course.yaml")).unwrap().contains("id: tea\n"));
    assert_eq!(run(&folder, &["check", "."]).status.code(), Some(0));
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".hidden"), "mine").unwrap();
    let refused = run(home.path(), &["new", "."]);
    assert_eq!((refused.status.code(), out(&refused)), (Some(1), String::new()));
    assert!(err(&refused).contains("is not empty"), "{}", err(&refused));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    // A course that was made is not made again.
    assert_eq!(run(home.path(), &["new", "tea"]).status.code(), Some(0));
    let course = home.path().join("tea/lessons/course.yaml");
    fs::write(&course, "mine").unwrap();
    assert_eq!(run(home.path(), &["new", "tea"]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(course).unwrap(), "mine");
}

#[test]
fn a_file_in_the_way_is_told_of_in_one_line() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("tea"), "mine").unwrap();
    for dir in ["tea", "tea/pot"] {
        let refused = run(home.path(), &["new", dir]);
        assert_eq!((refused.status.code(), err(&refused).lines().count()), (Some(1), 1), "{}", err(&refused));
        assert!(err(&refused).starts_with(&format!("twelvefold: {dir} could not be written")), "{}", err(&refused));
    }
    assert_eq!(fs::read_to_string(home.path().join("tea")).unwrap(), "mine");
    assert_eq!(run(home.path(), &["new"]).status.code(), Some(2));
}
