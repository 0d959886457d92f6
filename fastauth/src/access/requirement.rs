use std::marker::PhantomData;

use super::Permissions;

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
    /// What is needed.
    const NEED: Need;

    /// Whether somebody who holds these may go on.
    fn is_met_by(held: &Permissions) -> bool {
        Self::NEED.is_met_by(held)
    }

    /// The names it is about.
    fn names() -> Vec<&'static str> {
        Self::NEED.names()
    }

    /// For people: `posts:read and (posts:write or posts:delete)`.
    fn describe() -> String {
        Self::NEED.describe()
    }
}

/// What a guard asks for, as data. A marker has an impl of its own, and not one for all markers: so
/// compilers say which of several is none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Need {
    /// All of these.
    All(&'static [Self]),
    /// Any of these.
    Any(&'static [Self]),
    /// The permission of this name.
    One(&'static str),
}

impl Need {
    fn is_met_by(self, held: &Permissions) -> bool {
        match self {
            Self::All(needs) => needs.iter().all(|need| need.is_met_by(held)),
            Self::Any(needs) => needs.iter().any(|need| need.is_met_by(held)),
            Self::One(name) => held.contains(name),
        }
    }

    fn names(self) -> Vec<&'static str> {
        match self {
            Self::All(needs) | Self::Any(needs) => {
                needs.iter().flat_map(|need| need.names()).collect()
            }
            Self::One(name) => vec![name],
        }
    }

    fn describe(self) -> String {
        let joined = |needs: &[Self], word| {
            let needs: Vec<_> = needs.iter().map(|need| need.describe()).collect();
            needs.join(word)
        };
        match self {
            Self::All(needs) => joined(needs, " and "),
            Self::Any(needs) => format!("({})", joined(needs, " or ")),
            Self::One(name) => name.to_owned(),
        }
    }
}

/// Any of several permissions: `Any<(can::ReadPosts, can::WritePosts)>`. For all of several write the
/// tuple alone.
#[derive(Debug)]
pub struct Any<L: PermissionList>(PhantomData<fn() -> L>);

impl<L: PermissionList> Requirement for Any<L> {
    const NEED: Need = Need::Any(L::NEEDS);
}

/// A tuple of what guards ask for. The empty one is none: it would let everybody in, or nobody.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of permissions",
    label = "expected a tuple",
    note = "write `Any<(can::ReadPosts, can::WritePosts)>`"
)]
pub trait PermissionList: 'static {
    /// What each of them needs.
    const NEEDS: &'static [Need];
}

macro_rules! lists {
    ($($($one:ident)+;)*) => {$(
        impl<$($one: Requirement),+> PermissionList for ($($one,)+) {
            const NEEDS: &'static [Need] = &[$($one::NEED),+];
        }

        impl<$($one: Requirement),+> Requirement for ($($one,)+) {
            const NEED: Need = Need::All(<Self as PermissionList>::NEEDS);
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
