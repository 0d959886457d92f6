//! A session as a hash: its fields are its own, as text.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::keys::{owner_name, owner_named};
use crate::{
    access::Scopes,
    secret::Digest,
    store::{Session, SessionId, StoreError, refresh::Parent},
    time::Timestamp,
    value::ColumnError,
};

/// The fields and their values, one after the other.
pub(super) fn fields(session: &Session) -> Vec<Vec<u8>> {
    let time = |time: Timestamp| Some(time.as_micros().to_string().into_bytes());
    let text = |text: &str| Some(text.as_bytes().to_owned());
    let fields = [
        ("id", text(&session.id.to_string())),
        ("owner", Some(owner_name(&session.owner).into_bytes())),
        ("provider", text(&session.provider)),
        ("created_at", time(session.created_at)),
        ("last_used_at", time(session.last_used_at)),
        ("authenticated_at", time(session.authenticated_at)),
        ("idle_until", time(session.idle_until)),
        ("expires_at", time(session.expires_at)),
        ("remember", text(if session.remember { "1" } else { "0" })),
        ("ip", session.ip.as_deref().and_then(text)),
        ("user_agent", session.user_agent.as_deref().and_then(text)),
        ("data", Some(Json::Object(session.data.clone()).to_string().into_bytes())),
        ("credential", session.credential.map(|digest| digest.as_bytes().to_vec())),
        ("scopes", session.scopes.as_ref().map(|scopes| scopes.to_string().into_bytes())),
    ];
    let there = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
    there.flat_map(|(name, value)| [name.as_bytes().to_owned(), value]).collect()
}

/// What a hash holds.
pub(super) type Fields = HashMap<String, Vec<u8>>;

/// The session of these fields; `None` if there are none.
pub(super) fn read(mut fields: Fields) -> Result<Option<Session>, StoreError> {
    if fields.is_empty() { Ok(None) } else { read_some(&mut fields).map(Some) }
}

/// The same, with what came before its token.
pub(super) fn read_with_parent(
    mut fields: Fields,
) -> Result<Option<(Session, Option<Parent>)>, StoreError> {
    if fields.is_empty() {
        return Ok(None);
    }
    let session = read_some(&mut fields)?;
    let before = match digest(&mut fields, "parent")? {
        Some(digest) => Some(Parent { digest, rotated_at: time(&mut fields, "rotated_at")? }),
        None => None,
    };
    Ok(Some((session, before)))
}

fn read_some(fields: &mut Fields) -> Result<Session, StoreError> {
    Ok(Session {
        id: parsed(fields, "id", |id| id.parse::<SessionId>().ok())?,
        owner: parsed(fields, "owner", owner_named)?,
        provider: parsed(fields, "provider", |text| Some(text.to_owned()))?,
        created_at: time(fields, "created_at")?,
        last_used_at: time(fields, "last_used_at")?,
        authenticated_at: time(fields, "authenticated_at")?,
        idle_until: time(fields, "idle_until")?,
        expires_at: time(fields, "expires_at")?,
        remember: parsed(fields, "remember", |text| Some(text == "1"))?,
        ip: optional(fields, "ip")?,
        user_agent: optional(fields, "user_agent")?,
        data: parsed(fields, "data", |text| serde_json::from_str(text).ok())?,
        credential: digest(fields, "credential")?,
        scopes: scopes(fields)?,
    })
}

fn time(fields: &mut Fields, name: &'static str) -> Result<Timestamp, StoreError> {
    parsed(fields, name, |text| text.parse().ok().map(Timestamp::from_micros))
}

fn parsed<T>(
    fields: &mut Fields,
    name: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    let text = optional(fields, name)?;
    text.as_deref().and_then(parse).ok_or_else(|| corrupt(name))
}

fn optional(fields: &mut Fields, name: &'static str) -> Result<Option<String>, StoreError> {
    let bytes = fields.remove(name);
    bytes.map(|bytes| String::from_utf8(bytes).map_err(|_| corrupt(name))).transpose()
}

fn scopes(fields: &mut Fields) -> Result<Option<Scopes>, StoreError> {
    let text = optional(fields, "scopes")?;
    text.map(|text| text.parse().map_err(|_| corrupt("scopes"))).transpose()
}

fn digest(fields: &mut Fields, name: &'static str) -> Result<Option<Digest>, StoreError> {
    let bytes = fields.remove(name);
    bytes.map(|bytes| Digest::from_slice(&bytes).ok_or_else(|| corrupt(name))).transpose()
}

fn corrupt(field: &'static str) -> StoreError {
    ColumnError::new("not what a session holds here").in_column(field).into()
}
