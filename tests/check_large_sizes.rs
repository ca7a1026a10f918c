//! Networks whose shapes are numbers, as people write them: 784 and 128 are compared at smaller sizes, and a number in a
//! formula that is one of them is that size.

#[path = "support/claims.rs"]
mod claims;
#[path = "support/program.rs"]
mod program;

use claims::pinned;
use program::derive_with_input;

const CLASSIFIER: &str = "
input X : [64, 784]
target T : [64] onehot[10]
param W1 : [784, 128], b1 : [128], W2 : [128, 10], b2 : [10]
Z1 = X @ W1 + b1
A1 = relu(Z1)
Z2 = A1 @ W2 + b2
P = softmax(Z2, axis=1)
cost C = -mean(sum(T*log_softmax(Z2), axis=1))";

#[test]
fn a_classifier_with_its_numbers() {
    let rows = [
        (r"\frac{\partial C}{\partial Z_2} = \frac{1}{64}(P - T)", "64", "128"),
        (r"\frac{\partial C}{\partial Z_2} = \frac{1}{64}(P - T)", r"\frac{1}{64}", ""),
        (r"\frac{\partial C}{\partial Z_2} = \frac{P - T}{64}", "P - T", "T - P"),
        (r"\frac{\partial C}{\partial W_2} = A_1^\top \frac{\partial C}{\partial Z_2}", r"A_1^\top", "A_1"),
        (r"\frac{\partial C}{\partial W_2} = \frac{1}{64}A_1^\top(P - T)", "64", "784"),
        (r"\frac{\partial C}{\partial b_2} = \frac{1}{64}\sum_{i=1}^{64}(P_i - T_i)", r"\frac{1}{64}", ""),
        // T is the target, and a transpose above a matrix.
        (r"\frac{\partial C}{\partial A_1} = \frac{\partial C}{\partial Z_2} W_2^T", "^T", ""),
        (r"\frac{\partial C}{\partial W_2} = A_1^T \frac{\partial C}{\partial Z_2}", "A_1^T", "A_1^TT"),
        (
            r"\frac{\partial C}{\partial W_1} = X^\top\left(\left(\frac{\partial C}{\partial Z_2}W_2^\top\right) \odot \mathbb{1}[Z_1 > 0]\right)",
            ">",
            "<",
        ),
        (
            r"\frac{\partial C}{\partial b_1} = \left(\left(\frac{\partial C}{\partial Z_2}W_2^\top\right) \odot \mathbb{1}[Z_1 > 0]\right)^\top\mathbf 1",
            r"W_2^\top",
            r"2W_2^\top",
        ),
    ];
    pinned(CLASSIFIER, &[], &rows);
}

#[test]
fn numbers_that_several_sizes_make_up() {
    let network = "
input X : [64, 20], Y : [64, 128]
param W : [20, 128]
E = X @ W - Y
cost C = mean(E^2)";
    let rows = [
        (r"C = \frac{1}{64 \cdot 128}\|E\|_F^2", r"64 \cdot 128", "64"),
        (r"\frac{\partial C}{\partial E} = \frac{2}{64 \cdot 128}E", "2}{", "1}{"),
        // 2/(64 · 128) = 1/4096 = 1/64².
        (r"\frac{\partial C}{\partial E} = \frac{1}{4096}E", "E", "E^2"),
        (r"\frac{\partial C}{\partial E} = \frac{1}{4096}E", "4096", "4095"),
        (r"\frac{\partial C}{\partial E} = \frac{1}{64^2}E", "E", "EX"),
        (r"\frac{\partial C}{\partial W} = \frac{1}{4096}X^\top E", r"X^\top E", "XE"),
    ];
    pinned(network, &[], &rows);
}

#[test]
fn a_number_may_be_another_than_the_size() {
    let network = "
input x : [50], y : [50]
param w : [50]
cost C = 25*sqnorm(w*x - y)";
    let rows = [
        (r"\frac{\partial C}{\partial w} = 50 x \odot (w \odot x - y)", r"\odot (", "(1 + "),
        (r"\frac{\partial C}{\partial w} = 50 x \odot (w \odot x - y)", "50", "49"),
        (r"\frac{\partial C}{\partial w} = 2 \cdot 25 x \odot (w \odot x - y)", r"w \odot x - y", r"w \odot x"),
    ];
    pinned(network, &[], &rows);
}

#[test]
fn decimals_may_be_made_from_sizes() {
    for sizes in ["", "dim n = 100, d = 30"] {
        let network = format!(
            "{sizes}
input X : [100, 30], Y : [100, 3]
param W : [30, 3]
E = X @ W - Y
cost L = sum(E^2)/100"
        );
        let network = match sizes {
            "" => network,
            _ => network.replace("[100", "[n").replace("30]", "d]").replace("[30", "[d").replace("/100", "/n"),
        };
        let rows = [
            (r"\frac{\partial L}{\partial W} = 0.02 X^\top E", "0.02", "0.03"),
            (r"\frac{\partial L}{\partial W} = \frac{2}{100} X^\top E", "2}", "3}"),
            (r"\frac{\partial L}{\partial E} = 0.02 E", "0.02", "0.01"),
        ];
        pinned(&network, &[], &rows);
    }
}

#[test]
fn the_report_says_which_numbers_stand_for_which_axes() {
    let network = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("classifier.net");
    std::fs::write(&network, CLASSIFIER).expect("room for a network");
    let network = network.to_string_lossy();
    let claim = r"\frac{\partial C}{\partial W_2} = \frac{1}{64}A_1^\top(T - P)";
    let run = derive_with_input(&["check", "--net", &network, "--claim", claim], "");
    let values = run.output.lines().find(|line| line.contains("values:")).unwrap_or_default();
    assert!(values.ends_with("at 3 for 64, 4 for 128, 5 for 784"), "{values}");
    let unknown = derive_with_input(&["check", "--net", &network, "--claim", r"C = K"], "");
    let hint = unknown.output.lines().find(|line| line.contains("it has")).unwrap_or_default();
    assert!(hint.contains("`X`") && !hint.contains("784"), "{hint}");
}

#[test]
fn sizes_that_are_huge_or_many_or_one_a_multiple_of_another() {
    let huge = "
input x : [4294967295]
param w : [4294967295]
cost C = dot(w, x)/4294967295";
    pinned(huge, &[], &[(r"\frac{\partial C}{\partial w} = \frac{1}{4294967295}x", r"\frac{1}{4294967295}", "")]);
    let double = "
dim n = 128
input X : [64, 128]
param w : [128]
cost C = sum((X @ w)^2)/128";
    let rows = [
        (r"\frac{\partial C}{\partial w} = \frac{2}{128}X^\top Xw", "128", "64"),
        (r"\frac{\partial C}{\partial w} = \frac{1}{64}X^\top Xw", "64", "128"),
    ];
    pinned(double, &[], &rows);
}

#[test]
fn what_is_assumed_holds_of_the_numbers_drawn() {
    let form = "
input A : [784, 784]
param x : [784]
assume A = A.T
cost C = dot(x, A @ x)";
    let rows = [
        (r"\frac{\partial C}{\partial x} = 2Ax", "2", "3"),
        (r"\frac{\partial C}{\partial x} = \frac{1568}{784} A^\top x", "1568", "1567"),
    ];
    pinned(form, &[], &rows);
    let entropy = "
param x : [784]
assume x > 0
cost C = sum(x*log(x))";
    pinned(entropy, &[], &[(r"\frac{\partial C}{\partial x} = 1(\log(x) + 1)", "1(", "3(")]);
    // Points at which an assumption does not hold tell nothing.
    let bounded = "
param x : [784]
assume x > 2
cost C = sum(log(x - 1))";
    let claim = r"\frac{\partial C}{\partial x} = 3 \oslash (x - 1)";
    let network = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bounded.net");
    std::fs::write(&network, bounded).expect("room for a network");
    let run = derive_with_input(&["check", "--net", &network.to_string_lossy(), "--claim", claim], "");
    assert_eq!(run.code, 3, "{}{}", run.output, run.errors);
}
