//! The types that bodies are read into: signup and patch.

use proc_macro2::TokenStream;
use quote::quote;

use super::shown::declared;
use crate::user::{
    model::{Field, User},
    words::Part,
};

pub(super) fn signup(user: &User<'_>) -> TokenStream {
    let (private, asks) = (user.krate.private(), user.krate.asks());
    let fields: Vec<_> = user.fields.iter().filter(|field| field.signup).collect();
    let declared = declared(&fields);
    let aliases = aliases(&fields);
    let reads = fields.iter().map(|field| signup_read(user, field));
    let logins = fields.iter().filter(|field| field.part.is_some()).map(|field| {
        let (name, constant, variable) = (field.name(), field.constant(), field.variable());
        quote!((#name, #constant.given(#variable.as_ref())))
    });
    let built = fields.iter().map(|field| {
        let (ident, variable) = (field.ident, field.variable());
        quote!(#ident: #variable?,)
    });
    let values = user.stored().map(|field| initial(field));
    let hashed = user.part(Part::PasswordHash).is_some();
    let password = |tokens: TokenStream| hashed.then_some(tokens);
    let password_field = password(
        quote!(#[doc = " The password, which is kept as its hash."] pub password: #private::Password,),
    );
    let password_read = password(quote!(let __password = #private::password_field(__fields);));
    let password_built = password(quote!(password: __password?,));
    let password_lent = if hashed {
        quote!(::core::option::Option::Some(&self.password))
    } else {
        quote!(::core::option::Option::None)
    };
    let deserialize = deserialize(user, &quote!(__Signup), &quote!(SignupBody));
    quote! {
        #[doc = " What a client gives at registration."]
        pub struct __Signup { #password_field #declared }

        #[automatically_derived]
        impl #private::SignupBody for __Signup where for<'__a> Self: #asks::Shared {
            fn read(__fields: &mut #private::Fields) -> ::core::option::Option<Self> {
                #(#aliases)*
                #(#reads)*
                #private::some_login(__fields, &[#(#logins),*]);
                #password_read
                ::core::option::Option::Some(Self { #(#built)* #password_built })
            }

            fn password(&self) -> ::core::option::Option<&#private::Password> {
                #password_lent
            }

            fn into_row(self) -> ::std::vec::Vec<::core::option::Option<#private::Value>> {
                #private::initial([#(#values),*])
            }
        }

        #deserialize
    }
}

fn signup_read(user: &User<'_>, field: &Field<'_>) -> TokenStream {
    let (private, asks) = (user.krate.private(), user.krate.asks());
    let (variable, name, codec, ty) = (field.variable(), field.name(), field.codec(), field.ty);
    if field.default.is_some() {
        let default = field.default_fn();
        quote!(let #variable = __fields.optional(#name, &#codec, #default);)
    } else {
        let absent = quote!(#asks::Absent::<#ty>::value());
        quote!(let #variable = #private::read_field(__fields, #name, &#codec, #absent);)
    }
}

/// The value of a new account's column; none where the library or the database gives it.
fn initial(field: &Field<'_>) -> TokenStream {
    let (ident, codec) = (field.ident, field.codec());
    if field.signup {
        quote!(::core::option::Option::Some(#codec.put(&self.#ident)))
    } else if field.default.is_some() {
        let default = field.default_fn();
        quote!(::core::option::Option::Some(#codec.put(&#default())))
    } else {
        quote!(::core::option::Option::None)
    }
}

pub(super) fn patch(user: &User<'_>) -> TokenStream {
    let (private, asks) = (user.krate.private(), user.krate.asks());
    let fields: Vec<_> = user.fields.iter().filter(|field| field.edit).collect();
    let declared = fields.iter().map(|field| {
        let (ident, ty) = (field.ident, field.ty);
        let doc = format!(" The new value of the field `{}`; none leaves it.", field.name());
        quote!(#[doc = #doc] pub #ident: ::core::option::Option<#ty>)
    });
    let aliases = aliases(&fields);
    let reads = fields.iter().map(|field| {
        let (variable, name, codec) = (field.variable(), field.name(), field.codec());
        quote!(let #variable = __fields.patched(#name, &#codec);)
    });
    let built = fields.iter().map(|field| {
        let (ident, variable) = (field.ident, field.variable());
        quote!(#ident: #variable?)
    });
    let changes =
        user.stored().enumerate().filter(|(_, field)| field.edit).map(|(index, field)| {
            let (ident, codec) = (field.ident, field.codec());
            quote!(#private::change(#index, self.#ident.as_ref(), &#codec))
        });
    let deserialize = deserialize(user, &quote!(__Patch), &quote!(PatchBody));
    quote! {
        #[doc = " What users may change of themselves."]
        pub struct __Patch { #(#declared),* }

        #[automatically_derived]
        impl #private::PatchBody for __Patch where for<'__a> Self: #asks::Shared {
            fn read(__fields: &mut #private::Fields) -> ::core::option::Option<Self> {
                #(#aliases)*
                #(#reads)*
                ::core::option::Option::Some(Self { #(#built),* })
            }

            fn into_changes(self) -> ::std::vec::Vec<(::core::primitive::usize, #private::Value)> {
                #private::changes([#(#changes),*])
            }
        }

        #deserialize
    }
}

/// Clients may say a part's own word, unless it is the name of another field of the body.
fn aliases(fields: &[&Field<'_>]) -> Vec<TokenStream> {
    let named = |word: &str| fields.iter().any(|field| field.name() == word);
    let words = fields.iter().filter_map(|field| Some((field.name(), field.part?.word())));
    let renamed = words.filter(|(_, word)| !named(word));
    renamed.map(|(name, word)| quote!(__fields.alias(#name, #word);)).collect()
}

fn deserialize(user: &User<'_>, ty: &TokenStream, body: &TokenStream) -> TokenStream {
    let private = user.krate.private();
    quote! {
        #[automatically_derived]
        impl<'de> #private::serde::Deserialize<'de> for #ty where for<'__a> Self: #private::#body {
            fn deserialize<__D: #private::serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #private::deserialize_body(__deserializer, <Self as #private::#body>::read)
            }
        }
    }
}
