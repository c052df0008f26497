//! What happened and why, in the order of time: the log that the screens filter.

use std::fmt;

use super::decision::Decision;

/// How grave an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something went as it should.
    Info,
    /// Something is wrong.
    Warn,
    /// Something stopped.
    Bad,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the sentence of each stands below")]
pub enum Cause {
    SaleOpens,
    Scaled { from: u32, to: u32 },
    ScaledIn { to: u32 },
    Ready,
    OverloadKilled,
    NodeFailed,
    DiskFull,
    DiskStillFull,
    DiskCleaned,
    MissingPackage,
    Installed,
    NeedsBuild,
    Built,
    NeedsHands,
    Registered,
    OtherCommit,
    MigrationsMet,
    LockGone,
    CartsDied { carts: u64 },
    EmptyCarts,
    Latent,
    LatentFixed,
    BadRelease,
    RolledBack,
    DatabaseFailed,
    DatabaseBack,
    KeyLeaked,
    KeyRotated,
    Alarm,
    AtTheKeyboard,
    Found,
    Restarted,
    SiteDown,
    SiteUp,
    Resized { permille: u64 },
    Chosen(Decision),
    Done(Decision),
    EditGone,
    NightWorkBroke,
    HalfMigrated,
}

/// An entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Seconds after 18:00.
    pub tick: u32,
    /// What happened.
    pub cause: Cause,
    /// The instance that it happened to, from 1.
    pub instance: Option<u32>,
}

impl Cause {
    /// The factor that it shows, 1 to 12.
    #[must_use]
    pub fn factor(self) -> Option<u8> {
        Some(match self {
            Self::OtherCommit => 1,
            Self::MissingPackage | Self::Installed => 2,
            Self::NeedsBuild | Self::Built | Self::KeyLeaked | Self::KeyRotated => 3,
            Self::DatabaseFailed | Self::DatabaseBack => 4,
            Self::BadRelease | Self::RolledBack | Self::EditGone => 5,
            Self::CartsDied { .. } | Self::EmptyCarts => 6,
            Self::NeedsHands | Self::Registered => 7,
            Self::Scaled { .. } | Self::ScaledIn { .. } | Self::OverloadKilled | Self::Resized { .. } => 8,
            Self::Restarted => 9,
            Self::Latent | Self::LatentFixed => 10,
            Self::DiskFull | Self::DiskStillFull | Self::DiskCleaned | Self::Found => 11,
            Self::MigrationsMet | Self::LockGone | Self::HalfMigrated => 12,
            Self::SaleOpens
            | Self::Ready
            | Self::NodeFailed
            | Self::Alarm
            | Self::AtTheKeyboard
            | Self::SiteDown
            | Self::SiteUp
            | Self::Chosen(_)
            | Self::Done(_)
            | Self::NightWorkBroke => return None,
        })
    }

    /// How grave it is.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::OverloadKilled
            | Self::NodeFailed
            | Self::DiskFull
            | Self::DiskStillFull
            | Self::DatabaseFailed
            | Self::SiteDown
            | Self::CartsDied { .. }
            | Self::NightWorkBroke => Level::Bad,
            Self::MissingPackage
            | Self::NeedsBuild
            | Self::NeedsHands
            | Self::OtherCommit
            | Self::MigrationsMet
            | Self::EmptyCarts
            | Self::Latent
            | Self::BadRelease
            | Self::KeyLeaked
            | Self::Alarm
            | Self::EditGone
            | Self::HalfMigrated => Level::Warn,
            _ => Level::Info,
        }
    }
}

impl fmt::Display for Entry {
    #[allow(clippy::too_many_lines, reason = "one sentence for each cause")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instance = self.instance.map_or_else(|| "a server".to_owned(), |id| format!("server {id}"));
        let text = match self.cause {
            Cause::SaleOpens => "the sale opens".to_owned(),
            Cause::Scaled { from, to } => format!("autoscaler: {from} to {to} instances"),
            Cause::ScaledIn { to } => format!("autoscaler: down to {to} instances"),
            Cause::Ready => format!("{instance} is ready"),
            Cause::OverloadKilled => format!("{instance} answers no health check for two minutes and is killed"),
            Cause::NodeFailed => format!("the machine of {instance} fails"),
            Cause::DiskFull => format!("the log fills the disk of {instance}; its process dies"),
            Cause::DiskStillFull => format!("{instance} starts on a full disk and dies again"),
            Cause::DiskCleaned => format!("the disk of {instance} has room again"),
            Cause::MissingPackage => format!("{instance} does not boot: a package is missing"),
            Cause::Installed => format!("the missing package is on {instance}"),
            Cause::NeedsBuild => format!("{instance} waits for a build with its own settings"),
            Cause::Built => format!("the build for {instance} is done"),
            Cause::NeedsHands => format!("{instance} runs; nobody has entered it into the balancer"),
            Cause::Registered => format!("{instance} is entered into the balancer by hand"),
            Cause::OtherCommit => format!("{instance} runs another commit and answers some requests wrongly"),
            Cause::MigrationsMet => "two starts migrate at once: the orders table is locked".to_owned(),
            Cause::LockGone => "the orders table is free again".to_owned(),
            Cause::CartsDied { carts } => format!("{carts} carts die with the memory of {instance}"),
            Cause::EmptyCarts => "shoppers land on a server that does not know their cart".to_owned(),
            Cause::Latent => "the database picks another plan under load: every page is slow".to_owned(),
            Cause::LatentFixed => "the slow query is mended".to_owned(),
            Cause::BadRelease => "a change goes out, and it has a bug".to_owned(),
            Cause::RolledBack => "the release before runs again".to_owned(),
            Cause::DatabaseFailed => "the database's machine fails: nobody can buy".to_owned(),
            Cause::DatabaseBack => "the database answers again".to_owned(),
            Cause::KeyLeaked => "a key is pasted into the team's chat".to_owned(),
            Cause::KeyRotated => "the key is changed".to_owned(),
            Cause::Alarm => "alarm: one request in five fails".to_owned(),
            Cause::AtTheKeyboard => "somebody on call has logged in".to_owned(),
            Cause::Found => "the cause is found in the logs".to_owned(),
            Cause::Restarted => format!("{instance} restarts"),
            Cause::SiteDown => "the site is down".to_owned(),
            Cause::SiteUp => "the site answers again".to_owned(),
            Cause::Resized { permille } => format!("{instance} is now {} times its first size", permille / 1_000),
            Cause::Chosen(decision) => format!("on call: {}", decision.name()),
            Cause::Done(decision) => format!("done: {}", decision.name()),
            Cause::EditGone => format!("{instance} starts from what was built: the edit made on it is gone"),
            Cause::NightWorkBroke => "what was written in the night is broken; it goes out again".to_owned(),
            Cause::HalfMigrated => "the migration was killed half-way: some purchases fail".to_owned(),
        };
        f.write_str(&text)
    }
}
