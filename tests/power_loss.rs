//! Power cuts: SQLite and the store on a disk in memory that keeps apart what was written and what was synced. The lives of
//! `support/learner.rs` are recorded and cut at every operation; each state that a cut may leave is opened with the store's own
//! code. Whatever was acknowledged must be there, and of what was under way all or nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use simulated_disk::{Cut, Disk, Files, Recording, Rng, Synced};

#[path = "support/learner.rs"]
mod learner;
#[path = "support/lived.rs"]
mod lived;
#[path = "support/reliability.rs"]
mod reliability;

use learner::{Step, lives};
use lived::{CUTS, Lived};

/// A new deed has to be done in a life, or nothing here would say whether it survives.
#[test]
fn every_deed_is_done_in_some_life() {
    let steps = lives().into_iter().flat_map(|life| life.steps);
    let kept = steps.filter_map(|step| if let Step::Keep(events) = step { Some(events) } else { None });
    learner::all_is_done(&kept.flatten().collect::<Vec<_>>());
}

/// One state, by numbers alone, so that a failing one can be seen again.
#[derive(Debug, Clone, Copy)]
struct Case {
    life: usize,
    point: usize,
    cut: Cut,
    seed: u64,
}

fn seed_of(seed: u64, life: usize, point: usize, number: u64) -> u64 {
    Rng::new(seed ^ ((life as u64) << 56) ^ ((point as u64) << 32) ^ number).number()
}

/// The simplest state near a failing one that fails as well: the earliest point at which a plain cut does, if any.
fn shrink(lived: &Lived, case: Case) -> (Case, String) {
    let disk = Disk::new(&Files::default());
    let tell = |case: Case| {
        let mut rng = Rng::new(case.seed);
        let files = lived.recording.after(case.point, case.cut, &mut rng);
        lived.trouble(&disk, &files, lived.recording.mark(case.point) as usize, None).err()
    };
    for point in 0..=case.point {
        for cut in [Cut::All, Cut::Kill, Cut::Tail, Cut::Operations, case.cut] {
            let simpler = Case { point, cut, ..case };
            if let Some(words) = tell(simpler) {
                return (simpler, words);
            }
        }
    }
    (case, "only as it was found".into())
}

/// Names a disk by all that is on it.
fn fingerprint(files: &Files) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&files.names, &files.contents).hash(&mut hasher);
    hasher.finish()
}

/// Cuts `count` times, spread over all lives and all their points, and opens every disk that comes of it: one that came of the same
/// point before once only, for what was seen then would be seen again. How many there were of each cut, and how many were opened.
fn cut(lived: &[Lived], count: u64, seed: u64) -> (BTreeMap<String, u64>, u64) {
    let points: u64 = lived.iter().map(|lived| lived.recording.ops.len() as u64 + 1).sum();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8) as u64;
    let per_point = count.div_ceil(points);
    let (done, opened, counts) = (AtomicU64::new(0), AtomicU64::new(0), Mutex::new(BTreeMap::new()));
    let failure = Mutex::new(None::<(Case, String)>);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (done, opened, counts, failure) = (&done, &opened, &counts, &failure);
            scope.spawn(move || {
                let disk = Disk::new(&Files::default());
                let mut own = BTreeMap::new();
                for (number, one) in lived.iter().enumerate() {
                    let marks: Vec<usize> = (0..=one.recording.ops.len()).map(|point| one.recording.mark(point) as usize).collect();
                    one.recording.states(0..one.recording.ops.len() + 1, |point, lose| {
                        let mut known = HashSet::new();
                        for at in (0..per_point).filter(|at| (at + point as u64) % threads == thread) {
                            if failure.lock().unwrap().is_some() || done.fetch_add(1, Ordering::Relaxed) >= count {
                                return;
                            }
                            let seed = seed_of(seed, number, point, at);
                            let mut rng = Rng::new(seed);
                            // Each point first in one way after the other, then in any.
                            let cut = CUTS[if at < 6 { (at + point as u64) % 6 } else { rng.below(6) } as usize];
                            let files = lose(cut, &mut rng);
                            *own.entry(format!("{cut:?}")).or_insert(0) += 1;
                            if !known.insert(fingerprint(&files)) {
                                continue;
                            }
                            opened.fetch_add(1, Ordering::Relaxed);
                            let deep = seed.is_multiple_of(8).then_some(&mut rng);
                            if let Err(words) = one.trouble(&disk, &files, marks[point], deep) {
                                *failure.lock().unwrap() = Some((Case { life: number, point, cut, seed }, words));
                            }
                        }
                    });
                }
                let mut counts = counts.lock().unwrap();
                for (cut, count) in own {
                    *counts.entry(cut).or_insert(0) += count;
                }
            });
        }
    });
    if let Some((case, words)) = failure.into_inner().unwrap() {
        let lived = &lived[case.life];
        let (simple, simply) = shrink(lived, case);
        let before = &lived.recording.ops[simple.point.saturating_sub(4)..simple.point];
        panic!(
            "seed {seed}: lost in \"{}\": {words}: {case:?}\nsimplest: {simply}: {simple:?}, after {} of {} steps, the last operations {}",
            lived.life.name,
            lived.recording.mark(simple.point),
            lived.life.steps.len(),
            before.iter().map(|op| format!("{op:.80?}")).collect::<Vec<_>>().join("\n  ")
        );
    }
    (counts.into_inner().unwrap(), opened.into_inner())
}

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    let begun = Instant::now();
    let (effort, seed) = (reliability::effort(2_000), reliability::seed(12));
    let lived: Vec<Lived> = lives().into_iter().map(Lived::of).collect();
    let points: usize = lived.iter().map(|lived| lived.recording.ops.len() + 1).sum();
    let (counts, opened) = cut(&lived, effort.count, seed);
    let all: u64 = counts.values().sum();
    assert!(all >= effort.count.min(1_000), "only {all} states");
    let found = format!(
        "{} cuts at {} points of {} lives left {} different disks, every one opened, checked and compared; 0 acknowledged answers lost",
        reliability::thousands(all),
        reliability::thousands(points as u64),
        lived.len(),
        reliability::thousands(opened)
    );
    println!("{counts:?}");
    reliability::record("power", effort, seed, begun.elapsed(), &found);
}

/// The harness itself: when one sync that nothing makes up for is left out, it must find a loss.
///
/// What makes up for a sync: another one of the same file, or of the same folder, before anything more is promised; or that the
/// file is thrown away before. All others must be caught.
#[test]
fn leaving_out_any_sync_is_caught() {
    let begun = Instant::now();
    let (effort, seed) = (reliability::effort(1), reliability::seed(12));
    let lives = lives().into_iter().take(if effort.long { usize::MAX } else { 1 });
    let lived: Vec<Lived> = lives.map(Lived::of).collect();
    let (mut caught, mut covered, mut most, mut missed) = (0, 0, 0, Vec::new());
    let disk = Disk::new(&Files::default());
    for one in &lived {
        let syncs = one.recording.syncs();
        for sync in &syncs {
            let without = one.recording.without(|op| op == sync.at);
            match first_loss(one, &disk, &without, sync.at, seed) {
                Some(states) => (caught, most) = (caught + 1, most.max(states)),
                None if is_made_up_for(&without, sync) => covered += 1,
                None => missed.push(format!("{}: {sync:?}, after step {}", one.life.name, one.recording.mark(sync.at))),
            }
        }
    }
    assert!(missed.is_empty(), "seed {seed}: left out and not caught:\n{}", missed.join("\n"));
    assert!(caught >= 15, "only {caught} syncs were left out");
    let found = format!(
        "of {} syncs in {} lives {caught} were caught when left out, each within {most} states; the other {covered} are made up for",
        caught + covered,
        lived.len()
    );
    reliability::record("power-syncs", effort, seed, begun.elapsed(), &found);
}

/// Syncs of one sort left out altogether: as `synchronous = NORMAL` does with the log, `OFF` with all.
#[test]
fn a_lower_setting_is_caught() {
    let seed = reliability::seed(12);
    let one = lives().into_iter().map(Lived::of).next().unwrap();
    let disk = Disk::new(&Files::default());
    let syncs = one.recording.syncs();
    type Sort = fn(&Synced) -> bool;
    let sorts: [(&str, Sort); 4] = [
        ("NORMAL: those of the log", |sync| !sync.folder && sync.subjects[0].ends_with("-wal")),
        ("those of the database", |sync| !sync.folder && sync.subjects[0].ends_with(".sqlite3")),
        ("those of the folder", |sync| sync.folder),
        ("OFF: all", |_| true),
    ];
    for (name, sort) in sorts {
        let left_out: Vec<usize> = syncs.iter().filter(|sync| sort(sync)).map(|sync| sync.at).collect();
        let without = one.recording.without(|op| left_out.contains(&op));
        let states = first_loss(&one, &disk, &without, left_out[0], seed);
        assert!(states.is_some(), "{name}: {} syncs left out and nothing was lost", left_out.len());
        println!("{name}: {} syncs left out, a loss after {} states", left_out.len(), states.unwrap());
    }
}

/// Whether a later sync, or the end of the files in question, makes up for one that is left out.
fn is_made_up_for(without: &Recording, sync: &Synced) -> bool {
    let (recording, syncs) = (without, without.syncs());
    let promise = recording.next_mark(sync.at);
    let names = recording.names(promise);
    sync.subjects.iter().all(|subject| {
        let again = syncs.iter().filter(|other| other.at > sync.at && other.at < promise && other.folder == sync.folder);
        let again = again.flat_map(|other| &other.subjects).any(|other| sync.folder || other == subject);
        again || !names.contains_key(subject)
    })
}

/// How many states it takes until a loss is found after the sync at `at`; `None` when none is. A loss must show before the
/// second promise after it: by then the same file was synced again.
fn first_loss(one: &Lived, disk: &Disk, recording: &Recording, at: usize, seed: u64) -> Option<u64> {
    let end = recording.next_mark(recording.next_mark(at));
    let mut states = 0;
    for round in 0..4 {
        let mut found = None;
        recording.states(at + 1..end + 1, |point, lose| {
            if found.is_some() {
                return;
            }
            let mut rng = Rng::new(seed_of(seed, 99, point, round));
            let cut = if round == 0 { Cut::All } else { CUTS[2 + rng.below(4) as usize] };
            states += 1;
            if one.trouble(disk, &lose(cut, &mut rng), one.recording.mark(point) as usize, None).is_err() {
                found = Some(states);
            }
        });
        if found.is_some() {
            return found;
        }
    }
    None
}
