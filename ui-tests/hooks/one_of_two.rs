// Mistake 65. Of two with conditions there is one, though neither is a hook.
use fastauth::{AuthUser, Hooks, PasswordHash, auth_hooks};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

#[auth_hooks]
impl Hooks<User> for Welcome {
    #[cfg(unix)]
    async fn on_signin(&self) {}
    #[cfg(not(unix))]
    async fn on_signin(&self) {}
    #[cfg(any())]
    async fn on_sigin(&self) { nothing_of_this_name() } //~ ERROR
}

fn main() {}
