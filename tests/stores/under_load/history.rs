use std::{
    fmt,
    time::{Duration, Instant},
};

use fastauth_tests::Reply;

/// How long an answer may take.
const AT_MOST: Duration = Duration::from_secs(3);
/// How long the server may be back before everything works.
pub(super) const HEALED: Duration = Duration::from_secs(5);

/// What a client was told, and when.
pub(super) struct Told {
    pub(super) client: usize,
    pub(super) what: &'static str,
    pub(super) begun: Instant,
    pub(super) ended: Instant,
    pub(super) is_good: bool,
    pub(super) reply: Reply,
}

/// When the server was away.
pub(super) struct Outage {
    pub(super) how: &'static str,
    pub(super) leaving: Instant,
    pub(super) gone: Instant,
    pub(super) returning: Instant,
    pub(super) back: Instant,
    /// How long after its return everybody had a good answer.
    pub(super) healing: Duration,
}

impl Outage {
    /// Whether it was away for all of this time.
    fn covers(&self, told: &Told) -> bool {
        self.gone <= told.begun && told.ended <= self.returning
    }

    /// Whether it may be to blame.
    fn touches(&self, told: &Told) -> bool {
        self.leaving <= told.ended && told.begun <= self.back + HEALED
    }
}

/// What all clients were told during one outage, and before and after it.
pub(super) struct History {
    pub(super) told: Vec<Told>,
    pub(super) outage: Outage,
}

impl History {
    pub(super) fn judge(&self, clients: usize) {
        println!("{self}");
        assert!(self.outage.healing < HEALED, "{self}");
        for told in &self.told {
            let took = told.ended - told.begun;
            assert!(took <= AT_MOST, "{self}: {} took {took:?}", told.what);
            if told.is_good {
                let is_odd = self.outage.covers(told);
                assert!(!is_odd, "{self}: {}: {} by nobody", told.what, told.reply.status);
                continue;
            }
            assert!(self.outage.touches(told), "{self}: {}: {:?}", told.what, told.reply);
            let reply = told.reply.clone().problem(503, "store_unavailable");
            assert!(reply.header("retry-after").is_some(), "{}: it does not say when", told.what);
            assert_eq!(reply.header("set-cookie"), None, "{}", told.what);
        }
        // Everybody was there, which shows unless it was away for a moment only.
        let is_long = self.outage.returning - self.outage.gone > AT_MOST;
        for client in 0..clients {
            let mut mine = self.told.iter().filter(|told| told.client == client);
            assert!(!is_long || mine.any(|told| !told.is_good), "{self}: {client}");
        }
    }

    fn slowest(&self) -> Option<&Told> {
        self.told.iter().max_by_key(|told| told.ended - told.begun)
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refused = self.told.iter().filter(|told| !told.is_good).count();
        let Outage { how, healing, .. } = self.outage;
        write!(f, "{how}: {} replies, {refused} refusals, ", self.told.len())?;
        if let Some(Told { what, begun, ended, .. }) = self.slowest() {
            write!(f, "the slowest {what} in {:?}, ", *ended - *begun)?;
        }
        write!(f, "healed after {healing:?}")
    }
}
