//! The commands as a shell sees them: exit codes, both outputs, pipes and bad input. Run on the small good course.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    for name in ["TWELVEFOLD_COURSE", "TWELVEFOLD_DATA", "NO_COLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG", "TERM"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn finish(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs with the good course.
fn tea(arguments: &[&str]) -> Ran {
    finish(command().arg("--course").arg(fixtures().join("good")).args(arguments))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else if entry.file_name() != "expected.txt" {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// The good course under one of the bad overlays.
fn bad(name: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    copy(&fixtures().join("good"), dir.path());
    copy(&fixtures().join("bad").join(name), dir.path());
    dir
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What is left when sequences that only set styles are taken out.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap();
        assert!(after[end..].starts_with('m'), "a sequence that is no style: {after:?}");
        rest = &after[end + 1..];
    }
    out + rest
}

fn harmless(text: &str) {
    for c in text.chars() {
        let bidi = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}');
        assert!(c == '\n' || (!c.is_control() && !bidi), "{c:?} in {text:?}");
    }
}

#[test]
fn list_shows_each_lesson_on_a_line() {
    let ran = tea(&["list"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(
        ran.out,
        "A course about tea, version 1.2.3\n\n      ID      TITLE                 MIN  PAIRS  QUESTIONS\n      \
         leaves  Leaves, whole or cut    1      1         11\n      water   Water and time          1      0          1\n"
    );
    let ran = tea(&["list", "--questions"]);
    assert_eq!(ran.out.lines().count(), 5 + 12);
}

#[test]
fn list_as_json_has_lessons_pairs_and_counts() {
    let listing = json(&tea(&["list", "--json"]).out);
    assert_eq!(listing["course"]["id"], "tea");
    assert_eq!(listing["course"]["version"], "1.2.3");
    assert!(listing.get("questions").is_none());
    let lesson = &listing["lessons"][0];
    assert_eq!((&lesson["id"], &lesson["factor"], &lesson["minutes"]), (&"leaves".into(), &Value::Null, &1.into()));
    assert_eq!(lesson["words"], 36);
    assert_eq!(lesson["questions"]["spot_line"], 1);
    assert_eq!(lesson["questions"].as_object().unwrap().len(), 11);
    assert_eq!(lesson["interview_questions"], 1);
    let pair = &lesson["comparisons"][0];
    assert_eq!((&pair["id"], &pair["language"], &pair["bad_file"]), (&"leaves-js".into(), &"javascript".into(), &"tea.js".into()));
    let file = fs::read_to_string(fixtures().join("good/lessons/01-leaves/pairs/leaves-js/bad/tea.js")).unwrap();
    assert_eq!(pair["bad"], file);
}

#[test]
fn list_as_json_gives_every_question_with_its_key() {
    let listing = json(&tea(&["list", "--json", "--questions"]).out);
    let questions = listing["questions"].as_array().unwrap();
    assert_eq!(questions.len(), 12);
    let find = |id: &str| questions.iter().find(|question| question["id"] == id).unwrap();
    for question in questions {
        let options = question["options"].as_array().unwrap();
        assert!(options.iter().any(|option| option["correct"] == true), "{question}");
        for option in options {
            assert!(option["why"].as_str().is_some_and(|why| !why.is_empty()) && option["id"].is_string(), "{question}");
        }
    }
    let single = find("leaves-single");
    assert_eq!(single["prompt"], "Guests come in an hour.\n\nWhich leaf do you take?");
    assert_eq!((&single["revision"], &single["factor"], &single["passage"]), (&2.into(), &3.into(), &"leaves#market".into()));
    assert_eq!(single["hints"][1], "Count the guests.");
    assert_eq!(single["options"][0]["id"], "whole");
    let spot = find("leaves-spot");
    assert_eq!(spot["code"]["language"], "javascript");
    assert_eq!((&spot["options"][0]["id"], &spot["options"][0]["text"]), (&"line-2".into(), &"const leaf = \"dust\";".into()));
    assert_eq!((&spot["options"][1]["id"], &spot["options"][1]["correct"]), (&"line-3".into(), &false.into()));
    assert_eq!(find("leaves-match")["options"][0]["text"], "Whole → Four minutes");
    assert_eq!(find("leaves-order")["options"][3]["id"], "drink");
    let short = find("leaves-short");
    let given: Vec<_> = short["options"].as_array().unwrap().iter().map(|o| (o["id"].as_str(), o["correct"].as_bool())).collect();
    assert_eq!(given, [(Some("answer-1"), Some(true)), (Some("answer-2"), Some(true)), (Some("answer-3"), Some(false))]);
    assert_eq!(find("leaves-diff")["code"]["language"], "diff");
}

#[test]
fn read_prints_the_lesson_and_its_pairs_in_full() {
    let ran = tea(&["read", "leaves"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    harmless(&ran.out);
    for words in ["Leaves, whole or cut", "At home", "leaf ──> cup", "Take away", "BAD ✗  tea.js", "GOOD ✓  tea.js"] {
        assert!(ran.out.contains(words), "{words} in {}", ran.out);
    }
    for side in ["bad", "good"] {
        let file = fs::read_to_string(fixtures().join(format!("good/lessons/01-leaves/pairs/leaves-js/{side}/tea.js"))).unwrap();
        for line in file.lines().filter(|line| !line.is_empty()) {
            assert!(ran.out.contains(line), "{line}");
        }
    }
    assert!(ran.out.contains("1. line 3: Everybody drinks dust now.") && ran.out.contains("2. line 3: Each guest brings a leaf."));
    assert!(ran.out.lines().all(|line| !line.ends_with(' ') && line.chars().count() <= 76));
}

#[test]
fn read_keeps_to_the_width() {
    for width in ["20", "33", "60"] {
        let ran = tea(&["read", "leaves", "--width", width]);
        let limit: usize = width.parse().unwrap();
        let wide: Vec<&str> = ran.out.lines().filter(|line| line.chars().count() > limit).collect();
        assert_eq!(wide, [""; 0], "at {width}");
    }
    assert_eq!(tea(&["read", "leaves", "--width", "1"]).code, Some(0));
    assert_eq!(tea(&["read", "leaves", "--width", "0"]).code, Some(2));
}

#[test]
fn read_is_coloured_only_when_asked_or_on_a_terminal() {
    let pale = tea(&["read", "leaves"]).out;
    for (term, colorterm, sign) in
        [("xterm", "", "\u{1b}[31m"), ("xterm-256color", "", "\u{1b}[38;5;"), ("xterm", "truecolor", "\u{1b}[38;2;")]
    {
        let mut command = command();
        command.arg("--course").arg(fixtures().join("good")).env("TERM", term).env("COLORTERM", colorterm);
        let ran = finish(command.args(["read", "leaves", "--color", "always"]));
        assert!(ran.out.contains(sign) || ran.out.contains(&sign.replace("[31", "[1;31")), "{term} {colorterm}: {}", ran.out);
        assert_eq!(plain(&ran.out), pale, "the same words");
    }
}

#[test]
fn progress_of_a_new_learner_is_empty() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let ran = tea(&["--data", data, "progress", "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let progress = json(&ran.out);
    assert_eq!(progress["answers"], 0);
    assert_eq!(
        progress["lessons"][1],
        serde_json::json!({"id": "water", "state": "new", "place": null, "attempts": 0, "best": null, "last": null, "mastery": 0.0})
    );
    let ran = tea(&["--data", data, "progress"]);
    assert!(ran.out.contains("0 of 2 lessons done, 0 answers given"), "{}", ran.out);
}

#[test]
fn check_of_a_good_course_counts_it() {
    let ran = finish(command().arg("check").arg(fixtures().join("good")));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(ran.out, "no mistakes in 10 files\n2 lessons, 12 questions, 1 pair\n");
    let found = json(&finish(command().args(["check", "--json"]).arg(fixtures().join("good"))).out);
    assert_eq!(found, serde_json::json!({"problems": [], "errors": 0, "warnings": 0, "lessons": 2, "questions": 12, "pairs": 1}));
}

#[test]
fn check_shows_mistakes_as_a_compiler_would() {
    let dir = bad("unknown-field");
    let ran = finish(command().arg("check").arg(dir.path()));
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    let wanted = "error[Y003]: `titel` is no field of a lesson\n --> lessons/02-water/lesson.md:3:1\n  |\n3 | titel: Water and time\n  \
                  | ^^^^^\n  |\n  = help: did you mean `title`?\n";
    assert!(ran.out.contains(wanted), "{}", ran.out);
    assert!(ran.out.ends_with("\n1 error in 10 files\n"), "{}", ran.out);
}

#[test]
fn check_says_the_same_in_words_and_in_json() {
    for entry in fs::read_dir(fixtures().join("bad")).unwrap() {
        let name = entry.unwrap().file_name();
        let dir = bad(name.to_str().unwrap());
        let ran = finish(command().arg("check").arg(dir.path()));
        harmless(&ran.out);
        let found = json(&finish(command().args(["check", "--json"]).arg(dir.path())).out);
        let problems = found["problems"].as_array().unwrap();
        let arrows: Vec<&str> = ran.out.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")).collect();
        let places: Vec<String> = problems
            .iter()
            .map(|problem| {
                let mut place = problem["path"].as_str().unwrap().to_owned();
                for part in ["line", "column"] {
                    if problem[part].as_u64().unwrap() > 0 {
                        place += &format!(":{}", problem[part]);
                    }
                }
                place
            })
            .collect();
        assert_eq!(arrows, places, "{name:?}");
        let errors = problems.iter().filter(|problem| problem["severity"] == "error").count();
        assert_eq!(found["errors"], errors);
        assert_eq!(ran.code, Some(i32::from(errors > 0)), "{name:?}");
        let coloured = finish(command().args(["--color", "always", "check"]).arg(dir.path()));
        assert_eq!(plain(&coloured.out), ran.out, "{name:?}");
    }
}

#[test]
fn check_explains_rules() {
    let ran = finish(command().args(["check", "--explain", "p001"]));
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.starts_with("P001: ") && ran.out.contains("\nBad:\n") && ran.out.contains("\nGood:\n"), "{}", ran.out);
    let ran = finish(command().args(["check", "--explain", "Y033"]));
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("did you mean Y003?"), "{}", ran.err);
}

#[test]
fn a_lesson_goes_by_many_names() {
    let dir = bad("factor-passages");
    // Made good again: the passages that are missing, in order.
    let path = dir.path().join("lessons/02-water/lesson.md");
    let text = fs::read_to_string(&path).unwrap();
    let (head, _) = text.split_once("## A story").unwrap();
    let passages = ["story", "principle", "why", "compare", "find", "platforms", "since", "bends", "night", "boil"];
    let body: String = passages.iter().map(|id| format!("## The {id} {{#{id}}}\n\nWords.\n\n")).collect();
    fs::write(&path, format!("{head}{body}")).unwrap();
    let read = |name: &str| finish(command().arg("--course").arg(dir.path()).args(["read", name]));
    for name in ["water", "WATER", "3", "03", "iii", "III", "Water and time", "water and", "and time", "time"] {
        let ran = read(name);
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.err);
        assert!(ran.out.starts_with("III  Water and time\n"), "{name}");
    }
    for (name, words) in [
        ("watr", "did you mean `water`?"),
        ("leafs", "did you mean `leaves`?"),
        ("e", "fits several lessons: leaves, water"),
        ("4", "no lesson for factor 4"),
        ("13", "factors go from 1 to 12"),
        ("coffee machine", "`twelvefold list` shows them all"),
        ("", "there is no lesson ``"),
        ("\u{1b}[31mred\u{202e}", "there is no lesson `␛[31mred<U+202E>`"),
    ] {
        let ran = read(name);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{name}");
        assert!(ran.err.contains(words) && ran.err.lines().count() == 1, "{name}: {}", ran.err);
        harmless(&ran.err);
    }
}

#[test]
fn screens_need_a_terminal_and_say_so_in_a_line() {
    for arguments in [&[][..], &["open", "leaves"], &["compare", "leaves"], &["quiz", "leaves"]] {
        let ran = tea(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        assert!(ran.err.contains("no terminal") && ran.err.contains("twelvefold list"), "{}", ran.err);
    }
    assert!(tea(&["open", "leafs"]).err.contains("did you mean `leaves`?"));
}

#[test]
fn wrong_usage_is_two_and_help_is_zero() {
    for arguments in [&["nonsense"][..], &["list", "--bad"], &["read"], &["read", "a", "b"], &["--color", "sometimes", "list"]] {
        let ran = finish(command().args(arguments));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!ran.err.is_empty());
    }
    let ran = finish(command().arg("--\u{1b}]0;x\u{7}"));
    assert_eq!(ran.code, Some(2));
    harmless(&ran.err);
    for arguments in [&["--help"][..], &["-h"], &["help"], &["list", "--help"]] {
        let ran = finish(command().args(arguments));
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(ran.out.contains("Usage: twelvefold"), "{}", ran.out);
    }
    let ran = finish(command().arg("--version"));
    assert_eq!((ran.code, ran.out), (Some(0), format!("twelvefold {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_broken_course_stops_every_command_with_all_its_mistakes() {
    let dir = bad("several-files");
    for arguments in [&["list"][..], &["list", "--json"], &["read", "leaves"], &["progress"], &["open", "leaves"], &[]] {
        let ran = finish(command().arg("--course").arg(dir.path()).args(arguments));
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{arguments:?}");
        for code in ["Y003", "Y004", "Y006", "P001", "Q003", "L008"] {
            assert!(ran.err.contains(&format!("error[{code}]")), "{code} in {}", ran.err);
        }
        assert!(ran.err.ends_with("8 errors in 10 files\n"), "{}", ran.err);
    }
}

#[test]
fn warnings_do_not_stop_a_course() {
    let dir = bad("many-notes");
    let ran = finish(command().arg("--course").arg(dir.path()).arg("list"));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

#[test]
fn a_strict_check_takes_warnings_as_errors() {
    let dir = bad("many-notes");
    let check = |arguments: &[&str]| finish(command().arg("check").arg(dir.path()).args(arguments));
    assert_eq!(check(&[]).code, Some(0));
    let strict = check(&["--strict"]);
    assert_eq!((strict.code, strict.out), (Some(1), check(&[]).out), "the words are the same");
    assert_eq!(check(&["--strict", "--json"]).code, Some(1));
    assert_eq!(tea(&["check", "--strict"]).code, Some(0));
}

#[test]
fn the_course_comes_from_the_argument_then_from_the_environment() {
    let good = fixtures().join("good");
    let ran = finish(command().env("TWELVEFOLD_COURSE", &good).arg("list"));
    assert!(ran.out.starts_with("A course about tea"), "{}", ran.err);
    let ran = finish(command().env("TWELVEFOLD_COURSE", "/nowhere/at/all").arg("list"));
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), "twelvefold: there is no course folder /nowhere/at/all\n"));
    let ran = finish(command().env("TWELVEFOLD_COURSE", "/nowhere").args([OsStr::new("list"), "--course".as_ref(), good.as_ref()]));
    assert_eq!(ran.code, Some(0));
    let ran = finish(command().args(["check", "/nowhere\u{1b}[2J"]));
    assert_eq!(ran.code, Some(1));
    harmless(&ran.err);
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    for arguments in [&["list", "--json", "--questions"][..], &["read", "leaves"], &["progress"], &["--help"], &["list"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = command();
        command.arg("--course").arg(fixtures().join("good")).args(arguments).stdout(writer).stderr(Stdio::piped());
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    // The verdict of a check is kept.
    let dir = bad("unknown-field");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(command().arg("check").arg(dir.path()).stdout(writer).status().unwrap().code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    for arguments in [&["list"][..], &["list", "--json"], &["read", "leaves"], &["progress"], &["check"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = command();
        command.arg("--course").arg(fixtures().join("good")).args(arguments).stdout(full).stderr(Stdio::piped());
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(words.starts_with("twelvefold: the output could not be written"), "{words}");
    }
}

#[test]
fn nothing_in_a_course_acts_on_the_terminal() {
    let dir = bad("control-characters");
    let lesson = dir.path().join("lessons/01-leaves/compare.yaml");
    let text = fs::read_to_string(&lesson).unwrap().replace("'const leaf = \"dust\"'", "const leaf");
    fs::write(lesson, text).unwrap();
    for arguments in [
        &["list", "--questions"][..],
        &["list", "--json", "--questions"],
        &["read", "water"],
        &["read", "leaves"],
        &["read", "leaves", "--color", "always"],
        &["progress"],
        &["check"],
        &["check", "--json"],
        &["check", "--color", "always"],
    ] {
        let ran = finish(command().arg("--course").arg(dir.path()).args(arguments));
        assert_eq!(ran.code, Some(0), "{arguments:?} {}", ran.err);
        harmless(&plain(&ran.out));
    }
}

#[test]
fn tracks_are_listed_with_how_far_one_is() {
    let ran = finish(command().args(["tracks", "--ephemeral"]));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for id in ["developer", "operations", "architect", "interview", "class-45"] {
        assert!(ran.out.contains(id), "{}", ran.out);
    }
    let ran = finish(command().args(["tracks", "--json", "--ephemeral"]));
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let class = found["tracks"].as_array().unwrap().iter().find(|track| track["id"] == "class-45").unwrap();
    assert_eq!(class["minutes"], 45);
    assert_eq!(class["steps_done"], 0);
    assert_eq!(class["steps"][0]["lesson"], "prologue");
    let steps = class["steps"].as_array().unwrap();
    assert_eq!(steps.iter().filter(|step| step["done"] == false).count() as u64, class["steps_to_do"].as_u64().unwrap());
    let ran = finish(command().args(["list", "--track", "interview"]));
    let lessons: Vec<&str> = ran.out.lines().skip(3).filter_map(|line| line.get(6..)?.split_whitespace().next()).collect();
    assert_eq!(lessons, ["what-it-is", "one-page", "config", "processes", "stateless", "disposability", "black-friday"]);
    let ran = finish(command().args(["list", "--track", "develloper"]));
    assert_eq!((ran.code, ran.err.as_str()), (Some(2), "twelvefold: there is no track `develloper`; did you mean `developer`?\n"));
    assert_eq!(tea(&["tracks"]).out, "This course has no tracks.\n");
}

#[test]
fn a_reset_is_agreed_to_and_can_be_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| finish(command().arg("--data").arg(data.path()).args(arguments));
    let ran = run(&["reset", "config", "--yes"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), "twelvefold: nothing is kept here yet\n"));
    // A place and a score, brought in from elsewhere.
    let history = data.path().join("history.json");
    let line = |seq: u32, deed: &str| format!(r#"{{"moment":{seq},"origin":"x","seq":{seq},"at":{seq},"deed":{{{deed}}}}}"#);
    let place = r#""kind":"read_to","lesson":"config","passage":null,"block":3,"offset":0,"percent":40"#;
    let logs = r#""kind":"finished","lesson":"logs""#;
    let events = [line(1, r#""kind":"opened","lesson":"config""#), line(2, place), line(3, logs)].join(",");
    fs::write(&history, format!(r#"{{"format":"twelvefold-progress","version":1,"events":[{events}]}}"#)).unwrap();
    assert_eq!(run(&["import", history.to_str().unwrap()]).code, Some(0));
    let percent = || {
        let progress = json(&run(&["progress", "--json"]).out);
        let lessons = progress["lessons"].as_array().unwrap().clone();
        let of = |id: &str| lessons.iter().find(|lesson| lesson["id"] == id).unwrap().clone();
        (of("config")["place"]["percent"].as_i64(), of("logs")["state"].as_str().unwrap().to_owned())
    };
    assert_eq!(percent(), (Some(40), "read".to_owned()));
    // In a pipe nobody can be asked.
    let ran = run(&["reset", "config"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("add --yes"), "{}", ran.err);
    assert_eq!(percent().0, Some(40));
    let ran = run(&["reset", "config", "--yes"]);
    assert_eq!(ran.out, "III Config begins anew; `twelvefold reset --undo` takes that back\n", "{}", ran.err);
    assert_eq!(percent(), (None, "read".to_owned()));
    assert_eq!(run(&["reset", "--yes"]).code, Some(0));
    assert_eq!(percent(), (None, "new".to_owned()));
    assert_eq!(run(&["reset", "--undo"]).out, "everything is again as it was before the reset\n");
    assert_eq!(percent(), (None, "read".to_owned()));
    assert_eq!(run(&["reset", "--undo"]).out, "III Config is again as it was before the reset\n");
    assert_eq!(percent(), (Some(40), "read".to_owned()));
    let ran = run(&["reset", "--undo"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), "twelvefold: there is no reset to take back\n"));
    // A reset goes with an export, and with a merge.
    assert_eq!(run(&["reset", "--yes"]).code, Some(0));
    let export = run(&["export", "--to", "json"]).out;
    assert!(export.contains("\"kind\":\"reset\"") && export.contains("\"kind\":\"reset_undone\""), "{export}");
    let other = tempfile::tempdir().unwrap();
    fs::write(&history, export).unwrap();
    let there = |arguments: &[&str]| finish(command().arg("--data").arg(other.path().join("d")).args(arguments));
    assert_eq!(there(&["import", history.to_str().unwrap()]).code, Some(0));
    assert_eq!(there(&["progress", "--json"]).out, run(&["progress", "--json"]).out);
    assert_eq!(finish(command().args(["--ephemeral", "reset", "--yes"])).code, Some(2));
}
