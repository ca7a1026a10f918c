//! Formulas and the trees they are, written as S-expressions.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{Kind, Macros, Places, Row, Tree, read};

fn outline(tree: &Tree, row: Row) -> String {
    let items: Vec<String> = tree.row(row).iter().map(|&id| item(tree, tree.kind(id))).collect();
    items.join(" ")
}

fn item(tree: &Tree, kind: &Kind) -> String {
    let row = |row: &Row| outline(tree, *row);
    match kind {
        Kind::Command(name) => format!("\\{name}"),
        Kind::Letter(sign) | Kind::Symbol(sign) => sign.to_string(),
        Kind::Digits(digits) => digits.to_string(),
        Kind::Relation(relation) => format!("{relation:?}"),
        Kind::Text(text) => format!("{text:?}"),
        Kind::Group(body) => format!("{{{}}}", row(body)),
        Kind::Script { base, sub, sup, primes } => {
            let base = base.map_or("()".to_string(), |id| item(tree, tree.kind(id)));
            let sub = sub.map_or(String::new(), |sub| format!("_[{}]", row(&sub)));
            let sup = sup.map_or(String::new(), |sup| format!("^[{}]", row(&sup)));
            format!("{base}{}{sub}{sup}", "'".repeat(*primes as usize))
        }
        Kind::Fence { open, close, body } => format!("<{open:?} {} {close:?}>", row(body)),
        Kind::Fraction { over, under } => format!("frac[{} / {}]", row(over), row(under)),
        Kind::Root { index, body } => format!("root[{}: {}]", index.map_or(String::new(), |i| row(&i)), row(body)),
        Kind::Accent { name, body } => format!("{name}[{}]", row(body)),
        Kind::Environment { name, rows } => {
            let lines = tree.rows(*rows).map(|cells| cells.iter().map(row).collect::<Vec<_>>().join(" & "));
            format!("{name}[{}]", lines.collect::<Vec<_>>().join(" \\\\ "))
        }
        Kind::Break => "\\\\".to_string(),
        Kind::Align => "&".to_string(),
        Kind::Gap => "\\quad".to_string(),
    }
}

fn shown(text: &str) -> String {
    match read(text, &Places::at(0), &Macros::default()) {
        Ok(tree) => outline(&tree, tree.root()),
        Err(error) => {
            let at = error.labels.first().map_or("", |label| &text[label.span.range()]);
            format!("{}: {} at {at:?}", error.code, error.message)
        }
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(shown(text), expected, "{text}");
}

#[test]
fn derivatives() {
    check(r"\frac{\partial C}{\partial\theta_2}", r"frac[\partial C / \partial \theta_[2]]");
    check(r"{\partial C}/{\partial w}", r"{\partial C} / {\partial w}");
    check(r"{\partial C \over \partial w^{(l)}}", r"{frac[\partial C / \partial w^[<Round l Round>]]}");
    check(r"\frac12 \frac ab \frac1{n}", "frac[1 / 2] frac[a / b] frac[1 / n]");
    check(r"\left.\frac{dC}{dw}\right|_{w=0}", "<Empty frac[d C / d w] Bar>_[w Equal 0]");
    check(r"\frac{dC}{dw}\Big|_{w=0}", "frac[d C / d w] |_[w Equal 0]");
    check(
        r"\sigma'(z) \sigma^{\prime}(z) f^{\prime\prime} g'' h^\prime",
        r"\sigma' <Round z Round> \sigma' <Round z Round> f'' g'' h'",
    );
    check("f'_1^2", "f'_[1]^[2]");
}

#[test]
fn scripts_take_one_token() {
    check("x_12^{34}5", "x_[1] 2^[34] 5");
    check(r"\hat y_i^\top", r"hat[y]_[i]^[\top]");
    check(r"a^{[1](i)2}", "a^[<Square 1 Square> <Round i Round> 2]");
    check(r"w^\frac12 x^\mathrm{T} z_\text{out}", "w^[frac[1 / 2]] x^[mathrm[T]] z_[\"out\"]");
    check("{}^T", "()^[T]");
    check("z^(l)", "z^[<Round l Round>]");
    check("0.39 x + 2.", "0.39 x + 2 .");
    check("w₁₂⁽³⁾ x²³ z_k²", "w_[12]^[<Round 3 Round>] x^[23] z_[k]^[2]");
    check("∂C/∂θ₂ = aᵀ ⊙ σ′(z²)", "∂ C / ∂ θ_[2] Equal a^[T] ⊙ σ' <Round z^[2] Round>");
}

#[test]
fn brackets_and_bars() {
    check(
        r"\bigl( a \bigr) \left[ b \right) \{c\} \langle d\rangle",
        "<Round a Round> <Square b Round> <Curly c Curly> <Angle d Angle>",
    );
    check("|a| + |b|", "<Bar a Bar> + <Bar b Bar>");
    check("|a + |b||", "<Bar a + <Bar b Bar> Bar>");
    check(r"\|W\|_F^2 \lVert x \rVert", "<DoubleBar W DoubleBar>_[F]^[2] <DoubleBar x DoubleBar>");
    check("P(y|x) Q(|x|, 1)", "P <Round y | x Round> Q <Round <Bar x Bar> , 1 Round>");
    check("[0, 1)", "<Square 0 , 1 Round>");
    check(r"\exp\big[ x \big]", r"\exp <Square x Square>");
}

#[test]
fn wrappers_vanish() {
    check(r"\boxed{a = b}", "a Equal b");
    check(r"\textcolor{red}{a+b}^2", "{a + b}^[2]");
    check(r"\underbrace{a+b}_{\text{why}} c", "a + b c");
    check(r"a \overset{!}{=} b \stackrel{def}= c", "a Equal b Equal c");
    check(r"\frac{a}{\cancel{b}} {\color{red} a}\,\quad~\hspace{1em}\mkern-3mu x", "frac[a / b] {a} \\quad x");
    check(r"{\bf W} x \label{eq:1}\tag{1}\nonumber", "{mathbf[W]} x");
    check(r"\operatorname*{arg\,max}_x", "operatorname[a r g m a x]_[x]");
    check(r"\sqrt[3]{x} \sqrt2", "root[3: x] root[: 2]");
    check("a % comment }\n b", "a b");
    check(r"$x$", "x");
    check(r"\[ x \]", "x");
    check(r"a := b \neq c \not= d \coloneqq e", "a Define b NotEqual c NotEqual d Define e");
}

#[test]
fn environments() {
    check(r"\begin{aligned} a &= b \\[4pt] &= c \\ \end{aligned}", r"aligned[a & Equal b \\  & Equal c]");
    check(
        r"\begin{cases} 1 & z > 0 \\ 0 & \text{if } z<0 \end{cases}",
        r#"cases[1 & z Greater 0 \\ 0 & "if" z Less 0]"#,
    );
    check(r"\begin{array}{cc} a & b \end{array}", "array[a & b]");
    check(r"\begin{align*} (a + \\ & b) \end{align*}", r"align[<Round a + \\ & b Round>]");
    check(r"\begin{bmatrix}1&2\\3&4\end{bmatrix}^T", r"bmatrix[1 & 2 \\ 3 & 4]^[T]");
    check(r"a \\ [b]", r"a \\ <Square b Square>");
}

#[test]
fn macros_expand() {
    check(
        r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} \pd{C}{w} \pd Cw",
        r"frac[\partial C / \partial w] frac[\partial C / \partial w]",
    );
    check(r"\newcommand\d[2][C]{\frac{d#1}{d#2}} \d{w} \d[L]{w}", "frac[d C / d w] frac[d L / d w]");
    check(r"\def\a#1{#1^2}\def\b{\a{x}} \b", "x^[2]");
    check(r"\DeclareMathOperator*{\diag}{diag} \diag(x)", "operatorname[d i a g] <Round x Round>");
    check(r"\let\old\hat \renewcommand{\hat}[1]{\old{\mathbf{#1}}} \hat y", "hat[mathbf[y]]");
    check(r"\def\a{\a}\a", r#"macro-expansion: this macro call expands to too much at "\\a""#);
    check(r"\def\a#1{\a{#1#1}}\a{xy}", r#"macro-expansion: this macro call expands to too much at "\\a{xy}""#);
    let text = r"\def\R{\mathbb{R}} x \R";
    let tree = read(text, &Places::at(100), &Macros::default()).expect("a formula");
    let place = tree.row_span(tree.root()).expect("items").range();
    assert_eq!(&text[place.start - 100..place.end - 100], r"x \R");
}

#[test]
fn errors_have_places() {
    check(r"a + {b", r#"unbalanced-brace: this `{` is not closed at "{""#);
    check(r"a } b", r#"unbalanced-brace: this `}` closes nothing at "}""#);
    check(r"\frac{a}", r#"missing-argument: `\frac` lacks an argument at "\\frac""#);
    check(r"{\frac{a}}", r#"missing-argument: `\frac` lacks an argument at "\\frac""#);
    check(r"x^", r#"missing-argument: `^` lacks an argument at "^""#);
    check(r"x^2^3", r#"double-script: a second superscript on one base at "^""#);
    check(r"(a + b", r#"unbalanced-bracket: this bracket is not closed at "(""#);
    check(r"a + b)", r#"unbalanced-bracket: this bracket closes nothing at ")""#);
    check(r"\left( a )", r#"unbalanced-bracket: this closing bracket does not fit the opening one at ")""#);
    check(
        r"\begin{alinged} a \end{alinged}",
        r#"unknown-environment: the environment `alinged` is not known at "\\begin{alinged}""#,
    );
    check(
        r"\begin{align} a \end{aligned}",
        r#"unbalanced-environment: this `\end` does not fit the `\begin` at "\\end{aligned}""#,
    );
    check(r"\begin{align} a", r#"unbalanced-environment: `\begin{align}` is not closed at "\\begin{align}""#);
    check(r"\left a", r#"missing-delimiter: a delimiter must follow at "\\left""#);
}

#[test]
fn hostile_input_ends() {
    for text in
        ["{", "(", r"\left(", r"\hat", r"\begin{aligned}", "|+", "x^{", r"\sqrt[", r"\boxed{", "}", ")", "^", "$"]
    {
        assert!(shown(&text.repeat(100_000)).contains(": "), "{text}");
    }
    assert!(shown(&"x + ".repeat(100_000)).starts_with("x + x"));
    assert!(shown(&"----".repeat(10_000)).starts_with("- - -"));
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        spans_hold(&text)?;
    }

    #[test]
    fn never_panics_on_likely_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        spans_hold(&pieces.concat())?;
    }
}

const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "|",
    r"\|",
    r"\left",
    r"\right",
    ".",
    r"\frac",
    "12",
    "a",
    "é",
    "′",
    "^",
    "_",
    "'",
    "&",
    r"\\",
    r"\begin{aligned}",
    r"\end{aligned}",
    r"\begin{array}{c}",
    r"\newcommand",
    r"\def",
    r"\x",
    "#1",
    r"\let",
    r"\x",
    r"\sqrt",
    r"\over",
    r"\bf",
    r"\boxed",
    r"\underbrace",
    r"\text",
    "%",
    "\n",
    " ",
    r"\",
    r"\hat",
    "∂",
    r"\prime",
    ".5",
    "$",
    r"\begin{align}[t]",
    r"\tag",
    r"\mkern",
    r"\big",
    r"\not",
    "=",
    ":",
    r"\DeclareMathOperator",
    r"\textcolor{red}",
    "*",
];

fn spans_hold(text: &str) -> Result<(), TestCaseError> {
    match read(text, &Places::at(0), &Macros::default()) {
        Ok(tree) => {
            for item in tree.items() {
                prop_assert!(text.get(item.span.range()).is_some(), "{item:?} in {text:?}");
            }
        }
        Err(error) => {
            prop_assert!(!error.labels.is_empty());
            for label in &error.labels {
                prop_assert!(text.get(label.span.range()).is_some(), "{error:?} in {text:?}");
            }
        }
    }
    Ok(())
}
