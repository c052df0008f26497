//! The simulator of the night: twelve switches, charts that move, a second night over the first, and a question to the learner.

use std::time::Duration;

use ratatui::layout::Rect;

use super::night_charts::{FROM, Panel, big, figures, gauges, grouped, log, sparks};
use super::{Asks, Go, Press, Screen, lesson};
use crate::domain::course::{factor_name, numeral};
use crate::domain::night::{Minute, Night, OPENS, PRESETS, Scenario, Switches, TICKS, clock, mechanism};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{body, draw_box, draw_line, draw_lines, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::{Action, Mode};
use crate::ui::lines::{Piece, Pieces, wrap};

/// Seconds of the night in a second of the learner's.
const SPEEDS: [u32; 6] = [1, 60, 300, 1_200, 5_400, TICKS];
/// The pause between two pictures, in milliseconds.
const FRAME_MS: u64 = 50;
/// Seconds of the night that are lived through between two looks at the keyboard: a few milliseconds of work.
const CHUNK: u32 = 5_000;
/// Columns of the switches.
const SIDE: u16 = 36;

/// A night kept to be drawn over others.
#[derive(Debug)]
struct Kept {
    switches: Switches,
    minutes: Vec<Minute>,
    revenue_cents: u64,
}

/// What each factor that is off would bring, worked out one by one.
#[derive(Debug)]
struct Which {
    base: u64,
    /// Factors, and what they bring in cents, as far as it is known.
    gains: Vec<(u8, i64)>,
    left: Vec<u8>,
    at: Option<(u8, Box<Night>)>,
    guess: Option<u8>,
}

/// The simulator.
#[derive(Debug)]
pub struct Simulator {
    night: Night,
    /// The second of the night up to which it is to be lived.
    goal: u32,
    running: bool,
    speed: usize,
    cursor: u8,
    kept: Option<Kept>,
    filter: Option<u8>,
    which: Option<Which>,
    /// How often another chart was asked for.
    chart: usize,
    /// Whether numbers are big, for a room.
    big: bool,
}

/// Opens the simulator at half past eleven.
#[must_use]
pub fn open(_cx: &Context, switches: Switches, seed: u64) -> Go {
    open_at(switches, seed).map_or(Go::Stay, |screen| Go::To(Screen::Simulator(Box::new(screen))))
}

fn open_at(switches: Switches, seed: u64) -> Option<Simulator> {
    let night = Night::new(Scenario { seed, switches, ..Scenario::default() }).ok()?;
    let goal = FROM * 60 + 60;
    Some(Simulator {
        night,
        goal,
        running: false,
        speed: 2,
        cursor: 1,
        kept: None,
        filter: None,
        which: None,
        chart: 0,
        big: false,
    })
}

/// Opens the simulator with big numbers, for a room.
#[must_use]
pub fn for_a_room(switches: Switches) -> Go {
    match open_at(switches, 1) {
        Some(screen) => Go::To(Screen::Simulator(Box::new(Simulator { big: true, ..screen }))),
        None => Go::Stay,
    }
}

impl Simulator {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> (usize, usize) {
        (usize::from(self.cursor.wrapping_sub(1)), 12)
    }

    /// How long from now something happens by itself.
    #[must_use]
    pub fn next_beat(&self) -> Option<Duration> {
        if self.night.tick() < self.goal || self.which.as_ref().is_some_and(|which| !which.left.is_empty() || which.at.is_some()) {
            Some(Duration::from_millis(1))
        } else if self.running {
            Some(Duration::from_millis(if self.speed == 0 { 1_000 } else { FRAME_MS }))
        } else {
            None
        }
    }

    /// Lives on.
    pub fn beat(&mut self) {
        if self.night.tick() < self.goal {
            self.live(CHUNK);
        } else if self.running {
            let seconds = SPEEDS.get(self.speed).copied().unwrap_or(60);
            let pace = if self.speed == 0 { 1 } else { seconds / u32::try_from(1_000 / FRAME_MS).unwrap_or(20) };
            self.goal = (self.night.tick() + pace.max(1)).min(TICKS);
            self.live(CHUNK);
        } else if let Some(which) = &mut self.which {
            which.beat(self.night.scenario());
        }
        if self.night.finished() {
            self.running = false;
        }
    }

    fn live(&mut self, most: u32) {
        for _ in 0..most.min(self.goal.saturating_sub(self.night.tick())) {
            self.night.step();
        }
    }

    /// Lives the night anew with other switches, up to the same moment.
    fn restart(&mut self, switches: Switches) {
        let goal = self.night.tick().max(self.goal);
        let scenario = Scenario { switches, ..self.night.scenario().clone() };
        if let Ok(night) = Night::new(scenario) {
            self.night = night;
            self.goal = goal;
            self.which = None;
        }
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        let Some(action) = press.action else { return Go::Stay };
        let switches = self.night.scenario().switches;
        match action {
            Action::Back if self.which.is_some() => self.which = None,
            Action::Back => return Go::Back,
            Action::Run => self.running = !self.running && !self.night.finished(),
            Action::Step => {
                self.running = false;
                self.goal = (self.goal.max(self.night.tick()) + 60).min(TICKS);
            }
            Action::Faster => self.speed = (self.speed + 1).min(SPEEDS.len() - 1),
            Action::Slower => self.speed = self.speed.saturating_sub(1),
            Action::Up => self.cursor = if self.cursor <= 1 { 12 } else { self.cursor - 1 },
            Action::Down => self.cursor = if self.cursor >= 12 { 1 } else { self.cursor + 1 },
            Action::Enter => match &mut self.which {
                Some(which) if which.guess.is_none() => {
                    if switches.on(self.cursor) {
                        cx.notice = Some("That one is on. Point at one that is off.".into());
                    } else {
                        which.guess = Some(self.cursor);
                    }
                }
                _ => self.restart(switches.with(self.cursor, !switches.on(self.cursor))),
            },
            Action::Choose(digit) => {
                if let Some(preset) = PRESETS.get(usize::from(digit).saturating_sub(1)) {
                    self.restart(preset.switches);
                    cx.notice = Some(format!("{digit}  {}", preset.name).as_str().into());
                }
            }
            Action::Rewind => {
                self.goal = FROM * 60 + 60;
                self.running = false;
                let scenario = self.night.scenario().clone();
                if let Ok(night) = Night::new(scenario) {
                    self.night = night;
                }
            }
            Action::Bottom => self.goal = TICKS,
            Action::Overlay => {
                self.kept = match self.kept.take() {
                    Some(_) => None,
                    None => Some(Kept {
                        switches,
                        minutes: self.night.minutes().to_vec(),
                        revenue_cents: self.night.totals().revenue_cents,
                    }),
                };
            }
            Action::Filter => {
                self.filter = if self.filter == Some(self.cursor) { None } else { Some(self.cursor) };
            }
            Action::Chart => self.chart += 1,
            Action::Big => self.big = !self.big,
            Action::Which => {
                self.running = false;
                self.which = if switches == Switches::ALL_ON {
                    cx.notice = Some("All twelve are on: nothing is left to switch on.".into());
                    None
                } else {
                    self.goal = TICKS;
                    Some(Which { base: 0, gains: Vec::new(), left: switches.off().collect(), at: None, guess: None })
                };
            }
            Action::Passage => {
                let at = cx.course.lesson_of_factor(self.cursor);
                let reader = at.and_then(|at| lesson::open(cx, at, None, asks));
                return reader.map_or(Go::Stay, |reader| Go::To(Screen::Lesson(Box::new(reader))));
            }
            _ => {}
        }
        Go::Stay
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        let mut left = vec![Piece::new(self.night.scenario().switches.to_string(), Ink::Dim)];
        if cx.columns() >= 76 {
            left.splice(0..0, [Piece::bold("The night of the sale", Ink::Accent), Piece::new("  ›  ", Ink::Faint)]);
        }
        let speed = match SPEEDS.get(self.speed).copied().unwrap_or(60) {
            1 => "a second a second".to_owned(),
            60 => "a minute a second".to_owned(),
            TICKS => "the night in a second".to_owned(),
            other => format!("{} minutes a second", other / 60),
        };
        let state = if self.running { "▶ " } else { "‖ " };
        let right = [Piece::bold(clock(self.night.tick()), Ink::Accent), Piece::new(format!("  {state}{speed}"), Ink::Dim)];
        header(canvas, cx, &left, &right, Some(f64::from(self.night.tick()) / f64::from(TICKS)));
        let area = body(canvas.area());
        if self.big {
            self.room(cx, canvas, area);
        } else if cx.wide() && area.height >= 26 {
            self.wide(cx, canvas, area);
        } else if area.width >= 76 && area.height >= 18 {
            self.middle(cx, canvas, area);
        } else {
            self.narrow(cx, canvas, area);
        }
        let mut skip = Vec::new();
        if self.which.is_some() {
            skip.extend([Action::Run, Action::Step, Action::Faster, Action::Overlay, Action::Filter]);
        }
        footer(canvas, cx, Mode::Simulator, &skip);
    }

    fn over(&self) -> Option<&[Minute]> {
        self.kept.as_ref().map(|kept| kept.minutes.as_slice())
    }

    fn wide(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let side = Rect { width: SIDE, ..area };
        let rest = Rect { x: area.x + SIDE, width: area.width - SIDE, ..area };
        let switches = Rect { height: 14, ..side };
        let inner = draw_box(canvas, switches, "factors", cx.theme);
        self.switches(cx, canvas, inner);
        let below = Rect { y: side.y + 14, height: side.height - 14, ..side };
        let inner = draw_box(canvas, below, &self.about(), cx.theme);
        let words = self.words(usize::from(inner.width));
        draw_lines(canvas, inner, &words, cx.theme);
        // The small curves stand at the bottom, where the words leave them room.
        let free = inner.height.saturating_sub(u16::try_from(words.len()).unwrap_or(u16::MAX));
        if free >= 6 {
            sparks(canvas, Rect { y: inner.bottom() - 6, height: 6, ..inner }, cx, self.night.minutes());
        }
        let numbers = Rect { height: 3, x: rest.x + 2, width: rest.width.saturating_sub(3), ..rest };
        figures(canvas, numbers, cx, &gauges(&self.night));
        let free = rest.height - 3;
        let tall = free * 2 / 5;
        let top = Rect { y: rest.y + 3, height: tall, ..rest };
        Panel::Traffic.draw(canvas, top, cx, self.night.minutes(), self.over());
        let second = Rect { y: top.bottom(), height: free * 3 / 10, ..rest };
        let half = second.width * 3 / 5;
        let others = [Panel::Money, Panel::Failing, Panel::Waiting, Panel::Carts];
        let left = others.into_iter().cycle().nth(self.chart % others.len()).unwrap_or(Panel::Money);
        left.draw(canvas, Rect { width: half, ..second }, cx, self.night.minutes(), self.over());
        let right = Rect { x: second.x + half, width: second.width - half, ..second };
        Panel::Fleet.draw(canvas, right, cx, self.night.minutes(), self.over());
        let third = Rect { y: second.bottom(), height: rest.bottom().saturating_sub(second.bottom()), ..rest };
        self.lower(cx, canvas, third);
    }

    fn middle(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let side = Rect { width: 27, ..area };
        let rest = Rect { x: area.x + 27, width: area.width - 27, ..area };
        self.switches(cx, canvas, Rect { x: side.x + 1, width: side.width - 2, height: 12.min(side.height), ..side });
        let below = Rect { x: side.x + 1, y: side.y + 12, width: side.width - 2, height: side.height.saturating_sub(12) };
        draw_lines(canvas, below, &self.words(usize::from(below.width)), cx.theme);
        let numbers = Rect { height: 4.min(rest.height), ..rest };
        figures(canvas, numbers, cx, gauges(&self.night).get(..8).unwrap_or_default());
        let free = rest.height.saturating_sub(4);
        let top = Rect { y: rest.y + 4, height: free.saturating_sub(6), ..rest };
        self.panel().draw(canvas, top, cx, self.night.minutes(), self.over());
        let third = Rect { y: top.bottom(), height: free.saturating_sub(top.height), ..rest };
        self.lower(cx, canvas, third);
    }

    fn narrow(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let mut y = area.y;
        let mut row = |height: u16| {
            let part =
                Rect { y, height: height.min(area.bottom().saturating_sub(y)), x: area.x + 1, width: area.width.saturating_sub(2) };
            y = part.bottom();
            part
        };
        let switches = self.night.scenario().switches;
        let strip = |from: u8| -> Pieces {
            (from..from + 6)
                .flat_map(|n| {
                    let (sign, ink) = if switches.on(n) { ("●", Ink::Good) } else { ("○", Ink::Bad) };
                    let name = format!("{:<5}", numeral(n));
                    let name = if n == self.cursor { Piece::badge(name, Ink::Accent) } else { Piece::new(name, Ink::Text) };
                    [Piece::bold(format!("{sign} "), ink), name, Piece::new("  ", Ink::Text)]
                })
                .collect()
        };
        draw_lines(canvas, row(2), &[strip(1), strip(7)], cx.theme);
        figures(canvas, row(2), cx, gauges(&self.night).get(..4).unwrap_or_default());
        let free = area.height.saturating_sub(4);
        self.panel().draw(canvas, row(free.saturating_sub(5)), cx, self.night.minutes(), self.over());
        self.lower(cx, canvas, row(5));
    }

    /// The chart where there is room for one.
    fn panel(&self) -> Panel {
        Panel::ALL.into_iter().cycle().nth(self.chart % Panel::ALL.len()).unwrap_or(Panel::Traffic)
    }

    /// Big numbers, and a question to the room while time is held.
    fn room(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let now = self.night.now();
        let totals = self.night.totals();
        let served = (now.answered * 100).checked_div(now.wanted_rps).unwrap_or(100).min(100);
        let parts = [
            ("", clock(self.night.tick()), Ink::Accent),
            ("of what shoppers want, answered", format!("{served} %"), if served >= 90 { Ink::Good } else { Ink::Bad }),
            ("not taken so far", format!("${}", grouped(totals.lost_cents() / 100)), Ink::Text),
        ];
        let third = (area.height.saturating_sub(2) / 3).max(1);
        let left = Rect { x: area.x + 4.min(area.width), width: area.width.saturating_sub(6), ..area };
        for (at, (label, value, ink)) in (0_u16..).zip(&parts) {
            let part =
                Rect { y: left.y + at * third, height: third.min(left.bottom().saturating_sub(left.y + at * third)), ..left };
            big(canvas, part, cx, label, value, *ink);
        }
        let last = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..left };
        let held = self.held().then(|| Piece::bold("What do you think happens now?", Ink::Accent));
        draw_line(canvas, last, &held.into_iter().collect::<Pieces>(), cx.theme);
    }

    /// Whether time is held in the middle of the sale.
    fn held(&self) -> bool {
        !self.running && !self.night.finished() && self.night.tick() > OPENS && self.night.tick() >= self.goal
    }

    fn switches(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let switches = self.night.scenario().switches;
        for (row, n) in area.rows().zip(1_u8..=12) {
            let on = switches.on(n);
            let (sign, ink) = if on { ("●", Ink::Good) } else { ("○", Ink::Bad) };
            let mut line = vec![
                Piece::bold(format!("{sign} "), ink),
                Piece::bold(format!("{:<5}", numeral(n)), Ink::Accent),
                Piece::new(factor_name(n), if on { Ink::Text } else { Ink::Dim }),
            ];
            if let Some(gain) = self.which.as_ref().and_then(|which| which.gain(n)) {
                let text = format!("{}${}", if gain < 0 { "-" } else { "+" }, grouped(gain.unsigned_abs() / 100));
                let used = crate::ui::lines::width_of(&line);
                let gap = usize::from(row.width).saturating_sub(used + text.len());
                line.push(Piece::new(" ".repeat(gap), Ink::Text));
                line.push(Piece::bold(text, if gain < 0 { Ink::Bad } else { Ink::Good }));
            }
            draw_line(canvas, row, &line, cx.theme);
            if n == self.cursor {
                canvas.set_style(row, cx.theme.selected());
            }
        }
    }

    fn about(&self) -> String {
        format!("{} {}", numeral(self.cursor), factor_name(self.cursor))
    }

    /// What the factor under the cursor does.
    fn words(&self, width: usize) -> Vec<Pieces> {
        let (on, off) = mechanism(self.cursor);
        let is_on = self.night.scenario().switches.on(self.cursor);
        let mut lines: Vec<Pieces> = Vec::new();
        for (sign, text, now) in [("● ", on, is_on), ("○ ", off, !is_on)] {
            let ink = if now { Ink::Text } else { Ink::Dim };
            for (at, line) in wrap(&[Piece::new(text, ink)], width.saturating_sub(2).max(8)).into_iter().enumerate() {
                let sign = if at == 0 { sign } else { "  " };
                let mut row = vec![Piece::new(sign, if now { Ink::Accent } else { Ink::Faint })];
                row.extend(line.pieces);
                lines.push(row);
            }
            lines.push(Vec::new());
        }
        if let Some(kept) = &self.kept {
            let text = format!("Kept: {}, ${}", kept.switches, grouped(kept.revenue_cents / 100));
            lines.extend(wrap(&[Piece::new(text, Ink::Link)], width).into_iter().map(|line| line.pieces));
        }
        lines
    }

    /// The log; or the question, or the end.
    fn lower(&self, cx: &Context, canvas: &mut Canvas, area: Rect) {
        let mut title = match self.filter {
            Some(factor) => format!("log of {}", numeral(factor)),
            None if self.held() => "log · held: what do you think happens now?".to_owned(),
            None => "log".to_owned(),
        };
        let asked = self.question();
        if asked.is_some() {
            title = if self.which.is_some() { "a question" } else { "the morning" }.to_owned();
        }
        let inner = draw_box(canvas, area, &title, cx.theme);
        canvas.blank(inner);
        match asked {
            Some(words) => {
                let lines: Vec<Pieces> = wrap(&words, usize::from(inner.width)).into_iter().map(|line| line.pieces).collect();
                draw_lines(canvas, inner, &lines, cx.theme);
                // What happened stays in sight where there is room for a few lines of it.
                let used = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX).min(inner.height);
                let rest = Rect { y: inner.y + used, height: inner.height - used, ..inner };
                if rest.height >= 3 {
                    log(canvas, rest, cx, self.night.journal(), self.filter);
                }
            }
            None => log(canvas, inner, cx, self.night.journal(), self.filter),
        }
    }

    /// What is asked of the learner just now, or told at the end.
    fn question(&self) -> Option<Pieces> {
        if let Some(which) = &self.which {
            return Some(which.words());
        }
        if self.night.finished() {
            let totals = self.night.totals();
            let outage = totals.first_outage.map_or("Never down".to_owned(), |tick| {
                format!("First down at {}, {} minutes in all", clock(tick), totals.down_s / 60)
            });
            return Some(vec![
                Piece::bold("Six o'clock. ", Ink::Accent),
                Piece::new(
                    format!(
                        "Taken ${}, not taken ${}. {outage}. At most {} servers; extra compute ${}. Press w: what \
                         next?",
                        grouped(totals.revenue_cents / 100),
                        grouped(totals.lost_cents() / 100),
                        totals.peak_instances,
                        grouped(totals.extra_compute_cents / 100)
                    ),
                    Ink::Text,
                ),
            ]);
        }
        None
    }
}

impl Which {
    /// Works on: a chunk of one night at a time.
    fn beat(&mut self, scenario: &Scenario) {
        let next = match self.at.take() {
            Some(next) => Some(next),
            None => self.left.pop().and_then(|factor| {
                let switches = scenario.switches.with(factor, true);
                let night = Night::new(Scenario { switches, ..scenario.clone() }).ok()?;
                Some((factor, Box::new(night)))
            }),
        };
        let Some((factor, mut night)) = next else { return };
        if self.base == 0 {
            self.base = Night::run(scenario.clone()).map_or(0, |night| night.totals().revenue_cents);
        }
        for _ in 0..CHUNK {
            night.step();
        }
        if night.finished() {
            let cents = |cents: u64| i64::try_from(cents).unwrap_or(i64::MAX);
            self.gains.push((factor, cents(night.totals().revenue_cents) - cents(self.base)));
            self.gains.sort_by_key(|(_, gain)| std::cmp::Reverse(*gain));
        } else {
            self.at = Some((factor, night));
        }
    }

    fn ready(&self) -> bool {
        self.left.is_empty() && self.at.is_none()
    }

    /// What a factor brings, once it may be seen.
    fn gain(&self, factor: u8) -> Option<i64> {
        self.guess.filter(|_| self.ready())?;
        self.gains.iter().find(|(known, _)| *known == factor).map(|(_, gain)| *gain)
    }

    fn words(&self) -> Pieces {
        let text = |text: String| Piece::new(text, Ink::Text);
        let Some(guess) = self.guess else {
            return vec![
                Piece::bold("Which factor should be switched on next, and why? ", Ink::Accent),
                text("Say it aloud. Then point at it and press Enter.".into()),
            ];
        };
        let (Some((best, most)), true) = (self.gains.first().copied(), self.ready()) else {
            return vec![text("The nights are being lived through …".into())];
        };
        let named = |factor: u8| format!("{} {}", numeral(factor), factor_name(factor));
        let brings = |gain: i64| {
            if gain < 0 {
                format!("costs ${}", grouped(gain.unsigned_abs() / 100))
            } else {
                format!("brings ${}", grouped(gain.unsigned_abs() / 100))
            }
        };
        let yours = self.gains.iter().find(|(factor, _)| *factor == guess).map_or(0, |(_, gain)| *gain);
        let mut words = Pieces::new();
        if guess == best {
            words.push(Piece::bold("✓ ", Ink::Good));
            words.push(text(format!("{} {}, more than any other alone. ", named(best), brings(most))));
        } else {
            words.push(Piece::bold("✗ ", Ink::Bad));
            words.push(text(format!("{} {}. {} {}. ", named(guess), brings(yours), named(best), brings(most))));
        }
        if most < 10_000_000 {
            words.push(text("No single factor saves this night: they hold one another up. Switch one on and ask again.".into()));
        } else {
            words.push(text(mechanism(best).0.to_owned()));
        }
        words
    }
}
