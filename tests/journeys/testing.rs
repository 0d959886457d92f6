//! What applications test themselves with.

mod refused;
mod sign_in;
mod user;

use fastauth::{AuthUser, testing::TestAuth};
use fastauth_tests::World;

/// An application by these accounts.
async fn world<U: AuthUser>(test: &TestAuth<U>) -> World<U> {
    World::of(test.auth(), test.clock().clone()).await
}

/// What a test fails with.
async fn failure<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> String {
    let Err(failed) = tokio::spawn(work).await else { panic!("it went well") };
    let why = failed.into_panic();
    let text = why.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| why.downcast_ref::<String>().cloned()).expect("words")
}
