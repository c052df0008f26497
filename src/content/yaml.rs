//! YAML into a tree that knows the place of every key and value. The only file that names the YAML crate.
//!
//! A tree and not typed structs, because serde stops at the first mistake of a file and we report all of them at once.
//! Aliases are refused, depth and size are bounded: a course is a stranger's file.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::DuplicateKeyPolicy;
use serde_yaml::{Error, Location, Options, Spanned};

use crate::domain::problem::{Place, Problem, Severity};

/// The largest YAML file, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting.
pub const MAX_DEPTH: usize = 16;
/// The most values in one file.
pub const MAX_NODES: usize = 40_000;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where.
    pub at: Spot,
    /// What.
    pub value: Value,
    /// Whether a comment follows a text on its line: `text: Take #8080 # and more` loses its end.
    pub cut: bool,
}

/// A place inside a file, in characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spot {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
    /// Characters concerned; 0 when not known.
    pub length: usize,
}

impl Spot {
    /// The spot in the file at `path`.
    #[must_use]
    pub fn in_file(self, path: &str) -> Place {
        Place { path: path.to_owned(), line: self.line, column: self.column, length: self.length }
    }
}

/// A YAML value. Scalars keep their text; whether a text was quoted does not matter to any field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// true or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other scalar.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file, duplicate keys included.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Where.
    pub at: Spot,
    /// Its text.
    pub name: String,
}

impl Value {
    /// What it is, in the words of a message.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Parses `text`, which begins after `skipped` lines of the file at `path` (front matter).
///
/// # Errors
/// One problem: YAML that is no YAML ends the reading of this file.
pub fn parse(path: &str, text: &str, skipped: usize) -> Result<Node, Problem> {
    let fail = |code, spot: Spot, message: String, help: Option<String>| {
        Err(Problem { place: shift(spot, skipped).in_file(path), severity: Severity::Error, code, message, help })
    };
    if text.len() > MAX_BYTES {
        return fail(
            "Y007",
            Spot::default(),
            format!("the file has {} bytes", text.len()),
            Some(format!("at most {MAX_BYTES} bytes")),
        );
    }
    if text.trim().is_empty() {
        return Ok(Node { at: Spot { line: skipped + 1, column: 1, length: 0 }, value: Value::Null, cut: false });
    }
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(text, options()) {
        Ok(raw) => Ok(node(raw, &text.lines().collect::<Vec<_>>(), skipped)),
        Err(error) => {
            let error = error.without_snippet();
            let spot = tab(text, error.location().map_or_else(Spot::default, spot));
            let (code, message, help) = explain(error, text, spot);
            fail(code, spot, message, help)
        }
    }
}

fn options() -> Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_aliases: 0,
            max_anchors: 0,
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_events: MAX_NODES * 3,
            max_documents: 1,
            max_total_scalar_bytes: MAX_BYTES,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
    }
}

fn spot(location: Location) -> Spot {
    let cast = |n: u64| usize::try_from(n).unwrap_or(0);
    Spot { line: cast(location.line()), column: cast(location.column()), length: cast(location.span().len()) }
}

fn shift(spot: Spot, skipped: usize) -> Spot {
    Spot { line: if spot.line == 0 { skipped + 1 } else { spot.line + skipped }, ..spot }
}

/// The tab that indents the line after a spot: the parser stops before it.
fn tab(text: &str, at: Spot) -> Spot {
    let next = text.lines().nth(at.line).unwrap_or("");
    let margin: String = next.chars().take_while(|c| c.is_whitespace()).collect();
    match margin.chars().position(|c| c == '\t') {
        Some(column) if at.line > 0 => Spot { line: at.line + 1, column: column + 1, length: 1 },
        _ => at,
    }
}

/// The parser's own words speak to programmers; these speak to authors.
fn explain(error: &Error, text: &str, spot: Spot) -> (&'static str, String, Option<String>) {
    match error {
        Error::Budget { breach, .. } => {
            let words = format!("{breach:?}");
            if words.contains("Document") {
                ("Y001", "a second document begins here".into(), Some("a course file has one: remove the line `---`".into()))
            } else if words.contains("Alias") || words.contains("Anchor") {
                ("Y007", "anchors and aliases are not used in courses".into(), Some("write the value out".into()))
            } else {
                (
                    "Y007",
                    "the file is nested too deeply or has too many values".into(),
                    Some(format!("at most {MAX_DEPTH} levels and {MAX_NODES} values")),
                )
            }
        }
        Error::UnknownAnchor { .. } => (
            "Y007",
            "anchors and aliases are not used in courses".into(),
            Some("write the value out; quote a text that begins with `*`".into()),
        ),
        other => {
            let words = first_sentence(&other.to_string());
            let help = advice(&words, text, spot).map(str::to_owned);
            let words = if words.contains("into string") || words.contains("expected string") {
                "a key is one word before the colon".to_owned()
            } else {
                words
            };
            ("Y001", format!("this is no YAML: {words}"), help)
        }
    }
}

/// What is most likely behind a mistake that the parser found at `spot`.
fn advice(words: &str, text: &str, spot: Spot) -> Option<&'static str> {
    let line = text.lines().nth(spot.line.saturating_sub(1)).unwrap_or("");
    let from = |c: char| line.chars().nth(spot.column.saturating_sub(1)) == Some(c);
    if line.contains('\t') {
        Some("indent with spaces, not with tabs")
    } else if words.contains("mapping values are not allowed") || (line.matches(": ").count() > 1 && !line.contains('"')) {
        Some("a text that contains `: ` must stand in quotes")
    } else if words.contains("unclosed quote") {
        Some("close it with the same quotation mark; a mark inside a text in quotes is written twice or as \\\"")
    } else if ['`', '@', '%'].into_iter().any(from) {
        Some("a text that begins with ` or @ or % must stand in quotes")
    } else if begins_with_space(text, spot.line) {
        Some("a block whose first line begins with a space needs `|2` instead of `|`")
    } else if words.contains("did not find expected") {
        Some("what belongs together begins in the same column")
    } else {
        None
    }
}

/// Whether the line is in a block that it does not belong to any more, as the block's first line stands further right.
fn begins_with_space(text: &str, line: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().take(line).collect();
    let Some((last, before)) = lines.split_last() else { return false };
    let head = before.iter().rposition(|line| indent(line) < indent(last) && !line.trim().is_empty());
    head.is_some_and(|head| {
        let opens = before.get(head).is_some_and(|line| line.trim_end().ends_with(['|', '>']));
        opens && before.get(head + 1).is_some_and(|first| indent(first) > indent(last))
    })
}

fn first_sentence(text: &str) -> String {
    let line = text.lines().next().unwrap_or("").trim();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let line = line.split_once(": ").filter(|(place, _)| place.starts_with("line ")).map_or(line, |(_, rest)| rest);
    line.split(" at line ").next().unwrap_or(line).to_owned()
}

fn node(raw: Spanned<Raw>, lines: &[&str], skipped: usize) -> Node {
    let own = spot(raw.referenced);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(b) => Value::Bool(b),
        Raw::Int(n) => Value::Int(n),
        Raw::Other => Value::Text(source(lines, own)),
        Raw::Text(text) => Value::Text(text),
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(item, lines, skipped)).collect()),
        Raw::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| {
                    (Key { at: shift(spot(key.referenced), skipped), name: key.value }, node(value, lines, skipped))
                })
                .collect(),
        ),
    };
    let cut = matches!(value, Value::Text(_)) && commented(lines, own);
    Node { at: shift(own, skipped), value, cut }
}

/// Whether a comment stands after a text without quotes.
fn commented(lines: &[&str], at: Spot) -> bool {
    let line = lines.get(at.line.saturating_sub(1)).copied().unwrap_or("");
    if !line.contains(" #") {
        return false;
    }
    let mut rest = line.chars().skip(at.column.saturating_sub(1));
    let plain = !matches!(rest.clone().next(), Some('"' | '\'' | '|' | '>') | None);
    plain && rest.nth(at.length.saturating_sub(1)).is_some() && rest.collect::<String>().trim_start().starts_with('#')
}

/// A scalar as it is written.
fn source(lines: &[&str], at: Spot) -> String {
    let line = lines.get(at.line.saturating_sub(1)).copied().unwrap_or("");
    line.chars().skip(at.column.saturating_sub(1)).take(at.length.max(1)).collect::<String>().trim().to_owned()
}

enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    /// A number that is no whole one: taken as it is written.
    Other,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Raw;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a value")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
                Ok(Raw::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
                Ok(Raw::Int(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
                Ok(i64::try_from(value).map_or(Raw::Other, Raw::Int))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
                Ok(Raw::Other)
            }
            fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
                Ok(Raw::Text(value.to_owned()))
            }
            fn visit_string<E>(self, value: String) -> Result<Raw, E> {
                Ok(Raw::Text(value))
            }
            fn visit_unit<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_none<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Raw::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(Raw::Map(map))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_key_and_value_has_its_place() {
        let node = parse("f.yaml", "a: 1\nb:\n  - id: x\n    id: \"é\"\nv: 0.10\nn: null\nt: |\n  hello\n   there\n", 10).unwrap();
        let Value::Map(entries) = node.value else { panic!() };
        assert_eq!((entries[0].1.at.line, entries[0].1.at.column), (11, 4));
        let Value::List(items) = &entries[1].1.value else { panic!() };
        let Value::Map(item) = &items[0].value else { panic!() };
        assert_eq!(item.len(), 2, "duplicate keys are kept for the reader to report");
        assert_eq!((item[1].0.at.line, item[1].0.at.column), (14, 5));
        assert_eq!(item[1].1.value, Value::Text("é".into()));
        assert_eq!(entries[2].1.value, Value::Text("0.10".into()), "a version keeps its zero");
        assert_eq!(entries[3].1.value, Value::Null);
        assert_eq!(entries[4].1.value, Value::Text("hello\n there\n".into()));
    }

    #[test]
    fn broken_yaml_is_one_problem_with_a_place() {
        for (text, code, line) in [
            ("a: [1, 2\nb: 3", "Y001", 2),
            ("title: Config: the basics", "Y001", 1),
            ("a: \"x", "Y001", 1),
            ("a: &x 1\nb: *x", "Y007", 1),
            ("a: *x", "Y007", 1),
            ("a:\n\t- b", "Y001", 2),
        ] {
            let problem = parse("f.yaml", text, 0).unwrap_err();
            assert_eq!((problem.code, problem.place.line), (code, line), "{text:?}: {problem:?}");
            assert!(!problem.message.contains("DuplicateKeyPolicy") && problem.message.len() < 200, "{problem:?}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (name, inner) in "bcdefghij".chars().zip("abcdefghi".chars()) {
            bomb.push_str(&format!("{name}: &{name} [*{inner},*{inner},*{inner},*{inner},*{inner},*{inner},*{inner}]\n"));
        }
        assert_eq!(parse("f", &bomb, 0).unwrap_err().code, "Y007");
        let wide = format!("a: &a [{}]\nb: [{}]", "x,".repeat(2_000), "*a,".repeat(2_000));
        assert_eq!(parse("f", &wide, 0).unwrap_err().code, "Y007");
        let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(parse("f", &deep, 0).is_err());
        assert_eq!(parse("f", &"x".repeat(MAX_BYTES + 1), 0).unwrap_err().code, "Y007");
    }
}
