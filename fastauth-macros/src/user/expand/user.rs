//! `impl AuthUser`, and the marks of the parts that are there.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{described, shown, spec};
use crate::user::{
    model::{Field, User},
    words::Part,
};

pub(super) fn auth_user(user: &User<'_>) -> TokenStream {
    let (krate, private, ident) = (&user.krate, user.krate.private(), user.ident);
    let key = user.part(Part::Id).map(|field| {
        let (ident, ty) = (field.ident, field.ty);
        (id_type(ty), quote!(&self.#ident))
    });
    let (id_type, id) = key.unwrap_or_default();
    let claims = user.fields.iter().filter_map(|field| field.claim.as_ref());
    let spec = spec::spec(user);
    let accessors = ACCESSORS
        .into_iter()
        .filter_map(|(part, accessor)| Some(accessor_of(user, user.part(part)?, accessor)));
    let copies = |is_in: shown::Choice| {
        let copied = user.fields.iter().filter(move |field| is_in(field)).map(|field| {
            let (ident, codec) = (field.ident, field.codec());
            quote!(#ident: #codec.copy(&self.#ident))
        });
        quote!(#(#copied),*)
    };
    let (claims_copied, view_copied) = (copies(shown::IN_CLAIMS), copies(shown::IN_VIEW));
    let put = user.stored().map(|field| {
        let (ident, codec) = (field.ident, field.codec());
        quote!(#codec.put(&self.#ident))
    });
    let (taken, shared) = (taken(user), shared(user));
    let schemas = described::all(user);
    quote! {
        #[automatically_derived]
        impl #krate::AuthUser for #ident #shared {
            #id_type
            type Claims = __Claims;
            type Signup = __Signup;
            type Patch = __Patch;
            type View = __View;

            const USER_FIELDS_IN_TOKEN: &'static [&'static ::core::primitive::str] = &[#(#claims),*];
            const SPEC: &'static #private::UserSpec = #spec;

            #schemas

            fn id(&self) -> &Self::Id {
                #id
            }

            #(#accessors)*

            fn claims(&self) -> Self::Claims {
                __Claims { #claims_copied }
            }

            fn view(&self) -> Self::View {
                __View { #view_copied }
            }

            fn to_row(&self) -> #private::Row {
                #private::row([#(#put),*])
            }

            fn from_row(
                mut __row: #private::Row,
            ) -> ::core::result::Result<Self, #private::ColumnError> {
                ::core::result::Result::Ok(Self { #(#taken),* })
            }
        }
    }
}

/// What the impl takes for granted: that all requests may share what the fields hold. Whether they may
/// is asked beside the codecs, of each field; with it granted here, and in the same way in the impls
/// that stand on this one, rustc finds nothing amiss in the types that are made of the fields. The
/// lifetime keeps it from asking again.
fn shared(user: &User<'_>) -> TokenStream {
    let asks = user.krate.asks();
    let bounds = user.fields.iter().filter(|field| field.part.is_none()).map(|field| {
        let ty = field.ty;
        quote!(for<'__a> #ty: #asks::Shared)
    });
    quote!(where #(#bounds),*)
}

/// The same where it is granted by the impl, for what names the user.
pub(super) fn granted(user: &User<'_>) -> TokenStream {
    let (krate, ident) = (&user.krate, user.ident);
    let id = user.part(Part::Id).map(|field| field.ty);
    quote!(where for<'__a> #ident: #krate::AuthUser<Id = #id>)
}

/// The id's type, from its first token to its last, so that what rustc says about it stands there.
fn id_type(ty: &syn::Type) -> TokenStream {
    let spans: Vec<_> = ty.to_token_stream().into_iter().map(|token| token.span()).collect();
    let ends = spans.first().zip(spans.last());
    let (first, last) = ends.map_or_else(|| (ty.span(), ty.span()), |(a, b)| (*a, *b));
    let head = quote_spanned!(first=> type Id =);
    let tail = quote_spanned!(last=> ;);
    quote!(#head #ty #tail)
}

/// The fields of a user that a row holds.
fn taken<'a>(user: &'a User<'_>) -> impl Iterator<Item = TokenStream> + 'a {
    let mut index = 0_usize;
    user.fields.iter().map(move |field| {
        let (ident, codec, default) = (field.ident, field.codec(), field.default_fn());
        let Some(column) = field.column() else { return quote!(#ident: #default()) };
        let taken = quote!(#ident: __row.take(#index, #column, &#codec)?);
        index += 1;
        taken
    })
}

/// The accessor of each part that has one: its name, and what it returns.
const ACCESSORS: [(Part, Accessor); 5] = [
    (Part::Email, Accessor::Text("email")),
    (Part::Username, Accessor::Text("username")),
    (Part::PasswordHash, Accessor::Hash),
    (Part::EmailVerified, Accessor::Truth("is_email_verified")),
    (Part::Active, Accessor::Truth("is_active")),
];

#[derive(Clone, Copy)]
enum Accessor {
    Hash,
    Text(&'static str),
    Truth(&'static str),
}

fn accessor_of(user: &User<'_>, field: &Field<'_>, accessor: Accessor) -> TokenStream {
    let (ident, constant) = (field.ident, field.constant());
    let private = user.krate.private();
    let (name, returned) = match accessor {
        Accessor::Hash => {
            ("password_hash", quote!(::core::option::Option<&#private::PasswordHash>))
        }
        Accessor::Text(name) => (name, quote!(::core::option::Option<&::core::primitive::str>)),
        Accessor::Truth(name) => (name, quote!(::core::primitive::bool)),
    };
    let name = format_ident!("{name}");
    quote! {
        fn #name(&self) -> #returned {
            (#constant.ask)(&self.#ident)
        }
    }
}

/// What the builder asks for before it offers a flow.
pub(super) fn marks(user: &User<'_>) -> TokenStream {
    let (private, ident, granted) = (user.krate.private(), user.ident, granted(user));
    let marks =
        MARKS.into_iter().filter(|(part, _)| user.part(*part).is_some()).map(|(_, mark)| {
            let mark = format_ident!("{mark}");
            quote! {
                #[automatically_derived]
                impl #private::#mark for #ident #granted {}
            }
        });
    quote!(#(#marks)*)
}

/// The mark of each part that has one.
pub(crate) const MARKS: [(Part, &str); 5] = [
    (Part::Email, "HasEmail"),
    (Part::Username, "HasUsername"),
    (Part::PasswordHash, "HasPassword"),
    (Part::EmailVerified, "HasVerifiedEmail"),
    (Part::Active, "HasActive"),
];
