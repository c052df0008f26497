//! `twelvefold simulate`, as somebody in a shell has it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_twelvefold")).arg("simulate").args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&out(&run(&[arguments, &["--json"]].concat()))).unwrap()
}

#[test]
fn json_has_what_is_promised_and_the_seed_repeats_the_night() {
    let on = json(&[]);
    assert_eq!((&on["peak_instances"], &on["first_outage"], &on["downtime_minutes"]), (&40.into(), &Value::Null, &0.0.into()));
    assert!(on["scale_out_minutes"].as_f64().unwrap() <= 4.0);
    for field in ["seed", "switches", "extra_compute_usd", "revenue_usd", "lost_revenue_usd", "carts_lost", "requests", "errors"] {
        assert!(!on[field].is_null(), "{field}");
    }
    assert!(on.get("timeline").is_none());
    let was = json(&["--as-it-was", "--timeline", "--seed", "5"]);
    assert_eq!(was["first_outage"], "23:47");
    assert_eq!((was["seed"].as_u64(), was["timeline"].as_array().unwrap().len()), (Some(5), 720));
    assert_eq!(was["timeline"][347]["time"], "23:47");
    assert_eq!(was, json(&["--as-it-was", "--timeline", "--seed", "5"]));
    let some = json(&["--without", "vi,11"]);
    let off: Vec<&String> =
        some["switches"].as_object().unwrap().iter().filter(|(_, on)| **on == false).map(|(name, _)| name).collect();
    assert_eq!(off, ["VI", "XI"]);
}

#[test]
fn csv_has_a_row_for_the_night_or_one_for_each_minute() {
    let night = out(&run(&["--csv", "--without", "viii"]));
    assert_eq!(night.lines().count(), 2);
    let columns = |line: &str| {
        csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes()).records().next().unwrap().unwrap().len()
    };
    assert_eq!(columns(night.lines().next().unwrap()), columns(night.lines().nth(1).unwrap()));
    assert_eq!(out(&run(&["--csv", "--timeline"])).lines().count(), 721);
}

#[test]
fn the_table_sets_two_nights_side_by_side() {
    insta::assert_snapshot!(out(&run(&[])));
}

#[test]
fn the_picture_is_well_formed_and_replaces_nothing_half() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("night.svg");
    out(&run(&["--as-it-was", "--svg", file.to_str().unwrap()]));
    let svg = fs::read_to_string(&file).unwrap();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("all twelve off") && svg.contains("23:") && !svg.contains("<script"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let nowhere = folder.path().join("missing/night.svg");
    assert_eq!(run(&["--svg", nowhere.to_str().unwrap()]).status.code(), Some(1));
}

/// The picture in the README is that of today's model.
#[test]
fn the_picture_that_the_readme_shows_is_todays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("night.svg");
    out(&run(&["--svg", file.to_str().unwrap()]));
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/night.svg");
    assert!(fs::read(file).unwrap() == fs::read(kept).unwrap(), "run `twelvefold simulate --svg assets/night.svg`");
}

#[test]
fn what_is_absurd_is_refused_with_its_name_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str| {
        let file = folder.path().join("night.yaml");
        fs::write(&file, text).unwrap();
        let output = run(&["--scenario", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let all = refused("peak_rps: 0\norder_cents: -3\nmoon: 1\npeak_rps: 5\nprobe_s: soon\nseed: -1\n");
    for words in [
        "1:11: `peak_rps` is 0",
        "2:14: `order_cents` is -3",
        "`moon` is no parameter",
        "stands twice",
        "`probe_s` wants a whole number",
        "`seed` is negative",
    ] {
        assert!(all.contains(words), "{words}: {all}");
    }
    assert!(refused("peak_rps: 1000000\n").contains("`peak_rps` is 1000000; 1 to 100000 requests/s are allowed"));
    assert!(refused("provision_min_s: 500\n").contains("`provision_min_s`"));
    assert!(refused("- 1\n").contains("a scenario is a list of"));
    assert!(refused("a: *x\n").contains("night.yaml"));
    assert!(refused(&format!("peak_rps: 1 # {}\n", "x".repeat(70_000))).contains("larger than"));
    assert_eq!(run(&["--scenario", "/nowhere/at/all"]).status.code(), Some(1));
    assert_eq!(run(&["--without", "xiii"]).status.code(), Some(2));
    assert_eq!(run(&["--without", "vi", "--as-it-was"]).status.code(), Some(2));
}

#[test]
fn a_scenario_changes_the_night() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("small.yaml");
    fs::write(&file, "seed: 9\nwithout: vi\npeak_rps: 100\nmax_instances: 6\n").unwrap();
    let night = json(&["--scenario", file.to_str().unwrap()]);
    assert_eq!((night["seed"].as_u64(), &night["switches"]["VI"]), (Some(9), &false.into()));
    assert!(night["peak_instances"].as_u64().unwrap() <= 6);
    assert!(night["requests"].as_u64().unwrap() < 2_000_000);
}
