//! Answers that are kept for as long as the data stays as it is: for large ones that many ask for again and again.
//!
//! An answer is made of the data that its snapshot shows, and of a *basis*: what the view says it depends on beside the
//! data. Every condition that access put into its SQL has to be in there ([`Basis::sees`]), and the language is. Whoever
//! asks on the same basis, while the data is the same ([`store::Mark`]), would be told the same; nobody else is told it.
//! So nothing has to be thrown away when somebody writes or somebody's rights change: it is just never asked for again.
//!
//! What belongs here: the memory, its bounds, and the turns that let one make what many wait for. What does not: how an
//! answer is packed for its way (that is the server's), and the views.

use crate::access::Access;
use crate::hex;
use crate::read::Reading;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Mark, Statement, Value};
use tokio::sync::{Mutex as Turns, OnceCell, OwnedMutexGuard};

/// Bytes of all answers that are kept, before packing. Another one pushes out what was not asked for longest.
const MOST: usize = 32 * 1024 * 1024;
/// Answers that are kept or being made: however small they are, what they depend on takes room too.
const PLACES: usize = 256;

/// An answer that may be sent more than once.
#[derive(Debug)]
pub struct Kept {
    bytes: Bytes,
    tag: String,
    packed: OnceCell<Bytes>,
}

impl Kept {
    fn new(bytes: Vec<u8>) -> Arc<Self> {
        let tag = format!("W/\"{}\"", hex(&Sha256::digest(&bytes)[..16]));
        Arc::new(Self { bytes: bytes.into(), tag, packed: OnceCell::new() })
    }

    /// The JSON text.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// A validator for `ETag`, made of the text: equal texts have equal ones, also after a restart.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The text packed for its way. It is packed once; whoever asks meanwhile waits.
    pub async fn packed<F: Future<Output = Option<Bytes>>>(&self, pack: impl FnOnce(Bytes) -> F) -> Option<Bytes> {
        let packed = self.packed.get_or_try_init(|| async { pack(self.bytes.clone()).await.ok_or(()) }).await;
        packed.ok().cloned()
    }
}

/// What an answer depends on beside the data.
#[derive(Clone, Debug)]
pub struct Basis(Statement);

impl Basis {
    /// That of the view with this name, in the language of the answer. What was asked for is bound to it.
    pub fn of(reading: &Reading<'_>, view: &str) -> Self {
        let mut basis = Self(reading.rows.sql(view));
        basis.on(reading.ctx.language.as_str());
        basis
    }

    /// A value that decides what is told.
    pub fn on(&mut self, value: impl Into<Value>) -> &mut Self {
        self.0.push(" on ").bind(value);
        self
    }

    /// Rows that it tells of, as far as somebody may see them.
    pub fn sees(&mut self, access: &Access) -> &mut Self {
        self.0.push(" sees ");
        access.push_condition("t", &mut self.0);
        self
    }

    fn is(&self, other: &Self) -> bool {
        self.0.sql() == other.0.sql() && self.0.params() == other.0.params()
    }
}

/// What is kept, the last used first.
#[derive(Default)]
pub(crate) struct Memory(Mutex<VecDeque<Place>>);

/// An answer, or the turn to make it.
type Answer = Arc<Turns<Option<Arc<Kept>>>>;

/// Where an answer is kept, or being made.
struct Place {
    basis: Basis,
    mark: Mark,
    answer: Answer,
    size: usize,
}

impl Memory {
    fn place(&self, basis: &Basis, mark: &Mark) -> Answer {
        let mut places = self.places();
        // What was made of other data is not asked for again.
        places.retain(|place| place.mark == *mark);
        let found = places.iter().position(|place| place.basis.is(basis)).and_then(|at| places.remove(at));
        let place = found.unwrap_or_else(|| Place {
            basis: basis.clone(),
            mark: mark.clone(),
            answer: Arc::default(),
            size: 0,
        });
        let answer = Arc::clone(&place.answer);
        places.push_front(place);
        places.truncate(PLACES);
        answer
    }

    /// Notes how large an answer became, and makes room for it.
    fn weigh(&self, answer: &Answer, size: usize) {
        let mut places = self.places();
        if let Some(place) = places.iter_mut().find(|place| Arc::ptr_eq(&place.answer, answer)) {
            place.size = size;
        }
        let mut total = 0;
        places.retain(|place| {
            total += place.size;
            total <= MOST
        });
    }

    fn places(&self) -> std::sync::MutexGuard<'_, VecDeque<Place>> {
        // A poisoned list may miss a place, which is then made again.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The caller's turn at an answer: it is there, or theirs to make while others wait for it.
pub struct Turn<'a> {
    memory: &'a Memory,
    answer: Option<(Answer, OwnedMutexGuard<Option<Arc<Kept>>>)>,
}

impl std::fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Turn")
    }
}

/// Waits for the turn at the answer on this basis, from the data that this snapshot shows. Of a snapshot without a mark
/// nothing is kept.
pub fn turn<'a>(reading: &Reading<'a>, basis: &Basis) -> impl Future<Output = Turn<'a>> + Send + use<'a> {
    let memory = reading.ctx.engine.kept();
    let place = reading.rows.mark().map(|mark| memory.place(basis, mark));
    async move {
        let answer = match place {
            None => None,
            Some(place) => Some((place.clone(), place.lock_owned().await)),
        };
        Turn { memory, answer }
    }
}

impl Turn<'_> {
    /// The answer, if it is there.
    pub fn found(&self) -> Option<Arc<Kept>> {
        self.answer.as_ref().and_then(|(_, answer)| (**answer).clone())
    }

    /// Keeps the answer.
    pub fn keep(self, bytes: Vec<u8>) -> Arc<Kept> {
        let kept = Kept::new(bytes);
        if let Some((place, mut answer)) = self.answer {
            *answer = Some(kept.clone());
            self.memory.weigh(&place, kept.bytes.len());
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Dialect;

    fn basis(view: &str, value: &str) -> Basis {
        let mut basis = Basis(Statement::new(Dialect::Sqlite));
        basis.0.push(view);
        basis.on(value);
        basis
    }

    fn known(memory: &Memory, basis: &Basis, mark: &Mark) -> bool {
        memory.place(basis, mark).try_lock().expect("free").is_some()
    }

    fn fill(memory: &Memory, basis: &Basis, mark: &Mark, size: usize) {
        let place = memory.place(basis, mark);
        *place.try_lock().expect("free") = Some(Kept::new(vec![b' '; size]));
        memory.weigh(&place, size);
    }

    #[test]
    fn an_answer_is_found_on_its_basis_and_its_data_alone() {
        let (memory, one, two) = (Memory::default(), Mark::named("1"), Mark::named("2"));
        fill(&memory, &basis("tree", "en"), &one, 10);
        assert!(known(&memory, &basis("tree", "en"), &one));
        for other in [basis("tree", "fr"), basis("list", "en")] {
            assert!(!known(&memory, &other, &one));
        }
        assert!(!known(&memory, &basis("tree", "en"), &two));
        assert!(!known(&memory, &basis("tree", "en"), &one), "older data is forgotten");
    }

    #[test]
    fn room_is_made_by_what_was_not_asked_for_longest() {
        let (memory, now) = (Memory::default(), Mark::named("1"));
        fill(&memory, &basis("a", ""), &now, MOST / 2);
        fill(&memory, &basis("b", ""), &now, MOST / 2);
        assert!(known(&memory, &basis("a", ""), &now));
        fill(&memory, &basis("c", ""), &now, MOST / 2);
        assert!(known(&memory, &basis("c", ""), &now) && known(&memory, &basis("a", ""), &now));
        assert!(!known(&memory, &basis("b", ""), &now));
        fill(&memory, &basis("d", ""), &now, MOST + 1);
        assert!(!known(&memory, &basis("d", ""), &now), "what is larger than all room is not kept");
    }

    #[test]
    fn the_smallest_answers_make_room_as_well() {
        let (memory, now) = (Memory::default(), Mark::named("1"));
        for number in 0..=PLACES {
            fill(&memory, &basis("recap", &number.to_string()), &now, 2);
        }
        assert_eq!(memory.places().len(), PLACES);
        assert!(!known(&memory, &basis("recap", "0"), &now));
        assert!(known(&memory, &basis("recap", &PLACES.to_string()), &now));
    }

    #[test]
    fn tags_are_those_of_the_text() {
        let kept = |text: &str| Kept::new(text.as_bytes().to_vec()).tag().to_owned();
        assert_eq!(kept("{}"), kept("{}"));
        assert_ne!(kept("{}"), kept("[]"));
        assert!(kept("{}").starts_with("W/\"") && kept("{}").ends_with('"'));
    }
}
