//! A class in front of a room: every slide of the shipped course on the smallest screen that courses are written for, what the
//! check reckons held against what is laid out, journeys by keys, and pictures.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::Path;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use twelvefold::content::files::Files;
use twelvefold::content::lint::slides::{ROWS, parts};
use twelvefold::content::load::load;
use twelvefold::domain::class::{Ballot, Class, Plan};
use twelvefold::domain::course::Course;
use twelvefold::domain::event::{Deed, Event, Vote};
use twelvefold::domain::id::ClassId;
use twelvefold::domain::slides::{Show, Slide, ask, slides};
use twelvefold::domain::time::{Timestamp, Zone};
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::ink::Theme;
use twelvefold::ui::message::{Effect, Errand, Input, Key, KeyCode, Message, News, Views};
use twelvefold::ui::page::Desk;
use twelvefold::ui::palette::Palette;
use twelvefold::ui::screen::present::Wish;
use twelvefold::ui::screen::projector::body;
use twelvefold::ui::slide::{Element, Room, sheet};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 20)];

fn shipped() -> Arc<Course> {
    Arc::new(load(&Files::Embedded, Vec::new()).0.unwrap())
}

fn tea() -> Arc<Course> {
    let (files, problems) = Files::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good"));
    let (course, problems) = load(&files, problems);
    Arc::new(course.unwrap_or_else(|| panic!("{problems:#?}")))
}

/// All slides of a course.
fn all(course: &Course) -> Vec<Slide> {
    slides(course, &Class::items(course, &Plan::Course).unwrap())
}

fn rows(elements: &[Element]) -> usize {
    elements.iter().map(Element::rows).sum()
}

fn words(elements: &[Element]) -> String {
    let line = |element: &Element| match element {
        Element::Line(pieces) => pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(),
        Element::Heading(..) => String::new(),
    };
    elements.iter().map(line).collect::<String>().replace(' ', "")
}

#[test]
fn every_slide_of_the_shipped_course_fits_and_shows_all_of_it() {
    let course = shipped();
    let palette = Palette::default();
    let desk = Desk { course: &course, palette: &palette };
    let area = body(ratatui::layout::Rect::new(0, 0, 80, 24));
    assert_eq!(usize::from(area.height), ROWS);
    let mut wrong = Vec::new();
    let all = all(&course);
    assert!(all.len() > 800, "only {} slides", all.len());
    for (at, slide) in all.iter().enumerate() {
        // Two votes, in which every option got some hands.
        let ballot = Ballot { rounds: vec![vec![3; 9], vec![5; 9]], kept: 0 };
        let room = Room { desk, ballot: Some(&ballot), night: None, width: 80, rows: ROWS };
        let mut seen = String::new();
        for part in 0..slide.parts {
            let sheet = sheet(slide, part, room);
            if rows(&sheet.elements) > ROWS || sheet.width > 80 {
                wrong.push(format!("{at} part {part}: {} rows, {} columns: {:?}", rows(&sheet.elements), sheet.width, slide.show));
            }
            seen += &words(&sheet.elements);
        }
        if let Show::Lines(lines) = &slide.show {
            for line in lines {
                let text = line.text.text().replace(' ', "");
                assert!(seen.contains(&text), "{at}: {text} is not shown");
            }
        }
        if let Show::Side { pair, bad, .. } = &slide.show {
            let pair = &course.lesson(slide.lesson).unwrap().pairs[*pair];
            let side = if *bad { &pair.bad } else { &pair.good };
            for line in side.code.as_str().lines() {
                let line = line.replace(' ', "");
                assert!(seen.contains(&line), "{}: {line} is not shown", pair.id);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// In a room without an end every part stands there as it was reckoned.
#[test]
fn rows_are_reckoned_as_they_are_laid_out() {
    let course = shipped();
    let palette = Palette::default();
    let desk = Desk { course: &course, palette: &palette };
    let ballot = Ballot { rounds: vec![vec![1; 9], vec![1; 9]], kept: 0 };
    let mut compared = 0;
    for slide in all(&course) {
        let room = Room { desk, ballot: Some(&ballot), night: None, width: 80, rows: 10_000 };
        let height = |part: u32| rows(&sheet(&slide, part, room).elements);
        let reckoned = parts(&course, &slide);
        let mut same = |part: usize, shown: usize| {
            compared += 1;
            assert_eq!(reckoned.get(part), Some(&shown), "part {part} of {:?}", slide.show);
        };
        match &slide.show {
            Show::Lines(_) | Show::Code { .. } | Show::Interview(_) => {
                let gap = usize::from(!matches!(&slide.show, Show::Code { language, .. } if language != "console"));
                let mut before = 0;
                for (at, part) in (0..slide.parts).enumerate() {
                    let now = height(part);
                    same(at, now - before);
                    before = now + gap;
                }
            }
            Show::Both { .. } => same(0, height(0)),
            Show::Ask(_) => {
                for part in ask::WHY..slide.parts {
                    let at = usize::try_from(part - ask::WHY).unwrap();
                    let options = course.question_in(slide.lesson, &id(&slide)).unwrap();
                    let voted = !twelvefold::domain::slides::choices(options).is_empty();
                    same(at, height(part) + if voted { 0 } else { 2 });
                }
            }
            Show::Side { cuts, .. } if cuts.len() == 1 => same(0, height(0) + 1),
            _ => {}
        }
    }
    assert!(compared > 1_500, "only {compared} parts were compared");
}

fn id(slide: &Slide) -> twelvefold::domain::id::QuestionId {
    match &slide.show {
        Show::Ask(id) => id.clone(),
        other => panic!("{other:?}"),
    }
}

/// Presses keys and looks at a view of a class.
struct View {
    app: App,
    size: (u16, u16),
    now: Timestamp,
    events: Vec<Event>,
    errands: Vec<Errand>,
    quit: bool,
}

impl View {
    fn new(course: Arc<Course>, size: (u16, u16), wish: Wish) -> Self {
        let setup = Setup {
            course,
            palette: Palette::default(),
            theme: Some(Theme::Dark),
            seed: 7,
            zone: Zone::default(),
            start: Start::Home,
        };
        let mut view = Self {
            app: App::new(setup).with_class(wish),
            size,
            now: Timestamp(1_000),
            events: Vec::new(),
            errands: Vec::new(),
            quit: false,
        };
        view.send(Message::Input(Input::Resize { columns: size.0, rows: size.1 }));
        view.send(Message::Loaded(Box::default()));
        view
    }

    fn of(course: Arc<Course>, size: (u16, u16), lesson: &str) -> Self {
        Self::new(course, size, wish(Some(lesson), 1))
    }

    fn send(&mut self, message: Message) {
        for effect in self.app.update(self.now, message) {
            match effect {
                Effect::Record { ticket, event } => {
                    self.events.push(event);
                    self.app.update(self.now, Message::Saved(ticket));
                }
                Effect::Class(errand) => self.errands.push(errand),
                Effect::Quit => self.quit = true,
                _ => {}
            }
        }
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split_whitespace() {
            let codes: Vec<KeyCode> = match word {
                "space" => vec![KeyCode::Char(' ')],
                "enter" => vec![KeyCode::Enter],
                "esc" => vec![KeyCode::Esc],
                "tab" => vec![KeyCode::Tab],
                "left" => vec![KeyCode::Left],
                "right" => vec![KeyCode::Right],
                "pgdn" => vec![KeyCode::PageDown],
                "pgup" => vec![KeyCode::PageUp],
                "home" => vec![KeyCode::Home],
                "end" => vec![KeyCode::End],
                "down" => vec![KeyCode::Down],
                other => other.chars().map(KeyCode::Char).collect(),
            };
            for code in codes {
                self.send(Message::Input(Input::Key(Key::plain(code))));
            }
        }
        self
    }

    fn screen(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| frame.render_widget(&self.app, frame.area())).unwrap();
        terminal.backend().to_string().lines().map(|line| line.trim_matches('"').trim_end().to_owned() + "\n").collect()
    }

    fn shows(&self, text: &str) {
        let screen = self.screen();
        assert!(screen.contains(text), "{text} is not on\n{screen}");
    }

    fn hides(&self, text: &str) {
        let screen = self.screen();
        assert!(!screen.contains(text), "{text} is on\n{screen}");
    }
}

fn wish(lesson: Option<&str>, me: u64) -> Wish {
    Wish {
        plan: lesson.map(|id| Plan::Lesson(twelvefold::domain::id::LessonId::new(id).unwrap())),
        minutes: None,
        class: ClassId::new("unnamed").unwrap(),
        speaker: false,
        me,
    }
}

#[test]
fn pictures() {
    let scripts = [
        ("title", ""),
        ("heading", "tab tab"),
        ("lines", "8 enter r"),
        ("bad", ":9 enter space"),
        ("both", ":11 enter"),
        ("console", ":15 enter"),
        ("table", ":17 enter r"),
        ("end", "end"),
        ("list", "o"),
        ("help", "?"),
    ];
    for size in SIZES {
        for (name, keys) in scripts {
            let mut view = View::of(tea(), size, "leaves");
            view.keys(keys);
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), view.screen());
        }
    }
}

#[test]
fn a_remote_a_keyboard_and_a_number_lead_through_the_slides() {
    let mut view = View::of(tea(), (80, 24), "leaves");
    view.shows("? help");
    view.keys("pgdn").shows("1 / ");
    view.keys("right right").hides("1 / 2");
    view.keys("home").shows("1 / ");
    view.keys("2 esc").shows("1 / ");
    view.keys("2 enter").shows(" 2 / ");
    view.keys("9999 enter").shows("20 / 20");
    view.keys("pgup home : 3 enter").shows(" 3 / ");
    view.keys("left").shows(" 2 / ");
    view.keys("o down enter").shows(" 3 / ");
    view.keys("o o").shows(" 3 / ");
}

#[test]
fn black_is_black_until_the_class_goes_on() {
    let mut view = View::of(tea(), (80, 24), "leaves");
    view.keys("space b");
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| frame.render_widget(&view.app, frame.area())).unwrap();
    let black = ratatui::style::Color::Black;
    assert!(terminal.backend().buffer().content.iter().all(|cell| cell.bg == black && cell.symbol() == " "));
    view.keys(".").shows("1 / ");
    view.keys("b space").shows(" / ");
}

#[test]
fn esc_leads_out_by_the_list() {
    let mut view = View::of(tea(), (80, 24), "leaves");
    view.keys("space esc").shows("All slides");
    view.keys("esc").shows("A course about tea");
    assert_eq!(view.errands.last(), Some(&Errand::Part));
}

impl View {
    /// What this view told the others last.
    fn told(&self) -> Option<Errand> {
        self.errands.iter().rev().find(|errand| matches!(errand, Errand::Share(_))).cloned()
    }

    /// Hears what another view told last, as one of so many.
    fn hear(&mut self, other: &Self, projectors: usize, speakers: usize) {
        self.send(Message::Class(News::Views(Views { projectors, speakers })));
        if let Some(Errand::Share(state)) = other.told() {
            self.send(Message::Class(News::Heard(state)));
        }
    }

    fn votes(&self) -> Vec<Vote> {
        let vote = |event: &Event| match &event.deed {
            Deed::Voted(vote) => Some(vote.clone()),
            _ => None,
        };
        self.events.iter().filter_map(vote).collect()
    }
}

fn speaker(me: u64) -> Wish {
    Wish { speaker: true, minutes: Some(45), ..wish(None, me) }
}

#[test]
fn a_vote_is_taken_twice_and_both_are_kept() {
    let mut view = View::of(tea(), (80, 24), "leaves");
    view.keys(": 12 enter").shows("What will the leaf do?");
    view.hides("Votes");
    view.keys("space 1 1 1 2 3 3").shows("Votes: 6");
    view.keys("- 3").shows("Votes: 5");
    view.keys("!").shows("Votes: 4");
    view.keys("= 2 14 enter").shows("Votes: 17");
    assert_eq!(view.votes(), []);
    // The room talks, and is asked again.
    view.keys("a").shows("Second vote: 0");
    view.keys("= 1 12 enter 2 2 space").shows("░ first vote 17   █ second vote 14");
    view.hides("Right:");
    view.keys("space").shows("Right: ");
    insta::assert_snapshot!("voted_twice", view.screen());
    view.keys("space").shows("12");
    let votes = view.votes();
    let hands = |at: usize| votes[at].hands.iter().map(|(_, hands, _)| *hands).collect::<Vec<_>>();
    assert_eq!((votes.len(), votes[0].round, votes[1].round), (2, 1, 2));
    assert_eq!((hands(0), hands(1)), (vec![2, 14, 1], vec![12, 2, 0]));
    assert_eq!(votes[0].hands.iter().filter(|(.., right)| *right).count(), 1);
    assert_eq!(votes[0].class.as_str(), "unnamed");
    // Looking back changes nothing that is kept, and the learner's own progress is untouched.
    view.keys("left left left left right right");
    assert_eq!(view.votes().len(), 2);
    assert_eq!(view.app.progress().answers, 0);
    view.keys("end").shows("6 % → 0 % right");
}

#[test]
fn the_speaker_follows_and_leads_and_knows_the_answer() {
    for size in SIZES {
        let mut room = View::of(tea(), (80, 24), "leaves");
        let mut notes = View::new(tea(), size, speaker(2));
        notes.shows("Waiting for the view of the room.");
        notes.hear(&room, 1, 1);
        notes.shows("slide 1 of 20");
        notes.shows("2 views");
        insta::assert_snapshot!(format!("speaker_title_{}x{}", size.0, size.1), notes.screen());
        room.keys(": 12 enter space 2 2");
        notes.hear(&room, 1, 1);
        notes.shows("slide 12 of 20");
        notes.shows("✓");
        insta::assert_snapshot!(format!("speaker_question_{}x{}", size.0, size.1), notes.screen());
        notes.keys("2 space space");
        room.hear(&notes, 1, 1);
        room.shows("Right: ");
        // What the speaker closed, the speaker's view has kept; the room keeps it no second time.
        assert_eq!((room.votes().len(), notes.votes().len()), (0, 1));
        room.keys("tab");
        assert_eq!(room.votes().len(), 0);
        notes.keys("b");
        notes.shows("BLACK");
        room.hear(&notes, 1, 1);
        assert!(room.screen().trim().is_empty());
    }
}

#[test]
fn what_was_asked_for_is_begun_and_a_class_under_way_is_joined() {
    let mut old = View::of(tea(), (80, 24), "water");
    old.keys("space space space");
    // A speaker's view that was left open holds an older class: the room that begins another one wins.
    let mut left = View::new(tea(), (80, 24), speaker(2));
    left.hear(&old, 0, 1);
    left.shows("Water and time");
    left.keys("left");
    let mut room = View::of(tea(), (80, 24), "leaves");
    room.hear(&left, 1, 1);
    room.shows("1 / 20");
    left.hear(&room, 1, 1);
    left.shows("slide 1 of 20");
    // A second room that asked for something else joins what is under way.
    let mut second = View::new(tea(), (80, 24), wish(Some("water"), 9));
    room.keys("space space space");
    second.hear(&room, 2, 1);
    second.shows("under way");
    second.keys("right");
    second.shows(" / 20");
    second.shows("3 views, 2 of them rooms");
}

#[test]
fn every_lesson_has_something_for_whoever_speaks() {
    let course = shipped();
    for index in 0..course.map.len() {
        let lesson = course.lesson(index).unwrap();
        assert!((3..=8).contains(&lesson.speaker.len()), "{}: {} remarks", lesson.id, lesson.speaker.len());
        assert!(lesson.speaker.iter().any(|remark| remark.at.is_none()), "{}: nothing for its title", lesson.id);
    }
    let mut room = View::of(Arc::clone(&course), (80, 24), "config");
    let mut notes = View::new(course, (120, 36), speaker(2));
    notes.hear(&room, 1, 1);
    notes.shows("One sentence to come back to");
    room.keys("tab");
    notes.hear(&room, 1, 1);
    notes.shows("Take the guess as a vote");
    room.hides("Take the guess as a vote");
}

#[test]
fn a_view_of_another_course_says_so() {
    let mut room = View::of(shipped(), (80, 24), "config");
    room.keys("space");
    let mut notes = View::new(tea(), (80, 24), speaker(2));
    notes.hear(&room, 1, 1);
    notes.shows("what this course does not have");
}

#[test]
fn a_clock_that_nobody_sees_wakes_nobody() {
    let mut room = View::new(tea(), (80, 24), Wish { minutes: Some(45), ..wish(Some("leaves"), 1) });
    assert_eq!(room.app.beat(), None);
    room.keys("space");
    assert_eq!(room.app.beat(), None, "the room does not see the clock");
    room.now = Timestamp(31_000);
    room.keys("c").shows("0 of 45 min");
    assert_eq!(room.app.beat(), Some(std::time::Duration::from_secs(30)), "it changes with the next minute");
    room.now = Timestamp(10 * 60_000 + 1_000);
    room.send(Message::Beat);
    room.shows("10 of 45 min");
    room.shows("min behind");
    room.keys("C").shows("0 of 45 min");
    room.keys("c").hides("of 45 min");
}
