//! The line between the views of a class on one machine: a Unix socket that whoever is first opens and the others connect
//! to. When that one goes, another opens it; meanwhile each goes on alone. Nothing listens beyond this machine.
//!
//! The place of the one who opens is held by a lock that the system lets go of when its process ends, however it ends. So a
//! socket that was left behind is known to be nobody's, and is replaced.
//!
//! All is done in a thread of its own, which sleeps without a timeout while nothing is said.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::geteuid;

use super::class_wire::{LONGEST, PROTOCOL, Said};
use super::tty::timespec;
use crate::domain::class::{LEAP, State};
use crate::domain::text::SafeText;
use crate::ui::message::{Message, News, Views};

/// The socket in the folder.
pub const SOCKET: &str = "class.sock";
/// The lock of whoever opens it.
const LOCK: &str = "class.lock";
/// The longest path of a socket that every system takes.
pub const LONGEST_PATH: usize = 100;
/// Views that are connected at most.
const MOST: usize = 16;
/// What waits to be written to a view that does not read, at most.
const UNREAD: usize = 4 * LONGEST;
/// The first pause between two tries to find the others, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(250));
/// Tries before it is given up until something is to be said.
const TRIES: u32 = 40;
/// How long a connection may say nothing at first.
const SILENCE: Duration = Duration::from_secs(5);
/// How long the end waits for the last words.
const LAST_WORDS: Duration = Duration::from_millis(500);

enum Errand {
    Share(Box<State>),
    Part,
}

/// A handle to the line.
pub struct ClassLine {
    errands: Sender<Errand>,
    wake: UnixStream,
    done: Receiver<()>,
}

impl ClassLine {
    /// Finds the other views, or waits for them, in `folder`.
    ///
    /// # Errors
    /// When the system gives no thread or pipe.
    pub fn begin(folder: PathBuf, speaker: bool, send: impl Fn(Message) + Send + 'static) -> io::Result<Self> {
        let (reader, writer) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        writer.set_nonblocking(true)?;
        let (errands, inbox) = channel();
        let (finished, done) = channel();
        let line = Line {
            folder,
            speaker,
            send: Box::new(send),
            errands: inbox,
            wake: reader,
            held: None,
            tie: Tie::Apart { tries: 0 },
            told: None,
        };
        let work = move || {
            line.run();
            // Whoever waits may be gone.
            let _ = finished.send(());
        };
        thread::Builder::new().name("class".into()).spawn(work)?;
        Ok(Self { errands, wake: writer, done })
    }

    /// Tells the others what this view holds. Waits for nothing.
    pub fn share(&self, state: Box<State>) {
        self.send(Errand::Share(state));
    }

    fn send(&self, errand: Errand) {
        if self.errands.send(errand).is_ok() {
            // A full pipe wakes as well as one byte does.
            let _ = rustix::io::write(&self.wake, &[0]);
        }
    }
}

impl Drop for ClassLine {
    fn drop(&mut self) {
        self.send(Errand::Part);
        let _ = self.done.recv_timeout(LAST_WORDS);
    }
}

/// How this view stands to the others.
enum Tie {
    /// It looks for them, or has given up.
    Apart { tries: u32 },
    /// It is the one that the others connect to.
    Host { _lock: File, listener: UnixListener, guests: Vec<Peer> },
    /// It is connected.
    Guest(Peer),
}

/// A view at the other end.
struct Peer {
    stream: UnixStream,
    /// What came and is no whole line yet.
    half: Vec<u8>,
    /// What was not taken yet.
    unread: Vec<u8>,
    /// Whether it is a speaker's view, once it has said so.
    speaker: Option<bool>,
}

/// Why a connection ends.
enum Over {
    /// It is gone, or says what cannot be understood.
    Gone,
    /// It speaks another version of the language.
    Foreign(u32),
}

impl Peer {
    fn new(stream: UnixStream, speaker: bool) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let mut peer = Self { stream, half: Vec::new(), unread: Vec::new(), speaker: None };
        peer.say(&Said::Hello { protocol: PROTOCOL, speaker });
        Ok(peer)
    }

    fn say(&mut self, said: &Said) {
        self.unread.extend(said.line());
    }

    /// Writes what can be written. Whether the other one still reads.
    fn flush(&mut self) -> bool {
        while !self.unread.is_empty() {
            match self.stream.write(&self.unread) {
                Ok(0) => return false,
                Ok(count) => drop(self.unread.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        self.unread.len() <= UNREAD
    }

    /// Takes in what has come, bounded.
    fn listen(&mut self) -> Result<Vec<Said>, Over> {
        let mut buffer = [0; 16 << 10];
        let mut said = Vec::new();
        for _ in 0..16 {
            let count = match self.stream.read(&mut buffer) {
                // What was said last is heard before the end is.
                Ok(0) if said.is_empty() => return Err(Over::Gone),
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return Err(Over::Gone),
            };
            self.half.extend_from_slice(buffer.get(..count).unwrap_or_default());
            while let Some(end) = self.half.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.half.drain(..=end).collect();
                let line = line.get(..end).unwrap_or_default();
                match Said::read(line) {
                    Some(Said::Hello { protocol, .. } | Said::Refused { protocol }) if protocol != PROTOCOL => {
                        return Err(Over::Foreign(protocol));
                    }
                    Some(Said::Hello { speaker, .. }) => self.speaker = Some(speaker),
                    // Nobody is listened to who has not greeted.
                    Some(other) if self.speaker.is_some() && line.len() <= LONGEST => said.push(other),
                    _ => return Err(Over::Gone),
                }
            }
            if self.half.len() > LONGEST {
                return Err(Over::Gone);
            }
        }
        Ok(said)
    }

    fn flags(&self) -> PollFlags {
        if self.unread.is_empty() { PollFlags::IN } else { PollFlags::IN | PollFlags::OUT }
    }
}

struct Line {
    folder: PathBuf,
    speaker: bool,
    send: Box<dyn Fn(Message) + Send>,
    errands: Receiver<Errand>,
    wake: UnixStream,
    /// The newest that is known.
    held: Option<State>,
    tie: Tie,
    /// What was told of the views.
    told: Option<Views>,
}

impl Line {
    fn run(mut self) {
        self.find();
        loop {
            let Ok(timed_out) = self.wait() else { return };
            if self.wake_ups() {
                self.farewell();
                return;
            }
            match &self.tie {
                Tie::Apart { tries } if timed_out && *tries <= TRIES => self.find(),
                Tie::Apart { .. } => {}
                Tie::Host { .. } => self.host(timed_out),
                Tie::Guest(_) => self.guest(),
            }
        }
    }

    /// Sleeps until something comes. Whether the time was up instead.
    fn wait(&self) -> io::Result<bool> {
        let mut fds = vec![PollFd::new(&self.wake, PollFlags::IN)];
        let timeout = match &self.tie {
            Tie::Apart { tries } if *tries <= TRIES => Some((PAUSES.0 * 2_u32.saturating_pow((*tries).min(8))).min(PAUSES.1)),
            Tie::Apart { .. } => None,
            Tie::Host { listener, guests, .. } => {
                fds.push(PollFd::from_borrowed_fd(listener.as_fd(), PollFlags::IN));
                fds.extend(guests.iter().map(|guest| PollFd::from_borrowed_fd(guest.stream.as_fd(), guest.flags())));
                guests.iter().any(|guest| guest.speaker.is_none()).then_some(SILENCE)
            }
            Tie::Guest(host) => {
                fds.push(PollFd::from_borrowed_fd(host.stream.as_fd(), host.flags()));
                None
            }
        };
        match poll(&mut fds, timeout.map(timespec).as_ref()) {
            Ok(0) => Ok(true),
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes in the errands. Whether it is over.
    fn wake_ups(&mut self) -> bool {
        let mut bytes = [0; 256];
        while matches!(rustix::io::read(&self.wake, &mut bytes), Ok(1..)) {}
        let mut newest = None;
        let over = loop {
            match self.errands.try_recv() {
                Ok(Errand::Share(state)) => newest = Some(state),
                Ok(Errand::Part) | Err(std::sync::mpsc::TryRecvError::Disconnected) => break true,
                Err(std::sync::mpsc::TryRecvError::Empty) => break false,
            }
        };
        if let Some(state) = newest {
            self.share(*state);
        }
        over
    }

    /// What this view holds goes to all.
    fn share(&mut self, state: State) {
        let said = Said::state(&state);
        self.held = Some(state);
        match &mut self.tie {
            Tie::Apart { tries } => {
                if *tries > TRIES {
                    self.find();
                }
            }
            Tie::Host { guests, .. } => {
                guests.iter_mut().filter(|guest| guest.speaker.is_some()).for_each(|guest| guest.say(&said));
            }
            Tie::Guest(host) => host.say(&said),
        }
        self.flush();
    }

    /// Writes what can be written, and lets go of who does not read.
    fn flush(&mut self) {
        match &mut self.tie {
            Tie::Apart { .. } => {}
            Tie::Host { guests, .. } => guests.retain_mut(Peer::flush),
            Tie::Guest(host) => {
                if !host.flush() {
                    self.lost();
                }
            }
        }
    }

    /// Opens the line, or connects to whoever has.
    fn find(&mut self) {
        let tries = match self.tie {
            Tie::Apart { tries } if tries <= TRIES => tries,
            _ => 0,
        };
        match take_place(&self.folder, self.speaker) {
            Ok(Some(tie)) => {
                self.tie = tie;
                if let (Tie::Guest(host), Some(held)) = (&mut self.tie, &self.held) {
                    host.say(&Said::state(held));
                }
                self.flush();
                self.tell();
            }
            Ok(None) => {
                self.tie = Tie::Apart { tries: tries + 1 };
                if tries == TRIES {
                    self.apart("The other view does not answer: this one goes on alone.");
                }
            }
            Err(error) => {
                self.tie = Tie::Apart { tries: TRIES + 1 };
                self.apart(&format!("There can be no second view: {error}"));
            }
        }
    }

    fn apart(&mut self, why: &str) {
        self.told = None;
        (self.send)(Message::Class(News::Apart(SafeText::new(why))));
    }

    /// The one that all were connected to is gone.
    fn lost(&mut self) {
        self.tie = Tie::Apart { tries: 0 };
        self.find();
    }

    /// Takes in what another view holds, if it is newer.
    fn heard(&mut self, state: State) -> bool {
        let newer = match &self.held {
            Some(held) => state > *held && state.version <= held.version.saturating_add(LEAP),
            None => true,
        };
        if newer {
            self.held = Some(state);
        }
        newer
    }

    /// Says how many views there are, when that has changed.
    fn tell(&mut self) {
        let Tie::Host { guests, .. } = &mut self.tie else { return };
        let speakers = guests.iter().filter(|guest| guest.speaker == Some(true)).count() + usize::from(self.speaker);
        let projectors = guests.iter().filter(|guest| guest.speaker == Some(false)).count() + usize::from(!self.speaker);
        let views = Views { projectors, speakers };
        if self.told == Some(views) {
            return;
        }
        self.told = Some(views);
        guests.iter_mut().filter(|guest| guest.speaker.is_some()).for_each(|guest| guest.say(&Said::views(views)));
        (self.send)(Message::Class(News::Views(views)));
    }

    /// Looks after those who are connected.
    fn host(&mut self, timed_out: bool) {
        let Tie::Host { listener, guests, .. } = &mut self.tie else { return };
        while let Ok((stream, _)) = listener.accept() {
            if guests.len() < MOST && same_user(&stream) {
                // A connection that cannot be set up is none.
                guests.extend(Peer::new(stream, self.speaker));
            }
        }
        let mut staying = Vec::new();
        let mut states = Vec::new();
        for mut guest in std::mem::take(guests) {
            let new = guest.speaker.is_none();
            match guest.listen() {
                Ok(_) if new && guest.speaker.is_none() && timed_out => {}
                Ok(said) => {
                    let mut told = None;
                    for said in said {
                        match said {
                            Said::State(state) => told = state.state().or(told),
                            Said::Hello { .. } | Said::Views { .. } | Said::Refused { .. } => {}
                        }
                    }
                    let at = staying.len();
                    let joined = new && guest.speaker.is_some();
                    staying.push(guest);
                    states.push((at, joined, told));
                }
                Err(Over::Gone) => {}
                Err(Over::Foreign(protocol)) => {
                    guest.say(&Said::Refused { protocol: PROTOCOL });
                    guest.flush();
                    (self.send)(Message::Notice(foreign(protocol)));
                }
            }
        }
        *guests = staying;
        if states.iter().any(|(_, joined, _)| *joined) {
            self.told = None;
        }
        self.tell();
        let before = self.held.clone();
        let mut welcome = Vec::new();
        for (at, joined, state) in states {
            let older = state.is_some_and(|state| !self.heard(state));
            if joined || older {
                welcome.push(at);
            }
        }
        let changed = self.held != before;
        if let (Tie::Host { guests, .. }, Some(held)) = (&mut self.tie, &self.held) {
            let said = Said::state(held);
            for (at, guest) in guests.iter_mut().enumerate().filter(|(_, guest)| guest.speaker.is_some()) {
                if changed || welcome.contains(&at) {
                    guest.say(&said);
                }
            }
        }
        if let (true, Some(held)) = (changed, &self.held) {
            (self.send)(Message::Class(News::Heard(Box::new(held.clone()))));
        }
        self.flush();
        self.tell();
    }

    /// Listens to the one that all are connected to.
    fn guest(&mut self) {
        let Tie::Guest(host) = &mut self.tie else { return };
        match host.listen() {
            Ok(said) => {
                let before = self.held.clone();
                for said in said {
                    match said {
                        Said::Views { projectors, speakers } => {
                            (self.send)(Message::Class(News::Views(Views { projectors, speakers })));
                        }
                        Said::State(state) => {
                            if let Some(state) = state.state() {
                                self.heard(state);
                            }
                        }
                        Said::Hello { .. } | Said::Refused { .. } => {}
                    }
                }
                if let (true, Some(held)) = (self.held != before, &self.held) {
                    (self.send)(Message::Class(News::Heard(Box::new(held.clone()))));
                }
                self.flush();
            }
            Err(Over::Gone) => self.lost(),
            Err(Over::Foreign(protocol)) => {
                self.tie = Tie::Apart { tries: TRIES + 1 };
                self.apart(foreign(protocol).as_str());
            }
        }
    }

    /// The last words go out, and the place is free.
    fn farewell(mut self) {
        self.flush();
        if let Tie::Host { .. } = self.tie {
            // Nobody else may open it before the lock is let go of.
            let _ = fs::remove_file(self.folder.join(SOCKET));
        }
    }
}

fn foreign(protocol: u32) -> SafeText {
    let words = format!(
        "The other view is of another version of twelvefold (language {protocol} there, {PROTOCOL} here): update the older one."
    );
    SafeText::new(&words)
}

/// Opens the line when nobody has, else connects. `None` when neither can be done just now.
fn take_place(folder: &Path, speaker: bool) -> io::Result<Option<Tie>> {
    prepare(folder)?;
    let path = folder.join(SOCKET);
    let lock = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(folder.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => {
            clear(&path)?;
            let listener = UnixListener::bind(&path)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            listener.set_nonblocking(true)?;
            Ok(Some(Tie::Host { _lock: lock, listener, guests: Vec::new() }))
        }
        Err(TryLockError::WouldBlock) => match UnixStream::connect(&path) {
            Ok(stream) if same_user(&stream) => Ok(Some(Tie::Guest(Peer::new(stream, speaker)?))),
            // Its owner is about to open it, or about to end.
            Ok(_) | Err(_) => Ok(None),
        },
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A folder that is its owner's alone.
fn prepare(folder: &Path) -> io::Result<()> {
    if folder.join(SOCKET).as_os_str().len() > LONGEST_PATH {
        return Err(io::Error::other("the path of its folder is too long for a socket"));
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let about = fs::symlink_metadata(folder)?;
    if !about.is_dir() || about.uid() != geteuid().as_raw() {
        return Err(io::Error::other("its folder belongs to somebody else"));
    }
    if about.mode() & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Removes a socket that was left behind; what is no socket stays.
fn clear(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.file_type().is_socket() => fs::remove_file(path),
        Ok(_) => Err(io::Error::other("something that is no socket is in its place")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether the other end is a process of the same user. Where the system does not tell, the folder keeps others out.
fn same_user(stream: &UnixStream) -> bool {
    #[cfg(target_os = "linux")]
    {
        rustix::net::sockopt::socket_peercred(stream).is_ok_and(|peer| peer.uid == geteuid())
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = stream;
        true
    }
}

#[cfg(test)]
mod tests;
