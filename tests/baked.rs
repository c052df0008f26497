//! What is made ahead of time from the course fits the course. When this fails: `cargo run --example bake`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::Path;

use twelvefold::content::baked::{COLOURS, FRONTS, MAP, PAIRS, TRACKS, fronts_file, map_file, pairs_file, tracks_file};
use twelvefold::content::files::Files;
use twelvefold::content::lesson::question_alone;
use twelvefold::content::load::{embedded, header, load};
use twelvefold::content::released;
use twelvefold::content::spelling;
use twelvefold::domain::code::Colours;
use twelvefold::ui::highlight::Highlighter;

#[test]
fn the_map_and_the_colours_are_those_of_the_course() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (files, problems) = Files::folder(root);
    let header = header(&files, &mut Vec::new()).expect("course.yaml has no mistakes");
    let course = load(&files, problems).0.expect("the course has no mistakes");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert_eq!(read(MAP), map_file(&header, &course.map), "run `cargo run --example bake`");
    assert_eq!(read(TRACKS), tracks_file(course.tracks()), "run `cargo run --example bake`");
    assert_eq!(read(FRONTS), fronts_file(&files, &header.dirs), "run `cargo run --example bake`");
    assert_eq!(read(PAIRS), pairs_file(&files, &header.dirs), "run `cargo run --example bake`");
    let colours = Highlighter::new().bake(course.code());
    assert_eq!(read(COLOURS), colours, "run `cargo run --example bake`");
    let released = read(released::PATH);
    assert_eq!(released, released::updated(&released, &course), "run `cargo run --example bake`");
    for line in colours.lines() {
        let (_, runs) = line.split_once(' ').unwrap();
        let colours = Colours::decode(runs).unwrap();
        assert_eq!(colours.encode(), runs);
    }
}

/// A lesson and its questions are read apart when they are first wanted; it is the same course all the same.
#[test]
fn what_is_read_when_wanted_is_what_is_read_as_a_whole() {
    let (files, problems) = Files::folder(Path::new(env!("CARGO_MANIFEST_DIR")));
    let (whole, wanted) = (load(&files, problems).0.unwrap(), embedded().unwrap());
    let header = header(&Files::Embedded, &mut Vec::new()).unwrap();
    assert_eq!(whole.map, wanted.map);
    assert_eq!(whole.tracks(), wanted.tracks());
    assert!(wanted.tracks().len() >= 5);
    for at in 0..whole.map.len() {
        assert_eq!(whole.lesson(at), wanted.lesson(at));
        let entry = wanted.map.get(at).unwrap();
        for question in &whole.quiz(at).unwrap().questions {
            let dir = header.dirs.get(at).unwrap();
            let alone = question_alone(&Files::Embedded, dir, &entry.id, entry.factor, &question.id);
            assert_eq!(alone.as_ref(), Some(question), "read without the others");
            assert_eq!(wanted.question_in(at, &question.id), Some(question));
        }
        assert_eq!(whole.quiz(at), wanted.quiz(at));
        assert!(whole.lesson(at).is_some() && whole.quiz(at).is_some());
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
