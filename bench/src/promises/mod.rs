//! What tokens promise beyond the price of a check: on SQLite, one line for each promise, as soon as it is measured.
//! The numbers are those of `docs/performance.md`; `--only P9` measures one of them.

mod bulk;
mod creation;
mod deactivation;
mod malformed;
mod million;
mod notices;
mod owner;
mod place;
mod refusals;
mod same_node;
mod shared;
mod sink;
mod welch;

use crate::Options;
use anyhow::{Result, ensure};
use std::time::Duration;

/// A line of the table.
struct Line {
    promise: &'static str,
    measured: String,
    goal: &'static str,
}

/// The table, with what could not be measured.
struct Table<'a> {
    options: &'a Options,
    begun: bool,
    failed: Vec<&'static str>,
}

/// Prints the table.
pub async fn measure(options: &Options) -> Result<()> {
    let mut table = Table { options, begun: false, failed: Vec::new() };
    table.add(&["P3"], malformed::measure).await;
    table.add(&["P4", "P17", "P18"], million::measure).await;
    table.add(&["P6"], owner::measure).await;
    table.add(&["P7"], same_node::measure).await;
    table.add(&["P9"], deactivation::measure).await;
    table.add(&["P10"], bulk::measure).await;
    table.add(&["P11"], shared::measure).await;
    table.add(&["P13"], creation::measure).await;
    table.add(&["P14"], refusals::measure).await;
    table.add(&["P19"], notices::measure).await;
    ensure!(table.failed.is_empty(), "not measured or broken: {}", table.failed.join(", "));
    Ok(())
}

impl<'a> Table<'a> {
    /// Measures if one of these was asked for. What fails does not keep the others from being measured.
    async fn add<F>(&mut self, names: &[&'static str], part: impl FnOnce(&'a Options) -> F)
    where
        F: Future<Output = Result<Vec<Line>>>,
    {
        if !self.options.wants("promises") && !names.iter().any(|name| self.options.wants(name)) {
            return;
        }
        if !self.begun {
            let size = if self.options.small { " (a hundredth of the amounts: no figures to keep)" } else { "" };
            println!("\n## Tokens: the other promises{size}\n\n| promise | measured | goal |\n|---|---|---|");
            self.begun = true;
        }
        match Box::pin(part(self.options)).await {
            Ok(lines) => {
                for Line { promise, measured, goal } in lines {
                    println!("| {promise} | {measured} | {goal} |");
                }
            }
            Err(error) => {
                println!("| {} | failed: {error:#} | |", names.join(", "));
                self.failed.extend(names);
            }
        }
    }
}

/// So many, or a hundredth with `--small`.
fn amount(options: &Options, full: u64) -> u64 {
    if options.small { (full / 100).max(1) } else { full }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
