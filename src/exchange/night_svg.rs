//! A night as a picture: what shoppers wanted and got, the instances, and what was taken beside another night. SVG, readable
//! on light and on dark ground.

use plotters::prelude::*;

use crate::domain::night::{Minute, Night, clock};

/// Width and height, in pixels.
const SIZE: (u32, u32) = (900, 640);
/// The ground: a card of its own, so that the picture reads the same wherever it is put.
const GROUND: RGBColor = RGBColor(250, 250, 247);
const INK: RGBColor = RGBColor(40, 44, 52);
const FAINT: RGBColor = RGBColor(205, 205, 200);
const WANTED: RGBColor = RGBColor(120, 124, 132);
const GOT: RGBColor = RGBColor(31, 119, 96);
const FAILED: RGBColor = RGBColor(200, 60, 50);
const OTHER: RGBColor = RGBColor(190, 130, 20);

/// Values are drawn in thousandths: whole numbers look the same on every machine.
const UNIT: i64 = 1000;

/// What can go wrong while drawing.
pub type DrawError = Box<dyn std::error::Error + Send + Sync>;

/// Draws a night, with what another one took beside it.
///
/// # Errors
/// When the plotting crate cannot draw, which it always can into memory.
pub fn draw(night: &Night, other: &Night) -> Result<String, DrawError> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&GROUND)?;
        let title = format!("The night of the sale, {}", night.scenario().switches);
        root.draw(&Text::new(title, (24, 14), ("sans-serif", 20).into_font().color(&INK)))?;
        let (_, body) = root.split_vertically(48);
        let panels = body.split_evenly((3, 1));
        let [traffic, fleet, money] = panels.as_slice() else { return Err("three panels".into()) };
        let minutes = night.minutes();
        let whole = |value: u64| i64::from(u32::try_from(value).unwrap_or(u32::MAX)) * UNIT;
        let rate = |value: fn(&Minute) -> u64| move |minute: &Minute| whole(value(minute)) / 60;
        plot(
            traffic,
            "requests a second",
            &[
                Line { name: "wanted", ink: WANTED, filled: false, values: series(minutes, rate(|minute| minute.wanted)) },
                Line { name: "answered", ink: GOT, filled: true, values: series(minutes, rate(|minute| minute.answered)) },
                Line { name: "failed", ink: FAILED, filled: false, values: series(minutes, rate(|minute| minute.errors)) },
            ],
        )?;
        plot(
            fleet,
            "instances that serve",
            &[Line { name: "ready", ink: GOT, filled: true, values: series(minutes, |minute| whole(minute.ready.into())) }],
        )?;
        let taken = |minute: &Minute| whole(minute.revenue_cents / 100);
        plot(
            money,
            "dollars taken",
            &[
                Line { name: "this night", ink: GOT, filled: true, values: series(minutes, taken) },
                Line {
                    name: &other.scenario().switches.to_string(),
                    ink: OTHER,
                    filled: false,
                    values: series(other.minutes(), taken),
                },
            ],
        )?;
        root.present()?;
    }
    Ok(svg)
}

struct Line<'n> {
    name: &'n str,
    ink: RGBColor,
    filled: bool,
    values: Vec<(u32, i64)>,
}

fn series(minutes: &[Minute], value: impl Fn(&Minute) -> i64) -> Vec<(u32, i64)> {
    (0..).zip(minutes).map(|(at, minute)| (at, value(minute))).collect()
}

type Panel<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn plot(panel: &Panel<'_>, title: &str, lines: &[Line<'_>]) -> Result<(), DrawError> {
    let last = lines.iter().map(|line| line.values.len()).max().unwrap_or(0).max(2) - 1;
    let top = lines.iter().flat_map(|line| &line.values).map(|(_, value)| *value).fold(UNIT, i64::max);
    let mut chart = ChartBuilder::on(panel)
        .margin_left(12)
        .margin_right(24)
        .margin_bottom(8)
        .x_label_area_size(22)
        .y_label_area_size(72)
        .caption(title, ("sans-serif", 14).into_font().color(&INK))
        .build_cartesian_2d(0..u32::try_from(last).unwrap_or(719), 0..top + top / 12)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(GROUND)
        .bold_line_style(FAINT)
        .axis_style(FAINT)
        .x_labels(12)
        .y_labels(4)
        .x_label_formatter(&|minute| clock(minute * 60))
        .y_label_formatter(&|value| ((value + UNIT / 2) / UNIT).to_string())
        .label_style(("sans-serif", 11).into_font().color(&INK))
        .draw()?;
    for line in lines {
        let ink = line.ink;
        if line.filled {
            chart.draw_series(AreaSeries::new(line.values.iter().copied(), 0, ink.mix(0.25)))?;
        }
        chart
            .draw_series(LineSeries::new(line.values.iter().copied(), ink.stroke_width(2)))?
            .label(line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], ink.stroke_width(2)));
    }
    if lines.len() > 1 {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(GROUND.mix(0.85))
            .label_font(("sans-serif", 11).into_font().color(&INK))
            .draw()?;
    }
    Ok(())
}
