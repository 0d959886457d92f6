//! The accounts. Their tokens are signed by a key that is kept in the store and changes every month;
//! what is public of it everybody can read: `cargo run -p microservice --bin people`.

use axum::Router;
use fastauth::{
    Auth,
    store::Sqlite,
    token::{Algorithm, KeyRing},
};
use microservice::{User, setting};

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let auth = Auth::<User>::builder()
        .store(Sqlite::open(&setting("DATABASE_URL", "microservice.db")).await?)
        .create_user_table()
        .base_url(setting("FASTAUTH_BASE_URL", &format!("http://{address}")))
        .keys(KeyRing::rotating(Algorithm::EdDSA))
        .build()
        .await?;
    let app = Router::new().nest("/auth", auth.routes()).merge(auth.well_known());
    fastauth::serve(app, &address, auth).await
}
