//! Sign-in by a provider, through its own pages.

use fastauth::{config::CookieConfig, oauth::OAuthClient};
use fastauth_tests::OidcProvider;

use super::stage::Stage;

/// The whole way, in a browser: there, back, linked, unlinked, denied, too late.
#[tokio::test]
async fn a_visitor_signs_in_at_a_provider() {
    let Some(stage) = Stage::of("providers") else { return };
    let callback = "https://app.example.test/auth/oauth/idp/callback";
    let Some(idp) = OidcProvider::start("providers", callback, &[]).await else { return };
    let client = || OAuthClient::new(idp.oidc("idp")).fill("name", "name");
    stage.public("app", |it| it.cookies(CookieConfig::new()).oauth(client())).await.play().await;
}
