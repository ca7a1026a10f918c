//! Notes in the notations of published derivations: networks in layers by general indices, δ's that later lines define,
//! activations by any letter, an L for the last layer.

#[path = "support/claims.rs"]
mod claims;

use claims::{document, pinned};

const LAYERS: &str = "dim n[1..4]\ninput x : [n[1]]\ntarget y : [n[4]]\nparam w[2..4] : [n[l], n[l-1]], b[2..4] : [n[l]]\n\
    a[1] = x\nfor l in 2..4 { z[l] = w[l] @ a[l-1] + b[l]; a[l] = sigmoid(z[l]) }\ncost C = 1/2*sqnorm(a[4] - y)";

const CLASSIFIER: &str = "dim n[0..2]\ninput a[0] : [n[0]]\ntarget y\n\
    param W[1] : [n[1], n[0]], b[1] : [n[1]], W[2] : [n[2], n[1]], b[2] : [n[2]], w[3] : [n[2]], b[3]\n\
    for l in 1..2 { z[l] = W[l] @ a[l-1] + b[l]; a[l] = relu(z[l]) }\nz[3] = w[3] @ a[2] + b[3]\na[3] = sigmoid(z[3])\n\
    cost L = -(y*log(a[3]) + (1-y)*log(1-a[3]))";

#[test]
fn errors_of_layers() {
    pinned(
        LAYERS,
        &[r"\delta^L = \nabla_a C \odot \sigma'(z^L)", r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)"],
        &[
            (r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j", "a^{l-1}_k", "a^{l-1}_k a^{l-1}_k"),
            (r"\frac{\partial C}{\partial b^l_j} = \delta^l_j", "\\delta^l_j", "2\\delta^l_j"),
            (r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T", "{l-1}", "{l}"),
        ],
    );
}

#[test]
fn a_chain_defines_by_its_first_side_and_claims_the_rest() {
    let chain = r"\delta^l_j = \frac{\partial C}{\partial z^l_j} = \sum_m \frac{\partial C}{\partial z^{l+1}_m} \frac{\partial z^{l+1}_m}{\partial z^l_j} = \sum_m \delta^{l+1}_m w^{l+1}_{mj} \sigma'(z^l_j)";
    pinned(LAYERS, &[], &[(chain, "w^{l+1}_{mj}", "2 w^{l+1}_{mj}")]);
}

#[test]
fn sizes_as_their_authors_call_them() {
    pinned(
        LAYERS,
        &[],
        &[
            (r"z^l_j = \sum_{k=1}^{n_{l-1}} w^l_{jk} a^{l-1}_k + b^l_j", "w", "2w"),
            (r"C = \frac12 \sum_{j=1}^{K} (a^4_j - y_j)^2", "- y_j", "+ y_j"),
        ],
    );
}

#[test]
fn activations_by_any_letter() {
    pinned(
        CLASSIFIER,
        &[],
        &[
            (r"\frac{\partial L}{\partial z^{[2]}} = \frac{\partial L}{\partial a^{[2]}} \odot g'(z^{[2]})", "g'", "g"),
            (r"\frac{\partial L}{\partial z_u^{[1]}} = \frac{\partial L}{\partial a_u^{[1]}} f'(z_u^{[1]})", "f'", "f"),
        ],
    );
    pinned(
        CLASSIFIER,
        &[],
        &[(r"\frac{\partial L}{\partial z^{[3]}} = \frac{\partial L}{\partial a^{[3]}} g'(z^{[3]})", "g'", "g")],
    );
}

#[test]
fn the_last_layer_where_the_cost_has_its_letter() {
    document(
        CLASSIFIER,
        r"\[ \frac{\partial L}{\partial a^{[L]}} = -\frac{y}{a^{[L]}} + \frac{1-y}{1-a^{[L]}} \]
        \[ \frac{\partial L}{\partial z^{[L]}} = \frac{\partial L}{\partial a^{[L]}} a^{[L]}(1-a^{[L]}) \]
        \[ = -y(1-a^{[L]}) + (1-y)a^{[L]} = a^{[L]} - y \]
        \[ \frac{\partial L}{\partial b^{[L]}} = \frac{\partial L}{\partial z^{[L]}} \frac{\partial z^{[L]}}{b^{[L]}} \]
        \[ \frac{\partial L}{\partial W^{[L-1]}} = \frac{\partial L}{\partial z^{[L-1]}} a^{[L-2]T} \]",
        &["right", "right", "right", "wrong", "right"],
    );
}

#[test]
fn what_later_lines_define_and_what_words_limit() {
    document(
        LAYERS,
        r"\[ \frac{\partial C}{\partial w^l_{jk}} = \delta^l_j a^{l-1}_k \]

        Here

        \[ \delta^l_j = \frac{\partial C}{\partial z^l_j} \; and \; z^l = w^l a^{l-1} + b^l \]

        We have $\frac{\partial a_k}{\partial z_j} = 0$ when $k \neq j$.",
        &[
            "right",
            "skipped: defines delta",
            "right",
            "skipped: it holds under a condition only",
            "skipped: an inequality",
        ],
    );
}

#[test]
fn the_other_sides_of_a_chain_with_one_that_is_not_read() {
    document(
        LAYERS,
        r"\[ \frac{\partial C}{\partial b^4} = \operatorname{prod}(a^4, b^4) = 2\frac{\partial C}{\partial z^4} \]
        \[ \frac{\partial C}{\partial b^4} = \operatorname{prod}(a^4, b^4) = \frac{\partial C}{\partial z^4} \]",
        &["wrong", "`prod` takes 1 argument"],
    );
}

const NEURONS: &str = "input o1, o2\ntarget t\nparam w13, w23, w14, w24, w35, w45\nnet3 = w13*o1 + w23*o2\n\
    net4 = w14*o1 + w24*o2\no3 = sigmoid(net3)\no4 = sigmoid(net4)\nnet5 = w35*o3 + w45*o4\ny = sigmoid(net5)\n\
    cost E = 1/2*(t - y)^2";

#[test]
fn operators_in_braces() {
    pinned(
        NEURONS,
        &[],
        &[
            (
                r"{\frac {\partial {\text{net}}_{3}}{\partial w_{13}}} = {\frac {\partial }{\partial w_{13}}}\left(\sum _{k=1}^{2}w_{k3}o_{k}\right) = {\frac {\partial }{\partial w_{13}}} w_{13}o_{1} = o_{1}",
                "o_{1}",
                "o_{2}",
            ),
            (
                r"{\frac {\partial o_{j}}{\partial {\text{net}}_{j}}} = {\frac {\partial }{\partial {\text{net}}_{j}}}\sigma ({\text{net}}_{j}) = o_{j}(1-o_{j})",
                "1-o",
                "1+o",
            ),
        ],
    );
}

const NAMED: &str = "input ai\ntarget tk\nparam wij, bj, wjk, bk\nzj = bj + ai*wij\naj = sigmoid(zj)\nzk = bk + aj*wjk\n\
    ak = sigmoid(zk)\ncost E = 1/2*(ak - tk)^2";

#[test]
fn letters_that_are_parts_of_names() {
    pinned(
        NAMED,
        &[r"\delta_k = (a_k - t_k) g_k'(z_k)", r"\delta_j = g'_j(z_j)\,\delta_k w_{jk}"],
        &[
            (r"\frac{\partial E}{\partial w_{jk}} = \delta_k a_j", "a_j", "a_i"),
            (r"\frac{\partial E}{\partial w_{ij}} = \delta_j a_i", "\\delta_j", "\\delta_k"),
        ],
    );
}

const RECURRENT: &str = "dim N, P, T = 3\ninput x[0] : [N], u[1..3] : [P]\nparam W : [N, N], V : [N, P]\n\
    for t in 1..3 { a[t] = W @ x[t-1] + V @ u[t]; x[t] = tanh(a[t]); L[t] = sqnorm(x[t]) }\n\
    cost J = sum(t in 1..3, L[t])";

#[test]
fn sums_over_later_times_and_a_size_called_t() {
    pinned(
        RECURRENT,
        &[r"D_k = \operatorname{diag}(f'(a_k))", r"\delta_s = \frac{\partial J}{\partial x_s}"],
        &[
            (r"\frac{\partial J}{\partial x_s} = \sum_{t \geq s} \frac{\partial L_t}{\partial x_s}", "\\geq", ">"),
            (r"\frac{\partial J}{\partial W} = \sum_{s=1}^{T} D_s \delta_s x_{s-1}^T", "D_s", "D_s D_s"),
        ],
    );
}

#[test]
fn sums_of_equal_terms_over_a_size() {
    let text = "dim n\ninput x : [n]\nmu = 1/n*sum(i in 1..n, x[i])\ncost C = sum(i in 1..n, (x[i] - mu)^2)";
    pinned(text, &[], &[(r"\sum_{i=1}^n x_i - \sum_{i=1}^n \mu = 0", "\\mu", "2\\mu")]);
}

#[test]
fn steps_of_a_descent_in_general_indices() {
    document(
        NEURONS,
        r"\[ \Delta w_{ij} = -\eta\,\frac{\partial E}{\partial w_{ij}} = -\eta\,o_i \]",
        &["skipped: an update"],
    );
}

#[test]
fn what_is_no_claim_about_the_network() {
    document(
        "input f : [K]\ntarget y : onehot[K]\np = softmax(f)\ncost L = -sum(k in 1..K, y[k]*log(p[k]))",
        r"\[ J = \operatorname{diag}(p) - pp^\top \] \[ \frac{\partial p}{\partial f} = J \] \[ f = 2p \]
        \[ \frac{\partial L}{\partial f_i} = \sum_{k=1}^K -y_k(\delta_{ki} - p_i) \]
        \[ \frac{\partial L}{\partial f_i} = \sum_{k=1}^K -y_k(\delta_{ki} + p_i) \]",
        &["skipped: defines J", "right", "skipped: gives a leaf a value", "right", "wrong"],
    );
}

#[test]
fn a_row_that_begins_with_a_sign_and_has_a_left_side() {
    document(
        NEURONS,
        r"\begin{align}
        2y &= y + y && \text{sum} \\
        -2y &= -y - y && \text{sum} \\
        - y &= y - 2y \\
        - y &= y - 3y
        \end{align}",
        &["right", "right", "right", "wrong"],
    );
}
