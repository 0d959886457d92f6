//! JSON Web Keys (RFC 7517), read strictly: what a member says is looked at, or the key is not taken.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json};
use zeroize::Zeroizing;

use super::{Private, SigningKey, UnfitKey, VerifyingKey, pem, public::Public};
use crate::token::{
    Algorithm,
    algorithm::{Curve, Family},
    object,
};

/// The longest key, in bytes: one of RSA with 8192 bits and all its private members has half.
const LONGEST: usize = 16 * 1024;
/// The longest set.
const LONGEST_SET: usize = 256 * 1024;
/// The members that only a private key has (RFC 7518 §6).
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth"];

/// Why a key of a set is not used.
pub(super) enum Unused {
    /// It is for something else, or of a kind or an algorithm that is not offered: others may use it.
    NotOffered(UnfitKey),
    /// It is not as it must be.
    Unfit(UnfitKey),
}

impl From<UnfitKey> for Unused {
    fn from(unfit: UnfitKey) -> Self {
        Self::Unfit(unfit)
    }
}

impl From<Unused> for UnfitKey {
    fn from(unused: Unused) -> Self {
        match unused {
            Unused::NotOffered(unfit) | Unused::Unfit(unfit) => unfit,
        }
    }
}

/// A key of which it is known what it is for.
pub(super) struct Jwk {
    algorithm: Algorithm,
    kid: Option<String>,
    members: Map<String, Json>,
}

/// Reads one key.
pub(super) fn read(text: &str) -> Result<Jwk, UnfitKey> {
    if text.len() > LONGEST {
        return Err(no_jwk("it is longer than any key"));
    }
    let members = object::read(text.trim().as_bytes());
    Ok(Jwk::of(members.ok_or_else(|| no_jwk("it is not one object of JSON"))?)?)
}

/// The keys of a set as they are written: of one sort, each with a name of its own.
pub(in crate::token) fn read_set(text: &str) -> Result<Vec<Map<String, Json>>, UnfitKey> {
    if text.len() > LONGEST_SET {
        return Err(no_set("it is longer than any set"));
    }
    let set = object::read(text.trim().as_bytes());
    let mut set = set.ok_or_else(|| no_set("it is not one object of JSON"))?;
    let Some(Json::Array(keys)) = set.remove("keys") else {
        return Err(no_set("it has no list `keys`"));
    };
    let mut found = Vec::new();
    let mut names = HashSet::new();
    for key in keys {
        let Json::Object(key) = key else { return Err(no_set("one of its `keys` is no object")) };
        if let Some(kid) = key.get("kid").and_then(Json::as_str)
            && !names.insert(kid.to_owned())
        {
            return Err(no_set("a `kid` stands twice in it"));
        }
        found.push(key);
    }
    let secrets = found.iter().filter(|key| is_secret(key)).count();
    if secrets > 0 && secrets < found.len() {
        return Err(no_set("secrets and public keys stand in it together"));
    }
    Ok(found)
}

/// A key of a set that is the application's own.
pub(in crate::token) fn verifying_member(
    members: Map<String, Json>,
) -> Result<VerifyingKey, UnfitKey> {
    Ok(Jwk::of(members).and_then(Jwk::checked)?)
}

/// The public keys of a set that somebody else publishes.
pub(super) fn published(text: &str) -> Result<Vec<VerifyingKey>, UnfitKey> {
    let mut keys = Vec::new();
    let mut unused = None;
    for members in read_set(text)? {
        let kid = members.get("kid").and_then(Json::as_str).unwrap_or_default().to_owned();
        if is_secret(&members) {
            return Err(no_set("a secret of HMAC stands in it, for everybody to see").of(&kid));
        }
        match Jwk::of(members).and_then(Jwk::checked) {
            Ok(key) => keys.push(key),
            Err(Unused::NotOffered(why)) => unused = unused.or(Some(why.of(&kid))),
            Err(Unused::Unfit(why)) => return Err(why.of(&kid)),
        }
    }
    match (keys.is_empty(), unused) {
        (false, _) => Ok(keys),
        (true, Some(why)) => Err(why),
        (true, None) => Err(UnfitKey::new(
            "the set of keys is empty: who publishes it signs with a secret",
            "give the accounts keys that others can verify: .keys(KeyRing::rotating(Algorithm::EdDSA))",
        )),
    }
}

impl Jwk {
    /// A key, if it is for signatures by an algorithm that is offered.
    pub(super) fn of(members: Map<String, Json>) -> Result<Self, Unused> {
        let text = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(no_jwk(&format!("its `{name}` is no text"))),
        };
        let kty = text("kty")?.ok_or_else(|| no_jwk("it has no `kty`"))?;
        if !["EC", "OKP", "RSA", "oct"].contains(&kty) {
            return Err(not_offered("its `kty` is none of EC, OKP, RSA and oct"));
        }
        if text("use")?.is_some_and(|usage| usage != "sig") {
            return Err(not_offered("its `use` is another than `sig`"));
        }
        let Some(alg) = text("alg")? else {
            return Err(not_offered("it has no `alg`: one key has one algorithm"));
        };
        let Ok(algorithm) = alg.parse::<Algorithm>() else {
            return Err(not_offered("its `alg` is none that is offered"));
        };
        let (needed, curve) = match algorithm.family() {
            Family::Hmac => ("oct", None),
            Family::Rsa => ("RSA", None),
            Family::Ec(curve) => ("EC", Some(curve.name())),
            Family::Ed => ("OKP", Some("Ed25519")),
        };
        if kty != needed || text("crv")? != curve {
            let cause = format!("its `kty` and `crv` are not those of its `alg`, {algorithm}");
            return Err(no_jwk(&cause).into());
        }
        let kid = text("kid")?.map(str::to_owned);
        Ok(Self { algorithm, kid, members })
    }

    pub(super) fn into_signing(self) -> Result<SigningKey, UnfitKey> {
        self.is_for("sign")?;
        let private = self.private()?;
        let key = SigningKey::of(self.algorithm, &private, self.kid.as_deref())?;
        if self.algorithm.is_symmetric() || self.public()?.is(&key.verifying().public) {
            Ok(key)
        } else {
            Err(no_jwk("its public members are another key's than its private ones"))
        }
    }

    pub(super) fn into_verifying(self) -> Result<VerifyingKey, UnfitKey> {
        Ok(self.checked()?)
    }

    pub(super) fn checked(self) -> Result<VerifyingKey, Unused> {
        self.is_for("verify")?;
        let symmetric = self.algorithm.is_symmetric();
        if !symmetric && PRIVATE.iter().any(|name| self.members.contains_key(*name)) {
            let fix = "give it to `SigningKey::from_jwk`, or publish it without its private \
                members; what was published must be replaced";
            return Err(UnfitKey::new("it holds the private key", fix).into());
        }
        Ok(VerifyingKey::of(self.algorithm, self.public()?, self.kid.as_deref())?)
    }

    /// Whether it may do this (RFC 7517 §4.3).
    fn is_for(&self, operation: &str) -> Result<(), Unused> {
        let Some(all) = self.members.get("key_ops") else { return Ok(()) };
        let all = all.as_array().ok_or_else(|| no_jwk("its `key_ops` is no list"))?;
        let mut seen = HashSet::new();
        for one in all {
            let one = one.as_str().ok_or_else(|| no_jwk("its `key_ops` holds more than text"))?;
            if !seen.insert(one) {
                return Err(no_jwk("one of its `key_ops` stands twice").into());
            }
        }
        if seen.contains(operation) {
            Ok(())
        } else {
            Err(not_offered(&format!("its `key_ops` has no `{operation}`")))
        }
    }

    fn public(&self) -> Result<Public, UnfitKey> {
        let bytes = |name| self.bytes(name).map(|bytes| bytes.to_vec());
        Ok(match self.algorithm.family() {
            Family::Hmac => Public::Secret(self.bytes("k")?),
            Family::Rsa => {
                Public::Rsa { n: self.number("n")?.to_vec(), e: self.number("e")?.to_vec() }
            }
            Family::Ec(curve) => Public::Ec { curve, x: bytes("x")?, y: bytes("y")? },
            Family::Ed => Public::Ed { x: bytes("x")? },
        })
    }

    fn private(&self) -> Result<Private, UnfitKey> {
        Ok(match self.algorithm.family() {
            Family::Hmac => Private::Secret(self.bytes("k")?),
            Family::Rsa => {
                if self.members.contains_key("oth") {
                    return Err(no_jwk("it has more than two primes"));
                }
                let names = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
                let numbers: Result<Vec<_>, _> =
                    names.map(|it| self.number(it)).into_iter().collect();
                let der = pem::pkcs1(&numbers?).ok_or_else(|| no_jwk("its numbers are none"))?;
                Private::Rsa(der)
            }
            Family::Ec(curve) => Private::Ec(curve, self.scalar(curve)?),
            Family::Ed => {
                let seed = self.bytes("d")?;
                let seed = seed.as_slice().try_into().map_err(|_| no_jwk("`d` is not 32 bytes"))?;
                Private::Ed(Zeroizing::new(seed))
            }
        })
    }

    fn scalar(&self, curve: Curve) -> Result<Zeroizing<Vec<u8>>, UnfitKey> {
        let scalar = self.bytes("d")?;
        if scalar.len() == curve.bytes() {
            Ok(scalar)
        } else {
            Err(no_jwk(&format!("`d` is not {} bytes", curve.bytes())))
        }
    }

    /// A number as RFC 7518 §2 writes it: no leading zeros.
    fn number(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, UnfitKey> {
        let bytes = self.bytes(name)?;
        match bytes.first() {
            Some(first) if *first != 0 => Ok(bytes),
            _ => Err(no_jwk(&format!("the number `{name}` is empty or begins with zeros"))),
        }
    }

    fn bytes(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, UnfitKey> {
        let text = self.members.get(name).and_then(Json::as_str);
        let text = text.ok_or_else(|| no_jwk(&format!("it has no text `{name}`")))?;
        let bytes = URL_SAFE_NO_PAD.decode(text);
        bytes.map(Zeroizing::new).map_err(|_| no_jwk(&format!("its `{name}` is no base64url")))
    }
}

fn is_secret(members: &Map<String, Json>) -> bool {
    members.get("kty").and_then(Json::as_str) == Some("oct")
}

fn no_jwk(cause: &str) -> UnfitKey {
    UnfitKey::new(
        format!("the JWK cannot be used: {cause}"),
        "write it as RFC 7517 has it, with `alg`: {\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"x\":\"…\"}",
    )
}

pub(super) fn no_set(cause: &str) -> UnfitKey {
    UnfitKey::new(
        format!("the set of keys cannot be used: {cause}"),
        "take it from the issuer again: {\"keys\":[…]}, each a public key with a `kid` of its own",
    )
}

fn not_offered(cause: &str) -> Unused {
    Unused::NotOffered(no_jwk(cause))
}
