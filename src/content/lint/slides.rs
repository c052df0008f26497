//! Slides that do not fit the screen of a room with 80 columns and 24 rows. What is longer than a screen is split where it
//! can be; here is what cannot: one sentence, one note, one explanation that fills a screen by itself.
//!
//! Rows are reckoned as the slides lay them out; a test holds the two against each other.

use unicode_width::UnicodeWidthStr;

use super::fit::{gutter, wrapped};
use super::{dir, warning};
use crate::content::lesson::{Name, Parsed};
use crate::domain::course::Course;
use crate::domain::doc::Rich;
use crate::domain::problem::{Place, Problem};
use crate::domain::slides::{Line, Show, Slide, of_lesson, side, whys};

/// Rows for a slide on 24 rows.
pub const ROWS: usize = 21;
/// Columns of text on 80 columns.
const MEASURE: usize = 72;
/// Columns of code on 80 columns.
const PANE: usize = 78;
/// Columns of a question on 80 columns.
const QUESTION: usize = 76;
/// Rows of code that stay in sight above a note.
const CODE: usize = 5;
/// Bars under an option: two votes.
const BARS: usize = 2;

/// Where the things of a lesson stand in its files.
pub struct Places {
    lesson: String,
    compare: String,
    ids: Vec<(Name, Place)>,
}

impl Places {
    /// Those of a lesson that was read.
    #[must_use]
    pub fn of(parsed: &Parsed) -> Self {
        let lesson = parsed.place.path.clone();
        let compare = format!("lessons/{}/compare.yaml", dir(&lesson));
        Self { lesson, compare, ids: parsed.ids.clone() }
    }

    fn of_name(&self, name: &Name, file: &str) -> Place {
        self.ids.iter().find(|(known, _)| known == name).map_or_else(|| Place::file(file), |(_, place)| place.clone())
    }
}

/// Checks the slides of every lesson.
pub fn check(course: &Course, places: &[Places], problems: &mut Vec<Problem>) {
    for (lesson, places) in places.iter().enumerate() {
        for slide in of_lesson(course, lesson) {
            let parts = parts(course, &slide);
            let Some(tallest) = parts.iter().copied().max().filter(|rows| *rows > ROWS) else { continue };
            let (what, place) = named(course, &slide, places);
            let message = format!("{what} takes {tallest} rows of a slide, and a room of 80x24 has {ROWS}");
            let help = "shorten it, or make two of it: in front of a class it is cut".to_owned();
            problems.push(warning(place, "L020", message, help));
        }
    }
}

fn named(course: &Course, slide: &Slide, places: &Places) -> (String, Place) {
    let pair = |at: usize| course.lesson(slide.lesson).and_then(|lesson| lesson.pairs.get(at));
    match &slide.show {
        Show::Side { pair: at, .. } | Show::Both { pair: at } => match pair(*at) {
            Some(pair) => (format!("the pair `{}`", pair.id), places.of_name(&Name::Pair(pair.id.clone()), &places.compare)),
            None => (String::new(), Place::file(&places.compare)),
        },
        Show::Ask(id) | Show::Interview(id) => (format!("`{id}`"), places.of_name(&Name::Question(id.clone()), &places.lesson)),
        _ => {
            let passage = slide.passage.as_ref().map_or("the text".to_owned(), |passage| format!("the passage `{passage}`"));
            (passage, Place::file(&places.lesson))
        }
    }
}

/// Rows of each part of a slide, alone where parts follow one another, else of all that is to be seen.
#[must_use]
pub fn parts(course: &Course, slide: &Slide) -> Vec<usize> {
    let lesson = course.lesson(slide.lesson);
    let pair = |at: usize| lesson.and_then(|lesson| lesson.pairs.get(at));
    match &slide.show {
        Show::Lines(lines) => lines.iter().map(line).collect(),
        Show::Code { language, text, cuts } => {
            let lines: Vec<&str> = text.lines().collect();
            let rows = |line: &&str| if language == "diagram" { 1 } else { broken(line, QUESTION) };
            ranges(cuts).map(|(from, to)| lines.get(from..to).unwrap_or_default().iter().map(rows).sum()).collect()
        }
        Show::Side { pair: at, bad, cuts } => pair(*at).map_or_else(Vec::new, |pair| {
            let of = side(pair, *bad);
            let above = wrapped(&pair.title.text(), PANE) + 1 + 2 + 1;
            let room = PANE - 2 - gutter(of.code.as_str());
            let lines: Vec<&str> = of.code.as_str().lines().collect();
            let code = ranges(cuts).map(|(from, to)| {
                above + lines.get(from..to).unwrap_or_default().iter().map(|line| broken(line, room)).sum::<usize>()
            });
            let notes = of.notes.iter().map(|note| above + CODE.min(lines.len()) + wrapped(&note.text.text(), PANE - 4));
            code.chain(notes).collect()
        }),
        Show::Both { pair: at } => pair(*at).map_or_else(Vec::new, |pair| {
            let matter = [true, false].into_iter().map(|bad| {
                let of = side(pair, bad);
                let mut noted: Vec<usize> = of.notes.iter().map(|note| note.line).collect();
                noted.dedup();
                let lines = noted.into_iter().filter_map(|line| of.code.as_str().lines().nth(line));
                2 + lines.map(|line| broken(line.trim_start(), MEASURE - 4)).sum::<usize>()
            });
            vec![wrapped(&pair.says.text(), MEASURE) + matter.sum::<usize>()]
        }),
        Show::Ask(id) => course.question_in(slide.lesson, id).map_or_else(Vec::new, |question| {
            let rows = |text: &Rich| wrapped(&text.text(), QUESTION - 5);
            whys(question).iter().map(|(text, why, _)| rows(text) + BARS + 1 + rows(why)).collect()
        }),
        Show::Interview(id) => {
            let quiz = course.quiz(slide.lesson);
            let question = quiz.and_then(|quiz| quiz.interview.iter().find(|question| &question.id == id));
            question.map_or_else(Vec::new, |question| {
                let said = question.points.iter().chain([&question.weak]).map(|text| wrapped(&text.text(), MEASURE - 3));
                std::iter::once(wrapped(&question.prompt.text(), MEASURE)).chain(said).collect()
            })
        }
        // Titles and headings become smaller where they do not fit, and cells of tables have a rule of their own.
        Show::Title | Show::Heading(_) | Show::Table { .. } | Show::Night(_) | Show::End => Vec::new(),
    }
}

fn ranges(cuts: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    std::iter::once(0).chain(cuts.iter().copied()).zip(cuts.iter().copied())
}

fn line(line: &Line) -> usize {
    let indent = match &line.marker {
        Some(marker) => marker.width().max(2) + 1,
        None if line.quoted => 2,
        None => 0,
    };
    wrapped(&line.text.text(), MEASURE - indent)
}

/// Lines that a line of code is broken into; all but the first begin with a mark of two columns.
fn broken(line: &str, room: usize) -> usize {
    match line.width().checked_sub(room) {
        None | Some(0) => 1,
        Some(over) => 1 + over.div_ceil(room - 2),
    }
}
