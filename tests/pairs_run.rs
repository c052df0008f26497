//! Pairs that run: BAD fails and GOOD works for the reason that the lesson gives. Real processes, real signals, no network
//! beyond this machine.
//!
//! A pair is skipped, with a line that says so, where its language is not installed. With `TWELVEFOLD_REQUIRE_LANGUAGES`
//! set that is a failure.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stderr, reason = "tests")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Whoever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether a program is there. Says that a test is left out when it is not.
fn there(program: &str) -> bool {
    let arguments: &[&str] = if program == "go" { &["version"] } else { &["--version"] };
    let found = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        assert!(std::env::var_os("TWELVEFOLD_REQUIRE_LANGUAGES").is_none(), "{program} is not installed");
        eprintln!("left out: {program} is not installed");
    }
    found
}

/// Both sides of a pair, each in a folder of its own.
struct Pair {
    folder: TempDir,
}

impl Pair {
    fn new(id: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
        let lesson = fs::read_dir(lessons).unwrap().map(|entry| entry.unwrap().path().join("pairs").join(id));
        let pair = lesson.into_iter().find(|pair| pair.is_dir()).expect("a pair of that id");
        for side in ["bad", "good"] {
            fs::create_dir(folder.path().join(side)).unwrap();
            for file in fs::read_dir(pair.join(side)).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), folder.path().join(side).join(file.file_name())).unwrap();
            }
        }
        Self { folder }
    }

    fn side(&self, side: &str) -> PathBuf {
        self.folder.path().join(side)
    }

    /// Puts a file beside both sides.
    fn beside(&self, name: &str, text: &str) {
        for side in ["bad", "good"] {
            fs::write(self.side(side).join(name), text).unwrap();
        }
    }

    /// Puts a program into a folder that comes first in PATH; the PATH.
    fn program(&self, name: &str, script: &str) -> String {
        let bin = self.folder.path().join("bin");
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
    }

    fn command(&self, side: &str, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.side(side)).stdin(Stdio::null());
        for name in ["PORT", "DATABASE_URL", "SEARCH_HOST", "QUEUE_URL", "RELEASE", "MAX", "TICKET", "PYTHONUNBUFFERED"] {
            command.env_remove(name);
        }
        command
    }

    fn start(&self, side: &str, program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Process {
        let mut command = self.command(side, program, arguments);
        Process(command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Runs to the end.
    fn run(&self, side: &str, program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        self.start(side, program, arguments, environment).end()
    }
}

/// A process that does not outlive its test.
struct Process(Child);

impl Process {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.0.id().try_into().unwrap()).unwrap(), signal).unwrap();
    }

    fn status(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "still running");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn end(mut self) -> Output {
        let status = self.status();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        self.0.stdout.take().unwrap().read_to_end(&mut stdout).unwrap();
        self.0.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        Output { status, stdout, stderr }
    }

    /// Whether it listens; false when it has ended instead.
    fn listens(&mut self, port: u16) -> bool {
        let end = Instant::now() + PATIENCE;
        loop {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return true;
            }
            if self.0.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(Instant::now() < end, "neither listening nor ended");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A port that is free just now.
fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Sends a request and gives what comes back; empty when the connection breaks.
fn ask(address: &str, method: &str, path: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address) else { return String::new() };
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: shop\r\nCookie: mara\r\nConnection: close\r\n\r\n");
    let mut reply = Vec::new();
    if stream.write_all(request.as_bytes()).is_err() || stream.read_to_end(&mut reply).is_err() {
        return String::new();
    }
    text(&reply)
}

fn at(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// A store of carts as the GOOD side expects one: JSON lists by name, added to by POST.
fn cart_store() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut tents = 0;
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let count = stream.read(&mut request).unwrap_or(0);
            tents += usize::from(request[..count].starts_with(b"POST /carts/mara "));
            let body = format!("[{}]", vec!["\"tent\""; tents].join(","));
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
            let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    port
}

#[test]
fn two_processes_and_one_cart() {
    if !there("node") {
        return;
    }
    let pair = Pair::new("processes-js-cart");
    let store = format!("http://127.0.0.1:{}", cart_store());
    for (side, seen_elsewhere) in [("bad", "0 in the cart"), ("good", "1 in the cart")] {
        let ports = [free_port(), free_port()];
        let mut servers =
            ports.map(|port| pair.start(side, "node", &["cart.js"], &[("PORT", &port.to_string()), ("CART_STORE_URL", &store)]));
        assert!(servers.iter_mut().zip(ports).all(|(server, port)| server.listens(port)));
        assert!(ask(&at(ports[0]), "POST", "/").contains("1 in the cart"), "{side}");
        assert!(ask(&at(ports[0]), "GET", "/").contains("1 in the cart"), "{side}: the process that took it knows it");
        let elsewhere = ask(&at(ports[1]), "GET", "/");
        assert!(elsewhere.contains(seen_elsewhere), "{side}: {elsewhere}");
    }
}

#[test]
fn a_missing_variable_is_found_at_the_start_or_by_a_customer() {
    if !there("node") {
        return;
    }
    let pair = Pair::new("config-js-required");
    let port = free_port();
    let mut bad = pair.start("bad", "node", &["server.js"], &[("PORT", &port.to_string())]);
    assert!(bad.listens(port), "BAD starts as if all were well");
    assert!(ask(&at(port), "GET", "/").contains(" 502 "), "and fails for the first customer");
    let good = pair.run("good", "node", &["server.js"], &[("PORT", &free_port().to_string())]);
    assert_eq!(good.status.code(), Some(1));
    assert_eq!(text(&good.stderr), "missing: SEARCH_HOST\n");
}

#[test]
fn the_host_of_the_database_comes_from_outside_or_not() {
    if !there("python3") {
        return;
    }
    let pair = Pair::new("config-python-dburl");
    let ask = |side: &str, url: Option<&str>| {
        let environment: Vec<(&str, &str)> = url.map(|url| ("DATABASE_URL", url)).into_iter().collect();
        pair.run(side, "python3", &["-c", "import settings; print(settings.database()['host'])"], &environment)
    };
    let moved = Some("postgresql://shop@db-7.example/shop");
    assert_eq!(text(&ask("bad", moved).stdout), "db-2.fernhill.internal\n", "BAD knows only the old host");
    assert_eq!(text(&ask("good", moved).stdout), "db-7.example\n");
    let unset = ask("good", None);
    assert!(!unset.status.success() && text(&unset.stderr).contains("DATABASE_URL is not set"), "{unset:?}");
}

#[test]
fn a_request_in_flight_meets_sigterm() {
    if !there("node") {
        return;
    }
    let pair = Pair::new("disposability-js-sigterm");
    for (side, served) in [("bad", false), ("good", true)] {
        let port = free_port();
        let mut server = pair.start(side, "node", &["server.js"], &[("PORT", &port.to_string())]);
        assert!(server.listens(port));
        let request = std::thread::spawn(move || ask(&at(port), "GET", "/"));
        std::thread::sleep(Duration::from_millis(500));
        server.signal(Signal::TERM);
        let reply = request.join().unwrap();
        assert_eq!(reply.contains("order placed"), served, "{side}: {reply}");
        let status = server.status();
        if served {
            assert_eq!(status.code(), Some(0), "{side}");
        } else {
            assert_eq!(status.signal(), Some(Signal::TERM.as_raw()), "{side}");
        }
    }
}

#[test]
fn a_worker_is_killed_in_the_middle_of_a_job() {
    if !there("python3") {
        return;
    }
    let pair = Pair::new("disposability-python-worker");
    pair.beside(
        "drive.py",
        "import os, signal, sys\n\
         from pathlib import Path\n\
         from worker import work\n\
         queue, done, sent = Path('queue'), Path('done'), Path('sent')\n\
         for folder in (queue, done, sent):\n    folder.mkdir(exist_ok=True)\n\
         if sys.argv[1] == 'die':\n    (queue / '1.job').write_text('order-1')\n\
         def send(order):\n\
         \x20   if sys.argv[1] == 'die':\n        os.kill(os.getpid(), signal.SIGKILL)\n\
         \x20   (sent / order).touch()\n\
         work(queue, done, send)\n",
    );
    for (side, sent) in [("bad", false), ("good", true)] {
        let died = pair.run(side, "python3", &["drive.py", "die"], &[]);
        assert_eq!(died.status.signal(), Some(9), "{side}: {died:?}");
        let again = pair.run(side, "python3", &["drive.py", "live"], &[]);
        assert!(again.status.success(), "{side}: {again:?}");
        assert_eq!(pair.side(side).join("sent/order-1").exists(), sent, "{side}");
    }
}

#[test]
fn lines_in_a_buffer_die_with_the_process() {
    if !there("python3") {
        return;
    }
    let pair = Pair::new("logs-python-buffer");
    for (side, seen) in [("bad", ""), ("good", "charged o1\ncharged o2\n")] {
        let run = pair.run(side, "python3", &["worker.py"], &[]);
        assert_eq!(run.status.signal(), Some(9), "{side}");
        assert_eq!(text(&run.stdout), seen, "{side}");
    }
}

#[test]
fn a_log_line_holds_the_secret_or_not() {
    if !there("node") {
        return;
    }
    let pair = Pair::new("logs-js-mask");
    let call = "require('./audit').audit({url: '/pay?token=s3cret', body: {card: 's3cret'}, \
                headers: {host: 'shop', authorization: 'Bearer s3cret', 'x-request-id': 'r1'}})";
    for (side, leaks) in [("bad", true), ("good", false)] {
        let line = text(&pair.run(side, "node", &["-e", call], &[]).stdout);
        assert!(line.contains("\"host\":\"shop\"") && line.contains("r1"), "{side}: {line}");
        assert_eq!(line.contains("s3cret"), leaks, "{side}: {line}");
    }
}

#[test]
fn a_migration_is_raced_by_two_starts() {
    if !there("node") {
        return;
    }
    let pair = Pair::new("admin-processes-js-start");
    // A database of two files: its version, and the columns added. Adding one that is there fails, as in a real one.
    pair.beside(
        "db.js",
        "const fs = require('node:fs');\n\
         const wait = (ms) => new Promise((done) => setTimeout(done, ms));\n\
         exports.version = async () => Number(fs.readFileSync('version', 'utf8'));\n\
         exports.setVersion = async (n) => fs.writeFileSync('version', String(n));\n\
         exports.exec = async () => {\n\
         \x20 await wait(1500);\n\
         \x20 try { fs.mkdirSync('column-note'); } catch { throw new Error('duplicate column note'); }\n\
         };\n",
    );
    let start = |side: &str| {
        let ports = [free_port(), free_port()];
        let mut servers = ports.map(|port| pair.start(side, "node", &["server.js"], &[("PORT", &port.to_string())]));
        let up: Vec<bool> = servers.iter_mut().zip(ports).map(|(server, port)| server.listens(port)).collect();
        let said: Vec<String> =
            servers.into_iter().zip(&up).filter(|(_, up)| !**up).map(|(server, _)| text(&server.end().stderr)).collect();
        (up.iter().filter(|up| **up).count(), said)
    };
    pair.beside("version", "1");
    let (up, said) = start("bad");
    assert_eq!(up, 1, "one of two starts wins the race");
    assert!(said[0].contains("duplicate column note"), "{said:?}");
    let (up, said) = start("good");
    assert_eq!(up, 0);
    assert!(said.iter().all(|said| said == "schema 1, this build needs 2\n"), "{said:?}");
    assert!(!pair.side("good").join("column-note").exists(), "GOOD changes nothing at the start");
    pair.beside("version", "2");
    assert_eq!(start("good").0, 2);
}

#[test]
fn a_server_is_reached_from_outside_its_loopback_or_not() {
    if !there("node") {
        return;
    }
    let pair = Pair::new("port-binding-js-port");
    for (side, reached) in [("bad", false), ("good", true)] {
        let port = free_port();
        let mut server = pair.start(side, "node", &["server.js"], &[("PORT", &port.to_string())]);
        assert!(server.listens(port));
        // Another address of this machine stands for every other machine: who binds to 127.0.0.1 alone is not there.
        assert_eq!(ask(&format!("127.0.0.2:{port}"), "GET", "/").contains("shop"), reached, "{side}");
    }
    let refused = pair.run("good", "node", &["server.js"], &[("PORT", "http")]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(text(&refused.stderr), "PORT must be 1 to 65535, not http\n");
}

#[test]
fn a_second_instance_finds_its_port_taken_or_its_own() {
    if !there("go") {
        return;
    }
    let pair = Pair::new("port-binding-go-constant");
    let cache = pair.folder.path().join("cache");
    for side in ["bad", "good"] {
        let built = pair.run(
            side,
            "go",
            &["build", "-o", "shop", "main.go"],
            &[("GOCACHE", cache.to_str().unwrap()), ("GO111MODULE", "off")],
        );
        assert!(built.status.success(), "{}", text(&built.stderr));
        let program = pair.side(side).join("shop");
        let ports = [free_port(), free_port()];
        let mut servers = ports.map(|port| {
            let server = pair.start(side, program.to_str().unwrap(), &[], &[("PORT", &port.to_string())]);
            std::thread::sleep(Duration::from_millis(300));
            server
        });
        if side == "good" {
            for (server, port) in servers.iter_mut().zip(ports) {
                assert!(server.listens(port) && ask(&at(port), "GET", "/healthz").contains("ok"));
            }
        } else {
            let [_first, second] = servers;
            let second = second.end();
            assert!(text(&second.stderr).contains("address already in use"), "{second:?}");
        }
    }
}

#[test]
fn a_restart_needs_the_network_or_nothing() {
    let pair = Pair::new("build-release-run-shell-start");
    pair.program("npm", "exit 0");
    pair.program("git", "echo 'could not resolve host' >&2; exit 128");
    let path = pair.program("node", "echo \"running $PWD\"");
    let home = pair.folder.path().join("home");
    fs::create_dir_all(home.join("releases/v42")).unwrap();
    let environment = [("PATH", path.as_str()), ("SHOP_HOME", home.to_str().unwrap()), ("RELEASE", "v42")];
    let bad = pair.run("bad", "sh", &["run.sh"], &environment);
    assert_eq!((bad.status.code(), text(&bad.stdout).as_str()), (Some(128), ""), "BAD cannot start without the repository");
    let good = pair.run("good", "sh", &["run.sh"], &environment);
    assert!(text(&good.stdout).ends_with("releases/v42\n"), "{good:?}");
    let unnamed = pair.run("good", "sh", &["run.sh"], &environment[..2]);
    assert!(!unnamed.status.success() && text(&unnamed.stderr).contains("RELEASE"), "{unnamed:?}");
}

#[test]
fn a_worker_that_dies_is_noticed_or_not() {
    let pair = Pair::new("concurrency-shell-foreground");
    let app = pair.folder.path().join("app");
    fs::create_dir(&app).unwrap();
    let path = pair.program("node", "sleep 0.2; exit 3");
    for (side, status) in [("bad", 0), ("good", 3)] {
        let script = pair.side(side).join("start.sh");
        let moved = fs::read_to_string(&script).unwrap().replace("/app", app.to_str().unwrap());
        fs::write(&script, moved).unwrap();
        let run = pair.run(side, "sh", &["start.sh"], &[("PATH", &path), ("QUEUE_URL", "amqp://queue.example")]);
        assert_eq!(run.status.code(), Some(status), "{side}: {run:?}");
    }
}

#[test]
fn a_change_by_hand_is_counted_first_or_not() {
    if !there("bash") {
        return;
    }
    let pair = Pair::new("admin-processes-shell-orders");
    let log = pair.folder.path().join("asked");
    let path = pair.program("psql", "{ echo \"$@\"; case \"$*\" in *-c*) ;; *) cat ;; esac; } >> \"$ASKED\"; echo \"$ROWS\"");
    let run = |side: &str, rows: &str, arguments: &[&str]| {
        let _ = fs::remove_file(&log);
        let mut all = vec!["fix_orders.sh"];
        all.extend(arguments);
        let environment = [
            ("PATH", path.as_str()),
            ("ASKED", log.to_str().unwrap()),
            ("ROWS", rows),
            ("DATABASE_URL", "postgres://db.example/shop"),
            ("TICKET", "OPS-7"),
        ];
        let status = pair.run(side, "bash", &all, &environment).status;
        (status.code().unwrap(), fs::read_to_string(&log).unwrap_or_default().contains("UPDATE orders"))
    };
    assert_eq!(run("bad", "90000", &[]), (0, true), "BAD changes every row, whatever their number");
    assert_eq!(run("good", "90000", &["--apply"]), (1, false), "more than the limit");
    assert_eq!(run("good", "12", &[]), (0, false), "a dry run unless asked");
    assert_eq!(run("good", "12", &["--apply"]), (0, true));
}
