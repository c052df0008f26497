//! What one cell of the screen shows and how it is set, packed into a number: to compare cells is to compare numbers.

use ratatui::style::Modifier;

/// How a cell is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// The colour of the symbol.
    pub ink: Hue,
    /// The colour behind it.
    pub paper: Hue,
    /// Bold and its like.
    pub modifier: Modifier,
}

/// A colour as the terminal is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hue {
    /// The terminal's own.
    #[default]
    Own,
    /// One of 256.
    Index(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// One character that is a cell wide.
    Char(char),
    /// One character that is two cells wide.
    Wide(char),
    /// Several characters that make one sign, by their place among the clusters, and the cells that they take.
    Cluster(u32, u8),
    /// The later cells of a sign that is wider than one.
    Rest,
}

/// One cell, packed: the symbol in the highest 32 bits, then the colour of the symbol, the one behind it, and the modifiers. To
/// compare pictures is to compare numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph(u128);

/// What is to be seen of a look where there is no symbol.
pub const ON_BLANK: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// What makes a space 0, and with it a cell that nothing was drawn in.
const SPACE: u32 = ' ' as u32;

/// Where each part of a [`Glyph`] begins.
const SYMBOL: u32 = 96;
const INK: u32 = 64;
const PAPER: u32 = 32;
/// How a cell is set, without what it shows.
const LOOK: u128 = (1 << SYMBOL) - 1;
/// One colour, before it is moved to its place.
const ONE_HUE: u128 = u32::MAX as u128;

impl Symbol {
    /// A kind in the two highest bits of 32, then what it is: cells of a cluster in the eight bits after that. A space is 0.
    const fn packed(self) -> u32 {
        match self {
            Self::Char(c) => c as u32 ^ SPACE,
            Self::Wide(c) => 1 << 30 | c as u32,
            Self::Cluster(number, width) => 2 << 30 | (width as u32) << 22 | number & 0x3f_ffff,
            Self::Rest => 3 << 30,
        }
    }

    fn unpacked(bits: u32) -> Self {
        let c = |bits| char::from_u32(bits).unwrap_or(char::REPLACEMENT_CHARACTER);
        match bits >> 30 {
            0 => Self::Char(c(bits ^ SPACE)),
            1 => Self::Wide(c(bits & 0x3fff_ffff)),
            2 => Self::Cluster(bits & 0x3f_ffff, (bits >> 22) as u8),
            _ => Self::Rest,
        }
    }
}

impl Hue {
    const fn packed(self) -> u32 {
        match self {
            Self::Own => 0,
            Self::Index(index) => 1 << 24 | index as u32,
            Self::Rgb(r, g, b) => 2 << 24 | u32::from_be_bytes([0, r, g, b]),
        }
    }

    fn unpacked(bits: u32) -> Self {
        match bits.to_be_bytes() {
            [1, _, _, index] => Self::Index(index),
            [2, r, g, b] => Self::Rgb(r, g, b),
            _ => Self::Own,
        }
    }
}

/// What no cell is set as.
const NO_SIGN: u128 = u128::MAX;

/// How cells are set, packed, when they are written one after another: signs in one way, and the blanks that go with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// [`NO_SIGN`] while there are only blanks.
    sign: u128,
    /// Of a blank only that counts which can be seen.
    blank: u128,
}

impl Setting {
    /// That of no cell.
    pub const NONE: Self = Self { sign: NO_SIGN, blank: NO_SIGN };

    /// That of one glyph as it is [seen](Glyph::seen).
    #[must_use]
    pub const fn of(glyph: Glyph) -> Self {
        let set = glyph.0 & LOOK;
        let blank = Glyph(set).seen().0;
        // A blank with a line under it is like any sign.
        let sign = if glyph.0 >> SYMBOL == 0 && blank & !(ONE_HUE << PAPER) == 0 { NO_SIGN } else { set };
        Self { sign, blank }
    }

    /// The same for one more glyph, where that goes with it: after blanks comes how the first sign is set.
    #[must_use]
    pub fn with(self, glyph: Glyph) -> Self {
        let other = Self::of(glyph);
        if self.sign == NO_SIGN && self.blank == other.blank { other } else { self }
    }

    /// How the terminal is set for it.
    #[must_use]
    pub fn look(self) -> Look {
        Glyph(if self.sign == NO_SIGN { self.blank } else { self.sign }).look()
    }
}

/// What a style changes of a cell, packed.
#[derive(Debug, Clone, Copy)]
pub struct Patch {
    /// What stays of how the cell is set.
    keep: u128,
    /// What comes to it.
    set: u128,
}

impl Patch {
    /// Colours of the symbol and behind it, where they change; modifiers that come, and others that go.
    #[must_use]
    pub fn new(ink: Option<Hue>, paper: Option<Hue>, come: Modifier, go: Modifier) -> Self {
        let part = |hue: Option<Hue>| hue.map_or((u32::MAX, 0), |hue| (0, hue.packed()));
        let ((ink_kept, ink), (paper_kept, paper)) = (part(ink), part(paper));
        let look = |ink: u32, paper: u32, rest: u32| (ink as u128) << INK | (paper as u128) << PAPER | rest as u128;
        Self {
            keep: look(ink_kept, paper_kept, !u32::from(go.bits())),
            set: look(ink, paper, u32::from(come.difference(go).bits())),
        }
    }

    /// A cell that is set anew and shows what it showed.
    #[must_use]
    #[inline]
    pub const fn on(self, cell: u128) -> u128 {
        cell & !LOOK | self.look_on(cell)
    }

    /// A cell that shows a character of ASCII now. Of a blank only that is kept which can be seen, so that rows are the same when
    /// they look the same.
    #[must_use]
    #[inline]
    pub const fn ascii(self, byte: u8, cell: u128) -> u128 {
        let look = self.look_on(cell);
        if byte == b' ' { Glyph(look).seen().0 } else { ((byte ^ b' ') as u128) << SYMBOL | look }
    }

    /// A cell that shows another character of a cell's width now.
    #[must_use]
    #[inline]
    pub const fn char(self, c: char, cell: u128) -> u128 {
        if c == ' ' { self.ascii(b' ', cell) } else { self.symbol(Symbol::Char(c), cell) }
    }

    /// A cell that shows another symbol now.
    #[must_use]
    #[inline]
    pub const fn symbol(self, symbol: Symbol, cell: u128) -> u128 {
        (symbol.packed() as u128) << SYMBOL | self.look_on(cell)
    }

    #[inline]
    const fn look_on(self, cell: u128) -> u128 {
        cell & self.keep | self.set
    }
}

impl Look {
    const fn packed(self) -> u128 {
        (self.ink.packed() as u128) << INK | (self.paper.packed() as u128) << PAPER | self.modifier.bits() as u128
    }
}

impl Glyph {
    /// An empty cell.
    pub const BLANK: Self = Self(0);

    /// A cell, unpacked from a row of a [picture](super::picture::Picture).
    #[must_use]
    pub const fn of(bits: u128) -> Self {
        Self(bits)
    }

    /// The cell as it stands in a row of a [picture](super::picture::Picture).
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// A cell.
    #[must_use]
    pub const fn new(symbol: Symbol, look: Look) -> Self {
        Self((symbol.packed() as u128) << SYMBOL | look.packed())
    }

    /// The cell with another symbol, set as it is.
    #[must_use]
    pub const fn with(self, symbol: Symbol) -> Self {
        Self((symbol.packed() as u128) << SYMBOL | self.0 & LOOK)
    }

    /// What is to be seen of it: of a blank mostly the colour behind it alone.
    #[must_use]
    #[inline]
    pub const fn seen(self) -> Self {
        let modifier = Modifier::from_bits_truncate(self.0 as u16);
        if self.0 >> SYMBOL != 0 || modifier.intersects(ON_BLANK) { self } else { Self(self.0 & ONE_HUE << PAPER) }
    }

    /// What it shows.
    #[must_use]
    #[inline]
    pub fn symbol(self) -> Symbol {
        Symbol::unpacked((self.0 >> SYMBOL) as u32)
    }

    /// How it is set.
    #[must_use]
    pub fn look(self) -> Look {
        Look {
            ink: Hue::unpacked((self.0 >> INK) as u32),
            paper: Hue::unpacked((self.0 >> PAPER) as u32),
            modifier: Modifier::from_bits_truncate(self.0 as u16),
        }
    }

    /// What it shows, where that is one character of a cell's width and looks as it should in this setting.
    #[must_use]
    #[inline]
    pub fn char_in(self, setting: Setting) -> Option<char> {
        if self.suits(setting) { self.narrow() } else { None }
    }

    /// What it shows, where that is one character of a cell's width.
    #[must_use]
    #[inline]
    pub fn narrow(self) -> Option<char> {
        if self.is_narrow() { char::from_u32((self.0 >> SYMBOL) as u32 ^ SPACE) } else { None }
    }

    /// Whether it looks as it should in this setting.
    #[must_use]
    #[inline]
    pub fn suits(self, setting: Setting) -> bool {
        self.0 & LOOK == setting.sign || self.0 == setting.blank
    }

    /// A later cell of this one's sign.
    #[must_use]
    pub fn rest(self) -> Self {
        self.with(Symbol::Rest)
    }

    /// Whether it is one character that takes one cell.
    #[must_use]
    #[inline]
    pub const fn is_narrow(self) -> bool {
        self.0 >> (SYMBOL + 30) == 0
    }

    /// Cells that it takes.
    #[must_use]
    #[inline]
    pub fn width(self) -> usize {
        if self.is_narrow() {
            return 1;
        }
        match self.symbol() {
            Symbol::Char(_) | Symbol::Rest => 1,
            Symbol::Wide(_) => 2,
            Symbol::Cluster(_, width) => usize::from(width).max(1),
        }
    }

    /// Whether every terminal stands where we think once it is written.
    #[must_use]
    pub fn certain(self) -> bool {
        match self.symbol() {
            Symbol::Char(_) => true,
            Symbol::Wide(c) => matches!(c, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'),
            Symbol::Cluster(..) | Symbol::Rest => false,
        }
    }
}
