//! Formulas of tensors as LaTeX and as text, from expressions in the network language.

use pretty_assertions::assert_eq;

use chainrule::emit::{latex, text};
use chainrule::expr::ExprId;
use chainrule::network::{FreeNames, Network, read_network};
use chainrule::notation::layout::{LayoutId, Sheet};
use chainrule::notation::{Style, Typesetter};

/// The leaves that the formulas below use.
const LEAVES: &str = "input x : [n], y : [m], u : [n], v : [n], s, t\n\
    input X : [b, n], Y : [b, n], A : [n, n], B : [n, n], S : [n, n], W : [m, n], T : [b, m, n], c : [4], M : [3, 5]\n\
    assume S = S.T\n";

fn read(input: &str) -> (Network, ExprId) {
    let (network, errors) = read_network(&format!("{LEAVES}zzz = {input}"), FreeNames::Refused);
    let network = network.unwrap_or_else(|| panic!("{input}: {errors:?}"));
    let value = network.find("zzz").and_then(|name| network.definition(name)).map(|equation| equation.value);
    (network, value.expect("the formula"))
}

fn set(input: &str, print: fn(&Sheet, LayoutId) -> String, as_written: bool) -> String {
    let (network, value) = read(input);
    let mut sheet = Sheet::default();
    let mut setter = Typesetter::new(&network, Style::default());
    let layout = if as_written { setter.expr_as_written(&mut sheet, value) } else { setter.expr(&mut sheet, value) };
    print(&sheet, layout)
}

#[track_caller]
fn check(input: &str, expected: &str) {
    assert_eq!(set(input, latex::formula, false), expected, "{input}");
}

#[track_caller]
fn check_text(input: &str, expected: &str) {
    assert_eq!(set(input, text::formula, false), expected, "{input}");
}

#[track_caller]
fn check_written(input: &str, expected: &str) {
    assert_eq!(set(input, text::formula, true), expected, "{input}");
}

#[track_caller]
fn check_entry(input: &str, expected: &str) {
    let (network, value) = read(input);
    let mut sheet = Sheet::default();
    let mut setter = Typesetter::new(&network, Style::default());
    let letters = setter.index_letters(network.arena.dims(value).len());
    let layout = setter.component(&mut sheet, value, &letters);
    assert_eq!(text::formula(&sheet, layout), expected, "{input}");
}

#[test]
fn products_of_matrices_are_chains() {
    check("W @ x", r"Wx");
    check("W.T @ y", r"W^{\top}y");
    check("y @ W", r"W^{\top}y");
    check("y @ W @ x", r"y^{\top}Wx");
    check("(W.T).T @ x", r"Wx");
    check("outer(y, x)", r"yx^{\top}");
    check("(A @ B).T", r"B^{\top}A^{\top}");
    check("S.T @ x", r"Sx");
    check("x @ S", r"Sx");
    check("W @ (x - u)", r"W(x - u)");
    check("(A + A.T) @ x", r"(A + A^{\top})x");
    check("x @ (A + A.T)", r"(A + A^{\top})x");
}

#[test]
fn entrywise_products_have_their_sign() {
    check("x*u", r"x \odot u");
    check("x*(1 - x)", r"x \odot (1 - x)");
    check("x^2", r"x \odot x");
    check("tanh(x)^2", r"\tanh(x)^{\odot 2}");
    check("x^3", r"x^{\odot 3}");
    check("u/x", r"u \oslash x");
    check("1/x", r"1 \oslash x");
    check("sqrt(x)", r"\sqrt{x}");
    check("(A @ x)*u", r"(Ax) \odot u");
    check("W @ (x*u)", r"W(x \odot u)");
    check("2*(x*u)", r"2(x \odot u)");
    check("-(x*u)", r"-x \odot u");
    check("1 - x^2", r"1 - x \odot x");
}

#[test]
fn sums_over_axes_are_products_with_ones() {
    check("sum(x)", r"\mathbf{1}^{\top}x");
    check("sum(X, axis=0)", r"X^{\top}\mathbf{1}");
    check("sum(X, axis=1)", r"X\mathbf{1}");
    check("sum(X)", r"\mathbf{1}^{\top}X\mathbf{1}");
    check("trace(A)", r"\mathrm{tr}(A)");
    check("trace(A @ B)", r"\mathrm{tr}(AB)");
    check("sum(X*Y)", r"\mathbf{1}^{\top}(X \odot Y)\mathbf{1}");
    check("sqnorm(x)", r"\lVert x\rVert^{2}");
    check("norm(x - u)", r"\lVert x - u\rVert");
    check("1/norm(x)", r"\frac{1}{\lVert x\rVert}");
    check("norm(x)^3", r"\lVert x\rVert^{3}");
    check("sqnorm(A)", r"\lVert A\rVert_{F}^{2}");
    check("mean(x)", r"\frac{\mathbf{1}^{\top}x}{n}");
    check("diag(A)", r"\mathrm{diag}(A)");
}

#[test]
fn diagonals_identities_and_ones() {
    check("diag(x) - outer(x, x)", r"\mathrm{diag}(x) - xx^{\top}");
    check("diag(x) @ A @ diag(u)", r"\mathrm{diag}(x)A\,\mathrm{diag}(u)");
    check("eye(n)", "I");
    check("eye(n) - 1", r"I - \mathbf{1}\mathbf{1}^{\top}");
    check("X + x", r"X + \mathbf{1}x^{\top}");
    check("X*x", r"X\,\mathrm{diag}(x)");
    check("s + x", r"s\mathbf{1} + x");
    check("A*s", r"sA");
}

#[test]
fn scalars_stand_in_front_or_below() {
    check("s*x", r"sx");
    check("x/s", r"\frac{x}{s}");
    check("(A @ x)/s", r"\frac{1}{s}Ax");
    check("2*(A @ x)/s", r"\frac{2}{s}Ax");
    check("dot(x, u)*v", r"(x^{\top}u)v");
    check("dot(x, u)/s", r"\frac{x^{\top}u}{s}");
    check("1/2*sqnorm(x)", r"\frac{1}{2}\lVert x\rVert^{2}");
}

#[test]
fn functions_of_tensors() {
    check("inv(A)", r"A^{-1}");
    check("inv(A).T", r"A^{-\top}");
    check("inv(S).T", r"S^{-1}");
    check("inv(A) @ inv(A) @ x", r"A^{-2}x");
    check("inv(A.T @ A)", r"(A^{\top}A)^{-1}");
    check("det(A)", r"\det(A)");
    check("logdet(A)", r"\log\det(A)");
    check("softmax(x)", r"\mathrm{softmax}(x)");
    check("softmax(X)", r"\mathrm{softmax}(X)");
    check("softmax(X, axis=0)", r"\mathrm{softmax}_{\text{axis 0}}(X)");
    check("logsumexp(x)", r"\mathrm{logsumexp}(x)");
    check("max(x)", r"\max(x)");
    check("exp(-x)", r"\exp(-x)");
    check("sigmoid(W @ x)", r"\sigma(Wx)");
}

#[test]
fn the_user_s_own_broadcasts_stay() {
    check_written("X + x", "X + x");
    check_written("X*x", "X ⊙ x");
    check_written("x - mean(x)", "x − 𝟏ᵀx/n");
    check_written("X @ A.T + x", "XAᵀ + x");
    check_written("(A @ B).T", "(AB)ᵀ");
    check_written("X.T*Y.T", "Xᵀ ⊙ Yᵀ");
    check_written("2*X/s", "2X/s");
    check_text("X + x", "X + 𝟏xᵀ");
}

#[test]
fn slices_are_indices() {
    check_text("x[1]", "x₁");
    check_text("x[n]", "xₙ");
    check_text("c[2..4]", "c₂:₄");
    check_text("c[2..4] + c[1..3]", "c₂:₄ + c₁:₃");
    check_text("X[1, :]", "X₁,:");
    check_text("X[:, 2]", "X:,₂");
    check_text("X[1, :] @ A", "AᵀX₁,:");
}

#[test]
fn entries_have_sums_and_deltas() {
    check_entry("W @ x", "Σⱼ Wᵢⱼxⱼ");
    check_entry("W.T @ y", "Σⱼ Wⱼᵢyⱼ");
    check_entry("outer(y, x)", "yᵢxⱼ");
    check_entry("eye(n)", "𝟙[i = j]");
    check_entry("diag(x) - outer(x, x)", "𝟙[i = j] xᵢ − xᵢxⱼ");
    check_entry("tanh(W @ x)", "tanh(Σⱼ Wᵢⱼxⱼ)");
    check_entry("x*(1 - x)", "xᵢ(1 − xᵢ)");
    check_entry("trace(A)*x", "(Σⱼ Aⱼⱼ)xᵢ");
    check_entry("X @ A @ B", "Σₖ (Σₗ XᵢₗAₗₖ)Bₖⱼ");
    check_entry("T @ x", "Σₖ Tᵢⱼₖxₖ");
    check_entry("sum(X, axis=1)", "Σⱼ Xᵢⱼ");
    check_entry("c[2..4]", "cᵢ₊₁");
    check_entry("n*x", "nxᵢ");
}

#[test]
fn no_transpose_on_what_is_symmetric_and_on_nothing_else() {
    check("inv(A @ A.T).T @ x", r"(AA^{\top})^{-1}x");
    check("inv(A @ A).T @ x", r"(AA)^{-\top}x");
    check("tanh(A.T @ S @ A).T @ x", r"\tanh(A^{\top}SA)x");
    check("tanh(A.T @ B @ A).T @ x", r"\tanh(A^{\top}BA)^{\top}x");
    check("softmax(A @ A.T).T @ x", r"\mathrm{softmax}(AA^{\top})^{\top}x");
    check("(A*A.T + S).T @ x", r"(A \odot A^{\top} + S)x");
    check("(A*B.T + S).T @ x", r"((A \odot B^{\top})^{\top} + S)x");
    check("(A @ B.T + B @ A.T + eye(n)).T @ x", r"(AB^{\top} + BA^{\top} + I)x");
    check("(A @ B.T + A @ B.T).T @ x", r"(BA^{\top} + BA^{\top})x");
}

#[test]
fn functions_of_entries_name_the_letter_that_runs() {
    check_text("max(X)", "max(X)");
    check_text("logsumexp(X*x)", "logsumexp(X diag(x))");
    check_text("max(X, axis=1)", "max_(axis 1)(X)");
    check_entry("max(T, axis=1)", "maxₖ(Tᵢₖⱼ)");
    check_entry("softmax(T + T, axis=1)", "softmaxⱼ(Tᵢⱼₖ + Tᵢⱼₖ)");
    check_entry("softmax(X)", "softmax(X)ᵢⱼ");
    check_entry("logsumexp(T)", "logsumexpᵢⱼₖ(Tᵢⱼₖ)");
    check_entry("if T > 0 then 1 else 0", "𝟙[Tᵢⱼₖ > 0]");
    check_entry("if T > T^2 then T else 0", "{Tᵢⱼₖ if Tᵢⱼₖ > Tᵢⱼₖ²; 0 otherwise}");
    check_entry("step(T - T^2)", "𝟙[Tᵢⱼₖ > Tᵢⱼₖ²]");
}

#[test]
fn what_runs_beyond_the_ends_says_how_far() {
    // An entry of x beyond its ends counts as 0; e to its power does not.
    check_entry("conv1d(c, [1, 2, 3], padding=1)", "Σⱼ₌₁³ cᵢ₊ⱼ₋₂(1, 2, 3)ⱼ");
    check_entry("conv1d(exp(c), c[1..2], padding=1)", "Σⱼ Σₖ₌₁² 𝟙[j+2 = i+k] exp(cⱼ)cₖ");
    check_entry("conv1d(exp(c), c[1..2])", "Σⱼ₌₁² exp(cᵢ₊ⱼ₋₁)cⱼ");
    check_entry("exp(c)[2..4]", "exp(cᵢ₊₁)");
    check_entry("max_pool2d(M, 2)", "max_(1 ≤ k ≤ 2, 1 ≤ l ≤ 2)(Mₖ,₂ⱼ₊ₗ₋₂)");
}
