//! Workflow annotations, as GitHub Actions reads them on standard output.

use super::super::document::{Finding, Outcome, Status};
use super::super::judge::Judgement;
use super::{File, complaint};
use crate::diagnostic::{Lines, Span};

/// One line for each formula that is wrong, undecided or unread, and for each error of a document.
pub fn github(files: &[File]) -> String {
    let mut out = String::new();
    for file in files {
        let lines = Lines::of(&file.source.text);
        for diagnostic in &file.checked.diagnostics {
            let span = diagnostic.labels.first().map_or(Span::default(), |label| label.span);
            let level = if diagnostic.is_error() { "error" } else { "warning" };
            annotate(&mut out, file, &lines, level, span, diagnostic.code, &diagnostic.message);
        }
        for finding in &file.checked.findings {
            let level = match finding.status() {
                Status::Wrong => "error",
                Status::Undecided | Status::Unread => "warning",
                Status::Right | Status::Skipped => continue,
            };
            let said = complaint(finding).unwrap_or_default();
            annotate(&mut out, file, &lines, level, place(finding), finding.status().word(), &said);
        }
    }
    out
}

fn place(finding: &Finding) -> Span {
    match &finding.outcome {
        Outcome::Judged(Judgement::Wrong(mistake)) => mistake.span,
        Outcome::Judged(Judgement::Unread(error)) => error.labels.first().map_or(finding.span, |label| label.span),
        _ => finding.span,
    }
}

fn annotate(out: &mut String, file: &File, lines: &Lines, level: &str, span: Span, title: &str, message: &str) {
    let (line, column) = lines.position(&file.source.text, span.start);
    let (end_line, end_column) = lines.position(&file.source.text, span.end);
    let end = if end_line == line { format!(",endColumn={end_column}") } else { String::new() };
    let name = property(&file.source.name);
    let message = data(message);
    out.push_str(&format!("::{level} file={name},line={line},col={column}{end},title={title}::{message}\n"));
}

/// Escapes text after `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
