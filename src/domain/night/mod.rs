//! The night of the sale as a model: shoppers, instances, a database, a person on call, and twelve switches. Pure and whole:
//! the same scenario gives the same night to the last digit, everywhere. `docs/night-model.md` states it in full.

mod choices;
mod crowd;
mod decision;
mod engine;
mod figures;
mod fleet;
mod journal;
mod mechanisms;
mod operations;
pub mod question;
mod random;
mod scenes;
mod serving;
mod shop;
mod switches;
mod world;

pub use crowd::Tally;
pub use decision::{Decision, Refused};
pub use engine::{Hands, Night, Scenario, Sessions};
pub use figures::{Minute, Snapshot, Totals};
pub use fleet::{Instance, Stage};
pub use journal::{Cause, Entry, Level};
pub use mechanisms::{PRESETS, Preset, mechanism};
pub use scenes::{PLANS, Plan, SCENES, Scene};
pub use shop::{FIELDS, Field, FieldError, Shop};
pub use switches::{Parsed, Switches};
pub use world::{CURVE, OPENS, clock};

/// Seconds of a night: 18:00 to 06:00.
pub const TICKS: u32 = 12 * 3600;
