//! After the answer: what was right, and why every part is right or wrong. Stays until a key is pressed.

use crate::domain::code::Colours;
use crate::domain::doc::Rich;
use crate::domain::grade::{Answer, Graded, Part, Verdict};
use crate::domain::id::OptionId;
use crate::domain::quiz::{Question, Task};
use crate::ui::code_pane::{framed, numbered};
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces, pieces, width_of, wrap};

/// What one was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What was answered.
    pub answer: Answer,
    /// How it came out.
    pub graded: Graded,
    /// Whether the learner was sure, where that was asked.
    pub sure: Option<bool>,
    /// How many hints were taken.
    pub hints: usize,
}

/// The first line: how the answer came out.
#[must_use]
pub fn verdict(question: &Question, told: &Told) -> Pieces {
    if !question.kind.scored() {
        return vec![Piece::bold("A guess", Ink::Accent), Piece::new("   not scored; read on and see", Ink::Dim)];
    }
    let mut line = match told.graded.verdict {
        Verdict::Right => vec![Piece::bold("✓ Right", Ink::Good)],
        Verdict::Partly => {
            vec![Piece::bold("◐ Partly right", Ink::Warn), Piece::new(format!("   {:.2} of 1 point", told.graded.score), Ink::Dim)]
        }
        Verdict::Wrong => vec![Piece::bold("✗ Not right", Ink::Bad)],
    };
    match (told.graded.verdict, told.sure) {
        (Verdict::Wrong, Some(true)) => line.push(Piece::new("   and you were sure", Ink::Dim)),
        (Verdict::Right, Some(false)) => line.push(Piece::new("   you know more than you thought", Ink::Dim)),
        _ => {}
    }
    match told.hints {
        0 => {}
        1 => line.push(Piece::new("   with a hint", Ink::Dim)),
        hints => line.push(Piece::new(format!("   with {hints} hints"), Ink::Dim)),
    }
    line
}

/// Everything that is said about the parts of the question, in the order shown.
#[must_use]
pub fn rows(question: &Question, order: &[usize], told: &Told, colours: &Colours, width: usize) -> Vec<Pieces> {
    let mut out = Out { rows: Vec::new(), width };
    let part = |at: usize| told.graded.parts.get(at).copied().unwrap_or(Part::Left);
    match &question.task {
        Task::Choose { options, many } => {
            for (shown, &at) in order.iter().enumerate() {
                if let Some(option) = options.get(at) {
                    out.part(&format!("{}  ", shown + 1), part(at), *many, &option.text, &option.why);
                }
            }
        }
        Task::Order { steps } => {
            let place = |id: &OptionId| match &told.answer {
                Answer::Order(given) => given.iter().position(|other| other == id).map(|at| at + 1),
                _ => None,
            };
            for (at, step) in steps.iter().enumerate() {
                let hit = part(at) == Part::Hit;
                let note = place(&step.id).filter(|_| !hit).map(|place| format!("you\u{a0}had\u{a0}it\u{a0}at\u{a0}{place}"));
                out.line(&format!("{}  ", at + 1), hit, &step.text, note.as_deref(), &step.why);
            }
        }
        Task::Match { pairs } => {
            let given = |id: &OptionId| match &told.answer {
                Answer::Match(put) => put.iter().find(|(left, _)| left == id).map(|(_, right)| right),
                _ => None,
            };
            for (at, pair) in pairs.iter().enumerate() {
                let hit = part(at) == Part::Hit;
                let mut text = pair.left.clone();
                text.0.extend(Rich::plain("  →  ").0);
                text.0.extend(pair.right.0.iter().cloned());
                let yours = given(&pair.id)
                    .and_then(|id| pairs.iter().find(|other| &other.id == id))
                    .map(|other| format!("you\u{a0}put: {}", other.right.text()));
                out.line("", hit, &text, yours.filter(|_| !hit).as_deref(), &pair.why);
            }
        }
        Task::SpotLine { lines, elsewhere } => {
            if let Some(code) = &question.code {
                let mark = |line: usize| match part(line) {
                    Part::Hit => Some(Piece::bold("✓", Ink::Good)),
                    Part::FalsePick => Some(Piece::bold("✗", Ink::Bad)),
                    Part::Missed => Some(Piece::bold("!", Ink::Warn)),
                    Part::Left => None,
                };
                let code_rows = numbered(code.text.as_str(), colours, width.saturating_sub(2), mark);
                out.rows.extend(
                    framed(code_rows, &[Piece::new(code.file.as_str(), Ink::Text)], Ink::Faint, width)
                        .into_iter()
                        .map(|row| row.pieces),
                );
                out.rows.push(Vec::new());
            }
            for line in lines {
                let label = Rich::plain(&format!("line {}", line.line + 1));
                out.part("", part(line.line), true, &label, &line.why);
            }
            let strays: Vec<String> = told
                .graded
                .parts
                .iter()
                .enumerate()
                .filter(|(at, part)| **part == Part::FalsePick && !lines.iter().any(|line| line.line == *at))
                .map(|(at, _)| (at + 1).to_string())
                .collect();
            if !strays.is_empty() {
                out.part("", Part::FalsePick, true, &Rich::plain(&format!("line {}", strays.join(", "))), elsewhere);
            }
        }
        Task::ShortText { answers, near, explain } => {
            if let Answer::Text(text) = &told.answer {
                out.text(&[Piece::new("you wrote: ", Ink::Dim), Piece::bold(text.clone(), Ink::Text)], 2);
            }
            if let Some((_, why)) = told.graded.near.and_then(|at| near.get(at)) {
                out.text(&pieces(why, Ink::Text), 2);
            }
            let accepted: Vec<&str> = answers.iter().take(4).map(crate::domain::text::SafeText::as_str).collect();
            out.text(&[Piece::new("accepted: ", Ink::Dim), Piece::bold(accepted.join(" · "), Ink::Good)], 2);
            out.rows.push(Vec::new());
            out.text(&pieces(explain, Ink::Text), 2);
        }
    }
    while out.rows.last().is_some_and(Vec::is_empty) {
        out.rows.pop();
    }
    out.rows
}

struct Out {
    rows: Vec<Pieces>,
    width: usize,
}

impl Out {
    fn text(&mut self, text: &[Piece], indent: usize) {
        for line in wrap(text, self.width.saturating_sub(indent).max(1)) {
            let mut row = vec![Piece::new(" ".repeat(indent), Ink::Text)];
            row.extend(line.pieces);
            self.rows.push(row);
        }
    }

    fn head(&mut self, sign: &str, ink: Ink, label: &str, text: &Rich, strong: bool, note: Option<&str>) {
        let mut line = pieces(text, if strong { Ink::Text } else { Ink::Dim });
        for piece in &mut line {
            piece.bold |= strong;
        }
        let indent = 4 + label.chars().count();
        let room = self.width.saturating_sub(indent).max(1);
        let broken = |pieces: &[Piece]| wrap(pieces, room).into_iter().map(|line| line.pieces).collect::<Vec<_>>();
        let mut lines = broken(&line);
        if let Some(note) = note.map(|note| Piece::new(note, ink)) {
            // Behind the text, or whole on a line of its own.
            match lines.last_mut() {
                Some(last) if width_of(last) + 3 + note.width() <= room => last.extend([Piece::new("   ", ink), note]),
                _ => lines.extend(broken(&[note])),
            }
        }
        for (at, pieces) in lines.into_iter().enumerate() {
            let mut row = if at == 0 {
                vec![Piece::bold(format!("  {sign} "), ink), Piece::new(label, Ink::Dim)]
            } else {
                vec![Piece::new(" ".repeat(indent), Ink::Text)]
            };
            row.extend(pieces);
            self.rows.push(row);
        }
    }

    fn part(&mut self, label: &str, part: Part, many: bool, text: &Rich, why: &Rich) {
        let (sign, ink, note) = match part {
            Part::Hit => ("✓", Ink::Good, Some("your answer")),
            Part::FalsePick => ("✗", Ink::Bad, Some("your answer")),
            Part::Missed => (
                if many { "!" } else { "✓" },
                if many { Ink::Warn } else { Ink::Good },
                Some(if many { "right, and you left it out" } else { "the right one" }),
            ),
            Part::Left => ("·", Ink::Faint, None),
        };
        self.head(sign, ink, label, text, part != Part::Left, note);
        self.text(&pieces(why, if part == Part::Left { Ink::Dim } else { Ink::Text }), 4 + label.chars().count());
        self.rows.push(Vec::new());
    }

    fn line(&mut self, label: &str, hit: bool, text: &Rich, note: Option<&str>, why: &Rich) {
        let (sign, ink) = if hit { ("✓", Ink::Good) } else { ("✗", Ink::Bad) };
        self.head(sign, ink, label, text, true, note);
        self.text(&pieces(why, Ink::Text), 4 + label.chars().count());
        self.rows.push(Vec::new());
    }
}
