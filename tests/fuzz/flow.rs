//! The cookie of a flow, and the answer that a browser brings with it: what was not sealed here opens nothing.

#![no_main]

use std::sync::LazyLock;

use fastauth::{Secret, oauth::fuzzing::Flows, time::Timestamp};
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

static FLOWS: LazyLock<Flows> = LazyLock::new(|| {
    let secret = "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=";
    Flows::new(&Secret::parse(secret).unwrap())
});

fuzz_target!(|bytes: (u16, u8, i64, &str, &str, &str)| {
    let (place, length, micros, text, state, provider) = bytes;
    assert_eq!(FLOWS.open(text, state, provider, NOW), None);
    let (good_state, good) = FLOWS.begin("work", "/posts", NOW).unwrap();
    let (good_state, good) = (good_state.expose(), good.expose());
    let begin = usize::from(place) % (good.len() + 1);
    let end = (begin + usize::from(length)).min(good.len());
    let changed = format!("{}{text}{}", &good[..begin], &good[end..]);
    let opened = FLOWS.open(&changed, good_state, "work", NOW);
    assert_eq!(opened.is_some(), changed == good, "{changed}");
    assert_eq!(FLOWS.open(good, state, "work", NOW).is_some(), state == good_state);
    assert_eq!(FLOWS.open(good, good_state, provider, NOW).is_some(), provider == "work");
    // Ten minutes by whatever clock, and one before.
    let now = Timestamp::from_micros(micros);
    let is_now = (-60..600).contains(&now.as_secs().saturating_sub(NOW.as_secs()));
    assert_eq!(FLOWS.open(good, good_state, "work", now).is_some(), is_now, "{now}");
});
