//! What an attacker tries, one attack a file. Each opens with the attack and its source.

mod accounts;
mod addresses;
mod bodies;
mod clocks;
mod dropped_clients;
mod enumeration;
mod foreign_tokens;
mod forged_tokens;
mod hash_flood;
mod hook_flood;
mod hostile_heads;
mod leakage;
mod limits;
mod link_tokens;
mod log_lines;
mod login_form;
mod mass_assignment;
mod oauth;
mod passwords;
mod refresh_races;
mod scopes;
mod squatters;
mod strangers_mail;
mod token_carriers;
mod token_claims;
mod token_forms;
