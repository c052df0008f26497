//! The map on home: a line for each lesson, and where it and the boxes beside it stand.

use ratatui::layout::Rect;

use super::asks_way;
use crate::domain::course::{Entry, numeral};
use crate::ui::chrome::{body, cells, percent};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces, fit, pad, width_of};

/// How far a lesson is, for its sign on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    New,
    Begun,
    Done,
}

/// Which piece of a line is the title of the lesson.
pub(super) const TITLE: usize = 2;
/// Rows of the box with the chart of mastery.
const CHART: u16 = 11;

/// How far a lesson is: done when it was read and asked about.
pub(super) fn state(cx: &Context, entry: &Entry) -> State {
    match cx.progress.lessons.get(&entry.id) {
        None => State::New,
        Some(lesson) if lesson.finished && (lesson.quiz.is_some() || entry.quiz().next().is_none()) => State::Done,
        Some(_) => State::Begun,
    }
}

/// The rows of the list: lessons, and gaps between the groups of four where there is room. A lesson without a factor of its
/// own belongs to the group before it, except after the last factor.
pub(super) fn rows(cx: &Context) -> Vec<Option<usize>> {
    let map = &cx.course.map;
    let last = map.iter().rposition(|entry| entry.factor.is_some()).unwrap_or(0);
    let airy = list_room(cx) >= map.len() + 4;
    let mut rows = Vec::new();
    let mut before = 0;
    for (at, entry) in map.iter().enumerate() {
        let group = if at > last { u8::MAX } else { entry.factor.map_or(before, |factor| 1 + (factor - 1) / 4) };
        if airy && at > 0 && group != before {
            rows.push(None);
        }
        before = group;
        rows.push(Some(at));
    }
    rows
}

/// The map on the left, the rest on the right, a column of air between. By hand: a solver would cost more than the picture.
pub(super) fn halves(area: Rect) -> (Rect, Rect) {
    let width = u16::try_from((u32::from(area.width) * 44 + 50) / 100).unwrap_or(area.width);
    let rest = area.width.saturating_sub(width + 1);
    (Rect { width, ..area }, Rect { x: area.right() - rest, width: rest, ..area })
}

/// The boxes on the right: what is under the cursor, and below it how well each factor is known.
pub(super) fn details(area: Rect) -> [Rect; 2] {
    let (_, right) = halves(area);
    let below = right.height.min(CHART);
    let detail = Rect { height: right.height - below, ..right };
    [detail, Rect { y: right.y + detail.height, height: below, ..right }]
}

/// Where the list stands in the part of the screen between header and hints.
pub(super) fn list_area(cx: &Context, area: Rect) -> Rect {
    if cx.wide() {
        let (left, _) = halves(area);
        Rect { x: left.x + 2, y: left.y + 1, width: left.width.saturating_sub(4), height: left.height.saturating_sub(2) }
    } else {
        let below = match area.height {
            0..12 => 0,
            16.. if asks_way(cx) => u16::try_from(cx.course.tracks().len()).unwrap_or(0).saturating_add(3).min(area.height / 2),
            _ => 4,
        };
        Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), height: area.height - below, y: area.y }
    }
}

/// Lines of the list that are in sight.
pub(super) fn list_room(cx: &Context) -> usize {
    usize::from(list_area(cx, screen(cx)).height).max(1)
}

/// The part of the screen between header and hints.
pub(super) fn screen(cx: &Context) -> Rect {
    body(Rect::new(0, 0, cx.size.0, cx.size.1))
}

/// A line of the list. Its [`TITLE`] is the title.
pub(super) fn row_of(cx: &Context, entry: &Entry, ink_of_title: Ink, width: usize) -> Pieces {
    let (sign, ink) = match state(cx, entry) {
        State::Done => ("●", Ink::Good),
        State::Begun => ("◐", Ink::Accent),
        State::New => ("○", Ink::Faint),
    };
    let named = entry.factor.filter(|factor| entry.title.as_str() == crate::domain::course::factor_name(*factor));
    let mut line = vec![Piece::new(sign, ink), Piece::new(format!(" {:<5}", named.map_or("", numeral)), Ink::Dim)];
    let bar = if width >= 44 { 8 } else { 0 };
    let tail = bar + 6;
    let room = width.saturating_sub(7 + tail + 1);
    let from = cx.course.pack_of(&entry.id).map(|pack| format!("  {}", pack.id)).unwrap_or_default();
    let words = fit(entry.title.as_str(), room.saturating_sub(from.len()).max(room / 2));
    line.push(Piece::new(words, ink_of_title));
    if width_of(&line) + from.len() + tail <= width {
        line.push(Piece::new(from, Ink::Accent));
    }
    let asked = !cx.progress.questions.is_empty() && entry.quiz().any(|question| cx.progress.questions.contains_key(question));
    if let Some(mastery) = asked.then(|| cx.progress.mastery(entry.quiz(), cx.day())).flatten() {
        pad(&mut line, width.saturating_sub(tail));
        line.push(Piece::new("█".repeat(cells(bar, mastery)), Ink::Accent));
        pad(&mut line, width.saturating_sub(6));
        line.push(Piece::new(format!("{:>4} %", percent(mastery)), Ink::Dim));
    }
    line
}
