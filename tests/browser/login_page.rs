//! The way to the login page and back.

use fastauth::config::CookieConfig;

use super::stage::Stage;

/// A browser is led to the login page, and to where it wanted to go if that is here.
#[tokio::test]
async fn a_visitor_is_led_to_the_login_page_and_back() {
    let Some(stage) = Stage::of("login_page") else { return };
    stage.public("app", |it| it.cookies(CookieConfig::new())).await.play().await;
}
