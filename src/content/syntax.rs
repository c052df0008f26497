//! Whether the code of a course parses in its language: by the grammars that editors use, so that nothing has to be
//! installed. Slow beside everything else here; only `check` and the tests ask.

use tree_sitter::{Language, Node, Parser};

use super::files::Files;
use super::lesson::Parsed;
use super::load::load_and;
use crate::domain::course::Course;
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::text::clean;

/// A longer text is not looked at: no pair is that long, and `P002` says so.
const LARGEST: usize = 64 << 10;
/// Mistakes told of one file. The first is the one to mend; the others often follow from it.
const MOST: usize = 3;

/// A place at which a text does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// In characters, on that line.
    pub length: usize,
    /// What is wrong there.
    pub what: String,
}

/// Languages whose grammars are so large that only a build with the feature `grammars` has them.
pub const LARGE: [&str; 5] = ["typescript", "java", "ruby", "rust", "shell"];

/// The grammar of a language by the name that the course uses. `None` where there is none: plain text, SQL, a Procfile.
fn grammar(language: &str) -> Option<Language> {
    Some(match language {
        "javascript" => tree_sitter_javascript::LANGUAGE.into(),
        #[cfg(any(test, feature = "grammars"))]
        "typescript" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        "python" => tree_sitter_python::LANGUAGE.into(),
        "go" => tree_sitter_go::LANGUAGE.into(),
        #[cfg(any(test, feature = "grammars"))]
        "java" => tree_sitter_java::LANGUAGE.into(),
        #[cfg(any(test, feature = "grammars"))]
        "ruby" => tree_sitter_ruby::LANGUAGE.into(),
        #[cfg(any(test, feature = "grammars"))]
        "rust" => tree_sitter_rust::LANGUAGE.into(),
        #[cfg(any(test, feature = "grammars"))]
        "shell" => tree_sitter_bash::LANGUAGE.into(),
        "terraform" => tree_sitter_hcl::LANGUAGE.into(),
        "dockerfile" => tree_sitter_containerfile::LANGUAGE.into(),
        "compose" | "kubernetes" | "actions" | "yaml" => tree_sitter_yaml::LANGUAGE.into(),
        "json" => tree_sitter_json::LANGUAGE.into(),
        "toml" => tree_sitter_toml_ng::LANGUAGE.into(),
        "xml" => tree_sitter_xml::LANGUAGE_XML.into(),
        _ => return None,
    })
}

/// Whether there is a grammar for a language.
#[must_use]
pub fn knows(language: &str) -> bool {
    grammar(language).is_some()
}

/// Where `text` does not parse, at most three places, first to last.
#[must_use]
pub fn mistakes(language: &str, text: &str) -> Vec<Mistake> {
    grammar(language).map(|grammar| mistakes_by(&grammar, text)).unwrap_or_default()
}

/// Where `text` does not parse by a grammar, at most three places, first to last.
#[must_use]
pub fn mistakes_by(grammar: &Language, text: &str) -> Vec<Mistake> {
    let mut parser = Parser::new();
    if parser.set_language(grammar).is_err() || text.len() > LARGEST {
        return Vec::new();
    }
    // Files end in a line break, and some grammars ask for it.
    let text = format!("{}\n", text.trim_end_matches('\n'));
    let Some(tree) = parser.parse(&text, None) else { return Vec::new() };
    let mut found = Vec::new();
    // A walk without recursion: nesting is as deep as the text wants.
    let mut cursor = tree.walk();
    'walk: loop {
        let node = cursor.node();
        let wrong = node.is_error() || node.is_missing();
        if wrong {
            found.push(mistake(node, &text));
            if found.len() == MOST {
                break;
            }
        }
        if !wrong && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'walk;
            }
        }
    }
    found
}

fn mistake(node: Node<'_>, text: &str) -> Mistake {
    let start = node.start_position();
    let line = text.lines().nth(start.row).unwrap_or("");
    let from = line.get(..start.column).map_or(0, |before| before.chars().count());
    let rest = line.chars().count().saturating_sub(from);
    let covered = text.get(node.byte_range()).unwrap_or("");
    let first = covered.lines().next().unwrap_or("");
    let what = if node.is_missing() {
        format!("`{}` is missing here", node.kind())
    } else if first.trim().is_empty() {
        "this does not parse".to_owned()
    } else {
        let shown: String = clean(first.trim()).chars().take(30).collect();
        format!("`{shown}` does not parse")
    };
    Mistake { line: start.row + 1, column: from + 1, length: first.chars().count().clamp(1, rest.max(1)), what }
}

/// A course as [`load_and`] reads it, and beyond that whether its code parses: what an author wants to know, and a reader does not
/// wait for.
#[must_use]
pub fn inspect(files: &Files, problems: Vec<Problem>) -> (Option<Course>, Vec<Problem>) {
    load_and(files, problems, |parsed, problems| pairs(files, parsed, problems))
}

/// The languages of a course's pairs that another build of the program could parse, and how many pairs there are in them.
#[must_use]
pub fn unparsed(course: &Course) -> (Vec<&'static str>, usize) {
    let pairs = || (0..course.map.len()).filter_map(|index| course.lesson(index)).flat_map(|lesson| lesson.pairs.iter());
    let apart = LARGE.into_iter().filter(|language| !knows(language));
    let languages: Vec<&str> = apart.filter(|language| pairs().any(|pair| pair.language == **language)).collect();
    let count = pairs().filter(|pair| languages.contains(&pair.language.as_str())).count();
    (languages, count)
}

/// Every file of a pair that does not parse.
pub fn pairs(files: &Files, parsed: &[Parsed], problems: &mut Vec<Problem>) {
    for parsed in parsed {
        let dir = parsed.place.path.strip_prefix("lessons/").and_then(|rest| rest.strip_suffix("/lesson.md")).unwrap_or("");
        for pair in parsed.lesson.pairs.iter() {
            for (name, side) in [("bad", &pair.bad), ("good", &pair.good)] {
                let path = format!("lessons/{dir}/pairs/{}/{name}/{}", pair.id, side.file);
                for mistake in mistakes(&pair.language, files.get(&path).unwrap_or("")) {
                    problems.push(Problem {
                        place: Place { path: path.clone(), line: mistake.line, column: mistake.column, length: mistake.length },
                        severity: Severity::Error,
                        code: "P005",
                        message: format!("{} as {}", mistake.what, crate::domain::comparison::language_name(&pair.language)),
                        help: Some("a pair is real code: run it through its own compiler or interpreter".to_owned()),
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parses_is_left_alone_and_what_does_not_is_found_at_its_place() {
        for (language, good, bad, line) in [
            ("javascript", "const a = [1,\n  2]\n", "const a = [1,\n  2}\n", 1..=2),
            ("typescript", "let a: string = 'x'", "let a: : string = 'x'", 1..=1),
            ("python", "def f(x):\n    return x\n", "def f(x:\n    return x\n", 1..=2),
            ("go", "package p\n\nfunc f() int { return 1 }\n", "package p\n\nfunc f() int { return 1 \n", 3..=4),
            ("java", "class A { int f() { return 1; } }", "class A { int f() { return 1 } }", 1..=1),
            ("ruby", "def f\n  1\nend\n", "def f(\n  1 2\nend\n", 1..=3),
            ("rust", "fn f() -> u8 { 1 }", "fn f() -> { 1 }", 1..=1),
            ("shell", "if true; then\n  echo x\nfi\n", "if true; then\n  echo x\n", 1..=3),
            ("terraform", "resource \"a\" \"b\" {\n  x = 1\n}\n", "resource \"a\" \"b\" {\n  x = \n}\n", 1..=3),
            ("dockerfile", "FROM alpine:3\nRUN true\n", "FROM alpine:3\nRUN\n", 2..=3),
            ("compose", "services:\n  a:\n    image: x\n", "services: [a\n  b: {\n", 1..=3),
            ("json", "{\"a\": 1}", "{\"a\": }", 1..=1),
            ("toml", "[a]\nb = 1\n", "[a\nb = 1\n", 1..=2),
            ("xml", "<a><b/></a>", "<a><b></a>", 1..=1),
        ] {
            assert_eq!(mistakes(language, good), [], "{language}");
            let found = mistakes(language, bad);
            assert!(found.first().is_some_and(|first| line.contains(&first.line) && first.column > 0), "{language}: {found:?}");
        }
    }

    #[test]
    fn any_text_is_borne() {
        let deep = "[".repeat(60_000);
        for language in crate::domain::comparison::LANGUAGES {
            for text in ["", "\0", "\u{feff}", "日本 {", "}}}}}}", "\r\n\r", &deep] {
                assert!(mistakes(language, text).len() <= MOST, "{language}");
            }
        }
    }
}
