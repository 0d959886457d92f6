//! The least that a client of HTTP needs: one request on one connection, whose end is near. No redirect is
//! followed.

#[cfg(feature = "oauth")]
mod another;

use std::{error::Error as StdError, fmt, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, Uri, header::HOST, request::Builder};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{is_loopback, place};
use crate::error::{SetupError, SetupProblem};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest head of a reply, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;

/// Why there is no reply.
pub(crate) type Failure = Box<dyn StdError + Send + Sync>;

/// What an address is for, in the words of whoever reads of a problem with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose {
    /// `unusable webhook`
    pub(crate) title: &'static str,
    /// `the webhook`
    pub(crate) name: &'static str,
    /// What could be given.
    pub(crate) example: &'static str,
}

/// Where requests go.
#[derive(Clone)]
pub(crate) struct Endpoint {
    purpose: Purpose,
    uri: Uri,
    host: String,
    port: u16,
    tls: Option<Tls>,
}

/// How the server is known.
#[derive(Clone)]
struct Tls {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    roots: RootCertStore,
}

impl Endpoint {
    /// Reads a URL. No problem repeats it: it may hold a token.
    pub(crate) fn parse(url: &str, purpose: Purpose) -> Result<Self, SetupError> {
        let no_url = |cause| purpose.problem(cause);
        let uri: Uri = url.trim().parse().map_err(|_| no_url("is no URL"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(no_url("is no URL").into());
        };
        if authority.as_str().contains('@') {
            return Err(no_url("holds a name and a password, which are not sent").into());
        }
        let (host, port) = place(authority).ok_or_else(|| no_url("is no URL"))?;
        let (usual, tls) = match scheme {
            "https" => (443, Some(Tls::to(&host, purpose)?)),
            "http" if is_loopback(&host) => (80, None),
            "http" => {
                return Err(no_url("is plain http beyond this machine; that needs https").into());
            }
            _ => return Err(no_url("begins with neither `https://` nor `http://`").into()),
        };
        Ok(Self { purpose, host, port: port.unwrap_or(usual), tls, uri })
    }

    /// Trusts one more authority.
    pub(crate) fn trust(&mut self, pem: &[u8]) -> Result<(), SetupError> {
        let name = self.purpose.name;
        let no_certificate = || {
            let cause = format!("what is to be trusted for {name} is no certificate");
            SetupProblem::new(
                "no certificate",
                cause,
                "give one in PEM, `-----BEGIN CERTIFICATE-----`",
            )
        };
        let certificate = CertificateDer::from_pem_slice(pem).map_err(|_| no_certificate())?;
        if let Some(tls) = &mut self.tls {
            tls.roots.add(certificate).map_err(|_| no_certificate())?;
            tls.config = configured(tls.roots.clone())?;
        }
        Ok(())
    }

    /// A request to it.
    pub(crate) fn request(&self, method: Method) -> Builder {
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let authority = self.uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        Request::builder().method(method).uri(path).header(HOST, authority)
    }

    /// What a request is answered with. The body of the reply may have so many bytes; with none it is not
    /// read.
    pub(crate) async fn send(
        &self,
        request: Request<Bytes>,
        longest: usize,
    ) -> Result<Response<Bytes>, Failure> {
        let answered = async {
            let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
            match &self.tls {
                None => exchange(stream, request, longest).await,
                Some(tls) => {
                    let connector = TlsConnector::from(Arc::clone(&tls.config));
                    let stream = connector.connect(tls.name.clone(), stream).await?;
                    exchange(stream, request, longest).await
                }
            }
        };
        timeout(PATIENCE, answered).await?
    }
}

async fn exchange<S>(
    stream: S,
    request: Request<Bytes>,
    longest: usize,
) -> Result<Response<Bytes>, Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(HEAD_LIMIT).handshake(TokioIo::new(stream)).await?;
    let mut answer = pin!(async {
        let (head, body) = sender.send_request(request.map(Full::new)).await?.into_parts();
        let body = match longest {
            0 => Bytes::new(),
            longest => Limited::new(body, longest).collect().await?.to_bytes(),
        };
        Ok(Response::from_parts(head, body))
    });
    tokio::select! {
        answer = &mut answer => answer,
        // What came before the end counts, however the end came.
        _ = connection => answer.await,
    }
}

impl Tls {
    fn to(host: &str, purpose: Purpose) -> Result<Self, SetupProblem> {
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| purpose.problem("is no URL"))?;
        let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Ok(Self { config: configured(roots.clone())?, name, roots })
    }
}

fn configured(roots: RootCertStore) -> Result<Arc<ClientConfig>, SetupProblem> {
    // Named, for with two providers in a program rustls panics when asked for the default.
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            SetupProblem::new("no TLS", error.to_string(), "use rustls with TLS 1.2 or 1.3")
        })?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

impl Purpose {
    pub(crate) fn problem(self, cause: &str) -> SetupProblem {
        let Self { title, name, example } = self;
        let cause = format!("the address of {name} {cause}");
        SetupProblem::new(title, cause, format!("give one such as `{example}`"))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A path may hold a token.
        let scheme = self.uri.scheme_str().unwrap_or_default();
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PURPOSE: Purpose = Purpose {
        title: "unusable webhook",
        name: "the webhook",
        example: "https://mailer.example.com/send",
    };

    #[test]
    fn an_address_is_https_or_on_this_machine() {
        for (url, shown) in [
            ("https://mail.example.com/send?token=x", "https://mail.example.com:443"),
            ("https://mail.example.com:8443", "https://mail.example.com:8443"),
            ("http://localhost/send", "http://localhost:80"),
            ("http://[::1]:8080/send", "http://::1:8080"),
        ] {
            let endpoint = Endpoint::parse(url, PURPOSE).expect(url);
            assert_eq!(endpoint.to_string(), shown);
        }
        for url in [
            "",
            "mail.example.com",
            "ftp://mail.example.com",
            "http://mail.example.com",
            "https://user:hunter2@mail.example.com",
            "https://mail.example.com:port",
            "https://mail.example.com:99999",
            "https://",
        ] {
            let error = Endpoint::parse(url, PURPOSE).err().expect(url);
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }

    #[test]
    fn a_request_goes_to_the_path_and_names_the_host() {
        let endpoint = Endpoint::parse("http://localhost:8080/send?token=x", PURPOSE).unwrap();
        let request = endpoint.request(Method::POST).body(()).unwrap();
        assert_eq!(request.uri(), "/send?token=x");
        assert_eq!(request.headers()[HOST], "localhost:8080");
    }
}
