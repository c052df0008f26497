//! Packs: where they are looked for, laying them over the course, and `twelvefold packs`, which says what is in use.
//!
//! The order is the precedence: folders in `packs/` beside the progress, by name; those of `TWELVEFOLD_PACKS`; those of
//! `--pack`. What comes later replaces what comes before. Over a course of one's own only the packs of `--pack` are laid.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::check::{self, Shown};
use super::course::{Failure, files, shown};
use super::data;
use super::list::{cell, print_json, widest};
use super::out::Out;
use super::settings::Settings;
use crate::content::files::Files;
use crate::content::load::{Parts, load};
use crate::content::pack::{beneath, lay};
use crate::domain::course::{Course, Pack};
use crate::domain::id::LessonId;
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::text::SafeText;

/// The version that packs may ask for.
pub const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// The folder beside the progress.
const FOLDER: &str = "packs";

/// A pack that was looked at.
#[derive(Debug)]
pub struct Looked {
    /// Its folder.
    pub dir: PathBuf,
    /// Its files.
    pub files: Files,
    /// What it is, if it is in use.
    pub pack: Option<Pack>,
    /// What is to be said of it.
    pub problems: Vec<Problem>,
}

/// Where packs are, in their order. Looks into one folder, and nowhere else.
#[must_use]
pub fn folders(settings: &Settings) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if settings.course_dir.is_none() {
        let folder = data::home(settings).map(|home| home.join(FOLDER));
        if let Some(entries) = folder.ok().and_then(|folder| fs::read_dir(folder).ok()) {
            let names = entries.flatten().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
            found.extend(names.map(|entry| entry.path()));
            found.sort();
        }
        found.extend(settings.packs_of_environment.iter().cloned());
    }
    found.extend(settings.packs.iter().cloned());
    found
}

/// Lays packs over the course, each that has no mistake.
///
/// # Errors
/// When the course itself has mistakes.
pub fn laid(settings: &Settings, folders: Vec<PathBuf>) -> Result<(Parts, Vec<Looked>), Failure> {
    let mut parts = base(settings)?;
    let mut looked = Vec::new();
    let mut used: Vec<Pack> = Vec::new();
    for dir in folders {
        let (files, problems) = read(&dir, settings);
        let (whole, problems) = lay(&parts, &files, problems, &used, PROGRAM);
        let pack = whole.map(|(whole, pack)| {
            parts = beneath(whole, pack.id.as_str());
            used.push(pack.clone());
            pack
        });
        looked.push(Looked { dir, files, pack, problems });
    }
    Ok((parts, looked))
}

/// What packs are laid over.
///
/// # Errors
/// When the course has mistakes.
pub fn base(settings: &Settings) -> Result<Parts, Failure> {
    let (files, problems) = files(settings.course_dir.as_deref())?;
    // That of the binary was checked by the tests.
    if settings.course_dir.is_some() {
        let (course, problems) = load(&files, problems);
        if course.is_none() {
            let problems = problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
            return Err(Failure::Course { files, problems });
        }
    }
    let mut problems = Vec::new();
    match Parts::read(&files, &mut problems) {
        Some(parts) => Ok(beneath(parts, "the course")),
        None => Err(Failure::Course { files, problems }),
    }
}

/// The files of a pack. One in the folder beside the progress must stand there itself: a link would lead out of it.
fn read(dir: &Path, settings: &Settings) -> (Files, Vec<Problem>) {
    let named = settings.packs.iter().chain(&settings.packs_of_environment).any(|named| named == dir);
    let wrong = match fs::symlink_metadata(dir) {
        Err(_) => Some(("there is no such folder", "name the folder that pack.yaml is in")),
        Ok(about) if about.is_symlink() && !named => {
            Some(("a link leads out of the folder of packs", "name it with --pack instead"))
        }
        Ok(_) if !dir.is_dir() => Some(("this is no folder", "a pack is a folder with pack.yaml at its top")),
        Ok(_) => None,
    };
    let Some((message, help)) = wrong else { return Files::pack(dir) };
    let place = Place::file(&shown(dir));
    let problem = Problem { place, severity: Severity::Error, code: "C001", message: message.into(), help: Some(help.to_owned()) };
    let problem = Problem { code: if message.starts_with("there") { "C001" } else { "C002" }, ..problem };
    (Files::Folder(std::collections::BTreeMap::new()), vec![problem])
}

/// The course with packs over it, and in it the folders of those that were left out.
///
/// # Errors
/// When the course has mistakes.
pub fn course(settings: &Settings, folders: Vec<PathBuf>) -> Result<Course, Failure> {
    let (parts, looked) = laid(settings, folders)?;
    let mut course = parts.course();
    for looked in looked {
        match looked.pack {
            Some(pack) => course.packs.push(pack),
            None => course.left_out.push(SafeText::new(&shown(&looked.dir))),
        }
    }
    if !course.left_out.is_empty() {
        let mut out = Out::stderr(settings);
        // When not even standard error takes it, there is nobody left to tell.
        let _ = out.line(&format!("twelvefold: {}", left_out(&course))).and_then(|()| out.finish());
    }
    Ok(course)
}

/// Which packs were left out, in a sentence.
#[must_use]
pub fn left_out(course: &Course) -> String {
    let names: Vec<&str> = course.left_out.iter().map(SafeText::as_str).collect();
    let was = if names.len() == 1 { "the pack is left out" } else { "packs are left out" };
    format!("{was}: {}; `twelvefold packs` says why", names.join(", "))
}

/// Lists the packs that are in use, and says what is wrong with the others.
///
/// # Errors
/// When the course or the output fails.
pub fn packs(settings: &Settings, json: bool) -> Result<ExitCode, Failure> {
    let (_, looked) = laid(settings, folders(settings))?;
    let mut out = Out::stdout(settings);
    if json {
        print_json(&Listing { packs: looked.iter().map(Listed::of).collect() }, &mut out)?;
    } else {
        table(&looked, &mut out)?;
    }
    out.finish()?;
    Ok(if looked.iter().all(|looked| looked.pack.is_some()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn table(looked: &[Looked], out: &mut Out) -> Result<(), Failure> {
    if looked.is_empty() {
        return Ok(
            out.line("No pack is in use. A pack is a folder; name it with --pack, or put it into packs/ beside your progress.")?
        );
    }
    let used = || looked.iter().filter_map(|looked| Some((looked, looked.pack.as_ref()?)));
    let ids = widest(used().map(|(_, pack)| pack.id.as_str()).chain(["ID"]));
    let versions = widest(used().map(|(_, pack)| pack.version.as_str()).chain(["VERSION"]));
    if used().next().is_some() {
        out.line(&format!("{}  {}  LESSONS  REPLACES  TITLE", cell("ID", ids), cell("VERSION", versions)))?;
    }
    for (looked, pack) in used() {
        out.line(&format!(
            "{}  {}  {:>7}  {:>8}  {}",
            cell(pack.id.as_str(), ids),
            cell(pack.version.as_str(), versions),
            pack.lessons.len(),
            pack.replaces.len(),
            pack.title
        ))?;
        let authors: Vec<&str> = pack.authors.iter().map(SafeText::as_str).collect();
        out.line(&format!("{}  {}, {}, by {}", " ".repeat(ids), shown(&looked.dir), pack.licence, authors.join(", ")))?;
        if !pack.replaces.is_empty() {
            out.line(&format!("{}  replaces {}", " ".repeat(ids), pack.replaces.join(", ")))?;
        }
    }
    for looked in looked.iter().filter(|looked| !looked.problems.is_empty()) {
        let fate = if looked.pack.is_some() { "in use" } else { "left out" };
        out.line(&format!("\n{}: {fate}\n", shown(&looked.dir)))?;
        check::print(&looked.files, &looked.problems, out)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Listing<'p> {
    packs: Vec<Listed<'p>>,
}

#[derive(Serialize)]
struct Listed<'p> {
    folder: String,
    in_use: bool,
    #[serde(flatten)]
    about: Option<About<'p>>,
    problems: Vec<Shown>,
}

#[derive(Serialize)]
struct About<'p> {
    id: &'p str,
    version: &'p str,
    title: &'p str,
    language: &'p str,
    licence: &'p str,
    authors: Vec<&'p str>,
    lessons: Vec<&'p str>,
    replaces: &'p [String],
}

impl<'p> Listed<'p> {
    fn of(looked: &'p Looked) -> Self {
        let about = looked.pack.as_ref().map(|pack| About {
            id: pack.id.as_str(),
            version: pack.version.as_str(),
            title: pack.title.as_str(),
            language: pack.language.as_str(),
            licence: pack.licence.as_str(),
            authors: pack.authors.iter().map(SafeText::as_str).collect(),
            lessons: pack.lessons.iter().map(LessonId::as_str).collect(),
            replaces: &pack.replaces,
        });
        Self {
            folder: shown(&looked.dir),
            in_use: looked.pack.is_some(),
            about,
            problems: looked.problems.iter().map(Shown::new).collect(),
        }
    }
}
