//! Sign-in by a provider, through its own pages.

use fastauth::{config::CookieConfig, oauth::Oidc};
use fastauth_tests::OidcProvider;

use super::stage::Stage;

/// The whole way, in a browser: there, back, linked, unlinked, denied, too late.
#[tokio::test]
async fn a_visitor_signs_in_at_a_provider() {
    let Some(stage) = Stage::of("providers") else { return };
    let callback = "https://app.example.test/auth/oauth/idp/callback";
    let Some(provider) = OidcProvider::start("providers", &[callback]).await else { return };
    let client = || {
        Oidc::discover("idp", provider.issuer(), provider.client_id(), provider.client_secret())
            .fill("name", "name")
    };
    let stage = stage.public("app", |it| it.cookies(CookieConfig::new()).oauth(client())).await;
    stage.play().await;
}
