//! Questions from their files: the fields that each kind has, and what must hold between them.

use super::markdown::{self, Located};
use super::reader::{Object, Report, shorten};
use super::yaml::{Spot, Value};
use crate::domain::id::{LessonId, OptionId, PassageId, QuestionId};
use crate::domain::kind::{Form, Kind};
use crate::domain::quiz::{Choice, InterviewQuestion, Matched, Question, Seniority, Snippet, Step, Suspect, Task};
use crate::domain::text::SafeText;

/// The fields that only some kinds of question have.
pub const SPECIFIC: [&str; 9] = ["diff", "options", "lines", "elsewhere", "steps", "pairs", "answers", "near", "explain"];

/// The lesson that a question belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Home<'a> {
    /// Its id.
    pub lesson: &'a LessonId,
    /// Its factor.
    pub factor: Option<u8>,
}

/// A passage that a question points at, and where it says so.
pub type PassageRef = (LessonId, PassageId, Spot);

/// Reads one question. `None` when too much is missing to make one.
pub fn question(
    object: Object<'_>,
    home: Home<'_>,
    report: &mut Report<'_>,
    links: &mut Vec<Located>,
    passages: &mut Vec<PassageRef>,
) -> Option<Question> {
    let id = QuestionId::new(&object.text("id")?).ok()?;
    let kind = Kind::named(&object.text("kind")?)?;
    check_fields(object, kind, report);
    let passage = passage(object, home.lesson, report)?;
    passages.push((passage.0.clone(), passage.1.clone(), object.get("passage")?.at));
    let prompt_at = object.get("prompt")?.at;
    let prompt = markdown::blocks(&object.text("prompt")?, with_length(prompt_at), report, links);
    let code = snippet(object);
    let hints = object.list("hints").iter().filter_map(|node| rich(node, report, links)).collect();
    let task = task(object, kind, code.as_ref(), report, links)?;
    let revision = revision(object);
    Some(Question { id, kind, revision, factor: factor(object).or(home.factor), passage, prompt, code, hints, task })
}

/// The revision of a question: the first when none is named.
fn revision(object: Object<'_>) -> u32 {
    object.int("revision").and_then(|n| u32::try_from(n).ok()).unwrap_or(1)
}

/// Reads one interview question.
pub fn interview(
    object: Object<'_>,
    home: Home<'_>,
    report: &mut Report<'_>,
    links: &mut Vec<Located>,
) -> Option<InterviewQuestion> {
    let level = object.text("level")?;
    Some(InterviewQuestion {
        id: QuestionId::new(&object.text("id")?).ok()?,
        revision: revision(object),
        level: Seniority::named(&level)?,
        factor: factor(object).or(home.factor),
        prompt: rich(object.get("prompt")?, report, links)?,
        points: object.list("points").iter().filter_map(|node| rich(node, report, links)).collect(),
        weak: rich(object.get("weak")?, report, links)?,
        follow_ups: object.list("follow_ups").iter().filter_map(|node| rich(node, report, links)).collect(),
    })
}

/// Reads a text of one paragraph.
pub fn rich(node: &super::yaml::Node, report: &mut Report<'_>, links: &mut Vec<Located>) -> Option<crate::domain::doc::Rich> {
    Some(markdown::line(&super::reader::as_text(node)?, with_length(node.at), report, links))
}

/// A spot that stands for a whole YAML text: inside it columns are not known.
pub fn with_length(at: Spot) -> Spot {
    Spot { length: at.length.max(1), ..at }
}

/// The factor field, when it is one.
pub fn factor(object: Object<'_>) -> Option<u8> {
    object.int("factor").and_then(|n| u8::try_from(n).ok()).filter(|n| (1..=12).contains(n))
}

fn check_fields(object: Object<'_>, kind: Kind, report: &mut Report<'_>) {
    for name in kind.needs() {
        if object.get(name).is_none() && !report.misspelt(name) {
            report.error(object.at, "Q001", format!("a question of kind `{}` needs `{name}`", kind.name()), None);
        }
    }
    for name in SPECIFIC {
        if object.get(name).is_some() && !kind.has(name) {
            report.error(object.key(name), "Q002", format!("a question of kind `{}` has no `{name}`", kind.name()), None);
        }
    }
}

fn passage(object: Object<'_>, lesson: &LessonId, report: &mut Report<'_>) -> Option<(LessonId, PassageId)> {
    let node = object.get("passage")?;
    let text = object.text("passage")?;
    let (named, passage) = text.split_once('#').map_or((None, text.as_str()), |(lesson, passage)| (Some(lesson), passage));
    match (named.map(LessonId::new).transpose(), PassageId::new(passage)) {
        (Ok(named), Ok(passage)) => Some((named.unwrap_or_else(|| lesson.clone()), passage)),
        _ => {
            report.error(
                node.at,
                "I001",
                format!("`{}` names no passage", shorten(&text)),
                Some("PASSAGE, or LESSON#PASSAGE".into()),
            );
            None
        }
    }
}

fn snippet(object: Object<'_>) -> Option<Snippet> {
    if let Some(diff) = object.text("diff") {
        return Some(Snippet { file: SafeText::new("the change"), language: "diff".into(), text: code_text(&diff) });
    }
    let code = object.object("code")?;
    Some(Snippet {
        file: SafeText::new(&code.text("file")?),
        language: code.text("language")?,
        text: code_text(&code.text("text")?),
    })
}

/// Code without the line end that closes it.
#[must_use]
pub fn code_text(text: &str) -> SafeText {
    SafeText::new(text.trim_end_matches(['\n', '\r']))
}

fn task(object: Object<'_>, kind: Kind, code: Option<&Snippet>, report: &mut Report<'_>, links: &mut Vec<Located>) -> Option<Task> {
    match kind.form() {
        Form::One | Form::Several => choose(object, kind, report, links),
        Form::Lines => spot_line(object, code?, report, links),
        Form::Order => {
            let mut ids = Vec::new();
            let steps: Vec<Step> = object
                .objects("steps")
                .filter_map(|step| {
                    Some(Step {
                        id: part_id(step, &mut ids, report)?,
                        text: rich(step.get("text")?, report, links)?,
                        why: rich(step.get("why")?, report, links)?,
                    })
                })
                .collect();
            (steps.len() > 1).then_some(Task::Order { steps })
        }
        Form::Match => {
            let mut ids = Vec::new();
            let mut rights: Vec<String> = Vec::new();
            let pairs: Vec<Matched> = object
                .objects("pairs")
                .filter_map(|pair| {
                    let right = pair.text("right")?;
                    if rights.contains(&same(&right)) {
                        let help = "each right side belongs to one left side".to_owned();
                        report.error(pair.get("right")?.at, "Q005", format!("`{}` stands here twice", shorten(&right)), Some(help));
                    }
                    rights.push(same(&right));
                    Some(Matched {
                        id: part_id(pair, &mut ids, report)?,
                        left: rich(pair.get("left")?, report, links)?,
                        right: rich(pair.get("right")?, report, links)?,
                        why: rich(pair.get("why")?, report, links)?,
                    })
                })
                .collect();
            (pairs.len() > 1).then_some(Task::Match { pairs })
        }
        Form::Words => {
            let answers: Vec<SafeText> =
                object.list("answers").iter().filter_map(super::reader::as_text).map(|text| SafeText::new(&text)).collect();
            for (node, answer) in object.list("answers").iter().zip(&answers) {
                if crate::domain::grade::normal(answer.as_str()).is_empty() {
                    report.error(node.at, "Q006", "this answer has no letter or digit to compare", None);
                }
            }
            let near = object
                .objects("near")
                .filter_map(|near| Some((SafeText::new(&near.text("text")?), rich(near.get("why")?, report, links)?)))
                .collect();
            Some(Task::ShortText { answers, near, explain: rich(object.get("explain")?, report, links)? })
        }
    }
}

/// What is left of a text when all is taken away that a learner does not see as another answer.
fn same(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").replace(['*', '`'], "").trim_end_matches(['.', '!', ' ']).to_owned()
}

fn part_id(object: Object<'_>, ids: &mut Vec<OptionId>, report: &mut Report<'_>) -> Option<OptionId> {
    let id = OptionId::new(&object.text("id")?).ok()?;
    if ids.contains(&id) {
        report.error(object.get("id")?.at, "I002", format!("`{id}` stands twice in this question"), None);
    }
    ids.push(id.clone());
    Some(id)
}

fn choose(object: Object<'_>, kind: Kind, report: &mut Report<'_>, links: &mut Vec<Located>) -> Option<Task> {
    let mut ids = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    let options: Vec<Choice> = object
        .objects("options")
        .filter_map(|option| {
            let text = option.text("text")?;
            let at = option.get("text")?.at;
            let words = same(&text);
            if texts.contains(&words) {
                let help = "marks, case, spaces and the full stop at the end make no difference".to_owned();
                report.error(at, "Q005", format!("`{}` stands here twice", shorten(&text)), Some(help));
            }
            let openings = kind.openings();
            if !openings.is_empty() && !openings.iter().any(|opening| text.starts_with(opening)) {
                let begin = openings.iter().map(|opening| format!("`{opening}`")).collect::<Vec<_>>().join(" or ");
                report.error(at, "Q007", format!("an option of a {} begins with {begin}", kind.name()), None);
            }
            texts.push(words);
            Some(Choice {
                id: part_id(option, &mut ids, report)?,
                text: rich(option.get("text")?, report, links)?,
                correct: option.flag("correct"),
                why: rich(option.get("why")?, report, links)?,
            })
        })
        .collect();
    let right = options.iter().filter(|option| option.correct).count();
    let at = object.key("options");
    let many = kind.form() == Form::Several;
    let marked = |option: Object<'_>| option.get("correct").is_none_or(|node| matches!(node.value, Value::Bool(_)));
    if !object.objects("options").all(marked) {
        return Some(Task::Choose { options, many });
    }
    if many && (right < 2 || right == options.len()) {
        report.error(
            at,
            "Q003",
            format!("{right} of {} options {} right", options.len(), if right == 1 { "is" } else { "are" }),
            Some("two or more are right, and one or more wrong".into()),
        );
    }
    if !many && right != 1 {
        let help = "mark exactly one with `correct: true`, or make it `kind: multiple`".to_owned();
        report.error(at, "Q003", format!("{right} options are right"), Some(help));
    }
    Some(Task::Choose { options, many })
}

fn spot_line(object: Object<'_>, code: &Snippet, report: &mut Report<'_>, links: &mut Vec<Located>) -> Option<Task> {
    let mut lines: Vec<Suspect> = Vec::new();
    for line in object.objects("lines") {
        let at = line.get("at")?;
        let (Some(index), Some(why)) = (find_line(code.text.as_str(), &line.text("at")?, at.at, report), line.get("why")) else {
            continue;
        };
        if lines.iter().any(|known| known.line == index) {
            report.error(at.at, "Q005", "something is said about this line already", None);
        }
        lines.push(Suspect { line: index, correct: line.flag("correct"), why: rich(why, report, links)? });
    }
    if !lines.iter().any(|line| line.correct) {
        report.error(object.key("lines"), "Q003", "no line is right", Some("mark one or more with `correct: true`".into()));
    }
    Some(Task::SpotLine { lines, elsewhere: rich(object.get("elsewhere")?, report, links)? })
}

/// The one line of `text` that has `piece` in it, from 0.
pub fn find_line(text: &str, piece: &str, at: Spot, report: &mut Report<'_>) -> Option<usize> {
    let clean = SafeText::new(piece.trim_end());
    let mut found = text.lines().enumerate().filter(|(_, line)| line.contains(clean.as_str())).map(|(index, _)| index);
    match (found.next(), found.next()) {
        (Some(index), None) => Some(index),
        (None, _) => {
            report.error(at, "P001", format!("`{}` is on no line of the code", shorten(piece)), near_line(text, piece));
            None
        }
        (Some(first), Some(second)) => {
            let help = format!("it is on lines {} and {}; take a longer piece", first + 1, second + 1);
            report.error(at, "P001", format!("`{}` is on more than one line", shorten(piece)), Some(help));
            None
        }
    }
}

fn near_line(text: &str, piece: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| line.len() < 200).take(500).collect();
    let bare = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    if let Some(line) = lines.iter().find(|line| bare(line).contains(&bare(piece))) {
        return Some(format!("spaces and case count: did you mean `{}`?", shorten(line)));
    }
    super::reader::nearest(piece.get(..200).unwrap_or(piece).trim(), &lines)
        .map(|line| format!("did you mean `{}`?", shorten(line)))
}
