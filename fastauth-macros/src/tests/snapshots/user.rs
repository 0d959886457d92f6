#[allow(deprecated, non_snake_case, clippy::unnecessary_wraps)]
const _: () = {
    use ::fastauth::user::field::OtherwiseRequired as _;
    const fn __F0() -> ::fastauth::__private::Codec<Uuid>
    where
        for<'__a> User: ::fastauth::AuthUser<Id = Uuid>,
    {
        ::fastauth::user::field::id::<User>()
    }
    const __F1: ::fastauth::user::field::Lending<String, ::core::primitive::str> = ::fastauth::user::field::email::<
        String,
    >();
    const __F2: ::fastauth::user::field::Lending<
        Option<PasswordHash>,
        ::fastauth::__private::PasswordHash,
    > = ::fastauth::user::field::password_hash::<Option<PasswordHash>>();
    const __F3: ::fastauth::__private::Codec<String> = ::fastauth::user::field::column::<
        String,
    >()
        .in_token();
    const _: () = ::fastauth::user::field::shared::<String>();
    #[automatically_derived]
    impl ::fastauth::AuthUser for User
    where
        for<'__a> String: ::fastauth::user::field::Shared,
    {
        type Id = Uuid;
        type Claims = __Claims;
        type Signup = __Signup;
        type Patch = __Patch;
        type View = __View;
        const USER_FIELDS_IN_TOKEN: &'static [&'static ::core::primitive::str] = &[
            "name",
        ];
        const SPEC: &'static ::fastauth::__private::UserSpec = &::fastauth::__private::UserSpec {
            name: "User",
            table: "users",
            columns: &[
                ::fastauth::__private::ColumnSpec::new("id", "id", &__F0()),
                ::fastauth::__private::ColumnSpec::new("email", "email", &__F1.codec),
                ::fastauth::__private::ColumnSpec::new(
                    "password_hash",
                    "password_hash",
                    &__F2.codec,
                ),
                ::fastauth::__private::ColumnSpec::new("name", "name", &__F3),
            ],
            id: 0usize,
            email: ::core::option::Option::Some(1usize),
            username: ::core::option::Option::None,
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
        fn email(&self) -> ::core::option::Option<&::core::primitive::str> {
            (__F1.ask)(&self.email)
        }
        fn password_hash(
            &self,
        ) -> ::core::option::Option<&::fastauth::__private::PasswordHash> {
            (__F2.ask)(&self.password_hash)
        }
        fn claims(&self) -> Self::Claims {
            __Claims {
                name: __F3.copy(&self.name),
            }
        }
        fn view(&self) -> Self::View {
            __View {
                id: __F0().copy(&self.id),
                email: __F1.codec.copy(&self.email),
                name: __F3.copy(&self.name),
            }
        }
        fn to_row(&self) -> ::fastauth::__private::Row {
            ::fastauth::__private::row([
                __F0().put(&self.id),
                __F1.codec.put(&self.email),
                __F2.codec.put(&self.password_hash),
                __F3.put(&self.name),
            ])
        }
        fn from_row(
            mut __row: ::fastauth::__private::Row,
        ) -> ::core::result::Result<Self, ::fastauth::__private::ColumnError> {
            ::core::result::Result::Ok(Self {
                id: __row.take(0usize, "id", &__F0())?,
                email: __row.take(1usize, "email", &__F1.codec)?,
                password_hash: __row.take(2usize, "password_hash", &__F2.codec)?,
                name: __row.take(3usize, "name", &__F3)?,
            })
        }
    }
    /// The claims that come from fields of the user.
    pub struct __Claims {
        /// The field `name`.
        pub name: String,
    }
    #[automatically_derived]
    impl ::fastauth::__private::serde::Serialize for __Claims
    where
        for<'__a> User: ::fastauth::AuthUser<Id = Uuid>,
    {
        fn serialize<__S: ::fastauth::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            ::fastauth::__private::serialize_fields(
                __serializer,
                &[("name", __F3.to_json(&self.name))],
            )
        }
    }
    impl __Claims {
        fn __read(
            __fields: &mut ::fastauth::__private::Fields,
        ) -> ::core::option::Option<Self> {
            let __field_3 = ::fastauth::__private::read_field(
                __fields,
                "name",
                &__F3,
                ::fastauth::user::field::Absent::<String>::value(),
            );
            ::core::option::Option::Some(Self { name: __field_3? })
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
        pub id: Uuid,
        /// The field `email`.
        pub email: String,
        /// The field `name`.
        pub name: String,
    }
    #[automatically_derived]
    impl ::fastauth::__private::serde::Serialize for __View
    where
        for<'__a> User: ::fastauth::AuthUser<Id = Uuid>,
    {
        fn serialize<__S: ::fastauth::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            ::fastauth::__private::serialize_fields(
                __serializer,
                &[
                    ("id", __F0().to_json(&self.id)),
                    ("email", __F1.codec.to_json(&self.email)),
                    ("name", __F3.to_json(&self.name)),
                ],
            )
        }
    }
    /// What a client gives at registration.
    pub struct __Signup {
        /// The password, which is kept as its hash.
        pub password: ::fastauth::__private::Password,
        /// The field `email`.
        pub email: String,
        /// The field `name`.
        pub name: String,
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
                "email",
                &__F1.codec,
                ::fastauth::user::field::Absent::<String>::value(),
            );
            let __field_3 = ::fastauth::__private::read_field(
                __fields,
                "name",
                &__F3,
                ::fastauth::user::field::Absent::<String>::value(),
            );
            ::fastauth::__private::some_login(
                __fields,
                &[("email", __F1.given(__field_1.as_ref()))],
            );
            let __password = ::fastauth::__private::password_field(__fields);
            ::core::option::Option::Some(Self {
                email: __field_1?,
                name: __field_3?,
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
                ::core::option::Option::Some(__F1.codec.put(&self.email)),
                ::core::option::Option::None,
                ::core::option::Option::Some(__F3.put(&self.name)),
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
    pub struct __Patch {
        /// The new value of the field `name`; none leaves it.
        pub name: ::core::option::Option<String>,
    }
    #[automatically_derived]
    impl ::fastauth::__private::PatchBody for __Patch
    where
        for<'__a> Self: ::fastauth::user::field::Shared,
    {
        fn read(
            __fields: &mut ::fastauth::__private::Fields,
        ) -> ::core::option::Option<Self> {
            let __field_3 = __fields.patched("name", &__F3);
            ::core::option::Option::Some(Self { name: __field_3? })
        }
        fn into_changes(
            self,
        ) -> ::std::vec::Vec<(::core::primitive::usize, ::fastauth::__private::Value)> {
            ::fastauth::__private::changes([
                ::fastauth::__private::change(3usize, self.name.as_ref(), &__F3),
            ])
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
    impl ::fastauth::__private::HasEmail for User
    where
        for<'__a> User: ::fastauth::AuthUser<Id = Uuid>,
    {}
    #[automatically_derived]
    impl ::fastauth::__private::HasPassword for User
    where
        for<'__a> User: ::fastauth::AuthUser<Id = Uuid>,
    {}
    ::fastauth::__private::described! {
        __Claims "UserClaims" claims() { "name" __F3; } __Patch "UserPatch" patch() {
        "name" __F3; } __Signup "UserSignup" signup_with_password() { "email" __F1.codec,
        of String; "name" __F3, of String; } __View "UserView" view(where for < '__a >
        User : ::fastauth::AuthUser < Id = Uuid >) { "id" __F0(); "email" __F1.codec;
        "name" __F3; }
    }
};
