//! Few bytes from one picture on the terminal's screen to the next: rows that have moved are moved by the terminal itself, ends of
//! lines are erased, and of the rest only what differs is written, what is set alike together: to go elsewhere takes fewer bytes than
//! to set another colour.

use std::ops::Range;

use ratatui::style::Modifier;

use crate::ui::glyph::{Glyph, Hue, Look, Setting, Symbol};
use crate::ui::picture::{Picture, Shift};

/// Fewer differing cells than that are written as they are: to move rows costs some thirty bytes.
const WORTH_MOVING: i32 = 32;
/// Cells of a row by which it is known again elsewhere.
const PROBE: usize = 12;
/// Rows that are looked for elsewhere.
const PROBES: usize = 12;
/// Unchanged cells that are written again rather than leapt over.
const LEAP: usize = 4;
/// Runs of one setting for which there is room at once.
const RUNS: usize = 32;
/// Blank cells at the end of a line from which on they are erased.
const ERASE: usize = 4;

fn differing(a: &[u128], b: &[u128]) -> i32 {
    // Most rows are the same as the one that they are held against.
    if a == b {
        return 0;
    }
    let count = a.iter().zip(b).filter(|(a, b)| a != b).count();
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// How far most rows of `shown` that are elsewhere in `next` have moved up.
fn offset(shown: &Picture, next: &Picture, changed: &[usize]) -> Option<isize> {
    let height = shown.height();
    // From `height` rows up to `height` rows down.
    let mut votes = vec![0_u16; 2 * height + 1];
    let mut asked = 0;
    for &y in changed.iter().step_by((changed.len() / PROBES).max(1)) {
        let row = next.row(y);
        let Some(x) =
            row.iter().zip(shown.row(y)).position(|(new, old)| new != old && Glyph::of(*new).symbol() != Symbol::Char(' '))
        else {
            continue;
        };
        let range = x..(x + PROBE).min(row.len());
        let Some(probe) = row.get(range.clone()) else { continue };
        asked += 1;
        for other in (0..height).filter(|&other| other != y && shown.row(other).get(range.clone()) == Some(probe)) {
            if let Some(votes) = votes.get_mut(height + other - y) {
                *votes += 1;
            }
        }
    }
    let (at, &most) = votes.iter().enumerate().max_by_key(|&(at, &votes)| (votes, std::cmp::Reverse(at.abs_diff(height))))?;
    (most >= 2 && 2 * most >= asked).then(|| at.cast_signed() - height.cast_signed())
}

/// The rows to be moved, if that leaves less to be written.
fn shift(shown: &Picture, next: &Picture, changed: &[usize]) -> Option<Shift> {
    if changed.len() < 3 {
        return None;
    }
    let by = offset(shown, next, changed)?;
    let height = shown.height();
    let blank = vec![0; shown.width()];
    // The run of rows that gains most when each is taken from `by` further down.
    let (mut best, mut run, mut start) = ((0, 0, 0), 0_i32, 0);
    for y in 0..height {
        let from = y.checked_add_signed(by).filter(|&from| from < height);
        let gain = from.map_or(i32::MIN / 2, |from| {
            differing(next.row(y), shown.row(y)).saturating_sub(differing(next.row(y), shown.row(from)))
        });
        if run <= 0 {
            (run, start) = (0, y);
        }
        run = run.saturating_add(gain);
        if run > best.0 {
            best = (run, start, y);
        }
    }
    let (gain, first, last) = best;
    let (top, bottom) = (first.min(first.checked_add_signed(by)?), last.max(last.checked_add_signed(by)?));
    let emptied = if by > 0 { last + 1..bottom + 1 } else { top..first };
    let lost: i32 = emptied.map(|y| differing(next.row(y), &blank) - differing(next.row(y), shown.row(y))).sum();
    (gain - lost > WORTH_MOVING).then_some(Shift { top, bottom, by })
}

/// Cells of a row that follow each other and can be written in one setting.
#[derive(Debug, Clone, Copy)]
struct Run {
    y: usize,
    from: usize,
    to: usize,
}

/// How many cells of this range there are, from its start, of which that holds.
fn leading(shown: &[u128], next: &[u128], range: Range<usize>, holds: impl Fn(Glyph, Glyph) -> bool) -> usize {
    let (shown, next) = (shown.get(range.clone()).unwrap_or(&[]), next.get(range).unwrap_or(&[]));
    shown.iter().zip(next).take_while(|&(&old, &new)| holds(Glyph::of(old), Glyph::of(new))).count()
}

/// Whether a sign and the cells before it, which need no change, can be written in that setting.
fn passes(setting: Setting, between: &[u128], sign: Glyph) -> bool {
    sign.suits(setting) && between.iter().all(|&cell| Glyph::of(cell).char_in(setting).is_some_and(|c| c.is_ascii()))
}

/// Writes what turns one picture into another.
#[derive(Debug)]
pub struct Writer<'w> {
    out: &'w mut Vec<u8>,
    clusters: &'w [Box<str>],
    look: Look,
    /// What is to be written in one setting, from the top.
    alike: Vec<(Setting, Vec<Run>)>,
    /// What is to be written as it stands.
    ordered: Vec<(Setting, Run)>,
    /// Where the terminal's cursor is, as far as that is known.
    at: Option<(usize, usize)>,
}

impl<'w> Writer<'w> {
    /// A writer to `out`, of the signs in `clusters`.
    pub fn new(out: &'w mut Vec<u8>, clusters: &'w [Box<str>]) -> Self {
        Self { out, clusters, look: Look::default(), alike: Vec::new(), ordered: Vec::new(), at: None }
    }

    /// Writes what turns `shown` into `next`. Of the rows that are not in `changed` it is known that they are the same. What `shown`
    /// holds afterwards is of no use any more.
    pub fn turn(mut self, shown: &mut Picture, next: &Picture, changed: &[usize]) {
        let moved = shift(shown, next, changed);
        if let Some(moved) = moved {
            self.scroll(moved);
            shown.shift(moved);
        }
        match moved {
            // Rows that did not change may have been carried away.
            Some(_) => (0..next.height()).for_each(|y| self.row(y, shown.row(y), next)),
            None => changed.iter().for_each(|&y| self.row(y, shown.row(y), next)),
        }
        for (setting, runs) in std::mem::take(&mut self.alike) {
            self.look(setting.look());
            for run in runs {
                self.run(run, next.row(run.y));
            }
        }
        for (setting, run) in std::mem::take(&mut self.ordered) {
            self.look(setting.look());
            self.run(run, next.row(run.y));
        }
        self.look(Look::default());
    }

    /// A control sequence: its numbers, with semicolons between, and the letter that ends it. This is the path of every frame.
    fn control(&mut self, numbers: &[usize], letter: u8) {
        self.out.extend_from_slice(b"\x1b[");
        for (at, number) in numbers.iter().enumerate() {
            if at > 0 {
                self.out.push(b';');
            }
            self.number(*number);
        }
        self.out.push(letter);
    }

    fn number(&mut self, number: usize) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.out.push(b'0' + u8::try_from(number % 10).unwrap_or(0));
    }

    /// Has the terminal move rows: it deletes or inserts lines between margins, which every terminal can.
    fn scroll(&mut self, Shift { top, bottom, by }: Shift) {
        self.control(&[top + 1, bottom + 1], b'r');
        self.go(0, top);
        self.control(&[by.unsigned_abs()], if by > 0 { b'M' } else { b'L' });
        self.control(&[], b'r');
        self.at = None;
    }

    /// Erases the end of a row where that is shorter, and finds the runs that turn the rest of it into the other.
    fn row(&mut self, y: usize, shown: &[u128], next: &Picture) {
        // Where a sign may be wider than we think, what stands after it is to be written after it.
        let together = !next.is_rough(y);
        let next = next.row(y);
        if *shown == *next {
            return;
        }
        let tail = next.iter().rposition(|cell| *cell != 0).map_or(0, |last| last + 1);
        let over = shown.iter().skip(tail).filter(|cell| **cell != 0).count();
        let end = if over >= ERASE { tail } else { next.len() };
        if end == tail && over > 0 {
            self.go(tail, y);
            self.control(&[], b'K');
        }
        let mut setting = Setting::NONE;
        let mut run = Run { y, from: 0, to: 0 };
        let mut x = 0;
        loop {
            x += leading(shown, next, x..end, |old, new| old == new);
            let Some(glyph) = next.get(x).map(|&cell| Glyph::of(cell)).filter(|_| x < end) else { break };
            if !glyph.is_narrow() && glyph.symbol() == Symbol::Rest {
                // Written with what it belongs to.
                x += 1;
                continue;
            }
            let wanted = setting.with(glyph);
            if next.get(run.to..x).is_some_and(|between| between.len() <= LEAP && passes(wanted, between, glyph)) {
                setting = wanted;
            } else {
                self.close(setting, run, together);
                (setting, run.from) = (Setting::of(glyph), x);
            }
            x += glyph.width();
            // Most signs follow one that is set alike.
            x += leading(shown, next, x..end, |old, new| old != new && new.is_narrow() && new.suits(setting));
            run.to = x;
        }
        self.close(setting, run, together);
    }

    /// Puts a run, if there is one, to those that are written with it.
    fn close(&mut self, setting: Setting, run: Run, together: bool) {
        if run.from == run.to {
            return;
        }
        if !together {
            self.ordered.push((setting, run));
        } else if let Some((_, runs)) = self.alike.iter_mut().find(|alike| alike.0 == setting) {
            runs.push(run);
        } else {
            let mut runs = Vec::with_capacity(RUNS);
            runs.push(run);
            self.alike.push((setting, runs));
        }
    }

    /// Writes a run of this row.
    fn run(&mut self, Run { y, from, to }: Run, row: &[u128]) {
        // A sign may be wider than what is left of the row.
        let (mut x, to) = (from, to.min(row.len()));
        while let Some(cells) = row.get(x..to).filter(|cells| !cells.is_empty()) {
            self.go(x, y);
            // Nearly all of them.
            for c in cells.iter().map_while(|&cell| Glyph::of(cell).narrow()) {
                self.sign(c);
                x += 1;
            }
            self.at = Some((x, y));
            if let Some(&cell) = row.get(x).filter(|_| x < to) {
                self.wide(x, y, Glyph::of(cell));
                x += Glyph::of(cell).width();
            }
        }
    }

    /// Writes a sign that is not one character of a cell's width, where the cursor is.
    fn wide(&mut self, x: usize, y: usize, glyph: Glyph) {
        match glyph.symbol() {
            Symbol::Char(c) | Symbol::Wide(c) => self.sign(c),
            Symbol::Cluster(at, width) => {
                // Not every terminal clears all cells of such a sign.
                self.out.extend(std::iter::repeat_n(b' ', usize::from(width)));
                self.at = None;
                self.go(x, y);
                let text = usize::try_from(at).ok().and_then(|at| self.clusters.get(at));
                self.out.extend_from_slice(text.map_or("\u{fffd}", |text| text).as_bytes());
            }
            Symbol::Rest => {}
        }
        self.at = glyph.certain().then_some((x + glyph.width(), y));
    }

    fn go(&mut self, x: usize, y: usize) {
        match self.at {
            Some(at) if at == (x, y) => {}
            Some((from, line)) if line == y && from < x => self.control(&[x - from], b'C'),
            _ => self.control(&[y + 1, x + 1], b'H'),
        }
        self.at = Some((x, y));
    }

    #[inline]
    fn sign(&mut self, c: char) {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => self.out.push(byte),
            _ => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }

    fn look(&mut self, wanted: Look) {
        if self.look == wanted {
            return;
        }
        self.out.extend_from_slice(b"\x1b[");
        let start = self.out.len();
        let mut now = self.look;
        // Modifiers are only added; what goes is taken back by beginning anew.
        if !wanted.modifier.contains(now.modifier) || wanted == Look::default() {
            now = Look::default();
            self.out.extend_from_slice(b"0;");
        }
        for (modifier, code) in MODIFIERS {
            if wanted.modifier.contains(modifier) && !now.modifier.contains(modifier) {
                self.out.extend_from_slice(code);
            }
        }
        if now.ink != wanted.ink {
            self.hue(b'3', wanted.ink);
        }
        if now.paper != wanted.paper {
            self.hue(b'4', wanted.paper);
        }
        if self.out.len() > start {
            self.out.pop();
        }
        self.out.push(b'm');
        self.look = wanted;
    }

    fn hue(&mut self, place: u8, hue: Hue) {
        self.out.push(place);
        match hue {
            Hue::Own => self.out.extend_from_slice(b"9;"),
            Hue::Index(index) => {
                self.out.extend_from_slice(b"8;5;");
                self.part(index);
            }
            Hue::Rgb(r, g, b) => {
                self.out.extend_from_slice(b"8;2;");
                [r, g, b].into_iter().for_each(|part| self.part(part));
            }
        }
    }

    /// A number of a longer sequence.
    fn part(&mut self, part: u8) {
        if part >= 100 {
            self.out.push(b'0' + part / 100);
        }
        if part >= 10 {
            self.out.push(b'0' + part / 10 % 10);
        }
        self.out.extend_from_slice(&[b'0' + part % 10, b';']);
    }
}

const MODIFIERS: [(Modifier, &[u8]); 6] = [
    (Modifier::BOLD, b"1;"),
    (Modifier::DIM, b"2;"),
    (Modifier::ITALIC, b"3;"),
    (Modifier::UNDERLINED, b"4;"),
    (Modifier::REVERSED, b"7;"),
    (Modifier::CROSSED_OUT, b"9;"),
];

#[cfg(test)]
mod tests;
