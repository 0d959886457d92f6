//! Where fastauth is called otherwise.

use self::house::auth::{Hooks, auth_hooks};
use super::User;

mod house {
    pub(super) use fastauth as auth;
}

struct Quiet;

#[auth_hooks(crate = crate::hooks::renamed::house::auth)]
impl Hooks<User> for Quiet {
    async fn on_signup(&self, user: &User) {
        let _ = user.id;
    }
}

#[test]
fn hooks_of_a_renamed_crate_work() {
    assert!(super::now(Quiet.on_signup(&super::ada(), &super::cx())).is_ok());
}
