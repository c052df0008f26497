//! The edge: turns bytes into messages and effects into deeds, and gives the terminal back, whatever happens.

pub mod class_wire;
pub mod gate;
pub mod input;
pub mod worker;

#[cfg(unix)]
pub mod class_line;
#[cfg(unix)]
pub mod colours;
#[cfg(unix)]
pub mod driver;
#[cfg(unix)]
pub mod fragile;
pub mod guard;
#[cfg(unix)]
pub mod last_resort;
#[cfg(unix)]
pub mod session;
#[cfg(unix)]
pub mod signals;
#[cfg(unix)]
pub mod tty;
pub mod writer;
