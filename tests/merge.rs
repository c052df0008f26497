//! Progress of several machines made one: nothing is lost, nothing counts twice, in whatever order; bad files change nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use tempfile::TempDir;
use twelvefold::domain::event::{Attempt, Deed, Event, ReadingPlace};
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::history::Kept;
use twelvefold::domain::id::{LessonId, OptionId, PassageId, QuestionId, TrackId};
use twelvefold::domain::progress::Progress;
use twelvefold::domain::time::{Day, Timestamp};
use twelvefold::exchange::progress;
use twelvefold::store::{Opener, Sqlite, Store as _};

fn lesson(number: usize) -> LessonId {
    LessonId::new(&format!("lesson-{number}")).unwrap()
}

fn question(number: usize) -> QuestionId {
    QuestionId::new(&format!("question-{number}")).unwrap()
}

fn option(name: &str) -> OptionId {
    OptionId::new(name).unwrap()
}

fn answered(at: i64, number: usize, answer: Answer, score: f64) -> Event {
    let attempt = Attempt {
        lesson: lesson(number % 2),
        question: question(number),
        revision: 1,
        seed: u64::MAX - number as u64,
        shown: vec![option("a"), option("b")],
        answer,
        score,
        verdict: Verdict::of(score),
        scored: number != 3,
        in_quiz: true,
        sure: [None, Some(true), Some(false)][number % 3],
        hints: u8::try_from(number).unwrap(),
        day: Day(i32::try_from(at.rem_euclid(1_000)).unwrap()),
        took: 5,
    };
    Event { at: Timestamp(at), deed: Deed::Answered(attempt) }
}

fn answer(at: i64) -> Event {
    answered(at, 1, Answer::Options(vec![option("a")]), 1.0)
}

fn events() -> impl Strategy<Value = Event> {
    let answers = prop_oneof![
        Just(Answer::Options(vec![option("a"), option("b")])),
        Just(Answer::Lines(vec![0, 7])),
        Just(Answer::Order(vec![option("b")])),
        Just(Answer::Match(vec![(option("a"), option("b"))])),
        any::<String>().prop_map(Answer::Text),
    ];
    let place =
        |block| ReadingPlace { passage: PassageId::new("why").ok().filter(|_| block % 2 == 0), block, offset: 3, percent: 9 };
    // Clocks that jump, and machines that do things in the same millisecond.
    let at = prop_oneof![6 => 0_i64..40, 1 => any::<i64>()];
    let deed = prop_oneof![
        1 => (0..2_usize).prop_map(|at| Deed::Opened { lesson: lesson(at) }),
        2 => (0..2_usize, any::<u32>()).prop_map(move |(at, block)| Deed::ReadTo { lesson: lesson(at), place: place(block) }),
        1 => (0..2_usize).prop_map(|at| Deed::Finished { lesson: lesson(at) }),
        2 => (0..2_usize, 0..5_usize, any::<bool>()).prop_map(|(at, asked, part)| Deed::QuizStarted {
            lesson: lesson(at), seed: u64::MAX - asked as u64, questions: vec![question(asked)], part }),
        1 => (0..2_usize).prop_map(|at| Deed::QuizLeft { lesson: lesson(at) }),
        1 => (0..2_usize).prop_map(|at| Deed::WayChosen { track: TrackId::new("developer").ok().filter(|_| at > 0) }),
        1 => (0..5_usize, prop::option::of(0_i64..40)).prop_map(|(asked, given)| Deed::TakenBack {
            lesson: lesson(asked % 2), question: question(asked), given: given.map(Timestamp) }),
        1 => (0..3_u64, prop::option::of(0..2_usize), 0..5_usize).prop_map(|(name, at, asked)| Deed::Reset {
            name, lesson: at.map(lesson), questions: vec![question(asked)] }),
        1 => (0..3_u64).prop_map(|name| Deed::ResetUndone { name }),
        1 => (0..5_usize, prop::option::of(0..9_000_u64)).prop_map(|(asked, left)| Deed::ExamBegan {
            seed: u64::MAX - asked as u64, questions: vec![question(asked), question(0)], left }),
        1 => (0..5_u64).prop_map(|asked| Deed::ExamEnded { seed: u64::MAX - asked }),
    ];
    let attempt = (at.clone(), 0..5_usize, answers, 0..4_u8);
    prop_oneof![
        (at, deed).prop_map(|(at, deed)| Event { at: Timestamp(at), deed }),
        attempt.prop_map(|(at, number, answer, thirds)| answered(at, number, answer, f64::from(thirds) / 3.0)),
    ]
}

fn open(folder: &Path) -> Sqlite {
    let opened = Opener::new(folder).open().unwrap();
    assert_eq!(opened.notice, None);
    opened.store
}

/// A new store that took over these histories, one after the other.
fn merged(histories: &[&Vec<Kept>]) -> (Vec<Kept>, Progress) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    for history in histories {
        store.merge(&[history.to_vec()]).unwrap();
    }
    (store.kept().unwrap(), store.load().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Three machines, each with several sessions; on the way the second learns from the first.
    #[test]
    fn a_merge_is_a_union(
        one in prop::collection::vec(events(), 0..14),
        two in prop::collection::vec(events(), 0..14),
        three in prop::collection::vec(events(), 0..14),
        met in any::<bool>(),
    ) {
        let folders: Vec<TempDir> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
        let keep = |at: usize, events: &[Event]| {
            for session in events.chunks(5) {
                open(folders[at].path()).append(session).unwrap();
            }
        };
        let kept = |at: usize| open(folders[at].path()).kept().unwrap();
        keep(0, &one);
        keep(1, &two);
        if met {
            open(folders[1].path()).merge(&[kept(0)]).unwrap();
        }
        keep(1, &three);
        keep(2, &three);
        let (a, b, c) = (kept(0), kept(1), kept(2));

        // Any order, any grouping, any number of times.
        let all = merged(&[&a, &b, &c]);
        for order in [[&b, &a, &c], [&c, &b, &a], [&b, &c, &a]] {
            prop_assert_eq!(&merged(&order), &all);
        }
        let ab = merged(&[&a, &b]).0;
        let bc = merged(&[&b, &c]).0;
        prop_assert_eq!(&merged(&[&ab, &c]), &all);
        prop_assert_eq!(&merged(&[&a, &bc]), &all);
        prop_assert_eq!(&merged(&[&a, &b, &a, &c, &all.0, &b]), &all);

        // The fold is that of the one order, and every deed is in it.
        prop_assert_eq!(&Progress::of(all.0.iter().map(|kept| &kept.event)), &all.1);
        let deeds = |events: &[Event]| events.iter().filter(|event| !matches!(event.deed, Deed::ReadTo { .. })).count();
        prop_assert_eq!(
            all.0.iter().filter(|kept| !matches!(kept.event.deed, Deed::ReadTo { .. })).count(),
            deeds(&one) + deeds(&two) + 2 * deeds(&three)
        );

        // A machine that takes over the others knows the same, goes on from there, and says so of itself.
        let mut store = open(folders[0].path());
        prop_assert_eq!(store.load().unwrap(), Progress::of(a.iter().map(|kept| &kept.event)));
        store.merge(&[c, b]).unwrap();
        prop_assert_eq!((store.kept().unwrap(), store.load().unwrap()), all.clone());
        store.append(&[answer(-5)]).unwrap();
        let after = store.kept().unwrap();
        prop_assert_eq!(&after.last().unwrap().event, &answer(-5));
        prop_assert_eq!(store.load().unwrap(), Progress::of(after.iter().map(|kept| &kept.event)));
        prop_assert_eq!(store.check().unwrap(), None);

        // And all of it survives the export.
        let mut text = String::new();
        progress::write(&after, |part| { text += part; Ok(()) }).unwrap();
        prop_assert!(text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)));
        prop_assert_eq!(progress::read(text.as_bytes()).unwrap(), after);
    }
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs with the progress in `data`.
fn run(data: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    for name in ["TWELVEFOLD_COURSE", "TWELVEFOLD_DATA", "NO_COLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG", "TERM"] {
        command.env_remove(name);
    }
    let output = command.arg("--data").arg(data).args(arguments).stdin(Stdio::null()).output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder in which these moments were answered.
fn answered_at(moments: std::ops::Range<i64>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.append(&moments.map(answer).collect::<Vec<_>>()).unwrap();
    let place = ReadingPlace { passage: None, block: 4, offset: 2, percent: 50 };
    store.append(&[Event { at: Timestamp(7), deed: Deed::ReadTo { lesson: lesson(0), place } }]).unwrap();
    folder
}

/// Names and contents of a folder's files.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_new_machine_takes_over_an_export_and_a_database() {
    let (laptop, desk, new) = (answered_at(0..30), answered_at(100..120), tempfile::tempdir().unwrap());
    let export = new.path().join("laptop.json");
    let ran = run(laptop.path(), &["export", "--to", "json", "-o", text(&export)]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "", ""));
    assert_eq!(run(laptop.path(), &["export", "--to", "json"]).out, fs::read_to_string(&export).unwrap());
    let before = contents(desk.path());
    let database = desk.path().join("progress.sqlite3");
    let data = new.path().join("data");
    let ran = run(&data, &["merge", text(&export), text(&database)]);
    let (export, database) = (text(&export), text(&database));
    assert_eq!(ran.err, "");
    assert_eq!(ran.out, format!("{export}: 31 entries, 31 new\n{database}: 21 entries, 21 new\n"));
    assert_eq!(contents(desk.path()), before, "the other machine's folder is as it was");
    assert_eq!(open(&data).load().unwrap().answers, 50);
    let ran = run(&data, &["import", export]);
    assert_eq!((ran.code, ran.out), (Some(0), format!("{export}: 31 entries, 0 new\n")));
    // Itself, and the other way round.
    let own = data.join("progress.sqlite3");
    // 50 answers, and of the two places in the same lesson the later one.
    assert_eq!(run(&data, &["import", text(&own)]).out, format!("{}: 51 entries, 0 new\n", text(&own)));
    run(laptop.path(), &["import", text(&own)]);
    assert_eq!(run(laptop.path(), &["export", "--to", "json"]).out, run(&data, &["export", "--to", "json"]).out);
    assert_eq!(contents(&data).iter().filter(|(name, _)| name.contains("merge")).count(), 0);
}

#[test]
fn a_copied_folder_that_was_continued_on_both_sides_loses_nothing() {
    let one = answered_at(0..3);
    let two = tempfile::tempdir().unwrap();
    fs::copy(one.path().join("progress.sqlite3"), two.path().join("progress.sqlite3")).unwrap();
    open(one.path()).append(&[answer(10), answer(11)]).unwrap();
    open(two.path()).append(&[answer(10), answer(12)]).unwrap();
    let ran = run(one.path(), &["import", text(&two.path().join("progress.sqlite3"))]);
    assert!(ran.out.ends_with(": 6 entries, 2 new\n"), "{}{}", ran.out, ran.err);
    assert_eq!(open(one.path()).load().unwrap().answers, 7);
}

#[test]
fn what_is_still_in_the_log_is_taken_over() {
    let (other, here) = (answered_at(0..3), tempfile::tempdir().unwrap());
    let mut running = open(other.path());
    running.append(&[answer(50)]).unwrap();
    assert!(other.path().join("progress.sqlite3-wal").exists());
    let file = other.path().join("progress.sqlite3");
    assert!(run(here.path(), &["import", text(&file)]).out.ends_with(": 5 entries, 5 new\n"));
    running.append(&[answer(51)]).unwrap();
    assert_eq!(running.load().unwrap().answers, 5);
}

#[test]
fn an_instance_that_runs_meanwhile_loses_nothing() {
    let (here, other) = (answered_at(0..3), answered_at(1_000..1_200));
    let file = other.path().join("progress.sqlite3");
    let folder = here.path().to_owned();
    let running = std::thread::spawn(move || {
        let mut store = open(&folder);
        for at in 10..110 {
            store.append(&[answer(at)]).unwrap();
        }
        store.load().unwrap()
    });
    for _ in 0..5 {
        let ran = run(here.path(), &["merge", text(&file)]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    running.join().unwrap();
    let mut store = open(here.path());
    assert_eq!(store.load().unwrap().answers, 303);
    let kept = store.kept().unwrap();
    assert_eq!(store.load().unwrap(), Progress::of(kept.iter().map(|kept| &kept.event)));
}

#[test]
fn bad_files_are_refused_in_a_sentence_and_change_nothing() {
    let good = answered_at(0..40);
    let folder = tempfile::tempdir().unwrap();
    let export = run(good.path(), &["export", "--to", "json"]).out;
    let database = fs::read(good.path().join("progress.sqlite3")).unwrap();
    let sql = |name: &str, change: &str| {
        let file = folder.path().join(name);
        fs::write(&file, &database).unwrap();
        let conn = rusqlite::Connection::open(&file).unwrap();
        conn.execute_batch(&format!("PRAGMA journal_mode = DELETE; {change}")).unwrap();
    };
    sql("newer.db", "PRAGMA user_version = 99");
    sql("foreign.db", "PRAGMA application_id = 7");
    sql("hollow.db", "DROP TABLE place");
    let changed = |from: &str, to: &str| {
        assert!(export.contains(from), "{from}");
        export.replacen(from, to, 1)
    };
    let endless = format!("{}{}", export.split("options").next().unwrap(), "x".repeat(40 << 20));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("garbage", b"dear diary".to_vec(), "is neither an export nor a database of twelvefold"),
        ("empty", Vec::new(), "is neither an export nor a database of twelvefold"),
        ("zeros", vec![0; 9_999], "is neither an export nor a database of twelvefold"),
        ("other.json", b"{\"name\":\"x\",\"version\":1}".to_vec(), "is neither an export nor a database of twelvefold"),
        ("format.json", changed("twelvefold-progress", "tenfold").into(), "is neither an export nor a database of twelvefold"),
        ("list.json", b"[1,2]".to_vec(), "is neither an export nor a database of twelvefold"),
        ("bytes.json", [export.as_bytes(), &[0xff, 0xfe]].concat(), "is no sound export"),
        ("half.json", export.as_bytes()[..export.len() / 2].to_vec(), "ends in the middle"),
        ("short.json", export.as_bytes()[..export.len() - 3].to_vec(), "ends in the middle"),
        ("newer.json", changed("\"version\":2", "\"version\":3").into(), "was written by a newer version of twelvefold"),
        ("old.json", changed("\"version\":2", "\"version\":0").into(), "there is no such version"),
        ("number.json", changed("\"score\":1.0", "\"score\":\"much\"").into(), "is no sound export: invalid type"),
        ("score.json", changed("\"score\":1.0", "\"score\":1e300").into(), "`score` is from 0 to 1"),
        ("id.json", changed("lesson-1", "Lesson \\u001b[31m").into(), "in entry 1 `Lesson"),
        ("kind.json", changed("answered", "sung").into(), "unknown variant `sung`"),
        ("field.json", changed("\"hints\":1", "\"hints\":1,\"mood\":2").into(), "unknown field `mood`"),
        ("missing.json", changed("\"hints\":1,", "").into(), "missing field `hints`"),
        ("hints.json", changed("\"hints\":1", "\"hints\":1000").into(), "invalid value"),
        ("same.json", export.replace("\"took_ms\":5", "\"took_ms\":6").into(), "was changed by hand or damaged"),
        ("endless.json", endless.into(), "an entry that never ends"),
        ("deep.json", [b"{\"format\":".as_slice(), &[b'['; 5_000]].concat(), "is neither an export"),
        ("newer.db", fs::read(folder.path().join("newer.db")).unwrap(), "was written by a newer version of twelvefold"),
        ("foreign.db", fs::read(folder.path().join("foreign.db")).unwrap(), "is a database of another program"),
        ("hollow.db", fs::read(folder.path().join("hollow.db")).unwrap(), "is damaged"),
        ("half.db", database[..database.len() / 2].to_vec(), "is damaged"),
        ("head.db", database[..60].to_vec(), "is damaged"),
        ("eaten.db", [&database[..4096], &vec![0xee; database.len() - 4096]].concat(), "is damaged"),
    ];
    run(good.path(), &["progress"]);
    let before = contents(good.path());
    let sound = folder.path().join("sound.json");
    fs::write(&sound, run(answered_at(500..510).path(), &["export", "--to", "json"]).out).unwrap();
    for (name, bytes, sentence) in &cases {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        // The sound one in front is not taken over either.
        for arguments in [vec!["import", text(&file)], vec!["merge", text(&sound), text(&file)]] {
            let ran = run(good.path(), &arguments);
            assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{name}: {}", ran.err);
            assert!(ran.err.contains(sentence) && ran.err.contains(name), "{name}: {}", ran.err);
            assert_eq!((ran.err.lines().count(), ran.err.contains('\u{1b}')), (1, false), "{name}: {}", ran.err);
            assert!(ran.err.chars().count() < 400, "{name}: {}", ran.err);
        }
        assert_eq!(fs::read(&file).unwrap(), *bytes, "{name} was changed");
    }
    assert_eq!(open(good.path()).load().unwrap().answers, 40);
    assert_eq!(contents(good.path()), before);
    for (name, sentence) in [("nowhere", "No such file"), ("", "Is a directory")] {
        let ran = run(good.path(), &["import", text(&folder.path().join(name))]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains("cannot be read") && ran.err.contains(sentence), "{}", ran.err);
    }
    let ran = run(good.path(), &["merge"]);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn a_file_that_cannot_be_taken_over_makes_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = fs::File::create(folder.path().join("x")).unwrap();
    file.write_all(b"SQLite format 3\0 but not really").unwrap();
    let data = folder.path().join("data");
    assert_eq!(run(&data, &["import", text(&folder.path().join("x"))]).code, Some(1));
    assert!(!data.exists());
    // And an export of nothing is an empty history, which can be taken over.
    let ran = run(&data, &["export", "--to", "json"]);
    assert_eq!(ran.out, "{\"format\":\"twelvefold-progress\",\"version\":2,\"events\":[\n]}\n");
    assert!(!data.exists());
    let file = folder.path().join("none.json");
    fs::write(&file, ran.out).unwrap();
    assert_eq!(run(&data, &["import", text(&file)]).out, format!("{}: 0 entries, 0 new\n", text(&file)));
}
