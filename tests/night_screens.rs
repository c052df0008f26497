//! The screens of the night without a terminal: pictures at every size, the switches, and a night played to the morning.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::Path;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use twelvefold::content::files::Files;
use twelvefold::content::load::load;
use twelvefold::domain::night::Switches;
use twelvefold::domain::time::{Timestamp, Zone};
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::ink::Theme;
use twelvefold::ui::message::{Input, Key, KeyCode, Message};
use twelvefold::ui::palette::Palette;

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 20)];

struct Pilot {
    app: App,
    size: (u16, u16),
}

impl Pilot {
    fn new(size: (u16, u16), start: Start) -> Self {
        let (files, problems) = Files::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good"));
        let course = Arc::new(load(&files, problems).0.unwrap());
        let (palette, zone) = (Palette::default(), Zone::default());
        let app = App::new(Setup { course, palette, theme: Some(Theme::Dark), seed: 7, zone, start });
        let mut pilot = Self { app, size };
        pilot.send(Message::Input(Input::Resize { columns: size.0, rows: size.1 }));
        pilot.send(Message::Loaded(Box::default()));
        pilot
    }

    fn send(&mut self, message: Message) {
        self.app.update(Timestamp(1_000), message);
    }

    fn key(&mut self, code: KeyCode) {
        self.send(Message::Input(Input::Key(Key::plain(code))));
    }

    fn press(&mut self, keys: &str) {
        for c in keys.chars() {
            self.key(KeyCode::Char(c));
        }
    }

    fn screen(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| frame.render_widget(&self.app, frame.area())).unwrap();
        terminal.backend().to_string().lines().map(|line| line.trim_matches('"').trim_end().to_owned() + "\n").collect()
    }
}

/// Lets pass what passes by itself, until nothing does.
fn beats(pilot: &mut Pilot, most: usize) {
    for _ in 0..most {
        if pilot.app.beat().is_none() {
            return;
        }
        pilot.send(Message::Beat);
    }
}

#[test]
fn the_simulator_at_every_size() {
    for size in SIZES {
        let mut pilot = Pilot::new(size, Start::Simulator(Switches::AS_IT_WAS, 1));
        beats(&mut pilot, 50);
        insta::assert_snapshot!(format!("simulator-before-{}x{}", size.0, size.1), pilot.screen());
        pilot.press("G");
        beats(&mut pilot, 50);
        insta::assert_snapshot!(format!("simulator-morning-{}x{}", size.0, size.1), pilot.screen());
    }
}

#[test]
fn a_switch_lives_the_night_anew_up_to_the_same_moment() {
    let mut pilot = Pilot::new((120, 36), Start::Simulator(Switches::AS_IT_WAS, 1));
    pilot.press("G");
    beats(&mut pilot, 50);
    assert!(pilot.screen().contains("Taken $77,160"), "{}", pilot.screen());
    pilot.press("o1");
    beats(&mut pilot, 50);
    let screen = pilot.screen();
    assert!(screen.contains("Taken $989,160") && screen.contains("Kept: all twelve off"), "{screen}");
    // From twelve on, one off and asked about: only that one can come next.
    pilot.press("jjjjj");
    pilot.key(KeyCode::Enter);
    beats(&mut pilot, 50);
    assert!(pilot.screen().contains("without VI"), "{}", pilot.screen());
    pilot.press("w");
    pilot.key(KeyCode::Enter);
    beats(&mut pilot, 50);
    assert!(pilot.screen().contains("✓ VI Processes brings $"), "{}", pilot.screen());
    pilot.key(KeyCode::Esc);
    pilot.key(KeyCode::Esc);
    assert_eq!(pilot.app.depth(), 0);
}

#[test]
fn time_runs_only_while_it_is_let_run() {
    let mut pilot = Pilot::new((120, 36), Start::Simulator(Switches::ALL_ON, 1));
    beats(&mut pilot, 50);
    assert_eq!(pilot.app.beat(), None, "at rest nothing wakes");
    pilot.press(" ");
    assert!(pilot.app.beat().is_some());
    pilot.send(Message::Beat);
    let screen = pilot.screen();
    pilot.send(Message::Beat);
    assert_ne!(pilot.screen(), screen);
    pilot.press(" ");
    assert_eq!(pilot.app.beat(), None);
}

/// The night from beginning to end, with wrong choices, one taken back, and the morning after.
#[test]
fn the_night_is_played_to_the_morning() {
    for size in SIZES {
        let mut pilot = Pilot::new(size, Start::Night);
        let name = |what: &str| format!("on-call-{what}-{}x{}", size.0, size.1);
        beats(&mut pilot, 2_000);
        insta::assert_snapshot!(name("eve"), pilot.screen());
        pilot.key(KeyCode::Enter);
        beats(&mut pilot, 2_000);
        assert!(pilot.screen().contains("The sale opens"));
        pilot.key(KeyCode::Enter);
        beats(&mut pilot, 2_000);
        assert!(pilot.screen().contains("The phone rings"));
        insta::assert_snapshot!(name("first-move"), pilot.screen());
        pilot.press("4");
        beats(&mut pilot, 2_000);
        assert!(!pilot.screen().contains("The phone rings"));
        pilot.key(KeyCode::Backspace);
        assert!(pilot.screen().contains("The phone rings"), "{}", pilot.screen());
        pilot.press("1");
        beats(&mut pilot, 2_000);
        assert!(pilot.screen().contains("The spare does not come"), "{}", pilot.screen());
        let mut decisions = 0;
        while !pilot.screen().contains("the morning after") {
            // What cannot be done is refused with a reason; then the next is tried.
            let before = pilot.screen();
            for choice in "2341".chars() {
                pilot.press(&choice.to_string());
                beats(&mut pilot, 3_000);
                if pilot.screen() != before && !pilot.screen().contains("no such setting") {
                    break;
                }
            }
            decisions += 1;
            assert!(decisions < 60, "{}", pilot.screen());
        }
        beats(&mut pilot, 50);
        insta::assert_snapshot!(name("morning"), pilot.screen());
        for _ in 0..15 {
            pilot.press("j");
        }
        pilot.key(KeyCode::Enter);
        beats(&mut pilot, 50);
        assert!(pilot.screen().contains("up all night"), "{}", pilot.screen());
        pilot.key(KeyCode::Esc);
        assert_eq!(pilot.app.depth(), 0);
    }
}

#[test]
fn every_chart_and_the_big_numbers_at_every_size() {
    for size in SIZES {
        let mut pilot = Pilot::new(size, Start::Simulator(Switches::ALL_ON.with(6, false), 1));
        pilot.press("G");
        beats(&mut pilot, 50);
        for title in ["dollars taken", "failed requests, percent", "95 of 100 wait", "carts lost"] {
            for _ in 0..6 {
                if pilot.screen().contains(title) {
                    break;
                }
                pilot.press("c");
            }
            assert!(pilot.screen().contains(title), "{title}: {}", pilot.screen());
        }
        pilot.press("0");
        beats(&mut pilot, 50);
        pilot.press(&"s".repeat(20));
        beats(&mut pilot, 50);
        pilot.press("b");
        assert!(pilot.screen().contains("What do you think happens now?"), "{}", pilot.screen());
        insta::assert_snapshot!(format!("simulator-big-{}x{}", size.0, size.1), pilot.screen());
    }
}
