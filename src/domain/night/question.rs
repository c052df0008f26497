//! What happens now? The night as a question to a class: a shop, a moment, and four outcomes of which the model makes one
//! come true.

use super::engine::{Night, Scenario};
use super::switches::Switches;
use super::world::OPENS;

/// A night that a class is asked about before it is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outlook {
    /// The shop of the story on a platform that starts instances and restarts them.
    OrchestratorAlone,
    /// Everything, but an instance takes minutes to start.
    SlowToStart,
    /// All twelve.
    AllTwelve,
}

/// The outcomes: the share of what shoppers want in the first hour of the sale that is answered, in percent, from and to.
pub const OUTCOMES: [(u64, u64); 4] = [(0, 10), (10, 50), (50, 90), (90, 101)];

impl Outlook {
    /// All of them, in the order in which a class is asked.
    pub const ALL: [Self; 3] = [Self::OrchestratorAlone, Self::SlowToStart, Self::AllTwelve];
    /// How long after the doors open it is looked at, in seconds.
    pub const SPAN: u32 = 3_600;

    /// Its name, as results are kept under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OrchestratorAlone => "night-orchestrator-alone",
            Self::SlowToStart => "night-slow-to-start",
            Self::AllTwelve => "night-all-twelve",
        }
    }

    /// The outlook of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outlook| outlook.name() == name)
    }

    /// The shop, in a few words.
    #[must_use]
    pub fn shop(self) -> &'static str {
        match self {
            Self::OrchestratorAlone => "The shop as it was, moved onto an orchestrator. Only VIII and IX hold.",
            Self::SlowToStart => "Eleven factors hold. Without IX, a new instance takes nine minutes to start.",
            Self::AllTwelve => "All twelve factors hold.",
        }
    }

    /// Which factors are observed.
    #[must_use]
    pub fn switches(self) -> Switches {
        match self {
            Self::OrchestratorAlone => Switches::AS_IT_WAS.with(8, true).with(9, true),
            Self::SlowToStart => Switches::ALL_ON.with(9, false),
            Self::AllTwelve => Switches::ALL_ON,
        }
    }

    /// The night at its beginning, as the simulator shows it with its first luck.
    #[must_use]
    pub fn night(self) -> Option<Night> {
        Night::new(Scenario { switches: self.switches(), ..Scenario::default() }).ok()
    }

    /// The second at which it is looked at.
    #[must_use]
    pub fn end(self) -> u32 {
        OPENS + Self::SPAN
    }
}

/// The outcome `number` in words.
#[must_use]
pub fn outcome(number: usize) -> String {
    match OUTCOMES.get(number) {
        Some((0, to)) => format!("Less than {to} of 100"),
        Some((from, to)) if *to > 100 => format!("{from} of 100, or more"),
        Some((from, to)) => format!("{from} to {to} of 100"),
        None => String::new(),
    }
}

/// Of 100 requests that shoppers wanted to make since the doors opened, how many were answered.
#[must_use]
pub fn answered(night: &Night) -> u64 {
    let from = usize::try_from(OPENS / 60).unwrap_or(usize::MAX);
    let minutes = night.minutes().get(from..).unwrap_or_default();
    let sum = |value: fn(&super::Minute) -> u64| minutes.iter().map(value).sum::<u64>();
    (sum(|minute| minute.answered) * 100).checked_div(sum(|minute| minute.wanted)).unwrap_or(100).min(100)
}

/// The outcome that came true, once the night has got there.
#[must_use]
pub fn came_true(night: &Night) -> Option<usize> {
    let share = answered(night);
    (night.tick() >= OPENS + Outlook::SPAN).then(|| OUTCOMES.iter().position(|(from, to)| (*from..*to).contains(&share)))?
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_outlook_comes_to_one_outcome_and_not_all_to_the_same() {
        let outcomes: Vec<usize> = Outlook::ALL
            .into_iter()
            .map(|outlook| {
                let mut night = outlook.night().unwrap();
                assert_eq!(came_true(&night), None);
                while night.tick() < outlook.end() {
                    night.step();
                }
                assert_eq!(Outlook::named(outlook.name()), Some(outlook));
                came_true(&night).unwrap()
            })
            .collect();
        assert!(outcomes.windows(2).all(|pair| pair[0] != pair[1]), "{outcomes:?}");
    }

    #[test]
    fn outcomes_leave_no_gap() {
        assert!((0..=100).all(|share| OUTCOMES.iter().filter(|(from, to)| (*from..*to).contains(&share)).count() == 1));
        assert_eq!(outcome(0), "Less than 10 of 100");
        assert_eq!(outcome(1), "10 to 50 of 100");
        assert_eq!(outcome(3), "90 of 100, or more");
    }
}
