//! Stories: HTTP in, HTTP out.

mod broken_hooks;
mod change_email;
mod cookies;
mod events;
mod guards;
mod hooks;
mod json;
mod limits;
mod login;
mod logout;
mod magic_link;
mod mail_hooks;
mod me;
mod opaque;
mod password;
mod redis;
mod refresh;
mod register;
mod reset_password;
mod roles;
mod router;
mod sessions;
mod setup;
mod signin_notices;
mod testing;
mod verify_email;
