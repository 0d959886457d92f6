//! What the suite runs on SQLite: every statement is found through an index, and none shows a value.

use std::collections::BTreeSet;

use fastauth::store::{Sqlite, suite};
use sqlx::{AssertSqlSafe, Row};

use super::recorded::{logged, recorded, statements};

/// Not by the owner, of which all sessions of a realm have the first part.
const BY_ID: &str = "SEARCH s USING INDEX sqlite_autoindex_fastauth_sessions_1 (id=?)";

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_found_through_an_index() {
    let open = || async { Sqlite::from_pool(recorded("plans").await) };
    suite::run::<suite::Numbered, _, _>(open).await.unwrap();
    suite::run::<suite::Keyed, _, _>(open).await.unwrap();
    let store = open().await;
    super::prepared::prepare(&store).await;
    let numbered = fastauth::store::UserStore::<suite::Numbered>::create_user_table(&store);
    numbered.await.unwrap();

    let statements: BTreeSet<_> = statements("plans").into_iter().collect();
    let is_ours = |statement: &&String| {
        let about_the_schema = ["FROM pragma_", "sqlite_schema", "_fastauth_migrations"];
        let verb = statement.split(' ').next().unwrap_or_default();
        ["DELETE", "INSERT", "SELECT", "UPDATE"].contains(&verb)
            && (statement.contains("INSERT INTO \"suite")
                || statement.contains("UPDATE \"suite")
                || !about_the_schema.iter().any(|words| statement.contains(words)))
    };
    let ours: Vec<_> = statements.iter().filter(is_ours).collect();
    assert!(ours.len() > 40, "only {} statements were seen", ours.len());
    assert!(ours.iter().any(|it| it.contains("s.id IN ($1, $2")), "nobody asked together");
    for statement in ours {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
        let plan = plan.fetch_all(store.pool()).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        let is_check = statement.starts_with("SELECT 1 FROM \"suite")
            && statement.contains(" <> ")
            && statement.ends_with(" LIMIT 1");
        let scans = |step: &&String| {
            let is_free = step.ends_with("VIRTUAL TABLE INDEX 0:")
                || step.starts_with("SCAN CONSTANT ROW")
                || step.starts_with("SCAN pragma_table_info VIRTUAL TABLE")
                // Once at a start: all logins and ids, in their indexes, up to the first misspelt.
                || (is_check && step.contains(" USING COVERING INDEX "));
            step.starts_with("SCAN ") && !is_free
        };
        assert_eq!(steps.iter().find(scans), None, "{statement}\n{steps:#?}");
        if statement.contains("JOIN \"suite numbered\"") {
            assert_eq!(steps[0], BY_ID);
            assert_eq!(steps[1], "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)");
        }
        if statement.contains("JOIN \"suite_keyed\"") {
            assert_eq!(steps[0], BY_ID);
            assert_eq!(steps[1], "SEARCH u USING INDEX sqlite_autoindex_suite_keyed_1 (id=?)");
        }
    }
    // The application logs its statements here.
    for text in logged() {
        for value in ["@example.com", "$argon2", "$new", "$stale", "person-1", "2001:db8"] {
            assert!(!text.contains(value), "{text}");
        }
    }
}
