//! Logits of ±1000: costs and gradients of the stable forms are right to the last digits, and nothing overflows.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive_with_input;
use serde_json::Value;

const LOGITS: [f64; 4] = [1000.0, -1000.0, 0.0, 999.0];

struct Case {
    /// What follows the logits z.
    rest: &'static str,
    cost: f64,
    gradient: [f64; 4],
}

fn evaluated(network: &str) -> Value {
    let run = derive_with_input(&["eval", "-", "--json", "--wrt", "z"], network);
    assert_eq!((run.code, run.errors.as_str()), (0, ""), "{network}\n{}", run.output);
    serde_json::from_str(&run.output).expect("JSON")
}

fn close(found: &Value, expected: f64) -> bool {
    found.as_f64().is_some_and(|found| (found - expected).abs() <= 1e-14 * expected.abs().max(1.0))
}

fn quantity<'a>(result: &'a Value, name: &str) -> &'a Value {
    let all = result["quantities"].as_array().expect("a list");
    &all.iter().find(|quantity| quantity["name"] == name).expect("a quantity")["value"]
}

#[test]
fn costs_of_extreme_logits_and_their_gradients() {
    // Of 1000 and 999 the softmax is that of 1 and 0; the others vanish against them.
    let p = 1.0 / (1.0 + (-1f64).exp());
    let log_sum = 1000.0 + (-1f64).exp().ln_1p();
    let slope = p * (1.0 - p);
    let softmax = [p, 0.0, 0.0, 1.0 - p];
    let against_second = [p, -1.0, 0.0, 1.0 - p];
    let ln2 = std::f64::consts::LN_2;
    let cases = [
        Case { rest: "cost C = logsumexp(z)", cost: log_sum, gradient: softmax },
        Case {
            rest: "input v : [4] = [1, 2, 3, 4]\ncost C = sum(v*softmax(z))",
            cost: p + 4.0 * (1.0 - p),
            gradient: [-3.0 * slope, 0.0, 0.0, 3.0 * slope],
        },
        Case { rest: "cost C = -log_softmax(z)[2]", cost: log_sum + 1000.0, gradient: against_second },
        Case {
            rest: "target y : onehot[4] = [0, 1, 0, 0]\ncost C = cross_entropy_logits(z, y)",
            cost: log_sum + 1000.0,
            gradient: against_second,
        },
        Case {
            rest: "target y : index[4] = 2\ncost C = cross_entropy_logits(z, y)",
            cost: log_sum + 1000.0,
            gradient: against_second,
        },
        Case {
            rest: "target y : index[4] = 2\ncost C = nll(log_softmax(z), y)",
            cost: log_sum + 1000.0,
            gradient: against_second,
        },
        Case { rest: "cost C = sum(softplus(z))", cost: 1999.0 + ln2, gradient: [1.0, 0.0, 0.5, 1.0] },
        Case { rest: "cost C = sum(logsigmoid(z))", cost: -1000.0 - ln2, gradient: [0.0, 1.0, 0.5, 0.0] },
        Case {
            rest: "target y : [4] = [0, 1, 1, 0]\ncost C = bce_logits(z, y)",
            cost: (1000.0 + 1000.0 + ln2 + 999.0) / 4.0,
            gradient: [0.25, -0.25, -0.125, 0.25],
        },
        Case {
            rest: "target y : [4] = [1, 0, 1, 0]\ncost C = mse(sigmoid(z), y)",
            cost: 0.3125,
            gradient: [0.0, 0.0, -0.0625, 0.0],
        },
        Case { rest: "cost C = sum(tanh(z)^2)", cost: 3.0, gradient: [0.0; 4] },
    ];
    for Case { rest, cost, gradient } in cases {
        let result = evaluated(&format!("param z : [4] = {LOGITS:?}\n{rest}"));
        assert!(close(quantity(&result, "C"), cost), "{rest}: {}", quantity(&result, "C"));
        let found = &result["gradients"][0];
        for (at, expected) in gradient.into_iter().enumerate() {
            assert!(close(&found["value"][at], expected), "{rest}: {}", found["value"]);
        }
        assert_eq!(found["difference"]["verdict"], "agrees", "{rest}");
        assert_eq!(result["notes"], Value::Array(Vec::new()), "{rest}");
    }
}

#[test]
fn a_batch_of_extreme_logits_has_the_softmax_of_each_row() {
    let network = "param z : [2, 3] = [[1000, -1000, 0], [-1000, -1000, -1000]]\n\
                   target Y : [2] onehot[3] = [[0, 1, 0], [1, 0, 0]]\ncost C = cross_entropy_logits(z, Y)";
    let result = evaluated(network);
    assert!(close(quantity(&result, "C"), (2000.0 + 3f64.ln()) / 2.0));
    let third = 1.0 / 3.0;
    for (row, expected) in [[1.0, -1.0, 0.0], [third - 1.0, third, third]].into_iter().enumerate() {
        for (column, expected) in expected.into_iter().enumerate() {
            assert!(close(&result["gradients"][0]["value"][row][column], expected / 2.0), "{result}");
        }
    }
}

#[test]
fn what_overflows_in_a_branch_that_is_not_taken_is_no_trouble() {
    for text in ["cost C = sum(elu(z))", "cost C = sum(selu(z) + celu(z))", "cost C = sum(gelu(z) + silu(z) + mish(z))"]
    {
        let result = evaluated(&format!("param z : [2] = [1000, -1000]\n{text}"));
        assert_eq!(result["notes"], Value::Array(Vec::new()), "{text}");
        assert_eq!(result["gradients"][0]["difference"]["verdict"], "agrees", "{text}");
    }
}

#[test]
fn what_a_user_writes_out_overflows_and_is_named() {
    for (text, expected) in [
        ("cost C = log(sum(exp(z)))", "in the equation of `C`, at entry [1], a result is too large"),
        ("p = softmax(z)\ncost C = -log(p[2])", "in the equation of `C`, `log` of 0: its argument must be positive"),
        ("s = sqnorm(z*10^300)\ncost C = sqrt(s)", "in the equation of `s`, at entry [1], a result is too large"),
    ] {
        let network = format!("param z : [4] = {LOGITS:?}\n{text}");
        let run = derive_with_input(&["eval", "-"], &network);
        assert_eq!((run.code, run.errors.as_str()), (1, ""), "{text}");
        assert!(run.output.contains(expected), "{text}\n{}", run.output);
        assert!(!run.output.contains("kink"), "{text}\n{}", run.output);
    }
}
