//! The terminal device: opened for ourselves, put into raw mode, and given back by one path that tries every step.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::{OptionalActions, QueueSelector, Termios, isatty, tcflush, tcgetattr, tcgetwinsize, tcsetattr, ttyname};

/// Alternate screen, cursor hidden, pastes marked, clicks and wheel reported.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[0m\x1b[2J";
/// The reverse of all that can have been switched on, whether it was or not.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[r\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";
/// How long giving back may wait for a terminal that takes no bytes.
const PATIENCE: Duration = Duration::from_millis(200);

/// Why there is no terminal to draw on.
#[derive(Debug, thiserror::Error)]
pub enum NoTerminal {
    /// Standard output goes elsewhere.
    #[error("standard output is not a terminal")]
    Redirected,
    /// There is one, but it cannot be opened or does not answer.
    #[error("the terminal cannot be used: {0}")]
    Unusable(#[from] io::Error),
}

/// Why bytes could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Gone {
    /// The terminal is gone.
    #[error("the terminal is gone: {0}")]
    Terminal(Errno),
    /// A signal asks the program to end.
    #[error("the program was asked to end")]
    Signal,
}

/// The terminal. Shared between the loop and whoever has to give it back.
#[derive(Debug)]
pub struct Tty {
    file: File,
    before: Termios,
    /// Whether it was put into raw mode.
    entered: AtomicBool,
    /// Whether [`ENTER`] is still to be written: with the next picture, in one write.
    switching: AtomicBool,
    /// Whether it was written since the terminal was last given back.
    switched: AtomicBool,
}

impl Tty {
    /// Opens the terminal that standard output is. A file description of our own, so that not blocking on it changes
    /// nothing for the shell.
    ///
    /// # Errors
    /// [`NoTerminal`] when there is none.
    pub fn open() -> Result<Self, NoTerminal> {
        if !isatty(io::stdout()) {
            return Err(NoTerminal::Redirected);
        }
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let open =
            |path: &std::ffi::OsStr| OpenOptions::new().read(true).write(true).custom_flags(flags.bits().cast_signed()).open(path);
        // By its own name first: `poll` does not know `/dev/tty` everywhere.
        let named = ttyname(io::stdout(), Vec::new()).ok().and_then(|name| {
            use std::os::unix::ffi::OsStrExt as _;
            open(std::ffi::OsStr::from_bytes(name.as_bytes())).ok()
        });
        let file = match named {
            Some(file) => file,
            None => open("/dev/tty".as_ref())?,
        };
        let before = tcgetattr(&file).map_err(io::Error::from)?;
        Ok(Self {
            file,
            before,
            entered: AtomicBool::new(false),
            switching: AtomicBool::new(false),
            switched: AtomicBool::new(false),
        })
    }

    /// Takes the terminal over. What stands on it stays until something is written.
    ///
    /// # Errors
    /// When it refuses.
    pub fn enter(&self) -> io::Result<()> {
        let mut raw = self.before.clone();
        raw.make_raw();
        self.switching.store(true, Ordering::SeqCst);
        self.entered.store(true, Ordering::SeqCst);
        Ok(tcsetattr(&self.file, OptionalActions::Now, &raw)?)
    }

    /// Gives the terminal back as it was. From any thread and any signal handler, any number of times; every step is tried,
    /// nothing can fail. Whether there was something to give back.
    #[allow(clippy::must_use_candidate, reason = "most ask for the deed alone")]
    pub fn restore(&self) -> bool {
        if !self.entered.swap(false, Ordering::SeqCst) {
            return false;
        }
        if self.switched.swap(false, Ordering::SeqCst) {
            self.push(LEAVE, PATIENCE);
        }
        // Input that was not read must not reach the shell.
        let _ = tcflush(&self.file, QueueSelector::IFlush);
        let _ = tcsetattr(&self.file, OptionalActions::Now, &self.before);
        true
    }

    /// The size in cells; 80 by 24 when the terminal does not know.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        match tcgetwinsize(&self.file) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            _ => (80, 24),
        }
    }

    /// Reads what is there. Zero bytes mean that the terminal is gone; `None` that nothing is there now.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn read(&self, buffer: &mut [u8]) -> Result<Option<usize>, Gone> {
        match rustix::io::read(&self.file, buffer) {
            Ok(0) => Err(Gone::Terminal(Errno::IO)),
            Ok(count) => Ok(Some(count)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(error) => Err(Gone::Terminal(error)),
        }
    }

    /// Writes everything, waiting for a slow terminal as long as no signal asks the program to end.
    ///
    /// # Errors
    /// [`Gone`].
    pub fn write_all(&self, bytes: &[u8], ending: &dyn Fn() -> bool, signals: BorrowedFd<'_>) -> Result<(), Gone> {
        if !self.switching.swap(false, Ordering::SeqCst) {
            return self.pour(bytes, ending, signals);
        }
        self.switched.store(true, Ordering::SeqCst);
        self.pour(&[ENTER, bytes].concat(), ending, signals)
    }

    fn pour(&self, mut bytes: &[u8], ending: &dyn Fn() -> bool, signals: BorrowedFd<'_>) -> Result<(), Gone> {
        while !bytes.is_empty() {
            match rustix::io::write(&self.file, bytes) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or(&[]),
                Err(Errno::AGAIN) => {
                    if ending() {
                        return Err(Gone::Signal);
                    }
                    let mut fds = [PollFd::new(&self.file, PollFlags::OUT), PollFd::from_borrowed_fd(signals, PollFlags::IN)];
                    match poll(&mut fds, None) {
                        Ok(_) if fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) => {
                            return Err(Gone::Terminal(Errno::IO));
                        }
                        Ok(_) if !fds[0].revents().contains(PollFlags::OUT) && !ending() => {
                            // A signal that does not end us waits in the pipe until the frame is out.
                            let only = &mut [PollFd::new(&self.file, PollFlags::OUT)];
                            let _ = poll(only, Some(&timespec(Duration::from_millis(20))));
                        }
                        Ok(_) | Err(Errno::INTR) => {}
                        Err(error) => return Err(Gone::Terminal(error)),
                    }
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(Gone::Terminal(error)),
            }
        }
        Ok(())
    }

    /// Writes as much as the terminal takes in a bounded time.
    fn push(&self, mut bytes: &[u8], patience: Duration) {
        for _ in 0..64 {
            match rustix::io::write(&self.file, bytes) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or(&[]),
                Err(Errno::AGAIN) => {
                    let mut fds = [PollFd::new(&self.file, PollFlags::OUT)];
                    if !matches!(poll(&mut fds, Some(&timespec(patience))), Ok(1..)) {
                        return;
                    }
                }
                Err(Errno::INTR) => {}
                Err(_) => return,
            }
            if bytes.is_empty() {
                return;
            }
        }
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        self.restore();
    }
}

/// A duration as `poll` takes it.
#[must_use]
pub fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX), tv_nsec: duration.subsec_nanos().into() }
}
