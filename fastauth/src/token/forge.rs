//! Tokens as somebody else would make them: with a key of ours, but with an HMAC of another crate and
//! whatever header and payload a test likes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;

use super::{Algorithm, KeyRing, SigningKey, key::Private};
use crate::time::Timestamp;

pub(super) const KEY: [u8; 32] = *b"a key that only tests sign with!";
pub(super) const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
pub(super) const ISSUER: &str = "https://id.example";
pub(super) const AUDIENCE: &str = "https://app.example";
pub(super) const SESSION: &str = "01890f6e-0000-7000-8000-000000000001";
pub(super) const SUBJECT: &str = "01890f6e-0000-7000-8000-000000000002";

/// A ring of one secret for HS256.
pub(super) fn ring(secret: &[u8]) -> KeyRing {
    let private = Private::Secret(secret.to_vec().into());
    SigningKey::of(Algorithm::HS256, &private, None).expect("a good secret").into()
}

/// A header that is taken.
pub(super) fn header() -> Json {
    json!({ "alg": "HS256", "typ": "at+jwt" })
}

/// Claims that are taken at [`NOW`].
pub(super) fn claims() -> Json {
    json!({
        "iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "jti": "1", "sid": SESSION, "type": "access",
        "exp": 1_800_000_900, "iat": 1_800_000_000, "nbf": 1_800_000_000, "name": "Ada",
    })
}

/// The object with this member in place of its own.
pub(super) fn with(mut object: Json, name: &str, value: Json) -> Json {
    object[name] = value;
    object
}

/// The object without this member.
pub(super) fn without(mut object: Json, name: &str) -> Json {
    object.as_object_mut().unwrap().remove(name).expect("it was there");
    object
}

/// The text of an object that has one member more, the last, even if it has one of this name already.
pub(super) fn appended(object: &Json, member: &str) -> String {
    let text = object.to_string();
    format!("{},{member}}}", text.strip_suffix('}').unwrap())
}

/// A token of a header and a payload.
#[allow(clippy::needless_pass_by_value, reason = "whatever can be written is made for the call")]
pub(super) fn token(header: impl ToString, payload: impl ToString) -> String {
    signed(&KEY, &message(&header.to_string(), payload.to_string().as_bytes()))
}

pub(super) fn message(header: &str, payload: &[u8]) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
}

pub(super) fn signed(key: &[u8], message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}
