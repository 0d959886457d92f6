use base64::{Engine, engine::general_purpose::STANDARD};
use form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::{error::SetupProblem, secret::Token};

/// What the application calls itself at a provider, and what proves it.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: Token,
}

impl Credentials {
    pub(super) fn new(id: impl AsRef<str>, secret: impl AsRef<str>) -> Self {
        Self { id: id.as_ref().to_owned(), secret: Token::new(secret.as_ref()) }
    }

    /// What cannot be meant. Nothing that was given is repeated.
    pub(super) fn problems(&self, provider: &str) -> Vec<SetupProblem> {
        let halves = [("client id", self.id.as_str()), ("client secret", self.secret.expose())];
        // RFC 6749, appendix A.1 and A.2: a space may stand inside.
        let is_plain = |c: u8| c.is_ascii_graphic() || c == b' ';
        let wrong = halves.into_iter().filter_map(|(half, text)| {
            let what = if text.trim().is_empty() {
                "is empty"
            } else if text.trim() != text {
                "begins or ends with a space"
            } else if !text.bytes().all(is_plain) {
                "has a character that none has"
            } else {
                return None;
            };
            let cause = format!("the {half} of the provider {provider:?} {what}");
            let fix = "take it from where the application is registered with the provider; \
                whoever reads it from the environment looks at the name of the variable";
            Some(SetupProblem::new(format!("unusable {half}"), cause, fix))
        });
        wrong.collect()
    }

    /// As `Authorization` carries them: each half encoded as in a form before they are put together (RFC 6749
    /// §2.3.1).
    pub(super) fn basic(&self) -> Zeroizing<String> {
        let half = |text: &str| Zeroizing::new(byte_serialize(text.as_bytes()).collect::<String>());
        let (id, secret) = (half(&self.id), half(self.secret.expose()));
        let both = Zeroizing::new(format!("{}:{}", *id, *secret));
        Zeroizing::new(format!("Basic {}", STANDARD.encode(both.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_half_is_looked_at_and_none_is_repeated() {
        let titles = |id: &str, secret: &str| {
            let problems = Credentials::new(id, secret).problems("work");
            let shown = format!("{problems:?}");
            assert!(!shown.contains("hunter2") && !shown.contains("zaphod"), "{shown}");
            assert!(problems.iter().all(|it| it.cause.contains("\"work\"")), "{shown}");
            problems.into_iter().map(|it| it.title).collect::<Vec<_>>()
        };
        assert!(titles("zaphod.apps", "hunter2").is_empty());
        assert!(titles("zaphod apps", "hunter 2 ~!").is_empty());
        for bad in ["", " ", "\t\n"] {
            assert_eq!(titles(bad, "hunter2"), ["unusable client id"], "{bad:?}");
            assert_eq!(titles("zaphod", bad), ["unusable client secret"], "{bad:?}");
        }
        for bad in [
            "hunter2 ",
            " hunter2",
            "hun\tter2",
            "hunter2\n",
            "hun\nter2",
            "hunter2é",
            "hunter2\u{a0}",
        ] {
            assert_eq!(titles(bad, bad), ["unusable client id", "unusable client secret"]);
        }
    }

    #[test]
    fn halves_are_encoded_before_they_are_joined() {
        let basic = Credentials::new("a:b", "s/%+").basic();
        let encoded = basic.strip_prefix("Basic ").unwrap();
        assert_eq!(STANDARD.decode(encoded).unwrap(), b"a%3Ab:s%2F%25%2B");
    }
}
