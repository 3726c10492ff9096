//! Every order of making, using, renewing, revoking, switching off: the program against a model.
//!
//! [`reference`] is the model, [`real`] makes the same moves on the program's code. Short
//! sequences are all tried; long ones are drawn at random and shrink when they disagree.

mod real;
mod reference;

use proptest::strategy::Strategy as _;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use proptest_state_machine::ReferenceStateMachine as _;
use real::World;
use reference::{LIFE, Model, Outcome, Step, Which};
use std::sync::atomic::Ordering;

/// Moves to combine. Every sequence begins with [`BEGINNING`].
const MOVES: [Step; 14] = [
    Step::OwnerEnters,
    Step::Create,
    Step::Rotate(Which::First, 0),
    Step::Rotate(Which::First, 1),
    Step::Revoke(Which::First),
    Step::Use(Which::First),
    Step::RenewalEnters(Which::First),
    Step::Renew,
    Step::Deactivate,
    Step::Activate,
    Step::ReportLeak(Which::Last),
    Step::Wait(1),
    Step::Wait(LIFE),
    Step::Wait(-LIFE),
];
const BEGINNING: [Step; 3] = [Step::OwnerEnters, Step::Create, Step::RenewalEnters(Which::First)];
/// Moves behind the beginning: 14³ sequences.
const DEPTH: u32 = 3;

/// Makes the moves on both; says where they part.
async fn compare(world: &mut World, steps: impl IntoIterator<Item = Step>) -> Result<(), String> {
    let mut model = Model::new();
    let mut person = world.person().await;
    let mut done = Vec::new();
    for step in steps {
        done.push(step);
        let (expected, got) = (model.make(step), person.make(step).await);
        if expected != got {
            return Err(format!("{done:?}: {got:?} instead of {expected:?}"));
        }
    }
    if person.made() != model.tokens.len() {
        return Err(format!("{done:?}: {} tokens instead of {}", person.made(), model.tokens.len()));
    }
    for number in 0..model.tokens.len() {
        let (expected, got) = (model.show(number), person.shows(number).await);
        if expected != got {
            return Err(format!("{done:?}, then token {number} is shown: {got:?} instead of {expected:?}"));
        }
    }
    let state = |token: &reference::Token| match token {
        token if token.revoked => "revoked",
        token if token.seen_expired => "expired",
        _ => "active",
    };
    let (expected, got) = (model.tokens.iter().map(state).collect::<Vec<_>>(), person.listed().await);
    if expected != got {
        return Err(format!("{done:?}: the list says {got:?} instead of {expected:?}"));
    }
    Ok(())
}

/// Side by side, since most of the time goes into waiting for the disk. Each has a clock of its own.
const WORLDS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn every_short_sequence_ends_as_the_model_says() {
    let all = MOVES.len().pow(DEPTH);
    let worlds = (0..WORLDS).map(|share| {
        tokio::spawn(async move {
            let mut world = World::new().await;
            let mut wrong = Vec::new();
            for mut number in (share..all).step_by(WORLDS) {
                let mut steps = BEGINNING.to_vec();
                for _ in 0..DEPTH {
                    steps.push(MOVES[number % MOVES.len()]);
                    number /= MOVES.len();
                }
                wrong.extend(compare(&mut world, steps).await.err());
            }
            wrong
        })
    });
    let mut wrong = Vec::new();
    for world in worlds.collect::<Vec<_>>() {
        wrong.extend(world.await.expect("compared"));
    }
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

#[test]
fn long_sequences_end_as_the_model_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let world = std::cell::RefCell::new(runtime.block_on(World::new()));
    let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
    let sequences = Model::sequential_strategy(5..40).prop_map(|(_, steps, seen)| (steps, seen));
    let outcome = runner.run(&sequences, |(steps, seen)| {
        // The strategy wants to know how far a run came.
        let steps = steps.into_iter().inspect(|_| {
            if let Some(seen) = &seen {
                seen.fetch_add(1, Ordering::SeqCst);
            }
        });
        runtime.block_on(compare(&mut world.borrow_mut(), steps)).map_err(TestCaseError::fail)
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// The model itself, on the sequence that matters most.
#[test]
fn the_model_revives_nothing() {
    let mut model = Model::new();
    for step in [Step::OwnerEnters, Step::Create, Step::Deactivate, Step::Activate] {
        assert_eq!(model.make(step), Outcome::Done);
    }
    assert_eq!(model.make(Step::Use(Which::First)), Outcome::Refused("token_revoked"));
}
