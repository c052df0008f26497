//! The result of a quiz: the score, what was missed, and the passage for each.

use super::exam::{self, Exam};
use super::{Asks, Go, Press, Screen, home, lesson, quiz, wheel};
use crate::domain::course::numeral;
use crate::domain::grade::Verdict;
use crate::domain::id::QuestionId;
use crate::domain::quiz::Question;
use crate::domain::review;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{column, draw_line, follow, footer, header, meter, more_below, percent};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit, wrap};
use crate::ui::page::MEASURE;

/// The result of the last quiz of a lesson, or of a review.
#[derive(Debug)]
pub struct Summary {
    /// The lesson of the quiz; none for a review.
    lesson: Option<usize>,
    /// Whether it was only a part of the quiz.
    part: bool,
    /// The exam, and how many questions its paper has.
    exam: Option<(Exam, usize)>,
    /// How many hints were taken.
    hints: u32,
    /// Lesson, question in it and score, in the order asked; those that were not right come first.
    asked: Vec<(usize, QuestionId, f64)>,
    cursor: usize,
    rows: Vec<(Pieces, Option<usize>)>,
    top: usize,
}

/// Opens the result. `None` when there is no quiz to speak of.
#[must_use]
pub fn open(cx: &Context, lesson: usize) -> Option<Summary> {
    let entry = cx.course.map.get(lesson)?;
    let sitting = cx.progress.lessons.get(&entry.id)?.sitting.as_ref()?;
    let asked = sitting
        .questions
        .iter()
        .filter(|id| entry.questions.iter().any(|question| &question.id == *id))
        .map(|id| (lesson, id.clone(), sitting.scores.get(id).copied().unwrap_or(0.0)))
        .collect();
    Some(summary(cx, Some(lesson), sitting.part, asked, sitting.hints))
}

/// The result of a review.
#[must_use]
pub fn of_review(cx: &Context, questions: &[(usize, QuestionId)], scores: &[f64], hints: u32) -> Summary {
    let asked = questions.iter().zip(scores).map(|((lesson, id), score)| (*lesson, id.clone(), *score)).collect();
    summary(cx, None, false, asked, hints)
}

/// The result of an exam. What was not answered earns nothing.
#[must_use]
pub fn of_exam(cx: &Context, exam: Exam, questions: &[(usize, QuestionId)], scores: &[f64]) -> Summary {
    let asked = questions.iter().zip(scores).map(|((lesson, id), score)| (*lesson, id.clone(), *score)).collect();
    let mut summary = summary(cx, None, false, asked, 0);
    summary.exam = Some((exam, questions.len()));
    summary.lay_out(cx);
    summary
}

fn summary(cx: &Context, lesson: Option<usize>, part: bool, mut asked: Vec<(usize, QuestionId, f64)>, hints: u32) -> Summary {
    asked.sort_by_key(|(_, _, score)| Verdict::of(*score) == Verdict::Right);
    let mut summary = Summary { lesson, part, exam: None, hints, asked, cursor: 0, rows: Vec::new(), top: 0 };
    summary.lay_out(cx);
    summary
}

impl Summary {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        Some((self.cursor, self.asked.len()))
    }

    fn question<'c>(&self, cx: &'c Context, at: usize) -> Option<&'c Question> {
        let (lesson, id, _) = self.asked.get(at)?;
        cx.course.question_in(*lesson, id)
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let entry = self.lesson.and_then(|lesson| cx.course.map.get(lesson));
        let width = width(cx);
        let count = self.exam.map_or(self.asked.len(), |(_, all)| all);
        let right = self.asked.iter().filter(|(_, _, score)| Verdict::of(*score) == Verdict::Right).count();
        let points: f64 = self.asked.iter().map(|(_, _, score)| score).sum();
        let share = points / f64::from(u32::try_from(count.max(1)).unwrap_or(1));
        let mut rows: Vec<(Pieces, Option<usize>)> = vec![
            (
                vec![
                    Piece::bold(format!("{} %", percent(share)), Ink::Accent),
                    Piece::new(format!("   {points:.1} of {count} points, {right} answered in full"), Ink::Text),
                ],
                None,
            ),
            (meter(width.min(60), share, "█", "░"), None),
        ];
        match self.hints {
            0 => {}
            1 => rows.push((vec![Piece::new("1 hint was taken", Ink::Dim)], None)),
            hints => rows.push((vec![Piece::new(format!("{hints} hints were taken"), Ink::Dim)], None)),
        }
        let quiz = entry.and_then(|entry| cx.progress.lessons.get(&entry.id)?.quiz);
        if let Some(quiz) = quiz.filter(|quiz| quiz.taken > 1 || self.part) {
            let line =
                format!("first try {} %   best {} %   now {} %", percent(quiz.first), percent(quiz.best), percent(quiz.last));
            rows.push((vec![Piece::new(line, Ink::Dim)], None));
        }
        if self.exam.is_some() {
            rows.push((Vec::new(), None));
            rows.extend(exam::rows(cx, &self.asked, width).into_iter().map(|row| (row, None)));
        } else if self.lesson.is_none() {
            rows.push((vec![Piece::new(coming(cx), Ink::Dim)], None));
        }
        rows.push((Vec::new(), None));
        let missed = self.asked.len() - right;
        let title = if missed == 0 { "Every answer was right.".to_owned() } else { format!("{missed} to look at again") };
        let title = if self.asked.is_empty() { "Nothing was answered.".to_owned() } else { title };
        rows.push((vec![Piece::bold(title, if missed == 0 { Ink::Good } else { Ink::Warn })], None));
        rows.push((Vec::new(), None));
        for (at, (_, _, score)) in self.asked.iter().enumerate() {
            let Some(question) = self.question(cx, at) else { continue };
            let (sign, ink) = match Verdict::of(*score) {
                Verdict::Right => ("✓", Ink::Good),
                Verdict::Partly => ("◐", Ink::Warn),
                Verdict::Wrong => ("✗", Ink::Bad),
            };
            let prompt = first_words(question);
            let lines = if Verdict::of(*score) == Verdict::Right { 1 } else { 2 };
            let text = if lines == 1 { fit(&prompt, width.saturating_sub(4)) } else { prompt };
            for (part, line) in
                wrap(&[Piece::new(text, Ink::Text)], width.saturating_sub(4).max(1)).into_iter().take(lines).enumerate()
            {
                let mut pieces =
                    vec![if part == 0 { Piece::bold(format!(" {sign}  "), ink) } else { Piece::new("    ", Ink::Text) }];
                pieces.extend(line.pieces);
                rows.push((pieces, Some(at)));
            }
        }
        self.rows = rows;
        self.keep_in_sight(cx);
    }

    /// The questions that were not answered in full.
    fn missed(&self) -> Vec<QuestionId> {
        let missed = self.asked.iter().filter(|(_, _, score)| Verdict::of(*score) != Verdict::Right);
        missed.map(|(_, id, _)| id.clone()).collect()
    }

    fn keep_in_sight(&mut self, cx: &Context) {
        let first = self.rows.iter().position(|row| row.1 == Some(self.cursor)).unwrap_or(0);
        let last = self.rows.iter().rposition(|row| row.1 == Some(self.cursor)).unwrap_or(first);
        let first = if self.cursor == 0 { 0 } else { first };
        self.top = follow(self.top, cx.room(), first, last + 1 - first).min(self.rows.len().saturating_sub(cx.room()));
    }

    fn point_at(&mut self, cx: &Context, cursor: usize) {
        self.cursor = cursor.min(self.asked.len().saturating_sub(1));
        self.keep_in_sight(cx);
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.point_at(cx, if steps < 0 { self.cursor.saturating_sub(1) } else { self.cursor + 1 });
        }
        match press.action {
            Some(Action::Back) => return Go::Back,
            Some(Action::Enter) => {
                return self.lesson.map_or(Go::Back, |lesson| Go::Home(home::after(cx, lesson)));
            }
            Some(Action::Keep) => {
                if let Some((exam, all)) = &self.exam {
                    let text = exam::sheet(cx, exam, &self.asked, *all);
                    asks.files.push((exam::file_name(exam, cx.zone), text));
                }
            }
            Some(action @ (Action::Again | Action::Missed)) => {
                let Some(lesson) = self.lesson else { return Go::Stay };
                let go = if action == Action::Again {
                    quiz::anew(cx, lesson, asks)
                } else {
                    quiz::missed(cx, lesson, self.missed(), asks)
                };
                return match go {
                    Go::To(screen) => Go::Replace(screen),
                    other => other,
                };
            }
            Some(Action::Passage) => {
                let Some((id, passage)) = self.question(cx, self.cursor).map(|question| question.passage.clone()) else {
                    return Go::Stay;
                };
                let reader = cx.course.index_of(&id).and_then(|index| lesson::open(cx, index, Some(&passage), asks));
                return reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))));
            }
            Some(Action::Up) => self.point_at(cx, self.cursor.saturating_sub(1)),
            Some(Action::Down) => self.point_at(cx, self.cursor + 1),
            Some(Action::PageUp) => self.point_at(cx, self.cursor.saturating_sub(cx.room() / 2)),
            Some(Action::PageDown) => self.point_at(cx, self.cursor + cx.room() / 2),
            Some(Action::Top) => self.point_at(cx, 0),
            Some(Action::Bottom) => self.point_at(cx, usize::MAX),
            _ => {}
        }
        Go::Stay
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let mut left = Pieces::new();
        match self.lesson.and_then(|lesson| cx.course.map.get(lesson)) {
            Some(entry) => {
                left.extend(entry.factor.map(|factor| Piece::bold(format!("{}  ", numeral(factor)), Ink::Accent)));
                left.push(Piece::bold(entry.title.as_str(), Ink::Accent));
                left.push(Piece::new("  ›  ", Ink::Faint));
                left.push(Piece::new(if self.part { "Missed only" } else { "Result" }, Ink::Dim));
            }
            None => left.push(Piece::bold(if self.exam.is_some() { "Exam" } else { "Review" }, Ink::Accent)),
        }
        header(canvas, cx, &left, &[], Some(1.0));
        let area = column(canvas.area(), width(cx));
        for (row, (pieces, at)) in area.rows().zip(self.rows.iter().skip(self.top)) {
            if at.is_some() && *at == Some(self.cursor) {
                canvas.set_style(row, cx.theme.selected());
            }
            draw_line(canvas, row, pieces, cx.theme);
        }
        more_below(canvas, cx, area, self.top, self.rows.len());
        let mut skip = Vec::new();
        if self.exam.is_none() {
            skip.push(Action::Keep);
        }
        if self.lesson.is_none() {
            skip.extend([Action::Enter, Action::Again, Action::Missed]);
        } else if self.missed().is_empty() {
            skip.push(Action::Missed);
        }
        footer(canvas, cx, Mode::Result, &skip);
    }
}

/// When the next questions come back.
fn coming(cx: &Context) -> String {
    let told = review::forecast(cx.course.cards(), &cx.progress, cx.day());
    format!("still due {}   tomorrow {}   in the five days after {}", told.now, told.tomorrow, told.week)
}

fn width(cx: &Context) -> usize {
    cx.columns().saturating_sub(2).clamp(1, MEASURE)
}

/// The beginning of a prompt, on one line.
#[must_use]
pub fn first_words(question: &Question) -> String {
    use crate::domain::doc::Body;
    let text = question.prompt.blocks.iter().find_map(|block| match &block.body {
        Body::Paragraph(text) | Body::Heading { text, .. } => Some(text.text()),
        _ => None,
    });
    text.unwrap_or_default().replace('\n', " ")
}
