//! What is exported, as other programs read it. Two tests need programs that are not ours, and say so when they are missing:
//! Anki's Python package (`python3 -c "import anki"`) and the parser gift-pegjs (`node -e "require('gift-pegjs')"`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use twelvefold::content::load;
use twelvefold::domain::event::{Attempt, Deed, Event};
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::id::{LessonId, OptionId, QuestionId};
use twelvefold::domain::time::{Day, Timestamp};
use twelvefold::exchange::bank::items;
use twelvefold::exchange::{anki, gift};
use twelvefold::store::{Opener, Store as _};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Runs with the small good course, or with the built-in one.
fn run(good: bool, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    for name in ["TWELVEFOLD_COURSE", "TWELVEFOLD_DATA", "NO_COLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG", "TERM"] {
        command.env_remove(name);
    }
    if good {
        command.arg("--course").arg(fixtures().join("good"));
    }
    let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Whether a program does what a test needs of it; told when not.
fn works(program: &str, arguments: &[&str]) -> bool {
    let works = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !works {
        println!("skipped: `{program} {}` does not work here", arguments.join(" "));
    }
    works
}

fn success(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_small_bank_as_gift() {
    let (code, out, err) = run(true, &["export", "--to", "gift"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out.matches("\n::").count(), 13, "twelve questions and an interview question");
    for part in [
        "$CATEGORY: A course about tea/Leaves, whole or cut\n",
        "// [id:leaves-single] [tag:single] [tag:leaves]\n::leaves-single::[html]<p>Guests come in an hour.</p><p>Which",
        "\n~%50%",
        "\n~%-50%",
        "\n=1. -> ",
        "\n=%100%",
        "\n=%0%",
        "Line 2\\: <code>const leaf \\= &quot;dust&quot;;</code>#",
    ] {
        assert!(out.contains(part), "{part:?} is not in {out}");
    }
    let (_, one, _) = run(true, &["export", "--to", "gift", "--lesson", "water"]);
    assert_eq!(one.matches("\n::").count(), 1);
}

#[test]
fn the_small_bank_as_markdown_and_csv() {
    let (code, out, _) = run(true, &["export", "--to", "markdown"]);
    assert_eq!(code, Some(0));
    for part in [
        "# A course about tea: questions\n",
        "\n## Leaves, whole or cut\n",
        "\n### Answers\n",
        "- A. ",
        "```javascript\n",
        "- ✗ Line ",
    ] {
        assert!(out.contains(part), "{part:?} is not in {out}");
    }
    let (code, out, _) = run(true, &["export", "--to", "csv"]);
    assert_eq!(code, Some(0));
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<BTreeMap<String, String>> =
        reader.records().map(|row| names.iter().map(str::to_owned).zip(row.unwrap().iter().map(str::to_owned)).collect()).collect();
    let of = |id: &str| rows.iter().filter(|row| row["question"] == id).collect::<Vec<_>>();
    let single = of("leaves-single");
    assert_eq!(single.iter().filter(|row| row["right"] == "true").count(), 1);
    assert_eq!((single[0]["kind"].as_str(), single[0]["revision"].as_str(), single[0]["factor"].as_str()), ("single", "2", "3"));
    assert!(single.iter().all(|row| row["part"] == "option" && !row["why"].is_empty()));
    assert!(rows.iter().all(|row| row.values().all(|cell| !cell.starts_with(['=', '+', '-', '@']))));
    let kinds: std::collections::BTreeSet<&str> = rows.iter().map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds.len(), 12, "{kinds:?}");
}

#[test]
fn answers_as_csv() {
    let data = tempfile::tempdir().unwrap();
    let option = |name: &str| OptionId::new(name).unwrap();
    let attempt = Attempt {
        lesson: LessonId::new("config").unwrap(),
        question: QuestionId::new("config-q").unwrap(),
        revision: 3,
        seed: u64::MAX,
        shown: vec![option("b"), option("a")],
        answer: Answer::Text("=cmd(\"x\"),\n\u{202e}é".into()),
        score: 1.0 / 3.0,
        verdict: Verdict::Partly,
        scored: true,
        in_quiz: false,
        sure: Some(false),
        hints: 2,
        day: Day(19_675),
        took: 1_500,
    };
    let deeds = [Deed::Opened { lesson: LessonId::new("config").unwrap() }, Deed::Answered(attempt)];
    let events = deeds.map(|deed| Event { at: Timestamp(1_700_000_000_000), deed });
    Opener::new(data.path()).open().unwrap().store.append(&events).unwrap();
    let data = data.path().to_str().unwrap();
    let (code, out, err) = run(true, &["--data", data, "export", "--to", "csv", "--history"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let row = reader.records().next().unwrap().unwrap();
    let row: Vec<&str> = row.iter().collect();
    assert_eq!(
        row[..15],
        [
            "2023-11-14 22:13:20",
            "19675",
            "config",
            "config-q",
            "3",
            "'=cmd(\"x\"),\n\u{fffd}é",
            "0.3333333333333333",
            "partly",
            "true",
            "false",
            "false",
            "2",
            "1500",
            "b a",
            "18446744073709551615",
        ]
    );
    assert!(row[15].ends_with("/2"));
}

#[test]
fn a_file_is_replaced_when_all_is_written_and_never_the_own_progress() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("out.gift"), "old").unwrap();
    let (code, out, err) = run(true, &["export", "--to", "gift", "-o", &path("out.gift")]);
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "", ""));
    assert_eq!(fs::read_to_string(path("out.gift")).unwrap(), run(true, &["export", "--to", "gift", "-o", "-"]).1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let (code, _, err) = run(true, &["export", "--to", "gift", "-o", &path("nowhere/out.gift")]);
    assert_eq!(code, Some(1));
    assert!(err.contains("out.gift cannot be written: No such file"), "{err}");
    let (code, _, err) = run(true, &["--data", &path(""), "export", "--to", "json", "-o", &path("progress.sqlite3")]);
    assert_eq!(code, Some(1));
    assert!(err.contains("is where progress is kept"), "{err}");
    drop(Opener::new(folder.path().join("profiles/mara")).open().unwrap());
    let (code, _, err) = run(true, &["--data", &path(""), "export", "--to", "gift", "-o", &path("profiles/mara/progress.sqlite3")]);
    assert_eq!(code, Some(1));
    assert!(err.contains("is where progress is kept"), "{err}");
    assert_eq!(run(true, &["export", "--to", "gift", "-o", "/dev/null"]).0, Some(0));
    for arguments in [
        &["export", "--to", "anki"][..],
        &["export", "--to", "gift", "--history"],
        &["export", "--to", "json", "--lesson", "water"],
        &["export", "--to", "gift", "--lesson", "nonsense"],
        &["import", "some.json", "--ephemeral"],
        &["export", "--to", "pdf"],
        &["export"],
    ] {
        let (code, out, err) = run(true, arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!err.is_empty());
    }
}

/// The package as a zip and a database, without Anki.
#[test]
fn the_package_holds_together() {
    let course = load::embedded().unwrap();
    let items = items(&course, None);
    let package = |now| anki::apkg(&course, &items, Timestamp(now)).unwrap();
    assert_eq!(package(1_700_000_000_000), package(1_700_000_000_000), "the same at the same time");
    let bytes = package(1_700_000_000_000);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut media = String::new();
    zip.by_name("media").unwrap().read_to_string(&mut media).unwrap();
    assert_eq!(media, "{}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("collection.anki2");
    let mut collection = Vec::new();
    zip.by_name("collection.anki2").unwrap().read_to_end(&mut collection).unwrap();
    fs::write(&file, collection).unwrap();
    let conn = rusqlite::Connection::open(&file).unwrap();
    let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let count = i64::try_from(items.len()).unwrap();
    assert!(count > 300, "{count}");
    assert_eq!(number("SELECT ver FROM col"), 11);
    assert_eq!(number("SELECT count(DISTINCT guid) FROM notes"), count);
    assert_eq!(number("SELECT count(*) FROM cards JOIN notes ON notes.id = cards.nid"), count);
    assert_eq!(number("SELECT count(*) FROM notes WHERE flds LIKE '%<script%' OR flds LIKE '%[%'"), 0);
    let decks: String = conn.query_row("SELECT decks FROM col", [], |row| row.get(0)).unwrap();
    let decks: BTreeMap<String, Value> = serde_json::from_str(&decks).unwrap();
    assert!(decks.values().any(|deck| deck["name"] == "The Twelve-Factor App::III Config"));
    let homes = number("SELECT count(DISTINCT did) FROM cards");
    assert_eq!(i64::try_from(decks.len()).unwrap(), homes + 1);
}

const ANKI: &str = r#"
import json, os, sys, tempfile
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
col = Collection(os.path.join(tempfile.mkdtemp(), "collection.anki2"))
told = []
for package in sys.argv[1:]:
    log = col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions())).log
    told.append([len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting), col.note_count(), col.card_count()])
note = col.get_note(col.find_notes("Id:codebase-spot-import")[0])
card = note.cards()[0]
print(json.dumps({
    "told": told,
    "sound": col.fix_integrity()[1],
    "guid": note.guid,
    "deck": col.decks.name(card.did),
    "tags": note.tags,
    "question": card.question(),
    "answer": card.answer(),
}))
"#;

#[test]
fn anki_imports_the_package_and_updates_it() {
    if !works("python3", &["-c", "import anki"]) {
        return;
    }
    let course = load::embedded().unwrap();
    let items = items(&course, None);
    let folder = tempfile::tempdir().unwrap();
    let (first, later) = (folder.path().join("first.apkg"), folder.path().join("later.apkg"));
    fs::write(&first, anki::apkg(&course, &items[1..], Timestamp(1_700_000_000_000)).unwrap()).unwrap();
    fs::write(&later, anki::apkg(&course, &items, Timestamp(1_700_000_100_000)).unwrap()).unwrap();
    let output = Command::new("python3").args(["-c", ANKI]).args([&first, &first, &later]).output().unwrap();
    let told: Value = serde_json::from_str(&success(&output)).unwrap();
    let count = items.len();
    assert_eq!(
        told["told"],
        serde_json::json!([
            [count - 1, 0, 0, 0, count - 1, count - 1],
            [0, 0, count - 1, 0, count - 1, count - 1],
            [1, count - 1, 0, 0, count, count],
        ]),
        "new, updated, the same, in conflict, notes, cards"
    );
    assert_eq!(told["sound"], true);
    assert_eq!(told["guid"], "twelvefold/codebase-spot-import");
    assert_eq!(told["deck"], "The Twelve-Factor App::I Codebase");
    let (question, answer) = (told["question"].as_str().unwrap(), told["answer"].as_str().unwrap());
    assert!(question.contains("<pre><code> 1  module") && question.contains("=&gt; ../billing/tax"), "{question}");
    assert!(answer.contains("<hr id=answer><p class=\"right\"><strong>Line 10") && answer.contains("Codebase: "), "{answer}");
}

const GIFT: &str = r#"
const { parse } = require("gift-pegjs");
let text = "";
process.stdin.on("data", part => text += part).on("end", () => console.log(JSON.stringify(parse(text))));
"#;

#[test]
fn another_parser_reads_the_gift() {
    if !works("node", &["-e", "require('gift-pegjs')"]) {
        return;
    }
    let course = load::embedded().unwrap();
    let items = items(&course, None);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bank.gift");
    fs::write(&file, gift::gift(&course, &items)).unwrap();
    let output = Command::new("node").args(["-e", GIFT]).stdin(fs::File::open(&file).unwrap()).output().unwrap();
    let read: Vec<Value> = serde_json::from_str(&success(&output)).unwrap();
    let read: BTreeMap<&str, &Value> =
        read.iter().filter(|item| item["type"] != "Category").map(|item| (item["title"].as_str().unwrap(), item)).collect();
    assert_eq!(read.len(), items.len());
    for item in &items {
        let found = read[item.id()];
        let wanted = match item.kind() {
            "order" | "match" => "Matching",
            "short_text" => "Short",
            "interview" => "Essay",
            _ => "MC",
        };
        assert_eq!((&found["type"], &found["id"]), (&wanted.into(), &item.id().into()));
        assert_eq!((&found["stem"]["format"], &found["tags"][0]), (&"html".into(), &item.kind().into()));
        let Some(choices) = found["choices"].as_array() else { continue };
        assert!(choices.iter().all(|choice| !choice["feedback"]["text"].as_str().unwrap().is_empty()), "{found}");
        if wanted == "MC" {
            let share = |sign: f64| -> f64 {
                choices.iter().filter_map(|choice| choice["weight"].as_f64()).filter(|w| w * sign > 0.0).sum()
            };
            let right = choices.iter().filter(|choice| choice["isCorrect"] == true).count();
            assert!(right == 1 || (share(1.0) - 100.0).abs() < 0.001 && share(-1.0) < 0.0, "{found}");
        }
    }
    // Everything that means something in GIFT comes back as it was.
    let code = read["build-release-run-spot-entry"]["stem"]["text"].as_str().unwrap();
    assert!(code.contains("1  #!/bin/sh\n2  set -eu\n3  : &quot;${DATABASE_URL:?}&quot;\n"), "{code}");
}
