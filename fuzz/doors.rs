//! The doors by which strange bytes come in, one function each. Both the fuzzer (`fuzz/fuzz_targets`) and the tests on stable
//! (`tests/fuzz.rs`) call them; each panics when what came out breaks a promise.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use twelvefold::cli::check::picture;
use twelvefold::cli::simulate::take_in;
use twelvefold::content::files::Files;
use twelvefold::content::load::{load, open};
use twelvefold::content::reader::Report;
use twelvefold::content::yaml::{self, Node, Spot, Value};
use twelvefold::content::{lesson, markdown};
use twelvefold::domain::course::{Course, Lesson};
use twelvefold::domain::night::Scenario;
use twelvefold::domain::problem::Problem;
use twelvefold::domain::text::{clean, is_showable};
use twelvefold::exchange::progress;
use twelvefold::term::input::Reader;
use twelvefold::ui::ink::Ink;
use twelvefold::ui::lines::{Piece, fit, wrap, wrap_code};
use twelvefold::ui::message::{Input, Key, KeyCode};
use twelvefold::ui::page::{Desk, Page, doc_page, lesson_page};
use twelvefold::ui::palette::Palette;
use twelvefold::ui::sheet::{Sheet, Text};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

/// A door: its name, which is that of its corpus, and what is done with the bytes.
pub type Door = (&'static str, fn(&[u8]));

/// All of them.
pub const DOORS: [Door; 10] = [
    ("yaml", yaml),
    ("front_matter", front_matter),
    ("markdown", markdown),
    ("quiz", quiz),
    ("compare", compare),
    ("course", course),
    ("history", history),
    ("scenario", scenario),
    ("input", input),
    ("text", text),
];

/// The small good course of the tests, which the doors of single files put strange ones into.
const TEA: [(&str, &str); 10] = [
    ("lessons/course.yaml", include_str!("../tests/fixtures/good/lessons/course.yaml")),
    ("lessons/glossary.yaml", include_str!("../tests/fixtures/good/lessons/glossary.yaml")),
    ("lessons/01-leaves/lesson.md", include_str!("../tests/fixtures/good/lessons/01-leaves/lesson.md")),
    ("lessons/01-leaves/compare.yaml", include_str!("../tests/fixtures/good/lessons/01-leaves/compare.yaml")),
    ("lessons/01-leaves/story.yaml", include_str!("../tests/fixtures/good/lessons/01-leaves/story.yaml")),
    (
        "lessons/01-leaves/pairs/leaves-js/bad/tea.js",
        include_str!("../tests/fixtures/good/lessons/01-leaves/pairs/leaves-js/bad/tea.js"),
    ),
    (
        "lessons/01-leaves/pairs/leaves-js/good/tea.js",
        include_str!("../tests/fixtures/good/lessons/01-leaves/pairs/leaves-js/good/tea.js"),
    ),
    ("lessons/02-water/lesson.md", include_str!("../tests/fixtures/good/lessons/02-water/lesson.md")),
    ("quizzes/01-leaves.yaml", include_str!("../tests/fixtures/good/quizzes/01-leaves.yaml")),
    ("quizzes/02-water.yaml", include_str!("../tests/fixtures/good/quizzes/02-water.yaml")),
];

/// A line that begins so names the next file of a course that is one text.
const FILE: &str = "=== ";

fn tea(other: &[(&str, &str)]) -> Files {
    let files = TEA.iter().chain(other).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Files::Folder(files.collect::<BTreeMap<_, _>>())
}

fn good() -> &'static Course {
    static GOOD: OnceLock<Course> = OnceLock::new();
    GOOD.get_or_init(|| load(&tea(&[]), Vec::new()).0.expect("the small course is good"))
}

/// The first byte as a width from 1 up, and the rest as text.
fn width_and_text(bytes: &[u8]) -> (usize, String) {
    match bytes {
        [width, rest @ ..] => (usize::from(*width).max(1), String::from_utf8_lossy(rest).into_owned()),
        [] => (80, String::new()),
    }
}

/// Every problem points into the file that it speaks of, or at the whole of one, and can be shown.
fn placed(problems: &[Problem], files: &Files) {
    for problem in problems {
        assert!(!problem.message.is_empty() && !problem.code.is_empty(), "{problem:?}");
        if let Some(text) = files.get(&problem.place.path) {
            // YAML knows lines that end in CR alone. One more than there are, for what is missing at the end.
            let lines = text.split(['\n', '\r']).count() + 1;
            assert!(problem.place.line <= lines, "{problem:?} in {lines} lines");
        }
        let picture = picture(files, problem, false, 80);
        assert!(picture.chars().all(|c| c == '\n' || is_showable(c)), "{picture:?}");
    }
}

fn showable(text: &str) {
    for c in text.chars() {
        assert!(is_showable(c), "{c:?} in {text:?}");
    }
}

/// Cells that lists, quotes, code and titles keep to themselves on a page that has no room for them.
const NARROWEST: usize = 32;

/// The cells of the widest character of a text, which no line can be narrower than.
fn widest(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// Nothing is wider than the page, nothing on it acts, and it is no longer than its text allows.
fn laid_out(page: &Page, width: usize, characters: usize) {
    for line in &page.lines {
        let cells: usize = line.pieces.iter().map(Piece::width).sum();
        assert!(cells <= width.max(NARROWEST), "{cells} cells at {width}: {:?}", line.pieces);
        for piece in &line.pieces {
            showable(&piece.text);
        }
    }
    assert!(page.lines.len() <= 64 + 16 * characters, "{} lines of {characters} characters", page.lines.len());
    for card in &page.cards {
        assert!(card.line + card.height <= page.lines.len(), "{card:?}");
    }
    for heading in &page.passages {
        assert!(heading.line < page.lines.len(), "{heading:?}");
    }
}

/// Through a window, a page shows the lines that it has as a whole: going down, at its end, and going up from there.
fn seen(lesson: &Lesson, desk: Desk<'_>, width: usize, page: &Page) {
    const ROOM: usize = 5;
    let text = Text { lesson, desk };
    let mut sheet = Sheet::new(text, width, ROOM);
    let last = page.lines.len().saturating_sub(ROOM);
    let shows = |sheet: &Sheet, top: usize| {
        assert!(sheet.lines().map(|(_, line)| line).eq(page.lines.iter().skip(top).take(ROOM)), "{top} of {last} at {width}");
        assert_eq!(sheet.ended(), top == last, "{top} of {last} at {width}");
        assert!(sheet.percent() <= 100);
    };
    for top in 0..40 {
        shows(&sheet, top.min(last));
        sheet.scroll(text, 1);
    }
    sheet.show_end(text);
    for up in 0..10 {
        shows(&sheet, last.saturating_sub(3 * up));
        sheet.scroll(text, -3);
    }
}

/// YAML of any kind: a tree whose places lie in the text and whose size is bounded, or one problem.
pub fn yaml(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let node = match yaml::parse("x.yaml", &text, 0) {
        Ok(node) => node,
        Err(problem) => return placed(&[problem], &tea(&[("x.yaml", &text)])),
    };
    let lines = text.split(['\n', '\r']).count() + 1;
    let (mut open, mut count) = (vec![(&node, 0)], 0);
    while let Some((Node { at: Spot { line, .. }, value, .. }, depth)) = open.pop() {
        count += 1;
        assert!(*line <= lines && depth <= yaml::MAX_DEPTH && count <= yaml::MAX_NODES, "{line} {depth} {count}");
        match value {
            Value::List(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Map(fields) => open.extend(fields.iter().map(|(_, item)| (item, depth + 1))),
            _ => {}
        }
    }
}

/// A lesson's file: front matter and text.
pub fn front_matter(bytes: &[u8]) {
    let (width, text) = width_and_text(bytes);
    let path = "lessons/02-water/lesson.md";
    let files = tea(&[(path, &text)]);
    let mut problems = Vec::new();
    let parsed = lesson::parse(&files, "02-water", &mut problems).expect("it has a file");
    placed(&problems, &files);
    let palette = Palette::default();
    let page = lesson_page(&parsed.lesson, Desk { course: good(), palette: &palette }, width);
    laid_out(&page, width, text.chars().count());
    seen(&parsed.lesson, Desk { course: good(), palette: &palette }, width, &page);
}

/// The text of a lesson, at any width.
pub fn markdown(bytes: &[u8]) {
    let (width, text) = width_and_text(bytes);
    let (mut problems, mut links) = (Vec::new(), Vec::new());
    let mut report = Report { path: "x.md", problems: &mut problems };
    let doc = markdown::blocks(&text, Spot { line: 1, column: 1, length: 0 }, &mut report, &mut links);
    placed(&problems, &tea(&[("x.md", &text)]));
    let (headings, codes) = markdown::outline(&text, Spot { line: 1, column: 1, length: 0 });
    assert!(headings.len() + codes.len() <= text.len() + 1);
    let palette = Palette::default();
    let page = doc_page(&doc, Desk { course: good(), palette: &palette }, width);
    laid_out(&page, width, text.chars().count());
}

/// One file of the small course is another: everything in the others is still found, and nothing else breaks.
fn in_place_of(path: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let files = tea(&[(path, &text)]);
    let (course, problems) = load(&files, Vec::new());
    placed(&problems, &files);
    assert!(course.is_some() || !problems.is_empty(), "refused without a word");
    assert_eq!(open(&files).is_some(), course.is_some(), "a learner and an author are told different things");
    if let Some(course) = course {
        walked(&course, 40);
    }
}

/// Everything of a course that was accepted can be laid out.
fn walked(course: &Course, width: usize) {
    let palette = Palette::default();
    for index in 0..course.map.len() {
        let Some(lesson) = course.lesson(index) else { continue };
        let page = lesson_page(lesson, Desk { course, palette: &palette }, width);
        for line in &page.lines {
            for piece in &line.pieces {
                showable(&piece.text);
            }
        }
    }
}

/// The questions of a lesson.
pub fn quiz(bytes: &[u8]) {
    in_place_of("quizzes/01-leaves.yaml", bytes);
}

/// The pairs of a lesson.
pub fn compare(bytes: &[u8]) {
    in_place_of("lessons/01-leaves/compare.yaml", bytes);
}

/// A whole course in one text: a line `=== path` begins each file.
pub fn course(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut files = BTreeMap::<String, String>::new();
    let mut path = "lessons/course.yaml".to_owned();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix(FILE) {
            Some(name) => path = clean(name.trim()).into_owned(),
            None => files.entry(path.clone()).or_default().push_str(line),
        }
    }
    let files = Files::Folder(files);
    let (course, problems) = load(&files, Vec::new());
    placed(&problems, &files);
    assert!(course.is_some() || !problems.is_empty(), "refused without a word");
    assert_eq!(open(&files).is_some(), course.is_some(), "a learner and an author are told different things");
    if let Some(course) = course {
        walked(&course, 60);
    }
}

/// The history of another machine: what is taken is written and read again as the same.
pub fn history(bytes: &[u8]) {
    let Ok(kept) = progress::read(bytes) else { return };
    let mut written = String::new();
    progress::write(&kept, |part| {
        written.push_str(part);
        Ok(())
    })
    .expect("a String takes everything");
    assert!(written.is_ascii());
    let again = progress::read(written.as_bytes()).expect("what was written is read");
    assert_eq!(format!("{again:?}"), format!("{kept:?}"));
}

/// The parameters of a night: taken and possible, or refused in words.
pub fn scenario(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut scenario = Scenario::default();
    match take_in("x.yaml", &text, &mut scenario) {
        Ok(()) => drop(scenario.shop.problems()),
        Err(words) => assert!(!words.is_empty() && words.iter().all(|line| !line.is_empty())),
    }
}

/// Bytes of a terminal: the same inputs however they were split, nothing half read in the end, and the next key lives.
pub fn input(bytes: &[u8]) {
    let mut whole = Vec::new();
    let mut reader = Reader::default();
    reader.feed(bytes, &mut whole);
    let size = bytes.first().map_or(1, |byte| usize::from(*byte) % 9 + 1);
    for pieces in [bytes.chunks(1), bytes.chunks(size)] {
        let mut split = Vec::new();
        let mut other = Reader::default();
        for piece in pieces {
            other.feed(piece, &mut split);
        }
        assert_eq!(split, whole, "in pieces");
        assert_eq!(other.deadline(), reader.deadline(), "in pieces");
    }
    for _ in 0..2 {
        reader.idle(&mut whole);
    }
    assert_eq!(reader.deadline(), None);
    for input in &whole {
        if let Input::Key(Key { code: KeyCode::Char(c), .. }) = input {
            assert!(!c.is_control(), "{c:?} is typed");
        }
    }
    let before = whole.len();
    reader.feed(b"q", &mut whole);
    assert_eq!(whole.get(before..), Some(&[Input::Key(Key::plain(KeyCode::Char('q')))][..]));
}

/// Any text: made safe once and for all, and broken into lines of any width without losing a word.
pub fn text(bytes: &[u8]) {
    let (width, text) = width_and_text(bytes);
    let safe = clean(&text);
    assert!(safe.chars().all(|c| c == '\n' || is_showable(c)), "{safe:?}");
    assert_eq!(clean(&safe), safe, "a second time");
    assert!(safe.len() <= 8 * text.len(), "{} bytes of {}", safe.len(), text.len());
    for line in safe.split('\n') {
        let pieces = [Piece::new(line, Ink::Text)];
        let limit = width.max(widest(line));
        let words = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
        let broken = wrap(&pieces, width);
        assert!(broken.iter().all(|line| line.pieces.iter().map(Piece::width).sum::<usize>() <= limit), "{broken:?} at {width}");
        let all: String = broken.iter().flat_map(|line| &line.pieces).map(|piece| piece.text.as_str()).collect();
        assert_eq!(words(&all), words(line), "words are lost at {width}");
        let code = wrap_code(&pieces, width);
        // Code keeps two cells for its mark.
        let limit = width.max(4).max(widest(line) + 2);
        assert!(code.iter().all(|line| line.iter().map(Piece::width).sum::<usize>() <= limit), "{code:?} at {width}");
        let fitted = fit(line, width);
        assert!(Piece::new(fitted.as_str(), Ink::Text).width() <= width, "{fitted:?} at {width}");
        showable(&fitted);
    }
}
