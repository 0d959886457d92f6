use std::time::Duration;

use axum::Router;
use fastauth::{
    Auth, AuthUser, EmailVerification, PageUrls, PasswordHash,
    config::Lifetimes,
    mail::Outbox,
    store::{Memory, Sqlite},
};
use fastauth_tests::{SECRET, Scratch, TestClock, User, builder};

#[tokio::test]
async fn every_mistake_of_the_setup_is_told_at_once() {
    let clock = TestClock::default();
    let lifetimes = Lifetimes::default().access(Duration::ZERO).idle(Duration::from_hours(60 * 24));
    let broken = builder(&clock)
        .base_url("http://shop.example")
        .secret("hunter2")
        .lifetimes(lifetimes)
        .store(Memory::new());
    let error = broken.build().await.expect_err("nothing here can be meant");
    let titles: Vec<_> = error.problems().iter().map(|it| it.title.as_str()).collect();
    assert_eq!(
        titles,
        ["unusable public address", "weak secret", "unusable lifetimes", "unusable lifetimes"]
    );
    let report = format!("{error:?}");
    assert!(
        report.starts_with("fastauth cannot start: 4 problems\n\n  1. unusable public address\n"),
        "{report}"
    );
    assert!(report.contains("has 7 bytes") && report.contains("fix: FASTAUTH_SECRET="), "{report}");
    assert!(!report.contains("hunter2"), "{report}");
}

#[tokio::test]
async fn what_goes_by_mail_needs_mail_and_pages_of_this_site() {
    let clock = TestClock::default();
    let decide = || {
        let it = builder(&clock).email_verification(EmailVerification::Required).magic_links();
        it.pages(PageUrls::default().magic_link("https://evil.example/").verify_email("/#"))
    };
    let titles = async |it: fastauth::AuthBuilder<User>| {
        let error = it.store(Memory::new()).build().await.expect_err("nothing here can be meant");
        error.problems().iter().map(|it| it.title.clone()).collect::<Vec<_>>()
    };
    let all = ["no mail", "no mail", "unusable page", "unusable page"];
    assert_eq!(titles(decide()).await, all);
    assert_eq!(titles(decide().email(Outbox::new())).await, all[2..]);
    let trusted = decide().email(Outbox::new()).trusted_origin("https://evil.example");
    assert_eq!(titles(trusted).await, all[3..]);
}

#[tokio::test]
async fn a_secret_that_could_be_guessed_does_not_start() {
    let clock = TestClock::default();
    let word = "k3J9xQ2mT7vL5bN8wR4cY6zH1dF0gS-p".to_owned();
    assert_eq!(word.len(), 32);
    builder(&clock)
        .secret(word.clone())
        .store(Memory::new())
        .build()
        .await
        .expect("32 bytes are enough");
    for weak in [
        String::new(),
        word[..31].to_owned(),
        "a".repeat(64),
        "abcd".repeat(16),
        "0123456789abcdefghijklmnopqrstuvwxyz".into(),
        "change-me-change-me-change-me-change-me".into(),
        "base64:AAAA".into(),
        "base64:!!!!".into(),
        "hex:zz".into(),
        format!("hex:{}", "00".repeat(32)),
    ] {
        let error = builder(&clock)
            .secret(weak.clone())
            .store(Memory::new())
            .build()
            .await
            .expect_err(&weak);
        assert_eq!(error.problems()[0].title, "weak secret", "{weak}");
    }
}

#[tokio::test]
async fn only_development_goes_without_a_secret() {
    if std::env::var_os("FASTAUTH_SECRET").is_some() {
        println!("skipped: FASTAUTH_SECRET is set; unset it to test its absence");
        return;
    }
    let error = Auth::<User>::builder()
        .base_url("https://app.test")
        .store(Memory::new())
        .build()
        .await
        .expect_err("no secret");
    assert_eq!(error.problems()[0].title, "no secret");
    let auth = Auth::<User>::builder()
        .base_url("http://localhost:3000")
        .store(Memory::new())
        .build()
        .await
        .expect("development");
    let error =
        fastauth::serve(Router::new(), "0.0.0.0:0", auth).await.expect_err("others can reach it");
    assert_eq!(error.problems()[0].title, "no secret");
}

#[tokio::test]
async fn an_address_that_cannot_be_listened_on_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    let clock = TestClock::default();
    for bad in [address.as_str(), "nonsense", "127.0.0.1", "256.0.0.1:80"] {
        let auth = builder(&clock).store(Memory::new()).build().await.expect("complete");
        let error = fastauth::serve(Router::new(), bad, auth).await.expect_err(bad);
        assert_eq!(error.problems()[0].title, "cannot listen");
    }
}

#[derive(AuthUser)]
#[auth(table = "people", id, email, password_hash)]
struct Person {
    id: i64,
    #[auth(column = "mail")]
    email: String,
    password_hash: PasswordHash,
    #[auth(signup)]
    name: String,
}

#[tokio::test]
async fn a_table_that_does_not_fit_is_told_column_by_column_with_the_sql_that_mends_it() {
    let scratch = Scratch::new();
    let store = Sqlite::open(&scratch.file("app.db")).await.expect("a new file");
    let build = || {
        Auth::<Person>::builder()
            .base_url("https://app.test")
            .secret(SECRET)
            .store(store.clone())
            .build()
    };
    let error = build().await.expect_err("there is no table");
    assert!(format!("{error:?}").contains("people"), "{error:?}");

    sqlx::raw_sql(
        "CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL UNIQUE)",
    )
    .execute(store.pool())
    .await
    .expect("made by hand");
    let error = build().await.expect_err("two columns are missing");
    let report = format!("{error:?}");
    assert_eq!(error.problems().len(), 2, "{report}");
    assert!(report.contains("password_hash") && report.contains("name"), "{report}");
    for problem in error.problems() {
        sqlx::raw_sql(sqlx::AssertSqlSafe(problem.fix.clone()))
            .execute(store.pool())
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", problem.fix));
    }
    let auth = build().await.expect("it fits now");
    assert!(auth.verify_schema().await.expect("it answers").is_empty());
}
