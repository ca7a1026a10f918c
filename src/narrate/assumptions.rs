//! What was assumed, as a reason beside a formula: because Σⱼ yⱼ = 1.

use crate::calculus::{Assumed, AssumptionUses, Derivation};
use crate::expr::{ExprId, NameId};
use crate::narrate::phrases::text;
use crate::network::Network;
use crate::notation::document::Inline;
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet, same};
use crate::notation::{Style, Typesetter};

/// "because Σⱼ yⱼ = 1 and A = Aᵀ"; nothing where nothing was assumed.
pub(super) fn reasons(setter: &mut Typesetter<'_>, sheet: &mut Sheet, assumed: &[Assumed]) -> Vec<Inline> {
    let mut words = Vec::new();
    for (at, one) in assumed.iter().enumerate() {
        let before = match at {
            0 => "because ",
            _ if at + 1 == assumed.len() => " and ",
            _ => ", ",
        };
        words.push(text(before));
        words.push(Inline::Math(assumption(setter, sheet, one)));
    }
    words
}

/// Adds the symmetric matrices whose transposes are not printed because they are symmetric.
pub(super) fn add_unwritten_transposes(network: &mut Network, derivation: &Derivation, uses: &mut AssumptionUses) {
    let names = (0..network.quantities.len() as u32).map(NameId);
    let matrices: Vec<NameId> = names.filter(|&name| network.quantity(name).facts.symmetric).collect();
    let assumed = matrices.into_iter().map(|name| Assumed::Symmetric(network.name_expr(name)));
    let mut matrices: Vec<Assumed> = assumed.collect();
    let by_definition = derivation.simplifier.symmetric_by_definition().iter();
    matrices.extend(by_definition.map(|&name| Assumed::SymmetricByDefinition(name)));
    let network = &*network;
    if matrices.is_empty() {
        return;
    }
    let adjoints = derivation.adjoints.iter().flat_map(|adjoints| {
        let names = network.equations.iter().map(|equation| equation.name);
        names.filter_map(|name| Some((adjoints.of(), name, adjoints.value(name)?)))
    });
    let gradients = derivation.gradients.iter().map(|gradient| (gradient.of, gradient.by, gradient.simplified));
    let values: Vec<(NameId, NameId, ExprId)> = adjoints.chain(gradients).collect();
    let mut sheet = Sheet::default();
    let mut setter = Typesetter::new(network, Style::default());
    for assumed in matrices {
        let (Assumed::Symmetric(matrix) | Assumed::SymmetricByDefinition(matrix)) = assumed else { continue };
        let mut doubting = Typesetter::new(network, Style::default());
        doubting.doubt_symmetry(matrix);
        for &(of, by, value) in &values {
            if !setter.has_matrix_form(&mut sheet, value) {
                continue;
            }
            let (short, full) = (setter.expr(&mut sheet, value), doubting.expr(&mut sheet, value));
            if !same(&sheet, short, full) {
                uses.add(of, by, assumed);
            }
        }
    }
}

/// The formula of what was assumed.
pub fn assumption(setter: &mut Typesetter<'_>, sheet: &mut Sheet, assumed: &Assumed) -> LayoutId {
    let number = |sheet: &mut Sheet, digits: &str| sheet.push(Layout::Number(digits.to_owned()));
    let (left, relation, right) = match *assumed {
        Assumed::SymmetricByDefinition(matrix) => {
            return said(setter, sheet, matrix, " is symmetric by its definition");
        }
        Assumed::OneHot(name) => return said(setter, sheet, name, " is one-hot"),
        Assumed::Binary(name) => return said(setter, sheet, name, " has entries 0 and 1 only"),
        Assumed::Positive(expr) => (setter.expr(sheet, expr), Operator::Greater, number(sheet, "0")),
        Assumed::Symmetric(matrix) => (setter.expr(sheet, matrix), Operator::Equals, setter.transpose(sheet, matrix)),
        Assumed::SumsToOne { sum, .. } => {
            let letters = setter.letters_of_expr(sum);
            (setter.component(sheet, sum, &letters), Operator::Equals, number(sheet, "1"))
        }
        Assumed::Sum { left, right } => (setter.expr(sheet, left), Operator::Equals, setter.expr(sheet, right)),
    };
    let relation = sheet.push(Layout::Operator(relation));
    sheet.push(Layout::Row(vec![left, relation, right]))
}

fn said(setter: &mut Typesetter<'_>, sheet: &mut Sheet, name: ExprId, words: &str) -> LayoutId {
    let name = setter.expr(sheet, name);
    let words = sheet.push(Layout::Text(words.to_owned()));
    sheet.push(Layout::Row(vec![name, words]))
}
