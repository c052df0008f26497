//! What a person on call can decide to do. What comes of it is the model's business.

use std::fmt;

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Restart every server.
    RestartAll,
    /// Move the first server to a bigger machine.
    Resize,
    /// Start another server.
    AddServer,
    /// Look for causes in the logs.
    ReadLogs,
    /// Show a page that asks shoppers to wait.
    MaintenanceOn,
    /// Open the shop again.
    MaintenanceOff,
    /// Copy the running files to the new server.
    CopyFiles,
    /// Build for the new server on a laptop.
    Rebuild,
    /// Let the new server use last month's database, whose address it has.
    OldDatabase,
    /// Send every shopper to the server that they were on.
    StickySessions,
    /// Take the newest server away.
    RemoveServer,
    /// Move sessions into the database tonight.
    SessionsToDatabase,
    /// Delete the log file.
    DeleteLog,
    /// Cut the log file to nothing.
    TruncateLog,
    /// Switch logging off.
    LoggingOff,
    /// Move the log to another disk.
    MoveLog,
    /// Edit the code on the server so that it makes no recommendations.
    EditOnServer,
    /// Switch recommendations off by a setting.
    FlipFlag,
    /// Release a version without recommendations.
    ReleaseWithout,
    /// Change the key that was leaked.
    RotateKey,
    /// Kill the migration that locks the orders table.
    KillMigration,
    /// Go back to the release before.
    RollBack,
}

impl Decision {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::RestartAll,
        Self::Resize,
        Self::AddServer,
        Self::ReadLogs,
        Self::MaintenanceOn,
        Self::MaintenanceOff,
        Self::CopyFiles,
        Self::Rebuild,
        Self::OldDatabase,
        Self::StickySessions,
        Self::RemoveServer,
        Self::SessionsToDatabase,
        Self::DeleteLog,
        Self::TruncateLog,
        Self::LoggingOff,
        Self::MoveLog,
        Self::EditOnServer,
        Self::FlipFlag,
        Self::ReleaseWithout,
        Self::RotateKey,
        Self::KillMigration,
        Self::RollBack,
    ];

    /// What it is, in a few words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RestartAll => "restart everything",
            Self::Resize => "move to a bigger machine",
            Self::AddServer => "add a server",
            Self::ReadLogs => "read the logs",
            Self::MaintenanceOn => "put up a page that asks shoppers to wait",
            Self::MaintenanceOff => "open the shop again",
            Self::CopyFiles => "copy the files from server 1",
            Self::Rebuild => "build it on a laptop",
            Self::OldDatabase => "let it use the database that it knows",
            Self::StickySessions => "switch on sticky sessions",
            Self::RemoveServer => "take the new server away",
            Self::SessionsToDatabase => "move the sessions into the database tonight",
            Self::DeleteLog => "delete the log file",
            Self::TruncateLog => "cut the log file to nothing",
            Self::LoggingOff => "switch logging off",
            Self::MoveLog => "move the log to another disk",
            Self::EditOnServer => "edit the code on the server",
            Self::FlipFlag => "switch it off by a setting",
            Self::ReleaseWithout => "release a version without it",
            Self::RotateKey => "change the key now",
            Self::KillMigration => "kill the migration",
            Self::RollBack => "roll back",
        }
    }
}

/// Why something cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
