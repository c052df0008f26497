//! What a piece of text is, and in which style each theme sets it. Colour never carries a meaning alone: signs and words do.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::code::Role;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ink {
    /// Running text.
    #[default]
    Text,
    /// Less important.
    Dim,
    /// Rules, borders, empty parts of bars.
    Faint,
    /// What the eye should find first.
    Accent,
    /// A heading.
    Heading,
    /// Something that can be opened.
    Link,
    /// Right, accepted.
    Good,
    /// Wrong, refused.
    Bad,
    /// Half right, a warning.
    Warn,
    /// Code inside text.
    Code,
    /// A part of highlighted code.
    Role(Role),
}

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// For dark terminals.
    #[default]
    Dark,
    /// For light terminals.
    Light,
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Theme {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }

    /// The style of an ink. Backgrounds are left to the terminal.
    #[must_use]
    pub fn style(self, ink: Ink) -> Style {
        let color = match self {
            Self::Dark => dark(ink),
            Self::Light => light(ink),
        };
        let style = color.map_or_else(Style::new, |color| Style::new().fg(color));
        match ink {
            Ink::Heading => style.add_modifier(Modifier::BOLD),
            _ => style,
        }
    }

    /// The background of the row that the cursor is on.
    #[must_use]
    pub fn selected(self) -> Style {
        match self {
            Self::Dark => Style::new().bg(rgb(0x2a_31_42)),
            Self::Light => Style::new().bg(rgb(0xdf_e7_f5)),
        }
    }
}

fn dark(ink: Ink) -> Option<Color> {
    Some(match ink {
        Ink::Text => return None,
        Ink::Dim => rgb(0x96_9d_ad),
        Ink::Faint => rgb(0x4b_52_63),
        Ink::Accent => rgb(0xf2_b3_55),
        Ink::Heading => rgb(0xf2_b3_55),
        Ink::Link => rgb(0x6c_c4_d8),
        Ink::Good => rgb(0x86_c9_7b),
        Ink::Bad => rgb(0xf0_78_78),
        Ink::Warn => rgb(0xe5_c0_6a),
        Ink::Code => rgb(0xc7_b2_f5),
        Ink::Role(role) => match role {
            Role::Plain => return None,
            Role::Comment => rgb(0x80_88_98),
            Role::Keyword => rgb(0xc4_9a_f0),
            Role::String => rgb(0x9c_cf_87),
            Role::Constant => rgb(0xe8_a1_6c),
            Role::Function => rgb(0x7f_b4_f5),
            Role::Type => rgb(0xe3_c7_77),
            Role::Key => rgb(0x72_c7_cf),
            Role::Variable => rgb(0xef_8f_8f),
            Role::Added => rgb(0x86_c9_7b),
            Role::Removed => rgb(0xf0_78_78),
        },
    })
}

fn light(ink: Ink) -> Option<Color> {
    Some(match ink {
        Ink::Text => return None,
        Ink::Dim => rgb(0x5b_62_70),
        Ink::Faint => rgb(0xb4_ba_c6),
        Ink::Accent => rgb(0x9a_58_00),
        Ink::Heading => rgb(0x8a_4a_00),
        Ink::Link => rgb(0x00_66_84),
        Ink::Good => rgb(0x1a_6e_2c),
        Ink::Bad => rgb(0xb3_1d_2c),
        Ink::Warn => rgb(0x8a_61_00),
        Ink::Code => rgb(0x62_3c_a8),
        Ink::Role(role) => match role {
            Role::Plain => return None,
            Role::Comment => rgb(0x68_70_7d),
            Role::Keyword => rgb(0x77_35_b5),
            Role::String => rgb(0x25_6b_25),
            Role::Constant => rgb(0xa3_4a_08),
            Role::Function => rgb(0x1b_55_b5),
            Role::Type => rgb(0x80_5c_00),
            Role::Key => rgb(0x00_67_70),
            Role::Variable => rgb(0xad_2b_2b),
            Role::Added => rgb(0x1a_6e_2c),
            Role::Removed => rgb(0xb3_1d_2c),
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;

    fn luminance(color: Color) -> f64 {
        let Color::Rgb(r, g, b) = color else { return 0.0 };
        let part = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// WCAG 2.1 asks 4.5 for text. Borders are no text.
    #[test]
    fn every_ink_can_be_read_on_its_background_and_on_the_cursor() {
        use Role::{Added, Comment, Constant, Function, Key, Keyword, Removed, String, Type, Variable};
        let mut inks = vec![Ink::Dim, Ink::Accent, Ink::Heading, Ink::Link, Ink::Good, Ink::Bad, Ink::Warn, Ink::Code];
        inks.extend([Comment, Keyword, String, Constant, Function, Type, Key, Variable, Added, Removed].map(Ink::Role));
        for (theme, paper) in [(Theme::Dark, rgb(0x1e_1e_24)), (Theme::Light, rgb(0xff_ff_ff))] {
            let cursor = theme.selected().bg.expect("a background");
            for ink in &inks {
                let color = theme.style(*ink).fg.expect("a colour");
                let (paper, cursor) = (contrast(color, paper), contrast(color, cursor));
                let floor = if matches!(ink, Ink::Role(Comment)) { 3.0 } else { 4.0 };
                assert!(paper >= 4.5 && cursor >= floor, "{theme:?} {ink:?}: {paper:.2} on paper, {cursor:.2} on the cursor");
            }
        }
    }
}
