#![doc = include_str!("../../README.md")]

extern crate self as fastauth;

pub mod access;
mod auth;
pub mod config;
pub mod error;
mod flow;
pub mod hooks;
mod http;
pub mod mail;
pub mod manual;
mod net;
pub mod oauth;
pub mod password;
pub mod secret;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod token;
pub mod user;
pub mod value;

#[doc(hidden)]
pub mod __private;

pub use access::{Any, Permission};
pub use auth::{Auth, AuthBuilder};
pub use config::{CookieConfig, EmailVerification, NextPath, NotAPath, PageUrls};
pub use error::{HookError, HookResult, SetupError, SetupProblem};
pub use fastauth_macros::{AuthUser, Column, Permission, UserKey, auth_hooks};
pub use flow::{Issued, Refresh};
pub use hooks::{Decision, HookContext, Hooks, Provider, Reply};
#[cfg(feature = "openapi")]
pub use http::openapi;
pub use http::{
    Claims, ClearCookies, CurrentUser, Fresh, Guard, GuardLayer, GuardService, Public, Rejection,
    Require, RequireScope, Router, routing, serve,
};
pub use secret::{Password, PasswordHash, Secret};
pub use token::ExtraClaims;
pub use user::{AuthUser, Email, InvalidId, UserKey, Username};
pub use value::Column;
