//! The table of the life cycle: each event, and what becomes of a token and of a session by it.
//! The same events one by one, with more detail, are in `tests/api/tokens/life.rs`.

use super::{FOLDERS, Stage, TOKENS};
use blackbox::{ADMIN, Actor, PASSWORD};
use chrono::TimeDelta;
use serde_json::json;

/// What a token or session is after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Works,
    /// 401, with this reason for its holder.
    Ended(&'static str),
    /// 401, or no such session.
    Gone,
}

use After::{Ended, Gone, Works};

/// What happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// By the owner in the session: method, path, body.
    Owner(&'static str, &'static str, &'static str),
    /// By an administrator.
    Admin(&'static str, &'static str, &'static str),
    /// By the token itself.
    Itself(&'static str, &'static str, &'static str),
    /// By nobody in particular.
    Nobody(&'static str, &'static str, &'static str),
    /// So many milliseconds pass.
    Wait(i64),
    /// The program's own rounds.
    Sweep,
}

use Event::{Admin, Itself, Nobody, Owner, Sweep, Wait};

/// A row of the table.
pub(super) struct Life {
    pub(super) what: &'static str,
    why: &'static str,
    events: &'static [Event],
    token: After,
    session: After,
}

const fn life(what: &'static str, events: &'static [Event], token: After, session: After, why: &'static str) -> Life {
    Life { what, why, events, token, session }
}

const DAY: i64 = 86_400_000;
const REVOKED: After = Ended("token_revoked");
const OVER: After = Ended("token_expired");
const OFF: Event = Admin("PATCH", "/api/users/{owner.id}/", "{\"is_active\":false}");
const ON: Event = Admin("PATCH", "/api/users/{owner.id}/", "{\"is_active\":true}");
const ROTATE: Event = Owner("POST", "/api/iam/auth-tokens/{token.id}/rotate/", "{}");
const ROTATE_SLOWLY: Event = Owner("POST", "/api/iam/auth-tokens/{token.id}/rotate/", "{\"overlap_hours\":2}");
const RENEW: Event = Itself("POST", "/api/iam/auth-tokens/self/rotate/", "{}");
const USE: Event = Itself("GET", "/api/folders/", "");

#[rustfmt::skip] // a table
pub(super) const CASES: &[Life] = &[
    life("nothing happens", &[], Works, Works, "a token works until something ends it"),
    life("signing out", &[Owner("POST", "/api/iam/logout/", "{}")], Works, Gone, "sessions and tokens are apart (T-12)"),
    life("signing out everywhere", &[Owner("POST", "/api/iam/logoutall/", "{}")], Works, Gone, "sessions and tokens are apart (T-12)"),
    life("ending other sessions", &[Owner("POST", "/api/iam/revoke-sessions/", "{}")], Works, Works, "sessions and tokens are apart (T-12)"),
    life("a session that runs out", &[Wait(DAY / 2)], Works, Gone, "sessions and tokens are apart (T-12)"),
    life("a password of one's own changes", &[Owner("POST", "/api/iam/change-password/", "{\"old_password\":\"correct horse battery staple\",\"new_password\":\"another good tile 8\",\"confirm_new_password\":\"another good tile 8\"}")], Works, Works, "one's own change keeps one's scripts"),
    life("a password that an administrator sets", &[Admin("POST", "/api/iam/set-password/", "{\"user\":\"{owner.id}\",\"new_password\":\"another good tile 8\",\"confirm_new_password\":\"another good tile 8\"}")], REVOKED, Gone, "somebody else's change is a sign of trouble"),
    life("being switched off", &[OFF], REVOKED, Gone, "deactivation means it"),
    life("being switched off and on", &[OFF, ON], REVOKED, Gone, "reactivation revives nothing"),
    life("being switched off twice", &[OFF, OFF], REVOKED, Gone, "asking twice does no harm"),
    life("being deleted", &[Admin("DELETE", "/api/users/{owner.id}/", "")], REVOKED, Gone, "a token has an owner or ends"),
    life("becoming a third party", &[Admin("PATCH", "/api/users/{owner.id}/", "{\"is_third_party\":true}")], REVOKED, Works, "third parties hold none (T-32)"),
    life("an account's last day", &[Admin("PATCH", "/api/users/{owner.id}/", "{\"expiry_date\":\"2026-11-24\"}")], Works, Works, "the last day is a day of work"),
    life("an account past its last day", &[Admin("PATCH", "/api/users/{owner.id}/", "{\"expiry_date\":\"2026-11-23\"}")], Ended("user_inactive"), Gone, "an account that ran out opens nothing"),
    life("another name", &[Owner("PATCH", "/api/iam/auth-tokens/{token.id}/", "{\"name\":\"other\"}")], Works, Works, "a name is only a name"),
    life("revocation by the owner", &[Owner("DELETE", "/api/iam/auth-tokens/{token.id}/", "")], REVOKED, Works, "the owner's word ends it"),
    life("revocation among several", &[Owner("POST", "/api/iam/auth-tokens/revoke/", "{\"ids\":[\"{token.id}\"]}")], REVOKED, Works, "the owner's word ends it"),
    life("revocation by an administrator", &[Admin("POST", "/api/iam/admin/auth-tokens/revoke/", "{\"ids\":[\"{token.id}\"]}")], REVOKED, Works, "an administrator's word ends it (T-36)"),
    life("revocation by a filter", &[Admin("POST", "/api/iam/admin/auth-tokens/revoke/", "{\"filter\":{\"user\":\"{owner.id}\"}}")], REVOKED, Works, "an administrator's word ends it (T-36)"),
    life("an administrator who uses the owner's way", &[Admin("GET", "/api/iam/auth-tokens/", "")], Works, Works, "administrators have their own way"),
    life("revocation by itself", &[Itself("DELETE", "/api/iam/auth-tokens/self/", "")], REVOKED, Works, "a token may end itself (T-26)"),
    life("signing out with the token", &[Itself("POST", "/api/iam/logout/", "{}")], REVOKED, Works, "the presented token ends (T-27)"),
    life("a leak that is reported", &[Nobody("POST", "/api/iam/auth-tokens/report-leak/", "{\"tokens\":[\"{token}\"]}")], REVOKED, Works, "holding it is the proof (T-38)"),
    life("a leak of the id", &[Nobody("POST", "/api/iam/auth-tokens/report-leak/", "{\"tokens\":[\"{token.id}\"]}")], Works, Works, "an id proves nothing (T-38)"),
    life("a millisecond before its end", &[Wait(30 * DAY - 1)], Works, Gone, "it works until its end (P12)"),
    life("its end", &[Wait(30 * DAY)], OVER, Gone, "at its end it has ended (T-19)"),
    life("a clock that steps back after the end was seen", &[Wait(30 * DAY), Itself("GET", "/api/folders/", ""), Wait(-2 * DAY)], OVER, Gone, "seen expired stays expired (T-19)"),
    life("a clock that steps back unseen", &[Wait(30 * DAY), Wait(-2 * DAY)], Works, Gone, "nobody saw it expired, and its time is not over"),
    life("renewal by the owner", &[ROTATE], OVER, Works, "the old value ends at once (T-33)"),
    life("renewal with an overlap", &[ROTATE_SLOWLY], Works, Works, "both values work for a while (T-33)"),
    life("renewal with an overlap that is over", &[ROTATE_SLOWLY, Wait(2 * 3_600_000)], OVER, Gone, "the old value ends when it was said (T-33)"),
    life("renewal by itself", &[RENEW], Works, Works, "a token that renews itself has an hour (T-33)"),
    life("renewal by itself, an hour later", &[RENEW, Wait(3_600_000)], OVER, Gone, "a token that renews itself has an hour (T-33)"),
    life("renewal twice within the overlap", &[RENEW, RENEW], Works, Works, "a retry harms nothing (T-33)"),
    life("renewal after the overlap", &[RENEW, Wait(3_600_000), RENEW], REVOKED, Gone, "a replaced value that renews is a copy: the family ends (T-33)"),
    life("renewal of what is revoked", &[Itself("DELETE", "/api/iam/auth-tokens/self/", ""), RENEW], REVOKED, Works, "what has ended is not renewed"),
    life("a life that the rules no longer allow", &[Admin("PATCH", "/api/iam/token-policy/", "{\"max_days\":7,\"default_days\":7}")], Ended("policy_lifetime"), Works, "rules act at once (T-37)"),
    life("rules that are taken back", &[Admin("PATCH", "/api/iam/token-policy/", "{\"max_days\":7,\"default_days\":7}"), Admin("PATCH", "/api/iam/token-policy/", "{\"max_days\":365,\"default_days\":30}")], Works, Works, "what the rules blocked comes back with them (T-37)"),
    life("rules that now want scopes", &[Admin("PATCH", "/api/iam/token-policy/", "{\"scopes_required\":true}")], Works, Works, "rules for making are for making"),
    life("a second factor that is wanted", &[Admin("PATCH", "/api/settings/general/", "{\"enforce_mfa\":true}")], Works, Ended("second_factor_required"), "scripts have no second factor"),
    life("idle for too long", &[Admin("PATCH", "/api/iam/token-policy/", "{\"idle_days\":5}"), Wait(6 * DAY), Sweep], REVOKED, Gone, "what nobody uses ends (T-37)"),
    life("used now and then", &[Admin("PATCH", "/api/iam/token-policy/", "{\"idle_days\":5}"), Wait(4 * DAY), USE, Sweep, Wait(4 * DAY), Sweep], Works, Gone, "what somebody uses does not end"),
    life("a role that goes", &[Admin("POST", "/api/user-groups/{readers}/remove-members/", "{\"users\":[\"{owner.id}\"]}")], Works, Works, "rights change, the token lives (T-23)"),
    life("a leak reported after renewal", &[ROTATE_SLOWLY, Nobody("POST", "/api/iam/auth-tokens/report-leak/", "{\"tokens\":[\"{token}\"]}")], REVOKED, Works, "an old value that still works can leak too"),
];

/// Plays one row on a program of its own.
async fn play(life: &Life) {
    let mut stage = Stage::new().await;
    stage.person("owner", Some("Global - Reader")).await;
    let readers = stage.app.group("Global - Reader").await;
    stage.knows("readers", readers);
    let token = stage.token("token", "owner", json!({ "self_rotate": true })).await;
    let session = stage.actor("owner");
    token.get(FOLDERS).await.expect(200);
    for event in life.events {
        let ask = async |actor: &Actor, (method, path, body): (&'static str, &str, &str)| {
            let request = actor.request(method, &stage.fill(path)).header("x-forwarded-for", "198.18.0.1");
            let body = stage.fill(body);
            let request =
                if body.is_empty() { request } else { request.header("content-type", "application/json").body(body) };
            let answer = actor.send(request).await;
            assert!(answer.status < 500, "{}: {} {path} → {}", life.what, answer.status, answer.text);
            assert!(!answer.text.contains(stage.value("token")), "{}: {path} repeats the value", life.what);
            answer
        };
        match *event {
            Owner(method, path, body) => drop(ask(&session, (method, path, body)).await),
            Admin(method, path, body) => {
                let answer = ask(stage.app.admin(), (method, path, body)).await;
                assert!(answer.status < 300, "{}: {path} → {}", life.what, answer.text);
            }
            Itself(method, path, body) => drop(ask(&token, (method, path, body)).await),
            Nobody(method, path, body) => drop(ask(&stage.app.anonymous(), (method, path, body)).await.expect(202)),
            Wait(milliseconds) => stage.app.wait(TimeDelta::milliseconds(milliseconds)),
            Sweep => {
                let iam = &stage.app.program().iam;
                iam::usage::flush(iam).await.expect("written");
                iam::tokens::sweep(iam, "http://localhost").await.expect("swept");
            }
        }
    }
    for (which, actor, after) in [("token", &token, life.token), ("session", &session, life.session)] {
        let answer = actor.get(FOLDERS).await;
        let told = format!("{} ({}): the {which} gets {}: {}", life.what, life.why, answer.status, answer.text);
        match after {
            Works => assert_eq!(answer.status, 200, "{told}"),
            Gone => assert_eq!(answer.status, 401, "{told}"),
            Ended("second_factor_required") => {
                assert_eq!((answer.status, &answer.json["code"]), (403, &json!("second_factor_required")), "{told}");
            }
            Ended(code) => assert_eq!((answer.status, &answer.json["code"]), (401, &json!(code)), "{told}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_has_its_end() {
    for some in CASES.chunks(4) {
        let mut playing = Vec::new();
        for life in some {
            playing.push(tokio::spawn(play(life)));
        }
        for one in playing {
            one.await.expect("played");
        }
    }
}

/// A token that was seen expired is not renewed either, whatever the clock says then.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_expired_is_not_renewed() {
    let mut stage = Stage::new().await;
    let token = stage.token("token", "session", json!({ "self_rotate": true })).await;
    stage.app.wait(TimeDelta::days(30));
    token.get(FOLDERS).await.expect(401);
    stage.app.wait(TimeDelta::days(-30));
    let again = Actor::sign_in(&stage.app.base(), ADMIN, PASSWORD).await;
    let path = format!("{TOKENS}{}/rotate/", stage.value("token.id"));
    again.post(&path, json!({})).await.expect(404);
    token.post(&format!("{TOKENS}self/rotate/"), json!({})).await.expect(401);
}
