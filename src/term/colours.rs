//! The thread that colours code. Started when first asked; the code of the built-in course is coloured ahead of time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::driver::Mailbox;
use crate::ui::highlight::Highlighter;
use crate::ui::message::Message;
use crate::ui::palette::Wanted;

/// The longest that one piece of code may take; what comes after stays plain.
const BUDGET: Duration = Duration::from_millis(200);

/// Colours code in a thread of its own.
#[derive(Debug)]
pub struct Colourist {
    mailbox: Mailbox,
    jobs: Option<Sender<Wanted>>,
}

impl Colourist {
    /// Nothing is started yet.
    #[must_use]
    pub fn new(mailbox: Mailbox) -> Self {
        Self { mailbox, jobs: None }
    }

    /// Asks for the colours of a piece of code; they come as a message. Without a thread it stays plain.
    pub fn ask(&mut self, wanted: Wanted) {
        if self.jobs.is_none() {
            let (jobs, inbox) = channel::<Wanted>();
            let mailbox = self.mailbox.clone();
            #[allow(clippy::disallowed_methods, reason = "the edge may have threads")]
            let started = thread::Builder::new().name("colours".into()).spawn(move || {
                let highlighter = Highlighter::new();
                while let Ok(wanted) = inbox.recv() {
                    #[allow(clippy::disallowed_methods, reason = "a limit of time needs a clock")]
                    let begun = Instant::now();
                    let colours = catch_unwind(AssertUnwindSafe(|| {
                        highlighter.colours(&wanted.language, &wanted.text, BUDGET, &|| begun.elapsed())
                    }));
                    if let Ok(colours) = colours {
                        mailbox.send(Message::Coloured { key: wanted.key, colours });
                    }
                }
            });
            self.jobs = started.is_ok().then_some(jobs);
        }
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(wanted);
        }
    }
}
