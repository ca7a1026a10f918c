//! How people write formulas of scalars: for each notation a right claim and a wrong one, and what is refused with the
//! reason. The wrong claim is the right one with one piece exchanged.

#[path = "support/claims.rs"]
mod claims;

use claims::{pinned, refused};

const ARTICLE: &str = "input x\ntarget y\nparam theta1, b1, theta2, b2, theta3, b3\nz1 = theta1*x + b1\na1 = sigmoid(z1)\n\
    z2 = theta2*a1 + b2\na2 = sigmoid(z2)\nz3 = theta3*a2 + b3\nyhat = sigmoid(z3)\ncost C = (yhat - y)^2\n\
    show z# as z^#, a# as a^#";

const RELU: &str = "input x\ntarget y\nparam w, b\nz = w*x + b\nh = relu(z)\nq = sigmoid(h)\n\
    cost L = -(y*log(q) + (1-y)*log(1-q))";

const SEVERAL: &str = "input x1, x2, x3\nparam w1, w2, w3\nfunction f, g\nu = f(g(x1))\ncost C = w1*x1 + w2*x2 + w3*x3";

#[test]
fn derivatives() {
    let mut rows: Vec<(String, &str, &str)> = Vec::new();
    for left in [
        r"\frac{\partial C}{\partial \hat y}",
        r"\dfrac{\partial C}{\partial \hat y}",
        r"\tfrac{\partial C}{\partial \hat y}",
        r"\cfrac{\partial C}{\partial \hat y}",
        r"\frac{dC}{d\hat y}",
        r"\frac{\mathrm{d} C}{\mathrm{d} \hat y}",
        r"\frac{\operatorname{d}\!C}{\operatorname{d}\!\hat y}",
        r"\frac{\partial{C}}{\partial{\hat y}}",
        r"\frac{\partial(C)}{\partial(\hat y)}",
        r"{\partial C}/{\partial \hat y}",
        r"{\partial C \over \partial \hat y}",
        r"\partial C / \partial \hat y",
        r"\partial_{\hat y} C",
        r"\nabla_{\hat y} C",
        r"D_{\hat y} C",
        r"\mathrm{D}_{\hat y} C",
        r"C'(\hat y)",
        r"C^\prime(\hat y)",
        r"d\hat y",
        r"\mathrm{d}\hat y",
        r"\frac{\partial}{\partial \hat y}\left[(\hat y-y)^2\right]",
        r"\frac{d}{d\hat y}\{(\hat y-y)^2\}",
        r"\frac{d}{d\hat y}(\hat y-y)^2",
        r"\frac{d(\hat y-y)^2}{d\hat y}",
        r"\frac{\partial C(\hat y, y)}{\partial \hat y}",
        r"\frac{\mathrm{d}}{\mathrm{d} \hat y} C",
    ] {
        rows.push((format!(r"{left} = 2(\hat y-y)"), "2(", "3("));
    }
    for second in [
        r"\frac{\partial^2 C}{\partial \hat y^2}",
        r"\frac{d^2 C}{d \hat y^2}",
        r"\partial_{\hat y}^2 C",
        r"\partial^2_{\hat y} C",
        r"\partial_{\hat y}\partial_{\hat y} C",
        r"\nabla^2_{\hat y} C",
        r"C''(\hat y)",
        r"\frac{\partial}{\partial \hat y}\frac{\partial C}{\partial \hat y}",
        r"\frac{\partial}{\partial \hat y}\left(\frac{\partial C}{\partial \hat y}\right)",
    ] {
        rows.push((format!(r"{second} = 2"), "= 2", "= 3"));
    }
    for slope in [
        r"\sigma'(z^3)",
        r"\sigma^{\prime}(z^3)",
        r"\sigma^\prime(z^3)",
        r"\sigma^{(1)}(z^3)",
        r"\sigma'\bigl(z^3\bigr)",
        r"\sigma'[z^3]",
        r"\sigma'(\theta_3 a^2 + b_3)",
        r"\hat y'(z^3)",
        r"\frac{d\sigma(z^3)}{dz^3}",
        r"\frac{d}{dz^3}\sigma(z^3)",
    ] {
        rows.push((format!(r"{slope} = \hat y(1-\hat y)"), "1-", "1+"));
    }
    rows.extend([
        (r"\frac{\partial^2 C}{\partial \hat y\,\partial y} = -2".to_owned(), "-2", "2"),
        (r"\sigma''(z^3) = \hat y(1-\hat y)(1-2\hat y)".to_owned(), "2", "3"),
        (r"\left.\frac{\partial C}{\partial \hat y}\right|_{\hat y=1} = 2(1-y)".to_owned(), "{\\hat y=1}", "{\\hat y=2}"),
        (r"\frac{\partial C}{\partial \hat y}\bigg\rvert_{\hat y=1} = 2(1-y)".to_owned(), "{\\hat y=1}", "{\\hat y=2}"),
        (r"\frac{\partial C}{\partial \hat y}\Bigr|_{\hat y=1,y=0} = 2".to_owned(), "y=0", "y=3"),
        (r"\frac{\partial C}{\partial \hat y}|_{\hat y=1} = 2(1-y)".to_owned(), "{\\hat y=1}", "{\\hat y=2}"),
        (r"\left[\frac{\partial C}{\partial \hat y}\right]_{\hat y=1} = 2(1-y)".to_owned(), "{\\hat y=1}", "{\\hat y=2}"),
        (
            r"\frac{\partial C}{\partial \theta_3} = \frac{\partial C}{\partial \hat y}\frac{\partial \hat y}{\partial z^3}\frac{\partial z^3}{\partial \theta_3}".to_owned(),
            r"\frac{\partial \hat y}{\partial z^3}",
            "",
        ),
        (r"\frac{\partial C}{\partial b_l} = \frac{\partial C}{\partial z^l}".to_owned(), "z^l", "a^l"),
    ]);
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(formula, from, to)| (formula.as_str(), *from, *to)).collect();
    pinned(ARTICLE, &[], &rows);
}

#[test]
fn error_terms_of_the_text() {
    pinned(
        ARTICLE,
        &[
            r"\delta^3 = \frac{\partial C}{\partial z^3}",
            r"\delta^l = \delta^{l+1}\theta_{l+1}\sigma'(z^l)",
            r"e = \hat y - y",
        ],
        &[
            (r"\delta^3 = 2(\hat y-y)\sigma'(z^3)", "2", ""),
            (r"\frac{\partial C}{\partial \theta_3} = \delta^3 a^2", "a^2", "a^1"),
            (r"\frac{\partial C}{\partial \theta_3} = \delta_3 a_2", "a_2", "a_1"),
            (r"\frac{\partial C}{\partial \theta_3} = \delta^{(3)} a^{(2)}", "a^{(2)}", "a^{(1)}"),
            (r"\frac{\partial C}{\partial \theta_3} = \delta^{[3]} a^{[2]}", "a^{[2]}", "a^{[1]}"),
            (r"\frac{\partial C}{\partial b_l} = \delta^l", r"\delta^l", r"2\delta^l"),
            (r"\frac{\partial C}{\partial \hat y} = 2e", "2e", "e"),
        ],
    );
}

#[test]
fn relations_and_decoration() {
    let mut rows: Vec<(String, &str, &str)> = Vec::new();
    for relation in [
        "=",
        ":=",
        r"\coloneqq",
        r"\equiv",
        r"\triangleq",
        r"\stackrel{\text{def}}{=}",
        r"\overset{\mathrm{def}}{=}",
        r"\overset{!}{=}",
        r"\overset{(1)}{=}",
        r"\underset{\text{x}}{=}",
        r"\doteq",
        r"\approx",
    ] {
        rows.push((format!(r"\frac{{\partial C}}{{\partial \hat y}} {relation} 2(\hat y-y)"), "2(", "3("));
    }
    for after in [
        ".",
        ",",
        r"\,;",
        r"\tag{1}",
        r"\label{eq:a}",
        r"\nonumber",
        r"\quad \text{(chain rule)}",
        r"\quad (\text{chain rule})",
        r"\quad (2)",
        r"\qquad (*)",
        r"\qquad\text{where}\quad \hat y = \sigma(z^3)",
        r"\text{ with } \hat y = \sigma(z^3)",
        r"\qquad \hat y = \sigma(z^3)",
        r", \quad \hat y = \sigma(z^3)",
        r"\implies \frac{\partial C}{\partial y} = -2(\hat y - y)",
    ] {
        rows.push((format!(r"\frac{{\partial C}}{{\partial \hat y}} = 2(\hat y-y) {after}"), "2(", "3("));
    }
    for right in [
        r"\boxed{2(\hat y-y)}",
        r"\color{red}2(\hat y-y)",
        r"\textcolor{red}{2(\hat y-y)}",
        r"\phantom{x}2(\hat y-y)\vphantom{\int}",
        r"\displaystyle 2(\hat y\,-\,y)\!",
        r"\underbrace{2(\hat y-y)}_{\text{slope}}",
        r"\overbrace{2(\hat y-y)}^{\text{slope}}",
        r"\quad 2(\hat y-y)",
        r"\cancel{7}\cdot\frac{1}{\cancel{7}}\cdot 2(\hat y-y)",
        r"\frac12\cdot 2\cdot 2(\hat y-y)",
        r"\frac122\cdot 2(\hat y-y)",
        r"½ \cdot 2 \cdot 2(\hat y-y)",
    ] {
        rows.push((format!(r"\frac{{\partial C}}{{\partial \hat y}} = {right}"), "2(", "3("));
    }
    rows.extend([
        (r"\frac{\partial C}{\partial \hat y} = {\color{red}2}(\hat y-y)".to_owned(), "2}", "3}"),
        (r"\frac{\partial C}{\partial \hat y} = \textcolor{red}{2}\left(\hat y-y\right)".to_owned(), "2}", "3}"),
        (r"\frac{\partial C}{\partial \hat y} = 2~\Big[\hat y-y\Big]".to_owned(), "2~", "3~"),
        (r"\frac{\partial C}{\partial \hat y} = 2\lbrace\hat y-y\rbrace".to_owned(), "2\\l", "3\\l"),
        (r"\boxed{\frac{\partial C}{\partial \hat y} = 2(\hat y-y)}".to_owned(), "2(", "3("),
        (r"\text{so } \frac{\partial C}{\partial \hat y} = 2(\hat y-y)".to_owned(), "2(", "3("),
        (r"\text{Error: } \frac{\partial C}{\partial \hat y} = 2(\hat y-y)".to_owned(), "2(", "3("),
        (r"\Rightarrow \frac{\partial C}{\partial \hat y} = 2(\hat y-y)".to_owned(), "2(", "3("),
        (r"\therefore\ \frac{\partial C}{\partial \hat y} = 2(\hat y-y)".to_owned(), "2(", "3("),
    ]);
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(formula, from, to)| (formula.as_str(), *from, *to)).collect();
    pinned(ARTICLE, &[], &rows);
}

#[test]
fn environments() {
    pinned(
        ARTICLE,
        &[],
        &[
            (
                r"\begin{aligned}\frac{\partial C}{\partial \theta_3} &= \frac{\partial C}{\partial \hat y}\frac{\partial \hat y}{\partial \theta_3}\\ &= 2(\hat y-y)\sigma'(z^3)a^2\end{aligned}",
                "a^2",
                "a^1",
            ),
            (
                r"\begin{split}\frac{\partial C}{\partial \hat y} &= 2(\hat y-y) &&\text{(power rule)}\\ &= 2\hat y-2y &&\text{(expand)}\end{split}",
                "-2y",
                "+2y",
            ),
            (
                r"\begin{gathered}\frac{\partial C}{\partial \hat y} = 2(\hat y-y)\\ \hat y = \sigma(z^3)\end{gathered}",
                "z^3",
                "z^2",
            ),
            (
                r"\begin{array}{rcl}\frac{\partial C}{\partial \hat y} &=& 2(\hat y-y)\\ \hat y &=& \sigma(z^3)\end{array}",
                "z^3",
                "z^2",
            ),
            (
                r"\begin{align*}\frac{\partial C}{\partial \hat y} &= 2(\hat y-y) \\[4pt] \hat y &= \sigma(z^3)\end{align*}",
                "z^3",
                "z^2",
            ),
            (
                r"\begin{eqnarray}\frac{\partial C}{\partial \hat y} &=& 2(\hat y-y) \\ &=& 2\hat y - 2y\end{eqnarray}",
                "- 2y",
                "+ 2y",
            ),
            (
                r"\begin{alignedat}{2}\frac{\partial C}{\partial \hat y} &= 2(\hat y-y) & \quad \hat y &= \sigma(z^3)\end{alignedat}",
                "z^3",
                "z^2",
            ),
            (r"\begin{aligned}\frac{\partial C}{\partial \hat y} = {}& 2\hat y \\ &- 2y\end{aligned}", "- 2y", "+ 2y"),
            (
                r"\begin{aligned}\frac{\partial C}{\partial \hat y} & = 2\hat y \\ & \quad {} - 2y\end{aligned}",
                "- 2y",
                "+ 2y",
            ),
            (r"\begin{multline}\frac{\partial C}{\partial \hat y} = 2\hat y \\ - 2y\end{multline}", "- 2y", "+ 2y"),
            (
                r"\begin{aligned}\hat y - y &= \sigma(z^3) - y && \text{by definition} \\ &-y + \hat y \\ &= \hat y - y\end{aligned}",
                "= \\hat y - y\\end",
                "= \\hat y + y\\end",
            ),
        ],
    );
}

#[test]
fn names_products_and_powers() {
    pinned(
        ARTICLE,
        &[],
        &[
            (r"C = (\hat y-y) \times (\hat y-y)", r"\times (\hat y-y)", r"\times (\hat y+y)"),
            (r"C = (\hat y-y) \cdot (\hat y-y)", r"\cdot (\hat y-y)", r"\cdot (\hat y+y)"),
            (r"C = (\hat y-y) * (\hat y-y)", r"* (\hat y-y)", r"* (\hat y+y)"),
            (r"C = (\hat y-y) \odot (\hat y-y)", r"\odot (\hat y-y)", r"\odot (\hat y+y)"),
            (r"C = (\hat y-y) \circ (\hat y-y)", r"\circ (\hat y-y)", r"\circ (\hat y+y)"),
            (r"C = (\hat y-y) \bullet (\hat y-y)", r"\bullet (\hat y-y)", r"\bullet (\hat y+y)"),
            (r"C = |\hat y-y|^2", "-", "+"),
            (r"C = \left\Vert\hat y-y\right\Vert_2^2", "-", "+"),
            (r"C = \langle \hat y-y, \hat y-y\rangle", r"y, \hat y-y", r"y, \hat y+y"),
            (r"\hat{\mathbf y} = \sigma(z^{(3)})", "3", "2"),
            (r"\widehat{y} = \sigma(z^{[3]})", "3", "2"),
            (r"ŷ = \mathsf{sigmoid}(z₃)", "₃", "₂"),
            (r"\hat y = \operatorname*{sigmoid}(\mathbf z_{3})", "3", "2"),
            (r"\hat y = \frac{1}{1+e^{-z^3}}", "1+", "2+"),
            (r"\hat y = \frac{1}{1+\mathrm{e}^{-z^3}}", "1+", "2+"),
            (r"\hat y = \frac{1}{1+\exp\{-z^3\}}", "1+", "2+"),
            (r"\hat y = (1+e^{-z^3})^{-1}", "1+", "2+"),
            (r"\hat y(z^3) = \sigma(z^3)", r"\sigma", r"\tanh"),
            (r"C(\theta_3) = (\hat y - y)^2", "^2", "^3"),
            (r"C(\hat y, y) = (\hat y(z^3) - y)^2", "^2", "^3"),
            (r"z^3 = \ln\frac{\hat y}{1-\hat y}", "1-", "1+"),
            (r"z^3 = -\ln\left(\frac1{\hat y} - 1\right)", "- 1", "+ 1"),
            (r"\frac{z^3}{\ln 2} = \log_2 \frac{\hat y}{1-\hat y}", r"\log_2", r"\log_3"),
            (r"\hat y(1-\hat y) = \frac14\operatorname{sech}^2(z^3/2)", r"\frac14", r"\frac12"),
            (r"\sin^2 x + \cos^2 x = 1", r"+ \cos", r"- \cos"),
            (r"\frac{d}{dx}\sin(x^2) = 2x\cos(x^2)", "2x", "x"),
            (r"D_x[\sin x] = \cos x", r"\cos", r"-\cos"),
            (r"\frac{d}{dx}\tan^{-1} x = \frac1{1+x^2}", "1+", "1-"),
        ],
    );
    pinned(
        SEVERAL,
        &[],
        &[
            (r"\frac{d}{dx_1}f(g(x_1)) = f'(g(x_1)) g'(x_1)", "g'(x_1)", "g(x_1)"),
            (r"\frac{\partial u}{\partial x_1} = f'(g(x_1))\,g'(x_1)", "f'", "f"),
            (r"C = \sum_{i=1}^3 w_i x_i", "1", "2"),
            (r"C = \sum_i w_i x_i", "w_i x_i", "w_i"),
            (r"C - w_2 x_2 = \sum_{i \ne 2} w_i x_i", r"i \ne 2", r"i \ne 1"),
            (r"C - w_2 x_2 = \sum_{i : i \neq 2} w_i x_i", r"\neq 2", r"\neq 3"),
            (r"C - w_k x_k = \sum_{i=1, i \ne k}^{3} w_i x_i", "C -", "C +"),
            (r"\frac{\partial C}{\partial w_i} = x_i", "= x_i", "= w_i"),
        ],
    );
}

#[test]
fn indicators_cases_and_conditions() {
    let mut rows: Vec<(String, &str, &str)> = Vec::new();
    for step in [
        r"\mathbb{1}[z>0]",
        r"\mathbf 1_{[z>0]}",
        r"\mathbf 1_{z>0}",
        r"\mathbb{1}_{\{z>0\}}",
        r"\mathbb{1}(z>0)",
        r"\mathbb{I}(z>0)",
        r"I(z>0)",
        r"I[z>0]",
        r"1_{z>0}",
        r"1\{z>0\}",
        r"\chi_{z>0}",
        r"[z>0]",
        r"\llbracket z>0\rrbracket",
    ] {
        rows.push((format!(r"\frac{{\partial h}}{{\partial z}} = {step}"), "z>0", "z<0"));
    }
    for step in [r"\Theta(z)", r"H(z)", r"\operatorname{step}(z)", r"\mathrm{Heaviside}(z)"] {
        rows.push((format!(r"\frac{{\partial h}}{{\partial z}} = {step}"), "(z)", "(-z)"));
    }
    for cases in [
        r"\begin{cases} z & z>0\\ 0 & z\le 0\end{cases}",
        r"\begin{cases} z & \text{if } z>0\\ 0 & \text{otherwise}\end{cases}",
        r"\begin{cases} z, & \text{if $z>0$}\\ 0, & \text{otherwise.}\end{cases}",
        r"\begin{cases} z & (z>0)\\ 0 & (z\le 0)\end{cases}",
        r"\begin{cases} z \quad \text{if } z>0\\ 0 \quad\text{otherwise}\end{cases}",
        r"\begin{cases} z & \mathrm{if}\ z>0\\ 0 & \mathrm{otherwise}\end{cases}",
        r"\left\{\begin{array}{ll} z & z>0\\ 0 & z\le 0\end{array}\right.",
        r"\left\{\begin{aligned} &z & z>0\\ &0 & z\le 0\end{aligned}\right.",
    ] {
        rows.push((format!("h = {cases}"), " 0 ", " 1 "));
        rows.push((format!("h = {cases}"), "z>0", "z>1"));
    }
    rows.retain(|(formula, from, to)| formula.contains(from) && !(*to == "z>1" && formula.contains(r"\le 0")));
    for condition in [
        r"\quad\text{if } z>0",
        r"\quad (z>0)",
        r"\text{ if } z>0",
        r"\text{ for } z>0",
        r"\text{ when } z>0",
        r",\quad z>0",
        r"\text{ (if $z>0$)}",
        r"\quad (\text{if } z>0)",
    ] {
        rows.push((format!(r"\frac{{\partial h}}{{\partial z}} = 1 {condition}"), "z>0", "z<0"));
        rows.push((format!(r"\frac{{\partial L}}{{\partial w}} = (q-y)x {condition}"), "(q-y)", "(q+y)"));
    }
    rows.extend([
        (r"\text{For } z>0,\ \frac{\partial h}{\partial z} = 1".to_owned(), "z>0", "z<0"),
        (r"\text{if } z>0: \frac{\partial h}{\partial z} = 1".to_owned(), "= 1", "= 2"),
        (r"\frac{\partial h}{\partial z} = 0 \text{ for } z<0".to_owned(), "z<0", "z>0"),
        (r"|x| = x \text{ for } x \ge 0".to_owned(), r"\ge", r"\le"),
        (r"h = \max\{0,z\}".to_owned(), "0", "1"),
        (r"h = (z)_+".to_owned(), "(z)_+", "(-z)_+"),
        (r"h = \frac12(z+|z|)".to_owned(), "+", "-"),
        (r"q(h(z)) = \sigma(\max(0,z))".to_owned(), "0", "1"),
        (r"h(wx+b) = \max(0, wx+b)".to_owned(), "0", "1"),
        (r"z(w) = wx+b".to_owned(), "+b", "-b"),
        (r"z(x; w, b) = wx+b".to_owned(), "+b", "-b"),
        (r"L(w,b) = -y\log q - (1-y)\log(1-q)".to_owned(), "-y", "y"),
        (r"\frac{\partial L(w,b)}{\partial w} = (q-y)[z>0]x".to_owned(), "x", "w"),
        (r"\frac{\partial L}{\partial z} = L'(q)\,q'(h)\,h'(z)".to_owned(), "h'(z)", ""),
        (r"\frac{\partial L}{\partial q} = (q-y)/[q(1-q)]".to_owned(), "1-", "1+"),
        (r"\exp\left\{-\frac{z^2}{2}\right\} = e^{-z^2/2}".to_owned(), "/2", "/3"),
        (r"e^{-z} = \frac{1}{e^z}".to_owned(), "1", "2"),
        (r"\frac{\partial z}{\partial w} = x \qquad \frac{\partial z}{\partial b} = 1".to_owned(), "= 1", "= 2"),
        (r"\frac{d}{du}\sigma(u) = \sigma(u)(1-\sigma(u))".to_owned(), "1-", "1+"),
        (
            r"\frac{\partial}{\partial w} \log q = \frac1q\frac{\partial q}{\partial w}".to_owned(),
            r"\frac1q",
            r"\frac2q",
        ),
    ]);
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(formula, from, to)| (formula.as_str(), *from, *to)).collect();
    pinned(RELU, &[], &rows);
}

#[test]
fn what_claims_no_equality_is_skipped_and_what_is_ambiguous_refused() {
    refused(
        ARTICLE,
        &[
            (r"C \propto (\hat y-y)^2", "skipped: proportional, not equal"),
            (r"C \le (\hat y-y)^2", "skipped: an inequality"),
            (r"C \neq (\hat y-y)^2", "skipped: an inequality"),
            (r"\hat y \in (0,1)", "skipped: tells what set something is in"),
            (r"\theta_3 \gets \theta_3 - \eta\frac{\partial C}{\partial\theta_3}", "skipped: an assignment"),
            (r"\theta_3 := \theta_3 - \eta\frac{\partial C}{\partial\theta_3}", "skipped: an update"),
            (r"\theta_3' = \theta_3 - \eta\frac{\partial C}{\partial\theta_3}", "skipped: an update"),
            (r"\theta_3^{\text{new}} = \theta_3 - \eta\frac{\partial C}{\partial\theta_3}", "skipped: an update"),
            (r"\theta_3^{(t+1)} = \theta_3^{(t)} - \eta\frac{\partial C}{\partial\theta_3}", "skipped: an update"),
            (r"C = 3 \quad\text{if the moon is full}", "skipped: it holds under a condition only"),
            (r"C_{\hat y} = 2(\hat y - y)", "this may be the derivative of `C` by `yhat`, or `C` with an index"),
            (r"z^3 = \sigma^{-1}(\hat y)", "a negative power on a function may be its inverse"),
            (r"1\,000 C = 1000 C", "two numbers side by side may be one number"),
            (r"C = x/y b_1", "it cannot be told whether this factor stands below the slash"),
            (r"C = x \pm y", "`\\pm` says two things at once"),
            (r"\nabla C = x", "it is not said by what this gradient is taken: by theta1, b1, theta2, b2, …?"),
            (r"\hat y' = 1", "it is not said by what this prime differentiates"),
            (r"C = 2 \hat y(z^2) - y", "this may be `yhat` as a function of `z2`, or the product of both"),
            (r"C = \sum_{k \in S} x", "the set of this sum is not known here"),
        ],
    );
}

#[test]
fn unknown_names_are_told_with_what_was_probably_meant() {
    refused(
        ARTICLE,
        &[
            (r"zz^3 = \theta_3 a^2", "the network has no `zz^3`; did you mean `z^3`?"),
            (r"\frac{\partial C}{\partial thta_3} = 1", "the network has no `thta_3`; did you mean `theta_3`?"),
            (r"C = \thet_3 a^2", "`\\thet` is not known here; did you mean `theta1` or `theta2` or `theta3`?"),
            (r"z^4 = x", "the network has no `z^4`; it has `z1`, `z2`, `z3`"),
            (r"C = (\hat y - y_1)^2", "the network has no `y_1`; it has `y`"),
        ],
    );
}

#[test]
fn macros_and_settings_of_a_document() {
    let document = r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\def\dd#1#2{\frac{d#1}{d#2}}
\newcommand{\loss}{C}

% derive: map J=C, h=a
\[ \pd{\loss}{\hat y} = 2(\hat y-y) \]
\[ \dd{C}{\hat y} = 3(\hat y-y) \]
\[ \pd{J}{\theta_3} = 2(\hat y-y)\sigma'(z^3) h^2 \]
\[ \pd{J}{\theta_3} = 2(\hat y-y)\sigma'(z^3) h^1 \]
% derive: show theta3 as w_o
\[ \pd{J}{w_o} = 2(\hat y-y)\sigma'(z^3) a^2 \]
\[ \pd{J}{w_o} = 2(\hat y-y)\sigma'(z^3) z^3 \]
% derive: ignore
\[ C = 7 \]
";
    claims::document(ARTICLE, document, &["right", "wrong", "right", "wrong", "right", "wrong", "skipped: ignored"]);
}
