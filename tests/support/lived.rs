//! A life that was lived once without trouble, and what may be wrong with a disk on which it was cut short.
#![allow(dead_code, reason = "no harness needs all of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use simulated_disk::{Cut, Disk, Files, Recording, Rng};
use twelvefold::domain::event::Deed;
use twelvefold::domain::progress::Progress;
use twelvefold::store::{Opener, Store as _};

use super::learner::{self, DATABASE, FOLDER_PATH, Held, Life, Session, Simulated, Step, answer, held};

/// The ways in which power goes.
pub const CUTS: [Cut; 6] = [Cut::Kill, Cut::All, Cut::Operations, Cut::Tail, Cut::Sectors(512), Cut::Sectors(4_096)];

/// A life that was lived once without trouble.
pub struct Lived {
    /// The life.
    pub life: Life,
    /// What was done on the disk.
    pub recording: Recording,
    /// What is held after each step; the first is what opening the disk as it was gives.
    pub after: Vec<Held>,
}

impl Lived {
    /// Lives it.
    pub fn of(life: Life) -> Self {
        let disk = Disk::new(&life.start);
        disk.record();
        let mut session = Session::new(&disk);
        let mut after: Vec<Held> = Vec::new();
        // What was held when it was opened, or merged, and what was kept since.
        let (mut base, mut kept) = (None::<Held>, Vec::new());
        for (done, step) in (1..).zip(&life.steps) {
            session.step(step).unwrap();
            disk.mark(done);
            // Another machine with the same disk says what is held.
            let copy = Disk::new(&disk.files());
            let (_, held) = learner::look(&copy).unwrap();
            match step {
                Step::Keep(events) => kept.extend(events.iter().cloned()),
                Step::Merge(_) | Step::MergeFile => (base, kept) = (None, Vec::new()),
                Step::Open | Step::Close | Step::Drop => {}
            }
            let base = base.get_or_insert_with(|| held.clone());
            let progress = base.progress.clone().after(&kept.iter().collect::<Vec<_>>());
            assert_eq!(held.progress, progress, "{}: {step:?}", life.name);
            let history = kept.iter().filter(|event| !matches!(event.deed, Deed::ReadTo { .. }));
            assert!(held.history.iter().eq(base.history.iter().chain(history)), "{}: {step:?}", life.name);
            after.push(held);
        }
        after.insert(0, after[0].clone());
        drop(session);
        Self { recording: disk.recording(), life, after }
    }

    /// What is wrong with a disk on which `done` steps were acknowledged.
    pub fn trouble(&self, disk: &Disk, files: &Files, done: usize, deep: Option<&mut Rng>) -> Result<(), String> {
        disk.become_(files);
        let opener = Opener::on(Arc::new(Simulated(disk.clone())), FOLDER_PATH);
        if done > 0 && disk.entry(DATABASE).is_none() {
            return Err("the database has lost its name".into());
        }
        let damaged = self.life.name.starts_with("finds");
        if done > 0 && damaged && disk.read("/home/learner/twelvefold/progress.damaged-1.sqlite3").ok() != self.damaged() {
            return Err("what was set aside is not what was damaged".into());
        }
        if done > 0 && self.life.name.starts_with("brings") {
            copy_is_sound(disk).map_err(|error| format!("the copy before the update: {error}"))?;
        }
        let copies_before = copies(disk);
        let glance = opener.glance();
        if deep.is_some() {
            disk.record();
        }
        let opened = opener.open().map_err(|error| error.to_string())?;
        if let Some(notice) = opened.notice.filter(|_| !(damaged && done == 0)) {
            return Err(notice.to_string());
        }
        if done > 0 && copies(disk) > copies_before {
            return Err("what was brought up to date was old again".into());
        }
        let mut store = opened.store;
        if let Some(found) = store.check().map_err(|error| error.to_string())? {
            return Err(found);
        }
        let now = held(&mut store)?;
        if now != self.after[done] && self.after.get(done + 1).is_none_or(|next| now != *next) {
            return Err(differs(&now, &self.after[done]));
        }
        if glance.is_some_and(|glance| glance != now.progress && glance != Progress::default()) {
            return Err("the glance shows something else".into());
        }
        drop(store);
        let Some(rng) = deep else { return Ok(()) };
        // Cut again while it was being opened, and once more while it goes on.
        let recording = disk.recording();
        let point = rng.below(recording.ops.len() as u64 + 1) as usize;
        let files = recording.after(point, CUTS[rng.below(6) as usize], rng);
        disk.become_(&files);
        let mut store = opener.open().map_err(|error| format!("after a second cut: {error}"))?.store;
        let again = held(&mut store)?;
        if again != now {
            return Err(format!("after a second cut: {}", differs(&again, &now)));
        }
        store.append(&[answer(9_999)]).map_err(|error| format!("going on: {error}"))?;
        drop(store);
        let (_, last) = learner::look(disk)?;
        if last.history.len() == now.history.len() + 1 { Ok(()) } else { Err("it does not go on".into()) }
    }

    fn damaged(&self) -> Option<Vec<u8>> {
        let inode = self.life.start.names.get(DATABASE)?;
        self.life.start.contents.get(inode).cloned()
    }
}

fn differs(found: &Held, wanted: &Held) -> String {
    if found.history.len() != wanted.history.len() {
        return format!("{} deeds instead of {}", found.history.len(), wanted.history.len());
    }
    if found.history == wanted.history { "another place, score or exam".into() } else { "other deeds".into() }
}

/// The copies that were made before an update.
fn copy_paths(disk: &Disk) -> Vec<String> {
    let beginning = format!("{FOLDER_PATH}/progress.before-v");
    disk.files().names.into_keys().filter(|path| path.starts_with(&beginning) && path.ends_with(".sqlite3")).collect()
}

fn copies(disk: &Disk) -> usize {
    copy_paths(disk).len()
}

/// Whether one of them is whole: where a disk refused to remove one that was begun, that one is there as well.
fn copy_is_sound(disk: &Disk) -> Result<(), String> {
    let look = |path: String| {
        let conn = Connection::open_with_flags_and_vfs(path, OpenFlags::SQLITE_OPEN_READ_ONLY, disk.name())?;
        let verdict: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let rows: i64 = conn.query_row("SELECT count(*) FROM event", [], |row| row.get(0))?;
        Ok::<_, rusqlite::Error>((verdict, rows))
    };
    let found: Vec<_> = copy_paths(disk).into_iter().map(look).collect();
    let sound = found.iter().any(|copy| matches!(copy, Ok((verdict, 8)) if verdict == "ok"));
    if sound { Ok(()) } else { Err(format!("{found:?}")) }
}
