//! What a start says of mail that could not be sent or written.

use std::{
    fs,
    process::{Command, Stdio},
};

use fastauth::{
    Auth, AuthBuilder, SetupError,
    mail::{Console, EmailTransport, LetterKind, MailTemplates, Outbox, Smtp, Webhook},
    store::Memory,
};
use fastauth_tests::{BASE_URL, SECRET, Scratch, TestClock, User, builder};

async fn start(
    decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>,
) -> Result<(), SetupError> {
    decide(builder(&TestClock::default())).store(Memory::new()).build().await.map(drop)
}

/// The problems, as `title: cause / fix`.
fn said(started: Result<(), SetupError>) -> Vec<String> {
    let problems = started.err().map(|error| error.problems().to_vec()).unwrap_or_default();
    problems.iter().map(|it| format!("{}: {} / {}", it.title, it.cause, it.fix)).collect()
}

async fn said_of(templates: MailTemplates) -> Vec<String> {
    said(start(|it| it.email(Outbox::new()).mail_templates(templates)).await)
}

#[tokio::test]
async fn mail_that_leaves_needs_a_sender() {
    let smtp = || Smtp::url("smtps://mail.example.com").expect("a URL");
    let webhook = || Webhook::new("https://mail.example.com", SECRET).expect("a URL");
    let problems = said(start(|it| it.email(smtp())).await);
    assert_eq!(
        problems,
        [
            "no sender: mail goes by smtps mail.example.com:465, and nobody is named as its sender / \
          FASTAUTH_MAIL_FROM=\"Example <no-reply@example.com>\""
        ]
    );
    assert_eq!(said(start(|it| it.email(webhook())).await).len(), 1);
    for from in ["no-reply@example.com", "Example <no-reply@example.com>"] {
        assert_eq!(said(start(|it| it.email(smtp()).mail_from(from)).await), [""; 0]);
    }
    for from in ["", "Example", "a@example.com\r\nBcc: b@example.com", "hunter2@example"] {
        let problems = said(start(|it| it.email(smtp()).mail_from(from)).await);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("unusable sender: "), "{problems:?}");
        assert!(!problems[0].contains("hunter2"), "{problems:?}");
    }
    // What stays here needs none.
    assert_eq!(said(start(|it| it.email(Outbox::new())).await), [""; 0]);
    assert!(!Console.needs_sender());
}

#[tokio::test]
async fn a_template_with_a_typo_is_told_with_its_line() {
    let kind = LetterKind::ResetPassword;
    for (templates, said) in [
        (
            MailTemplates::new().text(kind, "Hello\n\n{{ lnik }}\n"),
            "reset_password.txt, line 3: it has no `lnik` / did you mean `link`?",
        ),
        (
            // In a branch that is not taken.
            MailTemplates::new().html(kind, "{% if link %}{% else %}\n{{ user_agent }}{% endif %}"),
            "reset_password.html, line 2: it has no `user_agent` / it has app_name, email, lasts, link",
        ),
        (
            MailTemplates::new().text(kind, "a\n{% if link %}\nb\n"),
            "reset_password.txt, line 2: unexpected end of input",
        ),
        (
            MailTemplates::new().subject(kind, "{{ app_name | shout }}"),
            "reset_password.subject.txt, line 1: filter shout is unknown",
        ),
        (
            MailTemplates::new().html(kind, "{% extends \"base.html\" %}"),
            "reset_password.html, line 1: template \"base.html\" does not exist",
        ),
        (MailTemplates::new().text(kind, "\n{{ link.host }}"), "reset_password.txt, line 2: "),
        (
            MailTemplates::new().layout("<p>\n{{ link2 }}"),
            "layout.html, line 2: it has no `link2` / did you mean `link`?",
        ),
        (
            MailTemplates::new().subject(kind, "one\ntwo"),
            "reset_password.subject.txt: a subject is one line of text",
        ),
        (
            MailTemplates::new().subject(kind, "{# nothing #}"),
            "reset_password.subject.txt: a subject is one line of text",
        ),
    ] {
        let problems = said_of(templates).await;
        assert_eq!(problems.len(), 1, "{problems:#?}");
        let expected = format!("unusable mail template: {said}");
        assert!(problems[0].starts_with(&expected), "{expected}\n{}", problems[0]);
    }
}

#[tokio::test]
async fn every_mistake_of_the_templates_is_told_at_once() {
    let templates = MailTemplates::new()
        .text(LetterKind::MagicLink, "{{ lnik }}")
        .html(LetterKind::VerifyEmail, "{{ lnik }}")
        .subject(LetterKind::NewSignin, "{{ link }}");
    assert_eq!(said_of(templates).await.len(), 3);
}

#[tokio::test]
async fn a_good_template_replaces_ours_and_the_language_is_there() {
    let source = "{% set name = app_name | upper %}{% for i in range(2) %}{{ loop.index }} {{ name }}\n\
                  {% endfor %}{{ link }}{% macro m(x) %}{{ x }}{% endmacro %}{{ m(lasts) }}";
    let templates = MailTemplates::new()
        .text(LetterKind::ResetPassword, source)
        .html(LetterKind::ResetPassword, "{% extends \"layout.html\" %}{% block said %}{{ super() }}{% endblock %}")
        .layout("<main>{% block said %}{% endblock %}{% if link is defined %}{{ link }}{% endif %}</main>");
    assert_eq!(said_of(templates).await, [""; 0]);
}

#[tokio::test]
async fn templates_come_from_a_folder() {
    let scratch = Scratch::new();
    let write =
        |name: &str, text: &str| fs::write(scratch.path().join(name), text).expect("written");
    write("reset_password.txt", "{{ link }}");
    write("layout.html", "{% block said %}{% endblock %}");
    write(".hidden", "{{ nothing }}");
    let templates = MailTemplates::from_dir(scratch.path()).expect("it can be read");
    assert_eq!(said_of(templates).await, [""; 0]);

    write("reset_password.txt", "\n{{ lnik }}");
    let templates = MailTemplates::from_dir(scratch.path()).expect("it can be read");
    let problems = said_of(templates).await;
    assert!(problems[0].contains("reset_password.txt, line 2"), "{problems:?}");

    write("reset_pasword.txt", "{{ link }}");
    write("notes.md", "");
    fs::write(scratch.path().join("magic_link.txt"), [0xff]).expect("written");
    let problems = said(MailTemplates::from_dir(scratch.path()).map(drop));
    assert_eq!(problems.len(), 3, "{problems:#?}");
    assert!(problems[0].contains("magic_link.txt: "), "{problems:#?}");
    assert!(problems[1].contains("`notes.md`") && problems[1].contains("the names are already_"));
    assert!(problems[2].contains("did you mean `reset_password.txt`?"), "{problems:#?}");

    let problems = said(MailTemplates::from_dir(scratch.path().join("no")).map(drop));
    assert!(problems[0].starts_with("no mail templates: "), "{problems:?}");
}

#[tokio::test]
async fn templates_without_anything_that_sends_are_a_mistake() {
    let templates = MailTemplates::new().subject(LetterKind::MagicLink, "Hello");
    let problems = said(start(|it| it.mail_templates(templates.clone())).await);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("no mail: `.mail_templates(…)` needs mail"), "{problems:?}");
    // In development the terminal sends.
    let here =
        |it: AuthBuilder<User>| it.base_url("http://localhost:3000").mail_templates(templates);
    assert_eq!(said(start(here).await), [""; 0]);
}

/// What a process says whose environment has these settings.
fn with(settings: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("it runs"));
    command.args(["--exact", "setup::in_a_process_of_its_own", "--nocapture"]);
    command.env("FASTAUTH_TEST_MAIL", "1").envs(settings.iter().copied()).stderr(Stdio::null());
    String::from_utf8(command.output().expect("it runs").stdout).expect("text")
}

/// Says what becomes of a start, when the test below asks for it.
#[tokio::test]
async fn in_a_process_of_its_own() {
    if std::env::var_os("FASTAUTH_TEST_MAIL").is_none() {
        return;
    }
    let auth = Auth::<User>::builder().base_url(BASE_URL).secret(SECRET).store(Memory::new());
    match auth.build().await {
        Ok(_) => println!("it starts"),
        Err(error) => println!("{error:?}"),
    }
}

#[test]
fn the_environment_says_how_mail_is_sent() {
    let url = "smtps://app:hunter2@mail.example.com";
    let from = ("FASTAUTH_MAIL_FROM", "Example <no-reply@example.com>");
    for (settings, said) in [
        (vec![], "it starts"),
        (vec![("FASTAUTH_SMTP_URL", url), from], "it starts"),
        (vec![("FASTAUTH_SMTP_URL", url)], "1. no sender"),
        (vec![("FASTAUTH_SMTP_URL", "")], "1. unusable mail server"),
        (
            vec![("FASTAUTH_SMTP_URL", "smtp://app:hunter2@mail.example.com?tls=none"), from],
            "plain text",
        ),
        (vec![("FASTAUTH_MAIL_FROM", "hunter2")], "1. unusable sender"),
        (vec![("FASTAUTH_SMTP_URL", "hunter2"), ("FASTAUTH_MAIL_FROM", "")], "2 problems"),
    ] {
        let printed = with(&settings);
        assert!(printed.contains(said), "{settings:?}\n{printed}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
