//! Measures the checker on wrong and right formulas made from true derivatives:
//! `cargo bench --bench soundness -- --wrong 100000 --right 10000 --seed 1` for scalars,
//! `cargo bench --bench soundness -- --matrices --wrong 10000 --right 1000 --seed 1` for vectors and matrices.
//!
//! Takes the example networks, the closed forms of textbooks and random networks; prints how many formulas were judged falsely, how many not at all, and
//! how often the kind of a single mistake was named. Exit code 1 if a verdict was false.

use std::process::ExitCode;
use std::time::Instant;

use soundness::matrices::measure as matrices;
use soundness::measure::{Counts, Plan, measure};
use soundness::nets::network;
use soundness::random::Dice;

#[path = "../tests/support/soundness/mod.rs"]
mod soundness;

const EXAMPLES: [&str; 7] = [
    include_str!("../examples/article.net"),
    include_str!("../examples/article-relu.net"),
    include_str!("../examples/composite.net"),
    include_str!("../examples/logistic.net"),
    include_str!("../examples/mlp.net"),
    include_str!("../examples/residual.net"),
    include_str!("../examples/rnn.net"),
];

/// The number after an option.
fn option(name: &str, default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != name).skip(1);
    arguments.next().and_then(|value| value.parse().ok()).unwrap_or(default)
}

const MATRICES: [(&str, &[&str]); 9] = [
    (include_str!("../examples/autoencoder.net"), &["W"]),
    (include_str!("../examples/factorisation.net"), &["U", "V"]),
    (include_str!("../examples/gaussian.net"), &["mu", "S"]),
    (include_str!("../examples/least-squares.net"), &["w"]),
    (include_str!("../examples/logdet.net"), &["X"]),
    (include_str!("../examples/mlp-batch.net"), &["W1", "b1", "W2", "b2"]),
    (include_str!("../examples/residual-block.net"), &["W1", "W2", "x"]),
    (include_str!("../examples/softmax-regression.net"), &["W", "c"]),
    (include_str!("../examples/word2vec.net"), &["v", "U"]),
];

/// Vectors and matrices: the examples, textbooks and random networks.
fn matrices(wrong: usize, right: usize, notes: usize, dice: &mut Dice) -> ExitCode {
    let start = Instant::now();
    let mut counts = matrices::Counts::default();
    let each = 12;
    let plan = matrices::Plan { wrong_each: each, right_each: (each * right).div_ceil(wrong.max(1)) + 1, notes };
    let mut cases = matrices::textbook_cases(dice, &mut counts);
    for (text, by) in MATRICES {
        let by: Vec<String> = by.iter().map(|name| (*name).to_owned()).collect();
        cases.extend(matrices::network_cases(text, &by, dice, &mut counts));
    }
    while !cases.is_empty() {
        for case in cases.drain(..) {
            matrices::measure(&case, plan, dice, &mut counts);
        }
        if counts.judged[0] < wrong || counts.judged[1] < right {
            cases = matrices::random_cases(dice, &mut counts);
        }
    }
    println!("{}{:.0} s", counts.report(), start.elapsed().as_secs_f64());
    for note in counts.false_verdicts.iter().chain(&counts.notes) {
        println!("\n{note}");
    }
    if counts.falsely == [0, 0] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn main() -> ExitCode {
    let seed = option("--seed", 1);
    if std::env::args().any(|argument| argument == "--matrices") {
        let [wrong, right, notes] =
            [("--wrong", 10_000), ("--right", 1_000), ("--notes", 10)].map(|(name, default)| option(name, default));
        return matrices(wrong, right, notes, &mut Dice::new(seed as u64));
    }
    let [wrong, right, twice] =
        [("--wrong", 100_000), ("--right", 10_000), ("--twice", 2_000)].map(|(name, default)| option(name, default));
    let notes = option("--notes", 10);
    let as_notes = option("--as-notes", 1) > 0;
    let (mut dice, mut counts) = (Dice::new(seed as u64), Counts::default());
    let start = Instant::now();
    let each = 12;
    let share = |part: usize| (each * part).div_ceil(wrong.max(1));
    let plan = Plan { wrong_each: each, right_each: share(right), twice_each: share(twice), as_notes, notes };
    for text in EXAMPLES {
        measure(text, plan, &mut dice, &mut counts);
    }
    while counts.wrong < wrong + twice || counts.right < right {
        measure(&network(&mut dice), plan, &mut dice, &mut counts);
    }
    println!("{}{:.0} s", counts.report(), start.elapsed().as_secs_f64());
    for note in counts.false_verdicts.iter().chain(&counts.notes) {
        println!("\n{note}");
    }
    let false_verdicts = counts.false_right + counts.false_wrong + counts.notes_read.false_verdicts;
    if false_verdicts == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
