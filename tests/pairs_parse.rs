//! All code of the shipped course parses in its language. Nothing has to be installed: the grammars are in the program, and
//! the large ones are built for this test.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use twelvefold::content::load::embedded;
use twelvefold::content::syntax::{self, LARGE, Mistake, mistakes_by};
use twelvefold::domain::comparison::LANGUAGES;

/// Languages without a grammar in the program; what is written in them is read by eye.
const WITHOUT: [&str; 4] = ["sql", "ini", "procfile", "text"];

fn large(language: &str) -> Option<tree_sitter::Language> {
    Some(match language {
        "typescript" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        "java" => tree_sitter_java::LANGUAGE.into(),
        "ruby" => tree_sitter_ruby::LANGUAGE.into(),
        "rust" => tree_sitter_rust::LANGUAGE.into(),
        "shell" => tree_sitter_bash::LANGUAGE.into(),
        _ => return None,
    })
}

fn knows(language: &str) -> bool {
    syntax::knows(language) || large(language).is_some()
}

fn mistakes(language: &str, text: &str) -> Vec<Mistake> {
    match large(language) {
        Some(grammar) => mistakes_by(&grammar, text),
        None => syntax::mistakes(language, text),
    }
}

#[test]
fn the_program_says_which_grammars_it_lacks() {
    let lacking = LANGUAGES.into_iter().filter(|language| knows(language) && !syntax::knows(language));
    let apart = if cfg!(feature = "grammars") { [].as_slice() } else { LARGE.as_slice() };
    assert_eq!(lacking.collect::<std::collections::BTreeSet<_>>(), apart.iter().copied().collect());
}

#[test]
fn every_language_but_a_few_has_a_grammar() {
    let without: Vec<&str> = LANGUAGES.into_iter().filter(|language| !knows(language)).collect();
    assert_eq!(without, WITHOUT);
}

#[test]
fn every_file_of_a_pair_parses() {
    let course = embedded().expect("the course in the program");
    let (mut files, mut wrong) = (0, Vec::new());
    for lesson in (0..course.map.len()).filter_map(|index| course.lesson(index)) {
        for pair in lesson.pairs.iter() {
            for side in [&pair.bad, &pair.good] {
                files += usize::from(knows(&pair.language));
                let found = mistakes(&pair.language, side.code.as_str());
                wrong.extend(found.into_iter().map(|mistake| format!("{} {}: {mistake:?}", pair.id, side.file)));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(files >= 150, "{files} files were looked at");
}

/// Diffs are parts of files, and so is some code in questions; those that name a language as a whole parse as one.
#[test]
fn code_in_questions_parses() {
    let course = embedded().expect("the course in the program");
    let (mut snippets, mut wrong) = (0, Vec::new());
    for quiz in (0..course.map.len()).filter_map(|index| course.quiz(index)) {
        for question in &quiz.questions {
            let Some(code) = question.code.as_ref().filter(|code| knows(&code.language)) else { continue };
            snippets += 1;
            let found = mistakes(&code.language, code.text.as_str());
            wrong.extend(found.into_iter().map(|mistake| format!("{}: {mistake:?}", question.id)));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(snippets >= 20, "{snippets} pieces of code were looked at");
}
