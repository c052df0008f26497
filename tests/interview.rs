//! Interviews without a terminal: key scripts, pictures at every size, and what was recorded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use twelvefold::content::files::Files;
use twelvefold::content::load::load;
use twelvefold::domain::course::Course;
use twelvefold::domain::event::{Attempt, Deed, Event};
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::id::{OptionId, QuestionId};
use twelvefold::domain::interview::{Wish, candidates, deal, find};
use twelvefold::domain::progress::Progress;
use twelvefold::domain::quiz::Seniority;
use twelvefold::domain::rng::Rng;
use twelvefold::domain::time::{Timestamp, Zone};
use twelvefold::term::gate::Gate;
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::context::Context;
use twelvefold::ui::hues::Colors;
use twelvefold::ui::ink::Theme;
use twelvefold::ui::keymap::action;
use twelvefold::ui::message::{Effect, Input, Key, KeyCode, Message};
use twelvefold::ui::palette::Palette;
use twelvefold::ui::screen::interview::open_one;
use twelvefold::ui::screen::{Asks, Go, Press, Screen};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 20)];

/// The questions that are added to those of the fixture, one of them hostile.
const MORE: &str = r#"
interview:
  - id: water-iv-boil
    level: mid
    factor: 6
    prompt: Your kettle boils on a mountain and at the sea. The tea tastes different. How do you find out why, and what do you change?
    points:
      - Water boils at less where the air is thin.
      - Measure the water, do not guess it.
      - Let it steep for longer, and say for how long in the recipe so that nobody has to remember it.
      - "Change one thing at a time."
    weak: Buys another kettle.
    follow_ups: ["Would you carry a thermometer?", "And with green tea?"]
  - id: water-iv-hostile
    level: senior
    prompt: "What \e]0;x\a does \u202e this do?"
    points: ["Nothing \e[2J at all.", "It is shown."]
    weak: "It \x9b31m acts."
    follow_ups: ["And \u202ethen?"]
"#;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn course() -> Arc<Course> {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good"), folder.path());
    let water = folder.path().join("quizzes/02-water.yaml");
    let text = std::fs::read_to_string(&water).unwrap();
    std::fs::write(&water, format!("{}{MORE}", text.trim_end())).unwrap();
    let (files, problems) = Files::folder(folder.path());
    let (course, problems) = load(&files, problems);
    Arc::new(course.unwrap_or_else(|| panic!("{problems:#?}")))
}

/// Presses keys and looks at the screen.
struct Pilot {
    app: App,
    size: (u16, u16),
    now: i64,
    events: Vec<Event>,
    quit: bool,
}

impl Pilot {
    fn new(course: Arc<Course>, size: (u16, u16), start: Start) -> Self {
        let app = App::new(Setup {
            course,
            palette: Palette::default(),
            theme: Some(Theme::Dark),
            seed: 7,
            zone: Zone::default(),
            start,
        });
        let mut pilot = Self { app, size, now: 1_000, events: Vec::new(), quit: false };
        pilot.resize(size);
        pilot.send(Message::Loaded(Box::default()));
        pilot
    }

    fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        self.send(Message::Input(Input::Resize { columns: size.0, rows: size.1 }));
    }

    fn send(&mut self, message: Message) {
        self.now += 10;
        for effect in self.app.update(Timestamp(self.now), message) {
            match effect {
                Effect::Record { ticket, event } => {
                    self.events.push(event);
                    self.app.update(Timestamp(self.now), Message::Saved(ticket));
                }
                Effect::Write { .. } => {}
                Effect::Quit => self.quit = true,
                Effect::Colour(_) | Effect::Class(_) | Effect::Suspend => {}
            }
        }
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split_whitespace() {
            let key = match word {
                "enter" => Key::plain(KeyCode::Enter),
                "esc" => Key::plain(KeyCode::Esc),
                "tab" => Key::plain(KeyCode::Tab),
                "space" => Key::plain(KeyCode::Char(' ')),
                "up" => Key::plain(KeyCode::Up),
                "down" => Key::plain(KeyCode::Down),
                "left" => Key::plain(KeyCode::Left),
                "right" => Key::plain(KeyCode::Right),
                "pgdn" => Key::plain(KeyCode::PageDown),
                "f1" => Key::plain(KeyCode::F(1)),
                "ctrl-c" => Key { ctrl: true, ..Key::plain(KeyCode::Char('c')) },
                "ctrl-d" => Key { ctrl: true, ..Key::plain(KeyCode::Char('d')) },
                other => {
                    for c in other.chars() {
                        self.send(Message::Input(Input::Key(Key::plain(KeyCode::Char(c)))));
                    }
                    continue;
                }
            };
            self.send(Message::Input(Input::Key(key)));
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

    fn answers(&self) -> Vec<&Attempt> {
        self.events
            .iter()
            .filter_map(|event| match &event.deed {
                Deed::Answered(attempt) => Some(attempt),
                _ => None,
            })
            .collect()
    }
}

fn mid() -> Start {
    Start::Interview(Wish { lesson: Some(1), level: Some(Seniority::Mid), length: 1 })
}

#[test]
fn pictures() {
    let course = course();
    let whole = Start::Interview(Wish::default());
    let scripts = [
        ("plan", Start::Home, "v down right"),
        ("asked", mid(), ""),
        ("written", mid(), "Thin air. enter enter Measure. up"),
        ("points", mid(), "Measure. tab 2 down"),
        ("follow_up", mid(), "enter 2 3 enter"),
        ("report", whole, "enter 1 enter enter enter n enter enter 2 enter enter"),
        ("report_end", whole, "enter 1 enter enter enter n enter enter 2 enter enter G"),
        ("help", mid(), "enter ?"),
    ];
    for (name, start, keys) in scripts {
        for size in SIZES {
            let mut pilot = Pilot::new(Arc::clone(&course), size, start);
            pilot.keys(keys);
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), pilot.screen());
        }
    }
}

#[test]
fn what_was_ticked_is_recorded_once_and_remembered() {
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    pilot.keys("Thin enter air tab");
    assert_eq!(pilot.answers().len(), 0);
    pilot.keys("1 3 3 2 enter");
    let answers = pilot.answers();
    assert_eq!(answers.len(), 1);
    let attempt = answers[0];
    assert_eq!((attempt.lesson.as_str(), attempt.question.as_str()), ("water", "water-iv-boil"));
    assert_eq!(attempt.answer, Answer::Text("Thin\nair".to_owned()));
    assert_eq!(attempt.shown.iter().map(OptionId::as_str).collect::<Vec<_>>(), ["1", "2"]);
    assert!((attempt.score - 0.5).abs() < 1e-12 && attempt.verdict == Verdict::Partly);
    assert!(attempt.scored && !attempt.in_quiz && attempt.sure.is_none() && attempt.took > 0);
    pilot.keys("enter");
    assert!(pilot.shows("Report") && pilot.shows("2 of 4 points said, in 1 question"), "{}", pilot.screen());
    pilot.keys("esc");
    assert_eq!((pilot.answers().len(), pilot.app.depth()), (1, 0));
    let known = pilot.app.progress();
    assert!(known.questions.contains_key("water-iv-boil"));
    assert_eq!(known, &Progress::of(&pilot.events));
}

#[test]
fn it_moves_no_bar_of_mastery() {
    let course = course();
    let mut pilot = Pilot::new(Arc::clone(&course), (120, 36), Start::Interview(Wish::default()));
    pilot.keys("enter 1 2 enter enter enter 1 2 enter enter enter 1 2 enter enter");
    assert_eq!(pilot.answers().len(), 3);
    let progress = pilot.app.progress();
    for factor in 1..=12 {
        assert!(course.bank(factor).all(|question| !progress.questions.contains_key(question)), "factor {factor}");
    }
    for entry in &course.map {
        assert!(entry.quiz().all(|question| !progress.questions.contains_key(question)), "{}", entry.id);
        assert!(progress.lessons.get(&entry.id).is_none_or(|lesson| lesson.quiz.is_none() && lesson.sitting.is_none()));
    }
}

#[test]
fn esc_keeps_what_was_ticked_and_ends_with_the_report() {
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    pilot.keys("enter 4 esc");
    assert_eq!(pilot.answers().len(), 1);
    assert!(pilot.shows("Report"), "{}", pilot.screen());
    pilot.keys("esc");
    assert_eq!(pilot.app.depth(), 0);

    // Nothing was ticked, so nothing was answered.
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    pilot.keys("words esc");
    assert!(pilot.shows("Esc once more") && pilot.app.depth() == 1, "{}", pilot.screen());
    pilot.keys("tab esc");
    assert_eq!((pilot.answers().len(), pilot.app.depth()), (0, 0));
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    pilot.keys("words esc esc");
    assert_eq!((pilot.answers().len(), pilot.app.depth()), (0, 0));
}

#[test]
fn quitting_keeps_what_was_ticked_too() {
    for keys in ["enter 4 q", "enter 4 ctrl-c", "enter 4 ? q"] {
        let mut pilot = Pilot::new(course(), (80, 24), mid());
        pilot.keys(keys);
        assert!(pilot.quit);
        assert_eq!(pilot.answers().len(), 1, "{keys}");
    }
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    pilot.keys("enter 4 enter q");
    assert_eq!(pilot.answers().len(), 1, "not a second time");
}

#[test]
fn a_key_held_down_answers_nothing() {
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    pilot.keys("enter enter enter enter enter");
    assert_eq!(pilot.answers().len(), 0);
    assert!(pilot.shows("Press n"), "{}", pilot.screen());
    pilot.keys("n");
    assert_eq!(pilot.answers().iter().map(|attempt| attempt.verdict).collect::<Vec<_>>(), [Verdict::Wrong]);
}

#[test]
fn letters_are_written_and_never_act() {
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    pilot.keys("q?Tjk");
    assert!(!pilot.quit && pilot.shows("q?Tjk"), "{}", pilot.screen());
    pilot.keys("f1");
    assert!(pilot.shows("Keys of this screen"));
    pilot.keys("esc ctrl-d");
    assert!(pilot.shows("You wrote"), "{}", pilot.screen());
}

#[test]
fn a_pasted_book_is_cut_and_hostile_text_is_shown() {
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    let book =
        "word\u{1b}]0;x\u{7} \u{202e}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\r".repeat(100_000);
    pilot.send(Message::Input(Input::Paste(book)));
    assert!(pilot.shows("The answer is full"), "{}", pilot.screen());
    pilot.keys("tab 1 enter");
    let Answer::Text(text) = &pilot.answers()[0].answer else { panic!("no text") };
    assert!(text.chars().count() <= 4_000 && text.contains('\n') && !text.contains('\u{1b}'));
}

#[test]
fn the_choice_decides_what_is_asked() {
    let mut pilot = Pilot::new(course(), (80, 24), Start::Home);
    pilot.keys("v right right enter");
    assert!(pilot.shows("mid") && !pilot.shows("1 of"), "{}", pilot.screen());
    assert!(pilot.shows("Your kettle boils"), "{}", pilot.screen());
    pilot.keys("enter 1 enter enter a");
    assert!(pilot.shows("Your kettle boils"), "another of the same kind: {}", pilot.screen());
    let mut pilot = Pilot::new(course(), (80, 24), Start::Home);
    pilot.keys("v down down right up up right right enter");
    assert!(pilot.shows("no interview question of that kind"), "{}", pilot.screen());
}

#[test]
fn the_report_opens_what_to_read() {
    let mut pilot = Pilot::new(course(), (80, 24), mid());
    pilot.keys("enter 1 enter p");
    assert!(pilot.shows("Boil it"), "{}", pilot.screen());
    pilot.keys("esc enter 1");
    assert!(pilot.shows("Boil it"), "{}", pilot.screen());
    pilot.keys("esc");
    assert!(pilot.shows("Report"), "{}", pilot.screen());
}

#[test]
fn one_question_can_be_asked_by_its_id() {
    let course = course();
    let boil = QuestionId::new("water-iv-boil").unwrap();
    let (lesson, question) = find(&course, &boil).unwrap();
    assert_eq!((lesson, question.points.len()), (1, 4));
    assert_eq!(find(&course, &QuestionId::new("gone").unwrap()), None);

    let mut cx = Context {
        course,
        progress: Progress::default(),
        loaded: true,
        theme: Theme::Dark,
        size: (80, 24),
        palette: Palette::default(),
        now: Timestamp(0),
        zone: Zone::default(),
        ticket: 0,
        told: 0,
        saved: 0,
        unsaved: None,
        notice: None,
        resets: Vec::new(),
        rng: Rng::new(1),
    };
    let mut asks = Asks::default();
    assert!(matches!(open_one(&mut cx, 0, &boil, &mut asks), Go::Stay), "it is not in that lesson");
    let Go::To(mut screen) = open_one(&mut cx, lesson, &boil, &mut asks) else { panic!("no screen") };
    let mut press = |code, screen: &mut Screen, asks: &mut Asks| {
        let key = Key::plain(code);
        screen.update(&mut cx, &Press { action: action(screen.mode(), key), key: Some(key), input: None }, asks)
    };
    for code in [KeyCode::Enter, KeyCode::Char('1'), KeyCode::Enter] {
        assert!(matches!(press(code, &mut screen, &mut asks), Go::Stay));
    }
    assert_eq!(asks.deeds.len(), 1);
    assert!(matches!(press(KeyCode::Enter, &mut screen, &mut asks), Go::Back), "back to where it was asked from");
}

#[test]
fn any_size_can_be_drawn_and_nothing_hostile_reaches_a_cell() {
    let course = course();
    let whole = Start::Interview(Wish { level: Some(Seniority::Senior), ..Wish::default() });
    for (columns, rows) in [(0, 0), (1, 1), (3, 3), (7, 5), (12, 4), (20, 8), (40, 10), (60, 20), (100, 40), (300, 90)] {
        for (start, keys) in [
            (Start::Plan, ""),
            (whole, ""),
            (whole, "a b enter c up down left"),
            (whole, "enter"),
            (whole, "a tab 1"),
            (whole, "enter 1 enter"),
            (whole, "enter 1 enter enter"),
            (mid(), "enter 1 pgdn enter"),
        ] {
            let mut pilot = Pilot::new(Arc::clone(&course), (80, 24), start);
            pilot.keys(keys);
            let mut gate = Gate::new(Colors::True);
            let size = gate.resize(columns, rows);
            pilot.resize(size);
            let text = String::from_utf8(gate.draw(|canvas| pilot.app.view(canvas))).unwrap();
            assert_eq!(gate.refused(), 0, "{keys}");
            assert!(!text.contains("\u{1b}]") && !text.contains('\u{202e}') && !text.contains('\u{9b}'), "{keys}");
        }
    }
}

#[test]
fn the_same_seed_asks_the_same() {
    let course = course();
    let asked = |seed| deal(candidates(&course, &Progress::default(), Wish::default()), 6, &mut Rng::new(seed));
    assert_eq!(asked(3), asked(3));
    assert_eq!(asked(3).len(), 3);
    let levels: Vec<Seniority> = asked(3).into_iter().map(|candidate| candidate.level).collect();
    assert_eq!(levels, Seniority::ALL);
}

fn command(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    for name in ["TWELVEFOLD_COURSE", "TWELVEFOLD_DATA", "NO_COLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG", "TERM"] {
        command.env_remove(name);
    }
    let output = command.args(arguments).stdin(std::process::Stdio::null()).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code(), out, err)
}

#[test]
fn the_cheat_sheet_has_a_page_for_each_factor_and_goes_through_a_pipe() {
    let (code, out, err) = command(&["cheatsheet"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(!out.contains('\u{1b}') && out.lines().all(|line| line.chars().count() <= 80 && !line.ends_with(' ')));
    assert_eq!(out.lines().filter(|line| line.chars().all(|c| c == '─') && !line.is_empty()).count(), 11);
    for title in ["I  Codebase", "III  Config", "XII  Admin processes"] {
        assert!(out.lines().any(|line| line == title), "{title}");
    }
    let (_, narrow, _) = command(&["cheatsheet", "iii", "--width", "30"]);
    assert!(narrow.lines().all(|line| line.chars().count() <= 30), "{narrow}");
    let (_, colored, _) = command(&["cheatsheet", "iii", "--color", "always"]);
    assert!(colored.contains("\u{1b}["));
    let (_, markdown, _) = command(&["cheatsheet", "--to", "markdown", "--color", "always"]);
    assert!(markdown.starts_with("# I Codebase\n") && markdown.matches("\n---\n").count() == 11 && !markdown.contains('\u{1b}'));
    let (code, out, err) = command(&["cheatsheet", "thirteen"]);
    assert!(code == Some(2) && out.is_empty() && err.contains("no lesson"), "{err}");
}

#[test]
fn an_interview_says_what_is_wrong_with_the_wish() {
    for (arguments, told) in [
        (vec!["interview"], "no terminal"),
        (vec!["interview", "config", "--level", "senior", "--length", "3"], "no terminal"),
        (vec!["interview", "prologue"], "no interview question"),
        (vec!["interview", "--level", "boss"], "possible values"),
        (vec!["interview", "--length", "0"], "1..=50"),
        (vec!["interview", "nowhere"], "no lesson"),
    ] {
        let (code, out, err) = command(&arguments);
        assert!(code == Some(2) && out.is_empty() && err.contains(told), "{arguments:?}: {err}");
    }
}
