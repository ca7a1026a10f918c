//! Formulas with places that can be read in two ways: wrong if none of their readings is right, and unread else.

#[path = "support/verdicts.rs"]
mod verdicts;

use verdicts::expect;

const LAYER: &str = "
dim n
input x, y : [n]
param W : [n, n], b : [n]
z = W @ x + b
a = sigmoid(z)
cost C = sqnorm(a - y)";

#[test]
fn a_vector_beside_a_square_matrix() {
    let formulas = [
        // Right if the vector stands along the rows.
        (r"\frac{\partial a}{\partial x} = (a \odot (1 - a)) \odot W", "unread"),
        (r"\frac{\partial a}{\partial x} = W \odot (a \odot (1 - a))", "unread"),
        (r"\frac{\partial C}{\partial x} = W^\top \odot (2 (a - y) \odot a \odot (1 - a))", "wrong"),
        (r"\frac{\partial a}{\partial x} = a \odot W", "wrong"),
        (r"\frac{\partial a}{\partial z} = \operatorname{diag}(a) - a^\top a", "wrong"),
        (r"\frac{\partial a}{\partial z} = \operatorname{diag}(a) - a^\top", "wrong"),
    ];
    expect(LAYER, &["n = 3"], &formulas);
}

#[test]
fn a_scalar_added_to_a_square_matrix() {
    let ridge = "
dim n, m
input A : [m, n]
param l
M = A.T @ A + l*eye(n)
N = A.T @ A + l
cost C = logdet(M) + sum(N)";
    let formulas = [
        (r"M = A^\top A + l", "unread"),
        (r"N = A^\top A + l", "unread"),
        (r"M = 2 A^\top A + l", "wrong"),
        (r"N = A A^\top + l", "wrong"),
    ];
    expect(ridge, &["n = 3, m = 4"], &formulas);
}

#[test]
fn a_power_of_a_square_matrix() {
    let power = "
dim n
input A : [n, n]
param x : [n]
S = A @ A
E = A * A
cost C = x @ S @ x + sum(E)";
    let formulas = [
        (r"S = A^2", "unread"),
        (r"E = A^2", "unread"),
        (r"S = 2 A^2", "wrong"),
        (r"\frac{\partial C}{\partial x} = 2 A^2 x", "wrong"),
        (r"\frac{\partial C}{\partial x} = (A^2 + (A^\top)^2) x", "unread"),
    ];
    expect(power, &["n = 3"], &formulas);
}

#[test]
fn two_numbers_side_by_side() {
    let scaled = "
dim n
input x : [n]
param w : [n], v : [n]
cost C = 4*dot(w, x) + 1000*dot(v, x)";
    let formulas = [
        (r"\frac{\partial C}{\partial w} = 2\,2 x", "unread"),
        (r"\frac{\partial C}{\partial v} = 1\,000 x", "unread"),
        (r"\frac{\partial C}{\partial w} = 2\,3 x", "wrong"),
    ];
    expect(scaled, &["n = 3"], &formulas);
}

#[test]
fn what_fits_in_no_reading_is_wrong_inside_of_a_function_too() {
    let formulas = [
        (r"\frac{\partial C}{\partial z} = \operatorname{diag}(W a^\top) (a - y)", "wrong"),
        (r"\frac{\partial C}{\partial z} = 2 ((x W) \odot (1 - (x W))^{\odot 2})", "wrong"),
    ];
    expect(LAYER, &["n = 3"], &formulas);
    let wide = "dim n, m; input x : [n]; param W : [m, n], u : [m]; z = W @ x; cost C = dot(u, z)";
    let formulas = [(r"\frac{\partial C}{\partial x} = \operatorname{diag}(W^\top \operatorname{diag}(u)) x", "wrong")];
    expect(wide, &[], &formulas);
}

#[test]
fn a_second_derivative_by_quantities_that_depend_on_each_other_makes_nothing_wrong() {
    let branching = "
input x
param w, v
a = sigmoid(w*x)
b = tanh(v*a + w)
c = sigmoid(a*b)
d = b*c + a
cost C = (d + b)^2 + a*w";
    let formulas = [
        // Printed with `--wrt v,w --mixed --sigma prime`.
        (
            r"\frac{\partial^{+}(\partial C/\partial v)}{\partial c} = \frac{\partial^{2}C}{\partial d\partial v} \cdot b + 2(d + b)a(1 - \tanh^{2}(va + w))",
            "undecided",
        ),
        (r"\frac{\partial^2 C}{\partial w \partial v} = \frac{\partial^2 C}{\partial v \partial w}", "right"),
        (r"\frac{\partial^2 C}{\partial w \partial v} = 2 \frac{\partial^2 C}{\partial v \partial w}", "wrong"),
    ];
    expect(branching, &[], &formulas);
}

#[test]
fn a_number_beside_a_square_matrix_goes_to_each_entry_where_all_is_entrywise() {
    let network = "input s : [n], y : [n, n]\nP = sigmoid(s[:, None] - s[None, :])\nQ = 1 - P\ncost L = -sum(y*log(P))";
    let formulas = [
        (r"\frac{\partial L}{\partial s} = (y \odot (1 - P))^\top 1 - (y \odot (1 - P)) 1", "right"),
        (r"\frac{\partial L}{\partial s} = (y \odot (1 - P))^\top 1 + (y \odot (1 - P)) 1", "wrong"),
        (r"\frac{\partial L}{\partial s} = (y \odot (I - P))^\top 1 - (y \odot (I - P)) 1", "wrong"),
        (r"\log(1 - P) = \log(Q)", "right"),
        (r"1 - P = Q", "unread"),
        (r"(1 - P)s = Qs", "unread"),
        (r"y \odot ((1 - P)s1^\top) = y \odot (Qs1^\top)", "unread"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn values_at_points_that_the_network_does_not_know() {
    let network = "
input x
target y
param w
p = w*x
cost C = (p - y)^2";
    let formulas = [
        ("C = 3", "undecided"),
        ("C(w) = 3", "undecided"),
        ("C = (p - y)^2 = 3", "undecided"),
        ("C = (p - y)^3 = 3", "wrong"),
        ("C(w=0) = y^2", "right"),
        ("C(w=0) = y", "wrong"),
        ("C(w=0) = 1", "undecided"),
        ("p(w=0) = 0", "right"),
        ("p(w=0) = 1", "wrong"),
        (r"\frac{\partial C}{\partial w} = 3", "wrong"),
    ];
    expect(network, &[], &formulas);
    let valued = "
input x = 0.5
target y = 1
param w = 2
p = w*x
cost C = (p - y)^2";
    let formulas = [("C = 0", "right"), ("C = 3", "wrong"), ("C(w=0) = 1", "right"), ("C(w=0) = 2", "wrong")];
    expect(valued, &[], &formulas);
}

#[test]
fn dots_between_rows_that_have_names_are_entrywise() {
    let network = "
input X : [m, d], T : [m, d]
param gamma : [d], beta : [d]
input epsilon
mu = mean(X, axis=0)
v = mean((X - mu)^2, axis=0)
Xhat = (X - mu)/sqrt(v + epsilon)
Y = gamma*Xhat + beta
cost L = sum((Y - T)^2)/2
show X[i, :] as x_i, Xhat[i, :] as hat(x)_i, Y[i, :] as y_i";
    let sum = r"\frac{\partial L}{\partial v} = \sum_i \frac{\partial L}{\partial\hat x_i}\cdot(x_i-\mu)\cdot";
    let right = format!(r"{sum}\frac{{-1}}{{2}}(v+\epsilon)^{{-3/2}}");
    let wrong = format!(r"{sum}\frac{{-1}}{{2}}(v+\epsilon)^{{-1/2}}");
    let formulas = [
        (right.as_str(), "right"),
        (wrong.as_str(), "wrong"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i \frac{\partial L}{\partial y_i} \cdot \hat x_i", "right"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i \frac{\partial L}{\partial y_i} \cdot x_i", "wrong"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i \frac{\partial L}{\partial y_i} \hat x_i", "right"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i \frac{\partial L}{\partial y_i} x_i", "wrong"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i \frac{\partial L}{\partial y_i} \hat x_i \hat x_i", "wrong"),
        (r"\frac{\partial L}{\partial \gamma} = -\sum_i \frac{\partial L}{\partial y_i} \hat x_i", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn points_before_signs_are_entrywise_as_in_matlab() {
    let network = "
input x : [n], y : [m]
param W : [m, n]
z = W @ x
a = sigmoid(z)
cost C = sum((a - y)^2)/2";
    let formulas = [
        (r"\frac{\partial C}{\partial z} = (a - y) .* a .* (1 - a)", "right"),
        (r"\frac{\partial C}{\partial z} = (a-y).*a.*(1-a)", "right"),
        (r"\frac{\partial C}{\partial z} = (a - y) .* a .* a", "wrong"),
        (r"\frac{\partial C}{\partial z} = (a - y) ./ (1 ./ (a .* (1 - a)))", "right"),
        (r"\frac{\partial C}{\partial z} = (a - y) ./ (a .* (1 - a))", "wrong"),
    ];
    expect(network, &["m = 3, n = 3"], &formulas);
}

#[test]
fn rows_of_a_marked_matrix() {
    let network = "
input T : [N, D]
param X : [N, D], gamma : [D], beta : [D]
Xhat = (X - mean(X, axis=0)) / std(X, axis=0)
Y = gamma * Xhat + beta
cost L = sum((Y - T)^2)";
    let formulas = [
        (r"\frac{\partial L}{\partial \gamma} = \sum_i \frac{\partial L}{\partial y_i} \hat x_i", "right"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i 2(y_i - t_i) \odot \hat{x}_i", "right"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i 2(Y_i - T_i) \odot \hat X_i", "right"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i 2(Y_i - T_i) \odot X_i", "wrong"),
        (r"\frac{\partial L}{\partial \gamma} = \sum_i 2(T_i - Y_i) \odot \hat X_i", "wrong"),
        // That a small letter names a row is guessed: what does not fit may be another's meaning.
        (r"\frac{\partial L}{\partial \gamma} = \sum_i 2(T_i - Y_i) \odot \hat x_i", "unread"),
        // Nothing is called Xtilde.
        (r"\frac{\partial L}{\partial \gamma} = \sum_i 2(y_i - t_i) \odot \tilde x_i", "unread"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn ones_below_which_two_indices_stand_are_a_delta() {
    let network = "
input z : [n]
p = softmax(z)
cost C = sum(p^2)";
    let formulas = [
        (r"\frac{\partial p_i}{\partial z_j} = p_i(\mathbf{1}_{ij} - p_j)", "right"),
        (r"\frac{\partial p_i}{\partial z_j} = p_i(\mathbb 1_{i,j} - p_j)", "right"),
        (r"\frac{\partial p_i}{\partial z_j} = p_i(\mathbf{1}_{ij} + p_j)", "wrong"),
        (r"\frac{\partial p_i}{\partial z_j} = p_i(\mathbf{1}_{ii} - p_j)", "wrong"),
        (r"\mathbf 1_n^\top p = 1", "right"),
    ];
    expect(network, &[], &formulas);
}
