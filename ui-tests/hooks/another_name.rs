// Mistake 127.
use fastauth::{Auth, AuthUser, Hooks as H, PasswordHash, auth_hooks, store::Memory};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

#[auth_hooks]
impl H<User> for Welcome { //~ ERROR
    async fn on_signup(&self, user: &User) { greet(user) }
}

fn greet(_: &User) {}

fn main() {
    let _ = Auth::<User>::builder().store(Memory::new()).hooks(Welcome);
}
