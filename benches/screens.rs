//! What happens inside: open the course, draw each screen, lay out a lesson, highlight a pair, parse the course.
//! `cargo bench --bench screens`. `examples/floor.rs` is the bare program to measure the whole one against.
#![allow(clippy::unwrap_used, reason = "a benchmark")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use divan::Bencher;
use twelvefold::content::baked;
use twelvefold::content::files::Files;
use twelvefold::content::load::{embedded, load};
use twelvefold::domain::night::Switches;
use twelvefold::domain::time::Timestamp;
use twelvefold::term::gate::Gate;
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::highlight::Highlighter;
use twelvefold::ui::hues::Colors;
use twelvefold::ui::message::{Input, Key, KeyCode, Message};
use twelvefold::ui::page::{Desk, lesson_page};
use twelvefold::ui::palette::Palette;

fn main() {
    divan::main();
}

fn app(start: Start, keys: &str) -> App {
    let palette = Palette::new(baked::colours());
    let mut app = App::new(Setup {
        course: Arc::new(embedded().unwrap()),
        palette,
        theme: None,
        seed: 1,
        zone: twelvefold::domain::time::Zone::default(),
        start,
    });
    app.update(Timestamp(0), Message::Input(Input::Resize { columns: 120, rows: 36 }));
    app.update(Timestamp(0), Message::Loaded(Box::default()));
    for c in keys.chars() {
        let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
        app.update(Timestamp(0), Message::Input(Input::Key(Key::plain(code))));
    }
    app
}

/// After all that happens by itself.
fn lived(mut app: App) -> App {
    while app.beat().is_some() {
        app.update(Timestamp(0), Message::Beat);
    }
    app
}

/// The course as it is opened at start: its map, and no lesson.
#[divan::bench]
fn open_course() -> usize {
    embedded().unwrap().map.len()
}

/// Everything of the course, with all its checks.
#[divan::bench(sample_count = 20)]
fn parse_and_check_course(bencher: Bencher) {
    let (files, _) = Files::folder(Path::new(env!("CARGO_MANIFEST_DIR")));
    bencher.bench_local(|| load(&files, Vec::new()).1.len());
}

#[divan::bench(args = ["home", "lesson", "compare", "quiz", "told", "story", "help", "simulator", "on call"])]
fn draw(bencher: Bencher, screen: &str) {
    let app = match screen {
        "lesson" => app(Start::Lesson(4), ""),
        "compare" => app(Start::Compare(4), ""),
        "quiz" => app(Start::Quiz(4), ""),
        "told" => app(Start::Quiz(4), "1\n"),
        "story" => app(Start::Lesson(16), ""),
        "help" => app(Start::Home, "?"),
        "simulator" => lived(app(Start::Simulator(Switches::ALL_ON, 1), "G")),
        "on call" => lived(app(Start::Night, "")),
        _ => app(Start::Home, ""),
    };
    let mut gate = Gate::new(Colors::True);
    bencher.bench_local(|| {
        gate.resize(120, 36);
        gate.draw(|canvas| app.view(canvas)).len()
    });
}

#[divan::bench(args = [40, 76])]
fn lay_out_lesson(bencher: Bencher, width: usize) {
    let course = embedded().unwrap();
    let palette = Palette::new(baked::colours());
    let lesson = course.lesson(4).unwrap();
    bencher.bench_local(|| lesson_page(lesson, Desk { course: &course, palette: &palette }, width).lines.len());
}

/// A pair of the course, whose grammar has been used before.
#[divan::bench(sample_count = 20)]
fn highlight_pair(bencher: Bencher) {
    let course = embedded().unwrap();
    let pair = &course.lesson(4).unwrap().pairs[0];
    let highlighter = Highlighter::new();
    bencher.bench_local(|| {
        [&pair.bad, &pair.good]
            .map(|side| highlighter.colours(&pair.language, side.code.as_str(), Duration::MAX, &|| Duration::ZERO).lines.len())
    });
}
