//! The crowd as it is drawn: how many figures, where each stands, and how much of it is lit.

use exposure::Bounds;

use crate::reckon::Class;
use crate::shapes;

/// At most so many figures: more would be too small to be people.
const MOST: u64 = 600;

/// From one figure to the next, across and down.
pub(crate) const PITCH: (f32, f32) = (22.0, 52.0);

/// How wide a crowd is drawn for its height, on a wide page and on a narrow one.
pub(crate) const WIDE: f32 = 2.9;

/// The same in the index.
pub(crate) const SMALL: f32 = 1.75;

/// A crowd of figures.
#[derive(Clone, Debug)]
pub(crate) struct Crowd {
    /// How many people one figure stands for.
    pub(crate) each: u64,
    /// For each figure its place, counted along the rows; figures of the same people are strewn, as people are.
    pub(crate) places: Vec<usize>,
}

/// How much of a figure is lit, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Light {
    /// People who are left.
    pub(crate) left: f32,
    /// People who may be left.
    pub(crate) perhaps: f32,
}

impl Crowd {
    /// A crowd for so many people.
    pub(crate) fn of(people: u64) -> Self {
        let round =
            (0..19).flat_map(|p| [1, 2, 5].map(|m: u64| m.saturating_mul(10u64.saturating_pow(p))));
        let each =
            round.into_iter().find(|each| people.div_ceil(*each) <= MOST).unwrap_or(u64::MAX);
        let figures = usize::try_from(people.div_ceil(each)).unwrap_or(0);
        Self { each, places: strewn(figures) }
    }

    /// How many columns it has, of about this shape (width by height): near the shape, the number that fills its last row best.
    pub(crate) fn columns(&self, shape: f32) -> usize {
        let figures = self.places.len().max(1);
        // At most MOST.
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss
        )]
        let near = ((figures as f32 * shape * PITCH.1 / PITCH.0).sqrt().round() as usize)
            .clamp(1, figures);
        let gap = |columns: &usize| figures.div_ceil(*columns) * columns - figures;
        (near - near / 8..=(near + near / 8).min(figures))
            .min_by_key(|columns| (gap(columns), columns.abs_diff(near)))
            .unwrap_or(near)
    }

    /// The light on each figure when those in all the circles `needed` are left, of whom `people` count.
    pub(crate) fn lights(&self, classes: &[Class], needed: u32, people: Bounds) -> Vec<Light> {
        let mut lights = vec![Light::default(); self.places.len()];
        let (mut sure, mut perhaps) = (people.lo(), people.hi() - people.lo());
        let mut at = 0u64;
        for class in classes {
            let end = at + class.people;
            let mut lit = if class.in_circles & needed == needed { class.people } else { 0 };
            let mut from = at;
            while lit > 0 && sure + perhaps > 0 {
                // Up to the end of this figure, of this class, and of those of one kind.
                let figure = from / self.each;
                let room = (figure + 1) * self.each - from;
                let kind = if sure > 0 { sure } else { perhaps };
                let n = lit.min(room).min(kind);
                #[allow(clippy::cast_precision_loss)]
                let share = n as f32 / self.each as f32;
                if let Some(light) = usize::try_from(figure).ok().and_then(|i| lights.get_mut(i)) {
                    if sure > 0 {
                        light.left += share;
                        sure -= n;
                    } else {
                        light.perhaps += share;
                        perhaps -= n;
                    }
                }
                lit -= n;
                from += n;
            }
            at = end;
        }
        lights
    }
}

/// Which person stands there, and how far from the middle of the place, both sideways and down.
pub(crate) fn stance(place: usize) -> (usize, f32, f32) {
    let mixed = mix(place as u64 + 1);
    let shift = |bits: u64| f32::from(u8::try_from(bits & 0xff).unwrap_or(0)) / 255.0 - 0.5;
    let which = usize::try_from(mixed % shapes::PEOPLE.len() as u64).unwrap_or(0);
    (which, shift(mixed >> 8) * 3.0, shift(mixed >> 16) * 5.0)
}

/// The numbers below `n` in an order without a pattern, the same on every machine.
fn strewn(n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|i| mix(*i as u64));
    order
}

/// SplitMix64 (Steele, Lea and Flood 2014): a number without a pattern for each number.
fn mix(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(people: u64, in_circles: u32) -> Class {
        Class { people, in_circles }
    }

    #[test]
    fn a_figure_stands_for_a_round_number_and_all_have_a_place() {
        let sizes = [1, 600, 601, 2_000, 30_000, 100_000].map(|n| {
            let crowd = Crowd::of(n);
            let mut places = crowd.places.clone();
            places.sort_unstable();
            assert_eq!(places, (0..crowd.places.len()).collect::<Vec<_>>());
            (crowd.each, crowd.places.len())
        });
        assert_eq!(sizes, [(1, 1), (1, 600), (2, 301), (5, 400), (50, 600), (200, 500)]);
    }

    #[test]
    fn as_many_are_lit_as_are_left() {
        let crowd = Crowd::of(2_000);
        let classes = [class(1, 0b11), class(94, 0b01), class(1_905, 0)];
        for (needed, people) in [(0b11, 1), (0b01, 95), (0, 2_000)] {
            let lights = crowd.lights(&classes, needed, Bounds::exactly(people));
            #[allow(clippy::cast_precision_loss)]
            let lit: f32 = lights.iter().map(|l| l.left).sum::<f32>() * crowd.each as f32;
            #[allow(clippy::cast_precision_loss)]
            let expected = people as f32;
            assert!((lit - expected).abs() < 0.01, "{lit} {expected}");
        }
        let lights = crowd.lights(&classes, 0, Bounds::new(10, 100).unwrap());
        let sum = |part: fn(&Light) -> f32| lights.iter().map(part).sum::<f32>() * 5.0;
        assert!((sum(|l| l.left) - 10.0).abs() < 0.01 && (sum(|l| l.perhaps) - 90.0).abs() < 0.01);
        assert!(lights.iter().all(|l| l.left + l.perhaps <= 1.0001));
    }
}
