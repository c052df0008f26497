//! Laws of a class: whoever hears what in whatever order, all views come to the same; and what keys do to it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::domain::doc::Rich;

/// A class of slides with these parts; a slide of seven parts is a question with three options.
fn class(parts: &[u32], me: u64) -> Class {
    let slides: Vec<Slide> = parts
        .iter()
        .enumerate()
        .map(|(at, &parts)| Slide {
            lesson: 0,
            passage: None,
            show: if parts == 7 { Show::Ask(QuestionId::new(&format!("q{at}")).unwrap()) } else { Show::Heading(Rich::default()) },
            parts,
            seconds: 60,
        })
        .collect();
    let state = State {
        version: 0,
        writer: me,
        plan: Plan::Course,
        minutes: Some(u16::try_from(parts.len()).unwrap()),
        class: ClassId::new("unnamed").unwrap(),
        opened: 5,
        begun: None,
        slides: 0,
        slide: 0,
        part: 0,
        black: false,
        ballots: BTreeMap::new(),
    };
    let options = parts.iter().map(|&parts| if parts == 7 { 3 } else { 0 }).collect();
    Class { slides, options, state, me }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Next),
        2 => Just(Act::Back),
        1 => Just(Act::NextSlide),
        1 => Just(Act::SlideBefore),
        1 => Just(Act::All),
        1 => (0_usize..9).prop_map(Act::Jump),
        1 => Just(Act::Black),
        3 => (0_usize..5, -2_i32..4).prop_map(|(option, by)| Act::Raise(option, by)),
        1 => (0_usize..5, 0_u16..50).prop_map(|(option, hands)| Act::Count(option, hands)),
        1 => Just(Act::Again),
        1 => Just(Act::Restart),
    ]
}

const PARTS: [u32; 5] = [1, 3, 7, 2, 7];

proptest! {
    /// Views that act for themselves, hear of one another late, twice and in any order, hold the same once all was heard.
    #[test]
    fn views_converge(
        acts in prop::collection::vec((0_usize..3, act()), 0..40),
        heard in prop::collection::vec((0_usize..3, any::<prop::sample::Index>()), 0..60),
        last in Just(()).prop_flat_map(|()| prop::collection::vec(any::<prop::sample::Index>(), 60)),
    ) {
        let mut views: Vec<Class> = (0..3).map(|me| class(&PARTS, me)).collect();
        // Views that meet tell what they hold, changed or not.
        let mut said: Vec<State> = views.iter().map(|view| view.state().clone()).collect();
        let mut heard = heard.into_iter();
        for (who, act) in acts {
            views[who].act(act, Timestamp(1_000));
            said.push(views[who].state().clone());
            if let Some((who, what)) = heard.next() {
                views[who].hear(what.get(&said).clone());
            }
        }
        for (at, what) in last.iter().enumerate() {
            views[at % 3].hear(what.get(&said).clone());
        }
        for state in &said {
            for view in &mut views {
                view.hear(state.clone());
            }
        }
        prop_assert_eq!(views[0].state(), views[1].state());
        prop_assert_eq!(views[1].state(), views[2].state());
    }

    /// A view is never anywhere that there is not, and what changes has a new version.
    #[test]
    fn no_act_leads_astray(acts in prop::collection::vec(act(), 0..80)) {
        let mut view = class(&PARTS, 1);
        for act in acts {
            let before = view.state().clone();
            view.act(act, Timestamp(2_000));
            let after = view.state();
            prop_assert!(usize::try_from(after.slide).unwrap() < PARTS.len());
            prop_assert!(after.part < view.slide().unwrap().parts);
            prop_assert_eq!(after.version, before.version + u64::from(*after != before));
            for ballot in after.ballots.values() {
                prop_assert!((1..=ROUNDS).contains(&ballot.rounds.len()));
                prop_assert!(ballot.rounds.iter().all(|hands| hands.len() == 3));
            }
        }
    }

    /// Every round is handed out to be kept as it stood last, and twice only if it changed in between.
    #[test]
    fn votes_are_kept_as_they_stood(acts in prop::collection::vec(act(), 0..80)) {
        let mut view = class(&PARTS, 1);
        let mut kept: BTreeMap<(usize, u8), Vec<u16>> = BTreeMap::new();
        for act in acts {
            for closed in view.act(act, Timestamp(2_000)) {
                kept.insert((closed.slide, closed.round), closed.hands.clone());
            }
        }
        for closed in view.leave() {
            kept.insert((closed.slide, closed.round), closed.hands.clone());
        }
        prop_assert_eq!(view.leave(), []);
        for at in [2, 4] {
            for (round, hands) in view.ballot(at).map(|ballot| ballot.rounds.clone()).unwrap_or_default().into_iter().enumerate() {
                if hands.iter().any(|hands| *hands > 0) {
                    prop_assert_eq!(kept.get(&(at, u8::try_from(round + 1).unwrap())), Some(&hands));
                }
            }
        }
    }
}

#[test]
fn next_goes_through_everything_once_and_back_the_same_way() {
    let mut view = class(&PARTS, 1);
    let mut seen = vec![(view.at(), view.part())];
    loop {
        view.act(Act::Next, Timestamp(9));
        if seen.last() == Some(&(view.at(), view.part())) {
            break;
        }
        seen.push((view.at(), view.part()));
    }
    // Without a vote there are no votes to be shown.
    let wanted: Vec<(usize, u32)> = PARTS
        .iter()
        .enumerate()
        .flat_map(|(at, &parts)| (0..parts).map(move |part| (at, part)))
        .filter(|(at, part)| PARTS[*at] != 7 || *part != ask::VOTES)
        .collect();
    assert_eq!(seen, wanted);
    let mut back = vec![(view.at(), view.part())];
    while (view.at(), view.part()) != (0, 0) {
        view.act(Act::Back, Timestamp(9));
        back.push((view.at(), view.part()));
    }
    back.reverse();
    assert_eq!(back, seen);
}

#[test]
fn a_question_is_asked_twice_and_both_votes_stay() {
    let mut view = class(&PARTS, 1);
    view.act(Act::Jump(2), Timestamp(0));
    view.act(Act::Raise(0, 1), Timestamp(0));
    assert!(view.ballot(2).is_none(), "no hand is counted before the options are seen");
    view.act(Act::All, Timestamp(0));
    assert!(view.voting());
    view.act(Act::Count(0, 20), Timestamp(0));
    view.act(Act::Count(1, 10), Timestamp(0));
    view.act(Act::Raise(1, -1), Timestamp(0));
    let closed = view.act(Act::Again, Timestamp(0));
    assert_eq!(closed, [Closed { slide: 2, round: 1, hands: vec![20, 9, 0] }]);
    view.act(Act::Count(1, 25), Timestamp(0));
    assert_eq!(view.act(Act::Next, Timestamp(0)), [Closed { slide: 2, round: 2, hands: vec![0, 25, 0] }]);
    assert_eq!(view.part(), ask::VOTES);
    let ballot = view.ballot(2).unwrap();
    assert_eq!((ballot.percent(0, |at| at == 1), ballot.percent(1, |at| at == 1)), (Some(31), Some(100)));
    view.act(Act::Again, Timestamp(0));
    assert_eq!(view.ballot(2).unwrap().rounds.len(), ROUNDS, "a third time is the second once more");
}

#[test]
fn the_clock_is_held_against_the_plan() {
    let mut view = class(&[1, 2, 1, 1], 1);
    assert_eq!(view.clock(Timestamp(0)), None);
    view.act(Act::Next, Timestamp(1_000));
    assert_eq!(view.clock(Timestamp(61_000)), Some(Clock { elapsed: 60, plan: Some(240), behind: Some(0) }));
    view.act(Act::Next, Timestamp(61_000));
    assert_eq!(view.clock(Timestamp(61_000)).unwrap().behind, Some(-30));
    assert_eq!(view.clock(Timestamp(500)).unwrap().elapsed, 0, "a clock that goes back shows no time before the beginning");
}

#[test]
fn a_leap_is_not_believed() {
    let mut view = class(&PARTS, 1);
    let other = State { version: LEAP + 1, ..view.state().clone() };
    assert!(!view.hear(other));
    let other = State { version: LEAP, ..view.state().clone() };
    assert!(view.hear(other));
}
