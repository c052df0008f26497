//! The files of a disk as the program sees them, and what was planned to go wrong.

use std::collections::BTreeMap;
use std::io;

use crate::recording::Op;

/// The number of every folder.
pub const FOLDER: u64 = 0;

/// The bytes of a file.
pub type Content = Vec<u8>;

/// An operation that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Reading a file.
    Read,
    /// Writing into a file or changing its length.
    Write,
    /// Syncing a file.
    Sync,
    /// Syncing a folder.
    SyncFolder,
    /// Making, renaming or removing a file.
    Name,
}

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The device reports an error. After a failed sync what was not synced counts as synced and may be gone: as systems do it.
    Device,
    /// There is no room.
    Full,
}

/// What is to go wrong.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// At which operation of that sort from now on, beginning with 0.
    pub at: u64,
    /// How many in a row; `u64::MAX` for all.
    pub times: u64,
    /// How.
    pub failure: Failure,
}

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The file's number.
    pub inode: u64,
    /// Its length.
    pub len: u64,
    /// When it was last written, in operations since the disk was made.
    pub written: u64,
}

/// The names and the bytes, without a past: what a machine finds when it is switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// Names and the numbers of their files.
    pub names: BTreeMap<String, u64>,
    /// The bytes, by number.
    pub contents: BTreeMap<u64, Content>,
}

/// A file that is there.
#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    pub(crate) bytes: Content,
    pub(crate) written: u64,
}

/// The disk.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) names: BTreeMap<String, u64>,
    pub(crate) files: BTreeMap<u64, File>,
    pub(crate) next: u64,
    pub(crate) time: u64,
    pub(crate) log: Option<Vec<Op>>,
    pub(crate) faults: Vec<Fault>,
    /// How many bytes all files may have together.
    pub(crate) room: Option<u64>,
    pub(crate) random: u64,
    pub(crate) locks: BTreeMap<u64, crate::vfs::Locks>,
}

impl State {
    pub(crate) fn note(&mut self, op: Op) {
        self.time += 1;
        if let Some(log) = &mut self.log {
            log.push(op);
        }
    }

    /// Whether an operation goes wrong now.
    pub(crate) fn trouble(&mut self, place: Place) -> Option<Failure> {
        let mut found = None;
        for fault in self.faults.iter_mut().filter(|fault| fault.place == place) {
            if fault.at > 0 {
                fault.at -= 1;
            } else if fault.times > 0 {
                fault.times = if fault.times == u64::MAX { fault.times } else { fault.times - 1 };
                found = Some(fault.failure);
            }
        }
        found
    }

    /// Makes a folder.
    pub(crate) fn make_folder(&mut self, path: &str) -> io::Result<()> {
        if let Some(failure) = self.trouble(Place::Name) {
            return Err(error(failure));
        }
        self.names.insert(path.to_owned(), FOLDER);
        self.note(Op::Name { path: path.to_owned(), inode: FOLDER, from: None });
        Ok(())
    }

    /// Makes an empty file.
    pub(crate) fn create(&mut self, path: &str) -> io::Result<u64> {
        if let Some(failure) = self.trouble(Place::Name) {
            return Err(error(failure));
        }
        let inode = self.next;
        self.next += 1;
        self.names.insert(path.to_owned(), inode);
        self.files.insert(inode, File { bytes: Vec::new(), written: self.time });
        self.note(Op::Name { path: path.to_owned(), inode, from: None });
        Ok(inode)
    }

    pub(crate) fn remove(&mut self, path: &str) -> io::Result<()> {
        if let Some(failure) = self.trouble(Place::Name) {
            return Err(error(failure));
        }
        self.names.remove(path).ok_or(io::ErrorKind::NotFound)?;
        self.note(Op::Unname { path: path.to_owned() });
        Ok(())
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        if let Some(failure) = self.trouble(Place::Name) {
            return Err(error(failure));
        }
        let inode = self.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        self.names.insert(to.to_owned(), inode);
        self.note(Op::Name { path: to.to_owned(), inode, from: Some(from.to_owned()) });
        Ok(())
    }

    pub(crate) fn write(&mut self, inode: u64, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        if let Some(failure) = self.trouble(Place::Write) {
            return Err(failure);
        }
        let end = at + bytes.len() as u64;
        let used: u64 = self.files.values().map(|file| file.bytes.len() as u64).sum();
        let file = self.files.entry(inode).or_default();
        let grows = end.saturating_sub(file.bytes.len() as u64);
        if self.room.is_some_and(|room| grows > 0 && used + grows > room) {
            return Err(Failure::Full);
        }
        put(&mut file.bytes, at, bytes);
        file.written = self.time;
        self.note(Op::Write { inode, at, bytes: bytes.to_vec() });
        Ok(())
    }

    pub(crate) fn truncate(&mut self, inode: u64, len: u64) -> Result<(), Failure> {
        if let Some(failure) = self.trouble(Place::Write) {
            return Err(failure);
        }
        let file = self.files.entry(inode).or_default();
        file.bytes.resize(usize::try_from(len).unwrap_or(usize::MAX), 0);
        file.written = self.time;
        self.note(Op::Truncate { inode, len });
        Ok(())
    }

    pub(crate) fn sync(&mut self, inode: u64) -> Result<(), Failure> {
        if let Some(failure) = self.trouble(Place::Sync) {
            self.note(Op::SyncFailed { inode });
            return Err(failure);
        }
        self.note(Op::Sync { inode });
        Ok(())
    }

    pub(crate) fn sync_folder(&mut self, path: &str) -> Result<(), Failure> {
        if let Some(failure) = self.trouble(Place::SyncFolder) {
            return Err(failure);
        }
        self.note(Op::SyncFolder { path: path.to_owned() });
        Ok(())
    }

    /// The same numbers every time.
    pub(crate) fn random(&mut self) -> u8 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 56) as u8
    }
}

/// Writes `bytes` at `at`; what lies between the end and there becomes zero.
pub(crate) fn put(content: &mut Content, at: u64, bytes: &[u8]) {
    let at = usize::try_from(at).expect("a small file");
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[at..at + bytes.len()].copy_from_slice(bytes);
}

pub(crate) fn error(failure: Failure) -> io::Error {
    match failure {
        Failure::Device => io::Error::other("input/output error"),
        Failure::Full => io::ErrorKind::StorageFull.into(),
    }
}
