//! The page around the lessons: head, style, way in, contents, cheat sheet, glossary. It asks nothing of anybody: no script, no
//! picture, no font, and a policy that would stop them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::text::rich;
use super::{Desk, Ink, Sheet, lesson, question};
use crate::domain::cheatsheet;

/// How a sheet of ours is told from other files.
pub const GENERATOR: &str = "twelvefold handout";
const STYLE: &str = include_str!("handout.css");

/// The whole page.
pub(super) fn page(desk: &Desk<'_>) -> String {
    let course = desk.handout.course;
    let open = desk.sheet == Sheet::Lessons;
    let name = if open { course.title.to_string() } else { format!("{}: answers", course.title) };
    let style = format!("{}{STYLE}{}", inks(&desk.handout.inks), running_head(&name));
    let hash = BASE64_STANDARD.encode(Sha256::digest(style.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    let sheets = if open { cheatsheet::Sheet::lessons(course, &desk.handout.whole()) } else { Vec::new() };
    let page = html! {
        (DOCTYPE)
        html lang=(course.language) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(GENERATOR);
                meta name="color-scheme" content="light dark";
                title { (name) }
                // Made of the sheet above, of numbers and of an escaped title: nothing of a course stands in it as it is.
                style { (PreEscaped(&style)) }
            }
            body {
                a.skip href="#main" { "Skip to the text" }
                header {
                    h1 { (name) }
                    p.subtitle { (subtitle(desk)) }
                }
                (contents(desk, !sheets.is_empty()))
                main id="main" {
                    @for part in &desk.parts {
                        @if open || part.asks() {
                            article.lesson id={ "lesson-" (part.lesson.id) } {
                                h2 { (lesson::title(part)) }
                                @if open && !part.whole {
                                    (lesson::excerpt(desk, part))
                                    (question::questions(desk, part))
                                } @else if open {
                                    (lesson::lesson(desk, part))
                                    (question::questions(desk, part))
                                    (lesson::addresses(desk, part))
                                } @else {
                                    (question::questions(desk, part))
                                }
                            }
                        }
                    }
                    @if !sheets.is_empty() {
                        section.sheets id="cheat-sheet" {
                            h2 { "Cheat sheet" }
                            @for at in sheets { (lesson::sheet(desk, at)) }
                        }
                    }
                    @if open && !desk.terms.is_empty() {
                        section.glossary id="glossary" {
                            h2 { "Words" }
                            dl {
                                @for term in &desk.terms {
                                    dt id={ "term-" (term.id) } { (term.term) }
                                    dd { (rich(desk, None, &term.text)) }
                                }
                            }
                        }
                    }
                }
                footer { p { (course.title) ", version " (course.version) "." } }
            }
        }
    };
    page.into_string()
}

fn subtitle(desk: &Desk<'_>) -> String {
    let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let questions = count(desk.questions.len(), "question", "questions");
    match desk.sheet {
        Sheet::Lessons => {
            let pairs = desk.parts.iter().map(|part| part.pairs.len()).sum();
            let lessons = count(desk.lessons.len(), "lesson", "lessons");
            let pairs = count(pairs, "pair of bad and good code", "pairs of bad and good code");
            format!("{lessons}, {pairs}, {questions}. The answers are on a sheet of their own.")
        }
        Sheet::Answers => format!("{questions}, each with what is right and why. For whoever teaches."),
    }
}

fn contents(desk: &Desk<'_>, sheets: bool) -> Markup {
    let open = desk.sheet == Sheet::Lessons;
    html! {
        nav aria-labelledby="contents" {
            h2 id="contents" { "Contents" }
            ul {
                @for part in &desk.parts {
                    @if open || part.asks() {
                        li { a href={ "#lesson-" (part.lesson.id) } { (lesson::title(part)) } }
                    }
                }
                @if sheets { li { a href="#cheat-sheet" { "Cheat sheet" } } }
                @if open && !desk.terms.is_empty() { li { a href="#glossary" { "Words" } } }
            }
        }
    }
}

/// The inks as variables, for white paper and for black.
fn inks(inks: &[Ink]) -> String {
    let set = |of: fn(&Ink) -> u32| inks.iter().map(|ink| format!("--{}:#{:06x};", ink.name, of(ink))).collect::<String>();
    format!(
        ":root{{{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        set(|ink| ink.light),
        set(|ink| ink.dark)
    )
}

/// What stands at the top of every printed page.
fn running_head(title: &str) -> String {
    let spelled: String = title
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == ' ' { c.to_string() } else { format!("\\{:x} ", u32::from(c)) })
        .collect();
    format!("@page{{@top-left{{content:\"{spelled}\"}}}}\n")
}
