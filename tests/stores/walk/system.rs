//! An application of two processes, and people who know its tokens.

use fastauth::{
    AuthUser,
    config::Lifetimes,
    store::{Redis, Store, UserChange, UserStore},
    time::{Clock, Timestamp},
    value::Value,
};
use fastauth_tests::{Dice, Reply, TestClock, User, World, builder, claims};
use serde_json::json;
use uuid::Uuid;

use super::{
    crash::Crash,
    model::ABSOLUTE,
    step::{Answer, Cut, Step, Token},
};

/// Two instances on one store.
pub(super) struct System<S> {
    instances: [World<User>; 2],
    store: S,
    clock: TestClock,
    crash: Crash,
}

impl<S: Store<User> + Clone> System<S> {
    /// With the sessions in Redis where there is one.
    pub(super) async fn start(stores: [(S, Option<Redis>); 2]) -> Self {
        let (clock, crash) = (TestClock::default(), Crash::default());
        let store = stores[0].0.clone();
        let instance = async |(store, redis)| {
            // An access token outlives its session, so that it shows when that ends.
            let lifetimes = Lifetimes::default().access(2 * ABSOLUTE);
            let builder = builder(&clock).hooks(crash.clone()).lifetimes(lifetimes);
            let builder = match redis {
                Some(redis) => builder.sessions(redis),
                None => builder,
            };
            World::of(builder.store(store).build().await.unwrap(), clock.clone()).await
        };
        let [one, other] = stores;
        let instances = [instance(one).await, instance(other).await];
        Self { instances, store, clock, crash }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Accounts of one walk, and all their owners were ever given.
pub(super) struct People<'a, S> {
    system: &'a System<S>,
    accounts: Vec<(String, Uuid)>,
    /// Of each session, as the access token names it: that token, and the refresh tokens.
    sessions: Vec<(String, &'static str, Vec<&'static str>)>,
    alarms_before: usize,
}

/// What a session shows to who has its access token: the live sessions of its owner, and when they
/// were used; nothing when it is over.
pub(super) type Seen = Option<Vec<(usize, String)>>;

impl<'a, S: Store<User> + Clone> People<'a, S> {
    pub(super) async fn of(system: &'a System<S>, count: usize) -> Self {
        let client = &system.instances[0].client;
        let mut accounts = Vec::new();
        for _ in 0..count {
            let email = format!("{}@example.com", Uuid::now_v7());
            let body = json!({ "email": email, "password": password(0), "name": "Ada" });
            let reply = client.post("/auth/register", body).await.expect(201);
            // The walk begins with no session at all.
            client.signed_in(&reply).send("POST", "/auth/logout", b"").await.expect(204);
            accounts.push((email, reply.json()["user"]["id"].as_str().unwrap().parse().unwrap()));
        }
        Self { system, accounts, sessions: Vec::new(), alarms_before: system.crash.alarms() }
    }

    /// How many refresh tokens of each session they know.
    pub(super) fn known(&self) -> Vec<usize> {
        self.sessions.iter().map(|(.., refresh)| refresh.len()).collect()
    }

    /// How often a theft was told.
    pub(super) fn alarms(&self) -> usize {
        self.system.crash.alarms() - self.alarms_before
    }

    /// What is answered, by either instance.
    pub(super) async fn take(&mut self, step: Step, dice: &mut Dice) -> Answer {
        let client = self.system.instances[dice.index(2)].client.clone();
        let client_of = |session: usize| client.bearer(self.sessions[session].1);
        let reply = match step {
            Step::ChangePassword { by, password: old } => {
                let body = json!({
                    "current_password": password(old),
                    "new_password": password(old + 1),
                });
                client_of(by).post("/auth/password/change", body).await
            }
            Step::EndOne { by, session } => {
                client_of(by).delete(&format!("/auth/sessions/{}", self.sessions[session].0)).await
            }
            Step::EndOthers { by } => client_of(by).delete("/auth/sessions").await,
            Step::Logout { by } => client_of(by).send("POST", "/auth/logout", b"").await,
            Step::Refresh { token, cut, beside } => {
                let text = self.sessions[token.session].2[token.generation];
                // Whoever else is named beside the token mixes in nowhere.
                let client = beside.map_or_else(|| client.clone(), client_of);
                let Some(reply) = self.cut(cut, client.refresh(text)).await else {
                    return Answer::Lost;
                };
                reply
            }
            Step::SignIn { user, password: number } => {
                client.login(&self.accounts[user].0, &password(number)).await
            }
            Step::Switch { user, is_on } => {
                self.switch(user, is_on).await;
                return Answer::Done;
            }
            Step::Wait(time) => {
                self.system.clock.advance(time);
                return Answer::Done;
            }
        };
        match reply.status {
            200 => self.learn(&reply),
            204 => Answer::Done,
            _ => Answer::Refused(reply.refused()),
        }
    }

    /// What each session shows.
    pub(super) async fn look(&self, dice: &mut Dice) -> Vec<Seen> {
        let mut seen = Vec::new();
        for (_, access, _) in &self.sessions {
            let client = self.system.instances[dice.index(2)].client.bearer(access);
            let reply = client.get("/auth/sessions").await;
            if reply.status != 200 {
                reply.invalid_token();
                seen.push(None);
                continue;
            }
            let body = reply.json();
            let listed = body.as_array().unwrap().iter().map(|it| {
                let id = self.number(it["id"].as_str().unwrap()).unwrap();
                (id, it["last_used_at"].as_str().unwrap().to_owned())
            });
            let mut listed: Vec<_> = listed.collect();
            listed.sort();
            seen.push(Some(listed));
        }
        seen
    }

    async fn cut(&self, at: Option<Cut>, request: impl Future<Output = Reply>) -> Option<Reply> {
        match at {
            Some(at) => self.system.crash.cut(at, request).await,
            None => Some(request.await),
        }
    }

    /// As an application does it.
    async fn switch(&self, user: usize, is_on: bool) {
        let columns = vec![(User::SPEC.active.unwrap(), Value::Bool(is_on))];
        let change = UserChange { columns, at: self.system.clock.now() };
        let (store, id) = (&self.system.store, &self.accounts[user].1);
        UserStore::<User>::update_user(store, id, change).await.unwrap().unwrap();
    }

    /// A token that was never seen is the next of its session.
    fn learn(&mut self, reply: &Reply) -> Answer {
        let id = claims(reply.access())["sid"].as_str().unwrap().to_owned();
        let session = self.number(&id).unwrap_or_else(|| {
            self.sessions.push((id, reply.access(), Vec::new()));
            self.sessions.len() - 1
        });
        let known = &mut self.sessions[session].2;
        let generation = known.iter().position(|it| *it == reply.refresh());
        let generation = generation.unwrap_or_else(|| {
            known.push(reply.refresh());
            known.len() - 1
        });
        let lasts = reply.json()["refresh_expires_in"].as_u64().unwrap();
        Answer::Tokens(Token { session, generation }, lasts)
    }

    fn number(&self, id: &str) -> Option<usize> {
        self.sessions.iter().position(|(it, ..)| it == id)
    }
}

fn password(number: usize) -> String {
    format!("correct horse battery {number}")
}
