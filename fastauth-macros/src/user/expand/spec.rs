//! The table and its columns, as data.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::{
    names::plain,
    user::{
        model::{Field, User},
        words::Part,
    },
};

pub(super) fn spec(user: &User<'_>) -> TokenStream {
    let private = user.krate.private();
    let (name, table) = (plain(user.ident), &user.table);
    let columns = user.stored().map(|field| {
        let (name, column, codec) = (field.name(), field.column(), field.codec());
        let default = field.default.as_ref().map(|_| {
            let default = field.default_fn();
            quote!(.or(|| #codec.put(&#default())))
        });
        quote!(#private::ColumnSpec::new(#name, #column, &#codec) #default)
    });
    let id = place(user, Part::Id).unwrap_or_default();
    let parts = Part::ALL.into_iter().filter(|part| *part != Part::Id).map(|part| {
        let word = format_ident!("{}", part.word());
        let index = place(user, part).map_or_else(
            || quote!(::core::option::Option::None),
            |index| quote!(::core::option::Option::Some(#index)),
        );
        quote!(#word: #index)
    });
    quote! {
        &#private::UserSpec {
            name: #name,
            table: #table,
            columns: &[#(#columns),*],
            id: #id,
            #(#parts),*
        }
    }
}

/// The column of a part.
fn place(user: &User<'_>, part: Part) -> Option<usize> {
    user.stored().position(|field: &Field<'_>| field.part == Some(part))
}
