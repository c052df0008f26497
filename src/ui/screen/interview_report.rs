//! The end of an interview: the score of each factor, what to read tonight, and the points that were not said.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::ask::hanging;
use super::interview::{self, Finished};
use super::{Asks, Go, Press, Screen, lesson, scrolled, wheel, wheeled};
use crate::domain::course::{Course, factor_name, numeral};
use crate::domain::interview::{Wish, question_in, score};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{column, draw_line, footer, header, meter, more_below, percent};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit, pad, pieces, width_of};
use crate::ui::message::{Input, MouseKind};
use crate::ui::page::MEASURE;

/// Lessons for one evening.
const TONIGHT: usize = 3;
/// Points that are quoted. More would be read by nobody.
const QUOTED: usize = 6;

/// What a round amounts to.
#[derive(Debug)]
pub struct Report {
    wish: Wish,
    finished: Vec<Finished>,
    /// What to read, most missed first: the lesson, and how many points of it were missed.
    tonight: Vec<(usize, usize)>,
    rows: Vec<(Pieces, Option<usize>)>,
    top: usize,
}

impl Report {
    /// The report of what was answered.
    #[must_use]
    pub fn new(cx: &Context, wish: Wish, finished: Vec<Finished>) -> Self {
        let tonight = tonight(&cx.course, &finished);
        let mut report = Self { wish, finished, tonight, rows: Vec::new(), top: 0 };
        report.lay_out(cx);
        report
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let width = width(cx);
        let (said, points) = total(self.finished.iter().filter_map(|finished| counts(&cx.course, finished)));
        let share = score(said, points);
        let count = self.finished.len();
        let questions = if count == 1 { "question" } else { "questions" };
        let mut rows: Vec<(Pieces, Option<usize>)> = Vec::new();
        let mut plain = |pieces: Pieces| rows.push((pieces, None));
        plain(vec![
            Piece::bold(format!("{} %", percent(share)), Ink::Accent),
            Piece::new(format!("   {said} of {points} points said, in {count} {questions}"), Ink::Text),
        ]);
        plain(meter(width.min(60), share, "█", "░"));
        plain(Vec::new());
        for row in factors(&cx.course, &self.finished, width) {
            plain(row);
        }
        plain(Vec::new());
        if self.tonight.is_empty() {
            plain(vec![Piece::bold("Every point was said.", Ink::Good)]);
        } else {
            plain(vec![Piece::bold("Read tonight", Ink::Accent)]);
            for (at, (lesson, missed)) in self.tonight.iter().enumerate() {
                rows.push((reading(cx, at, *lesson, *missed, width), Some(at)));
            }
            rows.push((Vec::new(), None));
            rows.push((vec![Piece::bold("Worth saying next time", Ink::Warn)], None));
            rows.extend(missed(&cx.course, &self.finished, width).into_iter().map(|row| (row, None)));
        }
        self.rows = rows;
        self.top = self.top.min(self.rows.len().saturating_sub(cx.room()));
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.top = wheeled(steps, self.top, cx.room(), self.rows.len());
            return Go::Stay;
        }
        if let Some(Input::Mouse(mouse)) = &press.input
            && mouse.kind == MouseKind::Press
        {
            let area = column(ratatui::layout::Rect::new(0, 0, cx.size.0, cx.size.1), width(cx));
            let row = area.contains((mouse.column, mouse.row).into()).then(|| self.top + usize::from(mouse.row - area.y));
            let target = row.and_then(|row| self.rows.get(row)).and_then(|row| row.1);
            return target.map_or(Go::Stay, |at| self.read(cx, at, asks));
        }
        match press.action {
            Some(Action::Back) => Go::Back,
            Some(Action::Again) => match interview::open(cx, self.wish) {
                Go::To(screen) => Go::Replace(screen),
                other => other,
            },
            Some(Action::Choose(digit)) => self.read(cx, usize::from(digit).wrapping_sub(1), asks),
            Some(action) => {
                if let Some(top) = scrolled(action, self.top, cx.room(), self.rows.len()) {
                    self.top = top;
                }
                Go::Stay
            }
            None => Go::Stay,
        }
    }

    fn read(&self, cx: &mut Context, at: usize, asks: &mut Asks) -> Go {
        let reader = self.tonight.get(at).and_then(|(lesson, _)| lesson::open(cx, *lesson, None, asks));
        reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))))
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let left = [Piece::bold("Interview", Ink::Accent), Piece::new("  ›  ", Ink::Faint), Piece::new("Report", Ink::Dim)];
        header(canvas, cx, &left, &[], Some(1.0));
        let area = column(canvas.area(), width(cx));
        for (row, (pieces, _)) in area.rows().zip(self.rows.iter().skip(self.top)) {
            draw_line(canvas, row, pieces, cx.theme);
        }
        more_below(canvas, cx, area, self.top, self.rows.len());
        let skip: &[Action] = if self.tonight.is_empty() { &[Action::Choose(1)] } else { &[] };
        footer(canvas, cx, Mode::Report, skip);
    }
}

/// How many points of a question were said, and how many there are.
fn counts(course: &Course, finished: &Finished) -> Option<(usize, usize)> {
    let question = question_in(course, finished.lesson, &finished.question)?;
    Some((finished.said.len(), question.points.len()))
}

fn total(counts: impl Iterator<Item = (usize, usize)>) -> (usize, usize) {
    counts.fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1))
}

/// What a question is about: its factor, or else its lesson.
fn subject(course: &Course, finished: &Finished) -> (u8, usize) {
    let factor = question_in(course, finished.lesson, &finished.question).and_then(|question| question.factor);
    factor.map_or((u8::MAX, finished.lesson), |factor| (factor, 0))
}

fn name(course: &Course, subject: (u8, usize)) -> (&'static str, String) {
    match subject {
        (u8::MAX, lesson) => ("", course.map.get(lesson).map(|entry| entry.title.to_string()).unwrap_or_default()),
        (factor, _) => (numeral(factor), factor_name(factor).to_owned()),
    }
}

/// One bar for each factor.
fn factors(course: &Course, finished: &[Finished], width: usize) -> Vec<Pieces> {
    let mut by: BTreeMap<(u8, usize), (usize, usize)> = BTreeMap::new();
    for one in finished {
        let sum = by.entry(subject(course, one)).or_default();
        *sum = total([*sum, counts(course, one).unwrap_or_default()].into_iter());
    }
    let names = by.keys().map(|subject| width_of(&[Piece::new(name(course, *subject).1, Ink::Text)])).max().unwrap_or(0);
    let bar = 20.min(width.saturating_sub(40)).max(8);
    let names = names.min(width.saturating_sub(bar + 20)).max(1);
    by.into_iter()
        .map(|(subject, (said, points))| {
            let (numeral, name) = name(course, subject);
            let mut row = vec![Piece::new(format!("  {numeral:<6}"), Ink::Dim), Piece::new(fit(&name, names), Ink::Text)];
            pad(&mut row, 8 + names + 2);
            row.extend(meter(bar, score(said, points), "█", "░"));
            row.push(Piece::new(format!("  {said} of {points}"), Ink::Dim));
            row
        })
        .collect()
}

/// The lessons whose points were missed most often.
fn tonight(course: &Course, finished: &[Finished]) -> Vec<(usize, usize)> {
    let mut by: BTreeMap<usize, usize> = BTreeMap::new();
    for one in finished {
        let (said, points) = counts(course, one).unwrap_or_default();
        *by.entry(one.lesson).or_default() += points.saturating_sub(said);
    }
    let mut lessons: Vec<(usize, usize)> = by.into_iter().filter(|(_, missed)| *missed > 0).collect();
    lessons.sort_by_key(|(lesson, missed)| (Reverse(*missed), *lesson));
    lessons.truncate(TONIGHT);
    lessons
}

fn reading(cx: &Context, at: usize, lesson: usize, missed: usize, width: usize) -> Pieces {
    let Some(entry) = cx.course.map.get(lesson) else { return Vec::new() };
    let points = if missed == 1 { "point" } else { "points" };
    let tail = vec![Piece::new(format!("{missed} {points} missed  ·  {:>2} min", entry.minutes), Ink::Dim)];
    let mut row = vec![Piece::bold(format!("  {}     ", at + 1), Ink::Accent)];
    let room = width.min(60).saturating_sub(10 + width_of(&tail));
    row.push(Piece::new(fit(entry.title.as_str(), room.max(1)), Ink::Link));
    pad(&mut row, 8 + room + 2);
    row.extend(tail);
    row
}

/// The points that were not said, the weakest answers first, each with what it answers.
fn missed(course: &Course, finished: &[Finished], width: usize) -> Vec<Pieces> {
    let mut order: Vec<&Finished> = finished.iter().collect();
    let share = |one: &Finished| counts(course, one).map_or(1.0, |(said, points)| score(said, points));
    order.sort_by(|a, b| share(a).total_cmp(&share(b)));
    let mut rows = Vec::new();
    let (mut quoted, mut all) = (0, 0);
    for one in order {
        let Some(question) = question_in(course, one.lesson, &one.question) else { continue };
        let points: Vec<&_> =
            question.points.iter().enumerate().filter(|(at, _)| !one.said.contains(at)).map(|(_, point)| point).collect();
        all += points.len();
        let room = QUOTED.saturating_sub(quoted);
        if points.is_empty() || room == 0 {
            continue;
        }
        rows.push(Vec::new());
        let asked = fit(&question.prompt.text().replace('\n', " "), width.saturating_sub(2).max(1));
        rows.push(vec![Piece::new(format!("  {asked}"), Ink::Dim)]);
        for point in points.into_iter().take(room) {
            quoted += 1;
            let mut quote = vec![Piece::new("“", Ink::Text)];
            quote.extend(pieces(point, Ink::Text));
            quote.push(Piece::new("”", Ink::Text));
            rows.extend(hanging(vec![Piece::bold("  !  ", Ink::Warn)], &quote, 5, width, None).into_iter().map(|row| row.pieces));
        }
    }
    if all > quoted {
        rows.push(Vec::new());
        rows.push(vec![Piece::new(format!("  and {} more", all - quoted), Ink::Dim)]);
    }
    rows
}

fn width(cx: &Context) -> usize {
    cx.columns().saturating_sub(2).clamp(1, MEASURE)
}
