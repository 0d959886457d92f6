//! What a browser makes of the cookies.

use fastauth::config::{CookieConfig, SameSite};

use super::stage::{Stage, jwt};

/// On plain http, as in development: `HttpOnly` and `SameSite`, without a prefix.
#[tokio::test]
async fn on_plain_http_they_live_from_sign_up_to_logout() {
    let Some(stage) = Stage::of("plain_http") else { return };
    let stage = stage
        .local("app", |it| jwt(it.cookies(CookieConfig::new())))
        .await
        .local("session", |it| it.cookies(CookieConfig::new().same_site(SameSite::Strict)))
        .await;
    stage.play().await;
}

/// What a browser takes with the prefixes and keeps as it was asked to (ASVS 3.3).
#[tokio::test]
async fn behind_tls_they_have_prefixes_and_last_as_asked() {
    let Some(stage) = Stage::of("tls") else { return };
    let stage = stage
        .public("app", |it| jwt(it.cookies(CookieConfig::new())))
        .await
        .public("session", |it| it.cookies(CookieConfig::new()))
        .await
        .public("shared", |it| it.cookies(CookieConfig::new().domain("example.test")))
        .await
        .public("below", |it| jwt(it.cookies(CookieConfig::new().path("/auth"))))
        .await;
    stage.play().await;
}
