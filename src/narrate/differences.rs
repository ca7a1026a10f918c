//! Central differences for the derivatives of a document: as many as a reader will wait for.
//!
//! Takes derivatives one after another; gives the difference of each, or nothing once the work is spent. Large networks
//! have differences for their first derivatives only, and for all that are asked for alone.

use crate::diagnostic::Diagnostic;
use crate::eval::{Confirmer, Difference, Effort, Templates, Values};
use crate::expr::NameId;
use crate::network::Network;

/// The operations that all differences of a document together may take: about a second.
const WORK: u64 = 150_000_000;

/// What setting up a program costs, in evaluations of it.
const SETTING_UP: u64 = 30;

/// Differences of quantities at one point.
pub(super) struct Differences<'a> {
    network: &'a Network,
    templates: &'a Templates,
    values: Values,
    effort: Effort,
    /// By leaves, one program serves all differences of a quantity.
    by_leaves: Option<(NameId, Confirmer)>,
    work_left: u64,
}

impl<'a> Differences<'a> {
    pub(super) fn new(
        network: &'a Network,
        templates: &'a Templates,
        values: &Values,
        effort: Effort,
    ) -> Result<Self, Diagnostic> {
        let values = values.forward(network)?;
        Ok(Differences { network, templates, values, effort, by_leaves: None, work_left: WORK })
    }

    /// The difference of `of` by `by`; `None` once the work is spent.
    pub(super) fn take(&mut self, of: NameId, by: NameId) -> Result<Option<Difference>, Diagnostic> {
        if self.work_left == 0 {
            return Ok(None);
        }
        if self.network.definition(by).is_some() {
            let mut confirmer = Confirmer::cut(self.network, self.templates, of, &[by], &self.values)?;
            let difference = confirmer.difference(by, self.effort);
            self.spend(SETTING_UP + u64::from(difference.evaluations), &confirmer);
            return Ok(Some(difference));
        }
        let mut confirmer = match self.by_leaves.take() {
            Some((known, confirmer)) if known == of => confirmer,
            _ => {
                let confirmer = Confirmer::new(self.network, self.templates, of, &self.values)?;
                self.spend(SETTING_UP, &confirmer);
                confirmer
            }
        };
        let difference = confirmer.difference(by, self.effort);
        self.spend(difference.evaluations.into(), &confirmer);
        self.by_leaves = Some((of, confirmer));
        Ok(Some(difference))
    }

    fn spend(&mut self, evaluations: u64, confirmer: &Confirmer) {
        let work = evaluations.saturating_mul(confirmer.operations() as u64);
        self.work_left = self.work_left.saturating_sub(work);
    }
}
