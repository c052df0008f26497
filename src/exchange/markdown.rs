//! Questions, texts and cheat sheets as Markdown. A bank is to be printed or read: first every question of a lesson, then the answers.

use super::bank::{self, Asked, Item};
use crate::domain::cheatsheet::Sheet;
use crate::domain::comparison::{Pair, language_name};
use crate::domain::course::{Course, numeral};
use crate::domain::doc::{Body, Doc, Link, Rich};
use crate::domain::quiz::{InterviewQuestion, Question, Task};

/// The questions as one page.
#[must_use]
pub fn markdown(course: &Course, items: &[Item<'_>]) -> String {
    let mut out = format!("# {}: questions\n", plain(course.title.as_str()));
    for group in items.chunk_by(|a, b| a.lesson.id == b.lesson.id) {
        let Some(first) = group.first() else { continue };
        let numeral = first.lesson.factor.map(|factor| format!("{} ", numeral(factor))).unwrap_or_default();
        out += &format!("\n## {numeral}{}\n", plain(first.lesson.title.as_str()));
        for (at, item) in group.iter().enumerate() {
            out += &format!("\n### {}. `{}`\n\n{}\n", at + 1, item.id(), asked(item).trim_end());
        }
        out += "\n### Answers\n";
        for (at, item) in group.iter().enumerate() {
            out += &format!("\n**{}. `{}`** ({})\n\n{}\n", at + 1, item.id(), plain(&item.taught), told(item).trim_end());
        }
    }
    out
}

/// One page with what one wants at hand of a lesson.
#[must_use]
pub fn sheet(sheet: &Sheet<'_>) -> String {
    format!("# {}\n{}", plain(&sheet.title), sheet_parts(sheet, "##", true))
}

/// What stands on a sheet, under headings that begin with `level`; with what to say when asked if `sayings`.
pub(super) fn sheet_parts(sheet: &Sheet<'_>, level: &str, sayings: bool) -> String {
    let (lesson, mut text) = (sheet.lesson, String::new());
    let mut part = |name: &str, rows: Vec<String>| {
        if !rows.is_empty() {
            let name = if name.is_empty() { String::new() } else { format!("{level} {name}\n\n") };
            text += &format!("\n{name}{}\n", rows.concat().trim_end());
        }
    };
    part("", lesson.principle.iter().map(|text| format!("**{}**", plain(&text.text()))).collect());
    part("", lesson.asks.iter().map(rich).collect());
    part("Take away", lesson.takeaways.iter().map(|text| format!("- {}\n", rich(text))).collect());
    let pair =
        |pair: &Pair| format!("- **{}** ({}). {}\n", plain(&pair.title.text()), language_name(&pair.language), rich(&pair.says));
    part("Bad and good", lesson.pairs.iter().map(pair).collect());
    let platform = |(name, cells): &(&Rich, &[Rich])| {
        let cells: Vec<String> = cells.iter().map(rich).collect();
        format!("- {}: {}\n", rich(name), cells.join("; "))
    };
    part("On your platform", sheet.platforms.iter().map(platform).collect());
    let saying =
        |(question, point): &(&InterviewQuestion, &Rich)| format!("- *{}*  \n  {}\n", plain(&question.prompt.text()), rich(point));
    part("When they ask", sheet.sayings.iter().filter(|_| sayings).map(saying).collect());
    text
}

/// What is asked, with what there is to choose from.
pub(super) fn asked(item: &Item<'_>) -> String {
    let question = match item.asked {
        Asked::Quiz(question) => question,
        Asked::Interview(question) => return format!("{} (interview, {})", rich(&question.prompt), question.level.name()),
    };
    let mut out = doc(&question.prompt);
    if let (Some(text), Some(code)) = (bank::code(question), &question.code) {
        let numbered = matches!(question.task, Task::SpotLine { .. });
        out += &fence(if numbered { "text" } else { &code.language }, &text);
    }
    let order = question.order(0);
    match &question.task {
        Task::Choose { .. } => out += &lettered(bank::picks(question).unwrap_or_default().iter().map(|pick| rich(&pick.text))),
        Task::Order { steps } => {
            out += &list(order.iter().filter_map(|&at| steps.get(at)).map(|step| rich(&step.text)));
        }
        Task::Match { pairs } => {
            out += &list(pairs.iter().map(|pair| rich(&pair.left)));
            out += "\n";
            out += &lettered(order.iter().filter_map(|&at| pairs.get(at)).map(|pair| rich(&pair.right)));
        }
        Task::SpotLine { .. } | Task::ShortText { .. } => {}
    }
    out
}

/// What is right, and why.
pub(super) fn told(item: &Item<'_>) -> String {
    match item.asked {
        Asked::Quiz(question) => quiz_told(question),
        Asked::Interview(question) => {
            let weak = std::iter::once(format!("✗ {}", rich(&question.weak)));
            list(
                question
                    .points
                    .iter()
                    .map(rich)
                    .chain(weak)
                    .chain(question.follow_ups.iter().map(|next| format!("→ {}", rich(next)))),
            )
        }
    }
}

fn quiz_told(question: &Question) -> String {
    let because = |text: &Rich, why: &Rich| format!("{}: {}", rich(text), rich(why));
    let marked = |right, text: &Rich, why: &Rich| format!("{} {}", if right { "✓" } else { "✗" }, because(text, why));
    if let Some(picks) = bank::picks(question) {
        let told = picks.iter().map(|pick| marked(pick.right, &pick.text, &pick.why));
        return if matches!(question.task, Task::Choose { .. }) { lettered(told) } else { list(told) };
    }
    match &question.task {
        Task::Order { steps } => {
            steps.iter().enumerate().map(|(at, step)| format!("{}. {}\n", at + 1, because(&step.text, &step.why))).collect()
        }
        Task::Match { pairs } => {
            list(pairs.iter().map(|pair| format!("{} → {}: {}", rich(&pair.left), rich(&pair.right), rich(&pair.why))))
        }
        Task::ShortText { answers, near, explain } => {
            let right = answers.iter().map(|answer| plain(answer.as_str())).collect::<Vec<_>>().join(" / ");
            let near = near.iter().map(|(text, why)| marked(false, &Rich::plain(text.as_str()), why));
            list(std::iter::once(format!("✓ {right}: {}", rich(explain))).chain(near))
        }
        Task::Choose { .. } | Task::SpotLine { .. } => String::new(),
    }
}

/// A list.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    items.map(|item| format!("- {item}\n")).collect()
}

/// A list whose items have letters: Markdown has none of its own.
fn lettered(items: impl Iterator<Item = String>) -> String {
    ('A'..='Z').zip(items).map(|(letter, item)| format!("- {letter}. {item}\n")).collect()
}

/// A text of several blocks.
pub(super) fn doc(doc: &Doc) -> String {
    let mut out = String::new();
    for block in &doc.blocks {
        let marker = block.marker().map(|marker| if marker == "•" { "- ".to_owned() } else { format!("{marker} ") });
        let marker = marker.unwrap_or_default();
        match &block.body {
            Body::Heading { text, .. } => out += &format!("**{}**\n\n", rich(text)),
            Body::Paragraph(text) | Body::Card { text, .. } => out += &format!("{marker}{}\n\n", rich(text)),
            Body::Code { language, text } => out += &fence(language, text.as_str()),
            Body::Rule => out += "---\n\n",
            Body::Table { head, rows } => {
                let row = |cells: &[Rich]| {
                    let cells: Vec<String> = cells.iter().map(|cell| rich(cell).replace('|', "\\|")).collect();
                    format!("| {} |\n", cells.join(" | "))
                };
                out += &format!("{}|{}\n", row(head), " --- |".repeat(head.len()));
                out += &rows.iter().map(|cells| row(cells)).collect::<String>();
                out += "\n";
            }
        }
    }
    out
}

/// Code between fences that are longer than any run of backticks in it.
pub(super) fn fence(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}{language}\n{text}\n{fence}\n\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Text with its emphasis and web links. Links into the course lead nowhere outside it, so their words stand alone.
pub(super) fn rich(text: &Rich) -> String {
    let mut out = String::new();
    for inline in &text.0 {
        let words = inline.text.as_str();
        let mut words = if inline.style.code {
            let ticks = "`".repeat(longest_run(words) + 1);
            let pad = if words.starts_with('`') || words.ends_with('`') { " " } else { "" };
            format!("{ticks}{pad}{words}{pad}{ticks}")
        } else {
            plain(words)
        };
        if inline.style.emphasis && !words.trim().is_empty() {
            words = format!("*{words}*");
        }
        if inline.style.strong && !words.trim().is_empty() {
            words = format!("**{words}**");
        }
        if let Some(Link::Web(address)) = &inline.link {
            words = format!("[{words}](<{address}>)");
        }
        out += &words;
    }
    out
}

/// Words with every character escaped that Markdown gives a meaning inside a line.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '~') {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::domain::doc::{Emphasis, Inline};
    use crate::domain::text::SafeText;

    #[test]
    fn markdown_means_what_the_text_says() {
        let piece = |text: &str, style, link| Inline { text: SafeText::new(text), style, link };
        let text = Rich(vec![
            piece("a*b ", Emphasis::default(), None),
            piece("`x`y", Emphasis { code: true, ..Emphasis::default() }, None),
            piece(" no", Emphasis { strong: true, ..Emphasis::default() }, None),
            piece("here", Emphasis::default(), Some(Link::Web(SafeText::new("https://example.com")))),
        ]);
        assert_eq!(rich(&text), "a\\*b `` `x`y ``** no**[here](<https://example.com>)");
    }
}
