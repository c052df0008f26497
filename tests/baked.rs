//! What is made ahead of time from the course fits the course. When this fails: `cargo run --example bake`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::Path;

use twelvefold::content::baked::{COLOURS, MAP, map_file};
use twelvefold::content::files::Files;
use twelvefold::content::load::{header, load};
use twelvefold::content::released;
use twelvefold::content::spelling;
use twelvefold::domain::code::Colours;
use twelvefold::domain::course::Lesson;
use twelvefold::ui::highlight::Highlighter;

#[test]
fn the_map_and_the_colours_are_those_of_the_course() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (files, problems) = Files::folder(root);
    let header = header(&files, &mut Vec::new()).expect("course.yaml has no mistakes");
    let course = load(&files, problems).0.expect("the course has no mistakes");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert_eq!(read(MAP), map_file(&header, &course.map), "run `cargo run --example bake`");
    let lessons = || (0..course.map.len()).filter_map(|index| course.lesson(index));
    let colours = Highlighter::new().bake(lessons().flat_map(Lesson::code));
    assert_eq!(read(COLOURS), colours, "run `cargo run --example bake`");
    let released = read(released::PATH);
    assert_eq!(released, released::updated(&released, &course), "run `cargo run --example bake`");
    for line in colours.lines() {
        let (_, runs) = line.split_once(' ').unwrap();
        let colours = Colours::decode(runs).unwrap();
        assert_eq!(colours.encode(), runs);
    }
}

#[test]
fn the_list_of_misspellings_is_that_of_its_crate() {
    let words = typos_dict::WORD.map.entries().map(|(word, corrections)| ((*word).into_inner(), *corrections));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(spelling::PATH);
    assert!(std::fs::read_to_string(path).unwrap() == spelling::encode(words), "run `cargo run --example bake`");
}

/// Every language that a pair of the course names has a grammar, except plain text and Procfile lines.
#[test]
fn every_language_has_a_grammar() {
    let highlighter = Highlighter::new();
    for language in twelvefold::domain::comparison::LANGUAGES {
        assert!(language == "text" || highlighter.knows(language), "{language}");
    }
}
