//! What must be true after a client has hung up.

use std::sync::Arc;

use fastauth_tests::{Client, PASSWORD};
use serde_json::{Value as Json, json};

use super::{
    super::{ground::Ground, route::Route},
    Case, NEW_PASSWORD,
};

/// What became of the request.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Outcome {
    Acknowledged,
    Done,
    Nothing,
}

impl Case {
    /// Everything has happened or nothing, and everything if it was acknowledged.
    pub(in super::super) async fn judge(self, ground: Arc<Ground>) -> (&'static str, Outcome) {
        let has_happened = self.has_happened(&ground).await;
        let Some(answer) = &self.answer else {
            return (self.line, if has_happened { Outcome::Done } else { Outcome::Nothing });
        };
        assert!((200..300).contains(&answer.status), "{}: {}", self.line, answer.text());
        assert!(has_happened, "{} was acknowledged and has not happened", self.line);
        let by_password = [Route::CompleteSignup, Route::Login, Route::Refresh, Route::Register];
        let by_others = [Route::SignInByLink, Route::SignUpByProvider];
        if by_password.contains(&self.route) || by_others.contains(&self.route) {
            assert!(ground.lives(answer).await, "{} gave tokens that open nothing", self.line);
        }
        (self.line, Outcome::Acknowledged)
    }

    async fn has_happened(&self, ground: &Ground) -> bool {
        let client = &ground.world.client;
        let me = client.signed_in(&self.me);
        let (has_happened, i_live, other_lives) = match self.route {
            Route::AskForMagicLink
            | Route::AskForReset
            | Route::AskForVerification
            | Route::ChangeEmail => (self.has_asked(ground), true, true),
            // The browser remembers it, and nobody else.
            Route::AskToLink => (self.answer.is_some(), true, true),
            Route::AssignRole => (self.has_role(&me).await, true, true),
            Route::ConfirmEmail => {
                let email = me.me().await.expect(200).json()["email"].clone();
                let is_changed = email == self.newcomer.as_str();
                assert!(is_changed || email == self.email.as_str(), "{email}");
                (is_changed, true, !is_changed)
            }
            Route::ChangePassword => {
                let is_changed = ground.opens(&self.email, NEW_PASSWORD).await;
                assert_eq!(ground.opens(&self.email, PASSWORD).await, !is_changed, "half a change");
                (is_changed, true, !is_changed)
            }
            Route::ChangeRole => {
                let roles = me.get("/auth/me/roles").await.expect(200).json();
                let is_changed = roles["permissions"] == json!(["write-posts"]);
                assert!(is_changed || roles["permissions"] == json!(["read-posts"]), "{roles}");
                (is_changed, true, true)
            }
            Route::CreateRole => (self.is_role_there(ground).await, true, true),
            Route::DeleteAccount => {
                let is_there = ground.opens(&self.email, PASSWORD).await;
                if !is_there {
                    client.register(&self.email).await;
                }
                (!is_there, is_there, is_there)
            }
            Route::DeleteRole => {
                let roles = ground.admin.get("/auth/roles").await.expect(200).json();
                let is_there = roles.as_array().unwrap().iter().any(|it| it["name"] == self.role);
                assert_eq!(self.has_role(&me).await, is_there, "it is gone from half the tables");
                (!is_there, true, true)
            }
            Route::EndOtherSessions | Route::EndSession => {
                let ended = !ground.lives(&self.other).await;
                (ended, true, !ended)
            }
            Route::FinishLink => (self.is_linked(ground, &me).await, true, true),
            Route::Login => {
                let replaced = !ground.lives(&self.me).await;
                // Either way two: the other one, and the old or the new one.
                let login = client.login(&self.email, PASSWORD).await.expect(200);
                assert_eq!(ground.others(&login).await, 2, "a session has no place to be");
                (replaced, !replaced, true)
            }
            Route::Logout | Route::RevokeToken => {
                let ended = !ground.lives(&self.me).await;
                (ended, !ended, true)
            }
            Route::Reauthenticate => {
                let fresh = me.get("/fresh").await;
                let is_fresh = fresh.status == 200;
                if !is_fresh {
                    fresh.problem(401, "reauthentication_required");
                }
                (is_fresh, true, true)
            }
            // The token of the reply is an old one by then.
            Route::Refresh => return self.is_refreshed(ground).await,
            Route::CompleteSignup | Route::Register => {
                (self.is_registered(ground).await, true, true)
            }
            Route::ResetPassword => {
                let is_changed = ground.opens(&self.email, NEW_PASSWORD).await;
                assert_eq!(ground.opens(&self.email, PASSWORD).await, !is_changed, "half a change");
                (is_changed, !is_changed, !is_changed)
            }
            Route::RevokeRole => (!self.has_role(&me).await, true, true),
            // The first proof of the address: what was there before it is gone.
            Route::SignInByLink => {
                let is_proved = !ground.opens(&self.email, PASSWORD).await;
                (is_proved, !is_proved, !is_proved)
            }
            Route::SignUpByProvider => (self.is_signed_up(ground).await, true, true),
            Route::Unlink => {
                let is_linked = self.is_linked(ground, &me).await;
                (!is_linked, true, is_linked)
            }
            Route::UpdateProfile => {
                let view = me.me().await.expect(200).json();
                let is_new = view["name"] == "Eve";
                let motto = if is_new { json!("new") } else { Json::Null };
                assert_eq!(view["motto"], motto, "half a change");
                (is_new, true, true)
            }
            Route::VerifyEmail => {
                let view = me.me().await.expect(200).json();
                (view["email_verified"] == true, true, true)
            }
        };
        assert_eq!(ground.lives(&self.me).await, i_live, "{}: the session of it", self.line);
        assert_eq!(ground.lives(&self.other).await, other_lives, "{}: the other one", self.line);
        has_happened
    }

    /// Whether what was asked for has been mailed.
    fn has_asked(&self, ground: &Ground) -> bool {
        match self.route {
            Route::AskForMagicLink => self.has_mail(ground, "MagicLink"),
            Route::AskForReset => self.has_mail(ground, "ResetPassword"),
            Route::AskForVerification => {
                assert!(self.has_mail(ground, "VerifyEmail"), "the mail of the registration");
                self.has_mail(ground, "VerifyEmail")
            }
            _ => {
                let is_asked = ground.mailbox.take(&self.newcomer, "ConfirmEmailChange").is_some();
                assert_eq!(self.has_mail(ground, "EmailChangeRequested"), is_asked, "half of it");
                is_asked
            }
        }
    }

    /// Whether there is a mail of this kind that nobody has looked at.
    fn has_mail(&self, ground: &Ground, kind: &str) -> bool {
        ground.mailbox.take(&self.email, kind).is_some()
    }

    /// Whether the role is there, which it is afterwards.
    async fn is_role_there(&self, ground: &Ground) -> bool {
        let role = json!({ "name": self.role, "permissions": ["read-posts", "write-posts"] });
        let created = ground.admin.post("/auth/roles", role.clone()).await;
        let is_there = created.status != 201;
        if is_there {
            created.problem(409, "role_taken");
        }
        let roles = ground.admin.get("/auth/roles").await.expect(200).json();
        assert!(roles.as_array().unwrap().contains(&role), "half a role");
        is_there
    }

    async fn has_role(&self, me: &Client) -> bool {
        let roles = me.get("/auth/me/roles").await.expect(200).json();
        let roles = roles["roles"].as_array().unwrap();
        assert!(roles.iter().all(|it| it["name"] == self.role), "{roles:?}");
        !roles.is_empty()
    }

    /// The parent, which is all the client is sure to have, is enough.
    async fn is_refreshed(&self, ground: &Ground) -> bool {
        let client = &ground.world.client;
        let sessions = client.signed_in(&self.me).get("/auth/sessions").await.expect(200).json();
        let mine = sessions.as_array().unwrap().iter().find(|it| it["current"] == true).unwrap();
        let again = client.refresh(self.me.refresh()).await.expect(200);
        if let Some(answer) = &self.answer {
            assert_eq!(again.refresh(), answer.refresh(), "a token has two children");
        }
        assert!(ground.lives(&again).await);
        mine["last_used_at"] != mine["created_at"]
    }

    /// An account, with the session it was made with unless the store failed in between, or an
    /// address that is free.
    async fn is_registered(&self, ground: &Ground) -> bool {
        let client = &ground.world.client;
        let login = client.login(&self.newcomer, PASSWORD).await;
        if login.status == 200 {
            assert!(ground.others(&login).await <= 1, "its owner was signed in twice");
            return true;
        }
        login.problem(401, "invalid_credentials");
        client.register(&self.newcomer).await;
        false
    }
}
