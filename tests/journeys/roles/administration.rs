//! The routes that administer roles.

use std::sync::{Arc, Mutex};

use fastauth::{
    AuthUser, HookContext, Hooks, auth_hooks,
    error::Code,
    store::{Memory, UserChange, UserStore},
    time::Timestamp,
    value::Value as Cell,
};
use fastauth_tests::{PASSWORD, Reply, User, World, keep_log, logged};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Office, declared, id, name, role};

#[tokio::test]
async fn an_administrator_makes_changes_and_deletes_roles() {
    let office = Office::open().await;
    let admin = &office.admin;
    let editor = json!({ "name": "editor", "permissions": ["posts:write", "posts:read"] });
    let shown = json!({ "name": "editor", "permissions": ["posts:read", "posts:write"] });
    assert_eq!(admin.post("/auth/roles", editor.clone()).await.expect(201).json(), shown);
    admin.post("/auth/roles", editor).await.problem(409, "role_taken");
    let listed = admin.get("/auth/roles").await.expect(200).json();
    let names: Vec<_> = listed.as_array().expect("a list").iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["admin", "editor", "reader", "writer"]);
    let less = json!({ "permissions": ["posts:read"] });
    let changed = admin.json("PUT", "/auth/roles/editor/permissions", less.clone()).await;
    assert_eq!(changed.expect(200).json()["permissions"], json!(["posts:read"]));
    admin.json("PUT", "/auth/roles/nobody/permissions", less).await.problem(404, "not_found");
    assert!(admin.delete("/auth/roles/editor").await.expect(204).body.is_empty());
    admin.delete("/auth/roles/editor").await.problem(404, "not_found");
    admin.delete("/auth/roles/a%20b").await.problem(404, "not_found");
}

#[tokio::test]
async fn an_administrator_gives_and_takes_roles() {
    let office = Office::open().await;
    let eve = office.client.register("eve@example.com").await;
    let me = office.client.signed_in(&eve);
    let theirs = format!("/auth/users/{}/roles/reader", id(&eve));
    for _ in 0..2 {
        assert!(office.admin.send("PUT", &theirs, b"").await.expect(204).body.is_empty());
    }
    me.get("/read").await.expect(200);
    office.admin.delete(&theirs).await.expect(204);
    office.admin.delete(&theirs).await.problem(404, "not_found");
    me.get("/read").await.problem(403, "insufficient_permission");
    let stranger = uuid::Uuid::from_u128(7);
    for path in [
        format!("/auth/users/{}/roles/nobody", id(&eve)),
        format!("/auth/users/{}/roles/a%2Fb", id(&eve)),
        format!("/auth/users/{stranger}/roles/reader"),
        format!("/auth/users/{}/roles/reader", id(&eve).simple()),
        "/auth/users/nonsense/roles/reader".to_owned(),
        "/auth/users/%00/roles/reader".to_owned(),
    ] {
        office.admin.send("PUT", &path, b"").await.problem(404, "not_found");
        office.admin.delete(&path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn nobody_else_administers_anything() {
    let office = Office::open().await;
    let eve = office.client.register("eve@example.com").await;
    let me = office.client.signed_in(&eve);
    office.auth.assign_role(&id(&eve), &name("writer")).await.expect("both are there");
    let theirs = format!("/auth/users/{}/roles/admin", id(&eve));
    for (method, path) in [
        ("GET", "/auth/roles"),
        ("POST", "/auth/roles"),
        ("DELETE", "/auth/roles/reader"),
        ("PUT", "/auth/roles/reader/permissions"),
        ("PUT", &theirs),
        ("DELETE", &theirs),
    ] {
        // Refused before the body is looked at.
        let body = b"{ nonsense";
        office.client.send(method, path, body).await.problem(401, "missing_token");
        me.send(method, path, body).await.problem(403, "insufficient_permission");
    }
    assert_eq!(office.auth.roles().await.expect("roles").len(), 3);
}

#[tokio::test]
async fn a_role_is_what_the_application_declares() {
    let office = Office::open().await;
    for (body, expected) in [
        (json!({ "name": "x", "permissions": ["posts:rule"] }), "/permissions unknown_permission"),
        (json!({ "name": "x", "permissions": ["Posts:Read"] }), "/permissions unknown_permission"),
        (json!({ "name": "x", "permissions": [""] }), "/permissions unknown_permission"),
        (json!({ "name": "x" }), "/permissions missing"),
        (json!({ "permissions": [] }), "/name missing"),
        (json!({ "name": "a b", "permissions": [] }), "/name invalid_name"),
        (json!({ "name": "a".repeat(65), "permissions": [] }), "/name invalid_name"),
        (json!({ "name": 7, "permissions": [] }), "/name wrong_type"),
        (json!({ "name": "x", "permissions": "posts:read" }), "/permissions wrong_type"),
        (json!({ "name": "x", "permissions": vec!["p"; 257] }), "/permissions too_many"),
        (json!({ "name": "x", "permissions": [], "admin": true }), "/admin unknown"),
    ] {
        let refused = office.admin.post("/auth/roles", body).await;
        assert_eq!(refused.problem(422, "validation_failed").errors(), [expected]);
    }
    let unknown = json!({ "permissions": ["posts:rule"] });
    let refused = office.admin.json("PUT", "/auth/roles/reader/permissions", unknown).await;
    refused.problem(422, "validation_failed");
    assert_eq!(office.auth.roles().await.expect("roles").len(), 3);
    let long = json!({ "name": "a".repeat(64), "permissions": [] });
    office.admin.post("/auth/roles", long).await.expect(201);
}

/// ASVS 8.2.1: administration is no way up.
#[tokio::test]
async fn nobody_gives_what_they_lack() {
    let office = Office::open().await;
    let clerk = office.client.register("clerk@example.com").await;
    office.auth.create_role(&role("clerk", &["manage-roles"])).await.expect("a new role");
    office.auth.assign_role(&id(&clerk), &name("clerk")).await.expect("both are there");
    let eve = office.client.register("eve@example.com").await;
    let me = office.client.signed_in(&clerk);
    let no = |reply: Reply| drop(reply.problem(403, "insufficient_permission"));
    no(me.post("/auth/roles", json!({ "name": "x", "permissions": ["posts:read"] })).await);
    let more = json!({ "permissions": ["manage-roles", "posts:read"] });
    no(me.json("PUT", "/auth/roles/clerk/permissions", more).await);
    for role in ["reader", "admin"] {
        let path = format!("/auth/users/{}/roles/{role}", id(&eve));
        no(me.send("PUT", &path, b"").await);
    }
    // What was there already is not given.
    let kept = json!({ "permissions": ["posts:read", "manage-roles"] });
    me.json("PUT", "/auth/roles/reader/permissions", kept).await.expect(200);
    let path = format!("/auth/users/{}/roles/clerk", id(&eve));
    me.send("PUT", &path, b"").await.expect(204);
}

#[tokio::test]
async fn nobody_changes_their_own_roles() {
    let office = Office::open().await;
    let ada =
        office.admin.get("/auth/me").await.json()["id"].as_str().unwrap_or_default().to_owned();
    for role in ["reader", "admin"] {
        let mine = format!("/auth/users/{ada}/roles/{role}");
        office.admin.send("PUT", &mine, b"").await.problem(403, "own_roles");
        office.admin.delete(&mine).await.problem(403, "own_roles");
    }
}

#[tokio::test]
async fn somebody_is_always_left_to_administer() {
    let office = Office::open().await;
    let admin = &office.admin;
    let less = json!({ "permissions": ["posts:read"] });
    let password = json!({ "password": PASSWORD });
    let last = "last_administrator";
    admin.json("PUT", "/auth/roles/admin/permissions", less.clone()).await.problem(409, last);
    admin.delete("/auth/roles/admin").await.problem(409, last);
    admin.json("DELETE", "/auth/me", password.clone()).await.problem(409, last);
    let eve = office.client.register("eve@example.com").await;
    let theirs = format!("/auth/users/{}/roles/admin", id(&eve));
    admin.send("PUT", &theirs, b"").await.expect(204);
    // Now there are two, and each can let the other go, but not the last one.
    let me = office.client.signed_in(&eve);
    admin.json("DELETE", "/auth/me", password.clone()).await.expect(204);
    me.json("DELETE", "/auth/me", password).await.problem(409, last);
    me.json("PUT", "/auth/roles/admin/permissions", less).await.problem(409, last);
    me.get("/auth/roles").await.expect(200);
}

/// Who cannot sign in cannot administer: they are nobody to leave it to.
#[tokio::test]
async fn somebody_who_is_switched_off_is_not_left_to_administer() {
    let store = Memory::new();
    let office = Office::on(store.clone()).await;
    let admin = &office.admin;
    let eve = office.client.register("eve@example.com").await;
    office.auth.assign_role(&id(&eve), &name("admin")).await.expect("both are there");
    switch(&store, &eve, false).await;
    let (password, last) = (json!({ "password": PASSWORD }), "last_administrator");
    admin.json("DELETE", "/auth/me", password.clone()).await.problem(409, last);
    let ada = admin.me().await.json()["id"].as_str().and_then(|it| it.parse().ok());
    let refused = office.auth.revoke_role(&ada.expect("an id"), &name("admin")).await;
    assert_eq!(refused.err().map(|error| error.code()), Some(Code::LastAdministrator));
    switch(&store, &eve, true).await;
    admin.json("DELETE", "/auth/me", password).await.expect(204);
}

async fn switch(store: &Memory, who: &Reply, on: bool) {
    let column = User::SPEC.active.expect("a column");
    let columns = vec![(column, Cell::Bool(on))];
    let change = UserChange { columns, at: Timestamp::from_secs(0) };
    let switched = UserStore::<User>::update_user(store, &id(who), change).await;
    assert!(switched.expect("an answer").is_some());
}

#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<String>>>);

#[auth_hooks]
impl Hooks<User> for Scribe {
    async fn on_role_assigned(&self, user: &User, role: &str, cx: &HookContext) {
        let line = format!("{} is {role} by {}", user.email, cx.uri().path());
        self.0.lock().expect("nobody panics with it").push(line);
    }
    async fn on_role_revoked(&self, user: &User, role: &str) {
        let line = format!("{} is no {role}", user.email);
        self.0.lock().expect("nobody panics with it").push(line);
    }
}

#[tokio::test]
async fn hooks_hear_who_got_a_role_and_who_lost_one() {
    let scribe = Scribe::default();
    let hooks = scribe.clone();
    let world = World::built(Memory::new(), |it| declared(it).hooks(hooks)).await;
    let (ada, eve) = (
        world.client.register("ada@example.com").await,
        world.client.register("eve@example.com").await,
    );
    world.auth.create_role(&role("admin", &["manage-roles"])).await.expect("a new role");
    world.auth.assign_role(&id(&ada), &name("admin")).await.expect("both are there");
    let admin = world.client.signed_in(&ada);
    admin.post("/auth/roles", json!({ "name": "guest", "permissions": [] })).await.expect(201);
    let path = format!("/auth/users/{}/roles/guest", id(&eve));
    for _ in 0..2 {
        admin.send("PUT", &path, b"").await.expect(204);
    }
    admin.delete(&path).await.expect(204);
    admin.send("PUT", &path, b"").await.expect(204);
    admin.delete("/auth/roles/guest").await.expect(204);
    let given = format!("eve@example.com is guest by {path}");
    let heard: Vec<String> = scribe.0.lock().expect("nobody panics with it").clone();
    assert_eq!(
        heard,
        [
            "ada@example.com is admin by /",
            &given,
            "eve@example.com is no guest",
            &given,
            "eve@example.com is no guest"
        ]
    );
    let _: Value = admin.get("/auth/roles").await.expect(200).json();
}

/// ASVS 8.3.2: a body may take its time, and the demotion come before its end.
#[tokio::test]
async fn a_slow_body_outlasts_no_demotion() {
    let office = Office::open().await;
    let eve = office.client.register("eve@example.com").await;
    office.auth.assign_role(&id(&eve), &name("admin")).await.expect("both are there");
    let all = json!({ "permissions": ["manage-roles", "posts:read"] }).to_string();
    let (path, first) = ("/auth/roles/reader/permissions", &all.as_bytes()[..5]);
    let me = office.client.signed_in(&eve).with("content-type", "application/json");
    let mut stream = TcpStream::connect(me.address()).await.expect("the server listens");
    let mut request = me.head("PUT", path);
    request.extend(format!("content-length: {}\r\n\r\n", all.len()).into_bytes());
    stream.write_all(&[&request, first].concat()).await.expect("it reads");
    // The guard has let the request in by the time that another one after it is answered.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let theirs = format!("/auth/users/{}/roles/admin", id(&eve));
    office.admin.delete(&theirs).await.expect(204);
    stream.write_all(&all.as_bytes()[5..]).await.expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    Reply::parse(&answer).problem(403, "insufficient_permission");
    let roles = office.auth.roles().await.expect("an answer");
    assert!(roles.contains(&role("reader", &["posts:read"])), "{roles:?}");
}

/// ASVS 16.3.2: what was done, and what was tried.
#[tokio::test]
async fn the_log_says_who_did_what_to_whom() {
    keep_log();
    let office = Office::open().await;
    let eve = office.client.register("eve@example.com").await;
    let ada = office.admin.me().await.json()["id"].as_str().unwrap_or_default().to_owned();
    let (admin, eve) = (&office.admin, id(&eve).to_string());
    let traced = json!({ "name": "traced", "permissions": ["posts:read"] });
    admin.post("/auth/roles", traced).await.expect(201);
    let other = json!({ "permissions": ["posts:write"] });
    admin.json("PUT", "/auth/roles/traced/permissions", other).await.expect(200);
    let theirs = format!("/auth/users/{eve}/roles/traced");
    admin.send("PUT", &theirs, b"").await.expect(204);
    admin
        .send("PUT", &format!("/auth/users/{ada}/roles/traced"), b"")
        .await
        .problem(403, "own_roles");
    admin.delete("/auth/roles/traced").await.expect(204);
    admin.delete("/auth/roles/admin").await.problem(409, "last_administrator");
    let log = logged();
    let lines: Vec<_> = log.lines().filter(|line| line.contains(&ada)).collect();
    for expected in [
        ["role_created", "success", "traced", "posts:read"],
        ["role_changed", "success", "traced", "posts:write"],
        ["role_assigned", "success", "traced", &eve],
        ["role_assigned", "denied", "traced", &ada],
        ["role_deleted", "success", "traced", ""],
        ["role_revoked", "success", "traced", &eve],
        ["role_deleted", "denied", "admin", ""],
    ] {
        let fits = |line: &&&str| {
            line.contains("actor.id") && expected.iter().all(|word| line.contains(word))
        };
        assert_eq!(lines.iter().filter(fits).count(), 1, "{expected:?} in {lines:#?}");
    }
}
