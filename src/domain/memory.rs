//! How well an answer is remembered, and when it should be asked again: the FSRS-6 model of memory with its published default
//! weights. Pure functions of days and grades.
//!
//! Source: the Free Spaced Repetition Scheduler, version 6 (open-spaced-repetition, "The Algorithm"). A test holds every
//! number against the reference implementation.

// Not the system's: the same to the last bit on every machine, so that two that share their answers agree on what is due.
use libm::{exp, pow};

use super::time::Day;

/// The published default weights of FSRS-6.
const W: [f64; 21] = [
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629, 1.6483, 0.6014,
    1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];
/// Stability is kept in these bounds, in days.
const STABILITY: (f64, f64) = (0.001, 36_500.0);
/// Difficulty is kept in these bounds.
const DIFFICULTY: (f64, f64) = (1.0, 10.0);
/// The longest time between two reviews, in days.
const LONGEST: f64 = 365.0;

/// How an answer went. It follows from what happened, never from what the learner says of it, and never from speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Wrong, or less than half right.
    Again,
    /// Right but not sure, with hints, or only partly right.
    Hard,
    /// Right.
    Good,
    /// Right without effort. Nothing that the program sees proves that, so that it never gives it; the model knows it.
    Easy,
}

impl Grade {
    /// The grade of an answer: its score from 0 to 1, whether the learner was sure where that was asked, and how many hints
    /// were taken.
    #[must_use]
    pub fn of(score: f64, sure: Option<bool>, hints: u8) -> Self {
        if score < 0.5 {
            Self::Again
        } else if score < 1.0 || sure == Some(false) || hints > 0 {
            Self::Hard
        } else {
            Self::Good
        }
    }

    /// As FSRS counts: 1 to 4.
    fn number(self) -> f64 {
        match self {
            Self::Again => 1.0,
            Self::Hard => 2.0,
            Self::Good => 3.0,
            Self::Easy => 4.0,
        }
    }
}

/// What is remembered of one question after its last answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// Days after which the chance to know it is 90 %.
    pub stability: f64,
    /// From 1 to 10.
    pub difficulty: f64,
    /// The day of the last answer.
    pub day: Day,
}

impl Memory {
    /// After the first answer.
    #[must_use]
    pub fn first(grade: Grade, day: Day) -> Self {
        let stability = match grade {
            Grade::Again => W[0],
            Grade::Hard => W[1],
            Grade::Good => W[2],
            Grade::Easy => W[3],
        };
        Self { stability: stability.clamp(STABILITY.0, STABILITY.1), difficulty: clamp_difficulty(first_difficulty(grade)), day }
    }

    /// After one more answer. A day before the last one, by a clock that was put back, counts as the same day.
    #[must_use]
    pub fn next(self, grade: Grade, day: Day) -> Self {
        let elapsed = days(self.day, day);
        let (s, d) = (self.stability.clamp(STABILITY.0, STABILITY.1), clamp_difficulty(self.difficulty));
        let stability = if elapsed == 0.0 {
            let growth = exp(W[17] * (grade.number() - 3.0 + W[18])) * pow(s, -W[19]);
            s * if grade == Grade::Again { growth } else { growth.max(1.0) }
        } else {
            let forgotten = 1.0 - chance(elapsed, s);
            match grade {
                Grade::Again => {
                    let after = W[11] * pow(d, -W[12]) * (pow(s + 1.0, W[13]) - 1.0) * exp(forgotten * W[14]);
                    after.min(s / exp(W[17] * W[18]))
                }
                _ => {
                    let hard = if grade == Grade::Hard { W[15] } else { 1.0 };
                    let easy = if grade == Grade::Easy { W[16] } else { 1.0 };
                    let gain = exp(W[8]) * (11.0 - d) * pow(s, -W[9]) * (exp(forgotten * W[10]) - 1.0);
                    s * (gain * hard * easy + 1.0)
                }
            }
        };
        let moved = d + (10.0 - d) * (-W[6] * (grade.number() - 3.0)) / 9.0;
        let difficulty = W[7] * (first_difficulty(Grade::Easy) - moved) + moved;
        Self {
            stability: stability.clamp(STABILITY.0, STABILITY.1),
            difficulty: clamp_difficulty(difficulty),
            day: day.max(self.day),
        }
    }

    /// The chance that it is known on `day`, from 0 to 1.
    #[must_use]
    pub fn recall(&self, day: Day) -> f64 {
        chance(days(self.day, day), self.stability)
    }

    /// The day on which it should be asked again: a day after the last answer at the earliest, a year at the latest.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "bounded to a year")]
    pub fn due(&self) -> Day {
        // Stability is the time after which the chance is 90 %, and that is when it is asked.
        Day(self.day.0.saturating_add(self.stability.round().clamp(1.0, LONGEST) as i32))
    }
}

fn first_difficulty(grade: Grade) -> f64 {
    W[4] - exp(W[5] * (grade.number() - 1.0)) + 1.0
}

fn clamp_difficulty(difficulty: f64) -> f64 {
    difficulty.clamp(DIFFICULTY.0, DIFFICULTY.1)
}

/// Bends the curve so that it stands at 90 % after as many days as the stability: 0.9 to the power of -1/w20, less one.
const FACTOR: f64 = 0.9803464944134797;

/// The forgetting curve: the chance to know something `elapsed` days after an answer that left it with that stability.
fn chance(elapsed: f64, stability: f64) -> f64 {
    pow(1.0 + FACTOR * elapsed / stability.clamp(STABILITY.0, STABILITY.1), -W[20])
}

/// Whole days from one to the other, never less than none.
fn days(from: Day, to: Day) -> f64 {
    f64::from(to.0.saturating_sub(from.0).max(0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "tests")]
mod tests {
    use fsrs::{FSRS, FSRSItem, FSRSReview};
    use proptest::prelude::*;

    use super::*;

    const GRADES: [Grade; 4] = [Grade::Again, Grade::Hard, Grade::Good, Grade::Easy];

    fn ours(reviews: &[(usize, i32)]) -> Memory {
        let mut day = Day(20_000);
        let mut memory = Memory::first(GRADES[reviews[0].0], day);
        for &(grade, later) in &reviews[1..] {
            day = Day(day.0 + later);
            memory = memory.next(GRADES[grade], day);
        }
        memory
    }

    fn reference(reviews: &[(usize, i32)]) -> fsrs::MemoryState {
        let reviews = reviews
            .iter()
            .enumerate()
            .map(|(at, &(grade, later))| FSRSReview { rating: grade as u32 + 1, delta_t: if at == 0 { 0 } else { later as u32 } })
            .collect();
        FSRS::default().memory_state(FSRSItem { reviews }, None).unwrap()
    }

    /// The reference counts in single precision, so that numbers are compared by their ratio.
    fn agree(reviews: &[(usize, i32)]) {
        let (ours, reference) = (ours(reviews), reference(reviews));
        let ratio = ours.stability / f64::from(reference.stability);
        assert!((ratio - 1.0).abs() < 1e-4, "stability {} {} {reviews:?}", ours.stability, reference.stability);
        let gap = (ours.difficulty - f64::from(reference.difficulty)).abs();
        assert!(gap < 1e-4, "difficulty {} {} {reviews:?}", ours.difficulty, reference.difficulty);
    }

    /// Again, then good at once and after 1, 3, 8 and 21 days: the vector that the reference publishes for these weights.
    #[test]
    fn the_published_vector_comes_out() {
        assert!((ours(&[(2, 0)]).recall(Day(20_002)) - 0.9).abs() < 0.02, "due after two days");
        let memory = ours(&[(0, 0), (2, 0), (2, 1), (2, 3), (2, 8), (2, 21)]);
        assert!((memory.stability - 53.62691).abs() < 1e-4, "{}", memory.stability);
        assert!((memory.difficulty - 6.357_486_7).abs() < 1e-4, "{}", memory.difficulty);
    }

    #[test]
    fn the_curve_stands_at_ninety_percent_after_the_stability() {
        assert!((FACTOR - (0.9_f64.powf(1.0 / -W[20]) - 1.0)).abs() < 1e-12, "{FACTOR}");
        assert!((chance(7.0, 7.0) - 0.9).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn every_history_agrees_with_the_reference(reviews in prop::collection::vec((0..4_usize, 0..400_i32), 1..30)) {
            agree(&reviews);
        }

        #[test]
        fn memory_fades_and_answers_bring_it_back(reviews in prop::collection::vec((0..3_usize, 0..60_i32), 1..20), wait in 1..200_i32) {
            let memory = ours(&reviews);
            let later = Day(memory.day.0 + wait);
            prop_assert!(memory.recall(memory.day) > memory.recall(later));
            prop_assert!((0.0..=1.0).contains(&memory.recall(later)));
            prop_assert!(memory.next(Grade::Good, later).stability >= memory.stability);
            prop_assert!(memory.next(Grade::Again, later).stability <= memory.stability);
            prop_assert!(memory.due() > memory.day && memory.due().0 <= memory.day.0 + 365);
        }
    }

    /// A learner who answers on the day that each question is due, for a year, one answer in eight wrong.
    #[test]
    fn a_year_of_learning_agrees_with_the_reference() {
        for learner in 0..40_u32 {
            let mut reviews = vec![(2_usize, 0)];
            let (mut day, mut turn) = (0, learner);
            while day < 365 {
                let memory = ours(&reviews);
                let later = memory.due().0 - memory.day.0;
                turn = turn.wrapping_mul(1_103_515_245).wrapping_add(12_345);
                reviews.push((if (turn >> 16) % 8 == 0 { 0 } else { 1 + (turn >> 20) as usize % 2 }, later));
                day += later;
                agree(&reviews);
            }
            assert!(reviews.len() > 5, "{reviews:?}");
        }
    }

    #[test]
    fn a_clock_that_goes_back_forgets_nothing() {
        let memory = Memory::first(Grade::Good, Day(100)).next(Grade::Good, Day(110));
        let back = memory.next(Grade::Good, Day(50));
        assert_eq!(back, memory.next(Grade::Good, Day(110)));
        assert_eq!(memory.recall(Day(50)), 1.0);
    }

    #[test]
    fn a_grade_follows_from_what_happened() {
        for (score, sure, hints, grade) in [
            (1.0, Some(true), 0, Grade::Good),
            (1.0, None, 0, Grade::Good),
            (1.0, Some(false), 0, Grade::Hard),
            (1.0, Some(true), 1, Grade::Hard),
            (0.5, Some(true), 0, Grade::Hard),
            (0.4, None, 0, Grade::Again),
            (0.0, Some(false), 2, Grade::Again),
        ] {
            assert_eq!(Grade::of(score, sure, hints), grade, "{score} {sure:?} {hints}");
        }
    }
}
