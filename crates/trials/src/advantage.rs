//! What the times of sending tell about who visits: simple classifiers, cross-validated, and how much better than
//! guessing they are.
//!
//! Advantage is the share of sources called sources minus the share of readers called sources: 0 is guessing, 1 is
//! knowing. The interval is Newcombe's for a difference of two proportions ("Interval estimation for the difference
//! between independent proportions", Statistics in Medicine 17, 1998, method 10), 95 %.

/// Parts that the visits are dealt into; each is judged by what was learned from the others.
const FOLDS: usize = 10;
/// Neighbours that vote.
const NEIGHBOURS: usize = 5;
const LEARNING: (usize, f64, f64) = (400, 0.3, 1e-3);

/// What is known of one visit or one slot: numbers, and whether it was a source's.
#[derive(Debug, Clone)]
pub struct Sample {
    /// For instance how late each packet was, in milliseconds; as many in every sample.
    pub features: Vec<f64>,
    /// Whether it was a source.
    pub source: bool,
}

/// A way to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classifier {
    /// A threshold on the mean of the features.
    Mean,
    /// A threshold on their variance.
    Variance,
    /// Logistic regression on the features and their squares.
    Logistic,
    /// The majority of the five nearest.
    Nearest,
}

/// All of them, with the names they are reported by.
pub const CLASSIFIERS: [(&str, Classifier); 4] = [
    ("threshold on the mean", Classifier::Mean),
    ("threshold on the variance", Classifier::Variance),
    ("logistic regression", Classifier::Logistic),
    ("5 nearest neighbours", Classifier::Nearest),
];

/// How much better than guessing, and between what the truth lies (95 %).
#[derive(Debug, Clone, Copy)]
pub struct Advantage {
    /// As measured, −1 to 1.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Judges every sample by what was learned from the samples of the other folds.
#[must_use]
pub fn cross_validated(samples: &[Sample], classifier: Classifier) -> Advantage {
    let (mut hits, mut false_alarms) = (0, 0);
    for fold in 0..FOLDS {
        let of = |held: bool| {
            let dealt =
                samples.iter().enumerate().filter(move |(n, _)| (n / 2 % FOLDS == fold) == held);
            dealt.map(|(_, sample)| sample)
        };
        let known: Vec<&Sample> = of(false).collect();
        let scale = Scale::of(&known);
        let known: Vec<Sample> = known.iter().map(|sample| scale.apply(sample)).collect();
        let says = learned(&known, classifier);
        for sample in of(true) {
            if says(&scale.apply(sample).features) {
                *(if sample.source { &mut hits } else { &mut false_alarms }) += 1;
            }
        }
    }
    let sources = samples.iter().filter(|sample| sample.source).count();
    difference(hits, sources, false_alarms, samples.len() - sources)
}

/// Newcombe's interval for `a / of_a - b / of_b`.
#[must_use]
pub fn difference(a: usize, of_a: usize, b: usize, of_b: usize) -> Advantage {
    let (p, l, u) = wilson(a, of_a);
    let (q, m, v) = wilson(b, of_b);
    let value = p - q;
    Advantage {
        value,
        low: value - ((p - l).powi(2) + (v - q).powi(2)).sqrt(),
        high: value + ((u - p).powi(2) + (q - m).powi(2)).sqrt(),
    }
}

/// A share with Wilson's interval.
fn wilson(hits: usize, of: usize) -> (f64, f64, f64) {
    const Z: f64 = 1.959_964;
    let (x, n) = (hits as f64, of.max(1) as f64);
    let p = x / n;
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    (p, middle - half, middle + half)
}

/// Medians and spreads of the features in what is known, so that none outweighs the others.
struct Scale(Vec<(f64, f64)>);

impl Scale {
    fn of(known: &[&Sample]) -> Self {
        let width = known.first().map_or(0, |sample| sample.features.len());
        let column = |n: usize| {
            let mut column: Vec<f64> =
                known.iter().filter_map(|sample| sample.features.get(n).copied()).collect();
            column.sort_by(f64::total_cmp);
            let at = |share: f64| {
                column.get((column.len() as f64 * share) as usize).copied().unwrap_or_default()
            };
            (at(0.5), (at(0.9) - at(0.1)).max(1e-6))
        };
        Self((0..width).map(column).collect())
    }

    fn apply(&self, sample: &Sample) -> Sample {
        let scaled = sample.features.iter().zip(&self.0);
        // One packet that was a second late must not drown everything else.
        let features = scaled.map(|(x, (middle, spread))| ((x - middle) / spread).clamp(-5.0, 5.0));
        Sample { features: features.collect(), source: sample.source }
    }
}

/// Whether features look like a source's.
type Says<'a> = Box<dyn Fn(&[f64]) -> bool + 'a>;

fn learned<'a>(known: &'a [Sample], how: Classifier) -> Says<'a> {
    match how {
        Classifier::Mean => threshold(known, mean),
        Classifier::Variance => threshold(known, variance),
        Classifier::Logistic => logistic(known),
        Classifier::Nearest => Box::new(|features| nearest(known, features)),
    }
}

/// The threshold and the side of it that tell best.
fn threshold(known: &[Sample], measure: fn(&[f64]) -> f64) -> Says<'static> {
    let mut measured: Vec<(f64, bool)> =
        known.iter().map(|sample| (measure(&sample.features), sample.source)).collect();
    measured.sort_by(|a, b| a.0.total_cmp(&b.0));
    let sources = measured.iter().filter(|(_, source)| *source).count().max(1) as f64;
    let readers = measured.len() as f64 - sources;
    // (share of sources minus share of readers below, threshold)
    let (mut gap, mut best) = (0.0_f64, (0.0_f64, f64::MAX));
    for (value, source) in measured {
        gap += if source { 1.0 / sources } else { -1.0 / readers.max(1.0) };
        if gap.abs() > best.0.abs() {
            best = (gap, value);
        }
    }
    Box::new(move |features| (measure(features) <= best.1) == (best.0 > 0.0))
}

fn logistic(known: &[Sample]) -> Says<'static> {
    let (rounds, rate, decay) = LEARNING;
    let with_squares = |features: &[f64]| {
        let squares = features.iter().map(|x| x * x / 5.0);
        std::iter::once(1.0).chain(features.iter().copied()).chain(squares).collect::<Vec<f64>>()
    };
    let known: Vec<(Vec<f64>, f64)> = known
        .iter()
        .map(|sample| (with_squares(&sample.features), f64::from(u8::from(sample.source))))
        .collect();
    let sum = |weights: &[f64], x: &[f64]| weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
    let mut weights = vec![0.0; known.first().map_or(0, |(x, _)| x.len())];
    for _ in 0..rounds {
        let mut gradient = vec![0.0; weights.len()];
        for (x, source) in &known {
            let error = 1.0 / (1.0 + (-sum(&weights, x)).exp()) - source;
            gradient.iter_mut().zip(x).for_each(|(g, x)| *g += error * x);
        }
        for (w, g) in weights.iter_mut().zip(&gradient) {
            *w -= rate * (g / known.len() as f64 + decay * *w);
        }
    }
    Box::new(move |features| sum(&weights, &with_squares(features)) > 0.0)
}

fn nearest(known: &[Sample], features: &[f64]) -> bool {
    let mut distances: Vec<(f64, bool)> = known
        .iter()
        .map(|sample| {
            let apart = sample.features.iter().zip(features).map(|(a, b)| (a - b).powi(2));
            (apart.sum::<f64>(), sample.source)
        })
        .collect();
    distances.sort_by(|a, b| a.0.total_cmp(&b.0));
    distances.iter().take(NEIGHBOURS).filter(|(_, source)| *source).count() * 2 > NEIGHBOURS
}

fn mean(features: &[f64]) -> f64 {
    features.iter().sum::<f64>() / features.len().max(1) as f64
}

fn variance(features: &[f64]) -> f64 {
    let middle = mean(features);
    features.iter().map(|x| (x - middle).powi(2)).sum::<f64>() / features.len().max(1) as f64
}
