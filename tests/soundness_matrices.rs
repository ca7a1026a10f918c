//! A sample of what `cargo bench --bench soundness -- --matrices` measures in full: no false verdict on formulas of
//! vectors and matrices, and mistakes are named.

#[path = "support/soundness/mod.rs"]
mod soundness;

use pretty_assertions::assert_eq;
use soundness::matrices::measure::{Counts, Plan, measure, random_cases, textbook_cases};
use soundness::random::Dice;

#[test]
fn no_verdict_on_matrices_is_false_and_mistakes_are_named() {
    let (mut dice, mut counts) = (Dice::new(1), Counts::default());
    let plan = Plan { wrong_each: 4, right_each: 1, notes: 60 };
    let cases = textbook_cases(&mut dice, &mut counts);
    for case in cases.iter().step_by(3) {
        measure(case, plan, &mut dice, &mut counts);
    }
    while counts.judged[0] < 400 {
        for case in random_cases(&mut dice, &mut counts) {
            measure(&case, plan, &mut dice, &mut counts);
        }
    }
    println!("{}\n{}", counts.report(), counts.notes.join("\n"));
    assert_eq!(counts.falsely, [0, 0], "{:#?}", counts.false_verdicts);
    assert!(counts.undecided[0] + counts.undecided[1] <= counts.judged[0] / 30, "{}", counts.report());
    assert!(counts.named()[1] >= 0.9, "{}", counts.report());
}
