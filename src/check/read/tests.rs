//! Formulas against networks: what each piece means, read back from its value.

use pretty_assertions::assert_eq;

use super::{Context, Reading, chains, read_chain, read_side};
use crate::check::claim::{Claim, Side};
use crate::diagnostic::Diagnostic;
use crate::expr::{ExprId, NameId, Node};
use crate::network::{FreeNames, read_network};
use crate::rational::Rational;
use crate::syntax::latex::{self, Macros, Places};

const ARTICLE: &str = "input x\ntarget y\nparam theta1, b1, theta2, b2, theta3, b3\nz1 = theta1*x + b1\na1 = sigmoid(z1)\n\
    z2 = theta2*a1 + b2\na2 = sigmoid(z2)\nz3 = theta3*a2 + b3\nyhat = sigmoid(z3)\ncost C = (yhat - y)^2\nshow z# as z^#, a# as a^#";

fn context(text: &str) -> Context {
    let (network, errors) = read_network(text, FreeNames::Refused);
    Context::new(network.unwrap_or_else(|| panic!("{errors:?}")))
}

fn read_expression(context: &mut Context, text: &str, letters: bool) -> Result<Side, Diagnostic> {
    let tree = latex::read(text, &Places::at(0), &Macros::default())?;
    read_side(context, &tree, tree.row(tree.root()), letters)
}

/// A value at a fixed point: the leaves are numbers that no accident relates.
fn value(context: &mut Context, expr: ExprId) -> f64 {
    value_at(context, expr, &mut |name| 0.3 + 0.17 * f64::from(name.0) - 0.05 * f64::from(name.0 % 3))
}

fn value_at(context: &mut Context, expr: ExprId, leaf: &mut dyn FnMut(NameId) -> f64) -> f64 {
    let network = &mut context.network;
    let mut values = crate::eval::Values::new(network);
    for name in (0..network.quantities.len() as u32).map(NameId) {
        if network.definition(name).is_none() {
            values.set(name, leaf(name));
        }
    }
    let templates = crate::eval::Templates::of(network);
    let compiler = crate::eval::Compiler::new(network).templates(&templates);
    let program = compiler.compile(&[crate::eval::Root::Expression(expr)]).expect("a program");
    let inputs = values.inputs(network, &program).expect("inputs");
    let mut registers = program.registers();
    program.run(&mut registers, &inputs);
    program.output(&registers, 0)
}

/// The claims that a formula makes.
fn claims(context: &mut Context, text: &str) -> Vec<Claim> {
    let mut all = Vec::new();
    for reading in readings(context, text) {
        match reading {
            Reading::Claims(claims) | Reading::Defined { claims, .. } => all.extend(claims),
            Reading::Skipped(reason) => panic!("{text}: skipped: {reason}"),
            Reading::Unread(error) => panic!("{text}: {} {:?}", error.message, error.labels),
        }
    }
    all
}

fn readings(context: &mut Context, text: &str) -> Vec<Reading> {
    let tree =
        latex::read(text, &Places::at(0), &Macros::default()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    chains(&tree).iter().map(|chain| read_chain(context, &tree, chain)).collect()
}

/// Whether all links of a formula hold at the point.
fn holds(context: &mut Context, text: &str) -> bool {
    let claims = claims(context, text);
    assert!(!claims.is_empty(), "{text} claims nothing");
    claims.iter().all(|claim| {
        let (left, right) = (value(context, claim.left.expr), value(context, claim.right.expr));
        (left - right).abs() <= 1e-9 * (left.abs() + right.abs() + 1e-3)
    })
}

#[track_caller]
fn right(context: &mut Context, text: &str) {
    assert!(holds(context, text), "{text}");
}

#[track_caller]
fn wrong(context: &mut Context, text: &str) {
    assert!(!holds(context, text), "{text}");
}

/// Code and place of the error of a formula.
fn error(context: &mut Context, text: &str) -> String {
    let error = match readings(context, text).remove(0) {
        Reading::Unread(error) => error,
        other => panic!("{text}: {other:?}"),
    };
    let place = error.labels.first().map_or("", |label| text.get(label.span.range()).unwrap_or("?"));
    format!("{}: {} at `{place}`", error.code, error.message)
}

fn skipped(context: &mut Context, text: &str) -> String {
    match readings(context, text).remove(0) {
        Reading::Skipped(reason) => reason,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn names_in_every_way_of_writing() {
    let mut article = context(ARTICLE);
    for text in [
        r"z^3 = \theta_3 a^2 + b_3",
        r"z^{(3)} = \theta^{(3)} a^{[2]} + b^3",
        r"z_3 = \theta_{3}\,a_{2} + b_{(3)}",
        r"\mathbf{z}^{[3]} = \boldsymbol{\theta}_3 \cdot \mathbf a^{2} + \mathrm{b}_3",
        r"z₃ = θ₃ a² + b₃",
        r"{z^3} = \left(\theta_3\right) a^{(2)} + \vec b_3",
        r"\hat y = \sigma(z^3)",
        r"\widehat{y} = \sigma\big(z^3\big)",
        r"\hat{\mathbf{y}} = \operatorname{sigmoid}(z^3)",
        r"ŷ = \text{sigmoid}(z_3)",
        r"C = (\hat y - y)^2",
        r"C = \|\hat y - y\|^2",
        r"C = \lVert y - \hat y \rVert_2^2",
        r"z^3 = \theta_3 \times a^2 + b_3",
        r"z^3 = a^2 * \theta_3 + b_3",
        r"z^3 = \theta_3 \odot a^2 + b_3",
    ] {
        right(&mut article, text);
    }
    wrong(&mut article, r"z^3 = \theta_2 a^2 + b_3");
    wrong(&mut article, r"z^3 = \theta_3 (a^1)^2 + b_3");
}

#[test]
fn an_index_is_no_power_and_a_power_no_index() {
    let mut network = context("input x, t1\nparam w, w2, u\nz = w*x + u*x^2 + u^3*t1");
    right(&mut network, r"z = wx + ux^2 + u^3 t_1");
    assert_eq!(error(&mut network, r"z = w^2 x"), "ambiguous: this may be `w2` or `w` to a power at `w^2`");
    let mut rnn = context(
        "input x[1..3]\nparam w, u\nconst h[0] = 0.3\nfor t in 1..3 { s[t] = w*h[t-1] + u*x[t]\nh[t] = tanh(s[t]) }\ncost C = h[3]^2",
    );
    right(&mut rnn, r"\frac{\partial h_3}{\partial s_3} = 1 - h_3^2");
    right(&mut rnn, r"\frac{\partial h^{(3)}}{\partial s^{(3)}} = 1 - h^{(3)2}");
    right(&mut rnn, r"\frac{\partial h_t}{\partial s_t} = 1 - h_t^2 = 1 - \tanh^2 s_t");
    right(&mut rnn, r"\frac{\partial C}{\partial u} = \sum_{t=1}^3 \frac{\partial C}{\partial s_t} x_t");
    right(&mut rnn, r"\frac{\partial C}{\partial u} = \sum_t \frac{\partial C}{\partial s_t} x_t");
    right(&mut rnn, r"\frac{\partial h_3}{\partial h_0} = \prod_{t=1}^{3} (1 - h_t^2) w");
    right(&mut rnn, r"\frac{\partial h_3}{\partial h_1} = \prod_{k=2}^{3} \frac{\partial h_k}{\partial h_{k-1}}");
    wrong(&mut rnn, r"\frac{\partial h_3}{\partial h_1} = \prod_{k=1}^{3} \frac{\partial h_k}{\partial h_{k-1}}");
}

#[test]
fn derivatives_in_every_way_of_writing() {
    let mut article = context(ARTICLE);
    for left in [
        r"\frac{\partial C}{\partial \theta_2}",
        r"\frac{dC}{d\theta_2}",
        r"\frac{\mathrm{d}C}{\mathrm{d}\theta_2}",
        r"\frac{\mathrm dC}{\mathrm d\theta_2}",
        r"{\partial C}/{\partial \theta_2}",
        r"\partial C/\partial\theta_2",
        r"∂C/∂θ₂",
        r"dC/d\theta_2",
        r"\partial_{\theta_2} C",
        r"\nabla_{\theta_2} C",
        r"C'(\theta_2)",
        r"d\theta_2",
        r"\frac{\partial}{\partial\theta_2} C",
        r"\frac{\partial}{\partial\theta_2} (\hat y - y)^2",
        r"\frac{\partial (\hat y - y)^2}{\partial\theta_2}",
        r"\frac{\partial C(\hat y, y)}{\partial\theta_2}",
        r"{\partial C \over \partial \theta_2}",
    ] {
        right(&mut article, &format!(r"{left} = 2(\hat y-y)\,\sigma'(z^3)\,\theta_3\,\sigma'(z^2)\,a^1"));
        wrong(&mut article, &format!(r"{left} = 2(\hat y-y)\,\sigma'(z^3)\,\theta_3\,\sigma'(z^2)\,a^2"));
    }
    for text in [
        r"\frac{\partial C}{\partial \theta_2} = \frac{\partial C}{\partial \hat y} * \frac{\partial \hat y}{\partial z^3} * \frac{\partial z^3}{\partial a^2} * \frac{\partial a^2}{\partial z^2} * \frac{\partial z^2}{\partial \theta_2}",
        r"\frac{\partial C}{\partial z^3} = 2(\hat y - y) \hat y (1 - \hat y)",
        r"\frac{d}{dz^3}\sigma(z^3) = \sigma(z^3)(1-\sigma(z^3))",
        r"\sigma'(z^2) = a^2(1-a^2)",
        r"\frac{\partial^2 C}{\partial \hat y^2} = 2",
        r"\frac{\partial^2 C}{\partial \hat y\,\partial y} = -2",
        r"\left.\frac{\partial C}{\partial \hat y}\right|_{y=1} = 2(\hat y - 1)",
        r"\frac{\partial C}{\partial \hat y}\Big|_{\hat y = 3} = 2(3 - y)",
        r"\sigma''(z^2) = \sigma'(z^2)(1 - 2\sigma(z^2))",
        r"\sigma'(z^2) = \frac{e^{-z^2}}{(1+e^{-z^2})^2}",
        r"\sigma'(z) = \sigma(z)(1-\sigma(z))",
        r"\frac{d}{dx}\tanh x = 1 - \tanh^2 x",
        r"\frac{d\tanh(u)}{du} = \frac{4}{(e^u+e^{-u})^2}",
    ] {
        right(&mut article, text);
    }
}

#[test]
fn chains_and_aligned_lines_link_by_link() {
    let mut article = context(ARTICLE);
    let text = r"\begin{aligned} \frac{\partial C}{\partial b_3} &= \frac{\partial C}{\partial \hat y} \cdot \sigma'(z^3) && \text{chain rule} \\
        &= 2(\hat y - y) \\ &\quad \cdot \hat y(1-\hat y) \\ z^2 &= \theta_2 a^1 + b_2, \end{aligned}";
    assert_eq!(claims(&mut article, text).len(), 3);
    right(&mut article, text);
    assert_eq!(
        claims(&mut article, r"a^1 = \sigma(z^1), \quad a^2 = \sigma(z^2) \text{ and } \hat y = \sigma(z^3)").len(),
        3
    );
    // A first side on two lines, before any relation.
    right(
        &mut article,
        r"\begin{aligned} &2\theta_1 x + b_1 \\ &\quad - z^1 \\ &= \theta_1 x && \text{like terms} \end{aligned}",
    );
    right(&mut article, r"\begin{aligned} &\theta_1 \\ &\cdot x + b_1 = z^1 \end{aligned}");
    // A line that begins an equation, though with a sign.
    assert_eq!(
        claims(&mut article, r"\begin{aligned} z^1 &= \theta_1 x + b_1 \\ -z^1 &= -\theta_1 x - b_1 \end{aligned}")
            .len(),
        2
    );
}

#[test]
fn definitions_are_used_later() {
    let mut article = context(ARTICLE);
    assert!(claims(&mut article, r"\delta^3 = \frac{\partial C}{\partial z^3}").is_empty());
    right(&mut article, r"\delta^3 = 2(\hat y - y)\sigma'(z^3)");
    assert!(claims(&mut article, r"\delta^l = \delta^{l+1} \theta_{l+1} \sigma'(z^l)").is_empty());
    right(&mut article, r"\frac{\partial C}{\partial b_l} = \delta^l");
    right(&mut article, r"\frac{\partial C}{\partial \theta_1} = \delta^1 x");
    assert!(claims(&mut article, r"e = \hat y - y").is_empty());
    right(&mut article, r"\frac{\partial C}{\partial \hat y} = 2e");
    right(&mut article, r"\frac{\partial C}{\partial z^l} = \frac{\partial C}{\partial b_l}");
    wrong(&mut article, r"\frac{\partial C}{\partial \theta_l} = \delta^l a^l");
}

#[test]
fn functions_cases_and_indicators() {
    let mut network =
        context("input x\nparam w\nz = w*x\nh = relu(z)\nq = max(z, x)\nr = log(h) + abs(z)\ng = sqrt(z) + exp(z)");
    for text in [
        r"h = \mathrm{ReLU}(z) = \max(0, z) = \max\{z, 0\}",
        r"\frac{\partial h}{\partial z} = \mathbb{1}[z > 0] = \begin{cases} 1 & \text{if } z > 0 \\ 0 & \text{otherwise} \end{cases}",
        r"\frac{\partial h}{\partial z} = \mathbb{1}_{z>0} = \mathbf{1}\{0 < z\} = [z > 0]",
        r"h = \begin{cases} z, & z > 0 \\ 0, & z \le 0. \end{cases}",
        r"r = \log h + |z| = \ln(h) + \lvert z \rvert",
        r"g = \sqrt{z} + e^z = z^{1/2} + \exp\big[z\big]",
        r"\frac{\partial g}{\partial z} = \frac{1}{2\sqrt z} + e^{z}",
        r"z^2 = w^2x^2",
        r"\frac{\partial h}{\partial w} = \frac{\partial h}{\partial z} x",
        r"\frac12 z = z/2 = 1/2 z",
    ] {
        right(&mut network, text);
    }
}

#[test]
fn what_is_no_claim_is_skipped() {
    let mut article = context(ARTICLE);
    for (text, reason) in [
        (r"x", "no equation"),
        (r"x = 0.5", "gives a value"),
        (r"\theta_1 \leftarrow \theta_1 - 0.1 \frac{\partial C}{\partial\theta_1}", "an assignment"),
        (r"\theta_1 = \theta_1 - 0.1 \frac{\partial C}{\partial\theta_1}", "an update"),
        (r"x \in \mathbb{R}", "tells what set something is in"),
        (r"2 \cdot 3 = 6", "names nothing of the network"),
        (r"f(u) = u^2", "defines the function f"),
        (r"\eta = 0.1", "defines eta, which is no quantity of the network"),
        (r"z^2 > 0", "an inequality"),
    ] {
        assert_eq!(skipped(&mut article, text), reason, "{text}");
    }
}

#[test]
fn errors_have_places() {
    let mut article = context(ARTICLE);
    for (text, expected) in [
        (r"\frac{\partial C}{\partial \phi_2} = 1", r"unknown-name: the network has no `phi_2` at `\phi_2`"),
        (r"z^4 = x", r"unknown-name: the network has no `z^4` at `z^4`"),
        (r"\hat y = \sigma", r"unreadable: this function has no argument at `\sigma`"),
        (
            r"z^3 = a^2/b_3 \theta_3",
            r"ambiguous: it cannot be told whether this factor stands below the slash at `\theta_3`",
        ),
        (r"C = \partial x", r"malformed-derivative: this ∂ stands in no fraction at `\partial`"),
        (r"\frac{\partial C}{\partial w} = 1", r"unknown-name: the network has no `w` at `w`"),
        (r"C = ", r"unreadable: one side of this equation is missing at `C`"),
        (r"C = (\hat y - )^2", r"unreadable: something is missing here at ``"),
        (r"C = x + \cdots + y", r"unreadable: an ellipsis says no more than its reader guesses at `\cdots`"),
    ] {
        assert_eq!(error(&mut article, text), expected);
    }
}

#[test]
fn a_malformed_fraction_is_mended_and_told() {
    let mut article = context(ARTICLE);
    let found = claims(&mut article, r"\frac{C}{\partial \hat y} = 2(\hat y - y)");
    assert_eq!(found[0].slips.len(), 1);
    assert_eq!(found[0].slips[0].message, "the upper part of the fraction lacks its ∂");
    right(&mut article, r"\frac{C}{\partial \hat y} = 2(\hat y - y)");
}

#[test]
fn literals_keep_their_digits() {
    let mut article = context(ARTICLE);
    let found = claims(&mut article, r"\frac{\partial C}{\partial \hat y} \approx 0.50 \cdot 2 + 3");
    let literals: Vec<(Rational, Option<u32>)> =
        found[0].right.literals().map(|(_, literal)| (literal.value.clone(), literal.decimals)).collect();
    assert_eq!(literals, [(Rational::new(1, 2).expect("a half"), Some(2))]);
}

#[test]
fn links_inside_one_equation() {
    let mut rnn = context(
        "input x[1..2]\nparam w\nconst h[0] = 0.3\nfor t in 1..2 { h[t] = tanh(w*h[t-1] + x[t]) }\ncost C = h[2]^2",
    );
    let text = r"\frac{\partial C}{\partial w} = \sum_{t=1}^{2} \frac{\partial C}{\partial h_t} \frac{\partial h_t}{\partial w}";
    wrong(&mut rnn, text);
    let claim = claims(&mut rnn, text).remove(0);
    let direct = claim.right.direct.expect("links that differ");
    let (left, right) = (value(&mut rnn, claim.left.expr), value(&mut rnn, direct));
    assert!((left - right).abs() < 1e-12, "{left} {right}");
    super::tests::right(&mut rnn, r"\frac{\partial^{+} h_2}{\partial w} = (1 - h_2^2) h_1");
}

#[test]
fn the_composite_of_the_article() {
    let mut composite = context("input x\nfunction a, b, c, d, e, f, g\ny = a(b(c(d(e(f(g(x)))))))");
    let links = |list: &str| -> String {
        let link = |pair: &str| format!(r"\frac{{\mathrm{{d}} {}}}{{\mathrm{{d}} {}}}", &pair[..1], &pair[1..]);
        list.split(' ').map(link).collect::<Vec<_>>().join(" * ")
    };
    let whole = format!(r"\frac{{\mathrm{{d}} a}}{{\mathrm{{d}} x}} = {}", links("ab bc cd de ef fg gx"));
    let claim = claims(&mut composite, &whole).remove(0);
    assert_eq!(claim.left.derivatives().count(), 1);
    assert_eq!(claim.right.derivatives().count(), 7);
    let product = claim.right.expr;
    let missing = format!(r"\frac{{\mathrm{{d}} a}}{{\mathrm{{d}} x}} = {}", links("ab bc cd de fg gx"));
    assert_ne!(claims(&mut composite, &missing)[0].right.expr, product);
    assert_eq!(claims(&mut composite, r"\frac{dy}{dx} = a'(b)b'(c)c'(d)d'(e)e'(f)f'(g)g'(x)")[0].right.parts.len(), 15);
}

#[test]
fn expressions_with_letters_of_their_own() {
    let mut empty = Context::new(crate::network::Network::default());
    let side = read_expression(&mut empty, r"\frac{1}{1+e^{-u_1}} v^2", true).expect("a side");
    let names = side.parts.iter().filter(|part| matches!(empty.network.arena.node(part.expr), Node::Name(_))).count();
    assert_eq!(names, 2);
    assert!(read_expression(&mut empty, "u", false).is_err());
}

#[test]
fn hostile_formulas_end() {
    let mut article = context(ARTICLE);
    let deep = format!("C = {}x{}", "(".repeat(300), ")".repeat(300));
    assert!(error(&mut article, &deep).starts_with("too-deep"));
    let long = format!("C = x{}", " + x".repeat(50_000));
    assert_eq!(claims(&mut article, &long).len(), 1);
    let tower = format!("C = {}x{}", "2^{".repeat(90), "}".repeat(90));
    assert_eq!(claims(&mut article, &tower).len(), 1);
    assert!(error(&mut article, r"C = \sum_{k=1}^{1000000000} x").starts_with("unreadable"));
    assert!(error(&mut article, r"C = z^{i} z^{j} z^{k} z^{l} z^{m} z^{n}").starts_with("unreadable"));
}
