use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::sign_up::Address;
use crate::{
    error::FieldError,
    oauth::{OAuthClient, OAuthProfile},
    secret::Digest,
    store::{NewOAuthAccount, Owner},
    user::{AuthUser, Email},
    value::Fields,
};

/// Somebody whom a provider has named: as much of it as goes into an account of ours.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Introduced {
    pub(super) provider: String,
    pub(super) subject: String,
    /// Their address, as the provider spells it.
    shown_email: Option<String>,
    /// The same as we do; none where it is no address.
    email: Option<String>,
    /// Whether the provider is believed that it is theirs.
    is_proved: bool,
    /// Fields of a sign-up.
    filled: Map<String, Json>,
    /// The provider's tokens, where they are kept.
    sealed_tokens: Option<Vec<u8>>,
}

impl Introduced {
    /// What a client makes of what its provider says.
    pub(super) fn by<U: AuthUser>(
        client: &OAuthClient,
        profile: OAuthProfile,
        sealed_tokens: Option<Vec<u8>>,
    ) -> Self {
        let OAuthProfile { subject, email, email_verified, claims } = profile;
        let canonical = email.as_deref().and_then(|email| Email::parse(email).ok());
        let fills = client.fills.iter().filter_map(|(field, claim)| {
            let said = claims.get(claim).filter(|said| !said.is_null())?;
            Some((own_name::<U>(field).to_owned(), said.clone()))
        });
        // The first claim that is there: a later one is overwritten.
        let filled = fills.rev().collect();
        Self {
            provider: client.provider.name().to_owned(),
            subject,
            shown_email: email.filter(|_| canonical.is_some()),
            is_proved: canonical.is_some() && email_verified && client.links_by_email,
            email: canonical.map(|email| email.as_str().to_owned()),
            filled,
            sealed_tokens,
        }
    }

    /// As it is kept while something lacks.
    pub(super) fn written(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    pub(super) fn read(kept: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(kept)
    }

    /// The account at the provider.
    pub(super) fn account(&self) -> NewOAuthAccount {
        NewOAuthAccount {
            provider: self.provider.clone(),
            subject: self.subject.clone(),
            email: self.shown_email.clone(),
            sealed_tokens: self.sealed_tokens.clone(),
        }
    }

    /// Their address, if the provider has proved it.
    pub(super) fn proved_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.is_proved)
    }

    /// What is known of the address of their sign-up.
    pub(super) fn address(&self) -> Address<'_> {
        match self.email.as_deref() {
            None => Address::Asked,
            Some(email) if self.is_proved => Address::Proved(email),
            Some(email) => Address::Said(email),
        }
    }

    /// The fields of their sign-up: what they give themselves, and what the provider says of the rest.
    pub(super) fn complete<U: AuthUser>(&self, fields: &mut Fields) {
        fields.alias(own_name::<U>(USERNAME), USERNAME);
        for (field, said) in &self.filled {
            if !fields.contains(field) {
                fields.insert(field, said.clone());
            }
        }
    }

    /// Whether the provider has said what this field is refused for.
    pub(super) fn fills(&self, field: &str) -> bool {
        self.filled.contains_key(field)
    }

    /// The same without what was refused: they are asked for it.
    pub(super) fn without(mut self, refused: &[FieldError]) -> Self {
        for FieldError { pointer, .. } in refused {
            match pointer.strip_prefix('/') {
                Some(field) => drop(self.filled.remove(field)),
                // It is about all of them.
                None => self.filled.clear(),
            }
        }
        self
    }

    /// Whose sign-up it is while there is no account: one at a time for each account at a provider.
    pub(super) fn stranger<U: AuthUser>(&self) -> Owner {
        let subject = Digest::of(&*self.subject);
        let subject = subject.as_bytes().iter().map(|byte| format!("{byte:02x}"));
        Owner {
            realm: format!("{}/strangers", U::SPEC.table),
            user_id: format!("{}:{}", self.provider, subject.collect::<String>()),
        }
    }
}

/// The part's word stands for its field.
fn own_name<U: AuthUser>(name: &str) -> &str {
    let column = U::SPEC.username.filter(|_| name == USERNAME);
    column.and_then(|column| U::SPEC.columns.get(column)).map_or(name, |column| column.field)
}

/// The only part that a claim fills.
pub(super) const USERNAME: &str = "username";
