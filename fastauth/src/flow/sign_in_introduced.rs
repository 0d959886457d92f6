use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::{
    finish_oauth::OAuthOutcome,
    introduced::Introduced,
    issue::{Identity, Proved},
    mail_link::NO_SOONER,
    sign_up::{Applicant, Basis},
    verify_email::newly_proved,
};
use crate::{
    auth::Auth,
    error::{Code, Error, FieldError},
    hooks::{Event, HookContext, Provider},
    mail::Letter,
    store::{Linked, Linking, OAuthAccount, Owner, Purpose, SessionId},
    user::AuthUser,
    value::Fields,
};

/// How often it is begun anew because somebody else was faster: each time there is more for it to find.
const ROUNDS: usize = 4;

impl<U: AuthUser> Auth<U> {
    /// Signs in whom a provider has named: by the account there, else by the address if it is proved, else by an
    /// account that is made.
    pub(super) async fn sign_in_introduced(
        &self,
        introduced: Introduced,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<OAuthOutcome<U>, Error> {
        let begun = Instant::now();
        for _ in 0..ROUNDS {
            match self.try_sign_in(&introduced, replaces.clone(), &cx).await {
                Ok(None) => {}
                Ok(Some(outcome)) => return Ok(outcome),
                Err(error) => {
                    if error.code() == Code::EmailNotVerified {
                        // As long as it takes whoever comes for the first time.
                        sleep_until(begun + NO_SOONER).await;
                    }
                    return Err(error);
                }
            }
        }
        Err(Code::Overloaded.into())
    }

    /// `None` where somebody else was faster.
    async fn try_sign_in(
        &self,
        introduced: &Introduced,
        replaces: Option<(Owner, SessionId)>,
        cx: &HookContext,
    ) -> Result<Option<OAuthOutcome<U>>, Error> {
        let store = &self.0.store;
        let Introduced { provider, subject, .. } = introduced;
        let found = store.find_oauth_account(U::SPEC.table, provider, subject).await?;
        if let Some(account) = found
            && let Ok(id) = U::parse_id(&account.owner.user_id)
            // Whoever is gone has left it to the next.
            && let Some(user) = store.find_by_id(&id).await?
        {
            return self.sign_in_known(user, account, introduced, replaces, cx).await;
        }
        if let Some(email) = introduced.proved_email()
            && let Some(user) = store.find_by_email(email).await?
        {
            return self.adopt(user, email, introduced, replaces, cx).await;
        }
        self.sign_up_introduced(introduced, replaces, cx).await
    }

    /// Signs in the user who has this account at the provider.
    async fn sign_in_known(
        &self,
        user: U,
        account: OAuthAccount,
        introduced: &Introduced,
        replaces: Option<(Owner, SessionId)>,
        cx: &HookContext,
    ) -> Result<Option<OAuthOutcome<U>>, Error> {
        let mut user = Arc::new(user);
        self.may_go_on(&user, cx)?;
        let mut unproved = None;
        let own = introduced.proved_email().filter(|it| user.email() == Some(it));
        if let Some(email) = own.filter(|_| !user.is_email_verified()) {
            self.allow_before_proof(&user, introduced, cx).await?;
            let (new, linking) = (introduced.account(), Linking::Proved(email));
            match self.0.store.link_account(user.id(), new, linking, self.now()).await? {
                Linked::Already(now) => user = Arc::new(now),
                Linked::Done { before, user: now } => {
                    user = Arc::new(now);
                    unproved = Some(before);
                }
                Linked::HasOther | Linked::OfAnother | Linked::Refused => return Ok(None),
            }
        }
        let proof = || -> Vec<Event<U>> {
            unproved.iter().filter_map(|before| newly_proved(before, &user)).collect()
        };
        let renewed = self.renew(&user, account, introduced, cx).await;
        if !matches!(renewed, Ok(true)) {
            // The address is proved, whoever may not sign in.
            self.0.hooks.tell(proof(), cx.clone()).await;
            return renewed.map(|_| None);
        }
        self.issue_to(&user, introduced, proof, replaces, cx).await.map(Some)
    }

    /// Keeps what the provider says now of an account, if its user may sign in; says whether it is still theirs.
    async fn renew(
        &self,
        user: &Arc<U>,
        mut account: OAuthAccount,
        introduced: &Introduced,
        cx: &HookContext,
    ) -> Result<bool, Error> {
        if let Err(error) = self.has_proved_email(user) {
            self.tell_failed(user, cx);
            return Err(error);
        }
        let new = introduced.account();
        let sealed_tokens = self.renewed_tokens(&account, new.sealed_tokens)?;
        if (&account.email, &account.sealed_tokens) == (&new.email, &sealed_tokens) {
            return Ok(true);
        }
        account.email = new.email;
        account.sealed_tokens = sealed_tokens;
        Ok(self.0.store.renew_oauth_account(&account).await?)
    }

    /// Asks the gate before a proof changes anything: one that says no leaves nothing behind.
    async fn allow_before_proof(
        &self,
        user: &Arc<U>,
        introduced: &Introduced,
        cx: &HookContext,
    ) -> Result<(), Error> {
        let provider = Provider::named(introduced.provider.clone());
        self.0.hooks.allow_signin(user, &provider, cx).await
    }

    /// Links the account at the provider to the user whose address it has proved, and signs them in.
    async fn adopt(
        &self,
        user: U,
        email: &str,
        introduced: &Introduced,
        replaces: Option<(Owner, SessionId)>,
        cx: &HookContext,
    ) -> Result<Option<OAuthOutcome<U>>, Error> {
        let user = Arc::new(user);
        self.may_go_on(&user, cx)?;
        self.allow_before_proof(&user, introduced, cx).await?;
        let (new, proved) = (introduced.account(), Linking::Proved(email));
        match self.0.store.link_account(user.id(), new, proved, self.now()).await? {
            Linked::Done { before, user } => {
                let user = Arc::new(user);
                self.notify_of_link(&user, &introduced.provider);
                let provider = Provider::named(introduced.provider.clone());
                let first = || {
                    let link = Event::OAuthLink(Arc::clone(&user), provider.clone());
                    [link].into_iter().chain(newly_proved(&before, &user)).collect()
                };
                self.issue_to(&user, introduced, first, replaces, cx).await.map(Some)
            }
            Linked::HasOther => {
                self.tell_failed(&user, cx);
                Err(Code::ProviderAlreadyLinked.into())
            }
            Linked::Already(_) | Linked::OfAnother | Linked::Refused => Ok(None),
        }
    }

    /// Makes an account of what the provider says, or keeps that until they have given the rest.
    async fn sign_up_introduced(
        &self,
        introduced: &Introduced,
        replaces: Option<(Owner, SessionId)>,
        cx: &HookContext,
    ) -> Result<Option<OAuthOutcome<U>>, Error> {
        let mut fields = Fields::default();
        introduced.complete::<U>(&mut fields);
        let made = match Applicant::read(fields, introduced.address()) {
            Ok(applicant) => {
                let basis = Basis::Identity { account: introduced.account(), pending: None };
                self.sign_up(basis, applicant, replaces, cx.clone()).await
            }
            Err(error) => Err(error),
        };
        let lacking = match made {
            Ok(issued) => {
                return Ok(issued.map(|issued| OAuthOutcome::SignedIn(Box::new(issued))));
            }
            Err(error) if self.is_outrun(&error, introduced).await? => return Ok(None),
            Err(error) => lacking::<U>(&error, introduced).ok_or(error)?,
        };
        let rest = introduced.clone().without(&lacking);
        let kept = rest.written().map_err(|error| Error::new(Code::Internal).because(error))?;
        let owner = rest.stranger::<U>();
        let (token, flow) = self.new_token(Purpose::CompleteOAuthSignup, owner, &kept)?;
        self.0.store.put_token(&token).await?;
        Ok(Some(OAuthOutcome::Incomplete { error: Error::incomplete(lacking), flow }))
    }

    /// Whether what is taken was taken by themselves, in another tab, or by whoever has the address, a moment ago.
    async fn is_outrun(&self, error: &Error, introduced: &Introduced) -> Result<bool, Error> {
        if ![Code::EmailTaken, Code::FieldTaken, Code::UsernameTaken].contains(&error.code()) {
            return Ok(false);
        }
        if error.code() == Code::EmailTaken && introduced.proved_email().is_some() {
            return Ok(true);
        }
        let Introduced { provider, subject, .. } = introduced;
        let found = self.0.store.find_oauth_account(U::SPEC.table, provider, subject).await?;
        Ok(found.is_some())
    }

    async fn issue_to(
        &self,
        user: &Arc<U>,
        introduced: &Introduced,
        first: impl Fn() -> Vec<Event<U>> + Send + Sync,
        replaces: Option<(Owner, SessionId)>,
        cx: &HookContext,
    ) -> Result<OAuthOutcome<U>, Error> {
        let proved = Proved {
            user: Arc::clone(user),
            hash: user.password_hash().cloned(),
            provider: Provider::named(introduced.provider.clone()),
            identity: Some(Identity::of(&introduced.account())),
            remember: false,
            scopes: None,
            replaces,
        };
        let issued = self.issue(proved, first(), cx.clone()).await;
        if issued.is_err() {
            // It has happened, whoever may not sign in.
            self.0.hooks.tell(first(), cx.clone()).await;
        }
        issued.map(|issued| OAuthOutcome::SignedIn(Box::new(issued)))
    }

    /// Whether an account may be used.
    fn may_go_on(&self, user: &Arc<U>, cx: &HookContext) -> Result<(), Error> {
        if user.is_active() {
            return Ok(());
        }
        self.tell_failed(user, cx);
        Err(Code::AccountDisabled.into())
    }

    fn tell_failed(&self, user: &Arc<U>, cx: &HookContext) {
        if let Some(provider) = cx.provider().cloned() {
            let failed = Event::SigninFailed(Some(Arc::clone(user)), provider);
            self.0.hooks.tell_later(failed, cx.clone());
        }
    }

    /// Tells a user that an account at a provider signs in to theirs now.
    pub(super) fn notify_of_link(&self, user: &U, provider: &str) {
        self.notify(user, &Letter::IdentityLinked { provider: provider.to_owned() });
    }
}

/// What somebody has to give themselves before they have an account, if that is all that is wrong: what the
/// provider does not say, and what it says and cannot be taken.
fn lacking<U: AuthUser>(error: &Error, introduced: &Introduced) -> Option<Vec<FieldError>> {
    let username = U::SPEC.username.and_then(|column| U::SPEC.columns.get(column));
    match error.code() {
        Code::ValidationFailed if !error.fields().is_empty() => Some(error.fields().to_vec()),
        Code::UsernameTaken => username.filter(|it| introduced.fills(it.field)).map(|column| {
            vec![FieldError::at(column.field, "taken", Code::UsernameTaken.detail())]
        }),
        Code::FieldTaken if error.fields().iter().all(|it| is_filled(it, introduced)) => {
            Some(error.fields().to_vec()).filter(|fields| !fields.is_empty())
        }
        _ => None,
    }
}

fn is_filled(error: &FieldError, introduced: &Introduced) -> bool {
    error.pointer.strip_prefix('/').is_some_and(|field| introduced.fills(field))
}
