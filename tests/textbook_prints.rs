//! Single formulas as a person would print them: norms, traces, symmetric names, adjoints that come back.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;
use serde_json::Value;

fn page(network: &[&str], options: &[&str]) -> String {
    let mut arguments: Vec<&str> = network.iter().flat_map(|line| ["-e", *line]).collect();
    arguments.extend(options);
    let run = derive(&arguments);
    assert_eq!((run.errors.as_str(), run.code), ("", 0), "{network:?}");
    run.output
}

/// The last line that begins so, with single spaces.
fn line(page: &str, start: &str) -> String {
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    page.lines().map(plain).rfind(|line| line.starts_with(start)).unwrap_or_default()
}

#[test]
fn a_name_that_is_symmetric_by_its_equation_needs_no_transpose() {
    let network = [
        "dim d, q",
        "param W : [d, q], v",
        "input S : [d, d], N",
        "assume S = S.T",
        "C = W @ W.T + v*eye(d)",
        "cost L = -N/2*(logdet(C) + trace(inv(C) @ S))",
    ];
    let page = page(&network, &[]);
    let because = "(because S = Sᵀ and C is symmetric by its definition)";
    assert_eq!(line(&page, "Δ_C ="), format!("Δ_C = ∂L/∂C = 1/2 · N(C⁻¹SC⁻¹ − C⁻¹) {because}"));
    assert_eq!(line(&page, "∂L/∂W ="), format!("∂L/∂W = 2Δ_C W {because}"));
}

#[test]
fn what_is_not_symmetric_by_its_equation_keeps_its_transposes() {
    let network = ["param W : [d, d]", "C = W @ W + eye(d)", "cost L = logdet(C)"];
    let page = page(&network, &[]);
    assert_eq!(line(&page, "dL/dC ="), "dL/dC = C⁻ᵀ");
    assert_eq!(line(&page, "dL/dW ="), "dL/dW = C⁻ᵀWᵀ + WᵀC⁻ᵀ");
}

#[test]
fn tied_weights_by_the_input_have_the_adjoint_of_the_output() {
    let network = ["param W : [m, n], x : [n]", "z = W @ x", "h = sigmoid(z)", "q = W.T @ h", "cost E = sqnorm(x - q)"];
    assert_eq!(line(&page(&network, &["--wrt", "W,x"]), "∂E/∂x ="), "∂E/∂x = Wᵀδ_z − δ_q");
}

#[test]
fn norms_and_traces_are_written_as_such() {
    let lasso = ["param w : [n]", "input y : [n], l", "cost C = sqnorm(w - y) + l*sum(abs(w))"];
    assert_eq!(line(&page(&lasso, &[]), "C ="), "C = ‖w − y‖² + l‖w‖₁");
    let precision = [
        "param P : [n, n]",
        "input S : [n, n]",
        "assume S = S.T",
        "assume P = P.T",
        "cost C = logdet(P) - trace(P @ S)",
    ];
    assert_eq!(line(&page(&precision, &[]), "C ="), "C = log det(P) − tr(PS)");
    let temperature = ["param z : [k], T", "target y : simplex[k]", "p = softmax(z/T)", "cost L = -y @ log(p)"];
    assert_eq!(line(&page(&temperature, &[]), "∂L/∂T ="), "∂L/∂T = (y − p)ᵀz/T² (because Σᵢ yᵢ = 1)");
}

#[test]
fn the_index_of_a_quoted_form_is_put_in() {
    let network = [
        "input X : [n, d]",
        "param V[1..2] : [d, d]",
        "show V[h] as \"W^Q_h\"",
        "for h in 1..2 { Q[h] = X @ V[h] }",
        "cost C = sum(Q[1]*Q[2])",
    ];
    let page = page(&network, &["--latex", "--wrt", "V[2]"]);
    assert!(page.contains(r"\frac{\partial C}{\partial W^Q_2}"), "{page}");
    assert!(!page.contains("W^Q_h"), "{page}");
}

#[test]
fn json_has_the_indices_of_a_formula_on_its_left_side() {
    let told: Value =
        serde_json::from_str(&page(&["param X : [n, n]", "Y = inv(X)"], &["--of", "Y", "--wrt", "X", "--json"]))
            .expect("JSON");
    let derivative = &told["derivatives"][0];
    assert_eq!(derivative["symbol"]["text"], "dYᵢⱼ/dXₖₗ");
    assert_eq!(derivative["result"]["text"], "−YᵢₖYₗⱼ");
}

#[test]
fn ones_are_bold_in_a_product_and_a_plain_number_among_terms() {
    let network = [
        "input C : [n, m], u : [n], v : [m], t, s : []",
        "P = exp((u[:, None] + v[None, :] - C)/t)",
        "q = 2^u + 1",
        "cost L = sum(P) - dot(u, ones(n)/n) + dot(q, s*ones(n))",
    ];
    let page = page(&network, &["--wrt", "u"]);
    assert_eq!(line(&page, "P ="), "P = exp((u𝟏ᵀ + 𝟏vᵀ − C)/t)");
    assert_eq!(line(&page, "q ="), "q = 2ᵘ + 1");
    assert_eq!(line(&page, "L ="), "L = 𝟏ᵀP𝟏 − uᵀ𝟏/n + sqᵀ𝟏");
}

#[test]
fn a_product_of_the_user_is_one_row() {
    let adapter = [
        "input x : [n], t : [m], W : [m, n]",
        "param B : [m, r], A : [r, n]",
        "h = W @ x + B @ (A @ x)",
        "cost C = 1/2*sqnorm(h - t)",
    ];
    let adapter = page(&adapter, &[]);
    assert_eq!(line(&adapter, "∂C/∂B ="), "∂C/∂B = δₕ(Ax)ᵀ");
    assert_eq!(line(&adapter, "∂C/∂A ="), "∂C/∂A = Bᵀδₕxᵀ");
    let nested = [
        "input x : [n], t : [m]",
        "param A : [h, n], B : [k, h], D : [m, k]",
        "y = D @ (B @ (A @ x))",
        "cost C = 1/2*sqnorm(y - t)",
    ];
    let nested = page(&nested, &[]);
    assert_eq!(line(&nested, "∂C/∂B ="), "∂C/∂B = Dᵀδ_y (Ax)ᵀ");
    assert_eq!(line(&nested, "∂C/∂D ="), "∂C/∂D = δ_y (BAx)ᵀ");
}

#[test]
fn a_product_that_the_user_did_not_bracket_keeps_its_transposes() {
    let flat =
        ["input x : [n], t : [m]", "param A : [h, n], B : [m, h]", "y = B @ A @ x", "cost C = 1/2*sqnorm(y - t)"];
    assert_eq!(line(&page(&flat, &[]), "∂C/∂B ="), "∂C/∂B = δ_y xᵀAᵀ");
    let inverse = ["input x, t : [n]", "param A : [n, n]", "cost C = t @ (inv(A) @ x)"];
    assert_eq!(line(&page(&inverse, &[]), "∂C/∂A ="), "∂C/∂A = −A⁻ᵀtxᵀA⁻ᵀ");
}

#[test]
fn a_vector_taken_out_leaves_no_diagonal_matrix_behind() {
    let highway = [
        "input x, t : [d]",
        "param W, V : [d, d]",
        "h = tanh(W @ x)",
        "g = sigmoid(V @ x)",
        "y = g*h + (1 - g)*x",
        "cost C = 1/2*sqnorm(y - t)",
    ];
    let expected = "∂C/∂x = Wᵀ(δₕ ⊙ (1 − h ⊙ h)) + Vᵀ(δ_g ⊙ g ⊙ (1 − g)) + δ_y ⊙ (1 − g)";
    assert_eq!(line(&page(&highway, &["--wrt", "x"]), "∂C/∂x ="), expected);
    let affine = ["input A : [n, n], g : [n]", "param x : [n]", "y = A @ x + x", "cost C = sqnorm(y)"];
    assert_eq!(line(&page(&affine, &[]), "∂C/∂x ="), "∂C/∂x = 2(Aᵀy + y)");
}

#[test]
fn scalars_stand_in_the_quotient_of_an_entrywise_reciprocal() {
    let network =
        ["input x, y : [n], X : [n, m]", "param a, b : []", "cost L = a*sum(log(x))/b + sum(log(y))/3 + a*sum(log(X))"];
    let page = page(&network, &["--wrt", "x,y,X"]);
    assert_eq!(line(&page, "∂L/∂x ="), "∂L/∂x = a ⊘ (bx)");
    assert_eq!(line(&page, "∂L/∂y ="), "∂L/∂y = 1 ⊘ (3y)");
    assert_eq!(line(&page, "∂L/∂X ="), "∂L/∂X = a ⊘ X");
}

#[test]
fn a_factor_of_both_branches_stands_outside() {
    let huber = ["input X : [N, d], y : [N]", "param w : [d]", "cost C = huber(X @ w, y, 1.5)"];
    let page = page(&huber, &["--wrt", "w,X"]);
    let branches = "{Xw − y if abs(Xw − y) ≤ 3/2; 3/2 · sign(Xw − y) otherwise}";
    assert_eq!(line(&page, "∂C/∂w ="), format!("∂C/∂w = Xᵀ {branches}/N"));
    assert_eq!(line(&page, "∂C/∂X ="), format!("∂C/∂X = {branches} · wᵀ/N"));
}

#[test]
fn joined_tensors_stand_in_square_brackets() {
    let recurrent =
        ["input x : [n], h : [m], t : [k]", "param W : [k, m+n]", "z = W @ concat(h, x)", "cost C = 1/2*sqnorm(z - t)"];
    let recurrent = page(&recurrent, &["--wrt", "W,h,x"]);
    assert_eq!(line(&recurrent, "z ="), "z = W[h; x]");
    assert_eq!(line(&recurrent, "∂C/∂W ="), "∂C/∂W = δ_z [h; x]ᵀ");
    assert_eq!(line(&recurrent, "∂C/∂h ="), "∂C/∂h = W:,₁:ₘᵀδ_z");
    let bias = ["input x : [n], t : [k]", "param W : [k, n+1]", "z = W @ concat(x, [1])", "cost C = 1/2*sqnorm(z - t)"];
    assert_eq!(line(&page(&bias, &[]), "∂C/∂W ="), "∂C/∂W = (z − t)[x; 1]ᵀ");
    let batch = [
        "input X : [N, n], Y : [N, m], T : [N, k]",
        "param W : [n+m, k]",
        "Z = concat(X, Y, axis=1) @ W",
        "cost C = 1/2*sqnorm(Z - T)",
    ];
    assert_eq!(line(&page(&batch, &[]), "∂C/∂W ="), "∂C/∂W = [X, Y]ᵀ(Z − T)");
}

#[test]
fn parts_of_a_vector_are_taken_by_multiples_of_a_size() {
    let parts = ["param x : [2*n]", "input a, b : [n]", "cost C = a @ x[1..n] + b @ x[n+1..2*n]"];
    let parts = page(&parts, &["--wrt", "x,b"]);
    assert_eq!(line(&parts, "C ="), "C = aᵀx₁:ₙ + bᵀxₙ₊₁:₂ₙ");
    assert_eq!(line(&parts, "∂C/∂x ="), "∂C/∂x = [a; b]");
    assert_eq!(line(&parts, "∂C/∂b ="), "∂C/∂b = xₙ₊₁:₂ₙ");
    let beyond = ["-e", "param x : [2*n]", "-e", "cost C = sum(x[n+1..3*n])"];
    let run = derive(&beyond);
    assert!(
        run.errors.contains("it cannot be told whether x (a vector of 2*n) has a place `n+1..3*n`"),
        "{}",
        run.errors
    );
}

#[test]
fn gates_in_one_vector_have_a_gradient_gate_by_gate() {
    let lstm = [
        "input x : [n], h0, c0, t : [m]",
        "param W : [4*m, n], U : [4*m, m], b : [4*m]",
        "z = W @ x + U @ h0 + b",
        "i = sigmoid(z[1..m])",
        "f = sigmoid(z[m+1..2*m])",
        "o = sigmoid(z[2*m+1..3*m])",
        "g = tanh(z[3*m+1..4*m])",
        "c = f*c0 + i*g",
        "h = o*tanh(c)",
        "cost C = 1/2*sqnorm(h - t)",
    ];
    let lstm = page(&lstm, &["--wrt", "W,b"]);
    assert_eq!(line(&lstm, "f ="), "f = σ(zₘ₊₁:₂ₘ)");
    let expected =
        "δ_z = ∂C/∂z = [δ_c ⊙ g ⊙ i ⊙ (1 − i); δ_c ⊙ c₀ ⊙ f ⊙ (1 − f); δₕ ⊙ h ⊙ (1 − o); δ_c ⊙ i ⊙ (1 − g ⊙ g)]";
    assert_eq!(line(&lstm, "δ_z ="), expected);
    assert_eq!(line(&lstm, "∂C/∂W ="), "∂C/∂W = δ_z xᵀ");
    let rotation = [
        "param x : [2*n]",
        "input c, s, g, h : [n]",
        "a = x[1..n]*c - x[n+1..2*n]*s",
        "b = x[1..n]*s + x[n+1..2*n]*c",
        "cost L = g @ a + h @ b",
    ];
    let rotation = page(&rotation, &["--wrt", "x,c"]);
    assert_eq!(line(&rotation, "∂L/∂x ="), "∂L/∂x = [g ⊙ c + h ⊙ s; h ⊙ c − g ⊙ s]");
    assert_eq!(line(&rotation, "∂L/∂c ="), "∂L/∂c = g ⊙ x₁:ₙ + h ⊙ xₙ₊₁:₂ₙ");
}

#[test]
fn halves_of_a_vector_have_gradients_of_their_own() {
    let coupling = [
        "param x : [2*n]",
        "input W : [n, n], t : [n]",
        "a = x[1..n]",
        "b = x[n+1..2*n]",
        "y = b*exp(W @ a)",
        "cost C = 1/2*sqnorm(y - t) + 1/2*sqnorm(a)",
    ];
    assert_eq!(line(&page(&coupling, &[]), "∂C/∂x ="), "∂C/∂x = [Wᵀ(δ_y ⊙ y) + a; δ_y ⊙ exp(Wa)]");
    let gated = [
        "param x : [2*n]",
        "input t : [n]",
        "u = x[1..n]",
        "v = x[n+1..2*n]",
        "y = u*sigmoid(v)",
        "cost C = 1/2*sqnorm(y - t)",
    ];
    assert_eq!(line(&page(&gated, &[]), "∂C/∂x ="), "∂C/∂x = [δ_y ⊙ σ(v); δ_y ⊙ y ⊙ (1 − σ(v))]");
}
