//! Tests of the throttles, on a clock of their own.

use super::address::{AddressFailures, AddressKey};
use super::*;
use chrono::{DateTime, Utc};
use std::net::IpAddr;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn host(number: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, number])
}

/// Seconds to wait, 0 for none.
fn wait(throttle: &SignInThrottle, account: &str, address: IpAddr, now: i64) -> u64 {
    throttle.check(account, address, at(now)).err().map_or(0, RetryAfter::seconds)
}

fn fail(throttle: &SignInThrottle, account: &str, address: IpAddr, times: i64, from: i64) {
    for second in from..from + times {
        throttle.failure(account, address, at(second));
    }
}

#[test]
fn rounds_the_wait_up() {
    assert_eq!(RetryAfter::in_time(TimeDelta::milliseconds(1)).seconds(), 1);
    assert_eq!(RetryAfter::in_time(TimeDelta::milliseconds(1001)).seconds(), 2);
    assert_eq!(RetryAfter::in_time(TimeDelta::seconds(60)).seconds(), 60);
    assert_eq!(RetryAfter::in_time(TimeDelta::seconds(-5)).seconds(), 1);
    assert_eq!(RetryAfter(1).to_string(), "Request was throttled. Expected available in 1 second.");
    assert_eq!(RetryAfter(2).to_string(), "Request was throttled. Expected available in 2 seconds.");
}

#[test]
fn five_failures_then_the_wait_grows() {
    let throttle = SignInThrottle::default();
    fail(&throttle, "a@b.c", host(1), 4, 0);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 4), 0);
    fail(&throttle, "a@b.c", host(1), 1, 4);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 4), 60);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 63), 1);
    let mut now = 64;
    for minutes in [2, 4, 8, 15, 15, 15] {
        assert_eq!(wait(&throttle, "a@b.c", host(1), now), 0, "the wait is over");
        fail(&throttle, "a@b.c", host(1), 1, now);
        assert_eq!(wait(&throttle, "a@b.c", host(1), now), minutes * 60);
        now += i64::try_from(minutes * 60).unwrap();
    }
}

#[test]
fn an_hour_of_silence_forgives() {
    let throttle = SignInThrottle::default();
    fail(&throttle, "a@b.c", host(1), 5, 0);
    fail(&throttle, "a@b.c", host(1), 4, 4 + 3600);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 3608), 0);
    fail(&throttle, "a@b.c", host(1), 1, 3608);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 3608), 60);
}

#[test]
fn an_account_is_the_same_from_everywhere_and_however_typed() {
    let throttle = SignInThrottle::default();
    for (number, account) in (1..).zip(["Ä@b.c", "ä@b.c", " Ä@B.C ", "ä@B.c", "ä@b.c\t"]) {
        throttle.failure(account, host(number), at(0));
    }
    assert_eq!(wait(&throttle, "ä@b.c", host(9), 0), 60);
    assert_eq!(wait(&throttle, "other@b.c", host(1), 0), 0);
}

#[test]
fn strangers_cannot_lock_the_owner_out() {
    let throttle = SignInThrottle::default();
    throttle.success("a@b.c", host(1), at(0));
    fail(&throttle, "a@b.c", host(2), 9, 1);
    assert!(wait(&throttle, "a@b.c", host(3), 10) > 0);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 10), 0, "the owner's address is familiar");
    // The owner's own failures count too, apart from the strangers'.
    fail(&throttle, "a@b.c", host(1), 5, 10);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 14), 60);
    throttle.success("a@b.c", host(1), at(80));
    assert_eq!(wait(&throttle, "a@b.c", host(1), 80), 0);
    // The owner's success does not set the strangers free.
    assert!(wait(&throttle, "a@b.c", host(2), 80) > 0);
}

#[test]
fn familiarity_ends_and_its_failures_are_forgiven_after_an_hour() {
    let throttle = SignInThrottle::default();
    throttle.success("a@b.c", host(1), at(0));
    fail(&throttle, "a@b.c", host(1), 4, 0);
    fail(&throttle, "a@b.c", host(1), 4, 4000);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 4004), 0);
    let day = 24 * 3600;
    throttle.success("a@b.c", host(1), at(0));
    fail(&throttle, "a@b.c", host(2), 5, 30 * day - 9);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 30 * day - 1), 0);
    assert!(wait(&throttle, "a@b.c", host(1), 30 * day) > 0);
}

#[test]
fn an_address_is_stopped_whatever_the_accounts() {
    let throttle = SignInThrottle::default();
    for number in 0..60 {
        assert_eq!(wait(&throttle, &format!("{number}@b.c"), host(1), 0), 0);
        throttle.failure(&format!("{number}@b.c"), host(1), at(number / 2));
    }
    assert_eq!(wait(&throttle, "new@b.c", host(1), 30), 30);
    assert_eq!(wait(&throttle, "new@b.c", host(2), 30), 0);
    // A success of one's own does not clear the address.
    throttle.success("mine@b.c", host(1), at(30));
    assert_eq!(wait(&throttle, "mine@b.c", host(1), 30), 30);
    assert_eq!(wait(&throttle, "new@b.c", host(1), 60), 0);
}

#[test]
fn one_ipv6_network_is_one_address() {
    assert_eq!(AddressKey::of(ip("2001:db8:1:2::1")), AddressKey::of(ip("2001:db8:1:2:ffff::9")));
    assert_ne!(AddressKey::of(ip("2001:db8:1:2::1")), AddressKey::of(ip("2001:db8:1:3::1")));
    assert_eq!(AddressKey::of(ip("::ffff:192.0.2.1")), AddressKey::of(host(1)));
    assert_ne!(AddressKey::of(host(1)), AddressKey::of(host(2)));
}

#[test]
fn a_clock_that_steps_back_does_not_lengthen_the_wait() {
    let throttle = SignInThrottle::default();
    fail(&throttle, "a@b.c", host(1), 5, 100_000);
    assert_eq!(wait(&throttle, "a@b.c", host(1), 0), 60);
    let tokens = TokenThrottle::new(1, 10);
    assert!(tokens.failure(host(1), at(100_000)).is_ok());
    assert!(tokens.failure(host(1), at(0)).is_ok());
    assert!(tokens.failure(host(1), at(1)).is_err());
}

#[test]
fn odd_limits_neither_panic_nor_switch_off() {
    let limits = SignInLimits {
        per_account: 0,
        first_wait: TimeDelta::MAX,
        longest_wait: TimeDelta::minutes(1),
        per_address: 0,
        entries: 0,
        ..SignInLimits::default()
    };
    let throttle = SignInThrottle::new(limits);
    fail(&throttle, "a@b.c", host(1), 3, 0);
    assert_eq!(wait(&throttle, "a@b.c", host(2), 2), 60);
}

#[test]
fn tokens_sixty_failures_a_minute_then_429() {
    let throttle = TokenThrottle::default();
    for second in 0..60 {
        assert_eq!(throttle.failure(host(1), at(second / 2)), Ok(()));
    }
    assert_eq!(throttle.failure(host(1), at(30)), Err(RetryAfter(30)));
    // Hammering on does not lengthen the wait.
    for _ in 0..1000 {
        assert!(throttle.failure(host(1), at(59)).is_err());
    }
    assert_eq!(throttle.failure(host(1), at(60)), Ok(()));
    assert_eq!(throttle.failure(host(1), at(60)), Ok(()));
    assert_eq!(throttle.failure(host(1), at(60)), Err(RetryAfter(1)));
    assert_eq!(throttle.failure(host(2), at(60)), Ok(()));
}

proptest::proptest! {
    /// The window agrees with a list that forgets nothing.
    #[test]
    fn the_window_agrees_with_a_naive_one(steps in proptest::collection::vec(0i64..20, 0..200), limit in 1usize..8) {
        let mut failures = AddressFailures::new(limit, 10);
        let key = AddressKey::of(host(1));
        let (mut now, mut counted) = (0, Vec::new());
        for step in steps {
            now += step;
            let recent: Vec<i64> = counted.iter().copied().filter(|then| now - then < 60).collect();
            let expected = (recent.len() >= limit).then(|| u64::try_from(recent[0] + 60 - now).unwrap());
            proptest::prop_assert_eq!(failures.wait(key, at(now)).map(RetryAfter::seconds), expected);
            failures.charge(key, at(now));
            if expected.is_none() {
                counted.push(now);
            }
        }
    }

    /// Whatever happens, nobody is told to wait longer than the longest wait.
    #[test]
    fn no_wait_exceeds_the_longest(steps in proptest::collection::vec((-100i64..2000, 0u8..4), 0..100)) {
        let throttle = SignInThrottle::default();
        let mut now = 0;
        for (step, choice) in steps {
            now += step;
            match choice {
                0 => throttle.success("a@b.c", host(1), at(now)),
                number => throttle.failure("a@b.c", host(number), at(now)),
            }
            proptest::prop_assert!(wait(&throttle, "a@b.c", host(1), now) <= 900);
        }
    }
}
