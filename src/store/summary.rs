//! What the history amounts to, as rows: read whole at the start, in parts before an append, and made anew from the
//! history when asked. Every change is computed by the domain's own fold, so that the two cannot drift apart.

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::record;
use crate::domain::event::{Deed, Event, ReadingPlace};
use crate::domain::id::{LessonId, PassageId, QuestionId};
use crate::domain::memory::Memory;
use crate::domain::progress::{Calibration, LessonProgress, Progress, QuestionProgress, QuizScores, Tally};
use crate::domain::time::{Day, Timestamp};

/// The columns of a lesson's row, in the order of [`lesson`].
macro_rules! lesson_columns {
    () => {
        "l.lesson, l.finished, l.touched_ms, l.sitting, l.quiz_taken, l.quiz_first, l.quiz_best, l.quiz_last"
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
    let mut lessons = conn.prepare_cached(concat!(
        "SELECT ",
        lesson_columns!(),
        ", p.passage, p.block, p.offset, p.percent FROM lesson AS l LEFT JOIN place AS p USING (lesson)"
    ))?;
    let mut rows = lessons.query([])?;
    while let Some(row) = rows.next()? {
        let (id, mut known) = lesson(row)?;
        known.place = place(row, 8);
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
pub(super) fn append(conn: &Connection, origin: &str, events: &[Event]) -> rusqlite::Result<i64> {
    let (clock, mut progress) = state(conn)?;
    for event in events {
        recall(conn, &mut progress, event)?;
    }
    let mut writer = record::writer(conn)?;
    for (seq, event) in (clock + 1..).zip(events) {
        match &event.deed {
            Deed::ReadTo { lesson, place } => keep_place(conn, seq, event.at, lesson, place)?,
            _ => record::write(&mut writer, seq, origin, event)?,
        }
        progress.apply(event);
    }
    keep(conn, &progress, clock + i64::try_from(events.len()).unwrap_or(i64::MAX))?;
    Ok(clock + 1)
}

/// Makes every summary anew from history and places. The caller holds the write lock.
pub(super) fn rebuild(conn: &Connection) -> rusqlite::Result<()> {
    let mut places = places(conn)?.into_iter().peekable();
    let mut progress = Progress::default();
    let mut last = 0;
    {
        let mut events = conn.prepare(&format!("SELECT seq, {} FROM event ORDER BY seq", record::COLUMNS))?;
        let mut rows = events.query([])?;
        while let Some(row) = rows.next()? {
            let seq = row.get(0)?;
            while let Some((_, place)) = places.next_if(|(at, _)| *at < seq) {
                progress.apply(&place);
            }
            last = seq;
            if let Some(event) = record::read(row, 1) {
                progress.apply(&event);
            }
        }
    }
    for (at, place) in places {
        last = last.max(at);
        progress.apply(&place);
    }
    conn.execute_batch("DELETE FROM lesson; DELETE FROM question")?;
    let clock: i64 = conn.query_row("SELECT clock FROM state", [], |row| row.get(0))?;
    keep(conn, &progress, clock.max(last))
}

/// Reads what is known of the lesson and question of an event into `progress`, unless it is there already.
fn recall(conn: &Connection, progress: &mut Progress, event: &Event) -> rusqlite::Result<()> {
    let id = event.lesson();
    if !progress.lessons.contains_key(id) {
        let mut find = conn.prepare_cached(concat!("SELECT ", lesson_columns!(), " FROM lesson AS l WHERE lesson = ?1"))?;
        progress.lessons.extend(find.query_row([id.as_str()], lesson).optional()?);
    }
    let touched = match &event.deed {
        Deed::Answered(attempt) if attempt.scored => Some(&attempt.question),
        Deed::TakenBack { question, .. } => Some(question),
        _ => None,
    };
    if let Some(touched) = touched.filter(|touched| !progress.questions.contains_key(*touched)) {
        let mut find = conn.prepare_cached(concat!("SELECT ", question_columns!(), " FROM question WHERE question = ?1"))?;
        progress.questions.extend(find.query_row([touched.as_str()], question).optional()?);
    }
    Ok(())
}

/// Writes the rows of all that `progress` knows, places left out.
fn keep(conn: &Connection, progress: &Progress, clock: i64) -> rusqlite::Result<()> {
    let mut keep = conn.prepare_cached("INSERT OR REPLACE INTO lesson VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
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
                unsure_all = ?7, reviewed_day = ?8, reviewed = ?9";
    conn.prepare_cached(keep)?.execute(params![
        clock,
        answers,
        progress.current.as_ref().map(LessonId::as_str),
        count(sure.right),
        count(sure.all),
        count(unsure.right),
        count(unsure.all),
        progress.reviewed.0.0,
        progress.reviewed.1,
    ])?;
    Ok(())
}

fn keep_place(conn: &Connection, seq: i64, at: Timestamp, lesson: &LessonId, place: &ReadingPlace) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT OR REPLACE INTO place VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(params![
        lesson.as_str(),
        seq,
        at.0,
        place.passage.as_ref().map(PassageId::as_str),
        place.block,
        place.offset,
        place.percent,
    ])?;
    Ok(())
}

/// The clock, and what is known of neither lesson nor question.
fn state(conn: &Connection) -> rusqlite::Result<(i64, Progress)> {
    let find = "SELECT clock, answers, current, sure_right, sure_all, unsure_right, unsure_all, reviewed_day, reviewed FROM state";
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
            ..Progress::default()
        };
        Ok((row.get(0)?, progress))
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
    Ok((id, LessonProgress { finished: row.get(1)?, place: None, touched: Timestamp(row.get(2)?), sitting, quiz }))
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

/// Every place as the event that it was, in order, with its seq.
fn places(conn: &Connection) -> rusqlite::Result<Vec<(i64, Event)>> {
    let mut all = conn.prepare("SELECT seq, at_ms, lesson, passage, block, offset, percent FROM place ORDER BY seq")?;
    let mut rows = all.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(lesson) = text(row, 2).ok().and_then(|id| LessonId::new(id).ok())
            && let Some(place) = place(row, 3)
        {
            found.push((row.get(0)?, Event { at: Timestamp(row.get(1)?), deed: Deed::ReadTo { lesson, place } }));
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
