//! Who may do what: permissions of the application's, roles that hold them, guards that ask.

mod administration;
mod bootstrap;
mod layers;
mod matrix;

use axum::routing::get;
use fastauth::{
    Any, Auth, AuthBuilder, CurrentUser, Permission, Require, Router,
    access::Role,
    store::{Sqlite, Store},
};
use fastauth_tests::{Client, Reply, TestClock, User, World, builder, serve};

#[derive(Permission)]
enum Can {
    #[permission("posts:read")]
    ReadPosts,
    #[permission("posts:write")]
    WritePosts,
    ManageRoles,
}

fn declared(builder: AuthBuilder<User>) -> AuthBuilder<User> {
    builder.permissions::<Can>().roles_admin::<can::ManageRoles>()
}

/// An application of guarded routes, and its administrator.
struct Office {
    auth: Auth<User>,
    client: Client,
    admin: Client,
}

impl Office {
    async fn open() -> Self {
        Self::on(Sqlite::open("sqlite::memory:").await.expect("a database")).await
    }

    async fn on(store: impl Store<User>) -> Self {
        let World { auth, .. } = World::built(store, declared).await;
        let client = serve(&auth, guarded(&auth)).await;
        let ada = client.register("ada@example.com").await;
        for (name, permissions) in [
            ("admin", ["manage-roles", "posts:read", "posts:write"].as_slice()),
            ("reader", &["posts:read"]),
            ("writer", &["posts:write"]),
        ] {
            auth.create_role(&role(name, permissions)).await.expect("a new role");
        }
        let admin = name("admin");
        auth.assign_role(&id(&ada), &admin).await.expect("she is there");
        Self { admin: client.signed_in(&ada), auth, client }
    }
}

fn guarded(auth: &Auth<User>) -> axum::Router {
    type Both = (can::ReadPosts, can::WritePosts);
    let app = Router::new()
        .route(
            "/read",
            fastauth::routing::get(async |Require(user, ..): Require<User, can::ReadPosts>| {
                user.name.clone()
            }),
        )
        .route("/both", fastauth::routing::get(async |_: Require<User, Both>| "both"))
        .route("/either", fastauth::routing::get(async |_: Require<User, Any<Both>>| "either"))
        .mount("/auth", auth);
    let layered = axum::Router::new()
        .route("/written", get(async |user: CurrentUser<User>| user.name.clone()))
        .route_layer(auth.require::<can::WritePosts>());
    app.into_axum().merge(layered).with_state(auth.clone())
}

fn role(called: &str, permissions: &[&str]) -> Role {
    Role { name: name(called), permissions: permissions.iter().copied().collect() }
}

fn name(name: &str) -> fastauth::access::RoleName {
    name.parse().expect("a name")
}

fn id(reply: &Reply) -> uuid::Uuid {
    let id = reply.json()["user"]["id"].as_str().map(str::parse);
    id.and_then(Result::ok).expect("an id")
}

#[tokio::test]
async fn a_permission_is_held_from_one_request_to_the_next() {
    let office = Office::open().await;
    let eve = office.client.register("eve@example.com").await;
    let me = office.client.signed_in(&eve);
    office.client.get("/read").await.problem(401, "missing_token");
    office.client.bearer("nonsense").get("/read").await.problem(401, "invalid_token");
    for path in ["/read", "/both", "/either", "/written"] {
        let refused = me.get(path).await.problem(403, "insufficient_permission");
        assert_eq!(refused.header("www-authenticate"), None);
    }
    office.auth.assign_role(&id(&eve), &name("reader")).await.expect("both are there");
    assert_eq!(me.get("/read").await.expect(200).text(), "Ada");
    me.get("/either").await.expect(200);
    me.get("/both").await.problem(403, "insufficient_permission");
    me.get("/written").await.problem(403, "insufficient_permission");
    office.auth.assign_role(&id(&eve), &name("writer")).await.expect("both are there");
    me.get("/both").await.expect(200);
    me.get("/written").await.expect(200);
    office.auth.set_role_permissions(&role("reader", &[])).await.expect("it is there");
    me.get("/read").await.problem(403, "insufficient_permission");
    me.get("/either").await.expect(200);
    office.auth.revoke_role(&id(&eve), &name("writer")).await.expect("she has it");
    me.get("/either").await.problem(403, "insufficient_permission");
    me.get("/auth/me").await.expect(200);
}

/// ASVS 8.3.2: what one process takes away is gone in every other at the next request.
#[tokio::test]
async fn a_demotion_binds_every_process() {
    let scratch = fastauth_tests::Scratch::new();
    let file = scratch.file("app.db");
    let open = async || Sqlite::open(&file).await.expect("a database");
    let one = Office::on(open().await).await;
    let other = World::built(open().await, declared).await;
    let there = serve(&other.auth, guarded(&other.auth)).await;
    let eve = one.client.register("eve@example.com").await;
    let me = there.signed_in(&eve);
    for _ in 0..5 {
        one.auth.assign_role(&id(&eve), &name("reader")).await.expect("both are there");
        me.get("/read").await.expect(200);
        one.auth.revoke_role(&id(&eve), &name("reader")).await.expect("she has it");
        me.get("/read").await.problem(403, "insufficient_permission");
    }
}

/// An outage is neither a yes nor a no.
#[tokio::test]
async fn a_store_that_does_not_answer_is_neither_yes_nor_no() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let office = Office::on(store.clone()).await;
    let broken = "DROP TABLE fastauth_user_roles";
    sqlx::raw_sql(broken).execute(store.pool()).await.expect("it was there");
    office.admin.get("/auth/me").await.expect(200);
    for path in ["/read", "/written", "/auth/roles", "/auth/me/roles"] {
        let reply = office.admin.get(path).await.problem(503, "store_unavailable");
        assert!(reply.header("retry-after").is_some());
    }
}

#[tokio::test]
async fn users_see_their_roles_and_what_they_allow() {
    let office = Office::open().await;
    let eve = office.client.register("eve@example.com").await;
    let me = office.client.signed_in(&eve);
    office.client.get("/auth/me/roles").await.problem(401, "missing_token");
    let none = serde_json::json!({ "roles": [], "permissions": [] });
    assert_eq!(me.get("/auth/me/roles").await.expect(200).json(), none);
    for role in ["writer", "reader"] {
        office.auth.assign_role(&id(&eve), &name(role)).await.expect("both are there");
    }
    let both = serde_json::json!({
        "roles": [
            { "name": "reader", "permissions": ["posts:read"] },
            { "name": "writer", "permissions": ["posts:write"] },
        ],
        "permissions": ["posts:read", "posts:write"],
    });
    assert_eq!(me.get("/auth/me/roles").await.expect(200).json(), both);
}

#[tokio::test]
async fn what_nobody_named_is_not_mounted() {
    let plain = World::new().await;
    let me = plain.client.signed_in(&plain.client.register("ada@example.com").await);
    for path in ["/auth/me/roles", "/auth/roles"] {
        me.get(path).await.problem(404, "not_found");
    }
    let store = fastauth::store::Memory::new();
    let named = World::built(store, AuthBuilder::permissions::<Can>).await;
    let me = named.client.signed_in(&named.client.register("ada@example.com").await);
    me.get("/auth/me/roles").await.expect(200);
    me.get("/auth/roles").await.problem(404, "not_found");
}

/// A guard that asks for what nobody declared lets nobody in.
#[tokio::test]
async fn an_undeclared_permission_is_nobodys() {
    let clock = TestClock::default();
    let auth = builder(&clock).store(fastauth::store::Memory::new()).build().await;
    let auth = auth.expect("complete");
    let client = serve(&auth, guarded(&auth)).await;
    let me = client.signed_in(&client.register("ada@example.com").await);
    me.get("/read").await.problem(403, "insufficient_permission");
    assert!(auth.create_role(&role("reader", &["posts:read"])).await.is_err());
}
