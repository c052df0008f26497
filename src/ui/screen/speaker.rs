//! What whoever speaks sees of a class: the slide with what is still hidden of it, what comes next, notes, clock, answers, votes.

use ratatui::layout::Rect;

use super::present::{Present, name};
use super::projector::{clock, overview, place, typed, views};
use crate::domain::class::{Class, Plan};
use crate::domain::doc::Rich;
use crate::domain::night::question::{OUTCOMES, answered, came_true, outcome};
use crate::domain::slides::{Show, Slide, ask, choices, side, whys};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{body, draw_box, draw_line, draw_lines, footer, header};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::lines::{Piece, Pieces, pieces, width_of, wrap};

/// A line, and the part that reveals it.
type Hidden = (u32, Pieces);

/// Draws it.
pub(super) fn draw(present: &Present, cx: &Context, canvas: &mut Canvas) {
    if present.list.is_some() {
        overview(present, cx, canvas);
        return;
    }
    let class = &present.class;
    let Some(slide) = class.slide().filter(|_| class.state().plan != Plan::Waiting) else {
        waiting(present, cx, canvas);
        return;
    };
    let count = class.slides().len();
    let mut right = clock(present, cx);
    for words in [views(present), class.state().black.then(|| "BLACK".to_owned())].into_iter().flatten() {
        if !right.is_empty() {
            right.push(Piece::new("  ·  ", Ink::Faint));
        }
        right.push(Piece::bold(words, Ink::Accent));
    }
    let left = place(cx, slide);
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    header(canvas, cx, left.get(1..).unwrap_or_default(), &right, Some(number(class.at() + 1) / number(count.max(1))));
    let area = body(canvas.area());
    let area = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
    let (now, notes, next) = if cx.wide() {
        let half = area.width * 3 / 5;
        let right = Rect { x: area.x + half + 1, width: area.width.saturating_sub(half + 1), ..area };
        let below = right.height * 2 / 5;
        let upper = Rect { height: right.height - below, ..right };
        (Rect { width: half, ..area }, upper, Rect { y: upper.bottom(), height: below, ..right })
    } else {
        let next = 4.min(area.height);
        let free = area.height.saturating_sub(next);
        let wanted = said(cx, slide, usize::from(area.width.saturating_sub(4))).len() + 2;
        let notes = u16::try_from(wanted).unwrap_or(u16::MAX).min(free * 3 / 5).max(3);
        let now = free.saturating_sub(notes);
        let first = Rect { height: now, ..area };
        let second = Rect { y: first.bottom(), height: notes.min(area.bottom().saturating_sub(first.bottom())), ..area };
        (first, second, Rect { y: second.bottom(), height: area.bottom().saturating_sub(second.bottom()), ..area })
    };
    let title = format!("slide {} of {count}{}", class.at() + 1, steps(class, slide));
    let inner = draw_box(canvas, now, &title, cx.theme);
    shown(present, cx, canvas, inner, slide);
    let inner = draw_box(canvas, notes, "notes", cx.theme);
    let mut lines = said(cx, slide, usize::from(inner.width));
    if lines.len() > usize::from(inner.height)
        && let Some(last) = usize::from(inner.height).checked_sub(1).and_then(|last| lines.get_mut(last))
    {
        // Words that there is no room for are missed by nobody who does not know of them.
        let cut: Pieces = last.iter().chain([&Piece::new(" …", Ink::Accent)]).cloned().collect();
        *last = if width_of(&cut) > usize::from(inner.width) {
            crate::ui::lines::fit_pieces(&cut, usize::from(inner.width))
        } else {
            cut
        };
    }
    draw_lines(canvas, inner, &lines, cx.theme);
    let inner = draw_box(canvas, next, "next", cx.theme);
    draw_lines(canvas, inner, &upcoming(present, cx, usize::from(inner.width), usize::from(inner.height)), cx.theme);
    last_line(present, cx, canvas);
}

fn steps(class: &Class, slide: &Slide) -> String {
    if slide.parts > 1 { format!(" · part {} of {}", class.part() + 1, slide.parts) } else { String::new() }
}

fn last_line(present: &Present, cx: &Context, canvas: &mut Canvas) {
    let area = canvas.area();
    match typed(present.typing) {
        Some(words) => {
            let row = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
            draw_line(canvas, row, &[Piece::bold(format!(" {words}"), Ink::Accent)], cx.theme);
        }
        None => footer(canvas, cx, present.mode(), &[]),
    }
}

/// Nobody has begun yet.
fn waiting(present: &Present, cx: &Context, canvas: &mut Canvas) {
    header(canvas, cx, &[Piece::bold("Speaker's view", Ink::Accent)], &[], None);
    let area = body(canvas.area());
    let lines = [
        vec![Piece::bold("  Waiting for the view of the room.", Ink::Text)],
        Vec::new(),
        vec![Piece::new("  Start it in another terminal:  ", Ink::Dim), Piece::bold("twelvefold present", Ink::Accent)],
    ];
    draw_lines(canvas, area, &lines, cx.theme);
    last_line(present, cx, canvas);
}

/// The slide in small letters, what is hidden of it dim, so that the last thing revealed is in sight.
fn shown(present: &Present, cx: &Context, canvas: &mut Canvas, area: Rect, slide: &Slide) {
    let part = present.class.part();
    let mut lines = lines(present, cx, slide, usize::from(area.width));
    if lines.len() > usize::from(area.height) {
        // Where not all fits, what is revealed and what comes next count for more than the rest.
        lines.retain(|(of, _)| *of <= part + 1);
    }
    let last = lines.iter().rposition(|(of, _)| *of <= part).unwrap_or(0);
    let room = usize::from(area.height);
    // Two lines of what is to come stay in sight.
    let top = (last + 3).saturating_sub(room).min(lines.len().saturating_sub(room));
    for (row, (of, line)) in area.rows().zip(lines.iter().skip(top)) {
        let line: Pieces = if *of <= part {
            line.clone()
        } else {
            line.iter().map(|piece| Piece { ink: Ink::Dim, bold: false, reverse: false, ..piece.clone() }).collect()
        };
        draw_line(canvas, row, &line, cx.theme);
    }
}

fn add(out: &mut Vec<Hidden>, part: u32, head: Pieces, words: &[Piece], width: usize) {
    let indent = width_of(&head);
    let mut head = Some(head);
    for line in wrap(words, width.saturating_sub(indent).max(1)) {
        let mut row = head.take().unwrap_or_else(|| vec![Piece::new(" ".repeat(indent), Ink::Text)]);
        row.extend(line.pieces);
        out.push((part, row));
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A slide in lines, each with the part that reveals it.
fn lines(present: &Present, cx: &Context, slide: &Slide, width: usize) -> Vec<Hidden> {
    let mut out: Vec<Hidden> = Vec::new();
    let Some(lesson) = cx.course.lesson(slide.lesson) else { return out };
    let plain = |text: &Rich| pieces(text, Ink::Text);
    let bold = |text: &Rich| crate::ui::slide::bold(text, Ink::Text);
    match &slide.show {
        Show::Title => {
            add(&mut out, 0, Vec::new(), &[Piece::bold(lesson.title.as_str(), Ink::Accent)], width);
            for (at, text) in [&lesson.principle, &lesson.asks].into_iter().flatten().enumerate() {
                out.push((number(at + 1), Vec::new()));
                add(&mut out, number(at + 1), Vec::new(), &plain(text), width);
            }
        }
        Show::Heading(text) => add(&mut out, 0, Vec::new(), &bold(text), width),
        Show::Lines(all) => {
            for (at, line) in all.iter().enumerate() {
                let head = line.marker.as_ref().map(|marker| Piece::bold(format!("{marker:<2} "), Ink::Accent));
                add(&mut out, number(at), head.into_iter().collect(), &plain(&line.text), width);
            }
        }
        Show::Code { text, cuts, .. } => {
            for (at, line) in text.lines().enumerate() {
                let part = cuts.iter().position(|cut| at < *cut).unwrap_or(0);
                out.push((number(part), vec![Piece::new(line, Ink::Text)]));
            }
        }
        Show::Table { rows, .. } => {
            for (at, row) in rows.iter().enumerate() {
                let text = row.iter().map(Rich::text).collect::<Vec<_>>().join("  ·  ");
                add(&mut out, number(at), Vec::new(), &[Piece::new(text, Ink::Text)], width);
            }
        }
        Show::Side { pair, bad, cuts } => {
            let Some(pair) = lesson.pairs.get(*pair) else { return out };
            let of = side(pair, *bad);
            let (sign, ink) = if *bad { ("✗ BAD   ", Ink::Bad) } else { ("✓ GOOD  ", Ink::Good) };
            add(&mut out, 0, vec![Piece::bold(sign, ink)], &bold(&pair.title), width);
            for (at, note) in of.notes.iter().enumerate() {
                let part = number(cuts.len() + at);
                out.push((part, Vec::new()));
                let line = of.code.as_str().lines().nth(note.line).unwrap_or("").trim();
                let head = vec![Piece::badge(note.number.to_string(), ink), Piece::new("  ", Ink::Text)];
                add(&mut out, part, head, &[Piece::new(line, Ink::Code)], width);
                add(&mut out, part, vec![Piece::new("   ", Ink::Text)], &plain(&note.text), width);
            }
        }
        Show::Both { pair } => {
            if let Some(pair) = lesson.pairs.get(*pair) {
                add(&mut out, 0, Vec::new(), &bold(&pair.says), width);
            }
        }
        Show::Ask(id) => asked(present, cx, slide, id, width, &mut out),
        Show::Interview(id) => {
            let quiz = cx.course.quiz(slide.lesson);
            if let Some(question) = quiz.and_then(|quiz| quiz.interview.iter().find(|question| &question.id == id)) {
                add(&mut out, 0, Vec::new(), &bold(&question.prompt), width);
                for (at, point) in question.points.iter().enumerate() {
                    add(&mut out, number(at + 1), vec![Piece::bold("✓ ", Ink::Good)], &plain(point), width);
                }
                let last = number(question.points.len() + 1);
                add(&mut out, last, vec![Piece::bold("✗ ", Ink::Bad)], &plain(&question.weak), width);
            }
        }
        Show::Night(outlook) => {
            add(&mut out, 0, Vec::new(), &[Piece::bold(outlook.shop(), Ink::Text)], width);
            let true_one = present.night().and_then(came_true);
            let hands = hands(present);
            for at in 0..OUTCOMES.len() {
                let sign = if true_one == Some(at) { Piece::bold("✓ ", Ink::Good) } else { Piece::new("  ", Ink::Text) };
                let words = [Piece::new(outcome(at), Ink::Text), Piece::bold(hands(at), Ink::Accent)];
                add(&mut out, 0, vec![sign, Piece::bold(format!("{}  ", at + 1), Ink::Accent)], &words, width);
            }
            let words = match (present.night(), true_one) {
                (Some(night), Some(_)) => format!("The model answers {} of 100.", answered(night)),
                _ => "The model is at work …".to_owned(),
            };
            out.push((0, Vec::new()));
            add(&mut out, 0, Vec::new(), &[Piece::new(words, Ink::Dim)], width);
        }
        Show::End => add(&mut out, 0, Vec::new(), &[Piece::bold("The end, with what was voted.", Ink::Text)], width),
    }
    out
}

/// The hands for each option, in each round.
fn hands(present: &Present) -> impl Fn(usize) -> String + '_ {
    let ballot = present.class.ballot(present.class.at());
    move |at| {
        let Some(ballot) = ballot else { return String::new() };
        let shown: Vec<String> = ballot.rounds.iter().map(|round| round.get(at).copied().unwrap_or(0).to_string()).collect();
        format!("   {}", shown.join(" → "))
    }
}

/// A question, with its answer: whoever speaks knows it from the beginning.
fn asked(present: &Present, cx: &Context, slide: &Slide, id: &crate::domain::id::QuestionId, width: usize, out: &mut Vec<Hidden>) {
    let Some(question) = cx.course.question_in(slide.lesson, id) else { return };
    let prompt = question.prompt.text();
    for line in prompt.lines().filter(|line| !line.trim().is_empty()) {
        add(out, 0, Vec::new(), &[Piece::bold(line, Ink::Text)], width);
    }
    out.push((0, Vec::new()));
    let hands = hands(present);
    let voted = !choices(question).is_empty();
    for (at, (text, why, right)) in whys(question).into_iter().enumerate() {
        let (sign, ink) = if right { ("✓", Ink::Good) } else { ("✗", Ink::Bad) };
        let head = vec![Piece::bold(format!("{sign} {}  ", at + 1), ink)];
        let mut words = crate::ui::slide::bold(&text, Ink::Text);
        if voted {
            words.push(Piece::bold(hands(at), Ink::Accent));
        }
        add(out, 0, head, &words, width);
        add(out, ask::WHY + number(at), vec![Piece::new("     ", Ink::Text)], &pieces(&why, Ink::Text), width);
    }
}

/// What is to be said here: of the pair; of the passage, where the pair has nothing of its own.
fn said(cx: &Context, slide: &Slide, width: usize) -> Vec<Pieces> {
    let Some(lesson) = cx.course.lesson(slide.lesson) else { return Vec::new() };
    let pair = match &slide.show {
        Show::Side { pair, .. } | Show::Both { pair } => lesson.pairs.get(*pair).and_then(|pair| pair.speaker.as_ref()),
        _ => None,
    };
    let at = if matches!(slide.show, Show::Title) { None } else { slide.passage.as_ref() };
    let remarks = lesson.speaker.iter().filter(|remark| remark.at.as_ref() == at && pair.is_none()).map(|remark| &remark.text);
    let mut out = Vec::new();
    for text in pair.into_iter().chain(remarks) {
        if !out.is_empty() {
            out.push((0, Vec::new()));
        }
        add(&mut out, 0, vec![Piece::new("• ", Ink::Accent)], &pieces(text, Ink::Text), width);
    }
    if out.is_empty() {
        out.push((0, vec![Piece::new("Nothing is noted here.", Ink::Dim)]));
    }
    out.into_iter().map(|(_, line)| line).collect()
}

/// The next part of this slide, or the next slides.
fn upcoming(present: &Present, cx: &Context, width: usize, rows: usize) -> Vec<Pieces> {
    let class = &present.class;
    let mut out = Vec::new();
    for (at, slide) in class.slides().iter().enumerate().skip(class.at() + 1).take(rows) {
        let (sign, words) = name(cx, slide);
        let head = format!("{:>3}  {sign} ", at + 1);
        let room = width.saturating_sub(head.chars().count());
        let bold = at == class.at() + 1;
        out.push(vec![Piece::new(head, Ink::Dim), Piece { bold, ..Piece::new(crate::ui::lines::fit(&words, room), Ink::Text) }]);
    }
    out
}
