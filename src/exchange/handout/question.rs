//! Questions as HTML: open, with room for an answer, or with what is right and every why.

use maud::{Markup, html};

use super::text::{doc, numbered, plain_body, rich};
use super::{Desk, Part, Sheet};
use crate::domain::course::Lesson;
use crate::domain::doc::Rich;
use crate::domain::quiz::{InterviewQuestion, Question, Task};

/// The questions of a lesson.
pub(super) fn questions(desk: &Desk<'_>, part: &Part<'_>) -> Markup {
    let (asked, interview) = (&part.asked, &part.interview);
    html! {
        @if !asked.is_empty() || !interview.is_empty() {
            @if desk.sheet == Sheet::Lessons { h3 id={ "questions-" (part.lesson.id) } { "Questions" } }
            @for (at, question) in asked.iter().enumerate() { (self::question(desk, part, question, at + 1)) }
            @for (at, question) in interview.iter().enumerate() { (self::interview(desk, part, question, asked.len() + at + 1)) }
        }
    }
}

/// What a question of the quiz is about, in words: where the answer is taught.
pub(super) fn taught(desk: &Desk<'_>, own: &Lesson, question: &Question) -> String {
    let (at, passage) = &question.passage;
    let lesson = desk.handout.course.lesson_by_id(at).unwrap_or(own);
    let heading = lesson.body.heading(passage).map(Rich::text);
    heading.map_or_else(|| lesson.title.to_string(), |heading| format!("{}: {heading}", lesson.title))
}

fn head(desk: &Desk<'_>, number: usize, task: &str, id: &str) -> Markup {
    let words = html! { "Question " (number) " " span.label { (task) } };
    html! {
        @if desk.sheet == Sheet::Lessons { h4 { (words) } } @else { h3 { (words) } }
        @if desk.sheet == Sheet::Answers { p.id { code { (id) } } }
    }
}

fn question(desk: &Desk<'_>, part: &Part<'_>, question: &Question, number: usize) -> Markup {
    let open = desk.sheet == Sheet::Lessons;
    html! {
        section.question id={ "question-" (question.id) } {
            (head(desk, number, question.kind.label(), question.id.as_str()))
            (doc(&question.prompt, &|body| plain_body(desk, Some(part), body)))
            @if let Some(code) = &question.code {
                figure.code {
                    figcaption { span.file { (code.file) } }
                    (numbered(desk, &code.language, code.text.as_str(), &[]))
                }
            }
            @if open { (offered(desk, part, question)) } @else { (told(desk, part, question)) }
            @if open && !question.hints.is_empty() {
                details {
                    summary { @if question.hints.len() == 1 { "A hint" } @else { "Hints" } }
                    ol { @for hint in &question.hints { li { (rich(desk, Some(part), hint)) } } }
                }
            }
            @if !open { p.taught { "Taught in " (taught(desk, part.lesson, question)) } }
        }
    }
}

/// What there is to choose from, or room to write.
fn offered(desk: &Desk<'_>, part: &Part<'_>, question: &Question) -> Markup {
    let text = |text: &Rich| rich(desk, Some(part), text);
    let order = question.order(0);
    match &question.task {
        Task::Choose { options, .. } => html! {
            ol.options type="A" { @for option in order.iter().filter_map(|&at| options.get(at)) { li { (text(&option.text)) } } }
        },
        Task::Order { steps } => html! {
            ul.steps { @for step in order.iter().filter_map(|&at| steps.get(at)) { li { (text(&step.text)) } } }
        },
        Task::Match { pairs } => html! {
            div.match {
                ol { @for pair in pairs { li { (text(&pair.left)) } } }
                ol type="A" { @for pair in order.iter().filter_map(|&at| pairs.get(at)) { li { (text(&pair.right)) } } }
            }
        },
        Task::SpotLine { .. } => html! { p.room { "Lines:" } },
        Task::ShortText { .. } => html! { p.room { "Answer:" } },
    }
}

fn verdict(right: bool) -> Markup {
    html! { @if right { strong.right { "✓ Right" } } @else { strong.wrong { "✗ Wrong" } } }
}

/// What is right, and why everything is right or wrong.
fn told(desk: &Desk<'_>, part: &Part<'_>, question: &Question) -> Markup {
    let text = |text: &Rich| rich(desk, Some(part), text);
    let judged = |right: bool, words: Markup, why: &Rich| html! { li { (words) br; (verdict(right)) ". " (text(why)) } };
    let order = question.order(0);
    match &question.task {
        Task::Choose { options, .. } => html! {
            ol.options type="A" {
                @for option in order.iter().filter_map(|&at| options.get(at)) { (judged(option.correct, text(&option.text), &option.why)) }
            }
        },
        Task::SpotLine { lines, elsewhere } => html! {
            ul.options {
                @for line in lines { (judged(line.correct, html! { "Line " (line.line + 1) }, &line.why)) }
                (judged(false, html! { "Any other line" }, elsewhere))
            }
        },
        Task::Order { steps } => html! {
            ol.options { @for step in steps { li { (text(&step.text)) br; (text(&step.why)) } } }
        },
        Task::Match { pairs } => {
            let letter = |at: usize| order.iter().position(|&shown| shown == at).and_then(|shown| ('A'..='Z').nth(shown));
            html! {
                ol.options {
                    @for (at, pair) in pairs.iter().enumerate() {
                        li {
                            (text(&pair.left)) " → "
                            strong { @if let Some(letter) = letter(at) { (letter) ". " } (text(&pair.right)) }
                            br; (text(&pair.why))
                        }
                    }
                }
            }
        }
        Task::ShortText { answers, near, explain } => html! {
            p {
                strong.right { "✓ Right" } ": "
                @for (at, answer) in answers.iter().enumerate() { @if at > 0 { ", " } strong { (answer) } }
                ". " (text(explain))
            }
            @if !near.is_empty() {
                ul.options { @for (words, why) in near { (judged(false, html! { (words) }, why)) } }
            }
        },
    }
}

fn interview(desk: &Desk<'_>, part: &Part<'_>, question: &InterviewQuestion, number: usize) -> Markup {
    let text = |text: &Rich| rich(desk, Some(part), text);
    html! {
        section.question id={ "question-" (question.id) } {
            (head(desk, number, &format!("Interview, {}: answer aloud", question.level.name()), question.id.as_str()))
            p { (text(&question.prompt)) }
            @if desk.sheet == Sheet::Answers {
                p { strong { "A strong answer says" } }
                ul { @for point in &question.points { li { (text(point)) } } }
                p { strong.wrong { "✗ A weak answer" } ": " (text(&question.weak)) }
                @if !question.follow_ups.is_empty() {
                    p { strong { "Then ask" } }
                    ul { @for next in &question.follow_ups { li { (text(next)) } } }
                }
            }
        }
    }
}
