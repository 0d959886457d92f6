use super::*;

const DECADE: Duration = Duration::from_hours(10 * 365 * 24);
/// How long the newest key must stand before what is over is deleted.
const SETTLED: Duration = Duration::from_secs(24 * 3600 + 15 * 60 + 5 + 60);
const ALMOST: Duration = Duration::from_secs(SETTLED.as_secs() - 1);

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_far_ahead_for_a_moment_stops_no_rotation() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    let first = kid(&one.write(NOW).await);
    one.keys.look_after(NOW + DECADE).await;
    assert_eq!(store.generations().await, [1, 2]);
    // It takes a lead to be put right, and until then the same key signs.
    one.keys.look_after(NOW).await;
    one.keys.look_after(NOW).await;
    assert_eq!(store.generations().await, [1, 2, 3]);
    let signs = NOW + DAY;
    let last = one.write(signs - MICROSECOND).await;
    assert_eq!(kid(&last), first);
    assert_ne!(kid(&one.write(signs).await), first);
    advance(SETTLED).await;
    let over = signs + ACCESS + LEEWAY;
    one.keys.look_after(over - MICROSECOND).await;
    assert!(one.reads(&last, over - MICROSECOND).await);
    // And the next one comes in its time.
    one.keys.look_after(signs + MONTH - DAY - MICROSECOND).await;
    assert_eq!(store.generations().await, [1, 2, 3]);
    one.keys.look_after(signs + MONTH - DAY).await;
    assert_eq!(store.generations().await, [1, 2, 3, 4]);
    advance(SETTLED).await;
    one.keys.look_after(over + MONTH).await;
    assert_eq!(store.generations().await, [3, 4]);
}

#[tokio::test]
async fn a_clock_that_was_far_ahead_at_the_first_start_stops_no_rotation() {
    let store = Arc::<Watched>::default();
    let ahead = start(&store, NOW + DECADE).await;
    let token = ahead.write(NOW + DECADE).await;
    let one = start(&store, NOW).await;
    assert!(one.reads(&token, NOW).await);
    let signs = NOW + DAY;
    assert_eq!(kid(&one.write(signs - MICROSECOND).await), kid(&token));
    let next = one.write(signs).await;
    assert_ne!(kid(&next), kid(&token));
    one.keys.look_after(signs + MONTH - DAY).await;
    assert_eq!(store.generations().await, [1, 2, 3]);
    assert!(ahead.reads(&next, NOW + DECADE).await);
}

/// Two instances whose clocks are right, and one whose clock is not, for three days.
async fn live_together(store: &Arc<Watched>, right: Timestamp, wrong: Timestamp) -> Instance {
    const STEP: Duration = Duration::from_mins(1);
    let (one, two, odd) =
        (start(store, right).await, start(store, right).await, start(store, wrong).await);
    let mut before = one.write(right).await;
    for minute in 0..3 * 24 * 60 {
        let (right, wrong) = (right + STEP * minute, wrong + STEP * minute);
        for (instance, now) in [(&one, right), (&odd, wrong), (&two, right)] {
            instance.keys.look_after(now).await;
        }
        if minute % 10 == 0 {
            let token = two.write(right).await;
            assert!(one.reads(&token, right).await && two.reads(&before, right).await, "{minute}");
            before = token;
        }
        advance(STEP).await;
    }
    one
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_stays_wrong_takes_no_key_from_the_others() {
    let late = NOW + DECADE * 3;
    // Before the next key is made, as it is, and when it is late.
    for right in [late + MONTH - DAY * 3, late + MONTH - DAY, late + MONTH] {
        for wrong in [
            right + DECADE,
            right + MONTH + MARGIN,
            right + MONTH,
            right + DAY * 2,
            right - DAY * 2,
            right - DECADE,
            Timestamp::from_micros(0),
        ] {
            let store = Arc::default();
            start(&store, late).await;
            let one = live_together(&store, right, wrong).await;
            // When that clock is right again, all is as it was.
            for days in 3..70 {
                one.keys.look_after(right + DAY * days).await;
                advance(DAY).await;
            }
            assert!(store.generations().await.len() <= 3, "{:?}", store.generations().await);
        }
    }
}

#[tokio::test]
async fn a_clock_counts_as_wrong_by_more_than_a_period() {
    for (off, generations) in [(MONTH, vec![1, 2]), (MONTH + MICROSECOND, vec![1, 2, 3])] {
        let store = Arc::<Watched>::default();
        let one = start(&store, NOW).await;
        start(&store, NOW + off).await;
        one.keys.look_after(NOW).await;
        assert_eq!(store.generations().await, generations);
    }
    for (off, generations) in [(MONTH, vec![1]), (MONTH + MICROSECOND, vec![1, 2, 3])] {
        let store = Arc::<Watched>::default();
        let one = start(&store, NOW).await;
        start(&store, NOW - off).await;
        one.keys.look_after(NOW).await;
        assert_eq!(store.generations().await, generations);
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_deletes_what_it_has_seen_replaced() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    one.keys.look_after(NOW + MONTH - DAY).await;
    let last = one.write(NOW + MONTH - MICROSECOND).await;
    one.keys.look_after(NOW + MONTH * 2 - DAY).await;
    let now = NOW + MONTH * 2 + ACCESS + LEEWAY;
    let another = start(&store, now).await;
    // It does not go by what is over.
    assert_eq!(another.published(now).await.len(), 1);
    assert!(!another.reads(&last, now).await);
    advance(ALMOST).await;
    another.keys.look_after(now).await;
    assert_eq!(store.generations().await, [1, 2, 3]);
    advance(Duration::from_secs(1)).await;
    another.keys.look_after(now).await;
    assert_eq!(store.generations().await, [2, 3]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_signs_all_the_same() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    let first = kid(&one.write(NOW).await);
    for (now, generations) in [
        (NOW - DAY, vec![1]),
        (Timestamp::from_micros(0), vec![1, 2]),
        (Timestamp::from_micros(i64::MIN), vec![1, 2, 3]),
    ] {
        for _ in 0..3 {
            one.keys.look_after(now).await;
            let token = one.write(now).await;
            assert!(one.reads(&token, now).await);
        }
        assert_eq!(store.generations().await, generations);
    }
    // Who knows the time goes by none of these.
    one.keys.look_after(NOW).await;
    assert_eq!(kid(&one.write(NOW + DAY - MICROSECOND).await), first);
}
