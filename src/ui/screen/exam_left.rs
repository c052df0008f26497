//! An exam that was begun and not handed in: to go on with it, to hand it in, or to leave it for later. Nothing is told of
//! how its answers came out.

use super::exam::{self, Exam, minutes};
use super::quiz::{text_area, width};
use super::{Asks, Go, Press, Screen, quiz, result};
use crate::domain::event::Deed;
use crate::domain::id::QuestionId;
use crate::domain::progress::ExamSitting;
use crate::domain::text::SafeText;
use crate::domain::time::Timestamp;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{draw_line, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, wrap};

/// An exam under way that is not on the screen.
#[derive(Debug)]
pub struct ExamLeft {
    exam: Exam,
    /// Its questions that are still in the course.
    questions: Vec<(usize, QuestionId)>,
    /// Of these, from the first, the scores of those that are answered.
    scores: Vec<f64>,
    /// The time that is left, in milliseconds, where it has a clock.
    left: Option<u64>,
    rows: Vec<Pieces>,
}

/// What there is to choose, when an exam is under way.
#[must_use]
pub fn open(cx: &Context) -> Option<Screen> {
    let sitting = cx.progress.exam.as_ref()?;
    let ExamSitting { seed, questions, scores, began, ends, resumed, .. } = sitting;
    let home = |id: &QuestionId| {
        let lesson = cx.course.map.iter().position(|entry| entry.questions.iter().any(|listed| &listed.id == id))?;
        Some((lesson, id.clone()))
    };
    let mut left = ExamLeft {
        exam: Exam { seed: *seed, began: *began, ends: *ends, resumed: *resumed },
        scores: questions.iter().filter(|id| home(id).is_some()).map_while(|id| scores.get(id).copied()).collect(),
        questions: questions.iter().filter_map(home).collect(),
        left: sitting.left(),
        rows: Vec::new(),
    };
    left.lay_out(cx);
    Some(Screen::ExamLeft(Box::new(left)))
}

impl ExamLeft {
    /// Whether there is anything to go on with.
    fn can_go_on(&self) -> bool {
        self.scores.len() < self.questions.len() && self.left != Some(0)
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let width = width(cx);
        let (all, done) = (self.questions.len(), self.scores.len());
        let mut rows = vec![vec![Piece::bold("You have an exam under way.", Ink::Text)], Vec::new()];
        let fact = |name: &str, words: String| vec![Piece::new(format!("  {name:<11}"), Ink::Dim), Piece::new(words, Ink::Text)];
        rows.push(fact("begun", exam::moment(self.exam.began, cx.zone)));
        rows.push(fact("answered", format!("{done} of {all}")));
        if let Some(left) = self.left {
            rows.push(fact("time left", if left == 0 { "none".to_owned() } else { minutes(left) }));
        }
        rows.push(Vec::new());
        let key = |key: &str, words: String| vec![Piece::bold(format!("  {key:<11}"), Ink::Accent), Piece::new(words, Ink::Text)];
        if self.can_go_on() {
            rows.push(key("Enter", format!("go on with question {}", done + 1)));
        }
        rows.push(key("h", "hand it in as it is, and see the result".to_owned()));
        rows.push(key("Esc", "later: e on the home screen comes back here".to_owned()));
        rows.push(Vec::new());
        let note = match self.left {
            Some(1..) => "The clock stood still since the last answer, and goes on when you do.",
            _ => "How the answers came out is told when it is handed in.",
        };
        rows.extend(wrap(&[Piece::new(note, Ink::Dim)], width).into_iter().map(|line| line.pieces));
        self.rows = rows;
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        match press.action {
            Some(Action::Back) => Go::Back,
            Some(Action::Enter) if self.can_go_on() => self.go_on(cx, asks),
            Some(Action::Enter) => {
                cx.notice = Some(SafeText::new("Nothing is left to be answered: h hands it in."));
                Go::Stay
            }
            Some(Action::HandIn) => {
                asks.deeds.push(Deed::ExamEnded { seed: self.exam.seed });
                let summary = result::of_exam(cx, self.exam, &self.questions, &self.scores);
                Go::Replace(Screen::Result(Box::new(summary)))
            }
            _ => Go::Stay,
        }
    }

    fn go_on(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        let questions = self.questions.iter().map(|(_, id)| id.clone()).collect();
        asks.deeds.push(Deed::ExamBegan { seed: self.exam.seed, questions, left: self.left });
        let ends = self.left.map(|left| Timestamp(cx.now.0.saturating_add_unsigned(left)));
        let exam = Exam { ends, resumed: self.exam.resumed + 1, ..self.exam };
        match quiz::go_on(cx, self.questions.clone(), self.scores.clone(), exam, asks) {
            Go::To(screen) => Go::Replace(screen),
            other => other,
        }
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        header(canvas, cx, &[Piece::bold("Exam", Ink::Accent)], &[], None);
        for (row, line) in text_area(canvas.area(), width(cx)).rows().zip(&self.rows) {
            draw_line(canvas, row, line, cx.theme);
        }
        let skip: &[Action] = if self.can_go_on() { &[] } else { &[Action::Enter] };
        footer(canvas, cx, Mode::ExamLeft, skip);
    }
}
