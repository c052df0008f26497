//! Rules about many questions at once: whether answers can be told without knowing the subject, and whether each factor is
//! asked about in every way.

use super::{field, warning};
use crate::content::files::Files;
use crate::content::lesson::Parsed;
use crate::domain::course::{factor_name, numeral};
use crate::domain::kind::Kind;
use crate::domain::problem::{Place, Problem};
use crate::domain::quiz::{Choice, Question, Task};

/// Questions below which a habit of the author cannot be told from chance.
const BANK: usize = 8;
/// What a habit may gain over chance, in questions of a hundred, before it is worth a word: over a whole course even a small
/// gain would be more than chance explains.
const GAIN: usize = 5;

/// Words that take something back.
const HEDGES: [&str; 14] = [
    "can",
    "could",
    "generally",
    "likely",
    "mainly",
    "may",
    "might",
    "mostly",
    "often",
    "perhaps",
    "probably",
    "some",
    "sometimes",
    "usually",
];
/// Words that allow no exception.
const ABSOLUTES: [&str; 10] = ["all", "always", "any", "every", "must", "never", "no", "none", "nothing", "only"];

/// A way to guess: how much an option has of what makes it stand out.
type Habit = fn(&[Choice], usize) -> usize;

const LONGEST: Habit = |options, at| text(options, at).chars().count();
const FIRST: Habit = |options, at| options.len() - at;

/// Tried over one quiz.
const FEW: [(&str, &str, Habit); 2] = [("Q011", "the longest option", LONGEST), ("Q012", "the first option", FIRST)];
/// Tried over all quizzes.
const MANY: [(&str, Habit); 8] = [
    ("the longest option", LONGEST),
    ("the shortest option", |options, at| usize::MAX - text(options, at).chars().count()),
    ("the first option", FIRST),
    ("the last option", |_, at| at),
    ("the option with the most colons", |options, at| text(options, at).matches(':').count()),
    ("the option with the most commas", |options, at| text(options, at).matches(',').count()),
    ("the option with the most words like often and may", |options, at| count(&text(options, at), &HEDGES)),
    ("the option with the fewest words like always and never", |options, at| usize::MAX - count(&text(options, at), &ABSOLUTES)),
];

fn text(options: &[Choice], at: usize) -> String {
    options.get(at).map(|option| option.text.text()).unwrap_or_default()
}

fn count(text: &str, words: &[&str]) -> usize {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| words.contains(&word.to_lowercase().as_str())).count()
}

/// The options of questions of which exactly one is picked.
fn bank<'q>(questions: impl Iterator<Item = &'q Question>) -> Vec<&'q [Choice]> {
    questions
        .filter(|question| question.kind.scored())
        .filter_map(|question| match &question.task {
            Task::Choose { options, many: false } if options.len() > 1 => Some(options.as_slice()),
            _ => None,
        })
        .collect()
}

/// How a way to guess fares.
#[derive(Debug, PartialEq, Eq)]
struct Fared {
    /// Questions in which it points at one option.
    points: usize,
    /// Those of them in which this option is right.
    right: usize,
    /// How many chance would make right, rounded.
    expected: usize,
    /// How many chance still explains.
    limit: usize,
}

fn fare(bank: &[&[Choice]], habit: fn(&[Choice], usize) -> usize) -> Fared {
    let mut sizes = Vec::new();
    let mut right = 0;
    for options in bank {
        let marks: Vec<usize> = (0..options.len()).map(|at| habit(options, at)).collect();
        let most = marks.iter().max().copied().unwrap_or(0);
        let mut best = marks.iter().enumerate().filter(|(_, mark)| **mark == most);
        if let (Some((at, _)), None) = (best.next(), best.next()) {
            sizes.push(options.len());
            right += usize::from(options.get(at).is_some_and(|option| option.correct));
        }
    }
    let (limit, expected) = chance(sizes.iter().copied());
    Fared { points: sizes.len(), right, expected, limit }
}

/// How many parts a question of its kind has.
pub fn parts(question: &Question, place: &Place, problems: &mut Vec<Problem>) {
    let (count, what) = match &question.task {
        Task::Choose { options, .. } => (options.len(), "options"),
        Task::Order { steps } => (steps.len(), "steps"),
        Task::Match { pairs } => (pairs.len(), "pairs"),
        Task::SpotLine { .. } | Task::ShortText { .. } => return,
    };
    let (least, most) = question.kind.parts();
    if !(least..=most).contains(&count) {
        let many = if least == most { format!("{least}") } else { format!("{least} to {most}") };
        let help = format!("a question of kind `{}` has {many}", question.kind.name());
        problems.push(warning(place.clone(), "Q016", format!("`{}` has {count} {what}", question.id), help));
    }
}

/// The habits of one quiz.
pub fn of_quiz(questions: &[Question], path: &str, problems: &mut Vec<Problem>) {
    let bank = bank(questions.iter());
    if bank.len() < BANK {
        return;
    }
    let (limit, expected) = chance(bank.iter().map(|options| options.len()));
    for (code, what, habit) in FEW {
        let right = fare(&bank, habit).right;
        if right > limit {
            let message = format!("in {right} of {} questions {what} is the right one", bank.len());
            let more = right - expected;
            let help = format!("chance would make it {expected}, which is {more} fewer; more than {limit} gives the answers away");
            problems.push(warning(Place::file(path), code, message, help));
        }
    }
}

/// The habits of all quizzes together.
pub fn of_course(parsed: &[Parsed], path: &str, problems: &mut Vec<Problem>) {
    let bank = bank(parsed.iter().flat_map(|parsed| &parsed.quiz.questions));
    let all = bank.len();
    for (what, habit) in MANY {
        let Fared { points, right, expected, limit } = fare(&bank, habit);
        if points >= BANK && right > limit && (right - expected) * 100 > all * GAIN {
            let message = format!("over all quizzes {what} is the right one {right} times of {points}");
            let gain = right - expected;
            let help = format!("chance would make it {expected}: who knows nothing wins {gain} of {all} questions by it");
            problems.push(warning(Place::file(path), "Q014", message, help));
        }
    }
}

/// Which kinds of question a factor lacks that a lesson is about.
pub fn kinds(files: &Files, parsed: &[Parsed], problems: &mut Vec<Problem>) {
    let questions = || parsed.iter().flat_map(|parsed| &parsed.quiz.questions);
    let mut seen = Vec::new();
    for Parsed { lesson, place, .. } in parsed {
        let Some(factor) = lesson.factor.filter(|factor| !seen.contains(factor)) else { continue };
        seen.push(factor);
        let asked: Vec<Kind> =
            questions().filter(|question| question.factor == Some(factor)).map(|question| question.kind).collect();
        let missing: Vec<&str> = Kind::ALL.into_iter().filter(|kind| !asked.contains(kind)).map(Kind::name).collect();
        if !missing.is_empty() {
            let message =
                format!("factor {} {} is never asked about by {}", numeral(factor), factor_name(factor), missing.join(", "));
            let help = "each kind of question trains something else; it may stand in any quiz, with this `factor`".to_owned();
            problems.push(warning(field(files, &place.path, "factor"), "Q013", message, help));
        }
    }
}

/// How many hits chance still explains (its mean and two standard deviations), and the mean, rounded.
fn chance(sizes: impl Iterator<Item = usize>) -> (usize, usize) {
    let (mut mean, mut variance) = (0.0, 0.0);
    for size in sizes {
        let p = 1.0 / f64::from(u32::try_from(size.max(1)).unwrap_or(u32::MAX));
        mean += p;
        variance += p * (1.0 - p);
    }
    let whole =
        |x: f64| (0..usize::from(u16::MAX)).find(|&n| f64::from(u32::try_from(n).unwrap_or(u32::MAX)) + 1.0 > x).unwrap_or(0);
    (whole(mean + 2.0 * variance.sqrt()), whole(mean + 0.5))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;
    use crate::domain::doc::Rich;
    use crate::domain::id::OptionId;

    fn options(texts: &[&str], right: usize) -> Vec<Choice> {
        let choice = |(at, text): (usize, &&str)| Choice {
            id: OptionId::new(&at.to_string()).unwrap(),
            text: Rich::plain(text),
            correct: at == right,
            why: Rich::default(),
        };
        texts.iter().enumerate().map(choice).collect()
    }

    #[test]
    fn chance_leaves_room_for_two_deviations() {
        assert_eq!(chance(std::iter::repeat_n(4, 8)), (4, 2));
        assert_eq!(chance(std::iter::repeat_n(4, 20)), (8, 5));
        assert_eq!(chance(std::iter::repeat_n(2, 10)), (8, 5));
    }

    #[test]
    fn a_habit_counts_only_where_one_option_stands_out() {
        let colon = MANY[4].1;
        let (one, none, two) = (options(&["a: b", "c", "d", "e"], 0), options(&["a", "b"], 0), options(&["a:", "b:"], 0));
        let bank: Vec<&[Choice]> = [&one, &one, &none, &two].map(Vec::as_slice).to_vec();
        assert_eq!(fare(&bank, colon), Fared { points: 2, right: 2, expected: 1, limit: 1 });
        assert_eq!(fare(&bank, LONGEST).points, 2);
        assert_eq!(fare(&bank, FIRST), Fared { points: 4, right: 4, expected: 2, limit: 3 });
        let hedged = options(&["It may happen, often", "It always happens", "It never does"], 0);
        assert_eq!((fare(&[&hedged], MANY[6].1).right, fare(&[&hedged], MANY[7].1).right), (1, 1));
    }
}
