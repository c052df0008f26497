//! Chance, without a stream: each draw follows from the seed and from what it is for. So a switch changes what happens, and
//! never the luck of the night.

use crate::domain::rng::Rng;

/// What a draw is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// The mood of the crowd in a minute.
    Crowd,
    /// How long a machine takes to be given.
    Provision,
    /// Which commit a copy of the code was made from.
    Commit,
    /// Whether a fresh machine has what the app needs.
    Boot,
    /// When a machine fails.
    NodeFailsAt,
    /// Which one.
    NodeFails,
    /// When the database's machine fails.
    DatabaseFails,
    /// Whether what is written at night works.
    NightWork,
}

/// A number from 0 to `below - 1` for that purpose and thing; 0 when `below` is 0.
#[must_use]
pub fn draw(seed: u64, what: Draw, thing: u64, below: u64) -> u64 {
    let purpose = (what as u64 + 1).wrapping_mul(0xD1B5_4A32_D192_ED03);
    let mut rng = Rng::new(seed ^ purpose.rotate_left(17) ^ thing.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31));
    // The first number of neighbouring seeds is mixed well, but a second step costs nothing.
    rng.next_u64();
    if below == 0 { 0 } else { rng.next_u64() % below }
}
