use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $title:literal, $detail:literal;)*) => {
        /// Why a request was refused. The names are stable; replies, `OpenAPI` and docs all read this list.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The short title of the problem document.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The usual sentence of the problem document.
            pub const fn detail(self) -> &'static str {
                match self { $(Self::$variant => $detail,)* }
            }
        }
    };
}

codes! {
    /// The person said no to the provider.
    AccessDenied = "access_denied", "Access denied", "the sign-in was not allowed at the provider";
    /// The right password, but the account is switched off.
    AccountDisabled = "account_disabled", "Account disabled", "this account is disabled";
    /// A change that came with cookies, and from another site for all that can be seen.
    CsrfRejected = "csrf_rejected", "Cross-site request refused", "this change was not made by a page of this site; a program that sends cookies sends `X-Requested-With` as well";
    /// The right password, but the address has not been proved.
    EmailNotVerified = "email_not_verified", "Email not verified", "prove that the email is yours before you sign in";
    /// The address belongs to an account already.
    EmailTaken = "email_taken", "Email taken", "an account with this email exists already";
    /// A value that only one account may have belongs to another.
    FieldTaken = "field_taken", "Value taken", "another account has this value already";
    /// The head of the request is larger than the server reads.
    HeadTooLarge = "head_too_large", "Head too large", "the head of the request is larger than this server reads";
    /// A hook of the application failed before anything was issued.
    HookFailed = "hook_failed", "Hook failed", "the application could not complete the request; try again later";
    /// The provider's account signs another user in.
    IdentityTaken = "identity_taken", "Identity taken", "this account at the provider belongs to another user";
    /// Something broke on our side that has no name of its own.
    Internal = "internal", "Internal error", "the request could not be completed";
    /// Signed in, but without the permission this needs.
    InsufficientPermission = "insufficient_permission", "Insufficient permission", "this needs a permission that you do not have";
    /// The token is limited to other scopes than this needs.
    InsufficientScope = "insufficient_scope", "Insufficient scope", "this needs a scope that the access token does not have";
    /// No such account, or not this password.
    InvalidCredentials = "invalid_credentials", "Invalid credentials", "the login or the password is wrong";
    /// The answer of a provider belongs to nothing that this browser began, or not any more.
    InvalidOAuthState = "invalid_oauth_state", "Invalid OAuth state", "this sign-in was not begun here, or is over; begin again";
    /// The token of a link is unknown, used, expired or not one.
    InvalidOneTimeToken = "invalid_one_time_token", "Invalid one-time token", "this link cannot be used, or not any more; ask for another one";
    /// The refresh token is unknown, used, expired or not one.
    InvalidRefreshToken = "invalid_refresh_token", "Invalid refresh token", "the refresh token cannot be used; sign in again";
    /// What was asked for is no list of scopes, or more than a token carries.
    InvalidScope = "invalid_scope", "Invalid scope", "scopes are names between single spaces";
    /// The access token is expired, revoked, forged or not one.
    InvalidToken = "invalid_token", "Invalid token", "the access token cannot be used";
    /// The keys that tokens are verified with cannot be fetched.
    KeysUnavailable = "keys_unavailable", "Keys unavailable", "the server cannot verify tokens now; try again in a moment";
    /// Nobody would be left who can administer roles.
    LastAdministrator = "last_administrator", "Last administrator", "nobody would be left to administer the roles";
    /// Nobody would be able to sign in to the account.
    LastLoginMethod = "last_login_method", "Last login method", "this is the only way to sign in that is left; add another one first";
    /// The body is not what its content type says.
    MalformedBody = "malformed_body", "Malformed body", "the body could not be read";
    /// The request itself cannot be read.
    MalformedRequest = "malformed_request", "Malformed request", "the request could not be read";
    /// The path exists, with other methods.
    MethodNotAllowed = "method_not_allowed", "Method not allowed", "this path does not answer this method";
    /// No credentials were presented.
    MissingToken = "missing_token", "Not signed in", "this needs an access token";
    /// There is nothing here, or nothing of yours.
    NotFound = "not_found", "Not found", "there is nothing here";
    /// More work is waiting than can be done in time.
    Overloaded = "overloaded", "Overloaded", "the server is busy; try again in a moment";
    /// One's own roles are changed by others.
    OwnRoles = "own_roles", "Own roles", "your own roles are changed by another administrator";
    /// The body is larger than the route reads.
    PayloadTooLarge = "payload_too_large", "Payload too large", "the body is larger than this route reads";
    /// The user has an account of this provider already.
    ProviderAlreadyLinked = "provider_already_linked", "Provider already linked", "another account at this provider is linked; unlink it first";
    /// The provider answered with something that cannot be used.
    ProviderError = "provider_error", "Provider error", "the provider did not answer as it should; try again later";
    /// The provider did not answer in time.
    ProviderTimeout = "provider_timeout", "Provider timeout", "the provider did not answer in time; try again later";
    /// Tried too often.
    RateLimited = "rate_limited", "Too many requests", "this was tried too often; try again later";
    /// Signed in too long ago for this.
    ReauthenticationRequired = "reauthentication_required", "Reauthentication required", "give the password again to do this";
    /// A sign-up by a link needs more than the address.
    RegistrationIncomplete = "registration_incomplete", "Registration incomplete", "the account needs more than the email; send it with this `flow`";
    /// The body did not arrive in time.
    RequestTimeout = "request_timeout", "Request timeout", "the body did not arrive in time";
    /// There is a role of this name already.
    RoleTaken = "role_taken", "Role taken", "a role of this name exists already";
    /// A gate of the application said no.
    SigninDenied = "signin_denied", "Sign-in denied", "this account may not sign in";
    /// A gate of the application said no.
    SignupDenied = "signup_denied", "Sign-up denied", "this account may not be created";
    /// The store does not answer.
    StoreUnavailable = "store_unavailable", "Store unavailable", "the server cannot reach its store; try again in a moment";
    /// The content type is not one the route reads.
    UnsupportedMediaType = "unsupported_media_type", "Unsupported media type", "this route reads `application/json`";
    /// The username belongs to an account already.
    UsernameTaken = "username_taken", "Username taken", "an account with this username exists already";
    /// The body was read, and some of it cannot be taken.
    ValidationFailed = "validation_failed", "Validation failed", "some fields cannot be taken as they are";
    /// A hook of the application refused the change.
    Vetoed = "vetoed", "Refused", "the application refused this change";
    /// The current password given for a change is wrong.
    WrongPassword = "wrong_password", "Wrong password", "the current password is wrong";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
