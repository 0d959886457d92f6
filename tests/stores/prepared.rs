//! Stores with their tables, and what is kept in them.

use std::time::Duration;

use fastauth::{
    secret::Digest,
    store::{Owner, Rotation, Session, SessionId, Sqlite, UserStore, suite::Keyed},
    time::Timestamp,
};

pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub(crate) const LATER: Timestamp = Timestamp::from_secs(1_700_086_400);

/// A store with its tables.
pub(crate) async fn ready(database: &str) -> Sqlite {
    let store = Sqlite::open(database).await.unwrap();
    prepare(&store).await;
    store
}

pub(crate) async fn prepare(store: &Sqlite) {
    UserStore::<Keyed>::migrate(store).await.unwrap();
    UserStore::<Keyed>::create_user_table(store).await.unwrap();
}

/// Somebody who has an account in this realm, as far as a session goes.
pub(crate) fn owner() -> Owner {
    Owner { realm: "users".to_owned(), user_id: "1".to_owned() }
}

/// A session that lives until later.
pub(crate) fn session(owner: Owner) -> Session {
    Session {
        id: SessionId::generate(NOW),
        owner,
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
        credential: None,
        scopes: None,
    }
}

/// A use of the refresh token `presented`.
pub(crate) fn rotation(session: SessionId, presented: Digest, child: Digest) -> Rotation {
    let (grace, idle) = (Duration::from_secs(10), Duration::from_hours(1));
    Rotation { session, presented, child, now: NOW, grace, idle }
}
