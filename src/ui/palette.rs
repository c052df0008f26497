//! The colours of code: those made ahead of time, and those that were asked for and have come. Code is plain until then.

use std::collections::{HashMap, HashSet};

use crate::domain::code::{Colours, key};

/// What is known of the colours of code.
#[derive(Debug, Default)]
pub struct Palette {
    baked: HashMap<u64, &'static str>,
    made: HashMap<u64, Colours>,
    asked: HashSet<u64>,
}

/// A piece of code whose colours are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Names it, see [`key`].
    pub key: u64,
    /// Its language.
    pub language: String,
    /// Its text.
    pub text: String,
}

impl Palette {
    /// With colours made ahead of time, by key, as [`Colours::encode`] writes them.
    #[must_use]
    pub fn new(baked: HashMap<u64, &'static str>) -> Self {
        Self { baked, ..Self::default() }
    }

    /// The colours of a piece of code, if they are known.
    #[must_use]
    pub fn get(&self, language: &str, text: &str) -> Option<Colours> {
        let key = key(language, text);
        self.made.get(&key).cloned().or_else(|| self.baked.get(&key).and_then(|runs| Colours::decode(runs)))
    }

    /// Those of `codes` (language and text) whose colours are not known and were not asked for yet. They count as asked for now.
    pub fn wanted<'c>(&mut self, codes: impl IntoIterator<Item = (&'c str, &'c str)>) -> Vec<Wanted> {
        codes
            .into_iter()
            .filter(|(language, text)| !matches!(*language, "" | "text" | "diagram" | "console") && !text.is_empty())
            .map(|(language, text)| Wanted { key: key(language, text), language: language.to_owned(), text: text.to_owned() })
            .filter(|wanted| !self.baked.contains_key(&wanted.key) && self.asked.insert(wanted.key))
            .collect()
    }

    /// Takes in colours that have come.
    pub fn learn(&mut self, key: u64, colours: Colours) {
        self.made.insert(key, colours);
    }
}
