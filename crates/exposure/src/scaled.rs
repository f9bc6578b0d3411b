//! Products of very many small rates. A thousand facts at ε = 0.001 give 10⁻³⁰⁰⁰, which no double holds; here the exponent is a
//! whole number of its own. Only multiplication is used, so the result is the same on every machine.

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scaled {
    /// In [1, 2), or 0.
    mantissa: f64,
    exponent: i64,
}

impl Scaled {
    pub(crate) const ONE: Self = Self { mantissa: 1.0, exponent: 0 };

    pub(crate) fn new(x: f64) -> Self {
        Self { mantissa: x, exponent: 0 }.normal()
    }

    fn normal(mut self) -> Self {
        if self.mantissa == 0.0 {
            return Self { mantissa: 0.0, exponent: 0 };
        }
        while self.mantissa >= 2.0 {
            self.mantissa *= 0.5;
            self.exponent += 1;
        }
        while self.mantissa < 1.0 {
            self.mantissa *= 2.0;
            self.exponent -= 1;
        }
        self
    }

    pub(crate) fn times(self, other: Self) -> Self {
        Self { mantissa: self.mantissa * other.mantissa, exponent: self.exponent + other.exponent }
            .normal()
    }

    pub(crate) fn power(self, mut n: u32) -> Self {
        let (mut result, mut square) = (Self::ONE, self);
        while n > 0 {
            if n & 1 == 1 {
                result = result.times(square);
            }
            square = square.times(square);
            n >>= 1;
        }
        result
    }

    pub(crate) fn less_than(self, other: Self) -> bool {
        match (self.mantissa == 0.0, other.mantissa == 0.0) {
            (_, true) => false,
            (true, false) => true,
            _ => (self.exponent, self.mantissa) < (other.exponent, other.mantissa),
        }
    }

    /// This as a part of another one that is not zero.
    pub(crate) fn over(self, other: Self) -> f64 {
        let shift = self.exponent - other.exponent;
        let ratio = self.mantissa / other.mantissa;
        match i32::try_from(shift) {
            Ok(n) if n > -1100 && n < 1024 => ratio * 2f64.powi(n),
            _ if self.mantissa == 0.0 || shift < 0 => 0.0,
            _ => f64::INFINITY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scaled;

    #[test]
    fn products_far_below_a_double_keep_their_ratio() {
        let tiny = Scaled::new(0.001).power(5000);
        let tinier = tiny.times(Scaled::new(0.25));
        assert_eq!(tinier.over(tiny), 0.25);
        assert!(tinier.less_than(tiny));
        assert_eq!(tiny.over(Scaled::ONE), 0.0);
        assert_eq!(Scaled::new(0.2).power(3).over(Scaled::ONE), 0.2 * 0.2 * 0.2);
        assert!(Scaled::new(0.0).less_than(tiny));
    }
}
