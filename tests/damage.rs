//! Damaged databases: cut at every byte, and with every single bit flipped. Each is opened, salvaged or set aside; never are fewer
//! answers left than lie before the damage; what was damaged is kept as it was; a file that is refused is not touched.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rusqlite::{Connection, OpenFlags};
use simulated_disk::{Disk, Files, Rng};
use twelvefold::domain::event::Event;
use twelvefold::store::{Fault, Opened, Opener};

#[path = "support/learner.rs"]
mod learner;
#[path = "support/reliability.rs"]
mod reliability;

use learner::{DATABASE, FOLDER_PATH, Simulated, answer, database, held, with};

const PAGE: usize = 4_096;
const ANSWERS: u64 = 150;

/// The damage that is done.
#[derive(Debug, Clone, Copy)]
enum Damage {
    /// Nothing is left from this byte on.
    Cut(usize),
    /// One bit is another one.
    Flip(usize, u8),
}

/// Where the answers lie.
struct Layout {
    bytes: Vec<u8>,
    /// The answers that were given.
    answers: Vec<Event>,
    /// The pages of the history's leaves, in the order of its rows, each with the rows up to its end.
    leaves: Vec<(usize, u64)>,
    /// The pages above them.
    above: Vec<usize>,
}

impl Layout {
    fn new() -> Self {
        let bytes = database(0..ANSWERS);
        let disk = Disk::new(&with(DATABASE, &bytes));
        let conn = Connection::open_with_flags_and_vfs(DATABASE, OpenFlags::SQLITE_OPEN_READ_WRITE, disk.name()).unwrap();
        let mut find = conn
            .prepare("SELECT pageno, pagetype, ncell FROM dbstat WHERE name = 'event' AND pagetype IN ('leaf', 'internal') ORDER BY path")
            .unwrap();
        let rows = find.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))).unwrap();
        let (mut leaves, mut above, mut count) = (Vec::new(), vec![0], 0);
        for (page, kind, cells) in rows.map(Result::unwrap) {
            let page = usize::try_from(page - 1).unwrap();
            if kind == "leaf" {
                count += cells.unsigned_abs();
                leaves.push((page, count));
            } else {
                above.push(page);
            }
        }
        assert_eq!(count, ANSWERS);
        assert!(leaves.len() > 5 && above.len() > 1, "{leaves:?} {above:?}");
        Self { bytes, answers: (0..ANSWERS).map(answer).collect(), leaves, above }
    }

    /// How many answers lie before the damage, with everything that leads to them.
    fn intact(&self, damage: Damage) -> u64 {
        let spoilt = |page: usize| match damage {
            Damage::Cut(at) => (page + 1) * PAGE > at,
            Damage::Flip(at, _) => at / PAGE == page,
        };
        if self.above.iter().any(|page| spoilt(*page)) {
            return 0;
        }
        let first = self.leaves.iter().position(|(page, _)| spoilt(*page));
        match first {
            None => ANSWERS,
            Some(0) => 0,
            Some(at) => self.leaves[at - 1].1,
        }
    }

    fn spoilt(&self, damage: Damage) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        match damage {
            Damage::Cut(at) => bytes.truncate(at),
            Damage::Flip(at, bit) => bytes[at] ^= 1 << bit,
        }
        bytes
    }

    /// What came of it: how many answers were left, and whether it was told; `None` when the file was refused.
    fn open(&self, disk: &Disk, damage: Damage) -> Result<Option<(u64, bool)>, String> {
        let bytes = self.spoilt(damage);
        disk.become_(&with(DATABASE, &bytes));
        match Opener::on(Arc::new(Simulated(disk.clone())), FOLDER_PATH).open() {
            Ok(Opened { mut store, notice }) => {
                let kept = held(&mut store)?;
                let left = kept.history.len() as u64;
                // SQLite has no checksums: the one answer that the damage goes through may read as another one, or not at all.
                let strange = kept.history.iter().filter(|event| !self.answers.contains(event)).count();
                if strange > 1 {
                    return Err(format!("{strange} answers that nobody gave"));
                }
                if kept.progress.answers != left && notice.is_some() {
                    return Err(format!("{} answers are told of, {left} are there", kept.progress.answers));
                }
                if left < self.intact(damage) {
                    return Err(format!("{left} answers are left, {} lie before the damage", self.intact(damage)));
                }
                if let Some(notice) = &notice
                    && (!notice.as_str().contains("progress.damaged-1.sqlite3")
                        || disk.read("/home/learner/twelvefold/progress.damaged-1.sqlite3").ok() != Some(bytes))
                {
                    return Err(format!("what was damaged is not kept: {notice}"));
                }
                if left + 1 < ANSWERS && notice.is_none() && !matches!(damage, Damage::Cut(0)) {
                    return Err(format!("{left} answers are left and nothing is told"));
                }
                Ok(Some((left, notice.is_some())))
            }
            Err(error) if error.fault() == Fault::Damage => Err(format!("not salvaged: {error}")),
            Err(_) if disk.read(DATABASE).ok() != Some(bytes) => Err("a file that was refused was changed".into()),
            // Only the header says whose file it is and of which format.
            Err(error) => match damage {
                Damage::Flip(at, _) if at < 100 => Ok(None),
                _ => Err(error.to_string()),
            },
        }
    }
}

#[test]
fn of_a_damaged_file_all_that_lies_before_the_damage_is_left() {
    let begun = Instant::now();
    let (effort, seed) = (reliability::effort(600), reliability::seed(3));
    let layout = Layout::new();
    let size = layout.bytes.len();
    let all = size * 9 + 1;
    let mut rng = Rng::new(seed);
    let chosen: Vec<usize> = if effort.count as usize >= all {
        (0..all).collect()
    } else {
        (0..effort.count).map(|_| rng.below(all as u64) as usize).collect()
    };
    let damage = |number: usize| {
        if number <= size { Damage::Cut(number) } else { Damage::Flip((number - size - 1) / 8, ((number - size - 1) % 8) as u8) }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let [cuts, flips, told, refused, least] = [0; 5].map(AtomicU64::new);
    least.store(ANSWERS, Ordering::Relaxed);
    std::thread::scope(|scope| {
        // By turns, since a cut takes longer than a flip.
        for turn in 0..threads {
            let part = chosen.iter().skip(turn).step_by(threads);
            let (layout, cuts, flips, told, refused, least) = (&layout, &cuts, &flips, &told, &refused, &least);
            scope.spawn(move || {
                let disk = Disk::new(&Files::default());
                for damage in part.map(|number| damage(*number)) {
                    let (counted, is_cut) = if matches!(damage, Damage::Cut(_)) { (cuts, true) } else { (flips, false) };
                    counted.fetch_add(1, Ordering::Relaxed);
                    match layout.open(&disk, damage) {
                        Ok(Some((left, notice))) => {
                            told.fetch_add(u64::from(notice), Ordering::Relaxed);
                            if !is_cut {
                                least.fetch_min(left, Ordering::Relaxed);
                            }
                        }
                        Ok(None) => _ = refused.fetch_add(1, Ordering::Relaxed),
                        Err(words) => panic!("seed {seed}: {damage:?}: {words}"),
                    }
                }
            });
        }
    });
    let [cuts, flips, told, refused, least] = [cuts, flips, told, refused, least].map(AtomicU64::into_inner);
    assert!(cuts > 0 && flips > 0 && told > 0);
    let found = format!(
        "a file of {} bytes cut in {} places and with {} bits flipped: {} salvaged and told of, {} of another program by their header \
         and not touched, the others unharmed; of {ANSWERS} answers at least {least} left after a flip",
        reliability::thousands(size as u64),
        reliability::thousands(cuts),
        reliability::thousands(flips),
        reliability::thousands(told),
        reliability::thousands(refused)
    );
    reliability::record("damage", effort, seed, begun.elapsed(), &found);
}
