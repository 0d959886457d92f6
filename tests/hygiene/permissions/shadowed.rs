//! Where the names of the standard library and of fastauth mean something else.
#![allow(
    dead_code,
    nonstandard_style,
    clippy::enum_variant_names,
    clippy::upper_case_acronyms,
    reason = "names to be stumbled over"
)]

use ::fastauth::Permission as Derive;

struct Option;
struct Some;
struct None;
struct Permission;
struct PermissionMarker;
struct Self_;
struct bool;
struct str;
mod core {}
mod fastauth {}
mod std {}

const name: u8 = 0;

#[derive(Derive)]
enum Can {
    Option,
    Some,
    None,
    Self_,
    Can,
    str,
    ALL,
    NAME,
    Permission,
    #[permission("lower")]
    name,
    core,
    PermissionMarker,
}

#[test]
fn permissions_among_shadows_work() {
    use ::fastauth::{Permission as _, access::PermissionMarker as _};

    assert_eq!(<Can as ::fastauth::Permission>::ALL.len(), 12);
    assert_eq!((Can::Self_.name(), can::Self_::NAME), ("self-", "self-"));
    assert_eq!(can::PermissionMarker::NAME, Can::PermissionMarker.name());
    assert!(matches!(Can::parse("none"), ::core::option::Option::Some(Can::None)));
}
