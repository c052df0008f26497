//! `twelvefold present`: lessons for a class, and the view of whoever speaks.

use std::process::ExitCode;

use super::course::{self, Failure};
use super::screens;
use super::settings::Settings;
use crate::domain::class::Plan;
use crate::domain::course::Course;
use crate::domain::id::{ClassId, TrackId, is_id};
use crate::term::session;
use crate::ui::screen::present;

/// The name of a class that was given none.
pub const UNNAMED: &str = "unnamed";

/// What to present.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// Which lesson, or which track; without it, the whole course
    #[arg(value_name = "LESSON|TRACK")]
    what: Option<String>,
    /// The speaker's view, beside the one that the room sees: it follows, and leads
    #[arg(long)]
    notes: bool,
    /// How long it may take: a clock says how far ahead or behind you are
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=600))]
    minutes: Option<u16>,
    /// Whose class it is, for what is voted: a name of a-z, 0-9 and -
    #[arg(long, value_name = "NAME", value_parser = class_name, default_value = UNNAMED)]
    class: String,
}

/// A name of a class.
pub(super) fn class_name(name: &str) -> Result<String, &'static str> {
    if is_id(name) { Ok(name.to_owned()) } else { Err("a class is named by 1 to 64 of a-z, 0-9 and -") }
}

/// Presents.
///
/// # Errors
/// When there is no such lesson, or no terminal.
pub fn present(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let plan = wish.what.as_deref().map(|name| plan(&course, name)).transpose()?;
    let promised = match &plan {
        Some(Plan::Track(id)) => course.track(id).map(|track| track.minutes),
        _ => None,
    };
    let class = ClassId::new(&wish.class).map_err(|error| Failure::Usage(error.to_string()))?;
    // No two views that are open at once have the same number and were opened in the same millisecond.
    let me = session::now().0.cast_unsigned().rotate_left(20) ^ u64::from(std::process::id());
    let wish = present::Wish { plan, minutes: wish.minutes.or(promised), class, speaker: wish.notes, me };
    screens::class(settings, course, wish)
}

/// The track of that id, else the lesson that is meant.
fn plan(course: &Course, name: &str) -> Result<Plan, Failure> {
    if let Some(track) = TrackId::new(name).ok().and_then(|id| course.track(&id)) {
        return Ok(Plan::Track(track.id.clone()));
    }
    let index = course::find(course, name)?;
    let entry = course.map.get(index).map(|entry| Plan::Lesson(entry.id.clone()));
    entry.ok_or_else(|| Failure::Usage(format!("there is no lesson `{name}`")))
}
