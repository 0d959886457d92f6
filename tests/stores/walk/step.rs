//! What may happen to sessions, and what is answered.

use std::time::Duration;

/// A refresh token: the so-manieth of its session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Token {
    pub(super) session: usize,
    pub(super) generation: usize,
}

/// Where a refresh is cut short: the client hangs up and learns nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cut {
    /// Everything is decided, nothing is written.
    Before,
    /// It is written, and not yet answered.
    After,
}

/// Users, sessions, tokens and passwords are numbered as they come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    ChangePassword { by: usize, password: usize },
    EndOne { by: usize, session: usize },
    EndOthers { by: usize },
    Logout { by: usize },
    Refresh { token: Token, cut: Option<Cut>, beside: Option<usize> },
    SignIn { user: usize, password: usize },
    Switch { user: usize, is_on: bool },
    Wait(Duration),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Answer {
    Done,
    Lost,
    Refused(String),
    /// A refresh token, and how many seconds it lasts.
    Tokens(Token, u64),
}

impl Answer {
    pub(super) fn refused(code: &str) -> Self {
        Self::Refused(code.to_owned())
    }
}
