//! What the suite runs on PostgreSQL: every statement is found through an index.

use fastauth::store::{Postgres, UserStore, suite};
use fastauth_tests::Database;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgPoolOptions};

/// On one connection, which never waits for another. The statements are taken from where the server
/// keeps what is prepared, and planned there as if the tables were large.
#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_found_through_an_index() {
    let Some(database) = Database::new().await else { return };
    let mut prepared = Vec::new();
    let options = database.ready().await.pool().connect_options();
    database.run("CREATE TABLE seen (statement TEXT PRIMARY KEY)").await;
    // Each connection leaves what it has prepared when it goes back.
    let open = || async {
        let schema = "DROP SCHEMA IF EXISTS suite CASCADE; CREATE SCHEMA suite";
        database.run(schema).await;
        let pool = PgPoolOptions::new().max_connections(1).after_release(|connection, _| {
            Box::pin(async move {
                let note = "INSERT INTO public.seen SELECT statement FROM pg_prepared_statements \
                    ON CONFLICT DO NOTHING";
                sqlx::raw_sql(note).execute(&mut *connection).await?;
                Ok(true)
            })
        });
        let options = (*options).clone().options([("search_path", "suite")]);
        Postgres::from_pool(pool.connect_with(options).await.unwrap())
    };
    suite::run::<suite::Numbered, _, _>(open).await.unwrap();
    suite::run::<suite::Keyed, _, _>(open).await.unwrap();

    let store = database.store().await;
    UserStore::<suite::Numbered>::create_user_table(&store).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let seen: Vec<String> = sqlx::query_scalar("SELECT statement FROM seen ORDER BY 1")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let off = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
    sqlx::raw_sql(off).execute(&mut connection).await.unwrap();
    for statement in seen {
        let verb = statement.trim().split([' ', '\n']).next().unwrap_or_default();
        let is_about_the_schema =
            ["pg_catalog", "_fastauth_migrations", "pg_advisory", "to_regclass"]
                .iter()
                .any(|words| statement.contains(words));
        // Once at a start: all logins, up to the first misspelt.
        let is_check = statement.ends_with(" LIMIT 1") && statement.contains("btrim(");
        let is_ours = ["DELETE", "INSERT", "SELECT", "UPDATE"].contains(&verb);
        if !is_ours || is_about_the_schema || is_check {
            continue;
        }
        let arguments = (1..=40).take_while(|n| statement.contains(&format!("${n}"))).count();
        let prepare = format!("PREPARE plan AS {statement}");
        sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut connection).await.unwrap();
        let nulls = vec!["NULL"; arguments].join(", ");
        let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
        let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE plan{nulls}"));
        let plan: Vec<String> =
            sqlx::query_scalar(explain).persistent(false).fetch_all(&mut connection).await.unwrap();
        sqlx::raw_sql("DEALLOCATE plan").execute(&mut connection).await.unwrap();
        let plan = plan.join("\n");
        assert!(!plan.contains("Seq Scan"), "{statement}\n{plan}");
        let scans = ["Scan using", "Bitmap Index Scan"].map(|scan| plan.matches(scan).count());
        let conditions = plan.matches("Index Cond").count();
        assert!(scans.iter().sum::<usize>() <= conditions, "{statement}\n{plan}");
        prepared.push(statement);
    }
    assert!(prepared.len() > 40, "only {} statements were seen", prepared.len());
}
