//! How long libraries take to read: `cargo run --release -p grc --example library_bench -- DIR`.
//!
//! Prints a line a file (best of five, size, objects), the total, and the most memory that was in
//! use where the system tells it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often a file is read; the best time counts.
const ROUNDS: u32 = 5;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"))
        .collect();
    files.sort();
    let (mut first_pass, mut best_pass, mut size) = (Duration::ZERO, Duration::ZERO, 0);
    for path in &files {
        let bytes = std::fs::read(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut times = Vec::new();
        let mut summary = String::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let read = grc::library::read(&bytes, &name);
            times.push(start.elapsed());
            summary = match &read {
                Ok(library) => serde_json::Value::Object(library.objects_meta()).to_string(),
                Err(problems) => problems.first().map(ToString::to_string).unwrap_or_default(),
            };
        }
        let best = times.iter().min().copied().unwrap_or_default();
        first_pass += times[0];
        best_pass += best;
        size += bytes.len();
        println!("{:>9.2} ms {:>9} bytes  {name}  {summary}", milliseconds(best), bytes.len());
    }
    println!(
        "{:>9.2} ms in all, {:.2} ms the first time, {} files, {size} bytes, {} kB of memory at most",
        milliseconds(best_pass),
        milliseconds(first_pass),
        files.len(),
        peak_memory().unwrap_or_else(|| "unknown".into())
    );
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").to_owned())
}
