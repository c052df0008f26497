//! A page about one lesson with what one wants at hand: chosen from its data, whoever writes it out.

use super::course::{Course, Lesson, numeral};
use super::doc::{Body, Rich};
use super::id::PassageId;
use super::quiz::{InterviewQuestion, Seniority};

/// The passage that has the table of platforms.
const PLATFORMS: &str = "platforms";

/// What stands on a page.
#[derive(Debug)]
pub struct Sheet<'l> {
    /// Numeral and title.
    pub title: String,
    /// The lesson that it is about.
    pub lesson: &'l Lesson,
    /// A platform, and what it has.
    pub platforms: Vec<(&'l Rich, &'l [Rich])>,
    /// For each level a question, and the point to begin the answer with.
    pub sayings: Vec<(&'l InterviewQuestion, &'l Rich)>,
}

impl<'l> Sheet<'l> {
    /// The page of the lesson at `at`.
    #[must_use]
    pub fn of(course: &'l Course, at: usize) -> Option<Self> {
        let (lesson, quiz) = (course.lesson(at)?, course.quiz(at)?);
        let title = match lesson.factor {
            Some(factor) => format!("{} {}", numeral(factor), lesson.title),
            None => lesson.title.to_string(),
        };
        let first = |level| quiz.interview.iter().find(|question| question.level == level);
        let sayings =
            Seniority::ALL.into_iter().filter_map(first).filter_map(|question| Some((question, question.points.first()?)));
        Some(Self { title, lesson, platforms: platforms(lesson), sayings: sayings.collect() })
    }

    /// Of `lessons` those that have a page: the first about each factor; when none is about a factor, all.
    #[must_use]
    pub fn lessons(course: &Course, lessons: &[usize]) -> Vec<usize> {
        let about = |at: &usize| course.map.get(*at).and_then(|entry| entry.factor);
        let mut chosen: Vec<usize> = lessons
            .iter()
            .copied()
            .filter(|at| about(at).is_some_and(|factor| lessons.iter().find(|other| about(other) == Some(factor)) == Some(at)))
            .collect();
        chosen.sort_by_key(|at| about(at));
        if chosen.is_empty() { lessons.to_vec() } else { chosen }
    }
}

/// The rows of the first table in the passage about platforms.
fn platforms(lesson: &Lesson) -> Vec<(&Rich, &[Rich])> {
    let Some(heading) = PassageId::new(PLATFORMS).ok().and_then(|id| lesson.passage(&id)) else { return Vec::new() };
    let passage = lesson.body.blocks.iter().skip(heading + 1);
    let inside = passage.take_while(|block| !matches!(block.body, Body::Heading { id: Some(_), .. }));
    let table = inside.filter_map(|block| if let Body::Table { rows, .. } = &block.body { Some(rows) } else { None }).next();
    table.into_iter().flatten().filter_map(|row| row.split_first()).collect()
}
