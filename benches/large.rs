//! What grows with what: laying out a text, opening a page of it, parsing it, and checking a course, each of one size, ten times
//! and a hundred times that. What is told per item stays the same where the work is linear; what a window shows costs the same.
//! `cargo bench --bench large`.
#![allow(clippy::unwrap_used, missing_docs, reason = "benchmarks")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use twelvefold::content::files::Files;
use twelvefold::content::load::{embedded, load};
use twelvefold::content::{lesson, syntax};
use twelvefold::domain::course::{Course, Lesson};
use twelvefold::ui::page::{Desk, lesson_page};
use twelvefold::ui::palette::Palette;
use twelvefold::ui::sheet::{Sheet, Text};

fn main() {
    divan::main();
}

/// Times the text of a lesson of the course.
const TIMES: [usize; 3] = [1, 10, 100];

/// The text of a lesson, so many times over.
fn text(times: usize) -> String {
    let mut text = String::from(
        "---\nid: long\ntitle: A long lesson\nminutes: 9\nsources:\n  - title: The factors\n    url: https://12factor.net\ntakeaways:\n  - One.\n  - Two.\n  - Three.\n---\n",
    );
    for number in 0..times * 20 {
        let _ = write!(
            text,
            "## Passage {number} {{#passage-{number}}}\n\nParagraph {number} tells of *processes* that keep nothing, of `config` in \
             the environment and of logs that are streams, in words enough to fill three lines and to be broken at their ends.\n\n\
             - an item\n- another one\n\n| a | b |\n|---|---|\n| {number} | two |\n\n```python\ndef handler_{number}(request):\n    \
             return store.get(request.user, {number})\n```\n\n"
        );
    }
    text
}

fn files(text: &str) -> Files {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    Files::Folder(BTreeMap::from([
        file("lessons/course.yaml", "format: 1\nid: long\ntitle: Long\nversion: \"1\"\nlanguage: en\nlessons: [01-long]\n"),
        file("lessons/01-long/lesson.md", text),
    ]))
}

fn long(times: usize) -> (Lesson, Course, usize) {
    let text = text(times);
    (lesson::text(&files(&text), "01-long", None).unwrap(), embedded().unwrap(), text.len())
}

#[divan::bench(args = TIMES, sample_count = 20)]
fn parse_lesson(bencher: Bencher<'_, '_>, times: usize) {
    let text = text(times);
    let files = files(&text);
    bencher.counter(BytesCount::new(text.len())).bench_local(|| lesson::text(&files, "01-long", None));
}

#[divan::bench(args = TIMES, sample_count = 20)]
fn lay_out_lesson(bencher: Bencher<'_, '_>, times: usize) {
    let (lesson, course, bytes) = long(times);
    let palette = Palette::default();
    let desk = Desk { course: &course, palette: &palette };
    bencher.counter(BytesCount::new(bytes)).bench_local(|| lesson_page(&lesson, desk, 76).lines.len());
}

/// What a reader waits for: the first page, its end, and a line further.
#[divan::bench(args = TIMES)]
fn first_page(bencher: Bencher<'_, '_>, times: usize) {
    let (lesson, course, _) = long(times);
    let palette = Palette::default();
    let text = Text { lesson: &lesson, desk: Desk { course: &course, palette: &palette } };
    bencher.bench_local(|| Sheet::new(text, 76, 35));
}

#[divan::bench(args = TIMES)]
fn to_the_end(bencher: Bencher<'_, '_>, times: usize) {
    let (lesson, course, _) = long(times);
    let palette = Palette::default();
    let text = Text { lesson: &lesson, desk: Desk { course: &course, palette: &palette } };
    let mut sheet = Sheet::new(text, 76, 35);
    bencher.bench_local(|| {
        sheet.show_end(text);
        sheet.show_block(text, 0, 0);
    });
}

#[divan::bench(args = TIMES)]
fn line_by_line(bencher: Bencher<'_, '_>, times: usize) {
    let (lesson, course, _) = long(times);
    let palette = Palette::default();
    let text = Text { lesson: &lesson, desk: Desk { course: &course, palette: &palette } };
    let mut sheet = Sheet::new(text, 76, 35);
    bencher.bench_local(|| {
        sheet.scroll(text, 1);
        if sheet.ended() {
            sheet.show_block(text, 0, 0);
        }
    });
}

/// One paragraph made of the same over and over, in kilobytes: texts that nobody writes and a stranger may send.
const SHAPES: [(&str, usize); 18] = [
    ("[a](lesson:long) ", 20),
    ("[a](lesson:long) ", 200),
    ("é[]\na ", 20),
    ("é[]\na ", 200),
    ("a\\\n", 20),
    ("a\\\n", 200),
    ("`a`b", 20),
    ("`a`b", 200),
    ("<b>x", 20),
    ("<b>x", 200),
    ("*a* ", 20),
    ("*a* ", 200),
    ("漢", 20),
    ("漢", 200),
    ("🇩\u{200d}🇩", 20),
    ("🇩\u{200d}🇩", 200),
    ("word ", 20),
    ("word ", 200),
];

#[divan::bench(args = SHAPES, sample_count = 5, sample_size = 1)]
fn odd_paragraph(bencher: Bencher<'_, '_>, (unit, kilobytes): (&str, usize)) {
    let text = text(0) + &unit.repeat((kilobytes << 10) / unit.len()) + "\n";
    let files = files(&text);
    let course = embedded().unwrap();
    let palette = Palette::default();
    let desk = Desk { course: &course, palette: &palette };
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        // What is wrong with it is told, too.
        let (_, problems) = load(&files, Vec::new());
        let lesson = lesson::text(&files, "01-long", None).unwrap();
        (problems.len(), lesson_page(&lesson, desk, 76).lines.len())
    });
}

/// A course of so many questions, twenty to a lesson.
fn questions(count: usize) -> Files {
    let mut files = BTreeMap::new();
    let mut dirs = Vec::new();
    for lesson in 0..count / 20 {
        let dir = format!("{lesson:04}-lesson");
        let mut text = format!(
            "---\nid: lesson-{lesson}\ntitle: Lesson {lesson}\nminutes: 3\nsources:\n  - title: The factors\n    url: https://12factor.net\ntakeaways:\n  - One.\n  - Two.\n  - Three.\n---\n"
        );
        let mut quiz = format!("lesson: lesson-{lesson}\nquestions:\n");
        for number in 0..20 {
            let _ =
                write!(text, "## Passage {number} {{#passage-{number}}}\n\nWater boils at {number} degrees on this mountain.\n\n");
            let _ = write!(
                quiz,
                "  - id: lesson-{lesson}-question-{number}\n    kind: single\n    revision: 1\n    passage: passage-{number}\n    \
                 prompt: At how many degrees does water boil on mountain {number}?\n    hints: [It is cold there., Count.]\n    \
                 options:\n      - id: right\n        text: At {number}\n        correct: true\n        why: The passage says so.\n      \
                 - id: more\n        text: At more\n        why: That is another mountain.\n      - id: less\n        text: At less\n        \
                 why: Nothing boils there.\n"
            );
        }
        files.insert(format!("lessons/{dir}/lesson.md"), text);
        files.insert(format!("quizzes/{dir}.yaml"), quiz);
        dirs.push(dir);
    }
    let course = format!("format: 1\nid: large\ntitle: Large\nversion: \"1\"\nlanguage: en\nlessons: [{}]\n", dirs.join(", "));
    files.insert("lessons/course.yaml".to_owned(), course);
    Files::Folder(files)
}

#[divan::bench(args = [100, 1_000, 10_000], sample_count = 3, sample_size = 1)]
fn check_questions(bencher: Bencher<'_, '_>, count: usize) {
    let files = questions(count);
    assert!(load(&files, Vec::new()).0.is_some_and(|course| course.map.len() == count / 20));
    bencher.counter(ItemsCount::new(count)).bench_local(|| syntax::inspect(&files, Vec::new()).1.len());
}
