//! What the room sees of a class: one slide, large, with nothing else that draws the eye.

use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::night_charts::Panel;
use super::present::{Present, Typing, name, row};
use crate::domain::class::Plan;
use crate::domain::course::numeral;
use crate::domain::slides::{Show, Slide, ask};
use crate::ui::canvas::Canvas;
use crate::ui::chrome::{cells, draw_line, footer, percent};
use crate::ui::context::Context;
use crate::ui::ink::Ink;
use crate::ui::keymap::Mode;
use crate::ui::lines::{Piece, Pieces, fit, pad, width_of};
use crate::ui::room::{ABOVE_NIGHT, end};
use crate::ui::slide::{Element, Sheet, sheet};

/// Rows around a slide: where one is, air, and how far one is.
const AROUND: u16 = 3;

/// The part of the screen for a slide.
#[must_use]
pub fn body(area: Rect) -> Rect {
    let top = if area.height >= 16 { 2 } else { 1.min(area.height) };
    let around = (top + 1).min(AROUND);
    Rect { y: area.y + top, height: area.height.saturating_sub(around), ..area }
}

/// Draws it.
pub(super) fn draw(present: &Present, cx: &Context, canvas: &mut Canvas) {
    let area = canvas.area();
    if present.list.is_some() {
        overview(present, cx, canvas);
        return;
    }
    if present.class.state().black {
        canvas.set_style(area, Style::new().fg(Color::Black).bg(Color::Black));
        return;
    }
    let at = present.class.at();
    if let Some(slide) = present.class.slide() {
        let body = body(area);
        eyebrow(cx, canvas, slide);
        let (width, rows) = (usize::from(body.width), usize::from(body.height));
        let part = present.class.part();
        let made = match slide.show {
            Show::End => end(&present.class, cx.desk(), width, rows),
            _ => sheet(slide, part, present.room(cx, at, width, rows)),
        };
        put(cx, canvas, body, &made);
        if let (Show::Night(_), true, Some(night)) = (&slide.show, part >= ask::ANSWER, present.night()) {
            let above = u16::try_from(ABOVE_NIGHT).unwrap_or(0).min(body.height);
            let chart = Rect { y: body.y + above, height: body.height - above, x: body.x + 1, width: body.width.saturating_sub(2) };
            Panel::Traffic.draw(canvas, chart, cx, night.minutes(), None);
        }
    }
    status(present, cx, canvas);
}

/// Where one is: the lesson and the passage.
fn eyebrow(cx: &Context, canvas: &mut Canvas, slide: &Slide) {
    if matches!(slide.show, Show::Title | Show::End) {
        return;
    }
    let line = place(cx, slide);
    draw_line(canvas, row(canvas.area(), 0), &line, cx.theme);
}

/// The lesson and the passage of a slide.
pub(super) fn place(cx: &Context, slide: &Slide) -> Pieces {
    let Some(lesson) = cx.course.lesson(slide.lesson) else { return Vec::new() };
    let mut line = vec![Piece::new(" ", Ink::Text)];
    if let Some(factor) = lesson.factor {
        line.push(Piece::bold(format!("{}  ", numeral(factor)), Ink::Accent));
    }
    line.push(Piece::new(lesson.title.as_str(), Ink::Dim));
    let heading = slide.passage.as_ref().and_then(|passage| lesson.body.heading(passage)).map(crate::domain::doc::Rich::text);
    if let (Some(heading), false) = (heading, matches!(slide.show, Show::Heading(_))) {
        line.push(Piece::new("  ›  ", Ink::Faint));
        line.push(Piece::new(heading, Ink::Dim));
    }
    line
}

/// Puts a sheet into the middle of an area.
fn put(cx: &Context, canvas: &mut Canvas, area: Rect, sheet: &Sheet) {
    let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
    let width = short(sheet.width).min(area.width);
    let left = area.x + (area.width - width) / 2;
    let free = area.height.saturating_sub(short(sheet.whole));
    // A little above the middle looks like the middle.
    let mut y = area.y + free * 2 / 5;
    for element in &sheet.elements {
        let rows = short(element.rows());
        if y >= area.bottom() {
            return;
        }
        let place = Rect { x: left, y, width: area.right() - left, height: rows.min(area.bottom() - y) };
        match element {
            Element::Heading(heading, ink) => heading.draw(canvas, place, *ink, cx.theme),
            Element::Line(line) => draw_line(canvas, place, line, cx.theme),
        }
        y = y.saturating_add(rows);
    }
}

/// How far one is, in the last line; or what is being typed, or told.
fn status(present: &Present, cx: &Context, canvas: &mut Canvas) {
    let area = canvas.area();
    let last = row(area, area.height.saturating_sub(1));
    let width = usize::from(area.width);
    if let Some(words) = typed(present.typing) {
        draw_line(canvas, last, &[Piece::bold(format!(" {words}"), Ink::Accent)], cx.theme);
        return;
    }
    if let Some(notice) = cx.notice.as_ref().or(cx.unsaved.as_ref()) {
        draw_line(canvas, last, &[Piece::new(format!(" {}", notice.as_str().replace('\n', " ")), Ink::Warn)], cx.theme);
        return;
    }
    if present.class.state().version == 0 && present.class.state().plan != Plan::Waiting {
        footer(canvas, cx, Mode::Present, &[]);
        return;
    }
    let count = present.class.slides().len();
    let mut right = Pieces::new();
    if present.clock {
        right.extend(clock(present, cx));
        right.push(Piece::new("   ", Ink::Text));
    }
    if let Some(words) = views(present).filter(|_| present.company) {
        right.push(Piece::new(format!("{words}   "), Ink::Dim));
    }
    right.push(Piece::new(format!("{} / {count}", present.class.at() + 1), Ink::Dim));
    let room = width.saturating_sub(width_of(&right) + 4);
    let mut line = vec![Piece::new(" ", Ink::Text)];
    line.extend(meter(present, cx, room));
    line.push(Piece::new("  ", Ink::Text));
    line.extend(right);
    draw_line(canvas, last, &line, cx.theme);
}

/// A thin line as far as the class is; where the clock is shown, a mark stands where it should be.
fn meter(present: &Present, cx: &Context, width: usize) -> Pieces {
    let share = |part: u64, whole: u64| {
        let number = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        number(part) / number(whole.max(1))
    };
    let (at, last) = (present.class.at() as u64, present.class.slides().len().saturating_sub(1) as u64);
    let done = cells(width, share(at, last));
    let due = present.class.clock(cx.now).filter(|_| present.clock).and_then(|clock| Some(share(clock.elapsed, clock.plan?)));
    let due = due.map(|due| cells(width.saturating_sub(1), due));
    let mut line = Pieces::new();
    let piece = |from: usize, to: usize| {
        let (full, empty) = (done.clamp(from, to) - from, to - done.clamp(from, to));
        [Piece::new("━".repeat(full), Ink::Accent), Piece::new("─".repeat(empty), Ink::Faint)]
    };
    match due {
        Some(due) if width > 0 => {
            line.extend(piece(0, due));
            line.push(Piece::bold("┃", Ink::Text));
            line.extend(piece((due + 1).min(width), width));
        }
        _ => line.extend(piece(0, width)),
    }
    line
}

/// The clock in a few words.
pub(super) fn clock(present: &Present, cx: &Context) -> Pieces {
    let Some(clock) = present.class.clock(cx.now) else {
        let plan = present.class.state().minutes.map(|minutes| format!("{minutes} min planned"));
        return plan.map(|plan| Piece::new(plan, Ink::Dim)).into_iter().collect();
    };
    let minutes = clock.elapsed / 60;
    let Some((plan, behind)) = clock.plan.zip(clock.behind) else {
        return vec![Piece::bold(format!("{minutes} min"), Ink::Text)];
    };
    let (words, ink) = match behind / 60 {
        0 => ("on time".to_owned(), Ink::Good),
        late @ 1.. => (format!("{late} min behind"), if late > 3 { Ink::Bad } else { Ink::Warn }),
        early => (format!("{} min ahead", -early), Ink::Good),
    };
    vec![Piece::bold(format!("{minutes} of {} min", plan / 60), Ink::Text), Piece::new("  ", Ink::Text), Piece::new(words, ink)]
}

/// How many views there are, where that is known.
pub(super) fn views(present: &Present) -> Option<String> {
    let views = present.views?;
    Some(match (views.projectors, views.speakers) {
        (projectors, speakers) if projectors + speakers <= 1 => "alone".to_owned(),
        (projectors @ 2.., speakers) => format!("{} views, {projectors} of them rooms", projectors + speakers),
        (projectors, speakers) => format!("{} views", projectors + speakers),
    })
}

/// What is being typed.
pub(super) fn typed(typing: Typing) -> Option<String> {
    match typing {
        Typing::Nothing => None,
        Typing::Slide(0) => Some("Go to slide _   Enter".to_owned()),
        Typing::Slide(number) => Some(format!("Go to slide {number}_   Enter")),
        Typing::Less => Some("One hand less for option _".to_owned()),
        Typing::Which => Some("Hands for option _".to_owned()),
        Typing::Hands(option, hands) => Some(format!("Hands for option {}: {hands}_   Enter", option + 1)),
    }
}

/// All slides, to go to one of them.
pub(super) fn overview(present: &Present, cx: &Context, canvas: &mut Canvas) {
    let Some(list) = present.list else { return };
    let count = present.class.slides().len();
    let left = [Piece::bold("All slides", Ink::Accent)];
    let right = [Piece::new(format!("{} of {count}", list.cursor + 1), Ink::Dim)];
    let share = f64::from(percent_of(list.cursor + 1, count)) / 100.0;
    crate::ui::chrome::header(canvas, cx, &left, &right, Some(share));
    let area = crate::ui::chrome::body(canvas.area());
    let digits = count.to_string().len();
    for (line, (at, slide)) in area.rows().zip(present.class.slides().iter().enumerate().skip(list.top)) {
        let (sign, words) = name(cx, slide);
        let here = at == present.class.at();
        let titled = matches!(slide.show, Show::Title | Show::End);
        let mut pieces = vec![
            Piece::new(if here { " ▶ " } else { "   " }, Ink::Accent),
            Piece::new(format!("{:>digits$}  ", at + 1), Ink::Dim),
            Piece::new(format!("{sign} "), Ink::Accent),
        ];
        let indent = if titled { "" } else { "  " };
        let room = usize::from(line.width).saturating_sub(width_of(&pieces) + indent.len() + 2);
        let ink = if titled { Ink::Accent } else { Ink::Text };
        let bold = titled || matches!(slide.show, Show::Heading(_));
        pieces.push(Piece { bold, ..Piece::new(format!("{indent}{}", fit(&words, room)), ink) });
        pad(&mut pieces, usize::from(line.width));
        draw_line(canvas, line, &pieces, cx.theme);
        if at == list.cursor {
            canvas.set_style(line, cx.theme.selected());
        }
    }
    footer(canvas, cx, Mode::Overview, &[]);
}

fn percent_of(part: usize, whole: usize) -> u8 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    percent(number(part) / number(whole.max(1)))
}
