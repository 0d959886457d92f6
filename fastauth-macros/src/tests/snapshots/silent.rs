#[allow(deprecated, non_snake_case, clippy::unnecessary_wraps)]
const _: () = {
    use ::fastauth::user::field::OtherwiseRequired as _;
    const fn __F0() -> ::fastauth::__private::Codec<i64>
    where
        for<'__a> Worker: ::fastauth::AuthUser<Id = i64>,
    {
        ::fastauth::user::field::id::<Worker>()
    }
    const __F1: ::fastauth::user::field::Lending<String, ::core::primitive::str> = ::fastauth::user::field::username::<
        String,
    >();
    const __F2: ::fastauth::user::field::Lending<
        PasswordHash,
        ::fastauth::__private::PasswordHash,
    > = ::fastauth::user::field::password_hash::<PasswordHash>();
    struct __N3;
    const _: () = {
        struct note;
        #[automatically_derived]
        impl ::fastauth::user::field::Named for __N3 {
            type Name = note;
        }
    };
    const __F3: ::fastauth::__private::Codec<Option<String>> = ::fastauth::user::field::column_or_null::<
        Option<String>,
        Worker,
        <__N3 as ::fastauth::user::field::Named>::Name,
    >();
    fn __default_4() -> Cache {
        <Cache as ::core::default::Default>::default()
    }
    const _: () = ::fastauth::user::field::shared::<Option<String>>();
    const _: () = ::fastauth::user::field::shared::<Cache>();
    #[automatically_derived]
    impl ::fastauth::AuthUser for Worker
    where
        for<'__a> Option<String>: ::fastauth::user::field::Shared,
        for<'__a> Cache: ::fastauth::user::field::Shared,
    {
        type Id = i64;
        type Claims = __Claims;
        type Signup = __Signup;
        type Patch = __Patch;
        type View = __View;
        const USER_FIELDS_IN_TOKEN: &'static [&'static ::core::primitive::str] = &[];
        const SPEC: &'static ::fastauth::__private::UserSpec = &::fastauth::__private::UserSpec {
            name: "Worker",
            table: "workers",
            columns: &[
                ::fastauth::__private::ColumnSpec::new("id", "id", &__F0()),
                ::fastauth::__private::ColumnSpec::new(
                    "username",
                    "username",
                    &__F1.codec,
                ),
                ::fastauth::__private::ColumnSpec::new(
                    "password_hash",
                    "password_hash",
                    &__F2.codec,
                ),
                ::fastauth::__private::ColumnSpec::new("note", "note", &__F3),
            ],
            id: 0usize,
            email: ::core::option::Option::None,
            username: ::core::option::Option::Some(1usize),
            password_hash: ::core::option::Option::Some(2usize),
            email_verified: ::core::option::Option::None,
            active: ::core::option::Option::None,
            created_at: ::core::option::Option::None,
            updated_at: ::core::option::Option::None,
        };
        ::fastauth::__private::schemas!(__Claims, __Patch, __Signup, __View);
        fn id(&self) -> &Self::Id {
            &self.id
        }
        fn username(&self) -> ::core::option::Option<&::core::primitive::str> {
            (__F1.ask)(&self.username)
        }
        fn password_hash(
            &self,
        ) -> ::core::option::Option<&::fastauth::__private::PasswordHash> {
            (__F2.ask)(&self.password_hash)
        }
        fn claims(&self) -> Self::Claims {
            __Claims {}
        }
        fn view(&self) -> Self::View {
            __View {
                id: __F0().copy(&self.id),
                username: __F1.codec.copy(&self.username),
            }
        }
        fn to_row(&self) -> ::fastauth::__private::Row {
            ::fastauth::__private::row([
                __F0().put(&self.id),
                __F1.codec.put(&self.username),
                __F2.codec.put(&self.password_hash),
                __F3.put(&self.note),
            ])
        }
        fn from_row(
            mut __row: ::fastauth::__private::Row,
        ) -> ::core::result::Result<Self, ::fastauth::__private::ColumnError> {
            ::core::result::Result::Ok(Self {
                id: __row.take(0usize, "id", &__F0())?,
                username: __row.take(1usize, "username", &__F1.codec)?,
                password_hash: __row.take(2usize, "password_hash", &__F2.codec)?,
                note: __row.take(3usize, "note", &__F3)?,
                cache: __default_4(),
            })
        }
    }
    /// The claims that come from fields of the user.
    pub struct __Claims {}
    #[automatically_derived]
    impl ::fastauth::__private::serde::Serialize for __Claims
    where
        for<'__a> Worker: ::fastauth::AuthUser<Id = i64>,
    {
        fn serialize<__S: ::fastauth::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            ::fastauth::__private::serialize_fields(__serializer, &[])
        }
    }
    impl __Claims {
        fn __read(
            __fields: &mut ::fastauth::__private::Fields,
        ) -> ::core::option::Option<Self> {
            ::core::option::Option::Some(Self {})
        }
    }
    #[automatically_derived]
    impl<'de> ::fastauth::__private::serde::Deserialize<'de> for __Claims {
        fn deserialize<__D: ::fastauth::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            ::fastauth::__private::deserialize_claims(__deserializer, Self::__read)
        }
    }
    /// What users see of themselves.
    pub struct __View {
        /// The field `id`.
        pub id: i64,
        /// The field `username`.
        pub username: String,
    }
    #[automatically_derived]
    impl ::fastauth::__private::serde::Serialize for __View
    where
        for<'__a> Worker: ::fastauth::AuthUser<Id = i64>,
    {
        fn serialize<__S: ::fastauth::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            ::fastauth::__private::serialize_fields(
                __serializer,
                &[
                    ("id", __F0().to_json(&self.id)),
                    ("username", __F1.codec.to_json(&self.username)),
                ],
            )
        }
    }
    /// What a client gives at registration.
    pub struct __Signup {
        /// The password, which is kept as its hash.
        pub password: ::fastauth::__private::Password,
        /// The field `username`.
        pub username: String,
    }
    #[automatically_derived]
    impl ::fastauth::__private::SignupBody for __Signup
    where
        for<'__a> Self: ::fastauth::user::field::Shared,
    {
        fn read(
            __fields: &mut ::fastauth::__private::Fields,
        ) -> ::core::option::Option<Self> {
            let __field_1 = ::fastauth::__private::read_field(
                __fields,
                "username",
                &__F1.codec,
                ::fastauth::user::field::Absent::<String>::value(),
            );
            ::fastauth::__private::some_login(
                __fields,
                &[("username", __F1.given(__field_1.as_ref()))],
            );
            let __password = ::fastauth::__private::password_field(__fields);
            ::core::option::Option::Some(Self {
                username: __field_1?,
                password: __password?,
            })
        }
        fn password(&self) -> ::core::option::Option<&::fastauth::__private::Password> {
            ::core::option::Option::Some(&self.password)
        }
        fn into_row(
            self,
        ) -> ::std::vec::Vec<::core::option::Option<::fastauth::__private::Value>> {
            ::fastauth::__private::initial([
                ::core::option::Option::None,
                ::core::option::Option::Some(__F1.codec.put(&self.username)),
                ::core::option::Option::None,
                ::core::option::Option::None,
            ])
        }
    }
    #[automatically_derived]
    impl<'de> ::fastauth::__private::serde::Deserialize<'de> for __Signup
    where
        for<'__a> Self: ::fastauth::__private::SignupBody,
    {
        fn deserialize<__D: ::fastauth::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            ::fastauth::__private::deserialize_body(
                __deserializer,
                <Self as ::fastauth::__private::SignupBody>::read,
            )
        }
    }
    /// What users may change of themselves.
    pub struct __Patch {}
    #[automatically_derived]
    impl ::fastauth::__private::PatchBody for __Patch
    where
        for<'__a> Self: ::fastauth::user::field::Shared,
    {
        fn read(
            __fields: &mut ::fastauth::__private::Fields,
        ) -> ::core::option::Option<Self> {
            ::core::option::Option::Some(Self {})
        }
        fn into_changes(
            self,
        ) -> ::std::vec::Vec<(::core::primitive::usize, ::fastauth::__private::Value)> {
            ::fastauth::__private::changes([])
        }
    }
    #[automatically_derived]
    impl<'de> ::fastauth::__private::serde::Deserialize<'de> for __Patch
    where
        for<'__a> Self: ::fastauth::__private::PatchBody,
    {
        fn deserialize<__D: ::fastauth::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            ::fastauth::__private::deserialize_body(
                __deserializer,
                <Self as ::fastauth::__private::PatchBody>::read,
            )
        }
    }
    #[automatically_derived]
    impl ::fastauth::__private::HasUsername for Worker
    where
        for<'__a> Worker: ::fastauth::AuthUser<Id = i64>,
    {}
    #[automatically_derived]
    impl ::fastauth::__private::HasPassword for Worker
    where
        for<'__a> Worker: ::fastauth::AuthUser<Id = i64>,
    {}
    ::fastauth::__private::described! {
        __Claims "WorkerClaims" claims() {} __Patch "WorkerPatch" patch() {} __Signup
        "WorkerSignup" signup_with_password() { "username" __F1.codec, of String; }
        __View "WorkerView" view(where for < '__a > Worker : ::fastauth::AuthUser < Id =
        i64 >) { "id" __F0(); "username" __F1.codec; }
    }
};
