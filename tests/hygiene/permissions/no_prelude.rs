//! Where nothing is in scope that was not named; not even the trait.
#![no_implicit_prelude]

use ::std::assert_eq;

#[derive(::fastauth::Permission)]
enum Can {
    /// Read.
    Read,
    Write,
}

#[test]
fn permissions_without_a_prelude_work() {
    use ::fastauth::{Permission, access::PermissionMarker};

    assert_eq!((Can::Write.name(), Can::Read.description()), ("write", "Read."));
    assert_eq!((can::Read::NAME, can::Write::NAME), ("read", "write"));
}
