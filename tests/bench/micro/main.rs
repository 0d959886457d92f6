//! What the parts cost alone, without a network: `cargo bench --manifest-path tests/bench/Cargo.toml`.

mod extractors;
mod passwords;
mod tokens;
mod user;
mod values;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

criterion_group! {
    name = micro;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = tokens::all, values::all, extractors::all, passwords::all
}
criterion_main!(micro);
