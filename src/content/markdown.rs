//! Markdown into [`Doc`] and [`Rich`]. The only file that names the Markdown library.
//!
//! Text becomes safe here, after decoding: an entity such as `&#27;` is an escape only now. Nesting is flattened as it is
//! read, so that no later step needs to recurse.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::reader::{Report, shorten};
use super::spots::Spots;
use super::yaml::Spot;
use crate::domain::doc::{Block, Body, Doc, Emphasis, Inline, Level, Link, MAX_LEVELS, Rich};
use crate::domain::id::{LessonId, PairId, PassageId, QuestionId, TermId};
use crate::domain::text::{SafeText, clean};

/// The largest lesson, in bytes.
pub const MAX_BYTES: usize = 32 << 20;

/// Links that are none, of those that are reported in one piece of text.
const MOST_LINKS: usize = 20;

/// Mistakes that are told of in one piece of text.
const MOST_MISTAKES: usize = 200;

/// A link and where it stands in the file.
pub type Located = (Link, Spot);

/// Parses a whole text with blocks. `at` is where `text` begins in its file, `links` collects every link into the course.
pub fn blocks(text: &str, at: Spot, report: &mut Report<'_>, links: &mut Vec<Located>) -> Doc {
    let mut maker = Maker::new(text, at, report, links);
    // Merged, as a text of many brackets would otherwise come in as many pieces.
    for (event, range) in TextMergeWithOffset::new(Parser::new_ext(text, options()).into_offset_iter()) {
        maker.take(event, range);
    }
    maker.close_paragraph();
    Doc { blocks: maker.blocks }
}

/// Where the headings and the code blocks of a text begin, in order: as many as [`blocks`] makes of each.
pub fn outline(text: &str, at: Spot) -> (Vec<(u8, Spot)>, Vec<Spot>) {
    let mut spots = Spots::new(text, at);
    let (mut headings, mut codes) = (Vec::new(), Vec::new());
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => headings.push((level as u8, spots.of(&range))),
            Event::Start(Tag::CodeBlock(_)) => codes.push(spots.of(&range)),
            _ => {}
        }
    }
    (headings, codes)
}

/// Where things are in a table.
#[derive(Debug, Default)]
pub struct Table {
    /// Its cells, in order.
    pub cells: Vec<Spot>,
    /// Rows with more cells than the first: what is over is not shown.
    pub long: Vec<Spot>,
}

/// The tables of a text, in order.
pub fn tables(text: &str, at: Spot) -> Vec<Table> {
    let mut spots = Spots::new(text, at);
    let mut tables: Vec<Table> = Vec::new();
    let mut columns = 0;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Table(alignments)) => {
                tables.push(Table::default());
                columns = alignments.len();
            }
            Event::Start(Tag::TableRow) if text.get(range.clone()).is_some_and(|row| bars(row) > columns) => {
                let spot = spots.of(&range);
                tables.iter_mut().last().into_iter().for_each(|table| table.long.push(spot));
            }
            Event::Start(Tag::TableCell) => {
                let cell = text.get(range.clone()).unwrap_or("");
                let start = range.start + (cell.len() - cell.trim_start().len());
                let spot = spots.of(&(start..start + cell.trim().len()));
                tables.iter_mut().last().into_iter().for_each(|table| table.cells.push(spot));
            }
            _ => {}
        }
    }
    tables
}

/// How many cells a row of a table has as it is written.
fn bars(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix('|').filter(|row| !row.ends_with('\\')).unwrap_or(row);
    row.replace("\\|", "").matches('|').count() + 1
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES
}

/// Parses a text of one paragraph: emphasis, code and links.
pub fn line(text: &str, at: Spot, report: &mut Report<'_>, links: &mut Vec<Located>) -> Rich {
    let text = text.trim();
    if !text.contains(['*', '_', '`', '[', ']', '<', '>', '&', '\\', '#', '!', '|', '~', '\n']) && !begins_like_a_block(text) {
        return Rich::plain(text);
    }
    let mut rich = Rich::default();
    for block in blocks(text, at, report, links).blocks {
        let (Body::Paragraph(more) | Body::Heading { text: more, .. } | Body::Card { text: more, .. }) = block.body else {
            if let Body::Code { text, .. } = block.body {
                push(&mut rich, Inline { text, style: Emphasis { code: true, ..Emphasis::default() }, link: None });
            }
            continue;
        };
        if !rich.0.is_empty() {
            push(&mut rich, Inline { text: SafeText::new(" "), style: Emphasis::default(), link: None });
        }
        if let Some(Level::Item { marker: Some(marker), .. }) = block.levels.first() {
            push(&mut rich, Inline { text: SafeText::new(&format!("{marker} ")), style: Emphasis::default(), link: None });
        }
        rich.0.extend(more.0);
    }
    rich
}

/// Whether a plain text could be taken for a list or a rule.
fn begins_like_a_block(text: &str) -> bool {
    text.starts_with(['-', '+', '=', ':']) || text.starts_with(|c: char| c.is_ascii_digit())
}

fn push(rich: &mut Rich, inline: Inline) {
    if inline.text.is_empty() {
        return;
    }
    match rich.0.last_mut() {
        Some(last) if last.style == inline.style && last.link == inline.link => {
            last.text = SafeText::new(&format!("{}{}", last.text, inline.text));
        }
        _ => rich.0.push(inline),
    }
}

/// Inline text while its parts come in. Brackets and the like are parts of their own: runs that are set alike grow as they were
/// written and are made safe once, at the end.
#[derive(Default)]
struct Runs(Vec<(String, Emphasis, Option<Link>)>);

impl Runs {
    fn push(&mut self, text: &str, style: Emphasis, link: Option<&Link>) {
        if clean(text).is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some((run, like, to)) if *like == style && to.as_ref() == link => run.push_str(text),
            _ => self.0.push((text.to_owned(), style, link.cloned())),
        }
    }

    fn rich(self) -> Rich {
        Rich(self.0.into_iter().map(|(text, style, link)| Inline { text: SafeText::new(&text), style, link }).collect())
    }
}

/// A container that is open while events come in.
enum Open {
    Quote,
    List { next: Option<u64> },
    Item { marker: Option<String>, indent: u16 },
}

struct Maker<'a, 'r, 'p> {
    source: &'a str,
    spots: Spots<'a>,
    report: &'r mut Report<'p>,
    links: &'r mut Vec<Located>,
    blocks: Vec<Block>,
    open: Vec<Open>,
    inline: Option<Runs>,
    strong: usize,
    emphasis: usize,
    link: Option<Link>,
    heading: Option<(u8, Option<PassageId>)>,
    code: Option<(String, String)>,
    table: Option<(Vec<Rich>, Vec<Vec<Rich>>)>,
    image: usize,
    /// In a block of HTML: whether nothing more is to be said of it.
    html: Option<bool>,
    /// Mistakes that were found.
    mistakes: usize,
}

impl<'a, 'r, 'p> Maker<'a, 'r, 'p> {
    fn new(source: &'a str, at: Spot, report: &'r mut Report<'p>, links: &'r mut Vec<Located>) -> Self {
        Self {
            source,
            spots: Spots::new(source, at),
            report,
            links,
            blocks: Vec::new(),
            open: Vec::new(),
            inline: None,
            strong: 0,
            emphasis: 0,
            link: None,
            heading: None,
            code: None,
            table: None,
            image: 0,
            html: None,
            mistakes: 0,
        }
    }

    /// Reports a mistake, unless so many were reported that nobody would read one more.
    fn fault(&mut self, at: Spot, code: &'static str, message: impl Into<String>, help: Option<String>) {
        self.mistakes += 1;
        match self.mistakes {
            0..=MOST_MISTAKES => self.report.error(at, code, message, help),
            more if more == MOST_MISTAKES + 1 => {
                let help = Some(format!("mend the {MOST_MISTAKES} before it first"));
                self.report.error(at, code, "from here on there are more mistakes than are told", help);
            }
            _ => {}
        }
    }

    fn take(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(&text);
                } else {
                    self.no_link(&range);
                    self.words(&text, false);
                }
            }
            Event::Code(text) => self.words(&text, true),
            Event::SoftBreak => self.words(" ", false),
            Event::HardBreak => self.words("\n", false),
            Event::Rule => self.add(Body::Rule),
            Event::Html(text) | Event::InlineHtml(text) => {
                let quiet = self.html == Some(true) || text.trim_start().starts_with("<!--");
                self.html = self.html.map(|_| true);
                if !quiet {
                    let spot = self.spots.of(&range);
                    let help = "a lesson is Markdown alone; put code between backticks".to_owned();
                    self.fault(spot, "L010", format!("`{}` is HTML", shorten(text.trim())), Some(help));
                    self.words(&text, false);
                }
            }
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.words(&text, false),
            Event::TaskListMarker(_) => {}
        }
    }

    /// Text that was meant as a link into the course and is none.
    fn no_link(&mut self, range: &Range<usize>) {
        let from = range.start.saturating_sub(1);
        let text = self.source.get(from..range.end).unwrap_or("");
        let meant = |rest: &str| ["compare:", "lesson:", "checkpoint:", "term:"].iter().any(|scheme| rest.starts_with(scheme));
        for (at, _) in text.match_indices("](").filter(|(at, _)| text.get(at + 2..).is_some_and(meant)).take(MOST_LINKS) {
            let length = text.get(at..).and_then(|rest| rest.find(')')).map_or(text.len() - at, |end| end + 1);
            let spot = self.spots.of(&(from + at..from + at + length));
            let help = "it is written `[words](checkpoint:ID)`, without a space in the parentheses".to_owned();
            self.fault(spot, "L005", "this is meant as a link and is shown as it stands", Some(help));
        }
    }

    /// A code block that takes in the rest of the text.
    fn unclosed(&mut self, range: &Range<usize>) {
        let text = self.source.get(range.clone()).unwrap_or("");
        let last = text.trim_end().lines().skip(1).last().unwrap_or("").trim_start_matches(['>', ' ', '\t']);
        if !last.starts_with("```") && !last.starts_with("~~~") {
            let spot = self.spots.of(range);
            let help = "end it with a line of three backticks, or all that follows is code".to_owned();
            self.fault(spot, "L017", "this code block is not closed", Some(help));
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: &Range<usize>) {
        match tag {
            Tag::HtmlBlock => self.html = Some(false),
            Tag::Paragraph => self.inline = Some(Runs::default()),
            Tag::Heading { level, id, .. } => {
                self.close_paragraph();
                let level = level as u8;
                let spot = self.spots.of(range);
                let id = id.and_then(|id| {
                    let parsed = PassageId::new(&id);
                    if parsed.is_err() {
                        self.fault(spot, "I001", format!("`{}` is no id", shorten(&id)), None);
                    }
                    parsed.ok()
                });
                self.heading = Some((level, id));
                self.inline = Some(Runs::default());
            }
            Tag::BlockQuote(_) => {
                self.close_paragraph();
                self.open.push(Open::Quote);
            }
            Tag::CodeBlock(kind) => {
                self.close_paragraph();
                if matches!(kind, CodeBlockKind::Fenced(_)) {
                    self.unclosed(range);
                }
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or("").to_lowercase(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(first) => {
                self.close_paragraph();
                self.open.push(Open::List { next: first });
            }
            Tag::Item => {
                self.close_paragraph();
                let marker = match self.open.last_mut() {
                    Some(Open::List { next: Some(number) }) => {
                        let marker = format!("{number}.");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "•".to_owned(),
                };
                let indent = u16::try_from(marker.chars().count() + 1).unwrap_or(2);
                self.open.push(Open::Item { marker: Some(marker), indent });
                self.inline = Some(Runs::default());
            }
            Tag::Table(_) => {
                self.close_paragraph();
                self.table = Some((Vec::new(), Vec::new()));
            }
            Tag::TableRow => {
                if let Some((_, rows)) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            Tag::TableCell => self.inline = Some(Runs::default()),
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Link { dest_url, .. } => {
                let spot = self.spots.of(range);
                self.link = self.parse_link(&dest_url, spot);
                if let Some(link) = &self.link
                    && !matches!(link, Link::Web(_))
                {
                    self.links.push((link.clone(), spot));
                }
            }
            Tag::Image { .. } => {
                let spot = self.spots.of(range);
                self.image += 1;
                self.fault(spot, "L011", "a terminal shows no picture", Some("draw it as a `diagram` block".into()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.close_paragraph(),
            TagEnd::HtmlBlock => self.html = None,
            TagEnd::Heading(level) => self.close_heading(level),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.close_paragraph();
                self.open.pop();
            }
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    let text = SafeText::new(text.strip_suffix('\n').unwrap_or(&text));
                    self.add(Body::Code { language, text });
                }
            }
            TagEnd::TableCell => {
                let cell = self.inline.take().unwrap_or_default().rich();
                if let Some((head, rows)) = &mut self.table {
                    rows.last_mut().unwrap_or(head).push(cell);
                }
            }
            TagEnd::Table => {
                if let Some((head, mut rows)) = self.table.take() {
                    for row in &mut rows {
                        row.resize(head.len(), Rich::default());
                    }
                    self.add(Body::Table { head, rows });
                }
            }
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Link => self.link = None,
            TagEnd::Image => self.image = self.image.saturating_sub(1),
            _ => {}
        }
    }

    fn close_heading(&mut self, level: HeadingLevel) {
        let text = self.inline.take().unwrap_or_default().rich();
        let (_, id) = self.heading.take().unwrap_or((level as u8, None));
        self.add(Body::Heading { level: level as u8, id, text });
    }

    fn words(&mut self, text: &str, code: bool) {
        let style = Emphasis { strong: self.strong > 0, emphasis: self.emphasis > 0, code };
        self.inline.get_or_insert_with(Runs::default).push(text, style, self.link.as_ref());
    }

    fn close_paragraph(&mut self) {
        if self.table.is_some() {
            return;
        }
        let Some(text) = self.inline.take().map(Runs::rich) else { return };
        if text.is_empty() {
            return;
        }
        let card = match text.0.as_slice() {
            [only] => only.link.clone().filter(|link| !matches!(link, Link::Web(_) | Link::Term(_))),
            _ => None,
        };
        self.add(match card {
            Some(to) => Body::Card { to, text },
            None => Body::Paragraph(text),
        });
    }

    fn add(&mut self, body: Body) {
        let mut levels: Vec<Level> = Vec::new();
        for open in &mut self.open {
            if levels.len() >= MAX_LEVELS {
                break;
            }
            match open {
                Open::Quote => levels.push(Level::Quote),
                Open::Item { marker, indent } => levels.push(Level::Item { marker: marker.take(), indent: *indent }),
                Open::List { .. } => {}
            }
        }
        self.blocks.push(Block { levels, body });
    }

    fn parse_link(&mut self, url: &str, spot: Spot) -> Option<Link> {
        let bad = |this: &mut Self, what: &str| {
            this.fault(spot, "L005", format!("`{}` {what}", shorten(url)), None);
            None
        };
        let Some((scheme, target)) = url.split_once(':') else {
            return bad(self, "leads nowhere: a link begins with https:, compare:, lesson:, checkpoint: or term:");
        };
        match scheme {
            "http" | "https" | "mailto" => Some(Link::Web(SafeText::new(url))),
            "compare" => PairId::new(target).map_or_else(|_| bad(self, "names no pair"), |id| Some(Link::Pair(id))),
            "checkpoint" => QuestionId::new(target).map_or_else(|_| bad(self, "names no question"), |id| Some(Link::Question(id))),
            "term" => TermId::new(target).map_or_else(|_| bad(self, "names no term"), |id| Some(Link::Term(id))),
            "lesson" => {
                let (lesson, passage) = target.split_once('#').map_or((target, None), |(lesson, passage)| (lesson, Some(passage)));
                match (LessonId::new(lesson), passage.map(PassageId::new).transpose()) {
                    (Ok(lesson), Ok(passage)) => Some(Link::Lesson(lesson, passage)),
                    _ => bad(self, "names no lesson"),
                }
            }
            _ => bad(self, "is a link of a kind that is not known here"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;

    fn parse(text: &str) -> (Doc, Vec<crate::domain::problem::Problem>, Vec<Located>) {
        let (mut problems, mut links) = (Vec::new(), Vec::new());
        let doc =
            blocks(text, Spot { line: 1, column: 1, length: 0 }, &mut Report { path: "l.md", problems: &mut problems }, &mut links);
        (doc, problems, links)
    }

    #[test]
    fn many_mistakes_in_a_long_line_are_placed_and_then_counted_no_more() {
        let (_, problems, _) = parse(&format!("é{}\n\n<i>x\n", "<b>ü".repeat(500)));
        assert_eq!(problems.len(), MOST_MISTAKES + 1);
        let columns: Vec<usize> = problems.iter().map(|problem| problem.place.column).collect();
        assert_eq!(columns, (0..=MOST_MISTAKES).map(|at| 2 + 4 * at).collect::<Vec<_>>());
        assert!(problems[MOST_MISTAKES].message.contains("more mistakes"), "{:?}", problems[MOST_MISTAKES]);
    }

    #[test]
    fn text_in_many_parts_is_one_run() {
        let (doc, problems, _) = parse(&"é[]\na ".repeat(1000));
        assert_eq!(problems, []);
        let [Block { body: Body::Paragraph(text), .. }] = doc.blocks.as_slice() else { panic!("{doc:?}") };
        assert_eq!(text.0.len(), 1);
        assert_eq!(text.text().trim_end(), "é[] a ".repeat(1000).trim_end());
    }

    #[test]
    fn blocks_come_out_flat_and_in_order() {
        let (doc, problems, _) = parse(
            "## Why {#why}\n\nOne *two* `three`.\n\n- a\n\n  b\n- c\n  1. d\n\n> q\n\n```js\nx\n\ny\n```\n\n| A | B |\n|---|---|\n| 1 |\n",
        );
        assert_eq!(problems, []);
        let shapes: Vec<String> = doc
            .blocks
            .iter()
            .map(|block| {
                let marks: String = block
                    .levels
                    .iter()
                    .map(|level| match level {
                        Level::Quote => ">".to_owned(),
                        Level::Item { marker, .. } => marker.clone().unwrap_or_else(|| "·".into()),
                    })
                    .collect();
                match &block.body {
                    Body::Heading { level, id, text } => format!("h{level}{}{}", id.as_ref().unwrap(), text.text()),
                    Body::Paragraph(text) => format!("{marks}{}", text.text()),
                    Body::Code { language, text } => format!("{language}:{text}"),
                    Body::Table { head, rows } => format!("t{}x{}", head.len(), rows.len()),
                    Body::Rule => "rule".into(),
                    Body::Card { text, .. } => format!("card {}", text.text()),
                }
            })
            .collect();
        assert_eq!(shapes, ["h2whyWhy", "One two three.", "•a", "·b", "•c", "·1.d", ">q", "js:x\n\ny", "t2x1"]);
    }

    #[test]
    fn a_link_alone_is_a_card_and_bad_links_have_a_place() {
        let (doc, problems, links) =
            parse("[See](compare:a-b)\n\nIn text [t](term:x) and\n[u](https://example.com) or [v](file:/etc/passwd).\n");
        assert!(matches!(&doc.blocks[0].body, Body::Card { to: Link::Pair(id), .. } if id.as_str() == "a-b"));
        assert_eq!(links.len(), 2);
        assert_eq!(problems.len(), 1);
        assert_eq!((problems[0].place.line, problems[0].place.column), (4, 29));
    }

    #[test]
    fn entities_and_escapes_are_made_safe() {
        let (doc, _, _) = parse("x&#27;[31m&#x202e;y");
        let Body::Paragraph(text) = &doc.blocks[0].body else { panic!() };
        assert_eq!(text.text(), "x\u{241b}[31m<U+202E>y");
    }

    #[test]
    fn html_and_pictures_are_problems() {
        let (_, problems, _) = parse("<b>x</b>\n\n![p](https://example.com/p.png)\n\n<!-- a comment is fine -->\n");
        assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["L010", "L010", "L011"]);
    }

    #[test]
    fn deep_nesting_is_flat_and_bounded() {
        let (doc, _, _) = parse(&format!("{} deep", ">".repeat(100_000)));
        assert!(doc.blocks.iter().all(|block| block.levels.len() <= MAX_LEVELS));
    }

    #[test]
    fn one_line_texts_keep_their_words() {
        let (mut problems, mut links) = (Vec::new(), Vec::new());
        let mut report = Report { path: "q.yaml", problems: &mut problems };
        for (given, text) in [
            ("plain: words.", "plain: words."),
            ("a `b` *c*", "a b c"),
            ("1. not a list", "1. not a list"),
            ("two\nlines", "two lines"),
            ("# x", "x"),
        ] {
            assert_eq!(line(given, Spot::default(), &mut report, &mut links).text(), text);
        }
    }
}
