//! Somebody without the key makes an access token: changes one of ours, signs it otherwise or not at
//! all, or brings another shape to a parser that is too kind.
//!
//! Sources: RFC 8725 §2, §3; RFC 7515 §4.1.11, §7; CVE-2025-59420 (`crit`), CVE-2018-0114 (`jwk`).

use fastauth_tests::{Minted, User, World, encode, header, key_of};
use serde_json::{Value as Json, json};

/// Asserts that a token opens nothing: with the store or without, where somebody must be signed in
/// and where nobody has to.
pub(crate) async fn opens_nothing(world: &World<User>, token: &str) {
    let mut shapes = Vec::new();
    for path in ["/auth/me", "/anybody", "/claims", "/anybodys-claims", "/fresh"] {
        let reply = world.client.bearer(token).get(path).await.invalid_token();
        shapes.push((reply.status, reply.text()));
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "the refusals differ: {shapes:?}");
}

/// Asserts that a token is taken for its owner's.
pub(crate) async fn opens(world: &World<User>, token: &str) {
    world.client.bearer(token).me().await.expect(200);
}

/// An application, and the access token of somebody there.
pub(crate) async fn world_and_token() -> (World<User>, &'static str) {
    let world = World::new().await;
    let token = world.client.register("ada@example.com").await.access();
    (world, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_minted_with_the_key_itself_is_taken() {
    // Without this the other tests here would prove nothing: they change one thing about such a token.
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    opens(&world, &minted.write()).await;
    opens(&world, &minted.header_member("kid", None).write()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_token_is_refused_whatever_was_changed() {
    let (world, token) = world_and_token().await;
    for place in (0..token.len()).step_by(7).chain(token.len() - 3..token.len()) {
        let mut bytes = token.to_owned().into_bytes();
        bytes[place] = match bytes[place] {
            b'A' => b'B',
            _ => b'A',
        };
        let changed = String::from_utf8(bytes).unwrap();
        if changed != token {
            opens_nothing(&world, &changed).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_algorithm_is_refused_however_it_is_signed() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    for algorithm in [
        "none", "None", "NONE", "nOnE", "", "HS384", "HS512", "hs256", "HS256 ", "RS256", "ES256",
        "EdDSA", "PS256", "dir",
    ] {
        let other = minted.clone().header_member("alg", Some(json!(algorithm)));
        let signed = other.write();
        opens_nothing(&world, &signed).await;
        let unsigned = signed.rsplit_once('.').unwrap().0;
        opens_nothing(&world, &format!("{unsigned}.")).await;
        opens_nothing(&world, unsigned).await;
    }
    for algorithm in [None, Some(Json::Null), Some(json!(["HS256"])), Some(json!(256))] {
        opens_nothing(&world, &minted.clone().header_member("alg", algorithm).write()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_refused_and_no_header_brings_one() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    for key in [b"".to_vec(), vec![0; 32], b"secret".to_vec(), key_of("admins")] {
        opens_nothing(&world, &minted.clone().key(key).write()).await;
    }
    let mine = vec![7; 32];
    let jwk = json!({ "kty": "oct", "k": encode(&mine), "alg": "HS256", "kid": "mine" });
    let kid = header(token)["kid"].clone();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("http://127.0.0.1:9/keys.json")),
        ("x5u", json!("http://127.0.0.1:9/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' UNION SELECT 'key'; --")),
        ("kid", json!("")),
        ("kid", Json::Null),
        ("kid", json!(["a", "b"])),
        ("kid", kid),
    ] {
        let other = minted.clone().key(mine.clone()).header_member(name, Some(value));
        opens_nothing(&world, &other.write()).await;
    }
    // The right key under another name is not the key that was named.
    opens_nothing(&world, &minted.header_member("kid", Some(json!("other"))).write()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_asks_for_more_is_refused() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("cty", json!("JWT")),
        ("enc", json!("A256GCM")),
        ("zip", json!("DEF")),
        ("crit", Json::Null),
    ] {
        opens_nothing(&world, &minted.clone().header_member(name, Some(value)).write()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_kind_of_token_is_refused() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    for same in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
        let token = minted.clone().header_member("typ", Some(json!(same))).write();
        opens(&world, &token).await;
    }
    for other in [
        None,
        Some(Json::Null),
        Some(json!("JWT")),
        Some(json!("id+jwt")),
        Some(json!("rt+jwt")),
        Some(json!("")),
        Some(json!("at+jwt ")),
        Some(json!("text/at+jwt")),
        Some(json!(["at+jwt"])),
    ] {
        opens_nothing(&world, &minted.clone().header_member("typ", other).write()).await;
    }
    for other in ["refresh", "Access", "access ", "id", ""] {
        opens_nothing(&world, &minted.clone().claim("type", Some(json!(other))).write()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn access_and_refresh_tokens_do_not_pass_for_each_other() {
    let world = World::new().await;
    let reply = world.client.register("ada@example.com").await;
    opens_nothing(&world, reply.refresh()).await;
    world.client.refresh(reply.access()).await.problem(401, "invalid_refresh_token");
    // Neither try ended anything.
    opens(&world, reply.access()).await;
    world.client.refresh(reply.refresh()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_another_shape_is_refused_before_it_is_parsed() {
    let (world, token) = world_and_token().await;
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (head, payload) = message.split_once('.').unwrap();
    let header = encode(br#"{"alg":"dir","enc":"A256GCM","typ":"at+jwt"}"#);
    let json = json!({ "payload": payload, "signatures": [{ "protected": head, "signature": signature }] });
    for shape in [
        "a".to_owned(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        format!(".{payload}.{signature}"),
        format!("{head}..{signature}"),
        format!("{head}.{payload}."),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{head}.{payload}.{signature}=="),
        format!("{head}=.{payload}.{signature}"),
        format!("{head}.{payload}.{signature}%3D"),
        format!("{head}\u{b7}{payload}"),
        token.replace('-', "+").replace('_', "/") + "+",
        format!("{token} {token}"),
        format!("{token},{token}"),
        format!("{head}.{payload}. {signature}"),
        // The five parts of an encrypted token, empty and not.
        format!("{header}....{signature}"),
        format!("{header}.{payload}.{payload}.{payload}.{signature}"),
        json.to_string(),
        format!("\"{token}\""),
    ] {
        opens_nothing(&world, &shape).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_8_kib_is_read_and_a_longer_one_is_not() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    let padded = |size: usize| minted.clone().claim("padding", Some(json!("x".repeat(size))));
    // Four characters for three bytes: the sizes around the limit are found by trying.
    let of_length = |length: usize| {
        (4_000..8_000).map(|size| padded(size).write()).find(|token| token.len() >= length)
    };
    let longest = of_length(8_189).unwrap();
    assert!((8_189..=8_192).contains(&longest.len()), "{}", longest.len());
    opens(&world, &longest).await;
    let longer = of_length(8_193).unwrap();
    assert!((8_193..=8_196).contains(&longer.len()), "{}", longer.len());
    opens_nothing(&world, &longer).await;
    opens_nothing(&world, &padded(18_000).write()).await;
}
