//! What cannot be meant by a provider as it is given to the builder.

use std::collections::HashSet;

use super::OAuthClient;
use crate::error::SetupProblem;

/// Ways to sign in that are no providers.
const TAKEN: &[&str] = &["magic_link", "password"];
const LONGEST_NAME: usize = 32;
/// What the library sends itself, and what would stand in its place (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect
/// Core §3.1.2.1 and §6, RFC 9101): a request says what these say and nothing else.
const OURS: &[&str] = &[
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "registration",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

impl OAuthClient {
    /// What is wrong with its name, its scopes and its parameters.
    pub(crate) fn contradictions(&self) -> Vec<SetupProblem> {
        let name = self.provider.name();
        let mut found: Vec<_> = refused_name(name).into_iter().collect();
        for scope in &self.scopes {
            // RFC 6749 §3.3.
            let is_one = |c: u8| c.is_ascii_graphic() && c != b'"' && c != b'\\';
            if scope.is_empty() || !scope.bytes().all(is_one) {
                let cause =
                    format!("a scope of the provider {name:?} (`.scope(…)`) is no name of one");
                let fix = "give one a call: .scope(\"calendar.readonly\").scope(\"contacts\")";
                found.push(SetupProblem::new("unusable scope", cause, fix));
            }
        }
        let mut seen = HashSet::new();
        for (parameter, _) in &self.parameters {
            let what = if OURS.contains(&parameter.as_str()) {
                "is one that the library sends, or that would stand in the place of one"
            } else if parameter.is_empty() {
                "has no name"
            } else if !seen.insert(parameter) {
                "is given twice"
            } else {
                continue;
            };
            let cause = format!("the parameter {parameter:?} of the provider {name:?} {what}");
            let fix = "leave it out; scopes are asked for by `.scope(…)`";
            found.push(SetupProblem::new("unusable parameter", cause, fix));
        }
        found
    }
}

/// A name stands in paths, in cookies and for ever in the store.
fn refused_name(name: &str) -> Option<SetupProblem> {
    let is_plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_' || c == b'-';
    let cause = if TAKEN.contains(&name) {
        format!("{name:?} is a way to sign in without a provider")
    } else if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(is_plain) {
        format!(
            "the name of the provider {name:?} is none of up to 32 small letters, digits, `-` and `_`"
        )
    } else {
        return None;
    };
    Some(SetupProblem::new("unusable name of a provider", cause, "call it `google`, `work`, …"))
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::oauth::{
        AuthorizationAnswer, AuthorizationRequest, Identified, OAuthError, OAuthProvider,
    };

    struct Named(String);

    #[async_trait]
    impl OAuthProvider for Named {
        fn name(&self) -> &str {
            &self.0
        }

        async fn authorization_url(
            &self,
            _: &AuthorizationRequest<'_>,
        ) -> Result<String, OAuthError> {
            Err(OAuthError::Timeout)
        }

        async fn identify(&self, _: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError> {
            Err(OAuthError::Timeout)
        }
    }

    fn client(name: &str) -> OAuthClient {
        OAuthClient::new(Named(name.to_owned()))
    }

    fn titles(client: &OAuthClient) -> Vec<String> {
        client.contradictions().into_iter().map(|problem| problem.title).collect()
    }

    #[test]
    fn a_name_is_up_to_32_small_letters_digits_and_dashes() {
        for good in ["google", "g", "my-idp_2", &"x".repeat(32)] {
            assert!(titles(&client(good)).is_empty(), "{good}");
        }
        for bad in
            ["", "Google", "a b", "a/b", "ä", "a.b", &"x".repeat(33), "password", "magic_link"]
        {
            assert_eq!(titles(&client(bad)), ["unusable name of a provider"], "{bad}");
        }
    }

    #[test]
    fn nothing_stands_in_the_place_of_what_the_library_sends() {
        let good = client("google").parameter("prompt", "select_account").parameter("hd", "");
        assert!(titles(&good).is_empty());
        for name in OURS.iter().copied().chain([""]) {
            let bad = client("google").parameter(name, "x");
            assert_eq!(titles(&bad), ["unusable parameter"], "{name}");
        }
        assert_eq!(titles(&good.parameter("prompt", "none")), ["unusable parameter"]);
    }

    #[test]
    fn a_scope_is_one_name() {
        let good = client("google").scope("https://www.googleapis.com/auth/calendar").scope("a:b");
        assert!(titles(&good).is_empty());
        for bad in ["", "a b", "a\"", "a\\", "ä", "a\n"] {
            assert_eq!(titles(&client("google").scope(bad)), ["unusable scope"], "{bad:?}");
        }
    }
}
