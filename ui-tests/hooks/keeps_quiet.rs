// Mistake 65.
use fastauth::{Auth, AuthUser, Hooks, PasswordHash, auth_hooks, store::Memory};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

#[auth_hooks]
impl Hooks<User> for Welcome {
    async fn on_signup(&self, user: &User) { greet(user) }
    async fn on_sigin(&self, user: &User) { greet(user) } //~ ERROR
}

fn greet(_: &User) {}

fn main() {
    let _ = Auth::<User>::builder().store(Memory::new()).hooks(Welcome);
}
