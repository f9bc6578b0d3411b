//! Linear prediction: each sample from those before it.

/// Orders that are tried: more take longer and gain little.
const ORDERS: [usize; 2] = [4, 8];

/// Factors and shift for some orders. Only additions, multiplications and divisions: every machine finds the same.
pub(super) fn linear(samples: &[i64], precision: u32) -> Vec<(Vec<i64>, u32)> {
    let most = ORDERS.into_iter().max().unwrap_or(0);
    if samples.len() < 4 * most {
        return Vec::new();
    }
    let correlation = correlation(samples, most);
    ORDERS
        .into_iter()
        .filter_map(|order| quantised(&factors(&correlation, order)?, precision))
        .collect()
}

/// How alike the sound is to itself some samples later, under a window that fades in and out (Welch's).
fn correlation(samples: &[i64], most: usize) -> Vec<f64> {
    let half = (samples.len() - 1) as f64 / 2.0;
    let faded: Vec<f64> = samples
        .iter()
        .enumerate()
        .map(|(place, sample)| {
            let away = (place as f64 - half) / (half + 1.0);
            *sample as f64 * (1.0 - away * away)
        })
        .collect();
    (0..=most).map(|lag| faded.iter().skip(lag).zip(&faded).map(|(a, b)| a * b).sum()).collect()
}

/// Levinson and Durbin's recursion.
fn factors(correlation: &[f64], order: usize) -> Option<Vec<f64>> {
    let mut error = *correlation.first()?;
    let mut factors: Vec<f64> = Vec::with_capacity(order);
    for step in 0..order {
        if error <= 0.0 {
            return None;
        }
        let known: f64 =
            factors.iter().zip(correlation.get(1..=step)?.iter().rev()).map(|(f, c)| f * c).sum();
        let reflection = (correlation.get(step + 1)? - known) / error;
        let before = factors.clone();
        for (factor, mirrored) in factors.iter_mut().zip(before.iter().rev()) {
            *factor -= reflection * mirrored;
        }
        factors.push(reflection);
        error *= 1.0 - reflection * reflection;
    }
    Some(factors)
}

/// Whole numbers of `precision` bits and a shift; what rounding takes from one factor goes to the next.
fn quantised(factors: &[f64], precision: u32) -> Option<(Vec<i64>, u32)> {
    let largest = factors.iter().fold(0.0f64, |largest, factor| largest.max(factor.abs()));
    let limit = (1i64 << (precision - 1)) - 1;
    let mut shift = 15u32;
    while largest * (1u32 << shift) as f64 > limit as f64 {
        shift = shift.checked_sub(1)?;
    }
    if largest <= 0.0 || !largest.is_finite() {
        return None;
    }
    let mut carried = 0.0;
    let whole = factors.iter().map(|factor| {
        carried += factor * (1u32 << shift) as f64;
        let rounded = carried.round().clamp(-(limit as f64), limit as f64);
        carried -= rounded;
        rounded as i64
    });
    Some((whole.collect(), shift))
}

/// What the prediction leaves; `None` if it is beyond 32 bits.
pub(super) fn differences(samples: &[i64], factors: &[i64], shift: u32) -> Option<Vec<i64>> {
    let order = factors.len();
    let windows = samples.windows(order + 1);
    windows
        .map(|window| {
            let (sample, before) = window.split_last()?;
            let sum: i64 = before.iter().rev().zip(factors).map(|(s, f)| s * f).sum();
            let difference = sample - (sum >> shift);
            i32::try_from(difference).is_ok().then_some(difference)
        })
        .collect()
}
