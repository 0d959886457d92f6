//! The token is good and the way it comes is odd: twice, under another scheme, in the query, with
//! bytes no header should have. A second carrier must never be asked when the first was refused.
//!
//! Sources: RFC 6750 §2, §3.1; RFC 9700 §4.3; sreekarnv/fastauth ≤ 0.5.6 took tokens from the query.

use crate::{
    forged_tokens::opens_nothing,
    support::{App, Call, Reply},
};

async fn app_and_token() -> (App, String) {
    let app = App::in_memory().await;
    let reply = app.register("ada@example.com").await;
    let token = reply["access_token"].as_str().unwrap().to_owned();
    (app, token)
}

async fn with_header(app: &App, path: &str, value: impl AsRef<[u8]>) -> Reply {
    app.send(Call::get(path).header("authorization", value)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scheme_is_read_in_any_case() {
    let (app, token) = app_and_token().await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let reply = with_header(&app, "/auth/me", format!("{scheme} {token}")).await;
        assert_eq!(reply.status, 200, "{scheme}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_authorization_headers_are_refused_even_if_they_are_one_and_the_same() {
    let (app, token) = app_and_token().await;
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
            let call = Call::get(path).header("authorization", one).header("authorization", other);
            app.send(call).await.invalid_token();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_header_without_a_clean_token_is_a_refused_token() {
    let (app, token) = app_and_token().await;
    opens_nothing(&app, "").await;
    opens_nothing(&app, " ").await;
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
        for path in ["/auth/me", "/anybody", "/claims-of-anybody"] {
            let reply = with_header(&app, path, &value).await;
            assert_eq!(reply.status, 401, "{value:?} {reply:?}");
            reply.invalid_token();
        }
    }
    for bytes in [b"Bearer \xff\xfe".as_slice(), b"Bear\xc3\xa9r x", "Bearer ä".as_bytes()] {
        with_header(&app, "/auth/me", bytes).await.invalid_token();
        with_header(&app, "/anybody", bytes).await.invalid_token();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_scheme_is_not_ours_and_opens_nothing() {
    let (app, token) = app_and_token().await;
    for value in [
        "Basic YWRhQGV4YW1wbGUuY29tOng=".to_owned(),
        format!("Token {token}"),
        format!("Bearer{token}"),
        format!("JWT {token}"),
        token.clone(),
        format!("DPoP {token}"),
        "Negotiate".to_owned(),
    ] {
        let reply = with_header(&app, "/auth/me", &value).await;
        assert_eq!((reply.status, reply.code().as_str()), (401, "missing_token"), "{value}");
        // Nothing of ours was presented: the challenge names no error (RFC 6750 §3.1).
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert_eq!(with_header(&app, "/anybody", &value).await.text(), "nobody");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_query_a_cookie_or_a_body_is_not_looked_at() {
    let (app, token) = app_and_token().await;
    for path in [
        format!("/auth/me?access_token={token}"),
        format!("/auth/me?token={token}"),
        format!("/auth/me?authorization=Bearer%20{token}"),
    ] {
        let reply = app.send(Call::get(&path)).await;
        assert_eq!((reply.status, reply.code().as_str()), (401, "missing_token"));
        assert!(!reply.text().contains(&token));
    }
    for (name, value) in [
        ("cookie", format!("auth_access={token}; __Host-auth_access={token}")),
        ("x-access-token", token.clone()),
        ("proxy-authorization", format!("Bearer {token}")),
        ("x-authorization", format!("Bearer {token}")),
        ("x-original-authorization", format!("Bearer {token}")),
    ] {
        let reply = app.send(Call::get("/auth/me").header(name, value)).await;
        assert_eq!(reply.status, 401, "{name}");
    }
    let body = format!("access_token={token}");
    let reply = app.send(Call::new("DELETE", "/auth/me").form(&body)).await;
    assert_eq!(reply.status, 401);
    // A good token elsewhere does not help a bad one where it belongs.
    let call = Call::get(&format!("/auth/me?access_token={token}"))
        .header("cookie", format!("auth_access={token}"))
        .bearer("x");
    app.send(call).await.invalid_token();
}
