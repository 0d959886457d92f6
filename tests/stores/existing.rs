//! Tables that were there before.

use fastauth::{
    AuthUser,
    store::{
        Removal, SessionStore, Sqlite, Store, UserStore, owner_of,
        suite::{self, Keyed, Numbered, Specimen},
    },
};
use sqlx::AssertSqlSafe;

use super::prepared::{prepare, session};

/// Other types, another order, columns the struct does not know, UUIDs as bytes.
const GROWN: &str = r#"
    CREATE TABLE Suite_Keyed (
        tenant INTEGER,
        "order" BIGINT NOT NULL,
        ID BLOB PRIMARY KEY,
        MAIL VARCHAR(255) NOT NULL COLLATE NOCASE,
        "user ""name""" NVARCHAR(64),
        password_hash CHARACTER(100),
        email_verified_at TIMESTAMP,
        active TINYINT(1) NOT NULL DEFAULT 1,
        created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
        updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
        team UUID,
        score DOUBLE PRECISION NOT NULL,
        picture,
        preferences JSON NOT NULL,
        plan TEXT NOT NULL DEFAULT 'free',
        domain TEXT GENERATED ALWAYS AS (substr(mail, instr(mail, '@') + 1)) STORED NOT NULL
    );
    CREATE UNIQUE INDEX users_by_mail ON Suite_Keyed (mail);
    CREATE UNIQUE INDEX users_by_name ON Suite_Keyed ("user ""name""");
    CREATE INDEX users_by_plan ON Suite_Keyed (plan, tenant);
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_there_keeps_every_promise() {
    let open = || with(GROWN);
    suite::run::<Keyed, _, _>(open).await.unwrap();
}

#[tokio::test]
async fn where_uuids_are_bytes_new_ones_are_bytes_too() {
    let store = with(GROWN).await;
    prepare(&store).await;
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    let types = "SELECT typeof(id) || ' ' || typeof(team) FROM suite_keyed";
    let types: String = sqlx::query_scalar(types).fetch_one(store.pool()).await.unwrap();
    assert_eq!(types, "blob text");
    let id: uuid::Uuid =
        sqlx::query_scalar::<_, Vec<u8>>("SELECT id FROM suite_keyed WHERE id = ?")
            .bind(user.id().as_bytes().as_slice())
            .fetch_one(store.pool())
            .await
            .map(|bytes| uuid::Uuid::from_slice(&bytes).unwrap())
            .unwrap();
    assert_eq!(&id, user.id());
    assert!(UserStore::<Keyed>::find_by_id(&store, &id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_never_given_again_without_autoincrement() {
    let plain = r#"
        CREATE TABLE "suite numbered" (
            id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, "user ""name""" TEXT UNIQUE,
            password_hash TEXT, email_verified_at TEXT, active INTEGER NOT NULL,
            created_at TEXT NOT NULL, updated_at TEXT NOT NULL, team TEXT,
            "order" INTEGER NOT NULL, score REAL NOT NULL, picture BLOB, preferences TEXT NOT NULL
        )"#;
    suite::run::<Numbered, _, _>(|| with(plain)).await.unwrap();
    let store = with(plain).await;
    UserStore::<Numbered>::migrate(&store).await.unwrap();
    let users = [1, 2, 3].map(|n| store.create_user(Numbered::specimen(n)));
    let [first, second, third] = users;
    let ids = [*first.await.unwrap().id(), *second.await.unwrap().id(), *third.await.unwrap().id()];
    assert_eq!(ids, [1, 2, 3]);
    for id in [3, 2, 1] {
        assert_eq!(
            Store::<Numbered>::delete_account(&store, &id, None).await.unwrap(),
            Removal::Done
        );
    }
    assert_eq!(*store.create_user(Numbered::specimen(4)).await.unwrap().id(), 4);
    let by_hand = "UPDATE \"suite numbered\" SET id = 40";
    sqlx::raw_sql(by_hand).execute(store.pool()).await.unwrap();
    assert_eq!(*store.create_user(Numbered::specimen(5)).await.unwrap().id(), 41);
}

/// The application may delete a user by a statement of its own, of which fastauth hears nothing: what
/// was kept about them must not become the next one's.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_the_application_freed_brings_nothing_of_its_holder() {
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    UserStore::<Numbered>::migrate(&store).await.unwrap();
    UserStore::<Numbered>::create_user_table(&store).await.unwrap();
    let mut ids = Vec::new();
    for n in 1..=3 {
        ids.push(*store.create_user(Numbered::specimen(n)).await.unwrap().id());
    }
    assert_eq!(
        Store::<Numbered>::delete_account(&store, &ids[0], None).await.unwrap(),
        Removal::Done
    );
    let by_hand =
        "DELETE FROM \"suite numbered\" WHERE id = (SELECT max(id) FROM \"suite numbered\")";
    sqlx::raw_sql(by_hand).execute(store.pool()).await.unwrap();
    let next = *store.create_user(Numbered::specimen(4)).await.unwrap().id();
    assert!(!ids.contains(&next), "{next} was somebody else's");

    // One the application made, signed in and deleted all by itself is not known to be taken.
    let unknown = next + 1;
    let owner = owner_of::<Numbered>(&unknown);
    let session = session(owner);
    store.create_session(&session).await.unwrap();
    let new = store.create_user(Numbered::specimen(5)).await.unwrap();
    assert_eq!(*new.id(), unknown);
    let found = Store::<Numbered>::session_with_user(&store, session.id, session.created_at).await;
    assert!(found.unwrap().is_none(), "an old session opens a new account");
}

#[tokio::test]
async fn what_the_database_fills_comes_back() {
    let store = with(GROWN).await;
    prepare(&store).await;
    let mut values = Keyed::specimen(1).values().to_vec();
    values[Keyed::SPEC.created_at.unwrap()] = None;
    values[Keyed::SPEC.active.unwrap()] = None;
    let user = store.create_user(fastauth::store::NewUser::<Keyed>::new(values)).await.unwrap();
    assert!(user.is_active());
    let found = UserStore::<Keyed>::find_by_id(&store, user.id()).await.unwrap();
    assert_eq!(found, Some(user));
}

async fn with(table: &'static str) -> Sqlite {
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(table)).execute(store.pool()).await.unwrap();
    store
}
