//! The question bank and the answers of a learner as CSV (RFC 4180), for spreadsheets.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe in front, which spreadsheets do not show.

use super::bank::{self, Asked, Item};
use crate::domain::doc::Rich;
use crate::domain::event::Deed;
use crate::domain::grade::Answer;
use crate::domain::history::Kept;
use crate::domain::quiz::Task;

/// The columns of the question bank: a question has a row for each of its options, steps, pairs, answers or points.
const BANK: [&str; 14] =
    ["question", "lesson", "kind", "revision", "factor", "taught", "prompt", "code", "part", "id", "text", "right", "why", "hints"];
/// The columns of the answers.
const ANSWERS: [&str; 16] = [
    "time", "day", "lesson", "question", "revision", "answer", "score", "verdict", "scored", "in_quiz", "sure", "hints", "took_ms",
    "shown", "seed", "name",
];

/// The question bank.
///
/// # Errors
/// Never, unless memory ends.
pub fn bank(items: &[Item<'_>]) -> Result<String, csv::Error> {
    let mut rows = vec![BANK.map(str::to_owned).to_vec()];
    for item in items {
        let (revision, prompt, code, hints) = match item.asked {
            Asked::Quiz(question) => {
                let hints = question.hints.iter().map(Rich::text).collect::<Vec<_>>().join("\n");
                (question.revision.to_string(), question.prompt.text(), bank::code(question).unwrap_or_default(), hints)
            }
            Asked::Interview(question) => (String::new(), question.prompt.text(), String::new(), String::new()),
        };
        let factor = item.factor().map(|factor| factor.to_string()).unwrap_or_default();
        let head = [item.id(), item.lesson.id.as_str(), item.kind(), &revision, &factor, &item.taught, &prompt, &code];
        for part in parts(item) {
            let mut row: Vec<String> = head.map(text).to_vec();
            row.extend([part.what.to_owned(), part.id, text(&part.text), part.right.to_string(), text(&part.why), text(&hints)]);
            rows.push(row);
        }
    }
    written(&rows)
}

struct Part {
    what: &'static str,
    id: String,
    text: String,
    right: bool,
    why: String,
}

fn parts(item: &Item<'_>) -> Vec<Part> {
    let part = |what, id: String, text: String, right, why: String| Part { what, id, text, right, why };
    let question = match item.asked {
        Asked::Interview(question) => {
            let numbered = |what, right, texts: &[Rich]| -> Vec<Part> {
                let parts = texts.iter().enumerate();
                parts.map(|(at, text)| part(what, format!("{what}-{}", at + 1), text.text(), right, String::new())).collect()
            };
            let mut parts = numbered("point", true, &question.points);
            parts.extend(numbered("weak", false, std::slice::from_ref(&question.weak)));
            parts.extend(numbered("follow-up", true, &question.follow_ups));
            return parts;
        }
        Asked::Quiz(question) => question,
    };
    if let Some(picks) = bank::picks(question) {
        let what = if matches!(question.task, Task::SpotLine { .. }) { "line" } else { "option" };
        return picks.into_iter().map(|pick| part(what, pick.id, pick.text.text(), pick.right, pick.why.text())).collect();
    }
    match &question.task {
        Task::Order { steps } => {
            steps.iter().map(|step| part("step", step.id.to_string(), step.text.text(), true, step.why.text())).collect()
        }
        Task::Match { pairs } => pairs
            .iter()
            .map(|pair| {
                let text = format!("{} → {}", pair.left.text(), pair.right.text());
                part("pair", pair.id.to_string(), text, true, pair.why.text())
            })
            .collect(),
        Task::ShortText { answers, near, explain } => {
            let right = answers.iter().map(|answer| (answer, true, explain));
            right
                .chain(near.iter().map(|(text, why)| (text, false, why)))
                .enumerate()
                .map(|(at, (text, right, why))| part("answer", format!("answer-{}", at + 1), text.to_string(), right, why.text()))
                .collect()
        }
        Task::Choose { .. } | Task::SpotLine { .. } => Vec::new(),
    }
}

/// The answers of a learner, in order. `time` spells a moment, in milliseconds since 1970, for people.
///
/// # Errors
/// Never, unless memory ends.
pub fn answers(history: &[Kept], time: impl Fn(i64) -> String) -> Result<String, csv::Error> {
    let mut rows = vec![ANSWERS.map(str::to_owned).to_vec()];
    for kept in history {
        let Deed::Answered(attempt) = &kept.event.deed else { continue };
        let joined = |ids: &[crate::domain::id::OptionId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let answer = match &attempt.answer {
            Answer::Options(ids) | Answer::Order(ids) => joined(ids),
            Answer::Lines(lines) => lines.iter().map(|line| (line + 1).to_string()).collect::<Vec<_>>().join(" "),
            Answer::Match(pairs) => pairs.iter().map(|(left, right)| format!("{left}={right}")).collect::<Vec<_>>().join(" "),
            Answer::Text(given) => text(given),
        };
        rows.push(vec![
            time(kept.event.at.0),
            attempt.day.0.to_string(),
            attempt.lesson.to_string(),
            attempt.question.to_string(),
            attempt.revision.to_string(),
            answer,
            attempt.score.to_string(),
            attempt.verdict.name().to_owned(),
            attempt.scored.to_string(),
            attempt.in_quiz.to_string(),
            attempt.sure.map(|sure| sure.to_string()).unwrap_or_default(),
            attempt.hints.to_string(),
            attempt.took.to_string(),
            joined(&attempt.shown),
            attempt.seed.to_string(),
            format!("{}/{}", kept.stamp.origin, kept.stamp.seq),
        ]);
    }
    written(&rows)
}

/// Text that no spreadsheet takes for a formula.
pub(super) fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// Rows as a file.
pub(super) fn written(rows: &[Vec<String>]) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in rows {
        out.write_record(row)?;
    }
    let bytes = out.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+x", "-x", "@x"] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        assert_eq!(text("a=1"), "a=1");
    }
}
