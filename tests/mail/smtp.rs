use std::{net::TcpListener, time::Duration};

use fastauth::mail::{EmailTransport, MailError, Smtp};
use fastauth_tests::{keep_log, logged, tls_file};

use crate::{
    prepared::{is_refused, is_unavailable, mail},
    sink::{Sink, Wants},
};

const LOGIN: Option<(&str, &str)> = Some(("app", "p/a:s@s"));

fn smtp(url: &str) -> Smtp {
    Smtp::url(url).expect("a URL")
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let test = "a_mail_arrives_as_it_was_written";
    let wants = Wants { utf8: true, ..Wants::default() };
    let Some(mut sink) = Sink::start(test, wants) else { return };
    let smtp = smtp(&format!("smtp://127.0.0.1:{}", sink.port()));
    let mail = mail("jos\u{e9}@example.com");
    smtp.send(&mail).await.expect("it is taken");
    let got = sink.mail();
    assert_eq!(got["from"], "no-reply@example.com");
    assert_eq!(got["to"], serde_json::json!(["jos\u{e9}@example.com"]));
    assert_eq!((&got["tls"], &got["login"]), (&false.into(), &false.into()));
    let data = got["data"].as_str().expect("text");
    let (head, body) = data.split_once("\r\n\r\n").expect("a head and a body");
    let id = format!("Message-ID: <{}@example.com>", mail.id);
    assert!(head.contains(&id) && head.contains("Auto-Submitted: auto-generated"), "{head}");
    assert!(!head.contains("Bcc"), "{head}");
    assert!(body.contains("one\r\n.\r\n.two\r\nBcc: eve@example.com\r\n"), "{body}");
    // The same mail once more is known by its id.
    smtp.send(&mail).await.expect("it is taken");
    assert!(sink.mail()["data"].as_str().is_some_and(|it| it.contains(&id)));
}

#[tokio::test]
async fn a_server_that_wants_tls_and_a_login_gets_both() {
    for (kind, scheme, options) in
        [("starttls", "smtp", "?tls=required&ca="), ("implicit", "smtps", "?ca=")]
    {
        let wants = Wants { tls: Some(kind), login: LOGIN, ..Wants::default() };
        let test = "a_server_that_wants_tls_and_a_login_gets_both";
        let Some(mut sink) = Sink::start(test, wants) else { return };
        let port = sink.port();
        let place = format!("localhost:{port}{options}{}", tls_file("ca.pem"));
        let good = smtp(&format!("{scheme}://app:p%2Fa%3As%40s@{place}"));
        good.send(&mail("ada@example.com")).await.unwrap_or_else(|it| panic!("{kind} {it:?}"));
        let got = sink.mail();
        assert_eq!((&got["tls"], &got["login"]), (&true.into(), &true.into()), "{kind}");

        // Not to be let in is no fault of the mail.
        for login in ["", "app:wrong@"] {
            let bad = smtp(&format!("{scheme}://{login}{place}"));
            let sent = bad.send(&mail("ada@example.com")).await;
            assert!(is_unavailable(&sent), "{kind} {login} {sent:?}");
        }
        assert!(sink.rest().is_empty());
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    for (kind, scheme, options) in
        [("starttls", "smtp", "?tls=required"), ("implicit", "smtps", "")]
    {
        let wants = Wants { tls: Some(kind), ..Wants::default() };
        let test = "a_certificate_that_nobody_vouches_for_is_not_trusted";
        let Some(sink) = Sink::start(test, wants) else { return };
        let port = sink.port();
        let pem = std::fs::read(tls_file("ca.pem")).expect("a file");
        let stranger = smtp(&format!("{scheme}://localhost:{port}{options}"));
        let sent = stranger.send(&mail("ada@example.com")).await;
        assert!(is_unavailable(&sent), "{kind} {sent:?}");
        // Trusted, but for another name.
        let url = format!("{scheme}://127.0.0.1:{port}{options}");
        let other = smtp(&url).root_certificate(&pem).expect("a certificate");
        let sent = other.send(&mail("ada@example.com")).await;
        assert!(is_unavailable(&sent), "{kind} {sent:?}");
        // Without either mistake it is taken.
        let trusted = stranger.root_certificate(&pem).expect("a certificate");
        trusted.send(&mail("ada@example.com")).await.expect(kind);
        assert_eq!(sink.rest().len(), 1);
    }
}

#[tokio::test]
async fn tls_that_is_required_is_never_left_out() {
    let test = "tls_that_is_required_is_never_left_out";
    let Some(sink) = Sink::start(test, Wants::default()) else { return };
    for scheme in ["smtp", "smtps"] {
        let url = format!("{scheme}://app:pass@localhost:{}?tls=required", sink.port());
        let sent = smtp(&url).send(&mail("ada@example.com")).await;
        assert!(is_unavailable(&sent), "{scheme} {sent:?}");
    }
    assert!(sink.rest().is_empty());
}

#[tokio::test]
async fn a_refusal_is_told_from_a_delay() {
    let Some(sink) = Sink::start("a_refusal_is_told_from_a_delay", Wants::default()) else {
        return;
    };
    let smtp = smtp(&format!("smtp://127.0.0.1:{}", sink.port()));
    assert!(is_refused(&smtp.send(&mail("refused@example.com")).await));
    assert!(is_refused(&smtp.send(&mail("refused@example.com")).await));
    let sent = smtp.send(&mail("greylisted@example.com")).await;
    assert!(is_unavailable(&sent), "{sent:?}");
    smtp.send(&mail("greylisted@example.com")).await.expect("the second time");
    // Gone in the middle: whether it was taken nobody knows, so it is tried again.
    let sent = smtp.send(&mail("leaving@example.com")).await;
    assert!(is_unavailable(&sent), "{sent:?}");
    for to in [
        "jos\u{e9}@example.com",
        "ada",
        "ada@example.com\r\nRCPT TO:<eve@example.com>",
        "a@example.com, b@example.com",
    ] {
        assert!(is_refused(&smtp.send(&mail(to)).await), "{to:?}");
    }
    let taken = sink.rest();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0]["to"], serde_json::json!(["greylisted@example.com"]));
}

#[tokio::test]
async fn a_server_that_was_away_is_found_again() {
    let test = "a_server_that_was_away_is_found_again";
    let Some(mut sink) = Sink::start(test, Wants::default()) else { return };
    let port = sink.port();
    let smtp = smtp(&format!("smtp://127.0.0.1:{port}"));
    smtp.send(&mail("ada@example.com")).await.expect("it runs");
    assert_eq!(sink.mail()["to"][0], "ada@example.com");
    drop(sink);
    let sent = smtp.send(&mail("ada@example.com")).await;
    assert!(is_unavailable(&sent), "{sent:?}");
    let Some(mut sink) = Sink::start(test, Wants { port, ..Wants::default() }) else { return };
    smtp.send(&mail("ada@example.com")).await.expect("it runs again");
    assert_eq!(sink.mail()["to"][0], "ada@example.com");
}

/// The clock runs ahead while nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for() {
    // Connections are accepted by the system, and nobody ever speaks.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("bound").port();
    let begun = tokio::time::Instant::now();
    for url in [format!("smtp://127.0.0.1:{port}"), format!("smtps://127.0.0.1:{port}")] {
        let sent = smtp(&url).send(&mail("ada@example.com")).await;
        assert!(is_unavailable(&sent), "{sent:?}");
    }
    assert!(begun.elapsed() <= Duration::from_secs(21), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn no_password_shows_in_what_is_printed() {
    keep_log();
    let smtp = smtp("smtp://app:hunter2%2F@127.0.0.1:9");
    let sent = smtp.send(&mail("ada@example.com")).await;
    let Err(MailError::Unavailable(cause)) = sent else { panic!("nobody is there") };
    let printed = format!("{smtp:?} {} {cause} {cause:?} {}", smtp.describe(), logged());
    assert!(smtp.describe() == "smtp without TLS 127.0.0.1:9" && smtp.needs_sender());
    for secret in ["hunter2", "aHVudGVyM", "app:"] {
        assert!(!printed.contains(secret), "{secret} {printed}");
    }
}
