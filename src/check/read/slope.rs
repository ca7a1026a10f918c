//! The derivative of a function by its argument, at a value that is said beside it: `\frac{d\sigma}{dz}(z^3)`,
//! `\left.\frac{d\sigma}{du}\right|_{u=z^3}`, `d\sigma/dz|_{z^3}`.

use crate::check::claim::PartId;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{FunctionId, NameId, Node};
use crate::syntax::latex::{Delimiter, ItemId, Kind, Relation, Row};

use super::factor::Scripts;
use super::meaning::Meaning;
use super::parser::{Cursor, Parser, Result};
use super::symbols::{Spelling, WrittenName, output_of};

impl Parser<'_> {
    /// The function whose derivative by a letter the parts of a fraction are: dσ over dz.
    pub fn slope_of(&self, above: &[ItemId], below: &[ItemId]) -> Option<FunctionId> {
        let ([sign, function], [by_sign, by]) = (above, below) else { return None };
        for sign in [sign, by_sign] {
            self.differential_sign(*sign)?;
        }
        let written = WrittenName::of(self.tree, *function).filter(|written| written.primes == 0)?;
        WrittenName::of(self.tree, *by)?;
        let is_quantity = !self.context.symbols.quantities(&Spelling::new(written.base.as_str(), "", "")).is_empty();
        match self.function(&written.base, &written)? {
            Meaning::Function(function, Scripts { sub: None, sup: None, primes: 0 }) if !is_quantity => {
                (self.context.network.functions.get(function).arity() == 1).then_some(function)
            }
            _ => None,
        }
    }

    /// The same for a slash, with how many items it takes: `d\sigma/dz`.
    fn slashed_slope(&self, items: &[ItemId]) -> Option<(FunctionId, usize)> {
        let [above @ .., slash, first, second] = items.get(..5)? else { return None };
        if *self.kind(*slash) != Kind::Symbol('/') {
            return None;
        }
        Some((self.slope_of(above, &[*first, *second])?, 5))
    }

    /// A derivative of a function at the cursor whose argument stands after it, in a bracket or below a bar.
    pub fn slope_factor(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<PartId>> {
        let rest = &cursor.items[cursor.at..];
        let Some(&first) = rest.first() else { return Ok(None) };
        let (function, by, count) = match *self.kind(first) {
            Kind::Fraction { over, under } => match self.slope_of(self.row(over), self.row(under)) {
                Some(function) => (function, self.row(under)[1], 1),
                None => return Ok(None),
            },
            _ => match self.slashed_slope(rest) {
                Some((function, count)) => (function, rest[count - 1], count),
                None => return Ok(None),
            },
        };
        let span = self.span(first);
        let Some(&next) = rest.get(count) else { return self.slope_by_name(cursor, (function, by, count), span) };
        match *self.kind(next) {
            Kind::Script { base: Some(base), sub: Some(sub), sup: None, primes: 0 }
                if *self.kind(base) == Kind::Symbol('|') =>
            {
                cursor.at += count + 1;
                self.slope_at(function, by, sub, span.to(self.span(next))).map(Some)
            }
            Kind::Fence { open: Delimiter::Round | Delimiter::Square, body, .. } if !self.is_named(by) => {
                cursor.at += count + 1;
                let span = span.to(self.span(next));
                let argument = self.inside(body, span)?;
                self.slope(function, argument, span).map(Some)
            }
            _ => self.slope_by_name(cursor, (function, by, count), span),
        }
    }

    /// Whether an item names a quantity of the network.
    fn is_named(&mut self, id: ItemId) -> bool {
        self.attempt(|parser| parser.place_of(&[id])).is_ok()
    }

    /// dσ/dz³ where nothing says at what: the derivative of σ(z³), if the network takes σ of it.
    fn slope_by_name(
        &mut self,
        cursor: &mut Cursor<'_>,
        (function, by, count): (FunctionId, ItemId, usize),
        span: Span,
    ) -> Result<Option<PartId>> {
        let Ok((name, letters, power)) = self.attempt(|parser| parser.place_of(&[by])) else { return Ok(None) };
        if !letters.is_empty() || !power.is_empty() || !self.takes(function, name) {
            return Ok(None);
        }
        cursor.at += count;
        let argument = self.quantity_part(name, span)?;
        self.slope(function, argument, span).map(Some)
    }

    /// Whether the network takes a function of a quantity, and of nothing else beside it.
    fn takes(&mut self, function: FunctionId, name: NameId) -> bool {
        // Where it is taken once, its name means what it gives.
        let has_output = output_of(&self.context.network, function).is_some();
        if has_output || self.is_tensor(name) || name == super::name::FREE {
            return false;
        }
        let argument = self.context.network.name_expr(name);
        let network = &self.context.network;
        let calls = |value| match network.arena.node(value) {
            Node::Call { function: called, arguments, .. } => called == function && arguments == [argument].as_slice(),
            _ => false,
        };
        network.equations.iter().any(|equation| calls(equation.value))
    }

    /// `\left.\frac{d\sigma}{dz}\right|_{z^3}`: the value may be said with the letter, `z=z^3`.
    pub fn slope_in_bars(&mut self, body: Row, values: Option<Row>, span: Span) -> Result<Option<PartId>> {
        let (items, Some(values)) = (self.row(body), values) else { return Ok(None) };
        let found = match items {
            [only] => match *self.kind(*only) {
                Kind::Fraction { over, under } => {
                    self.slope_of(self.row(over), self.row(under)).map(|function| (function, self.row(under)[1]))
                }
                _ => None,
            },
            [.., by] if items.len() == 5 => self.slashed_slope(items).map(|(function, _)| (function, *by)),
            _ => None,
        };
        match found {
            Some((function, by)) => self.slope_at(function, by, values, span).map(Some),
            None => Ok(None),
        }
    }

    /// The derivative where a subscript says.
    fn slope_at(&mut self, function: FunctionId, by: ItemId, values: Row, span: Span) -> Result<PartId> {
        let items = self.row(values);
        let cut = items.iter().position(|&id| *self.kind(id) == Kind::Relation(Relation::Equal));
        let argument = match cut {
            None => self.whole(items)?,
            Some(cut) => {
                let names = [&items[..cut], &[by]].map(|items| match items {
                    [only] => WrittenName::of(self.tree, *only).map(|name| self.outline(&name)),
                    _ => None,
                });
                if names[0].is_none() || names[0] != names[1] {
                    let error = Diagnostic::error("unreadable", "this is not what the function is differentiated by");
                    return Err(error.at(self.span_of_items(&items[..cut]), ""));
                }
                self.whole(&items[cut + 1..])?
            }
        };
        self.slope(function, argument, span)
    }

    /// A name as text.
    fn outline(&self, name: &WrittenName) -> [String; 3] {
        let text = |row: Option<Row>| {
            row.and_then(|row| super::script::read(self.tree, row, &super::script::Unbound))
                .map_or(String::new(), |script| script.text)
        };
        [name.base.clone(), text(name.sub), text(name.sup)]
    }

    /// σ′ of an argument.
    fn slope(&mut self, function: FunctionId, argument: PartId, span: Span) -> Result<PartId> {
        let orders = self.orders(1, 1, span)?;
        let part = self.applied(function, orders, vec![argument], span)?;
        self.worked_call(part, 1)
    }
}
