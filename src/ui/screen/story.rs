//! A case study: the scenes one by one, then what was broken and how it was mended, then the figures before and after.

use ratatui::layout::Rect;

use super::{Asks, Go, Press, Screen, compare, lesson, on_call, quiz, scrolled, simulator, wheel, wheeled};
use crate::domain::course::{factor_name, numeral};
use crate::domain::event::Deed;
use crate::domain::night::Switches;
use crate::domain::story::Story;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{body, draw_line, draw_lines, footer, header, more_below};
use crate::ui::context::{Context, WIDE};
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, fit, pad, pieces, wrap};
use crate::ui::page::{MEASURE, doc_page};

/// What is shown of a case study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Scene(usize),
    Violations,
    Figures,
}

/// A case study being told.
#[derive(Debug)]
pub struct Telling {
    lesson: usize,
    shown: Shown,
    lines: Vec<Pieces>,
    top: usize,
}

/// Opens the story of a lesson at its first scene.
pub fn open(cx: &mut Context, lesson: usize, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(text) = course.lesson(lesson) else { return Go::Stay };
    if text.story.is_none() {
        return Go::Stay;
    }
    asks.deeds.push(Deed::Opened { lesson: text.id.clone() });
    let mut telling = Telling { lesson, shown: Shown::Scene(0), lines: Vec::new(), top: 0 };
    telling.lay_out(cx);
    Go::To(Screen::Story(Box::new(telling)))
}

impl Telling {
    fn story<'c>(&self, cx: &'c Context) -> Option<&'c Story> {
        cx.course.lesson(self.lesson)?.story.as_ref()
    }

    /// Lays out for the size.
    pub fn lay_out(&mut self, cx: &Context) {
        let Some(story) = self.story(cx) else { return };
        let width = usize::from(text_area(cx, Rect::new(0, 0, cx.size.0, cx.size.1)).width);
        self.lines = match self.shown {
            Shown::Scene(at) => scene(cx, story, at, width),
            Shown::Violations => violations(cx, story, width),
            Shown::Figures => figures(story, width),
        };
        self.top = self.top.min(self.lines.len().saturating_sub(cx.room()));
    }

    fn show(&mut self, cx: &Context, shown: Shown) {
        self.shown = shown;
        self.top = 0;
        self.lay_out(cx);
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.top = wheeled(steps, self.top, cx.room(), self.lines.len());
            return Go::Stay;
        }
        let Some(action) = press.action else { return Go::Stay };
        let scenes = self.story(cx).map_or(0, |story| story.scenes.len());
        match (action, self.shown) {
            (Action::Back, _) => return Go::Back,
            (Action::Next, Shown::Scene(at)) if self.top + cx.room() < self.lines.len() => {
                // What is below the edge is read before the next scene begins.
                self.top = (self.top + cx.room().saturating_sub(2)).min(self.lines.len().saturating_sub(cx.room()));
                let _ = at;
            }
            (Action::Next, Shown::Scene(at)) if at + 1 < scenes => self.show(cx, Shown::Scene(at + 1)),
            (Action::Next, Shown::Scene(_)) => self.show(cx, Shown::Violations),
            (Action::Next, Shown::Violations) => self.show(cx, Shown::Figures),
            (Action::Next, Shown::Figures) | (Action::Read, _) => {
                let reader = lesson::open(cx, self.lesson, None, asks);
                return reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))));
            }
            (Action::Previous, Shown::Scene(at)) => self.show(cx, Shown::Scene(at.saturating_sub(1))),
            (Action::Previous, Shown::Violations) => self.show(cx, Shown::Scene(scenes.saturating_sub(1))),
            (Action::Previous, Shown::Figures) => self.show(cx, Shown::Violations),
            (Action::Violations, _) => self.show(cx, Shown::Violations),
            (Action::Figures, _) => self.show(cx, Shown::Figures),
            (Action::Play, _) => return on_call::open(cx),
            (Action::Simulate, _) => return simulator::open(cx, Switches::AS_IT_WAS, 1),
            (Action::Compare, _) => return self.compare(cx, asks),
            (Action::Quiz, _) => return quiz::open(cx, self.lesson, asks),
            (other, _) => {
                if let Some(top) = scrolled(other, self.top, cx.room(), self.lines.len()) {
                    self.top = top;
                }
            }
        }
        Go::Stay
    }

    /// The pair of the first factor that shows in the scene, or of the case study itself.
    fn compare(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        let course = cx.course.clone();
        let Some(story) = course.lesson(self.lesson).and_then(|text| text.story.as_ref()) else { return Go::Stay };
        let factors = match self.shown {
            Shown::Scene(at) => story.scenes.get(at).map(|scene| scene.factors.as_slice()).unwrap_or_default(),
            Shown::Violations | Shown::Figures => &[],
        };
        let pair = factors
            .iter()
            .find_map(|factor| story.violations.iter().find(|violation| violation.factor == *factor)?.pair.as_ref())
            .or_else(|| story.violations.iter().find_map(|violation| violation.pair.as_ref()));
        match pair.and_then(|pair| course.pair(pair)) {
            Some((lesson, pair)) => compare::open(cx, lesson, Some(pair), asks),
            None => Go::Stay,
        }
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let (Some(text), Some(story)) = (cx.course.lesson(self.lesson), self.story(cx)) else { return };
        let steps = story.scenes.len() + 2;
        let (at, words) = match self.shown {
            Shown::Scene(at) => (at, format!("scene {} of {}", at + 1, story.scenes.len())),
            Shown::Violations => (steps - 2, "what was broken".into()),
            Shown::Figures => (steps - 1, "before and after".into()),
        };
        let left = [Piece::bold(text.title.as_str(), Ink::Accent), Piece::new("  ›  ", Ink::Faint), Piece::new(words, Ink::Dim)];
        let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        header(canvas, cx, &left, &[], Some(number(at + 1) / number(steps)));
        draw_lines(canvas, text_area(cx, canvas.area()), self.lines.iter().skip(self.top), cx.theme);
        self.timeline(cx, story, canvas);
        more_below(canvas, cx, text_area(cx, canvas.area()), self.top, self.lines.len());
        footer(canvas, cx, Mode::Story, &[]);
    }

    fn timeline(&self, cx: &Context, story: &Story, canvas: &mut Canvas) {
        if !cx.wide() {
            return;
        }
        let all = body(canvas.area());
        let area = Rect { x: all.x + 2, y: all.y, width: TIMELINE - 4, height: all.height };
        let mut rows: Vec<(String, String, bool)> = story
            .scenes
            .iter()
            .enumerate()
            .map(|(at, scene)| (scene.time.to_string(), scene.title.text(), self.shown == Shown::Scene(at)))
            .collect();
        rows.push((String::new(), "What was broken".into(), self.shown == Shown::Violations));
        rows.push((String::new(), "Before and after".into(), self.shown == Shown::Figures));
        let longest = rows.iter().map(|row| row.0.chars().count()).max().unwrap_or(0).min(9);
        let here = rows.iter().position(|row| row.2).unwrap_or(0);
        let room = usize::from(area.height);
        let top = (here + 1).saturating_sub(room.saturating_sub(3).max(1)).min(rows.len().saturating_sub(room));
        for (row, (time, title, on)) in area.rows().zip(rows.into_iter().skip(top)) {
            let mut line = vec![if on { Piece::new("▌", Ink::Accent) } else { Piece::new("│", Ink::Faint) }];
            line.push(if on {
                Piece::bold(format!(" {time:<longest$} "), Ink::Accent)
            } else {
                Piece::new(format!(" {time:<longest$} "), Ink::Dim)
            });
            let room = usize::from(row.width).saturating_sub(crate::ui::lines::width_of(&line));
            line.push(Piece::new(fit(&title, room), if on { Ink::Text } else { Ink::Dim }));
            draw_line(canvas, row, &line, cx.theme);
        }
    }
}

/// Columns of the timeline, where there is room for one.
const TIMELINE: u16 = 40;

fn text_area(cx: &Context, area: Rect) -> Rect {
    let body = body(area);
    let measure = u16::try_from(MEASURE).unwrap_or(76);
    if cx.wide() {
        let room = body.width.saturating_sub(TIMELINE + 2);
        return Rect { x: body.x + TIMELINE, width: measure.min(room), ..body };
    }
    let air = if body.width >= 40 { 2 } else { 0 };
    let width = measure.min(body.width.saturating_sub(air));
    Rect { x: body.x + (body.width - width) / 2, width, ..body }
}

fn scene(cx: &Context, story: &Story, at: usize, width: usize) -> Vec<Pieces> {
    let Some(scene) = story.scenes.get(at) else { return Vec::new() };
    let mut lines: Vec<Pieces> = vec![vec![Piece::bold(scene.time.as_str(), Ink::Accent)]];
    let mut title = pieces(&scene.title, Ink::Text);
    for piece in &mut title {
        piece.bold = true;
    }
    lines.extend(wrap(&title, width).into_iter().map(|line| line.pieces));
    lines.push(Vec::new());
    lines.extend(doc_page(&scene.text, cx.desk(), width.min(usize::from(WIDE))).lines.into_iter().map(|line| line.pieces));
    if !scene.factors.is_empty() {
        lines.push(Vec::new());
        for factor in &scene.factors {
            lines.push(vec![
                Piece::new("✗ ", Ink::Bad),
                Piece::bold(format!("{:<5}", numeral(*factor)), Ink::Bad),
                Piece::new(factor_name(*factor), Ink::Dim),
            ]);
        }
    }
    if at == 0 {
        lines.push(Vec::new());
        lines.extend(wrap(&pieces(&story.note, Ink::Dim), width).into_iter().map(|line| line.pieces));
    }
    lines
}

fn violations(cx: &Context, story: &Story, width: usize) -> Vec<Pieces> {
    let mut lines: Vec<Pieces> = Vec::new();
    for violation in &story.violations {
        let name = format!("{} {}", numeral(violation.factor), factor_name(violation.factor));
        let mut head = vec![Piece::bold(name, Ink::Accent)];
        if violation.symptom {
            head.push(Piece::new("   one of the four symptoms", Ink::Dim));
        }
        lines.push(head);
        for (sign, ink, text) in
            [("✗", Ink::Bad, &violation.night), ("✓", Ink::Good, &violation.fix), ("→", Ink::Link, &violation.proof)]
        {
            for (at, line) in wrap(&pieces(text, Ink::Text), width.saturating_sub(4).max(1)).into_iter().enumerate() {
                let mut row = vec![if at == 0 { Piece::bold(format!(" {sign}  "), ink) } else { Piece::new("    ", Ink::Text) }];
                row.extend(line.pieces);
                lines.push(row);
            }
        }
        let pair = violation.pair.as_ref().and_then(|pair| cx.course.pair(pair));
        if let Some(pair) = pair.and_then(|(lesson, pair)| cx.course.lesson(lesson)?.pairs.get(pair)) {
            lines.push(vec![Piece::new(format!("    ⇄ {}", pair.title.text()), Ink::Dim)]);
        }
        lines.push(Vec::new());
    }
    lines.pop();
    lines
}

fn figures(story: &Story, width: usize) -> Vec<Pieces> {
    let longest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let before = longest(&mut story.figures.iter().map(|figure| figure.before.as_str().chars().count())).max(9);
    let after = longest(&mut story.figures.iter().map(|figure| figure.after.as_str().chars().count())).max(12);
    let label = longest(&mut story.figures.iter().map(|figure| figure.label.text().chars().count()));
    let mut lines: Vec<Pieces> = Vec::new();
    if label + before + after + 6 > width {
        for (at, figure) in story.figures.iter().enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            lines.extend(wrap(&[Piece::bold(figure.label.text(), Ink::Text)], width).into_iter().map(|line| line.pieces));
            let row = [
                Piece::new(format!("  {}  ", figure.before), Ink::Bad),
                Piece::new("→  ", Ink::Dim),
                Piece::bold(figure.after.as_str(), Ink::Good),
            ];
            lines.extend(wrap(&row, width).into_iter().map(|line| line.pieces));
        }
        return lines;
    }
    let mut head = Vec::new();
    pad(&mut head, label + 3);
    head.push(Piece::new(format!("{:<before$}", "the night"), Ink::Dim));
    pad(&mut head, label + before + 6);
    head.push(Piece::new("a year later", Ink::Dim));
    lines.push(head);
    lines.push(vec![Piece::new("─".repeat((label + before + after + 6).min(width)), Ink::Faint)]);
    for figure in &story.figures {
        let mut row = vec![Piece::new(figure.label.text(), Ink::Text)];
        pad(&mut row, label + 3);
        row.push(Piece::new(figure.before.as_str(), Ink::Bad));
        pad(&mut row, label + before + 6);
        row.push(Piece::bold(figure.after.as_str(), Ink::Good));
        lines.push(row);
    }
    lines
}
