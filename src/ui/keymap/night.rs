//! The keys of the night: the simulator, on call, and the morning after.

use super::Mode::{Morning, OnCall, Simulator};
use super::{Action, Binding, bind, ch, key};
use crate::ui::message::KeyCode;

/// The keys of the night.
pub(super) const BINDINGS: &[Binding] = &[
    bind(&[Simulator], &[ch(' ')], Action::Run, "Space", "Let time run, or hold it.", "run, hold"),
    bind(&[OnCall], &[ch(' ')], Action::Run, "Space", "Let time run, or hold it.", "hold"),
    bind(
        &[Simulator],
        &[key(KeyCode::Enter), ch('x')],
        Action::Enter,
        "Enter",
        "Switch the factor under the cursor on or off: the night is lived again up to this moment.",
        "switch",
    ),
    bind(&[OnCall], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Decide so.", "decide"),
    bind(
        &[Morning],
        &[key(KeyCode::Enter)],
        Action::Enter,
        "Enter",
        "Show the code of the factor under the cursor, bad and good; or live the next Black Friday under that plan.",
        "code, or live the plan",
    ),
    bind(&[Simulator], &[ch('s'), key(KeyCode::Right), ch('l')], Action::Step, "s", "One minute on.", "a minute"),
    bind(&[Simulator, OnCall], &[ch('+'), ch('=')], Action::Faster, "+", "Time runs faster.", "faster"),
    bind(&[Simulator, OnCall], &[ch('-')], Action::Slower, "-", "Time runs slower; down to a second a second.", ""),
    bind(&[Simulator], &[ch('0'), key(KeyCode::Home), ch('g')], Action::Rewind, "0", "Back to half past eleven.", ""),
    bind(&[Simulator], &[key(KeyCode::End), ch('G')], Action::Bottom, "G", "On to the morning.", ""),
    bind(
        &[Simulator],
        &[ch('o')],
        Action::Overlay,
        "o",
        "Keep this night to be drawn over the next ones; once more takes it off.",
        "overlay",
    ),
    bind(&[Simulator], &[ch('f')], Action::Filter, "f", "The log: only the factor under the cursor, or all.", "filter log"),
    bind(
        &[Simulator],
        &[ch('w')],
        Action::Which,
        "w",
        "Which factor should be switched on next? Point at it and press Enter; then see what each would have brought.",
        "which next?",
    ),
    bind(
        &[OnCall, Morning],
        &[key(KeyCode::Backspace), key(KeyCode::Left), ch('h')],
        Action::Previous,
        "←",
        "Back to the decision before, to decide otherwise.",
        "decide anew",
    ),
    bind(&[OnCall], &[ch('d')], Action::Decide, "d", "Decide something now, out of all that can be done.", "act"),
    bind(&[Simulator], &[ch('c')], Action::Chart, "c", "Another chart: dollars, failures, waiting, carts lost.", "chart"),
    bind(&[Simulator], &[ch('b')], Action::Big, "b", "Big numbers for a room, or the charts again.", ""),
    bind(
        &[Simulator],
        &[ch('p')],
        Action::Passage,
        "p",
        "Read the lesson of the factor under the cursor; Esc comes back here.",
        "",
    ),
    bind(&[Morning], &[ch('c')], Action::Compare, "c", "The code of the factor under the cursor, bad and good.", ""),
    bind(&[Morning], &[ch('s')], Action::Simulate, "s", "Simulate the night, with twelve switches.", "simulate"),
];
