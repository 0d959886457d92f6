//! What the document says of sign-ins by a provider.

use fastauth::{Auth, AuthUser, PasswordHash, config::Limits, routing::Who, store::Memory};
use fastauth_tests::{BASE_URL, SECRET, TestProvider};
use serde_json::{Value, json};

use crate::{
    accounts,
    document::{json_of, replies},
    valid::validated,
};

/// Of one password, which must be there.
#[derive(AuthUser)]
#[auth(id, email, password_hash, email_verified)]
struct Member {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    email_verified: bool,
}

async fn members() -> Value {
    let built = Auth::<Member>::builder().base_url(BASE_URL).secret(SECRET).throttle(Limits::off());
    let built = built.oauth(TestProvider::named("acme")).oauth(TestProvider::named("zeta"));
    let auth = built.store(Memory::new()).build().await.expect("a complete application");
    json_of(&auth.openapi("/auth"))
}

/// The names of what stands in a place, and whether it must.
fn parameters(document: &Value, method: &str, path: &str, place: &str) -> Vec<(String, bool)> {
    let all = document["paths"][path][method]["parameters"].as_array().into_iter().flatten();
    let there = all.filter(|parameter| parameter["in"] == place);
    let named = |parameter: &Value| {
        let name = parameter["name"].as_str().expect("a name").to_owned();
        (name, parameter["required"] == true)
    };
    there.map(named).collect()
}

const AUTHORIZE: &str = "/auth/oauth/{provider}/authorize";
const CALLBACK: &str = "/auth/oauth/{provider}/callback";
const COOKIE: &str = "`auth_signup_…`";

#[tokio::test]
async fn the_query_and_the_names_of_providers_are_told() {
    let document = members().await;
    validated(&document);
    let query = |path| parameters(&document, "get", path, "query");
    assert_eq!(query(AUTHORIZE), [("next".to_owned(), false)]);
    let told = [("state", true), ("code", false), ("error", false), ("iss", false)];
    assert_eq!(query(CALLBACK), told.map(|(name, must)| (name.to_owned(), must)));
    for (path, method) in
        [(AUTHORIZE, "get"), (CALLBACK, "get"), ("/auth/identities/{provider}", "delete")]
    {
        let provider = &document["paths"][path][method]["parameters"][0];
        assert_eq!(provider["schema"]["enum"], json!(["acme", "zeta"]), "{path}");
    }
    let rest = &document["components"]["schemas"]["MemberSignupRest"];
    assert_eq!(rest["required"], json!(["password", "flow"]));
    // Whom the provider knows no address of gives it.
    assert!(rest["properties"]["email"].is_object(), "{rest}");
}

#[tokio::test]
async fn every_reply_of_a_provider_s_routes_is_told() {
    let document = members().await;
    let authorize = replies(&document, "get", AUTHORIZE);
    assert_eq!(
        authorize,
        json!({
            "200": null,
            "303": null,
            "400": ["malformed_request"],
            "404": ["not_found"],
            "431": ["head_too_large"],
            "500": ["internal"],
            "502": ["provider_error"],
            "503": ["overloaded", "store_unavailable"],
            "504": ["provider_timeout"],
        })
    );
    let callback = replies(&document, "get", CALLBACK);
    assert_eq!(callback["400"], json!(["invalid_oauth_state", "malformed_request"]));
    assert_eq!(callback["401"], json!(["invalid_credentials"]));
    assert_eq!(callback["403"], json!(["access_denied"]));
    let taken =
        ["email_taken", "field_taken", "identity_taken", "provider_already_linked"].into_iter();
    let taken: Vec<_> = taken.chain(["registration_incomplete", "vetoed"]).collect();
    assert_eq!(callback["409"], json!(taken));
    assert!(callback["200"].is_null() && callback["303"].is_null());
    let told = &document["paths"][CALLBACK]["get"]["responses"]["200"]["content"];
    let told = &told["application/json"]["schema"]["allOf"];
    assert_eq!(told[0]["oneOf"].as_array().map(Vec::len), Some(2), "{told}");
    assert_eq!(told[1]["properties"]["next"]["type"], "string", "{told}");
    let link = replies(&document, "post", "/auth/oauth/{provider}/link");
    assert_eq!(link["401"], json!(["invalid_token", "missing_token", "reauthentication_required"]));
    let unlink = replies(&document, "delete", "/auth/identities/{provider}");
    assert_eq!(unlink["409"], json!(["last_login_method"]));
}

/// A sign-up that lacks something goes on in the browser that began it.
#[tokio::test]
async fn the_cookie_of_a_sign_up_is_told_where_it_comes_and_goes() {
    let document = members().await;
    let named = |told: &Value| told["description"].as_str().is_some_and(|it| it.contains(COOKIE));
    let refused = &document["paths"][CALLBACK]["get"]["responses"]["409"]["$ref"];
    let refused = refused.as_str().and_then(|it| it.strip_prefix('#')).expect("a place");
    let refused = document.pointer(refused).expect("a reply");
    assert!(named(&refused["headers"]["Set-Cookie"]), "{refused}");
    let made = &document["paths"]["/auth/register/complete"]["post"]["responses"]["201"];
    assert!(named(&made["headers"]["Set-Cookie"]), "{made}");
    let rest = &document["components"]["schemas"]["MemberSignupRest"];
    assert!(named(&rest["properties"]["flow"]), "{rest}");
}

/// Where a proof is required, scopes are known and somebody may say no, there is more to answer.
#[tokio::test]
async fn the_settings_show_in_what_a_provider_s_routes_answer() {
    let full = accounts::full().await;
    let document = json_of(&full.openapi("/auth"));
    let callback = replies(&document, "get", CALLBACK);
    let denied = ["access_denied", "account_disabled", "email_not_verified", "signin_denied"];
    let denied: Vec<_> = denied.into_iter().chain(["signup_denied"]).collect();
    assert_eq!(callback["403"], json!(denied));
    assert_eq!(callback["429"], json!(["rate_limited"]));
    let link = replies(&document, "post", "/auth/oauth/{provider}/link");
    assert_eq!(link["403"], json!(["csrf_rejected", "insufficient_scope"]));
    let guards = fastauth::Router::<()>::new().mount("/auth", &full).guards();
    let fresh = guards.iter().filter(|route| route.admits.is_fresh);
    assert_eq!(fresh.clone().count(), 2);
    assert!(
        fresh.into_iter().all(|route| route.admits.who == Who::UsersOf(accounts::User::SPEC.name))
    );
}
