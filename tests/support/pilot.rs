//! A session without a terminal: keys in, pictures and deeds out.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::path::Path;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use twelvefold::content::files::Files;
use twelvefold::content::load::load;
use twelvefold::domain::course::Course;
use twelvefold::domain::event::{Deed, Event};
use twelvefold::domain::grade::Verdict;
use twelvefold::domain::progress::Progress;
use twelvefold::domain::time::Timestamp;
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::ink::Theme;
use twelvefold::ui::message::{Effect, Input, Key, KeyCode, Message};
use twelvefold::ui::palette::Palette;

pub fn course(folder: &Path) -> Arc<Course> {
    let (files, problems) = Files::folder(folder);
    let (course, problems) = load(&files, problems);
    Arc::new(course.unwrap_or_else(|| panic!("{problems:#?}")))
}

pub fn tea() -> Arc<Course> {
    course(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good"))
}

/// Presses keys and looks at the screen.
pub struct Pilot {
    pub app: App,
    pub size: (u16, u16),
    pub events: Vec<Event>,
    pub quit: bool,
    /// Whether everything is saved at once.
    pub saves: bool,
    /// The clock.
    pub now: Timestamp,
    /// What was written beside.
    pub files: Vec<(String, String)>,
}

impl Pilot {
    pub fn new(course: Arc<Course>, size: (u16, u16), start: Start) -> Self {
        Self::with(course, size, start, Progress::default())
    }

    pub fn with(course: Arc<Course>, size: (u16, u16), start: Start, progress: Progress) -> Self {
        let app = App::new(Setup {
            course,
            palette: Palette::default(),
            theme: Some(Theme::Dark),
            seed: 7,
            zone: twelvefold::domain::time::Zone::default(),
            start,
        });
        let mut pilot = Self { app, size, events: Vec::new(), quit: false, saves: true, now: Timestamp(1_000), files: Vec::new() };
        pilot.resize(size);
        pilot.send(Message::Loaded(Box::new(progress)));
        pilot
    }

    pub fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        self.send(Message::Input(Input::Resize { columns: size.0, rows: size.1 }));
    }

    pub fn send(&mut self, message: Message) {
        for effect in self.app.update(self.now, message) {
            match effect {
                Effect::Record { ticket, event } => {
                    self.events.push(event);
                    if self.saves {
                        self.app.update(self.now, Message::Saved(ticket));
                    }
                }
                Effect::Quit => self.quit = true,
                Effect::Write { name, text } => self.files.push((name, text)),
                Effect::Colour(_) | Effect::Class(_) | Effect::Suspend => {}
            }
        }
    }

    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split_whitespace() {
            let code = match word {
                "enter" => KeyCode::Enter,
                "esc" => KeyCode::Esc,
                "tab" => KeyCode::Tab,
                "space" => KeyCode::Char(' '),
                "up" => KeyCode::Up,
                "down" => KeyCode::Down,
                "backspace" => KeyCode::Backspace,
                other => {
                    for c in other.chars() {
                        self.send(Message::Input(Input::Key(Key::plain(KeyCode::Char(c)))));
                    }
                    continue;
                }
            };
            self.send(Message::Input(Input::Key(Key::plain(code))));
        }
        self
    }

    pub fn screen(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| frame.render_widget(&self.app, frame.area())).unwrap();
        terminal.backend().to_string().lines().map(|line| line.trim_matches('"').trim_end().to_owned() + "\n").collect()
    }

    pub fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    pub fn answers(&self) -> Vec<(String, Verdict)> {
        self.events
            .iter()
            .filter_map(|event| match &event.deed {
                Deed::Answered(attempt) => Some((attempt.question.to_string(), attempt.verdict)),
                _ => None,
            })
            .collect()
    }
}

pub fn whole_course() -> Arc<Course> {
    Arc::new(twelvefold::content::load::embedded().unwrap())
}

/// Gives some answer to the question at hand, whatever its kind.
pub fn answer(pilot: &mut Pilot) {
    let before = pilot.answers().len();
    for keys in [
        "1 enter",
        "space enter",
        "space down space enter",
        "1 2 3 enter",
        "4 enter",
        "5 enter",
        "1 2 3 4 5 6 enter",
        "steep enter",
    ] {
        pilot.keys(keys);
        if pilot.answers().len() > before {
            return;
        }
    }
    panic!("no answer was taken:\n{}", pilot.screen());
}

pub fn answer_upto(pilot: &mut Pilot, count: usize) {
    for _ in 0..count {
        answer(pilot);
        pilot.keys("enter");
    }
}
