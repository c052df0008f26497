//! A disk in memory for tests. SQLite works on it through a file system of its own (`vfs.rs`, the only module with unsafe
//! code, because SQLite calls C functions), and a test's own code through [`Disk`].
//!
//! It keeps what was written apart from what was synced. [`Recording`] is the list of everything that was done; from any point of
//! it [`Recording::after`] makes the disk as a power cut may leave it: of what was not synced each sector of 512 bytes (or of
//! 4,096, or none at all) is there, is missing or is noise, each length and each name is the old or the new one. What was synced
//! is always there. Sectors next to a written one are not harmed: SQLite relies on that on every system by default.
#![deny(unsafe_op_in_unsafe_fn)]

mod recording;
mod state;
mod vfs;

pub use recording::{Cut, Op, Recording, Rng, Synced};
pub use state::{Content, Entry, FOLDER, Failure, Fault, Files, Place};
pub use vfs::Disk;
