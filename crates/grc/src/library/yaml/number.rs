//! Numbers of YAML 1.1: octal by a leading zero, base sixty by colons, underscores for the eye.

/// A whole number, when `PyYAML` would read one and it fits.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = sign(text);
    let magnitude = magnitude(digits)?;
    if negative { magnitude.checked_neg() } else { Some(magnitude) }
}

fn magnitude(digits: &str) -> Option<i64> {
    let all = |text: &str, allowed: fn(&u8) -> bool| text.bytes().all(|byte| byte == b'_' || allowed(&byte));
    let plain = |text: &str, radix| i64::from_str_radix(&without_underscores(text), radix).ok();
    if let Some(binary) = digits.strip_prefix("0b") {
        return all(binary, |byte| matches!(byte, b'0' | b'1')).then(|| plain(binary, 2)).flatten();
    }
    if let Some(hexadecimal) = digits.strip_prefix("0x") {
        return all(hexadecimal, u8::is_ascii_hexdigit).then(|| plain(hexadecimal, 16)).flatten();
    }
    match digits.as_bytes() {
        [b'0'] => Some(0),
        [b'0', ..] => all(digits, |byte| matches!(byte, b'0'..=b'7')).then(|| plain(digits, 8)).flatten(),
        [b'1'..=b'9', ..] if digits.contains(':') => sixties(digits),
        [b'1'..=b'9', ..] => all(digits, u8::is_ascii_digit).then(|| plain(digits, 10)).flatten(),
        _ => None,
    }
}

/// `1:30` is ninety.
fn sixties(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let first = parts.next()?;
    if !first.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit()) {
        return None;
    }
    let mut total: i64 = without_underscores(first).parse().ok()?;
    for part in parts {
        total = total.checked_mul(60)?.checked_add(i64::from(sixtieth(part)?))?;
    }
    Some(total)
}

/// One or two digits below sixty.
fn sixtieth(part: &str) -> Option<u8> {
    let digits = matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    digits.then(|| part.parse().ok()).flatten()
}

/// A number with a point, when `PyYAML` would read one.
pub(super) fn float(text: &str) -> Option<f64> {
    let (negative, digits) = sign(text);
    let value = match digits {
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        ".nan" | ".NaN" | ".NAN" if digits.len() == text.len() => f64::NAN,
        _ => decimal(digits, digits.len() != text.len())?,
    };
    Some(if negative { -value } else { value })
}

fn decimal(digits: &str, signed: bool) -> Option<f64> {
    if let Some((whole, last)) = digits.rsplit_once(':') {
        let (seconds, fraction) = last.split_once('.')?;
        let whole =
            if whole.starts_with(|first: char| first.is_ascii_digit()) { sixties(whole)? } else { return None };
        let fraction = without_underscores(fraction);
        let last: f64 = format!("{}.{fraction}", sixtieth(seconds)?).parse().ok()?;
        #[expect(clippy::cast_precision_loss, reason = "PyYAML counts in floats here as well")]
        return digits_only(&fraction).then_some(whole as f64 * 60.0 + last);
    }
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    // The sign of an exponent is not optional: `1.0e3` is text.
    if exponent.is_some_and(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']);
        digits.is_none_or(|digits| digits.is_empty() || !digits_only(digits))
    }) {
        return None;
    }
    let (whole, fraction) = mantissa.split_once('.')?;
    let starts_well = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    let well_formed = if whole.is_empty() { !signed && starts_well(fraction) } else { starts_well(whole) };
    let (whole, fraction) = (without_underscores(whole), without_underscores(fraction));
    if !well_formed || !digits_only(&whole) || !digits_only(&fraction) {
        return None;
    }
    without_underscores(digits).parse().ok()
}

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

fn digits_only(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_underscores(text: &str) -> String {
    text.replace('_', "")
}

#[cfg(test)]
mod tests {
    use super::{float, integer};

    #[test]
    fn whole_numbers() {
        let read = |text| integer(text);
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("-17"), Some(-17));
        assert_eq!(read("+1_000"), Some(1000));
        assert_eq!(read("0o17"), None);
        assert_eq!(read("0x_ff"), Some(255));
        assert_eq!(read("0b101"), Some(5));
        assert_eq!(read("0x"), None);
        assert_eq!(read("190:20:30"), Some(685_230));
        assert_eq!(read("1:60"), None);
        assert_eq!(read("1:"), None);
        assert_eq!(read("09"), None);
    }

    #[test]
    fn numbers_with_a_point() {
        assert_eq!(float("1."), Some(1.0));
        assert_eq!(float(".5"), Some(0.5));
        assert_eq!(float("+.5"), None);
        assert_eq!(float("-.inf"), Some(f64::NEG_INFINITY));
        assert_eq!(float("1.5e3"), None);
        assert_eq!(float("1.5e-3"), Some(0.0015));
        assert_eq!(float("190:20:30.15"), Some(685_230.15));
        assert_eq!(float("1.2.3"), None);
        assert_eq!(float("."), None);
        assert_eq!(float("..."), None);
        assert!(float(".nan").is_some_and(f64::is_nan));
    }
}
