//! One learner's session: messages in, effects out. The only place where state changes; drawing changes nothing.

use std::sync::Arc;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::canvas::Canvas;
use super::context::Context;
use super::hues::Colors;
use super::ink::Theme;
use super::keymap::{Action, Mode, action};
use super::message::{Effect, Input, Message, Whole};
use super::palette::Palette;
use super::screen::home::Home;
use super::screen::{
    Asks, Go, Press, Screen, compare, exam, exam_left, help, home, interview, interview_plan, on_call, present, quiz, simulator,
};
use crate::domain::course::Course;
use crate::domain::event::{Deed, Event};
use crate::domain::exam::Paper;
use crate::domain::interview::Wish;
use crate::domain::night::Switches;
use crate::domain::progress::{Progress, Since};
use crate::domain::rng::Rng;
use crate::domain::time::{Timestamp, Zone};

/// Where a session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the map of the course.
    Home,
    /// In a lesson.
    Lesson(usize),
    /// At the pairs of a lesson.
    Compare(usize),
    /// In the quiz of a lesson.
    Quiz(usize),
    /// At what is due today.
    Review,
    /// In an exam.
    Exam(Paper),
    /// At the choice of an interview.
    Plan,
    /// In an interview.
    Interview(Wish),
    /// On call in the night of the sale.
    Night,
    /// At the simulator of the night, with these factors and this luck.
    Simulator(Switches, u64),
}

/// How a session is set up.
#[derive(Debug)]
pub struct Setup {
    /// What is taught.
    pub course: Arc<Course>,
    /// Colours of code that were made ahead of time.
    pub palette: Palette,
    /// The theme, when it is known.
    pub theme: Option<Theme>,
    /// Decides the order of options.
    pub seed: u64,
    /// How far the learner's clock is ahead of UTC.
    pub zone: Zone,
    /// Where to begin.
    pub start: Start,
}

/// A session.
#[derive(Debug)]
pub struct App {
    cx: Context,
    /// Whether the terminal's word on its background is heeded.
    ask_theme: bool,
    home: Home,
    over: Vec<Screen>,
    start: Option<Start>,
    /// The class that the session was asked to begin with.
    class: Option<present::Wish>,
    /// Events that are not on the disk yet, with their tickets.
    pending: Vec<(u64, Event)>,
    /// So that resets can be undone.
    since: Since,
    /// Whether an exam that was left has been spoken of.
    offered: bool,
    /// Whether the picture may have changed since it was last drawn.
    stale: bool,
}

/// Screens on top of one another; the oldest is forgotten beyond that.
const DEPTH: usize = 32;

impl App {
    /// A session that has not been given a size yet.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let cx = Context {
            course: setup.course,
            progress: Progress::default(),
            loaded: false,
            theme: setup.theme.unwrap_or_default(),
            size: (80, 24),
            palette: setup.palette,
            now: Timestamp::default(),
            zone: setup.zone,
            ticket: 0,
            told: 0,
            saved: 0,
            unsaved: None,
            notice: None,
            resets: Vec::new(),
            rng: Rng::new(setup.seed),
        };
        let start = (setup.start != Start::Home).then_some(setup.start);
        Self {
            cx,
            ask_theme: setup.theme.is_none(),
            home: Home::default(),
            over: Vec::new(),
            start,
            class: None,
            pending: Vec::new(),
            since: Since::default(),
            offered: false,
            stale: true,
        }
    }

    /// The same session, in front of a class.
    #[must_use]
    pub fn with_class(mut self, wish: present::Wish) -> Self {
        self.class = Some(wish);
        self
    }

    /// Takes in the size of the terminal where what was kept comes next ([`Message::Loaded`]): that lays out for it, and nothing is
    /// drawn before.
    pub fn begin_with_size(&mut self, columns: u16, rows: u16) {
        self.cx.size = (columns, rows);
    }

    /// Takes in one message.
    pub fn update(&mut self, now: Timestamp, message: Message) -> Vec<Effect> {
        let day = self.cx.day();
        self.cx.now = now;
        // Everything may change the picture, except that what is shown as saved was saved already. Where something goes on by
        // itself the time may be shown, and that has gone on; and much is told in days.
        let another_day = day != self.cx.day();
        let stale = std::mem::replace(&mut self.stale, true) || another_day;
        if another_day {
            self.home.renew(&self.cx);
        }
        let mut effects = Vec::new();
        match message {
            Message::Input(Input::Resize { columns, rows }) => {
                self.cx.size = (columns, rows);
                self.lay_out();
            }
            Message::Input(Input::Background { light }) => {
                if self.ask_theme {
                    self.cx.theme = if light { Theme::Light } else { Theme::Dark };
                }
            }
            Message::Input(input) => {
                self.begin(&mut effects);
                self.input(input, &mut effects);
            }
            Message::Beat => {
                let mut asks = Asks::default();
                let go = self.over.last_mut().map_or(Go::Stay, |screen| screen.beat(&mut self.cx, &mut asks));
                self.take(asks, &mut effects);
                self.go(go);
            }
            Message::Loaded(progress) => {
                let left = progress.exam.is_some();
                let pending: Vec<&Event> = self.pending.iter().map(|(_, event)| event).collect();
                if !self.since.correct(&progress, &pending) {
                    return effects;
                }
                let progress = progress.after(&pending);
                if self.cx.loaded && self.cx.progress == progress {
                    self.stale = stale || self.beat().is_some();
                    return effects;
                }
                self.cx.progress = progress;
                self.cx.loaded = true;
                self.home.loaded(&self.cx);
                self.begin(&mut effects);
                self.lay_out_home();
                if left {
                    self.offer_exam();
                }
            }
            Message::Saved(ticket) => {
                // Whatever is shown as saved is saved by its own ticket, and none is higher than what is told of.
                let waits = self.cx.saved < self.cx.told || self.cx.unsaved.is_some();
                self.cx.saved = self.cx.saved.max(ticket);
                self.pending.retain(|(pending, _)| *pending > ticket);
                self.cx.unsaved = None;
                self.stale = stale || waits || self.beat().is_some();
            }
            Message::Unsaved(reason) => self.cx.unsaved = Some(reason),
            Message::Notice(notice) => self.cx.notice = Some(notice),
            Message::Course(Whole(course)) => {
                self.cx.course = course;
                self.home.loaded(&self.cx);
                self.lay_out_home();
                let mut asks = Asks::default();
                for screen in &mut self.over {
                    screen.renew(&mut self.cx, &mut asks);
                }
                self.take(asks, &mut effects);
            }
            Message::Broken => effects.push(Effect::Quit),
            Message::Class(news) => {
                let mut asks = Asks::default();
                for screen in &mut self.over {
                    if let Screen::Present(screen) = screen {
                        screen.news(&mut self.cx, news.clone(), &mut asks);
                    }
                }
                self.take(asks, &mut effects);
            }
            Message::Coloured { key, colours } => {
                self.cx.palette.learn(key, colours);
                if let Some(screen) = self.over.last_mut() {
                    screen.lay_out(&self.cx);
                }
            }
        }
        effects
    }

    /// Goes to where the session was asked to begin, once what was kept has come, or a key has.
    fn begin(&mut self, effects: &mut Vec<Effect>) {
        if let Some(wish) = self.class.take() {
            let mut asks = Asks::default();
            let go = present::open(&mut self.cx, wish, &mut asks);
            self.take(asks, effects);
            self.go(go);
        }
        let Some(start) = self.start.take() else { return };
        let mut asks = Asks::default();
        let go = match start {
            Start::Home => Go::Stay,
            Start::Lesson(lesson) => home::open(&mut self.cx, lesson, &mut asks),
            Start::Compare(lesson) => compare::open(&mut self.cx, lesson, None, &mut asks),
            Start::Quiz(lesson) => quiz::open(&mut self.cx, lesson, &mut asks),
            Start::Exam(paper) => exam::open(&mut self.cx, paper, &mut asks),
            Start::Review => quiz::review(&mut self.cx, &mut asks),
            Start::Plan => interview_plan::open(&mut self.cx, None),
            Start::Interview(wish) => interview::open(&mut self.cx, wish),
            Start::Night => on_call::open(&self.cx),
            Start::Simulator(switches, seed) => simulator::open(&self.cx, switches, seed),
        };
        if let Start::Lesson(lesson) | Start::Compare(lesson) | Start::Quiz(lesson) = start {
            self.home.point_at(&self.cx, lesson);
        }
        self.take(asks, effects);
        self.go(go);
        self.lay_out_home();
    }

    /// Speaks of an exam that was under way when an earlier session ended, once.
    fn offer_exam(&mut self) {
        let spoken_of = self.over.iter().any(|screen| matches!(screen, Screen::ExamLeft(_)));
        if self.cx.progress.exam.is_some()
            && !std::mem::replace(&mut self.offered, true)
            && !spoken_of
            && let Some(screen) = exam_left::open(&self.cx)
        {
            self.go(Go::To(screen));
        }
    }

    /// Where keys are pressed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.over.last().map_or(Mode::Home, Screen::mode)
    }

    fn input(&mut self, input: Input, effects: &mut Vec<Effect>) {
        let mode = self.mode();
        let press = match input {
            Input::Key(key) => Press { action: action(mode, key), key: Some(key), input: None },
            other => Press { action: None, key: None, input: Some(other) },
        };
        if press.key.is_some() {
            self.cx.notice = None;
        }
        match press.action {
            Some(Action::Quit) => {
                self.leave(effects);
                effects.push(Effect::Quit);
                return;
            }
            Some(Action::Suspend) => {
                effects.push(Effect::Suspend);
                return;
            }
            Some(Action::Theme) => {
                self.cx.theme = self.cx.theme.other();
                self.ask_theme = false;
                return;
            }
            Some(Action::Help) => {
                let help = help::Help::new(&self.cx, mode);
                self.go(Go::To(Screen::Help(Box::new(help))));
                return;
            }
            _ => {}
        }
        let mut asks = Asks::default();
        let go = match self.over.last_mut() {
            Some(screen) => screen.update(&mut self.cx, &press, &mut asks),
            None => self.home.update(&mut self.cx, &press, &mut asks),
        };
        self.take(asks, effects);
        self.go(go);
    }

    /// Keeps what is half done on any screen.
    fn leave(&mut self, effects: &mut Vec<Effect>) {
        let mut asks = Asks::default();
        for screen in &mut self.over {
            screen.leave(&self.cx, &mut asks);
        }
        self.take(asks, effects);
    }

    /// Remembers what was done and hands on what is asked.
    fn take(&mut self, asks: Asks, effects: &mut Vec<Effect>) {
        for deed in asks.deeds {
            self.record(deed, effects);
        }
        effects.extend(asks.wanted.into_iter().map(Effect::Colour));
        effects.extend(asks.class.into_iter().map(Effect::Class));
        effects.extend(asks.files.into_iter().map(|(name, text)| Effect::Write { name, text }));
    }

    fn record(&mut self, deed: Deed, effects: &mut Vec<Effect>) {
        let event = Event { at: self.cx.now, deed };
        match &event.deed {
            Deed::Reset { name, lesson, .. } => self.cx.resets.push((*name, lesson.clone())),
            Deed::ResetUndone { name } => self.cx.resets.retain(|(known, _)| known != name),
            _ => {}
        }
        self.since.apply(&mut self.cx.progress, &event);
        self.cx.ticket += 1;
        if !matches!(event.deed, Deed::ReadTo { .. } | Deed::Opened { .. } | Deed::Finished { .. } | Deed::WayChosen { .. }) {
            self.cx.told = self.cx.ticket;
        }
        self.pending.push((self.cx.ticket, event.clone()));
        effects.push(Effect::Record { ticket: self.cx.ticket, event });
    }

    fn go(&mut self, go: Go) {
        match go {
            Go::Stay => {}
            Go::To(screen) => {
                if self.over.len() >= DEPTH {
                    self.over.remove(0);
                }
                self.over.push(screen);
            }
            Go::Replace(screen) => {
                self.over.pop();
                self.over.push(screen);
            }
            Go::Back => {
                self.over.pop();
                self.lay_out();
            }
            Go::Home(lesson) => {
                self.over.clear();
                self.home.point_at(&self.cx, lesson);
                self.lay_out();
            }
        }
    }

    /// Lays out the screen in front. Those beneath are when they come to the front again.
    fn lay_out(&mut self) {
        match self.over.last_mut() {
            Some(screen) => screen.lay_out(&self.cx),
            None => self.home.lay_out(&self.cx),
        }
    }

    /// Lays out home, where it is in front.
    fn lay_out_home(&mut self) {
        if self.over.is_empty() {
            self.lay_out();
        }
    }

    /// Draws the screen in front. Changes nothing.
    pub fn view(&self, canvas: &mut Canvas) {
        if canvas.area().width == 0 || canvas.area().height == 0 {
            return;
        }
        match self.over.last() {
            Some(screen) => screen.view(&self.cx, canvas),
            None => self.home.view(&self.cx, canvas),
        }
    }

    /// Whether the picture may have changed since this was last asked.
    pub fn take_stale(&mut self) -> bool {
        std::mem::take(&mut self.stale)
    }

    /// Makes ready what is likely to be shown next. Changes nothing that is shown; to be called when a frame stands.
    pub fn look_ahead(&mut self) {
        match self.over.last_mut() {
            Some(Screen::Lesson(reader)) => reader.look_ahead(&self.cx),
            Some(Screen::Compare(comparison)) => comparison.look_ahead(&self.cx),
            _ => {}
        }
    }

    /// How long from now something happens by itself on the screen in front. At rest nothing does.
    #[must_use]
    pub fn beat(&self) -> Option<Duration> {
        self.over.last().and_then(|screen| screen.next_beat(&self.cx))
    }

    /// Events that are not known to be on the disk.
    #[must_use]
    pub fn unsaved(&self) -> usize {
        self.pending.len()
    }

    /// What the learner has done, this session included.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.cx.progress
    }

    /// What is selected on the screen in front, and of how many; `None` where nothing is.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        match self.over.last() {
            Some(screen) => screen.selection(&self.cx),
            None => Some((self.home.cursor(), self.cx.course.map.len())),
        }
    }

    /// How many screens stand in front of home.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.over.len()
    }
}

/// The screen in front as a widget, for the backends of ratatui.
impl Widget for &App {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let mut canvas = Canvas::new(Colors::True, area.width, area.height);
        self.view(&mut canvas);
        buffer.merge(&Buffer { area, ..canvas.to_buffer() });
    }
}
