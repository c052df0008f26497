//! The ways through the course on the screen: what is asked at the first start, what is followed, what is never asked again.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use twelvefold::content::load::embedded;
use twelvefold::domain::event::{Deed, Event};
use twelvefold::domain::id::TrackId;
use twelvefold::domain::progress::Progress;
use twelvefold::domain::time::{Timestamp, Zone};
use twelvefold::domain::track::Way;
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::ink::Theme;
use twelvefold::ui::message::{Effect, Input, Key, KeyCode, Message};
use twelvefold::ui::palette::Palette;

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 20)];

struct Pilot {
    app: App,
    size: (u16, u16),
    events: Vec<Event>,
}

impl Pilot {
    fn new(size: (u16, u16), progress: Progress) -> Self {
        let app = App::new(Setup {
            course: Arc::new(embedded().unwrap()),
            palette: Palette::default(),
            theme: Some(Theme::Dark),
            seed: 7,
            zone: Zone::default(),
            start: Start::Home,
        });
        let mut pilot = Self { app, size, events: Vec::new() };
        pilot.send(Message::Input(Input::Resize { columns: size.0, rows: size.1 }));
        pilot.send(Message::Loaded(Box::new(progress)));
        pilot
    }

    fn send(&mut self, message: Message) {
        for effect in self.app.update(Timestamp(1_000), message) {
            if let Effect::Record { ticket, event } = effect {
                self.events.push(event);
                self.app.update(Timestamp(1_000), Message::Saved(ticket));
            }
        }
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split_whitespace() {
            let code = match word {
                "enter" => KeyCode::Enter,
                "esc" => KeyCode::Esc,
                other => KeyCode::Char(other.chars().next().unwrap()),
            };
            self.send(Message::Input(Input::Key(Key::plain(code))));
        }
        self
    }

    fn screen(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| frame.render_widget(&self.app, frame.area())).unwrap();
        terminal.backend().to_string().lines().map(|line| line.trim_matches('"').trim_end().to_owned() + "\n").collect()
    }

    fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    fn chosen(&self) -> Vec<Option<&str>> {
        self.events
            .iter()
            .filter_map(|event| match &event.deed {
                Deed::WayChosen { track } => Some(track.as_ref().map(TrackId::as_str)),
                _ => None,
            })
            .collect()
    }
}

const QUESTION: &str = "What brings you here?";

#[test]
fn the_question_is_quiet_and_fits() {
    for size in SIZES {
        let mut pilot = Pilot::new(size, Progress::default());
        let (columns, rows) = size;
        insta::assert_snapshot!(format!("first_{columns}x{rows}"), pilot.screen());
        pilot.keys("w");
        insta::assert_snapshot!(format!("choice_{columns}x{rows}"), pilot.screen());
        pilot.keys("j enter");
        insta::assert_snapshot!(format!("followed_{columns}x{rows}"), pilot.screen());
        pilot.keys("w");
        insta::assert_snapshot!(format!("steps_{columns}x{rows}"), pilot.screen());
    }
}

#[test]
fn to_choose_nothing_is_fine_and_never_asked_again() {
    let mut pilot = Pilot::new((80, 24), Progress::default());
    assert!(pilot.shows(QUESTION));
    pilot.keys("esc");
    assert!(!pilot.shows(QUESTION));
    assert_eq!(pilot.chosen(), [None]);
    pilot.keys("esc");
    assert_eq!(pilot.events.len(), 1, "Esc at home means nothing more");
    let kept = Progress::of(&pilot.events);
    assert_eq!(kept.way, Way::All);
    assert!(!Pilot::new((80, 24), kept).shows(QUESTION));
    // From the choice it is the same.
    let mut pilot = Pilot::new((80, 24), Progress::default());
    pilot.keys("w esc");
    assert_eq!(pilot.chosen(), [None]);
    assert!(pilot.shows("0 of 19 lessons"));
    // And who begins to read is not held up.
    let mut pilot = Pilot::new((80, 24), Progress::default());
    pilot.keys("enter");
    assert_eq!(pilot.chosen(), []);
    pilot.keys("esc");
    assert!(!pilot.shows(QUESTION));
}

#[test]
fn a_track_is_followed_and_can_be_changed() {
    let mut pilot = Pilot::new((80, 24), Progress::default());
    pilot.keys("w 3 enter");
    assert_eq!(pilot.chosen(), [Some("architect")]);
    assert!(pilot.shows("Architect  0 of 15 steps"), "{}", pilot.screen());
    // It begins with its own first lesson.
    pilot.keys("enter");
    assert!(pilot.shows("What a twelve-factor app is"));
    pilot.keys("G enter");
    let Some(read) = pilot.events.iter().find_map(|event| match &event.deed {
        Deed::Finished { lesson } => Some(lesson.as_str()),
        _ => None,
    }) else {
        panic!("{}", pilot.screen())
    };
    assert_eq!(read, "what-it-is");
    pilot.keys("esc esc");
    assert!(pilot.shows("Architect  1 of 15 steps"), "{}", pilot.screen());
    // The next session goes on with the track and not with the order of the course.
    let mut pilot = Pilot::new((120, 36), Progress::of(&pilot.events));
    pilot.keys("enter");
    assert!(pilot.shows("IV  Backing services"), "{}", pilot.screen());
    pilot.keys("esc w w 6 enter");
    assert_eq!(pilot.chosen(), [None]);
    assert!(pilot.shows("of 19 lessons"));
}

#[test]
fn every_step_leads_where_it_says() {
    let course = embedded().unwrap();
    for (number, track) in (1_u8..).zip(course.tracks()) {
        let mut pilot = Pilot::new((120, 36), Progress::default());
        pilot.keys(&format!("w {number} enter w"));
        for at in 0..track.steps.len() {
            pilot.keys("g").keys(&"j ".repeat(at));
            let depth = pilot.app.depth();
            let before = pilot.screen();
            pilot.keys("enter");
            assert_eq!(pilot.app.depth(), depth + 1, "{}: step {}\n{before}", track.id, at + 1);
            pilot.keys("esc");
            assert_eq!(pilot.app.depth(), depth, "{}: step {}", track.id, at + 1);
        }
    }
}
