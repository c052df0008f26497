//! What the store promises: the same as the domain's fold, in every order, and a fit answer to every bad file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

mod faults;
mod fold;
mod format;

use std::path::Path;

use super::*;
use crate::domain::event::{Attempt, Deed, ReadingPlace};
use crate::domain::grade::{Answer, Verdict};
use crate::domain::id::{LessonId, OptionId, PassageId, QuestionId, TrackId};
use crate::domain::time::Timestamp;

fn lesson(number: usize) -> LessonId {
    LessonId::new(&format!("lesson-{number}")).unwrap()
}

fn question(number: usize) -> QuestionId {
    QuestionId::new(&format!("question-{number}")).unwrap()
}

fn option(number: usize) -> OptionId {
    OptionId::new(&format!("o{number}")).unwrap()
}

/// The `number`th of a row of different answers.
fn answer(number: usize) -> Event {
    let score = [0.0, 1.0 / 3.0, 1.0][number % 3];
    Event {
        at: Timestamp(i64::try_from(number).unwrap() * 1_000),
        deed: Deed::Answered(Attempt {
            lesson: lesson(number % 12),
            question: question(number % 120),
            revision: 1,
            seed: u64::MAX - number as u64,
            shown: vec![option(1), option(2), option(3)],
            answer: Answer::Options(vec![option(number % 3)]),
            score,
            verdict: Verdict::of(score),
            scored: true,
            in_quiz: false,
            sure: Some(true),
            hints: 0,
            took: number as u64,
            day: crate::domain::time::Day(20_000),
        }),
    }
}

fn place(number: usize, block: u32) -> Event {
    let place = ReadingPlace { passage: PassageId::new("why").ok(), block, offset: 7, percent: 40 };
    Event { at: Timestamp(i64::from(block)), deed: Deed::ReadTo { lesson: lesson(number), place } }
}

fn open(folder: &Path) -> Sqlite {
    let opened = Opener::new(folder).open().unwrap();
    assert_eq!(opened.notice, None);
    opened.store
}

fn history(store: &Sqlite) -> Vec<Event> {
    let mut events = Vec::new();
    store.history(|event| events.push(event)).unwrap();
    events
}
