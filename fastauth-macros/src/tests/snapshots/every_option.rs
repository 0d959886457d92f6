#[allow(deprecated, non_snake_case, clippy::unnecessary_wraps)]
const _: () = {
    use ::auth::user::field::OtherwiseRequired as _;
    const fn __F0() -> ::auth::__private::Codec<Key>
    where
        for<'__a> Person: ::auth::AuthUser<Id = Key>,
    {
        ::auth::user::field::id::<Person>()
    }
    const __F1: ::auth::user::field::Lending<Option<String>, ::core::primitive::str> = ::auth::user::field::email::<
        Option<String>,
    >();
    const __F2: ::auth::user::field::Lending<String, ::core::primitive::str> = ::auth::user::field::username::<
        String,
    >();
    const __F3: ::auth::user::field::Lending<
        PasswordHash,
        ::auth::__private::PasswordHash,
    > = ::auth::user::field::password_hash::<PasswordHash>();
    const __F4: ::auth::user::field::Part<Option<SystemTime>, ::core::primitive::bool> = ::auth::user::field::email_verified::<
        Option<SystemTime>,
    >();
    const __F5: ::auth::user::field::Part<bool, ::core::primitive::bool> = ::auth::user::field::active::<
        bool,
    >();
    const __F6: ::auth::__private::Codec<SystemTime> = ::auth::user::field::point_in_time::<
        SystemTime,
    >();
    const __F7: ::auth::__private::Codec<SystemTime> = ::auth::user::field::point_in_time::<
        SystemTime,
    >();
    const __F8: ::auth::__private::Codec<i64> = ::auth::user::field::column::<i64>()
        .in_token();
    const __F9: ::auth::__private::Codec<Preferences> = ::auth::user::field::json::<
        Preferences,
    >()
        .nullable(::auth::user::field::Absent::<Preferences>::IS_OPTION);
    struct __N10;
    const _: () = {
        struct tags;
        #[automatically_derived]
        impl ::auth::user::field::Named for __N10 {
            type Name = tags;
        }
    };
    const __F10: ::auth::__private::Codec<Option<Vec<String>>> = ::auth::user::field::json_or_null::<
        Option<Vec<String>>,
        Person,
        <__N10 as ::auth::user::field::Named>::Name,
    >()
        .nullable(true);
    const __F11: ::auth::__private::Codec<String> = ::auth::user::field::column::<
        String,
    >()
        .in_token();
    fn __default_8() -> i64 {
        3
    }
    fn __default_11() -> String {
        ::auth::user::field::text("free")
    }
    const _: () = ::auth::user::field::shared::<i64>();
    const _: () = ::auth::user::field::shared::<Preferences>();
    const _: () = ::auth::user::field::shared::<Option<Vec<String>>>();
    const _: () = ::auth::user::field::shared::<String>();
    #[automatically_derived]
    impl ::auth::AuthUser for Person
    where
        for<'__a> i64: ::auth::user::field::Shared,
        for<'__a> Preferences: ::auth::user::field::Shared,
        for<'__a> Option<Vec<String>>: ::auth::user::field::Shared,
        for<'__a> String: ::auth::user::field::Shared,
    {
        type Id = Key;
        type Claims = __Claims;
        type Signup = __Signup;
        type Patch = __Patch;
        type View = __View;
        const USER_FIELDS_IN_TOKEN: &'static [&'static ::core::primitive::str] = &[
            "kind",
            "proved_at",
            "level",
            "tariff",
        ];
        const SPEC: &'static ::auth::__private::UserSpec = &::auth::__private::UserSpec {
            name: "Person",
            table: "people",
            columns: &[
                ::auth::__private::ColumnSpec::new("key", "key", &__F0()),
                ::auth::__private::ColumnSpec::new("mail", "mail", &__F1.codec),
                ::auth::__private::ColumnSpec::new("type", "type", &__F2.codec),
                ::auth::__private::ColumnSpec::new("hash", "hash", &__F3.codec),
                ::auth::__private::ColumnSpec::new(
                    "proved_at",
                    "proved_at",
                    &__F4.codec,
                ),
                ::auth::__private::ColumnSpec::new("on", "on", &__F5.codec),
                ::auth::__private::ColumnSpec::new("made", "made", &__F6),
                ::auth::__private::ColumnSpec::new("changed", "changed", &__F7),
                ::auth::__private::ColumnSpec::new("level", "level", &__F8)
                    .or(|| __F8.put(&__default_8())),
                ::auth::__private::ColumnSpec::new("preferences", "prefs", &__F9),
                ::auth::__private::ColumnSpec::new("tags", "tags", &__F10),
                ::auth::__private::ColumnSpec::new("plan", "plan", &__F11)
                    .or(|| __F11.put(&__default_11())),
            ],
            id: 0usize,
            email: ::core::option::Option::Some(1usize),
            username: ::core::option::Option::Some(2usize),
            password_hash: ::core::option::Option::Some(3usize),
            email_verified: ::core::option::Option::Some(4usize),
            active: ::core::option::Option::Some(5usize),
            created_at: ::core::option::Option::Some(6usize),
            updated_at: ::core::option::Option::Some(7usize),
        };
        ::auth::__private::schemas!(__Claims, __Patch, __Signup, __View);
        fn id(&self) -> &Self::Id {
            &self.key
        }
        fn email(&self) -> ::core::option::Option<&::core::primitive::str> {
            (__F1.ask)(&self.mail)
        }
        fn username(&self) -> ::core::option::Option<&::core::primitive::str> {
            (__F2.ask)(&self.r#type)
        }
        fn password_hash(
            &self,
        ) -> ::core::option::Option<&::auth::__private::PasswordHash> {
            (__F3.ask)(&self.hash)
        }
        fn is_email_verified(&self) -> ::core::primitive::bool {
            (__F4.ask)(&self.proved_at)
        }
        fn is_active(&self) -> ::core::primitive::bool {
            (__F5.ask)(&self.on)
        }
        fn claims(&self) -> Self::Claims {
            __Claims {
                r#type: __F2.codec.copy(&self.r#type),
                proved_at: __F4.codec.copy(&self.proved_at),
                level: __F8.copy(&self.level),
                plan: __F11.copy(&self.plan),
            }
        }
        fn view(&self) -> Self::View {
            __View {
                key: __F0().copy(&self.key),
                mail: __F1.codec.copy(&self.mail),
                r#type: __F2.codec.copy(&self.r#type),
                proved_at: __F4.codec.copy(&self.proved_at),
                made: __F6.copy(&self.made),
                level: __F8.copy(&self.level),
                preferences: __F9.copy(&self.preferences),
                plan: __F11.copy(&self.plan),
            }
        }
        fn to_row(&self) -> ::auth::__private::Row {
            ::auth::__private::row([
                __F0().put(&self.key),
                __F1.codec.put(&self.mail),
                __F2.codec.put(&self.r#type),
                __F3.codec.put(&self.hash),
                __F4.codec.put(&self.proved_at),
                __F5.codec.put(&self.on),
                __F6.put(&self.made),
                __F7.put(&self.changed),
                __F8.put(&self.level),
                __F9.put(&self.preferences),
                __F10.put(&self.tags),
                __F11.put(&self.plan),
            ])
        }
        fn from_row(
            mut __row: ::auth::__private::Row,
        ) -> ::core::result::Result<Self, ::auth::__private::ColumnError> {
            ::core::result::Result::Ok(Self {
                key: __row.take(0usize, "key", &__F0())?,
                mail: __row.take(1usize, "mail", &__F1.codec)?,
                r#type: __row.take(2usize, "type", &__F2.codec)?,
                hash: __row.take(3usize, "hash", &__F3.codec)?,
                proved_at: __row.take(4usize, "proved_at", &__F4.codec)?,
                on: __row.take(5usize, "on", &__F5.codec)?,
                made: __row.take(6usize, "made", &__F6)?,
                changed: __row.take(7usize, "changed", &__F7)?,
                level: __row.take(8usize, "level", &__F8)?,
                preferences: __row.take(9usize, "prefs", &__F9)?,
                tags: __row.take(10usize, "tags", &__F10)?,
                plan: __row.take(11usize, "plan", &__F11)?,
            })
        }
    }
    /// The claims that come from fields of the user.
    pub struct __Claims {
        /// The field `type`.
        pub r#type: String,
        /// The field `proved_at`.
        pub proved_at: Option<SystemTime>,
        /// The field `level`.
        pub level: i64,
        /// The field `plan`.
        pub plan: String,
    }
    #[automatically_derived]
    impl ::auth::__private::serde::Serialize for __Claims
    where
        for<'__a> Person: ::auth::AuthUser<Id = Key>,
    {
        fn serialize<__S: ::auth::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            ::auth::__private::serialize_fields(
                __serializer,
                &[
                    ("kind", __F2.codec.to_json(&self.r#type)),
                    ("proved_at", __F4.codec.to_json(&self.proved_at)),
                    ("level", __F8.to_json(&self.level)),
                    ("tariff", __F11.to_json(&self.plan)),
                ],
            )
        }
    }
    impl __Claims {
        fn __read(
            __fields: &mut ::auth::__private::Fields,
        ) -> ::core::option::Option<Self> {
            let __field_2 = ::auth::__private::read_field(
                __fields,
                "kind",
                &__F2.written,
                ::auth::user::field::Absent::<String>::value(),
            );
            let __field_4 = ::auth::__private::read_field(
                __fields,
                "proved_at",
                &__F4.codec,
                ::auth::user::field::Absent::<Option<SystemTime>>::value(),
            );
            let __field_8 = ::auth::__private::read_field(
                __fields,
                "level",
                &__F8,
                ::auth::user::field::Absent::<i64>::value(),
            );
            let __field_11 = ::auth::__private::read_field(
                __fields,
                "tariff",
                &__F11,
                ::auth::user::field::Absent::<String>::value(),
            );
            ::core::option::Option::Some(Self {
                r#type: __field_2?,
                proved_at: __field_4?,
                level: __field_8?,
                plan: __field_11?,
            })
        }
    }
    #[automatically_derived]
    impl<'de> ::auth::__private::serde::Deserialize<'de> for __Claims {
        fn deserialize<__D: ::auth::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            ::auth::__private::deserialize_claims(__deserializer, Self::__read)
        }
    }
    /// What users see of themselves.
    pub struct __View {
        /// The field `key`.
        pub key: Key,
        /// The field `mail`.
        pub mail: Option<String>,
        /// The field `type`.
        pub r#type: String,
        /// The field `proved_at`.
        pub proved_at: Option<SystemTime>,
        /// The field `made`.
        pub made: SystemTime,
        /// The field `level`.
        pub level: i64,
        /// The field `preferences`.
        pub preferences: Preferences,
        /// The field `plan`.
        pub plan: String,
    }
    #[automatically_derived]
    impl ::auth::__private::serde::Serialize for __View
    where
        for<'__a> Person: ::auth::AuthUser<Id = Key>,
    {
        fn serialize<__S: ::auth::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            ::auth::__private::serialize_fields(
                __serializer,
                &[
                    ("key", __F0().to_json(&self.key)),
                    ("mail", __F1.codec.to_json(&self.mail)),
                    ("type", __F2.codec.to_json(&self.r#type)),
                    ("proved_at", __F4.codec.to_json(&self.proved_at)),
                    ("made", __F6.to_json(&self.made)),
                    ("level", __F8.to_json(&self.level)),
                    ("preferences", __F9.to_json(&self.preferences)),
                    ("plan", __F11.to_json(&self.plan)),
                ],
            )
        }
    }
    /// What a client gives at registration.
    pub struct __Signup {
        /// The password, which is kept as its hash.
        pub password: ::auth::__private::Password,
        /// The field `mail`.
        pub mail: Option<String>,
        /// The field `type`.
        pub r#type: String,
        /// The field `level`.
        pub level: i64,
        /// The field `preferences`.
        pub preferences: Preferences,
    }
    #[automatically_derived]
    impl ::auth::__private::SignupBody for __Signup
    where
        for<'__a> Self: ::auth::user::field::Shared,
    {
        fn read(
            __fields: &mut ::auth::__private::Fields,
        ) -> ::core::option::Option<Self> {
            __fields.alias("mail", "email");
            __fields.alias("type", "username");
            let __field_1 = ::auth::__private::read_field(
                __fields,
                "mail",
                &__F1.codec,
                ::auth::user::field::Absent::<Option<String>>::value(),
            );
            let __field_2 = ::auth::__private::read_field(
                __fields,
                "type",
                &__F2.codec,
                ::auth::user::field::Absent::<String>::value(),
            );
            let __field_8 = __fields.optional("level", &__F8, __default_8);
            let __field_9 = ::auth::__private::read_field(
                __fields,
                "preferences",
                &__F9,
                ::auth::user::field::Absent::<Preferences>::value(),
            );
            ::auth::__private::some_login(
                __fields,
                &[
                    ("mail", __F1.given(__field_1.as_ref())),
                    ("type", __F2.given(__field_2.as_ref())),
                ],
            );
            let __password = ::auth::__private::password_field(__fields);
            ::core::option::Option::Some(Self {
                mail: __field_1?,
                r#type: __field_2?,
                level: __field_8?,
                preferences: __field_9?,
                password: __password?,
            })
        }
        fn password(&self) -> ::core::option::Option<&::auth::__private::Password> {
            ::core::option::Option::Some(&self.password)
        }
        fn into_row(
            self,
        ) -> ::std::vec::Vec<::core::option::Option<::auth::__private::Value>> {
            ::auth::__private::initial([
                ::core::option::Option::None,
                ::core::option::Option::Some(__F1.codec.put(&self.mail)),
                ::core::option::Option::Some(__F2.codec.put(&self.r#type)),
                ::core::option::Option::None,
                ::core::option::Option::None,
                ::core::option::Option::None,
                ::core::option::Option::None,
                ::core::option::Option::None,
                ::core::option::Option::Some(__F8.put(&self.level)),
                ::core::option::Option::Some(__F9.put(&self.preferences)),
                ::core::option::Option::None,
                ::core::option::Option::Some(__F11.put(&__default_11())),
            ])
        }
    }
    #[automatically_derived]
    impl<'de> ::auth::__private::serde::Deserialize<'de> for __Signup
    where
        for<'__a> Self: ::auth::__private::SignupBody,
    {
        fn deserialize<__D: ::auth::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            ::auth::__private::deserialize_body(
                __deserializer,
                <Self as ::auth::__private::SignupBody>::read,
            )
        }
    }
    /// What users may change of themselves.
    pub struct __Patch {
        /// The new value of the field `type`; none leaves it.
        pub r#type: ::core::option::Option<String>,
        /// The new value of the field `preferences`; none leaves it.
        pub preferences: ::core::option::Option<Preferences>,
    }
    #[automatically_derived]
    impl ::auth::__private::PatchBody for __Patch
    where
        for<'__a> Self: ::auth::user::field::Shared,
    {
        fn read(
            __fields: &mut ::auth::__private::Fields,
        ) -> ::core::option::Option<Self> {
            __fields.alias("type", "username");
            let __field_2 = __fields.patched("type", &__F2.codec);
            let __field_9 = __fields.patched("preferences", &__F9);
            ::core::option::Option::Some(Self {
                r#type: __field_2?,
                preferences: __field_9?,
            })
        }
        fn into_changes(
            self,
        ) -> ::std::vec::Vec<(::core::primitive::usize, ::auth::__private::Value)> {
            ::auth::__private::changes([
                ::auth::__private::change(2usize, self.r#type.as_ref(), &__F2.codec),
                ::auth::__private::change(9usize, self.preferences.as_ref(), &__F9),
            ])
        }
    }
    #[automatically_derived]
    impl<'de> ::auth::__private::serde::Deserialize<'de> for __Patch
    where
        for<'__a> Self: ::auth::__private::PatchBody,
    {
        fn deserialize<__D: ::auth::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            ::auth::__private::deserialize_body(
                __deserializer,
                <Self as ::auth::__private::PatchBody>::read,
            )
        }
    }
    #[automatically_derived]
    impl ::auth::__private::HasEmail for Person
    where
        for<'__a> Person: ::auth::AuthUser<Id = Key>,
    {}
    #[automatically_derived]
    impl ::auth::__private::HasUsername for Person
    where
        for<'__a> Person: ::auth::AuthUser<Id = Key>,
    {}
    #[automatically_derived]
    impl ::auth::__private::HasPassword for Person
    where
        for<'__a> Person: ::auth::AuthUser<Id = Key>,
    {}
    #[automatically_derived]
    impl ::auth::__private::HasVerifiedEmail for Person
    where
        for<'__a> Person: ::auth::AuthUser<Id = Key>,
    {}
    #[automatically_derived]
    impl ::auth::__private::HasActive for Person
    where
        for<'__a> Person: ::auth::AuthUser<Id = Key>,
    {}
    ::auth::__private::described! {
        __Claims "PersonClaims" claims() { "kind" __F2.codec; "proved_at" __F4.codec;
        "level" __F8; "tariff" __F11; } __Patch "PersonPatch" patch() { "type" __F2
        .codec; "preferences" __F9, json Preferences; } __Signup "PersonSignup"
        signup_with_password() { "mail" __F1.codec, of Option < String >; "type" __F2
        .codec, of String; "level" __F8; "preferences" __F9, json Preferences, of
        Preferences; } __View "PersonView" view(where for < '__a > Person :
        ::auth::AuthUser < Id = Key >) { "key" __F0(); "mail" __F1.codec; "type" __F2
        .codec; "proved_at" __F4.codec; "made" __F6; "level" __F8; "preferences" __F9,
        json Preferences; "plan" __F11; }
    }
};
