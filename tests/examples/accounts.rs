//! The example of what goes by mail, as somebody goes through it who reads the mails in one terminal and
//! pastes lines into another.

use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

use fastauth_tests::{SECRET, Scratch};

use crate::{json_of, running::Running};

/// The pages that the links open, as they come, and the route that each page names.
const PAGES: [(&str, &str); 4] = [
    ("/verify-email", "/auth/email/verify"),
    ("/reset-password", "/auth/password/reset"),
    ("/confirm-email", "/auth/email/change/confirm"),
    ("/magic-link", "/auth/magic-link/verify"),
];

#[tokio::test]
async fn the_links_that_the_accounts_mail_go_through_every_flow() {
    let scratch = Scratch::new();
    let mut accounts = Running::start("accounts", &scratch, &[("FASTAUTH_SECRET", SECRET)]);
    let script = accounts.script();
    for shell in ["sh", "bash"] {
        let said = pasted(shell, &script, &accounts).await;
        // Registered, not let in yet, verified, a reset asked for and done, a change asked for and
        // confirmed.
        let replies: Vec<&str> = said.lines().collect();
        assert_eq!(replies[0], "202", "{said}");
        let (refusal, status) = replies[1].split_at(replies[1].len() - 3);
        assert_eq!((&json_of(refusal)["code"], status), (&"email_not_verified".into(), "403"));
        assert_eq!(replies[2..7], ["204", "202", "204", "202", "204"], "{said}");
        let me = json_of(replies[7]);
        assert!(me["email"].as_str().is_some_and(|it| it.ends_with("@new.example")), "{said}");
        assert_eq!(me["email_verified"], true);
        // A magic link, whom it lets in, and the end of the account.
        assert_eq!(replies[8..11], ["202", "hello, Ada", "204"], "{said}");
        assert_eq!(replies[11..], ["401", "401", "401", "401", "401", "429"], "{said}");
    }
    assert!(accounts.stop());
}

/// What a shell says to these lines, while somebody opens each link in a browser first, as programs
/// that look at mails do, and then gives it to the line that asks.
async fn pasted(shell: &str, script: &[String], accounts: &Running) -> String {
    let client = accounts.client();
    let old = accounts.links().len();
    let mut child = Command::new(shell)
        .args(["-c", &script.join("\n")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut typed = child.stdin.take().expect("it is piped");
    for (number, (page, route)) in PAGES.into_iter().enumerate() {
        let link = loop {
            if let Some(link) = accounts.links().into_iter().nth(old + number) {
                break link;
            }
            assert!(child.try_wait().expect("a child").is_none(), "no link for {page}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        let path = link.strip_prefix(&format!("http://{}", client.address())).expect("its own");
        assert!(path.starts_with(&format!("{page}?token=")), "{path}");
        let opened = client.get(path).await.expect(200);
        assert_eq!(opened.header("referrer-policy"), Some("no-referrer"));
        assert!(opened.text().contains(&format!("\"{page}\": [")) && opened.text().contains(route));
        writeln!(typed, "{link}").expect("it reads");
    }
    let ran = child.wait_with_output().expect("it ends");
    assert!(ran.status.success());
    String::from_utf8_lossy(&ran.stdout).replace("the link in the mail: ", "")
}
