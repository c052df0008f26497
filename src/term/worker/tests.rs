//! Over a disk that fails on demand: nothing is lost, nothing is kept twice, and what is told is true.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::domain::event::ReadingPlace;
use crate::domain::id::LessonId;
use crate::domain::time::Timestamp;
use crate::store::Opener;

/// What stores of one test share: what is kept, and what goes wrong.
#[derive(Default)]
struct Disk {
    batches: Mutex<Vec<Vec<Event>>>,
    fails: AtomicBool,
    panics: AtomicBool,
    cannot_open: AtomicBool,
    cannot_load: AtomicBool,
    opened: AtomicUsize,
    tries: AtomicUsize,
    /// How long an append takes.
    slow: AtomicUsize,
}

struct Faulty(Arc<Disk>);

impl Store for Faulty {
    fn load(&mut self) -> Result<Progress, StoreError> {
        if self.0.cannot_load.load(Ordering::SeqCst) {
            return Err(StoreError::BrokeOff);
        }
        Ok(Progress::of(self.0.batches.lock().unwrap().iter().flatten()))
    }

    fn append(&mut self, events: &[Event]) -> Result<(), StoreError> {
        self.0.tries.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(self.0.slow.load(Ordering::SeqCst) as u64));
        if self.0.panics.swap(false, Ordering::SeqCst) {
            panic!("as asked");
        }
        if self.0.fails.load(Ordering::SeqCst) {
            return Err(StoreError::BrokeOff);
        }
        self.0.batches.lock().unwrap().push(events.to_vec());
        Ok(())
    }
}

impl Disk {
    fn start(self: &Arc<Self>) -> (Worker, Receiver<Message>) {
        let (send, messages) = channel();
        let disk = Arc::clone(self);
        let open = move || -> Opening {
            disk.opened.fetch_add(1, Ordering::SeqCst);
            if disk.cannot_open.load(Ordering::SeqCst) {
                return Err(StoreError::OpenToAll { folder: "there".into() });
            }
            Ok((Box::new(Faulty(Arc::clone(&disk))), None))
        };
        let mut worker = Worker::new(open, move |message| drop(send.send(message)));
        worker.begin().unwrap();
        (worker, messages)
    }

    fn kept(&self) -> Vec<Event> {
        self.batches.lock().unwrap().concat()
    }

    fn set(flag: &AtomicBool, to: bool) {
        flag.store(to, Ordering::SeqCst);
    }
}

fn opened(at: i64) -> Event {
    Event { at: Timestamp(at), deed: Deed::Opened { lesson: LessonId::new("a").unwrap() } }
}

fn read_to(lesson: &str, block: u32) -> Event {
    let place = ReadingPlace { passage: None, block, offset: 0, percent: 1 };
    Event { at: Timestamp(i64::from(block)), deed: Deed::ReadTo { lesson: LessonId::new(lesson).unwrap(), place } }
}

fn next(messages: &Receiver<Message>) -> Message {
    messages.recv_timeout(Duration::from_secs(10)).unwrap()
}

fn saved(messages: &Receiver<Message>, ticket: u64) {
    loop {
        match next(messages) {
            Message::Saved(up_to) if up_to == ticket => return,
            Message::Saved(up_to) => assert!(up_to < ticket),
            other => panic!("{other:?}"),
        }
    }
}

const SOON: Duration = Duration::from_secs(5);

#[test]
fn what_is_recorded_is_kept_and_told() {
    let disk = Arc::new(Disk::default());
    disk.batches.lock().unwrap().push(vec![opened(0)]);
    let (worker, messages) = disk.start();
    assert_eq!(next(&messages), Message::Loaded(Box::new(Progress::of(&[opened(0)]))));
    for ticket in 1..=100 {
        worker.record(ticket, opened(ticket.cast_signed()));
    }
    saved(&messages, 100);
    worker.record(101, opened(101));
    assert_eq!(worker.finish(SOON), Ok(()));
    assert_eq!(disk.kept(), (0..=101).map(opened).collect::<Vec<_>>());
    assert_eq!(disk.opened.load(Ordering::SeqCst), 1);
}

#[test]
fn a_burst_is_one_transaction() {
    let disk = Arc::new(Disk::default());
    disk.slow.store(100, Ordering::SeqCst);
    let (worker, messages) = disk.start();
    next(&messages);
    for ticket in 1..=500 {
        worker.record(ticket, opened(1));
    }
    saved(&messages, 500);
    assert!(disk.batches.lock().unwrap().len() <= 3);
}

#[test]
fn of_places_in_a_row_only_the_last_is_written() {
    let disk = Arc::new(Disk::default());
    let (worker, messages) = disk.start();
    next(&messages);
    for ticket in 1..=20_u32 {
        worker.record(ticket.into(), read_to("a", ticket));
    }
    worker.record(21, read_to("b", 1));
    saved(&messages, 21);
    assert_eq!(disk.kept(), [read_to("a", 20), read_to("b", 1)]);
    worker.record(22, read_to("b", 2));
    worker.record(23, opened(3));
    worker.record(24, read_to("b", 4));
    worker.record(25, read_to("b", 5));
    assert_eq!(worker.finish(SOON), Ok(()));
    assert_eq!(disk.kept()[2..], [read_to("b", 2), opened(3), read_to("b", 5)]);
}

#[test]
fn a_place_alone_is_written_soon_even_while_scrolling_goes_on() {
    let disk = Arc::new(Disk::default());
    let (worker, messages) = disk.start();
    next(&messages);
    for ticket in 1..=60_u32 {
        worker.record(ticket.into(), read_to("a", ticket));
        thread::sleep(Duration::from_millis(10));
    }
    let written = disk.batches.lock().unwrap().len();
    assert!((1..=6).contains(&written), "{written}");
}

#[test]
fn what_fails_is_told_once_and_tried_again() {
    let disk = Arc::new(Disk::default());
    let (worker, messages) = disk.start();
    next(&messages);
    Disk::set(&disk.fails, true);
    worker.record(1, opened(1));
    assert!(matches!(next(&messages), Message::Unsaved(_)));
    worker.record(2, read_to("a", 2));
    worker.record(3, read_to("a", 3));
    thread::sleep(Duration::from_millis(100));
    Disk::set(&disk.fails, false);
    saved(&messages, 3); // By the pause alone.
    assert_eq!(disk.kept().first(), Some(&opened(1)));
    assert_eq!(disk.kept().last(), Some(&read_to("a", 3)));
    assert!(disk.opened.load(Ordering::SeqCst) >= 2, "not opened anew after a failure");
    assert_eq!(worker.finish(SOON), Ok(()));
}

#[test]
fn a_new_event_is_a_reason_to_try_at_once() {
    let disk = Arc::new(Disk::default());
    let (worker, messages) = disk.start();
    next(&messages);
    Disk::set(&disk.fails, true);
    worker.record(1, opened(1));
    next(&messages);
    thread::sleep(Duration::from_millis(1_800)); // The pause is a second or more by now.
    Disk::set(&disk.fails, false);
    let start = now();
    worker.record(2, opened(2));
    saved(&messages, 2);
    assert!(start.elapsed() < Duration::from_millis(400), "{:?}", start.elapsed());
    assert_eq!(disk.kept(), [opened(1), opened(2)]);
}

#[test]
fn a_place_that_was_tried_is_given_again_as_it_was() {
    let mut pending = Pending::default();
    pending.push(1, read_to("a", 1));
    pending.push(2, read_to("a", 2));
    pending.tried = 1;
    pending.push(3, read_to("a", 3));
    pending.push(4, read_to("a", 4));
    assert_eq!(pending.events, [read_to("a", 2), read_to("a", 4)]);
    assert_eq!((pending.ticket, pending.recorded), (4, 4));
}

#[test]
fn a_store_that_panics_loses_nothing() {
    let disk = Arc::new(Disk::default());
    let (worker, messages) = disk.start();
    next(&messages);
    Disk::set(&disk.panics, true);
    worker.record(1, opened(1));
    assert!(matches!(next(&messages), Message::Unsaved(_)));
    worker.record(2, opened(2));
    saved(&messages, 2);
    assert_eq!(disk.kept(), [opened(1), opened(2)]);
}

#[test]
fn without_a_store_the_program_goes_on_and_the_store_is_taken_when_it_comes() {
    let disk = Arc::new(Disk::default());
    disk.batches.lock().unwrap().push(vec![opened(7)]);
    Disk::set(&disk.cannot_open, true);
    let (worker, messages) = disk.start();
    assert_eq!(next(&messages), Message::Loaded(Box::default()));
    let Message::Unsaved(reason) = next(&messages) else { panic!() };
    assert!(reason.as_str().contains("there"), "{reason}");
    worker.record(1, opened(8));
    thread::sleep(Duration::from_millis(50));
    Disk::set(&disk.cannot_open, false);
    Disk::set(&disk.cannot_load, true);
    assert!(matches!(next(&messages), Message::Unsaved(other) if other != reason));
    Disk::set(&disk.cannot_load, false);
    assert_eq!(next(&messages), Message::Loaded(Box::new(Progress::of(&[opened(7)]))));
    assert_eq!(next(&messages), Message::Saved(1));
    assert_eq!(disk.kept(), [opened(7), opened(8)]);
}

#[test]
fn all_well_again_is_told_even_if_there_was_nothing_to_save() {
    let disk = Arc::new(Disk::default());
    Disk::set(&disk.cannot_open, true);
    let (_worker, messages) = disk.start();
    assert!(matches!((next(&messages), next(&messages)), (Message::Loaded(_), Message::Unsaved(_))));
    Disk::set(&disk.cannot_open, false);
    assert_eq!((next(&messages), next(&messages)), (Message::Loaded(Box::default()), Message::Saved(0)));
}

#[test]
fn the_end_tells_how_much_is_not_kept_and_waits_no_longer_than_asked() {
    let disk = Arc::new(Disk::default());
    let (worker, messages) = disk.start();
    next(&messages);
    Disk::set(&disk.fails, true);
    for ticket in 1..=3 {
        worker.record(ticket, opened(1));
    }
    let start = now();
    assert_eq!(worker.finish(Duration::from_millis(300)), Err(Unsaved(3)));
    assert!(start.elapsed() < Duration::from_millis(600), "{:?}", start.elapsed());
    assert!(disk.tries.load(Ordering::SeqCst) >= 2);
}

#[test]
fn the_end_does_not_wait_for_a_disk_that_hangs() {
    let disk = Arc::new(Disk::default());
    disk.slow.store(3_000, Ordering::SeqCst);
    let (worker, messages) = disk.start();
    next(&messages);
    worker.record(1, opened(1));
    let start = now();
    assert_eq!(worker.finish(Duration::from_millis(100)), Err(Unsaved(1)));
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[test]
fn a_worker_that_is_dropped_keeps_what_it_has() {
    let disk = Arc::new(Disk::default());
    let (worker, _messages) = disk.start();
    worker.record(1, opened(1));
    drop(worker);
    assert_eq!(disk.kept(), [opened(1)]);
}

#[test]
fn a_real_store_works_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let (send, messages) = channel();
        let opener = Opener::new(folder.path());
        let open = move || opener.open().map(|opened| (Box::new(opened.store) as Box<dyn Store>, opened.notice));
        let mut worker = Worker::new(open, move |message| drop(send.send(message)));
        worker.begin().unwrap();
        (worker, messages)
    };
    std::fs::write(folder.path().join("progress.sqlite3"), "garbage").unwrap();
    let (worker, messages) = start();
    worker.record(1, opened(1));
    worker.record(2, read_to("a", 5));
    assert!(matches!(next(&messages), Message::Notice(_)));
    assert_eq!(next(&messages), Message::Loaded(Box::default()));
    assert_eq!(worker.finish(SOON), Ok(()));
    let (_worker, messages) = start();
    assert_eq!(next(&messages), Message::Loaded(Box::new(Progress::of(&[opened(1), read_to("a", 5)]))));
}
