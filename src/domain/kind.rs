//! The kinds of question, each a row of data: what it is called, how it is answered, what its file must say, what the learner is
//! told to do. A new kind that is answered in one of the ways there are is a name and a row in this file, and nothing elsewhere.

/// The kinds of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Pick the one right option.
    Single,
    /// Pick every right option.
    Multiple,
    /// True or false, with the reason.
    TrueFalse,
    /// Put the cursor on the lines that break the factor.
    SpotLine,
    /// Say which factor a situation is about.
    NameFactor,
    /// Put steps in order.
    Order,
    /// Find what belongs to what.
    Match,
    /// Say what a piece of code does.
    Predict,
    /// Approve or reject a change.
    ReviewDiff,
    /// Write a word or two.
    ShortText,
    /// Guess before reading; never scored.
    Guess,
}

/// How a question is answered: what [`super::quiz::Task`] holds, what the screens show, and how it is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One option is picked.
    One,
    /// Every right option is picked.
    Several,
    /// Lines of code are marked.
    Lines,
    /// Steps are put in order.
    Order,
    /// What belongs together is put together.
    Match,
    /// A word or two are typed.
    Words,
}

impl Form {
    /// The fields that a question answered so must have in its file.
    #[must_use]
    pub fn needs(self) -> &'static [&'static str] {
        match self {
            Self::One | Self::Several => &["options"],
            Self::Lines => &["code", "lines", "elsewhere"],
            Self::Order => &["steps"],
            Self::Match => &["pairs"],
            Self::Words => &["answers", "explain"],
        }
    }

    /// The fields that it may have.
    #[must_use]
    pub fn may(self) -> &'static [&'static str] {
        if self == Self::Words { &["near"] } else { &[] }
    }
}

/// What there is to know about a kind.
#[derive(Debug)]
struct Row {
    kind: Kind,
    /// In course files and in JSON.
    name: &'static str,
    form: Form,
    /// What it is about, beside what its form needs.
    about: &'static [&'static str],
    /// Words of which one begins every option.
    openings: &'static [&'static str],
    /// How many options, steps or pairs it should have, from and to.
    parts: (usize, usize),
    /// What is to be done, on the screen.
    asks: &'static str,
    /// The same in a heading on paper.
    label: &'static str,
    scored: bool,
    /// Whether the answer is its factor, which is then not told before.
    names_factor: bool,
}

/// What most kinds have, and the first of them.
const PLAIN: Row = Row {
    kind: Kind::Single,
    name: "single",
    form: Form::One,
    about: &[],
    openings: &[],
    parts: (3, 5),
    asks: "One of these is right.",
    label: "Pick one",
    scored: true,
    names_factor: false,
};

const ROWS: [Row; 11] = [
    PLAIN,
    Row {
        kind: Kind::Multiple,
        name: "multiple",
        form: Form::Several,
        parts: (4, 6),
        asks: "Mark every one that is right.",
        label: "Pick every right one",
        ..PLAIN
    },
    Row {
        kind: Kind::TrueFalse,
        name: "true_false",
        openings: &["True, because", "False, because"],
        parts: (4, 4),
        asks: "True or false, and for which reason?",
        label: "True or false, and why",
        ..PLAIN
    },
    Row {
        kind: Kind::SpotLine,
        name: "spot_line",
        form: Form::Lines,
        asks: "Mark the line, or lines, that break the factor.",
        label: "Mark the lines",
        ..PLAIN
    },
    Row {
        kind: Kind::NameFactor,
        name: "name_factor",
        asks: "Which factor is it?",
        label: "Name the factor",
        names_factor: true,
        ..PLAIN
    },
    Row {
        kind: Kind::Order,
        name: "order",
        form: Form::Order,
        parts: (4, 6),
        asks: "Put these in order, first on top.",
        label: "Put in order",
        ..PLAIN
    },
    Row {
        kind: Kind::Match,
        name: "match",
        form: Form::Match,
        asks: "Give each row the digit of what belongs to it.",
        label: "Put together what belongs together",
        ..PLAIN
    },
    Row { kind: Kind::Predict, name: "predict", about: &["code"], label: "Say what happens", ..PLAIN },
    Row {
        kind: Kind::ReviewDiff,
        name: "review_diff",
        about: &["diff"],
        openings: &["Approve", "Reject"],
        parts: (4, 4),
        asks: "Would you approve this change?",
        label: "Review the change",
        ..PLAIN
    },
    Row {
        kind: Kind::ShortText,
        name: "short_text",
        form: Form::Words,
        asks: "In a word or two:",
        label: "A word or two",
        ..PLAIN
    },
    Row {
        kind: Kind::Guess,
        name: "guess",
        parts: (3, 4),
        asks: "Guess before you read. This is not scored.",
        label: "A guess before reading",
        scored: false,
        ..PLAIN
    },
];

impl Kind {
    /// How many kinds there are.
    pub const COUNT: usize = ROWS.len();

    /// Every kind.
    pub const ALL: [Self; Self::COUNT] = {
        let mut all = [PLAIN.kind; Self::COUNT];
        let mut at = 0;
        while at < all.len() {
            all[at] = ROWS[at].kind;
            assert!(all[at] as usize == at, "the rows stand in the order of the kinds");
            at += 1;
        }
        all
    };

    /// The name of every kind.
    pub const NAMES: [&'static str; Self::COUNT] = {
        let mut names = [""; Self::COUNT];
        let mut at = 0;
        while at < names.len() {
            names[at] = ROWS[at].name;
            at += 1;
        }
        names
    };

    fn row(self) -> &'static Row {
        const { &ROWS }.get(self as usize).unwrap_or(&PLAIN)
    }

    /// The name in course files and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How it is answered.
    #[must_use]
    pub fn form(self) -> Form {
        self.row().form
    }

    /// The fields that only some kinds have and this one must have.
    pub fn needs(self) -> impl Iterator<Item = &'static str> {
        self.row().about.iter().chain(self.form().needs()).copied()
    }

    /// Whether it has that field, which only some kinds have.
    #[must_use]
    pub fn has(self, field: &str) -> bool {
        self.needs().chain(self.form().may().iter().copied()).any(|known| known == field)
    }

    /// The words of which one begins every option; none when they may begin as they like.
    #[must_use]
    pub fn openings(self) -> &'static [&'static str] {
        self.row().openings
    }

    /// How many options, steps or pairs it should have: at least, and at most.
    #[must_use]
    pub fn parts(self) -> (usize, usize) {
        self.row().parts
    }

    /// What the learner is to do.
    #[must_use]
    pub fn asks(self) -> &'static str {
        self.row().asks
    }

    /// The same in a few words, for a heading on paper.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// Whether answers count.
    #[must_use]
    pub fn scored(self) -> bool {
        self.row().scored
    }

    /// Whether its answer is the factor that it is about.
    #[must_use]
    pub fn names_factor(self) -> bool {
        self.row().names_factor
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_found_by_a_name_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::NAMES.iter().collect::<BTreeSet<_>>().len(), Kind::COUNT);
        assert_eq!(Kind::named("essay"), None);
    }

    #[test]
    fn every_kind_says_what_is_to_be_done_and_can_be_made() {
        for kind in Kind::ALL {
            assert!(!kind.asks().is_empty() && !kind.label().is_empty());
            assert!(kind.needs().all(|field| kind.has(field)) && kind.needs().next().is_some());
            let (least, most) = kind.parts();
            assert!(2 <= least && least <= most && most <= 9, "a digit is a key");
        }
    }
}
