//! The text of every file of a course: embedded in the binary, or read from a folder. The only reading of files here.
//!
//! A folder is a stranger's: only plain files are read, no link is followed, and number, size and depth are bounded.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::text::SafeText;

/// The most files in a course.
pub const MAX_FILES: usize = 20_000;
/// The most bytes in all.
pub const MAX_TOTAL: u64 = 64 << 20;
/// The deepest folder.
const MAX_DEPTH: usize = 8;

/// The folders of a course that are read.
pub const TOPS: [&str; 2] = ["lessons", "quizzes"];
/// What says that a folder is a pack.
pub const PACK: &str = "pack.yaml";
/// The list of released ids, which a course may have.
pub const RELEASED: &str = "assets/released-ids.txt";

static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The files of a course by their paths inside it, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Files {
    /// Those in the binary.
    Embedded,
    /// Those of a folder.
    Folder(BTreeMap<String, String>),
}

impl Files {
    /// The text of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        match self {
            Self::Embedded => {
                EMBEDDED.binary_search_by_key(&path, |(name, _)| name).ok().and_then(|at| EMBEDDED.get(at)).map(|(_, text)| *text)
            }
            Self::Folder(files) => files.get(path).map(String::as_str),
        }
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let (embedded, folder) = match self {
            Self::Embedded => (EMBEDDED, None),
            Self::Folder(files) => (&[][..], Some(files)),
        };
        embedded.iter().map(|(path, _)| *path).chain(folder.into_iter().flat_map(|files| files.keys().map(String::as_str)))
    }

    /// The first bytes of a file of the folder at `root`, at most so many, and whether that is all of it. `None` where there
    /// is no such plain file of UTF-8.
    #[must_use]
    pub fn beginning(root: &Path, path: &str, most: usize) -> Option<(String, bool)> {
        let mut file = root.to_owned();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            file.push(part);
            let kind = fs::symlink_metadata(&file).ok()?.file_type();
            if !(if parts.peek().is_some() { kind.is_dir() } else { kind.is_file() }) {
                return None;
            }
        }
        let open = fs::File::open(&file).ok()?;
        let whole = open.metadata().ok()?.len() <= most as u64;
        let mut bytes = Vec::new();
        open.take(most as u64).read_to_end(&mut bytes).ok()?;
        match String::from_utf8(bytes) {
            Ok(text) => Some((text, whole)),
            Err(error) => {
                let (valid, cut) = (error.utf8_error().valid_up_to(), error.utf8_error().error_len().is_none());
                let mut bytes = error.into_bytes();
                bytes.truncate(valid);
                String::from_utf8(bytes).ok().filter(|_| cut && !whole).map(|text| (text, false))
            }
        }
    }

    /// Reads `pack.yaml`, `lessons` and `quizzes` of the pack at `root`, which may be anybody's: links are not even followed where
    /// they stand at its top, and a name that leaves its folder is none.
    #[must_use]
    pub fn pack(root: &Path) -> (Self, Vec<Problem>) {
        let mut reading = Reading::new(Limits { files: 2_000, total: 16 << 20, name: Some(64) });
        for top in TOPS {
            match fs::symlink_metadata(root.join(top)) {
                Ok(about) if about.is_dir() => reading.walk(&root.join(top), top, 0),
                Ok(about) => reading.strange(top, about.file_type()),
                Err(_) => {}
            }
        }
        match fs::symlink_metadata(root.join(PACK)) {
            Ok(about) if about.is_file() => reading.file(&root.join(PACK), PACK.to_owned()),
            Ok(about) => reading.strange(PACK, about.file_type()),
            Err(_) => {}
        }
        (Self::Folder(reading.files), reading.problems)
    }

    /// Reads `lessons`, `quizzes` and the list of released ids of the folder at `root`. What cannot be read becomes a problem.
    #[must_use]
    pub fn folder(root: &Path) -> (Self, Vec<Problem>) {
        let mut reading = Reading::new(Limits { files: MAX_FILES, total: MAX_TOTAL, name: None });
        if root.is_dir() {
            for top in TOPS {
                if fs::metadata(root.join(top)).is_ok_and(|data| !data.is_dir()) {
                    reading.problem(
                        Place::file(top),
                        "C002",
                        "this is no folder",
                        Some("the course's files are in folders lessons and quizzes"),
                    );
                }
                reading.walk(&root.join(top), top, 0);
            }
            let released = root.join(RELEASED);
            if fs::symlink_metadata(&released).is_ok_and(|data| data.is_file()) {
                reading.file(&released, RELEASED.to_owned());
            }
        }
        (Self::Folder(reading.files), reading.problems)
    }
}

/// How much is read.
#[derive(Debug, Clone, Copy)]
struct Limits {
    files: usize,
    total: u64,
    /// The longest name of a file or folder, in bytes, where names must also differ by more than case.
    name: Option<usize>,
}

struct Reading {
    files: BTreeMap<String, String>,
    problems: Vec<Problem>,
    total: u64,
    limits: Limits,
}

impl Reading {
    fn new(limits: Limits) -> Self {
        Self { files: BTreeMap::new(), problems: Vec::new(), total: 0, limits }
    }

    /// Something that is neither the file nor the folder that it should be.
    fn strange(&mut self, path: &str, kind: fs::FileType) {
        let help = if path == PACK { "pack.yaml is a plain file" } else { "the files are in folders lessons and quizzes" };
        if kind.is_symlink() {
            self.problem(Place::file(path), "C002", "links are not followed in a course", Some("put the file itself here"));
        } else if kind.is_file() {
            self.problem(Place::file(path), "C002", "this is no folder", Some(help));
        } else {
            self.problem(Place::file(path), "C002", "this is no plain file", Some(help));
        }
    }

    /// Names that a system could take for one another, or that are too long. Whether any was found.
    fn confusing(&mut self, path: &str, names: &[fs::DirEntry]) -> bool {
        let Some(longest) = self.limits.name else { return false };
        let before = self.problems.len();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for entry in names {
            let name = SafeText::new(&entry.file_name().to_string_lossy()).to_string();
            let inside = format!("{path}/{name}");
            if entry.file_name().len() > longest {
                self.problem(Place::file(&inside), "C004", "this name is too long", Some(&format!("at most {longest} bytes")));
            }
            if let Some(first) = seen.insert(name.to_lowercase(), name) {
                let help = format!("the other one is {path}/{first}; some systems take them for one");
                self.problem(Place::file(&inside), "C002", "two names here differ by case alone", Some(&help));
            }
        }
        self.problems.len() > before
    }

    fn problem(&mut self, place: Place, code: &'static str, message: impl Into<String>, help: Option<&str>) {
        let help = help.map(str::to_owned);
        self.problems.push(Problem { place, severity: Severity::Error, code, message: message.into(), help });
    }

    fn walk(&mut self, folder: &Path, path: &str, depth: usize) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        let mut names: Vec<_> = entries.flatten().collect();
        names.sort_by_key(fs::DirEntry::file_name);
        if self.confusing(path, &names) {
            return;
        }
        for entry in names {
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                let shown = SafeText::new(&entry.file_name().to_string_lossy());
                self.problem(Place::file(&format!("{path}/{shown}")), "C002", "this name is not UTF-8", None);
                continue;
            };
            if matches!(name.as_str(), "__pycache__" | ".DS_Store" | "Thumbs.db")
                || name.ends_with('~')
                || (name.starts_with('.') && name.ends_with(".swp"))
            {
                continue;
            }
            let inside = format!("{path}/{}", SafeText::new(&name));
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_symlink() {
                self.problem(Place::file(&inside), "C002", "links are not followed in a course", Some("put the file itself here"));
            } else if kind.is_dir() {
                if depth >= MAX_DEPTH {
                    self.problem(Place::file(&inside), "C004", "folders are nested too deeply", None);
                } else {
                    self.walk(&entry.path(), &inside, depth + 1);
                }
            } else if kind.is_file() {
                self.file(&entry.path(), inside);
            } else {
                self.problem(Place::file(&inside), "C002", "this is no plain file", None);
            }
        }
    }

    fn file(&mut self, file: &Path, path: String) {
        let Limits { files: most, total: largest, .. } = self.limits;
        if self.files.len() >= most {
            if self.files.len() == most && !self.problems.iter().any(|problem| problem.code == "C004") {
                self.problem(Place::file(&path), "C004", format!("there are more than {most} files"), None);
            }
            return;
        }
        let markdown = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
        let limit = if markdown { super::markdown::MAX_BYTES } else { super::yaml::MAX_BYTES * 32 } as u64;
        let limit = limit.min(largest);
        let too_large = format!("at most {limit} bytes");
        // Not a byte of a file is read that is too large: it may be gigabytes.
        if fs::symlink_metadata(file).is_ok_and(|about| about.len() > limit) {
            self.problem(Place::file(&path), "C004", "this file is too large", Some(&too_large));
            return;
        }
        let mut bytes = Vec::new();
        match plain(file).and_then(|open| open.take(limit + 1).read_to_end(&mut bytes)) {
            Err(error) => self.problem(Place::file(&path), "C001", format!("this file cannot be read: {error}"), None),
            Ok(read) if read as u64 > limit => {
                self.problem(Place::file(&path), "C004", "this file is too large", Some(&too_large));
            }
            Ok(read) => {
                self.total += read as u64;
                if self.total > largest {
                    self.problem(
                        Place::file(&path),
                        "C004",
                        "the course is too large",
                        Some(&format!("at most {largest} bytes in all")),
                    );
                    return;
                }
                match String::from_utf8(bytes) {
                    Ok(text) => {
                        self.files.insert(path, text);
                    }
                    Err(error) => {
                        let valid = error.utf8_error().valid_up_to();
                        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or(&[])).into_owned();
                        let line = before.matches('\n').count() + 1;
                        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
                        self.problem(
                            Place { path: path.clone(), line, column, length: 1 },
                            "C003",
                            "this is not UTF-8",
                            Some("save the file as UTF-8"),
                        );
                        // The rest of it is looked at all the same, so that every mistake is told in one go.
                        self.files.insert(path, String::from_utf8_lossy(error.as_bytes()).into_owned());
                    }
                }
            }
        }
    }
}

/// Opens a plain file, and nothing that took its place since it was looked at: neither a link nor a pipe that nobody fills.
fn plain(file: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags((rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits().cast_signed());
    }
    let open = options.open(file)?;
    if open.metadata()?.is_file() { Ok(open) } else { Err(io::Error::other("it is no plain file")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_table_is_sorted_and_has_the_course() {
        assert!(EMBEDDED.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(Files::Embedded.get("lessons/course.yaml").is_some());
        assert!(Files::Embedded.get("lessons/none").is_none());
    }
}
