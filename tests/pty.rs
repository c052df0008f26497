//! Journeys of the real binary in a real pseudo-terminal: resume, kill, signals, panics, floods, sizes. Nothing sleeps as a
//! proof: every step waits for what it wants to see, or fails after a limit.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize};

#[path = "support/terminal.rs"]
mod terminal;

use terminal::{BINARY, LIMIT, Session, answers, cells, course};

#[test]
fn read_compare_answer_quit_and_come_back() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &[], &[]);
    session.shows("Leaves, whole or cut");
    session.send(b"\ro");
    session.shows("Leaves are chosen before the water boils");
    session.send(b"c");
    session.shows("BAD");
    session.shows("Everybody drinks dust now");
    session.send(b"\x1b");
    session.shows("At the market");
    session.send(b"t");
    session.shows("Which leaf do you take?");
    session.send(b"1\r");
    session.shows("answer saved");
    session.send(b"\r");
    session.shows("2 of 10");
    session.send(b"q");
    assert_eq!(session.end(), 0);
    session.given_back();
    assert_eq!(answers(data.path()), 1);

    let mut session = Session::start(data.path(), &["quiz", "leaves"], &[]);
    session.shows("2 of 10");
    session.shows("Where do leaves keep?");
    session.send(b"q");
    assert_eq!(session.end(), 0);
    session.given_back();
}

#[test]
fn the_first_picture_is_whole_when_a_damaged_file_is_told_of() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("progress.sqlite3"), [0x5a; 20_000]).unwrap();
    let mut command = CommandBuilder::new(BINARY);
    command.arg("--data");
    command.arg(data.path());
    let mut session = Session::of(command, &[]);
    session.shows("The file with your progress was damaged");
    let bytes = session.bytes();
    let first = bytes.windows(8).position(|end| end == b"\x1b[?2026l").unwrap();
    let mut screen = vt100::Parser::new(cells(24), cells(80), 0);
    screen.process(&bytes[..first]);
    let picture = screen.screen().contents();
    assert!(picture.contains("Backing services"), "{picture}");
    session.send(b"q");
    assert_eq!(session.end(), 0);
}

#[test]
fn the_place_in_a_lesson_is_kept_through_a_kill() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &["open", "water"], &[]);
    session.shows("Water boils at a hundred degrees");
    session.send(b"G");
    session.shows("100 %");
    // The place is written a moment after the last key; no word on the screen tells of it.
    let percent = || {
        let output = Command::new(BINARY)
            .args(["--course", &course(), "--data"])
            .arg(data.path())
            .args(["progress", "--json"])
            .output()
            .unwrap();
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let water = value["lessons"].as_array().unwrap().iter().find(|lesson| lesson["id"] == "water").unwrap();
        water["place"]["percent"].as_u64()
    };
    let end = Instant::now() + LIMIT;
    while percent() != Some(100) {
        assert!(Instant::now() < end, "the place was not kept");
        thread::sleep(Duration::from_millis(20));
    }
    session.signal("KILL");
    assert_eq!(session.end(), -9);
    assert_eq!(percent(), Some(100));
}

/// Killed in the middle of a quiz, again and again: every answer that was shown as saved is there, and the quiz goes on.
#[test]
fn killed_in_the_middle_of_a_quiz_no_answer_is_lost() {
    let data = tempfile::tempdir().unwrap();
    for round in 1..=4 {
        let mut session = Session::start(data.path(), &["quiz", "leaves"], &[]);
        session.shows(&format!("{round} of 10"));
        match round {
            1 => session.send(b"1\r"),
            2 => session.send(b"12\r"),
            3 => session.send(b"2\r"),
            _ => session.send(b" \r"),
        }
        session.shows("answer saved");
        session.signal("KILL");
        assert_eq!(session.end(), -9);
        assert_eq!(answers(data.path()), round);
    }
}

#[test]
fn the_terminal_is_given_back_after_every_signal() {
    for (name, number) in [("TERM", 15), ("INT", 2), ("HUP", 1), ("QUIT", 3)] {
        let data = tempfile::tempdir().unwrap();
        let mut session = Session::start(data.path(), &[], &[]);
        session.shows("Leaves, whole or cut");
        session.signal(name);
        assert_eq!(session.end(), -number, "{name}");
        session.given_back();
    }
}

#[test]
fn an_answer_just_given_survives_a_signal() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &["quiz", "leaves"], &[]);
    session.shows("1 of 10");
    session.send(b"1\r");
    session.shows("your answer");
    session.signal("TERM");
    assert_eq!(session.end(), -15);
    assert_eq!(answers(data.path()), 1);
}

#[test]
fn control_c_quits_from_everywhere() {
    for keys in [&b""[..], b"\r", b"t", b"?"] {
        let data = tempfile::tempdir().unwrap();
        let mut session = Session::start(data.path(), &[], &[]);
        session.shows("Leaves, whole or cut");
        session.send(keys);
        session.send(b"\x03");
        assert_eq!(session.end(), 0, "{keys:?}");
        session.given_back();
    }
}

/// What is handed in is shown, and only a yes writes it.
#[test]
fn a_hand_in_is_shown_and_written_after_a_yes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut session = Session::start(&data, &["quiz", "leaves"], &[]);
    session.shows("1 of 10");
    session.send(b"1\r");
    session.shows("answer saved");
    session.send(b"q");
    assert_eq!(session.end(), 0);
    let file = folder.path().join("out.jsonl");
    let path = file.display().to_string();
    for (word, code) in [("n", 1), ("", 1), ("yes", 0)] {
        let mut session = Session::start(&data, &["handin", "-o", &path], &[]);
        session.shows("Your name:");
        session.send(b"Ada Lovelace\r");
        session.shows("1 answer to 1 question");
        session.shows("[y/N]");
        assert!(!file.exists(), "nothing is written before it was agreed to");
        session.send(format!("{word}\r").as_bytes());
        assert_eq!(session.end(), code, "{}", session.contents());
        assert_eq!(file.exists(), code == 0);
    }
    assert!(std::fs::read_to_string(&file).unwrap().contains("\"name\":\"Ada Lovelace\""));
}

#[test]
fn stopped_and_continued() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &[], &[]);
    session.shows("Leaves, whole or cut");
    session.signal("TSTP");
    let stat = format!("/proc/{}/stat", session.child.process_id().unwrap());
    session.until("the alternate screen to be left", |screen| !screen.parser.screen().alternate_screen());
    if Path::new("/proc/self/stat").exists() {
        let end = Instant::now() + LIMIT;
        while !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
            assert!(Instant::now() < end, "it did not stop");
            thread::sleep(Duration::from_millis(2));
        }
    }
    session.given_back();
    session.signal("CONT");
    session.until("the screen to be taken again", |screen| screen.parser.screen().alternate_screen());
    session.shows("Leaves, whole or cut");
    session.send(b"q");
    assert_eq!(session.end(), 0);
    session.given_back();
}

#[test]
fn a_closed_terminal_ends_it() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &[], &[]);
    session.shows("Leaves, whole or cut");
    session.writer = None;
    session.master = None;
    // The reader's thread still holds a copy of the terminal; the signal is what a terminal that closes sends.
    session.signal("HUP");
    let begun = Instant::now();
    session.end();
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_burst_of_keys_arrives_whole() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &[], &[]);
    session.shows("Leaves, whole or cut");
    // 2,047 keys that cancel out, and one that shows.
    let mut keys = b"jk".repeat(1_023);
    keys.extend_from_slice(b"j?");
    session.send(&keys);
    session.shows("Keys of this screen");
    session.send(b"\x1b");
    session.until("home", |screen| !screen.parser.screen().contents().contains("Keys of this screen"));
    session.send(b"\r");
    session.shows("Water boils at a hundred degrees");
    session.send(b"q");
    assert_eq!(session.end(), 0);
}

#[test]
fn split_mouse_reports_and_pastes_answer_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &["quiz", "leaves"], &[]);
    session.shows("1 of 10");
    let reports: Vec<u8> = (0..3_000).flat_map(|at| format!("\x1b[<35;{};{}M", at % 80 + 1, at % 24 + 1).into_bytes()).collect();
    for piece in reports.chunks(7) {
        session.send(piece);
    }
    session.send(b"\x1b[200~1\r2\r3\r\x1b[201~");
    session.send(b"\xc3");
    session.send(b"?");
    session.shows("Keys of this screen");
    session.send(b"\x1b");
    session.shows("1 of 10");
    session.send(b"q");
    assert_eq!(session.end(), 0);
    assert_eq!(answers(data.path()), 0);
}

#[test]
fn a_paste_that_never_ends_is_let_go() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &[], &[]);
    session.shows("Leaves, whole or cut");
    session.send(b"\x1b[200~");
    for _ in 0..64 {
        session.send(&[b'x'; 4096]);
    }
    // On a busy machine the end of it is read late, and a key that comes before that is still a part of the paste.
    let let_go = (0..4).any(|_| {
        thread::sleep(Duration::from_millis(400));
        session.send(b"?");
        (0..20).any(|_| {
            thread::sleep(Duration::from_millis(100));
            session.contents().contains("Keys of this screen")
        })
    });
    assert!(let_go, "the paste is not let go:\n{}", session.contents());
    session.send(b"q");
    assert_eq!(session.end(), 0);
}

#[test]
fn any_size_is_lived_through() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &["open", "leaves"], &[]);
    session.shows("guests");
    for (cols, rows) in [(0, 0), (1, 1), (1, 500), (500, 200), (65_535, 65_535), (20, 5), (80, 24)] {
        // The screen model first, so that it has the new size when the new frame comes.
        session.screen.0.lock().unwrap().parser.screen_mut().set_size(cells(rows.min(300)), cells(cols.min(600)));
        session.master.as_ref().unwrap().resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        session.send(b"jk");
    }
    session.shows("guests");
    session.send(b"q");
    assert_eq!(session.end(), 0);
    session.given_back();
}

#[test]
fn without_a_terminal_it_says_what_works() {
    let output = Command::new(BINARY)
        .args(["--course", &course()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(words.trim_end().lines().count(), 1, "{words}");
    assert!(words.contains("terminal") && words.contains("twelvefold read"), "{words}");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_the_tutorial_runs() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("in-the-way");
    std::fs::write(&file, "not a folder").unwrap();
    let mut session = Session::start(&file, &["quiz", "leaves"], &[]);
    session.shows("1 of 10");
    session.send(b"1\r");
    session.shows("not saved");
    session.send(b"\r");
    session.shows("2 of 10");
    // It can be written again, and everything is there.
    std::fs::remove_file(&file).unwrap();
    session.until("it to be saved", |screen| !screen.parser.screen().contents().contains("not saved"));
    session.send(b"q");
    assert_eq!(session.end(), 0);
    assert_eq!(answers(&file), 1);
}

#[test]
fn two_at_once_lose_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut one = Session::start(data.path(), &["quiz", "leaves"], &[]);
    one.shows("1 of 10");
    let mut two = Session::start(data.path(), &["quiz", "water"], &[]);
    two.shows("1 of 1");
    one.send(b"1\r");
    two.send(b"1\r");
    one.shows("answer saved");
    two.shows("answer saved");
    one.send(b"q");
    two.send(b"q");
    assert_eq!((one.end(), two.end()), (0, 0));
    assert_eq!(answers(data.path()), 2);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn open_water(folder: &Path, data: &Path) -> Session {
    let mut command = CommandBuilder::new(BINARY);
    command.args(["--course", &folder.display().to_string(), "--data", &data.display().to_string(), "open", "water"]);
    Session::of(command, &[])
}

#[test]
fn a_lesson_opens_before_its_course_is_read_and_its_end_comes_with_it() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy(course().as_ref(), folder.path());
    let file = folder.path().join("lessons/02-water/lesson.md");
    let mut text = std::fs::read_to_string(&file).unwrap();
    for number in 0..4_000 {
        text.push_str(&format!("\nMountain {number} has water that boils early.\n\n```python\nboil({number})\n```\n"));
    }
    std::fs::write(&file, text).unwrap();
    let mut session = open_water(folder.path(), data.path());
    session.shows("Water boils at");
    session.send(b"G");
    session.shows("A kettle");
    session.shows("100 %");
    session.send(b"kkkkkkkkkkkkkkk");
    session.shows("boil(3999)");
    session.send(b"q");
    assert_eq!(session.end(), 0);
}

#[test]
fn a_course_with_mistakes_is_not_taught_however_early_its_lesson_was_shown() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy(course().as_ref(), folder.path());
    let quiz = folder.path().join("quizzes/01-leaves.yaml");
    std::fs::write(&quiz, std::fs::read_to_string(&quiz).unwrap().replace("kind: single", "kind: singel")).unwrap();
    let mut session = open_water(folder.path(), data.path());
    assert_eq!(session.end(), 1);
    session.given_back();
    let text = String::from_utf8_lossy(&session.bytes()).into_owned();
    let after = &text[text.rfind("\u{1b}[?1049l").unwrap()..];
    assert!(after.contains("singel") && after.contains("01-leaves.yaml"), "{after:?}");
}
