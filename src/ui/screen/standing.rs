//! How a learner stands: how often she was right when she was sure, what comes back when, and what she was sure of and wrong.

use super::{Asks, Go, Press, Screen, lesson, quiz, reset, result, scrolled, wheel, wheeled};
use crate::domain::id::QuestionId;
use crate::domain::progress::Tally;
use crate::domain::review;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{column, draw_line, follow, footer, header, meter, more_below, percent};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit, wrap};
use crate::ui::page::MEASURE;

/// How a learner stands.
#[derive(Debug)]
pub struct Standing {
    /// Questions that were answered wrong by somebody who was sure: lesson and question.
    mistakes: Vec<(usize, QuestionId)>,
    cursor: usize,
    rows: Vec<(Pieces, Option<usize>)>,
    top: usize,
}

/// Cells of a bar.
const BAR: usize = 24;

/// Opens it.
#[must_use]
pub fn open(cx: &Context) -> Standing {
    let sure_and_wrong =
        |id: &&QuestionId| cx.progress.questions.get(*id).is_some_and(|known| known.sure == Some(true) && known.last < 1.0);
    let mistakes = cx
        .course
        .map
        .iter()
        .enumerate()
        .flat_map(|(lesson, entry)| entry.quiz().filter(sure_and_wrong).map(move |id| (lesson, id.clone())))
        .collect();
    let mut standing = Standing { mistakes, cursor: 0, rows: Vec::new(), top: 0 };
    standing.lay_out(cx);
    standing
}

impl Standing {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        Some((self.cursor, self.mistakes.len()))
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let width = width(cx);
        let mut rows: Vec<(Pieces, Option<usize>)> = Vec::new();
        let mut say = |pieces: Pieces| rows.push((pieces, None));
        let heading = |text: &str| vec![Piece::bold(text, Ink::Accent)];
        let calibration = cx.progress.calibration;
        say(heading("When you say that you are sure"));
        say(Vec::new());
        say(bar("sure", calibration.sure));
        say(bar("not sure", calibration.unsure));
        say(Vec::new());
        for line in wrap(&[Piece::new(meaning(calibration.sure), Ink::Dim)], width) {
            say(line.pieces);
        }
        say(Vec::new());
        say(Vec::new());
        say(heading("What comes back"));
        say(Vec::new());
        let told = review::forecast(cx.course.cards(), &cx.progress, cx.day());
        for (name, count) in
            [("now", told.now), ("tomorrow", told.tomorrow), ("in five days more", told.week), ("in review, in all", told.all)]
        {
            say(vec![Piece::new(format!("  {name:<18}"), Ink::Dim), Piece::new(format!("{count:>5}"), Ink::Text)]);
        }
        say(Vec::new());
        say(Vec::new());
        say(heading("Sure and wrong"));
        say(Vec::new());
        if self.mistakes.is_empty() {
            say(vec![Piece::new("  Nothing just now.", Ink::Dim)]);
        }
        for (at, (lesson, id)) in self.mistakes.iter().enumerate() {
            let Some(question) = cx.course.question_in(*lesson, id) else { continue };
            let words = fit(&result::first_words(question), width.saturating_sub(5));
            rows.push((vec![Piece::bold("  ✗  ", Ink::Bad), Piece::new(words, Ink::Text)], Some(at)));
        }
        self.rows = rows;
        self.top = self.top.min(self.rows.len().saturating_sub(cx.room()));
    }

    fn point_at(&mut self, cx: &Context, cursor: usize) {
        self.cursor = cursor.min(self.mistakes.len().saturating_sub(1));
        let row = self.rows.iter().position(|row| row.1 == Some(self.cursor)).unwrap_or(0);
        self.top = follow(self.top, cx.room(), if self.cursor == 0 { 0 } else { row }, 1);
        if self.cursor == 0 && row >= self.top + cx.room() {
            self.top = follow(self.top, cx.room(), row, 1);
        }
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.top = wheeled(steps, self.top, cx.room(), self.rows.len());
        }
        match press.action {
            Some(Action::Back) => return Go::Back,
            Some(Action::Review) => return quiz::review(cx, asks),
            Some(Action::Reset) => return reset::open(cx, None),
            Some(Action::Enter | Action::Passage) => {
                let passage = self.mistakes.get(self.cursor).and_then(|(lesson, id)| cx.course.question_in(*lesson, id));
                let Some((id, passage)) = passage.map(|question| question.passage.clone()) else { return Go::Stay };
                let reader = cx.course.index_of(&id).and_then(|index| lesson::open(cx, index, Some(&passage), asks));
                return reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))));
            }
            Some(Action::Up) => self.point_at(cx, self.cursor.saturating_sub(1)),
            Some(Action::Down) => self.point_at(cx, self.cursor + 1),
            Some(action) => {
                if let Some(top) = scrolled(action, self.top, cx.room(), self.rows.len()) {
                    self.top = top;
                }
            }
            None => {}
        }
        Go::Stay
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let answers = cx.progress.answers;
        let right = [Piece::new(if answers == 1 { "1 answer".to_owned() } else { format!("{answers} answers") }, Ink::Dim)];
        header(canvas, cx, &[Piece::bold("How you stand", Ink::Accent)], &right, None);
        let area = column(canvas.area(), width(cx));
        for (row, (pieces, at)) in area.rows().zip(self.rows.iter().skip(self.top)) {
            if at.is_some() && *at == Some(self.cursor) {
                canvas.set_style(row, cx.theme.selected());
            }
            draw_line(canvas, row, pieces, cx.theme);
        }
        more_below(canvas, cx, area, self.top, self.rows.len());
        let skip: &[Action] = if self.mistakes.is_empty() { &[Action::Passage] } else { &[] };
        footer(canvas, cx, Mode::Standing, skip);
    }
}

fn bar(name: &str, tally: Tally) -> Pieces {
    let mut line = vec![Piece::new(format!("  {name:<10}"), Ink::Dim)];
    match tally.share() {
        None => line.push(Piece::new("no answers yet", Ink::Dim)),
        Some(share) => {
            line.extend(meter(BAR, share, "█", "░"));
            line.push(Piece::bold(format!("  {:>3} %", percent(share)), Ink::Text));
            line.push(Piece::new(format!("  {} of {} right", tally.right, tally.all), Ink::Dim));
        }
    }
    line
}

/// What the share means, where there is enough to say so.
fn meaning(sure: Tally) -> &'static str {
    match sure.share() {
        Some(share) if sure.all >= 10 && share >= 0.9 => "When you are sure you are right. Trust it.",
        Some(share) if sure.all >= 10 && share >= 0.7 => {
            "When you are sure you are mostly right. The rest is below, and comes back first."
        }
        Some(_) if sure.all >= 10 => {
            "You are sure more often than you are right. What you were sure of and missed comes back first."
        }
        _ => "After ten answers that you were sure of, this says how well you know what you know.",
    }
}

fn width(cx: &Context) -> usize {
    cx.columns().saturating_sub(2).clamp(1, MEASURE)
}
