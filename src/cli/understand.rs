//! What the arguments ask for, understood with as little as it takes: before the first picture every table counts that is made.

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use super::settings::Options;
use super::{Arguments, Command, Screen};

/// Options, and words that are not looked into: enough for a start with a theme or a profile. To understand anything, clap makes
/// thirty commands and copies every option into each.
#[derive(Debug, Parser)]
#[command(name = "twelvefold", bin_name = "twelvefold")]
struct Usual {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Words>,
}

/// A command that is not looked into.
#[derive(Debug, Subcommand)]
enum Words {
    #[command(external_subcommand)]
    All(Vec<String>),
}

/// What the arguments ask for. Most starts ask for nothing, or for one of a few things.
pub(super) fn understand(arguments: &[OsString]) -> Result<Arguments, clap::Error> {
    if let Some(parsed) = plainly(arguments) {
        return Ok(parsed);
    }
    // Behind two dashes nothing is a command.
    if arguments.iter().any(|argument| argument == "--") {
        return Arguments::try_parse_from(arguments);
    }
    if let Ok(Usual { options, command }) = Usual::try_parse_from(arguments) {
        let Some(Words::All(words)) = command else { return Ok(Arguments { options, command: None }) };
        if let Some(screen) = Screen::plain(&words) {
            return Ok(Arguments { options, command: Some(Command::Screen(screen)) });
        }
    }
    Arguments::try_parse_from(arguments)
}

/// Home, or a screen by plain words, with the two folders at most: what nearly every start is made of, and of which it is plain to
/// see what is meant. Anything else is left to clap, whose making is a tenth of the time to the first picture.
fn plainly(arguments: &[OsString]) -> Option<Arguments> {
    let (mut options, mut words) = (Options::default(), Vec::new());
    let mut rest = arguments.iter().skip(1);
    while let Some(argument) = rest.next() {
        let folder = match argument.to_str()? {
            "--course" => &mut options.course,
            "--data" => &mut options.data,
            word if word.starts_with('-') => return None,
            word => {
                words.push(word.to_owned());
                continue;
            }
        };
        let value = rest.next().filter(|value| !value.is_empty() && !value.as_encoded_bytes().starts_with(b"-"))?;
        if folder.replace(value.into()).is_some() {
            return None;
        }
    }
    let command = if words.is_empty() { None } else { Some(Command::Screen(Screen::plain(&words)?)) };
    Some(Arguments { options, command })
}

impl Screen {
    /// The screen that these words ask for, where they are plain. What has a sign before it is left to those who know all signs.
    fn plain(words: &[String]) -> Option<Self> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Some(match *words.as_slice() {
            [_, lesson] if lesson.starts_with('-') => return None,
            ["open", lesson] => Self::Open { lesson: lesson.to_owned() },
            ["compare", lesson] => Self::Compare { lesson: lesson.to_owned() },
            ["quiz", lesson] => Self::Quiz { lesson: lesson.to_owned() },
            ["review"] => Self::Review,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_is_understood_as_all_else_is() {
        let starts = [
            "",
            "open config",
            "compare iii",
            "quiz --data there config",
            "review --ephemeral",
            "--theme light --color never",
            "--log file --log-detail debug open logs",
            "open",
            "open -",
            "open -- config",
            "open -3",
            "quiz 3 --theme dark",
            "--pack a --pack b compare iv",
            "open a b",
            "review now",
            "--data",
            "--data --course there",
            "--data here --data there",
            "--course here --data there open config",
            "open --data - config",
            "open --data=there config",
            "--theme green",
            "--ephemeral --data there",
            "--help",
            "open --help",
            "help",
            "help open",
            "--version",
            "opne config",
            "exam --questions 5",
            "list --json",
            "progress --data there",
            "--",
            "-- open config",
        ];
        for start in starts {
            let arguments: Vec<OsString> = ["twelvefold"].into_iter().chain(start.split_whitespace()).map(Into::into).collect();
            let told = |parsed: Result<Arguments, clap::Error>| match parsed {
                Ok(parsed) => format!("{parsed:?}"),
                Err(error) => error.to_string(),
            };
            assert_eq!(told(understand(&arguments)), told(Arguments::try_parse_from(&arguments)), "{start}");
        }
    }
}
