//! What both screens of the night show: charts of the minutes so far, the figures of the moment, the log.

use ratatui::layout::Rect;
use ratatui::symbols::Marker;
use ratatui::text::Span;
use ratatui::widgets::{Axis, Chart, Dataset, GraphType, Sparkline};
use tui_big_text::{BigText, PixelSize};

use crate::domain::course::numeral;
use crate::domain::night::{Entry, Level, Minute, Night, Snapshot, clock};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{draw_box, draw_line, draw_lines};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces, width_of, wrap};

/// The minute from which the charts are drawn: 23:30. Before it nothing happens.
pub const FROM: u32 = 330;
/// The last minute of what a chart shows: at first half an hour after midnight, and more when the night gets that far. The hour
/// in which all is decided would else be a few cells wide.
const WINDOWS: [u32; 4] = [390, 450, 540, 720];

/// A line of a chart.
pub struct Curve<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its colour.
    pub ink: Ink,
    /// Its sign, so that it is told apart without colour.
    pub marker: Marker,
    /// Its points: minutes since 18:00 and values.
    pub points: Vec<(f64, f64)>,
}

/// The values of the minutes from 23:30 on.
#[must_use]
pub fn points(minutes: &[Minute], value: impl Fn(&Minute) -> u64) -> Vec<(f64, f64)> {
    let number = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    (0_u32..).zip(minutes).skip(FROM as usize).map(|(at, minute)| (f64::from(at), number(value(minute)))).collect()
}

/// The last minute that a chart of these nights shows.
fn window(minutes: &[Minute], over: Option<&[Minute]>) -> u32 {
    let lived = minutes.len().max(over.map_or(0, <[Minute]>::len));
    WINDOWS.into_iter().find(|&to| lived <= to as usize).unwrap_or(720)
}

/// Points without those at nothing: where nothing fails, no line says so.
fn only_some(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.into_iter().filter(|(_, value)| *value > 0.0).collect()
}

/// At most about `most` points: of neighbours the one that is farthest from the one before, so that a short dip stays.
fn thin(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    let stride = points.len().div_ceil(most.max(1)).max(1);
    let mut last = points.first().map_or(0.0, |point| point.1);
    points
        .chunks(stride)
        .filter_map(|near| {
            let far = |point: &&(f64, f64)| (point.1 - last).abs();
            let kept = near.iter().max_by(|one, other| far(one).total_cmp(&far(other))).copied()?;
            last = kept.1;
            Some(kept)
        })
        .collect()
}

/// Draws curves up to the minute `to` in a box with a title.
pub fn chart(canvas: &mut Canvas, area: Rect, cx: &Context, title: &str, curves: &[Curve<'_>], to: u32, top: f64) {
    let inner = draw_box(canvas, area, title, cx.theme);
    legend(canvas, area, cx, title, curves);
    if inner.height < 3 || inner.width < 16 {
        return;
    }
    let style = |ink| cx.theme.style(ink);
    // Of a curve as many points as its signs can show side by side; two in a cell are made of quarters.
    let share = |points: usize| usize::from(inner.width) * points * 2 / (to - FROM) as usize;
    let room = |curve: &Curve<'_>| share(curve.points.len()) / if curve.marker == Marker::Quadrant { 1 } else { 2 };
    let thinned: Vec<Vec<(f64, f64)>> = curves.iter().map(|curve| thin(&curve.points, room(curve))).collect();
    let datasets = curves
        .iter()
        .zip(&thinned)
        .map(|(curve, points)| {
            Dataset::default()
                .name(curve.name)
                .marker(curve.marker)
                .graph_type(GraphType::Line)
                .style(style(curve.ink))
                .data(points)
        })
        .collect();
    let label = |text: String| Span::styled(text, style(Ink::Dim));
    let parts = if inner.width >= 60 { 4 } else { 2 };
    let x = Axis::default()
        .bounds([f64::from(FROM), f64::from(to)])
        .style(style(Ink::Faint))
        .labels((0..=parts).map(|part| label(clock((FROM + (to - FROM) * part / parts) * 60))));
    let short = |value: f64| {
        if value >= 1_000_000.0 {
            format!("{:.1}M", value / 1_000_000.0)
        } else if value >= 10_000.0 {
            format!("{:.0}k", value / 1_000.0)
        } else {
            format!("{value:.0}")
        }
    };
    let y = Axis::default().bounds([0.0, top]).style(style(Ink::Faint)).labels([label("0".into()), label(short(top))]);
    let chart = Chart::new(datasets).style(style(Ink::Faint)).x_axis(x).y_axis(y).legend_position(None);
    canvas.widget(inner, chart);
}

/// Names the curves in the upper edge of the box, as far as they fit.
fn legend(canvas: &mut Canvas, area: Rect, cx: &Context, title: &str, curves: &[Curve<'_>]) {
    let mut line = Pieces::new();
    let from = u16::try_from(title.chars().count()).unwrap_or(u16::MAX).saturating_add(6);
    let room = usize::from(area.width.saturating_sub(from + 2));
    for curve in curves {
        let piece = Piece::new(format!(" {} ", curve.name), curve.ink);
        if width_of(&line) + piece.width() <= room {
            line.push(piece);
        }
    }
    let width = u16::try_from(width_of(&line)).unwrap_or(0);
    if area.height > 2 && area.width > width + from {
        let row = Rect { x: area.right() - width - 2, y: area.y, width, height: 1 };
        draw_line(canvas, row, &line, cx.theme);
    }
}

/// The chart of what shoppers wanted and got, a second.
pub fn traffic(canvas: &mut Canvas, area: Rect, cx: &Context, minutes: &[Minute], over: Option<&[Minute]>) {
    let peak = minutes.iter().chain(over.unwrap_or_default()).map(|m| m.wanted.max(m.requests) / 60).max().unwrap_or(0).max(1_500);
    let mut curves = vec![
        Curve { name: "• wanted", ink: Ink::Dim, marker: Marker::Dot, points: points(minutes, |m| m.wanted / 60) },
        Curve { name: "▖ answered", ink: Ink::Good, marker: Marker::Quadrant, points: points(minutes, |m| m.answered / 60) },
        Curve {
            name: "× failed",
            ink: Ink::Bad,
            marker: Marker::Custom('×'),
            points: only_some(points(minutes, |m| m.errors / 60)),
        },
    ];
    if let Some(over) = over {
        curves.push(Curve {
            name: "○ kept night",
            ink: Ink::Link,
            marker: Marker::Custom('○'),
            points: points(over, |m| m.answered / 60),
        });
    }
    chart(
        canvas,
        area,
        cx,
        "requests a second",
        &curves,
        window(minutes, over),
        f64::from(u32::try_from(peak).unwrap_or(u32::MAX)),
    );
}

/// The chart of what was taken, beside what could have been.
pub fn money(canvas: &mut Canvas, area: Rect, cx: &Context, minutes: &[Minute], over: Option<&[Minute]>) {
    let most = minutes.iter().map(|m| m.wanted_cents / 100).max().unwrap_or(0).max(1_000_000);
    let mut curves = vec![
        Curve {
            name: "• could have been", ink: Ink::Dim, marker: Marker::Dot, points: points(minutes, |m| m.wanted_cents / 100)
        },
        Curve { name: "▖ taken", ink: Ink::Good, marker: Marker::Quadrant, points: points(minutes, |m| m.revenue_cents / 100) },
    ];
    if let Some(over) = over {
        curves.push(Curve {
            name: "○ kept night",
            ink: Ink::Link,
            marker: Marker::Custom('○'),
            points: points(over, |m| m.revenue_cents / 100),
        });
    }
    chart(canvas, area, cx, "dollars taken", &curves, window(minutes, over), f64::from(u32::try_from(most).unwrap_or(u32::MAX)));
}

/// The chart of the instances that serve.
pub fn fleet(canvas: &mut Canvas, area: Rect, cx: &Context, minutes: &[Minute], over: Option<&[Minute]>) {
    let most = minutes.iter().chain(over.unwrap_or_default()).map(|m| u64::from(m.ready)).max().unwrap_or(0).max(4);
    let mut curves =
        vec![Curve { name: "▖ ready", ink: Ink::Good, marker: Marker::Quadrant, points: points(minutes, |m| m.ready.into()) }];
    if let Some(over) = over {
        curves.push(Curve {
            name: "○ kept",
            ink: Ink::Link,
            marker: Marker::Custom('○'),
            points: points(over, |m| m.ready.into()),
        });
    }
    chart(canvas, area, cx, "instances", &curves, window(minutes, over), f64::from(u32::try_from(most).unwrap_or(u32::MAX)));
}

/// What a chart can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Requests wanted, answered and failed.
    Traffic,
    /// Dollars taken.
    Money,
    /// Instances that serve.
    Fleet,
    /// Failed requests, in percent.
    Failing,
    /// How long 95 of 100 answers take at most.
    Waiting,
    /// Carts lost so far.
    Carts,
}

impl Panel {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Traffic, Self::Money, Self::Fleet, Self::Failing, Self::Waiting, Self::Carts];

    /// Draws it.
    pub fn draw(self, canvas: &mut Canvas, area: Rect, cx: &Context, minutes: &[Minute], over: Option<&[Minute]>) {
        match self {
            Self::Traffic => traffic(canvas, area, cx, minutes, over),
            Self::Money => money(canvas, area, cx, minutes, over),
            Self::Fleet => fleet(canvas, area, cx, minutes, over),
            Self::Failing => {
                let share = |m: &Minute| (m.errors * 100).checked_div(m.requests).unwrap_or(0);
                lone(canvas, area, cx, ("failed requests, percent", "failed", Ink::Bad), minutes, over, 100, share);
            }
            Self::Waiting => {
                let tenths = |m: &Minute| m.p95_ms.div_ceil(1_000);
                lone(canvas, area, cx, ("95 of 100 wait at most, seconds", "waiting", Ink::Warn), minutes, over, 4, tenths);
            }
            Self::Carts => {
                let lost = summed(minutes);
                let over = over.map(summed);
                lone(canvas, area, cx, ("carts lost", "lost", Ink::Bad), &lost, over.as_deref(), 100, |m| m.carts_lost);
            }
        }
    }
}

/// Small curves of what the charts beside them do not show: each a line with its name and its worst, and a row of bars.
pub fn sparks(canvas: &mut Canvas, area: Rect, cx: &Context, minutes: &[Minute]) {
    let (from, to) = (FROM as usize, window(minutes, None) as usize);
    let width = usize::from(area.width).max(1);
    let lost = summed(minutes);
    let curve = |minutes: &[Minute], value: fn(&Minute) -> u64| -> Vec<u64> {
        let shown = minutes.get(from..).unwrap_or_default();
        let edge = |cell: usize| cell * (to - from) / width;
        let worst = |cell: usize| {
            shown.get(edge(cell)..edge(cell + 1).max(edge(cell) + 1).min(shown.len())).unwrap_or_default().iter().map(value).max()
        };
        (0..width).map_while(worst).collect()
    };
    let rows = [
        ("failed at worst", " %", Ink::Bad, curve(minutes, |m| (m.errors * 100).checked_div(m.requests).unwrap_or(0)), 100),
        ("p95 at worst", " s", Ink::Warn, curve(minutes, |m| m.p95_ms.div_ceil(1_000)), 4),
        ("carts lost", "", Ink::Bad, curve(&lost, |m| m.carts_lost), 100),
    ];
    for ((name, unit, ink, values, least), y) in rows.iter().zip((area.y..area.bottom()).step_by(2)) {
        let most = values.iter().copied().max().unwrap_or(0);
        let head = [Piece::new(format!("{name} "), Ink::Dim), Piece::bold(format!("{}{unit}", grouped(most)), Ink::Text)];
        draw_line(canvas, Rect { y, height: 1, ..area }, &head, cx.theme);
        let bars = Sparkline::default().data(values).max(most.max(*least)).style(cx.theme.style(*ink));
        canvas.widget(Rect { y: y + 1, height: 1.min(area.bottom() - y - 1), ..area }, bars);
    }
}

/// Minutes whose lost carts are those so far.
fn summed(minutes: &[Minute]) -> Vec<Minute> {
    let mut lost = 0;
    let add = |minute: &Minute| {
        lost += minute.carts_lost;
        Minute { carts_lost: lost, ..*minute }
    };
    minutes.iter().map(add).collect()
}

/// A chart of one curve, and of the same curve of a kept night.
#[allow(clippy::too_many_arguments, reason = "what a chart is made of")]
fn lone(
    canvas: &mut Canvas,
    area: Rect,
    cx: &Context,
    (title, name, ink): (&str, &str, Ink),
    minutes: &[Minute],
    over: Option<&[Minute]>,
    least: u64,
    value: fn(&Minute) -> u64,
) {
    let most = minutes.iter().chain(over.unwrap_or_default()).map(value).max().unwrap_or(0).max(least);
    let name = format!("▖ {name}");
    let mut curves = vec![Curve { name: &name, ink, marker: Marker::Quadrant, points: points(minutes, value) }];
    if let Some(over) = over {
        curves.push(Curve { name: "○ kept night", ink: Ink::Link, marker: Marker::Custom('○'), points: points(over, value) });
    }
    chart(canvas, area, cx, title, &curves, window(minutes, over), f64::from(u32::try_from(most).unwrap_or(u32::MAX)));
}

/// Draws a few words in big letters, and the row under them.
pub fn big(canvas: &mut Canvas, area: Rect, cx: &Context, label: &str, value: &str, ink: Ink) {
    let wide = value.chars().count() * 8 <= usize::from(area.width);
    let size = if wide && area.height >= 5 { PixelSize::HalfHeight } else { PixelSize::Quadrant };
    draw_line(canvas, Rect { height: 1.min(area.height), ..area }, &[Piece::new(label, Ink::Dim)], cx.theme);
    let letters = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let text = BigText::builder().pixel_size(size).style(cx.theme.style(ink)).lines(vec![value.to_owned().into()]).build();
    canvas.widget(letters, text);
}

/// A number with a comma after each group of three digits.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The figures of the moment for a small screen, the most telling first.
#[must_use]
pub fn few_gauges(night: &Night) -> Vec<(&'static str, String, Ink)> {
    const FIRST: [&str; 8] = ["site", "answered/s", "failing", "servers", "taken", "carts lost", "not taken", "p95"];
    let mut all = gauges(night);
    all.sort_by_key(|(label, ..)| FIRST.iter().position(|first| first == label).unwrap_or(FIRST.len()));
    all
}

/// The figures of the moment, the most telling first: label, value, and how good it is.
#[must_use]
pub fn gauges(night: &Night) -> Vec<(&'static str, String, Ink)> {
    let now: Snapshot = night.now();
    let totals = night.totals();
    let grade = |bad: bool, warn: bool| {
        if bad {
            Ink::Bad
        } else if warn {
            Ink::Warn
        } else {
            Ink::Good
        }
    };
    let errors = now.error_permille;
    let wait = if now.p95_ms == 0 {
        "no answer".to_owned()
    } else {
        format!("{:.1} s", f64::from(u32::try_from(now.p95_ms).unwrap_or(0)) / 1_000.0)
    };
    let mut servers = format!("{}", now.ready);
    if now.coming > 0 {
        servers.push_str(&format!(" +{}", now.coming));
    }
    if now.stopped > 0 {
        servers.push_str(&format!(" ✗{}", now.stopped));
    }
    let till = if now.till_blocked_permille >= 1_000 {
        "shut"
    } else if now.till_blocked_permille > 0 {
        "jams"
    } else {
        "open"
    };
    vec![
        ("site", if now.down { "DOWN" } else { "up" }.to_owned(), grade(now.down, false)),
        ("answered/s", grouped(now.answered), grade(now.answered * 2 < now.wanted_rps, now.answered * 10 < now.wanted_rps * 9)),
        ("failing", format!("{} %", errors / 10), grade(errors >= 200, errors >= 20)),
        ("servers", servers, grade(now.ready == 0, now.stopped > 0)),
        ("taken", format!("${}", grouped(totals.revenue_cents / 100)), Ink::Text),
        (
            "not taken",
            format!("${}", grouped(totals.lost_cents() / 100)),
            grade(totals.lost_cents() > 20_000_000, totals.lost_cents() > 5_000_000),
        ),
        ("carts lost", grouped(totals.tally.carts_lost), grade(totals.tally.carts_lost > 500, totals.tally.carts_lost > 100)),
        ("p95", wait, grade(now.p95_ms == 0 || now.p95_ms > 3_000, now.p95_ms > 1_000)),
        ("wanted/s", grouped(now.wanted_rps), Ink::Text),
        ("open carts", grouped(now.carts), Ink::Text),
        ("till", till.to_owned(), grade(now.till_blocked_permille > 0, false)),
        ("fullest disk", format!("{} %", now.disk_percent), grade(now.disk_percent >= 96, now.disk_percent >= 80)),
    ]
}

/// Draws figures in as many columns as fit, label and value in each.
pub fn figures(canvas: &mut Canvas, area: Rect, cx: &Context, gauges: &[(&'static str, String, Ink)]) {
    let cell = 20;
    let columns = usize::from(area.width / cell).max(1);
    for (row, chunk) in area.rows().zip(gauges.chunks(columns)) {
        let mut line = Pieces::new();
        for (label, value, ink) in chunk {
            let value = Piece::bold(value.clone(), *ink);
            let label = Piece::new(format!("{label} "), Ink::Dim);
            let used = width_of(&[label.clone(), value.clone()]);
            line.extend([label, value]);
            line.push(Piece::new(" ".repeat(usize::from(cell).saturating_sub(used).max(1)), Ink::Text));
        }
        draw_line(canvas, row, &line, cx.theme);
    }
}

/// Draws the last entries of the journal, the newest at the bottom; of one factor, if it is named.
pub fn log(canvas: &mut Canvas, area: Rect, cx: &Context, journal: &[Entry], filter: Option<u8>) {
    let room = usize::from(area.height);
    // From the newest back, as many as there is room for; a cause is never cut.
    let mut lines: Vec<Pieces> = Vec::new();
    for entry in journal.iter().rev().filter(|entry| filter.is_none() || entry.cause.factor() == filter) {
        let told = told(entry, usize::from(area.width));
        if lines.len() + told.len() > room {
            break;
        }
        lines.extend(told.into_iter().rev());
    }
    lines.reverse();
    draw_lines(canvas, area, &lines, cx.theme);
}

/// An entry of the journal in as many lines as it takes.
fn told(entry: &Entry, width: usize) -> Vec<Pieces> {
    const INDENT: usize = 13;
    let (sign, ink) = match entry.cause.level() {
        Level::Info => ("·", Ink::Dim),
        Level::Warn => ("!", Ink::Warn),
        Level::Bad => ("✗", Ink::Bad),
    };
    let text = Piece::new(entry.to_string(), if ink == Ink::Dim { Ink::Dim } else { Ink::Text });
    let factor = entry.cause.factor().map_or("", numeral);
    let mut head = vec![
        Piece::new(format!("{} ", clock(entry.tick)), Ink::Dim),
        Piece::bold(format!("{sign} "), ink),
        Piece::new(format!("{factor:<5}"), Ink::Accent),
    ];
    wrap(&[text], width.saturating_sub(INDENT).max(8))
        .into_iter()
        .map(|line| {
            let mut pieces = std::mem::replace(&mut head, vec![Piece::new(" ".repeat(INDENT), Ink::Text)]);
            pieces.extend(line.pieces);
            pieces
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
