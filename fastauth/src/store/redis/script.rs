//! The scripts: what must happen together is one, and Redis runs one at a time.

use std::sync::LazyLock;

use redis::Script;

pub(super) struct Scripts {
    pub(super) count: Script,
    pub(super) create: Script,
    pub(super) end: Script,
    pub(super) end_all: Script,
    pub(super) list: Script,
    pub(super) reauthenticate: Script,
    pub(super) refund: Script,
    pub(super) remove: Script,
    pub(super) rotate: Script,
    pub(super) set: Script,
    pub(super) spend: Script,
    pub(super) sweep_sessions: Script,
    pub(super) sweep_values: Script,
    pub(super) take: Script,
    pub(super) touch: Script,
}

pub(super) static SCRIPTS: LazyLock<Scripts> = LazyLock::new(|| Scripts {
    count: Script::new(include_str!("count.lua")),
    create: Script::new(include_str!("create.lua")),
    end: Script::new(include_str!("end.lua")),
    end_all: Script::new(include_str!("end_all.lua")),
    list: Script::new(include_str!("list.lua")),
    reauthenticate: Script::new(include_str!("reauthenticate.lua")),
    refund: Script::new(include_str!("refund.lua")),
    remove: Script::new(include_str!("remove.lua")),
    rotate: Script::new(include_str!("rotate.lua")),
    set: Script::new(include_str!("set.lua")),
    spend: Script::new(include_str!("spend.lua")),
    sweep_sessions: Script::new(include_str!("sweep_sessions.lua")),
    sweep_values: Script::new(include_str!("sweep_values.lua")),
    take: Script::new(include_str!("take.lua")),
    touch: Script::new(include_str!("touch.lua")),
});
