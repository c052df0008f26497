//! The whole program in a real terminal, beside a bare ratatui program and beside what people would use instead, in one run,
//! in turn: what counts are the ratios. `cargo bench --bench terminal -- [--pairs N] [--held N] [--only WORD] [--write]`; with
//! `--write` the tables go into docs/performance.md. With `--held` so many keys are pressed in lessons as well, each as soon as the
//! one before it is answered. Needs nothing but cargo; programs that are not installed are left out. Builds made
//! elsewhere are measured with `--program FILE --floor FILE --history FILE`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// The terminal.
const COLUMNS: u16 = 100;
const ROWS: u16 = 40;
/// A program that has written nothing for so long has drawn what it wanted to draw.
const CALM: Duration = Duration::from_millis(250);
/// The same after a key.
const KEY_CALM: Duration = Duration::from_millis(60);
/// No program is waited for longer.
const LONGEST: Duration = Duration::from_secs(20);
/// How long nobody types.
const REST: Duration = Duration::from_secs(3);
/// In how many rounds a program is watched at rest.
const RESTS: usize = 3;
/// Keys of which each moves the text, and that end where they began: they can be pressed over and over.
const HELD: &[u8] = b"jjjjjjkkkk bjjjkkkkk";
/// What ends a frame.
const FRAME_END: &[u8] = b"\x1b[?2026l";
/// A frame that takes longer is seen to be late, in milliseconds.
const LATE: f64 = 16.0;
/// Where the figures stand in the page.
const BEGIN: &str = "<!-- figures: written by `cargo bench --bench terminal -- --write` -->\n";
const END: &str = "<!-- end of figures -->\n";

/// A program and what is done with it.
struct Subject {
    name: String,
    command: Vec<String>,
    /// Keys that are pressed one after the other.
    keys: &'static [&'static str],
    /// What ends it.
    quit: &'static str,
}

/// What one run gave. Times in milliseconds.
#[derive(Default, Clone)]
struct Run {
    frame: f64,
    processor: f64,
    keys: Vec<f64>,
    bytes: Vec<f64>,
    memory: f64,
    wakes: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let after = |name: &str| arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1));
    let pairs = after("--pairs").map_or(15, |n| n.parse().expect("a number of pairs"));
    let work = tempfile::tempdir().unwrap();
    let built = |name: &str| after(&format!("--{name}")).cloned().unwrap_or_else(|| example(name));
    let program = after("--program").map_or(env!("CARGO_BIN_EXE_twelvefold"), String::as_str);
    let floor = built("floor");
    let mut subjects = ours(work.path(), program, &built("history"));
    subjects.extend(peers());
    if let Some(word) = after("--only") {
        subjects.retain(|subject| subject.name.contains(word.as_str()));
    }
    let floor = Subject { name: "floor".to_owned(), command: vec![floor], keys: &["j", "j", "j", "j", "j", "j"], quit: "q" };
    let mut runs: BTreeMap<usize, Vec<(Run, Run)>> = BTreeMap::new();
    for round in 0..=pairs {
        for (at, subject) in subjects.iter().enumerate() {
            let rest = (1..=RESTS).contains(&round);
            let pair = (run(&floor, rest), run(subject, rest));
            // The first round only warms the files.
            if round > 0 {
                runs.entry(at).or_default().push(pair);
            }
        }
        eprint!("\r{round} of {pairs}");
    }
    eprintln!();
    let mut figures = tables(&subjects, &runs, pairs, program);
    if let Some(count) = after("--held").map(|n| n.parse().expect("a number of keys")) {
        let longer = |subject: &&Subject| {
            ["a lesson, line", "a lesson of 1 MB", "a lesson of 20 MB"].iter().any(|name| subject.name.starts_with(name))
        };
        figures += &held(subjects.iter().filter(longer), count);
    }
    print!("{figures}");
    if arguments.iter().any(|argument| argument == "--write") {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md");
        let text = fs::read_to_string(&page).expect("docs/performance.md");
        let (before, rest) = text.split_once(BEGIN).expect("the place of the figures");
        let (_, after) = rest.split_once(END).expect("the end of the figures");
        fs::write(page, format!("{before}{BEGIN}\n{figures}\n{END}{after}")).unwrap();
    }
}

/// Builds an example of this package as the release is built, and gives its path.
fn example(name: &str) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let built = Command::new(cargo)
        .args(["build", "--release", "--locked", "--quiet", "--example", name, "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .status();
    assert!(built.is_ok_and(|status| status.success()), "the example {name} is not built");
    // Beside the program, which cargo built for this benchmark.
    let program = Path::new(env!("CARGO_BIN_EXE_twelvefold"));
    program.with_file_name("examples").join(name).to_string_lossy().into_owned()
}

/// The program itself: its screens, a long history, and lessons of three sizes.
fn ours(work: &Path, program: &str, history: &str) -> Vec<Subject> {
    let subject = |name: &str, data: &str, arguments: &[&str], keys: &'static [&'static str]| {
        let data = work.join(data).to_string_lossy().into_owned();
        let mut command = vec![program.to_owned(), "--data".to_owned(), data];
        command.extend(arguments.iter().map(|&argument| argument.to_owned()));
        Subject { name: name.to_owned(), command, keys, quit: "q" }
    };
    let long = work.join("long");
    let made = Command::new(history).arg(&long).arg("1000000").status();
    assert!(made.is_ok_and(|status| status.success()), "no history");
    let course = |name: &str, bytes: usize| {
        let folder = work.join(name);
        write_course(&folder, bytes);
        folder.to_string_lossy().into_owned()
    };
    let (small, large, huge) = (course("4k", 4 << 10), course("1m", 1 << 20), course("20m", 20 << 20));
    const SCROLL: &[&str] = &["j", "j", "j", "j", "j", "j", "k", "k"];
    // Both sides of a pair are in sight, so that there is nothing to scroll.
    const VIEWS: &[&str] = &["d", "d", "b", "b", "o", "o"];
    const PAGES: &[&str] = &[" ", " ", " ", "\x1b[5~", "\x1b[5~"];
    vec![
        subject("home", "home", &[], SCROLL),
        subject("home after 1,000,000 answers", "long", &[], SCROLL),
        subject("a lesson, line by line", "lesson", &["open", "config"], SCROLL),
        subject("a lesson, page by page", "pages", &["open", "config"], PAGES),
        subject("its quiz", "quiz", &["quiz", "config"], SCROLL),
        subject("its pairs", "pairs", &["compare", "config"], VIEWS),
        subject("a lesson of 4 KB in a folder", "small", &["--course", &small, "open", "long"], SCROLL),
        subject("a lesson of 1 MB, 2,000 pieces of code", "large", &["--course", &large, "open", "long"], SCROLL),
        subject("the same, page by page", "large-pages", &["--course", &large, "open", "long"], PAGES),
        subject("a lesson of 20 MB, 40,000 pieces of code", "huge", &["--course", &huge, "open", "long"], SCROLL),
        subject("the same, to its end and back", "huge-end", &["--course", &huge, "open", "long"], &["G", "g", "G", "g"]),
    ]
}

/// A course with one lesson of about that many bytes, whose every 500 or so have a piece of code.
fn write_course(folder: &Path, bytes: usize) {
    let lesson = folder.join("lessons/01-long");
    fs::create_dir_all(&lesson).unwrap();
    fs::create_dir_all(folder.join("quizzes")).unwrap();
    fs::write(
        folder.join("lessons/course.yaml"),
        "format: 1\nid: long\ntitle: A long course\nversion: \"1\"\nlanguage: en\nlessons:\n  - 01-long\n",
    )
    .unwrap();
    let mut text = String::from(
        "---\nid: long\ntitle: A long lesson\nminutes: 60\nsources:\n  - title: The factors\n    url: https://12factor.net\ntakeaways:\n  - It is long.\n  - It has code.\n  - It has an end.\n---\n",
    );
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        if number % 20 == 1 {
            let _ = write!(text, "## Passage {number} {{#passage-{number}}}\n\n");
        }
        let _ = write!(
            text,
            "Paragraph {number} tells of *processes* that keep nothing, of `config` in the environment and of logs that are \
             streams, in words enough to fill three lines of a page and to be broken at their ends as any text is, with a \
             number such as {} in it.\n\n```python\ndef handler_{number}(request):\n    cart = store.get(request.user, {number})\n    \
             if cart is None:\n        return Response(status=404)\n    return Response(cart.total())\n```\n\n",
            number * 7919
        );
    }
    fs::write(lesson.join("lesson.md"), text).unwrap();
}

/// What people would read the same lesson with, where it is installed.
fn peers() -> Vec<Subject> {
    let lesson = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path().join("lesson.md"))
        .find(|path| path.parent().is_some_and(|folder| folder.to_string_lossy().contains("config")) && path.is_file())
        .expect("the lesson about config");
    let lesson = lesson.to_string_lossy().into_owned();
    let programs: [(&str, &[&str], &'static [&'static str], &'static str); 6] = [
        ("less", &["-R"], &["j", "j", "j", "j", "j", "j"], "q"),
        ("bat", &["--paging=never", "--color=always"], &[], ""),
        ("mdcat", &[], &[], ""),
        ("mdt", &[], &["j", "j", "j", "j", "j", "j"], "q"),
        ("glow", &["--pager"], &["j", "j", "j", "j", "j", "j"], "q"),
        ("presenterm", &[], &["j", "j", "j"], "\x03"),
    ];
    let installed = |name: &str| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|path| path.is_file())
    };
    let found =
        programs.into_iter().filter_map(|(name, arguments, keys, quit)| Some((installed(name)?, name, arguments, keys, quit)));
    found
        .map(|(path, name, arguments, keys, quit)| {
            let mut command = vec![path.to_string_lossy().into_owned()];
            command.extend(arguments.iter().map(|&argument| argument.to_owned()));
            command.push(lesson.clone());
            Subject { name: name.to_owned(), command, keys, quit }
        })
        .collect()
}

/// What came from the terminal, and when.
type Came = (Instant, Vec<u8>);

/// Starts a program in a terminal of its own, presses its keys, and ends it.
fn run(subject: &Subject, rest: bool) -> Run {
    let mut program = start(subject);
    let pid = program.child.process_id().unwrap_or(0);
    let mut run = Run { wakes: f64::NAN, ..Run::default() };
    let mut screen = vt100::Parser::new(NonZero::new(ROWS).unwrap(), NonZero::new(COLUMNS).unwrap(), 0);
    let mut shown = String::new();
    let mut last = program.at;
    for (at, bytes) in until_calm(&program.came, CALM) {
        screen.process(&bytes);
        let now = screen.screen().contents();
        if now != shown {
            shown = now;
            last = at;
        }
    }
    run.frame = milliseconds(program.at, last);
    run.processor = processor(pid);
    for key in subject.keys {
        let pressed = Instant::now();
        program.writer.write_all(key.as_bytes()).unwrap();
        let answer = until_calm(&program.came, KEY_CALM);
        if let Some((at, _)) = answer.last() {
            run.keys.push(milliseconds(pressed, *at));
            run.bytes.push(f64::from(u32::try_from(answer.iter().map(|(_, bytes)| bytes.len()).sum::<usize>()).unwrap()));
        }
    }
    if !subject.quit.is_empty() {
        if rest && wakes(pid) > 0.0 {
            // Time enough for what is done once after the last key.
            thread::sleep(REST / 3);
            let settled = wakes(pid);
            thread::sleep(REST * 2 / 3);
            run.wakes = wakes(pid) - settled;
        }
        run.memory = memory(pid);
    }
    program.end(subject.quit);
    run
}

/// A program in a terminal, with all that comes from it.
struct Started {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    master: Box<dyn portable_pty::MasterPty + Send>,
    writer: Box<dyn std::io::Write + Send>,
    came: Receiver<Came>,
    listening: thread::JoinHandle<()>,
    at: Instant,
}

fn start(subject: &Subject) -> Started {
    let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(&subject.command[0]);
    command.args(&subject.command[1..]);
    for (name, value) in [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LESS", "")] {
        command.env(name, value);
    }
    let mut reader = pty.master.try_clone_reader().unwrap();
    let writer = pty.master.take_writer().unwrap();
    let (sender, came) = channel();
    let listening = thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                break;
            }
        }
    });
    let at = Instant::now();
    let child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    Started { child, master: pty.master, writer, came, listening, at }
}

impl Started {
    fn end(mut self, quit: &str) {
        if !quit.is_empty() {
            let _ = self.writer.write_all(quit.as_bytes());
        }
        let ended = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if ended.elapsed() > Duration::from_secs(5) {
                let _ = self.child.kill();
            }
            thread::sleep(Duration::from_millis(2));
        }
        drop((self.writer, self.master));
        let _ = self.listening.join();
    }
}

/// How long each of so many keys takes to the end of its frame, one pressed as soon as the one before it is answered. None may stay
/// without a frame: it would be the latest of all.
fn held<'s>(lessons: impl Iterator<Item = &'s Subject>, count: usize) -> String {
    let mut out = format!(
        "\n{count} keys in a lesson, each pressed as soon as the one before it is answered: milliseconds to the end of its frame.\n\n\
         | | median | 99 of 100 | longest | over {LATE} ms |\n|---|---|---|---|---|\n"
    );
    for subject in lessons {
        let mut program = start(subject);
        // What comes aside must have come.
        until_calm(&program.came, Duration::from_secs(2));
        let mut took = Vec::with_capacity(count);
        for key in HELD.iter().cycle().take(count) {
            let pressed = Instant::now();
            program.writer.write_all(&[*key]).unwrap();
            let mut frame = Vec::new();
            while !frame.ends_with(FRAME_END) {
                let came = program.came.recv_timeout(Duration::from_secs(2));
                let (at, bytes) = came.unwrap_or_else(|_| panic!("{}: no frame for key {}", subject.name, took.len() + 1));
                frame.extend(bytes);
                if frame.ends_with(FRAME_END) {
                    took.push(milliseconds(pressed, at));
                }
            }
        }
        program.end(subject.quit);
        let over = took.iter().filter(|&&took| took > LATE).count();
        let at = |share| shown(quantile(took.clone(), share), 2);
        let _ = writeln!(out, "| {} | {} | {} | {} | {over} |", subject.name, at(0.5), at(0.99), at(1.0));
    }
    out
}

/// Everything that comes until nothing has come for so long. The first may take its time.
fn until_calm(came: &Receiver<Came>, calm: Duration) -> Vec<Came> {
    let begun = Instant::now();
    let mut all = Vec::new();
    loop {
        let patience = if all.is_empty() { calm.max(Duration::from_secs(2)) } else { calm };
        match came.recv_timeout(patience) {
            Ok(chunk) => all.push(chunk),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return all,
        }
        if begun.elapsed() > LONGEST {
            return all;
        }
    }
}

fn milliseconds(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1_000.0
}

fn status(pid: u32, field: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(f64::NAN)
}

/// Peak memory in MiB, where the system tells it.
fn memory(pid: u32) -> f64 {
    status(pid, "VmHWM:") / 1024.0
}

fn tasks(pid: u32) -> Vec<PathBuf> {
    fs::read_dir(format!("/proc/{pid}/task")).map(|tasks| tasks.flatten().map(|task| task.path()).collect()).unwrap_or_default()
}

/// Milliseconds of a processor that its threads have had.
fn processor(pid: u32) -> f64 {
    let of = |task: PathBuf| {
        let text = fs::read_to_string(task.join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    };
    tasks(pid).into_iter().filter_map(of).sum::<f64>() / 1e6
}

/// How often its threads have gone to sleep.
fn wakes(pid: u32) -> f64 {
    let of = |task: PathBuf| {
        let text = fs::read_to_string(task.join("status")).ok()?;
        text.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?.trim().parse::<f64>().ok()
    };
    tasks(pid).into_iter().filter_map(of).sum()
}

/// The value at a share of the sorted values.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
    let at = ((values.len().saturating_sub(1)) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

fn shown(value: f64, digits: usize) -> String {
    if value.is_finite() { format!("{value:.digits$}") } else { "-".to_owned() }
}

/// Median and quartiles.
fn spread(values: &[f64]) -> String {
    let at = |share| shown(quantile(values.to_vec(), share), 2);
    if values.iter().all(|value| !value.is_finite()) {
        "-".to_owned()
    } else {
        format!("**{}** ({}-{})", at(0.5), at(0.25), at(0.75))
    }
}

fn tables(subjects: &[Subject], runs: &BTreeMap<usize, Vec<(Run, Run)>>, pairs: usize, program: &str) -> String {
    let mut out = String::new();
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
        output.ok().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).filter(|text| !text.is_empty())
    };
    let commit = output("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    let cores = thread::available_parallelism().map_or(0, NonZero::get);
    let size = fs::metadata(program).map_or(0.0, |data| f64::from(u32::try_from(data.len()).unwrap_or(u32::MAX)) / 1e6);
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let _ = writeln!(
        out,
        "{date}, commit {commit}, {pairs} pairs, {COLUMNS}x{ROWS}, {cores} cores, load {load}; the program has {size:.1} MB.\n"
    );
    let pairs_of = |at: usize| runs.get(&at).map_or(&[][..], Vec::as_slice);
    let ratios =
        |at: usize, of: &dyn Fn(&Run) -> f64| pairs_of(at).iter().map(|(floor, run)| of(run) / of(floor)).collect::<Vec<_>>();
    let _ = writeln!(out, "To the first complete frame, as a ratio to the floor: median (quartiles).\n");
    let _ = writeln!(out, "| | time | processor time | ms | peak memory | MiB |\n|---|---|---|---|---|---|");
    for (at, subject) in subjects.iter().enumerate() {
        let median = |of: &dyn Fn(&Run) -> f64| quantile(pairs_of(at).iter().map(|(_, run)| of(run)).collect(), 0.5);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            subject.name,
            spread(&ratios(at, &|run| run.frame)),
            spread(&ratios(at, &|run| run.processor)),
            shown(median(&|run| run.frame), 1),
            shown(quantile(ratios(at, &|run| run.memory), 0.5), 2),
            shown(median(&|run| run.memory), 1),
        );
    }
    let _ = writeln!(
        out,
        "\nFrom a key to the last byte of its frame, as a ratio to the floor; what is written; what wakes it in two seconds of rest.\n"
    );
    let _ = writeln!(out, "| | median | p95 | ms | bytes | wakes |\n|---|---|---|---|---|---|");
    for (at, subject) in subjects.iter().enumerate().filter(|(_, subject)| !subject.keys.is_empty()) {
        let of = |share: f64| ratios(at, &|run| quantile(run.keys.clone(), share));
        let all = |of: &dyn Fn(&Run) -> Vec<f64>| quantile(pairs_of(at).iter().flat_map(|(_, run)| of(run)).collect(), 0.5);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            subject.name,
            spread(&of(0.5)),
            spread(&of(0.95)),
            shown(all(&|run| run.keys.clone()), 2),
            shown(all(&|run| run.bytes.clone()), 0),
            shown(quantile(pairs_of(at).iter().map(|(_, run)| run.wakes).collect(), 0.5), 0),
        );
    }
    out
}
