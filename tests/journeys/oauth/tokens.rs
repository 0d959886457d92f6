use fastauth::{
    AuthUser,
    store::{Memory, Sqlite},
};
use fastauth_tests::{
    BASE_URL, Scratch, TestProvider, User, World, ada_there, builder, keep_log, logged,
};

use super::{filling, signed_in};

#[tokio::test]
async fn tokens_of_a_provider_are_kept_where_the_application_asks_for_it() {
    let acme = TestProvider::named("acme");
    acme.gives_refresh_token(Some("rt-1"));
    let client = filling(&acme).keep_tokens();
    let world = World::built(Memory::new(), |it| it.oauth(client)).await;
    let reply = signed_in(&world.client, &acme, &ada_there()).await.expect(200);
    let text = reply.json()["user"]["id"].as_str().expect("an id").to_owned();
    let id = User::parse_id(&text).expect("an id");
    let kept = async || {
        let tokens = world.auth.provider_tokens(&id, "acme").await.expect("a store");
        let tokens = tokens.expect("they are kept");
        let refresh = tokens.refresh_token.as_ref().map(|it| it.expose().to_owned());
        (tokens.access_token.expose().to_owned(), refresh)
    };
    let renews = Some("rt-1".to_owned());
    assert_eq!(kept().await, ("at-acme-code-0".to_owned(), renews.clone()));
    // It gives the one that renews them once: it is not lost.
    acme.gives_refresh_token(None);
    signed_in(&world.client, &acme, &ada_there()).await.expect(200);
    assert_eq!(kept().await, ("at-acme-code-1".to_owned(), renews));
    acme.gives_refresh_token(Some("rt-2"));
    signed_in(&world.client, &acme, &ada_there()).await.expect(200);
    assert_eq!(kept().await, ("at-acme-code-2".to_owned(), Some("rt-2".to_owned())));
    assert!(world.auth.provider_tokens(&id, "zeta").await.expect("a store").is_none());
    let nobody = User::parse_id("01890f6e-0000-7000-8000-000000000000").expect("an id");
    assert!(world.auth.provider_tokens(&nobody, "acme").await.expect("a store").is_none());
    // No reply shows them.
    let me = world.client.as_told(&reply);
    for path in ["/auth/identities", "/auth/me"] {
        let shown = me.get(path).await.expect(200).text();
        assert!(!shown.contains("at-acme") && !shown.contains("rt-") && !shown.contains("ada-1"));
    }
}

#[tokio::test]
async fn tokens_are_forgotten_otherwise() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), |it| it.oauth(filling(&acme))).await;
    let reply = signed_in(&world.client, &acme, &ada_there()).await.expect(200);
    let id = User::parse_id(reply.json()["user"]["id"].as_str().expect("an id")).expect("an id");
    assert!(world.auth.provider_tokens(&id, "acme").await.expect("a store").is_none());
}

/// Whoever has the store has no token, and under another secret nobody has.
#[tokio::test]
async fn tokens_are_sealed_in_the_store() {
    let acme = TestProvider::named("acme");
    acme.gives_refresh_token(Some("rt-in-the-store"));
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let store = Sqlite::open(&file).await.expect("a file");
    let world = World::built(store, |it| it.oauth(filling(&acme).keep_tokens())).await;
    let reply = signed_in(&world.client, &acme, &ada_there()).await.expect(200);
    let id = User::parse_id(reply.json()["user"]["id"].as_str().expect("an id")).expect("an id");
    let mut written = Vec::new();
    for entry in std::fs::read_dir(scratch.path()).expect("a folder") {
        written.extend(std::fs::read(entry.expect("a file").path()).expect("bytes"));
    }
    let has = |text: &str| written.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(has("ada-1") && has("acme"));
    assert!(!has("at-acme-code") && !has("rt-in-the-store"));

    let store = Sqlite::open(&file).await.expect("a file");
    let other = builder(&world.clock)
        .base_url(BASE_URL)
        .secret("base64:r1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=")
        .oauth(filling(&acme).keep_tokens())
        .store(store);
    let other = other.build().await.expect("complete");
    keep_log();
    assert!(other.provider_tokens(&id, "acme").await.expect("a store").is_none());
    assert!(logged().contains("tokens of a provider were sealed under another secret"));
    assert!(world.auth.provider_tokens(&id, "acme").await.expect("a store").is_some());
}
