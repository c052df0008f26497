//! Coloured code: which part of a line plays which role. The colours themselves are the theme's.

/// The role of a piece of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Nothing special.
    Plain,
    /// A comment.
    Comment,
    /// A keyword or an operator written as a word.
    Keyword,
    /// A text.
    String,
    /// A number, a constant of the language.
    Constant,
    /// The name of a function, defined or called.
    Function,
    /// The name of a type.
    Type,
    /// A key of a mapping, an attribute, a tag.
    Key,
    /// A variable of special meaning, an interpolation.
    Variable,
    /// An added line of a change.
    Added,
    /// A removed line of a change.
    Removed,
}

impl Role {
    /// Every role, with the letter that stands for it in the baked file.
    const LETTERS: [(Self, char); 11] = [
        (Self::Plain, 'p'),
        (Self::Comment, 'c'),
        (Self::Keyword, 'k'),
        (Self::String, 's'),
        (Self::Constant, 'n'),
        (Self::Function, 'f'),
        (Self::Type, 't'),
        (Self::Key, 'a'),
        (Self::Variable, 'v'),
        (Self::Added, 'i'),
        (Self::Removed, 'd'),
    ];

    fn letter(self) -> char {
        Self::LETTERS.iter().find(|(role, _)| *role == self).map_or('p', |(_, letter)| *letter)
    }

    fn of_letter(letter: char) -> Option<Self> {
        Self::LETTERS.iter().find(|(_, known)| *known == letter).map(|(role, _)| *role)
    }
}

/// The roles of a piece of code: for each line, runs of bytes and their role. A line may be covered in part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Colours {
    /// In order.
    pub lines: Vec<Vec<(usize, Role)>>,
}

impl Colours {
    /// As one line of text: `4k1p6f|3s`, lines separated by `|`.
    #[must_use]
    pub fn encode(&self) -> String {
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|runs| runs.iter().map(|(length, role)| format!("{length}{}", role.letter())).collect())
            .collect();
        lines.join("|")
    }

    /// From what [`Self::encode`] gave. `None` when it is something else.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let lines = text
            .split('|')
            .map(|line| {
                let mut runs = Vec::new();
                let mut length = 0_usize;
                for c in line.chars() {
                    match c.to_digit(10) {
                        Some(digit) => length = length.checked_mul(10)?.checked_add(usize::try_from(digit).ok()?)?,
                        None => {
                            runs.push((length, Role::of_letter(c)?));
                            length = 0;
                        }
                    }
                }
                Some(runs)
            })
            .collect::<Option<_>>()?;
        Some(Self { lines })
    }
}

/// Names a piece of code: FNV-1a over its language and text.
#[must_use]
pub fn key(language: &str, text: &str) -> u64 {
    language
        .bytes()
        .chain(std::iter::once(0))
        .chain(text.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_survive_the_file() {
        let colours = Colours { lines: vec![vec![(4, Role::Keyword), (12, Role::Plain)], vec![], vec![(1, Role::Removed)]] };
        assert_eq!(colours.encode(), "4k12p||1d");
        assert_eq!(Colours::decode("4k12p||1d"), Some(colours));
        assert_eq!(Colours::decode("4x"), None);
        assert_eq!(Colours::decode("99999999999999999999999p"), None);
    }
}
