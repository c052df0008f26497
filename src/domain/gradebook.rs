//! The hand-ins of a class as one table: who did what, and how it came out at the first try and at best.
//!
//! What the questions themselves are worth is in [`items`].

pub mod items;

use std::collections::{BTreeMap, BTreeSet};

use super::course::Course;
use super::grade::{Answer, normal};
use super::handin::{HandIn, Handed};
use super::id::QuestionId;
use super::text::SafeText;
use super::time::Day;

/// What one learner did with one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The score of the first try, from 0 to 1.
    pub first: f64,
    /// What was answered then.
    pub answer: Answer,
    /// To which revision of the question.
    pub revision: u32,
    /// When.
    pub day: Day,
    /// The best score.
    pub best: f64,
    /// Each answer: its name, and a number that tells whether it is the same all through.
    answers: BTreeMap<u64, u64>,
}

impl Tried {
    /// How many answers there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.answers.len()
    }
}

/// A learner, of one hand-in or of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Learner {
    /// The newest name.
    pub name: SafeText,
    /// The profile of the newest hand-in.
    pub profile: Option<String>,
    /// Other names that her older hand-ins have.
    pub also: BTreeSet<SafeText>,
    /// The files of her hand-ins.
    pub files: Vec<String>,
    /// Whether two of her hand-ins were united by name and profile alone, no answer being in both.
    pub by_name: bool,
    /// When the newest hand-in was made.
    pub made: Day,
    /// The last day with an answer.
    pub last: Option<Day>,
    /// By question.
    pub tried: BTreeMap<QuestionId, Tried>,
}

impl Learner {
    /// The learner of one hand-in, which came from `file`.
    #[must_use]
    pub fn of(handin: &HandIn, file: &str) -> Self {
        let mut tried: BTreeMap<QuestionId, Tried> = BTreeMap::new();
        for handed in &handin.answers {
            match tried.get_mut(&handed.question) {
                Some(known) => {
                    known.best = known.best.max(handed.score);
                    known.answers.insert(handed.id, mark(handed));
                }
                None => {
                    let first = Tried {
                        first: handed.score,
                        answer: handed.answer.clone(),
                        revision: handed.revision,
                        day: handed.day,
                        best: handed.score,
                        answers: BTreeMap::from([(handed.id, mark(handed))]),
                    };
                    tried.insert(handed.question.clone(), first);
                }
            }
        }
        Self {
            name: handin.name.clone(),
            profile: handin.profile.clone(),
            also: BTreeSet::new(),
            files: vec![file.to_owned()],
            by_name: false,
            made: handin.made,
            last: handin.answers.iter().map(|handed| handed.day).max(),
            tried,
        }
    }

    /// How many answers there are.
    #[must_use]
    pub fn answers(&self) -> usize {
        self.tried.values().map(Tried::count).sum()
    }

    fn ids(&self) -> impl Iterator<Item = (u64, u64)> {
        self.tried.values().flat_map(|tried| tried.answers.iter().map(|(id, mark)| (*id, *mark)))
    }

    /// Takes in another hand-in of the same learner.
    fn unite(&mut self, other: Self) {
        let known: BTreeSet<u64> = self.ids().map(|(id, _)| id).collect();
        self.by_name |= other.by_name || !other.ids().any(|(id, _)| known.contains(&id));
        let newer = (other.made, other.answers()) > (self.made, self.answers());
        self.last = self.last.max(other.last);
        for (question, theirs) in other.tried {
            match self.tried.get_mut(&question) {
                None => {
                    self.tried.insert(question, theirs);
                }
                Some(ours) => {
                    if theirs.day < ours.day {
                        (ours.first, ours.answer, ours.revision, ours.day) =
                            (theirs.first, theirs.answer, theirs.revision, theirs.day);
                    }
                    ours.best = ours.best.max(theirs.best);
                    ours.answers.extend(theirs.answers);
                }
            }
        }
        self.files.extend(other.files);
        self.also.extend(other.also);
        if newer {
            self.also.insert(std::mem::replace(&mut self.name, other.name));
            (self.made, self.profile) = (other.made, other.profile);
        } else {
            self.also.insert(other.name);
        }
        self.also.remove(&self.name);
    }

    /// How she did with some questions. `None` when she tried none of them.
    #[must_use]
    pub fn score<'q>(&self, questions: impl IntoIterator<Item = &'q QuestionId>) -> Option<Score> {
        let tried: Vec<&Tried> = questions.into_iter().filter_map(|question| self.tried.get(question)).collect();
        let mean = |of: fn(&Tried) -> f64| mean(tried.iter().map(|tried| of(tried)));
        Some(Score { tried: tried.len(), first: mean(|tried| tried.first)?, best: mean(|tried| tried.best)? })
    }
}

/// A number that two answers share when they are the same: FNV-1a over what they say.
fn mark(handed: &Handed) -> u64 {
    let Handed { question, revision, answer, score, sure, hints, day, took, .. } = handed;
    super::code::key("answer", &format!("{question} {revision} {answer:?} {score} {sure:?} {hints} {day:?} {took}"))
}

/// The mean of some numbers.
#[must_use]
pub fn mean(numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    for number in numbers {
        sum += number;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

/// How a learner did with the questions of a lesson or a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// How many of them she tried.
    pub tried: usize,
    /// The mean of the first tries, from 0 to 1.
    pub first: f64,
    /// The mean of the best tries.
    pub best: f64,
}

/// The hand-ins of a class.
#[derive(Debug, Clone, Default)]
pub struct Gradebook {
    /// By name.
    pub learners: Vec<Learner>,
}

/// A hand-in that cannot stand beside another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Its file.
    pub file: String,
    /// The file that has one of its answers differently.
    pub other: String,
}

impl Gradebook {
    /// The book of some hand-ins, each as the learner of its own. Those that share an answer are of one learner, and so are
    /// those that have both name and profile in common. One that has an answer differently than one before it is left out.
    #[must_use]
    pub fn of(handins: Vec<Learner>) -> (Self, Vec<Contradiction>) {
        let mut seen: BTreeMap<u64, (u64, usize)> = BTreeMap::new();
        let mut names: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
        let mut groups: Vec<Option<Learner>> = Vec::new();
        let mut files: Vec<String> = Vec::new();
        // For each hand-in the group that it has become a part of; followed until it stays.
        let mut home: Vec<usize> = Vec::new();
        let mut contradictions = Vec::new();
        for handin in handins {
            let file = handin.files.first().cloned().unwrap_or_default();
            let differs = handin.ids().find_map(|(id, mark)| seen.get(&id).filter(|(known, _)| *known != mark));
            if let Some((_, other)) = differs {
                contradictions.push(Contradiction { file, other: files.get(*other).cloned().unwrap_or_default() });
                continue;
            }
            let number = home.len();
            let mut kin: BTreeSet<usize> =
                handin.ids().filter_map(|(id, _)| seen.get(&id)).map(|(_, at)| find(&home, *at)).collect();
            kin.extend(names.get(&key(&handin)).map(|at| find(&home, *at)));
            for (id, mark) in handin.ids() {
                seen.entry(id).or_insert((mark, number));
            }
            names.entry(key(&handin)).or_insert(number);
            files.push(file);
            home.push(number);
            let mut united = handin;
            for other in kin {
                if let Some(place) = home.get_mut(other) {
                    *place = number;
                }
                if let Some(mut older) = groups.get_mut(other).and_then(Option::take) {
                    older.unite(united);
                    united = older;
                }
            }
            groups.push(Some(united));
        }
        let mut learners: Vec<Learner> = groups.into_iter().flatten().collect();
        learners.sort_by_cached_key(|learner| (learner.name.as_str().to_lowercase(), learner.files.clone()));
        (Self { learners }, contradictions)
    }

    /// How the class did with some questions: how many learners tried one of them, and the means over these learners.
    #[must_use]
    pub fn score(&self, questions: &[&QuestionId]) -> Option<Score> {
        let scores: Vec<Score> = self.learners.iter().filter_map(|learner| learner.score(questions.iter().copied())).collect();
        Some(Score {
            tried: scores.len(),
            first: mean(scores.iter().map(|score| score.first))?,
            best: mean(scores.iter().map(|score| score.best))?,
        })
    }
}

fn find(home: &[usize], mut at: usize) -> usize {
    while let Some(&next) = home.get(at).filter(|next| **next != at) {
        at = next;
    }
    at
}

fn key(learner: &Learner) -> (String, Option<String>) {
    let name = learner.name.as_str();
    // A name without a letter or digit is itself.
    let plain = normal(name);
    (if plain.is_empty() { name.to_owned() } else { plain }, learner.profile.clone())
}

/// The scored questions of a course: of all of it, of a factor or of a lesson.
#[must_use]
pub fn questions(course: &Course, fits: impl Fn(usize, Option<u8>) -> bool) -> Vec<&QuestionId> {
    let entries = course.map.iter().enumerate();
    let all = entries.flat_map(|(at, entry)| entry.questions.iter().map(move |question| (at, question)));
    all.filter(|(at, question)| question.kind.scored() && fits(*at, question.factor)).map(|(_, question)| &question.id).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::domain::grade::Verdict;
    use crate::domain::id::{CourseId, LessonId};

    /// Answers as `(id, question, score, day)`.
    fn handin(name: &str, profile: Option<&str>, made: i32, answers: &[(u64, &str, f64, i32)]) -> Learner {
        let answers = answers.iter().map(|(id, question, score, day)| Handed {
            id: *id,
            lesson: LessonId::new("l").unwrap(),
            question: QuestionId::new(question).unwrap(),
            revision: 1,
            answer: Answer::Text(score.to_string()),
            score: *score,
            verdict: Verdict::of(*score),
            scored: true,
            sure: None,
            hints: 0,
            day: Day(*day),
            took: 1,
        });
        let handin = HandIn {
            course: CourseId::new("c").unwrap(),
            version: SafeText::new("1"),
            name: SafeText::new(name),
            profile: profile.map(str::to_owned),
            made: Day(made),
            answers: answers.collect(),
        };
        Learner::of(&handin, &format!("{name}-{made}"))
    }

    fn question(name: &str) -> QuestionId {
        QuestionId::new(name).unwrap()
    }

    #[test]
    fn first_and_best_are_of_each_question() {
        let ada = handin("Ada", None, 9, &[(1, "a", 0.5, 1), (2, "a", 1.0, 2), (3, "b", 0.0, 2), (4, "a", 0.0, 3)]);
        assert_eq!(ada.score([&question("a")]), Some(Score { tried: 1, first: 0.5, best: 1.0 }));
        assert_eq!(ada.score([&question("a"), &question("b")]), Some(Score { tried: 2, first: 0.25, best: 0.5 }));
        assert_eq!(ada.score([&question("c")]), None);
        assert_eq!((ada.answers(), ada.last), (4, Some(Day(3))));
    }

    #[test]
    fn hand_ins_with_a_common_answer_are_of_one_learner_and_the_newest_name_wins() {
        let old = handin("ada", None, 5, &[(1, "a", 0.5, 1), (2, "b", 0.0, 1)]);
        let new = handin("Ada Lovelace", None, 8, &[(1, "a", 0.5, 1), (2, "b", 0.0, 1), (3, "b", 1.0, 7)]);
        for order in [vec![old.clone(), new.clone()], vec![new, old]] {
            let (book, contradictions) = Gradebook::of(order);
            assert_eq!((book.learners.len(), contradictions), (1, vec![]));
            let ada = &book.learners[0];
            assert_eq!((ada.name.as_str(), ada.answers(), ada.by_name), ("Ada Lovelace", 3, false));
            assert_eq!(ada.also, BTreeSet::from([SafeText::new("ada")]));
            assert_eq!(ada.score([&question("b")]), Some(Score { tried: 1, first: 0.0, best: 1.0 }));
        }
    }

    #[test]
    fn name_and_profile_together_unite_and_a_profile_keeps_apart() {
        let home = handin("Ada", None, 5, &[(1, "a", 0.0, 1)]);
        let work = handin("ADA ", None, 6, &[(2, "a", 1.0, 0)]);
        let other = handin("Ada", Some("ada-b"), 6, &[(3, "a", 1.0, 0)]);
        let (book, _) = Gradebook::of(vec![home, work, other]);
        assert_eq!(book.learners.len(), 2);
        let united = book.learners.iter().find(|learner| learner.files.len() == 2).unwrap();
        assert!(united.by_name);
        // The try of the earlier day is the first, whichever file came first.
        assert_eq!(united.score([&question("a")]), Some(Score { tried: 1, first: 1.0, best: 1.0 }));
    }

    #[test]
    fn a_bridge_unites_what_stood_apart() {
        let one = handin("One", None, 1, &[(1, "a", 0.0, 1)]);
        let two = handin("Two", None, 2, &[(2, "b", 0.0, 1)]);
        let three = handin("Three", None, 3, &[(3, "c", 0.0, 1)]);
        let bridge = handin("All", None, 4, &[(1, "a", 0.0, 1), (2, "b", 0.0, 1)]);
        let (book, _) = Gradebook::of(vec![one, two, three, bridge]);
        let names: Vec<&str> = book.learners.iter().map(|learner| learner.name.as_str()).collect();
        assert_eq!(names, ["All", "Three"]);
        assert_eq!(book.learners[0].answers(), 2);
    }

    #[test]
    fn an_answer_that_is_another_one_elsewhere_is_told() {
        let ada = handin("Ada", None, 5, &[(1, "a", 0.0, 1)]);
        let forged = handin("Ada", None, 6, &[(1, "a", 1.0, 1)]);
        let (book, contradictions) = Gradebook::of(vec![ada, forged]);
        assert_eq!(contradictions, [Contradiction { file: "Ada-6".into(), other: "Ada-5".into() }]);
        assert_eq!(book.learners[0].score([&question("a")]).unwrap().best, 0.0);
    }
}
