//! What must compile, and what it does then: users as people write them, in places where generated
//! code easily goes wrong.

mod bodies;
mod bounds;
mod claims;
mod columns;
mod defaults;
pub mod documented;
pub mod hooks;
mod ids;
mod in_a_function;
mod macro_rules;
mod no_prelude;
mod options;
pub mod permissions;
mod raw;
mod renamed;
mod shadowed;
mod times;
pub mod two_users;

use fastauth::{AuthUser, user::SignupBody, value::Fields};
use serde_json::Value as Json;

/// What a client sends, read as a registration.
fn signup<U: AuthUser>(body: Json) -> Result<U::Signup, Vec<(String, &'static str)>> {
    read(body, U::Signup::read)
}

/// Reads a body, and says the pointer and the code of each thing that is wrong.
fn read<T>(
    body: Json,
    read: fn(&mut Fields) -> Option<T>,
) -> Result<T, Vec<(String, &'static str)>> {
    let Json::Object(members) = body else { panic!("a body is an object") };
    let mut fields = Fields::new(members);
    let body = read(&mut fields);
    fields
        .finish()
        .map_err(|errors| errors.into_iter().map(|it| (it.pointer, it.code)).collect::<Vec<_>>())?;
    Ok(body.expect("a body without errors"))
}

/// The user after a stay in the store.
fn stored<U: AuthUser>(user: &U) -> U {
    U::from_row(user.to_row()).expect("what was written can be read")
}

/// The names of the columns.
fn columns<U: AuthUser>() -> Vec<&'static str> {
    U::SPEC.columns.iter().map(|column| column.column).collect()
}

/// The columns that may be `NULL`.
fn nullable<U: AuthUser>() -> Vec<&'static str> {
    U::SPEC.columns.iter().filter(|column| column.nullable).map(|column| column.column).collect()
}
