//! What every screen has around it: the header, the line under it, the hints at the bottom. And the drawing of lines.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::context::Context;
use super::ink::{Ink, Theme};
use super::keymap::{Action, Mode, of_mode};
use super::lines::{Piece, Pieces, cells_of, fit_pieces, width_of};

/// Draws lines from the top of `area`, each cut to its width.
pub fn draw_lines<'l>(canvas: &mut Canvas, area: Rect, lines: impl IntoIterator<Item = &'l Pieces>, theme: Theme) {
    for (row, line) in area.rows().zip(lines) {
        draw_line(canvas, row, line, theme);
    }
}

/// Draws one line; what does not fit is cut and marked. Nearly every line fits, so that it is drawn without being measured.
pub fn draw_line(canvas: &mut Canvas, row: Rect, line: &[Piece], theme: Theme) {
    let row = row.intersection(canvas.area());
    if row.width > 0 && row.height > 0 && !draw_pieces(canvas, row, line, theme) {
        canvas.blank(row);
        draw_pieces(canvas, row, &fit_pieces(line, row.width.into()), theme);
    }
}

/// Draws pieces as far as they fit, and says whether all of them did.
fn draw_pieces(canvas: &mut Canvas, row: Rect, line: &[Piece], theme: Theme) -> bool {
    let mut x = row.x;
    line.iter().all(|piece| {
        let (after, whole) = canvas.text(x, row.y, &piece.text, (row.right() - x).into(), piece.style(theme));
        x = after;
        whole
    })
}

/// What is inside a box, with a cell of air left and right.
#[must_use]
pub fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + 2.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

/// Draws a box with a title and gives what is [inside] it. Only the cells of the box are touched: a widget would style all that
/// it holds, in every frame.
pub fn draw_box(canvas: &mut Canvas, area: Rect, title: &str, theme: Theme) -> Rect {
    if area.width < 2 || area.height < 2 {
        return inside(area);
    }
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    let (across, down) = (Rect { x: area.x + 1, width: area.width - 2, height: 1, ..area }, Rect { width: 1, ..area });
    let sides = [(across, '─'), (Rect { y: bottom, ..across }, '─'), (down, '│'), (Rect { x: right, ..down }, '│')];
    let corners = [(area.x, area.y, '╭'), (right, area.y, '╮'), (area.x, bottom, '╰'), (right, bottom, '╯')];
    let corners = corners.map(|(x, y, corner)| (Rect { x, y, width: 1, height: 1 }, corner));
    for (part, line) in sides.into_iter().chain(corners) {
        canvas.fill(part, line, theme.style(Ink::Faint));
    }
    draw_line(canvas, across, &[" ", title, " "].map(|part| Piece::new(part, Ink::Dim)), theme);
    inside(area)
}

/// Rows above and below the body: header and air on top, air and hints at the bottom. Small screens get less air.
#[must_use]
pub fn margins(rows: u16) -> (u16, u16) {
    let top = if rows >= 22 { 3 } else { rows.min(2) };
    (top, rows.saturating_sub(top).min(2))
}

/// The part of the screen between header and hints.
#[must_use]
pub fn body(area: Rect) -> Rect {
    let (top, bottom) = margins(area.height);
    Rect { x: area.x, y: area.y + top, width: area.width, height: area.height - top - bottom }
}

/// The body, with a margin on the left that centres `width` cells, and at least one cell of air where there is room.
#[must_use]
pub fn column(area: Rect, width: usize) -> Rect {
    let body = body(area);
    let wide = u16::try_from(width).unwrap_or(u16::MAX).min(body.width);
    let left = if body.width > wide { ((body.width - wide) / 2).max(1) } else { 0 };
    Rect { x: body.x + left, width: wide, ..body }
}

/// Draws the header: where one is on the left, how things stand on the right, and under it how far one is (0 to 1).
pub fn header(canvas: &mut Canvas, cx: &Context, left: &[Piece], right: &[Piece], done: Option<f64>) {
    let area = canvas.area();
    let [first, second] = [0, 1].map(|row| Rect { y: area.y + row, height: u16::from(area.height > row), ..area });
    let width = usize::from(area.width);
    let mut status = saving(cx);
    if !right.is_empty() && !status.is_empty() {
        status.insert(0, Piece::new("  ·  ", Ink::Faint));
    }
    let mut end = right.to_vec();
    end.extend(status);
    end.push(Piece::new(" ", Ink::Text));
    let room = width.saturating_sub(1);
    let mut line = vec![Piece::new(" ", Ink::Text)];
    if width_of(left) + width_of(&end) + 2 > room {
        // Where it is narrow, that nothing is saved matters more than how far one is.
        end = if cx.unsaved.is_some() { saving(cx) } else { right.to_vec() };
    }
    let free = room.saturating_sub(width_of(&end) + 1);
    line.extend(fit_pieces(left, free));
    let used = width_of(&line);
    line.push(Piece::new(" ".repeat(width.saturating_sub(used + width_of(&end))), Ink::Text));
    line.extend(end);
    draw_line(canvas, first, &line, cx.theme);
    draw_line(canvas, second, &meter(width, done.unwrap_or(0.0), "━", "─"), cx.theme);
}

/// A bar of `width` cells, filled from 0 to 1.
#[must_use]
pub fn meter(width: usize, done: f64, full: &str, empty: &str) -> Pieces {
    let filled = cells(width, done);
    vec![Piece::new(full.repeat(filled), Ink::Accent), Piece::new(empty.repeat(width - filled), Ink::Faint)]
}

/// A share of `width`, from 0 to 1, in whole cells.
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "bounded by the line above"
)]
pub fn cells(width: usize, share: f64) -> usize {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    ((width as f64 * share).round() as usize).min(width)
}

/// A share from 0 to 1 in whole percent. Only all of it is 100.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the line above")]
pub fn percent(share: f64) -> u8 {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    if share >= 1.0 { 100 } else { ((share * 100.0).round() as u8).min(99) }
}

/// Whether what was done is on the disk, in a word or two.
#[must_use]
pub fn saving(cx: &Context) -> Pieces {
    if cx.unsaved.is_some() {
        return vec![Piece::bold("! not saved", Ink::Warn)];
    }
    if cx.told == 0 {
        Vec::new()
    } else if cx.saved >= cx.told {
        vec![Piece::new("✓ saved", Ink::Dim)]
    } else {
        vec![Piece::new("… saving", Ink::Dim)]
    }
}

/// Draws the notice, if there is one, and the hints of a mode. `skip` names actions that mean nothing just now.
pub fn footer(canvas: &mut Canvas, cx: &Context, mode: Mode, skip: &[Action]) {
    let area = canvas.area();
    if area.height < 3 {
        return;
    }
    let last = Rect { y: area.bottom() - 1, height: 1, ..area };
    if let (Some(notice), true) = (cx.notice.as_ref().or(cx.unsaved.as_ref()), area.height > 4) {
        let row = Rect { y: area.bottom() - 2, height: 1, ..area };
        let notice = notice.as_str().replace('\n', " ");
        draw_line(canvas, row, &[Piece::new(" ", Ink::Text), Piece::new(notice, Ink::Warn)], cx.theme);
    }
    draw_line(canvas, last, &hints(mode, skip, usize::from(area.width)), cx.theme);
}

/// A sign at the lower edge when there is more than can be seen.
pub fn more_below(canvas: &mut Canvas, cx: &Context, area: Rect, top: usize, lines: usize) {
    let all = canvas.area();
    if top + usize::from(area.height) < lines && cx.notice.is_none() && cx.unsaved.is_none() && all.height > 4 {
        let row = Rect { y: all.bottom() - 2, height: 1, x: area.x, width: area.width };
        draw_line(canvas, row, &[Piece::new("▾ more", Ink::Dim)], cx.theme);
    }
}

/// The hints of a mode that fit into `width` cells. The way out and the help are kept to the last.
#[must_use]
pub fn hints(mode: Mode, skip: &[Action], width: usize) -> Pieces {
    let kept =
        |action| matches!(action, Action::Help | Action::Back | Action::Enter) || mode == Mode::Home && action == Action::Quit;
    let mut rows: Vec<(&str, &str, bool)> = of_mode(mode)
        .filter(|binding| !binding.hint.is_empty() && !skip.contains(&binding.action))
        .map(|binding| (binding.shown, binding.hint, kept(binding.action)))
        .collect();
    let cost = |rows: &[(&str, &str, bool)]| rows.iter().map(|(key, hint, _)| cells_of(key) + cells_of(hint) + 4).sum::<usize>();
    // A cell of air on the left, and none after the last.
    while cost(&rows) > width + 2 {
        let Some(drop) = rows.iter().rposition(|row| !row.2).or_else(|| rows.len().checked_sub(1)) else { break };
        rows.remove(drop);
    }
    let mut line = vec![Piece::new(" ", Ink::Text)];
    for (at, (key, hint, _)) in rows.iter().enumerate() {
        if at > 0 {
            line.push(Piece::new("   ", Ink::Text));
        }
        line.push(Piece::bold(*key, Ink::Accent));
        line.push(Piece::new(format!(" {hint}"), Ink::Dim));
    }
    line
}

/// The first line to be shown so that line `wanted` (and the `height` lines after it) is in sight, moving as little as possible.
#[must_use]
pub fn follow(top: usize, room: usize, wanted: usize, height: usize) -> usize {
    let height = height.min(room).max(1);
    if wanted < top {
        wanted
    } else if wanted + height > top + room {
        wanted + height - room
    } else {
        top
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::keymap::ALL;

    #[test]
    fn the_view_follows_the_cursor_and_no_further() {
        assert_eq!(follow(0, 10, 5, 1), 0);
        assert_eq!(follow(0, 10, 10, 1), 1);
        assert_eq!(follow(8, 10, 3, 1), 3);
        assert_eq!(follow(0, 10, 8, 4), 2);
        assert_eq!(follow(0, 3, 5, 9), 5);
    }

    #[test]
    fn only_all_of_it_is_a_hundred() {
        assert_eq!([0.0, 0.004, 0.995, 0.999, 1.0, f64::NAN].map(percent), [0, 0, 99, 99, 100, 0]);
    }

    #[test]
    fn hints_are_never_cut() {
        for (&mode, width) in ALL.iter().flat_map(|mode| (20..140).map(move |width| (mode, width))) {
            let hints = hints(mode, &[], width);
            assert!(width_of(&hints) <= width, "{mode:?}, {width}: {hints:?}");
        }
    }

    #[test]
    fn hints_keep_the_way_out() {
        for width in [20, 40, 60, 80, 120] {
            let text: String = hints(Mode::Lesson, &[], width).iter().map(|piece| piece.text.clone()).collect();
            assert!(width < 40 || (text.contains("? help") && text.contains("Esc back")), "{width}: {text}");
            assert!(text.chars().count() <= width, "{width}: {text}");
        }
    }
}
