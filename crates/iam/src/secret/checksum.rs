//! The checksum at the end of a secret. It is no security: it turns typos and noise away without a query, and
//! lets scanners confirm a find offline.

/// Digits of base 62, in the order of their value. Part of the published format: never change it.
pub(super) const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62⁶ exceeds 2³², so six digits always suffice.
pub(super) const CHECKSUM_LENGTH: usize = 6;

/// CRC-32/ISO-HDLC of everything before it, prefix included, in base 62, most significant digit first, padded
/// with `0`.
pub(super) fn checksum(covered: &[u8]) -> [u8; CHECKSUM_LENGTH] {
    let mut rest = crc32fast::hash(covered);
    let mut digits = [b'0'; CHECKSUM_LENGTH];
    for digit in digits.iter_mut().rev() {
        // The remainder is below 62, so the cast loses nothing and the index holds.
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_catalogue_of_crcs() {
        // CRC-32/ISO-HDLC has the check value cbf43926 for "123456789".
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn pads_with_zeros_and_holds_the_largest_value() {
        assert_eq!(&checksum(b""), b"000000");
        // ff ff ff ff is the message whose CRC-32 is ffffffff: 62⁶ must not be exceeded.
        assert_eq!(crc32fast::hash(&[0xff; 4]), u32::MAX);
        assert_eq!(&checksum(&[0xff; 4]), b"4gfFC3");
    }
}
