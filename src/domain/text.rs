//! The gate for text: after decoding and before layout, every text of a course, a file name or the command line passes
//! [`SafeText::new`], which turns controls, escapes and bidirectional marks into visible marks and drops the invisible.
//!
//! What is dangerous where, and why the work is done after decoding: `&#27;` in Markdown and `"\e"` in YAML are live
//! escapes only then. The table of characters follows Unicode's own properties (Cc, Bidi_Control, Default_Ignorable).

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Cells from one tab stop to the next.
pub const TAB: usize = 4;
/// Combining marks kept in one cluster; more make it U+FFFD.
pub const MAX_MARKS: usize = 8;
/// Bytes kept in one cluster; more make it U+FFFD.
pub const MAX_CLUSTER: usize = 64;

/// Text that can do nothing to a terminal but be shown. Lines are separated by LF.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SafeText(String);

impl SafeText {
    /// `text`, made safe.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(clean(text).into_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it has no character.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for SafeText {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Keep,
    Newline,
    Tab,
    /// Shown by its own control picture or by its number.
    Mark,
    Drop,
    /// Kept only between characters that need it.
    Joiner,
    Replace,
}

fn fate(c: char) -> Fate {
    match c {
        '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Newline,
        '\t' => Fate::Tab,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Fate::Mark,
        ' '..='~' => Fate::Keep,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Fate::Mark,
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Fate::Drop,
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => Fate::Joiner,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Fate::Replace,
        '\u{fdd0}'..='\u{fdef}' => Fate::Replace,
        _ if u32::from(c) & 0xfffe == 0xfffe => Fate::Replace,
        _ => Fate::Keep,
    }
}

/// Whether `c` may stand in a cell of the screen: the last gate in front of the terminal asks this of every character.
#[must_use]
pub fn is_showable(c: char) -> bool {
    matches!(fate(c), Fate::Keep | Fate::Joiner) || c == '\u{fffd}'
}

/// `text` with everything in it that could act on a terminal, hide or mislead turned into something visible or left out.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match fate(c) {
            Fate::Keep => {
                out.push(c);
                column += c.width().unwrap_or(0);
            }
            Fate::Newline => {
                out.push('\n');
                column = 0;
            }
            Fate::Tab => {
                let cells = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', cells));
                column += cells;
            }
            Fate::Mark if c == '\r' && chars.peek() == Some(&'\n') => {}
            Fate::Mark => {
                let before = out.len();
                mark(&mut out, c);
                column += out.len() - before;
            }
            Fate::Drop => {}
            Fate::Joiner => {
                let joins = out.chars().next_back().is_some_and(|last| !last.is_ascii() || keycap(c, last));
                let joined = |next: &char| !next.is_ascii() && fate(*next) == Fate::Keep;
                let ends = matches!(c, '\u{200c}' | '\u{200d}') && !chars.peek().is_some_and(joined);
                if joins && !ends {
                    out.push(c);
                }
            }
            Fate::Replace => {
                out.push('\u{fffd}');
                column += 1;
            }
        }
    }
    Cow::Owned(bound_clusters(out))
}

fn keycap(c: char, before: char) -> bool {
    c == '\u{fe0f}' && matches!(before, '0'..='9' | '#' | '*')
}

fn mark(out: &mut String, c: char) {
    let code = u32::from(c);
    match code {
        0..=0x1f => out.extend(char::from_u32(0x2400 + code)),
        0x7f => out.push('\u{2421}'),
        _ => {
            // Writing to a String does not fail.
            let _ = write!(out, "<U+{code:04X}>");
        }
    }
}

fn bound_clusters(text: String) -> String {
    let fine = |cluster: &str| {
        cluster.len() <= MAX_CLUSTER && cluster.chars().filter(|&c| c.width() == Some(0) && c != '\u{200d}').count() <= MAX_MARKS
    };
    if text.graphemes(true).all(fine) {
        return text;
    }
    text.graphemes(true).map(|cluster| if fine(cluster) { cluster } else { "\u{fffd}" }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(clean("plain, text\nof two lines"), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_are_shown_and_invisible_characters_left_out() {
        for (given, wanted) in [
            ("a\u{1b}[31mb", "a\u{241b}[31mb"),
            ("\u{1b}]0;title\u{7}", "\u{241b}]0;title\u{2407}"),
            ("a\u{9b}31m", "a<U+009B>31m"),
            ("x\u{202e}y", "x<U+202E>y"),
            ("x\u{2066}y\u{61c}", "x<U+2066>y<U+061C>"),
            ("one\r\ntwo\rthree", "one\ntwo\u{240d}three"),
            ("a\u{2028}b\u{85}c", "a\nb\nc"),
            ("\ta\tb", "    a   b"),
            ("é\ta", "é   a"),
            ("zero\u{200b}width\u{feff}\u{ad}", "zerowidth"),
            ("tag\u{e0041}", "tag"),
            ("private \u{e000}\u{10ffff}\u{fdd0}", "private \u{fffd}\u{fffd}\u{fffd}"),
            ("\u{7f}", "\u{2421}"),
            ("a\u{200d}b", "ab"),
            ("é\u{200d}\u{200d}", "é"),
            ("é\u{200d}\u{200b}日", "é日"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
            ("❤\u{fe0f}", "❤\u{fe0f}"),
            ("a\u{fe0f}", "a"),
            ("1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
            ("عربي", "عربي"),
        ] {
            assert_eq!(SafeText::new(given).as_str(), wanted, "{given:?}");
        }
    }

    #[test]
    fn a_tower_of_marks_becomes_one_sign() {
        let tower = format!("a{}b", "\u{301}".repeat(100));
        assert_eq!(SafeText::new(&tower).as_str(), "\u{fffd}b");
        let fine = format!("a{}b", "\u{301}".repeat(3));
        assert_eq!(SafeText::new(&fine).as_str(), fine);
    }

    #[test]
    fn every_code_point_comes_out_showable() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            for text in [format!("{c}"), format!("a{c}b"), format!("é{c}é")] {
                let cleaned = clean(&text);
                assert!(cleaned.chars().all(|c| c == '\n' || is_showable(c)), "{:04X}: {cleaned:?}", u32::from(c));
            }
        }
    }

    #[test]
    fn cleaning_twice_changes_nothing_more() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let once = clean(&format!("a{c}é{c}")).into_owned();
            assert_eq!(clean(&once), once, "{:04X}", u32::from(c));
        }
    }
}
