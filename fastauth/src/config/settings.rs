use std::ffi::OsString;

use crate::error::{SetupProblem, nearest};

/// Every setting that is read from the environment.
const SETTINGS: &[&str] = &[
    "FASTAUTH_BANNER",
    "FASTAUTH_BASE_URL",
    "FASTAUTH_FIRST_ADMINISTRATOR",
    "FASTAUTH_MAIL_FROM",
    "FASTAUTH_SECRET",
    "FASTAUTH_SECRET_FALLBACKS",
    "FASTAUTH_SMTP_URL",
];
/// What our examples and our tests read: known, and never proposed.
const OF_OUR_OWN: &[&str] = &["FASTAUTH_ADDR", "FASTAUTH_REQUIRE_SERVICES"];
/// What all of them begin with.
const OURS: &str = "FASTAUTH_";
/// Tests may have settings of their own.
const OF_TESTS: &str = "FASTAUTH_TEST_";

/// A setting from the environment; `None` when it is not set at all. Set and empty is a mistake
/// that must show, not a default.
pub(crate) fn from_env(name: &str) -> Option<String> {
    debug_assert!(SETTINGS.contains(&name), "`{name}` is missing in the list of settings");
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// The names of ours that no setting has: a misspelt one would start as if it were not there. Never
/// a value.
pub(crate) fn unknown_settings(names: impl IntoIterator<Item = OsString>) -> Vec<SetupProblem> {
    let names = names.into_iter().map(|name| name.to_string_lossy().into_owned());
    let mut unknown: Vec<String> = names
        .filter(|name| name.starts_with(OURS) && !name.starts_with(OF_TESTS))
        .filter(|name| ![SETTINGS, OF_OUR_OWN].concat().contains(&name.as_str()))
        .map(|name| name.escape_debug().take(64).collect())
        .collect();
    // The environment has no order.
    unknown.sort();
    unknown
        .into_iter()
        .map(|name| {
            let fix = match nearest(&name, SETTINGS.iter().copied()) {
                Some(meant) => format!("did you mean {meant}? otherwise unset {name}"),
                None => format!("unset {name}; the settings are {}", SETTINGS.join(", ")),
            };
            let cause = format!("the environment has {name}, which is no setting");
            SetupProblem::new("unknown setting", cause, fix)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(names: &[&str]) -> Vec<SetupProblem> {
        unknown_settings(names.iter().map(OsString::from))
    }

    #[test]
    fn a_misspelt_setting_is_told_with_what_was_meant() {
        for (name, meant) in [
            ("FASTAUTH_SECERT", "FASTAUTH_SECRET"),
            ("FASTAUTH_SECRETS", "FASTAUTH_SECRET"),
            ("FASTAUTH_secret", ""),
            ("FASTAUTH_BASEURL", "FASTAUTH_BASE_URL"),
            ("FASTAUTH_ADDRESS", ""),
            ("FASTAUTH_", ""),
            ("FASTAUTH_SHOE_SIZE", ""),
        ] {
            let problems = unknown(&[name]);
            assert_eq!(problems.len(), 1, "{name}");
            let SetupProblem { title, cause, fix } = &problems[0];
            assert_eq!(title, "unknown setting");
            assert!(cause.contains(name) && fix.contains(name), "{cause} {fix}");
            if meant.is_empty() {
                assert!(fix.contains(&SETTINGS.join(", ")), "{name}: {fix}");
            } else {
                assert!(fix.contains(&format!("did you mean {meant}?")), "{name}: {fix}");
            }
        }
    }

    #[test]
    fn what_is_known_or_not_ours_is_nobodys_problem() {
        assert_eq!(unknown(&[SETTINGS, OF_OUR_OWN].concat()), []);
        let others = [
            "FASTAUTH_TEST_DATABASE",
            "FASTAUTH",
            "MY_FASTAUTH_SECERT",
            "fastauth_secert",
            "PATH",
            "",
        ];
        assert_eq!(unknown(&others), []);
        let both = unknown(&["FASTAUTH_Z", "PATH", "FASTAUTH_SECRET", "FASTAUTH_A\n1"]);
        let causes: Vec<_> = both.iter().map(|it| it.cause.as_str()).collect();
        let said = ["FASTAUTH_A\\n1", "FASTAUTH_Z"];
        assert_eq!(
            causes,
            said.map(|name| format!("the environment has {name}, which is no setting"))
        );
    }
}
