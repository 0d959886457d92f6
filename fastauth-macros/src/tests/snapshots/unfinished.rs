::core::compile_error! {
    "no field of `User` is its id\nhelp: mark one with `#[auth(id)]`"
}
::core::compile_error! {
    "`User` has nothing to log in with\nhelp: mark a field with `#[auth(email)]` or `#[auth(username)]`"
}
#[allow(deprecated)]
const _: () = {
    #[automatically_derived]
    impl ::auth::AuthUser for User {
        type Id = ::std::string::String;
        type Claims = ::auth::__private::Unfinished;
        type Signup = ::auth::__private::Unfinished;
        type Patch = ::auth::__private::Unfinished;
        type View = ::auth::__private::Unfinished;
        const USER_FIELDS_IN_TOKEN: &'static [&'static ::core::primitive::str] = &[];
        const SPEC: &'static ::auth::__private::UserSpec = ::auth::__private::Unfinished::SPEC;
        fn id(&self) -> &Self::Id {
            ::core::unreachable!()
        }
        fn claims(&self) -> Self::Claims {
            ::core::unreachable!()
        }
        fn view(&self) -> Self::View {
            ::core::unreachable!()
        }
        fn to_row(&self) -> ::auth::__private::Row {
            ::core::unreachable!()
        }
        fn from_row(
            _: ::auth::__private::Row,
        ) -> ::core::result::Result<Self, ::auth::__private::ColumnError> {
            ::core::unreachable!()
        }
    }
    #[automatically_derived]
    impl ::auth::__private::HasEmail for User {}
    #[automatically_derived]
    impl ::auth::__private::HasUsername for User {}
    #[automatically_derived]
    impl ::auth::__private::HasPassword for User {}
    #[automatically_derived]
    impl ::auth::__private::HasVerifiedEmail for User {}
    #[automatically_derived]
    impl ::auth::__private::HasActive for User {}
};
