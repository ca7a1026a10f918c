//! The report for a person.

use super::super::document::{Finding, Outcome, Status};
use super::super::judge::{Judgement, Mistake};
use super::{File, Tally, complaint, ground_word, number};
use crate::diagnostic::{Colour, Diagnostic, Quoter};

/// The longest formula that is quoted whole, in characters.
const QUOTED: usize = 70;
/// How many values of a point are shown.
const SHOWN_VALUES: usize = 8;

/// The report; skipped formulas are listed when it is `verbose`.
pub fn text(files: &[File], verbose: bool, colour: Colour) -> String {
    let mut out = String::new();
    for file in files {
        let quoter = Quoter::new(&file.source, colour);
        for diagnostic in &file.checked.diagnostics {
            out.push_str(&quoter.render(diagnostic));
        }
        for finding in &file.checked.findings {
            entry(&mut out, file, finding, verbose, &quoter);
        }
    }
    out.push_str(&summary(files));
    out.push('\n');
    out
}

/// The last line.
pub fn summary(files: &[File]) -> String {
    let tally = Tally::of(files);
    let mut grounds = vec![format!("{} proved", tally.proved), format!("{} numerically", tally.numerically)];
    if tally.rounded > 0 {
        grounds.push(format!("{} to the digits written", tally.rounded));
    }
    if tally.expected > 0 {
        grounds.push(format!("{} wrong as expected", tally.expected));
    }
    let mut line = format!(
        "{} right ({}), {} wrong, {} undecided, {} skipped",
        tally.right,
        grounds.join(", "),
        tally.wrong,
        tally.undecided,
        tally.skipped
    );
    if tally.unread > 0 {
        line.push_str(&format!(", {} unread", tally.unread));
    }
    line
}

fn entry(out: &mut String, file: &File, finding: &Finding, verbose: bool, quoter: &Quoter<'_>) {
    let place = format!("{}:{}:{}", file.source.name, finding.line, finding.column);
    let quoted = quoted(&finding.latex);
    match (&finding.outcome, finding.status()) {
        (Outcome::Skipped(reason), _) => {
            if verbose {
                out.push_str(&format!("{place}: skipped, {reason}: {quoted}\n"));
            }
        }
        (Outcome::Judged(Judgement::Right { ground, notes }), Status::Right) => {
            let notes: String = notes.iter().map(|note| format!("; {note}")).collect();
            out.push_str(&format!("{place}: right, {}{notes}: {quoted}\n", ground_word(ground)));
        }
        (Outcome::Judged(Judgement::Wrong(_)), Status::Right) => {
            let said = complaint(finding).unwrap_or_default();
            out.push_str(&format!("{place}: wrong, as expected ({said}): {quoted}\n"));
        }
        (Outcome::Judged(Judgement::Wrong(mistake)), _) => {
            let error = Diagnostic::error("wrong", complaint(finding).unwrap_or_default()).at(mistake.span, "");
            out.push_str(&quoter.render(&error));
            details(out, mistake);
        }
        (Outcome::Judged(Judgement::Unread(error)), _) => {
            let warning = Diagnostic { severity: crate::diagnostic::Severity::Warning, ..error.clone() };
            out.push_str(&quoter.render(&warning));
        }
        (Outcome::Judged(Judgement::Undecided(_)), _) => {
            let said = complaint(finding).unwrap_or_default();
            let warning = Diagnostic::warning("undecided", format!("it cannot be told whether this is right: {said}"));
            out.push_str(&quoter.render(&warning.at(finding.span, "")));
        }
        (Outcome::Judged(Judgement::Right { .. }), _) => {
            let error = Diagnostic::error("unexpectedly-right", complaint(finding).unwrap_or_default());
            out.push_str(&quoter.render(&error.at(finding.span, "")));
        }
    }
}

/// The values, the right formula, and what else is to be said of a wrong one.
fn details(out: &mut String, mistake: &Mistake) {
    if let Some(wrong) = &mistake.wrong {
        let scalars = &mistake.point;
        let sizes = mistake.sizes.iter().map(|(name, length)| match name.parse::<u32>() {
            Ok(_) => format!("{length} for {name}"),
            Err(_) => format!("{name} = {length}"),
        });
        let mut values: Vec<String> = sizes
            .chain(scalars.iter().take(SHOWN_VALUES).map(|(name, value)| format!("{name} = {}", number(*value))))
            .collect();
        if scalars.len() > SHOWN_VALUES {
            values.push("…".to_owned());
        }
        let at = if values.is_empty() { String::new() } else { format!(" at {}", values.join(", ")) };
        let entry: Vec<String> = wrong.entry.iter().map(usize::to_string).collect();
        let entry = if entry.is_empty() { String::new() } else { format!("entry ({}): ", entry.join(", ")) };
        out.push_str(&format!("  values: {entry}left {}, right {}{at}\n", number(wrong.left), number(wrong.right)));
    }
    if let Some(correct) = &mistake.correct_latex {
        out.push_str(&format!("  right:  {correct}\n"));
    }
    for note in &mistake.notes {
        out.push_str(&format!("  note:   {note}\n"));
    }
    out.push('\n');
}

/// A formula on one line, cut where it is long.
fn quoted(latex: &str) -> String {
    let line = latex.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
