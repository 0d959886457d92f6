//! Where fastauth is called otherwise.

use self::house::auth::{AuthUser, Column, PasswordHash, UserKey};

mod house {
    pub(super) use fastauth as auth;
}

#[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
#[auth(crate = crate::renamed::house::auth)]
struct Id(i64);

#[derive(Clone, Column, Debug, PartialEq)]
#[auth(crate = crate::renamed::house::auth)]
enum Plan {
    Free,
}

#[derive(AuthUser)]
#[auth(id, email, password_hash, crate = crate::renamed::house::auth)]
struct User {
    id: Id,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, token)]
    plan: Plan,
    note: Option<String>,
}

/// `$crate` is the one path that a macro of the user's can give.
macro_rules! user {
    ($name:ident) => {
        #[derive(AuthUser)]
        #[auth(id, email, password_hash, crate = $crate::renamed::house::auth)]
        struct $name {
            id: i64,
            email: String,
            password_hash: PasswordHash,
        }
    };
}

user!(Admin);

#[test]
fn a_user_of_a_renamed_crate_works() {
    let user = User {
        id: Id(1),
        email: String::new(),
        password_hash: PasswordHash::new(""),
        plan: Plan::Free,
        note: None,
    };
    let back = crate::stored(&user);
    assert_eq!((back.id, back.plan, back.note), (Id(1), Plan::Free, None));
    let admin = Admin { id: 2, email: String::new(), password_hash: PasswordHash::new("") };
    assert_eq!(crate::stored(&admin).id, 2);
}
