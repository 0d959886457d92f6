//! Accounts at providers.

macro_rules! keep_oauth_accounts {
    ($store:ty) => {
        const _: () = {
            use async_trait::async_trait;

            use $crate::store::{
                Addition, OAuthAccount, OAuthAccountStore, Owner, StoreError, Unlinked,
                sql::{again, oauth_account},
            };

            #[async_trait]
            impl OAuthAccountStore for $store {
                async fn find_oauth_account(
                    &self,
                    realm: &str,
                    provider: &str,
                    subject: &str,
                ) -> Result<Option<OAuthAccount>, StoreError> {
                    oauth_account::find(self, realm, provider, subject).await
                }

                async fn oauth_accounts_of(
                    &self,
                    owner: &Owner,
                ) -> Result<Vec<OAuthAccount>, StoreError> {
                    oauth_account::list(self, owner).await
                }

                async fn renew_oauth_account(
                    &self,
                    account: &OAuthAccount,
                ) -> Result<bool, StoreError> {
                    oauth_account::renew(self, account).await
                }

                async fn add_oauth_account(
                    &self,
                    account: &OAuthAccount,
                ) -> Result<Addition, StoreError> {
                    again(self, || oauth_account::add(self, account)).await
                }

                async fn remove_oauth_account(
                    &self,
                    owner: &Owner,
                    provider: &str,
                    others: Option<&[String]>,
                ) -> Result<Unlinked, StoreError> {
                    again(self, || oauth_account::remove(self, owner, provider, others)).await
                }

                async fn remove_oauth_accounts(
                    &self,
                    owner: &Owner,
                    keep: Option<(&str, &str)>,
                ) -> Result<(), StoreError> {
                    oauth_account::remove_all(self, owner, keep).await
                }
            }
        };
    };
}

pub(in crate::store) use keep_oauth_accounts;
