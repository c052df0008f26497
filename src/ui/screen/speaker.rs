//! What whoever speaks sees of a class: the slide with what is still hidden of it, what comes next, notes, clock, answers, votes.

use ratatui::Frame;

use super::present::Present;
use super::projector;
use crate::ui::context::Context;

/// Draws it.
pub(super) fn draw(present: &Present, cx: &Context, frame: &mut Frame<'_>) {
    projector::draw(present, cx, frame);
}
