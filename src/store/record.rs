//! Events as rows of the table `event`, and the JSON in some of its columns. The only file of the store that knows serde.
//!
//! Reading is lenient: a row that this version of the program does not understand is left out, never an error.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::domain::event::{Attempt, Deed, Event, Vote};
use crate::domain::grade::{Answer, Verdict};
use crate::domain::history::Stamp;
use crate::domain::id::{ClassId, LessonId, OptionId, OriginId, QuestionId, TrackId};
use crate::domain::memory::Memory;
use crate::domain::progress::{ExamSitting, QuestionProgress, Scored, Sitting};
use crate::domain::time::{Day, Timestamp, Zone};
use crate::domain::track::Way;

/// The columns that [`read`] looks at, in its order.
pub(super) const COLUMNS: &str = "at_ms, kind, lesson, question, revision, seed, shown, answer, verdict, score, scored, in_quiz, sure, hints, took_ms, day, track, given_ms";
/// What stands in the column of the lesson when an event is about none.
const NO_LESSON: &str = "";

/// An answer in JSON, for example `{"options":["a","c"]}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AnswerJson {
    Options(Vec<String>),
    Lines(Vec<usize>),
    Order(Vec<String>),
    Match(Vec<(String, String)>),
    Text(String),
}

/// How a class voted in JSON: of each option its id, its hands, and whether it is right.
#[derive(Serialize, Deserialize)]
struct VoteJson {
    class: String,
    sitting: i64,
    revision: u32,
    round: u8,
    hands: Vec<(String, u16, bool)>,
}

/// A quiz under way in JSON. Scores are texts, because a number in JSON may come back with another last bit.
#[derive(Serialize, Deserialize)]
struct SittingJson {
    seed: u64,
    questions: Vec<String>,
    scores: BTreeMap<String, String>,
    #[serde(default)]
    part: bool,
    #[serde(default)]
    hints: u32,
}

/// An exam under way in JSON, scores as in a quiz. The times are those of its beginning, its end and its last deed.
#[derive(Serialize, Deserialize)]
struct ExamJson {
    seed: u64,
    questions: Vec<String>,
    scores: BTreeMap<String, String>,
    times: (i64, Option<i64>, i64),
    resumed: u32,
    /// Required, so that what was kept before answers waited for the end is made anew.
    answers: Vec<ScoredJson>,
}

/// What counts of an answer of an exam under way: question, revision, score as a text, sure, hints, day, moment.
#[derive(Serialize, Deserialize)]
struct ScoredJson(String, u32, String, Option<bool>, u8, i32, i64);

impl ScoredJson {
    fn of(answer: &Scored) -> Self {
        let Scored { question, revision, score, sure, hints, day, at } = answer;
        Self(question.to_string(), *revision, score.to_string(), *sure, *hints, day.0, at.0)
    }

    fn scored(self) -> Option<Scored> {
        let Self(question, revision, score, sure, hints, day, at) = self;
        let (question, score) = (QuestionId::new(&question).ok()?, score.parse().ok()?);
        Some(Scored { question, revision, score, sure, hints, day: Day(day), at: Timestamp(at) })
    }
}

/// The statement that [`write`] fills in.
pub(super) fn writer(conn: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    conn.prepare_cached(
        "INSERT INTO event (seq, origin, at_ms, kind, lesson, question, revision, seed, shown, answer, verdict, score,
                            scored, in_quiz, sure, hints, took_ms, day, origin_seq, moment, track, given_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
    )
}

/// Whether an event belongs into the history. Places do not: of those only the last one counts.
pub(super) fn is_history(event: &Event) -> bool {
    !matches!(event.deed, Deed::ReadTo { .. })
}

/// Adds an event to the history, with `seq` as its number in this database.
pub(super) fn write(writer: &mut CachedStatement<'_>, seq: i64, stamp: &Stamp, event: &Event) -> rusqlite::Result<()> {
    let (at, lesson) = (event.at.0, event.lesson().map_or(NO_LESSON, LessonId::as_str));
    let (origin, origin_seq, moment) = (stamp.origin.as_str(), stamp.seq, stamp.moment);
    let none = None::<i64>;
    let track = match &event.deed {
        Deed::WayChosen { track } => track.as_ref().map(TrackId::as_str),
        _ => None,
    };
    // Everything but an answer needs few columns: kind, question, seed, what was shown, a time, another one.
    type Few<'a> = (&'a str, Option<&'a str>, Option<u64>, Option<String>, Option<i64>, Option<i64>);
    let plain = |writer: &mut CachedStatement<'_>, (kind, question, seed, shown, took, given): Few<'_>| {
        let seed = seed.map(u64::cast_signed);
        writer.execute(params![
            seq, origin, at, kind, lesson, question, none, seed, shown, none, none, none, none, none, none, none, took, none,
            origin_seq, moment, track, given
        ])
    };
    match &event.deed {
        Deed::ReadTo { .. } => return Ok(()),
        Deed::Opened { .. } => plain(writer, ("opened", None, None, None, None, None))?,
        Deed::Finished { .. } => plain(writer, ("finished", None, None, None, None, None))?,
        Deed::QuizLeft { .. } => plain(writer, ("quiz_left", None, None, None, None, None))?,
        Deed::WayChosen { .. } => plain(writer, ("way_chosen", None, None, None, None, None))?,
        Deed::QuizStarted { seed, questions, part, .. } => {
            let kind = if *part { "part_started" } else { "quiz_started" };
            plain(writer, (kind, None, Some(*seed), Some(questions_json(questions)?), None, None))?
        }
        Deed::TakenBack { question, given, .. } => {
            plain(writer, ("taken_back", Some(question.as_str()), None, None, None, given.map(|given| given.0)))?
        }
        Deed::ExamBegan { seed, questions, left } => {
            let left = left.map(|left| i64::try_from(left).unwrap_or(i64::MAX));
            plain(writer, ("exam_began", None, Some(*seed), Some(questions_json(questions)?), left, None))?
        }
        Deed::ExamEnded { seed } => plain(writer, ("exam_ended", None, Some(*seed), None, None, None))?,
        Deed::Reset { name, questions, .. } => {
            plain(writer, (RESET, None, Some(*name), Some(questions_json(questions)?), None, None))?
        }
        Deed::ResetUndone { name } => plain(writer, (RESET_UNDONE, None, Some(*name), None, None, None))?,
        Deed::Voted(vote) => plain(writer, ("voted", Some(vote.question.as_str()), None, Some(vote_json(vote)?), None, None))?,
        Deed::Answered(attempt) => writer.execute(params![
            seq,
            origin,
            at,
            "answered",
            lesson,
            attempt.question.as_str(),
            attempt.revision,
            attempt.seed.cast_signed(),
            json(&attempt.shown.iter().map(OptionId::as_str).collect::<Vec<_>>())?,
            answer_json(&attempt.answer)?,
            attempt.verdict.name(),
            number(attempt.score),
            attempt.scored,
            attempt.in_quiz,
            attempt.sure,
            attempt.hints,
            i64::try_from(attempt.took).unwrap_or(i64::MAX),
            attempt.day.0,
            origin_seq,
            moment,
            none,
            none,
        ])?,
    };
    Ok(())
}

/// The kinds of a reset and of its undoing, whose names stand in the column of the seed.
pub(super) const RESET: &str = "reset";
pub(super) const RESET_UNDONE: &str = "reset_undone";

/// The event in a row whose columns from `first` on are [`COLUMNS`]; `None` when this program does not know such events.
pub(super) fn read(row: &Row<'_>, first: usize) -> Option<Event> {
    let row = Reader { row, first };
    let at = Timestamp(row.integer(0)?);
    let kind = row.text(1)?;
    let lesson = match row.text(2)? {
        NO_LESSON => None,
        id => Some(LessonId::new(id).ok()?),
    };
    let lesson = match kind {
        "way_chosen" => {
            let track = row.text(16).map(TrackId::new).transpose().ok()?;
            return Some(Event { at, deed: Deed::WayChosen { track } });
        }
        "exam_began" => {
            let left = row.integer(14).and_then(|left| left.try_into().ok());
            let deed = Deed::ExamBegan { seed: row.integer(5)?.cast_unsigned(), questions: questions(row.text(6)?)?, left };
            return Some(Event { at, deed });
        }
        "exam_ended" => return Some(Event { at, deed: Deed::ExamEnded { seed: row.integer(5)?.cast_unsigned() } }),
        RESET => {
            let deed = Deed::Reset { name: row.integer(5)?.cast_unsigned(), lesson, questions: questions(row.text(6)?)? };
            return Some(Event { at, deed });
        }
        RESET_UNDONE => return Some(Event { at, deed: Deed::ResetUndone { name: row.integer(5)?.cast_unsigned() } }),
        _ => lesson?,
    };
    let deed = match kind {
        "opened" => Deed::Opened { lesson },
        "finished" => Deed::Finished { lesson },
        "quiz_left" => Deed::QuizLeft { lesson },
        "taken_back" => {
            Deed::TakenBack { lesson, question: QuestionId::new(row.text(3)?).ok()?, given: row.integer(17).map(Timestamp) }
        }
        "voted" => Deed::Voted(vote(row.text(6)?, lesson, QuestionId::new(row.text(3)?).ok()?)?),
        kind @ ("quiz_started" | "part_started") => {
            let questions = questions(row.text(6)?)?;
            Deed::QuizStarted { lesson, seed: row.integer(5)?.cast_unsigned(), questions, part: kind == "part_started" }
        }
        "answered" => {
            let shown: Vec<String> = row.text(6).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
            Deed::Answered(Attempt {
                lesson,
                question: QuestionId::new(row.text(3)?).ok()?,
                revision: row.integer(4)?.try_into().ok()?,
                seed: row.integer(5)?.cast_unsigned(),
                shown: shown.iter().filter_map(|id| OptionId::new(id).ok()).collect(),
                // An answer of a shape that is not known yet still counts: its score stands beside it.
                answer: row.text(7).and_then(answer).unwrap_or_else(|| Answer::Text(String::new())),
                score: row.real(9)?,
                verdict: row.text(8).and_then(Verdict::named).or_else(|| row.real(9).map(Verdict::of))?,
                scored: row.integer(10)? != 0,
                in_quiz: row.integer(11)? != 0,
                sure: row.integer(12).map(|sure| sure != 0),
                hints: row.integer(13).and_then(|hints| hints.try_into().ok()).unwrap_or(0),
                took: row.integer(14).and_then(|took| took.try_into().ok()).unwrap_or(0),
                // Answers from before there were days are taken to be from Greenwich.
                day: row.integer(15).and_then(|day| day.try_into().ok()).map_or_else(|| Zone::default().day(at), Day),
            })
        }
        _ => return None,
    };
    Some(Event { at, deed })
}

/// What is followed, as it is written: an id, or `*` for all of the course, or nothing where nothing was chosen.
pub(super) fn way_text(way: &Way) -> &str {
    match way {
        Way::Unasked => "",
        Way::All => "*",
        Way::Track(id) => id.as_str(),
    }
}

/// What that text says; `None` when it is none of these.
pub(super) fn way(text: &str) -> Option<Way> {
    Some(match text {
        "" => Way::Unasked,
        "*" => Way::All,
        id => Way::Track(TrackId::new(id).ok()?),
    })
}

fn questions_json(questions: &[QuestionId]) -> rusqlite::Result<String> {
    json(&questions.iter().map(QuestionId::as_str).collect::<Vec<_>>())
}

fn questions(json: &str) -> Option<Vec<QuestionId>> {
    let ids: Vec<String> = serde_json::from_str(json).ok()?;
    ids.iter().map(|id| QuestionId::new(id).ok()).collect()
}

/// The columns that [`stamp`] looks at, in its order.
pub(super) const STAMP: &str = "moment, origin, origin_seq";

/// The stamp in a row whose columns from `first` on are [`STAMP`]; `None` when it is none.
pub(super) fn stamp(row: &Row<'_>, first: usize) -> Option<Stamp> {
    let row = Reader { row, first };
    Some(Stamp { moment: row.integer(0)?, origin: OriginId::new(row.text(1)?).ok()?, seq: row.integer(2)? })
}

/// A score that the database takes: SQLite has no NaN, and one strange score must not hold up all that come after it.
pub(super) fn number(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}

/// What is known of a question, as short as can be: attempts, first, best, last, revision, time, stability, difficulty, day,
/// sure.
#[derive(Serialize, Deserialize)]
pub(super) struct Known(u32, f64, f64, f64, u32, i64, f64, f64, i32, Option<bool>);

impl Known {
    /// As it is written. What was known before is left out.
    pub(super) fn of(known: &QuestionProgress) -> Self {
        let memory = known.memory;
        Self(
            known.attempts,
            known.first,
            known.best,
            known.last,
            known.revision,
            known.at.0,
            memory.stability,
            memory.difficulty,
            memory.day.0,
            known.sure,
        )
    }

    /// As it was.
    pub(super) fn progress(&self) -> QuestionProgress {
        let Self(attempts, first, best, last, revision, at, stability, difficulty, day, sure) = *self;
        let memory = Memory { stability, difficulty, day: Day(day) };
        QuestionProgress { attempts, first, best, last, revision, at: Timestamp(at), memory, sure, before: None }
    }
}

/// What was known of a question before its last answer, as JSON.
pub(super) fn before_json(known: &QuestionProgress) -> rusqlite::Result<Option<String>> {
    known.before.as_ref().map(|before| json(&Known::of(before))).transpose()
}

/// What that JSON says; nothing when it cannot be understood.
pub(super) fn before(json: &str) -> Option<Box<QuestionProgress>> {
    serde_json::from_str::<Known>(json).ok().map(|known| Box::new(known.progress()))
}

/// A quiz under way as JSON.
pub(super) fn sitting_json(sitting: &Sitting) -> rusqlite::Result<String> {
    json(&SittingJson {
        seed: sitting.seed,
        questions: sitting.questions.iter().map(|id| id.as_str().to_owned()).collect(),
        scores: score_texts(&sitting.scores),
        part: sitting.part,
        hints: sitting.hints,
    })
}

/// The quiz under way that `json` says; `None` when it cannot be understood.
pub(super) fn sitting(json: &str) -> Option<Sitting> {
    let json: SittingJson = serde_json::from_str(json).ok()?;
    let questions = json.questions.iter().map(|id| QuestionId::new(id).ok()).collect::<Option<_>>()?;
    Some(Sitting { seed: json.seed, questions, scores: scores(&json.scores)?, part: json.part, hints: json.hints })
}

/// An exam under way as JSON.
pub(super) fn exam_json(exam: &ExamSitting) -> rusqlite::Result<String> {
    json(&ExamJson {
        seed: exam.seed,
        questions: exam.questions.iter().map(|id| id.as_str().to_owned()).collect(),
        scores: score_texts(&exam.scores),
        times: (exam.began.0, exam.ends.map(|ends| ends.0), exam.touched.0),
        resumed: exam.resumed,
        answers: exam.answers.iter().map(ScoredJson::of).collect(),
    })
}

/// The exam under way that `json` says; `None` when it cannot be understood.
pub(super) fn exam(json: &str) -> Option<ExamSitting> {
    let json: ExamJson = serde_json::from_str(json).ok()?;
    let (began, ends, touched) = json.times;
    Some(ExamSitting {
        seed: json.seed,
        questions: json.questions.iter().map(|id| QuestionId::new(id).ok()).collect::<Option<_>>()?,
        scores: scores(&json.scores)?,
        began: Timestamp(began),
        ends: ends.map(Timestamp),
        touched: Timestamp(touched),
        resumed: json.resumed,
        answers: json.answers.into_iter().map(ScoredJson::scored).collect::<Option<_>>()?,
    })
}

fn score_texts(scores: &BTreeMap<QuestionId, f64>) -> BTreeMap<String, String> {
    scores.iter().map(|(id, score)| (id.as_str().to_owned(), score.to_string())).collect()
}

fn scores(texts: &BTreeMap<String, String>) -> Option<BTreeMap<QuestionId, f64>> {
    texts.iter().map(|(id, score)| Some((QuestionId::new(id).ok()?, score.parse().ok()?))).collect()
}

fn answer_json(answer: &Answer) -> rusqlite::Result<String> {
    let texts = |ids: &[OptionId]| ids.iter().map(|id| id.as_str().to_owned()).collect();
    json(&match answer {
        Answer::Options(ids) => AnswerJson::Options(texts(ids)),
        Answer::Lines(lines) => AnswerJson::Lines(lines.clone()),
        Answer::Order(ids) => AnswerJson::Order(texts(ids)),
        Answer::Match(pairs) => {
            AnswerJson::Match(pairs.iter().map(|(left, right)| (left.as_str().to_owned(), right.as_str().to_owned())).collect())
        }
        Answer::Text(text) => AnswerJson::Text(text.clone()),
    })
}

fn answer(json: &str) -> Option<Answer> {
    let ids = |texts: &[String]| texts.iter().map(|id| OptionId::new(id).ok()).collect::<Option<Vec<_>>>();
    Some(match serde_json::from_str(json).ok()? {
        AnswerJson::Options(texts) => Answer::Options(ids(&texts)?),
        AnswerJson::Lines(lines) => Answer::Lines(lines),
        AnswerJson::Order(texts) => Answer::Order(ids(&texts)?),
        AnswerJson::Match(pairs) => Answer::Match(
            pairs
                .iter()
                .map(|(left, right)| Some((OptionId::new(left).ok()?, OptionId::new(right).ok()?)))
                .collect::<Option<_>>()?,
        ),
        AnswerJson::Text(text) => Answer::Text(text),
    })
}

fn vote_json(vote: &Vote) -> rusqlite::Result<String> {
    let hands = vote.hands.iter().map(|(id, hands, right)| (id.to_string(), *hands, *right)).collect();
    json(&VoteJson { class: vote.class.to_string(), sitting: vote.sitting, revision: vote.revision, round: vote.round, hands })
}

fn vote(json: &str, lesson: LessonId, question: QuestionId) -> Option<Vote> {
    let VoteJson { class, sitting, revision, round, hands } = serde_json::from_str(json).ok()?;
    let hands =
        hands.into_iter().map(|(id, hands, right)| Some((OptionId::new(&id).ok()?, hands, right))).collect::<Option<_>>()?;
    Some(Vote { class: ClassId::new(&class).ok()?, sitting, lesson, question, revision, round, hands })
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// Reads columns without ever failing.
struct Reader<'a, 'stmt> {
    row: &'a Row<'stmt>,
    first: usize,
}

impl Reader<'_, '_> {
    fn integer(&self, column: usize) -> Option<i64> {
        self.row.get_ref(self.first + column).ok()?.as_i64().ok()
    }

    fn text(&self, column: usize) -> Option<&str> {
        self.row.get_ref(self.first + column).ok()?.as_str().ok()
    }

    fn real(&self, column: usize) -> Option<f64> {
        match self.row.get_ref(self.first + column).ok()? {
            ValueRef::Real(value) => Some(value),
            #[expect(clippy::cast_precision_loss, reason = "scores are small")]
            ValueRef::Integer(value) => Some(value as f64),
            _ => None,
        }
    }
}
