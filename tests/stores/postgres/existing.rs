//! Tables that were there before.

use fastauth::{
    AuthUser, PasswordHash,
    store::{
        NewUser, Postgres, StoreError, UserChange, UserStore,
        suite::{self, Keyed, Numbered, Specimen},
    },
    value::Value,
};
use fastauth_tests::Database;

use super::super::prepared::NOW;

/// Other types, another order, columns the struct does not know, times without a zone.
const GROWN: &str = r#"
    CREATE TYPE person AS ENUM ('person-0', 'person-1');
    CREATE DOMAIN amount AS BIGINT;
    CREATE TABLE suite_keyed (
        tenant INTEGER,
        "order" amount NOT NULL,
        id UUID PRIMARY KEY,
        mail MAILTYPE NOT NULL,
        "user ""name""" VARCHAR(64),
        password_hash CHARACTER(100),
        email_verified_at TIMESTAMP,
        active BOOLEAN NOT NULL DEFAULT TRUE,
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
        team TEXT,
        score DOUBLE PRECISION NOT NULL,
        picture BYTEA,
        preferences JSON NOT NULL,
        plan TEXT NOT NULL DEFAULT 'free',
        domain TEXT GENERATED ALWAYS AS (split_part(CAST(mail AS TEXT), '@', 2)) STORED NOT NULL
    );
    CREATE UNIQUE INDEX users_by_mail ON suite_keyed (mail);
    CREATE UNIQUE INDEX users_by_name ON suite_keyed ("user ""name""") INCLUDE (plan);
    CREATE INDEX users_by_plan ON suite_keyed (plan, tenant);
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_there_keeps_every_promise() {
    let Some(database) = Database::new().await else { return };
    let open = || with(&database, GROWN.replace("MAILTYPE", "VARCHAR(255)"));
    suite::run::<Keyed, _, _>(open).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_four_bytes_keep_every_promise() {
    let Some(database) = Database::new().await else { return };
    let table = r#"
        CREATE TABLE "suite numbered" (
            id SERIAL PRIMARY KEY, mail TEXT NOT NULL UNIQUE, "user ""name""" TEXT UNIQUE,
            password_hash TEXT, email_verified_at TIMESTAMPTZ, active BOOLEAN NOT NULL,
            created_at TIMESTAMPTZ NOT NULL, updated_at TIMESTAMPTZ NOT NULL, team UUID,
            "order" BIGINT NOT NULL, score FLOAT NOT NULL, picture BYTEA, preferences TEXT NOT NULL
        )"#;
    suite::run::<Numbered, _, _>(|| with(&database, table.to_owned())).await.unwrap();
}

#[tokio::test]
async fn an_address_in_citext_is_found_in_any_case() {
    let Some(database) = Database::new().await else { return };
    let known = "SELECT count(*) FROM pg_available_extensions WHERE name = 'citext'";
    if database.ask::<i64>(known).await == 0 {
        return;
    }
    database.run("CREATE EXTENSION citext").await;
    database.run(&GROWN.replace("MAILTYPE", "citext")).await;
    let store = database.ready().await;
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    database.run("UPDATE suite_keyed SET mail = 'Person-1@Example.com'").await;
    let found = UserStore::<Keyed>::find_by_email(&store, "person-1@example.com").await.unwrap();
    assert_eq!(found.unwrap().id(), user.id());
    let again = store.create_user(Keyed::specimen(1)).await;
    assert!(matches!(&again, Err(StoreError::Taken(column)) if column == "mail"), "{again:?}");
    assert!(UserStore::<Keyed>::verify_schema(&store).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_native_enum_is_written_and_read() {
    let Some(database) = Database::new().await else { return };
    let table = GROWN.replace("MAILTYPE", "TEXT").replace("VARCHAR(64)", "person");
    database.run(&table).await;
    let store = database.ready().await;
    let report = UserStore::<Keyed>::verify_schema(&store).await.unwrap();
    assert!(report.is_empty(), "{report}");
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    assert_eq!(user.username(), Some("person-1"));
    let set = |value: Value| UserChange { columns: vec![(2, value)], at: NOW };
    let update = async |value| UserStore::<Keyed>::update_user(&store, user.id(), set(value)).await;
    // The same statement with and without a value.
    assert_eq!(update(Value::Null).await.unwrap().unwrap().username(), None);
    let named = update(Value::Text("person-0".to_owned())).await.unwrap().unwrap();
    assert_eq!(named.username(), Some("person-0"));
    let refused = update(Value::Text("nobody".to_owned())).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    // An index over an enum finds it by text.
    let found = UserStore::<Keyed>::find_by_username(&store, "person-0").await.unwrap();
    assert_eq!(found.unwrap().id(), user.id());
}

#[tokio::test]
async fn what_the_database_fills_comes_back() {
    let Some(database) = Database::new().await else { return };
    database.run(&GROWN.replace("MAILTYPE", "TEXT")).await;
    let store = database.ready().await;
    let mut values = Keyed::specimen(1).values().to_vec();
    values[Keyed::SPEC.created_at.unwrap()] = None;
    values[Keyed::SPEC.active.unwrap()] = None;
    let user = store.create_user(NewUser::<Keyed>::new(values)).await.unwrap();
    assert!(user.is_active());
    let found = UserStore::<Keyed>::find_by_id(&store, user.id()).await.unwrap();
    assert_eq!(found, Some(user));
}

/// The rules of the application's own database.
#[tokio::test]
async fn what_the_database_forbids_is_refused_or_taken() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    database
        .run(
            "CREATE UNIQUE INDEX by_tenant ON suite_keyed ((length(password_hash) * 0), lower(mail)) \
            WHERE active; \
            ALTER TABLE suite_keyed DROP CONSTRAINT suite_keyed_mail_key; \
            CREATE FUNCTION no() RETURNS TRIGGER LANGUAGE plpgsql AS \
            $$ BEGIN IF NEW.score > 5 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$; \
            CREATE TRIGGER no BEFORE INSERT ON suite_keyed FOR EACH ROW EXECUTE FUNCTION no(); \
            ALTER TABLE suite_keyed ADD CHECK (score < 3), ALTER password_hash TYPE VARCHAR(90)",
        )
        .await;
    let create = async |n, change: &dyn Fn(&mut Vec<Option<Value>>)| {
        let mut values = Keyed::specimen(n).values().to_vec();
        change(&mut values);
        store.create_user(NewUser::<Keyed>::new(values)).await
    };
    create(1, &|_| ()).await.unwrap();
    let taken = create(1, &|values| values[2] = Some(Value::Null)).await;
    assert!(matches!(&taken, Err(StoreError::Taken(column)) if column == "mail"), "{taken:?}");
    for n in [4, 6] {
        let refused = create(n, &|_| ()).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{n}: {refused:?}");
    }
    let long = create(2, &|values| values[3] = Some(Value::Text("$".repeat(91)))).await;
    assert!(matches!(long, Err(StoreError::Refused(_))), "{long:?}");
    create(2, &|_| ()).await.unwrap();
}

/// A statement that was prepared before the table was altered is prepared anew.
#[tokio::test]
async fn a_table_may_be_altered_while_it_is_used() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    store.create_user(Keyed::specimen(1)).await.unwrap();
    let find = async || UserStore::<Keyed>::find_by_email(&store, "person-1@example.com").await;
    find().await.unwrap().unwrap();
    database.run("ALTER TABLE suite_keyed ALTER mail TYPE VARCHAR(300)").await;
    find().await.unwrap().unwrap();
}

/// Names are as they are written.
#[tokio::test]
async fn a_table_and_columns_in_capitals_are_found() {
    #[derive(AuthUser)]
    #[auth(table = "Users", id, email, password_hash)]
    struct User {
        #[auth(column = "ID")]
        id: i64,
        #[auth(column = "eMail")]
        email: String,
        password_hash: Option<PasswordHash>,
    }
    let Some(database) = Database::new().await else { return };
    let table = "CREATE TABLE \"Users\" (\"ID\" INT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, \
        \"eMail\" TEXT NOT NULL UNIQUE, password_hash TEXT); CREATE TABLE users (id INT)";
    database.run(table).await;
    let store = database.store().await;
    let report = UserStore::<User>::verify_schema(&store).await.unwrap();
    assert!(report.is_empty(), "{report}");
    let new =
        || NewUser::<User>::new(vec![None, Some(Value::Text("a@example.com".to_owned())), None]);
    let user = store.create_user(new()).await.unwrap();
    assert_eq!((user.id, user.email.as_str()), (1, "a@example.com"));
    let again = store.create_user(new()).await.map(|user| user.id);
    assert!(matches!(&again, Err(StoreError::Taken(column)) if column == "eMail"), "{again:?}");
}

async fn with(database: &Database, table: String) -> Postgres {
    let store = database.elsewhere().await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(table)).execute(store.pool()).await.unwrap();
    let report = UserStore::<Keyed>::verify_schema(&store).await.unwrap();
    assert!(report.is_empty() || report.has_no_table(), "{report}");
    store
}
