//! What pages of others can make a browser do.

use fastauth::config::{CookieConfig, SameSite};

use super::stage::{Stage, jwt};

/// Forms and fetches of another site, with the cookies and without (ASVS 3.5).
#[tokio::test]
async fn another_site_changes_nothing() {
    let Some(stage) = Stage::of("other_sites") else { return };
    let stage = stage
        .local("local", |it| jwt(it.cookies(CookieConfig::new())))
        .await
        .public("app", |it| jwt(it.cookies(CookieConfig::new())))
        .await
        .public("embedded", |it| jwt(it.cookies(CookieConfig::new().same_site(SameSite::None))))
        .await
        .public("strict", |it| it.cookies(CookieConfig::new().same_site(SameSite::Strict)))
        .await;
    stage.play().await;
}

/// Another host of the same site, whose requests bring all cookies along.
#[tokio::test]
async fn a_sibling_host_changes_and_plants_nothing() {
    let Some(stage) = Stage::of("siblings") else { return };
    let stage = stage
        .local("local", |it| jwt(it.cookies(CookieConfig::new())))
        .await
        .public("app", |it| jwt(it.cookies(CookieConfig::new())))
        .await
        .public("trusting", |it| {
            it.cookies(CookieConfig::new()).trusted_origin("https://admin.example.test")
        })
        .await
        .public("shared", |it| it.cookies(CookieConfig::new().domain("example.test")))
        .await;
    stage.play().await;
}
