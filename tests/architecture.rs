//! The shape of the house, as a test: who may name whom, what is banned where, and how large a file may grow. Each breach
//! is printed with its file, its line and the sentence that it breaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::path::Path;

/// Layers and the layers that each may name.
const LAYERS: [(&str, &[&str]); 7] = [
    ("domain", &["domain"]),
    ("content", &["domain", "content"]),
    ("store", &["domain", "store"]),
    ("exchange", &["domain", "exchange"]),
    ("ui", &["domain", "ui"]),
    ("term", &["domain", "content", "store", "ui", "term"]),
    ("cli", &["domain", "content", "store", "exchange", "ui", "term", "cli"]),
];

/// Words that may stand in some places only: the word, where it is allowed (beginnings of paths), and why.
const NAMES: [(&str, &[&str], &str); 10] = [
    ("serde_yaml", &["content/yaml.rs"], "only content/yaml.rs names the YAML crate"),
    ("pulldown_cmark", &["content/markdown.rs"], "only content/markdown.rs names the Markdown crate"),
    ("syntect", &["ui/highlight.rs"], "only ui/highlight.rs names the highlighter"),
    ("two_face", &["ui/highlight.rs"], "only ui/highlight.rs names the highlighter"),
    ("rusqlite", &["store.rs", "store/", "exchange/anki.rs"], "only the store, and Anki's own file format, name the database"),
    ("annotate_snippets", &["cli/check.rs"], "only cli/check.rs names what draws mistakes"),
    ("clap", &["cli.rs", "cli/"], "only the commands read arguments"),
    ("unsafe", &[LAST_RESORT], "unsafe code stands in one file, with its reason"),
    ("unsafe_code", &[LAST_RESORT], "unsafe code stands in one file, with its reason"),
    ("crossterm", &["term.rs", "term/", "cli.rs", "cli/"], "only the edge names the terminal"),
];

/// Words that are banned in a layer.
const BANNED: [(&str, &[&str], &str); 6] = [
    (
        "domain",
        &["serde", "ratatui", "std::fs", "std::env", "std::io", "std::thread", "std::time", "std::net", "std::process"],
        "the domain is plain data and functions",
    ),
    (
        "ui",
        &["std::fs", "std::env", "std::thread", "std::io", "std::net", "std::process", "Instant", "SystemTime"],
        "state, update and view know no file, environment, thread or clock",
    ),
    ("content", &["std::env", "std::thread", "Instant", "SystemTime", "ratatui"], "course files depend on nothing but files"),
    ("store", &["std::env", "ratatui"], "the store is told where it is"),
    (
        "exchange",
        &["std::fs", "std::env", "std::thread", "std::net", "Instant", "SystemTime", "ratatui"],
        "formats are given what they read and write",
    ),
    ("term", &["std::env"], "the environment is read once, in cli/settings.rs"),
];

/// What reaches out of the process, and the only files that may: nothing starts another program, and nothing talks to anybody but the
/// other views of a class, through a socket in the data folder. `quiet.rs` looks at the same from outside, where it can be traced.
const OUTWARD: [(&str, &[&str]); 20] = [
    ("process::Command", &[]),
    ("Command::new", &[]),
    ("CommandExt", &[]),
    ("fork", &[]),
    ("vfork", &[]),
    ("execve", &[]),
    ("execvp", &[]),
    ("posix_spawn", &[]),
    ("std::net", &[CLASS_TESTS]),
    ("TcpStream", &[]),
    ("TcpListener", &[]),
    ("UdpSocket", &[]),
    ("UnixDatagram", &[]),
    ("ToSocketAddrs", &[]),
    ("SocketAddr", &[]),
    ("AddressFamily", &[]),
    ("rustix::net", &[CLASS]),
    ("UnixListener", &[CLASS, CLASS_TESTS]),
    ("UnixStream::connect", &[CLASS, CLASS_TESTS]),
    ("extern", &[LAST_RESORT]),
];

/// The file with the socket of a class.
const CLASS: &str = "term/class_line.rs";

/// Its tests, which shut sockets down half-way.
const CLASS_TESTS: &str = "term/class_line/tests.rs";

/// Banned in every file.
const NEVER: [(&str, &str); 7] = [
    ("static mut", "no global that changes"),
    ("thread_local", "no state of a thread"),
    ("lazy_static", "no global that changes"),
    ("LazyLock", "no global that is made at run time"),
    ("println!", "writing goes through cli/out.rs"),
    ("eprintln!", "writing goes through cli/out.rs"),
    ("process::exit", "it skips what gives the terminal back; return an exit code"),
];

/// The one file with unsafe code, and with globals: a signal handler reaches nothing else.
const LAST_RESORT: &str = "term/last_resort.rs";

/// What makes a `static` change.
const CELLS: [&str; 7] = ["Mutex", "RwLock", "OnceLock", "OnceCell", "Atomic", "RefCell", "Cell<"];

/// Most lines of code in a file, its tests and comments left out.
const LINES: usize = 500;

/// Names of files that say nothing of what is in them.
const EMPTY_NAMES: [&str; 4] = ["util", "helper", "common", "manager"];

fn layer(path: &str) -> Option<&'static str> {
    LAYERS.iter().map(|(name, _)| *name).find(|name| path == format!("{name}.rs") || path.starts_with(&format!("{name}/")))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `word` stands in `line` by itself, not as a part of a longer one.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let open = word.starts_with(is_word) && before.is_some_and(is_word);
        let shut = word.ends_with(is_word) && after.is_some_and(is_word);
        !open && !shut
    })
}

/// A line without its comment. A `//` inside an address is none.
fn code(line: &str) -> &str {
    let comment = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':')).map(|(at, _)| at);
    comment.map_or(line, |at| &line[..at])
}

/// A line in which each name of a group such as `std::{fs, env}` is spelled out as well.
fn spelled(line: &str) -> String {
    let mut out = line.to_owned();
    for (at, _) in line.match_indices("std::{") {
        let group = line[at + 6..].split('}').next().unwrap_or("");
        for name in group.split(',') {
            out += &format!(" std::{}", name.trim());
        }
    }
    out
}

/// Everything in one file, its tests included, that reaches out of the process without being named in [`OUTWARD`].
fn outward(path: &str, text: &str) -> Vec<String> {
    let code: String = text.lines().map(|line| code(line).to_owned() + "\n").collect();
    let found = OUTWARD.iter().filter(|(word, places)| names(&code, word) && !places.contains(&path));
    let mut found: Vec<String> = found.map(|(word, _)| format!("src/{path}: `{word}` reaches out of the process")).collect();
    // What a group takes in, over however many lines, is a name of its own.
    for imported in code.split("use ").skip(1).filter_map(|rest| rest.split_once(';')).map(|(imported, _)| imported) {
        for (module, name) in [("process", "Command"), ("std", "net"), ("rustix", "net")] {
            let local = name == "net" && (names(imported, "unix::net") || [CLASS, CLASS_TESTS].contains(&path));
            if names(imported, module) && names(imported, name) && !local {
                found.push(format!("src/{path}: `{module}` and `{name}` are taken in together: {imported}"));
            }
        }
    }
    found
}

/// Layers that a line reaches from the root of the crate.
fn reached(line: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for root in ["crate::", "super::super::", "twelvefold::"] {
        for (at, _) in line.match_indices(root) {
            let rest = &line[at + root.len()..];
            let group = rest.strip_prefix('{').map(|group| group.split(',').map(str::trim).collect::<Vec<_>>());
            for path in group.unwrap_or_else(|| vec![rest]) {
                let first = path.split(|c: char| !is_word(c)).next().unwrap_or("");
                found.extend(LAYERS.iter().map(|(name, _)| *name).filter(|name| *name == first));
            }
        }
    }
    found
}

/// Everything in one file that breaks a rule. `path` is inside `src`.
fn breaches(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let own = layer(path);
    let allowed = LAYERS.iter().find(|(name, _)| Some(*name) == own).map(|(_, allowed)| *allowed);
    let mut counted = 0;
    let mut testing = false;
    for (number, line) in text.lines().enumerate() {
        let mut breach = |sentence: &str| found.push(format!("src/{path}:{}: {sentence}: {}", number + 1, line.trim()));
        testing |= line.trim() == "#[cfg(test)]";
        // What the program was built for is no environment.
        let line = spelled(code(line)).replace("std::env::consts", "");
        let line = line.as_str();
        for (word, places, sentence) in NAMES {
            if names(line, word) && !places.iter().any(|place| path == *place || (place.ends_with('/') && path.starts_with(place)))
            {
                breach(sentence);
            }
        }
        if let Some(allowed) = allowed {
            for layer in reached(line).into_iter().filter(|layer| !allowed.contains(layer)) {
                breach(&format!("`{}` does not know `{layer}`", own.unwrap_or("")));
            }
        }
        if testing {
            continue;
        }
        counted += usize::from(!line.trim().is_empty());
        for (_, words, sentence) in BANNED.iter().filter(|(name, ..)| Some(*name) == own) {
            for _ in words.iter().filter(|word| names(line, word)) {
                breach(sentence);
            }
        }
        for (_, sentence) in NEVER.iter().filter(|(word, _)| names(line, word)) {
            breach(sentence);
        }
        let item = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        if path != LAST_RESORT && item.starts_with("static ") && CELLS.iter().any(|cell| item.contains(cell)) {
            breach("no global that changes");
        }
        if names(line, "std::env") && path != "cli/settings.rs" && path != "main.rs" && own == Some("cli") {
            breach("the environment is read once, in cli/settings.rs");
        }
    }
    if counted > LINES {
        found.push(format!("src/{path}:1: a file has at most {LINES} lines of code: this one has {counted}"));
    }
    let name = path.rsplit('/').next().unwrap_or("").trim_end_matches(".rs");
    if EMPTY_NAMES.iter().any(|empty| name.split('_').any(|part| part.trim_end_matches('s') == *empty)) {
        found.push(format!("src/{path}:1: a file is named after what is in it"));
    }
    found
}

fn walk(folder: &Path, root: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, root, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_house_keeps_its_shape() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &root, &mut files);
    assert!(files.len() > 30, "only {} files were found", files.len());
    let mut found: Vec<String> = files.iter().flat_map(|(path, text)| breaches(path, text)).collect();
    let main = files.iter().find(|(path, _)| path == "main.rs").map_or(0, |(_, text)| text.lines().count());
    if main > 40 {
        found.push(format!("src/main.rs:1: main only hands over: it has {main} lines"));
    }
    found.sort();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn nothing_reaches_out_of_the_process() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &root, &mut files);
    let found: Vec<String> = files.iter().flat_map(|(path, text)| outward(path, text)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    assert!(files.iter().any(|(path, text)| path == CLASS && text.contains("UnixListener::bind")), "{CLASS} has no socket");
    for (path, text) in [
        ("term/a.rs", "std::process::Command::new(\"sh\")"),
        ("cli/a.rs", "use std::process::Command as Other;"),
        ("cli/a.rs", "use std::{\n    fs,\n    process::{Command, ExitCode},\n};"),
        ("cli/a.rs", "let mut child = Command::new(program);"),
        ("term/a.rs", "let stream = TcpStream::connect(address)?;"),
        ("term/a.rs", "use std::{fmt, net};"),
        ("term/a.rs", "use rustix::{fd, net};"),
        ("term/a.rs", "UnixStream::connect(path)"),
        ("cli/a.rs", "#[cfg(test)]\nmod tests {\n    use std::net::UdpSocket;"),
        ("term/a.rs", "extern \"C\" { fn system(words: *const c_char) -> c_int; }"),
    ] {
        assert!(!outward(path, text).is_empty(), "{text}");
    }
    for (path, text) in [
        ("cli/a.rs", "use std::process::ExitCode;\nenum Command { Open }\nOption<Command>"),
        ("term/a.rs", "use std::os::unix::net::UnixStream;\nlet (a, b) = UnixStream::pair()?;"),
        ("term/a.rs", "// as std::net would"),
        (
            CLASS,
            "use std::os::unix::net::{UnixListener, UnixStream};\nUnixListener::bind(&path)?; rustix::net::sockopt::socket_peercred(s)",
        ),
    ] {
        assert_eq!(outward(path, text), [""; 0], "{text}");
    }
}

#[test]
fn planted_breaches_are_found() {
    let long = "let x = 1;\n".repeat(LINES + 1);
    for (path, text) in [
        ("domain/a.rs", "use crate::ui::ink::Ink;"),
        ("domain/a.rs", "use super::super::store::Store;"),
        ("domain/a.rs", "use serde::Serialize;"),
        ("domain/a.rs", "let now = std::time::Duration::ZERO;"),
        ("content/a.rs", "use crate::{domain, store};"),
        ("content/a.rs", "use serde_yaml::Value;"),
        ("content/load.rs", "#[cfg(test)]\nmod tests {\n    use crate::ui::lines;"),
        ("store/a.rs", "let x = crate::content::load::embedded();"),
        ("ui/screen/a.rs", "use crate::term::Session;"),
        ("ui/a.rs", "let now = Instant::now();"),
        ("ui/a.rs", "use std::fs;"),
        ("ui/a.rs", "use std::{fmt, env};"),
        ("ui/a.rs", "use std::time::SystemTime;"),
        ("ui/a.rs", "println!(\"{x}\");"),
        ("ui/page.rs", "use syntect::parsing;"),
        ("ui/page.rs", "use crossterm::style;"),
        ("term/a.rs", "use crate::cli::settings::Settings;"),
        ("term/a.rs", "std::env::var(\"HOME\")"),
        ("cli/a.rs", "use rusqlite::Connection;"),
        ("cli/a.rs", "std::env::var(\"HOME\")"),
        ("cli/a.rs", "static mut X: u8 = 0;"),
        ("cli/a.rs", "pub static X: Mutex<u8> = Mutex::new(0);"),
        ("cli/a.rs", "thread_local! {}"),
        ("term/a.rs", "unsafe { libc::raise(1) };"),
        ("term/a.rs", "#![allow(unsafe_code)]"),
        ("ui/list_utils.rs", ""),
        ("term/manager.rs", ""),
        ("ui/a.rs", &long),
    ] {
        assert_eq!(breaches(path, text).len(), 1, "{path}: {text:.80}: {:?}", breaches(path, text));
    }
}

#[test]
fn what_is_allowed_is_not_reported() {
    for (path, text) in [
        ("domain/a.rs", "//! Knows nothing of serde or std::fs; see https://serde.rs\nuse unicode_width::UnicodeWidthStr;"),
        ("domain/a.rs", "let deserde = 1; use std::fmt; use std::sync::OnceLock;"),
        ("content/yaml.rs", "use serde_yaml::Options;"),
        ("content/files.rs", "use std::fs; static TABLE: &[&str] = &[];"),
        ("store/sql.rs", "use rusqlite::Connection; use crate::domain::event::Event;"),
        ("ui/highlight.rs", "use syntect::parsing; use std::time::Duration;"),
        ("term/a.rs", "use crossterm::terminal; use crate::ui::app::App;"),
        ("cli/settings.rs", "std::env::var_os(name)"),
        ("term/last_resort.rs", "#![allow(unsafe_code, reason = \"x\")]\nstatic TTY: OnceLock<Arc<Tty>> = OnceLock::new();"),
        ("term/guard.rs", "std::env::consts::OS"),
        ("cli/read.rs", "use crate::ui::page::lesson_page; use crate::content::baked;"),
        ("ui/commonplace.rs", ""),
        ("ui/a.rs", "#[cfg(test)]\nmod tests {\n    use std::time::Instant;"),
    ] {
        assert_eq!(breaches(path, text), [""; 0], "{path}: {text}");
    }
}
