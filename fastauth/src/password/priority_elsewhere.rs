/// Elsewhere priorities are those of whole processes.
pub(super) fn go_behind() {}
