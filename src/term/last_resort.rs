//! What no panic hook sees: a stack that overflowed, an abort, a fault in memory. The terminal is given back from within the
//! signal, and then happens what would have happened without us.
//!
//! The one file with unsafe code, because a signal handler cannot be installed without. Everything in the handler may be done in
//! one: an atomic flag, `write`, `poll`, `tcflush`, `tcsetattr`, `sigaction`, `raise`; no memory is taken and no lock. It runs on
//! the stack that Rust keeps for such moments in every thread, so that an overflow leaves room for it.
#![allow(unsafe_code, reason = "a signal handler cannot be installed without")]

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::{Arc, OnceLock};

use libc::{SA_ONSTACK, SA_SIGINFO, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, c_int, c_void, sigaction, siginfo_t};

use super::tty::Tty;

/// The signals of a program that has gone wrong.
const SIGNALS: [c_int; 5] = [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV];

const WORDS: &[u8] = b"twelvefold: the program has gone wrong and the system must end it.\n  \
    Every answer that was shown as saved is on the disk.\n";

/// What a handler can reach: nothing but what is global.
static TTY: OnceLock<Arc<Tty>> = OnceLock::new();
/// What would happen without us, in the order of [`SIGNALS`].
static BEFORE: OnceLock<[sigaction; SIGNALS.len()]> = OnceLock::new();

/// From now on the terminal is given back even when the system ends the program. Once in a process; later calls change nothing.
pub fn install(tty: &Arc<Tty>) {
    if TTY.set(Arc::clone(tty)).is_err() {
        return;
    }
    let mut before = [plain(); SIGNALS.len()];
    for (signal, before) in SIGNALS.into_iter().zip(&mut before) {
        // SAFETY: both point to whole values of our own; null asks only.
        unsafe { sigaction(signal, ptr::null(), before) };
    }
    if BEFORE.set(before).is_err() {
        return;
    }
    let mut action = plain();
    action.sa_sigaction = handle as extern "C" fn(c_int, *mut siginfo_t, *mut c_void) as usize;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for signal in SIGNALS {
        // SAFETY: `action` is a whole value of our own, and `handle` does nothing that a handler may not. A refusal leaves
        // things as they were.
        unsafe { sigaction(signal, &raw const action, ptr::null_mut()) };
    }
}

/// The system's own way, with nothing blocked.
fn plain() -> sigaction {
    // SAFETY: of this C struct all zeros are a value: SIG_DFL, no flags, an empty set.
    unsafe { MaybeUninit::<sigaction>::zeroed().assume_init() }
}

extern "C" fn handle(signal: c_int, info: *mut siginfo_t, _: *mut c_void) {
    if let Some(tty) = TTY.get()
        && tty.restore()
    {
        // To standard error, where it is still open.
        // SAFETY: the bytes are a constant.
        unsafe { libc::write(2, WORDS.as_ptr().cast(), WORDS.len()) };
    }
    // SAFETY: with SA_SIGINFO the system hands over a pointer to a whole value.
    let sent = unsafe { info.as_ref() }.is_none_or(|info| info.si_code <= 0);
    let at = SIGNALS.iter().position(|known| *known == signal);
    // A fault comes again when this returns, and then Rust's own handler says what it was. What another process or abort() has
    // sent does not come again by itself.
    let next = match (sent, BEFORE.get(), at) {
        (false, Some(before), Some(at)) => before.get(at).copied().unwrap_or_else(plain),
        _ => plain(),
    };
    // SAFETY: `next` is a whole value: the one that was there before, or the system's own way.
    unsafe {
        sigaction(signal, &raw const next, ptr::null_mut());
        if sent {
            libc::raise(signal);
        }
    }
}
