//! A round of interview questions: which are asked, in which order, and what ticked points amount to.

use std::collections::BTreeMap;

use super::course::Course;
use super::id::{OptionId, QuestionId};
use super::progress::Progress;
use super::quiz::{InterviewQuestion, Seniority};
use super::rng::Rng;
use super::time::Timestamp;

/// Questions of a round when nothing else is asked for: about twenty minutes.
pub const LENGTH: usize = 6;

/// The most questions of a round.
pub const MAX_LENGTH: u16 = 50;

/// What a learner wants to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// The questions of that lesson alone, as an index of the map; of the whole course when left out.
    pub lesson: Option<usize>,
    /// Questions of that level alone; of every level, the easier ones first, when left out.
    pub level: Option<Seniority>,
    /// How many.
    pub length: usize,
}

impl Default for Wish {
    fn default() -> Self {
        Self { lesson: None, level: None, length: LENGTH }
    }
}

/// A question that could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its lesson, as an index of the map.
    pub lesson: usize,
    /// Which it is.
    pub question: QuestionId,
    /// The factor that it is about.
    pub factor: Option<u8>,
    /// How far it goes.
    pub level: Seniority,
    /// When it was last answered.
    pub answered: Option<Timestamp>,
}

/// Every question that a wish allows, in the order of the course.
#[must_use]
pub fn candidates(course: &Course, progress: &Progress, wish: Wish) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (lesson, entry) in course.map.iter().enumerate() {
        if entry.interview.is_empty() || wish.lesson.is_some_and(|wanted| wanted != lesson) {
            continue;
        }
        let Some(quiz) = course.quiz(lesson) else { continue };
        let fits = quiz.interview.iter().filter(|question| wish.level.is_none_or(|level| level == question.level));
        found.extend(fits.map(|question| Candidate {
            lesson,
            question: question.id.clone(),
            factor: question.factor,
            level: question.level,
            answered: progress.questions.get(&question.id).map(|known| known.at),
        }));
    }
    found
}

/// A round of at most `length` of the candidates: factors take turns, what was never answered comes before what was answered
/// long ago, and the round goes from easy to hard without staying with a factor.
#[must_use]
pub fn deal(mut candidates: Vec<Candidate>, length: usize, rng: &mut Rng) -> Vec<Candidate> {
    rng.shuffle(&mut candidates);
    candidates.sort_by_key(|candidate| candidate.answered);
    // The turn in which each would come if its factor gave one question a turn.
    let mut given: BTreeMap<Option<u8>, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, Candidate)> = candidates
        .into_iter()
        .map(|candidate| {
            let turn = given.entry(candidate.factor).or_default();
            *turn += 1;
            (*turn, candidate)
        })
        .collect();
    turns.sort_by_key(|(turn, _)| *turn);
    let mut waiting: Vec<Candidate> = turns.into_iter().take(length).map(|(_, candidate)| candidate).collect();
    waiting.sort_by_key(|candidate| candidate.level);
    let mut round: Vec<Candidate> = Vec::new();
    while !waiting.is_empty() {
        let last = round.last().map(|candidate| candidate.factor);
        let next = waiting.iter().position(|candidate| Some(candidate.factor) != last).unwrap_or(0);
        round.push(waiting.remove(next));
    }
    round
}

/// The share of its points that were said, from 0 to 1.
#[must_use]
pub fn score(said: usize, points: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    (number(said) / number(points.max(1))).min(1.0)
}

/// The name of a point in records: its number, from 1.
#[must_use]
pub fn point_id(at: usize) -> Option<OptionId> {
    OptionId::new(&(at + 1).to_string()).ok()
}

/// The interview question of that id in the lesson at `index`.
#[must_use]
pub fn question_in<'c>(course: &'c Course, index: usize, id: &QuestionId) -> Option<&'c InterviewQuestion> {
    course.quiz(index)?.interview.iter().find(|question| &question.id == id)
}

/// The lesson that has the interview question, as an index of the map, and the question. Lessons are opened until it is found.
#[must_use]
pub fn find<'c>(course: &'c Course, id: &QuestionId) -> Option<(usize, &'c InterviewQuestion)> {
    let lessons = course.map.iter().enumerate().filter(|(_, entry)| !entry.interview.is_empty());
    lessons.into_iter().find_map(|(lesson, _)| Some((lesson, question_in(course, lesson, id)?)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn candidate(n: usize, factor: u8, level: Seniority, answered: Option<i64>) -> Candidate {
        Candidate {
            lesson: usize::from(factor),
            question: QuestionId::new(&format!("q{n}")).unwrap(),
            factor: Some(factor),
            level,
            answered: answered.map(Timestamp),
        }
    }

    #[test]
    fn what_was_never_asked_comes_first_and_then_the_oldest() {
        let pool: Vec<Candidate> = [Some(30), None, Some(10), None, Some(20)]
            .into_iter()
            .enumerate()
            .map(|(n, answered)| candidate(n, 1, Seniority::Mid, answered))
            .collect();
        for seed in 0..20 {
            let round = deal(pool.clone(), 3, &mut Rng::new(seed));
            let mut ids: Vec<&str> = round.iter().map(|candidate| candidate.question.as_str()).collect();
            ids.sort_unstable();
            assert_eq!(ids, ["q1", "q2", "q3"]);
        }
    }

    #[test]
    fn points_are_counted_and_an_answer_without_points_is_nothing() {
        assert!((score(3, 4) - 0.75).abs() < 1e-12);
        assert!((score(0, 0)).abs() < 1e-12);
        assert!((score(9, 4) - 1.0).abs() < 1e-12);
        assert_eq!(point_id(0).unwrap().as_str(), "1");
    }

    proptest! {
        #[test]
        fn factors_take_turns_and_nothing_is_asked_twice(
            pool in prop::collection::vec((1..13_u8, 0..3_usize, prop::option::of(0..100_i64)), 0..120),
            length in 0..40_usize,
            seed in any::<u64>(),
        ) {
            let levels = [Seniority::Junior, Seniority::Mid, Seniority::Senior];
            let pool: Vec<Candidate> =
                pool.into_iter().enumerate().map(|(n, (factor, level, at))| candidate(n, factor, levels[level], at)).collect();
            let round = deal(pool.clone(), length, &mut Rng::new(seed));
            prop_assert_eq!(round.len(), length.min(pool.len()));
            prop_assert_eq!(&round, &deal(pool.clone(), length, &mut Rng::new(seed)));
            for (at, candidate) in round.iter().enumerate() {
                prop_assert!(!round[..at].contains(candidate));
            }
            // No factor is asked twice more often than another that still had questions.
            let count = |of: &[Candidate], factor: u8| of.iter().filter(|candidate| candidate.factor == Some(factor)).count();
            for a in 1..13_u8 {
                for b in 1..13_u8 {
                    if count(&round, b) < count(&pool, b) {
                        prop_assert!(count(&round, a) <= count(&round, b) + 1, "{} and {}", a, b);
                    }
                }
            }
        }
    }
}
