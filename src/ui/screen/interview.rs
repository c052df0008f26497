//! An interview: a question, an answer aloud or in writing, the points of a strong answer to be ticked, the follow-up.

use super::ask::{AskRow, Draft, hanging, listed, sign};
use super::interview_report::Report;
use super::quiz::{saved, text_area, width};
use super::{Asks, Go, Press, Screen, lesson, scrolled, wheel, wheeled};
use crate::domain::course::{factor_name, numeral};
use crate::domain::event::{Attempt, Deed};
use crate::domain::grade::{Answer, Verdict};
use crate::domain::id::QuestionId;
use crate::domain::interview::{self, Wish, point_id, question_in, score};
use crate::domain::quiz::InterviewQuestion;
use crate::domain::text::SafeText;
use crate::domain::time::Timestamp;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{draw_line, follow, footer, header, more_below};
use crate::ui::code_pane::{Row, framed};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, pieces, wrap};
use crate::ui::message::{Input, KeyCode, MouseKind};
use crate::ui::text_area::TextArea;

/// The longest answer that is taken, in characters.
pub const MAX_ANSWER: usize = 4_000;

/// How far a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asked,
    Points,
    FollowUp,
}

/// A question of the round that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Its lesson, as an index of the map.
    pub lesson: usize,
    /// Which it is.
    pub question: QuestionId,
    /// The points that were said, in the author's order, from 0.
    pub said: Vec<usize>,
}

/// An interview under way.
#[derive(Debug)]
pub struct Interview {
    /// What was wished for; nothing for a single question, which ends without a report.
    wish: Option<Wish>,
    /// What is asked, in order: the lesson and the question in it.
    round: Vec<(usize, QuestionId)>,
    at: usize,
    stage: Stage,
    answer: TextArea,
    ticks: Draft,
    finished: Vec<Finished>,
    began: Timestamp,
    took: u64,
    /// Whether it was said that what is written would be lost.
    warned: bool,
    /// The ticket of the answer, to tell when it is saved.
    ticket: u64,
    rows: Vec<AskRow>,
    top: usize,
}

/// Begins a round.
pub fn open(cx: &mut Context, wish: Wish) -> Go {
    let candidates = interview::candidates(&cx.course, &cx.progress, wish);
    let round = interview::deal(candidates, wish.length, &mut cx.rng);
    if round.is_empty() {
        cx.notice = Some(SafeText::new("There is no interview question of that kind."));
        return Go::Stay;
    }
    begin(cx, Some(wish), round.into_iter().map(|candidate| (candidate.lesson, candidate.question)).collect())
}

/// Asks one interview question, and comes back after it.
pub fn open_one(cx: &mut Context, lesson: usize, question: &QuestionId, _asks: &mut Asks) -> Go {
    if question_in(&cx.course, lesson, question).is_none() {
        return Go::Stay;
    }
    begin(cx, None, vec![(lesson, question.clone())])
}

/// Asks these questions again: a review of what was answered in one's own words.
pub fn again(cx: &Context, round: Vec<(usize, QuestionId)>) -> Go {
    begin(cx, None, round)
}

fn begin(cx: &Context, wish: Option<Wish>, round: Vec<(usize, QuestionId)>) -> Go {
    let mut screen = Interview {
        wish,
        round,
        at: 0,
        stage: Stage::Asked,
        answer: TextArea::default(),
        ticks: Draft::Text(String::new()),
        finished: Vec::new(),
        began: cx.now,
        took: 0,
        warned: false,
        ticket: 0,
        rows: Vec::new(),
        top: 0,
    };
    screen.ask(cx);
    Go::To(Screen::Interview(Box::new(screen)))
}

impl Interview {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        self.ticks.selection()
    }

    fn question<'c>(&self, cx: &'c Context) -> Option<&'c InterviewQuestion> {
        let (lesson, id) = self.round.get(self.at)?;
        question_in(&cx.course, *lesson, id)
    }

    /// Puts the question at hand.
    fn ask(&mut self, cx: &Context) {
        self.stage = Stage::Asked;
        self.answer = TextArea::new(MAX_ANSWER);
        self.began = cx.now;
        self.top = 0;
        let count = self.question(cx).map_or(0, |question| question.points.len());
        self.ticks = Draft::Many { cursor: 0, picked: std::collections::BTreeSet::new(), count };
        self.lay_out(cx);
    }

    /// Where keys are pressed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.stage {
            Stage::Asked if self.answer.text().is_empty() => Mode::Speak,
            Stage::Asked => Mode::Compose,
            Stage::Points => Mode::Tick,
            Stage::FollowUp => Mode::FollowUp,
        }
    }

    /// The points that are ticked.
    fn said(&self) -> Vec<usize> {
        match &self.ticks {
            Draft::Many { picked, .. } => picked.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let Some(question) = self.question(cx) else { return };
        let width = width(cx);
        let mut rows = Rows { rows: Vec::new(), width };
        let mut prompt = pieces(&question.prompt, Ink::Text);
        for piece in &mut prompt {
            piece.bold = true;
        }
        rows.text(&prompt, "", Ink::Text);
        rows.gap();
        let mut cursor = None;
        match self.stage {
            Stage::Asked => {
                rows.text(&[Piece::new("Answer aloud, as to a person. Writing is optional.", Ink::Dim)], "", Ink::Text);
                rows.gap();
                let first = rows.rows.len();
                cursor = Some(first + 1 + self.pane(cx, &mut rows));
            }
            Stage::Points => {
                if !self.answer.is_blank() {
                    rows.head("You wrote", Ink::Dim, None);
                    rows.text(&[Piece::new(self.answer.text().trim(), Ink::Dim)], "│ ", Ink::Faint);
                    rows.gap();
                }
                rows.head(STRONG, Ink::Good, Some(&self.count(question)));
                rows.gap();
                self.ticking(question, &mut rows);
                rows.gap();
                rows.head("A weak answer", Ink::Bad, None);
                rows.text(&pieces(&question.weak, Ink::Text), "  ", Ink::Text);
            }
            Stage::FollowUp => {
                rows.head(STRONG, Ink::Good, Some(&self.count(question)));
                rows.gap();
                self.ticked(question, &mut rows);
                rows.gap();
                rows.head("And then they ask", Ink::Accent, None);
                for follow_up in &question.follow_ups {
                    let head = vec![Piece::bold("  ›  ", Ink::Accent)];
                    rows.rows.extend(hanging(head, &pieces(follow_up, Ink::Text), 5, width, None));
                }
            }
        }
        self.rows = rows.rows;
        self.top = self.top.min(self.rows.len().saturating_sub(cx.room()));
        match (self.stage, cursor) {
            (Stage::Asked, Some(row)) => self.top = follow(self.top, cx.room(), row.saturating_sub(1), 3),
            (Stage::Points, _) => self.keep_in_sight(cx),
            _ => {}
        }
    }

    /// The frame that an answer is written in, and the line in it that has the cursor.
    fn pane(&self, cx: &Context, rows: &mut Rows) -> usize {
        let (lines, at) = self.answer.rows(inner(rows.width));
        let least = if cx.room() >= 18 { 5 } else { 3 };
        let blanks = least.max(lines.len()) - lines.len();
        let lines = lines.into_iter().chain(std::iter::repeat_n(Vec::new(), blanks)).map(|line| {
            let mut row = vec![Piece::new(" ", Ink::Text)];
            row.extend(line);
            Row::plain(row)
        });
        let ink = if self.answer.text().is_empty() { Ink::Faint } else { Ink::Accent };
        let frame = framed(lines.collect(), &[Piece::new("your answer", Ink::Dim)], ink, rows.width);
        rows.rows.extend(frame.into_iter().map(|row| AskRow { pieces: row.pieces, target: None }));
        at
    }

    fn count(&self, question: &InterviewQuestion) -> String {
        let (said, all) = (self.said().len(), question.points.len());
        match self.stage {
            Stage::Points if said == 0 => "tick what you said".to_owned(),
            _ => format!("{said} of {all} said"),
        }
    }

    fn ticking(&self, question: &InterviewQuestion, rows: &mut Rows) {
        let said = self.said();
        let order: Vec<usize> = (0..question.points.len()).collect();
        rows.rows.extend(listed(&order, rows.width, |_, at| {
            let text = question.points.get(at).map(|point| pieces(point, Ink::Text)).unwrap_or_default();
            let on = said.contains(&at);
            (sign(if on { "[x]" } else { "[ ]" }, on), text)
        }));
    }

    fn ticked(&self, question: &InterviewQuestion, rows: &mut Rows) {
        let said = self.said();
        for (at, point) in question.points.iter().enumerate() {
            let (mark, ink, text) = if said.contains(&at) { ("✓", Ink::Good, Ink::Dim) } else { ("!", Ink::Warn, Ink::Text) };
            let head = vec![Piece::bold(format!("  {mark}  "), ink)];
            rows.rows.extend(hanging(head, &pieces(point, text), 5, rows.width, None));
        }
    }

    /// Scrolls so that the point under the cursor can be seen.
    fn keep_in_sight(&mut self, cx: &Context) {
        let Some(cursor) = self.ticks.cursor() else { return };
        let first = self.rows.iter().position(|row| row.target == Some(cursor));
        let last = self.rows.iter().rposition(|row| row.target == Some(cursor));
        if let Some((first, last)) = first.zip(last) {
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
            Some(Input::Mouse(mouse)) if mouse.kind == MouseKind::Press => self.click(cx, mouse.column, mouse.row),
            Some(Input::Paste(text)) if self.stage == Stage::Asked => self.write(cx, text),
            _ => {}
        }
        let warned = std::mem::take(&mut self.warned);
        match (self.mode(), press.action) {
            (Mode::Compose, Some(Action::Back)) if !warned && !self.answer.is_blank() => {
                self.warned = true;
                cx.notice = Some(SafeText::new("What you wrote is not kept yet. Tab goes on with it, Esc once more drops it."));
            }
            (_, Some(Action::Back)) => return self.end(cx, asks),
            (Mode::Speak | Mode::Compose, Some(Action::Enter)) => self.reveal(cx),
            (Mode::Speak | Mode::Compose, None) => {
                if let Some(KeyCode::Char(c)) = press.key.filter(|key| !key.ctrl && !key.alt).map(|key| key.code) {
                    self.write(cx, c.encode_utf8(&mut [0; 4]));
                }
            }
            (Mode::Compose, Some(action)) if self.answer.act(action, inner(width(cx))) => self.lay_out(cx),
            (Mode::Tick, Some(Action::Enter)) if self.said().is_empty() => {
                cx.notice = Some(SafeText::new("Tick what you said with Space or a digit. Nothing of it? Press n."));
            }
            (Mode::Tick, Some(Action::Enter)) => self.finish(cx, asks),
            (Mode::Tick, Some(Action::NoneOfIt)) => {
                self.ticks = match &self.ticks {
                    Draft::Many { count, .. } => {
                        Draft::Many { cursor: 0, picked: std::collections::BTreeSet::new(), count: *count }
                    }
                    other => other.clone(),
                };
                self.finish(cx, asks);
            }
            (Mode::Tick, Some(action)) if self.ticks.act(action) => self.lay_out(cx),
            (Mode::FollowUp, Some(Action::Enter)) => return self.on(cx),
            (Mode::FollowUp, Some(Action::Passage)) => {
                let lesson = self.round.get(self.at).map_or(usize::MAX, |(lesson, _)| *lesson);
                return lesson::open(cx, lesson, None, asks).map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))));
            }
            (_, Some(action)) => {
                if let Some(top) = scrolled(action, self.top, cx.room(), self.rows.len()) {
                    self.top = top;
                }
            }
            _ => {}
        }
        Go::Stay
    }

    fn write(&mut self, cx: &mut Context, words: &str) {
        self.answer.write(words);
        if self.answer.is_full() {
            cx.notice = Some(SafeText::new("The answer is full: 4,000 characters."));
        }
        self.lay_out(cx);
    }

    fn click(&mut self, cx: &Context, column: u16, row: u16) {
        let area = text_area(ratatui::layout::Rect::new(0, 0, cx.size.0, cx.size.1), width(cx));
        if self.stage != Stage::Points || !area.contains((column, row).into()) {
            return;
        }
        let target = self.rows.get(self.top + usize::from(row - area.y)).and_then(|row| row.target);
        if let (Some(target), Draft::Many { cursor, .. }) = (target, &mut self.ticks) {
            *cursor = target;
            self.ticks.act(Action::Mark);
            self.lay_out(cx);
        }
    }

    /// Shows the points.
    fn reveal(&mut self, cx: &Context) {
        self.took = cx.now.since(self.began);
        self.stage = Stage::Points;
        self.top = 0;
        self.lay_out(cx);
        // The points come into sight; the question stays above them where there is room.
        let last = self.rows.iter().rposition(|row| row.target.is_some()).unwrap_or(0);
        let first = self.rows.iter().position(|row| row.target.is_some()).unwrap_or(0);
        self.top = follow(0, cx.room(), first.saturating_sub(2), last + 3 - first);
    }

    /// Records what was ticked and shows what an interviewer would ask next.
    fn finish(&mut self, cx: &Context, asks: &mut Asks) {
        self.record(cx, asks);
        self.ticket = cx.ticket + 1;
        self.stage = Stage::FollowUp;
        self.top = 0;
        self.lay_out(cx);
        self.top = self.rows.len().saturating_sub(cx.room());
    }

    fn record(&mut self, cx: &Context, asks: &mut Asks) {
        let Some((lesson, id)) = self.round.get(self.at).cloned() else { return };
        let (Some(entry), Some(question)) = (cx.course.map.get(lesson), question_in(&cx.course, lesson, &id)) else { return };
        let said = self.said();
        let score = score(said.len(), question.points.len());
        asks.deeds.push(Deed::Answered(Attempt {
            lesson: entry.id.clone(),
            question: id.clone(),
            revision: question.revision,
            seed: 0,
            shown: said.iter().filter_map(|at| point_id(*at)).collect(),
            answer: Answer::Text(self.answer.text().trim().to_owned()),
            score,
            verdict: Verdict::of(score),
            scored: true,
            in_quiz: false,
            sure: None,
            hints: 0,
            took: self.took,
            day: cx.day(),
        }));
        self.finished.push(Finished { lesson, question: id, said });
    }

    /// Keeps what was ticked of a question that is left in the middle.
    pub fn leave(&mut self, cx: &Context, asks: &mut Asks) {
        if self.stage == Stage::Points && !self.said().is_empty() {
            self.record(cx, asks);
            self.stage = Stage::FollowUp;
        }
    }

    /// Goes on after the follow-up.
    fn on(&mut self, cx: &Context) -> Go {
        if self.at + 1 < self.round.len() {
            self.at += 1;
            self.ask(cx);
            return Go::Stay;
        }
        self.report(cx)
    }

    fn end(&mut self, cx: &Context, asks: &mut Asks) -> Go {
        self.leave(cx, asks);
        self.report(cx)
    }

    fn report(&mut self, cx: &Context) -> Go {
        match self.wish {
            Some(wish) if !self.finished.is_empty() => {
                let report = Report::new(cx, wish, std::mem::take(&mut self.finished));
                Go::Replace(Screen::Report(Box::new(report)))
            }
            _ => Go::Back,
        }
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let Some(question) = self.question(cx) else { return };
        let mut left = vec![Piece::bold("Interview", Ink::Accent)];
        if let (Some(factor), true) = (question.factor, self.stage != Stage::Asked) {
            left.push(Piece::new("  ›  ", Ink::Faint));
            left.push(Piece::new(format!("{}  {}", numeral(factor), factor_name(factor)), Ink::Dim));
        }
        let count = self.round.len();
        let mut right = vec![Piece::new(question.level.name(), Ink::Dim)];
        if count > 1 {
            right.push(Piece::new("  ·  ", Ink::Faint));
            right.push(Piece::new(format!("{} of {count}", self.at + 1), Ink::Dim));
        }
        let done = score(self.at + usize::from(self.stage == Stage::FollowUp), count);
        header(canvas, cx, &left, &right, Some(done));
        let area = text_area(canvas.area(), width(cx));
        let cursor = self.ticks.cursor().filter(|_| self.stage == Stage::Points);
        for (at, (row, line)) in area.rows().zip(self.rows.iter().skip(self.top)).enumerate() {
            if line.target.is_some() && line.target == cursor {
                canvas.set_style(row, cx.theme.selected());
            }
            if self.stage == Stage::FollowUp && Some(self.top + at) == self.verdict() {
                let mut pieces = line.pieces.clone();
                pieces.push(saved(cx, self.ticket));
                draw_line(canvas, row, &pieces, cx.theme);
            } else {
                draw_line(canvas, row, &line.pieces, cx.theme);
            }
        }
        more_below(canvas, cx, area, self.top, self.rows.len());
        footer(canvas, cx, self.mode(), &[]);
    }

    /// The row that says how many points were said.
    fn verdict(&self) -> Option<usize> {
        self.rows.iter().position(|row| row.pieces.first().is_some_and(|piece| piece.text == STRONG))
    }
}

/// What the points are called.
const STRONG: &str = "A strong answer";

/// Cells inside the frame of an answer.
fn inner(width: usize) -> usize {
    width.saturating_sub(4).max(1)
}

/// Rows in the making.
struct Rows {
    rows: Vec<AskRow>,
    width: usize,
}

impl Rows {
    fn row(&mut self, pieces: Pieces) {
        self.rows.push(AskRow { pieces, target: None });
    }

    fn gap(&mut self) {
        self.row(Vec::new());
    }

    fn head(&mut self, words: &str, ink: Ink, told: Option<&str>) {
        let mut row = vec![Piece::bold(words, ink)];
        row.extend(told.map(|told| Piece::new(format!("   {told}"), Ink::Dim)));
        self.row(row);
    }

    /// Wrapped text, each line behind `edge`.
    fn text(&mut self, text: &[Piece], edge: &str, ink: Ink) {
        for line in wrap(text, self.width.saturating_sub(edge.chars().count()).max(1)) {
            let mut row = Pieces::new();
            if !edge.is_empty() {
                row.push(Piece::new(edge, ink));
            }
            row.extend(line.pieces);
            self.row(row);
        }
    }
}
