//! An exam: a paper without feedback until its end, then a result by factor, and a sheet that says what was tested and when.

use std::fmt::Write as _;
use std::time::Duration;

use super::quiz::Purpose;
use super::{Asks, Go, exam_left, quiz};
use crate::domain::course::numeral;
use crate::domain::event::Deed;
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
    /// How often it was gone on with after it was left.
    pub resumed: u32,
}

/// A question of the paper: its lesson, itself, and the score of its answer.
pub type Asked = (usize, QuestionId, f64);

/// Begins an exam, unless one is under way: then that one has to be gone on with or handed in first.
pub fn open(cx: &mut Context, paper: Paper, asks: &mut Asks) -> Go {
    if let Some(left) = exam_left::open(cx) {
        return Go::To(left);
    }
    let seed = paper.seed.unwrap_or_else(|| cx.rng.next_u64());
    let questions = exam::draw(&cx.course.map, &paper, seed);
    if questions.is_empty() {
        cx.notice = Some(SafeText::new("There is no question to be asked in such an exam."));
        return Go::Stay;
    }
    let left = paper.minutes.map(|minutes| u64::from(minutes) * MINUTE);
    let ends = left.map(|left| Timestamp(cx.now.0.saturating_add_unsigned(left)));
    let ids = questions.iter().map(|(_, id)| id.clone()).collect();
    asks.deeds.push(Deed::ExamBegan { seed, questions: ids, left });
    quiz::begin(cx, questions, Purpose::Exam(Exam { seed, began: cx.now, ends, resumed: 0 }), seed, 0, asks)
}

/// In milliseconds.
const MINUTE: u64 = 60_000;

/// Whole minutes, the one that runs among them, in words.
#[must_use]
pub fn minutes(left: u64) -> String {
    match left.div_ceil(MINUTE) {
        0 => "no time left".to_owned(),
        1 => "less than a minute".to_owned(),
        minutes => format!("{minutes} min"),
    }
}

impl Exam {
    /// Whether its time is over.
    #[must_use]
    pub fn over(&self, now: Timestamp) -> bool {
        self.ends.is_some_and(|ends| now >= ends)
    }

    /// The time that is left: `23 min left`.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Option<String> {
        let left = self.ends?.since(now);
        Some(if left == 0 { minutes(left) } else { format!("{} left", minutes(left)) })
    }

    /// How long from now those words change: once a minute, and nothing moves between.
    #[must_use]
    pub fn next_beat(&self, now: Timestamp) -> Option<Duration> {
        let left = self.ends?.since(now);
        let shown = left.div_ceil(MINUTE);
        // A millisecond more than the minute has, so that the clock cannot be asked a moment too early. Time that ran out while
        // nobody looked, as when the machine slept, is over at once.
        Some(Duration::from_millis(left.saturating_sub(shown.saturating_sub(1) * MINUTE) + 1))
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
         {}\
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
        interrupted(exam),
        percent(points / f64::from(count)),
    );
    for (factor, points, count) in by_factor(cx, asked) {
        let share = percent(points / f64::from(count));
        let _ = writeln!(text, "| {} {} | {count} | {points:.1} | {share} % |", numeral(factor), title(cx, factor));
    }
    text.push_str("\nNo feedback was given before the end. Part marks are right picks less wrong picks, never below zero.\n");
    text
}

fn interrupted(exam: &Exam) -> String {
    match exam.resumed {
        0 => String::new(),
        1 => "- Interrupted: once\n".to_owned(),
        times => format!("- Interrupted: {times} times\n"),
    }
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

/// A day and a time, by the learner's clock.
#[must_use]
pub fn moment(at: Timestamp, zone: Zone) -> String {
    format!("{} {}", date(at, zone), clock(at, zone))
}

fn date(at: Timestamp, zone: Zone) -> String {
    local(at, zone).map_or_else(|| "?".to_owned(), |at| at.date().to_string())
}

fn clock(at: Timestamp, zone: Zone) -> String {
    local(at, zone).map_or_else(|| "?".to_owned(), |at| format!("{:02}:{:02}", at.hour(), at.minute()))
}
