//! Hooks as people write them, in places where generated code easily goes wrong.

mod bodies;
pub mod documented;
mod no_prelude;
mod renamed;
mod shadowed;

use std::{future::Future, pin::pin, task::Context, task::Poll, task::Waker};

use fastauth::{AuthUser, HookContext, PasswordHash};
use http::{HeaderMap, Method, Uri};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
}

fn ada() -> User {
    User { id: 1, email: "ada@example.com".to_owned(), password_hash: PasswordHash::new("") }
}

fn cx() -> HookContext {
    HookContext::new(Method::GET, Uri::from_static("/"), &HeaderMap::new(), None)
}

/// The answer of a hook that waits for nothing.
fn now<T>(hook: impl Future<Output = T>) -> T {
    match pin!(hook).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a hook of these tests waits for nothing"),
    }
}
