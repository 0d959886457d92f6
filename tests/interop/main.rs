//! Tokens between us and other implementations: `PyJWT`, `joserfc`, and `jose` on Node. They read ours by the
//! keys we serve, for every algorithm; of theirs we take what is good, and nothing else.

mod party;

use axum::Router;
use fastauth::{
    Auth,
    store::Memory,
    testing::TestClock,
    time::Clock,
    token::{Algorithm, Jwt, KeyRing, SigningKey, Verifier, VerifyingKey},
};
use fastauth_tests::{BASE_URL, Client, User, builder, claims, encode, free_address, serve};
use serde_json::json;

use self::party::Party;

/// A secret that is long enough for each algorithm of HMAC.
const SECRET: &str =
    "+sMWGxCwtqRcPJeWXSAnEYurZQAU3S0GIfNpoTEANCWIXIxCt2wz+mExBMbuH0afZdHjE2o5In2bE5is4a5H6Q==";

fn key(algorithm: Algorithm) -> SigningKey {
    if algorithm.is_symmetric() {
        SigningKey::from_secret(algorithm, &format!("base64:{SECRET}")).expect("it is good")
    } else {
        SigningKey::generate(algorithm).expect("it can be made")
    }
}

async fn application(algorithm: Algorithm) -> (Client, Auth<User>) {
    // Others go by the clock of the system.
    let builder = builder(&TestClock::default()).clock(fastauth::time::SystemClock);
    let auth = builder.keys(key(algorithm)).store(Memory::new()).build().await.expect("complete");
    let app = Router::new().nest("/auth", auth.routes()).merge(auth.well_known());
    (serve(&auth, app.with_state(auth.clone())).await, auth)
}

#[tokio::test(flavor = "multi_thread")]
async fn others_read_our_tokens_by_the_keys_we_serve() {
    let parties = Party::all("others_read_our_tokens_by_the_keys_we_serve");
    for algorithm in Algorithm::ALL.iter().copied().filter(|_| !parties.is_empty()) {
        let (client, _) = application(algorithm).await;
        let token = client.register("ada@example.com").await.access();
        let (message, signature) = token.rsplit_once('.').expect("three parts");
        let (header, payload) = message.split_once('.').expect("two parts");
        let forged = format!("{header}.{}.{signature}", encode(br#"{"sub":"eve"}"#));
        let mut flipped = signature.to_owned();
        flipped.replace_range(4..5, if signature[4..].starts_with('A') { "B" } else { "A" });
        let tokens = [
            token.to_owned(),
            forged,
            format!("{header}.{payload}.{flipped}"),
            format!("{header}.{payload}."),
        ];
        let mut asked = json!({
            "task": "read", "algorithm": algorithm.name(), "issuer": BASE_URL, "audience": BASE_URL,
            "tokens": tokens,
        });
        if algorithm.is_symmetric() {
            let set = client.get("/.well-known/jwks.json").await.expect(200).json();
            assert_eq!(set, json!({ "keys": [] }), "{algorithm}");
            asked["secret"] =
                json!(SECRET.replace('+', "-").replace('/', "_").trim_end_matches('='));
        } else {
            asked["jwks"] = json!(format!("http://{}/.well-known/jwks.json", client.address()));
        }
        for party in &parties {
            let read = party.asked(&asked).await;
            assert_eq!(read, json!([claims(token), null, null, null]), "{algorithm} {party:?}");
            // And not for another audience, nor as from another issuer.
            for name in ["audience", "issuer"] {
                let mut other = asked.clone();
                other[name] = json!("https://other.example");
                let read = party.asked(&other).await;
                assert_eq!(read, json!([null, null, null, null]), "{algorithm} {party:?} {name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_others_tokens_we_take_the_good_ones() {
    let parties = Party::all("of_others_tokens_we_take_the_good_ones");
    for algorithm in Algorithm::ALL {
        for party in &parties {
            let now = fastauth::time::SystemClock.now().as_secs();
            let claims = json!({
                "iss": BASE_URL, "aud": BASE_URL, "sub": "01890f6e-0000-7000-8000-000000000002",
                "jti": "1", "sid": "01890f6e-0000-7000-8000-000000000001", "type": "access",
                "iat": now, "nbf": now, "exp": now + 900, "name": "Ada", "plan": "free",
            });
            let asked = json!({ "task": "write", "algorithm": algorithm.name(), "claims": claims });
            let written = party.asked(&asked).await;
            let jwk = VerifyingKey::from_jwk(&written["jwk"].to_string()).expect("a good key");
            let ring = KeyRing::verify_only([jwk]).expect("one key");
            let client = service(Verifier::new(BASE_URL, Jwt::new(ring))).await;
            let tokens = written["tokens"].as_array().expect("a list");
            for token in tokens {
                let [name, is_good, token] = [0, 1, 2].map(|it| token[it].clone());
                let reply = client.bearer(token.as_str().expect("text")).get("/").await;
                let expected = if is_good == true { 200 } else { 401 };
                assert_eq!(reply.status, expected, "{algorithm} {party:?}: {name}");
            }
            assert!(tokens.len() > 6, "{written}");
        }
    }
}

async fn service(verifier: Verifier<User>) -> Client {
    let hello = async |claims: fastauth::Claims<User, Verifier<User>>| claims.name.clone();
    let app = Router::new().route("/", axum::routing::get(hello)).with_state(verifier);
    let listener = tokio::net::TcpListener::bind(free_address().await).await.expect("it is free");
    let client = Client::new(listener.local_addr().expect("it is bound"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    client
}
