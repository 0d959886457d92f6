//! What was written: every option with its tokens, all of it optional.

use proc_macro2::{Ident, TokenStream};
use syn::{Data, DeriveInput, Expr, Fields, GenericParam, LitStr, Type};

use super::{
    options::{self, Written},
    values,
    words::{Part, Place, Word},
};
use crate::{errors::Errors, krate::Krate, names::plain, nearest::nearest};

/// The struct.
pub(crate) struct Input<'a> {
    pub(crate) ident: &'a Ident,
    /// The parts named on the struct.
    pub(crate) roles: Vec<Role>,
    /// The fields listed in `token(…)`.
    pub(crate) token: Vec<Ident>,
    pub(crate) table: Option<LitStr>,
    pub(crate) krate: Krate,
    pub(crate) fields: Vec<InputField<'a>>,
}

/// A part named on the struct: `email`, or `email = mail`.
pub(crate) struct Role {
    pub(crate) part: Part,
    pub(crate) word: Ident,
    pub(crate) field: Option<Ident>,
}

/// A field.
pub(crate) struct InputField<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) claim: Option<LitStr>,
    pub(crate) column: Option<LitStr>,
    pub(crate) default: Option<Expr>,
    words: Vec<(Word, Ident)>,
}

impl<'a> Input<'a> {
    /// Reads all there is, and says what cannot be read. `None` for what is not a struct that
    /// could be a user.
    pub(crate) fn read(item: &'a DeriveInput, errors: &mut Errors) -> Option<Self> {
        let fields = fields(item, errors)?;
        let mut input = Self {
            ident: &item.ident,
            roles: Vec::new(),
            token: Vec::new(),
            table: None,
            krate: Krate::default(),
            fields: Vec::new(),
        };
        for option in options::read(&item.attrs, Place::Struct, &item.ident, errors) {
            input.hear(&option, errors);
        }
        for (ident, field) in fields {
            let options = options::read(&field.attrs, Place::Field, &item.ident, errors);
            input.fields.push(InputField::read(ident, &field.ty, options, errors));
        }
        Some(input)
    }

    fn hear(&mut self, option: &Written, errors: &mut Errors) {
        match option.word {
            Word::Crate => {
                let said = Krate::said(&option.all, &option.given, errors);
                self.krate = said.unwrap_or_default();
            }
            Word::Part(part) => {
                let field = values::field(option, errors);
                self.roles.extend(field.map(|field| Role {
                    part,
                    word: option.name.clone(),
                    field,
                }));
            }
            Word::Table => self.table = values::text(option, "a table", "users", errors),
            Word::Token => self.token = values::fields(option, errors),
            // Options of fields were refused when they were read.
            _ => {}
        }
    }
}

impl<'a> InputField<'a> {
    /// The word of an option that stands on this field.
    pub(crate) fn says(&self, word: Word) -> Option<&Ident> {
        self.words.iter().find(|(said, _)| *said == word).map(|(_, name)| name)
    }

    /// The parts this field is said to play.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Part, &Ident)> {
        self.words.iter().filter_map(|(word, name)| match word {
            Word::Part(part) => Some((*part, name)),
            _ => None,
        })
    }

    fn read(ident: &'a Ident, ty: &'a Type, options: Vec<Written>, errors: &mut Errors) -> Self {
        let mut field =
            Self { ident, ty, claim: None, column: None, default: None, words: Vec::new() };
        for option in options {
            match option.word {
                Word::Column => field.column = values::text(&option, "a column", "mail", errors),
                Word::Default => field.default = values::expression(&option, errors),
                Word::Token => field.claim = values::claim(&option, errors),
                _ => values::nothing(&option, errors),
            }
            field.words.push((option.word, option.name));
        }
        field
    }
}

/// The named fields of a struct without parameters.
fn fields<'a>(
    item: &'a DeriveInput,
    errors: &mut Errors,
) -> Option<Vec<(&'a Ident, &'a syn::Field)>> {
    let ident = &item.ident;
    let keep = "keep what all accounts share in a struct and derive `AuthUser` on it";
    let named = match &item.data {
        Data::Enum(data) => {
            let what = format!("an auth user is a struct with named fields; `{ident}` is an enum");
            errors.lost(data.enum_token, what, keep);
            return None;
        }
        Data::Union(data) => {
            let what = format!("an auth user is a struct with named fields; `{ident}` is a union");
            errors.lost(data.union_token, what, keep);
            return None;
        }
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) => {
                let help = format!("write `struct {ident} {{ id: i64, email: String }}`");
                errors.lost(fields, "an auth user needs named fields", help);
                return None;
            }
            Fields::Named(fields) if !fields.named.is_empty() => &fields.named,
            Fields::Named(_) | Fields::Unit => {
                let help = "an auth user has at least an id, and an email or a username";
                errors.lost(ident, format_args!("`{ident}` has no fields"), help);
                return None;
            }
        },
    };
    generics(item, errors)?;
    Some(named.iter().filter_map(|field| Some((field.ident.as_ref()?, field))).collect())
}

/// A user is loaded from a row, so it can neither borrow nor be of many types.
fn generics(item: &DeriveInput, errors: &mut Errors) -> Option<()> {
    let ident = &item.ident;
    for parameter in &item.generics.params {
        let GenericParam::Lifetime(parameter) = parameter else { continue };
        let lifetime = &parameter.lifetime;
        errors.lost(
            lifetime,
            format_args!("an auth user cannot borrow; `{ident}` has the lifetime `{lifetime}`"),
            format_args!("own the data: `String` in place of `&{lifetime} str`"),
        );
    }
    if item.generics.type_params().next().is_some() || item.generics.const_params().next().is_some()
    {
        errors.lost(
            &item.generics,
            "`AuthUser` cannot be derived for a generic struct",
            "derive it on a concrete struct, or implement it by hand",
        );
    }
    item.generics.params.is_empty().then_some(())
}

impl Role {
    /// What names the field: the value, or the word itself.
    pub(crate) fn caret(&self) -> TokenStream {
        let ident = self.field.as_ref().unwrap_or(&self.word);
        quote::ToTokens::to_token_stream(ident)
    }
}

impl Input<'_> {
    /// What the fields are called.
    pub(crate) fn field_names(&self) -> Vec<String> {
        self.fields.iter().map(|field| plain(field.ident)).collect()
    }

    /// The way out for somebody who named a field that is not there.
    pub(crate) fn did_you_mean(&self, name: &str) -> String {
        let names = self.field_names();
        if let Some(near) = nearest(name, names.iter().map(String::as_str)) {
            return format!("did you mean `{near}`?");
        }
        let shown: Vec<_> = names.iter().take(9).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > shown.len() { ", …" } else { "" };
        format!("its fields are {}{more}", shown.join(", "))
    }
}
