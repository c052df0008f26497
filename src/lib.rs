//! twelvefold: an interactive terminal tutorial for the Twelve-Factor App.
//!
//! Layers, lowest first; each may use those before it and none after (`tests/architecture.rs` holds this):
//!
//! 1. [`domain`]: what is taught, asked and learnt. Plain data and functions; no terminal, file, clock or serde.
//! 2. [`content`]: course files into a [`domain::course::Course`]. [`store`]: events into a database.
//!    [`exchange`]: questions and history into the formats of others, and history back.
//!    [`ui`]: state, update and view. These four do not know one another.
//! 3. [`term`]: the edge. Bytes into messages, effects into deeds, and the terminal given back.
//! 4. [`cli`]: the commands, and the only place where everything meets.

pub mod cli;
pub mod content;
pub mod domain;
pub mod exchange;
pub mod store;
pub mod term;
pub mod ui;
