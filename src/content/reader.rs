//! Reads a tree by its shape: reports everything that does not fit, and hands out what does.

use super::shape::{Field, Kind, Shape};
use super::yaml::{Node, Spot, Value};
use crate::domain::id::is_id;
use crate::domain::problem::{Place, Problem, Severity};

/// Collects the problems of one file.
#[derive(Debug)]
pub struct Report<'a> {
    /// The file, inside the course folder.
    pub path: &'a str,
    /// What was found so far.
    pub problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    /// Reports an error at a spot.
    pub fn error(&mut self, at: Spot, code: &'static str, message: impl Into<String>, help: impl Into<Option<String>>) {
        let place = if at.line == 0 { Place::file(self.path) } else { at.in_file(self.path) };
        self.problems.push(Problem { place, severity: Severity::Error, code, message: message.into(), help: help.into() });
    }

    /// Reports a warning at a spot.
    pub fn warning(&mut self, at: Spot, code: &'static str, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.error(at, code, message, help);
        if let Some(last) = self.problems.last_mut() {
            last.severity = Severity::Warning;
        }
    }

    /// Whether a field of that name was meant by one that is misspelt.
    #[must_use]
    pub fn misspelt(&self, name: &str) -> bool {
        let help = did_you_mean(name);
        self.problems.iter().any(|problem| {
            problem.code == "Y003" && problem.place.path == self.path && problem.help.as_deref() == Some(help.as_str())
        })
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// A mapping whose fields were checked.
#[derive(Debug, Clone, Copy)]
pub struct Object<'n> {
    /// Where it begins.
    pub at: Spot,
    entries: &'n [(super::yaml::Key, Node)],
}

impl<'n> Object<'n> {
    /// The field of that name, unless it is absent or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node).filter(|node| node.value != Value::Null)
    }

    /// The names of its fields, known or not.
    pub fn keys(&self) -> impl Iterator<Item = &'n str> + use<'n> {
        self.entries.iter().map(|(key, _)| key.name.as_str())
    }

    /// Where the key of a field stands; the object's beginning when it is absent.
    #[must_use]
    pub fn key(&self, name: &str) -> Spot {
        self.entries.iter().find(|(key, _)| key.name == name).map_or(self.at, |(key, _)| key.at)
    }

    /// A text, or a number as it reads.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(as_text)
    }

    /// A whole number.
    #[must_use]
    pub fn int(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(|node| if let Value::Int(n) = node.value { Some(n) } else { None })
    }

    /// A flag; false when absent.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|node| node.value == Value::Bool(true))
    }

    /// The items of a list; none when absent.
    #[must_use]
    pub fn list(&self, name: &str) -> &'n [Node] {
        self.get(name).map_or(&[], items)
    }

    /// A mapping.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Object<'n>> {
        self.get(name).and_then(object)
    }

    /// The mappings of a list.
    pub fn objects(&self, name: &str) -> impl Iterator<Item = Object<'n>> + use<'n> {
        self.list(name).iter().filter_map(object)
    }
}

/// The items of a list.
#[must_use]
pub fn items(node: &Node) -> &[Node] {
    if let Value::List(items) = &node.value { items } else { &[] }
}

/// A text, or a number as it reads.
#[must_use]
pub fn as_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Int(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// A mapping.
#[must_use]
pub fn object(node: &Node) -> Option<Object<'_>> {
    if let Value::Map(entries) = &node.value { Some(Object { at: node.at, entries }) } else { None }
}

/// Checks `node` against `shape`, all the way down. What it returns may lack required fields: they are reported.
pub fn read<'n>(node: &'n Node, shape: &Shape, report: &mut Report<'_>) -> Option<Object<'n>> {
    let Value::Map(entries) = &node.value else {
        report.error(node.at, "Y005", format!("{} stands here, expected {}", node.value.kind(), shape.name), None);
        return None;
    };
    for (at, (key, value)) in entries.iter().enumerate() {
        if entries.iter().take(at).any(|(earlier, _)| earlier.name == key.name) {
            report.error(key.at, "Y002", format!("`{}` stands twice in this mapping", key.name), Some("keep one of them".into()));
            continue;
        }
        match shape.fields.iter().find(|field| field.name == key.name) {
            Some(field) => check(value, field, key.at, report),
            None => {
                report.error(
                    key.at,
                    "Y003",
                    format!("`{}` is no field of {}", key.name, shape.name),
                    Some(meant(&key.name, shape)),
                );
            }
        }
    }
    for field in shape.fields.iter().filter(|field| field.required) {
        // One that is only misspelt is there, and was spoken of.
        let meant = |key: &str| !shape.fields.iter().any(|field| field.name == key) && near(key, shape) == Some(field.name);
        if !entries.iter().any(|(key, _)| key.name == field.name || meant(&key.name)) {
            let message = format!("{} needs `{}`", shape.name, field.name);
            report.error(node.at, "Y004", message, Some(field.doc.to_owned()));
        }
    }
    Some(Object { at: node.at, entries })
}

fn meant(name: &str, shape: &Shape) -> String {
    match near(name, shape) {
        Some(near) => did_you_mean(near),
        None => format!("it may have {}", shape.fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ")),
    }
}

fn near(name: &str, shape: &Shape) -> Option<&'static str> {
    nearest(name, &shape.fields.iter().map(|field| field.name).collect::<Vec<_>>())
}

/// The name nearest to `name`, when it is near.
#[must_use]
pub fn nearest<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    names
        .iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(name, candidate), *candidate))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn check(node: &Node, field: &Field, key: Spot, report: &mut Report<'_>) {
    // An empty block begins where the next thing does: its key is the place.
    if node.value == Value::Null || matches!(&node.value, Value::Text(text) if text.trim().is_empty()) {
        report.error(key, "Y004", format!("`{}` is empty", field.name), Some(field.doc.to_owned()));
        return;
    }
    check_kind(node, field.kind, field.name, field.doc, report);
}

fn check_kind(node: &Node, kind: Kind, name: &str, doc: &str, report: &mut Report<'_>) {
    let wrong = |report: &mut Report<'_>, expected: &str| {
        let found = match &node.value {
            Value::Text(text) => format!("`{}`", shorten(text)),
            other => other.kind().to_owned(),
        };
        let help = if matches!(kind, Kind::Bool) { "write true or false, without quotes" } else { doc };
        report.error(node.at, "Y005", format!("`{name}` is {found}, expected {expected}"), Some(help.to_owned()));
    };
    match (kind, &node.value) {
        (Kind::Text(max), _) => match as_text(node) {
            None => wrong(report, "text"),
            Some(text) if text.trim().is_empty() => {
                report.error(node.at, "Y004", format!("`{name}` is empty"), Some(doc.to_owned()));
            }
            Some(text) if text.chars().count() > max => {
                let message = format!("`{name}` has {} characters", text.chars().count());
                report.error(node.at, "Y006", message, Some(format!("at most {max}")));
            }
            Some(_) => {}
        },
        (Kind::Markdown, _) => match as_text(node) {
            None => wrong(report, "text"),
            Some(text) if text.trim().is_empty() => {
                report.error(node.at, "Y004", format!("`{name}` is empty"), Some(doc.to_owned()));
            }
            Some(_) if node.cut => {
                let help = "quote the text if this belongs to it; put a comment on a line of its own".to_owned();
                report.warning(node.at, "Y008", "what stands after ` #` is a comment and is not shown", Some(help));
            }
            Some(_) => {}
        },
        (Kind::Id, _) => match as_text(node) {
            None => wrong(report, "an id"),
            Some(text) if !is_id(&text) => {
                let help = "an id has 1 to 64 of a-z, 0-9 and -, and begins with a letter or digit".to_owned();
                report.error(node.at, "I001", format!("`{}` is no id", shorten(&text)), Some(help));
            }
            Some(_) => {}
        },
        (Kind::Int(min, max), Value::Int(n)) => {
            if *n < min || *n > max {
                let help = if max == i64::MAX { format!("at least {min}") } else { format!("from {min} to {max}") };
                report.error(node.at, "Y006", format!("`{name}` is {n}"), Some(help));
            }
        }
        (Kind::Int(..), _) => wrong(report, "a whole number"),
        (Kind::Bool, Value::Bool(_)) => {}
        (Kind::Bool, _) => wrong(report, "true or false"),
        (Kind::OneOf(words), _) => match as_text(node) {
            None => wrong(report, "a word"),
            Some(text) if !words.contains(&text.as_str()) => {
                let help = nearest(&text, words)
                    .map_or_else(|| format!("one of {}", words.join(", ")), |near| format!("did you mean `{near}`?"));
                report.error(node.at, "Y006", format!("`{name}` cannot be `{}`", shorten(&text)), Some(help));
            }
            Some(_) => {}
        },
        (Kind::List(item, min, max), Value::List(items)) => {
            if items.len() < min || items.len() > max {
                let help = if min == max { format!("exactly {min}") } else { format!("from {min} to {max}") };
                report.error(node.at, "Y006", format!("`{name}` has {} items", items.len()), Some(help));
            }
            for node in items {
                check_kind(node, *item, name, doc, report);
            }
        }
        (Kind::List(..), _) => wrong(report, "a list"),
        (Kind::Map(shape), Value::Map(_)) => {
            read(node, shape, report);
        }
        (Kind::Map(shape), _) => wrong(report, shape.name),
    }
}

/// At most 40 characters of a text, for a message.
#[must_use]
pub fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() <= 40 && line.len() == text.trim_end().len() {
        line.to_owned()
    } else {
        format!("{}…", line.chars().take(39).collect::<String>())
    }
}
