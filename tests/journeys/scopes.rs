//! Tokens that are limited to scopes: asked for, granted, refreshed, guarded.

use fastauth::{
    Any, AuthBuilder, CookieConfig, Guard, HookContext, Hooks, Permission, Provider,
    Reply as Answer, RequireScope,
    access::Scopes,
    auth_hooks,
    error::Code,
    store::{Memory, Postgres, Redis, Sqlite, Store, UserStore},
    token::DatabaseStrategy,
};
use fastauth_tests::{
    Client, DOORS, Database, Office, PASSWORD, Reply, SharedRedis, User, can, claims, keep_log,
    logged,
};
use serde_json::{Value as Json, json};

const ALL: [&str; 3] = ["mail:read", "posts:read", "posts:write"];
const READ: [&str; 3] = ["/read", "/either", "/scope/read"];

async fn office() -> Office {
    Office::on(Memory::new(), |it| it).await
}

fn scope(reply: &Reply) -> Json {
    reply.json()["scope"].clone()
}

async fn refresh(client: &Client, reply: &Reply, scope: Option<&str>) -> Reply {
    let mut body = json!({ "refresh_token": reply.refresh() });
    if let Some(scope) = scope {
        body["scope"] = scope.into();
    }
    client.post("/auth/refresh", body).await
}

/// RFC 6750 §3: the refusal says which scopes would do.
#[track_caller]
fn lacks(reply: Reply, scope: &str) {
    let reply = reply.problem(403, "insufficient_scope");
    let challenge = format!(r#"Bearer error="insufficient_scope", scope="{scope}""#);
    assert_eq!(reply.header("www-authenticate"), Some(challenge.as_str()));
}

#[tokio::test]
async fn what_is_granted_is_what_was_asked_for_and_may_be_done() {
    let office = office().await;
    office.hire("ada", &ALL).await;
    office.hire("eve", &["posts:read"]).await;
    for (who, asked, granted) in [
        ("ada", "posts:read", "posts:read"),
        ("ada", "posts:write posts:read", "posts:read posts:write"),
        ("ada", "posts:read posts:read", "posts:read"),
        ("ada", "openid posts:read", "posts:read"),
        ("ada", "manage-roles", ""),
        ("ada", "posts", ""),
        ("ada", "Posts:Read", ""),
        ("ada", "*", ""),
        ("eve", "posts:read posts:write", "posts:read"),
        ("eve", "posts:write", ""),
    ] {
        let reply = office.ask(who, asked).await.expect(200);
        assert_eq!(scope(&reply), granted, "{who} {asked}");
        assert_eq!(claims(reply.access())["scope"], granted, "{who} {asked}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    for ordinary in [office.login("ada").await, office.ask("ada", "").await.expect(200)] {
        assert!(scope(&ordinary).is_null());
        assert!(claims(ordinary.access()).get("scope").is_none());
    }
}

#[tokio::test]
async fn a_list_of_scopes_that_is_none_is_refused() {
    let office = office().await;
    office.hire("ada", &ALL).await;
    for good in ["!", "a", "~#[]^", "posts%3Aread", "posts:read%20posts:write"] {
        office.ask("ada", good).await.expect(200);
    }
    for bad in [
        "+", "+a", "a+", "a++b", "a%09b", "a%0Ab", "a%00", "a%22", "a%5Cb", "%C3%A9", "a%7F",
        "a%C2%A0b",
    ] {
        office.ask("ada", bad).await.problem(400, "invalid_scope");
    }
    // JSON is what pages send, whose sign-ins are for everything.
    let login = json!({ "email": "ada@example.com", "password": PASSWORD, "scope": "posts:read" });
    let reply = office.world.client.post("/auth/login", login).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), ["/scope unknown"]);
}

#[tokio::test]
async fn a_token_opens_what_it_was_granted_and_its_user_may_do() {
    for opaque in [false, true] {
        let office = Office::on(Memory::new(), |it| {
            if opaque { it.strategy(DatabaseStrategy::new()) } else { it }
        })
        .await;
        office.hire("ada", &ALL).await;
        let ordinary = office.login("ada").await;
        assert_eq!(office.opened(&ordinary).await, ["/read", "/write", "/either"]);
        let me = office.as_told(&ordinary);
        lacks(me.get("/scope/read").await, "posts:read");
        lacks(me.get("/scope/both").await, "posts:read posts:write");
        lacks(me.get("/scope/either").await, "posts:read posts:write");
        lacks(me.get("/layer/write").await, "posts:write");
        assert_eq!(me.get("/claims").await.expect(200).text(), "(false, false) []");

        let reader = office.ask("ada", "posts:read").await.expect(200);
        let opened = [READ.as_slice(), &["/scope/either"]].concat();
        assert_eq!(office.opened(&reader).await, opened);
        let me = office.as_told(&reader);
        lacks(me.get("/write").await, "posts:write");
        lacks(me.get("/scope/write").await, "posts:write");
        lacks(me.get("/scope/both").await, "posts:read posts:write");
        let said = me.get("/claims").await.expect(200).text();
        assert_eq!(said, r#"(false, false) ["posts:read"]"#);
        for door in ["/user", "/fresh", "/auth/me", "/auth/me/roles"] {
            me.get(door).await.expect(200);
        }

        let both = office.ask("ada", "posts:read posts:write").await.expect(200);
        assert_eq!(office.opened(&both).await, DOORS);
        let said = office.as_told(&both).get("/claims").await.expect(200).text();
        assert_eq!(said, r#"(true, true) ["posts:read", "posts:write"]"#);
        // Limited to nothing is not unlimited.
        let nothing = office.ask("ada", "openid").await.expect(200);
        assert_eq!(office.opened(&nothing).await, [""; 0]);
        lacks(office.as_told(&nothing).get("/read").await, "posts:read");
        office.world.client.get("/scope/read").await.problem(401, "missing_token");
        office.world.client.bearer("x").get("/layer/write").await.problem(401, "invalid_token");
    }
}

/// ASVS 8.3.2: the store decides, whatever the token says.
#[tokio::test]
async fn a_demotion_binds_the_next_request() {
    for opaque in [false, true] {
        let office = Office::on(Memory::new(), |it| {
            if opaque { it.strategy(DatabaseStrategy::new()) } else { it }
        })
        .await;
        office.hire("ada", &ALL).await;
        let both = office.ask("ada", "posts:read posts:write").await.expect(200);
        assert_eq!(office.opened(&both).await, DOORS);
        office.allow("ada", &["posts:read"]).await;
        let me = office.as_told(&both);
        for door in ["/write", "/scope/write", "/scope/both", "/layer/write"] {
            me.get(door).await.problem(403, "insufficient_permission");
        }
        assert_eq!(
            office.opened(&both).await,
            ["/read", "/either", "/scope/read", "/scope/either"]
        );
        office.allow("ada", &ALL).await;
        assert_eq!(office.opened(&both).await, DOORS);
    }
}

/// Not the scope of one door and the permission for another.
#[tokio::test]
async fn any_of_several_is_one_that_is_both_granted_and_held() {
    let office = office().await;
    office.hire("ada", &ALL).await;
    let reader = office.ask("ada", "posts:read").await.expect(200);
    office.allow("ada", &["posts:write"]).await;
    let me = office.as_told(&reader);
    me.get("/either").await.problem(403, "insufficient_permission");
    me.get("/scope/either").await.problem(403, "insufficient_permission");
    office.as_told(&office.login("ada").await).get("/either").await.expect(200);
}

/// RFC 6749 §6.
#[tokio::test]
async fn a_refresh_gives_the_same_again_or_less() {
    let office = office().await;
    let client = &office.world.client;
    office.hire("ada", &ALL).await;
    let first = office.ask("ada", "posts:read posts:write").await.expect(200);
    let same = refresh(client, &first, None).await.expect(200);
    assert_eq!(scope(&same), "posts:read posts:write");
    let less = refresh(client, &same, Some("posts:read mail:read")).await.expect(200);
    assert_eq!(scope(&less), "posts:read");
    assert_eq!(office.opened(&less).await, [READ.as_slice(), &["/scope/either"]].concat());
    // For that token alone.
    let again = refresh(client, &less, Some("")).await.expect(200);
    assert_eq!(scope(&again), "posts:read posts:write");
    // What the user may not do any more is not given, and given again when they may.
    office.allow("ada", &["mail:read", "posts:read"]).await;
    let demoted = refresh(client, &again, None).await.expect(200);
    assert_eq!(scope(&demoted), "posts:read");
    office.allow("ada", &["mail:read"]).await;
    let bare = refresh(client, &demoted, None).await.expect(200);
    assert_eq!(scope(&bare), "");
    assert_eq!(office.opened(&bare).await, [""; 0]);
    office.allow("ada", &ALL).await;
    let restored = refresh(client, &bare, None).await.expect(200);
    assert_eq!(scope(&restored), "posts:read posts:write");
    // An ordinary sign-in stays one.
    let ordinary = refresh(client, &office.login("ada").await, None).await.expect(200);
    assert!(scope(&ordinary).is_null());
    assert_eq!(office.opened(&ordinary).await, ["/read", "/write", "/either"]);
}

#[tokio::test]
async fn a_refresh_that_asks_wrongly_spends_nothing() {
    let office = office().await;
    let client = &office.world.client;
    office.hire("ada", &ALL).await;
    let first = office.ask("ada", "posts:read").await.expect(200);
    for bad in [" ", "a  b", "a\"", "\u{e9}"] {
        refresh(client, &first, Some(bad)).await.problem(400, "invalid_scope");
    }
    for odd in [json!(7), json!(["posts:read"]), json!({})] {
        let body = json!({ "refresh_token": first.refresh(), "scope": odd });
        let reply = client.post("/auth/refresh", body).await.problem(422, "validation_failed");
        assert_eq!(reply.errors(), ["/scope wrong_type"]);
    }
    let null = json!({ "refresh_token": first.refresh(), "scope": null });
    assert_eq!(scope(&client.post("/auth/refresh", null).await.expect(200)), "posts:read");
}

/// The same in cookies, of which one carries the scopes.
#[tokio::test]
async fn cookies_carry_scopes_as_well() {
    for both in [false, true] {
        let office = Office::on(Memory::new(), |it| {
            let it = it.cookies(CookieConfig::new());
            if both { it.bearer() } else { it }
        })
        .await;
        office.hire("ada", &ALL).await;
        let reply = office.ask("ada", "posts:read").await.expect(200);
        assert_eq!(scope(&reply), "posts:read");
        assert!(reply.json().get("access_token").is_none(), "{}", reply.text());
        let opened = [READ.as_slice(), &["/scope/either"]].concat();
        assert_eq!(office.opened(&reply).await, opened);
        lacks(office.as_told(&reply).get("/write").await, "posts:write");
        if !both {
            continue;
        }
        let me = office.as_told(&reply);
        let less = me.post("/auth/refresh", json!({ "scope": "mail:read" })).await.expect(200);
        assert_eq!(scope(&less), "");
        assert_eq!(office.opened(&less).await, [""; 0]);
        let same = office.as_told(&less).send("POST", "/auth/refresh", b"").await.expect(200);
        assert_eq!(office.opened(&same).await, opened);
    }
}

/// Every store remembers what a session was granted, from one instance to another.
async fn is_remembered<S: Store<User> + Clone>(store: S, redis: Option<Redis>) {
    for opaque in [false, true] {
        let decide = |it: AuthBuilder<User>| {
            let it = if opaque { it.strategy(DatabaseStrategy::new()) } else { it };
            match redis.clone() {
                Some(redis) => it.sessions(redis),
                None => it,
            }
        };
        let one = Office::on(store.clone(), decide).await;
        let other = Office::on(store.clone(), decide).await;
        let name = if opaque { "opaque" } else { "ada" };
        one.hire(name, &ALL).await;
        let reply = one.ask(name, "posts:read").await.expect(200);
        let opened = [READ.as_slice(), &["/scope/either"]].concat();
        assert_eq!(other.opened(&reply).await, opened);
        let nothing = one.ask(name, "openid").await.expect(200);
        assert_eq!(other.opened(&nothing).await, [""; 0]);
        if opaque {
            continue;
        }
        let refreshed = refresh(&other.world.client, &reply, None).await.expect(200);
        assert_eq!(
            (scope(&refreshed), one.opened(&refreshed).await),
            (json!("posts:read"), opened)
        );
        let refreshed = refresh(&other.world.client, &nothing, None).await.expect(200);
        assert_eq!(scope(&refreshed), "");
        assert!(scope(&refresh(&other.world.client, &one.login(name).await, None).await).is_null());
    }
}

#[tokio::test]
async fn a_session_remembers_its_scopes_in_a_file() {
    is_remembered(Sqlite::open("sqlite::memory:").await.expect("a database"), None).await;
}

#[tokio::test]
async fn a_session_remembers_its_scopes_in_postgresql() {
    let Some(database) = Database::new().await else { return };
    let store: Postgres = database.store().await;
    is_remembered(store, None).await;
}

#[tokio::test]
async fn a_session_remembers_its_scopes_in_redis() {
    let Some(shared) = SharedRedis::find("scopes in Redis").await else { return };
    is_remembered(Memory::new(), Some(shared.connect().await)).await;
    shared.clear().await;
}

#[tokio::test]
async fn an_application_signs_in_with_scopes_of_its_own_choice() {
    let memory = Memory::new();
    let office = Office::on(memory.clone(), |it| it).await;
    let id = office.hire("ada", &["posts:read", "mail:read"]).await;
    let user: User = memory.find_by_id(&id).await.expect("it answers").expect("she is there");
    let scopes = Scopes::of::<(can::ReadPosts, can::WritePosts)>();
    let (badge, cx) = (Provider::named("badge"), HookContext::new);
    let cx = cx(http::Method::GET, http::Uri::from_static("/"), &http::HeaderMap::new(), None);
    let issued = office.world.auth.sign_in_narrowed(user, badge, false, scopes, cx).await;
    let issued = issued.expect("she may");
    assert_eq!(issued.scopes, Some(Scopes::of::<can::ReadPosts>()));
    assert_eq!(issued.session.scopes, issued.scopes);
    let me = office.world.client.bearer(issued.access.expose());
    me.get("/scope/read").await.expect(200);
    lacks(me.get("/scope/write").await, "posts:write");
}

/// A token that is limited does not administer roles either, nor give away what it was not granted.
#[tokio::test]
async fn an_administrator_with_a_limited_token_is_limited() {
    let office = office().await;
    office.hire("ada", &["manage-roles", "mail:read", "posts:read"]).await;
    let eve = office.hire("eve", &[]).await;
    let role = |name: &str, permissions: Json| json!({ "name": name, "permissions": permissions });
    let reader = office.as_told(&office.ask("ada", "posts:read").await.expect(200));
    lacks(reader.get("/auth/roles").await, "manage-roles");
    lacks(reader.post("/auth/roles", role("a", json!([]))).await, "manage-roles");
    let manager = office.as_told(&office.ask("ada", "manage-roles posts:read").await.expect(200));
    manager.get("/auth/roles").await.expect(200);
    manager.post("/auth/roles", role("a", json!(["posts:read"]))).await.expect(201);
    let more = manager.post("/auth/roles", role("b", json!(["mail:read"]))).await;
    more.problem(403, "insufficient_permission");
    let path = format!("/auth/users/{eve}/roles/a");
    manager.send("PUT", &path, b"").await.expect(204);
    let ordinary = office.as_told(&office.login("ada").await);
    ordinary.post("/auth/roles", role("b", json!(["mail:read"]))).await.expect(201);
}

/// Answers in the application's own way.
struct Porter;

#[auth_hooks]
impl Hooks<User> for Porter {
    async fn on_forbidden(&self, reason: Code, cx: &HookContext) -> Option<Answer> {
        let answers = reason == Code::InsufficientScope && cx.uri().path() == "/scope/read";
        answers.then(|| Answer::new(http::StatusCode::IM_A_TEAPOT, "not with this token"))
    }
}

/// ASVS 16.3.2.
#[tokio::test]
async fn a_token_that_lacks_a_scope_is_recorded_and_told_to_the_application() {
    keep_log();
    let office = Office::on(Memory::new(), |it| it.hooks(Porter)).await;
    let id = office.hire("ada", &ALL).await.to_string();
    let me = office.as_told(&office.ask("ada", "mail:read").await.expect(200));
    assert_eq!(me.get("/scope/read").await.expect(418).text(), "not with this token");
    lacks(me.get("/read").await, "posts:read");
    lacks(me.get("/layer/write").await, "posts:write");
    let log = logged();
    let denied = "event=\"insufficient_scope\" outcome=\"denied\"";
    let lines = log.lines().filter(|line| line.contains(denied) && line.contains(&id));
    assert_eq!(lines.count(), 3, "{log}");
}

#[test]
fn a_listing_says_which_scope_a_route_wants() {
    type Both = (can::ReadPosts, can::WritePosts);
    let said = RequireScope::<User, can::ReadPosts>::describe();
    assert_eq!(said, "User with the scope posts:read");
    let said = RequireScope::<User, Any<Both>>::describe();
    assert_eq!(said, "User with the scope (posts:read or posts:write)");
}

/// More than a token can carry is the client's mistake, and no broken server.
#[tokio::test]
async fn more_scopes_than_a_token_carries_are_refused() {
    let office = Office::on(Memory::new(), AuthBuilder::permissions::<long::Many>).await;
    let all: Vec<_> = long::Many::ALL.iter().map(Permission::name).collect();
    office.hire("ada", &all).await;
    let most = all[..50].join(" ");
    assert_eq!(scope(&office.ask("ada", &most).await.expect(200)), most);
    office.ask("ada", &all.join(" ")).await.problem(400, "invalid_scope");
    office.login("ada").await;
}

/// Permissions of the longest names, more of them than fit a token.
mod long {
    use std::sync::LazyLock;

    use fastauth::Permission;

    const COUNT: usize = 200;

    #[derive(Clone, Copy)]
    pub(super) struct Many(usize);

    impl Permission for Many {
        const ALL: &'static [Self] = &{
            let (mut all, mut index) = ([Self(0); COUNT], 0);
            while index < COUNT {
                all[index] = Self(index);
                index += 1;
            }
            all
        };

        fn name(&self) -> &'static str {
            static NAMES: LazyLock<Vec<String>> =
                LazyLock::new(|| (0..COUNT).map(|index| format!("p{index:063}")).collect());
            &NAMES[self.0]
        }

        fn description(&self) -> &'static str {
            ""
        }

        fn parse(_: &str) -> Option<Self> {
            None
        }
    }
}
