//! What each switch does in the model, in a sentence for on and a sentence for off; and nights worth starting from.

use super::switches::Switches;

/// What factor `n` does when it is on and when it is off; empty when `n` is not 1 to 12.
#[must_use]
pub fn mechanism(n: u8) -> (&'static str, &'static str) {
    match n {
        1 => (
            "Every instance runs the same commit.",
            "Half of the new instances run another commit; one page in ten is wrong there.",
        ),
        2 => (
            "A fresh machine boots: all that it needs is in the image.",
            "Six fresh machines in ten lack a package. Somebody installs it by hand.",
        ),
        3 => (
            "Settings come from the environment: any instance can start.",
            "Each new instance needs its own build: 18 minutes on a laptop. So does a new key.",
        ),
        4 => ("A failed database is swapped in a minute.", "A failed database is restored by hand: 45 minutes without a purchase."),
        5 => ("A bad release is rolled back in 90 seconds.", "Going back means a build of 18 minutes, and then a restart."),
        6 => (
            "Sessions live in a store. An instance can die without losing a cart.",
            "Carts live in one instance's memory and die with it. Old servers stay hot.",
        ),
        7 => {
            ("A new instance opens its port and joins by itself.", "Somebody enters every new instance by hand: four minutes each.")
        }
        8 => (
            "Web processes scale out; receipts are made elsewhere.",
            "One process does everything, on one machine that can only be made bigger.",
        ),
        9 => (
            "A process is ready in 8 seconds and drains before it stops.",
            "A start takes 9 minutes, and a stop drops what was under way.",
        ),
        10 => (
            "The slow query was met in tests, on the same database.",
            "Under load the database picks another plan, and every page is slow until it is mended.",
        ),
        11 => {
            ("Logs are a stream. A cause is found in 2 minutes.", "A cause takes 20 minutes of grep, and the log fills the disk.")
        }
        12 => ("Migrations run once, before the release.", "Migrations run at every start. Two at once lock the orders table."),
        _ => ("", ""),
    }
}

/// A night to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// What it is called.
    pub name: &'static str,
    /// Its switches.
    pub switches: Switches,
}

const fn without(factors: &[u8]) -> Switches {
    let mut switches = Switches::ALL_ON;
    let mut at = 0;
    while at < factors.len() {
        switches = switches.with(factors[at], false);
        at += 1;
    }
    switches
}

/// Nights on the keys 1 to 9.
pub const PRESETS: [Preset; 9] = [
    Preset { name: "all twelve", switches: Switches::ALL_ON },
    Preset { name: "as it was", switches: Switches::AS_IT_WAS },
    Preset { name: "the four symptoms", switches: without(&[3, 6, 8, 11]) },
    Preset { name: "sessions in memory", switches: without(&[6]) },
    Preset { name: "config in the binary", switches: without(&[3]) },
    Preset { name: "one big process", switches: without(&[8]) },
    Preset { name: "slow to start", switches: without(&[9]) },
    Preset { name: "logs on the disk", switches: without(&[11]) },
    Preset { name: "orchestrator alone", switches: Switches::AS_IT_WAS.with(8, true).with(9, true) },
];
