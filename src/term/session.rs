//! A whole session at the terminal: the app, the loop, the store's thread and the colours' thread, from start to end.

use std::cell::RefCell;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::class_line::ClassLine;
use super::colours::Colourist;
use super::driver::{self, Exit, Mailbox, Surroundings, mailbox};
use super::fragile::{Fragile, break_the_hook};
use super::tty::Tty;
use super::worker::{Opening, Unsaved, Worker};
use super::{guard, last_resort};
use crate::domain::progress::Progress;
use crate::domain::text::SafeText;
use crate::domain::time::Timestamp;
use crate::ui::app::App;
use crate::ui::hues::Colors;
use crate::ui::message::{Effect, Errand, Message, News};

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
    /// Where a report of a panic may be put.
    pub reports: Option<PathBuf>,
    /// Where the views of a class find one another; nowhere, when there is no place for that.
    pub class: Option<PathBuf>,
    /// Where F12 makes the program panic, to test that the terminal is given back. Only in builds with checks.
    pub panic: Option<String>,
}

/// Work that begins when the first frame stands, in a thread of its own, and what it tells the app when it is done.
pub type Rest = Box<dyn FnOnce() -> Message + Send>;

/// Runs a session. `rest` is what the first frame does not wait for. The terminal is given back when it returns.
///
/// # Errors
/// When the terminal cannot be taken over, or the system gives no thread or pipe.
pub fn run(app: App, place: Place, open: impl FnMut() -> Opening + Send + 'static, mut rest: Option<Rest>) -> io::Result<Ended> {
    let Place { tty, colors, ask_background, kept, reports, class, panic } = place;
    let begun = instant();
    let mut app = Fragile::new(app, panic);
    let tty = Arc::new(tty);
    let (post, inbox) = mailbox()?;
    let first = kept.map(|progress| Message::Loaded(Box::new(progress)));
    let to_app = post.clone();
    let mut worker = Worker::new(open, move |message| to_app.send(message));
    guard::install(&tty, reports, worker.waiting());
    if app.place() == "hook" {
        break_the_hook();
    }
    if first.is_none() {
        worker.begin()?;
    }
    let worker = RefCell::new(worker);
    let (mail, later) = (post.clone(), post.clone());
    let mut views = OtherViews { folder: class, mail: post.clone(), line: None };
    let mut colourist = Colourist::new(post);
    let mut perform = |effect| match effect {
        Effect::Record { ticket, event } => worker.borrow().record(ticket, event),
        Effect::Colour(wanted) => colourist.ask(wanted),
        Effect::Write { name, text } => write_beside(mail.clone(), name, text),
        // The loop itself does these.
        Effect::Suspend | Effect::Quit => {}
        Effect::Class(errand) => views.run(errand),
    };
    let last = Arc::clone(&tty);
    let mut drawn = || {
        tracing::info!(ms = begun.elapsed().as_millis(), "first frame");
        // After the first picture, so that the start does not wait for it.
        last_resort::install(&last);
        if let Some(rest) = rest.take() {
            let mail = later.clone();
            #[allow(clippy::disallowed_methods, reason = "the edge may have threads")]
            thread::Builder::new().name("rest".into()).spawn(move || mail.send(rest()))?;
        }
        worker.borrow_mut().begin()
    };
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
    let unsaved = worker.into_inner().finish(LAST_WORDS);
    tracing::info!(
        ?exit,
        lost = unsaved.as_ref().map_or_else(|unsaved| unsaved.0, |()| 0),
        ms = begun.elapsed().as_millis(),
        "end"
    );
    Ok(Ended { exit, unsaved })
}

/// The line to the other views of a class, once one was asked for.
struct OtherViews {
    folder: Option<PathBuf>,
    mail: Mailbox,
    line: Option<ClassLine>,
}

impl OtherViews {
    fn run(&mut self, errand: Errand) {
        match (errand, &self.line) {
            (Errand::Join { speaker }, _) => {
                let mail = self.mail.clone();
                let begun = self.folder.clone().map(|folder| ClassLine::begin(folder, speaker, move |message| mail.send(message)));
                self.line = begun.and_then(Result::ok);
                if self.line.is_none() {
                    let why = SafeText::new("There is no place where a second view could find this one.");
                    self.mail.send(Message::Class(News::Apart(why)));
                }
            }
            (Errand::Share(state), Some(line)) => line.share(state),
            (Errand::Share(_), None) => {}
            (Errand::Part, _) => self.line = None,
        }
    }
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

/// A moment that only tells how long something took.
fn instant() -> Instant {
    #[allow(clippy::disallowed_methods, reason = "the edge: for the log alone")]
    Instant::now()
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
