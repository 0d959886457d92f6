//! The application that each process serves, made as its environment says.

use std::{env, future::pending, io, process, sync::Arc, thread};

use axum::{Router, extract::State, routing::get};
use fastauth::{
    Auth, AuthUser, Claims, CurrentUser, Permission, Require, Secret,
    config::{CookieConfig, Limits},
    store::{KeyValueStore, Postgres, Redis, Sqlite, Store},
    token::{DatabaseStrategy, Jwt, JwtStrategy, KeyRing, TokenChecks},
};
use fastauth_tests::{BASE_URL, SECRET, User, cheap, serve};

use super::kept::kept;

#[derive(Permission)]
pub(super) enum Can {
    Read,
    ManageRoles,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it is what `Process::start` starts"]
async fn serves_until_it_is_ended() {
    let database = env::var("FASTAUTH_TEST_DATABASE").unwrap();
    if database.starts_with("postgres:") {
        run(Postgres::connect(database).await.unwrap()).await;
    } else {
        run(Sqlite::open(database).await.unwrap()).await;
    }
}

async fn run(store: impl Store<User> + Clone) {
    thread::spawn(|| {
        drop(io::copy(&mut io::stdin(), &mut io::sink()));
        process::exit(0);
    });
    let is_set = |name| env::var_os(name).is_some();
    let mut builder = Auth::<User>::builder()
        .password_hasher(cheap())
        .create_user_table()
        .permissions::<Can>()
        .roles_admin::<can::ManageRoles>();
    // Tests send more from one address than people do.
    if !is_set("FASTAUTH_TEST_LIMITS") {
        builder = builder.throttle(Limits::off());
    }
    if is_set("FASTAUTH_TEST_COOKIES") {
        let secret = Secret::parse(SECRET).unwrap();
        let ring = KeyRing::derived(&secret, User::SPEC.table).unwrap();
        let checks = TokenChecks::new(BASE_URL, BASE_URL);
        let strategy = JwtStrategy::new(Jwt::new(ring), checks);
        builder = builder.cookies(CookieConfig::new()).strategy(strategy);
    }
    if is_set("FASTAUTH_TEST_OPAQUE") {
        builder = builder.strategy(DatabaseStrategy::new());
    }
    let mut values: Arc<dyn KeyValueStore> = Arc::new(store.clone());
    if let Ok(url) = env::var("FASTAUTH_TEST_SESSIONS") {
        let redis = Redis::connect(url).await.unwrap();
        values = Arc::new(redis.clone());
        builder = builder.sessions(redis);
    }
    let auth = builder.store(store.clone()).build().await.unwrap();
    let client = serve(&auth, guarded(&auth).merge(kept(&auth, store, values))).await;
    println!("listens on {}", client.address());
    pending::<()>().await;
}

fn guarded(auth: &Auth<User>) -> Router {
    Router::new()
        .route("/anybody", get(async |user: Option<CurrentUser<User>>| somebody(user.is_some())))
        .route("/claims", get(async |_: Claims<User>| "somebody"))
        .route(
            "/computed",
            get(async |auth: State<Auth<User>>| auth.passwords_computed().to_string()),
        )
        .route("/read", get(async |_: Require<User, can::Read>| "somebody"))
        .nest("/auth", auth.routes())
        .with_state(auth.clone())
}

fn somebody(is_there: bool) -> &'static str {
    if is_there { "somebody" } else { "nobody" }
}
