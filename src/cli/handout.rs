//! `twelvefold handout`: lessons on paper, the questions open on one sheet and answered on another.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use clap::ValueEnum;
use ratatui::style::Color;

use super::course::{self, Failure, shown};
use super::export::deliver;
use super::out::Out;
use super::read::colour;
use super::settings::Settings;
use crate::content::baked;
use crate::domain::code::Role;
use crate::domain::course::{Course, Entry, Lesson};
use crate::domain::id::QuestionId;
use crate::domain::quiz::Quiz;
use crate::domain::track::{Step, Track};
use crate::exchange::handout::{Chosen, Counts, Excerpt, GENERATOR, Handout, Ink, Sheet, class};
use crate::ui::ink::{self, Theme};
use crate::ui::palette::Palette;

/// Bytes at the beginning of a sheet in which it says whose it is.
const BEGINNING: u64 = 1024;

/// What the sheets are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum To {
    /// Pages for a browser, which prints them well and makes a PDF of them
    #[default]
    #[value(alias = "pdf", alias = "print-html")]
    Html,
    /// For a wiki or an editor
    Markdown,
}

/// What to hand out.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// Which lessons or tracks, in this order; without one, the whole course
    #[arg(value_name = "LESSON|TRACK")]
    lessons: Vec<String>,
    /// What to write it in
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    to: To,
    /// The folder to write it to; made when it is not there
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace files that are in the way, even when they are no sheets of twelvefold
    #[arg(long)]
    force: bool,
}

/// Writes the sheets and says what was written.
///
/// # Errors
/// When there is no such lesson, when files are in the way, or when the course or the output fails.
pub fn handout(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let lessons = chosen(&course, &wish.lessons)?;
    let texts: Vec<&Lesson> = lessons.iter().filter_map(|chosen| course.lesson(chosen.at)).collect();
    let quizzes: Vec<&Quiz> = lessons.iter().filter_map(|chosen| course.quiz(chosen.at)).collect();
    let mut palette = Palette::new(baked::colours());
    let code = texts.iter().flat_map(|lesson| lesson.code()).chain(quizzes.iter().flat_map(|quiz| quiz.code()));
    colour(code, &mut palette);
    let colours = |language: &str, text: &str| palette.get(language, text).unwrap_or_default();
    let handout = Handout { course: &course, lessons, colours: &colours, inks: inks() };

    let ending = if wish.to == To::Html { "html" } else { "md" };
    let files = [("handout", Sheet::Lessons), ("answers", Sheet::Answers)]
        .map(|(name, sheet)| (wish.output.join(format!("{name}.{ending}")), sheet));
    if !wish.force {
        for (file, _) in &files {
            in_the_way(file)?;
        }
    }
    fs::create_dir_all(&wish.output).with_context(|| format!("the folder {} cannot be made", shown(&wish.output)))?;
    let mut out = Out::stdout(settings);
    for (file, sheet) in &files {
        let text = match wish.to {
            To::Html => handout.html(*sheet),
            To::Markdown => handout.markdown(*sheet),
        };
        deliver(settings, Some(file), |write| write(text.as_bytes()))?;
        let what = match sheet {
            Sheet::Lessons => said(handout.counts()),
            Sheet::Answers => "the answers to them, with every why".to_owned(),
        };
        out.line(&format!("{}: {what}", shown(file)))?;
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// What is meant, each lesson once, in the order in which it was first named. A track stands for the lessons that it leads through,
/// and for the pairs and questions that it takes from others.
fn chosen(course: &Course, names: &[String]) -> Result<Vec<Chosen>, Failure> {
    let mut chosen = Vec::new();
    if names.is_empty() {
        (0..course.map.len()).for_each(|at| add(&mut chosen, at, None));
    }
    for name in names {
        let lesson = course.map.iter().any(|entry| entry.id.as_str() == name);
        match course.tracks().iter().find(|track| !lesson && track.id.as_str() == name) {
            Some(track) => add_track(course, track, &mut chosen),
            None => add(&mut chosen, course::find(course, name)?, None),
        }
    }
    Ok(chosen)
}

fn add_track(course: &Course, track: &Track, chosen: &mut Vec<Chosen>) {
    let home = |id: &QuestionId| {
        let listed = |entry: &Entry| {
            entry.questions.iter().any(|question| &question.id == id) || entry.interview.iter().any(|spoken| &spoken.id == id)
        };
        course.map.iter().position(listed)
    };
    for step in &track.steps {
        match step {
            Step::Lesson(id, _) => course.index_of(id).into_iter().for_each(|at| add(chosen, at, None)),
            Step::Pair(id) => {
                if let Some((at, _)) = course.pair(id) {
                    add(chosen, at, Some(Excerpt { pairs: BTreeSet::from([id.clone()]), ..Excerpt::default() }));
                }
            }
            Step::Questions(ids) | Step::Interview(ids) => {
                for (at, id) in ids.iter().filter_map(|id| Some((home(id)?, id))) {
                    add(chosen, at, Some(Excerpt { questions: BTreeSet::from([id.clone()]), ..Excerpt::default() }));
                }
            }
        }
    }
}

/// Adds a lesson, or a part of it where not all of it is there already.
fn add(chosen: &mut Vec<Chosen>, at: usize, part: Option<Excerpt>) {
    match (chosen.iter_mut().find(|known| known.at == at), part) {
        (None, only) => chosen.push(Chosen { at, only }),
        (Some(known), None) => known.only = None,
        (Some(Chosen { only: None, .. }), Some(_)) => {}
        (Some(Chosen { only: Some(known), .. }), Some(more)) => {
            known.pairs.extend(more.pairs);
            known.questions.extend(more.questions);
        }
    }
}

fn said(Counts { lessons, pairs, questions }: Counts) -> String {
    let count = |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    [count(lessons, "lesson"), count(pairs, "pair"), count(questions, "open question"), "the cheat sheet".into()].join(", ")
}

/// Refuses a file that somebody else made.
fn in_the_way(file: &Path) -> Result<(), Failure> {
    if fs::symlink_metadata(file).is_err() {
        return Ok(());
    }
    let mut beginning = Vec::new();
    let read = fs::metadata(file).is_ok_and(|about| about.is_file())
        && File::open(file).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning)).is_ok();
    if read && String::from_utf8_lossy(&beginning).contains(GENERATOR) {
        return Ok(());
    }
    let help = "choose another folder, or replace it with --force";
    Err(anyhow!("{} is there already and is no sheet of twelvefold: {help}", shown(file)).into())
}

/// The colours of the screen, for paper.
fn inks() -> Vec<Ink> {
    use Role::{Added, Comment, Constant, Function, Key, Keyword, Removed, String, Type, Variable};
    let roles = [Comment, Keyword, String, Constant, Function, Type, Key, Variable, Added, Removed];
    let code = roles.into_iter().filter_map(|role| Some((class(role)?, ink::Ink::Role(role))));
    let others = [("good-ink", ink::Ink::Good), ("bad-ink", ink::Ink::Bad), ("link", ink::Ink::Link), ("accent", ink::Ink::Accent)];
    let number = |theme: Theme, ink| match theme.style(ink).fg {
        Some(Color::Rgb(r, g, b)) => u32::from_be_bytes([0, r, g, b]),
        _ => 0,
    };
    code.chain(others).map(|(name, ink)| Ink { name, light: number(Theme::Light, ink), dark: number(Theme::Dark, ink) }).collect()
}
