#[allow(deprecated)]
const _: () = {
    const __KEY: ::fastauth::user::field::Key<Uuid> = ::fastauth::user::field::key::<
        Uuid,
    >();
    #[automatically_derived]
    impl ::fastauth::Column for Id {
        const TYPE: ::fastauth::__private::ColumnType = __KEY.codec.kind();
        const SHAPE: ::fastauth::__private::Shape = __KEY.codec.shape();
        fn to_value(&self) -> ::fastauth::__private::Value {
            __KEY.codec.put(&self.0)
        }
        fn from_value(
            __value: ::fastauth::__private::Value,
        ) -> ::core::result::Result<Self, ::fastauth::__private::ColumnError> {
            __KEY.codec.get(__value).map(|__value| Self { 0: __value })
        }
    }
    #[automatically_derived]
    impl ::fastauth::UserKey for Id {
        fn generate(
            __now: ::fastauth::__private::Timestamp,
        ) -> ::core::option::Option<Self> {
            (__KEY.generate)(__now).map(|__value| Self { 0: __value })
        }
        fn parse(
            __text: &::core::primitive::str,
        ) -> ::core::result::Result<Self, ::fastauth::InvalidId> {
            (__KEY.parse)(__text).map(|__value| Self { 0: __value })
        }
        fn render(&self) -> ::std::string::String {
            (__KEY.render)(&self.0)
        }
    }
};
