//! However a picture came about, the terminal shows the same as if it had been written whole.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::num::NonZero;

use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};

use crate::term::gate::Gate;
use crate::ui::hues::Colors;

/// A line of a page: how it is moved in, and its words with their styles.
type Line = (u16, Vec<(String, u8)>);

fn style(number: u8) -> Style {
    match number % 7 {
        1 => Style::new().fg(Color::Rgb(240, 120, 120)),
        2 => Style::new().fg(Color::Rgb(10, 20, 30)).add_modifier(Modifier::BOLD),
        3 => Style::new().bg(Color::Rgb(42, 49, 66)),
        4 => Style::new().add_modifier(Modifier::UNDERLINED),
        5 => Style::new().add_modifier(Modifier::REVERSED),
        6 => Style::new().fg(Color::Indexed(9)).add_modifier(Modifier::ITALIC),
        _ => Style::new(),
    }
}

/// A page that is scrolled between a header and a footer, with a column beside it that stands still.
struct Scrolled<'p> {
    page: &'p [Line],
    aside: bool,
}

impl Scrolled<'_> {
    fn draw(&self, gate: &mut Gate, top: usize) -> Vec<u8> {
        gate.draw(|canvas| {
            let area = canvas.area();
            canvas.text(0, 0, &format!(" at {top}"), area.width.into(), style(2));
            let rows = 1..area.height.saturating_sub(1);
            let aside = self.aside && area.width > 20;
            let width = if aside { area.width - 10 } else { area.width };
            for (y, (indent, line)) in rows.clone().zip(self.page.iter().skip(top)) {
                line.iter()
                    .fold(*indent, |x, (words, number)| canvas.text(x, y, words, width.saturating_sub(x).into(), style(*number)).0);
            }
            if aside {
                for y in rows {
                    canvas.text(area.width - 9, y, &format!("│ aside {y}"), 9, style(1));
                }
            }
        })
    }
}

fn terminal(columns: u16, rows: u16) -> Gate {
    let mut gate = Gate::new(Colors::True);
    gate.resize(columns, rows);
    gate
}

fn parser(columns: u16, rows: u16) -> vt100::Parser {
    vt100::Parser::new(NonZero::new(rows).unwrap(), NonZero::new(columns).unwrap(), 0)
}

fn cells(parser: &vt100::Parser) -> Vec<(String, String)> {
    let (rows, columns) = parser.screen().size();
    let (rows, columns) = (rows.get(), columns.get());
    let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x)));
    places
        .map(|(y, x)| {
            let cell = parser.screen().cell(y, x).unwrap();
            let blank = cell.contents().trim().is_empty();
            let seen = !blank || cell.underline() || cell.inverse();
            let (ink, bold) = if seen { (format!("{:?}", cell.fgcolor()), cell.bold()) } else { (String::new(), false) };
            let text = if blank { " ".to_owned() } else { cell.contents().to_owned() };
            (text, format!("{ink} {:?} {bold} {} {}", cell.bgcolor(), cell.underline(), cell.inverse()))
        })
        .collect()
}

fn line() -> impl Strategy<Value = Line> {
    let words = prop_oneof![
        6 => "[a-z ]{0,40}",
        3 => " {0,6}[a-z]{0,3}",
        1 => "[a-e│─日本語 ]{0,30}",
        1 => Just("keycap 1\u{fe0f}\u{20e3} and ☁\u{fe0f} there".to_owned()),
        1 => Just(String::new()),
    ];
    (0_u16..6, prop::collection::vec((words, any::<u8>()), 0..6))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 200 } else { 2_000 }))]

    #[test]
    fn every_way_to_a_picture_shows_the_same(
        page in prop::collection::vec(line(), 1..60),
        tops in prop::collection::vec(0_usize..60, 1..12),
        aside in any::<bool>(),
        (columns, rows) in (1_u16..60, 1_u16..24),
    ) {
        let scrolled = Scrolled { page: &page, aside };
        let mut long_way = parser(columns, rows);
        let mut steps = terminal(columns, rows);
        for top in tops {
            long_way.process(&scrolled.draw(&mut steps, top));
            let mut at_once = parser(columns, rows);
            at_once.process(&scrolled.draw(&mut terminal(columns, rows), top));
            let (long, once) = (cells(&long_way), cells(&at_once));
            for (at, (a, b)) in long.iter().zip(&once).enumerate() {
                prop_assert_eq!(a, b, "cell {} of {} by {}, top {}", at, columns, rows, top);
            }
        }
    }
}

/// A page of text of all kinds of length.
fn page() -> Vec<Line> {
    (0..200_usize).map(|n| (4, vec![(format!("{n} is the number of this line, {}", "and so on ".repeat(n % 5)), 0)])).collect()
}

#[test]
fn a_scrolled_line_costs_little_more_than_the_line() {
    for aside in [false, true] {
        let page = page();
        let scrolled = Scrolled { page: &page, aside };
        let mut terminal = terminal(100, 40);
        scrolled.draw(&mut terminal, 0);
        for top in (1..60).chain((30..59).rev()) {
            let bytes = scrolled.draw(&mut terminal, top);
            let aside = if aside { 700 } else { 0 };
            assert!(bytes.len() < 170 + aside, "{} bytes: {:?}", bytes.len(), String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn a_colour_is_set_once_for_all_that_has_it() {
    let mut terminal = terminal(40, 12);
    let bytes = terminal.draw(|canvas| {
        for y in 0..12 {
            canvas.text(0, y, "│", 1, style(1));
            canvas.text(2, y, &format!("let x{y} = "), 20, style(0));
            canvas.text(12, y, "\"tea\"", 20, style(6));
            canvas.text(30, y, "│", 1, style(1));
        }
    });
    let times = |part: &[u8]| bytes.windows(part.len()).filter(|window| *window == part).count();
    assert_eq!((times(b"38;2;240;120;120m"), times(b"38;5;9m")), (1, 1), "{:?}", String::from_utf8_lossy(&bytes));
}

#[test]
fn a_picture_that_stays_costs_nothing() {
    let page = page();
    let scrolled = Scrolled { page: &page, aside: true };
    let mut terminal = terminal(100, 40);
    assert!(!scrolled.draw(&mut terminal, 3).is_empty());
    assert_eq!(scrolled.draw(&mut terminal, 3), b"");
}

#[test]
fn signs_that_are_not_shown_any_more_are_forgotten() {
    let mut terminal = terminal(40, 4);
    let mut parser = parser(40, 4);
    for n in 0..2_000_u32 {
        let bytes = terminal.draw(|canvas| {
            for (x, mark) in (0..8_u32).enumerate() {
                let letter = char::from_u32(0x61 + (n + mark) % 26).unwrap();
                let sign = format!("{letter}{}{}", char::from_u32(0x300 + n % 64).unwrap(), char::from_u32(0x300 + mark).unwrap());
                canvas.text(u16::try_from(x).unwrap(), 0, &sign, 40, Style::new());
            }
        });
        parser.process(&bytes);
    }
    let shown: String = parser.screen().contents();
    let wanted = format!("{}\u{30f}\u{300}", char::from_u32(0x61 + 1_999 % 26).unwrap());
    assert!(shown.starts_with(&wanted), "{shown:?}");
}
