//! One client that hangs up.

mod judge;
mod provider;

use std::{sync::Arc, time::Duration};

use fastauth_tests::{Client, Dice, PASSWORD, Reply, claims, signup};
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use self::provider::Visit;
use super::{ground::Ground, route::Route};

const LINK: &str = "/auth/magic-link";
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
    /// What was mailed for the route, or a reply has said.
    token: Option<String>,
    /// What came back from the provider.
    visit: Option<Visit>,
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
        let case = Self {
            line,
            route,
            moment,
            email,
            newcomer,
            role,
            me,
            other,
            token: None,
            visit: None,
            answer: None,
        };
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
        let (token, visit) = (case.token(&ground).await, case.visit(&ground).await);
        Self { token, visit, ..case }
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
            Route::AskForMagicLink | Route::AskForReset | Route::AskForVerification => {
                (&ground.world.client, json!({ "email": self.email }))
            }
            Route::ChangeEmail => {
                (&me, json!({ "new_email": self.newcomer, "password": PASSWORD }))
            }
            Route::CompleteSignup => (
                &ground.world.client,
                json!({ "flow": self.token, "name": "Ada", "password": PASSWORD }),
            ),
            Route::ConfirmEmail | Route::SignInByLink | Route::VerifyEmail => {
                (&me, json!({ "token": self.token }))
            }
            Route::ResetPassword => {
                (&ground.world.client, json!({ "token": self.token, "password": NEW_PASSWORD }))
            }
            Route::ChangePassword => {
                (&me, json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD }))
            }
            Route::DeleteAccount | Route::Reauthenticate => (&me, json!({ "password": PASSWORD })),
            Route::EndOtherSessions | Route::EndSession | Route::Logout | Route::RevokeToken => {
                (&me, Json::Null)
            }
            Route::AskToLink => (&me, json!({ "next": "/posts" })),
            Route::FinishLink | Route::SignUpByProvider => (&ground.world.client, Json::Null),
            Route::Unlink => (&me, Json::Null),
            // With a session, which ends where another begins.
            Route::Login => (&me, json!({ "email": self.email, "password": PASSWORD })),
            Route::Refresh => (&me, json!({ "refresh_token": self.me.refresh() })),
            Route::Register => (&ground.world.client, signup(&self.newcomer)),
            Route::UpdateProfile => (&me, json!({ "name": "Eve", "motto": "new" })),
        };
        if [Route::AskToLink, Route::Unlink].contains(&self.route) {
            let password = json!({ "password": PASSWORD });
            me.post("/auth/reauthenticate", password).await.expect(204);
        }
        ground.keeps_up().await;
        let answer = self.dropped(client, &body, usual).await;
        Self { answer, ..self }
    }

    async fn dropped(&self, client: &Client, body: &Json, usual: Duration) -> Option<Reply> {
        let (method, path) = self.line.split_once(' ').unwrap();
        let path = path.replace("{id}", &self.id()).replace("{name}", &self.role);
        let path = path.replace("{provider}", "acme");
        let request = match (body, &self.visit) {
            _ if self.route == Route::RevokeToken => {
                let form = client.with("content-type", "application/x-www-form-urlencoded");
                let body = format!("token={}", self.me.refresh());
                form.request(method, &path, body.as_bytes())
            }
            (_, Some(visit)) => visit.browser(client).request(method, &visit.path, b""),
            (Json::Null, _) => client.request(method, &path, b""),
            (body, _) => {
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

    /// What the route takes that was mailed before.
    async fn token(&self, ground: &Ground) -> Option<String> {
        let client = &ground.world.client;
        let mailed = async |path: &str, body: Json, to: &str, kind: &str| {
            client.signed_in(&self.me).post(path, body).await.expect(202);
            ground.mailbox.token(to, kind).await
        };
        let (email, newcomer) = (&self.email, &self.newcomer);
        let link = async |to: &str| mailed(LINK, json!({ "email": to }), to, "MagicLink").await;
        Some(match self.route {
            Route::CompleteSignup => {
                let token = json!({ "token": link(newcomer).await });
                let reply = client.post("/auth/magic-link/verify", token).await;
                reply.problem(409, "registration_incomplete").json()["flow"].as_str()?.to_owned()
            }
            Route::ConfirmEmail => {
                let body = json!({ "new_email": newcomer, "password": PASSWORD });
                mailed("/auth/email/change", body, newcomer, "ConfirmEmailChange").await
            }
            Route::ResetPassword => {
                let body = json!({ "email": email });
                mailed("/auth/password/forgot", body, email, "ResetPassword").await
            }
            Route::SignInByLink => link(email).await,
            Route::VerifyEmail => ground.mailbox.token(email, "VerifyEmail").await,
            _ => return None,
        })
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
