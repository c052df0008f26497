//! Styles as SGR sequences, in as many colours as the terminal has.

use ratatui::style::{Color, Modifier, Style};

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Depth {
    /// No colour and no other style.
    #[default]
    None,
    /// The sixteen of every terminal.
    Ansi16,
    /// A palette of 256.
    Ansi256,
    /// Red, green and blue by themselves.
    True,
}

/// The sequence that switches a style on; empty when there is nothing to switch.
#[must_use]
pub fn sgr(style: Style, depth: Depth) -> String {
    if depth == Depth::None {
        return String::new();
    }
    let mut codes = Vec::new();
    for (modifier, code) in [(Modifier::BOLD, "1"), (Modifier::DIM, "2"), (Modifier::ITALIC, "3"), (Modifier::UNDERLINED, "4")] {
        if style.add_modifier.contains(modifier) {
            codes.push(code.to_owned());
        }
    }
    if let Some(Color::Rgb(r, g, b)) = style.fg {
        codes.push(match depth {
            Depth::True => format!("38;2;{r};{g};{b}"),
            Depth::Ansi256 => format!("38;5;{}", of_256(r, g, b)),
            Depth::Ansi16 | Depth::None => of_16(r, g, b).to_string(),
        });
    }
    if codes.is_empty() { String::new() } else { format!("\u{1b}[{}m", codes.join(";")) }
}

/// The sequence that switches every style off.
pub const RESET: &str = "\u{1b}[0m";

/// The nearest colour of the palette: of its cube of six steps a side, or of its greys.
#[must_use]
pub fn of_256(r: u8, g: u8, b: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step =
        |value: u8| STEPS.iter().enumerate().min_by_key(|(_, step)| step.abs_diff(value)).map_or((0, 0), |(at, step)| (at, *step));
    let distance =
        |(x, y, z): (u8, u8, u8)| [(r, x), (g, y), (b, z)].iter().map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum::<u32>();
    let ((ri, rv), (gi, gv), (bi, bv)) = (step(r), step(g), step(b));
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey = u8::try_from(mean.saturating_sub(3) / 10).unwrap_or(23).min(23);
    let shade = 8 + grey * 10;
    if distance((shade, shade, shade)) < distance((rv, gv, bv)) {
        232 + grey
    } else {
        u8::try_from(16 + 36 * ri + 6 * gi + bi).unwrap_or(15)
    }
}

/// The code of the colour of sixteen that has the same hue. Nearness by numbers would make all soft colours grey.
#[must_use]
pub fn of_16(r: u8, g: u8, b: u8) -> u8 {
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    let spread = high - low;
    if u16::from(spread) * 4 < u16::from(high) {
        return 90;
    }
    // A sixth of the wheel for each hue, turned so that red has its own in the middle.
    let part = |a: u8, b: u8| (i32::from(a) - i32::from(b)) * 60 / i32::from(spread.max(1));
    let hue = if high == r {
        part(g, b).rem_euclid(360)
    } else if high == g {
        part(b, r) + 120
    } else {
        part(r, g) + 240
    };
    match hue {
        20..=70 => 33,
        71..=160 => 32,
        161..=200 => 36,
        201..=250 => 34,
        251..=330 => 35,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::Role;
    use crate::ui::ink::{Ink, Theme};

    #[test]
    fn palettes_keep_the_colour() {
        assert_eq!(of_256(0xff, 0xff, 0xff), 231);
        assert_eq!(of_256(0, 0, 0), 16);
        assert_eq!(of_256(0x80, 0x80, 0x80), 244);
        assert_eq!(of_256(0xd7, 0x5f, 0x00), 166);
        for theme in [Theme::Dark, Theme::Light] {
            for (ink, code) in [
                (Ink::Bad, "31"),
                (Ink::Good, "32"),
                (Ink::Accent, "33"),
                (Ink::Link, "36"),
                (Ink::Role(Role::Function), "34"),
                (Ink::Role(Role::Keyword), "35"),
                (Ink::Dim, "90"),
                (Ink::Faint, "90"),
            ] {
                assert_eq!(sgr(theme.style(ink), Depth::Ansi16), format!("\u{1b}[{code}m"), "{theme:?} {ink:?}");
            }
        }
    }

    #[test]
    fn a_style_is_one_sequence() {
        let style = Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        assert_eq!(sgr(style, Depth::True), "\u{1b}[1;4;38;2;1;2;3m");
        assert_eq!(sgr(style, Depth::None), "");
        assert_eq!(sgr(Style::new(), Depth::True), "");
    }
}
