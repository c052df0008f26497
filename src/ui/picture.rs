//! A screenful of cells: what a canvas is drawn on, and what of it stands on the terminal's screen.

/// Cells in rows. They are kept as plain numbers, the bits of a [`Glyph`](super::glyph::Glyph) each, which are compared and moved many
/// at once.
#[derive(Debug, Clone)]
pub struct Picture {
    width: usize,
    cells: Vec<u128>,
    /// Whether there may be more in a row than signs of a cell's width, each as it is seen.
    rough: Vec<bool>,
}

/// What is in the cells.
impl PartialEq for Picture {
    fn eq(&self, other: &Self) -> bool {
        self.width == other.width && self.cells == other.cells
    }
}

impl Eq for Picture {}

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
        Self { width: width.max(1), cells: vec![0; width.max(1) * height], rough: vec![false; height] }
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
        self.rough.fill(false);
    }

    /// Whether there may be more in a row than signs of a cell's width, each as it is seen.
    #[must_use]
    pub fn is_rough(&self, y: usize) -> bool {
        self.rough.get(y).copied().unwrap_or(false)
    }

    /// Says so of a row.
    pub fn set_rough(&mut self, y: usize, rough: bool) {
        if let Some(row) = self.rough.get_mut(y) {
            *row = rough;
        }
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
