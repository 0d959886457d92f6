//! Mail over SMTP, by lettre. One connection a mail: a connection that is shared has to be read to its end
//! when an attempt is dropped, which lettre's pool does not do.

mod message;
mod url;

use std::{error::Error as StdError, fmt, time::Duration};

use async_trait::async_trait;
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder},
        extension::ClientId,
    },
};
use tokio::time::timeout;

use self::url::Server;
use super::{EmailTransport, Mail, MailError};
use crate::error::{SetupError, SetupProblem};

/// How long it may take to be connected and let in.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the server may take to accept a mail; some look into it first.
const HAND_OVER: Duration = Duration::from_secs(15);
/// How long the farewell may take, when the mail is accepted already.
const FAREWELL: Duration = Duration::from_secs(1);

/// Sends mail over SMTP.
///
/// One URL says it all: `smtps://user:password@mail.example.com` (TLS from the start, port 465) or
/// `smtp://user:password@mail.example.com` (STARTTLS, port 587), the password percent-encoded. To a server on
/// this machine `smtp://` is plain, port 25. `?tls=required` and `?tls=none` say so in spite of that; plain
/// text never carries a password to another machine. The server's certificate is checked in any case:
/// `?ca=/etc/ssl/mail.pem`, or [`root_certificate`](Self::root_certificate), trusts an authority of your own.
///
/// ```no_run
/// use fastauth::mail::Smtp;
///
/// # fn run() -> Result<(), fastauth::SetupError> {
/// let smtp = Smtp::url("smtps://app:s3cr%2Ft@mail.example.com")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Smtp {
    server: Server,
    credentials: Option<Credentials>,
    roots: Vec<Certificate>,
    tls: Option<TlsParameters>,
}

impl Smtp {
    /// A server by its URL. Nothing is sent yet.
    ///
    /// # Errors
    /// The URL is none, or asks for what is not done; or the file with the certificate cannot be read.
    pub fn url(url: impl AsRef<str>) -> Result<Self, SetupError> {
        let (server, login, authority) = url::read(url.as_ref())?;
        let credentials = login.map(|(user, password)| Credentials::new(user, password));
        let smtp = Self { server, credentials, roots: Vec::new(), tls: None }.with_tls()?;
        match authority {
            Some(pem) => smtp.root_certificate(pem),
            None => Ok(smtp),
        }
    }

    /// Trusts the servers whose certificates this authority has signed, besides those that everybody trusts.
    ///
    /// # Errors
    /// This is no certificate in PEM.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Result<Self, SetupError> {
        let certificate = Certificate::from_pem(pem.as_ref()).map_err(|_| no_certificate())?;
        self.roots.push(certificate);
        self.with_tls()
    }

    fn with_tls(mut self) -> Result<Self, SetupError> {
        if self.server.tls.is_some() {
            let parameters = TlsParameters::builder(self.server.host.clone());
            let trusting = self.roots.iter().cloned();
            let parameters = trusting.fold(parameters, TlsParametersBuilder::add_root_certificate);
            self.tls = Some(parameters.build_rustls().map_err(|_| no_certificate())?);
        }
        Ok(self)
    }

    /// A connection that is let in.
    async fn connect(&self, hello: &ClientId) -> Result<AsyncSmtpConnection, Error> {
        let Server { host, port, tls } = &self.server;
        let (at_once, later) = match tls {
            Some(url::Tls::AtOnce) => (self.tls.clone(), None),
            Some(url::Tls::Upgraded) => (None, self.tls.clone()),
            None => (None, None),
        };
        let address = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT), hello, at_once, None)
                .await?;
        if let Some(parameters) = later {
            connection.starttls(parameters, hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

#[async_trait]
impl EmailTransport for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message::of(mail).map_err(MailError::Refused)?;
        let domain = message.envelope().from().map(Address::domain).unwrap_or_default();
        let hello = ClientId::Domain(domain.to_owned());
        let connected = timeout(CONNECT, self.connect(&hello)).await;
        // Not to be let in says nothing about this mail.
        let mut connection =
            connected.map_err(MailError::unavailable)?.map_err(MailError::unavailable)?;
        let written = message.formatted();
        let handed_over = connection.send(message.envelope(), &written);
        match timeout(HAND_OVER, handed_over).await {
            Err(too_late) => return Err(MailError::unavailable(too_late)),
            Ok(Err(error)) => return Err(judged(error)),
            Ok(Ok(_)) => {}
        }
        drop(timeout(FAREWELL, connection.abort()).await);
        Ok(())
    }

    fn describe(&self) -> String {
        self.server.to_string()
    }

    fn needs_sender(&self) -> bool {
        true
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({})", self.server)
    }
}

/// Whether the server will never take this mail, or does not take it now.
fn judged(error: Error) -> MailError {
    // 530: it wants a login or TLS before it looks at any mail (RFC 4954 §6, RFC 3207 §4).
    let wants_login = error.status().is_some_and(|code| u16::from(code) == 530);
    // What lettre itself cannot send there: an address that this server has no words for.
    if (error.is_permanent() && !wants_login) || error.is_client() {
        MailError::refused(error)
    } else {
        MailError::unavailable(error)
    }
}

fn no_certificate() -> SetupError {
    SetupProblem::new(
        "no certificate",
        "what is to be trusted for mail (`?ca=` or `.root_certificate(…)`) is no certificate",
        "give one in PEM, `-----BEGIN CERTIFICATE-----`",
    )
    .into()
}

/// What a message cannot be made of.
type Unwritable = Box<dyn StdError + Send + Sync>;
