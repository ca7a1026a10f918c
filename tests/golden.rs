//! Golden files: what the program prints for every example, in every format. Their diffs are reviewed by eye.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::{derive, derive_with_input};

const EXAMPLES: &[&str] =
    &["article", "article-relu", "logistic", "mlp", "residual", "rnn", "composite", "custom", "deep"];

/// What a run prints, which must have gone well.
fn printed(arguments: &[&str]) -> String {
    let run = derive(arguments);
    assert_eq!(run.errors, "", "{arguments:?}");
    assert_eq!(run.code, 0, "{arguments:?}");
    run.output
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn every_example_in_every_format() {
    for example in EXAMPLES {
        let file = format!("examples/{example}.net");
        snapshot(&format!("{example}.txt"), &printed(&[&file]));
        snapshot(&format!("{example}.tex"), &printed(&[&file, "--latex"]));
        snapshot(&format!("{example}.md"), &printed(&[&file, "--markdown"]));
        snapshot(&format!("{example}.json"), &printed(&[&file, "--json"]));
        snapshot(&format!("{example}-eval.txt"), &eval(&file));
    }
}

/// `derive eval`; the abstract functions of `composite` have no numbers.
fn eval(file: &str) -> String {
    let run = derive(&["eval", file]);
    assert_eq!(run.code, if file.contains("composite") { 2 } else { 0 }, "{}", run.errors);
    run.output + &run.errors
}

#[test]
fn every_depth_host_notation_and_form() {
    let article = "examples/article.net";
    for steps in ["chain", "full"] {
        for example in ["article", "residual", "rnn", "article-relu", "custom"] {
            let file = format!("examples/{example}.net");
            snapshot(&format!("{example}-{steps}.txt"), &printed(&[&file, "--steps", steps]));
        }
    }
    for host in ["obsidian", "quarto", "mdbook"] {
        snapshot(&format!("article-{host}.md"), &printed(&[article, "--wrt", "theta2", "--markdown", "--host", host]));
    }
    for notation in ["nielsen", "3blue1brown", "goodfellow"] {
        snapshot(&format!("article-{notation}.tex"), &printed(&[article, "--notation", notation, "--latex"]));
    }
    for times in ["star", "none"] {
        snapshot(&format!("article-times-{times}.txt"), &printed(&[article, "--wrt", "theta2", "--times", times]));
    }
    for sigma in ["prime", "expanded"] {
        snapshot(&format!("article-sigma-{sigma}.txt"), &printed(&[article, "--wrt", "theta2", "--sigma", sigma]));
    }
    snapshot("article-standalone.tex", &printed(&[article, "--wrt", "theta2", "--latex", "--standalone"]));
    snapshot("article-second.txt", &printed(&[article, "--wrt", "theta2,theta2", "--mixed"]));
    snapshot("article-mixed.txt", &printed(&[article, "--wrt", "theta2,b1", "--mixed"]));
    snapshot("residual-expand.txt", &printed(&["examples/residual.net", "--expand", "--steps", "chain"]));
    snapshot("rnn-factor.txt", &printed(&["examples/rnn.net", "--factor"]));
    snapshot("rnn-recursion.txt", &printed(&["examples/rnn.net", "--wrt", "w", "--paths", "1"]));
    snapshot("mlp-descend.txt", &printed(&["descend", "examples/mlp.net", "--rate", "0.5", "--steps", "20"]));
    snapshot("functions.txt", &printed(&["functions"]));
    snapshot("explain-sigmoid.txt", &printed(&["explain", "sigmoid"]));
}

/// The six formulas of the article, letter for letter.
#[test]
fn the_six_formulas_of_the_article() {
    let to_z3 = r"\frac{\partial C}{\partial \hat{y}} \cdot \frac{\partial \hat{y}}{\partial z^{3}}";
    let to_z2 = format!(
        r"{to_z3} \cdot \frac{{\partial z^{{3}}}}{{\partial a^{{2}}}} \cdot \frac{{\partial a^{{2}}}}{{\partial z^{{2}}}}"
    );
    let to_z1 = format!(
        r"{to_z2} \cdot \frac{{\partial z^{{2}}}}{{\partial a^{{1}}}} \cdot \frac{{\partial a^{{1}}}}{{\partial z^{{1}}}}"
    );
    for (name, symbol, track, layer) in [
        ("theta1", r"\theta_{1}", to_z1.as_str(), 1),
        ("b1", "b_{1}", &to_z1, 1),
        ("theta2", r"\theta_{2}", &to_z2, 2),
        ("b2", "b_{2}", &to_z2, 2),
        ("theta3", r"\theta_{3}", to_z3, 3),
        ("b3", "b_{3}", to_z3, 3),
    ] {
        let formula = printed(&["examples/article.net", "--wrt", name, "--latex", "--steps", "chain"]);
        let last = format!(r"\frac{{\partial z^{{{layer}}}}}{{\partial {symbol}}}");
        let expected = format!("\\[\n\\frac{{\\partial C}}{{\\partial {symbol}}} = {track} \\cdot {last}\n\\]\n");
        assert_eq!(formula, expected);
    }
}

#[test]
fn the_seven_factors_of_the_composite() {
    let formula = printed(&["examples/composite.net", "--steps", "chain"]);
    assert_eq!(formula.trim(), "dy/dx = dy/db · db/dc · dc/dd · dd/de · de/df · df/dg · dg/dx");
}

#[test]
fn a_quantity_without_influence_gives_zero_in_words() {
    let said = printed(&["examples/article.net", "--of", "a1", "--wrt", "theta2", "--steps", "chain"]);
    assert_eq!(said.trim(), "a¹ does not depend on θ₂: ∂a¹/∂θ₂ = 0.");
}

#[test]
fn any_quantity_by_any_other() {
    let formula = printed(&["examples/article.net", "--of", "a2", "--wrt", "z1", "--steps", "chain"]);
    assert_eq!(formula.trim(), "∂a²/∂z¹ = ∂a²/∂z² · ∂z²/∂a¹ · ∂a¹/∂z¹");
}

#[test]
fn files_are_written_whole_in_the_format_of_their_ending() {
    let folder = tempfile::tempdir().expect("a folder");
    for (ending, marker) in [("tex", "\\documentclass"), ("md", "```math"), ("json", "\"schema\""), ("txt", "═══")]
    {
        let path = folder.path().join(format!("out.{ending}"));
        let path = path.to_str().expect("a path");
        let run = derive(&["examples/article.net", "--wrt", "theta2", "-o", path]);
        assert_eq!((run.code, run.output.as_str()), (0, ""));
        let text = std::fs::read_to_string(path).expect("the file");
        assert!(text.contains(marker), "{ending}: {text}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 4, "nothing else is left behind");
}

#[test]
fn nothing_is_written_when_something_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.md");
    let path = path.to_str().expect("a path");
    std::fs::write(path, "kept").expect("written");
    let run = derive(&["tests/errors/syntax.net", "-o", path]);
    assert_eq!(run.code, 2);
    assert_eq!(std::fs::read_to_string(path).expect("the file"), "kept");
}

#[test]
fn a_result_is_not_said_twice() {
    for line in ["y = a*x^3 - b*x^2 + 2*x^-1", "y = gelu(x)", "y = x*exp(-x^2/2)/sqrt(2*pi)", "y = sqrt(x) + cbrt(x)"] {
        let text = printed(&["-e", line, "--wrt", "x", "--steps", "full"]);
        let (_, result) = text.split_once("The result").expect("a result");
        let right = |line: &str| line.split_once("= ").map(|(_, right)| right.trim().to_owned());
        let rights: Vec<String> = result.lines().filter_map(right).collect();
        assert!(!rights.is_empty(), "{text}");
        assert!(rights.windows(2).all(|two| two[0] != two[1]), "{text}");
    }
}

#[test]
fn a_root_is_explained_without_saying_itself() {
    let text = printed(&["explain", "sqrt"]);
    assert!(text.contains("d/dx √x = 1/(2 √x)"), "{text}");
    assert!(!text.contains("√x = √x") && !text.contains("= d/dx"), "{text}");
}

#[test]
fn a_chain_of_one_link_shows_the_equation() {
    let formula = printed(&["-e", "y = x^2*k", "--wrt", "x", "--steps", "chain"]);
    assert_eq!(formula.trim(), "∂y/∂x = ∂/∂x (x²k)");
}

#[test]
fn an_empty_list_of_variables_is_refused() {
    for list in ["", ","] {
        let run = derive(&["examples/article.net", "--wrt", list]);
        assert_eq!((run.code, run.output.as_str()), (2, ""));
        assert!(run.errors.contains("--wrt names nothing"), "{}", run.errors);
    }
}

#[test]
fn a_derivative_that_holds_another_quantity_fixed_is_partial() {
    let chain = |text: &str| derive_with_input(&["-", "--wrt", "x", "--steps", "chain"], text).output;
    let both = chain("input x\nh = sin(x)\nk = x^2\ny = k*h\n");
    assert_eq!(both.trim(), "∂y/∂x = ∂y/∂k · ∂k/∂x + ∂y/∂h · ∂h/∂x");
    let one = chain("input x\nconst k = 2\nh = sin(k*x)\ny = k*h^2\n");
    assert_eq!(one.trim(), "dy/dx = dy/dh · dh/dx");
}

#[test]
fn a_derivative_outside_the_domain_is_not_to_be_trusted() {
    let text = printed(&["-e", "y = log(x)", "--wrt", "x", "--at", "x=-1"]);
    assert!(text.contains("These numbers are not to be trusted"), "{text}");
    assert!(text.contains("in the equation of `y`, `log` of −1"), "{text}");
}

#[test]
fn a_sum_in_a_sum_has_no_parentheses_and_a_shared_sum_is_taken_out() {
    let network = "param w, b\ninput x\ntarget y\nz = w*x + b\na = tanh(z)\nu = a + z\ncost C = (u - y)^2\n";
    let last = |arguments: &[&str]| {
        let all = [&["-"], arguments].concat();
        let output = derive_with_input(&all, network).output;
        output.lines().last().unwrap_or_default().trim().to_owned()
    };
    assert_eq!(last(&["--wrt", "z"]), "= 2(u − y)(2 − a²)");
    assert_eq!(last(&["--wrt", "z", "--factor"]), "= 2(u − y)(2 − a²)");
    assert_eq!(last(&["--wrt", "z", "--expand"]), "= 4u − 4y − 2ua² + 2ya²");
    assert_eq!(last(&["--wrt", "z,z", "--mixed"]), "= 4 − 2a² + 4(y − u)a(1 − a²) + 2(2 − a²)(1 − a²)");
    assert_eq!(last(&["--wrt", "w,b", "--mixed"]), "= 2x(2 − a² + 2(y − u)a(1 − a²) + (2 − a²)(1 − a²))");
}
