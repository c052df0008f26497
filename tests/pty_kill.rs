//! The whole program in a real terminal under SIGKILL: it reads, takes a quiz, reviews and takes answers back, and is killed at a
//! random moment after a key. What the screen it leaves behind had called saved is in the store, in that order and once; nothing
//! is there that was not done; the database is sound; and the next start goes on at the right place.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use twelvefold::domain::event::{Attempt, Deed, Event};
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::id::{LessonId, QuestionId};
use twelvefold::domain::rng::Rng;
use twelvefold::domain::time::{Day, Timestamp};
use twelvefold::store::{Opener, Store as _};

#[path = "support/reliability.rs"]
mod reliability;
#[path = "support/terminal.rs"]
mod terminal;

use reliability::thousands;
use terminal::{BINARY, LIMIT, Session, answers};

/// The questions of the small course: where they stand, their ids, what the screen shows of them, and keys that answer them.
const QUESTIONS: [(&str, &str, &str, &str); 11] = [
    ("leaves", "leaves-single", "Which leaf do you take?", "1\r"),
    ("leaves", "leaves-multiple", "Where do leaves keep?", "12\r"),
    ("leaves", "leaves-true", "Whole leaves steep for four minutes.", "2u"),
    ("leaves", "leaves-spot", "Which line picks the leaf?", " \r"),
    ("leaves", "leaves-name", "Which factor speaks of a fixed leaf?", "1u"),
    ("leaves", "leaves-order", "Put the tea in order.", " \r"),
    ("leaves", "leaves-match", "How long?", "123\r"),
    ("leaves", "leaves-predict", "What happens?", "1\r"),
    ("leaves", "leaves-diff", "A friend sends this change.", "1\r"),
    ("leaves", "leaves-short", "What do leaves do in hot water?", "steep\r"),
    ("water", "water-single", "Where does water boil at less?", "2\r"),
];
/// How many of them a quiz of the first lesson asks.
const QUIZ: usize = 10;
/// The lesson of the shipped course that is read.
const LESSON: &str = "config";

/// What the foot of the screen says while a question waits for its answer, and once it has been told how it came out.
const ASKED: &str = "Enter answer";
const TOLD: &str = "Enter go on";
/// What the head of the screen says when everything that was done is on the disk.
const SAVED: &str = "✓ saved";

/// The title of its first passage.
const FIRST_PASSAGE: &str = "Last month's address";

/// The place of all lines of a lesson's head, up to the title of its first passage: who has read no further begins there.
const BEGINNING: &str = "the beginning";

/// What was done in a session, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Did {
    Answered(String),
    TookBack(String),
}

/// A learner's folder, and what she does with it until it is full.
struct Learner {
    folder: tempfile::TempDir,
    rng: Rng,
    /// What was found in the history after the last kill.
    history: Vec<Did>,
    /// How many questions of the quiz are answered.
    quiz: usize,
    /// The places that the reader may be found at: the first lines on the screen, and how much was read there, in percent.
    places: Vec<(String, u64)>,
    /// How much was read at the least.
    least: u64,
    claimed: u64,
    kept: u64,
}

/// Everything was answered long ago, so that all of it is due.
fn long_ago() -> Vec<Event> {
    let answer = |(at, (lesson, id, ..)): (usize, (&str, &str, &str, &str))| Event {
        at: Timestamp(1_600_000_000_000 + i64::try_from(at).unwrap()),
        deed: Deed::Answered(Attempt {
            lesson: LessonId::new(lesson).unwrap(),
            question: QuestionId::new(id).unwrap(),
            revision: 1,
            seed: 1,
            shown: Vec::new(),
            answer: Answer::Text("long ago".into()),
            score: 1.0,
            verdict: Verdict::Right,
            scored: true,
            in_quiz: false,
            sure: Some(true),
            hints: 0,
            took: 1,
            day: Day(18_500),
        }),
    };
    QUESTIONS.into_iter().enumerate().map(answer).collect()
}

/// What lies in a folder, once the database was found to be sound.
fn history(folder: &Path) -> Vec<Did> {
    let opened = Opener::new(folder).open().unwrap();
    assert_eq!(opened.notice, None);
    let mut store = opened.store;
    assert_eq!(store.check().unwrap(), None, "the database is not sound");
    let mut found = Vec::new();
    store
        .history(|event| match event.deed {
            Deed::Answered(attempt) => found.push(Did::Answered(attempt.question.to_string())),
            Deed::TakenBack { question, .. } => found.push(Did::TookBack(question.to_string())),
            _ => {}
        })
        .unwrap();
    let answered = found.iter().filter(|did| matches!(did, Did::Answered(_))).count() as u64;
    assert_eq!(store.load().unwrap().answers, answered);
    drop(store);
    assert_eq!(answers(folder), answered, "the program itself counts others");
    found
}

/// The question that the screen shows.
fn shown(screen: &str) -> (&'static str, &'static str) {
    let found: Vec<_> = QUESTIONS.iter().filter(|(.., prompt, _)| screen.contains(prompt)).collect();
    let [(_, id, _, keys)] = found[..] else { panic!("which question is it?\n{screen}") };
    (id, keys)
}

/// The two numbers of `3 of 10` in the head of the screen.
fn counted(screen: &str) -> (usize, usize) {
    let head: Vec<&str> = screen.lines().next().unwrap().split_whitespace().collect();
    let at = head.iter().position(|word| *word == "of").unwrap_or_else(|| panic!("no count:\n{screen}"));
    (head[at - 1].parse().unwrap(), head[at + 1].parse().unwrap())
}

/// How much was read, in the head of the screen.
fn percent(screen: &str) -> u64 {
    let head = screen.lines().next().unwrap_or("").strip_suffix('%').map(str::trim_end);
    head.and_then(|head| head.split(' ').next_back()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The first lines of the text from a line of the screen on, which say where it is. Empty ones say nothing.
fn place(screen: &str, line: usize) -> String {
    let first: Vec<&str> = screen.lines().skip(2 + line).filter(|line| !line.trim().is_empty()).take(3).collect();
    let top = first.first().map_or("", |line| line.trim());
    if top == FIRST_PASSAGE || !screen.lines().next().unwrap_or("").contains('›') {
        return BEGINNING.to_owned();
    }
    first.join("\n")
}

impl Learner {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Opener::new(folder.path()).open().unwrap().store;
        store.append(&long_ago()).unwrap();
        Box::new(store).close();
        let history = history(folder.path());
        Self { folder, rng: Rng::new(seed), history, quiz: 0, places: Vec::new(), least: 0, claimed: 0, kept: 0 }
    }

    fn open(&self, arguments: &[&str]) -> Session {
        if arguments[0] == "open" {
            let mut command = CommandBuilder::new(BINARY);
            command.arg("--data");
            command.arg(self.folder.path());
            command.args(arguments);
            command.env_remove("TWELVEFOLD_COURSE");
            return Session::of(command, &[]);
        }
        Session::start(self.folder.path(), arguments, &[])
    }

    /// Some moment, mostly the one in which a key is worked on.
    fn moment(&mut self) -> Duration {
        let most = [300, 3_000, 30_000][self.rng.below(3)];
        Duration::from_micros(self.rng.below(most) as u64)
    }

    /// Kills it and gives the screen that it left.
    fn kill(&self, mut session: Session) -> String {
        session.signal("KILL");
        assert_eq!(session.end(), -9);
        session.contents()
    }

    /// Takes the quiz up, or a review, answers some and is killed.
    fn is_asked(&mut self, command: &str) {
        let review = command == "review";
        let mut session = self.open(if review { &["review"] } else { &["quiz", "leaves"] });
        session.shows(ASKED);
        let screen = session.contents();
        let ((at, all), due) = (counted(&screen), QUESTIONS.len() - self.reviewed().len());
        // The right place: the quiz goes on behind the last answer that is kept, and a review asks what is still due, though
        // perhaps not all of it, for what is alike waits for another day.
        if review {
            assert!(at == 1 && all <= due && !self.reviewed().contains(&shown(&screen).0), "{due} are due:\n{screen}");
        } else {
            assert_eq!((at, all), (self.quiz + 1, QUIZ), "\n{screen}");
        }
        let mut did: Vec<Did> = Vec::new();
        let (mut claimed, mut id) = (0, "");
        loop {
            let screen = session.contents();
            let asked = screen.contains(ASKED);
            if screen.contains(SAVED) {
                claimed = did.len();
            }
            let back = !asked && review && self.rng.below(3) == 0;
            let (keys, wanted) = if asked {
                let keys;
                (id, keys) = shown(&screen);
                did.push(Did::Answered(id.to_owned()));
                (keys, TOLD)
            } else if back {
                did.push(Did::TookBack(id.to_owned()));
                ("z", ASKED)
            } else {
                ("\r", ASKED)
            };
            let last = !asked && !back && counted(&screen).0 == all;
            session.send(keys.as_bytes());
            if !last && self.rng.below(4) > 0 {
                session.shows(wanted);
                // Often it says that it is saved before the next key comes, often not.
                if self.rng.below(2) == 0 {
                    session.shows(SAVED);
                }
                continue;
            }
            thread::sleep(self.moment());
            let screen = self.kill(session);
            // Whether the screen had come to show the last deed.
            let pending = usize::from((asked || back) && !screen.contains(wanted));
            if screen.contains(SAVED) {
                claimed = did.len() - pending;
            }
            return self.compare(&did, claimed, &format!("{command}, the screen was:\n{screen}"), !review);
        }
    }

    /// What the store holds is what was there before, and of what was done all that was called saved, in order.
    fn compare(&mut self, did: &[Did], claimed: usize, what: &str, in_quiz: bool) {
        let now = history(self.folder.path());
        assert!(now.starts_with(&self.history), "{what}\nwhat was there before is not: {now:?}, {:?}", self.history);
        let new = &now[self.history.len()..];
        assert!(new.len() >= claimed, "{what}\nonly {new:?} of {did:?} is kept, {claimed} were called saved");
        assert!(did.starts_with(new), "{what}\n{new:?} is kept, {did:?} was done");
        if in_quiz {
            self.quiz += new.len();
        }
        self.claimed += claimed as u64;
        self.kept += new.len() as u64;
        self.history = now;
    }

    /// The questions that were answered since long ago, and not taken back.
    fn reviewed(&self) -> Vec<&'static str> {
        let count = |wanted: &Did| self.history.iter().filter(|did| *did == wanted).count();
        let answered = |id: &str| count(&Did::Answered(id.to_owned())) > 1 + count(&Did::TookBack(id.to_owned()));
        QUESTIONS.iter().map(|(_, id, ..)| *id).filter(|id| answered(id)).collect()
    }

    /// The place that is kept, in percent.
    fn kept_percent(&self) -> u64 {
        let output = Command::new(BINARY).arg("--data").arg(self.folder.path()).args(["progress", "--json"]).output().unwrap();
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let lessons = value["lessons"].as_array().unwrap();
        lessons.iter().find(|lesson| lesson["id"] == LESSON).unwrap()["place"]["percent"].as_u64().unwrap_or(0)
    }

    /// Reads on, waits now and then until the place is kept, reads on and is killed. The next start is where she was.
    fn reads(&mut self) {
        let mut session = self.open(&["open", LESSON]);
        // The text is there at once, and the place a moment later, when the store has been read.
        let what = format!("one of the places {:#?}, of at least {} %, {} are kept", self.places, self.least, self.kept_percent());
        session.until(&what, |screen| {
            let screen = screen.parser.screen().contents();
            let first = place(&screen, 0);
            let known = self.places.is_empty() || self.places.iter().any(|(known, _)| *known == first);
            known && percent(&screen) > 0 && percent(&screen) >= self.least
        });
        let screen = session.contents();
        self.places.push((place(&screen, 0), percent(&screen)));
        let wait_after = self.rng.below(16);
        let count = 1 + self.rng.below(12);
        for number in 0..count {
            let before = session.contents();
            let end = percent(&before) == 100;
            if end {
                // Back at the beginning: anything between was not seen.
                self.least = 0;
            }
            session.send(if end { b"g" } else { b"j" });
            if number + 1 == count {
                // The key that is worked on may be kept before it is seen.
                self.places.push((place(&before, 1), percent(&before)));
                break;
            }
            let lines = |screen: &str| screen.lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
            session.until("the next line", |screen| lines(&screen.parser.screen().contents()) != lines(&before));
            let screen = session.contents();
            self.places.push((place(&screen, 0), percent(&screen)));
            if number == wait_after && place(&screen, 0) != BEGINNING {
                let end = Instant::now() + LIMIT;
                while self.kept_percent() != percent(&screen) {
                    assert!(Instant::now() < end, "{} % are kept of\n{screen}", self.kept_percent());
                    thread::sleep(Duration::from_millis(10));
                }
                // From here on she is nowhere else any more.
                let kept = percent(&screen);
                self.places.retain(|(_, known)| *known == kept);
                self.least = kept;
            }
        }
        thread::sleep(self.moment());
        let screen = self.kill(session);
        self.places.push((place(&screen, 0), percent(&screen)));
        let history_before = self.history.len();
        self.compare(&[], 0, "reading", false);
        assert_eq!(self.history.len(), history_before);
        assert!(self.kept_percent() >= self.least, "the place is lost: {} % of {} %", self.kept_percent(), self.least);
    }

    /// Whether there is nothing more to be asked in this folder.
    fn is_done(&self) -> bool {
        self.quiz == QUIZ || self.reviewed().len() == QUESTIONS.len()
    }

    fn lives(&mut self) {
        match self.rng.below(3) {
            0 => self.is_asked("quiz"),
            1 => self.is_asked("review"),
            _ => self.reads(),
        }
    }
}

#[test]
fn what_the_screen_called_saved_survives_a_kill() {
    let begun = Instant::now();
    let (effort, seed) = (reliability::effort(12), reliability::seed(41));
    let (mut kills, mut folders, mut claimed, mut kept) = (0, 0, 0, 0);
    while kills < effort.count {
        let mut learner = Learner::new(seed + folders);
        folders += 1;
        while kills < effort.count && !learner.is_done() {
            learner.lives();
            kills += 1;
        }
        claimed += learner.claimed;
        kept += learner.kept;
    }
    assert!(claimed > 0, "nothing was called saved");
    let found = format!(
        "{} kills of the program in a terminal, {} answers and takings back were called saved by the screens that it left, 0 lost; \
         {} more were kept; the place was right after each",
        thousands(kills),
        thousands(claimed),
        thousands(kept - claimed)
    );
    reliability::record("kill-screen", effort, seed, begun.elapsed(), &found);
}
