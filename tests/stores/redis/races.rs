//! Many at once, over two connections as from two processes.

use std::{collections::HashSet, sync::Arc, time::Duration};

use fastauth::{
    secret::Digest,
    store::{KeyValueStore, Redis, RotationOutcome, Session, SessionStore, StoreError},
};
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    super::prepared::{LATER, NOW, owner, rotation, session},
    Shared,
};

#[tokio::test(flavor = "multi_thread")]
async fn many_rotations_of_one_token_make_one_child() {
    let Some(shared) = Shared::find("races in Redis").await else { return };
    for _ in 0..20 {
        let token = Digest::of("token");
        let session = Session { credential: Some(token), ..session(owner()) };
        let redis = shared.connect().await;
        redis.create_session(&session).await.unwrap();
        let turn = rotation(session.id, token, Digest::of("child"));
        let outcomes = race(&shared, move |redis, _| {
            let turn = turn.clone();
            async move { redis.rotate_session(&turn).await }
        });
        let (mut rotated, mut replayed) = (0, 0);
        for outcome in outcomes.await {
            match outcome {
                RotationOutcome::Rotated(_) => rotated += 1,
                RotationOutcome::Replayed(_) => replayed += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((rotated, replayed), (1, RUNNERS - 1));
        // Of many children one is current, and whoever brings another is a thief.
        let child = Digest::of("child");
        let id = session.id;
        let outcomes = race(&shared, move |redis, number| async move {
            redis.rotate_session(&rotation(id, child, Digest::of(number.to_string()))).await
        });
        let outcomes = outcomes.await;
        let rotated = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Rotated(_)));
        let reused = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Reused(_)));
        assert_eq!((rotated.count(), reused.count()), (1, 1));
        assert!(redis.find_session(id, NOW).await.unwrap().is_none());
    }
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_taken_once_over_two_connections() {
    let Some(shared) = Shared::find("races in Redis").await else { return };
    for _ in 0..20 {
        shared.connect().await.set("key", b"value", LATER).await.unwrap();
        let taken = race(&shared, |redis, _| async move { redis.take("key", NOW).await }).await;
        assert_eq!(taken.into_iter().flatten().count(), 1);
        let set =
            race(&shared, |redis, _| async move { redis.set_new("new", b"", NOW, LATER).await });
        assert_eq!(set.await.into_iter().filter(|is_set| *is_set).count(), 1);
        shared.connect().await.remove("new").await.unwrap();
    }
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_exact_over_two_connections() {
    let Some(shared) = Shared::find("races in Redis").await else { return };
    let sums = race(&shared, |redis, _| async move {
        let mut sums = Vec::new();
        for _ in 0..10 {
            sums.push(redis.count("counter", 1, NOW, Duration::from_mins(1)).await?);
        }
        Ok(sums)
    });
    let sums: HashSet<u64> = sums.await.into_iter().flatten().collect();
    let all = u64::from(RUNNERS) * 10;
    assert!(sums.len() as u64 == all && sums.contains(&all), "{} sums", sums.len());
    shared.clear().await;
}

const RUNNERS: u32 = 64;

async fn race<T, F>(shared: &Shared, work: impl Fn(Redis, u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let two = [shared.connect().await, shared.connect().await];
    let start = Arc::new(Barrier::new(RUNNERS as usize));
    let mut runners = JoinSet::new();
    for (number, redis) in (0..RUNNERS).zip(two.iter().cycle()) {
        let (start, work) = (Arc::clone(&start), work(redis.clone(), number));
        runners.spawn(async move {
            start.wait().await;
            work.await.unwrap()
        });
    }
    runners.join_all().await
}
