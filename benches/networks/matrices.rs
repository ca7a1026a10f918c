//! Notes with formulas of vectors and matrices: each network with right and wrong formulas, in many forms.

use std::fmt::Write;

/// A network, its right formulas and its wrong ones: a derivative, and what it is said to be.
struct Case {
    network: &'static str,
    right: &'static [(&'static str, &'static str)],
    wrong: &'static [(&'static str, &'static str)],
}

const CASES: [Case; 4] = [
    Case {
        network: "dim m, n\ninput X : [m, n]\ninput y : [m]\ninput lambda\nparam w : [n]\nr = X @ w - y\n\
                  cost J = 1/2 * sum(r^2) + lambda/2 * sum(w^2)\n",
        right: &[
            (r"\nabla_w J", r"X^\top (Xw - y) + \lambda w"),
            (r"\frac{\partial J}{\partial w}", r"X^\top r + \lambda w"),
            (r"\frac{\partial J}{\partial X}", r"r w^\top"),
            (r"\frac{\partial J}{\partial y}", r"y - X w"),
            (r"\nabla_w^2 J", r"X^\top X + \lambda I"),
        ],
        wrong: &[
            (r"\nabla_w J", r"X (Xw - y) + \lambda w"),
            (r"\nabla_w J", r"X^\top (Xw + y) + \lambda w"),
            (r"\nabla_w^2 J", r"X^\top X"),
        ],
    },
    Case {
        network: "dim m, n\ninput X : [m, n]\ntarget y : [m]\nparam w : [n]\nz = X @ w\np = sigmoid(z)\n\
                  cost L = -1/m * sum(y*log(p) + (1 - y)*log(1 - p))\n",
        right: &[
            (r"\frac{\partial L}{\partial z}", r"\frac1m (p - y)"),
            (r"\frac{\partial L}{\partial w}", r"\frac1m X^\top (p - y)"),
            (r"\frac{\partial^2 L}{\partial w^2}", r"\frac1m X^\top \operatorname{diag}(p \odot (1 - p))\, X"),
        ],
        wrong: &[
            (r"\frac{\partial L}{\partial z}", r"\frac1m (p - y) \odot p \odot (1 - p)"),
            (r"\frac{\partial L}{\partial w}", r"X^\top (p - y)"),
            (r"\frac{\partial^2 L}{\partial w^2}", r"\frac1m X^\top \operatorname{diag}(p)\, X"),
        ],
    },
    Case {
        network: "dim N, d, h, k\ninput X : [N, d]\ntarget Y : [N] onehot[k]\nparam W1 : [d, h], b1 : [h]\n\
                  param W2 : [h, k], b2 : [k]\nZ1 = X @ W1 + b1\nA1 = tanh(Z1)\nZ2 = A1 @ W2 + b2\nP = softmax(Z2)\n\
                  cost C = -1/N * sum(Y * log(P))\n",
        right: &[
            (r"\frac{\partial C}{\partial Z_2}", r"\frac1N (P - Y)"),
            (r"\frac{\partial C}{\partial W_2}", r"\frac1N A_1^\top (P - Y)"),
            (r"\frac{\partial C}{\partial b_2}", r"\frac1N (P - Y)^\top \mathbf 1"),
            (r"\frac{\partial C}{\partial A_1}", r"\frac1N (P - Y) W_2^\top"),
            (r"\frac{\partial C}{\partial Z_1}", r"\frac1N ((P - Y) W_2^\top) \odot (1 - A_1 \odot A_1)"),
            (r"\frac{\partial C}{\partial W_1}", r"\frac1N X^\top (((P - Y) W_2^\top) \odot (1 - A_1 \odot A_1))"),
        ],
        wrong: &[
            (r"\frac{\partial C}{\partial W_2}", r"\frac1N (P - Y) A_1^\top"),
            (r"\frac{\partial C}{\partial W_2}", r"\frac1N Z_1^\top (P - Y)"),
            (r"\frac{\partial C}{\partial Z_1}", r"\frac1N ((P - Y) W_2) \odot (1 - A_1 \odot A_1)"),
            (r"\frac{\partial C}{\partial Z_1}", r"\frac1N ((P - Y) W_2^\top) \odot (1 - A_1)"),
            (r"\frac{\partial C}{\partial W_1}", r"\frac1N X^\top (P - Y) W_2^\top"),
        ],
    },
    Case {
        network: "dim q, s, d, h\ninput Q : [q, d], K : [s, d]\nparam V : [s, h]\ntarget T : [q, h]\n\
                  A = softmax(Q @ K.T / sqrt(d))\nO = A @ V\ncost L = 1/2 * sum((O - T)^2)\n",
        right: &[
            (r"\frac{\partial L}{\partial O}", r"O - T"),
            (r"\frac{\partial L}{\partial V}", r"A^\top (O - T)"),
            (r"\frac{\partial L}{\partial A}", r"(O - T) V^\top"),
        ],
        wrong: &[
            (r"\frac{\partial L}{\partial V}", r"A (O - T)"),
            (r"\frac{\partial L}{\partial A}", r"V (O - T)^\top"),
            (r"\frac{\partial L}{\partial O}", r"T - O"),
        ],
    },
];

/// Notes with about this many formulas, no two alike; one of `period` is wrong.
pub fn matrix_notes(formulas: usize, period: usize) -> String {
    let mut text = String::new();
    let each = formulas.div_ceil(CASES.len());
    for case in CASES {
        let _ = write!(text, "```net\n{}```\n", case.network);
        for at in 0..each {
            let from = if at % period == period - 1 { case.wrong } else { case.right };
            let (left, right) = from[at % from.len()];
            let (number, next) = (at + 2, at + 3);
            let said = match at / from.len() % 4 {
                0 => format!(r"\frac{{1}}{{{number}}} \left({number} ({right})\right)"),
                1 => format!(r"\frac{{{number}}}{{{next}}} ({right}) + \frac{{1}}{{{next}}} ({right})"),
                2 => format!(r"{next} ({right}) - {number} ({right})"),
                _ => format!(r"({right}) \cdot \frac{{{number}}}{{{number}}}"),
            };
            let _ = writeln!(text, "\n$${left} = {said}$$");
        }
    }
    text
}
