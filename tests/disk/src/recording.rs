//! What was done on a disk, and the states in which a power cut may leave it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::state::{Content, FOLDER, Files, put};

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// A file got a name: a new file, or one that had the name `from`.
    Name {
        /// The name.
        path: String,
        /// The file.
        inode: u64,
        /// What it was called before.
        from: Option<String>,
    },
    /// A name was taken away.
    Unname {
        /// The name.
        path: String,
    },
    /// Bytes were written.
    Write {
        /// The file.
        inode: u64,
        /// Where.
        at: u64,
        /// What.
        bytes: Vec<u8>,
    },
    /// A file got another length.
    Truncate {
        /// The file.
        inode: u64,
        /// Its length.
        len: u64,
    },
    /// A file was synced.
    Sync {
        /// The file.
        inode: u64,
    },
    /// Syncing failed: what was not synced may be gone, and a later sync does not bring it back.
    SyncFailed {
        /// The file.
        inode: u64,
    },
    /// The names in a folder were synced.
    SyncFolder {
        /// The folder.
        path: String,
    },
    /// The test notes how far it is.
    Mark(u64),
}

/// How much of what was not synced is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing: the process was killed, the machine goes on.
    Kill,
    /// Everything.
    All,
    /// Whole operations, each by itself.
    Operations,
    /// Everything after some operation.
    Tail,
    /// Sectors of that many bytes, each by itself; those that were being written may be noise.
    Sectors(u64),
}

/// A generator of numbers (SplitMix64).
#[derive(Debug, Clone, Copy)]
pub struct Rng(u64);

impl Rng {
    /// One that gives the same numbers for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }
}

/// A sync that had anything to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// Its place among the operations.
    pub at: usize,
    /// Whether names were synced and not bytes.
    pub folder: bool,
    /// The files whose bytes or names were synced.
    pub subjects: Vec<String>,
}

/// Everything that was done on a disk that began with `start`.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    /// What was on the disk before.
    pub start: Files,
    /// What was done.
    pub ops: Vec<Op>,
}

/// What is on the disk for certain at some point, and what may be.
#[derive(Debug, Clone, Default)]
struct Standing {
    certain: Files,
    /// Writes and lengths that were not synced, by file, in their order.
    contents: BTreeMap<u64, Vec<Op>>,
    /// Those that a failed sync gave up: kept apart, since no later sync makes them certain.
    given_up: BTreeMap<u64, Vec<Op>>,
    names: Vec<Op>,
}

impl Standing {
    /// Goes on by one operation. Whether it was a sync that had anything to do.
    fn step(&mut self, op: &Op) -> bool {
        match op {
            Op::Name { inode, from, .. } => {
                if from.is_none() {
                    self.certain.contents.entry(*inode).or_default();
                }
                self.names.push(op.clone());
            }
            Op::Unname { .. } => self.names.push(op.clone()),
            Op::Write { inode, .. } | Op::Truncate { inode, .. } => self.contents.entry(*inode).or_default().push(op.clone()),
            Op::Sync { inode } => {
                let pending = self.contents.remove(inode).unwrap_or_default();
                let content = self.certain.contents.entry(*inode).or_default();
                for op in &pending {
                    apply(content, op);
                }
                // What was written again is there whatever became of the first try.
                if let Some(lost) = self.given_up.get_mut(inode) {
                    for new in &pending {
                        *lost = lost.iter().flat_map(|old| uncovered(old, new)).collect();
                    }
                }
                return !pending.is_empty();
            }
            Op::SyncFailed { inode } => {
                let pending = self.contents.remove(inode).unwrap_or_default();
                self.given_up.entry(*inode).or_default().extend(pending);
            }
            Op::SyncFolder { path } => {
                let names = std::mem::take(&mut self.names);
                let (here, elsewhere): (Vec<_>, Vec<_>) = names.into_iter().partition(|op| is_in(op, path));
                self.names = elsewhere;
                for op in &here {
                    name(&mut self.certain.names, op);
                }
                return !here.is_empty();
            }
            Op::Mark(_) => {}
        }
        false
    }

    fn lose(&self, cut: Cut, rng: &mut Rng) -> Files {
        let mut files = self.certain.clone();
        let tail = |count: usize, rng: &mut Rng| rng.below(count as u64 + 1) as usize;
        for (inode, pending) in self.given_up.iter().chain(&self.contents) {
            let content = files.contents.entry(*inode).or_default();
            match cut {
                Cut::Kill => pending.iter().for_each(|op| apply(content, op)),
                Cut::All => {}
                Cut::Operations => pending.iter().filter(|_| rng.below(2) == 0).for_each(|op| apply(content, op)),
                Cut::Tail => pending[..tail(pending.len(), rng)].iter().for_each(|op| apply(content, op)),
                Cut::Sectors(size) => {
                    // Often most of it arrives, or most of it does not.
                    let (kept, noise) = ([1, 8, 15][rng.below(3) as usize], rng.below(4) == 0);
                    pending.iter().for_each(|op| tear(content, op, size, kept, noise, rng));
                }
            }
        }
        match cut {
            Cut::Kill => self.names.iter().for_each(|op| name(&mut files.names, op)),
            Cut::All => {}
            // A file system may write names in any order, or keep theirs.
            Cut::Operations => self.names.iter().filter(|_| rng.below(2) == 0).for_each(|op| name(&mut files.names, op)),
            Cut::Tail | Cut::Sectors(_) => {
                self.names[..tail(self.names.len(), rng)].iter().for_each(|op| name(&mut files.names, op));
            }
        }
        // What is in a folder that is gone is gone.
        let folders = files.names.clone();
        files.names.retain(|path, _| parents(path).all(|parent| folders.get(parent) == Some(&FOLDER)));
        let named: BTreeSet<u64> = files.names.values().copied().collect();
        files.contents.retain(|inode, _| named.contains(inode));
        files
    }
}

impl Recording {
    /// The disk after the first `count` operations and a power cut.
    #[must_use]
    pub fn after(&self, count: usize, cut: Cut, rng: &mut Rng) -> Files {
        let mut standing = Standing { certain: self.start.clone(), ..Standing::default() };
        for op in &self.ops[..count] {
            standing.step(op);
        }
        standing.lose(cut, rng)
    }

    /// Hands, for every point in `range`, as many states as `each` asks for by returning true: those after a power cut there.
    pub fn states(&self, range: Range<usize>, mut each: impl FnMut(usize, &dyn Fn(Cut, &mut Rng) -> Files)) {
        let mut standing = Standing { certain: self.start.clone(), ..Standing::default() };
        for count in 0..=range.end.min(self.ops.len()) {
            if count > 0 {
                standing.step(&self.ops[count - 1]);
            }
            if range.contains(&count) {
                each(count, &|cut, rng| standing.lose(cut, rng));
            }
        }
    }

    /// The syncs that had anything to do.
    #[must_use]
    pub fn syncs(&self) -> Vec<Synced> {
        let mut standing = Standing { certain: self.start.clone(), ..Standing::default() };
        let mut paths: BTreeMap<u64, String> = self.start.names.iter().map(|(path, inode)| (*inode, path.clone())).collect();
        let mut found = Vec::new();
        for (at, op) in self.ops.iter().enumerate() {
            if let Op::Name { path, inode, .. } = op {
                paths.insert(*inode, path.clone());
            }
            let subjects: Vec<String> = match op {
                Op::Sync { inode } => paths.get(inode).cloned().into_iter().collect(),
                Op::SyncFolder { path } => standing.names.iter().filter(|op| is_in(op, path)).filter_map(named).collect(),
                _ => Vec::new(),
            };
            if standing.step(op) {
                found.push(Synced { at, folder: matches!(op, Op::SyncFolder { .. }), subjects });
            }
        }
        found
    }

    /// The names that there are after the first `count` operations.
    #[must_use]
    pub fn names(&self, count: usize) -> BTreeMap<String, u64> {
        let mut names = self.start.names.clone();
        self.ops[..count].iter().for_each(|op| name(&mut names, op));
        names
    }

    /// The same without some of its operations.
    #[must_use]
    pub fn without(&self, leave_out: impl Fn(usize) -> bool) -> Self {
        // A mark in its place keeps the numbers of the others.
        let ops = self.ops.iter().enumerate().map(|(at, op)| if leave_out(at) { Op::Mark(0) } else { op.clone() }).collect();
        Self { start: self.start.clone(), ops }
    }

    /// How many operations there are up to the first mark at or behind `from`, that mark included; all when there is none.
    #[must_use]
    pub fn next_mark(&self, from: usize) -> usize {
        let behind = self.ops.iter().enumerate().skip(from).find(|(_, op)| matches!(op, Op::Mark(1..)));
        behind.map_or(self.ops.len(), |(at, _)| at + 1)
    }

    /// The highest mark among the first `count` operations; 0 when there is none.
    #[must_use]
    pub fn mark(&self, count: usize) -> u64 {
        let marks = self.ops[..count].iter().filter_map(|op| if let Op::Mark(mark) = op { Some(*mark) } else { None });
        marks.max().unwrap_or(0)
    }
}

fn name(names: &mut BTreeMap<String, u64>, op: &Op) {
    match op {
        Op::Name { path, inode, from } => {
            if let Some(from) = from {
                names.remove(from);
            }
            names.insert(path.clone(), *inode);
        }
        Op::Unname { path } => {
            names.remove(path);
        }
        _ => {}
    }
}

fn apply(content: &mut Content, op: &Op) {
    match op {
        Op::Write { at, bytes, .. } => put(content, *at, bytes),
        Op::Truncate { len, .. } => content.resize(usize::try_from(*len).expect("a small file"), 0),
        _ => {}
    }
}

/// Writes those sectors of `op` that chance keeps: `kept` of 16.
fn tear(content: &mut Content, op: &Op, size: u64, kept: u64, noise: bool, rng: &mut Rng) {
    let Op::Write { at, bytes, .. } = op else {
        if rng.below(16) < kept {
            apply(content, op);
        }
        return;
    };
    let end = at + bytes.len() as u64;
    let mut from = *at;
    while from < end {
        let to = (from / size * size + size).min(end);
        let piece = &bytes[(from - at) as usize..(to - at) as usize];
        if rng.below(16) < kept {
            put(content, from, piece);
        } else if noise && rng.below(2) == 0 {
            let garbage: Vec<u8> = piece.iter().map(|_| rng.number() as u8).collect();
            put(content, from, &garbage);
        }
        from = to;
    }
}

/// What of `old` is left when `new` was written over it.
fn uncovered(old: &Op, new: &Op) -> Vec<Op> {
    match (old, new) {
        (Op::Write { inode, at, bytes }, Op::Write { at: from, bytes: over, .. }) => {
            let (end, to) = (at + bytes.len() as u64, from + over.len() as u64);
            let piece = |from: u64, to: u64| {
                (from < to).then(|| Op::Write {
                    inode: *inode,
                    at: from,
                    bytes: bytes[(from - at) as usize..(to - at) as usize].to_vec(),
                })
            };
            [piece(*at, end.min(*from)), piece(to.max(*at), end)].into_iter().flatten().collect()
        }
        (Op::Write { at, .. }, Op::Truncate { len, .. }) if len <= at => Vec::new(),
        (Op::Truncate { .. }, _) => Vec::new(),
        _ => vec![old.clone()],
    }
}

/// The folder that a path is in.
pub(crate) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(at) => &path[..at],
    }
}

/// The folders that a path is in, the root left out.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(parent(path)), |path| Some(parent(path))).take_while(|path| *path != "/")
}

fn named(op: &Op) -> Option<String> {
    match op {
        Op::Name { path, .. } | Op::Unname { path } => Some(path.clone()),
        _ => None,
    }
}

fn is_in(op: &Op, folder: &str) -> bool {
    matches!(op, Op::Name { path, .. } | Op::Unname { path } if parent(path) == folder)
}
