//! Where things are, as far as it decides whether they are seen.

use super::values::functions;

/// A transformation: a, b, c, d, e, f as in SVG.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix([f32; 6]);

impl Default for Matrix {
    fn default() -> Self {
        Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    }
}

impl Matrix {
    /// This one, and inside of it another.
    pub(super) fn then(self, inner: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, inner.0);
        Self([
            a * g + c * h,
            b * g + d * h,
            a * i + c * j,
            b * i + d * j,
            a * k + c * l + e,
            b * k + d * l + f,
        ])
    }

    pub(super) fn of(transform: &str) -> Self {
        let all = functions(transform).unwrap_or_default();
        all.into_iter().fold(Self::default(), |whole, (name, n)| {
            let at = |i: usize| n.get(i).copied();
            let first = at(0).unwrap_or_default();
            let one = match name {
                "matrix" => match n.as_slice() {
                    [a, b, c, d, e, f] => Self([*a, *b, *c, *d, *e, *f]),
                    _ => Self::default(),
                },
                "translate" => Self([1.0, 0.0, 0.0, 1.0, first, at(1).unwrap_or_default()]),
                "scale" => Self([first, 0.0, 0.0, at(1).unwrap_or(first), 0.0, 0.0]),
                "rotate" => {
                    let (sin, cos) = first.to_radians().sin_cos();
                    let (x, y) = (at(1).unwrap_or_default(), at(2).unwrap_or_default());
                    Self::of_shift(x, y)
                        .then(Self([cos, sin, -sin, cos, 0.0, 0.0]))
                        .then(Self::of_shift(-x, -y))
                }
                "skewX" => Self([1.0, 0.0, first.to_radians().tan(), 1.0, 0.0, 0.0]),
                "skewY" => Self([1.0, first.to_radians().tan(), 0.0, 1.0, 0.0, 0.0]),
                _ => Self::default(),
            };
            whole.then(one)
        })
    }

    fn of_shift(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Whether nothing of it has a size.
    pub(super) fn is_nothing(self) -> bool {
        let [a, b, c, d, ..] = self.0;
        (a * d - b * c).abs() < 1e-9
    }

    /// Whether upright boxes stay upright boxes.
    pub(super) fn is_upright(self) -> bool {
        let [_, b, c, ..] = self.0;
        b.abs() < 1e-6 && c.abs() < 1e-6
    }

    /// The box around a transformed one.
    pub(super) fn around(self, area: Area) -> Area {
        let [a, b, c, d, e, f] = self.0;
        let corners = [
            (area.left, area.top),
            (area.right, area.top),
            (area.left, area.bottom),
            (area.right, area.bottom),
        ]
        .map(|(x, y)| (a * x + c * y + e, b * x + d * y + f));
        corners.into_iter().fold(Area::NONE, |all, (x, y)| Area {
            left: all.left.min(x),
            top: all.top.min(y),
            right: all.right.max(x),
            bottom: all.bottom.max(y),
        })
    }
}

/// An upright box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Area {
    const NONE: Self = Self { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };

    pub(super) fn holds(&self, other: &Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }

    pub(super) fn within(&self, other: &Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    pub(super) fn apart(&self, other: &Self) -> bool {
        self.right < other.left
            || self.left > other.right
            || self.bottom < other.top
            || self.top > other.bottom
    }
}
