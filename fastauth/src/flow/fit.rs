use crate::{
    auth::Auth,
    error::{Code, Error, FieldError},
    store::{NewUser, SessionId, UserChange},
    token::{ExtraClaims, Grant, TokenOptions},
    user::AuthUser,
    value::ColumnError,
};

impl<U: AuthUser> Auth<U> {
    /// Refuses an account that could be made and never signed in to: its row would not read back, or
    /// its access token would be too long. No hook is asked: there is nobody yet.
    pub(super) fn fits_new(&self, new: &NewUser<U>) -> Result<(), Error> {
        let id = stand_in::<U>().filter(|_| new.needs_id());
        if new.needs_id() && id.is_none() {
            return Ok(());
        }
        let user = NewUser::<U>::new(new.values().to_vec()).into_user(id).map_err(unreadable)?;
        if self.token_length(&user)? > self.most() { Err(too_long()) } else { Ok(()) }
    }

    /// The same for a change. What the application itself has written there is not for the client to
    /// shorten: a token may be long as long as it grows no longer.
    pub(super) fn fits_changed(&self, user: &U, change: &UserChange) -> Result<(), Error> {
        let changed = change.clone().apply(user).map_err(unreadable)?;
        let length = self.token_length(&changed)?;
        if length > self.most() && length > self.token_length(user)? {
            Err(too_long())
        } else {
            Ok(())
        }
    }

    /// How much of an access token the fields of a user may fill, in bytes. The rest of what can be
    /// carried is left to `modify_jwt` hooks.
    fn most(&self) -> usize {
        self.0.transports.longest_token() / 4 * 3
    }

    fn token_length(&self, user: &U) -> Result<usize, Error> {
        let session = SessionId::from_bytes([0; 16]);
        let grant = Grant { user, session, extra: ExtraClaims::default(), now: self.now() };
        let options = TokenOptions::default().max_age(self.0.lifetimes.access);
        self.0.strategy.length(grant, options).map_err(|error| {
            tracing::error!(error = ?error.to_string(), "a token could not be written");
            Error::new(Code::Internal).because(error)
        })
    }
}

/// The database numbers a new user: a long number stands for the one to come.
pub(crate) fn stand_in<U: AuthUser>() -> Option<U::Id> {
    ["9223372036854775807", "2147483647"].into_iter().find_map(|text| U::parse_id(text).ok())
}

fn too_long() -> Error {
    let detail = "what the access token would carry is too long altogether";
    Error::validation(vec![FieldError {
        pointer: String::new(),
        code: "too_long",
        detail: detail.into(),
    }])
}

fn unreadable(error: ColumnError) -> Error {
    tracing::error!(error = ?error.to_string(), "a row would not read back");
    Error::from(Code::ValidationFailed).because(error)
}
