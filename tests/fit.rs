//! What the check says of the rows of a question is what the screen does: every question of the shipped course is asked.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use twelvefold::content::files::Files;
use twelvefold::content::lint::fit::rows_of;
use twelvefold::content::load::load;
use twelvefold::domain::course::Course;
use twelvefold::domain::kind::Kind;
use twelvefold::domain::quiz::{Question, Task};
use twelvefold::domain::time::Timestamp;
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::ink::Theme;
use twelvefold::ui::message::{Effect, Input, Key, KeyCode, Message};
use twelvefold::ui::palette::Palette;

/// Rows above and below the question.
const HEADER: usize = 3;
const FOOTER: usize = 2;
/// High enough for every question.
const HIGH: u16 = 80;

fn send(app: &mut App, message: Message) {
    for effect in app.update(Timestamp(1_000), message) {
        if let Effect::Record { ticket, .. } = effect {
            app.update(Timestamp(1_000), Message::Saved(ticket));
        }
    }
}

fn press(app: &mut App, code: KeyCode) {
    send(app, Message::Input(Input::Key(Key::plain(code))));
}

fn screen(app: &mut App, rows: u16) -> Vec<String> {
    send(app, Message::Input(Input::Resize { columns: 80, rows }));
    let mut terminal = Terminal::new(TestBackend::new(80, rows)).unwrap();
    terminal.draw(|frame| frame.render_widget(&*app, frame.area())).unwrap();
    terminal.backend().to_string().lines().map(|line| line.trim_matches('"').trim().to_owned()).collect()
}

/// Rows that the question takes on the screen.
fn shown(lines: &[String]) -> usize {
    let body = &lines[HEADER..lines.len() - FOOTER];
    body.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1)
}

fn answer(app: &mut App, question: &Question) {
    match &question.task {
        Task::Choose { .. } => press(app, KeyCode::Char('1')),
        Task::SpotLine { .. } => press(app, KeyCode::Char(' ')),
        Task::Order { .. } => {
            press(app, KeyCode::Char(' '));
            press(app, KeyCode::Char(' '));
        }
        Task::Match { pairs } => (1..=pairs.len()).for_each(|n| press(app, KeyCode::Char(char::from_digit(n as u32, 10).unwrap()))),
        Task::ShortText { .. } => press(app, KeyCode::Char('x')),
    }
    press(app, KeyCode::Enter);
    press(app, KeyCode::Enter);
}

#[test]
fn rows_are_reckoned_as_they_are_laid_out() {
    let (course, _) = load(&Files::Embedded, Vec::new());
    let course: Arc<Course> = Arc::new(course.unwrap());
    let mut wrong = Vec::new();
    let mut asked = 0;
    for index in 0..course.map.len() {
        let lesson = course.lesson(index).unwrap();
        let quiz = course.quiz(index).unwrap();
        let scored = quiz.questions.iter().filter(|question| question.kind != Kind::Guess).count();
        let setup = Setup {
            course: Arc::clone(&course),
            palette: Palette::default(),
            theme: Some(Theme::Dark),
            seed: 7,
            zone: twelvefold::domain::time::Zone::default(),
            start: Start::Quiz(index),
        };
        let mut app = App::new(setup);
        send(&mut app, Message::Loaded(Box::default()));
        for at in 1..=scored {
            let lines = screen(&mut app, HIGH);
            assert!(lines[0].contains(&format!("{at} of {scored}")), "{}: {}", lesson.id, lines[0]);
            let screen = lines.concat().replace(' ', "");
            let asks = |question: &&Question| {
                let mut texts = Vec::new();
                twelvefold::content::prose::add(&question.prompt, &mut texts);
                texts.iter().all(|text| screen.contains(&text.text().split_whitespace().collect::<String>()))
            };
            let question = quiz.questions.iter().find(asks).unwrap_or_else(|| panic!("{}: {lines:#?}", lesson.id));
            let (reckoned, shown) = (rows_of(question), shown(&lines));
            if reckoned != shown {
                wrong.push(format!("{}: {reckoned} rows reckoned, {shown} on the screen", question.id));
            }
            asked += 1;
            answer(&mut app, question);
        }
    }
    assert!(asked > 200, "only {asked} questions");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
