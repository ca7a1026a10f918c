//! The right formula in the author's own notation: the names as the formula writes them, σ′ as it writes σ′.

use super::claim::{Claim, PartKind, Side};
use super::read::{Context, spelling_of_latex};
use crate::calculus::{Derivation, Goal, Request, Sigma};
use crate::emit::latex;
use crate::expr::{NameId, OrdersId};
use crate::network::{Network, Show};
use crate::notation::layout::{Layout, Operator, Sheet};
use crate::notation::{Style, Typesetter};

/// How many paths are written as a sum of products.
const MAX_PATHS: usize = 6;

/// The formula that the first side of a chain should be equal to; nothing if it is neither a derivative nor a quantity
/// with an equation.
pub(super) fn correct(context: &mut Context, first: &Claim, claim: &Claim, source: &str) -> Option<String> {
    let left = &first.left.part(first.left.root()).kind;
    let value = match left {
        PartKind::Derivative { of, by, .. } if by.len() == 1 => {
            let sigma = if has_primes(&claim.right) { Sigma::Prime } else { Sigma::Activation };
            let request = Request { of: *of, by: vec![by.clone()], max_paths: MAX_PATHS, sigma, goal: Goal::Textbook };
            Derivation::new(&mut context.network, &request).gradients.last()?.simplified
        }
        PartKind::Name(name) => context.network.definition(*name)?.value,
        _ => return None,
    };
    let own = context.network.shows.len();
    let shows = author_shows(&context.network, &first.names, source);
    context.network.shows.splice(0..0, shows);
    let written = {
        let mut sheet = Sheet::default();
        let mut typesetter = Typesetter::new(&context.network, Style::default());
        let right = typesetter.expr(&mut sheet, value);
        let equals = sheet.push(Layout::Operator(Operator::Equals));
        let left = match left {
            PartKind::Derivative { of, by, .. } => typesetter.derivative(&mut sheet, *of, *by.first()?),
            PartKind::Name(name) => typesetter.name(&mut sheet, *name),
            _ => return None,
        };
        let row = sheet.push(Layout::Row(vec![left, equals, right]));
        latex::formula(&sheet, row)
    };
    let added = context.network.shows.len() - own;
    context.network.shows.drain(..added);
    Some(written)
}

/// Whether a side writes σ′ with a prime.
fn has_primes(side: &Side) -> bool {
    side.parts.iter().any(|part| matches!(part.kind, PartKind::Call { orders, .. } if orders != OrdersId::NONE))
}

/// How the author writes the names of the network: each as it stands in the formula, its relatives in the same way.
fn author_shows(network: &Network, names: &[(NameId, crate::diagnostic::Span)], source: &str) -> Vec<Show> {
    let mut exact: Vec<Show> = Vec::new();
    let mut families: Vec<Show> = Vec::new();
    for (name, span) in names {
        let Some(text) = source.get(span.range()).filter(|text| spelling_of_latex(text).is_some()) else { continue };
        let Some(quantity) = network.quantities.get(name.0 as usize) else { continue };
        let show = |stem: &str, numbered: bool, form: &str| Show {
            stem: stem.to_owned(),
            numbered,
            form: format!("\"{form}\""),
            form_span: *span,
        };
        let digits = match quantity.indices.as_ref() {
            [] => quantity.stem.trim_start_matches(|sign: char| !sign.is_ascii_digit()).to_owned(),
            [index] => index.to_string(),
            _ => continue,
        };
        let stem = if quantity.indices.is_empty() {
            quantity.stem.strip_suffix(digits.as_str())
        } else {
            Some(&*quantity.stem)
        };
        let is_plain = !text.contains(['#', '"', '\n']);
        if !is_plain {
            continue;
        }
        if digits.is_empty() {
            exact.push(show(&quantity.stem, false, text));
        } else if let Some(stem) = stem.filter(|stem| !stem.is_empty())
            && text.matches(digits.as_str()).count() == 1
            && digits.bytes().all(|digit| digit.is_ascii_digit())
        {
            families.push(show(stem, true, &text.replacen(digits.as_str(), "#", 1)));
        }
    }
    exact.extend(families);
    exact
}
