//! An identity provider of another code base, `oidc-provider` on Node, as a process of the test's own.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
};

use fastauth::oauth::Oidc;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process,
};

use super::{Client, Reply, free_address, idp::Callback, services_are_required};

const CLIENT_ID: &str = "fastauth";
const CLIENT_SECRET: &str = "s3cret/of%the&client+a:b=c";

/// A provider where `ada` and `mallory` have an address that is proved, `grace` one that is not, and `mary` one of which
/// nothing is said; `impostor` says that of `ada`, and `nameless` has no name. Ended with the test.
pub struct OidcProvider {
    client: Client,
    _process: process::Child,
}

/// What somebody does at the provider.
#[derive(Clone, Copy, Debug)]
pub enum Visit {
    /// Signs in under this name and says yes.
    Agrees(&'static str),
    /// Signs in under this name and says no.
    Refuses(&'static str),
}

impl OidcProvider {
    /// One that sends browsers here, with settings of `idp/provider.mjs` besides. `None`, and a line that says so,
    /// where it is not installed and nothing demands it.
    pub async fn start(test: &str, redirect_uri: &str, settings: &[(&str, &str)]) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("idp");
        if !is_installed(&folder) {
            assert!(!services_are_required(), "no oidc-provider: npm ci --prefix tests/idp");
            eprintln!("skipped: {test}: npm ci --prefix tests/idp");
            return None;
        }
        let address = free_address().await;
        let mut process = process::Command::new("node")
            .arg("provider.mjs")
            .current_dir(folder)
            .env("PORT", address.port().to_string())
            .env("ISSUER", format!("http://{address}"))
            .env("REDIRECT_URIS", redirect_uri)
            .envs([("CLIENT_ID", CLIENT_ID), ("CLIENT_SECRET", CLIENT_SECRET)])
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        while lines.next_line().await.expect("it says something").expect("it is ready")
            != "listening"
        {}
        // It would end where nobody reads on.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Some(Self { client: Client::new(address), _process: process })
    }

    /// It as a provider of this name.
    pub fn oidc(&self, name: &str) -> Oidc {
        Oidc::new(name, self.issuer(), CLIENT_ID, CLIENT_SECRET)
    }

    /// Its issuer.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.client.address())
    }

    /// Goes as a browser where an application sends it, fills its forms in, and comes back.
    ///
    /// # Panics
    /// The provider sends them nowhere.
    pub async fn visit(&self, url: &str, visit: Visit) -> Callback {
        let mut jar = BTreeMap::new();
        let mut reply = self.get(&mut jar, url).await;
        loop {
            reply = match reply.header("location").map(str::to_owned) {
                Some(place) if self.is_elsewhere(&place) => return Callback::at(place),
                Some(place) => self.get(&mut jar, &place).await,
                None => self.fill_in(&mut jar, &reply.expect(200).text(), visit).await,
            };
        }
    }

    /// Sends the form of a page.
    async fn fill_in(&self, jar: &mut Jar, page: &str, visit: Visit) -> Reply {
        let after = |mark: &str| page.split_once(mark).and_then(|(_, rest)| rest.split('"').next());
        let place = after("action=\"").unwrap_or_else(|| panic!("no form: {page}"));
        let (is_login, form) = match after("name=\"prompt\" value=\"") {
            Some("login") => {
                let (Visit::Agrees(name) | Visit::Refuses(name)) = visit;
                (true, format!("prompt=login&login={name}&password=x"))
            }
            prompt => (false, format!("prompt={}", prompt.expect("a prompt"))),
        };
        if !is_login && matches!(visit, Visit::Refuses(_)) {
            return self.get(jar, &format!("{place}/abort")).await;
        }
        let reply = self.with(jar).form(self.path(place), form).await;
        kept(jar, reply)
    }

    async fn get(&self, jar: &mut Jar, place: &str) -> Reply {
        let reply = self.with(jar).get(self.path(place)).await;
        kept(jar, reply)
    }

    fn with(&self, jar: &Jar) -> Client {
        let cookies: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.client.with("cookie", cookies.join("; "))
    }

    /// The path of an address of its own, which it writes with the host that it is asked by.
    fn path<'a>(&self, place: &'a str) -> &'a str {
        let own =
            place.strip_prefix(&self.issuer()).or_else(|| place.strip_prefix("http://app.test"));
        own.unwrap_or(place)
    }

    fn is_elsewhere(&self, place: &str) -> bool {
        !self.path(place).starts_with('/')
    }
}

type Jar = BTreeMap<String, String>;

fn kept(jar: &mut Jar, reply: Reply) -> Reply {
    let cookies = reply.jar();
    let pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
    jar.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    reply
}

fn is_installed(folder: &Path) -> bool {
    let probed = Command::new("node")
        .args(["--input-type=module", "--eval=import 'oidc-provider'"])
        .current_dir(folder)
        .stderr(Stdio::null())
        .status();
    probed.is_ok_and(|status| status.success())
}
