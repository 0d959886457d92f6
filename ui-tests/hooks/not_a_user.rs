// Mistake 80.
use fastauth::{Hooks, Provider, auth_hooks};

struct Post;

struct Welcome;

#[auth_hooks]
impl Hooks<Post> for Welcome { //~ ERROR
    async fn on_signup(&self, _post: &Post) {}
    async fn on_signin(&self, _post: &Post, _provider: &Provider) {}
}

fn main() {}
