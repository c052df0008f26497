//! Journeys of being asked: resets and their undoing, exams that were left, and answers that nobody would expect.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

#[path = "support/pilot.rs"]
mod pilot;

use std::sync::Arc;

use pilot::{Pilot, answer, answer_upto, tea, whole_course};
use twelvefold::domain::course::Course;
use twelvefold::domain::event::{Deed, Event};
use twelvefold::domain::exam::Paper;
use twelvefold::domain::grade::Verdict;
use twelvefold::domain::id::{LessonId, QuestionId};
use twelvefold::domain::kind::Kind;
use twelvefold::domain::progress::Progress;
use twelvefold::domain::time::Timestamp;
use twelvefold::ui::app::Start;
use twelvefold::ui::message::{Input, Key, KeyCode, Message};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 20)];
const MINUTE: i64 = 60_000;

/// What the store would hand to the next session.
fn kept(pilot: &Pilot) -> Progress {
    Progress::of(&pilot.events)
}

fn picture(name: &str, course: &Arc<Course>, start: Start, progress: &Progress, keys: &str) {
    for size in SIZES {
        let mut pilot = Pilot::with(course.clone(), size, start, progress.clone());
        pilot.keys(keys);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), pilot.screen());
    }
}

#[test]
fn a_lesson_is_reset_after_two_questions_and_can_be_undone() {
    let mut pilot = Pilot::new(tea(), (120, 36), Start::Home);
    pilot.keys("R");
    assert!(pilot.shows("Nothing is kept yet"), "{}", pilot.screen());
    pilot.keys("enter esc t");
    answer_upto(&mut pilot, 2);
    pilot.keys("esc");
    let (before, home) = (pilot.app.progress().clone(), pilot.screen());
    pilot.keys("R");
    assert!(pilot.shows("What is to begin anew?"), "{}", pilot.screen());
    pilot.keys("y enter");
    assert!(pilot.shows("Really reset"), "{}", pilot.screen());
    assert_eq!(*pilot.app.progress(), before, "nothing yet");
    pilot.keys("esc esc");
    assert_eq!(*pilot.app.progress(), before, "Esc leaves it as it is");
    // A key that is held down answers the first question and not the second.
    pilot.keys("R enter enter enter enter");
    assert_eq!(*pilot.app.progress(), before);
    pilot.keys("y");
    let lesson = tea().map[0].id.clone();
    assert!(!pilot.app.progress().lessons.contains_key(&lesson) && pilot.app.progress().questions.is_empty());
    assert!(pilot.shows("begins anew") && pilot.shows("U undo the reset"), "{}", pilot.screen());
    assert_eq!(kept(&pilot), *pilot.app.progress(), "the store would say the same");
    // What is done after it stays when it is undone.
    pilot.keys("t");
    answer(&mut pilot);
    pilot.keys("esc U");
    assert!(pilot.shows("is again as it was"), "{}", pilot.screen());
    assert_eq!(kept(&pilot), *pilot.app.progress());
    assert!(pilot.app.progress().answers == before.answers + 1);
    assert!(before.questions.keys().all(|id| pilot.app.progress().questions.contains_key(id)));
    pilot.keys("U");
    assert!(pilot.shows("Nothing was reset"), "{}", pilot.screen());
    assert!(home.contains("quiz"), "{home}");
}

#[test]
fn everything_is_reset_and_undone_even_when_the_past_comes_late() {
    let mut first = Pilot::new(tea(), (80, 24), Start::Quiz(0));
    answer_upto(&mut first, 3);
    first.keys("esc down enter esc");
    let past = kept(&first);
    assert_eq!(past.lessons.len(), 2);
    let mut pilot = Pilot::with(tea(), (80, 24), Start::Home, past.clone());
    pilot.keys("R down enter y");
    assert!(pilot.app.progress().questions.is_empty() && pilot.app.progress().lessons.is_empty());
    let told: Vec<Event> = pilot.events.clone();
    assert!(matches!(told[..], [Event { deed: Deed::Reset { lesson: None, .. }, .. }]), "{told:?}");
    pilot.keys("U");
    assert_eq!(*pilot.app.progress(), past);
    // Two resets, the second undone first.
    pilot.keys("R enter y R enter y");
    assert!(pilot.app.progress().questions.is_empty());
    pilot.keys("U U");
    assert_eq!(*pilot.app.progress(), past);
    // What was kept turns out to be more than what was shown at first.
    let mut early = Pilot::with(tea(), (80, 24), Start::Home, past.clone());
    early.saves = false;
    early.keys("R down enter y");
    let mut more = past.clone();
    more.answers += 1;
    early.send(Message::Loaded(Box::new(more.clone())));
    assert!(early.app.progress().questions.is_empty());
    early.keys("U");
    assert_eq!(*early.app.progress(), more);
}

#[test]
fn pictures_of_a_reset() {
    let mut first = Pilot::new(whole_course(), (80, 24), Start::Quiz(4));
    answer_upto(&mut first, 4);
    let past = kept(&first);
    picture("reset", &whole_course(), Start::Home, &past, "R");
    picture("reset_sure", &whole_course(), Start::Home, &past, "R enter");
    picture("reset_done", &whole_course(), Start::Home, &past, "R enter y");
}

/// An exam of twelve questions and thirty minutes, in which five were answered, the last one after ten minutes.
fn left_exam() -> Pilot {
    let paper = Paper { questions: 12, seed: Some(5), minutes: Some(30), ..Paper::default() };
    let mut pilot = Pilot::new(whole_course(), (120, 36), Start::Exam(paper));
    for number in 0..5 {
        pilot.now = Timestamp(1_000 + number * 2 * MINUTE + 2 * MINUTE);
        answer(&mut pilot);
    }
    pilot
}

#[test]
fn an_exam_that_was_killed_is_gone_on_with() {
    let killed = left_exam();
    let past = kept(&killed);
    let mut pilot = Pilot::with(whole_course(), (120, 36), Start::Home, past.clone());
    assert!(pilot.shows("You have an exam under way.") && pilot.shows("5 of 12") && pilot.shows("20 min"), "{}", pilot.screen());
    let told = ["✓ Right", "Not right", "points", "%"];
    assert!(!told.iter().any(|word| pilot.shows(word)), "{}", pilot.screen());
    // Later: home, and e comes back.
    pilot.keys("esc e");
    assert!(pilot.shows("You have an exam under way."), "{}", pilot.screen());
    pilot.now = Timestamp(90_000 * MINUTE);
    pilot.keys("enter");
    assert!(pilot.shows("20 min left") && pilot.shows("6 of 12"), "{}", pilot.screen());
    for _ in 0..7 {
        answer(&mut pilot);
    }
    assert!(pilot.shows("of 12 points"), "{}", pilot.screen());
    // The same paper, answered without a break, comes out the same.
    let mut whole = Pilot::new(whole_course(), (120, 36), Start::Exam(Paper { questions: 12, seed: Some(5), ..Paper::default() }));
    for _ in 0..12 {
        answer(&mut whole);
    }
    let both: Vec<_> = killed.answers().into_iter().chain(pilot.answers()).collect();
    assert_eq!(both, whole.answers());
    pilot.keys("s");
    assert!(
        pilot.files[0].1.contains("- Interrupted: once\n") && pilot.files[0].1.contains("Answered: 12;"),
        "{}",
        pilot.files[0].1
    );
    // It is over: nothing is offered any more.
    let all = Progress::of(killed.events.iter().chain(&pilot.events));
    assert_eq!(all.exam, None);
    assert!(!Pilot::with(whole_course(), (120, 36), Start::Home, all).shows("under way"));
    // What was sure and wrong in it is not told before its end.
    let mut standing = Pilot::with(whole_course(), (120, 36), Start::Home, past);
    standing.keys("esc p");
    assert!(standing.shows("Nothing just now."), "{}", standing.screen());
}

#[test]
fn no_bar_moves_before_an_exam_is_over() {
    let mut first = Pilot::new(whole_course(), (120, 36), Start::Quiz(4));
    answer_upto(&mut first, 4);
    let past = kept(&first);
    let shown = |past: &Progress| {
        let mut pilot = Pilot::with(whole_course(), (120, 36), Start::Home, past.clone());
        pilot.keys("esc");
        let home = pilot.screen();
        pilot.keys("p");
        // That they were given may be told; how they came out may not.
        (home, pilot.screen().replace("9 answers", "4 answers"))
    };
    let before = shown(&past);
    assert!(before.0.contains('%'), "{}", before.0);
    let paper = Paper { questions: 12, seed: Some(5), ..Paper::default() };
    let mut exam = Pilot::with(whole_course(), (120, 36), Start::Exam(paper), past.clone());
    for _ in 0..5 {
        answer(&mut exam);
    }
    let under_way = Progress::of(first.events.iter().chain(&exam.events));
    assert!(under_way.exam.is_some());
    assert_eq!(shown(&under_way), before);
    exam.keys("esc h");
    let over = Progress::of(first.events.iter().chain(&exam.events));
    assert_ne!(shown(&over), before, "they count now");
    assert_eq!(over.questions.values().map(|known| known.attempts).sum::<u32>(), 9);
}

#[test]
fn an_exam_is_handed_in_as_it_is() {
    let mut pilot = left_exam();
    pilot.keys("esc");
    assert!(pilot.shows("You have an exam under way."), "{}", pilot.screen());
    pilot.keys("enter");
    assert!(pilot.shows("6 of 12"), "{}", pilot.screen());
    pilot.keys("esc h");
    assert!(pilot.shows("of 12 points"), "{}", pilot.screen());
    assert_eq!(pilot.app.progress().exam, None);
    // Without time left there is nothing to go on with.
    let late = left_exam();
    let mut past = kept(&late);
    let exam = past.exam.as_mut().unwrap();
    exam.touched = exam.ends.unwrap();
    let mut pilot = Pilot::with(whole_course(), (80, 24), Start::Home, past);
    pilot.keys("enter");
    assert!(pilot.shows("time left  none") && pilot.shows("h hands it in"), "{}", pilot.screen());
    pilot.keys("h");
    assert!(pilot.shows("of 12 points"), "{}", pilot.screen());
}

#[test]
fn questions_that_vanished_from_an_exam_are_left_out() {
    let mut past = kept(&left_exam());
    let exam = past.exam.as_mut().unwrap();
    exam.questions[0] = QuestionId::new("gone-for-good").unwrap();
    exam.questions[8] = QuestionId::new("gone-as-well").unwrap();
    let mut pilot = Pilot::with(whole_course(), (80, 24), Start::Home, past);
    assert!(pilot.shows("4 of 10"), "{}", pilot.screen());
    pilot.keys("enter");
    for _ in 0..6 {
        answer(&mut pilot);
    }
    assert!(pilot.shows("of 10 points"), "{}", pilot.screen());
}

#[test]
fn the_clock_of_an_exam_ticks_once_a_minute_and_ends_it() {
    let paper = Paper { questions: 3, seed: Some(5), minutes: Some(2), ..Paper::default() };
    let mut pilot = Pilot::new(whole_course(), (80, 24), Start::Exam(paper));
    let mut beats = 0;
    while let Some(wait) = pilot.app.beat() {
        assert!(wait.as_millis() >= 1_000, "{wait:?}");
        pilot.now = Timestamp(pilot.now.0 + i64::try_from(wait.as_millis()).unwrap());
        beats += 1;
        assert!(beats <= 2);
        pilot.send(Message::Beat);
        assert!(beats == 2 || pilot.shows("less than a minute left"), "{}", pilot.screen());
    }
    assert!(pilot.shows("The time is over.") && pilot.shows("of 3 points"), "{}", pilot.screen());
    assert_eq!(pilot.app.progress().exam, None);
    // Without a clock nothing wakes.
    let rest = Pilot::new(whole_course(), (80, 24), Start::Exam(Paper { questions: 3, ..Paper::default() }));
    assert_eq!(rest.app.beat(), None);
}

#[test]
fn an_exam_gives_no_hints() {
    let mut pilot = Pilot::new(whole_course(), (80, 24), Start::Exam(Paper { questions: 40, seed: Some(2), ..Paper::default() }));
    for _ in 0..40 {
        pilot.keys("i");
        assert!(!pilot.shows("Hint  "), "{}", pilot.screen());
        answer(&mut pilot);
    }
}

#[test]
fn pictures_of_an_exam_that_was_left() {
    let past = kept(&left_exam());
    picture("exam_left", &whole_course(), Start::Home, &past, "");
    picture("exam_clock", &whole_course(), Start::Home, &past, "enter");
}

#[test]
fn hints_are_counted_in_the_result() {
    let mut pilot = Pilot::new(tea(), (120, 36), Start::Quiz(0));
    let mut hints = 0;
    for _ in 0..20 {
        if pilot.shows("points,") {
            break;
        }
        let before = pilot.screen().matches("Hint  ").count();
        pilot.keys("i");
        let now = pilot.screen().matches("Hint  ").count();
        hints += now.saturating_sub(before);
        answer(&mut pilot);
        if now > before {
            assert!(pilot.shows("with a hint"), "{}", pilot.screen());
        }
        pilot.keys("enter");
    }
    assert!(hints > 0, "the fixture has a hint");
    let said = if hints == 1 { "1 hint was taken".to_owned() } else { format!("{hints} hints were taken") };
    assert!(pilot.shows(&said), "{}", pilot.screen());
}

#[test]
fn authors_are_told_of_every_kind() {
    let told = include_str!("../docs/course-format.md");
    for kind in Kind::ALL {
        let row = told.lines().find(|line| line.starts_with(&format!("| `{}` |", kind.name())));
        let row = row.unwrap_or_else(|| panic!("docs/course-format.md does not tell of {}", kind.name()));
        assert!(kind.needs().all(|field| row.contains(&format!("`{field}`"))), "{row}");
        assert!(kind.openings().iter().all(|words| row.contains(&format!("\"{words}\""))), "{row}");
    }
}

/// Goes to the question that wants a word or two.
fn at_short_text() -> Pilot {
    let course = tea();
    let quiz = |lesson: usize| course.quiz(lesson).map(|quiz| quiz.questions.clone()).unwrap_or_default();
    let is_short = |question: &twelvefold::domain::quiz::Question| question.kind == Kind::ShortText;
    let lesson = (0..course.map.len()).find(|lesson| quiz(*lesson).iter().any(is_short)).unwrap();
    let mut pilot = Pilot::new(course.clone(), (80, 24), Start::Quiz(lesson));
    for _ in 0..20 {
        if pilot.shows("In a word or two:") {
            return pilot;
        }
        answer(&mut pilot);
        pilot.keys("enter");
    }
    panic!("{}", pilot.screen());
}

#[test]
fn strange_texts_are_answers_like_any_other() {
    let texts = [
        "x".repeat(1 << 20),
        "\u{301}".repeat(5_000),
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}abc".to_owned(),
        "\u{1b}[2J\u{7}\u{0}\u{9b}31m".to_owned(),
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}".repeat(400),
        "\n\n\r\n\t".to_owned(),
    ];
    for text in texts {
        let mut pilot = at_short_text();
        pilot.send(Message::Input(Input::Paste(text.clone())));
        let shown = pilot.screen();
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}') && !shown.contains('\u{7}'));
        pilot.keys("enter");
        if pilot.answers().len() == before_answers(&pilot) {
            // Nothing that can be seen was left of it, and that is said.
            assert!(pilot.shows("Write"), "{:?}: {}", &text[..text.len().min(20)], pilot.screen());
            continue;
        }
        let Some(Deed::Answered(attempt)) = pilot.events.last().map(|event| &event.deed) else { panic!() };
        assert_eq!(attempt.verdict, Verdict::Wrong);
        assert!(pilot.shows("Not right") && pilot.shows("accepted:"), "{}", pilot.screen());
        let twelvefold::domain::grade::Answer::Text(kept) = &attempt.answer else { panic!() };
        assert!(kept.chars().count() <= 1_000 && !kept.chars().any(char::is_control), "{} kept", kept.len());
    }
}

/// How many answers there were before the question that wants a word.
fn before_answers(_: &Pilot) -> usize {
    at_short_text().answers().len()
}

#[test]
fn a_key_held_down_answers_nothing_by_itself() {
    for key in ["enter", "space", "1", "u", "z", "p"] {
        let mut pilot = Pilot::new(whole_course(), (80, 24), Start::Quiz(4));
        for _ in 0..2_000 {
            pilot.keys(key);
        }
        assert!(pilot.answers().len() <= 1, "{key}: {}", pilot.answers().len());
    }
    let mut pilot = at_short_text();
    let before = pilot.answers().len();
    for _ in 0..5_000 {
        pilot.send(Message::Input(Input::Key(Key::plain(KeyCode::Char('a')))));
    }
    pilot.keys("enter");
    assert_eq!(pilot.answers().len(), before + 1);
}

/// A question whose file vanished since it came into review, or in the middle of its quiz.
#[test]
fn a_question_that_vanished_is_passed_over_and_its_history_stays() {
    let mut first = Pilot::new(tea(), (80, 24), Start::Quiz(0));
    answer_upto(&mut first, 3);
    let mut past = kept(&first);
    let gone = QuestionId::new("gone-for-good").unwrap();
    let known = past.questions.values().next().unwrap().clone();
    past.questions.insert(gone.clone(), known);
    let lesson = LessonId::new(tea().map[0].id.as_str()).unwrap();
    let sitting = past.lessons.get_mut(&lesson).unwrap().sitting.as_mut().unwrap();
    sitting.questions.insert(0, gone.clone());
    let asked = sitting.questions.len() - 1;
    let mut pilot = Pilot::with(tea(), (80, 24), Start::Quiz(0), past.clone());
    assert!(pilot.shows(&format!("4 of {asked}")), "{}", pilot.screen());
    pilot.now = Timestamp(pilot.now.0 + 40 * 86_400_000);
    pilot.keys("esc r");
    for _ in 0..5 {
        if pilot.shows("still due") {
            break;
        }
        answer(&mut pilot);
        pilot.keys("enter");
    }
    assert!(pilot.answers().iter().all(|(id, _)| id != gone.as_str()));
    assert!(pilot.app.progress().questions.contains_key(&gone), "nothing is lost");
}
