use std::net::SocketAddr;

use crate::{auth::Auth, config::from_env, user::AuthUser};

/// Says what was set up: to a person in development, to the log elsewhere.
pub(super) fn banner<U: AuthUser>(auth: &Auth<U>, address: SocketAddr) {
    let started = &auth.0.started;
    let created = started.created.join(", ");
    let store = &started.store;
    let mail = started.mail.as_deref().unwrap_or("not sent");
    tracing::info!(%address, store, created, mail, random_secret = started.random_secret, "listening");
    if let Some(administrator) = &started.administrator {
        tracing::warn!("{administrator}");
    }
    if !auth.0.base_url.is_development() || from_env("FASTAUTH_BANNER").as_deref() == Some("0") {
        return;
    }
    let public = auth.0.base_url.as_str();
    let version = env!("CARGO_PKG_VERSION");
    let made = if created.is_empty() { "nothing new".to_owned() } else { created };
    let secret = if started.random_secret {
        "made for this run; set FASTAUTH_SECRET to stay signed in over a restart"
    } else {
        "given"
    };
    eprintln!(
        "\n  fastauth {version}, development\n  \
         listening  http://{address}\n  \
         public     {public}\n  \
         store      {store}\n  \
         created    {made}\n  \
         mail       {mail}\n  \
         secret     {secret}"
    );
    if let Some(administrator) = &started.administrator {
        eprintln!("  roles      {administrator}");
    }
    eprintln!();
}
