//! What an attacker tries, one attack a file. Each opens with the attack and its source.

mod accounts;
mod foreign_tokens;
mod forged_tokens;
mod token_carriers;
mod token_claims;
