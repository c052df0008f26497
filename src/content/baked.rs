//! What is made from the embedded course ahead of time, so that no start and no first view pays for it: the map of the
//! course and the colours of its code. `cargo run --example bake` writes it; a test holds it against the course.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::files::Files;
use crate::domain::course::{Entry, Listed};
use crate::domain::id::{LessonId, PairId, QuestionId};
use crate::domain::quiz::Kind;
use crate::domain::text::SafeText;

/// The file with the map.
pub const MAP: &str = "assets/baked/map.json";
/// The file with the colours.
pub const COLOURS: &str = "assets/baked/colours.txt";

#[derive(Serialize, Deserialize)]
struct Raw {
    id: String,
    title: String,
    factor: Option<u8>,
    words: u32,
    minutes: u16,
    pairs: Vec<String>,
    questions: Vec<(String, String, Option<u8>)>,
    interview: u16,
    story: bool,
    gist: String,
}

/// The map of the course, as it was baked. `None` when it is missing or broken.
#[must_use]
pub fn map(files: &Files) -> Option<Vec<Entry>> {
    let raw: Vec<Raw> = serde_json::from_str(files.get(MAP)?).ok()?;
    raw.iter().map(entry).collect()
}

fn entry(raw: &Raw) -> Option<Entry> {
    Some(Entry {
        id: LessonId::new(&raw.id).ok()?,
        title: SafeText::new(&raw.title),
        factor: raw.factor,
        words: raw.words,
        minutes: raw.minutes,
        pairs: raw.pairs.iter().map(|id| PairId::new(id).ok()).collect::<Option<_>>()?,
        questions: raw
            .questions
            .iter()
            .map(|(id, kind, factor)| Some(Listed { id: QuestionId::new(id).ok()?, kind: Kind::named(kind)?, factor: *factor }))
            .collect::<Option<_>>()?,
        interview: raw.interview,
        story: raw.story,
        gist: SafeText::new(&raw.gist),
    })
}

/// The map as the file holds it: one lesson a line.
#[must_use]
pub fn map_file(map: &[Entry]) -> String {
    let lines: Vec<String> = map
        .iter()
        .map(|entry| Raw {
            id: entry.id.to_string(),
            title: entry.title.to_string(),
            factor: entry.factor,
            words: entry.words,
            minutes: entry.minutes,
            pairs: entry.pairs.iter().map(ToString::to_string).collect(),
            questions: entry.questions.iter().map(|q| (q.id.to_string(), q.kind.name().to_owned(), q.factor)).collect(),
            interview: entry.interview,
            story: entry.story,
            gist: entry.gist.to_string(),
        })
        .map(|raw| serde_json::to_string(&raw).unwrap_or_default())
        .collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// The colours of the embedded code, by [`crate::domain::code::key`].
#[must_use]
pub fn colours(files: &Files) -> HashMap<u64, &str> {
    files
        .get(COLOURS)
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| {
            let (key, runs) = line.split_once(' ')?;
            Some((u64::from_str_radix(key, 16).ok()?, runs))
        })
        .collect()
}
