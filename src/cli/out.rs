//! The only way to standard output and standard error. What a course or a learner wrote passes the gate for text, and a
//! reader that has gone away ends the writing without a word.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use super::color::{Depth, RESET, sgr};
use super::settings::Settings;
use crate::domain::text::is_showable;
use crate::ui::ink::Theme;
use crate::ui::lines::Piece;

/// A stream, and what it may be sent.
pub struct Out {
    stream: BufWriter<Box<dyn Write>>,
    closed: bool,
    depth: Depth,
    theme: Theme,
    width: Option<usize>,
}

impl std::fmt::Debug for Out {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Out").field("depth", &self.depth).field("width", &self.width).finish_non_exhaustive()
    }
}

impl Out {
    /// Standard output.
    #[must_use]
    pub fn stdout(settings: &Settings) -> Self {
        Self::new(settings, Box::new(io::stdout().lock()), io::stdout().is_terminal())
    }

    /// Standard error.
    #[must_use]
    pub fn stderr(settings: &Settings) -> Self {
        Self::new(settings, Box::new(io::stderr().lock()), io::stderr().is_terminal())
    }

    fn new(settings: &Settings, stream: Box<dyn Write>, terminal: bool) -> Self {
        // Asked for only when it is one: otherwise the answer would be some other terminal's.
        let size = if terminal { crossterm::terminal::size().ok() } else { None };
        Self {
            stream: BufWriter::new(stream),
            closed: false,
            depth: settings.depth_on(terminal),
            theme: settings.theme(),
            width: size.map(|(columns, _)| usize::from(columns)).filter(|&columns| columns > 0),
        }
    }

    /// Whether styles are written.
    #[must_use]
    pub fn colored(&self) -> bool {
        self.depth != Depth::None
    }

    /// Columns of the terminal, if it is one.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// Writes text as it is, without any control but line feeds.
    ///
    /// # Errors
    /// When the stream fails for another reason than that nobody reads it.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.write(&gate(text, false))
    }

    /// Writes text and ends the line.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.text(text)?;
        self.write("\n")
    }

    /// Writes a line of styled pieces, without spaces at its end.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn pieces(&mut self, pieces: &[Piece]) -> io::Result<()> {
        for piece in solid(pieces) {
            let on = sgr(piece.style(self.theme), self.depth);
            self.write(&on)?;
            self.text(&piece.text)?;
            if !on.is_empty() {
                self.write(RESET)?;
            }
        }
        self.write("\n")
    }

    /// Writes text in which styles may stand, and nothing else that acts: for what other crates made.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn sgr(&mut self, text: &str) -> io::Result<()> {
        let styled = self.colored();
        self.write(&gate(text, styled))
    }

    /// Brings out what was written so far. Whether anybody still reads it.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn flush(&mut self) -> io::Result<bool> {
        let result = self.stream.flush();
        self.quiet(result)?;
        Ok(!self.closed)
    }

    /// Brings out what is left.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn finish(mut self) -> io::Result<()> {
        let result = self.stream.flush();
        self.quiet(result)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.stream.write_all(text.as_bytes());
        self.quiet(result)
    }

    fn quiet(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }
}

/// Pieces up to the last one that is not blank, that one without spaces at its end.
fn solid(pieces: &[Piece]) -> Vec<Piece> {
    let mut solid = pieces.to_vec();
    while let Some(last) = solid.last_mut() {
        let end = last.text.trim_end_matches(' ').len();
        last.text.truncate(end);
        if end > 0 {
            break;
        }
        solid.pop();
    }
    solid
}

/// The last gate: whatever could still act becomes U+FFFD. With `styled`, sequences that only set styles pass.
fn gate(text: &str, styled: bool) -> std::borrow::Cow<'_, str> {
    let fine = |c: char| c == '\n' || is_showable(c);
    if text.chars().all(fine) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = style_at(rest).filter(|_| styled) {
            let (sequence, after) = rest.split_at(length);
            out.push_str(sequence);
            rest = after;
            continue;
        }
        out.push(if fine(c) { c } else { '\u{fffd}' });
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    out.into()
}

/// The length of the style sequence that `text` begins with.
fn style_at(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("\u{1b}[")?;
    let end = inner.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    inner.get(end..)?.starts_with('m').then_some(end + 3)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;
    use crate::ui::ink::Ink;

    #[test]
    fn nothing_that_acts_passes() {
        assert_eq!(gate("plain é 日\n", false), "plain é 日\n");
        assert_eq!(gate("a\u{1b}[31mb\u{7}", false), "a\u{fffd}[31mb\u{fffd}");
        assert_eq!(
            gate("\u{1b}[1;31mb\u{1b}[0m\u{1b}[2J\u{1b}]0;x\u{7}\r\u{9b}", true),
            "\u{1b}[1;31mb\u{1b}[0m\u{fffd}[2J\u{fffd}]0;x\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(gate("\u{202e}\u{1b}", true), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn blanks_at_the_end_are_not_written() {
        let pieces = [Piece::new("a ", Ink::Text), Piece::new("  ", Ink::Code), Piece::new(" ", Ink::Text)];
        assert_eq!(solid(&pieces), [Piece::new("a", Ink::Text)]);
    }
}
