//! What is taught, asked and learnt: plain data and functions. Knows no terminal, file, clock, environment or serde.

pub mod cheatsheet;
pub mod class;
pub mod code;
pub mod comparison;
pub mod course;
pub mod doc;
pub mod event;
pub mod exam;
pub mod grade;
pub mod gradebook;
pub mod handin;
pub mod history;
pub mod id;
pub mod interview;
pub mod memory;
pub mod night;
pub mod problem;
pub mod progress;
pub mod quiz;
pub mod review;
pub mod rng;
pub mod slides;
pub mod story;
pub mod text;
pub mod time;
pub mod track;
