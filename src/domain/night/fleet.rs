//! Instances: from a bare machine to one that serves, and how they end.

use super::crowd::{Carry, Pool, Rests};
use super::shop::Shop;

/// Where an instance is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The cloud is giving the machine, or the machine itself restarts.
    Provisioning {
        /// Until then, in seconds after 18:00.
        until: u32,
    },
    /// It waits for a build with its own settings (III off).
    Building,
    /// It waits for a package to be installed by hand (II off).
    Installing,
    /// The process starts.
    Booting {
        /// Until then, in seconds after 18:00.
        until: u32,
    },
    /// It runs and waits to be entered into the balancer by hand (VII off).
    Registering,
    /// It serves.
    Ready,
    /// Its disk is full; it dies whenever it is started (XI off).
    Stopped,
    /// It is given back.
    Gone,
}

/// An instance.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its number, from 1.
    pub id: u32,
    /// Where it is in its life.
    pub stage: Stage,
    /// Its size, in thousandths of `instance_rps`.
    pub permille: u64,
    /// Whether it runs another commit than the first ones (I off).
    pub other_commit: bool,
    /// Whether the code on it was edited by hand.
    pub edited: bool,
    /// Whether it writes to last month's database.
    pub old_database: bool,
    /// How busy it was in the last second, of 1,000.
    pub load_permille: u64,
    /// How full its log disk is, in kB.
    pub disk_kb: u64,
    /// The size of its log disk, in kB.
    pub disk_size_kb: u64,
    /// Requests that wait.
    pub queue: u64,
    /// Shoppers whose session is in its memory (VI off, with affinity).
    pub sessions: Pool,
    pub(super) first: bool,
    pub(super) installed: bool,
    pub(super) registered: bool,
    pub(super) migrated: bool,
    pub(super) failed_probes: u64,
    pub(super) answered: u64,
    pub(super) latency_ms: u64,
    pub(super) rests: Rests,
    pub(super) work: Carry,
    pub(super) asks: Carry,
    pub(super) wrong: Carry,
}

impl Instance {
    /// A machine that was there before the sale, and serves.
    #[must_use]
    pub(super) fn first(id: u32, permille: u64, shop: &Shop) -> Self {
        Self {
            id,
            stage: Stage::Ready,
            permille,
            other_commit: false,
            edited: false,
            old_database: false,
            load_permille: 0,
            disk_kb: shop.disk_used_mb * 1_000,
            disk_size_kb: shop.disk_mb * 1_000,
            queue: 0,
            sessions: Pool::default(),
            first: true,
            installed: true,
            registered: true,
            migrated: true,
            failed_probes: 0,
            answered: 0,
            latency_ms: 0,
            rests: Rests::default(),
            work: Carry::default(),
            asks: Carry::default(),
            wrong: Carry::default(),
        }
    }

    /// A fresh machine that is being given.
    #[must_use]
    pub(super) fn fresh(id: u32, until: u32, shop: &Shop) -> Self {
        Self {
            stage: Stage::Provisioning { until },
            disk_kb: 0,
            disk_size_kb: shop.fresh_disk_mb * 1_000,
            first: false,
            installed: false,
            registered: false,
            migrated: false,
            ..Self::first(id, 1_000, shop)
        }
    }

    /// Whether it serves.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.stage == Stage::Ready
    }

    /// Whether it is paid for.
    #[must_use]
    pub fn paid(&self) -> bool {
        self.stage != Stage::Gone
    }

    /// Whether it is on the way to serving.
    #[must_use]
    pub fn coming(&self) -> bool {
        !matches!(self.stage, Stage::Ready | Stage::Stopped | Stage::Gone)
    }

    /// What it can serve in a second when nothing slows it, in thousandths of requests.
    #[must_use]
    pub(super) fn capacity_milli(&self, shop: &Shop) -> u64 {
        shop.instance_rps * self.permille
    }

    pub(super) fn disk_full(&self) -> bool {
        self.disk_kb >= self.disk_size_kb
    }
}
