//! Numbers with their Taylor coefficients in one variable: derivatives without any rule of the program.

/// Coefficients of 1, t, t², t³.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet(pub [f64; 4]);

impl Jet {
    pub fn constant(value: f64) -> Jet {
        Jet([value, 0.0, 0.0, 0.0])
    }

    /// value + t.
    pub fn variable(value: f64) -> Jet {
        Jet([value, 1.0, 0.0, 0.0])
    }

    pub fn value(self) -> f64 {
        self.0[0]
    }

    pub fn add(self, other: Jet) -> Jet {
        Jet(std::array::from_fn(|k| self.0[k] + other.0[k]))
    }

    pub fn sub(self, other: Jet) -> Jet {
        self.add(other.scale(-1.0))
    }

    pub fn scale(self, by: f64) -> Jet {
        Jet(self.0.map(|c| c * by))
    }

    pub fn mul(self, other: Jet) -> Jet {
        Jet(std::array::from_fn(|k| (0..=k).map(|i| self.0[i] * other.0[k - i]).sum()))
    }

    pub fn recip(self) -> Jet {
        let mut c = [0.0; 4];
        c[0] = 1.0 / self.0[0];
        for k in 1..4 {
            let sum: f64 = (1..=k).map(|i| self.0[i] * c[k - i]).sum();
            c[k] = -sum / self.0[0];
        }
        Jet(c)
    }

    pub fn div(self, other: Jet) -> Jet {
        self.mul(other.recip())
    }

    /// The jet with this value whose derivative is `slope` · the derivative of `self`.
    fn integrate(self, value: f64, slope: Jet) -> Jet {
        let derivative =
            |jet: Jet| Jet(std::array::from_fn(|k| if k < 3 { (k + 1) as f64 * jet.0[k + 1] } else { 0.0 }));
        let product = slope.mul(derivative(self));
        Jet(std::array::from_fn(|k| if k == 0 { value } else { product.0[k - 1] / k as f64 }))
    }

    pub fn exp(self) -> Jet {
        let mut c = [self.0[0].exp(), 0.0, 0.0, 0.0];
        for k in 1..4 {
            c[k] = (1..=k).map(|i| i as f64 * self.0[i] * c[k - i]).sum::<f64>() / k as f64;
        }
        Jet(c)
    }

    pub fn ln(self) -> Jet {
        self.integrate(self.0[0].ln(), self.recip())
    }

    pub fn sin_cos(self) -> (Jet, Jet) {
        let (mut s, mut c) = ([self.0[0].sin(), 0.0, 0.0, 0.0], [self.0[0].cos(), 0.0, 0.0, 0.0]);
        for k in 1..4 {
            let part = |other: &[f64; 4]| (1..=k).map(|i| i as f64 * self.0[i] * other[k - i]).sum::<f64>() / k as f64;
            (s[k], c[k]) = (part(&c), -part(&s));
        }
        (Jet(s), Jet(c))
    }

    pub fn atan(self) -> Jet {
        self.integrate(self.0[0].atan(), Jet::constant(1.0).add(self.mul(self)).recip())
    }

    /// A real power; a whole one of any base.
    pub fn powf(self, exponent: f64) -> Jet {
        if exponent.fract() == 0.0 && exponent.abs() < 64.0 {
            let whole = (0..exponent.abs() as usize).fold(Jet::constant(1.0), |power, _| power.mul(self));
            return if exponent < 0.0 { whole.recip() } else { whole };
        }
        self.ln().scale(exponent).exp()
    }

    pub fn erf(self) -> Jet {
        let slope = self.mul(self).scale(-1.0).exp().scale(2.0 / std::f64::consts::PI.sqrt());
        self.integrate(libm::erf(self.0[0]), slope)
    }

    pub fn sigmoid(self) -> Jet {
        Jet::constant(1.0).add(self.scale(-1.0).exp()).recip()
    }

    pub fn tanh(self) -> Jet {
        self.scale(2.0).sigmoid().scale(2.0).sub(Jet::constant(1.0))
    }

    pub fn abs(self) -> Jet {
        if self.0[0] < 0.0 { self.scale(-1.0) } else { self }
    }

    /// What plays an abstract function: the numbers of the program's own stand-in are others.
    pub fn stand_in(self, number: usize) -> Jet {
        let shift = number as f64;
        let wave = self.scale(0.7 + 0.1 * shift).add(Jet::constant(0.3 + 0.5 * shift)).sin_cos().0;
        wave.add(self.scale(0.45).exp()).add(self.mul(self).scale(0.21))
    }

    /// A function of the table by its name.
    pub fn call(name: &str, arguments: &[Jet]) -> Jet {
        let x = arguments[0];
        let one = Jet::constant(1.0);
        let positive = x.value() > 0.0;
        match name {
            "exp" => x.exp(),
            "log" => x.ln(),
            "sqrt" => x.powf(0.5),
            "pow" => x.ln().mul(arguments[1]).exp(),
            "abs" => x.abs(),
            "sign" => Jet::constant(if x.value() == 0.0 { 0.0 } else { x.value().signum() }),
            "step" => Jet::constant(if positive { 1.0 } else { 0.0 }),
            "erf" => x.erf(),
            "sin" => x.sin_cos().0,
            "cos" => x.sin_cos().1,
            "tan" => x.sin_cos().0.div(x.sin_cos().1),
            "sinh" => x.exp().sub(x.scale(-1.0).exp()).scale(0.5),
            "cosh" => x.exp().add(x.scale(-1.0).exp()).scale(0.5),
            "tanh" => x.tanh(),
            "atan" => x.atan(),
            "sigmoid" => x.sigmoid(),
            "softplus" => one.add(x.exp()).ln(),
            "softsign" => x.div(one.add(x.abs())),
            "silu" => x.mul(x.sigmoid()),
            "mish" => x.mul(one.add(x.exp()).ln().tanh()),
            "gelu" => x.scale(0.5).mul(one.add(x.scale(0.5f64.sqrt()).erf())),
            "relu" => {
                if positive {
                    x
                } else {
                    Jet::constant(0.0)
                }
            }
            "leaky_relu" => {
                if positive {
                    x
                } else {
                    x.mul(arguments[1])
                }
            }
            "elu" => {
                if positive {
                    x
                } else {
                    arguments[1].mul(x.exp().sub(one))
                }
            }
            other => panic!("{other} is not known to the oracle"),
        }
    }
}
