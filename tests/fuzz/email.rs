//! Addresses and usernames as somebody types them: one spelling stands for all, and stays.

#![no_main]

use fastauth::{Email, Username};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(email) = Email::parse(text) {
        let canonical = email.as_str();
        assert_eq!(Email::parse(canonical).expect("it is one").as_str(), canonical);
        assert_eq!(canonical.matches('@').count(), 1);
        assert!(canonical.len() <= 254);
        assert!(!canonical.chars().any(|c| c.is_control() || c.is_whitespace()));
    }
    if let Ok(username) = Username::parse(text) {
        let canonical = username.as_str();
        assert_eq!(Username::parse(canonical).expect("it is one").as_str(), canonical);
        assert!(!canonical.contains('@'));
    }
});
