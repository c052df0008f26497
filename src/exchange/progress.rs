//! A learner's whole history as JSON: every event with all its fields, one on a line, in the order that holds everywhere.
//!
//! `{"format":"twelvefold-progress","version":2,"events":[…]}`. Seeds are texts, because many programs round large numbers.
//! A field that is added raises the version. Reading is strict: what cannot be understood in full is refused in full.

use std::fmt;
use std::io::{self, Read};

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer as _, Serialize};

use super::bounded::Bounded;
use crate::domain::event::{Attempt, Deed, Event, ReadingPlace, Vote};
use crate::domain::grade::{Answer, Verdict};
use crate::domain::history::{Kept, Stamp};
use crate::domain::id::{ClassId, LessonId, OptionId, OriginId, PassageId, QuestionId, TrackId};
use crate::domain::time::{Day, Timestamp};

/// What the format calls itself.
pub const FORMAT: &str = "twelvefold-progress";
/// The version that is written. All before it are read, too: what came since was added.
pub const VERSION: u64 = 2;
/// Letters of a complaint that are shown: it may quote the file.
const SHOWN: usize = 160;

/// Why a history could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is something else.
    #[error("it is no progress of twelvefold")]
    Foreign,
    /// A newer program wrote it.
    #[error("it has version {0}, this program knows version {VERSION}")]
    Newer(u64),
    /// It ends too early.
    #[error("it ends in the middle")]
    Half,
    /// One entry is longer than any can be.
    #[error("one entry is too long")]
    TooLong,
    /// Something in it is not as it should be.
    #[error("{0}")]
    Wrong(String),
    /// It could not be read at all.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes a history, part by part, as plain ASCII.
///
/// # Errors
/// What `out` says.
pub fn write(history: &[Kept], mut out: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    out(&format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"events\":["))?;
    for (at, kept) in history.iter().enumerate() {
        let line = serde_json::to_string(&Line::of(kept)).map_err(io::Error::other)?;
        out(if at == 0 { "\n" } else { ",\n" })?;
        out(&ascii(&line))?;
    }
    out("\n]}\n")
}

/// JSON in which every character that is not ASCII is spelled by its number, so that none can act on a terminal.
pub(super) fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '\u{7f}' {
            out.push(c);
        } else {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

/// Reads a history.
///
/// # Errors
/// When it is not one, in any part.
pub fn read(from: impl Read) -> Result<Vec<Kept>, Unreadable> {
    let mut file = Reading::default();
    let mut json = serde_json::Deserializer::from_reader(Bounded::new(from));
    match json.deserialize_map(&mut file).and_then(|()| json.end()) {
        Ok(()) => Ok(file.events),
        Err(error) => Err(file.complaint(error)),
    }
}

/// What is known of a file while it is read.
#[derive(Default)]
struct Reading {
    ours: bool,
    newer: Option<u64>,
    versioned: bool,
    events: Vec<Kept>,
    complete: bool,
}

impl Reading {
    fn complaint(&self, error: serde_json::Error) -> Unreadable {
        if let Some(version) = self.newer {
            return Unreadable::Newer(version);
        }
        match error.io_error_kind() {
            Some(io::ErrorKind::FileTooLarge) => return Unreadable::TooLong,
            Some(_) => return Unreadable::Io(error.into()),
            None => {}
        }
        if !self.ours {
            Unreadable::Foreign
        } else if error.is_eof() {
            Unreadable::Half
        } else {
            let text = error.to_string();
            let short: String = text.chars().take(SHOWN).collect();
            let place = if short.len() < text.len() { format!("… at line {}", error.line()) } else { String::new() };
            Unreadable::Wrong(short + &place)
        }
    }
}

impl<'de> Visitor<'de> for &mut Reading {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a history")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "format" => {
                    self.ours = map.next_value::<String>()? == FORMAT;
                    if !self.ours {
                        return Err(A::Error::custom("another format"));
                    }
                }
                "version" => {
                    let version = map.next_value()?;
                    self.newer = (version > VERSION).then_some(version);
                    self.versioned = (1..=VERSION).contains(&version);
                    if !self.versioned {
                        return Err(A::Error::custom("there is no such version"));
                    }
                }
                "events" if !self.complete => {
                    map.next_value_seed(Events(&mut self.events))?;
                    self.complete = true;
                }
                _ => return Err(A::Error::unknown_field(&key, &["format", "version", "events"])),
            }
        }
        if self.ours && self.versioned && self.complete {
            Ok(())
        } else {
            Err(A::Error::custom("format, version or events are missing"))
        }
    }
}

struct Events<'a>(&'a mut Vec<Kept>);

impl<'de> DeserializeSeed<'de> for Events<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Events<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(line) = list.next_element::<Line>()? {
            let number = self.0.len() + 1;
            self.0.push(line.kept().map_err(|what| A::Error::custom(format!("in entry {number} {what};")))?);
        }
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    moment: i64,
    origin: String,
    seq: i64,
    at: i64,
    deed: DeedJson,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum DeedJson {
    Opened {
        lesson: String,
    },
    ReadTo {
        lesson: String,
        passage: Option<String>,
        block: u32,
        offset: u32,
        percent: u8,
    },
    Finished {
        lesson: String,
    },
    QuizStarted {
        lesson: String,
        seed: String,
        questions: Vec<String>,
        part: bool,
    },
    Answered(Box<AttemptJson>),
    TakenBack {
        lesson: String,
        question: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given: Option<i64>,
    },
    QuizLeft {
        lesson: String,
    },
    ExamBegan {
        seed: String,
        questions: Vec<String>,
        left_ms: Option<i64>,
    },
    ExamEnded {
        seed: String,
    },
    Reset {
        name: String,
        lesson: Option<String>,
        questions: Vec<String>,
    },
    ResetUndone {
        name: String,
    },
    WayChosen {
        track: Option<String>,
    },
    Voted {
        class: String,
        sitting: i64,
        lesson: String,
        question: String,
        revision: u32,
        round: u8,
        hands: Vec<(String, u16, bool)>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AttemptJson {
    lesson: String,
    question: String,
    revision: u32,
    seed: String,
    shown: Vec<String>,
    answer: AnswerJson,
    score: f64,
    verdict: String,
    scored: bool,
    in_quiz: bool,
    sure: Option<bool>,
    hints: u8,
    day: i32,
    took_ms: i64,
}

/// An answer, for example `{"options":["a","c"]}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AnswerJson {
    Options(Vec<String>),
    Lines(Vec<usize>),
    Order(Vec<String>),
    Match(Vec<(String, String)>),
    Text(String),
}

impl Line {
    fn of(kept: &Kept) -> Self {
        let Stamp { moment, origin, seq } = &kept.stamp;
        let about = kept.event.lesson().map(ToString::to_string);
        let lesson = about.clone().unwrap_or_default();
        let deed = match &kept.event.deed {
            Deed::Opened { .. } => DeedJson::Opened { lesson },
            Deed::Finished { .. } => DeedJson::Finished { lesson },
            Deed::QuizLeft { .. } => DeedJson::QuizLeft { lesson },
            Deed::TakenBack { question, given, .. } => {
                DeedJson::TakenBack { lesson, question: question.to_string(), given: given.map(|given| given.0) }
            }
            Deed::ExamBegan { seed, questions, left } => DeedJson::ExamBegan {
                seed: seed.to_string(),
                questions: texts(questions),
                left_ms: left.map(|left| i64::try_from(left).unwrap_or(i64::MAX)),
            },
            Deed::ExamEnded { seed } => DeedJson::ExamEnded { seed: seed.to_string() },
            Deed::Reset { name, questions, .. } => {
                DeedJson::Reset { name: name.to_string(), lesson: about, questions: texts(questions) }
            }
            Deed::ResetUndone { name } => DeedJson::ResetUndone { name: name.to_string() },
            Deed::ReadTo { place, .. } => {
                let ReadingPlace { passage, block, offset, percent } = place.clone();
                DeedJson::ReadTo { lesson, passage: passage.map(|id| id.to_string()), block, offset, percent }
            }
            Deed::QuizStarted { seed, questions, part, .. } => {
                DeedJson::QuizStarted { lesson, seed: seed.to_string(), questions: texts(questions), part: *part }
            }
            Deed::WayChosen { track } => DeedJson::WayChosen { track: track.as_ref().map(ToString::to_string) },
            Deed::Answered(attempt) => DeedJson::Answered(Box::new(AttemptJson::of(attempt))),
            Deed::Voted(vote) => DeedJson::Voted {
                class: vote.class.to_string(),
                sitting: vote.sitting,
                lesson,
                question: vote.question.to_string(),
                revision: vote.revision,
                round: vote.round,
                hands: vote.hands.iter().map(|(id, hands, right)| (id.to_string(), *hands, *right)).collect(),
            },
        };
        Self { moment: *moment, origin: origin.to_string(), seq: *seq, at: kept.event.at.0, deed }
    }

    fn kept(self) -> Result<Kept, String> {
        if self.moment < 0 || self.seq < 0 {
            return Err("`moment` and `seq` are never negative".into());
        }
        let stamp = Stamp { moment: self.moment, origin: id(OriginId::new, &self.origin)?, seq: self.seq };
        Ok(Kept { stamp, event: Event { at: Timestamp(self.at), deed: self.deed.deed()? } })
    }
}

impl DeedJson {
    fn deed(self) -> Result<Deed, String> {
        let lesson = |text: &str| id(LessonId::new, text);
        Ok(match self {
            Self::Opened { lesson: at } => Deed::Opened { lesson: lesson(&at)? },
            Self::Finished { lesson: at } => Deed::Finished { lesson: lesson(&at)? },
            Self::QuizLeft { lesson: at } => Deed::QuizLeft { lesson: lesson(&at)? },
            Self::TakenBack { lesson: at, question, given } => {
                Deed::TakenBack { lesson: lesson(&at)?, question: id(QuestionId::new, &question)?, given: given.map(Timestamp) }
            }
            Self::ExamBegan { seed, questions, left_ms } => Deed::ExamBegan {
                seed: number(&seed)?,
                questions: ids(QuestionId::new, &questions)?,
                left: left_ms.map(|left| u64::try_from(left).map_err(|_| "`left_ms` is never negative")).transpose()?,
            },
            Self::ExamEnded { seed } => Deed::ExamEnded { seed: number(&seed)? },
            Self::Reset { name, lesson: at, questions } => Deed::Reset {
                name: number(&name)?,
                lesson: at.map(|at| lesson(&at)).transpose()?,
                questions: ids(QuestionId::new, &questions)?,
            },
            Self::ResetUndone { name } => Deed::ResetUndone { name: number(&name)? },
            Self::ReadTo { lesson: at, passage, block, offset, percent } => {
                let passage = passage.map(|text| id(PassageId::new, &text)).transpose()?;
                Deed::ReadTo { lesson: lesson(&at)?, place: ReadingPlace { passage, block, offset, percent } }
            }
            Self::QuizStarted { lesson: at, seed, questions, part } => {
                Deed::QuizStarted { lesson: lesson(&at)?, seed: number(&seed)?, questions: ids(QuestionId::new, &questions)?, part }
            }
            Self::WayChosen { track } => Deed::WayChosen { track: track.map(|text| id(TrackId::new, &text)).transpose()? },
            Self::Answered(attempt) => Deed::Answered(attempt.attempt()?),
            Self::Voted { class, sitting, lesson: at, question, revision, round, hands } => Deed::Voted(Vote {
                class: id(ClassId::new, &class)?,
                sitting,
                lesson: lesson(&at)?,
                question: id(QuestionId::new, &question)?,
                revision,
                round,
                hands: hands
                    .into_iter()
                    .map(|(option, hands, right)| Ok((id(OptionId::new, &option)?, hands, right)))
                    .collect::<Result<_, String>>()?,
            }),
        })
    }
}

impl AttemptJson {
    fn of(attempt: &Attempt) -> Self {
        let Attempt { lesson, question, revision, seed, shown, answer, score, verdict, scored, in_quiz, sure, hints, day, took } =
            attempt;
        Self {
            lesson: lesson.to_string(),
            question: question.to_string(),
            revision: *revision,
            seed: seed.to_string(),
            shown: texts(shown),
            answer: AnswerJson::of(answer),
            score: *score,
            verdict: verdict.name().to_owned(),
            scored: *scored,
            in_quiz: *in_quiz,
            sure: *sure,
            hints: *hints,
            day: day.0,
            took_ms: i64::try_from(*took).unwrap_or(i64::MAX),
        }
    }

    fn attempt(self) -> Result<Attempt, String> {
        if !(0.0..=1.0).contains(&self.score) {
            return Err("`score` is from 0 to 1".into());
        }
        Ok(Attempt {
            lesson: id(LessonId::new, &self.lesson)?,
            question: id(QuestionId::new, &self.question)?,
            revision: self.revision,
            seed: number(&self.seed)?,
            shown: ids(OptionId::new, &self.shown)?,
            answer: self.answer.answer()?,
            score: self.score,
            verdict: Verdict::named(&self.verdict).ok_or("`verdict` is wrong, partly or right")?,
            scored: self.scored,
            in_quiz: self.in_quiz,
            sure: self.sure,
            hints: self.hints,
            day: Day(self.day),
            took: u64::try_from(self.took_ms).map_err(|_| "`took_ms` is never negative")?,
        })
    }
}

impl AnswerJson {
    /// An answer as it is written.
    pub(super) fn of(answer: &Answer) -> Self {
        match answer {
            Answer::Options(options) => Self::Options(texts(options)),
            Answer::Lines(lines) => Self::Lines(lines.clone()),
            Answer::Order(steps) => Self::Order(texts(steps)),
            Answer::Match(pairs) => Self::Match(pairs.iter().map(|(left, right)| (left.to_string(), right.to_string())).collect()),
            Answer::Text(text) => Self::Text(text.clone()),
        }
    }

    /// The answer that was written, or what is wrong with it.
    pub(super) fn answer(self) -> Result<Answer, String> {
        Ok(match self {
            Self::Options(options) => Answer::Options(ids(OptionId::new, &options)?),
            Self::Lines(lines) => Answer::Lines(lines),
            Self::Order(steps) => Answer::Order(ids(OptionId::new, &steps)?),
            Self::Match(pairs) => Answer::Match(
                pairs
                    .iter()
                    .map(|(left, right)| Ok((id(OptionId::new, left)?, id(OptionId::new, right)?)))
                    .collect::<Result<_, String>>()?,
            ),
            Self::Text(text) => Answer::Text(text),
        })
    }
}

fn texts<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn id<T, E>(make: impl Fn(&str) -> Result<T, E>, text: &str) -> Result<T, String> {
    make(text).map_err(|_| format!("`{}` is no id", text.chars().take(SHOWN / 4).collect::<String>()))
}

fn ids<T, E>(make: impl Fn(&str) -> Result<T, E>, texts: &[String]) -> Result<Vec<T>, String> {
    texts.iter().map(|text| id(&make, text)).collect()
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "`seed` and `name` are numbers in quotes".to_owned())
}
