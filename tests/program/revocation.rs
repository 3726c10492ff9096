//! Three processes over one PostgreSQL: what one of them revokes, no other accepts any more.
//! `cargo xtask bench --only revocation` does the same a thousand times and says how long it took.

use crate::support::{Server, same_database, tessera};
use blackbox::{ADMIN, Actor, PASSWORD, TestApp, backend};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::Barrier;

const TOKENS: &str = "/api/iam/auth-tokens/";
const TRIALS: u32 = 25;

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_revokes_no_other_accepts() {
    if backend() != "postgres" {
        println!("LEFT OUT: several processes over one database need PostgreSQL");
        return;
    }
    let app = TestApp::start().await;
    let [flag, url] = same_database(&app);
    let folder = app.stop().await;
    let mut servers = Vec::new();
    for number in 0..3 {
        let data = folder.path().join(number.to_string()).display().to_string();
        let arguments = ["serve", "--listen", "127.0.0.1:0", &flag, &url, "--data-dir", &data];
        let mut server = Server::start(tessera(&arguments));
        servers.push((server.address(), server));
    }
    let admin = Actor::sign_in(&servers[0].0, ADMIN, PASSWORD).await;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    let (mut dropped, mut uses) = (0, 0);
    for trial in 0..TRIALS {
        let made = admin.post(TOKENS, json!({ "name": "t" })).await.expect(200);
        let value = made.json["token"].as_str().expect("a value").to_owned();
        let ended = Arc::new(AtomicBool::new(false));
        let (accepted, late) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let ready = Arc::new(Barrier::new(3));
        let askers: Vec<_> = servers[1..]
            .iter()
            .map(|(base, _)| {
                let script = Actor::with_token(base, &value);
                let (ended, accepted, late, ready) = (ended.clone(), accepted.clone(), late.clone(), ready.clone());
                tokio::spawn(async move {
                    script.get("/api/build/").await.expect(200);
                    ready.wait().await;
                    let mut refused = 0;
                    while refused < 5 && late.load(Ordering::SeqCst) == 0 {
                        // Only what was sent after the revocation was answered counts.
                        let after = ended.load(Ordering::SeqCst);
                        match (script.get("/api/build/").await.status, after) {
                            (200, false) => drop(accepted.fetch_add(1, Ordering::SeqCst)),
                            (200, true) => drop(late.fetch_add(1, Ordering::SeqCst)),
                            (401, true) => refused += 1,
                            // A connection that broke on the way: closed, not open (T-13).
                            (401, false) | (503, _) => {}
                            (status, _) => panic!("answered {status}"),
                        }
                    }
                })
            })
            .collect();
        ready.wait().await;
        if trial % 2 == 1 {
            // A failure of the network under all connections that wait in the pools.
            let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                       WHERE state = 'idle' AND datname = current_database() AND pid <> pg_backend_pid()";
            dropped += client.query_one(sql, &[]).await.expect("dropped").get::<_, i64>(0);
        }
        // A break on the way is told as such; whoever revokes tries again until it is done.
        let mut tries = 0;
        while !matches!(admin.delete(&format!("{TOKENS}{}/", made.id())).await.status, 204 | 404) {
            tries += 1;
            assert!(tries < 50, "it cannot be revoked");
        }
        ended.store(true, Ordering::SeqCst);
        for asker in askers {
            asker.await.expect("asked to its end");
        }
        assert_eq!(late.load(Ordering::SeqCst), 0, "accepted after the revocation, in trial {trial}");
        uses += accepted.load(Ordering::SeqCst);
    }
    assert!(uses > 0, "the tokens were in use when they were revoked");
    assert!(dropped > 0, "connections were dropped");
}
