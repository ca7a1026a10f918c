//! The report for programs.

use serde_json::{Map, Value, json};

use super::super::document::{Finding, Outcome};
use super::super::judge::{Judgement, Mistake};
use super::super::verdict::Ground;
use super::{File, Tally, ground_word};
use crate::diagnostic::Lines;
use crate::notes::Request;

/// The version of the schema; it grows with every change that a reader could notice.
const VERSION: u32 = 2;

/// The report as JSON.
pub fn json(files: &[File]) -> String {
    let tally = Tally::of(files);
    let mut formulas = Vec::new();
    let mut diagnostics = Vec::new();
    for file in files {
        let lines = Lines::of(&file.source.text);
        formulas.extend(file.checked.findings.iter().map(|finding| formula(file, &lines, finding)));
        diagnostics.extend(file.checked.diagnostics.iter().map(|diagnostic| {
            let at = diagnostic.labels.first().map(|label| lines.position(&file.source.text, label.span.start));
            json!({
                "file": file.source.name,
                "line": at.map(|at| at.0),
                "column": at.map(|at| at.1),
                "error": diagnostic.is_error(),
                "code": diagnostic.code,
                "message": diagnostic.message,
                "hint": diagnostic.hint,
            })
        }));
    }
    let report = json!({
        "schema": "derive.check",
        "version": VERSION,
        "summary": {
            "right": tally.right,
            "proved": tally.proved,
            "numerically": tally.numerically,
            "rounded": tally.rounded,
            "wrong": tally.wrong,
            "undecided": tally.undecided,
            "skipped": tally.skipped,
            "unread": tally.unread,
        },
        "formulas": formulas,
        "diagnostics": diagnostics,
    });
    format!("{report:#}\n")
}

fn formula(file: &File, lines: &Lines, finding: &Finding) -> Value {
    let mut entry = Map::new();
    let mut put = |key: &str, value: Value| {
        entry.insert(key.to_owned(), value);
    };
    put("file", json!(file.source.name));
    put("line", json!(finding.line));
    put("column", json!(finding.column));
    if let Some(cell) = finding.cell {
        put("cell", json!(cell));
    }
    put("latex", json!(finding.latex));
    put("verdict", json!(finding.status().word()));
    if finding.request == Request::ExpectWrong {
        put("expected", json!("wrong"));
    }
    match &finding.outcome {
        Outcome::Skipped(reason) | Outcome::Judged(Judgement::Undecided(reason)) => put("reason", json!(reason)),
        Outcome::Judged(Judgement::Right { ground, notes }) => {
            put("decided_by", json!(ground_word(ground)));
            if let Ground::Numerically { points, digits, reason } = ground {
                put("points", json!(points));
                put("digits", json!(digits));
                put("reason", json!(reason));
            }
            put("notes", json!(notes));
        }
        Outcome::Judged(Judgement::Wrong(mistake)) => {
            put("decided_by", json!("counterexample"));
            wrong(file, lines, mistake, &mut put);
        }
        Outcome::Judged(Judgement::Unread(error)) => {
            put("reason", json!(error.message));
            put("code", json!(error.code));
            if let Some(label) = error.labels.first() {
                put("span", span(file, lines, label.span));
            }
            put("hint", json!(error.hint));
        }
    }
    Value::Object(entry)
}

fn wrong(file: &File, lines: &Lines, mistake: &Mistake, put: &mut impl FnMut(&str, Value)) {
    let diagnosis = mistake.diagnosis.as_ref().map(|diagnosis| {
        json!({
            "kind": diagnosis.kind,
            "message": diagnosis.message,
            "span": span(file, lines, diagnosis.span),
        })
    });
    put("diagnosis", json!(diagnosis));
    put("span", span(file, lines, mistake.span));
    put("correct_latex", json!(mistake.correct_latex));
    let values = mistake.wrong.as_ref().map(|wrong| {
        let at: Map<String, Value> =
            mistake.point.iter().chain(&mistake.entries).map(|(name, value)| (name.clone(), json!(value))).collect();
        let mut values = json!({ "at": at, "left": wrong.left, "right": wrong.right });
        if !wrong.entry.is_empty() {
            values["entry"] = json!(wrong.entry);
        }
        if !mistake.sizes.is_empty() {
            values["sizes"] = mistake.sizes.iter().map(|(name, length)| (name.clone(), json!(length))).collect();
        }
        values
    });
    put("values", json!(values));
    put("notes", json!(mistake.notes));
}

fn span(file: &File, lines: &Lines, span: crate::diagnostic::Span) -> Value {
    let (line, column) = lines.position(&file.source.text, span.start);
    let (end_line, end_column) = lines.position(&file.source.text, span.end);
    json!({
        "start": span.start, "end": span.end,
        "line": line, "column": column, "end_line": end_line, "end_column": end_column,
    })
}
