//! The thread that owns the store. A key press never waits for the disk: events are handed over and told of later.
//!
//! What cannot be kept stays here, in order, and is tried again until it can or the program ends. While all is well and
//! nothing happens the thread sleeps without a timeout.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::domain::event::{Deed, Event};
use crate::domain::progress::Progress;
use crate::domain::text::SafeText;
use crate::store::{Fault, Store, StoreError};
use crate::ui::message::Message;

/// How long a place waits for a later one before it is written.
const PLACES: Duration = Duration::from_millis(200);
/// The pause after the first failure; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The pause between tries while the program waits for the end.
const LAST_PAUSE: Duration = Duration::from_millis(100);
/// The pause between two looks at what is not kept.
const GLANCE: Duration = Duration::from_millis(5);
/// How long a worker that is dropped without [`Worker::finish`] is waited for.
const DROPPED: Duration = Duration::from_secs(1);

/// A store as it is opened, with what the learner should know about it.
pub type Opening = Result<(Box<dyn Store>, Option<SafeText>), StoreError>;

/// How many events were not kept when the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsaved(pub usize);

impl fmt::Display for Unsaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of the things that you did could not be saved", self.0)
    }
}

impl std::error::Error for Unsaved {}

type Work = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

/// What of a worker's is not on the disk yet, for somebody who cannot hold the worker itself.
pub struct Waiting {
    work: Work,
    unsaved: Arc<AtomicUsize>,
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("unsaved", &self.unsaved).finish_non_exhaustive()
    }
}

impl Waiting {
    /// Waits until everything is on the disk, for so long. How many events are not.
    #[must_use]
    pub fn settle(&self, patience: Duration) -> usize {
        let end = now() + patience;
        if self.count() > 0 {
            let _ = begin(&self.work);
        }
        while self.count() > 0 && now() < end {
            thread::sleep(GLANCE);
        }
        self.count()
    }

    fn count(&self) -> usize {
        self.unsaved.load(Ordering::SeqCst)
    }
}

/// Lets the thread run, unless it does.
fn begin(work: &Mutex<Option<Box<dyn FnOnce() + Send>>>) -> io::Result<()> {
    // Nobody panics with this lock in hand, and the work is whole in any case.
    let work = work.lock().unwrap_or_else(PoisonError::into_inner).take();
    match work {
        Some(work) => thread::Builder::new().name("store".into()).spawn(work).map(|_| ()),
        None => Ok(()),
    }
}

enum Job {
    Record(u64, Event),
    Finish(Duration),
}

/// A handle to the thread that owns the store.
pub struct Worker {
    /// Gone once the thread was told to finish.
    jobs: Option<Sender<Job>>,
    /// The thread's work, until it begins.
    work: Work,
    done: Receiver<()>,
    unsaved: Arc<AtomicUsize>,
}

impl Worker {
    /// A thread that does not run before [`Worker::begin`]; what is handed over until then waits. It calls `open` at once,
    /// and again whenever the store has to be opened anew, and says through `send`:
    ///
    /// - `Loaded` once, with what is kept. If that cannot be read: `Loaded` with nothing, and a second `Loaded` when it
    ///   can. Neither contains an event of this worker above the last `Saved`.
    /// - `Notice` for what `open` has to tell.
    /// - `Saved` after every commit; `Unsaved` when something fails, and again when the reason changes.
    #[must_use]
    pub fn new(open: impl FnMut() -> Opening + Send + 'static, send: impl Fn(Message) + Send + 'static) -> Self {
        let (jobs, inbox) = channel();
        let (finished, done) = channel();
        let unsaved = Arc::new(AtomicUsize::new(0));
        let desk = Desk {
            open,
            send,
            store: None,
            loaded: false,
            greeted: false,
            pending: Pending::default(),
            told: None,
            unsaved: Arc::clone(&unsaved),
        };
        let work = move || {
            desk.run(&inbox);
            // Whoever waits may be gone.
            let _ = finished.send(());
        };
        Self { jobs: Some(jobs), work: Arc::new(Mutex::new(Some(Box::new(work)))), done, unsaved }
    }

    /// Lets the thread run.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn begin(&mut self) -> io::Result<()> {
        begin(&self.work)
    }

    /// For the guard, who has to know what a panic would lose.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        Waiting { work: Arc::clone(&self.work), unsaved: Arc::clone(&self.unsaved) }
    }

    /// Hands an event over, without waiting for anything. Tickets go up by one with each.
    pub fn record(&self, ticket: u64, event: Event) {
        self.unsaved.fetch_add(1, Ordering::SeqCst);
        if let Some(jobs) = &self.jobs {
            // A thread that is gone has kept nothing of it, and the count says so.
            let _ = jobs.send(Job::Record(ticket, event));
        }
    }

    /// Ends the thread once everything is kept, or when `deadline` has passed.
    ///
    /// # Errors
    /// When something is not kept: how many events.
    pub fn finish(mut self, deadline: Duration) -> Result<(), Unsaved> {
        self.stop(deadline);
        match self.unsaved.load(Ordering::SeqCst) {
            0 => Ok(()),
            count => Err(Unsaved(count)),
        }
    }

    fn stop(&mut self, deadline: Duration) {
        // A session that ended before its first frame has left things to keep all the same.
        if self.unsaved.load(Ordering::SeqCst) > 0 {
            let _ = self.begin();
        }
        drop(self.work.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(jobs) = self.jobs.take()
            && jobs.send(Job::Finish(deadline)).is_ok()
        {
            // Passed, done or gone: the count tells.
            let _ = self.done.recv_timeout(deadline);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop(DROPPED);
    }
}

/// What is not kept yet, in order.
#[derive(Default)]
struct Pending {
    events: Vec<Event>,
    /// Of these, from the first, how many were part of a try that failed. They may be on the disk in spite of it, so that
    /// they are given again as they were.
    tried: usize,
    /// The ticket of the last one, or of the last one kept.
    ticket: u64,
    /// How many recorded events they stand for.
    recorded: usize,
}

impl Pending {
    fn push(&mut self, ticket: u64, event: Event) {
        self.ticket = ticket;
        self.recorded += 1;
        if let (Deed::ReadTo { lesson, .. }, Some(last)) =
            (&event.deed, self.events.get_mut(self.tried..).and_then(<[_]>::last_mut))
            && matches!(&last.deed, Deed::ReadTo { lesson: before, .. } if before == lesson)
        {
            *last = event;
        } else {
            self.events.push(event);
        }
    }

    /// Whether there is nothing but places, which can wait a little for later ones.
    fn can_wait(&self) -> bool {
        self.tried == 0 && !self.events.is_empty() && self.events.iter().all(|event| matches!(event.deed, Deed::ReadTo { .. }))
    }
}

/// What came in.
enum Came {
    Event,
    Finish(Duration),
    Nothing,
}

/// The thread's side.
struct Desk<O, S> {
    open: O,
    send: S,
    store: Option<Box<dyn Store>>,
    /// Whether what is kept was told.
    loaded: bool,
    /// Whether any `Loaded` was sent.
    greeted: bool,
    pending: Pending,
    /// The reason that was told for not saving, until all is well again.
    told: Option<SafeText>,
    unsaved: Arc<AtomicUsize>,
}

impl<O: FnMut() -> Opening, S: Fn(Message)> Desk<O, S> {
    fn run(mut self, inbox: &Receiver<Job>) {
        let mut pause = FIRST_PAUSE;
        let deadline = loop {
            let well = self.work();
            let came = if well {
                pause = FIRST_PAUSE;
                self.wait(inbox)
            } else {
                self.wait_for(inbox, pause)
            };
            match came {
                Came::Finish(deadline) => break deadline,
                Came::Event if well => {
                    if let Some(deadline) = self.gather(inbox) {
                        break deadline;
                    }
                }
                Came::Event => {}
                Came::Nothing => pause = (pause * 2).min(LONGEST_PAUSE),
            }
        };
        let end = now() + deadline;
        let mut well = self.work();
        while !well && now() < end {
            thread::sleep(LAST_PAUSE.min(end.saturating_duration_since(now())));
            well = self.work();
        }
        match self.store.take() {
            Some(store) if well => {
                // What was kept is kept, whatever happens to the help that this leaves.
                let _ = catch_unwind(AssertUnwindSafe(|| store.close()));
            }
            store => {
                self.store = store;
                self.close();
            }
        }
    }

    /// Sleeps until something comes, and takes all that has.
    fn wait(&mut self, inbox: &Receiver<Job>) -> Came {
        match inbox.recv() {
            Ok(job) => self.take(job, inbox),
            Err(_) => Came::Finish(Duration::ZERO),
        }
    }

    fn wait_for(&mut self, inbox: &Receiver<Job>, pause: Duration) -> Came {
        match inbox.recv_timeout(pause) {
            Ok(job) => self.take(job, inbox),
            Err(RecvTimeoutError::Timeout) => Came::Nothing,
            Err(RecvTimeoutError::Disconnected) => Came::Finish(Duration::ZERO),
        }
    }

    fn take(&mut self, first: Job, inbox: &Receiver<Job>) -> Came {
        for job in std::iter::once(first).chain(inbox.try_iter()) {
            match job {
                Job::Record(ticket, event) => self.pending.push(ticket, event),
                Job::Finish(deadline) => return Came::Finish(deadline),
            }
        }
        Came::Event
    }

    /// While there are only places, waits a little for later ones, so that scrolling does not keep the disk busy.
    fn gather(&mut self, inbox: &Receiver<Job>) -> Option<Duration> {
        let end = now() + PLACES;
        while self.pending.can_wait() {
            match self.wait_for(inbox, end.saturating_duration_since(now())) {
                Came::Finish(deadline) => return Some(deadline),
                Came::Event => {}
                Came::Nothing => break,
            }
        }
        None
    }

    /// Does all that there is to do. Whether all went well.
    fn work(&mut self) -> bool {
        let error = match catch_unwind(AssertUnwindSafe(|| self.try_work())) {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error,
            Err(_) => StoreError::BrokeOff,
        };
        self.pending.tried = if self.store.is_some() && self.loaded { self.pending.events.len() } else { self.pending.tried };
        tracing::warn!(fault = ?error.fault(), waiting = self.pending.recorded, "not kept");
        if error.fault() != Fault::Busy {
            // After a failed sync the same connection may believe what is not on the disk.
            self.close();
        }
        if !self.greeted {
            self.greeted = true;
            (self.send)(Message::Loaded(Box::<Progress>::default()));
        }
        let reason = error.sentence();
        if self.told.as_ref() != Some(&reason) {
            (self.send)(Message::Unsaved(reason.clone()));
            self.told = Some(reason);
        }
        false
    }

    fn try_work(&mut self) -> Result<(), StoreError> {
        let store = match &mut self.store {
            Some(store) => store,
            None => {
                let begun = now();
                let (store, notice) = (self.open)()?;
                tracing::info!(ms = begun.elapsed().as_millis(), notice = notice.is_some(), "store opened");
                if let Some(notice) = notice {
                    (self.send)(Message::Notice(notice));
                }
                self.store.insert(store)
            }
        };
        if !self.loaded {
            let begun = now();
            let progress = store.load()?;
            tracing::info!(ms = begun.elapsed().as_millis(), answers = progress.answers, "history read");
            self.loaded = true;
            self.greeted = true;
            (self.send)(Message::Loaded(Box::new(progress)));
        }
        if !self.pending.events.is_empty() {
            let begun = now();
            store.append(&self.pending.events)?;
            tracing::debug!(
                us = begun.elapsed().as_micros(),
                events = self.pending.events.len(),
                ticket = self.pending.ticket,
                "kept"
            );
            self.unsaved.fetch_sub(self.pending.recorded, Ordering::SeqCst);
            self.pending = Pending { ticket: self.pending.ticket, ..Pending::default() };
            self.told = None;
            (self.send)(Message::Saved(self.pending.ticket));
        } else if self.told.take().is_some() {
            (self.send)(Message::Saved(self.pending.ticket));
        }
        Ok(())
    }

    fn close(&mut self) {
        let store = self.store.take();
        // A store that panics once may do so when it is dropped as well.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(store)));
    }
}

#[allow(clippy::disallowed_methods, reason = "the edge: pauses of a thread, never a time that is kept")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
