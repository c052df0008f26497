//! A hand-in as a file: JSON Lines, a head and one line for each answer, each line with a SHA-256 that covers it and the line
//! before. docs/handin.md states the format.
//!
//! The chain shows what was edited or damaged. It is no proof against somebody who computes it anew.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Read as _};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::progress::{AnswerJson, ascii};
use crate::domain::grade::Verdict;
use crate::domain::handin::{HandIn, Handed, name};
use crate::domain::history::Stamp;
use crate::domain::id::{CourseId, LessonId, QuestionId, is_id};
use crate::domain::text::SafeText;
use crate::domain::time::Day;

/// What the format calls itself.
pub const FORMAT: &str = "twelvefold-handin";
/// The version that is written, and the only one that is read.
pub const VERSION: u64 = 1;
/// Bytes that a line may have.
const LONGEST: u64 = 64 << 10;
/// Answers that one hand-in may have: a year of a hundred a day fits.
pub const MOST: usize = 40_000;
/// Hexadecimal digits of a hash.
const HASH: usize = 64;

/// Why a hand-in is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is something else.
    #[error("it is no hand-in of twelvefold")]
    Foreign,
    /// A newer program wrote it.
    #[error("it has format {0}, and this program knows format {VERSION}: a newer twelvefold wrote it")]
    Newer(u64),
    /// It is about another course.
    #[error("it is about another course, {0}")]
    Course(CourseId),
    /// A line is not what it was when the chain was made.
    #[error("it was edited: the chain is broken at {}", place(*.0))]
    Edited(usize),
    /// A line is no line of a hand-in.
    #[error("it is damaged at {}", place(*.0))]
    Damaged(usize),
    /// There are fewer answers than its head says.
    #[error("it ends after {0} of {1} answers")]
    Half(usize, usize),
    /// A line never ends, or there are too many.
    #[error("it is larger than any hand-in: {MOST} answers at most, 64 KiB each")]
    TooLarge,
    /// A score is not what the answer earns.
    #[error("it was edited: the score of answer {0} does not follow from what was answered")]
    Misjudged(usize),
    /// It has an answer that another hand-in has differently.
    #[error("it was edited, or the other was: {0} has one of its answers differently")]
    Contradicts(String),
    /// It could not be read at all.
    #[error("it cannot be read: {0}")]
    Io(String),
}

fn place(line: usize) -> String {
    if line == 0 { "its head".to_owned() } else { format!("answer {line}") }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    version: u64,
    course: String,
    course_version: String,
    name: String,
    profile: Option<String>,
    day: String,
    answers: usize,
}

/// As much of a head as every version has.
#[derive(Deserialize)]
struct AnyHead {
    format: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    lesson: String,
    question: String,
    revision: u32,
    answer: AnswerJson,
    score: f64,
    verdict: String,
    scored: bool,
    sure: Option<bool>,
    hints: u8,
    day: String,
    seconds: u64,
}

/// Names an answer: the first eight bytes of the SHA-256 of where it was first kept. Nothing can be read from it.
#[must_use]
pub fn answer_id(stamp: &Stamp) -> u64 {
    let digest = Sha256::digest(format!("{}/{}", stamp.origin, stamp.seq));
    digest.iter().take(8).fold(0, |id, byte| id << 8 | u64::from(*byte))
}

/// Writes a hand-in, line by line, as plain ASCII.
///
/// # Errors
/// What `out` says.
pub fn write(handin: &HandIn, mut out: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    let head = Head {
        format: FORMAT.to_owned(),
        version: VERSION,
        course: handin.course.to_string(),
        course_version: handin.version.to_string(),
        name: handin.name.to_string(),
        profile: handin.profile.clone(),
        day: date(handin.made),
        answers: handin.answers.len(),
    };
    let mut chain = Chain::default();
    out(&chain.close(&ascii(&serde_json::to_string(&head).map_err(io::Error::other)?)))?;
    for answer in &handin.answers {
        out(&chain.close(&answer_line(answer)?))?;
    }
    Ok(())
}

/// An answer as it stands in the file, without its hash.
///
/// # Errors
/// Never, unless memory ends.
pub fn answer_line(handed: &Handed) -> io::Result<String> {
    let line = Line {
        id: format!("{:016x}", handed.id),
        lesson: handed.lesson.to_string(),
        question: handed.question.to_string(),
        revision: handed.revision,
        answer: AnswerJson::of(&handed.answer),
        score: handed.score,
        verdict: handed.verdict.name().to_owned(),
        scored: handed.scored,
        sure: handed.sure,
        hints: handed.hints,
        day: date(handed.day),
        seconds: handed.took,
    };
    Ok(ascii(&serde_json::to_string(&line).map_err(io::Error::other)?))
}

/// The hash of the line before, in hexadecimal digits; empty before the head.
#[derive(Default)]
struct Chain(String);

impl Chain {
    /// Takes in the next line, without its hash and the brace before it, and gives its hash.
    fn next(&mut self, body: &str) -> &str {
        let digest = Sha256::new().chain_update(&self.0).chain_update(body).finalize();
        self.0 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        &self.0
    }

    /// A line of JSON with its hash as the last field.
    fn close(&mut self, json: &str) -> String {
        let body = json.strip_suffix('}').unwrap_or(json);
        let hash = self.next(body).to_owned();
        format!("{body},\"hash\":\"{hash}\"}}\n")
    }
}

/// Reads a hand-in, about the course `course` when that is said, and holds it against its chain.
///
/// # Errors
/// [`Refused`] when it is not one, in any part.
pub fn read(mut from: impl BufRead, course: Option<&CourseId>) -> Result<HandIn, Refused> {
    let mut chain = Chain::default();
    let text = line(&mut from)?.ok_or(Refused::Foreign)?;
    let any: AnyHead = serde_json::from_slice(&text).map_err(|_| Refused::Foreign)?;
    if any.format != FORMAT {
        return Err(Refused::Foreign);
    }
    if any.version != VERSION {
        return Err(if any.version > VERSION { Refused::Newer(any.version) } else { Refused::Damaged(0) });
    }
    let head: Head = open(&mut chain, &text, 0)?;
    let own = CourseId::new(&head.course).map_err(|_| Refused::Damaged(0))?;
    if course.is_some_and(|course| *course != own) {
        return Err(Refused::Course(own));
    }
    if head.answers > MOST {
        return Err(Refused::TooLarge);
    }
    if head.profile.as_ref().is_some_and(|profile| !is_id(profile)) {
        return Err(Refused::Damaged(0));
    }
    let (mut answers, mut ids) = (Vec::new(), BTreeSet::new());
    while let Some(text) = line(&mut from)? {
        let number = answers.len() + 1;
        if number > head.answers {
            return Err(Refused::Edited(number));
        }
        let handed = handed(open(&mut chain, &text, number)?).ok_or(Refused::Damaged(number))?;
        if !ids.insert(handed.id) {
            return Err(Refused::Damaged(number));
        }
        answers.push(handed);
    }
    if answers.len() < head.answers {
        return Err(Refused::Half(answers.len(), head.answers));
    }
    Ok(HandIn {
        course: own,
        version: SafeText::new(&head.course_version),
        name: name(&head.name).ok_or(Refused::Damaged(0))?,
        profile: head.profile,
        made: day(&head.day).ok_or(Refused::Damaged(0))?,
        answers,
    })
}

/// The next line that is not empty.
fn line(from: &mut impl BufRead) -> Result<Option<Vec<u8>>, Refused> {
    loop {
        let mut line = Vec::new();
        from.take(LONGEST + 1).read_until(b'\n', &mut line).map_err(|error| Refused::Io(error.kind().to_string()))?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.len() as u64 > LONGEST {
            return Err(Refused::TooLarge);
        }
        let end = line.trim_ascii_end().len();
        line.truncate(end);
        if !line.is_empty() {
            return Ok(Some(line));
        }
    }
}

/// A line whose hash is right.
fn open<T: for<'de> Deserialize<'de>>(chain: &mut Chain, line: &[u8], number: usize) -> Result<T, Refused> {
    let text = std::str::from_utf8(line).map_err(|_| Refused::Damaged(number))?;
    let sound = || {
        let (body, end) = text.rsplit_once(",\"hash\":\"")?;
        let hash = end.strip_suffix("\"}").filter(|hash| hash.len() == HASH)?;
        Some((body, hash))
    };
    let Some((body, hash)) = sound() else {
        // Still JSON: somebody wrote over it. No JSON: it was cut or scrambled on its way.
        let json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        return Err(if json { Refused::Edited(number) } else { Refused::Damaged(number) });
    };
    if chain.next(body) != hash {
        return Err(Refused::Edited(number));
    }
    serde_json::from_str(&format!("{body}}}")).map_err(|_| Refused::Damaged(number))
}

fn handed(line: Line) -> Option<Handed> {
    if !(0.0..=1.0).contains(&line.score) || line.id.len() != 16 {
        return None;
    }
    Some(Handed {
        id: u64::from_str_radix(&line.id, 16).ok()?,
        lesson: LessonId::new(&line.lesson).ok()?,
        question: QuestionId::new(&line.question).ok()?,
        revision: line.revision,
        answer: line.answer.answer().ok()?,
        score: line.score,
        verdict: Verdict::named(&line.verdict)?,
        scored: line.scored,
        sure: line.sure,
        hints: line.hints,
        day: day(&line.day)?,
        took: line.seconds,
    })
}

/// A day as `2026-11-27`.
#[must_use]
pub fn date(day: Day) -> String {
    Date::constant(1970, 1, 1).saturating_add(i64::from(day.0).days()).to_string()
}

fn day(text: &str) -> Option<Day> {
    let date: Date = text.parse().ok()?;
    let days = Date::constant(1970, 1, 1).until(date).ok()?.get_days();
    Some(Day(days))
}
