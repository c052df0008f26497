//! Before an interview: what about, how far, how long.

use super::quiz::{text_area, width};
use super::{Go, Press, Screen, interview};
use crate::domain::course::numeral;
use crate::domain::interview::{Candidate, LENGTH, Wish, candidates};
use crate::domain::quiz::Seniority;
use crate::domain::text::SafeText;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{draw_line, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit, pad, width_of, wrap};
use crate::ui::message::{Input, MouseKind};

/// The lengths that can be chosen.
const LENGTHS: [usize; 4] = [3, LENGTH, 10, 15];
/// Minutes that a question takes, answered aloud.
const MINUTES: usize = 3;
/// Cells before the first value of a row.
const LABEL: usize = 13;

/// The choice of an interview.
#[derive(Debug)]
pub struct Plan {
    /// The lesson that one came from, if it has interview questions.
    lesson: Option<usize>,
    /// What could be asked, over all lessons and levels.
    pool: Vec<Candidate>,
    /// The row under the cursor.
    cursor: usize,
    /// The value chosen in each row.
    chosen: [usize; 3],
    rows: Vec<(Pieces, Option<usize>)>,
}

/// Opens the choice; `lesson` is offered as what it could be about.
pub fn open(cx: &mut Context, lesson: Option<usize>) -> Go {
    let lesson = lesson.filter(|lesson| cx.course.map.get(*lesson).is_some_and(|entry| !entry.interview.is_empty()));
    let pool = candidates(&cx.course, &cx.progress, Wish::default());
    if pool.is_empty() {
        cx.notice = Some(SafeText::new("This course has no interview questions."));
        return Go::Stay;
    }
    let mut plan = Plan { lesson, pool, cursor: 0, chosen: [0, 1, 0], rows: Vec::new() };
    plan.lay_out(cx);
    Go::To(Screen::Plan(Box::new(plan)))
}

impl Plan {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        Some((self.cursor, self.chosen.len()))
    }

    /// The words of each row: what it decides, and its values.
    fn choices(&self, cx: &Context) -> Vec<(&'static str, Vec<String>)> {
        let mut levels = vec!["any".to_owned()];
        levels.extend(Seniority::ALL.map(|level| level.name().to_owned()));
        let mut rows = vec![("Level", levels), ("Questions", LENGTHS.map(|length| length.to_string()).to_vec())];
        if let Some(entry) = self.lesson.and_then(|lesson| cx.course.map.get(lesson)) {
            let factor = entry.factor.map_or(String::new(), |factor| format!("{} ", numeral(factor)));
            rows.push(("About", vec!["everything".to_owned(), format!("{factor}{}", entry.title)]));
        }
        rows
    }

    fn wish(&self) -> Wish {
        let [level, length, about] = self.chosen;
        Wish {
            lesson: self.lesson.filter(|_| about == 1),
            level: level.checked_sub(1).and_then(|at| Seniority::ALL.get(at)).copied(),
            length: LENGTHS.get(length).copied().unwrap_or(LENGTH),
        }
    }

    /// How many questions there will be.
    fn count(&self) -> usize {
        let wish = self.wish();
        let fits = |candidate: &&Candidate| {
            wish.level.is_none_or(|level| level == candidate.level) && wish.lesson.is_none_or(|lesson| lesson == candidate.lesson)
        };
        self.pool.iter().filter(fits).count().min(wish.length)
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let width = width(cx);
        let mut rows: Vec<(Pieces, Option<usize>)> = Vec::new();
        let mut words = |words: &str, ink: Ink| {
            rows.extend(wrap(&[Piece::new(words, ink)], width).into_iter().map(|line| (line.pieces, None)));
        };
        words("You are asked. Answer aloud, as you would to a person.", Ink::Text);
        words("Then tick which points of a strong answer you said.", Ink::Text);
        rows.push((Vec::new(), None));
        for (at, (label, values)) in self.choices(cx).into_iter().enumerate() {
            rows.push((self.choice(at, label, &values, width), Some(at)));
            rows.push((Vec::new(), None));
        }
        let count = self.count();
        let told = match count {
            0 => "There is no such question.".to_owned(),
            1 => format!("1 question, about {MINUTES} minutes"),
            _ => format!("{count} questions, about {} minutes", MINUTES * count),
        };
        rows.push((vec![Piece::new(told, if count == 0 { Ink::Warn } else { Ink::Dim })], None));
        self.rows = rows;
    }

    fn choice(&self, at: usize, label: &str, values: &[String], width: usize) -> Pieces {
        let mut row = vec![Piece::bold(format!("  {label}"), if at == self.cursor { Ink::Accent } else { Ink::Text })];
        pad(&mut row, LABEL);
        for (value, words) in values.iter().enumerate() {
            let on = self.chosen.get(at) == Some(&value);
            let room = width.saturating_sub(width_of(&row) + 2);
            let (sign, ink) = if on { ("● ", Ink::Accent) } else { ("○ ", Ink::Dim) };
            row.push(Piece::new(sign, ink));
            let words = fit(words, room);
            row.push(if on { Piece::bold(words, Ink::Text) } else { Piece::new(words, Ink::Dim) });
            row.push(Piece::new("   ", Ink::Text));
        }
        row
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press) -> Go {
        let rows = self.choices(cx);
        if let Some(Input::Mouse(mouse)) = &press.input
            && mouse.kind == MouseKind::Press
        {
            let area = text_area(ratatui::layout::Rect::new(0, 0, cx.size.0, cx.size.1), width(cx));
            let row = area.contains((mouse.column, mouse.row).into()).then(|| usize::from(mouse.row - area.y));
            if let Some(target) = row.and_then(|row| self.rows.get(row)).and_then(|row| row.1) {
                self.cursor = target;
                self.change(&rows, true);
                self.lay_out(cx);
            }
            return Go::Stay;
        }
        match press.action {
            Some(Action::Back) => return Go::Back,
            Some(Action::Enter) => {
                return match interview::open(cx, self.wish()) {
                    Go::To(screen) => Go::Replace(screen),
                    other => other,
                };
            }
            Some(Action::Up) => self.cursor = self.cursor.saturating_sub(1),
            Some(Action::Down) => self.cursor = (self.cursor + 1).min(rows.len().saturating_sub(1)),
            Some(Action::Next) => self.change(&rows, true),
            Some(Action::Previous) => self.change(&rows, false),
            _ => {}
        }
        self.lay_out(cx);
        Go::Stay
    }

    fn change(&mut self, rows: &[(&'static str, Vec<String>)], on: bool) {
        let count = rows.get(self.cursor).map_or(1, |(_, values)| values.len()).max(1);
        if let Some(value) = self.chosen.get_mut(self.cursor) {
            *value = (*value + if on { 1 } else { count - 1 }) % count;
        }
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        header(canvas, cx, &[Piece::bold("Interview", Ink::Accent)], &[], None);
        let area = text_area(canvas.area(), width(cx));
        for (row, (pieces, at)) in area.rows().zip(&self.rows) {
            if *at == Some(self.cursor) {
                canvas.set_style(row, cx.theme.selected());
            }
            draw_line(canvas, row, pieces, cx.theme);
        }
        footer(canvas, cx, Mode::Plan, &[]);
    }
}
