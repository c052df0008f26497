//! A course, good by every rule, whose texts are hostile: each field, paragraph, line of code and cell carries a payload.
//! And the grammar that all output is held against: what may reach a terminal, and nothing else.
#![allow(dead_code, reason = "no harness needs all of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use twelvefold::content::files::Files;
use twelvefold::domain::text::{clean, is_showable};

/// Sequences that act on terminals, by what they do, and characters that hide, turn or mislead.
pub const PAYLOAD: &str = "\u{1b}]0;title\u{7}\u{1b}[2J\u{1b}[H\u{1b}[?1049l\u{1b}[31mred\u{1b}[6n\u{1b}P$qm\u{1b}\\\u{1b}_apc\u{1b}\\\u{1b}]52;c;aGk=\u{7}\u{1b}]8;;file:///x\u{1b}\\\u{9b}2J\u{9d}0;x\u{9c}\u{90}q\u{9c}\u{8}\u{d}\u{7f}\u{b}\u{c}\u{e}\u{f}\u{202e}\u{202d}\u{2066}\u{2069}\u{61c}\u{200e}\u{200b}\u{200d}\u{2060}\u{feff}\u{ad}\u{34f}\u{115f}\u{3164}\u{ffa0}\u{180e}\u{fff9}\u{e0041}\u{e0100}\u{fe0f}\u{e000}\u{f0000}\u{10ffff}\u{fdd0}\u{ffff}a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}";

/// Fields of course files that hold words.
const WORDS: [&str; 33] = [
    "title",
    "principle",
    "asks",
    "text",
    "why",
    "prompt",
    "says",
    "note",
    "night",
    "fix",
    "proof",
    "label",
    "before",
    "after",
    "left",
    "right",
    "explain",
    "elsewhere",
    "weak",
    "term",
    "summary",
    "time",
    "takeaways",
    "hints",
    "answers",
    "points",
    "follow_ups",
    "also",
    "version",
    "goal",
    "description",
    "for",
    "words",
];

/// Each character as YAML spells it between double quotes.
fn yaml(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match u32::from(c) {
            code if c.is_ascii_alphanumeric() || c == ' ' => out.extend(char::from_u32(code)),
            code @ ..=0xff => drop(write!(out, "\\x{code:02x}")),
            code @ ..=0xffff => drop(write!(out, "\\u{code:04x}")),
            code => drop(write!(out, "\\U{code:08x}")),
        }
    }
    out
}

/// Each character as HTML spells it, so that it is nothing until Markdown is read.
fn entities(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect()
}

fn plain_scalar(value: &str) -> bool {
    !value.is_empty() && !value.starts_with(['|', '>', '[', '{', '"', '\'', '&', '*', '!'])
}

/// The most characters of fields that have a limit.
fn limit(key: &str) -> usize {
    match key {
        "title" => 48,
        "term" | "also" | "before" | "after" => 60,
        "time" => 20,
        "label" | "left" | "right" => 100,
        "text" => 2_000,
        _ => usize::MAX,
    }
}

/// A YAML file with a payload in every field of words; where there is no room for all of it another part in each.
fn hostile_yaml(text: &str, payload: &str) -> String {
    let mut out = String::new();
    let mut turn = 0;
    let mut near = false;
    let mut part = |key: &str, value: &str, near: bool| {
        let limit = if near { 100 } else { limit(key) };
        let fits =
            |part: &str| clean(&format!("{value}{part}")).chars().count() <= limit && part.chars().count() + value.len() <= limit;
        if fits(payload) {
            return payload.to_owned();
        }
        turn += 13;
        let mut part: String = payload.chars().cycle().skip(turn % payload.chars().count()).take(limit.min(200)).collect();
        while !part.is_empty() && !fits(&part) {
            part.pop();
        }
        part
    };
    let mut list = false;
    for line in text.lines() {
        let bare = line.trim_start();
        let indent = &line[..line.len() - bare.len()];
        let (dash, rest) = match bare.strip_prefix("- ") {
            Some(rest) => ("- ", rest),
            None => ("", bare),
        };
        let field = rest.split_once(':').filter(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        match field {
            Some((key, value)) => {
                list = WORDS.contains(&key) && value.trim().is_empty();
                near = key == "near" || near && indent.len() > 4 && !matches!(key, "explain" | "id");
                let value = value.trim();
                if WORDS.contains(&key) && key != "version" && plain_scalar(value) {
                    let _ = writeln!(out, "{indent}{dash}{key}: \"{}{}\"", yaml(value), yaml(&part(key, value, near)));
                } else if WORDS.contains(&key) && value.starts_with('[') && value.ends_with(']') {
                    let items: Vec<String> = value[1..value.len() - 1]
                        .split(", ")
                        .map(|item| {
                            format!(
                                "\"{}{}\"",
                                yaml(item),
                                if key == "answers" { String::new() } else { yaml(&part(key, item, false)) }
                            )
                        })
                        .collect();
                    let _ = writeln!(out, "{indent}{dash}{key}: [{}]", items.join(", "));
                } else if WORDS.contains(&key) && value.starts_with('"') && key != "time" {
                    let _ =
                        writeln!(out, "{indent}{dash}{key}: \"{}{}\"", &value[1..value.len() - 1], yaml(&part(key, value, false)));
                } else {
                    let _ = writeln!(out, "{line}");
                }
            }
            None if list && dash == "- " => drop(writeln!(out, "{indent}- \"{}{}\"", yaml(rest), yaml(payload))),
            // Words of a prompt, over several lines.
            None if !bare.is_empty() && !bare.contains(['"', '(', ';']) => drop(writeln!(out, "{line} {}", entities(payload))),
            None => drop(writeln!(out, "{line}")),
        }
    }
    out
}

/// A Markdown text with a payload in every paragraph, list, cell and line of code, spelled and raw.
fn hostile_markdown(text: &str, payload: &str) -> String {
    // A file has no lines of its own in the middle of one, and no NUL.
    let raw: String = payload.chars().filter(|c| !matches!(c, '\r' | '\n' | '\u{b}' | '\u{c}' | '|' | '`')).collect();
    let mut out = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            let _ = writeln!(out, "{line}");
        } else if fenced {
            let _ = writeln!(out, "{line} {raw}");
        } else if line.is_empty() || line.starts_with("|-") || line.starts_with('[') {
            let _ = writeln!(out, "{line}");
        } else if let Some(row) = line.strip_suffix('|') {
            let _ = writeln!(out, "{row} {} {raw} |", entities(payload));
        } else if let Some((title, id)) = line.split_once(" {#") {
            let _ = writeln!(out, "{title} {} {raw} {{#{id}", entities(payload));
        } else {
            let _ = writeln!(out, "{line} {} {raw}", entities(payload));
        }
    }
    out
}

/// The small good course of the tests with `payload` everywhere.
pub fn course(payload: &str) -> Files {
    let (good, problems) = Files::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good"));
    assert!(problems.is_empty(), "{problems:?}");
    let files = good.paths().map(|path| {
        let text = good.get(path).unwrap();
        let hostile = if path == "lessons/course.yaml" {
            text.replace("A course about tea", &format!("\"A course {}\"", yaml(payload)))
        } else if path.ends_with("lesson.md") {
            let (_, rest) = text.split_once("---\n").unwrap();
            let (front, body) = rest.split_once("\n---\n").unwrap();
            format!("---\n{}---\n{}", hostile_yaml(front, payload), hostile_markdown(body, payload))
        } else if path.ends_with(".yaml") {
            hostile_yaml(text, payload)
        } else {
            let raw: String = payload.chars().filter(|c| !matches!(c, '\r' | '\n' | '\u{2028}' | '\u{2029}')).collect();
            text.lines().map(|line| format!("{line} // {raw}\n")).collect()
        };
        (path.to_owned(), hostile)
    });
    Files::Folder(files.collect::<BTreeMap<_, _>>())
}

/// Writes a course into a folder.
pub fn write(files: &Files, folder: &Path) {
    for path in files.paths() {
        let at = folder.join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, files.get(path).unwrap()).unwrap();
    }
}

/// What output may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Text and line feeds.
    Text,
    /// Styles as well.
    Styled,
    /// All that the screens are drawn with.
    Screen,
}

/// The first thing in `bytes` that may not be there, with what stands around it.
pub fn forbidden(bytes: &[u8], allowed: Allowed) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Some(format!("no UTF-8 at {}", error.valid_up_to())),
    };
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        at += match c {
            '\n' => 1,
            '\r' if allowed == Allowed::Screen => 1,
            '\u{1b}' if allowed != Allowed::Text => match sequence(rest, allowed) {
                Some(length) => length,
                None => return Some(around(text, at)),
            },
            c if is_showable(c) => c.len_utf8(),
            _ => return Some(around(text, at)),
        };
    }
    None
}

fn around(text: &str, at: usize) -> String {
    let before: String = text[..at].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
    let after: String = text[at..].chars().take(20).collect();
    format!("at byte {at}: {before:?} then {after:?}")
}

/// The length of the allowed sequence that `text` begins with.
fn sequence(text: &str, allowed: Allowed) -> Option<usize> {
    const QUESTION: &str = "\u{1b}]11;?\u{1b}\\";
    if allowed == Allowed::Screen && text.starts_with(QUESTION) {
        return Some(QUESTION.len());
    }
    let inner = text.strip_prefix("\u{1b}[")?;
    let end = inner.find(|c: char| !matches!(c, '0'..='9' | ';' | '?'))?;
    let (numbers, last) = (&inner[..end], inner[end..].chars().next()?);
    let fine = match last {
        'm' => !numbers.contains('?'),
        // Cursor, erase, and lines moved within a region.
        'H' | 'A' | 'B' | 'C' | 'D' | 'J' | 'K' | 'L' | 'M' | 'r' => allowed == Allowed::Screen && !numbers.contains('?'),
        'h' | 'l' => allowed == Allowed::Screen && ["?25", "?1000", "?1006", "?1049", "?2004", "?2026"].contains(&numbers),
        _ => false,
    };
    fine.then_some(2 + end + 1)
}

#[test]
fn the_grammar_lets_through_what_screens_are_made_of_and_nothing_else() {
    use Allowed::{Screen, Styled, Text};
    for (text, allowed, fine) in [
        ("plain é 日\n", Text, true),
        ("\u{1b}[31m", Text, false),
        ("\u{1b}[1;38;5;2mx\u{1b}[0m", Styled, true),
        ("\u{1b}[2J", Styled, false),
        ("\u{1b}[?2026h\u{1b}[3;4Hx\u{1b}[2J\u{1b}[?25l", Screen, true),
        ("\u{1b}]11;?\u{1b}\\", Screen, true),
        ("\u{1b}]11;?\u{1b}\\", Styled, false),
        ("\u{1b}]0;x\u{7}", Screen, false),
        ("\u{1b}]52;c;x\u{7}", Screen, false),
        ("\u{1b}[6n", Screen, false),
        ("\u{1b}[?1003h", Screen, false),
        ("\u{1b}P", Screen, false),
        ("\u{9b}2J", Screen, false),
        ("\r", Styled, false),
        ("\u{202e}", Screen, false),
        ("\u{200b}", Text, false),
        ("\u{7f}", Screen, false),
        ("\t", Text, false),
        ("\u{1b}", Screen, false),
    ] {
        assert_eq!(forbidden(text.as_bytes(), allowed).is_none(), fine, "{text:?} {allowed:?}");
    }
    assert!(forbidden(b"\xff", Screen).is_some());
}
