//! An exam paper: which questions it asks, in which order. The same seed gives the same paper.

use super::course::{Entry, Listed};
use super::id::QuestionId;
use super::rng::Rng;

/// Questions of a paper when nobody says how many.
pub const QUESTIONS: u16 = 24;

/// What a paper is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// How many questions at most.
    pub questions: u16,
    /// Which factors, bit 1 for the first to bit 12 for the twelfth; none for all.
    pub factors: u16,
    /// How long it may take, in minutes.
    pub minutes: Option<u16>,
    /// Decides which questions, and their order.
    pub seed: Option<u64>,
}

impl Default for Paper {
    fn default() -> Self {
        Self { questions: QUESTIONS, factors: 0, minutes: None, seed: None }
    }
}

impl Paper {
    /// Whether it asks about a factor.
    #[must_use]
    pub fn asks(&self, factor: u8) -> bool {
        self.factors == 0 || (factor < 16 && self.factors & (1 << factor) != 0)
    }
}

/// The questions of a paper, with the lesson that each stands in: as evenly over the factors as can be, then shuffled.
#[must_use]
pub fn draw(map: &[Entry], paper: &Paper, seed: u64) -> Vec<(usize, QuestionId)> {
    let mut rng = Rng::new(seed);
    let listed: Vec<(usize, &Listed)> = map
        .iter()
        .enumerate()
        .flat_map(|(lesson, entry)| entry.questions.iter().map(move |listed| (lesson, listed)))
        .filter(|(_, listed)| listed.kind.scored() && listed.factor.is_some_and(|factor| paper.asks(factor)))
        .collect();
    let mut piles: Vec<Vec<(usize, &Listed)>> = (1..=12)
        .map(|factor| {
            let mut pile: Vec<_> = listed.iter().filter(|(_, listed)| listed.factor == Some(factor)).copied().collect();
            rng.shuffle(&mut pile);
            pile
        })
        .collect();
    let mut drawn = Vec::new();
    while drawn.len() < usize::from(paper.questions) && piles.iter().any(|pile| !pile.is_empty()) {
        // Who comes short when it does not come out even is drawn by lot.
        rng.shuffle(&mut piles);
        for pile in &mut piles {
            if drawn.len() < usize::from(paper.questions) {
                drawn.extend(pile.pop());
            }
        }
    }
    rng.shuffle(&mut drawn);
    drawn.into_iter().map(|(lesson, listed)| (lesson, listed.id.clone())).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::id::LessonId;
    use crate::domain::kind::Kind;
    use crate::domain::late::Late;
    use crate::domain::text::SafeText;

    fn map() -> Vec<Entry> {
        (1..=12_u8)
            .map(|factor| Entry {
                id: LessonId::new(&format!("l{factor}")).unwrap(),
                title: SafeText::default(),
                factor: Some(factor),
                words: 1,
                minutes: 1,
                pairs: Vec::new(),
                languages: Vec::new(),
                questions: (0..10)
                    .map(|n| Listed {
                        id: QuestionId::new(&format!("l{factor}-{n}")).unwrap(),
                        kind: if n == 0 { Kind::Guess } else { Kind::Single },
                        factor: Some(factor),
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

    proptest! {
        #[test]
        fn a_paper_is_even_and_asks_nothing_twice(questions in 1..150_u16, factors in any::<u16>(), seed in any::<u64>()) {
            let factors = factors & 0b1_1111_1111_1110;
            let paper = Paper { questions, factors, ..Paper::default() };
            let drawn = draw(&map(), &paper, seed);
            prop_assert_eq!(&drawn, &draw(&map(), &paper, seed));
            let asked = if factors == 0 { 12 } else { factors.count_ones() };
            prop_assert_eq!(drawn.len(), usize::from(questions).min(usize::try_from(asked).unwrap() * 9));
            let mut counts = [0_usize; 12];
            for (at, (lesson, id)) in drawn.iter().enumerate() {
                prop_assert!(!id.as_str().ends_with("-0"), "a guess is not asked");
                prop_assert!(!drawn[..at].iter().any(|(_, other)| other == id));
                prop_assert!(paper.asks(u8::try_from(*lesson).unwrap() + 1));
                counts[*lesson] += 1;
            }
            let used: Vec<usize> = counts.into_iter().filter(|count| *count > 0).collect();
            prop_assert!(used.iter().max().unwrap() - used.iter().min().unwrap() <= 1, "{:?}", counts);
        }
    }
}
