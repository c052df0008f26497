//! The body of a lesson: a flat list of blocks, free of any Markdown library.
//!
//! Flat on purpose: a block carries the containers that it stands in (quotes, list items) as a list, so that layout is
//! a loop over blocks, whatever the nesting in the file was.

use super::id::{LessonId, PairId, PassageId, QuestionId, TermId};
use super::text::SafeText;

/// A text of paragraphs, headings, lists, tables and code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doc {
    /// In reading order.
    pub blocks: Vec<Block>,
}

/// One block, with the containers around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// From the outermost in. At most [`MAX_LEVELS`].
    pub levels: Vec<Level>,
    /// What it is.
    pub body: Body,
}

/// Deeper nesting than this is drawn as if it were this deep.
pub const MAX_LEVELS: usize = 8;

/// A container that a block stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Level {
    /// A quotation.
    Quote,
    /// An item of a list. The marker stands on the first block of the item and not on those after it.
    Item {
        /// `•`, or a number with a full stop.
        marker: Option<String>,
        /// Cells that the text of the item is moved in by.
        indent: u16,
    },
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A heading of level 1 to 6. Level 2 opens a passage and has an id.
    Heading {
        /// 1 to 6.
        level: u8,
        /// The passage that it opens.
        id: Option<PassageId>,
        /// Its words.
        text: Rich,
    },
    /// Running text.
    Paragraph(Rich),
    /// A code block.
    Code {
        /// The language named on the fence, lower case; empty when none.
        language: String,
        /// The code, lines separated by LF, without a final one.
        text: SafeText,
    },
    /// A table.
    Table {
        /// Cells of the first row.
        head: Vec<Rich>,
        /// The other rows, each as long as the head.
        rows: Vec<Vec<Rich>>,
    },
    /// A thematic break.
    Rule,
    /// A paragraph that is one link into the course: drawn as a card that can be opened.
    Card {
        /// Where it leads.
        to: Link,
        /// Its words.
        text: Rich,
    },
}

/// Text with emphasis and links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rich(pub Vec<Inline>);

/// A run of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inline {
    /// The words.
    pub text: SafeText,
    /// How they are set.
    pub style: Emphasis,
    /// Where they lead.
    pub link: Option<Link>,
}

/// How a run of text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Emphasis {
    /// Strong.
    pub strong: bool,
    /// Emphasised.
    pub emphasis: bool,
    /// Code.
    pub code: bool,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// An address outside the course. Shown, never opened by the program itself.
    Web(SafeText),
    /// A BAD/GOOD pair.
    Pair(PairId),
    /// A lesson, or a passage of it.
    Lesson(LessonId, Option<PassageId>),
    /// A question, asked on the spot.
    Question(QuestionId),
    /// An entry of the glossary.
    Term(TermId),
}

impl Rich {
    /// Plain words.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self(vec![Inline { text: SafeText::new(text), style: Emphasis::default(), link: None }])
    }

    /// The words alone.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|inline| inline.text.as_str()).collect()
    }

    /// Whether there is no word in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|inline| inline.text.as_str().trim().is_empty())
    }
}

impl Block {
    /// The marker of the item that it begins, if it begins one.
    #[must_use]
    pub fn marker(&self) -> Option<&str> {
        self.levels.iter().rev().find_map(|level| match level {
            Level::Item { marker, .. } => marker.as_deref(),
            Level::Quote => None,
        })
    }
}

impl Doc {
    /// Every piece of code in it, with its language.
    pub fn code(&self) -> impl Iterator<Item = (&str, &str)> {
        self.blocks.iter().filter_map(|block| match &block.body {
            Body::Code { language, text } => Some((language.as_str(), text.as_str())),
            _ => None,
        })
    }

    /// How many words of prose there are: code and headings are not counted.
    #[must_use]
    pub fn words(&self) -> usize {
        self.blocks
            .iter()
            .map(|block| match &block.body {
                Body::Paragraph(text) | Body::Card { text, .. } => words(&text.text()),
                Body::Table { head, rows } => head.iter().chain(rows.iter().flatten()).map(|cell| words(&cell.text())).sum(),
                Body::Heading { .. } | Body::Code { .. } | Body::Rule => 0,
            })
            .sum()
    }

    /// The words alone: paragraphs, items and code, with an empty line between blocks.
    #[must_use]
    pub fn text(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for block in &self.blocks {
            let text = match &block.body {
                Body::Heading { text, .. } | Body::Paragraph(text) | Body::Card { text, .. } => text.text(),
                Body::Code { text, .. } => text.to_string(),
                Body::Table { head, rows } => {
                    let row = |cells: &[Rich]| cells.iter().map(Rich::text).collect::<Vec<_>>().join(" | ");
                    std::iter::once(row(head)).chain(rows.iter().map(|cells| row(cells))).collect::<Vec<_>>().join("\n")
                }
                Body::Rule => continue,
            };
            parts.push(block.marker().map_or_else(|| text.clone(), |marker| format!("{marker} {text}")));
        }
        parts.join("\n\n")
    }

    /// The words of the heading that opens `passage`.
    #[must_use]
    pub fn heading(&self, passage: &PassageId) -> Option<&Rich> {
        match &self.blocks.get(self.passage(passage)?)?.body {
            Body::Heading { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The block that opens `passage`.
    #[must_use]
    pub fn passage(&self, passage: &PassageId) -> Option<usize> {
        self.blocks.iter().position(|block| matches!(&block.body, Body::Heading { id: Some(id), .. } if id == passage))
    }

    /// The passage that block number `index` stands in, and how many blocks after its heading.
    #[must_use]
    pub fn passage_of(&self, index: usize) -> Option<(&PassageId, usize)> {
        let upto = self.blocks.len().min(index.saturating_add(1));
        self.blocks.get(..upto)?.iter().enumerate().rev().find_map(|(at, block)| match &block.body {
            Body::Heading { id: Some(id), .. } => Some((id, index - at)),
            _ => None,
        })
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}
