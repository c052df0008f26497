//! The fuzzer at the door `markdown`.
#![no_main]

#[path = "../doors.rs"]
#[allow(dead_code, clippy::expect_used, reason = "each target uses one of them, and panics are how a fuzzer is told")]
mod doors;
#[path = "../timed.rs"]
mod timed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| timed::run(doors::markdown, bytes));
