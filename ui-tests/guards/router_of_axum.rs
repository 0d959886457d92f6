// Mistake 141.
use axum::routing;
use fastauth::{Public, Router};

async fn hello(_: Public) -> &'static str { "hello" }

fn main() {
    let foreign = axum::Router::new();
    let _: Router = Router::new()
        .route("/", routing::get(hello)) //~ ERROR
        .nest("/files", foreign); //~ ERROR
}
