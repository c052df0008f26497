//! An exam: a paper without feedback until its end, then a result by factor, and a sheet that says what was tested and when.

use std::fmt::Write as _;

use super::quiz::Purpose;
use super::{Asks, Go, quiz};
use crate::domain::course::numeral;
use crate::domain::exam::{self, Paper};
use crate::domain::grade::Verdict;
use crate::domain::id::QuestionId;
use crate::domain::text::SafeText;
use crate::domain::time::{Timestamp, Zone};
use crate::ui::chrome::{meter, percent};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces};

/// What is known of an exam that is under way or over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exam {
    /// The paper: the same seed gives the same questions.
    pub seed: u64,
    /// When it began.
    pub began: Timestamp,
    /// When it is over, where it has a clock.
    pub ends: Option<Timestamp>,
}

/// A question of the paper: its lesson, itself, and the score of its answer.
pub type Asked = (usize, QuestionId, f64);

/// Begins an exam.
pub fn open(cx: &mut Context, paper: Paper, asks: &mut Asks) -> Go {
    let seed = paper.seed.unwrap_or_else(|| cx.rng.next_u64());
    let questions = exam::draw(&cx.course.map, &paper, seed);
    if questions.is_empty() {
        cx.notice = Some(SafeText::new("There is no question to be asked in such an exam."));
        return Go::Stay;
    }
    let ends = paper.minutes.map(|minutes| Timestamp(cx.now.0.saturating_add(i64::from(minutes) * 60_000)));
    quiz::begin(cx, questions, Purpose::Exam(Exam { seed, began: cx.now, ends }), seed, 0, asks)
}

impl Exam {
    /// Whether its time is over.
    #[must_use]
    pub fn over(&self, now: Timestamp) -> bool {
        self.ends.is_some_and(|ends| now >= ends)
    }

    /// When it ends by the learner's clock: `until 14:35`. Nothing moves on the screen while she thinks.
    #[must_use]
    pub fn until(&self, zone: Zone) -> Option<String> {
        self.ends.map(|ends| format!("until {}", clock(ends, zone)))
    }
}

/// Points, questions and share by factor, in order.
fn by_factor(cx: &Context, asked: &[Asked]) -> Vec<(u8, f64, u32)> {
    let factor = |(lesson, id, _): &Asked| cx.course.map.get(*lesson)?.questions.iter().find(|listed| &listed.id == id)?.factor;
    (1..=12)
        .filter_map(|number| {
            let of: Vec<f64> = asked.iter().filter(|one| factor(one) == Some(number)).map(|one| one.2).collect();
            let count = u32::try_from(of.len()).unwrap_or(u32::MAX);
            (count > 0).then(|| (number, of.iter().sum(), count))
        })
        .collect()
}

/// The result by factor, a line of at most `width` cells each.
#[must_use]
pub fn rows(cx: &Context, asked: &[Asked], width: usize) -> Vec<Pieces> {
    // Numeral, title and figures take what they need; the bar has the rest.
    let cells = width.saturating_sub(50).clamp(4, 16);
    let line = |(factor, points, count): (u8, f64, u32)| {
        let share = points / f64::from(count);
        let mut line = vec![Piece::bold(format!("{:>4}  ", numeral(factor)), Ink::Accent)];
        line.push(Piece::new(format!("{:<24}", title(cx, factor)), Ink::Text));
        line.extend(meter(cells, share, "█", "░"));
        line.push(Piece::new(format!("  {:>3} %   {points:.1} of {count}", percent(share)), Ink::Dim));
        line
    };
    by_factor(cx, asked).into_iter().map(line).collect()
}

fn title(cx: &Context, factor: u8) -> String {
    let entry = cx.course.lesson_of_factor(factor).and_then(|lesson| cx.course.map.get(lesson));
    entry.map_or_else(|| format!("Factor {factor}"), |entry| entry.title.to_string())
}

/// The sheet: what was tested, when, by which paper, and how it went. Markdown.
#[must_use]
pub fn sheet(cx: &Context, exam: &Exam, asked: &[Asked], all: usize) -> String {
    let points: f64 = asked.iter().map(|one| one.2).sum();
    let count = u32::try_from(all.max(1)).unwrap_or(u32::MAX);
    let right = asked.iter().filter(|one| Verdict::of(one.2) == Verdict::Right).count();
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write!(
        text,
        "# {}: exam\n\n\
         - Date: {}, from {} to {}\n\
         - Course: {}, version {}\n\
         - Paper: {all} questions, seed {}\n\
         - Answered: {}; in full: {right}\n\
         - **Result: {} %** ({points:.1} of {all} points)\n\n\
         | Factor | Questions | Points | Share |\n|---|---|---|---|\n",
        cx.course.title,
        date(exam.began, cx.zone),
        clock(exam.began, cx.zone),
        clock(cx.now, cx.zone),
        cx.course.id,
        cx.course.version,
        exam.seed,
        asked.len(),
        percent(points / f64::from(count)),
    );
    for (factor, points, count) in by_factor(cx, asked) {
        let share = percent(points / f64::from(count));
        let _ = writeln!(text, "| {} {} | {count} | {points:.1} | {share} % |", numeral(factor), title(cx, factor));
    }
    text.push_str("\nNo feedback was given before the end. Part marks are right picks less wrong picks, never below zero.\n");
    text
}

/// The name of the file that the sheet goes into.
#[must_use]
pub fn file_name(exam: &Exam, zone: Zone) -> String {
    let clock = clock(exam.began, zone).replace(':', "");
    format!("twelvefold-exam-{}-{clock}.md", date(exam.began, zone))
}

fn local(at: Timestamp, zone: Zone) -> Option<jiff::civil::DateTime> {
    let offset = jiff::tz::Offset::from_seconds(zone.0).ok()?;
    jiff::Timestamp::from_millisecond(at.0).ok().map(|at| offset.to_datetime(at))
}

fn date(at: Timestamp, zone: Zone) -> String {
    local(at, zone).map_or_else(|| "?".to_owned(), |at| at.date().to_string())
}

fn clock(at: Timestamp, zone: Zone) -> String {
    local(at, zone).map_or_else(|| "?".to_owned(), |at| format!("{:02}:{:02}", at.hour(), at.minute()))
}
