//! Two instances on one file, as two processes are: what happens once happens once over both.

use std::{sync::Arc, time::Duration};

use fastauth::{
    secret::Digest,
    store::{
        KeyValueStore, OneTimeToken, OneTimeTokenStore, Owner, Purpose, Rotation, RotationOutcome,
        Session, SessionId, SessionStore, Sqlite, StoreError, UserStore,
        suite::{Numbered, Specimen},
    },
    time::Timestamp,
};
use tokio::{sync::Barrier, task::JoinSet};

use super::scratch::{Scratch, ready};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
const LATER: Timestamp = Timestamp::from_secs(1_700_003_600);
const ROUNDS: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_rotates_once_over_two_instances() {
    let two = Two::open().await;
    for round in 0..ROUNDS {
        let session = session();
        two.0.create_session(&session, Some(&Digest::of("parent"))).await.unwrap();
        let outcomes = two.race(move |store| async move {
            let rotation = Rotation {
                session: session.id,
                presented: Digest::of("parent"),
                child: Digest::of("child"),
                now: NOW,
                grace: Duration::from_secs(10),
                idle: Duration::from_hours(1),
            };
            store.rotate_session(&rotation).await.unwrap()
        });
        let outcomes = outcomes.await;
        let rotated = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Rotated(_)));
        assert_eq!(rotated.count(), 1, "round {round}");
        let replayed = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Replayed(_)));
        assert_eq!(replayed.count(), 31, "round {round}: {outcomes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reused_token_ends_the_session_once_over_two_instances() {
    let two = Two::open().await;
    for round in 0..ROUNDS {
        let session = session();
        two.0.create_session(&session, Some(&Digest::of("current"))).await.unwrap();
        let outcomes = two.race(move |store| async move {
            let rotation = Rotation {
                session: session.id,
                presented: Digest::of("old"),
                child: Digest::of("child"),
                now: NOW,
                grace: Duration::from_secs(10),
                idle: Duration::from_hours(1),
            };
            store.rotate_session(&rotation).await.unwrap()
        });
        let outcomes = outcomes.await;
        let reused = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Reused(_)));
        assert_eq!(reused.count(), 1, "round {round}");
        let gone = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Gone));
        assert_eq!(gone.count(), 31, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_is_taken_once_over_two_instances() {
    let two = Two::open().await;
    for round in 0..ROUNDS {
        let token = OneTimeToken {
            digest: Digest::of("token"),
            purpose: Purpose::ResetPassword,
            owner: Owner { realm: "users".to_owned(), user_id: "1".to_owned() },
            target: "ada@example.com".to_owned(),
            expires_at: LATER,
        };
        two.0.put_token(&token).await.unwrap();
        two.1.set("taken", b"value", LATER).await.unwrap();
        let won = two.race(move |store| async move {
            let digest = Digest::of("token");
            let consumed = store.consume_token(&digest, Purpose::ResetPassword, NOW).await;
            let consumed = consumed.unwrap().is_some();
            let taken = store.take("taken", NOW).await.unwrap().is_some();
            let set = store.set_new(&format!("new {round}"), b"", NOW, LATER).await.unwrap();
            let sum = store.count(&format!("sum {round}"), 1, NOW, Duration::from_mins(1)).await;
            let made = match store.create_user(Numbered::specimen(round)).await {
                Ok(_) => true,
                Err(StoreError::Taken(_)) => false,
                Err(error) => panic!("{error:?}"),
            };
            ([consumed, taken, set, made], sum.unwrap())
        });
        let won = won.await;
        for index in 0..4 {
            assert_eq!(won.iter().filter(|(won, _)| won[index]).count(), 1, "{index} of {round}");
        }
        let mut sums: Vec<_> = won.iter().map(|(_, sum)| *sum).collect();
        sums.sort_unstable();
        assert_eq!(sums, (1..=32).collect::<Vec<u64>>(), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_instance_ends_is_over_in_the_other() {
    let two = Two::open().await;
    let session = session();
    two.0.create_session(&session, None).await.unwrap();
    assert!(two.1.find_session(session.id, NOW).await.unwrap().is_some());
    assert!(two.0.end_session(&session.owner, session.id, NOW).await.unwrap());
    assert!(two.1.find_session(session.id, NOW).await.unwrap().is_none());
}

struct Two(Sqlite, Sqlite, #[allow(dead_code, reason = "it is there while they are")] Scratch);

impl Two {
    async fn open() -> Self {
        let scratch = Scratch::new();
        let file = scratch.new_file();
        let store = ready(&file).await;
        UserStore::<Numbered>::create_user_table(&store).await.unwrap();
        Self(store, Sqlite::open(&file).await.unwrap(), scratch)
    }

    /// Does the same 32 times at the same moment, half here and half there.
    async fn race<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        work: impl Fn(Sqlite) -> F + Clone + Send + 'static,
    ) -> Vec<T> {
        let start = Arc::new(Barrier::new(32));
        let mut runners = JoinSet::new();
        for store in [&self.0, &self.1].into_iter().cycle().take(32) {
            let (store, work, start) = (store.clone(), work.clone(), Arc::clone(&start));
            runners.spawn(async move {
                start.wait().await;
                work(store).await
            });
        }
        runners.join_all().await
    }
}

fn session() -> Session {
    Session {
        id: SessionId::generate(),
        owner: Owner { realm: "users".to_owned(), user_id: "1".to_owned() },
        provider: "password".to_owned(),
        created_at: NOW,
        last_used_at: NOW,
        authenticated_at: NOW,
        idle_until: LATER,
        expires_at: LATER,
        remember: false,
        ip: None,
        user_agent: None,
        data: serde_json::Map::new(),
    }
}
