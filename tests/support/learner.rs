//! What a learner does, step by step, on a simulated disk: the lives that the harnesses of the store cut short at every point.

#![allow(dead_code, reason = "no harness needs all of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::any::Any;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use simulated_disk::{Disk as Memory, FOLDER, Files};
use twelvefold::domain::event::{Attempt, Deed, Event, ReadingPlace, Vote};
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::history::Kept;
use twelvefold::domain::id::{ClassId, LessonId, OptionId, PassageId, QuestionId, TrackId};
use twelvefold::domain::progress::Progress;
use twelvefold::domain::time::{Day, Timestamp};
use twelvefold::store::{About, Disk, Identity, Kind, Lock, Opener, Sqlite, Store as _};

/// Where the store is.
pub const FOLDER_PATH: &str = "/home/learner/twelvefold";
/// The database.
pub const DATABASE: &str = "/home/learner/twelvefold/progress.sqlite3";
/// The database of another machine.
pub const OTHER: &str = "/stick/progress.sqlite3";

/// The simulated disk as the store wants it.
#[derive(Debug, Clone)]
pub struct Simulated(pub Memory);

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

impl Disk for Simulated {
    fn sqlite(&self) -> Option<&str> {
        Some(self.0.name())
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.0.is_folder(text(path))
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let mut missing: Vec<&Path> = path.ancestors().take_while(|path| !self.0.is_folder(text(path))).collect();
        missing.reverse();
        for folder in missing {
            self.0.make_folder(text(folder))?;
            self.0.sync_folder(text(folder.parent().unwrap()))?;
        }
        Ok(())
    }

    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn about(&self, path: &Path) -> io::Result<About> {
        let entry = self.0.entry(text(path)).ok_or(io::ErrorKind::NotFound)?;
        let kind = if entry.inode == FOLDER { Kind::Folder } else { Kind::File };
        let written = (i64::try_from(entry.written).unwrap(), 0);
        Ok(About { kind, len: entry.len, identity: Identity(1, entry.inode), written, open_to_all: false })
    }

    fn create(&self, path: &Path) -> io::Result<()> {
        self.0.create(text(path))
    }

    fn read(&self, path: &Path, at_most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = self.0.read(text(path))?;
        bytes.truncate(usize::try_from(at_most).unwrap());
        Ok(bytes)
    }

    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.0.write(text(path), content)
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.write(text(to), &self.0.read(text(from))?)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.remove(text(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(text(from), text(to))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.0.sync_folder(text(path))
    }

    fn lock(&self, _: &Path) -> Lock {
        let lock: Box<dyn Any + Send> = self.0.lock();
        Lock::Held(lock)
    }

    fn network(&self, _: &Path) -> Option<&'static str> {
        self.0.is_folder("/network").then_some("NFS")
    }
}

/// The `number`th of a row of different answers.
pub fn answer(number: u64) -> Event {
    let score = [0.0, 1.0 / 3.0, 1.0][usize::try_from(number % 3).unwrap()];
    Event {
        at: Timestamp(1_790_000_000_000 + i64::try_from(number).unwrap() * 1_000),
        deed: Deed::Answered(Attempt {
            lesson: lesson(number % 12),
            question: QuestionId::new(&format!("question-{}", number % 50)).unwrap(),
            revision: 1,
            seed: number,
            shown: ["a", "b", "c"].map(|id| OptionId::new(id).unwrap()).into(),
            answer: Answer::Options(vec![OptionId::new("a").unwrap()]),
            score,
            verdict: Verdict::of(score),
            scored: true,
            in_quiz: number.is_multiple_of(2),
            sure: [None, Some(true), Some(false)][usize::try_from(number % 3).unwrap()],
            hints: 0,
            took: number,
            day: Day(20_717 + i32::try_from(number / 40).unwrap()),
        }),
    }
}

/// A lesson by its number.
pub fn lesson(number: u64) -> LessonId {
    LessonId::new(&format!("lesson-{number}")).unwrap()
}

/// The learner has read on.
pub fn place(number: u64, block: u32) -> Event {
    let place = ReadingPlace { passage: PassageId::new("why").ok(), block, offset: 7, percent: 40 };
    Event { at: Timestamp(1_790_000_000_000 + i64::from(block)), deed: Deed::ReadTo { lesson: lesson(number), place } }
}

/// Answers after which [`deeds`] have all been done, and begin anew.
pub const ALL_DEEDS: u64 = 16;

/// What a learner does between two answers, the `number`th of them included: it reads, takes a quiz, reviews and takes an answer
/// back, is examined with breaks, is interviewed, has a class vote, begins anew and takes that back. Every deed there is comes in
/// [`ALL_DEEDS`] answers, and every sort of answer in five of them; what belongs together is spread over several.
pub fn deeds(number: u64) -> Vec<Event> {
    let (round, step) = (number / ALL_DEEDS, number % ALL_DEEDS);
    let first = number - step;
    let question = |number: u64| QuestionId::new(&format!("question-{number}")).unwrap();
    let option = |id| OptionId::new(id).unwrap();
    let moment = |number: u64| Timestamp(1_790_000_000_000 + i64::try_from(number).unwrap() * 864_000_000);
    let score = [1.0, 0.0, 2.0 / 3.0][usize::try_from(number % 3).unwrap()];
    let mut attempt = Attempt {
        lesson: lesson(number % 12),
        question: question(number),
        revision: 1,
        seed: 0,
        shown: ["a", "b", "c"].map(option).into(),
        answer: match number % 5 {
            0 => Answer::Options(vec![option("a")]),
            1 => Answer::Lines(vec![0, 7]),
            2 => Answer::Order(["c", "a", "b"].map(option).into()),
            3 => Answer::Match(vec![(option("a"), option("c")), (option("b"), option("a"))]),
            _ => Answer::Text("what I would say \u{e4}\n\u{65e5}\u{672c}".into()),
        },
        score,
        verdict: Verdict::of(score),
        scored: step != 13,
        in_quiz: matches!(step, 2 | 3),
        sure: [Some(true), Some(false), None][usize::try_from(number % 3).unwrap()],
        hints: u8::try_from(number % 2).unwrap(),
        took: number,
        // Ten days lie between two answers, so that what is asked again is due.
        day: Day(20_717 + 10 * i32::try_from(number).unwrap()),
    };
    let at_home = lesson(first % 12);
    let examined = vec![question(first + 6), question(first + 7), question(first + 8), question(first + 9)];
    let reset =
        |lesson: Option<LessonId>, name| Deed::Reset { name, lesson, questions: vec![question(first), question(first + 4)] };
    let before = match step {
        0 if round > 0 => vec![Deed::ResetUndone { name: 2 * round - 1 }],
        0 => vec![Deed::Opened { lesson: at_home }],
        1 => {
            vec![Deed::Opened { lesson: at_home.clone() }, read_to(at_home, number), Deed::Finished { lesson: lesson(first % 12) }]
        }
        2 => {
            (attempt.lesson, attempt.seed) = (at_home.clone(), number);
            let questions = vec![question(number), question(number + 1), question(number + 2)];
            vec![Deed::QuizStarted { lesson: at_home, seed: number, questions, part: round % 2 == 1 }]
        }
        3 => {
            (attempt.lesson, attempt.seed) = (at_home, number - 1);
            vec![]
        }
        4 => vec![Deed::QuizLeft { lesson: at_home }],
        5 => {
            attempt.question = question(first + 4);
            vec![]
        }
        6..=9 => {
            let seed = 900 + round;
            attempt.seed = seed;
            let given = Some(moment(first + 5));
            match step {
                6 => vec![
                    Deed::TakenBack { lesson: lesson((first + 5) % 12), question: question(first + 4), given },
                    Deed::ExamBegan { seed, questions: examined, left: Some(2_000_000_000) },
                ],
                8 => vec![Deed::ExamBegan { seed, questions: examined, left: Some(1_000_000_000) }],
                9 => vec![read_to(lesson(number % 12), number), Deed::ExamEnded { seed }],
                _ => vec![],
            }
        }
        10 => vec![reset(Some(at_home), 2 * round + 1_000)],
        12 => vec![Deed::ResetUndone { name: 2 * round + 1_000 }],
        13 => vec![Deed::WayChosen { track: (round % 2 == 0).then(|| TrackId::new("by-heart").unwrap()) }],
        14 => vec![
            Deed::Voted(Vote {
                class: ClassId::new("blue").unwrap(),
                sitting: 7,
                lesson: at_home,
                question: question(first),
                revision: 1,
                round: 1,
                hands: vec![(option("a"), 12, true), (option("b"), 3, false)],
            }),
            read_to(lesson(3), number),
        ],
        // Undone with the next answer.
        15 => vec![reset(None, 2 * round + 1)],
        _ => vec![],
    };
    let all = before.into_iter().chain([Deed::Answered(attempt)]);
    all.map(|deed| Event { at: moment(number), deed }).collect()
}

fn read_to(lesson: LessonId, number: u64) -> Deed {
    let place = ReadingPlace { passage: PassageId::new("why").ok(), block: u32::try_from(number).unwrap(), offset: 7, percent: 40 };
    Deed::ReadTo { lesson, place }
}

/// The names of the variants of an enumeration, by its source.
pub fn variants(source: &str, name: &str) -> std::collections::BTreeSet<String> {
    let (_, rest) = source.split_once(&format!("pub enum {name} {{\n")).unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    names.map(|line| line.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned()).collect()
}

/// Every deed there is, and every sort of answer, is among `events`: of one that is new no harness would know whether it is kept.
pub fn all_is_done(events: &[Event]) {
    let word = |debug: String| debug.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
    let deeds = events.iter().map(|event| word(format!("{:?}", event.deed))).collect();
    assert_eq!(variants(include_str!("../../src/domain/event.rs"), "Deed"), deeds);
    let answers = events.iter().filter_map(|event| match &event.deed {
        Deed::Answered(attempt) => Some(word(format!("{:?}", attempt.answer))),
        _ => None,
    });
    assert_eq!(variants(include_str!("../../src/domain/grade.rs"), "Answer"), answers.collect());
}

/// One thing that the store is asked to do.
#[derive(Debug, Clone)]
pub enum Step {
    /// Open it.
    Open,
    /// Keep these, all of them or none.
    Keep(Vec<Event>),
    /// Take over histories.
    Merge(Vec<Vec<Kept>>),
    /// Take over the database of another machine.
    MergeFile,
    /// Close it as at the end of a session, which leaves a glance.
    Close,
    /// Let it go, as a session that ended badly does not even do.
    Drop,
}

/// A disk and what is done on it.
pub struct Life {
    /// What it is called.
    pub name: &'static str,
    /// The disk before.
    pub start: Files,
    /// What is done.
    pub steps: Vec<Step>,
}

/// What the store holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// What the learner sees.
    pub progress: Progress,
    /// The history, oldest first.
    pub history: Vec<Event>,
}

/// The store on a disk.
pub struct Session {
    opener: Opener,
    store: Option<Sqlite>,
    /// What the learner was told.
    pub notices: Vec<String>,
}

impl Session {
    /// Nothing is open yet.
    pub fn new(disk: &Memory) -> Self {
        Self { opener: Opener::on(Arc::new(Simulated(disk.clone())), FOLDER_PATH), store: None, notices: Vec::new() }
    }

    /// Whether there is a store.
    pub fn is_open(&self) -> bool {
        self.store.is_some()
    }

    /// Does one step.
    pub fn step(&mut self, step: &Step) -> Result<(), String> {
        let failed = |error: twelvefold::store::StoreError| error.to_string();
        match step {
            Step::Open => {
                let opened = self.opener.open().map_err(failed)?;
                self.notices.extend(opened.notice.map(|notice| notice.to_string()));
                self.store = Some(opened.store);
            }
            Step::Keep(events) => self.store.as_mut().unwrap().append(events).map_err(failed)?,
            Step::Merge(histories) => {
                self.store.as_mut().unwrap().merge(histories).map_err(failed)?;
            }
            Step::MergeFile => {
                let kept = self.opener.read_other(Path::new(OTHER)).map_err(failed)?;
                self.store.as_mut().unwrap().merge(&[kept]).map_err(failed)?;
            }
            Step::Close => Box::new(self.store.take().unwrap()).close(),
            Step::Drop => drop(self.store.take()),
        }
        Ok(())
    }
}

/// What a store holds.
pub fn held(store: &mut Sqlite) -> Result<Held, String> {
    let mut history = Vec::new();
    store.history(|event| history.push(event)).map_err(|error| error.to_string())?;
    Ok(Held { progress: store.load().map_err(|error| error.to_string())?, history })
}

/// Opens the store on a disk; what it told, and what it holds.
pub fn look(disk: &Memory) -> Result<(Option<String>, Held), String> {
    let opened = Opener::on(Arc::new(Simulated(disk.clone())), FOLDER_PATH).open().map_err(|error| error.to_string())?;
    let mut store = opened.store;
    Ok((opened.notice.map(|notice| notice.to_string()), held(&mut store)?))
}

/// A disk with an empty home.
pub fn home() -> Files {
    let names = [("/home", FOLDER), ("/home/learner", FOLDER), ("/stick", FOLDER)];
    Files { names: names.map(|(path, inode)| (path.to_owned(), inode)).into(), ..Files::default() }
}

/// The same with a database.
pub fn with(path: &str, content: &[u8]) -> Files {
    let mut files = home();
    files.names.insert(FOLDER_PATH.to_owned(), FOLDER);
    files.names.insert(path.to_owned(), 1);
    files.contents.insert(1, content.to_vec());
    files
}

/// A database file of a format that was released.
pub fn released(format: u32) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/progress/format-{format}.sqlite3"))).unwrap()
}

/// The closed database of somebody who gave these answers.
pub fn database(answers: std::ops::Range<u64>) -> Vec<u8> {
    let disk = Memory::new(&home());
    let mut session = Session::new(&disk);
    session.step(&Step::Open).unwrap();
    session.step(&Step::Keep(answers.map(answer).collect())).unwrap();
    session.step(&Step::Drop).unwrap();
    disk.read(DATABASE).unwrap()
}

/// The history of somebody else.
pub fn history(answers: std::ops::Range<u64>) -> Vec<Kept> {
    let disk = Memory::new(&with(DATABASE, &database(answers)));
    let mut store = Opener::on(Arc::new(Simulated(disk)), FOLDER_PATH).open().unwrap().store;
    store.kept().unwrap()
}

fn one_by_one(from: u64, to: u64) -> Vec<Step> {
    (from..to)
        .map(|number| {
            Step::Keep(if number.is_multiple_of(4) {
                vec![place(number % 5, u32::try_from(number).unwrap()), answer(number)]
            } else {
                vec![answer(number)]
            })
        })
        .collect()
}

fn all_deeds(from: u64, to: u64) -> Vec<Step> {
    (from..to).map(|number| Step::Keep(deeds(number))).collect()
}

/// The lives that are cut short.
pub fn lives() -> Vec<Life> {
    let mut all = Vec::new();
    let mut life = |name, start, steps: Vec<Vec<Step>>| all.push(Life { name, start, steps: steps.concat() });
    let end = || vec![Step::Close];
    life(
        "reads, answers, comes back",
        home(),
        vec![
            vec![Step::Open],
            one_by_one(1, 8),
            end(),
            vec![Step::Open],
            one_by_one(8, 12),
            vec![Step::Drop, Step::Open],
            one_by_one(12, 14),
            end(),
        ],
    );
    life("brings format 1 up to date", with(DATABASE, &released(1)), vec![vec![Step::Open], one_by_one(100, 104), end()]);
    life("brings format 2 up to date", with(DATABASE, &released(2)), vec![vec![Step::Open], one_by_one(100, 104), end()]);
    life(
        "merges",
        with(DATABASE, &database(0..20)),
        vec![
            vec![Step::Open, Step::Keep(vec![place(3, 9), answer(60)])],
            vec![Step::Merge(vec![history(1_000..1_020), history(2_000..2_030)])],
            one_by_one(61, 64),
            end(),
        ],
    );
    let mut files = with(DATABASE, &database(0..10));
    files.names.insert(OTHER.to_owned(), 2);
    files.contents.insert(2, released(1));
    life("takes over an old database", files, vec![vec![Step::Open, Step::MergeFile], one_by_one(61, 63), end()]);
    // Long enough that the log is written back and begun anew while it is open.
    let many: Vec<Step> = (0..24).map(|batch| Step::Keep((batch * 60..batch * 60 + 60).map(answer).collect())).collect();
    life("answers until the log is begun anew", home(), vec![vec![Step::Open], many, one_by_one(5_000, 5_003), vec![Step::Drop]]);
    let mut files = with(DATABASE, &database(0..20));
    files.names.insert("/network".to_owned(), FOLDER);
    life("answers on a network drive", files, vec![vec![Step::Open], one_by_one(30, 35), end()]);
    // Closed in the middle of an exam, and let go before a reset is undone.
    life(
        "does all that can be done",
        home(),
        vec![
            vec![Step::Open],
            all_deeds(0, 8),
            vec![Step::Close, Step::Open],
            all_deeds(8, 16),
            vec![Step::Drop, Step::Open],
            all_deeds(16, 18),
            end(),
        ],
    );
    let mut damaged = database(0..300);
    damaged[8 * 4096..9 * 4096].fill(0xee);
    life("finds the file damaged", with(DATABASE, &damaged), vec![vec![Step::Open], one_by_one(600, 603), end()]);
    all
}
