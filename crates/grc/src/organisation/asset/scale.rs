//! Security objectives are stored from 0 to 4 whatever the scale they are shown on.

use serde_json::{Value, json};

/// How a stored level is shown. Unknown scales fall back to the default, `1-4`.
pub(super) fn shown(scale: &str, stored: i64) -> Value {
    let stored = stored.clamp(0, 4);
    match scale {
        "0-3" => json!(stored.min(3)),
        "0-4" => json!(stored),
        "1-5" => json!(stored + 1),
        "FIPS-199" => json!(["low", "moderate", "moderate", "high", "high"][usize::try_from(stored).unwrap_or(0)]),
        _ => json!((stored + 1).min(4)),
    }
}

/// Seconds as people write them: `10m`, `1h`, `24h`, `1h30m`.
pub(super) fn duration(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    let parts = [(hours, 'h'), (minutes, 'm'), (seconds, 's')];
    let parts: Vec<String> =
        parts.iter().filter(|(amount, _)| *amount > 0).map(|(amount, unit)| format!("{amount}{unit}")).collect();
    if parts.is_empty() { "0s".into() } else { parts.concat() }
}

#[cfg(test)]
mod tests {
    use super::{duration, shown};
    use serde_json::json;

    #[test]
    fn every_scale_shows_its_own_levels() {
        let row = |scale: &str| (0..=4).map(|stored| shown(scale, stored)).collect::<Vec<_>>();
        assert_eq!(row("1-4"), [1, 2, 3, 4, 4].map(|n| json!(n)));
        assert_eq!(row("0-3"), [0, 1, 2, 3, 3].map(|n| json!(n)));
        assert_eq!(row("0-4"), [0, 1, 2, 3, 4].map(|n| json!(n)));
        assert_eq!(row("1-5"), [1, 2, 3, 4, 5].map(|n| json!(n)));
        assert_eq!(row("FIPS-199"), ["low", "moderate", "moderate", "high", "high"].map(|n| json!(n)));
    }

    #[test]
    fn durations_read_as_recorded() {
        for (seconds, text) in [(600, "10m"), (900, "15m"), (3600, "1h"), (86_400, "24h"), (5400, "1h30m"), (0, "0s")] {
            assert_eq!(duration(seconds), text);
        }
    }
}
