//! The names of a course, and whether what refers to one of them refers to something that is there.

use std::collections::{BTreeMap, BTreeSet};

use super::files::Files;
use super::lesson::{Name, Parsed};
use super::load::{COURSE, TermLink};
use super::markdown::Located;
use super::reader::nearest;
use super::tracks;
use crate::domain::course::{Lesson, Term};
use crate::domain::doc::{Body, Link};
use crate::domain::id::{LessonId, PairId, PassageId, QuestionId, TermId};
use crate::domain::problem::{Place, Problem, Severity};

/// All names of a course, to hold references against.
pub(super) struct Names<'p> {
    lessons: BTreeMap<&'p LessonId, BTreeSet<&'p PassageId>>,
    pairs: BTreeSet<&'p PairId>,
    questions: BTreeSet<&'p QuestionId>,
    interview: BTreeSet<&'p QuestionId>,
    terms: BTreeSet<&'p TermId>,
    unread: Unread,
}

/// Whether the list of lessons in `course.yaml` may not be the one that was meant.
pub(super) fn list_in_doubt(problems: &[Problem]) -> bool {
    problems.iter().any(|Problem { place, severity, code, help, .. }| {
        let other = *code == "Y003" && !help.as_ref().is_some_and(|help| help.contains("`lessons`"));
        *severity == Severity::Error && place.path == COURSE && !other
    })
}

/// What may be there after all, although nothing could be made of it: a link to it is no second mistake.
#[derive(Default)]
pub(super) struct Unread {
    /// Names that stand in files with errors. A lesson that is not there at all is known by its folder.
    names: Vec<String>,
    /// Lessons with a heading that lacks its id.
    headless: Vec<String>,
    /// Whether a file is too large to be read, or the list of lessons is not what it should be.
    blind: bool,
}

impl Unread {
    pub(super) fn of(files: &Files, problems: &[Problem]) -> Self {
        let mut unread = Self { blind: list_in_doubt(problems), ..Self::default() };
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
        let mut paths: Vec<&str> = Vec::new();
        for problem in errors {
            let path = problem.place.path.as_str();
            unread.blind |= problem.code == "C004";
            if problem.code == "L002" {
                unread.headless.push(path.to_owned());
            }
            paths.push(path);
        }
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            for line in files.get(path).unwrap_or("").lines() {
                let line = line.trim_start().trim_start_matches("- ");
                let id = line.strip_prefix("id:").or_else(|| line.split_once("{#").and_then(|(_, rest)| rest.split('}').next()));
                unread.names.extend(id.and_then(|id| id.split_whitespace().next()).map(str::to_owned));
            }
            if let Some(dir) = path.strip_prefix("lessons/").and_then(|rest| rest.strip_suffix("/lesson.md")) {
                unread.names.push(dir.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned());
            }
        }
        unread
    }
}

impl<'p> Names<'p> {
    pub(super) fn of(parsed: &'p [Parsed], terms: &'p [Term], unread: Unread) -> Self {
        let passages = |lesson: &'p Lesson| {
            lesson
                .body
                .blocks
                .iter()
                .filter_map(|block| if let Body::Heading { id: Some(id), .. } = &block.body { Some(id) } else { None })
                .collect::<Vec<_>>()
        };
        let mut lessons: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for Parsed { lesson, .. } in parsed {
            lessons.entry(&lesson.id).or_default().extend(passages(lesson));
        }
        Self {
            lessons,
            pairs: parsed.iter().flat_map(|parsed| parsed.lesson.pairs.iter().map(|pair| &pair.id)).collect(),
            questions: parsed.iter().flat_map(|parsed| parsed.quiz.questions.iter().map(|question| &question.id)).collect(),
            interview: parsed.iter().flat_map(|parsed| parsed.quiz.interview.iter().map(|question| &question.id)).collect(),
            terms: terms.iter().map(|term| &term.id).collect(),
            unread,
        }
    }

    pub(super) fn check(&self, parsed: &[Parsed], term_links: &[TermLink], problems: &mut Vec<Problem>) {
        let mut lessons: BTreeMap<&LessonId, &Place> = BTreeMap::new();
        let mut names: BTreeMap<&Name, &Place> = BTreeMap::new();
        for parsed in parsed {
            if let Some(first) = lessons.insert(&parsed.lesson.id, &parsed.place).filter(|_| !parsed.lesson.id.is_absent()) {
                problems.push(twice(&parsed.place, parsed.lesson.id.as_str(), first));
            }
            for (name, place) in &parsed.ids {
                if let Some(first) = names.insert(name, place) {
                    let id = match name {
                        Name::Pair(id) => id.as_str(),
                        Name::Question(id) => id.as_str(),
                    };
                    problems.push(twice(place, id, first));
                }
            }
            for (link, path) in &parsed.links {
                self.link(link, path, problems);
            }
            let headless = self.unread.headless.contains(&parsed.place.path);
            let passages = parsed.passages.iter().filter(|((lesson, ..), _)| !lesson.is_absent());
            for ((lesson, passage, at), path) in passages.filter(|((lesson, ..), _)| !headless || *lesson != parsed.lesson.id) {
                self.link(&(Link::Lesson(lesson.clone(), Some(passage.clone())), *at), path, problems);
            }
        }
        for (link, path) in term_links {
            self.link(link, path, problems);
        }
    }

    pub(super) fn tracks(&self, read: &tracks::Read, problems: &mut Vec<Problem>) {
        for (link, path) in &read.links {
            // Of a lesson that is not there its passages are no second mistake.
            if !matches!(&link.0, Link::Lesson(id, Some(_)) if !self.lessons.contains_key(id)) {
                self.link(link, path, problems);
            }
        }
        for (id, at, path) in read.interview.iter().filter(|(id, ..)| !self.interview.contains(&id)) {
            let ids: Vec<&str> = self.interview.iter().map(|id| id.as_str()).collect();
            self.dead(at.in_file(path), "L007", ("there is no interview question", id.as_str()), &ids, problems);
        }
    }

    fn dead(&self, place: Place, code: &'static str, (what, id): (&str, &str), ids: &[&str], problems: &mut Vec<Problem>) {
        if self.unread.blind || self.unread.names.iter().any(|name| name == id) {
            return;
        }
        problems.push(Problem {
            place,
            severity: Severity::Error,
            code,
            message: format!("{what} `{id}`"),
            help: nearest(id, ids).map(|near| format!("did you mean `{near}`?")),
        });
    }

    fn link(&self, (link, at): &Located, path: &str, problems: &mut Vec<Problem>) {
        let mut dead = |code, what: &str, id: &str, ids: Vec<&str>| self.dead(at.in_file(path), code, (what, id), &ids, problems);
        match link {
            Link::Web(_) => {}
            Link::Pair(id) if !self.pairs.contains(&id) => {
                dead("L006", "there is no pair", id.as_str(), self.pairs.iter().map(|id| id.as_str()).collect());
            }
            Link::Question(id) if !self.questions.contains(&id) => {
                dead("L007", "there is no question", id.as_str(), self.questions.iter().map(|id| id.as_str()).collect());
            }
            Link::Term(id) if !self.terms.contains(&id) => {
                dead("L008", "there is no term", id.as_str(), self.terms.iter().map(|id| id.as_str()).collect());
            }
            Link::Lesson(id, passage) => match (self.lessons.get(id), passage) {
                (None, _) => dead("L009", "there is no lesson", id.as_str(), self.lessons.keys().map(|id| id.as_str()).collect()),
                (Some(passages), Some(passage)) if !passages.contains(&passage) => {
                    dead(
                        "L012",
                        &format!("`{id}` has no passage"),
                        passage.as_str(),
                        passages.iter().map(|id| id.as_str()).collect(),
                    );
                }
                _ => {}
            },
            Link::Pair(_) | Link::Question(_) | Link::Term(_) => {}
        }
    }
}

fn twice(place: &Place, id: &str, first: &Place) -> Problem {
    Problem {
        place: place.clone(),
        severity: Severity::Error,
        code: "I002",
        message: format!("the id `{id}` is taken"),
        help: Some(format!("it stands first at {first}")),
    }
}
