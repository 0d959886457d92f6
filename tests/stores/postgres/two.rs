//! Two pools on one database, as two processes are: what happens once happens once over both.

use std::{sync::Arc, time::Duration};

use fastauth::{
    AuthUser, PasswordHash,
    access::{Role, RoleName},
    secret::Digest,
    store::{
        Accounts, Actor, KeyValueStore, OneTimeToken, OneTimeTokenStore, Owner, Postgres, Purpose,
        Removal, RoleStore, RotationOutcome, Session, SessionStore, Store, StoreError, Terms,
        UserStore, owner_of,
        suite::{Keyed, Numbered, Specimen},
    },
};
use fastauth_tests::Database;
use tokio::{sync::Barrier, task::JoinSet};

use super::super::prepared::{LATER, NOW, owner, rotation, session};

const ROUNDS: u32 = 5;
pub(super) const RUNNERS: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_rotates_once_over_two_pools() {
    let Some(two) = Two::open().await else { return };
    for round in 0..ROUNDS {
        let outcomes = two.present("current").await;
        let rotated = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Rotated(_)));
        assert_eq!(rotated.count(), 1, "round {round}");
        let replayed = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Replayed(_)));
        assert_eq!(replayed.count(), RUNNERS - 1, "round {round}: {outcomes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reused_token_ends_the_session_once_over_two_pools() {
    let Some(two) = Two::open().await else { return };
    for round in 0..ROUNDS {
        let outcomes = two.present("old").await;
        let reused = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Reused(_)));
        assert_eq!(reused.count(), 1, "round {round}");
        let gone = outcomes.iter().filter(|it| matches!(it, RotationOutcome::Gone));
        assert_eq!(gone.count(), RUNNERS - 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_is_taken_once_over_two_pools() {
    let Some(two) = Two::open().await else { return };
    for round in 0..ROUNDS {
        let token = OneTimeToken {
            digest: Digest::of("token"),
            purpose: Purpose::ResetPassword,
            owner: owner(),
            target: "ada@example.com".to_owned(),
            expires_at: LATER,
        };
        two.stores[0].put_token(&token).await.unwrap();
        two.stores[1].set("taken", b"value", LATER).await.unwrap();
        let won = two.race(move |store, _| async move {
            let digest = Digest::of("token");
            let consumed = store.consume_token(&digest, Purpose::ResetPassword, NOW).await;
            let consumed = consumed.unwrap().is_some();
            let found = store.take("taken", NOW).await.unwrap().is_some();
            let set = store.set_new(&format!("new {round}"), b"", NOW, LATER).await.unwrap();
            let sum = store.count(&format!("sum {round}"), 1, NOW, Duration::from_mins(1)).await;
            let made = match store.create_user(Numbered::specimen(round)).await {
                Ok(_) => true,
                Err(StoreError::Taken(column)) => {
                    assert!(["mail", "user \"name\""].contains(&column.as_str()), "{column}");
                    false
                }
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
        assert_eq!(sums, (1..=RUNNERS as u64).collect::<Vec<u64>>(), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays_over_two_pools() {
    let Some(two) = Two::open().await else { return };
    let admin: RoleName = "admin".parse().unwrap();
    let realm = Keyed::SPEC.table;
    let role = role("admin", &["manage"]);
    two.stores[0].create_role(realm, &role, &Terms::FREE).await.unwrap();
    for round in 0..ROUNDS {
        let mut users = Vec::new();
        for number in 0..8 {
            let user = Keyed::specimen(round * 8 + number);
            let user = two.stores[0].create_user(user).await.unwrap();
            Store::<Keyed>::assign_role(&two.stores[0], user.id(), &admin, &Terms::FREE)
                .await
                .unwrap();
            users.push(*user.id());
        }
        let all = users.clone();
        let gone = two.race(move |store, runner| {
            let id = users[runner % users.len()];
            async move {
                let needed = Some("manage");
                if runner % 16 < 8 {
                    let name = "admin".parse().unwrap();
                    let terms = needing(None);
                    store.revoke_role(&owner_of::<Keyed>(&id), &name, &terms).await.unwrap()
                } else {
                    Store::<Keyed>::delete_account(&store, &id, needed).await.unwrap()
                }
            }
        });
        assert!(gone.await.contains(&Removal::Last), "round {round}");
        let held = two.stores[1].holders_of(realm, "manage").await.unwrap();
        assert!(!held.is_empty(), "round {round}: nobody administers");
        for id in all {
            Store::<Keyed>::delete_account(&two.stores[0], &id, None).await.unwrap();
        }
    }
}

/// ASVS 7.4.3, where the sign-in and the change of the password overlap.
#[tokio::test(flavor = "multi_thread")]
async fn no_session_outlives_the_password_it_was_opened_with() {
    let Some(two) = Two::open().await else { return };
    for round in 0..20 {
        let user = two.stores[0].create_user(Keyed::specimen(round)).await.unwrap();
        let (id, old) = (*user.id(), user.password_hash().cloned().unwrap());
        let new = PasswordHash::new("$new$".to_owned());
        two.race(move |store, runner| {
            let (old, new) = (old.clone(), new.clone());
            async move {
                if runner == RUNNERS / 2 {
                    let changed =
                        Store::<Keyed>::change_password(&store, &id, Some(&old), &new, None, NOW);
                    assert!(changed.await.unwrap());
                } else {
                    let session = session(owner_of::<Keyed>(&id));
                    let opened = Store::<Keyed>::open_session(&store, &id, Some(&old), &session);
                    opened.await.unwrap();
                }
            }
        })
        .await;
        let left = two.stores[0].list_sessions(&owner_of::<Keyed>(&id), NOW).await.unwrap();
        assert!(left.is_empty(), "round {round}: {} outlive it", left.len());
    }
}

/// Roles and sessions of an account that is deleted meanwhile are not left behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_is_given_nothing_meanwhile() {
    let Some(two) = Two::open().await else { return };
    let name: RoleName = "editor".parse().unwrap();
    let role = Role { name: name.clone(), permissions: fastauth::access::Permissions::default() };
    two.stores[0].create_role(Keyed::SPEC.table, &role, &Terms::FREE).await.unwrap();
    for round in 0..20 {
        let user = two.stores[0].create_user(Keyed::specimen(round)).await.unwrap();
        let (id, hash) = (*user.id(), user.password_hash().cloned());
        two.race(move |store, runner| {
            let hash = hash.clone();
            async move {
                match runner % 3 {
                    0 if runner == RUNNERS / 2 / 3 * 3 => {
                        Store::<Keyed>::delete_account(&store, &id, None).await.map(drop).unwrap();
                    }
                    1 => {
                        let name = "editor".parse().unwrap();
                        Store::<Keyed>::assign_role(&store, &id, &name, &Terms::FREE)
                            .await
                            .map(drop)
                            .unwrap();
                    }
                    _ => {
                        let session = session(owner_of::<Keyed>(&id));
                        Store::<Keyed>::open_session(&store, &id, hash.as_ref(), &session)
                            .await
                            .map(drop)
                            .unwrap();
                    }
                }
            }
        })
        .await;
        let owner = owner_of::<Keyed>(&id);
        assert!(two.stores[0].list_sessions(&owner, NOW).await.unwrap().is_empty());
        assert!(two.stores[0].roles_of(&owner).await.unwrap().is_empty());
    }
}

/// What was renewed while a sweep waited for it is not swept.
#[tokio::test(flavor = "multi_thread")]
async fn sweeping_spares_what_is_renewed_meanwhile() {
    let Some(two) = Two::open().await else { return };
    for _ in 0..50 {
        two.stores[0].set("key", b"old", NOW).await.unwrap();
        let (set, swept) =
            tokio::join!(two.stores[0].set("key", b"new", LATER), two.stores[1].sweep_values(NOW));
        set.and(swept).unwrap();
        assert!(two.stores[0].get("key", NOW).await.unwrap().is_some());
    }
}

pub(super) fn role(name: &str, permissions: &[&str]) -> Role {
    Role { name: name.parse().unwrap(), permissions: permissions.iter().copied().collect() }
}

/// The terms of whoever administers roles by `manage`.
pub(super) fn needing(actor: Option<&Actor>) -> Terms<'_> {
    Terms { actor, needed: Some("manage"), accounts: Accounts::Of(Keyed::SPEC) }
}

pub(super) struct Two {
    pub(super) stores: [Postgres; 2],
    _database: Database,
}

impl Two {
    pub(super) async fn open() -> Option<Self> {
        let database = Database::new().await?;
        let store = database.ready().await;
        UserStore::<Numbered>::create_user_table(&store).await.unwrap();
        Some(Self { stores: [store, database.store().await], _database: database })
    }

    /// What becomes of a new session's `current` token, or of another, used often at once.
    async fn present(&self, token: &'static str) -> Vec<RotationOutcome> {
        let owner = Owner { realm: "users".to_owned(), user_id: "1".to_owned() };
        let session = Session { credential: Some(Digest::of("current")), ..session(owner) };
        self.stores[0].create_session(&session).await.unwrap();
        let uses = self.race(move |store, _| async move {
            let turn = rotation(session.id, Digest::of(token), Digest::of("child"));
            store.rotate_session(&turn).await.unwrap()
        });
        uses.await
    }

    /// Does the same at the same moment, half here and half there.
    pub(super) async fn race<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        work: impl Fn(Postgres, usize) -> F + Send + 'static,
    ) -> Vec<T> {
        let start = Arc::new(Barrier::new(RUNNERS));
        let mut runners = JoinSet::new();
        for (number, store) in self.stores.iter().cycle().take(RUNNERS).enumerate() {
            let (work, start) = (work(store.clone(), number), Arc::clone(&start));
            runners.spawn(async move {
                start.wait().await;
                work.await
            });
        }
        runners.join_all().await
    }
}
