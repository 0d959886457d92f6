//! The vocabulary of `#[auth(…)]`.

/// What a field can be to fastauth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    Id,
    Email,
    Username,
    PasswordHash,
    EmailVerified,
    Active,
    CreatedAt,
    UpdatedAt,
}

impl Part {
    /// In the order people read them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Id,
        Self::Email,
        Self::Username,
        Self::PasswordHash,
        Self::EmailVerified,
        Self::Active,
        Self::CreatedAt,
        Self::UpdatedAt,
    ];

    /// The option's word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::Username => "username",
            Self::PasswordHash => "password_hash",
            Self::EmailVerified => "email_verified",
            Self::Active => "active",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    /// What people call it.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::Username => "username",
            Self::PasswordHash => "password hash",
            Self::EmailVerified => "`email_verified`",
            Self::Active => "`active`",
            Self::CreatedAt => "`created_at`",
            Self::UpdatedAt => "`updated_at`",
        }
    }

    /// The one of this user: `the email`.
    pub(crate) fn the(self) -> String {
        let noun = self.noun();
        if noun.starts_with('`') { noun.to_owned() } else { format!("the {noun}") }
    }

    /// The same as the subject of a sentence.
    pub(crate) const fn subject(self) -> &'static str {
        match self {
            Self::Id => "an id",
            Self::Email => "an email",
            Self::Username => "a username",
            Self::PasswordHash => "a password hash",
            _ => self.noun(),
        }
    }

    /// What such a field is often called elsewhere, for a guess.
    pub(crate) const fn usual_names(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["uid", "user_id", "account_id", "uuid", "pk", "key"],
            Self::Email => &["mail", "email_address", "address", "login"],
            Self::Username => &["login", "name", "nick", "nickname", "handle"],
            Self::PasswordHash => &["hash", "hashed_password", "password", "passwd", "digest"],
            Self::EmailVerified => &["verified", "is_verified", "email_verified_at", "verified_at"],
            Self::Active => &["is_active", "enabled"],
            Self::CreatedAt => &["created", "inserted_at", "registered_at"],
            Self::UpdatedAt => &["updated", "modified_at", "changed_at"],
        }
    }
}

/// An option.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Word {
    Column,
    Crate,
    Default,
    Edit,
    Json,
    Part(Part),
    Signup,
    Skip,
    Table,
    Token,
    View,
}

impl Word {
    /// The option called `name`, wherever it may stand.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let part = || Part::ALL.into_iter().find(|part| part.word() == name);
        OPTIONS.iter().find(|it| it.as_str() == name).copied().or_else(|| part().map(Self::Part))
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Crate => "crate",
            Self::Default => "default",
            Self::Edit => "edit",
            Self::Json => "json",
            Self::Part(part) => part.word(),
            Self::Signup => "signup",
            Self::Skip => "skip",
            Self::Table => "table",
            Self::Token => "token",
            Self::View => "view",
        }
    }
}

/// All that is not a part, in the order people read them.
const OPTIONS: [Word; 10] = [
    Word::Signup,
    Word::Edit,
    Word::View,
    Word::Token,
    Word::Column,
    Word::Json,
    Word::Default,
    Word::Skip,
    Word::Table,
    Word::Crate,
];

/// Where an attribute stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// On the value of a user: an enum or a newtype of its own.
    Beside,
    Field,
    Struct,
}

impl Place {
    /// Whether `word` may stand here.
    pub(crate) const fn takes(self, word: Word) -> bool {
        match (self, word) {
            (_, Word::Crate) => !matches!(self, Self::Field),
            (Self::Beside, _) => false,
            (_, Word::Part(_) | Word::Token) => true,
            (_, Word::Table) => matches!(self, Self::Struct),
            _ => matches!(self, Self::Field),
        }
    }

    /// Every option that may stand here.
    pub(crate) fn options(self) -> impl Iterator<Item = &'static str> {
        let parts = Part::ALL.into_iter().map(Word::Part);
        OPTIONS.into_iter().chain(parts).filter(move |it| self.takes(*it)).map(Word::as_str)
    }

    /// The same as a list for people.
    pub(crate) fn list(self) -> String {
        let own = OPTIONS.into_iter().filter(|it| self.takes(*it));
        let own: Vec<_> = own.map(quoted).collect();
        if self == Self::Beside {
            return format!("expected {}", own.join(", "));
        }
        let parts: Vec<_> = Part::ALL.into_iter().map(Word::Part).map(quoted).collect();
        let (first, times) = parts.split_at(parts.len() - 2);
        let (own, first, times) = (own.join(", "), first.join(", "), times.join(", "));
        format!("expected {own}\nor a part: {first},\n{times}")
    }
}

fn quoted(word: Word) -> String {
    format!("`{}`", word.as_str())
}

/// What other frameworks call our options.
pub(crate) fn translate(foreign: &str) -> Option<&'static str> {
    FOREIGN.iter().find(|(word, _)| *word == foreign).map(|(_, ours)| *ours)
}

const FOREIGN: &[(&str, &str)] = &[
    ("additional_field", "edit"),
    ("claim", "token"),
    ("col", "column"),
    ("confirmed", "email_verified"),
    ("created", "created_at"),
    ("editable", "edit"),
    ("enabled", "active"),
    ("hash", "password_hash"),
    ("hashed_password", "password_hash"),
    ("ignore", "skip"),
    ("in_token", "token"),
    ("input", "signup"),
    ("inserted_at", "created_at"),
    ("is_active", "active"),
    ("is_verified", "email_verified"),
    ("jwt", "token"),
    ("key", "id"),
    ("login", "username"),
    ("mail", "email"),
    ("modified_at", "updated_at"),
    ("name", "column"),
    ("output", "view"),
    ("password", "password_hash"),
    ("patch", "edit"),
    ("pk", "id"),
    ("primary_key", "id"),
    ("public", "view"),
    ("register", "signup"),
    ("rename", "column"),
    ("returned", "view"),
    ("table_name", "table"),
    ("transient", "skip"),
    ("update", "edit"),
    ("verified", "email_verified"),
    ("visible", "view"),
];
