//! How well each factor would be known today, and the chart of it.

use crate::domain::course::numeral;
use crate::ui::chrome::{cells, percent};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces};

/// How well each factor would be known today; nothing where nothing of it was asked.
#[must_use]
pub fn of(cx: &Context) -> [Option<f64>; 12] {
    std::array::from_fn(|at| {
        let bank = || cx.course.bank(u8::try_from(at + 1).unwrap_or(0));
        let asked = bank().any(|question| cx.progress.questions.contains_key(question));
        asked.then(|| cx.progress.mastery(bank(), cx.day())).flatten()
    })
}

/// One bar for each factor, and its number under it.
#[must_use]
pub fn chart(values: &[Option<f64>; 12], width: usize, height: usize) -> Vec<Pieces> {
    const EIGHTHS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    let step = (width / 12).clamp(1, 6);
    let bar = step.saturating_sub(2).max(1);
    let tall = height.saturating_sub(3).max(1);
    // Under the middle of its bar, and never wider than the way to the next one.
    let under = |text: &str| format!("{:<step$}", format!("{text:^bar$}"));
    let name = |factor: u8| if step > 4 { numeral(factor).to_owned() } else { factor.to_string() };
    let mut lines: Vec<Pieces> = (0..tall)
        .map(|row| {
            if values.iter().all(Option::is_none) && row + 1 < tall {
                return Pieces::new();
            }
            let floor = (tall - 1 - row) * 8;
            values
                .iter()
                .map(|value| {
                    let filled = value.map_or(0, |value| cells(tall * 8, value).max(1)).saturating_sub(floor).min(8);
                    let sign = filled.checked_sub(1).and_then(|at| EIGHTHS.get(at)).copied().unwrap_or(" ");
                    let ground = value.is_none() && row + 1 == tall;
                    let (sign, ink) = if ground { ("▁", Ink::Faint) } else { (sign, Ink::Accent) };
                    Piece::new(format!("{}{}", sign.repeat(bar), " ".repeat(step - bar)), ink)
                })
                .collect()
        })
        .collect();
    lines.push((1..=12_u8).map(|factor| Piece::new(under(&name(factor)), Ink::Text)).collect());
    lines.push(
        values
            .iter()
            .map(|value| Piece::new(under(&value.map_or_else(|| "·".into(), |value| percent(value).to_string())), Ink::Dim))
            .collect(),
    );
    lines.insert(0, Vec::new());
    lines
}
