//! How fast a night is lived through. `cargo bench --bench night`

use std::thread;

use divan::Bencher;
use divan::counter::ItemsCount;
use twelvefold::domain::night::{Hands, Night, Scenario, Switches, TICKS};

fn main() {
    divan::main();
}

fn night(switches: Switches) -> Night {
    Night::run(Scenario { switches, ..Scenario::default() }).unwrap_or_else(|_| unreachable!("the parameters are the default ones"))
}

/// A whole night, told in requests.
#[divan::bench(args = ["all on", "as it was", "without VI"])]
fn a_night(bencher: Bencher<'_, '_>, which: &str) {
    let switches = match which {
        "all on" => Switches::ALL_ON,
        "as it was" => Switches::AS_IT_WAS,
        _ => Switches::ALL_ON.with(6, false),
    };
    let requests = usize::try_from(night(switches).totals().requests).unwrap_or(0);
    bencher.counter(ItemsCount::new(requests)).bench(|| night(switches).totals());
}

/// One second in the middle of the sale.
#[divan::bench]
fn a_second_of_the_sale(bencher: Bencher<'_, '_>) {
    let mut sale = Night::new(Scenario { hands: Hands::OnCall, ..Scenario::default() }).unwrap_or_else(|_| unreachable!());
    while sale.tick() < TICKS / 2 {
        sale.step();
    }
    bencher.with_inputs(|| sale.clone()).bench_refs(Night::step);
}

/// All 4,096 combinations of switches, on two threads.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn every_combination() -> u64 {
    thread::scope(|scope| {
        let half = |range: std::ops::Range<u16>| {
            scope.spawn(move || range.map(|number| night(Switches::numbered(number)).totals().revenue_cents).sum::<u64>())
        };
        let halves = [half(0..2048), half(2048..4096)];
        halves.into_iter().map(|half| half.join().unwrap_or(0)).sum()
    })
}
