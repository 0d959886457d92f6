use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use fastauth_tests::{BASE_URL, Client, SECRET};

/// A process that serves the [`application`](super::application), ended with the test.
pub(crate) struct Process {
    child: Child,
    client: Option<Client>,
}

/// What an application is made of besides its store: the name of a variable and its value.
pub(crate) type Setting<'a> = (&'static str, &'a str);

impl Process {
    /// Starts one over this store, a URL of PostgreSQL or a file of SQLite.
    pub(crate) fn start(store: &str, settings: &[Setting<'_>]) -> Self {
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "stores::processes::application::serves_until_it_is_ended"])
            .args(["--ignored", "--nocapture"])
            .envs([("FASTAUTH_SECRET", SECRET), ("FASTAUTH_BASE_URL", BASE_URL)])
            .env("FASTAUTH_TEST_DATABASE", store)
            .envs(settings.iter().copied())
            // It ends when this is closed, however the test ended.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self { child, client: None }
    }

    /// Somebody who talks to it, once it listens.
    pub(crate) fn client(&mut self) -> Client {
        let printed = &mut self.child.stdout;
        let listens = || {
            let lines = BufReader::new(printed.take().unwrap()).lines().map_while(Result::ok);
            let mut addresses =
                lines.filter_map(|line| line.strip_prefix("listens on ")?.parse().ok());
            Client::new(addresses.next().expect("it has ended"))
        };
        self.client.get_or_insert_with(listens).clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
