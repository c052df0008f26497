//! A quiz, or one question on the spot: asking, and telling why. Half-done quizzes are gone on with at the very question.

mod ways_in;

use std::time::Duration;

use ratatui::layout::Rect;

pub use self::ways_in::{anew, begin, go_on, missed, open, open_one, review};
use super::ask::{AskRow, Draft};
use super::exam::Exam;
use super::told::{self, Told};
use super::{Asks, Go, Press, Screen, exam_left, lesson, result, scrolled, wheel, wheeled};
use crate::domain::course::{Entry, numeral};
use crate::domain::event::{Attempt, Deed};
use crate::domain::grade::grade;
use crate::domain::id::{OptionId, QuestionId};
use crate::domain::quiz::{Question, Task};
use crate::domain::text::SafeText;
use crate::domain::time::Timestamp;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{body, draw_line, follow, footer, header, more_below};
use crate::ui::code_pane::{framed, numbered};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, pieces, wrap};
use crate::ui::message::{Input, KeyCode, MouseKind};
use crate::ui::page::{MEASURE, doc_page};

/// A quiz under way.
#[derive(Debug)]
pub struct Quiz {
    /// What is asked, in order: the lesson and the question in it.
    questions: Vec<(usize, QuestionId)>,
    purpose: Purpose,
    /// The scores so far, in the order asked.
    scores: Vec<f64>,
    at: usize,
    seed: u64,
    order: Vec<usize>,
    draft: Draft,
    told: Option<Told>,
    hints: usize,
    began: Timestamp,
    /// The ticket of the answer, to tell when it is saved.
    ticket: u64,
    /// When the answer was given, by which it can be taken back.
    given: Timestamp,
    /// How many hints were taken in all.
    helped: u32,
    rows: Vec<AskRow>,
    top: usize,
}

/// What questions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// One question on the spot, in the middle of a text.
    Spot,
    /// The quiz of that lesson, or a part of it. It can be gone on with later.
    Quiz(usize),
    /// What is due today.
    Review,
    /// An exam: nothing is told before its end.
    Exam(Exam),
}

impl Quiz {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        self.draft.selection()
    }

    fn entry<'c>(&self, cx: &'c Context) -> Option<&'c Entry> {
        cx.course.map.get(self.questions.get(self.at)?.0)
    }

    fn question<'c>(&self, cx: &'c Context) -> Option<&'c Question> {
        let (lesson, id) = self.questions.get(self.at)?;
        cx.course.question_in(*lesson, id)
    }

    /// Asks for the colours of the code in the question at that place.
    fn colour(&self, cx: &mut Context, at: usize, asks: &mut Asks) {
        let course = cx.course.clone();
        let question = self.questions.get(at).and_then(|(lesson, id)| course.question_in(*lesson, id));
        let code = question.and_then(|question| question.code.as_ref());
        asks.wanted.extend(cx.palette.wanted(code.map(|code| (code.language.as_str(), code.text.as_str()))));
    }

    /// Puts the question at hand.
    fn ask(&mut self, cx: &Context) {
        self.told = None;
        self.hints = 0;
        self.top = 0;
        self.began = cx.now;
        if let Some(question) = self.question(cx) {
            self.order = question.order(self.seed);
            self.draft = Draft::new(question, &self.order);
        }
        self.lay_out(cx);
    }

    /// Where keys are pressed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match (&self.told, &self.draft) {
            (Some(_), _) if self.purpose == Purpose::Review => Mode::Reviewed,
            (Some(_), _) => Mode::Told,
            (None, Draft::Text(_)) => Mode::Write,
            (None, _) => Mode::Ask,
        }
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let Some(question) = self.question(cx) else { return };
        let width = width(cx);
        let colours =
            question.code.as_ref().and_then(|code| cx.palette.get(&code.language, code.text.as_str())).unwrap_or_default();
        let mut rows: Vec<AskRow> = Vec::new();
        let mut plain = |pieces: Pieces| rows.push(AskRow { pieces, target: None });
        for line in doc_page(&question.prompt, cx.desk(), width).lines {
            plain(line.pieces);
        }
        plain(Vec::new());
        if let Some(code) = question.code.as_ref().filter(|_| !matches!(question.task, Task::SpotLine { .. })) {
            let name = [Piece::new(code.file.as_str(), Ink::Text)];
            for row in framed(numbered(code.text.as_str(), &colours, width.saturating_sub(2), |_| None), &name, Ink::Faint, width) {
                plain(row.pieces);
            }
            plain(Vec::new());
        }
        for hint in question.hints.iter().take(self.hints) {
            let mut line = vec![Piece::bold("Hint  ", Ink::Accent)];
            line.extend(pieces(hint, Ink::Text));
            for line in wrap(&line, width) {
                plain(line.pieces);
            }
            plain(Vec::new());
        }
        match &self.told {
            None => {
                plain(vec![Piece::new(question.kind.asks(), Ink::Dim)]);
                plain(Vec::new());
                rows.extend(self.draft.rows(question, &self.order, &colours, width));
            }
            Some(told) => {
                plain(told::verdict(question, told));
                plain(Vec::new());
                rows.extend(
                    told::rows(question, &self.order, told, &colours, width)
                        .into_iter()
                        .map(|pieces| AskRow { pieces, target: None }),
                );
            }
        }
        self.rows = rows;
        self.top = self.top.min(self.rows.len().saturating_sub(cx.room()));
        self.keep_in_sight(cx);
    }

    /// Scrolls so that what is under the cursor can be seen.
    fn keep_in_sight(&mut self, cx: &Context) {
        if self.told.is_some() {
            return;
        }
        let found = match (&self.draft, self.draft.cursor()) {
            (Draft::Text(_), _) => self.rows.len().checked_sub(1).map(|last| (last.saturating_sub(2), last)),
            (_, Some(cursor)) => {
                let first = self.rows.iter().position(|row| row.target == Some(cursor));
                let last = self.rows.iter().rposition(|row| row.target == Some(cursor));
                first.zip(last)
            }
            _ => None,
        };
        if let Some((first, last)) = found {
            self.top = follow(self.top, cx.room(), first, last + 1 - first);
        }
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.top = wheeled(steps, self.top, cx.room(), self.rows.len());
            return Go::Stay;
        }
        match &press.input {
            Some(Input::Mouse(mouse)) if mouse.kind == MouseKind::Press => {
                self.click(cx, mouse.column, mouse.row);
                return Go::Stay;
            }
            Some(Input::Paste(text)) if self.mode() == Mode::Write => {
                self.draft.write(text);
                self.lay_out(cx);
                return Go::Stay;
            }
            _ => {}
        }
        if let Purpose::Exam(exam) = self.purpose
            && exam.over(cx.now)
        {
            return self.time_is_over(cx, asks);
        }
        match (self.mode(), press.action) {
            (_, Some(Action::Back)) => self.leave(cx),
            (Mode::Told | Mode::Reviewed, Some(Action::Enter)) => self.on(cx, asks),
            (Mode::Told | Mode::Reviewed, Some(Action::Passage)) => self.passage(cx, asks),
            (Mode::Reviewed, Some(Action::TakeBack)) => {
                self.take_back(cx, asks);
                Go::Stay
            }
            (Mode::Ask | Mode::Write, Some(action @ (Action::Enter | Action::Unsure))) => {
                self.answer(cx, action == Action::Enter, asks);
                if self.told.is_some() && matches!(self.purpose, Purpose::Exam(_)) { self.on(cx, asks) } else { Go::Stay }
            }
            (Mode::Ask, Some(Action::Hint)) => {
                self.hint(cx);
                Go::Stay
            }
            (Mode::Write, None) => {
                if let Some(KeyCode::Char(c)) = press.key.filter(|key| !key.ctrl && !key.alt).map(|key| key.code) {
                    self.draft.write(c.encode_utf8(&mut [0; 4]));
                    self.lay_out(cx);
                }
                Go::Stay
            }
            (_, Some(action)) => {
                if self.told.is_none() && self.draft.act(action) {
                    self.lay_out(cx);
                } else if let Some(top) = scrolled(action, self.top, cx.room(), self.rows.len()) {
                    self.top = top;
                }
                Go::Stay
            }
            _ => Go::Stay,
        }
    }

    fn click(&mut self, cx: &Context, column: u16, row: u16) {
        let area = text_area(Rect::new(0, 0, cx.size.0, cx.size.1), width(cx));
        if self.told.is_some() || !area.contains((column, row).into()) {
            return;
        }
        let target = self.rows.get(self.top + usize::from(row - area.y)).and_then(|row| row.target);
        if let Some(target) = target {
            match &mut self.draft {
                Draft::One { cursor, .. } => *cursor = Some(target),
                Draft::Many { cursor, .. } | Draft::Lines { cursor, .. } => {
                    *cursor = target;
                    self.draft.act(Action::Mark);
                }
                Draft::Order { cursor, .. } | Draft::Match { cursor, .. } => *cursor = target,
                Draft::Text(_) => {}
            }
            self.lay_out(cx);
        }
    }

    fn hint(&mut self, cx: &mut Context) {
        if matches!(self.purpose, Purpose::Exam(_)) {
            cx.notice = Some(SafeText::new("An exam gives no hints."));
            return;
        }
        let count = self.question(cx).map_or(0, |question| question.hints.len());
        if self.hints < count {
            self.hints += 1;
            self.helped += 1;
            self.lay_out(cx);
        } else {
            cx.notice = Some(SafeText::new(if count == 0 { "This question has no hint." } else { "There is no further hint." }));
        }
    }

    /// Asks the question once more, as if it had not been answered.
    fn take_back(&mut self, cx: &Context, asks: &mut Asks) {
        let Some(entry) = self.entry(cx) else { return };
        let Some((_, question)) = self.questions.get(self.at) else { return };
        asks.deeds.push(Deed::TakenBack { lesson: entry.id.clone(), question: question.clone(), given: Some(self.given) });
        self.scores.pop();
        self.ask(cx);
    }

    fn answer(&mut self, cx: &mut Context, sure: bool, asks: &mut Asks) {
        if let Some(lacks) = self.draft.lacks() {
            cx.notice = Some(SafeText::new(lacks));
            return;
        }
        let course = cx.course.clone();
        let Some((lesson, id)) = self.questions.get(self.at).cloned() else { return };
        let (Some(entry), Some(question)) = (course.map.get(lesson), course.question_in(lesson, &id)) else { return };
        let answer = self.draft.answer(question, &self.order);
        let graded = grade(question, &answer);
        self.scores.push(graded.score);
        let sure = question.kind.scored().then_some(sure);
        asks.deeds.push(Deed::Answered(Attempt {
            lesson: entry.id.clone(),
            question: question.id.clone(),
            revision: question.revision,
            seed: self.seed,
            shown: shown(question, &self.order),
            answer: answer.clone(),
            score: graded.score,
            verdict: graded.verdict,
            scored: question.kind.scored(),
            in_quiz: matches!(self.purpose, Purpose::Quiz(_)),
            sure,
            hints: u8::try_from(self.hints).unwrap_or(u8::MAX),
            took: cx.now.since(self.began),
            day: cx.day(),
        }));
        self.ticket = cx.ticket + 1;
        self.given = cx.now;
        // While the answer is being read.
        self.colour(cx, self.at + 1, asks);
        self.told = Some(Told { answer, graded, sure, hints: self.hints });
        self.lay_out(cx);
        // The verdict comes into sight; the prompt stays above it where there is room.
        let verdict = self.rows.iter().position(|row| row.pieces == self.verdict(cx)).unwrap_or(0);
        let last = self.rows.len().saturating_sub(cx.room());
        self.top = verdict.saturating_sub(1).min(last);
    }

    fn verdict(&self, cx: &Context) -> Pieces {
        match (self.question(cx), &self.told) {
            (Some(question), Some(told)) => told::verdict(question, told),
            _ => Vec::new(),
        }
    }

    /// Goes on after an answer.
    fn on(&mut self, cx: &mut Context, asks: &mut Asks) -> Go {
        if self.at + 1 < self.questions.len() {
            self.at += 1;
            self.ask(cx);
            return Go::Stay;
        }
        self.end(cx, asks)
    }

    /// Esc leads out. Of an exam one is asked whether it is handed in, and it can be gone on with.
    fn leave(&self, cx: &Context) -> Go {
        match self.purpose {
            Purpose::Exam(_) => exam_left::open(cx).map_or(Go::Back, Go::Replace),
            _ => Go::Back,
        }
    }

    fn time_is_over(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        cx.notice = Some(SafeText::new("The time is over."));
        self.end(cx, asks)
    }

    /// How long from now something happens by itself: only in an exam with a clock.
    #[must_use]
    pub fn next_beat(&self, now: Timestamp) -> Option<Duration> {
        match self.purpose {
            Purpose::Exam(exam) => exam.next_beat(now),
            _ => None,
        }
    }

    /// A minute has passed. When it was the last one the exam is over.
    pub fn beat(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        match self.purpose {
            Purpose::Exam(exam) if exam.over(cx.now) => self.time_is_over(cx, asks),
            _ => Go::Stay,
        }
    }

    fn end(&self, cx: &Context, asks: &mut Asks) -> Go {
        let summary = match self.purpose {
            Purpose::Spot => None,
            Purpose::Exam(exam) => {
                asks.deeds.push(Deed::ExamEnded { seed: exam.seed });
                Some(result::of_exam(cx, exam, &self.questions, &self.scores))
            }
            Purpose::Quiz(lesson) => result::open(cx, lesson),
            Purpose::Review => Some(result::of_review(cx, &self.questions, &self.scores, self.helped)),
        };
        summary.map_or(Go::Back, |summary| Go::Replace(Screen::Result(Box::new(summary))))
    }

    fn passage(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        let Some((id, passage)) = self.question(cx).map(|question| question.passage.clone()) else { return Go::Stay };
        let reader = cx.course.index_of(&id).and_then(|index| lesson::open(cx, index, Some(&passage), asks));
        reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))))
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let Some(entry) = self.entry(cx) else { return };
        let mut left = Pieces::new();
        // The lesson would give away which factor it is, and in an exam much else.
        let named = match self.purpose {
            Purpose::Exam(_) => false,
            Purpose::Review => self.told.is_some() || self.question(cx).is_none_or(|question| !question.kind.names_factor()),
            Purpose::Spot | Purpose::Quiz(_) => true,
        };
        if named {
            left.extend(entry.factor.map(|factor| Piece::bold(format!("{}  ", numeral(factor)), Ink::Accent)));
            left.push(Piece::bold(entry.title.as_str(), Ink::Accent));
            left.push(Piece::new("  ›  ", Ink::Faint));
        }
        let place = match self.purpose {
            Purpose::Spot => "Checkpoint",
            Purpose::Quiz(_) => "Quiz",
            Purpose::Review => "Review",
            Purpose::Exam(_) => "Exam",
        };
        left.push(if named { Piece::new(place, Ink::Dim) } else { Piece::bold(place, Ink::Accent) });
        let count = self.questions.len();
        let right = match self.purpose {
            Purpose::Spot => Vec::new(),
            Purpose::Exam(exam) => {
                let left = exam.left(cx.now).map_or_else(String::new, |left| format!("{left}   "));
                vec![Piece::new(format!("{left}{} of {count}", self.at + 1), Ink::Dim)]
            }
            _ => vec![Piece::new(format!("{} of {count}", self.at + 1), Ink::Dim)],
        };
        let done = self.at + usize::from(self.told.is_some());
        let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        header(canvas, cx, &left, &right, Some(number(done) / number(count.max(1))));
        let area = text_area(canvas.area(), width(cx));
        let cursor = self.draft.cursor().filter(|_| self.told.is_none());
        let verdict = self.told.as_ref().map(|_| self.verdict(cx));
        for (row, line) in area.rows().zip(self.rows.iter().skip(self.top)) {
            if line.target.is_some() && line.target == cursor {
                canvas.set_style(row, cx.theme.selected());
            }
            if verdict.as_ref() == Some(&line.pieces) {
                let mut pieces = line.pieces.clone();
                pieces.push(self.saved(cx));
                draw_line(canvas, row, &pieces, cx.theme);
            } else {
                draw_line(canvas, row, &line.pieces, cx.theme);
            }
        }
        more_below(canvas, cx, area, self.top, self.rows.len());
        let mut skip = self.draft.unused().to_vec();
        if self.question(cx).is_some_and(|question| !question.kind.scored()) {
            skip.push(Action::Unsure);
        }
        let hints = self.question(cx).map_or(0, |question| question.hints.len());
        if self.hints >= hints || matches!(self.purpose, Purpose::Exam(_)) {
            skip.push(Action::Hint);
        }
        footer(canvas, cx, self.mode(), &skip);
    }

    fn saved(&self, cx: &Context) -> Piece {
        let known = self.questions.get(self.at).and_then(|(_, id)| cx.progress.questions.get(id));
        if let (Purpose::Review, Some(known), None) = (self.purpose, known, &cx.unsaved) {
            let days = known.memory.due().0 - cx.day().0;
            let back = if days == 1 { "tomorrow".to_owned() } else { format!("in {days} days") };
            return Piece::new(format!("   asked again {back}"), Ink::Dim);
        }
        saved(cx, self.ticket)
    }
}

/// Whether the answer with that ticket is on the disk.
#[must_use]
pub fn saved(cx: &Context, ticket: u64) -> Piece {
    if cx.unsaved.is_some() {
        Piece::new("   not saved yet", Ink::Warn)
    } else if cx.saved >= ticket {
        Piece::new("   answer saved", Ink::Dim)
    } else {
        Piece::new("   saving …", Ink::Dim)
    }
}

/// Cells that a question is wide.
pub(super) fn width(cx: &Context) -> usize {
    cx.columns().saturating_sub(if cx.columns() >= 40 { 2 } else { 0 }).clamp(1, MEASURE)
}

/// Where a question stands.
pub(super) fn text_area(area: Rect, width: usize) -> Rect {
    let body = body(area);
    let wide = u16::try_from(width).unwrap_or(body.width).min(body.width);
    Rect { x: body.x + (body.width - wide) / 2, width: wide, ..body }
}

/// The ids of the parts as shown.
fn shown(question: &Question, order: &[usize]) -> Vec<OptionId> {
    let at = |at: &usize| match &question.task {
        Task::Choose { options, .. } => options.get(*at).map(|option| option.id.clone()),
        Task::Order { steps } => steps.get(*at).map(|step| step.id.clone()),
        Task::Match { pairs } => pairs.get(*at).map(|pair| pair.id.clone()),
        Task::SpotLine { .. } | Task::ShortText { .. } => None,
    };
    order.iter().filter_map(at).collect()
}
