//! A disk that reports errors: at every write, sync, read, name and folder sync of a learner's lives, once or for good until
//! it is mended. What was acknowledged is there afterwards, also when the power goes as well; nothing is kept twice; nothing is
//! taken for damage; and when the disk is mended all goes on.
//!
//! The session does what the program's own thread does: after an error the store is let go, opened again, and given the same
//! events again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::time::Instant;

use simulated_disk::{Cut, Disk, Failure, Fault, Files, Op, Place, Rng};

#[path = "support/learner.rs"]
mod learner;
#[path = "support/lived.rs"]
mod lived;
#[path = "support/reliability.rs"]
mod reliability;

use learner::{Life, Session, Step, lives};
use lived::{CUTS, Lived};

/// Everything that can fail, and how.
const FAILURES: [(Place, Failure); 7] = [
    (Place::Read, Failure::Device),
    (Place::Write, Failure::Device),
    (Place::Write, Failure::Full),
    (Place::Sync, Failure::Device),
    (Place::SyncFolder, Failure::Device),
    (Place::Name, Failure::Device),
    (Place::Name, Failure::Full),
];

/// A life with one fault in it.
#[derive(Debug, Clone, Copy)]
struct Case {
    life: usize,
    fault: Fault,
}

/// Lives it, with the tries that the program makes. How often something failed.
fn live(life: &Life, disk: &Disk, fault: Fault) -> Result<u64, String> {
    disk.become_(&life.start);
    disk.record();
    disk.plan(&[fault]);
    let mut session = Session::new(disk);
    let mut failures = 0;
    for (done, step) in (1..).zip(&life.steps) {
        let mut tries = 0;
        loop {
            let open = if session.is_open() || matches!(step, Step::Open) { Ok(()) } else { session.step(&Step::Open) };
            let Err(error) = open.and_then(|()| session.step(step)) else { break };
            failures += 1;
            tries += 1;
            if tries == 3 {
                // Somebody mends the disk.
                disk.plan(&[]);
            }
            if tries > 5 {
                return Err(format!("step {done} is not done on a disk that works: {error}"));
            }
            session.step(&Step::Drop)?;
        }
        disk.mark(done);
    }
    disk.plan(&[]);
    // A file that is damaged is told of once; a disk that fails is no damage.
    let wanted = usize::from(life.name.starts_with("finds"));
    if session.notices.len() != wanted {
        return Err(format!("told: {:?}", session.notices));
    }
    Ok(failures)
}

/// How many operations of a sort a life has.
fn count(lived: &Lived, place: Place) -> u64 {
    let of = |op: &Op| match op {
        Op::Write { .. } | Op::Truncate { .. } => place == Place::Write,
        Op::Sync { .. } => place == Place::Sync,
        Op::SyncFolder { .. } => place == Place::SyncFolder,
        Op::Name { .. } | Op::Unname { .. } => place == Place::Name,
        _ => false,
    };
    match place {
        // Reads are not recorded; there are about as many as writes.
        Place::Read => lived.recording.ops.len() as u64,
        _ => lived.recording.ops.iter().filter(|op| of(op)).count() as u64,
    }
}

/// Found by long runs: a sync of a folder had failed, of the one that was made or of the one in which a name was given, and
/// nobody synced it later.
#[test]
fn a_name_whose_sync_failed_is_synced_before_anything_is_acknowledged() {
    let (disk, other) = (Disk::new(&Files::default()), Disk::new(&Files::default()));
    // Once in the first life, and for good where a new file takes the place of a damaged one.
    let mut all = lives();
    let damaged = all.iter().position(|life| life.name.starts_with("finds")).unwrap();
    for (one, times) in [(all.remove(damaged), u64::MAX), (all.remove(0), 1)] {
        let one = Lived::of(one);
        for at in 0..count(&one, Place::SyncFolder) {
            let fault = Fault { place: Place::SyncFolder, at, times, failure: Failure::Device };
            live(&one.life, &disk, fault).unwrap();
            let recording = disk.recording();
            // A name that is lost is lost for a while.
            for point in (0..=recording.ops.len()).step_by(3) {
                let files = recording.after(point, Cut::All, &mut Rng::new(1));
                let done = recording.mark(point) as usize;
                one.trouble(&other, &files, done, None).unwrap_or_else(|words| panic!("{fault:?}, at {point}: {words}"));
            }
        }
    }
}

/// Found by a long run: the name that a damaged file was to get was kept free with an empty file, which a disk that gave no names
/// did not let go of again, and the file got another name.
#[test]
fn whatever_name_is_refused_the_damaged_file_is_kept_as_it_is_told() {
    let one = Lived::of(lives().into_iter().find(|life| life.name.starts_with("finds")).unwrap());
    let (disk, other) = (Disk::new(&Files::default()), Disk::new(&Files::default()));
    for at in 0..count(&one, Place::Name) {
        for times in [1, 2, u64::MAX] {
            let fault = Fault { place: Place::Name, at, times, failure: Failure::Device };
            live(&one.life, &disk, fault).unwrap();
            let recording = disk.recording();
            let end = recording.ops.len();
            let files = recording.after(end, Cut::Kill, &mut Rng::new(1));
            one.trouble(&other, &files, recording.mark(end) as usize, None).unwrap_or_else(|words| panic!("{fault:?}: {words}"));
        }
    }
}

#[test]
fn a_disk_that_fails_costs_nothing_that_was_acknowledged() {
    let begun = Instant::now();
    let (effort, seed) = (reliability::effort(250), reliability::seed(5));
    let lived: Vec<Lived> = lives().into_iter().map(Lived::of).collect();
    let mut cases = Vec::new();
    for (life, one) in lived.iter().enumerate() {
        for (place, failure) in FAILURES {
            for at in 0..count(one, place) {
                for times in [1, u64::MAX] {
                    cases.push(Case { life, fault: Fault { place, at, times, failure } });
                }
            }
        }
    }
    // A short run takes some of each; a long one all, again and again with other cuts.
    let mut rng = Rng::new(seed);
    let mut next = || {
        let at = rng.below(cases.len() as u64) as usize;
        (cases[at], Rng::new(rng.number()))
    };
    let chosen: Vec<(Case, Rng)> = if effort.count as usize >= cases.len() {
        (0..effort.count as usize).map(|at| (cases[at % cases.len()], next().1)).collect()
    } else {
        (0..effort.count).map(|_| next()).collect()
    };
    let (mut failures, mut troubled, mut states) = (0, 0, 0_u64);
    let (disk, other) = (Disk::new(&Files::default()), Disk::new(&Files::default()));
    for (case, mut rng) in chosen {
        let one = &lived[case.life];
        let failed = live(&one.life, &disk, case.fault)
            .unwrap_or_else(|words| panic!("seed {seed}: {words}: \"{}\" {case:?}", one.life.name));
        failures += failed;
        troubled += u64::from(failed > 0);
        let recording = disk.recording();
        let end = recording.ops.len();
        // As it is, after a cut at the end, and after one somewhere.
        for (point, cut) in [
            (end, Cut::Kill),
            (end, CUTS[1 + rng.below(5) as usize]),
            (rng.below(end as u64 + 1) as usize, CUTS[rng.below(6) as usize]),
        ] {
            states += 1;
            let files = recording.after(point, cut, &mut rng);
            if let Err(words) = one.trouble(&other, &files, recording.mark(point) as usize, None) {
                panic!("seed {seed}: {words}: \"{}\" {case:?}, then {cut:?} at {point} of {end}", one.life.name);
            }
        }
    }
    assert!(troubled * 2 > effort.count, "only {troubled} of {} faults were met", effort.count);
    let found = format!(
        "{} faults planned, {} met, {} operations refused, {} states looked at afterwards, 0 acknowledged answers lost",
        reliability::thousands(effort.count),
        reliability::thousands(troubled),
        reliability::thousands(failures),
        reliability::thousands(states)
    );
    reliability::record("disk-faults", effort, seed, begun.elapsed(), &found);
}
