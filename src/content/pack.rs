//! Packs: lessons of somebody else, laid over a course. Data and never code: a pack is read by the rules of a course, and what
//! is wrong in it leaves it out and nothing else.
//!
//! Ids of a pack's own begin with its id and `-`, so that two packs cannot meet by accident. What has another id replaces
//! what has that id beneath, and says so under `replaces`.

use super::files::{Files, PACK as PATH};
use super::lesson::{self, Name, Parsed, Paths, missing};
use super::load::{self, Header, Parts};
use super::reader::{Object, Report, as_text, nearest, read, shorten};
use super::{lint, shape, syntax, tracks, yaml};
use crate::domain::course::Pack;
use crate::domain::id::{CourseId, LessonId, PackId};
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::text::SafeText;

/// The version of the format of packs that this program reads.
pub const FORMAT: i64 = 1;
/// The oldest one that it reads.
pub const OLDEST: i64 = 1;

/// What `pack.yaml` says.
#[derive(Debug, Clone)]
struct Manifest {
    pack: Pack,
    /// Folders with lessons, and what each stands after.
    lessons: Vec<(String, Option<(LessonId, yaml::Spot)>)>,
    /// Folders without.
    overlays: Vec<String>,
    /// What is replaced, and where that is said.
    replaces: Vec<(String, yaml::Spot)>,
}

/// Lays the pack in `files` over `beneath`. The new whole and what is to be said of the pack; no whole when something in it is
/// wrong. `program` is the version of this program.
#[must_use]
pub fn lay(
    beneath: &Parts,
    files: &Files,
    mut problems: Vec<Problem>,
    laid: &[Pack],
    program: &str,
) -> (Option<(Parts, Pack)>, Vec<Problem>) {
    let whole = manifest(files, laid, program, &mut problems).map(|manifest| {
        let mut laying = Laying { whole: beneath.clone(), manifest, files, problems: &mut problems, used: Vec::new() };
        laying.everything();
        (laying.whole, laying.manifest.pack)
    });
    problems.sort();
    problems.dedup();
    let sound = !problems.iter().any(|problem| problem.severity == Severity::Error);
    (whole.filter(|_| sound), problems)
}

/// As [`lay`], and beyond that everything that an author wants to know: how its texts read, whether its code parses, what
/// nothing names.
#[must_use]
pub fn inspect(beneath: &Parts, files: &Files, problems: Vec<Problem>, program: &str) -> (Option<(Parts, Pack)>, Vec<Problem>) {
    let (laid, mut problems) = lay(beneath, files, problems, &[], program);
    let mut ignored = Vec::new();
    if let Some(manifest) = manifest(files, &[], program, &mut ignored) {
        let dirs: Vec<String> = manifest.lessons.iter().map(|(dir, _)| dir.clone()).collect();
        let parsed: Vec<Parsed> = dirs.iter().filter_map(|dir| lesson::parse(files, dir, &mut ignored)).collect();
        let terms = laid.as_ref().map_or_else(|| beneath.terms.clone(), |(whole, _)| whole.terms.clone());
        let Pack { title, version, language, id, .. } = &manifest.pack;
        if let Ok(id) = CourseId::new(id.as_str()) {
            let header = Header { id, title: title.clone(), version: version.clone(), language: language.clone(), dirs };
            lint::check(lint::Whole { files, header: &header, parsed: &parsed, terms: &terms }, &mut problems);
        }
        syntax::pairs(files, &parsed, &mut problems);
        slides(laid.as_ref().map(|(whole, _)| whole), &parsed, &mut problems);
        strays(files, &manifest, &parsed, &mut problems);
    }
    problems.sort();
    problems.dedup();
    let sound = !problems.iter().any(|problem| problem.severity == Severity::Error);
    (laid.filter(|_| sound), problems)
}

/// What of the pack's lessons does not fit a slide.
fn slides(whole: Option<&Parts>, own: &[Parsed], problems: &mut Vec<Problem>) {
    let Some(whole) = whole else { return };
    let places: Vec<_> = whole.parsed.iter().map(lint::slides::Places::of).collect();
    let mut found = Vec::new();
    lint::slides::check(&whole.clone().course(), &places, &mut found);
    let ours = |problem: &Problem| {
        own.iter().any(|parsed| {
            let dir = parsed.place.path.strip_prefix("lessons/").and_then(|rest| rest.strip_suffix("/lesson.md")).unwrap_or("-");
            problem.place.path.starts_with(&format!("lessons/{dir}/")) || problem.place.path == format!("quizzes/{dir}.yaml")
        })
    };
    problems.extend(found.into_iter().filter(ours));
}

/// A course whose places are marked as those of something beneath, so that what a pack breaks there is not looked for in it.
#[must_use]
pub fn beneath(mut parts: Parts, name: &str) -> Parts {
    let mark = |path: &mut String| {
        if !path.contains(": ") {
            *path = format!("{name}: {path}");
        }
    };
    for parsed in &mut parts.parsed {
        parsed.links.iter_mut().for_each(|(_, path)| mark(path));
        parsed.passages.iter_mut().for_each(|(_, path)| mark(path));
        parsed.ids.iter_mut().for_each(|(_, place)| mark(&mut place.path));
        mark(&mut parsed.place.path);
    }
    parts.term_links.iter_mut().for_each(|(_, path)| mark(path));
    parts.tracks.links.iter_mut().for_each(|(_, path)| mark(path));
    parts.tracks.interview.iter_mut().for_each(|(.., path)| mark(path));
    parts
}

fn manifest(files: &Files, laid: &[Pack], program: &str, problems: &mut Vec<Problem>) -> Option<Manifest> {
    let Some(text) = files.get(PATH) else {
        if !problems.iter().any(|problem| problem.place.path == PATH) {
            problems.push(missing(PATH, "a pack is a folder with pack.yaml at its top"));
        }
        return None;
    };
    let node = match yaml::parse(PATH, text, 0) {
        Ok(node) => node,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    let mut report = Report { path: PATH, problems };
    let object = read(&node, &shape::PACK, &mut report)?;
    if !format_fits(object, &mut report) {
        return None;
    }
    let id = PackId::new(&object.text("id")?).ok()?;
    if let (Some(needs), Some(node)) = (object.text("needs"), object.get("needs")) {
        match (numbers(&needs), numbers(program)) {
            (None, _) => {
                report.error(node.at, "K003", format!("`{}` is no version", shorten(&needs)), Some("such as 0.1.0".into()));
            }
            (Some(wanted), Some(have)) if wanted > have => {
                let help = format!("this is twelvefold {program}; update it, or take an older version of the pack");
                report.error(node.at, "K003", format!("this pack needs twelvefold {needs}"), Some(help));
            }
            _ => {}
        }
    }
    if laid.iter().any(|other| other.id == id) {
        let help = "each pack is laid once; take one of them away".to_owned();
        report.error(object.get("id")?.at, "K003", format!("a pack `{id}` is in use already"), Some(help));
    }
    let mut lessons = Vec::new();
    for placed in object.objects("lessons") {
        let Some(dir) = folder(placed.get("folder"), &mut report) else { continue };
        let after = placed.get("after").and_then(|node| Some((LessonId::new(&as_text(node)?).ok()?, node.at)));
        lessons.push((dir, after));
    }
    let overlays = object.list("overlays").iter().filter_map(|node| folder(Some(node), &mut report)).collect();
    let replaces = object.list("replaces").iter().filter_map(|node| Some((as_text(node)?, node.at))).collect();
    let words = |name| SafeText::new(&object.text(name).unwrap_or_default());
    let authors = object.list("authors").iter().filter_map(as_text).map(|text| SafeText::new(&text)).collect();
    let pack = Pack {
        id,
        title: words("title"),
        version: words("version"),
        language: words("language"),
        licence: words("licence"),
        authors,
        lessons: Vec::new(),
        replaces: Vec::new(),
    };
    Some(Manifest { pack, lessons, overlays, replaces })
}

fn format_fits(object: Object<'_>, report: &mut Report<'_>) -> bool {
    let (Some(format), Some(node)) = (object.int("format"), object.get("format")) else { return true };
    let help = if format > FORMAT {
        format!("this program reads format {FORMAT}; a newer twelvefold reads newer ones")
    } else if format < OLDEST {
        format!("the oldest format that is read is {OLDEST}; write the pack anew with `twelvefold new --pack`")
    } else {
        return true;
    };
    report.error(node.at, "C005", format!("this pack has format {format}"), Some(help));
    false
}

/// A folder under lessons/: a plain name, which cannot lead elsewhere.
fn folder(node: Option<&yaml::Node>, report: &mut Report<'_>) -> Option<String> {
    let node = node?;
    let dir = as_text(node)?;
    let plain = dir.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.')) && !dir.starts_with('.');
    if !plain {
        let help = "a folder is named with a-z, 0-9, -, _ and .".to_owned();
        report.error(node.at, "C002", format!("`{}` is no plain folder name", shorten(&dir)), Some(help));
    }
    plain.then_some(dir)
}

/// The three numbers of a version.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.trim().split(['-', '+']).next()?.split('.').map(|part| part.parse().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// A pack while it is laid.
struct Laying<'a> {
    whole: Parts,
    manifest: Manifest,
    files: &'a Files,
    problems: &'a mut Vec<Problem>,
    /// Of `replaces`, what was found in the pack.
    used: Vec<String>,
}

impl Laying<'_> {
    fn everything(&mut self) {
        let base = self.whole.clone();
        self.nothing_to_replace(&base);
        for (dir, after) in self.manifest.lessons.clone() {
            if let Some(parsed) = lesson::parse(self.files, &dir, self.problems) {
                self.lesson(parsed, after);
            }
        }
        for dir in self.manifest.overlays.clone() {
            self.overlay(&dir);
        }
        self.terms();
        self.tracks();
        for (id, at) in &self.manifest.replaces {
            if !self.used.contains(id) && !self.problems.iter().any(|problem| problem.message.contains(&format!("`{id}`"))) {
                let mut report = Report { path: PATH, problems: self.problems };
                let help = "take it out of the list, or add what shall replace it".to_owned();
                report.warning(*at, "K002", format!("nothing in this pack replaces `{id}`"), Some(help));
            }
        }
        self.whole.check(self.files, self.problems);
        self.manifest.pack.replaces = std::mem::take(&mut self.used);
    }

    /// What is said to be replaced and is not there.
    fn nothing_to_replace(&mut self, base: &Parts) {
        let mut known: Vec<&str> = base.parsed.iter().map(|parsed| parsed.lesson.id.as_str()).collect();
        known.extend(base.parsed.iter().flat_map(|parsed| &parsed.ids).map(|(name, _)| text_of(name)));
        known.extend(base.terms.iter().map(|term| term.id.as_str()));
        known.extend(base.tracks.tracks.iter().map(|track| track.id.as_str()));
        for (id, at) in self.manifest.replaces.iter().filter(|(id, _)| !known.contains(&id.as_str())) {
            let help = nearest(id, &known).map(|near| format!("did you mean `{near}`?"));
            let mut report = Report { path: PATH, problems: self.problems };
            report.error(*at, "K002", format!("there is no `{id}` to replace"), help);
        }
    }

    /// Whether something with that id replaces what is `there`. Says what is wrong with the id.
    fn replaces(&mut self, id: &str, there: bool, place: &Place) -> bool {
        let own = format!("{}-", self.manifest.pack.id);
        let named = self.manifest.replaces.iter().any(|(replaced, _)| replaced == id);
        if there && named {
            self.used.push(id.to_owned());
            return true;
        }
        let problem = |code, message: String, help: String| Problem {
            place: place.clone(),
            severity: Severity::Error,
            code,
            message,
            help: Some(help),
        };
        if there {
            let help = format!("name it in {PATH} under `replaces`, or give this one an id that begins with `{own}`");
            self.problems.push(problem("K002", format!("`{id}` is taken by what stands beneath"), help));
        } else if !id.starts_with(&own) && !named {
            let help = format!("such as `{own}{id}`: so two packs cannot meet by accident");
            self.problems.push(problem("K001", format!("`{id}` does not begin with `{own}`"), help));
        }
        false
    }

    fn lesson(&mut self, parsed: Parsed, after: Option<(LessonId, yaml::Spot)>) {
        let id = parsed.lesson.id.clone();
        if id.is_absent() {
            return;
        }
        let there = self.position(&id);
        let replaced = self.replaces(id.as_str(), there.is_some(), &parsed.place);
        // Pairs and questions of the lesson that goes may stay what they are.
        let kept: Vec<Name> = there.filter(|_| replaced).and_then(|at| self.whole.parsed.get(at)).map_or_else(Vec::new, names);
        for (name, place) in parsed.ids.clone() {
            if !kept.contains(&name) {
                let there = self.holder(&name).is_some();
                if self.replaces(text_of(&name), there, &place) {
                    self.forget(&name);
                }
            }
        }
        self.manifest.pack.lessons.push(id.clone());
        if let (Some(slot), true) = (there.and_then(|at| self.whole.parsed.get_mut(at)), replaced) {
            *slot = parsed;
            return;
        }
        let last = self.whole.parsed.len();
        let at = match after {
            None => last,
            Some((wanted, at)) => self.position(&wanted).map_or_else(
                || {
                    let ids: Vec<&str> = self.whole.parsed.iter().map(|parsed| parsed.lesson.id.as_str()).collect();
                    let help = nearest(wanted.as_str(), &ids).map(|near| format!("did you mean `{near}`?"));
                    let mut report = Report { path: PATH, problems: self.problems };
                    report.error(at, "L009", format!("there is no lesson `{wanted}`"), help);
                    last
                },
                |at| at + 1,
            ),
        };
        self.whole.parsed.insert(at, parsed);
    }

    fn overlay(&mut self, dir: &str) {
        let paths = Paths::new(dir);
        if self.files.get(&paths.compare).is_none() && self.files.get(&paths.quiz).is_none() {
            self.problems
                .push(missing(&paths.compare, "a folder named under `overlays` has a compare.yaml, or a quiz of its name"));
            return;
        }
        let homes: Vec<(LessonId, Option<u8>)> =
            self.whole.parsed.iter().map(|parsed| (parsed.lesson.id.clone(), parsed.lesson.factor)).collect();
        let home = |id: &str| homes.iter().find(|(known, _)| known.as_str() == id).cloned();
        let over = lesson::overlay(self.files, dir, home, self.problems);
        for (name, place) in &over.ids {
            let holder = self.holder(name);
            let replaced = self.replaces(text_of(name), holder.is_some(), place);
            let home = holder.filter(|_| replaced).or_else(|| self.position(&over.lesson.id));
            let Some(into) = home.and_then(|at| self.whole.parsed.get_mut(at)) else {
                if holder.is_none() {
                    let help = "a new pair stands in a lesson of the pack; a new question in a quiz that names its lesson";
                    self.problems.push(Problem {
                        place: place.clone(),
                        severity: Severity::Error,
                        code: "K002",
                        message: format!("`{}` belongs to no lesson", text_of(name)),
                        help: Some(help.to_owned()),
                    });
                }
                continue;
            };
            put(into, &over, name, place);
        }
        // Whatever lesson they are told beside, links and passages are held against the whole.
        if let Some(first) = self.whole.parsed.first_mut() {
            first.links.extend(over.links);
            first.passages.extend(over.passages);
        }
    }

    fn terms(&mut self) {
        let (terms, links) = load::glossary(self.files, self.problems);
        for term in terms {
            let at = self.whole.terms.iter().position(|known| known.id == term.id);
            let place = Place::file(load::GLOSSARY);
            let replaced = self.replaces(term.id.as_str(), at.is_some(), &place);
            match at.and_then(|at| self.whole.terms.get_mut(at)) {
                Some(known) if replaced => *known = term,
                _ => self.whole.terms.push(term),
            }
        }
        self.whole.term_links.extend(links);
    }

    fn tracks(&mut self) {
        let read = tracks::tracks(self.files, self.problems);
        for track in read.tracks {
            let at = self.whole.tracks.tracks.iter().position(|known| known.id == track.id);
            let replaced = self.replaces(track.id.as_str(), at.is_some(), &Place::file(tracks::PATH));
            match at.and_then(|at| self.whole.tracks.tracks.get_mut(at)) {
                Some(known) if replaced => *known = track,
                _ => self.whole.tracks.tracks.push(track),
            }
        }
        self.whole.tracks.links.extend(read.links);
        self.whole.tracks.interview.extend(read.interview);
    }

    fn position(&self, lesson: &LessonId) -> Option<usize> {
        self.whole.parsed.iter().position(|parsed| &parsed.lesson.id == lesson)
    }

    /// The lesson that has a pair or a question.
    fn holder(&self, name: &Name) -> Option<usize> {
        self.whole.parsed.iter().position(|parsed| parsed.ids.iter().any(|(known, _)| known == name))
    }

    /// Takes a pair or a question out of where it is, for it comes back in a lesson of the pack.
    fn forget(&mut self, name: &Name) {
        for parsed in &mut self.whole.parsed {
            parsed.ids.retain(|(known, _)| known != name);
            match name {
                Name::Pair(id) => parsed.lesson.pairs.change(|pairs| pairs.retain(|pair| &pair.id != id)),
                Name::Question(id) => {
                    parsed.quiz.questions.retain(|question| &question.id != id);
                    parsed.quiz.interview.retain(|question| &question.id != id);
                }
            }
        }
    }
}

fn names(parsed: &Parsed) -> Vec<Name> {
    parsed.ids.iter().map(|(name, _)| name.clone()).collect()
}

fn text_of(name: &Name) -> &str {
    match name {
        Name::Pair(id) => id.as_str(),
        Name::Question(id) => id.as_str(),
    }
}

/// Puts a pair or a question of `over` into a lesson: instead of the one of its id, or after the others.
fn put(into: &mut Parsed, over: &Parsed, name: &Name, place: &Place) {
    fn one<T: Clone>(into: &mut Vec<T>, from: &[T], is: impl Fn(&T) -> bool) {
        let Some(new) = from.iter().find(|thing| is(thing)) else { return };
        match into.iter_mut().find(|thing| is(thing)) {
            Some(old) => *old = new.clone(),
            None => into.push(new.clone()),
        }
    }
    match name {
        Name::Pair(id) => into.lesson.pairs.change(|pairs| one(pairs, &over.lesson.pairs, |pair| &pair.id == id)),
        Name::Question(id) => {
            one(&mut into.quiz.questions, &over.quiz.questions, |question| &question.id == id);
            one(&mut into.quiz.interview, &over.quiz.interview, |question| &question.id == id);
        }
    }
    into.ids.retain(|(known, _)| known != name);
    into.ids.push((name.clone(), place.clone()));
}

/// Files of a pack that nothing names.
fn strays(files: &Files, manifest: &Manifest, parsed: &[Parsed], problems: &mut Vec<Problem>) {
    let mut known: Vec<String> = vec![load::GLOSSARY.into(), tracks::PATH.into()];
    for dir in manifest.lessons.iter().map(|(dir, _)| dir).chain(&manifest.overlays) {
        let paths = Paths::new(dir);
        known.extend([paths.lesson, paths.compare, paths.story, paths.quiz]);
    }
    let mut folders: Vec<String> = manifest.overlays.iter().map(|dir| Paths::new(dir).pairs).collect();
    for parsed in parsed {
        let dir = parsed.place.path.strip_suffix("/lesson.md").unwrap_or("");
        folders.extend(parsed.lesson.pairs.iter().map(|pair| format!("{dir}/pairs/{}/", pair.id)));
    }
    for path in files.paths().filter(|path| *path != PATH && !known.iter().any(|name| name == path)) {
        if !folders.iter().any(|folder| path.starts_with(folder.as_str())) {
            problems.push(Problem {
                place: Place::file(path),
                severity: Severity::Warning,
                code: "C006",
                message: "nothing names this file".into(),
                help: Some(format!("name its folder in {PATH}, or remove it")),
            });
        }
    }
}
