// Mistake 77.
use fastauth::{AuthUser, ExtraClaims, Hooks, PasswordHash, auth_hooks};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

#[auth_hooks]
impl Hooks<User> for Welcome {
    async fn modify_jwt(&self, _claims: &ExtraClaims) {} //~ ERROR
}

fn main() {}
