//! What is made from the embedded course ahead of time, so that no start and no first view pays for it: the map of the
//! course, its tracks, what its lessons and their pairs have in YAML, and the colours of its code. `cargo run --example bake` writes it; a test holds it against the course.
//!
//! The map is read at every start, before the first picture. Hence lines and tabs: there is nothing in it to be parsed.

use serde_json::Value as Json;

use super::files::Files;
use super::lesson::{Paths, split};
use super::load::Header;
use super::yaml::{self, Key, Node, Spot, Value};
use crate::domain::course::{Entry, Listed, Spoken};
use crate::domain::id::{CourseId, LessonId, PairId, PassageId, QuestionId, TrackId};
use crate::domain::kind::Kind;
use crate::domain::late::Late;
use crate::domain::text::SafeText;
use crate::domain::track::{Step, Track};

/// The file with the map.
pub const MAP: &str = "assets/baked/map.txt";
/// The file with the tracks.
pub const TRACKS: &str = "assets/baked/tracks.txt";
/// The file with the front matter of the lessons.
pub const FRONTS: &str = "assets/baked/fronts.txt";
/// The file with the pairs of the lessons.
pub const PAIRS: &str = "assets/baked/pairs.txt";
/// The file with the colours.
pub const COLOURS: &str = "assets/baked/colours.txt";

const MAP_TEXT: &str = include_str!("../../assets/baked/map.txt");
const TRACKS_TEXT: &str = include_str!("../../assets/baked/tracks.txt");
const FRONTS_TEXT: &str = include_str!("../../assets/baked/fronts.txt");
const PAIRS_TEXT: &str = include_str!("../../assets/baked/pairs.txt");
const COLOURS_TEXT: &str = include_str!("../../assets/baked/colours.txt");

/// The header of the course and its map, as they were baked. `None` when they are missing or broken.
#[must_use]
pub fn map() -> Option<(Header, Vec<Entry>)> {
    let mut lines = MAP_TEXT.lines();
    let mut fields = lines.next()?.split('\t');
    let mut header = Header {
        id: CourseId::own(fields.next()?).ok()?,
        title: SafeText::new(fields.next()?),
        version: SafeText::new(fields.next()?),
        language: SafeText::new(fields.next()?),
        dirs: Vec::new(),
    };
    let mut map = Vec::new();
    for line in lines {
        let mut fields = line.split('\t');
        header.dirs.push(fields.next()?.to_owned());
        map.push(entry(&mut fields)?);
    }
    Some((header, map))
}

/// The tracks of the course, as they were baked.
#[must_use]
pub fn tracks() -> Vec<Track> {
    TRACKS_TEXT.lines().filter_map(|line| track(&mut line.split('\t'))).collect()
}

fn track(fields: &mut impl Iterator<Item = &'static str>) -> Option<Track> {
    Some(Track {
        id: TrackId::own(fields.next()?).ok()?,
        title: SafeText::new(fields.next()?),
        says: SafeText::new(fields.next()?),
        minutes: fields.next()?.parse().ok()?,
        steps: words(fields.next()?).map(step).collect::<Option<_>>()?,
    })
}

/// The kind of a step, a colon, and what it names.
fn step(word: &'static str) -> Option<Step> {
    let (kind, names) = word.split_once(':')?;
    let ids = || names.split(',').map(|id| QuestionId::own(id).ok()).collect::<Option<_>>();
    Some(match kind {
        "lesson" => {
            let (lesson, passage) = names.split_once('#').map_or((names, None), |(lesson, passage)| (lesson, Some(passage)));
            Step::Lesson(LessonId::own(lesson).ok()?, passage.map(PassageId::own).transpose().ok()?)
        }
        "pair" => Step::Pair(PairId::own(names).ok()?),
        "questions" => Step::Questions(ids()?),
        "interview" => Step::Interview(ids()?),
        _ => return None,
    })
}

/// Tracks as the file holds them, one a line.
#[must_use]
pub fn tracks_file(tracks: &[Track]) -> String {
    let ids = |ids: &[QuestionId]| ids.iter().map(QuestionId::as_str).collect::<Vec<_>>().join(",");
    let step = |step: &Step| match step {
        Step::Lesson(lesson, None) => format!("lesson:{lesson}"),
        Step::Lesson(lesson, Some(passage)) => format!("lesson:{lesson}#{passage}"),
        Step::Pair(pair) => format!("pair:{pair}"),
        Step::Questions(questions) => format!("questions:{}", ids(questions)),
        Step::Interview(questions) => format!("interview:{}", ids(questions)),
    };
    let line = |track: &Track| {
        let steps: Vec<String> = track.steps.iter().map(step).collect();
        let fields = [track.id.to_string(), plain(&track.title), plain(&track.says), track.minutes.to_string(), steps.join(" ")];
        fields.join("\t") + "\n"
    };
    tracks.iter().map(line).collect()
}

/// A text on one line, without the sign between fields.
fn plain(text: &SafeText) -> String {
    text.as_str().replace(['\t', '\n'], " ")
}

fn entry(fields: &mut impl Iterator<Item = &'static str>) -> Option<Entry> {
    Some(Entry {
        id: LessonId::own(fields.next()?).ok()?,
        title: SafeText::new(fields.next()?),
        factor: factor(fields.next()?)?,
        words: fields.next()?.parse().ok()?,
        minutes: fields.next()?.parse().ok()?,
        interview: later(fields.next()?, spoken),
        story: fields.next()? == "story",
        gist: SafeText::new(fields.next()?),
        pairs: words(fields.next()?).map(|id| PairId::own(id).ok()).collect::<Option<_>>()?,
        languages: words(fields.next()?).map(str::to_owned).collect(),
        questions: later(fields.next()?, listed),
    })
}

/// What the words mean, made when it is first looked at: home asks about no question that nobody has answered. One word that
/// means nothing leaves nothing of the others, so that the test of this file sees it.
fn later<T: Send + Sync + 'static>(text: &'static str, mean: fn(&'static str) -> Option<T>) -> Late<Vec<T>> {
    Late::new(move || words(text).map(mean).collect::<Option<_>>().unwrap_or_default())
}

/// `id` and `revision`, with a colon between.
fn spoken(word: &'static str) -> Option<Spoken> {
    let (id, revision) = word.split_once(':')?;
    Some(Spoken { id: QuestionId::own(id).ok()?, revision: revision.parse().ok()? })
}

/// `id`, `kind`, `factor`, `revision` and `passage`, with colons between.
fn listed(word: &'static str) -> Option<Listed> {
    let mut parts = word.split(':');
    Some(Listed {
        id: QuestionId::own(parts.next()?).ok()?,
        kind: Kind::named(parts.next()?)?,
        factor: factor(parts.next()?)?,
        revision: parts.next()?.parse().ok()?,
        passage: parts.next().and_then(|id| PassageId::own(id).ok()),
    })
}

/// A number from 1 to 12, or `-`.
fn factor(text: &str) -> Option<Option<u8>> {
    if text == "-" { Some(None) } else { text.parse().ok().map(Some) }
}

fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(' ').filter(|word| !word.is_empty())
}

/// Header and map as the file holds them: the header, then one lesson a line.
#[must_use]
pub fn map_file(header: &Header, map: &[Entry]) -> String {
    let number = |factor: Option<u8>| factor.map_or_else(|| "-".to_owned(), |factor| factor.to_string());
    let mut file = [header.id.to_string(), plain(&header.title), plain(&header.version), plain(&header.language)].join("\t");
    for (dir, entry) in header.dirs.iter().zip(map) {
        let pairs: Vec<&str> = entry.pairs.iter().map(PairId::as_str).collect();
        let questions: Vec<String> = entry.questions.iter().map(|q| question(q, &number(q.factor))).collect();
        let fields = [
            dir.clone(),
            entry.id.to_string(),
            plain(&entry.title),
            number(entry.factor),
            entry.words.to_string(),
            entry.minutes.to_string(),
            entry.interview.iter().map(|spoken| format!("{}:{}", spoken.id, spoken.revision)).collect::<Vec<_>>().join(" "),
            if entry.story { "story" } else { "-" }.to_owned(),
            plain(&entry.gist),
            pairs.join(" "),
            entry.languages.join(" "),
            questions.join(" "),
        ];
        file.push('\n');
        file.push_str(&fields.join("\t"));
    }
    file.push('\n');
    file
}

fn question(listed: &Listed, factor: &str) -> String {
    let passage = listed.passage.as_ref().map_or("", PassageId::as_str);
    format!("{}:{}:{factor}:{}:{passage}", listed.id, listed.kind.name(), listed.revision)
}

/// The front matter of the lesson in folder `dir`, without its places: to open a lesson, YAML takes as long as its whole text.
#[must_use]
pub fn front(dir: &str) -> Option<Node> {
    of_dir(FRONTS_TEXT, dir)
}

/// What the file with the pairs of the lesson in folder `dir` holds, without its places.
#[must_use]
pub fn pairs(dir: &str) -> Option<Node> {
    of_dir(PAIRS_TEXT, dir)
}

fn of_dir(text: &str, dir: &str) -> Option<Node> {
    let line = text.lines().find_map(|line| line.strip_prefix(dir)?.strip_prefix('\t'))?;
    serde_json::from_str(line).ok().map(node)
}

fn node(json: Json) -> Node {
    let value = match json {
        Json::Bool(whether) => Value::Bool(whether),
        Json::Number(number) => number.as_i64().map_or(Value::Null, Value::Int),
        Json::String(text) => Value::Text(text),
        Json::Array(list) => Value::List(list.into_iter().map(node).collect()),
        Json::Object(map) => {
            Value::Map(map.into_iter().map(|(name, json)| (Key { at: Spot::default(), name }, node(json))).collect())
        }
        Json::Null => Value::Null,
    };
    Node { at: Spot::default(), value, cut: false }
}

/// Front matters as the file holds them, one lesson a line: its folder, and its fields as JSON.
#[must_use]
pub fn fronts_file(files: &Files, dirs: &[String]) -> String {
    lines(dirs, |paths| {
        let (front, ..) = split(files.get(&paths.lesson)?)?;
        yaml::parse(&paths.lesson, front, 1).ok()
    })
}

/// The files with the pairs as the file holds them, one lesson a line, like the [front matters](fronts_file).
#[must_use]
pub fn pairs_file(files: &Files, dirs: &[String]) -> String {
    lines(dirs, |paths| yaml::parse(&paths.compare, files.get(&paths.compare)?, 1).ok())
}

/// A line for each folder of which something is known: its name, and what is known as JSON.
fn lines(dirs: &[String], known: impl Fn(&Paths) -> Option<Node>) -> String {
    fn json(node: &Node) -> Json {
        match &node.value {
            Value::Null => Json::Null,
            Value::Bool(whether) => (*whether).into(),
            Value::Int(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(list) => list.iter().map(json).collect(),
            Value::Map(map) => map.iter().map(|(key, node)| (key.name.clone(), json(node))).collect(),
        }
    }
    let line = |dir: &String| Some(format!("{dir}\t{}\n", json(&known(&Paths::new(dir))?)));
    dirs.iter().filter_map(line).collect()
}

/// The colours of the embedded code: one piece a line, its [`crate::domain::code::key`] as 16 hexadecimal digits, a space
/// and the runs, sorted by key.
#[must_use]
pub fn colours() -> &'static str {
    COLOURS_TEXT
}
