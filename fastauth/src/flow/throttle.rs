use std::{net::IpAddr, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Identifier, prove::unhashed, shield::shielded};
use crate::{
    auth::Auth,
    config::Rates,
    error::{Code, Error},
    hooks::{Event, HookContext},
    secret::Digest,
    store::{Budget, Purpose, Refund, Spending},
    user::{AuthUser, Email, Username},
};

/// A try of a password that has been paid for.
pub(super) struct Attempt {
    /// What the right password gives back.
    refunds: Vec<Refund>,
    /// Whether a wrong one brings a delay.
    is_last: bool,
}

impl<U: AuthUser> Auth<U> {
    /// Pays for a try of a password before anything is computed: by the address it
    /// comes from and by the account it is for, whether or not there is one. It costs nothing while
    /// nothing could be computed.
    pub(super) async fn attempt(&self, login: &str, cx: &HookContext) -> Result<Attempt, Error> {
        self.0.passwords.has_room().await.map_err(unhashed)?;
        let limits = &self.0.limits;
        let from = Self::counted("login", &place(cx.client()));
        let failures = Self::counted("failures", &place(cx.client()));
        let account = Self::counted("account", &hidden(login));
        let by_address = limits.login.budgets(&from, None);
        let failures = limits.failures.budgets(&failures, None);
        let account = limits.account.budgets(&account, Some(limits.delays));

        let refunds = failures.iter().map(|it| Refund::One(it.key.clone()));
        let forgiven = account.iter().map(|it| Refund::All(it.key.clone()));
        let refunds = refunds.chain(forgiven).collect();
        let of_account = by_address.len() + failures.len();
        let remembered = by_address.len();
        let budgets: Vec<Budget> = [by_address, failures, account].concat();
        let spent_up = self.spend(&budgets, remembered).await?;
        Ok(Attempt { refunds, is_last: spent_up.is_some_and(|index| of_account <= index) })
    }

    /// The password was right: the account's budget is full again, and nobody else's.
    pub(super) async fn forgive(&self, attempt: Attempt) -> Result<(), Error> {
        if attempt.refunds.is_empty() {
            return Ok(());
        }
        for Refund::All(key) | Refund::One(key) in &attempt.refunds {
            self.0.spent.forget(key);
        }
        let auth = self.clone();
        shielded(async move { Ok(auth.0.store.refund(&attempt.refunds).await?) }).await
    }

    /// The password was wrong.
    pub(super) fn blame(&self, attempt: &Attempt, user: Option<&Arc<U>>, cx: &HookContext) {
        if attempt.is_last {
            self.0.hooks.tell_later(Event::Lockout(user.cloned()), cx.clone());
        }
    }

    /// Forgives an account all its wrong passwords: its owner has proved who they are otherwise.
    pub(super) async fn forgive_account(&self, user: &U) {
        let keys = logins_of(user).flat_map(|login| {
            self.0.limits.account.budgets(&Self::counted("account", &hidden(&login)), None)
        });
        let refunds = keys.map(|budget| Refund::All(budget.key)).collect();
        if let Err(error) = self.forgive(Attempt { refunds, is_last: false }).await {
            tracing::warn!(error = ?error.to_string(), "the delays of an account stay");
        }
    }

    /// Pays for something by the address it comes from.
    pub(super) async fn throttle(
        &self,
        what: &'static str,
        rates: &Rates,
        cx: &HookContext,
    ) -> Result<(), Error> {
        let budgets = rates.budgets(&Self::counted(what, &place(cx.client())), None);
        self.spend(&budgets, budgets.len()).await.map(drop)
    }

    /// Whether one more mail of this purpose may go to this address; what goes to nobody is counted
    /// as well, apart. Nobody is told when not.
    pub(super) async fn may_mail(
        &self,
        address: &str,
        purpose: Purpose,
        is_sent: bool,
    ) -> Result<bool, Error> {
        let what = if is_sent { "mailbox" } else { "unsent" };
        let key = Self::counted(what, &format!("{}:{}", purpose.as_str(), hidden(address)));
        match self.spend(&self.0.limits.mailbox.budgets(&key, None), 0).await {
            Ok(_) => Ok(is_sent),
            Err(error) if error.code() == Code::RateLimited => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Spends from all of these, of which the first so many are by address and never refunded: whoever
    /// the others refuse has paid those all the same. Says which is spent up by it.
    async fn spend(&self, budgets: &[Budget], by_address: usize) -> Result<Option<usize>, Error> {
        if budgets.is_empty() {
            return Ok(None);
        }
        let now = self.now();
        let known = |(index, budget): (usize, &Budget)| {
            Some((index, self.0.spent.until(&budget.key, now)?))
        };
        let known = budgets.iter().enumerate().find_map(known);
        let (budget, until) = match known {
            Some(known) => known,
            None => match self.0.store.spend(budgets, now).await? {
                Spending::Granted { spent_up } => return Ok(spent_up),
                Spending::Refused { budget, until } => (budget, until),
            },
        };
        let is_new = known.is_none();
        if let Some(refusing) = budgets.get(budget).filter(|_| is_new) {
            let for_sure = if budget < by_address { until.since(now) } else { A_MOMENT };
            self.0.spent.remember(&refusing.key, until, for_sure, now);
        }
        let paid =
            budgets.get(..by_address).filter(|paid| !paid.is_empty() && by_address <= budget);
        if let Some(paid) = paid
            && let Spending::Refused { budget, until } = self.0.store.spend(paid, now).await?
            && let Some(refusing) = paid.get(budget)
        {
            self.0.spent.remember(&refusing.key, until, until.since(now), now);
        }
        Err(limited(until.since(now)))
    }

    /// What is counted together, apart from what other user types of this store count.
    fn counted(what: &str, whose: &str) -> String {
        format!("{}:{what}:{whose}", U::SPEC.table)
    }
}

/// How long a refusal is remembered that another instance may lift.
const A_MOMENT: Duration = Duration::from_secs(1);

/// The name of somebody, kept from whoever reads the store.
fn hidden(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(Digest::of(name).as_bytes())
}

/// What tries at a user's account are counted by.
pub(super) fn logins_of<U: AuthUser>(user: &U) -> impl Iterator<Item = String> {
    let email = user.email().map(|email| Identifier::Email(email.to_owned()));
    let username = user.username().map(|username| Identifier::Username(username.to_owned()));
    email.into_iter().chain(username).map(|login| login.counted_as())
}

impl Identifier {
    /// What tries are counted by: each spelling of a login is the same, known or not.
    pub(super) fn counted_as(&self) -> String {
        let (Self::Email(text) | Self::Either(text) | Self::Username(text)) = self;
        let is_email = matches!(self, Self::Email(_)) || text.contains('@');
        let canonical = if is_email {
            Email::parse(text).map(|email| email.as_str().to_owned()).ok()
        } else {
            Username::parse(text).map(|username| username.as_str().to_owned()).ok()
        };
        canonical.unwrap_or_else(|| text.clone())
    }
}

/// Whoever has an IPv6 address has all of its network; whose address is unknown shares.
fn place(client: Option<IpAddr>) -> String {
    match client.map(|client| client.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let network = address.to_bits() >> 64 << 64;
            format!("{}/64", std::net::Ipv6Addr::from_bits(network))
        }
        None => "unknown".to_owned(),
    }
}

fn limited(wait: Duration) -> Error {
    // Whole seconds, rounded up: whoever waits that long is let in.
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Error::new(Code::RateLimited).with_retry_after(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_a_network_are_one() {
        let of = |text: &str| place(Some(text.parse().unwrap()));
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_eq!(place(None), "unknown");
    }

    #[test]
    fn each_spelling_of_a_login_is_the_same() {
        let email = |text: &str| Identifier::Email(text.to_owned()).counted_as();
        let either = |text: &str| Identifier::Either(text.to_owned()).counted_as();
        assert_eq!(email("Ada@Example.com"), either(" ada@example.com "));
        assert_eq!(email("ada@example.com"), "ada@example.com");
        assert_eq!(Identifier::Username("Ada".to_owned()).counted_as(), either("ada"));
        assert_eq!(email("no address"), "no address");
    }
}
