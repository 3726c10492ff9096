//! The handler of a route, run to its end.

use super::request::Request;
use super::routes::{Operation, Route};
use super::{conditional, resources, respond};
use axum::body::Body;
use axum::http::Response;
use engine::ApiError;
use engine::declare::Answer;

/// Times that a request is run again when transactions collided.
const TRIES: u32 = 4;

/// Runs the handler, again when transactions collided and nothing was written.
pub(super) async fn run(request: &Request, route: &Route) -> Result<Response<Body>, ApiError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let outcome = match route.operation {
            Operation::Special(run) => run(request).await,
            _ => resources::run(request, route).await,
        };
        match outcome {
            Err(ApiError::Retry) if tries < TRIES => {
                tokio::time::sleep(std::time::Duration::from_millis(5 << tries)).await;
            }
            outcome => {
                // A refusal is certain: no row took the files. After our own failure nobody knows; the sweep finds out.
                let certain = |error: &ApiError| error.status() < 500 || matches!(error, ApiError::Retry);
                if outcome.as_ref().is_err_and(certain) {
                    request.ctx.files.iter().for_each(|file| file.give_back());
                }
                return match outcome? {
                    Answer::Kept(kept) => Ok(conditional::kept(&kept, &request.headers).await),
                    answer => Ok(respond::answer(answer, matches!(route.operation, Operation::Create))),
                };
            }
        }
    }
}
