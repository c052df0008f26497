//! A class: the slides for a room, and the same for whoever speaks. Either view leads; both hold one [`Class`].

use std::time::Duration;

use ratatui::layout::Rect;

use super::{Asks, Go, Press, Screen, projector, simulator, speaker, wheel};
use crate::domain::class::{Act, Class, Closed, Plan, State};
use crate::domain::event::{Deed, Vote};
use crate::domain::id::{ClassId, OptionId};
use crate::domain::night::question::Outlook;
use crate::domain::night::{Night, OPENS, Switches};
use crate::domain::slides::{Show, Slide, ask, choices, slides};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::follow;
use crate::ui::context::Context;
use crate::ui::keymap::{Action, Mode};
use crate::ui::message::{Errand, KeyCode, News, Views};
use crate::ui::slide::Room;

/// How a class is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What was asked for; nothing in particular when left out.
    pub plan: Option<Plan>,
    /// How long it may take, in minutes.
    pub minutes: Option<u16>,
    /// Whose class it is.
    pub class: ClassId,
    /// Whether it is the view of whoever speaks.
    pub speaker: bool,
    /// Names this view among all of them.
    pub me: u64,
}

/// Something that takes more than one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Typing {
    /// Nothing.
    #[default]
    Nothing,
    /// The number of a slide.
    Slide(usize),
    /// A hand less: for which option?
    Less,
    /// So many hands: for which option?
    Which,
    /// So many hands for that option.
    Hands(usize, usize),
}

/// The list of all slides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overview {
    pub(super) cursor: usize,
    pub(super) top: usize,
}

/// A view of a class.
#[derive(Debug)]
pub struct Present {
    pub(super) class: Class,
    pub(super) speaker: bool,
    pub(super) typing: Typing,
    pub(super) list: Option<Overview>,
    /// Whether the room sees the clock.
    pub(super) clock: bool,
    pub(super) views: Option<Views>,
    /// Whether there ever was another view: only then a room is told that it is alone.
    pub(super) company: bool,
    /// The plan that slides are laid in for.
    laid: Plan,
    wish: Wish,
    /// The night of a slide, as far as it was lived.
    night: Option<(usize, Box<Night>)>,
}

/// The pause between two pictures of the night, in milliseconds.
const FRAME_MS: u64 = 50;
/// Seconds of the night between two pictures: an hour and a half in some seven seconds.
const PACE: u32 = 40;
/// Seconds of the night that are lived at once before the doors open.
const CHUNK: u32 = 5_000;

/// Opens a view of a class.
pub fn open(cx: &mut Context, wish: Wish, asks: &mut Asks) -> Go {
    let plan = match (&wish.plan, wish.speaker) {
        (Some(plan), _) => plan.clone(),
        (None, true) => Plan::Waiting,
        (None, false) => Plan::Course,
    };
    let state = State {
        version: 0,
        // Whoever waits has said nothing yet, so that anybody's word is newer.
        writer: if plan == Plan::Waiting { 0 } else { wish.me },
        plan,
        minutes: wish.minutes,
        class: wish.class.clone(),
        opened: cx.now.0,
        begun: None,
        slides: 0,
        slide: 0,
        part: 0,
        black: false,
        ballots: std::collections::BTreeMap::new(),
    };
    let mut screen = Present {
        class: Class::new(state, wish.me),
        speaker: wish.speaker,
        typing: Typing::Nothing,
        list: None,
        clock: false,
        views: None,
        company: false,
        laid: Plan::Waiting,
        wish,
        night: None,
    };
    screen.lay_in(cx, asks);
    asks.class.push(Errand::Join { speaker: screen.speaker });
    if screen.class.state().plan != Plan::Waiting {
        asks.class.push(Errand::Share(Box::new(screen.class.state().clone())));
    }
    Go::To(Screen::Present(Box::new(screen)))
}

impl Present {
    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        self.list.map(|list| (list.cursor, self.class.slides().len()))
    }

    /// Where keys are pressed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.typing != Typing::Nothing {
            Mode::Number
        } else if self.list.is_some() {
            Mode::Overview
        } else if self.class.voting() {
            Mode::Vote
        } else {
            Mode::Present
        }
    }

    /// Lays the slides of the plan in.
    fn lay_in(&mut self, cx: &mut Context, asks: &mut Asks) {
        let plan = self.class.state().plan.clone();
        if plan == self.laid {
            return;
        }
        let course = cx.course.clone();
        match Class::items(&course, &plan) {
            Some(items) => self.class.show(&course, slides(&course, &items)),
            None => {
                self.class.show(&course, Vec::new());
                cx.notice = Some("The other view shows what this course does not have.".into());
            }
        }
        self.laid = plan;
        self.night = None;
        self.colours(cx, asks);
    }

    /// Asks for the colours of what comes next.
    fn colours(&self, cx: &mut Context, asks: &mut Asks) {
        let course = cx.course.clone();
        let near = self.class.slides().iter().skip(self.class.at().saturating_sub(1)).take(8);
        for slide in near {
            let Some(lesson) = course.lesson(slide.lesson) else { continue };
            match &slide.show {
                Show::Code { language, text, .. } => asks.wanted.extend(cx.palette.wanted([(language.as_str(), text.as_str())])),
                Show::Side { pair, .. } | Show::Both { pair } => {
                    if let Some(pair) = lesson.pairs.get(*pair) {
                        let sides = [&pair.bad, &pair.good].map(|side| (pair.language.as_str(), side.code.as_str()));
                        asks.wanted.extend(cx.palette.wanted(sides));
                    }
                }
                Show::Ask(id) => {
                    if let Some(question) = course.question_in(slide.lesson, id) {
                        let code = question.code.iter().map(|code| (code.language.as_str(), code.text.as_str()));
                        asks.wanted.extend(cx.palette.wanted(question.prompt.code().chain(code)));
                    }
                }
                _ => {}
            }
        }
    }

    /// Takes in what comes from other views.
    pub fn news(&mut self, cx: &mut Context, news: News, asks: &mut Asks) {
        match news {
            News::Views(views) => {
                self.views = Some(views);
                self.company |= views.projectors + views.speakers > 1;
            }
            News::Apart(why) => {
                self.views = None;
                cx.notice = Some(why);
            }
            News::Heard(state) => self.heard(cx, *state, asks),
        }
    }

    fn heard(&mut self, cx: &mut Context, state: State, asks: &mut Asks) {
        let own = self.class.state().clone();
        let only = self.views.is_none_or(|views| views.projectors <= 1);
        // A room that asked for something begins it, unless another room is in the middle of a class.
        let insists = !self.speaker && self.wish.plan.is_some() && own.version == 0 && state.plan != own.plan;
        if !self.class.hear(state) {
            return;
        }
        if insists && only {
            self.class.begin(own);
            asks.class.push(Errand::Share(Box::new(self.class.state().clone())));
        } else if insists {
            cx.notice = Some("A class is under way: this view has joined it.".into());
        }
        self.lay_in(cx, asks);
        let (there, here) = (self.class.state().slides, self.class.count());
        if there != 0 && here != 0 && there != here {
            let words = format!("The other view has another version of the course: {there} slides there, {here} here.");
            cx.notice = Some(words.as_str().into());
        }
    }

    fn act(&mut self, cx: &mut Context, act: Act, asks: &mut Asks) {
        let before = self.class.state().version;
        let closed = self.class.act(act, cx.now);
        for closed in closed {
            self.keep(cx, &closed, asks);
        }
        if self.class.state().version != before {
            asks.class.push(Errand::Share(Box::new(self.class.state().clone())));
            self.colours(cx, asks);
        }
    }

    /// A vote that is closed goes into the history.
    fn keep(&self, cx: &Context, closed: &Closed, asks: &mut Asks) {
        let (state, course) = (self.class.state(), &cx.course);
        let Some((slide, question)) = self.class.slides().get(closed.slide).zip(self.class.question(closed.slide)) else { return };
        let Some(entry) = course.map.get(slide.lesson) else { return };
        let (revision, options): (u32, Vec<(OptionId, bool)>) = match &slide.show {
            Show::Ask(id) => match course.question_in(slide.lesson, id) {
                Some(question) => {
                    (question.revision, choices(question).into_iter().map(|choice| (choice.id, choice.right)).collect())
                }
                None => return,
            },
            // Which outcome comes true is known to the model, and asked of it when results are written.
            _ => (
                1,
                (1..=closed.hands.len())
                    .filter_map(|at| OptionId::new(&format!("outcome-{at}")).ok())
                    .map(|id| (id, false))
                    .collect(),
            ),
        };
        let hands = options.into_iter().zip(&closed.hands).map(|((id, right), hands)| (id, *hands, right)).collect();
        asks.deeds.push(Deed::Voted(Vote {
            class: state.class.clone(),
            sitting: state.opened,
            lesson: entry.id.clone(),
            question,
            revision,
            round: closed.round,
            hands,
        }));
    }

    /// Keeps what was voted: the session ends.
    pub fn leave(&mut self, cx: &Context, asks: &mut Asks) {
        for closed in self.class.leave() {
            self.keep(cx, &closed, asks);
        }
        asks.class.push(Errand::Share(Box::new(self.class.state().clone())));
        asks.class.push(Errand::Part);
    }

    /// Takes in what was pressed.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        if let Some(steps) = wheel(press.input.as_ref()) {
            self.act(cx, if steps > 0 { Act::Next } else { Act::Back }, asks);
            return Go::Stay;
        }
        let digit = press.key.filter(|key| !key.ctrl && !key.alt).and_then(|key| match key.code {
            KeyCode::Char(c) => c.to_digit(10).and_then(|digit| usize::try_from(digit).ok()),
            _ => None,
        });
        if self.typing != Typing::Nothing {
            return self.typed(cx, press, digit, asks);
        }
        if self.list.is_some() {
            return self.listed(cx, press, asks);
        }
        if let Some(digit) = digit {
            self.digit(cx, digit, asks);
            return Go::Stay;
        }
        if let Some(option) = shifted(press).filter(|_| self.class.voting()) {
            self.act(cx, Act::Raise(option, -1), asks);
            return Go::Stay;
        }
        let Some(action) = press.action else { return Go::Stay };
        let act = match action {
            Action::Next => Act::Next,
            Action::Previous => Act::Back,
            Action::NextSlide => Act::NextSlide,
            Action::SlideBefore => Act::SlideBefore,
            Action::All => Act::All,
            Action::Top => Act::Jump(0),
            Action::Bottom => Act::Jump(usize::MAX),
            Action::Black => Act::Black,
            Action::Again => Act::Again,
            Action::Restart => Act::Restart,
            other => return self.other(cx, other, asks),
        };
        self.act(cx, act, asks);
        Go::Stay
    }

    fn other(&mut self, cx: &mut Context, action: Action, asks: &mut Asks) -> Go {
        match action {
            Action::Overview | Action::Back => {
                let cursor = self.class.at();
                self.list = Some(Overview { cursor, top: follow(0, cx.room(), cursor + cx.room() / 2, 1) });
            }
            Action::Clock => self.clock = !self.clock,
            Action::Number => self.typing = Typing::Slide(0),
            Action::Less if self.class.voting() => self.typing = Typing::Less,
            Action::Count if self.class.voting() => self.typing = Typing::Which,
            Action::Play => {
                let at = self.class.slides().iter().position(|slide| matches!(slide.show, Show::Night(_)));
                match at {
                    Some(at) => self.act(cx, Act::Jump(at), asks),
                    None => return simulator::for_a_room(Switches::AS_IT_WAS),
                }
            }
            _ => {}
        }
        Go::Stay
    }

    fn digit(&mut self, cx: &mut Context, digit: usize, asks: &mut Asks) {
        if !self.class.voting() {
            self.typing = Typing::Slide(digit);
        } else if let Some(option) = digit.checked_sub(1).filter(|option| *option < self.class.options(self.class.at())) {
            self.act(cx, Act::Raise(option, 1), asks);
        }
    }

    fn typed(&mut self, cx: &mut Context, press: &Press, digit: Option<usize>, asks: &mut Asks) -> Go {
        let typing = std::mem::take(&mut self.typing);
        let options = self.class.options(self.class.at());
        let option = |digit: Option<usize>| digit.and_then(|digit| digit.checked_sub(1)).filter(|option| *option < options);
        match (typing, digit, press.action) {
            (Typing::Slide(number), Some(digit), _) => self.typing = Typing::Slide((number * 10 + digit).min(9_999)),
            (Typing::Hands(option, hands), Some(digit), _) => {
                self.typing = Typing::Hands(option, (hands * 10 + digit).min(9_999));
            }
            (Typing::Slide(number), _, Some(Action::Erase)) if number > 0 => self.typing = Typing::Slide(number / 10),
            (Typing::Hands(option, hands), _, Some(Action::Erase)) => self.typing = Typing::Hands(option, hands / 10),
            (Typing::Slide(number), _, Some(Action::Enter)) if number > 0 => self.act(cx, Act::Jump(number - 1), asks),
            (Typing::Hands(option, hands), _, Some(Action::Enter)) => {
                self.act(cx, Act::Count(option, u16::try_from(hands).unwrap_or(u16::MAX)), asks);
            }
            (Typing::Less, digit, _) => {
                if let Some(option) = option(digit) {
                    self.act(cx, Act::Raise(option, -1), asks);
                }
            }
            (Typing::Which, digit, _) => {
                if let Some(option) = option(digit) {
                    self.typing = Typing::Hands(option, 0);
                }
            }
            // Whoever goes on means the slides and not the number.
            (_, _, Some(Action::Next)) => self.act(cx, Act::Next, asks),
            (_, _, Some(Action::Previous)) => self.act(cx, Act::Back, asks),
            _ => {}
        }
        Go::Stay
    }

    fn listed(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        let Some(mut list) = self.list else { return Go::Stay };
        let last = self.class.slides().len().saturating_sub(1);
        let page = cx.room().saturating_sub(1).max(1);
        match press.action {
            Some(Action::Up) => list.cursor = list.cursor.saturating_sub(1),
            Some(Action::Down) => list.cursor = (list.cursor + 1).min(last),
            Some(Action::PageUp) => list.cursor = list.cursor.saturating_sub(page),
            Some(Action::PageDown) => list.cursor = (list.cursor + page).min(last),
            Some(Action::Top) => list.cursor = 0,
            Some(Action::Bottom) => list.cursor = last,
            Some(Action::Enter) => {
                self.list = None;
                self.act(cx, Act::Jump(list.cursor), asks);
                return Go::Stay;
            }
            Some(Action::Overview) => {
                self.list = None;
                return Go::Stay;
            }
            Some(Action::Back) => {
                self.leave(cx, asks);
                return Go::Back;
            }
            _ => {}
        }
        list.top = follow(list.top, cx.room(), list.cursor, 1);
        self.list = Some(list);
        Go::Stay
    }

    /// Whether the night of this slide is being lived.
    fn living(&self) -> Option<Outlook> {
        match self.class.slide().map(|slide| &slide.show) {
            Some(Show::Night(outlook)) if self.class.part() >= ask::ANSWER || self.speaker => Some(*outlook),
            _ => None,
        }
    }

    /// How long from now something happens by itself: the night goes on, or the clock.
    #[must_use]
    pub fn next_beat(&self, cx: &Context) -> Option<Duration> {
        if let Some(outlook) = self.living() {
            match &self.night {
                Some((at, night)) if *at == self.class.at() && night.tick() >= outlook.end() => {}
                Some((_, night)) if night.tick() + CHUNK / 2 > OPENS => return Some(Duration::from_millis(FRAME_MS)),
                _ => return Some(Duration::from_millis(1)),
            }
        }
        let clock = (self.speaker || self.clock) && self.list.is_none();
        let clock = clock.then(|| self.class.clock(cx.now)).flatten()?;
        Some(Duration::from_millis(60_000 - clock.elapsed.saturating_mul(1_000) % 60_000))
    }

    /// Lets happen what happens by itself.
    pub fn beat(&mut self) {
        let Some(outlook) = self.living() else { return };
        let at = self.class.at();
        if self.night.as_ref().is_none_or(|(of, _)| *of != at) {
            self.night = outlook.night().map(|night| (at, Box::new(night)));
        }
        let Some((_, night)) = &mut self.night else { return };
        let early = OPENS.saturating_sub(900);
        let goal = if night.tick() < early { (night.tick() + CHUNK).min(early) } else { (night.tick() + PACE).min(outlook.end()) };
        while night.tick() < goal {
            night.step();
        }
    }

    /// The night of the slide that is shown.
    pub(super) fn night(&self) -> Option<&Night> {
        self.night.as_ref().filter(|(at, _)| *at == self.class.at()).map(|(_, night)| &**night)
    }

    /// What layout needs of a slide.
    pub(super) fn room<'a>(&'a self, cx: &'a Context, at: usize, width: usize, rows: usize) -> Room<'a> {
        Room { desk: cx.desk(), ballot: self.class.ballot(at), night: self.night(), width, rows }
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        if self.speaker {
            speaker::draw(self, cx, canvas);
        } else {
            projector::draw(self, cx, canvas);
        }
    }
}

/// The option whose digit was pressed with shift, on a keyboard of the United States.
fn shifted(press: &Press) -> Option<usize> {
    match press.key?.code {
        KeyCode::Char(c) => "!@#$%^&*(".chars().position(|sign| sign == c),
        _ => None,
    }
}

/// What a slide is, in a few words, for a list.
pub(super) fn name(cx: &Context, slide: &Slide) -> (&'static str, String) {
    let lesson = cx.course.lesson(slide.lesson);
    let pair = |at: usize| lesson.and_then(|lesson| lesson.pairs.get(at));
    let first = |text: &crate::domain::doc::Rich| text.text();
    match &slide.show {
        Show::Title => ("■", lesson.map_or(String::new(), |lesson| lesson.title.to_string())),
        Show::Heading(text) => ("▸", first(text)),
        Show::Lines(lines) => ("·", lines.first().map_or(String::new(), |line| first(&line.text))),
        Show::Code { text, .. } => ("│", text.lines().next().unwrap_or("").trim().to_owned()),
        Show::Table { head, rows } => {
            let row = rows.first().and_then(|row| row.first()).map(first).unwrap_or_default();
            ("▦", format!("{} {row}", head.first().map(first).unwrap_or_default()).trim().to_owned())
        }
        Show::Side { pair: at, bad, .. } => {
            let sign = if *bad { "✗" } else { "✓" };
            (sign, pair(*at).map_or(String::new(), |pair| pair.title.text()))
        }
        Show::Both { pair: at } => ("⇄", pair(*at).map_or(String::new(), |pair| pair.says.text())),
        Show::Ask(id) => {
            let question = cx.course.question_in(slide.lesson, id);
            ("?", question.map_or(String::new(), |question| question.prompt.text().replace('\n', " ")))
        }
        Show::Interview(id) => {
            let quiz = cx.course.quiz(slide.lesson);
            let question = quiz.and_then(|quiz| quiz.interview.iter().find(|question| &question.id == id));
            ("?", question.map_or(String::new(), |question| question.prompt.text()))
        }
        Show::Night(outlook) => ("?", format!("What happens now? {}", outlook.shop())),
        Show::End => ("■", "The end".to_owned()),
    }
}

/// The row of an area.
pub(super) fn row(area: Rect, at: u16) -> Rect {
    Rect { y: area.y.saturating_add(at), height: u16::from(area.height > at), ..area }
}
