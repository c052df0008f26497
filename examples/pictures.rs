//! Draws the pictures of the program that the README shows, as SVG from the very cells of a screen:
//! `cargo run --example pictures`. Run it after a change of what they show.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for the author")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use pulldown_cmark_escape::escape_html;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use twelvefold::content::baked;
use twelvefold::content::load::embedded;
use twelvefold::domain::night::Switches;
use twelvefold::domain::time::{Timestamp, Zone};
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::glyph::ON_BLANK;
use twelvefold::ui::ink::Theme;
use twelvefold::ui::message::{Input, Key, KeyCode, Message};
use twelvefold::ui::palette::Palette;

/// Columns and rows of every picture.
const SIZE: (u16, u16) = (120, 34);
/// A cell, in units of the picture.
const CELL: (f64, f64) = (8.4, 18.0);
/// Around the cells.
const AIR: f64 = 14.0;
/// Of a dark terminal: its paper and its ink.
const PAPER: &str = "#15161a";
const INK: &str = "#e4e6eb";

fn main() {
    let course = Arc::new(embedded().unwrap());
    let lesson = |factor| course.lesson_of_factor(factor).unwrap();
    let pictures = [
        ("compare", Start::Compare(lesson(6)), ""),
        ("answer", Start::Quiz(lesson(3)), "1\n"),
        ("simulator", Start::Simulator(Switches::ALL_ON.with(8, false), 1), "jjjjjjjG"),
    ];
    for (name, start, keys) in pictures {
        let theme = Some(Theme::Dark);
        let palette = Palette::new(baked::colours());
        let mut app = App::new(Setup { course: Arc::clone(&course), palette, theme, seed: 3, zone: Zone::default(), start });
        let mut send = |message| drop(app.update(Timestamp(0), message));
        send(Message::Input(Input::Resize { columns: SIZE.0, rows: SIZE.1 }));
        send(Message::Loaded(Box::default()));
        for c in keys.chars() {
            let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
            send(Message::Input(Input::Key(Key::plain(code))));
        }
        send(Message::Saved(u64::MAX));
        while app.beat().is_some() {
            app.update(Timestamp(0), Message::Beat);
        }
        let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
        terminal.draw(|frame| frame.render_widget(&app, frame.area())).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/{name}.svg"));
        fs::write(&path, svg(terminal.backend().buffer())).unwrap();
        println!("assets/{name}.svg");
    }
}

/// The cells of a screen: a rectangle for each background, and a text for each run of cells in one style.
fn svg(buffer: &Buffer) -> String {
    let (width, height) = (f64::from(SIZE.0) * CELL.0 + 2.0 * AIR, f64::from(SIZE.1) * CELL.1 + 2.0 * AIR);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for y in 0..SIZE.1 {
        let mut row: Vec<Cell> = (0..SIZE.0).map(|x| buffer[(x, y)].clone()).collect();
        for x in 1..row.len() {
            let (before, cell) = (row[x - 1].clone(), &mut row[x]);
            // Of a blank its background is to be seen: it goes on as the words before it, so that a sentence stays together.
            let alike = cell.bg == before.bg && !(cell.modifier | before.modifier).intersects(ON_BLANK);
            if cell.symbol() == " " && alike {
                cell.set_style(before.style());
            }
        }
        let mut x = 0;
        for run in runs(&row) {
            let text: String = run.iter().map(Cell::symbol).collect();
            let reversed = run[0].modifier.contains(Modifier::REVERSED);
            let (ink, paper) = if reversed { (run[0].bg, run[0].fg) } else { (run[0].fg, run[0].bg) };
            let ink = hex(ink).unwrap_or_else(|| if reversed { PAPER.into() } else { INK.into() });
            let paper = hex(paper).or_else(|| reversed.then(|| INK.into()));
            piece(&mut out, (x, y), run.len(), &text, (&ink, paper.as_deref()), run[0].modifier);
            x += run.len();
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Runs of cells in one style; after four blanks another one begins.
fn runs(row: &[Cell]) -> Vec<&[Cell]> {
    let (mut runs, mut from, mut blanks) = (Vec::new(), 0, 0);
    for (x, cell) in row.iter().enumerate() {
        let blank = cell.symbol() == " ";
        if x > from && (cell.style() != row[x - 1].style() || !blank && blanks >= 4) {
            runs.push(&row[from..x]);
            from = x;
        }
        blanks = if blank { blanks + 1 } else { 0 };
    }
    runs.push(&row[from..]);
    runs
}

fn piece(out: &mut String, (x, y): (usize, u16), cells: usize, text: &str, (ink, paper): (&str, Option<&str>), modifier: Modifier) {
    let at = |cells: usize| f64::from(u32::try_from(cells).unwrap()) * CELL.0;
    let (left, top, wide) = (AIR + at(x), AIR + f64::from(y) * CELL.1, at(cells));
    if let Some(paper) = paper {
        writeln!(out, "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{}\" fill=\"{paper}\"/>", CELL.1).unwrap();
    }
    let shown = text.trim_end();
    if shown.is_empty() {
        return;
    }
    let wide = at(shown.chars().count());
    let weight = if modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let line = if modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    write!(
        out,
        "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{ink}\"{weight}{line} \
         xml:space=\"preserve\">",
        top + 13.5
    )
    .unwrap();
    escape_html(&mut *out, shown).unwrap();
    out.push_str("</text>\n");
}

fn hex(color: Color) -> Option<String> {
    match color {
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        _ => None,
    }
}
