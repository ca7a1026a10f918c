//! Equalities of tensors, decided entry by entry.

use chainrule::check::decide::{DecideOptions, decide};
use chainrule::check::verdict::{Ground, Verdict};
use chainrule::network::{FreeNames, read_network};
use pretty_assertions::assert_eq;

/// What is decided of `left = right` in a network.
fn verdict(declarations: &str, left: &str, right: &str) -> Verdict {
    let text = format!("{declarations}\nleft_side = {left}\nright_side = {right}\n");
    let (network, diagnostics) = read_network(&text, FreeNames::Refused);
    let mut network = network.unwrap_or_else(|| panic!("{text}\n{diagnostics:?}"));
    let sides = ["left_side", "right_side"].map(|name| {
        let name = network.find(name).expect("an equation");
        network.definition(name).expect("a definition").value
    });
    decide(&mut network, sides[0], sides[1], &DecideOptions { seed: Some(7), ..DecideOptions::default() })
}

fn is_proved(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Right(right) if right.ground == Ground::Proved)
}

#[test]
fn equal_tensors_are_proved() {
    let declarations = "input A : [m, n], B : [n, m], x : [n], y : [m], S : [n, n], T : [n, n]\n\
                        input p : simplex[n], H : [n, n]\nassume H = H.T";
    let pairs = [
        ("(A @ B).T", "B.T @ A.T"),
        ("trace(A @ B)", "trace(B @ A)"),
        ("sum(A * B.T)", "trace(A @ B)"),
        ("sqnorm(A @ x - y)", "dot(A @ x, A @ x) - 2*dot(y, A @ x) + dot(y, y)"),
        ("outer(y, x) @ x", "y*sqnorm(x)"),
        ("diag(x) @ S", "x[:, None]*S"),
        ("inv(S @ T)", "inv(T) @ inv(S)"),
        ("inv(S.T)", "inv(S).T"),
        ("det(S @ T)", "det(S)*det(T)"),
        ("softmax(x + 1)", "softmax(x)"),
        ("log(softmax(x))", "x - logsumexp(x)"),
        ("sum(softmax(x))", "1"),
        ("p*sum(p)", "p"),
        ("x @ H", "H @ x"),
        ("sum(mean(A, axis=0))", "sum(A)/m"),
        ("sigmoid(x)*(1 - sigmoid(x))", "sigmoid(-x)*sigmoid(x)"),
        ("x[1] + sum(x[2..n])", "sum(x)"),
        ("einsum(\"ij,jk,kl->il\", A, B, A)", "A @ B @ A"),
    ];
    for (left, right) in pairs {
        let found = verdict(declarations, left, right);
        assert!(is_proved(&found), "{left} = {right}: {found:?}");
    }
}

#[test]
fn different_tensors_are_refuted_with_the_entry() {
    let declarations = "input A : [m, n], B : [n, m], x : [n], y : [m], S : [n, n], T : [n, n]";
    let pairs = [
        ("S @ T", "T @ S"),
        ("S", "S.T"),
        ("S @ x", "x @ S"),
        ("sum(A)/n", "mean(A, axis=1) @ ones(m)/2"),
        ("outer(x, x)", "diag(x*x)"),
        ("softmax(2*x)", "softmax(x)"),
        ("x/n", "x/2"),
        ("inv(S + T)", "inv(S) + inv(T)"),
    ];
    for (left, right) in pairs {
        match verdict(declarations, left, right) {
            Verdict::Wrong(wrong) => {
                assert!(!wrong.entries.is_empty(), "{left} = {right}: no entries");
                assert!((wrong.left - wrong.right).abs() > 0.0, "{left} = {right}: {wrong:?}");
            }
            other => panic!("{left} = {right}: {other:?}"),
        }
    }
}

#[test]
fn the_entry_that_differs_is_named() {
    let Verdict::Wrong(wrong) = verdict("input x : [n]", "x", "diag(x)[1, :]") else { panic!("wrong") };
    assert_eq!(wrong.entry, vec![2]);
}

#[test]
fn one_hot_vectors_are_more_than_a_sum() {
    let declarations = "target y : onehot[k]\ninput z : [k], M : binary[m, n], A : [m, n]";
    assert!(is_proved(&verdict(declarations, "sum(y)*z", "z")));
    assert!(is_proved(&verdict(declarations, "dot(y, z) - logsumexp(z)", "dot(y, log_softmax(z))")));
    assert!(matches!(verdict(declarations, "y*y", "y"), Verdict::Right(_)));
    assert!(matches!(verdict(declarations, "M*M*A", "M*A"), Verdict::Right(_)));
    assert!(matches!(verdict(declarations, "M*A*A", "M*A"), Verdict::Wrong(_)));
}
