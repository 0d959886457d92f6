//! The fixtures stand in the folders beside this file; `tests/ui.rs` runs them.
