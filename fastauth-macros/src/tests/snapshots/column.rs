#[allow(deprecated)]
const _: () = {
    #[automatically_derived]
    impl ::fastauth::Column for Plan {
        const TYPE: ::fastauth::__private::ColumnType = ::fastauth::__private::ColumnType::Text;
        const SHAPE: ::fastauth::__private::Shape = ::fastauth::__private::Shape::OneOf(
            &["free", "very_pro"],
        );
        fn to_value(&self) -> ::fastauth::__private::Value {
            ::fastauth::__private::name(
                match self {
                    Self::Free => "free",
                    Self::VeryPro => "very_pro",
                },
            )
        }
        fn from_value(
            __value: ::fastauth::__private::Value,
        ) -> ::core::result::Result<Self, ::fastauth::__private::ColumnError> {
            ::fastauth::__private::named(
                __value,
                |__name| match __name {
                    "free" => ::core::option::Option::Some(Self::Free),
                    "very_pro" => ::core::option::Option::Some(Self::VeryPro),
                    _ => ::core::option::Option::None,
                },
            )
        }
    }
};
