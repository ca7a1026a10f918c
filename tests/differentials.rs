//! What people write with a d: differentials, derivatives of functions at a value, gradients without a subscript.

#[path = "support/claims.rs"]
mod claims;

use claims::{pinned, refused};

const ARTICLE: &str = "input x\ntarget y\nparam theta1, b1, theta2, b2, theta3, b3\nz1 = theta1*x + b1\na1 = sigmoid(z1)\n\
    z2 = theta2*a1 + b2\na2 = sigmoid(z2)\nz3 = theta3*a2 + b3\nyhat = sigmoid(z3)\ncost C = (yhat - y)^2\n\
    show z# as z^#, a# as a^#";

const LAYER: &str = "input x : [n]\ntarget y : [m]\nparam W : [m, n], b : [m]\nz = W @ x + b\np = sigmoid(z)\n\
    cost C = 1/2*sqnorm(p - y)";

const LINEAR: &str = "input x : [n], y\nparam w : [n]\nyhat = w @ x\ncost L = (yhat - y)^2";

#[test]
fn differentials_of_scalars() {
    pinned(
        ARTICLE,
        &[],
        &[
            (r"dC = 2(\hat y - y)\,d\hat y", "2(", "3("),
            (r"dC = 2(\hat y - y)\,d\hat y - 2(\hat y - y)\,dy", "- 2", "+ 2"),
            (r"d\hat y = \sigma'(z^3)\,dz^3 = \sigma'(z^3)(\theta_3\,da^2 + a^2\,d\theta_3 + db_3)", "+ a^2", "- a^2"),
            (r"\mathrm{d}z^2 = \theta_2\,\mathrm{d}a^1", "\\theta_2", "\\theta_3"),
            (r"dz^l = \theta_l\,da^{l-1}", "{l-1}", "{l}"),
            (r"dC = \frac{\partial C}{\partial z^2}\,dz^2", "{\\partial z^2}", "{\\partial z^3}"),
            (
                r"\Delta C \approx \frac{\partial C}{\partial\theta_2}\,\Delta\theta_2",
                "{\\partial\\theta_2}",
                "{\\partial b_2}",
            ),
            (r"d\sigma(z^3) = \sigma'(z^3)\,dz^3", "'", ""),
            (r"d(\hat y - y)^2 = 2(\hat y - y)\,d\hat y", "2(", "3("),
        ],
    );
}

#[test]
fn derivatives_of_the_cost_in_the_notation_of_programs_stay_what_they_are() {
    pinned(
        ARTICLE,
        &[],
        &[
            (r"da^1 = \theta_2\,dz^2", "\\theta_2", "\\theta_3"),
            (r"d\theta_2 = a^1\,dz^2", "a^1", "a^2"),
            (r"dz^3 = 2(\hat y - y)\,\sigma'(z^3)", "'", ""),
        ],
    );
    let given = [];
    pinned(LAYER, &given, &[(r"dW = dz\,x^\top", "dz\\,x^\\top", "x\\,dz^\\top b"), (r"dx = W^\top dz", "dz", "dp")]);
}

#[test]
fn differentials_of_vectors_and_matrices() {
    pinned(
        LAYER,
        &[],
        &[
            (r"dz = W\,dx", "W", "2W"),
            (r"dz = dW\,x + W\,dx + db", "+ db", "- db"),
            (r"dC = (p - y)^\top dp", "- y", "+ y"),
            (r"dC = \operatorname{tr}\left(\left(\frac{\partial C}{\partial W}\right)^\top dW\right)", "dW", "2\\,dW"),
            (r"dp = p \odot (1 - p) \odot dz", "1 - p", "1 + p"),
            (r"dp = \operatorname{diag}(p \odot (1 - p))\,dz", "1 - p", "1 + p"),
            (r"dz_i = \sum_j W_{ij}\,dx_j", "W", "2W"),
            (r"dC = \sum_i (p_i - y_i)\,dp_i", "- y", "+ y"),
        ],
    );
}

#[test]
fn the_derivative_of_a_function_at_a_value() {
    let mut rows: Vec<(String, &str, &str)> = Vec::new();
    for slope in [
        r"\left.\frac{d\sigma}{dz}\right|_{z^3}",
        r"\left.\frac{\partial\sigma}{\partial z}\right|_{z=z^3}",
        r"\frac{d\sigma}{dz}\Big|_{z^3}",
        r"d\sigma/dz|_{z^3}",
        r"\frac{d\sigma}{dz}(z^3)",
        r"\frac{d\sigma}{dz^3}",
    ] {
        rows.push((format!(r"\frac{{\partial C}}{{\partial z^3}} = 2(\hat y - y)\,{slope}"), "z^3", "z^2"));
    }
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(row, from, to)| (row.as_str(), *from, *to)).collect();
    pinned(ARTICLE, &[], &rows);
}

#[test]
fn gradients_without_a_subscript() {
    pinned(
        LINEAR,
        &[],
        &[
            (r"\nabla L = 2(\hat y - y)\,x", "2(", "("),
            (r"\nabla L(w) = 2(\hat y - y)\,x", "2(", "("),
            (r"\nabla L(x) = 2(\hat y - y)\,w", "2(", "("),
            (r"\nabla_w L(w) = 2(\hat y - y)\,x", "2(", "("),
            (r"\nabla_w L(w)^\top = 2(\hat y - y)\,x^\top", "2(", "("),
            (r"\frac{\partial}{\partial w} L(w) = 2(\hat y - y)\,x", "2(", "("),
            (r"dL = \nabla L^\top dw", "dw", "2\\,dw"),
            (r"\Delta L \approx \nabla L \cdot \Delta w", "\\Delta w", "2\\Delta w"),
        ],
    );
    refused(
        ARTICLE,
        &[
            (
                r"\nabla C = 2(\hat y - y)",
                "it is not said by what this gradient is taken: by theta1, b1, theta2, b2, …?",
            ),
            (r"\Delta\theta_2 = -\eta\,\frac{\partial C}{\partial\theta_2}", "skipped: an update"),
        ],
    );
}
