//! What leaves the program for others, and a learner's history on its way between machines. Knows the domain and the formats;
//! files, terminals and clocks are handed in.

pub mod anki;
pub mod bank;
pub mod bounded;
pub mod class;
pub mod gift;
pub mod gradebook;
pub mod handin;
pub mod handout;
pub mod html;
pub mod markdown;
pub mod night_svg;
pub mod progress;
pub mod table;
