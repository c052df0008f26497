//! Nothing that a course, a note, an import, a file name, an argument or the environment holds reaches a terminal as a control:
//! a hostile course through every screen and every command, and every code point through every widget. All output is held against
//! the grammar of `support/hostile.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use twelvefold::content::load::load;
use twelvefold::domain::class::Plan;
use twelvefold::domain::course::Course;
use twelvefold::domain::exam::Paper;
use twelvefold::domain::id::ClassId;
use twelvefold::domain::interview::Wish;
use twelvefold::domain::night::Switches;
use twelvefold::domain::progress::Progress;
use twelvefold::domain::rng::Rng;
use twelvefold::domain::text::{SafeText, is_showable};
use twelvefold::domain::time::{Timestamp, Zone};
use twelvefold::term::gate::Gate;
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::hues::Colors;
use twelvefold::ui::message::{Effect, Input, Key, KeyCode, Message};
use twelvefold::ui::palette::Palette;
use twelvefold::ui::screen::present;

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/reliability.rs"]
mod reliability;
#[cfg(unix)]
#[path = "support/terminal.rs"]
mod terminal;

use hostile::{Allowed, PAYLOAD, forbidden};
use reliability::{effort, record, thousands};

const BINARY: &str = env!("CARGO_BIN_EXE_twelvefold");

/// Every command, and how it is called with what a stranger made: `COURSE`, `HISTORY`, `OUT` and `BAD` stand for a hostile course,
/// a hostile history, a file to be written and a word of controls. Where a screen opens, the keys that walk through it.
const ROWS: [(&str, &[&[&str]], &str); 29] = [
    ("", &[&[], &["--log", "OUT"], &["--no-such-BAD"], &["--profile", "BAD"], &["--theme", "BAD"]], "j\rG\x1bp\x1b?\x1bT"),
    ("open", &[&["leaves"], &["water"], &["BAD"]], "\rjjG\x1b[A\tnw\x1b]]["),
    ("compare", &[&["leaves"], &["BAD"]], "dbosjj\r\t?\x1b"),
    ("quiz", &[&["leaves"], &["water"], &["BAD"]], "1\r\ri1\r\r12\r\r2\r\r \r\r1\r\r\r\r\r\r\r\r\r\r\r\r"),
    ("review", &[&[]], "1\r\r"),
    ("exam", &[&[], &["--factors", "BAD"], &["--questions", "3", "--seed", "4"]], "1\r1\r1\r1\r\r?\x1b"),
    ("interview", &[&[], &["leaves"], &["BAD"], &["--level", "BAD"]], "\r\rwords\t\t \r\r\r?\x1b"),
    ("due", &[&[], &["--json"]], ""),
    ("list", &[&[], &["--questions"], &["--json"], &["--json", "--questions"], &["BAD"]], ""),
    ("tracks", &[&[], &["--json"]], ""),
    (
        "packs",
        &[
            &[],
            &["--json"],
            &["--pack", "PACK"],
            &["--pack", "PACK", "--json"],
            &["--pack", "BROKEN"],
            &["--pack", "COURSE", "--pack", "/nowhere/BAD"],
        ],
        "",
    ),
    ("read", &[&["leaves"], &["water"], &["leaves", "--width", "9"], &["BAD"]], ""),
    ("cheatsheet", &[&[], &["leaves"], &["--to", "markdown"], &["BAD"], &["--to", "BAD"]], ""),
    (
        "handout",
        &[
            &["-o", "OUT"],
            &["leaves", "-o", "OUT"],
            &["--to", "markdown", "-o", "OUT"],
            &["BAD", "-o", "OUT"],
            &["-o", "/nowhere/BAD"],
        ],
        "",
    ),
    (
        "handin",
        &[&["--name", "BAD", "--yes", "-o", "-"], &["--name", "Ada", "--yes", "-o", "/nowhere/BAD"], &["--name", "BAD"]],
        "",
    ),
    ("gradebook", &[&["HISTORY"], &["COURSE"], &["BAD"], &["HISTORY", "--to", "json"], &["HISTORY", "--to", "csv"]], ""),
    ("progress", &[&[], &["--json"]], ""),
    ("reset", &[&["leaves"], &["BAD"], &[]], ""),
    (
        "export",
        &[
            &["--to", "gift"],
            &["--to", "csv"],
            &["--to", "markdown"],
            &["--to", "json"],
            &["--to", "anki", "-o", "OUT"],
            &["--to", "gift", "-o", "OUT"],
            &["--to", "gift", "--lesson", "BAD"],
            &["--to", "BAD"],
            &["--to", "gift", "-o", "/nowhere/BAD"],
        ],
        "",
    ),
    ("import", &[&["HISTORY"], &["COURSE/lessons/course.yaml"], &["/nowhere/BAD"], &["COURSE"]], ""),
    ("merge", &[&["HISTORY", "HISTORY"], &["/nowhere/BAD"]], ""),
    ("night", &[&[]], " 1\r\r?\x1b"),
    ("simulator", &[&[], &["--without", "BAD"]], " jx?\x1b"),
    (
        "simulate",
        &[
            &["--json"],
            &["--without", "BAD"],
            &["--scenario", "COURSE/quizzes/01-leaves.yaml"],
            &["--scenario", "BAD"],
            &["--seed", "BAD"],
        ],
        "",
    ),
    ("present", &[&["leaves"], &["BAD"], &["--class", "BAD"]], "  1 b?\x1b"),
    ("class", &[&[], &["BAD"], &["leaves", "--json"], &["--csv"], &["--markdown"]], ""),
    ("doctor", &[&[], &["--json"], &["--report", "OUT"], &["--report", "/nowhere/BAD"]], ""),
    (
        "check",
        &[&["COURSE"], &["PACK"], &["COURSE", "--json"], &["BROKEN"], &["BROKEN", "--json"], &["BAD"], &["--explain", "BAD"]],
        "",
    ),
    ("new", &[&["OUT"], &["COURSE"], &["/nowhere/BAD"]], ""),
];

/// The commands that the program itself lists.
fn commands() -> BTreeSet<String> {
    let output = Command::new(BINARY).arg("--help").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let listed = text.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn every_command_is_in_the_table() {
    let listed = commands();
    let rows: BTreeSet<String> = ROWS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert!(listed.len() > 15, "{listed:?}");
    for name in &listed {
        assert!(rows.contains(name) || name == "help", "`{name}` has no row: what does it do with hostile text?");
    }
    for name in rows.iter().filter(|name| !name.is_empty()) {
        assert!(listed.contains(name), "there is no command `{name}`");
    }
}

/// A folder with a hostile course, one that is broken as well, a hostile pack, and a hostile history.
fn bench() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = hostile::course(PAYLOAD);
    hostile::write(&files, &folder.path().join("course"));
    let broken = folder.path().join("broken");
    hostile::write(&files, &broken);
    let quiz = broken.join("quizzes/01-leaves.yaml");
    let text = fs::read_to_string(&quiz).unwrap();
    fs::write(&quiz, text.replace("kind: guess", "kind: \"gu\\e[2Jess\\u202e\"").replace("passage: home", "pas\u{202e}sage: home"))
        .unwrap();
    fs::write(broken.join("lessons/01-leaves/stray\u{1b}[2J\u{202e}.md"), "stray").unwrap();
    fs::write(broken.join("lessons/02-water/lesson.md"), "---\nid: \"w\\eater\"\nti\u{9b}tle: x\n---\n[x](lesson:\u{1b}[2J)\n")
        .unwrap();
    let line = r#"{"format":"twelvefold-progress","version":1,"events":[{"moment":1,"origin":"a","seq":1,"at":1,"deed":{"kind":"op\u001b[2Jened","lesson":"x\u202e"}}]}"#;
    fs::write(folder.path().join("history\u{1b}[2J.json"), line).unwrap();
    let pack = folder.path().join("pack\u{1b}[2J\u{202e}");
    hostile::write(&files, &pack);
    let manifest = "format: 1\nid: acme\ntitle: \"t\\e[2J\\u202e\"\nversion: \"1\\e]0;x\\a\"\nlanguage: \"e\\x9bn\"\n\
                    licence: \"\\e[31mfree\"\nauthors: [\"A\\u2066da\"]\nlessons:\n  - folder: \"01-le\\eaves\"\n    after: \"\\u202ex\"\n";
    fs::write(pack.join("pack.yaml"), manifest).unwrap();
    folder
}

fn words(argument: &str, bench: &Path, out: &Path) -> OsString {
    let path = |path: &Path| path.display().to_string();
    argument
        .replace("COURSE", &path(&bench.join("course")))
        .replace("PACK", &path(&bench.join("pack\u{1b}[2J\u{202e}")))
        .replace("BROKEN", &path(&bench.join("broken")))
        .replace("HISTORY", &path(&bench.join("history\u{1b}[2J.json")))
        .replace("OUT", &path(out))
        // An argument cannot hold a NUL.
        .replace("BAD", &PAYLOAD.replace('\0', ""))
        .into()
}

/// Every command in a pipe, plain and with colours.
#[test]
fn no_command_lets_a_control_through() {
    let bench = bench();
    let mut failures = Vec::new();
    let mut told = 0;
    for (name, calls, _) in ROWS {
        for (at, call) in calls.iter().enumerate() {
            // Both ways for the first call of each command, then in turn.
            let colors: &[&str] = if at == 0 { &["never", "always"] } else { &[["never", "always"][at % 2]] };
            for &color in colors {
                let data = bench.path().join("data");
                let out = bench.path().join(format!("out-{name}-{at}-{color}\u{1b}[2J\u{202e}"));
                let mut command = Command::new(BINARY);
                command.arg("--course").arg(bench.path().join("course")).arg("--data").arg(&data).args(["--color", color]);
                command.args((!name.is_empty()).then_some(name)).args(call.iter().map(|word| words(word, bench.path(), &out)));
                command
                    .env("TERM", "xterm-256color")
                    .env("COLORTERM", PAYLOAD.replace('\0', ""))
                    .env("COLORFGBG", PAYLOAD.replace('\0', ""));
                command.env("LANG", PAYLOAD.replace('\0', "")).stdin(Stdio::null());
                let output = command.output().unwrap();
                let allowed = if color == "always" { Allowed::Styled } else { Allowed::Text };
                for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
                    told += bytes.len();
                    if let Some(what) = forbidden(bytes, allowed) {
                        failures.push(format!("{name} {call:?} --color {color}, {stream}: {what}"));
                    }
                }
                let code = output.status.code();
                assert!(matches!(code, Some(0..=2)), "{name} {call:?}: {code:?} {}", String::from_utf8_lossy(&output.stderr));
                assert!(!output.stdout.is_empty() || !output.stderr.is_empty() || out.exists(), "{name} {call:?} says nothing");
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(told > 50_000, "only {told} bytes were written");
}

/// Every command that opens a screen, in a real terminal.
#[cfg(unix)]
#[test]
fn no_screen_lets_a_control_through() {
    let bench = bench();
    let course = bench.path().join("course");
    let mut drawn = 0;
    for (name, calls, keys) in ROWS.into_iter().filter(|(.., keys)| !keys.is_empty()) {
        let mut command = portable_pty::CommandBuilder::new(BINARY);
        command.args(["--course".into(), course.clone(), "--data".into(), bench.path().join(format!("data-{name}"))]);
        command.args((!name.is_empty()).then_some(name));
        command.args(calls[0]);
        command.env("COLORTERM", PAYLOAD.replace('\0', ""));
        let mut session = terminal::Session::of(command, &[]);
        session.until("something to be drawn", |screen| screen.bytes.windows(8).any(|window| window == b"\x1b[?2026l"));
        for key in keys.split_inclusive(|_| true) {
            let before = session.bytes().len();
            session.send(key.as_bytes());
            // Time to draw what the key has changed; some change nothing.
            let end = Instant::now() + std::time::Duration::from_millis(60);
            while session.bytes().len() == before && Instant::now() < end {
                thread::sleep(std::time::Duration::from_millis(3));
            }
        }
        session.send(b"\x03");
        assert_eq!(session.end(), 0, "{name}");
        session.given_back();
        let bytes = session.bytes();
        drawn += bytes.len();
        assert_eq!(forbidden(&bytes, Allowed::Screen), None, "{name}");
    }
    assert!(drawn > 30_000, "only {drawn} bytes were drawn");
}

fn loaded(payload: &str) -> Arc<Course> {
    let (course, problems) = load(&hostile::course(payload), Vec::new());
    Arc::new(course.unwrap_or_else(|| panic!("a course that is good but for its texts: {problems:#?}")))
}

/// Where a walk begins, and its keys. Of a class there are two views.
#[derive(Debug, Clone, Copy)]
enum Walk {
    Alone(Start),
    Room,
    Speaker,
}

fn walks() -> Vec<(Walk, &'static str)> {
    let alone = [
        (Start::Home, "jp\x1b?\x1b"),
        (Start::Lesson(0), "\r\r\r"),
        (Start::Lesson(1), "Gw\x1b"),
        (Start::Compare(0), "dbsj\r"),
        (Start::Quiz(0), "1\r\ri1\r\r12\r\r2\r\r \r\r1\r\r\r\r\r\r\r\r1\r\r1\r\rxyz\r\r\r"),
        (Start::Review, ""),
        (Start::Exam(Paper { questions: 4, factors: 0, minutes: None, seed: Some(1) }), "1\r1\r1\r1\r\r"),
        (Start::Plan, "j"),
        (Start::Interview(Wish::default()), "\r \r\r"),
        (Start::Night, ""),
        (Start::Simulator(Switches::ALL_ON, 1), ""),
    ];
    let class = [(Walk::Room, "          o\x1b  1   "), (Walk::Speaker, "     o\x1b  1    ")];
    alone.into_iter().map(|(start, keys)| (Walk::Alone(start), keys)).chain(class).collect()
}

/// Draws every screen of a course whose texts all hold `payload`, and gives what was drawn.
fn drawn(payload: &str, size: (u16, u16)) -> Vec<u8> {
    let course = loaded(payload);
    let mut bytes = Vec::new();
    for (walk, keys) in walks() {
        let app = App::new(Setup {
            course: Arc::clone(&course),
            palette: Palette::default(),
            theme: None,
            seed: 1,
            zone: Zone::default(),
            start: if let Walk::Alone(start) = walk { start } else { Start::Home },
        });
        let mut app = match walk {
            Walk::Alone(_) => app,
            Walk::Room | Walk::Speaker => app.with_class(present::Wish {
                plan: Some(Plan::Course),
                minutes: Some(5),
                class: ClassId::new("blue").unwrap(),
                speaker: matches!(walk, Walk::Speaker),
                me: 1,
            }),
        };
        let mut gate = Gate::new(Colors::None);
        let (columns, rows) = gate.resize(size.0, size.1);
        let mut messages = vec![
            Message::Input(Input::Resize { columns, rows }),
            Message::Loaded(Box::<Progress>::default()),
            Message::Notice(SafeText::new(payload)),
            Message::Unsaved(SafeText::new(payload)),
            Message::Saved(0),
            Message::Input(Input::Paste(payload.to_owned())),
        ];
        messages.extend(keys.chars().map(|c| {
            let code = match c {
                '\r' => KeyCode::Enter,
                '\u{1b}' => KeyCode::Esc,
                c => KeyCode::Char(c),
            };
            Message::Input(Input::Key(Key::plain(code)))
        }));
        for message in messages {
            for effect in app.update(Timestamp(1_000), message) {
                if let Effect::Write { text, .. } = effect {
                    assert_eq!(forbidden(text.as_bytes(), Allowed::Text), None, "a file that is written");
                }
            }
            bytes.extend(gate.draw(|canvas| app.view(canvas)));
            assert_eq!(gate.refused(), 0, "{walk:?}: the last gate had to refuse something of {payload:?}");
        }
    }
    bytes
}

/// Characters of one course in the sweep, so few that they fit into a title.
const CHUNK: usize = 10;
/// Planes that hold nothing but what is not assigned, tags and private use: four times as many go through at once, which the
/// title of a course has room for.
const EMPTY: char = '\u{40000}';

fn is_dangerous(c: char) -> bool {
    c.is_control() || !is_showable(c) && !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{e1000}'..)
}

/// A character with others on both sides. After a `<` no letter comes: it would be HTML, which is refused.
fn between(c: char) -> String {
    format!(" a{c}{}", if c == '<' { '2' } else { 'b' })
}

/// Sends some characters through every screen. How many of them may be shown, and how many of those are on one.
fn sweep(chunk: &[char]) -> (usize, usize) {
    let payload: String = chunk.iter().copied().map(between).collect();
    let bytes = drawn(&payload, (100, 30));
    assert_eq!(forbidden(&bytes, Allowed::Screen), None, "{payload:?}");
    let screen = std::str::from_utf8(&bytes).unwrap();
    let may = chunk.iter().filter(|c| is_showable(**c));
    (may.clone().count(), may.filter(|c| screen.contains(**c)).count())
}

/// Every code point through every screen: with letters on both sides, so that nothing is at an end.
#[test]
fn every_code_point_goes_through_every_screen() {
    let effort = effort(4);
    let (seed, began) = (reliability::seed(8), Instant::now());
    let mut rng = Rng::new(seed);
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    let (dangerous, others): (Vec<char>, Vec<char>) = all.iter().copied().partition(|c| is_dangerous(*c));
    assert!(dangerous.len() > 300, "{}", dangerous.len());
    // In the short form those that can do harm, a part of the unassigned and tags, and some of the rest; in the long form all.
    let chunks: Vec<Vec<char>> = if effort.long {
        let (assigned, empty) = all.split_at(all.partition_point(|c| *c < EMPTY));
        assigned.chunks(CHUNK).chain(empty.chunks(4 * CHUNK)).map(<[char]>::to_vec).collect()
    } else {
        let few = dangerous
            .iter()
            .copied()
            .filter(|c| u32::from(*c) < 0x1_0000 && !matches!(c, '\u{fdd0}'..='\u{fdef}'))
            .collect::<Vec<_>>();
        // Of what lies above, a few of each sort: those that hide, those that mean nothing, those of private use.
        let above = ['\u{e0001}'..='\u{e0fff}', '\u{1d173}'..='\u{1d17a}', '\u{f0000}'..='\u{10ffff}'].map(|range| {
            let range: Vec<char> = range.collect();
            (0..CHUNK).map(|_| range[rng.below(range.len())]).collect::<Vec<_>>()
        });
        let some = (0..effort.count).map(|_| (0..CHUNK).map(|_| others[rng.below(others.len())]).collect());
        few.chunks(CHUNK).map(<[char]>::to_vec).chain(above).chain(some.collect::<Vec<_>>()).collect()
    };
    let limit = if effort.long { usize::try_from(effort.count).unwrap() } else { usize::MAX };
    let mut chosen = 0;
    let chunks: Vec<Vec<char>> = chunks
        .into_iter()
        .take_while(|chunk| {
            chosen += chunk.len();
            chosen - chunk.len() < limit
        })
        .collect();
    let [next, swept, may, seen] = [0; 4].map(AtomicUsize::new);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let shown = sweep(chunk);
                    may.fetch_add(shown.0, Ordering::Relaxed);
                    seen.fetch_add(shown.1, Ordering::Relaxed);
                    swept.fetch_add(chunk.len(), Ordering::Relaxed);
                }
            });
        }
    });
    let [swept, may, seen] = [swept, may, seen].map(AtomicUsize::into_inner);
    // They were drawn, or this would prove nothing. A few have no width and nothing to stand on.
    assert!(seen * 10 > may * 9, "{seen} of {may} were on a screen");
    let found = format!(
        "{} code points through {} walks of screens, 0 stray bytes, the last gate never needed; {} of the {} that may be shown were seen",
        thousands(swept as u64),
        walks().len(),
        thousands(seen as u64),
        thousands(may as u64)
    );
    record("sweep", effort, seed, began.elapsed(), &found);
}

/// The payload itself at the sizes that people use.
#[test]
fn a_hostile_course_is_drawn_in_peace() {
    for size in [(120, 36), (80, 24), (60, 20), (20, 6), (1, 1)] {
        assert_eq!(forbidden(&drawn(PAYLOAD, size), Allowed::Screen), None, "{size:?}");
    }
}
