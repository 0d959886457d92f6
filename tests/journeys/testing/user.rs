//! Users who are there already.

use axum::{Router, routing::get};
use chrono::{DateTime, Utc};
use fastauth::{
    AuthBuilder, AuthUser, PasswordHash, Permission, Require,
    access::Role,
    store::{Memory, Sqlite, Store},
    testing::{PASSWORD, TestAuth, TestClock},
};
use fastauth_tests::{TestProvider, User, serve};
use serde_json::json;

use super::{failure, world};

#[tokio::test]
async fn a_user_is_as_the_test_says() {
    let test = TestAuth::<User>::new().await;
    let client = world(&test).await.client;
    let plain = test.user("Ada@Example.com").field("name", "Ada").create().await;
    assert_eq!((plain.email.as_str(), plain.name.as_str()), ("ada@example.com", "Ada"));
    assert_eq!((plain.plan.as_str(), &plain.username, plain.is_admin), ("free", &None, false));
    assert!(plain.active && !plain.email_verified);
    assert_eq!(plain.created_at.timestamp(), TestClock::START.as_secs());
    client.login("ada@example.com", PASSWORD).await.expect(200);

    let full = test
        .user("bob@example.com")
        .username("Bob")
        .password("short")
        .verified()
        .field("name", "Robert")
        .with(|user| user.plan = "pro".into())
        .with(|user| user.is_admin = true)
        .create()
        .await;
    assert_eq!((full.username.as_deref(), full.name.as_str()), (Some("bob"), "Robert"));
    assert_eq!((full.plan.as_str(), full.is_admin, full.email_verified), ("pro", true, true));
    client.login("bob@example.com", PASSWORD).await.problem(401, "invalid_credentials");
    let login = json!({ "username": "bob", "password": "short" });
    let reply = client.post("/auth/login", login).await.expect(200);
    let stored = client.signed_in(&reply).me().await.expect(200).json();
    assert_eq!((&stored["plan"], &stored["is_admin"]), (&json!("pro"), &json!(true)));

    let id = uuid::Uuid::from_u128(7);
    let eve = test.user("eve@example.com").field("name", "Eve").inactive();
    let eve = eve.with(move |user| user.id = id).create().await;
    assert_eq!((eve.id, eve.active), (id, false));
    client.login("eve@example.com", PASSWORD).await.problem(403, "account_disabled");
    let why = failure(async move { test.bearer_for(&eve).await }).await;
    assert!(why.starts_with("`eve@example.com` cannot sign in: account_disabled"), "{why}");
}

#[derive(AuthUser)]
#[auth(id, username, password_hash)]
struct Nick {
    id: i64,
    username: String,
    password_hash: PasswordHash,
}

#[tokio::test]
async fn a_user_without_an_email_is_named_by_the_username() {
    nicks_on(Memory::new()).await;
    nicks_on(Sqlite::open("sqlite::memory:").await.expect("a database")).await;
}

async fn nicks_on(store: impl Store<Nick>) {
    let test = TestAuth::<Nick>::on(store, |it| it).await;
    let client = world(&test).await.client;
    // The database numbers them, whatever a test says.
    let ada = test.user("Ada").with(|nick| nick.id = 40).create().await;
    let bob = test.user("bob").create().await;
    assert_eq!((ada.id, ada.username.as_str(), bob.id), (1, "ada", 2));
    let me = client.with("authorization", test.bearer_for(&bob).await);
    assert_eq!(me.me().await.expect(200).json()["username"], "bob");
    let login = json!({ "username": "ada", "password": PASSWORD });
    client.post("/auth/login", login).await.expect(200);
}

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct Linked {
    id: uuid::Uuid,
    email: String,
    email_verified: Option<DateTime<Utc>>,
}

#[tokio::test]
async fn a_user_without_a_password_is_verified_at_a_time() {
    let test = TestAuth::<Linked>::new().await;
    assert!(test.user("bob@example.com").create().await.email_verified.is_none());
    let ada = test.user("ada@example.com").verified().create().await;
    let since = ada.email_verified.expect("verified");
    assert_eq!(since.timestamp(), TestClock::START.as_secs());
    let me = world(&test).await.client.with("authorization", test.bearer_for(&ada).await);
    me.me().await.expect(200);
}

#[derive(Permission)]
enum Can {
    #[permission("posts:read")]
    ReadPosts,
    #[permission("posts:write")]
    WritePosts,
}

#[tokio::test]
async fn a_user_may_what_the_test_says() {
    let test = TestAuth::<User>::built(fastauth::AuthBuilder::permissions::<Can>).await;
    let app = Router::new()
        .route("/read", get(async |_: Require<User, can::ReadPosts>| ()))
        .route("/write", get(async |_: Require<User, can::WritePosts>| ()))
        .with_state(test.auth());
    let client = serve(&test.auth(), app).await;
    let permissions = ["posts:read"].into_iter().collect();
    let reader = Role { name: "reader".parse().expect("a name"), permissions };
    test.auth().create_role(&reader).await.expect("a new role");

    let user = |name: &str| test.user(format!("{name}@example.com")).field("name", name);
    let plain = user("plain").create().await;
    let reads = user("reads").role("reader").create().await;
    let writes = user("writes").permission::<can::WritePosts>().create().await;
    let both = user("both").permission::<can::WritePosts>().permission::<can::ReadPosts>();
    let both = both.create().await;
    for (user, read, write) in
        [(plain, 403, 403), (reads, 200, 403), (writes, 403, 200), (both, 200, 200)]
    {
        let me = client.with("authorization", test.bearer_for(&user).await);
        me.get("/read").await.expect(read);
        me.get("/write").await.expect(write);
    }
}

#[tokio::test]
async fn a_user_who_cannot_be_is_told_in_words() {
    let why =
        failure(async { TestAuth::<User>::new().await.user("ada@example.com").create().await });
    assert_eq!(
        why.await,
        "this `User` cannot be made: `name` has no value\nhelp: give it one: `.field(\"name\", …)`"
    );
    let not = async |name: &'static str, value: &'static str| {
        let made = async move {
            let test = TestAuth::<User>::new().await;
            test.user("ada@example.com").field("name", "Ada").field(name, value).create().await
        };
        failure(made).await
    };
    assert_eq!(
        not("plan", "pro").await,
        "this `User` cannot be made: a registration does not give `plan`\n\
         help: `.with(|user| user.plan = …)` sets any field"
    );
    assert_eq!(not("age", "7").await, "this `User` cannot be made: it has no field `age`");
    assert_eq!(
        not("email", "ada").await,
        "this `User` cannot be made: `email`: this is not an email address"
    );
    let twice = failure(async {
        let test = TestAuth::<User>::new().await;
        for _ in 0..2 {
            test.user("ada@example.com").field("name", "Ada").create().await;
        }
    });
    assert_eq!(twice.await, "this `User` cannot be made: another one has the same `email`");
    let role = failure(async {
        let test = TestAuth::<User>::new().await;
        test.user("ada@example.com").field("name", "Ada").role("editor").create().await
    });
    assert_eq!(
        role.await,
        "there is no role `editor`\nhelp: make it first: `test.auth().create_role(…)`"
    );
    let permission = failure(async {
        let test = TestAuth::<User>::new().await;
        let ada = test.user("ada@example.com").field("name", "Ada");
        ada.permission::<can::WritePosts>().create().await
    });
    let permission = permission.await;
    assert!(
        permission.starts_with("the permission `posts:write` is not declared\n"),
        "{permission}"
    );
}

#[tokio::test]
async fn a_user_may_be_known_by_providers() {
    let acme = TestProvider::named("acme");
    let decide = |it: AuthBuilder<User>| it.oauth(acme.clone());
    let test = TestAuth::<User>::built(decide).await;
    let ada = test.user("ada@example.com").field("name", "Ada");
    let ada = ada.oauth("acme", "ada-1").oauth("zeta", "ada-1").create().await;
    let me = world(&test).await.client;
    let me = me.with("authorization", test.bearer_for(&ada).await);
    let shown = me.get("/auth/identities").await.expect(200).json();
    assert_eq!((&shown[0]["provider"], &shown[1]["provider"]), (&json!("acme"), &json!("zeta")));
    let why = failure(async move {
        let eve = test.user("eve@example.com").field("name", "Eve");
        eve.oauth("acme", "ada-1").create().await
    })
    .await;
    assert!(why.contains("another one is `ada-1` at `acme`"), "{why}");
}
