//! What happens when the program panics: the terminal is given back first, then it is said what happened.

use std::io::Write as _;
use std::panic;
use std::sync::Arc;

use super::tty::Tty;
use crate::domain::text::clean;

/// Threads whose panics are caught and told of otherwise: the terminal stays as it is.
pub const CAUGHT: [&str; 2] = ["store", "colours"];

/// From now on a panic in any thread gives the terminal back before anything is printed. Nothing in here can panic itself:
/// a dead standard error is ignored.
pub fn install(tty: &Arc<Tty>) {
    let tty = Arc::clone(tty);
    panic::set_hook(Box::new(move |info| {
        let thread = std::thread::current();
        if thread.name().is_some_and(|name| CAUGHT.contains(&name)) {
            return;
        }
        tty.restore();
        let payload = info.payload();
        let what = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let what = what.unwrap_or("no reason given");
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let text = format!(
            "twelvefold: the program has made a mistake and must end: {}\n  at {place}\n  Every answer that was shown as saved is on the disk.\n",
            clean(what).replace('\n', " ")
        );
        let _ = std::io::stderr().write_all(text.as_bytes());
    }));
}
