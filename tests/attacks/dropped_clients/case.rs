//! One client that hangs up, and what must be true afterwards.

use std::{sync::Arc, time::Duration};

use fastauth_tests::{Client, Dice, PASSWORD, Reply, claims, signup};
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{ground::Ground, route::Route};

const NEW_PASSWORD: &str = "a new horse every year";

/// When a client hangs up, in thousandths.
pub(super) struct Moment {
    /// Of the longest that a client waits for an answer.
    waits: u32,
    /// Of the request that it sends.
    sends: usize,
    /// Whether it waits for as long as a request takes here and now, and not as long as it takes where
    /// hashes are dear.
    is_close: bool,
}

impl Moment {
    pub(super) fn choose(dice: &mut Dice) -> Self {
        let sends = if dice.once_in(10) { dice.index(1_000) } else { 1_000 };
        let waits = u32::try_from(dice.below(1_000)).unwrap();
        Self { waits, sends, is_close: dice.once_in(2) }
    }

    /// `usual` is how long a request takes.
    fn patience(&self, usual: Duration) -> Duration {
        let longest = if self.is_close { 2 * usual } else { Duration::from_millis(80) };
        longest * self.waits / 1_000
    }
}

/// What became of the request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    Acknowledged,
    Done,
    Nothing,
}

/// Somebody with two sessions.
pub(super) struct Case {
    line: &'static str,
    route: Route,
    moment: Moment,
    email: String,
    newcomer: String,
    role: String,
    me: Reply,
    other: Reply,
    answer: Option<Reply>,
}

impl Case {
    pub(super) async fn prepare(
        ground: Arc<Ground>,
        number: u32,
        (line, route): (&'static str, Route),
        moment: Moment,
    ) -> Self {
        let email = format!("person-{number}@example.com");
        let me = ground.world.client.register(&email).await;
        let other = ground.world.client.login(&email, PASSWORD).await.expect(200);
        let newcomer = format!("newcomer-{number}@example.com");
        let role = format!("role-{number}");
        let case = Self { line, route, moment, email, newcomer, role, me, other, answer: None };
        let (is_there, is_mine) = match route {
            Route::AssignRole => (true, false),
            Route::ChangeRole | Route::DeleteRole | Route::RevokeRole => (true, true),
            _ => (false, false),
        };
        if is_there {
            let role = json!({ "name": case.role, "permissions": ["read-posts"] });
            ground.admin.post("/auth/roles", role).await.expect(201);
        }
        if is_mine {
            let path = format!("/auth/users/{}/roles/{}", case.id(), case.role);
            ground.admin.send("PUT", &path, b"").await.expect(204);
        }
        case
    }

    /// Sends the request, or the beginning of it, and resets the connection.
    pub(super) async fn hang_up(self, ground: Arc<Ground>, usual: Duration) -> Self {
        let me = ground.world.client.signed_in(&self.me);
        let (client, body) = match self.route {
            Route::AssignRole | Route::DeleteRole | Route::RevokeRole => {
                (&ground.admin, Json::Null)
            }
            Route::ChangeRole => (&ground.admin, json!({ "permissions": ["write-posts"] })),
            Route::CreateRole => (
                &ground.admin,
                json!({ "name": self.role, "permissions": ["read-posts", "write-posts"] }),
            ),
            Route::ChangePassword => {
                (&me, json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD }))
            }
            Route::DeleteAccount | Route::Reauthenticate => (&me, json!({ "password": PASSWORD })),
            Route::EndOtherSessions | Route::EndSession | Route::Logout => (&me, Json::Null),
            // With a session, which ends where another begins.
            Route::Login => (&me, json!({ "email": self.email, "password": PASSWORD })),
            Route::Refresh => (&me, json!({ "refresh_token": self.me.refresh() })),
            Route::Register => (&ground.world.client, signup(&self.newcomer)),
            Route::UpdateProfile => (&me, json!({ "name": "Eve", "motto": "new" })),
        };
        ground.keeps_up().await;
        let answer = self.dropped(client, &body, usual).await;
        Self { answer, ..self }
    }

    /// Everything has happened or nothing, and everything if it was acknowledged.
    pub(super) async fn judge(self, ground: Arc<Ground>) -> (&'static str, Outcome) {
        let has_happened = self.has_happened(&ground).await;
        let Some(answer) = &self.answer else {
            return (self.line, if has_happened { Outcome::Done } else { Outcome::Nothing });
        };
        assert!((200..300).contains(&answer.status), "{}: {}", self.line, answer.text());
        assert!(has_happened, "{} was acknowledged and has not happened", self.line);
        if matches!(self.route, Route::Login | Route::Refresh | Route::Register) {
            assert!(ground.lives(answer).await, "{} gave tokens that open nothing", self.line);
        }
        (self.line, Outcome::Acknowledged)
    }

    async fn has_happened(&self, ground: &Ground) -> bool {
        let client = &ground.world.client;
        let me = client.signed_in(&self.me);
        let (has_happened, i_live, other_lives) = match self.route {
            Route::AssignRole => (self.has_role(&me).await, true, true),
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
            Route::CreateRole => {
                let role =
                    json!({ "name": self.role, "permissions": ["read-posts", "write-posts"] });
                let created = ground.admin.post("/auth/roles", role.clone()).await;
                let is_new = created.status == 201;
                if !is_new {
                    created.problem(409, "role_taken");
                }
                let roles = ground.admin.get("/auth/roles").await.expect(200).json();
                assert!(roles.as_array().unwrap().contains(&role), "half a role");
                (!is_new, true, true)
            }
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
            Route::Login => {
                let replaced = !ground.lives(&self.me).await;
                // Either way two: the other one, and the old or the new one.
                let login = client.login(&self.email, PASSWORD).await.expect(200);
                assert_eq!(ground.others(&login).await, 2, "a session has no place to be");
                (replaced, !replaced, true)
            }
            Route::Logout => {
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
            Route::Register => (self.is_registered(ground).await, true, true),
            Route::RevokeRole => (!self.has_role(&me).await, true, true),
            Route::UpdateProfile => {
                let view = me.me().await.expect(200).json();
                let is_new = view["name"] == "Eve";
                let motto = if is_new { json!("new") } else { Json::Null };
                assert_eq!(view["motto"], motto, "half a change");
                (is_new, true, true)
            }
        };
        assert_eq!(ground.lives(&self.me).await, i_live, "{}: the session of it", self.line);
        assert_eq!(ground.lives(&self.other).await, other_lives, "{}: the other one", self.line);
        has_happened
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

    /// An account with the session it was made with, or an address that is free.
    async fn is_registered(&self, ground: &Ground) -> bool {
        let client = &ground.world.client;
        let login = client.login(&self.newcomer, PASSWORD).await;
        if login.status == 200 {
            assert_eq!(ground.others(&login).await, 1, "its owner was not signed in");
            return true;
        }
        login.problem(401, "invalid_credentials");
        client.register(&self.newcomer).await;
        false
    }

    async fn dropped(&self, client: &Client, body: &Json, usual: Duration) -> Option<Reply> {
        let (method, path) = self.line.split_once(' ').unwrap();
        let path = path.replace("{id}", &self.id()).replace("{name}", &self.role);
        let request = match body {
            Json::Null => client.request(method, &path, b""),
            body => {
                let json = client.with("content-type", "application/json");
                json.request(method, &path, body.to_string().as_bytes())
            }
        };
        let mut stream = TcpStream::connect(client.address()).await.unwrap();
        stream.set_zero_linger().unwrap();
        let exchange = async {
            stream.write_all(&request[..request.len() * self.moment.sends / 1_000]).await.ok()?;
            let mut answer = Vec::new();
            while stream.read_buf(&mut answer).await.ok()? > 0 {}
            Some(Reply::parse(&answer))
        };
        timeout(self.moment.patience(usual), exchange).await.ok().flatten()
    }

    /// What the path means by an id.
    fn id(&self) -> String {
        let id = match self.route {
            Route::EndSession => claims(self.other.access())["sid"].clone(),
            _ => self.me.json()["user"]["id"].clone(),
        };
        id.as_str().unwrap().to_owned()
    }
}
