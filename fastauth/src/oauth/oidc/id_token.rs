//! What an ID token must say before anybody is believed to be who it names (OpenID Connect Core §3.1.3.7).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json};
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::{
    secret::Token,
    time::Timestamp,
    token::{Algorithm, ForeignKeys, ForeignToken, InvalidToken},
};

/// How far the clocks of a provider and of ours may be apart.
const LEEWAY: Duration = Duration::from_mins(1);
/// How old one may be: it answers a request that was begun so long ago at most.
const OLDEST: Duration = Duration::from_mins(10);
/// The longest name of a person (OpenID Connect Core §2), in bytes.
const LONGEST_SUBJECT: usize = 255;

/// Why an ID token is not believed.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub(in crate::oauth) enum Unbelieved {
    #[error("it belongs to another access token")]
    AccessToken,
    #[error("it is for another application")]
    Audience,
    #[error("its claim `{0}` is missing or of another type")]
    Claim(&'static str),
    #[error("its time is over")]
    Expired,
    #[error("it comes from another issuer")]
    Issuer,
    #[error("it answers another request")]
    Nonce,
    #[error("its time has not come")]
    NotYet,
    #[error("it is older than the request")]
    Old,
    #[error("it was given to another application")]
    Party,
    #[error("it names nobody")]
    Subject,
    #[error(transparent)]
    Token(#[from] InvalidToken),
}

/// What an ID token must fit.
pub(in crate::oauth) struct Expected<'a> {
    pub(in crate::oauth) issuer: &'a str,
    pub(in crate::oauth) client_id: &'a str,
    pub(in crate::oauth) nonce: &'a str,
    pub(in crate::oauth) access_token: &'a Token,
    pub(in crate::oauth) now: Timestamp,
}

impl Expected<'_> {
    /// Who an ID token names that one of these keys signed, and what it says of them.
    pub(in crate::oauth) fn believe(
        &self,
        token: &ForeignToken<'_>,
        keys: &ForeignKeys,
    ) -> Result<(String, Map<String, Json>), Unbelieved> {
        let claims = keys.verify(token)?;
        let subject = self.subject(&claims, token.algorithm())?;
        Ok((subject, claims))
    }

    fn subject(
        &self,
        claims: &Map<String, Json>,
        algorithm: Algorithm,
    ) -> Result<String, Unbelieved> {
        if text(claims, "iss")? != self.issuer {
            return Err(Unbelieved::Issuer);
        }
        self.is_for_us(claims)?;
        self.is_now(claims)?;
        // Compared in constant time (ASVS 11.2.4).
        if !bool::from(text(claims, "nonce")?.as_bytes().ct_eq(self.nonce.as_bytes())) {
            return Err(Unbelieved::Nonce);
        }
        if claims.contains_key("at_hash") && text(claims, "at_hash")? != self.at_hash(algorithm) {
            return Err(Unbelieved::AccessToken);
        }
        subject(claims)
    }

    fn is_for_us(&self, claims: &Map<String, Json>) -> Result<(), Unbelieved> {
        let all = match claims.get("aud") {
            Some(one @ Json::String(_)) => std::slice::from_ref(one),
            Some(Json::Array(all)) if all.iter().all(Json::is_string) => all,
            _ => return Err(Unbelieved::Claim("aud")),
        };
        if !all.iter().any(|one| one == self.client_id) {
            return Err(Unbelieved::Audience);
        }
        match claims.get("azp") {
            None if all.len() == 1 => Ok(()),
            Some(Json::String(party)) if party == self.client_id => Ok(()),
            _ => Err(Unbelieved::Party),
        }
    }

    fn is_now(&self, claims: &Map<String, Json>) -> Result<(), Unbelieved> {
        let issued = moment(claims, "iat")?;
        let begins = if claims.contains_key("nbf") { moment(claims, "nbf")? } else { issued };
        if self.now >= moment(claims, "exp")? + LEEWAY {
            return Err(Unbelieved::Expired);
        }
        if self.now + LEEWAY < issued.max(begins) {
            return Err(Unbelieved::NotYet);
        }
        if self.now.since(issued) > OLDEST + LEEWAY {
            return Err(Unbelieved::Old);
        }
        Ok(())
    }

    /// The left half of the digest of the access token (OpenID Connect Core §3.1.3.6), by the hash of the signature.
    fn at_hash(&self, algorithm: Algorithm) -> String {
        fn half<D: sha2::Digest>(token: &str) -> String {
            let digest = D::digest(token.as_bytes());
            URL_SAFE_NO_PAD.encode(digest.get(..digest.len() / 2).unwrap_or_default())
        }
        let token = self.access_token.expose();
        match algorithm.hash_bytes() {
            32 => half::<Sha256>(token),
            48 => half::<Sha384>(token),
            _ => half::<Sha512>(token),
        }
    }
}

/// Who claims are about: to the letter, for ever.
pub(super) fn subject(claims: &Map<String, Json>) -> Result<String, Unbelieved> {
    let subject = text(claims, "sub")?;
    let fits = (1..=LONGEST_SUBJECT).contains(&subject.len()) && subject.is_ascii();
    if fits { Ok(subject.to_owned()) } else { Err(Unbelieved::Subject) }
}

fn text<'a>(claims: &'a Map<String, Json>, name: &'static str) -> Result<&'a str, Unbelieved> {
    claims.get(name).and_then(Json::as_str).ok_or(Unbelieved::Claim(name))
}

/// Seconds since 1970, which some write with a fraction (RFC 7519 §2).
fn moment(claims: &Map<String, Json>, name: &'static str) -> Result<Timestamp, Unbelieved> {
    let number = claims.get(name).filter(|it| it.is_number());
    #[expect(clippy::cast_possible_truncation, reason = "what is too large becomes the largest")]
    let seconds = number.and_then(|it| it.as_i64().or_else(|| it.as_f64().map(|it| it as i64)));
    let seconds = seconds.filter(|seconds| *seconds >= 0).ok_or(Unbelieved::Claim(name))?;
    Ok(Timestamp::from_secs(seconds))
}

#[cfg(test)]
mod tests;
