//! Random networks of tensors, written in the network language.

#![allow(dead_code, reason = "each test file uses a part")]

/// Choices from a seed.
pub struct Choice(pub u64);

impl Choice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 33
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    pub fn number(&mut self) -> f64 {
        self.next() as f64 / (1u64 << 31) as f64
    }
}

const SIZES: [(&str, usize); 3] = [("n", 3), ("m", 2), ("b", 4)];

/// A network being written: what may be used, with its axes.
struct Writer {
    choice: Choice,
    known: Vec<(String, Vec<usize>)>,
    equations: Vec<String>,
}

const ELEMENTWISE: [&str; 9] = ["sigmoid", "tanh", "exp", "sin", "cos", "softplus", "relu", "step", "atan"];

impl Writer {
    fn name(&mut self, dims: &[usize]) -> Option<String> {
        let fitting: Vec<&(String, Vec<usize>)> = self.known.iter().filter(|known| known.1 == dims).collect();
        let at = self.choice.below(fitting.len().max(1));
        fitting.get(at).map(|known| known.0.clone())
    }

    fn size(&mut self) -> usize {
        self.choice.below(SIZES.len())
    }

    /// An expression with these axes.
    fn expression(&mut self, dims: &[usize], depth: usize) -> String {
        let leaf = depth == 0 || self.choice.below(5) == 0;
        if leaf && let Some(name) = self.name(dims) {
            return name;
        }
        if let (0, [m, n]) = (depth, dims) {
            return format!("outer({}, {})", self.expression(&[*m], 0), self.expression(&[*n], 0));
        }
        match *dims {
            [] => self.scalar(depth),
            [n] => self.vector(n, depth),
            [m, n] => self.matrix(m, n, depth),
            _ => unreachable!("no more than two axes"),
        }
    }

    fn entrywise(&mut self, dims: &[usize], depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let a = self.expression(dims, d);
        match self.choice.below(9) {
            0 => format!("({a} + {})", self.expression(dims, d)),
            1 => format!("({a} - {})", self.expression(dims, d)),
            2 | 3 => format!("({a}*{})", self.expression(dims, d)),
            4 => format!("({a}/(2 + sin({})))", self.expression(dims, d)),
            5 => format!("({}*{a})", self.expression(&[], d)),
            6 => format!("({a})^2"),
            7 => format!("({a} - 1)"),
            _ => {
                let f = ELEMENTWISE[self.choice.below(ELEMENTWISE.len())];
                format!("{f}({a})")
            }
        }
    }

    /// The factors of a product are never 0: its derivative is written y/x.
    fn scalar(&mut self, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let (j, k) = (self.size(), self.size());
        match self.choice.below(14) {
            10 => format!("{}[{}]", self.atom(&[j], d), 1 + self.choice.below(SIZES[j].1)),
            11 => format!("max({})", self.expression(&[j], d)),
            12 => format!("prod(2 + sin({}))", self.expression(&[j], d)),
            13 => format!("var({})", self.expression(&[j, k], d)),
            0 if depth > 0 => self.entrywise(&[], depth),
            1 => format!("dot({}, {})", self.expression(&[j], d), self.expression(&[j], d)),
            2 => format!("sum({})", self.expression(&[j, k], d)),
            3 => format!("mean({})", self.expression(&[j], d)),
            4 => format!("trace({})", self.expression(&[j, j], d)),
            5 => format!("logsumexp({})", self.expression(&[j], d)),
            6 => {
                let m = self.expression(&[j, k], d);
                format!("({} @ {m} @ {})", self.expression(&[j], d), self.expression(&[k], d))
            }
            7 => format!("sqnorm({})", self.expression(&[j, k], d)),
            8 => format!("norm({} + 3)", self.expression(&[j], d)),
            _ => format!("det({} + 3*eye({}))", self.expression(&[j, j], d), SIZES[j].0),
        }
    }

    fn vector(&mut self, n: usize, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let j = self.size();
        match self.choice.below(16) {
            10 => format!("{}[{}, :]", self.atom(&[j, n], d), 1 + self.choice.below(SIZES[j].1)),
            11 => format!("{}[:, {}]", self.atom(&[n, j], d), 1 + self.choice.below(SIZES[j].1)),
            12 => format!("max({}, axis=1)", self.expression(&[n, j], d)),
            13 => {
                let (a, b) = (self.expression(&[n], d), self.expression(&[n], d));
                format!("(if {a} > {b} then {} else {})", self.expression(&[n], d), self.expression(&[], d))
            }
            14 => format!("prod(2 + sin({}), axis=0)", self.expression(&[j, n], d)),
            15 => format!("logsumexp({}, axis=0)", self.expression(&[j, n], d)),
            0..=2 => self.entrywise(&[n], depth),
            3 => format!("({} @ {})", self.expression(&[n, j], d), self.expression(&[j], d)),
            4 => format!("({} @ {})", self.expression(&[j], d), self.expression(&[j, n], d)),
            5 => format!("softmax({})", self.expression(&[n], d)),
            6 => format!("sum({}, axis=0)", self.expression(&[j, n], d)),
            7 => format!("mean({}, axis=1)", self.expression(&[n, j], d)),
            8 => format!("diag({})", self.expression(&[n, n], d)),
            _ => format!("({} - mean({}))", self.expression(&[n], d), self.expression(&[n], d)),
        }
    }

    fn matrix(&mut self, m: usize, n: usize, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let j = self.size();
        match self.choice.below(14) {
            11 => {
                let a = self.expression(&[m, n], d);
                format!("({a} - mean({a}, axis=1, keepdims=True))")
            }
            12 => format!("({}/(2 + sqnorm({}, axis=0)))", self.expression(&[m, n], d), self.expression(&[m, n], d)),
            13 => {
                let (a, b) = (self.expression(&[m, n], d), self.expression(&[], d));
                format!("(if {a} > {b} then {} else {})", self.expression(&[m, n], d), self.expression(&[n], d))
            }
            0..=2 => self.entrywise(&[m, n], depth),
            3 | 4 => format!("({} @ {})", self.expression(&[m, j], d), self.expression(&[j, n], d)),
            5 => format!("{}.T", self.atom(&[n, m], d)),
            6 => format!("outer({}, {})", self.expression(&[m], d), self.expression(&[n], d)),
            7 => format!("({} + {})", self.expression(&[m, n], d), self.expression(&[n], d)),
            8 => format!("softmax({}, axis={})", self.expression(&[m, n], d), self.choice.below(2)),
            9 if m == n => format!("inv({} + 4*eye({}))", self.expression(&[m, n], d), SIZES[m].0),
            9 => format!("log_softmax({})", self.expression(&[m, n], d)),
            _ if m == n => format!("diag({})", self.expression(&[m], d)),
            _ => format!("({}*{})", self.expression(&[m, n], d), self.expression(&[n], d)),
        }
    }

    fn atom(&mut self, dims: &[usize], depth: usize) -> String {
        match self.name(dims) {
            Some(name) => name,
            None => format!("({})", self.expression(dims, depth)),
        }
    }

    fn equation(&mut self, name: &str, dims: Vec<usize>, depth: usize) {
        let value = self.expression(&dims, depth);
        self.equations.push(format!("{name} = {value}"));
        // A later equation likes what was defined last.
        self.known.push((name.to_owned(), dims.clone()));
        self.known.push((name.to_owned(), dims));
    }
}

const LEAVES: &str = "dim n = 3, m = 2, b = 4\nparam x : [n], u : [m], W : [m, n], A : [n, n], s\ninput X : [b, n], v : [b], S : [n, n], y : simplex[n]\nassume S = S.T\n";

/// A network of tensors from a seed.
pub fn write(seed: u64) -> String {
    let known = [
        ("x", vec![0]),
        ("u", vec![1]),
        ("W", vec![1, 0]),
        ("A", vec![0, 0]),
        ("s", vec![]),
        ("X", vec![2, 0]),
        ("v", vec![2]),
        ("S", vec![0, 0]),
        ("y", vec![0]),
    ];
    let known = known.into_iter().map(|(name, dims)| (name.to_owned(), dims)).collect();
    let mut writer = Writer { choice: Choice(seed), known, equations: Vec::new() };
    for at in 0..1 + writer.choice.below(4) {
        let rank = 1 + writer.choice.below(2);
        let dims = (0..rank).map(|_| writer.size()).collect();
        let depth = 1 + writer.choice.below(2);
        writer.equation(&format!("h{at}"), dims, depth);
    }
    let cost = writer.expression(&[], 2);
    format!("{LEAVES}{}\ncost C = {cost}\n", writer.equations.join("\n"))
}
