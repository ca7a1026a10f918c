//! Sizes that a user may give but no machine can hold, and networks so deep that nothing may be quadratic in them.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive_with_input;
use serde_json::Value;

/// What `derive eval` refuses with these values.
fn refused(network: &str, values: &str) -> String {
    let run = derive_with_input(&["eval", "-", "--at", values], network);
    assert_eq!((run.code, run.output.as_str()), (2, ""), "{}", run.errors);
    run.errors
}

const VECTOR: &str = "input x : [n]\ncost C = sqnorm(x)";

#[test]
fn a_size_that_is_none_is_refused_where_it_was_given() {
    for size in ["0", "-1", "1/2", "4294967296", "1e300"] {
        let errors = refused(VECTOR, &format!("n={size}, x=1"));
        let shown = if size == "1/2" { "0.5" } else { size };
        assert!(errors.contains(&format!("`n` is a size, and {shown} is none")), "{errors}");
        assert!(errors.contains("--at:1:1") && errors.contains("whole number from 1"), "{errors}");
    }
}

#[test]
fn a_tensor_beyond_memory_is_named_with_its_sizes_and_the_equation() {
    let network = "input x : [n]\nparam W : [m, n]\nz = W @ x\ncost C = sqnorm(z)";
    let errors = refused(network, "m=1000000, n=1e6, x=1, W=2");
    assert!(errors.contains("`W` has 1000000 × 1000000 entries, which take 8.0 TB"), "{errors}");
    assert!(errors.contains("<stdin>:2:7") && errors.contains("needed here"), "{errors}");
    let network = "input x : [n]\nparam w : [n]\nA = outer(x, w)\ncost C = sum(sigmoid(A)*A)";
    let errors = refused(network, "n=1000000, x=1, w=2");
    assert!(errors.contains("the equation of `A` needs a tensor of 1000000 × 1000000 entries"), "{errors}");
    let errors = refused(VECTOR, "n=300000000, x=1");
    assert!(errors.contains("take 7.2 GB of memory") && errors.contains("`x`, has 300000000 entries"), "{errors}");
    let rank_eight = "input T : [n, n, n, n, n, n, n, n]\ncost C = sum(T)";
    assert!(refused(rank_eight, "n=2000000000, T=1").contains("`T` has 2000000000 × 2000000000"));
}

#[test]
fn an_axis_whose_size_comes_out_below_one_is_named() {
    let network = "input x : [n]\nparam w : [n - 5]\ncost C = sqnorm(w)*sum(x)";
    let errors = refused(network, "n=3, x=1, w=1");
    assert!(errors.contains("axis 0 of `w` has the size n - 5, which comes out as -2"), "{errors}");
    assert!(errors.contains("<stdin>:2:7"), "{errors}");
    let window = "input x : [n]\nparam w : [k]\nz = conv1d(x, w)\ncost C = sqnorm(z)";
    let errors = refused(window, "n=5, k=7, x=1, w=1");
    assert!(errors.contains("the equation of `z` has the size n - k + 1, which comes out as -1"), "{errors}");
}

#[test]
fn a_loop_without_end_is_refused_though_it_holds_little() {
    let window = "input x : [n]\nparam w : [k]\nz = conv1d(x, w)\ncost C = sqnorm(z)";
    let errors = refused(window, "n=1000000, k=100000, x=1, w=1");
    assert!(errors.contains("the equation of `z` goes through"), "{errors}");
}

#[test]
fn eight_axes_evaluate_and_agree_with_differences() {
    let network = "input T : [a1, a2, a3, a4, a5, a6, a7, a8]\nparam U : [a1, a2, a3, a4, a5, a6, a7, a8]\n\
                   cost C = sum(tanh(T*U)^2)";
    let sizes = "a1=1,a2=2,a3=1,a4=3,a5=2,a6=1,a7=2,a8=2,T=0.5,U=0.75";
    let run = derive_with_input(&["eval", "-", "--at", sizes, "--json"], network);
    assert_eq!((run.code, run.errors.as_str()), (0, ""));
    let result: Value = serde_json::from_str(&run.output).expect("JSON");
    let gradient = &result["gradients"][0];
    assert_eq!(gradient["difference"]["verdict"], "agrees");
    let mut entry = &gradient["value"];
    for size in [1, 2, 1, 3, 2, 1, 2, 2] {
        assert_eq!(entry.as_array().map(Vec::len), Some(size));
        entry = &entry[size - 1];
    }
    let tanh = 0.375f64.tanh();
    let expected = 2.0 * tanh * (1.0 - tanh * tanh) * 0.5;
    assert!((entry.as_f64().expect("a number") - expected).abs() < 1e-14, "{entry}");
}

/// A tanh network of so many layers of 3, with values, and how many derivatives it has.
fn deep(layers: usize) -> String {
    let mut text = "input a0 : [3] = [0.5, 0.1, 0.2]\ntarget y : [3] = [0.2, 0.1, 0]\n".to_owned();
    for layer in 1..=layers {
        text += &format!("param W{layer} : [3, 3] = [[0.3, 0.1, 0.2], [0.3, 0.1, 0.2], [0.3, 0.1, 0.2]]\n");
        text += &format!("param b{layer} : [3] = [0.01, 0.02, 0.03]\n");
        text += &format!("a{layer} = tanh(W{layer} @ a{} + b{layer})\n", layer - 1);
    }
    text + &format!("cost C = sqnorm(a{layers} - y)/2")
}

#[test]
fn many_layers_share_the_time_of_the_differences() {
    let layers = 300;
    let run = derive_with_input(&["eval", "-", "--json"], &deep(layers));
    assert_eq!((run.code, run.errors.as_str()), (0, ""));
    let result: Value = serde_json::from_str(&run.output).expect("JSON");
    let gradients = result["gradients"].as_array().expect("a list");
    assert_eq!(gradients.len(), 2 * layers);
    let compared = |gradient: &Value| gradient["compared"].as_u64().expect("a number");
    let entries = |gradient: &Value| gradient["entries"].as_u64().expect("a number");
    let total: u64 = gradients.iter().map(compared).sum();
    assert!(total > 0 && total < gradients.iter().map(entries).sum(), "{total}");
    assert!(gradients.iter().all(|gradient| gradient["difference"]["verdict"] != "differs"));
}
