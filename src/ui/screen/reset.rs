//! To begin a lesson, or everything, anew. It is asked twice, and until one quits it can be undone.

use super::quiz::{text_area, width};
use super::tracks::count;
use super::{Asks, Go, Press, Screen};
use crate::domain::course::Entry;
use crate::domain::event::Deed;
use crate::domain::id::LessonId;
use crate::domain::progress::Progress;
use crate::domain::text::SafeText;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{draw_line, follow, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, wrap};

/// The choice of what is to begin anew.
#[derive(Debug)]
pub struct Reset {
    /// The lesson that one came from, and then everything: none.
    choices: Vec<Option<usize>>,
    cursor: usize,
    /// Whether it was chosen, and is asked once more.
    sure: bool,
    rows: Vec<(Pieces, Option<usize>)>,
    top: usize,
}

/// Asks what is to begin anew; `lesson` is offered beside everything.
pub fn open(cx: &mut Context, lesson: Option<usize>) -> Go {
    let mut choices: Vec<Option<usize>> = Vec::new();
    choices.extend(lesson.filter(|lesson| cx.course.map.get(*lesson).is_some_and(|entry| kept(cx, entry).is_some())).map(Some));
    if cx.progress == Progress::default() {
        cx.notice = Some(SafeText::new("Nothing is kept yet that could be reset."));
        return Go::Stay;
    }
    choices.push(None);
    let mut reset = Reset { choices, cursor: 0, sure: false, rows: Vec::new(), top: 0 };
    reset.lay_out(cx);
    Go::To(Screen::Reset(Box::new(reset)))
}

/// Takes the last reset of this session back.
pub fn undo(cx: &mut Context, asks: &mut Asks) {
    let Some((name, lesson)) = cx.resets.last() else {
        cx.notice = Some(SafeText::new("Nothing was reset since you started."));
        return;
    };
    asks.deeds.push(Deed::ResetUndone { name: *name });
    let what = called(cx, lesson.as_ref());
    cx.notice = Some(SafeText::new(&format!("{what} is again as it was before the reset.")));
}

/// What is kept of a lesson, in words; none when nothing is.
fn kept(cx: &Context, entry: &Entry) -> Option<String> {
    let known = cx.progress.lessons.get(&entry.id);
    let mut parts = Vec::new();
    if known.is_some() {
        parts.push("the place in it".to_owned());
    }
    if known.is_some_and(|known| known.sitting.as_ref().is_some_and(|sitting| !sitting.complete())) {
        parts.push("a quiz half done".to_owned());
    }
    if known.is_some_and(|known| known.quiz.is_some()) {
        parts.push("its scores".to_owned());
    }
    let ids = entry.quiz().chain(entry.interview.iter().map(|spoken| &spoken.id));
    match ids.filter(|id| cx.progress.questions.contains_key(*id)).count() {
        0 => {}
        number => parts.push(count(number, "question") + " in review"),
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What is kept at all, in words.
fn all(cx: &Context) -> String {
    let counted = |number: usize, what: &str| (number > 0).then(|| count(number, what));
    let lessons = counted(cx.progress.lessons.len(), "lesson").map(|lessons| format!("places and scores of {lessons}"));
    let questions = counted(cx.progress.questions.len(), "question").map(|questions| questions + " in review");
    let sure = questions.is_some().then(|| "how often you were sure and right".to_owned());
    let exam = cx.progress.exam.is_some().then(|| "the exam under way".to_owned());
    let parts: Vec<String> = [lessons, questions, sure, exam].into_iter().flatten().collect();
    if parts.is_empty() { "nothing yet".to_owned() } else { parts.join(", ") }
}

fn called(cx: &Context, lesson: Option<&LessonId>) -> String {
    let index = lesson.and_then(|lesson| cx.course.index_of(lesson));
    index.and_then(|index| cx.course.map.get(index)).map_or_else(|| "Everything".to_owned(), Entry::called)
}

impl Reset {
    /// Where keys are pressed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.sure { Mode::Confirm } else { Mode::Reset }
    }

    fn entry<'c>(&self, cx: &'c Context, choice: usize) -> Option<&'c Entry> {
        self.choices.get(choice).copied().flatten().and_then(|lesson| cx.course.map.get(lesson))
    }

    fn words(&self, cx: &Context, choice: usize) -> (String, String) {
        match self.entry(cx, choice) {
            Some(entry) => (entry.called(), kept(cx, entry).unwrap_or_default()),
            None => ("Everything".to_owned(), all(cx)),
        }
    }

    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> (usize, usize) {
        (self.cursor, self.choices.len())
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let width = width(cx);
        let mut rows: Vec<(Pieces, Option<usize>)> = Vec::new();
        let say = |rows: &mut Vec<(Pieces, Option<usize>)>, words: &str, ink: Ink, indent: usize, target: Option<usize>| {
            for line in wrap(&[Piece::new(words, ink)], width.saturating_sub(indent).max(1)) {
                let mut row = vec![Piece::new(" ".repeat(indent), Ink::Text)];
                row.extend(line.pieces);
                rows.push((row, target));
            }
        };
        if self.sure {
            let kept = self.words(cx, self.cursor).1;
            let what = self.entry(cx, self.cursor).map_or_else(|| "everything".to_owned(), Entry::called);
            rows.push((vec![Piece::bold(format!("Really reset {what}?"), Ink::Warn)], None));
            rows.push((Vec::new(), None));
            say(&mut rows, &format!("It will be as if it had never been begun. Gone from view: {kept}."), Ink::Text, 0, None);
            rows.push((Vec::new(), None));
            rows.push((vec![Piece::bold("y", Ink::Accent), Piece::new("    reset it", Ink::Text)], None));
            rows.push((vec![Piece::bold("Esc", Ink::Accent), Piece::new("  leave it as it is", Ink::Text)], None));
        } else {
            rows.push((vec![Piece::bold("What is to begin anew?", Ink::Text)], None));
            rows.push((Vec::new(), None));
            for choice in 0..self.choices.len() {
                let (what, kept) = self.words(cx, choice);
                let ink = if choice == self.cursor { Ink::Accent } else { Ink::Text };
                rows.push((vec![Piece::bold(format!("  {what}"), ink)], Some(choice)));
                say(&mut rows, &kept, Ink::Dim, 4, Some(choice));
                rows.push((Vec::new(), None));
            }
        }
        rows.push((Vec::new(), None));
        let after = "U undoes it, on the home screen, until you quit. What you answered stays in the history on the disk.";
        say(&mut rows, after, Ink::Dim, 0, None);
        self.rows = rows;
        self.top = self.top.min(self.rows.len().saturating_sub(cx.room()));
        let first = self.rows.iter().position(|row| row.1 == Some(self.cursor)).unwrap_or(0);
        let last = self.rows.iter().rposition(|row| row.1 == Some(self.cursor)).unwrap_or(first);
        self.top = follow(self.top, cx.room(), if self.cursor == 0 { 0 } else { first }, last + 1 - first);
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        match press.action {
            Some(Action::Back) if self.sure => self.sure = false,
            Some(Action::Back) => return Go::Back,
            Some(Action::Up) => self.cursor = self.cursor.saturating_sub(1),
            Some(Action::Down) => self.cursor = (self.cursor + 1).min(self.choices.len().saturating_sub(1)),
            Some(Action::Enter) => self.sure = true,
            Some(Action::Confirm) => return self.reset(cx, asks),
            _ => {}
        }
        self.lay_out(cx);
        Go::Stay
    }

    fn reset(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        let course = cx.course.clone();
        let lesson = self.choices.get(self.cursor).copied().flatten();
        let entry = lesson.and_then(|lesson| course.map.get(lesson));
        asks.deeds.push(Deed::reset(entry, cx.rng.next_u64()));
        let what = entry.map_or_else(|| "Everything".to_owned(), Entry::called);
        cx.notice = Some(SafeText::new(&format!("{what} begins anew. U undoes that until you quit.")));
        Go::Home(lesson.unwrap_or(0))
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        header(canvas, cx, &[Piece::bold("Reset", Ink::Accent)], &[], None);
        let area = text_area(canvas.area(), width(cx));
        for (row, (pieces, at)) in area.rows().zip(self.rows.iter().skip(self.top)) {
            if at.is_some() && *at == Some(self.cursor) {
                canvas.set_style(row, cx.theme.selected());
            }
            draw_line(canvas, row, pieces, cx.theme);
        }
        footer(canvas, cx, self.mode(), &[]);
    }
}
