use std::{panic::resume_unwind, thread};

use rustix::process::nice;

/// Does work on a thread of its own that others go before: what takes its time gives way to what does
/// not. A thread that has given way once cannot come back without a privilege, so it ends with the work.
pub(super) fn at_low_priority<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let work = || {
        // On Linux it is the calling thread alone. Where it is not allowed the work is done all the same.
        let _ = nice(BEHIND);
        work()
    };
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

/// A tenth of a processor that others want as well, so that nobody starves.
const BEHIND: i32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_the_work_keeps_the_priority_they_had() {
        let before = nice(0).unwrap();
        assert_eq!(at_low_priority(|| nice(0).unwrap()), (before + BEHIND).min(19));
        assert_eq!(nice(0).unwrap(), before);
    }
}
