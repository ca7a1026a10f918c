//! Vectors and matrices whose entries are given: how they print, what is known of their entries, and how they are read.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;

const NETWORK: &[&str] = &[
    "param a, b",
    "param w : [3], M : [2, 2]",
    "v = [a, b, 2] * [1, w[2], a]",
    "R = [[a, -b], [b, a]]",
    "T = [[0, -1], [1, 0]]",
    "Y = R @ M @ [[1, 2], [3, 4]]",
    "cost C = sum(v) + [w[1], a]@[b, 3] + sum(Y^2) + trace(T @ M)",
];

/// The arguments that give the network.
fn network() -> Vec<&'static str> {
    NETWORK.iter().flat_map(|line| ["-e", *line]).collect()
}

/// The last line that begins so.
fn line(options: &[&str], start: &str) -> String {
    let run = derive(&[&network()[..], options].concat());
    assert_eq!((run.errors.as_str(), run.code), ("", 0));
    let found = run.output.lines().map(str::trim).rfind(|line| line.starts_with(start)).unwrap_or_default();
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_matrix_of_entries_prints_as_one() {
    assert_eq!(line(&[], "R ="), "R = [[a, −b], [b, a]]");
    assert_eq!(line(&[], "T ="), "T = [[0, −1], [1, 0]]");
    assert_eq!(line(&[], "Y ="), "Y = RM[[1, 2], [3, 4]]");
    assert_eq!(line(&["--latex"], "R &="), r"R &= \begin{pmatrix} a & -b \\ b & a \end{pmatrix} \\");
    assert_eq!(line(&["--form", "index"], "Yᵢⱼ ="), "Yᵢⱼ = Σₖ (Σₗ RᵢₗMₗₖ)[[1, 2], [3, 4]]ₖⱼ");
}

#[test]
fn its_transpose_has_its_rows_as_columns() {
    assert_eq!(line(&[], "∂C/∂M ="), "∂C/∂M = RᵀΔ_Y [[1, 3], [2, 4]] + Tᵀ");
}

#[test]
fn an_entry_at_a_fixed_place_is_that_entry() {
    let scalar =
        ["-e", "param a, b", "-e", "param w : [3]", "-e", "cost C = sum([a, b, 2] * [1, w[2], a]) + [w[1], a]@[b, 3]"];
    let run = derive(&scalar);
    assert_eq!((run.errors.as_str(), run.code), ("", 0));
    let last = |start: &str| run.output.lines().map(str::trim).rfind(|line| line.starts_with(start));
    assert_eq!(last("∂C/∂a ="), Some("∂C/∂a = 6"));
    assert_eq!(last("∂C/∂w ="), Some("∂C/∂w = b · (1, 1, 0)"));
    assert_eq!(last("∂C/∂b ="), Some("∂C/∂b = wᵀ(1, 1, 0)"));
}

/// The exit code of a claim, and the first line of what is said of it.
fn checked(claim: &str) -> (i32, String) {
    let mut file = std::env::temp_dir();
    file.push(format!(
        "derive-literals-{}-{:x}.net",
        std::process::id(),
        claim.len() * 31 + claim.as_bytes()[0] as usize
    ));
    std::fs::write(&file, NETWORK.join("\n")).expect("a file");
    let run = derive(&["check", "--net", file.to_str().expect("a path"), "--claim", claim]);
    std::fs::remove_file(&file).expect("the file is there");
    (run.code, run.output.lines().chain(run.errors.lines()).next().unwrap_or_default().to_owned())
}

#[test]
fn an_entry_of_ones_is_no_factor() {
    let run = derive(&[&network()[..], &["--form", "index", "--wrt", "b"]].concat());
    assert_eq!((run.errors.as_str(), run.code), ("", 0));
    assert!(run.output.contains("Σᵢ₌₁³ 𝟙[i = 2] w₂"), "{}", run.output);
}

#[test]
fn lists_are_columns_or_rows() {
    let right = [
        r"v = (a, b w_2, 2a)",
        r"v = [a, b w_2, 2a]",
        r"\frac{\partial v}{\partial a} = (1, 0, 2)",
        r"\frac{\partial v}{\partial a} = (1, 0, 2)^\top",
        r"\sum_{i=1}^{3} v_i = a + b w_2 + (2a, 3)_1",
        r"v^\top (1, 0, 0) = a",
        r"(1, 0, 0) v = a",
        r"(1, 0, 0)^\top v = a",
        r"w_1 b + 3a = \sum_{i=1}^{2} (\mathbf{1}[i = 1] w_1 + \mathbf{1}[i = 2] a)(b, 3)_i",
        r"R_{12} = \begin{pmatrix} a & -b \\ b & a \end{pmatrix}_{12}",
        r"\frac{\partial v}{\partial w} = \operatorname{diag}(0, b, 0)",
    ];
    for claim in right {
        assert_eq!(checked(claim).0, 0, "{claim}: {}", checked(claim).1);
    }
    let wrong = [
        r"v = (a, b w_2, 3a)",
        r"\frac{\partial v}{\partial a} = (1, 0, 3)^\top",
        r"\frac{\partial v}{\partial w} = \operatorname{diag}(0, 0, b)",
        r"(1, 1, 0)^\top v = a",
        r"v^\top (0, 1, 0) = b",
        r"R_{12} = \begin{pmatrix} a & -b \\ b & a \end{pmatrix}_{21}",
    ];
    for claim in wrong {
        assert_eq!(checked(claim).0, 1, "{claim}: {}", checked(claim).1);
    }
}

#[test]
fn a_list_of_leaves_is_given_values() {
    assert_eq!(checked("(a, b) = (1, 2)").0, 0);
}

#[test]
fn values_at_given_arguments_are_no_products() {
    for claim in
        ["C(1, 2) = 3", "C(1) = 3", r"\frac{\partial C}{\partial a}(1) = 3", "C(-2) = 4", "C(w, 2) = 1", "C(w)(1) = 2"]
    {
        let said = "warning[ambiguous]: this may be the value at given arguments, or a product";
        assert_eq!(checked(claim), (3, said.to_owned()), "{claim}");
    }
}
