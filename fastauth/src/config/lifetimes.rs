use std::time::Duration;

/// How long things last. Each default has its reason in the [manual](crate::manual::_04_defaults).
///
/// ```
/// use std::time::Duration;
/// use fastauth::config::Lifetimes;
///
/// let short = Lifetimes::default().access(Duration::from_secs(5 * 60));
/// ```
#[derive(Clone, Debug)]
pub struct Lifetimes {
    pub(crate) access: Duration,
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
    pub(crate) grace: Duration,
    pub(crate) fresh: Duration,
    pub(crate) sliding: Duration,
    pub(crate) verify_email: Duration,
    pub(crate) reset_password: Duration,
    pub(crate) magic_link: Duration,
    pub(crate) change_email: Duration,
    pub(crate) complete_signup: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        const MINUTE: Duration = Duration::from_mins(1);
        const DAY: Duration = Duration::from_hours(24);
        Self {
            access: 15 * MINUTE,
            idle: 7 * DAY,
            absolute: 30 * DAY,
            grace: Duration::from_secs(10),
            fresh: 5 * MINUTE,
            sliding: DAY,
            verify_email: DAY,
            reset_password: 30 * MINUTE,
            magic_link: 10 * MINUTE,
            change_email: 60 * MINUTE,
            complete_signup: 10 * MINUTE,
        }
    }
}

impl Lifetimes {
    /// An access token: 15 minutes. `Claims<U>` alone may lag behind a revocation by this much.
    #[must_use]
    pub fn access(self, access: Duration) -> Self {
        Self { access, ..self }
    }

    /// A session nobody refreshes: 7 days.
    #[must_use]
    pub fn idle(self, idle: Duration) -> Self {
        Self { idle, ..self }
    }

    /// A session in any case, counted from the sign-in: 30 days (ASVS 10.4.8).
    #[must_use]
    pub fn absolute(self, absolute: Duration) -> Self {
        Self { absolute, ..self }
    }

    /// How long a refresh token that was just used still yields the same child: 10 seconds. It is
    /// for lost replies and for two tabs that refresh at once.
    #[must_use]
    pub fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// How long a proof of identity counts as fresh: 5 minutes (ASVS 7.5.3).
    #[must_use]
    pub fn fresh(self, fresh: Duration) -> Self {
        Self { fresh, ..self }
    }

    /// A session of an opaque access token that nobody uses: 24 hours (NIST SP 800-63B §2.2.3).
    #[must_use]
    pub fn sliding(self, sliding: Duration) -> Self {
        Self { sliding, ..self }
    }

    /// A link that proves an address: 24 hours.
    #[must_use]
    pub fn verify_email(self, verify_email: Duration) -> Self {
        Self { verify_email, ..self }
    }

    /// A link to set a new password: 30 minutes.
    #[must_use]
    pub fn reset_password(self, reset_password: Duration) -> Self {
        Self { reset_password, ..self }
    }

    /// A link that signs in: 10 minutes (ASVS 6.5.5).
    #[must_use]
    pub fn magic_link(self, magic_link: Duration) -> Self {
        Self { magic_link, ..self }
    }

    /// A link that confirms a new address: 1 hour.
    #[must_use]
    pub fn change_email(self, change_email: Duration) -> Self {
        Self { change_email, ..self }
    }

    /// How long whoever signs up by a link has to give what the application asks for besides:
    /// 10 minutes.
    #[must_use]
    pub fn complete_signup(self, complete_signup: Duration) -> Self {
        Self { complete_signup, ..self }
    }

    /// What cannot be meant, as sentences.
    pub(crate) fn contradictions(&self) -> Vec<String> {
        let zero = [
            ("access", self.access),
            ("idle", self.idle),
            ("absolute", self.absolute),
            ("fresh", self.fresh),
            ("sliding", self.sliding),
            ("verify_email", self.verify_email),
            ("reset_password", self.reset_password),
            ("magic_link", self.magic_link),
            ("change_email", self.change_email),
            ("complete_signup", self.complete_signup),
        ];
        let mut found: Vec<String> = zero
            .iter()
            .filter(|(_, time)| time.as_secs() == 0)
            .map(|(name, _)| format!("the lifetime `{name}` is under a second"))
            .collect();
        if self.idle > self.absolute {
            found.push("the lifetime `idle` is longer than `absolute`".into());
        }
        if self.grace > Duration::from_mins(1) {
            found.push(
                "the lifetime `grace` is over a minute: a stolen token would work that long".into(),
            );
        }
        found
    }
}
