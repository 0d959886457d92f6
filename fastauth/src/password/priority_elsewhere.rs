/// Elsewhere priorities are those of whole processes.
pub(super) fn at_low_priority<T>(work: impl FnOnce() -> T) -> T {
    work()
}
