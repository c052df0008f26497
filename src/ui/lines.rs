//! Lines of styled pieces: what every screen is made of before it is drawn, and how text is broken into them.
//!
//! Breaking is total: any text, any width from 1. It follows the Unicode line breaking rules and splits a word only when
//! it is wider than the line.

use compact_str::CompactString;
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::ink::{Ink, Theme};
use crate::domain::code::Role;
use crate::domain::doc::{Link, Rich};

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// The text. Safe: it comes from the course's texts or from the program. Nearly all are so short that they stand in the piece.
    pub text: CompactString,
    /// What it is.
    pub ink: Ink,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Set in reverse, as a badge.
    pub reverse: bool,
}

impl Piece {
    /// A piece of that ink.
    #[must_use]
    pub fn new(text: impl Into<CompactString>, ink: Ink) -> Self {
        Self { text: text.into(), ink, ..Self::default() }
    }

    /// A bold piece of that ink.
    #[must_use]
    pub fn bold(text: impl Into<CompactString>, ink: Ink) -> Self {
        Self { text: text.into(), ink, bold: true, ..Self::default() }
    }

    /// A bold piece of that ink, set in reverse.
    #[must_use]
    pub fn badge(text: impl Into<CompactString>, ink: Ink) -> Self {
        Self { reverse: true, ..Self::bold(text, ink) }
    }

    /// How a theme sets it.
    #[must_use]
    pub fn style(&self, theme: Theme) -> Style {
        let mut style = theme.style(self.ink);
        for (on, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.italic, Modifier::ITALIC),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        style
    }

    fn like(&self, text: &str) -> Self {
        // Not by cloning all of it: its own text may be a book.
        let Self { text: _, ink, bold, italic, underline, reverse } = *self;
        Self { text: text.into(), ink, bold, italic, underline, reverse }
    }

    /// Cells that it takes.
    #[must_use]
    pub fn width(&self) -> usize {
        cells_of(&self.text)
    }
}

/// Cells that a text takes.
#[must_use]
pub fn cells_of(text: &str) -> usize {
    cells_if_plain(text).unwrap_or_else(|| text.width())
}

/// How many cells a text takes in which every character is a cell of its own; `None` when that is not plain to see. Nearly
/// all text is like that, and to find the graphemes of a whole screen costs more than to draw it.
#[must_use]
pub fn cells_if_plain(text: &str) -> Option<usize> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Some(text.len());
    }
    text.chars().try_fold(0, |cells, c| is_plain(c).then_some(cells + 1))
}

/// Letters of Latin-1, dashes and quotation marks, arrows, lines, blocks and shapes: one cell each, and nothing among them that
/// joins with a neighbour.
#[must_use]
pub const fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}' | '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{25fc}')
}

/// A line of pieces.
pub type Pieces = Vec<Piece>;

/// Cells that a line takes.
#[must_use]
pub fn width_of(pieces: &[Piece]) -> usize {
    pieces.iter().map(Piece::width).sum()
}

/// Text with emphasis and links as pieces of one endless line.
#[must_use]
pub fn pieces(rich: &Rich, base: Ink) -> Pieces {
    rich.0
        .iter()
        .map(|inline| {
            let ink = match (&inline.link, inline.style.code) {
                (Some(Link::Term(_)), _) => base,
                (Some(_), _) => Ink::Link,
                (None, true) => Ink::Code,
                (None, false) => base,
            };
            Piece {
                text: inline.text.as_str().into(),
                ink,
                bold: inline.style.strong,
                italic: inline.style.emphasis,
                underline: inline.link.is_some(),
                reverse: false,
            }
        })
        .collect()
}

/// A line that came of breaking, and how many characters of the whole text stand before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Broken {
    /// The line.
    pub pieces: Pieces,
    /// Characters before it.
    pub offset: usize,
}

/// Breaks pieces into lines of at most `width` cells. There is always at least one line.
#[must_use]
pub fn wrap(pieces: &[Piece], width: usize) -> Vec<Broken> {
    let width = width.max(1);
    let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for (start, paragraph) in paragraphs(&text) {
        break_paragraph(paragraph, start, width, &mut ranges);
    }
    if cells_if_plain(&text).is_none() {
        ranges = ranges.into_iter().flat_map(|range| halved(&text, range, width)).collect();
    }
    let mut lines = Vec::with_capacity(ranges.len());
    let mut counted = (0, 0);
    let mut left = Left { pieces, at: 0 };
    for (start, end) in ranges {
        counted = (start, counted.1 + text.get(counted.0..start).map_or(0, |skipped| skipped.chars().count()));
        lines.push(Broken { pieces: left.cut(start, end), offset: counted.1 });
    }
    lines
}

/// A line, or its halves where it does not fit, and theirs: signs that join their neighbours, such as flags, can make a line wider
/// than its parts are. It is never cut inside a grapheme.
fn halved(text: &str, (start, end): (usize, usize), width: usize) -> Vec<(usize, usize)> {
    let line = text.get(start..end).unwrap_or("");
    let starts = || line.grapheme_indices(true).map(|(at, _)| at).filter(|at| *at > 0);
    let middle = || starts().find(|at| *at >= line.len() / 2).or_else(|| starts().next_back());
    match (line.width() > width).then(middle).flatten() {
        None => vec![(start, end)],
        Some(middle) => {
            let mut halves = halved(text, (start, start + middle), width);
            halves.extend(halved(text, (start + middle, end), width));
            halves
        }
    }
}

/// The text between line feeds, with where each begins.
fn paragraphs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split('\n').map(move |paragraph| {
        let at = start;
        start += paragraph.len() + 1;
        (at, paragraph)
    })
}

/// Where a line may end: by the rules for line breaks, and nowhere inside a grapheme. The rules count flags otherwise than those for
/// graphemes when there are joiners between them.
fn breaks(text: &str) -> impl Iterator<Item = usize> {
    let mut whole = cells_if_plain(text).is_none().then(|| text.grapheme_indices(true).map(|(at, _)| at).peekable());
    unicode_linebreak::linebreaks(text).map(|(stop, _)| stop).filter(move |stop| {
        whole.as_mut().is_none_or(|starts| {
            while starts.next_if(|at| at < stop).is_some() {}
            stop == &text.len() || starts.peek() == Some(stop)
        })
    })
}

fn break_paragraph(text: &str, base: usize, width: usize, ranges: &mut Vec<(usize, usize)>) {
    let mut start = 0; // of the line
    let mut end = 0; // of what fits on it, spaces at the end left out
    let mut used = 0; // cells from start to the next segment
    let mut at = 0; // of the next segment
    for stop in breaks(text) {
        let segment = text.get(at..stop).unwrap_or("");
        let solid = segment.trim_end_matches(' ');
        let solid_width = solid.width();
        if used + solid_width > width && at > start {
            ranges.push((base + start, base + end));
            start = at;
            used = 0;
        }
        if solid_width > width {
            // Wider than a line of its own: split between graphemes.
            let mut cells = 0;
            let mut from = at;
            for (offset, grapheme) in solid.grapheme_indices(true) {
                let wide = grapheme.width();
                if cells + wide > width && at + offset > from {
                    ranges.push((base + from, base + at + offset));
                    from = at + offset;
                    cells = 0;
                }
                cells += wide;
            }
            start = from;
            used = cells + (segment.len() - solid.len());
        } else {
            used += solid_width + (segment.len() - solid.len());
        }
        end = at + solid.len();
        at = stop;
    }
    ranges.push((base + start, base + end.max(start)));
}

/// What is left of pieces that are cut from front to back.
struct Left<'p> {
    pieces: &'p [Piece],
    /// Bytes before them.
    at: usize,
}

impl Left<'_> {
    /// The pieces between two bytes of the text that all make together. No later cut begins before this one.
    fn cut(&mut self, start: usize, end: usize) -> Pieces {
        while let [first, rest @ ..] = self.pieces
            && self.at + first.text.len() <= start
        {
            (self.pieces, self.at) = (rest, self.at + first.text.len());
        }
        let mut out = Vec::new();
        let mut from = self.at;
        for piece in self.pieces {
            if from >= end {
                break;
            }
            if let Some(text) = piece.text.get(start.saturating_sub(from)..piece.text.len().min(end - from))
                && !text.is_empty()
            {
                out.push(piece.like(text));
            }
            from += piece.text.len();
        }
        out
    }
}

/// A text cut to `width` cells; what is cut is marked by `…`.
#[must_use]
pub fn fit(text: &str, width: usize) -> String {
    if cells_if_plain(text).unwrap_or_else(|| text.width()) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut cells = 0;
    for grapheme in text.graphemes(true) {
        if cells + grapheme.width() + 1 > width {
            break;
        }
        cells += grapheme.width();
        out.push_str(grapheme);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// Pieces cut to `width` cells; what is cut is marked by `…`.
#[must_use]
pub fn fit_pieces(pieces: &[Piece], width: usize) -> Pieces {
    if width_of(pieces) <= width {
        return pieces.to_vec();
    }
    let mut out = Vec::new();
    let mut left = width;
    for piece in pieces {
        let wide = piece.width();
        if wide < left {
            left -= wide;
            out.push(piece.clone());
        } else {
            // What follows is cut, so the mark must be there even if this piece fits to the cell.
            let mut text = fit(&format!("{}  ", piece.text), left);
            if !text.ends_with('…') && left > 0 {
                text = format!("{}…", fit(&piece.text, left.saturating_sub(1)).trim_end_matches('…'));
            }
            out.push(piece.like(&text));
            break;
        }
    }
    out
}

/// Adds spaces up to `width` cells.
pub fn pad(pieces: &mut Pieces, width: usize) {
    let used = width_of(pieces);
    if used < width {
        pieces.push(Piece::new(" ".repeat(width - used), Ink::Text));
    }
}

/// A line of code with its colours. Runs that do not meet a character boundary are left plain.
#[must_use]
pub fn code_pieces(line: &str, runs: Option<&[(usize, Role)]>) -> Pieces {
    let mut out = Vec::new();
    let mut at = 0_usize;
    for (length, role) in runs.unwrap_or(&[]) {
        let Some(text) = line.get(at..at.saturating_add(*length)) else { break };
        if !text.is_empty() {
            out.push(Piece::new(text, Ink::Role(*role)));
        }
        at += length;
    }
    if let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        out.push(Piece::new(rest, Ink::Role(Role::Plain)));
    }
    out
}

/// Breaks a line of code at `width` cells, between any two graphemes; its later parts are moved in by a mark.
#[must_use]
pub fn wrap_code(pieces: &[Piece], width: usize) -> Vec<Pieces> {
    const MARK: &str = "↪ ";
    let width = width.max(4);
    if width_of(pieces) <= width {
        return vec![pieces.to_vec()];
    }
    let mut lines = Vec::new();
    let mut line: Pieces = Vec::new();
    let mut cells = 0;
    for piece in pieces {
        let mut text = String::new();
        for grapheme in piece.text.graphemes(true) {
            let wide = grapheme.width();
            if cells + wide > width {
                if !text.is_empty() {
                    line.push(piece.like(&std::mem::take(&mut text)));
                }
                lines.push(std::mem::replace(&mut line, vec![Piece::new(MARK, Ink::Faint)]));
                cells = MARK.width();
            }
            text.push_str(grapheme);
            cells += wide;
        }
        if !text.is_empty() {
            line.push(piece.like(&text));
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Broken]) -> Vec<String> {
        lines.iter().map(|line| line.pieces.iter().map(|piece| piece.text.as_str()).collect()).collect()
    }

    fn plain(text: &str) -> Pieces {
        vec![Piece::new(text, Ink::Text)]
    }

    #[test]
    fn plain_characters_are_a_cell_each_whatever_stands_beside_them() {
        let plain: Vec<char> = ('\0'..=char::MAX).filter(|c| cells_if_plain(&c.to_string()).is_some()).collect();
        assert!(plain.len() > 500, "{}", plain.len());
        for &c in &plain {
            let pair = format!("{c}a{c}─{c}");
            assert_eq!((pair.width(), pair.graphemes(true).count()), (5, 5), "{c:?}");
        }
        for text in ["e\u{301}", "日", "👍", "☁\u{fe0f}", "a\u{200d}b", "\u{ad}", "‼"] {
            assert_eq!(cells_if_plain(text), None, "{text:?}");
        }
    }

    #[test]
    fn signs_that_join_their_neighbours_make_no_line_too_wide() {
        let text = "a 🇩\u{200d}🇩🇩🇩\u{200d}🇩🇩 👩\u{200d}💻🇩🇩\u{200d}👟🇩 ".repeat(4);
        for width in 2..40 {
            let lines = wrap(&plain(&text), width);
            let widest = text.graphemes(true).map(UnicodeWidthStr::width).max().unwrap_or(0);
            for line in texts(&lines) {
                assert!(line.width() <= width.max(widest), "{line:?} at {width}");
            }
            let signs = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            assert_eq!(signs(&texts(&lines).concat()), signs(&text), "{width}");
        }
    }

    #[test]
    fn words_are_kept_whole_where_they_fit() {
        let lines = wrap(&plain("one two three four"), 9);
        assert_eq!(texts(&lines), ["one two", "three", "four"]);
        assert_eq!(lines.iter().map(|line| line.offset).collect::<Vec<_>>(), [0, 8, 14]);
    }

    #[test]
    fn long_words_are_split_and_nothing_is_lost() {
        assert_eq!(texts(&wrap(&plain("abcdefgh ij"), 3)), ["abc", "def", "gh", "ij"]);
        assert_eq!(texts(&wrap(&plain(""), 5)), [""]);
        assert_eq!(texts(&wrap(&plain("a\n\nb"), 5)), ["a", "", "b"]);
        assert_eq!(texts(&wrap(&plain("日本語"), 1)), ["日", "本", "語"]);
        assert_eq!(texts(&wrap(&plain("日本語"), 4)), ["日本", "語"]);
    }

    #[test]
    fn styles_survive_the_break() {
        let pieces = vec![Piece::new("plain ", Ink::Text), Piece::new("code and more", Ink::Code), Piece::new(" end", Ink::Text)];
        let lines = wrap(&pieces, 11);
        assert_eq!(texts(&lines), ["plain code", "and more", "end"]);
        assert_eq!(lines[1].pieces[0].ink, Ink::Code);
        assert_eq!(lines[2].pieces[0].ink, Ink::Text);
    }

    #[test]
    fn what_is_cut_is_marked() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("abcd", 4), "abcd");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("abc", 0), "");
        let cut = fit_pieces(&[Piece::new("ab", Ink::Text), Piece::new("cd", Ink::Code), Piece::new("ef", Ink::Text)], 4);
        assert_eq!(cut.iter().map(|piece| piece.text.as_str()).collect::<String>(), "abc…");
        assert_eq!(width_of(&cut), 4);
    }

    #[test]
    fn code_keeps_every_character() {
        let line = code_pieces("let é = 1;", Some(&[(3, Role::Keyword), (1, Role::Plain), (2, Role::Variable)]));
        assert_eq!(line.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["let", " ", "é", " = 1;"]);
        let broken = wrap_code(&line, 6);
        assert_eq!(
            broken.iter().map(|line| line.iter().map(|p| p.text.as_str()).collect::<String>()).collect::<Vec<_>>(),
            ["let é ", "↪ = 1;"]
        );
    }

    proptest::proptest! {
        #[test]
        fn breaking_is_total_and_loses_only_spaces(text in "\\PC{0,200}", width in 1_usize..60) {
            let text = crate::domain::text::clean(&text).into_owned();
            let lines = wrap(&plain(&text), width);
            let joined: String = texts(&lines).concat().chars().filter(|c| !c.is_whitespace()).collect();
            let wanted: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            proptest::prop_assert_eq!(joined, wanted);
            for line in &lines {
                let wide = width_of(&line.pieces);
                let single = line.pieces.iter().map(|piece| piece.text.graphemes(true).count()).sum::<usize>() <= 1;
                proptest::prop_assert!(wide <= width || single, "{} cells in {}", wide, width);
            }
        }
    }
}
