//! Known misspellings. Only words that are surely wrong are in the list, so a name or a term of the trade raises no alarm.
//!
//! The list is kept small: sorted, each word by what it shares with the one before it, each correction by what it shares
//! with its word. Every so many words one stands whole, so that those between two of them can be passed over. `cargo run --example
//! bake` makes it of the `typos-dict` crate, which itself would make the program 11 MB larger. `build.rs` compresses it: of all that
//! the program carries it is the largest part, and only `check` asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::ops::Bound;

use flate2::read::DeflateDecoder;

/// The file with the list.
pub const PATH: &str = "assets/baked/misspelt.txt";

const LIST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/misspelt.deflate"));

/// Corrections that are kept of a word.
const CORRECTIONS: usize = 2;
/// Stands for a space in a correction.
const GAP: &str = "_";
/// Letters of the shortest word in the list.
const SHORTEST: usize = 3;
/// The most that a count can be.
const MOST: usize = 35;
/// At least every so many words one stands whole.
const BLOCK: usize = 64;

/// The list of words and their corrections, as its file has it. Words that are not all lower case letters are left out.
pub fn encode<'w>(words: impl IntoIterator<Item = (&'w str, &'w [&'w str])>) -> String {
    let plain = |word: &str| word.len() >= SHORTEST && word.bytes().all(|b| b.is_ascii_lowercase());
    let words: BTreeMap<&str, &[&str]> =
        words.into_iter().filter(|(word, corrections)| plain(word) && !corrections.is_empty()).collect();
    let mut out = String::new();
    let mut before = "";
    for (at, (word, corrections)) in words.into_iter().enumerate() {
        let shared = if at.is_multiple_of(BLOCK) { 0 } else { shared(before, word) };
        out.push(digit(shared));
        out.push_str(word.get(shared..).unwrap_or(""));
        for correction in corrections.iter().take(CORRECTIONS) {
            let head = self::shared(word, correction);
            let rest = |text: &str| text.get(head..).unwrap_or("").chars().rev().collect::<String>();
            let tail = self::shared(&rest(word), &rest(correction));
            out.push(' ');
            out.push(digit(head));
            out.push(digit(tail));
            out.push_str(&correction.get(head..correction.len() - tail).unwrap_or("").replace(' ', GAP));
        }
        out.push('\n');
        before = word;
    }
    out
}

/// Those of `words` that are known to be misspelt, with their corrections.
#[must_use]
pub fn misspelt<'w>(words: &BTreeSet<&'w str>) -> BTreeMap<&'w str, Vec<String>> {
    let mut list = String::new();
    // What cannot be read is no list: `a_list_is_carried` holds that this one can.
    let _ = DeflateDecoder::new(LIST).read_to_string(&mut list);
    find(&list, words)
}

/// Both are sorted, so one walk through the list is enough: from one word that stands whole to the next, and only where something
/// is asked between the two.
fn find<'w>(list: &str, words: &BTreeSet<&'w str>) -> BTreeMap<&'w str, Vec<String>> {
    let head = |block: &str| block.find([' ', '\n']).unwrap_or(block.len());
    let mut found = BTreeMap::new();
    let mut blocks = list.strip_prefix('0').unwrap_or_default().split("\n0").peekable();
    while let Some(block) = blocks.next() {
        let first = &block[..head(block)];
        let asked = match blocks.peek() {
            Some(next) if first < &next[..head(next)] => {
                words.range::<str, _>((Bound::Included(first), Bound::Excluded(&next[..head(next)])))
            }
            _ => words.range::<str, _>((Bound::Included(first), Bound::Unbounded)),
        };
        walk(block, asked.copied(), &mut found);
    }
    found
}

/// Walks through a block, of which the first word has no count.
fn walk<'w>(block: &str, asked: impl Iterator<Item = &'w str>, found: &mut BTreeMap<&'w str, Vec<String>>) {
    let mut asked = asked.peekable();
    let mut word = String::new();
    for (at, line) in block.lines().enumerate() {
        if asked.peek().is_none() {
            return;
        }
        let end = line.find(' ').unwrap_or(line.len());
        let counted = if at == 0 { line.get(..end).map(|word| (0, word)) } else { line.get(..end).and_then(count) };
        let Some((shared, rest)) = counted.filter(|(shared, _)| word.is_char_boundary(*shared)) else { continue };
        word.truncate(shared);
        word.push_str(rest);
        while asked.next_if(|next| *next < word.as_str()).is_some() {}
        if let Some(next) = asked.next_if(|next| *next == word) {
            found.insert(next, line.split(' ').skip(1).filter_map(|part| correction(&word, part)).collect());
        }
    }
}

fn correction(word: &str, part: &str) -> Option<String> {
    let (head, part) = count(part)?;
    let (tail, middle) = count(part)?;
    let end = word.len().checked_sub(tail)?;
    Some(format!("{}{}{}", word.get(..head)?, middle.replace(GAP, " "), word.get(end..)?))
}

/// The count that a text begins with, and what follows.
fn count(text: &str) -> Option<(usize, &str)> {
    let first = text.chars().next()?;
    Some((usize::try_from(first.to_digit(36)?).ok()?, text.get(1..)?))
}

fn digit(count: usize) -> char {
    u32::try_from(count).ok().and_then(|count| char::from_digit(count, 36)).unwrap_or('0')
}

/// How many bytes two texts begin with in common, as far as can be counted.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b && a.is_ascii()).count().min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_comes_out() {
        let words: [(&str, &[&str]); 6] = [
            ("teh", &["the"]),
            ("recieve", &["receive"]),
            ("recieves", &["receives"]),
            ("pringing", &["printing", "springing", "wringing"]),
            ("It", &["it"]),
            ("alot", &["a lot"]),
        ];
        let list = encode(words);
        assert_eq!(list.lines().count(), 5);
        let asked = BTreeSet::from(["the", "teh", "recieves", "pringing", "alot", "rec"]);
        let found = find(&list, &asked);
        let of = |word: &str| found.get(word).map(|corrections| corrections.join("|"));
        assert_eq!(found.len(), 4);
        assert_eq!(of("teh").as_deref(), Some("the"));
        assert_eq!(of("recieves").as_deref(), Some("receives"));
        assert_eq!(of("pringing").as_deref(), Some("printing|springing"));
        assert_eq!(of("alot").as_deref(), Some("a lot"));
    }

    #[test]
    fn a_word_is_found_wherever_its_block_begins() {
        let words: Vec<String> = (0..1_000).map(|n: u32| format!("wor{}", letters(n))).collect();
        let corrections: [&str; 1] = ["word"];
        let list = encode(words.iter().map(|word| (word.as_str(), corrections.as_slice())));
        assert!(list.lines().filter(|line| line.starts_with('0')).count() > 1_000 / BLOCK);
        for word in &words {
            let asked = BTreeSet::from(["a", word.as_str(), "zzz"]);
            assert_eq!(find(&list, &asked).keys().copied().collect::<Vec<_>>(), [word.as_str()]);
        }
        let all: BTreeSet<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(find(&list, &all).len(), 1_000);
    }

    /// A number in letters.
    fn letters(n: u32) -> String {
        n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
    }

    #[test]
    fn a_list_is_carried() {
        let asked = BTreeSet::from(["aaccess", "recieve", "zeebra"]);
        assert_eq!(misspelt(&asked).into_keys().collect::<Vec<_>>(), ["aaccess", "recieve", "zeebra"]);
    }

    #[test]
    fn a_broken_list_is_no_harm() {
        assert!(find("\n é\n0é\n1x zz\n9 99x\n-\n", &BTreeSet::from(["z", "-"])).is_empty());
    }
}
