//! `twelvefold class`: what classes voted, on the screen or for a file.

use std::process::ExitCode;

use anyhow::anyhow;

use super::course::{self, Failure};
use super::export::time;
use super::out::Out;
use super::present::class_name;
use super::settings::Settings;
use crate::domain::id::ClassId;
use crate::exchange::class::{Asked, csv, json, markdown, results};

/// What to print.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// Whose class; without it, all of them
    #[arg(value_name = "NAME", value_parser = class_name)]
    class: Option<String>,
    /// As JSON
    #[arg(long, conflicts_with_all = ["csv", "markdown"])]
    json: bool,
    /// For spreadsheets: one row for each option of each vote
    #[arg(long, conflicts_with = "markdown")]
    csv: bool,
    /// As Markdown
    #[arg(long)]
    markdown: bool,
}

/// Prints what was voted.
///
/// # Errors
/// When the course or the store cannot be read, or the output fails.
pub fn class(settings: &Settings, wish: &Wish) -> Result<ExitCode, Failure> {
    let course = course::open(settings)?;
    let only = wish.class.as_deref().map(ClassId::new).transpose().map_err(|error| Failure::Usage(error.to_string()))?;
    let results = results(&course, &super::export::history(settings)?, only.as_ref());
    let mut out = Out::stdout(settings);
    if wish.json {
        out.line(&json(&results).map_err(|error| anyhow!(error))?)?;
    } else if wish.csv {
        out.text(&csv(&results, time).map_err(|error| anyhow!(error))?)?;
    } else if wish.markdown && !results.is_empty() {
        out.text(&markdown(&results, time))?;
    } else {
        table(&results, &mut out)?;
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn table(results: &[Asked], out: &mut Out) -> Result<(), Failure> {
    if results.is_empty() {
        out.line("Nothing was voted yet. `twelvefold present` puts questions to a room; digits count the hands.")?;
    }
    let mut last = None;
    for asked in results {
        let sitting = (asked.class.as_str(), asked.sitting);
        if last != Some(sitting) {
            if last.is_some() {
                out.line("")?;
            }
            out.line(&format!("{}  {} UTC", asked.class, time(asked.sitting)))?;
            last = Some(sitting);
        }
        let hands: Vec<String> = asked.votes.iter().map(|vote| vote.hands.to_string()).collect();
        out.line(&format!("  {:<14} right of {:<9} {}", asked.figures(), hands.join(", "), asked.question))?;
    }
    Ok(())
}
