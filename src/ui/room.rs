//! Questions laid out for a room: the question, the options with hands, the votes as bars, the answer, every why.
//!
//! Bars are told apart by their pattern and their words, not by colour.

use super::big::heading;
use super::code_pane::{framed, numbered};
use super::ink::Ink;
use super::lines::{Piece, Pieces, pieces, wrap};
use super::page::{Desk, doc_page};
use super::slide::{Element, Room, Sheet, bold, elements, text};
use crate::domain::class::{Ballot, Class};
use crate::domain::doc::{Doc, Rich};
use crate::domain::night::question::{OUTCOMES, Outlook, answered, came_true, outcome};
use crate::domain::night::{OPENS, clock};
use crate::domain::quiz::{InterviewQuestion, Question, Task};
use crate::domain::slides::{Choice, SEED, Show, ask as parts, choices, whys};

/// Columns of a question, as many as on the screen of the quiz.
const MEASURE: usize = 76;
/// Columns of the longest bar.
const BAR: usize = 40;
/// The fill of the bars of a round.
const FILLS: [&str; 2] = ["░", "█"];

/// An option as a room sees it.
struct Offer {
    text: Rich,
    right: bool,
}

/// How close together options stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    /// With air between them.
    Airy,
    /// Without.
    Close,
    /// Their numbers and bars alone.
    Bare,
}

/// A question to the room, as far as it is revealed.
pub(super) fn ask(question: &Question, part: usize, room: Room<'_>) -> Sheet {
    let width = room.width.saturating_sub(2).clamp(1, MEASURE);
    let part = u32::try_from(part).unwrap_or(u32::MAX);
    let offers: Vec<Offer> = choices(question).into_iter().map(|Choice { text, right, .. }| Offer { text, right }).collect();
    let prompt = prompt(&question.prompt, room.desk, width);
    let code = code(question, part, room, width);
    if part >= parts::WHY {
        let at = usize::try_from(part - parts::WHY).unwrap_or(0);
        return why(question, at, &offers, room, width);
    }
    let candidates: Vec<Vec<Vec<Element>>> = if offers.is_empty() {
        let task = task(question, part >= parts::ANSWER, width);
        match part {
            parts::PROMPT => vec![vec![prompt, code]],
            _ => vec![vec![prompt.clone(), code.clone(), task.clone()], vec![prompt, task.clone()], vec![task]],
        }
    } else {
        let list = |set| options(&offers, part, room.ballot, set, width);
        match part {
            parts::PROMPT => vec![vec![prompt, code]],
            _ => vec![
                vec![prompt.clone(), code.clone(), list(Set::Airy)],
                vec![prompt.clone(), code.clone(), list(Set::Close)],
                vec![prompt, list(Set::Close)],
                vec![code, list(Set::Close)],
                vec![list(Set::Close)],
                vec![list(Set::Bare)],
            ],
        }
    };
    fitting(candidates, room.rows, width)
}

/// The first of several ways to show something that fits; else the last one, which is the shortest.
fn fitting(candidates: Vec<Vec<Vec<Element>>>, rows: usize, width: usize) -> Sheet {
    let mut last = Sheet::default();
    for parts in candidates {
        let mut elements: Vec<Element> = Vec::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            if !elements.is_empty() {
                elements.push(Element::Line(Vec::new()));
            }
            elements.extend(part);
        }
        let whole = elements.iter().map(Element::rows).sum();
        last = Sheet { elements, whole, width };
        if whole <= rows {
            break;
        }
    }
    last
}

fn prompt(doc: &Doc, desk: Desk<'_>, width: usize) -> Vec<Element> {
    let page = doc_page(doc, desk, width);
    let mut lines: Vec<Pieces> = page.lines.into_iter().map(|line| line.pieces).collect();
    for piece in lines.iter_mut().flatten().filter(|piece| piece.ink == Ink::Text) {
        piece.bold = true;
    }
    elements(lines)
}

fn code(question: &Question, part: u32, room: Room<'_>, width: usize) -> Vec<Element> {
    let Some(code) = &question.code else { return Vec::new() };
    let colours = room.desk.palette.get(&code.language, code.text.as_str()).unwrap_or_default();
    let marked =
        if matches!(question.task, Task::SpotLine { .. }) && part >= parts::OPTIONS { choices(question) } else { Vec::new() };
    let rows = numbered(code.text.as_str(), &colours, width.saturating_sub(2), |line| {
        let at = marked.iter().position(|choice| choice.line == Some(line))?;
        Some(Piece::badge((at + 1).to_string(), Ink::Accent))
    });
    let name = [Piece::new(code.file.as_str(), Ink::Text)];
    framed(rows, &name, Ink::Faint, width).into_iter().map(|row| Element::Line(row.pieces)).collect()
}

/// The options, with what is known of them at this part.
fn options(offers: &[Offer], part: u32, ballot: Option<&Ballot>, set: Set, width: usize) -> Vec<Element> {
    let compact = set == Set::Bare;
    let told = part >= parts::ANSWER;
    let bars = part >= parts::VOTES && ballot.is_some_and(|ballot| ballot.taken() > 0);
    let mut out = Vec::new();
    for (at, offer) in offers.iter().enumerate() {
        let ink = if told && offer.right { Ink::Good } else { Ink::Accent };
        let sign = match (told, offer.right) {
            (true, true) => "✓",
            (true, false) => "✗",
            (false, _) => " ",
        };
        let head = vec![Piece::bold(format!("{sign} {}  ", at + 1), ink)];
        let mut words = if told && !offer.right { pieces(&offer.text, Ink::Dim) } else { bold(&offer.text, Ink::Text) };
        if part == parts::OPTIONS
            && let Some(hands) = ballot.and_then(|ballot| ballot.rounds.last()?.get(at)).filter(|hands| **hands > 0)
        {
            words.push(Piece::new("  ", Ink::Text));
            words.push(Piece::badge(format!(" {hands} "), Ink::Accent));
        }
        if set == Set::Airy && at > 0 {
            out.push(Element::Line(Vec::new()));
        }
        if compact && !bars {
            out.push(Element::Line(head.clone()));
        } else if !compact {
            out.extend(hung(head.clone(), &words, width));
        }
        if bars && let Some(ballot) = ballot {
            for round in (0..ballot.rounds.len()).filter(|round| ballot.total(*round) > 0) {
                let lead = if compact && round == 0 { head.clone() } else { vec![Piece::new("     ", Ink::Text)] };
                out.push(Element::Line(bar(lead, ballot, round, at, ink, width)));
            }
        }
    }
    out.push(Element::Line(Vec::new()));
    out.push(Element::Line(summary(offers, part, ballot)));
    out
}

fn hung(head: Pieces, words: &[Piece], width: usize) -> Vec<Element> {
    let indent = super::lines::width_of(&head);
    let mut head = Some(head);
    wrap(words, width.saturating_sub(indent).max(1))
        .into_iter()
        .map(|line| {
            let mut row = head.take().unwrap_or_else(|| vec![Piece::new(" ".repeat(indent), Ink::Text)]);
            row.extend(line.pieces);
            Element::Line(row)
        })
        .collect()
}

fn bar(mut lead: Pieces, ballot: &Ballot, round: usize, option: usize, ink: Ink, width: usize) -> Pieces {
    let hands = ballot.hands(round).get(option).copied().unwrap_or(0);
    let total = ballot.total(round);
    if total == 0 {
        // Where nobody voted there is no share.
        return lead;
    }
    let room = width.saturating_sub(24).clamp(4, BAR);
    let filled = (usize::from(hands) * room).checked_div(usize::try_from(total).unwrap_or(1)).unwrap_or(0).min(room);
    let filled = if hands > 0 { filled.max(1) } else { 0 };
    let fill = if ballot.taken() > 1 { FILLS.get(round).copied().unwrap_or("█") } else { "█" };
    if filled > 0 {
        lead.push(Piece::new(format!("{} ", fill.repeat(filled)), ink));
    }
    let percent = (u32::from(hands) * 100 + total / 2) / total;
    lead.push(Piece::bold(format!("{hands}"), Ink::Text));
    lead.push(Piece::new(format!("  {percent} %"), Ink::Dim));
    lead
}

/// What stands under the options: how many hands, and how many of them were right, before and after.
fn summary(offers: &[Offer], part: u32, ballot: Option<&Ballot>) -> Pieces {
    let Some(ballot) = ballot.filter(|ballot| !ballot.rounds.is_empty()) else {
        return vec![Piece::new("Hands up, please.", Ink::Dim)];
    };
    let right = |round| ballot.percent(round, |at| offers.get(at).is_some_and(|offer| offer.right));
    let open = part < parts::VOTES;
    let round = ballot.rounds.len();
    let mut line = Pieces::new();
    if open {
        let name = if round > 1 { "Second vote" } else { "Votes" };
        line.push(Piece::bold(format!("{name}: {}", ballot.total(round - 1)), Ink::Accent));
        if round > 1 {
            line.push(Piece::new("   after discussion", Ink::Dim));
        }
    } else if part < parts::ANSWER || right(0).is_none() {
        line.push(Piece::bold(counted(ballot), Ink::Accent));
    } else {
        let shown: Vec<String> = (0..round).filter_map(right).map(|percent| format!("{percent} %")).collect();
        line.push(Piece::bold(format!("Right: {}", shown.join(" → ")), Ink::Accent));
        line.push(Piece::new(format!("   {}", counted(ballot)), Ink::Dim));
    }
    line
}

fn counted(ballot: &Ballot) -> String {
    let [first, second] = FILLS;
    match ballot.taken() {
        2 => format!("{first} first vote {}   {second} second vote {}", ballot.total(0), ballot.total(1)),
        _ => format!("{} votes", ballot.total(0).max(ballot.total(1))),
    }
}

/// Why one option is right or wrong.
fn why(question: &Question, at: usize, offers: &[Offer], room: Room<'_>, width: usize) -> Sheet {
    let whys = whys(question);
    let Some((words, why, right)) = whys.get(at) else { return Sheet::default() };
    let (sign, ink) = if *right { ("✓", Ink::Good) } else { ("✗", Ink::Bad) };
    let head = vec![Piece::bold(format!("{sign} {}  ", at + 1), ink)];
    let mut first = hung(head, &bold(words, ink), width);
    if let (Some(ballot), false) = (room.ballot.filter(|ballot| ballot.taken() > 0), offers.is_empty()) {
        for round in (0..ballot.rounds.len()).filter(|round| ballot.total(*round) > 0) {
            first.push(Element::Line(bar(vec![Piece::new("     ", Ink::Text)], ballot, round, at, ink, width)));
        }
    }
    let second = hung(vec![Piece::new("     ", Ink::Text)], &bold(why, Ink::Text), width);
    let mut sheet = fitting(vec![vec![first, second.clone()], vec![second]], room.rows, width);
    // All of them begin on the same line.
    sheet.whole = sheet.whole.max(room.rows.min(9));
    sheet
}

/// What is to be done where no hands are counted, and the answer to it.
fn task(question: &Question, told: bool, width: usize) -> Vec<Element> {
    let order = question.order(SEED);
    let numbered = |texts: Vec<Rich>| -> Vec<Element> {
        let hang = |(at, text): (usize, Rich)| {
            hung(vec![Piece::bold(format!("  {}  ", at + 1), Ink::Accent)], &bold(&text, Ink::Text), width)
        };
        texts.into_iter().enumerate().flat_map(hang).collect()
    };
    match &question.task {
        Task::Order { steps } => {
            let shown: Vec<usize> = if told { (0..steps.len()).collect() } else { order };
            numbered(shown.into_iter().filter_map(|at| steps.get(at)).map(|step| step.text.clone()).collect())
        }
        Task::Match { pairs } if told => {
            numbered(pairs.iter().map(|pair| Rich::plain(&format!("{} → {}", pair.left.text(), pair.right.text()))).collect())
        }
        Task::Match { pairs } => {
            let mut out = numbered(pairs.iter().map(|pair| pair.left.clone()).collect());
            out.push(Element::Line(Vec::new()));
            for (at, pair) in order.into_iter().filter_map(|at| pairs.get(at)).enumerate() {
                let letter = char::from(b'A' + u8::try_from(at).unwrap_or(0));
                out.extend(hung(vec![Piece::bold(format!("  {letter}  "), Ink::Accent)], &pieces(&pair.right, Ink::Text), width));
            }
            out
        }
        Task::ShortText { answers, .. } if told => {
            let all: Vec<&str> = answers.iter().take(3).map(crate::domain::text::SafeText::as_str).collect();
            text(&[Piece::bold("✓  ", Ink::Good), Piece::bold(all.join(", or "), Ink::Text)], width)
        }
        Task::ShortText { .. } => text(&[Piece::new("A word or two.", Ink::Dim)], width),
        Task::Choose { .. } | Task::SpotLine { .. } => Vec::new(),
    }
}

/// The parts of an interview question: itself, the points one by one, what a weak answer says.
pub(super) fn interview(question: &InterviewQuestion, width: usize) -> Vec<Vec<Element>> {
    let mut parts = vec![text(&bold(&question.prompt, Ink::Accent), width)];
    parts.extend(question.points.iter().map(|point| hung(vec![Piece::bold("✓  ", Ink::Good)], &bold(point, Ink::Text), width)));
    parts.push(hung(vec![Piece::bold("✗  ", Ink::Bad)], &pieces(&question.weak, Ink::Dim), width));
    parts
}

/// What becomes of the night. The picture of it is drawn under what comes out here.
pub(super) fn night(outlook: Outlook, part: usize, room: Room<'_>) -> Sheet {
    let width = room.measure();
    let part = u32::try_from(part).unwrap_or(u32::MAX);
    let shop = text(&[Piece::bold(outlook.shop(), Ink::Text)], width);
    let hour = Outlook::SPAN / 3_600;
    let what = format!(
        "The doors open. Of what shoppers want in the next {}, how much is answered?",
        if hour == 1 { "hour" } else { "hours" }
    );
    let what = text(&[Piece::bold(what, Ink::Accent)], width);
    if part >= parts::ANSWER {
        return result(room, shop, width);
    }
    let time = vec![Element::Heading(heading(&clock(OPENS), Ink::Accent, width, 4), Ink::Accent)];
    let offers: Vec<Offer> = (0..OUTCOMES.len()).map(|at| Offer { text: Rich::plain(&outcome(at)), right: false }).collect();
    let candidates = if part == parts::PROMPT {
        vec![vec![time, shop.clone(), what.clone()], vec![shop, what]]
    } else {
        let list = options(&offers, part, room.ballot, Set::Close, width);
        vec![vec![time, shop.clone(), what.clone(), list.clone()], vec![shop, what.clone(), list.clone()], vec![what, list]]
    };
    fitting(candidates, room.rows, width)
}

/// Rows above the picture of the night.
pub const ABOVE_NIGHT: usize = 5;

fn result(room: Room<'_>, shop: Vec<Element>, width: usize) -> Sheet {
    let mut lines = Pieces::new();
    if let Some(night) = room.night {
        lines.push(Piece::bold(format!("{}   ", clock(night.tick())), Ink::Accent));
        lines.push(Piece::bold(format!("{} of 100 answered", answered(night)), Ink::Text));
        if let Some(at) = came_true(night) {
            lines.push(Piece::bold(format!("   ✓ {}", at + 1), Ink::Good));
            let right = |round| room.ballot.and_then(|ballot| ballot.percent(round, |option| option == at));
            let shown: Vec<String> = (0..2).filter_map(right).map(|percent| format!("{percent} %")).collect();
            if !shown.is_empty() {
                lines.push(Piece::new(format!("   the room: {} right", shown.join(" → ")), Ink::Dim));
            }
        }
    }
    let mut out = shop;
    out.push(Element::Line(Vec::new()));
    out.push(Element::Line(lines));
    // The picture takes the rest.
    Sheet { elements: out, whole: room.rows, width }
}

/// The end: what was voted, before and after discussion.
#[must_use]
pub fn end(class: &Class, desk: Desk<'_>, width: usize, rows: usize) -> Sheet {
    let width = width.saturating_sub(4).clamp(1, MEASURE);
    let mut voted: Vec<Vec<Element>> = Vec::new();
    for (at, slide) in class.slides().iter().enumerate() {
        let Some(ballot) = class.ballot(at).filter(|ballot| ballot.taken() > 0) else { continue };
        let (title, right): (String, Vec<bool>) = match &slide.show {
            Show::Ask(id) => match desk.course.question_in(slide.lesson, id) {
                Some(question) => {
                    let text = question.prompt.text();
                    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("").to_owned();
                    (last, choices(question).iter().map(|choice| choice.right).collect())
                }
                None => continue,
            },
            Show::Night(outlook) => (outlook.shop().to_owned(), Vec::new()),
            _ => continue,
        };
        let right = |round| ballot.percent(round, |option| right.get(option).copied().unwrap_or(false));
        let figures = if matches!(slide.show, Show::Night(_)) {
            counted(ballot)
        } else {
            let shown: Vec<String> = (0..ballot.rounds.len()).filter_map(right).map(|percent| format!("{percent} %")).collect();
            format!("{} right", shown.join(" → "))
        };
        let mut part = text(&[Piece::new(title, Ink::Text)], width);
        part.push(Element::Line(vec![Piece::bold(figures, Ink::Accent)]));
        voted.push(part);
    }
    let head = vec![Element::Heading(heading("The end", Ink::Heading, width, 4), Ink::Heading)];
    let last = voted.len();
    let mut parts = vec![head];
    parts.extend(voted);
    super::slide::stacked(parts, 1, last, rows, width)
}
