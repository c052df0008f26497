//! `twelvefold progress`: what was read and answered, for people and, as JSON, for programs.

use std::process::ExitCode;

use serde::Serialize;

use super::course::{self, Failure};
use super::data;
use super::list::{cell, print_json, widest};
use super::out::Out;
use super::settings::Settings;
use crate::domain::course::{Course, Entry, numeral};
use crate::domain::id::PassageId;
use crate::domain::progress::{LessonProgress, Progress};
use crate::domain::time::Day;

/// Prints the progress in the course.
///
/// # Errors
/// When the course, the store or the output fails.
pub fn progress(settings: &Settings, json: bool) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let progress = data::progress(settings)?;
    let mut out = Out::stdout(settings);
    print(&course, &progress, data::today(settings), json, &mut out)?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Where a learner stands in a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Never opened.
    New,
    /// Opened, not read to the end.
    Reading,
    /// Read to the end, its quiz not taken.
    Read,
    /// In the middle of its quiz.
    Quiz,
    /// Read to the end, and its quiz, if it has one, taken.
    Done,
}

impl State {
    fn of(entry: &Entry, progress: Option<&LessonProgress>) -> Self {
        let Some(progress) = progress else { return Self::New };
        if progress.sitting.as_ref().is_some_and(|sitting| !sitting.complete()) {
            Self::Quiz
        } else if !progress.finished {
            Self::Reading
        } else if progress.quiz.is_some() || entry.quiz().next().is_none() {
            Self::Done
        } else {
            Self::Read
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reading => "reading",
            Self::Read => "read",
            Self::Quiz => "quiz",
            Self::Done => "done",
        }
    }
}

#[derive(Serialize)]
struct Listing<'c> {
    answers: u64,
    lessons: Vec<Row<'c>>,
}

#[derive(Serialize)]
struct Row<'c> {
    id: &'c str,
    state: State,
    place: Option<Place<'c>>,
    attempts: u32,
    best: Option<f64>,
    last: Option<f64>,
    mastery: Option<f64>,
}

#[derive(Serialize)]
struct Place<'c> {
    passage: Option<&'c str>,
    percent: u8,
}

/// Writes what `progress` says of the lessons of `course`.
///
/// # Errors
/// When the output fails.
pub fn print(course: &Course, progress: &Progress, day: Day, json: bool, out: &mut Out) -> Result<(), Failure> {
    let rows: Vec<Row<'_>> = course.map.iter().map(|entry| row(entry, progress, day)).collect();
    if json {
        return print_json(&Listing { answers: progress.answers, lessons: rows }, out);
    }
    let titles = widest(course.map.iter().map(|entry| entry.title.as_str()).chain(["LESSON"]));
    out.line(&format!("      {}  STATE    READ  QUIZ  BEST  KNOWN", cell("LESSON", titles)))?;
    for (entry, row) in course.map.iter().zip(&rows) {
        let read =
            if matches!(row.state, State::New) { None } else { row.place.as_ref().map(|place| f64::from(place.percent) / 100.0) };
        out.line(&format!(
            "{:>4}  {}  {:<7}  {}  {}  {}  {}",
            entry.factor.map_or("", numeral),
            cell(entry.title.as_str(), titles),
            row.state.name(),
            percent(read),
            percent(row.last),
            percent(row.best),
            percent(row.mastery.filter(|_| row.state != State::New)),
        ))?;
    }
    let answers = if progress.answers == 1 { "1 answer".to_owned() } else { format!("{} answers", progress.answers) };
    let done = rows.iter().filter(|row| row.state == State::Done).count();
    out.line(&format!("\n{done} of {} lessons done, {answers} given", rows.len()))?;
    for (when, tally) in [("sure", progress.calibration.sure), ("not sure", progress.calibration.unsure)] {
        if let Some(share) = tally.share() {
            out.line(&format!("when {when}: {} of {} right, {:.0}%", tally.right, tally.all, share * 100.0))?;
        }
    }
    Ok(())
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "   -".to_owned(), |share| format!("{:>3.0}%", share * 100.0))
}

fn row<'c>(entry: &'c Entry, progress: &'c Progress, day: Day) -> Row<'c> {
    let lesson = progress.lessons.get(&entry.id);
    let quiz = lesson.and_then(|lesson| lesson.quiz);
    Row {
        id: entry.id.as_str(),
        state: State::of(entry, lesson),
        place: lesson
            .and_then(|lesson| lesson.place.as_ref())
            .map(|place| Place { passage: place.passage.as_ref().map(PassageId::as_str), percent: place.percent.min(100) }),
        attempts: quiz.map_or(0, |quiz| quiz.taken),
        best: quiz.map(|quiz| quiz.best),
        last: quiz.map(|quiz| quiz.last),
        mastery: progress.mastery(entry.quiz(), day),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::course::Listed;
    use crate::domain::event::ReadingPlace;
    use crate::domain::id::{LessonId, QuestionId};
    use crate::domain::kind::Kind;
    use crate::domain::late::Late;
    use crate::domain::progress::{QuizScores, Sitting};
    use crate::domain::text::SafeText;

    fn entry(questions: usize) -> Entry {
        Entry {
            id: LessonId::new("config").unwrap(),
            title: SafeText::new("Config"),
            factor: Some(3),
            words: 1,
            minutes: 1,
            pairs: Vec::new(),
            languages: Vec::new(),
            questions: (0..questions)
                .map(|n| Listed {
                    id: QuestionId::new(&format!("q{n}")).unwrap(),
                    kind: Kind::Single,
                    factor: Some(3),
                    revision: 1,
                    passage: None,
                })
                .collect(),
            interview: Late::default(),
            story: false,
            gist: SafeText::default(),
        }
    }

    #[test]
    fn the_state_follows_reading_and_quiz() {
        let q = |n: &str| QuestionId::new(n).unwrap();
        let sitting = |answered: &[&str]| Sitting {
            seed: 1,
            questions: vec![q("q0"), q("q1")],
            scores: answered.iter().map(|n| (q(n), 1.0)).collect::<BTreeMap<_, _>>(),
            part: false,
            hints: 0,
        };
        let scores = QuizScores { taken: 2, first: 0.2, best: 0.9, last: 0.5 };
        let opened = LessonProgress::default();
        let read = LessonProgress { finished: true, ..opened.clone() };
        for (questions, progress, state) in [
            (2, None, State::New),
            (2, Some(opened.clone()), State::Reading),
            (2, Some(LessonProgress { quiz: Some(scores), ..opened.clone() }), State::Reading),
            (2, Some(read.clone()), State::Read),
            (0, Some(read.clone()), State::Done),
            (2, Some(LessonProgress { sitting: Some(sitting(&["q0"])), ..read.clone() }), State::Quiz),
            (2, Some(LessonProgress { sitting: Some(sitting(&["q0", "q1"])), quiz: Some(scores), ..read }), State::Done),
        ] {
            assert_eq!(State::of(&entry(questions), progress.as_ref()), state, "{progress:?}");
        }
    }

    #[test]
    fn the_json_has_what_programs_look_for() {
        let place = ReadingPlace { passage: Some(PassageId::new("why").unwrap()), block: 1, offset: 2, percent: 42 };
        let lesson = LessonProgress {
            place: Some(place),
            quiz: Some(QuizScores { taken: 2, first: 0.2, best: 0.9, last: 0.5 }),
            ..LessonProgress::default()
        };
        let mut progress = Progress::default();
        progress.lessons.insert(LessonId::new("config").unwrap(), lesson);
        let entry = entry(2);
        let json = serde_json::to_value(row(&entry, &progress, Day(1))).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "id": "config", "state": "reading", "place": {"passage": "why", "percent": 42},
                "attempts": 2, "best": 0.9, "last": 0.5, "mastery": 0.0
            })
        );
        let json = serde_json::to_value(row(&entry, &Progress::default(), Day(1))).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "id": "config", "state": "new", "place": null, "attempts": 0, "best": null, "last": null, "mastery": 0.0
            })
        );
    }
}
