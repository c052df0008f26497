//! A screenful of cells: what a canvas is drawn on, and what of it stands on the terminal's screen.

/// Cells in rows. They are kept as plain numbers, the bits of a [`Glyph`](super::glyph::Glyph) each, which are compared and moved many
/// at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    cells: Vec<u128>,
}

/// Rows that have moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The first of them, and of those that they leave or take.
    pub top: usize,
    /// The last.
    pub bottom: usize,
    /// Rows up; down when negative.
    pub by: isize,
}

impl Picture {
    /// An empty screen.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Self { width: width.max(1), cells: vec![0; width.max(1) * height] }
    }

    /// Cells in a row; at least one.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.cells.len() / self.width
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.cells.fill(0);
    }

    /// A row; empty when there is none.
    #[must_use]
    pub fn row(&self, y: usize) -> &[u128] {
        self.cells.get(y * self.width..(y + 1) * self.width).unwrap_or(&[])
    }

    /// A row, to be changed; empty when there is none.
    pub fn row_mut(&mut self, y: usize) -> &mut [u128] {
        self.cells.get_mut(y * self.width..(y + 1) * self.width).unwrap_or(&mut [])
    }

    /// Every cell.
    pub fn cells_mut(&mut self) -> &mut [u128] {
        &mut self.cells
    }

    /// Makes the rows from `top` to `bottom` move up by `by`, or down when that is negative, as the terminal does it.
    pub fn shift(&mut self, Shift { top, bottom, by }: Shift) {
        let (from, to) = (top * self.width, (bottom + 1) * self.width);
        let moved = by.unsigned_abs() * self.width;
        if by > 0 {
            self.cells.copy_within(from + moved..to, from);
            self.cells.get_mut(to - moved..to).unwrap_or(&mut []).fill(0);
        } else {
            self.cells.copy_within(from..to - moved, from + moved);
            self.cells.get_mut(from..from + moved).unwrap_or(&mut []).fill(0);
        }
    }
}
