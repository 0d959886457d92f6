//! Where nothing is in scope that was not named; not even the trait.
#![no_implicit_prelude]

use ::std::assert;

struct Quiet;

#[::fastauth::auth_hooks]
impl ::fastauth::Hooks<super::User> for Quiet {
    async fn allow_signin(&self, user: &super::User) -> bool {
        user.id == 1
    }

    async fn on_signup(&self) {}
}

#[test]
fn hooks_without_a_prelude_work() {
    use ::fastauth::Hooks;

    let (ada, cx) = (super::ada(), super::cx());
    let answer = super::now(Quiet.allow_signin(&ada, &::fastauth::Provider::PASSWORD, &cx));
    assert!(answer.is_ok());
    assert!(super::now(Quiet.on_signup(&ada, &cx)).is_ok());
}
