//! What one process takes away is gone in the other at the very next request (ASVS 7.4.1, 8.3.2).

use fastauth_tests::{Client, PASSWORD, Reply};
use serde_json::json;

use super::{
    process::Setting,
    two::{Kept, Two},
};

const OPAQUE: Setting<'_> = ("FASTAUTH_TEST_OPAQUE", "1");

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_one_process_ends_is_over_in_the_other() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[]).await else { continue };
        let is_dead = async |client: &Client, dead: &Reply| {
            client.signed_in(dead).me().await.invalid_token();
            client.signed_in(dead).get("/anybody").await.invalid_token();
            client.refresh(dead.refresh()).await.problem(401, "invalid_refresh_token");
        };
        end_in_every_way(&two, is_dead).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opaque_token_that_one_process_ends_is_none_in_the_other() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[OPAQUE]).await else { continue };
        let is_dead = async |client: &Client, dead: &Reply| {
            client.signed_in(dead).get("/claims").await.invalid_token();
            client.signed_in(dead).me().await.invalid_token();
        };
        end_in_every_way(&two, is_dead).await;
    }
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Logout,
    ById,
    AllOthers,
    NewPassword,
    NoAccount,
}

/// Signs in here, ends it there, and looks.
async fn end_in_every_way(two: &Two, is_dead: impl AsyncFn(&Client, &Reply)) {
    use Way::{AllOthers, ById, Logout, NewPassword, NoAccount};
    let email = "ada@example.com";
    for (round, way) in
        [Logout, ById, AllOthers, NewPassword, NoAccount].into_iter().cycle().take(10).enumerate()
    {
        let (here, there) = (&two.clients[round % 2], &two.clients[(round + 1) % 2]);
        if round.is_multiple_of(5) {
            here.register(email).await;
        }
        let victim = here.login(email, PASSWORD).await.expect(200);
        let other = there.login(email, PASSWORD).await.expect(200);
        for client in [here, there] {
            client.signed_in(&victim).me().await.expect(200);
            client.signed_in(&victim).get("/claims").await.expect(200);
        }
        end(way, &there.signed_in(&victim), &there.signed_in(&other)).await;
        is_dead(here, &victim).await;
        is_dead(there, &victim).await;
        if let NoAccount = way {
            is_dead(here, &other).await;
        } else {
            here.signed_in(&other).me().await.expect(200);
        }
    }
}

async fn end(way: Way, victim: &Client, other: &Client) {
    let ended = match way {
        Way::Logout => victim.send("POST", "/auth/logout", b"").await,
        Way::ById => {
            let sessions = victim.get("/auth/sessions").await.expect(200).json();
            let own = sessions.as_array().unwrap().iter().find(|it| it["current"] == true);
            let id = own.unwrap()["id"].as_str().unwrap();
            other.delete(&format!("/auth/sessions/{id}")).await
        }
        Way::AllOthers => other.delete("/auth/sessions").await,
        // To the same one: all that matters is what it ends.
        Way::NewPassword => {
            let change = json!({ "current_password": PASSWORD, "new_password": PASSWORD });
            other.post("/auth/password/change", change).await
        }
        Way::NoAccount => other.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await,
    };
    assert_eq!(ended.status, 204, "{way:?}: {}", ended.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_shut_in_the_other_process() {
    for kept in Kept::ALL {
        for settings in [[].as_slice(), &[OPAQUE]] {
            let Some(two) = Two::start(kept, settings).await else { continue };
            let [here, there] = &two.clients;
            let eve = here.register("eve@example.com").await;
            let me = there.signed_in(&eve);
            let switch = async |is_active: bool| {
                let path = format!("/people/{}/active/{is_active}", id(&eve));
                here.send("POST", &path, b"").await.expect(200);
            };
            for _ in 0..3 {
                me.me().await.expect(200);
                switch(false).await;
                me.me().await.invalid_token();
                me.get("/anybody").await.invalid_token();
                let login = there.login("eve@example.com", PASSWORD).await;
                login.problem(403, "account_disabled");
                if settings.is_empty() {
                    there.refresh(eve.refresh()).await.problem(403, "account_disabled");
                } else {
                    me.get("/claims").await.invalid_token();
                }
                switch(true).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demotion_binds_the_other_process() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[]).await else { continue };
        let [here, there] = &two.clients;
        let ada = here.register("ada@example.com").await;
        let eve = there.register("eve@example.com").await;
        here.send("POST", &format!("/people/{}/appoint", id(&ada)), b"").await.expect(200);
        let (admin, me) = (here.signed_in(&ada), there.signed_in(&eve));
        let role = format!("/auth/users/{}/roles/reader", id(&eve));
        let allow = async |names: &[&str]| {
            let body = json!({ "permissions": names });
            admin.json("PUT", "/auth/roles/reader/permissions", body).await.expect(200);
        };
        for _ in 0..3 {
            me.get("/read").await.problem(403, "insufficient_permission");
            admin.send("PUT", &role, b"").await.expect(204);
            me.get("/read").await.expect(200);
            allow(&[]).await;
            me.get("/read").await.problem(403, "insufficient_permission");
            allow(&["read"]).await;
            me.get("/read").await.expect(200);
            admin.delete(&role).await.expect(204);
        }
    }
}

fn id(reply: &Reply) -> String {
    reply.json()["user"]["id"].as_str().unwrap().to_owned()
}
