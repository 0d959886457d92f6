use std::{
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use fastauth::mail::{Mail, Outbox};

/// What every token of a link begins with.
const TOKEN: &str = "fa_ot_";

/// The mails of an application, each of which is looked at once.
#[derive(Default)]
pub struct Mailbox {
    outbox: Outbox,
    unread: Mutex<Vec<Mail>>,
}

impl Mailbox {
    /// For the builder.
    pub fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }

    /// The next mail of this kind to this address, once it is there.
    pub async fn expect(&self, to: &str, kind: &str) -> Mail {
        for _ in 0..2_500 {
            if let Some(mail) = self.take(to, kind) {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
        panic!("no `{kind}` for {to}; there is {:?}", self.unseen());
    }

    /// The token of the link in the next mail of this kind to this address.
    pub async fn token(&self, to: &str, kind: &str) -> String {
        token_of(&self.expect(to, kind).await)
    }

    /// Asserts that no mail has come that nobody has looked at. Mail goes out after the reply, so
    /// this waits a moment.
    pub async fn is_empty(&self) {
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(self.unseen(), Vec::<String>::new());
    }

    /// The same if it is there.
    pub fn take(&self, to: &str, kind: &str) -> Option<Mail> {
        let mut unread = self.unread();
        let found = unread.iter().position(|mail| mail.to == to && kind_of(mail) == kind)?;
        Some(unread.remove(found))
    }

    fn unseen(&self) -> Vec<String> {
        self.unread().iter().map(|mail| format!("{} for {}", kind_of(mail), mail.to)).collect()
    }

    fn unread(&self) -> MutexGuard<'_, Vec<Mail>> {
        let mut unread = self.unread.lock().expect("nobody panics with it");
        unread.extend(self.outbox.take());
        unread
    }
}

/// The token of the link in a mail.
#[track_caller]
pub fn token_of(mail: &Mail) -> String {
    let link = link_of(mail);
    let from = link.find(TOKEN).unwrap_or_else(|| panic!("no token in {link}"));
    link[from..].to_owned()
}

/// The address that the link in a mail leads to, without its token.
#[track_caller]
pub fn page_of(mail: &Mail) -> String {
    let link = link_of(mail);
    let to = link.find(TOKEN).unwrap_or_else(|| panic!("no token in {link}"));
    link[..to].to_owned()
}

/// The link, which stands in the text and in the HTML as well.
#[track_caller]
fn link_of(mail: &Mail) -> &str {
    let link = mail.link.as_deref().unwrap_or_else(|| panic!("no link in {mail:?}"));
    assert!(mail.text.contains(link) && mail.html.contains(TOKEN), "{mail:?}");
    link
}

/// Which letter a mail is.
fn kind_of(mail: &Mail) -> String {
    format!("{:?}", mail.kind)
}
