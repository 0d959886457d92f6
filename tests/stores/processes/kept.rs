//! What the library's flows ask of its stores, and what an application does to its users, as routes
//! for anybody to call.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, State},
    routing::post,
};
use fastauth::{
    Auth, AuthUser, Permission,
    access::Role,
    secret::Digest,
    store::{
        KeyValueStore, OneTimeToken, OneTimeTokenStore, Owner, Purpose, Store, UserChange,
        UserStore,
    },
    time::{Clock, SystemClock, Timestamp},
    value::Value,
};
use fastauth_tests::User;
use http::StatusCode;
use uuid::Uuid;

use super::application::Can;

type Tokens = State<Arc<dyn OneTimeTokenStore>>;
type Values = State<Arc<dyn KeyValueStore>>;

pub(super) fn kept<S: Store<User> + Clone>(
    auth: &Auth<User>,
    store: S,
    values: Arc<dyn KeyValueStore>,
) -> Router {
    let tokens: Arc<dyn OneTimeTokenStore> = Arc::new(store.clone());
    let tokens = Router::new()
        .route("/tokens/{token}", post(put_token))
        .route("/tokens/{token}/take", post(take_token))
        .with_state(tokens);
    let values = Router::new()
        .route("/values/{key}", post(put_value))
        .route("/values/{key}/take", post(take_value))
        .route("/counters/{key}", post(count))
        .with_state(values);
    let switch = Router::new().route("/people/{id}/active/{is}", post(switch::<S>));
    let appoint = Router::new().route("/people/{id}/appoint", post(appoint));
    let people = switch.with_state(store).merge(appoint.with_state(auth.clone()));
    tokens.merge(values).merge(people)
}

async fn put_token(State(store): Tokens, Path(token): Path<String>) {
    let token = OneTimeToken {
        digest: Digest::of(&token),
        purpose: Purpose::ResetPassword,
        owner: Owner { realm: User::SPEC.table.to_owned(), user_id: token },
        target: "ada@example.com".to_owned(),
        expires_at: now() + MINUTE,
    };
    store.put_token(&token).await.unwrap();
}

async fn take_token(State(store): Tokens, Path(token): Path<String>) -> StatusCode {
    let digest = Digest::of(&token);
    found(store.consume_token(&digest, Purpose::ResetPassword, now()).await.unwrap().is_some())
}

async fn put_value(State(store): Values, Path(key): Path<String>) {
    store.set(&key, b"value", now() + MINUTE).await.unwrap();
}

async fn take_value(State(store): Values, Path(key): Path<String>) -> StatusCode {
    found(store.take(&key, now()).await.unwrap().is_some())
}

async fn count(State(store): Values, Path(key): Path<String>) -> String {
    store.count(&key, 1, now(), MINUTE).await.unwrap().to_string()
}

async fn switch<S: Store<User>>(
    State(store): State<S>,
    Path((id, is_active)): Path<(Uuid, bool)>,
) -> StatusCode {
    let column = User::SPEC.active.unwrap();
    let change = UserChange { columns: vec![(column, Value::Bool(is_active))], at: now() };
    found(UserStore::<User>::update_user(&store, &id, change).await.unwrap().is_some())
}

/// Makes an administrator, and a role for them to give.
async fn appoint(State(auth): State<Auth<User>>, Path(id): Path<Uuid>) {
    for (name, permissions) in [("administrator", Can::ALL), ("reader", &[Can::Read])] {
        let permissions = permissions.iter().map(Permission::name).collect();
        let role = Role { name: name.parse().unwrap(), permissions };
        auth.create_role(&role).await.unwrap();
    }
    auth.assign_role(&id, &"administrator".parse().unwrap()).await.unwrap();
}

fn found(is_there: bool) -> StatusCode {
    if is_there { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

fn now() -> Timestamp {
    SystemClock.now()
}

const MINUTE: Duration = Duration::from_mins(1);
