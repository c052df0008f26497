//! The questions of a course that count, in the order of their ids. Progress keeps what is known in the same order, so that both
//! are read side by side: what is due is found without looking a single question up.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::course::Entry;
use super::id::{PassageId, QuestionId};

/// A question of a course, as review needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Which it is.
    pub id: QuestionId,
    /// Its lesson, as an index of the map.
    pub lesson: usize,
    /// The factor that it is about.
    pub factor: Option<u8>,
    /// Its revision: higher when its answer key has changed.
    pub revision: u32,
    /// The passage that it is about.
    pub passage: Option<PassageId>,
    /// Whether it is an interview question, which is answered in one's own words.
    pub open: bool,
}

/// All of a course.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cards {
    all: Vec<Card>,
    /// Their ids one after the other, and where each ends: a hundred thousand texts in one piece of memory are read many times
    /// faster than in as many.
    ids: String,
    ends: Vec<usize>,
    newest: u32,
}

impl Cards {
    /// Those of the map.
    #[must_use]
    pub fn of(map: &[Entry]) -> Self {
        let mut all: Vec<Card> = map.iter().enumerate().flat_map(|(lesson, entry)| of(lesson, entry)).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        // Two of one id are in no course that was checked.
        all.dedup_by(|one, other| one.id == other.id);
        let mut ids = String::new();
        let mut ends = Vec::with_capacity(all.len());
        for card in &all {
            ids.push_str(card.id.as_str());
            ends.push(ids.len());
        }
        let newest = all.iter().map(|card| card.revision).max().unwrap_or(0);
        Self { all, ids, ends, newest }
    }

    /// The highest revision among them.
    #[must_use]
    pub fn newest(&self) -> u32 {
        self.newest
    }

    /// Hands every card that `known` knows something of to `to`, in the order of ids; of what is known only what `matters`.
    pub fn meet<'a, K>(
        &'a self,
        known: &'a BTreeMap<QuestionId, K>,
        matters: impl Fn(&K) -> bool,
        mut to: impl FnMut(&'a Card, &'a K),
    ) {
        let mut cards = self.all.iter().zip(self.texts());
        let mut next = cards.next();
        for (id, known) in known.iter().filter(|(_, known)| matters(known)) {
            while let Some((card, text)) = next {
                let order = text.cmp(id.as_str());
                if order == Ordering::Greater {
                    break;
                }
                next = cards.next();
                if order == Ordering::Equal {
                    to(card, known);
                    break;
                }
            }
        }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let mut begins = 0;
        self.ends.iter().map(move |&ends| {
            let text = self.ids.get(begins..ends).unwrap_or_default();
            begins = ends;
            text
        })
    }
}

/// The questions of a lesson that count.
fn of(lesson: usize, entry: &Entry) -> impl Iterator<Item = Card> {
    let scored = entry.questions.iter().filter(|listed| listed.kind.scored()).map(move |listed| Card {
        id: listed.id.clone(),
        lesson,
        factor: listed.factor,
        revision: listed.revision,
        passage: listed.passage.clone(),
        open: false,
    });
    let open = entry.interview.iter().map(move |spoken| Card {
        id: spoken.id.clone(),
        lesson,
        factor: entry.factor,
        revision: spoken.revision,
        passage: None,
        open: true,
    });
    scored.chain(open)
}
