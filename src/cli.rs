//! The commands, and the place where everything meets: arguments and environment become settings, a course is opened, and
//! one function does the work.
//!
//! Exit codes: 0 fine, 1 the work failed, 2 wrong usage. Every command can stand in a pipe.

pub mod cheatsheet;
pub mod check;
pub mod class;
pub mod color;
pub mod course;
pub mod data;
pub mod doctor;
pub mod due;
pub mod export;
pub mod gradebook;
pub mod handin;
pub mod handout;
pub mod list;
pub mod log;
pub mod merge;
pub mod new;
pub mod out;
pub mod packs;
pub mod present;
pub mod progress;
pub mod read;
pub mod reset;
pub mod screens;
pub mod settings;
pub mod simulate;
pub mod tracks;
mod understand;
pub mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use self::cheatsheet::Format;
use self::course::Failure;
use self::out::Out;
use self::settings::{Environment, Options, Settings};
use crate::content::ahead;
use crate::domain::exam::{Paper, QUESTIONS};
use crate::domain::interview::{self, Wish};
use crate::domain::progress::Progress;
use crate::domain::quiz::Seniority;
use crate::ui::app::Start;

const USAGE: u8 = 2;

/// Learn the Twelve-Factor App: lessons, BAD/GOOD code pairs and quizzes in the terminal
#[derive(Debug, Default, Parser)]
#[command(
    name = "twelvefold",
    bin_name = "twelvefold",
    version,
    max_term_width = 100,
    after_help = "A LESSON is named by its id, its number, its numeral or a clear part of its title: config, 3, iii.\n\
                  Without a command the home screen opens. Exit codes: 0 fine, 1 the work failed, 2 wrong usage."
)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The commands that do nothing but open a screen.
#[derive(Debug, Subcommand)]
enum Screen {
    /// Open a lesson on the screen
    Open {
        /// Which lesson
        lesson: String,
    },
    /// Open the BAD/GOOD pairs of a lesson
    Compare {
        /// Which lesson
        lesson: String,
    },
    /// Take the quiz of a lesson
    Quiz {
        /// Which lesson
        lesson: String,
    },
    /// Review what is due today
    Review,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Screen(Screen),
    /// Take an exam: nothing is told before its end
    Exam {
        /// How many questions
        #[arg(long, value_name = "N", default_value_t = QUESTIONS, value_parser = clap::value_parser!(u16).range(1..=500))]
        questions: u16,
        /// Only about these factors, such as 3,6,9
        #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = clap::value_parser!(u8).range(1..=12))]
        factors: Vec<u8>,
        /// How long it may take
        #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(1..=600))]
        minutes: Option<u16>,
        /// The same paper as another exam of this seed
        #[arg(long, value_name = "NUMBER")]
        seed: Option<u64>,
    },
    /// Be interviewed: answer aloud, then tick what you said
    Interview {
        /// Ask about that lesson alone
        lesson: Option<String>,
        /// Ask questions of that level alone
        #[arg(long, value_parser = ["junior", "mid", "senior"])]
        level: Option<String>,
        /// How many questions to ask
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(interview::MAX_LENGTH)))]
        length: Option<u16>,
    },
    /// Print what is due, without opening a screen
    Due {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the lessons
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
        /// With every question
        #[arg(long)]
        questions: bool,
        /// Only the lessons of this track, in its order
        #[arg(long, value_name = "ID")]
        track: Option<String>,
    },
    /// List the packs that are laid over the course, and what is wrong with those that are not
    Packs {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the ways through the course, for one kind of learner each
    Tracks {
        /// As JSON, with every step
        #[arg(long)]
        json: bool,
    },
    /// Print a lesson with its pairs
    Read {
        /// Which lesson
        lesson: String,
        /// Columns to fill at most; the terminal's, or 80
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
        width: Option<u16>,
    },
    /// Print one page for each factor
    Cheatsheet {
        /// Which factor; without it, every one
        factor: Option<String>,
        /// Columns to fill at most; 80, or the terminal's when it has fewer
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
        width: Option<u16>,
        /// What to write it in
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        to: Format,
    },
    /// Write lessons, questions and answers as pages to be printed or handed out
    Handout(handout::Wish),
    /// Hand your answers in: a file for whoever teaches, shown to you before it is written
    Handin(handin::Wish),
    /// Merge the hand-ins of a class into a table, and find out what the questions are worth
    Gradebook(gradebook::Wish),
    /// Print what was read and answered
    Progress {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Begin a lesson, or everything, anew
    Reset(reset::Wish),
    /// Write the questions for another program, or the progress for another machine
    Export(export::Wish),
    /// Take over the progress of another machine
    Import {
        /// What `export --to json` wrote there, or the database in its data folder
        file: PathBuf,
    },
    /// Take over the progress of several machines
    Merge {
        /// What `export --to json` wrote there, or the databases in their data folders
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Be on call in the night of the sale, and decide
    Night,
    /// Simulate the night of the sale on the screen, with twelve switches
    Simulator {
        /// Switch these factors off, such as vi,xi
        #[arg(long, value_name = "LIST")]
        without: Option<String>,
        /// The luck of the night
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        seed: u64,
    },
    /// Simulate the night of the sale and print its figures
    Simulate(simulate::Wish),
    /// Present lessons to a class, slide by slide
    Present(present::Wish),
    /// Print what classes voted
    Class(class::Wish),
    /// Find every mistake in a course folder
    Check {
        /// The folder; without it, the course that is opened
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
        /// Take warnings as errors
        #[arg(long)]
        strict: bool,
        /// Check again after every change, until Ctrl-C
        #[arg(long, conflicts_with = "json")]
        watch: bool,
        /// Tell about a rule, such as Y003, with a bad and a good example
        #[arg(long, value_name = "CODE", conflicts_with_all = ["dir", "json", "strict", "watch"])]
        explain: Option<String>,
    },
    /// Say what the terminal can do and where things are kept, and check the database
    Doctor(doctor::Wish),
    /// Write a small valid course to begin with; with --pack DIR instead of DIR, a pack
    New {
        /// A folder that is empty or not there yet
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// Runs the program with its arguments, the name of the program first, and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let environment = Environment::read();
    let parsed = match understand::understand(&arguments.into_iter().collect::<Vec<_>>()) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error, &environment),
    };
    let settings = Settings::new(parsed.options, environment);
    match begin_log(&settings).and_then(|()| command(parsed.command, &settings)) {
        Ok(code) => code,
        Err(failure) => fail(&failure, &settings),
    }
}

fn begin_log(settings: &Settings) -> Result<(), Failure> {
    let Some(file) = &settings.log else { return Ok(()) };
    let name = course::shown(file);
    log::begin(file, settings.log_detail).with_context(|| format!("the log {name} cannot be written"))?;
    let course = if settings.course_dir.is_some() { "of a folder" } else { "built in" };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), course, ephemeral = settings.ephemeral, depth = ?settings.depth, "start");
    Ok(())
}

fn command(command: Option<Command>, settings: &Settings) -> Result<ExitCode, Failure> {
    match command {
        None => start(settings, None, |_| Start::Home),
        Some(Command::Screen(Screen::Open { lesson })) => open(settings, &lesson),
        Some(Command::Screen(Screen::Compare { lesson })) => start(settings, Some(&lesson), Start::Compare),
        Some(Command::Screen(Screen::Quiz { lesson })) => start(settings, Some(&lesson), Start::Quiz),
        Some(Command::Screen(Screen::Review)) => start(settings, None, |_| Start::Review),
        Some(Command::Exam { questions, factors, minutes, seed }) => {
            let factors = factors.iter().fold(0, |all, factor| all | 1 << factor);
            let course = course::open(settings)?;
            screens::screens(settings, course, Start::Exam(Paper { questions, factors, minutes, seed }))
        }
        Some(Command::Interview { lesson, level, length }) => interview(settings, lesson.as_deref(), level.as_deref(), length),
        Some(Command::Due { json }) => due::due(settings, json),
        Some(Command::List { json, questions, track }) => list::list(settings, json, questions, track.as_deref()),
        Some(Command::Packs { json }) => packs::packs(settings, json),
        Some(Command::Tracks { json }) => tracks::tracks(settings, json),
        Some(Command::Read { lesson, width }) => read::read(settings, &lesson, width),
        Some(Command::Cheatsheet { factor, width, to }) => cheatsheet::cheatsheet(settings, factor.as_deref(), width, to),
        Some(Command::Handout(wish)) => handout::handout(settings, &wish),
        Some(Command::Handin(wish)) => handin::handin(settings, &wish),
        Some(Command::Gradebook(wish)) => gradebook::gradebook(settings, &wish),
        Some(Command::Progress { json }) => progress::progress(settings, json),
        Some(Command::Reset(wish)) => reset::reset(settings, &wish),
        Some(Command::Doctor(wish)) => doctor::doctor(settings, &wish),
        Some(Command::New { dir }) => new::new(settings, dir.as_deref()),
        Some(Command::Export(wish)) => export::export(settings, &wish),
        Some(Command::Night) => start(settings, None, |_| Start::Night),
        Some(Command::Simulator { without, seed }) => {
            let switches = simulate::switches(without.as_deref())?;
            let course = course::open(settings)?;
            screens::screens(settings, course, Start::Simulator(switches, seed))
        }
        Some(Command::Present(wish)) => present::present(settings, &wish),
        Some(Command::Class(wish)) => class::class(settings, &wish),
        Some(Command::Simulate(wish)) => simulate::simulate(settings, &wish),
        Some(Command::Import { file }) => merge::merge(settings, &[file]),
        Some(Command::Merge { files }) => merge::merge(settings, &files),
        Some(Command::Check { explain: Some(code), .. }) => check::explain(settings, &code),
        Some(Command::Check { dir, watch: true, .. }) => watch::watch(settings, dir.as_deref()),
        Some(Command::Check { dir, json, strict, .. }) => check::check(settings, dir.as_deref(), json, strict),
    }
}

/// Opens a lesson; one of a course folder before the course is read.
fn open(settings: &Settings, lesson: &str) -> Result<ExitCode, Failure> {
    // With packs over it there is no telling before all of it is read.
    let dir = settings.course_dir.as_deref().filter(|_| settings.interactive() && settings.packs.is_empty());
    if let Some((dir, begun)) = dir.and_then(|dir| Some((dir, ahead::look(dir)?)))
        && let Ok(index) = course::find(&begun, lesson)
        // A story has no page to begin with.
        && begun.map.get(index).is_some_and(|entry| !entry.story)
    {
        return screens::ahead(settings, begun, Start::Lesson(index), dir.to_owned());
    }
    start(settings, Some(lesson), Start::Lesson)
}

/// Opens a screen, after everything that can be wrong with the wish itself was looked at.
fn start(settings: &Settings, lesson: Option<&str>, make: fn(usize) -> Start) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let index = lesson.map_or(Ok(0), |name| course::find(&course, name))?;
    screens::screens(settings, course, make(index))
}

/// Opens an interview; what was not said is chosen on the screen, and when anything was said it is as usual.
fn interview(settings: &Settings, lesson: Option<&str>, level: Option<&str>, length: Option<u16>) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let wish = Wish {
        lesson: lesson.map(|name| course::find(&course, name)).transpose()?,
        level: level.and_then(Seniority::named),
        length: length.map_or(interview::LENGTH, usize::from),
    };
    if interview::candidates(&course, &Progress::default(), wish).is_empty() {
        let level = level.map_or(String::new(), |level| format!("{level} "));
        return Err(Failure::Usage(format!("there is no {level}interview question here; `twelvefold list --json` counts them")));
    }
    let start = if wish == Wish::default() && length.is_none() { Start::Plan } else { Start::Interview(wish) };
    screens::screens(settings, course, start)
}

/// What clap has to say: help and version are no failures.
fn usage(error: &clap::Error, environment: &Environment) -> ExitCode {
    let settings = Settings::new(Options::default(), environment.clone());
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let text = error.render();
    let (mut out, code) =
        if asked { (Out::stdout(&settings), ExitCode::SUCCESS) } else { (Out::stderr(&settings), ExitCode::from(USAGE)) };
    // Only the help is free of what was typed, so only there escapes may pass.
    let text =
        if asked && out.colored() { text.ansi().to_string() } else { crate::domain::text::clean(&text.to_string()).into_owned() };
    let written = out.sgr(&text).and_then(|()| out.finish());
    if asked && written.is_err() { ExitCode::FAILURE } else { code }
}

/// Says why the work was not done.
fn fail(failure: &Failure, settings: &Settings) -> ExitCode {
    let kind = match failure {
        Failure::Usage(_) => "usage",
        Failure::Course { .. } => "course",
        Failure::Other(_) => "work",
    };
    tracing::error!(kind, "failed");
    let mut out = Out::stderr(settings);
    let code = match failure {
        Failure::Usage(_) => ExitCode::from(USAGE),
        Failure::Course { .. } | Failure::Other(_) => ExitCode::FAILURE,
    };
    // When not even standard error takes it, there is nobody left to tell.
    let _ = match failure {
        Failure::Course { files, problems } => check::print(files, problems, &mut out),
        Failure::Usage(words) => out.line(&format!("twelvefold: {words}")),
        Failure::Other(error) => out.line(&format!("twelvefold: {error:#}")),
    }
    .and_then(|()| out.finish());
    code
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_hold_together() {
        Arguments::command().debug_assert();
    }
}
