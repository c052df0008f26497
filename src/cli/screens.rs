//! From a wish to a running screen: puts course, progress, app and terminal together.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::channel;

use super::color::Depth;
use super::course::{self, Failure};
use super::data;
use super::out::Out;
use super::packs;
use super::settings::{Settings, ThemeChoice};
use crate::content::baked;
use crate::domain::course::Course;
use crate::domain::progress::Progress;
use crate::domain::text::SafeText;
use crate::store::{self, Memory, Opener, Store};
use crate::term::driver::{Exit, end_by};
use crate::term::session::{self, Place, Rest};
use crate::term::tty::Tty;
use crate::ui::app::{App, Setup, Start};
use crate::ui::hues::Colors;
use crate::ui::message::{Message, Whole};
use crate::ui::palette::Palette;
use crate::ui::screen::present;

/// What works where nothing can be drawn.
const NO_TERMINAL: &str =
    "there is no terminal to draw on; without one, `twelvefold list`, `twelvefold read LESSON`, `progress` and `check` work";

/// Runs the screens until the learner leaves.
///
/// # Errors
/// When the terminal cannot be used.
pub fn screens(settings: &Settings, course: Course, start: Start) -> Result<ExitCode, Failure> {
    run(settings, course, start, None, None)
}

/// Runs the screens with the beginnings of a course's lessons, while the course in `dir` is read whole and checked. When that
/// finds mistakes, the session ends with them.
///
/// # Errors
/// When the terminal cannot be used, or the course has mistakes.
pub fn ahead(settings: &Settings, course: Course, start: Start, dir: PathBuf) -> Result<ExitCode, Failure> {
    let (tell, told) = channel();
    let rest: Rest = Box::new(move || match course::folder(&dir) {
        Ok(course) => Message::Course(Whole(Arc::new(course))),
        Err(failure) => {
            // Whoever waits may be gone.
            let _ = tell.send(failure);
            Message::Broken
        }
    });
    let code = run(settings, course, start, None, Some(rest))?;
    told.try_recv().map_or(Ok(code), Err)
}

/// Runs the view of a class until it is left.
///
/// # Errors
/// When the terminal cannot be used.
pub fn class(settings: &Settings, course: Course, wish: present::Wish) -> Result<ExitCode, Failure> {
    run(settings, course, Start::Home, Some(wish), None)
}

fn run(
    settings: &Settings,
    course: Course,
    start: Start,
    class: Option<present::Wish>,
    rest: Option<Rest>,
) -> Result<ExitCode, Failure> {
    if !settings.interactive() {
        return Err(Failure::Usage(NO_TERMINAL.to_owned()));
    }
    let Ok(tty) = Tty::open() else { return Err(Failure::Usage(NO_TERMINAL.to_owned())) };
    // Colours made ahead of time are for the built-in course; other code is coloured when it is shown.
    let palette = if settings.course_dir.is_none() { Palette::new(baked::colours()) } else { Palette::default() };
    let theme = (settings.theme != ThemeChoice::Auto || settings.paper.is_some()).then(|| settings.theme());
    let seed = session::now().0.cast_unsigned();
    let notice = (!course.left_out.is_empty()).then(|| SafeText::new(&packs::left_out(&course)));
    let mut app = App::new(Setup { course: Arc::new(course), palette, theme, seed, zone: data::zone(settings), start });
    if let Some(notice) = notice {
        app.update(session::now(), Message::Notice(notice));
    }
    let app = match class {
        Some(wish) => app.with_class(wish),
        None => app,
    };
    // What is kept in memory alone is known before it is opened.
    let (kept, opener, reports) = if settings.ephemeral {
        (Some(Progress::default()), None, None)
    } else {
        let folder = data::folder(settings)?;
        (store::glance(&folder), Some(Opener::new(folder.clone())), Some(folder))
    };
    let mut broken = cfg!(debug_assertions) && settings.test_panic.as_deref() == Some("store");
    let open = move || match &opener {
        #[allow(clippy::panic, reason = "asked for by a test")]
        _ if std::mem::take(&mut broken) => panic!("asked for by a test"),
        Some(opener) => data::open(opener),
        None => Ok((Box::new(Memory::default()) as Box<dyn Store>, None)),
    };
    let colors = match settings.depth_on(true) {
        Depth::None => Colors::None,
        Depth::Ansi16 => Colors::Sixteen,
        Depth::Ansi256 => Colors::Indexed,
        Depth::True => Colors::True,
    };
    let place = Place {
        tty,
        colors,
        ask_background: theme.is_none(),
        kept,
        reports,
        class: data::class(settings),
        panic: settings.test_panic.clone(),
    };
    let ended = session::run(app, place, open, rest)
        .map_err(|error| anyhow::Error::from(error).context("the terminal could not be taken over"))?;
    if let Err(unsaved) = ended.unsaved {
        let mut out = Out::stderr(settings);
        // When not even standard error takes it, there is nobody left to tell.
        let _ = out.line(&format!("twelvefold: {unsaved}")).and_then(|()| out.finish());
    }
    Ok(match ended.exit {
        Exit::Quit if ended.unsaved.is_err() => ExitCode::FAILURE,
        Exit::Quit | Exit::Gone => ExitCode::SUCCESS,
        Exit::Signal(signal) => {
            end_by(signal);
            ExitCode::FAILURE
        }
    })
}
