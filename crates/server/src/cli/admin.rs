//! `tessera admin`: the way in when nobody can sign in.

use super::output::say;
use super::{Failure, Flags, password, runtime};
use crate::start::Opening;
use iam::{account, setup};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make an administrator
    Create(Account),
    /// Set somebody's password; their sessions end and their tokens are revoked
    ResetPassword(Account),
}

#[derive(Debug, clap::Args)]
pub struct Account {
    /// E-mail address of the account
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// Read the password from the first line of standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

/// Works on the database of the settings, beside a running server or without one.
pub fn run(command: &Command, flags: &Flags) -> Result<(), Failure> {
    let (Command::Create(account) | Command::ResetPassword(account)) = command;
    let password = password::read(account.password_stdin)?;
    runtime::with_instance(flags, Opening::Complete, async |instance| match command {
        Command::Create(account) => {
            let ctx = instance.iam.program("command line").await?;
            setup::create_administrator(&instance.iam, &ctx, &account.email, &password, false).await?;
            say(&format!("{} is an administrator now.", account.email.trim()))
        }
        Command::ResetPassword(account) => {
            let wrong = account::reset_from_program(&instance.iam, &account.email, &password).await?;
            if !wrong.is_empty() {
                return Err(Failure::other(wrong.join(" ")));
            }
            say(&format!("{} has a new password. Old sessions have ended, tokens are revoked.", account.email.trim()))
        }
    })
}
