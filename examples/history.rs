//! Makes a learner who has answered very often, through the store itself, to see what a long history costs:
//! `cargo run --release --example history -- FOLDER ATTEMPTS`. Then `twelvefold --data FOLDER` opens it.
//!
//! Every question of the built-in course is answered, the interview's among them, in turn and over as many days as it takes
//! at five hundred a day up to the end of 2025; every lesson is read, every twentieth quiz is taken to its end. The same
//! number gives the same history.

#![allow(clippy::print_stdout, reason = "a tool for measuring")]

use std::env;
use std::error::Error;
use std::path::Path;

use twelvefold::content::load;
use twelvefold::domain::event::{Attempt, Deed, Event, ReadingPlace};
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::id::{LessonId, OptionId, QuestionId};
use twelvefold::domain::rng::Rng;
use twelvefold::domain::time::{Timestamp, Zone};
use twelvefold::store::{Opener, Store};

/// Answers in one transaction.
const BATCH: u64 = 10_000;
/// Answers a day.
const A_DAY: i64 = 500;
const DAY: i64 = 86_400_000;
/// The evening of the last day of 2025, in milliseconds since 1970.
const LAST: i64 = 1_767_211_200_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, attempts] = arguments.as_slice() else { return Err("give a folder and a number of attempts".into()) };
    let attempts: u64 = attempts.parse()?;
    let course = load::embedded().map_err(|_| "the course of this build is faulty")?;
    let questions: Vec<(LessonId, QuestionId)> = course
        .map
        .iter()
        .flat_map(|entry| {
            let scored = entry.questions.iter().filter(|listed| listed.kind.scored()).map(|listed| &listed.id);
            scored.chain(entry.interview.iter().map(|spoken| &spoken.id)).map(move |question| (entry.id.clone(), question.clone()))
        })
        .collect();
    let mut store = Opener::new(Path::new(folder)).open()?.store;
    let mut learner = Learner { rng: Rng::new(attempts), clock: LAST - i64::try_from(attempts)? / A_DAY * DAY };
    let reading = course.map.iter().flat_map(|entry| learner.reads(&entry.id)).collect::<Vec<_>>();
    store.append(&reading)?;
    let mut batch = Vec::new();
    let mut given = 0;
    for round in 0.. {
        for (lesson, question) in &questions {
            if given == attempts {
                break;
            }
            if round % 20 == 0 && course.map.iter().any(|entry| entry.quiz().next() == Some(question)) {
                let asked = course.map.iter().filter(|entry| entry.id == *lesson).flat_map(|entry| entry.quiz().cloned()).collect();
                batch.push(learner.at(Deed::QuizStarted { lesson: lesson.clone(), seed: round, questions: asked, part: false }));
            }
            batch.push(learner.answers(lesson, question, round)?);
            given += 1;
            if given % BATCH == 0 {
                store.append(&batch)?;
                batch.clear();
            }
        }
        if given == attempts {
            break;
        }
    }
    store.append(&batch)?;
    // As a session that ended well leaves it.
    Box::new(store).close();
    println!("{attempts} answers to {} questions in {folder}", questions.len());
    Ok(())
}

struct Learner {
    rng: Rng,
    clock: i64,
}

impl Learner {
    fn at(&mut self, deed: Deed) -> Event {
        self.clock += DAY / A_DAY;
        Event { at: Timestamp(self.clock), deed }
    }

    fn reads(&mut self, lesson: &LessonId) -> [Event; 3] {
        let (opened, lesson) = (self.clock, lesson.clone());
        let place = ReadingPlace { passage: None, block: 20, offset: 0, percent: 100 };
        [Deed::Opened { lesson: lesson.clone() }, Deed::ReadTo { lesson: lesson.clone(), place }, Deed::Finished { lesson }]
            .map(|deed| Event { at: Timestamp(opened), deed })
    }

    /// Four answers in five are right; of one in five she is not sure.
    fn answers(&mut self, lesson: &LessonId, question: &QuestionId, round: u64) -> Result<Event, Box<dyn Error>> {
        let options = ["a", "b", "c", "d"].map(OptionId::new).into_iter().collect::<Result<Vec<_>, _>>()?;
        let score = f64::from(u8::from(self.rng.below(5) > 0));
        let sure = self.rng.below(5) > 0;
        let mut event = self.at(Deed::Finished { lesson: lesson.clone() });
        event.deed = Deed::Answered(Attempt {
            lesson: lesson.clone(),
            question: question.clone(),
            revision: 1,
            seed: round,
            answer: Answer::Options(options.iter().skip(1).take(1).cloned().collect()),
            shown: options,
            score,
            verdict: Verdict::of(score),
            scored: true,
            in_quiz: round.is_multiple_of(20),
            sure: Some(sure),
            hints: 0,
            took: 9_000,
            day: Zone::default().day(event.at),
        });
        Ok(event)
    }
}
