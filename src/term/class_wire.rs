//! What the views of a class say to one another: one JSON value a line, bounded, and checked before it is believed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::class::{BALLOTS, Ballot, HANDS, Plan, ROUNDS, State};
use crate::domain::id::{ClassId, LessonId, QuestionId, TrackId};
use crate::ui::message::Views;

/// The version of this language. Views that speak different ones do not talk.
pub const PROTOCOL: u32 = 1;
/// The longest line, in bytes.
pub const LONGEST: usize = 128 << 10;
/// Options of a question at most.
const OPTIONS: usize = 40;
/// The highest version that is believed: numbers up to here are exact in every JSON.
const NEWEST: u64 = 1 << 53;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Who speaks. Always the first line, of both sides.
    Hello {
        /// The language.
        protocol: u32,
        /// Whether it is the speaker's view.
        speaker: bool,
    },
    /// How many views there are, as the one that all are connected to counts them.
    Views {
        /// Those of rooms.
        projectors: usize,
        /// Those of speakers.
        speakers: usize,
    },
    /// What the view holds.
    State(Box<StateJson>),
    /// The other one cannot be talked to.
    Refused {
        /// The language that is spoken here.
        protocol: u32,
    },
}

/// A state in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateJson {
    version: u64,
    writer: u64,
    plan: String,
    minutes: Option<u16>,
    class: String,
    opened: i64,
    begun: Option<i64>,
    slides: u32,
    slide: u32,
    part: u32,
    black: bool,
    ballots: BTreeMap<String, BallotJson>,
}

/// A ballot in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BallotJson {
    rounds: Vec<Vec<u16>>,
    kept: u8,
}

impl Said {
    /// The line, with its end.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }

    /// What a line says; `None` when it is not of this language.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }

    /// What this view holds, to be said.
    #[must_use]
    pub fn state(state: &State) -> Self {
        let ballot = |(id, ballot): (&QuestionId, &Ballot)| {
            (id.to_string(), BallotJson { rounds: ballot.rounds.clone(), kept: ballot.kept })
        };
        Self::State(Box::new(StateJson {
            version: state.version,
            writer: state.writer,
            plan: match &state.plan {
                Plan::Waiting => "waiting".to_owned(),
                Plan::Course => "course".to_owned(),
                Plan::Lesson(id) => format!("lesson:{id}"),
                Plan::Track(id) => format!("track:{id}"),
            },
            minutes: state.minutes,
            class: state.class.to_string(),
            opened: state.opened,
            begun: state.begun,
            slides: state.slides,
            slide: state.slide,
            part: state.part,
            black: state.black,
            ballots: state.ballots.iter().map(ballot).collect(),
        }))
    }

    /// How many views there are, to be said.
    #[must_use]
    pub fn views(views: Views) -> Self {
        Self::Views { projectors: views.projectors, speakers: views.speakers }
    }
}

impl StateJson {
    /// The state, when everything in it is as it can be.
    #[must_use]
    pub fn state(self) -> Option<State> {
        let plan = match self.plan.split_once(':') {
            Some(("lesson", id)) => Plan::Lesson(LessonId::new(id).ok()?),
            Some(("track", id)) => Plan::Track(TrackId::new(id).ok()?),
            Some(_) => return None,
            None if self.plan == "course" => Plan::Course,
            None if self.plan == "waiting" => Plan::Waiting,
            None => return None,
        };
        if self.version > NEWEST || self.ballots.len() > BALLOTS {
            return None;
        }
        let fine = |hands: &Vec<u16>| hands.len() <= OPTIONS && hands.iter().all(|hands| *hands <= HANDS);
        let ballot = |(id, ballot): (String, BallotJson)| {
            let rounds = ballot.rounds;
            let sound = (1..=ROUNDS).contains(&rounds.len()) && rounds.iter().all(fine);
            sound.then(|| Some((QuestionId::new(&id).ok()?, Ballot { rounds, kept: ballot.kept })))?
        };
        Some(State {
            version: self.version,
            writer: self.writer,
            plan,
            minutes: self.minutes,
            class: ClassId::new(&self.class).ok()?,
            opened: self.opened,
            begun: self.begun,
            slides: self.slides,
            slide: self.slide,
            part: self.part,
            black: self.black,
            ballots: self.ballots.into_iter().map(ballot).collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn state() -> State {
        State {
            version: 7,
            writer: u64::MAX,
            plan: Plan::Lesson(LessonId::new("config").unwrap()),
            minutes: Some(45),
            class: ClassId::new("blue").unwrap(),
            opened: 1,
            begun: Some(2),
            slides: 57,
            slide: 3,
            part: 1,
            black: true,
            ballots: [(QuestionId::new("q").unwrap(), Ballot { rounds: vec![vec![3, 0], vec![0, 3]], kept: 1 })].into(),
        }
    }

    #[test]
    fn what_is_said_is_what_is_heard() {
        for plan in [Plan::Waiting, Plan::Course, Plan::Track(TrackId::new("class-45").unwrap()), state().plan] {
            let state = State { plan, ..state() };
            let line = Said::state(&state).line();
            let Some(Said::State(heard)) = Said::read(line.trim_ascii_end()) else { panic!() };
            assert_eq!(heard.state(), Some(state));
        }
        let hello = Said::Hello { protocol: PROTOCOL, speaker: true };
        assert_eq!(Said::read(hello.line().trim_ascii_end()), Some(hello));
        // A later version may say more with its greeting; its number is read all the same.
        let later = br#"{"hello":{"protocol":9,"speaker":false,"colour":"blue"}}"#;
        assert_eq!(Said::read(later), Some(Said::Hello { protocol: 9, speaker: false }));
    }

    #[test]
    fn what_cannot_be_is_not_believed() {
        let good = String::from_utf8(Said::state(&state()).line()).unwrap();
        for (from, to) in [
            ("lesson:config", "lesson:../../x"),
            ("lesson:config", "pack:config"),
            ("\"blue\"", "\"Blue!\""),
            ("\"version\":7", "\"version\":18446744073709551615"),
            ("[[3,0],[0,3]]", "[]"),
            ("[[3,0],[0,3]]", "[[1],[1],[1]]"),
            ("[[3,0],[0,3]]", "[[60000]]"),
            ("\"q\"", "\"\\u001b[2J\""),
        ] {
            let bad = good.replace(from, to);
            assert_ne!(bad, good, "{from}");
            let heard = match Said::read(bad.trim_end().as_bytes()) {
                Some(Said::State(heard)) => heard.state(),
                _ => None,
            };
            assert_eq!(heard, None, "{to}");
        }
        for garbage in ["", "{", "[]", "null", "{\"state\":{}}", "\u{0}", "{\"hello\":{}}"] {
            assert_eq!(Said::read(garbage.as_bytes()), None, "{garbage}");
        }
    }
}
