//! The question bank in Moodle's GIFT, which other learning platforms read as well.
//!
//! What GIFT cannot hold becomes what comes closest: an order is a match of steps to places, lines of code are options, an
//! interview question is an essay. Texts are HTML, since code needs its lines; the right sides of matches and the answers to
//! short questions are plain text, as the format wants it.

use super::bank::{self, Asked, Item};
use super::html;
use crate::domain::course::{Course, numeral};
use crate::domain::doc::Rich;
use crate::domain::quiz::{Question, Task};

/// The questions as one file.
#[must_use]
pub fn gift(course: &Course, items: &[Item<'_>]) -> String {
    let mut out = format!("// {}, version {}\n", line(course.title.as_str()), line(course.version.as_str()));
    let mut last = None;
    for item in items {
        if last != Some(&item.lesson.id) {
            last = Some(&item.lesson.id);
            let name = match item.lesson.factor.map(numeral) {
                Some(numeral) => format!("{numeral} {}", item.lesson.title),
                None => item.lesson.title.to_string(),
            };
            let category = |name: &str| line(name).replace('/', "//");
            out += &format!("\n$CATEGORY: {}/{}\n", category(course.title.as_str()), category(&name));
        }
        let tags: String = [item.kind(), item.lesson.id.as_str()].iter().map(|tag| format!(" [tag:{tag}]")).collect();
        out += &format!("\n// [id:{}]{tags}\n::{}::[html]{}\n", item.id(), item.id(), body(item));
    }
    out
}

/// The text of a question and its answers.
fn body(item: &Item<'_>) -> String {
    let taught = html_text(&format!("<p>{}</p>", html::escaped(&item.taught)));
    match item.asked {
        Asked::Interview(question) => {
            let points: String = question.points.iter().map(|point| format!("<li>{}</li>", html::rich(point))).collect();
            format!("{} {{####{}}}", html_rich(&question.prompt), html_text(&format!("<ul>{points}</ul>")))
        }
        Asked::Quiz(question) => {
            let code = bank::code(question).map(|code| html::code(&code)).unwrap_or_default();
            let stem = html_text(&(html::doc(&question.prompt) + &code));
            format!("{stem} {{{}}}", answers(question, &taught))
        }
    }
}

fn answers(question: &Question, taught: &str) -> String {
    let mut out = String::new();
    if let Some(picks) = bank::picks(question) {
        let right = picks.iter().filter(|pick| pick.right).count();
        for pick in &picks {
            out += &match (pick.right, right) {
                (true, 1) => "\n=".to_owned(),
                (false, 1) => "\n~".to_owned(),
                // Right picks minus wrong picks, over the number of right ones.
                (is_right, count) => format!("\n~%{}{}%", if is_right { "" } else { "-" }, share(count)),
            };
            out += &format!("{}#{}", html_rich(&pick.text), html_rich(&pick.why));
        }
        return out + &format!("\n####{taught}\n");
    }
    let mut whys = String::new();
    match &question.task {
        Task::Order { steps } => {
            for (at, step) in steps.iter().enumerate() {
                out += &format!("\n={}. -> {}", at + 1, plain(&step.text.text()));
                whys += &format!("<li>{}</li>", html::rich(&step.why));
            }
            whys = format!("<ol>{whys}</ol>");
        }
        Task::Match { pairs } => {
            for pair in pairs {
                out += &format!("\n={} -> {}", html_rich(&pair.left), plain(&pair.right.text()));
                whys += &format!("<li>{}: {}</li>", html::rich(&pair.left), html::rich(&pair.why));
            }
            whys = format!("<ul>{whys}</ul>");
        }
        Task::ShortText { answers, near, explain } => {
            for answer in answers {
                out += &format!("\n=%100%{}#{}", plain(answer.as_str()), html_rich(explain));
            }
            for (text, why) in near {
                out += &format!("\n=%0%{}#{}", plain(text.as_str()), html_rich(why));
            }
        }
        Task::Choose { .. } | Task::SpotLine { .. } => {}
    }
    out + &format!("\n####{}{taught}\n", html_text(&whys))
}

/// The share of one in so many, in percent, as Moodle spells those that it takes.
fn share(count: usize) -> String {
    let share = 100.0 / f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
    let text = format!("{share:.5}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn html_rich(text: &Rich) -> String {
    html_text(&html::rich(text))
}

/// HTML as GIFT. A sign of percent at the beginning would be taken for a weight, and a bracket for a format.
fn html_text(html: &str) -> String {
    let html = match html.chars().next() {
        Some('%') => html.replacen('%', "&#37;", 1),
        Some('[') => html.replacen('[', "&#91;", 1),
        _ => html.to_owned(),
    };
    plain(&html)
}

/// Text with every character escaped that GIFT gives a meaning.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out += "\\n",
            '~' | '=' | '#' | '{' | '}' | ':' | '\\' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// Text that fits on a line by itself.
fn line(text: &str) -> String {
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_escaped() {
        assert_eq!(plain("a=b ~#{}:\\\nc"), "a\\=b \\~\\#\\{\\}\\:\\\\\\nc");
        assert_eq!(html_text("%50% of it"), "&\\#37;50% of it");
    }

    #[test]
    fn shares_are_those_that_moodle_takes() {
        assert_eq!([1, 2, 3, 4, 5, 6, 7].map(share), ["100", "50", "33.33333", "25", "20", "16.66667", "14.28571"]);
    }
}
