//! State, update and view. Knows the domain and ratatui's drawing types; never a file, a clock, a thread or a key reader.

pub mod message;
