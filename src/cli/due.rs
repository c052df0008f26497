//! `twelvefold due`: what is to be reviewed today, and when the rest comes back.

use std::process::ExitCode;

use serde::Serialize;

use super::course::{self, Failure};
use super::data;
use super::list::{cell, print_json, widest};
use super::out::Out;
use super::settings::Settings;
use crate::domain::course::{Course, numeral};
use crate::domain::progress::Progress;
use crate::domain::review::{self, Due, Forecast};
use crate::domain::time::Day;

#[derive(Serialize)]
struct Listing<'c> {
    due: usize,
    today: Vec<Row<'c>>,
    tomorrow: usize,
    week: usize,
    in_review: usize,
    next: Option<String>,
}

#[derive(Serialize)]
struct Row<'c> {
    question: String,
    lesson: &'c str,
    recall: f64,
    confident_mistake: bool,
}

/// Prints what is due.
///
/// # Errors
/// When course or progress cannot be read, or the output fails.
pub fn due(settings: &Settings, json: bool) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let progress = data::progress(settings)?;
    let mut out = Out::stdout(settings);
    print(&course, &progress, data::today(settings), json, &mut out)?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn print(course: &Course, progress: &Progress, day: Day, json: bool, out: &mut Out) -> Result<(), Failure> {
    let queue = review::queue(course.cards(), progress, day, review::DAILY);
    let told = review::forecast(course.cards(), progress, day);
    if json {
        return print_json(&listing(course, &queue, told), out);
    }
    if queue.is_empty() {
        out.line("Nothing to review now.")?;
    } else {
        let titles = widest(course.map.iter().map(|entry| entry.title.as_str()));
        for (entry, count) in course.map.iter().enumerate().filter_map(|(lesson, entry)| {
            let count = queue.iter().filter(|due| due.lesson == lesson).count();
            (count > 0).then_some((entry, count))
        }) {
            out.line(&format!("{:>4}  {}  {count:>2}", entry.factor.map_or("", numeral), cell(entry.title.as_str(), titles)))?;
        }
        let questions = if queue.len() == 1 { "question" } else { "questions" };
        out.line(&format!("\n{} {questions} to review today: twelvefold review", queue.len()))?;
    }
    if told.all > 0 {
        let waiting = told.now.saturating_sub(queue.len());
        out.line(&format!(
            "beyond today's {}: {waiting}   tomorrow: {}   in the five days after: {}   in review: {}",
            review::DAILY,
            told.tomorrow,
            told.week,
            told.all
        ))?;
    }
    Ok(())
}

fn listing<'c>(course: &'c Course, queue: &[Due], told: Forecast) -> Listing<'c> {
    Listing {
        due: told.now,
        today: queue
            .iter()
            .map(|due| Row {
                question: due.question.to_string(),
                lesson: course.map.get(due.lesson).map_or("", |entry| entry.id.as_str()),
                recall: due.recall,
                confident_mistake: due.confident_mistake,
            })
            .collect(),
        tomorrow: told.tomorrow,
        week: told.week,
        in_review: told.all,
        next: told.next.and_then(date),
    }
}

/// A day as people write it: 2026-11-27.
fn date(day: Day) -> Option<String> {
    let days = jiff::Span::new().try_days(day.0).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(days).ok().map(|date| date.to_string())
}
