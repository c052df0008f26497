//! A class under way: which slide is shown and how much of it, the votes, the clock. One small value that every view holds,
//! and that comes out the same in all of them, in whatever order they hear of one another.
//!
//! It is a register of the last writer: every change raises the version, and of two values the greater one holds, by
//! version, then by writer, then by all the rest. To merge is to take the greater, so merging is the same in any order, as
//! often as one likes.

use std::collections::BTreeMap;

use super::course::Course;
use super::id::{ClassId, LessonId, QuestionId, TrackId};
use super::night::question::OUTCOMES;
use super::slides::{Item, Show, Slide, ask, choices};
use super::time::Timestamp;
use super::track::{Step, Track};

/// How often the room is asked the same question.
pub const ROUNDS: usize = 2;
/// Hands that are counted for one option at most.
pub const HANDS: u16 = 9_999;
/// Ballots that are held at most: more questions than any class is asked.
pub const BALLOTS: usize = 512;
/// A value that is ahead by more than this was not made by a person pressing keys.
pub const LEAP: u64 = 1_000_000;

/// What is walked through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plan {
    /// Nothing yet: a view that waits for another to begin.
    Waiting,
    /// The whole course.
    Course,
    /// One lesson.
    Lesson(LessonId),
    /// A track.
    Track(TrackId),
}

/// What every view of a class holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    /// How often it was changed, by all views together.
    pub version: u64,
    /// Who changed it last.
    pub writer: u64,
    /// What is walked through.
    pub plan: Plan,
    /// How long it may take, in minutes.
    pub minutes: Option<u16>,
    /// Whose class it is.
    pub class: ClassId,
    /// When it was opened, in milliseconds since 1970: names this sitting of the class.
    pub opened: i64,
    /// When the clock began to run.
    pub begun: Option<i64>,
    /// How many slides there are: views of different courses are told apart by it.
    pub slides: u32,
    /// The slide that is shown, from 0.
    pub slide: u32,
    /// The last part of it that is revealed, from 0.
    pub part: u32,
    /// Whether the projector is black.
    pub black: bool,
    /// What was voted.
    pub ballots: BTreeMap<QuestionId, Ballot>,
}

/// What a room voted on one question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Ballot {
    /// Hands for each option, in each round. At most [`ROUNDS`].
    pub rounds: Vec<Vec<u16>>,
    /// How many rounds are in the history as they stand.
    pub kept: u8,
}

impl Ballot {
    /// The hands of a round.
    #[must_use]
    pub fn hands(&self, round: usize) -> &[u16] {
        self.rounds.get(round).map_or(&[], Vec::as_slice)
    }

    /// How many hands were raised in a round.
    #[must_use]
    pub fn total(&self, round: usize) -> u32 {
        self.hands(round).iter().map(|hands| u32::from(*hands)).sum()
    }

    /// Of 100 hands of a round, how many were for these options. `None` when there were none at all.
    #[must_use]
    pub fn percent(&self, round: usize, right: impl Fn(usize) -> bool) -> Option<u32> {
        let good: u32 = self.hands(round).iter().enumerate().filter(|(at, _)| right(*at)).map(|(_, hands)| u32::from(*hands)).sum();
        let total = self.total(round);
        (total > 0).then(|| (good * 100 + total / 2) / total)
    }

    /// The rounds in which hands were raised.
    #[must_use]
    pub fn taken(&self) -> usize {
        (0..self.rounds.len()).filter(|round| self.total(*round) > 0).count()
    }
}

/// What whoever leads can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The next part, or the next slide.
    Next,
    /// What was before.
    Back,
    /// The next slide, whatever is not revealed of this one.
    NextSlide,
    /// The slide before, whole.
    SlideBefore,
    /// All parts of this slide.
    All,
    /// To a slide.
    Jump(usize),
    /// The projector black, or not.
    Black,
    /// So many hands more, or fewer, for an option.
    Raise(usize, i32),
    /// Exactly so many hands for an option.
    Count(usize, u16),
    /// The question once more, after discussion.
    Again,
    /// The clock from nothing.
    Restart,
}

/// A vote that is closed and belongs into the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The slide that asked.
    pub slide: usize,
    /// The round, from 1.
    pub round: u8,
    /// Hands for each option.
    pub hands: Vec<u16>,
}

/// One view of a class.
#[derive(Debug)]
pub struct Class {
    slides: Vec<Slide>,
    /// For each slide, how many options hands are counted for.
    options: Vec<usize>,
    state: State,
    me: u64,
}

impl Class {
    /// A view that has done nothing yet. `me` names it among all views.
    #[must_use]
    pub fn new(state: State, me: u64) -> Self {
        Self { slides: Vec::new(), options: Vec::new(), state, me }
    }

    /// Lays the slides in.
    pub fn show(&mut self, course: &Course, slides: Vec<Slide>) {
        let options = slides.iter().map(|slide| options_of(course, slide)).collect();
        self.slides = slides;
        self.options = options;
        self.clamp();
    }

    /// How many slides this view has.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.slides.len()).unwrap_or(u32::MAX)
    }

    /// What all views hold.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The slides.
    #[must_use]
    pub fn slides(&self) -> &[Slide] {
        &self.slides
    }

    /// The number of the slide that is shown, from 0.
    #[must_use]
    pub fn at(&self) -> usize {
        usize::try_from(self.state.slide).unwrap_or(0).min(self.slides.len().saturating_sub(1))
    }

    /// The slide that is shown.
    #[must_use]
    pub fn slide(&self) -> Option<&Slide> {
        self.slides.get(self.at())
    }

    /// The last part of it that is revealed, from 0.
    #[must_use]
    pub fn part(&self) -> u32 {
        self.slide().map_or(0, |slide| self.state.part.min(slide.parts - 1))
    }

    /// The name under which a vote on a slide is held.
    #[must_use]
    pub fn question(&self, at: usize) -> Option<QuestionId> {
        match &self.slides.get(at)?.show {
            Show::Ask(id) => Some(id.clone()),
            Show::Night(outlook) => QuestionId::new(outlook.name()).ok(),
            _ => None,
        }
    }

    /// How many options hands are counted for on a slide.
    #[must_use]
    pub fn options(&self, at: usize) -> usize {
        self.options.get(at).copied().unwrap_or(0)
    }

    /// What was voted on a slide.
    #[must_use]
    pub fn ballot(&self, at: usize) -> Option<&Ballot> {
        self.state.ballots.get(&self.question(at)?)
    }

    /// Whether hands are counted now.
    #[must_use]
    pub fn voting(&self) -> bool {
        self.options(self.at()) > 0 && self.part() == ask::OPTIONS
    }

    /// Takes in what another view holds. Whether anything changed here.
    pub fn hear(&mut self, other: State) -> bool {
        if other <= self.state || other.version > self.state.version.saturating_add(LEAP) {
            return false;
        }
        self.state = other;
        true
    }

    /// Begins anew with this instead of what was heard of: the newest value is this view's.
    pub fn begin(&mut self, mine: State) {
        let version = self.state.version.max(mine.version).saturating_add(1);
        self.state = State { version, writer: self.me, ..mine };
    }

    /// What is to be walked through of a plan; `None` when the course does not have it.
    #[must_use]
    pub fn items(course: &Course, plan: &Plan) -> Option<Vec<Item>> {
        match plan {
            Plan::Waiting => Some(Vec::new()),
            Plan::Course => Some((0..course.map.len()).map(|at| Item::Lesson(at, None)).collect()),
            Plan::Lesson(id) => course.index_of(id).map(|at| vec![Item::Lesson(at, None)]),
            Plan::Track(id) => course.track(id).map(|track| of_track(course, track)),
        }
    }

    /// Does something. What was closed by it is to be kept; it counts as kept from now on.
    pub fn act(&mut self, act: Act, now: Timestamp) -> Vec<Closed> {
        let before = self.state.clone();
        let from = (self.at(), self.part());
        self.apply(act, now);
        let to = (self.at(), self.part());
        let away = from.0 != to.0 || to.1 > ask::OPTIONS || act == Act::Again;
        let closed = if away { self.close(from.0) } else { Vec::new() };
        if self.state != before {
            self.state.version = before.version.saturating_add(1);
            self.state.writer = self.me;
            self.state.slides = self.count();
        }
        closed
    }

    /// Ends the sitting: what was not kept yet.
    pub fn leave(&mut self) -> Vec<Closed> {
        let closed = self.close(self.at());
        if !closed.is_empty() {
            self.state.version = self.state.version.saturating_add(1);
            self.state.writer = self.me;
        }
        closed
    }

    fn close(&mut self, at: usize) -> Vec<Closed> {
        let Some(ballot) = self.question(at).and_then(|id| self.state.ballots.get_mut(&id)) else { return Vec::new() };
        let kept = usize::from(ballot.kept);
        let closed: Vec<Closed> = ballot
            .rounds
            .iter()
            .enumerate()
            .skip(kept)
            .filter(|(_, hands)| hands.iter().any(|hands| *hands > 0))
            .map(|(round, hands)| Closed { slide: at, round: u8::try_from(round + 1).unwrap_or(u8::MAX), hands: hands.clone() })
            .collect();
        if !closed.is_empty() {
            ballot.kept = u8::try_from(ballot.rounds.len()).unwrap_or(u8::MAX);
        }
        closed
    }

    fn go(&mut self, slide: usize, part: u32) {
        self.state.slide = u32::try_from(slide).unwrap_or(u32::MAX);
        self.state.part = part;
        self.clamp();
    }

    fn clamp(&mut self) {
        if self.slides.is_empty() {
            return;
        }
        let at = self.at();
        self.state.slide = u32::try_from(at).unwrap_or(0);
        self.state.part = self.part();
    }

    /// Whether a part of a slide shows nothing of its own.
    fn empty(&self, at: usize, part: u32) -> bool {
        let asks = matches!(self.slides.get(at).map(|slide| &slide.show), Some(Show::Ask(_) | Show::Night(_)));
        asks && part == ask::VOTES && self.ballot(at).is_none_or(|ballot| ballot.taken() == 0)
    }

    fn apply(&mut self, act: Act, now: Timestamp) {
        let (at, part) = (self.at(), self.part());
        let Some(parts) = self.slide().map(|slide| slide.parts) else { return };
        let last = self.slides.len() - 1;
        // Whatever leads on shows the picture again.
        if !matches!(act, Act::Black | Act::Restart) {
            self.state.black = false;
        }
        if matches!(act, Act::Next | Act::NextSlide) && self.state.begun.is_none() {
            self.state.begun = Some(now.0);
        }
        match act {
            Act::Next => {
                let next = (part + 1..parts).find(|part| !self.empty(at, *part));
                match next {
                    Some(next) => self.state.part = next,
                    None if at < last => self.go(at + 1, 0),
                    None => {}
                }
            }
            Act::Back => {
                let before = (0..part).rev().find(|part| !self.empty(at, *part));
                match before {
                    Some(before) => self.state.part = before,
                    None if at > 0 => self.go(at - 1, u32::MAX),
                    None => {}
                }
            }
            Act::NextSlide if at < last => self.go(at + 1, 0),
            Act::SlideBefore if at > 0 => self.go(at - 1, 0),
            Act::NextSlide | Act::SlideBefore => {}
            Act::All => self.all(at, parts),
            Act::Jump(to) => self.go(to.min(last), 0),
            Act::Black => self.state.black = !self.state.black,
            Act::Raise(option, by) => {
                let hands = self.hands(option);
                let count = i64::from(hands).saturating_add(i64::from(by)).clamp(0, i64::from(HANDS));
                self.set(option, u16::try_from(count).unwrap_or(HANDS));
            }
            Act::Count(option, hands) => self.set(option, hands),
            Act::Again => self.again(),
            Act::Restart => self.state.begun = Some(now.0),
        }
    }

    /// All that a slide shows before its answer, or all of it.
    fn all(&mut self, at: usize, parts: u32) {
        let asks = self.question(at).is_some();
        self.state.part = if asks && self.state.part < ask::OPTIONS { ask::OPTIONS.min(parts - 1) } else { parts - 1 };
    }

    fn hands(&self, option: usize) -> u16 {
        self.ballot(self.at()).and_then(|ballot| ballot.rounds.last()?.get(option).copied()).unwrap_or(0)
    }

    fn set(&mut self, option: usize, hands: u16) {
        let (at, options) = (self.at(), self.options(self.at()));
        if !self.voting() || option >= options {
            return;
        }
        let Some(id) = self.question(at) else { return };
        if self.state.ballots.len() >= BALLOTS && !self.state.ballots.contains_key(&id) {
            return;
        }
        let ballot = self.state.ballots.entry(id).or_default();
        if ballot.rounds.is_empty() {
            ballot.rounds.push(vec![0; options]);
        }
        let rounds = ballot.rounds.len();
        if let Some(round) = ballot.rounds.last_mut() {
            round.resize(options, 0);
            if let Some(slot) = round.get_mut(option)
                && *slot != hands.min(HANDS)
            {
                *slot = hands.min(HANDS);
                ballot.kept = ballot.kept.min(u8::try_from(rounds - 1).unwrap_or(0));
            }
        }
    }

    fn again(&mut self) {
        let (at, options) = (self.at(), self.options(self.at()));
        let Some(id) = self.question(at).filter(|_| options > 0) else { return };
        self.state.part = ask::OPTIONS;
        let Some(ballot) = self.state.ballots.get_mut(&id) else { return };
        if ballot.rounds.len() < ROUNDS && ballot.rounds.last().is_some_and(|hands| hands.iter().any(|hands| *hands > 0)) {
            ballot.rounds.push(vec![0; options]);
        }
    }

    /// How far the class is, in thousandths of its planned time.
    #[must_use]
    pub fn planned(&self) -> u64 {
        let sum = |slides: &[Slide]| slides.iter().map(|slide| u64::from(slide.seconds)).sum::<u64>();
        let all = sum(&self.slides).max(1);
        let before = sum(self.slides.get(..self.at()).unwrap_or_default());
        let here = self.slide().map_or(0, |slide| u64::from(slide.seconds) * u64::from(self.part()) / u64::from(slide.parts));
        (before + here) * 1_000 / all
    }

    /// The clock against the plan.
    #[must_use]
    pub fn clock(&self, now: Timestamp) -> Option<Clock> {
        let begun = self.state.begun?;
        let elapsed = now.since(Timestamp(begun)) / 1_000;
        let plan = self.state.minutes.map(|minutes| u64::from(minutes) * 60);
        let behind = plan.map(|plan| {
            let due = plan * self.planned() / 1_000;
            i64::try_from(elapsed).unwrap_or(i64::MAX) - i64::try_from(due).unwrap_or(i64::MAX)
        });
        Some(Clock { elapsed, plan, behind })
    }
}

/// How the time goes, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Since it began.
    pub elapsed: u64,
    /// What was planned.
    pub plan: Option<u64>,
    /// How far the class is behind its plan; less than nothing when it is ahead.
    pub behind: Option<i64>,
}

/// What the steps of a track lead through. What the course does not have is left out.
fn of_track(course: &Course, track: &Track) -> Vec<Item> {
    let mut items = Vec::new();
    for step in &track.steps {
        match step {
            Step::Lesson(id, passage) => items.extend(course.index_of(id).map(|at| Item::Lesson(at, passage.clone()))),
            Step::Pair(id) => items.extend(course.pair(id).map(|(lesson, pair)| Item::Pair(lesson, pair))),
            Step::Questions(ids) => {
                let found = ids.iter().filter_map(|id| Some(Item::Question(course.question(id)?.0, id.clone())));
                items.extend(found);
            }
            Step::Interview(ids) => {
                let lesson =
                    |id: &QuestionId| course.map.iter().position(|entry| entry.interview.iter().any(|spoken| &spoken.id == id));
                items.extend(ids.iter().filter_map(|id| Some(Item::Interview(lesson(id)?, id.clone()))));
            }
        }
    }
    items
}

fn options_of(course: &Course, slide: &Slide) -> usize {
    match &slide.show {
        Show::Ask(id) => course.question_in(slide.lesson, id).map_or(0, |question| choices(question).len()),
        Show::Night(_) => OUTCOMES.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
