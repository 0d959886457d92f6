use std::{net::IpAddr, time::Duration};

use super::*;

fn write(templates: MailTemplates, from: &str, letter: &Letter) -> Mail {
    let from = from.parse().unwrap();
    let writer = Writer::new(templates, from, "app.test").unwrap();
    writer.write(Uuid::nil(), Timestamp::from_secs(0), "ada@example.com", letter).unwrap()
}

fn reset() -> Letter {
    let link = "https://app.test/reset?token=abc&x='\"<y>".to_owned();
    Letter::ResetPassword { link, lasts: Duration::from_mins(30) }
}

#[test]
fn every_kind_has_words_of_ours_and_a_link_at_most_twice() {
    for kind in LetterKind::ALL {
        for letter in Letter::specimens(kind) {
            let mail = write(MailTemplates::new(), "Shop <no-reply@app.test>", &letter);
            assert_eq!(mail.kind, kind);
            assert!(mail.subject.contains("Shop") && mail.text.ends_with("\n\nShop\n"), "{kind}");
            assert!(mail.html.contains("<p>Shop</p>"), "{}", mail.html);
            let links = usize::from(letter.link().is_some());
            assert_eq!(mail.text.matches("https://").count(), links, "{}", mail.text);
            assert_eq!(mail.html.matches("https://").count(), 2 * links, "{}", mail.html);
            // No pictures, no scripts, nothing that is fetched.
            for word in ["<img", "<script", "<link", "src=", "url("] {
                assert!(!mail.html.contains(word), "{kind} {word}");
            }
            assert!(mail.text.lines().all(|line| line.len() <= 78), "{}", mail.text);
            assert!(!mail.text.contains("{{") && !mail.text.contains("none"), "{}", mail.text);
        }
    }
}

/// A start does not try them, unless one is replaced.
#[test]
fn our_own_templates_pass_the_check() {
    let layout = include_str!("../templates/standard/layout.html");
    let from = "no-reply@app.test".parse().unwrap();
    let tried = Writer::new(MailTemplates::new().layout(layout), from, "app.test");
    assert_eq!(tried.err(), None);
}

#[test]
fn html_is_escaped_and_text_is_not() {
    let mail = write(MailTemplates::new(), "\"A&B\" <no-reply@app.test>", &reset());
    assert!(mail.text.contains("\nhttps://app.test/reset?token=abc&x='\"<y>\n"), "{}", mail.text);
    assert!(mail.text.contains("A&B") && mail.subject.ends_with("A&B"));
    assert!(mail.html.contains("<p>A&amp;B</p>"), "{}", mail.html);
    let escaped = "https://app.test/reset?token=abc&amp;x=&#x27;&quot;&lt;y&gt;";
    assert!(mail.html.contains(&format!("<a href=\"{escaped}\">")), "{}", mail.html);
    assert!(!mail.html.contains("<y>"), "{}", mail.html);
}

#[test]
fn what_a_client_calls_itself_is_text_and_one_line() {
    let user_agent =
        Some(format!("x<script>\r\n\r\nhttps://eve.test\u{1b}[2J{}", "y".repeat(9_000)));
    let ip = Some(IpAddr::from([192, 0, 2, 1]));
    let letter = Letter::NewSignin { at: Timestamp::from_secs(1_000_000), ip, user_agent };
    let mail = write(MailTemplates::new(), "no-reply@app.test", &letter);
    assert!(
        mail.text.contains("\nWhen:    1970-01-12 13:46 UTC\nAddress: 192.0.2.1\n"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("\nProgram: x<script>    https://eve.test [2Jyyy"), "{}", mail.text);
    assert!(mail.text.len() < 1_000 && !mail.text.contains('\u{1b}'));
    assert!(
        mail.html.contains("x&lt;script&gt;") && !mail.html.contains("<script>"),
        "{}",
        mail.html
    );
}

#[test]
fn a_subject_stays_one_line_whatever_a_template_makes_of_it() {
    let templates = MailTemplates::new().subject(
        LetterKind::NewSignin,
        "{% if user_agent == 'eve' %}a\r\nBcc: eve@example.com{% else %}hello{% endif %}",
    );
    let at = Timestamp::from_secs(0);
    let letter = Letter::NewSignin { at, ip: None, user_agent: Some("eve".into()) };
    let mail = write(templates, "no-reply@app.test", &letter);
    assert_eq!(mail.subject, "a  Bcc: eve@example.com");
}

#[test]
fn one_template_is_replaced_and_the_others_stay() {
    let templates = MailTemplates::new()
        .subject(LetterKind::ResetPassword, " {{ app_name }} / {{ email }}\n")
        .text(LetterKind::ResetPassword, "{{ lasts }} {{ link }}");
    let mail = write(templates.clone(), "no-reply@app.test", &reset());
    assert_eq!(mail.subject, "app.test / ada@example.com");
    assert!(
        mail.text.starts_with("30 minutes https://app.test/reset?token=abc&x="),
        "{}",
        mail.text
    );
    assert!(mail.html.contains("Set a new password"), "{}", mail.html);
    let other = write(templates, "no-reply@app.test", &Letter::PasswordChanged);
    assert_eq!(other.subject, "Your password at app.test was changed");
}

#[test]
fn one_layout_changes_every_page() {
    let layout = "<main>{% block said %}{% endblock %}{% block action %}{% endblock %}</main>";
    for kind in LetterKind::ALL {
        for letter in Letter::specimens(kind) {
            let mail = write(MailTemplates::new().layout(layout), "no-reply@app.test", &letter);
            assert!(
                mail.html.starts_with("<main><p>") && mail.html.ends_with("</main>"),
                "{}",
                mail.html
            );
        }
    }
}
