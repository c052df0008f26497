//! The data folder and the files in it: who may read them, how they are named, how one is put aside or into its place.
//! Nothing here overwrites a file that has content.

use std::any::Any;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::disk::{About, Disk, Identity, Kind, Lock};
use super::error::{StoreError, files};

/// Tries of [`Folder::lock`], and the pause between two of them: five seconds in all.
const LOCK_TRIES: u32 = 250;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// What SQLite keeps beside a database.
const SIDECARS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A data folder that is fit for use.
pub(super) struct Folder {
    path: PathBuf,
    disk: Arc<dyn Disk>,
    unsynced: Unsynced,
}

/// Whether a name was given in the folder that is not known to be on the disk: a sync may have failed, and whoever opens the store
/// next must not promise anything before one has succeeded.
pub(super) type Unsynced = Arc<AtomicBool>;

impl Folder {
    /// The folder at `path`, made if it is not there: for its owner alone. `unsynced` is what an earlier try has left.
    pub(super) fn prepare(disk: &Arc<dyn Disk>, path: &Path, unsynced: &Unsynced) -> Result<Self, StoreError> {
        if !disk.is_folder(path) {
            disk.make_folder(path).map_err(files("make the folder", path))?;
        }
        // Made absolute once: a later change of the working directory must not matter, and SQLite follows no link.
        let path = disk.absolute(path).map_err(files("find the folder", path))?;
        let about = disk.about(&path).map_err(files("look at the folder", &path))?;
        if about.open_to_all {
            return Err(StoreError::OpenToAll { folder: path });
        }
        if disk.about(&path.join(super::FILE)).is_err() {
            // Whoever made the folder may have ended, or failed, before its name was on the disk for certain. A power cut could
            // then take it away with all that was kept in it. Where nothing may be looked at nothing was made either, and some
            // file systems sync no folder at all.
            for above in path.ancestors().skip(1) {
                use io::ErrorKind::{InvalidInput, PermissionDenied, ReadOnlyFilesystem, Unsupported};
                match disk.sync_folder(above) {
                    Err(error) if matches!(error.kind(), InvalidInput | PermissionDenied | ReadOnlyFilesystem | Unsupported) => {}
                    outcome => outcome.map_err(files("make the folder", &path))?,
                }
            }
        }
        let folder = Self { path, disk: Arc::clone(disk), unsynced: Arc::clone(unsynced) };
        if folder.unsynced.load(Ordering::Relaxed) {
            folder.sync()?;
        }
        Ok(folder)
    }

    /// Keeps other instances from opening the store until the value is dropped, so that none sees a file that another is
    /// about to migrate or to set aside. Where locks do not exist the store works without.
    pub(super) fn lock(&self) -> Result<Option<Box<dyn Any + Send>>, StoreError> {
        for _ in 0..LOCK_TRIES {
            match self.disk.lock(&self.path) {
                Lock::Held(lock) => return Ok(Some(lock)),
                Lock::Absent => return Ok(None),
                Lock::Busy => thread::sleep(LOCK_PAUSE),
            }
        }
        Err(StoreError::Locked { folder: self.path.clone() })
    }

    /// What it is on.
    pub(super) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// The database.
    pub(super) fn database(&self) -> PathBuf {
        self.path.join(super::FILE)
    }

    /// A database that is being made and has not got its name yet.
    pub(super) fn unborn(&self) -> PathBuf {
        self.path.join("progress.new.sqlite3")
    }

    /// Whether there is no database yet: no file, or one without a byte. Refuses what is no plain file.
    pub(super) fn is_vacant(&self) -> Result<bool, StoreError> {
        let file = self.database();
        let about = match self.disk.about(&file) {
            Ok(about) => about,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(files("look at", &file)(error)),
        };
        let what = match about.kind {
            Kind::File => return Ok(about.len == 0),
            Kind::Link => "a symbolic link",
            Kind::Folder => "a folder",
            Kind::Other => "a device, pipe or socket",
        };
        Err(StoreError::NotPlain { file, what })
    }

    /// Puts the finished [`Folder::unborn`] into its place. The place must be vacant.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        let (from, to) = (self.unborn(), self.database());
        self.unsynced.store(true, Ordering::Relaxed);
        self.disk.rename(&from, &to).map_err(files("put into its place", &from))?;
        self.sync()
    }

    /// Gives the database, and what belongs to it, a new name that nothing has, and tells it as soon as it has it.
    ///
    /// The database goes first. Should the program die in between, a log without its database is left, which
    /// [`Folder::clear_sidecars`] finds; a log must never meet another database.
    pub(super) fn set_aside(&self, tell: impl FnOnce(&Path)) -> Result<(), StoreError> {
        let file = self.database();
        let aside = self.free_name("progress.damaged")?;
        self.unsynced.store(true, Ordering::Relaxed);
        if exists(self.disk(), &file) {
            self.disk.rename(&file, &aside).map_err(|error| {
                // The name was only kept free; tries that fail must not use up names.
                let _ = self.disk.remove(&aside);
                files("set aside", &file)(error)
            })?;
        }
        tell(&aside);
        for (from, to) in sidecars(&file).into_iter().zip(sidecars(&aside)) {
            match self.disk.rename(&from, &to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(files("set aside", &from)(error)),
                _ => {}
            }
        }
        self.sync()
    }

    /// Sets aside what a database that is gone has left.
    pub(super) fn clear_sidecars(&self) -> Result<(), StoreError> {
        if sidecars(&self.database()).iter().any(|file| exists(self.disk(), file)) {
            self.set_aside(|_| ())?;
        }
        Ok(())
    }

    /// Makes an empty file for a copy of the database as it was before format `version`; its path.
    pub(super) fn before(&self, version: i64) -> Result<PathBuf, StoreError> {
        let path = self.path.join(format!("progress.before-v{version}.sqlite3"));
        match create(self.disk(), &path) {
            Ok(()) => Ok(path),
            Err(StoreError::Files { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
                self.free_name(&format!("progress.before-v{version}"))
            }
            Err(error) => Err(error),
        }
    }

    /// Makes an empty file `<stem>-<n>.sqlite3`, for the least `n` that is free, and gives its path. An empty file of that name is
    /// what a try left that failed, on a disk that would not take the name back either: it is free.
    pub(super) fn free_name(&self, stem: &str) -> Result<PathBuf, StoreError> {
        let mut number = 1_u32;
        loop {
            let path = self.path.join(format!("{stem}-{number}.sqlite3"));
            if sidecars(&path).iter().all(|file| !exists(self.disk(), file)) {
                match create(self.disk(), &path) {
                    Ok(()) => return Ok(path),
                    Err(StoreError::Files { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
                        if self.disk.about(&path).is_ok_and(|about| about.kind == Kind::File && about.len == 0) {
                            return Ok(path);
                        }
                    }
                    Err(error) => return Err(error),
                }
            }
            number = number.saturating_add(1);
        }
    }

    /// Makes sure that names given in the folder survive a power cut.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.disk.sync_folder(&self.path).map_err(files("sync the folder", &self.path))?;
        self.unsynced.store(false, Ordering::Relaxed);
        Ok(())
    }
}

/// The files that SQLite may keep beside `database`.
pub(super) fn sidecars(database: &Path) -> [PathBuf; 3] {
    SIDECARS.map(|suffix| {
        let mut name = OsString::from(database);
        name.push(suffix);
        PathBuf::from(name)
    })
}

/// Makes an empty file that only its owner may read. Fails if there is something of that name.
pub(super) fn create(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    disk.create(path).map_err(files("make", path))
}

/// Whether anything has that name.
pub(super) fn exists(disk: &dyn Disk, path: &Path) -> bool {
    disk.about(path).is_ok()
}

/// The first bytes of a file, as many as there are up to 100.
///
/// Only for a database that has no connection in this process: closing any handle of a file gives up the locks that
/// the process has on it.
pub(super) fn header(disk: &dyn Disk, path: &Path) -> Result<Vec<u8>, StoreError> {
    disk.read(path, 100).map_err(files("read", path))
}

/// Tells one state of a closed database file from another: device, inode, length, and when it was last written, in
/// nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Stamp(u64, u64, u64, i64, i64);

/// The state that a database is in. `None` while somebody has it open, after a session that did not end well, where there is
/// none, and where files have no number.
pub(super) fn stamp(disk: &dyn Disk, database: &Path) -> Option<Stamp> {
    let About { kind, len, identity, written, .. } = disk.about(database).ok()?;
    let closed = sidecars(database).iter().all(|file| !exists(disk, file));
    let known = kind == Kind::File && identity != Identity::UNKNOWN;
    (known && closed).then_some(Stamp(identity.0, identity.1, len, written.0, written.1))
}

/// Which file has that name now.
pub(super) fn identity(disk: &dyn Disk, path: &Path) -> Option<Identity> {
    disk.about(path).ok().map(|about| about.identity)
}
