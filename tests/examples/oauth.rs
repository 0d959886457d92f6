//! The example of providers, beside a provider of another code base.

use fastauth_tests::{Client, OidcProvider, Reply, SECRET, Scratch, Visit};
use serde_json::{Value, json};

use crate::{pasted, running::Running};

/// Where the example says that it is, wherever it listens.
const ORIGIN: &str = "http://localhost:4321";

/// Sends somebody to the provider and back.
async fn visited(client: &Client, idp: &OidcProvider, visit: Visit) -> (Client, Reply) {
    let begun = client.get("/auth/oauth/local/authorize?next=/").await.expect(303);
    let client = client.with("cookie", begun.jar());
    let there = begun.header("location").expect("the provider");
    let callback = idp.visit(there, visit).await;
    let path = callback.location.strip_prefix(ORIGIN).expect("back to the example");
    let browser = client.with("accept", "text/html");
    let reply = browser.get(path).await.expect(303);
    (client, reply)
}

fn leads(reply: &Reply) -> &str {
    let place = reply.header("location").expect("a page");
    place.strip_prefix(ORIGIN).unwrap_or(place)
}

#[tokio::test]
async fn the_example_of_providers_signs_in_whom_they_name() {
    let callback = format!("{ORIGIN}/auth/oauth/local/callback");
    let settings = [("CLIENT_SECRET", "a-secret-of-this-machine")];
    let test = "the_example_of_providers_signs_in_whom_they_name";
    let Some(idp) = OidcProvider::start(test, &callback, &settings).await else { return };
    let scratch = Scratch::new();
    let issuer = idp.issuer();
    let settings =
        [("FASTAUTH_SECRET", SECRET), ("FASTAUTH_BASE_URL", ORIGIN), ("OIDC_ISSUER", &issuer)];
    let mut example = Running::start("oauth", &scratch, &settings);
    let said = pasted("sh", &example.script());
    let told: Value = serde_json::from_str(said.trim()).expect("what a script is told");
    let url = told["authorization_url"].as_str().expect("a text");
    assert!(url.starts_with(&issuer) && url.contains("code_challenge_method=S256"), "{url}");

    let client = example.client();
    let page = client.get("/").await.expect(200).text();
    assert!(page.contains(r#"const providers = ["local"];"#), "{page}");
    let (_, reply) = visited(&client, &idp, Visit::Agrees("ada")).await;
    assert_eq!(leads(&reply), "/");
    let ada = client.with("cookie", reply.jar());
    assert_eq!(ada.get("/auth/me").await.expect(200).json()["name"], "Ada Lovelace");
    let identities = ada.get("/auth/identities").await.expect(200).json();
    assert_eq!(identities[0]["provider"], "local");

    // Whom the provider has no name for is asked for one.
    let (browser, reply) = visited(&client, &idp, Visit::Agrees("nameless")).await;
    let flow = leads(&reply).strip_prefix("/?flow=").expect("the page that asks");
    let flow = flow.split('&').next().expect("a token");
    let browser = browser.with("cookie", reply.jar()).with("x-requested-with", "fetch");
    let rest = json!({ "flow": flow, "name": "Nobody" });
    let reply = browser.post("/auth/register/complete", rest).await.expect(201);
    assert_eq!(reply.json()["user"]["name"], "Nobody");

    let (_, reply) = visited(&client, &idp, Visit::Refuses("mallory")).await;
    assert_eq!(leads(&reply), "/?error=access_denied");
    assert!(example.stop());

    let half = [("GOOGLE_CLIENT_ID", "an-id"), ("FASTAUTH_SECRET", SECRET)];
    let ran = crate::running::command("oauth", &scratch).envs(half).output().expect("it runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("google") && said.contains("secret"), "{said}");
}
