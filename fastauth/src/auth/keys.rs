//! What signs the tokens: the keys the application gives, those of the store, or one derived from the
//! secret.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    error::SetupProblem,
    secret::Secrets,
    store::{Memory, SigningKeyStore, Store},
    time::Timestamp,
    token::{
        DatabaseStrategy, Jwt, JwtStrategy, KeyRing, KeySource, RotatingKeys, TokenChecks,
        TokenEncoder, TokenStrategy,
    },
    user::AuthUser,
};

/// What writes tokens, and the keys that are to be looked after.
pub(super) struct Signing {
    pub(super) encoder: Arc<dyn TokenEncoder>,
    pub(super) rotating: Option<Arc<RotatingKeys>>,
}

impl Signing {
    /// What an access token is: what the application gave, else a JWT, or nothing that carries claims.
    pub(super) fn strategy<U: AuthUser>(
        &self,
        given: Option<Arc<dyn TokenStrategy<U>>>,
        carries_claims: bool,
        checks: &TokenChecks,
    ) -> Arc<dyn TokenStrategy<U>> {
        match given {
            Some(strategy) => strategy,
            None if carries_claims => {
                Arc::new(JwtStrategy::new(Arc::clone(&self.encoder), checks.clone()))
            }
            None => Arc::new(DatabaseStrategy::new()),
        }
    }
}

/// What cannot be meant by the keys that are given.
pub(super) fn check<U: AuthUser>(
    keys: Option<&KeySource>,
    strategy: Option<&dyn TokenStrategy<U>>,
    problems: &mut Vec<SetupProblem>,
) {
    if strategy.and_then(TokenStrategy::encoder).is_some_and(|encoder| !encoder.can_encode()) {
        let cause = "the strategy (`.strategy(…)`) reads tokens and has no key that signs";
        let fix = "give it one, or take a `Verifier` where tokens are only read";
        problems.push(SetupProblem::new("no signing key", cause, fix));
    }
    let Some(keys) = keys else { return };
    if let Some(strategy) = strategy {
        let cause = if strategy.is_opaque() {
            "the tokens of the strategy (`.strategy(…)`) are opaque: nothing signs them"
        } else {
            "the strategy (`.strategy(…)`) has keys of its own"
        };
        let fix = "leave out `.keys(…)`, or `.strategy(…)`: with keys alone tokens are JWTs";
        problems.push(SetupProblem::new("keys that nobody uses", cause, fix));
    }
    match keys {
        KeySource::Ring(ring) if !ring.can_sign() => {
            let cause = "the ring (`.keys(…)`) verifies tokens and has no key that signs";
            let fix = ".keys(KeyRing::new(SigningKey::from_pem(Algorithm::EdDSA, &pem)?, old)?)";
            problems.push(SetupProblem::new("no signing key", cause, fix));
        }
        KeySource::Ring(ring) => problems.extend(shared(ring, U::SPEC.table)),
        KeySource::Rotation(rotation) => {
            problems.extend(rotation.contradictions().into_iter().map(SetupProblem::from));
        }
    }
}

/// Says that another user type has one of these keys. What a token claims does not say of which type its
/// user is: that must be told by the key.
fn shared(ring: &KeyRing, realm: &'static str) -> Option<SetupProblem> {
    static REALMS: LazyLock<Mutex<HashMap<String, &str>>> = LazyLock::new(Mutex::default);
    let mut realms = REALMS.lock().unwrap_or_else(PoisonError::into_inner);
    let owners =
        ring.verifying().iter().map(|key| *realms.entry(key.fingerprint()).or_insert(realm));
    let other = owners.filter(|owner| *owner != realm).last()?;
    let cause = format!(
        "a key (`.keys(…)`) of `{realm}` is one of `{other}`: users of one type would pass for the other's"
    );
    let fix =
        "give each user type a key of its own, or keep them in the store: KeyRing::rotating(…)";
    Some(SetupProblem::new("one key for two user types", cause, fix))
}

/// Makes what writes the tokens.
pub(super) async fn settle<U: AuthUser>(
    keys: Option<KeySource>,
    (secrets, is_random): (&Secrets, bool),
    store: &Arc<dyn Store<U>>,
    (access, checks): (Duration, &TokenChecks),
    now: Timestamp,
) -> Result<Signing, SetupProblem> {
    let realm = U::SPEC.table;
    let ring = match keys {
        Some(KeySource::Rotation(rotation)) => {
            // What is sealed under a secret for the run alone, the next run could not open.
            let store: Arc<dyn SigningKeyStore> =
                if is_random { Arc::new(Memory::new()) } else { Arc::clone(store) as _ };
            let keys = RotatingKeys::open(rotation, (secrets, realm), store, (access, checks), now)
                .await?;
            let keys = Arc::new(keys);
            let encoder = Arc::new(Jwt::rotating(Arc::clone(&keys)));
            return Ok(Signing { encoder, rotating: Some(keys) });
        }
        Some(KeySource::Ring(ring)) => ring,
        None => KeyRing::derived_from_each(secrets, realm)?,
    };
    Ok(Signing { encoder: Arc::new(Jwt::new(ring)), rotating: None })
}
