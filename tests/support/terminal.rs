//! The real binary in a real pseudo-terminal. Nothing sleeps as a proof: every step waits for what it wants to see, or fails
//! after a limit.
#![allow(dead_code, reason = "no harness needs all of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub const BINARY: &str = env!("CARGO_BIN_EXE_twelvefold");
pub const LIMIT: Duration = Duration::from_secs(20);

pub struct Screen {
    pub parser: vt100::Parser,
    pub bytes: Vec<u8>,
    pub ended: bool,
}

/// The program in a terminal.
pub struct Session {
    pub master: Option<Box<dyn MasterPty + Send>>,
    pub writer: Option<Box<dyn std::io::Write + Send>>,
    pub child: Box<dyn Child + Send + Sync>,
    pub screen: Arc<(Mutex<Screen>, Condvar)>,
    /// The terminal's settings before the program began, as text.
    pub before: String,
}

pub fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
}

pub fn course() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good").display().to_string()
}

pub fn settings(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn signal_number(name: &str) -> i64 {
    match name {
        "Hangup" => 1,
        "Interrupt" => 2,
        "Quit" => 3,
        "Killed" => 9,
        "Illegal instruction" => 4,
        "Aborted" => 6,
        "Bus error" => 7,
        "Floating point exception" => 8,
        "Segmentation fault" => 11,
        "Terminated" => 15,
        other => panic!("{other}"),
    }
}

impl Session {
    pub fn start(data: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(BINARY);
        command.args(["--course", &course(), "--data", &data.display().to_string()]);
        command.args(arguments);
        Self::of(command, environment)
    }

    /// Any command in a terminal.
    pub fn of(mut command: CommandBuilder, environment: &[(&str, &str)]) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        for (name, value) in environment {
            command.env(name, value);
        }
        let before = settings(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let screen = Arc::new((
            Mutex::new(Screen { parser: vt100::Parser::new(cells(24), cells(80), 0), bytes: Vec::new(), ended: false }),
            Condvar::new(),
        ));
        let shared = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let count = reader.read(&mut buffer).unwrap_or(0);
                let (lock, changed) = &*shared;
                let mut screen = lock.lock().unwrap();
                if count == 0 {
                    screen.ended = true;
                    changed.notify_all();
                    return;
                }
                screen.parser.process(&buffer[..count]);
                screen.bytes.extend_from_slice(&buffer[..count]);
                changed.notify_all();
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { master: Some(pair.master), writer: Some(writer), child, screen, before }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
    }

    /// Waits until the screen fulfils `wanted`.
    pub fn until(&self, what: &str, wanted: impl Fn(&Screen) -> bool) {
        let (lock, changed) = &*self.screen;
        let end = Instant::now() + LIMIT;
        let mut screen = lock.lock().unwrap();
        while !wanted(&screen) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !screen.ended, "waiting for {what}; the screen is:\n{}", screen.parser.screen().contents());
            screen = changed.wait_timeout(screen, left.min(Duration::from_millis(200))).unwrap().0;
        }
    }

    pub fn shows(&self, text: &str) {
        self.until(text, |screen| screen.parser.screen().contents().contains(text));
    }

    pub fn contents(&self) -> String {
        self.screen.0.lock().unwrap().parser.screen().contents()
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.screen.0.lock().unwrap().bytes.clone()
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for the end and returns the exit code, or the number of the signal as a negative one.
    pub fn end(&mut self) -> i64 {
        let end = Instant::now() + LIMIT;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                // What was written last is read before anything is looked at.
                self.until_ended();
                return match status.signal() {
                    Some(name) => -signal_number(name),
                    None => i64::from(status.exit_code()),
                };
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the program goes on; the screen is:\n{}", self.contents());
    }

    fn until_ended(&self) {
        let (lock, changed) = &*self.screen;
        let end = Instant::now() + Duration::from_secs(2);
        let mut screen = lock.lock().unwrap();
        while !screen.ended && Instant::now() < end {
            screen = changed.wait_timeout(screen, Duration::from_millis(20)).unwrap().0;
        }
    }

    /// The terminal as the shell finds it: every mode that was switched on is switched off again.
    pub fn given_back(&self) {
        let bytes = self.bytes();
        for (on, off) in [
            ("\x1b[?1049h", "\x1b[?1049l"),
            ("\x1b[?25l", "\x1b[?25h"),
            ("\x1b[?2004h", "\x1b[?2004l"),
            ("\x1b[?1000h", "\x1b[?1000l"),
            ("\x1b[?1006h", "\x1b[?1006l"),
        ] {
            let last = |text: &str| bytes.windows(text.len()).rposition(|window| window == text.as_bytes());
            assert!(last(on).is_some() && last(off) > last(on), "{on:?} is still on");
        }
        let last = |text: &str| bytes.windows(text.len()).rposition(|window| window == text.as_bytes());
        assert!(last("\x1b[?2026h") < last("\x1b[?2026l"), "a synchronised update is still open");
        // A program that was stopped sets them right after the bytes; nothing tells when it has.
        let now = || settings(&**self.master.as_ref().unwrap());
        let end = Instant::now() + Duration::from_secs(10);
        while now() != self.before && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(now(), self.before, "the settings of the terminal differ");
    }
}

pub fn answers(data: &Path) -> u64 {
    let output =
        Command::new(BINARY).args(["--course", &course(), "--data"]).arg(data).args(["progress", "--json"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    value["answers"].as_u64().unwrap()
}
