//! The classifiers that look for sources by their timing find what is there, and nothing where nothing is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use trials::advantage::{CLASSIFIERS, Classifier, Sample, cross_validated, difference};

/// Visits of four packets, uniform over `width` ms, those of sources `later` ms later.
fn samples(count: usize, width: f64, later: f64) -> Vec<Sample> {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let mut uniform = || f64::from(rng.next_u32()) / f64::from(u32::MAX) * width;
    (0..count)
        .map(|n| {
            let source = n % 2 == 0;
            let by = if source { later } else { 0.0 };
            Sample { features: (0..4).map(|_| uniform() + by).collect(), source }
        })
        .collect()
}

#[test]
fn nothing_is_found_where_nothing_is() {
    for (name, classifier) in CLASSIFIERS {
        let found = cross_validated(&samples(2000, 10.0, 0.0), classifier);
        assert!(
            found.value.abs() < 0.1 && found.low < 0.05 && found.high > -0.05,
            "{name}: {found:?}"
        );
    }
}

#[test]
fn what_is_there_is_found() {
    let late = samples(400, 10.0, 5.0);
    for classifier in [Classifier::Mean, Classifier::Logistic, Classifier::Nearest] {
        let found = cross_validated(&late, classifier);
        assert!(found.low > 0.5, "{classifier:?}: {found:?}");
    }
    let mut spread = samples(400, 10.0, 0.0);
    for sample in spread.iter_mut().filter(|sample| sample.source) {
        sample.features.iter_mut().for_each(|x| *x = (*x - 5.0) * 4.0 + 5.0);
    }
    assert!(cross_validated(&spread, Classifier::Variance).low > 0.5);
}

/// The first example of Newcombe's paper: 56/70 − 48/80, method 10.
#[test]
fn the_interval_is_newcombes() {
    let found = difference(56, 70, 48, 80);
    assert!((found.low - 0.0524).abs() < 1e-4 && (found.high - 0.3339).abs() < 1e-4, "{found:?}");
}
