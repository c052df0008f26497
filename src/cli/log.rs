//! `--log FILE`: what the program does and how long it takes, line by line, for somebody who mends it. To a file for its owner
//! alone and never to the screen; without the option nothing is made and every place that tells costs one comparison.
//!
//! Nothing personal: moments, counts, kinds of mistakes, names of threads. No answer, no text of a course, no path.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Detail {
    /// Mistakes alone
    Error,
    /// Beginning, first frame, store, end
    #[default]
    Info,
    /// Every save as well
    Debug,
}

/// Begins to tell into the file at `path`, after what is there.
///
/// # Errors
/// When the file cannot be opened, or somebody tells already.
pub fn begin(path: &Path, detail: Detail) -> io::Result<()> {
    let level = match detail {
        Detail::Error => LevelFilter::ERROR,
        Detail::Info => LevelFilter::INFO,
        Detail::Debug => LevelFilter::DEBUG,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_writer(Arc::new(open(path)?))
        .with_ansi(false)
        .with_max_level(level)
        .with_target(false)
        .finish();
    tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
