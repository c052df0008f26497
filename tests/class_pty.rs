//! A class on two real terminals: the room and the speaker in step, one of them killed and found again, votes printed at the
//! end. Nothing is timed: every step waits for what it wants to see, or fails after a limit.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

const BINARY: &str = env!("CARGO_BIN_EXE_twelvefold");
const LIMIT: Duration = Duration::from_secs(30);

/// A view in a terminal of its own.
struct View {
    writer: Box<dyn std::io::Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<(Mutex<vt100::Parser>, Condvar)>,
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
}

fn course() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good").display().to_string()
}

impl View {
    fn start(data: &Path, arguments: &[&str]) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(BINARY);
        command.args(["--course", &course(), "--data", &data.display().to_string(), "present"]);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let screen = Arc::new((Mutex::new(vt100::Parser::new(cells(24), cells(80), 0)), Condvar::new()));
        let shared = Arc::clone(&screen);
        thread::spawn(move || {
            // The terminal lives as long as it is read.
            let _master = pair.master;
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let (lock, changed) = &*shared;
                lock.lock().unwrap().process(&buffer[..count]);
                changed.notify_all();
            }
        });
        Self { writer, child, screen }
    }

    fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    fn shows(&self, text: &str) {
        let (lock, changed) = &*self.screen;
        let end = Instant::now() + LIMIT;
        let mut screen = lock.lock().unwrap();
        while !screen.screen().contents().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waiting for {text}; the screen is:\n{}", screen.screen().contents());
            screen = changed.wait_timeout(screen, left.min(Duration::from_millis(200))).unwrap().0;
        }
    }

    fn kill(mut self) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        self.child.wait().unwrap();
    }

    fn quit(mut self) {
        self.send("q");
        assert!(self.child.wait().unwrap().success());
    }
}

fn printed(data: &Path, arguments: &[&str]) -> String {
    let output = Command::new(BINARY).args(["--course", &course(), "--data"]).arg(data).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_class_on_two_terminals_outlives_either() {
    let data = tempfile::tempdir().unwrap();
    let mut room = View::start(data.path(), &["leaves", "--class", "blue"]);
    room.shows("help");
    let mut notes = View::start(data.path(), &["--notes"]);
    notes.shows("slide 1 of 20");
    notes.shows("2 views");
    // Either leads.
    room.send(":12\r ");
    // Hands count where the question is up.
    notes.shows("slide 12 of 20 · part 2 of");
    notes.send("112");
    room.shows("Votes: 3");
    // The room dies. The speaker goes on alone, and the room that comes back finds the class where it is.
    room.kill();
    notes.shows("alone");
    notes.send("3  ");
    notes.shows("part 4 of");
    let mut room = View::start(data.path(), &["leaves", "--class", "blue"]);
    room.shows("Right: ");
    notes.shows("2 views");
    // Now the speaker dies, who has held the line since.
    notes.kill();
    room.shows("alone");
    room.send(" ");
    let notes = View::start(data.path(), &["--notes"]);
    notes.shows("slide 12 of 20");
    notes.shows("part 5 of");
    room.shows("2 views");
    room.quit();
    notes.shows("alone");
    notes.quit();
    let table = printed(data.path(), &["class", "blue"]);
    assert!(table.contains("right of 4 ") && table.contains("blue"), "{table}");
    let json: serde_json::Value = serde_json::from_str(&printed(data.path(), &["class", "--json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!(json[0]["votes"][0]["hands"], 4);
    assert_eq!(json[0]["votes"][0]["options"].as_array().unwrap().len(), 3);
    let csv = printed(data.path(), &["class", "--csv"]);
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(printed(data.path(), &["class", "--markdown"]).starts_with("# blue, "));
    assert!(printed(data.path(), &["class", "green"]).starts_with("Nothing was voted yet"));
    // An export carries the votes to another machine.
    let json = printed(data.path(), &["export", "--to", "json"]);
    let other = tempfile::tempdir().unwrap();
    let file = other.path().join("laptop.json");
    std::fs::write(&file, json).unwrap();
    printed(other.path(), &["import", file.to_str().unwrap()]);
    assert!(printed(other.path(), &["class"]).contains("right of 4 "));
}
