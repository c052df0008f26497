//! Home: where am I, what is next, how well do I know each factor.

mod map;
mod mastery;

use ratatui::layout::Rect;

use self::map::{State, TITLE, details, halves, list_area, list_room, row_of, rows, screen, state};
use super::{
    Asks, Go, Press, Screen, compare, exam, interview_plan, lesson, on_call, quiz, reset, scrolled, simulator, standing, story,
    tracks, wheel,
};
use crate::domain::course::{Entry, numeral};
use crate::domain::event::Deed;
use crate::domain::exam::Paper;
use crate::domain::id::LessonId;
use crate::domain::night::Switches;
use crate::domain::review;
use crate::domain::track::{Track, Way};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{body, draw_box, draw_line, draw_lines, follow, footer, header, inside, percent};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit, pad, width_of, wrap};
use crate::ui::message::{Input, MouseKind};

/// The map of the course.
#[derive(Debug, Default)]
pub struct Home {
    cursor: usize,
    top: usize,
    moved: bool,
    /// How many questions are due today.
    due: usize,
    /// How well each factor would be known today.
    mastery: [Option<f64>; 12],
    /// How many lessons are done.
    done: usize,
    /// A line for each lesson, as it is when the cursor is elsewhere.
    list: Vec<Pieces>,
    /// The chart of mastery.
    chart: Vec<Pieces>,
}

/// What is asked where nothing was done yet.
const QUESTION: &str = "What brings you here?";
impl Home {
    /// The lesson under the cursor.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts the cursor on a lesson, as one comes back to it.
    pub fn point_at(&mut self, cx: &Context, lesson: usize) {
        self.cursor = lesson.min(cx.course.map.len().saturating_sub(1));
        self.moved = true;
        self.keep_in_sight(cx);
    }

    /// What earlier sessions left has come: the cursor goes to where one was, unless it was moved already.
    pub fn loaded(&mut self, cx: &Context) {
        if !self.moved {
            self.cursor = next(cx);
        }
    }

    /// Another day has come. What was not laid out yet will be.
    pub fn renew(&mut self, cx: &Context) {
        if !self.list.is_empty() {
            self.lay_out(cx);
        }
    }

    /// Looks at how things stand, as is to be done whenever that may have changed, and keeps the cursor in sight. Where only the
    /// cursor moves, nothing else has.
    pub fn lay_out(&mut self, cx: &Context) {
        // Where nothing was asked, as before what was kept has come, there is nothing to be counted.
        let asked = !cx.progress.questions.is_empty();
        self.due = if asked { review::queue(cx.course.cards(), &cx.progress, cx.day(), review::DAILY).len() } else { 0 };
        self.mastery = if asked { mastery::of(cx) } else { Default::default() };
        self.done = cx.course.map.iter().filter(|entry| state(cx, entry) == State::Done).count();
        let (width, track) = (list_area(cx, screen(cx)).width, tracks::followed(cx).map(|track| track.lessons(&cx.course)));
        let aside = |lesson| track.as_ref().is_some_and(|track| !track.contains(&lesson));
        let ink = |lesson| if aside(lesson) { Ink::Dim } else { Ink::Text };
        let line = |(lesson, entry)| row_of(cx, entry, ink(lesson), width.into());
        self.list = cx.course.map.iter().enumerate().map(line).collect();
        let [_, chart] = details(screen(cx)).map(inside);
        self.chart = if cx.wide() { mastery::chart(&self.mastery, chart.width.into(), chart.height.into()) } else { Vec::new() };
        self.keep_in_sight(cx);
    }

    fn keep_in_sight(&mut self, cx: &Context) {
        let rows = rows(cx);
        let at = rows.iter().position(|row| *row == Some(self.cursor)).unwrap_or(0);
        let room = list_room(cx);
        self.top = follow(self.top, room, at, 1).min(rows.len().saturating_sub(room));
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        let last = cx.course.map.len().saturating_sub(1);
        if let Some(steps) = wheel(press.input.as_ref()) {
            let to = if steps < 0 { self.cursor.saturating_sub(1) } else { (self.cursor + 1).min(last) };
            self.point_at(cx, to);
            return Go::Stay;
        }
        if let Some(Input::Mouse(mouse)) = &press.input {
            if let (MouseKind::Press, Some(lesson)) = (mouse.kind, self.at(cx, mouse.column, mouse.row)) {
                if lesson == self.cursor {
                    return open(cx, lesson, asks);
                }
                self.point_at(cx, lesson);
            }
            return Go::Stay;
        }
        match press.action {
            Some(Action::Enter) => open(cx, self.cursor, asks),
            Some(Action::Compare) => compare::open(cx, self.cursor, None, asks),
            Some(Action::Quiz) => quiz::open(cx, self.cursor, asks),
            Some(Action::Review) => quiz::review(cx, asks),
            Some(Action::Play) => on_call::open(cx),
            Some(Action::Simulate) => simulator::open(cx, Switches::ALL_ON, 1),
            Some(Action::Tracks) => tracks::open(cx),
            Some(Action::Back) => {
                if asks_way(cx) {
                    asks.deeds.push(Deed::WayChosen { track: None });
                }
                Go::Stay
            }
            Some(Action::Reset) => reset::open(cx, Some(self.cursor)),
            Some(Action::Undo) => {
                reset::undo(cx, asks);
                Go::Home(self.cursor)
            }
            Some(Action::Exam) => exam::open(cx, Paper::default(), asks),
            Some(Action::Interview) => interview_plan::open(cx, Some(self.cursor)),
            Some(Action::Standing) => Go::To(Screen::Standing(Box::new(standing::open(cx)))),
            Some(Action::Choose(digit)) => {
                if let Some(lesson) = cx.course.lesson_of_factor(digit) {
                    self.point_at(cx, lesson);
                }
                Go::Stay
            }
            Some(action) => {
                if let Some(to) = scrolled(action, self.cursor, 1, cx.course.map.len()) {
                    let step = list_room(cx).saturating_sub(2).max(1);
                    let to = match action {
                        Action::PageUp => self.cursor.saturating_sub(step),
                        Action::PageDown => (self.cursor + step).min(last),
                        _ => to,
                    };
                    self.point_at(cx, to);
                }
                Go::Stay
            }
            None => Go::Stay,
        }
    }

    fn at(&self, cx: &Context, column: u16, row: u16) -> Option<usize> {
        let area = list_area(cx, screen(cx));
        let inside = area.contains((column, row).into());
        let row = usize::from(row.checked_sub(area.y)?);
        inside.then(|| rows(cx).get(self.top + row).copied().flatten()).flatten()
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let (done, total) = (self.done, cx.course.map.len());
        let mut left = vec![Piece::bold("twelvefold", Ink::Accent), Piece::new(format!("   {}", cx.course.title), Ink::Dim)];
        let mut right = Pieces::new();
        if self.due > 0 {
            right.push(Piece::new(format!("{} to review", self.due), Ink::Accent));
            right.push(Piece::new("  ·  ", Ink::Faint));
        }
        let share = match tracks::followed(cx) {
            Some(track) => {
                let (done, all) = track.standing(&cx.progress);
                right.push(Piece::new(track.title.as_str(), Ink::Accent));
                right.push(Piece::new(format!("  {done} of {all} steps"), Ink::Dim));
                tracks::ratio(done, all)
            }
            None => {
                right.push(Piece::new(format!("{done} of {total} lessons"), Ink::Dim));
                tracks::ratio(done, total)
            }
        };
        if width_of(&left) + width_of(&right) + 5 > cx.columns() {
            // How one stands is worth more than what one has opened, and half a title little.
            left.truncate(1);
        }
        header(canvas, cx, &left, &right, Some(share));
        let area = body(canvas.area());
        if cx.wide() {
            self.wide(cx, canvas, area);
        } else {
            self.narrow(cx, canvas, area);
        }
        let skip = self.skip(cx);
        footer(canvas, cx, Mode::Home, &skip);
    }

    fn skip(&self, cx: &Context) -> Vec<Action> {
        let entry = cx.course.map.get(self.cursor);
        let mut skip = Vec::new();
        if self.due == 0 {
            skip.push(Action::Review);
        }
        if cx.resets.is_empty() {
            skip.push(Action::Undo);
        }
        if cx.course.map.iter().all(|entry| entry.interview.is_empty()) {
            skip.push(Action::Interview);
        }
        if entry.is_none_or(|entry| entry.pairs.is_empty()) {
            skip.push(Action::Compare);
        }
        if entry.is_none_or(|entry| entry.quiz().next().is_none()) {
            skip.push(Action::Quiz);
        }
        // Who is asked has the key before the eyes.
        if tracks::followed(cx).is_none() {
            skip.push(Action::Tracks);
        }
        skip
    }

    fn wide(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let (left, _) = halves(area);
        draw_box(canvas, left, "Course", cx.theme);
        self.list(cx, canvas, list_area(cx, area));
        let [detail, mastery] = details(area);
        let current = next(cx) == self.cursor;
        let begun = cx.progress.current.is_some();
        let title = match (current, begun) {
            (true, true) => "Continue",
            (true, false) => "Begin here",
            (false, _) => "Under the cursor",
        };
        let inner = draw_box(canvas, detail, title, cx.theme);
        draw_lines(canvas, inner, &self.detail(cx, usize::from(inner.width)), cx.theme);
        if asks_way(cx) {
            let inner = draw_box(canvas, mastery, QUESTION, cx.theme);
            draw_lines(canvas, inner, &question(cx, usize::from(inner.width), usize::from(inner.height)), cx.theme);
            return;
        }
        let inner = draw_box(canvas, mastery, "Mastery: what you would know today", cx.theme);
        draw_lines(canvas, inner, &self.chart, cx.theme);
    }

    fn narrow(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let list = list_area(cx, area);
        self.list(cx, canvas, list);
        let rest = Rect { y: list.bottom(), height: area.bottom().saturating_sub(list.bottom()), ..area };
        if rest.height < 3 {
            return;
        }
        let inner = Rect { x: rest.x + 1, y: rest.y + 1, width: rest.width.saturating_sub(2), height: rest.height - 1 };
        let Some(entry) = cx.course.map.get(self.cursor) else { return };
        let width = usize::from(inner.width);
        if asks_way(cx) {
            let mut lines = vec![vec![Piece::bold(QUESTION, Ink::Accent)]];
            lines.extend(question(cx, width, usize::from(inner.height).saturating_sub(1)));
            draw_lines(canvas, inner, &lines, cx.theme);
            return;
        }
        let mut lines: Vec<Pieces> =
            wrap(&[Piece::new(entry.gist.as_str(), Ink::Text)], width).into_iter().map(|line| line.pieces).take(2).collect();
        lines.push(facts(cx, entry));
        draw_lines(canvas, inner, &lines, cx.theme);
    }

    fn list(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        for (row, lesson) in area.rows().zip(rows(cx).into_iter().skip(self.top)) {
            let Some(line) = lesson.and_then(|lesson| self.list.get(lesson)) else { continue };
            if lesson == Some(self.cursor) {
                canvas.set_style(row, cx.theme.selected());
                let bold = |(at, piece): (usize, &Piece)| Piece { bold: at == TITLE, ..piece.clone() };
                draw_line(canvas, row, &line.iter().enumerate().map(bold).collect::<Pieces>(), cx.theme);
            } else {
                draw_line(canvas, row, line, cx.theme);
            }
        }
    }

    fn detail(&self, cx: &Context, width: usize) -> Vec<Pieces> {
        let Some(entry) = cx.course.map.get(self.cursor) else { return Vec::new() };
        let mut lines = vec![Vec::new(), vec![Piece::bold(title(entry), Ink::Accent)], Vec::new()];
        lines.extend(wrap(&[Piece::new(entry.gist.as_str(), Ink::Text)], width.min(64)).into_iter().map(|line| line.pieces));
        lines.push(Vec::new());
        lines.push(vec![Piece::new(contents(entry), Ink::Dim)]);
        lines.push(facts(cx, entry));
        if let Some(pack) = cx.course.pack_of(&entry.id) {
            lines.push(vec![Piece::new(fit(&format!("from the pack {}, {}", pack.title, pack.version), width), Ink::Dim)]);
        }
        lines.push(Vec::new());
        let key = |key: &str, words: String| vec![Piece::bold(format!("{key:<7}"), Ink::Accent), Piece::new(words, Ink::Text)];
        lines.push(key("Enter", enter_words(cx, entry)));
        if !entry.pairs.is_empty() {
            lines.push(key("c", format!("compare {} BAD/GOOD {}", entry.pairs.len(), plural(entry.pairs.len(), "pair"))));
        }
        let quiz = entry.quiz().count();
        if quiz > 0 {
            lines.push(key("t", quiz_words(cx, &entry.id, quiz)));
        }
        lines
    }
}

/// The tracks, and the keys that answer.
fn question(cx: &Context, width: usize, height: usize) -> Vec<Pieces> {
    let tracks = cx.course.tracks();
    let titles = tracks.iter().map(|track| width_of(&[Piece::new(track.title.as_str(), Ink::Text)])).max().unwrap_or(0);
    // A sentence that is cut says little: all of them, or none.
    let room = width.saturating_sub(titles + 10);
    let told = tracks.iter().all(|track| width_of(&[Piece::new(track.says.as_str(), Ink::Text)]) <= room);
    let mut lines: Vec<Pieces> = tracks
        .iter()
        .take(height.saturating_sub(1))
        .map(|track| {
            let mut line = vec![Piece::new(track.title.as_str(), Ink::Text)];
            pad(&mut line, titles + 2);
            line.push(Piece::new(format!("{:>6}  ", tracks::time(track)), Ink::Dim));
            line.push(Piece::new(if told { track.says.as_str() } else { "" }, Ink::Dim));
            line
        })
        .collect();
    if height > lines.len() + 2 {
        lines.insert(0, Vec::new());
        lines.push(Vec::new());
    }
    lines.push(vec![
        Piece::bold("w", Ink::Accent),
        Piece::new(" choose one   ", Ink::Text),
        Piece::bold("Esc", Ink::Accent),
        Piece::new(" all of it, in order", Ink::Text),
    ]);
    lines
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

fn quiz_words(cx: &Context, id: &LessonId, quiz: usize) -> String {
    let sitting = cx.progress.lessons.get(id).and_then(|lesson| lesson.sitting.as_ref()).filter(|sitting| !sitting.complete());
    match sitting.and_then(|sitting| Some((sitting.next()? + 1, sitting.questions.len()))) {
        Some((at, count)) => format!("go on with the quiz at question {at} of {count}"),
        None => format!("take the quiz, {quiz} {}", plural(quiz, "question")),
    }
}

fn enter_words(cx: &Context, entry: &Entry) -> String {
    if entry.story {
        return "live through the night, scene by scene".into();
    }
    let place = cx.progress.lessons.get(&entry.id).and_then(|lesson| lesson.place.as_ref());
    match place {
        Some(place) if place.percent >= 100 => "read it again".into(),
        Some(place) => format!("read on at {} %", place.percent),
        None => "read the lesson".into(),
    }
}

fn contents(entry: &Entry) -> String {
    let mut parts = vec![format!("{} min", entry.minutes)];
    if !entry.pairs.is_empty() {
        parts.push(format!("{} {}", entry.pairs.len(), plural(entry.pairs.len(), "pair")));
    }
    let quiz = entry.quiz().count();
    if quiz > 0 {
        parts.push(format!("{quiz} {}", plural(quiz, "question")));
    }
    parts.join("  ·  ")
}

fn facts(cx: &Context, entry: &Entry) -> Pieces {
    let Some(lesson) = cx.progress.lessons.get(&entry.id) else { return vec![Piece::new("not begun", Ink::Dim)] };
    let mut parts = Vec::new();
    match (&lesson.place, lesson.finished) {
        (_, true) => parts.push("read".to_owned()),
        (Some(place), false) => parts.push(format!("{} % read", place.percent)),
        (None, false) => parts.push("opened".to_owned()),
    }
    if let Some(quiz) = lesson.quiz {
        parts.push(format!("quiz: first {} %, best {} %, last {} %", percent(quiz.first), percent(quiz.best), percent(quiz.last)));
    }
    vec![Piece::new(parts.join("  ·  "), Ink::Dim)]
}

fn title(entry: &Entry) -> String {
    match entry.factor {
        Some(factor) if entry.title.as_str() == crate::domain::course::factor_name(factor) => {
            format!("{}  {}", numeral(factor), entry.title)
        }
        _ => entry.title.to_string(),
    }
}

/// Whether the learner is asked what brought her here: nothing was done, and nothing chosen.
fn asks_way(cx: &Context) -> bool {
    let fresh = cx.loaded && cx.progress.way == Way::Unasked && cx.progress.lessons.is_empty() && cx.progress.answers == 0;
    fresh && !cx.course.tracks().is_empty()
}

/// The lesson to go on with on a track: the first one after `lesson`, or else of all, that was not read.
#[must_use]
pub fn ahead(cx: &Context, track: &Track, lesson: Option<usize>) -> Option<usize> {
    let lessons = track.lessons(&cx.course);
    let unread = |at: &&usize| {
        let entry = cx.course.map.get(**at);
        entry.is_some_and(|entry| !cx.progress.lessons.get(&entry.id).is_some_and(|known| known.finished))
    };
    let from = lesson.and_then(|lesson| lessons.iter().position(|at| *at == lesson)).map_or(0, |at| at + 1);
    let rest = lessons.get(from..).unwrap_or(&[]);
    rest.iter().find(unread).or_else(|| lessons.iter().find(unread)).copied()
}

/// The lesson to go on with when `lesson` is done: the next one of the track that is followed, or of the course.
#[must_use]
pub fn after(cx: &Context, lesson: usize) -> usize {
    let track = tracks::followed(cx).filter(|track| track.lessons(&cx.course).contains(&lesson));
    let last = cx.course.map.len().saturating_sub(1);
    track.and_then(|track| ahead(cx, track, Some(lesson))).unwrap_or((lesson + 1).min(last))
}

/// The lesson to go on with: the last one, or the one after it when it is done. Who follows a track goes on with its lessons.
fn next(cx: &Context) -> usize {
    let Some(track) = tracks::followed(cx) else { return next_of_all(cx) };
    let current = cx.progress.current.as_ref().and_then(|id| cx.course.index_of(id));
    let begun = current.filter(|&at| {
        let read = |entry: &Entry| cx.progress.lessons.get(&entry.id).is_some_and(|known| known.finished);
        track.lessons(&cx.course).contains(&at) && !cx.course.map.get(at).is_some_and(read)
    });
    begun.or_else(|| ahead(cx, track, current)).unwrap_or_else(|| next_of_all(cx))
}

/// The lesson to go on with in the order of the course.
#[must_use]
pub fn next_of_all(cx: &Context) -> usize {
    let Some(current) = cx.progress.current.as_ref().and_then(|id| cx.course.index_of(id)) else { return 0 };
    let done = cx.course.map.get(current).is_some_and(|entry| state(cx, entry) == State::Done);
    if !done {
        return current;
    }
    (current + 1..cx.course.map.len())
        .find(|&at| cx.course.map.get(at).is_some_and(|entry| state(cx, entry) != State::Done))
        .unwrap_or(current)
}

/// Opens a lesson: its text, or its story where it has one.
pub fn open(cx: &mut Context, lesson: usize, asks: &mut Asks) -> Go {
    let tells = cx.course.map.get(lesson).is_some_and(|entry| entry.story);
    if tells {
        return story::open(cx, lesson, asks);
    }
    lesson::open(cx, lesson, None, asks).map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))))
}
