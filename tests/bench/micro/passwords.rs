//! A password with the usual costs, beside argon2 alone with memory that is kept.

use argon2::{Argon2, Block, Params};
use criterion::{Criterion, SamplingMode};
use fastauth::{
    Password,
    password::{Argon2id, PasswordHasher},
};

const PASSWORD: &str = "correct horse battery staple";

pub fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("password");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    let (hasher, password) = (Argon2id::default(), Password::new(PASSWORD));
    group.bench_function("hash", |b| b.iter(|| hasher.hash(&password).expect("a hash")));
    let hash = hasher.hash(&password).expect("a hash");
    group.bench_function("verify", |b| {
        b.iter(|| hasher.verify_and_update(&password, &hash).expect("a verdict"));
    });
    let mut memory = vec![Block::default(); Params::DEFAULT.block_count()];
    group.bench_function("argon2 alone", |b| {
        let argon2 = Argon2::default();
        b.iter(|| {
            let mut tag = [0; 32];
            let memory = memory.as_mut_slice();
            let done = argon2.hash_password_into_with_memory(
                PASSWORD.as_bytes(),
                &[7; 16],
                &mut tag,
                memory,
            );
            done.map(|()| tag).expect("a hash")
        });
    });
    group.finish();
}
