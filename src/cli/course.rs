//! Opens the course that the settings name, and finds a lesson in it by what a person would call it.

use std::path::Path;

use crate::content::files::Files;
use crate::content::load;
use crate::content::reader::nearest;
use crate::domain::course::{Course, Entry, NUMERALS};
use crate::domain::grade::normal;
use crate::domain::problem::{Problem, Severity};
use crate::domain::text::clean;
use crate::domain::track::Track;

use super::packs;
use super::settings::Settings;

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was asked for something that there is not.
    #[error("{0}")]
    Usage(String),
    /// The course has mistakes.
    #[error("the course has mistakes")]
    Course {
        /// Its files, to show the lines concerned.
        files: Files,
        /// The mistakes.
        problems: Vec<Problem>,
    },
    /// Something else went wrong.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(anyhow::Error::from(error).context("the output could not be written"))
    }
}

/// The files of a course folder, or of the built-in course, and what was wrong with reading them.
///
/// # Errors
/// When there is no such folder.
pub fn files(dir: Option<&Path>) -> Result<(Files, Vec<Problem>), Failure> {
    let Some(dir) = dir else { return Ok((Files::Embedded, Vec::new())) };
    if !dir.is_dir() {
        return Err(Failure::Other(anyhow::anyhow!("there is no course folder {}", shown(dir))));
    }
    Ok(Files::folder(dir))
}

/// A path, safe to be shown.
#[must_use]
pub fn shown(path: &Path) -> String {
    clean(&path.to_string_lossy()).replace('\n', " ")
}

/// Opens the course.
///
/// # Errors
/// When it has mistakes.
pub fn open(settings: &Settings) -> Result<Course, Failure> {
    let packs = packs::folders(settings);
    if !packs.is_empty() {
        return packs::course(settings, packs);
    }
    let (files, problems) = files(settings.course_dir.as_deref())?;
    if settings.course_dir.is_none()
        && let Ok(course) = load::embedded()
    {
        return Ok(course);
    }
    read(files, problems)
}

/// Reads the course in a folder whole.
///
/// # Errors
/// When there is no such folder, or it has mistakes.
pub fn folder(dir: &Path) -> Result<Course, Failure> {
    let (files, problems) = files(Some(dir))?;
    read(files, problems)
}

fn read(files: Files, problems: Vec<Problem>) -> Result<Course, Failure> {
    if problems.is_empty()
        && let Some(course) = load::open(&files)
    {
        return Ok(course);
    }
    match load::load(&files, problems) {
        (Some(course), _) => Ok(course),
        (None, problems) => {
            let problems = problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
            Err(Failure::Course { files, problems })
        }
    }
}

/// The lesson that `name` means: an id, a number or numeral of a factor, or a part of a title that fits no other.
///
/// # Errors
/// When none or several fit.
pub fn find(course: &Course, name: &str) -> Result<usize, Failure> {
    let name = name.trim();
    if let Some(index) = course.map.iter().position(|entry| entry.id.as_str().eq_ignore_ascii_case(name)) {
        return Ok(index);
    }
    let numeral = NUMERALS.iter().position(|numeral| numeral.eq_ignore_ascii_case(name)).and_then(|at| u8::try_from(at + 1).ok());
    if let Some(factor) = name.parse().ok().or(numeral) {
        return course.lesson_of_factor(factor).ok_or_else(|| {
            let help = if (1..=12).contains(&factor) { "this course has no lesson about it" } else { "factors go from 1 to 12" };
            Failure::Usage(format!("there is no lesson for factor {factor}; {help}"))
        });
    }
    let wanted = normal(name);
    if !wanted.is_empty() {
        let fits: [&dyn Fn(&str) -> bool; 3] =
            [&|title| title == wanted, &|title| title.starts_with(&wanted), &|title| title.contains(&wanted)];
        for fit in fits {
            let found: Vec<usize> = (0..course.map.len())
                .filter(|&at| course.map.get(at).is_some_and(|entry| names(entry).iter().any(|name| fit(name))))
                .collect();
            match found.as_slice() {
                [] => {}
                [index] => return Ok(*index),
                several => {
                    let ids: Vec<&str> =
                        several.iter().filter_map(|&at| course.map.get(at)).map(|entry| entry.id.as_str()).collect();
                    return Err(Failure::Usage(format!("`{}` fits several lessons: {}", quoted(name), ids.join(", "))));
                }
            }
        }
    }
    Err(Failure::Usage(match like(course, &wanted) {
        Some(id) => format!("there is no lesson `{}`; did you mean `{id}`?", quoted(name)),
        None => format!("there is no lesson `{}`; `twelvefold list` shows them all", quoted(name)),
    }))
}

/// The track of that id.
///
/// # Errors
/// When there is none.
pub fn track<'c>(course: &'c Course, id: &str) -> Result<&'c Track, Failure> {
    let tracks = course.tracks();
    let found = tracks.iter().find(|track| track.id.as_str().eq_ignore_ascii_case(id.trim()));
    let ids: Vec<&str> = tracks.iter().map(|track| track.id.as_str()).collect();
    found.ok_or_else(|| {
        let help = match nearest(id.trim(), &ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`twelvefold tracks` shows them all".to_owned(),
        };
        Failure::Usage(format!("there is no track `{}`; {help}", quoted(id)))
    })
}

/// What a lesson goes by.
fn names(entry: &Entry) -> [String; 2] {
    [normal(entry.title.as_str()), normal(entry.id.as_str())]
}

fn like<'c>(course: &'c Course, wanted: &str) -> Option<&'c str> {
    let names: Vec<(String, &str)> =
        course.map.iter().flat_map(|entry| names(entry).map(|name| (name, entry.id.as_str()))).collect();
    let near = nearest(wanted, &names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())?;
    names.iter().find(|(name, _)| name == near).map(|(_, id)| *id)
}

fn quoted(name: &str) -> String {
    let name = clean(name);
    name.lines().next().unwrap_or("").chars().take(60).collect()
}
