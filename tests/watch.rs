//! `twelvefold check --watch` at work: a file is changed, the second report comes, Ctrl-C ends. Nothing here sleeps: each
//! step waits for a line of output, and for at most so long.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

struct Watch {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Watch {
    fn new(dir: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_twelvefold"))
            .args(["check", "--watch"])
            .arg(dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { child, lines, seen: Vec::new() }
    }

    /// Reads up to a line that begins so.
    fn until(&mut self, beginning: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("no `{beginning}` after {:#?}", self.seen));
            self.seen.push(line.clone());
            if line.starts_with(beginning) {
                return line;
            }
        }
    }

    /// Ends it with Ctrl-C. What came last, and the exit code.
    fn end(mut self) -> (Vec<String>, Option<i32>) {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let mut last = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => last.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end"),
            }
        }
        (last, self.child.wait().unwrap().code())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Fails when it has ended, as it should.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn course() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_twelvefold")).args(["new", "."]).current_dir(dir.path()).output().unwrap();
    assert!(made.status.success());
    dir
}

#[test]
fn each_change_is_reported_and_what_was_said_stays() {
    let dir = course();
    let quiz = dir.path().join("quizzes/01-first-steps.yaml");
    let good = fs::read_to_string(&quiz).unwrap();
    let mut watch = Watch::new(dir.path());
    assert_eq!(watch.until("no mistakes"), "no mistakes in 7 files");
    watch.until("watching ");
    fs::write(&quiz, good.replace("lesson: first-steps", "lesson: last-steps")).unwrap();
    assert!(watch.until("── check 2: quizzes/01-first-steps.yaml ──").ends_with('─'));
    watch.until("error[Q008]");
    watch.until("1 error in 7 files");
    // As many editors save: a new file takes the place of the old one.
    let draft = dir.path().join("quizzes/draft~");
    fs::write(&draft, good).unwrap();
    fs::rename(&draft, &quiz).unwrap();
    watch.until("── check 3: quizzes/01-first-steps.yaml ──");
    watch.until("no mistakes in 7 files");
    // A folder that comes later is watched as well.
    fs::create_dir(dir.path().join("lessons/02-later")).unwrap();
    fs::write(dir.path().join("lessons/02-later/lesson.md"), "x").unwrap();
    watch.until("── check 4: lessons/02-later/lesson.md ──");
    watch.until("1 warning in 8 files");
    fs::write(dir.path().join("lessons/02-later/lesson.md"), "y").unwrap();
    watch.until("── check 5: lessons/02-later/lesson.md ──");
    watch.until("1 warning in 8 files");
    assert!(watch.seen.iter().all(|line| !line.contains('\u{1b}')), "nothing is cleared: {:#?}", watch.seen);
    let (_, code) = watch.end();
    assert_eq!(code, Some(0));
}

#[test]
fn what_changes_nothing_causes_no_report() {
    let dir = course();
    let mut watch = Watch::new(dir.path());
    watch.until("watching ");
    let glossary = dir.path().join("lessons/glossary.yaml");
    let text = fs::read_to_string(&glossary).unwrap();
    fs::write(&glossary, &text).unwrap();
    fs::write(dir.path().join("notes.txt"), "beside the course").unwrap();
    fs::write(dir.path().join("lessons/glossary.yaml~"), "an editor's copy").unwrap();
    fs::write(&glossary, text + "# changed\n").unwrap();
    // The first report after all this is the one that it deserves.
    assert!(watch.until("── check ").starts_with("── check 2: lessons/glossary.yaml ──"));
    watch.until("no mistakes");
    let (last, code) = watch.end();
    assert_eq!((last.iter().filter(|line| line.starts_with("──")).count(), code), (0, Some(0)), "{last:#?}");
}

#[test]
fn the_end_of_the_folder_is_the_end_of_the_watch() {
    let dir = course();
    let mut watch = Watch::new(dir.path());
    watch.until("watching ");
    drop(dir);
    loop {
        match watch.lines.recv_timeout(PATIENCE) {
            Ok(_) => {}
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("it does not end"),
        }
    }
    assert_eq!(watch.child.wait().unwrap().code(), Some(1));
}

#[test]
fn it_needs_a_folder() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    let ran = command.args(["check", "--watch"]).env_remove("TWELVEFOLD_COURSE").output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8(ran.stderr).unwrap().contains("needs the folder of a course"));
}
