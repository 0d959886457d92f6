//! Which tokens a route takes: the schemes of the accounts, and what each guard requires of them.

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Password, Scopes,
    SecurityRequirement, SecurityScheme,
};

use super::Accounts;
use crate::{
    access::Need,
    http::{
        description::Reads,
        routing::{Admission, Needs, RouteGuard, Who},
    },
};

const BEARER: &str = "Bearer";
const CLIENT: &str = "Client";
const COOKIE: &str = "Cookie";
const PASSWORD: &str = "Password";
const REFRESH: &str = "RefreshCookie";

/// More alternatives than this say less than none.
const MOST_ALTERNATIVES: usize = 16;

impl Accounts {
    /// The schemes by their names. `login` is where the form of `OAuth2` is answered, if it is.
    pub(super) fn schemes(&self, login: Option<&str>) -> Vec<(String, SecurityScheme)> {
        let mut schemes = Vec::new();
        if self.has_bearer {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
            let scheme = scheme.bearer_format(if self.is_opaque { "opaque" } else { "JWT" });
            schemes.push((self.named(BEARER), SecurityScheme::Http(scheme.build())));
            if let Some(login) = login {
                let flow = Password::new(login, Scopes::from_iter(self.permissions.clone()));
                let scheme = OAuth2::new([Flow::Password(flow)]);
                schemes.push((self.named(PASSWORD), SecurityScheme::OAuth2(scheme)));
            }
        }
        if let Some(cookies) = &self.cookies {
            let cookie =
                |name: &str| SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(name)));
            let access = if self.is_opaque { &cookies.session } else { &cookies.access };
            schemes.push((self.named(COOKIE), cookie(access)));
            if !self.is_opaque {
                schemes.push((self.named(REFRESH), cookie(&cookies.refresh)));
            }
        }
        if self.has_clients {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Basic).build();
            schemes.push((self.named(CLIENT), SecurityScheme::Http(scheme)));
        }
        schemes
    }

    /// What a route requires, one of these; `None` where nothing is asked.
    pub(super) fn requirements(
        &self,
        route: &RouteGuard,
        has_login: bool,
    ) -> Option<Vec<SecurityRequirement>> {
        match route.told.map(|told| told.route.reads) {
            // The client says who it is in the header, or in the form.
            Some(Reads::IntrospectionForm) => {
                return Some(vec![self.alone(CLIENT), SecurityRequirement::default()]);
            }
            Some(Reads::Logout) => {
                return Some(self.required(&route.admits.optional(), has_login));
            }
            Some(Reads::Refresh) => {
                let by_cookie = self.cookies.is_some().then(|| self.alone(REFRESH));
                let by_body = self.has_bearer.then(SecurityRequirement::default);
                return Some(by_cookie.into_iter().chain(by_body).collect());
            }
            _ => {}
        }
        let asks = matches!(route.admits.who, Who::UsersOf(_));
        asks.then(|| self.required(&route.admits, has_login))
    }

    fn required(&self, admits: &Admission, has_login: bool) -> Vec<SecurityRequirement> {
        let alternatives = match admits.needs {
            Needs::Nothing => vec![Vec::new()],
            Needs::RoleAdministration => vec![self.administration.into_iter().collect()],
            Needs::Granted(need) | Needs::Held(need) => alternatives(need),
        };
        let by = |scheme: &str| {
            let scheme = self.named(scheme);
            let each = alternatives.iter();
            each.map(move |names| SecurityRequirement::new(&scheme, names.iter().copied()))
                .collect::<Vec<_>>()
        };
        let mut required = Vec::new();
        if self.has_bearer {
            required.extend(by(BEARER));
            // Its scopes narrow a token: only where the guard asks for some are they needed.
            match admits.needs {
                _ if !has_login => {}
                Needs::Granted(_) => required.extend(by(PASSWORD)),
                _ => required.push(self.alone(PASSWORD)),
            }
        }
        if self.cookies.is_some() {
            required.extend(by(COOKIE));
        }
        required.extend(admits.is_optional.then(SecurityRequirement::default));
        required
    }

    fn alone(&self, scheme: &str) -> SecurityRequirement {
        SecurityRequirement::new(self.named(scheme), [""; 0])
    }
}

/// Lists of names, each of which is enough if all of it is held.
fn alternatives(need: Need) -> Vec<Vec<&'static str>> {
    let found = match need {
        Need::One(name) => vec![vec![name]],
        Need::Any(needs) => needs.iter().flat_map(|need| alternatives(*need)).collect(),
        Need::All(needs) => needs.iter().fold(vec![Vec::new()], |before, need| {
            let after = alternatives(*need);
            let joined = |names: &Vec<&'static str>| {
                let names = names.clone();
                after.iter().map(move |more| [names.as_slice(), more].concat())
            };
            before.iter().flat_map(joined).take(MOST_ALTERNATIVES + 1).collect()
        }),
    };
    if found.len() > MOST_ALTERNATIVES { vec![Vec::new()] } else { found }
}
