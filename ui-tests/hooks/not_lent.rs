// Mistake 129.
use fastauth::{AuthUser, Hooks, PasswordHash, Reply, auth_hooks, error::Code};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

#[auth_hooks]
impl Hooks<User> for Welcome {
    async fn on_signin_failed(&self, _user: &User) {} //~ ERROR
    async fn on_lockout(&self, _user: Option<User>) {} //~ ERROR
    async fn on_unauthenticated(&self, _reason: &Code) -> Option<Reply> { None } //~ ERROR
}

fn main() {}
