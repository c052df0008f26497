//! State, update and view. Knows the domain and ratatui's drawing types; never a file, a clock, a thread or a key reader.

pub mod app;
pub mod big;
pub mod canvas;
pub mod chrome;
pub mod code_pane;
pub mod context;
pub mod glyph;
pub mod highlight;
pub mod hues;
pub mod ink;
pub mod keymap;
pub mod lines;
pub mod message;
pub mod page;
pub mod palette;
pub mod picture;
pub mod room;
pub mod screen;
pub mod sheet;
pub mod slide;
pub mod text_area;
