//! What is kept in Redis, and for how long.

use std::time::Duration;

use fastauth::{
    secret::Digest,
    store::{Budget, KeyValueStore, Owner, Refund, Session, SessionId, SessionStore, StoreError},
    time::Timestamp,
};

use super::{
    super::prepared::{LATER, NOW, owner, rotation, session},
    Shared,
};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_what_is_over() {
    let Some(shared) = Shared::find("what Redis keeps").await else { return };
    let redis = shared.connect().await;
    let credential = Some(Digest::of("0"));
    for number in 0..700 {
        let owner = Owner { user_id: format!("{}:{number}", number % 7), ..owner() };
        let session = Session { credential, ..session(owner) };
        redis.create_session(&session).await.unwrap();
        if number % 3 == 0 {
            let turn = rotation(session.id, Digest::of("0"), Digest::of("1"));
            redis.rotate_session(&turn).await.unwrap();
        }
        redis.set(&format!("key {number}"), b"value", LATER).await.unwrap();
        redis.count(&format!("key {number}"), 1, NOW, Duration::from_mins(1)).await.unwrap();
        redis.spend(&[budget(&format!("key {number}"))], NOW).await.unwrap();
    }
    assert_eq!(redis.sweep_sessions(LATER).await.unwrap(), 700);
    assert_eq!(redis.sweep_values(LATER).await.unwrap(), 2_100);
    assert_eq!(shared.keys().await, Vec::<String>::new());

    let session = session(owner());
    for end in 0..3 {
        redis.create_session(&session).await.unwrap();
        match end {
            0 => drop(redis.end_session(&owner(), session.id, NOW).await.unwrap()),
            1 => drop(redis.end_sessions(&owner(), None).await.unwrap()),
            _ => {
                let turn = rotation(session.id, Digest::of("foreign"), Digest::of("1"));
                redis.rotate_session(&turn).await.unwrap();
            }
        }
        assert_eq!(shared.keys().await, Vec::<String>::new(), "after end {end}");
    }
    redis.set("key", b"", LATER).await.unwrap();
    redis.take("key", NOW).await.unwrap();
    redis.count("key", 1, NOW, Duration::from_mins(1)).await.unwrap();
    redis.remove("key").await.unwrap();
    assert_eq!(shared.keys().await, Vec::<String>::new());
}

/// If nobody sweeps, Redis forgets by itself; and never while the caller's clock says it lives.
#[tokio::test(flavor = "multi_thread")]
async fn redis_forgets_a_day_later_by_any_clock() {
    let Some(shared) = Shared::find("what Redis keeps").await else { return };
    for now in [0, 30, 200].map(|years| NOW + years_of(years)) {
        let redis = shared.apart().await;
        let session = Session {
            id: SessionId::generate(NOW),
            created_at: now,
            last_used_at: now,
            idle_until: now + Duration::from_hours(1),
            expires_at: now + Duration::from_hours(5),
            credential: Some(Digest::of("0")),
            ..session(owner())
        };
        redis.create_session(&session).await.unwrap();
        redis.set_new("value", b"", now, now + Duration::from_hours(1)).await.unwrap();
        redis.count("counter", 1, now, Duration::from_hours(1)).await.unwrap();
        redis.spend(&[budget("budget")], now).await.unwrap();
        let all = shared.keys().await;
        for key in all.iter().filter(|key| !key.ends_with("sessions") && !key.ends_with("values")) {
            let rest: i64 = shared.ask(&["TTL", key]).await;
            let hours = 3_600 * 24..=3_600 * 25;
            assert!(hours.contains(&rest), "{key} is kept for {rest} s at {now}");
        }
        let mut turn = rotation(session.id, Digest::of("0"), Digest::of("1"));
        (turn.now, turn.idle) = (now, Duration::from_hours(4));
        redis.rotate_session(&turn).await.unwrap();
        for key in shared.keys().await.iter().filter(|key| key.contains(":owner:")) {
            let rest: i64 = shared.ask(&["TTL", key]).await;
            assert!(rest > 3_600 * 27, "{key} is kept for {rest} s at {now}");
        }
        redis.end_sessions(&owner(), None).await.unwrap();
        redis.remove("value").await.unwrap();
        redis.remove("counter").await.unwrap();
        redis.refund(&[Refund::All("budget".to_owned())]).await.unwrap();
    }
    // A value of no known now: by Redis's own clock.
    let redis = shared.connect().await;
    for until in [Timestamp::from_micros(i64::MIN), NOW, Timestamp::from_micros(i64::MAX)] {
        redis.set("value", b"kept", until).await.unwrap();
        let found = redis.get("value", until - Duration::from_secs(1)).await.unwrap();
        assert_eq!(found.is_some(), until.as_micros() != i64::MIN);
    }
    shared.clear().await;
}

/// What Redis forgot by itself, or an older process left, goes when the owner signs in or looks.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_an_owner_is_pruned_by_use() {
    let Some(shared) = Shared::find("what Redis keeps").await else { return };
    let redis = shared.connect().await;
    let old = session(owner());
    redis.create_session(&old).await.unwrap();
    let later = LATER + Duration::from_hours(24);
    let young = Session {
        last_used_at: later,
        idle_until: later + DAY,
        expires_at: later + DAY,
        ..session(owner())
    };
    redis.create_session(&young).await.unwrap();
    assert!(redis.find_session(old.id, NOW).await.unwrap().is_none(), "a clock set back revives");
    let keys = shared.keys().await;
    let key = |name: String| keys.iter().find(|key| key.ends_with(&name)).unwrap().clone();
    let list = key(":owner:5:users:1".to_owned());
    let listed: i64 = shared.ask(&["ZCARD", &list]).await;
    assert_eq!(listed, 1);
    let _: i64 = shared.ask(&["DEL", &key(format!(":session:{}", young.id))]).await;
    assert!(redis.list_sessions(&owner(), later).await.unwrap().is_empty());
    let listed: i64 = shared.ask(&["EXISTS", &list]).await;
    assert_eq!(listed, 0);
    shared.clear().await;
}

/// What is full again after half an hour.
fn budget(key: &str) -> Budget {
    Budget { key: key.to_owned(), limit: 1, window: Duration::from_mins(30), delays: None }
}

const DAY: Duration = Duration::from_hours(24);

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_read_concerns_itself_alone() {
    let Some(shared) = Shared::find("what Redis keeps").await else { return };
    let redis = shared.connect().await;
    let (spoilt, whole) = (session(owner()), session(Owner { user_id: "2".to_owned(), ..owner() }));
    for session in [&spoilt, &whole] {
        redis.create_session(session).await.unwrap();
    }
    let keys = shared.keys().await;
    let key = keys.iter().find(|key| key.ends_with(&spoilt.id.to_string())).unwrap();
    let _: i64 = shared.ask(&["HSET", key, "data", "[1"]).await;
    let found = redis.find_session(spoilt.id, NOW).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    let listed = redis.list_sessions(&owner(), NOW).await;
    assert!(matches!(listed, Err(StoreError::Corrupt(_))), "{listed:?}");
    assert_eq!(redis.find_session(whole.id, NOW).await.unwrap(), Some(whole));
    assert!(redis.end_session(&owner(), spoilt.id, NOW).await.unwrap(), "it can be ended");
    shared.clear().await;
}

fn years_of(years: u64) -> Duration {
    Duration::from_secs(years * 31_557_600)
}
