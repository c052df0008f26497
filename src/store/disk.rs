//! What the store asks of the file system, apart from what SQLite asks of it. Handed in, so that a test can put a disk in its
//! place that fails, fills up or loses power.

use std::any::Any;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// A file system, as far as the store needs one. Paths are absolute, except where [`Disk::absolute`] makes them so.
pub trait Disk: fmt::Debug + Send + Sync {
    /// The name under which SQLite knows this disk; `None` for the machine's own.
    fn sqlite(&self) -> Option<&str>;
    /// Whether a folder is there, links followed.
    fn is_folder(&self, path: &Path) -> bool;
    /// Makes a folder, and those above it, for the owner alone.
    ///
    /// # Errors
    /// When the system refuses it.
    fn make_folder(&self, path: &Path) -> io::Result<()>;
    /// The path from the root, without links.
    ///
    /// # Errors
    /// When nothing is there.
    fn absolute(&self, path: &Path) -> io::Result<PathBuf>;
    /// What is at `path` itself: a link is not followed.
    ///
    /// # Errors
    /// When nothing is there, or it may not be looked at.
    fn about(&self, path: &Path) -> io::Result<About>;
    /// Makes an empty file that only its owner may read, whatever the umask says.
    ///
    /// # Errors
    /// When something is there already, or the system refuses it.
    fn create(&self, path: &Path) -> io::Result<()>;
    /// The first bytes of a file, `at_most` of them.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &Path, at_most: u64) -> io::Result<Vec<u8>>;
    /// Gives a file that is there new content. It is not synced.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()>;
    /// Gives a file that is there the bytes of another, and nothing else of it.
    ///
    /// # Errors
    /// When one cannot be read or the other not written.
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    ///
    /// # Errors
    /// When the system refuses it.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Gives a file another name, at once or not at all.
    ///
    /// # Errors
    /// When the system refuses it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes sure that names given and taken in a folder survive a power cut.
    ///
    /// # Errors
    /// When the system refuses it.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Locks a folder for this process.
    fn lock(&self, path: &Path) -> Lock;
    /// Which kind of network drive a folder is on, if it is on one. Other machines may work in it at the same time, and memory
    /// cannot be shared with those.
    fn network(&self, path: &Path) -> Option<&'static str>;
}

/// What came of locking.
#[derive(Debug)]
pub enum Lock {
    /// It is locked until the value is dropped.
    Held(Box<dyn Any + Send>),
    /// Another process holds it.
    Busy,
    /// There are no locks on this disk.
    Absent,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// What it is.
    pub kind: Kind,
    /// How many bytes it has.
    pub len: u64,
    /// Which file it is, whatever it is called.
    pub identity: Identity,
    /// When it was last written: seconds and nanoseconds.
    pub written: (i64, i64),
    /// Whether every user may write it.
    pub open_to_all: bool,
}

/// What can be at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, pipe or socket.
    Other,
}

/// Which file it is, whatever it is called: device and number. [`Identity::UNKNOWN`] where files have no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity(pub u64, pub u64);

impl Identity {
    /// A file of a system in which files have no number.
    pub const UNKNOWN: Self = Self(0, 0);
}

/// The disk of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Machine;

impl Machine {
    /// How many bytes may still be written where `path` is; `None` where the system does not say.
    #[must_use]
    pub fn room(&self, path: &Path) -> Option<u64> {
        #[cfg(unix)]
        return rustix::fs::statvfs(path).ok().map(|about| about.f_bavail.saturating_mul(about.f_frsize));
        #[cfg(not(unix))]
        None
    }
}

/// The numbers by which Linux tells network drives, and what they are called.
#[cfg(target_os = "linux")]
const NETWORK: [(u64, &str); 10] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x0bd0_0bd0, "Lustre"),
    (0x0102_1997, "9P"),
    (0x5346_414f, "AFS"),
    (0x00c3_6400, "Ceph"),
    (0x4750_4653, "GPFS"),
    (0x7375_7245, "Coda"),
];

impl Disk for Machine {
    fn sqlite(&self) -> Option<&str> {
        None
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = path.ancestors().take_while(|above| above != &Path::new("") && !above.exists()).collect();
        for folder in missing.into_iter().rev() {
            match make_private(folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {} // Somebody was quicker.
                outcome => outcome?,
            }
            // Else a power cut could take the folder away with all that was kept in it.
            if let Some(above) = folder.parent() {
                self.sync_folder(if above == Path::new("") { Path::new(".") } else { above })?;
            }
        }
        if path.is_dir() { Ok(()) } else { Err(io::ErrorKind::AlreadyExists.into()) }
    }

    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn about(&self, path: &Path) -> io::Result<About> {
        let about = fs::symlink_metadata(path)?;
        let kind = about.file_type();
        let kind = match (kind.is_file(), kind.is_dir(), kind.is_symlink()) {
            (true, ..) => Kind::File,
            (_, true, _) => Kind::Folder,
            (.., true) => Kind::Link,
            _ => Kind::Other,
        };
        #[cfg(unix)]
        let (identity, written, open_to_all) = {
            use std::os::unix::fs::MetadataExt as _;
            (Identity(about.dev(), about.ino()), (about.mtime(), about.mtime_nsec()), about.mode() & 0o002 != 0)
        };
        #[cfg(not(unix))]
        let (identity, written, open_to_all) = (Identity::UNKNOWN, (0, 0), false);
        Ok(About { kind, len: about.len(), identity, written, open_to_all })
    }

    fn create(&self, path: &Path) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
            options.mode(0o600).open(path)?.set_permissions(fs::Permissions::from_mode(0o600))
        }
        #[cfg(not(unix))]
        options.open(path).map(|_| ())
    }

    fn read(&self, path: &Path, at_most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(at_most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        OpenOptions::new().write(true).truncate(true).open(path)?.write_all(content)
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut source = File::open(from)?;
        let mut sink = OpenOptions::new().write(true).truncate(true).open(to)?;
        io::copy(&mut source, &mut sink).map(|_| ())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        #[cfg(unix)]
        return File::open(path)?.sync_all();
        #[cfg(not(unix))]
        Ok(())
    }

    fn lock(&self, path: &Path) -> Lock {
        let Ok(folder) = File::open(path) else { return Lock::Absent };
        match folder.try_lock() {
            Ok(()) => Lock::Held(Box::new(folder)),
            Err(TryLockError::WouldBlock) => Lock::Busy,
            Err(TryLockError::Error(_)) => Lock::Absent,
        }
    }

    #[cfg(target_os = "linux")]
    fn network(&self, path: &Path) -> Option<&'static str> {
        let kind = u64::try_from(rustix::fs::statfs(path).ok()?.f_type).ok()? & 0xffff_ffff;
        NETWORK.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
    }

    #[cfg(not(target_os = "linux"))]
    fn network(&self, _: &Path) -> Option<&'static str> {
        None
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    DirBuilder::new().mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)
}
