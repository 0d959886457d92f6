//! The forms of `/token/revoke` and `/token/introspect`, which anybody can send: too large, broken, of
//! another kind, twice, slow, with somebody else's tokens. None may end another's session, say what a
//! token is good for to who must not know, or be a broken server.
//!
//! Sources: RFC 7009 §2; RFC 7662 §2, §4; RFC 6749 §2.3.1, §5.2; ASVS 1.5.3, 3.5.3.

use base64::{Engine, engine::general_purpose::STANDARD};
use fastauth::{
    Auth, AuthBuilder, AuthUser, PasswordHash,
    store::{Memory, Sqlite},
};
use fastauth_tests::{
    BASE_URL, Minted, Reply, SECRET, Scratch, User, World, cheap, claims, key_of,
};
use serde_json::json;

const CLIENT: &str = "k3J9xQ2mT7vL5bN8wR4cY6zH1dF0gS-p";
const PATHS: [&str; 2] = ["/auth/token/revoke", "/auth/token/introspect"];

async fn world() -> World<User> {
    World::built(Memory::new(), |it| it.introspection_client("reports", CLIENT)).await
}

/// A form of a client that is known, where one is asked for.
fn known(path: &str, token: &str) -> String {
    let client = format!("&client_id=reports&client_secret={CLIENT}");
    let client = if path.ends_with("introspect") { client.as_str() } else { "" };
    format!("token={token}{client}")
}

#[track_caller]
fn refused(reply: Reply, status: u16) {
    let reply = reply.expect(status);
    assert_eq!(reply.json()["error"], "invalid_request", "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_the_clients_mistake() {
    let world = world().await;
    let client = &world.client;
    let me = client.register("ada@example.com").await;
    for path in PATHS {
        let good = known(path, me.access());
        let form = client.with("content-type", "application/x-www-form-urlencoded");
        // The largest that is read, and one byte more.
        let padded = |length: usize| {
            let padding = format!("{}&x=", known(path, "x"));
            let rest = "y".repeat(length - padding.len());
            (padding + &rest).into_bytes()
        };
        form.send("POST", path, &padded(64 * 1024)).await.expect(200);
        let crowded = |fields: usize| {
            let form = known(path, "x");
            let own = form.split('&').count();
            let more: Vec<_> = (own..fields).map(|number| format!("&f{number}=")).collect();
            form + &more.concat()
        };
        client.form(path, crowded(64)).await.expect(200);
        refused(form.send("POST", path, &padded(64 * 1024 + 1)).await, 413);
        for broken in [
            format!("{good}&token=x"),
            format!("token=x&{good}"),
            format!("{good}&tok%65n=x"),
            format!("{good}&a=1&a=2"),
            format!("{good}&a=%ff"),
            format!("{good}&%ff=a"),
            crowded(65),
        ] {
            refused(client.form(path, broken).await, 400);
        }
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
            let reply = client.with("content-type", kind).send("POST", path, good.as_bytes()).await;
            refused(reply, 400);
        }
        refused(form.with("content-type", "text/plain").send("POST", path, b"token=x").await, 400);
        refused(form.with("content-encoding", "gzip").send("POST", path, b"token=x").await, 400);
        refused(client.post(path, json!({ "token": me.access() })).await, 400);
        // Nothing of it is read from the address.
        let reply = client.form(&format!("{path}?{good}"), "").await;
        reply.expect(if path == PATHS[0] { 400 } else { 401 });
    }
    client.signed_in(&me).me().await.expect(200);
}

/// Another user type in the same database.
#[derive(AuthUser)]
#[auth(table = "admins", id, email, password_hash)]
struct Admin {
    id: String,
    email: String,
    password_hash: Option<PasswordHash>,
    #[auth(signup, token)]
    name: String,
}

#[tokio::test]
async fn a_token_of_other_accounts_is_nothing_here() {
    let scratch = Scratch::new();
    let file = scratch.file("app.db");
    let named = |it: AuthBuilder<User>| it.introspection_client("reports", CLIENT);
    let users = World::built(Sqlite::open(&file).await.unwrap(), named).await;
    let admins = Auth::<Admin>::builder()
        .secret(SECRET)
        .base_url(BASE_URL)
        .password_hasher(cheap())
        .clock(users.clock.clone())
        .introspection_client("reports", CLIENT)
        .store(Sqlite::open(&file).await.unwrap())
        .create_user_table()
        .build();
    let admins = World::of(admins.await.unwrap(), users.clock.clone()).await;
    let user = users.client.register("ada@example.com").await;
    let admin = admins.client.register("root@example.com").await;
    // Even with the other's key, a session of the one is none of the other.
    let crossed = Minted::like(user.access()).key(key_of("admins")).write();
    for (here, token) in [
        (&admins.client, user.access()),
        (&admins.client, user.refresh()),
        (&admins.client, crossed.as_str()),
        (&users.client, admin.access()),
        (&users.client, admin.refresh()),
    ] {
        here.form(PATHS[0], known(PATHS[0], token)).await.expect(200);
        let said = here.form(PATHS[1], known(PATHS[1], token)).await.expect(200).json();
        assert_eq!(said, json!({ "active": false }));
    }
    for (here, reply) in [(&users.client, &user), (&admins.client, &admin)] {
        here.signed_in(reply).me().await.expect(200);
        for token in [reply.access(), reply.refresh()] {
            let said = here.form(PATHS[1], known(PATHS[1], token)).await.expect(200).json();
            assert_eq!(said["active"], true);
        }
    }
}

/// A subject and a session that do not belong together end neither.
#[tokio::test]
async fn a_token_made_of_two_ends_no_session() {
    let world = world().await;
    let client = &world.client;
    let ada = client.register("ada@example.com").await;
    let eve = client.register("eve@example.com").await;
    let session = claims(ada.access())["sid"].clone();
    let crossed = Minted::like(eve.access()).claim("sid", Some(session)).write();
    client.form(PATHS[0], known(PATHS[0], &crossed)).await.expect(200);
    let said = client.form(PATHS[1], known(PATHS[1], &crossed)).await.expect(200).json();
    assert_eq!(said, json!({ "active": false }));
    client.signed_in(&ada).me().await.expect(200);
    client.signed_in(&eve).me().await.expect(200);
}

/// Whoever is signed in is no client for that, and whoever is a client is not signed in.
#[tokio::test]
async fn a_user_is_no_client_and_a_client_no_user() {
    let world = world().await;
    let client = &world.client;
    let ada = client.register("ada@example.com").await;
    let form = format!("token={}", ada.access());
    let reply = client.signed_in(&ada).form(PATHS[1], &form).await.expect(401);
    assert_eq!(reply.json()["error"], "invalid_client");
    let known = STANDARD.encode(format!("reports:{CLIENT}"));
    let reports = client.with("authorization", format!("Basic {known}"));
    reports.form(PATHS[1], &form).await.expect(200);
    reports.me().await.problem(401, "missing_token");
    reports
        .form("/auth/login", "username=reports&password=x")
        .await
        .problem(401, "invalid_credentials");
}
