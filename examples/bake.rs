//! Makes anew what is made ahead of time: from the course its map, the colours of its code and the list of its ids, from
//! the shapes of its files the schemas for editors. Run it after every change of `lessons/`, `quizzes/` or `src/content/shape.rs`:
//! `cargo run --example bake`. With `--check` it writes nothing and fails when that was forgotten.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the author")]

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use twelvefold::content::baked::{COLOURS, FRONTS, MAP, PAIRS, TRACKS, fronts_file, map_file, pairs_file, tracks_file};
use twelvefold::content::files::Files;
use twelvefold::content::load::{header, load};
use twelvefold::content::released;
use twelvefold::content::schema::{FOLDER, schemas};
use twelvefold::content::spelling;
use twelvefold::ui::highlight::Highlighter;

/// The licences of the grammars that code is coloured with.
const GRAMMARS: &str = "THIRD-PARTY-SYNTAXES.md";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (files, problems) = Files::folder(root);
    let header = header(&files, &mut Vec::new());
    let (course, problems) = load(&files, problems);
    let (Some(header), Some(course)) = (header, course) else {
        for problem in &problems {
            eprintln!("{}: {} {}", problem.place, problem.code, problem.message);
        }
        return ExitCode::FAILURE;
    };
    let mut fresh = true;
    let colours = Highlighter::new().bake(course.code());
    let grammars = two_face::acknowledgement::listing().to_md();
    let mut made: Vec<(String, String)> =
        vec![(MAP.into(), map_file(&header, &course.map)), (COLOURS.into(), colours), (GRAMMARS.into(), grammars)];
    made.push((TRACKS.into(), tracks_file(course.tracks())));
    made.push((FRONTS.into(), fronts_file(&files, &header.dirs)));
    made.push((PAIRS.into(), pairs_file(&files, &header.dirs)));
    let released = fs::read_to_string(root.join(released::PATH)).unwrap_or_default();
    made.push((released::PATH.into(), released::updated(&released, &course)));
    let misspelt = typos_dict::WORD.map.entries().map(|(word, corrections)| ((*word).into_inner(), *corrections));
    made.push((spelling::PATH.into(), spelling::encode(misspelt)));
    made.extend(schemas().into_iter().map(|(name, text)| (format!("{FOLDER}/{name}"), text)));
    for (path, text) in made {
        let path = root.join(path);
        if fs::read_to_string(&path).is_ok_and(|known| known == text) {
            continue;
        }
        fresh = false;
        if !env::args().any(|argument| argument == "--check") {
            let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
            if let Err(error) = written {
                eprintln!("{}: {error}", path.display());
                return ExitCode::FAILURE;
            }
            println!("{} made anew", path.display());
            fresh = true;
        } else {
            eprintln!("{} is out of date: cargo run --example bake", path.display());
        }
    }
    if fresh { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
