//! What the history amounts to, as rows: read whole at the start, in parts before an append, and made anew from the
//! history when asked. Every change is computed by the domain's own fold, so that the two cannot drift apart.

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::record;
use crate::domain::event::{Deed, Event, ReadingPlace};
use crate::domain::history::{Stamp, Undone, moment_after};
use crate::domain::id::{LessonId, OriginId, PassageId, QuestionId};
use crate::domain::memory::Memory;
use crate::domain::progress::{Calibration, LessonProgress, Progress, QuestionProgress, QuizScores, Tally};
use crate::domain::time::{Day, Timestamp};

/// The columns of a lesson's row, in the order of [`lesson`], its place among them.
macro_rules! lesson_columns {
    () => {
        "l.lesson, l.finished, l.touched_ms, l.sitting, l.quiz_taken, l.quiz_first, l.quiz_best, l.quiz_last, p.passage, p.block, \
         p.offset, p.percent FROM lesson AS l LEFT JOIN place AS p ON p.lesson = l.lesson AND l.placed"
    };
}

/// The columns of a question's row, in the order of [`question`].
macro_rules! question_columns {
    () => {
        "question, attempts, first, best, last, revision, at_ms, stability, difficulty, day, sure, before"
    };
}

/// All that is known.
pub(super) fn load(conn: &Connection) -> rusqlite::Result<Progress> {
    let (_, mut progress) = state(conn)?;
    let mut lessons = conn.prepare_cached(concat!("SELECT ", lesson_columns!()))?;
    let mut rows = lessons.query([])?;
    while let Some(row) = rows.next()? {
        let (id, known) = lesson(row)?;
        progress.lessons.insert(id, known);
    }
    let mut questions = conn.prepare_cached(concat!("SELECT ", question_columns!(), " FROM question"))?;
    let mut rows = questions.query([])?;
    while let Some(row) = rows.next()? {
        let (id, known) = question(row)?;
        progress.questions.insert(id, known);
    }
    Ok(progress)
}

/// Applies `events` to the rows that they touch and adds them to history and places. The seq of the first one; the
/// others follow one by one. The caller holds the write lock.
pub(super) fn append(conn: &Connection, origin: &OriginId, events: &[Event]) -> rusqlite::Result<i64> {
    let (clock, mut progress) = state(conn)?;
    for event in events {
        recall(conn, &mut progress, event)?;
    }
    let mut writer = record::writer(conn)?;
    let (mut now, mut anew) = (clock, false);
    for event in events {
        now = Clock { seq: now.seq + 1, moment: moment_after(now.moment, event.at.0) };
        // Later than all that is known, so that the fold goes on where it stands.
        let stamp = Stamp { moment: now.moment, origin: origin.clone(), seq: now.seq };
        match &event.deed {
            Deed::ReadTo { lesson, place } => keep_place(conn, now.seq, &stamp, event.at, lesson, place)?,
            _ => record::write(&mut writer, now.seq, &stamp, event)?,
        }
        anew |= !take_away(conn, event)?;
        progress.apply(event);
    }
    keep(conn, &progress, now)?;
    if anew {
        rebuild(conn)?;
    }
    Ok(clock.seq + 1)
}

/// Takes away the rows that a reset takes away. Whether the rows are right then: what an undone reset took away, or one that
/// was undone before it came, is only in the history.
fn take_away(conn: &Connection, event: &Event) -> rusqlite::Result<bool> {
    match &event.deed {
        Deed::Reset { name, lesson, questions } => {
            let undone = format!("SELECT EXISTS (SELECT 1 FROM event WHERE kind = '{}' AND seed = ?1)", record::RESET_UNDONE);
            if conn.query_row(&undone, [name.cast_signed()], |row| row.get(0))? {
                return Ok(false);
            }
            match lesson {
                None => conn.execute_batch("DELETE FROM lesson; DELETE FROM question")?,
                Some(lesson) => {
                    conn.execute("DELETE FROM lesson WHERE lesson = ?1", [lesson.as_str()])?;
                    let mut one = conn.prepare_cached("DELETE FROM question WHERE question = ?1")?;
                    for question in questions {
                        one.execute([question.as_str()])?;
                    }
                }
            }
            Ok(true)
        }
        Deed::ResetUndone { .. } => Ok(false),
        _ => Ok(true),
    }
}

/// What history and places amount to, whatever the summaries say.
pub(super) fn fold(conn: &Connection) -> rusqlite::Result<Progress> {
    let mut undone = Undone::default();
    let mut names =
        conn.prepare(&format!("SELECT seed FROM event WHERE kind = '{}' AND seed IS NOT NULL", record::RESET_UNDONE))?;
    for name in names.query_map([], |row| row.get::<_, i64>(0))? {
        undone.learn(name?.cast_unsigned());
    }
    let mut progress = Progress::default();
    each(conn, |_, event| {
        if undone.stands(&event) {
            progress.apply(&event);
        }
    })?;
    Ok(progress)
}

/// Makes every summary anew from history and places. The caller holds the write lock.
pub(super) fn rebuild(conn: &Connection) -> rusqlite::Result<()> {
    let progress = fold(conn)?;
    conn.execute_batch("DELETE FROM lesson; DELETE FROM question")?;
    let last = "SELECT max(clock, coalesce((SELECT max(seq) FROM event), 0), coalesce((SELECT max(seq) FROM place), 0)),
                    max(moment, coalesce((SELECT max(moment) FROM event), 0), coalesce((SELECT max(moment) FROM place), 0))
                FROM state";
    let clock = conn.query_row(last, [], |row| Ok(Clock { seq: row.get(0)?, moment: row.get(1)? }))?;
    keep(conn, &progress, clock)
}

/// Hands every event and place to `to`, in the order that holds on all machines. What this program does not know, or has
/// no name, is left out.
pub(super) fn each(conn: &Connection, mut to: impl FnMut(Option<Stamp>, Event)) -> rusqlite::Result<()> {
    let mut places = places(conn)?.into_iter().peekable();
    let find = format!("SELECT {}, {} FROM event ORDER BY {0}", record::STAMP, record::COLUMNS);
    let mut events = conn.prepare(&find)?;
    let mut rows = events.query([])?;
    while let Some(row) = rows.next()? {
        let stamp = record::stamp(row, 0);
        while let Some((place, event)) = places.next_if(|(place, _)| *place < stamp) {
            to(place, event);
        }
        if let Some(event) = record::read(row, 3) {
            to(stamp, event);
        }
    }
    for (place, event) in places {
        to(place, event);
    }
    Ok(())
}

/// Reads what is known of the lesson and question of an event into `progress`, unless it is there already.
fn recall(conn: &Connection, progress: &mut Progress, event: &Event) -> rusqlite::Result<()> {
    if let Some(id) = event.lesson()
        && !progress.lessons.contains_key(id)
    {
        let mut find = conn.prepare_cached(concat!("SELECT ", lesson_columns!(), " WHERE l.lesson = ?1"))?;
        progress.lessons.extend(find.query_row([id.as_str()], lesson).optional()?);
    }
    let touched = match &event.deed {
        Deed::Answered(attempt) if attempt.scored => vec![attempt.question.clone()],
        Deed::TakenBack { question, .. } => vec![question.clone()],
        // The answers of an exam count when it is over.
        Deed::ExamBegan { .. } | Deed::ExamEnded { .. } => {
            progress.exam.iter().flat_map(|exam| &exam.answers).map(|answer| answer.question.clone()).collect()
        }
        _ => Vec::new(),
    };
    for touched in touched {
        if !progress.questions.contains_key(&touched) {
            let mut find = conn.prepare_cached(concat!("SELECT ", question_columns!(), " FROM question WHERE question = ?1"))?;
            progress.questions.extend(find.query_row([touched.as_str()], question).optional()?);
        }
    }
    Ok(())
}

/// Writes the rows of all that `progress` knows. Of places only whether they count.
fn keep(conn: &Connection, progress: &Progress, clock: Clock) -> rusqlite::Result<()> {
    let mut keep = conn.prepare_cached("INSERT OR REPLACE INTO lesson VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for (id, known) in &progress.lessons {
        let (sitting, quiz) = (known.sitting.as_ref().map(record::sitting_json).transpose()?, known.quiz);
        keep.execute(params![
            id.as_str(),
            known.finished,
            known.touched.0,
            sitting,
            quiz.map(|quiz| quiz.taken),
            quiz.map(|quiz| record::number(quiz.first)),
            quiz.map(|quiz| record::number(quiz.best)),
            quiz.map(|quiz| record::number(quiz.last)),
            known.place.is_some(),
        ])?;
    }
    let mut keep =
        conn.prepare_cached("INSERT OR REPLACE INTO question VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")?;
    for (id, known) in &progress.questions {
        keep.execute(params![
            id.as_str(),
            known.attempts,
            record::number(known.first),
            record::number(known.best),
            record::number(known.last),
            known.revision,
            known.at.0,
            record::number(known.memory.stability),
            record::number(known.memory.difficulty),
            known.memory.day.0,
            known.sure,
            record::before_json(known)?,
        ])?;
    }
    let answers = i64::try_from(progress.answers).unwrap_or(i64::MAX);
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let Calibration { sure, unsure } = progress.calibration;
    let keep = "UPDATE state SET clock = ?1, answers = ?2, current = ?3, sure_right = ?4, sure_all = ?5, unsure_right = ?6,
                unsure_all = ?7, reviewed_day = ?8, reviewed = ?9, moment = ?10, way = ?11, exam = ?12";
    conn.prepare_cached(keep)?.execute(params![
        clock.seq,
        answers,
        progress.current.as_ref().map(LessonId::as_str),
        count(sure.right),
        count(sure.all),
        count(unsure.right),
        count(unsure.all),
        progress.reviewed.0.0,
        progress.reviewed.1,
        clock.moment,
        record::way_text(&progress.way),
        progress.exam.as_ref().map(record::exam_json).transpose()?,
    ])?;
    Ok(())
}

/// Keeps the place in a lesson instead of the one that was kept before.
pub(super) fn keep_place(
    conn: &Connection,
    seq: i64,
    stamp: &Stamp,
    at: Timestamp,
    lesson: &LessonId,
    place: &ReadingPlace,
) -> rusqlite::Result<()> {
    let keep = "INSERT OR REPLACE INTO place (lesson, seq, at_ms, passage, block, offset, percent, moment, origin, origin_seq)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    conn.prepare_cached(keep)?.execute(params![
        lesson.as_str(),
        seq,
        at.0,
        place.passage.as_ref().map(PassageId::as_str),
        place.block,
        place.offset,
        place.percent,
        stamp.moment,
        stamp.origin.as_str(),
        stamp.seq,
    ])?;
    Ok(())
}

/// The last numbers given out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// In this database, to an event or a place.
    pub(super) seq: i64,
    /// In the order of all machines, or taken over from another one.
    pub(super) moment: i64,
}

/// The clock, and what is known of neither lesson nor question.
pub(super) fn state(conn: &Connection) -> rusqlite::Result<(Clock, Progress)> {
    let find = "SELECT clock, answers, current, sure_right, sure_all, unsure_right, unsure_all, reviewed_day, reviewed, moment,
                way, exam FROM state";
    conn.prepare_cached(find)?.query_row([], |row| {
        let count = |column| row.get::<_, i64>(column)?.try_into().map_err(|_| nonsense(column));
        let current = row.get_ref(2)?.as_str_or_null().map_err(|_| nonsense(2))?;
        let progress = Progress {
            answers: count(1)?,
            current: current.map(LessonId::new).transpose().map_err(|_| nonsense(2))?,
            calibration: Calibration {
                sure: Tally { right: count(3)?, all: count(4)? },
                unsure: Tally { right: count(5)?, all: count(6)? },
            },
            reviewed: (Day(row.get(7)?), row.get(8)?),
            way: record::way(text(row, 10)?).ok_or_else(|| nonsense(10))?,
            exam: match row.get_ref(11)?.as_str_or_null().map_err(|_| nonsense(11))? {
                Some(json) => Some(record::exam(json).ok_or_else(|| nonsense(11))?),
                None => None,
            },
            ..Progress::default()
        };
        Ok((Clock { seq: row.get(0)?, moment: row.get(9)? }, progress))
    })
}

fn lesson(row: &Row<'_>) -> rusqlite::Result<(LessonId, LessonProgress)> {
    let id = LessonId::new(text(row, 0)?).map_err(|_| nonsense(0))?;
    let sitting = match row.get_ref(3)?.as_str_or_null().map_err(|_| nonsense(3))? {
        Some(json) => Some(record::sitting(json).ok_or_else(|| nonsense(3))?),
        None => None,
    };
    let quiz = match row.get(4)? {
        Some(taken) => Some(QuizScores { taken, first: row.get(5)?, best: row.get(6)?, last: row.get(7)? }),
        None => None,
    };
    Ok((id, LessonProgress { finished: row.get(1)?, place: place(row, 8), touched: Timestamp(row.get(2)?), sitting, quiz }))
}

fn question(row: &Row<'_>) -> rusqlite::Result<(QuestionId, QuestionProgress)> {
    let id = QuestionId::new(text(row, 0)?).map_err(|_| nonsense(0))?;
    Ok((
        id,
        QuestionProgress {
            attempts: row.get(1)?,
            first: row.get(2)?,
            best: row.get(3)?,
            last: row.get(4)?,
            revision: row.get(5)?,
            at: Timestamp(row.get(6)?),
            memory: Memory { stability: row.get(7)?, difficulty: row.get(8)?, day: Day(row.get(9)?) },
            sure: row.get(10)?,
            before: row.get_ref(11)?.as_str_or_null().map_err(|_| nonsense(11))?.and_then(record::before),
        },
    ))
}

/// The place in the columns from `first` on. It cannot be made anew, so that what is wrong in it is left out.
fn place(row: &Row<'_>, first: usize) -> Option<ReadingPlace> {
    let passage = row.get_ref(first).ok()?.as_str_or_null().ok().flatten();
    Some(ReadingPlace {
        passage: passage.and_then(|id| PassageId::new(id).ok()),
        block: row.get(first + 1).ok()?,
        offset: row.get(first + 2).ok()?,
        percent: row.get(first + 3).ok()?,
    })
}

/// Every place as the event that it was, in order.
pub(super) fn places(conn: &Connection) -> rusqlite::Result<Vec<(Option<Stamp>, Event)>> {
    let find = format!("SELECT {}, at_ms, lesson, passage, block, offset, percent FROM place ORDER BY {0}", record::STAMP);
    let mut all = conn.prepare(&find)?;
    let mut rows = all.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(lesson) = text(row, 4).ok().and_then(|id| LessonId::new(id).ok())
            && let Some(place) = place(row, 5)
        {
            found.push((record::stamp(row, 0), Event { at: Timestamp(row.get(3)?), deed: Deed::ReadTo { lesson, place } }));
        }
    }
    Ok(found)
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a str> {
    row.get_ref(column)?.as_str().map_err(|_| nonsense(column))
}

/// A value in a summary that cannot be understood: a reason to make the summaries anew.
fn nonsense(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(FromSqlError::InvalidType))
}
