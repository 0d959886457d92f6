//! Permissions as people write them, in places where generated code easily goes wrong.

pub mod documented;
mod no_prelude;
mod renamed;
mod shadowed;

use fastauth::{
    Any, Column, Permission,
    access::{PermissionMarker, Permissions, Requirement},
};

#[derive(Clone, Column, Copy, Debug, Eq, PartialEq, Permission)]
#[allow(non_camel_case_types, reason = "names to be stumbled over")]
enum Can {
    /// Read every post,
    /// old and new.
    ///
    /// Drafts too.
    #[permission("posts:read")]
    ReadPosts,
    #[doc = "Write posts."]
    #[doc(alias = "edit")]
    WritePosts = 7,
    /** Manage roles. */
    #[cfg(test)]
    ManageRoles,
    #[cfg(any())]
    Nothing,
    r#Match,
    r#type,
    Read_All,
}

#[test]
fn a_permission_is_known_by_its_name() {
    let names: Vec<_> = Can::ALL.iter().map(Permission::name).collect();
    let all = ["posts:read", "write-posts", "manage-roles", "match", "type", "read-all"];
    assert_eq!(names, all);
    for permission in Can::ALL {
        assert_eq!(Can::parse(permission.name()), Some(*permission));
    }
    for other in ["", "Posts:read", "posts:read ", "ReadPosts", "nothing"] {
        assert_eq!(Can::parse(other), None, "{other}");
    }
}

#[test]
fn a_doc_comment_describes_it() {
    assert_eq!(Can::ReadPosts.description(), "Read every post, old and new.\n\nDrafts too.");
    assert_eq!(Can::WritePosts.description(), "Write posts.");
    assert_eq!(Can::ManageRoles.description(), "Manage roles.");
    assert_eq!(Can::r#Match.description(), "");
}

#[test]
fn each_has_a_type_for_guards() {
    assert_eq!(can::ReadPosts::NAME, "posts:read");
    assert_eq!(can::r#type::NAME, "type");
    let held: Permissions = ["posts:read", "match"].into_iter().collect();
    assert!(<(can::ReadPosts, Any<(can::WritePosts, can::Match)>)>::is_met_by(&held));
    assert!(!<(can::ReadPosts, can::ManageRoles)>::is_met_by(&held));
}

fn belongs_to<M: PermissionMarker<Permission = P>, P: Permission>() -> usize {
    assert!(P::parse(M::NAME).is_some());
    P::ALL.len()
}

/// Every visibility there is, and names that are close to others.
mod seen {
    pub(super) mod within {
        use fastauth::Permission;

        #[derive(Permission)]
        enum Private {
            All,
        }
        #[derive(Permission)]
        #[permission(module = itself)]
        #[allow(clippy::needless_pub_self, reason = "the visibility is what is tried")]
        pub(self) enum Itself {
            Name,
        }
        #[derive(Permission)]
        pub(super) enum Above {
            Permission,
        }
        #[derive(Permission)]
        pub(in super::super) enum Higher {
            PermissionMarker,
        }
        #[derive(Permission)]
        pub(in crate::permissions) enum Named {
            Option,
        }
        #[derive(Permission)]
        pub(crate) enum Krate {
            Some,
        }
        #[derive(Permission)]
        #[permission(module = r#type)]
        #[allow(unreachable_pub, reason = "the visibility is what is tried")]
        pub enum Type {
            #[expect(non_camel_case_types, reason = "a name to be stumbled over")]
            str,
        }

        pub(in crate::permissions) fn all() -> [usize; 7] {
            [
                crate::permissions::belongs_to::<private::All, Private>(),
                crate::permissions::belongs_to::<itself::Name, Itself>(),
                crate::permissions::belongs_to::<above::Permission, Above>(),
                crate::permissions::belongs_to::<higher::PermissionMarker, Higher>(),
                crate::permissions::belongs_to::<named::Option, Named>(),
                crate::permissions::belongs_to::<krate::Some, Krate>(),
                crate::permissions::belongs_to::<r#type::str, Type>(),
            ]
        }
    }

    #[test]
    fn markers_are_seen_one_module_up() {
        assert_eq!(super::belongs_to::<within::above::Permission, within::Above>(), 1);
    }
}

#[test]
fn markers_are_seen_where_the_enum_is() {
    use seen::within::{Higher, Krate, Named, Type, higher, krate, named, r#type};

    assert_eq!(seen::within::all(), [1; 7]);
    assert_eq!(belongs_to::<higher::PermissionMarker, Higher>(), 1);
    assert_eq!(belongs_to::<named::Option, Named>(), 1);
    assert_eq!(belongs_to::<krate::Some, Krate>(), 1);
    assert_eq!(belongs_to::<r#type::str, Type>(), 1);
}

#[test]
fn permissions_may_stand_in_a_function() {
    #[derive(Permission)]
    enum May {
        Read,
    }
    {
        // The nearer one counts.
        #[derive(Permission)]
        enum May {
            Read,
            Write,
        }
        assert_eq!(belongs_to::<may::Write, May>(), 2);
        assert_eq!(may::Read::NAME, May::Read.name());
    }
    assert_eq!(belongs_to::<may::Read, May>(), 1);
}

/// Permissions made by a macro of the user's.
macro_rules! permissions {
    ($vis:vis $name:ident in $module:ident: $($(#[$meta:meta])* $variant:ident = $text:literal, $doc:expr;)*) => {
        #[derive(Permission)]
        #[permission(module = $module)]
        $vis enum $name {
            $($(#[$meta])* #[permission($text)] #[doc = $doc] $variant,)*
            Last,
        }
    };
}

permissions! {
    pub(crate) Made in made:
    /// One.
    First = "first", "Of all.";
    Second = "second", "Two.";
}
permissions!(Hidden in hidden:);

#[test]
fn permissions_may_come_out_of_a_macro() {
    let all: Vec<_> = Made::ALL.iter().map(|it| (it.name(), it.description())).collect();
    assert_eq!(all, [("first", "One. Of all."), ("second", "Two."), ("last", "")]);
    assert_eq!((made::Second::NAME, made::Last::NAME), ("second", "last"));
    assert_eq!(hidden::Last::NAME, Hidden::Last.name());
}
