// Mistake 128.
use fastauth::{AuthUser, Hooks, PasswordHash, auth_hooks};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

#[auth_hooks]
impl Hooks<User> for Welcome {
    async fn on_signin(&self, _provider: &fastauth::Provider) {} //~ ERROR
    async fn on_role_assigned(&self, _role: &str) {} //~ ERROR
}

fn main() {}
