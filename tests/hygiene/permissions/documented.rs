//! Where every lint is an error: nothing generated may trip over one.
#![deny(
    missing_docs,
    warnings,
    rust_2018_idioms,
    unused,
    nonstandard_style,
    missing_copy_implementations,
    missing_debug_implementations,
    single_use_lifetimes,
    trivial_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_lifetimes,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]

use fastauth::Permission;

/// What members may do.
#[derive(Clone, Copy, Debug, Permission)]
pub enum Can {
    /// Read.
    #[permission("posts:read")]
    ReadPosts,
    /// Read.
    WritePosts,
    #[doc(hidden)]
    #[deprecated]
    Old,
    #[doc(hidden)]
    Older,
}

/// What is on its way out.
#[deprecated(note = "use `Can`")]
#[derive(Clone, Copy, Debug, Permission)]
pub enum CouldDo {
    /// All there was.
    Only,
    /// And what was before.
    #[deprecated]
    Before,
}

/// Names of another style.
#[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the user's own choice")]
#[derive(Clone, Copy, Debug, Permission)]
#[permission(module = may)]
pub enum may_do {
    /// Small letters.
    read_all,
    /// Large ones.
    HTTP,
}

/// Permissions that are named like the module they are in.
pub mod plan {
    use fastauth::Permission;

    /// Plans.
    #[derive(Clone, Copy, Debug, Permission)]
    pub enum Plan {
        /// To read plans.
        PlanRead,
    }
}

/// What is public elsewhere.
pub use self::within::Should;

mod within {
    use fastauth::Permission;

    /// What one should do.
    #[derive(Clone, Copy, Debug, Permission)]
    pub enum Should {
        /// Read.
        Read,
    }
}

#[derive(Clone, Copy, Debug, Permission)]
enum Private {
    One,
}

#[derive(Clone, Copy, Debug, Permission)]
pub(crate) enum Inner {
    One,
    Two,
}

macro_rules! made {
    ($name:ident) => {
        /// Made by a macro.
        #[derive(Clone, Copy, Debug, Permission)]
        pub enum $name {
            /// The first.
            First,
            /// The second, on its way out.
            #[deprecated]
            Second,
        }

        #[derive(Clone, Copy, Debug, Permission)]
        #[permission(module = made_within)]
        enum Within {
            One,
        }
    };
}

made!(Made);

#[test]
fn documented_permissions_work() {
    assert_eq!(Can::WritePosts.description(), "Read.");
    assert_eq!(may_do::HTTP.name(), "http");
    assert_eq!((Should::ALL.len(), Private::One.name()), (1, "one"));
    assert_eq!((Inner::ALL.len(), Within::ALL.len(), Made::ALL.len()), (2, 1, 2));
}
