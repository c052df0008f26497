//! Who acts in the night: the autoscaler, the person on call with two hands, the laptop that builds; and what decisions do.

use super::decision::Decision;
use super::engine::{Hands, Night, Queue, Sessions, WINDOW, seconds};
use super::fleet::{Instance, Stage};
use super::journal::Cause;
use super::random::{Draw, draw};

/// Something whose cause has to be found before it can be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A full disk.
    Disk,
    /// The release with the bug.
    Release,
    /// The other plan of the database.
    Latent,
    /// Carts that are empty on the other server.
    EmptyCarts,
}

const TROUBLES: [Trouble; 4] = [Trouble::Disk, Trouble::Release, Trouble::Latent, Trouble::EmptyCarts];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Insight {
    #[default]
    Nothing,
    Looking,
    Found,
}

/// What the person on call works at, one thing at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    Install(u32),
    Register(u32),
    Clean(u32),
    Look(Option<Trouble>),
    Database,
    Sticky,
    RollBack,
    Resize,
    Do(Decision),
}

/// What is built, one thing at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    Image(u32),
    RollBack,
    Mend,
    Key,
    Without,
}

/// The desk of the person on call.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    /// When somebody sits at the keyboard, once somebody was called.
    pub(super) keyboard_at: Option<u32>,
    here: bool,
    alarm_s: u32,
    pub(super) jobs: Queue<Job>,
    pub(super) builds: Queue<Build>,
    insight: [Insight; 4],
    installed_once: bool,
    spare_asked: bool,
    resized_at: Option<u32>,
    pub(super) key_out: bool,
    /// Numbers of instances that still have to restart, a quarter of them at a time.
    restarts: Vec<u32>,
    pub(super) evidence_gone: bool,
}

impl Desk {
    /// Whether a log of many gigabytes is being searched.
    pub(super) fn greps(&self) -> bool {
        matches!(self.jobs.front(), Some((Job::Look(_), left)) if *left > 300)
    }

    fn knows(&self, trouble: Trouble) -> bool {
        self.insight[trouble as usize] == Insight::Found
    }
}

impl Night {
    /// Something is wrong whose cause has to be found.
    pub(super) fn trouble(&mut self, trouble: Trouble) {
        if trouble == Trouble::Disk && self.desk.knows(trouble) {
            // They know by now where to look.
            let first = self.stopped_ids().next();
            return self.clean(first);
        }
        let insight = &mut self.desk.insight[trouble as usize];
        if *insight != Insight::Nothing {
            return;
        }
        *insight = Insight::Looking;
        if trouble == Trouble::EmptyCarts {
            self.note(Cause::EmptyCarts, None);
        }
        if self.scenario.hands == Hands::OnCall {
            self.call();
            let left = self.look_s();
            self.queue_job(Job::Look(Some(trouble)), left);
        }
    }

    pub(super) fn look_s(&self) -> u64 {
        let shop = &self.scenario.shop;
        if self.on(11) { shop.look_s } else { shop.grep_s }
    }

    fn call(&mut self) {
        let at = self.tick + seconds(self.scenario.shop.page_s);
        self.desk.keyboard_at.get_or_insert(at);
    }

    /// Rings the alarm when too much fails.
    pub(super) fn watch(&mut self) {
        let high = self.error_permille() >= self.scenario.shop.alarm_permille;
        self.desk.alarm_s = if high { self.desk.alarm_s + 1 } else { 0 };
        if self.desk.alarm_s == 60 && self.desk.keyboard_at.is_none() {
            self.note(Cause::Alarm, None);
            self.call();
        }
    }

    pub(super) fn database_failed(&mut self) {
        self.call();
        let shop = &self.scenario.shop;
        let left = if self.on(4) { shop.swap_s } else { shop.restore_s };
        self.queue_job(Job::Database, left);
    }

    pub(super) fn key_leaked(&mut self) {
        self.desk.key_out = true;
        if self.scenario.hands == Hands::OnCall {
            self.rotate_key();
        }
    }

    pub(super) fn rotate_key(&mut self) {
        self.call();
        if self.on(3) {
            let left = self.scenario.shop.rotate_s;
            self.queue_job(Job::Do(Decision::RotateKey), left);
        } else {
            self.build(Build::Key);
        }
    }

    /// What hurts is looked at before what only helps; a job that has begun is finished first.
    pub(super) fn queue_job(&mut self, job: Job, left: u64) {
        let jobs = &mut self.desk.jobs;
        let routine = |job: &Job| matches!(job, Job::Install(_) | Job::Register(_));
        let place = match job {
            _ if routine(&job) => jobs.len(),
            _ => jobs.iter().skip(1).position(|(other, _)| routine(other)).map_or(jobs.len(), |at| at + 1),
        };
        jobs.insert(place, (job, left));
    }

    pub(super) fn build(&mut self, what: Build) {
        let left = self.scenario.shop.build_s;
        self.queue_build(what, left);
    }

    /// What mends the shop is built before what makes it bigger; a build that has begun is finished first.
    pub(super) fn queue_build(&mut self, what: Build, left: u64) {
        let builds = &mut self.desk.builds;
        let place = match what {
            Build::Image(_) => builds.len(),
            _ => builds.iter().skip(1).position(|(other, _)| matches!(other, Build::Image(_))).map_or(builds.len(), |at| at + 1),
        };
        builds.insert(place, (what, left));
    }

    pub(super) fn needs_registration(&mut self, id: u32) {
        self.call();
        let left = self.scenario.shop.register_s;
        self.queue_job(Job::Register(id), left);
    }

    /// A machine was given: what it needs before the process can start.
    pub(super) fn machine_given(&mut self, at: usize) {
        let id = self.instances[at].id;
        if !self.instances[at].first && !self.on(3) {
            self.instances[at].stage = Stage::Building;
            self.note(Cause::NeedsBuild, Some(id));
            if self.scenario.hands == Hands::OnCall {
                self.build(Build::Image(id));
            }
            return;
        }
        self.try_boot(at);
    }

    fn try_boot(&mut self, at: usize) {
        let shop = &self.scenario.shop;
        let (id, seed) = (self.instances[at].id, self.scenario.seed);
        let bare = !self.on(2) && !self.instances[at].first && !self.instances[at].installed;
        if bare && draw(seed, Draw::Boot, u64::from(id), 1_000) < shop.missing_permille {
            let left = if self.desk.installed_once { shop.install_next_s } else { shop.install_first_s };
            self.instances[at].stage = Stage::Installing;
            self.note(Cause::MissingPackage, Some(id));
            if self.scenario.hands == Hands::OnCall {
                self.call();
                self.desk.installed_once = true;
                self.queue_job(Job::Install(id), left);
            }
            return;
        }
        self.boot(at);
    }

    pub(super) fn launch(&mut self) {
        let id = self.instances.last().map_or(1, |last| last.id + 1);
        let until = self.tick + self.provisioning(u64::from(id));
        let mut instance = Instance::fresh(id, until, &self.scenario.shop);
        let copy = draw(self.scenario.seed, Draw::Commit, u64::from(id), 1_000);
        instance.other_commit = !self.on(1) && copy < self.scenario.shop.old_commit_permille;
        self.instances.push(instance);
    }

    /// The default rule of a horizontal autoscaler: enough for the load at its target; at most twice as many, or four more.
    pub(super) fn autoscale(&mut self) {
        let shop = &self.scenario.shop;
        if !self.on(8) || u64::from(self.tick) % shop.scale_period_s != 0 {
            return;
        }
        let delay = usize::try_from(shop.metric_delay_s).unwrap_or(0);
        let seen = self.recent(WINDOW).skip(1 + delay).take(15);
        let load: u64 = seen.map(|(requests, _)| u64::from(requests)).sum();
        let target = (shop.instance_rps * shop.target_permille * 15).max(1);
        let wished = (load * 1_000).div_ceil(target);
        let wanted = wished.clamp(shop.first_instances, shop.max_instances);
        let paid = self.instances.iter().filter(|one| one.paid()).count() as u64;
        let ends = shop.sale_ends_s;
        let near = wished.abs_diff(paid) * 1_000 <= paid * shop.tolerance_permille;
        if near {
            return;
        }
        if wanted > paid {
            let step = wanted.min((paid * 2).max(paid + 4));
            let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
            self.note(Cause::Scaled { from: number(paid), to: number(step) }, None);
            for _ in paid..step {
                self.launch();
            }
        } else if wanted < paid && u64::from(self.tick) >= ends && self.tick.is_multiple_of(60) {
            let mut fewer = (paid - wanted).min((paid / 4).max(1));
            for at in (0..self.instances.len()).rev() {
                if fewer > 0 && !self.instances[at].first && self.instances[at].paid() {
                    self.stop(at, true);
                    self.instances[at].stage = Stage::Gone;
                    fewer -= 1;
                }
            }
            let left = self.instances.iter().filter(|one| one.paid()).count();
            self.note(Cause::ScaledIn { to: u32::try_from(left).unwrap_or(u32::MAX) }, None);
        }
    }

    /// A second of work: at the keyboard, on the laptop, and what restarts.
    pub(super) fn work(&mut self) {
        self.restart_next();
        if !self.desk.here {
            if self.desk.keyboard_at.is_none_or(|at| at > self.tick) {
                return;
            }
            self.desk.here = true;
            self.note(Cause::AtTheKeyboard, None);
        }
        if self.scenario.hands == Hands::OnCall && self.tick.is_multiple_of(10) {
            self.decide();
        }
        if let Some((job, left)) = self.desk.jobs.front_mut() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                let job = *job;
                self.desk.jobs.pop_front();
                self.finish(job);
            }
        }
        if let Some((build, left)) = self.desk.builds.front_mut() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                let build = *build;
                self.desk.builds.pop_front();
                self.built(build);
            }
        }
    }

    /// What most people on call would do, from what they see.
    fn decide(&mut self) {
        if self.error_permille() < self.scenario.shop.alarm_permille {
            return;
        }
        if !self.on(8) && !self.desk.spare_asked {
            self.desk.spare_asked = true;
            self.note(Cause::Chosen(Decision::AddServer), None);
            self.launch();
        }
        // A bigger machine costs a restart. Nine minutes of nothing at the peak is more than they dare.
        let waited = self.desk.keyboard_at.is_some_and(|at| self.tick >= at + 600);
        let again = self.desk.resized_at.is_none_or(|at| self.tick >= at + 600);
        if self.on(9) && waited && again && self.can_grow().is_some() {
            self.desk.resized_at = Some(self.tick);
            self.queue_job(Job::Resize, 1);
        }
    }

    /// A server that was there before the sale, serves, and is not on the biggest machine yet.
    pub(super) fn can_grow(&self) -> Option<usize> {
        self.instances.iter().position(|one| one.first && one.ready() && one.permille < self.biggest())
    }

    fn biggest(&self) -> u64 {
        let shop = &self.scenario.shop;
        let first = if self.on(8) { 1_000 } else { shop.big_machine_permille };
        first * shop.resize_max_permille / 1_000
    }

    fn by_id(&self, id: u32) -> Option<usize> {
        self.instances.iter().position(|one| one.id == id && one.paid())
    }

    fn finish(&mut self, job: Job) {
        match job {
            Job::Install(id) => {
                if let Some(at) = self.by_id(id).filter(|at| self.instances[*at].stage == Stage::Installing) {
                    self.instances[at].installed = true;
                    self.note(Cause::Installed, Some(id));
                    self.boot(at);
                }
            }
            Job::Register(id) => {
                if let Some(at) = self.by_id(id).filter(|at| self.instances[*at].stage == Stage::Registering) {
                    self.instances[at].registered = true;
                    self.note(Cause::Registered, Some(id));
                    self.joins(at);
                }
            }
            Job::Clean(id) => {
                if let Some(at) = self.by_id(id) {
                    self.instances[at].disk_kb = 0;
                    self.note(Cause::DiskCleaned, Some(id));
                    if self.instances[at].stage == Stage::Stopped {
                        self.boot(at);
                    }
                }
                let more = self.stopped_ids().next();
                self.clean(more);
            }
            Job::Look(trouble) => {
                self.note(Cause::Found, None);
                for known in TROUBLES.into_iter().filter(|known| trouble.is_none_or(|one| one == *known)) {
                    if self.desk.insight[known as usize] == Insight::Looking {
                        self.found(known);
                    }
                }
            }
            Job::Database => {
                self.database_down = false;
                self.note(Cause::DatabaseBack, None);
            }
            Job::Sticky => self.make_sticky(),
            Job::RollBack => self.rolled_back(),
            Job::Resize => self.resize(),
            Job::Do(decision) => self.carried_out(decision),
        }
    }

    fn stopped_ids(&self) -> impl Iterator<Item = u32> {
        self.instances.iter().filter(|one| one.stage == Stage::Stopped).map(|one| one.id)
    }

    fn clean(&mut self, id: Option<u32>) {
        let Some(id) = id.filter(|_| self.scenario.hands == Hands::OnCall) else { return };
        let cleaning = self.desk.jobs.iter().any(|(job, _)| matches!(job, Job::Clean(_)));
        if !cleaning {
            let left = self.scenario.shop.clean_s;
            self.queue_job(Job::Clean(id), left);
        }
    }

    /// The cause of a trouble is known: what follows from knowing it.
    fn found(&mut self, trouble: Trouble) {
        // A disk that fills is found anew each time, and at once: they know where to look.
        self.desk.insight[trouble as usize] = Insight::Found;
        let (shop, own) = (self.scenario.shop.clone(), self.scenario.hands == Hands::OnCall);
        match trouble {
            Trouble::Disk => {
                let first = self.stopped_ids().next();
                self.clean(first);
            }
            Trouble::Release if own => self.begin_roll_back(),
            Trouble::Latent => {
                if self.on(5) {
                    self.queue_build(Build::Mend, shop.fix_s);
                } else {
                    self.build(Build::Mend);
                }
            }
            Trouble::EmptyCarts if own => self.queue_job(Job::Sticky, 180),
            Trouble::Release | Trouble::EmptyCarts => {}
        }
    }

    pub(super) fn begin_roll_back(&mut self) {
        if self.on(5) {
            let left = self.scenario.shop.rollback_s;
            self.queue_job(Job::RollBack, left);
        } else {
            self.build(Build::RollBack);
        }
    }

    fn rolled_back(&mut self) {
        self.bad_release = false;
        self.half_migrated = false;
        self.note(Cause::RolledBack, None);
        self.restart_all();
    }

    pub(super) fn make_sticky(&mut self) {
        if self.sessions != Sessions::Scattered {
            return;
        }
        self.sessions = Sessions::Sticky;
        let ready: Vec<usize> = (0..self.instances.len()).filter(|at| self.instances[*at].ready()).collect();
        // Sessions stay where they are, and they are mostly on the server that ran longest.
        if let Some(at) = ready.first().copied() {
            let all = std::mem::take(&mut self.lobby);
            self.instances[at].sessions.browsing += all.browsing;
            self.instances[at].sessions.carts += all.carts;
        }
        self.note(Cause::Done(Decision::StickySessions), None);
    }

    pub(super) fn resize(&mut self) {
        let Some(at) = self.can_grow() else { return };
        let biggest = self.biggest();
        self.stop(at, true);
        let until = self.tick + seconds(self.scenario.shop.resize_s);
        let instance = &mut self.instances[at];
        instance.permille = biggest;
        instance.stage = Stage::Provisioning { until };
        let id = instance.id;
        self.note(Cause::Resized { permille: self.scenario.shop.resize_max_permille }, Some(id));
    }

    fn built(&mut self, build: Build) {
        match build {
            Build::Image(id) => {
                if let Some(at) = self.by_id(id).filter(|at| self.instances[*at].stage == Stage::Building) {
                    self.note(Cause::Built, Some(id));
                    self.try_boot(at);
                }
            }
            Build::RollBack => self.rolled_back(),
            Build::Mend => {
                self.latent = false;
                self.latent_mended = true;
                self.note(Cause::LatentFixed, None);
                self.restart_all();
            }
            Build::Key => {
                self.desk.key_out = false;
                self.note(Cause::KeyRotated, None);
                self.restart_all();
            }
            Build::Without => {
                self.lean = true;
                self.note(Cause::Done(Decision::ReleaseWithout), None);
                self.restart_all();
            }
        }
    }

    /// Restarts every instance that serves, a quarter of them at a time: what every release does, and every new setting.
    pub(super) fn restart_all(&mut self) {
        self.desk.restarts = self.instances.iter().filter(|one| one.ready()).map(|one| one.id).rev().collect();
    }

    fn restart_next(&mut self) {
        if self.desk.restarts.is_empty() || self.instances.iter().any(|one| matches!(one.stage, Stage::Booting { .. })) {
            return;
        }
        let serving = self.instances.iter().filter(|one| one.ready()).count();
        for _ in 0..serving.div_ceil(4).max(1) {
            let Some(id) = self.desk.restarts.pop() else { return };
            if let Some(at) = self.by_id(id).filter(|at| self.instances[*at].ready()) {
                self.restart(at);
            }
        }
    }

    pub(super) fn restart(&mut self, at: usize) {
        self.note(Cause::Restarted, Some(self.instances[at].id));
        self.stop(at, true);
        self.boot(at);
    }

    /// Purchases that went to last month's database are no purchases.
    pub(super) fn wrong_place(&mut self, bought: u64) {
        let ready: u64 = self.instances.iter().filter(|one| one.ready()).map(|one| one.permille).sum();
        let astray: u64 = self.instances.iter().filter(|one| one.ready() && one.old_database).map(|one| one.permille).sum();
        if astray > 0 && ready > 0 {
            let lost = (bought * astray).div_ceil(ready).min(self.tally.bought);
            self.tally.bought -= lost;
            self.tally.carts_lost += lost;
        }
    }

    pub(super) fn newest(&self) -> Option<usize> {
        (0..self.instances.len()).rev().find(|at| self.instances[*at].paid() && !self.instances[*at].first)
    }

    /// Whether the cause of what is wrong is known, for what a player may still have to find.
    #[must_use]
    pub fn knows_the_causes(&self) -> bool {
        TROUBLES.into_iter().all(|trouble| self.desk.insight[trouble as usize] != Insight::Looking || self.desk.knows(trouble))
    }

    /// Whether migrations that met have locked the orders table.
    #[must_use]
    pub fn locked(&self) -> bool {
        self.tick < self.locked_until
    }

    /// Whether a key lies open in a chat.
    #[must_use]
    pub fn key_is_out(&self) -> bool {
        self.desk.key_out
    }
}
