//! A course: the map of its lessons, and the lessons themselves, each made when it is first opened.

use std::fmt;
use std::sync::OnceLock;

use super::cards::Cards;
use super::comparison::Pair;
use super::doc::{Body, Doc, Link, Rich};
use super::id::{CourseId, LessonId, PackId, PairId, PassageId, QuestionId, TermId, TrackId};
use super::kind::Kind;
use super::late::Late;
use super::quiz::{Question, Quiz};
use super::story::Story;
use super::text::SafeText;
use super::track::Track;

/// The numerals of the factors, I to XII.
pub const NUMERALS: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

/// The official names of the factors, by Adam Wiggins and contributors (12factor.net, MIT).
pub const FACTORS: [&str; 12] = [
    "Codebase",
    "Dependencies",
    "Config",
    "Backing services",
    "Build, release, run",
    "Processes",
    "Port binding",
    "Concurrency",
    "Disposability",
    "Dev/prod parity",
    "Logs",
    "Admin processes",
];

/// The numeral of a factor; empty when `factor` is not 1 to 12.
#[must_use]
pub fn numeral(factor: u8) -> &'static str {
    usize::from(factor).checked_sub(1).and_then(|at| NUMERALS.get(at)).copied().unwrap_or("")
}

/// The name of a factor; empty when `factor` is not 1 to 12.
#[must_use]
pub fn factor_name(factor: u8) -> &'static str {
    usize::from(factor).checked_sub(1).and_then(|at| FACTORS.get(at)).copied().unwrap_or("")
}

/// Gives lessons. Called at most once for each, when it is first opened. What a source does not say, it does not have.
pub trait Source: Send + Sync {
    /// The lesson at `index` of the course's map.
    fn lesson(&self, _index: usize) -> Lesson {
        Lesson::absent()
    }
    /// What the lesson at `index` of the map asks.
    fn quiz(&self, _index: usize) -> Quiz {
        Quiz::default()
    }
    /// One question of it, where it can be had without the others.
    fn question(&self, _index: usize, _id: &QuestionId) -> Option<Question> {
        None
    }
    /// The glossary.
    fn glossary(&self) -> Vec<Term> {
        Vec::new()
    }
    /// The tracks.
    fn tracks(&self) -> Vec<Track> {
        Vec::new()
    }
}

/// A course.
pub struct Course {
    /// Its id.
    pub id: CourseId,
    /// Its title.
    pub title: SafeText,
    /// Its version.
    pub version: SafeText,
    /// The language that it is written in.
    pub language: SafeText,
    /// The map: what there is, in order.
    pub map: Vec<Entry>,
    /// Whether it is all there; else there are beginnings of its lessons and no more, and the rest comes.
    pub whole: bool,
    /// The packs that were laid over it, first to last.
    pub packs: Vec<Pack>,
    /// Folders of packs that were left out, for they have mistakes.
    pub left_out: Vec<SafeText>,
    source: Box<dyn Source>,
    lessons: Vec<OnceLock<Lesson>>,
    quizzes: Vec<OnceLock<Quiz>>,
    /// Questions that were read alone: of each lesson that was asked about, in the order of the map.
    alone: Vec<OnceLock<Alone>>,
    glossary: OnceLock<Vec<Term>>,
    tracks: OnceLock<Vec<Track>>,
    cards: OnceLock<Cards>,
}

/// Questions of a lesson that were read alone. Nothing where that was not possible.
type Alone = Box<[OnceLock<Option<Question>>]>;

impl fmt::Debug for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Course").field("id", &self.id).field("lessons", &self.map.len()).finish_non_exhaustive()
    }
}

/// Lessons of somebody else, laid over a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its id: what its own things are named after.
    pub id: PackId,
    /// Its title.
    pub title: SafeText,
    /// Its version.
    pub version: SafeText,
    /// The language that it is written in.
    pub language: SafeText,
    /// Under which terms it may be used.
    pub licence: SafeText,
    /// Who wrote it.
    pub authors: Vec<SafeText>,
    /// Its lessons, those that it replaces included.
    pub lessons: Vec<LessonId>,
    /// Ids of what it replaces.
    pub replaces: Vec<String>,
}

/// What the map says of a lesson, without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: LessonId,
    /// Its title.
    pub title: SafeText,
    /// The factor that it is about, 1 to 12.
    pub factor: Option<u8>,
    /// Words of prose.
    pub words: u32,
    /// Promised reading time in minutes.
    pub minutes: u16,
    /// Its pairs.
    pub pairs: Vec<PairId>,
    /// In what each of its pairs is written.
    pub languages: Vec<String>,
    /// Its questions.
    pub questions: Late<Vec<Listed>>,
    /// Its interview questions.
    pub interview: Late<Vec<Spoken>>,
    /// Whether it tells a story in scenes.
    pub story: bool,
    /// Its principle, or else its first takeaway: one sentence to know it by.
    pub gist: SafeText,
}

/// An interview question as the map lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its id.
    pub id: QuestionId,
    /// Its revision: higher when its points have changed.
    pub revision: u32,
}

/// A question as the map lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: QuestionId,
    /// Its kind.
    pub kind: Kind,
    /// The factor that it is about.
    pub factor: Option<u8>,
    /// Its revision: higher when its answer key has changed.
    pub revision: u32,
    /// The passage that answers it, where that stands in the lesson of the question itself.
    pub passage: Option<PassageId>,
}

impl Entry {
    /// Its title, with the numeral of its factor where it bears the factor's name.
    #[must_use]
    pub fn called(&self) -> String {
        match self.factor {
            Some(factor) if self.title.as_str() == factor_name(factor) => format!("{} {}", numeral(factor), self.title),
            _ => self.title.to_string(),
        }
    }

    /// The questions of its quiz: all that are scored.
    pub fn quiz(&self) -> impl Iterator<Item = &QuestionId> {
        self.questions.iter().filter(|question| question.kind.scored()).map(|question| &question.id)
    }
}

/// A lesson with all that belongs to it, its questions apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its id.
    pub id: LessonId,
    /// Its title.
    pub title: SafeText,
    /// The factor that it is about, 1 to 12.
    pub factor: Option<u8>,
    /// The factor in one sentence.
    pub principle: Option<Rich>,
    /// What the factor asks of an app.
    pub asks: Option<Rich>,
    /// The text.
    pub body: Doc,
    /// Three things to take away.
    pub takeaways: Vec<Rich>,
    /// For whoever speaks in front of a class.
    pub speaker: Vec<Remark>,
    /// Lessons to go on with.
    pub related: Vec<LessonId>,
    /// Where its facts come from.
    pub sources: Vec<Reference>,
    /// Its pairs. A reader waits for the text alone.
    pub pairs: Late<Vec<Pair>>,
    /// Its scenes.
    pub story: Option<Story>,
}

/// Something for whoever speaks, which the room does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The passage that it belongs to; the title of the lesson when left out.
    pub at: Option<PassageId>,
    /// What it says.
    pub text: Rich,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it is.
    pub title: Rich,
    /// Where it is.
    pub url: SafeText,
}

/// An entry of the glossary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its id.
    pub id: TermId,
    /// The word.
    pub term: SafeText,
    /// What it means.
    pub text: Rich,
    /// Where it is taught.
    pub lesson: Option<LessonId>,
    /// Other spellings.
    pub also: Vec<SafeText>,
}

impl Course {
    /// A course of that map, whose lessons come from `source`.
    #[must_use]
    pub fn new(
        id: CourseId,
        title: SafeText,
        version: SafeText,
        language: SafeText,
        map: Vec<Entry>,
        source: Box<dyn Source>,
    ) -> Self {
        let lessons = map.iter().map(|_| OnceLock::new()).collect();
        let quizzes = map.iter().map(|_| OnceLock::new()).collect();
        let alone = map.iter().map(|_| OnceLock::new()).collect();
        let whole = true;
        Self {
            id,
            title,
            version,
            language,
            map,
            whole,
            packs: Vec::new(),
            left_out: Vec::new(),
            source,
            lessons,
            quizzes,
            alone,
            glossary: OnceLock::new(),
            tracks: OnceLock::new(),
            cards: OnceLock::new(),
        }
    }

    /// The course with lessons and questions that were read already, in the order of the map.
    #[must_use]
    pub fn with(self, lessons: Vec<Lesson>, quizzes: Vec<Quiz>) -> Self {
        let lessons = lessons.into_iter().map(OnceLock::from).collect();
        Self { lessons, quizzes: quizzes.into_iter().map(OnceLock::from).collect(), ..self }
    }

    /// The pack that a lesson is from, if it is from one.
    #[must_use]
    pub fn pack_of(&self, lesson: &LessonId) -> Option<&Pack> {
        self.packs.iter().rev().find(|pack| pack.lessons.contains(lesson))
    }

    /// The lesson at `index` of the map.
    #[must_use]
    pub fn lesson(&self, index: usize) -> Option<&Lesson> {
        self.lessons.get(index).map(|cell| cell.get_or_init(|| self.source.lesson(index)))
    }

    /// What the lesson at `index` of the map asks. Apart from the lesson, for a reader waits for the text alone.
    #[must_use]
    pub fn quiz(&self, index: usize) -> Option<&Quiz> {
        self.quizzes.get(index).map(|cell| cell.get_or_init(|| self.source.quiz(index)))
    }

    /// The place of a lesson in the map.
    #[must_use]
    pub fn index_of(&self, id: &LessonId) -> Option<usize> {
        self.map.iter().position(|entry| &entry.id == id)
    }

    /// The lesson of that id.
    #[must_use]
    pub fn lesson_by_id(&self, id: &LessonId) -> Option<&Lesson> {
        self.index_of(id).and_then(|index| self.lesson(index))
    }

    /// The lesson that has the pair, and the pair's place in it.
    #[must_use]
    pub fn pair(&self, id: &PairId) -> Option<(usize, usize)> {
        self.map.iter().enumerate().find_map(|(lesson, entry)| Some((lesson, entry.pairs.iter().position(|pair| pair == id)?)))
    }

    /// The lesson that has the question, and the question's place in it.
    #[must_use]
    pub fn question(&self, id: &QuestionId) -> Option<(usize, usize)> {
        self.map
            .iter()
            .enumerate()
            .find_map(|(lesson, entry)| Some((lesson, entry.questions.iter().position(|question| &question.id == id)?)))
    }

    /// The question of that id in the lesson at `index`. Whoever is asked one does not wait for the others.
    #[must_use]
    pub fn question_in(&self, index: usize, id: &QuestionId) -> Option<&Question> {
        if self.quizzes.get(index)?.get().is_none() {
            let listed = &self.map.get(index)?.questions;
            let at = listed.iter().position(|question| &question.id == id)?;
            let alone = self.alone.get(index)?.get_or_init(|| listed.iter().map(|_| OnceLock::new()).collect());
            let cell = alone.get(at)?;
            if let Some(question) = cell.get_or_init(|| self.source.question(index, id)) {
                return Some(question);
            }
        }
        self.quiz(index)?.questions.iter().find(|question| &question.id == id)
    }

    /// The lesson that teaches a factor: the first one of it in the map.
    #[must_use]
    pub fn lesson_of_factor(&self, factor: u8) -> Option<usize> {
        self.map.iter().position(|entry| entry.factor == Some(factor))
    }

    /// The questions about a factor, wherever they stand.
    pub fn bank(&self, factor: u8) -> impl Iterator<Item = &QuestionId> {
        self.map
            .iter()
            .flat_map(|entry| &entry.questions)
            .filter(move |question| question.factor == Some(factor) && question.kind.scored())
            .map(|question| &question.id)
    }

    /// Its questions that count, made ready for review.
    #[must_use]
    pub fn cards(&self) -> &Cards {
        self.cards.get_or_init(|| Cards::of(&self.map))
    }

    /// Every piece of code in it, with its language: that of the lessons, then that of their questions.
    pub fn code(&self) -> impl Iterator<Item = (&str, &str)> {
        let lessons = (0..self.map.len()).filter_map(|index| self.lesson(index)).flat_map(Lesson::code);
        lessons.chain((0..self.map.len()).filter_map(|index| self.quiz(index)).flat_map(Quiz::code))
    }

    /// The glossary.
    #[must_use]
    pub fn glossary(&self) -> &[Term] {
        self.glossary.get_or_init(|| self.source.glossary())
    }

    /// The tracks, in the order that they are offered in.
    #[must_use]
    pub fn tracks(&self) -> &[Track] {
        self.tracks.get_or_init(|| self.source.tracks())
    }

    /// The track of that id.
    #[must_use]
    pub fn track(&self, id: &TrackId) -> Option<&Track> {
        self.tracks().iter().find(|track| &track.id == id)
    }
}

impl Lesson {
    /// What stands in for a lesson that is not there; the checks make sure that nobody sees it.
    #[must_use]
    pub fn absent() -> Self {
        Self {
            id: LessonId::absent(),
            title: SafeText::default(),
            factor: None,
            principle: None,
            asks: None,
            body: Doc::default(),
            takeaways: Vec::new(),
            speaker: Vec::new(),
            related: Vec::new(),
            sources: Vec::new(),
            pairs: Late::default(),
            story: None,
        }
    }

    /// The passage of that id, as a block of the body.
    #[must_use]
    pub fn passage(&self, passage: &PassageId) -> Option<usize> {
        self.body.passage(passage)
    }

    /// The terms that its text links to, in order, as often as it does.
    pub fn terms(&self) -> impl Iterator<Item = &TermId> {
        let rich = self.body.blocks.iter().flat_map(|block| match &block.body {
            Body::Heading { text, .. } | Body::Paragraph(text) | Body::Card { text, .. } => vec![text],
            Body::Table { head, rows } => head.iter().chain(rows.iter().flatten()).collect(),
            Body::Code { .. } | Body::Rule => Vec::new(),
        });
        rich.flat_map(|text| &text.0).filter_map(|inline| match &inline.link {
            Some(Link::Term(id)) => Some(id),
            _ => None,
        })
    }

    /// Every piece of code in it, with its language.
    pub fn code(&self) -> impl Iterator<Item = (&str, &str)> {
        let scenes = self.story.iter().flat_map(|story| story.scenes.iter().map(|scene| &scene.text));
        let pairs =
            self.pairs.iter().flat_map(|pair| [&pair.bad, &pair.good].map(|side| (pair.language.as_str(), side.code.as_str())));
        std::iter::once(&self.body).chain(scenes).flat_map(Doc::code).chain(pairs)
    }
}
