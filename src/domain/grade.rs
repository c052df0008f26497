//! Grading: an answer against a question gives a score and a verdict for every part of it.
//!
//! Part marks are net-correct: right picks minus wrong picks, over the number of right ones, never below zero. Ticking
//! everything or nothing earns nothing. Orders and matches follow the same idea.

use std::collections::BTreeMap;

use super::id::OptionId;
use super::quiz::{Question, Task};

/// What a learner gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Options picked, in any order.
    Options(Vec<OptionId>),
    /// Lines marked, from 0.
    Lines(Vec<usize>),
    /// Steps, first to last.
    Order(Vec<OptionId>),
    /// For each left side the right side that was put to it.
    Match(Vec<(OptionId, OptionId)>),
    /// Words.
    Text(String),
}

/// How an answer came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing, or as much wrong as right.
    Wrong,
    /// Some of it.
    Partly,
    /// All of it.
    Right,
}

impl Verdict {
    /// The name in records and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Partly => "partly",
            Self::Right => "right",
        }
    }

    /// The verdict of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Wrong, Self::Partly, Self::Right].into_iter().find(|verdict| verdict.name() == name)
    }

    /// The verdict that belongs to a score.
    #[must_use]
    pub fn of(score: f64) -> Self {
        if score >= 1.0 {
            Self::Right
        } else if score > 0.0 {
            Self::Partly
        } else {
            Self::Wrong
        }
    }
}

/// One part of a question, after grading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Picked, and right.
    Hit,
    /// Picked, and wrong.
    FalsePick,
    /// Not picked, and it should have been.
    Missed,
    /// Not picked, and rightly so.
    Left,
}

/// The result of grading.
#[derive(Debug, Clone, PartialEq)]
pub struct Graded {
    /// From 0 to 1.
    pub score: f64,
    /// What it amounts to.
    pub verdict: Verdict,
    /// For every option, step, pair (in the author's order) or line of code: what became of it. Empty for short texts.
    pub parts: Vec<Part>,
    /// For a short text that is close: which of the near misses it was.
    pub near: Option<usize>,
}

impl Graded {
    fn new(score: f64, parts: Vec<Part>) -> Self {
        let score = score.clamp(0.0, 1.0);
        Self { score, verdict: Verdict::of(score), parts, near: None }
    }
}

/// Grades `answer`. An answer of another shape than the question asks for is wrong, never an error.
#[must_use]
pub fn grade(question: &Question, answer: &Answer) -> Graded {
    match (&question.task, answer) {
        (Task::Choose { options, .. }, Answer::Options(picked)) => {
            net_correct(options.iter().map(|option| (option.correct, picked.contains(&option.id))))
        }
        (Task::SpotLine { lines, .. }, Answer::Lines(picked)) => {
            let count = question.code.as_ref().map_or(0, |code| code.text.as_str().lines().count());
            let wanted: BTreeMap<usize, bool> = lines.iter().map(|line| (line.line, line.correct)).collect();
            net_correct((0..count).map(|line| (wanted.get(&line).copied().unwrap_or(false), picked.contains(&line))))
        }
        (Task::Order { steps }, Answer::Order(given)) => grade_order(&steps.iter().map(|step| &step.id).collect::<Vec<_>>(), given),
        (Task::Match { pairs }, Answer::Match(given)) => {
            let put: BTreeMap<&OptionId, &OptionId> = given.iter().map(|(left, right)| (left, right)).collect();
            let parts: Vec<Part> = pairs
                .iter()
                .map(|pair| match put.get(&pair.id) {
                    Some(right) if **right == pair.id => Part::Hit,
                    Some(_) => Part::FalsePick,
                    None => Part::Missed,
                })
                .collect();
            let hits = count(&parts, Part::Hit) - count(&parts, Part::FalsePick);
            Graded::new(hits / ratio_base(pairs.len()), parts)
        }
        (Task::ShortText { answers, near, .. }, Answer::Text(text)) => {
            let given = normal(text);
            if !given.is_empty() && answers.iter().any(|answer| normal(answer.as_str()) == given) {
                return Graded::new(1.0, Vec::new());
            }
            let close = near.iter().position(|(text, _)| normal(text.as_str()) == given);
            Graded { near: close, ..Graded::new(0.0, Vec::new()) }
        }
        _ => Graded::new(0.0, Vec::new()),
    }
}

fn count(parts: &[Part], part: Part) -> f64 {
    parts.iter().map(|&p| f64::from(u8::from(p == part))).sum()
}

fn ratio_base(count: usize) -> f64 {
    f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX))
}

/// `marks` gives for every part whether it is right and whether it was picked.
fn net_correct(marks: impl Iterator<Item = (bool, bool)>) -> Graded {
    let parts: Vec<Part> = marks
        .map(|(correct, picked)| match (correct, picked) {
            (true, true) => Part::Hit,
            (false, true) => Part::FalsePick,
            (true, false) => Part::Missed,
            (false, false) => Part::Left,
        })
        .collect();
    let right = count(&parts, Part::Hit) + count(&parts, Part::Missed);
    let net = count(&parts, Part::Hit) - count(&parts, Part::FalsePick);
    Graded::new(net / right.max(1.0), parts)
}

/// Of all pairs of steps: those in the right order minus those in the wrong one, over all (Kendall's tau, never below
/// zero). A random order earns nothing on average. A step counts as a hit when it stands at its own place.
fn grade_order(wanted: &[&OptionId], given: &[OptionId]) -> Graded {
    let place: BTreeMap<&OptionId, usize> = given.iter().enumerate().map(|(at, id)| (id, at)).collect();
    let parts = wanted
        .iter()
        .enumerate()
        .map(|(at, id)| match place.get(*id) {
            Some(&given_at) if given_at == at => Part::Hit,
            Some(_) => Part::FalsePick,
            None => Part::Missed,
        })
        .collect();
    let mut net = 0_i32;
    let mut all = 0_i32;
    for (i, first) in wanted.iter().enumerate() {
        for second in wanted.iter().skip(i + 1) {
            all += 1;
            net += match (place.get(*first), place.get(*second)) {
                (Some(a), Some(b)) if a < b => 1,
                _ => -1,
            };
        }
    }
    Graded::new(f64::from(net) / f64::from(all.max(1)), parts)
}

/// A text without case, accents of Latin letters, punctuation and extra space. Bounded: only the first 200 letters count.
#[must_use]
pub fn normal(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.chars().take(2_000).flat_map(char::to_lowercase) {
        let c = plain_letter(c);
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else if !is_mark(c) {
            gap = true;
        }
        if out.len() > 200 {
            break;
        }
    }
    out
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\'' | '’')
}

fn plain_letter(c: char) -> char {
    match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;
    use crate::domain::doc::{Doc, Rich};
    use crate::domain::id::{LessonId, PassageId, QuestionId};
    use crate::domain::kind::Kind;
    use crate::domain::quiz::{Choice, Matched, Snippet, Step, Suspect};
    use crate::domain::text::SafeText;

    fn id(text: &str) -> OptionId {
        OptionId::new(text).expect("an id")
    }

    fn question(kind: Kind, task: Task) -> Question {
        Question {
            id: QuestionId::new("q").expect("an id"),
            kind,
            revision: 1,
            factor: None,
            passage: (LessonId::new("l").expect("an id"), PassageId::new("p").expect("an id")),
            prompt: Doc::default(),
            code: None,
            hints: Vec::new(),
            task,
        }
    }

    fn six() -> Question {
        let options = ["a", "b", "c", "d", "e", "f"]
            .iter()
            .enumerate()
            .map(|(at, name)| Choice { id: id(name), text: Rich::plain(name), correct: at < 3, why: Rich::plain("why") })
            .collect();
        question(Kind::Multiple, Task::Choose { options, many: true })
    }

    /// The table of part marks worked by hand: six options, a b c right.
    #[test]
    fn part_marks_are_net_correct() {
        for (picked, score) in
            [("", 0.0), ("a", 1.0 / 3.0), ("ab", 2.0 / 3.0), ("abc", 1.0), ("abd", 1.0 / 3.0), ("abcdef", 0.0), ("d", 0.0)]
        {
            let answer = Answer::Options(picked.chars().map(|c| id(&c.to_string())).collect());
            let graded = grade(&six(), &answer);
            assert!((graded.score - score).abs() < 1e-12, "{picked}: {}", graded.score);
            assert_eq!(graded.verdict, Verdict::of(score), "{picked}");
        }
    }

    #[test]
    fn one_right_option_is_all_or_nothing() {
        for kind in [Kind::Single, Kind::TrueFalse, Kind::NameFactor, Kind::Predict, Kind::ReviewDiff, Kind::Guess] {
            let options = ["a", "b", "c"].map(|name| Choice {
                id: id(name),
                text: Rich::plain(name),
                correct: name == "b",
                why: Rich::plain("why"),
            });
            let question = question(kind, Task::Choose { options: options.into(), many: false });
            for (picked, score, verdict) in
                [("b", 1.0, Verdict::Right), ("a", 0.0, Verdict::Wrong), ("", 0.0, Verdict::Wrong), ("abc", 0.0, Verdict::Wrong)]
            {
                let graded = grade(&question, &Answer::Options(picked.chars().map(|c| id(&c.to_string())).collect()));
                assert!((graded.score - score).abs() < 1e-12, "{kind:?} {picked}: {}", graded.score);
                assert_eq!(graded.verdict, verdict, "{kind:?} {picked}");
            }
        }
    }

    #[test]
    fn every_part_gets_its_verdict() {
        let graded = grade(&six(), &Answer::Options(vec![id("a"), id("d")]));
        assert_eq!(graded.parts, [Part::Hit, Part::Missed, Part::Missed, Part::FalsePick, Part::Left, Part::Left]);
    }

    #[test]
    fn an_option_given_twice_counts_once_and_an_unknown_one_not_at_all() {
        let graded = grade(&six(), &Answer::Options(vec![id("a"), id("a"), id("zz")]));
        assert!((graded.score - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn an_order_earns_by_pairs() {
        let steps =
            ["a", "b", "c", "d"].iter().map(|name| Step { id: id(name), text: Rich::plain(name), why: Rich::plain("w") }).collect();
        let question = question(Kind::Order, Task::Order { steps });
        for (given, score) in [("abcd", 1.0), ("bacd", 4.0 / 6.0), ("dcba", 0.0), ("", 0.0), ("acbd", 4.0 / 6.0), ("dabc", 0.0)] {
            let graded = grade(&question, &Answer::Order(given.chars().map(|c| id(&c.to_string())).collect()));
            assert!((graded.score - score).abs() < 1e-12, "{given}: {}", graded.score);
        }
    }

    #[test]
    fn a_match_earns_hits_minus_misses() {
        let pairs = ["a", "b", "c", "d"]
            .iter()
            .map(|name| Matched { id: id(name), left: Rich::plain(name), right: Rich::plain(name), why: Rich::plain("w") })
            .collect();
        let question = question(Kind::Match, Task::Match { pairs });
        for (given, score) in [("abcd", 1.0), ("abdc", 0.0), ("bcda", 0.0)] {
            let put = "abcd".chars().zip(given.chars()).map(|(l, r)| (id(&l.to_string()), id(&r.to_string()))).collect();
            assert!((grade(&question, &Answer::Match(put)).score - score).abs() < 1e-12, "{given}");
        }
    }

    #[test]
    fn of_five_pairs_two_swapped_leave_a_fifth() {
        let pair = |name: &str| Matched { id: id(name), left: Rich::plain(name), right: Rich::plain(name), why: Rich::plain("w") };
        let question = question(Kind::Match, Task::Match { pairs: ["a", "b", "c", "d", "e"].map(pair).into() });
        let put = "abcde".chars().zip("abced".chars()).map(|(l, r)| (id(&l.to_string()), id(&r.to_string()))).collect();
        assert!((grade(&question, &Answer::Match(put)).score - 0.2).abs() < 1e-12);
    }

    #[test]
    fn lines_are_graded_like_options() {
        let lines = vec![
            Suspect { line: 1, correct: true, why: Rich::plain("w") },
            Suspect { line: 2, correct: false, why: Rich::plain("w") },
            Suspect { line: 3, correct: true, why: Rich::plain("w") },
        ];
        let mut question = question(Kind::SpotLine, Task::SpotLine { lines, elsewhere: Rich::plain("fine") });
        question.code = Some(Snippet { file: SafeText::new("f"), language: "text".into(), text: SafeText::new("a\nb\nc\nd") });
        for (given, score) in
            [(vec![1, 3], 1.0), (vec![1], 0.5), (vec![1, 2], 0.0), (vec![0, 1, 2, 3], 0.0), (vec![99], 0.0), (vec![], 0.0)]
        {
            assert!((grade(&question, &Answer::Lines(given.clone())).score - score).abs() < 1e-12, "{given:?}");
        }
    }

    #[test]
    fn short_texts_are_compared_by_their_letters() {
        let question = question(
            Kind::ShortText,
            Task::ShortText {
                answers: vec![SafeText::new("stdout"), SafeText::new("standard output")],
                near: vec![(SafeText::new("stderr"), Rich::plain("that is the other one"))],
                explain: Rich::plain("because"),
            },
        );
        for (given, right) in [
            ("stdout", true),
            ("  StdOut. ", true),
            ("Standard-Output", true),
            ("standard  óutput", true),
            ("log file", false),
            ("", false),
        ] {
            assert_eq!(grade(&question, &Answer::Text(given.into())).verdict == Verdict::Right, right, "{given}");
        }
        assert_eq!(grade(&question, &Answer::Text("STDERR".into())).near, Some(0));
        let long = "\u{301}".repeat(1_000_000);
        assert_eq!(grade(&question, &Answer::Text(long)).verdict, Verdict::Wrong);
    }

    #[test]
    fn an_answer_of_another_shape_is_wrong() {
        assert_eq!(grade(&six(), &Answer::Text("a".into())).verdict, Verdict::Wrong);
    }
}
