//! The two sheets as Markdown, for a wiki or an editor.

use super::lesson::EXCERPT;
use super::question::taught;
use super::{Desk, GENERATOR, Part, Sheet, outside};
use crate::domain::cheatsheet;
use crate::domain::comparison::{Pair, Side, language_name};
use crate::domain::course::{factor_name, numeral};
use crate::domain::doc::{Block, Body, Doc, Link};
use crate::domain::id::PairId;
use crate::domain::story::Story;
use crate::exchange::bank::{Asked, Item};
use crate::exchange::markdown::{asked, doc, fence, list, plain, rich, sheet_parts, told};

/// The whole sheet.
pub(super) fn page(desk: &Desk<'_>) -> String {
    let course = desk.handout.course;
    let open = desk.sheet == Sheet::Lessons;
    let mut out = format!("<!-- {GENERATOR} -->\n\n# {}{}\n", plain(course.title.as_str()), if open { "" } else { ": answers" });
    for part in &desk.parts {
        if !open && !part.asks() {
            continue;
        }
        let numeral = part.lesson.factor.map(|factor| format!("{} ", numeral(factor))).unwrap_or_default();
        out += &format!("\n## {numeral}{}\n", plain(part.lesson.title.as_str()));
        if open && part.whole {
            out += &lesson(desk, part);
        } else if open {
            out += &format!("\n*{EXCERPT}*\n");
            out += &part.pairs.iter().map(|pair| format!("\n{}", pair_text(pair))).collect::<String>();
        }
        if open && part.asks() {
            out += "\n### Questions\n";
        }
        out += &questions(desk, part);
        if open {
            out += &addresses(part);
        }
    }
    if open {
        out += "\n## Cheat sheet\n";
        for at in cheatsheet::Sheet::lessons(course, &desk.handout.whole()) {
            if let Some(sheet) = cheatsheet::Sheet::of(course, at) {
                out += &format!("\n### {}\n{}", plain(&sheet.title), sheet_parts(&sheet, "####", false));
            }
        }
        if !desk.terms.is_empty() {
            out += "\n## Words\n\n";
            out += &list(desk.terms.iter().map(|term| format!("**{}**: {}", plain(term.term.as_str()), rich(&term.text))));
        }
    }
    out
}

fn lesson(desk: &Desk<'_>, part: &Part<'_>) -> String {
    let lesson = part.lesson;
    let mut out = String::new();
    if let Some(text) = &lesson.principle {
        out += &format!("\n> **{}**\n", plain(&text.text()));
    }
    if let Some(text) = &lesson.asks {
        out += &format!("\n> {}\n", rich(text));
    }
    let mut shown: Vec<&PairId> = Vec::new();
    for block in &lesson.body.blocks {
        out.push('\n');
        match &block.body {
            Body::Heading { level, text, .. } => {
                out += &format!("{} {}\n", if *level <= 2 { "###" } else { "####" }, rich(text));
            }
            Body::Card { to: Link::Pair(id), .. } if !shown.contains(&id) && lesson.pairs.iter().any(|pair| &pair.id == id) => {
                shown.push(id);
                out += &lesson.pairs.iter().filter(|pair| &pair.id == id).map(pair_text).collect::<String>();
            }
            Body::Card { to: Link::Question(id), text } => {
                let number = desk.questions.get(id).map(|number| format!("Question {number}: ")).unwrap_or_default();
                out += &format!("> {number}{}\n", rich(text));
            }
            _ => out += &indented(block),
        }
    }
    for pair in lesson.pairs.iter().filter(|pair| !shown.contains(&&pair.id)) {
        out += &format!("\n{}", pair_text(pair));
    }
    if let Some(story) = &lesson.story {
        out += &self::story(story);
    }
    if !lesson.takeaways.is_empty() {
        out += &format!("\n### Take away\n\n{}", list(lesson.takeaways.iter().map(rich)));
    }
    out
}

/// A block as Markdown, moved in by the containers that it stands in. An item of a list begins with its marker.
fn indented(block: &Block) -> String {
    let text = doc(&Doc { blocks: vec![block.clone()] });
    let depth = block.levels.len().saturating_sub(1) * 2;
    let inner = if block.marker().is_none() && !block.levels.is_empty() { depth + 2 } else { depth };
    let lines: Vec<String> = text.trim_end().lines().map(|line| format!("{}{line}", " ".repeat(inner))).collect();
    lines.join("\n") + "\n"
}

fn pair_text(pair: &Pair) -> String {
    let head = format!("**{}** ({})\n\n{}\n", plain(&pair.title.text()), language_name(&pair.language), rich(&pair.says));
    let side = |sign: &str, side: &Side| {
        let lines: Vec<&str> = side.code.as_str().lines().collect();
        let notes = side.notes.iter().map(|note| {
            let words = lines.get(note.line).map_or("", |line| line.trim());
            let ticks = "`".repeat(words.split(|c| c != '`').map(str::len).max().unwrap_or(0) + 1);
            let pad = if words.starts_with('`') || words.ends_with('`') { " " } else { "" };
            format!("({}) line {}, {ticks}{pad}{words}{pad}{ticks}: {}", note.number, note.line + 1, rich(&note.text))
        });
        format!("\n{sign} **{}**\n\n{}{}", plain(side.file.as_str()), fence(&pair.language, side.code.as_str()), list(notes))
    };
    head + &side("✗ BAD", &pair.bad) + &side("✓ GOOD", &pair.good)
}

fn story(story: &Story) -> String {
    let mut out = format!("\n### The night, scene by scene\n\n*{}*\n", plain(&story.note.text()));
    for scene in &story.scenes {
        out += &format!("\n#### {} {}\n\n{}", plain(scene.time.as_str()), rich(&scene.title), doc(&scene.text));
        if !scene.factors.is_empty() {
            let factors: Vec<String> =
                scene.factors.iter().map(|factor| format!("{} {}", numeral(*factor), factor_name(*factor))).collect();
            out += &format!("What is missing here: {}\n", factors.join(", "));
        }
    }
    if !story.violations.is_empty() {
        out += "\n### What was broken, and what was changed\n";
    }
    for violation in &story.violations {
        out += &format!("\n#### {} {}\n\n", numeral(violation.factor), factor_name(violation.factor));
        out += &list(
            [("✗ That night", &violation.night), ("✓ The change", &violation.fix), ("→ How one sees it", &violation.proof)]
                .into_iter()
                .map(|(what, text)| format!("{what}: {}", rich(text))),
        );
    }
    if !story.figures.is_empty() {
        out += "\n### Before and after\n\n| What is counted | That night | A year later |\n| --- | --- | --- |\n";
    }
    for figure in &story.figures {
        let cells = [rich(&figure.label), plain(figure.before.as_str()), plain(figure.after.as_str())];
        out += &format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
    out
}

fn questions(desk: &Desk<'_>, part: &Part<'_>) -> String {
    let quiz = part.asked.iter().map(|question| {
        let item = Item { lesson: part.lesson, asked: Asked::Quiz(question), taught: taught(desk, part.lesson, question) };
        (item, question.kind.label())
    });
    let interview = part.interview.iter().map(|question| {
        (Item { lesson: part.lesson, asked: Asked::Interview(question), taught: part.lesson.title.to_string() }, "Answer aloud")
    });
    let level = if desk.sheet == Sheet::Lessons { "####" } else { "###" };
    let mut out = String::new();
    for (at, (item, task)) in quiz.chain(interview).enumerate() {
        out += &format!("\n{level} Question {}: {task}\n\n{}\n", at + 1, asked(&item).trim_end());
        if desk.sheet == Sheet::Answers {
            out += &format!("\n**Answer** (`{}`, taught in {})\n\n{}\n", item.id(), plain(&item.taught), told(&item).trim_end());
        }
    }
    out
}

fn addresses(part: &Part<'_>) -> String {
    if part.addresses.is_empty() {
        return String::new();
    }
    let line = |address: &&str| {
        let source = part.lesson.sources.iter().find(|source| source.url.as_str() == *address);
        let title = source.map(|source| format!("{}, ", rich(&source.title))).unwrap_or_default();
        outside(address).map(|address| format!("{title}<{}>", address.replace(['<', '>', ' '], "")))
    };
    format!("\n### Sources and links\n\n{}", list(part.addresses.iter().filter_map(line)))
}
