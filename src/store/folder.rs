//! The data folder and the files in it: who may read them, how they are named, how one is put aside or into its place.
//! Nothing here overwrites a file that has content.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::error::{StoreError, files};

/// Tries of [`Folder::lock`], and the pause between two of them: five seconds in all.
const LOCK_TRIES: u32 = 250;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// What SQLite keeps beside a database.
const SIDECARS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Which file it is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

/// A data folder that is fit for use.
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`, made if it is not there: for its owner alone.
    pub(super) fn prepare(path: &Path) -> Result<Self, StoreError> {
        if !path.is_dir() {
            make_private(path).map_err(files("make the folder", path))?;
        }
        // Made absolute once: a later change of the working directory must not matter, and SQLite follows no link.
        let path = fs::canonicalize(path).map_err(files("find the folder", path))?;
        let about = fs::metadata(&path).map_err(files("look at the folder", &path))?;
        if writable_by_all(&about) {
            return Err(StoreError::OpenToAll { folder: path });
        }
        Ok(Self { path })
    }

    /// Keeps other instances from opening the store until the value is dropped, so that none sees a file that another is
    /// about to migrate or to set aside. Where locks do not exist the store works without.
    pub(super) fn lock(&self) -> Result<Option<File>, StoreError> {
        let Ok(folder) = File::open(&self.path) else { return Ok(None) };
        for _ in 0..LOCK_TRIES {
            match folder.try_lock() {
                Ok(()) => return Ok(Some(folder)),
                Err(TryLockError::Error(_)) => return Ok(None),
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            }
        }
        Err(StoreError::Locked { folder: self.path.clone() })
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
        let about = match fs::symlink_metadata(&file) {
            Ok(about) => about,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(files("look at", &file)(error)),
        };
        let kind = about.file_type();
        let what = match (kind.is_file(), kind.is_symlink(), kind.is_dir()) {
            (true, ..) => return Ok(about.len() == 0),
            (_, true, _) => "a symbolic link",
            (_, _, true) => "a folder",
            _ => "a device, pipe or socket",
        };
        Err(StoreError::NotPlain { file, what })
    }

    /// Puts the finished [`Folder::unborn`] into its place. The place must be vacant.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        let (from, to) = (self.unborn(), self.database());
        fs::rename(&from, &to).map_err(files("put into its place", &from))?;
        self.sync()
    }

    /// Gives the database, and what belongs to it, a new name that nothing has; the new name.
    ///
    /// The database goes first. Should the program die in between, a log without its database is left, which
    /// [`Folder::clear_sidecars`] finds; a log must never meet another database.
    pub(super) fn set_aside(&self) -> Result<PathBuf, StoreError> {
        let file = self.database();
        let aside = self.free_name("progress.damaged")?;
        if fs::symlink_metadata(&file).is_ok() {
            fs::rename(&file, &aside).map_err(|error| {
                // The name was only kept free; tries that fail must not use up names.
                let _ = fs::remove_file(&aside);
                files("set aside", &file)(error)
            })?;
        }
        for (from, to) in sidecars(&file).into_iter().zip(sidecars(&aside)) {
            match fs::rename(&from, &to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(files("set aside", &from)(error)),
                _ => {}
            }
        }
        self.sync()?;
        Ok(aside)
    }

    /// Sets aside what a database that is gone has left.
    pub(super) fn clear_sidecars(&self) -> Result<(), StoreError> {
        if sidecars(&self.database()).iter().any(|file| fs::symlink_metadata(file).is_ok()) {
            self.set_aside()?;
        }
        Ok(())
    }

    /// Makes an empty file for a copy of the database as it was before format `version`; its path.
    pub(super) fn before(&self, version: i64) -> Result<PathBuf, StoreError> {
        let path = self.path.join(format!("progress.before-v{version}.sqlite3"));
        match create(&path) {
            Ok(()) => Ok(path),
            Err(StoreError::Files { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
                self.free_name(&format!("progress.before-v{version}"))
            }
            Err(error) => Err(error),
        }
    }

    /// Makes an empty file `<stem>-<n>.sqlite3`, for the least `n` that is free, and gives its path.
    pub(super) fn free_name(&self, stem: &str) -> Result<PathBuf, StoreError> {
        let mut number = 1_u32;
        loop {
            let path = self.path.join(format!("{stem}-{number}.sqlite3"));
            if sidecars(&path).iter().all(|file| fs::symlink_metadata(file).is_err()) {
                match create(&path) {
                    Ok(()) => return Ok(path),
                    Err(StoreError::Files { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(error),
                }
            }
            number = number.saturating_add(1);
        }
    }

    /// Makes sure that names given in the folder survive a power cut.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        sync_folder(&self.path).map_err(files("sync the folder", &self.path))
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

/// Makes an empty file that only its owner may read, whatever the umask says. Fails if there is something of that name.
pub(super) fn create(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    let file = options.open(path).map_err(files("make", path))?;
    make_owners(&file).map_err(files("make private", path))
}

/// The first bytes of a file, as many as there are up to 100.
///
/// Only for a database that has no connection in this process: closing any handle of a file gives up the locks that
/// the process has on it.
pub(super) fn header(path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(files("open", path))?;
    file.take(100).read_to_end(&mut bytes).map_err(files("read", path))?;
    Ok(bytes)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(unix)]
fn make_owners(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(unix)]
fn writable_by_all(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o002 != 0
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Tells one state of a closed database file from another: device, inode, length, and when it was last written, in
/// nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Stamp(u64, u64, u64, i64, i64);

/// The state that a database is in. `None` while somebody has it open, after a session that did not end well, and where
/// there is none.
#[cfg(unix)]
pub(super) fn stamp(database: &Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let about = fs::symlink_metadata(database).ok().filter(fs::Metadata::is_file)?;
    let closed = sidecars(database).iter().all(|file| fs::symlink_metadata(file).is_err());
    closed.then(|| Stamp(about.dev(), about.ino(), about.len(), about.mtime(), about.mtime_nsec()))
}

/// Not known where files have no number.
#[cfg(not(unix))]
pub(super) fn stamp(_: &Path) -> Option<Stamp> {
    None
}

/// Which file has that name now.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(path).ok().map(|about| Identity(about.dev(), about.ino()))
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

#[cfg(not(unix))]
fn make_owners(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(path)
}

#[cfg(not(unix))]
fn writable_by_all(_: &fs::Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Which file has that name now: here only whether there is one.
#[cfg(not(unix))]
pub(super) fn identity(path: &Path) -> Option<Identity> {
    fs::symlink_metadata(path).ok().map(|_| Identity(0, 0))
}
