//! The hooks: what each is given, what it answers, and what other frameworks call it.

/// A hook of the library's trait.
#[derive(Debug)]
pub(crate) struct Hook {
    pub(crate) name: &'static str,
    /// What it is given, in its order; the context comes last and is not listed.
    pub(crate) given: &'static [Given],
    pub(crate) answers: Answers,
}

/// An argument.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Given {
    Claims,
    Context,
    MaybeUser,
    OldEmail,
    Provider,
    Reason,
    Role,
    Session,
    Signup,
    User,
}

impl Given {
    /// As a person would write it, for a user of this type.
    pub(crate) fn written(self, user: &str) -> String {
        match self {
            Self::Claims => "claims: &mut ExtraClaims".to_owned(),
            Self::Context => "cx: &HookContext".to_owned(),
            Self::MaybeUser => format!("user: Option<&{user}>"),
            Self::OldEmail => "old: &str".to_owned(),
            Self::Provider => "provider: &Provider".to_owned(),
            Self::Reason => "reason: Code".to_owned(),
            Self::Role => "role: &str".to_owned(),
            Self::Session => "session: &mut SessionData".to_owned(),
            Self::Signup => format!("signup: &<{user} as AuthUser>::Signup"),
            Self::User => format!("user: &{user}"),
        }
    }

    /// What its type is called, for a user of this type.
    pub(crate) fn type_name(self, user: &str) -> Option<&str> {
        match self {
            Self::Claims => Some("ExtraClaims"),
            Self::Context => Some("HookContext"),
            Self::OldEmail | Self::Role => Some("str"),
            Self::Provider => Some("Provider"),
            Self::Reason => Some("Code"),
            Self::Session => Some("SessionData"),
            Self::Signup => None,
            Self::MaybeUser | Self::User => user.rsplit("::").next(),
        }
    }

    /// What the hook may change of it, if it may.
    pub(crate) const fn changed(self) -> Option<&'static str> {
        match self {
            Self::Claims => Some("claims"),
            Self::Session => Some("session"),
            _ => None,
        }
    }

    /// Whether it is lent.
    pub(crate) const fn is_borrowed(self) -> bool {
        !matches!(self, Self::MaybeUser | Self::Reason)
    }
}

/// What a hook answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Answers {
    Decision,
    Nothing,
    Reply,
}

impl Hook {
    /// The hook of this name, or of an alias.
    pub(crate) fn of(name: &str) -> Option<&'static Self> {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        let name = alias.map_or(name, |(_, name)| name);
        HOOKS.iter().find(|hook| hook.name == name)
    }

    /// Every name a hook can have here.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        let aliases = ALIASES.iter().map(|(alias, _)| *alias);
        HOOKS.iter().map(|hook| hook.name).chain(aliases)
    }

    /// What it is given, the context included.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = Given> {
        self.given.iter().copied().chain([Given::Context])
    }
}

const fn hook(name: &'static str, given: &'static [Given], answers: Answers) -> Hook {
    Hook { name, given, answers }
}

/// The hooks in the order of their documentation.
pub(crate) const HOOKS: &[Hook] = &[
    hook("allow_signup", &[Given::Signup, Given::Provider], Answers::Decision),
    hook("allow_signin", &[Given::User, Given::Provider], Answers::Decision),
    hook("modify_jwt", &[Given::Claims, Given::User], Answers::Nothing),
    hook("modify_session", &[Given::Session, Given::User], Answers::Nothing),
    hook("on_signup", &[Given::User], Answers::Nothing),
    hook("on_signin", &[Given::User, Given::Provider], Answers::Nothing),
    hook("on_signin_failed", &[Given::MaybeUser, Given::Provider], Answers::Nothing),
    hook("on_signout", &[Given::User], Answers::Nothing),
    hook("on_token_refresh", &[Given::User], Answers::Nothing),
    hook("on_refresh_reuse", &[Given::User], Answers::Nothing),
    hook("on_email_verify", &[Given::User], Answers::Nothing),
    hook("on_email_change", &[Given::User, Given::OldEmail], Answers::Nothing),
    hook("on_password_reset", &[Given::User], Answers::Nothing),
    hook("on_password_change", &[Given::User], Answers::Nothing),
    hook("on_user_update", &[Given::User], Answers::Nothing),
    hook("on_before_user_delete", &[Given::User], Answers::Nothing),
    hook("on_user_delete", &[Given::User], Answers::Nothing),
    hook("on_oauth_link", &[Given::User, Given::Provider], Answers::Nothing),
    hook("on_oauth_unlink", &[Given::User, Given::Provider], Answers::Nothing),
    hook("on_magic_link_sent", &[Given::User], Answers::Nothing),
    hook("on_role_assigned", &[Given::User, Given::Role], Answers::Nothing),
    hook("on_role_revoked", &[Given::User, Given::Role], Answers::Nothing),
    hook("on_lockout", &[Given::MaybeUser], Answers::Nothing),
    hook("on_unauthenticated", &[Given::Reason], Answers::Reply),
    hook("on_forbidden", &[Given::Reason], Answers::Reply),
];

/// What these events are called where people come from.
const ALIASES: &[(&str, &str)] = &[
    ("allow_login", "allow_signin"),
    ("allow_register", "allow_signup"),
    ("modify_token", "modify_jwt"),
    ("on_after_change_email", "on_email_change"),
    ("on_after_change_password", "on_password_change"),
    ("on_after_delete", "on_user_delete"),
    ("on_after_login", "on_signin"),
    ("on_after_logout", "on_signout"),
    ("on_after_oauth_link", "on_oauth_link"),
    ("on_after_oauth_unlink", "on_oauth_unlink"),
    ("on_after_refresh", "on_token_refresh"),
    ("on_after_register", "on_signup"),
    ("on_after_reset_password", "on_password_reset"),
    ("on_after_role_assigned", "on_role_assigned"),
    ("on_after_role_revoked", "on_role_revoked"),
    ("on_after_send_magic_link", "on_magic_link_sent"),
    ("on_after_update", "on_user_update"),
    ("on_after_verify", "on_email_verify"),
    ("on_before_delete", "on_before_user_delete"),
    ("on_login", "on_signin"),
    ("on_login_failed", "on_signin_failed"),
    ("on_logout", "on_signout"),
    ("on_register", "on_signup"),
];
