use std::fmt;

use crate::{
    auth::Auth,
    config::{Cookies, MagicLinks, Transport},
    user::{AuthUser, ColumnSpec, Schemas, UserSpec},
    value::{Column, Shape},
};

/// The accounts of one struct, as documents know them: what is configured of what they say.
#[allow(clippy::struct_excessive_bools, reason = "settings, each of its own")]
pub struct Accounts {
    pub(super) base_url: String,
    pub(super) cookies: Option<Cookies>,
    /// What answers a sign-in.
    pub(super) first: Transport,
    pub(super) has_bearer: bool,
    pub(super) has_clients: bool,
    pub(super) has_hooks: bool,
    pub(super) has_limits: bool,
    pub(super) id: Shape,
    pub(super) is_opaque: bool,
    pub(super) links: MagicLinks,
    pub(super) administration: Option<&'static str>,
    /// Their names, and what each allows.
    pub(super) permissions: Vec<(&'static str, &'static str)>,
    /// Those that people sign in with.
    pub(super) providers: Vec<String>,
    pub(super) requires_proof: bool,
    pub(super) schemas: Schemas,
    pub(super) shortest_password: usize,
    pub(super) shows_login_page: bool,
    pub(super) spec: &'static UserSpec,
}

impl Accounts {
    /// Those of this struct, as they are configured.
    pub fn of<U: AuthUser>(auth: &Auth<U>) -> Self {
        let inner = &auth.0;
        let limits = &inner.limits;
        let limits = [
            &limits.login,
            &limits.failures,
            &limits.account,
            &limits.register,
            &limits.mail,
            &limits.links,
            &limits.clients,
        ];
        Self {
            base_url: inner.base_url.as_str().to_owned(),
            cookies: inner.transports.cookies().cloned(),
            first: inner.transports.first(),
            has_bearer: inner.transports.has_bearer(),
            has_clients: !inner.clients.is_empty(),
            has_hooks: !inner.hooks.sets.is_empty(),
            has_limits: limits.iter().any(|limit| !limit.budgets("", None).is_empty()),
            id: <U::Id as Column>::SHAPE,
            is_opaque: auth.is_opaque(),
            links: inner.mailing.links,
            administration: inner.roles.administration(),
            permissions: inner.roles.described().collect(),
            providers: inner.providers.names().map(str::to_owned).collect(),
            requires_proof: inner.mailing.requires_proof(),
            schemas: U::schemas(),
            shortest_password: inner.policy.shortest(),
            shows_login_page: inner.login_page.is_some(),
            spec: U::SPEC,
        }
    }

    /// The name of something of theirs in the document.
    pub(super) fn named(&self, what: &str) -> String {
        format!("{}{what}", self.spec.name)
    }

    /// The column of a part, if the struct has it.
    pub(super) fn column(&self, part: Option<usize>) -> Option<&'static ColumnSpec> {
        part.and_then(|column| self.spec.columns.get(column))
    }

    /// Whether every registration waits for a mail.
    pub(super) fn always_mails(&self) -> bool {
        let email = self.column(self.spec.email);
        self.requires_proof && email.is_some_and(|column| !column.nullable)
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").field("user", &self.spec.name).finish_non_exhaustive()
    }
}
