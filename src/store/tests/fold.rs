//! Whatever is kept, in whatever batches and by however many, reads back as the domain's fold.

use proptest::prelude::*;

use super::*;
use crate::domain::event::Vote;
use crate::domain::id::ClassId;

fn ids() -> impl Strategy<Value = Vec<OptionId>> {
    prop::collection::vec((0_usize..5).prop_map(option), 0..4)
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        ids().prop_map(Answer::Options),
        prop::collection::vec(0_usize..100, 0..4).prop_map(Answer::Lines),
        ids().prop_map(Answer::Order),
        (ids(), ids()).prop_map(|(left, right)| Answer::Match(left.into_iter().zip(right).collect())),
        any::<String>().prop_map(Answer::Text),
    ]
}

fn seeds() -> impl Strategy<Value = u64> {
    prop_oneof![Just(1), Just(2), Just(u64::MAX)]
}

fn attempts() -> impl Strategy<Value = Attempt> {
    let about = (0_usize..3, 0_usize..5, any::<u32>(), seeds(), ids(), answers());
    let outcome =
        (0.0..=1.0_f64, any::<bool>(), any::<bool>(), any::<Option<bool>>(), any::<u8>(), (0..=u64::MAX >> 1, 20_000..20_200_i32));
    (about, outcome).prop_map(|((at, asked, revision, seed, shown, answer), (score, scored, in_quiz, sure, hints, (took, day)))| {
        Attempt {
            lesson: lesson(at),
            question: question(asked),
            revision,
            seed,
            shown,
            answer,
            score,
            verdict: Verdict::of(score),
            scored,
            in_quiz,
            sure,
            hints,
            took,
            day: crate::domain::time::Day(day),
        }
    })
}

fn places() -> impl Strategy<Value = ReadingPlace> {
    (any::<bool>(), any::<u32>(), any::<u32>(), any::<u8>()).prop_map(|(known, block, offset, percent)| ReadingPlace {
        passage: known.then(|| PassageId::new("passage").unwrap()),
        block,
        offset,
        percent,
    })
}

fn vote(at: usize, asked: usize, round: u8, hands: u16) -> Vote {
    Vote {
        class: ClassId::new("blue").unwrap(),
        sitting: 7,
        lesson: lesson(at),
        question: question(asked),
        revision: 1,
        round,
        hands: vec![(option(0), hands, false), (option(1), 3, true)],
    }
}

fn events() -> impl Strategy<Value = Event> {
    let questions = prop::collection::vec((0_usize..5).prop_map(question), 0..4);
    let deed = prop_oneof![
        1 => (0_usize..3).prop_map(|at| Deed::Opened { lesson: lesson(at) }),
        2 => (0_usize..3, places()).prop_map(|(at, place)| Deed::ReadTo { lesson: lesson(at), place }),
        1 => (0_usize..3).prop_map(|at| Deed::Finished { lesson: lesson(at) }),
        2 => (0_usize..3, seeds(), questions, any::<bool>())
            .prop_map(|(at, seed, questions, part)| Deed::QuizStarted { lesson: lesson(at), seed, questions, part }),
        1 => (0_usize..3, 0_usize..5).prop_map(|(at, asked)| Deed::TakenBack { lesson: lesson(at), question: question(asked), given: None }),
        // Events happen at few moments, so that answers are named by what is taken back.
        2 => (0_usize..3, 0_usize..5, moments()).prop_map(|(at, asked, given)| Deed::TakenBack {
            lesson: lesson(at), question: question(asked), given: Some(Timestamp(given)) }),
        1 => (seeds(), prop::collection::vec((0_usize..5).prop_map(question), 0..4), prop::option::of(0..1_000_000_u64))
            .prop_map(|(seed, questions, left)| Deed::ExamBegan { seed, questions, left }),
        1 => seeds().prop_map(|seed| Deed::ExamEnded { seed }),
        1 => (names(), prop::option::of((0_usize..3).prop_map(lesson)), prop::collection::vec((0_usize..5).prop_map(question), 0..4))
            .prop_map(|(name, lesson, questions)| Deed::Reset { name, lesson, questions }),
        1 => names().prop_map(|name| Deed::ResetUndone { name }),
        8 => attempts().prop_map(Deed::Answered),
        1 => (0_usize..3, 0_usize..5, 1_u8..3, 0_u16..40).prop_map(|(at, asked, round, hands)| Deed::Voted(vote(at, asked, round, hands))),
        1 => (0_usize..3).prop_map(|at| Deed::QuizLeft { lesson: lesson(at) }),
        1 => (0_usize..3).prop_map(|at| Deed::WayChosen { track: track(at) }),
    ];
    (prop_oneof![any::<i64>(), moments()], deed).prop_map(|(at, deed)| Event { at: Timestamp(at), deed })
}

fn moments() -> impl Strategy<Value = i64> {
    0_i64..6
}

/// Few, so that a reset is undone, and undone before it comes.
fn names() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..3, Just(u64::MAX)]
}

fn track(number: usize) -> Option<TrackId> {
    number.checked_sub(1).map(|number| TrackId::new(&format!("track-{number}")).unwrap())
}

/// Batches, each with the number of the connection that keeps it.
fn batches() -> impl Strategy<Value = Vec<(usize, Vec<Event>)>> {
    prop::collection::vec((0_usize..2, prop::collection::vec(events(), 0..12)), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn two_connections_keep_what_the_fold_says(batches in batches()) {
        let folder = tempfile::tempdir().unwrap();
        let mut stores = [open(folder.path()), open(folder.path())];
        let mut all = Vec::new();
        for (by, batch) in &batches {
            stores[*by].append(batch).unwrap();
            all.extend(batch.iter().cloned());
            prop_assert_eq!(stores[1 - *by].load().unwrap(), Progress::of(&all));
        }
        let kept: Vec<Event> = all.iter().filter(|event| record::is_history(event)).cloned().collect();
        prop_assert_eq!(history(&stores[0]), kept);
        stores[0].rebuild().unwrap();
        prop_assert_eq!(stores[1].load().unwrap(), Progress::of(&all));
        drop(stores);
        let mut again = open(folder.path());
        prop_assert_eq!(again.load().unwrap(), Progress::of(&all));
        prop_assert_eq!(again.check().unwrap(), None);
    }
}

#[test]
fn memory_is_the_fold() {
    let events = [answer(1), place(1, 2), answer(2)];
    let mut store = Memory::default();
    store.append(&events).unwrap();
    assert_eq!(store.load().unwrap(), Progress::of(&events));
    assert_eq!(Memory::new(Progress::of(&events)).load().unwrap(), Progress::of(&events));
    let reset = |deed| Event { at: Timestamp(9), deed };
    let resets = [reset(Deed::Reset { name: 1, lesson: None, questions: Vec::new() }), reset(Deed::ResetUndone { name: 1 })];
    store.append(&resets[..1]).unwrap();
    assert_eq!(store.load().unwrap(), Progress::default());
    store.append(&resets[1..]).unwrap();
    assert_eq!(store.load().unwrap(), Progress::of(&events));
}

#[test]
fn threads_that_keep_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let stores: Vec<Sqlite> = (0..4).map(|_| open(folder.path())).collect();
    let threads: Vec<_> = stores
        .into_iter()
        .enumerate()
        .map(|(by, mut store)| {
            std::thread::spawn(move || {
                for number in 0..50 {
                    store.append(&[answer(by * 1_000 + number)]).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let mut store = open(folder.path());
    let kept = history(&store);
    assert_eq!(kept.len(), 200);
    assert_eq!(store.load().unwrap(), Progress::of(&kept));
}

#[test]
fn a_score_that_is_no_number_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let mut strange = answer(1);
    if let Deed::Answered(attempt) = &mut strange.deed {
        attempt.score = f64::NAN;
        attempt.took = u64::MAX;
        attempt.answer = Answer::Text("a\0b\u{1b}".into());
    }
    store.append(&[strange, answer(2)]).unwrap();
    assert_eq!(store.load().unwrap().answers, 2);
}

#[test]
fn reading_stays_fast_whatever_the_history() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let many: Vec<Event> = (0..20_000).map(answer).collect();
    store.append(&many).unwrap();
    let steps = |store: &mut Sqlite| {
        let start = std::time::Instant::now();
        store.load().unwrap();
        start.elapsed()
    };
    steps(&mut store);
    let best = (0..20).map(|_| steps(&mut store)).min().unwrap();
    assert!(best.as_millis() < 20, "{best:?}"); // A debug build; the bench has the figure.
}
