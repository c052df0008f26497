//! What makes a course worse without making it unusable, and the few rules that need a whole lesson at once.
//!
//! Shape and references are checked where they are read; here texts are measured: length, order, width, fairness.

mod bank;
pub mod fit;
pub mod slides;
mod words;

use unicode_width::UnicodeWidthStr;

use super::files::Files;
use super::lesson::{Name, Parsed, split};
use super::load::{self, Header};
use super::markdown;
use super::prose::{self, Prose};
use super::yaml::Spot;
use crate::domain::comparison::{Pair, Side};
use crate::domain::course::Term;
use crate::domain::doc::Body;
use crate::domain::grade::{Answer, Verdict, grade, normal};
use crate::domain::id::QuestionId;
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::quiz::{Choice, Question, Task};
use crate::domain::text::{clean, is_showable};

/// The passages of a lesson about a factor, in this order. Others may stand between them.
pub const PASSAGES: [&str; 9] = ["story", "principle", "why", "compare", "find", "platforms", "since", "bends", "night"];
/// The widest line of code, in cells: what fits a page.
pub const WIDTH: usize = 72;
/// The widest line of a pair, in cells: what a pane on 80 columns shows without breaking it.
pub const PANE: usize = 71;
/// The widest line of a pair when both sides stand beside each other on 120 columns.
const HALF: usize = 51;
/// Lines of a file of a pair.
pub const LINES: std::ops::RangeInclusive<usize> = 6..=25;
/// Words of a lesson about a factor.
pub const WORDS: std::ops::RangeInclusive<usize> = 600..=1000;
/// Words read in a minute.
const PACE: usize = 200;
/// Characters reported in one file, so that a file of another kind does not fill the screen.
const MARKS: usize = 20;

/// A course as it was read, whatever is wrong in it.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'p> {
    /// Its files.
    pub files: &'p Files,
    /// What `course.yaml` says.
    pub header: &'p Header,
    /// Its lessons.
    pub parsed: &'p [Parsed],
    /// Its glossary.
    pub terms: &'p [Term],
}

/// Checks what was read.
pub fn check(whole: Whole<'_>, problems: &mut Vec<Problem>) {
    let Whole { files, header, parsed, terms } = whole;
    for path in files.paths() {
        invisible(path, files.get(path).unwrap_or(""), problems);
    }
    for parsed in parsed {
        let Some(text) = files.get(&parsed.place.path) else { continue };
        let mut lint = Lint { files, path: &parsed.place.path, text, parsed, problems };
        lint.passages();
        lint.length();
        lint.code();
        lint.pairs();
        lint.questions();
        fit::tables(files, parsed, problems);
        words::terms(files, parsed, terms, problems);
    }
    bank::of_course(parsed, load::COURSE, problems);
    bank::kinds(files, parsed, problems);
    if header.language.as_str().split('-').next().is_some_and(|language| language.eq_ignore_ascii_case("en")) {
        let mut prose: Vec<Prose<'_>> =
            parsed.iter().flat_map(|parsed| prose::of_lesson(parsed, dir(&parsed.place.path))).collect();
        prose.push(prose::of_terms(terms, load::GLOSSARY));
        words::spelling(files, &prose, problems);
    }
}

/// Whether [`check`] finds something that makes the course unusable, without a look at what only makes it worse.
#[must_use]
pub fn is_unusable(whole: Whole<'_>) -> bool {
    let mut problems = Vec::new();
    for parsed in whole.parsed {
        let Some(text) = whole.files.get(&parsed.place.path) else { continue };
        Lint { files: whole.files, path: &parsed.place.path, text, parsed, problems: &mut problems }.passages();
        if !problems.is_empty() || parsed.quiz.questions.iter().any(|question| key(question).is_some()) {
            return true;
        }
    }
    false
}

/// The folder of the lesson at that path.
fn dir(path: &str) -> &str {
    path.strip_prefix("lessons/").and_then(|rest| rest.strip_suffix("/lesson.md")).unwrap_or("")
}

fn warning(place: Place, code: &'static str, message: String, help: impl Into<Option<String>>) -> Problem {
    Problem { place, severity: Severity::Warning, code, message, help: help.into() }
}

/// A key at the margin of a file.
fn field(files: &Files, path: &str, name: &str) -> Place {
    let mut lines = files.get(path).unwrap_or("").lines();
    let line = lines.position(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')));
    line.map_or_else(|| Place::file(path), |line| Spot { line: line + 1, column: 1, length: name.len() }.in_file(path))
}

/// Characters that a terminal must not get: they are shown as marks, which is hardly what the author meant.
fn invisible(path: &str, text: &str, problems: &mut Vec<Problem>) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
        return;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut found, mut returns) = (0, 0);
    for (line, content) in text.split('\n').enumerate() {
        let content = content.strip_suffix('\r').unwrap_or(content);
        for (column, c) in content.chars().enumerate() {
            if is_showable(c) || c == '\t' {
                continue;
            }
            if c == '\r' {
                returns += 1;
                if returns > 1 {
                    continue;
                }
            }
            found += 1;
            if found > MARKS {
                return;
            }
            let place = Place { path: path.to_owned(), line: line + 1, column: column + 1, length: 1 };
            let (message, help) = if c == '\r' {
                ("a line ends with CR alone".to_owned(), "save the file with LF or CR LF as line ends")
            } else {
                let message = format!("the character U+{:04X} is not shown as it is", u32::from(c));
                (message, "remove it; a learner would see a mark in its place")
            };
            problems.push(warning(place, "C007", message, help.to_owned()));
        }
    }
}

struct Lint<'a> {
    files: &'a Files,
    path: &'a str,
    text: &'a str,
    parsed: &'a Parsed,
    problems: &'a mut Vec<Problem>,
}

impl Lint<'_> {
    /// A key of the front matter.
    fn field(&self, name: &str) -> Place {
        field(self.files, self.path, name)
    }

    /// The text after the front matter, and where it begins.
    fn body(&self) -> (&str, Spot) {
        split(self.text).map_or(("", Spot::default()), |(_, body, line)| (body, Spot { line, column: 1, length: 0 }))
    }

    fn passages(&mut self) {
        if self.parsed.lesson.factor.is_none() {
            return;
        }
        let (body, at) = self.body();
        let (spots, _) = markdown::outline(body, at);
        let headings = self.parsed.lesson.body.blocks.iter().filter_map(|block| match &block.body {
            Body::Heading { id, .. } => Some(id.as_ref()),
            _ => None,
        });
        let order = format!("in this order: {}", PASSAGES.join(", "));
        let mut found = [false; PASSAGES.len()];
        let mut furthest = 0;
        let mut problems = Vec::new();
        for (id, (_, at)) in headings.zip(&spots) {
            let Some(id) = id else { continue };
            let Some(rank) = PASSAGES.iter().position(|name| *name == id.as_str()) else { continue };
            if let Some(found) = found.get_mut(rank) {
                *found = true;
            }
            if rank < furthest {
                let before = PASSAGES.get(furthest).copied().unwrap_or("");
                let message = format!("the passage `{id}` stands after `{before}`");
                problems.push(Problem {
                    place: at.in_file(self.path),
                    severity: Severity::Error,
                    code: "L003",
                    message,
                    help: Some(order.clone()),
                });
            }
            furthest = furthest.max(rank);
        }
        let missing: Vec<String> =
            PASSAGES.iter().zip(found).filter(|(_, found)| !found).map(|(name, _)| format!("`{name}`")).collect();
        if !missing.is_empty() {
            let message = format!("a lesson about a factor needs {} as well", missing.join(", "));
            problems.push(Problem {
                place: self.field("factor"),
                severity: Severity::Error,
                code: "L003",
                message,
                help: Some(order),
            });
        }
        self.problems.append(&mut problems);
    }

    fn length(&mut self) {
        let words = self.parsed.lesson.body.words();
        if self.parsed.lesson.factor.is_some() && !WORDS.contains(&words) {
            let help = format!("a lesson about a factor has {} to {}", WORDS.start(), WORDS.end());
            self.problems.push(warning(Place::file(self.path), "L013", format!("this lesson has {words} words"), help));
        }
        let pairs = self.parsed.lesson.pairs.len();
        // In half minutes of a pair, so that whole numbers do: words / 200 + pairs / 2, rounded up.
        let minutes = (words * 2 + pairs * PACE).div_ceil(PACE * 2).max(1);
        let promised = usize::from(self.parsed.minutes);
        if promised.abs_diff(minutes) > (minutes / 4).max(1) {
            let help = format!("{words} words at {PACE} a minute and half a minute for each pair ({pairs}) make {minutes} min");
            let message = format!("the promise is {promised} min");
            self.problems.push(warning(self.field("minutes"), "L014", message, help));
        }
    }

    /// Lines of code blocks that do not fit a page.
    fn code(&mut self) {
        let (body, at) = self.body();
        let (_, spots) = markdown::outline(body, at);
        let raw: Vec<&str> = self.text.split('\n').collect();
        let codes = self.parsed.lesson.body.blocks.iter().filter_map(|block| match &block.body {
            Body::Code { language, text } => Some((language, text.as_str())),
            _ => None,
        });
        for ((language, code), at) in codes.zip(spots) {
            let opening = raw.get(at.line.saturating_sub(1)).copied().unwrap_or("");
            let fenced = usize::from(opening.contains("```") || opening.contains("~~~"));
            if language.is_empty() {
                let (message, help) = match fenced {
                    0 => ("this is taken for code", "text begins at the margin: four columns or a tab make code of it"),
                    _ => ("this code block names no language", "write it after the backticks; `text` when it has none"),
                };
                self.problems.push(warning(at.in_file(self.path), "L019", message.to_owned(), help.to_owned()));
            }
            for (index, line) in code.lines().enumerate().filter(|(_, line)| line.width() > WIDTH) {
                let number = at.line + fenced + index;
                let shown = raw.get(number - 1).copied().unwrap_or("");
                let margin = shown.find(line).and_then(|byte| shown.get(..byte)).map_or(0, |before| before.chars().count());
                let (column, length) = beyond(line, WIDTH);
                let place = Place { path: self.path.to_owned(), line: number, column: margin + column, length };
                let message = format!("this line of code is {} columns wide", line.width());
                self.problems.push(warning(place, "L004", message, format!("at most {WIDTH}, or it is cut on a small screen")));
            }
        }
    }

    fn dir(&self) -> &str {
        dir(self.path)
    }

    fn place_of(&self, name: &Name) -> Place {
        self.parsed.ids.iter().find(|(known, _)| known == name).map_or_else(|| Place::file(self.path), |(_, place)| place.clone())
    }

    fn pairs(&mut self) {
        for pair in self.parsed.lesson.pairs.iter() {
            for (name, side) in [("bad", &pair.bad), ("good", &pair.good)] {
                let path = format!("lessons/{}/pairs/{}/{name}/{}", self.dir(), pair.id, side.file);
                self.side(&path, side);
            }
            self.notes(pair);
        }
    }

    fn side(&mut self, path: &str, side: &Side) {
        let count = side.code.as_str().lines().count();
        if !LINES.contains(&count) {
            let help = format!("from {} to {}: short enough to see at once, long enough to be real", LINES.start(), LINES.end());
            self.problems.push(warning(Place::file(path), "P002", format!("the number of lines in this file is {count}"), help));
        }
        for (index, line) in self.files.get(path).unwrap_or("").lines().enumerate() {
            let cells = clean(line).width();
            if cells > PANE {
                let (column, length) = beyond(line, PANE);
                let place = Place { path: path.to_owned(), line: index + 1, column, length };
                let message = format!("this line is {cells} columns wide");
                self.problems.push(warning(
                    place,
                    "P003",
                    message,
                    format!("at most {PANE}; {HALF} shows side by side on 120 columns"),
                ));
            }
        }
    }

    fn notes(&mut self, pair: &Pair) {
        let place = self.place_of(&Name::Pair(pair.id.clone()));
        if self.problems.iter().any(|problem| problem.severity == Severity::Error && problem.place.path == place.path) {
            return; // Notes may be missing because they could not be read.
        }
        let count = pair.bad.notes.len() + pair.good.notes.len();
        if !(2..=4).contains(&count) || pair.bad.notes.is_empty() || pair.good.notes.is_empty() {
            let help = "2 to 4 over both sides together, and one or more on each".to_owned();
            self.problems.push(warning(place, "P004", format!("the number of notes on this pair is {count}"), help));
        }
    }

    /// Whether something is wrong already between the question at `place` and the next one.
    fn broken(&self, place: &Place) -> bool {
        let lines = self.parsed.ids.iter().filter(|(_, other)| other.path == place.path).map(|(_, other)| other.line);
        let end = lines.filter(|&line| line > place.line).min().unwrap_or(usize::MAX);
        self.problems.iter().any(|problem| {
            let at = &problem.place;
            problem.severity == Severity::Error && at.path == place.path && (place.line..end).contains(&at.line)
        })
    }

    fn questions(&mut self) {
        let path = format!("quizzes/{}.yaml", self.dir());
        for question in &self.parsed.quiz.questions {
            let place = self.place_of(&Name::Question(question.id.clone()));
            let wrong = if self.broken(&place) { None } else { key(question) };
            self.problems.extend(wrong.map(|(message, help)| Problem {
                place: place.clone(),
                severity: Severity::Error,
                code: "Q009",
                message,
                help: Some(help.to_owned()),
            }));
            if !self.broken(&place) {
                fit::question(question, &place, self.problems);
                fit::code(question, &place, self.problems);
                bank::parts(question, &place, self.problems);
            }
            if let Task::Choose { options, .. } = &question.task {
                for phrase in options.iter().filter_map(catch_all) {
                    let place = self.phrase(&path, &question.id, phrase).unwrap_or_else(|| place.clone());
                    let help = "each option says one thing that can be right or wrong by itself".to_owned();
                    self.problems.push(warning(place, "Q010", format!("`{phrase}` is no answer of its own"), help));
                }
            }
        }
        bank::of_quiz(&self.parsed.quiz.questions, &path, self.problems);
    }

    /// Where a phrase stands in a quiz, at or after the question's own place.
    fn phrase(&self, path: &str, id: &QuestionId, phrase: &str) -> Option<Place> {
        let from = self.place_of(&Name::Question(id.clone())).line;
        let mut lines = self.files.get(path)?.lines().enumerate().skip(from.saturating_sub(1));
        lines.find_map(|(line, text)| {
            let byte = text.to_ascii_lowercase().find(phrase)?;
            let column = text.get(..byte)?.chars().count() + 1;
            Some(Place { path: path.to_owned(), line: line + 1, column, length: phrase.len() })
        })
    }
}

/// The column, from 1, of the first character that does not fit, and how many do not.
fn beyond(line: &str, width: usize) -> (usize, usize) {
    let mut fits = 0;
    for (index, (byte, c)) in line.char_indices().enumerate() {
        if line.get(..byte + c.len_utf8()).is_some_and(|upto| clean(upto).width() > width) {
            break;
        }
        fits = index + 1;
    }
    (fits + 1, line.chars().count() - fits)
}

/// Why the right answer of a question is not graded as right, and what that means.
fn key(question: &Question) -> Option<(String, &'static str)> {
    let right = |answer: &Answer| grade(question, answer).verdict == Verdict::Right;
    let whole = match &question.task {
        Task::Choose { options, .. } => {
            Answer::Options(options.iter().filter(|option| option.correct).map(|option| option.id.clone()).collect())
        }
        Task::SpotLine { lines, .. } => Answer::Lines(lines.iter().filter(|line| line.correct).map(|line| line.line).collect()),
        Task::Order { steps } => Answer::Order(steps.iter().map(|step| step.id.clone()).collect()),
        Task::Match { pairs } => Answer::Match(pairs.iter().map(|pair| (pair.id.clone(), pair.id.clone())).collect()),
        Task::ShortText { answers, near, .. } => {
            if let Some(answer) = answers.iter().find(|answer| !right(&Answer::Text(answer.to_string()))) {
                return Some((format!("the accepted answer `{answer}` is not accepted"), NOT_RIGHT));
            }
            let unreached = near.iter().enumerate().find(|(index, (text, _))| {
                grade(question, &Answer::Text(text.to_string())).near != Some(*index) || normal(text.as_str()).is_empty()
            });
            let help = "compared by letters and digits alone, it is the same as an answer or near miss before it";
            return unreached.map(|(_, (text, _))| (format!("the near miss `{text}` is never reached"), help));
        }
    };
    (!right(&whole)).then(|| (format!("the key of `{}` is not right", question.id), NOT_RIGHT))
}

const NOT_RIGHT: &str = "the program's own grading does not take it as right";

/// An option that speaks of the others. As they are shown in any order, "above" means nothing.
fn catch_all(option: &Choice) -> Option<&'static str> {
    let text = normal(&option.text.text());
    let whole = ["all of these", "none of these", "all of them", "none of them", "both of them"];
    let inside = ["all of the above", "none of the above", "both of the above", "any of the above"];
    inside.into_iter().find(|phrase| text.contains(phrase)).or_else(|| whole.into_iter().find(|phrase| text == *phrase))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted_in_characters() {
        assert_eq!(beyond(&"x".repeat(80), WIDTH), (73, 8));
        assert_eq!(beyond(&format!("\t{}", "x".repeat(70)), WIDTH), (70, 2), "a tab takes four cells");
        assert_eq!(beyond(&"日".repeat(40), WIDTH), (37, 4));
    }

    #[test]
    fn invisible_characters_have_a_place() {
        let mut problems = Vec::new();
        invisible("f", "a\r\nb\u{1b}[31m\tc\u{202e}\u{9b}\né\u{301}", &mut problems);
        let places: Vec<_> = problems.iter().map(|problem| (problem.place.line, problem.place.column)).collect();
        assert_eq!(places, [(2, 2), (2, 9), (2, 10)]);
        problems.clear();
        invisible("f", &"\u{7}".repeat(100), &mut problems);
        assert_eq!(problems.len(), MARKS);
    }
}
