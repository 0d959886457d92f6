//! Who plays which part: one field each, and a part once.

use crate::{
    errors::Errors,
    names::plain,
    nearest::nearest,
    user::{
        input::{Input, InputField, Role},
        words::Part,
    },
};

/// A field and the part it plays.
pub(super) struct Cast<'a> {
    pub(super) field: &'a InputField<'a>,
    pub(super) part: Option<Part>,
    named_on_the_struct: bool,
}

/// Gives every part to its field: first what the struct says, then what the fields say.
pub(super) fn cast<'a>(input: &'a Input<'a>, errors: &mut Errors) -> Vec<Cast<'a>> {
    let uncast = |field| Cast { field, part: None, named_on_the_struct: false };
    let mut cast: Vec<_> = input.fields.iter().map(uncast).collect();
    for role in &input.roles {
        let name = plain(role.field.as_ref().unwrap_or(&role.word));
        match cast.iter_mut().find(|it| plain(it.field.ident) == name) {
            Some(Cast { part: Some(earlier), .. }) => {
                one_part_a_field(role.caret(), *earlier, role.part, errors);
            }
            Some(it) => {
                it.part = Some(role.part);
                it.named_on_the_struct = true;
            }
            None => no_such_field(input, role, &name, errors),
        }
    }
    for (index, field) in input.fields.iter().enumerate() {
        for (part, word) in field.parts() {
            let holder = cast.iter().find(|it| it.part == Some(part));
            if let Some(holder) = holder {
                played_once(input, holder, part, word, errors);
            } else if let Some(it) = cast.get_mut(index) {
                match it.part {
                    Some(earlier) => one_part_a_field(word, earlier, part, errors),
                    None => it.part = Some(part),
                }
            }
        }
    }
    cast
}

/// What nobody plays, where somebody must.
pub(super) fn absent(input: &Input<'_>, cast: &[Cast<'_>], errors: &mut Errors) {
    if !errors.understood_all() {
        return;
    }
    let user = input.ident;
    let played = |part| cast.iter().any(|it| it.part == Some(part));
    if !played(Part::Id) {
        let what = format!("no field of `{user}` is its id");
        errors.at(user, what, "mark one with `#[auth(id)]`");
    }
    if !played(Part::Email) && !played(Part::Username) {
        errors.at(
            user,
            format_args!("`{user}` has nothing to log in with"),
            "mark a field with `#[auth(email)]` or `#[auth(username)]`",
        );
    } else if !played(Part::Email) && played(Part::EmailVerified) {
        let field = cast.iter().find(|it| it.part == Some(Part::EmailVerified));
        errors.at(
            field.map_or(user, |it| it.field.ident),
            format_args!("`{user}` has no email that could be verified"),
            "mark a field with `#[auth(email)]`, or remove `email_verified`",
        );
    } else if !played(Part::PasswordHash) && !played(Part::EmailVerified) {
        errors.at(
            user,
            format_args!(
                "nobody could ever sign in: `{user}` has no password and no verified email"
            ),
            "mark a field with `#[auth(password_hash)]` or `#[auth(email_verified)]`",
        );
    }
}

fn one_part_a_field(caret: impl quote::ToTokens, earlier: Part, later: Part, errors: &mut Errors) {
    errors.at(
        caret,
        format_args!("one field cannot be both `{}` and `{}`", earlier.word(), later.word()),
        format_args!("give {} a field of its own", later.the()),
    );
}

fn played_once(
    input: &Input<'_>,
    holder: &Cast<'_>,
    part: Part,
    word: &proc_macro2::Ident,
    errors: &mut Errors,
) {
    let (user, the, field) = (input.ident, part.the(), plain(holder.field.ident));
    if holder.named_on_the_struct {
        let what = format!("{the} of `{user}` is already named on the struct: `{field}`");
        errors.at(word, what, "keep one of the two");
    } else {
        let what = format!("{the} of `{user}` is already the field `{field}`");
        let help = format!("remove `{}` here; each part is played once", part.word());
        errors.at(word, what, help);
    }
}

fn no_such_field(input: &Input<'_>, role: &Role, name: &str, errors: &mut Errors) {
    let what = format!("`{}` has no field `{name}`", input.ident);
    let names = input.field_names();
    let near = nearest(name, names.iter().map(String::as_str));
    if role.field.is_some() {
        errors.lost(role.caret(), what, input.did_you_mean(name));
        return;
    }
    let usual = role.part.usual_names();
    let guess =
        near.or_else(|| usual.iter().copied().find(|it| names.iter().any(|name| name == it)));
    let word = role.part.word();
    let example = usual.first().copied().unwrap_or(word);
    let help = guess.map_or_else(
        || format!("name the field that plays the part, for example `{word} = {example}`"),
        |field| format!("name the field that plays the part: `{word} = {field}`"),
    );
    errors.lost(role.caret(), what, help);
}
