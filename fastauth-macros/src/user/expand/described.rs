//! The bodies for documents, as data: a macro of the library prints the rest of it, or nothing.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    shown::{Choice, IN_CLAIMS, IN_VIEW},
    user::granted,
};
use crate::{
    names::plain,
    user::{
        model::{Field, Kept, User},
        words::Part,
    },
};

pub(super) fn bodies(user: &User<'_>) -> TokenStream {
    let (private, name) = (user.krate.private(), plain(user.ident));
    let named = |word: &str| format!("{name}{word}");
    let (in_claims, in_patch) = (named("Claims"), named("Patch"));
    let (in_signup, in_view) = (named("Signup"), named("View"));
    let claims = fields(user, IN_CLAIMS, |field| {
        let name = field.claim.as_deref().unwrap_or_default();
        told(field, name)
    });
    let patch = fields(user, |field| field.edit, |field| told(field, &field.name()));
    let signup = fields(user, |field| field.signup, given);
    let view = fields(user, IN_VIEW, |field| told(field, &field.name()));
    // The id is asked of the user itself.
    let granted = granted(user);
    let signs_up = if user.part(Part::PasswordHash).is_some() {
        quote!(signup_with_password)
    } else {
        quote!(signup)
    };
    quote! {
        #private::described! {
            __Claims #in_claims claims () { #claims }
            __Patch #in_patch patch () { #patch }
            __Signup #in_signup #signs_up () { #signup }
            __View #in_view view (#granted) { #view }
        }
    }
}

/// All of them, inside of the impl.
pub(super) fn all(user: &User<'_>) -> TokenStream {
    let private = user.krate.private();
    quote!(#private::schemas!(__Claims, __Patch, __Signup, __View);)
}

fn fields(user: &User<'_>, is_in: Choice, tell: fn(&Field<'_>) -> TokenStream) -> TokenStream {
    let told = user.fields.iter().filter(|field| is_in(field)).map(tell);
    quote!(#(#told;)*)
}

/// A field, and its type where that may describe itself.
fn told(field: &Field<'_>, name: &str) -> TokenStream {
    let (codec, ty) = (field.codec(), field.ty);
    let json = matches!(field.kept, Kept::Json(_)).then(|| quote!(, json #ty));
    quote!(#name #codec #json)
}

/// The same where its type says whether the client must give it, unless it has a default.
fn given(field: &Field<'_>) -> TokenStream {
    let (told, ty) = (told(field, &field.name()), field.ty);
    if field.default.is_some() { told } else { quote!(#told, of #ty) }
}
