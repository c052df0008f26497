//! Holds every execution to its time: the thread's own, so that a busy machine makes no mistakes.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The most that one input may take, with the fuzzer's own counting in it.
const LONGEST: Duration = Duration::from_millis(100);

fn spent() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Runs a door on `bytes`.
pub fn run(door: fn(&[u8]), bytes: &[u8]) {
    let before = spent();
    door(bytes);
    let took = spent().saturating_sub(before);
    assert!(took <= LONGEST, "{took:?} for {} bytes", bytes.len());
}
