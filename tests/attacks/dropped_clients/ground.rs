//! An application whose clients hang up.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use fastauth::{
    EmailVerification, Permission, Router, access::Role, oauth::OAuthClient, password::HashLimits,
    routing::RouteGuard, store::Store,
};
use fastauth_tests::{Client, Counting, Mailbox, PASSWORD, Reply, TestProvider, User, World};
use tokio::{
    runtime::Handle,
    task::JoinSet,
    time::{Instant, sleep},
};

use super::route::ROUTES;

/// How many clients there are at a time.
pub(super) const AT_ONCE: u32 = 4;
/// How soon the server has done with those that are gone.
const REST: Duration = Duration::from_secs(5);
/// How many tasks it may still have when the next comes, those of the clients among them.
const BACKLOG: usize = 4 * AT_ONCE as usize;

#[derive(Permission)]
enum Can {
    ManageRoles,
    ReadPosts,
    WritePosts,
}

/// An application with everything that mounts routes, whose hashes are counted.
pub(super) struct Ground {
    pub(super) world: World<User>,
    /// Who administers roles.
    pub(super) admin: Client,
    pub(super) mailbox: Mailbox,
    pub(super) acme: TestProvider,
    hasher: Counting,
    /// How many tasks there are where nobody asks for anything.
    at_rest: usize,
}

impl Ground {
    pub(super) async fn open(store: impl Store<User>) -> Arc<Self> {
        let (hasher, mailbox) = (Counting::default(), Mailbox::default());
        let acme = TestProvider::named("acme");
        let limits = HashLimits::default().permits(2);
        let decide = |it: fastauth::AuthBuilder<User>| {
            it.email(mailbox.outbox())
                .email_verification(EmailVerification::Offered)
                .magic_link_signup()
                .oauth(OAuthClient::new(acme.clone()).fill("name", "name"))
                .password_hasher(hasher.clone())
                .password_hash_limits(limits)
                .permissions::<Can>()
                .roles_admin::<can::ManageRoles>()
        };
        let world = World::built(store, decide).await;
        let admin = world.client.register("admin@example.com").await;
        let permissions = ["manage-roles", "read-posts", "write-posts"];
        let permissions = permissions.into_iter().collect();
        let role = Role { name: "admin".parse().unwrap(), permissions };
        world.auth.create_role(&role).await.unwrap();
        let id = admin.json()["user"]["id"].as_str().unwrap().parse().unwrap();
        world.auth.assign_role(&id, &role.name).await.unwrap();
        let at_rest = fewest().await;
        let admin = world.client.signed_in(&admin);
        Arc::new(Self { world, admin, mailbox, acme, hasher, at_rest })
    }

    /// A route that changes something and is not in the list fails every test here.
    pub(super) fn lists_its_routes(&self) {
        let guards = Router::<()>::new().mount("/auth", &self.world.auth).guards();
        // A browser comes from a provider by the one `GET` that does.
        let changes = |it: &&RouteGuard| it.method != "GET" || it.path.ends_with("/callback");
        let changing = guards.iter().filter(changes);
        let changing: Vec<_> = changing.map(|it| format!("{} {}", it.method, it.path)).collect();
        let mut listed = ROUTES.map(|(line, _)| line).to_vec();
        listed.dedup();
        assert_eq!(changing, listed, "no client hangs up on some route");
    }

    /// The same for all of them, a few at a time.
    pub(super) async fn each<T, R, F>(
        self: &Arc<Self>,
        items: Vec<T>,
        work: impl Fn(Arc<Self>, T) -> F + Clone + Send + 'static,
    ) -> Vec<R>
    where
        F: Future<Output = R> + Send + 'static,
        R: Send + 'static,
        T: Send + 'static,
    {
        let items = Arc::new(Mutex::new(items.into_iter()));
        let workers = (0..AT_ONCE).map(|_| {
            let (ground, items, work) = (Arc::clone(self), Arc::clone(&items), work.clone());
            async move {
                let mut done = Vec::new();
                let next = || items.lock().unwrap().next();
                while let Some(item) = next() {
                    done.push(work(Arc::clone(&ground), item).await);
                }
                done
            }
        });
        let done = workers.collect::<JoinSet<_>>().join_all().await;
        done.into_iter().flatten().collect()
    }

    /// Waits until the server has nearly done with those that are gone. One that is asked for more
    /// than it can do says so (503), which is another story.
    pub(super) async fn keeps_up(&self) {
        self.does_at_most(BACKLOG).await;
    }

    /// Waits until the server does nothing but wait for clients.
    pub(super) async fn comes_to_rest(&self) {
        self.does_at_most(0).await;
        assert_eq!(self.hasher.running(), 0, "a hash is computed for nobody");
    }

    async fn does_at_most(&self, tasks: usize) {
        let begun = Instant::now();
        while alive() > self.at_rest + tasks {
            assert!(begun.elapsed() < REST, "{} tasks, {} at rest", alive(), self.at_rest);
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Whether a session lives, for its access and its refresh token alike.
    pub(super) async fn lives(&self, session: &Reply) -> bool {
        let client = &self.world.client;
        let me = client.signed_in(session).me().await;
        let refreshed = client.refresh(session.refresh()).await;
        if me.status == 200 {
            refreshed.expect(200);
            return true;
        }
        me.invalid_token();
        refreshed.problem(401, "invalid_refresh_token");
        false
    }

    /// Whether this is the password of an account.
    pub(super) async fn opens(&self, email: &str, password: &str) -> bool {
        let login = self.world.client.login(email, password).await;
        if login.status == 200 {
            return true;
        }
        login.problem(401, "invalid_credentials");
        false
    }

    /// How many sessions there are besides the one that asks.
    pub(super) async fn others(&self, session: &Reply) -> usize {
        let sessions = self.world.client.signed_in(session).get("/auth/sessions").await;
        sessions.expect(200).json().as_array().unwrap().len() - 1
    }

    /// A permit that was lost would keep the second of two from being hashed.
    pub(super) async fn has_all_permits(&self) {
        self.hasher.close();
        let logins = [(); 2].map(|()| {
            let client = self.world.client.clone();
            tokio::spawn(async move { client.login("nobody@example.com", PASSWORD).await })
        });
        self.hasher.runs(2).await;
        self.hasher.open();
        for login in logins {
            login.await.unwrap().problem(401, "invalid_credentials");
        }
        assert!(self.hasher.most() <= 2, "a permit was given twice");
    }
}

/// How many tasks there are when those that are about to end have ended.
async fn fewest() -> usize {
    let (mut fewest, mut since) = (alive(), Instant::now());
    while since.elapsed() < Duration::from_millis(500) {
        sleep(Duration::from_millis(10)).await;
        if alive() < fewest {
            (fewest, since) = (alive(), Instant::now());
        }
    }
    fewest
}

fn alive() -> usize {
    Handle::current().metrics().num_alive_tasks()
}
