//! A stranger signs in as nobody, again and again, to an application whose hook hangs: what others
//! do must be told of all the same (ASVS 16.3).

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use fastauth::{Hooks, auth_hooks, store::Memory};
use fastauth_tests::{User, World};

/// More than may hang at a time, whoever brought it about.
const MANY: u32 = 1_100;

/// Never ends what it hears of strangers, and counts what it hears of users.
#[derive(Clone, Default)]
struct Guestbook {
    failed: Arc<AtomicU32>,
    out: Arc<AtomicU32>,
}

#[auth_hooks]
impl Hooks<User> for Guestbook {
    async fn on_signin_failed(&self) {
        self.failed.fetch_add(1, SeqCst);
        pending().await
    }
    async fn on_signout(&self) {
        self.out.fetch_add(1, SeqCst);
    }
}

#[tokio::test]
async fn failed_sign_ins_crowd_out_only_each_other() {
    let book = Guestbook::default();
    let world = World::built(Memory::new(), |it| it.hooks(book.clone())).await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    for _ in 0..MANY {
        world.client.login("eve@example.com", "wrong").await.problem(401, "invalid_credentials");
    }
    me.send("POST", "/auth/logout", b"").await.expect(204);
    assert_eq!(book.out.load(SeqCst), 1);
    assert_eq!(book.failed.load(SeqCst), 128);
}
