//! Item analysis: what a question is worth, from the first tries of a class.
//!
//! docs/handin.md states every formula. Each learner is measured by her other answers: a question is never compared with a
//! total that it is a part of.

use std::collections::BTreeMap;

use super::{Gradebook, Learner, Tried, mean};
use crate::domain::course::Course;
use crate::domain::grade::{Answer, normal};
use crate::domain::id::QuestionId;
use crate::domain::kind::Kind;
use crate::domain::quiz::{Question, Task};

/// Learners from which on remarks are made: with fewer, chance speaks louder than the question.
pub const ENOUGH: usize = 10;
/// A larger share that is right at the first try makes a question too easy.
pub const EASY: f64 = 0.9;
/// A smaller one makes it too hard.
pub const HARD: f64 = 0.3;
/// Wrong answers in words that are listed at most.
const WORDS: usize = 12;
/// Differences of means that are none.
const SAME: f64 = 1e-9;

/// What should be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// Nearly everybody is right.
    Easy,
    /// Hardly anybody is right.
    Hard,
    /// Those who know the rest get it wrong more often than those who do not.
    Negative,
    /// A wrong option that nobody picks.
    Unused,
}

impl Flag {
    /// The name in tables and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Easy => "too easy",
            Self::Hard => "too hard",
            Self::Negative => "negative",
            Self::Unused => "unused",
        }
    }
}

/// What a question is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Which.
    pub question: QuestionId,
    /// Place of its lesson in the map.
    pub lesson: usize,
    /// Its kind.
    pub kind: Kind,
    /// How many learners answered its present revision at their first try.
    pub count: usize,
    /// The share of them that was right in full.
    pub difficulty: f64,
    /// The mean of their scores.
    pub mean: f64,
    /// How the score goes with the learner's mean on all other questions: from -1 to 1. `None` when one of both is the same
    /// for all, when it is a guess, or when there are fewer than three learners.
    pub discrimination: Option<f64>,
    /// What was answered.
    pub drawn: Vec<Drawn>,
    /// What should be looked at.
    pub flags: Vec<Flag>,
}

/// Something that was answered, and by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The option's id, or what stands in for one.
    pub id: String,
    /// What it says.
    pub label: String,
    /// Whether it is right.
    pub right: bool,
    /// The learners, by their places in the book.
    pub by: Vec<usize>,
    /// The share of those who answered.
    pub share: f64,
    /// The share in the third that does best on the other questions. `None` when there are no thirds.
    pub upper: Option<f64>,
    /// The share in the third that does worst.
    pub lower: Option<f64>,
}

/// A learner at a question.
struct Answered<'b> {
    learner: usize,
    tried: &'b Tried,
    /// Her mean on all other questions; none when she tried no other.
    rest: Option<f64>,
}

/// What the questions of the course are worth: those that somebody answered, in the order of the course.
#[must_use]
pub fn items(book: &Gradebook, course: &Course) -> Vec<Item> {
    let scored = super::questions(course, |_, _| true);
    let totals: Vec<(f64, u32)> = book.learners.iter().map(|learner| total(learner, &scored)).collect();
    let mut items = Vec::new();
    for (lesson, entry) in course.map.iter().enumerate() {
        for listed in &entry.questions {
            let Some(question) = course.question_in(lesson, &listed.id) else { continue };
            let answered: Vec<Answered<'_>> = book
                .learners
                .iter()
                .enumerate()
                .filter_map(|(at, learner)| {
                    let tried = learner.tried.get(&question.id).filter(|tried| tried.revision == question.revision)?;
                    let (sum, count) = totals.get(at).copied().unwrap_or_default();
                    let own = question.kind.scored();
                    let (sum, count) = if own { (sum - tried.first, count.saturating_sub(1)) } else { (sum, count) };
                    Some(Answered { learner: at, tried, rest: (count > 0).then(|| sum / f64::from(count)) })
                })
                .collect();
            items.extend(item(question, lesson, &answered));
        }
    }
    items
}

fn total(learner: &Learner, scored: &[&QuestionId]) -> (f64, u32) {
    let firsts = scored.iter().filter_map(|question| learner.tried.get(*question)).map(|tried| tried.first);
    firsts.fold((0.0, 0), |(sum, count), first| (sum + first, count + 1))
}

fn item(question: &Question, lesson: usize, answered: &[Answered<'_>]) -> Option<Item> {
    let count = answered.len();
    let scored = question.kind.scored();
    let difficulty = mean(answered.iter().map(|one| if one.tried.first >= 1.0 { 1.0 } else { 0.0 }))?;
    let points: Vec<(f64, f64)> = answered.iter().filter_map(|one| Some((one.tried.first, one.rest?))).collect();
    let discrimination = if scored { correlation(&points) } else { None };
    let drawn = drawn(question, answered);
    let mut flags = Vec::new();
    if scored && count >= ENOUGH {
        let unused =
            options(question).iter().any(|(id, _, right)| !right && !drawn.iter().any(|one| &one.id == id && !one.by.is_empty()));
        let all = [
            (difficulty > EASY, Flag::Easy),
            (difficulty < HARD, Flag::Hard),
            (discrimination.is_some_and(|value| value < -SAME), Flag::Negative),
            (unused, Flag::Unused),
        ];
        flags.extend(all.into_iter().filter(|(holds, _)| *holds).map(|(_, flag)| flag));
    }
    Some(Item {
        question: question.id.clone(),
        lesson,
        kind: question.kind,
        count,
        difficulty,
        mean: mean(answered.iter().map(|one| one.tried.first))?,
        discrimination,
        drawn,
        flags,
    })
}

/// Pearson's correlation; where one side is only 0 and 1 it is the point-biserial one.
fn correlation(points: &[(f64, f64)]) -> Option<f64> {
    if points.len() < 3 {
        return None;
    }
    let (x, y) = (mean(points.iter().map(|point| point.0))?, mean(points.iter().map(|point| point.1))?);
    let sum = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|point| of(point.0 - x, point.1 - y)).sum::<f64>();
    let (xx, yy, xy) = (sum(&|a, _| a * a), sum(&|_, b| b * b), sum(&|a, b| a * b));
    (xx > SAME && yy > SAME).then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

/// How far each learner belongs to the third that does best on the other questions, and to the one that does worst. Where a
/// third ends among equals, each of them belongs to it in part.
fn thirds(answered: &[Answered<'_>]) -> Option<Vec<(f64, f64)>> {
    let rests: Vec<f64> = answered.iter().filter_map(|one| one.rest).collect();
    let seats = rests.len() / 3;
    if seats == 0 {
        return None;
    }
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let part = |before: usize, equals: usize| (number(seats.saturating_sub(before)) / number(equals.max(1))).min(1.0);
    let weights = answered.iter().map(|one| {
        let Some(rest) = one.rest else { return (0.0, 0.0) };
        let above = rests.iter().filter(|other| **other > rest + SAME).count();
        let below = rests.iter().filter(|other| **other < rest - SAME).count();
        let equals = rests.len() - above - below;
        (part(above, equals), part(below, equals))
    });
    Some(weights.collect())
}

/// What there is to pick, for kinds that list it: id, words, and whether it is right.
fn options(question: &Question) -> Vec<(String, String, bool)> {
    match &question.task {
        Task::Choose { options, .. } => {
            options.iter().map(|option| (option.id.to_string(), option.text.text(), option.correct)).collect()
        }
        _ => Vec::new(),
    }
}

/// What was answered, part by part.
fn drawn(question: &Question, answered: &[Answered<'_>]) -> Vec<Drawn> {
    let mut by: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, one) in answered.iter().enumerate() {
        let mut given = parts(question, &one.tried.answer);
        given.sort();
        given.dedup();
        for id in given {
            by.entry(id).or_default().push(at);
        }
    }
    let mut listed: Vec<(String, String, bool)> = options(question);
    if listed.is_empty() {
        let mut given: Vec<(&String, usize)> = by.iter().map(|(id, by)| (id, by.len())).collect();
        given.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), (*id).clone()));
        listed = given
            .into_iter()
            .take(WORDS)
            .map(|(id, _)| {
                let (label, right) = label(question, id);
                (id.clone(), label, right)
            })
            .collect();
    }
    let thirds = thirds(answered);
    let share = |by: &[usize], of: fn(&(f64, f64)) -> f64| {
        let thirds = thirds.as_ref()?;
        let all: f64 = thirds.iter().map(of).sum();
        // The sum of nothing is -0.
        Some((by.iter().filter_map(|at| thirds.get(*at)).map(of).sum::<f64>() + 0.0) / all)
    };
    let count = f64::from(u32::try_from(answered.len().max(1)).unwrap_or(u32::MAX));
    listed
        .into_iter()
        .map(|(id, label, right)| {
            let by = by.remove(&id).unwrap_or_default();
            Drawn {
                share: f64::from(u32::try_from(by.len()).unwrap_or(u32::MAX)) / count,
                upper: share(&by, |third| third.0),
                lower: share(&by, |third| third.1),
                by: by.iter().filter_map(|at| answered.get(*at)).map(|one| one.learner).collect(),
                id,
                label,
                right,
            }
        })
        .collect()
}

/// The parts of an answer, each by a name: options picked, lines marked, what was put together, what stands where, words.
fn parts(question: &Question, answer: &Answer) -> Vec<String> {
    match (&question.task, answer) {
        (Task::Choose { .. }, Answer::Options(picked)) => picked.iter().map(ToString::to_string).collect(),
        (Task::SpotLine { .. }, Answer::Lines(lines)) => lines.iter().map(|line| format!("line-{}", line + 1)).collect(),
        (Task::Match { .. }, Answer::Match(put)) => put.iter().map(|(left, right)| format!("{left}={right}")).collect(),
        (Task::Order { .. }, Answer::Order(given)) => {
            given.iter().enumerate().map(|(at, step)| format!("{}={step}", at + 1)).collect()
        }
        (Task::ShortText { .. }, Answer::Text(text)) => vec![normal(text)],
        _ => Vec::new(),
    }
}

/// What such a part says, and whether it is right.
fn label(question: &Question, id: &str) -> (String, bool) {
    let split = id.split_once('=');
    match &question.task {
        Task::SpotLine { lines, .. } => {
            let line = id.strip_prefix("line-").and_then(|number| number.parse::<usize>().ok()).unwrap_or(0);
            let code = question.code.as_ref().and_then(|code| code.text.as_str().lines().nth(line.saturating_sub(1)));
            let right = lines.iter().any(|known| known.correct && known.line + 1 == line);
            (format!("line {line}: {}", code.unwrap_or("").trim()), right)
        }
        Task::Match { pairs } => {
            let (left, right) = split.unwrap_or((id, ""));
            let words = |name: &str, of_left: bool| {
                let pair = pairs.iter().find(|pair| pair.id.as_str() == name);
                pair.map_or_else(String::new, |pair| if of_left { pair.left.text() } else { pair.right.text() })
            };
            (format!("{} → {}", words(left, true), words(right, false)), left == right)
        }
        Task::Order { steps } => {
            let (at, step) = split.unwrap_or(("", id));
            let place = steps.iter().position(|known| known.id.as_str() == step);
            let words = place.and_then(|place| steps.get(place)).map_or_else(String::new, |step| step.text.text());
            (format!("{at}. {words}"), place.is_some_and(|place| (place + 1).to_string() == at))
        }
        Task::ShortText { answers, .. } => {
            let right = answers.iter().any(|answer| normal(answer.as_str()) == id);
            (format!("\"{id}\""), right)
        }
        Task::Choose { .. } => (id.to_owned(), false),
    }
}
