use fastauth::{
    Auth, AuthUser, PasswordHash,
    store::{Memory, UserChange, UserStore},
    time::Timestamp,
};
use fastauth_tests::{PASSWORD, SECRET, TestClock, World, ada, cheap};
use serde_json::{Value, json};

/// A name as long as a body allowed made an account that no token could be written for.
#[tokio::test]
async fn a_field_of_the_token_has_at_most_one_kib() {
    let world = World::new().await;
    let mut body = ada();
    body["name"] = json!("x".repeat(1025));
    let reply = world.client.post("/auth/register", body.clone()).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), ["/name too_long"]);
    // Bytes count: 342 characters of three.
    body["name"] = json!("\u{20ac}".repeat(342));
    let reply = world.client.post("/auth/register", body.clone()).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), ["/name too_long"]);
    body["name"] = json!("x".repeat(1024));
    let reply = world.client.post("/auth/register", body).await.expect(201);

    let me = world.client.signed_in(&reply);
    let patched = me.json("PATCH", "/auth/me", json!({ "name": "y".repeat(1025) })).await;
    assert_eq!(patched.problem(422, "validation_failed").errors(), ["/name too_long"]);
    me.json("PATCH", "/auth/me", json!({ "name": "y".repeat(1024) })).await.expect(200);
    let body = json!({ "refresh_token": reply.refresh() });
    world.client.post("/auth/refresh", body).await.expect(200);
}

#[tokio::test]
async fn any_other_field_has_at_most_16_kib() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    let patched = me.json("PATCH", "/auth/me", json!({ "motto": "x".repeat(16_385) })).await;
    assert_eq!(patched.problem(422, "validation_failed").errors(), ["/motto too_long"]);
    me.json("PATCH", "/auth/me", json!({ "motto": "x".repeat(16_384) })).await.expect(200);
}

#[derive(AuthUser)]
#[auth(table = "travellers", id, email, password_hash)]
struct Traveller {
    id: i32,
    email: String,
    password_hash: Option<PasswordHash>,
    #[auth(signup, edit, token)]
    a: Option<String>,
    #[auth(signup, edit, token)]
    b: Option<String>,
    #[auth(signup, edit, token)]
    c: Option<String>,
    #[auth(signup, edit, token, json)]
    d: Option<Vec<String>>,
    #[auth(signup, edit, token, json)]
    e: Option<Value>,
    #[auth(signup, edit, json)]
    luggage: Option<Value>,
}

async fn travellers() -> (World<Traveller>, Memory) {
    let clock = TestClock::default();
    let auth = Auth::<Traveller>::builder()
        .base_url("https://app.test")
        .secret(SECRET)
        .clock(clock.clone())
        .password_hasher(cheap());
    let store = Memory::new();
    let auth = auth.store(store.clone()).build().await.expect("complete");
    (World::of(auth, clock).await, store)
}

#[tokio::test]
async fn json_is_counted_as_it_would_be_written() {
    let (world, _) = travellers().await;
    let attempt = async |number: usize, name: &str, value: Value| {
        let email = format!("ada{number}@example.com");
        let body = json!({ "email": email, "password": PASSWORD, name: value });
        let reply = world.client.post("/auth/register", body).await;
        if reply.status == 201 {
            Vec::new()
        } else {
            reply.problem(422, "validation_failed").errors()
        }
    };
    // A list of one text has four bytes more than the text.
    assert!(attempt(1, "d", json!(["x".repeat(1020)])).await.is_empty());
    assert_eq!(attempt(2, "d", json!(["x".repeat(1021)])).await, ["/d too_long"]);
    assert!(attempt(3, "luggage", json!(["x".repeat(16_380)])).await.is_empty());
    assert_eq!(attempt(4, "luggage", json!(["x".repeat(16_381)])).await, ["/luggage too_long"]);
}

/// Each field may be short enough and their sum too long: whoever wrote it could not sign in again.
#[tokio::test]
async fn all_that_a_token_carries_is_measured_before_it_is_kept() {
    let (world, _) = travellers().await;
    // A control character is six bytes of JSON, and eight of a token.
    let long = |characters: usize| json!("\u{1}".repeat(characters));
    let mut body = json!({ "email": "ada@example.com", "password": PASSWORD, "a": long(1024) });
    let reply = world.client.post("/auth/register", body.clone()).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), [" too_long"]);
    body["a"] = long(250);
    let reply = world.client.post("/auth/register", body).await.expect(201);

    let me = world.client.signed_in(&reply);
    // The longest that is taken, to the character.
    let (mut taken, mut refused) = (0, 1024);
    while refused - taken > 1 {
        let middle = usize::midpoint(taken, refused);
        let reply = me.json("PATCH", "/auth/me", json!({ "b": long(middle) })).await;
        if reply.status == 200 {
            taken = middle;
        } else {
            assert_eq!(reply.problem(422, "validation_failed").errors(), [" too_long"]);
            refused = middle;
        }
    }
    assert!((300..600).contains(&taken), "{taken}");
    me.json("PATCH", "/auth/me", json!({ "b": long(taken) })).await.expect(200);
    let next = world
        .client
        .post("/auth/refresh", json!({ "refresh_token": reply.refresh() }))
        .await
        .expect(200);
    let length = next.access().len();
    assert!((6 * 1024 - 8..=6 * 1024).contains(&length), "{length}");
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    world.client.post("/auth/login", body).await.expect(200);
}

/// What the application wrote is not for its users to shorten before they may change anything else.
#[tokio::test]
async fn a_token_that_is_long_already_may_stay_and_not_grow() {
    let (world, store) = travellers().await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    let me = world.client.signed_in(&world.client.post("/auth/register", body).await.expect(201));
    let a = Traveller::SPEC.columns.iter().position(|it| it.field == "a").expect("a column");
    let columns = vec![(a, fastauth::value::Value::Text("x".repeat(5000)))];
    let change = UserChange { columns, at: Timestamp::from_secs(0) };
    let changed =
        UserStore::<Traveller>::update_user(&store, &1, change).await.expect("it answers");
    assert!(changed.is_some());
    me.json("PATCH", "/auth/me", json!({ "luggage": ["hat"] })).await.expect(200);
    let reply = me.json("PATCH", "/auth/me", json!({ "b": "longer than null" })).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), [" too_long"]);
    let shorter = json!({ "a": null, "b": "longer than null" });
    me.json("PATCH", "/auth/me", shorter).await.expect(200);
}

/// A body of 60 KB made a reply of more than a megabyte.
#[tokio::test]
async fn a_reply_is_no_longer_than_what_it_answers() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    let form = world.client.with("content-type", "application/x-www-form-urlencoded");
    let json = me.with("content-type", "application/json");
    let members =
        |count: usize| (0..count).map(|it| format!("\"a{it}\":1")).collect::<Vec<_>>().join(",");
    let pairs =
        |count: usize| (0..count).map(|it| format!("a{it}=1")).collect::<Vec<_>>().join("&");
    for (method, path) in [
        ("POST", "/auth/register"),
        ("POST", "/auth/login"),
        ("POST", "/auth/refresh"),
        ("PATCH", "/auth/me"),
        ("DELETE", "/auth/me"),
        ("POST", "/auth/password/change"),
        ("POST", "/auth/reauthenticate"),
    ] {
        let most = json.send(method, path, format!("{{{}}}", members(64)).as_bytes()).await;
        let most = most.problem(422, "validation_failed");
        assert_eq!(most.errors().len(), 16, "{method} {path}");
        for count in [65, 5_000] {
            let more = json.send(method, path, format!("{{{}}}", members(count)).as_bytes()).await;
            let more = more.problem(422, "validation_failed");
            assert_eq!(more.errors(), [" too_many"], "{method} {path}");
        }
        // What is not JSON is not, however many came before.
        let broken = json.send(method, path, format!("{{{},", members(100)).as_bytes()).await;
        broken.problem(400, "malformed_body");
    }
    let most = form.send("POST", "/auth/login", pairs(64).as_bytes()).await;
    let errors = most.problem(422, "validation_failed").errors();
    assert_eq!(errors, [" unknown", "/password missing", "/username missing"]);
    for count in [65, 5_000] {
        let more = form.send("POST", "/auth/login", pairs(count).as_bytes()).await;
        assert_eq!(more.problem(422, "validation_failed").errors(), [" too_many"]);
    }
    let long = format!("{}=1", "a".repeat(60_000));
    let reply = form.send("POST", "/auth/login", long.as_bytes()).await;
    assert!(reply.problem(422, "validation_failed").body.len() < 1_000);
}
