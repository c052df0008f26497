//! Ids that learners may have progress under: a course can carry a list of them, and none may vanish or come back.

use std::collections::BTreeMap;

use super::files::Files;
use super::lesson::{Name, Parsed};
use super::reader::{nearest, shorten};
use crate::domain::course::Course;
use crate::domain::id::QuestionId;
use crate::domain::id::is_id;
use crate::domain::problem::{Place, Problem, Severity};

pub use super::files::RELEASED as PATH;

/// What stands after an id that is not used any more.
const RETIRED: &str = "retired";

const HEAD: &str = "\
# Every id that the course had in a release: a learner's progress is kept under it. `cargo run --example bake` adds new
# ones. What is taken out of the course is marked `retired` after its id, and that id is never used again.
";

/// What has an id that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Lesson,
    Pair,
    Question,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Lesson, Self::Pair, Self::Question];

    fn name(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Pair => "pair",
            Self::Question => "question",
        }
    }
}

/// A line of the list.
struct Listed<'t> {
    kind: Kind,
    id: &'t str,
    retired: bool,
    /// From 1.
    line: usize,
}

fn listed(line: usize, text: &str) -> Option<Listed<'_>> {
    let mut words = text.split_whitespace();
    let (kind, id, rest) = (words.next()?, words.next()?, words.next());
    let kind = Kind::ALL.into_iter().find(|known| known.name() == kind)?;
    let fits = is_id(id) && (rest.is_none() || rest == Some(RETIRED)) && words.next().is_none();
    fits.then_some(Listed { kind, id, retired: rest.is_some(), line })
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
}

/// Holds the course against its list, if it has one.
pub fn check(files: &Files, parsed: &[Parsed], problems: &mut Vec<Problem>) {
    let Some(text) = files.get(PATH) else { return };
    // What stands in a file with mistakes may only look as if it had vanished.
    let whole = !problems.iter().any(|problem| problem.severity == Severity::Error);
    let mut error = |place: Place, message: String, help: String| {
        problems.push(Problem { place, severity: Severity::Error, code: "I003", message, help: Some(help) });
    };
    let mut known: Vec<Listed<'_>> = Vec::new();
    let mut first: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
    for (line, text) in lines(text) {
        let column = text.chars().take_while(|c| c.is_whitespace()).count() + 1;
        let place = Place { path: PATH.to_owned(), line, column, length: text.trim().chars().count() };
        match listed(line, text) {
            None => {
                let help = "a line is `lesson`, `pair` or `question`, an id, and `retired` where it is not used any more";
                error(place, format!("`{}` is no line of this list", shorten(text.trim())), help.to_owned());
            }
            Some(new) => match first.get(&(new.kind, new.id)) {
                Some(old) => {
                    let message = format!("the {} `{}` stands twice in this list", new.kind.name(), new.id);
                    error(place, message, format!("it stands first on line {old}"));
                }
                None => {
                    first.insert((new.kind, new.id), new.line);
                    known.push(new);
                }
            },
        }
    }
    let used = used(parsed);
    let mut places: BTreeMap<(Kind, &str), &Place> = BTreeMap::new();
    for (kind, id, place) in &used {
        places.entry((*kind, id)).or_insert(place);
    }
    for Listed { kind, id, retired, line } in &known {
        match places.get(&(*kind, *id)) {
            Some(place) if *retired => {
                let help = format!("take another: answers to what had it are kept under it ({PATH}:{line})");
                error((*place).clone(), format!("the id `{id}` is retired"), help);
            }
            None if !*retired && whole => {
                let fresh: Vec<&str> = used
                    .iter()
                    .filter(|(other, name, _)| other == kind && !first.contains_key(&(*kind, *name)))
                    .map(|(_, name, _)| *name)
                    .collect();
                let renamed = nearest(id, &fresh).map(|near| format!("; if `{near}` is the same one, give it its id back"));
                let column = text.lines().nth(line - 1).and_then(|text| text.find(id)).map_or(0, |byte| byte + 1);
                error(
                    Place { path: PATH.to_owned(), line: *line, column, length: id.len() },
                    format!("the {} `{id}` was released and is gone", kind.name()),
                    format!("write `{RETIRED}` after it{}", renamed.unwrap_or_default()),
                );
            }
            _ => {}
        }
    }
}

/// Every id of the course that is kept, and where it stands.
fn used(parsed: &[Parsed]) -> Vec<(Kind, &str, &Place)> {
    let mut used = Vec::new();
    for parsed in parsed {
        used.push((Kind::Lesson, parsed.lesson.id.as_str(), &parsed.place));
        used.extend(parsed.ids.iter().map(|(name, place)| match name {
            Name::Pair(id) => (Kind::Pair, id.as_str(), place),
            Name::Question(id) => (Kind::Question, id.as_str(), place),
        }));
    }
    used
}

/// The list with every id of `course` that it lacks.
#[must_use]
pub fn updated(list: &str, course: &Course) -> String {
    let mut ids: Vec<(Kind, String, bool)> = lines(list)
        .filter_map(|(line, text)| listed(line, text))
        .map(|line| (line.kind, line.id.to_owned(), line.retired))
        .collect();
    for entry in &course.map {
        let questions = entry
            .questions
            .iter()
            .map(|question| &question.id)
            .chain(entry.interview.iter().map(|spoken| &spoken.id))
            .map(QuestionId::as_str);
        let new = std::iter::once((Kind::Lesson, entry.id.as_str()))
            .chain(entry.pairs.iter().map(|id| (Kind::Pair, id.as_str())))
            .chain(questions.map(|id| (Kind::Question, id)));
        for (kind, id) in new {
            if !ids.iter().any(|(other, known, _)| (*other, known.as_str()) == (kind, id)) {
                ids.push((kind, id.to_owned(), false));
            }
        }
    }
    ids.sort();
    let lines = ids.iter().map(|(kind, id, retired)| {
        let mark = if *retired { " retired" } else { "" };
        format!("{} {id}{mark}\n", kind.name())
    });
    std::iter::once(HEAD.to_owned()).chain(lines).collect()
}
