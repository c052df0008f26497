//! A second of service: who asks, who is answered and how fast, what it does to the instances, and what is measured of it.

use super::crowd::{Outcome, live};
use super::engine::{Night, Sessions, WINDOW};
use super::fleet::{Instance, Stage};
use super::journal::Cause;
use super::operations::Trouble;
use super::world::{arrivals_milli, wanted_milli};

/// Seconds without service that make an outage.
const OUTAGE_S: u32 = 30;

impl Night {
    /// Serves a second. Gives the requests made, answered and failed.
    pub(super) fn serve(&mut self) -> (u64, u64, u64) {
        let (seed, tick) = (self.scenario.seed, self.tick);
        let shop = self.scenario.shop.clone();
        let shop = &shop;
        let came = self.arrivals.share(arrivals_milli(shop, seed, tick), 1, 1_000);
        self.lobby.browsing += came;
        self.tally.shoppers += came;
        let orders = self.wish_milli.share(came * 1_000, shop.cart_permille * shop.buy_permille, 1_000_000);
        let orders = self.wish.share(orders, 1, 1_000);
        self.totals.wanted_cents += orders * shop.order_cents;
        self.bought = 0;
        if self.maintenance {
            // Nobody asks for anything; one in ten minutes' worth of patience runs out each second.
            let gone = self.waits.share(self.lobby.browsing, 1, 600).min(self.lobby.browsing);
            self.lobby.browsing -= gone;
            self.tally.left += gone;
            return (0, 0, 0);
        }
        let asked = came + self.asks.share(self.lobby.all().saturating_sub(came), 1, shop.think_s);
        let total: u64 = self.instances.iter().filter(|one| one.ready()).map(|one| one.capacity_milli(shop)).sum();
        let ready = self.instances.iter().filter(|one| one.ready()).count() as u64;
        let blocked_permille = self.blocked_permille();
        let rerouted_permille = if self.sessions == Sessions::Scattered && ready > 1 { (ready - 1) * 1_000 / ready } else { 0 };
        if rerouted_permille > 0 {
            self.trouble(Trouble::EmptyCarts);
        }
        if ready == 0 {
            let refused = asked + std::mem::take(&mut self.spill);
            let outcome = Outcome { failed: refused, blocked_permille, ..Outcome::default() };
            live(&mut self.lobby, &self.habits, &mut self.lobby_rests, outcome, &mut self.tally);
            return (asked, 0, refused);
        }
        let speed = self.speed_permille();
        let limit_s = if self.on(8) { shop.short_queue_s } else { shop.long_queue_s };
        let debt = std::mem::take(&mut self.receipts);
        let offered = asked + std::mem::take(&mut self.spill);
        let (mut given, mut passed) = (0, 0);
        let (mut requests, mut answered, mut errors) = (asked, 0, 0);
        let mut lobby = Outcome { blocked_permille, rerouted_permille, ..Outcome::default() };
        let (with_wrong, with_logs) = (!self.on(1), !self.on(11) && self.logging);
        let grep = self.desk.greps();
        let sticky = self.sessions == Sessions::Sticky;
        let mut sold = (0, 0);
        for instance in self.instances.iter_mut().filter(|instance| instance.ready()) {
            let capacity = instance.capacity_milli(shop);
            passed += capacity;
            let from_lobby = (offered * passed / total).saturating_sub(given);
            given += from_lobby;
            let own = if sticky { instance.asks.share(instance.sessions.all(), 1, shop.think_s) } else { 0 };
            requests += own;
            // While somebody searches a huge log on the first server, its pages get four fifths of its time.
            let pace = if grep && instance.id == 1 { speed * 4 / 5 } else { speed };
            let can = instance.work.share(capacity * pace / 1_000, 1, 1_000).saturating_sub(debt * capacity / total);
            let waiting = instance.queue + from_lobby + own;
            let done = waiting.min(can);
            let limit = (capacity * limit_s / 1_000).max(1);
            let refused = (waiting - done).saturating_sub(limit);
            instance.queue = waiting - done - refused;
            instance.load_permille = (done * 1_000).checked_div(can).map_or(1_000, |busy| busy.min(1_000));
            let per_second = (capacity * pace / 1_000_000).max(1);
            instance.latency_ms = shop.base_ms * 1_000 / pace.max(1) + instance.queue * 1_000 / per_second;
            let wrong_permille = if with_wrong && instance.other_commit { shop.wrong_permille } else { 0 };
            let bug = if self.bad_release { shop.bug_permille } else { 0 };
            let wrong = instance.wrong.share(done, (wrong_permille + bug).min(1_000), 1_000).min(done);
            let right = done - wrong;
            instance.answered = right;
            answered += right;
            errors += refused + wrong;
            if with_logs {
                instance.disk_kb = (instance.disk_kb + done * shop.log_kb).min(instance.disk_size_kb);
            }
            let slow = if instance.latency_ms > shop.patience_ms { right } else { 0 };
            if sticky {
                // Who is answered for the first time has a session here from now on.
                let own_right = (right * own).checked_div(from_lobby + own).unwrap_or(right);
                let new = (right - own_right).min(self.lobby.browsing);
                self.lobby.browsing -= new;
                instance.sessions.browsing += new;
                let failed = refused + wrong;
                let own_failed = (failed * own).checked_div(from_lobby + own).unwrap_or(failed);
                lobby.failed += failed - own_failed;
                let outcome = Outcome { answered: right, failed: own_failed, slow, blocked_permille, rerouted_permille: 0 };
                let till = live(&mut instance.sessions, &self.habits, &mut instance.rests, outcome, &mut self.tally);
                sold = (sold.0 + till.0, sold.1 + till.1);
            } else {
                lobby.answered += right;
                lobby.failed += refused + wrong;
                lobby.slow += slow;
            }
        }
        let till = live(&mut self.lobby, &self.habits, &mut self.lobby_rests, lobby, &mut self.tally);
        let (bought, blocked) = (sold.0 + till.0, sold.1 + till.1);
        self.bought = bought;
        self.wrong_place(bought);
        if !self.on(8) {
            self.receipts = bought * shop.receipt_work;
        }
        let blocked = blocked.min(answered);
        (requests, answered - blocked, errors + blocked)
    }

    /// Purchases that cannot be made just now, of 1,000.
    pub(super) fn blocked_permille(&self) -> u64 {
        if self.database_down || self.tick < self.locked_until {
            1_000
        } else if self.half_migrated {
            200
        } else {
            0
        }
    }

    fn speed_permille(&self) -> u64 {
        let latent = if self.latent { self.scenario.shop.latent_speed_permille } else { 1_000 };
        if self.lean { latent * 4 / 3 } else { latent }
    }

    /// The balancer's health checks, and disks that are full.
    pub(super) fn probe(&mut self) {
        let shop = &self.scenario.shop;
        let due = !self.on(8) && u64::from(self.tick) % shop.probe_s == 0;
        let (timeout, failures) = (shop.probe_timeout_ms, shop.probe_failures);
        for at in 0..self.instances.len() {
            if !self.instances[at].ready() {
                continue;
            }
            let id = self.instances[at].id;
            if self.instances[at].disk_full() {
                self.note(Cause::DiskFull, Some(id));
                self.stop(at, false);
                self.instances[at].stage = Stage::Stopped;
                self.trouble(Trouble::Disk);
                continue;
            }
            if !due {
                continue;
            }
            let instance = &mut self.instances[at];
            // One process does everything, so the probe waits where shoppers wait.
            instance.failed_probes = if instance.latency_ms > timeout { instance.failed_probes + 1 } else { 0 };
            if instance.failed_probes >= failures {
                self.note(Cause::OverloadKilled, Some(id));
                self.stop(at, false);
                self.boot(at);
            }
        }
    }

    pub(super) fn measure(&mut self, requests: u64, answered: u64, errors: u64) {
        let shop = &self.scenario.shop;
        let (tick, order) = (self.tick, shop.order_cents);
        self.last = (requests, answered, errors);
        let wanted = wanted_milli(shop, tick) / 1_000 / shop.think_s;
        let slot = &mut self.ring[tick as usize % WINDOW];
        *slot = (u32::try_from(requests).unwrap_or(u32::MAX), u32::try_from(errors).unwrap_or(u32::MAX));
        let count = |instances: &[Instance], f: fn(&Instance) -> bool| instances.iter().filter(|one| f(one)).count();
        let ready = u32::try_from(count(&self.instances, Instance::ready)).unwrap_or(u32::MAX);
        let paid = u32::try_from(count(&self.instances, Instance::paid)).unwrap_or(u32::MAX);
        let first = count(&self.instances, |one| one.first && one.paid());
        let bigger: u64 = self.instances.iter().filter(|one| one.first).map(|one| one.permille).sum();
        let before = if self.on(8) { first as u64 * 1_000 } else { shop.big_machine_permille * first as u64 };
        // What is paid for beyond the first evening, in thousandths of an instance.
        let extra = (u64::from(paid) - first as u64) * 1_000 + bigger.saturating_sub(before);
        self.totals.extra_compute_cents += self.hour.share(extra, shop.extra_hour_tenth_cents, 36_000_000);
        self.totals.requests += requests;
        self.totals.answered += answered;
        self.totals.errors += errors;
        self.totals.revenue_cents = self.tally.bought * order;
        if ready > self.totals.peak_instances {
            self.totals.peak_instances = ready;
            let scaled = u64::from(ready) > shop.first_instances;
            self.totals.scale_out_s = scaled.then(|| tick - self.low_since);
        }
        if u64::from(paid) <= shop.first_instances {
            self.low_since = tick;
        }
        // Down: for half a minute not one request in fifty was answered.
        self.silent_s = if requests > 0 && answered * 50 >= requests { 0 } else { self.silent_s + 1 };
        let down = self.silent_s >= OUTAGE_S;
        if down && !self.down {
            let since = tick + 1 - OUTAGE_S;
            self.totals.first_outage.get_or_insert(since);
            self.totals.down_s += OUTAGE_S - 1;
            self.note(Cause::SiteDown, None);
        } else if !down && self.down {
            self.note(Cause::SiteUp, None);
        }
        self.down = down;
        self.totals.down_s += u32::from(down);
        if !self.latent && !self.latent_mended && self.tally.carts_made >= self.scenario.shop.latent_carts {
            self.latent = true;
            self.note(Cause::Latent, None);
            self.trouble(Trouble::Latent);
        }
        self.watch();
        self.minute.wanted += wanted;
        self.minute.requests += requests;
        self.minute.answered += answered;
        self.minute.errors += errors;
        self.minute.down_s += u32::from(down);
        if tick % 60 == 59 {
            let lost: u64 = self.minutes.iter().map(|minute| minute.carts_lost).sum();
            self.minute.p95_ms = self.p95_ms();
            self.minute.ready = ready;
            self.minute.paid = paid;
            self.minute.carts_lost = self.tally.carts_lost.saturating_sub(lost);
            self.minute.revenue_cents = self.totals.revenue_cents;
            self.minute.wanted_cents = self.totals.wanted_cents;
            self.minutes.push(std::mem::take(&mut self.minute));
        }
    }

    /// The time that 95 of 100 answered requests stayed below in the last second; 0 when none was answered.
    pub(super) fn p95_ms(&self) -> u64 {
        let mut answers: Vec<(u64, u64)> =
            self.instances.iter().filter(|one| one.ready() && one.answered > 0).map(|one| (one.latency_ms, one.answered)).collect();
        answers.sort_unstable();
        let all: u64 = answers.iter().map(|(_, count)| count).sum();
        let mut seen = 0;
        for (latency, count) in answers {
            seen += count;
            if seen * 20 >= all * 19 {
                return latency;
            }
        }
        0
    }

    /// Failed requests of the last minute, of 1,000.
    pub(super) fn error_permille(&self) -> u64 {
        let (mut requests, mut errors) = (0_u64, 0_u64);
        for (asked, failed) in self.recent(60) {
            requests += u64::from(asked);
            errors += u64::from(failed);
        }
        (errors * 1_000).checked_div(requests).unwrap_or(0).min(1_000)
    }

    /// The last `count` seconds, at most [`WINDOW`].
    pub(super) fn recent(&self, count: usize) -> impl Iterator<Item = (u32, u32)> {
        let end = self.tick as usize + WINDOW;
        (0..count.min(WINDOW)).map(move |back| self.ring[(end - back) % WINDOW])
    }
}
