use rustix::process::nice;

/// Lets others go before the calling thread, for good: what takes its time gives way to what does not.
pub(super) fn go_behind() {
    // On Linux it is the calling thread alone. Where it is not allowed the work is done all the same.
    let _ = nice(BEHIND);
}

/// A hundredth of a processor that others want as well: nobody starves, and nobody else waits longer for
/// it than once in a hundred times.
const BEHIND: i32 = 19;

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_thread_that_goes_behind_goes_alone() {
        let before = nice(0).unwrap();
        let behind = thread::spawn(|| {
            go_behind();
            nice(0).unwrap()
        });
        assert_eq!(behind.join().unwrap(), (before + BEHIND).min(19));
        assert_eq!(nice(0).unwrap(), before);
    }
}
