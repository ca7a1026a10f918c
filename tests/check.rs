//! `derive check`: golden reports on notes, the article, options and exit codes, and what `derive` prints read back.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;
use serde_json::Value;

const EXAMPLES: &[&str] =
    &["article", "article-relu", "logistic", "mlp", "residual", "rnn", "composite", "custom", "deep"];

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// The JSON report of a run.
fn report(arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = ["check", "--json"].iter().chain(arguments).copied().collect();
    let run = derive(&arguments);
    serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}{}", run.output, run.errors))
}

/// Verdict, kind of mistake and exit code for one claim about the article's network.
fn claim(formula: &str) -> (String, String, i32) {
    let arguments = ["check", "--net", "examples/article.net", "--claim", formula, "--json"];
    let run = derive(&arguments);
    let json: Value = serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
    let entry = &json["formulas"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&entry["verdict"]), text(&entry["diagnosis"]["kind"]), run.code)
}

#[test]
fn notes_in_markdown_latex_and_a_notebook() {
    for file in ["backprop.md", "recurrent.tex", "logistic.ipynb", "matrices.md", "matrices.tex"] {
        let run = derive(&["check", "--verbose", &format!("examples/notes/{file}")]);
        assert_eq!((run.code, run.errors.as_str()), (1, ""));
        snapshot(&format!("check-{file}.txt"), &run.output);
    }
    let run = derive(&["check", "--json", "examples/notes/backprop.md"]);
    snapshot("check-backprop.md.json", &run.output);
    let run = derive(&["check", "--github", "examples/notes"]);
    snapshot("check-notes.github.txt", &run.output);
}

#[test]
fn the_article() {
    let nets = ["--net", "examples/article.net", "--net", "examples/composite.net"];
    let arguments: Vec<&str> = ["check", "-v", "tests/data/article.md"].iter().chain(&nets).copied().collect();
    let run = derive(&arguments);
    assert_eq!(run.code, 1);
    snapshot("check-article.txt", &run.output);
    let json = report(&[&["tests/data/article.md"], nets.as_slice()].concat());
    let formulas = json["formulas"].as_array().expect("formulas");
    for parameter in [r"\theta_{1}", r"\theta_{2}", r"\theta_{3}", "b_{1}", "b_{2}", "b_{3}"] {
        let begins = format!(r"\frac{{\partial C}}{{\partial {parameter} }} =");
        let entries: Vec<&Value> = formulas
            .iter()
            .filter(|entry| entry["latex"].as_str().is_some_and(|latex| latex.starts_with(&begins)))
            .collect();
        assert!(!entries.is_empty(), "{parameter}");
        entries.iter().for_each(|entry| assert_eq!(entry["verdict"], "right", "{entry}"));
    }
    let wrong: Vec<&Value> = formulas.iter().filter(|entry| entry["verdict"] == "wrong").collect();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0]["line"], 72);
    assert_eq!(wrong[0]["diagnosis"]["kind"], "missing-factor");
    let correct = wrong[0]["correct_latex"].as_str().unwrap_or_default();
    assert!(correct.contains(r"\frac{de}{df}"), "{correct}");
}

/// Whatever `derive` prints is read and accepted.
#[test]
fn what_derive_prints_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut runs: Vec<(String, Vec<&str>)> = Vec::new();
    for example in EXAMPLES {
        // Fifty layers in one form: the others say nothing new.
        let notations = ["article", "nielsen", "3blue1brown", "goodfellow"];
        if *example == "deep" {
            runs.push(((*example).to_owned(), vec!["--latex", "--notation", "nielsen"]));
            continue;
        }
        for notation in notations {
            runs.push(((*example).to_owned(), vec!["--latex", "--notation", notation]));
        }
        runs.push(((*example).to_owned(), vec!["--latex", "--standalone"]));
        runs.push(((*example).to_owned(), vec!["--latex", "--steps", "full", "--all-paths"]));
        for host in ["github", "obsidian", "quarto", "mdbook"] {
            runs.push(((*example).to_owned(), vec!["--markdown", "--host", host]));
        }
        for options in [["--sigma", "prime"], ["--sigma", "expanded"], ["--times", "star"], ["--times", "none"]] {
            runs.push(((*example).to_owned(), [&["--latex"], options.as_slice()].concat()));
        }
        runs.push(((*example).to_owned(), vec!["--latex", "--expand"]));
        runs.push(((*example).to_owned(), vec!["--latex", "--factor", "--paths", "1"]));
    }
    for (number, (example, options)) in runs.iter().enumerate() {
        let net = format!("examples/{example}.net");
        let ending = if options[0] == "--latex" { "tex" } else { "md" };
        let path = folder.path().join(format!("{number}.{ending}"));
        let path = path.to_str().expect("a path");
        let printed = derive(&[&[net.as_str(), "-o", path], options.as_slice()].concat());
        assert_eq!((printed.code, printed.errors.as_str()), (0, ""), "{example} {options:?}");
        let run = derive(&["check", path, "--net", &net]);
        assert_eq!(run.code, 0, "{example} {options:?}: {}{}", run.output, run.errors);
        let right: usize = run.output.lines().last().and_then(|line| line.split(' ').next()?.parse().ok()).unwrap_or(0);
        assert!(right >= 5, "{example} {options:?} gave {right} claims");
    }
}

#[test]
fn claims_in_both_languages() {
    let right = ("right".to_owned(), String::new(), 0);
    for formula in [
        r"\frac{\partial C}{\partial\theta_2} = 2(\hat y-y)\,\sigma'(z^3)\,\theta_3\,\sigma'(z^2)\,a^1",
        "dC/dtheta2 = 2*(yhat - y)*yhat*(1 - yhat)*theta3*a2*(1 - a2)*a1",
        "∂C/∂θ₂ = 2(ŷ − y)·σ′(z³)·θ₃·σ′(z²)·a¹",
        "$C'(b_3) = 2(\\hat y - y) \\sigma'(z_3)$",
    ] {
        assert_eq!(claim(formula), right, "{formula}");
    }
    let wrong = |kind: &str| ("wrong".to_owned(), kind.to_owned(), 1);
    assert_eq!(claim(r"\frac{\partial C}{\partial b_3} = 2(y - \hat y)\sigma'(z^3)"), wrong("sign"));
    assert_eq!(claim(r"\frac{\partial C}{\partial b_3} = \frac{C}{\partial z^3}"), wrong("malformed-derivative"));
    assert_eq!(claim(r"\frac{\partial C}{\partial b_3} = \eta").2, 3);
    let unread = report(&["--net", "examples/article.net", "--claim", r"\frac{\partial C}{\partial \thata_3} = 1"]);
    assert_eq!(unread["formulas"][0]["verdict"], "unread");
}

#[test]
fn rounded_constants_stand_for_one_number_each() {
    let right =
        ["0.39 z^2 = \\sqrt{0.15} z^2", "0.387 a^1 z^3 = \\sqrt{0.15} a^1 z^3", "z^3 = 1.0 z^3 + 0.1 x - 0.1 x"];
    for formula in right {
        assert_eq!(claim(formula), ("right".to_owned(), String::new(), 0), "{formula}");
    }
    // At each x some constant with these digits would do, but no one constant does for all.
    let wrong = [
        "0.4 z^2 = z^2\\frac{2x^2+3}{5x^2+7}",
        "C = 1.0 C \\frac{x^2+100}{x^2+101}",
        "0.39 z^2 + 0.4 z^3 = \\sqrt{0.15} z^2 + z^3 \\frac{2x^2+3}{5x^2+7}",
    ];
    for formula in wrong {
        assert_eq!((claim(formula).0.as_str(), claim(formula).2), ("wrong", 1), "{formula}");
    }
}

#[test]
fn a_definition_may_follow_in_the_same_paragraph() {
    let text = "<!-- derive: net=examples/article.net -->\n\
        $\\partial C/\\partial\\theta_2 = \\delta^2 a^1$ where $\\delta^2 = \\delta^3 \\theta_3 \\sigma'(z^2)$ and\n\
        $\\delta^3 = 2(\\hat y - y)\\sigma'(SLOT)$.\n\nElsewhere $\\partial C/\\partial b_2 = \\epsilon$.\n\n$\\epsilon = 2$\n";
    let verdicts = |slot: &str| {
        let run = program::derive_with_input(&["check", "--json", "-"], &text.replace("SLOT", slot));
        let json: Value = serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
        let formulas = json["formulas"].as_array().cloned().unwrap_or_default();
        formulas.iter().map(|formula| formula["verdict"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("z^3"), ["right", "skipped", "skipped", "unread", "skipped"]);
    assert_eq!(verdicts("z^2"), ["wrong", "skipped", "skipped", "unread", "skipped"]);
}

#[test]
fn an_index_above_and_one_below_are_refused_where_the_upper_one_is_no_power() {
    assert_eq!(claim("z^3_i = \\theta_3 a^2 + b_3").0, "unread");
    assert_eq!(claim("z_2^3 = \\theta_3 a^2 + b_3").0, "unread");
    assert_eq!(claim("b_3^2 = b_3 b_3").0, "right");
    assert_eq!(claim("(z^3)^2 = z_3 z_3").0, "right");
}

#[test]
fn the_right_formula_has_the_names_and_the_order_of_the_author() {
    let correct = |formula: &str| {
        let json = report(&["--net", "examples/article.net", "--claim", formula]);
        json["formulas"][0]["correct_latex"].as_str().unwrap_or_default().to_owned()
    };
    let second = "\\frac{\\partial^{2}C}{\\partial b_3^{2}} = 2(\\hat{y} - y)\\sigma''(z^3) + 2\\sigma'(z^3)^{2}";
    assert_eq!(correct("\\frac{\\partial^2 C}{\\partial b_3^2} = 2\\sigma'(z^3)^2"), second);
    let first = "\\frac{\\partial C}{\\partial b_3} = 2(\\hat y - y)\\hat y(1 - \\hat y)";
    assert_eq!(correct("\\frac{\\partial C}{\\partial b_3} = b_3^2 + \\hat y^2"), first);
}

#[test]
fn a_right_side_alone_with_definitions_and_other_names() {
    let net = ["--net", "examples/article.net"];
    let code = |rest: &[&str]| derive(&[&["check"], net.as_slice(), rest].concat()).code;
    assert_eq!(code(&["--wrt", "b3", "--claim", "2*(yhat - y)*yhat*(1 - yhat)"]), 0);
    assert_eq!(code(&["--wrt", "b3", "--claim", "2*(yhat - y)*yhat"]), 1);
    assert_eq!(code(&["--wrt", "b3", "--of", "z3", "--claim", "1"]), 0);
    assert_eq!(code(&["--wrt", "b4", "--claim", "1"]), 2);
    let given = [r"\delta^3 = \partial C/\partial z^3", r"\delta^2 = \delta^3 \theta_3 \sigma'(z^2)"];
    let definitions = ["--given", given[0], "--given", given[1]];
    assert_eq!(
        code(&[&definitions[..], &["--claim", r"\frac{\partial C}{\partial \theta_2} = \delta^2 a^1"]].concat()),
        0
    );
    assert_eq!(code(&["--given", "w", "--claim", "C = C"]), 2);
    let mapped = ["--map", "J=C, h=a, w=theta"];
    let formula = r"\frac{\partial J}{\partial w^{(2)}} = \frac{\partial J}{\partial h^{(2)}} \sigma'(z^{(2)}) h^{(1)}";
    assert_eq!(code(&[&mapped[..], &["--claim", formula]].concat()), 0);
    assert_eq!(code(&["--claim", formula]), 3);
    assert_eq!(code(&["--map", "J=K", "--claim", formula]), 2);
}

#[test]
fn documents_bring_their_networks_and_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        let run = derive(&["check", path.to_str().expect("a path")]);
        (run.code, run.output.lines().last().unwrap_or_default().to_owned())
    };
    let net = "```net\ninput x\nparam w = 2\ny = w*x\ncost C = y^2\n```\n\n";
    assert_eq!(
        check("a.md", &format!("{net}$\\frac{{\\partial C}}{{\\partial w}} = 2yx$\n")),
        (0, "1 right (1 proved, 0 numerically), 0 wrong, 0 undecided, 0 skipped".to_owned())
    );
    let mapped = format!(
        "{net}<!-- derive: map J=C; layout=row -->\n<!-- derive: expect wrong -->\n$\\nabla_w J = 2y$\n\n<!-- derive: ignore -->\n$C = 0$"
    );
    assert_eq!(
        check("b.md", &mapped),
        (0, "1 right (0 proved, 0 numerically, 1 wrong as expected), 0 wrong, 0 undecided, 1 skipped".to_owned())
    );
    let shown = format!("{net}<!-- derive: show w as \\omega -->\n$\\frac{{dC}}{{d\\omega}} = 2yx$\n");
    assert_eq!(check("c.md", &shown).0, 0);
    assert_eq!(check("d.md", "<!-- derive: net=missing.net -->\n$x = 1$").0, 2);
    assert_eq!(check("e.md", &format!("{net}<!-- derive: layout=diagonal -->\n$y = wx$")).0, 2);
    let expected = format!("{net}<!-- derive: expect wrong -->\n$y = wx$");
    assert_eq!(check("f.md", &expected).0, 1);
}

#[test]
fn folders_standard_input_and_junit() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("inner")).expect("a folder");
    std::fs::write(folder.path().join("b.md"), "$a^1 = \\sigma(z^1)$").expect("written");
    std::fs::write(folder.path().join("inner/a.tex"), "$a^1 = z^1$ & <x>").expect("written");
    std::fs::write(folder.path().join("ignored.rs"), "$a^1 = z^2$").expect("written");
    let junit = folder.path().join("junit.xml");
    let path = |path: &std::path::Path| path.to_str().expect("a path").to_owned();
    let net = "examples/article.net";
    let run = derive(&["check", &path(folder.path()), "--net", net, "--junit", &path(&junit)]);
    assert_eq!(run.code, 1, "{}", run.errors);
    assert!(
        run.output.ends_with("1 right (1 proved, 0 numerically), 1 wrong, 0 undecided, 0 skipped\n"),
        "{}",
        run.output
    );
    let xml = std::fs::read_to_string(junit).expect("the file");
    assert_eq!(xml.matches("<testcase").count(), 2);
    assert_eq!(xml.matches("<failure").count(), 1);
    assert_eq!(derive(&["check", "nowhere.md"]).code, 2);
    assert_eq!(derive(&["check"]).code, 2);
    assert_eq!(derive(&["check", "--claim", "x = 1"]).code, 2);
}

/// Hostile documents end in a verdict or an error.
#[test]
fn hostile_documents_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hostile.md");
    let name = path.to_str().expect("a path");
    let long = format!("$C = x{}$", " + x".repeat(5_000));
    for (text, codes) in [
        (format!("$C = {}x{}$", "{".repeat(100_000), "}".repeat(100_000)), [3, 3]),
        (format!("$C = {}", "(".repeat(100_000)), [0, 3]),
        (long, [1, 3]),
        (format!("$C = x{}$", " x".repeat(20_000)), [1, 3]),
        (format!("$C = {}x{}$", "x^{".repeat(80), "}".repeat(80)), [1, 3]),
        ("$C = \\frac{1}{0} + \\frac{x}{x - x}$".to_owned(), [1, 3]),
        ("$C = \\sum_{k=1}^{9999} \\sum_{j=1}^{9999} x$".to_owned(), [3, 3]),
        ("$C=x$ ".repeat(50), [1, 1]),
    ] {
        std::fs::write(&path, &text).expect("written");
        let run = derive(&["check", name, "--net", "examples/article.net"]);
        assert!(codes.contains(&run.code), "{}: {} {}", &text[..20], run.code, run.errors);
    }
}

#[test]
fn places_are_those_of_an_editor() {
    let folder = tempfile::tempdir().expect("a folder");
    let claim = "\\frac{\\partial C}{\\partial b_3} = 3(\\hat y - y)\\sigma'(z^3)";
    let documents = [
        ("long.md", format!("{}${claim}$", "a".repeat(1_000)), Some("1:1036")),
        ("mark.md", format!("\u{feff}$${claim}$$"), Some("1:37")),
        ("windows.md", format!("text\r\n\r\n$$\r\n{claim}\r\n$$\r\n"), Some("4:35")),
        ("unseen.md", format!("$${}$$", claim.replace("{\\", "{\u{200b}\\")), Some("1:39")),
        ("never.tex", format!("\\iffalse\n\\ifx\\a\\b $$1$$ \\fi\n$${claim}$$\n\\fi\n"), None),
        ("else.tex", format!("\\iffalse\n$$1$$\n\\else\n$${claim}$$\n\\fi\n"), Some("4:37")),
    ];
    for (name, text, place) in documents {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        let run = derive(&["check", "--net", "examples/article.net", path.to_str().expect("a path")]);
        let found = place.map(|place| run.output.contains(&format!("{name}:{place}\n")));
        assert_eq!((found, run.code), (place.map(|_| true), i32::from(place.is_some())), "{name}: {}", run.output);
    }
}

#[test]
fn a_document_that_cannot_be_read_does_not_hide_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let code = |texts: &[(&str, &[u8])]| {
        for (name, text) in texts {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        let run = derive(&["check", "--net", "examples/article.net", folder.path().to_str().expect("a path")]);
        assert!(run.errors.contains("this is not UTF-8 text"), "{}", run.errors);
        (run.code, run.output.contains("1 right"), run.output.contains("1 wrong"))
    };
    assert_eq!(code(&[("a.md", b"\xff\xfe")]), (2, false, false));
    assert_eq!(code(&[("b.md", b"$z^3 = \\theta_3 a^2 + b_3$")]), (2, true, false));
    assert_eq!(code(&[("c.md", b"$z^3 = \\theta_3 a^2$")]), (1, true, true));
}

#[test]
fn a_direct_derivative_of_a_derivative_is_right_or_open_and_never_wrong() {
    let network = "param x\nz = x^2\ny = x*z\ncost C = exp(y + z)\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mixed.net");
    std::fs::write(&path, network).expect("a network");
    let verdict = |right: &str| {
        let sum = r"\frac{\partial^{+}(\partial C/\partial x)}{\partial z} + \frac{\partial^{2}C}{\partial y\partial x} \cdot \frac{\partial y}{\partial z}";
        let formula = format!(r"\frac{{\partial^{{2}}C}}{{\partial z\partial x}} = {sum} = {right}");
        let path = path.to_str().expect("a path");
        let run = derive(&["check", "--net", path, "--claim", &formula, "--json"]);
        let json: Value = serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
        (json["formulas"][0]["verdict"].as_str().unwrap_or_default().to_owned(), run.code)
    };
    assert_eq!(verdict("e^{y + z}(z + 2x + 2x^2 + 1 + (z + 2x + 2x^2)x)"), ("right".to_owned(), 0));
    // Of ∂²C/∂y∂x, where y depends on x, it is not said what is held fixed.
    assert_eq!(verdict("e^{y + z}(z + 2x + 2x^2 + 1 + (z + 3x + 2x^2)x)"), ("undecided".to_owned(), 3));
    let one = |formula: &str| derive(&["check", "--net", path.to_str().expect("a path"), "--claim", formula]).code;
    let link = r"\frac{\partial^{+}(\partial C/\partial x)}{\partial z} = ";
    assert_eq!(one(&format!("{link}e^{{y + z}}(z + 2x + 2x^2 + 1)")), 0);
    // Right where ∂C/∂x is written with ∂C/∂y as a name: 2x ∂C/∂z is then another formula.
    assert_eq!(one(&format!("{link}2x e^{{y + z}}")), 3);
}

#[test]
fn what_derive_prints_of_higher_derivatives_is_never_called_wrong() {
    let network = "param v, w\ninput x\ntarget y\nh[0] = 0\nfor t in 1..3 {\n  s[t] = w*h[t-1] + v*x\n  h[t] = tanh(s[t])\n}\n\
                   q = h[3]^2/(1 + h[1]^2)\ncost C = (q + h[2] - y)^2\n";
    let folder = tempfile::tempdir().expect("a folder");
    let [net, notes] = ["shared.net", "mixed.md"].map(|name| folder.path().join(name));
    std::fs::write(&net, network).expect("a network");
    let net = net.to_str().expect("a path");
    for wrt in ["w,v", "w,w,w", "v,v"] {
        let printed = derive(&[net, "--wrt", wrt, "--mixed", "--markdown"]);
        assert_eq!(printed.code, 0, "{}", printed.errors);
        std::fs::write(&notes, &printed.output).expect("notes");
        let run = derive(&["check", notes.to_str().expect("a path"), "--net", net]);
        assert!(run.output.contains(" 0 wrong, "), "{wrt}: {}", run.output);
    }
}

#[test]
fn what_has_no_form_in_matrices_is_mended_in_letters_on_both_sides() {
    let network = "dim n\ninput x : [n], q : [n]\n\
                   cost E = sum(i in 1..n, sum(j in 1..n if j != i, q[i]*q[j]/(x[i]-x[j])^2))";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pairs.net");
    std::fs::write(&path, network).expect("room for a network");
    let path = path.to_string_lossy();
    let run = derive(&["check", "--net", &path, "--claim", r"\frac{\partial E}{\partial q} = q"]);
    let mend = run.output.lines().find_map(|line| line.trim().strip_prefix("right:")).unwrap_or_default().trim();
    assert!(mend.starts_with(r"\frac{\partial E}{\partial q_{i}} = 2\sum_{j \ne i}\frac{q_{j}}{"), "{mend}");
    let again = derive(&["check", "--net", &path, "--claim", mend]);
    assert_eq!((again.code, again.errors.as_str()), (0, ""), "{}", again.output);
}
