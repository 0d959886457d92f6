//! Where fastauth is called otherwise.

use self::house::auth::{Column, Permission, access::PermissionMarker};

mod house {
    pub(super) use fastauth as auth;
}
/// Not this one.
mod fastauth_by_name {}

#[derive(Permission)]
#[permission(crate = crate::permissions::renamed::house::auth, module = may)]
enum Can {
    Read,
}

/// One that is kept in a column too says it once.
#[derive(Clone, Column, Permission)]
#[auth(crate = crate::permissions::renamed::house::auth)]
enum Kept {
    Read,
}

#[test]
fn permissions_of_a_renamed_crate_work() {
    assert_eq!((may::Read::NAME, Can::Read.name()), ("read", "read"));
    assert_eq!((kept::Read::NAME, Kept::Read.clone().name()), ("read", "read"));
}
