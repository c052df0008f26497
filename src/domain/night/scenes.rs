//! The night as it is played: moments in which somebody has to decide. When a moment comes, and what follows, is up to the
//! model; here is only what is said.

use super::decision::Decision;
use super::engine::{Night, Sessions};
use super::fleet::Stage;
use super::shop::Shop;
use super::switches::Switches;
use super::world::OPENS;

/// A moment in which something has to be decided.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// Its id.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What is seen.
    pub text: &'static str,
    /// Whether its moment has come.
    pub comes: fn(&Night) -> bool,
    /// What can be done: the decision, and how the person on call would put it. Without a decision, one waits.
    pub choices: &'static [(Option<Decision>, &'static str)],
    /// Factors that are felt in it.
    pub factors: &'static [u8],
}

/// Seconds after 18:00 of a time of day in the night.
const fn at(hour: u32, minute: u32) -> u32 {
    (if hour >= 18 { hour - 18 } else { hour + 6 }) * 3600 + minute * 60
}

fn second_server(night: &Night) -> Option<Stage> {
    night.instances().find(|one| one.id > 1).map(|one| one.stage)
}

/// The moments, in the order in which they are looked for. Each comes once.
pub const SCENES: [Scene; 10] = [
    Scene {
        id: "eve",
        title: "The mail is out",
        text: "Fernhill sells tents and boots. At 23:45 its biggest sale opens. One server runs the shop: pages, mail and \
               receipts, in one process. An old spare stands beside it. You are on call, and it is quiet.",
        comes: |night| night.tick() >= at(23, 40),
        choices: &[(None, "Wait for the opening")],
        factors: &[8],
    },
    Scene {
        id: "opening",
        title: "The sale opens",
        text: "Twenty times the shoppers of a normal evening, within minutes. The shop answers as many pages as before. The \
               others wait in a queue that grows.",
        comes: |night| night.tick() >= OPENS + 45,
        choices: &[(None, "Watch"), (Some(Decision::RestartAll), "Restart it before it is too late")],
        factors: &[8],
    },
    Scene {
        id: "first-move",
        title: "The phone rings",
        text: "The shop is down. Whoever had filled a cart has lost it, and the process takes nine minutes to start. You are \
               logged in. Your first move?",
        comes: |night| night.tick() >= at(23, 49),
        choices: &[
            (Some(Decision::AddServer), "Start the spare server"),
            (Some(Decision::Resize), "Move to the biggest machine on offer"),
            (Some(Decision::ReadLogs), "Read the logs first"),
            (Some(Decision::RestartAll), "Restart everything"),
            (Some(Decision::MaintenanceOn), "Put up a page that asks shoppers to wait"),
            (None, "Let it start, and watch"),
        ],
        factors: &[6, 8, 9],
    },
    Scene {
        id: "spare",
        title: "The spare does not come",
        text: "The spare is a copy of last month. Its settings are compiled in: they name a database that moved. A package \
               may be missing too.",
        comes: |night| matches!(second_server(night), Some(Stage::Building | Stage::Installing)),
        choices: &[
            (Some(Decision::Rebuild), "Build it anew on a laptop: 18 minutes"),
            (Some(Decision::CopyFiles), "Copy the files from server 1"),
            (Some(Decision::OldDatabase), "Let it use the database that it knows"),
            (Some(Decision::RemoveServer), "Give the spare up"),
        ],
        factors: &[1, 2, 3, 4],
    },
    Scene {
        id: "change",
        title: "A change goes out",
        text: "Marketing wanted another price on the front page, and somebody edited it on the server. Since then some \
               requests fail that did not fail before.",
        comes: |night| night.tick() >= at(0, 24),
        choices: &[
            (Some(Decision::RollBack), "Roll the change back"),
            (Some(Decision::ReadLogs), "Find out what it broke"),
            (None, "Leave it: there are bigger fires"),
        ],
        factors: &[5, 11],
    },
    Scene {
        id: "empty-carts",
        title: "Two servers, empty carts",
        text: "The second server answers. Now shoppers write that their cart is empty on every other page: the two servers do \
               not know each other's sessions.",
        comes: |night| night.sessions() == Sessions::Scattered && night.instances().filter(|one| one.ready()).count() > 1,
        choices: &[
            (Some(Decision::StickySessions), "Switch on sticky sessions"),
            (Some(Decision::RemoveServer), "Take the second server out again"),
            (Some(Decision::SessionsToDatabase), "Move the sessions into the database, tonight"),
            (None, "Leave it so"),
        ],
        factors: &[6],
    },
    Scene {
        id: "disk",
        title: "The disk is full",
        text: "A log of tens of gigabytes fills the disk. The process cannot write and dies. Somewhere in that file is what \
               happened tonight.",
        comes: |night| night.now().disk_percent >= 100,
        choices: &[
            (Some(Decision::TruncateLog), "Cut the file to nothing"),
            (Some(Decision::DeleteLog), "Delete the file"),
            (Some(Decision::MoveLog), "Move it to another disk: slow, and nothing is lost"),
            (Some(Decision::LoggingOff), "Switch logging off"),
        ],
        factors: &[11],
    },
    Scene {
        id: "recommendations",
        title: "A third less work",
        text: "Recommendations cost a quarter of every page. Nobody needs them tonight. Without them each server would serve \
               a third more.",
        comes: |night| night.tick() >= at(1, 5),
        choices: &[
            (Some(Decision::EditOnServer), "Comment them out on the server"),
            (Some(Decision::FlipFlag), "Switch them off by a setting"),
            (Some(Decision::ReleaseWithout), "Release a version without them"),
            (None, "Leave them on"),
        ],
        factors: &[3, 5],
    },
    Scene {
        id: "key",
        title: "A key in the chat",
        text: "In the hurry somebody pasted the payment key into the team's chat. Sixty people can read it, and the chat's \
               provider too.",
        comes: |night| night.key_is_out(),
        choices: &[(Some(Decision::RotateKey), "Change it now"), (None, "After the sale")],
        factors: &[3],
    },
    Scene {
        id: "lock",
        title: "The till is locked",
        text: "Two servers started at the same moment, and each began to migrate the database. Now the orders table is \
               locked. Pages come; purchases do not.",
        comes: |night| night.now().till_blocked_permille == 1_000 && night.locked(),
        choices: &[(Some(Decision::KillMigration), "Kill the migration"), (None, "Wait until it is through")],
        factors: &[12],
    },
];

/// A plan for the year after.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// What is proposed.
    pub name: &'static str,
    /// What it changes.
    pub text: &'static str,
    /// The factors that are observed after it.
    pub switches: Switches,
    /// How many times bigger the one machine is.
    pub machine: u64,
}

impl Plan {
    /// The shop a year later.
    #[must_use]
    pub fn shop(&self) -> Shop {
        let shop = Shop::default();
        Shop { big_machine_permille: (shop.big_machine_permille * self.machine).min(8_000), ..shop }
    }
}

/// What is proposed in the morning after.
pub const PLANS: [Plan; 4] = [
    Plan {
        name: "Bigger servers",
        text: "Four times the machine, and everything else as it was.",
        switches: Switches::AS_IT_WAS,
        machine: 4,
    },
    Plan {
        name: "Kubernetes next month",
        text: "An orchestrator starts as many copies as you like, of an app that cannot be copied.",
        switches: Switches::AS_IT_WAS.with(8, true),
        machine: 1,
    },
    Plan {
        name: "Rewrite it as microservices",
        text: "A year of work on many small apps, each with settings compiled in, sessions in memory, logs on its disk.",
        switches: Switches::AS_IT_WAS.with(1, true).with(8, true).with(7, true),
        machine: 1,
    },
    Plan {
        name: "Config and logs first, then processes, then releases and starts; a load test in October",
        text: "III and XI, then II, I and V, then VI and IV, then VII, IX and XII, then VIII and X.",
        switches: Switches::ALL_ON,
        machine: 1,
    },
];
