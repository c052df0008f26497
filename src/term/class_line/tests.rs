//! Views that find one another, lose the one they were connected to, and meet what is no view at all. Nothing is timed: every
//! step waits for what it wants to hear, or fails after a limit.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, channel};

use super::*;
use crate::domain::class::Plan;
use crate::domain::id::ClassId;

const LIMIT: Duration = Duration::from_secs(20);

struct View {
    line: Option<ClassLine>,
    news: Receiver<Message>,
}

impl View {
    fn new(folder: &Path, speaker: bool) -> Self {
        let (sender, news) = channel();
        let line = ClassLine::begin(folder.to_owned(), speaker, move |message| drop(sender.send(message))).unwrap();
        Self { line: Some(line), news }
    }

    fn share(&self, version: u64) {
        self.line.as_ref().unwrap().share(Box::new(state(version)));
    }

    fn until<T>(&self, what: &str, wanted: impl Fn(&Message) -> Option<T>) -> T {
        let mut all = Vec::new();
        loop {
            let message = self.news.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{what} was not heard, but {all:?}"));
            if let Some(found) = wanted(&message) {
                return found;
            }
            all.push(message);
        }
    }

    fn hears(&self, version: u64) {
        self.until(&format!("version {version}"), |message| match message {
            Message::Class(News::Heard(state)) if state.version == version => Some(()),
            _ => None,
        });
    }

    fn counts(&self, projectors: usize, speakers: usize) {
        let wanted = Views { projectors, speakers };
        self.until(&format!("{wanted:?}"), |message| (*message == Message::Class(News::Views(wanted))).then_some(()));
    }
}

fn state(version: u64) -> State {
    State {
        version,
        writer: version,
        plan: Plan::Course,
        minutes: None,
        class: ClassId::new("unnamed").unwrap(),
        opened: 0,
        begun: None,
        slides: 9,
        slide: 0,
        part: 0,
        black: false,
        ballots: BTreeMap::new(),
    }
}

#[test]
fn views_follow_one_another_and_another_one_takes_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("class");
    let room = View::new(&folder, false);
    room.counts(1, 0);
    room.share(1);
    let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().mode() & 0o777;
    assert_eq!((fs::metadata(&folder).unwrap().mode() & 0o777, mode(SOCKET)), (0o700, 0o600));
    let speaker = View::new(&folder, true);
    speaker.counts(1, 1);
    speaker.hears(1);
    speaker.share(2);
    room.hears(2);
    let third = View::new(&folder, false);
    third.counts(2, 1);
    third.hears(2);
    room.counts(2, 1);
    third.share(3);
    room.hears(3);
    speaker.hears(3);
    // The one that opened the line goes; the others find one another, and what they did meanwhile is not lost.
    drop(room);
    speaker.counts(1, 1);
    third.share(4);
    speaker.hears(4);
    let again = View::new(&folder, false);
    again.hears(4);
}

#[test]
fn what_is_newest_holds_after_a_time_apart() {
    let folder = tempfile::tempdir().unwrap();
    let room = View::new(folder.path(), false);
    room.counts(1, 0);
    room.share(5);
    let speaker = View::new(folder.path(), true);
    speaker.share(2);
    speaker.hears(5);
    let later = View::new(folder.path(), true);
    later.share(8);
    room.hears(8);
    speaker.hears(8);
}

#[test]
fn a_socket_left_behind_is_replaced_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    drop(UnixListener::bind(folder.path().join(SOCKET)).unwrap());
    let room = View::new(folder.path(), false);
    room.counts(1, 0);
    drop(room);
    fs::write(folder.path().join(SOCKET), "mine").unwrap();
    let room = View::new(folder.path(), false);
    room.until("why it is apart", |message| matches!(message, Message::Class(News::Apart(_))).then_some(()));
    assert_eq!(fs::read_to_string(folder.path().join(SOCKET)).unwrap(), "mine");
}

#[test]
fn a_path_that_is_too_long_leaves_a_view_alone() {
    let folder = tempfile::tempdir().unwrap();
    let room = View::new(&folder.path().join("x".repeat(120)), false);
    room.until("why it is apart", |message| match message {
        Message::Class(News::Apart(why)) => why.as_str().contains("too long").then_some(()),
        _ => None,
    });
    room.share(1);
}

#[test]
fn another_version_is_told_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let room = View::new(folder.path(), false);
    room.counts(1, 0);
    let mut other = UnixStream::connect(folder.path().join(SOCKET)).unwrap();
    other.write_all(b"{\"hello\":{\"protocol\":9,\"speaker\":true}}\n").unwrap();
    room.until("the other version", |message| match message {
        Message::Notice(words) => words.as_str().contains("language 9 there, 1 here").then_some(()),
        _ => None,
    });
    let mut answer = String::new();
    other.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("{\"hello\":{\"protocol\":1") && answer.contains("{\"refused\":{\"protocol\":1}}"), "{answer}");
    // The same the other way round: whoever opened the line is the other version.
    drop(room);
    let path = folder.path().join(SOCKET);
    let lock = OpenOptions::new().write(true).open(folder.path().join(LOCK)).unwrap();
    while lock.try_lock().is_err() {
        thread::sleep(Duration::from_millis(5));
    }
    let listener = UnixListener::bind(&path).unwrap();
    let speaker = View::new(folder.path(), true);
    let (mut guest, _) = listener.accept().unwrap();
    guest.write_all(b"{\"hello\":{\"protocol\":7,\"speaker\":false}}\n").unwrap();
    speaker.until("the other version", |message| match message {
        Message::Class(News::Apart(why)) => why.as_str().contains("language 7 there, 1 here").then_some(()),
        _ => None,
    });
}

#[test]
fn garbage_harms_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let room = View::new(folder.path(), false);
    room.counts(1, 0);
    room.share(1);
    let speaker = View::new(folder.path(), true);
    speaker.hears(1);
    let hello = b"{\"hello\":{\"protocol\":1,\"speaker\":true}}\n".to_vec();
    let state = Said::state(&state(u64::MAX >> 12)).line();
    let huge = vec![b'x'; 4 << 20];
    let mut long = b"{\"state\":\"".to_vec();
    long.extend(vec![b'y'; LONGEST]);
    long.extend(b"\"}\n");
    for attack in [
        b"\0\xff\xfe garbage\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        huge.clone(),
        [hello.clone(), huge].concat(),
        [hello.clone(), long].concat(),
        [hello.clone(), b"{\"state\":{}}\n".to_vec()].concat(),
        // A state before any greeting, and one that no person can have come to.
        state.clone(),
        [hello.clone(), state].concat(),
        b"{\"hello\"".to_vec(),
        Vec::new(),
    ] {
        let mut other = UnixStream::connect(folder.path().join(SOCKET)).unwrap();
        // It may be hung up on in the middle.
        let _ = other.write_all(&attack);
        let _ = other.shutdown(std::net::Shutdown::Write);
    }
    // One who never reads is let go of, however much is said.
    let mut deaf = UnixStream::connect(folder.path().join(SOCKET)).unwrap();
    deaf.write_all(&hello).unwrap();
    for version in 2..3_000 {
        room.share(version);
    }
    speaker.hears(2_999);
    speaker.share(3_000);
    room.hears(3_000);
}
