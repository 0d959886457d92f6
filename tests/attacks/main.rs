//! What an attacker tries, one attack a file. Each opens with the attack and its source.

mod accounts;
mod bodies;
mod enumeration;
mod foreign_tokens;
mod forged_tokens;
mod hostile_heads;
mod mass_assignment;
mod refresh_races;
mod token_carriers;
mod token_claims;
