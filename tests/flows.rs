//! Journeys through the screens without a terminal: key scripts, pictures of every screen, and what was recorded.
//! The pictures hold the shape; facts are asserted.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "support/pilot.rs"]
mod pilot;

use std::path::Path;
use std::sync::Arc;

use pilot::{Pilot, answer, answer_upto, course, tea, whole_course};
use twelvefold::domain::code::Colours;
use twelvefold::domain::course::Course;
use twelvefold::domain::event::Deed;
use twelvefold::domain::exam::Paper;
use twelvefold::domain::progress::Progress;
use twelvefold::domain::text::SafeText;
use twelvefold::domain::time::Timestamp;
use twelvefold::term::gate::Gate;
use twelvefold::ui::app::Start;
use twelvefold::ui::hues::Colors;
use twelvefold::ui::message::Message;
use twelvefold::ui::palette::{Palette, Wanted};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 20)];

/// Every screen at every size, from one script each.
#[test]
fn pictures() {
    let scripts = [
        ("home", ""),
        ("lesson", "enter"),
        ("lesson_end", "enter G"),
        ("compare", "c"),
        ("compare_spot", "c s"),
        ("compare_spot_told", "c s down enter"),
        ("compare_diff", "c d"),
        ("compare_good", "c o"),
        ("quiz_single", "t"),
        ("quiz_single_told", "t 1 enter"),
        ("quiz_multiple", "t 1 enter enter 1 2"),
        ("quiz_multiple_told", "t 1 enter enter 1 2 enter"),
        ("help", "t ?"),
        ("help_home", "?"),
        ("checkpoint", "enter tab tab enter"),
    ];
    let course = tea();
    for (name, keys) in scripts {
        for size in SIZES {
            // The first lesson tells a story; its text is one key away from there.
            let mut pilot = Pilot::new(Arc::clone(&course), size, Start::Home);
            let keys = if name.starts_with("lesson") || name == "checkpoint" {
                keys.replacen("enter", "enter o", 1)
            } else {
                keys.to_owned()
            };
            pilot.keys(&keys);
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), pilot.screen());
        }
    }
}

#[test]
fn pictures_of_every_kind_and_of_the_story() {
    let course = tea();
    let kinds = ["true", "spot", "name", "order", "match", "predict", "diff", "short"];
    for size in [(80, 24)] {
        for (at, name) in kinds.iter().enumerate() {
            let mut pilot = Pilot::new(Arc::clone(&course), size, Start::Quiz(0));
            answer_upto(&mut pilot, at + 2);
            insta::assert_snapshot!(format!("kind_{name}"), pilot.screen());
            answer(&mut pilot);
            insta::assert_snapshot!(format!("kind_{name}_told"), pilot.screen());
        }
        let mut pilot = Pilot::new(Arc::clone(&course), size, Start::Quiz(0));
        answer_upto(&mut pilot, 10);
        insta::assert_snapshot!("result", pilot.screen());
    }
    for size in SIZES {
        for (name, keys) in [("story", ""), ("story_violations", "v"), ("story_figures", "f")] {
            let mut pilot = Pilot::new(Arc::clone(&course), size, Start::Lesson(0));
            pilot.keys(keys);
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), pilot.screen());
        }
    }
}

#[test]
fn a_quiz_goes_on_at_the_very_question_after_a_restart() {
    let course = tea();
    let mut pilot = Pilot::new(Arc::clone(&course), (80, 24), Start::Quiz(0));
    answer_upto(&mut pilot, 3);
    assert!(pilot.shows("4 of 10"), "{}", pilot.screen());
    let asked = pilot.screen();
    let kept = Progress::of(&pilot.events);
    assert_eq!(&kept, pilot.app.progress());
    let again = Pilot::with(course, (80, 24), Start::Quiz(0), kept);
    assert!(again.shows("4 of 10"));
    let body = |screen: &str| screen.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(body(&again.screen()), body(&asked), "the same question, with its options in the same order");
}

#[test]
fn every_answer_is_recorded_once_with_what_was_shown() {
    let mut pilot = Pilot::new(tea(), (80, 24), Start::Quiz(0));
    answer_upto(&mut pilot, 10);
    assert_eq!(pilot.answers().len(), 10);
    assert!(pilot.shows("Result"), "{}", pilot.screen());
    for event in &pilot.events {
        if let Deed::Answered(attempt) = &event.deed {
            assert!(attempt.in_quiz && attempt.scored && attempt.revision >= 1);
            assert!((0.0..=1.0).contains(&attempt.score));
        }
    }
    let quiz = pilot.app.progress().lessons.values().find_map(|lesson| lesson.quiz).unwrap();
    assert_eq!(quiz.taken, 1);
}

#[test]
fn enter_alone_answers_nothing() {
    let mut pilot = Pilot::new(tea(), (80, 24), Start::Quiz(0));
    pilot.keys("enter enter enter enter");
    assert_eq!(pilot.answers(), []);
    assert!(pilot.shows("Choose first"), "{}", pilot.screen());
}

#[test]
fn an_answer_is_called_saved_only_when_it_is() {
    let mut pilot = Pilot::new(tea(), (80, 24), Start::Quiz(0));
    pilot.saves = false;
    pilot.keys("1 enter");
    assert!(!pilot.shows("answer saved") && pilot.shows("saving"), "{}", pilot.screen());
    pilot.send(Message::Unsaved(SafeText::new("the disk is full")));
    assert!(pilot.shows("not saved"), "{}", pilot.screen());
    pilot.send(Message::Saved(u64::MAX));
    assert!(pilot.shows("answer saved"), "{}", pilot.screen());
}

#[test]
fn esc_leads_home_from_everywhere() {
    for keys in
        ["enter", "enter o", "c", "c s", "c d", "t", "t 1 enter", "t 1 enter p", "? ", "enter o tab enter", "enter v", "t ?"]
    {
        let mut pilot = Pilot::new(tea(), (80, 24), Start::Home);
        pilot.keys(keys);
        for _ in 0..6 {
            pilot.keys("esc");
        }
        assert_eq!(pilot.app.depth(), 0, "{keys}");
        assert!(pilot.shows("The Art of Tea") || pilot.shows("twelvefold"), "{}", pilot.screen());
    }
}

#[test]
fn the_passage_is_one_key_away_and_back() {
    let mut pilot = Pilot::new(tea(), (80, 24), Start::Quiz(0));
    pilot.keys("1 enter");
    let told = pilot.screen();
    pilot.keys("p");
    assert!(pilot.shows("At the market"), "{}", pilot.screen());
    pilot.keys("esc");
    assert_eq!(pilot.screen(), told);
}

/// The clock some days later.
fn days_later(pilot: &mut Pilot, days: i64) {
    pilot.now = Timestamp(pilot.now.0 + days * 86_400_000);
    pilot.keys("esc esc");
}

#[test]
fn a_day_of_review() {
    let mut pilot = Pilot::new(tea(), (120, 36), Start::Quiz(0));
    pilot.keys("r");
    answer_upto(&mut pilot, 4);
    pilot.keys("esc r");
    assert!(pilot.shows("Nothing is due today."), "{}", pilot.screen());
    days_later(&mut pilot, 30);
    pilot.keys("r");
    assert!(pilot.shows("Review") && pilot.shows("1 of "), "{}", pilot.screen());
    let before = pilot.app.progress().clone();
    answer(&mut pilot);
    assert!(pilot.shows("asked again"), "{}", pilot.screen());
    insta::assert_snapshot!("review_told", pilot.screen());
    // A slip of the finger: everything is as it was, and the question is asked again.
    pilot.keys("z");
    assert!(pilot.shows("1 of "), "{}", pilot.screen());
    assert_eq!(pilot.app.progress().questions, before.questions);
    assert_eq!(pilot.app.progress().calibration, before.calibration);
    assert_eq!(pilot.app.progress().reviewed, (before.reviewed.0.max(pilot.app.progress().reviewed.0), 0));
    for _ in 0..20 {
        if !pilot.shows("still due") {
            answer(&mut pilot);
            pilot.keys("enter");
        }
    }
    assert!(pilot.shows("still due 0"), "{}", pilot.screen());
    insta::assert_snapshot!("review_result", pilot.screen());
    pilot.keys("enter p");
    assert!(pilot.shows("How you stand"), "{}", pilot.screen());
    insta::assert_snapshot!("standing", pilot.screen());
}

#[test]
fn an_exam_tells_nothing_before_its_end() {
    let paper = Paper { questions: 12, seed: Some(5), ..Paper::default() };
    let mut pilot = Pilot::new(whole_course(), (120, 36), Start::Exam(paper));
    for number in 1..=12 {
        assert!(pilot.shows("Exam") && pilot.shows(&format!("{number} of 12")), "{}", pilot.screen());
        answer(&mut pilot);
        assert!(!pilot.shows("Not right") && !pilot.shows("✓ Right"), "{}", pilot.screen());
    }
    assert!(pilot.shows("XII  Admin processes"), "{}", pilot.screen());
    insta::assert_snapshot!("exam_result", pilot.screen());
    pilot.keys("s");
    let [(name, text)] = &pilot.files[..] else { panic!("{:?}", pilot.files) };
    assert_eq!(name, "twelvefold-exam-1970-01-01-0000.md");
    insta::assert_snapshot!("exam_sheet", text);
    assert_eq!(pilot.answers().len(), 12);
    let mut again = Pilot::new(whole_course(), (120, 36), Start::Exam(paper));
    for _ in 0..12 {
        answer(&mut again);
    }
    assert_eq!(again.answers(), pilot.answers(), "the same seed gives the same paper");
}

#[test]
fn an_exam_ends_with_its_time() {
    let paper = Paper { minutes: Some(30), factors: 1 << 3, questions: 5, seed: Some(1) };
    let mut pilot = Pilot::new(whole_course(), (80, 24), Start::Exam(paper));
    assert!(pilot.shows("30 min left"), "{}", pilot.screen());
    answer(&mut pilot);
    pilot.now = Timestamp(31 * 60_000);
    pilot.keys("1");
    assert!(pilot.shows("The time is over.") && pilot.shows("of 5 points"), "{}", pilot.screen());
    assert_eq!(pilot.answers().len(), 1);
}

#[test]
fn what_was_missed_is_asked_again_and_the_score_stays() {
    let mut pilot = Pilot::new(tea(), (120, 36), Start::Quiz(0));
    answer_upto(&mut pilot, 10);
    assert!(pilot.shows("Result"), "{}", pilot.screen());
    let lesson = pilot.app.progress().lessons.values().next().unwrap().clone();
    let missed = lesson.sitting.unwrap().scores.values().filter(|score| **score < 1.0).count();
    assert!(missed > 0);
    pilot.keys("m");
    assert!(pilot.shows(&format!("1 of {missed}")), "{}", pilot.screen());
    answer_upto(&mut pilot, missed);
    assert!(pilot.shows("Missed only"), "{}", pilot.screen());
    let after = pilot.app.progress().lessons.values().next().unwrap().clone();
    assert_eq!(after.quiz, lesson.quiz);
}

#[test]
fn being_unsure_is_recorded() {
    let mut pilot = Pilot::new(tea(), (120, 36), Start::Quiz(1));
    pilot.keys("3u");
    let sure: Vec<Option<bool>> = pilot
        .events
        .iter()
        .filter_map(|event| match &event.deed {
            Deed::Answered(attempt) => Some(attempt.sure),
            _ => None,
        })
        .collect();
    assert_eq!(sure, [Some(false)]);
    assert_eq!(pilot.app.progress().calibration.unsure.all, 1);
}

#[test]
fn a_guess_is_recorded_and_not_scored() {
    let mut pilot = Pilot::new(tea(), (80, 24), Start::Home);
    pilot.keys("enter o tab tab enter 1 enter");
    assert!(pilot.shows("A guess"), "{}", pilot.screen());
    let scored: Vec<bool> = pilot
        .events
        .iter()
        .filter_map(|event| if let Deed::Answered(attempt) = &event.deed { Some(attempt.scored) } else { None })
        .collect();
    assert_eq!(scored, [false]);
    assert!(pilot.app.progress().questions.is_empty());
}

/// A course with one long lesson, to see that a new width shows the same sentence.
fn long_course() -> Arc<Course> {
    let folder = tempfile::tempdir().unwrap();
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good");
    copy(&good, folder.path());
    let lesson = folder.path().join("lessons/02-water/lesson.md");
    let mut text = std::fs::read_to_string(&lesson).unwrap();
    for at in 0..60 {
        text.push_str(&format!("\nSentence number {at} begins here and goes on for a while, so that it is broken at other words in other widths. It ends here.\n"));
    }
    std::fs::write(&lesson, text).unwrap();
    course(folder.path())
}

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

fn first_sentence(screen: &str) -> Option<usize> {
    let text: String = screen.lines().skip(2).collect::<Vec<_>>().join(" ");
    text.split("number ").nth(1)?.split_whitespace().next()?.parse().ok()
}

#[test]
fn a_new_width_shows_the_same_sentence_and_a_restart_too() {
    let course = long_course();
    let mut pilot = Pilot::new(Arc::clone(&course), (80, 24), Start::Lesson(1));
    pilot.keys("space space space");
    let first = first_sentence(&pilot.screen()).unwrap();
    assert!(first > 10, "{}", pilot.screen());
    for size in [(120, 36), (40, 12), (60, 20), (200, 60), (80, 24), (30, 10), (80, 24)] {
        pilot.resize(size);
        let seen = first_sentence(&pilot.screen()).unwrap();
        assert!(seen.abs_diff(first) <= 1, "{size:?}: {seen} for {first}\n{}", pilot.screen());
    }
    let again = Pilot::with(course, (80, 24), Start::Lesson(1), Progress::of(&pilot.events));
    let seen = first_sentence(&again.screen()).unwrap();
    assert!(seen.abs_diff(first) <= 1, "{seen} for {first}");
}

#[test]
fn any_size_can_be_drawn() {
    let course = tea();
    for columns in (0..40).chain([80, 200, 500]) {
        for rows in (0..16).chain([24, 60, 200]) {
            for keys in ["", "enter", "enter o G", "c", "c s", "t", "t 1 enter", "?", "enter v"] {
                let mut pilot = Pilot::new(Arc::clone(&course), (columns.max(1), rows.max(1)), Start::Home);
                pilot.keys(keys);
                let mut gate = Gate::new(Colors::True);
                let size = gate.resize(columns, rows);
                pilot.resize(size);
                let _ = gate.draw(|canvas| pilot.app.view(canvas));
                assert_eq!(gate.refused(), 0);
            }
            if rows > 24 && columns > 80 {
                break;
            }
        }
    }
}

/// Two sessions in one process see nothing of each other.
#[test]
fn sessions_do_not_cross() {
    let course = tea();
    let mut one = Pilot::new(Arc::clone(&course), (80, 24), Start::Quiz(0));
    let two = Pilot::new(course, (80, 24), Start::Home);
    let before = two.screen();
    one.keys("1 enter T");
    assert_eq!(two.screen(), before);
    assert_eq!(two.events, []);
}

#[test]
fn hostile_words_are_shown_and_never_act() {
    let folder = tempfile::tempdir().unwrap();
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good");
    copy(&good, folder.path());
    poison(&folder.path().join("lessons"));
    poison(&folder.path().join("quizzes"));
    let course = course(folder.path());
    let mut seen = false;
    for keys in [
        "",
        "enter",
        "enter o",
        "enter o G",
        "c",
        "c d",
        "c o",
        "t",
        "t 1 enter",
        "t 1 enter enter 1 enter",
        "enter v",
        "enter f",
        "?",
    ] {
        let mut pilot = Pilot::new(Arc::clone(&course), (100, 40), Start::Home);
        pilot.keys(keys);
        let mut gate = Gate::new(Colors::True);
        gate.resize(100, 40);
        let bytes = gate.draw(|canvas| pilot.app.view(canvas));
        assert_eq!(gate.refused(), 0, "a hostile text reached a cell: {keys}");
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            !text.contains("\u{1b}]") && !text.contains('\u{7}') && !text.contains('\u{202e}') && !text.contains('\u{9b}'),
            "{keys}"
        );
        seen |= text.contains('\u{241b}') || text.contains("<U+202E>");
    }
    assert!(seen, "the marks were never shown");
}

/// Puts escapes, in the form that each file decodes, into the texts of a folder.
fn poison(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            poison(&path);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let text = match path.extension().and_then(|extension| extension.to_str()) {
            Some("md") => {
                let (front, body) = text.split_at(text.rfind("---\n").unwrap() + 4);
                let front = front.replace("title: Water and time", "title: \"Wa\\e]0;x\\ater\"");
                format!(
                    "{front}{}",
                    body.replace("A leaf", "A&#27;]0;title&#7; &#x202e;leaf \u{9b}31m")
                        .replace("Water boils", "Water &#27;[2J boils")
                )
            }
            Some("yaml") => text
                .replace("why: It is light.", "why: \"It \\e]52;c;eA==\\a is\\u202e light.\"")
                .replace("prompt: Where do leaves keep?", "prompt: \"Where\\e[2J do \\x9b leaves keep?\"")
                .replace("text: Whole leaves\n", "text: \"Whole\\u202e \\elea\\u200bves\"\n")
                .replace("title: A leaf in the code", "title: \"A \\e[31mleaf\"")
                .replace("title: The guests arrive", "title: \"The\\e]0;g\\a guests\""),
            Some("js") => format!("{text}// \u{1b}]0;js\u{7} \u{202e}\n"),
            _ => text,
        };
        std::fs::write(&path, text).unwrap();
    }
}

#[test]
fn views_of_a_pair_that_were_laid_out_ahead_are_the_same() {
    let course = whole_course();
    let several = |&lesson: &usize| course.lesson(lesson).is_some_and(|text| text.pairs.len() > 1);
    let lesson = (0..course.map.len()).find(several).unwrap();
    let text = course.lesson(lesson).unwrap();
    let sides = text.pairs.iter().flat_map(|pair| [&pair.bad, &pair.good].map(|side| (pair.language.as_str(), side.code.as_str())));
    let wanted = Palette::default().wanted(sides);
    assert!(!wanted.is_empty());
    let mut pilots = [(); 2].map(|()| Pilot::new(Arc::clone(&course), (100, 40), Start::Compare(lesson)));
    // Nothing is laid out ahead before the colours are there.
    pilots[1].app.look_ahead();
    for Wanted { key, .. } in &wanted {
        pilots.iter_mut().for_each(|pilot| pilot.send(Message::Coloured { key: *key, colours: Colours::default() }));
    }
    for keys in "d d b o o s down s b esc n d n d o b p esc".split(' ') {
        pilots[1].app.look_ahead();
        let [asked, ahead] = pilots.each_mut().map(|pilot| pilot.keys(keys).screen());
        assert_eq!(asked, ahead, "after {keys}");
    }
}

#[test]
fn the_line_that_one_points_at_is_marked_inside_its_frame() {
    let course = tea();
    let lesson = (0..course.map.len()).find(|&lesson| course.lesson(lesson).is_some_and(|text| !text.pairs.is_empty())).unwrap();
    for size in [(120, 36), (200, 36), (80, 24), (60, 20)] {
        let mut pilot = Pilot::new(Arc::clone(&course), size, Start::Compare(lesson));
        pilot.keys("s down");
        let mut gate = Gate::new(Colors::True);
        gate.resize(size.0, size.1);
        let _ = gate.draw(|canvas| pilot.app.view(canvas));
        let buffer = gate.drawn().to_buffer();
        let columns = |of: &dyn Fn(&ratatui::buffer::Cell) -> bool| {
            let found = |x: &u16| (0..size.1).any(|y| of(&buffer[(*x, y)]));
            let mut columns = (0..size.0).filter(found);
            (columns.next().unwrap(), columns.next_back().unwrap())
        };
        let (left, right) = columns(&|cell| matches!(cell.symbol(), "╭" | "╮"));
        assert_eq!(columns(&|cell| cell.bg != ratatui::style::Color::Reset), (left + 1, right - 1), "{size:?}");
    }
}
