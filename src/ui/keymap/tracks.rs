//! The keys of the tracks: the question at home, the choice, the steps.

use super::Mode::{Home, Steps, Tracks};
use super::{Action, Binding, bind, ch, ctrl, key};
use crate::ui::message::KeyCode;

/// The keys of the tracks.
pub(super) const BINDINGS: &[Binding] = &[
    bind(&[Home], &[ch('w')], Action::Tracks, "w", "The steps of your track; or which way to take through the course.", "your way"),
    bind(
        &[Home],
        &[key(KeyCode::Esc)],
        Action::Back,
        "Esc",
        "Asked what brings you here: all of it, in order. It is not asked again; w chooses later.",
        "",
    ),
    bind(&[Tracks], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Follow the track under the cursor.", "follow"),
    bind(&[Tracks], &[key(KeyCode::Esc)], Action::Back, "Esc", "Back; who chose nothing follows all of it, in order.", "back"),
    bind(&[Steps], &[key(KeyCode::Enter)], Action::Enter, "Enter", "Open the step under the cursor; Esc comes back here.", "open"),
    bind(&[Steps], &[ch('w')], Action::Tracks, "w", "Choose another track.", "another track"),
    bind(&[Steps], &[key(KeyCode::Esc)], Action::Back, "Esc", "Back to the map of the course.", "back"),
    bind(&[Tracks, Steps], &[key(KeyCode::Up), ch('k')], Action::Up, "↑ k", "Move the cursor up.", ""),
    bind(&[Tracks, Steps], &[key(KeyCode::Down), ch('j')], Action::Down, "↓ j", "Move the cursor down.", ""),
    bind(&[Tracks, Steps], &[key(KeyCode::PageUp), ctrl('b'), ctrl('u')], Action::PageUp, "PgUp", "Half a page up.", ""),
    bind(&[Tracks, Steps], &[key(KeyCode::PageDown), ctrl('f'), ctrl('d')], Action::PageDown, "PgDn", "Half a page down.", ""),
    bind(&[Tracks, Steps], &[key(KeyCode::Home), ch('g')], Action::Top, "g", "To the first.", ""),
    bind(&[Tracks, Steps], &[key(KeyCode::End), ch('G')], Action::Bottom, "G", "To the last.", ""),
];
