//! `twelvefold check --watch`: the same report again after every change of the folder, until Ctrl-C.
//!
//! What was printed stays: a line with the number of the run and what was changed stands between two reports. Events of the
//! system only wake; whether anything was changed is told by the files themselves, so that a reading editor, a swap file or
//! a build beside the course causes no report.

use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::check::{is_pack, look, report};
use super::course::{Failure, files, shown};
use super::out::Out;
use super::settings::Settings;
use crate::content::files::{Files, RELEASED, TOPS};
use crate::content::syntax;
use crate::domain::problem::Problem;

/// How long nothing must happen before a change counts as done: editors write in several steps.
const QUIET: Duration = Duration::from_millis(60);
/// How many steps are waited for, however busy the folder is.
const STEPS: usize = 20;
/// Changed files that are named.
const NAMED: usize = 3;
/// Columns of the line between two reports, where the terminal does not say.
const COLUMNS: usize = 80;

/// Why the program wakes.
enum Wake {
    /// Something happened in the folder.
    Changed,
    /// Ctrl-C.
    End,
}

/// Checks the course in `dir`, or the one that the settings name, after every change.
///
/// # Errors
/// When there is no such folder, or it cannot be watched, or the output fails.
pub fn watch(settings: &Settings, dir: Option<&Path>) -> Result<ExitCode, Failure> {
    let Some(dir) = dir.or(settings.course_dir.as_deref()) else {
        return Err(Failure::Usage("--watch needs the folder of a course: twelvefold check DIR --watch".into()));
    };
    let (send, wakes) = channel();
    let _interrupt = interrupt::Interrupt::listen(send.clone()).map_err(anyhow::Error::from)?;
    let mut out = Out::stdout(settings);
    let mut known: Option<(Files, Vec<Problem>)> = None;
    let mut runs = 0;
    loop {
        // A new one each time: folders may have come, and what was watched may have been replaced. The files are read after
        // it was made, so no change falls between.
        let _watcher = watcher(dir, &send)?;
        let pack = is_pack(dir);
        let read = if pack { Files::pack(dir) } else { files(Some(dir))? };
        if known.as_ref() != Some(&read) {
            runs += 1;
            if let Some(known) = &known {
                out.line(&rule(runs, &changed(known, &read), out.width().unwrap_or(COLUMNS)))?;
            }
            let (files, problems) = &read;
            let (course, problems) = if pack {
                look(settings, Some(dir)).map(|(_, course, problems)| (course, problems))?
            } else {
                syntax::inspect(files, problems.clone())
            };
            report(files, course.as_ref(), &problems, &mut out)?;
            if known.is_none() {
                out.line(&format!("watching {}; Ctrl-C ends", shown(dir)))?;
            }
            known = Some(read);
            if !out.flush()? {
                break;
            }
        }
        if ended(&wakes) {
            break;
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Sleeps until something was changed and is at rest again. True when the end is asked for.
fn ended(wakes: &Receiver<Wake>) -> bool {
    if !matches!(wakes.recv(), Ok(Wake::Changed)) {
        return true;
    }
    for _ in 0..STEPS {
        match wakes.recv_timeout(QUIET) {
            Ok(Wake::Changed) => {}
            Ok(Wake::End) | Err(RecvTimeoutError::Disconnected) => return true,
            Err(RecvTimeoutError::Timeout) => break,
        }
    }
    false
}

/// Wakes by changes in the folders that a course is read from, and of those folders themselves.
fn watcher(dir: &Path, wakes: &Sender<Wake>) -> Result<RecommendedWatcher, Failure> {
    let wakes = wakes.clone();
    let failed = |error: notify::Error| {
        Failure::Other(anyhow::Error::from(error).context(format!("the folder {} cannot be watched", shown(dir))))
    };
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is no change. A lost event may have been one.
        if !event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
            // When nobody listens any more, the end has come.
            let _ = wakes.send(Wake::Changed);
        }
    })
    .map_err(failed)?;
    watcher.watch(dir, RecursiveMode::NonRecursive).map_err(failed)?;
    let assets = dir.join(RELEASED);
    if let Some(assets) = assets.parent().filter(|assets| assets.is_dir()) {
        watcher.watch(assets, RecursiveMode::NonRecursive).map_err(failed)?;
    }
    for top in TOPS.map(|top| dir.join(top)).iter().filter(|top| top.is_dir()) {
        watcher.watch(top, RecursiveMode::Recursive).map_err(failed)?;
    }
    Ok(watcher)
}

/// Paths that are in one of the two only, or differ, or could not be read in one way and now cannot in another.
fn changed(old: &(Files, Vec<Problem>), new: &(Files, Vec<Problem>)) -> Vec<String> {
    let differs = |path: &&str| old.0.get(path) != new.0.get(path);
    let mut changed: Vec<String> = old.0.paths().chain(new.0.paths()).filter(differs).map(shown_path).collect();
    let (was, is) = (&old.1, &new.1);
    let unread = was.iter().filter(|one| !is.contains(one)).chain(is.iter().filter(|one| !was.contains(one)));
    changed.extend(unread.map(|problem| shown_path(&problem.place.path)));
    changed.sort_unstable();
    changed.dedup();
    changed
}

fn shown_path(path: &str) -> String {
    shown(Path::new(path))
}

/// The line between two reports.
fn rule(run: usize, changed: &[String], columns: usize) -> String {
    let mut names = changed.get(..NAMED.min(changed.len())).unwrap_or(&[]).join(", ");
    if changed.len() > NAMED {
        names += &format!(" and {} more", changed.len() - NAMED);
    }
    let head = format!("── check {run}: {names} ");
    let rest = columns.saturating_sub(head.chars().count()).max(2);
    head + &"─".repeat(rest)
}

/// Ctrl-C as one more reason to wake, so that a report is written to its end.
#[cfg(unix)]
mod interrupt {
    use std::io::{self, Read as _};
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::Sender;
    use std::thread::{Builder, JoinHandle};

    use signal_hook::SigId;
    use signal_hook::consts::SIGINT;
    use signal_hook::flag;
    use signal_hook::low_level::{pipe, unregister};

    use super::Wake;

    /// Listens until it is dropped.
    pub struct Interrupt {
        ids: Vec<SigId>,
        thread: Option<JoinHandle<()>>,
    }

    impl Interrupt {
        /// Begins to listen.
        pub fn listen(wakes: Sender<Wake>) -> io::Result<Self> {
            let (mut reader, writer) = UnixStream::pair()?;
            let mut listening = Self { ids: Vec::new(), thread: None };
            // A second Ctrl-C ends at once, should nobody take the output of the last report.
            let asked = Arc::new(AtomicBool::new(false));
            listening.ids.push(flag::register_conditional_default(SIGINT, Arc::clone(&asked))?);
            listening.ids.push(flag::register(SIGINT, asked)?);
            listening.ids.push(pipe::register(SIGINT, writer)?);
            let thread = Builder::new().name("interrupt".into()).spawn(move || {
                let _ = reader.read(&mut [0]);
                let _ = wakes.send(Wake::End);
            })?;
            listening.thread = Some(thread);
            Ok(listening)
        }
    }

    impl Drop for Interrupt {
        fn drop(&mut self) {
            // The writing end goes with its registration, and the thread wakes.
            for id in self.ids.drain(..) {
                unregister(id);
            }
            if let Some(thread) = self.thread.take() {
                let _ = thread.join();
            }
        }
    }
}

/// Elsewhere the system ends the program.
#[cfg(not(unix))]
mod interrupt {
    pub struct Interrupt;

    impl Interrupt {
        pub fn listen(_: std::sync::mpsc::Sender<super::Wake>) -> std::io::Result<Self> {
            Ok(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_between_names_what_was_changed() {
        let line = |run, names: &str, columns| rule(run, &names.split(' ').map(str::to_owned).collect::<Vec<_>>(), columns);
        assert_eq!(line(2, "a.md", 24), "── check 2: a.md ───────");
        assert_eq!(line(9, "a b c d e", 10), "── check 9: a, b, c and 2 more ──");
    }
}
