use super::{
    Issued,
    introduced::Introduced,
    redeem::refused,
    sign_up::{Address, Applicant, Basis},
};
use crate::{
    auth::Auth,
    error::Error,
    hooks::{HookContext, Provider},
    secret::Token,
    store::{Owner, Purpose, SessionId},
    user::AuthUser,
    value::Fields,
};

impl<U: AuthUser> Auth<U> {
    /// Goes on with a sign-up that lacked some fields, by a link or by a provider. Whether the browser that asks
    /// began it matters for a provider alone: a mail is opened anywhere.
    pub(crate) async fn complete_signup(
        &self,
        flow: &Token,
        began: bool,
        mut fields: Fields,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        let purposes = [Purpose::CompleteOAuthSignup, Purpose::CompleteSignup];
        let (digest, kept) = self.presented_for(&purposes, flow, &cx).await?;
        if kept.purpose != Purpose::CompleteOAuthSignup {
            let cx = cx.by(Provider::MAGIC_LINK);
            let applicant = Applicant::read(fields, Address::Proved(&kept.target))?;
            let basis = Basis::Link { digest, purpose: kept.purpose };
            let issued = self.sign_up(basis, applicant, replaces, cx.clone()).await?;
            return issued.ok_or_else(|| refused::<U>(&cx));
        }
        let introduced = Introduced::read(&kept.target).ok().filter(|_| began);
        // The provider may have been given up meanwhile.
        let introduced = introduced.filter(|it| self.0.providers.find(&it.provider).is_some());
        let introduced = introduced.ok_or_else(|| refused::<U>(&cx))?;
        let cx = cx.by(Provider::named(introduced.provider.clone()));
        introduced.complete::<U>(&mut fields);
        let applicant = Applicant::read(fields, introduced.address())?;
        let basis = Basis::Identity { account: introduced.account(), pending: Some(digest) };
        let issued = self.sign_up(basis, applicant, replaces, cx.clone()).await?;
        issued.ok_or_else(|| refused::<U>(&cx))
    }
}
