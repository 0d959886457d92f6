//! A genuine token where it does not belong: of another application under the same secret, of
//! another user type, of somebody else's session.
//!
//! Sources: RFC 8725 §2.7, §3.8, §3.9; ASVS 7.4.1, 9.2.3; Authlib and `fastapi_login` took any `aud`.

use fastauth::{
    Auth, AuthUser, PasswordHash,
    store::{Memory, Sqlite},
};
use fastauth_tests::{
    BASE_URL, Minted, PASSWORD, SECRET, Scratch, TestClock, World, cheap, claims, key_of,
};
use serde_json::json;

use crate::forged_tokens::{opens, opens_nothing};

/// Another user type in the same database, whose ids are spelled alike.
#[derive(AuthUser)]
#[auth(table = "admins", id, email, password_hash)]
struct Admin {
    id: String,
    email: String,
    password_hash: Option<PasswordHash>,
    #[auth(signup, token)]
    name: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_application_under_the_same_secret_opens_nothing() {
    let store = Memory::new();
    let here = World::on(store.clone()).await;
    let there = World::built(store, |it| it.base_url("https://other.example")).await;
    // The same store, the same user, the same secret: the address alone tells them apart.
    let token = there.client.register("ada@example.com").await.access();
    opens(&there, token).await;
    opens_nothing(&here, token).await;
    let token = here.client.login("ada@example.com", PASSWORD).await.access();
    opens_nothing(&there, token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_under_another_secret_opens_nothing() {
    let store = Memory::new();
    let here = World::on(store.clone()).await;
    let other = "hex:8f1d3c5b7a9e0f2d4c6b8a1e3f5d7c9b0a2e4f6d8c1b3a5e7f9d0c2b4a6e8f1d";
    let there = World::built(store, |it| it.secret(other)).await;
    let reply = there.client.register("ada@example.com").await;
    opens_nothing(&here, reply.access()).await;
    here.client.refresh(reply.refresh()).await.problem(401, "invalid_refresh_token");
    // A stranger has not ended the session.
    there.client.refresh(reply.refresh()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_user_type_opens_nothing() {
    let scratch = Scratch::new();
    let file = scratch.file("app.db");
    let users = World::on(Sqlite::open(&file).await.unwrap()).await;
    let admins = Auth::<Admin>::builder()
        .secret(SECRET)
        .base_url(BASE_URL)
        .password_hasher(cheap())
        .clock(users.clock.clone())
        .store(Sqlite::open(&file).await.unwrap())
        .create_user_table()
        .build();
    let admins = World::of(admins.await.unwrap(), TestClock::default()).await;
    let user = users.client.register("ada@example.com").await;
    let admin = admins.client.register("root@example.com").await;
    let me = async |token: &str| admins.client.bearer(token).me().await;
    me(admin.access()).await.expect(200);
    opens_nothing(&users, admin.access()).await;
    me(user.access()).await.invalid_token();

    // Even with the other's key, a session of the one is none of the other.
    let of_user = Minted::like(user.access()).key(key_of("admins")).write();
    me(&of_user).await.invalid_token();
    let session = claims(admin.access())["sid"].clone();
    let crossed = Minted::like(user.access()).claim("sid", Some(session)).write();
    users.client.bearer(&crossed).me().await.invalid_token();

    // Nor does the refresh token of the one end or move a session of the other.
    admins.client.refresh(user.refresh()).await.problem(401, "invalid_refresh_token");
    users.client.refresh(admin.refresh()).await.problem(401, "invalid_refresh_token");
    users.client.refresh(user.refresh()).await.expect(200);
    admins.client.refresh(admin.refresh()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_subject_must_be_the_owner_of_the_session() {
    let world = World::new().await;
    let ada = world.client.register("ada@example.com").await.access();
    let eve = world.client.register("eve@example.com").await.access();
    let (of_ada, of_eve) = (claims(ada), claims(eve));
    let refused = async |minted: Minted| {
        world.client.bearer(&minted.write()).me().await.invalid_token();
    };
    refused(Minted::like(eve).claim("sub", Some(of_ada["sub"].clone()))).await;
    refused(Minted::like(ada).claim("sid", Some(of_eve["sid"].clone()))).await;
    let nobody = json!("01890f6e-0000-7000-8000-000000000000");
    for claim in ["sub", "sid"] {
        refused(Minted::like(ada).claim(claim, Some(nobody.clone()))).await;
    }
}
