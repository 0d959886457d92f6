::core::compile_error! {
    "a permission has one name, in quotes\nhelp: write `#[permission(\"a:b\")]`, or remove it to be called `read`"
}
::core::compile_error! {
    "a permission carries no data\nhelp: grant `Write`, and decide about the post in the handler"
}
///The permissions of `Can`, each as a type for guards.
#[allow(dead_code, unreachable_pub, clippy::redundant_pub_crate)]
mod may {
    ///`Can::Read`, as a type for guards.
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub(super) enum Read {}
    ///`Can::Write`, as a type for guards.
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub(super) enum Write {}
}
#[allow(deprecated)]
const _: () = {
    #[automatically_derived]
    impl ::fastauth::Permission for Can
    where
        Self: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        const ALL: &'static [Self] = &[];
        fn name(&self) -> &'static ::core::primitive::str {
            ::core::unreachable!()
        }
        fn description(&self) -> &'static ::core::primitive::str {
            ::core::unreachable!()
        }
        fn parse(_: &::core::primitive::str) -> ::core::option::Option<Self> {
            ::core::unreachable!()
        }
    }
    #[automatically_derived]
    impl ::fastauth::access::PermissionMarker for may::Read {
        type Permission = Can;
        const NAME: &'static ::core::primitive::str = "";
    }
    #[automatically_derived]
    impl ::fastauth::access::Requirement for may::Read {
        const NEED: ::fastauth::access::Need = ::fastauth::access::Need::One("");
    }
    #[automatically_derived]
    impl ::fastauth::access::PermissionMarker for may::Write {
        type Permission = Can;
        const NAME: &'static ::core::primitive::str = "";
    }
    #[automatically_derived]
    impl ::fastauth::access::Requirement for may::Write {
        const NEED: ::fastauth::access::Need = ::fastauth::access::Need::One("");
    }
};
