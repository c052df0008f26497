//! The ways through the course: which one to follow, and the steps of the one that is followed.

use ratatui::layout::Rect;

use super::{Asks, Go, Press, Screen, compare, home, interview, lesson, quiz, scrolled, wheel};
use crate::domain::comparison::language_name;
use crate::domain::course::{Course, factor_name, numeral};
use crate::domain::event::Deed;
use crate::domain::id::QuestionId;
use crate::domain::track::{Step, Track, Way};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{column, draw_line, follow, footer, header, more_below};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit, pad, wrap};
use crate::ui::message::{Input, MouseKind};
use crate::ui::page::MEASURE;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    /// What there is to choose from: the tracks, then all of the course.
    Choice,
    /// The steps of the track at this place.
    Steps(usize),
}

/// The ways through the course.
#[derive(Debug)]
pub struct Tracks {
    face: Face,
    cursor: usize,
    rows: Vec<(Pieces, Option<usize>)>,
    top: usize,
}

/// Cells before the name of a lesson.
const NUMERAL: usize = 10;

/// Opens the steps of what is followed, or the choice where no track is. Nothing where there are no tracks.
pub fn open(cx: &Context) -> Go {
    let tracks = cx.course.tracks();
    if tracks.is_empty() {
        return Go::Stay;
    }
    let followed = followed(cx).and_then(|track| tracks.iter().position(|known| known.id == track.id));
    let mut screen = Tracks { face: followed.map_or(Face::Choice, Face::Steps), cursor: 0, rows: Vec::new(), top: 0 };
    if let Some(track) = followed.and_then(|at| tracks.get(at)) {
        screen.cursor = track.next(&cx.progress).unwrap_or(0);
    }
    screen.lay_out(cx);
    Go::To(Screen::Tracks(Box::new(screen)))
}

/// The track that is followed, if it is one of this course.
#[must_use]
pub fn followed(cx: &Context) -> Option<&Track> {
    match &cx.progress.way {
        Way::Track(id) => cx.course.track(id),
        Way::All | Way::Unasked => None,
    }
}

/// How long it takes, in words.
#[must_use]
pub fn time(track: &Track) -> String {
    match (track.minutes / 60, track.minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes}"),
    }
}

impl Tracks {
    /// Where keys are pressed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.face == Face::Choice { Mode::Tracks } else { Mode::Steps }
    }

    fn count(&self, cx: &Context) -> usize {
        match self.face {
            Face::Choice => cx.course.tracks().len() + 1,
            Face::Steps(track) => cx.course.tracks().get(track).map_or(0, |track| track.steps.len()),
        }
    }

    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self, cx: &Context) -> (usize, usize) {
        (self.cursor, self.count(cx))
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let width = width(cx);
        self.rows = match self.face {
            Face::Choice => choice(cx, width),
            Face::Steps(track) => cx.course.tracks().get(track).map_or_else(Vec::new, |track| steps(cx, track, width)),
        };
        let first = self.rows.iter().position(|row| row.1 == Some(self.cursor)).unwrap_or(0);
        let last = self.rows.iter().rposition(|row| row.1 == Some(self.cursor)).unwrap_or(first);
        let first = if self.cursor == 0 { 0 } else { first };
        self.top = follow(self.top, cx.room(), first, last + 1 - first).min(self.rows.len().saturating_sub(cx.room()));
    }

    fn point_at(&mut self, cx: &Context, cursor: usize) {
        self.cursor = cursor.min(self.count(cx).saturating_sub(1));
        self.lay_out(cx);
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.point_at(cx, if steps < 0 { self.cursor.saturating_sub(1) } else { self.cursor + 1 });
            return Go::Stay;
        }
        if let Some(Input::Mouse(mouse)) = &press.input {
            let area = column(Rect::new(0, 0, cx.size.0, cx.size.1), width(cx));
            let inside = mouse.kind == MouseKind::Press && area.contains((mouse.column, mouse.row).into());
            let row = usize::from(mouse.row.saturating_sub(area.y)) + self.top;
            let Some(at) = self.rows.get(row).and_then(|row| row.1).filter(|_| inside) else { return Go::Stay };
            if at == self.cursor {
                return self.enter(cx, asks);
            }
            self.point_at(cx, at);
            return Go::Stay;
        }
        match press.action {
            Some(Action::Back) => return self.back(cx, asks),
            Some(Action::Enter) => return self.enter(cx, asks),
            Some(Action::Tracks) => {
                let at = if let Face::Steps(track) = self.face { track } else { 0 };
                (self.face, self.top) = (Face::Choice, 0);
                self.point_at(cx, at);
            }
            Some(Action::Choose(digit)) => {
                let at = usize::from(digit).saturating_sub(1);
                if at < self.count(cx) {
                    self.point_at(cx, at);
                }
            }
            Some(action) => {
                if let Some(to) = scrolled(action, self.cursor, 1, self.count(cx)) {
                    let page = cx.room() / 2;
                    let to = match action {
                        Action::PageUp => self.cursor.saturating_sub(page),
                        Action::PageDown => self.cursor + page,
                        _ => to,
                    };
                    self.point_at(cx, to);
                }
            }
            None => {}
        }
        Go::Stay
    }

    /// Leaves. Who was asked and chose nothing follows all of the course, and is not asked again.
    fn back(&self, cx: &Context, asks: &mut Asks) -> Go {
        if self.face == Face::Choice && cx.progress.way == Way::Unasked {
            asks.deeds.push(Deed::WayChosen { track: None });
        }
        Go::Back
    }

    fn enter(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        let course = cx.course.clone();
        match self.face {
            Face::Choice => {
                let track = course.tracks().get(self.cursor);
                asks.deeds.push(Deed::WayChosen { track: track.map(|track| track.id.clone()) });
                let first = track.and_then(|track| home::ahead(cx, track, None));
                Go::Home(first.unwrap_or_else(|| home::next_of_all(cx)))
            }
            Face::Steps(track) => match course.tracks().get(track).and_then(|track| track.steps.get(self.cursor)) {
                Some(step) => open_step(cx, step, asks),
                None => Go::Stay,
            },
        }
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let track = if let Face::Steps(at) = self.face { cx.course.tracks().get(at) } else { None };
        let (mut right, mut share) = (Pieces::new(), None);
        let name = match track {
            None => "What brings you here?".to_owned(),
            Some(track) => {
                let (done, all) = track.standing(&cx.progress);
                right.push(Piece::new(format!("{done} of {all} steps"), Ink::Dim));
                share = Some(ratio(done, all));
                track.title.to_string()
            }
        };
        header(canvas, cx, &[Piece::bold(name, Ink::Accent)], &right, share);
        let area = column(canvas.area(), width(cx));
        for (row, (pieces, at)) in area.rows().zip(self.rows.iter().skip(self.top)) {
            if *at == Some(self.cursor) {
                canvas.set_style(row, cx.theme.selected());
            }
            draw_line(canvas, row, pieces, cx.theme);
        }
        more_below(canvas, cx, area, self.top, self.rows.len());
        footer(canvas, cx, self.mode(), &[]);
    }
}

/// A share, from 0 to 1.
#[must_use]
pub fn ratio(part: usize, whole: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    number(part) / number(whole.max(1))
}

fn width(cx: &Context) -> usize {
    cx.columns().saturating_sub(2).clamp(1, MEASURE)
}

/// Each track with whom it is for, and at the end all of the course.
fn choice(cx: &Context, width: usize) -> Vec<(Pieces, Option<usize>)> {
    let mut rows = Vec::new();
    let tracks = cx.course.tracks();
    let followed = followed(cx).map(|track| &track.id);
    for (at, track) in tracks.iter().enumerate() {
        let (done, all) = track.standing(&cx.progress);
        let far = if done > 0 { format!("{done} of {all}   ") } else { String::new() };
        let tail = format!("{far}{:>6}", time(track));
        push_choice(&mut rows, at, (track.title.as_str(), track.says.as_str(), &tail), followed == Some(&track.id), width);
    }
    let minutes: u32 = cx.course.map.iter().map(|entry| u32::from(entry.minutes)).sum();
    let all = ("All of it, in order", "You have time, and want every lesson.", format!("{} h {:02}", minutes / 60, minutes % 60));
    push_choice(&mut rows, tracks.len(), (all.0, all.1, &all.2), cx.progress.way == Way::All, width);
    if rows.len() > cx.room() {
        rows.retain(|row| row.1.is_some());
    }
    rows
}

fn push_choice(
    rows: &mut Vec<(Pieces, Option<usize>)>,
    at: usize,
    (title, says, tail): (&str, &str, &str),
    on: bool,
    width: usize,
) {
    if at > 0 {
        rows.push((Vec::new(), None));
    }
    let (sign, ink) = if on { ("● ", Ink::Accent) } else { ("○ ", Ink::Dim) };
    let room = width.saturating_sub(tail.chars().count() + 4);
    let mut head = vec![Piece::new(sign, ink), Piece::bold(fit(title, room.saturating_sub(2)), Ink::Text)];
    pad(&mut head, width.saturating_sub(tail.chars().count() + 1));
    head.push(Piece::new(tail, Ink::Dim));
    rows.push((head, Some(at)));
    for line in wrap(&[Piece::new(says, Ink::Dim)], width.saturating_sub(4).max(8)) {
        let mut row = vec![Piece::new("  ", Ink::Text)];
        row.extend(line.pieces);
        rows.push((row, Some(at)));
    }
}

/// Each step with whether it is done.
fn steps(cx: &Context, track: &Track, width: usize) -> Vec<(Pieces, Option<usize>)> {
    let mut rows: Vec<(Pieces, Option<usize>)> =
        wrap(&[Piece::new(track.says.as_str(), Ink::Dim)], width).into_iter().map(|line| (line.pieces, None)).collect();
    rows.push((Vec::new(), None));
    for (at, step) in track.steps.iter().enumerate() {
        let (sign, ink) = match step.done(&cx.progress) {
            Some(true) => ("●", Ink::Good),
            Some(false) => ("○", Ink::Faint),
            None => (" ", Ink::Faint),
        };
        let (before, words, tail) = told(&cx.course, step);
        let mut row = vec![Piece::new(format!("{sign} "), ink), Piece::new(before, Ink::Dim)];
        pad(&mut row, NUMERAL);
        let room = width.saturating_sub(NUMERAL + tail.chars().count() + 2);
        let ink = if matches!(step, Step::Lesson(..)) { Ink::Text } else { Ink::Dim };
        row.push(Piece::new(fit(&words, room), ink));
        pad(&mut row, width.saturating_sub(tail.chars().count() + 1));
        row.push(Piece::new(tail, Ink::Dim));
        rows.push((row, Some(at)));
    }
    rows
}

/// A step in words: what stands before it, its name, and how much it is.
fn told(course: &Course, step: &Step) -> (String, String, String) {
    match step {
        Step::Lesson(id, passage) => {
            let Some(entry) = course.index_of(id).and_then(|at| course.map.get(at)) else { return Default::default() };
            let named = entry.factor.filter(|factor| entry.title.as_str() == factor_name(*factor));
            let heading = passage.as_ref().and_then(|passage| course.lesson_by_id(id)?.body.heading(passage));
            let words = heading.map_or_else(|| entry.title.to_string(), |heading| format!("{}: {}", entry.title, heading.text()));
            let minutes = if passage.is_some() { String::new() } else { format!("{} min", entry.minutes) };
            (named.map_or("", numeral).to_owned(), words, minutes)
        }
        Step::Pair(id) => {
            let pair = course.pair(id).and_then(|(lesson, at)| course.lesson(lesson)?.pairs.get(at));
            let Some(pair) = pair else { return Default::default() };
            ("pair".to_owned(), pair.title.text(), language_name(&pair.language).to_owned())
        }
        Step::Questions(ids) => ("quiz".to_owned(), about(course, ids), count(ids.len(), "question")),
        Step::Interview(ids) => ("aloud".to_owned(), about(course, ids), count(ids.len(), "question")),
    }
}

/// So many of something, in words.
pub(super) fn count(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The titles of the lessons that the questions belong to.
fn about(course: &Course, ids: &[QuestionId]) -> String {
    let mut titles: Vec<&str> = Vec::new();
    for (lesson, _) in placed(course, ids) {
        let title = course.map.get(lesson).map_or("", |entry| entry.title.as_str());
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.join(", ")
}

/// The questions with their lessons, interview questions as well.
fn placed(course: &Course, ids: &[QuestionId]) -> Vec<(usize, QuestionId)> {
    let lesson = |id: &QuestionId| {
        let asked = course.question(id).map(|(lesson, _)| lesson);
        asked.or_else(|| course.map.iter().position(|entry| entry.interview.iter().any(|spoken| &spoken.id == id)))
    };
    ids.iter().filter_map(|id| Some((lesson(id)?, id.clone()))).collect()
}

/// Opens what a step leads to.
fn open_step(cx: &mut Context, step: &Step, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    match step {
        Step::Lesson(id, passage) => {
            let Some(index) = course.index_of(id) else { return Go::Stay };
            if passage.is_none() {
                return home::open(cx, index, asks);
            }
            let reader = lesson::open(cx, index, passage.as_ref(), asks);
            reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))))
        }
        Step::Pair(id) => course.pair(id).map_or(Go::Stay, |(lesson, pair)| compare::open(cx, lesson, Some(pair), asks)),
        // As in a review, wherever they stand: all that was answered comes back by itself.
        Step::Questions(ids) => {
            let seed = cx.rng.next_u64();
            quiz::begin(cx, placed(&course, ids), quiz::Purpose::Review, seed, 0, asks)
        }
        Step::Interview(ids) => interview::again(cx, placed(&course, ids)),
    }
}
