//! Lists the course files, so that they are embedded in the binary: a new file or folder is noticed without a clean build. And
//! compresses the list of misspellings.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::Compression;
use flate2::read::DeflateEncoder;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for folder in ["lessons", "quizzes"] {
        println!("cargo:rerun-if-changed={folder}");
        walk(&root, &root.join(folder), &mut files)?;
    }
    // `check` holds the course against it.
    println!("cargo:rerun-if-changed=assets/released-ids.txt");
    files.push("assets/released-ids.txt".to_owned());
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let _ = writeln!(table, "    ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),", format!("/{file}"));
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    if release_for_linux() {
        fixed_address();
        in_order(&root.join("assets/baked/functions.txt"), &out.join("order.ld"))?;
    }
    compress(&root.join("assets/baked/misspelt.txt"), &out.join("misspelt.deflate"))?;
    fs::write(out.join("embedded.rs"), table)
}

/// Deflates a file into another.
fn compress(from: &Path, to: &Path) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", from.display());
    let mut bytes = Vec::new();
    DeflateEncoder::new(fs::File::open(from)?, Compression::best()).read_to_end(&mut bytes)?;
    fs::write(to, bytes)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden =
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name == "__pycache__" || name.ends_with('~'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            files.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

fn release_for_linux() -> bool {
    let is = |name: &str, value: &str| env::var_os(name).is_some_and(|found| found == value);
    is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu")
}

/// The release is linked to a fixed address: eighteen thousand pointers in tables that a session hardly ever looks at (entities,
/// case folding) would else be adjusted at every start, a sixth of the time to the first picture.
fn fixed_address() {
    println!("cargo:rustc-link-arg-bins=-no-pie");
}

/// What learners' sessions run is linked first and together (`examples/order.rs` finds it out): the system maps 64 KB around every
/// page that is touched, and of six megabytes of code a session touches one and a half. A name that is not there any more is no
/// mistake. GNU's linker and LLVM's know such a script; whoever has chosen another linker is left alone, and
/// `TWELVEFOLD_LINK_ORDER=off` leaves the order to any linker. So does `TWELVEFOLD_LINK_MAP=FILE`, which has the linker write down
/// there what it puts where.
fn in_order(list: &Path, script: &Path) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", list.display());
    for name in ["TWELVEFOLD_LINK_ORDER", "TWELVEFOLD_LINK_MAP"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    let off = env::var_os("TWELVEFOLD_LINK_ORDER").is_some_and(|order| order == "off");
    let flags = env::var_os("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    if off || flags.to_string_lossy().contains("link") || env::var_os("RUSTC_LINKER").is_some() {
        return Ok(());
    }
    let linker = |option: &str, file: &Path| {
        // One by one: a folder may have a comma in its name, which parts the arguments of `-Wl`.
        for argument in ["-Xlinker", option, "-Xlinker", &file.to_string_lossy()] {
            println!("cargo:rustc-link-arg-bins={argument}");
        }
    };
    if let Some(map) = env::var_os("TWELVEFOLD_LINK_MAP") {
        linker("-Map", Path::new(&map));
        return Ok(());
    }
    let mut text = String::from("SECTIONS\n{\n  .text.used :\n  {\n");
    for name in fs::read_to_string(list)?.lines().filter(|line| !line.starts_with('#')) {
        let _ = writeln!(text, "    *(.text.{name} .text.{name}.* .text.unlikely.{name} .text.unlikely.{name}.*)");
    }
    text.push_str("  }\n}\nINSERT BEFORE .text;\n");
    fs::write(script, text)?;
    linker("-T", script);
    Ok(())
}
