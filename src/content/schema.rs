//! JSON Schemas (draft 2020-12) of the course files, made of the shapes that the reader checks by. Editors use them to
//! complete and underline while an author types; `twelvefold check` stays the judge.
//!
//! Written out field by field and not as a JSON value, so that the order is that of the shapes, whoever builds this.

use serde::{Serialize, Serializer};

use super::question::SPECIFIC;
use super::shape::{self, Field, Kind, Shape};
use crate::domain::kind;

/// The folder with the schemas.
pub const FOLDER: &str = "assets/schema";

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
const ID: &str = "^[a-z0-9][a-z0-9-]{0,63}$";

/// Each kind of file: the name of its schema, which files it is for, and its shape.
const FILES: [(&str, &str, &Shape); 8] = [
    ("course.json", "lessons/course.yaml", &shape::COURSE),
    ("lesson.json", "The front matter of lessons/<dir>/lesson.md", &shape::LESSON),
    ("compare.json", "lessons/<dir>/compare.yaml", &shape::COMPARE),
    ("quiz.json", "quizzes/<dir>.yaml", &shape::QUIZ),
    ("story.json", "lessons/<dir>/story.yaml", &shape::STORY),
    ("glossary.json", "lessons/glossary.yaml", &shape::GLOSSARY),
    ("pack.json", "pack.yaml", &shape::PACK),
    ("tracks.json", "lessons/tracks.yaml", &shape::TRACKS),
];

/// Every schema, by the name of its file.
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    FILES
        .iter()
        .map(|(name, files, shape)| {
            let mut defs = Named(Vec::new());
            let mut schema = object(shape, &mut defs);
            schema.dialect = Some(DRAFT);
            schema.title = Some((*files).to_owned());
            schema.defs = defs;
            (*name, serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n")
        })
        .collect()
}

/// Members of a JSON object, in their order.
#[derive(Default)]
struct Named(Vec<(String, Rule)>);

impl Named {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, rule)| (name, rule)))
    }
}

/// A schema, or false: nothing may stand there.
#[derive(Serialize)]
#[serde(untagged)]
enum Rule {
    Is(Box<Schema>),
    Never(bool),
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    dialect: Option<&'static str>,
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
    #[serde(rename = "type", serialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    types: Vec<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    one_of: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_items: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_items: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required: Vec<&'static str>,
    #[serde(skip_serializing_if = "Named::is_empty")]
    properties: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_properties: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    all_of: Vec<Self>,
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    when: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<Box<Self>>,
    #[serde(rename = "$defs", skip_serializing_if = "Named::is_empty")]
    defs: Named,
}

/// One type stands alone, several in a list.
#[allow(clippy::ptr_arg, reason = "serde hands over what the field is")]
fn one_or_more<S: Serializer>(types: &Vec<&'static str>, serializer: S) -> Result<S::Ok, S::Error> {
    match types.as_slice() {
        [only] => serializer.serialize_str(only),
        several => several.serialize(serializer),
    }
}

fn object(shape: &'static Shape, defs: &mut Named) -> Schema {
    let properties = shape.fields.iter().map(|field| (field.name.to_owned(), Rule::Is(Box::new(member(field, defs))))).collect();
    Schema {
        types: vec!["object"],
        required: shape.fields.iter().filter(|field| field.required).map(|field| field.name).collect(),
        properties: Named(properties),
        additional_properties: Some(false),
        all_of: if shape.name == shape::QUESTION.name { kinds() } else { Vec::new() },
        ..Schema::default()
    }
}

fn member(field: &Field, defs: &mut Named) -> Schema {
    Schema { description: Some(field.doc), ..value(field.kind, defs) }
}

fn value(kind: Kind, defs: &mut Named) -> Schema {
    // A number or a word such as `true` counts as text where text is read.
    let text = || vec!["string", "number", "boolean"];
    match kind {
        Kind::Text(most) => {
            let max_length = (most < usize::MAX).then_some(most);
            Schema { types: text(), max_length, pattern: Some(r"\S"), ..Schema::default() }
        }
        Kind::Markdown => Schema { types: text(), pattern: Some(r"\S"), ..Schema::default() },
        Kind::Id => Schema { types: vec!["string", "integer", "boolean"], pattern: Some(ID), ..Schema::default() },
        Kind::Int(least, most) => {
            let maximum = (most < i64::MAX).then_some(most);
            Schema { types: vec!["integer"], minimum: Some(least), maximum, ..Schema::default() }
        }
        Kind::Bool => Schema { types: vec!["boolean"], ..Schema::default() },
        Kind::OneOf(words) => Schema { one_of: words.to_vec(), ..Schema::default() },
        Kind::List(item, least, most) => Schema {
            types: vec!["array"],
            min_items: Some(least),
            max_items: Some(most),
            items: Some(Box::new(value(*item, defs))),
            ..Schema::default()
        },
        Kind::Map(shape) => {
            let name = shape.name.trim_start_matches("an ").trim_start_matches("a ").replace(' ', "-");
            if !defs.0.iter().any(|(known, _)| *known == name) {
                let made = object(shape, defs);
                defs.0.push((name.clone(), Rule::Is(Box::new(made))));
            }
            Schema { link: Some(format!("#/$defs/{name}")), ..Schema::default() }
        }
    }
}

/// What a question has beside the fields of all questions, by its kind.
fn kinds() -> Vec<Schema> {
    kind::Kind::ALL
        .into_iter()
        .map(|kind| {
            let only = Schema { one_of: vec![kind.name()], ..Schema::default() };
            let when = Schema {
                required: vec!["kind"],
                properties: Named(vec![("kind".to_owned(), Rule::Is(Box::new(only)))]),
                ..Schema::default()
            };
            let others = SPECIFIC.into_iter().filter(|name| !kind.has(name));
            let then = Schema {
                required: kind.needs().collect(),
                properties: Named(others.map(|name| (name.to_owned(), Rule::Never(false))).collect()),
                ..Schema::default()
            };
            Schema { when: Some(Box::new(when)), then: Some(Box::new(then)), ..Schema::default() }
        })
        .collect()
}
