//! The ways into a question: the quiz of a lesson, what was missed of it, a review, an exam that was left, one on the spot.

use super::super::ask::Draft;
use super::super::exam::Exam;
use super::super::{Asks, Go, Screen, interview, result};
use super::{Purpose, Quiz};
use crate::domain::event::Deed;
use crate::domain::id::QuestionId;
use crate::domain::review;
use crate::domain::text::SafeText;
use crate::ui::context::Context;

/// Opens the quiz of a lesson: where it was left, or its result when it is answered to the end, or anew.
pub fn open(cx: &mut Context, lesson: usize, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(entry) = course.map.get(lesson).filter(|entry| entry.quiz().next().is_some()) else { return Go::Stay };
    let sitting = cx.progress.lessons.get(&entry.id).and_then(|known| known.sitting.clone());
    if let Some(sitting) = sitting {
        let asked: Vec<QuestionId> =
            sitting.questions.iter().filter(|id| entry.questions.iter().any(|known| known.id == **id)).cloned().collect();
        let next = asked.iter().position(|id| !sitting.scores.contains_key(id));
        match next {
            Some(at) => return begin(cx, of(lesson, asked), Purpose::Quiz(lesson), sitting.seed, at, asks),
            None if !asked.is_empty() => {
                return result::open(cx, lesson).map_or(Go::Stay, |summary| Go::To(Screen::Result(Box::new(summary))));
            }
            None => {}
        }
    }
    anew(cx, lesson, asks)
}

/// Begins the quiz of a lesson from its first question.
pub fn anew(cx: &mut Context, lesson: usize, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(entry) = course.map.get(lesson) else { return Go::Stay };
    let questions: Vec<QuestionId> = entry.quiz().cloned().collect();
    let seed = cx.rng.next_u64();
    asks.deeds.push(Deed::QuizStarted { lesson: entry.id.clone(), seed, questions: questions.clone(), part: false });
    begin(cx, of(lesson, questions), Purpose::Quiz(lesson), seed, 0, asks)
}

/// Asks only what was missed of a quiz. Its score stays what it was.
pub fn missed(cx: &mut Context, lesson: usize, questions: Vec<QuestionId>, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(entry) = course.map.get(lesson).filter(|_| !questions.is_empty()) else { return Go::Stay };
    let seed = cx.rng.next_u64();
    asks.deeds.push(Deed::QuizStarted { lesson: entry.id.clone(), seed, questions: questions.clone(), part: true });
    begin(cx, of(lesson, questions), Purpose::Quiz(lesson), seed, 0, asks)
}

/// Asks what is due today, over all lessons. Every answer moves the day on which its question comes back.
pub fn review(cx: &mut Context, asks: &mut Asks) -> Go {
    let queue = review::queue(cx.course.cards(), &cx.progress, cx.day(), review::DAILY);
    let (open, closed): (Vec<_>, Vec<_>) = queue.into_iter().partition(|due| due.open);
    let asked = |queue: Vec<review::Due>| queue.into_iter().map(|due| (due.lesson, due.question)).collect::<Vec<_>>();
    // What is answered in one's own words comes as a round of its own, after what is picked.
    if closed.is_empty() && !open.is_empty() {
        return interview::again(cx, asked(open));
    }
    let questions = asked(closed);
    if questions.is_empty() {
        cx.notice = Some(SafeText::new(&nothing_due(cx)));
        return Go::Stay;
    }
    let seed = cx.rng.next_u64();
    begin(cx, questions, Purpose::Review, seed, 0, asks)
}

/// Why there is nothing to review, and when there will be.
fn nothing_due(cx: &Context) -> String {
    let (day, told) = (cx.day(), review::forecast(cx.course.cards(), &cx.progress, cx.day()));
    match told.next {
        None => "Nothing to review yet: questions come here once you have answered them.".to_owned(),
        Some(next) if next <= day => format!("The {} of today are done. {} more wait for tomorrow.", review::DAILY, told.now),
        Some(next) => match next.0 - day.0 {
            1 => format!("Nothing is due today. Tomorrow: {}.", told.tomorrow),
            days => format!("Nothing is due. The next question comes back in {days} days."),
        },
    }
}

fn of(lesson: usize, questions: Vec<QuestionId>) -> Vec<(usize, QuestionId)> {
    questions.into_iter().map(|question| (lesson, question)).collect()
}

/// Asks one question on the spot.
pub fn open_one(cx: &mut Context, lesson: usize, question: usize, asks: &mut Asks) -> Go {
    let course = cx.course.clone();
    let Some(id) = course.map.get(lesson).and_then(|entry| entry.questions.get(question)).map(|question| question.id.clone())
    else {
        return Go::Stay;
    };
    let seed = cx.rng.next_u64();
    begin(cx, vec![(lesson, id)], Purpose::Spot, seed, 0, asks)
}

/// Puts the first question.
pub fn begin(cx: &mut Context, questions: Vec<(usize, QuestionId)>, purpose: Purpose, seed: u64, at: usize, asks: &mut Asks) -> Go {
    let mut quiz = Quiz {
        questions,
        purpose,
        scores: Vec::new(),
        at,
        seed,
        order: Vec::new(),
        draft: Draft::Text(String::new()),
        told: None,
        hints: 0,
        began: cx.now,
        ticket: 0,
        given: cx.now,
        helped: 0,
        rows: Vec::new(),
        top: 0,
    };
    quiz.colour(cx, quiz.at, asks);
    quiz.ask(cx);
    Go::To(Screen::Quiz(Box::new(quiz)))
}

/// Goes on with an exam after the questions whose scores are there.
pub fn go_on(cx: &mut Context, questions: Vec<(usize, QuestionId)>, scores: Vec<f64>, exam: Exam, asks: &mut Asks) -> Go {
    match begin(cx, questions, Purpose::Exam(exam), exam.seed, scores.len(), asks) {
        Go::To(Screen::Quiz(mut quiz)) => {
            quiz.scores = scores;
            Go::To(Screen::Quiz(quiz))
        }
        other => other,
    }
}
