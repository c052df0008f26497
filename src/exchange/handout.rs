//! Lessons on paper: one sheet with the questions open and one with their answers, as HTML that needs nothing but itself, or
//! as Markdown.

mod frame;
mod lesson;
mod plain;
mod question;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::code::{Colours, Role};
use crate::domain::comparison::Pair;
use crate::domain::course::{Course, Lesson, Term};
use crate::domain::doc::{Body, Doc, Link, Rich};
use crate::domain::id::{LessonId, PairId, QuestionId};
use crate::domain::quiz::{InterviewQuestion, Question, Quiz, Task};

pub use frame::GENERATOR;

/// What is handed out, and the colours of its code.
pub struct Handout<'c> {
    /// The course.
    pub course: &'c Course,
    /// Its lessons, in the order of the paper.
    pub lessons: Vec<Chosen>,
    /// The colours of a piece of code, by language and text.
    pub colours: &'c dyn Fn(&str, &str) -> Colours,
    /// What the roles of code and the other inks look like.
    pub inks: Vec<Ink>,
}

/// A lesson on the paper, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its place in the map.
    pub at: usize,
    /// What of it, when it is not whole.
    pub only: Option<Excerpt>,
}

/// Of a lesson what a track wants beside the lessons that it leads through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// These pairs.
    pub pairs: BTreeSet<PairId>,
    /// These questions, and interview questions.
    pub questions: BTreeSet<QuestionId>,
}

/// How much there is on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Whole lessons.
    pub lessons: usize,
    /// Pairs.
    pub pairs: usize,
    /// Questions, interview questions among them.
    pub questions: usize,
}

/// An ink on white and on black paper, as `0xrrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// The name of its variable in the style sheet.
    pub name: &'static str,
    /// On white.
    pub light: u32,
    /// On black.
    pub dark: u32,
}

/// Which of the two sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// Lessons, open questions, cheat sheet: for the learners.
    Lessons,
    /// The questions again, with what is right and every why: for whoever teaches.
    Answers,
}

/// The class of a role in the style sheet, and the name of its ink; none for plain code.
#[must_use]
pub fn class(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::Plain => return None,
        Role::Comment => "co",
        Role::Keyword => "kw",
        Role::String => "st",
        Role::Constant => "nu",
        Role::Function => "fu",
        Role::Type => "ty",
        Role::Key => "at",
        Role::Variable => "va",
        Role::Added => "in",
        Role::Removed => "de",
    })
}

impl std::fmt::Debug for Handout<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handout").field("course", &self.course).field("lessons", &self.lessons).finish_non_exhaustive()
    }
}

impl Handout<'_> {
    /// A sheet as a page that opens without a network and prints.
    #[must_use]
    pub fn html(&self, sheet: Sheet) -> String {
        frame::page(&Desk::new(self, sheet))
    }

    /// How much there is on it.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let desk = Desk::new(self, Sheet::Lessons);
        Counts {
            lessons: desk.lessons.len(),
            pairs: desk.parts.iter().map(|part| part.pairs.len()).sum(),
            questions: desk.questions.len(),
        }
    }

    /// Places of its whole lessons in the map.
    fn whole(&self) -> Vec<usize> {
        self.lessons.iter().filter(|chosen| chosen.only.is_none()).map(|chosen| chosen.at).collect()
    }

    /// A sheet as Markdown.
    #[must_use]
    pub fn markdown(&self, sheet: Sheet) -> String {
        plain::page(&Desk::new(self, sheet))
    }
}

/// A lesson on the sheet.
struct Part<'c> {
    lesson: &'c Lesson,
    /// Whether all of it is there.
    whole: bool,
    pairs: Vec<&'c Pair>,
    asked: Vec<&'c Question>,
    interview: Vec<&'c InterviewQuestion>,
    /// Addresses of its sources and links, each once. Their numbers on paper are their places here, from 1.
    addresses: Vec<&'c str>,
}

impl<'c> Part<'c> {
    fn new(lesson: &'c Lesson, quiz: &'c Quiz, only: Option<&Excerpt>) -> Self {
        let question = |id: &QuestionId| only.is_none_or(|only| only.questions.contains(id));
        Self {
            lesson,
            whole: only.is_none(),
            pairs: lesson.pairs.iter().filter(|pair| only.is_none_or(|only| only.pairs.contains(&pair.id))).collect(),
            asked: quiz.questions.iter().filter(|asked| question(&asked.id)).collect(),
            interview: quiz.interview.iter().filter(|asked| question(&asked.id)).collect(),
            addresses: if only.is_none() { addresses(lesson, quiz) } else { Vec::new() },
        }
    }

    /// Whether it asks anything.
    fn asks(&self) -> bool {
        !self.asked.is_empty() || !self.interview.is_empty()
    }
}

/// What a sheet is made of, and where links can lead on it.
struct Desk<'c> {
    handout: &'c Handout<'c>,
    sheet: Sheet,
    parts: Vec<Part<'c>>,
    lessons: BTreeSet<&'c LessonId>,
    pairs: BTreeSet<&'c PairId>,
    /// Each question and its number in its lesson.
    questions: BTreeMap<&'c QuestionId, usize>,
    /// The terms of the glossary that its lessons use, by the alphabet.
    terms: Vec<&'c Term>,
}

impl<'c> Desk<'c> {
    fn new(handout: &'c Handout<'c>, sheet: Sheet) -> Self {
        let course = handout.course;
        let parts: Vec<Part<'c>> = handout
            .lessons
            .iter()
            .filter_map(|Chosen { at, only }| Some(Part::new(course.lesson(*at)?, course.quiz(*at)?, only.as_ref())))
            .collect();
        let numbered = |part: &Part<'c>| {
            let (asked, interview) = (part.asked.iter().map(|q| &q.id), part.interview.iter().map(|q| &q.id));
            asked.chain(interview).enumerate().map(|(at, id)| (id, at + 1)).collect::<Vec<_>>()
        };
        let used: BTreeSet<_> = parts.iter().filter(|part| part.whole).flat_map(|part| part.lesson.terms()).collect();
        let mut terms: Vec<&Term> = course.glossary().iter().filter(|term| used.contains(&term.id)).collect();
        terms.sort_by_key(|term| term.term.as_str().to_lowercase());
        Self {
            handout,
            sheet,
            lessons: parts.iter().filter(|part| part.whole).map(|part| &part.lesson.id).collect(),
            pairs: parts.iter().flat_map(|part| &part.pairs).map(|pair| &pair.id).collect(),
            questions: parts.iter().flat_map(numbered).collect(),
            terms,
            parts,
        }
    }

    /// Where a link leads on the sheet, or outside it.
    fn target(&self, link: &Link) -> Option<String> {
        let whole = self.sheet == Sheet::Lessons;
        match link {
            Link::Web(address) => outside(address.as_str()).map(str::to_owned),
            Link::Pair(id) => (whole && self.pairs.contains(id)).then(|| format!("#pair-{id}")),
            Link::Lesson(id, None) => (whole && self.lessons.contains(id)).then(|| format!("#lesson-{id}")),
            Link::Lesson(id, Some(passage)) => (whole && self.lessons.contains(id)).then(|| format!("#lesson-{id}.{passage}")),
            Link::Question(id) => self.questions.contains_key(id).then(|| format!("#question-{id}")),
            Link::Term(id) => (whole && self.terms.iter().any(|term| &term.id == id)).then(|| format!("#term-{id}")),
        }
    }
}

/// An address that leads to a page or a letter and to nothing that acts.
fn outside(address: &str) -> Option<&str> {
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme)).then_some(address)
}

/// All addresses of a lesson and its questions: the sources first, then what the text links to.
fn addresses<'c>(lesson: &'c Lesson, quiz: &'c Quiz) -> Vec<&'c str> {
    let mut found: Vec<&str> = Vec::new();
    let sources = lesson.sources.iter().map(|source| source.url.as_str());
    let linked = texts(lesson, quiz).into_iter().flat_map(|text| &text.0).filter_map(|inline| match &inline.link {
        Some(Link::Web(address)) => Some(address.as_str()),
        _ => None,
    });
    for address in sources.chain(linked).filter_map(outside) {
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// Every text of the lesson sheet about a lesson.
fn texts<'c>(lesson: &'c Lesson, quiz: &'c Quiz) -> Vec<&'c Rich> {
    let mut all: Vec<&Rich> = lesson.principle.iter().chain(&lesson.asks).chain(&lesson.takeaways).collect();
    all.extend(doc_texts(&lesson.body));
    for pair in lesson.pairs.iter() {
        all.extend([&pair.title, &pair.says]);
        all.extend(pair.bad.notes.iter().chain(&pair.good.notes).map(|note| &note.text));
    }
    if let Some(story) = &lesson.story {
        all.push(&story.note);
        all.extend(story.scenes.iter().flat_map(|scene| doc_texts(&scene.text)));
        all.extend(story.violations.iter().flat_map(|violation| [&violation.night, &violation.fix, &violation.proof]));
    }
    for question in &quiz.questions {
        all.extend(doc_texts(&question.prompt));
        all.extend(&question.hints);
        all.extend(offered(question));
    }
    all.extend(quiz.interview.iter().map(|question: &InterviewQuestion| &question.prompt));
    all
}

/// What a question gives to choose from.
fn offered(question: &Question) -> Vec<&Rich> {
    match &question.task {
        Task::Choose { options, .. } => options.iter().map(|option| &option.text).collect(),
        Task::Order { steps } => steps.iter().map(|step| &step.text).collect(),
        Task::Match { pairs } => pairs.iter().flat_map(|pair| [&pair.left, &pair.right]).collect(),
        Task::SpotLine { .. } | Task::ShortText { .. } => Vec::new(),
    }
}

fn doc_texts(doc: &Doc) -> Vec<&Rich> {
    let texts = doc.blocks.iter().flat_map(|block| match &block.body {
        Body::Heading { text, .. } | Body::Paragraph(text) | Body::Card { text, .. } => vec![text],
        Body::Table { head, rows } => head.iter().chain(rows.iter().flatten()).collect(),
        Body::Code { .. } | Body::Rule => Vec::new(),
    });
    texts.collect()
}
