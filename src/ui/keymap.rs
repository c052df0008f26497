//! Keys: what one can do, by which keys, where. Dispatch, hint lines and help are all made from this one table.

mod class;
mod night;
mod tracks;
mod wants;

pub use self::wants::{Action, Mode};
use super::message::{Key, KeyCode};

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub modes: &'static [Mode],
    /// The keys.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// The keys as they are shown.
    pub shown: &'static str,
    /// What it does, in a sentence for the help.
    pub doc: &'static str,
    /// A word for the hint line; empty when it has no room there.
    pub hint: &'static str,
}

const fn ch(c: char) -> Key {
    Key { code: KeyCode::Char(c), ctrl: false, alt: false, shift: false }
}

const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), ctrl: true, alt: false, shift: false }
}

const fn key(code: KeyCode) -> Key {
    Key { code, ctrl: false, alt: false, shift: false }
}

use Mode::{
    Ask, Compare, Compose, Confirm, ExamLeft, FollowUp, Help, Home, Lesson, Morning, Number, OnCall, Overview, Plan, Present,
    Report, Reset, Result, Reviewed, Simulator, Speak, Standing, Steps, Story, Tick, Told, Tracks, Vote, Write,
};

const EVERYWHERE: &[Mode] = &[
    Home, Lesson, Compare, Ask, Told, Reviewed, Result, Standing, Story, Plan, Tick, FollowUp, Report, Simulator, OnCall, Morning,
    Present, Vote, Overview, Tracks, Steps, ExamLeft, Reset, Confirm,
];

/// Every mode.
pub(super) const ALL: &[Mode] = &[
    Home, Lesson, Compare, Ask, Write, Told, Reviewed, Result, Standing, Story, Plan, Speak, Compose, Tick, FollowUp, Report,
    Simulator, OnCall, Morning, Present, Vote, Number, Overview, Tracks, Steps, ExamLeft, Reset, Confirm, Help,
];

const fn bind(
    modes: &'static [Mode],
    keys: &'static [Key],
    action: Action,
    shown: &'static str,
    doc: &'static str,
    hint: &'static str,
) -> Binding {
    Binding { modes, keys, action, shown, doc, hint }
}

/// Every key of the program but those of a class, of the night, of the tracks and of every place. Digits are bound beside it, see
/// [`action`].
pub const BINDINGS: &[Binding] = &[
    bind(
        &[Home],
        &[key(KeyCode::Enter), ch('l'), key(KeyCode::Right)],
        Action::Enter,
        "Enter",
        "Open the lesson under the cursor.",
        "open",
    ),
    bind(
        &[Lesson],
        &[key(KeyCode::Enter)],
        Action::Enter,
        "Enter",
        "Open the marked card; else read on, and after the last line go on to the quiz.",
        "go on",
    ),
    bind(
        &[Compare],
        &[key(KeyCode::Enter)],
        Action::Enter,
        "Enter",
        "While spotting: point at the line under the cursor. Else: the next pair.",
        "",
    ),
    bind(&[Ask], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Answer, and be sure of it.", "answer"),
    bind(
        &[Ask],
        &[ch('u'), key(KeyCode::Tab)],
        Action::Unsure,
        "u",
        "Answer without being sure. It counts the same and comes back sooner.",
        "not sure",
    ),
    bind(&[Write], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Answer with what is written, and be sure of it.", "answer"),
    bind(&[Write], &[key(KeyCode::Tab)], Action::Unsure, "Tab", "Answer with what is written without being sure.", "not sure"),
    bind(&[Told, Reviewed], &[key(KeyCode::Enter), ch(' ')], Action::Enter, "Enter", "Go on.", "go on"),
    bind(&[Result], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Go on to the next lesson.", "next lesson"),
    bind(
        &[Story],
        &[key(KeyCode::Enter), key(KeyCode::Right), ch('l'), ch(' ')],
        Action::Next,
        "Enter",
        "Go to the next scene.",
        "next",
    ),
    bind(&[Home, Lesson, Story], &[ch('c')], Action::Compare, "c", "Compare bad and good code of this lesson.", "compare"),
    bind(&[Home, Lesson, Story], &[ch('t')], Action::Quiz, "t", "Take the quiz of this lesson, or go on with it.", "take the quiz"),
    bind(&[Lesson], &[key(KeyCode::Tab), ch('n')], Action::NextLink, "Tab", "Mark the next card in the text.", "next card"),
    bind(&[Lesson], &[key(KeyCode::BackTab), ch('N')], Action::PreviousLink, "Shift-Tab", "Mark the card before.", ""),
    bind(&[Lesson], &[ch('w')], Action::Words, "w", "What the underlined words mean.", "words"),
    bind(&[Lesson], &[ch(']'), key(KeyCode::Right), ch('l')], Action::Next, "]", "Go to the next passage.", ""),
    bind(&[Lesson], &[ch('['), key(KeyCode::Left), ch('h')], Action::Previous, "[", "Go to the passage before.", ""),
    bind(
        &[Compare],
        &[key(KeyCode::Tab), key(KeyCode::Right), ch('l'), ch('n')],
        Action::Next,
        "Tab",
        "Go to the next pair.",
        "next pair",
    ),
    bind(
        &[Compare],
        &[key(KeyCode::BackTab), key(KeyCode::Left), ch('h'), ch('N')],
        Action::Previous,
        "Shift-Tab",
        "Go to the pair before.",
        "",
    ),
    bind(
        &[Compare],
        &[ch('s')],
        Action::Spot,
        "s",
        "Spot it: GOOD and the notes are hidden until you have pointed at a line.",
        "spot it",
    ),
    bind(&[Compare], &[ch('d')], Action::Diff, "d", "Show what changed, line by line.", "diff"),
    bind(&[Compare], &[ch('b')], Action::Bad, "b", "Show BAD alone, or both again.", "BAD alone"),
    bind(&[Compare], &[ch('o')], Action::Good, "o", "Show GOOD alone, or both again.", "GOOD alone"),
    bind(
        &[Ask],
        &[ch(' '), ch('x')],
        Action::Mark,
        "Space",
        "Mark or unmark what is under the cursor; in an order, take it up or put it down.",
        "mark",
    ),
    bind(&[Ask], &[ch('K'), ch('<')], Action::MoveUp, "K", "In an order: move the step up.", "up"),
    bind(&[Ask], &[ch('J'), ch('>')], Action::MoveDown, "J", "In an order: move the step down.", "down"),
    bind(&[Ask], &[ch('i')], Action::Hint, "i", "Take a hint, where there is one. Hints are counted.", "hint"),
    bind(&[Write], &[key(KeyCode::Backspace)], Action::Erase, "Backspace", "Take back a letter.", ""),
    bind(
        &[Reviewed],
        &[ch('z')],
        Action::TakeBack,
        "z",
        "Take the answer back: a slip of the finger. The question is asked again.",
        "take back",
    ),
    bind(&[Home, Standing], &[ch('r')], Action::Review, "r", "Review what is due today, over all lessons.", "review"),
    bind(
        &[Home],
        &[ch('p')],
        Action::Standing,
        "p",
        "How you stand: how often you were right when you were sure, and what comes back.",
        "",
    ),
    bind(
        &[Standing],
        &[ch('p'), key(KeyCode::Enter)],
        Action::Passage,
        "p",
        "Read the passage that answers the question under the cursor; Esc comes back here.",
        "passage",
    ),
    bind(&[Home], &[ch('e')], Action::Exam, "e", "Take an exam: 24 questions over all factors, nothing told before the end.", ""),
    bind(&[ExamLeft], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Go on with the exam where you left it.", "go on"),
    bind(&[ExamLeft], &[ch('h')], Action::HandIn, "h", "Hand the exam in as it is.", "hand in"),
    bind(&[Home], &[ch('U')], Action::Undo, "U", "Undo the last reset of this session: all is again as it was.", "undo the reset"),
    bind(
        &[Home, Standing],
        &[ch('R')],
        Action::Reset,
        "R",
        "Begin a lesson, or everything, anew. You are asked twice, and can undo it until you quit.",
        "",
    ),
    bind(&[Reset], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Choose it; you are asked once more.", "choose"),
    bind(&[Confirm], &[ch('y')], Action::Confirm, "y", "Yes: reset it.", "reset it"),
    bind(&[Result], &[ch('s')], Action::Keep, "s", "Write the result of an exam into a file, as Markdown.", "save the sheet"),
    bind(&[Home], &[ch('v')], Action::Interview, "v", "Be interviewed: answer aloud, then tick what you said.", "interview"),
    bind(&[Plan], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Begin the interview.", "begin"),
    bind(&[Plan], &[key(KeyCode::Left), ch('h')], Action::Previous, "← h", "Take the value before.", ""),
    bind(&[Plan], &[key(KeyCode::Right), ch('l'), ch(' ')], Action::Next, "→ l", "Take the next value.", "change"),
    bind(
        &[Speak],
        &[key(KeyCode::Enter), key(KeyCode::Tab), ctrl('d')],
        Action::Enter,
        "Enter",
        "You have answered aloud: see the points. Or begin to write.",
        "see the points",
    ),
    bind(
        &[Compose],
        &[key(KeyCode::Tab), ctrl('d')],
        Action::Enter,
        "Tab",
        "The answer is written: see the points. Ctrl-D does the same.",
        "see the points",
    ),
    bind(&[Compose], &[key(KeyCode::Enter)], Action::Break, "Enter", "Begin a new line.", "new line"),
    bind(&[Compose], &[key(KeyCode::Backspace)], Action::Erase, "Backspace", "Take back a letter.", ""),
    bind(&[Compose], &[key(KeyCode::Delete)], Action::Delete, "Delete", "Take away the letter under the cursor.", ""),
    bind(&[Compose], &[key(KeyCode::Left)], Action::Previous, "←", "One letter back.", ""),
    bind(&[Compose], &[key(KeyCode::Right)], Action::Next, "→", "One letter on.", ""),
    bind(&[Compose], &[key(KeyCode::Up)], Action::Up, "↑", "One line up.", ""),
    bind(&[Compose], &[key(KeyCode::Down)], Action::Down, "↓", "One line down.", ""),
    bind(&[Compose], &[key(KeyCode::Home), ctrl('a')], Action::Top, "Home", "To the beginning of the line.", ""),
    bind(&[Compose], &[key(KeyCode::End), ctrl('e')], Action::Bottom, "End", "To the end of the line.", ""),
    bind(&[Tick], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Done ticking: hear the follow-up.", "follow-up"),
    bind(&[Tick], &[ch(' '), ch('x')], Action::Mark, "Space", "Tick the point under the cursor, if you said it.", "tick"),
    bind(&[Tick], &[ch('n'), ch('0')], Action::NoneOfIt, "n", "You said none of it: go on.", "none of it"),
    bind(&[FollowUp], &[key(KeyCode::Enter), ch(' ')], Action::Enter, "Enter", "Go on to the next question.", "next"),
    bind(&[FollowUp], &[ch('p')], Action::Passage, "p", "Read the lesson; Esc comes back here.", "the lesson"),
    bind(&[Home, Story, OnCall], &[ch('s')], Action::Simulate, "s", "Simulate the night, with twelve switches.", ""),
    bind(&[Home, Story], &[ch('n')], Action::Play, "n", "Be on call in the night of the sale, and decide.", "play the night"),
    bind(&[Report], &[key(KeyCode::Enter)], Action::Choose(1), "Enter", "Read the first lesson of the list.", "read the first"),
    bind(&[Report], &[ch('a')], Action::Again, "a", "Another interview of the same kind.", "another"),
    bind(
        &[Result],
        &[ch('m')],
        Action::Missed,
        "m",
        "Take only what was missed again. The score of the quiz stays.",
        "missed only",
    ),
    bind(
        &[Told, Reviewed, Result],
        &[ch('p')],
        Action::Passage,
        "p",
        "Read the passage that answers it; Esc comes back here.",
        "passage",
    ),
    bind(&[Result], &[ch('a')], Action::Again, "a", "Take the whole quiz again.", "again"),
    bind(
        &[Story],
        &[key(KeyCode::Left), ch('h'), key(KeyCode::Backspace)],
        Action::Previous,
        "←",
        "Go to the scene before.",
        "back",
    ),
    bind(&[Story], &[ch('v')], Action::Violations, "v", "Show the factors that were broken, each with its fix.", "broken factors"),
    bind(&[Story], &[ch('f')], Action::Figures, "f", "Show the figures before and after.", "figures"),
    bind(&[Story], &[ch('o')], Action::Read, "o", "Read what the story means.", "the lesson"),
    bind(
        &[Home, Ask, Result, Standing, Plan, Tick, Report, Simulator, OnCall, Morning, Reset],
        &[key(KeyCode::Up), ch('k')],
        Action::Up,
        "↑ k",
        "Move the cursor up.",
        "",
    ),
    bind(
        &[Home, Ask, Result, Standing, Plan, Tick, Report, Simulator, OnCall, Morning, Reset],
        &[key(KeyCode::Down), ch('j')],
        Action::Down,
        "↓ j",
        "Move the cursor down.",
        "",
    ),
    bind(
        &[Lesson, Compare, Told, Reviewed, FollowUp, Story, Help],
        &[key(KeyCode::Up), ch('k')],
        Action::Up,
        "↑ k",
        "One line up; while spotting, the cursor.",
        "",
    ),
    bind(
        &[Lesson, Compare, Told, Reviewed, FollowUp, Story, Help],
        &[key(KeyCode::Down), ch('j')],
        Action::Down,
        "↓ j",
        "One line down; while spotting, the cursor.",
        "",
    ),
    bind(
        &[Lesson, Compare, Help],
        &[key(KeyCode::PageDown), ch(' '), ctrl('f'), ctrl('d')],
        Action::PageDown,
        "Space",
        "One page down.",
        "",
    ),
    bind(
        &[Told, Reviewed, Story, Result, Standing, Home, Ask, Tick, FollowUp, Report],
        &[key(KeyCode::PageDown), ctrl('f'), ctrl('d')],
        Action::PageDown,
        "PgDn",
        "One page down.",
        "",
    ),
    bind(&[Lesson, Help], &[key(KeyCode::PageUp), ch('b'), ctrl('b'), ctrl('u')], Action::PageUp, "b", "One page up.", ""),
    bind(
        &[Compare, Told, Reviewed, Story, Result, Standing, Home, Ask, Tick, FollowUp, Report],
        &[key(KeyCode::PageUp), ctrl('b'), ctrl('u')],
        Action::PageUp,
        "PgUp",
        "One page up.",
        "",
    ),
    bind(
        &[Home, Lesson, Compare, Told, Reviewed, Story, Result, Standing, FollowUp, Report, Help],
        &[key(KeyCode::Home), ch('g')],
        Action::Top,
        "g",
        "To the beginning.",
        "",
    ),
    bind(
        &[Home, Lesson, Compare, Told, Reviewed, Story, Result, Standing, FollowUp, Report, Help],
        &[key(KeyCode::End), ch('G')],
        Action::Bottom,
        "G",
        "To the end.",
        "",
    ),
    bind(&[Speak, Compose], &[key(KeyCode::PageDown)], Action::PageDown, "PgDn", "One page down.", ""),
    bind(&[Speak, Compose], &[key(KeyCode::PageUp)], Action::PageUp, "PgUp", "One page up.", ""),
    bind(
        &[Speak, Compose, Tick, FollowUp],
        &[key(KeyCode::Esc)],
        Action::Back,
        "Esc",
        "End the interview here, with the report of what was answered. What was ticked is kept.",
        "end",
    ),
    bind(
        &[
            Lesson, Compare, Ask, Write, Told, Reviewed, Result, Standing, Story, Plan, Report, Simulator, OnCall, Morning,
            ExamLeft, Reset, Confirm, Help,
        ],
        &[key(KeyCode::Esc)],
        Action::Back,
        "Esc",
        "Back to where you came from. Nothing is lost.",
        "back",
    ),
];

/// The keys that mean the same everywhere. They stand after those for which one came to a place.
const COMMON: &[Binding] = &[
    bind(EVERYWHERE, &[ch('T')], Action::Theme, "T", "Dark or light.", ""),
    bind(&[Speak, Compose], &[key(KeyCode::F(1))], Action::Help, "F1", "The keys of this screen.", "help"),
    bind(EVERYWHERE, &[ch('?'), key(KeyCode::F(1))], Action::Help, "?", "The keys of this screen.", "help"),
    bind(&[Help], &[ch('?'), key(KeyCode::Enter), key(KeyCode::F(1))], Action::Back, "?", "Close the help.", "close"),
    bind(EVERYWHERE, &[ch('q')], Action::Quit, "q", "Quit. Everything is saved as you go.", "quit"),
    bind(&[Help], &[ch('q')], Action::Quit, "q", "Quit.", ""),
    bind(ALL, &[ctrl('c')], Action::Quit, "Ctrl-C", "Quit, from everywhere.", ""),
    bind(ALL, &[ctrl('z')], Action::Suspend, "Ctrl-Z", "Back to the shell for a while; fg comes back.", ""),
];

/// Every row.
fn rows() -> impl Iterator<Item = &'static Binding> {
    class::BINDINGS.iter().chain(night::BINDINGS).chain(BINDINGS).chain(tracks::BINDINGS).chain(COMMON)
}

/// What a key means in a mode.
#[must_use]
pub fn action(mode: Mode, key: Key) -> Option<Action> {
    if let (Ask | Compare | Home | Tick | Report | Simulator | OnCall | Tracks, KeyCode::Char(c @ '1'..='9'), false, false) =
        (mode, key.code, key.ctrl, key.alt)
    {
        return Some(Action::Choose(u8::try_from(c).unwrap_or(b'1') - b'0'));
    }
    let bare = Key { shift: false, ..key };
    rows().find(|binding| binding.modes.contains(&mode) && binding.keys.contains(&bare)).map(|binding| binding.action)
}

/// The rows of a mode, in the order of the table.
pub fn of_mode(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    rows().filter(move |binding| binding.modes.contains(&mode))
}

/// What digits do in a mode, for the help.
#[must_use]
pub fn digits(mode: Mode) -> Option<&'static str> {
    match mode {
        Ask => Some("Choose an option; in a match, what belongs to the row under the cursor."),
        Compare => Some("Go to that pair."),
        Home => Some("Go to that factor."),
        Tick => Some("Tick that point, if you said it."),
        Report => Some("Read that lesson of the list."),
        Simulator => Some("A night to start from: all twelve, as it was, and seven between."),
        OnCall => Some("Decide so."),
        Tracks => Some("Go to that track."),
        Vote => Some("One hand more for that option."),
        Present => Some("The number of a slide; Enter goes there."),
        Number => Some("The number itself."),
        Lesson | Write | Told | Reviewed | Result | Standing | Story | Plan | Speak | Compose | FollowUp | Morning | Overview
        | Steps | ExamLeft | Reset | Confirm | Help => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for &mode in ALL {
            let mut seen: Vec<Key> = Vec::new();
            for binding in of_mode(mode) {
                for key in binding.keys {
                    assert!(!seen.contains(key), "{mode:?}: {key:?} stands twice");
                    seen.push(*key);
                }
            }
        }
    }

    #[test]
    fn every_place_can_be_left_and_explained() {
        for &mode in ALL {
            let actions: Vec<Action> = of_mode(mode).map(|binding| binding.action).collect();
            assert!(actions.contains(&Action::Quit), "{mode:?}");
            assert!(mode == Home || actions.contains(&Action::Back), "{mode:?}");
            assert!(matches!(mode, Write | Help) || actions.contains(&Action::Help), "{mode:?}");
        }
    }

    #[test]
    fn every_row_is_explained() {
        for binding in rows() {
            assert!(binding.doc.ends_with('.') && !binding.shown.is_empty() && !binding.keys.is_empty(), "{binding:?}");
        }
    }
}
