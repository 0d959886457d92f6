use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    oauth::{FlowKeys, OAuthClient},
    secret::Secrets,
    token::{KeyUse, Seal},
};

/// The providers that people may sign in with.
pub(crate) struct Providers {
    by_name: BTreeMap<String, Arc<Registered>>,
    pub(crate) flows: FlowKeys,
    pub(crate) tokens: Seal,
    mount: String,
    is_found_elsewhere: AtomicBool,
}

/// A provider, as it knows us.
pub(crate) struct Registered {
    pub(crate) client: OAuthClient,
    /// Where it sends browsers with its answer, the whole address.
    pub(crate) redirect_uri: String,
}

/// The same before there is a secret.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) by_name: BTreeMap<String, Arc<Registered>>,
    pub(super) mount: String,
}

impl Declared {
    /// With keys of this realm: the users' table.
    pub(super) fn under(self, secrets: &Secrets, realm: &str) -> Providers {
        Providers {
            by_name: self.by_name,
            flows: FlowKeys::new(secrets, realm),
            tokens: Seal::new(secrets, realm, KeyUse::ProviderTokens),
            mount: self.mount,
            is_found_elsewhere: AtomicBool::new(false),
        }
    }
}

impl Providers {
    pub(crate) fn find(&self, name: &str) -> Option<&Arc<Registered>> {
        self.by_name.get(name)
    }

    /// Their names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Says once, in the log, that the routes are found elsewhere than providers were told.
    pub(crate) fn are_at(&self, mount: &str) {
        if mount != self.mount && !self.is_found_elsewhere.swap(true, Ordering::Relaxed) {
            let (found, told) = (mount, self.mount.as_str());
            tracing::warn!(
                ?found,
                told,
                "providers send browsers to another path than the accounts are mounted at; say it by `.mount(…)`"
            );
        }
    }
}
