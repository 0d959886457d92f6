//! Mail as JSON to a URL, for whoever sends it by an interface of their own.

mod sign;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header::CONTENT_TYPE};
use serde_json::json;

use self::sign::Signer;
use super::{EmailTransport, Mail, MailError};
use crate::{
    error::{SetupError, SetupProblem},
    net::{Endpoint, Failure, Purpose},
    secret::Secret,
    time::{Clock, SystemClock},
};

const PURPOSE: Purpose = Purpose {
    title: "unusable webhook",
    name: "the webhook",
    example: "https://mailer.example.com/send",
};

/// Posts mail as JSON to a URL: `https`, or plain `http` on this machine.
///
/// The body is `{"id", "kind", "at", "from", "to", "subject", "text", "html", "link"}`; an `id` comes again
/// when an attempt is repeated. A reply of 2xx takes the mail; 400, 413, 415 and 422 refuse it for good; any
/// other is tried again. Redirects are not followed, and the body of a reply is not read.
///
/// Every request is signed in the manner of [Standard Webhooks](https://www.standardwebhooks.com), for which
/// there are libraries in many languages: HMAC-SHA-256 under the secret over `id.timestamp.body`. In Python:
///
/// ```python
/// signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
/// ours = "v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
/// assert hmac.compare_digest(ours, headers["webhook-signature"])
/// assert abs(time.time() - int(headers["webhook-timestamp"])) < 300
/// ```
#[derive(Clone)]
pub struct Webhook {
    endpoint: Endpoint,
    signer: Signer,
}

impl Webhook {
    /// Where mail is posted to, and the secret it is signed with: at least 32 random bytes, as text,
    /// `base64:…`, `hex:…` or `whsec_…`.
    ///
    /// # Errors
    /// The URL is none or plain `http` to another machine, or the secret can be guessed.
    pub fn new(url: impl AsRef<str>, secret: impl AsRef<str>) -> Result<Self, SetupError> {
        let endpoint = Endpoint::parse(url.as_ref(), PURPOSE)?;
        let secret = secret.as_ref().trim();
        let secret = match secret.strip_prefix("whsec_") {
            Some(encoded) => Secret::parse(&format!("base64:{encoded}")),
            None => Secret::parse(secret),
        };
        let secret = secret.map_err(|weak| {
            let cause = format!("the secret of the webhook {weak}");
            SetupProblem::new(
                "weak secret",
                cause,
                "openssl rand -base64 32, and `base64:` before it",
            )
        })?;
        Ok(Self { endpoint, signer: Signer::new(&secret) })
    }

    /// Trusts servers whose certificates this authority has signed, besides those that everybody trusts.
    ///
    /// # Errors
    /// This is no certificate in PEM.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Result<Self, SetupError> {
        self.endpoint.trust(pem.as_ref())?;
        Ok(self)
    }

    fn request(&self, mail: &Mail) -> Result<Request<Bytes>, Failure> {
        let body = json!({
            "id": mail.id.to_string(),
            "kind": mail.kind.as_str(),
            "at": mail.at.to_string(),
            "from": mail.from.to_string(),
            "to": mail.to,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "link": mail.link,
        });
        let body = body.to_string();
        let id = mail.id.to_string();
        let timestamp = SystemClock.now().as_secs().to_string();
        let signature = self.signer.sign(&id, &timestamp, &body);
        let request = self.endpoint.request(Method::POST).body(Bytes::from(body))?;
        let (mut head, body) = request.into_parts();
        head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in
            [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)]
        {
            head.headers.insert(name, HeaderValue::try_from(value)?);
        }
        Ok(Request::from_parts(head, body))
    }
}

#[async_trait]
impl EmailTransport for Webhook {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let request = self.request(mail).map_err(MailError::Refused)?;
        let reply = self.endpoint.send(request, 0).await.map_err(MailError::Unavailable)?;
        let status = reply.status();
        let answered = format!("the webhook answered {status}");
        match status {
            status if status.is_success() => Ok(()),
            StatusCode::BAD_REQUEST
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY => Err(MailError::refused(answered)),
            _ => Err(MailError::unavailable(answered)),
        }
    }

    fn describe(&self) -> String {
        format!("webhook {}", self.endpoint)
    }

    fn needs_sender(&self) -> bool {
        true
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({})", self.endpoint)
    }
}
