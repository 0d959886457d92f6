//! Where the names of the standard library and of fastauth mean something else.
#![allow(dead_code, nonstandard_style, reason = "names to be stumbled over")]

use fastauth::{Hooks, auth_hooks};

use super::User;

struct Result;
struct Option;
struct Some;
struct None;
struct Box;
struct Sized;
struct Send;
struct Future;
struct Pin;
struct Decision;
struct HookContext;
struct HookFuture;
struct HookResult;
struct Provider;
struct AuthUser;
struct str;
mod std {}
mod core {}

struct Quiet;

#[auth_hooks]
impl Hooks<User> for Quiet {
    async fn allow_signin(&self, _: &User, by: &::fastauth::Provider) -> bool {
        by.as_str() == "password"
    }

    async fn on_signup(&self, _: &User) {}

    async fn on_email_change(
        &self,
        _: &User,
        old: &::core::primitive::str,
    ) -> ::fastauth::HookResult {
        ::std::result::Result::Err(old.into())
    }

    async fn on_forbidden(&self) -> ::std::option::Option<::fastauth::Reply> {
        ::std::option::Option::None
    }
}

#[test]
fn hooks_among_shadows_work() {
    let (ada, cx) = (super::ada(), super::cx());
    let by = ::fastauth::Provider::MAGIC_LINK;
    let denied = ::fastauth::Decision::Deny(::std::option::Option::None);
    assert_eq!(super::now(Quiet.allow_signin(&ada, &by, &cx)).unwrap(), denied);
    assert!(super::now(Quiet.on_signup(&ada, &cx)).is_ok());
    assert!(super::now(Quiet.on_email_change(&ada, "old", &cx)).is_err());
}
