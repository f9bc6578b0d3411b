//! How many real items leave is noisy, and the noise is exact: integers only, no floating point.
//!
//! # Why
//!
//! When more items wait than a batch holds, a batch with exactly `C` real items would be a counter: someone who
//! sends `m` items of their own and learns how many of them came out (a desk that floods, or shares its key)
//! knows that the rest of the `C` came from others. So a batch takes at most `C − N` real items,
//! where `N` is drawn anew for every batch and known to nobody.
//!
//! # Which
//!
//! `N = clamp(shift + X, 0, 2 · shift)` with `X` from the discrete Laplace distribution (the two-sided geometric
//! mechanism of Ghosh, Roughgarden and Sundararajan, "Universally Utility-maximizing Privacy
//! Mechanisms", 2009): `Pr[X = x] ∝ exp(−|x| / scale)`. Whoever sees how many of their own items left in a batch finds
//! `o` and `o + 1` items of others in it equally likely, up to a factor of `e^(1/scale)`; except where the clamp
//! cuts. With the defaults (shift 12, scale 2) the factor is 1.65 and the clamp cuts in one of 535 batches. The
//! noise is not added to what leaves but taken from the room, so it never loses anything: what stays waits
//! for the next tick.
//!
//! # What it does not do
//!
//! Over many batches the evidence adds up: a flood that is kept up for days learns the others' average. And
//! while fewer wait than fit, all of them leave, and no noise is needed: there is nothing to compare with.
//!
//! # How
//!
//! Sampled as in Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1
//! and 2: `Bernoulli(exp(−γ))` from a series of fair comparisons of integers. Samplers that go through floating
//! point leak through the gaps between floats (Mironov, 2012).

use rand_core::CryptoRng;

/// Uniform in `0..n`, without bias: what falls into the incomplete last stretch is drawn again. 0 if `n` is 0.
pub fn below<G: CryptoRng + ?Sized>(n: u64, rng: &mut G) -> u64 {
    let Some(excess) = (u64::MAX % n.max(1)).checked_add(1).map(|rest| rest % n.max(1)) else {
        return 0;
    };
    loop {
        let draw = rng.next_u64();
        if draw <= u64::MAX - excess {
            return draw.checked_rem(n).unwrap_or(0);
        }
    }
}

/// Shuffles by Fisher and Yates: every order equally likely.
pub fn shuffle<T, G: CryptoRng + ?Sized>(items: &mut [T], rng: &mut G) {
    for end in (1..items.len()).rev() {
        let other = usize::try_from(below(end as u64 + 1, rng)).unwrap_or(0);
        items.swap(end, other);
    }
}

/// True with probability `exp(−numerator / denominator)`, for a fraction of 0 to 1.
fn bernoulli_exp<G: CryptoRng + ?Sized>(numerator: u64, denominator: u64, rng: &mut G) -> bool {
    // The first k for which a coin of probability γ/k falls on tails is odd with probability exp(−γ).
    let mut k: u64 = 1;
    while below(denominator.saturating_mul(k), rng) < numerator {
        k += 1;
    }
    k % 2 == 1
}

/// Draws from the discrete Laplace distribution, `Pr[x] ∝ exp(−|x| / scale)`.
pub fn discrete_laplace<G: CryptoRng + ?Sized>(scale: u16, rng: &mut G) -> i64 {
    let scale = u64::from(scale.max(1));
    loop {
        let low = below(scale, rng);
        if !bernoulli_exp(low, scale, rng) {
            continue;
        }
        let mut high: u64 = 0;
        while bernoulli_exp(1, 1, rng) {
            high += 1;
        }
        let size =
            i64::try_from(low.saturating_add(scale.saturating_mul(high))).unwrap_or(i64::MAX);
        let negative = below(2, rng) == 1;
        match (negative, size) {
            // Zero has one sign, or it would come twice as often as it should.
            (true, 0) => {}
            (true, _) => return -size,
            (false, _) => return size,
        }
    }
}

/// How many places of a batch are kept from real items: 0 to `2 · shift`.
pub fn places_kept<G: CryptoRng + ?Sized>(shift: u16, scale: u16, rng: &mut G) -> usize {
    let shift = i64::from(shift);
    let kept = discrete_laplace(scale, rng).saturating_add(shift).clamp(0, 2 * shift);
    usize::try_from(kept).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    const DRAWS: u64 = 200_000;

    fn rng(seed: u64) -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(seed)
    }

    /// `Pr[x]`, by the closed form (1 − q) / (1 + q) · q^|x| with q = exp(−1 / scale).
    fn probability(x: i64, scale: u16) -> f64 {
        let q = (-1.0 / f64::from(scale)).exp();
        (1.0 - q) / (1.0 + q) * q.powi(i32::try_from(x.abs()).unwrap())
    }

    #[test]
    fn laplace_has_its_distribution() {
        for scale in [1, 2, 3, 7] {
            let mut counts = BTreeMap::<i64, u64>::new();
            let mut rng = rng(u64::from(scale));
            (0..DRAWS).for_each(|_| {
                *counts.entry(discrete_laplace(scale, &mut rng)).or_default() += 1;
            });
            for x in -12_i64..=12 {
                let expected = probability(x, scale) * DRAWS as f64;
                let got = counts.get(&x).copied().unwrap_or(0) as f64;
                // Five standard deviations and a count: a wrong sign rule or scale is off by hundreds.
                let allowed = 5.0 * expected.sqrt() + 5.0;
                assert!(
                    (got - expected).abs() < allowed,
                    "scale {scale}, {x}: {got} of {expected}"
                );
            }
        }
    }

    #[test]
    fn uniform_has_no_bias_and_stays_below() {
        let mut rng = rng(9);
        assert_eq!(below(0, &mut rng), 0);
        assert_eq!(below(1, &mut rng), 0);
        for n in [2_u64, 3, 7, 48] {
            let mut counts = vec![0_u64; usize::try_from(n).unwrap()];
            (0..DRAWS).for_each(|_| counts[usize::try_from(below(n, &mut rng)).unwrap()] += 1);
            let expected = DRAWS as f64 / n as f64;
            assert!(counts.iter().all(|c| (*c as f64 - expected).abs() < 5.0 * expected.sqrt()));
        }
        // Just above half the range, where taking the remainder alone would favour the lower half two to one.
        let n = (1_u64 << 63) + (1 << 62);
        let high = (0..20_000).filter(|_| below(n, &mut rng) >= n / 2).count();
        assert!((9_500..10_500).contains(&high), "{high}");
    }

    #[test]
    fn kept_places_stay_in_range_and_vary() {
        let mut rng = rng(4);
        let kept: Vec<_> = (0..10_000).map(|_| places_kept(12, 2, &mut rng)).collect();
        assert!(kept.iter().all(|n| *n <= 24));
        let mean = kept.iter().sum::<usize>() as f64 / 10_000.0;
        assert!((mean - 12.0).abs() < 0.2, "{mean}");
        let distinct: std::collections::BTreeSet<_> = kept.iter().collect();
        assert!(distinct.len() > 15);
        assert!((0..100).all(|_| places_kept(0, 2, &mut rng) == 0));
    }

    #[test]
    fn shuffles_reach_every_order_equally() {
        let mut rng = rng(5);
        let mut counts = BTreeMap::<[u8; 4], u64>::new();
        for _ in 0..48_000 {
            let mut items = [0, 1, 2, 3];
            shuffle(&mut items, &mut rng);
            *counts.entry(items).or_default() += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|count| (1_750..2_250).contains(count)), "{counts:?}");
    }
}
