//! Whatever a learner, a terminal and the disk do, in whatever order: random events against the app in one process, behind the
//! gate, with the laws of every screen held after each event. What fails is shrunk and printed with its seed.
//!
//! The short form runs some thousands, `TWELVEFOLD_LONG=1000000` so many; `TWELVEFOLD_SEED` begins elsewhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use twelvefold::content::files::Files;
use twelvefold::content::load::{embedded, load};
use twelvefold::domain::class::Plan;
use twelvefold::domain::code::{Colours, Role};
use twelvefold::domain::course::Course;
use twelvefold::domain::event::{Attempt, Deed, Event};
use twelvefold::domain::exam::Paper;
use twelvefold::domain::grade::{Answer, Verdict};
use twelvefold::domain::id::{ClassId, QuestionId};
use twelvefold::domain::interview;
use twelvefold::domain::night::Switches;
use twelvefold::domain::progress::Progress;
use twelvefold::domain::rng::Rng;
use twelvefold::domain::text::SafeText;
use twelvefold::domain::time::{Day, Timestamp, Zone};
use twelvefold::term::gate::{Gate, MAX_COLUMNS, MAX_ROWS};
use twelvefold::ui::app::{App, Setup, Start};
use twelvefold::ui::canvas::Canvas;
use twelvefold::ui::hues::Colors;
use twelvefold::ui::ink::Theme;
use twelvefold::ui::message::{Effect, Input, Key, KeyCode, Message, Mouse, MouseKind};
use twelvefold::ui::palette::Palette;
use twelvefold::ui::screen::present::Wish;

#[path = "support/reliability.rs"]
mod reliability;
#[path = "support/shrink.rs"]
mod shrink;

use reliability::{effort, record, thousands};

/// Events in all in the short form.
const EVENTS: u64 = 4_000;
/// Events of one run: then everything begins anew.
const RUN: usize = 400;
/// Presses of Esc that lead home from anywhere: out of a field, out of a screen, and a question whether one means it.
const ESCAPES: usize = 4;

/// Screens on top of one another; beyond that the oldest is let go.
const DEPTH: usize = 32;

/// Where a run may begin. A new start has to be named here, or this does not compile.
fn starts() -> Vec<Start> {
    let all = vec![
        Start::Home,
        Start::Lesson(0),
        Start::Compare(0),
        Start::Quiz(0),
        Start::Review,
        Start::Exam(Paper { questions: 5, factors: 0, minutes: Some(1), seed: Some(3) }),
        Start::Plan,
        Start::Interview(interview::Wish::default()),
        Start::Night,
        Start::Simulator(Switches::ALL_ON, 1),
    ];
    for start in &all {
        match start {
            Start::Home
            | Start::Lesson(_)
            | Start::Compare(_)
            | Start::Quiz(_)
            | Start::Review
            | Start::Exam(_)
            | Start::Plan
            | Start::Interview(_)
            | Start::Night
            | Start::Simulator(..) => {}
        }
    }
    all
}

/// The views of a class that a run may begin with, behind all [`starts`].
const VIEWS: [bool; 2] = [false, true];

/// What somebody is known by who read every lesson and answered every question long ago, so that all of it is due.
fn practised(course: &Course) -> Progress {
    let mut progress = Progress::default();
    let at = Timestamp(1_600_000_000_000);
    for entry in &course.map {
        progress.apply(&Event { at, deed: Deed::Opened { lesson: entry.id.clone() } });
        progress.apply(&Event { at, deed: Deed::Finished { lesson: entry.id.clone() } });
        for listed in &entry.questions {
            let (lesson, question) = (entry.id.clone(), listed.id.clone());
            let attempt = Attempt {
                lesson,
                question,
                revision: 1,
                seed: 1,
                shown: Vec::new(),
                answer: Answer::Text(String::new()),
                score: 0.5,
                verdict: Verdict::Partly,
                scored: true,
                in_quiz: false,
                sure: Some(true),
                hints: 0,
                day: Day(18_500),
                took: 1,
            };
            progress.apply(&Event { at, deed: Deed::Answered(attempt) });
        }
    }
    progress
}

fn begun(course: &Arc<Course>, start: usize, next: usize) -> App {
    let starts = starts();
    let at = start % (starts.len() + VIEWS.len());
    let app = app(course, starts.get(at).copied().unwrap_or(Start::Home), next);
    match at.checked_sub(starts.len()).and_then(|view| VIEWS.get(view)) {
        Some(&speaker) => {
            let class = ClassId::new("blue").unwrap();
            app.with_class(Wish { plan: Some(Plan::Course), minutes: Some(45), class, speaker, me: 1 + next as u64 })
        }
        None => app,
    }
}

/// One thing that happens. Nothing in it depends on what happened before, so that any part of a list can be left out.
#[derive(Debug, Clone, PartialEq)]
enum Happens {
    Press(Key),
    /// Bytes as a terminal sends pastes: any text.
    Paste(String),
    /// Where, in thousandths of the screen and beyond it.
    Click(u16, u16),
    Wheel(i16),
    Size(u16, u16),
    Background(bool),
    Beat,
    /// What is kept is read again.
    Load,
    /// So many of the events that wait are kept, in thousandths.
    Save(usize),
    Fail,
    Tell,
    /// The colours of one piece that was asked for come, right or wrong.
    Colour(u64),
    /// The clock goes on, or jumps back.
    Clock(i64),
    /// The learner wants to go home.
    Escape,
}

fn text(rng: &mut Rng) -> String {
    const PARTS: [&str; 12] =
        ["words ", "\n", "\t", "\u{1b}[2J", "\u{202e}", "日本", "👩\u{200d}💻", "e\u{301}", "\u{0}", "\u{feff}", "4", "\u{e000}"];
    let count = rng.below(12);
    let part = |_| {
        let most = if rng.below(40) == 0 { 3_000 } else { 3 };
        PARTS[rng.below(PARTS.len())].repeat(1 + rng.below(most))
    };
    (0..count).map(part).collect()
}

fn press(rng: &mut Rng) -> Key {
    use KeyCode::{BackTab, Backspace, Delete, Down, End, Enter, Esc, F, Home, Insert, Left, PageDown, PageUp, Right, Tab, Up};
    const NAMED: [KeyCode; 17] =
        [Enter, Enter, Enter, Esc, Tab, BackTab, Backspace, Delete, Insert, Up, Down, Left, Right, Home, End, PageUp, PageDown];
    const LETTERS: &str = "abcdefghijklmnoprstuvwxyzBCDGHJKLNRSTUX?/[]<>+-=,.0123456789  ";
    let code = match rng.below(100) {
        0..=39 => NAMED[rng.below(NAMED.len())],
        40..=94 => KeyCode::Char(LETTERS.chars().nth(rng.below(LETTERS.len())).unwrap()),
        95 => KeyCode::Char('q'),
        96 => F(u8::try_from(rng.below(12)).unwrap() + 1),
        _ => KeyCode::Char(char::from_u32(u32::try_from(rng.below(0x11_0000)).unwrap()).unwrap_or('\u{7f}')),
    };
    let odd = rng.below(30);
    Key { code, ctrl: odd == 0, alt: odd == 1, shift: odd == 2 }
}

fn size(rng: &mut Rng) -> (u16, u16) {
    const USUAL: [(u16, u16); 6] = [(80, 24), (120, 36), (60, 20), (40, 12), (200, 60), (99, 30)];
    let any = |rng: &mut Rng, limit: usize| u16::try_from(rng.below(limit)).unwrap();
    match rng.below(20) {
        0 => [(0, 0), (1, 1), (1, 200), (500, 1), (500, 200), (65_535, 65_535), (2, 2)][rng.below(7)],
        1..=3 => (any(rng, 501), any(rng, 201)),
        4..=7 => (any(rng, 60), any(rng, 20)),
        _ => USUAL[rng.below(USUAL.len())],
    }
}

fn happens(rng: &mut Rng) -> Happens {
    match rng.below(1_000) {
        0..=719 => Happens::Press(press(rng)),
        720..=739 => Happens::Paste(text(rng)),
        740..=789 => Happens::Click(u16::try_from(rng.below(1_100)).unwrap(), u16::try_from(rng.below(1_100)).unwrap()),
        790..=819 => Happens::Wheel(i16::try_from(rng.below(0xffff) as i64 - 0x7fff).unwrap() >> rng.below(16)),
        820..=849 => {
            let (columns, rows) = size(rng);
            Happens::Size(columns, rows)
        }
        850..=854 => Happens::Background(rng.below(2) == 0),
        855..=904 => Happens::Beat,
        905..=914 => Happens::Load,
        915..=944 => Happens::Save(rng.below(1_001)),
        945..=949 => Happens::Fail,
        950..=954 => Happens::Tell,
        955..=974 => Happens::Colour(rng.next_u64()),
        975..=994 => Happens::Clock((rng.next_u64() >> (20 + rng.below(44))) as i64 * if rng.below(5) == 0 { -1 } else { 1 }),
        _ => Happens::Escape,
    }
}

/// A learner before a screen, and the disk behind it.
struct World {
    app: App,
    gate: Gate,
    course: Arc<Course>,
    now: Timestamp,
    /// What the store held when the session began, and what it has been given since.
    kept: Progress,
    recorded: Vec<Event>,
    /// How many of those are kept and told of.
    saved: usize,
    /// How many of those the laws were held against.
    looked: usize,
    ticket: u64,
    wanted: Vec<u64>,
    loaded: bool,
    /// The best score of every question and every quiz so far.
    best: BTreeMap<QuestionId, (u32, f64)>,
    quizzes: BTreeMap<String, (u32, f64)>,
    next: usize,
    /// Where keys were pressed, and how often.
    seen: BTreeMap<String, u64>,
    last: Option<Canvas>,
}

fn app(course: &Arc<Course>, start: Start, next: usize) -> App {
    App::new(Setup {
        course: Arc::clone(course),
        palette: Palette::default(),
        theme: next.is_multiple_of(2).then_some(Theme::Light),
        seed: next as u64,
        zone: Zone::default(),
        start,
    })
}

impl World {
    fn new(course: &Arc<Course>, start: usize) -> Self {
        let colors = [Colors::True, Colors::Indexed, Colors::Sixteen, Colors::None][start % 4];
        let mut world = Self {
            app: begun(course, start, start),
            gate: Gate::new(colors),
            course: Arc::clone(course),
            now: Timestamp(1_700_000_000_000),
            // Every other learner is new here.
            kept: if start % 8 < 4 { Progress::default() } else { practised(course) },
            recorded: Vec::new(),
            saved: 0,
            looked: 0,
            ticket: 0,
            wanted: Vec::new(),
            loaded: false,
            best: BTreeMap::new(),
            quizzes: BTreeMap::new(),
            next: start + 1,
            seen: BTreeMap::new(),
            last: None,
        };
        world.happen(&Happens::Size(80, 24));
        world
    }

    fn size(&self) -> (u16, u16) {
        let size = self.gate.drawn().area();
        (size.width, size.height)
    }

    fn send(&mut self, message: Message) {
        for effect in self.app.update(self.now, message) {
            match effect {
                Effect::Record { ticket, event } => {
                    assert_eq!(ticket, self.ticket + 1, "tickets go up by one");
                    self.ticket = ticket;
                    self.recorded.push(event);
                }
                Effect::Colour(wanted) => self.wanted.push(wanted.key),
                Effect::Write { name, text } => {
                    assert!(!name.is_empty() && !name.contains(['/', '\\', '\0']) && !name.starts_with('.'), "{name:?}");
                    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
                }
                Effect::Suspend | Effect::Class(_) => {}
                Effect::Quit => self.restart(),
            }
        }
    }

    /// The session has ended and another begins, on what was recorded.
    fn restart(&mut self) {
        self.kept = std::mem::take(&mut self.kept).after(&self.recorded.iter().collect::<Vec<_>>());
        self.recorded.clear();
        self.app = begun(&self.course, self.next, self.next);
        self.next += 1;
        (self.saved, self.looked, self.ticket, self.loaded) = (0, 0, 0, false);
        self.wanted.clear();
        let (columns, rows) = self.size();
        self.app.update(self.now, Message::Input(Input::Resize { columns, rows }));
    }

    fn stored(&self) -> Progress {
        self.kept.clone().after(&self.recorded[..self.saved].iter().collect::<Vec<_>>())
    }

    fn happen(&mut self, what: &Happens) {
        match what {
            Happens::Press(key) => {
                *self.seen.entry(format!("{:?}", self.app.mode())).or_default() += 1;
                self.send(Message::Input(Input::Key(*key)));
            }
            Happens::Paste(text) => self.send(Message::Input(Input::Paste(text.clone()))),
            Happens::Click(x, y) => {
                let (columns, rows) = self.size();
                let at = |part: u16, of: u16| u16::try_from(u32::from(part) * u32::from(of) / 1_000).unwrap();
                let mouse = Mouse { kind: MouseKind::Press, column: at(*x, columns), row: at(*y, rows) };
                self.send(Message::Input(Input::Mouse(mouse)));
            }
            Happens::Wheel(steps) => {
                self.send(Message::Input(Input::Mouse(Mouse { kind: MouseKind::Wheel(*steps), column: 1, row: 1 })));
            }
            Happens::Size(columns, rows) => {
                let (columns, rows) = self.gate.resize(*columns, *rows);
                assert!((1..=MAX_COLUMNS).contains(&columns) && (1..=MAX_ROWS).contains(&rows));
                self.send(Message::Input(Input::Resize { columns, rows }));
            }
            Happens::Background(light) => self.send(Message::Input(Input::Background { light: *light })),
            Happens::Beat => self.send(Message::Beat),
            Happens::Load => {
                let progress = self.stored();
                self.loaded = true;
                self.send(Message::Loaded(Box::new(progress)));
            }
            Happens::Save(share) => {
                // The store is read before it is written to.
                if self.loaded {
                    self.saved += (self.recorded.len() - self.saved) * share / 1_000;
                    self.send(Message::Saved(self.saved as u64));
                    assert_eq!(self.app.unsaved(), self.recorded.len() - self.saved, "what waits is what is not saved");
                }
            }
            Happens::Fail => self.send(Message::Unsaved(SafeText::new("The disk is full."))),
            Happens::Tell => self.send(Message::Notice(SafeText::new("Something\nto be told, and at some length \u{1b}[2J."))),
            Happens::Colour(choice) => {
                let mut rng = Rng::new(*choice);
                let key = if self.wanted.is_empty() { *choice } else { self.wanted[rng.below(self.wanted.len())] };
                let run = |rng: &mut Rng| (rng.below(30), [Role::Plain, Role::String, Role::Keyword][rng.below(3)]);
                let lines = (0..rng.below(30)).map(|_| (0..rng.below(9)).map(|_| run(&mut rng)).collect()).collect();
                self.send(Message::Coloured { key, colours: Colours { lines } });
            }
            Happens::Clock(millis) => self.now = Timestamp(self.now.0.saturating_add(*millis).clamp(-1 << 50, 1 << 50)),
            Happens::Escape => self.go_home(),
        }
    }

    fn go_home(&mut self) {
        let limit = ESCAPES * (self.app.depth() + 1);
        let mut presses = 0;
        while self.app.depth() > 0 {
            assert!(presses < limit, "{presses} presses of Esc did not lead home");
            self.send(Message::Input(Input::Key(Key::plain(KeyCode::Esc))));
            presses += 1;
        }
    }

    /// Home shows what it laid out when something changed: laid out once more it shows the same.
    fn home_is_up_to_date(&mut self) {
        let (columns, rows) = self.size();
        // The clock may have gone on since the last message.
        self.send(Message::Beat);
        let mut shown = Vec::new();
        for message in [None, Some(Message::Input(Input::Resize { columns, rows }))] {
            message.into_iter().for_each(|message| self.send(message));
            let app = &self.app;
            let _ = self.gate.draw(|canvas| app.view(canvas));
            shown.push(self.gate.drawn().clone());
        }
        assert!(shown[0] == shown[1], "home shows what is not so any more");
        self.last = shown.pop();
    }

    /// What must hold after everything that happens.
    fn holds(&mut self) {
        let before = self.app.progress().clone();
        let (columns, rows) = self.size();
        let app = &self.app;
        let _ = self.gate.draw(|canvas| app.view(canvas));
        let one = self.gate.drawn().clone();
        self.app.look_ahead();
        let app = &self.app;
        let again = self.gate.draw(|canvas| app.view(canvas));
        assert_eq!(again, b"", "nothing has changed and something was written");
        let two = self.gate.drawn();
        assert_eq!((one.area().width, one.area().height), (columns, rows));
        assert!(one == *two, "drawing changes what is drawn");
        assert!(before == *self.app.progress(), "drawing changes what was learnt");
        assert_eq!(self.gate.refused(), 0, "the gate refused a character");
        let told = self.app.take_stale();
        if let Some(last) = self.last.take().filter(|last| !told && last.area() == one.area()) {
            assert!(last == one, "the picture changed and nobody was told");
        }
        self.last = Some(one);
        if self.app.depth() == 0 {
            self.home_is_up_to_date();
        }
        assert!(self.app.depth() <= DEPTH, "{} screens", self.app.depth());
        if let Some((at, of)) = self.app.selection() {
            assert!(at < of.max(1), "{at} of {of} is selected");
        }
        if !self.loaded {
            return;
        }
        // Once what was kept has come, nothing that was reached is lost again.
        for event in &self.recorded[self.looked.min(self.recorded.len())..] {
            // A slip of the finger that is taken back lowers a score, and a reset takes it away.
            match &event.deed {
                Deed::TakenBack { question, .. } => _ = self.best.remove(question),
                Deed::Reset { lesson: None, .. } => {
                    self.best.clear();
                    self.quizzes.clear();
                }
                Deed::Reset { lesson: Some(lesson), questions, .. } => {
                    self.best.retain(|id, _| !questions.contains(id));
                    self.quizzes.remove(lesson.as_str());
                }
                _ => {}
            }
        }
        self.looked = self.recorded.len();
        for (id, known) in &self.app.progress().questions {
            let (attempts, best) = self.best.insert(id.clone(), (known.attempts, known.best)).unwrap_or((0, 0.0));
            assert!(known.attempts >= attempts && known.best >= best, "{id}: {known:?} after {attempts} answers, {best}");
            assert!(
                known.best >= known.last && known.best >= known.first && known.best <= 1.0 && known.last >= 0.0,
                "{id}: {known:?}"
            );
        }
        for id in self.best.keys() {
            assert!(self.app.progress().questions.contains_key(id), "{id} is forgotten");
        }
        for (id, lesson) in &self.app.progress().lessons {
            let Some(quiz) = &lesson.quiz else { continue };
            let best = self.quizzes.entry(id.to_string()).or_insert((0, 0.0));
            assert!(quiz.taken >= best.0 && quiz.best >= best.1, "{id}: {quiz:?} after {best:?}");
            assert!(quiz.best >= quiz.last && quiz.best >= quiz.first && quiz.best <= 1.0, "{id}: {quiz:?}");
            *best = (quiz.taken, quiz.best);
        }
    }
}

fn courses() -> [Arc<Course>; 2] {
    let (files, problems) = Files::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/good"));
    let (tea, problems) = load(&files, problems);
    [Arc::new(tea.unwrap_or_else(|| panic!("{problems:#?}"))), Arc::new(embedded().unwrap())]
}

/// Lives through events; the reason when a law breaks.
fn lived(course: &Arc<Course>, start: usize, events: &[Happens]) -> Result<BTreeMap<String, u64>, String> {
    let lived = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(course, start);
        world.holds();
        for event in events {
            world.happen(event);
            world.holds();
        }
        world.go_home();
        world.seen
    }));
    lived.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })
}

/// The run of a seed: its start and what happens.
fn run_of(seed: u64, length: usize) -> (usize, Vec<Happens>) {
    let mut rng = Rng::new(seed);
    let start = rng.below(1 << 20);
    (start, (0..length).map(|_| happens(&mut rng)).collect())
}

const BEHIND: &str = "events";

fn tried(course: &Arc<Course>, seed: u64) -> Result<BTreeMap<String, u64>, String> {
    let (start, events) = run_of(seed, RUN);
    let reason = match lived(course, start, &events) {
        Ok(seen) => return Ok(seen),
        Err(reason) => reason,
    };
    let small = shrink::shrink(&events, |part| lived(course, start, part).is_err());
    let last = lived(course, start, &small).err().unwrap_or_default();
    Err(format!("seed {seed} of {}, start {start}: {reason}\nshrunk to {} events: {last}\n{small:#?}", course.id, small.len()))
}

#[test]
fn whatever_happens_the_laws_hold() {
    let (effort, first, began) = (effort(EVENTS), reliability::seed(1), Instant::now());
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if thread::current().name() != Some(BEHIND) {
            usual(info);
        }
    }));
    let courses = courses();
    let runs = effort.count.div_ceil(RUN as u64);
    let work = move |part: u64| {
        let mut seen = BTreeMap::<String, u64>::new();
        for seed in (first..first + runs).filter(|seed| seed % 2 == part) {
            for (mode, count) in tried(&courses[usize::try_from(seed / 2 % 2).unwrap()], seed)? {
                *seen.entry(mode).or_default() += count;
            }
        }
        Ok::<_, String>(seen)
    };
    let part = |part: u64| {
        let work = work.clone();
        thread::Builder::new().name(BEHIND.into()).spawn(move || work(part)).unwrap()
    };
    let (mut found, mut seen) = (Vec::new(), BTreeMap::<String, u64>::new());
    for half in [part(0), part(1)] {
        match half.join().unwrap() {
            Ok(modes) => modes.into_iter().for_each(|(mode, count)| *seen.entry(mode).or_default() += count),
            Err(reason) => found.push(reason),
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n\n"));
    // Laws that hold where nobody goes say nothing.
    let few =
        ["Home", "Lesson", "Compare", "Ask", "Told", "Plan", "Speak", "Tick", "OnCall", "Simulator", "Present", "Overview", "Help"];
    for mode in few {
        assert!(seen.contains_key(mode), "no key was pressed in {mode}: {seen:?}");
    }
    let found = format!(
        "{} events in {} sessions, 0 panics, every law held; keys were pressed in {} kinds of place",
        thousands(runs * RUN as u64),
        thousands(runs),
        seen.len()
    );
    record("events", effort, first, began.elapsed(), &found);
    println!("keys by place: {seen:?}");
}

/// The same key again and again, at every start and on what opens from there: nobody comes to the ends by chance.
#[test]
fn cursors_stop_at_the_ends() {
    use KeyCode::{Char, Down, Enter, PageDown, PageUp, Right, Up};
    let tea = Arc::clone(&courses()[0]);
    for start in 0..starts().len() + VIEWS.len() {
        for open in [None, Some(Char('w')), Some(Char('R')), Some(Char('p')), Some(Char('o')), Some(Char('x')), Some(Enter)] {
            let mut world = World::new(&tea, start);
            world.kept = practised(&tea);
            world.happen(&Happens::Load);
            (0..4).for_each(|_| world.happen(&Happens::Beat));
            let many = [(Down, 30), (Up, 30), (PageDown, 5), (PageUp, 5), (Right, 8)];
            let keys = open.into_iter().chain(many.into_iter().flat_map(|(code, times)| std::iter::repeat_n(code, times)));
            for code in keys {
                world.happen(&Happens::Press(Key::plain(code)));
                world.holds();
            }
        }
    }
}

/// The night takes thousands of beats: with a decision at every scene the morning comes, and its list has ends as well.
#[test]
fn the_morning_comes() {
    let night = starts().iter().position(|start| *start == Start::Night).unwrap();
    let mut world = World::new(&courses()[0], night);
    world.happen(&Happens::Load);
    let faster = [Happens::Press(Key::plain(KeyCode::Char('+'))), Happens::Press(Key::plain(KeyCode::Char('>')))];
    faster.iter().cycle().take(12).for_each(|event| world.happen(event));
    for _ in 0..20_000 {
        if format!("{:?}", world.app.mode()) == "Morning" {
            break;
        }
        let waits = world.app.beat().is_none();
        world.happen(&if waits { Happens::Press(Key::plain(KeyCode::Enter)) } else { Happens::Beat });
    }
    assert_eq!(format!("{:?}", world.app.mode()), "Morning");
    for code in [KeyCode::Down, KeyCode::Enter, KeyCode::Up].into_iter().flat_map(|code| std::iter::repeat_n(code, 24)) {
        world.holds();
        world.happen(&Happens::Press(Key::plain(code)));
        world.happen(&Happens::Beat);
    }
    world.go_home();
}

/// From a question to its passage, from there to the questions and so on, with help in front: nobody comes so far by chance.
#[test]
fn screens_do_not_pile_up() {
    let lesson = starts().iter().position(|start| *start == Start::Lesson(0)).unwrap();
    let mut world = World::new(&courses()[0], lesson);
    world.happen(&Happens::Load);
    let mut deepest = 0;
    // A quiz that was answered is begun anew from its result.
    for key in "t1 23\rp".repeat(10).chars().chain("ta1 23\rp".repeat(10).chars()).chain("?".chars()) {
        let code = if key == '\r' { KeyCode::Enter } else { KeyCode::Char(key) };
        world.happen(&Happens::Press(Key::plain(code)));
        world.holds();
        deepest = deepest.max(world.app.depth());
    }
    assert_eq!(deepest, DEPTH, "{:?}", world.app.mode());
    world.go_home();
}

/// Found by a long run: the clock of an exam had gone on when an answer was saved, and the picture was not drawn anew.
#[test]
fn a_clock_is_drawn_anew_whatever_comes() {
    let exam = starts().iter().position(|start| matches!(start, Start::Exam(_))).unwrap();
    for events in [
        vec![Happens::Load, Happens::Clock(1_018_649), Happens::Load],
        vec![Happens::Load, Happens::Clock(134_470), Happens::Save(776)],
    ] {
        lived(&courses()[0], exam, &events).unwrap();
        // Its time ran out meanwhile, and the next beat says so.
        let mut world = World::new(&courses()[0], exam);
        events.iter().for_each(|event| world.happen(event));
        assert!(world.app.beat().is_some(), "nobody ends the exam");
        world.happen(&Happens::Beat);
        assert_eq!((world.app.beat(), world.app.progress().exam.is_some()), (None, false));
    }
}

/// Found by a long run: "asked again in so many days" stood there on another day.
#[test]
fn what_is_told_in_days_is_drawn_anew_on_another_day() {
    let keys = [KeyCode::Up, KeyCode::Char('u'), KeyCode::Enter].map(|code| Happens::Press(Key::plain(code)));
    let day = [Happens::Load].into_iter().chain(keys).chain([Happens::Clock(15_928_952_833), Happens::Load]);
    lived(&courses()[0], 816_557, &day.collect::<Vec<_>>()).unwrap();
}

/// Found by a long run: an answer of an interview was saved, another event was not yet, and the screen went on saying "saving".
#[test]
fn an_answer_is_called_saved_when_it_is_though_more_waits() {
    use KeyCode::{Char, End, Enter, Esc, Tab};
    let keys = [Enter, Tab, Char('0'), Char('p'), End, Enter, Esc, Esc].map(|code| Happens::Press(Key::plain(code)));
    let events: Vec<_> = keys.into_iter().chain([Happens::Load, Happens::Save(769)]).collect();
    lived(&courses()[0], 736_482, &events).unwrap();
}

/// The check itself can fail: a law that a certain key breaks is found, and the key is what is left.
#[test]
fn what_breaks_is_shrunk_to_what_breaks_it() {
    let (_, events) = run_of(5, RUN);
    let enter = Happens::Press(Key::plain(KeyCode::Enter));
    let small = shrink::shrink(&events, |part| part.contains(&enter) && part.contains(&Happens::Beat));
    assert_eq!(small.len(), 2);
}
