//! An answer in the making: what is chosen, marked, moved or written so far, and how it is shown.

use std::collections::BTreeSet;

use crate::domain::code::Colours;
use crate::domain::grade::Answer;
use crate::domain::quiz::{Question, Task};
use crate::domain::text::clean;
use crate::ui::code_pane::{framed, numbered};
use crate::ui::ink::Ink;
use crate::ui::keymap::Action;
use crate::ui::lines::{Piece, Pieces, pieces, wrap};

/// The longest text that is taken, in characters.
const MAX_TEXT: usize = 200;

/// An answer in the making. Indices are those of the order shown.
#[allow(missing_docs, reason = "the variants say it")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// One option. Nothing is under the cursor at first, so that no key that was held down can answer.
    One { cursor: Option<usize>, count: usize },
    /// Several options.
    Many { cursor: usize, picked: BTreeSet<usize>, count: usize },
    /// Lines of the code.
    Lines { cursor: usize, marked: BTreeSet<usize>, count: usize },
    /// Steps: their indices in the author's order, as they stand now.
    Order { cursor: usize, steps: Vec<usize>, held: bool, touched: bool },
    /// For each left side the right side put to it, as an index of the order shown.
    Match { cursor: usize, put: Vec<Option<usize>> },
    /// Words.
    Text(String),
}

/// A row of an answer in the making.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AskRow {
    /// What it shows.
    pub pieces: Pieces,
    /// What is chosen when it is clicked, as an index of the order shown.
    pub target: Option<usize>,
}

impl Draft {
    /// What is under the cursor, and of how many.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        match self {
            Self::One { cursor, count } => cursor.map(|cursor| (cursor, *count)),
            Self::Many { cursor, count, .. } | Self::Lines { cursor, count, .. } => Some((*cursor, *count)),
            Self::Order { cursor, steps, .. } => Some((*cursor, steps.len())),
            Self::Match { cursor, put } => Some((*cursor, put.len())),
            Self::Text(_) => None,
        }
    }

    /// Nothing chosen yet.
    #[must_use]
    pub fn new(question: &Question, order: &[usize]) -> Self {
        match &question.task {
            Task::Choose { options, many: false } => Self::One { cursor: None, count: options.len() },
            Task::Choose { options, many: true } => Self::Many { cursor: 0, picked: BTreeSet::new(), count: options.len() },
            Task::SpotLine { .. } => {
                let count = question.code.as_ref().map_or(0, |code| code.text.as_str().lines().count());
                Self::Lines { cursor: 0, marked: BTreeSet::new(), count }
            }
            Task::Order { .. } => Self::Order { cursor: 0, steps: order.to_vec(), held: false, touched: false },
            Task::Match { pairs } => Self::Match { cursor: 0, put: vec![None; pairs.len()] },
            Task::ShortText { .. } => Self::Text(String::new()),
        }
    }

    /// What is under the cursor.
    #[must_use]
    pub fn cursor(&self) -> Option<usize> {
        match self {
            Self::One { cursor, .. } => *cursor,
            Self::Many { cursor, .. } | Self::Lines { cursor, .. } | Self::Order { cursor, .. } | Self::Match { cursor, .. } => {
                Some(*cursor)
            }
            Self::Text(_) => None,
        }
    }

    /// What is still to be done before it is an answer.
    #[must_use]
    pub fn lacks(&self) -> Option<&'static str> {
        match self {
            Self::One { cursor: None, .. } => Some("Choose first: a digit, or the arrows."),
            Self::Many { picked, .. } if picked.is_empty() => Some("Mark at least one: a digit, or Space."),
            Self::Lines { marked, .. } if marked.is_empty() => Some("Mark at least one line with Space."),
            Self::Order { touched: false, .. } => Some("Move the steps first: K moves one up, J down."),
            Self::Match { put, .. } if put.iter().any(Option::is_none) => Some("Give every row a digit first."),
            Self::Text(text) if text.trim().is_empty() => Some("Write something first."),
            _ => None,
        }
    }

    /// Actions that it has no use for, or that are not worth a hint.
    #[must_use]
    pub fn unused(&self) -> &'static [Action] {
        match self {
            Self::Order { .. } => &[Action::Mark],
            Self::Many { .. } | Self::Lines { .. } => &[Action::MoveUp, Action::MoveDown],
            Self::One { .. } | Self::Match { .. } | Self::Text(_) => &[Action::Mark, Action::MoveUp, Action::MoveDown],
        }
    }

    /// Takes in an action. Whether it meant something here.
    pub fn act(&mut self, action: Action) -> bool {
        match self {
            Self::One { cursor, count } => match action {
                Action::Up => *cursor = Some(cursor.map_or(count.saturating_sub(1), |at| at.saturating_sub(1))),
                Action::Down => *cursor = Some(cursor.map_or(0, |at| (at + 1).min(count.saturating_sub(1)))),
                Action::Choose(digit) if usize::from(digit) <= *count => *cursor = Some(usize::from(digit) - 1),
                _ => return false,
            },
            Self::Many { cursor, picked, count } => match action {
                Action::Up | Action::Down => step(cursor, *count, action),
                Action::Mark => toggle(picked, *cursor),
                Action::Choose(digit) if usize::from(digit) <= *count => {
                    *cursor = usize::from(digit) - 1;
                    toggle(picked, *cursor);
                }
                _ => return false,
            },
            Self::Lines { cursor, marked, count } => match action {
                Action::Up | Action::Down => step(cursor, *count, action),
                Action::Mark => toggle(marked, *cursor),
                _ => return false,
            },
            Self::Order { cursor, steps, held, touched } => match action {
                Action::Mark => {
                    *held = !*held;
                    *touched = true;
                }
                Action::Up | Action::Down if !*held => step(cursor, steps.len(), action),
                Action::Up | Action::Down | Action::MoveUp | Action::MoveDown => {
                    let from = *cursor;
                    step(
                        cursor,
                        steps.len(),
                        if matches!(action, Action::Up | Action::MoveUp) { Action::Up } else { Action::Down },
                    );
                    steps.swap(from, *cursor);
                    *touched = true;
                }
                Action::Choose(digit) if usize::from(digit) <= steps.len() => *cursor = usize::from(digit) - 1,
                _ => return false,
            },
            Self::Match { cursor, put } => match action {
                Action::Up | Action::Down => step(cursor, put.len(), action),
                Action::Choose(digit) if usize::from(digit) <= put.len() => {
                    let right = usize::from(digit) - 1;
                    for other in put.iter_mut().filter(|other| **other == Some(right)) {
                        *other = None;
                    }
                    if let Some(slot) = put.get_mut(*cursor) {
                        *slot = Some(right);
                    }
                    if let Some(next) = put.iter().position(Option::is_none) {
                        *cursor = next;
                    }
                }
                Action::Mark => {
                    if let Some(slot) = put.get_mut(*cursor) {
                        *slot = None;
                    }
                }
                _ => return false,
            },
            Self::Text(text) => match action {
                Action::Erase => drop(text.pop()),
                _ => return false,
            },
        }
        true
    }

    /// Takes in written or pasted words.
    pub fn write(&mut self, words: &str) {
        if let Self::Text(text) = self {
            let words: String = words.chars().take(4 * MAX_TEXT).collect();
            let words = clean(&words).replace('\n', " ");
            let room = MAX_TEXT.saturating_sub(text.chars().count());
            text.extend(words.chars().take(room));
        }
    }

    /// The answer, in the author's ids.
    #[must_use]
    pub fn answer(&self, question: &Question, order: &[usize]) -> Answer {
        let author = |shown: usize| order.get(shown).copied().unwrap_or(usize::MAX);
        match (self, &question.task) {
            (Self::One { cursor, .. }, Task::Choose { options, .. }) => {
                Answer::Options(cursor.and_then(|at| options.get(author(at))).map(|option| option.id.clone()).into_iter().collect())
            }
            (Self::Many { picked, .. }, Task::Choose { options, .. }) => {
                Answer::Options(picked.iter().filter_map(|&at| options.get(author(at))).map(|option| option.id.clone()).collect())
            }
            (Self::Lines { marked, .. }, _) => Answer::Lines(marked.iter().copied().collect()),
            (Self::Order { steps, .. }, Task::Order { steps: all }) => {
                Answer::Order(steps.iter().filter_map(|&at| all.get(at)).map(|step| step.id.clone()).collect())
            }
            (Self::Match { put, .. }, Task::Match { pairs }) => Answer::Match(
                pairs
                    .iter()
                    .zip(put)
                    .filter_map(|(left, right)| Some((left.id.clone(), pairs.get(author((*right)?))?.id.clone())))
                    .collect(),
            ),
            (Self::Text(text), _) => Answer::Text(text.trim().to_owned()),
            _ => Answer::Text(String::new()),
        }
    }

    /// How it is shown.
    #[must_use]
    pub fn rows(&self, question: &Question, order: &[usize], colours: &Colours, width: usize) -> Vec<AskRow> {
        match (self, &question.task) {
            (Self::One { cursor, .. }, Task::Choose { options, .. }) => listed(order, width, |shown, at| {
                let text = options.get(at).map(|option| pieces(&option.text, Ink::Text)).unwrap_or_default();
                (sign(if *cursor == Some(shown) { "●" } else { "○" }, *cursor == Some(shown)), text)
            }),
            (Self::Many { picked, .. }, Task::Choose { options, .. }) => listed(order, width, |shown, at| {
                let text = options.get(at).map(|option| pieces(&option.text, Ink::Text)).unwrap_or_default();
                (sign(if picked.contains(&shown) { "[x]" } else { "[ ]" }, picked.contains(&shown)), text)
            }),
            (Self::Order { steps, held, cursor, .. }, Task::Order { steps: all }) => listed(steps, width, |shown, at| {
                let text = all.get(at).map(|step| pieces(&step.text, Ink::Text)).unwrap_or_default();
                let up = *held && *cursor == shown;
                (sign(if up { "↕" } else { "·" }, up), text)
            }),
            (Self::Lines { marked, .. }, Task::SpotLine { .. }) => {
                let Some(code) = &question.code else { return Vec::new() };
                let rows = numbered(code.text.as_str(), colours, width.saturating_sub(2), |line| {
                    marked.contains(&line).then(|| Piece::bold("✗", Ink::Accent))
                });
                framed(rows, &[Piece::new(code.file.as_str(), Ink::Text)], Ink::Faint, width)
                    .into_iter()
                    .map(|row| AskRow { pieces: row.pieces, target: row.line })
                    .collect()
            }
            (Self::Match { put, .. }, Task::Match { pairs }) => {
                let mut rows: Vec<AskRow> = Vec::new();
                for (at, pair) in pairs.iter().enumerate() {
                    let right = put.get(at).copied().flatten();
                    let mark = right.map_or_else(|| "_".to_owned(), |right| (right + 1).to_string());
                    let head = vec![Piece::new("  ", Ink::Text), Piece::bold(mark, Ink::Accent), Piece::new("  ", Ink::Text)];
                    rows.extend(hanging(head, &pieces(&pair.left, Ink::Text), 5, width, Some(at)));
                }
                rows.push(AskRow::default());
                for (shown, at) in order.iter().enumerate() {
                    let taken = put.contains(&Some(shown));
                    let ink = if taken { Ink::Dim } else { Ink::Text };
                    let head = vec![Piece::bold(format!("     {}  ", shown + 1), if taken { Ink::Dim } else { Ink::Accent })];
                    let text = pairs.get(*at).map(|pair| pieces(&pair.right, ink)).unwrap_or_default();
                    rows.extend(hanging(head, &text, 8, width, None));
                }
                rows
            }
            (Self::Text(text), _) => {
                let inner = width.saturating_sub(4).max(1);
                let mut words: Vec<Pieces> =
                    wrap(&[Piece::new(format!(" {text}▏"), Ink::Text)], inner).into_iter().map(|line| line.pieces).collect();
                let rows = words.drain(..).map(crate::ui::code_pane::Row::plain).collect();
                framed(rows, &[Piece::new("your answer, a word or two", Ink::Dim)], Ink::Accent, width)
                    .into_iter()
                    .map(|row| AskRow { pieces: row.pieces, target: None })
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

fn step(cursor: &mut usize, count: usize, action: Action) {
    *cursor = if action == Action::Up { cursor.saturating_sub(1) } else { (*cursor + 1).min(count.saturating_sub(1)) };
}

fn toggle(set: &mut BTreeSet<usize>, at: usize) {
    if !set.remove(&at) {
        set.insert(at);
    }
}

/// The sign of what is on or off.
pub(super) fn sign(sign: &str, on: bool) -> Piece {
    if on { Piece::bold(sign, Ink::Accent) } else { Piece::new(sign, Ink::Dim) }
}

/// A numbered list of what `item` gives for each index shown and of the author.
pub(super) fn listed(order: &[usize], width: usize, item: impl Fn(usize, usize) -> (Piece, Pieces)) -> Vec<AskRow> {
    let mut rows = Vec::new();
    for (shown, &at) in order.iter().enumerate() {
        let (mark, text) = item(shown, at);
        let indent = 5 + mark.width() + 1;
        let head = vec![Piece::bold(format!("  {}  ", shown + 1), Ink::Accent), mark, Piece::new(" ", Ink::Text)];
        rows.extend(hanging(head, &text, indent, width, Some(shown)));
    }
    rows
}

/// A text behind a head, its other lines moved in.
pub(super) fn hanging(head: Pieces, text: &[Piece], indent: usize, width: usize, target: Option<usize>) -> Vec<AskRow> {
    let mut head = Some(head);
    wrap(text, width.saturating_sub(indent + 1).max(1))
        .into_iter()
        .map(|line| {
            let mut row = head.take().unwrap_or_else(|| vec![Piece::new(" ".repeat(indent), Ink::Text)]);
            row.extend(line.pieces);
            AskRow { pieces: row, target }
        })
        .collect()
}
