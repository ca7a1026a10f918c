//! A sample of what `cargo bench --bench soundness` measures in full: no false verdict, and mistakes are named.

#[path = "support/soundness/mod.rs"]
mod soundness;

use pretty_assertions::assert_eq;
use soundness::measure::{Counts, Plan, measure};
use soundness::nets::network;
use soundness::random::Dice;

#[test]
fn no_verdict_is_false_and_mistakes_are_named() {
    let (mut dice, mut counts) = (Dice::new(1), Counts::default());
    let plan = Plan { wrong_each: 3, right_each: 1, twice_each: 0, as_notes: true, notes: 20 };
    while counts.wrong < 300 {
        measure(&network(&mut dice), plan, &mut dice, &mut counts);
    }
    assert_eq!((counts.false_right, counts.false_wrong), (0, 0), "{:#?}", counts.false_verdicts);
    assert!(counts.undecided[0] + counts.undecided[1] <= counts.wrong / 30, "{}", counts.report());
    assert!(counts.named() >= 0.95, "{}", counts.report());
    assert_eq!((counts.notes_read.unread, counts.notes_read.false_verdicts), (0, 0), "{:#?}", counts.notes);
}
