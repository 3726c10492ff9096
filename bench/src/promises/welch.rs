//! Whether two samples come from the same mean.

/// Welch's t of two samples; infinite when neither of them varies and their means differ.
pub fn welch(one: &[f64], other: &[f64]) -> f64 {
    let ((mean, error), (other_mean, other_error)) = (of(one), of(other));
    let difference = mean - other_mean;
    if difference == 0.0 { 0.0 } else { difference / (error + other_error).sqrt() }
}

/// The mean, and the square of its standard error.
#[expect(clippy::cast_precision_loss, reason = "numbers of measurements")]
fn of(sample: &[f64]) -> (f64, f64) {
    let count = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / count;
    let squares: f64 = sample.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, squares / (count - 1.0) / count)
}

#[cfg(test)]
mod tests {
    use super::welch;

    #[test]
    fn two_known_samples() {
        // Means 3 and 6, variances 2.5 and 10, five each: -3 / √(0.5 + 2).
        let t = welch(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 4.0, 6.0, 8.0, 10.0]);
        assert!((t + 1.897_366_596).abs() < 1e-9, "{t}");
        // Of unequal size: means 2 and 4, variances 1 and 2/3, three and four: -2 / √(1/3 + 1/6).
        let t = welch(&[1.0, 2.0, 3.0], &[3.0, 4.0, 4.0, 5.0]);
        assert!((t + 2.828_427_125).abs() < 1e-9, "{t}");
    }

    #[test]
    fn it_changes_sign_with_the_order_and_is_nothing_for_the_same() {
        let (one, other) = ([1.0, 4.0, 2.0], [3.0, 3.5, 9.0]);
        assert!((welch(&one, &other) + welch(&other, &one)).abs() < f64::EPSILON);
        assert!(welch(&one, &one).abs() < f64::EPSILON);
    }

    #[test]
    fn what_does_not_vary_and_differs_is_told_apart_for_sure() {
        assert!(welch(&[1.0, 1.0], &[2.0, 2.0]).is_infinite());
        assert!(welch(&[1.0, 1.0], &[1.0, 1.0]).abs() < f64::EPSILON);
    }
}
