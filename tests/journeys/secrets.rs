//! How the secret is changed: by three starts, and nobody is signed out.

use fastauth::{
    AuthBuilder, SetupError,
    store::Memory,
    token::{Algorithm, KeyRing},
};
use fastauth_tests::{Client, SECRET, TestClock, User, World, builder};
use serde_json::json;

const ADA: &str = "ada@example.com";
const EVE: &str = "eve@example.com";
const NEXT: &str = "base64:3vYvJQz0o2q6c1mB4l9Xk7h8Tt5uWw2eRrA0sDdFfGg=";

/// An instance over the store that all share, with this secret and these to fall back on.
async fn instance(store: &Memory, secret: &str, fallbacks: &[&str], has_keys: bool) -> World<User> {
    let decide = |builder: AuthBuilder<User>| {
        let builder = builder.secret(secret);
        let builder = fallbacks.iter().fold(builder, |it, secret| it.secret_fallback(*secret));
        if has_keys { builder.keys(KeyRing::rotating(Algorithm::EdDSA)) } else { builder }
    };
    World::built(store.clone(), decide).await
}

async fn is_signed_in(client: &Client, access: &str) -> bool {
    client.bearer(access).get("/auth/me").await.status == 200
}

#[tokio::test]
async fn a_secret_follows_another_and_nobody_is_signed_out() {
    for has_keys in [false, true] {
        let store = Memory::new();
        let before = instance(&store, SECRET, &[], has_keys).await;
        let ada = before.client.register(ADA).await.expect(201);

        // Some have been told of the next one already.
        let told = instance(&store, SECRET, &[NEXT], has_keys).await;
        let eve = told.client.register(EVE).await.expect(201);
        assert!(is_signed_in(&before.client, eve.access()).await);

        // Some make it theirs, while others still go by the old one.
        let changed = instance(&store, NEXT, &[SECRET], has_keys).await;
        for world in [&told, &changed] {
            for reply in [&ada, &eve] {
                assert!(is_signed_in(&world.client, reply.access()).await, "keys: {has_keys}");
            }
        }
        let later = changed.client.register("later@example.com").await.expect(201);
        assert!(is_signed_in(&told.client, later.access()).await, "keys: {has_keys}");

        // A reply is lost: whichever instance is asked again gives the same child.
        let child = told.client.refresh(ada.refresh()).await.expect(200);
        let again = changed.client.refresh(ada.refresh()).await.expect(200);
        assert_eq!(child.refresh(), again.refresh());
        let next = changed.client.refresh(again.refresh()).await.expect(200);
        assert!(is_signed_in(&told.client, next.access()).await);
        told.client.refresh(later.refresh()).await.expect(200);

        // Without the old one nothing of it opens, and what came later does.
        if !has_keys {
            let after = instance(&store, NEXT, &[], false).await;
            assert!(is_signed_in(&after.client, later.access()).await);
            assert!(!is_signed_in(&after.client, ada.access()).await);
            after.client.refresh(next.refresh()).await.problem(401, "invalid_refresh_token");
        }
    }
}

async fn refusal(decide: impl Fn(AuthBuilder<User>) -> AuthBuilder<User>) -> SetupError {
    let built = decide(builder(&TestClock::default())).store(Memory::new()).build().await;
    built.expect_err("it cannot be meant")
}

#[tokio::test]
async fn what_is_fallen_back_on_is_a_secret_too_and_another_one() {
    for (fallback, title) in [
        ("hunter2", "weak secret"),
        ("", "weak secret"),
        ("base64:!!!", "weak secret"),
        (SECRET, "one secret twice"),
    ] {
        let error = refusal(|it| it.secret_fallback(fallback)).await;
        let titles: Vec<_> = error.problems().iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, [title], "{fallback}");
        assert!(fallback.is_empty() || !format!("{error:?}").contains(fallback), "{error:?}");
    }
    let error = refusal(|it| it.secret_fallback(NEXT).secret_fallback(NEXT)).await;
    assert_eq!(error.problems()[0].title, "one secret twice");
    let error = refusal(|it| it.secret("hunter2").secret_fallback("hunter3")).await;
    assert_eq!(error.problems().len(), 2, "both are told at once: {}", json!(error.to_string()));
}
