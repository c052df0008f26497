//! A whole course from its files, and everything that must hold between them.

use std::collections::{BTreeMap, BTreeSet};

use super::baked;
use super::files::Files;
use super::lesson::{self, Parsed, Paths, missing};
use super::lint::{self, slides::Places};
use super::markdown::Located;
use super::names::{Names, Unread, list_in_doubt};
use super::question::rich;
use super::reader::{Report, as_text, read, shorten};
use super::released;
use super::shape;
use super::tracks;
use super::yaml;
use crate::domain::course::{Course, Entry, Lesson, Listed, Source, Spoken, Term};
use crate::domain::doc::{Link, Rich};
use crate::domain::id::{CourseId, LessonId, QuestionId, TermId};
use crate::domain::late::Late;
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::quiz::{Question, Quiz};
use crate::domain::text::SafeText;
use crate::domain::track::Track;

/// The version of the format that this program reads.
pub const FORMAT: i64 = 1;

/// What the course is.
pub const COURSE: &str = "lessons/course.yaml";
/// Its terms.
pub const GLOSSARY: &str = "lessons/glossary.yaml";

/// What `course.yaml` says.
#[derive(Debug, Clone)]
pub struct Header {
    /// Its id.
    pub id: CourseId,
    /// Its title.
    pub title: SafeText,
    /// Its version.
    pub version: SafeText,
    /// The language that it is written in.
    pub language: SafeText,
    /// Folders under lessons/, in order.
    pub dirs: Vec<String>,
}

/// Reads `course.yaml`.
pub fn header(files: &Files, problems: &mut Vec<Problem>) -> Option<Header> {
    let Some(text) = files.get(COURSE) else {
        if !problems.iter().any(|problem| problem.place.path == COURSE) {
            problems.push(missing(COURSE, "a course is a folder with lessons/course.yaml in it"));
        }
        return None;
    };
    let node = match yaml::parse(COURSE, text, 0) {
        Ok(node) => node,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    let mut report = Report { path: COURSE, problems };
    let object = read(&node, &shape::COURSE, &mut report)?;
    if let (Some(format), Some(at)) = (object.int("format"), object.get("format"))
        && format > FORMAT
    {
        let help = format!("this program reads format {FORMAT}; a newer twelvefold reads newer ones");
        report.error(at.at, "C005", format!("this course has format {format}"), Some(help));
        return None;
    }
    let mut dirs: Vec<String> = Vec::new();
    for node in object.list("lessons") {
        let Some(dir) = as_text(node) else { continue };
        let plain = dir.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.')) && !dir.starts_with('.');
        if !plain {
            report.error(
                node.at,
                "C002",
                format!("`{}` is no plain folder name", shorten(&dir)),
                Some("a folder is named with a-z, 0-9, -, _ and .".into()),
            );
        } else if dirs.contains(&dir) {
            report.error(node.at, "I002", format!("`{dir}` stands twice in this list"), None);
        } else {
            dirs.push(dir);
        }
    }
    Some(Header {
        id: CourseId::new(&object.text("id")?).ok()?,
        title: SafeText::new(&object.text("title")?),
        version: SafeText::new(&object.text("version")?),
        language: SafeText::new(&object.text("language")?),
        dirs,
    })
}

/// A course in parts, as it was read, whatever is wrong in it.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What `course.yaml` says.
    pub header: Header,
    /// Its lessons.
    pub parsed: Vec<Parsed>,
    /// Its glossary.
    pub terms: Vec<Term>,
    /// Where the glossary links to.
    pub term_links: Vec<TermLink>,
    /// Its tracks.
    pub tracks: tracks::Read,
}

impl Parts {
    /// Reads everything that `course.yaml` names.
    pub fn read(files: &Files, problems: &mut Vec<Problem>) -> Option<Self> {
        let header = header(files, problems)?;
        let parsed: Vec<Parsed> = header.dirs.iter().filter_map(|dir| lesson::parse(files, dir, problems)).collect();
        let (terms, term_links) = glossary(files, problems);
        let tracks = tracks::tracks(files, problems);
        Some(Self { header, parsed, terms, term_links, tracks })
    }

    /// Holds all links, ids and passages against each other. `files` are those that may have mistakes.
    pub fn check(&self, files: &Files, problems: &mut Vec<Problem>) {
        let names = Names::of(&self.parsed, &self.terms, Unread::of(files, problems));
        names.check(&self.parsed, &self.term_links, problems);
        names.tracks(&self.tracks, problems);
    }

    /// The lessons of these ids alone, as a course to be counted.
    #[must_use]
    pub fn only(mut self, lessons: &[LessonId]) -> Self {
        self.parsed.retain(|parsed| lessons.contains(&parsed.lesson.id));
        self
    }

    /// The course that they make.
    #[must_use]
    pub fn course(self) -> Course {
        let Self { header, parsed, terms, tracks, .. } = self;
        let map = parsed.iter().map(entry).collect();
        let (lessons, quizzes) = parsed.into_iter().map(|parsed| (parsed.lesson, parsed.quiz)).unzip();
        let source = Box::new(Loaded { terms, tracks: tracks.tracks });
        Course::new(header.id, header.title, header.version, header.language, map, source).with(lessons, quizzes)
    }
}

/// A course that was read whole, with everything wrong in it. The course is there only when nothing graver than a warning is.
#[must_use]
pub fn load(files: &Files, problems: Vec<Problem>) -> (Option<Course>, Vec<Problem>) {
    load_and(files, problems, |_, _| {})
}

/// The same, with something else to be looked for in the lessons as they were read.
pub fn load_and(
    files: &Files,
    mut problems: Vec<Problem>,
    also: impl FnOnce(&[Parsed], &mut Vec<Problem>),
) -> (Option<Course>, Vec<Problem>) {
    let course = Parts::read(files, &mut problems).and_then(|parts| {
        parts.check(files, &mut problems);
        let Parts { header, parsed, terms, .. } = &parts;
        if !list_in_doubt(&problems) {
            strays(files, header, parsed, &mut problems);
        }
        lint::check(lint::Whole { files, header, parsed, terms }, &mut problems);
        released::check(files, parsed, &mut problems);
        also(parsed, &mut problems);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return None;
        }
        let places: Vec<Places> = parsed.iter().map(Places::of).collect();
        let course = parts.course();
        lint::slides::check(&course, &places, &mut problems);
        Some(course)
    });
    problems.sort();
    problems.dedup();
    (course, problems)
}

/// The course for a learner, who is not told of what makes it worse. `None` where something is wrong, which [`load`] then tells.
#[must_use]
pub fn open(files: &Files) -> Option<Course> {
    let mut problems = Vec::new();
    let parts = Parts::read(files, &mut problems)?;
    parts.check(files, &mut problems);
    let Parts { header, parsed, terms, .. } = &parts;
    released::check(files, parsed, &mut problems);
    let sound = !problems.iter().any(|problem| problem.severity == Severity::Error)
        && !lint::is_unusable(lint::Whole { files, header, parsed, terms });
    sound.then(|| parts.course())
}

/// The course in the binary. Its map was made when it was last changed; each lesson is read when it is first opened.
///
/// # Errors
/// When the map does not fit the files: it was not made anew (see CONTRIBUTING.md).
pub fn embedded() -> Result<Course, Vec<Problem>> {
    let (header, map) = baked::map().ok_or_else(|| vec![missing(baked::MAP, "run `cargo run --example bake`")])?;
    let homes = header.dirs.into_iter().zip(&map).map(|(dir, entry)| (dir, entry.id.clone(), entry.factor)).collect();
    Ok(Course::new(header.id, header.title, header.version, header.language, map, Box::new(Lazy { homes })))
}

fn listed(lesson: &Lesson, question: &Question) -> Listed {
    let (home, passage) = &question.passage;
    Listed {
        id: question.id.clone(),
        kind: question.kind,
        factor: question.factor,
        revision: question.revision,
        passage: (home == &lesson.id).then(|| passage.clone()),
    }
}

/// What the map says of a lesson.
#[must_use]
pub fn entry(parsed: &Parsed) -> Entry {
    let lesson = &parsed.lesson;
    Entry {
        id: lesson.id.clone(),
        title: lesson.title.clone(),
        factor: lesson.factor,
        words: u32::try_from(lesson.body.words()).unwrap_or(u32::MAX),
        minutes: parsed.minutes,
        pairs: lesson.pairs.iter().map(|pair| pair.id.clone()).collect(),
        languages: lesson.pairs.iter().map(|pair| pair.language.clone()).collect(),
        questions: parsed.quiz.questions.iter().map(|question| listed(lesson, question)).collect(),
        interview: parsed
            .quiz
            .interview
            .iter()
            .map(|question| Spoken { id: question.id.clone(), revision: question.revision })
            .collect(),
        story: lesson.story.is_some(),
        gist: SafeText::new(&lesson.principle.as_ref().or(lesson.takeaways.first()).map(Rich::text).unwrap_or_default()),
    }
}

/// What is handed out of a course that was read whole; its lessons are in it already.
struct Loaded {
    terms: Vec<Term>,
    tracks: Vec<Track>,
}

impl Source for Loaded {
    fn glossary(&self) -> Vec<Term> {
        self.terms.clone()
    }

    fn tracks(&self) -> Vec<Track> {
        self.tracks.clone()
    }
}

struct Lazy {
    /// The folder of each lesson, its id and its factor.
    homes: Vec<(String, LessonId, Option<u8>)>,
}

impl Source for Lazy {
    fn lesson(&self, index: usize) -> Lesson {
        let Some((dir, ..)) = self.homes.get(index) else { return Lesson::absent() };
        let text = lesson::text(&Files::Embedded, dir, baked::front(dir)).unwrap_or_else(Lesson::absent);
        let dir = dir.clone();
        Lesson { pairs: Late::new(move || lesson::pairs(&Files::Embedded, &dir, baked::pairs(&dir))), ..text }
    }

    fn quiz(&self, index: usize) -> Quiz {
        let home = self.homes.get(index);
        home.map(|(dir, id, factor)| lesson::questions(&Files::Embedded, dir, id, *factor)).unwrap_or_default()
    }

    fn question(&self, index: usize, id: &QuestionId) -> Option<Question> {
        let (dir, lesson, factor) = self.homes.get(index)?;
        lesson::question_alone(&Files::Embedded, dir, lesson, *factor, id)
    }

    fn glossary(&self) -> Vec<Term> {
        glossary(&Files::Embedded, &mut Vec::new()).0
    }

    fn tracks(&self) -> Vec<Track> {
        baked::tracks()
    }
}

/// A link of the glossary, and the file that it stands in.
pub type TermLink = (Located, String);

/// Reads the glossary and where it links to.
pub fn glossary(files: &Files, problems: &mut Vec<Problem>) -> (Vec<Term>, Vec<TermLink>) {
    let Some(text) = files.get(GLOSSARY) else { return (Vec::new(), Vec::new()) };
    let node = match yaml::parse(GLOSSARY, text, 0) {
        Ok(node) => node,
        Err(problem) => {
            problems.push(problem);
            return (Vec::new(), Vec::new());
        }
    };
    let mut report = Report { path: GLOSSARY, problems };
    let Some(object) = read(&node, &shape::GLOSSARY, &mut report) else { return (Vec::new(), Vec::new()) };
    let mut links = Vec::new();
    let mut terms: Vec<Term> = Vec::new();
    for term in object.objects("terms") {
        let made = (|| {
            let id = TermId::new(&term.text("id")?).ok()?;
            if terms.iter().any(|known| known.id == id) {
                report.error(term.get("id")?.at, "I002", format!("`{id}` stands twice in the glossary"), None);
            }
            let lesson = term.text("lesson").and_then(|text| LessonId::new(&text).ok());
            if let (Some(lesson), Some(node)) = (&lesson, term.get("lesson")) {
                links.push((Link::Lesson(lesson.clone(), None), node.at));
            }
            Some(Term {
                id,
                term: SafeText::new(&term.text("term")?),
                text: rich(term.get("text")?, &mut report, &mut links)?,
                lesson,
                also: term.list("also").iter().filter_map(as_text).map(|text| SafeText::new(&text)).collect(),
            })
        })();
        terms.extend(made);
    }
    (terms, links.into_iter().map(|link| (link, GLOSSARY.to_owned())).collect())
}

/// Files that nothing names: most likely a slip.
fn strays(files: &Files, header: &Header, parsed: &[Parsed], problems: &mut Vec<Problem>) {
    let mut known: BTreeSet<String> = [COURSE, GLOSSARY, tracks::PATH].map(str::to_owned).into();
    let lessons: BTreeMap<&str, &Parsed> = parsed.iter().map(|parsed| (parsed.place.path.as_str(), parsed)).collect();
    for dir in &header.dirs {
        let paths = Paths::new(dir);
        known.extend([paths.lesson, paths.compare, paths.story, paths.quiz]);
    }
    let mut incomplete: Vec<String> = Vec::new();
    for dir in &header.dirs {
        let pairs = Paths::new(dir).pairs;
        let Some(lesson) = lessons.get(Paths::new(dir).lesson.as_str()) else {
            incomplete.push(pairs);
            continue;
        };
        if problems.iter().any(|problem| problem.place.path == Paths::new(dir).compare) {
            incomplete.push(pairs);
            continue;
        }
        for pair in lesson.lesson.pairs.iter() {
            known.insert(format!("{pairs}{}/bad/{}", pair.id, pair.bad.file));
            known.insert(format!("{pairs}{}/good/{}", pair.id, pair.good.file));
        }
    }
    let found: Vec<String> = files
        .paths()
        .filter(|path| path.starts_with("lessons/") || path.starts_with("quizzes/"))
        .filter(|path| !known.contains(*path))
        .filter(|path| !incomplete.iter().any(|folder| path.starts_with(folder.as_str())))
        .map(str::to_owned)
        .collect();
    for path in found {
        let help = if path.starts_with("quizzes/") {
            "a quiz is named after its lesson's folder"
        } else {
            "name it in course.yaml or compare.yaml, or remove it"
        };
        problems.push(Problem {
            place: Place::file(&path),
            severity: Severity::Warning,
            code: "C006",
            message: "nothing names this file".into(),
            help: Some(help.into()),
        });
    }
}
