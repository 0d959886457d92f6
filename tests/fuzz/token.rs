//! A text that somebody presents as a token, to a ring of every algorithm: what it says is what we signed.

#![no_main]

use std::{cell::RefCell, sync::LazyLock};

use fastauth::{
    time::Timestamp,
    token::{Algorithm, Jwt, SigningKey, TokenEncoder, TokenKind},
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, json};
use tokio::runtime::{Builder, Runtime};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().build().unwrap();
    static TOKENS: RefCell<Vec<(Jwt, String, Vec<u8>)>> = RefCell::new(RUNTIME.with(signed));
}

/// A key of each algorithm, a token of it, and what that says.
fn signed(runtime: &Runtime) -> Vec<(Jwt, String, Vec<u8>)> {
    let claims = Map::from_iter([("sub".to_owned(), json!("ada"))]);
    let mut tokens = Vec::new();
    for algorithm in Algorithm::ALL {
        let key = if algorithm.is_symmetric() {
            SigningKey::from_secret(*algorithm, SECRET)
        } else {
            SigningKey::generate(*algorithm)
        };
        let jwt = Jwt::new(key.unwrap());
        let no_headers = Map::new();
        let token = jwt.encode_token(TokenKind::ACCESS, &claims, &no_headers, NOW);
        let token = runtime.block_on(token).unwrap().expose().to_owned();
        let payload = jwt.decode_token(TokenKind::ACCESS, &token, NOW);
        let payload = runtime.block_on(payload).unwrap();
        tokens.push((jwt, token, payload));
    }
    tokens
}

static SECRET: &str = "base64:Khl7PRb/lKK5y4YVghinEOBfkMVsEwvhpWSEznL8j8ngw4rf8E1g6ZR4EFIgbL6U3n3aR14nZe5YvpjCy2//RQ==";
static KINDS: LazyLock<[TokenKind; 2]> =
    LazyLock::new(|| [TokenKind::ACCESS, TokenKind::new("invitation").unwrap()]);

// The first bytes say what becomes of a good token: which one, where it is cut, and what is put there.
fuzz_target!(|bytes: (u8, u16, u8, &str)| {
    let (which, place, length, text) = bytes;
    TOKENS.with_borrow(|tokens| {
        RUNTIME.with(|runtime| {
            let (_, good, _) = &tokens[usize::from(which) % tokens.len()];
            let begin = usize::from(place) % (good.len() + 1);
            let end = (begin + usize::from(length)).min(good.len());
            let changed = format!("{}{text}{}", &good[..begin], &good[end..]);
            for presented in [text, &changed] {
                for (jwt, _, payload) in tokens {
                    for kind in *KINDS {
                        let read = runtime.block_on(jwt.decode_token(kind, presented, NOW));
                        if let Ok(read) = read {
                            assert_eq!((&read, kind), (payload, TokenKind::ACCESS));
                        }
                    }
                }
            }
        });
    });
});
