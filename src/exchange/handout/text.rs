//! Texts and code as HTML. Everything goes through the template, which escapes it.

use maud::{Markup, html};

use super::{Desk, Part, class};
use crate::domain::code::{Colours, Role};
use crate::domain::comparison::Note;
use crate::domain::doc::{Block, Body, Doc, Inline, Level, Link, Rich};

/// A text with its emphasis and links.
pub(super) fn rich(desk: &Desk<'_>, part: Option<&Part<'_>>, text: &Rich) -> Markup {
    html! { @for inline in &text.0 { (run(desk, part, inline)) } }
}

fn run(desk: &Desk<'_>, part: Option<&Part<'_>>, inline: &Inline) -> Markup {
    let mut words = html! { (inline.text) };
    if inline.style.code {
        words = html! { code { (words) } };
    }
    if inline.style.emphasis {
        words = html! { em { (words) } };
    }
    if inline.style.strong {
        words = html! { strong { (words) } };
    }
    let Some(link) = &inline.link else { return words };
    let Some(target) = desk.target(link) else { return words };
    let number = match link {
        Link::Web(address) => part.and_then(|part| part.addresses.iter().position(|known| known == &address.as_str())),
        _ => None,
    };
    let term = matches!(link, Link::Term(_)).then_some("term");
    html! {
        a class=[term] href=(target) { (words) }
        @if let Some(number) = number { sup.ref { "[" (number + 1) "]" } }
    }
}

/// A text of several blocks, its lists and quotations nested as they were written.
pub(super) fn doc(doc: &Doc, body: &dyn Fn(&Body) -> Markup) -> Markup {
    html! { @for node in nodes(&doc.blocks, 0) { (node_html(&node, body)) } }
}

/// A part of a text, with the containers as a tree. No deeper than [`crate::domain::doc::MAX_LEVELS`].
enum Node<'d> {
    Leaf(&'d Body),
    Quote(Vec<Node<'d>>),
    List { first: Option<u32>, items: Vec<Vec<Node<'d>>> },
}

fn nodes(blocks: &[Block], depth: usize) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    let mut rest = blocks;
    while let Some(first) = rest.first() {
        let level = first.levels.get(depth);
        let same = |block: &Block| match (level, block.levels.get(depth)) {
            (None, None) => false,
            (Some(Level::Quote), Some(Level::Quote)) => true,
            (Some(Level::Item { marker, .. }), Some(Level::Item { marker: next, .. })) => next
                .as_ref()
                .is_none_or(|next| number(next).is_some() == marker.as_ref().is_some_and(|first| number(first).is_some())),
            _ => false,
        };
        let length = 1 + rest.iter().skip(1).take_while(|block| same(block)).count();
        let (run, after) = rest.split_at(length);
        rest = after;
        out.push(match level {
            None => Node::Leaf(&first.body),
            Some(Level::Quote) => Node::Quote(nodes(run, depth + 1)),
            Some(Level::Item { marker, .. }) => {
                let begins = |block: &Block| matches!(block.levels.get(depth), Some(Level::Item { marker: Some(_), .. }));
                let items = run.chunk_by(|_, next| !begins(next)).map(|item| nodes(item, depth + 1)).collect();
                Node::List { first: marker.as_deref().and_then(number), items }
            }
        });
    }
    out
}

/// The number of a marker; none for a bullet.
fn number(marker: &str) -> Option<u32> {
    marker.trim_end_matches(['.', ')']).parse().ok()
}

fn node_html(node: &Node<'_>, body: &dyn Fn(&Body) -> Markup) -> Markup {
    match node {
        Node::Leaf(leaf) => body(leaf),
        Node::Quote(inner) => html! { blockquote { @for node in inner { (node_html(node, body)) } } },
        Node::List { first: None, items } => html! { ul { (items_html(items, body)) } },
        Node::List { first: Some(first), items } => {
            let start = (*first != 1).then_some(first);
            html! { ol start=[start] { (items_html(items, body)) } }
        }
    }
}

fn items_html(items: &[Vec<Node<'_>>], body: &dyn Fn(&Body) -> Markup) -> Markup {
    html! {
        @for item in items {
            li {
                @match item.as_slice() {
                    // A single paragraph needs none of its own.
                    [only @ Node::Leaf(_)] => (node_html(only, body)),
                    several => @for node in several { (node_html(node, body)) },
                }
            }
        }
    }
}

/// What is no heading and no card: the same in lessons and in questions.
pub(super) fn plain_body(desk: &Desk<'_>, part: Option<&Part<'_>>, body: &Body) -> Markup {
    match body {
        Body::Heading { text, .. } => html! { p { strong { (rich(desk, part, text)) } } },
        Body::Paragraph(text) | Body::Card { text, .. } => html! { p { (rich(desk, part, text)) } },
        Body::Code { language, text } => block(desk, language, text.as_str()),
        Body::Rule => html! { hr; },
        Body::Table { head, rows } => table(desk, part, head, rows),
    }
}

fn table(desk: &Desk<'_>, part: Option<&Part<'_>>, head: &[Rich], rows: &[Vec<Rich>]) -> Markup {
    html! {
        table {
            thead { tr { @for cell in head { th scope="col" { (rich(desk, part, cell)) } } } }
            tbody {
                @for row in rows {
                    tr {
                        @for (at, cell) in row.iter().enumerate() {
                            @if at == 0 { th scope="row" { (rich(desk, part, cell)) } } @else { td { (rich(desk, part, cell)) } }
                        }
                    }
                }
            }
        }
    }
}

/// A block of code in running text.
fn block(desk: &Desk<'_>, language: &str, text: &str) -> Markup {
    match language {
        // Never wrapped, so the letters shrink with the paper instead.
        "diagram" => {
            let columns = text.lines().map(|line| line.chars().count()).max().unwrap_or(0).div_ceil(8) * 8;
            html! { pre class={ "diagram c" (columns.clamp(24, 80)) } { code { (text) } } }
        }
        "console" => html! {
            pre.console { code {
                @for line in text.lines() { @if line.starts_with("$ ") { b { (line) } } @else { (line) } "\n" }
            } }
        },
        _ => html! { pre { code { (coloured(&(desk.handout.colours)(language, text), text)) } } },
    }
}

/// Code without its line numbers.
fn coloured(colours: &Colours, text: &str) -> Markup {
    html! { @for (at, line) in text.lines().enumerate() { (runs(colours, at, line)) "\n" } }
}

/// Code with numbered lines, and the numbers of notes on the lines that they are about.
pub(super) fn numbered(desk: &Desk<'_>, language: &str, text: &str, notes: &[Note]) -> Markup {
    let colours = (desk.handout.colours)(language, text);
    html! {
        pre.numbered { code {
            @for (at, line) in text.lines().enumerate() {
                @let marks: Vec<usize> = notes.iter().filter(|note| note.line == at).map(|note| note.number).collect();
                span.line.marked[!marks.is_empty()] {
                    (runs(&colours, at, line))
                    @for mark in marks { " " span.mark { span.vh { "(note " } (mark) span.vh { ")" } } }
                }
                "\n"
            }
        } }
    }
}

/// A line in its colours.
fn runs(colours: &Colours, at: usize, line: &str) -> Markup {
    let mut pieces: Vec<(&str, Option<&'static str>)> = Vec::new();
    let mut rest = line;
    for (length, role) in colours.lines.get(at).map(Vec::as_slice).unwrap_or_default() {
        let Some((piece, after)) = rest.split_at_checked((*length).min(rest.len())) else { break };
        pieces.push((piece, class(*role).filter(|_| *role != Role::Plain)));
        rest = after;
    }
    pieces.push((rest, None));
    html! {
        @for (piece, class) in pieces {
            @match class { Some(class) => span class=(class) { (piece) }, None => (piece) }
        }
    }
}
