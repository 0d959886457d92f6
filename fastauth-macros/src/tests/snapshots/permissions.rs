///The permissions of `Can`, each as a type for guards.
#[deprecated]
#[allow(dead_code, unreachable_pub, clippy::redundant_pub_crate)]
pub(crate) mod can {
    ///`Can::ReadPosts`, as a type for guards.
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub(crate) enum ReadPosts {}
    #[cfg(all())]
    ///`Can::WritePosts`, as a type for guards.
    #[deprecated]
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub(crate) enum WritePosts {}
    ///`Can::Match`, as a type for guards.
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub(crate) enum r#Match {}
}
#[allow(deprecated)]
const _: () = {
    #[automatically_derived]
    impl ::fastauth::Permission for Can {
        const ALL: &'static [Self] = &[
            Self::ReadPosts,
            #[cfg(all())]
            Self::WritePosts,
            Self::r#Match,
        ];
        fn name(&self) -> &'static ::core::primitive::str {
            match self {
                Self::ReadPosts => "posts:read",
                #[cfg(all())]
                Self::WritePosts => "write-posts",
                Self::r#Match => "match",
            }
        }
        fn description(&self) -> &'static ::core::primitive::str {
            match self {
                Self::ReadPosts => "Read every post, old and new.\n\nDrafts too.",
                #[cfg(all())]
                Self::WritePosts => "Write posts.",
                Self::r#Match => "",
            }
        }
        fn parse(__name: &::core::primitive::str) -> ::core::option::Option<Self> {
            match __name {
                "posts:read" => ::core::option::Option::Some(Self::ReadPosts),
                #[cfg(all())]
                "write-posts" => ::core::option::Option::Some(Self::WritePosts),
                "match" => ::core::option::Option::Some(Self::r#Match),
                _ => ::core::option::Option::None,
            }
        }
    }
    #[automatically_derived]
    impl ::fastauth::access::PermissionMarker for can::ReadPosts {
        type Permission = Can;
        const NAME: &'static ::core::primitive::str = "posts:read";
    }
    #[automatically_derived]
    impl ::fastauth::access::Requirement for can::ReadPosts {
        const NEED: ::fastauth::access::Need = ::fastauth::access::Need::One(
            "posts:read",
        );
    }
    #[cfg(all())]
    #[automatically_derived]
    impl ::fastauth::access::PermissionMarker for can::WritePosts {
        type Permission = Can;
        const NAME: &'static ::core::primitive::str = "write-posts";
    }
    #[cfg(all())]
    #[automatically_derived]
    impl ::fastauth::access::Requirement for can::WritePosts {
        const NEED: ::fastauth::access::Need = ::fastauth::access::Need::One(
            "write-posts",
        );
    }
    #[automatically_derived]
    impl ::fastauth::access::PermissionMarker for can::r#Match {
        type Permission = Can;
        const NAME: &'static ::core::primitive::str = "match";
    }
    #[automatically_derived]
    impl ::fastauth::access::Requirement for can::r#Match {
        const NEED: ::fastauth::access::Need = ::fastauth::access::Need::One("match");
    }
};
