//! A lesson with all that belongs to it, from its files.

use super::files::Files;
use super::markdown::{self, Located};
use super::question::{self, Home, PassageRef, find_line, rich, with_length};
use super::reader::{Object, Report, read};
use super::shape;
use super::yaml::{self, Node, Spot, Value};
use crate::domain::comparison::{Note, Pair, Side};
use crate::domain::course::{Lesson, Reference, Remark};
use crate::domain::doc::{Body, Doc};
use crate::domain::id::{LessonId, PairId, PassageId, QuestionId, SceneId};
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::quiz::{Question, Quiz};
use crate::domain::story::{Figure, Scene, Story, Violation};
use crate::domain::text::SafeText;

/// A lesson and what has still to be held against the rest of the course.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The lesson.
    pub lesson: Lesson,
    /// What it asks; fewer questions than the file has, when some cannot be made.
    pub quiz: Quiz,
    /// Promised reading time in minutes.
    pub minutes: u16,
    /// Links into the course, with their places.
    pub links: Vec<(Located, String)>,
    /// Passages that questions point at.
    pub passages: Vec<(PassageRef, String)>,
    /// Ids of pairs and questions with their places.
    pub ids: Vec<(Name, Place)>,
    /// Where the lesson's own id stands.
    pub place: Place,
}

/// An id by its kind, for the check that none stands twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// A pair's.
    Pair(PairId),
    /// A question's.
    Question(QuestionId),
}

/// Paths of one lesson's files.
pub struct Paths {
    /// `lessons/<dir>/lesson.md`
    pub lesson: String,
    /// `lessons/<dir>/compare.yaml`
    pub compare: String,
    /// `lessons/<dir>/story.yaml`
    pub story: String,
    /// `quizzes/<dir>.yaml`
    pub quiz: String,
    /// `lessons/<dir>/pairs/`
    pub pairs: String,
}

impl Paths {
    /// The paths of the lesson in folder `dir`.
    #[must_use]
    pub fn new(dir: &str) -> Self {
        Self {
            lesson: format!("lessons/{dir}/lesson.md"),
            compare: format!("lessons/{dir}/compare.yaml"),
            story: format!("lessons/{dir}/story.yaml"),
            quiz: format!("quizzes/{dir}.yaml"),
            pairs: format!("lessons/{dir}/pairs/"),
        }
    }
}

/// Reads the lesson in folder `dir`. `None` when it has no file; the problems say what else is wrong. What is missing in a
/// lesson with mistakes is left empty, so that the mistakes of its other files are found as well.
pub fn parse(files: &Files, dir: &str, problems: &mut Vec<Problem>) -> Option<Parsed> {
    let paths = Paths::new(dir);
    let Some(text) = files.get(&paths.lesson) else {
        if !problems.iter().any(|problem| problem.place.path == paths.lesson) {
            problems.push(missing(&paths.lesson, "every folder named in lessons/course.yaml has a lesson.md"));
        }
        return None;
    };
    let mut parsed = text_of(&paths.lesson, text, None, problems);
    headings(&paths.lesson, text, &parsed, problems);
    parsed.lesson.pairs = compare(files, &paths, None, &mut parsed, problems).into();
    quiz(files, &paths, &mut parsed, problems);
    story(files, &paths, &mut parsed, problems);
    Some(parsed)
}

/// The lesson in folder `dir` without its pairs and questions, as [`parse`] would have it. Its front matter may be known already.
#[must_use]
pub fn text(files: &Files, dir: &str, front: Option<Node>) -> Option<Lesson> {
    let paths = Paths::new(dir);
    let mut problems = Vec::new();
    let mut parsed = text_of(&paths.lesson, files.get(&paths.lesson)?, front, &mut problems);
    story(files, &paths, &mut parsed, &mut problems);
    Some(parsed.lesson)
}

/// The pairs of the lesson in folder `dir`, as [`parse`] would have them. What their file holds may be known already.
#[must_use]
pub fn pairs(files: &Files, dir: &str, known: Option<Node>) -> Vec<Pair> {
    let paths = Paths::new(dir);
    compare(files, &paths, known, &mut Parsed::absent(Place::file(&paths.compare)), &mut Vec::new())
}

/// What the front matter of a lesson tells, where nothing is wrong with it: the lesson without its text, and its minutes.
#[must_use]
pub fn front(path: &str, text: &str) -> Option<(Lesson, u16)> {
    let (front, ..) = split(text)?;
    let node = yaml::parse(path, front, 1).ok()?;
    let mut problems = Vec::new();
    let mut report = Report { path, problems: &mut problems };
    let mut parsed = Parsed::absent(Place::file(path));
    fields(read(&node, &shape::LESSON, &mut report)?, &mut parsed, &mut report, &mut Vec::new());
    (problems.is_empty() && !parsed.lesson.id.is_absent()).then_some((parsed.lesson, parsed.minutes))
}

/// The lesson of a file of which `text` is the beginning, without its pairs and questions.
#[must_use]
pub fn begun(path: &str, text: &str) -> Option<Lesson> {
    let (mut lesson, _) = front(path, text)?;
    let (_, body, line) = split(text)?;
    let mut problems = Vec::new();
    let mut report = Report { path, problems: &mut problems };
    lesson.body = markdown::blocks(body, Spot { line, column: 1, length: 0 }, &mut report, &mut Vec::new());
    Some(lesson)
}

/// What the lesson in folder `dir` asks, as [`parse`] would have it; `id` and `factor` are the lesson's own.
#[must_use]
pub fn questions(files: &Files, dir: &str, id: &LessonId, factor: Option<u8>) -> Quiz {
    let paths = Paths::new(dir);
    let mut parsed = Parsed::absent(Place::file(&paths.quiz));
    parsed.lesson.id = id.clone();
    parsed.lesson.factor = factor;
    quiz(files, &paths, &mut parsed, &mut Vec::new());
    parsed.quiz
}

/// The question `wanted` of those that [`questions`] would have, read without the others. `None` where that cannot be done: it has to
/// begin with its id on a line of its own.
#[must_use]
pub fn question_alone(files: &Files, dir: &str, id: &LessonId, factor: Option<u8>, wanted: &QuestionId) -> Option<Question> {
    let path = Paths::new(dir).quiz;
    let rest = files.get(&path)?.split_once(&format!("\n  - id: {wanted}\n"))?.1;
    let ends = |line: &str| line.starts_with("  - ") || line.starts_with(|c: char| c.is_ascii_alphabetic());
    let length = rest.split_inclusive('\n').take_while(|line| !ends(line)).map(str::len).sum();
    let text = format!("lesson: {id}\nquestions:\n  - id: {wanted}\n{}", rest.get(..length)?);
    let node = yaml::parse(&path, &text, 0).ok()?;
    let mut problems = Vec::new();
    let mut report = Report { path: &path, problems: &mut problems };
    let object = read(&node, &shape::QUIZ, &mut report)?.objects("questions").next()?;
    let home = Home { lesson: id, factor };
    let question = question::question(object, home, &mut report, &mut Vec::new(), &mut Vec::new())?;
    problems.is_empty().then_some(question)
}

/// The pairs and questions in folder `dir` of a pack, which belong to lessons that stand elsewhere. `home` knows the lesson that
/// the quiz names and its factor.
pub fn overlay(
    files: &Files,
    dir: &str,
    home: impl Fn(&str) -> Option<(LessonId, Option<u8>)>,
    problems: &mut Vec<Problem>,
) -> Parsed {
    let paths = Paths::new(dir);
    let mut parsed = Parsed::absent(Place::file(&paths.compare));
    parsed.lesson.pairs = compare(files, &paths, None, &mut parsed, problems).into();
    let named = files.get(&paths.quiz).and_then(|text| yaml::parse(&paths.quiz, text, 0).ok());
    let named = named.as_ref().and_then(super::reader::object).and_then(|object| object.text("lesson"));
    if let Some((id, factor)) = named.and_then(|id| home(&id)) {
        (parsed.lesson.id, parsed.lesson.factor) = (id, factor);
    }
    quiz(files, &paths, &mut parsed, problems);
    parsed
}

impl Parsed {
    fn absent(place: Place) -> Self {
        Self {
            lesson: Lesson::absent(),
            quiz: Quiz::default(),
            minutes: 1,
            links: Vec::new(),
            passages: Vec::new(),
            ids: Vec::new(),
            place,
        }
    }
}

/// What `lesson.md` gives. Its front matter may be known already.
fn text_of(path: &str, text: &str, known: Option<Node>, problems: &mut Vec<Problem>) -> Parsed {
    let mut report = Report { path, problems };
    let mut parsed = Parsed::absent(Place::file(path));
    let Some((front, body, line)) = front_matter(text, &mut report) else { return parsed };
    let mut links = Vec::new();
    let begins = Spot { line, column: 1, length: 0 };
    parsed.lesson.body = markdown::blocks(body, begins, &mut report, &mut links);
    match known.map_or_else(|| yaml::parse(path, front, 1), Ok) {
        Ok(node) => {
            if let Some(object) = read(&node, &shape::LESSON, &mut report) {
                fields(object, &mut parsed, &mut report, &mut links);
            }
        }
        Err(problem) => report.problems.push(problem),
    }
    parsed.links = links.into_iter().map(|link| (link, path.to_owned())).collect();
    parsed
}

/// What is wrong with the headings of `lesson.md`. Asked where a course is checked; to open a lesson it needs not be known.
fn headings(path: &str, text: &str, parsed: &Parsed, problems: &mut Vec<Problem>) {
    let Some((_, body, line)) = split(text) else { return };
    let (headings, _) = markdown::outline(body, Spot { line, column: 1, length: 0 });
    check_passages(&parsed.lesson.body, &headings, &mut Report { path, problems });
}

/// Takes in the fields of the front matter.
fn fields(object: Object<'_>, parsed: &mut Parsed, report: &mut Report<'_>, links: &mut Vec<Located>) {
    let lesson = &mut parsed.lesson;
    if let Some(id) = object.text("id").and_then(|text| LessonId::new(&text).ok()) {
        lesson.id = id;
    }
    lesson.title = SafeText::new(&object.text("title").unwrap_or_default());
    lesson.factor = question::factor(object);
    lesson.principle = object.get("principle").and_then(|node| rich(node, report, links));
    lesson.asks = object.get("asks").and_then(|node| rich(node, report, links));
    lesson.takeaways = object.list("takeaways").iter().filter_map(|node| rich(node, report, links)).collect();
    for node in object.list("related") {
        if let Some(id) = super::reader::as_text(node).and_then(|text| LessonId::new(&text).ok()) {
            links.push((crate::domain::doc::Link::Lesson(id.clone(), None), node.at));
            lesson.related.push(id);
        }
    }
    for remark in object.objects("speaker") {
        let Some(text) = remark.get("say").and_then(|node| rich(node, report, links)) else { continue };
        let at = remark.text("at").and_then(|text| PassageId::new(&text).ok());
        if let (Some(passage), Some(node)) = (&at, remark.get("at")) {
            links.push((crate::domain::doc::Link::Lesson(lesson.id.clone(), Some(passage.clone())), node.at));
        }
        lesson.speaker.push(Remark { at, text });
    }
    for source in object.objects("sources") {
        let title = source.get("title").and_then(|node| rich(node, report, links));
        if let (Some(url), Some(node)) = (source.text("url"), source.get("url"))
            && !["https://", "http://"].iter().any(|scheme| url.starts_with(scheme))
        {
            let help = "an address begins with https:// or http://".to_owned();
            report.error(node.at, "L005", format!("`{}` is no address", super::reader::shorten(&url)), Some(help));
        }
        if let (Some(title), Some(url)) = (title, source.text("url")) {
            lesson.sources.push(Reference { title, url: SafeText::new(&url) });
        }
    }
    parsed.minutes = object.int("minutes").and_then(|n| u16::try_from(n).ok()).unwrap_or(1);
    parsed.place = object.get("id").map_or(object.at, |node| node.at).in_file(report.path);
}

/// A problem about a file that is not there.
#[must_use]
pub fn missing(path: &str, help: &str) -> Problem {
    Problem {
        place: Place::file(path),
        severity: Severity::Error,
        code: "C001",
        message: "this file is missing".into(),
        help: Some(help.to_owned()),
    }
}

/// The front matter, the text after it, and the line that the text begins on.
#[must_use]
pub fn split(text: &str) -> Option<(&str, &str, usize)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"))?;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            let front = rest.get(..at)?;
            return Some((front, rest.get(at + line.len()..)?, front.matches('\n').count() + 3));
        }
        at += line.len();
    }
    None
}

fn front_matter<'t>(text: &'t str, report: &mut Report<'_>) -> Option<(&'t str, &'t str, usize)> {
    let parts = split(text);
    if parts.is_none() {
        let help = "a lesson begins with a line `---`, its fields, and a line `---`".to_owned();
        report.error(Spot { line: 1, column: 1, length: 0 }, "L001", "the front matter is missing or not closed", Some(help));
    }
    parts
}

fn check_passages(body: &Doc, spots: &[(u8, Spot)], report: &mut Report<'_>) {
    let mut seen = Vec::new();
    let headings = body.blocks.iter().filter_map(|block| match &block.body {
        Body::Heading { level, id, text } => Some((*level, id, text)),
        _ => None,
    });
    for ((level, id, text), (_, at)) in headings.zip(spots) {
        if !(2..=3).contains(&level) {
            let help = "`##` opens a passage, `###` a part of it; the title of the lesson is not repeated".to_owned();
            report.warning(*at, "L018", format!("a heading of level {level}"), Some(help));
        }
        match id {
            _ if level != 2 => {}
            None if report.problems.iter().any(|problem| problem.code == "I001" && problem.place == at.in_file(report.path)) => {}
            None => {
                let help = "write the id after it, as in `## Why it matters {#why}`".to_owned();
                report.error(*at, "L002", format!("the heading `{}` has no id", text.text()), Some(help));
            }
            Some(id) if seen.contains(&id) => {
                report.error(*at, "I002", format!("the passage `{id}` stands twice in this lesson"), None);
            }
            Some(id) => seen.push(id),
        }
    }
}

fn yaml_file<'f>(files: &'f Files, path: &str, problems: &mut Vec<Problem>) -> Option<(Node, &'f str)> {
    let text = files.get(path)?;
    match yaml::parse(path, text, 0) {
        Ok(node) if node.value != Value::Null => Some((node, text)),
        Ok(_) => {
            problems.push(Problem {
                place: Place::file(path),
                severity: Severity::Error,
                code: "Y004",
                message: "the file is empty".into(),
                help: Some("remove it, or write it".into()),
            });
            None
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// The pairs, with their ids and links put into `parsed`. What their file holds may be known already.
fn compare(files: &Files, paths: &Paths, known: Option<Node>, parsed: &mut Parsed, problems: &mut Vec<Problem>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let read_now = || yaml_file(files, &paths.compare, problems).map(|(node, _)| node);
    let Some(node) = known.or_else(read_now) else { return pairs };
    let mut report = Report { path: &paths.compare, problems };
    let Some(object) = read(&node, &shape::COMPARE, &mut report) else { return pairs };
    for pair in object.objects("pairs") {
        let mut links = Vec::new();
        if let Some(made) = make_pair(files, paths, pair, &mut report, &mut links) {
            if let Some(at) = pair.get("id") {
                parsed.ids.push((Name::Pair(made.id.clone()), at.at.in_file(&paths.compare)));
            }
            pairs.push(made);
        }
        parsed.links.extend(links.into_iter().map(|link| (link, paths.compare.clone())));
    }
    pairs
}

fn make_pair(files: &Files, paths: &Paths, pair: Object<'_>, report: &mut Report<'_>, links: &mut Vec<Located>) -> Option<Pair> {
    let id = PairId::new(&pair.text("id")?).ok()?;
    let title = rich(pair.get("title")?, report, links)?;
    let length = title.text().chars().count();
    if length > 48 {
        report.error(pair.get("title")?.at, "Y006", format!("`title` has {length} characters"), Some("at most 48".into()));
    }
    let mut numbers = 0;
    let mut side = |name: &str, report: &mut Report<'_>, links: &mut Vec<Located>| -> Option<Side> {
        let object = pair.object(name)?;
        let file = object.text("file")?;
        let at = object.get("file")?.at;
        if file.contains(['/', '\\']) || file.starts_with('.') && file.len() < 3 {
            report.error(at, "C002", format!("`{file}` must be a plain file name"), None);
            return None;
        }
        let path = format!("{}{id}/{name}/{file}", paths.pairs);
        let Some(text) = files.get(&path) else {
            let folder = path.trim_end_matches(file.as_str());
            let there: Vec<&str> = files.paths().filter_map(|path| path.strip_prefix(folder)).collect();
            let help = if there.is_empty() { format!("put it into {folder}") } else { format!("there is {}", there.join(", ")) };
            report.error(at, "C001", format!("there is no file {path}"), Some(help));
            return None;
        };
        let code = question::code_text(text);
        let mut notes: Vec<Note> = Vec::new();
        for note in object.objects("notes") {
            let (Some(piece), Some(said)) = (note.get("at"), note.get("text")) else { continue };
            let Some(line) = find_line(code.as_str(), &super::reader::as_text(piece)?, piece.at, report) else { continue };
            notes.push(Note { line, number: 0, text: rich(said, report, links)? });
        }
        notes.sort_by_key(|note| note.line);
        for note in &mut notes {
            numbers += 1;
            note.number = numbers;
        }
        Some(Side { file: SafeText::new(&file), code, notes })
    };
    let bad = side("bad", report, links);
    let good = side("good", report, links);
    let says = rich(pair.get("says")?, report, links)?;
    let speaker = pair.get("speaker").and_then(|node| rich(node, report, links));
    Some(Pair { id, language: pair.text("language")?, title, says, speaker, bad: bad?, good: good? })
}

fn quiz(files: &Files, paths: &Paths, parsed: &mut Parsed, problems: &mut Vec<Problem>) {
    let Some((node, _)) = yaml_file(files, &paths.quiz, problems) else { return };
    let mut report = Report { path: &paths.quiz, problems };
    let Some(object) = read(&node, &shape::QUIZ, &mut report) else { return };
    let id = parsed.lesson.id.clone();
    if let (Some(named), Some(node)) = (object.text("lesson"), object.get("lesson"))
        && named != id.as_str()
        && !id.is_absent()
    {
        report.error(node.at, "Q008", format!("this file belongs to the lesson `{id}`, not to `{named}`"), None);
    }
    let home = Home { lesson: &id, factor: parsed.lesson.factor };
    let mut links = Vec::new();
    let mut passages = Vec::new();
    for object in object.objects("questions") {
        if let Some(question) = question::question(object, home, &mut report, &mut links, &mut passages) {
            parsed.ids.push((
                Name::Question(question.id.clone()),
                object.get("id").map_or(object.at, |node| node.at).in_file(&paths.quiz),
            ));
            parsed.quiz.questions.push(question);
        }
    }
    for object in object.objects("interview") {
        if let Some(question) = question::interview(object, home, &mut report, &mut links) {
            parsed.ids.push((
                Name::Question(question.id.clone()),
                object.get("id").map_or(object.at, |node| node.at).in_file(&paths.quiz),
            ));
            parsed.quiz.interview.push(question);
        }
    }
    parsed.links.extend(links.into_iter().map(|link| (link, paths.quiz.clone())));
    parsed.passages.extend(passages.into_iter().map(|passage| (passage, paths.quiz.clone())));
}

fn story(files: &Files, paths: &Paths, parsed: &mut Parsed, problems: &mut Vec<Problem>) {
    let Some((node, _)) = yaml_file(files, &paths.story, problems) else { return };
    let mut report = Report { path: &paths.story, problems };
    let Some(object) = read(&node, &shape::STORY, &mut report) else { return };
    let mut links = Vec::new();
    parsed.lesson.story = make_story(object, &mut report, &mut links);
    parsed.links.extend(links.into_iter().map(|link| (link, paths.story.clone())));
}

fn make_story(object: Object<'_>, report: &mut Report<'_>, links: &mut Vec<Located>) -> Option<Story> {
    let note = rich(object.get("note")?, report, links)?;
    let mut ids: Vec<SceneId> = Vec::new();
    let mut scenes = Vec::new();
    for scene in object.objects("scenes") {
        let made = (|| {
            let id = SceneId::new(&scene.text("id")?).ok()?;
            if ids.contains(&id) {
                report.error(scene.get("id")?.at, "I002", format!("`{id}` stands twice in this story"), None);
            }
            ids.push(id.clone());
            Some(Scene {
                id,
                time: SafeText::new(&scene.text("time")?),
                title: rich(scene.get("title")?, report, links)?,
                text: markdown::blocks(&scene.text("text")?, with_length(scene.get("text")?.at), report, links),
                factors: scene
                    .list("factors")
                    .iter()
                    .filter_map(|node| if let Value::Int(n) = node.value { u8::try_from(n).ok() } else { None })
                    .collect(),
            })
        })();
        scenes.extend(made);
    }
    let mut violations = Vec::new();
    for violation in object.objects("violations") {
        let made = (|| {
            let pair = violation.text("pair").and_then(|text| PairId::new(&text).ok());
            if let (Some(pair), Some(node)) = (&pair, violation.get("pair")) {
                links.push((crate::domain::doc::Link::Pair(pair.clone()), node.at));
            }
            Some(Violation {
                factor: question::factor(violation)?,
                symptom: violation.flag("symptom"),
                night: rich(violation.get("night")?, report, links)?,
                fix: rich(violation.get("fix")?, report, links)?,
                proof: rich(violation.get("proof")?, report, links)?,
                pair,
            })
        })();
        violations.extend(made);
    }
    let figures = object
        .objects("figures")
        .filter_map(|figure| {
            Some(Figure {
                label: rich(figure.get("label")?, report, links)?,
                before: SafeText::new(&figure.text("before")?),
                after: SafeText::new(&figure.text("after")?),
            })
        })
        .collect();
    Some(Story { note, scenes, violations, figures })
}
