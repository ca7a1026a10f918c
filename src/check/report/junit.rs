//! JUnit XML: a suite for each document, a test for each formula.

use super::super::document::{Finding, Status};
use super::{File, complaint};

/// The report as JUnit XML.
pub fn junit(files: &[File]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for file in files {
        suite(&mut out, file);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, file: &File) {
    let findings = &file.checked.findings;
    let count = |wanted: &[Status]| findings.iter().filter(|finding| wanted.contains(&finding.status())).count();
    let errors = file.checked.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let name = escape(&file.source.name);
    out.push_str(&format!(
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
        findings.len() + errors.clone().count(),
        count(&[Status::Wrong]),
        count(&[Status::Undecided, Status::Unread]) + errors.clone().count(),
        count(&[Status::Skipped]),
    ));
    for error in errors {
        let message = escape(&error.message);
        out.push_str(&format!(
            "    <testcase classname=\"{name}\" name=\"document\"><error message=\"{message}\"/></testcase>\n"
        ));
    }
    for finding in findings {
        case(out, &name, finding);
    }
    out.push_str("  </testsuite>\n");
}

fn case(out: &mut String, file: &str, finding: &Finding) {
    let name = escape(&format!("{}:{} {}", finding.line, finding.column, finding.latex));
    let message = escape(&complaint(finding).unwrap_or_default());
    let inner = match finding.status() {
        Status::Right => String::new(),
        Status::Wrong => format!("<failure message=\"{message}\"/>"),
        Status::Undecided | Status::Unread => format!("<error message=\"{message}\"/>"),
        Status::Skipped => format!("<skipped message=\"{message}\"/>"),
    };
    out.push_str(&format!("    <testcase classname=\"{file}\" name=\"{name}\">{inner}</testcase>\n"));
}

/// Text inside an attribute; characters that XML cannot hold become the replacement character.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(' '),
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            sign => out.push(sign),
        }
    }
    out
}
