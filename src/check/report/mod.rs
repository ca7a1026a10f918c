//! Reports on checked documents: as text, JSON, workflow annotations and JUnit.
//!
//! Takes files with their findings; gives what is printed, and the exit code.

mod github;
mod json;
mod junit;
mod text;

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use text::{summary, text};

use super::document::{Checked, Finding, Outcome, Status};
use super::judge::Judgement;
use super::verdict::Ground;
use crate::diagnostic::{Diagnostic, Source};

/// A document with what was found in it.
#[derive(Clone, Debug)]
pub struct File {
    /// The document.
    pub source: Source,
    /// What was found.
    pub checked: Checked,
}

/// How many findings of each kind there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Right, and wrong ones that are meant to be.
    pub right: usize,
    /// Right by a proof.
    pub proved: usize,
    /// Right numerically.
    pub numerically: usize,
    /// Right to the digits written.
    pub rounded: usize,
    /// Wrong as the document says.
    pub expected: usize,
    /// Wrong.
    pub wrong: usize,
    /// Undecided.
    pub undecided: usize,
    /// Without a claim.
    pub skipped: usize,
    /// Not readable.
    pub unread: usize,
    /// Errors in the documents themselves.
    pub errors: usize,
}

impl Tally {
    /// Counts the findings of files.
    pub fn of(files: &[File]) -> Tally {
        let mut tally = Tally::default();
        for file in files {
            tally.errors += file.checked.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
            file.checked.findings.iter().for_each(|finding| tally.count(finding));
        }
        tally
    }

    fn count(&mut self, finding: &Finding) {
        match finding.status() {
            Status::Right => self.right += 1,
            Status::Wrong => self.wrong += 1,
            Status::Undecided => self.undecided += 1,
            Status::Skipped => self.skipped += 1,
            Status::Unread => self.unread += 1,
        }
        match (&finding.outcome, finding.status()) {
            (Outcome::Judged(Judgement::Right { ground, .. }), Status::Right) => match ground {
                Ground::Proved => self.proved += 1,
                Ground::Numerically { .. } => self.numerically += 1,
                Ground::Rounded { .. } => self.rounded += 1,
            },
            (Outcome::Judged(Judgement::Wrong(_)), Status::Right) => self.expected += 1,
            _ => {}
        }
    }

    /// 0 all right, 1 something wrong, 2 a document is in error, 3 something undecided or unread.
    pub fn exit_code(&self) -> u8 {
        match self {
            Tally { wrong: 1.., .. } => 1,
            Tally { errors: 1.., .. } => 2,
            Tally { undecided: 1.., .. } | Tally { unread: 1.., .. } => 3,
            _ => 0,
        }
    }
}

/// What decided a judgement, in a word.
pub(super) fn ground_word(ground: &Ground) -> &'static str {
    match ground {
        Ground::Proved => "proved",
        Ground::Numerically { .. } => "numerically",
        Ground::Rounded { .. } => "rounded",
    }
}

/// A number as people write it.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-4..1e7).contains(&size) {
        let text = format!("{value:.8}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    format!("{value:.6e}")
}

/// The sentence that says what is the matter with a finding; nothing for what is right.
pub(super) fn complaint(finding: &Finding) -> Option<String> {
    match &finding.outcome {
        Outcome::Judged(Judgement::Right { .. }) => {
            (finding.status() == Status::Wrong).then(|| "this is right, though it is marked as wrong".to_owned())
        }
        Outcome::Judged(Judgement::Wrong(mistake)) => Some(match &mistake.diagnosis {
            Some(diagnosis) => diagnosis.message.clone(),
            None => "the two sides are not equal".to_owned(),
        }),
        Outcome::Judged(Judgement::Undecided(reason)) => Some(reason.clone()),
        Outcome::Judged(Judgement::Unread(Diagnostic { message, .. })) => Some(message.clone()),
        Outcome::Skipped(reason) => Some(reason.clone()),
    }
}
