// Mistake 74.
use fastauth::{AuthUser, HookContext, Hooks, PasswordHash, auth_hooks};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

#[auth_hooks]
impl Hooks<User> for Welcome {
    async fn on_signup(&self, _user: &User, _cx: &HookContext, _db: &str) {} //~ ERROR
}

fn main() {}
