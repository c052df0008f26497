//! On call in the night of the sale: the story stops where somebody has to decide, and the model says what comes of it. At the
//! end the debrief: what was broken, what it cost, and what a year of work would change.

use std::time::Duration;

use ratatui::layout::Rect;

use super::night_charts::{figures, gauges, grouped, log, money, traffic};
use super::{Asks, Go, Press, Screen, compare, lesson, simulator};
use crate::domain::course::{factor_name, numeral};
use crate::domain::night::{Decision, Hands, Night, PLANS, SCENES, Scenario, Switches, TICKS, Totals, clock};
use crate::domain::story::Story;
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{body, draw_box, draw_lines, follow, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, pieces, width_of, wrap};

/// Seconds of the night in a second of the learner's.
const SPEEDS: [u32; 5] = [60, 180, 360, 900, 3_600];
/// The pause between two pictures, in milliseconds.
const FRAME_MS: u64 = 50;
/// Seconds of the night that are lived through between two looks at the keyboard.
const CHUNK: u32 = 5_000;
/// How often the model is asked whether a moment to decide has come, in seconds of the night.
const LOOK_S: u32 = 10;

/// What is in front of the learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// The night goes on.
    Watch,
    /// A moment in which something has to be decided.
    Scene(usize),
    /// All that can be decided.
    All,
    /// The morning after.
    Debrief,
}

/// A moment one can come back to.
#[derive(Debug, Clone)]
struct Moment {
    night: Night,
    seen: [bool; SCENES.len()],
    scene: usize,
}

/// The night, played.
#[derive(Debug)]
pub struct OnCall {
    night: Night,
    seen: [bool; SCENES.len()],
    shown: Shown,
    running: bool,
    speed: usize,
    cursor: usize,
    top: usize,
    moments: Vec<Moment>,
    /// The night with all twelve on, to be held against.
    best: Totals,
    /// How the next Black Friday goes under each plan, once it was lived.
    plans: [Option<Totals>; PLANS.len()],
    plan: Option<usize>,
}

/// Goes on call, at twenty to midnight.
#[must_use]
pub fn open(_cx: &Context) -> Go {
    let scenario = Scenario { switches: Switches::AS_IT_WAS, hands: Hands::Yours, ..Scenario::default() };
    let Ok(night) = Night::new(scenario) else { return Go::Stay };
    Go::To(Screen::OnCall(Box::new(OnCall {
        night,
        seen: [false; SCENES.len()],
        shown: Shown::Watch,
        running: true,
        speed: 1,
        cursor: 0,
        top: 0,
        moments: Vec::new(),
        best: Totals::default(),
        plans: [None; PLANS.len()],
        plan: None,
    })))
}

impl OnCall {
    /// Where keys are pressed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.shown == Shown::Debrief { Mode::Morning } else { Mode::OnCall }
    }

    /// How long from now something happens by itself.
    #[must_use]
    pub fn next_beat(&self) -> Option<Duration> {
        match self.shown {
            // The evening before is over in a moment.
            Shown::Watch if self.moments.is_empty() => Some(Duration::from_millis(1)),
            Shown::Watch if self.running => Some(Duration::from_millis(FRAME_MS)),
            Shown::Debrief
                if self.plan.is_some_and(|plan| self.plans.get(plan) == Some(&None)) || self.best == Totals::default() =>
            {
                Some(Duration::from_millis(1))
            }
            _ => None,
        }
    }

    /// Lives on until something has to be decided.
    pub fn beat(&mut self, cx: &Context) {
        match self.shown {
            Shown::Watch => {
                let frame = u32::try_from(1_000 / FRAME_MS).unwrap_or(20);
                let pace = SPEEDS.get(self.speed).copied().unwrap_or(60) / frame;
                self.live(if self.moments.is_empty() { CHUNK } else { pace.max(1) });
            }
            Shown::Debrief => self.reckon(),
            Shown::Scene(_) | Shown::All => {}
        }
        self.lay_out(cx);
    }

    fn live(&mut self, seconds: u32) {
        for _ in 0..seconds {
            if self.night.finished() {
                self.shown = Shown::Debrief;
                (self.cursor, self.top, self.running) = (0, 0, false);
                return;
            }
            self.night.step();
            if !self.night.tick().is_multiple_of(LOOK_S) {
                continue;
            }
            let comes =
                (0..SCENES.len()).find(|at| !self.seen.get(*at).copied().unwrap_or(true) && (SCENES[*at].comes)(&self.night));
            if let Some(scene) = comes {
                if let Some(seen) = self.seen.get_mut(scene) {
                    *seen = true;
                }
                self.moments.push(Moment { night: self.night.clone(), seen: self.seen, scene });
                self.shown = Shown::Scene(scene);
                (self.cursor, self.top) = (0, 0);
                return;
            }
        }
    }

    /// Works out what the debrief compares with: one night at a time.
    fn reckon(&mut self) {
        if self.best == Totals::default() {
            self.best = Night::run(Scenario::default()).map(|night| night.totals()).unwrap_or_default();
            return;
        }
        if let Some(plan) = self.plan
            && let (Some(told), Some(slot)) = (PLANS.get(plan), self.plans.get_mut(plan))
        {
            let scenario = Scenario { switches: told.switches, shop: told.shop(), seed: 2, hands: Hands::OnCall };
            *slot = Some(Night::run(scenario).map(|night| night.totals()).unwrap_or_default());
        }
    }

    /// What can be chosen.
    fn choices(&self) -> Vec<(Option<Decision>, &'static str)> {
        match self.shown {
            Shown::Scene(at) => SCENES.get(at).map(|scene| scene.choices.to_vec()).unwrap_or_default(),
            Shown::All => Decision::ALL.into_iter().map(|decision| (Some(decision), decision.name())).collect(),
            Shown::Watch | Shown::Debrief => Vec::new(),
        }
    }

    fn rows(&self) -> usize {
        match self.shown {
            Shown::Debrief => 12 + PLANS.len(),
            _ => self.choices().len(),
        }
    }

    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> (usize, usize) {
        (self.cursor, self.rows())
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        let Some(action) = press.action else { return Go::Stay };
        let last = self.rows().saturating_sub(1);
        match action {
            Action::Back if self.shown == Shown::All => self.shown = Shown::Watch,
            Action::Back => return Go::Back,
            Action::Up => self.cursor = self.cursor.saturating_sub(1),
            Action::Down => self.cursor = (self.cursor + 1).min(last),
            Action::Run if self.shown == Shown::Watch => self.running = !self.running,
            Action::Faster => self.speed = (self.speed + 1).min(SPEEDS.len() - 1),
            Action::Slower => self.speed = self.speed.saturating_sub(1),
            Action::Previous => self.go_back(cx),
            Action::Decide if self.shown == Shown::Watch && !self.moments.is_empty() => {
                self.shown = Shown::All;
                (self.cursor, self.top, self.running) = (0, 0, false);
            }
            Action::Enter => match self.shown {
                Shown::Watch => self.running = !self.running,
                Shown::Scene(_) | Shown::All => self.choose(cx, self.cursor),
                Shown::Debrief if self.cursor >= 12 => self.plan = Some(self.cursor - 12),
                Shown::Debrief => return self.compare(cx, asks),
            },
            Action::Choose(digit) if self.shown != Shown::Debrief => self.choose(cx, usize::from(digit).saturating_sub(1)),
            Action::Compare if self.shown == Shown::Debrief => return self.compare(cx, asks),
            Action::Simulate => return simulator::open(cx, Switches::AS_IT_WAS, 1),
            _ => {}
        }
        self.lay_out(cx);
        Go::Stay
    }

    fn choose(&mut self, cx: &mut Context, at: usize) {
        let Some((decision, _)) = self.choices().get(at).copied() else { return };
        if let Some(refused) = decision.and_then(|decision| self.night.act(decision).err()) {
            self.cursor = at;
            cx.notice = Some(refused.0.into());
            return;
        }
        self.shown = Shown::Watch;
        self.running = true;
        (self.cursor, self.top) = (0, 0);
    }

    /// Back to the decision before.
    fn go_back(&mut self, cx: &mut Context) {
        // In a moment itself, the one before it is meant.
        if matches!(self.shown, Shown::Scene(_)) && self.moments.len() > 1 {
            self.moments.pop();
        }
        let Some(moment) = self.moments.last() else { return };
        self.night = moment.night.clone();
        self.seen = moment.seen;
        self.shown = Shown::Scene(moment.scene);
        (self.cursor, self.top, self.running, self.plan) = (0, 0, false, None);
        cx.notice = Some(format!("It is {} again.", clock(self.night.tick())).as_str().into());
    }

    /// The pair of the factor under the cursor, or else its lesson.
    fn compare(&self, cx: &mut Context, asks: &mut Asks) -> Go {
        let Ok(factor) = u8::try_from(self.cursor + 1) else { return Go::Stay };
        let course = cx.course.clone();
        let pair =
            story(&course).and_then(|story| story.violations.iter().find(|violation| violation.factor == factor)?.pair.clone());
        if let Some((lesson, pair)) = pair.and_then(|pair| course.pair(&pair)) {
            return compare::open(cx, lesson, Some(pair), asks);
        }
        let reader = course.lesson_of_factor(factor).and_then(|at| lesson::open(cx, at, None, asks));
        reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))))
    }

    /// Keeps the cursor in sight.
    pub fn lay_out(&mut self, cx: &Context) {
        let area = body(Rect::new(0, 0, cx.size.0, cx.size.1));
        let inner = self.text_area(cx, area);
        let lines = self.lines(cx, usize::from(inner.width));
        let room = usize::from(inner.height).max(1);
        let at = lines.iter().position(|(_, row)| *row == Some(self.cursor)).unwrap_or(0);
        let height = lines.iter().filter(|(_, row)| *row == Some(self.cursor)).count();
        self.top = follow(self.top, room, at, height.max(1)).min(lines.len().saturating_sub(room));
    }

    /// Where the words stand.
    fn text_area(&self, cx: &Context, area: Rect) -> Rect {
        if self.shown == Shown::Debrief {
            let width = area.width.saturating_sub(4).min(92);
            return Rect { x: area.x + (area.width - width) / 2, width, ..area };
        }
        let outer = self.words_box(cx, area);
        Rect { x: outer.x + 2, y: outer.y + 1, width: outer.width.saturating_sub(4), height: outer.height.saturating_sub(2) }
    }

    fn words_box(&self, cx: &Context, area: Rect) -> Rect {
        let most = area.height.saturating_sub(3);
        if cx.wide() && area.height >= 20 {
            // The words get what they need, and the log what they leave.
            let needed = match self.shown {
                Shown::Scene(_) | Shown::All => self.lines(cx, 50).len() + 3,
                Shown::Watch | Shown::Debrief => usize::from(most),
            };
            let height = u16::try_from(needed).unwrap_or(u16::MAX).min(most);
            let height = if most - height < 5 { most } else { height };
            return Rect { y: area.y + 3, width: 54, height, ..area };
        }
        // The words get what they need; a chart stands above them where there is room for one.
        let height = match self.shown {
            Shown::Scene(_) | Shown::All => {
                let lines = self.lines(cx, usize::from(area.width.saturating_sub(4))).len();
                u16::try_from(lines + 2).unwrap_or(u16::MAX).min(most)
            }
            Shown::Watch | Shown::Debrief => area.height.saturating_sub(if area.height >= 16 { 10 } else { 3 }),
        };
        Rect { y: area.bottom() - height, height, ..area }
    }

    /// The words, each line with the row of the choice that it belongs to.
    fn lines(&self, cx: &Context, width: usize) -> Vec<(Pieces, Option<usize>)> {
        match self.shown {
            Shown::Watch => Vec::new(),
            Shown::Scene(at) => {
                let Some(scene) = SCENES.get(at) else { return Vec::new() };
                let mut lines: Vec<(Pieces, Option<usize>)> = Vec::new();
                let head =
                    [Piece::bold(format!("{}  ", clock(self.night.tick())), Ink::Accent), Piece::bold(scene.title, Ink::Text)];
                lines.push((head.to_vec(), None));
                lines.push((Vec::new(), None));
                lines.extend(wrap(&[Piece::new(scene.text, Ink::Text)], width).into_iter().map(|line| (line.pieces, None)));
                lines.push((Vec::new(), None));
                lines.extend(self.options(width));
                lines
            }
            Shown::All => {
                let head = vec![Piece::bold(format!("{}  What do you do?", clock(self.night.tick())), Ink::Accent)];
                let mut lines = vec![(head, None), (Vec::new(), None)];
                lines.extend(self.options(width));
                lines
            }
            Shown::Debrief => self.debrief(cx, width),
        }
    }

    fn options(&self, width: usize) -> Vec<(Pieces, Option<usize>)> {
        let mut lines = Vec::new();
        for (at, (_, words)) in self.choices().into_iter().enumerate() {
            let number = if at < 9 { format!(" {}  ", at + 1) } else { "    ".to_owned() };
            for (part, line) in wrap(&[Piece::new(words, Ink::Text)], width.saturating_sub(4).max(8)).into_iter().enumerate() {
                let mut row =
                    vec![if part == 0 { Piece::bold(number.clone(), Ink::Accent) } else { Piece::new("    ", Ink::Text) }];
                row.extend(line.pieces);
                lines.push((row, Some(at)));
            }
        }
        lines
    }

    fn debrief(&self, cx: &Context, width: usize) -> Vec<(Pieces, Option<usize>)> {
        let totals = self.night.totals();
        let mut lines: Vec<(Pieces, Option<usize>)> = Vec::new();
        let mut say = |pieces: &[Piece], row: Option<usize>, indent: usize| {
            for (part, line) in wrap(pieces, width.saturating_sub(indent).max(8)).into_iter().enumerate() {
                let mut row_pieces =
                    if part > 0 && indent > 0 { vec![Piece::new(" ".repeat(indent), Ink::Text)] } else { Pieces::new() };
                row_pieces.extend(line.pieces);
                lines.push((row_pieces, row));
            }
        };
        let usd = |cents: u64| format!("${}", grouped(cents / 100));
        say(&[Piece::bold("Nine o'clock. The review looks for causes, and for nobody to blame.", Ink::Accent)], None, 0);
        say(&[], None, 0);
        let rows = [
            ("down", format!("{} min", totals.down_s / 60), format!("{} min", self.best.down_s / 60)),
            ("orders", grouped(totals.tally.bought), grouped(self.best.tally.bought)),
            ("carts lost", grouped(totals.tally.carts_lost), grouped(self.best.tally.carts_lost)),
            ("taken", usd(totals.revenue_cents), usd(self.best.revenue_cents)),
            ("extra compute", usd(totals.extra_compute_cents), usd(self.best.extra_compute_cents)),
        ];
        say(&[Piece::new(format!("{:<16}{:>14}{:>20}", "", "your night", "with all twelve"), Ink::Dim)], None, 0);
        for (label, yours, best) in rows {
            let best = if self.best == Totals::default() { "…".to_owned() } else { best };
            say(
                &[
                    Piece::new(format!("{label:<16}"), Ink::Dim),
                    Piece::bold(format!("{yours:>14}"), Ink::Text),
                    Piece::new(format!("{best:>20}"), Ink::Good),
                ],
                None,
                0,
            );
        }
        say(&[], None, 0);
        say(&[Piece::bold("What was broken, and its fix. Enter shows the code.", Ink::Accent)], None, 0);
        let story = story(&cx.course);
        for factor in 1_u8..=12 {
            let row = Some(usize::from(factor) - 1);
            let told = story.and_then(|story| story.violations.iter().find(|violation| violation.factor == factor));
            let felt = self.night.journal().iter().filter(|entry| entry.cause.factor() == Some(factor)).count();
            let mut line = vec![
                Piece::bold(format!(" {:<5} ", numeral(factor)), Ink::Accent),
                Piece::bold(format!("{}. ", factor_name(factor)), Ink::Text),
            ];
            if let Some(told) = told {
                line.extend(pieces(&told.fix, Ink::Dim));
            }
            if felt > 0 {
                line.push(Piece::new(format!("  ({felt}\u{a0}×\u{a0}in\u{a0}your\u{a0}log)"), Ink::Warn));
            }
            say(&line, row, 7);
        }
        say(&[], None, 0);
        say(&[Piece::bold("The plan for the year. Enter lives the next Black Friday through.", Ink::Accent)], None, 0);
        for (at, plan) in PLANS.iter().enumerate() {
            let row = Some(12 + at);
            say(&[Piece::bold(" ▸ ", Ink::Accent), Piece::bold(plan.name, Ink::Text)], row, 3);
            say(&[Piece::new("   ", Ink::Text), Piece::new(plan.text, Ink::Dim)], row, 3);
            if let Some(totals) = self.plans.get(at).copied().flatten() {
                let outage = totals.first_outage.map_or("up all night".to_owned(), |tick| format!("down at {}", clock(tick)));
                let good = totals.first_outage.is_none();
                let text = format!(
                    "   {outage}, {} of {} taken, at most {} servers",
                    usd(totals.revenue_cents),
                    usd(totals.wanted_cents),
                    totals.peak_instances
                );
                say(
                    &[
                        Piece::bold(if good { "   ✓" } else { "   ✗" }, if good { Ink::Good } else { Ink::Bad }),
                        Piece::new(text, Ink::Text),
                    ],
                    row,
                    3,
                );
            }
        }
        lines
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let state = match self.shown {
            Shown::Debrief => "the morning after",
            Shown::Scene(_) | Shown::All => "you decide",
            Shown::Watch if self.running => "the night goes on",
            Shown::Watch => "held",
        };
        let left = [Piece::bold("On call", Ink::Accent), Piece::new("  ›  ", Ink::Faint), Piece::new(state, Ink::Dim)];
        let inner = self.text_area(cx, body(canvas.area()));
        let lines = self.lines(cx, usize::from(inner.width));
        let mut right = vec![Piece::bold(clock(self.night.tick()), Ink::Accent)];
        if lines.len().saturating_sub(self.top) > usize::from(inner.height) && self.shown == Shown::Debrief {
            right.insert(0, Piece::new("more below ↓   ", Ink::Dim));
        }
        header(canvas, cx, &left, &right, Some(f64::from(self.night.tick()) / f64::from(TICKS)));
        let area = body(canvas.area());
        if self.shown != Shown::Debrief {
            self.dashboard(cx, canvas, area);
        }
        if self.shown == Shown::Watch {
            log(canvas, inner, cx, self.night.journal(), None);
        } else {
            let shown: Vec<&(Pieces, Option<usize>)> = lines.iter().skip(self.top).collect();
            draw_lines(canvas, inner, shown.iter().map(|(line, _)| line), cx.theme);
            for (row, (line, choice)) in inner.rows().zip(shown) {
                if *choice == Some(self.cursor) && width_of(line) > 0 {
                    canvas.set_style(row, cx.theme.selected());
                }
            }
        }
        let mut skip = Vec::new();
        match self.shown {
            Shown::Watch => skip.push(Action::Enter),
            _ => skip.extend([Action::Run, Action::Faster, Action::Decide]),
        }
        if self.moments.len() < 2 {
            skip.push(Action::Previous);
        }
        footer(canvas, cx, self.mode(), &skip);
    }

    fn dashboard(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let words = self.words_box(cx, area);
        let title = if self.shown == Shown::Watch { "log" } else { "now" };
        if cx.wide() && area.height >= 20 {
            figures(
                canvas,
                Rect { x: area.x + 2, width: area.width.saturating_sub(3), height: 3, ..area },
                cx,
                &gauges(&self.night),
            );
            let charts = Rect { x: area.x + 54, y: area.y + 3, width: area.width - 54, height: area.height - 3 };
            let tall = charts.height * 3 / 5;
            traffic(canvas, Rect { height: tall, ..charts }, cx, self.night.minutes(), None);
            let lower = Rect { y: charts.y + tall, height: charts.height - tall, ..charts };
            money(canvas, lower, cx, self.night.minutes(), None);
        } else {
            let rows = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 3.min(area.height), ..area };
            let few = usize::from(rows.width / 20).max(1) * 3;
            let all = gauges(&self.night);
            figures(canvas, rows, cx, all.get(..few.min(all.len())).unwrap_or_default());
            let free = words.y.saturating_sub(rows.bottom());
            if free >= 5 {
                traffic(canvas, Rect { y: rows.bottom(), height: free, ..area }, cx, self.night.minutes(), None);
            }
        }
        canvas.blank(words);
        draw_box(canvas, words, title, cx.theme);
        // Beside the charts the words leave room for what was written down so far.
        let below = Rect { y: words.bottom(), height: area.bottom().saturating_sub(words.bottom()), ..words };
        if below.height >= 5 {
            let inner = draw_box(canvas, below, "log", cx.theme);
            log(canvas, inner, cx, self.night.journal(), None);
        }
    }
}

/// The case study of the course, if there is one.
fn story(course: &crate::domain::course::Course) -> Option<&Story> {
    let at = course.map.iter().position(|entry| entry.story)?;
    course.lesson(at)?.story.as_ref()
}
