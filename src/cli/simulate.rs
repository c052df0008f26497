//! `twelvefold simulate`: the night of the sale without a screen, as a table, JSON, CSV or a picture.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use serde::{Serialize, Serializer};

use super::course::{Failure, shown};
use super::export::deliver;
use super::list::print_json;
use super::out::Out;
use super::settings::Settings;
use crate::content::yaml::{self, Value};
use crate::domain::course::numeral;
use crate::domain::night::{Minute, Night, Scenario, Switches, clock};
use crate::exchange::night_svg;

/// What to simulate, and how to tell of it.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// Switch these factors off, such as vi,xi; without it all twelve are on
    #[arg(long, value_name = "LIST", conflicts_with = "as_it_was")]
    without: Option<String>,
    /// The night of the story: all twelve are off
    #[arg(long)]
    as_it_was: bool,
    /// The luck of the night: the same number gives the same night
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Other parameters, from a YAML file (docs/night-model.md lists them)
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// As JSON
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// As CSV
    #[arg(long)]
    csv: bool,
    /// With every minute
    #[arg(long)]
    timeline: bool,
    /// Draw the night into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// The largest scenario file, in bytes.
const MAX_SCENARIO: u64 = 64 * 1024;

/// Simulates a night and tells of it.
///
/// # Errors
/// When a factor is unknown, a parameter is refused, or a file or the output fails.
pub fn simulate(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    let mut scenario = Scenario::default();
    if let Some(file) = &wish.scenario {
        read(file, &mut scenario)?;
    }
    if wish.as_it_was {
        scenario.switches = Switches::AS_IT_WAS;
    }
    if wish.without.is_some() {
        let off = switches(wish.without.as_deref())?;
        scenario.switches = off.off().fold(scenario.switches, |switches, factor| switches.with(factor, false));
    }
    scenario.seed = wish.seed.unwrap_or(scenario.seed);
    let night = live(scenario.clone())?;
    if let Some(file) = &wish.svg {
        let other = live(Scenario { switches: beside(scenario.switches), ..scenario })?;
        let picture = night_svg::draw(&night, &other).map_err(|error| anyhow!("the picture cannot be drawn: {error}"))?;
        deliver(settings, Some(file), |write| write(picture.as_bytes()))?;
        if !wish.json && !wish.csv {
            let mut out = Out::stdout(settings);
            out.line(&format!("{} shows the night {}.", shown(file), night.scenario().switches))?;
            out.finish()?;
            return Ok(ExitCode::SUCCESS);
        }
    }
    let mut out = Out::stdout(settings);
    if wish.json {
        print_json(&figures(&night, wish.timeline), &mut out)?;
    } else if wish.csv {
        out.text(&table(&night, wish.timeline).map_err(anyhow::Error::from)?)?;
    } else {
        let other = live(Scenario { switches: beside(night.scenario().switches), ..night.scenario().clone() })?;
        print(&night, &other, wish.timeline, &mut out)?;
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// All twelve without those of a list.
///
/// # Errors
/// When a word of it is no factor.
pub fn switches(without: Option<&str>) -> Result<Switches, Failure> {
    let factors = Switches::list(without.unwrap_or_default()).map_err(|word| {
        let word = crate::domain::text::clean(&word).into_owned();
        Failure::Usage(format!("`{word}` is no factor: a factor is named I to XII or 1 to 12, with commas between"))
    })?;
    Ok(factors.into_iter().fold(Switches::ALL_ON, |switches, factor| switches.with(factor, false)))
}

/// The night that a night is held against: the best, or for the best the one of the story.
fn beside(switches: Switches) -> Switches {
    if switches == Switches::ALL_ON { Switches::AS_IT_WAS } else { Switches::ALL_ON }
}

fn live(scenario: Scenario) -> Result<Night, Failure> {
    Night::run(scenario).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("the parameter {problem}")).collect();
        anyhow!("{}", lines.join("\n")).into()
    })
}

fn read(file: &Path, scenario: &mut Scenario) -> Result<(), Failure> {
    let name = shown(file);
    let mut text = String::new();
    fs::File::open(file)
        .and_then(|file| file.take(MAX_SCENARIO + 1).read_to_string(&mut text))
        .with_context(|| format!("{name} cannot be read"))?;
    if text.len() as u64 > MAX_SCENARIO {
        return Err(anyhow!("{name} is larger than {MAX_SCENARIO} bytes").into());
    }
    take_in(&name, &text, scenario).map_err(|wrong| anyhow!("{}", wrong.join("\n")).into())
}

/// Takes in the text of a scenario file of that name: `seed`, `without`, and parameters by name.
///
/// # Errors
/// Everything that is wrong in it, each with its place.
pub fn take_in(name: &str, text: &str, scenario: &mut Scenario) -> Result<(), Vec<String>> {
    let node = yaml::parse(name, text, 0).map_err(|problem| vec![format!("{}: {}", problem.place, problem.message)])?;
    let Value::Map(fields) = node.value else {
        return Err(vec![format!("{name}: a scenario is a list of `name: number` lines")]);
    };
    let mut wrong = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (key, value) in &fields {
        let place = format!("{name}:{}:{}", value.at.line, value.at.column);
        if seen.contains(&key.name.as_str()) {
            wrong.push(format!("{place}: `{}` stands twice", key.name));
            continue;
        }
        seen.push(&key.name);
        let taken = match (key.name.as_str(), &value.value) {
            ("seed", Value::Int(seed)) => {
                u64::try_from(*seed).map(|seed| scenario.seed = seed).map_err(|_| "`seed` is negative".into())
            }
            ("without", Value::Text(list)) => {
                Switches::list(list).map_err(|word| format!("`{word}` is no factor")).map(|factors| {
                    scenario.switches = factors.into_iter().fold(scenario.switches, |all, factor| all.with(factor, false));
                })
            }
            (_, Value::Int(number)) => scenario.shop.set(&key.name, i128::from(*number)).map_err(|problem| problem.to_string()),
            (_, other) => Err(format!("`{}` wants a whole number, not {}", key.name, other.kind())),
        };
        wrong.extend(taken.err().map(|what| format!("{place}: {what}")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

#[derive(Serialize)]
struct Figures {
    seed: u64,
    #[serde(serialize_with = "in_order")]
    switches: Switches,
    peak_instances: u32,
    scale_out_minutes: Option<f64>,
    extra_compute_usd: f64,
    revenue_usd: f64,
    wanted_revenue_usd: f64,
    lost_revenue_usd: f64,
    first_outage: Option<String>,
    downtime_minutes: f64,
    shoppers: u64,
    orders: u64,
    carts_lost: u64,
    requests: u64,
    answered: u64,
    errors: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeline: Option<Vec<Moment>>,
}

/// Each factor by its numeral, from I to XII, and whether it is on.
fn in_order<S: Serializer>(switches: &Switches, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map((1..=12).map(|factor| (numeral(factor), switches.on(factor))))
}

#[derive(Serialize)]
struct Moment {
    time: String,
    wanted: u64,
    requests: u64,
    answered: u64,
    errors: u64,
    p95_ms: u64,
    instances: u32,
    carts_lost: u64,
    revenue_usd: f64,
}

/// Dollars of cents. Exact for all that a night can take.
#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
fn dollars(cents: u64) -> f64 {
    cents as f64 / 100.0
}

/// Minutes of seconds, to a tenth.
fn minutes(seconds: u32) -> f64 {
    (f64::from(seconds) / 6.0).round() / 10.0
}

fn figures(night: &Night, timeline: bool) -> Figures {
    let totals = night.totals();
    let scenario = night.scenario();
    Figures {
        seed: scenario.seed,
        switches: scenario.switches,
        peak_instances: totals.peak_instances,
        scale_out_minutes: totals.scale_out_s.map(minutes),
        extra_compute_usd: dollars(totals.extra_compute_cents),
        revenue_usd: dollars(totals.revenue_cents),
        wanted_revenue_usd: dollars(totals.wanted_cents),
        lost_revenue_usd: dollars(totals.lost_cents()),
        first_outage: totals.first_outage.map(clock),
        downtime_minutes: minutes(totals.down_s),
        shoppers: totals.tally.shoppers,
        orders: totals.tally.bought,
        carts_lost: totals.tally.carts_lost,
        requests: totals.requests,
        answered: totals.answered,
        errors: totals.errors,
        timeline: timeline.then(|| moments(night.minutes()).collect()),
    }
}

fn moments(minutes: &[Minute]) -> impl Iterator<Item = Moment> {
    (0_u32..).zip(minutes).map(|(at, minute)| Moment {
        time: clock(at * 60),
        wanted: minute.wanted,
        requests: minute.requests,
        answered: minute.answered,
        errors: minute.errors,
        p95_ms: minute.p95_ms,
        instances: minute.ready,
        carts_lost: minute.carts_lost,
        revenue_usd: dollars(minute.revenue_cents),
    })
}

fn table(night: &Night, timeline: bool) -> Result<String, csv::Error> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    if timeline {
        for moment in moments(night.minutes()) {
            rows.serialize(moment)?;
        }
    } else {
        let figures = figures(night, false);
        let off: Vec<&str> = night.scenario().switches.off().map(numeral).collect();
        let maybe = |value: Option<String>| value.unwrap_or_default();
        let columns = [
            ("seed", figures.seed.to_string()),
            ("without", off.join(" ")),
            ("peak_instances", figures.peak_instances.to_string()),
            ("scale_out_minutes", maybe(figures.scale_out_minutes.map(|minutes| minutes.to_string()))),
            ("extra_compute_usd", figures.extra_compute_usd.to_string()),
            ("revenue_usd", figures.revenue_usd.to_string()),
            ("wanted_revenue_usd", figures.wanted_revenue_usd.to_string()),
            ("lost_revenue_usd", figures.lost_revenue_usd.to_string()),
            ("first_outage", maybe(figures.first_outage)),
            ("downtime_minutes", figures.downtime_minutes.to_string()),
            ("shoppers", figures.shoppers.to_string()),
            ("orders", figures.orders.to_string()),
            ("carts_lost", figures.carts_lost.to_string()),
            ("requests", figures.requests.to_string()),
            ("answered", figures.answered.to_string()),
            ("errors", figures.errors.to_string()),
        ];
        rows.write_record(columns.iter().map(|(name, _)| *name))?;
        rows.write_record(columns.iter().map(|(_, value)| value))?;
    }
    let bytes = rows.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A number with a comma after each group of three digits.
fn grouped(number: u64) -> String {
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

fn print(night: &Night, other: &Night, timeline: bool, out: &mut Out) -> Result<(), Failure> {
    let (ours, theirs) = (night.totals(), other.totals());
    let usd = |cents: u64| format!("${}", grouped(cents / 100));
    let outage = |tick: Option<u32>| tick.map_or_else(|| "never".to_owned(), clock);
    let out_in =
        |seconds: Option<u32>| seconds.map_or_else(|| "no".to_owned(), |seconds| format!("in {:.1} min", minutes(seconds)));
    let rows = [
        ("site down first", outage(ours.first_outage), outage(theirs.first_outage)),
        ("down, in all", format!("{:.0} min", minutes(ours.down_s)), format!("{:.0} min", minutes(theirs.down_s))),
        ("most instances", ours.peak_instances.to_string(), theirs.peak_instances.to_string()),
        ("scaled out", out_in(ours.scale_out_s), out_in(theirs.scale_out_s)),
        ("requests", grouped(ours.requests), grouped(theirs.requests)),
        ("  of them failed", grouped(ours.errors), grouped(theirs.errors)),
        ("carts lost", grouped(ours.tally.carts_lost), grouped(theirs.tally.carts_lost)),
        ("orders", grouped(ours.tally.bought), grouped(theirs.tally.bought)),
        ("taken", usd(ours.revenue_cents), usd(theirs.revenue_cents)),
        ("  not taken", usd(ours.lost_cents()), usd(theirs.lost_cents())),
        ("extra compute", usd(ours.extra_compute_cents), usd(theirs.extra_compute_cents)),
    ];
    let heads = (night.scenario().switches.to_string(), other.scenario().switches.to_string());
    let wide = rows.iter().map(|row| row.1.len()).max().unwrap_or(0).max(heads.0.chars().count());
    out.line(&format!("The night of the sale, 18:00 to 06:00, seed {}\n", night.scenario().seed))?;
    out.line(&format!("{:<18}{:>wide$}   {:>16}", "", heads.0, heads.1))?;
    for (label, ours, theirs) in rows {
        out.line(&format!("{label:<18}{ours:>wide$}   {theirs:>16}"))?;
    }
    if timeline {
        out.line("\n TIME   WANTED/S  ANSWERED/S  FAILED/S  P95 MS  INSTANCES       TAKEN")?;
        for (at, minute) in (0_u32..).zip(night.minutes()) {
            out.line(&format!(
                "{:>5}  {:>9}  {:>10}  {:>8}  {:>6}  {:>9}  {:>10}",
                clock(at * 60),
                minute.wanted / 60,
                minute.answered / 60,
                minute.errors / 60,
                minute.p95_ms,
                minute.ready,
                usd(minute.revenue_cents),
            ))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
