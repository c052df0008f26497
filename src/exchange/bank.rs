//! The question bank of a course, in the few forms that other programs know.

use crate::domain::course::{Course, Lesson};
use crate::domain::doc::{Emphasis, Inline, Rich};
use crate::domain::quiz::{InterviewQuestion, Question, Quiz, Task};
use crate::domain::text::SafeText;

/// Options that a question has at least when lines of code are made options.
const FEWEST: usize = 4;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'c> {
    /// In a quiz.
    Quiz(&'c Question),
    /// In an interview.
    Interview(&'c InterviewQuestion),
}

/// A question and where it stands.
#[derive(Debug, Clone)]
pub struct Item<'c> {
    /// Its lesson.
    pub lesson: &'c Lesson,
    /// The question.
    pub asked: Asked<'c>,
    /// Lesson and passage that teach the answer, in words.
    pub taught: String,
}

impl Item<'_> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self.asked {
            Asked::Quiz(question) => question.id.as_str(),
            Asked::Interview(question) => question.id.as_str(),
        }
    }

    /// Its kind, in the words of the course files.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.asked {
            Asked::Quiz(question) => question.kind.name(),
            Asked::Interview(_) => "interview",
        }
    }

    /// The factor that it is about.
    #[must_use]
    pub fn factor(&self) -> Option<u8> {
        match self.asked {
            Asked::Quiz(question) => question.factor,
            Asked::Interview(question) => question.factor,
        }
    }
}

/// Every question of the lessons `only`, or of the whole course, in the order of the course.
#[must_use]
pub fn items(course: &Course, only: Option<usize>) -> Vec<Item<'_>> {
    let lessons = (0..course.map.len())
        .filter(|at| only.is_none_or(|only| only == *at))
        .filter_map(|at| Some((course.lesson(at)?, course.quiz(at)?)));
    lessons.flat_map(|(lesson, quiz)| lesson_items(course, lesson, quiz)).collect()
}

fn lesson_items<'c>(course: &'c Course, lesson: &'c Lesson, quiz: &'c Quiz) -> impl Iterator<Item = Item<'c>> {
    let asked = quiz.questions.iter().map(move |question| {
        let (at, passage) = &question.passage;
        let taught = course.lesson_by_id(at).unwrap_or(lesson);
        let heading = taught.body.heading(passage).map(Rich::text);
        let taught = heading.map_or_else(|| taught.title.to_string(), |heading| format!("{}: {heading}", taught.title));
        Item { lesson, asked: Asked::Quiz(question), taught }
    });
    let interview = quiz.interview.iter().map(move |question| Item {
        lesson,
        asked: Asked::Interview(question),
        taught: lesson.title.to_string(),
    });
    asked.chain(interview)
}

/// Something to pick.
#[derive(Debug, Clone)]
pub struct Pick {
    /// Its id in the course, or that of its line.
    pub id: String,
    /// What it says.
    pub text: Rich,
    /// Whether it is right.
    pub right: bool,
    /// Why.
    pub why: Rich,
}

/// What there is to pick from, for the kinds that can be answered by picking; lines of code among them. In the order in which
/// they are best shown: options shuffled for ever alike, lines as they stand.
#[must_use]
pub fn picks(question: &Question) -> Option<Vec<Pick>> {
    match &question.task {
        Task::Choose { options, .. } => Some(
            question
                .order(0)
                .into_iter()
                .filter_map(|at| options.get(at))
                .map(|option| Pick {
                    id: option.id.to_string(),
                    text: option.text.clone(),
                    right: option.correct,
                    why: option.why.clone(),
                })
                .collect(),
        ),
        Task::SpotLine { lines, elsewhere } => {
            let code: Vec<&str> = question.code.iter().flat_map(|code| code.text.as_str().lines()).collect();
            let said = |at: usize| lines.iter().find(|line| line.line == at);
            let mut spare = FEWEST.saturating_sub(lines.len());
            let mut picks = Vec::new();
            for (at, line) in code.iter().enumerate() {
                let (right, why) = match said(at) {
                    Some(said) => (said.correct, said.why.clone()),
                    None if spare > 0 && line.chars().any(char::is_alphanumeric) => {
                        spare -= 1;
                        (false, elsewhere.clone())
                    }
                    None => continue,
                };
                let part = |text: &str, code: bool| Inline {
                    text: SafeText::new(text),
                    style: Emphasis { code, ..Emphasis::default() },
                    link: None,
                };
                let text = Rich(vec![part(&format!("Line {}: ", at + 1), false), part(line.trim(), true)]);
                picks.push(Pick { id: format!("line-{}", at + 1), text, right, why });
            }
            Some(picks)
        }
        Task::Order { .. } | Task::Match { .. } | Task::ShortText { .. } => None,
    }
}

/// The code of a question, with its lines numbered where they are asked for.
#[must_use]
pub fn code(question: &Question) -> Option<String> {
    let text = question.code.as_ref()?.text.as_str();
    if !matches!(question.task, Task::SpotLine { .. }) {
        return Some(text.to_owned());
    }
    let width = text.lines().count().to_string().len();
    Some(text.lines().enumerate().map(|(at, line)| format!("{:>width$}  {line}", at + 1)).collect::<Vec<_>>().join("\n"))
}
