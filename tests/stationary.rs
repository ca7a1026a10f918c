//! Derivatives that are set to 0, and names for rows that a document gives.

#[path = "support/program.rs"]
mod program;
#[path = "support/verdicts.rs"]
mod verdicts;

use pretty_assertions::assert_eq;
use program::derive_with_input;
use verdicts::expect;

const RIDGE: &str = "
dim n, d
input X : [n, d], y : [n], lambda
param w : [d], v
cost R = norm(X @ w - y)^2 + lambda*norm(w)^2";

#[test]
fn a_derivative_set_to_zero_is_a_condition() {
    let formulas = [
        // v does not reach R.
        (r"\frac{\partial R}{\partial v} = 0", "right"),
        (r"\nabla_w R = 0", "undecided"),
        (r"\nabla_w R = \mathbf{0}", "undecided"),
        (r"\nabla_w R = 2X^\top(Xw - y) + 2\lambda w = 0", "right"),
        (r"\nabla_w R = 2X^\top(Xw - y) + \lambda w = 0", "wrong"),
        (r"\nabla_w R = 1", "wrong"),
        // A value at a point that is not said.
        (r"R = 0", "undecided"),
    ];
    expect(RIDGE, &[], &formulas);
}

#[test]
fn an_arrow_leads_on_from_a_condition() {
    let document = format!(
        "```net{RIDGE}\n```\n$$\\nabla_w R = 0 \\iff w = (X^\\top X + \\lambda I)^{{-1}} X^\\top y$$\n\n\
         $$\\nabla_w R = 2X^\\top(Xw - y) \\implies \\frac{{\\partial R}}{{\\partial v}} = 0$$\n"
    );
    let run = derive_with_input(&["check", "-", "--verbose"], &document);
    let said: Vec<&str> = run.output.lines().chain(run.errors.lines()).collect();
    assert!(said.iter().any(|line| line.contains("skipped, sets a derivative to 0")), "{said:#?}");
    assert!(said.iter().any(|line| line.contains("1 right") && line.contains("1 wrong")), "{said:#?}");
    assert_eq!(run.code, 1);
}

#[test]
fn words_announce_a_condition() {
    let said = |words: &str| {
        let document = format!("```net{RIDGE}\n```\n{words} $\\nabla_w R = 0$.\n");
        derive_with_input(&["check", "-", "--verbose"], &document)
    };
    for words in ["Setting", "We set", "At the optimum", "Solve", "Set the gradient to zero:"] {
        let run = said(words);
        assert!(run.output.contains("sets a derivative to 0"), "{words}: {}{}", run.output, run.errors);
        assert_eq!(run.code, 0, "{words}");
    }
    for words in ["We see that", "The optimum is found later. Now"] {
        assert_eq!(said(words).code, 3, "{words}");
    }
}

#[test]
fn a_document_names_rows_and_columns() {
    let document = |show: &str| {
        format!(
            "```net{RIDGE}\n```\n{show}\n$\\nabla_w R = 2\\sum_{{i=1}}^n (x_i^\\top w - y_i) x_i + 2\\lambda w$\n\n\
             $\\nabla_w R = 2\\sum_{{i=1}}^n (x_i^\\top w - y_i) w + 2\\lambda w$\n"
        )
    };
    let run = |show: &str| derive_with_input(&["check", "-"], &document(show));
    let shown = run("<!-- derive: show X[i, :] as x_i, w as w -->");
    assert!(shown.output.contains("1 right (1 proved, 0 numerically), 1 wrong"), "{}{}", shown.output, shown.errors);
    // Without it the report says how to say so.
    let unknown = run("");
    let said = format!("{}{}", unknown.output, unknown.errors);
    assert!(said.contains("`derive: show X[i, :] as x_i`"), "{said}");
    assert_eq!(unknown.code, 3);
    // What is no matrix, and what has no letter, is refused with its place.
    for (show, message) in [
        ("show w[i, :] as x_i", "`w` is no matrix: it has no rows and columns"),
        ("show X[i, :] as x", "`x` cannot be the name of a row or a column"),
        ("show Q[i, :] as q_i", "the network has no `Q`"),
    ] {
        let run = run(&format!("<!-- derive: {show} -->"));
        let said = format!("{}{}", run.output, run.errors);
        assert!(said.contains(message), "{said}");
        assert_eq!(run.code, 2, "{show}");
    }
}
