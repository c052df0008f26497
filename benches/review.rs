//! What it costs to find what is due among 100,000 questions, beside SQLite reading the same rows, and to grade one answer.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "benchmarks")]

use std::collections::BTreeMap;

use divan::Bencher;
use twelvefold::domain::cards::Cards;
use twelvefold::domain::course::{Entry, Listed};
use twelvefold::domain::event::{Attempt, Deed, Event};
use twelvefold::domain::grade::{Answer, Verdict, grade};
use twelvefold::domain::id::{LessonId, OptionId, QuestionId};
use twelvefold::domain::kind::Kind;
use twelvefold::domain::late::Late;
use twelvefold::domain::memory::{Grade, Memory};
use twelvefold::domain::progress::Progress;
use twelvefold::domain::review;
use twelvefold::domain::text::SafeText;
use twelvefold::domain::time::{Day, Timestamp};
use twelvefold::store::{Opener, Sqlite, Store};

fn main() {
    divan::main();
}

const LESSONS: u32 = 100;
const QUESTIONS: u32 = 1_000;

/// Ids are in no order, as authors give them.
fn question(number: u32) -> QuestionId {
    QuestionId::new(&format!("question-{:08x}", number.wrapping_mul(0x9e37_79b1))).unwrap()
}

fn lesson(number: u32) -> LessonId {
    LessonId::new(&format!("lesson-{number}")).unwrap()
}

/// A course of 100,000 questions.
fn map() -> Vec<Entry> {
    (0..LESSONS)
        .map(|at| Entry {
            id: lesson(at),
            title: SafeText::default(),
            factor: u8::try_from(at % 12 + 1).ok(),
            words: 1,
            minutes: 1,
            pairs: Vec::new(),
            languages: Vec::new(),
            questions: (0..QUESTIONS)
                .map(|n| Listed {
                    id: question(at * QUESTIONS + n),
                    kind: Kind::Single,
                    factor: u8::try_from(at % 12 + 1).ok(),
                    revision: 1,
                    passage: None,
                })
                .collect(),
            interview: Late::default(),
            story: false,
            gist: SafeText::default(),
        })
        .collect()
}

/// Every question answered once, over thirty days.
fn answers() -> Vec<Event> {
    let option = |name: &str| OptionId::new(name).unwrap();
    (0..LESSONS * QUESTIONS)
        .map(|number| Event {
            at: Timestamp(number.into()),
            deed: Deed::Answered(Attempt {
                lesson: lesson(number / QUESTIONS),
                question: question(number),
                revision: 1,
                seed: 1,
                shown: vec![option("a")],
                answer: Answer::Options(vec![option("a")]),
                score: f64::from(number % 3 % 2),
                verdict: Verdict::of(f64::from(number % 3 % 2)),
                scored: true,
                in_quiz: false,
                sure: Some(number.is_multiple_of(5)),
                hints: 0,
                took: 9,
                day: Day(20_000 + i32::try_from(number % 30).unwrap()),
            }),
        })
        .collect()
}

/// A store that holds the answers.
fn store() -> (tempfile::TempDir, Sqlite) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut store = Opener::new(folder.path()).open().unwrap().store;
    store.append(&answers()).unwrap();
    (folder, store)
}

/// The course made ready, and what is known as a session has it: read from the store.
fn day() -> (Cards, Progress) {
    let (_folder, mut store) = store();
    (Cards::of(&map()), store.load().unwrap())
}

/// What a session asks when review is opened.
#[divan::bench]
fn queue_of_a_day_among_100_000(bencher: Bencher<'_, '_>) {
    let (cards, progress) = day();
    bencher.bench_local(|| review::queue(&cards, &progress, Day(20_004), review::DAILY));
}

/// All that are due, each with its lesson and chance, in order.
#[divan::bench]
fn due_among_100_000(bencher: Bencher<'_, '_>) {
    let (cards, progress) = day();
    bencher.bench_local(|| review::due(&cards, &progress, Day(20_004)));
}

/// When the hundred thousand come back: today, tomorrow, this week.
#[divan::bench]
fn forecast_of_100_000(bencher: Bencher<'_, '_>) {
    let (cards, progress) = day();
    bencher.bench_local(|| review::forecast(&cards, &progress, Day(20_004)));
}

/// Both of what `twelvefold due` tells.
#[divan::bench]
fn queue_and_forecast_of_100_000(bencher: Bencher<'_, '_>) {
    let (cards, progress) = day();
    bencher.bench_local(|| {
        (review::queue(&cards, &progress, Day(20_004), review::DAILY), review::forecast(&cards, &progress, Day(20_004)))
    });
}

/// After a long holiday everything is due.
#[divan::bench]
fn all_of_100_000_due(bencher: Bencher<'_, '_>) {
    let (cards, progress) = day();
    bencher.bench_local(|| review::due(&cards, &progress, Day(20_060)));
}

/// Once for a course, the first time that somebody asks what is due.
#[divan::bench]
fn make_100_000_ready(bencher: Bencher<'_, '_>) {
    let map = map();
    bencher.bench_local(|| Cards::of(&map));
}

/// What it is measured against: SQLite reads the rows of the same 100,000 questions.
#[divan::bench]
fn sqlite_reads_100_000(bencher: Bencher<'_, '_>) {
    let (_folder, mut store) = store();
    bencher.bench_local(|| store.load().unwrap());
}

#[divan::bench]
fn schedule_one_answer(bencher: Bencher<'_, '_>) {
    let memory = Memory::first(Grade::Good, Day(20_000));
    bencher.bench_local(|| divan::black_box(memory).next(Grade::Hard, Day(20_009)));
}

#[divan::bench]
fn grade_every_question_of_the_course(bencher: Bencher<'_, '_>) {
    let course = twelvefold::content::load::embedded().unwrap();
    let questions: BTreeMap<_, _> = (0..course.map.len())
        .filter_map(|at| course.quiz(at))
        .flat_map(|quiz| &quiz.questions)
        .map(|question| (question.id.clone(), question))
        .collect();
    let answer = Answer::Text("stateless".to_owned());
    bencher.bench_local(|| questions.values().map(|question| grade(question, &answer).score).sum::<f64>());
}
