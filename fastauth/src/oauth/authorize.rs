use form_urlencoded::Serializer;

use super::AuthorizationRequest;

/// What one provider adds to every request.
pub(super) struct Asked<'a> {
    /// Where people are asked.
    pub(super) endpoint: &'a str,
    pub(super) client_id: &'a str,
    /// The scopes that are asked for in any case.
    pub(super) scopes: &'a [&'a str],
    /// Whether the answer comes with an ID token.
    pub(super) nonce: bool,
}

impl Asked<'_> {
    /// The address that a browser is sent to (RFC 6749 §4.1.1).
    pub(super) fn url(&self, request: &AuthorizationRequest<'_>) -> String {
        let mut scopes = self.scopes.to_vec();
        for scope in request.scopes.iter().map(String::as_str) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        let mut query = Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", self.client_id)
            .append_pair("redirect_uri", request.redirect_uri)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", request.state)
            .append_pair("code_challenge", request.code_challenge)
            .append_pair("code_challenge_method", "S256");
        if self.nonce {
            query.append_pair("nonce", request.nonce);
        }
        query.extend_pairs(request.parameters);
        let separator = if self.endpoint.contains('?') { '&' } else { '?' };
        format!("{}{separator}{}", self.endpoint, query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn a_request_says_all_of_it_once() {
        let scopes = ["calendar".to_owned(), "email".to_owned(), "calendar".to_owned()];
        let parameters = [("prompt".to_owned(), "select account&x=y".to_owned())];
        let request = AuthorizationRequest {
            redirect_uri: "https://app.example/auth/oauth/work/callback",
            state: "the-state",
            nonce: "the-nonce",
            code_challenge: "the-challenge",
            scopes: &scopes,
            parameters: &parameters,
            now: Timestamp::from_secs(0),
        };
        let asked = Asked {
            endpoint: "https://id.example/authorize",
            client_id: "the client",
            scopes: &["openid", "email"],
            nonce: true,
        };
        assert_eq!(
            asked.url(&request),
            "https://id.example/authorize?response_type=code&client_id=the+client\
            &redirect_uri=https%3A%2F%2Fapp.example%2Fauth%2Foauth%2Fwork%2Fcallback\
            &scope=openid+email+calendar&state=the-state&code_challenge=the-challenge\
            &code_challenge_method=S256&nonce=the-nonce&prompt=select+account%26x%3Dy"
        );
        let with_query = Asked { endpoint: "https://id.example/?a=b", nonce: false, ..asked };
        let url = with_query.url(&request);
        assert!(url.starts_with("https://id.example/?a=b&response_type=code&"), "{url}");
        assert!(!url.contains("nonce"), "{url}");
    }
}
