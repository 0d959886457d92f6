// Mistake 153.
use fastauth::{Auth, AuthUser, Hooks, PasswordHash, auth_hooks, store::Memory};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome<'a>(&'a str);

#[auth_hooks]
impl<'a> Hooks<User> for Welcome<'a> { //~ ERROR
    async fn on_signup(&self, user: &User) { greet(user, self.0) }
}

fn greet(_: &User, _: &str) {}

fn main() {
    let _ = Auth::<User>::builder().store(Memory::new()).hooks(Welcome("hello"));
}
