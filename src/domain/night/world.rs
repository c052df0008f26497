//! What the night brings whatever the switches say: the crowd, and the hours at which things fail.

use super::TICKS;
use super::random::{Draw, draw};
use super::shop::Shop;

/// Shoppers who want to be in the shop, in thousandths of the peak, at seconds after 18:00; straight lines between. The sale
/// opens at 23:45 before a crowd that waits for it. Over its six hours the mean is about half of the peak.
pub const CURVE: [(u32, u32); 12] = [
    (0, 38),
    (2 * 3600, 42),
    (5 * 3600 + 1800, 40),
    (5 * 3600 + 2700, 42),
    (5 * 3600 + 2850, 1000),
    (6 * 3600 + 2700, 1000),
    (7 * 3600 + 1800, 780),
    (8 * 3600 + 1800, 470),
    (9 * 3600 + 1800, 320),
    (10 * 3600 + 1800, 220),
    (11 * 3600 + 2700, 110),
    (TICKS, 60),
];

/// When the sale opens, in seconds after 18:00.
pub const OPENS: u32 = 5 * 3600 + 2700;

/// The time of day at a second of the night, as `23:47`.
#[must_use]
pub fn clock(tick: u32) -> String {
    let minutes = (18 * 60 + tick / 60) % (24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Thousandths of shoppers who would be in the shop at a second if all were served.
#[must_use]
pub fn wanted_milli(shop: &Shop, tick: u32) -> u64 {
    let peak = shop.peak_shoppers();
    let mut before = CURVE[0];
    for (at, permille) in CURVE {
        if tick <= at {
            let (from, low) = before;
            let span = u64::from((at - from).max(1));
            let passed = u64::from(tick - from);
            let (low, high) = (u64::from(low), u64::from(permille));
            return (peak * low * (span - passed) + peak * high * passed) / span;
        }
        before = (at, permille);
    }
    peak * u64::from(before.1)
}

/// Thousandths of shoppers who come in a second: those who take the place of the ones that leave, and what the crowd grows by.
#[must_use]
pub fn arrivals_milli(shop: &Shop, seed: u64, tick: u32) -> u64 {
    let (now, next) = (wanted_milli(shop, tick), wanted_milli(shop, tick + 1));
    let leaving = now / (shop.think_s * shop.visit_requests).max(1);
    let mood = 970 + draw(seed, Draw::Crowd, u64::from(tick / 60), 61);
    (leaving + next).saturating_sub(now) * mood / 1_000
}

/// The hours at which things fail, drawn once for a seed.
#[derive(Debug, Clone)]
pub struct Fates {
    /// When two machines fail.
    pub nodes: [u32; 2],
    /// When the database's machine fails.
    pub database: u32,
}

impl Fates {
    /// Those of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let within = |what, thing, from: u32, seconds: u64| from + u32::try_from(draw(seed, what, thing, seconds)).unwrap_or(0);
        Self {
            // One machine fails between 00:30 and 01:30, another between 02:00 and 04:00.
            nodes: [within(Draw::NodeFailsAt, 0, 6 * 3600 + 1800, 3600), within(Draw::NodeFailsAt, 1, 8 * 3600, 7200)],
            // Between 01:30 and 03:00.
            database: within(Draw::DatabaseFails, 0, 7 * 3600 + 1800, 5400),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_night_goes_from_six_to_six() {
        assert_eq!([0, OPENS, 5 * 3600 + 47 * 60, 6 * 3600, TICKS].map(clock), ["18:00", "23:45", "23:47", "00:00", "06:00"]);
        assert!(CURVE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn the_crowd_is_twenty_times_a_normal_evening_and_half_of_that_on_the_mean() {
        let shop = Shop::default();
        let normal = wanted_milli(&shop, 4 * 3600);
        let peak = (0..TICKS).map(|tick| wanted_milli(&shop, tick)).max().unwrap();
        assert_eq!(peak, shop.peak_shoppers() * 1_000);
        assert!((20..=26).contains(&(peak / normal)), "{}", peak / normal);
        let sale = OPENS..OPENS + 6 * 3600;
        let mean = sale.clone().map(|tick| wanted_milli(&shop, tick)).sum::<u64>() / u64::from(sale.end - sale.start);
        assert!((48..=55).contains(&(mean * 100 / peak)), "{} %", mean * 100 / peak);
    }
}
