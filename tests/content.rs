//! Courses with mistakes: each folder under `fixtures/bad` lays a few files over the good course, and every mistake that
//! `expected.txt` lists must be found, at its very place, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use twelvefold::content::files::Files;
use twelvefold::content::load::{load, open};
use twelvefold::content::released;
use twelvefold::content::syntax::inspect;
use twelvefold::domain::course::Course;
use twelvefold::domain::problem::{Problem, Severity};
use twelvefold::domain::track::Step;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if entry.file_name() != "expected.txt" {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The good course in a folder of its own.
fn good() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    copy(&fixtures().join("good"), dir.path());
    dir
}

fn read(dir: &Path) -> (Option<Course>, Vec<Problem>) {
    let (files, problems) = Files::folder(dir);
    if problems.is_empty() {
        let whole = load(&files, Vec::new()).0;
        assert_eq!(open(&files).is_some(), whole.is_some(), "{}: it opens without a look at warnings, too", dir.display());
    }
    inspect(&files, problems)
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{} {}\n", problem.code, problem.place)).collect()
}

#[test]
fn the_good_course_has_no_mistake() {
    let dir = good();
    let (course, problems) = read(dir.path());
    assert_eq!(problems, []);
    assert_eq!(course.unwrap().map.len(), 2);
}

#[test]
fn every_mistake_is_found_at_its_place() {
    let mut names: Vec<PathBuf> = fs::read_dir(fixtures().join("bad")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 20);
    let mut wrong = Vec::new();
    for name in &names {
        let expected = fs::read_to_string(name.join("expected.txt")).unwrap();
        let dir = good();
        copy(name, dir.path());
        let (course, problems) = read(dir.path());
        let found = lines(&problems);
        if found != expected {
            wrong.push(format!("{}\nexpected\n{expected}found\n{found}{problems:#?}", name.display()));
        }
        let error = problems.iter().any(|problem| problem.severity == Severity::Error);
        assert_eq!(course.is_none(), error, "{}: there is a course if and only if there is no error", name.display());
        assert!(!problems.is_empty(), "{} has a mistake", name.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_an_example_here() {
    let mut text = String::from("C003 C004 K001 K002 K003 "); // made in the tests below, and in tests/packs.rs
    for entry in fs::read_dir(fixtures().join("bad")).unwrap() {
        text += &fs::read_to_string(entry.unwrap().path().join("expected.txt")).unwrap();
    }
    let unseen: Vec<&str> =
        twelvefold::content::codes::RULES.iter().map(|rule| rule.code).filter(|code| !text.contains(&format!("{code} "))).collect();
    assert_eq!(unseen, [""; 0]);
}

#[test]
fn a_list_of_released_ids_grows_and_keeps_what_is_retired() {
    let dir = good();
    fs::create_dir(dir.path().join("assets")).unwrap();
    let list = dir.path().join(released::PATH);
    let (course, _) = read(dir.path());
    let text = released::updated("question water-old retired\nlesson water\n", &course.unwrap());
    assert!(text.contains("\nlesson leaves\nlesson water\npair leaves-js\nquestion leaves-diff\n"), "{text}");
    assert!(text.contains("question leaves-iv-dust\n") && text.ends_with("question water-old retired\nquestion water-single\n"));
    fs::write(&list, &text).unwrap();
    let (course, problems) = read(dir.path());
    assert_eq!(problems, []);
    assert_eq!(released::updated(&text, &course.unwrap()), text);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let dir = good();
    fn rewrite(folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rewrite(&path);
            } else {
                let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
                fs::write(&path, format!("\u{feff}{text}")).unwrap();
            }
        }
    }
    let (plain, _) = read(dir.path());
    rewrite(dir.path());
    let (course, problems) = read(dir.path());
    assert_eq!(problems, []);
    let (plain, course) = (plain.unwrap(), course.unwrap());
    assert_eq!(plain.map, course.map);
    assert_eq!(plain.lesson(0), course.lesson(0));
}

#[test]
fn a_bomb_of_aliases_is_refused_at_once() {
    let mut bomb = String::from("terms: &a [x,x,x,x,x,x,x,x,x,x]\n");
    let mut last = "a".to_owned();
    let mut n = 0;
    while bomb.len() < 63_000 {
        n += 1;
        let name = format!("a{n}");
        bomb += &format!("{name}: &{name} [{}]\n", vec![format!("*{last}"); 60].join(","));
        last = name;
    }
    let dir = good();
    fs::write(dir.path().join("lessons/glossary.yaml"), bomb).unwrap();
    let begun = Instant::now();
    let (course, problems) = read(dir.path());
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    assert!(course.is_none());
    assert!(lines(&problems).contains("Y007 lessons/glossary.yaml:1:11\n"), "{problems:?}");
}

#[test]
fn large_files_are_refused_at_once() {
    let begun = Instant::now();
    let dir = good();
    fs::write(dir.path().join("quizzes/02-water.yaml"), "x: [".repeat(512 << 10)).unwrap();
    let (_, problems) = read(dir.path());
    assert_eq!(lines(&problems), "Y007 quizzes/02-water.yaml:1\n");
    fs::write(dir.path().join("quizzes/02-water.yaml"), "x".repeat(33 << 20)).unwrap();
    let (_, problems) = read(dir.path());
    assert_eq!(lines(&problems), "C004 quizzes/02-water.yaml\n");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn bytes_that_are_not_utf_8_have_a_place() {
    let dir = good();
    let quiz = dir.path().join("quizzes/02-water.yaml");
    let mut bytes = fs::read(&quiz).unwrap();
    let line = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    bytes.extend_from_slice(b"# \xc3\xa9\xff\n");
    fs::write(&quiz, bytes).unwrap();
    let (course, problems) = read(dir.path());
    assert!(course.is_none());
    assert!(lines(&problems).starts_with(&format!("C003 quizzes/02-water.yaml:{line}:4\n")), "{}", lines(&problems));
    // It hides nothing that is wrong elsewhere.
    let lesson = dir.path().join("lessons/01-leaves/lesson.md");
    let text = fs::read_to_string(&lesson).unwrap();
    fs::write(&lesson, text + "\nSee [this](lesson:nowhere).\n").unwrap();
    let (_, problems) = read(dir.path());
    assert!(lines(&problems).contains("L009 lessons/01-leaves/lesson.md"), "{}", lines(&problems));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_pipes_not_opened() {
    let dir = good();
    let secret = dir.path().join("secret");
    fs::write(&secret, "x").unwrap();
    std::os::unix::fs::symlink(&secret, dir.path().join("lessons/01-leaves/extra.md")).unwrap();
    std::os::unix::fs::symlink("/etc", dir.path().join("lessons/etc")).unwrap();
    let (_, problems) = read(dir.path());
    assert_eq!(lines(&problems), "C002 lessons/01-leaves/extra.md\nC002 lessons/etc\n");
}

#[test]
fn a_folder_that_is_no_course_says_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let (course, problems) = read(dir.path());
    assert!(course.is_none());
    assert_eq!(lines(&problems), "C001 lessons/course.yaml\n");
    let (_, problems) = read(&dir.path().join("nowhere"));
    assert_eq!(lines(&problems), "C001 lessons/course.yaml\n");
}

#[test]
fn no_control_of_a_course_reaches_a_text() {
    let dir = good();
    copy(&fixtures().join("bad/control-characters"), dir.path());
    // The code of the pair cannot be tied to its note any more; the rest of the course is what is looked at.
    fs::remove_file(dir.path().join("lessons/01-leaves/compare.yaml")).unwrap();
    fs::remove_file(dir.path().join("lessons/01-leaves/story.yaml")).unwrap();
    let lesson = dir.path().join("lessons/01-leaves/lesson.md");
    let text = fs::read_to_string(&lesson).unwrap().replace("[Side by side](compare:leaves-js)", "");
    fs::write(lesson, text).unwrap();
    let (course, problems) = read(dir.path());
    let course = course.unwrap_or_else(|| panic!("{problems:?}"));
    let shown = format!("{:?}", course.lesson(1));
    assert!(shown.contains("\u{241b}[2J<U+202E>boils."), "{shown}");
    assert!(shown.contains("A kettle \u{241b}[5m"), "{shown}");
    assert!(!shown.contains("\\u{1b}") && !shown.contains("\\u{202e}"), "{shown}");
}

#[test]
fn the_shipped_course_has_no_mistake() {
    let (course, problems) = inspect(&Files::Embedded, Vec::new());
    assert_eq!(problems, []);
    assert!(course.is_some());
}

/// What a track promises is about what its steps add up to: a minute for a pair and for a question, three for an answer aloud.
/// A class is no reading: its time is for what is said.
#[test]
fn the_minutes_of_a_track_are_those_of_its_steps() {
    let course = twelvefold::content::load::embedded().unwrap();
    let minutes = |id| course.index_of(id).map_or(0, |at| usize::from(course.map[at].minutes));
    let mut whole = 0;
    for track in course.tracks() {
        let mut passages = false;
        let sum: usize = track
            .steps
            .iter()
            .map(|step| match step {
                Step::Lesson(id, passage) => {
                    passages |= passage.is_some();
                    minutes(id)
                }
                Step::Pair(_) => 1,
                Step::Questions(ids) => ids.len(),
                Step::Interview(ids) => 3 * ids.len(),
            })
            .sum();
        if !passages {
            whole += 1;
            assert!(usize::from(track.minutes).abs_diff(sum) <= 5, "{}: {} promised, {sum} minutes", track.id, track.minutes);
        }
    }
    assert!(whole >= 4);
}
