use crate::secret::{Digest, Secret};

/// The longest id of a client, in bytes.
const LONGEST: usize = 64;

/// Who may ask about tokens (RFC 7662 §2.1), and what was wrong with those who were named.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    known: Vec<Client>,
    faults: Vec<String>,
    named: usize,
}

/// An id, and the digest of its secret: the secret itself is not kept.
#[derive(Debug)]
struct Client {
    id: String,
    secret: Digest,
}

impl Clients {
    /// One more client.
    pub(crate) fn name(&mut self, id: String, secret: &str) {
        self.named += 1;
        // By its number: what was given for an id may be a secret.
        let which = format!("the introspection client number {}", self.named);
        if !is_id(&id) {
            self.faults.push(format!(
                "{which} has an id that is not 1 to {LONGEST} letters, digits, `-`, `_` and `.`"
            ));
        } else if let Err(weak) = Secret::parse(secret) {
            self.faults.push(format!("{which} has a secret that {weak}"));
        } else if self.find(&id).is_some() {
            self.faults.push(format!("{which} has the id of an earlier one"));
        } else {
            self.known.push(Client { id, secret: Digest::of(secret.trim()) });
        }
    }

    /// The digest of the secret that a client has.
    pub(crate) fn find(&self, id: &str) -> Option<Digest> {
        self.known.iter().find(|client| client.id == id).map(|client| client.secret)
    }

    /// Whether nobody may ask.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// What cannot be meant, as sentences.
    pub(crate) fn contradictions(&self) -> Vec<String> {
        self.faults.clone()
    }
}

/// So plain that it is spelled alike in a header, a form and a log.
fn is_id(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c))
}

#[cfg(test)]
mod tests {
    use super::{Clients, Digest};

    const SECRET: &str = "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=";

    #[test]
    fn a_client_has_an_id_and_a_secret_that_nobody_guesses() {
        let mut clients = Clients::default();
        let longest = "a".repeat(64);
        for id in ["reports", "a", "A-1_b.c", longest.as_str()] {
            clients.name(id.to_owned(), SECRET);
            assert!(clients.find(id) == Some(Digest::of(SECRET)), "{id}");
        }
        assert_eq!(clients.contradictions(), [""; 0]);
        assert_eq!(clients.find("Reports"), None);
        let longer = "a".repeat(65);
        for (number, (id, secret)) in (5..).zip([
            ("", SECRET),
            ("a b", SECRET),
            ("a:b", SECRET),
            ("é", SECRET),
            (longer.as_str(), SECRET),
            ("reports", SECRET),
            ("other", "hunter2"),
            (SECRET, "other"),
        ]) {
            clients.name(id.to_owned(), secret);
            let told = clients.contradictions();
            let said = told.last().expect("it is told");
            assert!(said.starts_with(&format!("the introspection client number {number} has ")));
            assert!(!said.contains("hunter2") && !said.contains("q1dO"), "{said}");
        }
        assert_eq!(clients.contradictions().len(), 8);
        assert_eq!(clients.find("other"), None);
        assert!(!format!("{clients:?}").contains("q1dO"));
    }
}
