//! Providers of identities, as a hostile or a broken one meets them: who is believed, and who is not.

mod discovery;
mod github;
mod hostile;
mod id_tokens;
mod keys;
mod of_an_application;
mod oidc_provider;
mod replies;
mod signs_in;
mod tls;
mod visit;
