//! What it means. A [`User`] exists only if every rule holds, so printing has no error path.

mod claims;
mod parts;
mod storage;
pub(super) mod types;
mod visibility;

use proc_macro2::Ident;
use syn::{Expr, Type};

use super::{
    input::{Input, InputField},
    words::{Part, Word},
};
use crate::{errors::Errors, krate::Krate, names::plain};

/// A struct that is a user.
pub(crate) struct User<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) krate: Krate,
    pub(crate) table: String,
    pub(crate) fields: Vec<Field<'a>>,
}

/// A field of it.
pub(crate) struct Field<'a> {
    /// Which one it is.
    pub(crate) index: usize,
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) part: Option<Part>,
    pub(crate) kept: Kept,
    /// Where its value comes from when nobody gives one.
    pub(crate) default: Option<Initial<'a>>,
    /// The name of its claim.
    pub(crate) claim: Option<String>,
    pub(crate) edit: bool,
    pub(crate) signup: bool,
    pub(crate) view: bool,
}

/// How a field is kept.
pub(crate) enum Kept {
    /// In the column of this name.
    Column(String),
    /// In the column of this name, as JSON.
    Json(String),
    /// Not at all.
    Nowhere,
}

/// A value nobody gave.
pub(crate) enum Initial<'a> {
    /// What `Default` says.
    Default,
    /// What the user wrote.
    Written(&'a Expr),
}

impl<'a> User<'a> {
    /// Applies the rules, all of them.
    pub(crate) fn new(input: &'a Input<'a>, mut errors: Errors) -> syn::Result<Self> {
        let cast = parts::cast(input, &mut errors);
        parts::absent(input, &cast, &mut errors);
        visibility::rules(&cast, &mut errors);
        types::owned(&cast, &mut errors);
        let claims = claims::claims(input, &cast, &mut errors);
        let table = storage::table(input, &mut errors);
        let kept = storage::columns(&cast, &mut errors);
        let whole = cast.into_iter().zip(claims).zip(kept).enumerate();
        let fields = whole.map(|(index, ((cast, claim), kept))| Field {
            index,
            kept,
            claim,
            ..Field::new(cast.field, cast.part)
        });
        let user = Self {
            ident: input.ident,
            krate: input.krate.clone(),
            table,
            fields: fields.collect(),
        };
        errors.finish(user)
    }

    /// The field that plays a part.
    pub(crate) fn part(&self, part: Part) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.part == Some(part))
    }

    /// The fields that have a column, in its order.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.column().is_some())
    }
}

impl<'a> Field<'a> {
    fn new(field: &'a InputField<'a>, part: Option<Part>) -> Self {
        let says = |word| field.says(word).is_some();
        let named_at_signup = matches!(part, Some(Part::Email | Part::Username));
        let seen = matches!(part, Some(Part::Id | Part::EmailVerified | Part::CreatedAt));
        let signup = says(Word::Signup) || named_at_signup;
        let edit = says(Word::Edit);
        let written = field.default.as_ref().map_or(Initial::Default, Initial::Written);
        Self {
            index: 0,
            ident: field.ident,
            ty: field.ty,
            part,
            kept: Kept::Nowhere,
            default: says(Word::Default).then_some(written),
            claim: None,
            edit,
            signup,
            view: says(Word::View) || signup || edit || seen,
        }
    }

    /// Its name on the wire.
    pub(crate) fn name(&self) -> String {
        plain(self.ident)
    }

    /// The name of its column.
    pub(crate) fn column(&self) -> Option<&str> {
        match &self.kept {
            Kept::Column(name) | Kept::Json(name) => Some(name),
            Kept::Nowhere => None,
        }
    }

    /// Whether only its type can say where a new account's value comes from.
    pub(crate) fn must_be_an_option(&self) -> bool {
        let given = self.signup || self.default.is_some();
        self.part.is_none() && self.column().is_some() && !given
    }
}
