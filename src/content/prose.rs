//! The prose of a course: every text that is read as sentences, by the file that it stands in, and where a word of it is.

use super::lesson::{Parsed, Paths};
use super::yaml::Spot;
use crate::domain::course::Term;
use crate::domain::doc::{Body, Doc, Rich};
use crate::domain::quiz::{InterviewQuestion, Question, Task};
use crate::domain::story::Story;

/// Texts of one file.
#[derive(Debug)]
pub struct Prose<'p> {
    /// The file.
    pub path: String,
    /// Its texts.
    pub texts: Vec<&'p Rich>,
}

/// The prose of a lesson: its text, its pairs, its story, its questions.
#[must_use]
pub fn of_lesson<'p>(parsed: &'p Parsed, dir: &str) -> Vec<Prose<'p>> {
    let paths = Paths::new(dir);
    let lesson = &parsed.lesson;
    let mut text: Vec<&Rich> = lesson.principle.iter().chain(&lesson.asks).chain(&lesson.takeaways).collect();
    text.extend(lesson.speaker.iter().map(|remark| &remark.text));
    add(&lesson.body, &mut text);
    let mut compare: Vec<&Rich> = Vec::new();
    for pair in lesson.pairs.iter() {
        compare.extend([&pair.title, &pair.says]);
        compare.extend(&pair.speaker);
        compare.extend(pair.bad.notes.iter().chain(&pair.good.notes).map(|note| &note.text));
    }
    let mut quiz = Vec::new();
    for question in &parsed.quiz.questions {
        add_question(question, &mut quiz);
    }
    for InterviewQuestion { prompt, points, weak, follow_ups, .. } in &parsed.quiz.interview {
        quiz.extend([prompt, weak].into_iter().chain(points).chain(follow_ups));
    }
    let mut story = Vec::new();
    if let Some(told) = &lesson.story {
        add_story(told, &mut story);
    }
    [(paths.lesson, text), (paths.compare, compare), (paths.quiz, quiz), (paths.story, story)]
        .into_iter()
        .map(|(path, texts)| Prose { path, texts })
        .collect()
}

/// The prose of a glossary.
#[must_use]
pub fn of_terms<'p>(terms: &'p [Term], path: &str) -> Prose<'p> {
    Prose { path: path.to_owned(), texts: terms.iter().map(|term| &term.text).collect() }
}

/// Every text of a body, code left out.
pub fn add<'p>(doc: &'p Doc, texts: &mut Vec<&'p Rich>) {
    for block in &doc.blocks {
        match &block.body {
            Body::Paragraph(text) | Body::Heading { text, .. } | Body::Card { text, .. } => texts.push(text),
            Body::Table { head, rows } => texts.extend(head.iter().chain(rows.iter().flatten())),
            Body::Code { .. } | Body::Rule => {}
        }
    }
}

/// Every text of a body in which a word can be linked: headings and cards have no room for it.
pub fn add_open<'p>(doc: &'p Doc, texts: &mut Vec<&'p Rich>) {
    for block in &doc.blocks {
        match &block.body {
            Body::Paragraph(text) => texts.push(text),
            Body::Table { head, rows } => texts.extend(head.iter().chain(rows.iter().flatten())),
            Body::Heading { .. } | Body::Card { .. } | Body::Code { .. } | Body::Rule => {}
        }
    }
}

fn add_question<'p>(question: &'p Question, texts: &mut Vec<&'p Rich>) {
    add(&question.prompt, texts);
    texts.extend(&question.hints);
    match &question.task {
        Task::Choose { options, .. } => texts.extend(options.iter().flat_map(|option| [&option.text, &option.why])),
        Task::SpotLine { lines, elsewhere } => {
            texts.extend(lines.iter().map(|line| &line.why));
            texts.push(elsewhere);
        }
        Task::Order { steps } => texts.extend(steps.iter().flat_map(|step| [&step.text, &step.why])),
        Task::Match { pairs } => texts.extend(pairs.iter().flat_map(|pair| [&pair.left, &pair.right, &pair.why])),
        Task::ShortText { near, explain, .. } => {
            // Near misses may be misspelt on purpose; what is said to them may not.
            texts.extend(near.iter().map(|(_, why)| why));
            texts.push(explain);
        }
    }
}

fn add_story<'p>(story: &'p Story, texts: &mut Vec<&'p Rich>) {
    texts.push(&story.note);
    for scene in &story.scenes {
        texts.push(&scene.title);
        add(&scene.text, texts);
    }
    texts.extend(story.violations.iter().flat_map(|violation| [&violation.night, &violation.fix, &violation.proof]));
    texts.extend(story.figures.iter().map(|figure| &figure.label));
}

/// The words of a text, code left out; with `open`, links as well. What is left out ends a sentence.
#[must_use]
pub fn plain(text: &Rich, open: bool) -> String {
    let pieces =
        text.0.iter().map(|inline| if inline.style.code || (open && inline.link.is_some()) { "." } else { inline.text.as_str() });
    pieces.collect()
}

/// Where the words of `phrase` stand in the source of a text, in any case and over line ends, outside of code, links and
/// addresses.
#[must_use]
pub fn places(source: &str, phrase: &str) -> Vec<Spot> {
    let lower = source.to_ascii_lowercase();
    let Some(first) = phrase.split_whitespace().next() else { return Vec::new() };
    let first = first.to_ascii_lowercase();
    let mut found = Vec::new();
    let (mut line, mut begins, mut fenced) = (0, 0, false);
    for text in lower.split_inclusive('\n') {
        line += 1;
        if text.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            for (at, _) in text.match_indices(&first) {
                let from = begins + at;
                let Some(end) = after(&lower, from, phrase).filter(|&end| bounded(&lower, from, end)) else { continue };
                if text.get(..at).is_some_and(|before| before.matches('`').count() % 2 == 1) || linked(&lower, end) {
                    continue;
                }
                let column = source.get(begins..from).map_or(0, |before| before.chars().count()) + 1;
                let words = source.get(from..end).and_then(|words| words.lines().next()).unwrap_or("");
                found.push(Spot { line, column, length: words.chars().count() });
            }
        }
        begins += text.len();
    }
    found
}

/// Where the phrase that begins at `from` ends, if it stands there.
fn after(lower: &str, from: usize, phrase: &str) -> Option<usize> {
    let mut at = from;
    for (index, word) in phrase.split_whitespace().enumerate() {
        let rest = lower.get(at..)?;
        let gap = rest.len() - rest.trim_start().len();
        if index > 0 && gap == 0 || !rest.trim_start().starts_with(&word.to_ascii_lowercase()) {
            return None;
        }
        at += gap + word.len();
    }
    Some(at)
}

/// Whether no letter, and nothing that belongs to an address or a name in code, stands at either end.
fn bounded(lower: &str, from: usize, end: usize) -> bool {
    let before = lower.get(..from).and_then(|text| text.chars().next_back());
    let mut rest = lower.get(end..).unwrap_or("").chars();
    let (after, next) = (rest.next(), rest.next());
    let inner = |c: char| c.is_alphanumeric() || "_/@#\\".contains(c);
    let joined = after.is_some_and(|c| ".:=".contains(c)) && next.is_some_and(char::is_alphanumeric);
    !before.is_some_and(|c| inner(c) || ".:=".contains(c)) && !after.is_some_and(inner) && !joined
}

/// Whether the place is inside the words of a link.
fn linked(lower: &str, end: usize) -> bool {
    let rest = lower.get(end..).unwrap_or("");
    rest.find(['[', ']', '\n']).is_some_and(|at| rest.get(at..).is_some_and(|rest| rest.starts_with("](")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: &str, phrase: &str) -> Vec<(usize, usize, usize)> {
        places(source, phrase).iter().map(|spot| (spot.line, spot.column, spot.length)).collect()
    }

    #[test]
    fn words_are_found_where_they_are_read() {
        assert_eq!(at("é Teh end, teh.\n", "teh"), [(1, 3, 3), (1, 12, 3)]);
        assert_eq!(at("a\n```sh\nteh\n```\nteh", "teh"), [(5, 1, 3)]);
        assert_eq!(at("`teh` and teh `x`", "teh"), [(1, 11, 3)]);
        assert_eq!(at("[teh](term:teh) https://x.org/teh teh_x 2teh teh.js", "teh"), []);
        assert_eq!(at("A Sticky\n  session, sticky  session", "sticky session"), [(1, 3, 6), (2, 12, 15)]);
        assert_eq!(at("unsticky session stickysession", "sticky session"), []);
    }

    #[test]
    fn any_text_will_do() {
        for source in ["", "é", "ſs teh", "İ teh\u{301}", "[[[[", "`"] {
            for phrase in ["", " ", "é", "teh", "s"] {
                let _ = places(source, phrase);
            }
        }
    }
}
