//! `twelvefold handin`: a learner's answers for whoever teaches. What is in the file is shown before it is written.

use std::fs::{self, File};
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};

use super::course::{self, Failure, shown};
use super::data;
use super::export::{deliver, history};
use super::out::Out;
use super::settings::Settings;
use crate::domain::course::Course;
use crate::domain::grade::normal;
use crate::domain::handin::{Chosen, HandIn, chosen, name};
use crate::domain::text::SafeText;
use crate::exchange::handin::{FORMAT, MOST, answer_id, answer_line, date, write};
use crate::ui::ink::Ink;
use crate::ui::lines::Piece;

/// Bytes of an answer at the keyboard that are read.
const TYPED: u64 = 1000;

/// What to hand in.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// Your name, as whoever teaches knows you; asked for when it is not given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The file to write, or - for standard output; without it, one in this folder that bears your name
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write it without asking
    #[arg(long)]
    yes: bool,
    /// Replace a file that is in the way, even when it is no hand-in
    #[arg(long)]
    force: bool,
}

/// Shows what would be handed in, and writes it when that is wanted.
///
/// # Errors
/// When there is nothing to hand in, nobody to ask, or the store or the output fails.
pub fn handin(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let Chosen { answers, interviews, before_reset } = chosen(&history(settings)?, &course, answer_id);
    if answers.is_empty() {
        return Err(anyhow!("there is nothing to hand in: no question of this course has been answered here").into());
    }
    if answers.len() > MOST {
        return Err(anyhow!("there are more answers than a hand-in can hold: {MOST}").into());
    }
    let asks = io::stdin().is_terminal() && io::stderr().is_terminal();
    let mut err = Out::stderr(settings);
    let name = match &wish.name {
        Some(given) => name(given).ok_or_else(|| Failure::Usage("the name is empty".into()))?,
        None if asks => {
            let typed = ask(&mut err, "Your name: ")?;
            name(&typed).ok_or_else(|| Failure::Usage("without a name nothing is handed in".into()))?
        }
        None => return Err(Failure::Usage("nobody can be asked here: say --name NAME and --yes".into())),
    };
    if !asks && !wish.yes {
        return Err(Failure::Usage("nobody can be asked here: --yes says that the hand-in may be written".into()));
    }
    let handin = HandIn {
        course: course.id.clone(),
        version: course.version.clone(),
        name,
        profile: settings.profile.clone(),
        made: data::today(settings),
        answers,
    };
    let file = match wish.output.as_deref() {
        Some(file) if file == Path::new("-") => None,
        Some(file) => Some(file.to_owned()),
        None => Some(PathBuf::from(file_name(&handin.name))),
    };
    if let Some(file) = file.as_deref().filter(|_| !wish.force) {
        in_the_way(file)?;
    }
    let place = file.as_deref().map_or_else(|| "standard output".to_owned(), shown);
    summary(&course, &handin, &mut err)?;
    for (count, why) in
        [(interviews, "given in interviews, which you graded yourself"), (before_reset, "from before you began anew")]
    {
        if count > 0 {
            err.line(&format!("Left out: {} {why}.", counted(count, "answer")))?;
        }
    }
    err.line("")?;
    if !wish.yes && !agrees(&ask(&mut err, &format!("Write it to {place}? [y/N] "))?) {
        err.line("Nothing was written.")?;
        err.finish()?;
        return Ok(ExitCode::FAILURE);
    }
    deliver(settings, file.as_deref(), |sink| write(&handin, |text| sink(text.as_bytes())))?;
    err.line(&format!("Written to {place}."))?;
    err.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Everything that is in it, and what is not.
fn summary(course: &Course, handin: &HandIn, err: &mut Out) -> Result<(), Failure> {
    let mut questions: Vec<_> = handin.answers.iter().map(|answer| &answer.question).collect();
    questions.sort();
    questions.dedup();
    let days = handin.answers.iter().map(|answer| answer.day);
    let days = days.clone().min().zip(days.max()).map(|(first, last)| {
        if first == last { format!("on {}", date(first)) } else { format!("from {} to {}", date(first), date(last)) }
    });
    err.line("")?;
    err.pieces(&[Piece::bold("This is what you hand in", Ink::Heading)])?;
    err.line("")?;
    let mut row =
        |label: &str, words: &str| err.pieces(&[Piece::new(format!("  {label:<10}"), Ink::Dim), Piece::new(words, Ink::Text)]);
    row("name", handin.name.as_str())?;
    row("profile", handin.profile.as_deref().unwrap_or("none"))?;
    row("course", &format!("{} ({}), version {}", course.title, course.id, course.version))?;
    row("made on", &date(handin.made))?;
    row("answers", &format!("{} to {}", counted(handin.answers.len(), "answer"), counted(questions.len(), "question")))?;
    row("", &days.unwrap_or_default())?;
    row("of each", "question, revision, your answer, its score, whether you were sure,")?;
    row("", "hints taken, the day, and the seconds it took")?;
    if let Some(first) = handin.answers.first() {
        err.line("\nThe first of them, as it stands in the file:\n")?;
        err.pieces(&[Piece::new(answer_line(first)?, Ink::Code)])?;
    }
    err.line("\nNothing else: no time of day, no file name, nothing about this computer.")?;
    Ok(())
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn ask(err: &mut Out, question: &str) -> Result<String, Failure> {
    err.text(question)?;
    err.flush()?;
    let mut typed = Vec::new();
    io::stdin().lock().take(TYPED).read_until(b'\n', &mut typed).context("the answer cannot be read")?;
    Ok(String::from_utf8_lossy(&typed).trim().to_owned())
}

fn agrees(typed: &str) -> bool {
    matches!(typed.to_lowercase().as_str(), "y" | "yes")
}

/// A plain name for a file.
fn file_name(name: &SafeText) -> String {
    let plain: String = normal(name.as_str()).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let short: String = plain.trim_matches('-').chars().take(40).collect();
    if short.is_empty() { "handin.jsonl".to_owned() } else { format!("handin-{short}.jsonl") }
}

/// Refuses to replace what is no hand-in.
fn in_the_way(file: &Path) -> Result<(), Failure> {
    let Ok(about) = fs::metadata(file) else { return Ok(()) };
    if !about.is_file() {
        // A pipe or the like takes what is written, and a folder will say so itself.
        return Ok(());
    }
    let wanted = format!("{{\"format\":\"{FORMAT}\"");
    let mut beginning = Vec::new();
    let read = File::open(file).and_then(|file| file.take(wanted.len() as u64).read_to_end(&mut beginning)).is_ok();
    if read && (about.len() == 0 || beginning == wanted.as_bytes()) {
        return Ok(());
    }
    Err(anyhow!("{} is there already and is no hand-in: choose another name, or replace it with --force", shown(file)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_plain_name() {
        for (name, file) in [
            ("Ada Lovelace", "handin-ada-lovelace.jsonl"),
            ("../../etc/passwd", "handin-etc-passwd.jsonl"),
            ("Zoë", "handin-zoe.jsonl"),
            ("日本", "handin.jsonl"),
        ] {
            assert_eq!(file_name(&SafeText::new(name)), file);
        }
    }
}
