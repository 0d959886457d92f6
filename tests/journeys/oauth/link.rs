use fastauth::{AuthBuilder, CookieConfig, store::Memory};
use fastauth_tests::{
    Client, Office, PASSWORD, Reply, Somebody, TestProvider, User, World, ada_there,
};
use serde_json::{Value, json};

use super::{HTML, Sent, filling, provider_name, signed_in, told, with};

const ADA: &str = "ada@example.com";

/// Somebody with nothing but what the provider calls them.
fn there(subject: &str) -> Somebody {
    Somebody::called(subject)
}

async fn linking(me: &Client, provider: &TestProvider, body: Value) -> Sent {
    let path = format!("/auth/oauth/{}/link", provider_name(provider));
    told(&me.post(&path, body).await, provider)
}

/// All of a link, as a program makes it.
async fn linked(me: &Client, provider: &TestProvider, somebody: &Somebody) -> Reply {
    let me = me.with("accept", "application/json");
    linking(&me, provider, json!({})).await.back(&me, somebody).await
}

async fn identities(me: &Client) -> Vec<String> {
    let shown = me.get("/auth/identities").await.expect(200).json();
    let all = shown.as_array().expect("a list").iter();
    all.map(|it| it["provider"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn somebody_who_is_signed_in_links_an_account_that_signs_them_in_from_then_on() {
    let acme = TestProvider::named("acme");
    for (world, mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        let reply = client.register(ADA).await;
        let me = client.as_told(&reply);
        assert_eq!(identities(&me).await, [""; 0]);
        let eve = there("x").verified("other@example.com");
        let done = linked(&me, &acme, &eve).await.expect(200).json();
        assert_eq!(
            (&done["provider"], &done["email"]),
            (&json!("acme"), &json!("other@example.com"))
        );
        assert!(done["created_at"].is_string());
        assert_eq!(done.as_object().map(serde_json::Map::len), Some(3));
        let shown = me.get("/auth/identities").await.expect(200).json();
        assert_eq!(shown, json!([done]));
        mailbox.expect(ADA, "IdentityLinked").await;
        let signed_in = signed_in(client, &acme, &eve).await.expect(200);
        assert_eq!(signed_in.json()["user"]["id"], reply.json()["user"]["id"]);
        // A second time it is there already.
        linked(&me, &acme, &eve).await.expect(200);
        assert_eq!(identities(&me).await, ["acme"]);
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn a_browser_comes_back_to_where_it_wanted_to_go() {
    let acme = TestProvider::named("acme");
    let [_, (world, _mailbox)] = World::mailed(with(&acme)).await;
    let me = world.client.as_told(&world.client.register(ADA).await).with("accept", HTML);
    for (body, next) in [(json!({ "next": "/settings?a=b" }), "/settings?a=b"), (json!({}), "/")] {
        let back = linking(&me, &acme, body).await.back(&me, &there("x")).await;
        assert_eq!((back.status, back.header("location")), (303, Some(next)));
        // They are signed in already.
        assert!(!back.jar().contains("auth_access"), "{}", back.jar());
    }
    me.send("POST", "/auth/oauth/acme/link", b"").await.expect(200);
    for next in [json!("//evil.example"), json!("posts"), json!(5), json!("/\\evil.example")] {
        let reply = me.post("/auth/oauth/acme/link", json!({ "next": next })).await;
        let reply = reply.problem(422, "validation_failed");
        assert_eq!(reply.errors().len(), 1);
        assert!(reply.errors()[0].starts_with("/next "), "{:?}", reply.errors());
    }
    let reply = me.post("/auth/oauth/acme/link", json!({ "to": "/" })).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), ["/to unknown"]);
    me.post("/auth/oauth/other/link", json!({})).await.problem(404, "not_found");
    me.get("/auth/oauth/acme/link").await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_program_is_told_where_to_go_after_a_link() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let me = world.client.as_told(&world.client.register(ADA).await);
        let me = me.with("accept", "application/json");
        for (body, next) in [
            (json!({ "next": "/settings?a=b" }), json!("/settings?a=b")),
            (json!({ "next": null }), Value::Null),
        ] {
            let back = linking(&me, &acme, body).await.back(&me, &there("x")).await;
            let done = back.expect(200).json();
            assert_eq!((&done["provider"], &done["next"]), (&json!("acme"), &next), "{done}");
        }
    }
}

#[tokio::test]
async fn a_link_is_begun_by_whoever_has_just_signed_in() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        client.post("/auth/oauth/acme/link", json!({})).await.problem(401, "missing_token");
        let me = client.as_told(&client.register(ADA).await);
        linked(&me, &acme, &there("x")).await.expect(200);
        world.wait(299);
        let late = linking(&me, &acme, json!({})).await;
        world.wait(1);
        for refused in [
            me.post("/auth/oauth/acme/link", json!({})).await,
            me.delete("/auth/identities/acme").await,
        ] {
            refused.problem(401, "reauthentication_required");
        }
        // What was begun in time ends in time.
        late.back(&me.with("accept", "application/json"), &there("x")).await.expect(200);
        assert_eq!(identities(&me).await, ["acme"]);
        me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await.expect(204);
        me.delete("/auth/identities/acme").await.expect(204);
    }
}

/// A page of another site makes a browser link nothing.
#[tokio::test]
async fn where_cookies_decide_the_request_comes_from_a_page_of_ours() {
    let acme = TestProvider::named("acme");
    let world =
        World::built(Memory::new(), |it| with(&acme)(it).cookies(CookieConfig::new())).await;
    let ours = world.client.with("sec-fetch-site", "same-origin");
    let reply = ours.register(ADA).await;
    let others = world.client.with("sec-fetch-site", "cross-site").as_told(&reply);
    others.post("/auth/oauth/acme/link", json!({})).await.problem(403, "csrf_rejected");
    others.delete("/auth/identities/acme").await.problem(403, "csrf_rejected");
}

#[tokio::test]
async fn a_token_for_less_links_and_unlinks_nothing() {
    let acme = TestProvider::named("acme");
    let office = Office::on(Memory::new(), with(&acme)).await;
    office.hire("ada", &["posts:read"]).await;
    let client = &office.world.client;
    let form = format!("username=ada@example.com&password={PASSWORD}&scope=posts:read");
    let narrow = client.signed_in(&client.form("/auth/login", form).await.expect(200));
    narrow.post("/auth/oauth/acme/link", json!({})).await.problem(403, "insufficient_scope");
    narrow.delete("/auth/identities/acme").await.problem(403, "insufficient_scope");
    assert_eq!(identities(&narrow).await, [""; 0]);
}

#[tokio::test]
async fn a_link_dies_with_the_session_that_asked_for_it() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        client.register(ADA).await;
        let login = async || client.as_told(&client.login(ADA, PASSWORD).await.expect(200));
        let json = client.with("accept", "application/json");
        let me = login().await;
        let sent = linking(&me, &acme, json!({})).await;
        me.post("/auth/logout", json!({})).await.expect(204);
        sent.back(&json, &there("x")).await.problem(400, "invalid_oauth_state");
        // So it is if they end all others from elsewhere, or delete the account.
        for path in ["/auth/sessions", "/auth/me"] {
            let (me, other) = (login().await, login().await);
            let sent = linking(&me, &acme, json!({})).await;
            let password = json!({ "password": PASSWORD });
            other.json("DELETE", path, password).await.expect(204);
            sent.back(&json, &there("x")).await.problem(400, "invalid_oauth_state");
        }
        assert_eq!(acme.asked(), 0);
    }
}

#[tokio::test]
async fn an_account_there_is_one_users_and_a_user_has_one_there() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        let ada = client.as_told(&client.register(ADA).await);
        let eve = client.as_told(&client.register("eve@example.com").await);
        linked(&ada, &acme, &there("x")).await.expect(200);
        linked(&eve, &acme, &there("x")).await.problem(409, "identity_taken");
        linked(&ada, &acme, &there("y")).await.problem(409, "provider_already_linked");
        assert_eq!((identities(&ada).await.len(), identities(&eve).await.len()), (1, 0));
        linked(&eve, &acme, &there("X")).await.expect(200);
        ada.delete("/auth/identities/acme").await.expect(204);
        linked(&ada, &acme, &there("y")).await.expect(200);
    }
}

#[tokio::test]
async fn an_account_is_unlinked_while_another_way_in_remains() {
    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    for links in [false, true] {
        let decide = |it: AuthBuilder<User>| {
            let it = it.oauth(filling(&acme)).oauth(filling(&zeta));
            if links { it.magic_links() } else { it }
        };
        for (world, mailbox) in World::mailed(decide).await {
            let client = &world.client;
            let me = client.as_told(&signed_in(client, &acme, &ada_there()).await.expect(200));
            me.delete("/auth/identities/zeta").await.problem(404, "not_found");
            me.delete("/auth/identities/other").await.problem(404, "not_found");
            me.delete("/auth/identities/ACME").await.problem(404, "not_found");
            if links {
                // A link by mail is one.
                me.delete("/auth/identities/acme").await.expect(204);
                mailbox.expect(ADA, "IdentityUnlinked").await;
                continue;
            }
            me.delete("/auth/identities/acme").await.problem(409, "last_login_method");
            linked(&me, &zeta, &there("z")).await.expect(200);
            mailbox.expect(ADA, "IdentityLinked").await;
            let other = client.as_told(&signed_in(client, &zeta, &there("z")).await.expect(200));
            me.delete("/auth/identities/acme").await.expect(204);
            mailbox.expect(ADA, "IdentityUnlinked").await;
            assert_eq!(identities(&me).await, ["zeta"]);
            other.me().await.problem(401, "invalid_token");
            me.delete("/auth/identities/acme").await.problem(404, "not_found");
            me.delete("/auth/identities/zeta").await.problem(409, "last_login_method");
            // A password is one as well.
            client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
            let token = mailbox.token(ADA, "ResetPassword").await;
            let body = json!({ "token": token, "password": PASSWORD });
            client.post("/auth/password/reset", body).await.expect(204);
            mailbox.expect(ADA, "PasswordChanged").await;
            let me = client.as_told(&client.login(ADA, PASSWORD).await.expect(200));
            me.delete("/auth/identities/zeta").await.expect(204);
            assert_eq!(identities(&me).await, [""; 0]);
        }
    }
}

/// Whom nobody can be sent to signs nobody in.
#[tokio::test]
async fn an_account_at_a_provider_that_was_given_up_is_no_other_way() {
    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    let store = Memory::new();
    let on = async |gives_up: bool| {
        World::built(store.clone(), |it| {
            let it = it.oauth(filling(&acme));
            if gives_up { it } else { it.oauth(filling(&zeta)) }
        })
        .await
    };
    let before = on(false).await;
    let me = signed_in(&before.client, &acme, &ada_there()).await.expect(200);
    let me = before.client.as_told(&me);
    linked(&me, &zeta, &there("z")).await.expect(200);
    let after = on(true).await;
    let me = signed_in(&after.client, &acme, &ada_there()).await.expect(200);
    let me = after.client.as_told(&me);
    assert_eq!(identities(&me).await, ["acme", "zeta"]);
    me.delete("/auth/identities/acme").await.problem(409, "last_login_method");
    me.delete("/auth/identities/zeta").await.expect(204);
}
