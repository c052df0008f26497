//! A lesson as HTML: its text with the pairs where the text shows them, its story, what to take away, its sources; and its
//! cheat sheet.

use maud::{Markup, html};

use super::text::{doc, numbered, plain_body, rich};
use super::{Desk, Part, outside};
use crate::domain::cheatsheet;
use crate::domain::comparison::{Pair, Side, language_name};
use crate::domain::course::{factor_name, numeral};
use crate::domain::doc::{Body, Link};
use crate::domain::id::PairId;
use crate::domain::story::Story;

/// Columns that let both sides of a pair stand beside each other on a screen, and on paper.
const BESIDE: usize = 52;
const BESIDE_ON_PAPER: usize = 44;

/// What is said of a lesson that is not whole.
pub(super) const EXCERPT: &str = "Of this lesson only what follows belongs to the track.";

/// The title of a lesson with its numeral.
pub(super) fn title(part: &Part<'_>) -> Markup {
    html! {
        @if let Some(factor) = part.lesson.factor { span.numeral { (numeral(factor)) } " " }
        (part.lesson.title)
    }
}

/// All of a lesson but its questions.
pub(super) fn lesson(desk: &Desk<'_>, part: &Part<'_>) -> Markup {
    let lesson = part.lesson;
    let own = |id: &PairId| lesson.pairs.iter().find(|pair| &pair.id == id);
    // A pair is shown where the text first speaks of it; one that it never speaks of comes after the text.
    let first_cards: Vec<(usize, &PairId)> = {
        let mut seen: Vec<(usize, &PairId)> = Vec::new();
        for (at, block) in lesson.body.blocks.iter().enumerate() {
            if let Body::Card { to: Link::Pair(id), .. } = &block.body
                && block.levels.is_empty()
                && own(id).is_some()
                && !seen.iter().any(|(_, known)| *known == id)
            {
                seen.push((at, id));
            }
        }
        seen
    };
    let shown_by = |body: &Body| {
        let at = lesson.body.blocks.iter().position(|block| std::ptr::eq(&block.body, body));
        first_cards.iter().find(|(card, _)| Some(*card) == at).and_then(|(_, id)| own(id))
    };
    let body = |body: &Body| match body {
        Body::Heading { level: 0..=2, id, text } => {
            let id = id.as_ref().map(|id| format!("lesson-{}.{id}", lesson.id));
            html! { h3 id=[id] { (rich(desk, Some(part), text)) } }
        }
        Body::Heading { text, .. } => html! { h4 { (rich(desk, Some(part), text)) } },
        Body::Card { to, text } => match (shown_by(body), to) {
            (Some(pair), _) => self::pair(desk, part, pair),
            (None, Link::Question(id)) => {
                let number = desk.questions.get(id);
                html! { p.checkpoint {
                    @if let Some(number) = number { span.label { "Question " (number) } " " }
                    (rich(desk, Some(part), text))
                } }
            }
            _ => html! { p.card { (rich(desk, Some(part), text)) } },
        },
        other => plain_body(desk, Some(part), other),
    };
    let left: Vec<&Pair> = lesson.pairs.iter().filter(|pair| !first_cards.iter().any(|(_, id)| **id == pair.id)).collect();
    html! {
        @if lesson.principle.is_some() || lesson.asks.is_some() {
            div.principle {
                @if let Some(principle) = &lesson.principle { p.says { (rich(desk, Some(part), principle)) } }
                @if let Some(asks) = &lesson.asks { p { (rich(desk, Some(part), asks)) } }
            }
        }
        (doc(&lesson.body, &body))
        @if !left.is_empty() {
            h3 { "More code" }
            @for pair in left { (self::pair(desk, part, pair)) }
        }
        @if let Some(story) = &lesson.story { (self::story(desk, part, story)) }
        @if !lesson.takeaways.is_empty() {
            h3 { "Take away" }
            ol.takeaways { @for takeaway in &lesson.takeaways { li { (rich(desk, Some(part), takeaway)) } } }
        }
    }
}

/// What a track wants of a lesson that it does not lead through.
pub(super) fn excerpt(desk: &Desk<'_>, part: &Part<'_>) -> Markup {
    html! {
        p.aside { (EXCERPT) }
        @for pair in &part.pairs { (self::pair(desk, part, pair)) }
    }
}

/// Where the facts come from and where the links lead, with the numbers that stand in the text.
pub(super) fn addresses(desk: &Desk<'_>, part: &Part<'_>) -> Markup {
    let title = |address: &str| part.lesson.sources.iter().find(|source| source.url.as_str() == address);
    html! {
        @if !part.addresses.is_empty() {
            h3 { "Sources and links" }
            ol.addresses {
                @for address in &part.addresses {
                    li {
                        @if let Some(source) = title(address) { (rich(desk, None, &source.title)) ", " }
                        @if let Some(target) = outside(address) { a href=(target) { (address) } }
                    }
                }
            }
        }
    }
}

fn pair(desk: &Desk<'_>, part: &Part<'_>, pair: &Pair) -> Markup {
    let widest = [&pair.bad, &pair.good].into_iter().flat_map(|side| side.code.as_str().lines()).map(|line| line.chars().count());
    let widest = widest.max().unwrap_or(0);
    html! {
        figure.pair.beside[widest <= BESIDE].beside-on-paper[widest <= BESIDE_ON_PAPER] id={ "pair-" (pair.id) } {
            figcaption {
                strong { (rich(desk, Some(part), &pair.title)) } " "
                span.label { (language_name(&pair.language)) }
                br;
                (rich(desk, Some(part), &pair.says))
            }
            div.sides {
                (side(desk, part, &pair.language, &pair.bad, false))
                (side(desk, part, &pair.language, &pair.good, true))
            }
        }
    }
}

fn side(desk: &Desk<'_>, part: &Part<'_>, language: &str, side: &Side, good: bool) -> Markup {
    html! {
        div.side.good[good].bad[!good] {
            p.sign { strong { @if good { "✓ GOOD" } @else { "✗ BAD" } } " " span.file { (side.file) } }
            (numbered(desk, language, side.code.as_str(), &side.notes))
            @if !side.notes.is_empty() {
                ul.notes {
                    @for note in &side.notes {
                        li { span.mark { span.vh { "Note " } (note.number) } " " span.vh { "on line " (note.line + 1) ": " } (rich(desk, Some(part), &note.text)) }
                    }
                }
            }
        }
    }
}

fn story(desk: &Desk<'_>, part: &Part<'_>, story: &Story) -> Markup {
    html! {
        h3 { "The night, scene by scene" }
        p.aside { (rich(desk, Some(part), &story.note)) }
        @for scene in &story.scenes {
            section.scene {
                h4 { span.time { (scene.time) } " " (rich(desk, Some(part), &scene.title)) }
                (doc(&scene.text, &|body| plain_body(desk, Some(part), body)))
                @if !scene.factors.is_empty() {
                    p.factors {
                        span.label { "What is missing here" }
                        @for factor in &scene.factors { " " span.factor { (numeral(*factor)) " " (factor_name(*factor)) } }
                    }
                }
            }
        }
        @if !story.violations.is_empty() {
            h3 { "What was broken, and what was changed" }
            @for violation in &story.violations {
                section.violation {
                    h4 {
                        span.numeral { (numeral(violation.factor)) } " " (factor_name(violation.factor))
                        @if violation.symptom { " " span.label { "a symptom of the night" } }
                    }
                    dl {
                        dt { "✗ That night" } dd { (rich(desk, Some(part), &violation.night)) }
                        dt { "✓ The change" } dd { (rich(desk, Some(part), &violation.fix)) }
                        dt { "→ How one sees it" } dd { (rich(desk, Some(part), &violation.proof)) }
                    }
                }
            }
        }
        @if !story.figures.is_empty() {
            table.figures {
                caption { "Before and after" }
                thead { tr { th scope="col" { "What is counted" } th scope="col" { "That night" } th scope="col" { "A year later" } } }
                tbody {
                    @for figure in &story.figures {
                        tr {
                            th scope="row" { (rich(desk, Some(part), &figure.label)) }
                            td { (figure.before) }
                            td { (figure.after) }
                        }
                    }
                }
            }
        }
    }
}

/// The cheat sheet of a lesson. What one answers when asked is on the other sheet.
pub(super) fn sheet(desk: &Desk<'_>, at: usize) -> Markup {
    let Some(sheet) = cheatsheet::Sheet::of(desk.handout.course, at) else { return html! {} };
    let lesson = sheet.lesson;
    html! {
        section.sheet {
            h3 { @if let Some(factor) = lesson.factor { span.numeral { (numeral(factor)) } " " } (lesson.title) }
            @if let Some(principle) = &lesson.principle { p { strong { (rich(desk, None, principle)) } } }
            @if let Some(asks) = &lesson.asks { p { em { (rich(desk, None, asks)) } } }
            ul { @for takeaway in &lesson.takeaways { li { (rich(desk, None, takeaway)) } } }
            @if !lesson.pairs.is_empty() {
                h4 { "Bad and good" }
                ul {
                    @for pair in lesson.pairs.iter() {
                        li { strong { (rich(desk, None, &pair.title)) } " (" (language_name(&pair.language)) "). " (rich(desk, None, &pair.says)) }
                    }
                }
            }
            @if !sheet.platforms.is_empty() {
                h4 { "On your platform" }
                dl.platforms {
                    @for (name, cells) in &sheet.platforms {
                        dt { (rich(desk, None, name)) }
                        dd { @for (at, cell) in cells.iter().enumerate() { @if at > 0 { "; " } (rich(desk, None, cell)) } }
                    }
                }
            }
        }
    }
}
