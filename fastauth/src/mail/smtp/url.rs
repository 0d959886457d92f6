use std::{fmt, fs, path::Path};

use http::Uri;
use percent_encoding::percent_decode_str;

use crate::{
    error::{SetupError, SetupProblem},
    net::{is_loopback, place},
};

/// Where mail is handed over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<Tls>,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tls {
    AtOnce,
    Upgraded,
}

/// Name and password.
type Login = (String, String);
/// A certificate, as its file has it.
type Pem = Vec<u8>;

/// Reads a URL. No problem repeats it: it may hold a password.
pub(super) fn read(url: &str) -> Result<(Server, Option<Login>, Option<Pem>), SetupError> {
    let no_url = || problem("it is no URL that a mail server is reached by");
    let uri: Uri = url.trim().parse().map_err(|_| no_url())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(no_url().into());
    };
    let at_once = match scheme {
        "smtp" => false,
        "smtps" => true,
        _ => return Err(problem("it begins with neither `smtp://` nor `smtps://`").into()),
    };
    let login = match authority.as_str().rsplit_once('@') {
        Some((login, _)) => Some(decoded(login).ok_or_else(no_url)?),
        None => None,
    };
    let (host, port) = place(authority).ok_or_else(no_url)?;
    if !matches!(uri.path(), "" | "/") {
        return Err(no_url().into());
    }
    let (asked, authority) = options(uri.query().unwrap_or_default())?;
    let is_here = is_loopback(&host);
    let tls = match asked {
        Some(false) if at_once => {
            return Err(problem("`smtps://` is TLS, `?tls=none` is not").into());
        }
        Some(false) => None,
        None if is_here && !at_once => None,
        _ => Some(if at_once { Tls::AtOnce } else { Tls::Upgraded }),
    };
    if tls.is_none() && login.is_some() && !is_here {
        return Err(problem("a password would travel in plain text").into());
    }
    let usual = match tls {
        Some(Tls::AtOnce) => 465,
        Some(Tls::Upgraded) => 587,
        None => 25,
    };
    Ok((Server { host, port: port.unwrap_or(usual), tls }, login, authority))
}

/// Name and password, which may hold any byte when they are percent-encoded.
fn decoded(login: &str) -> Option<Login> {
    let (user, password) = login.split_once(':')?;
    let text = |encoded| {
        let text = percent_decode_str(encoded).decode_utf8().ok()?;
        (!text.is_empty()).then(|| text.into_owned())
    };
    Some((text(user)?, text(password)?))
}

/// What stands after the question mark: whether TLS is a must, and whom to trust.
fn options(query: &str) -> Result<(Option<bool>, Option<Pem>), SetupProblem> {
    let mut tls = None;
    let mut authority = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match (name.as_ref(), value.as_ref()) {
            ("tls", "required") => tls = Some(true),
            ("tls", "none") => tls = Some(false),
            ("tls", _) => return Err(problem("`tls` is either `required` or `none`")),
            ("ca", file) => authority = Some(read_file(Path::new(file))?),
            _ => return Err(problem("it has an option besides `tls` and `ca`")),
        }
    }
    Ok((tls, authority))
}

fn read_file(path: &Path) -> Result<Pem, SetupProblem> {
    fs::read(path).map_err(|error| {
        let cause = format!("{}: {error}", path.display());
        SetupProblem::new("no certificate", cause, "let `?ca=` name a file in PEM")
    })
}

fn problem(cause: &str) -> SetupProblem {
    SetupProblem::new(
        "unusable mail server",
        format!("the address of the mail server (`Smtp::url(…)` or FASTAUTH_SMTP_URL): {cause}"),
        "give one such as `smtps://user:password@mail.example.com`, with the password percent-encoded",
    )
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.tls {
            Some(Tls::AtOnce) => "smtps",
            Some(Tls::Upgraded) => "smtp with STARTTLS",
            None => "smtp without TLS",
        };
        write!(f, "{how} {}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_url_says_it_all() {
        for (url, shown, login) in [
            ("smtps://mail.example.com", "smtps mail.example.com:465", None),
            ("smtp://mail.example.com", "smtp with STARTTLS mail.example.com:587", None),
            (
                "smtp://mail.example.com:25/?tls=required",
                "smtp with STARTTLS mail.example.com:25",
                None,
            ),
            ("smtp://mail:1025?tls=none", "smtp without TLS mail:1025", None),
            ("smtp://localhost", "smtp without TLS localhost:25", None),
            ("smtp://127.0.0.1:1025", "smtp without TLS 127.0.0.1:1025", None),
            ("smtp://[::1]:1025", "smtp without TLS ::1:1025", None),
            ("smtp://127.0.0.1?tls=required", "smtp with STARTTLS 127.0.0.1:587", None),
            (
                "smtps://ada%40example.com:p%2Fa%3Ass@mail.example.com:465",
                "smtps mail.example.com:465",
                Some(("ada@example.com", "p/a:ss")),
            ),
        ] {
            let (server, found, _) = read(url).expect(url);
            let found = found.as_ref().map(|(user, password)| (user.as_str(), password.as_str()));
            assert_eq!((server.to_string().as_str(), found), (shown, login), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_server_is_said_without_repeating_it() {
        for url in [
            "",
            "hunter2",
            "mail.example.com:25",
            "https://u:hunter2@mail.example.com",
            "smtp://",
            "smtp://u:hunter2@",
            "smtps://hunter2@mail.example.com",
            "smtps://:hunter2@mail.example.com",
            "smtps://u:@mail.example.com",
            "smtps://u:hunter2@mail.example.com:port",
            "smtps://u:hunter2@mail.example.com:99999",
            "smtps://u:hunter2@mail.example.com/path",
            "smtps://u:hunter2@mail.example.com?tls=none",
            "smtps://u:hunter2@mail.example.com?tls=hunter2",
            "smtps://u:hunter2@mail.example.com?hunter2=1",
            "smtp://u:hunter2@mail.example.com?tls=none",
            "smtps://u:%ff@mail.example.com",
            "smtps://u:hunter2#@mail.example.com",
            "smtps://u:hunter2/@mail.example.com",
            "smtps://u:hunter2@mail.example.com?ca=/no/such/file",
        ] {
            let error = read(url).expect_err(url);
            assert_eq!(error.problems().len(), 1);
            assert!(!format!("{error:?}").contains("hunter2"), "{url}: {error:?}");
        }
    }
}
