//! The book of a class for spreadsheets, programs and wikis.

use serde::Serialize;

use super::handin::date;
use super::markdown::plain;
use super::table::text;
use crate::domain::course::{Course, numeral};
use crate::domain::gradebook::items::{Flag, Item};
use crate::domain::gradebook::{Gradebook, Learner, Score, questions};
use crate::domain::id::QuestionId;

/// A book, what its questions are worth, and the hand-ins that are not in it.
#[derive(Debug)]
pub struct Report<'c> {
    /// The course.
    pub course: &'c Course,
    /// The book.
    pub book: Gradebook,
    /// The questions.
    pub items: Vec<Item>,
    /// Files that were refused, and why.
    pub refused: Vec<(String, String)>,
}

/// Which of its tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// A row for each learner.
    Learners,
    /// A row for each question.
    Questions,
    /// A row for each thing that was answered to a question.
    Options,
}

/// A row for each learner, with a column for each factor and lesson.
struct Columns<'c> {
    all: Vec<&'c QuestionId>,
    /// `factor-3`, `config`, and the questions.
    groups: Vec<(String, Vec<&'c QuestionId>)>,
}

impl<'c> Columns<'c> {
    fn of(course: &'c Course) -> Self {
        let factors = (1..=12_u8).map(|factor| (format!("factor-{factor}"), questions(course, |_, about| about == Some(factor))));
        let lessons = course.map.iter().enumerate().map(|(at, entry)| (entry.id.to_string(), questions(course, |of, _| of == at)));
        Self {
            all: questions(course, |_, _| true),
            groups: factors.chain(lessons).filter(|(_, questions)| !questions.is_empty()).collect(),
        }
    }
}

/// A share as a number that spreadsheets and people read alike.
fn share(value: f64) -> String {
    format!("{value:.4}")
}

fn maybe(value: Option<f64>) -> String {
    value.map(share).unwrap_or_default()
}

/// A table of the report for a spreadsheet.
///
/// # Errors
/// Never, unless memory ends.
pub fn csv(report: &Report<'_>, table: Table) -> Result<String, csv::Error> {
    let names = |by: &[usize]| {
        let names: Vec<&str> = by.iter().filter_map(|at| report.book.learners.get(*at)).map(|one| one.name.as_str()).collect();
        text(&names.join("; "))
    };
    let rows = match table {
        Table::Learners => learner_rows(report),
        Table::Questions => {
            let head = ["question", "lesson", "kind", "count", "right", "mean", "discrimination", "remarks"];
            let row = |item: &Item| {
                let lesson = report.course.map.get(item.lesson).map(|entry| entry.id.to_string()).unwrap_or_default();
                vec![
                    item.question.to_string(),
                    lesson,
                    item.kind.name().to_owned(),
                    item.count.to_string(),
                    share(item.difficulty),
                    share(item.mean),
                    maybe(item.discrimination),
                    remarks(item).join(", "),
                ]
            };
            std::iter::once(head.map(str::to_owned).to_vec()).chain(report.items.iter().map(row)).collect()
        }
        Table::Options => {
            let head = ["question", "option", "text", "is_right", "count", "share", "upper_third", "lower_third", "by"];
            let rows = report.items.iter().flat_map(|item| {
                item.drawn.iter().map(|drawn| {
                    vec![
                        item.question.to_string(),
                        text(&drawn.id),
                        text(&drawn.label),
                        drawn.right.to_string(),
                        drawn.by.len().to_string(),
                        share(drawn.share),
                        maybe(drawn.upper),
                        maybe(drawn.lower),
                        names(&drawn.by),
                    ]
                })
            });
            std::iter::once(head.map(str::to_owned).to_vec()).chain(rows).collect::<Vec<_>>()
        }
    };
    super::table::written(&rows)
}

/// The remarks on a question, in words.
#[must_use]
pub fn remarks(item: &Item) -> Vec<&'static str> {
    item.flags.iter().copied().map(Flag::name).collect()
}

fn learner_rows(report: &Report<'_>) -> Vec<Vec<String>> {
    let columns = Columns::of(report.course);
    let mut head: Vec<String> =
        ["name", "profile", "answers", "questions", "first", "best", "last_day", "hand_ins", "also"].map(str::to_owned).to_vec();
    head.extend(columns.groups.iter().flat_map(|(name, _)| ["tried", "first", "best"].map(|what| format!("{name} {what}"))));
    let row = |learner: &Learner| {
        let all = learner.score(columns.all.iter().copied());
        let also: Vec<&str> = learner.also.iter().map(crate::domain::text::SafeText::as_str).collect();
        let mut row = vec![
            text(learner.name.as_str()),
            learner.profile.clone().unwrap_or_default(),
            learner.answers().to_string(),
            all.map_or(0, |score| score.tried).to_string(),
            maybe(all.map(|score| score.first)),
            maybe(all.map(|score| score.best)),
            learner.last.map(date).unwrap_or_default(),
            learner.files.len().to_string(),
            text(&also.join("; ")),
        ];
        for (_, questions) in &columns.groups {
            let score = learner.score(questions.iter().copied());
            let tried = score.map_or(0, |score| score.tried);
            row.extend([tried.to_string(), maybe(score.map(|score| score.first)), maybe(score.map(|score| score.best))]);
        }
        row
    };
    std::iter::once(head).chain(report.book.learners.iter().map(row)).collect()
}

#[derive(Serialize)]
struct BookJson<'r> {
    format: &'static str,
    version: u32,
    course: &'r str,
    course_version: &'r str,
    learners: Vec<LearnerJson<'r>>,
    lessons: Vec<GroupJson>,
    questions: Vec<ItemJson<'r>>,
    refused: Vec<RefusedJson<'r>>,
}

#[derive(Serialize)]
struct LearnerJson<'r> {
    name: &'r str,
    profile: Option<&'r str>,
    also: Vec<&'r str>,
    files: &'r [String],
    answers: usize,
    questions: usize,
    first: Option<f64>,
    best: Option<f64>,
    last_day: Option<String>,
    groups: Vec<GroupJson>,
}

/// A lesson or a factor. For a class `tried` counts learners, for a learner questions.
#[derive(Serialize)]
struct GroupJson {
    group: String,
    tried: usize,
    first: f64,
    best: f64,
}

#[derive(Serialize)]
struct ItemJson<'r> {
    question: &'r str,
    lesson: &'r str,
    kind: &'static str,
    count: usize,
    right: f64,
    mean: f64,
    discrimination: Option<f64>,
    remarks: Vec<&'static str>,
    options: Vec<DrawnJson<'r>>,
}

#[derive(Serialize)]
struct DrawnJson<'r> {
    option: &'r str,
    text: &'r str,
    is_right: bool,
    share: f64,
    upper_third: Option<f64>,
    lower_third: Option<f64>,
    by: Vec<&'r str>,
}

#[derive(Serialize)]
struct RefusedJson<'r> {
    file: &'r str,
    why: &'r str,
}

fn group(name: &str, score: Option<Score>) -> Option<GroupJson> {
    score.map(|Score { tried, first, best }| GroupJson { group: name.to_owned(), tried, first, best })
}

/// The whole report for programs.
///
/// # Errors
/// Never, unless memory ends.
pub fn json(report: &Report<'_>) -> serde_json::Result<String> {
    let columns = Columns::of(report.course);
    let learners = &report.book.learners;
    let learner = |one: &'_ Learner| {
        let all = one.score(columns.all.iter().copied());
        let groups = columns.groups.iter().filter_map(|(name, questions)| group(name, one.score(questions.iter().copied())));
        (all, groups.collect::<Vec<_>>())
    };
    let book = BookJson {
        format: "twelvefold-gradebook",
        version: 1,
        course: report.course.id.as_str(),
        course_version: report.course.version.as_str(),
        learners: learners
            .iter()
            .map(|one| {
                let (all, groups) = learner(one);
                LearnerJson {
                    name: one.name.as_str(),
                    profile: one.profile.as_deref(),
                    also: one.also.iter().map(crate::domain::text::SafeText::as_str).collect(),
                    files: &one.files,
                    answers: one.answers(),
                    questions: all.map_or(0, |score| score.tried),
                    first: all.map(|score| score.first),
                    best: all.map(|score| score.best),
                    last_day: one.last.map(date),
                    groups,
                }
            })
            .collect(),
        lessons: columns.groups.iter().filter_map(|(name, questions)| group(name, report.book.score(questions))).collect(),
        questions: report
            .items
            .iter()
            .map(|item| ItemJson {
                question: item.question.as_str(),
                lesson: report.course.map.get(item.lesson).map_or("", |entry| entry.id.as_str()),
                kind: item.kind.name(),
                count: item.count,
                right: item.difficulty,
                mean: item.mean,
                discrimination: item.discrimination,
                remarks: remarks(item),
                options: item
                    .drawn
                    .iter()
                    .map(|drawn| DrawnJson {
                        option: &drawn.id,
                        text: &drawn.label,
                        is_right: drawn.right,
                        share: drawn.share,
                        upper_third: drawn.upper,
                        lower_third: drawn.lower,
                        by: drawn.by.iter().filter_map(|at| learners.get(*at)).map(|one| one.name.as_str()).collect(),
                    })
                    .collect(),
            })
            .collect(),
        refused: report.refused.iter().map(|(file, why)| RefusedJson { file, why }).collect(),
    };
    Ok(serde_json::to_string_pretty(&book)? + "\n")
}

/// Whole percent, or a dash.
#[must_use]
pub fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{:.0} %", value * 100.0))
}

/// A correlation with its sign, or a dash.
#[must_use]
pub fn signed(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:+.2}"))
}

/// The whole report as Markdown.
#[must_use]
pub fn markdown(report: &Report<'_>) -> String {
    let (course, book) = (report.course, &report.book);
    let cell = |words: &str| plain(words).replace('|', "\\|");
    let all = questions(course, |_, _| true);
    let mut out = format!("# {}: gradebook\n\n## Learners\n\n", plain(course.title.as_str()));
    out += &table(
        &["Name", "Answers", "Questions", "First try", "Best", "Last day"],
        book.learners.iter().map(|learner| {
            let score = learner.score(all.iter().copied());
            vec![
                cell(learner.name.as_str()),
                learner.answers().to_string(),
                format!("{} of {}", score.map_or(0, |score| score.tried), all.len()),
                percent(score.map(|score| score.first)),
                percent(score.map(|score| score.best)),
                learner.last.map(date).unwrap_or_default(),
            ]
        }),
    );
    let about = |factor: u8| questions(course, |_, about| about == Some(factor));
    let asked: Vec<u8> = (1..=12).filter(|factor| !about(*factor).is_empty()).collect();
    for (title, of) in
        [("First try, by factor", (|score| score.first) as fn(Score) -> f64), ("Best, by factor", |score| score.best)]
    {
        out += &format!("\n## {title}\n\n");
        let head: Vec<&str> = std::iter::once("Name").chain(asked.iter().map(|factor| numeral(*factor))).collect();
        out += &table(
            &head,
            book.learners.iter().map(|learner| {
                let factors = asked.iter().map(|factor| percent(learner.score(about(*factor)).map(of)));
                std::iter::once(cell(learner.name.as_str())).chain(factors).collect()
            }),
        );
    }
    out += "\n## The class, by lesson\n\n";
    out += &table(
        &["Lesson", "Learners", "First try", "Best"],
        course.map.iter().enumerate().filter_map(|(at, entry)| {
            let score = book.score(&questions(course, |of, _| of == at))?;
            let title = format!("{} {}", entry.factor.map_or("", numeral), entry.title);
            Some(vec![cell(title.trim()), score.tried.to_string(), percent(Some(score.first)), percent(Some(score.best))])
        }),
    );
    out += "\n## Questions\n\n";
    out += &table(
        &["Question", "Learners", "Right", "Mean", "Discrimination", "Remarks"],
        report.items.iter().map(|item| {
            vec![
                format!("`{}`", item.question),
                item.count.to_string(),
                percent(Some(item.difficulty)),
                percent(Some(item.mean)),
                signed(item.discrimination),
                remarks(item).join(", "),
            ]
        }),
    );
    out += "\n## What was answered\n";
    for item in &report.items {
        out += &format!("\n### `{}`\n\n", item.question);
        out += &table(
            &["", "Answer", "All", "Upper third", "Lower third"],
            item.drawn.iter().map(|drawn| {
                let sign = if drawn.right { "✓" } else { "✗" };
                vec![sign.to_owned(), cell(&drawn.label), percent(Some(drawn.share)), percent(drawn.upper), percent(drawn.lower)]
            }),
        );
    }
    if !report.refused.is_empty() {
        out += "\n## Not taken\n\n";
        out += &table(&["File", "Why"], report.refused.iter().map(|(file, why)| vec![cell(file), cell(why)]));
    }
    out
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rows: String = rows.map(|cells| line(&cells)).collect();
    format!("{}|{}\n{rows}", line(&head), " --- |".repeat(head.len()))
}
