//! How people write formulas of vectors and matrices: for each notation a right claim and a wrong one, and what is
//! refused with the reason. The wrong claim is the right one with one piece exchanged.

#[path = "support/claims.rs"]
mod claims;

use claims::{pinned, pinned_in, refused};

const FORMS: &str = "dim n, m\ninput x : [n], c : [n], v : [m]\nparam W : [m, n], beta : [m]\ninput A : [n, n], B : [n, n]\n\
    z = W @ x + beta\na = sigmoid(z)\ncost C = sum((a - v)^2)\nq = dot(x, A @ x)\ns = logdet(A) + trace(A @ B)";

const BATCH: &str = "dim b, n, k\ninput X : [b, n]\ntarget Y : [b, k]\nparam W : [k, n]\nZ = X @ W.T\nE = Z - Y\n\
    cost C = 1/(2*b)*sum(E^2)\nshow X[i, :] as x^(i), E[i, :] as e^(i)";

const CLASSES: &str = "target o : index[w]\nparam v : [d], U : [w, d]\nyhat = softmax(U @ v)\ncost J = -log(yhat[o])";

#[test]
fn transposes_and_quadratic_forms() {
    let mut rows: Vec<(String, &str, &str)> = Vec::new();
    for transpose in [
        "^T",
        r"^\top",
        r"^{\mathsf T}",
        r"^{\mathrm T}",
        r"^{\mathsf{T}}",
        r"^{\intercal}",
        r"^{\top}",
        "'",
        r"^\prime",
    ] {
        rows.push((format!("q = x{transpose} A x"), "A x", "A c"));
        rows.push((format!(r"\frac{{\partial q}}{{\partial x}} = Ax + A{transpose} x"), "A", "B"));
    }
    for form in [
        r"\mathbf{x}^\top\mathbf{A}\mathbf{x}",
        r"\boldsymbol x^\top\boldsymbol A\boldsymbol x",
        r"\vec x^\top A\vec x",
        r"\langle x, A x\rangle",
        r"\left\langle x, A x\right\rangle",
        r"\langle x \mid A x\rangle",
        r"x\cdot A x",
        r"x \cdot (A x)",
        r"\operatorname{tr}(x^\top A x)",
        r"\mathrm{tr}(A x x^\top)",
        r"\text{Tr}(A x x^\top)",
        r"\operatorname{Tr}\left[A x x^\top\right]",
        r"\mathrm{trace}(A x x^\top)",
        r"\langle A, x x^\top\rangle_F",
        r"\mathbf 1^\top (x\odot Ax)",
        r"1^\top (x\odot Ax)",
        r"\mathbb 1^\top (x\odot Ax)",
        r"\mathbf{1}_n^\top (x\circ Ax)",
        r"\operatorname{sum}(x\odot Ax)",
        r"\operatorname{vec}(A)^\top \operatorname{vec}(x x^\top)",
        r"\mathrm{sum}(x * Ax)",
        r"\sum_i (x\odot Ax)_i",
        r"\sum_{i,j} A_{ij} x_i x_j",
        r"\sum_{i,j=1}^n A_{ij} x_i x_j",
        r"\sum_{ij} A_{ij} x_i x_j",
        r"\sum_{i=1}^n\sum_{j=1}^n A_{i,j} x_i x_j",
        r"\sum_{i=1}^{n} x_i (Ax)_i",
        r"\sum_{i=1}^{n} x_i [Ax]_i",
        r"\sum_{i} \sum_j [A]_{ij} x_j x_i",
        r"\sum_{i} x_i A_{i,:}\, x",
        r"\sum_{i} x_i A_{i:}^\top x",
        r"\sum_{j} x_j x^\top A_{:,j}",
        r"\sum_i A_{ii} x_i^2 + \sum_j \sum_{i\ne j} A_{ij} x_i x_j",
    ] {
        rows.push((format!("q = {form}"), "A", "B"));
    }
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(formula, from, to)| (formula.as_str(), *from, *to)).collect();
    pinned(FORMS, &[], &rows);
}

#[test]
fn gradients_jacobians_and_hessians() {
    let mut rows: Vec<(String, &str, &str)> = Vec::new();
    for left in [
        r"\frac{\partial q}{\partial x}",
        r"\nabla_x q",
        r"\nabla_{\mathbf x} q",
        r"\partial_x q",
        r"\frac{\partial}{\partial x} x^\top A x",
        r"\frac{\partial\, x^\top A x}{\partial x}",
        r"\nabla_x (x^\top A x)",
    ] {
        rows.push((format!(r"{left} = (A + A^\top) x"), "+", "-"));
    }
    for left in [
        r"\nabla_x^2 q",
        r"\nabla^2_x q",
        r"\frac{\partial^2 q}{\partial x\,\partial x^\top}",
        r"\frac{\partial^2 q}{\partial x^2}",
    ] {
        rows.push((format!(r"{left} = A + A^\top"), "+", "-"));
    }
    for right in ["I", "I_n", r"\mathbf I", r"\mathbb{I}", r"\mathbf I_n"] {
        rows.push((format!(r"\frac{{\partial x}}{{\partial x}} = {right}"), "= ", "= 2"));
    }
    for right in [
        r"\delta_{ij}",
        r"\delta_{i,j}",
        r"\mathbb{1}[i=j]",
        r"\mathbf{1}_{i=j}",
        r"[i=j]",
        r"\mathbb{1}\{i=j\}",
        r"I_{ij}",
        r"\begin{cases}1 & i=j\\0&i\ne j\end{cases}",
        r"\begin{cases}1 & \text{if } i=j\\0&\text{otherwise}\end{cases}",
    ] {
        rows.push((format!(r"\frac{{\partial x_i}}{{\partial x_j}} = {right}"), "= ", "= 2"));
    }
    for right in [
        r"\operatorname{diag}(a\odot(1-a))",
        r"\mathrm{diag}(\sigma'(z))",
        r"\text{diag}(\sigma'(z))",
        r"\operatorname{Diag}(\sigma'(z))",
        r"\operatorname{diag}\bigl(\sigma'(z)\bigr)",
    ] {
        rows.push((format!(r"\frac{{\partial a}}{{\partial z}} = {right}"), "= ", "= -"));
    }
    rows.extend(
        [
            (r"\frac{\partial q}{\partial A} = x x^\top", r"^\top", r"^\top A"),
            (r"\frac{\partial q}{\partial A} = x \otimes x", r"\otimes x", r"\otimes c"),
            (r"\frac{\partial q}{\partial A_{jk}} = x_j x_k", "x_k", "x_j"),
            (r"\frac{\partial q}{\partial x_i} = \sum_j (A_{ij} + A_{ji}) x_j", "A_{ji}", "A_{ij}"),
            (r"\frac{\partial q}{\partial x_k} = (Ax)_k + (A^\top x)_k", r"A^\top", "A"),
            (r"\frac{\partial q}{\partial x_k} = [Ax + A^\top x]_k", r"A^\top", "A"),
            (r"\frac{\partial q}{\partial x_i} = e_i^\top (A+A^\top) x", "+", "-"),
            (r"e_i^\top x = x_i", "x_i", "c_i"),
            (r"\frac{\partial s}{\partial A} = A^{-\top} + B^\top", r"^\top", ""),
            (r"\frac{\partial s}{\partial A} = A^{-T} + B^T", "A^{-T}", "A^{-1}"),
            (r"\frac{\partial s}{\partial A} = (A^{-1})^\top + B^\top", r"B^\top", "B"),
            (r"\frac{\partial s}{\partial A} = (A^\top)^{-1} + B^\top", r"(A^\top)", "A"),
            (r"s = \log\det A + \operatorname{tr}(AB)", r"\log", r"2\log"),
            (r"s = \log|A| + \operatorname{tr}(BA)", r"\operatorname{tr}", r"2\operatorname{tr}"),
            (r"s = \ln|\det A| + \operatorname{tr}(AB)", r"\ln", r"2\ln"),
            (r"\det(A^{-1}) = \frac{1}{\det A}", "1", "2"),
            (r"\operatorname{tr}(AB) = \operatorname{tr}(BA)", "BA", "BB"),
            (r"(AB)^\top = B^\top A^\top", r"B^\top A^\top", r"A^\top B^\top"),
            (r"(AB)^{-1} = B^{-1}A^{-1}", "B^{-1}A^{-1}", "A^{-1}B^{-1}"),
            (r"\frac{\partial}{\partial A}\log\det A = A^{-\top}", "= A", "= B"),
            (r"\frac{\partial (Ax)}{\partial x} = A", "= A", "= B"),
            (r"\frac{\partial}{\partial x}\|x\|^2 = 2x", "2x", "x"),
            (r"\frac{\partial a_i}{\partial z_i} = a_i(1-a_i)", "-", "+"),
            (r"\frac{\partial a_i}{\partial z_j} = a_i(1-a_i) \quad\text{if } i = j", "-", "+"),
            (r"\frac{\partial a_i}{\partial z_j} = 0, \quad i \ne j", r"\ne", "="),
            (r"\frac{\partial z_i}{\partial W_{jk}} = \delta_{ij}x_k", "x_k", "x_j"),
            (r"\frac{\partial z_i}{\partial x_j} = W_{ij}", "= W", "= 2W"),
            (r"\frac{\partial z_j}{\partial W_{jk}} = x_k", "x_k", "2x_k"),
            (r"z_i = \sum_j W_{ij}x_j + \beta_i", "W_{ij}", "2W_{ij}"),
            (r"z_j = W_{j,:}\,x + \beta_j", "x", "c"),
            (r"z_j = W_{j:}x + \beta_j", "x", "c"),
            (r"z_j = W_{j\cdot}x + \beta_j", "x", "c"),
        ]
        .map(|(formula, from, to)| (formula.to_owned(), from, to)),
    );
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(formula, from, to)| (formula.as_str(), *from, *to)).collect();
    pinned(FORMS, &[], &rows);
}

#[test]
fn norms_and_error_terms() {
    let mut rows: Vec<(String, &str, &str)> = Vec::new();
    for cost in [
        r"\|a-v\|^2",
        r"\|a-v\|_2^2",
        r"\lVert a-v\rVert_2^2",
        r"\left\|a-v\right\|^2",
        r"(a-v)^\top(a-v)",
        r"\sum_{i=1}^m (a_i-v_i)^2",
        r"\sum_{i=1}^m (\sigma(z_i)-v_i)^2",
        r"\langle a-v, a-v\rangle",
    ] {
        rows.push((format!("C = {cost}"), "-v", "+v"));
    }
    rows.extend(
        [
            (r"\|A\|_F^2 = \operatorname{tr}(A^\top A)", "A^", "B^"),
            (r"\lVert A\rVert_{\mathrm F}^{2} = \sum_{i,j} A_{ij}^2", "^2", "^3"),
            (r"\|x\|_2 = \sqrt{\sum_i x_i^2}", "x_i", "c_i"),
            (r"\|x\|_1 = \sum_i |x_i|", "x_i", "c_i"),
            (r"\delta = 2(a-v)\odot\sigma'(z)", "2", ""),
            (r"\delta = 2(a-v)\circ a\odot(1-a)", "2", ""),
            (r"\delta = 2(a-v)*\sigma'(z)", "2", ""),
            (r"\delta = 2\,\mathrm{diag}(\sigma'(z))(a-v)", "2", ""),
            (r"\delta_j = 2(a_j-v_j)\sigma'(z_j)", "2", ""),
            (r"\frac{\partial C}{\partial W} = \delta x^\top", "x", "c"),
            (r"\frac{\partial C}{\partial W} = \delta\otimes x", "x", "c"),
            (r"\frac{\partial C}{\partial W_{jk}} = \delta_j x_k", "x", "c"),
            (r"\nabla_W C = \delta x^\top", "x", "c"),
            (r"\nabla_{\beta} C = \delta", "= ", "= 2"),
            (r"\nabla_{W} C = 2((a-v)\odot\sigma'(z))x^\top", "2", ""),
            (r"\frac{\partial C}{\partial x} = W^\top\delta", "= ", "= 2"),
            (r"\frac{\partial C}{\partial x_k} = \sum_{j=1}^m\delta_j W_{jk}", "W", "2W"),
            (r"\frac{\partial C}{\partial x_k} = \sum_j \frac{\partial C}{\partial z_j}\frac{\partial z_j}{\partial x_k}", "= ", "= -"),
            (r"\frac{\partial C}{\partial x} = \left(\frac{\partial z}{\partial x}\right)^\top\frac{\partial C}{\partial z}", "= ", "= -"),
            (r"\frac{\partial C}{\partial W} = \frac{\partial C}{\partial z} x^\top", "x", "c"),
            (r"dW = \delta x^\top", "x", "c"),
            (r"x^{\odot 2} = x\odot x", r"\odot x", r"\odot c"),
            (r"x \oslash c = \frac{x}{c}", "{x}", "{c}"),
            (r"x^\top c = c\cdot x", "x", "c"),
        ]
        .map(|(formula, from, to)| (formula.to_owned(), from, to)),
    );
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(formula, from, to)| (formula.as_str(), *from, *to)).collect();
    pinned(FORMS, &[r"\delta = \frac{\partial C}{\partial z}"], &rows);
}

#[test]
fn samples_classes_and_row_vectors() {
    pinned(
        BATCH,
        &[],
        &[
            (r"\frac{\partial C}{\partial W} = \frac{1}{b} E^\top X", "b", "k"),
            (r"\frac{\partial C}{\partial W} = \frac{1}{b} \sum_{i=1}^{b} e^{(i)} x^{(i)\top}", "b} e", "b} 2e"),
            (r"C = \frac{1}{2b}\sum_{i=1}^b \|e^{(i)}\|^2", "2b", "b"),
            (r"C = \frac{1}{2b}\sum_{i=1}^b \sum_{j=1}^k E_{ij}^2", "2b", "b"),
            (r"C = \frac{1}{2b}\|XW^\top - Y\|_F^2", "2b", "b"),
            (r"\frac{\partial C}{\partial W_{jk}} = \frac1b\sum_i E_{ij} X_{ik}", "E_{ij}", "2E_{ij}"),
        ],
    );
    pinned(
        CLASSES,
        &[],
        &[
            (r"J = -\log \hat y_o", "-", ""),
            (r"J = -\log(\hat y^\top \mathrm{onehot}(o))", "-", ""),
            (r"\frac{\partial J}{\partial v} = U^\top(\hat y - \mathrm{onehot}(o))", "-", "+"),
            (r"\frac{\partial J}{\partial U} = (\hat y - \mathrm{onehot}(o)) v^\top", "-", "+"),
        ],
    );
    let rows =
        "dim n, m\ninput x : [n]\nparam W : [n, m], b : [m]\nz = x @ W + b\na = sigmoid(z)\ncost C = 1/2*sum(a^2)";
    pinned_in(
        rows,
        Some("row"),
        &[],
        &[
            (r"z = xW + b", "+", "-"),
            (r"\frac{\partial C}{\partial z} = a \odot \sigma'(z)", r"\sigma'", r"\sigma"),
            (r"\frac{\partial C}{\partial W} = x^\top (a \circ \sigma'(z))", r"\sigma'", r"\sigma"),
            (r"\frac{\partial C}{\partial x} = (a \circ \sigma'(z)) W^\top", r"\sigma'", r"\sigma"),
        ],
    );
}

#[test]
fn what_is_not_known_or_ambiguous_is_refused() {
    refused(
        FORMS,
        &[
            (r"s = A \otimes B", "one side is a scalar, the other one [n times n, n times n]"),
            (r"q = \sum (x\odot Ax)", "the index of this sum is not written"),
            (r"\sqrt{x\odot x} = |x|", "bars around a vector may be its norm or its entries without their signs"),
            (r"q = \operatorname{tr} A x x^\top", "it cannot be told where the argument of the function ends"),
            (r"\nabla q = (A + A^\top) x", "it is not said by what this gradient is taken: by W, beta?"),
            (r"A^2 = A A", "a power of a square matrix may be taken of each entry"),
            (r"A + 1 = A + I", "a scalar added to a square matrix may be added to each entry, or to the diagonal"),
            (r"\|x\|_\infty = q", "only the 2-norm and the Frobenius norm are known"),
        ],
    );
}
