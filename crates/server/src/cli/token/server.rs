//! What a server says of a token, by the API that every client uses: `auth-tokens/self/`.

use super::Server;
use crate::cli::Failure;
use crate::cli::output::say;
use crate::config::{Environment, TOKEN_VARIABLE};
use crate::outbound;
use serde_json::{Map, Value, json};
use std::io::{self, BufRead as _};
use std::time::Duration;
use ureq::http::{Method, Request};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The rights of so many domains are listed; JSON has all.
const MOST_DOMAINS: usize = 20;

/// Prints what the token is and may do.
pub(super) fn inspect(to: &Server, as_json: bool) -> Result<(), Failure> {
    let token = ask(to, &Method::GET, "", None)?;
    if as_json {
        return say(&serde_json::to_string_pretty(&token).unwrap_or_default());
    }
    let text = |name: &str| token[name].as_str().unwrap_or("–").to_owned();
    let listed = |name: &str, none: &str| match token[name].as_array() {
        None => none.to_owned(),
        Some(list) if list.is_empty() => "none".to_owned(),
        Some(list) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
    };
    say(&format!("name       {}", text("name")))?;
    say(&format!("token      {}", text("preview")))?;
    say(&format!("state      {}", text("state")))?;
    say(&format!("created    {}", text("created")))?;
    say(&format!("expires    {} (in {} days)", text("expiry"), token["expires_in_days"]))?;
    say(&format!("last used  {} from {}", text("last_used_at"), text("last_used_ip")))?;
    say(&format!("scopes     {}", listed("scopes", "all that its owner may do")))?;
    say(&format!("domains    {}", listed("domains", "all of its owner")))?;
    say(&format!("addresses  {}", listed("allowed_ips", "any")))?;
    say(&format!("rotates    {}", if token["self_rotate"] == true { "itself" } else { "by its owner only" }))?;
    let permissions = token["permissions"].as_object().cloned().unwrap_or_default();
    say(&format!("permissions in effect now, in {} domains:", permissions.len()))?;
    for (folder, names) in permissions.iter().take(MOST_DOMAINS) {
        say(&format!("  {folder}  {}", names.as_array().map_or(0, Vec::len)))?;
    }
    if permissions.len() > MOST_DOMAINS {
        say(&format!("  … and {} more: --json shows all", permissions.len() - MOST_DOMAINS))?;
    }
    Ok(())
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(domain) if domain.get("recursive") == Some(&Value::Bool(true)) => {
            format!("{} and below", shown(&domain["id"]))
        }
        Value::Object(domain) => domain.get("id").map(shown).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// Prints the new value, and nothing else, so that a script can take it.
pub(super) fn rotate(to: &Server, expiry: Option<u32>, overlap_hours: Option<u32>) -> Result<(), Failure> {
    let mut body = Map::new();
    if let Some(days) = expiry {
        body.insert("expiry".into(), json!(days));
    }
    if let Some(hours) = overlap_hours {
        body.insert("overlap_hours".into(), json!(hours));
    }
    let made = ask(to, &Method::POST, "rotate/", Some(&Value::Object(body)))?;
    match made["token"].as_str() {
        Some(value) => say(value),
        None => Err(Failure::other("the server's answer holds no token")),
    }
}

/// Ends the token.
pub(super) fn revoke(to: &Server) -> Result<(), Failure> {
    ask(to, &Method::DELETE, "", None)?;
    say("revoked")
}

/// Asks `…/auth-tokens/self/` with the token.
fn ask(to: &Server, method: &Method, rest: &str, body: Option<&Value>) -> Result<Value, Failure> {
    let token = token(to)?;
    let server = to.server.trim_end_matches('/');
    if !server.starts_with("http://") && !server.starts_with("https://") {
        return Err(Failure::usage(format!("“{server}” is no address of a server, such as https://grc.example.org")));
    }
    // A redirect would take the token somewhere else.
    let agent = outbound::agent(PATIENCE);
    let text = body.map(Value::to_string).unwrap_or_default();
    let request = Request::builder()
        .method(method)
        .uri(format!("{server}/api/iam/auth-tokens/self/{rest}"))
        .header("Authorization", format!("Token {token}"))
        .header("Accept", "application/json")
        .header("Content-Type", "application/json")
        .body(text)
        .map_err(|_| Failure::usage("the token or the address holds characters that no request can carry"))?;
    let answer = agent.run(request);
    let mut answer = answer.map_err(|error| Failure::other(format!("{server} cannot be asked: {error}")))?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().map_err(|error| Failure::other(error.to_string()))?;
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    match status {
        200..=299 => Ok(body),
        300..=399 => Err(Failure::other(format!("{server} sends elsewhere: give the address that it sends to"))),
        _ => {
            let code = body["code"].as_str().map(|code| format!(" ({code})")).unwrap_or_default();
            let detail = body["detail"].as_str().map_or_else(|| text.chars().take(200).collect(), str::to_owned);
            Err(Failure::other(format!("{server} answers {status}{code}: {detail}")))
        }
    }
}

/// The token: from a file, else the environment, else standard input.
fn token(to: &Server) -> Result<String, Failure> {
    let environment = Environment::of_process()?;
    let text = match (&to.token_file, environment.get(TOKEN_VARIABLE)) {
        (Some(file), _) => std::fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", file.display())))?,
        (None, Some(token)) => token.to_owned(),
        (None, None) => {
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line)?;
            line
        }
    };
    let token = text.trim();
    if token.is_empty() {
        let sentence = "there is no token: name its file with --token-file, set TESSERA_TOKEN, or pipe it in";
        return Err(Failure::usage(sentence));
    }
    Ok(token.to_owned())
}
