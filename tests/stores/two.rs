//! Two instances on one file, as two processes are: what happens once happens once over both.

use std::{sync::Arc, time::Duration};

use fastauth::{
    secret::Digest,
    store::{
        KeyValueStore, OneTimeToken, OneTimeTokenStore, Purpose, RotationOutcome, Session,
        SessionStore, Sqlite, StoreError, UserStore,
        suite::{Numbered, Specimen},
    },
};
use fastauth_tests::Scratch;
use tokio::{sync::Barrier, task::JoinSet};

use super::prepared::{LATER, NOW, owner, ready, rotation, session};

const ROUNDS: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_rotates_once_over_two_instances() {
    let two = Two::open().await;
    for round in 0..ROUNDS {
        let outcomes = two.present("current").await;
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
        let outcomes = two.present("old").await;
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
            owner: owner(),
            target: "ada@example.com".to_owned(),
            expires_at: LATER,
        };
        two.0.put_token(&token).await.unwrap();
        two.1.set("taken", b"value", LATER).await.unwrap();
        let won = two.race(move |store| async move {
            let digest = Digest::of("token");
            let consumed = store.consume_token(&digest, Purpose::ResetPassword, NOW).await;
            let consumed = consumed.unwrap().is_some();
            let found = store.take("taken", NOW).await.unwrap().is_some();
            let set = store.set_new(&format!("new {round}"), b"", NOW, LATER).await.unwrap();
            let sum = store.count(&format!("sum {round}"), 1, NOW, Duration::from_mins(1)).await;
            let made = match store.create_user(Numbered::specimen(round)).await {
                Ok(_) => true,
                Err(StoreError::Taken(_)) => false,
                Err(error) => panic!("{error:?}"),
            };
            ([consumed, found, set, made], sum.unwrap())
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
    let session = session(owner());
    two.0.create_session(&session).await.unwrap();
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

    /// What becomes of a new session's `current` token, or of another, used 32 times at once.
    async fn present(&self, token: &'static str) -> Vec<RotationOutcome> {
        let session = session(owner());
        self.0
            .create_session(&Session { credential: Some(Digest::of("current")), ..session.clone() })
            .await
            .unwrap();
        let uses = self.race(move |store| async move {
            let turn = rotation(session.id, Digest::of(token), Digest::of("child"));
            store.rotate_session(&turn).await.unwrap()
        });
        uses.await
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
