use super::AuthBuilder;
use crate::{
    oauth::IntoOAuthClient,
    user::{AuthUser, HasVerifiedEmail},
};

impl<U: AuthUser, S> AuthBuilder<U, S> {
    /// Lets people sign in with an account that they have at a provider: `.oauth(google(id, secret))`. Call it
    /// once for each.
    ///
    /// Whoever is known by that account is signed in; else whoever has the address that the provider has proved; else
    /// an account is made.
    pub fn oauth(self, provider: impl IntoOAuthClient) -> Self
    where
        U: HasVerifiedEmail,
    {
        self.with(|settings| settings.oauth.clients.push(provider.into_oauth_client()))
    }

    /// Where the application mounts the routes of the accounts: `/auth` unless told otherwise. Providers send
    /// browsers back there, whatever a request says of itself; it mounts nothing.
    pub fn mount(self, path: impl Into<String>) -> Self {
        self.with(|settings| settings.oauth.mount = Some(path.into()))
    }
}
