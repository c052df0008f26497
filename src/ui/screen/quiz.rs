//! A quiz, or one question on the spot: asking, and telling why. Half-done quizzes are gone on with at the very question.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::ask::{AskRow, Draft};
use super::exam::Exam;
use super::told::{self, Told};
use super::{Asks, Go, Press, Screen, interview, lesson, result, scrolled, wheel, wheeled};
use crate::domain::course::{Entry, numeral};
use crate::domain::event::{Attempt, Deed};
use crate::domain::grade::grade;
use crate::domain::id::{OptionId, QuestionId};
use crate::domain::quiz::{Kind, Question, Task};
use crate::domain::review;
use crate::domain::text::SafeText;
use crate::domain::time::Timestamp;
use crate::ui::chrome::{body, draw_line, follow, footer, header};
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

/// Opens the quiz of a lesson: where it was left, or its result when it is answered to the end, or anew.
pub fn open(cx: &mut Context, lesson: usize, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(entry) = course.map.get(lesson).filter(|entry| entry.quiz().next().is_some()) else { return Go::Stay };
    let sitting = cx.progress.lessons.get(&entry.id).and_then(|known| known.sitting.clone());
    if let Some(sitting) = sitting {
        let asked: Vec<QuestionId> =
            sitting.questions.iter().filter(|id| entry.questions.iter().any(|known| known.id == **id)).cloned().collect();
        let next = asked.iter().position(|id| !sitting.scores.contains_key(id));
        match next {
            Some(at) => return begin(cx, of(lesson, asked), Purpose::Quiz(lesson), sitting.seed, at, asks),
            None if !asked.is_empty() => {
                return result::open(cx, lesson).map_or(Go::Stay, |summary| Go::To(Screen::Result(Box::new(summary))));
            }
            None => {}
        }
    }
    anew(cx, lesson, asks)
}

/// Begins the quiz of a lesson from its first question.
pub fn anew(cx: &mut Context, lesson: usize, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(entry) = course.map.get(lesson) else { return Go::Stay };
    let questions: Vec<QuestionId> = entry.quiz().cloned().collect();
    let seed = cx.rng.next_u64();
    asks.deeds.push(Deed::QuizStarted { lesson: entry.id.clone(), seed, questions: questions.clone(), part: false });
    begin(cx, of(lesson, questions), Purpose::Quiz(lesson), seed, 0, asks)
}

/// Asks only what was missed of a quiz. Its score stays what it was.
pub fn missed(cx: &mut Context, lesson: usize, questions: Vec<QuestionId>, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(entry) = course.map.get(lesson).filter(|_| !questions.is_empty()) else { return Go::Stay };
    let seed = cx.rng.next_u64();
    asks.deeds.push(Deed::QuizStarted { lesson: entry.id.clone(), seed, questions: questions.clone(), part: true });
    begin(cx, of(lesson, questions), Purpose::Quiz(lesson), seed, 0, asks)
}

/// Asks what is due today, over all lessons. Every answer moves the day on which its question comes back.
pub fn review(cx: &mut Context, asks: &mut Asks) -> Go {
    let queue = review::queue(&cx.course.map, &cx.progress, cx.day(), review::DAILY);
    let (open, closed): (Vec<_>, Vec<_>) = queue.into_iter().partition(|due| due.open);
    let asked = |queue: Vec<review::Due>| queue.into_iter().map(|due| (due.lesson, due.question)).collect::<Vec<_>>();
    // What is answered in one's own words comes as a round of its own, after what is picked.
    if closed.is_empty() && !open.is_empty() {
        return interview::again(cx, asked(open));
    }
    let questions = asked(closed);
    if questions.is_empty() {
        cx.notice = Some(SafeText::new(&nothing_due(cx)));
        return Go::Stay;
    }
    let seed = cx.rng.next_u64();
    begin(cx, questions, Purpose::Review, seed, 0, asks)
}

/// Why there is nothing to review, and when there will be.
fn nothing_due(cx: &Context) -> String {
    let (day, told) = (cx.day(), review::forecast(&cx.course.map, &cx.progress, cx.day()));
    match told.next {
        None => "Nothing to review yet: questions come here once you have answered them.".to_owned(),
        Some(next) if next <= day => format!("The {} of today are done. {} more wait for tomorrow.", review::DAILY, told.now),
        Some(next) => match next.0 - day.0 {
            1 => format!("Nothing is due today. Tomorrow: {}.", told.tomorrow),
            days => format!("Nothing is due. The next question comes back in {days} days."),
        },
    }
}

fn of(lesson: usize, questions: Vec<QuestionId>) -> Vec<(usize, QuestionId)> {
    questions.into_iter().map(|question| (lesson, question)).collect()
}

/// Asks one question on the spot.
pub fn open_one(cx: &mut Context, lesson: usize, question: usize, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(id) = course.map.get(lesson).and_then(|entry| entry.questions.get(question)).map(|question| question.id.clone())
    else {
        return Go::Stay;
    };
    let seed = cx.rng.next_u64();
    begin(cx, vec![(lesson, id)], Purpose::Spot, seed, 0, asks)
}

/// Puts the first question.
pub fn begin(cx: &mut Context, questions: Vec<(usize, QuestionId)>, purpose: Purpose, seed: u64, at: usize, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let codes = questions.iter().filter_map(|(lesson, id)| course.question_in(*lesson, id)?.code.as_ref());
    asks.wanted.extend(cx.palette.wanted(codes.map(|code| (code.language.as_str(), code.text.as_str()))));
    let mut quiz = Quiz {
        questions,
        purpose,
        scores: Vec::new(),
        at,
        seed,
        order: Vec::new(),
        draft: Draft::Text(String::new()),
        told: None,
        hints: 0,
        began: cx.now,
        ticket: 0,
        rows: Vec::new(),
        top: 0,
    };
    quiz.ask(cx);
    Go::To(Screen::Quiz(Box::new(quiz)))
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
            let name = [Piece::new(if question.kind == Kind::ReviewDiff { "the change" } else { code.file.as_str() }, Ink::Text)];
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
                plain(vec![Piece::new(instruction(question), Ink::Dim)]);
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
            cx.notice = Some(SafeText::new("The time is over."));
            return self.end(cx);
        }
        match (self.mode(), press.action) {
            (_, Some(Action::Back)) => self.leave(cx),
            (Mode::Told | Mode::Reviewed, Some(Action::Enter)) => self.on(cx),
            (Mode::Told | Mode::Reviewed, Some(Action::Passage)) => self.passage(cx, asks),
            (Mode::Reviewed, Some(Action::TakeBack)) => {
                self.take_back(cx, asks);
                Go::Stay
            }
            (Mode::Ask | Mode::Write, Some(action @ (Action::Enter | Action::Unsure))) => {
                self.answer(cx, action == Action::Enter, asks);
                if self.told.is_some() && matches!(self.purpose, Purpose::Exam(_)) { self.on(cx) } else { Go::Stay }
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
        let count = self.question(cx).map_or(0, |question| question.hints.len());
        if self.hints < count {
            self.hints += 1;
            self.lay_out(cx);
        } else {
            cx.notice = Some(SafeText::new(if count == 0 { "This question has no hint." } else { "There is no further hint." }));
        }
    }

    /// Asks the question once more, as if it had not been answered.
    fn take_back(&mut self, cx: &Context, asks: &mut Asks) {
        let Some(entry) = self.entry(cx) else { return };
        let Some((_, question)) = self.questions.get(self.at) else { return };
        asks.deeds.push(Deed::TakenBack { lesson: entry.id.clone(), question: question.clone() });
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
        self.told = Some(Told { answer, graded, sure });
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
    fn on(&mut self, cx: &mut Context) -> Go {
        if self.at + 1 < self.questions.len() {
            self.at += 1;
            self.ask(cx);
            return Go::Stay;
        }
        self.end(cx)
    }

    /// Esc leads out. An exam with answers ends with them.
    fn leave(&self, cx: &Context) -> Go {
        if matches!(self.purpose, Purpose::Exam(_)) && !self.scores.is_empty() { self.end(cx) } else { Go::Back }
    }

    fn end(&self, cx: &Context) -> Go {
        let summary = match self.purpose {
            Purpose::Spot => None,
            Purpose::Exam(exam) => Some(result::of_exam(cx, exam, &self.questions, &self.scores)),
            Purpose::Quiz(lesson) => result::open(cx, lesson),
            Purpose::Review => Some(result::of_review(cx, &self.questions, &self.scores)),
        };
        summary.map_or(Go::Back, |summary| Go::Replace(Screen::Result(Box::new(summary))))
    }

    fn passage(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        let Some((id, passage)) = self.question(cx).map(|question| question.passage.clone()) else { return Go::Stay };
        let reader = cx.course.index_of(&id).and_then(|index| lesson::open(cx, index, Some(&passage), asks));
        reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))))
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, frame: &mut Frame<'_>) {
        let Some(entry) = self.entry(cx) else { return };
        let mut left: Pieces =
            entry.factor.map(|factor| Piece::bold(format!("{}  ", numeral(factor)), Ink::Accent)).into_iter().collect();
        left.push(Piece::bold(entry.title.as_str(), Ink::Accent));
        left.push(Piece::new("  ›  ", Ink::Faint));
        let place = match self.purpose {
            Purpose::Spot => "Checkpoint",
            Purpose::Quiz(_) => "Quiz",
            Purpose::Review => "Review",
            Purpose::Exam(_) => "Exam",
        };
        left.push(Piece::new(place, Ink::Dim));
        let count = self.questions.len();
        let right = match self.purpose {
            Purpose::Spot => Vec::new(),
            Purpose::Exam(exam) => {
                let until = exam.until(cx.zone).map_or_else(String::new, |until| format!("{until}   "));
                vec![Piece::new(format!("{until}{} of {count}", self.at + 1), Ink::Dim)]
            }
            _ => vec![Piece::new(format!("{} of {count}", self.at + 1), Ink::Dim)],
        };
        let done = self.at + usize::from(self.told.is_some());
        let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        header(frame, cx, &left, &right, Some(number(done) / number(count.max(1))));
        let area = text_area(frame.area(), width(cx));
        let cursor = self.draft.cursor().filter(|_| self.told.is_none());
        let verdict = self.told.as_ref().map(|_| self.verdict(cx));
        for (row, line) in area.rows().zip(self.rows.iter().skip(self.top)) {
            if line.target.is_some() && line.target == cursor {
                frame.buffer_mut().set_style(row, cx.theme.selected());
            }
            if verdict.as_ref() == Some(&line.pieces) {
                let mut pieces = line.pieces.clone();
                pieces.push(self.saved(cx));
                draw_line(frame, row, &pieces, cx.theme);
            } else {
                draw_line(frame, row, &line.pieces, cx.theme);
            }
        }
        more_below(frame, cx, area, self.top, self.rows.len());
        let mut skip = Vec::new();
        if matches!(self.draft, Draft::One { .. }) {
            skip.push(Action::Mark);
        }
        if self.question(cx).is_some_and(|question| !question.kind.scored()) {
            skip.push(Action::Unsure);
        }
        footer(frame, cx, self.mode(), &skip);
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

/// A sign at the lower edge when there is more than can be seen.
pub fn more_below(frame: &mut Frame<'_>, cx: &Context, area: Rect, top: usize, lines: usize) {
    let all = frame.area();
    if top + usize::from(area.height) < lines && cx.notice.is_none() && cx.unsaved.is_none() && all.height > 4 {
        let row = Rect { y: all.bottom() - 2, height: 1, x: area.x, width: area.width };
        draw_line(frame, row, &[Piece::new("▾ more", Ink::Dim)], cx.theme);
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

fn instruction(question: &Question) -> &'static str {
    match question.kind {
        Kind::Single | Kind::Predict => "One of these is right.",
        Kind::NameFactor => "Which factor is it?",
        Kind::Multiple => "Mark every one that is right.",
        Kind::TrueFalse => "True or false, and for which reason?",
        Kind::SpotLine => "Mark the line, or lines, that break the factor.",
        Kind::Order => "Put these in order, first on top.",
        Kind::Match => "Give each row the digit of what belongs to it.",
        Kind::ReviewDiff => "Would you approve this change?",
        Kind::ShortText => "In a word or two:",
        Kind::Guess => "Guess before you read. This is not scored.",
    }
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
