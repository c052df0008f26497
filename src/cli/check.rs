//! `twelvefold check`: every mistake of a course, shown as a compiler would show it, and what its rule is about.

use std::path::Path;
use std::process::ExitCode;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::course::{Failure, files};
use super::list::print_json;
use super::out::Out;
use super::packs;
use super::settings::Settings;
use crate::content::codes::{RULES, Rule, rule};
use crate::content::files::{Files, PACK};
use crate::content::reader::nearest;
use crate::content::{lesson, load, pack, syntax};
use crate::domain::comparison::language_name;
use crate::domain::course::Course;
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::text::{clean, is_showable};

/// Longer lines are not shown: they are data, and one of them could fill the screen.
const LONGEST: usize = 4_000;

/// Checks the course in `dir`, or the one that the settings name. With `strict`, a warning makes it fail as well.
///
/// # Errors
/// When the output fails, or there is no such folder.
pub fn check(settings: &Settings, dir: Option<&Path>, json: bool, strict: bool) -> Result<ExitCode, Failure> {
    let dir = dir.or(settings.course_dir.as_deref());
    let (files, course, problems) = look(settings, dir)?;
    let mut out = Out::stdout(settings);
    let (errors, warnings) = tally(&problems);
    if json {
        let count = Count::of(&files, course.as_ref());
        print_json(&Found { problems: problems.iter().map(Shown::new).collect(), errors, warnings, count }, &mut out)?;
    } else {
        report(&files, course.as_ref(), &problems, &mut out)?;
    }
    out.finish()?;
    Ok(if errors > 0 || strict && warnings > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Looks at a course, or at a pack with the course beneath it.
///
/// # Errors
/// When there is no such folder, or the course beneath has mistakes.
pub fn look(settings: &Settings, dir: Option<&Path>) -> Result<(Files, Option<Course>, Vec<Problem>), Failure> {
    if let Some(dir) = dir.filter(|dir| is_pack(dir)) {
        let (files, problems) = Files::pack(dir);
        let (parts, _) = packs::laid(settings, settings.packs.iter().filter(|other| *other != dir).cloned().collect())?;
        let (laid, problems) = pack::inspect(&parts, &files, problems, packs::PROGRAM);
        let own = laid.map(|(parts, pack)| parts.only(&pack.lessons).course());
        return Ok((files, own, problems));
    }
    let (files, problems) = files(dir)?;
    let (course, problems) = syntax::inspect(&files, problems);
    Ok((files, course, problems))
}

/// Whether a folder has what a pack has at its top, be it a file or not.
#[must_use]
pub fn is_pack(dir: &Path) -> bool {
    dir.join(PACK).symlink_metadata().is_ok()
}

/// Writes what was found in a course, and what there is in it when nothing was.
///
/// # Errors
/// When the output fails.
pub fn report(files: &Files, course: Option<&Course>, problems: &[Problem], out: &mut Out) -> std::io::Result<()> {
    print(files, problems, out)?;
    if problems.is_empty() {
        let Count { lessons, questions, pairs } = Count::of(files, course);
        out.line(&format!("{}, {}, {}", many(lessons, "lesson"), many(questions, "question"), many(pairs, "pair")))?;
        let (languages, unparsed) = course.map(syntax::unparsed).unwrap_or_default();
        if unparsed > 0 {
            let names: Vec<&str> = languages.into_iter().map(language_name).collect();
            let (pairs, names) = (many(unparsed, "pair"), names.join(", "));
            out.line(&format!("{pairs} not parsed: this build lacks the grammars of {names} (see --explain P005)"))?;
        }
    }
    Ok(())
}

/// Prints what a rule asks, with a bad and a good example.
///
/// # Errors
/// When there is no such rule, or the output fails.
pub fn explain(settings: &Settings, code: &str) -> Result<ExitCode, Failure> {
    let Some(Rule { code, title, text, bad, good }) = rule(code) else {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        let help = match nearest(&code.to_uppercase(), &codes) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", codes.join(" ")),
        };
        return Err(Failure::Usage(format!("there is no rule `{}`; {help}", one_line(code))));
    };
    let mut out = Out::stdout(settings);
    out.line(&format!("{code}: {title}\n\n{}", wrapped(text)))?;
    for (name, example) in [("Bad", bad), ("Good", good)] {
        out.line(&format!("\n{name}:\n"))?;
        for line in example.lines() {
            out.line(&format!("    {line}"))?;
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn wrapped(text: &str) -> String {
    use crate::ui::ink::Ink;
    use crate::ui::lines::{Piece, wrap};
    let lines = wrap(&[Piece::new(text, Ink::Text)], 80);
    lines.iter().map(|line| line.pieces.iter().map(|piece| piece.text.as_str()).collect::<String>()).collect::<Vec<_>>().join("\n")
}

/// Writes problems and a line that counts them.
///
/// # Errors
/// When the output fails.
pub fn print(files: &Files, problems: &[Problem], out: &mut Out) -> std::io::Result<()> {
    let mut lines = Lines::of(files);
    for problem in problems {
        out.sgr(&lines.picture(problem, out.colored(), out.width().unwrap_or(140)))?;
        out.line("\n")?;
    }
    let (errors, warnings) = tally(problems);
    let counts: Vec<String> =
        [(errors, "error"), (warnings, "warning")].into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| many(n, what)).collect();
    let found = if counts.is_empty() { "no mistakes".to_owned() } else { counts.join(", ") };
    out.line(&format!("{found} in {}", many(course_files(files), "file")))
}

/// One problem as a compiler would show it.
#[must_use]
pub fn picture(files: &Files, problem: &Problem, styled: bool, width: usize) -> String {
    Lines::of(files).picture(problem, styled, width)
}

/// The lines of files, where they begin kept for the file that was asked about last: problems come file by file, and there may
/// be one for each line of a long one.
struct Lines<'f> {
    files: &'f Files,
    path: String,
    text: &'f str,
    starts: Vec<usize>,
}

impl<'f> Lines<'f> {
    fn of(files: &'f Files) -> Self {
        Self { files, path: String::new(), text: "", starts: Vec::new() }
    }

    fn picture(&mut self, problem: &Problem, styled: bool, width: usize) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.term_width(width.max(40)).render(&[drawn(self, problem)])
    }

    /// A line, from 1, without its end.
    fn line(&mut self, path: &str, line: usize) -> Option<&'f str> {
        if self.starts.is_empty() || self.path != path {
            self.text = self.files.get(path)?;
            path.clone_into(&mut self.path);
            self.starts = std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        }
        let from = *self.starts.get(line.checked_sub(1)?)?;
        let to = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        let line = self.text.get(from..to)?;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

fn course_files(files: &Files) -> usize {
    files.paths().filter(|path| path.starts_with("lessons/") || path.starts_with("quizzes/")).count()
}

fn drawn<'p>(lines: &mut Lines<'_>, problem: &'p Problem) -> Group<'p> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let place = &problem.place;
    let group = Group::with_title(level.primary_title(one_line(&problem.message)).id(problem.code));
    let group = match source(lines, place) {
        Some((line, span)) => group.element(
            Snippet::source(line).line_start(place.line).path(one_line(&place.path)).annotation(AnnotationKind::Primary.span(span)),
        ),
        None => {
            let mut origin = Origin::path(one_line(&place.path));
            if place.line > 0 {
                origin = origin.line(place.line);
                if place.column > 0 {
                    origin = origin.char_column(place.column);
                }
            }
            group.element(origin)
        }
    };
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(one_line(help))),
        None => group,
    }
}

/// The line of a place, fit to be shown, and the bytes of it that are concerned. Each character stays one character, so
/// that columns stay true.
fn source(lines: &mut Lines<'_>, place: &Place) -> Option<(String, std::ops::Range<usize>)> {
    let line = lines.line(&place.path, place.line)?;
    if line.len() > LONGEST {
        return None;
    }
    let shown: String = line
        .chars()
        .map(|c| match c {
            '\t' => c,
            '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
            c if is_showable(c) => c,
            _ => '\u{fffd}',
        })
        .collect();
    let count = shown.chars().count();
    let (from, to) = if place.column == 0 {
        (count - shown.trim_start().chars().count(), shown.trim_end().chars().count())
    } else {
        let from = (place.column - 1).min(count);
        (from, (from + place.length.max(1)).min(count).max(from))
    };
    let byte = |at: usize| shown.char_indices().nth(at).map_or(shown.len(), |(byte, _)| byte);
    let span = byte(from)..byte(to.max(from));
    Some((shown, span))
}

fn one_line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

fn many(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn tally(problems: &[Problem]) -> (usize, usize) {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    (errors, problems.len() - errors)
}

#[derive(Serialize)]
struct Found {
    problems: Vec<Shown>,
    errors: usize,
    warnings: usize,
    #[serde(flatten)]
    count: Count,
}

#[derive(Clone, Copy, Serialize)]
struct Count {
    lessons: usize,
    questions: usize,
    pairs: usize,
}

impl Count {
    /// What there is in a course, or could be read of one with mistakes.
    fn of(files: &Files, course: Option<&Course>) -> Self {
        if let Some(course) = course {
            return Self {
                lessons: course.map.len(),
                questions: course.map.iter().map(|entry| entry.questions.len()).sum(),
                pairs: course.map.iter().map(|entry| entry.pairs.len()).sum(),
            };
        }
        let mut ignored = Vec::new();
        let dirs = load::header(files, &mut ignored).map(|header| header.dirs).unwrap_or_default();
        let parsed: Vec<_> = dirs.iter().filter_map(|dir| lesson::parse(files, dir, &mut ignored)).collect();
        Self {
            lessons: parsed.len(),
            questions: parsed.iter().map(|parsed| parsed.quiz.questions.len()).sum(),
            pairs: parsed.iter().map(|parsed| parsed.lesson.pairs.len()).sum(),
        }
    }
}

/// A problem as programs read it.
#[derive(Debug, Serialize)]
pub struct Shown {
    code: &'static str,
    severity: &'static str,
    path: String,
    line: usize,
    column: usize,
    length: usize,
    message: String,
    help: Option<String>,
}

impl Shown {
    /// It, made safe to be shown.
    #[must_use]
    pub fn new(problem: &Problem) -> Self {
        Self {
            code: problem.code,
            severity: match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            path: one_line(&problem.place.path),
            line: problem.place.line,
            column: problem.place.column,
            length: problem.place.length,
            message: one_line(&problem.message),
            help: problem.help.as_deref().map(one_line),
        }
    }
}
