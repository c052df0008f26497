//! What the program was asked to do it with: arguments and environment, read once and handed on. The only file that reads
//! the environment.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::color::Depth;
use super::log::Detail;
use crate::domain::id::is_id;
use crate::domain::text::clean;
use crate::ui::ink::Theme;

/// Options of every command.
#[derive(Debug, Default, Args)]
pub struct Options {
    /// Open the course in this folder instead of the built-in one [env: TWELVEFOLD_COURSE]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) course: Option<PathBuf>,
    /// Lay the pack in this folder over the course; may be given several times [env: TWELVEFOLD_PACKS, a list of folders]
    #[arg(long = "pack", global = true, value_name = "DIR")]
    packs: Vec<PathBuf>,
    /// Keep progress in this folder [env: TWELVEFOLD_DATA]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Whose progress, on a computer that several share: a name of a-z, 0-9 and -
    #[arg(long, global = true, value_name = "NAME", value_parser = profile)]
    profile: Option<String>,
    /// Keep nothing: what is done is forgotten at the end
    #[arg(long, global = true, conflicts_with_all = ["data", "profile"])]
    ephemeral: bool,
    /// Tell into this file what is done and how long it takes; no answers, no text of a course
    #[arg(long, global = true, value_name = "FILE")]
    log: Option<PathBuf>,
    /// How much is told there
    #[arg(long, global = true, value_name = "DETAIL", default_value = "info", requires = "log")]
    log_detail: Detail,
    /// Colours for dark or light terminals
    #[arg(long, global = true, value_name = "WHICH", default_value = "auto")]
    theme: ThemeChoice,
    /// Whether to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: When,
}

/// A name becomes a folder, so that it must be a plain one.
fn profile(name: &str) -> Result<String, &'static str> {
    if is_id(name) { Ok(name.to_owned()) } else { Err("a profile is named by 1 to 64 of a-z, 0-9 and -") }
}

/// The system and the processor that the program was built for.
#[must_use]
pub fn system() -> String {
    format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)
}

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ThemeChoice {
    /// As the terminal says
    #[default]
    Auto,
    /// For dark terminals
    Dark,
    /// For light terminals
    Light,
}

/// Whether colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum When {
    /// On a terminal that has them
    #[default]
    Auto,
    /// Even into a pipe
    Always,
    /// Not at all
    Never,
}

/// The variables that the program looks at, as they were at its start.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// TWELVEFOLD_COURSE
    pub course: Option<OsString>,
    /// TWELVEFOLD_PACKS
    pub packs: Option<OsString>,
    /// TWELVEFOLD_DATA
    pub data: Option<OsString>,
    /// NO_COLOR
    pub no_color: Option<OsString>,
    /// CLICOLOR_FORCE
    pub clicolor_force: Option<OsString>,
    /// COLORTERM
    pub colorterm: Option<OsString>,
    /// TERM
    pub term: Option<OsString>,
    /// TZ
    pub tz: Option<OsString>,
    /// COLORFGBG
    pub colorfgbg: Option<OsString>,
    /// XDG_RUNTIME_DIR
    pub runtime: Option<OsString>,
    /// LC_ALL, LC_CTYPE or LANG: the first that is set
    pub locale: Option<OsString>,
    /// HOME
    pub home: Option<OsString>,
    /// TWELVEFOLD_TEST_PANIC, only in builds with checks
    pub test_panic: Option<OsString>,
}

impl Environment {
    /// Reads it. An empty variable counts as none.
    #[must_use]
    pub fn read() -> Self {
        let get = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            course: get("TWELVEFOLD_COURSE"),
            packs: get("TWELVEFOLD_PACKS"),
            data: get("TWELVEFOLD_DATA"),
            no_color: get("NO_COLOR"),
            clicolor_force: get("CLICOLOR_FORCE"),
            colorterm: get("COLORTERM"),
            term: get("TERM"),
            tz: get("TZ"),
            colorfgbg: get("COLORFGBG"),
            runtime: get("XDG_RUNTIME_DIR"),
            locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(get),
            home: get("HOME").or_else(|| get("USERPROFILE")),
            test_panic: get("TWELVEFOLD_TEST_PANIC").filter(|_| cfg!(debug_assertions)),
        }
    }
}

/// Everything from outside that decides how the program behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of the course; the built-in course when there is none.
    pub course_dir: Option<PathBuf>,
    /// The folders of packs that were asked for.
    pub packs: Vec<PathBuf>,
    /// The folders of packs that the environment names.
    pub packs_of_environment: Vec<PathBuf>,
    /// The folder of the progress; the usual one of the system when there is none.
    pub data_dir: Option<PathBuf>,
    /// Whose progress; the one of the folder itself when nobody is named.
    pub profile: Option<String>,
    /// Whether nothing is kept.
    pub ephemeral: bool,
    /// Where it is told what is done.
    pub log: Option<PathBuf>,
    /// How much is told.
    pub log_detail: Detail,
    /// The folder of the system for sockets, if it has one.
    pub runtime_dir: Option<PathBuf>,
    /// Which colours were asked for.
    pub theme: ThemeChoice,
    /// Whether colours were asked for.
    pub color: When,
    /// How many colours the terminal has, by its own word.
    pub depth: Depth,
    /// The background of the terminal, where the environment tells.
    pub paper: Option<Theme>,
    /// Whether the environment names a time zone.
    pub zone_named: bool,
    /// Whether the terminal can do nothing but print.
    pub dumb: bool,
    /// What the terminal calls itself.
    pub term: Option<String>,
    /// The locale, which ends in the character set.
    pub locale: Option<String>,
    /// The learner's home, which no report names.
    pub home: Option<PathBuf>,
    /// Where a test wants a panic. None in builds without checks.
    pub test_panic: Option<String>,
}

impl Settings {
    /// Arguments come before environment variables.
    #[must_use]
    pub fn new(options: Options, environment: Environment) -> Self {
        let text = |value: Option<OsString>| value.map(|value| clean(&value.to_string_lossy()).replace('\n', " "));
        let set = |value: &Option<OsString>| value.as_ref().is_some_and(|value| value != "0");
        let dumb = environment.term.as_ref().is_some_and(|term| term == "dumb");
        let color = match options.color {
            When::Auto if environment.no_color.is_some() => When::Never,
            When::Auto if set(&environment.clicolor_force) => When::Always,
            asked => asked,
        };
        Self {
            depth: depth(&environment),
            paper: environment.colorfgbg.as_ref().and_then(|value| paper(&value.to_string_lossy())),
            course_dir: options.course.or_else(|| environment.course.map(PathBuf::from)),
            packs: options.packs,
            packs_of_environment: environment.packs.as_ref().map_or_else(Vec::new, |list| std::env::split_paths(list).collect()),
            data_dir: options.data.or_else(|| environment.data.map(PathBuf::from)),
            zone_named: environment.tz.is_some(),
            runtime_dir: environment.runtime.map(PathBuf::from).filter(|folder| folder.is_absolute()),
            profile: options.profile,
            log: options.log,
            log_detail: options.log_detail,
            ephemeral: options.ephemeral,
            theme: options.theme,
            color,
            dumb,
            term: text(environment.term),
            locale: text(environment.locale),
            home: environment.home.map(PathBuf::from),
            test_panic: environment.test_panic.map(|place| place.to_string_lossy().into_owned()),
        }
    }

    /// The colours to use: those asked for, else those that suit the background, else the dark ones.
    #[must_use]
    pub fn theme(&self) -> Theme {
        match self.theme {
            ThemeChoice::Dark => Theme::Dark,
            ThemeChoice::Light => Theme::Light,
            ThemeChoice::Auto => self.paper.unwrap_or_default(),
        }
    }

    /// How many colours may be written to something that is, or is not, a terminal.
    #[must_use]
    pub fn depth_on(&self, terminal: bool) -> Depth {
        match self.color {
            When::Never => Depth::None,
            When::Always => self.depth.max(Depth::Ansi16),
            When::Auto if terminal && !self.dumb => self.depth,
            When::Auto => Depth::None,
        }
    }

    /// Whether screens can be drawn and keys read.
    #[must_use]
    pub fn interactive(&self) -> bool {
        !self.dumb && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
    }
}

fn depth(environment: &Environment) -> Depth {
    let text = |value: &Option<OsString>| value.as_ref().map(|value| value.to_string_lossy().into_owned()).unwrap_or_default();
    let (colorterm, term) = (text(&environment.colorterm), text(&environment.term));
    if matches!(colorterm.as_str(), "truecolor" | "24bit") || term.ends_with("-direct") {
        Depth::True
    } else if term.contains("256color") {
        Depth::Ansi256
    } else if term == "dumb" || term.ends_with("-m") || term.starts_with("vt1") {
        Depth::None
    } else {
        Depth::Ansi16
    }
}

/// COLORFGBG ends in the number of the background: 7 and 15 are the white ones.
fn paper(colorfgbg: &str) -> Option<Theme> {
    match colorfgbg.rsplit(';').next()?.parse::<u8>().ok()? {
        7 | 15 => Some(Theme::Light),
        0..=15 => Some(Theme::Dark),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(color: When, environment: &[(&str, &str)]) -> Settings {
        let mut read = Environment::default();
        for (name, value) in environment {
            let value = Some(OsString::from(value));
            match *name {
                "NO_COLOR" => read.no_color = value,
                "CLICOLOR_FORCE" => read.clicolor_force = value,
                "COLORTERM" => read.colorterm = value,
                "TERM" => read.term = value,
                "COLORFGBG" => read.colorfgbg = value,
                "TWELVEFOLD_COURSE" => read.course = value,
                _ => read.data = value,
            }
        }
        Settings::new(Options { color, ..Options::default() }, read)
    }

    #[test]
    fn colours_follow_the_conventions() {
        use When::{Always, Auto, Never};
        for (when, environment, terminal, depth) in [
            (Auto, &[("TERM", "xterm-256color")][..], true, Depth::Ansi256),
            (Auto, &[("TERM", "xterm-256color")], false, Depth::None),
            (Auto, &[("TERM", "xterm"), ("COLORTERM", "truecolor")], true, Depth::True),
            (Auto, &[("TERM", "xterm")], true, Depth::Ansi16),
            (Auto, &[("TERM", "dumb")], true, Depth::None),
            (Auto, &[("TERM", "xterm"), ("NO_COLOR", "1")], true, Depth::None),
            (Auto, &[("TERM", "xterm"), ("CLICOLOR_FORCE", "1")], false, Depth::Ansi16),
            (Auto, &[("TERM", "xterm"), ("CLICOLOR_FORCE", "0")], false, Depth::None),
            (Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, Depth::None),
            (Always, &[("NO_COLOR", "1"), ("TERM", "dumb")], false, Depth::Ansi16),
            (Never, &[("CLICOLOR_FORCE", "1"), ("COLORTERM", "24bit")], true, Depth::None),
        ] {
            assert_eq!(settings(when, environment).depth_on(terminal), depth, "{when:?} {environment:?} {terminal}");
        }
    }

    #[test]
    fn the_background_is_read_from_the_environment() {
        for (value, theme) in [("15;0", Theme::Dark), ("0;15", Theme::Light), ("0;default;7", Theme::Light), ("x", Theme::Dark)] {
            assert_eq!(settings(When::Auto, &[("COLORFGBG", value)]).theme(), theme, "{value}");
        }
    }

    #[test]
    fn arguments_come_first() {
        let environment = Environment { course: Some("/from/env".into()), data: Some("/data".into()), ..Environment::default() };
        let options = Options { course: Some("/from/argument".into()), ..Options::default() };
        let settings = Settings::new(options, environment);
        assert_eq!(settings.course_dir, Some("/from/argument".into()));
        assert_eq!(settings.data_dir, Some("/data".into()));
    }
}
