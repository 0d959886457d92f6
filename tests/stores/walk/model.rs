//! What the rules say becomes of sessions, and nothing of how (RFC 9700 §4.14, ASVS 7.4, 10.4.8).

use std::time::Duration;

use fastauth::time::Timestamp;

use super::{
    step::{Answer, Cut, Step, Token},
    system::Seen,
};

pub(super) const GRACE: Duration = Duration::from_secs(10);
pub(super) const IDLE: Duration = Duration::from_hours(7 * 24);
pub(super) const ABSOLUTE: Duration = Duration::from_hours(30 * 24);

/// What there is to know.
#[derive(Clone)]
pub(super) struct Model {
    pub(super) now: Timestamp,
    pub(super) sessions: Vec<Session>,
    pub(super) users: Vec<User>,
    /// How often a theft was told.
    pub(super) alarms: usize,
}

#[derive(Clone, Default)]
pub(super) struct User {
    pub(super) is_disabled: bool,
    /// How often it was changed.
    pub(super) password: usize,
}

#[derive(Clone)]
pub(super) struct Session {
    pub(super) owner: usize,
    /// The one token that works; its parent is the one before.
    pub(super) leaf: usize,
    pub(super) used_at: Timestamp,
    pub(super) idle_until: Timestamp,
    pub(super) expires_at: Timestamp,
    has_ended: bool,
}

impl Session {
    /// When it ends if nothing happens.
    pub(super) fn end(&self) -> Timestamp {
        self.idle_until.min(self.expires_at)
    }
}

impl Model {
    pub(super) fn new(now: Timestamp, users: usize) -> Self {
        let users = (0..users).map(|_| User::default()).collect();
        Self { now, sessions: Vec::new(), users, alarms: 0 }
    }

    pub(super) fn is_live(&self, session: usize) -> bool {
        let it = &self.sessions[session];
        !it.has_ended && self.now < it.end()
    }

    /// Whether its access token opens anything.
    pub(super) fn is_open(&self, session: usize) -> bool {
        self.is_live(session) && !self.users[self.sessions[session].owner].is_disabled
    }

    /// The live sessions of a user.
    pub(super) fn of(&self, owner: usize) -> Vec<usize> {
        let all = 0..self.sessions.len();
        all.filter(|it| self.sessions[*it].owner == owner && self.is_live(*it)).collect()
    }

    /// What each session shows to who has its access token.
    pub(super) fn look(&self) -> Vec<Seen> {
        let shown = |session: usize| (session, self.sessions[session].used_at.to_string());
        let all = 0..self.sessions.len();
        let seen = all.map(|it| {
            let owner = self.sessions[it].owner;
            self.is_open(it).then(|| self.of(owner).into_iter().map(shown).collect())
        });
        seen.collect()
    }

    pub(super) fn take(&mut self, step: Step) -> Answer {
        match step {
            Step::Refresh { token, cut, .. } => self.refresh(token, cut),
            Step::SignIn { user, password } => self.sign_in(user, password),
            Step::Logout { by } => self.end(&[by]),
            Step::Switch { user, is_on } => {
                self.users[user].is_disabled = !is_on;
                Answer::Done
            }
            Step::Wait(time) => {
                self.now = self.now + time;
                Answer::Done
            }
            Step::ChangePassword { by, .. } | Step::EndOne { by, .. } | Step::EndOthers { by }
                if !self.is_open(by) =>
            {
                Answer::refused("invalid_token")
            }
            Step::EndOne { by, session } => {
                let theirs = self.of(self.sessions[by].owner);
                if theirs.contains(&session) {
                    self.end(&[session])
                } else {
                    Answer::refused("not_found")
                }
            }
            Step::EndOthers { by } => self.end_others(by),
            Step::ChangePassword { by, .. } => {
                self.users[self.sessions[by].owner].password += 1;
                self.end_others(by)
            }
        }
    }

    fn sign_in(&mut self, user: usize, password: usize) -> Answer {
        if self.users[user].password != password {
            return Answer::refused("invalid_credentials");
        }
        if self.users[user].is_disabled {
            return Answer::refused("account_disabled");
        }
        self.sessions.push(Session {
            owner: user,
            leaf: 0,
            used_at: self.now,
            idle_until: self.now + IDLE,
            expires_at: self.now + ABSOLUTE,
            has_ended: false,
        });
        let token = Token { session: self.sessions.len() - 1, generation: 0 };
        Answer::Tokens(token, IDLE.as_secs())
    }

    fn refresh(&mut self, token: Token, cut: Option<Cut>) -> Answer {
        let refused = Answer::refused("invalid_refresh_token");
        if !self.is_live(token.session) {
            return refused;
        }
        let (now, is_open) = (self.now, self.is_open(token.session));
        let it = &mut self.sessions[token.session];
        let is_leaf = token.generation == it.leaf;
        let is_parent = token.generation + 1 == it.leaf && now.since(it.used_at) <= GRACE;
        if !is_leaf && !is_parent {
            it.has_ended = true;
            self.alarms += 1;
            return if cut == Some(Cut::After) { Answer::Lost } else { refused };
        }
        if !is_open {
            return Answer::refused("account_disabled");
        }
        if cut == Some(Cut::Before) {
            return Answer::Lost;
        }
        if is_leaf {
            it.leaf += 1;
            it.used_at = now;
            it.idle_until = (now + IDLE).min(it.expires_at);
            if cut == Some(Cut::After) {
                return Answer::Lost;
            }
        }
        let token = Token { generation: it.leaf, ..token };
        Answer::Tokens(token, it.idle_until.since(now).as_secs())
    }

    fn end_others(&mut self, by: usize) -> Answer {
        let others = self.of(self.sessions[by].owner).into_iter().filter(|it| *it != by);
        self.end(&others.collect::<Vec<_>>())
    }

    fn end(&mut self, sessions: &[usize]) -> Answer {
        for session in sessions {
            self.sessions[*session].has_ended = true;
        }
        Answer::Done
    }
}
