//! The token is good and the way it comes is odd: twice, under another scheme, in the query, with
//! bytes no header should have. A second carrier must never be asked when the first was refused.
//!
//! Sources: RFC 6750 §2, §3.1; RFC 9700 §4.3; sreekarnv/fastauth ≤ 0.5.6 took tokens from the query.

use fastauth_tests::{Client, Reply};

use crate::forged_tokens::{opens_nothing, world_and_token};

async fn with_header(client: &Client, path: &str, value: impl AsRef<[u8]>) -> Reply {
    client.with("authorization", value).get(path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scheme_is_read_in_any_case() {
    let (world, token) = world_and_token().await;
    let client = &world.client;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        with_header(client, "/auth/me", format!("{scheme} {token}")).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_authorization_headers_are_refused_even_if_they_are_one_and_the_same() {
    let (world, token) = world_and_token().await;
    let client = &world.client;
    let good = format!("Bearer {token}");
    for (one, other) in [
        (good.as_str(), good.as_str()),
        (&good, "Bearer x"),
        ("Bearer x", &good),
        ("Basic YWRhOng=", &good),
        (&good, "Basic YWRhOng="),
        (&good, ""),
        ("", &good),
    ] {
        for path in ["/auth/me", "/anybody", "/claims"] {
            let both = client.with("authorization", one).with("authorization", other);
            both.get(path).await.invalid_token();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_header_without_a_clean_token_is_a_refused_token() {
    let (world, token) = world_and_token().await;
    let client = &world.client;
    opens_nothing(&world, "").await;
    opens_nothing(&world, " ").await;
    for value in [
        "Bearer".to_owned(),
        format!("Bearer\t{token}"),
        format!("Bearer \t{token}"),
        format!("Bearer,{token}"),
        format!("Bearer={token}"),
        format!("Bearer:{token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer Bearer {token}"),
        format!("Bearer token={token}"),
    ] {
        for path in ["/auth/me", "/anybody", "/anybodys-claims"] {
            with_header(client, path, &value).await.invalid_token();
        }
    }
    for bytes in [b"Bearer \xff\xfe".as_slice(), b"Bear\xc3\xa9r x", "Bearer ä".as_bytes()] {
        with_header(client, "/auth/me", bytes).await.invalid_token();
        with_header(client, "/anybody", bytes).await.invalid_token();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_scheme_is_not_ours_and_opens_nothing() {
    let (world, token) = world_and_token().await;
    let client = &world.client;
    for value in [
        "Basic YWRhQGV4YW1wbGUuY29tOng=".to_owned(),
        format!("Token {token}"),
        format!("Bearer{token}"),
        format!("JWT {token}"),
        token.to_owned(),
        format!("DPoP {token}"),
        "Negotiate".to_owned(),
    ] {
        let reply = with_header(client, "/auth/me", &value).await.problem(401, "missing_token");
        // Nothing of ours was presented: the challenge names no error (RFC 6750 §3.1).
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert_eq!(with_header(client, "/anybody", &value).await.text(), "nobody");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_query_a_cookie_or_a_body_is_not_looked_at() {
    let (world, token) = world_and_token().await;
    let client = &world.client;
    for path in [
        format!("/auth/me?access_token={token}"),
        format!("/auth/me?token={token}"),
        format!("/auth/me?authorization=Bearer%20{token}"),
    ] {
        let reply = client.get(&path).await.problem(401, "missing_token");
        assert!(!reply.text().contains(token));
    }
    for (name, value) in [
        ("cookie", format!("auth_access={token}; __Host-auth_access={token}")),
        ("x-access-token", token.to_owned()),
        ("proxy-authorization", format!("Bearer {token}")),
        ("x-authorization", format!("Bearer {token}")),
        ("x-original-authorization", format!("Bearer {token}")),
    ] {
        client.with(name, value).me().await.problem(401, "missing_token");
    }
    let body = serde_json::json!({ "access_token": token });
    client.json("DELETE", "/auth/me", body).await.problem(401, "missing_token");
    // A good token elsewhere does not help a bad one where it belongs.
    let elsewhere = client.with("cookie", format!("auth_access={token}")).bearer("x");
    elsewhere.get(&format!("/auth/me?access_token={token}")).await.invalid_token();
}
