//! `twelvefold tracks`: the ways through the course, and how far the learner is on each.

use std::process::ExitCode;

use serde::Serialize;

use super::course::{self, Failure};
use super::data;
use super::list::{cell, print_json, widest};
use super::out::Out;
use super::settings::Settings;
use crate::domain::course::Course;
use crate::domain::id::{PassageId, QuestionId};
use crate::domain::progress::Progress;
use crate::domain::track::{Step, Track};

/// Lists the tracks of the course.
///
/// # Errors
/// When the course, the progress or the output fails.
pub fn tracks(settings: &Settings, json: bool) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let progress = data::progress(settings)?;
    let mut out = Out::stdout(settings);
    if json {
        print_json(&listing(&course, &progress), &mut out)?;
    } else {
        table(&course, &progress, &mut out)?;
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn table(course: &Course, progress: &Progress, out: &mut Out) -> Result<(), Failure> {
    let tracks = course.tracks();
    if tracks.is_empty() {
        return Ok(out.line("This course has no tracks.")?);
    }
    let ids = widest(tracks.iter().map(|track| track.id.as_str()).chain(["ID"]));
    let titles = widest(tracks.iter().map(|track| track.title.as_str()).chain(["TITLE"]));
    out.line(&format!("{}  {}  MIN   DONE  FOR WHOM", cell("ID", ids), cell("TITLE", titles)))?;
    for track in tracks {
        let (done, all) = track.standing(progress);
        out.line(&format!(
            "{}  {}  {:>3}  {:>5}  {}",
            cell(track.id.as_str(), ids),
            cell(track.title.as_str(), titles),
            track.minutes,
            format!("{done}/{all}"),
            track.says,
        ))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Listing<'c> {
    tracks: Vec<Listed<'c>>,
}

#[derive(Serialize)]
struct Listed<'c> {
    id: &'c str,
    title: &'c str,
    says: &'c str,
    minutes: u16,
    steps_done: usize,
    steps_to_do: usize,
    steps: Vec<Stepped<'c>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Stepped<'c> {
    Lesson { lesson: &'c str, passage: Option<&'c str>, done: Option<bool> },
    Pair { pair: &'c str, done: Option<bool> },
    Questions { questions: Vec<&'c str>, done: Option<bool> },
    Interview { questions: Vec<&'c str>, done: Option<bool> },
}

fn listing<'c>(course: &'c Course, progress: &Progress) -> Listing<'c> {
    Listing { tracks: course.tracks().iter().map(|track| listed(track, progress)).collect() }
}

fn listed<'c>(track: &'c Track, progress: &Progress) -> Listed<'c> {
    let (steps_done, all) = track.standing(progress);
    Listed {
        id: track.id.as_str(),
        title: track.title.as_str(),
        says: track.says.as_str(),
        minutes: track.minutes,
        steps_done,
        steps_to_do: all - steps_done,
        steps: track.steps.iter().map(|step| stepped(step, step.done(progress))).collect(),
    }
}

fn stepped(step: &Step, done: Option<bool>) -> Stepped<'_> {
    match step {
        Step::Lesson(lesson, passage) => {
            Stepped::Lesson { lesson: lesson.as_str(), passage: passage.as_ref().map(PassageId::as_str), done }
        }
        Step::Pair(pair) => Stepped::Pair { pair: pair.as_str(), done },
        Step::Questions(ids) => Stepped::Questions { questions: ids.iter().map(QuestionId::as_str).collect(), done },
        Step::Interview(ids) => Stepped::Interview { questions: ids.iter().map(QuestionId::as_str).collect(), done },
    }
}
