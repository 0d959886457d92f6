//! A field that is newer than the accounts.

use std::time::SystemTime;

use fastauth::{
    AuthUser, Column, PasswordHash,
    store::{Sqlite, UserStore},
    value::{ColumnError, ColumnType, Value},
};
use fastauth_tests::Scratch;

use super::paste::{run, shell};

#[derive(AuthUser)]
#[auth(id, email, password_hash, created_at, active)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(default = Plan::Free)]
    plan: Plan,
    #[auth(json, default = vec!["it's new".to_owned()])]
    tags: Vec<String>,
    #[auth(default)]
    seen: Day,
    #[auth(default = -3)]
    credit: i64,
    #[auth(default = "new")]
    state: String,
    created_at: SystemTime,
    active: bool,
    note: Option<String>,
}

#[derive(Clone, Column, Debug, Eq, PartialEq)]
enum Plan {
    Free,
    Paid,
}

/// A type of the application's own, as text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Day(u32);

impl Column for Day {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Value {
        Value::Text(format!("day {}", self.0))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let text = String::from_value(value)?;
        let day = text.strip_prefix("day ").and_then(|day| day.parse().ok());
        day.map(Self).ok_or_else(|| ColumnError::new("expected a day"))
    }
}

/// Regression: the columns that were printed had `''` or `'{}'` for every account, which no field
/// could be read from: each login was answered 503 from then on.
#[tokio::test]
async fn accounts_that_were_there_have_the_default_of_a_new_field() {
    for in_the_shell in [false, true] {
        let scratch = Scratch::new();
        let file = scratch.new_file();
        let store = Sqlite::open(&file).await.unwrap();
        run(
            &store,
            "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, \
            email TEXT NOT NULL UNIQUE); INSERT INTO users VALUES (1, 'ada@example.com')",
        )
        .await;
        let report = UserStore::<User>::verify_schema(&store).await.unwrap();
        assert_eq!(report.faults().len(), 9, "{report}");
        for fault in report.faults() {
            if !in_the_shell {
                run(&store, &fault.fix).await;
                continue;
            }
            let Some(said) = shell(&file, &format!("{}\n", fault.fix)) else { return };
            assert!(said.is_empty(), "{said}\n{report}");
        }
        let report = UserStore::<User>::verify_schema(&store).await.unwrap();
        assert!(report.is_empty(), "{report}");
        let ada = UserStore::<User>::find_by_email(&store, "ada@example.com").await;
        let ada = ada.expect("she can be read").expect("she is there");
        assert_eq!((ada.plan, ada.tags), (Plan::Free, vec!["it's new".to_owned()]));
        assert_eq!((ada.seen, ada.credit, ada.state.as_str()), (Day(0), -3, "new"));
        assert_eq!((ada.created_at, ada.active), (SystemTime::UNIX_EPOCH, true));
        assert_eq!((ada.note, ada.password_hash.expose()), (None, ""));
    }
}

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct Member {
    id: i64,
    email: String,
    password_hash: Option<PasswordHash>,
    #[auth(signup)]
    plan: Plan,
}

/// Regression: where no default is known, one was made up.
#[tokio::test]
async fn what_only_a_person_can_say_is_asked() {
    let store = Sqlite::open(":memory:").await.unwrap();
    run(
        &store,
        "CREATE TABLE members (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, \
        password_hash TEXT); \
        INSERT INTO members (email) VALUES ('ada@example.com'), ('eve@example.com')",
    )
    .await;
    let report = UserStore::<Member>::verify_schema(&store).await.unwrap();
    run(&store, &report.faults()[0].fix).await;
    let report = UserStore::<Member>::verify_schema(&store).await.unwrap();
    let [fault] = report.faults() else { panic!("{report}") };
    assert_eq!(
        fault.cause,
        "column `plan` of table `members` is NULL in some rows, which cannot be read (field `plan` \
        of `Member`)"
    );
    run(&store, &fault.fix).await;
    assert_eq!(UserStore::<Member>::verify_schema(&store).await.unwrap(), report);
    run(&store, &fault.fix.replacen("= NULL", "= 'paid'", 1)).await;
    assert!(UserStore::<Member>::verify_schema(&store).await.unwrap().is_empty());
    let eve = UserStore::<Member>::find_by_email(&store, "eve@example.com").await.unwrap();
    assert_eq!(eve.map(|eve| eve.plan), Some(Plan::Paid));
}
