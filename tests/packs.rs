//! Packs as a shell sees them: the one that is shipped, several at once, and everything that a stranger's folder may hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use twelvefold::content::files::Files;
use twelvefold::content::load::Parts;
use twelvefold::content::pack::{beneath, lay};
use twelvefold::domain::problem::Problem;

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// The pack that is shipped as the example.
fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/packs/cert")
}

fn run(home: &Path, arguments: &[&str]) -> Ran {
    run_with(home, arguments, None)
}

fn run_with(home: &Path, arguments: &[&str], packs: Option<&str>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    for name in ["TWELVEFOLD_COURSE", "TWELVEFOLD_DATA", "TWELVEFOLD_PACKS", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(name);
    }
    if let Some(packs) = packs {
        command.env("TWELVEFOLD_PACKS", packs);
    }
    command.arg("--data").arg(home.join("data")).args(arguments).stdin(Stdio::null()).current_dir(home);
    let output = command.output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A new pack of that name, made as an author would.
fn new(home: &Path, name: &str) -> PathBuf {
    let made = run(home, &["new", "--pack", name]);
    assert_eq!((made.code, made.err.as_str()), (Some(0), ""));
    home.join(name)
}

fn write(pack: &Path, path: &str, text: &str) {
    let file = pack.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn replace(pack: &Path, path: &str, from: &str, to: &str) {
    let text = fs::read_to_string(pack.join(path)).unwrap();
    assert!(text.contains(from), "{path} has no {from}");
    fs::write(pack.join(path), text.replace(from, to)).unwrap();
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

#[test]
fn the_example_has_no_mistake_and_stands_in_its_place() {
    let home = tempfile::tempdir().unwrap();
    let pack = example();
    let pack = pack.to_str().unwrap();
    let checked = run(home.path(), &["check", pack, "--strict", "--json"]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    let found = json(&checked);
    assert_eq!((&found["lessons"], &found["pairs"]), (&3.into(), &7.into()));
    assert!(found["questions"].as_u64().unwrap() >= 12);
    let listed = json(&run(home.path(), &["--pack", pack, "list", "--json", "--questions"]));
    let lessons = listed["lessons"].as_array().unwrap();
    let ids: Vec<&str> = lessons.iter().map(|lesson| lesson["id"].as_str().unwrap()).collect();
    let at = ids.iter().position(|id| *id == "black-friday").unwrap();
    assert_eq!(ids[at + 1..at + 5], ["cert-expired", "cert-renewal", "cert-watch", "beyond-twelve"]);
    assert_eq!((&lessons[at]["pack"], &lessons[at + 1]["pack"]), (&Value::Null, &"cert".into()));
    let own = lessons.iter().filter(|lesson| lesson["pack"] == "cert");
    let interview: u64 = own.map(|lesson| lesson["interview_questions"].as_u64().unwrap()).sum();
    assert!(interview >= 4);
    for question in listed["questions"].as_array().unwrap() {
        assert!(question["options"].as_array().unwrap().iter().all(|option| !option["why"].as_str().unwrap().is_empty()));
    }
    let packs = json(&run(home.path(), &["--pack", pack, "packs", "--json"]));
    let packs = &packs["packs"][0];
    assert_eq!((&packs["in_use"], &packs["version"], &packs["replaces"][0]), (&true.into(), &"1.0.0".into(), &"rotation".into()));
    let tracks = run(home.path(), &["--pack", pack, "tracks"]);
    assert!(tracks.out.contains("cert-on-call"), "{}", tracks.out);
    assert!(run(home.path(), &["--pack", pack, "read", "cert-watch"]).out.contains("days_left"));
}

#[test]
fn what_is_replaced_keeps_its_id_and_the_rest_stays() {
    let mut problems = Vec::new();
    let course = beneath(Parts::read(&Files::Embedded, &mut problems).unwrap(), "the course");
    let before = course.clone().course();
    let (files, read) = Files::pack(&example());
    let (laid, found) = lay(&course, &files, read, &[], "0.1.0");
    assert_eq!(found, []);
    let (whole, pack) = laid.unwrap();
    assert_eq!(pack.replaces, ["rotation"]);
    let after = whole.course();
    let term = |course: &twelvefold::domain::course::Course| {
        course.glossary().iter().find(|term| term.id.as_str() == "rotation").unwrap().text.text()
    };
    assert_ne!(term(&before), term(&after));
    assert!(term(&after).contains("certificate"));
    let kept = |entry: &&twelvefold::domain::course::Entry| !pack.lessons.contains(&entry.id);
    assert!(after.map.iter().filter(kept).eq(&before.map), "lessons of the course are what they were");
}

#[test]
fn a_pack_replaces_a_pair_a_question_and_a_lesson_that_it_names() {
    let home = tempfile::tempdir().unwrap();
    let pack = new(home.path(), "acme");
    let over = "overlays: [ours]\nreplaces: [config-guess-spare, config-js-required, one-page]\n";
    replace(&pack, "pack.yaml", "lessons:\n", &format!("{over}lessons:\n"));
    write(
        &pack,
        "quizzes/ours.yaml",
        "lesson: config\nquestions:\n  - id: config-guess-spare\n    kind: guess\n    revision: 2\n    passage: story\n    \
         prompt: Where does our address stand?\n    options:\n      - {id: a, text: In the vault, correct: true, why: It does.}\n      \
         - {id: b, text: In the code, why: No.}\n      - {id: c, text: On a note, why: No.}\n",
    );
    let side = |file: &str, at: &str| format!("      file: {file}\n      notes:\n        - at: '{at}'\n          text: This.\n");
    write(
        &pack,
        "lessons/ours/compare.yaml",
        &format!(
            "pairs:\n  - id: config-js-required\n    language: javascript\n    title: The way of our house\n    says: Ours.\n    bad:\n{}    \
             good:\n{}",
            side("a.js", "const a"),
            side("a.js", "const b")
        ),
    );
    for (side, name) in [("bad", "a"), ("good", "b")] {
        let code = format!("const {name} = 1;\n\n\n\n\nmodule.exports = 2;\n");
        write(&pack, &format!("lessons/ours/pairs/config-js-required/{side}/a.js"), &code);
    }
    // The lesson that replaces is the one of `new`, under the other's id.
    let lesson = fs::read_to_string(pack.join("lessons/01-first-steps/lesson.md")).unwrap();
    write(&pack, "lessons/page/lesson.md", &lesson.replace("id: acme-first-steps", "id: one-page"));
    replace(&pack, "pack.yaml", "    after: config", "    after: config\n  - folder: page\n  #");
    let checked = run(home.path(), &["check", "acme"]);
    // Links that led into the lesson that is gone are told of, and so the pack stays out.
    assert_eq!(checked.code, Some(1));
    assert!(checked.out.contains("the course: "), "{}", checked.out);
    replace(&pack, "pack.yaml", ", one-page]", "]");
    replace(&pack, "pack.yaml", "  - folder: page\n", "");
    fs::remove_dir_all(pack.join("lessons/page")).unwrap();
    let used = run(home.path(), &["--pack", "acme", "packs"]);
    assert_eq!(used.code, Some(0), "{}", used.out);
    assert!(used.out.contains("replaces config-js-required, config-guess-spare"), "{}", used.out);
    assert!(run(home.path(), &["--pack", "acme", "read", "config"]).out.contains("The way of our house"));
    let listed = json(&run(home.path(), &["--pack", "acme", "list", "--json", "--questions"]));
    let asked = listed["questions"].as_array().unwrap().iter().find(|asked| asked["id"] == "config-guess-spare").unwrap();
    assert_eq!((&asked["prompt"], &asked["lesson"]), (&"Where does our address stand?".into(), &"config".into()));
}

#[test]
fn a_new_pack_has_no_mistake_and_packs_are_found_in_their_order() {
    let home = tempfile::tempdir().unwrap();
    for name in ["one", "two", "three"] {
        new(home.path(), name);
        let checked = run(home.path(), &["check", name, "--strict"]);
        assert_eq!(checked.code, Some(0), "{}", checked.out);
    }
    fs::create_dir_all(home.path().join("data/packs")).unwrap();
    fs::rename(home.path().join("three"), home.path().join("data/packs/three")).unwrap();
    let used = |ran: &Ran| -> Vec<String> {
        let packs = json(ran)["packs"].clone();
        packs.as_array().unwrap().iter().map(|pack| pack["id"].as_str().unwrap_or("-").to_owned()).collect()
    };
    assert_eq!(used(&run(home.path(), &["packs", "--json"])), ["three"]);
    let list = home.path().join("two");
    let ran = run_with(home.path(), &["--pack", "one", "packs", "--json"], list.to_str());
    assert_eq!(used(&ran), ["three", "two", "one"]);
    // Over another course only what is named is laid.
    let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good");
    let ran = run_with(home.path(), &["--course", course.to_str().unwrap(), "packs", "--json"], list.to_str());
    assert_eq!(used(&ran), [""; 0]);
    assert_eq!(run(home.path(), &["packs", "--pack", "nowhere"]).code, Some(1));
    let none = tempfile::tempdir().unwrap();
    let ran = run(none.path(), &["packs"]);
    assert_eq!((ran.code, ran.out.starts_with("No pack is in use.")), (Some(0), true));
}

/// What is done to a good pack, and how it is told.
type Case = (&'static str, fn(&Path), &'static [&'static str]);

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = vec![
        ("no id", |pack| replace(pack, "pack.yaml", "id: acme\n", ""), &["Y004", "pack.yaml:2:1", "a pack needs `id`"]),
        ("no licence", |pack| replace(pack, "pack.yaml", "licence:", "lizense:"), &["pack.yaml:7:1", "did you mean `licence`?"]),
        (
            "too new",
            |pack| replace(pack, "pack.yaml", "format: 1", "format: 7"),
            &["C005", "pack.yaml:2:9", "this pack has format 7", "a newer twelvefold"],
        ),
        (
            "too old",
            |pack| replace(pack, "pack.yaml", "format: 1", "format: 0"),
            &["C005", "this pack has format 0", "the oldest format that is read is 1"],
        ),
        (
            "needs",
            |pack| replace(pack, "pack.yaml", "needs: 0.1.0", "needs: 9.2.0"),
            &["K003", "pack.yaml:9:8", "this pack needs twelvefold 9.2.0"],
        ),
        ("no version", |pack| replace(pack, "pack.yaml", "needs: 0.1.0", "needs: newest"), &["K003", "`newest` is no version"]),
        (
            "leaves",
            |pack| replace(pack, "pack.yaml", "folder: 01-first-steps", "folder: ../../x"),
            &["C002", "pack.yaml:11:13", "`../../x` is no plain folder name"],
        ),
        (
            "absolute",
            |pack| replace(pack, "pack.yaml", "folder: 01-first-steps", "folder: /etc"),
            &["C002", "`/etc` is no plain folder name"],
        ),
        (
            "file leaves",
            |pack| replace(pack, "lessons/01-first-steps/compare.yaml", "file: server.js", "file: ../../../../x"),
            &["C002", "compare.yaml:8:13", "must be a plain file name"],
        ),
        (
            "after",
            |pack| replace(pack, "pack.yaml", "after: config", "after: confik"),
            &["L009", "pack.yaml:12:12", "did you mean `config`?"],
        ),
        (
            "foreign id",
            |pack| replace(pack, "lessons/glossary.yaml", "id: acme-port", "id: harbour"),
            &["K001", "`harbour` does not begin with `acme-`"],
        ),
        (
            "taken id",
            |pack| replace(pack, "quizzes/01-first-steps.yaml", "id: acme-first-steps-missing", "id: config-missing-start"),
            &["K002", "quizzes/01-first-steps.yaml:20:9", "`config-missing-start` is taken by what stands beneath"],
        ),
        (
            "nothing there",
            |pack| replace(pack, "pack.yaml", "lessons:\n", "replaces: [config-js-requird]\nlessons:\n"),
            &["K002", "there is no `config-js-requird` to replace", "did you mean `config-js-required`?"],
        ),
        (
            "dead link",
            |pack| replace(pack, "lessons/01-first-steps/lesson.md", "compare:acme-first-steps-port", "compare:config-js"),
            &["L006", "lessons/01-first-steps/lesson.md", "there is no pair `config-js`"],
        ),
        ("long name", |pack| write(pack, &format!("lessons/{}/lesson.md", "x".repeat(65)), ""), &["C004", "this name is too long"]),
        ("deep", |pack| write(pack, &format!("lessons/{}x.md", "d/".repeat(10)), ""), &["C004", "folders are nested too deeply"]),
        (
            "many",
            |pack| (0..2_001).for_each(|at| write(pack, &format!("lessons/many/{at}"), "")),
            &["C004", "there are more than 2000 files"],
        ),
        ("alias bomb", |pack| write(pack, "pack.yaml", "format: &a 1\nid: *a\n"), &["Y007", "pack.yaml"]),
        (
            "huge",
            |pack| {
                let file = fs::File::create(pack.join("lessons/01-first-steps/dump.sql")).unwrap();
                file.set_len(2 << 30).unwrap();
            },
            &["C004", "lessons/01-first-steps/dump.sql", "this file is too large"],
        ),
        ("not text", |pack| fs::write(pack.join("pack.yaml"), b"format: 1\nid: \xff\n").unwrap(), &["C003", "pack.yaml:2:5"]),
        (
            "file for a folder",
            |pack| {
                fs::remove_dir_all(pack.join("quizzes")).unwrap();
                write(pack, "quizzes", "x");
            },
            &["C002", "--> quizzes", "this is no folder"],
        ),
    ];
    #[cfg(unix)]
    cases.extend(unix::CASES);
    cases
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::{Case, Command, fs, write};

    pub const CASES: [Case; 6] = [
        (
            "manifest link",
            |pack| {
                fs::rename(pack.join("pack.yaml"), pack.join("real.yaml")).unwrap();
                symlink("real.yaml", pack.join("pack.yaml")).unwrap();
            },
            &["C002", "--> pack.yaml", "links are not followed"],
        ),
        (
            "top link",
            |pack| {
                fs::rename(pack.join("lessons"), pack.join("elsewhere")).unwrap();
                symlink("elsewhere", pack.join("lessons")).unwrap();
            },
            &["C002", "--> lessons", "links are not followed"],
        ),
        (
            "link out",
            |pack| symlink("/etc/passwd", pack.join("lessons/01-first-steps/passwd")).unwrap(),
            &["C002", "lessons/01-first-steps/passwd", "links are not followed"],
        ),
        ("circle", |pack| symlink("..", pack.join("lessons/01-first-steps/up")).unwrap(), &["C002", "lessons/01-first-steps/up"]),
        (
            "pipe",
            |pack| {
                assert!(Command::new("mkfifo").arg(pack.join("quizzes/wait.yaml")).status().unwrap().success());
            },
            &["C002", "quizzes/wait.yaml", "this is no plain file"],
        ),
        (
            "case alone",
            |pack| {
                write(pack, "quizzes/a.yaml", "");
                write(pack, "quizzes/A.yaml", "");
            },
            &["C002", "quizzes/a.yaml", "two names here differ by case alone"],
        ),
    ];
}

/// Each is named with its place, and nothing of it comes into the course.
#[test]
fn whatever_a_folder_holds_is_named_and_left_out() {
    let home = tempfile::tempdir().unwrap();
    let course = beneath(Parts::read(&Files::Embedded, &mut Vec::new()).unwrap(), "the course");
    let good = new(home.path(), "acme");
    for (name, spoil, told) in cases() {
        let at: TempDir = tempfile::tempdir_in(home.path()).unwrap();
        let pack = at.path().join("acme");
        copy(&good, &pack);
        spoil(&pack);
        let (files, problems) = Files::pack(&pack);
        let (laid, problems) = lay(&course, &files, problems, &[], "0.1.0");
        assert!(laid.is_none(), "{name}");
        let line = |problem: &Problem| {
            let Problem { place, code, message, help, .. } = problem;
            format!("{code} --> {place}: {message}; {}\n", help.as_deref().unwrap_or(""))
        };
        let lines: String = problems.iter().map(line).collect();
        for words in told {
            assert!(lines.contains(words), "{name}: no `{words}` in\n{lines}");
        }
    }
}

#[test]
fn a_bad_pack_is_told_of_and_everything_else_opens() {
    let home = tempfile::tempdir().unwrap();
    let pack = new(home.path(), "acme");
    replace(&pack, "pack.yaml", "folder: 01-first-steps", "folder: ../../x");
    let checked = run(home.path(), &["check", "acme"]);
    assert_eq!(checked.code, Some(1));
    assert!(checked.out.contains("error[C002]: `../../x` is no plain folder name\n  --> pack.yaml:11:13\n"), "{}", checked.out);
    let good = example();
    let listed = run(home.path(), &["--pack", "acme", "--pack", good.to_str().unwrap(), "list"]);
    assert_eq!(listed.code, Some(0), "{}", listed.err);
    assert!(listed.out.contains("cert-watch") && !listed.out.contains("acme-first-steps"));
    assert_eq!(listed.err, "twelvefold: the pack is left out: acme; `twelvefold packs` says why\n");
    let packs = run(home.path(), &["--pack", "acme", "packs"]);
    assert_eq!(packs.code, Some(1));
    assert!(packs.out.contains("acme: left out") && packs.out.contains("is no plain folder name"), "{}", packs.out);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn two_packs_of_one_id_do_not_meet_and_a_link_among_the_packs_is_not_followed() {
    let home = tempfile::tempdir().unwrap();
    new(home.path(), "one/acme");
    new(home.path(), "two/acme");
    let ran = run(home.path(), &["--pack", "one/acme", "--pack", "two/acme", "packs"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("two/acme: left out") && ran.out.contains("a pack `acme` is in use already"), "{}", ran.out);
    #[cfg(unix)]
    {
        fs::create_dir_all(home.path().join("data/packs")).unwrap();
        std::os::unix::fs::symlink(home.path().join("one/acme"), home.path().join("data/packs/acme")).unwrap();
        let ran = run(home.path(), &["packs"]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.out.contains("a link leads out of the folder of packs"), "{}", ran.out);
        assert_eq!(run(home.path(), &["list"]).code, Some(0));
    }
}
