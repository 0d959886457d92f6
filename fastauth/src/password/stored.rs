//! Hashes as they lie in the store: read, and their costs judged, before anything is computed.

use argon2::{Algorithm, Params, Version, password_hash::phc::PasswordHash as Phc};

/// The most memory a stored hash may ask for, in KiB; so too the passes, the lanes and the cost of
/// bcrypt. A hash that asks for more is an attack or a mistake.
const MAX_MEMORY: u32 = 262_144;
const MAX_PASSES: u32 = 10;
const MAX_LANES: u32 = 16;
const MAX_BCRYPT_COST: u32 = 15;

/// A hash that can be checked.
pub(super) enum Stored<'a> {
    Argon2 {
        algorithm: Algorithm,
        version: Version,
        params: Params,
        salt: Vec<u8>,
        tag: Vec<u8>,
    },
    Bcrypt(&'a str),
    /// Corrupt, monstrous, or of a kind we do not know.
    Unusable,
}

impl<'a> Stored<'a> {
    pub(super) fn parse(hash: &'a str) -> Self {
        if !hash.is_ascii() || hash.len() > 512 {
            return Self::Unusable;
        }
        if hash.starts_with("$argon2") {
            return argon2(hash).unwrap_or(Self::Unusable);
        }
        if is_bcrypt(hash) { Self::Bcrypt(hash) } else { Self::Unusable }
    }
}

fn argon2<'a>(hash: &str) -> Option<Stored<'a>> {
    let phc = Phc::new(hash).ok()?;
    let algorithm = Algorithm::new(phc.algorithm.as_str()).ok()?;
    // Hashes from before version 1.3 say none.
    let version = phc.version.map_or(Ok(Version::V0x10), Version::try_from).ok()?;
    let params = Params::try_from(&phc).ok()?;
    let bounded = params.m_cost() <= MAX_MEMORY
        && params.t_cost() <= MAX_PASSES
        && params.p_cost() <= MAX_LANES;
    let salt = phc.salt?.as_ref().to_vec();
    let tag = phc.hash?.as_bytes().to_vec();
    (bounded && tag.len() >= 16).then_some(Stored::Argon2 { algorithm, version, params, salt, tag })
}

/// Salt and tag are decoded here already: what cannot be is unusable, and costs what that costs.
fn is_bcrypt(hash: &str) -> bool {
    let known = ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| hash.starts_with(prefix));
    let cost = hash.get(4..6).and_then(|cost| cost.parse::<u32>().ok());
    let bounded = cost.is_some_and(|cost| (4..=MAX_BCRYPT_COST).contains(&cost));
    known && bounded && hash.parse::<bcrypt::HashParts>().is_ok()
}
