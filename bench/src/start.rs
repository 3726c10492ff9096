//! Start times, idle memory, size.

use crate::Options;
use crate::load::{self, Connection};
use crate::program::Program;
use crate::turns::{ROUNDS, median};
use anyhow::Result;
use std::time::{Duration, Instant};

/// Prints them. These are figures of this machine; the ratio is warm to cold.
pub async fn measure(options: &Options) -> Result<()> {
    let (mut cold, mut warm, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        for times in [&mut cold, &mut warm] {
            let begun = Instant::now();
            let program = Program::tessera(&options.tessera, folder.path(), None).await?;
            let mut connection = Connection::open(program.address).await?;
            let (status, _) = connection.ask(&load::get("/api/health/", "")).await?;
            let took = begun.elapsed();
            anyhow::ensure!(status == 200, "health says {status}");
            times.push(took.as_secs_f64() * 1000.0);
            tokio::time::sleep(Duration::from_millis(500)).await;
            #[expect(clippy::cast_precision_loss, reason = "kilobytes")]
            memory.push(program.memory()? as f64 / 1024.0);
            program.stop().await?;
        }
    }
    let size = std::fs::metadata(&options.tessera)?.len() / 1024 / 1024;
    println!("\n## Start\n");
    println!("| what | here | goal |\n|---|---|---|");
    println!("| empty disk to the first answer, administrator made | {:.0} ms | under 1 s |", median(cold));
    println!("| start with data to the first answer | {:.0} ms | under 100 ms |", median(warm));
    println!("| memory at rest | {:.0} MB | under 40 MB |", median(memory));
    println!("| size of the program | {size} MB | under 60 MB |");
    Ok(())
}
