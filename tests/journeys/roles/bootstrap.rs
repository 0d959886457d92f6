//! How roles begin: what the store holds against what is declared, and the first administrator.

use fastauth::{
    Auth, AuthUser, PasswordHash, Permission, SetupError,
    error::Code,
    store::{Memory, Sqlite},
};
use fastauth_tests::{BASE_URL, PASSWORD, SECRET, TestClock, User, World, builder, cheap, serve};
use serde_json::json;

use super::{Can, can, declared, id, name, role};

async fn database() -> Sqlite {
    Sqlite::open("sqlite::memory:").await.expect("a database")
}

async fn start(store: &Sqlite, first: &str) -> Auth<User> {
    let first = first.to_owned();
    let started = declared(builder(&TestClock::default())).first_administrator(first);
    started.store(store.clone()).build().await.expect("complete")
}

#[tokio::test]
async fn the_first_administrator_is_somebody_who_has_an_account() {
    let store = database().await;
    let world = World::built(store.clone(), declared).await;
    let (ada, eve) = (
        world.client.register("ada@example.com").await,
        world.client.register("eve@example.com").await,
    );
    let is_admin = async |reply| {
        let held = world.auth.permissions_of(&id(reply)).await.expect("an answer");
        held.contains("manage-roles")
    };
    start(&store, "nobody@example.com").await;
    start(&store, "not a login").await;
    assert!(!is_admin(&ada).await && !is_admin(&eve).await);
    // Whoever was first to register an address is not whom it belongs to.
    start(&store, "ada@example.com").await;
    assert!(!is_admin(&ada).await);
    let proved = "UPDATE users SET email_verified = TRUE";
    sqlx::raw_sql(proved).execute(store.pool()).await.expect("a table");
    start(&store, " ADA@example.com ").await;
    assert!(is_admin(&ada).await && !is_admin(&eve).await);
    let held = world.auth.permissions_of(&id(&ada)).await.expect("an answer");
    let all: Vec<_> = Can::ALL.iter().map(Permission::name).collect();
    assert!(all.iter().all(|name| held.contains(name)), "{held}");
    // There is one now: the setting is of no use to anybody else.
    start(&store, "eve@example.com").await;
    assert!(!is_admin(&eve).await);
}

#[tokio::test]
async fn the_first_administrator_can_be_named_by_id() {
    let store = database().await;
    let world = World::built(store.clone(), declared).await;
    let eve = world.client.register("eve@example.com").await;
    // A role of this name may be there already, for people who were never to administer anything.
    let bob = world.client.register("bob@example.com").await;
    world.auth.create_role(&role("administrator", &["posts:read"])).await.expect("a new role");
    world.auth.assign_role(&id(&bob), &name("administrator")).await.expect("a role");
    let auth = start(&store, &id(&eve).to_string()).await;
    let held = auth.permissions_of(&id(&eve)).await.expect("an answer");
    assert!(held.contains("manage-roles") && held.contains("posts:read"), "{held}");
    let held = auth.permissions_of(&id(&bob)).await.expect("an answer");
    assert_eq!(held, ["posts:read"].into_iter().collect());
}

/// A start may end between making the role and giving it.
#[tokio::test]
async fn a_role_for_all_that_nobody_has_yet_is_used() {
    let store = database().await;
    let world = World::built(store.clone(), declared).await;
    let eve = world.client.register("eve@example.com").await;
    let all: Vec<_> = Can::ALL.iter().map(Permission::name).collect();
    world.auth.create_role(&role("administrator", &all)).await.expect("a new role");
    let auth = start(&store, &id(&eve).to_string()).await;
    let roles = auth.roles_of(&id(&eve)).await.expect("an answer");
    assert_eq!(roles, [role("administrator", &all)]);
}

/// Whoever has the role and no account that works is no administrator.
#[tokio::test]
async fn a_start_heals_what_nobody_can_administer() {
    let store = database().await;
    let world = World::built(store.clone(), declared).await;
    let mut people = Vec::new();
    for name in ["ada", "bob", "eve"] {
        let reply = world.client.register(&format!("{name}@example.com")).await;
        people.push(id(&reply));
    }
    let [ada, bob, eve] = people.as_slice() else { panic!("three people") };
    let is_admin =
        async |id| world.auth.permissions_of(id).await.expect("an answer").contains("manage-roles");
    start(&store, &ada.to_string()).await;
    assert!(is_admin(ada).await);
    let run = async |statement: &'static str| {
        sqlx::raw_sql(statement).execute(store.pool()).await.expect("it runs");
    };
    run("UPDATE users SET active = FALSE WHERE email = 'ada@example.com'").await;
    // Not whoever is switched off themselves.
    run("UPDATE users SET active = FALSE WHERE email = 'eve@example.com'").await;
    start(&store, &eve.to_string()).await;
    assert!(!is_admin(eve).await);
    start(&store, &bob.to_string()).await;
    assert!(is_admin(bob).await);
    run("UPDATE users SET active = TRUE WHERE email = 'eve@example.com'").await;
    start(&store, &eve.to_string()).await;
    assert!(!is_admin(eve).await, "there is one already");
    run("DELETE FROM users WHERE email = 'bob@example.com'").await;
    start(&store, &eve.to_string()).await;
    assert!(is_admin(eve).await);
    // Neither of the others is left to administer.
    let last = world.auth.revoke_role(eve, &name("administrator")).await;
    assert_eq!(last.err().map(|error| error.code()), Some(Code::LastAdministrator));
}

#[derive(AuthUser)]
#[auth(id, username, password_hash)]
struct Member {
    id: i64,
    username: String,
    password_hash: PasswordHash,
}

/// Anybody can register a username that looks like an id to come.
#[tokio::test]
async fn text_that_is_an_id_is_nobodys_username() {
    let store = Memory::new();
    let start = async |first: &str| {
        let auth = Auth::<Member>::builder()
            .base_url(BASE_URL)
            .secret(SECRET)
            .password_hasher(cheap())
            .permissions::<Can>()
            .roles_admin::<can::ManageRoles>()
            .first_administrator(first);
        auth.store(store.clone()).build().await.expect("complete")
    };
    let auth = start("7").await;
    let client = serve(&auth, axum::Router::new().nest("/auth", auth.routes())).await;
    let seven = json!({ "username": "7", "password": PASSWORD });
    client.post("/auth/register", seven).await.expect(201);
    let auth = start("7").await;
    assert_eq!(auth.permissions_of(&1).await.expect("an answer").iter().count(), 0);
    let auth = start("1").await;
    assert!(auth.permissions_of(&1).await.expect("an answer").contains("manage-roles"));
}

#[tokio::test]
async fn a_permission_in_the_store_that_nobody_declares_stops_the_start() {
    let store = database().await;
    let world = World::built(store.clone(), declared).await;
    world.auth.create_role(&role("reader", &["posts:read"])).await.expect("a new role");
    let older = "INSERT INTO fastauth_role_permissions VALUES ('users', 'reader', 'posts:purge')";
    sqlx::raw_sql(older).execute(store.pool()).await.expect("a table");
    let refused =
        report(declared(builder(&TestClock::default())).store(store.clone()).build().await);
    assert!(refused.contains("unknown permission"), "{refused}");
    assert!(refused.contains("`reader` holds `posts:purge`"), "{refused}");
    // What it says mends it.
    let mend = refused.split_once("DELETE FROM").expect("a statement").1;
    let mend: String = format!("DELETE FROM{}", mend.split(';').next().unwrap_or_default());
    let mend = mend.split_whitespace().collect::<Vec<_>>().join(" ");
    sqlx::raw_sql(sqlx::AssertSqlSafe(mend)).execute(store.pool()).await.expect("it runs");
    World::built(store, declared).await;
}

#[derive(Permission)]
enum Also {
    #[permission("posts:read")]
    Read,
}

#[tokio::test]
async fn what_is_declared_fits_together() {
    let store = fastauth::store::Memory::new();
    let twice = builder(&TestClock::default()).permissions::<Can>().permissions::<Also>();
    let refused = report(twice.store(store.clone()).build().await);
    assert!(refused.contains("`posts:read` is declared twice"), "{refused}");
    let undeclared =
        builder(&TestClock::default()).permissions::<Also>().roles_admin::<can::ManageRoles>();
    let refused = report(undeclared.store(store.clone()).build().await);
    assert!(refused.contains("administered by `manage-roles`"), "{refused}");
    let twice = declared(builder(&TestClock::default())).roles_admin::<can::WritePosts>();
    let refused = report(twice.store(store.clone()).build().await);
    assert!(refused.contains("called twice"), "{refused}");
    let useless = builder(&TestClock::default()).permissions::<Can>().first_administrator("1");
    let refused = report(useless.store(store.clone()).build().await);
    assert!(refused.contains("no `.roles_admin::<…>()` says"), "{refused}");
    let page = builder(&TestClock::default()).login_page("https://evil.example");
    let refused = report(page.store(store).build().await);
    assert!(refused.contains("unusable login page"), "{refused}");
    let _ = (name("x"), Also::Read.name());
}

fn report(built: Result<Auth<User>, SetupError>) -> String {
    built.err().map(|error| format!("{error:?}")).expect("a report")
}
