//! All that can reach the app, and all that it can ask for.

use std::sync::Arc;

use super::palette::Wanted;
use crate::domain::class::State;
use crate::domain::code::Colours;
use crate::domain::course::Course;
use crate::domain::event::Event;
use crate::domain::progress::Progress;
use crate::domain::text::SafeText;

/// What reaches the app.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The learner did something at the terminal.
    Input(Input),
    /// The time that [`super::app::App::beat`] asked for has passed.
    Beat,
    /// What was kept from earlier sessions. May come after the first keys.
    Loaded(Box<Progress>),
    /// Every event up to this ticket is on the disk.
    Saved(u64),
    /// Nothing is being saved at the moment, and why. It is tried again; a `Saved` ends it.
    Unsaved(SafeText),
    /// Something to be told in one sentence.
    Notice(SafeText),
    /// The colours of a piece of code have come.
    Coloured {
        /// Names the code.
        key: u64,
        /// Its colours.
        colours: Colours,
    },
    /// The course is there whole, in place of its beginnings.
    Course(Whole),
    /// The course has mistakes, which are told once the terminal is given back.
    Broken,
    /// Something from the other views of a class.
    Class(News),
}

/// A course that was read whole. It is the same as another one when it is that very one.
#[derive(Debug, Clone)]
pub struct Whole(pub Arc<Course>);

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What comes from the other views of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// How many views there are now, this one included.
    Views(Views),
    /// What another view holds.
    Heard(Box<State>),
    /// Why there can be no other view.
    Apart(SafeText),
}

/// The views of a class, by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Views {
    /// Those that a room sees.
    pub projectors: usize,
    /// Those that a speaker sees.
    pub speakers: usize,
}

/// What a view of a class asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Find the other views.
    Join {
        /// Whether this one is for the speaker.
        speaker: bool,
    },
    /// Tell the others what this view holds.
    Share(Box<State>),
    /// It is closed.
    Part,
}

/// What the app asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write a new file into the folder that the program was started in, and say so.
    Write {
        /// Its name.
        name: String,
        /// What is in it.
        text: String,
    },
    /// Keep this event. Tickets go up by one with each.
    Record {
        /// Its number in this session, from 1.
        ticket: u64,
        /// What happened.
        event: Event,
    },
    /// Find the colours of a piece of code.
    Colour(Wanted),
    /// Something for the other views of a class.
    Class(Errand),
    /// Stop for the shell's job control.
    Suspend,
    /// End the session.
    Quit,
}

/// What a terminal sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Pasted text, bounded, not yet cleaned.
    Paste(String),
    /// A mouse report.
    Mouse(Mouse),
    /// The terminal's size in cells, clamped at the edge.
    Resize {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The terminal's word on its background.
    Background {
        /// Whether it is light.
        light: bool,
    },
}

/// A key with its modifiers. A shifted letter is the letter itself in upper case, without `shift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which.
    pub code: KeyCode,
    /// With control.
    pub ctrl: bool,
    /// With alt.
    pub alt: bool,
    /// With shift, where the terminal tells.
    pub shift: bool,
}

/// Keys by their function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum KeyCode {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    /// F1 to F12.
    F(u8),
}

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }
}

/// A mouse report. Cells are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What happened.
    pub kind: MouseKind,
    /// Column, from 0.
    pub column: u16,
    /// Row, from 0.
    pub row: u16,
}

/// What a mouse does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    /// The wheel turned by that many steps; up is negative.
    Wheel(i16),
}
