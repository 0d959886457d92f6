//! One constant a field: the only place where a bound on its type is asked for, so that a type
//! that does not meet it is said once, under the user's own tokens.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, ExprLit, Lit};

use super::user::granted;
use crate::user::{
    model::{Field, Initial, Kept, User},
    words::Part,
};

pub(super) fn codecs(user: &User<'_>) -> TokenStream {
    let codecs = user.fields.iter().map(|field| codec(user, field));
    let defaults = user.fields.iter().map(|field| default(user, field));
    let shared = user.fields.iter().filter(|field| field.part.is_none()).map(|field| {
        let (asks, ty) = (user.krate.asks(), field.ty);
        quote!(const _: () = #asks::shared::<#ty>();)
    });
    quote!(#(#codecs)* #(#defaults)* #(#shared)*)
}

fn codec(user: &User<'_>, field: &Field<'_>) -> TokenStream {
    let (private, asks) = (user.krate.private(), user.krate.asks());
    let (name, ty) = (field.constant(), field.ty);
    let codec = quote!(#private::Codec<#ty>);
    if field.must_be_an_option() {
        return codec_of_an_option(user, field);
    }
    let in_token = in_token(field);
    match (field.part, &field.kept) {
        (_, Kept::Nowhere) => TokenStream::new(),
        (None, Kept::Column(_)) => {
            quote!(const #name: #codec = #asks::column::<#ty>()#in_token;)
        }
        (None, Kept::Json(_)) => {
            let nullable = quote!(#asks::Absent::<#ty>::IS_OPTION);
            quote!(const #name: #codec = #asks::json::<#ty>().nullable(#nullable)#in_token;)
        }
        (Some(part), _) => {
            let ask = format_ident!("{}", part.word());
            match part {
                // It asks for the user itself, which is one only where its fields may be shared.
                Part::Id => {
                    let (granted, user) = (granted(user), user.ident);
                    quote!(const fn #name() -> #codec #granted { #asks::id::<#user>() })
                }
                Part::Email | Part::Username => {
                    let lending = quote!(#asks::Lending<#ty, ::core::primitive::str>);
                    quote!(const #name: #lending = #asks::#ask::<#ty>();)
                }
                Part::PasswordHash => {
                    let lending = quote!(#asks::Lending<#ty, #private::PasswordHash>);
                    quote!(const #name: #lending = #asks::#ask::<#ty>();)
                }
                Part::EmailVerified | Part::Active => {
                    let part = quote!(#asks::Part<#ty, ::core::primitive::bool>);
                    quote!(const #name: #part = #asks::#ask::<#ty>();)
                }
                Part::CreatedAt | Part::UpdatedAt => {
                    quote!(const #name: #codec = #asks::point_in_time::<#ty>();)
                }
            }
        }
    }
}

/// Nothing gives the field a value, so its type must do without one. A type of the field's name
/// lets rustc say which field it is; it stands apart, where it hides no type of the user's.
fn codec_of_an_option(user: &User<'_>, field: &Field<'_>) -> TokenStream {
    let (private, asks) = (user.krate.private(), user.krate.asks());
    let (name, ty) = (field.constant(), field.ty);
    let (marker, said, owner) = (field.numbered("__N"), call_site(field.ident), user.ident);
    let (ask, nullable) = match field.kept {
        Kept::Json(_) => (quote!(json_or_null), quote!(.nullable(true))),
        _ => (quote!(column_or_null), TokenStream::new()),
    };
    let in_token = in_token(field);
    quote! {
        struct #marker;
        const _: () = {
            struct #said;
            #[automatically_derived]
            impl #asks::Named for #marker {
                type Name = #said;
            }
        };
        const #name: #private::Codec<#ty> =
            #asks::#ask::<#ty, #owner, <#marker as #asks::Named>::Name>()#nullable #in_token;
    }
}

/// What the access token carries has a tighter limit.
fn in_token(field: &Field<'_>) -> Option<TokenStream> {
    field.claim.as_ref().map(|_| quote!(.in_token()))
}

/// A function, so that the user's expression sees no name of ours.
fn default(user: &User<'_>, field: &Field<'_>) -> TokenStream {
    let (asks, name, ty) = (user.krate.asks(), field.default_fn(), field.ty);
    let usual = || quote!(<#ty as ::core::default::Default>::default());
    let value = match &field.default {
        Some(Initial::Written(Expr::Lit(ExprLit { lit: Lit::Str(text), .. }))) => {
            quote!(#asks::text(#text))
        }
        Some(Initial::Written(expr)) => quote!(#expr),
        Some(Initial::Default) => usual(),
        None if matches!(field.kept, Kept::Nowhere) => usual(),
        None => return TokenStream::new(),
    };
    quote! {
        fn #name() -> #ty {
            #value
        }
    }
}

impl Field<'_> {
    /// The expression of its codec.
    pub(super) fn codec(&self) -> TokenStream {
        let constant = self.constant();
        match self.part {
            None | Some(Part::CreatedAt | Part::UpdatedAt) => quote!(#constant),
            Some(Part::Id) => quote!(#constant()),
            Some(_) => quote!(#constant.codec),
        }
    }

    /// The expression of the codec that reads it out of a token, which we wrote: an address that
    /// is older than our rules about addresses is still one.
    pub(super) fn claim_codec(&self) -> TokenStream {
        let constant = self.constant();
        match self.part {
            Some(Part::Email | Part::Username) => quote!(#constant.written),
            _ => self.codec(),
        }
    }

    /// The name of its constant.
    pub(super) fn constant(&self) -> Ident {
        self.numbered("__F")
    }

    /// The name of the function that makes its default.
    pub(super) fn default_fn(&self) -> Ident {
        self.numbered("__default_")
    }

    /// The name of a variable that holds what was read of it.
    pub(super) fn variable(&self) -> Ident {
        self.numbered("__field_")
    }

    fn numbered(&self, prefix: &str) -> Ident {
        format_ident!("{prefix}{}", self.index)
    }
}

/// The same name as code of ours, so that no lint speaks of it as the user's.
fn call_site(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(Span::call_site());
    ident
}
