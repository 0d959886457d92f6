use std::{collections::BTreeSet, fmt};

/// What the application lets people do: derive it on an enum, do not write it.
///
/// ```
/// use fastauth::Permission;
///
/// #[derive(Debug, PartialEq, Permission)]
/// enum Can {
///     /// Read every post.
///     #[permission("posts:read")]
///     ReadPosts,
///     ManageRoles,
/// }
///
/// assert_eq!(Can::ReadPosts.name(), "posts:read");
/// assert_eq!(Can::ReadPosts.description(), "Read every post.");
/// assert_eq!(Can::ManageRoles.name(), "manage-roles");
/// assert_eq!(Can::parse("posts:read"), Some(Can::ReadPosts));
/// assert_eq!(Can::parse("Posts:Read"), None); // names are compared exactly
/// assert_eq!(Can::ALL.len(), 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of permissions",
    label = "not a set of permissions",
    note = "derive it: `#[derive(Permission)] enum {Self} {{ … }}`"
)]
pub trait Permission: Send + Sized + Sync + 'static {
    /// Every permission there is.
    const ALL: &'static [Self];

    /// Its name: in roles, in scopes, on the wire.
    fn name(&self) -> &'static str;

    /// What it allows, as its doc comment says; empty without one.
    fn description(&self) -> &'static str;

    /// The permission of this name.
    fn parse(name: &str) -> Option<Self>;
}

/// One permission as a type, so that a guard is an argument's type: `can::WritePosts`. The derive of
/// [`Permission`] makes one for each variant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a permission",
    label = "expected a marker such as `can::WritePosts`",
    note = "each variant has one, in the module named after the enum"
)]
pub trait PermissionMarker: 'static {
    /// The enum it is a variant of.
    type Permission: Permission;

    /// The name of the permission.
    const NAME: &'static str;
}

/// The permissions somebody holds, by all their roles.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Permissions(BTreeSet<String>);

impl Permissions {
    /// What a guard asks for: a marker, or a tuple of several.
    ///
    /// ```
    /// use fastauth::{Permission, access::Permissions};
    ///
    /// #[derive(Permission)]
    /// enum Can { ReadPosts, WritePosts }
    ///
    /// assert_eq!(Permissions::of::<(can::ReadPosts, can::WritePosts)>().to_string(), "read-posts write-posts");
    /// ```
    pub fn of<P: super::Requirement>() -> Self {
        P::names().into_iter().collect()
    }

    /// Whether this one is among them; names are compared exactly.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Their names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<N: Into<String>> FromIterator<N> for Permissions {
    fn from_iter<I: IntoIterator<Item = N>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().collect();
        f.write_str(&names.join(" "))
    }
}
