//! What decisions do: which cannot be made now and why, how long each takes, what it changes.

use super::decision::{Decision, Refused};
use super::engine::{Night, Sessions};
use super::fleet::Stage;
use super::journal::Cause;
use super::operations::{Build, Job};
use super::random::{Draw, draw};

impl Night {
    /// Does what was decided, or begins it.
    ///
    /// # Errors
    /// When it cannot be done, with the reason.
    pub fn act(&mut self, decision: Decision) -> Result<(), Refused> {
        let tick = self.tick;
        self.desk.keyboard_at.get_or_insert(tick);
        let shop = self.scenario.shop.clone();
        let newest = self.newest();
        let stuck =
            newest.filter(|at| matches!(self.instances[*at].stage, Stage::Building | Stage::Installing | Stage::Registering));
        match decision {
            Decision::AddServer if self.on(8) => return Err(Refused("The autoscaler adds servers by itself.")),
            Decision::AddServer if newest.is_some() => return Err(Refused("There is only one spare server.")),
            Decision::Resize if self.can_grow().is_none() => {
                return Err(Refused("It runs on the biggest machine already, or is not running."));
            }
            Decision::CopyFiles | Decision::Rebuild | Decision::OldDatabase if stuck.is_none() => {
                return Err(Refused("No new server waits for that."));
            }
            Decision::StickySessions if self.sessions != Sessions::Scattered => {
                return Err(Refused("Every shopper reaches their session already."));
            }
            Decision::RemoveServer if newest.is_none() => return Err(Refused("There is no server to take away.")),
            Decision::SessionsToDatabase if self.sessions == Sessions::Shared => {
                return Err(Refused("Sessions are in a shared store already."));
            }
            Decision::FlipFlag if !self.on(3) => return Err(Refused("There is no such setting: it is compiled in.")),
            Decision::RotateKey if !self.desk.key_out => return Err(Refused("No key is out.")),
            Decision::RollBack if !self.bad_release && !self.half_migrated => {
                return Err(Refused("There is nothing to go back from."));
            }
            Decision::KillMigration if tick >= self.locked_until => return Err(Refused("No migration holds a lock.")),
            Decision::DeleteLog | Decision::TruncateLog | Decision::LoggingOff | Decision::MoveLog if self.on(11) => {
                return Err(Refused("Logs are a stream here: no log file is on this disk."));
            }
            Decision::MaintenanceOff if !self.maintenance => return Err(Refused("The shop is open.")),
            _ => {}
        }
        self.note(Cause::Chosen(decision), None);
        match decision {
            Decision::RestartAll | Decision::MaintenanceOn | Decision::MaintenanceOff | Decision::RemoveServer => {
                self.carried_out(decision);
            }
            Decision::Resize => self.resize(),
            Decision::AddServer => self.launch(),
            Decision::ReadLogs => {
                let left = self.look_s() * if self.desk.evidence_gone { 2 } else { 1 };
                self.queue_job(Job::Look(None), left);
            }
            Decision::CopyFiles => self.hands(decision, 420),
            Decision::Rebuild => {
                if let Some(at) = stuck {
                    let id = self.instances[at].id;
                    self.instances[at].installed = true;
                    self.instances[at].stage = Stage::Building;
                    self.build(Build::Image(id));
                }
            }
            Decision::OldDatabase => self.hands(decision, 300),
            Decision::StickySessions => self.hands(decision, 180),
            Decision::SessionsToDatabase => self.hands(decision, 1_800),
            Decision::DeleteLog | Decision::TruncateLog => self.hands(decision, 60),
            Decision::LoggingOff => self.hands(decision, 120),
            Decision::MoveLog => self.hands(decision, 900),
            Decision::EditOnServer => self.hands(decision, 240),
            Decision::FlipFlag => self.hands(decision, 20),
            Decision::ReleaseWithout if self.on(5) => self.queue_build(Build::Without, shop.fix_s),
            Decision::ReleaseWithout => self.build(Build::Without),
            Decision::RotateKey => self.rotate_key(),
            Decision::KillMigration => self.hands(decision, 60),
            Decision::RollBack => self.begin_roll_back(),
        }
        Ok(())
    }

    /// Takes up a decision that keeps two hands busy for `left` seconds.
    fn hands(&mut self, decision: Decision, left: u64) {
        self.queue_job(Job::Do(decision), left);
    }

    /// A decision whose time has come.
    pub(super) fn carried_out(&mut self, decision: Decision) {
        let night_work = draw(self.scenario.seed, Draw::NightWork, decision as u64, 1_000);
        match decision {
            Decision::RestartAll => {
                for at in 0..self.instances.len() {
                    if self.instances[at].ready() {
                        self.restart(at);
                    }
                }
                return;
            }
            Decision::MaintenanceOn => self.maintenance = true,
            Decision::MaintenanceOff => self.maintenance = false,
            Decision::RemoveServer => {
                if let Some(at) = self.newest() {
                    self.stop(at, true);
                    self.instances[at].stage = Stage::Gone;
                }
                return;
            }
            Decision::CopyFiles | Decision::OldDatabase => {
                if let Some(at) = self.newest() {
                    let instance = &mut self.instances[at];
                    instance.installed = true;
                    // Files that nobody built: a third version of the shop, or one that writes elsewhere.
                    instance.other_commit = decision == Decision::CopyFiles;
                    instance.old_database = decision == Decision::OldDatabase;
                    self.boot(at);
                }
            }
            Decision::StickySessions => return self.make_sticky(),
            Decision::SessionsToDatabase => {
                if night_work < 300 {
                    // It breaks every page until it is taken out again.
                    self.note(Cause::NightWorkBroke, None);
                    self.carried_out(Decision::RestartAll);
                    return;
                }
                for instance in &mut self.instances {
                    let sessions = std::mem::take(&mut instance.sessions);
                    self.lobby.browsing += sessions.browsing;
                    self.lobby.carts += sessions.carts;
                }
                self.sessions = Sessions::Shared;
            }
            Decision::DeleteLog => {
                // The process keeps the deleted file open; its space comes back when the process ends.
                self.desk.evidence_gone = true;
                for at in 0..self.instances.len() {
                    if self.instances[at].stage == Stage::Stopped {
                        self.instances[at].disk_kb = 0;
                        self.boot(at);
                    }
                }
            }
            Decision::TruncateLog | Decision::MoveLog => {
                self.desk.evidence_gone = decision == Decision::TruncateLog;
                for at in 0..self.instances.len() {
                    self.instances[at].disk_kb = 0;
                    if self.instances[at].stage == Stage::Stopped {
                        self.boot(at);
                    }
                }
            }
            Decision::LoggingOff => {
                self.logging = false;
                self.desk.evidence_gone = true;
            }
            Decision::EditOnServer => {
                self.lean = true;
                for instance in self.instances.iter_mut().filter(|one| one.ready()) {
                    instance.edited = true;
                }
            }
            Decision::FlipFlag => self.lean = true,
            Decision::RotateKey => {
                self.desk.key_out = false;
                self.note(Cause::KeyRotated, None);
                self.restart_all();
                return;
            }
            Decision::KillMigration => {
                self.locked_until = self.tick;
                if night_work < 500 {
                    self.half_migrated = true;
                    self.note(Cause::HalfMigrated, None);
                }
                for at in 0..self.instances.len() {
                    if let Stage::Booting { until } = &mut self.instances[at].stage {
                        *until = (*until).min(self.tick);
                    }
                }
            }
            Decision::Resize
            | Decision::AddServer
            | Decision::ReadLogs
            | Decision::Rebuild
            | Decision::ReleaseWithout
            | Decision::RollBack => {}
        }
        self.note(Cause::Done(decision), None);
    }
}
