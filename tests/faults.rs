//! What can go wrong with a terminal, a process and a machine while somebody learns: each fault provoked in the real program, and
//! what must be true after it. `docs/reliability.md` lists them with the tests that stand for them.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize};

#[path = "support/reliability.rs"]
mod reliability;
#[path = "support/terminal.rs"]
mod terminal;

use reliability::{effort, record, thousands};
use terminal::{BINARY, LIMIT, Session, answers, cells, course};
use twelvefold::domain::rng::Rng;

const HOME: &str = "Leaves, whole or cut";

/// What stands on the terminal after the program has left it.
#[cfg(debug_assertions)]
fn last_words(session: &Session) -> String {
    let text = String::from_utf8_lossy(&session.bytes()).into_owned();
    text[text.rfind("\u{1b}[?1049l").expect("the alternate screen was left")..].to_owned()
}

/// A session that has answered a question and breaks at `place` when F12 is pressed. Only builds with checks have such places.
#[cfg(debug_assertions)]
fn broken(data: &Path, place: &str) -> Session {
    let mut session = Session::start(data, &["quiz", "leaves"], &[("TWELVEFOLD_TEST_PANIC", place)]);
    session.shows("1 of 10");
    session.send(b"1\r");
    session.shows("answer saved");
    session.send(b"\x1b[24~");
    session
}

/// Fault 1: a panic wherever it may be.
#[cfg(debug_assertions)]
#[test]
fn after_a_panic_the_terminal_is_given_back_and_the_report_says_nothing_personal() {
    for place in ["update", "view", "thread"] {
        let data = tempfile::tempdir().unwrap();
        let mut session = broken(data.path(), place);
        assert_eq!(session.end(), 101, "{place}");
        session.given_back();
        let words = last_words(&session);
        assert!(words.contains("must end") && words.contains("Nothing is lost"), "{place}: {words:?}");
        assert!(words.contains("panic.txt") && words.contains("fragile.rs"), "{place}: {words:?}");
        assert_eq!(answers(data.path()), 1);
        let report = data.path().join("panic.txt");
        assert_eq!(fs::metadata(&report).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&report).unwrap();
        for wanted in [env!("CARGO_PKG_VERSION"), "fragile.rs", "not saved: 0", "thread: "] {
            assert!(text.contains(wanted), "{place}: {wanted} in {text}");
        }
        for personal in ["Guests come", "Whole leaves", "leaves-"] {
            assert!(!text.contains(personal), "{place}: {personal} in {text}");
        }
    }
}

/// Fault 1, where a panic meets another: while it unwinds, in the hook itself. The system ends the program, and nothing but a
/// signal handler is left.
#[cfg(debug_assertions)]
#[test]
fn a_panic_in_a_panic_gives_the_terminal_back() {
    for place in ["drop", "hook"] {
        let data = tempfile::tempdir().unwrap();
        let mut session = broken(data.path(), place);
        assert_eq!(session.end(), -6, "{place}");
        session.given_back();
        assert_eq!(answers(data.path()), 1, "{place}");
    }
}

/// Fault 1 in the thread of the store: it is told, tried again, and nothing is lost.
#[cfg(debug_assertions)]
#[test]
fn a_panic_of_the_store_is_lived_through() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &["quiz", "leaves"], &[("TWELVEFOLD_TEST_PANIC", "store")]);
    session.shows("1 of 10");
    session.send(b"1\r");
    session.shows("answer saved");
    session.send(b"q");
    assert_eq!(session.end(), 0);
    session.given_back();
    assert_eq!(answers(data.path()), 1);
}

/// Fault 2: the stack runs over, or something aborts. No hook runs.
#[cfg(debug_assertions)]
#[test]
fn a_stack_that_runs_over_and_an_abort_give_the_terminal_back() {
    for place in ["stack", "abort"] {
        let data = tempfile::tempdir().unwrap();
        let mut session = broken(data.path(), place);
        assert_eq!(session.end(), -6, "{place}");
        session.given_back();
        let words = last_words(&session);
        assert!(words.contains("saved is on the disk"), "{place}: {words:?}");
        assert_eq!(words.contains("overflow"), place == "stack", "{place}: {words:?}");
        assert_eq!(answers(data.path()), 1, "{place}");
    }
}

/// Fault 2: faults in memory and their like, as signals from outside.
#[test]
fn a_fault_in_memory_gives_the_terminal_back() {
    for (name, number) in [("SEGV", 11), ("BUS", 7), ("ILL", 4), ("FPE", 8), ("ABRT", 6)] {
        let data = tempfile::tempdir().unwrap();
        let mut session = Session::start(data.path(), &["quiz", "leaves"], &[]);
        session.shows("1 of 10");
        session.send(b"1\r");
        session.shows("answer saved");
        session.signal(name);
        assert_eq!(session.end(), -number, "{name}");
        session.given_back();
        assert_eq!(answers(data.path()), 1, "{name}");
    }
}

/// Fault 3: a signal at any moment, also before the first picture and after the last.
#[test]
fn a_signal_at_any_moment_leaves_a_clean_terminal() {
    let (effort, seed, began) = (effort(10), reliability::seed(3), Instant::now());
    let mut rng = Rng::new(seed);
    let mut drawn = 0;
    for round in 0..effort.count {
        let (name, number) = [("TERM", 15), ("INT", 2), ("HUP", 1), ("QUIT", 3)][rng.below(4)];
        let data = tempfile::tempdir().unwrap();
        let mut session = Session::start(data.path(), &["quiz", "leaves"], &[]);
        if rng.below(2) == 0 {
            session.shows("1 of 10");
            session.send(&b"1\r\rjk2\r?\x1b\r"[..rng.below(11)]);
        }
        thread::sleep(Duration::from_micros(rng.below(60_000) as u64));
        session.signal(name);
        assert_eq!(session.end(), -number, "seed {seed}, round {round}: {name}");
        if String::from_utf8_lossy(&session.bytes()).contains("\u{1b}[?1049h") {
            session.given_back();
            drawn += 1;
        } else {
            assert_eq!(terminal::settings(&**session.master.as_ref().unwrap()), session.before);
        }
    }
    let found =
        format!("{} signals, {} of them on a drawn screen, every terminal given back", thousands(effort.count), thousands(drawn));
    record("signals", effort, seed, began.elapsed(), &found);
}

/// Fault 4: stopped, resized meanwhile, continued.
#[test]
fn continued_in_another_size_it_is_drawn_anew() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &[], &[]);
    session.shows(HOME);
    session.signal("TSTP");
    session.until("the alternate screen to be left", |screen| !screen.parser.screen().alternate_screen());
    session.given_back();
    session.screen.0.lock().unwrap().parser.screen_mut().set_size(cells(12), cells(50));
    session.master.as_ref().unwrap().resize(PtySize { rows: 12, cols: 50, pixel_width: 0, pixel_height: 0 }).unwrap();
    session.signal("CONT");
    session.until("the screen to be taken again", |screen| screen.parser.screen().alternate_screen());
    session.shows(HOME);
    session.send(b"q");
    assert_eq!(session.end(), 0);
    session.given_back();
}

/// The program on a terminal of which this process alone holds the other end, so that it can be closed. The terminal controls no
/// session: nobody sends a hang-up, as if it were ignored.
struct Bare {
    master: Option<fs::File>,
    child: std::process::Child,
}

impl Bare {
    fn start(data: &Path) -> Self {
        use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let end = || {
            let flags = rustix::fs::OFlags::NOCTTY.bits().cast_signed();
            let mut options = fs::OpenOptions::new();
            std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
            Stdio::from(options.read(true).write(true).open(name.to_str().unwrap()).unwrap())
        };
        let mut command = Command::new(BINARY);
        command.args(["--course", &course(), "--data"]).arg(data).env("TERM", "xterm").stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().unwrap();
        Self { master: Some(fs::File::from(master)), child }
    }

    fn shows(&mut self, text: &str) {
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&seen).contains(text) {
            let count = self.master.as_mut().unwrap().read(&mut buffer).unwrap();
            seen.extend_from_slice(&buffer[..count]);
        }
    }

    /// State and processor time of the process, in hundredths of a second; it is not reaped.
    fn stat(&self) -> (char, u64) {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        (fields[0].chars().next().unwrap(), fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap())
    }

    /// Waits for the end, and returns the processor time in hundredths of a second.
    fn ended(&self) -> u64 {
        let end = Instant::now() + LIMIT;
        loop {
            let (state, spent) = self.stat();
            if state == 'Z' {
                return spent;
            }
            assert!(Instant::now() < end, "it goes on");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Fault 5: the terminal is closed and nobody says so by a signal. It ends, without spinning.
#[test]
fn a_closed_terminal_ends_it_without_spinning() {
    let (effort, began) = (effort(3), Instant::now());
    let (mut slowest, mut most) = (Duration::ZERO, 0);
    for _ in 0..effort.count {
        let data = tempfile::tempdir().unwrap();
        let mut bare = Bare::start(data.path());
        bare.shows(HOME);
        let (_, before) = bare.stat();
        drop(bare.master.take());
        let closed = Instant::now();
        let spent = bare.ended() - before;
        slowest = slowest.max(closed.elapsed());
        most = most.max(spent);
        // A spinning loop would take all the time there is. A hundredth is the finest that is counted.
        assert!(spent <= 10, "{spent} hundredths of a second after its terminal was closed");
        assert_eq!(bare.child.wait().unwrap().code(), Some(0));
    }
    let found = format!(
        "{} closed terminals, all ended, the slowest after {} ms, at most {} ms of processor time",
        thousands(effort.count),
        slowest.as_millis(),
        most * 10
    );
    record("hangup", effort, 0, began.elapsed(), &found);
}

/// Fault 6: nobody reads what is drawn. Keys are taken in nevertheless, memory does not grow, and a signal still ends it.
#[test]
fn a_terminal_that_nobody_reads_holds_nothing_up() {
    let data = tempfile::tempdir().unwrap();
    let mut bare = Bare::start(data.path());
    bare.shows(HOME);
    let peak = || {
        let status = fs::read_to_string(format!("/proc/{}/status", bare.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let before = peak();
    // Each opens or closes the help: a whole screen, far more than the system keeps for a reader.
    for _ in 0..200 {
        if bare.master.as_ref().unwrap().write_all(b"?\x1b[B\x1b").is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    assert!(peak() < before + 8_192, "{} KB after {before}", peak());
    let pid = bare.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    bare.ended();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&bare.child.wait().unwrap()), Some(15));
}

/// Fault 7: standard streams that are no terminal, in every combination.
#[test]
fn without_a_terminal_it_is_one_line_and_no_trace() {
    let null = || Stdio::from(fs::File::open("/dev/null").unwrap());
    for (input, name) in [(null(), "null"), (Stdio::piped(), "pipe")] {
        let output = Command::new(BINARY).args(["--course", &course()]).stdin(input).output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), words.lines().count(), output.stdout.len()), (Some(2), 1, 0), "{name}: {words}");
        assert!(words.contains("no terminal"), "{words}");
    }
    // Standard output is a terminal, standard input is not.
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", &format!("exec '{BINARY}' --course '{}' </dev/null", course())]);
    let mut session = Session::of(command, &[]);
    assert_eq!(session.end(), 2);
    assert!(!String::from_utf8_lossy(&session.bytes()).contains("\u{1b}[?1049h"));
}

/// Fault 8: what terminals and locales there are.
#[test]
fn every_term_and_locale_is_drawn_or_refused() {
    for (environment, colours, drawn) in [
        (&[("TERM", "dumb")][..], false, false),
        (&[("TERM", "")], true, true),
        (&[("TERM", "linux")], true, true),
        (&[("TERM", "vt100")], false, true),
        (&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], false, true),
        (&[("TERM", "screen"), ("LC_ALL", "C")], true, true),
        (&[("TERM", "xterm"), ("LC_ALL", "de_DE.ISO-8859-1")], true, true),
        (&[("TERM", "no-such-terminal"), ("LANG", "")], true, true),
    ] {
        let data = tempfile::tempdir().unwrap();
        let mut session = Session::start(data.path(), &[], environment);
        if drawn {
            session.shows(HOME);
            session.send(b"q");
        }
        assert_eq!(session.end(), if drawn { 0 } else { 2 }, "{environment:?}");
        let text = String::from_utf8_lossy(&session.bytes()).into_owned();
        let coloured = ["\u{1b}[38;", "\u{1b}[48;"].iter().any(|start| text.contains(start));
        assert_eq!(coloured, colours, "{environment:?}");
        assert_eq!(text.contains("\u{1b}[?1049h"), drawn, "{environment:?}");
    }
}

/// Fault 10: many sizes at once. The last one counts, and the place in the text stays.
#[test]
fn a_storm_of_sizes_ends_where_it_began() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &["open", "water"], &[]);
    session.shows("Water boils at a hundred degrees");
    session.send(b"jj");
    session.until("the lines to move", |screen| !screen.parser.screen().contents().contains("III  Water and time\n\n"));
    let before = session.contents();
    let mut rng = Rng::new(10);
    for round in 0..300 {
        let (rows, cols) =
            if round == 299 { (24, 80) } else { (u16::try_from(rng.below(120)).unwrap(), u16::try_from(rng.below(300)).unwrap()) };
        if round == 299 {
            session.screen.0.lock().unwrap().parser.screen_mut().set_size(cells(24), cells(80));
        }
        session.master.as_ref().unwrap().resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }
    session.until("the same picture", |screen| screen.parser.screen().contents() == before);
    session.send(b"q");
    assert_eq!(session.end(), 0);
    session.given_back();
}

/// Fault 11: a paste of many megabytes, with an end, costs no memory and is no typing.
#[test]
fn a_huge_paste_costs_nothing_and_types_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &["quiz", "water"], &[]);
    session.shows("1 of 1");
    let status = format!("/proc/{}/status", session.child.process_id().unwrap());
    // Memory of its own: pages of the program itself come and go.
    let own = || {
        let status = fs::read_to_string(&status).unwrap();
        let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    // Everything that a session needs is there once: the store, the help, a paste.
    session.send(b"\x1b[200~1\r\x1b[201~?");
    session.shows("Keys of this screen");
    session.send(b"\x1b");
    session.shows("1 of 1");
    thread::sleep(Duration::from_millis(200));
    let before = own();
    session.send(b"\x1b[200~");
    for _ in 0..2_048 {
        session.send(&[b'1'; 4_096]);
    }
    session.send(b"\r\r\x1b[201~?");
    session.shows("Keys of this screen");
    assert!(own() < before + 8_192, "{} KB after {before}", own());
    session.send(b"\x03");
    assert_eq!(session.end(), 0);
    assert_eq!(answers(data.path()), 0);
}

/// Fault 15: ten thousand turns of the wheel are one step of drawing or few, and the next key is heard.
#[test]
fn a_flood_of_the_mouse_is_not_drawn_one_by_one() {
    let data = tempfile::tempdir().unwrap();
    let mut session = Session::start(data.path(), &["open", "leaves"], &[]);
    session.shows("guests");
    let frames = |session: &Session| session.bytes().windows(8).filter(|window| *window == b"\x1b[?2026h").count();
    let before = frames(&session);
    for round in 0..100 {
        let turn = if round % 2 == 0 { "\x1b[<65;5;5M" } else { "\x1b[<64;5;5M" };
        session.send(turn.repeat(100).as_bytes());
    }
    session.send(b"?");
    session.shows("Keys of this screen");
    assert!(frames(&session) - before < 1_000, "{} frames for 10,000 reports", frames(&session) - before);
    session.send(b"q");
    assert_eq!(session.end(), 0);
}

/// Fault 27: no more files, no more memory. Refused in words or ended, and the terminal given back.
#[test]
fn where_the_system_gives_no_more_the_terminal_is_given_back() {
    for limit in
        ["ulimit -n 4", "ulimit -n 7", "ulimit -n 9", "ulimit -n 12", "ulimit -v 30000", "ulimit -v 60000", "ulimit -v 90000"]
    {
        let data = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new("/bin/sh");
        let path = data.path().display();
        command.args(["-c", &format!("{limit}; exec '{BINARY}' --course '{}' --data '{path}' quiz leaves", course())]);
        let mut session = Session::of(command, &[("TWELVEFOLD_TEST", limit)]);
        // It runs without what it was refused, or it ends by itself.
        let end = Instant::now() + LIMIT;
        while session.child.try_wait().unwrap().is_none() && !session.contents().contains("1 of 10") {
            assert!(Instant::now() < end, "{limit}: {}", session.contents());
            thread::sleep(Duration::from_millis(5));
        }
        let runs = session.child.try_wait().unwrap().is_none();
        if runs {
            session.send(b"1\r\rjk?\x1bq");
            session.send(b"\x03");
        }
        let code = session.end();
        let text = String::from_utf8_lossy(&session.bytes()).into_owned();
        if text.contains("\u{1b}[?1049h") {
            session.given_back();
        } else {
            assert_eq!(terminal::settings(&**session.master.as_ref().unwrap()), session.before, "{limit}");
        }
        assert!(!runs || code >= 0 || code == -6, "{limit}: {code}");
        println!("{limit}: runs: {runs}, ends with {code}");
        // With too little for the system's own loader, no code of ours ever ran.
        assert!(code <= 0 || !text.is_empty(), "{limit}: ended with {code} and without a word");
    }
}

/// Fault 28: its tmux session is killed. Skipped, aloud, where tmux is missing.
#[test]
fn a_killed_tmux_session_leaves_no_process() {
    let tmux =
        |arguments: &[&str]| Command::new("tmux").args(["-L", "twelvefold-test", "-f", "/dev/null"]).args(arguments).output();
    if tmux(&["-V"]).is_err() {
        eprintln!("SKIPPED: there is no tmux here");
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let name = data.path().file_name().unwrap().to_str().unwrap().replace('.', "");
    let line = format!("'{BINARY}' --course '{}' --data '{}'", course(), data.path().display());
    let started = tmux(&["new-session", "-d", "-x", "80", "-y", "24", "-s", &name, &line]).unwrap();
    if !started.status.success() {
        eprintln!("SKIPPED: tmux does not start here: {}", String::from_utf8_lossy(&started.stderr));
        return;
    }
    let end = Instant::now() + LIMIT;
    while !String::from_utf8_lossy(&tmux(&["capture-pane", "-p", "-t", &name]).unwrap().stdout).contains(HOME) {
        assert!(Instant::now() < end, "nothing is shown in tmux");
        thread::sleep(Duration::from_millis(20));
    }
    let pid = tmux(&["list-panes", "-t", &name, "-F", "#{pane_pid}"]).unwrap().stdout;
    let pid = String::from_utf8(pid).unwrap().trim().to_owned();
    tmux(&["kill-session", "-t", &name]).unwrap();
    let alive = || fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.starts_with("twelvefold"));
    while alive() {
        assert!(Instant::now() < end + LIMIT, "it goes on without its terminal");
        thread::sleep(Duration::from_millis(5));
    }
}

/// `--log`: to a file for its owner alone, nothing personal in it, nothing of it on the screen.
#[test]
fn a_log_tells_how_long_things_take_and_nothing_personal() {
    let data = tempfile::tempdir().unwrap();
    let log = data.path().join("log.txt");
    let mut session =
        Session::start(data.path(), &["--log", log.to_str().unwrap(), "--log-detail", "debug", "quiz", "leaves"], &[]);
    session.shows("1 of 10");
    session.send(b"1\r");
    session.shows("answer saved");
    session.send(b"q");
    assert_eq!(session.end(), 0);
    let text = fs::read_to_string(&log).unwrap();
    for wanted in ["start", "first frame", "store opened", "history read", "kept", "end", env!("CARGO_PKG_VERSION")] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    for personal in ["Guests", "Whole", "leaves", "whole", data.path().to_str().unwrap()] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
    assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!String::from_utf8_lossy(&session.bytes()).contains("first frame"));
    let refused = Command::new(BINARY).args(["--log", "/nowhere/at/all", "list"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the log /nowhere/at/all cannot be written"));
}
