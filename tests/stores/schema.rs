//! What is wrong with the table of the users: every fault is said once, and its SQL mends it.

use fastauth::{
    UserKey,
    store::{
        Sqlite, UserStore,
        suite::{Keyed, Numbered, Specimen},
    },
};
use fastauth_tests::Scratch;
use sqlx::AssertSqlSafe;

use super::paste::{run, shell};

/// A part of the right table, what stands there instead, and what is said about it.
type Fault = (&'static str, &'static str, &'static [&'static str]);

const KEYED: &[Fault] = &[
    ("\"order\" INTEGER NOT NULL,", "", &["has no column `order` (field `points` of `Keyed`)"]),
    ("\"score\" REAL NOT NULL,", "", &["has no column `score`"]),
    ("\"active\" BOOLEAN NOT NULL,", "", &["has no column `active`"]),
    ("\"created_at\" TEXT NOT NULL,", "", &["has no column `created_at`"]),
    ("\"team\" TEXT,", "", &["has no column `team`"]),
    ("\"picture\" BLOB,", "", &["has no column `picture`"]),
    (",\n    \"preferences\" TEXT NOT NULL", "", &["has no column `preferences`"]),
    ("\"password_hash\" TEXT,", "", &["has no column `password_hash`"]),
    ("\"mail\" TEXT NOT NULL UNIQUE,", "", &["has no column `mail` (field `email` of `Keyed`)"]),
    ("\"user \"\"name\"\"\" TEXT UNIQUE,", "", &["has no column `user \"name\"`"]),
    ("\"id\" TEXT NOT NULL PRIMARY KEY,", "", &["has no column `id`"]),
    ("\"id\" TEXT NOT NULL PRIMARY KEY", "\"key\" TEXT NOT NULL PRIMARY KEY", &["no column `id`"]),
    ("\"id\" TEXT NOT NULL PRIMARY KEY", "\"id\" TEXT NOT NULL", &["could share one id"]),
    ("\"id\" TEXT NOT NULL PRIMARY KEY", "\"id\" INTEGER PRIMARY KEY", &["hold a UUID as it is"]),
    ("\"order\" INTEGER", "\"order\" TEXT", &["declared `TEXT`, which does not hold a whole"]),
    ("\"score\" REAL", "\"score\" TEXT", &["does not hold a number as it is"]),
    ("\"active\" BOOLEAN", "\"active\" TEXT", &["does not hold true or false as it is"]),
    ("\"created_at\" TEXT", "\"created_at\" INTEGER", &["does not hold a time as it is"]),
    ("\"team\" TEXT", "\"team\" INTEGER", &["does not hold a UUID as it is"]),
    ("\"picture\" BLOB", "\"picture\" TEXT", &["does not hold bytes as it is"]),
    ("\"preferences\" TEXT", "\"preferences\" BLOB", &["does not hold JSON as it is"]),
    ("\"password_hash\" TEXT", "\"password_hash\" STRING", &["does not hold text as it is"]),
    ("\"mail\" TEXT NOT NULL UNIQUE", "\"mail\" STRING NOT NULL UNIQUE", &["does not hold text"]),
    (
        "\"mail\" TEXT NOT NULL UNIQUE",
        "\"mail\" TEXT NOT NULL",
        &["two accounts could share one email"],
    ),
    ("\"user \"\"name\"\"\" TEXT UNIQUE", "\"user \"\"name\"\"\" TEXT", &["share one username"]),
    (
        "\"user \"\"name\"\"\" TEXT UNIQUE",
        "\"user \"\"name\"\"\" TEXT NOT NULL UNIQUE",
        &["may be empty"],
    ),
    ("\"team\" TEXT", "\"team\" TEXT NOT NULL", &["is NOT NULL, and may be empty"]),
    ("\"team\" TEXT,", "\"team\" TEXT, tenant TEXT NOT NULL,", &["no field of `Keyed` fills it"]),
    ("\"team\" TEXT,", "\"team\" TEXT, tenant TEXT NOT NULL UNIQUE,", &["fills it"]),
    // Several at once.
    (
        "\"order\" INTEGER NOT NULL,\n    \"score\" REAL NOT NULL,",
        "\"score\" TEXT NOT NULL,",
        &["no column `order`", "does not hold a number"],
    ),
    (
        "\"id\" TEXT NOT NULL PRIMARY KEY,\n    \"mail\" TEXT NOT NULL UNIQUE,",
        "\"id\" INTEGER PRIMARY KEY, \"mail\" STRING NOT NULL UNIQUE,",
        &["hold a UUID as it is", "does not hold text"],
    ),
    (
        "\"id\" TEXT NOT NULL PRIMARY KEY,\n    \"mail\" TEXT NOT NULL UNIQUE,",
        "\"id\" INTEGER PRIMARY KEY,",
        &["hold a UUID as it is", "has no column `mail`"],
    ),
];

const NUMBERED: &[Fault] = &[
    ("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT PRIMARY KEY", &["nothing numbers new users"]),
    ("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER NOT NULL", &["nothing numbers new users"]),
    ("INTEGER PRIMARY KEY AUTOINCREMENT", "TEXT PRIMARY KEY", &["does not hold a whole number"]),
    ("\"id\" INTEGER PRIMARY KEY AUTOINCREMENT,", "", &["has no column `id`"]),
    ("\"id\" INTEGER", "\"number\" INTEGER", &["has no column `id`"]),
];

/// What differs and does no harm.
const FITTING: &[(&str, &str)] = &[
    ("\"mail\" TEXT", "\"mail\" VARCHAR(255) COLLATE NOCASE"),
    ("\"team\" TEXT,", "\"team\" UUID, tenant TEXT, plan TEXT NOT NULL DEFAULT 'free',"),
    ("\"team\" TEXT,", "\"team\", tenant TEXT AS (upper(mail)) NOT NULL,"),
    ("\"active\" BOOLEAN", "\"active\" TINYINT(1)"),
    ("\"created_at\" TEXT", "\"created_at\" TIMESTAMP"),
    ("\"preferences\" TEXT", "\"preferences\" JSON"),
    ("\"order\" INTEGER", "\"order\" BIGINT"),
    ("\"score\" REAL", "\"score\" DOUBLE PRECISION"),
    ("\"user \"\"name\"\"\" TEXT UNIQUE", "\"user \"\"name\"\"\" TEXT UNIQUE ON CONFLICT ABORT"),
    ("\"id\" TEXT NOT NULL PRIMARY KEY", "\"id\" TEXT NOT NULL UNIQUE"),
    (
        "\"id\" TEXT NOT NULL PRIMARY KEY",
        "number INTEGER PRIMARY KEY NOT NULL, \"id\" TEXT NOT NULL UNIQUE",
    ),
];

#[tokio::test]
async fn every_fault_is_said_and_its_sql_mends_it() {
    for in_the_shell in [false, true] {
        for fault in KEYED {
            mends::<Keyed>(fault, in_the_shell).await;
        }
        for fault in NUMBERED {
            mends::<Numbered>(fault, in_the_shell).await;
        }
    }
}

#[tokio::test]
async fn a_missing_table_is_said_with_the_sql_that_makes_it() {
    let store = Sqlite::open(":memory:").await.unwrap();
    let report = UserStore::<Keyed>::verify_schema(&store).await.unwrap();
    assert_eq!(report.faults().len(), 1);
    let fault = &report.faults()[0];
    assert_eq!(fault.cause, "there is no table `suite_keyed` (struct `Keyed`)");
    run(&store, &fault.fix).await;
    assert!(UserStore::<Keyed>::verify_schema(&store).await.unwrap().is_empty());
    assert!(!UserStore::<Keyed>::create_user_table(&store).await.unwrap());
}

#[tokio::test]
async fn an_index_must_hold_for_all_rows_and_the_login_alone() {
    let store = Sqlite::open(":memory:").await.unwrap();
    replaced::<Keyed>(&store, "\"mail\" TEXT NOT NULL UNIQUE", "\"mail\" TEXT NOT NULL").await;
    for index in [
        "CREATE UNIQUE INDEX partial ON suite_keyed (mail) WHERE active",
        "CREATE UNIQUE INDEX of_two ON suite_keyed (mail, team)",
        "CREATE UNIQUE INDEX of_an_expression ON suite_keyed (lower(mail))",
        "CREATE INDEX of_many ON suite_keyed (mail)",
    ] {
        run(&store, index).await;
        let report = UserStore::<Keyed>::verify_schema(&store).await.unwrap();
        assert_eq!(report.faults().len(), 1, "{index}: {report}");
    }
    run(&store, "CREATE UNIQUE INDEX right ON suite_keyed (mail COLLATE NOCASE)").await;
    assert!(UserStore::<Keyed>::verify_schema(&store).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_does_no_harm_is_no_fault() {
    for (right, other) in FITTING {
        let store = Sqlite::open(":memory:").await.unwrap();
        replaced::<Keyed>(&store, right, other).await;
        let report = UserStore::<Keyed>::verify_schema(&store).await.unwrap();
        assert!(report.is_empty(), "{other}: {report}");
        store.create_user(Keyed::specimen(9)).await.unwrap();
    }
}

async fn mends<U: Specimen>((right, wrong, said): &Fault, in_the_shell: bool) {
    let scratch = Scratch::new();
    let file = if in_the_shell { scratch.new_file() } else { ":memory:".to_owned() };
    let store = Sqlite::open(&file).await.unwrap();
    UserStore::<U>::migrate(&store).await.unwrap();
    replaced::<U>(&store, right, wrong).await;
    let report = UserStore::<U>::verify_schema(&store).await.unwrap();
    assert_eq!(report.faults().len(), said.len(), "{wrong}: {report}");
    for words in *said {
        let mut causes = report.faults().iter().map(|fault| &fault.cause);
        assert!(causes.any(|cause| cause.contains(words)), "{wrong}: {report}");
    }
    for fault in report.faults() {
        if !in_the_shell {
            run(&store, &fault.fix).await;
            continue;
        }
        let Some(said) = shell(&file, &format!("{}\n", fault.fix)) else { return };
        assert!(!said.contains("rror"), "{wrong}: {said}\n{report}");
    }
    let report = UserStore::<U>::verify_schema(&store).await.unwrap();
    if !report.is_empty() {
        decide::<U>(&store, wrong).await;
    }
    let report = UserStore::<U>::verify_schema(&store).await.unwrap();
    assert!(report.is_empty(), "{wrong}: still {report}");
    let table = sqlx::query_scalar::<_, i64>(AssertSqlSafe(format!(
        "SELECT count(*) FROM \"{}\"",
        U::SPEC.table
    )));
    assert_eq!(table.fetch_one(store.pool()).await.unwrap(), 2, "{wrong}: rows are lost");
    // Regression: accounts that were there could no longer be read.
    let ids = format!("SELECT CAST(id AS TEXT) FROM \"{}\"", U::SPEC.table);
    let ids = sqlx::query_scalar::<_, String>(AssertSqlSafe(ids)).fetch_all(store.pool()).await;
    for id in ids.unwrap() {
        let id = U::Id::parse(&id).unwrap_or_else(|error| panic!("{wrong}: {id}: {error}"));
        let found = UserStore::<U>::find_by_id(&store, &id).await;
        assert!(found.is_ok_and(|it| it.is_some()), "{wrong}: {report}");
    }
    let user = store.create_user(U::specimen(9)).await.unwrap();
    assert!(UserStore::<U>::find_by_id(&store, user.id()).await.unwrap().is_some(), "{wrong}");
}

/// Says what only a person can say: what accounts have in a column that has no default.
async fn decide<U: Specimen>(store: &Sqlite, wrong: &str) {
    let report = UserStore::<U>::verify_schema(store).await.unwrap();
    for fault in report.faults() {
        assert!(fault.cause.contains("is NULL in some rows"), "{wrong}: still {report}");
        assert!(fault.fix.contains("in place of the first NULL"), "{wrong}: {report}");
        run(store, &fault.fix).await;
        let column = fault.cause.split('`').nth(1).unwrap();
        let value = match column {
            "mail" => "'another-' || rowid || '@example.com'",
            "order" => "7",
            "score" => "0.5",
            "preferences" => "'{}'",
            _ => panic!("{wrong}: {report}"),
        };
        let table = U::SPEC.table;
        let sql =
            format!("UPDATE \"{table}\" SET \"{column}\" = {value} WHERE \"{column}\" IS NULL");
        run(store, &sql).await;
    }
}

/// Two people in a table of which a part is another.
async fn replaced<U: Specimen>(store: &Sqlite, right: &str, other: &str) {
    UserStore::<U>::migrate(store).await.unwrap();
    UserStore::<U>::create_user_table(store).await.unwrap();
    for n in [1, 2] {
        store.create_user(U::specimen(n)).await.unwrap();
    }
    let table = U::SPEC.table;
    let made = sqlx::query_scalar::<_, String>("SELECT sql FROM sqlite_schema WHERE name = ?");
    let made = made.bind(table).fetch_one(store.pool()).await.unwrap();
    assert!(made.contains(right), "`{right}` is no part of {made}");
    let old = columns(store, table).await;
    run(store, &format!("ALTER TABLE \"{table}\" RENAME TO before")).await;
    run(store, &made.replace(right, other)).await;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for name in columns(store, table).await {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        values.push(match name.as_str() {
            "id" if other.contains("\"id\" INTEGER PRIMARY KEY") => "NULL".to_owned(),
            "key" => "id".to_owned(),
            "number" => "NULL".to_owned(),
            "created_at" if other.contains("\"created_at\" INTEGER") => "1769862600".to_owned(),
            name if old.contains(&name.to_owned()) => quoted.clone(),
            _ => "hex(randomblob(4))".to_owned(),
        });
        names.push(quoted);
    }
    let (names, values) = (names.join(", "), values.join(", "));
    run(store, &format!("INSERT INTO \"{table}\" ({names}) SELECT {values} FROM before")).await;
    run(store, "DROP TABLE before").await;
}

async fn columns(store: &Sqlite, table: &str) -> Vec<String> {
    let columns = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)").bind(table);
    columns.fetch_all(store.pool()).await.unwrap()
}
