//! A whole session at the terminal: the app, the loop, the store's thread and the colours' thread, from start to end.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::colours::Colourist;
use super::driver::{self, Exit, Surroundings, mailbox};
use super::gate::Colors;
use super::guard;
use super::tty::Tty;
use super::worker::{Opening, Unsaved, Worker};
use crate::domain::time::Timestamp;
use crate::ui::app::App;
use crate::ui::message::Effect;

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

/// Runs a session. The terminal is given back when it returns.
///
/// # Errors
/// When the terminal cannot be taken over, or the system gives no thread or pipe.
pub fn run(
    mut app: App,
    tty: Tty,
    colors: Colors,
    ask_background: bool,
    open: impl FnMut() -> Opening + Send + 'static,
) -> io::Result<Ended> {
    let tty = Arc::new(tty);
    guard::install(&tty);
    let (post, inbox) = mailbox()?;
    let to_app = post.clone();
    let worker = Worker::start(open, move |message| to_app.send(message))?;
    let mut colourist = Colourist::new(post);
    let mut perform = |effect| match effect {
        Effect::Record { ticket, event } => worker.record(ticket, event),
        Effect::Colour(wanted) => colourist.ask(wanted),
        // The loop itself does these.
        Effect::Suspend | Effect::Quit => {}
    };
    let around = Surroundings { tty, colors, inbox, perform: &mut perform, clock: &now, patience: PATIENCE, ask_background };
    let exit = driver::run(&mut app, around)?;
    Ok(Ended { exit, unsaved: worker.finish(LAST_WORDS) })
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
