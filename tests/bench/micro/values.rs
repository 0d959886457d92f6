//! Rows and claims, to and from the application's struct.

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use fastauth::{
    AuthUser, ExtraClaims,
    store::SessionId,
    token::{Grant, TokenChecks, TokenOptions},
};

use crate::user::{User, ada, now};

const ISSUER: &str = "https://app.example.com";

pub fn all(criterion: &mut Criterion) {
    let user = ada();
    let mut group = criterion.benchmark_group("row");
    let row = user.to_row();
    group.bench_function("from a struct", |b| b.iter(|| black_box(&user).to_row()));
    group.bench_function("to a struct", |b| {
        b.iter_batched(|| row.clone(), User::from_row, BatchSize::SmallInput);
    });
    group.finish();

    let mut group = criterion.benchmark_group("claims");
    let (checks, options, now) = (TokenChecks::new(ISSUER, ISSUER), TokenOptions::default(), now());
    let session = SessionId::generate(now);
    let written = || {
        let grant = Grant { user: &user, session, extra: ExtraClaims::default(), now };
        checks.claims(grant, &options).expect("claims")
    };
    group.bench_function("from a struct", |b| b.iter(written));
    let payload = serde_json::to_vec(&written()).expect("JSON");
    group.bench_function("to a struct", |b| {
        b.iter(|| checks.read::<User>(black_box(&payload), now).expect("claims"));
    });
    group.finish();
}
