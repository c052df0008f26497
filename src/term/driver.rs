//! The loop: waits for the terminal, the signals and other threads in one `poll`, takes in all that has come, draws once.
//! At rest it waits without a timeout.

use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};

use super::gate::Gate;
use super::input::Reader;
use super::signals::{Signals, die_by, stop_here};
use super::tty::{Gone, Tty, timespec};
use crate::domain::event::{Deed, Event};
use crate::domain::text::SafeText;
use crate::domain::time::Timestamp;
use crate::ui::app::App;
use crate::ui::canvas::Canvas;
use crate::ui::hues::Colors;
use crate::ui::message::{Effect, Input, Message};

/// What the loop drives.
pub trait Program {
    /// Takes in the size of the terminal, where what was kept comes next and is laid out for it.
    fn begin_with_size(&mut self, columns: u16, rows: u16);
    /// Takes in a message and asks for what it means.
    fn update(&mut self, now: Timestamp, message: Message) -> Vec<Effect>;
    /// Draws.
    fn view(&self, canvas: &mut Canvas);
    /// Whether the picture may have changed since this was last asked.
    fn take_stale(&mut self) -> bool;
    /// Makes ready what is likely to be shown next, when a frame stands.
    fn look_ahead(&mut self);
    /// How long from now it wants a beat; at rest it wants none.
    fn beat(&self) -> Option<Duration>;
}

impl Program for App {
    fn begin_with_size(&mut self, columns: u16, rows: u16) {
        Self::begin_with_size(self, columns, rows);
    }

    fn update(&mut self, now: Timestamp, message: Message) -> Vec<Effect> {
        Self::update(self, now, message)
    }

    fn view(&self, canvas: &mut Canvas) {
        Self::view(self, canvas);
    }

    fn take_stale(&mut self) -> bool {
        Self::take_stale(self)
    }

    fn look_ahead(&mut self) {
        Self::look_ahead(self);
    }

    fn beat(&self) -> Option<Duration> {
        Self::beat(self)
    }
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The learner quit.
    Quit,
    /// The terminal is gone.
    Gone,
    /// By this signal; the process is to die by it once everything is saved.
    Signal(i32),
}

/// Sends messages to the loop from other threads.
#[derive(Debug, Clone)]
pub struct Mailbox {
    messages: Sender<Message>,
    wake: Arc<UnixStream>,
}

/// The other end of a [`Mailbox`].
#[derive(Debug)]
pub struct Inbox {
    messages: Receiver<Message>,
    wake: UnixStream,
}

/// A mailbox and its inbox.
///
/// # Errors
/// When the system gives no pipe.
pub fn mailbox() -> io::Result<(Mailbox, Inbox)> {
    let (reader, writer) = UnixStream::pair()?;
    reader.set_nonblocking(true)?;
    writer.set_nonblocking(true)?;
    let (sender, receiver) = channel();
    Ok((Mailbox { messages: sender, wake: Arc::new(writer) }, Inbox { messages: receiver, wake: reader }))
}

impl Inbox {
    /// Empties the pipe that wakes the loop.
    fn drain(&self) {
        let mut bytes = [0; 256];
        while matches!(rustix::io::read(&self.wake, &mut bytes), Ok(1..)) {}
    }
}

impl Mailbox {
    /// Sends a message. Lost when the loop has ended.
    pub fn send(&self, message: Message) {
        if self.messages.send(message).is_ok() {
            // A full pipe wakes as well as one byte does.
            let _ = rustix::io::write(&self.wake, &[0]);
        }
    }
}

/// What a session needs from outside.
pub struct Surroundings<'a> {
    /// The terminal, not taken over yet.
    pub tty: Arc<Tty>,
    /// The colours that it can show.
    pub colors: Colors,
    /// Messages from other threads.
    pub inbox: Inbox,
    /// Does what the program asks for.
    pub perform: &'a mut dyn FnMut(Effect),
    /// Called once, when the first frame stands.
    pub drawn: &'a mut dyn FnMut() -> io::Result<()>,
    /// The clock.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// The first message, where it is known.
    pub first: Option<Message>,
    /// Else how long the first frame waits for it.
    pub patience: Duration,
    /// Whether to ask the terminal for its background, behind the first frame.
    pub ask_background: bool,
}

/// The question for the background colour. The answer may come late or never; nothing waits for it.
const ASK_BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";

/// How long the terminal must have been quiet before what nobody waits for is done: while a key is held or tapped, the disk is not
/// asked to keep each place that is passed, and its thread does not stand in the way of whoever shows the picture.
const QUIET: Duration = Duration::from_millis(100);
/// More than that is not put off.
const PUT_OFF: usize = 32;

/// Runs a session until it ends. The terminal is given back when it returns.
///
/// # Errors
/// When the terminal cannot be taken over, or the system refuses what the loop needs.
pub fn run<P: Program>(program: &mut P, around: Surroundings<'_>) -> io::Result<Exit> {
    let signals = Signals::listen()?;
    around.tty.enter()?;
    let tty = Arc::clone(&around.tty);
    let gate = Gate::new(around.colors);
    let mut turn = Turn {
        gate,
        program,
        around,
        signals,
        reader: Reader::default(),
        inputs: Vec::new(),
        later: Vec::new(),
        stop: false,
        ready: Ready::default(),
    };
    let exit = turn.session();
    turn.catch_up();
    tty.restore();
    exit
}

struct Turn<'a, 'p, P> {
    gate: Gate,
    program: &'p mut P,
    around: Surroundings<'a>,
    signals: Signals,
    reader: Reader,
    inputs: Vec<Input>,
    /// What is done once the picture stands and the terminal is quiet: nobody waits for a place to be kept.
    later: Vec<Effect>,
    /// The learner asked to go back to the shell for a while.
    stop: bool,
    ready: Ready,
}

/// What has something to be read, by the last `poll`.
#[derive(Debug, Clone, Copy, Default)]
struct Ready {
    tty: bool,
    signals: bool,
    wake: bool,
    beat: bool,
}

impl<P: Program> Turn<'_, '_, P> {
    fn session(&mut self) -> io::Result<Exit> {
        let (columns, rows) = self.measure();
        let first = self.around.first.take();
        let first = first.or_else(|| self.around.inbox.messages.recv_timeout(self.around.patience).ok());
        if let Some(Message::Loaded(_)) = first {
            self.program.begin_with_size(columns, rows);
        } else {
            self.update(Message::Input(Input::Resize { columns, rows }));
        }
        if let Some(message) = first {
            self.around.inbox.drain();
            if self.update(message) {
                return Ok(Exit::Quit);
            }
        }
        let mut new = true;
        loop {
            if self.program.take_stale() {
                if let Err(gone) = self.draw() {
                    return Ok(self.gone(&gone));
                }
                self.program.look_ahead();
            }
            if self.later.len() > PUT_OFF {
                self.catch_up();
            }
            if std::mem::take(&mut new) {
                (self.around.drawn)()?;
            }
            self.wait()?;
            if let Some(exit) = self.take_in() {
                return Ok(exit);
            }
        }
    }

    fn gone(&self, gone: &Gone) -> Exit {
        match (gone, self.signals.ending()) {
            (_, Some(signal)) => Exit::Signal(signal),
            (Gone::Terminal(_) | Gone::Signal, None) => Exit::Gone,
        }
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Gone> {
        self.around.tty.write_all(bytes, &|| self.signals.ending().is_some(), self.signals.as_fd())
    }

    fn draw(&mut self) -> Result<(), Gone> {
        let program = &*self.program;
        let mut frame = self.gate.draw(|canvas| program.view(canvas));
        if std::mem::take(&mut self.around.ask_background) {
            frame.extend_from_slice(ASK_BACKGROUND);
        }
        if frame.is_empty() { Ok(()) } else { self.write(&frame) }
    }

    /// Waits until something has come, or what is half read is due, or the program's next beat.
    fn wait(&mut self) -> io::Result<()> {
        let half_read = self.reader.deadline();
        let own = half_read.or_else(|| self.program.beat());
        let quiet = Some(QUIET).filter(|quiet| !self.later.is_empty() && own.is_none_or(|own| *quiet < own));
        let due = quiet.or(own).map(timespec);
        let mut fds = [
            PollFd::new(&self.around.tty, PollFlags::IN),
            PollFd::new(&self.signals, PollFlags::IN),
            PollFd::new(&self.around.inbox.wake, PollFlags::IN),
        ];
        match poll(&mut fds, due.as_ref()) {
            Ok(0) if quiet.is_some() => self.catch_up(),
            Ok(0) if half_read.is_some() => self.reader.idle(&mut self.inputs),
            Ok(0) => {
                self.catch_up();
                self.ready.beat = true;
            }
            Ok(_) => {
                let [tty, signals, wake] = fds.each_ref().map(|fd| !fd.revents().is_empty());
                self.ready = Ready { tty, signals, wake, beat: false };
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Takes in all that has come.
    fn take_in(&mut self) -> Option<Exit> {
        let ready = std::mem::take(&mut self.ready);
        if ready.signals {
            self.signals.drain();
        }
        if let Some(signal) = self.signals.ending() {
            return Some(Exit::Signal(signal));
        }
        // A terminal gives no more at once.
        let mut buffer = [0; 4 << 10];
        // Bounded, so that a flood cannot keep the screen from being drawn.
        for _ in 0..if ready.tty { 256 } else { 0 } {
            match self.around.tty.read(&mut buffer) {
                Ok(Some(count)) => {
                    self.reader.feed(buffer.get(..count).unwrap_or(&[]), &mut self.inputs);
                    if count < buffer.len() {
                        break; // What has come since wakes the loop again.
                    }
                }
                Ok(None) => break,
                Err(gone) => return Some(self.gone(&gone)),
            }
        }
        for input in std::mem::take(&mut self.inputs) {
            if self.update(Message::Input(input)) {
                return Some(Exit::Quit);
            }
        }
        if ready.wake {
            self.around.inbox.drain();
        }
        while let Ok(message) = self.around.inbox.messages.try_recv() {
            if self.update(message) {
                return Some(Exit::Quit);
            }
        }
        if ready.beat && self.update(Message::Beat) {
            return Some(Exit::Quit);
        }
        let stop = self.signals.stop();
        if stop || std::mem::take(&mut self.stop) {
            // Who stops it may end it before it goes on.
            self.catch_up();
            self.suspend(stop);
            if let Some(signal) = self.signals.ending() {
                return Some(Exit::Signal(signal));
            }
        }
        let continued = self.signals.continued();
        if continued {
            // Whoever stopped the program without asking it has used the terminal since.
            let _ = self.around.tty.enter();
        }
        if continued | self.signals.resized() {
            self.resize();
        }
        None
    }

    /// Whether the session is over.
    fn update(&mut self, message: Message) -> bool {
        for effect in self.program.update((self.around.clock)(), message) {
            match effect {
                Effect::Quit => {
                    self.catch_up();
                    return true;
                }
                Effect::Suspend => self.stop = true,
                place @ Effect::Record { event: Event { deed: Deed::ReadTo { .. }, .. }, .. } => self.later.push(place),
                other => {
                    self.catch_up();
                    (self.around.perform)(other);
                }
            }
        }
        false
    }

    /// Does what was put off, in order.
    fn catch_up(&mut self) {
        for effect in std::mem::take(&mut self.later) {
            (self.around.perform)(effect);
        }
    }

    /// The size of the terminal, for which the gate is made ready.
    fn measure(&mut self) -> (u16, u16) {
        let (columns, rows) = self.around.tty.size();
        self.gate.resize(columns, rows)
    }

    fn resize(&mut self) {
        let (columns, rows) = self.measure();
        self.update(Message::Input(Input::Resize { columns, rows }));
    }

    /// Gives the terminal back, stops, and takes it over again when the program is continued.
    fn suspend(&mut self, asked_by_signal: bool) {
        // Nobody could continue a process group that no shell looks after.
        if !asked_by_signal && getsid(None).is_ok_and(|session| session == getpgrp()) {
            self.update(Message::Notice(SafeText::new("There is no shell to go back to.")));
            return;
        }
        self.around.tty.restore();
        if !asked_by_signal {
            let _ = kill_current_process_group(Signal::TSTP);
            let _ = self.signals.stop();
        }
        stop_here();
        // Asked to end while it was stopped: the terminal is the shell's and stays so.
        if self.signals.ending().is_none() && self.around.tty.enter().is_ok() {
            let _ = self.signals.continued();
            self.resize();
        }
    }
}

/// Ends the process by `signal`, as the system would have done.
pub fn end_by(signal: i32) {
    die_by(signal);
}
