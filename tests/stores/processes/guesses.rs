//! What may be guessed in all is guessed in all, whichever process is asked.

use fastauth_tests::{Client, PASSWORD, Reply};

use super::two::{Kept, Two};

const ADA: &str = "ada@example.com";
/// Of `Limits::default()`, which the application leaves as they are.
const BUDGET: usize = 5;

async fn guess(client: Client) -> Reply {
    client.login(ADA, "not the password").await
}

/// How many passwords both have computed so far.
async fn computed(two: &Two) -> usize {
    let mut sum = 0;
    for client in &two.clients {
        sum += client.get("/computed").await.expect(200).text().parse::<usize>().unwrap();
    }
    sum
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_on_two_processes_computes_no_more_hashes_than_its_budget() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[("FASTAUTH_TEST_LIMITS", "1")]).await else { continue };
        two.clients[0].register(ADA).await;
        let before = computed(&two).await;
        assert!(before > 0, "{two}: nothing is counted");
        let replies = two.so_many_at_once(200, guess).await;
        let of = |status| replies.iter().filter(|reply| reply.status == status).count();
        assert_eq!((of(401), of(429)), (BUDGET, 200 - BUDGET), "{two}");
        assert_eq!(computed(&two).await - before, BUDGET, "{two}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_guess_is_refused_by_both() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[("FASTAUTH_TEST_LIMITS", "1")]).await else { continue };
        two.clients[1].register(ADA).await;
        two.clients[0].register("eve@example.com").await;
        for client in two.clients.iter().cycle().take(BUDGET) {
            guess(client.clone()).await.problem(401, "invalid_credentials");
        }
        for client in &two.clients {
            for password in ["not the password", PASSWORD] {
                let reply = client.login(ADA, password).await.problem(429, "rate_limited");
                let wait: u64 = reply.header("retry-after").unwrap().parse().unwrap();
                assert!((1..=30).contains(&wait), "{two}: {wait}");
            }
            // Nobody else is.
            client.login("eve@example.com", PASSWORD).await.expect(200);
        }
    }
}
