//! The screens: one file each, with its state, its update and its view. One is in front at a time.

pub mod ask;
pub mod compare;
pub mod exam;
pub mod exam_left;
pub mod help;
pub mod home;
pub mod interview;
pub mod interview_plan;
pub mod interview_report;
pub mod lesson;
pub mod night_charts;
pub mod on_call;
pub mod present;
pub mod projector;
pub mod quiz;
pub mod reset;
pub mod result;
pub mod simulator;
pub mod speaker;
pub mod standing;
pub mod story;
pub mod told;
pub mod tracks;

use std::time::Duration;

use super::canvas::Canvas;
use super::context::Context;
use super::keymap::{Action, Mode};
use super::message::{Errand, Input, Key};
use super::palette::Wanted;
use crate::domain::event::Deed;

/// A screen in front of home.
#[derive(Debug)]
pub enum Screen {
    /// The text of a lesson.
    Lesson(Box<lesson::Reader>),
    /// BAD/GOOD pairs.
    Compare(Box<compare::Comparison>),
    /// A quiz, or a question on the spot.
    Quiz(Box<quiz::Quiz>),
    /// The result of a quiz.
    Result(Box<result::Summary>),
    /// How the learner stands.
    Standing(Box<standing::Standing>),
    /// A case study.
    Story(Box<story::Telling>),
    /// The choice of an interview.
    Plan(Box<interview_plan::Plan>),
    /// An interview.
    Interview(Box<interview::Interview>),
    /// The end of an interview.
    Report(Box<interview_report::Report>),
    /// On call in the night of the sale.
    OnCall(Box<on_call::OnCall>),
    /// The simulator of the night.
    Simulator(Box<simulator::Simulator>),
    /// A view of a class.
    Present(Box<present::Present>),
    /// The ways through the course.
    Tracks(Box<tracks::Tracks>),
    /// An exam that was left.
    ExamLeft(Box<exam_left::ExamLeft>),
    /// The choice of what is to begin anew.
    Reset(Box<reset::Reset>),
    /// The keys of the screen beneath.
    Help(Box<help::Help>),
}

/// What a learner did at the terminal, with what it means here.
#[derive(Debug, Clone)]
pub struct Press {
    /// What it means by the keymap.
    pub action: Option<Action>,
    /// The key itself, for text fields.
    pub key: Option<Key>,
    /// Everything else that a terminal sends.
    pub input: Option<Input>,
}

/// Where to go after an update.
#[derive(Debug)]
pub enum Go {
    /// Nowhere.
    Stay,
    /// To another screen, on top of this one.
    To(Screen),
    /// To another screen, instead of this one.
    Replace(Screen),
    /// To the screen beneath.
    Back,
    /// Home, with the cursor on that lesson.
    Home(usize),
}

/// What a screen asks for while it updates.
#[derive(Debug, Default)]
pub struct Asks {
    /// To be remembered.
    pub deeds: Vec<Deed>,
    /// Code whose colours are wanted.
    pub wanted: Vec<Wanted>,
    /// To be written into the folder that the program was started in: name and text.
    pub files: Vec<(String, String)>,
    /// For the other views of a class.
    pub class: Vec<Errand>,
}

impl Screen {
    /// Where keys are pressed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self {
            Self::Lesson(_) => Mode::Lesson,
            Self::Compare(_) => Mode::Compare,
            Self::Quiz(quiz) => quiz.mode(),
            Self::Result(_) => Mode::Result,
            Self::Standing(_) => Mode::Standing,
            Self::Story(_) => Mode::Story,
            Self::Plan(_) => Mode::Plan,
            Self::Interview(interview) => interview.mode(),
            Self::Report(_) => Mode::Report,
            Self::OnCall(screen) => screen.mode(),
            Self::Simulator(_) => Mode::Simulator,
            Self::Present(screen) => screen.mode(),
            Self::Tracks(screen) => screen.mode(),
            Self::ExamLeft(_) => Mode::ExamLeft,
            Self::Reset(screen) => screen.mode(),
            Self::Help(_) => Mode::Help,
        }
    }

    /// Takes in what the learner did.
    pub fn update(&mut self, cx: &mut Context, press: &Press, asks: &mut Asks) -> Go {
        match self {
            Self::Lesson(screen) => screen.update(cx, press, asks),
            Self::Compare(screen) => screen.update(cx, press, asks),
            Self::Quiz(screen) => screen.update(cx, press, asks),
            Self::Result(screen) => screen.update(cx, press, asks),
            Self::Standing(screen) => screen.update(cx, press, asks),
            Self::Story(screen) => screen.update(cx, press, asks),
            Self::Plan(screen) => screen.update(cx, press),
            Self::Interview(screen) => screen.update(cx, press, asks),
            Self::Report(screen) => screen.update(cx, press, asks),
            Self::OnCall(screen) => screen.update(cx, press, asks),
            Self::Simulator(screen) => screen.update(cx, press, asks),
            Self::Present(screen) => screen.update(cx, press, asks),
            Self::Tracks(screen) => screen.update(cx, press, asks),
            Self::ExamLeft(screen) => screen.update(cx, press, asks),
            Self::Reset(screen) => screen.update(cx, press, asks),
            Self::Help(screen) => screen.update(cx, press),
        }
    }

    /// What is selected, and of how many.
    #[must_use]
    pub fn selection(&self, cx: &Context) -> Option<(usize, usize)> {
        match self {
            Self::Lesson(screen) => screen.selection(),
            Self::Compare(screen) => screen.selection(cx),
            Self::Quiz(screen) => screen.selection(),
            Self::Result(screen) => screen.selection(),
            Self::Standing(screen) => screen.selection(),
            Self::Plan(screen) => screen.selection(),
            Self::Interview(screen) => screen.selection(),
            Self::OnCall(screen) => Some(screen.selection()),
            Self::Simulator(screen) => Some(screen.selection()),
            Self::Present(screen) => screen.selection(),
            Self::Tracks(screen) => Some(screen.selection(cx)),
            Self::Reset(screen) => Some(screen.selection()),
            Self::Story(_) | Self::Report(_) | Self::ExamLeft(_) | Self::Help(_) => None,
        }
    }

    /// How long from now something happens by itself.
    #[must_use]
    pub fn next_beat(&self, cx: &Context) -> Option<Duration> {
        match self {
            Self::Quiz(screen) => screen.next_beat(cx.now),
            Self::OnCall(screen) => screen.next_beat(),
            Self::Simulator(screen) => screen.next_beat(),
            Self::Present(screen) => screen.next_beat(cx),
            _ => None,
        }
    }

    /// Lets happen what happens by itself.
    pub fn beat(&mut self, cx: &mut Context, asks: &mut Asks) -> Go {
        match self {
            Self::Quiz(screen) => return screen.beat(cx, asks),
            Self::OnCall(screen) => screen.beat(cx),
            Self::Simulator(screen) => screen.beat(),
            Self::Present(screen) => screen.beat(),
            _ => {}
        }
        Go::Stay
    }

    /// Keeps what is half done: the session ends.
    pub fn leave(&mut self, cx: &Context, asks: &mut Asks) {
        match self {
            Self::Interview(screen) => screen.leave(cx, asks),
            Self::Present(screen) => screen.leave(cx, asks),
            _ => {}
        }
    }

    /// Takes in that the course has come whole: before that, only lessons can be open.
    pub fn renew(&mut self, cx: &mut Context, asks: &mut Asks) {
        if let Self::Lesson(screen) = self {
            screen.renew(cx, asks);
        }
    }

    /// Lays out anew: the size or the colours of code have changed, or it is shown again.
    pub fn lay_out(&mut self, cx: &Context) {
        match self {
            Self::Lesson(screen) => screen.lay_out(cx),
            Self::Compare(screen) => screen.lay_out(cx),
            Self::Quiz(screen) => screen.lay_out(cx),
            Self::Result(screen) => screen.lay_out(cx),
            Self::Standing(screen) => screen.lay_out(cx),
            Self::Story(screen) => screen.lay_out(cx),
            Self::Plan(screen) => screen.lay_out(cx),
            Self::Interview(screen) => screen.lay_out(cx),
            Self::Report(screen) => screen.lay_out(cx),
            Self::OnCall(screen) => screen.lay_out(cx),
            Self::Simulator(_) | Self::Present(_) => {}
            Self::Tracks(screen) => screen.lay_out(cx),
            Self::ExamLeft(screen) => screen.lay_out(cx),
            Self::Reset(screen) => screen.lay_out(cx),
            Self::Help(screen) => screen.lay_out(cx),
        }
    }

    /// Draws it.
    pub fn view(&self, cx: &Context, canvas: &mut Canvas) {
        match self {
            Self::Lesson(screen) => screen.view(cx, canvas),
            Self::Compare(screen) => screen.view(cx, canvas),
            Self::Quiz(screen) => screen.view(cx, canvas),
            Self::Result(screen) => screen.view(cx, canvas),
            Self::Standing(screen) => screen.view(cx, canvas),
            Self::Story(screen) => screen.view(cx, canvas),
            Self::Plan(screen) => screen.view(cx, canvas),
            Self::Interview(screen) => screen.view(cx, canvas),
            Self::Report(screen) => screen.view(cx, canvas),
            Self::OnCall(screen) => screen.view(cx, canvas),
            Self::Simulator(screen) => screen.view(cx, canvas),
            Self::Present(screen) => screen.view(cx, canvas),
            Self::Tracks(screen) => screen.view(cx, canvas),
            Self::ExamLeft(screen) => screen.view(cx, canvas),
            Self::Reset(screen) => screen.view(cx, canvas),
            Self::Help(screen) => screen.view(cx, canvas),
        }
    }
}

/// The next line to be shown first, after a scrolling action; `None` when the action is no scrolling.
#[must_use]
pub fn scrolled(action: Action, top: usize, room: usize, lines: usize) -> Option<usize> {
    let last = lines.saturating_sub(room);
    let page = room.saturating_sub(2).max(1);
    Some(match action {
        Action::Up => top.saturating_sub(1),
        Action::Down => (top + 1).min(last),
        Action::PageUp => top.saturating_sub(page),
        Action::PageDown => (top + page).min(last),
        Action::Top => 0,
        Action::Bottom => last,
        _ => return None,
    })
}

/// How far the wheel turned, in lines; `None` when the input is no wheel.
#[must_use]
pub fn wheel(input: Option<&Input>) -> Option<i16> {
    match input {
        Some(Input::Mouse(mouse)) => match mouse.kind {
            super::message::MouseKind::Wheel(steps) => Some(steps.saturating_mul(3)),
            super::message::MouseKind::Press => None,
        },
        _ => None,
    }
}

/// `top` moved by the wheel.
#[must_use]
pub fn wheeled(steps: i16, top: usize, room: usize, lines: usize) -> usize {
    let last = lines.saturating_sub(room);
    if steps < 0 {
        top.saturating_sub(usize::from(steps.unsigned_abs()))
    } else {
        (top + usize::from(steps.unsigned_abs())).min(last)
    }
}
