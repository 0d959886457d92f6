use super::*;

#[tokio::test]
async fn another_secret_is_told_from_damage() {
    let store = Arc::default();
    start(&store, NOW).await;
    let other = Secret::parse("base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5Q=").unwrap();
    let problem = try_open(&store, eddsa(), &other, NOW).await.unwrap_err();
    assert!(problem.cause.contains("sealed under another secret"), "{problem:?}");
    assert!(problem.fix.contains("DELETE FROM fastauth_signing_keys"), "{problem:?}");
    let sound = store.memory.signing_keys("users").await.unwrap().remove(0);
    let mut flipped = sound.sealed.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for damaged in [
        StoredKey { sealed: flipped, ..sound.clone() },
        StoredKey { sealed: Vec::new(), ..sound.clone() },
        StoredKey { signs_from: NOW - DAY, ..sound.clone() },
        StoredKey { created_at: NOW - DAY, ..sound.clone() },
        StoredKey { algorithm: "ES256".to_owned(), ..sound.clone() },
        StoredKey { generation: 2, ..sound.clone() },
    ] {
        store.memory.remove_signing_key("users", 1).await.unwrap();
        store.memory.remove_signing_key("users", 2).await.unwrap();
        store.memory.add_signing_key(&damaged).await.unwrap();
        let problem = try_open(&store, eddsa(), &secret(), NOW).await.unwrap_err();
        assert!(problem.cause.contains("is damaged"), "{problem:?}");
    }
}

#[tokio::test]
async fn damage_while_it_runs_takes_no_key_away() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    let token = one.write(NOW).await;
    let sound = store.memory.signing_keys("users").await.unwrap().remove(0);
    let odd = StoredKey { generation: 2, signs_from: NOW + DAY, ..sound };
    store.memory.add_signing_key(&odd).await.unwrap();
    one.keys.look_after(NOW).await;
    assert!(one.reads(&token, NOW).await && one.reads(&one.write(NOW).await, NOW).await);
    // An old one waits for who restores it.
    store.memory.remove_signing_key("users", 2).await.unwrap();
    one.keys.look_after(NOW + MONTH - DAY).await;
    store.damage(1).await;
    one.keys.look_after(NOW + MONTH).await;
    assert_eq!(store.generations().await, [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_damaged_key_that_waits_is_replaced() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    let first = kid(&one.write(NOW).await);
    let made = NOW + MONTH - DAY;
    one.keys.look_after(made).await;
    store.damage(2).await;
    let made = made + DAY / 2;
    one.keys.look_after(made).await;
    let published = one.published(made).await;
    assert_eq!((published.len(), store.generations().await), (2, vec![1, 2, 3]));
    // It is published for as long as any next key, and the old one signs meanwhile.
    let signs = made + DAY;
    let last = one.write(signs - MICROSECOND).await;
    assert_eq!(kid(&last), first);
    assert_eq!(kid(&one.write(signs).await), published[1]);
    let over = signs + ACCESS + LEEWAY;
    one.keys.look_after(over - MICROSECOND).await;
    assert!(one.reads(&last, over - MICROSECOND).await);
    // What is damaged goes with what is over.
    one.keys.look_after(signs + MONTH - DAY).await;
    advance(DAY + ACCESS + LEEWAY + MARGIN).await;
    one.keys.look_after(over + MONTH).await;
    assert_eq!(store.generations().await, [3, 4]);
}
