//! What the routes of the accounts read and say, as data: each beside its handler. The document of
//! the feature `openapi` is made of it.

use http::StatusCode;

use crate::error::Code;

/// One route.
#[derive(Debug)]
pub(super) struct Description {
    /// What programs call it.
    pub(super) name: &'static str,
    /// What it does, in one sentence.
    pub(super) summary: &'static str,
    /// What the places in its path are.
    pub(super) places: &'static [Place],
    pub(super) reads: Reads,
    pub(super) gives: &'static [(StatusCode, Gives)],
    /// The codes that its flow can refuse with. Those of the guard and of the body go without saying.
    pub(super) refuses: &'static [&'static [Code]],
}

/// What stands for a name in a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Provider,
    Role,
    Session,
    User,
}

/// A body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reads {
    /// A JSON object of these members, and no others.
    Json(&'static [Member]),
    /// The same, or nothing at all.
    JsonOrNothing(&'static [Member]),
    /// A form of a token, and of the client that asks.
    IntrospectionForm,
    /// JSON or the form of `OAuth2`.
    Login,
    /// What names a session besides the headers; nothing in it can refuse the request.
    Logout,
    Nothing,
    Patch,
    /// No body, but what stands in the query; what else is there is read over.
    Query(&'static [Member]),
    /// A refresh token, where none comes in a cookie.
    Refresh,
    Signup,
    /// What a sign-up by a link or a provider lacked.
    SignupRest,
    /// A form of a token.
    TokenForm,
}

/// A member of a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What a member is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// An address that is judged.
    Address,
    /// A password that is to be set.
    NewPassword,
    /// A path of this site, which need not be there.
    Next,
    /// Text that need not be there.
    Optional,
    /// The password of whoever has one.
    Password,
    Permissions,
    RoleName,
    /// Text: what is none of ours is nobody's.
    Text,
    Token,
}

impl Reads {
    /// Whether it is a form of a token, which no cookie acts on and whose mistakes are told as `OAuth2` has
    /// it.
    pub(super) const fn is_of_token(self) -> bool {
        matches!(self, Self::IntrospectionForm | Self::TokenForm)
    }
}

/// A reply that is no problem document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gives {
    /// Where a browser is to be sent.
    AuthorizationUrl,
    /// Nothing, and the cookies are taken back.
    Cleared,
    /// The answer to a sign-in, and what bound a sign-up to its browser is taken back.
    Completed,
    Identities,
    /// What is known of a token.
    Introspection,
    /// Nothing: what comes by mail decides.
    Mailed,
    MyRoles,
    Nothing,
    /// A refusal of a form of a token (RFC 6749 §5.2).
    OAuthError,
    Role,
    Roles,
    Sessions,
    /// The answer to a sign-in.
    SignedIn,
    /// The same, or what was linked.
    SignedInOrLinked,
    /// The same, by the carrier that brought the refresh token.
    Refreshed,
    /// Sends a browser on, signed in.
    ToNext,
    /// Sends a browser to a provider.
    ToProvider,
    View,
}

pub(super) const fn member(name: &'static str, kind: Kind) -> Member {
    Member { name, kind }
}

/// A body of one address.
pub(super) const ADDRESS: Reads = Reads::Json(&[member("email", Kind::Text)]);
/// The token of a link.
pub(super) const LINK: Reads = Reads::Json(&[member("token", Kind::Token)]);

/// Where to go afterwards.
pub(super) const NEXT: &[Member] = &[member("next", Kind::Next)];
/// What a provider sends along (RFC 6749 §4.1.2, RFC 9207).
pub(super) const ANSWER: &[Member] = &[
    member("state", Kind::Text),
    member("code", Kind::Optional),
    member("error", Kind::Optional),
    member("iss", Kind::Optional),
];

/// What can go wrong with a provider.
pub(super) const FROM_PROVIDER: &[Code] =
    &[Code::Internal, Code::NotFound, Code::Overloaded, Code::ProviderError, Code::ProviderTimeout];
/// What can go wrong between a proof and its tokens.
pub(super) const SIGNING_IN: &[Code] =
    &[Code::HookFailed, Code::Internal, Code::InvalidCredentials, Code::SigninDenied];
/// What can go wrong when an account is made.
pub(super) const SIGNING_UP: &[Code] = &[
    Code::EmailTaken,
    Code::FieldTaken,
    Code::HookFailed,
    Code::Internal,
    Code::Overloaded,
    Code::SignupDenied,
    Code::UsernameTaken,
    Code::ValidationFailed,
    Code::Vetoed,
];
/// What can be wrong with the token of a link.
pub(super) const BY_LINK: &[Code] = &[Code::InvalidOneTimeToken, Code::RateLimited, Code::Vetoed];
/// What can go wrong when a password is asked again.
pub(super) const CONFIRMING: &[Code] = &[
    Code::InsufficientScope,
    Code::Internal,
    Code::InvalidToken,
    Code::Overloaded,
    Code::RateLimited,
    Code::ReauthenticationRequired,
    Code::WrongPassword,
];
/// What can go wrong when mail is asked for.
pub(super) const MAILING: &[Code] = &[Code::Internal, Code::RateLimited];
