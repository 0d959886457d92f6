use std::sync::Arc;

use super::{
    Issued,
    issue::Proved,
    redeem::refused,
    shield::shielded,
    sign_up::{Address, Applicant, Basis},
    verify_email::newly_proved,
};
use crate::{
    auth::Auth,
    config::MagicLinks,
    error::Error,
    hooks::{Event, HookContext, Provider},
    secret::{Digest, Token},
    store::{OneTimeToken, Owner, Purpose, Redemption, SessionId, stranger},
    user::AuthUser,
    value::Fields,
};

/// What became of a sign-in by a link.
pub(crate) enum LinkSignin<U: AuthUser> {
    /// An account of this address could be made, but for some fields. `flow` goes on with it.
    Incomplete { error: Error, flow: Token },
    /// They are signed in.
    SignedIn(Box<Issued<U>>),
}

impl<U: AuthUser> Auth<U> {
    /// Mails a link that signs in, to whoever has this address, or may sign up with it.
    pub(crate) async fn send_magic_link(&self, email: &str, cx: HookContext) -> Result<(), Error> {
        let found = self.mail_link(email, Purpose::MagicLink, |_| true, &cx).await?;
        if let Some(user) = found {
            let cx = cx.by(Provider::MAGIC_LINK);
            self.0.hooks.tell_later(Event::MagicLinkSent(Arc::new(user)), cx);
        }
        Ok(())
    }

    /// Signs in whoever has the link.
    pub(crate) async fn sign_in_by_link(
        &self,
        token: &Token,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<LinkSignin<U>, Error> {
        let cx = cx.by(Provider::MAGIC_LINK);
        let (digest, kept) = self.presented(token, Purpose::MagicLink, &cx).await?;
        if kept.owner.realm == U::SPEC.table {
            let issued = self.sign_in_owner(digest, replaces, cx).await?;
            return Ok(LinkSignin::SignedIn(Box::new(issued)));
        }
        let may_sign_up = self.0.mailing.links == MagicLinks::SignUp;
        if !may_sign_up || kept.owner != stranger(U::SPEC, &kept.target) {
            return Err(refused::<U>(&cx));
        }
        let lacking = match Applicant::read(Fields::default(), Address::Proved(&kept.target)) {
            Ok(applicant) => {
                let basis = Basis::Link { digest, purpose: Purpose::MagicLink };
                let issued = self.sign_up(basis, applicant, replaces, cx.clone()).await?;
                let issued = issued.ok_or_else(|| refused::<U>(&cx))?;
                return Ok(LinkSignin::SignedIn(Box::new(issued)));
            }
            Err(error) => error,
        };
        let fields = lacking.fields();
        if fields.is_empty() || fields.iter().any(|field| field.code != "missing") {
            return Err(lacking);
        }
        let error = Error::incomplete(fields.to_vec());
        let flow = self.begin_signup(&digest, kept, &cx).await?;
        Ok(LinkSignin::Incomplete { error, flow })
    }

    async fn sign_in_owner(
        &self,
        digest: Digest,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        let auth = self.clone();
        shielded(async move {
            let redeemed = auth.redeem(&digest, &Redemption::MagicLink, &cx).await?;
            let user = Arc::new(redeemed.user);
            let proof = || newly_proved(&redeemed.before, &user);
            let proved = Proved {
                user: Arc::clone(&user),
                hash: user.password_hash().cloned(),
                provider: Provider::MAGIC_LINK,
                identity: None,
                remember: false,
                scopes: None,
                replaces,
            };
            let issued = auth.issue(proved, proof().into_iter().collect(), cx.clone()).await;
            if issued.is_err() {
                // The address is proved, whoever may not sign in.
                auth.0.hooks.tell(proof(), cx).await;
            }
            issued
        })
        .await
    }

    /// Exchanges the link for a token that goes on with the sign-up.
    async fn begin_signup(
        &self,
        digest: &Digest,
        kept: OneTimeToken,
        cx: &HookContext,
    ) -> Result<Token, Error> {
        let (next, flow) = self.new_token(Purpose::CompleteSignup, kept.owner, &kept.target)?;
        let (auth, digest, cx) = (self.clone(), *digest, cx.clone());
        shielded(async move {
            let store = &auth.0.store;
            if store.consume_token(&digest, Purpose::MagicLink, auth.now()).await?.is_none() {
                return Err(refused::<U>(&cx));
            }
            store.put_token(&next).await?;
            Ok(flow)
        })
        .await
    }
}
