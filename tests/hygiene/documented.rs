//! Where every lint is an error: nothing generated may trip over one.
#![deny(
    missing_docs,
    warnings,
    rust_2018_idioms,
    unused,
    nonstandard_style,
    missing_debug_implementations,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_lifetimes,
    unused_qualifications,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::cargo,
    clippy::nursery
)]
#![allow(
    missing_debug_implementations,
    clippy::module_name_repetitions,
    reason = "the user's own choice"
)]

use fastauth::{AuthUser, Column, PasswordHash, UserKey};

/// An id of one's own.
#[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
pub struct MemberId(pub i64);

/// A plan.
#[derive(Clone, Column, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing to pay.
    Free,
    /// Something to pay.
    Pro,
}

/// A public user, all of it documented.
#[derive(AuthUser)]
#[auth(id, email, password_hash, username, email_verified, active, created_at, updated_at)]
pub struct Member {
    /// Who.
    pub id: MemberId,
    /// Where to write to.
    pub email: Option<String>,
    /// What to be called.
    pub username: String,
    /// How to know.
    pub password_hash: Option<PasswordHash>,
    /// Since when.
    pub email_verified: Option<std::time::SystemTime>,
    /// Whether at all.
    pub active: bool,
    /// When.
    pub created_at: std::time::SystemTime,
    /// When again.
    pub updated_at: std::time::SystemTime,
    /// For how much.
    #[auth(signup, edit, token, default = Plan::Free)]
    pub plan: Plan,
    /// What else.
    #[auth(json, signup)]
    pub tags: Option<Vec<String>>,
    /// What nobody gives.
    pub note: Option<String>,
    /// What nobody keeps.
    #[auth(skip)]
    pub cache: u8,
}

/// A user that is on its way out.
#[deprecated(note = "use `Member`")]
#[derive(AuthUser)]
#[auth(id, email, password_hash)]
pub struct OldMember {
    /// Who.
    pub id: i64,
    /// Where to write to.
    pub email: String,
    /// How to know.
    pub password_hash: PasswordHash,
    /// What not to use.
    #[deprecated]
    pub note: Option<String>,
}

/// A user of another style.
#[allow(non_snake_case, reason = "the user's own choice")]
#[derive(AuthUser)]
#[auth(id, email, password_hash = passwordHash)]
pub struct CamelMember {
    /// Who.
    pub id: i64,
    /// Where to write to.
    pub email: String,
    /// How to know.
    pub passwordHash: PasswordHash,
    /// What to be called.
    #[auth(signup, edit, token)]
    pub firstName: String,
    /// What nobody gives.
    pub lastName: Option<String>,
}

/// A user of whom nothing is required but a password.
#[derive(AuthUser)]
#[auth(id, email, password_hash)]
pub struct VagueMember {
    /// Who.
    pub id: String,
    /// Where to write to.
    pub email: Option<String>,
    /// How to know.
    pub password_hash: PasswordHash,
}

/// A key that is on its way out.
#[deprecated]
#[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
pub struct OldId(pub i64);

/// A plan that is on its way out.
#[deprecated]
#[derive(Clone, Column, Debug, Eq, PartialEq)]
pub enum OldPlan {
    /// All there was.
    Only,
}

#[test]
fn a_documented_user_works() {
    let now = std::time::SystemTime::UNIX_EPOCH;
    let member = Member {
        id: MemberId(1),
        email: None,
        username: "ada".to_owned(),
        password_hash: None,
        email_verified: Some(now),
        active: false,
        created_at: now,
        updated_at: now,
        plan: Plan::Pro,
        tags: None,
        note: None,
        cache: 1,
    };
    let back = crate::stored(&member);
    assert_eq!((&back.id, &back.plan, back.cache), (&MemberId(1), &Plan::Pro, 0));
    assert!(back.is_email_verified() && !back.is_active());
    assert_eq!(Member::SPEC.created_at, Some(6));
}
