//! Course files into a course. Knows the domain only.
//!
//! The way of a file: [`files`] holds its text, [`yaml`] makes a tree with places of it, [`shape`] says which fields there
//! may be, [`markdown`] makes text of text, [`lesson`] and [`question`] put it together, [`load`] looks at the whole and
//! asks [`lint`] what a learner would stumble over. [`codes`] tells of every rule. [`schema`] makes of
//! the shapes what editors check by.
//! Every mistake becomes a [`crate::domain::problem::Problem`], and the rest goes on.

pub mod ahead;
pub mod baked;
pub mod codes;
pub mod files;
pub mod lesson;
pub mod lint;
pub mod load;
pub mod markdown;
mod names;
pub mod pack;
pub mod prose;
pub mod question;
pub mod reader;
pub mod released;
pub mod scaffold;
pub mod schema;
pub mod shape;
pub mod spelling;
pub mod spots;
pub mod syntax;
pub mod tracks;
pub mod yaml;
