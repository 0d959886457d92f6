use std::marker::PhantomData;

use super::{PermissionMarker, Permissions};

/// What a guard asks for: a marker, a tuple for all of several, or [`Any`] of several.
///
/// ```
/// use fastauth::{Any, Permission, access::{Permissions, Requirement}};
///
/// #[derive(Permission)]
/// enum Can { Read, Write, Publish }
///
/// let held: Permissions = ["read", "publish"].into_iter().collect();
/// assert!(<can::Read>::is_met_by(&held));
/// assert!(!<(can::Read, can::Write)>::is_met_by(&held));
/// assert!(<(can::Read, Any<(can::Write, can::Publish)>)>::is_met_by(&held));
/// assert_eq!(<(can::Read, Any<(can::Write, can::Publish)>)>::describe(), "read and (write or publish)");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a permission",
    label = "expected a marker such as `can::WritePosts`",
    note = "each variant has one; all of several: a tuple, any of several: `Any<(…)>`"
)]
pub trait Requirement: 'static {
    /// Whether somebody who holds these may go on.
    fn is_met_by(held: &Permissions) -> bool;

    /// The names it is about.
    fn names() -> Vec<&'static str>;

    /// For people: `posts:read and (posts:write or posts:delete)`.
    fn describe() -> String;
}

#[diagnostic::do_not_recommend]
impl<M: PermissionMarker> Requirement for M {
    fn is_met_by(held: &Permissions) -> bool {
        held.contains(M::NAME)
    }

    fn names() -> Vec<&'static str> {
        vec![M::NAME]
    }

    fn describe() -> String {
        M::NAME.to_owned()
    }
}

/// Any of several permissions: `Any<(can::ReadPosts, can::WritePosts)>`. For all of several write the
/// tuple alone.
#[derive(Debug)]
pub struct Any<L: PermissionList>(PhantomData<fn() -> L>);

impl<L: PermissionList> Requirement for Any<L> {
    fn is_met_by(held: &Permissions) -> bool {
        L::is_any_met_by(held)
    }

    fn names() -> Vec<&'static str> {
        L::all_names()
    }

    fn describe() -> String {
        format!("({})", L::all_described().join(" or "))
    }
}

/// A tuple of what guards ask for. The empty one is none: it would let everybody in, or nobody.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of permissions",
    label = "expected a tuple",
    note = "write `Any<(can::ReadPosts, can::WritePosts)>`"
)]
pub trait PermissionList: 'static {
    /// Whether one of them is met.
    fn is_any_met_by(held: &Permissions) -> bool;

    /// The names all of them are about.
    fn all_names() -> Vec<&'static str>;

    /// Each of them for people.
    fn all_described() -> Vec<String>;
}

macro_rules! lists {
    ($($first:ident $($more:ident)*;)*) => {$(
        impl<$first: Requirement, $($more: Requirement),*> PermissionList for ($first, $($more,)*) {
            fn is_any_met_by(held: &Permissions) -> bool {
                $first::is_met_by(held) $(|| $more::is_met_by(held))*
            }

            fn all_names() -> Vec<&'static str> {
                [$first::names(), $($more::names()),*].concat()
            }

            fn all_described() -> Vec<String> {
                vec![$first::describe(), $($more::describe()),*]
            }
        }

        impl<$first: Requirement, $($more: Requirement),*> Requirement for ($first, $($more,)*) {
            fn is_met_by(held: &Permissions) -> bool {
                $first::is_met_by(held) $(&& $more::is_met_by(held))*
            }

            fn names() -> Vec<&'static str> {
                <Self as PermissionList>::all_names()
            }

            fn describe() -> String {
                <Self as PermissionList>::all_described().join(" and ")
            }
        }
    )*};
}

lists! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
