//! Whether the audit log's chain makes writes wait, and how many statements a request costs.

use crate::turns::{ROUNDS, median};
use crate::{Options, seed};
use anyhow::{Context as _, Result};
use engine::clock::Clock;
use engine::random::Random;
use engine::{Body, Context, Query, audit, read, write};
use serde_json::json;
use server::config::{Hidden, Settings};
use server::start::{Instance, Opening};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Writers at the same time.
const WRITERS: [usize; 2] = [1, 16];
const TURN: Duration = Duration::from_secs(1);

/// Prints both.
pub async fn measure(options: &Options) -> Result<()> {
    println!("\n## Writes and the audit log\n");
    println!("Assets made a second with the log being sealed meanwhile, as a share of the same without sealing.\n");
    println!("| database | one writer | sixteen writers |\n|---|---|---|");
    let mut statements = String::new();
    let mut databases = vec![("SQLite", None)];
    databases.extend(options.postgres.as_ref().map(|url| ("PostgreSQL", Some(url))));
    for (name, url) in databases {
        let data = tempfile::tempdir()?;
        let mut settings = Settings { data_dir: data.path().to_path_buf(), ..Settings::default() };
        if let Some(url) = url {
            seed::connect(url).await?.batch_execute("CREATE DATABASE writes").await?;
            let (server, _) = url.rsplit_once('/').context("the address ends with a database")?;
            settings.database.url = Some(Hidden::new(format!("{server}/writes")));
        }
        let instance = Instance::open(&settings, Opening::Complete, Clock::system(), Random::system()).await?;
        let ctx = Arc::new(instance.iam.program("bench").await?);
        let mut line = format!("| {name} |");
        for writers in WRITERS {
            let mut ratios = Vec::new();
            for round in 0..=ROUNDS {
                let without = rate(&ctx, writers).await?;
                audit::seal(&instance.engine).await?;
                let sealing = tokio::spawn(audit::keep_sealing(instance.engine.clone(), Duration::from_millis(200)));
                let with = rate(&ctx, writers).await?;
                sealing.abort();
                audit::seal(&instance.engine).await?;
                if round > 0 {
                    ratios.push(with / without);
                }
            }
            line += &format!(" {:.2} |", median(ratios));
        }
        println!("{line}");
        statements += &count(name, &instance, &ctx).await?;
        instance.close().await;
    }
    println!("\n## Statements\n\n| request | database | statements |\n|---|---|---|\n{statements}");
    Ok(())
}

/// Assets made a second.
async fn rate(ctx: &Arc<Context>, writers: usize) -> Result<f64> {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..writers {
        let ctx = ctx.clone();
        tasks.push(tokio::spawn(async move {
            let mut made = 0_u32;
            while begun.elapsed() < TURN {
                create(&ctx).await?;
                made += 1;
            }
            anyhow::Ok(made)
        }));
    }
    let mut made = 0.0;
    for task in tasks {
        made += f64::from(task.await??);
    }
    Ok(made / begun.elapsed().as_secs_f64())
}

async fn create(ctx: &Context) -> Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let assets = ctx.engine.registry().get("assets").context("assets are declared")?;
    let name = format!("Asset {}", NEXT.fetch_add(1, Ordering::Relaxed));
    let body = Body::from_iter([("name".to_owned(), json!(name)), ("type".to_owned(), json!("SP"))]);
    loop {
        match write::create(ctx, assets, &body).await {
            // As the server does it.
            Err(engine::ApiError::Retry) => {}
            outcome => return Ok(outcome.map(drop)?),
        }
    }
}

async fn count(name: &str, instance: &Instance, ctx: &Context) -> Result<String> {
    let assets = ctx.engine.registry().get("assets").context("assets are declared")?;
    let mut lines = String::new();
    for limit in ["10", "1000"] {
        let before = instance.store.statements();
        let query = Query::new(vec![("limit".into(), limit.into())]);
        read::list(ctx, assets, &query, "/api/assets/").await?;
        lines += &format!("| page of {limit} assets | {name} | {} |\n", instance.store.statements() - before);
    }
    let before = instance.store.statements();
    create(ctx).await?;
    lines += &format!("| create an asset | {name} | {} |\n", instance.store.statements() - before);
    Ok(lines)
}
