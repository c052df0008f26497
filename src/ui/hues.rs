//! The colours that a terminal can show, and the nearest of them to any other.

use ratatui::style::Color;

use super::glyph::Hue;

/// The colours that a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colors {
    /// None. What a background says is said by reversing.
    None,
    /// The sixteen of the terminal's own palette.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// All.
    True,
}

impl Colors {
    /// A colour as such a terminal is told it.
    #[must_use]
    pub fn hue(self, color: Color) -> Hue {
        match color {
            Color::Reset => Hue::Own,
            Color::Rgb(r, g, b) => match self {
                Self::True => Hue::Rgb(r, g, b),
                Self::Indexed => Hue::Index(indexed(r, g, b)),
                Self::Sixteen => Hue::Index(sixteen(r, g, b)),
                Self::None => Hue::Own,
            },
            _ if self == Self::None => Hue::Own,
            Color::Indexed(index) => Hue::Index(index),
            named => Hue::Index(number(named)),
        }
    }
}

/// The number of a colour that has a name.
fn number(named: Color) -> u8 {
    NAMED.iter().position(|color| *color == named).and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
}

/// The colour of a number.
#[must_use]
pub fn of_number(index: u8) -> Color {
    NAMED.get(usize::from(index)).copied().unwrap_or(Color::Indexed(index))
}

/// The first sixteen.
const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// The nearest of the 256: the cube, or the greys.
fn indexed(r: u8, g: u8, b: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |value: u8| (0..6_u8).min_by_key(|&at| STEPS[usize::from(at)].abs_diff(value)).unwrap_or(0);
    let distance = |(r2, g2, b2): (u8, u8, u8)| {
        let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        square(r, r2) + square(g, g2) + square(b, b2)
    };
    let cube = (nearest(r), nearest(g), nearest(b));
    let cube_color = (STEPS[usize::from(cube.0)], STEPS[usize::from(cube.1)], STEPS[usize::from(cube.2)]);
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey = u8::try_from(mean.saturating_sub(3) / 10).unwrap_or(23).min(23);
    let level = 8 + 10 * grey;
    if distance((level, level, level)) < distance(cube_color) { 232 + grey } else { 16 + 36 * cube.0 + 6 * cube.1 + cube.2 }
}

/// The nearest in meaning of the sixteen: by which channels are strong, and how bright it is.
fn sixteen(r: u8, g: u8, b: u8) -> u8 {
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    if high - low < 40 {
        return match high {
            0..=60 => 0,
            61..=140 => 8,
            141..=210 => 7,
            _ => 15,
        };
    }
    let strong = |value: u8| u8::from(u16::from(value) * 2 > u16::from(high) + u16::from(low));
    let bright = if high >= 170 { 8 } else { 0 };
    bright + strong(r) + 2 * strong(g) + 4 * strong(b)
}
