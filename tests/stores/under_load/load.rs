use std::{
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use fastauth_tests::Client;
use tokio::{task::JoinSet, time::sleep};

use super::{
    super::processes::process::{Process, Setting},
    clients::{Habit, habits},
    history::{HEALED, History, Outage, Told},
};

/// Twice as long as a call of the store waits: the second time it is by a new connection. Less than
/// the ten seconds in which a refresh token whose reply was lost works again.
const AWAY: Duration = Duration::from_millis(5_500);
/// Everybody asks ten times a second, if answered at once.
const PAUSE: Duration = Duration::from_millis(100);

/// Two processes of an application, one that answers with tokens and one with cookies, and people
/// who use them.
pub(super) struct Load {
    book: Arc<Mutex<Vec<Told>>>,
    is_over: Arc<AtomicBool>,
    habits: JoinSet<Box<dyn Habit>>,
    bearer: Client,
    _processes: [Process; 2],
}

impl Load {
    pub(super) async fn begin(store: &str, settings: &[Setting<'_>]) -> Self {
        let cookies = [settings, &[("FASTAUTH_TEST_COOKIES", "1")]].concat();
        let mut processes = [Process::start(store, settings), Process::start(store, &cookies)];
        let [bearer, cookies] = processes.each_mut().map(Process::client);
        let (book, is_over) = (Arc::<Mutex<Vec<Told>>>::default(), Arc::<AtomicBool>::default());
        let mut running = JoinSet::new();
        for (client, mut habit) in habits(&bearer, &cookies).await.into_iter().enumerate() {
            let (book, is_over) = (Arc::clone(&book), Arc::clone(&is_over));
            running.spawn(async move {
                while !is_over.load(Ordering::SeqCst) {
                    let begun = Instant::now();
                    let (what, reply) = habit.act().await;
                    let (ended, is_good) = (Instant::now(), reply.status == habit.good());
                    let told = Told { client, what, begun, ended, is_good, reply };
                    book.lock().unwrap().push(told);
                    sleep(PAUSE).await;
                }
                habit
            });
        }
        Self { book, is_over, habits: running, bearer, _processes: processes }
    }

    pub(super) async fn frozen<S>(
        &self,
        server: &mut S,
        freeze: impl FnOnce(&mut S),
        thaw: impl AsyncFnOnce(&mut S),
    ) {
        self.without("frozen", server, freeze, AWAY, thaw).await;
    }

    pub(super) async fn killed<S>(
        &self,
        server: &mut S,
        kill: impl FnOnce(&mut S),
        restart: impl AsyncFnOnce(&mut S),
    ) {
        self.without("killed", server, kill, AWAY, restart).await;
    }

    pub(super) async fn restarted<S>(
        &self,
        server: &mut S,
        stop: impl FnOnce(&mut S),
        restart: impl AsyncFnOnce(&mut S),
    ) {
        self.without("restarted", server, stop, Duration::ZERO, restart).await;
    }

    async fn without<S>(
        &self,
        how: &'static str,
        server: &mut S,
        leave: impl FnOnce(&mut S),
        away: Duration,
        come_back: impl AsyncFnOnce(&mut S),
    ) {
        sleep(Duration::from_secs(1)).await;
        let leaving = Instant::now();
        leave(server);
        let gone = Instant::now();
        sleep(away).await;
        let returning = Instant::now();
        come_back(server).await;
        let back = Instant::now();
        while !self.all_are_well_since(back) && back.elapsed() < HEALED {
            sleep(Duration::from_millis(20)).await;
        }
        let healing = back.elapsed();
        sleep(Duration::from_secs(1)).await;
        let outage = Outage { how, leaving, gone, returning, back, healing };
        let told = mem::take(&mut *self.book.lock().unwrap());
        History { told, outage }.judge(self.habits.len());
    }

    fn all_are_well_since(&self, back: Instant) -> bool {
        let book = self.book.lock().unwrap();
        let is_well = |client| {
            book.iter().any(|told| told.client == client && told.is_good && told.begun > back)
        };
        (0..self.habits.len()).all(is_well)
    }

    /// Everybody ends, looks whether all is as they were told, and leaves.
    pub(super) async fn end(mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let mut leaving = JoinSet::new();
        while let Some(habit) = self.habits.join_next().await {
            let (mut habit, bearer) = (habit.unwrap(), self.bearer.clone());
            leaving.spawn(async move { habit.leave(&bearer).await });
        }
        leaving.join_all().await;
    }
}
