//! What every store promises, as one suite: run it against a store of your own.
//!
//! ```
//! use fastauth::store::{Memory, suite};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), suite::Failure> {
//! suite::run::<suite::Numbered, _, _>(|| async { Memory::new() }).await?;
//! suite::run::<suite::Keyed, _, _>(|| async { Memory::new() }).await
//! # }
//! ```
//!
//! A store for one user type only brings its own people: implement [`Specimen`] for it.

mod account;
mod asking;
mod budget;
mod oauth_account;
mod oauth_link;
mod oauth_race;
mod oauth_signup;
mod once;
mod planted;
mod race;
mod redeem;
mod role;
mod rotation;
mod session;
mod signing_key;
mod specimen;
mod table;
mod terms;
mod user;
mod values;

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{Apart, SessionKeeper, Store, StoreError, UserKeeper};

#[cfg(test)]
pub(crate) use session::{NOW, new_session};
pub use specimen::{Keyed, Nothing, Numbered, Specimen};

/// Runs the suite. `open` gives a new, empty store for each promise.
///
/// Many calls are made at the same time: run it on a runtime of several threads.
///
/// # Errors
/// [`Failure`] names the first promise that is not kept and what was seen.
#[allow(clippy::too_many_lines, reason = "a list: one promise a line")]
pub async fn run<U, S, F>(open: impl Fn() -> F) -> Result<(), Failure>
where
    U: Specimen,
    S: Store<U>,
    F: Future<Output = S>,
{
    macro_rules! promises {
        ($($room:ident::$promise:ident,)*) => {$({
            // Made elsewhere and kept on the heap: all of them together are more than a stack holds.
            let promise = || {
                Box::pin(async {
                    let store = Arc::new(open().await);
                    let kept = async {
                        table::prepare::<U, S>(&store).await?;
                        $room::$promise::<U, S>(&store).await
                    };
                    timeout(PATIENCE, kept).await
                })
            };
            let kept = promise().await;
            kept.unwrap_or_else(|_| Err(Broken("it takes more than a minute".to_owned())))
                .map_err(|broken| Failure::new(stringify!($promise), broken))?;
        })*};
    }
    promises! {
        table::preparing_twice_changes_nothing,
        table::a_table_of_its_own_making_fits,
        user::a_user_comes_back_as_they_were_kept,
        user::a_login_belongs_to_one_user,
        user::many_users_may_have_no_login_of_a_kind,
        user::a_change_touches_nothing_else,
        user::a_change_to_a_taken_login_changes_nothing,
        user::a_hash_is_replaced_only_while_it_is_the_old_one,
        user::a_deleted_id_never_names_another,
        user::one_of_many_registrations_wins,
        user::one_of_many_changes_to_one_login_wins,
        session::a_session_comes_back_as_it_was_kept,
        session::a_session_is_over_at_its_moment,
        session::a_session_that_is_used_lasts,
        session::an_id_of_a_session_is_never_adopted,
        session::proving_oneself_again_is_noted,
        session::only_the_owner_ends_a_session,
        session::ending_all_spares_the_kept_and_the_foreign,
        session::the_latest_sign_in_is_listed_first,
        session::sweeping_forgets_what_is_over,
        rotation::the_current_token_rotates,
        rotation::the_end_of_a_session_never_moves,
        rotation::the_parent_gets_the_same_child_for_a_while,
        rotation::a_replay_does_not_prolong_the_while,
        rotation::a_clock_set_back_makes_no_parent_immortal,
        rotation::the_parent_of_another_child_is_reuse,
        rotation::an_older_token_ends_the_session_at_once,
        rotation::a_session_that_is_over_is_gone,
        rotation::asking_first_changes_nothing,
        rotation::one_of_many_rotations_makes_the_child,
        once::a_token_works_once,
        once::a_token_is_over_at_its_moment,
        once::a_token_of_another_purpose_stays,
        once::a_newer_token_replaces_the_older,
        once::forgetting_spares_the_others,
        once::sweeping_forgets_what_is_over,
        once::one_of_many_consumers_wins,
        once::looking_at_a_token_leaves_it,
        values::a_value_is_over_at_its_moment,
        values::a_value_comes_back_as_it_was_kept,
        values::a_new_value_never_replaces_a_living_one,
        values::a_value_is_taken_once,
        values::a_counter_lives_for_its_window,
        values::removing_forgets_values_and_counters,
        values::sweeping_forgets_what_is_over,
        values::one_of_many_takers_wins,
        values::one_of_many_new_values_wins,
        values::counting_together_loses_nothing,
        budget::a_budget_is_full_again_after_its_window,
        budget::delays_grow_until_the_longest,
        budget::of_several_budgets_all_are_spent_or_none,
        budget::who_comes_a_moment_late_finds_what_was_spent,
        budget::what_is_refunded_can_be_spent,
        budget::spending_together_never_overspends,
        budget::sweeping_forgets_budgets_that_are_full_again,
        signing_key::a_signing_key_comes_back_as_it_was_kept,
        signing_key::a_generation_of_signing_keys_is_kept_once,
        signing_key::a_signing_key_is_prolonged_and_never_shortened,
        signing_key::a_signing_key_that_is_removed_never_returns,
        signing_key::one_of_many_new_signing_keys_wins,
        role::a_role_comes_back_as_it_was_kept,
        role::a_role_is_what_it_was_last_given,
        role::only_users_get_roles_and_only_roles_that_are_there,
        role::what_is_revoked_is_gone_at_once,
        role::a_deleted_role_is_taken_from_everybody,
        role::a_deleted_account_has_no_roles,
        terms::the_last_holder_of_what_is_needed_keeps_it,
        terms::only_whose_account_is_active_counts,
        terms::of_two_who_leave_at_once_one_stays,
        terms::nobody_gives_what_they_have_lost,
        terms::nobody_gives_what_they_lack,
        terms::nobody_changes_roles_who_may_not,
        account::a_session_is_found_with_its_user,
        account::who_asks_together_finds_their_own_session,
        account::a_session_opens_only_for_who_was_proved,
        account::a_changed_password_ends_what_rested_on_the_old_one,
        account::a_password_is_changed_only_from_the_old_one,
        account::one_of_many_password_changes_wins,
        account::a_deleted_account_leaves_nothing,
        account::one_of_many_deletions_says_so,
        redeem::a_proof_marks_the_address,
        planted::a_first_proof_unlinks_who_has_a_password,
        redeem::a_reset_ends_all_that_was_before,
        planted::a_first_link_removes_what_was_planted,
        redeem::a_change_sets_the_address_it_was_mailed_to,
        redeem::a_token_dies_with_its_matter,
        redeem::one_of_many_redemptions_wins,
        redeem::a_token_is_kept_only_of_who_was_proved,
        asking::a_session_that_has_ended_asks_for_no_token,
        asking::a_session_that_has_ended_sets_no_password,
        asking::a_session_that_has_ended_links_nothing,
        redeem::a_proved_address_makes_one_account,
        oauth_account::an_account_at_a_provider_comes_back_as_it_was_kept,
        oauth_account::an_account_at_a_provider_is_known_to_the_letter,
        oauth_account::an_account_at_a_provider_is_one_users,
        oauth_account::an_account_at_a_provider_is_removed_while_another_stays,
        oauth_account::one_of_many_who_add_an_account_wins,
        oauth_account::of_accounts_that_are_removed_at_once_one_stays,
        oauth_signup::a_sign_up_by_a_provider_makes_both,
        oauth_signup::a_pending_sign_up_by_a_provider_is_finished_once,
        oauth_signup::one_of_many_sign_ups_by_a_provider_wins,
        oauth_signup::an_account_of_somebody_who_is_gone_is_nobodys,
        oauth_link::an_account_is_linked_for_who_was_proved,
        oauth_link::a_provider_that_proves_an_address_removes_what_was_planted,
        oauth_link::a_linked_account_that_proves_an_address_stays_alone,
        oauth_link::the_last_way_in_stays,
        oauth_race::one_of_many_links_wins,
        oauth_race::one_of_many_first_proofs_links,
        oauth_race::of_two_ways_that_are_taken_at_once_one_stays,
        oauth_race::a_link_does_not_outlive_its_user,
        oauth_race::a_link_does_not_outlive_the_first_proof,
    }
    Ok(())
}

/// Runs the suite with sessions and small values apart from the rest, as the builder's `.sessions(…)`
/// keeps them: `open` gives a new, empty store and a new, empty keeper.
///
/// ```
/// use fastauth::store::{Memory, suite};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), suite::Failure> {
/// suite::run_apart::<suite::Keyed, _, _, _>(|| async { (Memory::new(), Memory::new()) }).await
/// # }
/// ```
///
/// # Errors
/// As [`run`].
pub async fn run_apart<U, S, K, F>(open: impl Fn() -> F) -> Result<(), Failure>
where
    U: Specimen,
    S: Store<U>,
    K: SessionKeeper,
    F: Future<Output = (S, K)>,
{
    let open = || {
        let opened = open();
        async {
            let (store, sessions) = opened.await;
            Apart::new(Arc::new(store), None, Some(Arc::new(sessions)))
        }
    };
    run::<U, Apart<U>, _>(open).await
}

/// Runs the suite with the users apart from the rest, as the builder's `.users(…)` keeps them: `open`
/// gives a new, empty keeper of users and a new, empty store.
///
/// ```
/// use fastauth::store::{Memory, suite};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), suite::Failure> {
/// suite::run_users::<suite::Numbered, _, _, _>(|| async { (Memory::new(), Memory::new()) }).await
/// # }
/// ```
///
/// # Errors
/// As [`run`].
pub async fn run_users<U, K, S, F>(open: impl Fn() -> F) -> Result<(), Failure>
where
    U: Specimen,
    K: UserKeeper<U>,
    S: Store<U>,
    F: Future<Output = (K, S)>,
{
    let open = || {
        let opened = open();
        async {
            let (users, store) = opened.await;
            Apart::new(Arc::new(store), Some(Arc::new(users)), None)
        }
    };
    run::<U, Apart<U>, _>(open).await
}

/// A promise that a store does not keep.
#[derive(Clone, Eq, PartialEq)]
pub struct Failure {
    promise: &'static str,
    saw: String,
}

impl Failure {
    fn new(promise: &'static str, broken: Broken) -> Self {
        Self { promise, saw: broken.0 }
    }

    /// The promise, a sentence: `a_token_works_once`.
    pub fn promise(&self) -> &'static str {
        self.promise
    }

    /// What was seen instead.
    pub fn saw(&self) -> &str {
        &self.saw
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let promise = self.promise.replace('_', " ");
        write!(f, "the store does not keep a promise: {promise}; but {}", self.saw)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Failure {}

/// What was seen in place of what was promised.
struct Broken(String);

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        let cause = error.source().map(|cause| format!(" ({cause})")).unwrap_or_default();
        Self(format!("it fails: {error}{cause}"))
    }
}

/// Goes on if it holds; else `saw` says what was seen.
fn ensure(holds: bool, saw: impl Into<String>) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(saw.into())) }
}

const PATIENCE: Duration = Duration::from_mins(1);
