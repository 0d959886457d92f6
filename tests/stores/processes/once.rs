//! What happens once happens once over both.

use fastauth_tests::{Client, Reply};

use super::two::{AT_ONCE, Kept, Two};

#[tokio::test(flavor = "multi_thread")]
async fn many_uses_of_a_refresh_token_give_one_child_over_two_processes() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[]).await else { continue };
        let [here, there] = &two.clients;
        let mut parent = here.register("ada@example.com").await.refresh();
        for round in 0..5 {
            let replies = two.at_once(|client| async move { client.refresh(parent).await });
            let mut children: Vec<_> =
                replies.await.into_iter().map(|reply| reply.expect(200).refresh()).collect();
            children.sort_unstable();
            children.dedup();
            assert_eq!(children.len(), 1, "{two}, round {round}: the session forked");
            assert_ne!(children[0], parent, "{two}, round {round}");
            parent = children[0];
        }
        // The child works in both, and it is one session still.
        let last = there.refresh(parent).await.expect(200);
        let last = here.refresh(last.refresh()).await.expect(200);
        let sessions = there.signed_in(&last).get("/auth/sessions").await.expect(200).json();
        assert_eq!(sessions.as_array().unwrap().len(), 1, "{two}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_refresh_token_ends_its_session_in_both_processes() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[]).await else { continue };
        let [here, there] = &two.clients;
        let first = here.register("ada@example.com").await;
        let second = there.refresh(first.refresh()).await.expect(200);
        let third = here.refresh(second.refresh()).await.expect(200);
        let stolen = first.refresh();
        for reply in two.at_once(|client| async move { client.refresh(stolen).await }).await {
            reply.problem(401, "invalid_refresh_token");
        }
        for client in &two.clients {
            client.refresh(third.refresh()).await.problem(401, "invalid_refresh_token");
            client.signed_in(&third).me().await.invalid_token();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_once_works_once_over_two_processes() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[]).await else { continue };
        for round in 0..5 {
            for what in ["tokens", "values"] {
                let path = format!("/{what}/{round}");
                post(two.clients[round % 2].clone(), path.clone()).await.expect(200);
                let taken = two.at_once(|client| post(client, format!("{path}/take"))).await;
                let of = |status| taken.iter().filter(|reply| reply.status == status).count();
                assert_eq!((of(200), of(404)), (1, AT_ONCE - 1), "{two}, {path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_counts_every_use_over_two_processes() {
    for kept in Kept::ALL {
        let Some(two) = Two::start(kept, &[]).await else { continue };
        for round in 0..3 {
            let sums = two.at_once(|client| post(client, format!("/counters/{round}"))).await;
            let mut sums: Vec<usize> =
                sums.into_iter().map(|sum| sum.expect(200).text().parse().unwrap()).collect();
            sums.sort_unstable();
            assert_eq!(sums, (1..=AT_ONCE).collect::<Vec<_>>(), "{two}, round {round}");
        }
    }
}

async fn post(client: Client, path: String) -> Reply {
    client.send("POST", &path, b"").await
}
