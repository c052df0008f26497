//! The night second by second: what fails, what starts, who is served, what is measured.

use std::collections::VecDeque;

use super::TICKS;
use super::crowd::{Carry, Habits, Pool, Rests, Tally};
use super::figures::{Minute, Snapshot, Totals};
use super::fleet::{Instance, Stage};
use super::journal::{Cause, Entry};
use super::operations::{Desk, Trouble};
use super::random::{Draw, draw};
use super::shop::{FieldError, Shop};
use super::switches::Switches;
use super::world::{Fates, OPENS, wanted_milli};

/// Who decides during the night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hands {
    /// A person on call, who does what most would do.
    #[default]
    OnCall,
    /// Only what [`Night::act`] is told.
    Yours,
}

/// What makes a night. The same scenario gives the same night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The luck of the night.
    pub seed: u64,
    /// The factors that are observed.
    pub switches: Switches,
    /// The parameters.
    pub shop: Shop,
    /// Who decides.
    pub hands: Hands,
}

impl Default for Scenario {
    fn default() -> Self {
        Self { seed: 1, switches: Switches::ALL_ON, shop: Shop::default(), hands: Hands::OnCall }
    }
}

/// Where sessions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sessions {
    /// In a store that every instance can reach (VI on).
    Shared,
    /// In the memory of instances, and every request may reach another one.
    Scattered,
    /// In the memory of instances, and the balancer sends every shopper to their own.
    Sticky,
}

/// Seconds that rates are averaged over.
pub(super) const WINDOW: usize = 64;
/// Entries that are kept at most.
const ENTRIES: usize = 4_000;

/// A night.
#[derive(Debug, Clone)]
pub struct Night {
    pub(super) scenario: Scenario,
    pub(super) tick: u32,
    pub(super) fates: Fates,
    pub(super) habits: Habits,
    pub(super) instances: Vec<Instance>,
    pub(super) sessions: Sessions,
    /// Shoppers without a session on an instance; all of them, unless sessions are sticky.
    pub(super) lobby: Pool,
    pub(super) lobby_rests: Rests,
    pub(super) arrivals: Carry,
    pub(super) asks: Carry,
    pub(super) waits: Carry,
    pub(super) wish: Carry,
    pub(super) wish_milli: Carry,
    pub(super) hour: Carry,
    /// Requests handed over by instances that were drained.
    pub(super) spill: u64,
    pub(super) receipts: u64,
    pub(super) tally: Tally,
    pub(super) totals: Totals,
    /// Requests and errors of the last seconds.
    pub(super) ring: [(u32, u32); WINDOW],
    pub(super) silent_s: u32,
    pub(super) down: bool,
    pub(super) minute: Minute,
    pub(super) minutes: Vec<Minute>,
    pub(super) journal: Vec<Entry>,
    pub(super) last: (u64, u64, u64),
    pub(super) bought: u64,
    pub(super) low_since: u32,
    /// Until when the orders table is locked.
    pub(super) locked_until: u32,
    pub(super) last_migration: Option<u32>,
    pub(super) half_migrated: bool,
    pub(super) database_down: bool,
    pub(super) latent: bool,
    pub(super) latent_mended: bool,
    pub(super) bad_release: bool,
    pub(super) maintenance: bool,
    pub(super) logging: bool,
    pub(super) lean: bool,
    pub(super) desk: Desk,
}

impl Night {
    /// The night of a scenario, at 18:00.
    ///
    /// # Errors
    /// Every parameter that is out of its range.
    pub fn new(scenario: Scenario) -> Result<Self, Vec<FieldError>> {
        let problems = scenario.shop.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let shop = &scenario.shop;
        let on = |n| scenario.switches.on(n);
        let (count, permille) = if on(8) { (shop.first_instances, 1_000) } else { (1, shop.big_machine_permille) };
        let instances: Vec<Instance> =
            (1..=count).map(|id| Instance::first(u32::try_from(id).unwrap_or(1), permille, shop)).collect();
        let sessions = match (on(6), count) {
            (true, _) => Sessions::Shared,
            (false, 1) => Sessions::Scattered,
            // Two servers with sessions in memory work at all only because the balancer is sticky.
            (false, _) => Sessions::Sticky,
        };
        Ok(Self {
            tick: 0,
            fates: Fates::of(scenario.seed),
            habits: Habits::of(shop),
            instances,
            sessions,
            lobby: Pool { browsing: wanted_milli(shop, 0) / 1_000, carts: 0 },
            lobby_rests: Rests::default(),
            arrivals: Carry::default(),
            asks: Carry::default(),
            waits: Carry::default(),
            wish: Carry::default(),
            wish_milli: Carry::default(),
            hour: Carry::default(),
            spill: 0,
            receipts: 0,
            tally: Tally { shoppers: wanted_milli(shop, 0) / 1_000, ..Tally::default() },
            totals: Totals::default(),
            ring: [(0, 0); WINDOW],
            silent_s: 0,
            down: false,
            minute: Minute::default(),
            minutes: Vec::with_capacity(720),
            journal: Vec::new(),
            last: (0, 0, 0),
            bought: 0,
            low_since: 0,
            locked_until: 0,
            last_migration: None,
            half_migrated: false,
            database_down: false,
            latent: false,
            latent_mended: scenario.switches.on(10),
            bad_release: false,
            maintenance: false,
            logging: true,
            lean: false,
            desk: Desk::default(),
            scenario,
        })
    }

    /// The whole night.
    ///
    /// # Errors
    /// Every parameter that is out of its range.
    pub fn run(scenario: Scenario) -> Result<Self, Vec<FieldError>> {
        let mut night = Self::new(scenario)?;
        while !night.finished() {
            night.step();
        }
        Ok(night)
    }

    /// Whether it is 06:00.
    #[must_use]
    pub fn finished(&self) -> bool {
        self.tick >= TICKS
    }

    /// Lives through one second.
    pub fn step(&mut self) {
        if self.finished() {
            return;
        }
        self.fate();
        self.stages();
        self.work();
        self.autoscale();
        let (requests, answered, errors) = self.serve();
        self.probe();
        self.measure(requests, answered, errors);
        self.tick += 1;
    }

    pub(super) fn on(&self, n: u8) -> bool {
        self.scenario.switches.on(n)
    }

    pub(super) fn note(&mut self, cause: Cause, instance: Option<u32>) {
        if self.journal.len() < ENTRIES {
            self.journal.push(Entry { tick: self.tick, cause, instance });
        }
    }

    /// What the night brings at this second.
    fn fate(&mut self) {
        let (tick, shop) = (self.tick, &self.scenario.shop);
        let (release, leak) = (shop.release_at_s, shop.leak_at_s);
        if tick == OPENS {
            self.note(Cause::SaleOpens, None);
        }
        if u64::from(tick) == release {
            self.bad_release = true;
            self.note(Cause::BadRelease, None);
            if self.on(5) {
                // A release replaces every process. Without releases, somebody edits the files in place.
                self.restart_all();
            }
            self.trouble(Trouble::Release);
        }
        if u64::from(tick) == leak {
            self.note(Cause::KeyLeaked, None);
            self.key_leaked();
        }
        if tick == self.fates.database {
            self.database_down = true;
            self.note(Cause::DatabaseFailed, None);
            self.database_failed();
        }
        for (nth, at) in self.fates.nodes.into_iter().enumerate() {
            if tick == at {
                self.node_fails(nth as u64);
            }
        }
    }

    fn node_fails(&mut self, nth: u64) {
        let ready: Vec<usize> = (0..self.instances.len()).filter(|at| self.instances[*at].ready()).collect();
        let pick = draw(self.scenario.seed, Draw::NodeFails, nth, ready.len() as u64);
        let Some(at) = usize::try_from(pick).ok().and_then(|pick| ready.get(pick)).copied() else { return };
        self.note(Cause::NodeFailed, Some(self.instances[at].id));
        self.stop(at, false);
        let until = self.tick + self.provisioning(u64::from(self.instances[at].id) + 1_000 * (nth + 1));
        let shop = &self.scenario.shop;
        let instance = &mut self.instances[at];
        if !instance.first {
            // Another machine takes its place, as bare as the first was.
            *instance = Instance { other_commit: instance.other_commit, ..Instance::fresh(instance.id, until, shop) };
        }
        instance.stage = Stage::Provisioning { until };
    }

    pub(super) fn provisioning(&self, thing: u64) -> u32 {
        let shop = &self.scenario.shop;
        let spread = shop.provision_max_s - shop.provision_min_s + 1;
        seconds(shop.provision_min_s + draw(self.scenario.seed, Draw::Provision, thing, spread))
    }

    /// Ends the service of an instance. A planned stop is drained when the app can be (IX on).
    pub(super) fn stop(&mut self, at: usize, planned: bool) {
        let ready = self.instances.iter().filter(|instance| instance.ready()).count().max(1) as u64;
        let drained = planned && self.on(9) && ready > 1;
        let instance = &mut self.instances[at];
        let serves = instance.ready();
        let queue = std::mem::take(&mut instance.queue);
        instance.failed_probes = 0;
        instance.load_permille = 0;
        instance.answered = 0;
        instance.migrated = false;
        let id = instance.id;
        if drained {
            self.spill += queue;
        } else {
            self.minute.errors += queue;
            self.totals.errors += queue;
        }
        if !serves {
            return;
        }
        if !self.on(9) {
            // Purchases whose receipt and payment were under way are half done, and taken back.
            let half_done = (self.bought * 5 / ready).min(self.tally.bought);
            self.tally.bought -= half_done;
            self.tally.carts_lost += half_done;
        }
        let died = match self.sessions {
            Sessions::Shared => 0,
            Sessions::Scattered => {
                let died = self.lobby.carts / ready;
                self.lobby.carts -= died;
                self.lobby.browsing += died;
                died
            }
            Sessions::Sticky => {
                let sessions = std::mem::take(&mut self.instances[at].sessions);
                self.lobby.browsing += sessions.all();
                sessions.carts
            }
        };
        if died > 0 {
            self.tally.carts_lost += died;
            self.note(Cause::CartsDied { carts: died }, Some(id));
        }
    }

    /// Moves instances on whose time has come.
    fn stages(&mut self) {
        for at in 0..self.instances.len() {
            match self.instances[at].stage {
                Stage::Provisioning { until } if until <= self.tick => self.machine_given(at),
                Stage::Booting { until } if until <= self.tick => self.booted(at),
                _ => {}
            }
        }
    }

    /// Starts the process of an instance.
    pub(super) fn boot(&mut self, at: usize) {
        let shop = &self.scenario.shop;
        let start = if self.on(9) { shop.boot_s } else { shop.slow_boot_s };
        let pull = if self.instances[at].first { 0 } else { shop.pull_s };
        self.instances[at].stage = Stage::Booting { until: self.tick + seconds(start + pull) };
    }

    fn booted(&mut self, at: usize) {
        let (lock, window) = (seconds(self.scenario.shop.lock_s), seconds(self.scenario.shop.migrate_s));
        let id = self.instances[at].id;
        if !self.on(12) && !self.instances[at].migrated {
            self.instances[at].migrated = true;
            let met = self.last_migration.is_some_and(|last| last + window >= self.tick);
            self.last_migration = Some(self.tick);
            if met && self.locked_until <= self.tick {
                self.note(Cause::MigrationsMet, Some(id));
                self.locked_until = self.tick + lock;
            }
            if met {
                self.instances[at].stage = Stage::Booting { until: self.locked_until };
                return;
            }
        }
        if self.instances[at].edited {
            self.instances[at].edited = false;
            self.lean = false;
            self.note(Cause::EditGone, Some(id));
        }
        if self.instances[at].disk_full() {
            self.instances[at].stage = Stage::Stopped;
            self.note(Cause::DiskStillFull, Some(id));
            self.trouble(Trouble::Disk);
            return;
        }
        if !self.on(7) && !self.instances[at].registered {
            self.instances[at].stage = Stage::Registering;
            self.note(Cause::NeedsHands, Some(id));
            self.needs_registration(id);
            return;
        }
        self.joins(at);
    }

    /// An instance begins to serve.
    pub(super) fn joins(&mut self, at: usize) {
        let instance = &mut self.instances[at];
        instance.stage = Stage::Ready;
        let (id, other) = (instance.id, instance.other_commit && !self.scenario.switches.on(1));
        self.note(Cause::Ready, Some(id));
        if other {
            self.note(Cause::OtherCommit, Some(id));
        }
    }

    /// How things stand.
    #[must_use]
    pub fn now(&self) -> Snapshot {
        let count =
            |f: fn(&Instance) -> bool| u32::try_from(self.instances.iter().filter(|one| f(one)).count()).unwrap_or(u32::MAX);
        let (requests, answered, errors) = self.last;
        let homes = self.instances.iter().map(|one| one.sessions);
        let disk = |one: &Instance| one.disk_kb * 100 / one.disk_size_kb.max(1);
        Snapshot {
            tick: self.tick,
            wanted_rps: wanted_milli(&self.scenario.shop, self.tick) / 1_000 / self.scenario.shop.think_s,
            requests,
            answered,
            errors,
            error_permille: self.error_permille(),
            p95_ms: self.p95_ms(),
            ready: count(Instance::ready),
            coming: count(Instance::coming),
            stopped: count(|one| one.stage == Stage::Stopped),
            shoppers: self.lobby.all() + homes.clone().map(|pool| pool.all()).sum::<u64>(),
            carts: self.lobby.carts + homes.map(|pool| pool.carts).sum::<u64>(),
            till_blocked_permille: self.blocked_permille(),
            disk_percent: self.instances.iter().filter(|one| one.paid()).map(disk).max().unwrap_or(0),
            down: self.down,
        }
    }

    /// The sums so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let now = self.now();
        let queued = self.instances.iter().map(|one| one.queue).sum::<u64>() + self.spill;
        Totals { tally: self.tally, inside: now.shoppers, carts_open: now.carts, queued, ..self.totals }
    }

    /// The scenario that it is the night of.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Seconds after 18:00.
    #[must_use]
    pub fn tick(&self) -> u32 {
        self.tick
    }

    /// The minutes so far.
    #[must_use]
    pub fn minutes(&self) -> &[Minute] {
        &self.minutes
    }

    /// What happened so far, in order.
    #[must_use]
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }

    /// The instances, those that are gone left out.
    pub fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.instances.iter().filter(|one| one.paid())
    }

    /// Where sessions are.
    #[must_use]
    pub fn sessions(&self) -> Sessions {
        self.sessions
    }
}

/// A number of seconds as a distance on the clock.
pub(super) fn seconds(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(TICKS).min(TICKS)
}

/// A queue of work.
pub(super) type Queue<T> = VecDeque<(T, u64)>;
