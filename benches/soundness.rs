//! Measures the checker on wrong and right formulas made from true derivatives:
//! `cargo bench --bench soundness -- --wrong 100000 --right 10000 --seed 1`.
//!
//! Takes the example networks and random ones; prints how many formulas were judged falsely, how many not at all, and
//! how often the kind of a single mistake was named. Exit code 1 if a verdict was false.

use std::process::ExitCode;
use std::time::Instant;

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

fn main() -> ExitCode {
    let [wrong, right, twice] =
        [("--wrong", 100_000), ("--right", 10_000), ("--twice", 2_000)].map(|(name, default)| option(name, default));
    let seed = option("--seed", 1);
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
