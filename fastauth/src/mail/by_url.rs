//! The transport that `FASTAUTH_SMTP_URL` names.

#[cfg(not(feature = "smtp"))]
#[path = "by_url/none.rs"]
mod chosen;
#[cfg(feature = "smtp")]
#[path = "by_url/smtp.rs"]
mod chosen;

pub(crate) use chosen::by_url;
