//! The little of CBOR (RFC 8949) that authenticators write: the canonical form of CTAP2, which has definite lengths,
//! no tags and shallow nesting. Anything else is refused.

/// The deepest nesting that an attestation needs, with some room.
const DEPTH: u8 = 8;
/// The most pairs of a map. Duplicates are looked for one by one.
const PAIRS: u64 = 64;

/// One value, borrowing from the input.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item<'a> {
    /// A whole number. CBOR has some that `i64` has not; nothing here uses them.
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    List(Vec<Item<'a>>),
    Map(Vec<(Item<'a>, Item<'a>)>),
    /// Booleans, null, floating point: known by their length only.
    Simple,
}

impl<'a> Item<'a> {
    /// Reads one value; what follows it is returned as well.
    pub(super) fn read(input: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut reader = Reader(input);
        let item = reader.item(DEPTH)?;
        Some((item, reader.0))
    }

    /// The value of a key that is a text.
    pub(super) fn named(&self, name: &str) -> Option<&Self> {
        self.find(&Item::Text(name))
    }

    /// The value of a key that is a number.
    pub(super) fn numbered(&self, number: i64) -> Option<&Self> {
        self.find(&Item::Int(number))
    }

    fn find(&self, wanted: &Item<'_>) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(key, _)| key == wanted).map(|(_, value)| value)
    }

    pub(super) fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

/// What is left of the input.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// The number in or after the first byte.
    fn argument(&mut self, low: u8) -> Option<u64> {
        let length = match low {
            0..=23 => return Some(u64::from(low)),
            24..=27 => 1 << (low - 24),
            _ => return None,
        };
        Some(self.take(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn item(&mut self, depth: u8) -> Option<Item<'a>> {
        let depth = depth.checked_sub(1)?;
        let first = *self.take(1)?.first()?;
        let argument = self.argument(first & 0b1_1111)?;
        Some(match first >> 5 {
            0 => Item::Int(i64::try_from(argument).ok()?),
            1 => Item::Int(-1 - i64::try_from(argument).ok()?),
            2 => Item::Bytes(self.take(argument)?),
            3 => Item::Text(std::str::from_utf8(self.take(argument)?).ok()?),
            4 => {
                let mut list = Vec::new();
                for _ in 0..argument {
                    list.push(self.item(depth)?);
                }
                Item::List(list)
            }
            5 if argument <= PAIRS => {
                let mut pairs: Vec<(Item<'a>, Item<'a>)> = Vec::new();
                for _ in 0..argument {
                    let key = self.item(depth)?;
                    if pairs.iter().any(|(other, _)| *other == key) {
                        return None;
                    }
                    pairs.push((key, self.item(depth)?));
                }
                Item::Map(pairs)
            }
            7 => Item::Simple,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Item;
    use proptest::prelude::*;

    #[test]
    fn values_of_each_kind_are_read() {
        // {1: 2, -1: h'0102', "x": [true, 1.5, 256]}, and two bytes behind it
        let input = b"\xa3\x01\x02\x20\x42\x01\x02\x61x\x83\xf5\xf9\x3e\x00\x19\x01\x00\xaa\xbb";
        let (item, rest) = Item::read(input).expect("well-formed");
        assert_eq!(rest, [0xaa, 0xbb]);
        assert_eq!(item.numbered(1).and_then(Item::int), Some(2));
        assert_eq!(item.numbered(-1).and_then(Item::bytes), Some(&[1, 2][..]));
        assert_eq!(item.named("x"), Some(&Item::List(vec![Item::Simple, Item::Simple, Item::Int(256)])));
        assert_eq!(item.numbered(7), None);
    }

    #[test]
    fn what_authenticators_never_write_is_refused() {
        for (what, input) in [
            ("nothing", &b""[..]),
            ("a cut number", b"\x19\x01"),
            ("more bytes than there are", b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
            ("a list of more than there is", b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff"),
            ("an indefinite length", b"\x9f\x01\xff"),
            ("a tag", b"\xc0\x01"),
            ("a reserved length", b"\x1c"),
            ("a key twice", b"\xa2\x01\x01\x01\x02"),
            ("text that is none", b"\x61\xff"),
            ("a number beyond i64", b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff"),
        ] {
            assert_eq!(Item::read(input), None, "{what}");
        }
        assert_eq!(Item::read(&vec![0x81; 100_000]), None, "deep nesting");
    }

    proptest! {
        #[test]
        fn no_input_panics(input in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Item::read(&input);
        }
    }
}
