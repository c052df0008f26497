//! The figures of a night: what is measured now, a sample for each minute, and the sums.

use super::crowd::Tally;

/// What a minute was like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Minute {
    /// Requests that shoppers would make if all were served.
    pub wanted: u64,
    /// Requests made.
    pub requests: u64,
    /// Requests answered as they should be.
    pub answered: u64,
    /// Requests refused, dropped or answered wrongly.
    pub errors: u64,
    /// The 95th percentile of the time to answer at the end of the minute, in milliseconds; 0 when nothing answers.
    pub p95_ms: u64,
    /// Instances that serve, at the end of the minute.
    pub ready: u32,
    /// Instances that are paid for, at the end of the minute.
    pub paid: u32,
    /// Carts lost in this minute.
    pub carts_lost: u64,
    /// Taken since 18:00, in cents.
    pub revenue_cents: u64,
    /// What would have been taken since 18:00 if all had been served, in cents.
    pub wanted_cents: u64,
    /// Seconds of the minute in which the site was down.
    pub down_s: u32,
}

/// How things stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Seconds after 18:00.
    pub tick: u32,
    /// Requests a second that shoppers would make if all were served.
    pub wanted_rps: u64,
    /// Requests made in the last second.
    pub requests: u64,
    /// Of them answered as they should be.
    pub answered: u64,
    /// Of them failed.
    pub errors: u64,
    /// Failed requests of the last minute, of 1,000.
    pub error_permille: u64,
    /// The 95th percentile of the time to answer, in milliseconds; 0 when nothing answers.
    pub p95_ms: u64,
    /// Instances that serve.
    pub ready: u32,
    /// Instances on the way to serving.
    pub coming: u32,
    /// Instances that stand still.
    pub stopped: u32,
    /// Shoppers in the shop, those who wait for it included.
    pub shoppers: u64,
    /// Carts that are open.
    pub carts: u64,
    /// Purchases that cannot be made just now, of 1,000.
    pub till_blocked_permille: u64,
    /// The fullest log disk, in percent.
    pub disk_percent: u64,
    /// Whether the site is down.
    pub down: bool,
}

/// The sums of a night.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Shoppers and carts.
    pub tally: Tally,
    /// Shoppers still in the shop.
    pub inside: u64,
    /// Carts still open.
    pub carts_open: u64,
    /// Requests made.
    pub requests: u64,
    /// Requests answered as they should be.
    pub answered: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Requests that wait in a queue.
    pub queued: u64,
    /// Taken, in cents.
    pub revenue_cents: u64,
    /// What would have been taken if all had been served, in cents.
    pub wanted_cents: u64,
    /// Paid for instances beyond the first ones, in cents.
    pub extra_compute_cents: u64,
    /// Most instances serving at once.
    pub peak_instances: u32,
    /// Seconds from the last moment with the first instances alone to the peak; `None` when there was never more.
    pub scale_out_s: Option<u32>,
    /// When the site first went down, in seconds after 18:00.
    pub first_outage: Option<u32>,
    /// Seconds in which the site was down.
    pub down_s: u32,
}

impl Totals {
    /// What was not taken, in cents.
    #[must_use]
    pub fn lost_cents(&self) -> u64 {
        self.wanted_cents.saturating_sub(self.revenue_cents)
    }
}
