//! A whole session at the terminal: the app, the loop, the store's thread and the colours' thread, from start to end.

use std::cell::RefCell;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ratatui::Frame;

use super::colours::Colourist;
use super::driver::{self, Exit, Mailbox, Program, Surroundings, mailbox};
use super::gate::Colors;
use super::guard;
use super::tty::Tty;
use super::worker::{Opening, Unsaved, Worker};
use crate::domain::progress::Progress;
use crate::domain::text::SafeText;
use crate::domain::time::Timestamp;
use crate::ui::app::App;
use crate::ui::message::{Effect, Input, Key, KeyCode, Message};

/// How long the first frame waits for what was kept. On a slow disk it is drawn without, and again when that has come.
const PATIENCE: Duration = Duration::from_millis(40);
/// How long the end waits for the disk.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How a session ended, and whether everything was kept.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub exit: Exit,
    /// What was not kept.
    pub unsaved: Result<(), Unsaved>,
}

/// What a session needs from outside.
#[derive(Debug)]
pub struct Place {
    /// The terminal.
    pub tty: Tty,
    /// The colours that it can show.
    pub colors: Colors,
    /// Whether to ask it for its background.
    pub ask_background: bool,
    /// What was kept, where that is known without opening the store: then the first frame waits for nothing.
    pub kept: Option<Progress>,
    /// Where F12 makes the program panic, to test that the terminal is given back. Only in builds with checks.
    pub panic: Option<String>,
}

/// Runs a session. The terminal is given back when it returns.
///
/// # Errors
/// When the terminal cannot be taken over, or the system gives no thread or pipe.
pub fn run(app: App, place: Place, open: impl FnMut() -> Opening + Send + 'static) -> io::Result<Ended> {
    let Place { tty, colors, ask_background, kept, panic } = place;
    let mut app = Fragile { app, panic: panic.filter(|_| cfg!(debug_assertions)), pressed: false };
    let tty = Arc::new(tty);
    guard::install(&tty);
    let (post, inbox) = mailbox()?;
    let first = kept.map(|progress| Message::Loaded(Box::new(progress)));
    let to_app = post.clone();
    let mut worker = Worker::new(open, move |message| to_app.send(message));
    if first.is_none() {
        worker.begin()?;
    }
    let worker = RefCell::new(worker);
    let mail = post.clone();
    let mut colourist = Colourist::new(post);
    let mut perform = |effect| match effect {
        Effect::Record { ticket, event } => worker.borrow().record(ticket, event),
        Effect::Colour(wanted) => colourist.ask(wanted),
        Effect::Write { name, text } => write_beside(mail.clone(), name, text),
        // The loop itself does these.
        Effect::Suspend | Effect::Quit => {}
        Effect::Class(_) => {}
    };
    let mut drawn = || worker.borrow_mut().begin();
    let around = Surroundings {
        tty,
        colors,
        inbox,
        perform: &mut perform,
        drawn: &mut drawn,
        clock: &now,
        first,
        patience: PATIENCE,
        ask_background,
    };
    let exit = driver::run(&mut app, around)?;
    Ok(Ended { exit, unsaved: worker.into_inner().finish(LAST_WORDS) })
}

/// Writes a new file in a thread of its own, so that no key waits for the disk, and says how that went. Nothing that is there
/// is written over.
fn write_beside(mail: Mailbox, name: String, text: String) {
    let write = move || {
        let file = OpenOptions::new().write(true).create_new(true).open(&name);
        let said = match file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all())) {
            Ok(()) => format!("Written to {name} in the folder that you started from."),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => format!("{name} is there already."),
            Err(error) => format!("{name} could not be written: {error}"),
        };
        mail.send(Message::Notice(SafeText::new(&said)));
    };
    #[allow(clippy::disallowed_methods, reason = "the edge may have threads")]
    let started = thread::Builder::new().name("sheet".into()).spawn(write);
    // Without a thread there is no sheet, and no word of one.
    drop(started);
}

/// The app, with a key that breaks it where a test asks for that.
struct Fragile {
    app: App,
    panic: Option<String>,
    pressed: bool,
}

impl Program for Fragile {
    fn update(&mut self, now: Timestamp, message: Message) -> Vec<Effect> {
        if self.panic.is_some() && message == Message::Input(Input::Key(Key::plain(KeyCode::F(12)))) {
            self.pressed = true;
            self.break_at("update");
            if self.panic.as_deref() == Some("thread") {
                break_in_a_thread();
                return vec![Effect::Quit];
            }
        }
        self.app.update(now, message)
    }

    fn view(&self, frame: &mut Frame<'_>) {
        if self.pressed {
            self.break_at("view");
        }
        self.app.view(frame);
    }

    fn take_stale(&mut self) -> bool {
        self.app.take_stale()
    }

    fn beat(&self) -> Option<Duration> {
        self.app.beat()
    }
}

impl Fragile {
    #[allow(clippy::panic, reason = "asked for by a test")]
    fn break_at(&self, place: &str) {
        assert!(self.panic.as_deref() != Some(place), "asked for by a test");
    }
}

/// A panic in another thread ends the program as one in this thread does.
#[allow(clippy::panic, clippy::disallowed_methods, reason = "asked for by a test")]
fn break_in_a_thread() {
    let broken: thread::Result<()> = thread::spawn(|| panic!("asked for by a test")).join();
    if let Err(reason) = broken {
        std::panic::resume_unwind(reason);
    }
}

/// The moment by the clock of the machine.
#[must_use]
pub fn now() -> Timestamp {
    #[allow(clippy::disallowed_methods, reason = "the one place where the clock is read")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp(since.map_or_else(|before| -millis(before.duration()), millis))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
