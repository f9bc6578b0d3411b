//! Lengths (OpenDocument 1.3 part 3, 18.3.18).

/// A length in points, or nothing if it is none.
pub(super) fn points(length: &str) -> Option<f64> {
    let length = length.trim();
    let at = length.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(length.len());
    let (number, unit) = length.split_at_checked(at)?;
    let factor = match unit {
        "pt" => 1.0,
        "cm" => 72.0 / 2.54,
        "mm" => 7.2 / 2.54,
        "in" | "inch" => 72.0,
        "pc" => 12.0,
        "px" => 0.75,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * factor).filter(|points| points.is_finite())
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn units_become_points() {
        assert_eq!(points("1in"), Some(72.0));
        assert!((points("2.54cm").unwrap() - 72.0).abs() < 1e-9);
        assert_eq!(points("-3pt"), Some(-3.0));
        for bad in ["50%", "", "cm", "1e999pt", "1 furlong", "é"] {
            assert_eq!(points(bad), None, "{bad}");
        }
    }
}
