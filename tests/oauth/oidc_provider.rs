//! A provider that somebody else has written, by its own forms.

use fastauth::{
    oauth::{Identified, OAuthError, Oidc},
    time::{Clock, SystemClock},
};
use fastauth_tests::{OidcProvider, Visit};

use crate::visit::{REDIRECT_URI, came_back, url};

async fn visit(provider: &OidcProvider, visit: Visit) -> Result<Identified, OAuthError> {
    came_by(provider, provider.oidc("work"), visit).await
}

async fn came_by(
    provider: &OidcProvider,
    work: Oidc,
    visit: Visit,
) -> Result<Identified, OAuthError> {
    let now = SystemClock.now();
    let callback = provider.visit(&url(now, &work).await?, visit).await;
    assert_eq!(callback.field("iss"), provider.issuer());
    assert_eq!(callback.field("state"), "a state");
    came_back(now, &work, &callback).await
}

#[tokio::test]
async fn a_provider_of_another_code_base_says_who_somebody_is() {
    let test = "a_provider_of_another_code_base_says_who_somebody_is";
    for settings in [
        [("CLAIMS", "userinfo"), ("ALG", "RS256")],
        [("CLAIMS", "id_token"), ("ALG", "ES256")],
        [("CLAIMS", "id_token"), ("ALG", "Ed25519")],
    ] {
        let Some(provider) = OidcProvider::start(test, REDIRECT_URI, &settings).await else {
            return;
        };
        for (name, is_proved) in [("ada", true), ("grace", false), ("mary", false)] {
            let identified = visit(&provider, Visit::Agrees(name)).await.expect(name);
            let profile = identified.profile;
            assert_eq!(profile.subject, name);
            assert_eq!(profile.email, Some(format!("{name}@example.com")), "{settings:?}");
            assert_eq!(profile.email_verified, is_proved, "{name} {settings:?}");
            assert!(profile.claims["name"].is_string(), "{:?}", profile.claims);
        }
    }
}

#[tokio::test]
async fn whoever_says_no_there_comes_back_with_nothing() {
    let test = "whoever_says_no_there_comes_back_with_nothing";
    let Some(provider) = OidcProvider::start(test, REDIRECT_URI, &[]).await else { return };
    let work = provider.oidc("work");
    let url = url(SystemClock.now(), &work).await.unwrap();
    let callback = provider.visit(&url, Visit::Refuses("ada")).await;
    assert_eq!(callback.field("error"), "access_denied");
    assert_eq!(callback.field("state"), "a state");
    assert!(!callback.fields.contains_key("code"));
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_its_verifier_and_a_second_time() {
    let test = "a_code_is_worth_nothing_without_its_verifier_and_a_second_time";
    let Some(provider) = OidcProvider::start(test, REDIRECT_URI, &[]).await else { return };
    let work = provider.oidc("work");
    let now = SystemClock.now();
    let url = url(now, &work).await.unwrap();
    // Without a challenge nobody is asked.
    let (without, _) = url.split_once("&code_challenge=").unwrap();
    let callback = provider.visit(without, Visit::Agrees("ada")).await;
    assert_eq!(callback.field("error"), "invalid_request");
    let callback = provider.visit(&url, Visit::Agrees("ada")).await;
    came_back(now, &work, &callback).await.unwrap();
    let again = came_back(now, &work, &callback).await;
    assert!(crate::visit::unusable(again).ends_with("invalid_grant"));
}

#[tokio::test]
async fn a_secret_goes_where_it_is_registered_to_go() {
    let test = "a_secret_goes_where_it_is_registered_to_go";
    let settings = [("AUTH_METHOD", "client_secret_post")];
    let Some(provider) = OidcProvider::start(test, REDIRECT_URI, &settings).await else { return };
    let told = provider.oidc("work").secret_in_body();
    came_by(&provider, told, Visit::Agrees("ada")).await.unwrap();
}
