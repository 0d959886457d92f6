//! The same answers, as they reach an application: nobody is signed in by one, and nothing is left of it.

use std::time::{Duration, Instant};

use fastauth::{AuthBuilder, CookieConfig, oauth::OAuthClient, store::Memory, time::Clock};
use fastauth_tests::{
    Client, Reply, TestClock, User, World, builder,
    idp::{Answer, Behaviour, Idp, Person},
};
use serde_json::json;

use crate::hostile::{self, broken, token, userinfo};

/// The longest that anybody waits, and a little.
const PATIENCE: Duration = Duration::from_secs(14);

struct Town {
    idp: Idp,
    world: World<User>,
    /// How many people have come.
    came: usize,
}

async fn town(decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>) -> Town {
    let clock = TestClock::default();
    let idp = Idp::start_at(clock.clone()).await;
    let work = OAuthClient::from(idp.oidc("work")).fill("name", "name");
    let built = decide(builder(&clock).oauth(work)).store(Memory::new()).build().await;
    let mut world = World::of(built.expect("a complete application"), clock).await;
    world.client = world.client.with("sec-fetch-site", "same-origin");
    Town { idp, world, came: 0 }
}

impl Town {
    fn json(&self) -> Client {
        self.world.client.with("accept", "application/json")
    }

    /// Somebody new signs in there from now on.
    fn somebody(&mut self) -> String {
        self.came += 1;
        let email = format!("ada{}@example.com", self.came);
        let claims = json!({ "name": "Ada" });
        self.idp.person(Person { claims, ..Person::new(&self.came.to_string(), &email) });
        email
    }

    /// Goes there, signs in, and comes back; or is told before why not.
    async fn visit(&self) -> Reply {
        let begun = self.json().get("/auth/oauth/work/authorize").await;
        if begun.status != 200 {
            return begun;
        }
        let url = begun.json()["authorization_url"].as_str().expect("an address").to_owned();
        let location = self.idp.visit(&url).await.location;
        let path = location.strip_prefix("https://app.test").expect("it comes back here");
        self.json().with("cookie", begun.jar()).get(path).await
    }

    /// This answer signs nobody in and leaves nothing, and the next good one signs in.
    async fn comes_to_nothing(&mut self, behaviour: Behaviour, status: u16, code: &str) {
        let email = self.somebody();
        self.idp.next(behaviour);
        let begun = Instant::now();
        let reply = self.visit().await.problem(status, code);
        assert!(begun.elapsed() < PATIENCE);
        self.is_nobody(&reply, &email).await;
    }

    async fn is_nobody(&self, reply: &Reply, email: &str) {
        for word in ["script", "Oops", "xxxx", "invalid_grant", "127.0.0.1"] {
            assert!(!reply.text().contains(word), "{}", reply.text());
        }
        let client = &self.world.client;
        client.with("cookie", reply.jar()).me().await.problem(401, "missing_token");
        // The address is free, and whoever registers it has no account there.
        let me = client.as_told(&client.register(email).await);
        assert_eq!(me.get("/auth/identities").await.expect(200).json(), json!([]));
        let back = self.visit().await.expect(200);
        assert_eq!(back.json()["user"]["email"], *email);
        let me = client.as_told(&back);
        me.me().await.expect(200);
        let identities = me.get("/auth/identities").await.expect(200).json();
        assert_eq!(identities.as_array().map(Vec::len), Some(1), "{identities}");
    }
}

#[tokio::test]
async fn a_broken_answer_signs_nobody_in() {
    let mut town = town(|it| it).await;
    for (answer, _) in broken() {
        for behaviour in [token(answer.clone()), userinfo(answer.clone())] {
            town.comes_to_nothing(behaviour, 502, "provider_error").await;
        }
    }
    let other = userinfo(Answer::With(json!({ "sub": "another" })));
    town.comes_to_nothing(other, 502, "provider_error").await;
}

#[tokio::test]
async fn an_id_token_that_is_refused_signs_nobody_in() {
    let mut town = town(|it| it.cookies(CookieConfig::new())).await;
    let refused = [
        hostile::for_anybody_else(&town.idp),
        hostile::of_another_time(town.world.clock.now()),
        hostile::by_no_key_of_theirs(),
        hostile::leading_elsewhere(&town.idp),
        hostile::no_tokens(),
    ];
    let refused = refused.into_iter().flatten().map(|(behaviour, _)| behaviour);
    for behaviour in refused.chain(hostile::without_a_token()) {
        town.comes_to_nothing(behaviour, 502, "provider_error").await;
    }
}

#[tokio::test]
async fn a_callback_that_is_none_signs_nobody_in() {
    let mut town = town(|it| it).await;
    for (callback, status, code) in [
        (json!({ "iss": "https://evil.example" }), 502, "provider_error"),
        (json!({ "code": "another" }), 502, "provider_error"),
        (json!({ "code": null, "error": "server_error" }), 502, "provider_error"),
        (json!({ "code": null, "error": "access_denied" }), 403, "access_denied"),
        (json!({ "state": "another" }), 400, "invalid_oauth_state"),
        (json!({ "state": null }), 400, "invalid_oauth_state"),
        (json!({ "code": null }), 400, "malformed_request"),
    ] {
        let behaviour = Behaviour { callback, ..Behaviour::default() };
        town.comes_to_nothing(behaviour, status, code).await;
    }
}

/// What it says of itself, and its keys.
#[tokio::test]
async fn a_provider_that_is_broken_altogether_signs_nobody_in() {
    for answer in [
        Answer::Status(500),
        Answer::Html(200),
        Answer::Redirect,
        Answer::Text("{"),
        Answer::Text("[]"),
        Answer::Huge,
        Answer::Json(200, json!({ "keys": [], "issuer": "https://evil.example" })),
    ] {
        for is_keys in [false, true] {
            // It breaks after the start, before anybody has come.
            let mut town = town(|it| it).await;
            let email = town.somebody();
            let tell =
                |answer| if is_keys { town.idp.keys(answer) } else { town.idp.discovery(answer) };
            tell(answer.clone());
            if !is_keys {
                // What was known of it is used for an hour more.
                town.world.wait(65 * 60);
            }
            let reply = town.visit().await.problem(502, "provider_error");
            tell(Answer::Good);
            // It is asked again in a moment.
            town.world.wait(60);
            town.is_nobody(&reply, &email).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_hangs_signs_nobody_in_and_holds_nobody_up() {
    let behaviours = [Answer::Hang, Answer::Dribble]
        .into_iter()
        .flat_map(|it| [token(it.clone()), userinfo(it)]);
    let waiting: Vec<_> = behaviours
        .map(|behaviour| {
            tokio::spawn(async move {
                let mut town = town(|it| it).await;
                town.comes_to_nothing(behaviour, 504, "provider_timeout").await;
            })
        })
        .collect();
    for one in waiting {
        one.await.expect("each holds");
    }
}

/// The document is fetched before anybody is sent there.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_whose_document_hangs_sends_nobody_there_and_holds_nobody_up() {
    let waiting = [Answer::Hang, Answer::Dribble].map(|answer| {
        tokio::spawn(async move {
            let mut town = town(|it| it).await;
            let email = town.somebody();
            town.idp.discovery(answer);
            // What was known of it is used for an hour more.
            town.world.wait(65 * 60);
            let begun = Instant::now();
            let coming = (0..40).map(|_| {
                let client = town.json();
                tokio::spawn(async move { client.get("/auth/oauth/work/authorize").await })
            });
            let coming: Vec<_> = coming.collect();
            town.world.client.register("eve@example.com").await.expect(201);
            assert!(begun.elapsed() < Duration::from_secs(5), "somebody else waits for it");
            let mut replies = Vec::new();
            for one in coming {
                let reply = one.await.expect("it holds");
                assert_eq!(reply.header("set-cookie"), None);
                replies.push(reply);
            }
            assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
            let (late, surplus): (Vec<_>, Vec<_>) =
                replies.into_iter().partition(|it| it.status == 504);
            assert_eq!((late.len(), surplus.len()), (32, 8));
            for reply in surplus {
                reply.problem(503, "overloaded");
            }
            // They asked together.
            assert_eq!(town.idp.count("/.well-known/openid-configuration"), 2);
            town.idp.discovery(Answer::Good);
            town.world.wait(60);
            town.is_nobody(&late[0], &email).await;
        })
    });
    for one in waiting {
        one.await.expect("each holds");
    }
}
