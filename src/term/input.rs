//! Bytes from a terminal into inputs: pure, bounded, and the same however the bytes were split.
//!
//! Escape sequences and UTF-8 are taken apart by `vte`'s state machine. Pastes and the answers of terminals (OSC, DCS, ...)
//! have no bound there, so they are read here, up to a limit. What is half read when nothing more comes is dropped and
//! never becomes a key: a split mouse report must not answer a question.

use std::time::Duration;

use vte::{Params, Parser, Perform};

use crate::ui::message::{Input, Key, KeyCode, Mouse, MouseKind};

/// The most bytes of one paste that are kept; the rest is dropped.
pub const MAX_PASTE: usize = 64 << 10;
/// The most bytes of one answer of a terminal that are kept.
const MAX_ANSWER: usize = 256;
/// A lone Esc is Esc when nothing follows for so long.
const ESCAPE: Duration = Duration::from_millis(30);
/// A sequence without an end is given up when nothing follows for so long.
const SEQUENCE: Duration = Duration::from_millis(250);
/// The rest of a sequence that was given up is still known as such for so long.
const LATE: Duration = Duration::from_secs(1);
/// A paste without an end is over when nothing follows for so long.
const PASTE: Duration = Duration::from_millis(250);

const PASTE_END: &[u8] = b"\x1b[201~";

/// Reads inputs from bytes that come in pieces.
#[derive(Default)]
pub struct Reader {
    parser: Parser,
    state: State,
    keys: Keys,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Ground,
    /// An Esc has come, and nothing after it.
    Escape,
    /// In the middle of a sequence.
    Sequence,
    /// After a sequence that was given up: the rest of a mouse report may still come.
    GivenUp,
    /// In a paste: what is kept, and how much of its end has come.
    Paste { kept: Vec<u8>, end: usize },
    /// In an answer of the terminal (OSC, DCS, SOS, PM, APC). `escaped` after an Esc in it.
    Answer { kept: Vec<u8>, escaped: bool },
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Reader {
    /// Takes in bytes and puts out the inputs that they make.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        for &byte in bytes {
            self.byte(byte);
        }
        self.hand_over(out);
    }

    /// How long to wait for more before [`Self::idle`] is to be called; `None` when nothing is half read.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::GivenUp => Some(LATE),
            State::Ground if self.keys.prefix.is_none() && !self.keys.partial => None,
            State::Sequence => Some(SEQUENCE),
            State::Paste { .. } => Some(PASTE),
            _ => Some(ESCAPE),
        }
    }

    /// Nothing has come for the time of the deadline: ends what is half read.
    pub fn idle(&mut self, out: &mut Vec<Input>) {
        match std::mem::take(&mut self.state) {
            State::Escape => self.keys.key(KeyCode::Esc),
            State::Paste { kept, .. } => self.keys.paste(&kept),
            State::Sequence => self.state = State::GivenUp,
            State::Ground | State::GivenUp | State::Answer { .. } => {}
        }
        self.parser = Parser::new();
        self.keys.prefix = None;
        self.keys.partial = false;
        self.keys.skip = 0;
        self.hand_over(out);
    }

    fn hand_over(&mut self, out: &mut Vec<Input>) {
        for input in self.keys.out.drain(..) {
            match (out.last_mut(), &input) {
                // A turning wheel sends many reports; they add up.
                (
                    Some(Input::Mouse(Mouse { kind: MouseKind::Wheel(sum), .. })),
                    Input::Mouse(Mouse { kind: MouseKind::Wheel(more), .. }),
                ) => {
                    *sum = sum.saturating_add(*more);
                }
                _ => out.push(input),
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        match &mut self.state {
            State::Paste { kept, end } => {
                *end = if PASTE_END.get(*end) == Some(&byte) { *end + 1 } else { usize::from(byte == 0x1b) };
                if kept.len() < MAX_PASTE + PASTE_END.len() {
                    kept.push(byte);
                }
                if *end == PASTE_END.len() {
                    let kept = std::mem::take(kept);
                    let text = kept.strip_suffix(PASTE_END).unwrap_or(&kept);
                    self.keys.paste(text);
                    self.state = State::Ground;
                }
            }
            State::Answer { kept, escaped } => match (byte, *escaped) {
                (0x07 | 0x9c, _) | (b'\\', true) => {
                    let kept = std::mem::take(kept);
                    self.keys.answer(&kept);
                    self.state = State::Ground;
                }
                (0x1b, _) => *escaped = true,
                _ => {
                    *escaped = false;
                    if kept.len() < MAX_ANSWER {
                        kept.push(byte);
                    }
                }
            },
            State::Escape => match byte {
                0x1b => self.keys.key(KeyCode::Esc),
                b']' | b'P' | b'X' | b'^' | b'_' => {
                    self.parser = Parser::new();
                    self.state = State::Answer { kept: Vec::new(), escaped: false };
                }
                _ => {
                    self.state = State::Sequence;
                    self.parse(0x1b);
                    self.parse(byte);
                }
            },
            // A late rest of a mouse report is no typing. Anything else is.
            State::GivenUp if matches!(byte, b'0'..=b'9' | b';' | b'<') => {}
            State::GivenUp if matches!(byte, b'M' | b'm') => self.state = State::Ground,
            State::Ground | State::Sequence | State::GivenUp if byte == 0x1b => {
                // Whatever sequence was under way ends here.
                self.parser = Parser::new();
                self.keys.prefix = None;
                if std::mem::take(&mut self.keys.partial) {
                    self.keys.print_char('\u{fffd}');
                }
                self.state = State::Escape;
            }
            State::GivenUp => {
                self.state = State::Ground;
                self.parse(byte);
            }
            State::Ground | State::Sequence if self.keys.skip > 0 => {
                self.keys.skip -= 1;
                self.state = State::Ground;
            }
            State::Ground | State::Sequence => self.parse(byte),
        }
    }

    fn parse(&mut self, byte: u8) {
        self.keys.partial = byte >= 0x80;
        self.keys.done = false;
        self.parser.advance(&mut self.keys, &[byte]);
        if self.keys.done {
            self.keys.partial = false;
            self.state = State::Ground;
        }
        if std::mem::take(&mut self.keys.paste_begins) {
            self.parser = Parser::new();
            self.state = State::Paste { kept: Vec::new(), end: 0 };
        }
    }
}

/// What stands before a character and changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    /// `ESC O`
    Ss3,
    /// `ESC [ [`, as the Linux console sends for F1 to F5.
    Console,
}

#[derive(Debug, Default)]
struct Keys {
    out: Vec<Input>,
    prefix: Option<Prefix>,
    /// A character of several bytes has begun.
    partial: bool,
    /// A character or sequence has ended.
    done: bool,
    paste_begins: bool,
    /// Bytes of an old mouse report that are still to come and mean nothing here.
    skip: u8,
}

impl Keys {
    fn key(&mut self, code: KeyCode) {
        self.out.push(Input::Key(Key::plain(code)));
    }

    fn with(&mut self, code: KeyCode, modifiers: u16) {
        let bits = modifiers.saturating_sub(1);
        self.out.push(Input::Key(Key { code, shift: bits & 1 != 0, alt: bits & 2 != 0, ctrl: bits & 4 != 0 }));
    }

    fn paste(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(..MAX_PASTE).unwrap_or(bytes);
        // Terminals send the ends of pasted lines as the Enter key would be.
        self.out.push(Input::Paste(String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n")));
    }

    /// The background colour, when the answer is one: `11;rgb:RRRR/GGGG/BBBB`.
    fn answer(&mut self, bytes: &[u8]) {
        let light = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_prefix("11;rgb:")).and_then(lightness);
        if let Some(light) = light {
            self.out.push(Input::Background { light: light > 0.5 });
        }
    }

    fn print_char(&mut self, c: char) {
        match self.prefix.take() {
            Some(Prefix::Ss3) => {
                if let Some(code) = final_key(c).or_else(|| function(c, 'P')) {
                    self.key(code);
                } else if c == 'M' {
                    self.key(KeyCode::Enter);
                }
            }
            Some(Prefix::Console) => {
                if let Some(code) = function(c, 'A') {
                    self.key(code);
                }
            }
            None if c == '\u{7f}' => self.key(KeyCode::Backspace),
            None if c.is_control() => {}
            None => self.key(KeyCode::Char(c)),
        }
    }

    fn control(&mut self, byte: u8, alt: bool) {
        let key = match byte {
            b'\r' | b'\n' => Key::plain(KeyCode::Enter),
            b'\t' => Key::plain(KeyCode::Tab),
            0x08 | 0x7f => Key::plain(KeyCode::Backspace),
            0x01..=0x1a => Key { ctrl: true, ..Key::plain(KeyCode::Char(char::from(byte - 1 + b'a'))) },
            _ => return,
        };
        self.out.push(Input::Key(Key { alt, ..key }));
    }

    fn mouse(&mut self, button: u16, column: u16, row: u16, down: bool) {
        let kind = if button & 64 != 0 {
            match button & 3 {
                0 => MouseKind::Wheel(-1),
                1 => MouseKind::Wheel(1),
                _ => return,
            }
        } else if down && button & (3 | 32) == 0 {
            MouseKind::Press
        } else {
            return;
        };
        self.out.push(Input::Mouse(Mouse { kind, column: column.saturating_sub(1), row: row.saturating_sub(1) }));
    }

    /// Keys as kitty and xterm report them: a code point and modifiers.
    fn code_point(&mut self, code: u16, modifiers: u16) {
        let code = match code {
            13 => KeyCode::Enter,
            27 => KeyCode::Esc,
            9 if modifiers.saturating_sub(1) & 1 != 0 => KeyCode::BackTab,
            9 => KeyCode::Tab,
            127 | 8 => KeyCode::Backspace,
            _ => match char::from_u32(u32::from(code)) {
                Some(c) if !c.is_control() => KeyCode::Char(c),
                _ => return,
            },
        };
        self.with(code, modifiers);
    }
}

fn lightness(text: &str) -> Option<f64> {
    let part = |text: &str| {
        let digits = text.len();
        let value = (1..=4).contains(&digits).then(|| u32::from_str_radix(text, 16).ok())??;
        Some(f64::from(value) / f64::from((1_u32 << (4 * digits)) - 1))
    };
    let mut parts = text.split('/');
    let (red, green, blue) = (part(parts.next()?)?, part(parts.next()?)?, part(parts.next()?)?);
    Some(0.299 * red + 0.587 * green + 0.114 * blue)
}

/// F1 to F5, from the letter that stands for F1.
fn function(c: char, first: char) -> Option<KeyCode> {
    let at = u32::from(c).checked_sub(u32::from(first)).filter(|at| *at < 5)?;
    Some(KeyCode::F(u8::try_from(at + 1).ok()?))
}

fn final_key(c: char) -> Option<KeyCode> {
    Some(match c {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'H' => KeyCode::Home,
        'F' => KeyCode::End,
        _ => return None,
    })
}

fn tilde_key(number: u16) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(u8::try_from(number - 10).unwrap_or(1)),
        17..=21 => KeyCode::F(u8::try_from(number - 11).unwrap_or(1)),
        23 | 24 => KeyCode::F(u8::try_from(number - 12).unwrap_or(1)),
        _ => return None,
    })
}

impl Perform for Keys {
    fn print(&mut self, c: char) {
        self.done = true;
        self.print_char(c);
    }

    fn execute(&mut self, byte: u8) {
        self.done = true;
        self.prefix = None;
        self.control(byte, false);
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: char) {
        self.done = true;
        if ignore {
            return;
        }
        let mut numbers = params.iter().map(|group| group.first().copied().unwrap_or(0));
        let numbers = [numbers.next().unwrap_or(0), numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)];
        let [first, second, third] = numbers;
        match (intermediates, action) {
            (b"<", 'M' | 'm') => self.mouse(first, second, third, action == 'M'),
            ([], 'M') => self.skip = 3,
            ([], 'Z') => self.key(KeyCode::BackTab),
            ([], '[') => {
                self.prefix = Some(Prefix::Console);
                self.done = false;
            }
            ([], 'u') => self.code_point(first, second.max(1)),
            ([], '~') if first == 200 => self.paste_begins = true,
            ([], '~') if first == 27 => self.code_point(third, second.max(1)),
            ([], '~') => {
                if let Some(code) = tilde_key(first) {
                    self.with(code, second.max(1));
                }
            }
            ([], 'P' | 'Q' | 'S') if first == 1 => {
                if let Some(code) = function(action, 'P') {
                    self.with(code, second.max(1));
                }
            }
            ([], _) => {
                if let Some(code) = final_key(action) {
                    self.with(code, second.max(1));
                }
            }
            _ => {}
        }
    }

    fn esc_dispatch(&mut self, intermediates: &[u8], ignore: bool, byte: u8) {
        self.done = true;
        match (intermediates, byte) {
            _ if ignore => {}
            ([], b'O') => {
                self.prefix = Some(Prefix::Ss3);
                self.done = false;
            }
            ([], b'\\') => {}
            ([], b' '..=b'~') => self.out.push(Input::Key(Key { alt: true, ..Key::plain(KeyCode::Char(char::from(byte))) })),
            ([], _) => self.control(byte, true),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn whole(bytes: &[u8]) -> Vec<Input> {
        let mut reader = Reader::default();
        let mut out = Vec::new();
        reader.feed(bytes, &mut out);
        if reader.deadline().is_some() {
            reader.idle(&mut out);
        }
        out
    }

    /// Nothing more comes, for as long as it takes.
    fn settle(reader: &mut Reader, out: &mut Vec<Input>) {
        for _ in 0..2 {
            reader.idle(out);
        }
    }

    fn keys(bytes: &[u8]) -> Vec<KeyCode> {
        whole(bytes).into_iter().filter_map(|input| if let Input::Key(key) = input { Some(key.code) } else { None }).collect()
    }

    const RECORDING: &[u8] = b"ab\x1b[A\x1b[1;5B\x1bOP\x1b[3~\x1b[Z\r\n\t\x7f\x03\x1b[<0;10;20M\x1b[<0;10;20m\xc3\xa9\xf0\x9f\x98\x80\x1b[200~p\x1b[Aste\x1b[201~\x1bx\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;4c\x1b[[Aq";

    #[test]
    fn keys_are_what_terminals_mean_by_them() {
        use KeyCode::{BackTab, Backspace, Char, Delete, Enter, Esc, F, Tab, Up};
        assert_eq!(
            keys(b"a\x1b[A\x1bOA\x1bOP\x1b[3~\x1b[Z\r\n\t\x7f\x08"),
            [Char('a'), Up, Up, F(1), Delete, BackTab, Enter, Enter, Tab, Backspace, Backspace]
        );
        assert_eq!(keys(b"\x1b"), [Esc]);
        assert_eq!(keys(b"\x1b\x1b"), [Esc, Esc]);
        assert_eq!(keys(b"\x1b\x1b[A"), [Esc, Up]);
        assert_eq!(keys(b"\x1b[[A\x1b[[Eq"), [F(1), F(5), Char('q')]);
        assert_eq!(keys("éß😀".as_bytes()), [Char('é'), Char('ß'), Char('😀')]);
        assert_eq!(whole(b"\x03"), [Input::Key(Key { ctrl: true, ..Key::plain(Char('c')) })]);
        assert_eq!(whole(b"\x1bx"), [Input::Key(Key { alt: true, ..Key::plain(Char('x')) })]);
        assert_eq!(whole(b"\x1b[1;5A"), [Input::Key(Key { ctrl: true, ..Key::plain(Up) })]);
        assert_eq!(whole(b"\x1b[97;5u"), [Input::Key(Key { ctrl: true, ..Key::plain(Char('a')) })]);
    }

    #[test]
    fn mouse_paste_and_background_are_read() {
        let press = Input::Mouse(Mouse { kind: MouseKind::Press, column: 9, row: 19 });
        assert_eq!(whole(b"\x1b[<0;10;20M\x1b[<0;10;20m"), [press]);
        assert_eq!(
            whole(b"\x1b[<64;1;1M\x1b[<64;1;1M\x1b[<65;1;1M"),
            [Input::Mouse(Mouse { kind: MouseKind::Wheel(-1), column: 0, row: 0 })]
        );
        assert_eq!(
            whole(b"\x1b[200~a\x1b[Ab\x1b[201~c"),
            [Input::Paste("a\x1b[Ab".into()), Input::Key(Key::plain(KeyCode::Char('c')))]
        );
        assert_eq!(whole(b"\x1b]11;rgb:ffff/ffff/ffff\x07"), [Input::Background { light: true }]);
        assert_eq!(whole(b"\x1b]11;rgb:1414/1414/1818\x1b\\"), [Input::Background { light: false }]);
    }

    #[test]
    fn however_it_is_split_it_means_the_same() {
        let wanted = whole(RECORDING);
        for cut in 0..=RECORDING.len() {
            let (mut reader, mut out) = (Reader::default(), Vec::new());
            reader.feed(&RECORDING[..cut], &mut out);
            reader.feed(&RECORDING[cut..], &mut out);
            assert_eq!(out, wanted, "cut at {cut}");
        }
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        for byte in RECORDING {
            reader.feed(&[*byte], &mut out);
        }
        assert_eq!(out, wanted);
    }

    #[test]
    fn split_mouse_reports_are_never_keys() {
        let reports: Vec<u8> =
            (0..10_000).flat_map(|at| format!("\x1b[<35;{};{}M", at % 200 + 1, at % 50 + 1).into_bytes()).collect();
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        for piece in reports.chunks(7) {
            reader.feed(piece, &mut out);
            // Even a pause in the middle makes no key of what is half read, except a lone Esc.
            if piece.last() != Some(&0x1b) {
                let mut late = Vec::new();
                if reader.deadline().is_none() {
                    reader.idle(&mut late);
                }
                assert_eq!(late, []);
            }
        }
        assert_eq!(out, []);
    }

    #[test]
    fn what_is_half_read_is_dropped_and_the_next_key_lives() {
        for half in [&b"\x1b[<35;1"[..], b"\x1b[1;", b"\xc3", b"\xf0\x9f", b"\x1b]11;rgb:", b"\x1bP1$r", b"\x1b[[", b"\x1bO"] {
            let (mut reader, mut out) = (Reader::default(), Vec::new());
            reader.feed(half, &mut out);
            assert!(reader.deadline().is_some(), "{half:?}");
            settle(&mut reader, &mut out);
            assert_eq!(out, [], "{half:?}");
            assert!(reader.deadline().is_none(), "{half:?}");
            reader.feed(b"q", &mut out);
            assert_eq!(out, [Input::Key(Key::plain(KeyCode::Char('q')))], "{half:?}");
        }
    }

    #[test]
    fn the_late_rest_of_a_mouse_report_is_no_typing() {
        for cut in 2..11 {
            let report = b"\x1b[<35;12;3M";
            let (mut reader, mut out) = (Reader::default(), Vec::new());
            reader.feed(&report[..cut.min(report.len())], &mut out);
            reader.idle(&mut out);
            reader.feed(&report[cut.min(report.len())..], &mut out);
            reader.feed(b"q", &mut out);
            assert_eq!(out, [Input::Key(Key::plain(KeyCode::Char('q')))], "cut at {cut}");
        }
        assert_eq!(keys(b"\x1b[M !!q"), [KeyCode::Char('q')]);
    }

    #[test]
    fn broken_utf8_never_takes_the_next_key_with_it() {
        for broken in [&b"\xc3q"[..], b"\xf0\x9fq", b"\xffq", b"\x80q", b"\xe2\x82q", b"\xc3\x1b[A", b"\xf0\x9f\x1b[A"] {
            let last = keys(broken).pop();
            assert!(matches!(last, Some(KeyCode::Char('q') | KeyCode::Up)), "{broken:?}: {last:?}");
        }
    }

    #[test]
    fn a_paste_without_an_end_is_bounded_and_ends() {
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        reader.feed(b"\x1b[200~", &mut out);
        for _ in 0..64 {
            reader.feed(&vec![b'x'; 1 << 20], &mut out);
        }
        assert_eq!(out, []);
        let State::Paste { kept, .. } = &reader.state else { panic!() };
        assert!(kept.capacity() <= 2 * (MAX_PASTE + PASTE_END.len()));
        assert_eq!(reader.deadline(), Some(PASTE));
        reader.idle(&mut out);
        assert!(matches!(out.as_slice(), [Input::Paste(text)] if text.len() == MAX_PASTE));
        let long = [b"\x1b[200~".to_vec(), vec![b'y'; MAX_PASTE * 2], b"\x1b[201~q".to_vec()].concat();
        assert_eq!(keys(&long), [KeyCode::Char('q')]);
    }

    #[test]
    fn an_answer_without_an_end_is_bounded() {
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        reader.feed(b"\x1b]0;", &mut out);
        reader.feed(&vec![b'x'; 1 << 20], &mut out);
        reader.idle(&mut out);
        reader.feed(b"q", &mut out);
        assert_eq!(out, [Input::Key(Key::plain(KeyCode::Char('q')))]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_and_leave_nothing_behind(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let (mut reader, mut out) = (Reader::default(), Vec::new());
            reader.feed(&bytes, &mut out);
            settle(&mut reader, &mut out);
            prop_assert!(reader.deadline().is_none());
            let before = out.len();
            reader.feed(b"q", &mut out);
            prop_assert_eq!(&out[before..], &[Input::Key(Key::plain(KeyCode::Char('q')))]);
        }

        #[test]
        fn any_bytes_mean_the_same_however_split(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..200) {
            let cut = cut.min(bytes.len());
            let (mut one, mut two) = (Vec::new(), Vec::new());
            Reader::default().feed(&bytes, &mut one);
            let mut reader = Reader::default();
            reader.feed(&bytes[..cut], &mut two);
            reader.feed(&bytes[cut..], &mut two);
            prop_assert_eq!(one, two);
        }
    }
}
