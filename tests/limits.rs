//! The limits on what strangers write, each met from both sides: what is inside passes, what is beyond is refused or left plain,
//! with a sentence that says so. `docs/reliability.md` lists them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::time::Duration;

use twelvefold::cli::simulate::take_in;
use twelvefold::content::files::{Files, MAX_FILES, MAX_TOTAL};
use twelvefold::content::reader::Report;
use twelvefold::content::yaml::{self, MAX_DEPTH, MAX_NODES, Spot};
use twelvefold::content::{load, markdown};
use twelvefold::domain::doc::MAX_LEVELS;
use twelvefold::domain::night::Scenario;
use twelvefold::domain::text::{MAX_CLUSTER, MAX_MARKS, clean};
use twelvefold::ui::highlight::{Highlighter, MAX_LINE, MAX_LINES};

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Codes and words of what is wrong with the files of a folder.
fn problems(root: &Path) -> Vec<(&'static str, String)> {
    let (_, problems) = Files::folder(root);
    problems.into_iter().map(|problem| (problem.code, problem.message)).collect()
}

#[test]
fn folders_are_as_deep_as_a_course_needs() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &format!("lessons/{}x.md", "a/".repeat(8)), "fine");
    assert_eq!(problems(folder.path()), []);
    write(folder.path(), &format!("lessons/{}x.md", "b/".repeat(9)), "too deep");
    assert_eq!(problems(folder.path()), [("C004", "folders are nested too deeply".to_owned())]);
}

#[test]
fn files_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "lessons/0.md", "");
    for number in 1..MAX_FILES {
        fs::hard_link(folder.path().join("lessons/0.md"), folder.path().join(format!("lessons/{number}.md"))).unwrap();
    }
    assert_eq!(problems(folder.path()), []);
    write(folder.path(), "lessons/one-more.md", "");
    assert_eq!(problems(folder.path()), [("C004", format!("there are more than {MAX_FILES} files"))]);
}

#[test]
fn bytes_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let part = MAX_TOTAL / 4;
    for number in 0..4 {
        write(folder.path(), &format!("lessons/{number}.md"), "");
        fs::OpenOptions::new().write(true).open(folder.path().join(format!("lessons/{number}.md"))).unwrap().set_len(part).unwrap();
    }
    assert_eq!(problems(folder.path()), []);
    write(folder.path(), "lessons/last.md", "x");
    assert_eq!(problems(folder.path()), [("C004", "the course is too large".to_owned())]);
}

#[test]
fn yaml_has_a_depth_a_size_and_no_aliases() {
    let inside = format!("{}1{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(yaml::parse("f", &inside, 0).is_ok());
    let many = |count: usize| format!("[{}1]", "1,".repeat(count - 2));
    assert!(yaml::parse("f", &many(MAX_NODES), 0).is_ok());
    for (text, code) in [
        (format!("[{inside}]"), "Y007"),
        (many(MAX_NODES + 1), "Y007"),
        ("a: &x 1\nb: *x\n".to_owned(), "Y007"),
        ("a: &x 1\n".to_owned(), "Y007"),
    ] {
        let problem = yaml::parse("f", &text, 0).unwrap_err();
        assert!(problem.code == code && problem.message.len() > 10, "{problem:?} for {text:.40}");
    }
}

#[test]
fn markdown_is_flattened_where_it_is_too_deep() {
    let (mut found, mut links) = (Vec::new(), Vec::new());
    let mut report = Report { path: "x.md", problems: &mut found };
    let text = format!("{}deep\n", "> ".repeat(10_000));
    let doc = markdown::blocks(&text, Spot::default(), &mut report, &mut links);
    assert!(doc.blocks.iter().all(|block| block.levels.len() <= MAX_LEVELS));
    assert!(doc.blocks.iter().any(|block| format!("{block:?}").contains("deep")), "its words are there");
}

#[test]
fn colours_end_where_lines_are_too_long_too_many_or_time_is_up() {
    let highlighter = Highlighter::new();
    let coloured = |text: &str| highlighter.colours("rust", text, Duration::MAX, &|| Duration::ZERO).lines.len();
    let line = |length: usize| format!("let x = 1; //{}", "x".repeat(length - 13));
    assert_eq!(coloured(&format!("let a = 1;\n{}\nlet b = 2;\n", line(MAX_LINE))), 3);
    assert_eq!(coloured(&format!("let a = 1;\n{}\nlet b = 2;\n", line(MAX_LINE + 1))), 1, "the long line and the rest stay plain");
    assert_eq!(coloured(&"1;\n".repeat(MAX_LINES + 100)), MAX_LINES);
    // A clock that goes on by a tick a line.
    let ticks = Cell::new(0);
    let spent = || {
        ticks.set(ticks.get() + 1);
        Duration::from_millis(ticks.get())
    };
    let lines = highlighter.colours("rust", &"let x = 1;\n".repeat(100), Duration::from_millis(10), &spent).lines.len();
    assert_eq!(lines, 10, "what came before the time was up is coloured");
}

#[test]
fn clusters_have_so_many_marks_and_bytes() {
    let with = |marks: usize| format!("a{}", "\u{301}".repeat(marks));
    assert_eq!(clean(&with(MAX_MARKS)), with(MAX_MARKS));
    assert_eq!(clean(&with(MAX_MARKS + 1)), "\u{fffd}");
    let family = "👩\u{200d}".repeat(MAX_CLUSTER) + "👩";
    assert_eq!(clean(&family), "\u{fffd}");
}

#[test]
fn a_scenario_is_refused_in_words() {
    let mut scenario = Scenario::default();
    for (text, words) in [
        ("- 1\n", "a scenario is a list of `name: number` lines"),
        ("seed: -1\n", "`seed` is negative"),
        ("seed: 1\nseed: 2\n", "`seed` stands twice"),
        ("nonsense: 1\n", "nonsense"),
        ("a: &x 1\n", "f:1"),
    ] {
        let wrong = take_in("f", text, &mut scenario).unwrap_err();
        assert!(wrong.iter().any(|line| line.contains(words)), "{text}: {wrong:?}");
    }
}

/// What is beyond a limit never makes a course disappear without a word.
#[test]
fn a_course_beyond_a_limit_is_refused_with_a_word() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "lessons/course.yaml", &format!("format: 1\nid: x\ntitle: {}\n", "[".repeat(100)));
    let (files, found) = Files::folder(folder.path());
    let (course, problems) = load::load(&files, found);
    assert!(course.is_none() && !problems.is_empty());
}
