//! The marks of the parts, which flows ask for, and that nothing but fastauth is asked of a type.

use fastauth::{
    AuthUser, Column, Email, PasswordHash,
    user::{HasActive, HasEmail, HasPassword, HasUsername, HasVerifiedEmail},
};

/// No `Debug`, no `PartialEq`, no `Default`, no serde: a column is enough to travel everywhere.
#[derive(Clone, Column)]
enum Bare {
    Only,
}

#[derive(AuthUser)]
#[auth(id, email, email_verified, token(bare))]
struct Linked {
    id: i64,
    email: Email,
    email_verified: bool,
    #[auth(signup, edit, view)]
    bare: Bare,
}

#[derive(AuthUser)]
#[auth(id, username, password_hash, active)]
struct Named {
    id: i64,
    username: String,
    password_hash: Option<PasswordHash>,
    active: bool,
}

/// Whether a type has a mark: the inherent constant wins where its bound holds.
macro_rules! has {
    ($user:ty: $mark:ident) => {{
        struct Probe<T>(std::marker::PhantomData<T>);
        #[allow(dead_code, reason = "unused where the mark is there, or where it is not")]
        trait Otherwise {
            const HAS: bool = false;
        }
        impl<T> Otherwise for Probe<T> {}
        #[allow(dead_code, reason = "unused where the mark is not there")]
        impl<T: $mark> Probe<T> {
            const HAS: bool = true;
        }
        Probe::<$user>::HAS
    }};
}

#[test]
fn a_user_has_the_marks_of_its_parts_and_no_other() {
    let linked = [
        has!(Linked: HasEmail),
        has!(Linked: HasUsername),
        has!(Linked: HasPassword),
        has!(Linked: HasVerifiedEmail),
        has!(Linked: HasActive),
    ];
    assert_eq!(linked, [true, false, false, true, false]);
    let named = [
        has!(Named: HasEmail),
        has!(Named: HasUsername),
        has!(Named: HasPassword),
        has!(Named: HasVerifiedEmail),
        has!(Named: HasActive),
    ];
    assert_eq!(named, [false, true, true, false, true]);
}

#[test]
fn what_a_user_lacks_is_answered_as_the_library_expects() {
    let named = Named { id: 1, username: "ada".to_owned(), password_hash: None, active: true };
    assert_eq!((named.email(), named.username()), (None, Some("ada")));
    assert!(named.is_active() && !named.is_email_verified());
    let email = Email::parse("ada@example.com").expect("an address");
    let linked = Linked { id: 1, email, email_verified: true, bare: Bare::Only };
    assert_eq!((linked.email(), linked.username()), (Some("ada@example.com"), None));
    assert!(linked.is_email_verified() && linked.password_hash().is_none());
    assert!(matches!(linked.view().bare, Bare::Only));
}
