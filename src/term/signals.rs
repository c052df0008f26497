//! Signals as something that `poll` can wait for: each sets a flag and writes a byte into a pipe.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::read;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::low_level::{emulate_default_handler, pipe, unregister};
use signal_hook::{SigId, flag};

/// Signals that end the program.
const FATAL: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];
/// Signals that it lives through.
const OTHERS: [i32; 3] = [SIGTSTP, SIGCONT, SIGWINCH];

/// The signals of this process.
#[derive(Debug)]
pub struct Signals {
    pipe: UnixStream,
    flags: Vec<(i32, Arc<AtomicBool>)>,
    ids: Vec<SigId>,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        let (reader, writer) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        let mut signals = Self { pipe: reader, flags: Vec::new(), ids: Vec::new() };
        for signal in FATAL.into_iter().chain(OTHERS) {
            let raised = Arc::new(AtomicBool::new(false));
            // The flag first: whoever wakes by the pipe must find it set.
            signals.ids.push(flag::register(signal, Arc::clone(&raised))?);
            signals.ids.push(pipe::register(signal, writer.try_clone()?)?);
            signals.flags.push((signal, raised));
        }
        Ok(signals)
    }

    /// Empties the pipe.
    pub fn drain(&self) {
        let mut buffer = [0; 64];
        while matches!(read(&self.pipe, &mut buffer), Ok(1..)) {}
    }

    /// The signal that asks the program to end, if one has come. Stays.
    #[must_use]
    pub fn ending(&self) -> Option<i32> {
        self.flags
            .iter()
            .find(|(signal, raised)| FATAL.contains(signal) && raised.load(Ordering::SeqCst))
            .map(|(signal, _)| *signal)
    }

    /// Whether the shell asks for a stop. Asking once takes it.
    #[must_use]
    pub fn stop(&self) -> bool {
        self.taken(SIGTSTP)
    }

    /// Whether the size may have changed, or the program was continued. Asking once takes it.
    #[must_use]
    pub fn resized(&self) -> bool {
        self.taken(SIGWINCH)
    }

    /// Whether the program was continued. Asking once takes it.
    #[must_use]
    pub fn continued(&self) -> bool {
        self.taken(SIGCONT)
    }

    fn taken(&self, wanted: i32) -> bool {
        self.flags.iter().any(|(signal, raised)| *signal == wanted && raised.swap(false, Ordering::SeqCst))
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            unregister(id);
        }
    }
}

/// Does what the system would have done with this signal: ends the process by it.
pub fn die_by(signal: i32) {
    let _ = emulate_default_handler(signal);
}

/// Stops the process until it is continued.
pub fn stop_here() {
    let _ = emulate_default_handler(SIGTSTP);
}
