// Mistake 76.
use fastauth::{AuthUser, Hooks, PasswordHash, auth_hooks};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

struct Account;

#[auth_hooks]
impl Hooks<User> for Welcome {
    async fn on_signup(&self, _user: &Account) {} //~ ERROR
}

fn main() {}
