//! Derivatives by the inverse of a matrix: `\frac{\partial L}{\partial \Sigma^{-1}}`, the inverse being the variable.

use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::Span;
use crate::expr::{Factor, LabelsBuilder, NameId, NumberId, Reach};
use crate::syntax::latex::{ItemId, Kind};

use super::entry::Places;
use super::name::FREE;
use super::parser::{Parser, Result};

impl Parser<'_> {
    /// Whether a power of a matrix is that of its inverse.
    pub fn is_inverse_of(&self, name: NameId, power: &[ItemId]) -> bool {
        let [minus, one] = power else { return false };
        let minus_one = matches!(self.kind(*minus), Kind::Symbol('-' | '−'))
            && matches!(self.kind(*one), Kind::Digits(one) if &**one == "1");
        if !minus_one || name == FREE {
            return false;
        }
        let shapes = self.context.network.arena.shapes();
        matches!(self.dims_of(name)[..], [rows, columns] if shapes.same(rows, columns))
    }

    /// The derivative of a part by the inverse of one matrix, if that is all that is asked for.
    pub fn differentiated_by_inverse(
        &mut self,
        part: PartId,
        (by, reach): (&[NameId], Reach),
        places: &Places,
        span: Span,
    ) -> Result<PartId> {
        let plain = !places.stacked && places.above.is_empty() && places.below.iter().all(Vec::is_empty);
        match by {
            [only] if plain && reach == Reach::Total => self.by_inverse(part, *only, span),
            _ => self.unclear("by the inverse of a matrix only plain first derivatives are read", span),
        }
    }

    /// ∂u/∂A⁻¹ of a scalar u: −Aᵀ ∂u/∂A Aᵀ, for dA = −A dA⁻¹ A.
    fn by_inverse(&mut self, part: PartId, by: NameId, span: Span) -> Result<PartId> {
        self.across = false;
        if !self.form(part).is_scalar() {
            return self.unclear("by the inverse of a matrix only scalars are differentiated", span);
        }
        let (dims, inner) = (self.dims_of(by), self.expr(part));
        let gradient = self.context.differentiate(inner, by);
        let matrix = self.context.network.name_expr(by);
        let mut builder = LabelsBuilder::default();
        let [Some(i), Some(j), Some(k), Some(l)] =
            [0, 1, 0, 1].map(|axis| dims.get(axis).map(|&dim| builder.label(dim)))
        else {
            return self.unclear("this is no square matrix", span);
        };
        // (Aᵀ)_{jk} G_{kl} (Aᵀ)_{li}
        builder.factor(&[k, j]);
        builder.factor(&[k, l]);
        builder.factor(&[i, l]);
        let labels = builder.out(&[j, i]);
        let factors = [matrix, gradient, matrix].map(Factor::plain);
        let expr = self.context.network.arena.contraction(NumberId::MINUS_ONE, &factors, &labels);
        let expr = self.context.laid_out(expr, [0, 2]);
        let form = self.context.reading.form_of(&[], &dims);
        let kind = PartKind::Differential { by, direct: None, depends_on_form: false };
        self.push_formed(kind, vec![part], span, expr, form)
    }
}
