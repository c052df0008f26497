//! The program is quiet and private: it talks to no network, starts no other program, and writes nothing but its data and what it
//! was told to write. Seen from outside, over a whole journey: by what lies where before and after, and by what it asks of the
//! system (strace; a test says so, aloud, where that is missing).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use portable_pty::CommandBuilder;

#[path = "support/reliability.rs"]
mod reliability;
#[path = "support/terminal.rs"]
mod terminal;

use reliability::{effort, record, thousands};
use terminal::{BINARY, Session, course};

/// A home, a place to stand in and a place for what is passing: all that a program could write to without being told.
struct House {
    root: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for name in ["home", "here", "passing", "out"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        Self { root }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let text = |name: &str| self.at(name).display().to_string();
        vec![("HOME", text("home")), ("TMPDIR", text("passing")), ("TWELVEFOLD_COURSE", course())]
    }

    /// Every file and folder, with its mode.
    fn tree(&self) -> BTreeMap<String, u32> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.root.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let about = fs::symlink_metadata(&path).unwrap();
                if about.is_dir() {
                    open.push(path.clone());
                }
                let name = path.strip_prefix(self.root.path()).unwrap().display().to_string();
                found.insert(name, about.permissions().mode() & 0o777);
            }
        }
        found
    }
}

/// Commands of a journey, and whether they open a screen.
const COMMANDS: [&[&str]; 14] = [
    &["list", "--json"],
    &["read", "leaves"],
    &["cheatsheet"],
    &["progress", "--json"],
    &["due"],
    &["tracks"],
    &["check"],
    &["simulate", "--json"],
    &["export", "--to", "json"],
    &["export", "--to", "csv"],
    &["read", "nothing-of-that-name"],
    &["--help"],
    &["--version"],
    &["check", "--explain", "Y003"],
];

/// Keys that read, compare, answer, review, are examined, interviewed, simulate.
const SCREENS: [(&[&str], &[u8], &str); 5] = [
    (&["open", "water"], b"G", "Water boils"),
    (&["compare", "leaves"], b"ds", "BAD"),
    (&["quiz", "leaves"], b"1\r\r12\r\r", "1 of 10"),
    (&["simulator"], b" ", "VI"),
    (&[], b"?", "Leaves, whole or cut"),
];

#[test]
fn nothing_is_written_but_the_data_and_it_is_private() {
    let house = House::new();
    let before = house.tree();
    for arguments in COMMANDS {
        let mut command = Command::new(BINARY);
        command.args(arguments).current_dir(house.at("here")).env_clear().envs(house.environment()).stdin(Stdio::null());
        assert!(command.output().unwrap().status.code().is_some(), "{arguments:?}");
    }
    assert_eq!(house.tree(), before, "commands that only tell have written something");
    for (arguments, keys, shown) in SCREENS {
        let mut command = CommandBuilder::new(BINARY);
        command.args(arguments);
        command.cwd(house.at("here"));
        for (name, value) in house.environment() {
            command.env(name, value);
        }
        for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "TWELVEFOLD_DATA"] {
            command.env_remove(name);
        }
        let mut session = Session::of(command, &[]);
        session.shows(shown);
        session.send(keys);
        session.send(b"\x03");
        assert_eq!(session.end(), 0, "{arguments:?}");
    }
    let mut own = 0;
    for (name, mode) in house.tree() {
        if before.contains_key(&name) {
            continue;
        }
        let path = Path::new("home/.local/share/twelvefold");
        assert!(Path::new(&name).starts_with(path) || path.starts_with(&name), "{name} was written");
        if Path::new(&name).starts_with(path) {
            let folder = house.root.path().join(&name).is_dir();
            assert_eq!(mode, if folder { 0o700 } else { 0o600 }, "{name}");
            own += 1;
        }
    }
    assert!(own >= 2, "nothing was kept");
}

/// What one call of the system may not be.
fn wrong(line: &str, data: &str) -> bool {
    let call = line.split_whitespace().nth(1).unwrap_or("");
    let starts = |name: &str| call.starts_with(&format!("{name}("));
    let writes = ["O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC", "O_APPEND"].iter().any(|flag| line.contains(flag));
    // A byte into a pair of sockets of its own, which wakes the loop.
    if starts("sendto") && line.contains(", MSG_DONTWAIT, NULL, 0)") {
        return false;
    }
    if line.contains(" = -1 ") && !starts("connect") && !starts("socket") {
        return false;
    }
    if ["socket", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg"].iter().any(|name| starts(name)) {
        return true;
    }
    if ["execve", "execveat", "fork", "vfork"].iter().any(|name| starts(name)) {
        return true;
    }
    if starts("clone") || starts("clone3") {
        return !line.contains("CLONE_THREAD");
    }
    let changes =
        ["mkdir", "rename", "unlink", "rmdir", "link", "symlink", "truncate", "chmod", "chown", "mknod", "creat", "utime"];
    let changed = changes.iter().any(|name| call.split('(').next().unwrap_or("").starts_with(name));
    let opened = (starts("open") || starts("openat")) && writes;
    (changed || opened)
        && !line.contains(data)
        && !line.contains("\"/dev/pts/")
        && !line.contains("\"/dev/tty\"")
        && !line.contains("\"/dev/null\"")
}

#[test]
fn what_it_asks_of_the_system_is_quiet() {
    let effort = effort(1);
    if Command::new("strace").arg("-V").output().is_err() {
        println!("SKIPPED: there is no strace here, so that nobody has looked what the program asks of the system");
        return;
    }
    let began = Instant::now();
    let mut looked = 0;
    for _ in 0..effort.count {
        let house = House::new();
        let data = house.at("home").display().to_string();
        let strace = |log: &Path| {
            let traced = "trace=network,process,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,\
                          linkat,symlink,symlinkat,truncate,chmod,fchmodat,chown,fchownat,mknod,mknodat";
            let log = log.display().to_string();
            ["-f", "-qq", "-s", "4096", "-o", &log, "-e", traced, BINARY].map(str::to_owned)
        };
        let mut logs = Vec::new();
        for (at, arguments) in COMMANDS.iter().enumerate() {
            let log = house.at("out").join(format!("command-{at}"));
            let mut command = Command::new("strace");
            command
                .args(strace(&log))
                .args(*arguments)
                .current_dir(house.at("here"))
                .envs(house.environment())
                .stdin(Stdio::null());
            command.output().unwrap();
            logs.push((format!("{arguments:?}"), log));
        }
        for (at, (arguments, keys, shown)) in SCREENS.into_iter().enumerate() {
            let log = house.at("out").join(format!("screen-{at}"));
            let mut command = CommandBuilder::new("strace");
            command.args(strace(&log));
            command.args(arguments);
            command.cwd(house.at("here"));
            for (name, value) in house.environment() {
                command.env(name, value);
            }
            command.env_remove("TWELVEFOLD_DATA");
            let mut session = Session::of(command, &[]);
            session.shows(shown);
            session.send(keys);
            session.send(b"\x03");
            session.end();
            logs.push((format!("{arguments:?}"), log));
        }
        for (what, log) in logs {
            let text = fs::read_to_string(&log).unwrap();
            // The first call is strace starting the program itself.
            let mut lines = text.lines();
            let first = lines.next().unwrap_or_default();
            if first.contains("Operation not permitted") || text.is_empty() {
                println!("SKIPPED: strace may not look here");
                return;
            }
            assert!(first.contains("execve("), "{what}: {first}");
            let found: Vec<&str> = lines.clone().filter(|line| wrong(line, &data)).collect();
            assert_eq!(found, [""; 0], "{what}");
            looked += lines.count();
        }
    }
    assert!(looked > 200, "only {looked} calls were seen");
    let found = format!(
        "{} calls to the system in {} journeys, 0 connections, 0 other programs, 0 files elsewhere",
        thousands(looked as u64),
        thousands(effort.count)
    );
    record("quiet", effort, 0, began.elapsed(), &found);
}

/// The look itself sees what it looks for.
#[test]
fn what_is_not_quiet_is_seen() {
    for (line, bad) in [
        ("12 socket(AF_INET, SOCK_STREAM, 0) = 3", true),
        ("12 connect(3, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 16) = -1 ENOENT", true),
        ("12 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0", false),
        ("12 sendto(8, \"\", 0, MSG_DONTWAIT, NULL, 0) = 0", false),
        ("12 sendto(8, \"x\", 1, 0, {sa_family=AF_INET, sin_port=htons(53)}, 16) = 1", true),
        ("12 execve(\"/bin/sh\", [\"sh\"], 0x1) = 0", true),
        ("12 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 5", false),
        ("12 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID) = 5", true),
        ("12 openat(AT_FDCWD, \"/etc/localtime\", O_RDONLY|O_CLOEXEC) = 3", false),
        ("12 openat(AT_FDCWD, \"/home/x/notes\", O_WRONLY|O_CREAT, 0666) = 3", true),
        ("12 openat(AT_FDCWD, \"/data/progress.sqlite3\", O_RDWR|O_CREAT, 0600) = 3", false),
        ("12 mkdir(\"/home/x/.cache\", 0777) = 0", true),
        ("12 unlink(\"/data/progress.sqlite3-wal\") = 0", false),
    ] {
        assert_eq!(wrong(line, "/data"), bad, "{line}");
    }
}
