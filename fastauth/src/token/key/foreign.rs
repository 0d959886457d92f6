//! The keys of an identity provider. Such a set is read with more forbearance than one of ours: keys that are of no
//! use to us stand in it for others, many name no algorithm, and all of them are the provider's.

use serde_json::{Map, Value as Json};

use super::{
    UnfitKey, VerifyingKey,
    jwk::{Jwk, no_set},
};
use crate::token::{
    Algorithm, InvalidToken,
    algorithm::{Curve, Family},
    object,
    raw::Raw,
};

/// The longest token of a provider that is read, in bytes: some name every group of a person.
const LONGEST: usize = 32 * 1024;

/// Public keys of one provider.
#[derive(Debug)]
pub(crate) struct ForeignKeys(Vec<VerifyingKey>);

/// A token of a provider that nobody has verified yet.
pub(crate) struct ForeignToken<'a> {
    raw: Raw<'a>,
    kid: Option<String>,
    algorithm: Algorithm,
}

impl ForeignKeys {
    /// The keys of a set that can be used; the others are passed over.
    ///
    /// # Errors
    /// It is no set, or none of its keys can be used.
    pub(crate) fn read(set: &[u8]) -> Result<Self, UnfitKey> {
        let set = object::read(set).ok_or_else(|| no_set("it is not one object of JSON"))?;
        let Some(Json::Array(keys)) = set.get("keys") else {
            return Err(no_set("it has no list `keys`"));
        };
        let members = keys.iter().filter_map(Json::as_object);
        let keys: Vec<_> = members.flat_map(usable).collect();
        if keys.is_empty() {
            return Err(no_set("none of its keys is one for signatures that is offered here"));
        }
        Ok(Self(keys))
    }

    /// What a token says that one of these keys signed.
    ///
    /// # Errors
    /// [`InvalidToken::Key`] where the key is none of these.
    pub(crate) fn verify(
        &self,
        token: &ForeignToken<'_>,
    ) -> Result<Map<String, Json>, InvalidToken> {
        let named: Vec<_> = match &token.kid {
            Some(kid) => self.0.iter().filter(|key| key.kid() == kid).collect(),
            None => self.0.iter().collect(),
        };
        let mut fit = named.iter().filter(|key| key.algorithm() == token.algorithm);
        match (&token.kid, fit.clone().count()) {
            (Some(_), 0) if !named.is_empty() => return Err(InvalidToken::Algorithm),
            (_, 0) => return Err(InvalidToken::Key),
            // Only where there is one need it not be named (OpenID Connect Core §10.1).
            (None, 2..) => return Err(InvalidToken::Header),
            _ => {}
        }
        let (message, signature) = (token.raw.message.as_bytes(), token.raw.signature);
        if fit.any(|key| key.has_signed(message, signature)) {
            object::read(&token.raw.payload()?).ok_or(InvalidToken::Shape)
        } else {
            Err(InvalidToken::Signature)
        }
    }
}

impl<'a> ForeignToken<'a> {
    /// Takes a token apart, if it is signed by one of these algorithms.
    ///
    /// # Errors
    /// It is none, or another kind of token.
    pub(crate) fn parse(token: &'a str, among: &[Algorithm]) -> Result<Self, InvalidToken> {
        let raw = Raw::within(token, LONGEST)?;
        // A token of another kind says so (RFC 8725 §3.11).
        match raw.header("typ")? {
            None => {}
            Some(typ) if typ.eq_ignore_ascii_case("JWT") => {}
            Some(typ) if typ.eq_ignore_ascii_case("application/jwt") => {}
            Some(_) => return Err(InvalidToken::Kind),
        }
        let algorithm = raw.header("alg")?.and_then(asymmetric);
        let algorithm = algorithm.filter(|alg| among.contains(alg));
        let algorithm = algorithm.ok_or(InvalidToken::Algorithm)?;
        let kid = raw.header("kid")?.map(str::to_owned);
        Ok(Self { raw, kid, algorithm })
    }

    /// What it is signed by.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// The algorithm of this name, if it is an asymmetric one: who can read what a secret signs can write it.
pub(crate) fn asymmetric(name: &str) -> Option<Algorithm> {
    // As RFC 9864 §2.2 calls the only curve that the older name is used for.
    let name = if name == "Ed25519" { "EdDSA" } else { name };
    name.parse().ok().filter(|algorithm: &Algorithm| !algorithm.is_symmetric())
}

/// What a key of the set verifies: one that names no algorithm, what its kind can.
fn usable(members: &Map<String, Json>) -> Vec<VerifyingKey> {
    let text = |name: &str| members.get(name).and_then(Json::as_str);
    let is_kind = |algorithm: Algorithm| match algorithm.family() {
        Family::Hmac => false,
        Family::Rsa => text("kty") == Some("RSA"),
        Family::Ec(curve) => text("kty") == Some("EC") && text("crv") == Some(Curve::name(curve)),
        Family::Ed => text("kty") == Some("OKP") && text("crv") == Some("Ed25519"),
    };
    let is_named = |algorithm: Algorithm| match members.get("alg") {
        None => true,
        Some(alg) => alg.as_str().and_then(asymmetric) == Some(algorithm),
    };
    let algorithms = Algorithm::ALL.iter().filter(|it| is_kind(**it) && is_named(**it));
    let keys = algorithms.filter_map(|algorithm| {
        let mut members = members.clone();
        members.insert("alg".to_owned(), algorithm.name().into());
        Jwk::of(members).and_then(Jwk::checked).ok()
    });
    keys.collect()
}

#[cfg(test)]
mod tests;
