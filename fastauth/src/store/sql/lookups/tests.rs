use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::{
    sync::Semaphore,
    task::{JoinSet, yield_now},
};

use super::*;
use crate::{
    store::{
        SchemaReport, SessionStore, Sqlite, UserStore, owner_of,
        sql::{Dialect, Transaction},
        suite::{Keyed, Specimen},
    },
    user::AuthUser,
};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const LATER: Timestamp = Timestamp::from_secs(1_800_000_100);

/// A database that answers one statement at a time, when it is let, and counts them.
struct Gated {
    inner: Sqlite,
    lookups: Lookups,
    gate: Semaphore,
    read: AtomicUsize,
    /// Why it answers only who asks alone.
    refuses_many: Mutex<Option<fn() -> StoreError>>,
}

/// What is shared of it: tasks outlive who began them.
struct Shared(Arc<Gated>);

#[async_trait]
impl Database for Shared {
    fn dialect(&self) -> &'static dyn Dialect {
        self.0.inner.dialect()
    }

    fn shared(&self) -> Arc<dyn Database> {
        Arc::new(Self(Arc::clone(&self.0)))
    }

    fn lookups(&self) -> &Lookups {
        &self.0.lookups
    }

    fn at_once(&self) -> usize {
        1
    }

    async fn read(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        let permit = self.0.gate.acquire().await.map_err(StoreError::unavailable)?;
        permit.forget();
        self.0.read.fetch_add(1, Ordering::SeqCst);
        let refusal = *self.0.refuses_many.lock().unwrap();
        if let Some(refusal) = refusal.filter(|_| query.arguments.len() > TOGETHER) {
            return Err(refusal());
        }
        self.0.inner.read(query).await
    }

    async fn write(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        self.0.inner.write(query).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        self.0.inner.begin().await
    }

    fn address(&self) -> String {
        self.0.inner.address()
    }

    async fn migrate_tables(&self) -> Result<Vec<String>, StoreError> {
        self.0.inner.migrate_tables().await
    }

    async fn create_table(&self, spec: &UserSpec) -> Result<bool, StoreError> {
        self.0.inner.create_table(spec).await
    }

    async fn compare_table(&self, spec: &UserSpec) -> Result<SchemaReport, StoreError> {
        self.0.inner.compare_table(spec).await
    }
}

impl Gated {
    async fn with_sessions(many: u32) -> (Arc<Self>, Vec<Session>) {
        let inner = Sqlite::open("sqlite::memory:").await.unwrap();
        UserStore::<Keyed>::migrate(&inner).await.unwrap();
        UserStore::<Keyed>::create_user_table(&inner).await.unwrap();
        let mut sessions = Vec::new();
        for number in 0..many {
            let user = inner.create_user(Keyed::specimen(number)).await.unwrap();
            let session = Session {
                id: SessionId::generate(NOW),
                owner: owner_of::<Keyed>(user.id()),
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
            };
            inner.create_session(&session).await.unwrap();
            sessions.push(session);
        }
        let gated = Self {
            inner,
            lookups: Lookups::default(),
            gate: Semaphore::new(0),
            read: AtomicUsize::new(0),
            refuses_many: Mutex::default(),
        };
        (Arc::new(gated), sessions)
    }

    /// All of them at the same time, the first before the others.
    async fn ask(self: &Arc<Self>, sessions: &[Session]) -> JoinSet<(SessionId, Option<Session>)> {
        let mut asked = JoinSet::new();
        for session in sessions {
            let (database, id) = (Shared(Arc::clone(self)), session.id);
            asked.spawn(async move {
                let found = session_with_user(&database, Keyed::SPEC, id, NOW).await.unwrap();
                (id, found.map(|(session, _)| session))
            });
            yield_now().await;
        }
        asked
    }

    fn statements(&self) -> usize {
        self.read.swap(0, Ordering::SeqCst)
    }
}

async fn all_find_their_own(asked: JoinSet<(SessionId, Option<Session>)>, many: usize) {
    let found = asked.join_all().await;
    assert_eq!(found.len(), many);
    for (id, session) in found {
        assert_eq!(session.map(|it| it.id), Some(id));
    }
}

#[tokio::test]
async fn who_asks_while_others_are_answered_is_answered_together() {
    let (database, sessions) = Gated::with_sessions(65).await;
    let asked = database.ask(&sessions).await;
    database.gate.add_permits(1_000);
    all_find_their_own(asked, 65).await;
    assert_eq!(database.statements(), 3, "one alone, and twice 32 together");
    // Nobody is left, and nobody waits who is alone.
    all_find_their_own(database.ask(&sessions[..1]).await, 1).await;
    assert_eq!(database.statements(), 1);
}

#[tokio::test]
async fn who_asks_for_the_same_session_is_answered_too() {
    let (database, sessions) = Gated::with_sessions(1).await;
    let asked = database.ask(&vec![sessions[0].clone(); 9]).await;
    database.gate.add_permits(1_000);
    all_find_their_own(asked, 9).await;
    assert_eq!(database.statements(), 2);
}

#[tokio::test]
async fn what_is_over_or_unknown_is_found_by_nobody() {
    let (database, sessions) = Gated::with_sessions(2).await;
    let first = database.ask(&sessions[..1]).await;
    let mut asked = JoinSet::new();
    for (id, now) in [
        (sessions[1].id, LATER),
        (sessions[1].id, Timestamp::from_micros(LATER.as_micros() - 1)),
        (SessionId::generate(NOW), NOW),
    ] {
        let database = Shared(Arc::clone(&database));
        asked.spawn(async move {
            session_with_user(&database, Keyed::SPEC, id, now).await.unwrap().is_some()
        });
        yield_now().await;
    }
    database.gate.add_permits(1_000);
    all_find_their_own(first, 1).await;
    let found = asked.join_all().await;
    assert_eq!(database.statements(), 2);
    assert_eq!(found.iter().filter(|it| **it).count(), 1, "{found:?}");
}

#[tokio::test]
async fn who_hangs_up_takes_no_answer_from_those_who_wait() {
    let (database, sessions) = Gated::with_sessions(4).await;
    let mut first = database.ask(&sessions[..1]).await;
    let asked = database.ask(&sessions[1..]).await;
    first.shutdown().await;
    database.gate.add_permits(1_000);
    all_find_their_own(asked, 3).await;
    assert_eq!(database.statements(), 2);
}

#[tokio::test]
async fn who_asks_at_the_same_moment_is_answered_together() {
    let (database, sessions) = Gated::with_sessions(33).await;
    database.gate.add_permits(1_000);
    let mut asked = JoinSet::new();
    for session in &sessions {
        let (database, id) = (Shared(Arc::clone(&database)), session.id);
        asked.spawn(async move {
            let found = session_with_user(&database, Keyed::SPEC, id, NOW).await.unwrap();
            (id, found.map(|(session, _)| session))
        });
    }
    all_find_their_own(asked, 33).await;
    assert_eq!(database.statements(), 2, "32 together, and one");
}

#[tokio::test]
async fn a_turn_that_breaks_off_leaves_nobody_waiting_for_it() {
    let (database, sessions) = Gated::with_sessions(2).await;
    *database.refuses_many.lock().unwrap() = Some(|| panic!("as drivers do not"));
    let first = database.ask(&sessions[..1]).await;
    let asked = database.ask(&[sessions[1].clone(), sessions[1].clone()]).await;
    database.gate.add_permits(1_000);
    all_find_their_own(first, 1).await;
    all_find_their_own(asked, 2).await;
    assert_eq!(database.statements(), 1 + 1 + 2);
    all_find_their_own(database.ask(&sessions[..1]).await, 1).await;
}

#[tokio::test]
async fn a_crowd_that_hung_up_is_forgotten_with_the_statement_it_waited_for() {
    const CROWD: usize = 10_000;
    let (database, sessions) = Gated::with_sessions(1).await;
    let waiting =
        || -> usize { database.lookups.lanes().values().map(|lane| lane.waiting.len()).sum() };
    let first = database.ask(&sessions).await;
    let mut crowd = database.ask(&vec![sessions[0].clone(); CROWD]).await;
    assert!(waiting() >= CROWD - 2, "{}", waiting());
    crowd.shutdown().await;
    database.gate.add_permits(1_000);
    all_find_their_own(first, 1).await;
    while !database.lookups.lanes().is_empty() {
        yield_now().await;
    }
    assert_eq!(database.statements(), 1);
}

#[tokio::test]
async fn who_cannot_be_answered_together_asks_alone() {
    let (database, sessions) = Gated::with_sessions(5).await;
    *database.refuses_many.lock().unwrap() =
        Some(|| StoreError::Corrupt(crate::value::ColumnError::new("one of them")));
    let asked = database.ask(&sessions).await;
    database.gate.add_permits(1_000);
    all_find_their_own(asked, 5).await;
    assert_eq!(database.statements(), 1 + 1 + 4);
}

#[tokio::test]
async fn an_outage_is_told_to_all_who_wait_and_looked_for_by_none() {
    let (database, sessions) = Gated::with_sessions(5).await;
    *database.refuses_many.lock().unwrap() = Some(|| StoreError::unavailable("away"));
    let first = database.ask(&sessions[..1]).await;
    let mut asked = JoinSet::new();
    for session in &sessions[1..] {
        let (database, id) = (Shared(Arc::clone(&database)), session.id);
        asked.spawn(async move {
            let found = session_with_user(&database, Keyed::SPEC, id, NOW).await;
            matches!(found, Err(StoreError::Unavailable(_)))
        });
        yield_now().await;
    }
    database.gate.add_permits(1_000);
    all_find_their_own(first, 1).await;
    assert_eq!(asked.join_all().await, [true; 4]);
    assert_eq!(database.statements(), 2);
}

#[tokio::test]
async fn nobody_waits_for_long_behind_others() {
    let (database, sessions) = Gated::with_sessions(2).await;
    let mut first = database.ask(&sessions[..1]).await;
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let waiting = Shared(Arc::clone(&database));
    let found = session_with_user(&waiting, Keyed::SPEC, sessions[1].id, NOW).await;
    assert!(matches!(found, Err(StoreError::Unavailable(_))), "{found:?}");
    assert!((PATIENCE..Duration::from_secs(3)).contains(&begun.elapsed()));
    tokio::time::resume();
    // Nobody asks for who is gone.
    first.shutdown().await;
    database.gate.add_permits(1_000);
    all_find_their_own(database.ask(&sessions[1..]).await, 1).await;
    assert_eq!(database.statements(), 2);
}
