//! A sample of what `cargo bench --bench soundness` measures in full: no false verdict, and mistakes are named.

#[path = "support/soundness/mod.rs"]
mod soundness;

use soundness::measure::{Counts, Plan, measure};
use soundness::nets::network;
use soundness::random::Dice;

#[test]
fn mistakes_are_found_and_named() {
    let (mut dice, mut counts) = (Dice::new(1), Counts::default());
    let plan = Plan { wrong_each: 3, right_each: 1, notes: 60 };
    while counts.wrong < 1500 {
        measure(&network(&mut dice), plan, &mut dice, &mut counts);
    }
    println!("{}{}", counts.report(), counts.notes.join("\n"));
    assert_eq!(counts.false_right, 0, "{:#?}", counts.notes);
    assert!(counts.named() >= 0.95, "{}", counts.report());
}
