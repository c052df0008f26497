//! The ways through a course, from `lessons/tracks.yaml`.

use super::files::Files;
use super::markdown::Located;
use super::reader::{Object, Report, as_text, read};
use super::shape;
use super::yaml::{self, Spot};
use crate::domain::doc::Link;
use crate::domain::id::{LessonId, PairId, PassageId, QuestionId, TrackId};
use crate::domain::problem::Problem;
use crate::domain::text::SafeText;
use crate::domain::track::{Step, Track};

/// The file.
pub const PATH: &str = "lessons/tracks.yaml";

/// What a step may be.
const KINDS: [&str; 4] = ["lesson", "pair", "questions", "interview"];

/// The tracks of a course, and what has still to be held against the rest of it.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// The tracks, in order.
    pub tracks: Vec<Track>,
    /// What their steps name, interview questions apart, and in which file.
    pub links: Vec<(Located, String)>,
    /// The interview questions that they name.
    pub interview: Vec<(QuestionId, Spot, String)>,
}

impl Read {
    fn link(&mut self, link: Link, at: Spot) {
        self.links.push(((link, at), PATH.to_owned()));
    }
}

/// Reads the tracks; none when there is no such file.
pub fn tracks(files: &Files, problems: &mut Vec<Problem>) -> Read {
    let mut found = Read::default();
    let Some(text) = files.get(PATH) else { return found };
    let node = match yaml::parse(PATH, text, 0) {
        Ok(node) => node,
        Err(problem) => {
            problems.push(problem);
            return found;
        }
    };
    let mut report = Report { path: PATH, problems };
    let Some(object) = read(&node, &shape::TRACKS, &mut report) else { return found };
    for track in object.objects("tracks") {
        let made = track_of(track, &mut found, &mut report);
        found.tracks.extend(made);
    }
    found
}

fn track_of(track: Object<'_>, found: &mut Read, report: &mut Report<'_>) -> Option<Track> {
    let mut steps: Vec<Step> = Vec::new();
    for object in track.objects("steps") {
        let Some(step) = step_of(object, found, report) else { continue };
        if steps.contains(&step) {
            report.error(object.at, "T002", "this step stands twice in the track", Some("keep one of them".into()));
        }
        steps.push(step);
    }
    let id = TrackId::new(&track.text("id")?).ok()?;
    if found.tracks.iter().any(|known| known.id == id) {
        report.error(track.get("id")?.at, "I002", format!("the track `{id}` stands twice"), None);
    }
    Some(Track {
        id,
        title: SafeText::new(&track.text("title")?),
        says: SafeText::new(&track.text("says")?),
        minutes: track.int("minutes").and_then(|n| u16::try_from(n).ok())?,
        steps,
    })
}

fn step_of(object: Object<'_>, found: &mut Read, report: &mut Report<'_>) -> Option<Step> {
    let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| object.get(kind).is_some()).collect();
    let &[kind] = kinds.as_slice() else {
        // A key that is no field was spoken of, and may be the one that is missing.
        let strange = object.keys().any(|key| !shape::TRACK_STEP.fields.iter().any(|field| field.name == key));
        if !kinds.is_empty() || !strange {
            let message = match kinds.as_slice() {
                [] => "this step names nothing to do".to_owned(),
                several => format!("this step is {} at once", several.join(" and ")),
            };
            report.error(object.at, "T001", message, Some(format!("one of {} a step", KINDS.join(", "))));
        }
        return None;
    };
    if kind != "lesson" && object.get("passage").is_some() {
        let help = "write it beside the `lesson` that it is of".to_owned();
        report.error(object.key("passage"), "T001", format!("a passage of a step with `{kind}`"), Some(help));
    }
    let at = object.get(kind)?.at;
    match kind {
        "lesson" => {
            let lesson = LessonId::new(&object.text(kind)?).ok()?;
            let passage = object.text("passage").and_then(|text| PassageId::new(&text).ok());
            let spot = object.get("passage").map_or(at, |node| node.at);
            found.link(Link::Lesson(lesson.clone(), None), at);
            if passage.is_some() {
                found.link(Link::Lesson(lesson.clone(), passage.clone()), spot);
            }
            Some(Step::Lesson(lesson, passage))
        }
        "pair" => {
            let pair = PairId::new(&object.text(kind)?).ok()?;
            found.link(Link::Pair(pair.clone()), at);
            Some(Step::Pair(pair))
        }
        _ => {
            let mut ids: Vec<(QuestionId, Spot)> = Vec::new();
            for node in object.list(kind) {
                let Some(id) = as_text(node).and_then(|text| QuestionId::new(&text).ok()) else { continue };
                if ids.iter().any(|(known, _)| *known == id) {
                    report.error(node.at, "T002", format!("`{id}` stands twice in this step"), Some("keep one of them".into()));
                    continue;
                }
                ids.push((id, node.at));
            }
            let questions = ids.iter().map(|(id, _)| id.clone()).collect();
            if kind == "questions" {
                ids.into_iter().for_each(|(id, at)| found.link(Link::Question(id), at));
                Some(Step::Questions(questions))
            } else {
                found.interview.extend(ids.into_iter().map(|(id, at)| (id, at, PATH.to_owned())));
                Some(Step::Interview(questions))
            }
        }
    }
}
