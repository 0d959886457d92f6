//! What a flow must remember between the browser's way to the provider and its way back. It is kept by the browser
//! that began, sealed, in a cookie of its own for each flow: beginning one writes nothing to the store.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::{
    secret::{Digest, Secrets, Token, random},
    store::SessionId,
    time::Timestamp,
    token::{KeyUse, Seal},
};

/// Random bytes in each thing that is drawn.
const DRAWN: usize = 32;
/// The longest cookie that is looked at.
const LONGEST: usize = 4096;
/// How far apart the clocks of two instances may be.
const APART: Duration = Duration::from_mins(1);

/// What seals and opens the flows of one realm.
pub(crate) struct FlowKeys(Seal);

/// One flow, from the browser that began it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FlowState {
    /// What the provider sends back to say which flow it answers.
    pub(crate) state: Token,
    /// What an ID token must repeat.
    pub(crate) nonce: Token,
    /// What the exchange of the code must know (RFC 7636 §4.1).
    pub(crate) code_verifier: Token,
    pub(crate) purpose: FlowPurpose,
    /// Where the browser goes afterwards, a path of this site.
    pub(crate) next: Option<String>,
    pub(crate) begun_at: Timestamp,
}

/// What becomes of whom the provider names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum FlowPurpose {
    /// They are linked to the user who asked for it, in the session that asked.
    Link { user_id: String, session: SessionId },
    /// They are signed in.
    SignIn,
}

impl FlowKeys {
    /// Derived from the application's secrets, apart for each realm: the users' table.
    pub(crate) fn new(secrets: &Secrets, realm: &str) -> Self {
        Self(Seal::new(secrets, realm, KeyUse::OAuthFlow))
    }

    /// A new flow, and what its cookie holds. `None` where the system gives no random bytes.
    pub(crate) fn begin(
        &self,
        provider: &str,
        next: Option<&str>,
        purpose: FlowPurpose,
        now: Timestamp,
    ) -> Option<(FlowState, Token)> {
        let flow = FlowState {
            state: drawn()?,
            nonce: drawn()?,
            code_verifier: drawn()?,
            purpose,
            next: next.map(str::to_owned),
            // As it is written.
            begun_at: Timestamp::from_secs(now.as_secs()),
        };
        let sealed = self.0.close(&flow.written(), &about(provider, flow.state.expose()))?;
        Some((flow, Token::new(URL_SAFE_NO_PAD.encode(sealed))))
    }

    /// The flow that a browser began, if it is the one of this `state` with this provider, and not over: else the
    /// answer was never asked for by this browser (RFC 6749 §10.12).
    pub(crate) fn open(
        &self,
        cookie: &str,
        state: &str,
        provider: &str,
        now: Timestamp,
    ) -> Option<FlowState> {
        let sealed = URL_SAFE_NO_PAD.decode(Some(cookie).filter(|it| it.len() <= LONGEST)?).ok()?;
        let written = self.0.open(&sealed, &about(provider, state)).ok()?;
        let flow = FlowState::read(&written, state)?;
        (flow.begun_at <= now + APART && now < flow.ends_at()).then_some(flow)
    }
}

impl FlowState {
    /// How long a person has for it.
    pub(crate) const LIFETIME: Duration = Duration::from_mins(10);

    /// When it is over.
    pub(crate) fn ends_at(&self) -> Timestamp {
        self.begun_at + Self::LIFETIME
    }

    /// When it is over by the clock of every instance: until then it is remembered that it was ended.
    pub(crate) fn forgotten_at(&self) -> Timestamp {
        self.ends_at() + 2 * APART
    }

    /// What the provider gets of the verifier: its digest, method `S256` (RFC 7636 §4.2).
    pub(crate) fn code_challenge(&self) -> String {
        challenge(self.code_verifier.expose())
    }

    /// The name of its cookie, without a prefix: two tabs have two.
    pub(crate) fn cookie(state: &str) -> String {
        let [a, b, c, d, ..] = *Digest::of(state).as_bytes();
        format!("{}{a:02x}{b:02x}{c:02x}{d:02x}", Self::COOKIES)
    }

    /// What the names of such cookies begin with.
    pub(crate) const COOKIES: &str = "auth_oauth_";

    fn written(&self) -> Zeroizing<Vec<u8>> {
        let Self { state: _, nonce, code_verifier, purpose, next, begun_at } = self;
        let (user_id, session) = match purpose {
            FlowPurpose::Link { user_id, session } => (user_id.as_str(), Some(session)),
            FlowPurpose::SignIn => ("", None),
        };
        let texts =
            [nonce.expose(), code_verifier.expose(), user_id, next.as_deref().unwrap_or("")];
        // As much as it needs at once: what grows leaves copies behind.
        let length = 64 + texts.iter().map(|text| 2 + text.len()).sum::<usize>();
        let mut written = Zeroizing::new(Vec::with_capacity(length));
        written.extend(begun_at.as_secs().to_be_bytes());
        for text in texts {
            written.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
            written.extend(text.as_bytes());
        }
        written.extend(session.map(SessionId::as_bytes).into_iter().flatten());
        written
    }

    fn read(written: &[u8], state: &str) -> Option<Self> {
        let (begun_at, mut rest) = written.split_first_chunk()?;
        let mut text = || {
            let (length, after) = rest.split_first_chunk()?;
            let (text, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
            rest = after;
            std::str::from_utf8(text).ok()
        };
        let (nonce, code_verifier, user_id, next) = (text()?, text()?, text()?, text()?);
        let purpose = match rest {
            [] => FlowPurpose::SignIn,
            session => FlowPurpose::Link {
                user_id: user_id.to_owned(),
                session: SessionId::from_bytes(session.try_into().ok()?),
            },
        };
        Some(Self {
            state: Token::new(state),
            nonce: Token::new(nonce),
            code_verifier: Token::new(code_verifier),
            purpose,
            next: Some(next).filter(|next| !next.is_empty()).map(str::to_owned),
            begun_at: Timestamp::from_secs(i64::from_be_bytes(*begun_at)),
        })
    }
}

/// What a flow is sealed together with, so that it opens for one answer of one provider alone.
fn about(provider: &str, state: &str) -> Vec<u8> {
    // The digest has one length: no provider and state look like another two.
    [Digest::of(provider).as_bytes(), state.as_bytes()].concat()
}

/// 256 random bits in base64url.
fn drawn() -> Option<Token> {
    let bytes = Zeroizing::new(random::<DRAWN>().ok()?);
    Some(Token::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Digest::of(verifier).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::secret::Secret;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
    const SECOND: Duration = Duration::from_secs(1);

    fn keys(realm: &str) -> FlowKeys {
        let secret = "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=";
        FlowKeys::new(&Secret::parse(secret).unwrap().into(), realm)
    }

    fn link() -> FlowPurpose {
        FlowPurpose::Link { user_id: "ada".to_owned(), session: SessionId::from_bytes([7; 16]) }
    }

    fn begun(purpose: FlowPurpose) -> (FlowState, Token) {
        keys("users").begin("google", Some("/posts?page=2"), purpose, NOW).unwrap()
    }

    fn open(cookie: &str, state: &str, provider: &str, now: Timestamp) -> Option<FlowState> {
        keys("users").open(cookie, state, provider, now)
    }

    #[test]
    fn a_flow_comes_back_as_it_began() {
        for purpose in [FlowPurpose::SignIn, link()] {
            let (flow, cookie) = begun(purpose);
            let state = flow.state.expose();
            assert_eq!(open(cookie.expose(), state, "google", NOW).as_ref(), Some(&flow));
        }
        let (flow, cookie) = keys("users").begin("google", None, link(), NOW).unwrap();
        let opened = open(cookie.expose(), flow.state.expose(), "google", NOW).unwrap();
        assert_eq!((opened.next, opened.purpose), (None, link()));
    }

    #[test]
    fn a_cookie_opens_for_its_own_answer_alone() {
        let (flow, cookie) = begun(FlowPurpose::SignIn);
        let (cookie, state) = (cookie.expose(), flow.state.expose());
        let (other, _) = begun(FlowPurpose::SignIn);
        let cut = &state[1..];
        for other in [other.state.expose(), "", cut, &format!("{state} "), &state.to_lowercase()] {
            assert_eq!(open(cookie, other, "google", NOW), None, "{other}");
        }
        for other in ["github", "", "Google", "google "] {
            assert_eq!(open(cookie, state, other, NOW), None, "{other}");
        }
        assert_eq!(keys("admins").open(cookie, state, "google", NOW), None);
        // Where one ends and the other begins is no matter of taste.
        let shifted = format!("e{state}");
        assert_eq!(open(cookie, &shifted, "googl", NOW), None);
    }

    #[test]
    fn a_cookie_that_was_changed_opens_nothing() {
        let (flow, cookie) = begun(link());
        let (cookie, state) = (cookie.expose(), flow.state.expose());
        for place in 0..cookie.len() {
            let mut changed = cookie.to_owned();
            let letter = if &cookie[place..=place] == "A" { "B" } else { "A" };
            changed.replace_range(place..=place, letter);
            assert_eq!(open(&changed, state, "google", NOW), None, "{place}");
            assert_eq!(open(&cookie[..place], state, "google", NOW), None, "cut at {place}");
        }
        for other in ["", "=", "é", &format!("{cookie}="), &"A".repeat(4097), &"A".repeat(1 << 20)]
        {
            assert_eq!(open(other, state, "google", NOW), None);
        }
    }

    #[test]
    fn a_flow_lasts_ten_minutes_to_the_second() {
        let (flow, cookie) = begun(FlowPurpose::SignIn);
        let opens = |now| open(cookie.expose(), flow.state.expose(), "google", now).is_some();
        let end = NOW + FlowState::LIFETIME;
        assert_eq!(flow.ends_at(), end);
        assert!(opens(NOW) && opens(end - SECOND));
        assert!(!opens(end) && !opens(end + FlowState::LIFETIME));
        // Of a clock that is ahead a little; set back far, it revives nothing.
        assert!(opens(NOW - APART) && !opens(NOW - APART - SECOND));
        assert!(
            !opens(Timestamp::from_micros(i64::MIN)) && !opens(Timestamp::from_micros(i64::MAX))
        );
    }

    #[test]
    fn what_is_drawn_has_256_bits_and_comes_once() {
        let mut seen = HashSet::new();
        for _ in 0..64 {
            let (flow, cookie) = begun(FlowPurpose::SignIn);
            for drawn in [&flow.state, &flow.nonce, &flow.code_verifier] {
                // As long as RFC 7636 §4.1 wants a verifier.
                assert_eq!(drawn.expose().len(), 43);
                assert!(seen.insert(drawn.expose().to_owned()));
            }
            assert!(seen.insert(cookie.expose().to_owned()));
        }
    }

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn the_longest_flow_fits_into_a_cookie() {
        let next = format!("/{}", "x".repeat(2047));
        let user_id = "u".repeat(255);
        let purpose = FlowPurpose::Link { user_id, session: SessionId::from_bytes([7; 16]) };
        let (flow, cookie) = keys("users").begin("google", Some(&next), purpose, NOW).unwrap();
        let name = FlowState::cookie(flow.state.expose());
        assert_eq!(name.len(), "auth_oauth_01234567".len());
        // With the prefix and the attributes.
        assert!("__Host-".len() + name.len() + cookie.expose().len() + 200 <= 4096);
        assert_eq!(open(cookie.expose(), flow.state.expose(), "google", NOW), Some(flow));
    }

    #[test]
    fn nothing_of_a_flow_is_printed() {
        let (flow, _) = begun(FlowPurpose::SignIn);
        let shown = format!("{flow:?}");
        for secret in [&flow.state, &flow.nonce, &flow.code_verifier] {
            assert!(!shown.contains(secret.expose()), "{shown}");
        }
    }
}
