//! What the life of a person's tokens should be: small enough to be read and believed.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

/// Tokens that a person may hold at a time here.
pub const MOST: usize = 3;
/// Hours that a token lives.
pub const LIFE: i64 = 30 * 24;

/// Which of the tokens that were made so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    First,
    Last,
}

/// One move of somebody. A request of the owner and a renewal by a token are two moves each:
/// the credential is checked, and later the work is done, with anything in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A request of the owner is let in. What the owner does later is done by the last of these.
    OwnerEnters,
    Create,
    /// The owner renews; the old value lives for so many hours.
    Rotate(Which, i64),
    Revoke(Which),
    /// The token is shown at an ordinary place.
    Use(Which),
    /// The token is shown where values are renewed. If it works, its request is let in.
    RenewalEnters(Which),
    /// The last renewal that was let in goes through.
    Renew,
    Deactivate,
    Activate,
    ReportLeak(Which),
    /// Hours pass, or the clock steps back.
    Wait(i64),
}

/// What came of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There was nothing to do: no request was let in, or no token was made yet.
    Idle,
    Done,
    /// 403: too many tokens.
    Forbidden,
    /// 404.
    Missing,
    /// 409.
    Conflict,
    /// 401 with this code; empty when the request's own credential has ended meanwhile.
    Refused(&'static str),
}

#[derive(Clone, Debug)]
pub struct Token {
    pub ends: i64,
    pub revoked: bool,
    pub seen_expired: bool,
    rotated: bool,
    family: Option<usize>,
}

/// One person and their tokens.
#[derive(Clone, Debug)]
pub struct Model {
    pub now: i64,
    active: bool,
    /// A request of the owner was let in, and whether its session still lives.
    owner_inside: bool,
    session: bool,
    renewing: Option<usize>,
    pub tokens: Vec<Token>,
}

impl Model {
    pub fn new() -> Self {
        Self { now: 0, active: true, owner_inside: false, session: false, renewing: None, tokens: Vec::new() }
    }

    fn find(&self, which: Which) -> Option<usize> {
        match which {
            Which::First => (!self.tokens.is_empty()).then_some(0),
            Which::Last => self.tokens.len().checked_sub(1),
        }
    }

    /// Makes a move.
    pub fn make(&mut self, step: Step) -> Outcome {
        use Outcome::{Done, Forbidden, Idle, Missing, Refused};
        match step {
            Step::OwnerEnters if self.active => {
                (self.owner_inside, self.session) = (true, true);
                Done
            }
            Step::Create if self.owner_inside => {
                let counts = |token: &&Token| !token.revoked && !token.rotated && self.now < token.ends;
                if !self.session {
                    return Refused("");
                }
                if self.tokens.iter().filter(counts).count() >= MOST {
                    return Forbidden;
                }
                self.add(None);
                Done
            }
            Step::Rotate(which, hours) if self.owner_inside => match self.find(which) {
                None => Idle,
                Some(_) if !self.session => Refused(""),
                Some(token) => self.replace(token, hours),
            },
            Step::Revoke(which) if self.owner_inside => match self.find(which).map(|at| &mut self.tokens[at]) {
                None => Idle,
                Some(token) if token.revoked => Missing,
                Some(token) => {
                    token.revoked = true;
                    Done
                }
            },
            Step::Use(which) => self.find(which).map_or(Idle, |token| self.show(token)),
            Step::RenewalEnters(which) => {
                let Some(token) = self.find(which) else { return Idle };
                let outcome = self.show(token);
                if outcome == Done {
                    self.renewing = Some(token);
                } else if self.tokens[token].rotated {
                    // Somebody kept a copy of what was replaced.
                    let family = self.tokens[token].family;
                    for token in self.tokens.iter_mut().filter(|token| token.family == family) {
                        token.revoked = true;
                    }
                }
                outcome
            }
            Step::Renew => match self.renewing {
                None => Idle,
                Some(_) if !self.active => Refused(""),
                Some(token) => self.replace(token, 1),
            },
            Step::Deactivate => {
                (self.active, self.session) = (false, false);
                self.tokens.iter_mut().for_each(|token| token.revoked = true);
                Done
            }
            Step::Activate => {
                self.active = true;
                Done
            }
            Step::ReportLeak(which) => {
                let Some(token) = self.find(which) else { return Idle };
                self.tokens[token].revoked = true;
                Done
            }
            Step::Wait(hours) => {
                self.now += hours;
                Done
            }
            Step::OwnerEnters | Step::Create | Step::Rotate(..) | Step::Revoke(_) => Idle,
        }
    }

    fn add(&mut self, family: Option<usize>) {
        self.tokens.push(Token { ends: self.now + LIFE, revoked: false, seen_expired: false, rotated: false, family });
    }

    /// What the holder of the value is told.
    pub fn show(&mut self, token: usize) -> Outcome {
        let (now, active) = (self.now, self.active);
        let token = &mut self.tokens[token];
        if token.revoked {
            return Outcome::Refused("token_revoked");
        }
        if token.seen_expired || now >= token.ends {
            token.seen_expired = true;
            return Outcome::Refused("token_expired");
        }
        if active { Outcome::Done } else { Outcome::Refused("user_inactive") }
    }

    fn replace(&mut self, at: usize, hours: i64) -> Outcome {
        let now = self.now;
        let token = &mut self.tokens[at];
        if token.revoked || token.seen_expired || now >= token.ends {
            return Outcome::Missing;
        }
        if token.rotated {
            return Outcome::Conflict;
        }
        let family = *token.family.get_or_insert(at);
        token.rotated = true;
        token.ends = token.ends.min(now + hours);
        self.add(Some(family));
        Outcome::Done
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::new()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let which = || prop_oneof![Just(Which::First), Just(Which::Last)];
        prop_oneof![
            2 => Just(Step::OwnerEnters),
            3 => Just(Step::Create),
            2 => (which(), prop::sample::select(vec![0, 1, 168])).prop_map(|(which, hours)| Step::Rotate(which, hours)),
            1 => which().prop_map(Step::Revoke),
            3 => which().prop_map(Step::Use),
            3 => which().prop_map(Step::RenewalEnters),
            2 => Just(Step::Renew),
            1 => Just(Step::Deactivate),
            2 => Just(Step::Activate),
            1 => which().prop_map(Step::ReportLeak),
            3 => prop::sample::select(vec![1, LIFE - 1, LIFE, -1, -LIFE]).prop_map(Step::Wait),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.make(*step);
        state
    }
}
