//! Rules about words: misspellings, and terms of the glossary that a lesson uses without a way to look them up.

use std::collections::{BTreeSet, HashSet};

use super::warning;
use crate::content::files::Files;
use crate::content::lesson::Parsed;
use crate::content::prose::{self, Prose, places, plain};
use crate::content::spelling::misspelt;
use crate::domain::course::Term;
use crate::domain::doc::Link;
use crate::domain::doc::Rich;
use crate::domain::problem::{Place, Problem};
use crate::domain::text::SafeText;

/// Places of one misspelling that are reported in one file.
const SHOWN: usize = 3;

/// Words that are known to be misspelt, in a course whose language is English.
pub fn spelling(files: &Files, prose: &[Prose<'_>], problems: &mut Vec<Problem>) {
    // Most words of a long text are not new, and what is not new need not be sorted.
    let new = |file: &Prose<'_>| file.texts.iter().flat_map(|text| words(&plain(text, false))).collect::<HashSet<String>>();
    let words: Vec<BTreeSet<String>> = prose.iter().map(|file| new(file).into_iter().collect()).collect();
    let all: BTreeSet<&str> = words.iter().flatten().map(String::as_str).collect();
    let known = misspelt(&all);
    for (file, words) in prose.iter().zip(&words) {
        for word in words {
            let Some(corrections) = known.get(word.as_str()) else { continue };
            let help = format!("did you mean `{}`?", corrections.join("` or `"));
            let spots = places(files.get(&file.path).unwrap_or(""), word);
            let mut at: Vec<Place> = spots.iter().take(SHOWN).map(|spot| spot.in_file(&file.path)).collect();
            if at.is_empty() {
                at.push(Place::file(&file.path));
            }
            problems.extend(at.into_iter().map(|place| warning(place, "C008", format!("`{word}` is misspelt"), help.clone())));
        }
    }
}

/// The words of a text in lower case: those that are words and no names of files, code or abbreviations.
fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for chunk in text.split(|c: char| c.is_whitespace() || "—–/()[]\"“”,;!?…".contains(c)) {
        let word = chunk.trim_matches(|c: char| !c.is_alphanumeric());
        let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        let rest = word.get(1..).unwrap_or("");
        if word.bytes().all(|b| b.is_ascii_alphabetic()) && rest.bytes().all(|b| b.is_ascii_lowercase()) && !rest.is_empty() {
            out.push(word.to_ascii_lowercase());
        }
    }
    out
}

/// Terms of several words that a lesson uses and never links. Terms of one word are also ordinary words ("release",
/// "process"), so nothing is said of them; nor of a term in the lesson that teaches it.
pub fn terms(files: &Files, parsed: &Parsed, terms: &[Term], problems: &mut Vec<Problem>) {
    let path = &parsed.place.path;
    let linked: BTreeSet<&str> =
        parsed.links.iter().filter_map(|((link, _), _)| if let Link::Term(id) = link { Some(id.as_str()) } else { None }).collect();
    let mut texts: Vec<&Rich> = Vec::new();
    prose::add_open(&parsed.lesson.body, &mut texts);
    let body: String = texts.iter().map(|text| plain(text, true).to_lowercase() + "\n").collect();
    let source = files.get(path).unwrap_or("");
    let begins = super::split(source).map_or(0, |(_, _, line)| line);
    for term in terms.iter().filter(|term| !linked.contains(term.id.as_str()) && term.lesson.as_ref() != Some(&parsed.lesson.id)) {
        let names = std::iter::once(&term.term).chain(&term.also).map(SafeText::as_str);
        let several = names.filter(|name| name.contains(|c: char| c.is_whitespace() || c == '-' || c == '/'));
        let forms = several.flat_map(|name| [name.to_owned(), format!("{name}s"), format!("{name}es")]);
        let used = forms.filter(|form| body.contains(&form.to_lowercase()));
        let spot = used
            .flat_map(|form| places(source, &form))
            .filter(|spot| spot.line >= begins && !heading(source, spot.line))
            .min_by_key(|spot| (spot.line, spot.column));
        if let Some(spot) = spot {
            let message = format!("the glossary has `{}`, and this lesson does not link it", term.term);
            let help = format!("write `[...](term:{})` around it once, so that its meaning can be shown in place", term.id);
            problems.push(warning(spot.in_file(path), "L015", message, help));
        }
    }
}

/// Whether a line is a heading, which has no room for a link.
fn heading(source: &str, line: usize) -> bool {
    source.lines().nth(line.saturating_sub(1)).is_some_and(|text| text.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_names_of_other_things() {
        assert_eq!(words("Teh cat's NODE_ENV, it's (well-kept) MacOS x.js 12factor a don't."), ["teh", "cat", "it"]);
    }
}
