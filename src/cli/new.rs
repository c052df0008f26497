//! `twelvefold new`: a small valid course or pack in a new or empty folder. Nothing that is there is ever written over.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use super::course::{Failure, shown};
use super::out::Out;
use super::settings::Settings;
use crate::content::scaffold;

/// Writes the course, or the pack, and says what to do with it.
///
/// # Errors
/// When `dir` is no folder or not empty, or a file cannot be written.
pub fn new(settings: &Settings, dir: Option<&Path>) -> Result<ExitCode, Failure> {
    let (dir, pack) = match (dir, settings.packs.as_slice()) {
        (Some(dir), []) => (dir, false),
        (None, [pack]) => (pack.as_path(), true),
        _ => return Err(Failure::Usage("`new` needs one folder: twelvefold new DIR, or new --pack DIR for a pack".to_owned())),
    };
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(Failure::Other(anyhow::anyhow!(
                    "the folder {} is not empty; name a new one, so that nothing of yours is written over",
                    shown(dir)
                )));
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(dir, error)),
    }
    // The name of `.` is found only when it is spelled out.
    fs::create_dir_all(dir).map_err(|error| failed(dir, error))?;
    let name = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let files = if pack { scaffold::pack(&name) } else { scaffold::scaffold(&name) };
    for (path, text) in &files {
        write(&dir.join(path), text)?;
    }
    let mut out = Out::stdout(settings);
    for (path, _) in &files {
        out.line(path)?;
    }
    let dir = quoted(dir);
    out.line(&format!("\n{} files. Go on with:\n", files.len()))?;
    out.line(&format!("    twelvefold check {dir} --watch"))?;
    out.line(&format!("    twelvefold {} {dir}", if pack { "--pack" } else { "--course" }))?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::OpenOptions::new().write(true).create_new(true).open(path))
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: std::io::Error) -> Failure {
    Failure::Other(anyhow::Error::from(error).context(format!("{} could not be written", shown(path))))
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = shown(path);
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:,".contains(c);
    if path.chars().all(plain) && !path.starts_with('-') { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
