use std::collections::BTreeMap;

use fastauth::{
    Auth, AuthUser, PasswordHash,
    store::{Sqlite, Store},
    user::HasPassword,
};
use fastauth_tests::{PASSWORD, SECRET, TestClock, World, cheap};
use serde::{Deserialize, Serialize, Serializer, ser::Error};
use serde_json::{Value, json};

/// A number that comes in and is not written when it is unlucky.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
struct Lucky(i32);

impl Serialize for Lucky {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 == 13 {
            Err(S::Error::custom("bad luck"))
        } else {
            serializer.serialize_i32(self.0)
        }
    }
}

#[derive(AuthUser)]
#[auth(table = "players", id, email, password_hash)]
struct Player {
    id: i64,
    email: String,
    password_hash: Option<PasswordHash>,
    #[auth(json, signup, edit)]
    number: Option<Lucky>,
    #[auth(json, signup, edit)]
    anything: Value,
}

#[derive(AuthUser)]
#[auth(table = "cartographers", id, email, password_hash)]
struct Cartographer {
    id: i64,
    email: String,
    password_hash: Option<PasswordHash>,
    /// JSON has no such keys.
    #[auth(json, default = Some(BTreeMap::from([((1, 2), 3)])))]
    map: Option<BTreeMap<(i32, i32), i32>>,
}

async fn world<U: AuthUser + HasPassword>() -> World<U>
where
    Sqlite: Store<U>,
{
    let clock = TestClock::default();
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let auth = Auth::<U>::builder()
        .base_url("https://app.test")
        .secret(SECRET)
        .password_hasher(cheap())
        .create_user_table()
        .store(store);
    World::of(auth.build().await.expect("complete"), clock).await
}

/// It was kept as `NULL`, and the reply said 201.
#[tokio::test]
async fn what_cannot_be_written_as_json_is_refused_and_not_forgotten() {
    let world = world::<Player>().await;
    let body = |number: i32| json!({ "email": "ada@example.com", "password": PASSWORD, "number": number, "anything": [] });
    let reply = world.client.post("/auth/register", body(13)).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), ["/number wrong_type"]);
    let reply = world.client.post("/auth/register", body(7)).await.expect(201);
    let me = world.client.signed_in(&reply);
    let reply = me.json("PATCH", "/auth/me", json!({ "number": 13 })).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), ["/number wrong_type"]);
    assert_eq!(me.get("/auth/me").await.expect(200).json()["number"], 7);
}

#[tokio::test]
async fn a_default_that_cannot_be_written_as_json_makes_no_account() {
    let world = world::<Cartographer>().await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    world.client.post("/auth/register", body).await.problem(422, "validation_failed");
}

/// The document `null` is a value; in a column that must hold one it was an outage.
#[tokio::test]
async fn null_is_json_too() {
    let world = world::<Player>().await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD, "anything": null });
    let me = world.client.signed_in(&world.client.post("/auth/register", body).await.expect(201));
    assert_eq!(me.get("/auth/me").await.expect(200).json()["anything"], Value::Null);
    me.json("PATCH", "/auth/me", json!({ "anything": { "a": null } })).await.expect(200);
    me.json("PATCH", "/auth/me", json!({ "anything": null })).await.expect(200);
    assert_eq!(me.get("/auth/me").await.expect(200).json()["anything"], Value::Null);
}
