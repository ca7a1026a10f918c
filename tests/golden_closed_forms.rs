//! All closed forms as the program prints them, one reviewed golden file: network, error terms, gradient in LaTeX, in
//! text and entry by entry.

#[path = "support/program.rs"]
mod program;

use program::derive;
use serde_json::Value;

/// A field of JSON as text.
fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or("")
}

/// What a formula holds because of: `   because Σᵢ yᵢ = 1`.
fn reasons(value: &Value) -> String {
    let assumed = value["assumptions"].as_array().into_iter().flatten().map(|assumed| text(assumed, "/text"));
    let assumed: Vec<&str> = assumed.collect();
    if assumed.is_empty() { String::new() } else { format!("   because {}", assumed.join(", ")) }
}

fn printed(form: &Value) -> String {
    let lines: Vec<&str> = form["network"].as_array().expect("lines").iter().filter_map(Value::as_str).collect();
    let is_hessian = form["kind"] == "hessian";
    let by = text(form, "/wrt");
    let by = if is_hessian { format!("{by},{by}") } else { by.to_owned() };
    let mut arguments: Vec<&str> = lines.iter().flat_map(|line| ["-e", *line]).collect();
    arguments.extend(["--of", text(form, "/of"), "--wrt", by.as_str(), "--json"]);
    arguments.extend(is_hessian.then_some("--mixed"));
    let run = derive(&arguments);
    assert_eq!((run.errors.as_str(), run.code), ("", 0), "{arguments:?}");
    let told: Value = serde_json::from_str(&run.output).expect("JSON");
    let mut out = format!("{}\n", text(form, "/id"));
    lines.iter().for_each(|line| out.push_str(&format!("    {line}\n")));
    for adjoint in told["adjoints"].as_array().into_iter().flatten().filter(|adjoint| !adjoint["letter"].is_null()) {
        out.push_str(&format!(
            "  {} = {}{}\n",
            text(adjoint, "/letter/text"),
            text(adjoint, "/formula/text"),
            reasons(adjoint)
        ));
    }
    let derivative = told["derivatives"].as_array().and_then(|all| all.last()).expect("a derivative");
    let symbol = text(derivative, "/symbol/text");
    out.push_str(&format!("  {symbol} = {}{}\n", text(derivative, "/result/text"), reasons(derivative)));
    out.push_str(&format!("  LaTeX: {}\n", text(derivative, "/result/latex")));
    if derivative["entry"].is_object() {
        let (left, right) = (text(derivative, "/entry/symbol/text"), text(derivative, "/entry/formula/text"));
        out.push_str(&format!("  {left} = {right}\n"));
    }
    out
}

/// All forms of a file on one page, as they are printed.
fn page(file: &str, golden: &str) {
    let forms = std::fs::read_to_string(file).expect("the closed forms");
    let forms: Value = serde_json::from_str(&forms).expect("JSON");
    let pages: Vec<String> = forms["forms"].as_array().expect("forms").iter().map(printed).collect();
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(golden, pages.join("\n"));
    });
}

#[test]
fn all_closed_forms_as_they_are_printed() {
    page("tests/data/closed-forms.json", "closed-forms.txt");
}

#[test]
fn the_forms_of_further_textbooks_as_they_are_printed() {
    page("tests/data/textbook-forms.json", "textbook-forms.txt");
}
