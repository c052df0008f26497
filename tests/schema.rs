//! The schemas for editors: those that are committed are those of the shapes, and they say of a file what `check` says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::Value as Json;
use twelvefold::content::files::Files;
use twelvefold::content::lesson::split;
use twelvefold::content::schema::{FOLDER, schemas};
use twelvefold::content::yaml::{Node, Value, parse};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn validators() -> BTreeMap<&'static str, Validator> {
    let validator = |text: &str| jsonschema::draft202012::new(&serde_json::from_str(text).unwrap()).unwrap();
    schemas().iter().map(|(name, text)| (*name, validator(text))).collect()
}

/// Which schema is for the file at `path` inside a course.
fn schema_of(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or("");
    match name {
        _ if path.contains("/pairs/") => None,
        _ if path.starts_with("quizzes/") => Some("quiz.json"),
        "course.yaml" => Some("course.json"),
        "pack.yaml" => Some("pack.json"),
        "tracks.yaml" => Some("tracks.json"),
        "glossary.yaml" => Some("glossary.json"),
        "compare.yaml" => Some("compare.json"),
        "story.yaml" => Some("story.json"),
        "lesson.md" => Some("lesson.json"),
        _ => None,
    }
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(b) => (*b).into(),
        Value::Int(n) => (*n).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => entries.iter().map(|(key, node)| (key.name.clone(), json(node))).collect(),
    }
}

/// The YAML of a course file as JSON; nothing when it is no YAML.
fn read(path: &str, text: &str) -> Option<Json> {
    let yaml = if path.ends_with(".md") { split(text)?.0 } else { text };
    parse(path, yaml, 0).ok().as_ref().map(json)
}

#[test]
fn the_committed_schemas_are_those_of_the_shapes() {
    let schemas = schemas();
    for (name, text) in &schemas {
        let committed = fs::read_to_string(root().join(FOLDER).join(name)).unwrap_or_default();
        assert_eq!(committed, *text, "{name}: run `cargo run --example bake`");
        jsonschema::meta::validate(&serde_json::from_str(text).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert_eq!(fs::read_dir(root().join(FOLDER)).unwrap().count(), schemas.len(), "a schema that nothing makes any more");
}

#[test]
fn every_file_of_the_courses_here_fits() {
    let validators = validators();
    let mut checked = 0;
    for course in [root().to_owned(), root().join("tests/fixtures/good"), root().join("assets/scaffold")] {
        let (files, _) = Files::folder(&course);
        for path in files.paths() {
            let Some(name) = schema_of(path) else { continue };
            let file = read(path, files.get(path).unwrap()).unwrap();
            let errors: Vec<String> =
                validators[name].iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert_eq!(errors, [""; 0], "{path} in {}", course.display());
            checked += 1;
        }
    }
    assert!(checked > 60, "only {checked} files were found");
}

/// Mistakes of shape alone are seen by a schema: the rest needs the whole course.
#[test]
fn a_mistake_of_shape_is_seen_in_the_editor() {
    let validators = validators();
    let shape = ["Y003", "Y004", "Y005", "Y006", "Q001", "Q002"];
    let mut refused = 0;
    for fixture in fs::read_dir(root().join("tests/fixtures/bad")).unwrap() {
        let folder = fixture.unwrap().path();
        let expected = fs::read_to_string(folder.join("expected.txt")).unwrap();
        let (files, _) = Files::folder(&folder);
        for path in files.paths() {
            let (Some(name), Some(file)) = (schema_of(path), read(path, files.get(path).unwrap())) else { continue };
            // The length of a pair's title is that of its words, without marks: a schema cannot tell.
            let words = |line: &str| path.ends_with("compare.yaml") && line.starts_with("Y006");
            let here = |line: &&str| line.contains(&format!(" {path}")) && shape.contains(&&line[..4]) && !words(line);
            let codes: Vec<&str> = expected.lines().filter(here).collect();
            let errors = validators[name].iter_errors(&file).map(|error| error.to_string()).collect::<Vec<_>>();
            if codes.is_empty() {
                continue;
            }
            assert!(!errors.is_empty(), "{}/{path} has {codes:?}", folder.display());
            refused += 1;
        }
    }
    assert!(refused >= 6, "only {refused} files with such mistakes");
}
