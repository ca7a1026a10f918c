//! The elementary functions of enclosed values, with their domains.
//!
//! Takes and gives [`Real`]s: what is certainly outside a domain is undefined, what may be is not told.

use super::ball::Ball;
use super::erf;
use super::number::Number;
use super::real::Real::{self, Straddles, Undefined, Within};
use crate::rational::Rational;

impl<N: Number> Real<N> {
    /// u^(a/b): for a/b not whole, defined for u > 0, and at 0 if a/b > 0. The odd root of a negative is
    /// [`Real::cbrt`], not this.
    pub fn rational_power(&self, numerator: i64, denominator: u64) -> Self {
        let common = num_integer::gcd(numerator.unsigned_abs(), denominator).max(1);
        let below = denominator / common;
        let above = i64::try_from(numerator.unsigned_abs() / common).map(|size| size * numerator.signum());
        match (above, below) {
            (_, 0) => Undefined,
            (Err(_), _) => Straddles,
            (Ok(above), 1) => self.power(above),
            (Ok(above), 2) => self.sqrt().power(above),
            (Ok(above), below) => self.fractional_power(above, below),
        }
    }

    fn fractional_power(&self, above: i64, below: u64) -> Self {
        let Within(ball) = self else { return self.clone() };
        let zero = ball.low.zero();
        if ball.is_negative() || ball.is_zero() && above < 0 {
            return Undefined;
        }
        if ball.is_positive() {
            let rational = i64::try_from(below).ok().and_then(|below| Rational::new(above, below));
            let Some(exponent) = rational else { return Straddles };
            return self.ln().mul(&Real::rational(&exponent, ball.low.bits())).exp();
        }
        if ball.low < zero || above < 0 {
            return Straddles;
        }
        if ball.is_zero() {
            return self.clone();
        }
        match Within(Ball::point(ball.high.clone())).fractional_power(above, below) {
            Within(top) => Within(Ball { low: zero, high: top.high }),
            other => other,
        }
    }

    /// u^v: a whole power if v is known to be whole, else exp(v·log u) for u > 0, and 0 for u = 0 < v.
    pub fn pow(&self, exponent: &Self) -> Self {
        let (base, v) = match (self, exponent) {
            (Undefined, _) | (_, Undefined) => return Undefined,
            (Within(base), Within(v)) => (base, v),
            _ => return Straddles,
        };
        if v.is_point()
            && let Some(whole) = v.low.to_integer()
        {
            return self.power(whole);
        }
        if base.is_positive() {
            return self.ln().mul(exponent).exp();
        }
        if base.is_zero() && !v.contains_zero() {
            return if v.is_positive() { self.clone() } else { Undefined };
        }
        if base.is_negative() && v.is_point() && v.low.magnitude().is_none_or(|magnitude| magnitude <= 53) {
            return Undefined;
        }
        Straddles
    }

    /// The square root.
    pub fn sqrt(&self) -> Self {
        match self {
            Within(ball) if ball.is_negative() => Undefined,
            Within(ball) if !ball.is_not_negative() => Straddles,
            _ => self.total(|ball| ball.rising(N::sqrt)),
        }
    }

    /// The cube root, of negatives too.
    pub fn cbrt(&self) -> Self {
        self.total(|ball| ball.rising(N::cbrt))
    }

    /// The exponential.
    pub fn exp(&self) -> Self {
        self.total(|ball| ball.rising(N::exp))
    }

    /// The natural logarithm.
    pub fn ln(&self) -> Self {
        match self {
            Within(ball) if ball.is_negative() || ball.is_zero() => Undefined,
            Within(ball) if !ball.is_positive() => Straddles,
            _ => self.total(|ball| ball.rising(N::ln)),
        }
    }

    /// The sine.
    pub fn sin(&self) -> Self {
        self.total(|ball| Some(ball.wave(N::sin)))
    }

    /// The cosine.
    pub fn cos(&self) -> Self {
        self.total(|ball| Some(ball.wave(N::cos)))
    }

    /// The arc sine.
    pub fn asin(&self) -> Self {
        self.on_arc(|ball| ball.rising(N::asin))
    }

    fn on_arc(&self, function: impl FnOnce(&Ball<N>) -> Option<Ball<N>>) -> Self {
        let Within(ball) = self else { return self.clone() };
        let one = ball.low.one();
        if ball.low > one || ball.high < one.neg() {
            return Undefined;
        }
        if ball.high > one || ball.low < one.neg() { Straddles } else { function(ball).into() }
    }

    /// The arc tangent.
    pub fn atan(&self) -> Self {
        self.total(|ball| ball.rising(N::atan))
    }

    /// The error function.
    pub fn erf(&self) -> Self {
        self.total(|ball| ball.rising(|x| x.erf().or_else(|| erf::erf(x))))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::ball::Ball;
    use crate::check::number::Number;
    use crate::check::precise::Precise;
    use crate::check::random::Random;
    use crate::check::real::Real::{self, Straddles, Undefined, Within};
    use crate::check::real::{Coarse, Fine};
    use crate::rational::Rational;
    use pretty_assertions::assert_eq;

    type Function<N> = fn(&Real<N>) -> Real<N>;
    type Known<N> = (&'static str, Function<N>, (i64, i64), &'static str);

    /// Name, function, argument, fifty digits of the value (mpmath 1.3).
    fn known<N: Number>() -> Vec<Known<N>> {
        vec![
            ("exp", Real::exp, (1, 3), "1.3956124250860895286281253196025868375979065151994"),
            ("ln", Real::ln, (7, 1), "1.9459101490553133051053527434431797296370847295819"),
            ("sin", Real::sin, (100, 1), "-0.50636564110975879365655761045978543206503272129066"),
            ("cos", Real::cos, (2, 7), "0.9594605811119173242718351671605146710856129336037"),
            ("asin", Real::asin, (1, 3), "0.33983690945412193709639251339176406638824469033246"),
            ("atan", Real::atan, (5, 1), "1.3734007669450158608612719264449611486509995958997"),
            ("erf", Real::erf, (1, 2), "0.52049987781304653768274665389196452873645157575796"),
            ("erf", Real::erf, (3, 1), "0.9999779095030014145586272238704176796201522929126"),
            ("cbrt", Real::cbrt, (2, 1), "1.2599210498948731647672106072782283505702514647015"),
            ("power", |x| x.rational_power(3, 7), (2, 1), "1.3459001926323561319428326037509419043662470267775"),
            ("sqrt", Real::sqrt, (2, 1), "1.4142135623730950488016887242096980785696718753769"),
        ]
    }

    fn rational((above, below): (i64, i64)) -> Rational {
        Rational::new(above, below).unwrap()
    }

    /// The interval that the digits stand for, one unit of the last digit to each side.
    fn digits<N: Number>(text: &str, bits: usize) -> Real<N> {
        let size = Rational::parse(text.trim_start_matches('-')).unwrap();
        let value = if text.starts_with('-') { size.neg() } else { size };
        let unit = Rational::integer(10).pow(-((text.len() - text.find('.').unwrap() - 1) as i64)).unwrap();
        Real::between(&value.add(&unit.neg()).unwrap(), &value.add(&unit).unwrap(), bits)
    }

    fn inside<N: Number>(inner: &Real<N>, outer: &Real<N>) -> bool {
        let (inner, outer) = (inner.ball().unwrap(), outer.ball().unwrap());
        outer.low <= inner.low && inner.high <= outer.high
    }

    fn widen(coarse: &Coarse) -> Fine {
        let ball = coarse.ball().unwrap();
        let end = |value| Precise::from_f64(value, 1024).unwrap();
        Within(Ball { low: end(ball.low), high: end(ball.high) })
    }

    fn fine(value: i64) -> Fine {
        Fine::integer(value, 128)
    }

    fn coarse(text: &str) -> Coarse {
        Coarse::rational(&Rational::parse(text).unwrap(), 53)
    }

    #[test]
    fn known_digits_at_high_precision() {
        for bits in [200, 320, 1024] {
            for (name, function, argument, text) in known::<Precise>() {
                let found = function(&Real::rational(&rational(argument), bits));
                assert!(inside(&found, &digits(text, bits)), "{name} {argument:?} at {bits}: {found:?}");
                // The argument itself is an enclosure; erf loses a few bits more to its long sum.
                let certain = found.ball().unwrap().certain_bits().unwrap();
                assert!(certain > bits as i64 - 24, "{name} {argument:?} at {bits}: {certain}");
            }
        }
    }

    #[test]
    fn known_digits_in_f64() {
        for (name, function, argument, text) in known::<f64>() {
            let found = function(&Real::rational(&rational(argument), 53));
            assert!(inside(&digits(text, 1024), &widen(&found)), "{name} {argument:?}: {found:?}");
            assert!(found.ball().unwrap().certain_bits().unwrap() > 46, "{name} {argument:?}: {found:?}");
        }
    }

    #[test]
    fn low_precision_encloses_high_precision() {
        let mut random = Random::from_seed(11);
        let (coarse, low, high) = (known::<f64>(), known::<Precise>(), known::<Precise>());
        for round in 0..40 {
            let scale = [1, 10, 1000, 100_000][round % 4];
            let argument = (random.below(2_000_000) as i64 - 1_000_000, 1 + random.below(1_000_000) as i64 * scale);
            let argument = rational(argument);
            for at in 0..low.len() {
                let fine = (high[at].1)(&Real::rational(&argument, 320));
                let rough = (low[at].1)(&Real::rational(&argument, 100));
                let fast = (coarse[at].1)(&Real::rational(&argument, 53));
                assert_eq!(fine.is_defined(), rough.is_defined(), "{} {argument}", low[at].0);
                if fine.is_defined() {
                    assert!(inside(&fine, &rough), "{} {argument}", low[at].0);
                }
                if fast.is_defined() {
                    assert!(inside(&fine, &widen(&fast)), "{} {argument}", low[at].0);
                }
            }
        }
    }

    #[test]
    fn identities_hold_and_neighbours_are_told_apart() {
        for bits in [128, 1024] {
            let x = Fine::rational(&rational((17, 5)), bits);
            let pythagoras = x.sin().power(2).add(&x.cos().power(2));
            assert!(pythagoras.agreement(&Fine::integer(1, bits)).unwrap() > bits as i64 - 10);
            assert!(x.exp().ln().agreement(&x).unwrap() > bits as i64 - 12);
            // Machin: π = 16 atan(1/5) − 4 atan(1/239).
            let atan = |n, k| Fine::rational(&rational((1, n)), bits).atan().mul(&Fine::integer(k, bits));
            assert!(atan(5, 16).sub(&atan(239, 4)).agreement(&Fine::pi(bits)).unwrap() > bits as i64 - 12);
            let near = x.mul(&Fine::rational(&Rational::parse("1.00000000000000000000000000000000001").unwrap(), bits));
            assert!(near.is_defined() && near.agreement(&x).is_none());
        }
    }

    #[test]
    fn powers_by_their_exponents() {
        let half = Fine::rational(&rational((1, 2)), 128);
        assert_eq!((fine(-3).pow(&fine(2)), fine(4).pow(&half).agreement(&fine(2)).is_some()), (fine(9), true));
        assert_eq!((fine(-3).pow(&half), fine(0).pow(&half)), (Undefined, fine(0)));
        assert_eq!((fine(4).rational_power(1, 2), fine(4).rational_power(-4, 2)), (fine(2), fine(1).div(&fine(16))));
        assert_eq!((fine(-8).rational_power(1, 3), fine(-8).rational_power(6, 3)), (Undefined, fine(64)));
        assert_eq!((fine(0).rational_power(2, 3), fine(0).rational_power(-2, 3)), (fine(0), Undefined));
        assert_eq!((fine(2).rational_power(1, 0), coarse("2").neg().pow(&coarse("1e17"))), (Undefined, Straddles));
    }

    #[test]
    fn one_minus_erf_is_no_garbage() {
        let at = |bits| Fine::integer(1, bits).sub(&Fine::integer(20, bits).erf());
        assert!(at(128).contains_zero() && !at(128).certainly_zero());
        // erfc 20 = 5.3958656116079e-176.
        let found = at(1024);
        assert!(found.certainly_positive());
        let text = Rational::parse("5.3958656116079009289349991679053456040882e-176").unwrap();
        assert!(found.agreement(&Fine::rational(&text, 1024)).is_none_or(|bits| bits > 120));
        let ratio = found.div(&Fine::rational(&text, 1024)).ball().unwrap().to_f64();
        assert!((ratio - 1.0).abs() < 1e-15);
        let odd = Fine::integer(-20, 1024).erf().add(&Fine::integer(20, 1024).erf());
        assert!(odd.contains_zero());
    }

    #[test]
    fn nothing_hangs_on_extreme_arguments() {
        for bits in [128, 1024] {
            for text in ["1e10", "1e300", "1e5000", "1e-5000", "1e-10", "1000"] {
                let x = Fine::rational(&Rational::parse(text).unwrap(), bits);
                let exp = [x.exp(), x.neg().exp(), x.exp().exp(), x.exp().neg().exp()];
                for x in exp.iter().chain([&x, &x.neg()]) {
                    let all = [x.exp(), x.sin(), x.cos(), x.atan(), x.erf()];
                    let more =
                        [x.cbrt(), x.abs().sqrt(), x.power(i64::MAX), x.power(1_000_000), x.add(&fine(1)), x.mul(x)];
                    let parts = [x.abs().add(&fine(1)).ln(), fine(1).div(&fine(1).add(&x.exp()))];
                    assert!(all.iter().chain(&more).chain(&parts).all(|value| *value != Undefined), "{text}");
                    assert!(parts[1].ball().is_none_or(Ball::is_not_negative), "{text}");
                    let _ = (x.asin(), x.ln(), x.rational_power(3, 7), x.pow(&fine(3)), x.ball().map(Ball::to_f64));
                }
            }
        }
        assert_eq!(fine(1).exp().power(1 << 50), Straddles);
        assert_eq!((coarse("1e10").exp(), coarse("1e10").neg().exp().is_defined()), (Straddles, true));
    }
}
