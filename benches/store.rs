//! What it costs to keep one answer, to open the store and to read progress, after a short and after a long history.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "benchmarks")]

use std::path::Path;

use divan::Bencher;
use tempfile::TempDir;
use twelvefold::domain::event::{Attempt, Deed, Event};
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::id::{LessonId, OptionId, QuestionId};
use twelvefold::domain::time::{Day, Timestamp};
use twelvefold::store::{Opener, Sqlite, Store};

fn main() {
    divan::main();
}

/// Lengths of history, in attempts.
const HISTORIES: [u32; 2] = [0, 100_000];

fn answer(number: u32) -> Event {
    let option = |name: &str| OptionId::new(name).unwrap();
    Event {
        at: Timestamp(number.into()),
        deed: Deed::Answered(Attempt {
            lesson: LessonId::new(&format!("lesson-{}", number % 20)).unwrap(),
            question: QuestionId::new(&format!("question-{}", number % 250)).unwrap(),
            revision: 1,
            seed: number.into(),
            shown: ["a", "b", "c", "d"].map(option).into(),
            answer: Answer::Options(vec![option("a")]),
            score: 1.0,
            verdict: Verdict::Right,
            scored: true,
            in_quiz: false,
            sure: Some(true),
            hints: 0,
            took: 12_000,
            day: Day(20_000),
        }),
    }
}

fn open(folder: &Path) -> Sqlite {
    Opener::new(folder).open().unwrap().store
}

/// A folder with a history of that length. Beside the build, so that it is a disk and not memory.
fn filled(count: u32) -> TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    open(folder.path()).append(&(0..count).map(answer).collect::<Vec<_>>()).unwrap();
    folder
}

#[divan::bench(args = HISTORIES)]
fn save_one_answer(bencher: Bencher<'_, '_>, count: u32) {
    let folder = filled(count);
    let mut store = open(folder.path());
    let mut number = count;
    bencher.bench_local(|| {
        number += 1;
        store.append(&[answer(number)]).unwrap();
    });
}

#[divan::bench(args = HISTORIES)]
fn load(bencher: Bencher<'_, '_>, count: u32) {
    let folder = filled(count);
    let mut store = open(folder.path());
    bencher.bench_local(|| store.load().unwrap());
}

#[divan::bench(args = HISTORIES)]
fn open_and_load(bencher: Bencher<'_, '_>, count: u32) {
    let folder = filled(count);
    bencher.bench_local(|| open(folder.path()).load().unwrap());
}
