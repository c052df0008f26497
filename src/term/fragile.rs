//! The app with a key that breaks it where a test asks for that, to see that the terminal is given back. Only in builds with
//! checks: elsewhere nothing asks.

use std::hint::black_box;
use std::panic;
use std::thread;
use std::time::Duration;

use super::driver::Program;
use crate::domain::time::Timestamp;
use crate::ui::app::App;
use crate::ui::canvas::Canvas;
use crate::ui::message::{Effect, Input, Key, KeyCode, Message};

const ASKED: &str = "asked for by a test";

/// The app, and where F12 breaks it.
#[derive(Debug)]
pub struct Fragile {
    app: App,
    place: Option<String>,
    pressed: bool,
}

impl Fragile {
    /// An app that breaks at `place`, in builds with checks.
    #[must_use]
    pub fn new(app: App, place: Option<String>) -> Self {
        Self { app, place: place.filter(|_| cfg!(debug_assertions)), pressed: false }
    }

    /// Where it breaks.
    #[must_use]
    pub fn place(&self) -> &str {
        self.place.as_deref().unwrap_or_default()
    }

    /// What F12 does. It comes back from `thread`, and from places that are elsewhere.
    #[allow(clippy::panic, reason = "asked for by a test")]
    fn break_here(&mut self) {
        self.pressed = true;
        match self.place() {
            "update" | "hook" => panic!("{ASKED}"),
            "drop" => {
                let _bomb = Bomb;
                panic!("{ASKED}");
            }
            "thread" => break_in_a_thread(),
            "stack" => drop(deeper(&[0; 64])),
            "abort" => std::process::abort(),
            _ => {}
        }
    }
}

impl Program for Fragile {
    fn begin_with_size(&mut self, columns: u16, rows: u16) {
        self.app.begin_with_size(columns, rows);
    }

    fn update(&mut self, now: Timestamp, message: Message) -> Vec<Effect> {
        if self.place.is_some() && message == Message::Input(Input::Key(Key::plain(KeyCode::F(12)))) {
            self.break_here();
        }
        self.app.update(now, message)
    }

    fn view(&self, canvas: &mut Canvas) {
        assert!(!(self.pressed && self.place() == "view"), "{ASKED}");
        self.app.view(canvas);
    }

    fn take_stale(&mut self) -> bool {
        self.app.take_stale()
    }

    fn look_ahead(&mut self) {
        self.app.look_ahead();
    }

    fn beat(&self) -> Option<Duration> {
        self.app.beat()
    }
}

/// Panics when it is dropped: in the middle of another panic that is the end of a program.
struct Bomb;

impl Drop for Bomb {
    #[allow(clippy::panic, reason = "asked for by a test")]
    fn drop(&mut self) {
        panic!("{ASKED}");
    }
}

/// A panic in another thread ends the program as one in this thread does.
#[allow(clippy::panic, clippy::disallowed_methods, reason = "asked for by a test")]
fn break_in_a_thread() {
    let broken: thread::Result<()> = thread::spawn(|| panic!("{ASKED}")).join();
    if let Err(reason) = broken {
        panic::resume_unwind(reason);
    }
}

/// Calls itself until the stack is used up.
#[allow(unconditional_recursion, reason = "asked for by a test")]
fn deeper(above: &[u8; 64]) -> u8 {
    let here = black_box([above[0].wrapping_add(1); 64]);
    deeper(&here).wrapping_add(here[1])
}

/// A hook that panics before anything else.
#[allow(clippy::panic, reason = "asked for by a test")]
pub fn break_the_hook() {
    panic::set_hook(Box::new(|_| panic!("{ASKED}")));
}
