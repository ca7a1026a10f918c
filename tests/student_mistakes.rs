//! Mistakes as students make them, each with what must be said of it: the kind, the sentence, the place, and where the
//! author's own text can be mended, that text.

#[path = "support/program.rs"]
mod program;
#[path = "support/student_networks.rs"]
mod student_networks;

use pretty_assertions::assert_eq;
use program::derive_with_input;
use serde_json::Value;
use student_networks::*;

/// A network, a wrong formula, the kind of mistake, what is said of it, and the place or the mended right side.
type Case = (&'static str, &'static str, &'static str, &'static str, Option<&'static str>);

const CASES: [Case; 59] = [
    (
        SOFTPLUS,
        r"\frac{\partial p_i}{\partial o_j} = p_i(1 - p_j)",
        "missing-factor",
        "the factor that is 1 where two indices are equal, and else 0, is missing: it is diag(p) − ppᵀ",
        None,
    ),
    (
        TWO_LAYERS,
        r"\frac{dL}{dw_2} = (p-y)w_3a_2(1-a_2)x",
        "wrong-variable",
        "x stands where ∂z₂/∂w₂ = a₁ belongs",
        None,
    ),
    (
        TWO_LAYERS,
        r"\frac{dL}{dw_1} = (p-y)w_3\sigma'(z_2)w_2(1-a_1)^2x",
        "bracket",
        "the bracket `(1-a_1)^2` is in the wrong place",
        Some(r"(p-y)w_3\sigma'(z_2)w_2(1-a_1^2)x"),
    ),
    (
        TWO_LAYERS,
        r"\frac{dL}{dw_1} = (p-y)w_3\sigma'(z_2)w_2a_1(1-a_1)x",
        "wrong-variable",
        "a₁(1 − a₁) stands where 1 − a₁² belongs",
        None,
    ),
    (
        TWO_LAYERS,
        r"\frac{dL}{dw_1} = \frac{dL}{dp}\frac{dp}{da_2}\frac{da_2}{dz_2}\frac{dz_2}{da_2}\frac{da_1}{dz_1}\frac{dz_1}{dw_1}",
        "wrong-variable",
        "∂z₂/∂a₂ is 0, for z₂ does not depend on a₂: ∂z₂/∂a₁ belongs there",
        None,
    ),
    (TWO_LAYERS, r"\frac{dL}{dw_3} = (p-y)z_2", "wrong-argument", "z₂ stands where ∂p/∂w₃ = a₂ belongs", None),
    (
        TWO_LAYERS,
        r"\frac{da_1}{dz_1} = \operatorname{sech}(z_1)",
        "missing-factor",
        "must be squared",
        Some(r"\operatorname{sech}(z_1)^2"),
    ),
    (
        ENTROPY,
        r"\frac{\partial J}{\partial q} = -\frac{t}{q} + \frac{1-t}{q}",
        "wrong-variable",
        "q stands where 1 − q belongs",
        None,
    ),
    (
        ENTROPY,
        r"\frac{\partial J}{\partial q} = -\frac{t}{q} + \frac{t}{1-q}",
        "wrong-variable",
        "t stands where 1 − t belongs",
        None,
    ),
    (
        ENTROPY,
        r"\frac{\partial J}{\partial v} = (q-t)(wx+b)",
        "wrong-argument",
        "wx + b stands where ∂o/∂v = h belongs",
        None,
    ),
    (
        RECURRENT,
        r"\frac{\partial E}{\partial w} = 2(o-y)v(1-h_2^2)h_1 + w(1-h_1^2)h_0",
        "bracket",
        "the bracket around `h_1 + w(1-h_1^2)h_0` is missing",
        Some(r"2(o-y)v(1-h_2^2)\left(h_1 + w(1-h_1^2)h_0\right)"),
    ),
    (
        SOFTPLUS,
        r"\nabla_p J = -p \oslash t",
        "inverted-factor",
        r"`p \oslash t` stands upside down",
        Some(r"-t \oslash p"),
    ),
    (
        SOFTPLUS,
        r"\nabla_s J = U^\top(p-t)\odot\sigma(s)\odot(1-\sigma(s))",
        "wrong-variable",
        "σ(s) ⊙ (1 − σ(s)) stands where σ(s) belongs",
        None,
    ),
    (
        SOFTPLUS,
        r"\nabla_s J = U^\top((p-t)\odot\sigma(s))",
        "bracket",
        r"the bracket `((p-t)\odot\sigma(s))` is in the wrong place",
        Some(r"U^\top (p-t)\odot\sigma(s)"),
    ),
    (
        SOFTPLUS,
        r"\nabla_V J = (V^\top(p-t)\odot\sigma(s)) x^\top",
        "wrong-variable",
        "V stands where U belongs",
        Some(r"(U^\top(p-t)\odot\sigma(s)) x^\top"),
    ),
    (
        SOFTPLUS,
        r"\nabla_x J = U^\top(V^\top(p-t)\odot\sigma(s))",
        "wrong-variable",
        "U and V stand in each other's place",
        Some(r"V^\top(U^\top(p-t)\odot\sigma(s))"),
    ),
    (
        RIDGE,
        r"\frac{\partial E}{\partial w} = \frac2n X^\top Xw + \frac2n X^\top y + 2\lambda w",
        "sign",
        r"the sign of `\frac2n X^\top y` is wrong",
        Some(r"\frac2n X^\top Xw - \frac2n X^\top y + 2\lambda w"),
    ),
    (
        RIDGE,
        r"\frac{\partial E}{\partial w} = \frac2n X^\top(Xw-y) + \lambda w",
        "constant",
        "the term λw has a wrong constant factor: it is 1/2 times what it must be",
        None,
    ),
    (RIDGE, r"\frac{\partial^2 E}{\partial w^2} = \frac2n X^\top X", "lost-path", "the term 2λI is missing", None),
    (
        RIDGE,
        r"\frac{\partial E}{\partial w} = \frac2n X^\top w + 2\lambda w",
        "wrong-variable",
        "w stands where r belongs",
        Some(r"\frac2n X^\top r + 2\lambda w"),
    ),
    (INVERSE, r"\frac{\partial f}{\partial X} = -ab^\top", "missing-factor", "the factor X⁻¹ is missing", None),
    (INVERSE, r"\frac{\partial f}{\partial a} = X^{-\top}b", "transpose", "the transpose of X⁻¹ is wrong", None),
    (
        INVERSE,
        r"\frac{\partial f}{\partial X} = -X^{-\top}ba^\top X^{-\top}",
        "outer-product-swapped",
        "the outer product is swapped",
        None,
    ),
    (
        MATRICES,
        r"\frac{\partial L}{\partial U} = \frac1n X^\top(P-T)V^\top(1-H^2)",
        "matrix-product-for-elementwise",
        "a matrix product stands where ⊙ belongs",
        Some(r"\frac1n X^\top((P-T)V^\top\odot (1-H^2))"),
    ),
    (
        SQUARE,
        r"\frac{\partial L}{\partial U} = V^\top(o-y)(1-h^2)x^\top",
        "matrix-product-for-elementwise",
        "a matrix product stands where ⊙ belongs",
        Some(r"(V^\top(o-y)\odot (1-h^2))x^\top"),
    ),
    (
        SQUARE,
        r"\frac{\partial L}{\partial U} = (V^\top\odot(o-y)(1-h^2))x^\top",
        "elementwise-for-matrix-product",
        "⊙ is in the wrong place: it belongs before `(1-h^2)`",
        Some(r"(V^\top (o-y)\odot (1-h^2))x^\top"),
    ),
    (
        SQUARE,
        r"\frac{\partial L}{\partial U} = V^\top((o-y)\odot(1-h^2))x^\top",
        "bracket",
        r"the bracket `((o-y)\odot(1-h^2))` is in the wrong place",
        Some(r"(V^\top (o-y)\odot(1-h^2))x^\top"),
    ),
    (
        ADDITIVE,
        r"\frac{\partial L}{\partial x} = W^\top u\odot\sigma(z)",
        "bracket",
        r"the bracket around `u\odot\sigma(z)` is missing",
        Some(r"W^\top (u\odot\sigma(z))"),
    ),
    (
        LOGISTIC,
        r"\frac{\partial^2L}{\partial w^2} = \frac1n X^\top p(1-p)X",
        "matrix-product-for-elementwise",
        "`p(1-p)` must be a diagonal matrix",
        Some(r"\frac1n X^\top \mathrm{diag}(p \odot (1-p))X"),
    ),
    (
        MATRICES,
        r"\frac{\partial L}{\partial V} = \frac1n H^\top(P-T)\odot P\odot(1-P)",
        "doubled-factor",
        r"the factor `P\odot(1-P)` must not be there",
        Some(r"\frac1n H^\top(P-T)"),
    ),
    (
        MATRICES,
        r"\frac{\partial L}{\partial b} = \frac1n\text{sum}(P-T, axis=1)",
        "wrong-axis",
        "the sum is over the wrong axis: axis 0, not 1",
        Some(r"\frac1n\text{sum}(P-T, axis=0)"),
    ),
    (
        MATRICES,
        r"\frac{\partial L}{\partial V_{jk}} = \frac1n\sum_i H_{ik}(P_{ij}-T_{ij})",
        "index-swapped",
        "the indices j and k are swapped",
        Some(r"\frac1n\sum_i H_{ij}(P_{ik}-T_{ik})"),
    ),
    (
        MATRICES,
        r"\frac{\partial L}{\partial V_{jk}} = \frac1n\sum_i H_{ji}(P_{ik}-T_{ik})",
        "index-swapped",
        "the indices j and i of `H_{ji}` are swapped",
        Some(r"\frac1n\sum_i H_{ij}(P_{ik}-T_{ik})"),
    ),
    (
        SQUARE,
        r"\frac{\partial L}{\partial U_{ij}} = \sum_k(o_k-y_k)V_{ki}(1-h_k^2)x_j",
        "index-swapped",
        "`h_k^2` stands where `h_i^2` belongs",
        Some(r"\sum_k(o_k-y_k)V_{ki}(1-h_i^2)x_j"),
    ),
    (
        SQUARE,
        r"\frac{\partial L}{\partial U_{ij}} = \sum_k(o_k-y_k)V_{ik}(1-h_i^2)x_j",
        "index-swapped",
        "the indices i and k of `V_{ik}` are swapped",
        Some(r"\sum_k(o_k-y_k)V_{ki}(1-h_i^2)x_j"),
    ),
    (
        SOFTPLUS,
        r"\frac{\partial p_i}{\partial o_j} = p_i(\delta_{ij} - p_i)",
        "index-swapped",
        "`p_i` stands where `p_j` belongs",
        Some(r"p_i(\delta_{ij} - p_j)"),
    ),
    (
        SOFTPLUS,
        r"\frac{\partial p_i}{\partial o_j} = p_j(1 - p_i)",
        "missing-factor",
        "the factor that is 1 where two indices are equal, and else 0, is missing: it is diag(p) − ppᵀ",
        None,
    ),
    (
        ATTENTION,
        r"\frac{\partial L}{\partial S_{ij}} = A_{ij}\left(\frac{\partial L}{\partial A_{ij}}-\sum_k\frac{\partial L}{\partial A_{ik}}\right)",
        "missing-factor",
        "the factor `A_{ik}` is missing",
        Some(r"A_{ij}\left(\frac{\partial L}{\partial A_{ij}}-\sum_k A_{ik} \frac{\partial L}{\partial A_{ik}}\right)"),
    ),
    (
        ATTENTION,
        r"\frac{\partial L}{\partial S_{ij}} = A_{ij}\left(\frac{\partial L}{\partial A_{ij}}-\sum_kA_{kj}\frac{\partial L}{\partial A_{kj}}\right)",
        "wrong-axis",
        "the sum over k counts the wrong index: `A_{kj}` stands where `A_{ik}` belongs",
        Some(r"A_{ij}\left(\frac{\partial L}{\partial A_{ij}}-\sum_kA_{ik}\frac{\partial L}{\partial A_{ik}}\right)"),
    ),
    (
        ATTENTION,
        r"\frac{\partial L}{\partial Q} = \frac1d\frac{\partial L}{\partial S}K",
        "doubled-factor",
        "the factor 1/√d stands once too often",
        None,
    ),
    (
        ATTENTION,
        r"\frac{\partial L}{\partial Q} = \frac{1}{\sqrt d}\frac{\partial L}{\partial S}K^\top",
        "transpose",
        "K must not be transposed",
        Some(r"\frac{1}{\sqrt d}\frac{\partial L}{\partial S}K"),
    ),
    (
        ATTENTION,
        r"\frac{\partial L}{\partial K} = \frac{1}{\sqrt d}\frac{\partial L}{\partial S}Q",
        "transpose",
        r"`\frac{\partial L}{\partial S}` must be transposed",
        Some(r"\frac{1}{\sqrt d}\left(\frac{\partial L}{\partial S}\right)^{\top}Q"),
    ),
    (
        NORMALIZED,
        r"\frac{\partial L}{\partial X_{ij}} = \frac{\gamma_j}{N s_j}\left(N G_{ij}-\sum_k G_{kj}-\sum_k G_{kj}\hat X_{kj}\right)",
        "missing-factor",
        r"the factor `\hat X_{ij}` is missing",
        Some(r"\frac{\gamma_j}{N s_j}\left(N G_{ij}-\sum_k G_{kj}- \hat X_{ij} \sum_k G_{kj}\hat X_{kj}\right)"),
    ),
    (
        GAUSS,
        r"\frac{\partial L}{\partial \Sigma} = -\frac N2\Sigma^{-1}+\frac12\Sigma E^\top E\Sigma",
        "inverted-factor",
        "Σ stands where its inverse Σ⁻¹ belongs",
        None,
    ),
    (
        INVERSE,
        r"\frac{\partial f}{\partial X} = -X^\top ab^\top X^\top",
        "inverted-factor",
        "X stands where its inverse X⁻¹ belongs",
        None,
    ),
    (
        INVERSE,
        r"\frac{\partial f}{\partial X} = -X^{-\top}a^\top bX^{-\top}",
        "transpose-elsewhere",
        "the transpose is on aᵀ and belongs on b",
        Some(r"-X^{-\top}a b^\top X^{-\top}"),
    ),
    (
        SOFTPLUS,
        r"\nabla_o J = p\odot(1-p)\odot(p-t)",
        "doubled-factor",
        "the factor p ⊙ (1 − p) stands once too often",
        Some(r"= p-t"),
    ),
    (
        ONE_LAYER,
        r"\frac{\partial L}{\partial U} = V^\top\odot r(1-a^2)x^\top",
        "elementwise-for-matrix-product",
        "⊙ is in the wrong place: it belongs before `(1-a^2)`",
        Some(r"(V^\top r\odot (1-a^2))x^\top"),
    ),
    (
        ONE_LAYER,
        r"\frac{\partial L}{\partial V_{ij}} = \sum_ir_ia_j",
        "extra-sum",
        r"the sum `\sum_i` must not be there",
        Some(r"= r_ia_j"),
    ),
    (
        ONE_LAYER,
        r"\frac{\partial L}{\partial U_{jk}} = \sum_i r_iU_{ij}(1-a_j^2)x_k",
        "wrong-variable",
        "U stands where V belongs",
        Some(r"\sum_i r_iV_{ij}(1-a_j^2)x_k"),
    ),
    (
        FREE_TARGETS,
        r"\frac{\partial L}{\partial Z} = \frac1N(P-T)",
        "missing-factor",
        "the factor T𝟏, of which nothing says that it is 1, is missing",
        None,
    ),
    (
        ENTRYWISE,
        r"\frac{\partial^2 C}{\partial b^2} = (1-a^2)^2-2(a-y)\odot a\odot(1-a^2)",
        "jacobian-diagonal",
        "the diagonal of the Jacobian stands for all of it",
        None,
    ),
    (
        ENTRYWISE,
        r"\frac{\partial^2 C}{\partial b_i\partial x_j} = W_{ji}((1-a_i^2)^2-2(a_i-y_i)a_i(1-a_i^2))",
        "index-swapped",
        "the indices j and i of `W_{ji}` are swapped",
        Some(r"W_{ij}((1-a_i^2)^2-2(a_i-y_i)a_i(1-a_i^2))"),
    ),
    (
        ATTENTION,
        r"\frac{\partial L}{\partial S_{ij}} = A_{ij}\left(\frac{\partial L}{\partial A_{ij}}+\sum_kA_{ik}\frac{\partial L}{\partial A_{ik}}\right)",
        "sign",
        r"the sign of `\sum_kA_{ik}\frac{\partial L}{\partial A_{ik}}` is wrong",
        Some(r"A_{ij}\left(\frac{\partial L}{\partial A_{ij}}-\sum_kA_{ik}\frac{\partial L}{\partial A_{ik}}\right)"),
    ),
    (
        TWO_LAYERS,
        r"\frac{\partial^2 L}{\partial w_1\partial b_1} = \frac{\partial L}{\partial z_1}x",
        "not-differentiated",
        r"`\frac{\partial L}{\partial z_1}` stands where `\frac{\partial^2 L}{\partial z_1^2}` belongs",
        Some(r"\frac{\partial^2 L}{\partial z_1^2}x"),
    ),
    (
        ONE_LAYER,
        r"\frac{\partial L}{\partial a} = V^\top r\odot(1-a^2)",
        "doubled-factor",
        "the factor `(1-a^2)` must not be there",
        Some(r"= V^\top r"),
    ),
    (
        MATRICES,
        r"\frac{\partial L}{\partial S} = \frac1n P\odot(P-T)",
        "doubled-factor",
        "the factor P must not be there",
        Some(r"\frac1n (P-T)"),
    ),
    (
        RIDGE,
        r"\frac{\partial E}{\partial w} = \frac2n X^\top(Xw-y)X + 2\lambda w",
        "doubled-factor",
        "the factor X must not be there",
        Some(r"\frac2n X^\top(Xw-y) + 2\lambda w"),
    ),
    (
        MATRICES,
        r"\frac{\partial L}{\partial Z} = \frac1n(P-T)V^\top\odot(1-T^2)",
        "wrong-variable",
        "T stands where H belongs",
        Some(r"\frac1n(P-T)V^\top\odot(1-H^2)"),
    ),
];

/// What a report says of its only formula.
fn diagnosis(network: &str, formula: &str) -> (String, String, String, String) {
    let document = format!("```net\n{network}\n```\n\n$$\n{formula}\n$$\n");
    let run = derive_with_input(&["check", "-", "--json"], &document);
    let told: Value = serde_json::from_str(&run.output).unwrap_or_else(|_| panic!("{}", run.errors));
    let found = &told["formulas"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = &found["diagnosis"];
    (text(&found["verdict"]), text(&said["kind"]), text(&said["message"]), text(&found["correct_latex"]))
}

#[test]
fn each_mistake_is_named_as_a_teacher_would() {
    for (network, formula, kind, sentence, mended) in CASES {
        let (verdict, found, message, right) = diagnosis(network, formula);
        assert_eq!((verdict.as_str(), found.as_str()), ("wrong", kind), "{formula}: {message}");
        assert!(message.contains(sentence), "{formula}: {message}");
        if let Some(mended) = mended {
            assert!(right.ends_with(mended), "{formula}: {right}");
        }
    }
}

#[test]
fn what_is_zero_is_not_explained_by_a_coincidence() {
    // (q − q) for (q − t) would be 0 as well.
    let (verdict, _, message, _) = diagnosis(ENTROPY, r"\frac{\partial J}{\partial b} = (q-t)v\,\mathbb 1[h < 0]");
    assert_eq!((verdict.as_str(), message.as_str()), ("wrong", ""));
}

/// A network of layers, in the notation of books.
const LAYERS: &str = "dim n\ninput a[0] : [n]\ntarget y : [n]\nparam W[1..3] : [n, n], b[1..3] : [n]\nfor l in 1..3 {\n  \
                      z[l] = W[l] @ a[l-1] + b[l]\n  a[l] = sigmoid(z[l])\n}\ncost C = 1/2*sum((a[3] - y)^2)\n\
                      show a[l] as a^l, W[l] as W^l, z[l] as z^l, b[l] as b^l";

#[test]
fn a_formula_for_all_layers_is_mended_for_all() {
    let links = [
        (r"\odot a^l", r"(W^{l+1})^\top\frac{\partial C}{\partial z^{l+1}}\odot a^l \odot (1 - a^l)"),
        (r"\odot z^l\odot(1-z^l)", r"(W^{l+1})^\top\frac{\partial C}{\partial z^{l+1}}\odot a^l\odot(1-a^l)"),
        ("a^l(1-a^l)", r"(W^{l+1})^\top\frac{\partial C}{\partial z^{l+1}}\odot a^l\odot (1-a^l)"),
    ];
    for (rest, mended) in links {
        let left = r"\frac{\partial C}{\partial z^l}";
        let formula = format!(r"{left} = (W^{{l+1}})^\top\frac{{\partial C}}{{\partial z^{{l+1}}}}{rest}");
        let (verdict, _, message, right) = diagnosis(LAYERS, &formula);
        assert_eq!((verdict.as_str(), right), ("wrong", format!("{left} = {mended}")), "{message}");
    }
    // What is right for the first layer only is no mend of a formula for all.
    let formula = r"\frac{\partial C}{\partial W^l} = \frac{\partial C}{\partial z^l}a^0";
    let (verdict, .., right) = diagnosis(LAYERS, formula);
    assert_eq!(verdict, "wrong");
    assert!(!right.contains("W^l"), "{right}");
}

#[test]
fn a_mended_formula_has_no_letters_that_stand_for_nothing() {
    let formula = r"\frac{\partial a}{\partial W} = \mathrm{diag}(1-a^2)x";
    let (verdict, kind, _, right) = diagnosis(ENTRYWISE, formula);
    assert_eq!((verdict.as_str(), kind.as_str(), right.as_str()), ("wrong", "shapes", ""));
}

#[test]
fn what_is_long_is_called_as_the_author_wrote_it() {
    let network = "dim n, m\ninput x : [n], y : [m]\nparam W : [m, n], V : [m, n]\nu = tanh(W @ x)\nv = tanh(V @ x)\n\
                   cost C = sum(u*v*y)";
    let formula =
        r"\frac{\partial C}{\partial x} = (W^\top(y\odot v\odot(1-u^2)\odot(1-u^2)) + V^\top(y\odot u\odot(1-v^2)))y";
    let (verdict, kind, message, _) = diagnosis(network, formula);
    assert_eq!((verdict.as_str(), kind.as_str()), ("wrong", "shapes"), "{message}");
    let quoted = r"`(W^\top(y\odot v\odot(1-u^2)\odot(1-u^2)) + V^\top(y\odot u\odot(1-v^2)))` is a column of n, y is a column of m";
    assert!(message.ends_with(quoted), "{message}");
    // A symbol of a derivative is called by its sign.
    let (_, _, message, _) =
        diagnosis(LAYERS, r"\frac{\partial C}{\partial z^l} = \frac{\partial C}{\partial z^{l+1}}a^la^l");
    assert!(message.contains("∂C/∂z² is a column of n"), "{message}");
}

#[test]
fn the_mended_formula_is_right() {
    for (network, formula, .., mended) in CASES {
        let Some(mended) = mended else { continue };
        let left = formula.split(" = ").next().expect("a left side");
        let mended = mended.trim_start_matches("= ");
        let (verdict, ..) = diagnosis(network, &format!("{left} = {mended}"));
        assert_eq!(verdict, "right", "{left} = {mended}");
    }
}
