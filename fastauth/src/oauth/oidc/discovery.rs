use std::fmt;

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value as Json};

use crate::{
    net::{Endpoint, Failure},
    oauth::{calls::found, exchange::Proof},
    token::{Algorithm, asymmetric, read_json},
};

/// Where every provider says of itself what it can (OpenID Connect Discovery §4).
pub(super) const PATH: &str = "/.well-known/openid-configuration";

/// What a provider says of itself.
pub(super) struct Discovery {
    /// Where people are asked.
    pub(super) authorization: String,
    pub(super) token: Endpoint,
    pub(super) keys: Endpoint,
    pub(super) userinfo: Option<Endpoint>,
    pub(super) proof: Proof,
    /// What it signs ID tokens with, of what is offered here.
    pub(super) algorithms: Vec<Algorithm>,
    /// Whether it names itself in its answers (RFC 9207).
    pub(super) names_itself: bool,
}

/// It says what cannot be used, and would tomorrow: somebody has to change a setting.
#[derive(Debug)]
pub(super) struct Misfit(String);

impl Discovery {
    /// Reads what the provider of this name, which was reached here, says of itself.
    ///
    /// # Errors
    /// A [`Misfit`]; or it is none that could be read.
    pub(super) fn read(
        reply: &Response<Bytes>,
        issuer: &str,
        reached: &Endpoint,
    ) -> Result<Self, Failure> {
        if reply.status().as_u16() == 404 {
            return Err(Misfit(format!("there is nothing at `{PATH}` of the issuer")).into());
        }
        let Some(Json::Object(members)) = read_json(found(reply)?) else {
            return Err("what it says of itself is not one object of JSON".into());
        };
        let document = Document(&members);
        // Or another would speak for it (OpenID Connect Discovery §4.3).
        let named = document.text("issuer")?;
        if named != issuer {
            let named: String = named.chars().take(200).collect();
            return Err(Misfit(format!(
                "it calls itself {named:?}, and was given as {issuer:?}: the two must be the same to the letter"
            ))
            .into());
        }
        let place = |name: &str| {
            let place = reached.another(document.text(name)?);
            place.map_err(|_| Misfit(format!("its `{name}` is no address with https")))
        };
        place("authorization_endpoint")?;
        let authorization = document.text("authorization_endpoint")?;
        if authorization.contains('#') {
            return Err(Misfit("its `authorization_endpoint` has a fragment".to_owned()).into());
        }
        let has_userinfo = members.get("userinfo_endpoint").is_some_and(|it| !it.is_null());
        Ok(Self {
            authorization: authorization.to_owned(),
            token: place("token_endpoint")?,
            keys: place("jwks_uri")?,
            userinfo: has_userinfo.then(|| place("userinfo_endpoint")).transpose()?,
            proof: document.proof()?,
            algorithms: document.algorithms()?,
            names_itself: members.get("authorization_response_iss_parameter_supported")
                == Some(&Json::Bool(true)),
        })
    }
}

struct Document<'a>(&'a Map<String, Json>);

impl<'a> Document<'a> {
    fn text(&self, name: &str) -> Result<&'a str, Misfit> {
        let text = self.0.get(name).and_then(Json::as_str);
        text.ok_or_else(|| Misfit(format!("it names no `{name}`")))
    }

    /// The texts of a list, if there is one.
    fn list(&self, name: &str) -> Option<Vec<&'a str>> {
        let list = self.0.get(name).filter(|it| !it.is_null())?.as_array();
        Some(list.into_iter().flatten().filter_map(Json::as_str).collect())
    }

    fn proof(&self) -> Result<Proof, Misfit> {
        // As goes without saying (OpenID Connect Discovery §3).
        let Some(ways) = self.list("token_endpoint_auth_methods_supported") else {
            return Ok(Proof::Basic);
        };
        match (ways.contains(&"client_secret_basic"), ways.contains(&"client_secret_post")) {
            (true, _) => Ok(Proof::Basic),
            (_, true) => Ok(Proof::Post),
            _ => Err(Misfit("it takes no client secret when a code is exchanged".to_owned())),
        }
    }

    fn algorithms(&self) -> Result<Vec<Algorithm>, Misfit> {
        let Some(names) = self.list("id_token_signing_alg_values_supported") else {
            return Ok(vec![Algorithm::RS256]);
        };
        let known: Vec<_> = names.into_iter().filter_map(asymmetric).collect();
        if known.is_empty() {
            return Err(Misfit("it signs ID tokens by nothing that is taken here".to_owned()));
        }
        Ok(known)
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::net::Purpose;

    const ISSUER: &str = "https://id.example/realm";

    fn good() -> Json {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/authorize?x=y",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://keys.example/keys",
            "userinfo_endpoint": "https://id.example/me",
        })
    }

    fn reply(status: u16, body: &str) -> Result<Discovery, Failure> {
        let purpose = Purpose { title: "x", name: "x", example: "x" };
        let reached = Endpoint::parse(ISSUER, purpose).unwrap();
        let reply = Response::builder().status(status).body(Bytes::from(body.to_owned())).unwrap();
        Discovery::read(&reply, ISSUER, &reached)
    }

    fn read(document: &Json) -> Result<Discovery, Failure> {
        reply(200, &document.to_string())
    }

    /// Whether somebody has to change a setting.
    fn misfit(read: Result<Discovery, Failure>) -> Option<String> {
        read.err().and_then(|it| it.downcast::<Misfit>().ok()).map(|it| it.to_string())
    }

    #[test]
    fn a_provider_says_where_it_is() {
        let found = read(&good()).unwrap();
        assert_eq!(found.authorization, "https://id.example/authorize?x=y");
        assert_eq!(found.keys.to_string(), "https://keys.example:443");
        assert!(found.userinfo.is_some() && !found.names_itself);
        // As goes without saying.
        assert_eq!((found.proof, found.algorithms), (Proof::Basic, vec![Algorithm::RS256]));
        let mut least = good();
        least["userinfo_endpoint"] = Json::Null;
        assert!(read(&least).unwrap().userinfo.is_none());
    }

    #[test]
    fn another_issuer_speaks_for_itself_alone() {
        for other in ["https://id.example/realm/", "https://id.example", "HTTPS://id.example/realm"]
        {
            let mut document = good();
            document["issuer"] = other.into();
            let cause = misfit(read(&document)).expect(other);
            assert!(cause.contains(ISSUER) && cause.contains(other), "{cause}");
        }
    }

    #[test]
    fn what_is_missing_or_unsafe_is_a_misfit() {
        for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            for value in
                [json!(null), json!(5), json!(""), json!("/token"), json!("http://id.example/x")]
            {
                let mut document = good();
                document[name] = value;
                assert!(misfit(read(&document)).is_some(), "{document}");
            }
        }
        for (name, value) in [
            ("userinfo_endpoint", json!("http://127.0.0.1/me")),
            ("authorization_endpoint", json!("https://id.example/authorize#x")),
            ("token_endpoint_auth_methods_supported", json!(["private_key_jwt", "none"])),
            ("token_endpoint_auth_methods_supported", json!([])),
            ("id_token_signing_alg_values_supported", json!(["HS256", "none", "ES512"])),
            ("id_token_signing_alg_values_supported", json!([])),
        ] {
            let mut document = good();
            document[name] = value;
            assert!(misfit(read(&document)).is_some(), "{document}");
        }
        assert!(misfit(reply(404, "")).is_some());
    }

    #[test]
    fn what_may_pass_by_tomorrow_is_none() {
        let twice = good().to_string().replacen('{', r#"{"issuer":"https://eve.example","#, 1);
        for (status, body) in
            [(500, ""), (503, "<html>"), (302, ""), (200, "<html>"), (200, "[]"), (200, &twice)]
        {
            let read = reply(status, body);
            assert!(read.is_err() && misfit(read).is_none(), "{status} {body}");
        }
    }

    #[test]
    fn it_says_how_it_signs_and_how_it_is_asked() {
        let with = |name: &str, value: Json| {
            let mut document = good();
            document[name] = value;
            read(&document).unwrap()
        };
        let ways = "token_endpoint_auth_methods_supported";
        let both = json!(["client_secret_post", "client_secret_basic"]);
        assert_eq!(with(ways, both).proof, Proof::Basic);
        assert_eq!(with(ways, json!(["client_secret_post", "none"])).proof, Proof::Post);
        let signs = json!(["none", "HS256", "ES256", "EdDSA", "RS256"]);
        let signed = with("id_token_signing_alg_values_supported", signs).algorithms;
        assert_eq!(signed, [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256]);
        let names = "authorization_response_iss_parameter_supported";
        assert!(with(names, json!(true)).names_itself && !with(names, json!("true")).names_itself);
    }
}
