//! Which passwords may be set, and the sentences that say why not. The sentences are part of the wire contract.

/// The fewest characters of a password.
pub const MIN_CHARACTERS: usize = 8;
/// The most characters of a password.
pub const MAX_CHARACTERS: usize = 128;
/// From this similarity on (1 = the same letters) a password is too much like something known about its owner.
const MAX_SIMILARITY: f64 = 0.7;

/// Known passwords in lower case, one a line.
const COMMON: &str = include_str!("../common_passwords.txt");

/// What is known about the owner and therefore easily guessed.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserAttributes<'a> {
    /// Given name.
    pub first_name: &'a str,
    /// Family name.
    pub last_name: &'a str,
    /// E-mail address.
    pub email: &'a str,
}

/// Every reason why the password may not be set, as sentences for its owner; none if it may.
///
/// A password that is too long gets that answer alone, as the contract's field does before its rules run.
pub fn check(password: &str, user: &UserAttributes<'_>) -> Vec<String> {
    let characters = password.chars().count();
    if characters > MAX_CHARACTERS {
        return vec![format!("Ensure this field has no more than {MAX_CHARACTERS} characters.")];
    }
    let mut reasons = Vec::new();
    if let Some(attribute) = similar_attribute(password, user) {
        reasons.push(format!("The password is too similar to the {attribute}."));
    }
    if characters < MIN_CHARACTERS {
        reasons.push(format!("This password is too short. It must contain at least {MIN_CHARACTERS} characters."));
    }
    if is_common(password) {
        reasons.push("This password is too common.".to_owned());
    }
    if characters > 0 && password.chars().all(char::is_numeric) {
        reasons.push("This password is entirely numeric.".to_owned());
    }
    reasons
}

fn is_common(password: &str) -> bool {
    let password = password.trim().to_lowercase();
    COMMON.lines().any(|common| common == password)
}

/// The first attribute that the password is too similar to. One is enough to tell.
fn similar_attribute(password: &str, user: &UserAttributes<'_>) -> Option<&'static str> {
    let password = sorted_letters(password);
    let attributes = [("first name", user.first_name), ("last name", user.last_name), ("email address", user.email)];
    attributes.into_iter().find(|(_, value)| is_similar(&password, value)).map(|(name, _)| name)
}

/// Compares with the whole value and with each of its words.
fn is_similar(password: &[char], value: &str) -> bool {
    let words = value.split(|character: char| !character.is_alphanumeric() && character != '_');
    words
        .chain([value])
        .map(sorted_letters)
        .any(|word| !word.is_empty() && similarity(password, &word) >= MAX_SIMILARITY)
}

/// Twice the number of letters in common over the number of all letters; the order does not count. It is the upper
/// bound of the Ratcliff–Obershelp ratio, so reversing or shuffling one's name does not help.
#[expect(clippy::cast_precision_loss, reason = "a password or a name has far fewer than 2⁵² letters")]
fn similarity(left: &[char], right: &[char]) -> f64 {
    let (mut common, mut i, mut j) = (0, 0, 0);
    while let (Some(a), Some(b)) = (left.get(i), right.get(j)) {
        common += usize::from(a == b);
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    2.0 * common as f64 / (left.len() + right.len()) as f64
}

fn sorted_letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.to_lowercase().chars().collect();
    letters.sort_unstable();
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: &str = "This password is too short. It must contain at least 8 characters.";
    const COMMON_ONE: &str = "This password is too common.";
    const NUMERIC: &str = "This password is entirely numeric.";
    const ANNA: UserAttributes<'_> =
        UserAttributes { first_name: "Annabel", last_name: "Fitzgerald", email: "a.fitz@example.com" };

    fn reasons(password: &str) -> Vec<String> {
        check(password, &ANNA)
    }

    #[test]
    fn accepts_good_ones() {
        for password in ["correct horse", "8 letter", "пароль-длинный", "日本語のパスワード", "x7!kQp2#"]
        {
            assert_eq!(reasons(password), [""; 0], "{password}");
        }
        assert_eq!(reasons(&"aé".repeat(64)), [""; 0]);
    }

    #[test]
    fn names_every_reason() {
        assert_eq!(reasons("abc123"), [SHORT, COMMON_ONE]);
        assert_eq!(reasons("12345678"), [COMMON_ONE, NUMERIC]);
        assert_eq!(reasons("1234"), [SHORT, COMMON_ONE, NUMERIC]);
        assert_eq!(reasons("9053718264"), [NUMERIC]);
        assert_eq!(reasons("٣٠٣١٣٢٣٣"), [NUMERIC]);
        assert_eq!(reasons(""), [SHORT]);
        assert_eq!(reasons(" PassWord1 "), [COMMON_ONE]);
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert_eq!(reasons("ééééééé"), [SHORT]);
        assert_eq!(reasons("éàéàéàéà"), [""; 0]);
        assert_eq!(reasons(&"é".repeat(129)), ["Ensure this field has no more than 128 characters."]);
        assert_eq!(reasons(&"1".repeat(129)), ["Ensure this field has no more than 128 characters."]);
    }

    #[test]
    fn names_the_attribute_it_resembles() {
        let similar = |attribute: &str| vec![format!("The password is too similar to the {attribute}.")];
        assert_eq!(reasons("annabel1"), similar("first name"));
        assert_eq!(reasons("lebanna!"), similar("first name"));
        assert_eq!(reasons("FITZGERALD!1"), similar("last name"));
        assert_eq!(reasons("a.fitz@example.com"), similar("email address"));
        assert_eq!(reasons("example99"), similar("email address"));
        assert_eq!(reasons("fitzgibbon-horse"), [""; 0]);
        assert_eq!(check("annabel1", &UserAttributes::default()), [""; 0]);
    }

    #[test]
    fn measures_similarity() {
        let of = |left: &str, right: &str| similarity(&sorted_letters(left), &sorted_letters(right));
        assert!((of("abcd", "dcba") - 1.0).abs() < 1e-9);
        assert!((of("aabb", "abcc") - 0.5).abs() < 1e-9);
        assert!(of("abc", "xyz").abs() < 1e-9);
    }

    #[test]
    fn the_list_is_clean() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() >= 300, "{}", lines.len());
        assert!(lines.is_sorted_by(|a, b| a < b), "sorted and without doubles");
        assert!(lines.iter().all(|line| line.trim().to_lowercase() == *line && !line.is_empty()));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(password in r"\PC{0,140}", value in r"\PC{0,40}") {
            let user = UserAttributes { email: &value, ..UserAttributes::default() };
            let _ = check(&password, &user);
        }

        #[test]
        fn ones_own_address_is_never_accepted(email in "[a-z]{4,20}@[a-z]{4,20}\\.[a-z]{2}") {
            let user = UserAttributes { email: &email, ..UserAttributes::default() };
            proptest::prop_assert!(!check(&email.to_uppercase(), &user).is_empty());
        }
    }
}
