// Mistake 153.
use fastauth::{AuthUser, Hooks, PasswordHash, auth_hooks};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome<'a>(&'a str);

#[auth_hooks]
impl Hooks<User> for Welcome<'_> { //~ ERROR
    async fn on_signup(&self) { let _: &str = self.0; }
}

fn main() {}
