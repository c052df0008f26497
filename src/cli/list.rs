//! `twelvefold list`: the lessons and their questions, for people and, as JSON, for programs.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::course::{self, Failure};
use super::out::Out;
use super::settings::Settings;
use crate::domain::course::{Course, Entry, Lesson, numeral};
use crate::domain::doc::Rich;
use crate::domain::quiz::{Question, Task};

/// Lists the lessons of the course, or of one of its tracks.
///
/// # Errors
/// When the course or the output fails, or there is no such track.
pub fn list(settings: &Settings, json: bool, questions: bool, track: Option<&str>) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let lessons = match track {
        Some(id) => course::track(&course, id)?.lessons(&course),
        None => (0..course.map.len()).collect(),
    };
    let mut out = Out::stdout(settings);
    if json {
        print_json(&listing(&course, &lessons, questions), &mut out)?;
    } else {
        table(&course, &lessons, questions, &mut out)?;
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a value as indented JSON.
///
/// # Errors
/// When the output fails.
pub fn print_json(value: &impl Serialize, out: &mut Out) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(anyhow::Error::from)?;
    Ok(out.line(&text)?)
}

/// Text up to `width` cells of its own, and spaces up to there.
#[must_use]
pub fn cell(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// The widest of some texts, in cells.
pub fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

fn table(course: &Course, lessons: &[usize], questions: bool, out: &mut Out) -> Result<(), Failure> {
    let ids = widest(course.map.iter().map(|entry| entry.id.as_str()).chain(["ID"]));
    let titles = widest(course.map.iter().map(|entry| entry.title.as_str()).chain(["TITLE"]));
    out.line(&format!("{}, version {}\n", course.title, course.version))?;
    out.line(&format!(
        "      {}  {}  MIN  PAIRS  QUESTIONS{}",
        cell("ID", ids),
        cell("TITLE", titles),
        if course.packs.is_empty() { "" } else { "  PACK" }
    ))?;
    for (index, entry) in listed_entries(course, lessons) {
        let factor = entry.factor.map_or("", numeral);
        out.line(&format!(
            "{factor:>4}  {}  {}  {:>3}  {:>5}  {:>9}{}",
            cell(entry.id.as_str(), ids),
            cell(entry.title.as_str(), titles),
            entry.minutes,
            entry.pairs.len(),
            entry.questions.len(),
            course.pack_of(&entry.id).map_or(String::new(), |pack| format!("  {}", pack.id)),
        ))?;
        if questions {
            for question in course.quiz(index).map_or(&[][..], |quiz| &quiz.questions) {
                let prompt = question.prompt.text();
                let first = prompt.lines().next().unwrap_or("");
                out.line(&format!("      {}  {}  {first}", question.id, question.kind.name()))?;
            }
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Listing<'c> {
    course: Head<'c>,
    lessons: Vec<Listed<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    questions: Option<Vec<Asked<'c>>>,
}

#[derive(Serialize)]
struct Head<'c> {
    id: &'c str,
    title: &'c str,
    version: &'c str,
    language: &'c str,
}

#[derive(Serialize)]
struct Listed<'c> {
    id: &'c str,
    title: &'c str,
    factor: Option<u8>,
    words: u32,
    minutes: u16,
    comparisons: Vec<Compared<'c>>,
    questions: BTreeMap<&'static str, usize>,
    interview_questions: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pack: Option<&'c str>,
}

#[derive(Serialize)]
struct Compared<'c> {
    id: &'c str,
    language: &'c str,
    title: String,
    bad_file: &'c str,
    bad: String,
    good_file: &'c str,
    good: String,
}

#[derive(Serialize)]
struct Asked<'c> {
    id: &'c str,
    lesson: &'c str,
    kind: &'static str,
    revision: u32,
    factor: Option<u8>,
    passage: String,
    prompt: String,
    code: Option<Code<'c>>,
    hints: Vec<String>,
    options: Vec<Choice>,
}

#[derive(Serialize)]
struct Code<'c> {
    file: &'c str,
    language: &'c str,
    text: &'c str,
}

#[derive(Serialize)]
struct Choice {
    id: String,
    text: String,
    correct: bool,
    why: String,
}

/// The lessons at these places of the map.
fn listed_entries<'c>(course: &'c Course, lessons: &'c [usize]) -> impl Iterator<Item = (usize, &'c Entry)> {
    lessons.iter().filter_map(|&index| Some((index, course.map.get(index)?)))
}

fn listing<'c>(course: &'c Course, places: &'c [usize], questions: bool) -> Listing<'c> {
    let lessons = || listed_entries(course, places).filter_map(|(index, entry)| Some((entry, course.lesson(index)?)));
    let quizzes = || listed_entries(course, places).filter_map(|(index, entry)| Some((entry, course.quiz(index)?)));
    Listing {
        course: Head {
            id: course.id.as_str(),
            title: course.title.as_str(),
            version: course.version.as_str(),
            language: course.language.as_str(),
        },
        lessons: lessons()
            .map(|(entry, lesson)| Listed { pack: course.pack_of(&entry.id).map(|pack| pack.id.as_str()), ..listed(entry, lesson) })
            .collect(),
        questions: questions
            .then(|| quizzes().flat_map(|(entry, quiz)| quiz.questions.iter().map(|question| asked(entry, question))).collect()),
    }
}

fn listed<'c>(entry: &'c Entry, lesson: &'c Lesson) -> Listed<'c> {
    let mut questions = BTreeMap::new();
    for question in &entry.questions {
        *questions.entry(question.kind.name()).or_insert(0) += 1;
    }
    let comparisons = lesson.pairs.iter().map(|pair| Compared {
        id: pair.id.as_str(),
        language: &pair.language,
        title: pair.title.text(),
        bad_file: pair.bad.file.as_str(),
        bad: format!("{}\n", pair.bad.code),
        good_file: pair.good.file.as_str(),
        good: format!("{}\n", pair.good.code),
    });
    Listed {
        id: entry.id.as_str(),
        title: entry.title.as_str(),
        factor: entry.factor,
        words: entry.words,
        minutes: entry.minutes,
        comparisons: comparisons.collect(),
        questions,
        interview_questions: entry.interview.len(),
        pack: None,
    }
}

fn asked<'c>(lesson: &'c Entry, question: &'c Question) -> Asked<'c> {
    Asked {
        id: question.id.as_str(),
        lesson: lesson.id.as_str(),
        kind: question.kind.name(),
        revision: question.revision,
        factor: question.factor,
        passage: format!("{}#{}", question.passage.0, question.passage.1),
        prompt: question.prompt.text(),
        code: question.code.as_ref().map(|code| Code {
            file: code.file.as_str(),
            language: &code.language,
            text: code.text.as_str(),
        }),
        hints: question.hints.iter().map(Rich::text).collect(),
        options: options(question),
    }
}

/// What there is to choose from, in the author's order; for kinds without options, what is right and what is said to it.
fn options(question: &Question) -> Vec<Choice> {
    let choice = |id: String, text: String, correct: bool, why: &Rich| Choice { id, text, correct, why: why.text() };
    match &question.task {
        Task::Choose { options, .. } => {
            options.iter().map(|option| choice(option.id.to_string(), option.text.text(), option.correct, &option.why)).collect()
        }
        Task::SpotLine { lines, .. } => {
            let code: Vec<&str> = question.code.iter().flat_map(|code| code.text.as_str().lines()).collect();
            lines
                .iter()
                .map(|line| {
                    let text = code.get(line.line).copied().unwrap_or("").to_owned();
                    choice(format!("line-{}", line.line + 1), text, line.correct, &line.why)
                })
                .collect()
        }
        Task::Order { steps } => steps.iter().map(|step| choice(step.id.to_string(), step.text.text(), true, &step.why)).collect(),
        Task::Match { pairs } => pairs
            .iter()
            .map(|pair| choice(pair.id.to_string(), format!("{} → {}", pair.left.text(), pair.right.text()), true, &pair.why))
            .collect(),
        Task::ShortText { answers, near, explain } => {
            let right = answers.iter().map(|answer| (answer, true, explain));
            let close = near.iter().map(|(text, why)| (text, false, why));
            right
                .chain(close)
                .enumerate()
                .map(|(at, (text, correct, why))| choice(format!("answer-{}", at + 1), text.to_string(), correct, why))
                .collect()
        }
    }
}
