//! Names as the user wants them: LaTeX as it was written, and the same in plain text.

use chainrule::calculus::{Deltas, Goal, Request, Sigma};
use chainrule::diagnostic::Colour;
use chainrule::emit::{latex, text};
use chainrule::narrate::{Story, Wish, document};
use chainrule::network::{FreeNames, read_network};
use chainrule::notation::{Notation, Style, check_shows};
use pretty_assertions::assert_eq;

/// The right side of u = x·y in LaTeX and in plain text, with y shown in a form.
fn shown(form: &str) -> Option<(String, String)> {
    let (network, _) = read_network(&format!("u = x*y\ncost C = u^2\nshow y as {form}"), FreeNames::Parameters);
    let mut network = network.filter(|network| check_shows(network).is_empty())?;
    let (of, by) = (network.cost?, vec![vec![network.find("x")?]]);
    let request =
        Request { of, by, max_paths: 6, sigma: Sigma::Activation, goal: Goal::Textbook, deltas: Deltas::Named };
    let style = Style { notation: Notation::Article, ..Style::default() };
    let story = Story::new(&mut network, &Wish::of(request));
    let document = document(&network, &story, style, None);
    let line = |text: String, sign: &str| {
        let side = text.lines().find_map(|line| line.trim().strip_prefix(sign));
        side.map(|side| side.trim_end_matches([' ', '\\']).to_owned())
    };
    Some((line(latex::fragment(&document), "u &= ")?, line(text::document(&document, Colour::Never), "u = ")?))
}

#[test]
fn latex_in_quotes_has_a_plain_form() {
    for (form, latex, plain) in [
        (r"\varepsilon", r"\varepsilon", "ε"),
        (r"\epsilon", r"\epsilon", "ϵ"),
        (r"\ell_out", r"\ell_{\mathrm{out}}", "ℓₒᵤₜ"),
        (r#""\sigma^2""#, r"\sigma^2", "σ²"),
        (r#""\mathbf{x}_{\text{in}}""#, r"\mathbf{x}_{\text{in}}", "xᵢₙ"),
        (r#""\bar{\mathbf h}^{(t+1)}_i""#, r"\bar{\mathbf h}^{(t+1)}_i", "h̄ᵢ⁽ᵗ⁺¹⁾"),
        (r#""x^{\prime}""#, r"x^{\prime}", "x′"),
        (r#""\Delta t""#, r"\Delta t", "Δt"),
        (r#""\mycommand{x}""#, r"\mycommand{x}", r"\mycommand{x}"),
    ] {
        assert_eq!(shown(form), Some((format!("x{latex}"), format!("x{plain}"))), "{form}");
    }
}

#[test]
fn latex_that_would_break_a_formula_is_refused() {
    for form in [r#""""#, r#"" ""#, r#""{{""#, r#""a}b""#, r#""a & b""#, r#""x$""#, r#""x % y""#, r#""\left( x""#] {
        assert_eq!(shown(form), None, "{form}");
    }
}
