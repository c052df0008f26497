//! What classes voted, as figures, CSV, JSON and Markdown: each question with its first vote and the one after discussion.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::markdown::plain;
use crate::domain::course::Course;
use crate::domain::event::{Deed, Vote};
use crate::domain::history::Kept;
use crate::domain::id::{ClassId, QuestionId};
use crate::domain::night::question::{Outlook, came_true};
use crate::domain::slides::choices;

/// A question as a class was asked it in one sitting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Whose class it was.
    pub class: String,
    /// The sitting: when it was opened, in milliseconds since 1970.
    pub sitting: i64,
    /// Where the question stands.
    pub lesson: String,
    /// Its id.
    pub question: String,
    /// Which revision of it.
    pub revision: u32,
    /// What was asked; the id, when the course does not have it any more.
    pub prompt: String,
    /// The votes, in order.
    pub votes: Vec<Counted>,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Which it was, from 1.
    pub round: u8,
    /// How many hands were raised.
    pub hands: u32,
    /// How many of them were right.
    pub right: u32,
    /// Of each option.
    pub options: Vec<Counts>,
}

/// The hands for an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// How many.
    pub hands: u16,
}

impl Counted {
    /// Of 100 hands, how many were right.
    #[must_use]
    pub fn percent(&self) -> u32 {
        (self.right * 100 + self.hands / 2).checked_div(self.hands).unwrap_or(0)
    }
}

impl Asked {
    /// How many were right of each vote, in words.
    #[must_use]
    pub fn figures(&self) -> String {
        self.votes.iter().map(|vote| format!("{} %", vote.percent())).collect::<Vec<_>>().join(" → ")
    }
}

/// What was voted in a history, sittings in order. Of a vote that was counted anew the last count holds.
#[must_use]
pub fn results(course: &Course, history: &[Kept], only: Option<&ClassId>) -> Vec<Asked> {
    type Key = (ClassId, i64, QuestionId);
    let mut order: Vec<Key> = Vec::new();
    let mut votes: BTreeMap<Key, BTreeMap<u8, &Vote>> = BTreeMap::new();
    for kept in history {
        let Deed::Voted(vote) = &kept.event.deed else { continue };
        if only.is_some_and(|only| *only != vote.class) {
            continue;
        }
        let key = (vote.class.clone(), vote.sitting, vote.question.clone());
        if !votes.contains_key(&key) {
            order.push(key.clone());
        }
        votes.entry(key).or_default().insert(vote.round, vote);
    }
    order.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    order.iter().filter_map(|key| votes.get(key)).filter_map(|rounds| asked(course, rounds)).collect()
}

fn asked(course: &Course, rounds: &BTreeMap<u8, &Vote>) -> Option<Asked> {
    let first = rounds.values().next()?;
    let outlook = Outlook::named(first.question.as_str());
    let came_true = outlook.and_then(|outlook| {
        let mut night = outlook.night()?;
        while night.tick() < outlook.end() {
            night.step();
        }
        came_true(&night)
    });
    let question = course.question(&first.question).and_then(|(lesson, _)| course.question_in(lesson, &first.question));
    let prompt = match (question, outlook) {
        (Some(question), _) => question.prompt.text().split_whitespace().collect::<Vec<_>>().join(" "),
        (None, Some(outlook)) => format!("What happens now? {}", outlook.shop()),
        (None, None) => first.question.to_string(),
    };
    let known = question.map(choices).unwrap_or_default();
    let counted = |vote: &Vote| {
        let option = |(at, (id, hands, right)): (usize, &(crate::domain::id::OptionId, u16, bool))| Counts {
            id: id.to_string(),
            text: match (known.iter().find(|choice| choice.id == *id), outlook) {
                (Some(choice), _) => choice.text.text(),
                (None, Some(_)) => crate::domain::night::question::outcome(at),
                (None, None) => id.to_string(),
            },
            right: *right || came_true == Some(at),
            hands: *hands,
        };
        let options: Vec<Counts> = vote.hands.iter().enumerate().map(option).collect();
        let right = options.iter().filter(|option| option.right).map(|option| u32::from(option.hands)).sum();
        Counted { round: vote.round, hands: vote.total(), right, options }
    };
    Some(Asked {
        class: first.class.to_string(),
        sitting: first.sitting,
        lesson: first.lesson.to_string(),
        question: first.question.to_string(),
        revision: first.revision,
        prompt,
        votes: rounds.values().map(|vote| counted(vote)).collect(),
    })
}

/// As CSV: one row for each option of each vote. `time` spells a moment for people.
///
/// # Errors
/// Never, unless memory ends.
pub fn csv(results: &[Asked], time: impl Fn(i64) -> String) -> Result<String, csv::Error> {
    let head = ["class", "sitting", "lesson", "question", "revision", "vote", "option", "text", "right", "hands"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for asked in results {
        for vote in &asked.votes {
            for option in &vote.options {
                rows.push(vec![
                    asked.class.clone(),
                    time(asked.sitting),
                    asked.lesson.clone(),
                    asked.question.clone(),
                    asked.revision.to_string(),
                    vote.round.to_string(),
                    option.id.clone(),
                    super::table::text(&option.text),
                    option.right.to_string(),
                    option.hands.to_string(),
                ]);
            }
        }
    }
    super::table::written(&rows)
}

/// As JSON.
///
/// # Errors
/// Never, unless memory ends.
pub fn json(results: &[Asked]) -> serde_json::Result<String> {
    serde_json::to_string_pretty(results)
}

/// Words for a heading or a cell.
fn escaped(text: &str) -> String {
    plain(text).replace('|', r"\|")
}

/// As Markdown: a heading for each sitting, a table for each question.
#[must_use]
pub fn markdown(results: &[Asked], time: impl Fn(i64) -> String) -> String {
    let mut out = String::new();
    let mut last = None;
    for asked in results {
        let sitting = (asked.class.as_str(), asked.sitting);
        // Writing to a String does not fail.
        if last != Some(sitting) {
            let _ = write!(out, "# {}, {}\n\n", escaped(&asked.class), time(asked.sitting));
            last = Some(sitting);
        }
        let _ = write!(out, "## {}\n\nRight: {}\n\n", escaped(&asked.prompt), asked.figures());
        let votes: String = asked.votes.iter().map(|vote| format!(" Vote {} |", vote.round)).collect();
        let rules: String = asked.votes.iter().map(|_| "---:|").collect();
        let _ = write!(out, "| | Option |{votes}\n|---|---|{rules}\n");
        for (at, option) in asked.votes.first().map_or(&[][..], |vote| vote.options.as_slice()).iter().enumerate() {
            let sign = if option.right { "✓" } else { "" };
            let hands: String =
                asked.votes.iter().map(|vote| format!(" {} |", vote.options.get(at).map_or(0, |option| option.hands))).collect();
            let _ = writeln!(out, "| {sign} | {} |{hands}", escaped(&option.text));
        }
        out.push('\n');
    }
    out
}
