//! Hand-ins and the gradebook: a made-up class of thirty whose figures were worked out apart, and files that are not as they
//! should be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::io::{BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use twelvefold::content::files::Files;
use twelvefold::content::load;
use twelvefold::domain::course::Course;
use twelvefold::domain::event::{Attempt, Deed, Event};
use twelvefold::domain::grade::{Answer, Verdict, grade};
use twelvefold::domain::handin::{HandIn, Handed};
use twelvefold::domain::id::{CourseId, LessonId, OptionId, QuestionId};
use twelvefold::domain::quiz::Task;
use twelvefold::domain::text::SafeText;
use twelvefold::domain::time::{Day, Timestamp};
use twelvefold::exchange::handin::{Refused, read, write};
use twelvefold::store::{Opener, Store as _};

fn tea() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good")
}

fn course() -> Course {
    let (files, problems) = Files::folder(&tea());
    load::load(&files, problems).0.unwrap()
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    run_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

fn run_in(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    for name in ["TWELVEFOLD_COURSE", "TWELVEFOLD_DATA", "NO_COLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG", "TERM"] {
        command.env_remove(name);
    }
    command.current_dir(folder).arg("--course").arg(tea()).args(arguments).stdin(Stdio::null());
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The answer of an option, by its place in the author's order.
fn handed(course: &Course, id: u64, question: &str, option: usize, day: i32) -> Handed {
    let name = QuestionId::new(question).unwrap();
    let (lesson, _) = course.question(&name).unwrap();
    let asked = course.question_in(lesson, &name).unwrap();
    let Task::Choose { options, .. } = &asked.task else { panic!("{question} has no options") };
    let answer = Answer::Options(vec![options[option].id.clone()]);
    let graded = grade(asked, &answer);
    Handed {
        id,
        lesson: course.map[lesson].id.clone(),
        question: name,
        revision: asked.revision,
        answer,
        score: graded.score,
        verdict: graded.verdict,
        scored: true,
        sure: Some(true),
        hints: 0,
        day: Day(day),
        took: 12,
    }
}

fn handin(name: &str, answers: Vec<Handed>) -> HandIn {
    HandIn {
        course: CourseId::new("tea").unwrap(),
        version: SafeText::new("1.2.3"),
        name: SafeText::new(name),
        profile: None,
        made: Day(20_010),
        answers,
    }
}

fn file(handin: &HandIn) -> String {
    let mut out = String::new();
    write(handin, |text| {
        out += text;
        Ok(())
    })
    .unwrap();
    out
}

const ASKED: [&str; 6] = ["leaves-single", "leaves-true", "leaves-name", "leaves-predict", "leaves-diff", "water-single"];
/// For each learner the option of each question, in the author's order; 0 is the right one, a dot is none.
const CLASS: [&str; 30] = [
    "001020", "001000", "011020", "001020", "000000", "002020", "001200", "000.30", "000110", "001010", "002020", "102200",
    "002030", "031210", "000210", "000210", "000020", "002210", "131010", "122030", "010210", "012030", "1002..", "011210",
    "010120", "111220", "130210", "020230", "100020", "120110",
];

fn class(course: &Course) -> Vec<HandIn> {
    CLASS
        .iter()
        .enumerate()
        .map(|(learner, row)| {
            let id = |question: usize| u64::try_from(learner * 100 + question + 1).unwrap();
            let mut answers: Vec<Handed> = row
                .chars()
                .enumerate()
                .filter_map(|(at, option)| {
                    Some(handed(course, id(at), ASKED[at], option.to_digit(10)?.try_into().unwrap(), 20_000))
                })
                .collect();
            if learner < 3 {
                // A second round, in which everything is right: it changes what is best, and nothing that is first.
                answers.extend((0..6).map(|at| handed(course, id(at) + 50, ASKED[at], 0, 20_002)));
            }
            handin(&format!("Learner {:02}", learner + 1), answers)
        })
        .collect()
}

fn close(value: &Value, wanted: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - wanted).abs() < 0.000_06)
}

/// A question, how many answered, the share right, the discrimination, for each option how many picked it and its shares in all and in
/// the upper and the lower third, and the remarks.
type Wanted = (&'static str, usize, f64, Option<f64>, &'static [(usize, f64, f64, f64)], &'static [&'static str]);

/// Worked out apart from the program, in exact fractions and by the other formula: for a discrimination
/// `(M1 - M0) / s * sqrt(p * (1 - p))`, M1 and M0 being the mean of the others' share right among those who have the question
/// right and wrong, s the standard deviation of that share; for thirds by taking seats from the best down and dealing those of
/// the last group evenly to all in it. A simulation of 4,000 random orders of equals agrees with these shares.
#[test]
fn the_figures_of_a_class_of_thirty_are_those_worked_out_by_hand() {
    let course = course();
    let folder = tempfile::tempdir().unwrap();
    for handin in class(&course) {
        fs::write(folder.path().join(format!("{}.jsonl", handin.name)), file(&handin)).unwrap();
    }
    let (code, out, err) = run(&["gradebook", text(folder.path()), "--to", "json"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let book: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(book["learners"].as_array().unwrap().len(), 30);

    let wanted: [Wanted; 6] = [
        (
            "leaves-single",
            30,
            0.7333,
            Some(0.1625),
            &[(22, 0.7333, 0.7636, 0.62), (8, 0.2667, 0.2364, 0.38), (0, 0.0, 0.0, 0.0)],
            &["unused"],
        ),
        (
            "leaves-true",
            30,
            0.6,
            Some(0.4601),
            &[(18, 0.6, 0.8125, 0.3), (6, 0.2, 0.15, 0.2), (3, 0.1, 0.0375, 0.2), (3, 0.1, 0.0, 0.3)],
            &[],
        ),
        (
            "leaves-name",
            30,
            0.4333,
            Some(-0.2352),
            &[(13, 0.4333, 0.2, 0.5571), (10, 0.3333, 0.5, 0.3571), (7, 0.2333, 0.3, 0.0857)],
            &["negative"],
        ),
        (
            "leaves-predict",
            29,
            0.4828,
            Some(-0.0162),
            &[(14, 0.4828, 0.3981, 0.4444), (3, 0.1034, 0.1204, 0.1111), (12, 0.4138, 0.4815, 0.4444)],
            &["negative"],
        ),
        (
            "leaves-diff",
            29,
            0.1379,
            Some(0.0856),
            &[(4, 0.1379, 0.1717, 0.127), (11, 0.3793, 0.2424, 0.5873), (9, 0.3103, 0.4141, 0.1429), (5, 0.1724, 0.1717, 0.1429)],
            &["too hard"],
        ),
        ("water-single", 29, 1.0, None, &[(29, 1.0, 1.0, 1.0), (0, 0.0, 0.0, 0.0), (0, 0.0, 0.0, 0.0)], &["too easy", "unused"]),
    ];
    let items = book["questions"].as_array().unwrap();
    assert_eq!(items.len(), wanted.len(), "only what was answered");
    for (question, count, right, discrimination, options, remarks) in wanted {
        let item = items.iter().find(|item| item["question"] == question).unwrap();
        assert_eq!(item["count"], count, "{question}");
        assert!(close(&item["right"], right) && close(&item["mean"], right), "{question}: {item}");
        match discrimination {
            Some(value) => assert!(close(&item["discrimination"], value), "{question}: {item}"),
            None => assert!(item["discrimination"].is_null(), "{question}"),
        }
        assert_eq!(item["remarks"], serde_json::json!(remarks), "{question}");
        let drawn = item["options"].as_array().unwrap();
        assert_eq!(drawn.len(), options.len(), "{question}");
        for (drawn, (by, share, upper, lower)) in drawn.iter().zip(options) {
            assert_eq!(drawn["by"].as_array().unwrap().len(), *by, "{question}: {drawn}");
            let fits =
                close(&drawn["share"], *share) && close(&drawn["upper_third"], *upper) && close(&drawn["lower_third"], *lower);
            assert!(fits, "{question}: {drawn}, {share} {upper} {lower}");
        }
    }
    // Whom the wrong option drew: row by row, those with a 1 in the first column.
    let drew = &items.iter().find(|item| item["question"] == "leaves-single").unwrap()["options"][1];
    let names = ["12", "19", "20", "23", "26", "27", "29", "30"].map(|number| format!("Learner {number}"));
    assert_eq!((&drew["option"], &drew["by"]), (&"cut".into(), &serde_json::json!(names)));

    // The first learner had 4 of 6 right, then all; the 23rd was asked four and had two right.
    let learner = |at: usize| &book["learners"][at];
    assert_eq!(
        (&learner(0)["name"], &learner(0)["answers"], &learner(0)["questions"]),
        (&"Learner 01".into(), &12.into(), &6.into())
    );
    assert!(close(&learner(0)["first"], 0.6667) && close(&learner(0)["best"], 1.0));
    assert_eq!(learner(0)["last_day"], "2024-10-06");
    assert_eq!((&learner(22)["answers"], &learner(22)["last_day"]), (&4.into(), &"2024-10-04".into()));
    assert!(close(&learner(22)["first"], 0.5) && close(&learner(22)["best"], 0.5));
    // By lesson: of the five about leaves the first learner had three right; the water was boiled by 29, all of them rightly.
    let group =
        |groups: &Value, name: &str| groups.as_array().unwrap().iter().find(|group| group["group"] == name).unwrap().clone();
    let leaves = group(&learner(0)["groups"], "leaves");
    assert!(leaves["tried"] == 5 && close(&leaves["first"], 0.6) && close(&leaves["best"], 1.0), "{leaves}");
    let water = group(&book["lessons"], "water");
    assert!(water["tried"] == 29 && close(&water["first"], 1.0), "{water}");
    // Only leaves-single is about factor III; 22 of 30 had it right first, 22 and none more later.
    let config = group(&book["lessons"], "factor-3");
    assert!(config["tried"] == 30 && close(&config["first"], 0.7333) && close(&config["best"], 0.7333), "{config}");
}

/// Part marks, answers that are no options, and a learner who first met an older revision. The correlation is that of Python's
/// `statistics.correlation`.
#[test]
fn every_kind_of_answer_is_analysed() {
    let course = course();
    let by_id = |question: &str| {
        let name = QuestionId::new(question).unwrap();
        let (lesson, _) = course.question(&name).unwrap();
        (lesson, course.question_in(lesson, &name).unwrap())
    };
    let mut id = 0;
    let mut answered = |question: &str, answer: Answer| {
        let (lesson, asked) = by_id(question);
        let graded = grade(asked, &answer);
        id += 1;
        Handed {
            id,
            lesson: course.map[lesson].id.clone(),
            question: asked.id.clone(),
            revision: asked.revision,
            answer,
            score: graded.score,
            verdict: graded.verdict,
            scored: asked.kind.scored(),
            sure: None,
            hints: 0,
            day: Day(20_000),
            took: 1,
        }
    };
    let ids = |names: &[&str]| names.iter().map(|name| OptionId::new(name).unwrap()).collect::<Vec<_>>();
    let picked = ["DY", "D", "DYS", "DS", "DY", "Y", "DY", "S", "DY", "DYSK", "D", "DY"];
    let (true_right, water_right) = ("110010100011", "101011101001");
    let folder = tempfile::tempdir().unwrap();
    for (at, picked) in picked.iter().enumerate() {
        let options: Vec<&str> = picked
            .chars()
            .map(|letter| match letter {
                'D' => "dark",
                'Y' => "dry",
                'S' => "sun",
                _ => "sink",
            })
            .collect();
        let right = |bits: &str| &bits[at..=at] == "1";
        let pick = |right: bool, yes: &str, no: &str| Answer::Options(ids(&[if right { yes } else { no }]));
        let mut answers = vec![
            answered("leaves-multiple", Answer::Options(ids(&options))),
            answered("leaves-true", pick(right(true_right), "table", "never")),
            answered("water-single", pick(right(water_right), "mountain", "cave")),
            answered("leaves-guess", pick(at % 3 == 0, "float", "melt")),
        ];
        if at < 4 {
            answers.push(answered("leaves-spot", Answer::Lines(if at == 0 { vec![1] } else { vec![1, 2] })));
            let words = ["Steep!", "they  STEEP", "boil", "melt"][at];
            answers.push(answered("leaves-short", Answer::Text(words.into())));
            let pair = |left: &str, right: &str| (OptionId::new(left).unwrap(), OptionId::new(right).unwrap());
            let put = if at < 3 { "whole" } else { "cut" };
            answers.push(answered("leaves-match", Answer::Match(vec![pair("whole", put)])));
            let steps = if at < 2 { ["boil", "steep", "pour", "drink"] } else { ["steep", "boil", "pour", "drink"] };
            answers.push(answered("leaves-order", Answer::Order(ids(&steps))));
        }
        if at == 11 {
            // She met the question when another answer was right.
            let mut old = answered("leaves-single", Answer::Options(ids(&["dust"])));
            (old.revision, old.score, old.verdict) = (1, 1.0, Verdict::Right);
            answers.push(old);
            answers.push(answered("leaves-single", Answer::Options(ids(&["whole"]))));
        }
        fs::write(folder.path().join(format!("{at:02}.jsonl")), file(&handin(&format!("Learner {at}"), answers))).unwrap();
    }
    let (code, out, err) = run(&["gradebook", text(folder.path()), "--to", "json"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let book: Value = serde_json::from_str(&out).unwrap();
    let item = |question: &str| book["questions"].as_array().unwrap().iter().find(|item| item["question"] == question).cloned();
    let multiple = item("leaves-multiple").unwrap();
    assert!(close(&multiple["mean"], 0.583_33) && close(&multiple["right"], 0.416_67), "{multiple}");
    assert!(close(&multiple["discrimination"], 0.928_65), "{multiple}");
    let guess = item("leaves-guess").unwrap();
    assert!(guess["discrimination"].is_null() && guess["remarks"] == serde_json::json!([]) && close(&guess["right"], 0.333_33));
    assert_eq!(item("leaves-single"), None, "nobody met its present revision first");
    let drawn = |question: &str| {
        let item = item(question).unwrap();
        let options = item["options"].as_array().unwrap().iter();
        let row = |one: &Value| {
            let said = |key: &str| one[key].as_str().unwrap().to_owned();
            (said("option"), said("text"), one["is_right"].as_bool().unwrap(), one["by"].as_array().unwrap().len())
        };
        options.map(row).collect::<Vec<_>>()
    };
    let row = |option: &str, text: &str, right: bool, by: usize| (option.to_owned(), text.to_owned(), right, by);
    assert_eq!(
        drawn("leaves-spot"),
        [row("line-2", "line 2: const leaf = \"dust\";", true, 4), row("line-3", "line 3: pour(leaf, cup);", false, 3)]
    );
    assert_eq!(
        drawn("leaves-short"),
        [
            row("boil", "\"boil\"", false, 1),
            row("melt", "\"melt\"", false, 1),
            row("steep", "\"steep\"", true, 1),
            row("they steep", "\"they steep\"", false, 1),
        ]
    );
    assert_eq!(
        drawn("leaves-match"),
        [row("whole=whole", "Whole → Four minutes", true, 3), row("whole=cut", "Whole → Two minutes", false, 1)]
    );
    assert_eq!(
        drawn("leaves-order")[..4],
        [
            row("3=pour", "3. Pour", true, 4),
            row("4=drink", "4. Drink", true, 4),
            row("1=boil", "1. Boil", true, 2),
            row("1=steep", "1. Steep", false, 2),
        ]
    );
}

#[test]
fn the_table_fits_80_columns_and_says_what_to_look_at() {
    let course = course();
    let folder = tempfile::tempdir().unwrap();
    for handin in class(&course) {
        fs::write(folder.path().join(format!("{}.jsonl", handin.name)), file(&handin)).unwrap();
    }
    let (code, out, err) = run(&["gradebook", text(folder.path())]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for line in out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    insta::assert_snapshot!("gradebook", out);
    let (_, markdown, _) = run(&["gradebook", text(folder.path()), "--to", "markdown"]);
    assert!(markdown.contains("| Learner 01 | 12 | 6 of 11 | 67 % | 100 % | 2024-10-06 |"), "{markdown}");
    let (_, csv, _) = run(&["gradebook", text(folder.path()), "--to", "csv", "--show", "questions"]);
    assert!(csv.contains("\nleaves-true,leaves,true_false,30,0.6000,0.6000,0.4601,\n"), "{csv}");
}

/// A line of a hand-in with a right hash, as somebody would make it who knows how.
fn chained(lines: &[String]) -> String {
    let mut last = String::new();
    lines
        .iter()
        .map(|line| {
            let body = line.strip_suffix('}').unwrap();
            last = Sha256::digest(format!("{last}{body}")).iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{body},\"hash\":\"{last}\"}}\n")
        })
        .collect()
}

fn bare(file: &str) -> Vec<String> {
    file.lines().map(|line| format!("{}}}", line.rsplit_once(",\"hash\"").unwrap().0)).collect()
}

fn refused(file: &[u8]) -> Refused {
    read(BufReader::new(Cursor::new(file)), Some(&CourseId::new("tea").unwrap())).unwrap_err()
}

#[test]
fn a_hand_in_comes_back_as_it_was_and_every_edit_shows() {
    let course = course();
    let whole = &class(&course)[0];
    let text = file(whole);
    assert!(text.is_ascii());
    assert_eq!(chained(&bare(&text)), text, "the format is what docs/handin.md says");
    assert_eq!(&read(Cursor::new(&text), None).unwrap(), whole);
    let windows = text.replace('\n', "\r\n");
    assert_eq!(&read(Cursor::new(&windows), None).unwrap(), whole, "a line may end as on Windows");
    // Each byte of each line, changed to another letter: never taken.
    for at in (0..text.len()).filter(|at| text.as_bytes()[*at] != b'\n') {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        assert!(read(Cursor::new(&bytes), None).is_err(), "byte {at}");
    }
    let lines: Vec<&str> = text.lines().collect();
    let join = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let edited = text.replacen("\"score\":0.0", "\"score\":1.0", 1);
    assert_eq!(refused(edited.as_bytes()), Refused::Edited(3));
    assert_eq!(refused(text.replace("Learner 01", "Learner 02").as_bytes()), Refused::Edited(0));
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    assert_eq!(refused(join(&swapped).as_bytes()), Refused::Edited(2));
    assert_eq!(refused(join(&lines[..lines.len() - 2]).as_bytes()), Refused::Half(10, 12));
    let mut longer = lines.clone();
    longer.push(lines[3]);
    assert_eq!(refused(join(&longer).as_bytes()), Refused::Edited(13));
    assert_eq!(refused(&text.as_bytes()[..text.len() - 40]), Refused::Damaged(12));
}

#[test]
fn what_is_no_hand_in_is_named_for_what_it_is() {
    let course = course();
    let text = file(&class(&course)[3]);
    let newer = chained(&bare(&text.replacen("\"version\":1", "\"version\":2", 1)));
    assert_eq!(refused(newer.as_bytes()), Refused::Newer(2));
    let other = file(&HandIn { course: CourseId::new("coffee").unwrap(), ..handin("Ada", vec![]) });
    assert_eq!(refused(other.as_bytes()), Refused::Course(CourseId::new("coffee").unwrap()));
    for foreign in ["", "\n\n", "hello", "{}", "[]", "{\"format\":\"x\",\"version\":1}", "\u{0}\u{1}"] {
        assert_eq!(refused(foreign.as_bytes()), Refused::Foreign, "{foreign:?}");
    }
    assert_eq!(refused(&[0xff; 300]), Refused::Foreign);
    assert_eq!(refused("x".repeat(70_000).as_bytes()), Refused::TooLarge);
    let endless = text.clone() + &"[".repeat(80_000);
    assert_eq!(refused(endless.as_bytes()), Refused::TooLarge);
    for (from, to) in
        [("\"day\":\"2024", "\"day\":\"20x4"), ("\"score\":1.0", "\"score\":1.5"), ("\"verdict\":\"", "\"verdict\":\"very ")]
    {
        let odd = chained(&bare(&text.replacen(from, to, 1)));
        assert!(matches!(refused(odd.as_bytes()), Refused::Damaged(_)), "{from}");
    }
    let mut twice = bare(&text);
    twice[2] = twice[1].clone();
    assert_eq!(refused(chained(&twice).as_bytes()), Refused::Damaged(2), "one answer cannot be given twice");
}

/// 480 sound hand-ins, and 20 that are broken in every way there is.
#[test]
fn of_five_hundred_with_twenty_broken_the_table_comes_and_the_twenty_are_named() {
    let course = course();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    for learner in 0..480_u64 {
        let answers = (0..6).map(|at| handed(&course, learner * 10 + at + 1, ASKED[usize::try_from(at).unwrap()], 0, 20_000));
        put(&format!("{learner:03}.jsonl"), file(&handin(&format!("Learner {learner}"), answers.collect())).as_bytes());
    }
    let sound = file(&class(&course)[4]);
    let mut broken = 0;
    let mut break_as = |bytes: &[u8]| {
        put(&format!("broken-{broken:02}.jsonl"), bytes);
        broken += 1;
    };
    for at in 1..=6 {
        let mut lines = bare(&sound);
        lines[at] = lines[at].replace("\"hints\":0", "\"hints\":1");
        let hashes: Vec<&str> = sound.lines().map(|line| &line[line.rfind(",\"hash\"").unwrap()..]).collect();
        let edited: String =
            lines.iter().zip(hashes).map(|(line, hash)| format!("{}{hash}\n", line.strip_suffix('}').unwrap())).collect();
        break_as(edited.as_bytes());
    }
    for length in [0, 20, 300, 900] {
        break_as(&sound.as_bytes()[..length]);
    }
    break_as(chained(&bare(&sound.replacen("\"version\":1", "\"version\":9", 1))).as_bytes());
    break_as(file(&HandIn { course: CourseId::new("coffee").unwrap(), ..handin("Ada", vec![]) }).as_bytes());
    break_as(b"PK\x03\x04 a zip");
    break_as(&[0xff; 4000]);
    break_as("x".repeat(200_000).as_bytes());
    break_as(b"Dear teacher, my dog ate it.\n");
    // A score that was raised, with the chain made anew.
    let raised = file(&class(&course)[0]).replacen("\"score\":0.0,\"verdict\":\"wrong\"", "\"score\":1.0,\"verdict\":\"right\"", 1);
    break_as(chained(&bare(&raised)).as_bytes());
    // The same answer as in a sound one, only later.
    let mut lines = bare(&fs::read_to_string(folder.path().join("007.jsonl")).unwrap());
    lines[3] = lines[3].replace("2024-10-04", "2024-10-05");
    break_as(chained(&lines).as_bytes());
    break_as(sound.replace("Learner 05", "Somebody").as_bytes());
    break_as(sound.lines().rev().map(|line| format!("{line}\n")).collect::<String>().as_bytes());
    assert_eq!(broken, 20);
    let (code, out, err) = run(&["gradebook", text(folder.path()), "--show", "learners"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("480 learners, 2880 answers"), "{}", &out[..200]);
    assert_eq!(out.lines().filter(|line| line.starts_with("Learner 7 ")).count(), 3, "once in each table");
    assert!(err.starts_with("20 of 500 not taken:\n"), "{err}");
    assert_eq!(err.lines().count(), 21, "{err}");
    for (number, why) in [
        (0, "it was edited: the chain is broken at answer 1"),
        (5, "it was edited: the chain is broken at answer 6"),
        (6, "it is no hand-in of twelvefold"),
        (9, "it is damaged at answer 3"),
        (10, "it has format 9, and this program knows format 1: a newer twelvefold wrote it"),
        (11, "it is about another course, coffee"),
        (14, "it is larger than any hand-in"),
        (15, "it is no hand-in of twelvefold"),
        (16, "it was edited: the score of answer 3 does not follow from what was answered"),
        (17, "it was edited, or the other was: "),
        (18, "it was edited: the chain is broken at its head"),
    ] {
        assert!(err.contains(&format!("broken-{number:02}.jsonl: {why}")), "{number}: {err}");
    }
}

#[test]
fn two_hand_ins_of_one_person_are_one_row_and_copied_answers_are_told() {
    let course = course();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let answers: Vec<Handed> = (0..4).map(|at| handed(&course, at + 1, ASKED[usize::try_from(at).unwrap()], 1, 20_000)).collect();
    let first = HandIn { made: Day(20_000), ..handin("ada", answers[..2].to_vec()) };
    fs::write(path("a.jsonl"), file(&first)).unwrap();
    fs::write(path("b.jsonl"), file(&handin("Ada Lovelace", answers))).unwrap();
    for order in [["a.jsonl", "b.jsonl"], ["b.jsonl", "a.jsonl"]] {
        let files = order.map(path);
        let (code, out, err) = run(&["gradebook", text(&files[0]), text(&files[1]), "--to", "csv"]);
        assert_eq!(code, Some(0));
        let row = out.lines().nth(1).unwrap();
        assert!(row.starts_with("Ada Lovelace,,4,4,0.0000,0.0000,2024-10-04,2,ada,"), "{row}");
        assert_eq!(out.lines().count(), 2);
        assert_eq!(err, "Ada Lovelace: handed in as ada as well, with the same answers\n");
    }
}

#[test]
fn hostile_names_act_neither_in_a_terminal_nor_in_a_spreadsheet_nor_in_a_wiki() {
    let course = course();
    let folder = tempfile::tempdir().unwrap();
    let names = ["=cmd|' /C calc'!A0", "@SUM(1)", "\u{1b}]0;owned\u{7}\u{202e}evil", "a|b<script>", "-1+1"];
    for (at, name) in names.iter().enumerate() {
        let id = u64::try_from(at).unwrap() + 1;
        let handin = HandIn {
            name: twelvefold::domain::handin::name(name).unwrap(),
            ..handin("x", vec![handed(&course, id, "leaves-single", 0, 1)])
        };
        // The file itself may say what it likes.
        let raw = bare(&file(&handin)).into_iter().map(|line| {
            let clean = serde_json::to_string(handin.name.as_str()).unwrap();
            if line.contains(&clean) { line.replace(&clean, &serde_json::to_string(name).unwrap()) } else { line }
        });
        fs::write(folder.path().join(format!("{at}.jsonl")), chained(&raw.collect::<Vec<_>>())).unwrap();
    }
    for arguments in
        [&["--to", "table"][..], &["--to", "csv"], &["--to", "csv", "--show", "options"], &["--to", "markdown"], &["--to", "json"]]
    {
        let (code, out, err) = run(&[&["gradebook", text(folder.path())], arguments].concat());
        assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
        for c in out.chars() {
            assert!(c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}')), "{c:?} with {arguments:?}");
        }
        if arguments.contains(&"csv") {
            let mut reader = csv::Reader::from_reader(out.as_bytes());
            let cells: Vec<String> =
                reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
            assert!(cells.iter().any(|cell| cell.starts_with("'-1+1")), "{cells:?}");
            for cell in cells {
                let number = cell.parse::<f64>().is_ok();
                assert!(number || !cell.starts_with(['=', '+', '-', '@']), "{cell}");
            }
        }
        if arguments.contains(&"markdown") {
            assert!(out.contains("a\\|b\\<script\\>"), "{out}");
        }
    }
}

#[test]
fn folders_in_folders_and_patterns_are_looked_into() {
    let course = course();
    let folder = tempfile::tempdir().unwrap();
    for (at, handin) in class(&course).iter().take(4).enumerate() {
        let home = folder.path().join(format!("{}_submission", handin.name));
        fs::create_dir(&home).unwrap();
        fs::write(home.join(format!("handin-{at}.jsonl")), file(handin)).unwrap();
    }
    fs::write(folder.path().join(".hidden"), "no").unwrap();
    let learners = |arguments: &[&str]| {
        let (code, out, err) = run_in(folder.path(), &[&["gradebook", "--to", "csv"], arguments].concat());
        (code, out.lines().count() - 1, err)
    };
    assert_eq!(learners(&["."]), (Some(0), 4, String::new()));
    assert_eq!(learners(&["*/handin-[12].jsonl"]), (Some(0), 2, String::new()));
    assert_eq!(learners(&["*/handin-1.jsonl", "*/handin-1.jsonl"]), (Some(0), 1, String::new()));
    let (code, count, err) = learners(&["*/nothing.jsonl", "nowhere", "*/handin-1.jsonl"]);
    assert_eq!((code, count), (Some(1), 1));
    assert_eq!(err, "2 of 3 not taken:\n  */nothing.jsonl: there is no such file\n  nowhere: there is no such file\n");
    assert_eq!(learners(&["/dev/null"]), (Some(1), 0, "1 of 1 not taken:\n  /dev/null: it cannot be read: it is no file\n".into()));
    assert_eq!(run(&["gradebook"]).0, Some(2));
    assert_eq!(run(&["gradebook", "x", "--to", "json", "--show", "options"]).0, Some(2));
}

/// Progress with two answers, others that were taken back or begun anew, an interview answer and one of another course.
fn progress(data: &Path) {
    let attempt = |question: &str, option: &str, score: f64| {
        Deed::Answered(Attempt {
            lesson: LessonId::new("leaves").unwrap(),
            question: QuestionId::new(question).unwrap(),
            revision: if question == "leaves-single" { 2 } else { 1 },
            seed: 77,
            shown: vec![OptionId::new("dust").unwrap()],
            answer: Answer::Options(vec![OptionId::new(option).unwrap()]),
            score,
            verdict: Verdict::of(score),
            scored: true,
            in_quiz: true,
            sure: Some(false),
            hints: 2,
            day: Day(20_000),
            took: 61_500,
        })
    };
    let leaves = LessonId::new("leaves").unwrap();
    let deeds = [
        Deed::Opened { lesson: leaves.clone() },
        attempt("leaves-diff", "reject-name", 0.0),
        attempt("leaves-name", "logs", 0.0),
        Deed::Reset { name: 1, lesson: None, questions: vec![] },
        attempt("leaves-single", "cut", 0.0),
        Deed::Reset { name: 2, lesson: None, questions: vec![] },
        Deed::ResetUndone { name: 2 },
        attempt("leaves-true", "table", 1.0),
        attempt("leaves-single", "whole", 1.0),
        Deed::TakenBack { lesson: leaves, question: QuestionId::new("leaves-single").unwrap(), given: None },
        attempt("leaves-iv-dust", "point-1", 0.5),
        attempt("coffee-single", "black", 1.0),
    ];
    let events = deeds.map(|deed| Event { at: Timestamp(1_728_045_296_789), deed });
    Opener::new(data).open().unwrap().store.append(&events).unwrap();
}

#[test]
fn a_hand_in_has_the_answers_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("secret-folder");
    progress(&data);
    let with = |arguments: &[&str]| run_in(folder.path(), &[&["--data", "secret-folder", "handin"], arguments].concat());
    let (code, out, err) = with(&["--name", "Ada Lovelace", "--yes", "-o", "-"]);
    assert_eq!(code, Some(0), "{err}");
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&lines[0]), ["answers", "course", "course_version", "day", "format", "hash", "name", "profile", "version"]);
    assert_eq!(lines.len(), 3, "what was taken back, said aloud and of another course stays: {out}");
    for line in &lines[1..] {
        let wanted = [
            "answer", "day", "hash", "hints", "id", "lesson", "question", "revision", "scored", "score", "seconds", "sure",
            "verdict",
        ];
        let (mut keys, mut wanted) = (keys(line), wanted.map(str::to_owned).to_vec());
        keys.sort();
        wanted.sort();
        assert_eq!(keys, wanted);
    }
    assert_eq!(lines[1]["answer"], serde_json::json!({ "options": ["cut"] }));
    assert_eq!((&lines[1]["day"], &lines[1]["seconds"], &lines[1]["sure"]), (&"2024-10-04".into(), &61.into(), &false.into()));
    // Neither the time of day nor where it was kept nor the seed of the order.
    for secret in ["secret-folder", "1728045296", "\"77\"", ":77", text(folder.path())] {
        assert!(!out.contains(secret), "{secret} in {out}");
    }
    for shown in [
        "Ada Lovelace",
        "2 answers to 2 questions",
        "2024-10-04",
        "Left out: 1 answer given in interviews",
        "Left out: 2 answers from before you began anew",
        "Written to standard output",
    ] {
        assert!(err.contains(shown), "{shown} is not in {err}");
    }
    assert!(err.contains(out.lines().nth(1).unwrap().split(",\"hash\"").next().unwrap()), "the first answer is shown as it stands");

    let (code, out, _) = with(&["--name", "Ada Lovelace", "--yes"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    let own = folder.path().join("handin-ada-lovelace.jsonl");
    assert_eq!(with(&["--name", "Ada Lovelace", "--yes"]).0, Some(0), "an own hand-in is replaced");
    let (code, out, _) = run(&["gradebook", text(&own), "--to", "csv"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("\nAda Lovelace,,2,2,0.5000,0.5000,2024-10-04,1,,"), "{out}");
    fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    let (code, _, err) = with(&["--name", "Ada", "--yes", "-o", "thesis.txt"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("thesis.txt is there already and is no hand-in"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("thesis.txt")).unwrap(), "years of work");
    assert_eq!(with(&["--name", "Ada", "--yes", "-o", "thesis.txt", "--force"]).0, Some(0));
}

#[test]
fn in_a_pipe_nothing_is_written_without_a_yes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let with = |arguments: &[&str]| run_in(folder.path(), &[&["--data", "data", "handin"], arguments].concat());
    let (code, _, err) = with(&["--name", "Ada", "--yes"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("there is nothing to hand in"), "{err}");
    progress(&data);
    for arguments in [&["--name", "Ada"][..], &["--yes"], &["--name", " ", "--yes"], &[]] {
        let (code, out, _) = with(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the data");
}
